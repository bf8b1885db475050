/* SPDX-License-Identifier: MIT */
#ifndef CMTY_STORE_SQL_H
#define CMTY_STORE_SQL_H

/* Private to store/: a thin layer over one SQLite connection. Messages name the file and the way
   out, never a bound value. */

#include "core/core.h"

#include <sqlite3.h>

typedef struct cmty__sql {
    sqlite3 *db;
    char *path;
    int wal_pages; /* in the write-ahead log after the last commit */
} cmty__sql;

/* Opens with flags SQLITE_OPEN_*; on failure *sql is as after close. No connection checkpoints on
   its own: see cmty__sql_checkpoint. */
cmty_status cmty__sql_open(cmty__sql *sql, const char *path, int flags, cmty_error *err);
void cmty__sql_close(cmty__sql *sql);

/* The write-ahead log, or a sentence why not. */
cmty_status cmty__sql_use_wal(cmty__sql *sql, cmty_error *err);
/* Carries a long write-ahead log into the file. To be called between transactions, and only by who
   has the writer's place. A log that cannot be carried over now is no failure. */
void cmty__sql_checkpoint(cmty__sql *sql, int when_over_pages);

/* Fixed statements without values. */
cmty_status cmty__sql_run(cmty__sql *sql, const char *text, cmty_error *err);
/* The first column of the first row; CMTY_NOTFOUND without a row. */
cmty_status cmty__sql_int64(cmty__sql *sql, const char *text, int64_t *out, cmty_error *err);
/* A statement that lives as long as its owner: finalised by sqlite3_finalize. */
cmty_status cmty__sql_prepare(cmty__sql *sql, const char *text, sqlite3_stmt **out,
                              cmty_error *err);
/* CMTY_OK: a row; CMTY_END: none left, the statement is reset. On failure it is reset too. */
cmty_status cmty__sql_step(cmty__sql *sql, sqlite3_stmt *stmt, cmty_error *err);
/* A statement without rows: step, reset and unbind. */
cmty_status cmty__sql_once(cmty__sql *sql, sqlite3_stmt *stmt, cmty_error *err);
/* The sentence for an SQLite result code. */
cmty_status cmty__sql_fail(const cmty__sql *sql, int code, cmty_error *err);

bool cmty__sql_in_transaction(const cmty__sql *sql);

/* Binds values in order; borrowed until the statement is unbound. A value that cannot be bound
   stays NULL, which every column of ours refuses. NaN is NULL. */
typedef struct cmty__binder {
    sqlite3_stmt *stmt;
    int at;
} cmty__binder;
void cmty__bind_int(cmty__binder *b, int64_t v);
void cmty__bind_real(cmty__binder *b, double v);
void cmty__bind_text(cmty__binder *b, const char *v); /* NULL: NULL */
void cmty__bind_blob(cmty__binder *b, const void *v, size_t size);

/* A text column, never NULL; valid until the next step. */
const char *cmty__column_text(sqlite3_stmt *stmt, int column);

#endif
