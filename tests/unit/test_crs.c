/* SPDX-License-Identifier: MIT */
/*
 * Carrying edges to WGS 84 gives the answers of the layer's own CRS: a point is transformed into
 * that CRS instead, by the operation of the layer run backwards, and asked for there by exact
 * crossing counts. The two may differ only within the centimetre that a carried edge may stray.
 */
#include "../runner.h"
#include "beat/beat.h"
#include "geo/layer.h"
#include "partition.h"

#include <math.h>

enum { COLUMNS = 4, ROWS = 3, BEATS = COLUMNS * ROWS };

/* A town in its own CRS: quadrilaterals with long straight edges, askew to the axes. */
typedef struct town {
    int epsg;
    double x, y, step; /* corner and size of a beat, in units of the CRS */
    const char *operation;
    double accuracy_m; /* what PROJ is to say of it, at most */
} town;

static const town towns[] = {
    {3435, 1150000, 1850000, 16000, "Illinois East", 4},         /* Chicago, US survey feet */
    {32616, 430000, 4610000, 5000, "UTM zone 16N", 0},           /* the same, metres */
    {27700, 440000, 300000, 20000, "British National Grid", 21}, /* Leicestershire */
    {3857, -9770000, 5120000, 9000, "Pseudo-Mercator", 0},       /* Chicago */
    {3857, 1100000, 9400000, 30000, "Pseudo-Mercator", 0},       /* far north */
    {2056, 2600000, 1200000, 9000, "Swiss", 2},                  /* oblique: Bern */
};
enum { TOWNS = sizeof towns / sizeof *towns };

static cmty_error err;

static cmty_point corner(const town *t, int column, int row)
{
    return (cmty_point){t->x + t->step * (column + 0.13 * row),
                        t->y + t->step * (row - 0.21 * column)};
}

static void write_town(const town *t, const char *path)
{
    OGRSpatialReferenceH srs = OSRNewSpatialReference(NULL);
    OGRFieldDefnH field = OGR_Fld_Create("BEAT", OFTInteger);
    GDALDatasetH set;
    OGRLayerH layer;

    GDALAllRegister();
    ck_assert_int_eq(OSRImportFromEPSG(srs, t->epsg), OGRERR_NONE);
    OSRSetAxisMappingStrategy(srs, OAMS_TRADITIONAL_GIS_ORDER);
    (void)remove(path);
    set = GDALCreate(GDALGetDriverByName("GPKG"), path, 0, 0, 0, GDT_Unknown, NULL);
    layer = GDALDatasetCreateLayer(set, "town", srs, wkbPolygon, NULL);
    (void)OGR_L_CreateField(layer, field, TRUE);
    for (int b = 0; b < BEATS; b++) {
        OGRFeatureH feature = OGR_F_Create(OGR_L_GetLayerDefn(layer));
        OGRGeometryH ring = OGR_G_CreateGeometry(wkbLinearRing);
        OGRGeometryH polygon = OGR_G_CreateGeometry(wkbPolygon);
        const int around[5][2] = {{0, 0}, {1, 0}, {1, 1}, {0, 1}, {0, 0}};

        for (int k = 0; k < 5; k++) {
            cmty_point p = corner(t, b % COLUMNS + around[k][0], b / COLUMNS + around[k][1]);

            OGR_G_AddPoint_2D(ring, p.lon_deg, p.lat_deg);
        }
        (void)OGR_G_AddGeometryDirectly(polygon, ring);
        OGR_F_SetFieldInteger(feature, 0, b + 10); /* two digits: their order is that of text */
        (void)OGR_F_SetGeometryDirectly(feature, polygon);
        ck_assert_int_eq(OGR_L_CreateFeature(layer, feature), OGRERR_NONE);
        OGR_F_Destroy(feature);
    }
    OGR_Fld_Destroy(field);
    OSRRelease(srs);
    GDALClose(set);
}

/* The beat that holds p in the plane of the layer, -1: none; and how far the nearest edge is. */
static int ask_plane(const town *t, cmty_point p, double *edge)
{
    int found = -1;

    *edge = INFINITY;
    for (int b = 0; b < BEATS; b++) {
        const int around[5][2] = {{0, 0}, {1, 0}, {1, 1}, {0, 1}, {0, 0}};
        bool inside = true;

        for (int k = 0; k < 4; k++) {
            cmty_point a = corner(t, b % COLUMNS + around[k][0], b / COLUMNS + around[k][1]);
            cmty_point c =
                corner(t, b % COLUMNS + around[k + 1][0], b / COLUMNS + around[k + 1][1]);
            double dx = c.lon_deg - a.lon_deg, dy = c.lat_deg - a.lat_deg;
            double px = p.lon_deg - a.lon_deg, py = p.lat_deg - a.lat_deg;
            double along = (px * dx + py * dy) / (dx * dx + dy * dy);

            along = fmin(1, fmax(0, along));
            *edge = fmin(*edge, hypot(px - along * dx, py - along * dy));
            inside &= cmty__orient(a, c, p) >= 0;
        }
        if (inside && found < 0)
            found = b;
    }
    return found;
}

