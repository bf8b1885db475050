/* SPDX-License-Identifier: MIT */
/* release: what the gate lets through, and what it makes of it. */
#include "../runner.h"
#include "release/released.h"
#include "small_city.h"

#include <math.h>

static const cmty_time day = INT64_C(1718409600000); /* 2024-06-15T00:00:00Z */
static const cmty_time hour = INT64_C(3600000);

static char folder[] = "/tmp/cmty-gate-XXXXXX";
static cmty_beatset *beats;
static cmty_policy *policy;
static cmty__gate *gate;

static void open_gate(void)
{
    ck_assert_ptr_nonnull(mkdtemp(folder));
    beats = small_city_beats(folder);
    policy = small_city_policy(3);
    ck_assert_int_eq(cmty__gate_new(policy, beats, &gate, NULL), CMTY_OK);
}

static void close_gate(void)
{
    char command[300];

    cmty__gate_free(gate);
    cmty_policy_free(policy);
    cmty_beatset_free(beats);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    ck_assert_int_eq(system(command), 0);
    memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
}

static cmty__entry entry(void)
{
    return small_city_entry(beats, "A1", "theft", day, 1);
}

static cmty__released admit(const cmty__entry *e)
{
    cmty__released r;
    cmty_error err = CMTY_ERROR_INIT;

    ck_assert_msg(cmty__gate_admit(gate, e, &r, &err) == CMTY_OK, "%s", err.message);
    return r;
}

static void assert_withheld(const cmty__entry *e)
{
    cmty__released r, before;

    memset(&r, 0x5a, sizeof r);
    memcpy(&before, &r, sizeof r);
    ck_assert_int_eq(cmty__gate_admit(gate, e, &r, NULL), CMTY_WITHHELD);
    ck_assert_mem_eq(&r, &before, sizeof r);
}

START_TEST(what_is_published_comes_out_as_it_went_in)
{
    cmty__entry e = entry();
    cmty__released r = admit(&e);

    ck_assert_str_eq(r.report_id, e.report_id);
    ck_assert_str_eq(r.category, "theft");
    ck_assert_str_eq(r.category_label, "Theft");
    ck_assert_str_eq(r.law, "anchor");
    ck_assert_str_eq(r.guarantee, "anchor");
    ck_assert_str_eq(r.beat_id, "A1");
    ck_assert_str_eq(r.time_local, "2024-06-15T00:00:00");
    ck_assert_str_eq(r.time_bin, "day");
    ck_assert_double_eq_tol(r.at.lon_deg, -94.99, 1e-9);
    ck_assert_double_eq(r.radius_m, 150);
}
END_TEST

START_TEST(what_intake_withheld_stays_inside)
{
    cmty__entry e = entry();

    e.withheld = true;
    assert_withheld(&e);
}
END_TEST

START_TEST(a_protected_category_stays_inside_whatever_the_row_says)
{
    cmty__entry e = entry();

    e.category = "domestic.violence";
    assert_withheld(&e);
}
END_TEST

START_TEST(a_row_without_a_mask_stays_inside)
{
    static const int32_t laws[] = {CMTY_LAW_AUTO, CMTY_LAW_WITHHOLD, 99, -1};
    cmty__entry e = entry();

    for (size_t i = 0; i < sizeof laws / sizeof laws[0]; i++) {
        e.law = laws[i];
        assert_withheld(&e);
    }
    e = entry();
    e.masked = (cmty_point){0, 0};
    assert_withheld(&e);
    e.masked = (cmty_point){-95, 91};
    assert_withheld(&e);
    e.masked = (cmty_point){(double)NAN, 40};
    assert_withheld(&e);
    e = entry();
    e.radius_m = 0;
    assert_withheld(&e);
    e.radius_m = (double)INFINITY;
    assert_withheld(&e);
    e = entry();
    e.time_bin = CMTY_TIME_UNKNOWN;
    assert_withheld(&e);
}
END_TEST

START_TEST(a_text_in_the_category_column_does_not_leave)
{
    cmty__entry e = entry();
    cmty__released r;

    e.category = "call Jane at 555-0100";
    r = admit(&e);
    ck_assert_str_eq(r.category, "other");
    ck_assert_str_eq(r.category_label, "Other");
}
END_TEST

