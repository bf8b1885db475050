/* SPDX-License-Identifier: MIT */
/* beat: sets of beats read from layers, their versions and the honest answer. */
#include "../runner.h"
#include "beat/beat.h"
#include "partition.h"

#include <math.h>

static const char *const squares = "squares.geojson";

static void write_file(const char *name, const char *text)
{
    FILE *f = fopen(name, "wb");

    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(text, 1, strlen(text), f), strlen(text));
    ck_assert_int_eq(fclose(f), 0);
}

/* A feature collection of unit squares: "x y properties" each. */
typedef struct square {
    double x, y;
    const char *properties;
} square;

static void write_squares(const char *name, const square *s, size_t count)
{
    FILE *f = fopen(name, "wb");

    ck_assert_ptr_nonnull(f);
    fputs("{\"type\":\"FeatureCollection\",\"features\":[", f);
    for (size_t i = 0; i < count; i++) {
        int x = (int)(s[i].x * 10), y = (int)(s[i].y * 10);

        fprintf(f,
                "%s{\"type\":\"Feature\",\"properties\":{%s},\"geometry\":{\"type\":\"Polygon\","
                "\"coordinates\":[[[%de-1,%de-1],[%de-1,%de-1],[%de-1,%de-1],[%de-1,%de-1],"
                "[%de-1,%de-1]]]}}",
                i > 0 ? "," : "", s[i].properties, x, y, x + 10, y, x + 10, y + 10, x, y + 10, x,
                y);
    }
    fputs("]}", f);
    ck_assert_int_eq(fclose(f), 0);
}

#define WRITE(name, list) write_squares(name, list, sizeof list / sizeof *list)

static char notices[4096];

static void take_notice(void *user, const char *text)
{
    size_t used = strlen(notices);

    (void)user;
    snprintf(notices + used, sizeof notices - used, "%s\n", text);
}

static const cmty_host host = {(uint32_t)sizeof(cmty_host), 0, NULL, NULL, take_notice};

static cmty_error err;

static cmty_status try_open(const char *const *layers, size_t count, cmty_beat_options *o,
                            cmty_beatset **set)
{
    cmty_beat_options plain = CMTY_BEAT_OPTIONS_INIT;

    o = o == NULL ? &plain : o;
    o->host = &host;
    err = (cmty_error)CMTY_ERROR_INIT;
    notices[0] = '\0';
    return cmty_beatset_open(layers, count, o, set, &err);
}

static cmty_beatset *open_one(const char *layer)
{
    cmty_beatset *set = NULL;

    ck_assert_msg(try_open(&layer, 1, NULL, &set) == CMTY_OK, "%s", err.message);
    return set;
}

static cmty_beat_info info_of(const cmty_beatset *set, int32_t beat)
{
    cmty_beat_info info = {.struct_size = (uint32_t)sizeof info};

    ck_assert_int_eq(cmty_beatset_info(set, beat, &info, NULL), CMTY_OK);
    return info;
}

static cmty_beat_answer ask(const cmty_beatset *set, double lon, double lat, cmty_time when,
                            double accuracy_m)
{
    cmty_beat_answer a = {.struct_size = (uint32_t)sizeof a};

    ck_assert_int_eq(
        cmty_beatset_locate(set, (cmty_point){lon, lat}, when, accuracy_m, &a, NULL, 0, NULL),
        CMTY_OK);
    return a;
}

static const char *id_at(const cmty_beatset *set, double lon, double lat, cmty_time when)
{
    return cmty__beatset_id(set, ask(set, lon, lat, when, NAN).beat);
}

static cmty_time day(const char *text)
{
    cmty_time t = 0;

    ck_assert(cmty__time_parse(text, NULL, 0, &t));
    return t;
}

/* ---- reading ---- */

START_TEST(the_key_is_preferred_to_a_digit_of_it)
{
    const square list[] = {
        {0, 0, "\"SECTOR\":\"1\",\"BEAT\":\"3\",\"BEAT_NUM\":\"0113\",\"DISTRICT\":\"01\""},
        {1, 0, "\"SECTOR\":\"1\",\"BEAT\":\"2\",\"BEAT_NUM\":\"0112\",\"DISTRICT\":\"01\""}};
    cmty_beatset *set;
    cmty_beat_info info;

    WRITE(squares, list);
    set = open_one(squares);
    ck_assert_uint_eq(cmty_beatset_count(set), 2);
    info = info_of(set, 0);
    ck_assert_str_eq(info.id, "0112");
    ck_assert_str_eq(info.name, "0112");
    ck_assert_str_eq(info.sector, "1");
    ck_assert_str_eq(info.district, "01");
    ck_assert_uint_eq(info.part_count, 1);
    ck_assert_double_eq_tol(info.area_m2, 12308778361.469, 1.0); /* GeographicLib: Planimeter */
    cmty_beatset_free(set);
}
END_TEST

