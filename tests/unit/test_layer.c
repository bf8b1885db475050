/* SPDX-License-Identifier: MIT */
/* geo: reading vector layers of any format and CRS, and saying what is wrong with bad ones. */
#include "../runner.h"
#include "geo/geo.h"
#include "partition.h"

#include <cpl_conv.h>
#include <cpl_error.h>
#include <cpl_string.h>
#include <gdal.h>
#include <math.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>
#include <proj.h>
#include <sys/stat.h>

static char notices[4096];
static cmty_error err;

static void take_notice(void *user, const char *text)
{
    size_t used = strlen(notices);

    (void)user;
    snprintf(notices + used, sizeof notices - used, "%s\n", text);
}

static const cmty_host host = {(uint32_t)sizeof(cmty_host), 0, NULL, NULL, take_notice};

static cmty_status try_open(const char *text, cmty__layer_options o, cmty__layer **layer)
{
    cmty__spec spec = {0};
    cmty_status st;

    notices[0] = '\0';
    err = (cmty_error)CMTY_ERROR_INIT;
    o.host = &host;
    ck_assert_int_eq(cmty__spec_parse(text, &spec, &err), CMTY_OK);
    *layer = (cmty__layer *)notices; /* poison: must come back NULL on failure */
    st = cmty__layer_open(&spec, &o, layer, &err);
    ck_assert_int_eq(st == CMTY_OK, *layer != NULL);
    cmty__spec_free(&spec);
    return st;
}

static const cmty__layer_options polygons = {.polygons = true, .densify_m = 0.01};
static const cmty__layer_options points = {.points = true};

static cmty__layer *open_polygons(const char *text)
{
    cmty__layer *layer;

    ck_assert_msg(try_open(text, polygons, &layer) == CMTY_OK, "%s: %s", text, err.message);
    return layer;
}

static void write_file(const char *name, const char *text)
{
    FILE *f = fopen(name, "wb");

    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(text, 1, strlen(text), f), strlen(text));
    ck_assert_int_eq(fclose(f), 0);
}

/* One feature of this geometry. */
static void write_geometry(const char *name, const char *type, const char *coordinates)
{
    char text[2048];

    snprintf(text, sizeof text,
             "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":"
             "{\"id\":\"1\"},\"geometry\":{\"type\":\"%s\",\"coordinates\":%s}}]}",
             type, coordinates);
    write_file(name, text);
}

/* ---- writing layers of any format with GDAL ---- */

/* The areas of a partition, in degrees or carried to another CRS. */
static void write_layer(const char *driver, const char *name, const partition *p, int epsg)
{
    OGRSpatialReferenceH srs = OSRNewSpatialReference(NULL), degrees = OSRNewSpatialReference(NULL);
    OGRCoordinateTransformationH to;
    GDALDatasetH set;
    OGRLayerH layer;
    OGRFieldDefnH field = OGR_Fld_Create("BEAT", OFTString);

    GDALAllRegister();
    ck_assert_int_eq(OSRImportFromEPSG(degrees, 4326), OGRERR_NONE);
    ck_assert_int_eq(OSRImportFromEPSG(srs, epsg), OGRERR_NONE);
    OSRSetAxisMappingStrategy(srs, OAMS_TRADITIONAL_GIS_ORDER);
    OSRSetAxisMappingStrategy(degrees, OAMS_TRADITIONAL_GIS_ORDER);
    to = OCTNewCoordinateTransformation(degrees, srs);
    (void)remove(name); /* of a run before */
    set = GDALCreate(GDALGetDriverByName(driver), name, 0, 0, 0, GDT_Unknown, NULL);
    ck_assert_ptr_nonnull(set);
    layer = GDALDatasetCreateLayer(set, "beats", srs, wkbMultiPolygon, NULL);
    ck_assert_ptr_nonnull(layer);
    (void)OGR_L_CreateField(layer, field, TRUE);
    for (size_t a = 0; a < p->area_count; a++) {
        OGRFeatureH feature = OGR_F_Create(OGR_L_GetLayerDefn(layer));
        OGRGeometryH whole = OGR_G_CreateGeometry(wkbMultiPolygon);
        char id[24];

        snprintf(id, sizeof id, "%03zu", a);
        OGR_F_SetFieldString(feature, 0, id);
        for (size_t r = 0; r < p->areas[a].ring_count; r++) {
            const cmty__ring *ring = &p->areas[a].rings[r];
            OGRGeometryH part = OGR_G_CreateGeometry(wkbPolygon);
            OGRGeometryH line = OGR_G_CreateGeometry(wkbLinearRing);

            for (size_t i = 0; i < ring->count; i++)
                OGR_G_AddPoint_2D(line, ring->points[i].lon_deg, ring->points[i].lat_deg);
            (void)OGR_G_AddGeometryDirectly(part, line);
            (void)OGR_G_AddGeometryDirectly(whole, part);
        }
        if (epsg != 4326)
            ck_assert_int_eq(OGR_G_Transform(whole, to), OGRERR_NONE);
        (void)OGR_F_SetGeometryDirectly(feature, whole);
        ck_assert_int_eq(OGR_L_CreateFeature(layer, feature), OGRERR_NONE);
        OGR_F_Destroy(feature);
    }
    GDALClose(set);
    OGR_Fld_Destroy(field);
    OCTDestroyCoordinateTransformation(to);
    OSRDestroySpatialReference(srs);
    OSRDestroySpatialReference(degrees);
}

