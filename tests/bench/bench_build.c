/* SPDX-License-Identifier: MIT */
/*
 * What an index over areas costs to make and to keep, against GEOS (geometries, prepared, STRtree):
 * one thread, CPU time, interleaved rounds, medians; memory as the heap counts it, geometry
 * included. Reaches inside the library, for a program outside only sees files being read as well.
 *
 *     bench_build [--small] [--rounds N] [NAME...]
 */
#include "cases.h"
#include "clock.h"
#include "geo/geo.h"
#include "peer.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ROUNDS = 15 };

typedef struct cost {
    double ms, mb;
} cost;

static double heap_mb(void)
{
    struct mallinfo2 m = mallinfo2();

    return (double)(m.uordblks + m.hblkhd) / 1e6;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static cost geos_cost(const layer *l)
{
    double before = heap_mb(), start = cpu_seconds();
    void *self = peer_geos_c.open(l);
    cost c = {(cpu_seconds() - start) * 1e3, heap_mb() - before};

    peer_geos_c.close(self);
    return c;
}

static cost our_cost(const cmty__area_input *areas, size_t count)
{
    double before = heap_mb(), start = cpu_seconds();
    cmty__areas *index = NULL;
    cmty_error err = CMTY_ERROR_INIT;
    cost c;

    if (cmty__areas_build(areas, count, &index, &err) != CMTY_OK)
        bench_die("%s", err.message);
    c = (cost){(cpu_seconds() - start) * 1e3, heap_mb() - before};
    cmty__areas_free(index);
    return c;
}

/* The layer as the library takes it: rings of areas, all parts in one list. */
static cmty__area_input *areas_of(const layer *l, cmty__ring *rings)
{
    cmty__area_input *areas = bench_alloc(NULL, l->area_count, sizeof *areas);

    for (size_t r = 0; r < l->ring_count; r++)
        rings[r] = (cmty__ring){l->points + l->ring_start[r], layer_ring_size(l, r)};
    for (size_t a = 0; a < l->area_count; a++) {
        size_t first = l->part_start[l->area_start[a]], end = l->part_start[l->area_start[a + 1]];

        areas[a] = (cmty__area_input){rings + first, end - first};
    }
    return areas;
}

/* Prints a row; returns how many of its two bars are missed. */
static int run_case(const bench_case *c, int rounds)
{
    double geos_ms[MOST_ROUNDS], our_ms[MOST_ROUNDS], most = c->fences ? 15 : 5, slower, larger;
    cost theirs = {0, 0}, mine = {0, 0};
    cmty__area_input *areas;
    cmty__ring *rings;
    layer l;

    if (!case_layer(c, &l))
        return 0;
    rings = bench_alloc(NULL, l.ring_count, sizeof *rings);
    areas = areas_of(&l, rings);
    for (int i = 0; i < rounds; i++) {
        theirs = geos_cost(&l);
        mine = our_cost(areas, l.area_count);
        geos_ms[i] = theirs.ms;
        our_ms[i] = mine.ms;
    }
    qsort(geos_ms, (size_t)rounds, sizeof *geos_ms, compare_doubles);
    qsort(our_ms, (size_t)rounds, sizeof *our_ms, compare_doubles);
    slower = our_ms[rounds / 2] / geos_ms[rounds / 2];
    larger = mine.mb / theirs.mb;
    printf("| %s | %zu | %zu | %.1f | %.1f | %.1f (at most %.0f: %s) | %.2f | %.2f |"
           " %.2f (at most 2.5: %s) |\n",
           c->name, l.area_count, l.point_count, geos_ms[rounds / 2], our_ms[rounds / 2], slower,
           most, slower <= most ? "held" : "**MISSED**", theirs.mb, mine.mb, larger,
           larger <= 2.5 ? "held" : "**MISSED**");
    fflush(stdout);
    free(areas);
    free(rings);
    layer_free(&l);
    return (slower > most) + (larger > 2.5);
}

int main(int argc, char **argv)
{
    bool small = false;
    int rounds = 5, i = 1, missed = 0;

    for (; i < argc && argv[i][0] == '-'; i++)
        if (strcmp(argv[i], "--small") == 0)
            small = true;
        else if (strcmp(argv[i], "--rounds") == 0 && i + 1 < argc)
            rounds = (int)strtol(argv[++i], NULL, 10);
        else
            bench_die("usage: bench_build [--small] [--rounds N] [NAME...]");
    if (rounds < 1 || rounds > MOST_ROUNDS)
        bench_die("rounds are 1 to %d", MOST_ROUNDS);
    printf("| layer | areas | points | GEOS ms | ours ms | times | GEOS MB | ours MB | times |\n"
           "| --- | ---: | ---: | ---: | ---: | --- | ---: | ---: | --- |\n");
    for (size_t c = 0; c < bench_case_count; c++)
        if (case_wanted(&bench_cases[c], small, argv + i, argc - i))
            missed += run_case(&bench_cases[c], rounds);
    printf("\nBars of building and memory missed: %d.\n", missed);
    return 0;
}
