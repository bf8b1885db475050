/* SPDX-License-Identifier: MIT */
/*
 * Point location against GEOS, an independent implementation: prepared geometries over millions of
 * points. The areas that hold a point (closed: interior and boundary) must be the same; the edge
 * rule then only chooses the lowest of them, and how often it had to is printed.
 */
#include "../runner.h"
#include "geo/geo.h"
#include "partition.h"

#include <geos_c.h>
#include <unistd.h>

/* ---- GEOS ---- */

typedef struct judge {
    GEOSContextHandle_t context;
    GEOSGeometry **areas;
    const GEOSPreparedGeometry **prepared;
    GEOSSTRtree *tree;
    size_t count;
} judge;

static GEOSGeometry *line_of(judge *j, const cmty__ring *ring)
{
    GEOSCoordSequence *s = GEOSCoordSeq_copyFromBuffer_r(j->context, (const double *)ring->points,
                                                         (unsigned)ring->count, 0, 0);

    return GEOSGeom_createLinearRing_r(j->context, s);
}

/* Every ring a polygon of its own: GEOS counts crossings with all of them, which is even-odd. */
static judge *judge_make(const partition *p)
{
    judge *j = calloc(1, sizeof *j);

    j->context = GEOS_init_r();
    j->count = p->area_count;
    j->areas = calloc(j->count, sizeof *j->areas);
    j->prepared = calloc(j->count, sizeof *j->prepared);
    j->tree = GEOSSTRtree_create_r(j->context, 10);
    for (size_t a = 0; a < j->count; a++) {
        size_t n = p->areas[a].ring_count;
        GEOSGeometry **parts = calloc(n, sizeof *parts);

        for (size_t r = 0; r < n; r++)
            parts[r] =
                GEOSGeom_createPolygon_r(j->context, line_of(j, &p->areas[a].rings[r]), NULL, 0);
        j->areas[a] =
            GEOSGeom_createCollection_r(j->context, GEOS_MULTIPOLYGON, parts, (unsigned)n);
        j->prepared[a] = GEOSPrepare_r(j->context, j->areas[a]);
        GEOSSTRtree_insert_r(j->context, j->tree, j->areas[a], (void *)(uintptr_t)(a + 1));
        free(parts);
    }
    return j;
}

static void judge_free(judge *j)
{
    GEOSSTRtree_destroy_r(j->context, j->tree);
    for (size_t a = 0; a < j->count; a++) {
        GEOSPreparedGeom_destroy_r(j->context, j->prepared[a]);
        GEOSGeom_destroy_r(j->context, j->areas[a]);
    }
    GEOS_finish_r(j->context);
    free(j->areas);
    free(j->prepared);
    free(j);
}

typedef struct verdict {
    judge *j;
    GEOSGeometry *point;
    cmty__hit hits[32];
    size_t count;
} verdict;

static void ask_one(void *item, void *user)
{
    verdict *v = user;
    size_t a = (size_t)(uintptr_t)item - 1;
    const GEOSPreparedGeometry *g = v->j->prepared[a];

    if (GEOSPreparedIntersects_r(v->j->context, g, v->point) != 1)
        return;
    ck_assert_uint_lt(v->count, 32);
    v->hits[v->count++] = (cmty__hit){
        (int32_t)a, GEOSPreparedContains_r(v->j->context, g, v->point) == 1 ? CMTY__HIT_INSIDE
                                                                            : CMTY__HIT_EDGE};
}

static int compare_hits(const void *a, const void *b)
{
    return ((const cmty__hit *)a)->area - ((const cmty__hit *)b)->area;
}

static void judge_ask(judge *j, cmty_point p, verdict *v)
{
    *v = (verdict){.j = j};
    v->point = GEOSGeom_createPointFromXY_r(j->context, p.lon_deg, p.lat_deg);
    GEOSSTRtree_query_r(j->context, j->tree, v->point, ask_one, v);
    GEOSGeom_destroy_r(j->context, v->point);
    qsort(v->hits, v->count, sizeof *v->hits, compare_hits);
}

/* ---- comparison ---- */

typedef struct tally {
    size_t points, outside, edge, shared, wrong, label;
} tally;

/* `label`: both hold the point, but one calls it boundary and the other inside. */
static void compare(judge *j, const cmty__areas *areas, cmty_point p, tally *t)
{
    cmty__hit hits[32];
    size_t count = cmty__areas_hits(areas, p, hits, 32);
    bool edge = false, same = true;
    verdict v;

    judge_ask(j, p, &v);
    same = count == v.count;
    for (size_t i = 0; i < count && same; i++) {
        same = hits[i].area == v.hits[i].area;
        t->label += hits[i].kind != v.hits[i].kind;
        edge |= hits[i].kind == CMTY__HIT_EDGE;
    }
    if (cmty__areas_first(areas, p, NULL, NULL) != (v.count == 0 ? -1 : v.hits[0].area))
        same = false;
    t->points++;
    t->outside += count == 0;
    t->edge += edge;
    t->shared += edge && count > 1;
    t->wrong += !same;
}

