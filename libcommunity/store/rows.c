/* SPDX-License-Identifier: MIT */
/*
 * Rows for publishing. Serial per object and its journal. Every statement names its columns, and
 * none of them is a sealed one.
 */
#include "store/journal.h"

struct cmty__rows {
    cmty__journal *journal;
    sqlite3_stmt *stmt;
    char id[CMTY__ID_DIGITS + 1];
};

/* All rows: along the index, with constant memory. New rows only: the few are sorted. */
static const char all_rows[] =
    "SELECT " CMTY__ENTRY_COLUMNS " FROM report INDEXED BY report_by_id"
    " WHERE time_bin>=?1 AND (time_bin<?2 OR ?2=?4) AND number>?3 ORDER BY report_id";
static const char new_rows[] =
    "SELECT " CMTY__ENTRY_COLUMNS " FROM report NOT INDEXED"
    " WHERE time_bin>=?1 AND (time_bin<?2 OR ?2=?4) AND number>?3 ORDER BY report_id";

cmty_status cmty__rows_open(cmty__journal *j, cmty_time since, cmty_time until, int64_t after,
                            cmty__rows **out, cmty_error *err)
{
    cmty__rows *rows = cmty__calloc(1, sizeof *rows);
    cmty__binder b = {0};
    cmty_status st;

    *out = NULL;
    if (rows == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    rows->journal = j;
    st = cmty__sql_prepare(&j->sql, after == 0 ? all_rows : new_rows, &rows->stmt, err);
    if (st != CMTY_OK) {
        cmty__rows_free(rows);
        return st;
    }
    b.stmt = rows->stmt;
    cmty__bind_int(&b, since);
    cmty__bind_int(&b, until);
    cmty__bind_int(&b, after);
    cmty__bind_int(&b, CMTY_TIME_OPEN_END);
    *out = rows;
    return CMTY_OK;
}

cmty_status cmty__rows_next(cmty__rows *rows, cmty__entry *e, cmty_error *err)
{
    cmty_status st = cmty__sql_step(&rows->journal->sql, rows->stmt, err);

    if (st == CMTY_OK)
        cmty__entry_read(rows->stmt, e, rows->id);
    return st;
}

void cmty__rows_free(cmty__rows *rows)
{
    if (rows == NULL)
        return;
    sqlite3_finalize(rows->stmt);
    cmty__free(rows);
}
