/* SPDX-License-Identifier: MIT */
#ifndef CMTY_BENCH_CLOCK_H
#define CMTY_BENCH_CLOCK_H

#include <time.h>

/* Of this thread: on a shared machine wall time would count the neighbours' turns too. */
static inline double cpu_seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static inline double wall_seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

#endif
