/* SPDX-License-Identifier: MIT */
/* The calendar, the reading of dates, and bins, against the C library and by exhaustion. */
#include "../runner.h"
#include "core/core.h"

#include <time.h>

/* A small fixed generator: failures must repeat. */
static uint64_t state = 0x9e3779b97f4a7c15u;

static uint64_t next_random(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static int64_t random_between(int64_t low, int64_t high)
{
    return low + (int64_t)(next_random() % (uint64_t)(high - low + 1));
}

static cmty_time parse(const char *text, const cmty__zone *zone)
{
    cmty_time t = CMTY_TIME_UNKNOWN;

    ck_assert_msg(cmty__time_parse(text, zone, 'm', &t), "refused: %s", text);
    return t;
}

START_TEST(utc_fields_agree_with_the_c_library)
{
    int i;

    for (i = 0; i < 200000; i++) {
        cmty_time t = random_between(-62135596800000, 253402300799999); /* years 1 to 9999 */
        time_t s = (time_t)(t < 0 ? (t - 999) / 1000 : t / 1000);
        struct tm want;
        cmty__civil c;
        cmty_time back;

        ck_assert_ptr_nonnull(gmtime_r(&s, &want));
        cmty__time_to_civil(t, NULL, &c);
        ck_assert_int_eq(c.year, want.tm_year + 1900);
        ck_assert_int_eq(c.month, want.tm_mon + 1);
        ck_assert_int_eq(c.day, want.tm_mday);
        ck_assert_int_eq(c.hour, want.tm_hour);
        ck_assert_int_eq(c.minute, want.tm_min);
        ck_assert_int_eq(c.second, want.tm_sec);
        ck_assert_int_eq(c.weekday, (want.tm_wday + 6) % 7);
        ck_assert_int_eq(c.offset_s, 0);
        ck_assert(cmty__civil_to_time(&c, NULL, &back));
        ck_assert_int_eq(back, t);
    }
}
END_TEST

START_TEST(every_day_of_eight_centuries_follows_the_one_before)
{
    cmty__civil c = {.year = 1599, .month = 12, .day = 31}, next;
    cmty_time t, expect;
    int64_t day;

    ck_assert(cmty__civil_to_time(&c, NULL, &expect));
    for (day = 0; day < 2 * 146097; day++, expect += 86400000) {
        ck_assert(cmty__civil_to_time(&c, NULL, &t));
        ck_assert_int_eq(t, expect);
        cmty__time_to_civil(t + 86400000, NULL, &next);
        ck_assert(next.day == c.day + 1
                  || (next.day == 1
                      && (next.month == c.month + 1
                          || (next.month == 1 && c.month == 12 && next.year == c.year + 1))));
        c = next;
    }
}
END_TEST

START_TEST(extreme_moments_do_not_overflow)
{
    cmty__civil c;
    cmty__buf b = {0};

    cmty__time_to_civil(INT64_MIN, NULL, &c);
    ck_assert_int_lt(c.year, -200000000);
    ck_assert_int_ge(c.millisecond, 0);
    cmty__time_to_civil(INT64_MAX, NULL, &c);
    ck_assert_int_gt(c.year, 200000000);
    cmty__buf_time_utc(&b, CMTY_TIME_UNKNOWN);
    cmty__buf_time_utc(&b, CMTY_TIME_OPEN_END);
    cmty__buf_time_local(&b, CMTY_TIME_UNKNOWN, NULL);
    ck_assert_uint_eq(b.size, 0);
    cmty__buf_free(&b);
}
END_TEST

START_TEST(dates_that_do_not_exist_have_no_moment)
{
    static const cmty__civil bad[] = {
        {.year = 2023, .month = 2, .day = 29},
        {.year = 1900, .month = 2, .day = 29},
        {.year = 2024, .month = 2, .day = 30},
        {.year = 2024, .month = 13, .day = 1},
        {.year = 2024, .month = 0, .day = 1},
        {.year = 2024, .month = 4, .day = 31},
        {.year = 2024, .month = 4, .day = 0},
        {.year = 0, .month = 1, .day = 1},
        {.year = 10000, .month = 1, .day = 1},
        {.year = 2024, .month = 1, .day = 1, .hour = 24},
        {.year = 2024, .month = 1, .day = 1, .minute = 60},
        {.year = 2024, .month = 1, .day = 1, .second = 60},
        {.year = 2024, .month = 1, .day = 1, .millisecond = 1000},
        {.year = 2024, .month = 1, .day = 1, .hour = -1},
    };
    cmty_time t = 7;
    size_t i;

    for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ck_assert(!cmty__civil_to_time(&bad[i], NULL, &t));
        ck_assert_int_eq(t, 7);
    }
}
END_TEST