static cmty__areas *index_layer(const cmty__layer *layer)
{
    cmty__area_input inputs[64];
    cmty__areas *areas = NULL;
    size_t count = cmty__layer_count(layer);

    ck_assert_uint_le(count, 64);
    for (size_t i = 0; i < count; i++) {
        const cmty__feature *f = cmty__layer_feature(layer, i);

        inputs[i] = (cmty__area_input){f->rings, f->ring_count};
    }
    ck_assert_int_eq(cmty__areas_build(inputs, count, &areas, NULL), CMTY_OK);
    return areas;
}

/* ---- formats ---- */

static const struct {
    const char *driver, *name, *field;
} formats[] = {
    {"GeoJSON", "beats.geojson", "BEAT"},  {"ESRI Shapefile", "beats.shp", "beat"},
    {"GPKG", "beats.gpkg", "BEAT"},        {"KML", "beats.kml", "Name"},
    {"FlatGeobuf", "beats.fgb", "BEAT"},   {"GML", "beats.gml", "BEAT"},
    {"MapInfo File", "beats.tab", "BEAT"},
};

START_TEST(every_format_gives_the_same_beats)
{
    /* parts without holes: this writer nests nothing */
    partition *p = partition_make(2, 2, 3, 40);
    cmty__layer *layer;

    p->area_count = 4;
    write_layer(formats[_i].driver, formats[_i].name, p, 4326);
    layer = open_polygons(formats[_i].name);
    ck_assert_uint_eq(cmty__layer_count(layer), 4);
    for (size_t i = 0; i < 4; i++) {
        size_t k = 0; /* a spatial index may have its own order */
        const cmty__feature *f = cmty__layer_feature(layer, i);

        while (
            k < 4
            && (size_t)atoi(cmty__layer_text(layer, i, cmty__layer_field(layer, formats[_i].field)))
                   != k)
            k++;
        ck_assert_uint_lt(k, 4);
        ck_assert_uint_eq(f->ring_count, p->areas[k].ring_count);
        for (size_t r = 0; r < f->ring_count; r++)
            ck_assert_uint_eq(f->rings[r].count, p->areas[k].rings[r].count);
    }
    cmty__layer_free(layer);
    partition_free(p);
}
END_TEST

START_TEST(coordinates_in_wgs_84_are_not_touched)
{
    cmty__layer *layer;
    const cmty__ring *ring;

    write_geometry("exact.geojson", "Polygon",
                   "[[[-87.123456789012345,41.1],[-87.1,41.100000000000001],"
                   "[-87.1,41.100000000000001],[-87.05,41.3],[-87.123456789012345,41.1]]]");
    layer = open_polygons("exact.geojson");
    ring = cmty__layer_feature(layer, 0)->rings;
    ck_assert_uint_eq(ring->count, 4); /* the repeated point is gone */
    ck_assert(ring->points[0].lon_deg == -87.123456789012345);
    ck_assert(ring->points[1].lat_deg == 41.100000000000001);
    ck_assert_str_eq(cmty__layer_crs(layer), "EPSG:4326");
    ck_assert_str_eq(notices, "");
    cmty__layer_free(layer);
}
END_TEST

