/* SPDX-License-Identifier: MIT */
#ifndef CMTY_BENCH_CASES_H
#define CMTY_BENCH_CASES_H

#include "layer.h"

/* A layer of the benchmark, and what is expected of it. */
typedef struct bench_case {
    const char *name;
    const char *files[9]; /* under the shared data; none: invented */
    const char *reports, *lon, *lat;
    size_t areas;             /* of an invented layer */
    unsigned levels;          /* its edges are cut in 2^levels pieces */
    bool fences;              /* they overlap, and every match is wanted */
    bool small;               /* part of the short run */
    double least, least_edge; /* times GEOS C: uniform and clustered, near edges; 0: no bar */
} bench_case;

extern const bench_case bench_cases[];
extern const size_t bench_case_count;

/* Reads or invents it; false, with a line on stderr, if its files are absent. */
bool case_layer(const bench_case *c, layer *l);
/* The file of reports, or NULL. Valid until the next call. */
const char *case_reports(const bench_case *c);
/* Is it asked for: the short run, or one of the names, or all? */
bool case_wanted(const bench_case *c, bool small, char *const *names, int count);

#endif
