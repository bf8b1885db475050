/* SPDX-License-Identifier: MIT */
/*
 * Point location against GEOS: one thread, CPU time, interleaved rounds, medians; the answers are
 * compared too. Prints Markdown.
 *
 *     bench_locate [--small] [--rounds N] [--seconds S] [NAME...]
 *
 * NAME selects layers whose name has it; S is what one contender may take in one round.
 */
#include "cases.h"
#include "ours.h"
#include "peer.h"
#include "race.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GEOS_C, GEOS_TREE, GEOS_PACKED, BATCH, SINGLE, HONEST, CONTENDERS };
enum { UNIFORM, CLUSTERED, NEAR_EDGES, SETS };
static const char *const set_names[] = {"uniform", "clustered", "within 5 m of edges"};

typedef struct settings {
    bool small;
    int rounds;
    double seconds;
    size_t points;
} settings;

/* Millions of points a second; 0: not measured. */
typedef struct result {
    const bench_case *of;
    double rate[SETS][CONTENDERS];
    size_t compared, different;
} result;

static double best_geos(const double *rate)
{
    return fmax(rate[GEOS_C], fmax(rate[GEOS_TREE], rate[GEOS_PACKED]));
}

/* Where one area holds a point both must name it; where several do, both must name a holder. */
static void compare_answers(result *r, void *geos, ours *o, const point_set *set)
{
    size_t n = set->count < 50000 ? set->count : 50000;
    int32_t *count = bench_alloc(NULL, n, sizeof *count);
    int32_t *theirs = bench_alloc(NULL, n, sizeof *theirs);
    int32_t *mine = bench_alloc(NULL, n, sizeof *mine);

    peer_geos_c.all(geos, set->points, n, count);
    if (r->of->fences) {
        ours_fence_single(o, set->points, n, mine);
        for (size_t i = 0; i < n; i++)
            r->different += mine[i] != count[i];
    } else {
        peer_geos_c.one(geos, set->points, n, theirs);
        ours_strict(o, set->points, n, mine);
        for (size_t i = 0; i < n; i++)
            r->different +=
                count[i] > 1 ? mine[i] < 0 || mine[i] > theirs[i] : mine[i] != theirs[i];
    }
    r->compared += n;
    free(count);
    free(theirs);
    free(mine);
}

/* ---- one layer ---- */

static void line_up(contender *all, const bench_case *c, const layer *l, ours *o)
{
    const peer *peers[] = {&peer_geos_c,
#ifdef CMTY_BENCH_GEOS_INSIDE
                           &peer_geos_tree, &peer_geos_packed
#endif
    };

    memset(all, 0, CONTENDERS * sizeof *all);
    for (size_t i = 0; i < sizeof peers / sizeof *peers; i++) {
        all[i].ask = c->fences ? peers[i]->all : peers[i]->one;
        all[i].self = peers[i]->open(l);
    }
    ours_open(o, l, c->fences);
    all[BATCH].ask = c->fences ? NULL : ours_batch;
    all[SINGLE].ask = c->fences ? ours_fence_single : ours_single;
    all[HONEST].ask = c->fences ? NULL : ours_honest;
    for (int i = BATCH; i < CONTENDERS; i++)
        all[i].self = o;
}

static void dismiss(contender *all, ours *o)
{
    peer_geos_c.close(all[GEOS_C].self);
#ifdef CMTY_BENCH_GEOS_INSIDE
    peer_geos_tree.close(all[GEOS_TREE].self);
    peer_geos_packed.close(all[GEOS_PACKED].self);
#endif
    ours_close(o);
}

static point_set points_of(const bench_case *c, const layer *l, int kind, size_t count)
{
    if (kind == UNIFORM)
        return points_uniform(l, count, 11);
    if (kind == CLUSTERED)
        return points_clustered(l, case_reports(c), c->lon, c->lat, count, 12);
    return points_near_edges(l, count, 13);
}

static void print_row(const result *r, int kind)
{
    const double *rate = r->rate[kind];

    printf("| %s | %s |", r->of->name, set_names[kind]);
    print_cell(rate[GEOS_C], 2);
    print_cell(best_geos(rate), 2);
    print_cell(rate[BATCH], 1);
    print_cell(rate[SINGLE], 1);
    print_cell(rate[HONEST], 2);
    print_cell(rate[BATCH] / rate[GEOS_C], 0);
    print_cell(rate[BATCH] / best_geos(rate), 0);
    print_cell(rate[SINGLE] / rate[GEOS_C], 1);
    print_cell(rate[HONEST] / rate[GEOS_C], 1);
    printf("\n");
    fflush(stdout);
}

