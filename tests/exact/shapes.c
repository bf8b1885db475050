/* SPDX-License-Identifier: MIT */
/* Areas that are hard to be right about. Serial. */
#include "../bench/layer.h"
#include "subject.h"

#include <math.h>
#include <stdlib.h>

/* ---- those of the benchmark ---- */

static partition *from_layer(layer *l)
{
    cmty__area_input *areas = calloc(l->area_count, sizeof *areas);
    cmty__ring *rings = calloc(l->ring_count, sizeof *rings);
    partition *p;

    for (size_t r = 0; r < l->ring_count; r++)
        rings[r] = (cmty__ring){l->points + l->ring_start[r], layer_ring_size(l, r)};
    for (size_t a = 0; a < l->area_count; a++) /* each has one ring */
        areas[a] = (cmty__area_input){&rings[a], 1};
    p = partition_copy(areas, l->area_count);
    free(areas);
    free(rings);
    layer_free(l);
    return p;
}

partition *shape_voronoi(size_t areas, unsigned levels, uint64_t seed)
{
    layer l = {.name = "voronoi"};

    layer_make_partition(&l, areas, levels, seed);
    return from_layer(&l);
}

partition *shape_fences(size_t count, uint64_t seed)
{
    layer l = {.name = "fences"};

    layer_make_fences(&l, count, 100, 1500, seed);
    return from_layer(&l);
}

partition *shape_snapped(partition *p, int bits)
{
    for (size_t i = 0; i < p->point_count; i++) {
        p->points[i].lon_deg = ldexp(round(ldexp(p->points[i].lon_deg, bits)), -bits);
        p->points[i].lat_deg = ldexp(round(ldexp(p->points[i].lat_deg, bits)), -bits);
    }
    return p;
}

/* ---- particular shapes ---- */

/* Rings in units, 12 x 12; an area number for each. Areas 0 to 10 are a partition. */
static const struct {
    int area, count;
    double at[11][2];
} drawn[] = {
    /* two holes that touch at a corner; the second is empty */
    {0, 5, {{0, 0}, {8, 0}, {8, 8}, {0, 8}, {0, 0}}},
    {0, 5, {{2, 2}, {4, 2}, {4, 4}, {2, 4}, {2, 2}}},
    {0, 5, {{4, 4}, {5, 3}, {6, 4}, {5, 5}, {4, 4}}},
    /* a beat in the first hole, with a beat in it, with one in that, which touches both */
    {1, 5, {{2, 2}, {2, 4}, {4, 4}, {4, 2}, {2, 2}}},
    {1, 5, {{2, 3}, {3, 2.5}, {3.5, 3}, {3, 3.5}, {2, 3}}},
    {2, 5, {{2, 3}, {3, 2.5}, {3.5, 3}, {3, 3.5}, {2, 3}}},
    {2, 4, {{2, 3}, {3, 2.75}, {3, 3.25}, {2, 3}}},
    {3, 4, {{2, 3}, {3, 3.25}, {3, 2.75}, {2, 3}}},
    /* two parts that touch at a corner, and what lies between them */
    {4, 5, {{8, 0}, {10, 0}, {10, 2}, {8, 2}, {8, 0}}},
    {4, 5, {{10, 2}, {12, 2}, {12, 4}, {10, 4}, {10, 2}}},
    {5, 5, {{8, 2}, {10, 2}, {10, 4}, {8, 4}, {8, 2}}},
    {6, 5, {{10, 0}, {12, 0}, {12, 2}, {10, 2}, {10, 0}}},
    /* two parts with a seam; then two that share half a side */
    {7, 5, {{8, 4}, {10, 4}, {10, 8}, {8, 8}, {8, 4}}},
    {7, 5, {{10, 4}, {12, 4}, {12, 8}, {10, 8}, {10, 4}}},
    {8, 5, {{0, 8}, {4, 8}, {4, 12}, {0, 12}, {0, 8}}},
    {8, 5, {{4, 8}, {6, 8}, {6, 10}, {4, 10}, {4, 8}}},
    /* a sliver along the seam of the rows, and the comb beside it */
    {9, 4, {{6, 8}, {12, 8}, {12, 8 + 0x1p-40}, {6, 8}}},
    {10,
     11,
     {{6, 8},
      {12, 8 + 0x1p-40},
      {12, 12},
      {11, 9},
      {10, 12},
      {9, 9},
      {8, 12},
      {7, 9},
      {6, 12},
      {6, 10},
      {6, 8}}},
    /* over others: a bar, a spike that leaves its square and comes back, a bow tie, a flat ring */
    {11, 5, {{1, 1}, {11, 1}, {11, 3}, {1, 3}, {1, 1}}},
    {12, 8, {{5, 6}, {7, 6}, {7, 7}, {9, 7.5}, {7, 7}, {7, 8}, {5, 8}, {5, 6}}},
    {13, 5, {{1, 5}, {4, 8}, {1, 8}, {4, 5}, {1, 5}}},
    {14, 4, {{3, 1}, {9, 1}, {6, 1}, {3, 1}}},
};

