/* SPDX-License-Identifier: MIT */
/* Fences: windows, places, what a layer may say, and what is refused. */
#include "fence_file.h"

#include <math.h>

static const char *const actions[] = {"accept", "escalate", "withhold", "refuse"};

/* ---- windows ---- */

static const struct {
    const char *days, *hours,
        *when; /* UTC; Chicago is five hours behind until 1 November, then six */
    bool applies;
} windows[] = {
    {"fri", "22:00-06:00", "2026-05-16T02:59:59Z", false}, /* Friday 21:59:59 */
    {"fri", "22:00-06:00", "2026-05-16T03:00:00Z", true},
    {"fri", "22:00-06:00", "2026-05-16T10:59:59Z", true}, /* Saturday 05:59:59 */
    {"fri", "22:00-06:00", "2026-05-16T11:00:00Z", false},
    {"fri", "22:00-06:00", "2026-05-15T10:00:00Z", false}, /* the night from Thursday */
    {"sun", "22:00-06:00", "2026-05-18T10:00:00Z", true},  /* Monday 05:00 */
    {"mon", "22:00-06:00", "2026-05-18T10:00:00Z", false},
    {"mon-fri,sun", "00:00-24:00", "2026-05-17T15:00:00Z", true}, /* Sunday */
    {"mon-fri,sun", "00:00-24:00", "2026-05-16T15:00:00Z", false},
    {"SAT-mon, tue", "", "2026-05-17T15:00:00Z", true},
    {"sat-mon", "", "2026-05-19T04:59:59Z", true}, /* Monday 23:59:59 */
    {"sat-mon", "", "2026-05-19T05:00:00Z", false},
    {"", "18:00-24:00", "2026-05-16T04:59:59Z", true},
    {"", "18:00-24:00", "2026-05-16T05:00:00Z", false},
    {"", "02:00-03:00", "2026-03-08T07:59:59Z", false}, /* 01:59:59; there is no 02:00 that day */
    {"", "02:00-03:00", "2026-03-08T08:00:00Z", false}, /* 03:00 */
    {"", "01:00-02:00", "2026-11-01T06:30:00Z", true},  /* 01:30, and an hour later again */
    {"", "01:00-02:00", "2026-11-01T07:30:00Z", true},
    {"", "01:00-02:00", "2026-11-01T08:00:00Z", false},
    {"sun", "", "2026-11-02T05:59:59Z", true}, /* a day of 25 hours */
};
enum { WINDOW_COUNT = sizeof windows / sizeof windows[0] };

START_TEST(windows_are_half_open_in_local_time_and_belong_to_the_day_they_begin)
{
    char properties[200];
    cmty_fenceset *set;

    snprintf(properties, sizeof properties,
             "\"id\":\"a\",\"action\":\"refuse\",\"days\":\"%s\",\"hours\":\"%s\"",
             windows[_i].days, windows[_i].hours);
    set = open_one(properties, "America/Chicago");
    ck_assert_int_eq(decide(set, 0.5, 0.5, "theft", moment(windows[_i].when)).matched_count,
                     windows[_i].applies);
    cmty_fenceset_free(set);
}
END_TEST

START_TEST(validity_is_half_open_in_local_time)
{
    cmty_fenceset *set =
        open_one("\"id\":\"a\",\"action\":\"refuse\",\"valid_from\":\"2026-05-01\","
                 "\"valid_to\":\"2026-06-01T12:00:00Z\"",
                 "America/Chicago");

    ck_assert_uint_eq(decide(set, 0, 0, "theft", moment("2026-05-01T04:59:59.999Z")).matched_count,
                      0);
    ck_assert_uint_eq(decide(set, 0, 0, "theft", moment("2026-05-01T05:00:00Z")).matched_count, 1);
    ck_assert_uint_eq(decide(set, 0, 0, "theft", moment("2026-06-01T11:59:59.999Z")).matched_count,
                      1);
    ck_assert_uint_eq(decide(set, 0, 0, "theft", moment("2026-06-01T12:00:00Z")).matched_count, 0);
    cmty_fenceset_free(set);
}
END_TEST

START_TEST(without_a_time_windows_apply_unless_they_accept)
{
    cmty__buf b = {0};
    cmty_fenceset *set;

    begin_features(&b);
    add_feature(&b, "\"id\":\"a\",\"action\":\"accept\",\"days\":\"mon\",\"priority\":9",
                rectangle(0, 0, 1, 1));
    add_feature(&b, "\"id\":\"w\",\"action\":\"withhold\",\"hours\":\"01:00-02:00\"",
                rectangle(0, 0, 1, 1));
    end_features(&b);
    set = open_set(NULL);
    ck_assert_str_eq(decide(set, 0.5, 0.5, "theft", CMTY_TIME_UNKNOWN).fence_id, "w");
    ck_assert_uint_eq(decide(set, 0.5, 0.5, "theft", CMTY_TIME_UNKNOWN).matched_count, 1);
    cmty_fenceset_free(set);
    cmty__buf_free(&b);
}
END_TEST