START_TEST(every_listed_form_is_read)
{
    static const struct {
        const char *text;
        cmty_time want;
    } good[] = {
        {"2026-11-22T18:05:09Z", 1795370709000},
        {"2026-11-22t18:05:09z", 1795370709000},
        {"2026-11-22T18:05:09.25Z", 1795370709250},
        {"2026-11-22T18:05:09.123456789Z", 1795370709123},
        {"2026-11-22T12:05:09-06:00", 1795370709000},
        {"2026-11-22 12:05:09-0600", 1795370709000},
        {"2026-11-22 12:05:09-06", 1795370709000},
        {"2026-11-22T23:35:09+05:30", 1795370709000},
        {"2026/11/22 18:05:09+00", 1795370709000},
        {"2026/11/22 18:05:09", 1795370709000},
        {"2026-11-22 18:05", 1795370700000},
        {"2026-11-22", 1795305600000},
        {"2026/11/22", 1795305600000},
        {"11/22/2026", 1795305600000},
        {"11/22/2026 06:05:09 PM", 1795370709000},
        {"11/22/2026 6:05 pm", 1795370700000},
        {"11/22/2026 18:05", 1795370700000},
        {"11/22/2026 12:00:00 AM", 1795305600000},
        {"11/22/2026 12:00:00 PM", 1795348800000},
        {"1/5/2026 3:05", 1767582300000},
        {"0001-01-01T00:00:00Z", -62135596800000},
        {"9999-12-31T23:59:59.999Z", 253402300799999},
        /* RFC 3339, section 5.8 */
        {"1985-04-12T23:20:50.52Z", 482196050520},
        {"1996-12-19T16:39:57-08:00", 851042397000},
        {"1937-01-01T12:00:27.87+00:20", -1041337172130},
    };
    size_t i;

    for (i = 0; i < sizeof good / sizeof good[0]; i++)
        ck_assert_msg(parse(good[i].text, NULL) == good[i].want, "%s", good[i].text);
}
END_TEST

START_TEST(whatever_is_not_wholly_a_time_is_refused)
{
    static const char *const bad[] = {
        "",
        " ",
        "2026",
        "2026-11",
        "2026-13-01",
        "2026-02-30",
        "2026-00-10",
        "2026-11-22x",
        "2026-11-22 ",
        " 2026-11-22",
        "2026-11-22T",
        "2026-11-22T18",
        "2026-11-22T18:05:09ZZ",
        "2026-11-22T18:05:09Z ",
        "2026-11-22T18:05:09 Z",
        "2026-11-22T18:05:60Z",
        "2026-11-22T24:00:00Z",
        "2026-11-22T18:60:00Z",
        "2026-11-22T18:05:09.Z",
        "2026-11-22T18:05:09.1234567890Z",
        "2026-11-22T18:05:09+24:00",
        "2026-11-22T18:05:09+06:60",
        "2026-11-22T18:05:09+6",
        "2026-11-22T18:05:09+060",
        "2026-11-22T18:05:09+06:",
        "2026-11-22T18:05:09+",
        "2026-11-22Z",
        "2026-11/22",
        "2026-1-2",
        "20261122",
        "26-11-22",
        "0000-01-01",
        "+2026-11-22",
        "-2026-11-22",
        "12026-11-22",
        "13/01/2026",
        "02/30/2026",
        "11/22/26",
        "11-22-2026",
        "111/22/2026",
        "11/22/2026 13:00 PM",
        "11/22/2026 00:30 AM",
        "11/22/2026 06:05 XM",
        "11/22/2026 06:05 P",
        "11/22/2026 06:05PM",
        "11/22/2026T06:05",
        "2026-11-22 06:05:09 PM",
        "1795370709",
        "now",
        "2026-11-22T18:05:09.25.5Z",
        "２０２６-11-22",
    };
    cmty_time t = 7;
    size_t i;

    for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ck_assert_msg(!cmty__time_parse(bad[i], NULL, 'm', &t), "accepted: %s", bad[i]);
        ck_assert_int_eq(t, 7);
    }
}
END_TEST