/* Where the units are put: at the origin with zeros of both signs, in both outer corners of the
   globe, and turned and scaled so that nothing is round. */
static cmty_point placed(size_t place, double x, double y, bool negative)
{
    switch (place) {
    case 0:
        x -= 6, y -= 6;
        return (cmty_point){x == 0 && negative ? -0.0 : x, y == 0 && negative ? -0.0 : y};
    case 1:
        return (cmty_point){168 + x, 78 + y};
    case 2:
        return (cmty_point){-180 + x, -90 + y};
    case SHAPE_TURNED:
        return (cmty_point){-87.7 + 0.0123 * x - 0.0041 * y, 41.8 + 0.0043 * x + 0.0117 * y};
    default:
        return (cmty_point){ldexp(x, -60), ldexp(y, -60)};
    }
}

partition *shape_special(size_t place, bool overlaps)
{
    enum { RINGS = sizeof drawn / sizeof *drawn };
    cmty_point points[RINGS][11];
    cmty__ring rings[RINGS];
    cmty__area_input areas[15] = {{NULL, 0}};
    size_t count = overlaps ? 15 : 11;

    for (size_t i = 0; i < RINGS; i++) {
        for (int k = 0; k < drawn[i].count; k++)
            points[i][k] = placed(place, drawn[i].at[k][0], drawn[i].at[k][1], i % 2 == 1);
        rings[i] = (cmty__ring){points[i], (size_t)drawn[i].count};
        if (areas[drawn[i].area].rings == NULL)
            areas[drawn[i].area].rings = &rings[i];
        areas[drawn[i].area].ring_count++;
    }
    return partition_copy(areas, count);
}

partition *shape_polar(void)
{
    enum { BEATS = 7 }; /* the last one crosses the antimeridian and has two parts; a cap, a belt */
    cmty_point points[BEATS + 3][5];
    cmty__ring rings[BEATS + 3];
    cmty__area_input areas[BEATS + 2];
    double south = 66.5, north = 83.25;

    for (int i = 0; i < BEATS + 1; i++) {
        double west = i == 0 ? -180 : -170 + 50 * (i - 1), east = i == BEATS ? 180 : -170 + 50 * i;
        const cmty_point box[5] = {
            {west, south}, {east, south}, {east, north}, {west, north}, {west, south}};

        for (int k = 0; k < 5; k++)
            points[i][k] = box[k];
        rings[i] = (cmty__ring){points[i], 5};
    }
    for (int i = 0; i < 2; i++) {
        double low = i == 0 ? north : -90, high = i == 0 ? 90 : south;
        const cmty_point box[5] = {{-180, low}, {180, low}, {180, high}, {-180, high}, {-180, low}};

        for (int k = 0; k < 5; k++)
            points[BEATS + 1 + i][k] = box[k];
        rings[BEATS + 1 + i] = (cmty__ring){points[BEATS + 1 + i], 5};
        areas[BEATS + i] = (cmty__area_input){&rings[BEATS + 1 + i], 1};
    }
    for (int i = 0; i < BEATS - 1; i++)
        areas[i] = (cmty__area_input){&rings[i + 1], 1};
    {
        cmty__ring both[2] = {rings[0], rings[BEATS]};
        partition *p;

        areas[BEATS - 1] = (cmty__area_input){both, 2};
        p = partition_copy(areas, BEATS + 2);
        return p;
    }
}
