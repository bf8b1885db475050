/* SPDX-License-Identifier: MIT */
/*
 * The index over areas by itself, against GEOS (geometries, prepared, STRtree): what it costs to
 * make, to keep and to load, and how fast each processor path and the batch of all matches are. One
 * thread, CPU time, interleaved rounds, medians; memory as the heap counts it, geometry included.
 * Reaches inside the library: from outside one sees files being read as well, and one path only.
 *
 *     bench_areas [--small] [--rounds N] [--seconds S] [NAME...]
 */
#include "cases.h"
#include "clock.h"
#include "geo/geo.h"
#include "peer.h"
#include "race.h"

#include <malloc.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* GEOS, the paths of the library, and its batch of all matches. */
enum { GEOS_C, PATH, ALL = PATH + CMTY__PATHS, CONTENDERS };

static const double most_memory = 2.5, least_portable = 30, least_all = 70;

typedef struct settings {
    bool small;
    int rounds;
    double seconds;
    size_t points;
} settings;

/* What is measured of one layer; least ratios to GEOS C over the sets of points. */
typedef struct bars {
    int missed;
    double portable, all; /* of beats; of fences */
} bars;

/* ---- making ---- */

typedef struct cost {
    double ms, mb;
} cost;

static double heap_mb(void)
{
    struct mallinfo2 m = mallinfo2();

    return (double)(m.uordblks + m.hblkhd) / 1e6;
}

static void *geos_made(const layer *l, cost *c)
{
    double before = heap_mb(), start = cpu_seconds();
    void *self = peer_geos_c.open(l);

    *c = (cost){(cpu_seconds() - start) * 1e3, heap_mb() - before};
    return self;
}

static cmty__areas *index_made(const cmty__area_input *areas, size_t count, cost *c)
{
    double before = heap_mb(), start = cpu_seconds();
    cmty__areas *index = NULL;
    cmty_error err = CMTY_ERROR_INIT;

    if (cmty__areas_build(areas, count, &index, &err) != CMTY_OK)
        bench_die("%s", err.message);
    *c = (cost){(cpu_seconds() - start) * 1e3, heap_mb() - before};
    return index;
}