START_TEST(nena_fields_need_no_mapping)
{
    const square list[] = {
        {0, 0,
         "\"NGUID\":\"urn:emergency:uid:gis:Pol:1:ex.gov\",\"DsplayName\":\"North\","
         "\"Agency_ID\":\"ex.gov\",\"Effective\":\"2020-01-01T00:00:00Z\",\"Expire\":null"}};
    cmty_beatset *set;
    cmty_beat_info info;

    WRITE(squares, list);
    set = open_one(squares);
    info = info_of(set, 0);
    ck_assert_str_eq(info.id, "urn:emergency:uid:gis:Pol:1:ex.gov");
    ck_assert_str_eq(info.name, "North");
    ck_assert(info.valid_from == day("2020-01-01"));
    ck_assert(info.valid_to == CMTY_TIME_OPEN_END);
    cmty_beatset_free(set);
}
END_TEST

START_TEST(a_single_area_without_fields_goes_by_its_file)
{
    cmty_beatset *set;

    write_file("derwent.kml",
               "<kml xmlns=\"http://www.opengis.net/kml/2.2\"><Placemark><MultiGeometry><Polygon>"
               "<outerBoundaryIs><LinearRing><coordinates>0,0,0 1,0,0 1,1,0 0,0,0</coordinates>"
               "</LinearRing></outerBoundaryIs></Polygon></MultiGeometry></Placemark></kml>");
    set = open_one("derwent.kml");
    ck_assert_str_eq(info_of(set, 0).id, "derwent");
    ck_assert_ptr_nonnull(strstr(notices, "names no beat"));
    cmty_beatset_free(set);
}
END_TEST

START_TEST(a_missing_field_is_named_with_those_there_are)
{
    const square list[] = {{0, 0, "\"a\":\"1\",\"b\":\"2\""}, {1, 0, "\"a\":\"2\",\"b\":\"2\""}};
    const char *layer = squares, *wrong = "squares.geojson|id=BEET";
    cmty_beatset *set = (cmty_beatset *)&layer;

    WRITE(squares, list);
    ck_assert_int_eq(try_open(&layer, 1, NULL, &set), CMTY_E_FORMAT);
    ck_assert_ptr_null(set);
    ck_assert_ptr_nonnull(strstr(err.message, "a, b"));
    ck_assert_int_eq(try_open(&wrong, 1, NULL, &set), CMTY_E_FORMAT);
    ck_assert_ptr_nonnull(strstr(err.message, "BEET"));
    ck_assert_ptr_nonnull(strstr(err.message, "a, b"));
}
END_TEST

START_TEST(features_of_one_id_are_one_beat_of_several_parts)
{
    const square list[] = {
        {0, 0, "\"BEAT\":\"7\""}, {5, 0, "\"BEAT\":\"8\""}, {1, 0, "\"BEAT\":\"7\""}};
    cmty_beatset *set;

    WRITE(squares, list);
    set = open_one(squares);
    ck_assert_uint_eq(cmty_beatset_count(set), 2);
    ck_assert_uint_eq(info_of(set, 0).part_count, 2);
    ck_assert_ptr_nonnull(strstr(notices, "\"7\""));
    ck_assert_int_eq(ask(set, 1, 0.5, CMTY_TIME_UNKNOWN, NAN).relation, CMTY_RELATION_INSIDE);
    cmty_beatset_free(set);
}
END_TEST

START_TEST(one_beat_in_two_layers_at_one_time_is_refused)
{
    const square list[] = {{0, 0, "\"BEAT\":\"7\""}};
    const char *const layers[] = {"one.geojson", "two.geojson"};
    const char *const dated[] = {"one.geojson|to=2015-07-19", "two.geojson|from=2015-07-19"};
    const char *const lapping[] = {"one.geojson|to=2015-07-20", "two.geojson|from=2015-07-19"};
    cmty_beatset *set;

    WRITE(layers[0], list);
    WRITE(layers[1], list);
    ck_assert_int_eq(try_open(layers, 2, NULL, &set), CMTY_E_FORMAT);
    ck_assert_ptr_nonnull(strstr(err.message, "\"7\""));
    ck_assert_ptr_nonnull(strstr(err.message, "one.geojson"));
    ck_assert_ptr_nonnull(strstr(err.message, "two.geojson"));
    ck_assert_int_eq(try_open(lapping, 2, NULL, &set), CMTY_E_FORMAT);
    ck_assert_int_eq(try_open(dated, 2, NULL, &set), CMTY_OK);
    ck_assert_uint_eq(cmty_beatset_version_count(set), 2);
    cmty_beatset_free(set);
}
END_TEST

