/* SPDX-License-Identifier: MIT */
/* CSV tables located: every row kept, byte for byte, and answered; nothing half-written. The metres
   were measured with pyproj (Geod, WGS 84). */
#include "../runner.h"
#include "core/core.h"

#include <community/table.h>

#include <unistd.h>

/* Two beats side by side: A from -87.64 to -87.62, B on to -87.60. */
static const char beats_json[] =
    "{\"type\":\"FeatureCollection\",\"features\":["
    "{\"type\":\"Feature\",\"properties\":{\"BEAT\":\"A,1\"},\"geometry\":{\"type\":\"Polygon\","
    "\"coordinates\":[[[-87.64,41.8],[-87.62,41.8],[-87.62,41.82],[-87.64,41.82],"
    "[-87.64,41.8]]]}},"
    "{\"type\":\"Feature\",\"properties\":{\"BEAT\":\"B\"},\"geometry\":{\"type\":\"Polygon\","
    "\"coordinates\":[[[-87.62,41.8],[-87.6,41.8],[-87.6,41.82],[-87.62,41.82],"
    "[-87.62,41.8]]]}}]}";

static cmty_beatset *set;

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
}

static void setup(void)
{
    static const char *const layers[] = {"beats.geojson"};

    write_file("beats.geojson", beats_json);
    ck_assert_int_eq(cmty_beatset_open(layers, 1, NULL, &set, NULL), CMTY_OK);
    unlink("out.csv");
}

static void teardown(void)
{
    cmty_beatset_free(set);
}

static cmty_status locate(const char *text, const cmty_table_options *o, cmty_error *err)
{
    write_file("in.csv", text);
    return cmty_locate_table(set, "in.csv", "out.csv", o, err);
}

static void output_is(const char *expected)
{
    char *text = NULL;
    size_t size;

    ck_assert_int_eq(cmty__file_read("out.csv", 1 << 20, &text, &size, NULL), CMTY_OK);
    ck_assert_str_eq(text, expected);
    cmty__free(text);
}

START_TEST(each_row_keeps_its_bytes_and_gains_its_beat)
{
    ck_assert_int_eq(locate("id,lon,lat,\"the \"\"note\"\"\"\r\n"
                            "1,-87.63,41.81,\"=1+1, \"\"x\"\"\ny\"\r\n"
                            "2,,,\r\n"
                            "3,0.5,41.81,z",
                            NULL, NULL),
                     CMTY_OK);
    output_is("id,lon,lat,\"the \"\"note\"\"\",beat,beat_relation,beat_margin_m,beat_ambiguous,"
              "beat_candidates,beat_version\n"
              "1,-87.63,41.81,\"=1+1, \"\"x\"\"\ny\",\"A,1\",inside,830.968,0,\"A,1@0.000\",../..\n"
              "2,,,,,no_place,,0,,\n"
              "3,0.5,41.81,z,,outside,6959084.442,0,,../..\n");
}
END_TEST

START_TEST(point_on_the_edge_names_both_beats)
{
    ck_assert_int_eq(locate("x;y\n-87.62;41.81\n", NULL, NULL), CMTY_OK);
    output_is("x;y;beat;beat_relation;beat_margin_m;beat_ambiguous;beat_candidates;beat_version\n"
              "-87.62;41.81;A,1;on_edge;0.000;1;A,1@0.000|B@0.000;../..\n");
}
END_TEST

START_TEST(accuracy_column_widens_the_candidates)
{
    cmty_table_options o = CMTY_TABLE_OPTIONS_INIT;

    o.accuracy_column = "acc";
    ck_assert_int_eq(locate("lon,lat,acc\n-87.6201,41.81,500\n-87.6201,41.81,\n", &o, NULL),
                     CMTY_OK);
    char *text = NULL;
    size_t size;

    ck_assert_int_eq(cmty__file_read("out.csv", 1 << 20, &text, &size, NULL), CMTY_OK);
    ck_assert_ptr_nonnull(strstr(text, ",500,\"A,1\",inside,"));
    ck_assert_ptr_nonnull(strstr(text, "|B@"));
    ck_assert_ptr_nonnull(strstr(text, "-87.6201,41.81,,\"A,1\",inside,8.310,0,\"A,1@0.000\","));
    cmty__free(text);
}
END_TEST

