/* SPDX-License-Identifier: MIT */
/* Formats in: each decoder, its fields and the reasons it gives. */
#include "../runner.h"
#include "intake/decode.h"

#include <math.h>

static cmty__mapping mapping;
static cmty__arena *arena;
static cmty__decoder *decoder;
static cmty__record rec;

static void setup(void)
{
    arena = cmty__arena_new();
    ck_assert_ptr_nonnull(arena);
}

static void close_all(void)
{
    if (decoder != NULL)
        decoder->free(decoder);
    decoder = NULL;
    cmty__mapping_free(&mapping);
}

static void teardown(void)
{
    close_all();
    cmty__arena_free(arena);
}

static cmty_status open_with(const char *format, const char *text, bool alone,
                             const char *const *map, size_t map_count, cmty_error *err)
{
    cmty__decode_options o = {"src", &mapping, NULL, alone};
    cmty__reader *r = NULL;
    cmty_status st;

    close_all();
    st = cmty__mapping_parse(map, map_count, &mapping, err);
    if (st != CMTY_OK)
        return st;
    ck_assert_int_eq(cmty__reader_open_bytes(text, strlen(text), "t", &r, NULL), CMTY_OK);
    return cmty__format_named(format)(&o, r, &decoder, err);
}

static void opened(const char *format, const char *text)
{
    ck_assert_int_eq(open_with(format, text, false, NULL, 0, NULL), CMTY_OK);
}

static void next_is(cmty_status expected)
{
    ck_assert_int_eq(cmty__decoder_next(decoder, arena, &rec, NULL), expected);
}

static void next_reason(int32_t reason, const char *field)
{
    next_is(CMTY_OK);
    ck_assert_str_eq(cmty_reason_name(rec.reason), cmty_reason_name(reason));
    ck_assert_str_eq(rec.field, field);
}

#define FIELDS "\"source_ref\":\"R1\",\"category\":\"theft\",\"occurred\":\"2026-03-01T12:00:00Z\","
#define SOUND "{" FIELDS "\"lon\":-87.5,\"lat\":41.5}"

/* ---- native ---- */

START_TEST(native_report_is_read_whole)
{
    opened("ndjson", "{" FIELDS "\"lon\":-87.5,\"lat\":41.5,\"accuracy_m\":12,\"title\":\"T\","
                     "\"description\":\"D\",\"lang\":\"es\",\"address\":\"A\",\"anonymous\":false,"
                     "\"source\":\"app\",\"reporter\":{\"name\":\"N\",\"phone\":\"P\","
                     "\"email\":null}}\n");
    next_reason(CMTY_REASON_NONE, "");
    ck_assert_str_eq(rec.report.source, "app");
    ck_assert_str_eq(rec.report.source_ref, "R1");
    ck_assert_str_eq(rec.report.category, "theft");
    ck_assert_int_eq(rec.report.occurred, 1772366400000);
    ck_assert(rec.report.has_place);
    ck_assert_double_eq(rec.report.lon_deg, -87.5);
    ck_assert_double_eq(rec.report.lat_deg, 41.5);
    ck_assert_double_eq(rec.report.accuracy_m, 12);
    ck_assert_str_eq(rec.report.lang, "es");
    ck_assert_str_eq(rec.report.reporter_phone, "P");
    ck_assert_ptr_null(rec.report.reporter_email);
    ck_assert_uint_eq(rec.line, 1);
    next_is(CMTY_END);
}
END_TEST

START_TEST(native_report_takes_the_default_source)
{
    opened("json", "[" SOUND "]");
    next_reason(CMTY_REASON_NONE, "");
    ck_assert_str_eq(rec.report.source, "src");
    ck_assert(isnan(rec.report.accuracy_m));
}
END_TEST

