/* SPDX-License-Identifier: MIT */
/* Running out of memory while a mask is made ready, law by law. */
#include "../runner.h"
#include "city.h"
#include "fault.h"

#include <unistd.h>

typedef struct mask_case {
    const char *name;
    int32_t law, region;
    int addresses;
    const char *snap_to, *land;
} mask_case;

static const mask_case cases[] = {
    {"lattice", CMTY_LAW_LATTICE, CMTY_REGION_NONE, 0, NULL, NULL},
    {"lattice, clamp", CMTY_LAW_LATTICE, CMTY_REGION_CLAMP, 1, NULL, NULL},
    {"anchor", CMTY_LAW_ANCHOR, CMTY_REGION_NONE, 1, NULL, NULL},
    {"donut, redraw", CMTY_LAW_DONUT, CMTY_REGION_REDRAW, 1, NULL, NULL},
    {"grid", CMTY_LAW_GRID, CMTY_REGION_NONE, 0, NULL, NULL},
    {"withhold", CMTY_LAW_WITHHOLD, CMTY_REGION_NONE, 0, NULL, NULL},
    {"snap", CMTY_LAW_SNAP, CMTY_REGION_NONE, 1, "list.csv", NULL},
    {"street", CMTY_LAW_STREET, CMTY_REGION_NONE, 0, "roads.geojson", NULL},
    {"lattice on land", CMTY_LAW_LATTICE, CMTY_REGION_REDRAW, 0, NULL, FAULT_FILE("beats.geojson")},
};

typedef struct mask_context {
    const mask_case *c;
    cmty_beatset *beats;
    const char *key;
} mask_context;

static cmty_status open_and_apply(void *context, cmty_error *err)
{
    const mask_context *m = context;
    cmty_mask_options o = CMTY_MASK_OPTIONS_INIT;
    cmty_masked masked = {.struct_size = sizeof masked};
    char poison;
    cmty_masker *masker = (cmty_masker *)&poison;
    cmty_status status;

    o.law = m->c->law;
    o.region = m->c->region;
    o.key_file = m->key;
    o.snap_to = m->c->snap_to;
    o.land = m->c->land;
    if (m->c->addresses)
        o.addresses = FAULT_FILE("addresses.csv");
    status = cmty_masker_open(&o, m->beats, &masker, err);
    if (status != CMTY_OK) {
        ck_assert_ptr_null(masker);
        return status;
    }
    status = cmty_masker_apply(masker, "r-1", (cmty_point){-74.015, 40.01}, CMTY_TIME_UNKNOWN,
                               &masked, err);
    cmty_masker_free(masker);
    return status == CMTY_WITHHELD ? CMTY_OK : status;
}

static void write_text(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");

    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    ck_assert_int_eq(fclose(f), 0);
}

START_TEST(every_law_survives_every_failed_allocation)
{
    char key[400];
    mask_context m = {&cases[_i], NULL, key};

    write_text("list.csv", "id,lon,lat\n1,-74.015,40.01\n2,-74.005,40.01\n");
    write_text("roads.geojson",
               "{\"type\":\"LineString\",\"coordinates\":[[-74.02,40],[-74.01,40.02]]}");
    snprintf(key, sizeof key, "%s", CITY_MASK_KEY);
    m.beats = city_beats();
    fault_each_allocation(open_and_apply, &m, CMTY_OK);
    cmty_beatset_free(m.beats);
}
END_TEST

static cmty_status write_catchments(void *context, cmty_error *err)
{
    const cmty_beatset *beats = context;
    cmty_status status = cmty_catchments_write(
        beats, FAULT_FILE("addresses.csv") "|public=" FAULT_FILE("beats.geojson"), 8,
        CMTY_TIME_UNKNOWN, "catchments.gpkg", NULL, err);

    if (status != CMTY_OK)
        ck_assert_int_ne(access("catchments.gpkg", F_OK), 0); /* nothing half-written */
    unlink("catchments.gpkg");
    return status;
}

START_TEST(catchments_survive_every_failed_allocation)
{
    cmty_beatset *beats = city_beats();

    fault_each_allocation(write_catchments, beats, CMTY_OK);
    cmty_beatset_free(beats);
}
END_TEST

static Suite *mask_oom_suite(void)
{
    Suite *suite = suite_create("mask_oom");
    TCase *tc = tcase_create("mask_oom");

    tcase_set_timeout(tc, 120);
    tcase_add_checked_fixture(tc, fault_install, NULL);
    tcase_add_checked_fixture(tc, city_set_up, city_tear_down);
    tcase_add_loop_test(tc, every_law_survives_every_failed_allocation, 0,
                        (int)(sizeof cases / sizeof cases[0]));
    tcase_add_test(tc, catchments_survive_every_failed_allocation);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(mask_oom_suite)
