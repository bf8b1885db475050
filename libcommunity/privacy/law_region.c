/* SPDX-License-Identifier: MIT */
/* Regions that a draw is confined to: the beat of the true place, or land that is given. Any
 * thread. */
#include "privacy/region.h"

#include <math.h>

enum { CLAMP_RINGS = 48 };

/* Of latitude, where a rough size will do. */
static const double mean_degree_mm = 111132954.0;

/* Twice the area, and the length of all rings, in steps of the lattice. */
static void add_sums(const cmty__ring *rings, size_t count, const cmty__lattice *l, double *area_2,
                     double *length)
{
    double signed_2 = 0;
    size_t i, j;

    for (i = 0; i < count; i++) {
        cmty_point o = rings[i].points[0];
        cmty__cell cell = cmty__lattice_cell(l, o);
        double per_lon = (double)cmty__lattice_columns(l, cell.row) / 360.0;
        double per_lat = mean_degree_mm / (double)l->step_mm;

        for (j = 0; j + 1 < rings[i].count; j++) {
            double ax = (rings[i].points[j].lon_deg - o.lon_deg) * per_lon;
            double ay = (rings[i].points[j].lat_deg - o.lat_deg) * per_lat;
            double bx = (rings[i].points[j + 1].lon_deg - o.lon_deg) * per_lon;
            double by = (rings[i].points[j + 1].lat_deg - o.lat_deg) * per_lat;

            signed_2 += ax * by - bx * ay;
            *length += sqrt((bx - ax) * (bx - ax) + (by - ay) * (by - ay));
        }
    }
    *area_2 += fabs(signed_2);
}

bool cmty__region_contains(const cmty__region *region, cmty_point p)
{
    if (region->area == CMTY__ANY_AREA)
        return cmty__areas_first(region->areas, p, NULL, NULL) >= 0;
    return cmty__areas_contains(region->areas, region->area, p);
}

/* The nearest place of the region. */
static cmty_point nearest_place(const cmty__region *region, cmty_point p)
{
    cmty__near near;
    int32_t area = region->area;
    double within_m = 1000;

    while (area == CMTY__ANY_AREA && within_m < 3e7) {
        if (cmty__areas_near(region->areas, p, within_m, &near, 1) > 0)
            area = near.area;
        within_m *= 8;
    }
    return cmty__areas_nearest_point(region->areas, area == CMTY__ANY_AREA ? 0 : area, p);
}

/* Why nothing can be confined to this region, from public facts about it only; else NULL. */
const char *cmty__region_refuses(const cmty__law *law, const cmty__region *region)
{
    cmty__lattice l = cmty__lattice_make(law->lattice_m);
    int32_t first = region->area, last = region->area;
    double area_2 = 0, length = 0;

    if (region->area == CMTY__ANY_AREA) {
        first = 0;
        last = (int32_t)cmty__areas_count(region->areas) - 1;
    } else if (region->area < 0) {
        return "outside every beat";
    }
    if (region->address_count >= 0 && (uint32_t)region->address_count < law->min_addresses)
        return "too few addresses in the beat";
    for (int32_t i = first; i <= last; i++) {
        size_t count = 0;
        const cmty__ring *rings = cmty__areas_rings(region->areas, i, &count);

        add_sums(rings, count, &l, &area_2, &length);
    }
    /* under nine lattice cells, or two steps wide on average */
    if (area_2 < 18.0 || area_2 < 2.0 * length)
        return region->area >= 0 ? "the beat is too small or too narrow"
                                 : "the land is too small or too narrow";
    return NULL;
}

/* A search for the lattice point of an area that is nearest to q. */
typedef struct search {
    const cmty__lattice *lattice;
    const cmty__region *region;
    cmty_point q, best;
    double lon_scale, lat_scale, nearest; /* distances in steps, squared */
} search;

static bool search_cell(search *s, int64_t row, int64_t east)
{
    int64_t columns = cmty__lattice_columns(s->lattice, row);
    int64_t column = cmty__lattice_column(s->lattice, row, s->q.lon_deg) + east;
    cmty__cell cell = {row, (column % columns + columns) % columns};
    cmty_point p = cmty__lattice_point(s->lattice, cell);
    double x = (p.lon_deg - s->q.lon_deg) * s->lon_scale;
    double y = (p.lat_deg - s->q.lat_deg) * s->lat_scale;

    if (x * x + y * y >= s->nearest || !cmty__region_contains(s->region, p))
        return false;
    s->nearest = x * x + y * y;
    s->best = p;
    return true;
}

/* First to the nearest place of the area, then by square rings to its nearest lattice point. */
bool cmty__region_clamp(const cmty__lattice *l, const cmty__region *region, cmty_point *p)
{
    cmty_point q = nearest_place(region, *p);
    int64_t row = cmty__lattice_cell(l, q).row, last = CLAMP_RINGS, ring, i;
    bool found = false;
    search s = {.lattice = l, .region = region, .q = q, .nearest = INFINITY};

    s.lon_scale = (double)cmty__lattice_columns(l, row) / 360.0;
    s.lat_scale = mean_degree_mm / (double)l->step_mm;
    for (ring = 0; ring <= last; ring++) {
        bool hit = false;

        for (i = -ring; i <= ring; i++) {
            hit |= search_cell(&s, row - ring, i);
            hit |= search_cell(&s, row + ring, i);
            hit |= search_cell(&s, row + i, -ring);
            hit |= search_cell(&s, row + i, ring);
        }
        if (hit && !found) /* the corners of this ring are farther than the sides of the next */
            last = ring + ring / 2 + 1;
        found |= hit;
    }
    *p = s.best;
    return found;
}
