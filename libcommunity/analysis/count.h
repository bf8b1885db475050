/* SPDX-License-Identifier: MIT */
#ifndef CMTY_ANALYSIS_COUNT_H
#define CMTY_ANALYSIS_COUNT_H

/* Private to analysis: one table being counted. */

#include "beat/beat.h"
#include "privacy/privacy.h"

#include <community/count.h>

/* By beats: all, district, sector, beat. Those that are there share the epsilon. */
enum { CMTY__COUNT_LEVELS = 4 };

typedef struct cmty__tally {
    const char *key, *parent; /* parent: the sector of a beat */
    const char *district;
    int32_t number;              /* in order of first use */
    int64_t count, contributors; /* rows that count, and whose they are */
    uint64_t last;               /* contributor that was counted last */
} cmty__tally;

typedef struct cmty__row {
    uint64_t contributor[2], content[2]; /* keyed hashes */
    int32_t key;
} cmty__row;

typedef struct cmty__counter {
    cmty_count_options o;
    cmty__mask_key *key;
    cmty__counting counting;
    int levels;                      /* parts of the table that share the epsilon */
    bool has_districts, has_sectors; /* by beats: levels that are there */
    cmty__arena *texts;
    cmty__tally *tallies;
    size_t tally_count, tally_capacity, sorted; /* the first `sorted` are in order */
    int32_t version, *tally_of;                 /* of each area of the version */
    cmty__row *rows;
    size_t row_count, row_capacity;
    uint64_t contributor;
    char file[128]; /* for messages */
} cmty__counter;

/* A tally for each beat of the version, in order of district, sector and id, and one for none. */
cmty_status cmty__counter_beats(cmty__counter *c, cmty_error *err);
cmty_status cmty__counter_tally(cmty__counter *c, cmty_error *err);
cmty_status cmty__counter_write(cmty__counter *c, const char *out, cmty_error *err);

#endif
