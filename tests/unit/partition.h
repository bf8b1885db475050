/* SPDX-License-Identifier: MIT */
#ifndef CMTY_TESTS_PARTITION_H
#define CMTY_TESTS_PARTITION_H

/*
 * Invented partitions with jagged shared borders, from a seed: columns x rows areas round a city's
 * position, one with an island area in it, one with an empty hole, one of two parts.
 */

#include "geo/geo.h"

typedef struct rng {
    uint64_t state;
} rng;
uint64_t rng_next(rng *r);
double rng_unit(rng *r); /* [0, 1) */
size_t rng_below(rng *r, size_t n);

typedef struct partition {
    cmty_point *points;
    size_t point_count, point_capacity;
    cmty__ring *rings;
    size_t *ring_start, ring_count;
    cmty__area_input *areas;
    size_t area_count;
    cmty_point min, max;
} partition;

/* `steps` points on each side between two corners. */
partition *partition_make(size_t columns, size_t rows, size_t steps, uint64_t seed);
/* The same areas in another order (area i becomes order[i]), each ring begun elsewhere and perhaps
   turned round. */
partition *partition_shuffle(const partition *p, const size_t *order, rng *r);
/* A copy of areas that are already in an index, or of any others. */
partition *partition_copy(const cmty__area_input *areas, size_t count);
/* Triangles and stars thrown at random: many overlap, many cross themselves. */
partition *partition_throw(size_t count, size_t corners, uint64_t seed);
void partition_free(partition *p);

/* Kinds of points that are hard to place. */
enum { POINT_UNIFORM, POINT_NEAR_EDGE, POINT_VERTEX, POINT_MIDDLE, POINT_ULP, POINT_KINDS };
cmty_point partition_point(const partition *p, int kind, rng *r);

#endif
