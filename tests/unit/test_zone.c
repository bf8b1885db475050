/* SPDX-License-Identifier: MIT */
/* Time zones: against the C library's own reading of the same files, and files that lie. */
#include "../runner.h"
#include "core/core.h"

#include <time.h>

static const char *const zone_names[] = {
    "America/Chicago",
    "America/New_York",
    "America/Los_Angeles",
    "America/Phoenix",
    "America/St_Johns",
    "America/Sao_Paulo",
    "America/Nuuk",
    "America/Havana",
    "Europe/London",
    "Europe/Dublin",
    "Europe/Berlin",
    "Africa/Casablanca",
    "Africa/Cairo",
    "Asia/Kathmandu",
    "Asia/Beirut",
    "Asia/Jerusalem",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Kiritimati",
    "Pacific/Chatham",
    "Antarctica/Troll",
    "Etc/GMT+12",
    "EST5EDT",
    "UTC",
};
enum { ZONE_COUNT = sizeof zone_names / sizeof zone_names[0] };

static uint64_t state = 0x9e3779b97f4a7c15u;

static int64_t random_between(int64_t low, int64_t high)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return low + (int64_t)(state % (uint64_t)(high - low + 1));
}

static cmty__zone *open_zone(const char *name)
{
    cmty__zone *zone = NULL;
    cmty_error err = CMTY_ERROR_INIT;

    ck_assert_msg(cmty__zone_open(name, &zone, &err) == CMTY_OK, "%s", err.message);
    return zone;
}

static cmty_time local(const cmty__zone *zone, const char *text)
{
    cmty_time t = CMTY_TIME_UNKNOWN;

    ck_assert(cmty__time_parse(text, zone, 0, &t));
    return t;
}

static void check_against_libc(const cmty__zone *zone, const char *name, int64_t utc_s)
{
    time_t s = (time_t)utc_s;
    struct tm want;
    cmty__civil c;

    ck_assert_ptr_nonnull(localtime_r(&s, &want));
    cmty__time_to_civil(utc_s * 1000, zone, &c);
    ck_assert_msg(c.year == want.tm_year + 1900 && c.month == want.tm_mon + 1
                      && c.day == want.tm_mday && c.hour == want.tm_hour && c.minute == want.tm_min
                      && c.second == want.tm_sec && c.weekday == (want.tm_wday + 6) % 7,
                  "%s at %lld: %04d-%02d-%02d %02d:%02d:%02d", name, (long long)utc_s, c.year,
                  c.month, c.day, c.hour, c.minute, c.second);
}

/* Where the offset changes within a step, the change is found by halving and looked at closely. */
static int check_changes(const cmty__zone *zone, const char *name, int64_t from_s)
{
    const int64_t step = (int64_t)5 * 86400;
    int64_t s, low, high, middle;
    cmty__civil a, b;
    int found = 0;

    for (s = from_s; s < 7258118400; s += step) {
        cmty__time_to_civil(s * 1000, zone, &a);
        cmty__time_to_civil((s + step) * 1000, zone, &b);
        if (a.offset_s == b.offset_s)
            continue;
        for (low = s, high = s + step; high - low > 1;) {
            middle = low + (high - low) / 2;
            cmty__time_to_civil(middle * 1000, zone, &b);
            if (b.offset_s == a.offset_s)
                low = middle;
            else
                high = middle;
        }
        check_against_libc(zone, name, low);
        check_against_libc(zone, name, high);
        check_against_libc(zone, name, high + 1);
        found++;
    }
    return found;
}

START_TEST(local_times_agree_with_the_c_library)
{
    const char *name = zone_names[_i];
    cmty__zone *zone = open_zone(name);
    char tz[80];
    int i, changes;

    ck_assert_str_eq(cmty__zone_name(zone), name);
    snprintf(tz, sizeof tz, ":%s", name);
    setenv("TZ", tz, 1);
    tzset();
    for (i = 0; i < 20000; i++) /* 1880 to 2300, well past the last recorded change */
        check_against_libc(zone, name, random_between(-2840140800, 10413792000));
    changes = check_changes(zone, name, -2208988800);
    if (_i == 0)
        ck_assert_int_gt(changes, 400); /* two each year, for ever */
    cmty__zone_free(zone);
}
END_TEST