START_TEST(slashed_dates_follow_the_order_and_are_refused_without_one)
{
    cmty_time month_first, day_first, t;

    ck_assert(cmty__time_parse("03/04/2026", NULL, 'm', &month_first));
    ck_assert(cmty__time_parse("03/04/2026", NULL, 'd', &day_first));
    ck_assert_int_eq(month_first, parse("2026-03-04", NULL));
    ck_assert_int_eq(day_first, parse("2026-04-03", NULL));
    ck_assert(!cmty__time_parse("03/04/2026", NULL, 0, &t));
    ck_assert(cmty__time_parse("2026/03/04", NULL, 0, &t));
}
END_TEST

START_TEST(printed_moments_read_back_the_same)
{
    cmty__buf b = {0};
    int i;

    for (i = 0; i < 20000; i++) {
        cmty_time t = random_between(-62135596800000, 253402300799999);

        cmty__buf_clear(&b);
        cmty__buf_time_utc(&b, t);
        ck_assert_uint_eq(b.size, strlen("2026-11-22T18:05:09.000Z"));
        ck_assert_int_eq(parse(b.data, NULL), t);
    }
    cmty__buf_free(&b);
}
END_TEST

START_TEST(bins_start_where_local_calendars_say)
{
    static const struct {
        const char *bin, *want;
    } bins[] = {
        {"minute", "2026-11-22 00:30:00"}, /* a Sunday */
        {"hour", "2026-11-22 00:00:00"},   {"day", "2026-11-22 00:00:00"},
        {"week", "2026-11-16 00:00:00"},   {"month", "2026-11-01 00:00:00"},
    };
    cmty__zone *zone = NULL;
    cmty_time t, floor = 7;
    size_t i;

    ck_assert_int_eq(cmty__zone_open("America/Chicago", &zone, NULL), CMTY_OK);
    t = parse("2026-11-22 00:30:45.678", zone);
    for (i = 0; i < sizeof bins / sizeof bins[0]; i++) {
        ck_assert(cmty__time_floor(t, bins[i].bin, zone, &floor));
        ck_assert_int_eq(floor, parse(bins[i].want, zone));
    }
    ck_assert(!cmty__time_floor(t, "year", zone, &floor));
    ck_assert(!cmty__time_floor(t, "", zone, &floor));
    ck_assert(!cmty__time_floor(CMTY_TIME_UNKNOWN, "day", zone, &floor));
    cmty__zone_free(zone);
}
END_TEST

START_TEST(a_bin_never_starts_after_its_moment_and_is_its_own_bin)
{
    static const char *const zones[] = {"America/Chicago", "America/St_Johns",
                                        "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Beirut"};
    static const char *const bins[] = {"minute", "hour", "day", "week", "month"};
    size_t z, i, k;

    for (z = 0; z < sizeof zones / sizeof zones[0]; z++) {
        cmty__zone *zone = NULL;

        ck_assert_int_eq(cmty__zone_open(zones[z], &zone, NULL), CMTY_OK);
        for (i = 0; i < 20000; i++) {
            cmty_time t = random_between(0, 2208988800000), floor, again;

            for (k = 0; k < 5; k++) {
                ck_assert(cmty__time_floor(t, bins[k], zone, &floor));
                ck_assert_int_le(floor, t);
                ck_assert_int_gt(floor, t - (int64_t)32 * 86400000);
                ck_assert(cmty__time_floor(floor, bins[k], zone, &again));
                ck_assert_int_eq(floor, again);
            }
        }
        cmty__zone_free(zone);
    }
}
END_TEST

START_TEST(the_clock_is_in_this_century)
{
    ck_assert_int_gt(cmty__time_now(), parse("2020-01-01", NULL));
    ck_assert_int_lt(cmty__time_now(), parse("2100-01-01", NULL));
}
END_TEST

static Suite *time_suite(void)
{
    Suite *suite = suite_create("time");
    TCase *tc = tcase_create("time");

    tcase_add_test(tc, utc_fields_agree_with_the_c_library);
    tcase_add_test(tc, every_day_of_eight_centuries_follows_the_one_before);
    tcase_add_test(tc, extreme_moments_do_not_overflow);
    tcase_add_test(tc, dates_that_do_not_exist_have_no_moment);
    tcase_add_test(tc, every_listed_form_is_read);
    tcase_add_test(tc, whatever_is_not_wholly_a_time_is_refused);
    tcase_add_test(tc, slashed_dates_follow_the_order_and_are_refused_without_one);
    tcase_add_test(tc, printed_moments_read_back_the_same);
    tcase_add_test(tc, bins_start_where_local_calendars_say);
    tcase_add_test(tc, a_bin_never_starts_after_its_moment_and_is_its_own_bin);
    tcase_add_test(tc, the_clock_is_in_this_century);
    tcase_set_timeout(tc, 60);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(time_suite)
