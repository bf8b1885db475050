/* SPDX-License-Identifier: MIT */
/* The check of beat layers as a user of the shared library sees it. */
#include "../runner.h"
#include <community/community.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char town[] = "town.geojson";
static cmty_error err;

/* n x n squares; the last one reaches half over its left neighbour where `overlap`. */
static void write_town(int n, int overlap)
{
    FILE *f = fopen(town, "w");

    ck_assert_ptr_nonnull(f);
    fputs("{\"type\":\"FeatureCollection\",\"features\":[", f);
    for (int k = 0; k < n * n; k++) { /* thousandths, whatever the locale writes before decimals */
        int x = -74000 + 10 * (k % n), y = 40000 + 10 * (k / n);
        int left = overlap && k == n * n - 1 ? x - 5 : x;

        fprintf(f,
                "%s{\"type\":\"Feature\",\"properties\":{\"BEAT\":\"%d\"},\"geometry\":{\"type\":"
                "\"Polygon\",\"coordinates\":[[[%de-3,%de-3],[%de-3,%de-3],[%de-3,%de-3],"
                "[%de-3,%de-3],[%de-3,%de-3]]]}}",
                k > 0 ? "," : "", k + 1, left, y, x + 10, y, x + 10, y + 10, left, y + 10, left, y);
    }
    fputs("]}", f);
    ck_assert_int_eq(fclose(f), 0);
}

static cmty_check *open_town(const cmty_check_options *o)
{
    const char *layer = town;
    cmty_check *check = NULL;

    err = (cmty_error)CMTY_ERROR_INIT;
    ck_assert_msg(cmty_check_open(&layer, 1, o, &check, &err) == CMTY_OK, "%s", err.message);
    return check;
}

START_TEST(a_clean_layer_has_no_finding)
{
    cmty_check *check;
    cmty_checked_layer layer = {.struct_size = sizeof layer};

    write_town(3, 0);
    check = open_town(NULL);
    ck_assert_uint_eq(cmty_check_count(check), 0);
    ck_assert_uint_eq(cmty_check_layer_count(check), 1);
    ck_assert_int_eq(cmty_check_layer(check, 0, &layer, &err), CMTY_OK);
    ck_assert_uint_eq(layer.features, 9);
    ck_assert_str_eq(layer.name, town);
    ck_assert_str_eq(layer.crs, "EPSG:4326");
    ck_assert_str_eq(layer.operation, "");
    ck_assert(layer.accuracy_m == 0);
    cmty_check_free(check);
}
END_TEST

START_TEST(an_overlap_says_who_where_and_how_large)
{
    cmty_flaw f = {.struct_size = sizeof f};
    cmty_check *check;

    write_town(2, 1);
    check = open_town(NULL);
    ck_assert_int_eq(cmty_check_flaw(check, 0, &f, &err), CMTY_OK);
    ck_assert_int_eq(f.code, CMTY_FLAW_OVERLAP);
    ck_assert_int_eq(f.severity, CMTY_SEVERITY_FAULT);
    ck_assert_int_eq(f.unit, CMTY_UNIT_M2);
    ck_assert_double_eq_tol(f.size, 427 * 1110, 2000);
    ck_assert_double_eq_tol(f.width_m, 308, 2);
    ck_assert_str_eq(f.beat, "3");
    ck_assert_str_eq(f.other_beat, "4");
    ck_assert_int_eq(f.feature, 3);
    ck_assert(f.at.lon_deg > -73.995 && f.at.lon_deg < -73.99);
    ck_assert(f.at.lat_deg > 40.01 && f.at.lat_deg < 40.02);
    ck_assert_ptr_nonnull(strstr(f.geometry, "MultiPolygon"));
    ck_assert_ptr_nonnull(strstr(f.what, "Beats 3 and 4"));
    cmty_check_free(check);
}
END_TEST