/* ---- places ---- */

START_TEST(edges_and_corners_belong_to_the_fence_and_holes_do_not)
{
    cmty__buf b = {0};
    cmty_fenceset *set;

    begin_features(&b);
    add_feature(&b, "\"id\":\"a\",\"action\":\"refuse\"",
                "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[3,0],[3,3],[0,3],[0,0]],"
                "[[1,1],[2,1],[2,2],[1,2],[1,1]]]}");
    end_features(&b);
    set = open_set(NULL);
    ck_assert_uint_eq(decide(set, 0, 0, "theft", 0).matched_count, 1);
    ck_assert_uint_eq(decide(set, 3, 1.5, "theft", 0).matched_count, 1);
    ck_assert_uint_eq(decide(set, 1, 1, "theft", 0).matched_count, 1);
    ck_assert_uint_eq(decide(set, 1.5, 1, "theft", 0).matched_count, 1);
    ck_assert_uint_eq(decide(set, 1.5, 1.5, "theft", 0).matched_count, 0);
    ck_assert_uint_eq(decide(set, nextafter(3, 4), 1.5, "theft", 0).matched_count, 0);
    cmty_fenceset_free(set);
    cmty__buf_free(&b);
}
END_TEST

START_TEST(a_circle_holds_every_point_within_its_radius)
{
    static const double lats[] = {-84, -60, -33.9, 0, 41.9, 71, 84};
    static const double radii[] = {0.5, 30, 250, 5000, 99000};
    cmty__buf b = {0};
    char properties[100], geometry[100];

    for (size_t i = 0; i < sizeof lats / sizeof lats[0]; i++) {
        for (size_t k = 0; k < sizeof radii / sizeof radii[0]; k++) {
            const cmty_point centre = {-87.6, lats[i]};
            cmty_fenceset *set = NULL;

            if (fabs(lats[i]) + radii[k] / 110000 > 84.9)
                continue;
            begin_features(&b);
            (void)cmty__format(properties, sizeof properties,
                               "\"id\":\"c\",\"action\":\"withhold\",\"radius_m\":%g", radii[k]);
            (void)cmty__format(geometry, sizeof geometry,
                               "{\"type\":\"Point\",\"coordinates\":[%g,%g]}", centre.lon_deg,
                               centre.lat_deg);
            add_feature(&b, properties, geometry);
            end_features(&b);
            ck_assert_int_eq(try_open("|crs=EPSG:4326", NULL, &set, NULL), CMTY_OK);
            for (int a = 0; a < 3600; a++) {
                cmty_point in = cmty__geodesic_to(centre, a / 10.0, radii[k]);
                cmty_point out = cmty__geodesic_to(centre, a / 10.0, radii[k] * 1.004);

                ck_assert_uint_eq(decide(set, in.lon_deg, in.lat_deg, "theft", 0).matched_count, 1);
                ck_assert_uint_eq(decide(set, out.lon_deg, out.lat_deg, "theft", 0).matched_count,
                                  0);
            }
            cmty_fenceset_free(set);
        }
    }
    cmty__buf_free(&b);
}
END_TEST

START_TEST(overlapping_circles_of_one_feature_do_not_cancel)
{
    cmty__buf b = {0};
    cmty_fenceset *set;

    begin_features(&b);
    add_feature(&b, "\"id\":\"c\",\"action\":\"withhold\",\"radius_m\":1000",
                "{\"type\":\"MultiPoint\",\"coordinates\":[[0,0],[0.005,0]]}");
    end_features(&b);
    set = open_set(NULL);
    ck_assert_uint_eq(cmty_fenceset_count(set), 2);
    ck_assert_int_eq(decide(set, 0.0025, 0, "theft", 0).action, CMTY_FENCE_WITHHOLD);
    cmty_fenceset_free(set);
    cmty__buf_free(&b);
}
END_TEST