static const struct {
    const char *text;
    int32_t reason;
    const char *field;
} native[] = {
    {"{" FIELDS "\"lon\":\"-87.5\",\"lat\":41.5}", CMTY_REASON_FIELD_TYPE, "lon"},
    {"{" FIELDS "\"lon\":-87.5,\"lat\":[41.5]}", CMTY_REASON_FIELD_TYPE, "lat"},
    {"{\"source_ref\":7}", CMTY_REASON_FIELD_TYPE, "source_ref"},
    {"{" FIELDS "\"anonymous\":\"yes\"}", CMTY_REASON_FIELD_TYPE, "anonymous"},
    {"{" FIELDS "\"reporter\":\"N\"}", CMTY_REASON_FIELD_TYPE, "reporter"},
    {"{" FIELDS "\"reporter\":{\"ssn\":\"1\"}}", CMTY_REASON_FIELD_TYPE, "reporter"},
    {"{" FIELDS "\"colour\":\"red\"}", CMTY_REASON_FIELD_TYPE, "unknown member"},
    {"{" FIELDS "\"device_id\":\"x\"}", CMTY_REASON_CHANNEL_METADATA, "channel_metadata"},
    {"{" FIELDS "\"IP\":\"192.0.2.1\"}", CMTY_REASON_CHANNEL_METADATA, "channel_metadata"},
    {"{\"occurred\":\"2026-13-01\"}", CMTY_REASON_BAD_TIME, "occurred"},
    {"{\"occurred\":\"2026-02-30\"}", CMTY_REASON_BAD_TIME, "occurred"},
    {"{\"occurred\":\"2026/02/20\"}", CMTY_REASON_BAD_TIME, "occurred"},
    {"{\"occurred\":5}", CMTY_REASON_FIELD_TYPE, "occurred"},
    {"[1]", CMTY_REASON_FIELD_TYPE, ""},
    {"{\"a\":1,\"a\":2}", CMTY_REASON_SYNTAX, ""},
    {"{\"a\" 1}", CMTY_REASON_SYNTAX, ""},
    {"{\"a\":\"\xff\"}", CMTY_REASON_SYNTAX, ""},
};

START_TEST(native_fault_has_its_reason_and_its_neighbours_are_read)
{
    cmty__buf text = {0};

    cmty__buf_format(&text, "\n%s\r\n%s  \n \n%s", SOUND, native[_i].text, SOUND);
    opened("ndjson", text.data);
    next_reason(CMTY_REASON_NONE, "");
    next_reason(native[_i].reason, native[_i].field);
    ck_assert_uint_eq(rec.line, 3);
    ck_assert_uint_eq(rec.report.raw_size, strlen(native[_i].text) + 2);
    next_reason(CMTY_REASON_NONE, "");
    next_is(CMTY_END);
    cmty__buf_free(&text);
}
END_TEST

START_TEST(array_cut_short_gives_what_it_held_and_one_refusal)
{
    opened("json", "[" SOUND ",{\"source_ref\":\"R2");
    next_reason(CMTY_REASON_NONE, "");
    next_reason(CMTY_REASON_SYNTAX, "");
    next_is(CMTY_END);
}
END_TEST

START_TEST(file_of_which_nothing_can_be_read_fails)
{
    opened("json", "no json at all");
    next_is(CMTY_E_FORMAT);
    opened("geojson", "{\"type\":\"Topology\"}");
    next_is(CMTY_E_FORMAT);
}
END_TEST

START_TEST(single_object_is_read_alone)
{
    opened("json", "{\n" FIELDS "\n\"lon\":-87.5,\"lat\":41.5}\n");
    next_reason(CMTY_REASON_NONE, "");
    next_is(CMTY_END);
    ck_assert_int_eq(open_with("open311", "{\"service_request_id\":1}", true, NULL, 0, NULL),
                     CMTY_OK);
    next_reason(CMTY_REASON_NONE, "");
    ck_assert_str_eq(rec.report.source_ref, "1");
    next_is(CMTY_END);
}
END_TEST