START_TEST(archives_are_read_in_place)
{
    partition *p = partition_make(2, 1, 1, 3);
    cmty__layer *layer;

    p->area_count = 2;
    (void)mkdir("zipped", 0777);
    (void)remove("flat.zip"); /* of a run before */
    (void)remove("deep.zip");
    (void)remove("beats.geojson.gz");
    write_layer("ESRI Shapefile", "zipped/beats.shp", p, 3435);
    for (size_t i = 0; i < 4; i++) {
        static const char *const parts[] = {"shp", "shx", "dbf", "prj"};
        char from[64], to[64];

        snprintf(from, sizeof from, "zipped/beats.%s", parts[i]);
        snprintf(to, sizeof to, "/vsizip/flat.zip/beats.%s", parts[i]);
        ck_assert_int_eq(CPLCopyFile(to, from), 0);
    }
    write_layer("GeoJSON", "/vsizip/deep.zip/a/b/beats.geojson", p, 4326);
    write_layer("GeoJSON", "/vsigzip/beats.geojson.gz", p, 4326);
    layer = open_polygons("flat.zip");
    ck_assert_str_eq(cmty__layer_name(layer), "flat.zip");
    cmty__layer_free(layer);
    cmty__layer_free(open_polygons("deep.zip"));
    cmty__layer_free(open_polygons("beats.geojson.gz"));
    partition_free(p);
}
END_TEST

START_TEST(texts_numbers_dates_and_nulls_come_as_text)
{
    cmty__layer *layer;

    write_file("fields.geojson",
               "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":"
               "{\"code\":\"007\",\"n\":12,\"x\":0.1,\"none\":null,"
               "\"when\":\"2024-03-10T02:30:00-05:00\",\"day\":\"2024/03/10\"},\"geometry\":"
               "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,0],[1,1],[0,0]]]}}]}");
    layer = open_polygons("fields.geojson");
    ck_assert_uint_eq(cmty__layer_field_count(layer), 6);
    ck_assert_str_eq(cmty__layer_text(layer, 0, cmty__layer_field(layer, "CODE")), "007");
    ck_assert_str_eq(cmty__layer_text(layer, 0, cmty__layer_field(layer, "n")), "12");
    ck_assert_str_eq(cmty__layer_text(layer, 0, cmty__layer_field(layer, "x")), "0.1");
    ck_assert_str_eq(cmty__layer_text(layer, 0, cmty__layer_field(layer, "none")), "");
    ck_assert_str_eq(cmty__layer_text(layer, 0, cmty__layer_field(layer, "when")),
                     "2024-03-10T02:30:00.000-05:00");
    ck_assert_str_eq(cmty__layer_text(layer, 0, cmty__layer_field(layer, "day")), "2024-03-10");
    ck_assert_int_eq(cmty__layer_field(layer, "absent"), -1);
    cmty__layer_free(layer);
}
END_TEST

START_TEST(tables_of_points_are_found_by_their_column_names)
{
    static const char *const heads[] = {"lon,lat,n", "X,Y,n", "Longitude,Latitude,n", "lng,lat,n"};
    cmty__layer *layer;

    for (size_t i = 0; i < 4; i++) {
        char text[256];

        snprintf(text, sizeof text,
                 "\xef\xbb\xbf%s\n-87.5,41.25,a\n,,b\n-87.5,95,c\n-87.6,41.5,d\n", heads[i]);
        write_file("points.csv", text);
        ck_assert_int_eq(try_open("points.csv", points, &layer), CMTY_OK);
        ck_assert_uint_eq(cmty__layer_count(layer), 2);
        ck_assert(cmty__layer_feature(layer, 0)->points[0].lat_deg == 41.25);
        ck_assert_str_eq(cmty__layer_text(layer, 1, cmty__layer_field(layer, "n")), "d");
        ck_assert_ptr_nonnull(strstr(notices, "1 of 4 features have no shape"));
        ck_assert_ptr_nonnull(strstr(notices, "1 of 4 points lie off the globe"));
        ck_assert_ptr_null(strstr(notices, "95"));
        cmty__layer_free(layer);
    }
}
END_TEST

/* ---- CRS ---- */

