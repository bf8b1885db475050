/* SPDX-License-Identifier: MIT */
#ifndef CMTY_BEAT_COMPARE_H
#define CMTY_BEAT_COMPARE_H

/* What a comparison is made of. Private to beat. */

#include "beat/beat.h"

#include <community/compare.h>

/* People are counted in millionths, so that they add up exactly. */
#define CMTY__PERSON INT64_C(1000000)

/* What a piece of ground holds. */
typedef struct cmty__tally {
    double area_m2; /* a multiple of 0.25: sums are exact */
    int64_t pieces, points;
    int64_t people;  /* in CMTY__PERSON */
    double variance; /* of people */
} cmty__tally;
void cmty__tally_add(cmty__tally *to, const cmty__tally *from);

/* All ground that two units share, or that one shares with none (-1). */
typedef struct cmty__cell {
    int32_t from, to;
    bool kept; /* both have the same id: nothing of it is noise */
    cmty__tally wide, narrow;
    size_t first_piece, piece_count;
} cmty__cell;

typedef struct cmty__unit {
    const char *id, *name;
    uint32_t beats;
    cmty__tally all, kept, noise;
    double variance; /* of its people: those of its rows do not add up, as they hang together */
} cmty__unit;

typedef struct cmty__side {
    const char *label;
    cmty__unit *units; /* by id (bytes) */
    size_t count;
    cmty__cover *cover;
    const cmty__areas *areas; /* while it is made; borrowed from the set */
    int32_t *unit_of;         /* of each area; while it is made */
} cmty__side;

typedef struct cmty__row {
    int32_t change;
    int32_t from, to; /* units; -1: none, or any in a row of noise */
    const char *from_text, *to_text;
    const cmty__cell *cell; /* NULL for noise and outside */
    int noise;              /* CMTY__NOISE_*, in a row of noise */
    cmty__tally tally;
} cmty__row;

/* Kinds of noise, in the order of their rows. */
enum { CMTY__NOISE_BETWEEN, CMTY__NOISE_LOST, CMTY__NOISE_WON, CMTY__NOISES };

struct cmty_comparison {
    cmty__arena *texts;
    int32_t unit;
    double tolerance_m;
    bool has_points, has_people;
    cmty__side sides[2];
    cmty__pieces *pieces;
    cmty__cell *cells; /* by from, to; -1 last */
    size_t cell_count;
    cmty__tally outside, noise[CMTY__NOISES];
    cmty__row *rows;
    size_t row_count;
    cmty_comparison_totals totals;
};

/* compare_sides.c: the units of one version, and the cells of two. */
cmty_status cmty__side_make(cmty_comparison *c, int side, const cmty_beatset *set, int32_t version,
                            const cmty_host *host, cmty_error *err);
cmty_status cmty__cells_make(cmty_comparison *c, const cmty_host *host, cmty_error *err);
/* NULL where the two share no ground. */
cmty__cell *cmty__cell_find(const cmty_comparison *c, int32_t from, int32_t to);
/* Kind of noise between two units, of which at least one is there. */
int cmty__noise_kind(int32_t from, int32_t to);
/* True if the narrow pieces of the cell are noise and its wide ones, if any, are not. */
static inline bool cmty__piece_is_noise(const cmty__cell *cell, const cmty__piece *piece)
{
    return piece->narrow && !cell->kept;
}

/* compare_load.c: points and people. */
cmty_status cmty__compare_points(cmty_comparison *c, const cmty_compare_options *o,
                                 cmty_error *err);
cmty_status cmty__compare_people(cmty_comparison *c, const cmty_compare_options *o,
                                 cmty_error *err);

/* compare_rows.c: what the cells say. */
cmty_status cmty__rows_make(cmty_comparison *c, cmty_error *err);

#endif
