/* SPDX-License-Identifier: MIT */
/* geo: the GeoPackage writer, read back through GDAL. */
#include "../runner.h"
#include "geo/geo.h"

#include <cpl_conv.h>
#include <dirent.h>
#include <gdal.h>
#include <math.h>
#include <ogr_api.h>
#include <unistd.h>

static char folder[] = "/tmp/cmty-writer-XXXXXX";

static const char *in_folder(const char *name)
{
    static char path[2][256];
    static int turn;

    turn = 1 - turn;
    snprintf(path[turn], sizeof path[turn], "%s/%s", folder, name);
    return path[turn];
}

static void make_folder(void)
{
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void remove_folder(void)
{
    char command[300];

    snprintf(command, sizeof command, "rm -rf %s", folder);
    ck_assert_int_eq(system(command), 0);
    memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
}

static int files_in_folder(void)
{
    DIR *d = opendir(folder);
    int n = 0;

    while (readdir(d) != NULL)
        n++;
    closedir(d);
    return n - 2;
}

/* A square with a hole and an island in the hole, and a square far away: rings in no order. */
static const cmty_point island[] = {{4, 4}, {4, 5}, {5, 5}, {5, 4}, {4, 4}};
static const cmty_point far_away[] = {{20, 0}, {21, 0}, {21, 1}, {20, 1}, {20, 0}};
static const cmty_point hole[] = {{3, 3}, {3, 6}, {6, 6}, {6, 3}, {3, 3}};
static const cmty_point shell[] = {{0, 0}, {9, 0}, {9, 9}, {0, 9}, {0, 0}};
static const cmty__ring rings[] = {{island, 5}, {far_away, 5}, {hole, 5}, {shell, 5}};

static const cmty__field fields[] = {{"label", CMTY__FIELD_TEXT},
                                     {"number", CMTY__FIELD_INT},
                                     {"share", CMTY__FIELD_REAL},
                                     {"when_utc", CMTY__FIELD_DATETIME},
                                     {"is_default", CMTY__FIELD_BOOL}};
static const cmty_time noon = INT64_C(1700000000123);

static void write_some(cmty__writer *w)
{
    cmty__value v[5] = {
        {.text = "caf\xc3\xa9"}, {.integer = -7}, {.real = 0.1}, {.time = noon}, {.integer = 1}};
    cmty__value blank[5] = {{.text = NULL},
                            {.null = true},
                            {.real = (double)NAN},
                            {.time = CMTY_TIME_OPEN_END},
                            {.null = true}};

    cmty__writer_date(w, noon);
    ck_assert_int_eq(
        cmty__writer_layer(w, "areas", "Some areas", CMTY__GEOMETRY_POLYGONS, fields, 5, NULL),
        CMTY_OK);
    ck_assert_int_eq(cmty__writer_polygons(w, rings, 4, v, NULL), CMTY_OK);
    ck_assert_int_eq(
        cmty__writer_layer(w, "places", "Some places", CMTY__GEOMETRY_POINT, fields, 5, NULL),
        CMTY_OK);
    ck_assert_int_eq(cmty__writer_point(w, (cmty_point){-87.123456, 41.5}, blank, NULL), CMTY_OK);
    ck_assert_int_eq(cmty__writer_layer(w, "words", "", CMTY__GEOMETRY_NONE, fields, 5, NULL),
                     CMTY_OK);
    ck_assert_int_eq(cmty__writer_row(w, v, NULL), CMTY_OK);
    ck_assert_int_eq(cmty__writer_metadata(w, "PURPOSE", "a test", NULL), CMTY_OK);
}

static void write_file(const char *path)
{
    cmty__writer *w = NULL;
    cmty_error err = CMTY_ERROR_INIT;

    ck_assert_msg(cmty__writer_open(path, &w, &err) == CMTY_OK, "%s", err.message);
    write_some(w);
    ck_assert_msg(cmty__writer_finish(w, &err) == CMTY_OK, "%s", err.message);
    cmty__writer_free(w);
}

START_TEST(what_is_written_can_be_read_back)
{
    GDALDatasetH ds;
    OGRLayerH layer;
    OGRFeatureH f;
    OGRGeometryH g;
    int year, month, day, hour, minute, zone;
    float second;

    write_file(in_folder("a.gpkg"));
    ck_assert_int_eq(files_in_folder(), 1); /* no journal is left beside it */
    ds = GDALOpenEx(in_folder("a.gpkg"), GDAL_OF_VECTOR, NULL, NULL, NULL);
    ck_assert_ptr_nonnull(ds);
    ck_assert_str_eq(GDALGetMetadataItem(ds, "PURPOSE", NULL), "a test");
    ck_assert_int_eq(GDALDatasetGetLayerCount(ds), 3);
    layer = GDALDatasetGetLayerByName(ds, "areas");
    f = OGR_L_GetNextFeature(layer);
    g = OGR_F_GetGeometryRef(f);
    ck_assert_int_eq(OGR_G_GetGeometryCount(g), 3); /* shell with its hole, island, far away */
    ck_assert_double_eq_tol(OGR_G_Area(g), 81 - 9 + 1 + 1, 1e-12);
    ck_assert_str_eq(OGR_F_GetFieldAsString(f, 0), "caf\xc3\xa9");
    ck_assert_int_eq(OGR_F_GetFieldAsInteger64(f, 1), -7);
    ck_assert_double_eq(OGR_F_GetFieldAsDouble(f, 2), 0.1);
    OGR_F_GetFieldAsDateTimeEx(f, 3, &year, &month, &day, &hour, &minute, &second, &zone);
    ck_assert_int_eq(year * 10000 + month * 100 + day, 20231114);
    ck_assert_int_eq(hour * 100 + minute, 2213);
    ck_assert_float_eq_tol(second, 20.123F, 1e-4F);
    ck_assert_int_eq(zone, 100);
    OGR_F_Destroy(f);
    f = OGR_L_GetNextFeature(GDALDatasetGetLayerByName(ds, "places"));
    ck_assert_double_eq(OGR_G_GetX(OGR_F_GetGeometryRef(f), 0), -87.123456);
    for (int i = 0; i < 5; i++)
        ck_assert(OGR_F_IsFieldNull(f, i));
    OGR_F_Destroy(f);
    GDALClose(ds);
}
END_TEST

static void read_whole(const char *path, char **data, size_t *size)
{
    ck_assert_int_eq(cmty__file_read(path, 1U << 24, data, size, NULL), CMTY_OK);
}

START_TEST(two_runs_give_the_same_bytes)
{
    char *a, *b;
    size_t a_size, b_size;

    write_file(in_folder("a.gpkg"));
    sleep(1); /* the clock must not show */
    write_file(in_folder("b.gpkg"));
    read_whole(in_folder("a.gpkg"), &a, &a_size);
    read_whole(in_folder("b.gpkg"), &b, &b_size);
    ck_assert_uint_eq(a_size, b_size);
    ck_assert(memcmp(a, b, a_size) == 0);
    cmty__free(a);
    cmty__free(b);
}
END_TEST

START_TEST(an_unfinished_file_leaves_the_old_one)
{
    const char *path = in_folder("a.gpkg");
    cmty__writer *w = NULL;
    char *data;
    size_t size;
    FILE *old = fopen(path, "w");

    fputs("old", old);
    fclose(old);
    ck_assert_int_eq(cmty__writer_open(path, &w, NULL), CMTY_OK);
    write_some(w);
    cmty__writer_free(w);
    ck_assert_int_eq(files_in_folder(), 1);
    read_whole(path, &data, &size);
    ck_assert_str_eq(data, "old");
    cmty__free(data);
}
END_TEST

START_TEST(a_folder_that_is_not_there_is_said)
{
    cmty__writer *w = (cmty__writer *)folder;
    cmty_error err = CMTY_ERROR_INIT;

    ck_assert_int_eq(cmty__writer_open(in_folder("no/such/a.gpkg"), &w, &err), CMTY_E_IO);
    ck_assert_ptr_null(w);
    ck_assert_str_eq(err.message, "cannot write a.gpkg: no such file or folder");
    cmty__writer_free(NULL);
}
END_TEST

START_TEST(options_and_handlers_of_the_host_are_put_back)
{
    CPLSetThreadLocalConfigOption("OGR_CURRENT_DATE", "2001-02-03T04:05:06.000Z");
    write_file(in_folder("a.gpkg"));
    ck_assert_str_eq(CPLGetThreadLocalConfigOption("OGR_CURRENT_DATE", ""),
                     "2001-02-03T04:05:06.000Z");
    ck_assert_ptr_null(CPLGetThreadLocalConfigOption("OGR_SQLITE_JOURNAL", NULL));
}
END_TEST

static Suite *writer_suite(void)
{
    Suite *suite = suite_create("writer");
    TCase *tc = tcase_create("geopackage");

    tcase_add_checked_fixture(tc, make_folder, remove_folder);
    tcase_add_test(tc, what_is_written_can_be_read_back);
    tcase_add_test(tc, two_runs_give_the_same_bytes);
    tcase_add_test(tc, an_unfinished_file_leaves_the_old_one);
    tcase_add_test(tc, a_folder_that_is_not_there_is_said);
    tcase_add_test(tc, options_and_handlers_of_the_host_are_put_back);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(writer_suite)