/* The operation of the layer, to be run backwards. */
static void open_carry(const char *path, cmty__carry *carry)
{
    const cmty__layer_options o = {.polygons = true, .densify_m = 0.01};
    cmty__spec spec = {0};
    GDALDatasetH set = NULL;
    OGRLayerH layer = NULL;
    bool several;

    ck_assert_int_eq(cmty__spec_parse(path, &spec, &err), CMTY_OK);
    ck_assert_int_eq(cmty__gdal_open(&spec, true, false, &set, &layer, &several, &err), CMTY_OK);
    ck_assert_int_eq(cmty__carry_open(layer, &spec, &o, carry, &err), CMTY_OK);
    GDALClose(set);
    cmty__spec_free(&spec);
}

static cmty_point back(const cmty__carry *carry, cmty_point p)
{
    PJ_COORD at = proj_trans(carry->operation, PJ_INV, proj_coord(p.lon_deg, p.lat_deg, 0, 0));

    return (cmty_point){at.xy.x, at.xy.y};
}

static cmty_point point_of_town(const town *t, bool near_edge, rng *r)
{
    cmty_point a = corner(t, (int)rng_below(r, COLUMNS), (int)rng_below(r, ROWS)), b = a;
    double along = rng_unit(r), off = t->step * pow(10, -2 - 4.5 * rng_unit(r));

    if (!near_edge)
        return (cmty_point){t->x + t->step * (rng_unit(r) * (COLUMNS + 1) - 0.5),
                            t->y + t->step * (rng_unit(r) * (ROWS + 1.5) - 1)};
    b.lon_deg += rng_below(r, 2) == 0 ? t->step : 0.13 * t->step;
    b.lat_deg += b.lon_deg - a.lon_deg > 0.5 * t->step ? -0.21 * t->step : t->step;
    return (cmty_point){a.lon_deg + along * (b.lon_deg - a.lon_deg) + off * (rng_unit(r) - 0.5),
                        a.lat_deg + along * (b.lat_deg - a.lat_deg) + off * (rng_unit(r) - 0.5)};
}

START_TEST(carried_edges_answer_as_the_layer_does_in_its_own_crs)
{
    enum { POINTS = 60000 };
    const town *t = &towns[_i];
    const char *path = "town.gpkg";
    cmty_beatset *set = NULL;
    cmty__carry carry;
    rng r = {(uint64_t)_i + 1};
    size_t near = 0;
    double unit_m;

    write_town(t, path);
    ck_assert_msg(cmty_beatset_open(&path, 1, NULL, &set, &err) == CMTY_OK, "%s", err.message);
    open_carry(path, &carry);
    ck_assert_ptr_nonnull(carry.operation);
    for (int k = 0; k < POINTS; k++) {
        cmty_point plain = point_of_town(t, k % 4 != 0, &r), at, there, beside;
        int32_t beat = -2;
        double edge;
        int expected;

        ck_assert(cmty__carry_point(&carry, plain, &at));
        ck_assert_int_eq(cmty_beatset_locate_many(set, &at, NULL, 1, &beat, NULL, &err), CMTY_OK);
        there = back(&carry, at);
        expected = ask_plane(t, there, &edge);
        ck_assert(
            cmty__carry_point(&carry, (cmty_point){there.lon_deg + 1, there.lat_deg}, &beside));
        unit_m = cmty__geodesic_m(at, beside);
        if (edge * unit_m > 0.26) { /* beyond the tolerance, outside is outside */
            ck_assert_msg(beat == expected, "EPSG:%d: beat %d, not %d, %g m from an edge", t->epsg,
                          beat, expected, edge * unit_m);
        } else if (beat >= 0 && expected >= 0 && beat != expected) {
            ck_assert_msg(edge * unit_m <= 0.0105, "EPSG:%d: another beat %g m from an edge",
                          t->epsg, edge * unit_m);
        }
        near += edge * unit_m < 0.25;
    }
    ck_assert_uint_gt(near, 1000);
    cmty__carry_close(&carry);
    cmty_beatset_free(set);
}
END_TEST

START_TEST(a_set_says_by_which_operation_it_was_carried)
{
    const town *t = &towns[_i];
    const char *path = "town.gpkg";
    cmty_beat_source source = {.struct_size = sizeof source};
    cmty_beatset *set = NULL;

    write_town(t, path);
    ck_assert_int_eq(cmty_beatset_open(&path, 1, NULL, &set, &err), CMTY_OK);
    ck_assert_uint_eq(cmty_beatset_source_count(set), 1);
    ck_assert_int_eq(cmty_beatset_source(set, 0, &source, &err), CMTY_OK);
    ck_assert_int_eq(cmty_beatset_source(set, 1, &source, &err), CMTY_E_RANGE);
    ck_assert_str_eq(source.name, path);
    ck_assert_str_eq(strncmp(source.crs, "EPSG:", 5) == 0 ? "" : source.crs, "");
    ck_assert_int_eq(atoi(source.crs + 5), t->epsg);
    ck_assert_msg(strstr(source.operation, t->operation) != NULL, "%s", source.operation);
    ck_assert_msg(source.accuracy_m <= t->accuracy_m, "%s: %g m", source.operation,
                  source.accuracy_m);
    cmty_beatset_free(set);
}
END_TEST

static Suite *crs_suite(void)
{
    Suite *suite = suite_create("crs");
    TCase *tc = tcase_create("crs");

    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, carried_edges_answer_as_the_layer_does_in_its_own_crs, 0, TOWNS);
    tcase_add_loop_test(tc, a_set_says_by_which_operation_it_was_carried, 0, TOWNS);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(crs_suite)