START_TEST(an_id_that_is_not_a_keyed_hash_is_a_damaged_store)
{
    static const char *const bad[] = {"", "case-17", "0123456789ABCDEF0123456789ABCDEF",
                                      "0123456789abcdef0123456789abcdef0"};
    cmty__released r;
    cmty__entry e = entry();

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        e.report_id = bad[i];
        ck_assert_int_eq(cmty__gate_admit(gate, &e, &r, NULL), CMTY_E_FORMAT);
    }
}
END_TEST

START_TEST(a_bin_finer_than_the_policy_is_made_coarser)
{
    cmty__entry e = entry();
    cmty__released r;

    e.bin = "hour";
    e.time_bin = day + 14 * hour;
    r = admit(&e);
    ck_assert_str_eq(r.time_bin, "day");
    ck_assert_int_eq(r.time_utc, day);
    e.bin = "month"; /* one coarser than the policy asks stays as it is */
    e.time_bin = day;
    r = admit(&e);
    ck_assert_str_eq(r.time_bin, "month");
    ck_assert_str_eq(r.time_local, "2024-06-01T00:00:00");
}
END_TEST

START_TEST(an_undisclosed_beat_follows_the_masked_point)
{
    cmty__entry e = entry();
    cmty__released r;

    e.law = CMTY_LAW_LATTICE;
    e.beat_disclosed = false;
    e.published_beat = -1;
    e.masked = small_city_middle("A2"); /* the true beat is A1 */
    r = admit(&e);
    ck_assert_str_eq(r.beat_id, "A2");
    ck_assert(!r.beat_disclosed);
    e.masked.lat_deg += 1; /* outside every beat */
    r = admit(&e);
    ck_assert_str_eq(r.beat_id, "");
    ck_assert_int_eq(r.beat, -1);
}
END_TEST

START_TEST(a_disclosed_beat_holds_the_point_after_rounding)
{
    cmty__entry e = entry();
    const cmty__areas *areas = cmty__beatset_areas(beats, 0);
    int32_t area = cmty__beatset_area_of(beats, 0, e.beat);

    for (int i = 1; i < 200; i++) { /* from just inside the shared edge of A1 and A2 */
        cmty__released r;

        e.masked.lon_deg = -94.98 - i * 1e-8;
        r = admit(&e);
        ck_assert(cmty__areas_contains(areas, area, r.at));
        ck_assert_double_le(fabs(r.at.lon_deg - e.masked.lon_deg), 1.01e-6);
        ck_assert_str_eq(r.beat_id, "A1");
    }
}
END_TEST

START_TEST(no_more_than_six_decimals_leave)
{
    cmty__entry e = entry();
    cmty__released r;

    e.law = CMTY_LAW_DONUT;
    e.beat_disclosed = false;
    e.masked = (cmty_point){-94.98765432109876, 40.01234567890123};
    e.radius_m = 123.000001;
    r = admit(&e);
    ck_assert_double_eq(r.at.lon_deg, -94.987654);
    ck_assert_double_eq(r.at.lat_deg, 40.012346);
    ck_assert_double_eq(r.radius_m, 124); /* never less than promised */
}
END_TEST

START_TEST(each_law_has_a_guarantee_in_words)
{
    cmty__entry e = entry();

    admit(&e);
    admit(&e);
    e.law = CMTY_LAW_LATTICE;
    admit(&e);
    ck_assert_uint_eq(cmty__gate_guarantee_count(gate), 2);
    ck_assert_str_eq(cmty__gate_guarantee(gate, 0)->id, "anchor");
    ck_assert_str_eq(cmty__gate_guarantee(gate, 1)->id, "lattice");
    ck_assert_uint_gt(strlen(cmty__gate_guarantee(gate, 1)->words), 20);
}
END_TEST