START_TEST(dates_that_are_none_or_run_backwards_are_refused)
{
    const square no_date[] = {{0, 0, "\"BEAT\":\"7\",\"valid_from\":\"soon\""}};
    const square backwards[] = {
        {0, 0, "\"BEAT\":\"7\",\"valid_from\":\"2020-01-01\",\"valid_to\":\"2019-01-01\""}};
    const char *layer = squares, *bad = "squares.geojson|from=13/13/2020";
    cmty_beatset *set;

    WRITE(squares, no_date);
    ck_assert_int_eq(try_open(&layer, 1, NULL, &set), CMTY_E_FORMAT);
    ck_assert_ptr_nonnull(strstr(err.message, "valid_from"));
    WRITE(squares, backwards);
    ck_assert_int_eq(try_open(&layer, 1, NULL, &set), CMTY_E_FORMAT);
    ck_assert_ptr_nonnull(strstr(err.message, "\"7\""));
    ck_assert_int_eq(try_open(&bad, 1, NULL, &set), CMTY_E_FORMAT);
}
END_TEST

START_TEST(options_outside_their_range_are_refused)
{
    const char *layer = squares;
    cmty_beatset *set;
    cmty_beat_options o;

    ck_assert_int_eq(cmty_beat_options_init(&o), CMTY_OK);
    o.tolerance_m = NAN;
    ck_assert_int_eq(try_open(&layer, 1, &o, &set), CMTY_E_RANGE);
    ck_assert_int_eq(cmty_beat_options_init(&o), CMTY_OK);
    o.densify_m = 0;
    ck_assert_int_eq(try_open(&layer, 1, &o, &set), CMTY_E_RANGE);
    ck_assert_int_eq(cmty_beat_options_init(&o), CMTY_OK);
    o.struct_size = 8;
    ck_assert_int_eq(try_open(&layer, 1, &o, &set), CMTY_E_ABI);
    ck_assert_int_eq(try_open(NULL, 0, NULL, &set), CMTY_E_INVALID);
    ck_assert_int_eq(cmty_beat_options_init(NULL), CMTY_E_INVALID);
}
END_TEST

/* ---- versions ---- */

/* Until 2012-12-19 two beats; then "2" gives its eastern neighbour "3" a start; "1" ends 2020. */
static cmty_beatset *open_versions(void)
{
    const square list[] = {{0, 0, "\"BEAT\":\"1\",\"valid_to\":\"2020-01-01\""},
                           {1, 0, "\"BEAT\":\"2\",\"valid_to\":\"2012-12-19\""},
                           {1, 0.5, "\"BEAT\":\"2\",\"valid_from\":\"2012-12-19\""},
                           {3, 0,
                            "\"BEAT\":\"3\",\"valid_from\":\"2025-01-01\","
                            "\"valid_to\":\"9999-12-31\""}};

    WRITE(squares, list);
    return open_one(squares);
}

START_TEST(versions_are_the_periods_between_changes)
{
    static const char *const labels[] = {"../2012-12-19", "2012-12-19/2020-01-01",
                                         "2020-01-01/2025-01-01", "2025-01-01/.."};
    cmty_beatset *set = open_versions();

    ck_assert_uint_eq(cmty_beatset_count(set), 4);
    ck_assert_uint_eq(cmty_beatset_version_count(set), 4);
    for (int32_t i = 0; i < 4; i++) {
        const char *label = NULL;
        cmty_time from, to;

        ck_assert_int_eq(cmty_beatset_version(set, i, &from, &to, &label, NULL), CMTY_OK);
        ck_assert_str_eq(label, labels[i]);
        ck_assert(from < to);
        ck_assert_int_eq(cmty__beatset_version_at(set, from == CMTY_TIME_UNKNOWN ? to - 1 : from),
                         i);
    }
    ck_assert_int_eq(cmty_beatset_version(set, 4, NULL, NULL, NULL, NULL), CMTY_E_RANGE);
    cmty_beatset_free(set);
}
END_TEST

START_TEST(a_report_gets_the_beat_of_its_day)
{
    cmty_beatset *set = open_versions();

    ck_assert_str_eq(id_at(set, 1.5, 0.25, day("2012-12-18")), "2");
    ck_assert_str_eq(id_at(set, 1.5, 0.25, day("2012-12-19")), ""); /* half-open */
    ck_assert_str_eq(id_at(set, 1.5, 1.25, day("2012-12-19")), "2");
    ck_assert_str_eq(id_at(set, 1.5, 1.25, day("2012-12-19") - 1), "");
    ck_assert_str_eq(id_at(set, 0.5, 0.5, day("2020-01-01") - 1), "1");
    ck_assert_str_eq(id_at(set, 0.5, 0.5, day("2020-01-01")), "");
    ck_assert_str_eq(id_at(set, 3.5, 0.5, CMTY_TIME_UNKNOWN), "3");
    ck_assert_int_ne(ask(set, 1.5, 0.75, day("2000-01-01"), NAN).beat,
                     ask(set, 1.5, 0.75, day("2026-01-01"), NAN).beat);
    cmty_beatset_free(set);
}
END_TEST

