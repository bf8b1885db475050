/* SPDX-License-Identifier: MIT */
/* The report in the clear: categories, validation, canonical JSON. */
#include "../runner.h"
#include "report/report.h"

#include <math.h>

static const cmty_time now = 1795000000000; /* November 2026 */

static cmty__report sound(void)
{
    cmty__report r = {0};

    r.source = "app";
    r.source_ref = "R-1";
    r.category = "burglary";
    r.occurred = now - 3600000;
    r.has_place = true;
    r.lon_deg = -87.635915;
    r.lat_deg = 41.878876;
    r.accuracy_m = NAN;
    return r;
}

/* ---- categories ---- */

static const struct {
    const char *word, *code;
} words[] = {
    {"burglary", "burglary"},
    {"theft.from_veh", "theft.from_veh"},
    {"LARCENY/THEFT", "theft"},
    {"CRIMINAL DAMAGE", "vandalism"},
    {"BATTERY", "assault"},
    {"criminal-damage-arson", "vandalism"},
    {"anti-social-behaviour", "disorder"},
    {"CRIM SEXUAL ASSAULT", "sexual.offence"},
    {"SEX OFFENSES, NON FORCIBLE", "sexual.offence"},
    {"OFFENSE INVOLVING CHILDREN", "juvenile.child"},
    {"Offences Against The Family And Children", "juvenile.child"},
    {"Assist Citizen - Mental/TDO/ECO", "medical.mental"},
    {"Motor Vehicle Theft?", "theft.vehicle"},
    {"Sidewalk_Cleaning", "concern.waste"},
    {"nibrs:220", "burglary"},
    {"23H", "theft"},
    {" Street  Light Out ", "concern.lighting"},
    {"theft.mobile_phone", "theft"},
    {"Minor victim, details withheld", "juvenile.child"}, /* a guard */
    {"statutory rape (attempt)", "sexual.offence"},
    {"ufo.landing", NULL},
    {"220", NULL}, /* a number alone may be any city's service code */
    {"", NULL},
    {NULL, NULL},
};

START_TEST(foreign_word_finds_its_category)
{
    const char *code = cmty__category_canonical(words[_i].word);

    if (words[_i].code == NULL)
        ck_assert_ptr_null(code);
    else
        ck_assert_str_eq(code, words[_i].code);
}
END_TEST

START_TEST(every_code_is_its_own_category)
{
    for (size_t i = 0; i < cmty_category_count(); i++) {
        const char *code = cmty_category_code(i);

        ck_assert_str_eq(cmty__category_canonical(code), code);
        ck_assert_str_ne(cmty_category_label(code), "");
    }
    ck_assert_ptr_null(cmty_category_code(cmty_category_count()));
    ck_assert_str_eq(cmty_category_label("no.such"), "Other");
    ck_assert_str_eq(cmty_category_label(NULL), "Other");
}
END_TEST

START_TEST(protected_families_are_protected_whole)
{
    static const char *const families[] = {"domestic.", "sexual.", "juvenile.", "medical."};

    for (size_t i = 0; i < cmty_category_count(); i++) {
        const char *code = cmty_category_code(i);
        bool expected = false;

        for (size_t k = 0; k < 4; k++)
            expected = expected || cmty__starts_with(code, families[k]);
        ck_assert_int_eq(cmty__category_protected(code), expected);
    }
    ck_assert(!cmty__category_protected("no.such"));
}
END_TEST

START_TEST(word_of_any_length_is_taken)
{
    char text[5000];

    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    ck_assert_ptr_null(cmty__category_canonical(text));
}
END_TEST

/* ---- validation ---- */

static void rule(cmty__report r, int32_t reason, const char *field)
{
    const char *at = NULL;

    ck_assert_str_eq(cmty_reason_name(cmty__report_validate(&r, now, &at)),
                     cmty_reason_name(reason));
    ck_assert_str_eq(at, field);
}

#define RULE(change, reason, field)                                                                \
    do {                                                                                           \
        cmty__report r = sound();                                                                  \
        change;                                                                                    \
        rule(r, reason, field);                                                                    \
    } while (0)