START_TEST(line_over_the_limit_is_refused_alone)
{
    cmty__buf text = {0};

    cmty__buf_text(&text, SOUND "\n{\"description\":\"");
    for (int i = 0; i < 200000; i++)
        cmty__buf_text(&text, "12345678");
    cmty__buf_text(&text, "\"}\n" SOUND "\n");
    opened("ndjson", text.data);
    next_reason(CMTY_REASON_NONE, "");
    next_reason(CMTY_REASON_TOO_LARGE, "");
    ck_assert_uint_eq(rec.report.raw_size, 0);
    next_reason(CMTY_REASON_NONE, "");
    next_is(CMTY_END);
    cmty__buf_free(&text);
}
END_TEST

/* ---- CSV ---- */

START_TEST(csv_columns_are_found_by_name)
{
    opened("csv", "report_no,date,time,type,longitude,latitude,accuracy_m,phone,Domestic\n"
                  " 7 ,2026-03-01,12:00:00,noise, -87.5,41.5,,555,true\n");
    next_reason(CMTY_REASON_NONE, "");
    ck_assert_str_eq(rec.report.source_ref, "7");
    ck_assert_str_eq(rec.report.category, "noise");
    ck_assert_int_eq(rec.report.occurred, 1772366400000);
    ck_assert_double_eq(rec.report.lon_deg, -87.5);
    ck_assert_str_eq(rec.report.reporter_phone, "555");
    ck_assert(isnan(rec.report.accuracy_m));
    ck_assert(rec.report.domestic);
    ck_assert_uint_eq(rec.line, 2);
}
END_TEST

static const struct {
    const char *row;
    int32_t reason;
    const char *field;
} csv[] = {
    {"1,2026-03-01,t,NaN,41.5", CMTY_REASON_BAD_COORDINATE, "lon"},
    {"1,2026-03-01,t,Main St,41.5", CMTY_REASON_BAD_COORDINATE, "lon"},
    {"1,2026-03-01,t,-87.5,inf", CMTY_REASON_BAD_COORDINATE, "lat"},
    {"1,03/01/2026,t,-87.5,41.5", CMTY_REASON_BAD_TIME, "occurred"},
    {"1,soon,t,-87.5,41.5", CMTY_REASON_BAD_TIME, "occurred"},
    {"1,2026-03-01,t,-87.5", CMTY_REASON_SYNTAX, ""},
    {"1,2026-03-01,\"t\"x,-87.5,41.5", CMTY_REASON_SYNTAX, ""},
};

START_TEST(csv_fault_has_its_reason_and_its_neighbours_are_read)
{
    static const char sound[] = "1,2026-03-01,t,-87.5,41.5";
    cmty__buf text = {0};

    cmty__buf_format(&text, "id,date,category,x,y\n%s\n%s\n%s\n", sound, csv[_i].row, sound);
    opened("csv", text.data);
    next_reason(CMTY_REASON_NONE, "");
    next_reason(csv[_i].reason, csv[_i].field);
    ck_assert_uint_eq(rec.line, 3);
    ck_assert_uint_eq(rec.report.raw_size, strlen(csv[_i].row));
    next_reason(CMTY_REASON_NONE, "");
    next_is(CMTY_END);
    cmty__buf_free(&text);
}
END_TEST

START_TEST(csv_without_one_coordinate_has_no_place)
{
    opened("csv", "id,x,y\n1,,41.5\n2,,\n");
    next_reason(CMTY_REASON_NONE, "");
    ck_assert(!rec.report.has_place);
    next_reason(CMTY_REASON_NONE, "");
    ck_assert(!rec.report.has_place);
}
END_TEST

