/* SPDX-License-Identifier: MIT */
/* Any text as a time: what is read prints, and reads back the same. One thread. */
#include "fuzz.h"

static void check_time(cmty_time t)
{
    cmty__buf b = {0};
    cmty_time again;

    cmty__buf_time_utc(&b, t);
    /* An offset may carry a date of year 1 or 9999 over the end of what four digits can say. */
    if (b.size > 0) {
        FUZZ_CHECK(cmty__time_parse(b.data, NULL, 0, &again));
        FUZZ_CHECK(again == t);
    }
    cmty__buf_free(&b);
}

static void check_bins(cmty_time t, const cmty__zone *zone)
{
    static const char *const bins[] = {"minute", "hour", "day", "week", "month"};
    cmty_time floor, again;

    for (size_t i = 0; i < 5; i++) {
        if (!cmty__time_floor(t, bins[i], zone, &floor))
            continue;
        FUZZ_CHECK(floor <= t);
        FUZZ_CHECK(cmty__time_floor(floor, bins[i], zone, &again) && again == floor);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char orders[] = {'m', 'd', 0};
    static cmty__zone *zone;
    char *text = fuzz_text(data, size);
    cmty_time t, local;

    if (zone == NULL)
        FUZZ_CHECK(cmty__zone_open("America/Chicago", &zone, NULL) == CMTY_OK);
    for (size_t i = 0; i < sizeof orders; i++) {
        bool ok = cmty__time_parse(text, NULL, orders[i], &t);

        FUZZ_CHECK(cmty__time_parse(text, zone, orders[i], &local) == ok);
        if (!ok)
            continue;
        check_time(t);
        check_time(local);
        check_bins(local, zone);
    }
    free(text);
    return 0;
}