/* The definition, checked by brute force: the first moment at which clocks show L or later. */
START_TEST(a_local_time_is_the_first_moment_that_shows_it_or_later)
{
    cmty__zone *zone = open_zone(zone_names[_i]);
    int i;

    for (i = 0; i < 1000; i++) {
        cmty__civil c, here, before;
        cmty_time t = random_between(0, 4102444800) * 1000, r, as_utc, shown, probe;

        cmty__time_to_civil(t, NULL, &c); /* any local time, also one that never occurs */
        if (i % 3 == 0) {                 /* most changes come in these months, at these hours */
            c.month = i % 2 == 0 ? 3 : 11;
            c.day = 1 + i % 28;
            c.hour = i % 4;
        }
        ck_assert(cmty__civil_to_time(&c, NULL, &as_utc));
        ck_assert(cmty__civil_to_time(&c, zone, &r));
        cmty__time_to_civil(r, zone, &here);
        cmty__time_to_civil(r - 1000, zone, &before);
        shown = r + (int64_t)here.offset_s * 1000;
        if (shown != as_utc) { /* skipped: r is the change itself */
            ck_assert_int_gt(shown, as_utc);
            ck_assert_int_ne(here.offset_s, before.offset_s);
            ck_assert_int_lt(r - 1000 + (int64_t)before.offset_s * 1000, as_utc);
        }
        for (probe = r - 900000; probe > r - 26 * 3600000; probe -= 900000) {
            cmty__time_to_civil(probe, zone, &before);
            ck_assert_int_lt(probe + (int64_t)before.offset_s * 1000, as_utc);
        }
    }
    cmty__zone_free(zone);
}
END_TEST

START_TEST(clocks_that_go_back_give_the_first_and_that_jump_the_change)
{
    cmty__zone *zone = open_zone("America/Chicago");

    ck_assert_int_eq(local(zone, "2026-11-01 01:30"), local(NULL, "2026-11-01 06:30"));
    ck_assert_int_eq(local(zone, "2026-03-08 02:30"), local(NULL, "2026-03-08 08:00"));
    ck_assert_int_eq(local(zone, "2026-03-08 02:59:59.999"), local(NULL, "2026-03-08 08:00"));
    ck_assert_int_eq(local(zone, "2026-03-08 03:00"), local(NULL, "2026-03-08 08:00"));
    ck_assert_int_eq(local(zone, "2500-07-01 12:00"), local(NULL, "2500-07-01 17:00"));
    cmty__zone_free(zone);
    zone = open_zone("Pacific/Apia"); /* had no 30 December 2011 */
    ck_assert_int_eq(local(zone, "2011-12-30 12:00"), local(NULL, "2011-12-30 10:00"));
    cmty__zone_free(zone);
}
END_TEST

START_TEST(no_name_is_utc_and_needs_no_file)
{
    cmty__zone *zone = open_zone(NULL);
    cmty__civil c;

    ck_assert_str_eq(cmty__zone_name(zone), "UTC");
    ck_assert_str_eq(cmty__zone_name(NULL), "UTC");
    cmty__time_to_civil(1795370709000, zone, &c);
    ck_assert_int_eq(c.hour, 18);
    cmty__zone_free(zone);
    cmty__zone_free(NULL);
}
END_TEST

START_TEST(names_that_are_no_zone_are_refused)
{
    static const char *const bad[] = {
        "",
        "/etc/passwd",
        "../../etc/passwd",
        "America/../../../etc/passwd",
        "America/",
        "/UTC",
        "America//Chicago",
        "america/chicago nowhere",
        "localtime",
        "posixrules",
        "Mars/Olympus",
        "America",
        "zone.tab",
        "UTC\n",
        "right/UTC",
        "leapseconds",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    };
    size_t i;

    for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        cmty__zone *zone = (cmty__zone *)&state; /* poison: must come back NULL */
        cmty_error err = CMTY_ERROR_INIT;

        ck_assert_msg(cmty__zone_open(bad[i], &zone, &err) < 0, "accepted %s", bad[i]);
        ck_assert_ptr_null(zone);
        ck_assert(err.message[0] != '\0' && strchr(err.message, '\n') == NULL);
    }
}
END_TEST

static char *file_bytes(const char *name, size_t *size)
{
    char path[128];
    char *bytes = NULL;

    snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", name);
    ck_assert_int_eq(cmty__file_read(path, 1024 * 1024, &bytes, size, NULL), CMTY_OK);
    return bytes;
}

START_TEST(a_zone_file_cut_anywhere_is_refused)
{
    size_t size, cut;
    char *bytes = file_bytes("America/Chicago", &size);

    for (cut = 0; cut < size; cut++) {
        char *copy = malloc(cut + 1); /* a heap block of its own, so that reading past it shows */
        cmty__zone *zone = NULL;

        memcpy(copy, bytes, cut);
        ck_assert_int_eq(cmty__zone_parse(copy, cut, "cut", &zone, NULL), CMTY_E_FORMAT);
        ck_assert_ptr_null(zone);
        free(copy);
    }
    cmty__free(bytes);
}
END_TEST

START_TEST(a_zone_file_with_any_byte_altered_is_refused_or_usable)
{
    size_t size, i;
    char *bytes = file_bytes("Europe/Dublin", &size);

    for (i = 0; i < size; i++) {
        cmty__zone *zone = NULL;
        cmty__civil c = {.year = 2026, .month = 7, .day = 1};
        cmty_time t;
        char old = bytes[i];

        bytes[i] = (char)(old ^ (char)random_between(1, 127));
        if (cmty__zone_parse(bytes, size, "altered", &zone, NULL) == CMTY_OK) {
            ck_assert(cmty__civil_to_time(&c, zone, &t));
            cmty__time_to_civil(t, zone, &c);
        }
        cmty__zone_free(zone);
        bytes[i] = old;
    }
    cmty__free(bytes);
}
END_TEST

