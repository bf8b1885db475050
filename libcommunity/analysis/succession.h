/* SPDX-License-Identifier: MIT */
#ifndef CMTY_ANALYSIS_SUCCESSION_H
#define CMTY_ANALYSIS_SUCCESSION_H

/* Private to analysis: releases that were published one after another, as anyone can read them. */

#include "suite.h"

/* What a number counts. */
enum {
    CMTY__COUNTS_ALL,
    CMTY__COUNTS_DISTRICT,
    CMTY__COUNTS_CATEGORY,
    CMTY__COUNTS_BEAT,
    CMTY__COUNTS_CELL,  /* a category in a beat */
    CMTY__COUNTS_NOISY, /* anything, with noise */
};

/* How a number stands in one release. */
enum { CMTY__ABSENT, CMTY__PRINTED, CMTY__UNPRINTED };

typedef struct cmty__slot {
    int32_t state;
    int64_t value;
    int64_t low, high; /* what it is known to lie between; set by the bounds */
    bool grew;         /* how much since the release before is known to lie between */
    int64_t grew_low, grew_high;
} cmty__slot;

typedef struct cmty__number {
    int32_t counts;             /* CMTY__COUNTS_* */
    const char *key, *category; /* of a beat, district, category; "" */
    const char *district;       /* of a beat, "" */
    cmty__slot *slots;          /* one for each release */
} cmty__number;

/* One row of points in one release. */
typedef struct cmty__row_seen {
    const char *id, *beat, *category;
    cmty_point at;
    size_t release;
} cmty__row_seen;

typedef struct cmty__observation cmty__observation;

typedef struct cmty__succession {
    cmty__arena *texts;
    size_t releases;
    cmty__observation *seen; /* of numbers, while reading */
    size_t seen_count, seen_capacity;
    cmty__number *numbers; /* in order of what they count and their key */
    size_t number_count;
    cmty__slot *slots;
    cmty__row_seen *rows; /* in order of id, then release */
    size_t row_count, row_capacity;
    bool noisy;      /* the release that is being read says that its counts have noise */
    bool consistent; /* no number grew less than none, nor is any sum wrong */
} cmty__succession;

void cmty__succession_free(cmty__succession *s);

/* succession_read.c: one release after another, then the numbers together. */
cmty_status cmty__succession_read(cmty__succession *s, const char *path, size_t release,
                                  const cmty_host *host, cmty_error *err);
cmty_status cmty__succession_join(cmty__succession *s, cmty_error *err);

/*
 * succession_bounds.c: what each number is known to lie between, from sums that come out even; with
 * `together`, also from the other releases, of which each counts all that the one before counted.
 * Intervals are narrowed until none moves, which is the shuttle algorithm of L. Buzzigoli and A.
 * Giusti (1999): it may stop short of what a linear program finds, and is never wrong.
 */
cmty_status cmty__succession_bound(cmty__succession *s, bool together, cmty_error *err);

/* succession.c: the attack; adds its rows and what is told. */
cmty_status cmty__attack_succession(cmty__suite *suite, const char *const *published, size_t count,
                                    cmty_error *err);

#endif