START_TEST(csv_point_in_one_column_is_latitude_first)
{
    opened("csv", "id,Location\n1,\"(41.5, -87.5)\"\n2,\"41.5, -87.5\"\n3,\n4,\"(41.5)\"\n");
    next_reason(CMTY_REASON_NONE, "");
    ck_assert_double_eq(rec.report.lat_deg, 41.5);
    ck_assert_double_eq(rec.report.lon_deg, -87.5);
    next_reason(CMTY_REASON_BAD_COORDINATE, "location");
    next_reason(CMTY_REASON_NONE, "");
    ck_assert(!rec.report.has_place);
    next_reason(CMTY_REASON_BAD_COORDINATE, "location");
}
END_TEST

static const struct {
    const char *header, *row, *map;
} march_first[] = {
    {"date", "03/01/2026", "order=m"},
    {"date", "01/03/2026", "order=d"},
    {"date", "03/01/2026 12:00:00 AM", "order=m"},
    {"date;time", "03/01/2026 12:00:00 AM;00:00", "order=m"},
    {"date;time", "2026-03-01T09:30;00:00", "order=d"},
    {"year;month", "2026;3", "order=d"},
    {"year;month", "2026;03", "order=d"},
    {"month", "2026-03", "order=d"},
    {"when", "2026/03/01", "occurred=when"},
    {"d;t", "2026-03-01;00:00", "occurred=d+t"},
};

START_TEST(date_is_put_together_from_its_columns)
{
    cmty__buf text = {0};

    cmty__buf_format(&text, "%s;z\n%s;\n", march_first[_i].header, march_first[_i].row);
    ck_assert_int_eq(open_with("csv", text.data, false, &march_first[_i].map, 1, NULL), CMTY_OK);
    next_reason(CMTY_REASON_NONE, "");
    ck_assert_int_eq(rec.report.occurred, 1772323200000);
    cmty__buf_free(&text);
}
END_TEST

START_TEST(mapping_joins_columns_and_goes_before_names)
{
    static const char *const map[] = {"source_ref=No+Part", "category=kind"};

    ck_assert_int_eq(
        open_with("csv", "id,No,part,kind,category\n9,5,b,noise,x\n", false, map, 2, NULL),
        CMTY_OK);
    next_reason(CMTY_REASON_NONE, "");
    ck_assert_str_eq(rec.report.source_ref, "5 b");
    ck_assert_str_eq(rec.report.category, "noise");
}
END_TEST

START_TEST(record_may_be_its_own_reference)
{
    static const char *const map[] = {"source_ref=*"};
    char first[64];

    ck_assert_int_eq(open_with("csv", "id,z\n1,2\n1,2\n1,3\n", false, map, 1, NULL), CMTY_OK);
    next_reason(CMTY_REASON_NONE, "");
    ck_assert(cmty__format(first, sizeof first, "%s", rec.report.source_ref));
    next_reason(CMTY_REASON_NONE, "");
    ck_assert_str_eq(rec.report.source_ref, first);
    next_reason(CMTY_REASON_NONE, "");
    ck_assert_str_ne(rec.report.source_ref, first);
}
END_TEST

START_TEST(unknown_column_is_named_with_those_there_are)
{
    static const char *const map[] = {"lon=Easting"};
    cmty_error err = CMTY_ERROR_INIT;

    ck_assert_int_eq(open_with("csv", "id,x,y\n1,2,3\n", false, map, 1, &err), CMTY_E_FORMAT);
    ck_assert_str_eq(err.message, "t, line 1: no column Easting for lon; there are id, x, y");
}
END_TEST

static const char *const bad_maps[] = {"lon",     "=x",       "lon=",           "width=x",
                                       "order=x", "lon=a++b", "title=a+b+c+d+e"};

START_TEST(mapping_that_makes_no_sense_is_refused)
{
    cmty_error err = CMTY_ERROR_INIT;

    ck_assert_int_eq(cmty__mapping_parse(&bad_maps[_i], 1, &mapping, &err), CMTY_E_INVALID);
    ck_assert_ptr_nonnull(strstr(err.message, "map"));
}
END_TEST