/* A file of version 2 with one type, no change, and a rule. */
static cmty_status zone_of_rule(const char *rule, cmty__zone **zone)
{
    uint8_t file[256] = {0};
    uint8_t *second = file + 44;
    size_t size = 44 + 44 + 6 + 1;

    memcpy(file, "TZif2", 5);
    memcpy(second, "TZif2", 5);
    second[39] = 1; /* types */
    second[43] = 1; /* bytes of designations */
    size += (size_t)snprintf((char *)file + size, sizeof file - size, "\n%s\n", rule);
    return cmty__zone_parse(file, size, "rule", zone, NULL);
}

START_TEST(rules_agree_with_the_c_library)
{
    static const char *const rules[] = {
        "EST5EDT,M3.2.0,M11.1.0",
        "<-03>3<-02>,M3.5.0/-2,M10.5.0/-1",
        "IST-1GMT0,M10.5.0,M3.5.0/1",
        "AAA-2YYY-2:30,J60/0,J300/26:30:15",
        "AAA3:15YYY,59,300/0",
        "AAA-10:30BBB-11,M10.1.0,M4.1.0",
        "<+1245>-12:45<+1345>,M9.5.0/2:45,M4.1.0/3:45",
    };
    size_t r;
    int i;

    for (r = 0; r < sizeof rules / sizeof rules[0]; r++) {
        cmty__zone *zone = NULL;

        ck_assert_msg(zone_of_rule(rules[r], &zone) == CMTY_OK, "%s", rules[r]);
        setenv("TZ", rules[r], 1);
        tzset();
        for (i = 0; i < 20000; i++)
            check_against_libc(zone, rules[r], random_between(0, 7258118400));
        /* glibc applies a TZ string from 1970 on only. */
        ck_assert_int_gt(check_changes(zone, rules[r], 86400), 400);
        cmty__zone_free(zone);
    }
}
END_TEST

/* RFC 8536, section 3.3.1: "AAA3EDT4,0/0,J365/23" is summer time all year. */
START_TEST(a_summer_that_meets_itself_never_ends)
{
    cmty__zone *zone = NULL;
    int64_t s;

    ck_assert_int_eq(zone_of_rule("AAA3EDT4,0/0,J365/23", &zone), CMTY_OK);
    for (s = 1700000000; s < 1900000000; s += 1800) {
        cmty__civil c;

        cmty__time_to_civil(s * 1000, zone, &c);
        ck_assert_int_eq(c.offset_s, -4 * 3600);
    }
    cmty__zone_free(zone);
}
END_TEST

START_TEST(rules_that_are_none_are_refused)
{
    static const char *const bad[] = {
        "E5",
        "EST",
        "EST25",
        "EST5EDT",
        "EST5EDT,M3.2.0",
        "EST5EDT,M13.2.0,M11.1.0",
        "EST5EDT,M3.6.0,M11.1.0",
        "EST5EDT,M3.2.7,M11.1.0",
        "EST5EDT,M3.2.0/168,M11.1.0",
        "EST5EDT,J0,M11.1.0",
        "EST5EDT,J366,M11.1.0",
        "EST5EDT,M3.2.0,M11.1.0,",
        "EST5EDT,M3.2.0,M11.1.0 ",
        "<-3>",
        "<->3",
        "<-03",
        "EST5:60",
        "EST5:",
        "5",
        "EST99999999999999999999",
    };
    size_t i;

    for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        cmty__zone *zone = NULL;

        ck_assert_msg(zone_of_rule(bad[i], &zone) == CMTY_E_FORMAT, "accepted %s", bad[i]);
        ck_assert_ptr_null(zone);
    }
}
END_TEST

static Suite *zone_suite(void)
{
    Suite *suite = suite_create("zone");
    TCase *tc = tcase_create("zone");

    tcase_add_loop_test(tc, local_times_agree_with_the_c_library, 0, ZONE_COUNT);
    tcase_add_loop_test(tc, a_local_time_is_the_first_moment_that_shows_it_or_later, 0, ZONE_COUNT);
    tcase_add_test(tc, clocks_that_go_back_give_the_first_and_that_jump_the_change);
    tcase_add_test(tc, no_name_is_utc_and_needs_no_file);
    tcase_add_test(tc, names_that_are_no_zone_are_refused);
    tcase_add_test(tc, a_zone_file_cut_anywhere_is_refused);
    tcase_add_test(tc, a_zone_file_with_any_byte_altered_is_refused_or_usable);
    tcase_add_test(tc, rules_agree_with_the_c_library);
    tcase_add_test(tc, a_summer_that_meets_itself_never_ends);
    tcase_add_test(tc, rules_that_are_none_are_refused);
    tcase_set_timeout(tc, 60);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(zone_suite)