START_TEST(candidates_are_all_printed_however_many)
{
    static const char *const layers[] = {"fan.geojson"};
    cmty_table_options o = CMTY_TABLE_OPTIONS_INIT;
    char *text = NULL;
    size_t size, bars = 0;
    FILE *f = fopen("fan.geojson", "w");

    ck_assert_ptr_nonnull(f);
    fputs("{\"type\":\"FeatureCollection\",\"features\":[", f);
    for (int i = 0; i < 150; i++)
        fprintf(f,
                "%s{\"type\":\"Feature\",\"properties\":{\"BEAT\":\"%d\"},\"geometry\":{\"type\":"
                "\"Polygon\",\"coordinates\":[[[%de-5,0],[%de-5,0],[%de-5,1],[%de-5,0]]]}}",
                i > 0 ? "," : "", i, i, i + 1, i, i);
    fputs("]}", f);
    fclose(f);
    cmty_beatset_free(set);
    ck_assert_int_eq(cmty_beatset_open(layers, 1, NULL, &set, NULL), CMTY_OK);
    o.accuracy_column = "acc";
    o.probabilities = 1;
    ck_assert_int_eq(locate("lon,lat,acc\n0.0005,0.001,5000\n", &o, NULL), CMTY_OK);
    ck_assert_int_eq(cmty__file_read("out.csv", 1 << 20, &text, &size, NULL), CMTY_OK);
    for (const char *at = text; *at != '\0'; at++)
        bars += *at == '|';
    ck_assert_uint_eq(bars, 2 * 149); /* distances, and probabilities */
    cmty__free(text);
}
END_TEST

/* On the edge it is half and half; 8.310 m east of it, with 10 m of accuracy, the normal
   distribution at 8.310 * 1.50959 / 10. */
START_TEST(probabilities_are_columns_of_their_own)
{
    cmty_table_options o = CMTY_TABLE_OPTIONS_INIT;

    o.accuracy_column = "acc";
    o.probabilities = 1;
    ck_assert_int_eq(locate("lon,lat,acc\n-87.62,41.81,10\n-87.6199,41.81,10\n-87.62,41.81,\n"
                            ",,\n",
                            &o, NULL),
                     CMTY_OK);
    output_is("lon,lat,acc,beat,beat_relation,beat_margin_m,beat_ambiguous,beat_candidates,"
              "beat_version,beat_probability,beat_candidate_probabilities,beat_other_probability,"
              "beat_outside_probability\n"
              "-87.62,41.81,10,\"A,1\",on_edge,0.000,1,\"A,1@0.000|B@0.000\",../..,0.5000,"
              "0.5000|0.5000,0.0000,0.0000\n"
              "-87.6199,41.81,10,B,inside,8.310,1,\"B@0.000|A,1@8.310\",../..,0.8952,"
              "0.8952|0.1048,0.0000,0.0000\n"
              "-87.62,41.81,,\"A,1\",on_edge,0.000,1,\"A,1@0.000|B@0.000\",../..,,,,\n"
              ",,,,no_place,,0,,,,,,\n");
}
END_TEST

static const struct {
    const char *text, *message;
} faults[] = {
    {"id,lon,lat\n1,-87.63,41.81\n2,-87.63,x\n", "in.csv, line 3, column lat: not a number"},
    {"id,lon,lat\n1,NaN,41.81\n", "in.csv, line 2, column lon: not a number"},
    {"id,lon,lat\n1,-87.63,\n", "in.csv, line 2, column lat: not a number"},
    {"id,lon,lat\n1,181,41\n", "in.csv, line 2, column lon: out of range"},
    {"id,lon,lat\n1,41.81,-95.5\n",
     "in.csv, line 2, column lat: off the globe; are longitude and latitude swapped?"},
    {"id,lon,lat\n1,-87.63\n", "in.csv, line 2: 2 fields, but the header has 3"},
    {"id,lat\n", "in.csv, line 1: no column lon for the longitude; there are id, lat"},
    {"", "in.csv is empty; a line with column names is needed"},
};

START_TEST(fault_names_file_line_and_column_and_leaves_no_file)
{
    cmty_error err = CMTY_ERROR_INIT;

    ck_assert_int_eq(locate(faults[_i].text, NULL, &err), CMTY_E_FORMAT);
    ck_assert_str_eq(err.message, faults[_i].message);
    ck_assert_int_ne(access("out.csv", F_OK), 0);
}
END_TEST

START_TEST(earlier_output_survives_a_failed_run)
{
    write_file("out.csv", "before");
    ck_assert_int_eq(locate("lon,lat\n1,2\nx,3\n", NULL, NULL), CMTY_E_FORMAT);
    output_is("before");
}
END_TEST

START_TEST(time_column_must_be_a_time)
{
    cmty_table_options o = CMTY_TABLE_OPTIONS_INIT;
    cmty_error err = CMTY_ERROR_INIT;

    o.time_column = "when";
    ck_assert_int_eq(locate("lon,lat,when\n-87.63,41.81,2026-03-01\n-87.63,41.81,\n", &o, NULL),
                     CMTY_OK);
    ck_assert_int_eq(locate("lon,lat,when\n-87.63,41.81,03/01/2026\n", &o, &err), CMTY_E_FORMAT);
    ck_assert_ptr_nonnull(strstr(err.message, "in.csv, line 2, column when: "));
    o.time_column = "day";
    ck_assert_int_eq(locate("lon,lat,when\n", &o, &err), CMTY_E_FORMAT);
    ck_assert_ptr_nonnull(strstr(err.message, "no column day"));
}
END_TEST

static char noticed[512];

static void notice(void *user, const char *text)
{
    (void)user;
    snprintf(noticed, sizeof noticed, "%s", text);
}

