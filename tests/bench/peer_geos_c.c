/* SPDX-License-Identifier: MIT */
/* GEOS as an application uses it: C interface, STRtree, prepared geometries. Serial. */
#include "peer.h"

#include <geos_c.h>
#include <stdlib.h>

typedef struct geos {
    GEOSContextHandle_t context;
    GEOSSTRtree *tree;
    GEOSGeometry **areas;
    const GEOSPreparedGeometry **prepared;
    size_t count;
} geos;

static GEOSGeometry *ring_of(const geos *g, const layer *l, size_t ring)
{
    return GEOSGeom_createLinearRing_r(
        g->context,
        GEOSCoordSeq_copyFromBuffer_r(g->context, (const double *)(l->points + l->ring_start[ring]),
                                      (unsigned)layer_ring_size(l, ring), 0, 0));
}

static GEOSGeometry *part_of(const geos *g, const layer *l, size_t part)
{
    size_t first = l->part_start[part], count = l->part_start[part + 1] - first - 1;
    GEOSGeometry **holes = bench_alloc(NULL, count, sizeof(GEOSGeometry *)), *polygon;

    for (size_t i = 0; i < count; i++)
        holes[i] = ring_of(g, l, first + 1 + i);
    polygon = GEOSGeom_createPolygon_r(g->context, ring_of(g, l, first), holes, (unsigned)count);
    free(holes);
    return polygon;
}

static GEOSGeometry *area_of(const geos *g, const layer *l, size_t area)
{
    size_t first = l->area_start[area], count = l->area_start[area + 1] - first;
    GEOSGeometry **parts, *all;

    if (count == 1)
        return part_of(g, l, first);
    parts = bench_alloc(NULL, count, sizeof(GEOSGeometry *));
    for (size_t i = 0; i < count; i++)
        parts[i] = part_of(g, l, first + i);
    all = GEOSGeom_createCollection_r(g->context, GEOS_MULTIPOLYGON, parts, (unsigned)count);
    free(parts);
    return all;
}

static void ignore(void *item, void *user)
{
    (void)item;
    (void)user;
}

static void *geos_open(const layer *l)
{
    geos *g = bench_alloc(NULL, 1, sizeof *g);
    GEOSGeometry *p;

    g->context = GEOS_init_r();
    g->count = l->area_count;
    g->areas = bench_alloc(NULL, g->count, sizeof(GEOSGeometry *));
    g->prepared = bench_alloc(NULL, g->count, sizeof(const GEOSPreparedGeometry *));
    g->tree = GEOSSTRtree_create_r(g->context, 10);
    for (size_t a = 0; a < g->count; a++) {
        const cmty_point *first = l->points + l->ring_start[l->part_start[l->area_start[a]]];

        g->areas[a] = area_of(g, l, a);
        g->prepared[a] = GEOSPrepare_r(g->context, g->areas[a]);
        GEOSSTRtree_insert_r(g->context, g->tree, g->areas[a], (void *)(uintptr_t)(a + 1));
        p = GEOSGeom_createPointFromXY_r(g->context, (first[0].lon_deg + first[1].lon_deg) / 2,
                                         (first[0].lat_deg + first[1].lat_deg) / 2);
        GEOSPreparedIntersects_r(g->context, g->prepared[a], p); /* makes its lazy index */
        GEOSGeom_destroy_r(g->context, p);
    }
    p = GEOSGeom_createPointFromXY_r(g->context, l->min.lon_deg, l->min.lat_deg);
    GEOSSTRtree_query_r(g->context, g->tree, p, ignore, NULL);
    GEOSGeom_destroy_r(g->context, p);
    return g;
}

static void geos_close(void *self)
{
    geos *g = self;

    GEOSSTRtree_destroy_r(g->context, g->tree);
    for (size_t a = 0; a < g->count; a++) {
        GEOSPreparedGeom_destroy_r(g->context, g->prepared[a]);
        GEOSGeom_destroy_r(g->context, g->areas[a]);
    }
    GEOS_finish_r(g->context);
    free(g->areas);
    free(g->prepared);
    free(g);
}

typedef struct candidates {
    uint32_t area[512];
    size_t count;
} candidates;

static void note(void *item, void *user)
{
    candidates *c = user;

    if (c->count == 512)
        bench_die("more than 512 boxes hold one point");
    c->area[c->count++] = (uint32_t)(uintptr_t)item - 1;
}

static void geos_one(void *self, const cmty_point *p, size_t n, int32_t *area)
{
    geos *g = self;
    candidates c;

    for (size_t i = 0; i < n; i++) {
        GEOSGeometry *at = GEOSGeom_createPointFromXY_r(g->context, p[i].lon_deg, p[i].lat_deg);

        c.count = 0;
        area[i] = -1;
        GEOSSTRtree_query_r(g->context, g->tree, at, note, &c);
        for (size_t k = 0; k < c.count && area[i] < 0; k++)
            if (GEOSPreparedIntersects_r(g->context, g->prepared[c.area[k]], at) == 1)
                area[i] = (int32_t)c.area[k];
        GEOSGeom_destroy_r(g->context, at);
    }
}

static void geos_all(void *self, const cmty_point *p, size_t n, int32_t *count)
{
    geos *g = self;
    candidates c;

    for (size_t i = 0; i < n; i++) {
        GEOSGeometry *at = GEOSGeom_createPointFromXY_r(g->context, p[i].lon_deg, p[i].lat_deg);

        c.count = 0;
        count[i] = 0;
        GEOSSTRtree_query_r(g->context, g->tree, at, note, &c);
        for (size_t k = 0; k < c.count; k++)
            count[i] += GEOSPreparedIntersects_r(g->context, g->prepared[c.area[k]], at) == 1;
        GEOSGeom_destroy_r(g->context, at);
    }
}

const peer peer_geos_c = {"GEOS C", geos_open, geos_one, geos_all, geos_close};