START_TEST(a_gap_in_time_has_no_version)
{
    const square list[] = {
        {0, 0, "\"BEAT\":\"1\",\"valid_from\":\"2001-01-01\",\"valid_to\":\"2002-01-01\""},
        {0, 0, "\"BEAT\":\"1\",\"valid_from\":\"2003-01-01\""}};
    cmty_beatset *set;
    cmty_beat_answer a;
    const char *const when[] = {"2000-12-31", "2002-01-01", "2002-06-01"};

    WRITE(squares, list);
    set = open_one(squares);
    ck_assert_uint_eq(cmty_beatset_version_count(set), 2);
    for (size_t i = 0; i < 3; i++) {
        a = ask(set, 0.5, 0.5, day(when[i]), NAN);
        ck_assert_int_eq(a.relation, CMTY_RELATION_NO_VERSION);
        ck_assert_int_eq(a.beat, -1);
        ck_assert_int_eq(a.version, -1);
        ck_assert(isnan(a.margin_m));
    }
    ck_assert_str_eq(id_at(set, 0.5, 0.5, day("2003-01-01")), "1");
    cmty_beatset_free(set);
}
END_TEST

/* West and east: one beat "1" until 2010, then called "2", split in two in 2015 ("2" keeps the
   west), merged to "9" in 2020; from 2099 on "10", which is known already. */
static cmty_beatset *open_history(void)
{
    static const char *const beats[] = {
        "\"BEAT\":\"1\",\"valid_to\":\"2010-01-01\"},\"x\":[0,2]",
        "\"BEAT\":\"2\",\"valid_from\":\"2010-01-01\",\"valid_to\":\"2015-01-01\"},\"x\":[0,2]",
        "\"BEAT\":\"2\",\"valid_from\":\"2015-01-01\",\"valid_to\":\"2020-01-01\"},\"x\":[0,1]",
        "\"BEAT\":\"3\",\"valid_from\":\"2015-01-01\",\"valid_to\":\"2020-01-01\"},\"x\":[1,2]",
        "\"BEAT\":\"9\",\"valid_from\":\"2020-01-01\",\"valid_to\":\"2099-01-01\"},\"x\":[0,2]",
        "\"BEAT\":\"10\",\"valid_from\":\"2099-01-01\"},\"x\":[0,2]"};
    FILE *f = fopen(squares, "wb");

    ck_assert_ptr_nonnull(f);
    fputs("{\"type\":\"FeatureCollection\",\"features\":[", f);
    for (size_t i = 0; i < sizeof beats / sizeof *beats; i++) {
        const char *x = strstr(beats[i], ",\"x\":[");
        int west = x[6] - '0', east = x[8] - '0';

        fprintf(f,
                "%s{\"type\":\"Feature\",\"properties\":{%.*s,\"geometry\":{\"type\":\"Polygon\","
                "\"coordinates\":[[[%d,0],[%d,0],[%d,1],[%d,1],[%d,0]]]}}",
                i > 0 ? "," : "", (int)(x - beats[i]), beats[i], west, east, east, west, west);
    }
    fputs("]}", f);
    ck_assert_int_eq(fclose(f), 0);
    return open_one(squares);
}

START_TEST(beats_renamed_split_and_merged_answer_by_the_day)
{
    static const struct {
        const char *when, *west, *east;
    } days[] = {
        {"1999-05-05", "1", "1"}, {"2009-12-31", "1", "1"}, {"2010-01-01", "2", "2"},
        {"2014-12-31", "2", "2"}, {"2015-01-01", "2", "3"}, {"2019-12-31", "2", "3"},
        {"2020-01-01", "9", "9"}, {"2098-12-31", "9", "9"}, {"2099-01-01", "10", "10"},
    };
    cmty_beatset *set = open_history();

    ck_assert_uint_eq(cmty_beatset_count(set), 6);
    ck_assert_uint_eq(cmty_beatset_version_count(set), 5);
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        ck_assert_str_eq(id_at(set, 0.5, 0.5, day(days[i].when)), days[i].west);
        ck_assert_str_eq(id_at(set, 1.5, 0.5, day(days[i].when)), days[i].east);
    }
    /* half-open: the last moment of one is followed by the first of the next */
    ck_assert_str_eq(id_at(set, 1.5, 0.5, day("2015-01-01") - 1), "2");
    /* a report without a time is asked of the latest, even where that is yet to come */
    ck_assert_str_eq(id_at(set, 0.5, 0.5, CMTY_TIME_UNKNOWN), "10");
    /* the answer names the version: the same id in two of them is two beats */
    ck_assert_int_eq(ask(set, 0.5, 0.5, day("2012-01-01"), NAN).version, 1);
    ck_assert_int_eq(ask(set, 0.5, 0.5, day("2016-01-01"), NAN).version, 2);
    ck_assert_int_ne(ask(set, 0.5, 0.5, day("2012-01-01"), NAN).beat,
                     ask(set, 0.5, 0.5, day("2016-01-01"), NAN).beat);
    /* the line of the split is a boundary only while there are two */
    ck_assert_int_eq(ask(set, 1, 0.5, day("2012-01-01"), NAN).relation, CMTY_RELATION_INSIDE);
    ck_assert_int_eq(ask(set, 1, 0.5, day("2016-01-01"), NAN).relation, CMTY_RELATION_ON_EDGE);
    ck_assert_str_eq(id_at(set, 1, 0.5, day("2016-01-01")), "2");
    cmty_beatset_free(set);
}
END_TEST