START_TEST(any_number_of_fences_may_lie_on_one_place)
{
    cmty__buf b = {0};
    cmty_fenceset *set;
    char properties[100];

    begin_features(&b);
    for (int i = 0; i < 300; i++) {
        snprintf(properties, sizeof properties,
                 "\"id\":\"f%03d\",\"action\":\"%s\",\"category\":\"%s\"", i,
                 i == 250 ? "refuse" : "escalate", i % 2 == 0 ? "" : "arson");
        add_feature(&b, properties, rectangle(0, 0, 1, 1 + i / 100));
    }
    end_features(&b);
    set = open_set(NULL);
    ck_assert_uint_eq(decide(set, 0.5, 0.5, "theft", 0).matched_count, 150);
    ck_assert_str_eq(decide(set, 0.5, 0.5, "theft", 0).fence_id, "f250");
    ck_assert_str_eq(decide(set, 0.5, 2.5, "arson", 0).fence_id, "f250");
    ck_assert_uint_eq(decide(set, 0.5, 2.5, "arson", 0).matched_count, 100);
    cmty_fenceset_free(set);
    cmty__buf_free(&b);
}
END_TEST

START_TEST(without_fences_every_report_is_accepted)
{
    cmty_fenceset *set;
    cmty_fence_decision d;

    write_file("{\"type\":\"FeatureCollection\",\"features\":[]}");
    if (try_open("|action=refuse", NULL, &set, NULL) != CMTY_OK)
        return; /* a layer that knows no fields may be refused, but not misread */
    d = decide(set, 0.5, 0.5, "theft", 0);
    ck_assert_int_eq(d.action, CMTY_FENCE_ACCEPT);
    ck_assert_int_eq(d.fence, -1);
    ck_assert_str_eq(d.fence_id, "");
    cmty_fenceset_free(through_bytes(set));
}
END_TEST

/* ---- the layer ---- */

START_TEST(an_action_comes_from_the_feature_the_layer_or_the_options)
{
    const char *layers[] = {path};
    cmty_fence_options options = CMTY_FENCE_OPTIONS_INIT;
    cmty_fenceset *set = open_one("\"id\":\"a\",\"action\":\"accept\"", NULL);

    ck_assert_int_eq(decide(set, 0, 0, "theft", 0).action, CMTY_FENCE_ACCEPT);
    cmty_fenceset_free(set);
    write_file("{\"type\":\"Feature\",\"properties\":{\"School\":\"a\"},\"geometry\":{\"type\":"
               "\"Polygon\",\"coordinates\":[[[0,0],[1,0],[1,1],[0,0]]]}}");
    ck_assert_int_eq(try_open("|action=escalate|id=school", NULL, &set, NULL), CMTY_OK);
    ck_assert_int_eq(decide(set, 0, 0, "theft", 0).action, CMTY_FENCE_ESCALATE);
    ck_assert_str_eq(decide(set, 0, 0, "theft", 0).fence_id, "a");
    cmty_fenceset_free(set);
    ck_assert_int_eq(try_open("|id=school", NULL, &set, NULL), CMTY_E_FORMAT);
    ck_assert_int_eq(try_open("|action=escalate", NULL, &set, NULL), CMTY_E_FORMAT);
    ck_assert_int_eq(try_open("|id=school|action=forbid", NULL, &set, NULL), CMTY_E_INVALID);
    ck_assert_int_eq(try_open("|id=school|action=refuse|weight=x", NULL, &set, NULL),
                     CMTY_E_INVALID);
    ck_assert_ptr_null(set);
    write_file("{\"type\":\"Feature\",\"properties\":{\"name\":\"a\"},\"geometry\":{\"type\":"
               "\"Polygon\",\"coordinates\":[[[0,0],[1,0],[1,1],[0,0]]]}}");
    options.default_action = CMTY_FENCE_WITHHOLD;
    ck_assert_int_eq(cmty_fenceset_open(layers, 1, &options, &set, NULL), CMTY_OK);
    ck_assert_int_eq(decide(set, 0, 0, "theft", 0).action, CMTY_FENCE_WITHHOLD);
    cmty_fenceset_free(set);
    options.default_action = 4;
    ck_assert_int_eq(cmty_fenceset_open(layers, 1, &options, &set, NULL), CMTY_E_INVALID);
}
END_TEST

