/* SPDX-License-Identifier: MIT */
/*
 * Anchors: points of a public grid of 1e-5 degrees (about a metre), chosen from public data alone,
 * so that knowing how one was found tells nothing about a report. Any thread.
 */
#include "catchment.h"

#include <math.h>
#include <stdlib.h>

enum { RINGS = 40, PAIRS = 1000 }; /* the search ends, whatever the shape: 1.8 km, 1000 pairs */
static const double cells_per_deg = 1e5;
/* Cells that lie between an anchor and every address: wanted, since a dot on a house accuses it,
   and at least, since an anchor must not be an address. */
static const int64_t clearances[] = {10, 1};

static int64_t cell_of(double deg)
{
    return (int64_t)llround(deg * cells_per_deg);
}

static bool near_an_address(const cmty__catchment_site *s, int64_t x, int64_t y, int64_t clearance)
{
    for (size_t i = 0; i < s->count; i++)
        if (llabs(cell_of(s->dwellers[i].at.lon_deg) - x) < clearance
            && llabs(cell_of(s->dwellers[i].at.lat_deg) - y) < clearance)
            return true;
    return false;
}

static bool serves(const cmty__catchment_site *s, int64_t x, int64_t y, int64_t clearance,
                   cmty_point *anchor)
{
    cmty_point p = {(double)x / cells_per_deg, (double)y / cells_per_deg};
    bool edge = false;

    if (p.lon_deg < s->min.lon_deg || p.lon_deg >= s->max.lon_deg || p.lat_deg < s->min.lat_deg
        || p.lat_deg >= s->max.lat_deg)
        return false;
    if (cmty__areas_first(s->areas, p, &edge, NULL) != s->area || edge
        || near_an_address(s, x, y, clearance))
        return false;
    *anchor = p;
    return true;
}

/* First of the sorted addresses with at least half of the weight up to it. */
static cmty_point weighted_median(const cmty__dweller *d, size_t count)
{
    uint64_t total = cmty__dwellers_weight(d, count);
    uint64_t sum = 0;

    for (size_t i = 0; i + 1 < count; i++) {
        sum += d[i].weight;
        if (sum >= total - sum)
            return d[i].at;
    }
    return d[count - 1].at;
}

/* The point itself, then square rings round it, ever further apart. */
static bool near_point(const cmty__catchment_site *s, int64_t x, int64_t y, int64_t clearance,
                       cmty_point *anchor)
{
    static const int8_t steps[][2] = {{2, 0},  {2, 1},  {2, 2},  {1, 2},   {0, 2},   {-1, 2},
                                      {-2, 2}, {-2, 1}, {-2, 0}, {-2, -1}, {-2, -2}, {-1, -2},
                                      {0, -2}, {1, -2}, {2, -2}, {2, -1}};

    if (serves(s, x, y, clearance, anchor))
        return true;
    for (int64_t ring = 1; ring <= RINGS; ring++)
        for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
            int64_t reach = ring * (ring + 1) / 2;

            if (serves(s, x + reach * steps[i][0], y + reach * steps[i][1], clearance, anchor))
                return true;
        }
    return false;
}

static bool between_neighbours(const cmty__catchment_site *s, int64_t clearance, cmty_point *anchor)
{
    for (size_t i = 0; i + 1 < s->count && i < PAIRS; i++) {
        cmty_point a = s->dwellers[i].at, b = s->dwellers[i + 1].at;

        if (serves(s, cell_of((a.lon_deg + b.lon_deg) / 2), cell_of((a.lat_deg + b.lat_deg) / 2),
                   clearance, anchor))
            return true;
    }
    return false;
}

bool cmty__catchment_anchor(const cmty__catchment_site *s, cmty_point *anchor)
{
    cmty_point middle;

    cmty__dwellers_sort(s->dwellers, s->count, CMTY__NODE_LAT);
    middle.lat_deg = weighted_median(s->dwellers, s->count).lat_deg;
    cmty__dwellers_sort(s->dwellers, s->count, CMTY__NODE_LON);
    middle.lon_deg = weighted_median(s->dwellers, s->count).lon_deg;
    for (size_t i = 0; i < sizeof clearances / sizeof clearances[0]; i++)
        if (near_point(s, cell_of(middle.lon_deg), cell_of(middle.lat_deg), clearances[i], anchor)
            || between_neighbours(s, clearances[i], anchor))
            return true;
    return false;
}