static const int crs_codes[] = {3435, 26916, 3857, 32616, 5070, 4267};

START_TEST(shared_borders_stay_shared_in_any_crs)
{
    partition *p = partition_make(5, 4, 2, 8);
    cmty__layer *layer;
    cmty__areas *areas;
    rng r = {5};
    size_t inside = 0;

    write_layer("GPKG", "shared.gpkg", p, crs_codes[_i]);
    layer = open_polygons("shared.gpkg");
    areas = index_layer(layer);
    for (int n = 0; n < 20000; n++) {
        /* well inside the whole: any point in none or two would be a gap or an overlap */
        cmty_point at = {
            p->min.lon_deg + (0.2 + 0.6 * rng_unit(&r)) * (p->max.lon_deg - p->min.lon_deg),
            p->min.lat_deg + (0.35 + 0.6 * rng_unit(&r)) * (p->max.lat_deg - p->min.lat_deg)};
        cmty__hit hits[4];

        if (n % 2 == 0) { /* on a border as it was carried over */
            const cmty__feature *f = cmty__layer_feature(layer, rng_below(&r, 19));
            size_t i = rng_below(&r, f->rings[0].count - 1);

            at = f->rings[0].points[i];
            if (cmty__areas_hits(areas, at, hits, 4) < 2
                || cmty__areas_hits(areas, f->rings[0].points[i + 1], hits, 4) < 2)
                continue; /* on the outside */
            at.lon_deg = (at.lon_deg + f->rings[0].points[i + 1].lon_deg) / 2;
            at.lat_deg = (at.lat_deg + f->rings[0].points[i + 1].lat_deg) / 2;
            ck_assert_uint_ge(cmty__areas_hits(areas, at, hits, 4), 1);
            continue;
        }
        if (cmty__areas_margin_m(areas, at) > 1e-6) {
            size_t count = cmty__areas_hits(areas, at, hits, 4);

            ck_assert_uint_le(count, 1);
            inside += count;
        }
    }
    ck_assert_uint_gt(inside, 9000);
    cmty__areas_free(areas);
    cmty__layer_free(layer);
    partition_free(p);
}
END_TEST

/* The other way to ask: carry the point to the layer's CRS, where the edges are straight. */
START_TEST(an_edge_strays_less_than_it_may_from_the_straight_line_of_its_crs)
{
    /* a triangle with edges of 40 to 60 km */
    static const cmty_point corners[] = {
        {-88.2, 41.6}, {-87.5, 41.7}, {-87.8, 42.1}, {-88.2, 41.6}};
    const cmty__ring ring = {corners, 4};
    const cmty__area_input input = {&ring, 1};
    partition *p = partition_copy(&input, 1);
    PJ_CONTEXT *context = proj_context_create();
    char code[16];
    PJ *any, *to;
    cmty__layer *layer;
    const cmty__ring *carried;
    double worst_m = 0;
    PJ_COORD corner[3];

    snprintf(code, sizeof code, "EPSG:%d", crs_codes[_i]);
    any = proj_create_crs_to_crs(context, "EPSG:4326", code, NULL);
    to = proj_normalize_for_visualization(context, any);
    write_layer("GPKG", "long.gpkg", p, crs_codes[_i]);
    layer = open_polygons("long.gpkg");
    carried = cmty__layer_feature(layer, 0)->rings;
    if (crs_codes[_i] != 4267)
        ck_assert_uint_gt(carried->count, 20);
    for (int k = 0; k < 3; k++)
        corner[k] =
            proj_trans(to, PJ_FWD, proj_coord(corners[k].lon_deg, corners[k].lat_deg, 0, 0));
    for (size_t i = 0; i + 1 < carried->count; i++)
        for (int k = 1; k < 8; k++) {
            double t = k / 8.0, best = INFINITY, metre;
            cmty_point a = carried->points[i], b = carried->points[i + 1];
            PJ_COORD q = proj_coord(a.lon_deg + t * (b.lon_deg - a.lon_deg),
                                    a.lat_deg + t * (b.lat_deg - a.lat_deg), 0, 0);
            PJ_COORD north = proj_coord(q.xy.x, q.xy.y + 1e-5, 0, 0);

            q = proj_trans(to, PJ_FWD, q);
            north = proj_trans(to, PJ_FWD, north);
            metre = hypot(north.xy.x - q.xy.x, north.xy.y - q.xy.y) / 1.1107; /* 1e-5 degrees */
            for (int e = 0; e < 3; e++) {
                PJ_COORD c = corner[e], d = corner[(e + 1) % 3];
                double dx = d.xy.x - c.xy.x, dy = d.xy.y - c.xy.y;

                best = fmin(best,
                            fabs((q.xy.x - c.xy.x) * dy - (q.xy.y - c.xy.y) * dx) / hypot(dx, dy));
            }
            worst_m = fmax(worst_m, best / metre);
        }
    ck_assert_msg(worst_m < (crs_codes[_i] == 4267 ? 0.2 : 0.0105), "EPSG:%d strays %.4f m",
                  crs_codes[_i], worst_m);
    cmty__layer_free(layer);
    partition_free(p);
    proj_destroy(any);
    proj_destroy(to);
    proj_context_destroy(context);
}
END_TEST