START_TEST(csv_with_device_ids_is_refused)
{
    opened("csv", "id,IP_Address\n1,192.0.2.7\n2,\n");
    next_reason(CMTY_REASON_CHANNEL_METADATA, "channel_metadata");
    next_reason(CMTY_REASON_NONE, "");
}
END_TEST

/* ---- GeoJSON ---- */

static const char point[] = "{\"type\":\"Point\",\"coordinates\":[-87.5,41.5]}";

/* A collection of one feature for each pair of properties and geometry. */
static void opened_features(const char *const (*features)[2], size_t count)
{
    cmty__buf text = {0};
    static cmty__buf kept; /* the decoder reads from it */

    cmty__buf_text(&text, "{\"type\":\"FeatureCollection\",\"features\":[");
    for (size_t i = 0; i < count; i++)
        cmty__buf_format(&text,
                         "%s{\"type\":\"Feature\",\"id\":12,\"properties\":%s,\"geometry\":%s}",
                         i > 0 ? "," : "", features[i][0], features[i][1]);
    cmty__buf_text(&text, ",7,{\"type\":\"Point\"}]}");
    cmty__buf_free(&kept);
    kept = text;
    opened("geojson", kept.data);
}

START_TEST(geojson_feature_is_read)
{
    static const char *const features[][2] = {
        {"{\"Category\":\"theft\",\"date\":\"2026-03-01\",\"X\":1,\"reporter_name\":\"N\"}", point},
        {"null", "null"},
        {"{\"source_ref\":\"a\",\"tags\":[1]}", point},
    };

    opened_features(features, 3);
    next_reason(CMTY_REASON_NONE, "");
    ck_assert_str_eq(rec.report.source_ref, "12");
    ck_assert_str_eq(rec.report.category, "theft");
    ck_assert_str_eq(rec.report.reporter_name, "N");
    ck_assert_double_eq(rec.report.lon_deg, -87.5);
    ck_assert_double_eq(rec.report.lat_deg, 41.5);
    next_reason(CMTY_REASON_NONE, "");
    ck_assert(!rec.report.has_place);
    next_reason(CMTY_REASON_NONE, "");
    ck_assert_str_eq(rec.report.source_ref, "a");
    next_reason(CMTY_REASON_FIELD_TYPE, "");
    next_reason(CMTY_REASON_FIELD_TYPE, "type");
    next_is(CMTY_END);
}
END_TEST

START_TEST(geojson_of_another_shape_is_refused_feature_by_feature)
{
    static const char *const features[][2] = {
        {"{}", "{\"type\":\"LineString\",\"coordinates\":[[1,2],[3,4]]}"},
        {"{}", "{\"type\":\"Point\",\"coordinates\":[1]}"},
        {"{}", "{\"type\":\"Point\",\"coordinates\":[\"1\",2]}"},
        {"{\"category\":{}}", point},
    };

    opened_features(features, 4);
    next_reason(CMTY_REASON_FIELD_TYPE, "geometry");
    next_reason(CMTY_REASON_FIELD_TYPE, "geometry");
    next_reason(CMTY_REASON_FIELD_TYPE, "geometry");
    next_reason(CMTY_REASON_FIELD_TYPE, "properties");
}
END_TEST

/* ---- Open311 ---- */

