/* SPDX-License-Identifier: MIT */
/*
 * Rows of ours as a table that SQLite reads from, so that one statement inserts them all: nothing
 * is bound, stepped or reset row by row. Serial per statement.
 */
#include "geo/gpkg.h"

typedef struct source_table {
    sqlite3_vtab base;
    const cmty__source *source;
} source_table;

typedef struct source_cursor {
    sqlite3_vtab_cursor base;
    const cmty__source *source;
    int64_t row;
    bool more;
} source_cursor;

static int source_connect(sqlite3 *db, void *user, int argc, const char *const *argv,
                          sqlite3_vtab **out, char **message)
{
    const cmty__source *source = user;
    source_table *t = cmty__calloc(1, sizeof *t);
    cmty__buf text = {0};
    int code = SQLITE_NOMEM;

    (void)argc;
    (void)argv;
    (void)message;
    cmty__buf_text(&text, "CREATE TABLE x(c0");
    for (size_t i = 1; i < source->columns; i++)
        cmty__buf_format(&text, ",c%zu", i);
    cmty__buf_text(&text, ")");
    if (t != NULL && !text.failed)
        code = sqlite3_declare_vtab(db, text.data);
    cmty__buf_free(&text);
    if (code == SQLITE_OK) {
        t->source = source;
        *out = &t->base;
    } else {
        cmty__free(t);
    }
    return code;
}

static int source_disconnect(sqlite3_vtab *table)
{
    cmty__free(table);
    return SQLITE_OK;
}

static int source_plan(sqlite3_vtab *table, sqlite3_index_info *plan)
{
    (void)table;
    plan->estimatedCost = 1;
    return SQLITE_OK;
}

static int source_open(sqlite3_vtab *table, sqlite3_vtab_cursor **out)
{
    source_cursor *c = cmty__calloc(1, sizeof *c);

    if (c == NULL)
        return SQLITE_NOMEM;
    c->source = ((source_table *)table)->source;
    *out = &c->base;
    return SQLITE_OK;
}

static int source_close(sqlite3_vtab_cursor *cursor)
{
    cmty__free(cursor);
    return SQLITE_OK;
}

static int source_next(sqlite3_vtab_cursor *cursor)
{
    source_cursor *c = (source_cursor *)cursor;

    c->row++;
    return c->source->next(c->source->user, &c->more) ? SQLITE_OK : SQLITE_INTERRUPT;
}

static int source_filter(sqlite3_vtab_cursor *cursor, int number, const char *text, int argc,
                         sqlite3_value **argv)
{
    (void)number;
    (void)text;
    (void)argc;
    (void)argv;
    return source_next(cursor);
}

static int source_eof(sqlite3_vtab_cursor *cursor)
{
    return !((const source_cursor *)cursor)->more;
}

static int source_column(sqlite3_vtab_cursor *cursor, sqlite3_context *to, int column)
{
    const cmty__source *source = ((const source_cursor *)cursor)->source;

    source->column(source->user, (size_t)column, to);
    return SQLITE_OK;
}

static int source_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *out)
{
    *out = ((const source_cursor *)cursor)->row;
    return SQLITE_OK;
}

static const sqlite3_module module = {.iVersion = 1,
                                      .xConnect = source_connect,
                                      .xBestIndex = source_plan,
                                      .xDisconnect = source_disconnect,
                                      .xOpen = source_open,
                                      .xClose = source_close,
                                      .xFilter = source_filter,
                                      .xNext = source_next,
                                      .xEof = source_eof,
                                      .xColumn = source_column,
                                      .xRowid = source_rowid};

/* The module is named anew for each statement, and forgotten after it. */
cmty_status cmty__gpkg_pour(const cmty__gpkg *g, const char *into, const cmty__gpkg_names *names,
                            const cmty__source *source, cmty_error *err)
{
    cmty__buf text = {0};
    cmty_status st = CMTY_OK;
    int code =
        sqlite3_create_module_v2(g->db, "cmty_source", &module, (void *)(uintptr_t)source, NULL);

    if (code != SQLITE_OK)
        return cmty__gpkg_fail(g, code, err);
    cmty__buf_text(&text, into);
    cmty__buf_text(&text, " SELECT * FROM cmty_source");
    st = text.failed ? cmty__fail(err, CMTY_E_NOMEM, "out of memory")
                     : cmty__gpkg_run(g, text.data, names, err);
    cmty__buf_free(&text);
    (void)sqlite3_create_module_v2(g->db, "cmty_source", NULL, NULL, NULL);
    return st;
}