static const char feet[] = "[[[1131000,1951000],[1132000,1951000],[1132000,1952000],"
                           "[1131000,1951000]]]";

START_TEST(a_layer_without_crs_is_refused_unless_told_or_plainly_degrees)
{
    cmty__layer_options told = polygons;
    cmty__layer *layer;

    write_file("plain.csv", "WKT,id\n\"POLYGON((0 0,1 0,1 1,0 0))\",1\n");
    layer = open_polygons("plain.csv");
    ck_assert_str_eq(cmty__layer_crs(layer), "degrees");
    ck_assert_ptr_nonnull(strstr(notices, "no CRS"));
    cmty__layer_free(layer);

    write_file("feet.csv", "WKT,id\n\"POLYGON((1131000 1951000,1132000 1951000,1132000 1952000,"
                           "1131000 1951000))\",1\n");
    ck_assert_int_eq(try_open("feet.csv", polygons, &layer), CMTY_E_FORMAT);
    ck_assert_ptr_nonnull(strstr(err.message, "feet.csv"));
    ck_assert_ptr_nonnull(strstr(err.message, "crs="));
    told.crs = "EPSG:3435";
    ck_assert_int_eq(try_open("feet.csv", told, &layer), CMTY_OK);
    cmty__layer_free(layer);
    layer = open_polygons("feet.csv|crs=EPSG:3435");
    ck_assert_double_eq_tol(cmty__layer_feature(layer, 0)->area_m2, 46451.0,
                            20); /* 1000 x 500 ft2 */
    cmty__layer_free(layer);
    told.crs = "EPSG:nonsense";
    ck_assert_int_eq(try_open("feet.csv", told, &layer), CMTY_E_INVALID);
}
END_TEST

START_TEST(a_layer_in_another_crs_than_it_says_is_told)
{
    cmty__layer *layer;

    write_geometry("feet.geojson", "Polygon", feet);
    ck_assert_int_eq(try_open("feet.geojson", polygons, &layer), CMTY_E_FORMAT);
    ck_assert_ptr_nonnull(strstr(err.message, "not"));
    ck_assert_ptr_nonnull(strstr(err.message, "|crs="));
    cmty__layer_free(
        open_polygons("feet.geojson|crs=EPSG:3435")); /* the layer's word is overruled */
}
END_TEST

START_TEST(swapped_axes_are_suspected_and_told)
{
    static const char *const swapped[] = {
        "[[[37.7,-122.5],[37.8,-122.5],[37.8,-122.4],[37.7,-122.5]]]", /* beyond the pole */
        "[[[41.7,-87.8],[41.9,-87.8],[41.9,-87.5],[41.7,-87.8]]]",     /* in the ice */
    };
    cmty__layer *layer;

    for (size_t i = 0; i < 2; i++) {
        write_geometry("swapped.geojson", "Polygon", swapped[i]);
        ck_assert_int_eq(try_open("swapped.geojson", polygons, &layer), CMTY_E_FORMAT);
        ck_assert_ptr_nonnull(strstr(err.message, "swapped"));
        ck_assert_ptr_null(strstr(err.message, "122"));
    }
    cmty__layer_free(open_polygons("swapped.geojson|crs=EPSG:4326"));
}
END_TEST