START_TEST(beats_that_are_not_in_force_yet_are_said_to_be_so)
{
    static const char *const layers[] = {"beats.geojson|from=2099-01-01"};
    cmty_host host = CMTY_HOST_INIT;
    cmty_table_options o = CMTY_TABLE_OPTIONS_INIT;

    cmty_beatset_free(set);
    ck_assert_int_eq(cmty_beatset_open(layers, 1, NULL, &set, NULL), CMTY_OK);
    host.notice = notice;
    o.host = &host;
    ck_assert_int_eq(locate("lon,lat\n-87.63,41.81\n", &o, NULL), CMTY_OK);
    ck_assert_ptr_nonnull(strstr(noticed, "2099-01-01/.."));
    noticed[0] = '\0';
    ck_assert_int_eq(cmty_time_parse("2026-03-01", NULL, &o.as_of, NULL), CMTY_OK);
    ck_assert_int_eq(locate("lon,lat\n-87.63,41.81\n", &o, NULL), CMTY_OK);
    output_is("lon,lat,beat,beat_relation,beat_margin_m,beat_ambiguous,beat_candidates,"
              "beat_version\n-87.63,41.81,,no_version,,0,,\n");
    ck_assert_str_eq(noticed, "");
}
END_TEST

static int32_t stop(void *user, const char *stage, double fraction)
{
    (void)user;
    (void)stage;
    ck_assert_double_le(fraction, 1);
    return 1;
}

START_TEST(host_can_stop_and_no_file_is_left)
{
    cmty_host host = CMTY_HOST_INIT;
    cmty_table_options o = CMTY_TABLE_OPTIONS_INIT;
    cmty__buf text = {0};

    host.progress = stop;
    o.host = &host;
    cmty__buf_text(&text, "lon,lat\n");
    for (int i = 0; i < 3000; i++)
        cmty__buf_text(&text, "-87.63,41.81\n");
    ck_assert_int_eq(locate(text.data, &o, NULL), CMTY_E_STOPPED);
    ck_assert_int_ne(access("out.csv", F_OK), 0);
    cmty__buf_free(&text);
}
END_TEST

START_TEST(caller_errors_are_told)
{
    cmty_table_options o = CMTY_TABLE_OPTIONS_INIT;
    cmty_time t = 5;

    ck_assert_int_eq(cmty_locate_table(NULL, "in.csv", "out.csv", NULL, NULL), CMTY_E_INVALID);
    ck_assert_int_eq(cmty_locate_table(set, NULL, "out.csv", NULL, NULL), CMTY_E_INVALID);
    ck_assert_int_eq(cmty_locate_table(set, "absent.csv", "out.csv", NULL, NULL), CMTY_E_IO);
    o.struct_size = 4;
    ck_assert_int_eq(locate("lon,lat\n", &o, NULL), CMTY_E_ABI);
    ck_assert_int_eq(cmty_table_options_init(NULL), CMTY_E_INVALID);
    ck_assert_int_eq(cmty_time_parse("soon", NULL, &t, NULL), CMTY_E_FORMAT);
    ck_assert_int_eq(t, 5);
    ck_assert_int_eq(cmty_time_parse("2026-03-01", NULL, &t, NULL), CMTY_OK);
    ck_assert_int_eq(t, 1772323200000);
    ck_assert_int_eq(cmty_time_parse("2026-03-01", "America/Chicago", &t, NULL), CMTY_OK);
    ck_assert_int_eq(t, 1772323200000 + 6 * 3600000);
}
END_TEST

START_TEST(dependencies_are_named_with_their_versions)
{
    static const char *const names[] = {"GDAL ", "PROJ ", "GEOS ", "SQLite ", "json-c "};
    char *text = NULL;

    ck_assert_int_eq(cmty_dependencies(&text, NULL), CMTY_OK);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        ck_assert_msg(strstr(text, names[i]) != NULL, "%s is missing from: %s", names[i], text);
    cmty_free(text);
    ck_assert_int_eq(cmty_dependencies(NULL, NULL), CMTY_E_INVALID);
}
END_TEST

static Suite *table_suite(void)
{
    Suite *suite = suite_create("table");
    TCase *tc = tcase_create("locate");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, each_row_keeps_its_bytes_and_gains_its_beat);
    tcase_add_test(tc, point_on_the_edge_names_both_beats);
    tcase_add_test(tc, accuracy_column_widens_the_candidates);
    tcase_add_test(tc, probabilities_are_columns_of_their_own);
    tcase_add_test(tc, candidates_are_all_printed_however_many);
    tcase_add_loop_test(tc, fault_names_file_line_and_column_and_leaves_no_file, 0,
                        sizeof faults / sizeof *faults);
    tcase_add_test(tc, earlier_output_survives_a_failed_run);
    tcase_add_test(tc, time_column_must_be_a_time);
    tcase_add_test(tc, beats_that_are_not_in_force_yet_are_said_to_be_so);
    tcase_add_test(tc, host_can_stop_and_no_file_is_left);
    tcase_add_test(tc, caller_errors_are_told);
    tcase_add_test(tc, dependencies_are_named_with_their_versions);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(table_suite)
