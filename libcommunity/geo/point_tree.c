/* SPDX-License-Identifier: MIT */
/*
 * The nearest of many points: a k-d tree in space, in which half of an array comes before its
 * middle along one axis and half after it. Any thread once built.
 */
#include "geo/geo.h"

#include <math.h>
#include <stdlib.h>

typedef struct place {
    double x[3]; /* on the unit sphere */
    cmty_point at;
} place;

struct cmty__point_tree {
    size_t count;
    place places[];
};

static place place_of(cmty_point p)
{
    const double radians = acos(-1.0) / 180.0;
    double lat = p.lat_deg * radians, lon = p.lon_deg * radians;

    return (place){{cos(lat) * cos(lon), cos(lat) * sin(lon), sin(lat)}, p};
}

static int compare_points(const void *left, const void *right)
{
    const cmty_point *a = left, *b = right;
    int by = (a->lon_deg > b->lon_deg) - (a->lon_deg < b->lon_deg);

    return by != 0 ? by : (a->lat_deg > b->lat_deg) - (a->lat_deg < b->lat_deg);
}

static bool before(const place *a, const place *b, int axis)
{
    return a->x[axis] < b->x[axis]
           || (a->x[axis] == b->x[axis] && compare_points(&a->at, &b->at) < 0);
}

/* Hoare's selection: the middle one stands in its place, smaller ones before it. */
static void select_middle(place *p, size_t count, int axis)
{
    size_t low = 0, high = count - 1, middle = count / 2;

    while (low < high) {
        place pivot = p[low + (high - low) / 2];
        size_t i = low, j = high;

        for (;;) {
            while (before(&p[i], &pivot, axis))
                i++;
            while (before(&pivot, &p[j], axis))
                j--;
            if (i >= j)
                break;
            place swapped = p[i];
            p[i++] = p[j];
            p[j--] = swapped;
        }
        if (middle <= j)
            high = j;
        else
            low = j + 1;
    }
}

/* Depth is the logarithm of the count. */
static void build(place *p, size_t count, int axis)
{
    size_t middle = count / 2;

    if (count < 2)
        return;
    select_middle(p, count, axis);
    build(p, middle, (axis + 1) % 3);
    build(p + middle + 1, count - middle - 1, (axis + 1) % 3);
}

cmty_status cmty__point_tree_build(cmty_point *points, size_t count, cmty__point_tree **out,
                                   cmty_error *err)
{
    cmty__point_tree *n = cmty__calloc(1, sizeof *n + count * sizeof n->places[0]);

    *out = n;
    if (n == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    if (count > 0)
        qsort(points, count, sizeof *points, compare_points);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || compare_points(&points[i], &points[i - 1]) != 0)
            n->places[n->count++] = place_of(points[i]);
    build(n->places, n->count, 0);
    return CMTY_OK;
}

void cmty__point_tree_free(cmty__point_tree *n)
{
    cmty__free(n);
}

size_t cmty__point_tree_count(const cmty__point_tree *n)
{
    return n->count;
}

typedef struct search {
    place from;
    const place *best;
    double chord_2;
} search;

static void visit(search *s, const place *p)
{
    double x = p->x[0] - s->from.x[0], y = p->x[1] - s->from.x[1], z = p->x[2] - s->from.x[2];
    double chord_2 = x * x + y * y + z * z;

    if (s->best != NULL
        && (chord_2 > s->chord_2
            || (chord_2 == s->chord_2 && compare_points(&p->at, &s->best->at) > 0)))
        return;
    s->best = p;
    s->chord_2 = chord_2;
}

static void descend(search *s, const place *p, size_t count, int axis)
{
    size_t middle = count / 2;
    const place *after = p + middle + 1;
    double gap;
    bool low;

    if (count == 0)
        return;
    visit(s, &p[middle]);
    gap = s->from.x[axis] - p[middle].x[axis];
    low = gap < 0;
    if (low)
        descend(s, p, middle, (axis + 1) % 3);
    else
        descend(s, after, count - middle - 1, (axis + 1) % 3);
    if (gap * gap > s->chord_2)
        return;
    if (low)
        descend(s, after, count - middle - 1, (axis + 1) % 3);
    else
        descend(s, p, middle, (axis + 1) % 3);
}

cmty_point cmty__point_tree_find(const cmty__point_tree *n, cmty_point p)
{
    search s = {.from = place_of(p)};

    descend(&s, n->places, n->count, 0);
    return s.best != NULL ? s.best->at : (cmty_point){(double)NAN, (double)NAN};
}