START_TEST(axis_order_of_the_authority_is_a_trap_that_is_avoided)
{
    /* EPSG:4326 and EPSG:2393 put north first; files do not */
    partition *p = partition_make(1, 1, 1, 2);
    cmty__layer *layer;

    for (size_t i = 0; i < p->point_count; i++) {
        p->points[i].lon_deg += 87.7 + 25;
        p->points[i].lat_deg += 20;
    }
    write_layer("ESRI Shapefile", "north.shp", p, 2393);
    layer = open_polygons("north.shp");
    ck_assert_double_eq_tol(cmty__layer_feature(layer, 0)->rings[0].points[0].lon_deg, 25, 0.1);
    ck_assert_double_eq_tol(cmty__layer_feature(layer, 0)->rings[0].points[0].lat_deg, 61.8, 0.1);
    cmty__layer_free(layer);
    partition_free(p);
}
END_TEST

/* ---- dirty shapes ---- */

static const char bow_tie[] = "[[[0,0],[0.02,0.02],[0.02,0],[0,0.01],[0,0]]]";

START_TEST(invalid_rings_are_used_as_they_are_and_said)
{
    cmty__layer *layer;

    write_geometry("bow.geojson", "Polygon", bow_tie);
    layer = open_polygons("bow.geojson");
    ck_assert(!cmty__layer_feature(layer, 0)->valid);
    ck_assert_uint_eq(cmty__layer_feature(layer, 0)->rings[0].count, 5);
    ck_assert_ptr_nonnull(strstr(notices, "1 of 1 features have invalid rings"));
    cmty__layer_free(layer);
}
END_TEST

START_TEST(repair_keeps_the_even_odd_area_and_says_what_changed)
{
    cmty__layer_options repair = polygons;
    cmty__layer *as_is, *repaired;
    cmty__areas *one, *other;

    repair.repair = true;
    write_geometry("bow.geojson", "Polygon", bow_tie);
    as_is = open_polygons("bow.geojson");
    ck_assert_int_eq(try_open("bow.geojson", repair, &repaired), CMTY_OK);
    ck_assert_ptr_nonnull(strstr(notices, "area changed by"));
    ck_assert(cmty__layer_feature(repaired, 0)->valid);
    ck_assert_uint_eq(cmty__layer_feature(repaired, 0)->part_count, 2);
    ck_assert_double_eq_tol(cmty__layer_feature(repaired, 0)->area_m2,
                            cmty__layer_feature(as_is, 0)->area_m2, 1e-3);
    one = index_layer(as_is);
    other = index_layer(repaired);
    for (int i = -4; i < 60; i++)
        for (int j = -4; j < 60; j++) {
            cmty_point at = {i * 0.00037, j * 0.00041};

            if (cmty__areas_margin_m(one, at) > 1e-6) /* a crossing point is rounded */
                ck_assert_int_eq(cmty__areas_first(one, at, NULL, NULL),
                                 cmty__areas_first(other, at, NULL, NULL));
        }
    cmty__areas_free(one);
    cmty__areas_free(other);
    cmty__layer_free(as_is);
    cmty__layer_free(repaired);
}
END_TEST

START_TEST(holes_and_parts_count_into_the_area)
{
    cmty__layer *layer;
    const cmty__feature *f;

    write_geometry("holes.geojson", "MultiPolygon",
                   "[[[[0,0],[0.04,0],[0.04,0.04],[0,0.04],[0,0]],"
                   "[[0.01,0.01],[0.01,0.03],[0.03,0.03],[0.03,0.01],[0.01,0.01]]],"
                   "[[[0.02,0.02],[0.025,0.02],[0.025,0.025],[0.02,0.02]]]]");
    layer = open_polygons("holes.geojson");
    f = cmty__layer_feature(layer, 0);
    ck_assert(f->valid);
    ck_assert_uint_eq(f->part_count, 2);
    ck_assert_uint_eq(f->ring_count, 3);
    ck_assert_double_eq_tol(f->area_m2, 14.926e6, 5e3); /* (16 - 4 + 0.125) x 1.2309 km2 */
    cmty__layer_free(layer);
}
END_TEST