START_TEST(one_id_twice_at_one_time_is_refused_and_named)
{
    const square lapping[] = {{0, 0, "\"BEAT\":\"7\",\"valid_to\":\"2015-01-02\""},
                              {1, 0, "\"BEAT\":\"7\",\"valid_from\":\"2015-01-01\""}};
    const square within[] = {
        {0, 0, "\"BEAT\":\"7\""},
        {1, 0, "\"BEAT\":\"7\",\"valid_from\":\"2015-01-01\",\"valid_to\":\"2016-01-01\""}};
    const square meeting[] = {{0, 0, "\"BEAT\":\"7\",\"valid_to\":\"2015-01-01\""},
                              {1, 0, "\"BEAT\":\"7\",\"valid_from\":\"2015-01-01\""}};
    const char *layer = squares;
    cmty_beatset *set;

    WRITE(squares, lapping);
    ck_assert_int_eq(try_open(&layer, 1, NULL, &set), CMTY_E_FORMAT);
    ck_assert_ptr_null(set);
    ck_assert_str_eq(err.message, "squares.geojson: beat \"7\" has two validities that overlap in "
                                  "time");
    WRITE(squares, within);
    ck_assert_int_eq(try_open(&layer, 1, NULL, &set), CMTY_E_FORMAT);
    WRITE(squares, meeting);
    ck_assert_int_eq(try_open(&layer, 1, NULL, &set), CMTY_OK);
    cmty_beatset_free(set);
}
END_TEST

START_TEST(dates_are_of_the_agency_s_time_zone)
{
    const square list[] = {{0, 0, "\"BEAT\":\"1\",\"valid_from\":\"2020-07-01\""}};
    const char *layer = squares, *label;
    cmty_beat_options o = CMTY_BEAT_OPTIONS_INIT;
    cmty_beatset *set = NULL;

    WRITE(squares, list);
    o.time_zone = "America/Chicago";
    ck_assert_int_eq(try_open(&layer, 1, &o, &set), CMTY_OK);
    ck_assert(info_of(set, 0).valid_from == day("2020-07-01T05:00:00Z"));
    ck_assert_int_eq(cmty_beatset_version(set, 0, NULL, NULL, &label, NULL), CMTY_OK);
    ck_assert_str_eq(label, "2020-07-01/..");
    cmty_beatset_free(set);
}
END_TEST

/* ---- the answer ---- */

/* b lies east of a, with a gap of 2 m before c; d overlaps c. */
static cmty_beatset *open_answers(void)
{
    write_file(squares,
               "{\"type\":\"FeatureCollection\",\"features\":["
               "{\"type\":\"Feature\",\"properties\":{\"BEAT\":\"b\"},\"geometry\":{\"type\":"
               "\"Polygon\",\"coordinates\":[[[0.1,0],[0.2,0],[0.2,0.1],[0.1,0.1],[0.1,0]]]}},"
               "{\"type\":\"Feature\",\"properties\":{\"BEAT\":\"a\"},\"geometry\":{\"type\":"
               "\"Polygon\",\"coordinates\":[[[0,0],[0.1,0],[0.1,0.1],[0,0.1],[0,0]]]}},"
               "{\"type\":\"Feature\",\"properties\":{\"BEAT\":\"c\"},\"geometry\":{\"type\":"
               "\"Polygon\",\"coordinates\":[[[0.200018,0],[0.3,0],[0.3,0.1],[0.200018,0.1],"
               "[0.200018,0]]]}},"
               "{\"type\":\"Feature\",\"properties\":{\"BEAT\":\"d\"},\"geometry\":{\"type\":"
               "\"Polygon\",\"coordinates\":[[[0.29,0],[0.4,0],[0.4,0.1],[0.29,0.1],[0.29,0]]]}}"
               "]}");
    return open_one(squares);
}

