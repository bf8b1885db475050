/* SPDX-License-Identifier: MIT */
/* Running out of memory while the points of a layer are located, through GDAL and below it. */
#include "../runner.h"
#include "city.h"
#include "fault.h"

#include <stdio.h>
#include <unistd.h>

static const char points[] = "no,lon,lat,day,error\n1,-74.015,40.01,2026-01-01,900\n"
                             "2,-74.009,40.01,2026-01-02,20\n3,-73.9,40.3,,\n4,,,,\n";

typedef struct layer_context {
    cmty_beatset *set;
    char in[300], out[300];
    cmty_table_options options;
} layer_context;

static cmty_status locate(void *context, cmty_error *err)
{
    layer_context *c = context;
    cmty_status st = cmty_locate_layer(c->set, c->in, c->out, &c->options, err);

    if (st == CMTY_OK)
        city_remove("out");
    else
        ck_assert_ptr_null(city_stray("points"));
    return st;
}

static layer_context open_context(const char *out)
{
    layer_context c = {.options = CMTY_TABLE_OPTIONS_INIT};
    FILE *f;

    snprintf(c.in, sizeof c.in, "%s", city_path("points.csv"));
    snprintf(c.out, sizeof c.out, "%s", city_path(out));
    f = fopen(c.in, "w");
    ck_assert_ptr_nonnull(f);
    fputs(points, f);
    ck_assert_int_eq(fclose(f), 0);
    c.set = city_beats();
    c.options.time_column = "day";
    c.options.accuracy_column = "error";
    c.options.probabilities = 1;
    return c;
}

START_TEST(layers_survive_every_failed_allocation) /* loop test: one format per _i */
{
    static const char *const outs[] = {"out.gpkg", "out.shp"};
    layer_context c = open_context(outs[_i]);

    fault_each_allocation(locate, &c, CMTY_OK);
    cmty_beatset_free(c.set);
}
END_TEST

START_TEST(geopackages_survive_every_failed_allocation)
{
    layer_context c = open_context("points.gpkg");

    ck_assert_int_eq(cmty_locate_layer(c.set, c.in, c.out, NULL, NULL), CMTY_OK);
    snprintf(c.in, sizeof c.in, "%s", c.out);
    snprintf(c.out, sizeof c.out, "%s", city_path("out.gpkg"));
    fault_each_allocation(locate, &c, CMTY_OK);
    unlink(c.in);
    cmty_beatset_free(c.set);
}
END_TEST

static Suite *layer_oom_suite(void)
{
    Suite *s = suite_create("layer_oom");
    TCase *tc = tcase_create("layer_oom");

    tcase_set_timeout(tc, 120);
    tcase_add_checked_fixture(tc, fault_install, NULL);
    tcase_add_checked_fixture(tc, city_set_up, city_tear_down);
    tcase_add_loop_test(tc, layers_survive_every_failed_allocation, 0, 2);
    tcase_add_test(tc, geopackages_survive_every_failed_allocation);
    suite_add_tcase(s, tc);
    return s;
}

CMTY_TEST_MAIN(layer_oom_suite)
