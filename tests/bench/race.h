/* SPDX-License-Identifier: MIT */
#ifndef CMTY_BENCH_RACE_H
#define CMTY_BENCH_RACE_H

/* Contenders over one set of points, in turns: thread CPU time, medians. */

#include "layer.h"

enum { MOST_ROUNDS = 15 };

typedef struct contender {
    void (*ask)(void *self, const cmty_point *p, size_t n, int32_t *answer); /* NULL: absent */
    void *self;
    size_t points; /* in a round */
    double rates[MOST_ROUNDS];
} contender;

/* Millions of points per second of each, 0 if absent; `seconds` is what one may take in a round. */
void race(contender *all, size_t count, const point_set *set, int rounds, double seconds,
          double *rate);
double median_of(double *v, int n); /* sorts */

/* Cells of a Markdown table. */
void print_cell(double value, int decimals); /* "-" if it is not above 0 */
void print_bar(const char *what, double least, double seen);

#endif
