/* SPDX-License-Identifier: MIT */
/* Any text before the egress linter: what it finds lies in the text, in order, none over another;
   and what is put into the text in a machine format is found, whatever stands around it. One
   thread. */
#include "fuzz.h"
#include "privacy/privacy.h"

static const char degrees[] = "39\xc2\xb0"
                              "53'33\"N";
static const char *const planted[] = {
    "39.8925, -95.2104", degrees,           "15S TC 12345 67890",     "15S 312345 4412345",
    "9yvjb8m6x2",        "86H7V2Q8+2Q",     "https://osm.org/go/abc", "(785) 555-0106",
    "jane@example.org",  "1168 Hemlock St",
};
enum { PLANTED = sizeof planted / sizeof planted[0] };

static cmty__lint_place *make_place(void)
{
    cmty__lint_place *place = cmty__lint_place_new();

    FUZZ_CHECK(place != NULL && cmty__lint_place_street(place, "Hemlock Street"));
    cmty__lint_place_sort(place);
    cmty__lint_place_box(place, (cmty_point){-180, -90}, (cmty_point){180, 90});
    return place;
}

/* Whether something that was found touches the bytes from..to. */
static bool look(const cmty__lint_place *place, const char *text, size_t size, size_t from,
                 size_t to)
{
    cmty__found *found = NULL;
    size_t count = 0, last = 0;
    bool touched = false;

    FUZZ_CHECK(cmty__lint(place, text, size, 0, &found, &count, NULL) == CMTY_OK);
    for (size_t i = 0; i < count; i++) {
        FUZZ_CHECK(found[i].rule >= 0 && found[i].rule <= CMTY_LEAK_ADDRESS);
        FUZZ_CHECK(found[i].at >= last && found[i].size > 0);
        last = found[i].at + found[i].size;
        FUZZ_CHECK(last <= size);
        touched |= found[i].at < to && last > from;
    }
    cmty__free(found);
    return touched;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static cmty__lint_place *place;
    cmty__buf text = {0};
    const char *plant;
    size_t half = size / 2, from;

    if (place == NULL)
        place = make_place();
    if (size == 0)
        return 0;
    plant = planted[data[0] % PLANTED];
    look(place, (const char *)data, size, 0, 0);
    cmty__buf_bytes(&text, data, half);
    cmty__buf_text(&text, "\n\n");
    from = text.size;
    cmty__buf_text(&text, plant);
    cmty__buf_text(&text, "\n\n");
    cmty__buf_bytes(&text, data + half, size - half);
    FUZZ_CHECK(!text.failed);
    FUZZ_CHECK(look(place, text.data, text.size, from, from + strlen(plant)));
    cmty__buf_free(&text);
    return 0;
}
