/* SPDX-License-Identifier: MIT */
/* Layers of polygons in memory, and the random numbers that invent them. Serial. */
#include "layer.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void bench_die(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    fputs("bench: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(1);
}

void *bench_alloc(void *old, size_t count, size_t size)
{
    void *memory = realloc(old, count > 0 ? count * size : 1);

    if (memory == NULL)
        bench_die("out of memory");
    return memory;
}

uint64_t random_next(random_state *r) /* splitmix64 */
{
    uint64_t z = r->state += 0x9E3779B97F4A7C15U;

    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
}

double random_unit(random_state *r)
{
    return (double)(random_next(r) >> 11) * 0x1p-53;
}

double random_normal(random_state *r) /* Box and Muller */
{
    double u = 1 - random_unit(r), v = random_unit(r);

    return sqrt(-2 * log(u)) * cos(6.283185307179586 * v);
}

size_t random_below(random_state *r, size_t n)
{
    return (size_t)(random_next(r) % n);
}

static void push(size_t **list, size_t *count, size_t *capacity, size_t value)
{
    if (*count + 1 >= *capacity) {
        *capacity = *capacity * 2 + 64;
        *list = bench_alloc(*list, *capacity, sizeof **list);
    }
    (*list)[(*count)++] = value;
}

void layer_begin_area(layer *l)
{
    push(&l->area_start, &l->area_count, &l->area_capacity, l->part_count);
}

void layer_begin_part(layer *l)
{
    push(&l->part_start, &l->part_count, &l->part_capacity, l->ring_count);
}

void layer_begin_ring(layer *l)
{
    push(&l->ring_start, &l->ring_count, &l->ring_capacity, l->point_count);
}

void layer_put(layer *l, cmty_point p)
{
    if (l->point_count == l->point_capacity) {
        l->point_capacity = l->point_capacity * 2 + 256;
        l->points = bench_alloc(l->points, l->point_capacity, sizeof *l->points);
    }
    l->points[l->point_count++] = p;
}

void layer_finish(layer *l)
{
    if (l->area_count == 0)
        bench_die("%s: no polygons", l->name);
    l->area_start[l->area_count] = l->part_count;
    l->part_start[l->part_count] = l->ring_count;
    l->ring_start[l->ring_count] = l->point_count;
    l->min = l->max = l->points[0];
    for (size_t i = 1; i < l->point_count; i++) {
        l->min.lon_deg = fmin(l->min.lon_deg, l->points[i].lon_deg);
        l->min.lat_deg = fmin(l->min.lat_deg, l->points[i].lat_deg);
        l->max.lon_deg = fmax(l->max.lon_deg, l->points[i].lon_deg);
        l->max.lat_deg = fmax(l->max.lat_deg, l->points[i].lat_deg);
    }
}

void layer_free(layer *l)
{
    free(l->points);
    free(l->ring_start);
    free(l->part_start);
    free(l->area_start);
    memset(l, 0, sizeof *l);
}
