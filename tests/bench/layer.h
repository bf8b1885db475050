/* SPDX-License-Identifier: MIT */
#ifndef CMTY_BENCH_LAYER_H
#define CMTY_BENCH_LAYER_H

/*
 * What the benchmarks ask about: layers of polygons, from files or from a seed, and sets of points.
 * Coordinates are plain longitude and latitude in degrees; nothing here calls the library.
 */

#include <community/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct random_state {
    uint64_t state;
} random_state;
uint64_t random_next(random_state *r);
double random_unit(random_state *r);   /* [0, 1) */
double random_normal(random_state *r); /* mean 0, deviation 1 */
size_t random_below(random_state *r, size_t n);

/* Areas of parts (polygons) of rings (the first is the shell) of points, each closed. */
typedef struct layer {
    char name[64];
    cmty_point *points;
    size_t *ring_start, *part_start, *area_start; /* one more than there are */
    size_t point_count, ring_count, part_count, area_count;
    size_t point_capacity, ring_capacity, part_capacity, area_capacity;
    cmty_point min, max;
} layer;

void layer_begin_area(layer *l);
void layer_begin_part(layer *l);
void layer_begin_ring(layer *l);
void layer_put(layer *l, cmty_point p);
void layer_finish(layer *l); /* closes the lists and takes the bounds */
void layer_free(layer *l);

static inline size_t layer_ring_size(const layer *l, size_t ring)
{
    return l->ring_start[ring + 1] - l->ring_start[ring];
}

/* layer_file.c */
bool layer_read(layer *l, const char *path); /* adds every polygon feature; false: not readable */
void layer_write(const layer *l, const char *path); /* a GeoPackage, field "id" 00000000, ... */

/* layer_made.c: partitions with jagged borders shared bit for bit, and overlapping fences */
void layer_make_partition(layer *l, size_t areas, unsigned levels, uint64_t seed);
void layer_make_fences(layer *l, size_t count, double smallest_m, double largest_m, uint64_t seed);

/* points.c */
typedef struct point_set {
    cmty_point *points;
    size_t count;
} point_set;
point_set points_uniform(const layer *l, size_t count, uint64_t seed);
/* Round the places of a CSV file's reports, 60 m of noise; round invented centres without one. */
point_set points_clustered(const layer *l, const char *csv, const char *lon, const char *lat,
                           size_t count, uint64_t seed);
point_set points_near_edges(const layer *l, size_t count, uint64_t seed); /* within 5 m */
void points_free(point_set *set);

void bench_die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
void *bench_alloc(void *old, size_t count, size_t size); /* never NULL */

#endif