START_TEST(collections_give_up_their_polygons)
{
    cmty__layer *layer;

    write_file("mixed.geojson",
               "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":"
               "{\"id\":1},\"geometry\":{\"type\":\"GeometryCollection\",\"geometries\":["
               "{\"type\":\"Point\",\"coordinates\":[0,0]},{\"type\":\"Polygon\",\"coordinates\":"
               "[[[0,0],[1,0],[1,1],[0,0]]]}]}},"
               "{\"type\":\"Feature\",\"properties\":{\"id\":2},\"geometry\":null}]}");
    layer = open_polygons("mixed.geojson");
    ck_assert_uint_eq(cmty__layer_count(layer), 1);
    ck_assert_ptr_nonnull(strstr(notices, "1 parts of other kinds"));
    ck_assert_ptr_nonnull(strstr(notices, "1 of 2 features have no shape"));
    cmty__layer_free(layer);
}
END_TEST

/* ---- bad files ---- */

static const struct {
    const char *name, *text;
    cmty_status status;
    const char *says;
} bad_files[] = {
    {"empty.geojson", "", CMTY_E_FORMAT, "empty.geojson is empty"},
    {"none.geojson", "{\"type\":\"FeatureCollection\",\"features\":[]}", CMTY_E_FORMAT,
     "no geometry"},
    {"words.geojson", "these are words", CMTY_E_FORMAT, "not a vector file"},
    {"words.shp", "these are words", CMTY_E_FORMAT, "not a vector file"},
    {"table.csv", "a,b\n1,2\n", CMTY_E_FORMAT, "lon and lat"},
    {"cut.geojson",
     "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{},"
     "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,0],[1,1],[0,0]]]}},{\"ty",
     CMTY_E_FORMAT, "damaged"},
    {"line.geojson",
     "{\"type\":\"Feature\",\"properties\":{},\"geometry\":{\"type\":\"LineString\","
     "\"coordinates\":[[0,0],[1,1]]}}",
     CMTY_E_FORMAT, "feature 1 is not a polygon"},
    {"off.geojson",
     "{\"type\":\"Feature\",\"properties\":{},\"geometry\":{\"type\":\"Polygon\","
     "\"coordinates\":[[[0,0],[1,91],[1,0],[0,0]]]}}",
     CMTY_E_FORMAT, "feature 1 has a position that is off the globe"},
    {"flat.geojson",
     "{\"type\":\"Feature\",\"properties\":{},\"geometry\":{\"type\":\"Polygon\","
     "\"coordinates\":[[[0,0],[1,1],[0,0],[0,0]]]}}",
     CMTY_E_FORMAT, "holds no polygon"},
};

START_TEST(bad_files_end_in_one_sentence_that_names_them)
{
    cmty__layer *layer;

    write_file(bad_files[_i].name, bad_files[_i].text);
    ck_assert_int_eq(try_open(bad_files[_i].name, polygons, &layer), bad_files[_i].status);
    ck_assert_msg(strstr(err.message, bad_files[_i].says) != NULL, "%s", err.message);
    ck_assert_ptr_nonnull(strstr(err.message, bad_files[_i].name));
    ck_assert_ptr_null(strchr(err.message, '\n'));
}
END_TEST

START_TEST(a_file_that_is_not_there_is_an_io_error)
{
    cmty__layer *layer;

    ck_assert_int_eq(try_open("somewhere/absent.shp", polygons, &layer), CMTY_E_IO);
    ck_assert_ptr_nonnull(strstr(err.message, "absent.shp: no such file"));
    ck_assert_ptr_null(strstr(err.message, "somewhere")); /* a folder may be a person's name */
}
END_TEST

START_TEST(several_layers_must_be_chosen_from)
{
    cmty__layer *layer;

    write_file("two.gml.kml",
               "<kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document>"
               "<Folder><name>north</name><Placemark><name>1</name><Polygon><outerBoundaryIs>"
               "<LinearRing><coordinates>0,0 1,0 1,1 0,0</coordinates></LinearRing>"
               "</outerBoundaryIs></Polygon></Placemark></Folder>"
               "<Folder><name>south</name><Placemark><name>2</name><Polygon><outerBoundaryIs>"
               "<LinearRing><coordinates>0,0 1,0 1,1 0,0</coordinates></LinearRing>"
               "</outerBoundaryIs></Polygon></Placemark></Folder></Document></kml>");
    ck_assert_int_eq(try_open("two.gml.kml", polygons, &layer), CMTY_E_FORMAT);
    ck_assert_ptr_nonnull(strstr(err.message, "north, south"));
    ck_assert_int_eq(try_open("two.gml.kml|layername=west", polygons, &layer), CMTY_E_FORMAT);
    cmty__layer_free(open_polygons("two.gml.kml|layername=south"));
}
END_TEST

