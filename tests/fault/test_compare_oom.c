/* SPDX-License-Identifier: MIT */
/* Running out of memory while boundaries are compared, and while the comparison is written. */
#include "../runner.h"
#include "city.h"
#include "fault.h"

#include <stdio.h>
#include <unistd.h>

typedef struct compare_context {
    cmty_beatset *old_set, *new_set;
    cmty_compare_options options;
} compare_context;

static const char old_layer[] = FAULT_FILE("beats.geojson");

/* The same town, with one beat that is wider and one that is elsewhere. */
static const char new_town[] =
    "{\"type\":\"FeatureCollection\",\"features\":["
    "{\"type\":\"Feature\",\"properties\":{\"BEAT\":\"1\"},\"geometry\":{\"type\":\"Polygon\","
    "\"coordinates\":[[[-74.021,40.0],[-74.008,40.0],[-74.008,40.02],[-74.021,40.02],[-74.021,40.0]"
    "]]}},{\"type\":\"Feature\",\"properties\":{\"BEAT\":\"9\"},\"geometry\":{\"type\":\"Polygon\","
    "\"coordinates\":[[[-74.01,40.0],[-73.99,40.0],[-73.99,40.02],[-74.01,40.02],[-74.01,40.0]]]}}]"
    "}";
static const char people[] =
    "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{\"N\":70},"
    "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[-74.03,39.99],[-74.005,39.99],[-74.005,"
    "40.01],[-74.03,40.01],[-74.03,39.99]]]}}]}";
static const char points[] = "lon,lat\n-74.015,40.01\n-74.009,40.01\n-73.9,40.3\n";

static const char *write_text(const char *name, const char *text)
{
    const char *path = city_path(name);
    FILE *f = fopen(path, "w");

    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    ck_assert_int_eq(fclose(f), 0);
    return path;
}

static cmty_beatset *open_layer(const char *layer)
{
    cmty_beatset *set = NULL;

    ck_assert_int_eq(cmty_beatset_open(&layer, 1, NULL, &set, NULL), CMTY_OK);
    return set;
}

static cmty_status compare(void *context, cmty_error *err)
{
    compare_context *c = context;
    char poison;
    cmty_comparison *comparison = (cmty_comparison *)&poison;
    cmty_status st = cmty_compare(c->old_set, c->new_set, &c->options, &comparison, err);

    if (st == CMTY_OK)
        cmty_comparison_free(comparison);
    else
        ck_assert_ptr_null(comparison);
    return st;
}

START_TEST(comparing_survives_every_failed_allocation)
{
    char points_path[300], people_path[320];
    compare_context c = {.options = CMTY_COMPARE_OPTIONS_INIT};

    c.old_set = open_layer(old_layer);
    c.new_set = open_layer(write_text("new.geojson", new_town));
    snprintf(points_path, sizeof points_path, "%s", write_text("points.csv", points));
    snprintf(people_path, sizeof people_path, "%s|weight=N", write_text("people.geojson", people));
    if (_i > 0)
        c.options.points = points_path;
    if (_i > 1)
        c.options.population = people_path;
    fault_each_allocation(compare, &c, CMTY_OK);
    cmty_beatset_free(c.old_set);
    cmty_beatset_free(c.new_set);
}
END_TEST

typedef struct write_context {
    cmty_comparison *comparison;
    cmty_comparison_files files;
} write_context;

static cmty_status write_files(void *context, cmty_error *err)
{
    write_context *c = context;
    cmty_status st = cmty_comparison_write(c->comparison, &c->files, err);
    const char *const made[] = {c->files.csv, c->files.geojson, c->files.gpkg, c->files.html};

    for (size_t i = 0; i < sizeof made / sizeof *made; i++)
        if (made[i] != NULL)
            ck_assert_int_eq(unlink(made[i]), st == CMTY_OK ? 0 : -1);
    return st;
}

START_TEST(writing_survives_every_failed_allocation)
{
    static const char *const names[] = {"out.csv", "out.geojson", "out.gpkg", "out.html"};
    write_context c = {.files = CMTY_COMPARISON_FILES_INIT};
    const char **const to[] = {&c.files.csv, &c.files.geojson, &c.files.gpkg, &c.files.html};
    cmty_beatset *old_set = open_layer(old_layer);
    cmty_beatset *new_set = open_layer(write_text("new.geojson", new_town));
    char path[300];

    ck_assert_int_eq(cmty_compare(old_set, new_set, NULL, &c.comparison, NULL), CMTY_OK);
    snprintf(path, sizeof path, "%s", city_path(names[_i]));
    *to[_i] = path;
    fault_each_allocation(write_files, &c, CMTY_OK);
    cmty_comparison_free(c.comparison);
    cmty_beatset_free(old_set);
    cmty_beatset_free(new_set);
}
END_TEST

static cmty_status find_version(void *context, cmty_error *err)
{
    int32_t version = 77;
    cmty_status st = cmty_beatset_find_version(context, "no such version", NULL, &version, err);

    ck_assert_int_eq(version, 77);
    return st;
}

START_TEST(finding_no_version_survives_every_failed_allocation)
{
    cmty_beatset *set = open_layer(old_layer);

    fault_each_allocation(find_version, set, CMTY_E_FORMAT);
    cmty_beatset_free(set);
}
END_TEST

static Suite *compare_oom_suite(void)
{
    Suite *suite = suite_create("compare_oom");
    TCase *tc = tcase_create("compare_oom");

    tcase_set_timeout(tc, 120);
    tcase_add_checked_fixture(tc, fault_install, NULL);
    tcase_add_loop_test(tc, comparing_survives_every_failed_allocation, 0, 3);
    tcase_add_loop_test(tc, writing_survives_every_failed_allocation, 0, 4);
    tcase_add_test(tc, finding_no_version_survives_every_failed_allocation);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(compare_oom_suite)
