/* SPDX-License-Identifier: MIT */
/* A point inside an area of any shape. Any thread. */
#include "geo/geo.h"

#include <math.h>
#include <stdlib.h>

/* Longitudes at which a parallel enters and leaves an area. */
struct crossings {
    double *lon_deg;
    size_t count, capacity;
};

/* Twice the area, in square degrees. */
static double ring_size(const cmty__ring *ring)
{
    cmty_point o = ring->points[0]; /* near origin: keeps the products small */
    double sum = 0;

    for (size_t i = 0; i + 1 < ring->count; i++) {
        cmty_point a = ring->points[i], b = ring->points[i + 1];

        sum += (a.lon_deg - o.lon_deg) * (b.lat_deg - o.lat_deg)
               - (b.lon_deg - o.lon_deg) * (a.lat_deg - o.lat_deg);
    }
    return fabs(sum);
}

/* Halfway between the northern and the southern end of the largest ring. */
static double middle_parallel(const cmty__ring *rings, size_t count)
{
    const cmty__ring *largest = &rings[0];
    double size = ring_size(largest);
    double south = 90, north = -90;

    for (size_t r = 1; r < count; r++) {
        double other = ring_size(&rings[r]);

        if (other > size) {
            largest = &rings[r];
            size = other;
        }
    }
    for (size_t i = 0; i < largest->count; i++) {
        south = fmin(south, largest->points[i].lat_deg);
        north = fmax(north, largest->points[i].lat_deg);
    }
    return south + (north - south) / 2;
}

static bool cross_ring(const cmty__ring *ring, double lat_deg, struct crossings *c)
{
    for (size_t i = 0; i + 1 < ring->count; i++) {
        cmty_point a = ring->points[i], b = ring->points[i + 1];
        double part;

        if ((a.lat_deg <= lat_deg) == (b.lat_deg <= lat_deg)) /* half-open: a vertex counts once */
            continue;
        if (!cmty__grow(&c->lon_deg, &c->capacity, c->count + 1, sizeof *c->lon_deg))
            return false;
        part = (lat_deg - a.lat_deg) / (b.lat_deg - a.lat_deg);
        c->lon_deg[c->count++] = a.lon_deg + part * (b.lon_deg - a.lon_deg);
    }
    return true;
}

static int compare_doubles(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;

    return (a > b) - (a < b);
}

bool cmty__inner_point(const cmty__ring *rings, size_t count, cmty_point *out)
{
    struct crossings c = {0};
    double widest = -1;
    bool room = true;

    *out = (cmty_point){rings[0].points[0].lon_deg, middle_parallel(rings, count)};
    for (size_t r = 0; room && r < count; r++)
        room = cross_ring(&rings[r], out->lat_deg, &c);
    if (c.count > 0)
        qsort(c.lon_deg, c.count, sizeof *c.lon_deg, compare_doubles);
    for (size_t i = 0; i + 1 < c.count; i += 2) {
        double width = c.lon_deg[i + 1] - c.lon_deg[i];

        if (width > widest) {
            widest = width;
            out->lon_deg = c.lon_deg[i] + width / 2;
        }
    }
    cmty__free(c.lon_deg);
    return room;
}
