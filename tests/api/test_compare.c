/* SPDX-License-Identifier: MIT */
/* Comparisons as a caller of the shared library sees them. */
#include "../runner.h"

#include <community/community.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char old_layer[] = CMTY_TEST_SOURCE_DIR "/tests/fault/data/beats.geojson";
static const char new_layer[] = "compare_new.geojson";

/* West gives a strip of half of itself to the east, which also fills its own hole. */
static const char new_town[] =
    "{\"type\":\"FeatureCollection\",\"features\":["
    "{\"type\":\"Feature\",\"properties\":{\"BEAT\":\"101\"},\"geometry\":{\"type\":\"Polygon\","
    "\"coordinates\":[[[-74.02,40.0],[-74.015,40.0],[-74.015,40.02],[-74.02,40.02],[-74.02,40.0]]"
    "]}},{\"type\":\"Feature\",\"properties\":{\"BEAT\":\"102\"},\"geometry\":{\"type\":"
    "\"Polygon\",\"coordinates\":[[[-74.015,40.0],[-74.0,40.0],[-74.0,40.02],[-74.015,40.02],"
    "[-74.015,40.0]]]}}]}";

static cmty_beatset *old_set, *new_set;

static cmty_beatset *open_layer(const char *layer)
{
    cmty_beatset *set = NULL;

    ck_assert_int_eq(cmty_beatset_open(&layer, 1, NULL, &set, NULL), CMTY_OK);
    return set;
}

static void setup(void)
{
    FILE *f = fopen(new_layer, "w");

    ck_assert_ptr_nonnull(f);
    fputs(new_town, f);
    ck_assert_int_eq(fclose(f), 0);
    old_set = open_layer(old_layer);
    new_set = open_layer(new_layer);
}

static void teardown(void)
{
    cmty_beatset_free(old_set);
    cmty_beatset_free(new_set);
    unlink(new_layer);
}

static cmty_comparison *compare(void)
{
    cmty_comparison *c = NULL;

    ck_assert_int_eq(cmty_compare(old_set, new_set, NULL, &c, NULL), CMTY_OK);
    return c;
}

START_TEST(rows_units_and_totals_agree)
{
    cmty_comparison *c = compare();
    cmty_comparison_totals t = {.struct_size = sizeof t};
    double sums[2] = {0, 0}, units[2] = {0, 0};

    ck_assert_int_eq(cmty_comparison_sum(c, &t, NULL), CMTY_OK);
    ck_assert_int_eq(t.changes, 2);
    ck_assert_int_eq(t.points, -1);
    ck_assert(isnan(t.population));
    for (size_t i = 0; i < cmty_comparison_count(c); i++) {
        cmty_comparison_row r = {.struct_size = sizeof r};

        ck_assert_int_eq(cmty_comparison_row_at(c, i, &r, NULL), CMTY_OK);
        sums[0] += *r.from != '\0' ? r.area_m2 : 0;
        sums[1] += *r.to != '\0' ? r.area_m2 : 0;
        ck_assert(fmod(r.area_m2, 0.25) == 0);
    }
    for (int32_t side = 0; side < 2; side++)
        for (size_t i = 0; i < cmty_comparison_unit_count(c, side); i++) {
            cmty_comparison_unit u = {.struct_size = sizeof u};

            ck_assert_int_eq(cmty_comparison_unit_at(c, side, i, &u, NULL), CMTY_OK);
            units[side] += u.area_m2;
        }
    ck_assert(sums[0] == t.old_m2 && units[0] == t.old_m2);
    ck_assert(sums[1] == t.new_m2 && units[1] == t.new_m2);
    cmty_comparison_free(c);
}
END_TEST

START_TEST(the_comparison_outlives_its_sets)
{
    cmty_comparison *c = compare();
    cmty_comparison_row r = {.struct_size = sizeof r};

    cmty_beatset_free(old_set);
    cmty_beatset_free(new_set);
    old_set = new_set = NULL;
    ck_assert_int_eq(cmty_comparison_row_at(c, 1, &r, NULL), CMTY_OK);
    ck_assert_str_eq(r.from, "101");
    ck_assert_str_eq(r.to, "102");
    ck_assert_int_eq(r.change, CMTY_CHANGE_MOVED);
    cmty_comparison_free(c);
}
END_TEST

