/* SPDX-License-Identifier: MIT */
/* Rings to and from GEOS. Serial per context. */
#include "geo/geos.h"

#include <math.h>

cmty_status cmty__geos_open(cmty__geos *g, cmty_error *err)
{
    *g = (cmty__geos){GEOS_init_r(), false};
    return g->handle != NULL ? CMTY_OK : cmty__fail(err, CMTY_E_NOMEM, "out of memory");
}

void cmty__geos_close(cmty__geos *g)
{
    if (g->handle != NULL)
        GEOS_finish_r(g->handle);
    *g = (cmty__geos){0};
}

cmty_status cmty__geos_fail(const cmty__geos *g, cmty_error *err)
{
    if (g->no_memory)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    return cmty__fail(err, CMTY_E_INTERNAL, "GEOS cannot lay these boundaries over each other");
}

static void *get_memory(cmty__geos *g, size_t count, size_t size)
{
    void *memory = cmty__calloc(count, size);

    g->no_memory |= memory == NULL;
    return memory;
}

static bool grow(cmty__geos *g, void *array_ptr, size_t *capacity, size_t need, size_t size)
{
    bool grown = cmty__grow(array_ptr, capacity, need, size);

    g->no_memory |= !grown;
    return grown;
}

/* ---- in ---- */

static GEOSGeometry *line_of(cmty__geos *g, const cmty__ring *ring)
{
    GEOSCoordSequence *s = GEOSCoordSeq_copyFromBuffer_r(g->handle, &ring->points->lon_deg,
                                                         (unsigned)ring->count, 0, 0);

    return s == NULL ? NULL : GEOSGeom_createLinearRing_r(g->handle, s);
}

static void destroy_all(cmty__geos *g, GEOSGeometry **parts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        GEOSGeom_destroy_r(g->handle, parts[i]);
}

/* A collection of parts, which it takes over and of which the array is freed. */
static GEOSGeometry *collection(cmty__geos *g, int type, GEOSGeometry **parts, size_t count)
{
    GEOSGeometry *all = count == 0
                            ? GEOSGeom_createEmptyCollection_r(g->handle, type)
                            : GEOSGeom_createCollection_r(g->handle, type, parts, (unsigned)count);

    cmty__free(parts);
    return all;
}

/* The first ring the outer one, all others its holes; NULL: GEOS failed. GEOS takes over parts even
   when it makes nothing of them. */
static GEOSGeometry *nested(cmty__geos *g, const cmty__ring *rings, size_t count)
{
    GEOSGeometry *shell = line_of(g, &rings[0]), *polygon = NULL;
    GEOSGeometry **holes = get_memory(g, count, sizeof(GEOSGeometry *));
    size_t made = 0;

    while (holes != NULL && made + 1 < count
           && (holes[made] = line_of(g, &rings[made + 1])) != NULL)
        made++;
    if (shell != NULL && holes != NULL && made + 1 == count) {
        polygon = GEOSGeom_createPolygon_r(g->handle, shell, holes, (unsigned)made);
    } else {
        GEOSGeom_destroy_r(g->handle, shell);
        destroy_all(g, holes, made);
    }
    cmty__free(holes);
    return polygon;
}

/* Every ring a polygon of its own; NULL: GEOS failed. */
static GEOSGeometry *apart(cmty__geos *g, const cmty__ring *rings, size_t count)
{
    GEOSGeometry **parts = get_memory(g, count, sizeof(GEOSGeometry *));
    size_t made = 0;

    while (parts != NULL && made < count && (parts[made] = nested(g, &rings[made], 1)) != NULL)
        made++;
    if (parts != NULL && made == count)
        return collection(g, GEOS_MULTIPOLYGON, parts, count);
    destroy_all(g, parts, made);
    cmty__free(parts);
    return NULL;
}

/* Keeps it if it is valid as it stands. */
static GEOSGeometry *if_valid(cmty__geos *g, GEOSGeometry *tried)
{
    if (tried == NULL || GEOSisValid_r(g->handle, tried) == 1)
        return tried;
    GEOSGeom_destroy_r(g->handle, tried);
    return NULL;
}

/* Rings carry no nesting: most areas are one ring, a ring with holes, or islands; GEOS sorts out
   the rest by the even-odd rule. */
GEOSGeometry *cmty__geos_area(cmty__geos *g, const cmty__ring *rings, size_t count)
{
    GEOSGeometry *area, *flat;

    if (count == 0)
        return GEOSGeom_createEmptyCollection_r(g->handle, GEOS_MULTIPOLYGON);
    area = if_valid(g, nested(g, rings, count));
    if (area == NULL && count > 1)
        area = if_valid(g, apart(g, rings, count));
    if (area == NULL && !g->no_memory) {
        flat = nested(g, rings, count);
        area = flat == NULL ? NULL : GEOSMakeValid_r(g->handle, flat);
        GEOSGeom_destroy_r(g->handle, flat);
    }
    return cmty__geos_polygons(g, area); /* NULL passes through */
}

/* ---- only areas ---- */