static bool run_case(const bench_case *c, const settings *s, result *r)
{
    contender all[CONTENDERS];
    layer l;
    ours o;

    if (!case_layer(c, &l))
        return false;
    line_up(all, c, &l, &o);
    r->of = c;
    for (int kind = 0; kind < SETS; kind++) {
        point_set set = points_of(c, &l, kind, s->points);

        compare_answers(r, all[GEOS_C].self, &o, &set);
        race(all, CONTENDERS, &set, s->rounds, s->seconds, r->rate[kind]);
        print_row(r, kind);
        points_free(&set);
    }
    dismiss(all, &o);
    layer_free(&l);
    return true;
}

/* ---- all ---- */

/* Least or mean ratio of one contender to GEOS C over the layers with beats. */
static double ratio(const result *r, size_t count, int who, bool edges, bool mean)
{
    double least = INFINITY, logs = 0, n = 0;

    for (size_t i = 0; i < count; i++)
        for (int kind = edges ? NEAR_EDGES : UNIFORM; kind <= (edges ? NEAR_EDGES : CLUSTERED);
             kind++) {
            double x = r[i].rate[kind][who] / r[i].rate[kind][GEOS_C];

            if (r[i].of->fences || !(x > 0))
                continue;
            least = fmin(least, x);
            logs += log(x);
            n++;
        }
    if (n == 0)
        return 0;
    return mean ? exp(logs / n) : least;
}

static double least_of(const result *r, int who, bool edges)
{
    double least = INFINITY;

    for (int kind = edges ? NEAR_EDGES : UNIFORM; kind <= (edges ? NEAR_EDGES : CLUSTERED); kind++)
        least = fmin(least, r->rate[kind][who] / r->rate[kind][GEOS_C]);
    return least;
}

static size_t print_bars(const result *r, size_t count)
{
    size_t different = 0;
    char what[128];

    printf("\n| bar (least of the sets of points, times GEOS C) | at least | measured | |\n"
           "| --- | ---: | ---: | --- |\n");
    for (size_t i = 0; i < count; i++) {
        different += r[i].different;
        if (r[i].of->least == 0)
            continue;
        snprintf(what, sizeof what, "batch%s, %s", r[i].of->fences ? " of all matches" : "",
                 r[i].of->name);
        print_bar(what, r[i].of->least, least_of(&r[i], BATCH, false));
        snprintf(what, sizeof what, "batch near edges, %s", r[i].of->name);
        if (r[i].of->least_edge > 0)
            print_bar(what, r[i].of->least_edge, least_of(&r[i], BATCH, true));
    }
    print_bar("batch, geometric mean of the beat layers", 80, ratio(r, count, BATCH, false, true));
    print_bar("single call, least", 20, ratio(r, count, SINGLE, false, false));
    print_bar("single call near edges, least", 10, ratio(r, count, SINGLE, true, false));
    print_bar("full honest answer, least", 5, ratio(r, count, HONEST, false, false));
    print_bar("full honest answer near edges, least", 5, ratio(r, count, HONEST, true, false));
    return different;
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
            bench_die("usage: bench_locate [--small] [--rounds N] [--seconds S] [NAME...]");
    if (s.rounds < 1 || s.rounds > MOST_ROUNDS || !(s.seconds > 0))
        bench_die("rounds are 1 to %d, seconds above 0", MOST_ROUNDS);
    *names = i;
    return s;
}

int main(int argc, char **argv)
{
    result *results = calloc(bench_case_count, sizeof *results);
    size_t count = 0, compared = 0, different;
    int names;
    settings s = read_settings(argc, argv, &names);

    printf("| layer | points | GEOS C | best GEOS | batch | single | full answer"
           " | batch / GEOS C | / best GEOS | single / GEOS C | full / GEOS C |\n"
           "| --- | --- |%s\n",
           " ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for (size_t i = 0; i < bench_case_count; i++)
        if (case_wanted(&bench_cases[i], s.small, argv + names, argc - names))
            count += run_case(&bench_cases[i], &s, &results[count]);
    different = print_bars(results, count);
    for (size_t i = 0; i < count; i++)
        compared += results[i].compared;
    printf("\n%zu answers compared with GEOS, %zu differ.\n", compared, different);
    free(results);
    return count == 0 || different > 0;
}
