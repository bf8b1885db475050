/* SPDX-License-Identifier: MIT */
#ifndef CMTY_BEAT_COMPARE_OUT_H
#define CMTY_BEAT_COMPARE_OUT_H

/* What the writers of a comparison share. Private to beat. */

#include "beat/compare.h"

/* The pieces of ground of one row. Used again from row to row. */
typedef struct cmty__row_shape {
    const cmty__piece **pieces;
    size_t count, capacity;
} cmty__row_shape;
bool cmty__row_pieces(const cmty_comparison *c, const cmty__row *row,
                      cmty__row_shape *out); /* false: out of memory */
void cmty__row_shape_free(cmty__row_shape *shape);

void cmty__put_people(cmty__buf *out, int64_t people); /* 12.5; exact */

/* compare_page.c */
cmty_status cmty__put_comparison_page(const cmty_comparison *c, const char *title, cmty__buf *out,
                                      cmty_error *err);
/* compare_gpkg.c */
cmty_status cmty__write_comparison_gpkg(const cmty_comparison *c, cmty__writer *w, cmty_error *err);

#endif
