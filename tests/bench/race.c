/* SPDX-License-Identifier: MIT */
/* Contenders in turns. Serial. */
#include "race.h"
#include "clock.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

double median_of(double *v, int n)
{
    qsort(v, (size_t)n, sizeof *v, compare_doubles);
    return v[n / 2];
}

/* As many points as the time allows, from a short run. */
static void calibrate(contender *c, const point_set *set, int32_t *answer, double seconds)
{
    size_t n = set->count < 20000 ? set->count : 20000;
    double start = cpu_seconds(), took;

    c->ask(c->self, set->points, n, answer);
    took = fmax(cpu_seconds() - start, 1e-7);
    c->points = (size_t)fmin((double)set->count, fmax((double)n, (double)n * seconds / took));
}

void race(contender *all, size_t count, const point_set *set, int rounds, double seconds,
          double *rate)
{
    int32_t *answer = bench_alloc(NULL, set->count, sizeof *answer);

    for (size_t c = 0; c < count; c++)
        if (all[c].ask != NULL)
            calibrate(&all[c], set, answer, seconds);
    for (int round = 0; round < rounds; round++)
        for (size_t c = 0; c < count; c++) {
            double start;

            if (all[c].ask == NULL)
                continue;
            start = cpu_seconds();
            all[c].ask(all[c].self, set->points, all[c].points, answer);
            all[c].rates[round] = (double)all[c].points / (cpu_seconds() - start) / 1e6;
        }
    for (size_t c = 0; c < count; c++)
        rate[c] = all[c].ask == NULL ? 0 : median_of(all[c].rates, rounds);
    free(answer);
}

void print_cell(double value, int decimals)
{
    if (value > 0)
        printf(" %.*f |", decimals, value);
    else
        printf(" - |");
}

void print_bar(const char *what, double least, double seen)
{
    if (seen > 0)
        printf("| %s | %.0f | %.1f | %s |\n", what, least, seen,
               seen >= least ? "held" : "**MISSED**");
    else
        printf("| %s | %.0f | - | not measured |\n", what, least);
}