static int32_t stop_at_once(void *user, const char *stage, double fraction)
{
    (void)user;
    (void)stage;
    (void)fraction;
    return 1;
}

START_TEST(a_host_can_stop_the_reading)
{
    const cmty_host stopper = {(uint32_t)sizeof(cmty_host), 0, NULL, stop_at_once, NULL};
    cmty__layer_options o = {.polygons = true, .host = &stopper};
    cmty__spec spec = {0};
    cmty__layer *layer = NULL;

    write_geometry("stop.geojson", "Polygon", "[[[0,0],[1,0],[1,1],[0,0]]]");
    ck_assert_int_eq(cmty__spec_parse("stop.geojson", &spec, NULL), CMTY_OK);
    ck_assert_int_eq(cmty__layer_open(&spec, &o, &layer, NULL), CMTY_E_STOPPED);
    ck_assert_ptr_null(layer);
    cmty__spec_free(&spec);
}
END_TEST

static int host_errors;

static void CPL_STDCALL count_error(CPLErr class, CPLErrorNum code, const char *text)
{
    (void)class;
    (void)code;
    (void)text;
    host_errors++;
}

START_TEST(the_error_handling_of_the_host_is_left_alone)
{
    cmty__layer *layer;

    CPLPushErrorHandler(count_error);
    CPLErrorReset();
    write_file("words.shp", "these are words");
    ck_assert_int_eq(try_open("words.shp", polygons, &layer), CMTY_E_FORMAT);
    write_geometry("bow.geojson", "Polygon", bow_tie);
    cmty__layer_free(open_polygons("bow.geojson"));
    ck_assert_int_eq(host_errors, 0);
    ck_assert_int_eq(CPLGetLastErrorType(), CE_None);
    CPLError(CE_Warning, CPLE_AppDefined, "seen");
    ck_assert_int_eq(host_errors, 1);
    CPLPopErrorHandler();
}
END_TEST

static Suite *layer_suite(void)
{
    Suite *suite = suite_create("layer");
    TCase *tc = tcase_create("layer");
    const int codes = sizeof crs_codes / sizeof *crs_codes;

    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, every_format_gives_the_same_beats, 0, sizeof formats / sizeof *formats);
    tcase_add_test(tc, coordinates_in_wgs_84_are_not_touched);
    tcase_add_test(tc, archives_are_read_in_place);
    tcase_add_test(tc, texts_numbers_dates_and_nulls_come_as_text);
    tcase_add_test(tc, tables_of_points_are_found_by_their_column_names);
    tcase_add_loop_test(tc, shared_borders_stay_shared_in_any_crs, 0, codes);
    tcase_add_loop_test(tc, an_edge_strays_less_than_it_may_from_the_straight_line_of_its_crs, 0,
                        codes);
    tcase_add_test(tc, a_layer_without_crs_is_refused_unless_told_or_plainly_degrees);
    tcase_add_test(tc, a_layer_in_another_crs_than_it_says_is_told);
    tcase_add_test(tc, swapped_axes_are_suspected_and_told);
    tcase_add_test(tc, axis_order_of_the_authority_is_a_trap_that_is_avoided);
    tcase_add_test(tc, invalid_rings_are_used_as_they_are_and_said);
    tcase_add_test(tc, repair_keeps_the_even_odd_area_and_says_what_changed);
    tcase_add_test(tc, holes_and_parts_count_into_the_area);
    tcase_add_test(tc, collections_give_up_their_polygons);
    tcase_add_loop_test(tc, bad_files_end_in_one_sentence_that_names_them, 0,
                        sizeof bad_files / sizeof *bad_files);
    tcase_add_test(tc, a_file_that_is_not_there_is_an_io_error);
    tcase_add_test(tc, several_layers_must_be_chosen_from);
    tcase_add_test(tc, a_host_can_stop_the_reading);
    tcase_add_test(tc, the_error_handling_of_the_host_is_left_alone);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(layer_suite)
