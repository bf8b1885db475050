/* SPDX-License-Identifier: MIT */
#ifndef CMTY_INTAKE_TABLE_H
#define CMTY_INTAKE_TABLE_H

/* Private to intake: what locating and masking a CSV table share. */

#include "core/core.h"

#include <community/table.h>

typedef struct cmty__table {
    cmty_table_options options;
    const char *file; /* for messages */
    cmty__csv *csv;
    cmty__outfile *out;
    cmty__zone *zone;
    cmty__buf line;                       /* the row being written */
    int32_t lon, lat, time, accuracy, id; /* columns; -1: none */
    uint64_t rows;
} cmty__table;

/* One row of the table at its place. */
typedef struct cmty__table_row {
    bool has_place; /* false: both coordinates are empty */
    cmty_point at;
    cmty_time when;
    double accuracy_m; /* NaN if unknown */
} cmty__table_row;

/* Called for each row; appends what is written for it to t->line, without the line end. */
typedef cmty_status cmty__table_fn(cmty__table *t, const cmty__table_row *row, void *user,
                                   cmty_error *err);

cmty_status cmty__table_open(const char *in, const char *out, const cmty_table_options *options,
                             cmty__table *t, cmty_error *err);
/* t->line holds the header line. Streams all rows, then lets the file appear. */
cmty_status cmty__table_run(cmty__table *t, cmty__table_fn *fn, void *user, cmty_error *err);
void cmty__table_close(cmty__table *t);

/* A field of this row is not what it should be: names file, line and column, never the value. */
cmty_status cmty__table_fail(const cmty__table *t, int32_t column, const char *what,
                             cmty_error *err);
/* The named column, or the first of the usual names (NULL-terminated), or CMTY_E_FORMAT with the
   columns there are. */
cmty_status cmty__table_column(const cmty__table *t, const char *name, const char *const *usual,
                               const char *what, int32_t *out, cmty_error *err);

#endif