START_TEST(relations_tell_how_a_point_lies)
{
    const struct {
        double lon, lat, accuracy_m;
        const char *id;
        int relation, ambiguous;
    } cases[] = {
        {0.05, 0.05, NAN, "a", CMTY_RELATION_INSIDE, 0},
        {0.05, 0.05, 6000, "a", CMTY_RELATION_INSIDE, 1},
        {0.1, 0.05, NAN, "a", CMTY_RELATION_ON_EDGE, 1},
        {0.1, 0.1, NAN, "a", CMTY_RELATION_ON_EDGE, 1},
        {0, 0.05, NAN, "a", CMTY_RELATION_ON_EDGE, 1}, /* the end of all beats */
        {0.100001, 0.05, NAN, "b", CMTY_RELATION_INSIDE, 1},
        {0.10001, 0.05, NAN, "b", CMTY_RELATION_INSIDE, 0},
        {0.295, 0.05, NAN, "c", CMTY_RELATION_OVERLAP, 1},
        {0.29, 0.05, NAN, "c", CMTY_RELATION_ON_EDGE, 1},
        {0.200009, 0.05, NAN, "", CMTY_RELATION_OUTSIDE, 0},
        {0.200008, 0.05, 5, "b", CMTY_RELATION_GAP_NEAREST, 1},
        {0.200017, 0.05, NAN, "c", CMTY_RELATION_GAP_NEAREST, 1},
        {-0.05, 0.05, NAN, "", CMTY_RELATION_OUTSIDE, 0},
        {170, -80, NAN, "", CMTY_RELATION_OUTSIDE, 0},
    };
    cmty_beatset *set = open_answers();

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cmty_beat_answer a =
            ask(set, cases[i].lon, cases[i].lat, CMTY_TIME_UNKNOWN, cases[i].accuracy_m);

        ck_assert_msg(strcmp(cmty__beatset_id(set, a.beat), cases[i].id) == 0
                          && a.relation == cases[i].relation
                          && a.ambiguous == (uint32_t)cases[i].ambiguous,
                      "case %zu: beat %d %s%s", i, a.beat, cmty_relation_name(a.relation),
                      a.ambiguous ? " ambiguous" : "");
        ck_assert_int_eq(a.version, 0);
        ck_assert(a.margin_m >= 0);
    }
    cmty_beatset_free(set);
}
END_TEST

START_TEST(a_point_on_an_edge_has_no_margin_at_all)
{
    cmty_beatset *set;

    write_file(squares, "{\"type\":\"Feature\",\"properties\":{\"BEAT\":\"a\"},\"geometry\":{"
                        "\"type\":\"Polygon\",\"coordinates\":[[[0,0],[0.75,0.375],[0.1,0.5],[0,0]"
                        "]]}}");
    set = open_one(squares);
    for (int i = 1; i < 64; i++) { /* exact in binary */
        cmty_beat_answer a = ask(set, 0.75 * i / 64, 0.375 * i / 64, 0, NAN);

        ck_assert_int_eq(a.relation, CMTY_RELATION_ON_EDGE);
        ck_assert(a.margin_m == 0);
    }
    cmty_beatset_free(set);
}
END_TEST

START_TEST(candidates_are_all_beats_in_reach_nearest_first)
{
    cmty_beatset *set = open_answers();
    cmty_beat_answer a = {.struct_size = (uint32_t)sizeof a};
    cmty_beat_candidate c[3] = {{-7, 7, 7, 7}, {-7, 7, 7, 7}, {-7, 7, 7, 7}};
    cmty_point at = {0.20001, 0.05};

    ck_assert_int_eq(cmty_beatset_locate(set, at, 0, 5, &a, c, 3, NULL), CMTY_OK);
    ck_assert_uint_eq(a.candidate_count, 2);
    ck_assert_str_eq(cmty__beatset_id(set, c[0].beat), "c");
    ck_assert_str_eq(cmty__beatset_id(set, c[1].beat), "b");
    ck_assert_double_eq_tol(c[0].distance_m, 0.8905, 0.001); /* GeographicLib: GeodSolve */
    ck_assert_double_eq_tol(c[1].distance_m, 1.1132, 0.001);
    ck_assert_double_eq_tol(a.margin_m, c[0].distance_m, 1e-9);
    ck_assert_int_eq(c[2].beat, -7); /* beyond the count: untouched */

    ck_assert_int_eq(cmty_beatset_locate(set, at, 0, 1e5, &a, c, 1, NULL), CMTY_OK);
    ck_assert_uint_eq(a.candidate_count, 4);
    ck_assert_str_eq(cmty__beatset_id(set, c[0].beat), "c");
    ck_assert_uint_eq(c[0].reserved, 0);
    cmty_beatset_free(set);
}
END_TEST