/* From bytes, as a process does that finds the index in a store. */
static double load_ms(const cmty__areas *index)
{
    cmty__buf bytes = {0};
    cmty__areas *loaded = NULL;
    double start;

    cmty__areas_save(index, &bytes);
    start = cpu_seconds();
    if (cmty__areas_load(bytes.data, bytes.size, &loaded, NULL) != CMTY_OK)
        bench_die("an index cannot be loaded again");
    start = (cpu_seconds() - start) * 1e3;
    cmty__areas_free(loaded);
    cmty__buf_free(&bytes);
    return start;
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

/* Makes both several times and leaves the last ones. */
static void make_both(const bench_case *c, const layer *l, const settings *s, void **geos,
                      cmty__areas **index, bars *b)
{
    double geos_ms[MOST_ROUNDS], our_ms[MOST_ROUNDS], most = c->fences ? 15 : 5, slower, larger;
    cmty__ring *rings = bench_alloc(NULL, l->ring_count, sizeof *rings);
    cmty__area_input *areas = areas_of(l, rings);
    cost theirs = {0, 0}, mine = {0, 0};

    for (int i = 0; i < s->rounds; i++) {
        if (i > 0)
            peer_geos_c.close(*geos);
        *geos = geos_made(l, &theirs);
        if (i > 0)
            cmty__areas_free(*index);
        *index = index_made(areas, l->area_count, &mine);
        geos_ms[i] = theirs.ms;
        our_ms[i] = mine.ms;
    }
    slower = median_of(our_ms, s->rounds) / median_of(geos_ms, s->rounds);
    larger = mine.mb / theirs.mb;
    b->missed += (slower > most) + (larger > most_memory);
    printf("| %s | %zu | %zu | %.1f | %.1f | %.1f (at most %.0f: %s) | %.2f | %.2f |"
           " %.2f (at most %.1f: %s) | %.1f |\n",
           c->name, l->area_count, l->point_count, geos_ms[s->rounds / 2], our_ms[s->rounds / 2],
           slower, most, slower <= most ? "held" : "**MISSED**", theirs.mb, mine.mb, larger,
           most_memory, larger <= most_memory ? "held" : "**MISSED**", load_ms(*index));
    fflush(stdout);
    free(areas);
    free(rings);
}

/* ---- asking ---- */

typedef struct path {
    cmty__areas *index;
    int number;
} path;

static void ask_path(void *self, const cmty_point *p, size_t n, int32_t *area)
{
    path *with = self;

    cmty__areas_force_path(with->index, with->number);
    cmty__areas_first_many(with->index, p, n, area, NULL);
}

/* All matches, in blocks so that they fit; the answer is how many hold each point. */
static void ask_all(void *self, const cmty_point *p, size_t n, int32_t *count)
{
    enum { BLOCK = 1024, CAPACITY = 512 * BLOCK };
    static int32_t areas[CAPACITY];
    uint64_t first[BLOCK + 1];
    path *with = self;

    for (size_t start = 0; start < n; start += BLOCK) {
        size_t size = n - start < BLOCK ? n - start : BLOCK;

        if (cmty__areas_hits_many(with->index, p + start, size, first, areas, CAPACITY) > CAPACITY)
            bench_die("more matches than expected");
        for (size_t i = 0; i < size; i++)
            count[start + i] = (int32_t)(first[i + 1] - first[i]);
    }
}

static void race_set(const bench_case *c, const char *name, void *geos, cmty__areas *index,
                     const point_set *set, const settings *s, bars *b)
{
    path paths[CMTY__PATHS + 1];
    contender all[CONTENDERS] = {
        {.ask = c->fences ? peer_geos_c.all : peer_geos_c.one, .self = geos}};
    double rate[CONTENDERS];

    for (int i = 0; i <= CMTY__PATHS; i++) {
        paths[i] = (path){index, i};
        all[PATH + i].self = &paths[i];
        if (i == CMTY__PATHS)
            all[PATH + i].ask = ask_all;
        else if (cmty__areas_force_path(index, i))
            all[PATH + i].ask = ask_path;
    }
    race(all, CONTENDERS, set, s->rounds, s->seconds, rate);
    if (c->fences) /* GEOS looked for all matches, these for the lowest */
        rate[PATH] = rate[PATH + 1] = rate[PATH + 2] = 0;
    printf("| %s | %s |", c->name, name);
    print_cell(rate[GEOS_C], 2);
    for (int i = PATH; i < CONTENDERS; i++)
        print_cell(rate[i], 1);
    print_cell(rate[PATH + CMTY__PATH_PORTABLE] / rate[GEOS_C], 1);
    print_cell(rate[ALL] / rate[GEOS_C], 1);
    printf("\n");
    fflush(stdout);
    if (!c->fences)
        b->portable = fmin(b->portable, rate[PATH + CMTY__PATH_PORTABLE] / rate[GEOS_C]);
    else if (c->least > 0)
        b->all = fmin(b->all, rate[ALL] / rate[GEOS_C]);
}

/* ---- all ---- */

typedef struct made {
    const bench_case *of;
    layer l;
    void *geos;
    cmty__areas *index;
} made;

static void race_layer(made *m, const settings *s, bars *b)
{
    bars edges = {0, INFINITY, INFINITY}; /* no bar */
    point_set set = points_uniform(&m->l, s->points, 11);

    race_set(m->of, "uniform", m->geos, m->index, &set, s, b);
    points_free(&set);
    set = points_clustered(&m->l, case_reports(m->of), m->of->lon, m->of->lat, s->points, 12);
    race_set(m->of, "clustered", m->geos, m->index, &set, s, b);
    points_free(&set);
    set = points_near_edges(&m->l, s->points, 13);
    race_set(m->of, "within 5 m of edges", m->geos, m->index, &set, s, &edges);
    points_free(&set);
}

static settings read_settings(int argc, char **argv, int *names)
{
    settings s = {false, 5, 0.2, 4000000};
    int i = 1;

    for (; i < argc && argv[i][0] == '-'; i++)
        if (strcmp(argv[i], "--small") == 0)
            s = (settings){true, 1, 0.005, 20000};
        else if (strcmp(argv[i], "--rounds") == 0 && i + 1 < argc)
            s.rounds = (int)strtol(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--seconds") == 0 && i + 1 < argc)
            s.seconds = strtod(argv[++i], NULL);
        else
            bench_die("usage: bench_areas [--small] [--rounds N] [--seconds S] [NAME...]");
    if (s.rounds < 1 || s.rounds > MOST_ROUNDS || !(s.seconds > 0))
        bench_die("rounds are 1 to %d, seconds above 0", MOST_ROUNDS);
    *names = i;
    return s;
}

int main(int argc, char **argv)
{
    made *all = calloc(bench_case_count, sizeof *all);
    bars b = {0, INFINITY, INFINITY};
    size_t count = 0;
    int names;
    settings s = read_settings(argc, argv, &names);

    printf("| layer | areas | points | GEOS ms | ours ms | times | GEOS MB | ours MB | times |"
           " load ms |\n| --- | ---: | ---: | ---: | ---: | --- | ---: | ---: | --- | ---: |\n");
    for (size_t i = 0; i < bench_case_count; i++) {
        made *m = &all[count];

        m->of = &bench_cases[i];
        if (!case_wanted(m->of, s.small, argv + names, argc - names) || !case_layer(m->of, &m->l))
            continue;
        make_both(m->of, &m->l, &s, &m->geos, &m->index, &b);
        count++;
    }
    printf("\n| layer | points | GEOS C | portable | AVX2 | AVX-512 | all matches |"
           " portable / GEOS C | all matches / GEOS C |\n"
           "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n");
    for (size_t i = 0; i < count; i++) {
        race_layer(&all[i], &s, &b);
        peer_geos_c.close(all[i].geos);
        cmty__areas_free(all[i].index);
        layer_free(&all[i].l);
    }
    printf("\n| bar (times GEOS C, uniform and clustered) | at least | measured | |\n"
           "| --- | ---: | ---: | --- |\n");
    print_bar("portable batch, least", least_portable, isinf(b.portable) ? 0 : b.portable);
    print_bar("all matches of 2,000 fences, least", least_all, isinf(b.all) ? 0 : b.all);
    printf("\nBars of building and memory missed: %d.\n", b.missed);
    free(all);
    return 0;
}
