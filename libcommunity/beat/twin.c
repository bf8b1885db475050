/* SPDX-License-Identifier: MIT */
/* Whether the ground round a beat is the same in another set, to the last digit. Any thread. */
#include "beat/beat.h"

#include <stdlib.h>

/* The edges of an area, in an order that its rings have no part in. */
typedef struct shape {
    cmty_point (*edges)[2];
    size_t count;
} shape;

static int compare_points(const cmty_point *a, const cmty_point *b)
{
    if (a->lon_deg != b->lon_deg)
        return a->lon_deg < b->lon_deg ? -1 : 1;
    return (a->lat_deg > b->lat_deg) - (a->lat_deg < b->lat_deg);
}

static int compare_edges(const void *left, const void *right)
{
    const cmty_point *a = left, *b = right;
    int order = compare_points(&a[0], &b[0]);

    return order != 0 ? order : compare_points(&a[1], &b[1]);
}

static bool take_shape(const cmty__areas *areas, int32_t area, shape *out)
{
    size_t ring_count, points = 0;
    const cmty__ring *rings = cmty__areas_rings(areas, area, &ring_count);

    for (size_t r = 0; r < ring_count; r++)
        points += rings[r].count;
    *out = (shape){cmty__realloc(NULL, points, sizeof *out->edges), 0};
    for (size_t r = 0; out->edges != NULL && r < ring_count; r++)
        for (size_t i = 0; i + 1 < rings[r].count; i++) {
            cmty_point a = rings[r].points[i], b = rings[r].points[i + 1];
            bool forward = compare_points(&a, &b) <= 0;

            out->edges[out->count][0] = forward ? a : b;
            out->edges[out->count++][1] = forward ? b : a;
        }
    if (out->edges != NULL)
        qsort(out->edges, out->count, sizeof *out->edges, compare_edges);
    return out->edges != NULL;
}

/* False: out of memory. */
static bool same_shape(const cmty__areas *a, int32_t i, const cmty__areas *b, int32_t j, bool *same)
{
    shape one = {0}, other = {0};
    bool done = take_shape(a, i, &one) && take_shape(b, j, &other);

    *same = done && one.count == other.count;
    for (size_t k = 0; *same && k < one.count; k++)
        *same = compare_edges(one.edges[k], other.edges[k]) == 0;
    cmty__free(one.edges);
    cmty__free(other.edges);
    return done;
}

typedef struct box {
    cmty_point min, max;
} box;

static box box_of(const cmty__areas *areas, int32_t area)
{
    box b;

    cmty__areas_bounds(areas, area, &b.min, &b.max);
    return b;
}

static bool touch(const box *a, const box *b)
{
    return a->min.lon_deg <= b->max.lon_deg && b->min.lon_deg <= a->max.lon_deg
           && a->min.lat_deg <= b->max.lat_deg && b->min.lat_deg <= a->max.lat_deg;
}

static bool same_box(const box *a, const box *b)
{
    return compare_points(&a->min, &b->min) == 0 && compare_points(&a->max, &b->max) == 0;
}

/* The area of the same shape, or -1. False: out of memory. */
static bool find_same(const cmty__areas *a, int32_t area, const cmty__areas *b, int32_t *out)
{
    box wanted = box_of(a, area);

    *out = -1;
    for (int32_t i = 0; i < (int32_t)cmty__areas_count(b) && *out < 0; i++) {
        box found = box_of(b, i);
        bool same = false;

        if (same_box(&wanted, &found) && !same_shape(a, area, b, i, &same))
            return false;
        if (same)
            *out = i;
    }
    return true;
}

static size_t count_round(const cmty__areas *areas, const box *where)
{
    size_t count = 0;

    for (int32_t i = 0; i < (int32_t)cmty__areas_count(areas); i++) {
        box b = box_of(areas, i);

        count += touch(where, &b);
    }
    return count;
}

cmty_status cmty__beatset_twin(const cmty_beatset *set, int32_t version, int32_t beat,
                               const cmty_beatset *other, int32_t other_version, int32_t *twin,
                               cmty_error *err)
{
    const cmty__areas *a = cmty__beatset_areas(set, version);
    const cmty__areas *b = cmty__beatset_areas(other, other_version);
    int32_t area = cmty__beatset_area_of(set, version, beat);
    box where = box_of(a, area);
    size_t round = 0;

    *twin = -1;
    for (int32_t i = 0; i < (int32_t)cmty__areas_count(a); i++) {
        box here = box_of(a, i);
        int32_t same;

        if (!touch(&where, &here))
            continue;
        if (!find_same(a, i, b, &same))
            return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
        if (same < 0) {
            *twin = -1;
            return CMTY_OK;
        }
        if (i == area)
            *twin = cmty__beatset_beat_of(other, other_version, same);
        round++;
    }
    if (count_round(b, &where) != round)
        *twin = -1;
    return CMTY_OK;
}
