/* SPDX-License-Identifier: MIT */
/* Making, describing and freeing an index over areas. Any thread; an index never changes. */
#include "geo/areas.h"

static cmty_status check_ring(const cmty__ring *r, size_t area, cmty_error *err)
{
    if (r->count < 4 || r->points == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "area %zu has a ring of fewer than 4 points", area);
    for (size_t i = 0; i < r->count; i++)
        if (!cmty__point_valid(r->points[i]))
            return cmty__fail(err, CMTY_E_RANGE, "area %zu has a point off the globe", area);
    if (r->points[0].lon_deg != r->points[r->count - 1].lon_deg
        || r->points[0].lat_deg != r->points[r->count - 1].lat_deg)
        return cmty__fail(err, CMTY_E_INVALID, "area %zu has a ring that is not closed", area);
    return CMTY_OK;
}

static cmty_status check_inputs(const cmty__area_input *areas, size_t count, size_t *rings,
                                size_t *points, cmty_error *err)
{
    cmty_status st = CMTY_OK;

    *rings = *points = 0;
    if (count > INT32_MAX / 2)
        return cmty__fail(err, CMTY_E_LIMIT, "more areas than an index can number");
    for (size_t i = 0; i < count; i++) {
        *rings += areas[i].ring_count;
        for (size_t r = 0; r < areas[i].ring_count && st == CMTY_OK; r++) {
            st = check_ring(&areas[i].rings[r], i, err);
            *points += areas[i].rings[r].count;
        }
    }
    if (st == CMTY_OK && *points > INT32_MAX / 2)
        st = cmty__fail(err, CMTY_E_LIMIT, "more edges than an index can number");
    return st;
}

/* Min above max: an area without rings. */
static void grow_box(cmty_point *min, cmty_point *max, cmty_point p)
{
    if (p.lon_deg < min->lon_deg)
        min->lon_deg = p.lon_deg;
    if (p.lat_deg < min->lat_deg)
        min->lat_deg = p.lat_deg;
    if (p.lon_deg > max->lon_deg)
        max->lon_deg = p.lon_deg;
    if (p.lat_deg > max->lat_deg)
        max->lat_deg = p.lat_deg;
}

static void copy_area(cmty__areas *a, size_t area, const cmty__area_input *in)
{
    a->min[area] = (cmty_point){INFINITY, INFINITY};
    a->max[area] = (cmty_point){-INFINITY, -INFINITY};
    for (size_t r = 0; r < in->ring_count; r++) {
        cmty_point *to = a->points + a->point_count;

        for (size_t i = 0; i < in->rings[r].count; i++) {
            cmty_point p = in->rings[r].points[i];

            p.lon_deg += 0.0; /* -0 becomes 0: equal positions have equal bytes */
            p.lat_deg += 0.0;
            to[i] = p;
            grow_box(&a->min[area], &a->max[area], p);
        }
        a->rings[a->ring_count++] = (cmty__ring){to, in->rings[r].count};
        a->point_count += in->rings[r].count;
    }
    a->first_ring[area + 1] = a->ring_count;
}

cmty_status cmty__areas_build(const cmty__area_input *areas, size_t count, cmty__areas **out,
                              cmty_error *err)
{
    cmty__areas *a = NULL;
    cmty__edge *edges = NULL;
    size_t rings, points, edge_count = 0;
    cmty_status st = check_inputs(areas, count, &rings, &points, err);

    *out = NULL;
    if (st != CMTY_OK)
        return st;
    a = cmty__calloc(1, sizeof *a);
    if (a == NULL) {
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
        goto done;
    }
    a->count = count;
    a->points = cmty__realloc(NULL, points, sizeof *a->points);
    a->rings = cmty__realloc(NULL, rings, sizeof *a->rings);
    a->first_ring = cmty__calloc(count + 1, sizeof *a->first_ring);
    a->min = cmty__realloc(NULL, count, sizeof *a->min);
    a->max = cmty__realloc(NULL, count, sizeof *a->max);
    if (a->points == NULL || a->rings == NULL || a->first_ring == NULL || a->min == NULL
        || a->max == NULL) {
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
        goto done;
    }
    for (size_t i = 0; i < count; i++)
        copy_area(a, i, &areas[i]);
    st = cmty__edges_collect(a, &edges, &edge_count, err);
    if (st != CMTY_OK)
        goto done;
    st = cmty__grid_build(a, edges, edge_count, err);
    if (st != CMTY_OK)
        goto done;
    a->late = cmty__late_new(edge_count);
    if (a->late == NULL) {
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
        goto done;
    }

    *out = a;
    a = NULL;

done:
    cmty__free(edges);
    cmty__areas_free(a);
    return st;
}

void cmty__areas_free(cmty__areas *a)
{
    if (a == NULL)
        return;
    cmty__grid_clear(&a->grid);
    cmty__late_free(a->late);
    cmty__free(a->points);
    cmty__free(a->rings);
    cmty__free(a->first_ring);
    cmty__free(a->min);
    cmty__free(a->max);
    cmty__free(a);
}

size_t cmty__areas_count(const cmty__areas *a)
{
    return a->count;
}

void cmty__areas_bounds(const cmty__areas *a, int32_t area, cmty_point *min, cmty_point *max)
{
    *min = a->min[area];
    *max = a->max[area];
}

const cmty__ring *cmty__areas_rings(const cmty__areas *a, int32_t area, size_t *count)
{
    *count = a->first_ring[area + 1] - a->first_ring[area];
    return a->rings + a->first_ring[area];
}