static const struct {
    const char *properties, *geometry, *field; /* NULL geometry: a good polygon */
} bad_features[] = {
    {"\"action\":\"refuse\",\"id\":\"\"", NULL, "id"},
    {"\"action\":\"refuse\",\"id\":null,\"name\":null", NULL, "id"},
    {"\"action\":\"forbid\"", NULL, "action"},
    {"\"action\":\"\"", NULL, "action"},
    {"\"action\":\"refuse\",\"priority\":\"high\"", NULL, "priority"},
    {"\"action\":\"refuse\",\"priority\":1.5", NULL, "priority"},
    {"\"action\":\"refuse\",\"priority\":1e12", NULL, "priority"},
    {"\"action\":\"refuse\",\"category\":\"thefts\"", NULL, "category"},
    {"\"action\":\"refuse\",\"category\":\"theft,\"", NULL, "category"},
    {"\"action\":\"refuse\",\"category\":\",\"", NULL, "category"},
    {"\"action\":\"refuse\",\"category\":\"theft;arson\"", NULL, "category"},
    {"\"action\":\"refuse\",\"category\":\"*\"", NULL, "category"},
    {"\"action\":\"refuse\",\"days\":\"monday\"", NULL, "days"},
    {"\"action\":\"refuse\",\"days\":\"mon-\"", NULL, "days"},
    {"\"action\":\"refuse\",\"days\":\"mon--fri\"", NULL, "days"},
    {"\"action\":\"refuse\",\"days\":\"mon,,fri\"", NULL, "days"},
    {"\"action\":\"refuse\",\"days\":\"8\"", NULL, "days"},
    {"\"action\":\"refuse\",\"hours\":\"22-6\"", NULL, "hours"},
    {"\"action\":\"refuse\",\"hours\":\"22:00-22:00\"", NULL, "hours"},
    {"\"action\":\"refuse\",\"hours\":\"24:00-06:00\"", NULL, "hours"},
    {"\"action\":\"refuse\",\"hours\":\"22:00-24:01\"", NULL, "hours"},
    {"\"action\":\"refuse\",\"hours\":\"22:60-23:00\"", NULL, "hours"},
    {"\"action\":\"refuse\",\"hours\":\"22:00-06:00 \"", NULL, "hours"},
    {"\"action\":\"refuse\",\"valid_from\":\"soon\"", NULL, "valid_from"},
    {"\"action\":\"refuse\",\"valid_from\":\"05/06/2026\"", NULL, "valid_from"},
    {"\"action\":\"refuse\",\"valid_to\":\"2026-02-30\"", NULL, "valid_to"},
    {"\"action\":\"refuse\",\"valid_from\":\"2026-05-02\",\"valid_to\":\"2026-05-02\"", NULL,
     "valid_to"},
    {"\"action\":\"refuse\",\"radius_m\":5", NULL, "radius_m"},
    {"\"action\":\"refuse\"", "{\"type\":\"Point\",\"coordinates\":[0,0]}", "radius_m"},
    {"\"action\":\"refuse\",\"radius_m\":0", "{\"type\":\"Point\",\"coordinates\":[0,0]}",
     "radius_m"},
    {"\"action\":\"refuse\",\"radius_m\":-5", "{\"type\":\"Point\",\"coordinates\":[0,0]}",
     "radius_m"},
    {"\"action\":\"refuse\",\"radius_m\":200000", "{\"type\":\"Point\",\"coordinates\":[0,0]}",
     "radius_m"},
    {"\"action\":\"refuse\",\"radius_m\":900", "{\"type\":\"Point\",\"coordinates\":[179.999,0]}",
     "radius_m"},
    {"\"action\":\"refuse\",\"radius_m\":900", "{\"type\":\"Point\",\"coordinates\":[0,89.999]}",
     "radius_m"},
    {"\"action\":\"refuse\"",
     "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,1],[1,0],[0,1],[0,0]]]}", "geometry"},
    {"\"action\":\"refuse\"", "{\"type\":\"LineString\",\"coordinates\":[[0,0],[1,1]]}", ""},
};
enum { BAD_COUNT = sizeof bad_features / sizeof bad_features[0] };

START_TEST(a_bad_field_is_refused_naming_file_feature_and_field)
{
    cmty_fenceset *set = (cmty_fenceset *)&state; /* poison: must come back NULL */
    cmty_error err = CMTY_ERROR_INIT;
    char properties[300];
    cmty__buf b = {0};

    begin_features(&b);
    add_feature(&b, "\"id\":\"first\",\"action\":\"accept\"", rectangle(0, 0, 1, 1));
    snprintf(properties, sizeof properties, "%s%s",
             strstr(bad_features[_i].properties, "\"id\"") == NULL ? "\"id\":\"secret place\","
                                                                   : "",
             bad_features[_i].properties);
    add_feature(&b, properties,
                bad_features[_i].geometry != NULL ? bad_features[_i].geometry
                                                  : rectangle(0, 0, 1, 1));
    end_features(&b);
    ck_assert_int_eq(try_open("", NULL, &set, &err), CMTY_E_FORMAT);
    ck_assert_ptr_null(set);
    ck_assert_msg(strstr(err.message, "cmty-fence-") != NULL, "%s", err.message);
    ck_assert_msg(strstr(err.message, "eature 2") != NULL, "%s", err.message);
    ck_assert_msg(strstr(err.message, bad_features[_i].field) != NULL, "%s", err.message);
    ck_assert_msg(strstr(err.message, "secret") == NULL, "%s", err.message);
    cmty__buf_free(&b);
}
END_TEST