static char *long_text(size_t n)
{
    static char text[8001];

    memset(text, 'a', n);
    text[n] = '\0';
    return text;
}

START_TEST(sound_report_is_accepted)
{
    RULE((void)r, CMTY_REASON_NONE, "");
    RULE(r.accuracy_m = 0, CMTY_REASON_NONE, "");
    RULE(r.occurred = now + 86400000, CMTY_REASON_NONE, "");
    RULE(r.anonymous = true, CMTY_REASON_NONE, "");
    RULE(r.description = long_text(4000), CMTY_REASON_NONE, "");
    RULE((r.anonymous = true, r.reporter_name = ""), CMTY_REASON_NONE, "");
}
END_TEST

START_TEST(missing_part_has_its_reason)
{
    RULE(r.source_ref = NULL, CMTY_REASON_MISSING_REF, "source_ref");
    RULE(r.source_ref = "", CMTY_REASON_MISSING_REF, "source_ref");
    RULE(r.category = "", CMTY_REASON_MISSING_CATEGORY, "category");
    RULE(r.has_place = false, CMTY_REASON_MISSING_PLACE, "lon");
    RULE(r.occurred = CMTY_TIME_UNKNOWN, CMTY_REASON_MISSING_TIME, "occurred");
}
END_TEST

START_TEST(impossible_place_has_its_reason)
{
    RULE(r.lon_deg = NAN, CMTY_REASON_BAD_COORDINATE, "lon");
    RULE(r.lon_deg = INFINITY, CMTY_REASON_BAD_COORDINATE, "lon");
    RULE(r.lon_deg = 180.5, CMTY_REASON_BAD_COORDINATE, "lon");
    RULE(r.lat_deg = 91, CMTY_REASON_BAD_COORDINATE, "lat");
    RULE(r.lat_deg = -NAN, CMTY_REASON_BAD_COORDINATE, "lat");
    RULE(r.accuracy_m = -1, CMTY_REASON_BAD_COORDINATE, "accuracy_m");
    RULE(r.accuracy_m = INFINITY, CMTY_REASON_BAD_COORDINATE, "accuracy_m");
    RULE((r.lon_deg = 0, r.lat_deg = -0.0), CMTY_REASON_NULL_ISLAND, "lat");
    RULE((r.lon_deg = -120.5, r.lat_deg = 90), CMTY_REASON_NULL_ISLAND, "lat");
    RULE((r.lon_deg = -91.686565684, r.lat_deg = 36.619446395), CMTY_REASON_NULL_ISLAND, "lat");
}
END_TEST

START_TEST(time_off_the_calendar_has_its_reason)
{
    RULE(r.occurred = now + 86400001, CMTY_REASON_FUTURE, "occurred");
    RULE(r.occurred = INT64_MAX, CMTY_REASON_FUTURE, "occurred");
    RULE(r.occurred = INT64_MIN + 1, CMTY_REASON_BAD_TIME, "occurred");
}
END_TEST

START_TEST(overlong_field_is_named)
{
    RULE(r.description = long_text(4001), CMTY_REASON_TOO_LARGE, "description");
    RULE(r.source_ref = long_text(129), CMTY_REASON_TOO_LARGE, "source_ref");
    RULE(r.title = long_text(161), CMTY_REASON_TOO_LARGE, "title");
    RULE(r.reporter_email = long_text(1001), CMTY_REASON_TOO_LARGE, "reporter.email");
}
END_TEST

START_TEST(length_counts_characters_not_bytes)
{
    char text[321];

    for (size_t i = 0; i < 320; i += 2)
        memcpy(text + i, "\xC3\xA9", 2);
    text[320] = '\0';
    RULE(r.title = text, CMTY_REASON_NONE, "");
}
END_TEST

START_TEST(anonymous_report_may_not_name_a_person)
{
    RULE((r.anonymous = true, r.reporter_phone = "555"), CMTY_REASON_ANONYMOUS_IDENTITY,
         "reporter");
}
END_TEST