static tally run(const char *name, const partition *p, size_t points, uint64_t seed)
{
    cmty__areas *areas = NULL;
    judge *j = judge_make(p);
    rng r = {seed};
    tally t = {0};

    ck_assert_int_eq(cmty__areas_build(p->areas, p->area_count, &areas, NULL), CMTY_OK);
    for (size_t n = 0; n < points; n++)
        compare(j, areas, partition_point(p, (int)(n % POINT_KINDS), &r), &t);
    printf("%s: %zu points, %zu differ from GEOS; %zu in no area, %zu on a boundary, of which the"
           " edge rule gave %zu to the lowest of several areas",
           name, t.points, t.wrong, t.outside, t.edge, t.shared);
    if (t.label > 0)
        printf("; %zu on a seam or spike, which GEOS calls boundary and we the inside", t.label);
    printf("\n");
    fflush(stdout);
    cmty__areas_free(areas);
    judge_free(j);
    return t;
}

START_TEST(invented_partitions_agree_with_geos)
{
    static const struct {
        size_t columns, rows, steps, points;
    } shapes[] = {{16, 12, 25, 1600000}, {3, 3, 400, 300000}, {40, 40, 0, 300000}};
    partition *p =
        partition_make(shapes[_i].columns, shapes[_i].rows, shapes[_i].steps, 60 + (uint64_t)_i);
    tally t = run("invented partition", p, shapes[_i].points, 61 + (uint64_t)_i);

    ck_assert_uint_eq(t.wrong, 0);
    ck_assert_uint_eq(t.label, 0);
    ck_assert_uint_gt(t.shared, t.points / 10);
    partition_free(p);
}
END_TEST

/* ---- real layers ---- */

static const char *const layers[] = {
    "chicago/boundaries/police_beats_2012-12.geojson",
    "chicago/boundaries/police_districts_2012-03_epsg3435",
    "raleigh/boundaries/police_beats.geojson",
    "san_francisco/boundaries/sfpd_districts_before_2015.geojson",
    "san_francisco/boundaries/sfpd_districts_after_2015.geojson",
    "charlottesville/boundaries/police_beats_esri.json",
    "uk_leicestershire/boundaries/derbyshire.kml",
};

static const char *shared_folder(void)
{
    const char *folder = getenv("CMTY_SHARED");

    return folder != NULL ? folder : CMTY_TEST_SOURCE_DIR "/../shared";
}

static partition *partition_of(const char *path)
{
    const cmty__layer_options o = {.polygons = true, .densify_m = 0.01};
    cmty__area_input inputs[512];
    cmty__spec spec = {0};
    cmty__layer *layer = NULL;
    cmty_error err = CMTY_ERROR_INIT;
    partition *p;

    ck_assert_int_eq(cmty__spec_parse(path, &spec, &err), CMTY_OK);
    ck_assert_msg(cmty__layer_open(&spec, &o, &layer, &err) == CMTY_OK, "%s", err.message);
    for (size_t i = 0; i < cmty__layer_count(layer); i++) {
        const cmty__feature *f = cmty__layer_feature(layer, i);

        inputs[i] = (cmty__area_input){f->rings, f->ring_count};
    }
    p = partition_copy(inputs, cmty__layer_count(layer));
    cmty__layer_free(layer);
    cmty__spec_free(&spec);
    return p;
}

START_TEST(real_layers_agree_with_geos)
{
    char path[1024];
    partition *p;
    tally t;

    snprintf(path, sizeof path, "%s/data/%s", shared_folder(), layers[_i]);
    if (access(path, R_OK) != 0) {
        printf("SKIP: agreement with GEOS on real layers: shared data absent\n");
        fflush(stdout);
        return;
    }
    p = partition_of(path);
    t = run(strrchr(layers[_i], '/') + 1, p, 250000, 70 + (uint64_t)_i);
    ck_assert_uint_eq(t.wrong, 0);
    partition_free(p);
}
END_TEST

static Suite *geos_suite(void)
{
    Suite *suite = suite_create("locate_geos");
    TCase *tc = tcase_create("locate_geos");

    tcase_set_timeout(tc, 300);
    tcase_add_loop_test(tc, invented_partitions_agree_with_geos, 0, 3);
    tcase_add_loop_test(tc, real_layers_agree_with_geos, 0, sizeof layers / sizeof *layers);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(geos_suite)
