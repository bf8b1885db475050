/* SPDX-License-Identifier: MIT */
/* Any bytes as saved areas: those that load can be asked, and save to bytes that load to the same.
   One thread. */
#include "fuzz.h"
#include "geo/geo.h"

static void ask(const cmty__areas *areas, cmty_point p)
{
    enum { CAPACITY = 8 };
    cmty__hit hits[CAPACITY];
    bool edge, several;
    size_t n = cmty__areas_hits(areas, p, hits, CAPACITY);
    int32_t first = cmty__areas_first(areas, p, &edge, &several);

    FUZZ_CHECK(n <= cmty__areas_count(areas));
    FUZZ_CHECK(n == 0 ? first == -1 : first == hits[0].area);
    for (size_t i = 0; i < n && i < CAPACITY; i++) {
        FUZZ_CHECK(cmty__areas_contains(areas, hits[i].area, p));
        FUZZ_CHECK(i == 0 || hits[i].area > hits[i - 1].area);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cmty__areas *areas = NULL, *again = NULL;
    cmty__buf bytes = {0}, same = {0};

    if (cmty__areas_load(data, size, &areas, NULL) != CMTY_OK) {
        FUZZ_CHECK(areas == NULL);
        return 0;
    }
    for (int x = -1; x <= 5; x++)
        for (int y = -1; y <= 5; y++)
            ask(areas, (cmty_point){-74.02 + x * 0.005, 40 + y * 0.005});
    cmty__areas_save(areas, &bytes);
    FUZZ_CHECK(cmty__areas_load(bytes.data, bytes.size, &again, NULL) == CMTY_OK);
    cmty__areas_save(again, &same);
    fuzz_check_same(&bytes, &same);
    cmty__areas_free(areas);
    cmty__areas_free(again);
    cmty__buf_free(&bytes);
    cmty__buf_free(&same);
    return 0;
}
