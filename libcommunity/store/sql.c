/* SPDX-License-Identifier: MIT */
/* A thin layer over one SQLite connection, which belongs to its object. Serial per connection. */
#include "store/sql.h"

enum { BUSY_MS = 5000 };

static cmty_status fail_by_class(const char *name, int code, cmty_error *err)
{
    switch (code & 0xff) {
    case SQLITE_NOMEM:
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    case SQLITE_FULL:
        return cmty__fail(err, CMTY_E_IO,
                          "%s: the disk is full and nothing of this step was kept; free some space "
                          "and send it again",
                          name);
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return cmty__fail(err, CMTY_E_IO,
                          "%s cannot be written; this user needs write permission on the file and "
                          "on its folder",
                          name);
    case SQLITE_CANTOPEN:
        return cmty__fail(err, CMTY_E_IO,
                          "%s cannot be opened; check that it exists and that this user may read "
                          "and write it and its folder",
                          name);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
        return cmty__fail(err, CMTY_E_IO, "%s is in use by another program; try again", name);
    case SQLITE_IOERR:
        return cmty__fail(err, CMTY_E_IO,
                          "%s: the disk reports an error (SQLite code %d); look at the system log, "
                          "then send the last step again",
                          name, code);
    case SQLITE_NOTADB:
        return cmty__fail(err, CMTY_E_FORMAT, "%s is not a database of this library", name);
    case SQLITE_CORRUPT:
        return cmty__fail(err, CMTY_E_FORMAT,
                          "%s is damaged; restore it from a backup, or save what is left with: "
                          "sqlite3 %s .recover",
                          name, name);
    case SQLITE_TOOBIG:
        return cmty__fail(err, CMTY_E_LIMIT, "a value is too large for %s", name);
    case SQLITE_ERROR:
    case SQLITE_SCHEMA:
        return cmty__fail(err, CMTY_E_FORMAT,
                          "%s does not have the tables that this version expects (SQLite code %d)",
                          name, code);
    default:
        return cmty__fail(err, CMTY_E_INTERNAL, "%s: %s (SQLite code %d)", name,
                          sqlite3_errstr(code), code);
    }
}

cmty_status cmty__sql_fail(const cmty__sql *sql, int code, cmty_error *err)
{
    return fail_by_class(sql->path != NULL ? cmty__basename(sql->path) : "the store", code, err);
}

static int note_wal_pages(void *user, sqlite3 *db, const char *schema, int pages)
{
    (void)db;
    (void)schema;
    ((cmty__sql *)user)->wal_pages = pages;
    return SQLITE_OK;
}