START_TEST(wrong_arguments_are_refused_and_touch_nothing)
{
    cmty_comparison *c = compare(), *none = c;
    cmty_compare_options o = CMTY_COMPARE_OPTIONS_INIT;
    cmty_comparison_row r = {.struct_size = sizeof r, .pieces = 77};
    cmty_comparison_unit u = {.struct_size = sizeof u, .beat_count = 77};
    cmty_comparison_files files = CMTY_COMPARISON_FILES_INIT;

    ck_assert_int_eq(cmty_compare(NULL, new_set, NULL, &none, NULL), CMTY_E_INVALID);
    ck_assert_ptr_null(none);
    ck_assert_int_eq(cmty_compare(old_set, new_set, NULL, NULL, NULL), CMTY_E_INVALID);
    o.unit = 3;
    ck_assert_int_eq(cmty_compare(old_set, new_set, &o, &none, NULL), CMTY_E_INVALID);
    o.unit = CMTY_UNIT_BEAT;
    o.new_version = 1;
    ck_assert_int_eq(cmty_compare(old_set, new_set, &o, &none, NULL), CMTY_E_RANGE);
    o.new_version = -2;
    ck_assert_int_eq(cmty_compare(old_set, new_set, &o, &none, NULL), CMTY_E_RANGE);
    ck_assert_int_eq(cmty_comparison_row_at(c, 99, &r, NULL), CMTY_E_RANGE);
    ck_assert_int_eq(cmty_comparison_unit_at(c, 2, 0, &u, NULL), CMTY_E_INVALID);
    ck_assert_int_eq(cmty_comparison_unit_at(c, 1, 2, &u, NULL), CMTY_E_RANGE);
    ck_assert_int_eq(cmty_comparison_write(c, &files, NULL), CMTY_E_INVALID);
    ck_assert_int_eq(r.pieces, 77);
    ck_assert_uint_eq(u.beat_count, 77);
    ck_assert_uint_eq(cmty_comparison_count(NULL), 0);
    ck_assert_str_eq(cmty_change_name(99), "unknown");
    cmty_comparison_free(c);
}
END_TEST

static int32_t stop_at(void *user, const char *stage, double fraction)
{
    (void)fraction;
    return strcmp(stage, user) == 0;
}

START_TEST(the_host_can_stop_each_stage)
{
    static const char *const stages[] = {"preparing boundaries", "comparing boundaries",
                                         "counting points", "counting people",
                                         "writing the comparison"};
    cmty_host host = CMTY_HOST_INIT;
    cmty_compare_options o = CMTY_COMPARE_OPTIONS_INIT;
    cmty_comparison_files files = CMTY_COMPARISON_FILES_INIT;
    cmty_comparison *c = NULL;
    FILE *f = fopen("compare_points.csv", "w");

    ck_assert_ptr_nonnull(f);
    fputs("lon,lat\n-74.01,40.01\n", f);
    ck_assert_int_eq(fclose(f), 0);
    host.user = (void *)stages[_i];
    host.progress = stop_at;
    o.points = o.population = "compare_points.csv";
    o.host = files.host = &host;
    files.csv = "compare_out.csv";
    ck_assert_int_eq(cmty_compare(old_set, new_set, &o, &c, NULL),
                     _i < 4 ? CMTY_E_STOPPED : CMTY_OK);
    if (_i == 4)
        ck_assert_int_eq(cmty_comparison_write(c, &files, NULL), CMTY_E_STOPPED);
    ck_assert_int_eq(access(files.csv, F_OK), -1);
    cmty_comparison_free(c);
    unlink("compare_points.csv");
}
END_TEST

START_TEST(versions_are_found_by_label_and_by_date)
{
    const char *layers[] = {CMTY_TEST_SOURCE_DIR "/tests/fault/data/beats.geojson|to=2015-07-19",
                            "compare_new.geojson|from=2015-07-19"};
    const struct {
        const char *text;
        int32_t version;
    } asked[] = {{"../2015-07-19", 0},
                 {"2015-07-19/..", 1},
                 {"2015-07-18", 0},
                 {"2015-07-19", 1},
                 {"2015-07-19T00:00:00Z", 1}};
    cmty_beatset *set = NULL;
    int32_t version = 77;

    ck_assert_int_eq(cmty_beatset_open(layers, 2, NULL, &set, NULL), CMTY_OK);
    ck_assert_int_eq(cmty_beatset_find_version(set, "spring", NULL, &version, NULL), CMTY_E_FORMAT);
    ck_assert_int_eq(version, 77);
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        ck_assert_int_eq(cmty_beatset_find_version(set, asked[i].text, NULL, &version, NULL),
                         CMTY_OK);
        ck_assert_int_eq(version, asked[i].version);
    }
    cmty_beatset_free(set);
}
END_TEST

static Suite *compare_suite(void)
{
    Suite *suite = suite_create("compare");
    TCase *tc = tcase_create("compare");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, rows_units_and_totals_agree);
    tcase_add_test(tc, the_comparison_outlives_its_sets);
    tcase_add_test(tc, wrong_arguments_are_refused_and_touch_nothing);
    tcase_add_loop_test(tc, the_host_can_stop_each_stage, 0, 5);
    tcase_add_test(tc, versions_are_found_by_label_and_by_date);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(compare_suite)
