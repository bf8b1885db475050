/* SPDX-License-Identifier: MIT */
/* The second judge: GEOS. Serial per judge. */
#include "judge.h"

#include <geos_c.h>
#include <stdlib.h>

struct geos_judge {
    GEOSContextHandle_t context;
    GEOSGeometry **areas;
    const GEOSPreparedGeometry **prepared;
    GEOSSTRtree *tree;
    size_t count;
};

static GEOSGeometry *line_of(const geos_judge *j, const cmty__ring *ring)
{
    GEOSCoordSequence *s = GEOSCoordSeq_copyFromBuffer_r(j->context, (const double *)ring->points,
                                                         (unsigned)ring->count, 0, 0);

    return GEOSGeom_createLinearRing_r(j->context, s);
}

/* Every ring a polygon of its own: GEOS counts crossings with all of them, which is even-odd. */
static GEOSGeometry *area_of(const geos_judge *j, const cmty__area_input *area)
{
    size_t n = area->ring_count;
    GEOSGeometry **parts = calloc(n, sizeof *parts), *all;

    for (size_t r = 0; r < n; r++)
        parts[r] = GEOSGeom_createPolygon_r(j->context, line_of(j, &area->rings[r]), NULL, 0);
    all = GEOSGeom_createCollection_r(j->context, GEOS_MULTIPOLYGON, parts, (unsigned)n);
    free(parts);
    return all;
}

geos_judge *geos_judge_make(const cmty__area_input *areas, size_t count)
{
    geos_judge *j = calloc(1, sizeof *j);

    j->context = GEOS_init_r();
    j->count = count;
    j->areas = calloc(count, sizeof *j->areas);
    j->prepared = calloc(count, sizeof *j->prepared);
    j->tree = GEOSSTRtree_create_r(j->context, 10);
    for (size_t a = 0; a < count; a++) {
        j->areas[a] = area_of(j, &areas[a]);
        j->prepared[a] = GEOSPrepare_r(j->context, j->areas[a]);
        GEOSSTRtree_insert_r(j->context, j->tree, j->areas[a], (void *)(uintptr_t)(a + 1));
    }
    return j;
}

void geos_judge_free(geos_judge *j)
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

typedef struct question {
    geos_judge *j;
    GEOSGeometry *point;
    int32_t *areas;
    size_t count;
} question;

static void ask_one(void *item, void *user)
{
    question *q = user;
    size_t a = (size_t)(uintptr_t)item - 1;

    if (GEOSPreparedIntersects_r(q->j->context, q->j->prepared[a], q->point) != 1)
        return;
    if (q->count == JUDGE_HITS)
        exit(3);
    q->areas[q->count++] = (int32_t)a;
}

static int compare_areas(const void *a, const void *b)
{
    return *(const int32_t *)a - *(const int32_t *)b;
}

size_t geos_judge_ask(geos_judge *j, cmty_point p, int32_t *areas)
{
    question q = {j, GEOSGeom_createPointFromXY_r(j->context, p.lon_deg, p.lat_deg), areas, 0};

    GEOSSTRtree_query_r(j->context, j->tree, q.point, ask_one, &q);
    GEOSGeom_destroy_r(j->context, q.point);
    qsort(areas, q.count, sizeof *areas, compare_areas);
    return q.count;
}