START_TEST(arguments_are_checked_and_outputs_left_alone)
{
    const char *layer = town, *none = NULL;
    cmty_check_options o = CMTY_CHECK_OPTIONS_INIT;
    cmty_check *check = (cmty_check *)&o;
    cmty_flaw f = {.struct_size = sizeof f, .code = 77}, small = {.struct_size = 8, .code = 77};
    cmty_repair repair = {.features = 77};
    char *json = (char *)&o;

    write_town(2, 1);
    ck_assert_int_eq(cmty_check_open(&layer, 1, NULL, NULL, &err), CMTY_E_INVALID);
    ck_assert_int_eq(cmty_check_open(&layer, 0, NULL, &check, &err), CMTY_E_INVALID);
    ck_assert_ptr_null(check);
    ck_assert_int_eq(cmty_check_open(&none, 1, NULL, &check, &err), CMTY_E_INVALID);
    o.sliver_m = NAN;
    ck_assert_int_eq(cmty_check_open(&layer, 1, &o, &check, &err), CMTY_E_RANGE);
    o = (cmty_check_options)CMTY_CHECK_OPTIONS_INIT;
    o.ignore_m = -1;
    ck_assert_int_eq(cmty_check_open(&layer, 1, &o, &check, &err), CMTY_E_RANGE);
    o.struct_size = 4;
    ck_assert_int_eq(cmty_check_open(&layer, 1, &o, &check, &err), CMTY_E_ABI);
    ck_assert_ptr_null(check);
    check = open_town(NULL);
    ck_assert_int_eq(cmty_check_flaw(check, 99, &f, &err), CMTY_E_RANGE);
    ck_assert_int_eq(f.code, 77);
    ck_assert_int_eq(cmty_check_flaw(check, 0, &small, &err), CMTY_E_ABI);
    ck_assert_int_eq(small.code, 77);
    ck_assert_int_eq(cmty_check_json(NULL, &json, &err), CMTY_E_INVALID);
    ck_assert_ptr_eq(json, (char *)&o);
    ck_assert_int_eq(cmty_check_write(check, "found.txt", &err), CMTY_E_INVALID);
    ck_assert_int_eq(cmty_check_write(check, "nowhere/found.gpkg", &err), CMTY_E_IO);
    ck_assert_int_eq(cmty_check_html(check, "nowhere/found.html", NULL, &err), CMTY_E_IO);
    cmty_check_free(check);
    cmty_check_free(NULL);
    repair.struct_size = 8;
    ck_assert_int_eq(cmty_check_repair(layer, "r.gpkg", NULL, &repair, &err), CMTY_E_ABI);
    ck_assert_int_eq(cmty_check_repair(layer, NULL, NULL, &repair, &err), CMTY_E_INVALID);
    repair.struct_size = sizeof repair;
    ck_assert_int_eq(cmty_check_repair("nowhere", "r.gpkg", NULL, &repair, &err), CMTY_E_IO);
    ck_assert_uint_eq(repair.features, 77);
}
END_TEST

START_TEST(every_finding_has_a_name_and_an_advice)
{
    for (int32_t code = 1; code < CMTY_FLAW_COUNT; code++) {
        ck_assert_str_ne(cmty_flaw_name(code), "unknown");
        ck_assert_uint_gt(strlen(cmty_flaw_advice(code)), 10);
        for (int32_t other = 1; other < code; other++)
            ck_assert_str_ne(cmty_flaw_name(code), cmty_flaw_name(other));
    }
    ck_assert_str_eq(cmty_flaw_name(0), "unknown");
    ck_assert_str_eq(cmty_flaw_name(CMTY_FLAW_COUNT), "unknown");
    ck_assert_str_eq(cmty_flaw_advice(-1), "");
}
END_TEST

/* ---- progress ---- */

typedef struct asked {
    long calls, stop_at; /* -1: never */
    char last[64];
} asked;

static int32_t on_progress(void *user, const char *stage, double fraction)
{
    asked *a = user;

    ck_assert(fraction <= 1);
    snprintf(a->last, sizeof a->last, "%s", stage);
    return a->calls++ == a->stop_at;
}

START_TEST(a_check_can_be_stopped_at_any_moment)
{
    asked a = {0, -1, ""};
    cmty_host host = CMTY_HOST_INIT;
    cmty_check_options o = CMTY_CHECK_OPTIONS_INIT;
    const char *layer = town;
    cmty_check *check;
    long calls;

    write_town(40, 0);
    host.user = &a;
    host.progress = on_progress;
    o.host = &host;
    check = open_town(&o);
    ck_assert_uint_eq(cmty_check_count(check), 0);
    cmty_check_free(check);
    calls = a.calls;
    ck_assert_int_gt(calls, 50);
    for (long k = 0; k < calls; k += calls / 20) {
        a = (asked){0, k, ""};
        check = (cmty_check *)&a;
        ck_assert_int_eq(cmty_check_open(&layer, 1, &o, &check, &err), CMTY_E_STOPPED);
        ck_assert_ptr_null(check);
        ck_assert_int_eq(a.calls, k + 1);
    }
}
END_TEST

static Suite *check_suite(void)
{
    Suite *suite = suite_create("check");
    TCase *tc = tcase_create("check");

    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, a_clean_layer_has_no_finding);
    tcase_add_test(tc, an_overlap_says_who_where_and_how_large);
    tcase_add_test(tc, arguments_are_checked_and_outputs_left_alone);
    tcase_add_test(tc, every_finding_has_a_name_and_an_advice);
    tcase_add_test(tc, a_check_can_be_stopped_at_any_moment);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(check_suite)
