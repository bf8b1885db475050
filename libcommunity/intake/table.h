/* SPDX-License-Identifier: MIT */
#ifndef CMTY_INTAKE_TABLE_H
#define CMTY_INTAKE_TABLE_H

/* Private to intake: what all that reads a CSV table and writes another share. */

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
    int32_t date;                         /* where date and time stand in two columns */
    char order;                           /* of dates: see cmty__time_parse() */
    cmty__buf moment;                     /* both together */
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

/* The columns of the time: those that are named, or else the usual ones. */
cmty_status cmty__table_find_time(cmty__table *t, const char *date, const char *time,
                                  cmty_error *err);

/* `placed`: the table needs columns of coordinates. */
cmty_status cmty__table_open(const char *in, const char *out, const cmty_table_options *options,
                             bool placed, cmty__table *t, cmty_error *err);
/* t->line holds the header line. Streams all rows, then lets the file appear. */
cmty_status cmty__table_run(cmty__table *t, cmty__table_fn *fn, void *user, cmty_error *err);
/* The same by hand: the next row, or CMTY_END; t->line and a line end to the file, which the caller
   finishes. */
cmty_status cmty__table_next(cmty__table *t, cmty__table_row *row, cmty_error *err);
cmty_status cmty__table_write(cmty__table *t, cmty_error *err);
void cmty__table_close(cmty__table *t);

/* The text of the row's time, which may stand in two columns; empty: none. NULL: out of memory. */
const char *cmty__table_moment(cmty__table *t);

/* For columns behind those that came, with the table's own separator. */
void cmty__table_separator(cmty__table *t);
/* The separator, then the text, in the quotes that it asks for; an id stays what it is. */
void cmty__table_text(cmty__table *t, const char *value);

/* A field of this row is not what it should be: names file, line and column, never the value. */
cmty_status cmty__table_fail(const cmty__table *t, int32_t column, const char *what,
                             cmty_error *err);
/* The named column, or the first of the usual names (NULL-terminated), or CMTY_E_FORMAT with the
   columns there are. */
cmty_status cmty__table_column(const cmty__table *t, const char *name, const char *const *usual,
                               const char *what, int32_t *out, cmty_error *err);

#endif