START_TEST(open311_request_is_read_with_its_servers_quirks)
{
    opened("open311",
           "[{\"service_request_id\":638344,\"service_code\":\"033\",\"service_name\":"
           "\"Abandoned Vehicle\",\"requested_datetime\":\"2011-06-28 05:14:00\",\"lat\":\"37.7\","
           "\"long\":-122.4,\"description\":null,\"first_name\":\"A\",\"last_name\":\"B\","
           "\"email\":\"\",\"media_url\":null,\"extended_attributes\":{\"anonymous\":true}},"
           "{\"service_request_id\":\"x\",\"service_code\":\"theft\",\"service_name\":\"Stolen\","
           "\"lat\":null,\"long\":null,\"address\":null},"
           "{\"service_request_id\":\"y\",\"device_id\":\"d\"},"
           "{\"service_request_id\":[1]}]");
    next_reason(CMTY_REASON_NONE, "");
    ck_assert_str_eq(rec.report.source_ref, "638344");
    ck_assert_str_eq(rec.report.category, "Abandoned Vehicle");
    ck_assert_double_eq(rec.report.lat_deg, 37.7);
    ck_assert_double_eq(rec.report.lon_deg, -122.4);
    ck_assert_int_eq(rec.report.occurred, 1309238040000);
    ck_assert_str_eq(rec.report.reporter_name, "A B");
    ck_assert_ptr_null(rec.report.reporter_email);
    ck_assert(rec.report.anonymous);
    next_reason(CMTY_REASON_NONE, "");
    ck_assert_str_eq(rec.report.category, "theft");
    ck_assert(!rec.report.has_place);
    next_reason(CMTY_REASON_CHANNEL_METADATA, "channel_metadata");
    next_reason(CMTY_REASON_FIELD_TYPE, "service_request_id");
    next_is(CMTY_END);
}
END_TEST

START_TEST(open311_form_is_read_as_servers_are_sent_it)
{
    static const char *const ref_is_record[] = {"source_ref=*"};

    opened("open311-form",
           "service_code=theft&lat=37.7&long=-122.4&description=caf%C3%A9+%26+bar%0A2%2b2&"
           "first_name=A&last_name=B&email=&attribute[x]=1&attribute[x]=2&api_key=k&flag&&"
           "service_request_id=7\r\n"
           "\n"
           "service_request_id=8&device_id=d\n"
           "service_request_id=9&description=%zz\n"
           "service_request_id=9&description=a%4\n"
           "service_request_id=9&description=%00\n"
           "service_request_id=9&description=%ff\n"
           "service_code=theft&lat=1&long=2\n");
    next_reason(CMTY_REASON_NONE, "");
    ck_assert_str_eq(rec.report.source_ref, "7");
    ck_assert_str_eq(rec.report.category, "theft");
    ck_assert_double_eq(rec.report.lat_deg, 37.7);
    ck_assert_double_eq(rec.report.lon_deg, -122.4);
    ck_assert_str_eq(rec.report.description, "caf\xC3\xA9 & bar\n2+2");
    ck_assert_str_eq(rec.report.reporter_name, "A B");
    ck_assert_ptr_null(rec.report.reporter_email);
    next_reason(CMTY_REASON_CHANNEL_METADATA, "channel_metadata");
    for (int i = 0; i < 4; i++)
        next_reason(CMTY_REASON_SYNTAX, "");
    next_reason(CMTY_REASON_NONE, "");
    ck_assert_ptr_null(rec.report.source_ref); /* for the rules to refuse */
    next_is(CMTY_END);
    close_all();
    ck_assert_int_eq(open_with("open311-form", "service_code=theft&lat=1&long=2\n", true,
                               ref_is_record, 1, NULL),
                     CMTY_OK);
    next_reason(CMTY_REASON_NONE, "");
    ck_assert_ptr_nonnull(rec.report.source_ref);
    next_is(CMTY_END);
}
END_TEST

/* ---- formats ---- */

static const struct {
    const char *name, *text, *format;
} files[] = {
    {"a.csv", "{", "csv"},
    {"a.GEOJSON", "", "geojson"},
    {"a.jsonl", "", "ndjson"},
    {"a.json", "[{\"service_request_id\":1}]", "open311"},
    {"a.json", " {\"type\": \"FeatureCollection\"", "geojson"},
    {"a.json", "[{\"source_ref\":\"1\"}]", "json"},
    {"a.json", "{\"source_ref\":\"1\"}\n{\"source_ref\":\"2\"}\n", "ndjson"},
    {"a.json", "{\n\"source_ref\":\"1\"}\n", "json"},
    {"a.txt", "id,lon,lat\n", "csv"},
    {"a.json", "", NULL},
    {"a.xml", "<?xml version=\"1.0\"?>\n<service_requests>", "open311-xml"},
    {"a.xml", "<a/>", NULL},
};