static bool gather(cmty__geos *g, const GEOSGeometry *from, GEOSGeometry ***parts, size_t *count,
                   size_t *capacity)
{
    int type = GEOSGeomTypeId_r(g->handle, from),
        children = GEOSGetNumGeometries_r(g->handle, from);

    if (GEOSisEmpty_r(g->handle, from) != 0 || (type != GEOS_POLYGON && type < GEOS_MULTIPOINT))
        return true;
    for (int i = 0; type != GEOS_POLYGON && i < children; i++)
        if (!gather(g, GEOSGetGeometryN_r(g->handle, from, i), parts, count, capacity))
            return false;
    if (type != GEOS_POLYGON)
        return true;
    if (!grow(g, parts, capacity, *count + 1, sizeof(GEOSGeometry *)))
        return false;
    (*parts)[*count] = GEOSGeom_clone_r(g->handle, from);
    return (*parts)[(*count)++] != NULL;
}

GEOSGeometry *cmty__geos_polygons(cmty__geos *g, GEOSGeometry *mixed)
{
    GEOSGeometry **parts = NULL, *all = NULL;
    size_t count = 0, capacity = 0;

    if (mixed != NULL && !g->no_memory && gather(g, mixed, &parts, &count, &capacity))
        all = count == 0 ? GEOSGeom_createEmptyCollection_r(g->handle, GEOS_MULTIPOLYGON)
                         : GEOSGeom_createCollection_r(g->handle, GEOS_MULTIPOLYGON, parts,
                                                       (unsigned)count);
    for (size_t i = 0; all == NULL && i < count; i++)
        GEOSGeom_destroy_r(g->handle, parts[i]);
    cmty__free(parts);
    GEOSGeom_destroy_r(g->handle, mixed);
    if (all != NULL && GEOSNormalize_r(g->handle, all) != 0) {
        GEOSGeom_destroy_r(g->handle, all);
        all = NULL;
    }
    return all;
}

GEOSGeometry *cmty__geos_bundle(cmty__geos *g, GEOSGeometry *const *shapes, const uint32_t *numbers,
                                size_t count)
{
    GEOSGeometry **copies = get_memory(g, count, sizeof(GEOSGeometry *));
    size_t made = 0;

    while (copies != NULL && made < count
           && (copies[made] = GEOSGeom_clone_r(g->handle, shapes[numbers[made]])) != NULL)
        made++;
    if (copies != NULL && made == count)
        return collection(g, GEOS_GEOMETRYCOLLECTION, copies, count);
    destroy_all(g, copies, made);
    cmty__free(copies);
    return NULL;
}

/* ---- out ---- */

static bool append_ring(cmty__geos *g, const GEOSGeometry *ring, cmty__ring_list *to)
{
    const GEOSCoordSequence *s = GEOSGeom_getCoordSeq_r(g->handle, ring);
    unsigned count = 0;

    if (s == NULL || GEOSCoordSeq_getSize_r(g->handle, s, &count) != 1
        || !grow(g, &to->points, &to->point_capacity, to->point_count + count, sizeof *to->points)
        || !grow(g, &to->ends, &to->ring_capacity, to->ring_count + 1, sizeof *to->ends)
        || GEOSCoordSeq_copyToBuffer_r(g->handle, s, &to->points[to->point_count].lon_deg, 0, 0)
               != 1)
        return false;
    to->point_count += count;
    to->ends[to->ring_count++] = to->point_count;
    return true;
}

bool cmty__geos_rings(cmty__geos *g, const GEOSGeometry *polygon, cmty__ring_list *to)
{
    int holes = GEOSGetNumInteriorRings_r(g->handle, polygon);
    bool ok = append_ring(g, GEOSGetExteriorRing_r(g->handle, polygon), to);

    for (int i = 0; ok && i < holes; i++)
        ok = append_ring(g, GEOSGetInteriorRingN_r(g->handle, polygon, i), to);
    return ok;
}

void cmty__ring_list_free(cmty__ring_list *list)
{
    cmty__free(list->points);
    cmty__free(list->ends);
    *list = (cmty__ring_list){0};
}

static double list_area_m2(const cmty__ring_list *list)
{
    double sum = 0;

    for (size_t r = 0, at = 0; r < list->ring_count; at = list->ends[r++]) {
        cmty__ring ring = {list->points + at, list->ends[r] - at};

        sum += (r == 0 ? 1 : -1) * fabs(cmty__ring_straight_m2(&ring));
    }
    return sum;
}

bool cmty__geos_area_m2(cmty__geos *g, const GEOSGeometry *polygons, double *area_m2)
{
    int count = GEOSGetNumGeometries_r(g->handle, polygons);
    cmty__ring_list list = {0};
    bool ok = true;

    *area_m2 = 0;
    for (int i = 0; ok && i < count; i++) {
        list.point_count = list.ring_count = 0;
        ok = cmty__geos_rings(g, GEOSGetGeometryN_r(g->handle, polygons, i), &list);
        if (ok)
            *area_m2 += list_area_m2(&list);
    }
    cmty__ring_list_free(&list);
    return ok;
}