START_TEST(category_is_settled_and_the_senders_word_kept)
{
    const char *field;
    cmty__report r = sound();

    r.category = "BATTERY";
    ck_assert_int_eq(cmty__report_validate(&r, now, &field), CMTY_REASON_NONE);
    ck_assert_str_eq(r.category, "assault");
    ck_assert_str_eq(r.category_sent, "BATTERY");
    ck_assert(!r.category_unknown);

    r = sound();
    r.category = "ufo.landing";
    cmty__report_validate(&r, now, &field);
    ck_assert_str_eq(r.category, "other");
    ck_assert_str_eq(r.category_sent, "ufo.landing");
    ck_assert(r.category_unknown);

    r = sound();
    cmty__report_validate(&r, now, &field);
    ck_assert_ptr_null(r.category_sent);
}
END_TEST

START_TEST(domestic_mark_makes_a_report_protected)
{
    const char *field;
    cmty__report r = sound();

    r.domestic = true;
    cmty__report_validate(&r, now, &field);
    ck_assert_str_eq(r.category, "domestic.violence");

    r = sound();
    r.domestic = true;
    r.category = "rape";
    cmty__report_validate(&r, now, &field);
    ck_assert_str_eq(r.category, "sexual.offence");
}
END_TEST

START_TEST(every_reason_has_a_name_and_a_sentence)
{
    for (int32_t i = 0; i < CMTY_REASON_COUNT; i++) {
        ck_assert_str_ne(cmty_reason_name(i), "unknown");
        ck_assert_ptr_nonnull(strchr(cmty_reason_text(i), '.'));
    }
    ck_assert_str_eq(cmty_reason_name(-1), "unknown");
    ck_assert_str_eq(cmty_reason_name(CMTY_REASON_COUNT), "unknown");
    ck_assert_ptr_nonnull(cmty_reason_text(CMTY_REASON_COUNT));
}
END_TEST

/* ---- JSON ---- */

START_TEST(canonical_json_leaves_out_what_is_absent)
{
    cmty__report r = sound();
    cmty__buf out = {0};

    r.occurred = 0;
    cmty__report_json(&r, &out);
    ck_assert_str_eq(out.data,
                     "{\"source\":\"app\",\"source_ref\":\"R-1\",\"category\":\"burglary\","
                     "\"occurred\":\"1970-01-01T00:00:00.000Z\",\"lon\":-87.635915,"
                     "\"lat\":41.878876}");
    cmty__buf_clear(&out);
    r.accuracy_m = 12.5;
    r.title = "";
    r.description = "a \"b\"\n";
    r.reporter_email = "x@y.example";
    cmty__report_json(&r, &out);
    ck_assert_ptr_nonnull(strstr(out.data, ",\"accuracy_m\":12.5,\"description\":"
                                           "\"a \\\"b\\\"\\u000a\",\"reporter\":"
                                           "{\"email\":\"x@y.example\"}}"));
    cmty__buf_free(&out);
}
END_TEST

static Suite *report_suite(void)
{
    Suite *suite = suite_create("report");
    TCase *tc = tcase_create("category");

    tcase_add_loop_test(tc, foreign_word_finds_its_category, 0, sizeof words / sizeof *words);
    tcase_add_test(tc, every_code_is_its_own_category);
    tcase_add_test(tc, protected_families_are_protected_whole);
    tcase_add_test(tc, word_of_any_length_is_taken);
    suite_add_tcase(suite, tc);
    tc = tcase_create("validate");
    tcase_add_test(tc, sound_report_is_accepted);
    tcase_add_test(tc, missing_part_has_its_reason);
    tcase_add_test(tc, impossible_place_has_its_reason);
    tcase_add_test(tc, time_off_the_calendar_has_its_reason);
    tcase_add_test(tc, overlong_field_is_named);
    tcase_add_test(tc, length_counts_characters_not_bytes);
    tcase_add_test(tc, anonymous_report_may_not_name_a_person);
    tcase_add_test(tc, category_is_settled_and_the_senders_word_kept);
    tcase_add_test(tc, domestic_mark_makes_a_report_protected);
    tcase_add_test(tc, every_reason_has_a_name_and_a_sentence);
    suite_add_tcase(suite, tc);
    tc = tcase_create("json");
    tcase_add_test(tc, canonical_json_leaves_out_what_is_absent);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(report_suite)