START_TEST(what_cannot_be_opened_is_said)
{
    cmty_fenceset *set = (cmty_fenceset *)&state;
    cmty_error err = CMTY_ERROR_INIT;
    const char *missing[] = {"/nowhere/fences.geojson"};

    ck_assert_int_eq(cmty_fenceset_open(missing, 1, NULL, &set, &err), CMTY_E_IO);
    ck_assert_ptr_null(set);
    ck_assert_ptr_nonnull(strstr(err.message, "fences.geojson"));
    ck_assert_int_eq(cmty_fenceset_open(missing, 0, NULL, &set, &err), CMTY_E_INVALID);
    ck_assert_int_eq(cmty_fenceset_open(NULL, 1, NULL, &set, &err), CMTY_E_INVALID);
    ck_assert_int_eq(cmty_fenceset_open(missing, 1, NULL, NULL, &err), CMTY_E_INVALID);
    ck_assert_int_eq(try_open("", "Mars/Olympus", &set, &err), CMTY_E_INVALID);
    write_file("");
    ck_assert_int_lt(try_open("", NULL, &set, &err), 0);
    ck_assert_ptr_null(set);
}
END_TEST

START_TEST(a_decision_is_left_untouched_on_failure)
{
    cmty_fenceset *set = open_one("\"id\":\"a\",\"action\":\"refuse\"", NULL);
    cmty_fence_decision d = {.struct_size = sizeof d, .fence = 77};
    const cmty_point bad[] = {{NAN, 0}, {0, INFINITY}, {181, 0}, {0, -91}};
    const cmty_point good = {0.5, 0.5};
    cmty_error err = CMTY_ERROR_INIT;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ck_assert_int_eq(cmty_fenceset_decide(set, bad[i], "theft", 0, &d, &err), CMTY_E_RANGE);
        ck_assert_ptr_null(strpbrk(err.message, "0123456789")); /* no position leaks */
    }
    ck_assert_int_eq(cmty_fenceset_decide(NULL, good, "theft", 0, &d, &err), CMTY_E_INVALID);
    ck_assert_int_eq(cmty_fenceset_decide(set, good, NULL, 0, &d, &err), CMTY_E_INVALID);
    ck_assert_int_eq(cmty_fenceset_decide(set, good, "theft", 0, NULL, &err), CMTY_E_INVALID);
    d.struct_size = 4;
    ck_assert_int_eq(cmty_fenceset_decide(set, good, "theft", 0, &d, &err), CMTY_E_ABI);
    ck_assert_int_eq(d.fence, 77);
    cmty_fenceset_free(set);
    cmty_fenceset_free(NULL);
}
END_TEST

START_TEST(actions_have_names)
{
    for (int32_t i = 0; i < 4; i++)
        ck_assert_str_eq(cmty_fence_action_name(i), actions[i]);
    ck_assert_str_eq(cmty_fence_action_name(-1), "unknown");
    ck_assert_str_eq(cmty_fence_action_name(4), "unknown");
}
END_TEST

static Suite *fence_suite(void)
{
    Suite *suite = suite_create("fence");
    TCase *tc = tcase_create("fence");

    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_loop_test(tc, windows_are_half_open_in_local_time_and_belong_to_the_day_they_begin, 0,
                        WINDOW_COUNT);
    tcase_add_test(tc, validity_is_half_open_in_local_time);
    tcase_add_test(tc, without_a_time_windows_apply_unless_they_accept);
    tcase_add_test(tc, edges_and_corners_belong_to_the_fence_and_holes_do_not);
    tcase_add_test(tc, a_circle_holds_every_point_within_its_radius);
    tcase_add_test(tc, overlapping_circles_of_one_feature_do_not_cancel);
    tcase_add_test(tc, any_number_of_fences_may_lie_on_one_place);
    tcase_add_test(tc, without_fences_every_report_is_accepted);
    tcase_add_test(tc, an_action_comes_from_the_feature_the_layer_or_the_options);
    tcase_add_loop_test(tc, a_bad_field_is_refused_naming_file_feature_and_field, 0, BAD_COUNT);
    tcase_add_test(tc, what_cannot_be_opened_is_said);
    tcase_add_test(tc, a_decision_is_left_untouched_on_failure);
    tcase_add_test(tc, actions_have_names);
    tcase_set_timeout(tc, 60);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(fence_suite)