START_TEST(format_is_seen_from_name_and_content)
{
    char path[256];
    FILE *file;
    cmty__decoder_open_fn *found = NULL;
    cmty_error err = CMTY_ERROR_INIT;
    cmty_status st;

    ck_assert(cmty__format(path, sizeof path, "decoders_%d_%s", _i, files[_i].name));
    file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(files[_i].text, file);
    fclose(file);
    st = cmty__format_find(NULL, path, &found, &err);
    remove(path);
    if (files[_i].format == NULL) {
        ck_assert_int_eq(st, CMTY_E_FORMAT);
        return;
    }
    ck_assert_int_eq(st, CMTY_OK);
    ck_assert(found == cmty__format_named(files[_i].format));
}
END_TEST

START_TEST(format_that_is_unknown_or_unseen_is_an_error)
{
    cmty__decoder_open_fn *found = NULL;

    ck_assert_int_eq(cmty__format_find("yaml", "a.csv", &found, NULL), CMTY_E_INVALID);
    ck_assert_int_eq(cmty__format_find(NULL, "-", &found, NULL), CMTY_E_FORMAT);
    ck_assert_int_eq(cmty__format_find(NULL, "/nonexistent", &found, NULL), CMTY_E_IO);
}
END_TEST

static Suite *decoders_suite(void)
{
    Suite *suite = suite_create("decoders");
    TCase *tc = tcase_create("json");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, native_report_is_read_whole);
    tcase_add_test(tc, native_report_takes_the_default_source);
    tcase_add_loop_test(tc, native_fault_has_its_reason_and_its_neighbours_are_read, 0,
                        sizeof native / sizeof *native);
    tcase_add_test(tc, array_cut_short_gives_what_it_held_and_one_refusal);
    tcase_add_test(tc, file_of_which_nothing_can_be_read_fails);
    tcase_add_test(tc, single_object_is_read_alone);
    tcase_add_test(tc, line_over_the_limit_is_refused_alone);
    tcase_add_test(tc, geojson_feature_is_read);
    tcase_add_test(tc, geojson_of_another_shape_is_refused_feature_by_feature);
    tcase_add_test(tc, open311_request_is_read_with_its_servers_quirks);
    tcase_add_test(tc, open311_form_is_read_as_servers_are_sent_it);
    suite_add_tcase(suite, tc);
    tc = tcase_create("csv");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, csv_columns_are_found_by_name);
    tcase_add_loop_test(tc, csv_fault_has_its_reason_and_its_neighbours_are_read, 0,
                        sizeof csv / sizeof *csv);
    tcase_add_test(tc, csv_without_one_coordinate_has_no_place);
    tcase_add_test(tc, csv_point_in_one_column_is_latitude_first);
    tcase_add_loop_test(tc, date_is_put_together_from_its_columns, 0,
                        sizeof march_first / sizeof *march_first);
    tcase_add_test(tc, mapping_joins_columns_and_goes_before_names);
    tcase_add_test(tc, record_may_be_its_own_reference);
    tcase_add_test(tc, unknown_column_is_named_with_those_there_are);
    tcase_add_loop_test(tc, mapping_that_makes_no_sense_is_refused, 0,
                        sizeof bad_maps / sizeof *bad_maps);
    tcase_add_test(tc, csv_with_device_ids_is_refused);
    suite_add_tcase(suite, tc);
    tc = tcase_create("format");
    tcase_add_loop_test(tc, format_is_seen_from_name_and_content, 0, sizeof files / sizeof *files);
    tcase_add_test(tc, format_that_is_unknown_or_unseen_is_an_error);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(decoders_suite)