START_TEST(positions_off_the_globe_are_refused_without_naming_them)
{
    const cmty_point off[] = {{NAN, 0}, {0, NAN}, {INFINITY, 0}, {181, 0}, {0, 91}, {-180.5, 12}};
    cmty_beatset *set = open_answers();
    cmty_beat_answer a = {.struct_size = (uint32_t)sizeof a, .beat = 77};
    cmty_error e = CMTY_ERROR_INIT;

    for (size_t i = 0; i < 6; i++) {
        ck_assert_int_eq(cmty_beatset_locate(set, off[i], 0, NAN, &a, NULL, 0, &e), CMTY_E_RANGE);
        ck_assert_int_eq(a.beat, 77);
        ck_assert_ptr_null(strpbrk(e.message, "0123456789"));
    }
    ck_assert_int_eq(cmty_beatset_locate(set, (cmty_point){0, 0}, 0, -1, &a, NULL, 0, &e),
                     CMTY_E_RANGE);
    ck_assert_int_eq(cmty_beatset_locate(set, (cmty_point){0, 0}, 0, 1, &a, NULL, 3, &e),
                     CMTY_E_INVALID);
    ck_assert_int_eq(cmty_beatset_locate(NULL, (cmty_point){0, 0}, 0, 1, &a, NULL, 0, &e),
                     CMTY_E_INVALID);
    cmty_beatset_free(set);
}
END_TEST

START_TEST(many_answer_like_one_by_one_at_any_time)
{
    enum { COUNT = 3000 };
    static cmty_point points[COUNT];
    static cmty_time when[COUNT];
    static int32_t beat[COUNT];
    static uint8_t relation[COUNT];
    cmty_beatset *sets[] = {open_versions(), open_answers()};
    rng r = {3};

    for (int s = 0; s < 2; s++) {
        for (size_t i = 0; i < COUNT; i++) {
            double raster = s == 0 ? 0.25 : 0.01;

            points[i] = (cmty_point){raster * (double)rng_below(&r, 45) - raster,
                                     raster * (double)rng_below(&r, 12) - raster};
            if (rng_below(&r, 3) == 0)
                points[i].lon_deg += 4e-6 * (rng_unit(&r) - 0.5);
            /* runs of one version, and single ones */
            when[i] = i > 0 && rng_below(&r, 4) > 0
                          ? when[i - 1]
                          : day("2010-01-01") + (cmty_time)rng_below(&r, 20) * 31536000000;
        }
        points[9].lon_deg = NAN;
        for (int with_times = 0; with_times < 2; with_times++) {
            ck_assert_int_eq(cmty_beatset_locate_many(sets[s], points, with_times ? when : NULL,
                                                      COUNT, beat, relation, NULL),
                             CMTY_OK);
            for (size_t i = 0; i < COUNT; i++) {
                cmty_beat_answer a;

                if (i == 9)
                    continue;
                a = ask(sets[s], points[i].lon_deg, points[i].lat_deg,
                        with_times ? when[i] : CMTY_TIME_UNKNOWN, NAN);
                ck_assert_int_eq(beat[i], a.beat);
                ck_assert_int_eq(relation[i], a.relation);
            }
            ck_assert_int_eq(beat[9], -1);
        }
        ck_assert_int_eq(cmty_beatset_locate_many(sets[s], points, when, COUNT, beat, NULL, NULL),
                         CMTY_OK);
        cmty_beatset_free(sets[s]);
    }
}
END_TEST

START_TEST(the_order_of_features_changes_no_answer)
{
    const square forth[] = {{0, 0, "\"BEAT\":\"5\""},
                            {1, 0, "\"BEAT\":\"4\""},
                            {0, 1, "\"BEAT\":\"4\""},
                            {1, 1, "\"BEAT\":\"6\""}};
    const square back[] = {{1, 1, "\"BEAT\":\"6\""},
                           {0, 1, "\"BEAT\":\"4\""},
                           {1, 0, "\"BEAT\":\"4\""},
                           {0, 0, "\"BEAT\":\"5\""}};
    cmty_beatset *one, *other;

    WRITE("forth.geojson", forth);
    WRITE("back.geojson", back);
    one = open_one("forth.geojson");
    other = open_one("back.geojson");
    for (int i = -2; i <= 18; i++)
        for (int j = -2; j <= 18; j++) {
            cmty_beat_answer a = ask(one, i / 8.0, j / 8.0, 0, 1),
                             b = ask(other, i / 8.0, j / 8.0, 0, 1);

            ck_assert_int_eq(a.beat, b.beat);
            ck_assert_int_eq(a.relation, b.relation);
            ck_assert(a.margin_m == b.margin_m);
            ck_assert_uint_eq(a.candidate_count, b.candidate_count);
        }
    ck_assert_str_eq(id_at(one, 1, 1, 0), "4"); /* the lowest id, not the first feature */
    cmty_beatset_free(one);
    cmty_beatset_free(other);
}
END_TEST

