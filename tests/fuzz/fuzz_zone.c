/* SPDX-License-Identifier: MIT */
/* Any bytes as a zone file: local times of what is accepted lead back to their moments. One thread.
 */
#include "fuzz.h"

static void check_moment(const cmty__zone *zone, cmty_time t)
{
    cmty__civil local, again;
    cmty_time back;

    cmty__time_to_civil(t, zone, &local);
    FUZZ_CHECK(local.month >= 1 && local.month <= 12 && local.hour >= 0 && local.hour <= 23);
    if (!cmty__civil_to_time(&local, zone, &back))
        return;            /* the year has more than four digits */
    FUZZ_CHECK(back <= t); /* the first of two */
    cmty__time_to_civil(back, zone, &again);
    FUZZ_CHECK(again.day == local.day && again.hour == local.hour && again.minute == local.minute
               && again.millisecond == local.millisecond);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cmty__zone *zone = NULL;

    if (cmty__zone_parse(data, size, "fuzz", &zone, NULL) != CMTY_OK) {
        FUZZ_CHECK(zone == NULL);
        return 0;
    }
    for (cmty_time t = -4000000000000; t < 8000000000000; t += 86400000007 * 5)
        check_moment(zone, t);
    check_moment(zone, CMTY_TIME_UNKNOWN);
    check_moment(zone, CMTY_TIME_OPEN_END);
    cmty__zone_free(zone);
    return 0;
}