cmty_status cmty__sql_open(cmty__sql *sql, const char *path, int flags, cmty_error *err)
{
    static const char settings[] = "PRAGMA trusted_schema=OFF;"
                                   "PRAGMA cell_size_check=ON;"
                                   "PRAGMA secure_delete=ON;"
                                   "PRAGMA temp_store=MEMORY;"
                                   "PRAGMA cache_size=-65536;" /* KiB */
                                   "PRAGMA synchronous=FULL;";
    cmty_status st = CMTY_OK;
    int code;

    *sql = (cmty__sql){0};
    sql->path = cmty__strdup(path);
    if (sql->path == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    code = sqlite3_open_v2(
        path, &sql->db,
        flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE, NULL);
    if (code != SQLITE_OK) {
        st = cmty__sql_fail(sql, code, err);
        goto done;
    }
    sqlite3_busy_timeout(sql->db, BUSY_MS);
    /* replaces the automatic checkpoint, which is such a hook itself */
    sqlite3_wal_hook(sql->db, note_wal_pages, sql);
    sqlite3_db_config(sql->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    st = cmty__sql_run(sql, settings, err);

done:
    if (st != CMTY_OK)
        cmty__sql_close(sql);
    return st;
}

void cmty__sql_close(cmty__sql *sql)
{
    sqlite3_close_v2(sql->db);
    cmty__free(sql->path);
    *sql = (cmty__sql){0};
}

cmty_status cmty__sql_use_wal(cmty__sql *sql, cmty_error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool wal = false;
    cmty_status st;

    if (cmty__file_is_remote(sql->path))
        return cmty__fail(err, CMTY_E_IO,
                          "%s is on a network file system, where it could be damaged; keep it on a "
                          "local disk and publish copies from there",
                          cmty__basename(sql->path));
    st = cmty__sql_prepare(sql, "PRAGMA journal_mode=WAL", &stmt, err);
    if (st == CMTY_OK)
        st = cmty__sql_step(sql, stmt, err);
    if (st == CMTY_OK)
        wal = strcmp(cmty__column_text(stmt, 0), "wal") == 0;
    sqlite3_finalize(stmt);
    if (st >= 0 && !wal)
        st = cmty__fail(err, CMTY_E_IO,
                        "%s cannot use a write-ahead log on this file system; keep it on a local "
                        "disk",
                        cmty__basename(sql->path));
    return st < 0 ? st : CMTY_OK;
}

void cmty__sql_checkpoint(cmty__sql *sql, int when_over_pages)
{
    if (sql->wal_pages > when_over_pages)
        (void)sqlite3_wal_checkpoint_v2(sql->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
}

cmty_status cmty__sql_run(cmty__sql *sql, const char *text, cmty_error *err)
{
    int code = sqlite3_exec(sql->db, text, NULL, NULL, NULL);

    return code == SQLITE_OK ? CMTY_OK : cmty__sql_fail(sql, code, err);
}

cmty_status cmty__sql_int64(cmty__sql *sql, const char *text, int64_t *out, cmty_error *err)
{
    sqlite3_stmt *stmt = NULL;
    cmty_status st = cmty__sql_prepare(sql, text, &stmt, err);

    if (st == CMTY_OK)
        st = cmty__sql_step(sql, stmt, err);
    if (st == CMTY_OK)
        *out = sqlite3_column_int64(stmt, 0);
    else if (st == CMTY_END)
        st = CMTY_NOTFOUND;
    sqlite3_finalize(stmt);
    return st;
}

cmty_status cmty__sql_prepare(cmty__sql *sql, const char *text, sqlite3_stmt **out, cmty_error *err)
{
    int code = sqlite3_prepare_v3(sql->db, text, -1, SQLITE_PREPARE_PERSISTENT, out, NULL);

    return code == SQLITE_OK ? CMTY_OK : cmty__sql_fail(sql, code, err);
}

cmty_status cmty__sql_step(cmty__sql *sql, sqlite3_stmt *stmt, cmty_error *err)
{
    int code = sqlite3_step(stmt);

    if (code == SQLITE_ROW)
        return CMTY_OK;
    sqlite3_reset(stmt);
    return code == SQLITE_DONE ? CMTY_END : cmty__sql_fail(sql, code, err);
}

cmty_status cmty__sql_once(cmty__sql *sql, sqlite3_stmt *stmt, cmty_error *err)
{
    cmty_status st = cmty__sql_step(sql, stmt, err);

    if (st == CMTY_OK)
        sqlite3_reset(stmt);
    sqlite3_clear_bindings(stmt); /* what was bound is borrowed, and may be sealed bytes */
    return st < 0 ? st : CMTY_OK;
}

bool cmty__sql_in_transaction(const cmty__sql *sql)
{
    return sql->db != NULL && sqlite3_get_autocommit(sql->db) == 0;
}

void cmty__bind_int(cmty__binder *b, int64_t v)
{
    (void)sqlite3_bind_int64(b->stmt, ++b->at, v);
}

void cmty__bind_real(cmty__binder *b, double v)
{
    (void)sqlite3_bind_double(b->stmt, ++b->at, v);
}

void cmty__bind_text(cmty__binder *b, const char *v)
{
    (void)sqlite3_bind_text(b->stmt, ++b->at, v, -1, SQLITE_STATIC);
}

void cmty__bind_blob(cmty__binder *b, const void *v, size_t size)
{
    (void)sqlite3_bind_blob64(b->stmt, ++b->at, v != NULL ? v : "", size, SQLITE_STATIC);
}

const char *cmty__column_text(sqlite3_stmt *stmt, int column)
{
    const unsigned char *text = sqlite3_column_text(stmt, column);

    return text != NULL ? (const char *)text : "";
}