/* ---- bytes ---- */

START_TEST(saved_sets_come_back_the_same)
{
    cmty_beatset *set = open_versions(), *back = NULL;
    cmty__buf bytes = {0}, again = {0};

    ck_assert_int_eq(cmty__beatset_save(set, &bytes, NULL), CMTY_OK);
    ck_assert_int_eq(cmty__beatset_load(bytes.data, bytes.size, &back, NULL), CMTY_OK);
    ck_assert_int_eq(cmty__beatset_save(back, &again, NULL), CMTY_OK);
    ck_assert_uint_eq(bytes.size, again.size);
    ck_assert(memcmp(bytes.data, again.data, bytes.size) == 0);
    ck_assert_uint_eq(cmty_beatset_version_count(back), 4);
    ck_assert_str_eq(cmty__beatset_label(back, 1), cmty__beatset_label(set, 1));
    ck_assert_str_eq(id_at(back, 1.5, 0.25, day("2012-12-18")), "2");
    ck_assert(cmty__beatset_tolerance_m(back) == 0.25);
    cmty__buf_free(&bytes);
    cmty__buf_free(&again);
    cmty_beatset_free(set);
    cmty_beatset_free(back);
}
END_TEST

START_TEST(damaged_sets_are_refused_or_harmless)
{
    cmty_beatset *set = open_versions();
    cmty__buf bytes = {0};
    rng r = {9};

    ck_assert_int_eq(cmty__beatset_save(set, &bytes, NULL), CMTY_OK);
    for (size_t size = 0; size < bytes.size; size++) {
        char *part = malloc(size + 1);
        cmty_beatset *back = set;

        memcpy(part, bytes.data, size);
        ck_assert_int_eq(cmty__beatset_load(part, size, &back, NULL), CMTY_E_FORMAT);
        ck_assert_ptr_null(back);
        free(part);
    }
    for (int n = 0; n < 20000; n++) {
        char *copy = malloc(bytes.size);
        cmty_beatset *back = NULL;

        memcpy(copy, bytes.data, bytes.size);
        for (size_t k = rng_below(&r, 4) + 1; k > 0; k--)
            copy[rng_below(&r, bytes.size)] = (char)rng_next(&r);
        if (cmty__beatset_load(copy, bytes.size, &back, NULL) == CMTY_OK)
            (void)ask(back, 1.5, 0.25, (cmty_time)rng_next(&r), 1000);
        cmty_beatset_free(back);
        free(copy);
    }
    cmty__buf_free(&bytes);
    cmty_beatset_free(set);
}
END_TEST

static Suite *beat_suite(void)
{
    Suite *suite = suite_create("beat");
    TCase *tc = tcase_create("beat");

    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, the_key_is_preferred_to_a_digit_of_it);
    tcase_add_test(tc, nena_fields_need_no_mapping);
    tcase_add_test(tc, a_single_area_without_fields_goes_by_its_file);
    tcase_add_test(tc, a_missing_field_is_named_with_those_there_are);
    tcase_add_test(tc, features_of_one_id_are_one_beat_of_several_parts);
    tcase_add_test(tc, one_beat_in_two_layers_at_one_time_is_refused);
    tcase_add_test(tc, dates_that_are_none_or_run_backwards_are_refused);
    tcase_add_test(tc, options_outside_their_range_are_refused);
    tcase_add_test(tc, versions_are_the_periods_between_changes);
    tcase_add_test(tc, a_report_gets_the_beat_of_its_day);
    tcase_add_test(tc, a_gap_in_time_has_no_version);
    tcase_add_test(tc, beats_renamed_split_and_merged_answer_by_the_day);
    tcase_add_test(tc, one_id_twice_at_one_time_is_refused_and_named);
    tcase_add_test(tc, dates_are_of_the_agency_s_time_zone);
    tcase_add_test(tc, relations_tell_how_a_point_lies);
    tcase_add_test(tc, a_point_on_an_edge_has_no_margin_at_all);
    tcase_add_test(tc, candidates_are_all_beats_in_reach_nearest_first);
    tcase_add_test(tc, positions_off_the_globe_are_refused_without_naming_them);
    tcase_add_test(tc, many_answer_like_one_by_one_at_any_time);
    tcase_add_test(tc, the_order_of_features_changes_no_answer);
    tcase_add_test(tc, saved_sets_come_back_the_same);
    tcase_add_test(tc, damaged_sets_are_refused_or_harmless);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(beat_suite)