START_TEST(a_record_that_is_finer_than_it_may_be_does_not_leave)
{
    cmty__entry e = entry();
    cmty__released good = admit(&e), r;

    ck_assert(cmty__gate_fit(gate, &good));
    r = good;
    r.at.lon_deg += 1e-7;
    ck_assert(!cmty__gate_fit(gate, &r));
    r = good;
    r.time_utc += hour;
    ck_assert(!cmty__gate_fit(gate, &r));
    r = good;
    r.time_bin = "hour";
    ck_assert(!cmty__gate_fit(gate, &r));
    r = good;
    r.report_id[0] = 'x';
    ck_assert(!cmty__gate_fit(gate, &r));
    r = good;
    r.category = "seen at 12 Elm Street";
    ck_assert(!cmty__gate_fit(gate, &r));
    r = good;
    r.category = "domestic.violence";
    ck_assert(!cmty__gate_fit(gate, &r));
    r = good;
    r.radius_m = 123.25;
    ck_assert(!cmty__gate_fit(gate, &r));
    r = good;
    cmty__gate_hide_category(gate, &r);
    ck_assert(cmty__gate_fit(gate, &r));
}
END_TEST

START_TEST(a_record_without_its_category_has_no_finer_time_by_which_it_is_known)
{
    static const char json[] = "{\"policy\":1,\"name\":\"x\",\"default\":{\"time_bin\":\"hour\"},"
                               "\"categories\":{\"burglary\":{\"time_bin\":\"week\"},"
                               "\"hate\":{\"law\":\"grid\",\"time_bin\":\"month\"}}}";
    cmty_policy *other = NULL;
    cmty__gate *own = NULL;
    cmty__entry e = entry();
    cmty__released theft, burglary, hate;

    ck_assert_int_eq(cmty__policy_parse(json, strlen(json), "x", &other, NULL), CMTY_OK);
    ck_assert_int_eq(cmty__gate_new(other, beats, &own, NULL), CMTY_OK);
    e.category = "theft";
    e.bin = "hour";
    ck_assert_int_eq(cmty__gate_admit(own, &e, &theft, NULL), CMTY_OK);
    e.category = "burglary";
    e.bin = "week";
    ck_assert_int_eq(cmty__gate_admit(own, &e, &burglary, NULL), CMTY_OK);
    e.category = "hate";
    e.bin = "month";
    ck_assert_int_eq(cmty__gate_admit(own, &e, &hate, NULL), CMTY_OK);
    ck_assert(theft.plain && burglary.plain && !hate.plain); /* another law would tell it */
    cmty__gate_hide_category(own, &theft);
    cmty__gate_hide_category(own, &burglary);
    ck_assert_str_eq(theft.time_bin, "week");
    ck_assert_str_eq(theft.time_bin, burglary.time_bin);
    ck_assert_int_eq(theft.time_utc, burglary.time_utc);
    ck_assert_str_eq(theft.time_local, burglary.time_local);
    cmty__gate_free(own);
    cmty_policy_free(other);
}
END_TEST

static Suite *gate_suite(void)
{
    Suite *suite = suite_create("gate");
    TCase *tc = tcase_create("gate");

    tcase_add_checked_fixture(tc, open_gate, close_gate);
    tcase_add_test(tc, what_is_published_comes_out_as_it_went_in);
    tcase_add_test(tc, what_intake_withheld_stays_inside);
    tcase_add_test(tc, a_protected_category_stays_inside_whatever_the_row_says);
    tcase_add_test(tc, a_row_without_a_mask_stays_inside);
    tcase_add_test(tc, a_text_in_the_category_column_does_not_leave);
    tcase_add_test(tc, an_id_that_is_not_a_keyed_hash_is_a_damaged_store);
    tcase_add_test(tc, a_bin_finer_than_the_policy_is_made_coarser);
    tcase_add_test(tc, an_undisclosed_beat_follows_the_masked_point);
    tcase_add_test(tc, a_disclosed_beat_holds_the_point_after_rounding);
    tcase_add_test(tc, no_more_than_six_decimals_leave);
    tcase_add_test(tc, each_law_has_a_guarantee_in_words);
    tcase_add_test(tc, a_record_that_is_finer_than_it_may_be_does_not_leave);
    tcase_add_test(tc, a_record_without_its_category_has_no_finer_time_by_which_it_is_known);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(gate_suite)
