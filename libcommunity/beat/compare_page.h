/* SPDX-License-Identifier: MIT */
#ifndef CMTY_BEAT_COMPARE_PAGE_H
#define CMTY_BEAT_COMPARE_PAGE_H

/* What the page of a comparison and its map share. Private to beat. */

#include "beat/compare_out.h"

/* A row on the map and in the table, by number: the largest first. */
typedef struct cmty__page_move {
    const cmty__row *row;
    const char *class; /* its colour */
} cmty__page_move;

/* Of rows whose ground is in another unit, in one no more, or in one first. */
static inline bool cmty__row_changed(const cmty__row *row)
{
    return row->change != CMTY_CHANGE_UNCHANGED && row->change < CMTY_CHANGE_NOISE;
}

/* compare_map.c */
cmty_status cmty__page_moves(const cmty_comparison *c, cmty__page_move **out, size_t *count,
                             cmty_error *err); /* freed by the caller */
bool cmty__put_comparison_map(const cmty_comparison *c, const cmty__page_move *moves, size_t count,
                              cmty__buf *out); /* false: out of memory */

/* compare_page.c: three digits or so, without the unit */
void cmty__put_km2(cmty__buf *out, double area_m2);

#endif
