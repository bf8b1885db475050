/* SPDX-License-Identifier: MIT */
/*
 * What the machine allows, and two threads. The bound: 16 bytes of a point in, 4 bytes of an answer
 * out, and one look-up at a random place of a table, which no index can do without. Two threads:
 * wall time of the same points by one and by two, so an idle machine is needed; the CPU time that
 * a point takes is printed too, for what the threads take from each other shows there.
 *
 *     bench_bound [--small]
 */
#include "cases.h"
#include "clock.h"
#include "ours.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 9 };

static double best_of(const double *seconds, int n)
{
    double least = seconds[0];

    for (int i = 1; i < n; i++)
        least = fmin(least, seconds[i]);
    return least;
}

/* ---- the bound ---- */

static void look_up(const cmty_point *p, size_t n, const uint32_t *table, unsigned bits,
                    int32_t *out)
{
    double side = (double)(1U << bits);

    for (size_t i = 0; i < n; i++)
        out[i] = (int32_t)table[((size_t)(int32_t)(p[i].lat_deg * side) << bits)
                                + (size_t)(int32_t)(p[i].lon_deg * side)];
}

static void print_bound(size_t n)
{
    cmty_point *p = bench_alloc(NULL, n, sizeof *p);
    int32_t *out = bench_alloc(NULL, n, sizeof *out);
    random_state r = {1};

    for (size_t i = 0; i < n; i++)
        p[i] = (cmty_point){random_unit(&r), random_unit(&r)};
    printf("| table looked up | M points/s |\n| --- | ---: |\n");
    for (unsigned bits = 8; bits <= 12; bits++) {
        size_t cells = (size_t)1 << bits << bits;
        uint32_t *table = bench_alloc(NULL, cells, sizeof *table);
        double seconds[ROUNDS];

        for (size_t i = 0; i < cells; i++)
            table[i] = (uint32_t)random_next(&r);
        for (int round = 0; round < ROUNDS; round++) {
            double start = cpu_seconds();

            look_up(p, n, table, bits, out);
            seconds[round] = cpu_seconds() - start;
        }
        printf("| %zu KB | %.0f |\n", cells * 4 / 1024, (double)n / best_of(seconds, ROUNDS) / 1e6);
        free(table);
    }
    free(p);
    free(out);
}

/* ---- two threads ---- */

typedef struct share {
    ours *o;
    const cmty_point *p;
    size_t n;
    int32_t *area;
    int passes;
    double cpu;
} share;

static void *work(void *user)
{
    share *s = user;
    double start = cpu_seconds();

    for (int i = 0; i < s->passes; i++)
        ours_batch(s->o, s->p, s->n, s->area);
    s->cpu = cpu_seconds() - start;
    return NULL;
}

/* Wall seconds of `count` threads over the same points in equal shares; their CPU seconds. */
static double run_threads(ours *o, const point_set *set, int32_t *area, int count, int passes,
                          double *cpu)
{
    size_t each = set->count / (size_t)count;
    double start = wall_seconds();
    pthread_t thread[2];
    share shares[2];

    for (int i = 0; i < count; i++) {
        size_t first = (size_t)i * each;

        shares[i] = (share){o, set->points + first, each, area + first, passes, 0};
        if (pthread_create(&thread[i], NULL, work, &shares[i]) != 0)
            bench_die("no thread");
    }
    *cpu = 0;
    for (int i = 0; i < count; i++) {
        pthread_join(thread[i], NULL);
        *cpu += shares[i].cpu;
    }
    return wall_seconds() - start;
}

static void print_threads(const bench_case *c, size_t n, int passes)
{
    double wall[2][ROUNDS], cpu[2][ROUNDS], gain;
    int32_t *area = bench_alloc(NULL, n, sizeof *area);
    point_set set;
    layer l;
    ours o;

    if (!case_layer(c, &l)) {
        free(area);
        return;
    }
    ours_open(&o, &l, false);
    set = points_clustered(&l, case_reports(c), c->lon, c->lat, n, 12);
    for (int round = 0; round < ROUNDS; round++)
        for (int t = 0; t < 2; t++)
            wall[t][round] = run_threads(&o, &set, area, t + 1, passes, &cpu[t][round]);
    gain = best_of(wall[0], ROUNDS) / best_of(wall[1], ROUNDS);
    printf("| %s | %.2f (at least 1.8: %s) | %.2f |\n", c->name, gain,
           gain >= 1.8 ? "held" : "**MISSED**",
           2 * best_of(cpu[0], ROUNDS) / best_of(cpu[1], ROUNDS));
    fflush(stdout);
    points_free(&set);
    ours_close(&o);
    layer_free(&l);
    free(area);
}

int main(int argc, char **argv)
{
    bool small = argc > 1 && strcmp(argv[1], "--small") == 0;
    size_t n = small ? 20000 : 4000000;

    print_bound(n);
    printf("\n| layer | two threads against one, wall time | by CPU time for a point |\n"
           "| --- | --- | ---: |\n");
    for (size_t c = 0; c < bench_case_count; c++)
        if (case_wanted(&bench_cases[c], small, NULL, 0) && !bench_cases[c].fences
            && bench_cases[c].areas < 100000)
            print_threads(&bench_cases[c], n, small ? 1 : 4);
    return 0;
}
