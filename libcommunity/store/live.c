/* SPDX-License-Identifier: MIT */
/*
 * The live public layer, a SpatiaLite file of masked points. Serial per object.
 *
 * SpatiaLite's triggers would need all of it in this connection, cost twice the insert and roll the
 * whole batch back for one bad row, so they are off here, and what they keep, the spatial index and
 * the layer's statistics, is kept by hand. The file is disposable: it is synced less strictly than
 * the journal, and a cursor in the same transaction says what to carry over again.
 */
#include "store/live.h"

#include "store/journal.h"

#include <math.h>

enum { LIVE_MODE = 0644, CHECKPOINT_PAGES = 16000, FID_TRIES = 16 };

enum live_statement {
    STMT_PUT,
    STMT_INDEX,
    STMT_WHOSE,
    STMT_STATISTICS_GET,
    STMT_RECOUNT,
    STMT_STATISTICS_SET,
    STMT_TIME_SET,
    STMT_CURSOR_SET,
    STMT_CURSOR_GET,
    STMT_COUNT
};

static const char *const statement_text[STMT_COUNT] = {
    [STMT_PUT] = "INSERT INTO reports(fid,report_id,category,category_label,beat_id,law,radius_m,"
                 "time_local,time_utc,time_bin,geom) VALUES (?,?,?,?,?,?,?,?,?,?,?)"
                 " ON CONFLICT(fid) DO NOTHING",
    [STMT_INDEX] = "INSERT INTO idx_reports_geom VALUES (?1,?2,?2,?3,?3)",
    [STMT_WHOSE] = "SELECT report_id FROM reports WHERE fid=?",
    /* an editor's change after the last count makes the row vanish, as does a missing count */
    [STMT_STATISTICS_GET] =
        "SELECT row_count, extent_min_x, extent_min_y, extent_max_x, extent_max_y"
        " FROM geometry_columns_statistics JOIN geometry_columns_time"
        " USING (f_table_name, f_geometry_column) WHERE f_table_name='reports'"
        " AND row_count IS NOT NULL AND last_verified>=max(last_insert, last_update, last_delete)",
    [STMT_RECOUNT] = "SELECT count(*), min(xmin), min(ymin), max(xmax), max(ymax)"
                     " FROM idx_reports_geom",
    [STMT_STATISTICS_SET] = "UPDATE geometry_columns_statistics SET row_count=?, extent_min_x=?,"
                            " extent_min_y=?, extent_max_x=?, extent_max_y=?,"
                            " last_verified=strftime('%Y-%m-%dT%H:%M:%fZ','now')"
                            " WHERE f_table_name='reports'",
    [STMT_TIME_SET] = "UPDATE geometry_columns_time"
                      " SET last_insert=strftime('%Y-%m-%dT%H:%M:%fZ','now')"
                      " WHERE f_table_name='reports'",
    [STMT_CURSOR_SET] = "UPDATE community_cursor SET number=?, store=?",
    [STMT_CURSOR_GET] = "SELECT number, store FROM community_cursor",
};

struct cmty__live {
    cmty__sql sql;
    bool broken;
    int64_t count;                     /* rows, as of this transaction */
    double min_x, min_y, max_x, max_y; /* their extent; NaN without rows */
    bool counted;                      /* the two above differ from what is stored */
    cmty__buf time;                    /* scratch */
    sqlite3_stmt *statements[STMT_COUNT];
};

static cmty_status live_statement(cmty__live *live, enum live_statement which, cmty__binder *b,
                                  cmty_error *err)
{
    cmty_status st = CMTY_OK;

    if (live->statements[which] == NULL)
        st = cmty__sql_prepare(&live->sql, statement_text[which], &live->statements[which], err);
    *b = (cmty__binder){live->statements[which], 0};
    return st;
}

/* ---- opening ---- */

static cmty_status open_settings(cmty__live *live, cmty_error *err)
{
    int persist = 1;
    int64_t cursor;
    cmty_status st = cmty__sql_use_wal(&live->sql, err);

    if (st != CMTY_OK)
        return st;
    sqlite3_db_config(live->sql.db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    sqlite3_db_config(live->sql.db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
    /* a reader without write permission sees a frozen file where the log is gone */
    sqlite3_file_control(live->sql.db, "main", SQLITE_FCNTL_PERSIST_WAL, &persist);
    st = cmty__sql_run(&live->sql, "PRAGMA synchronous=NORMAL; PRAGMA journal_size_limit=1048576",
                       err);
    if (st == CMTY_OK)
        st = cmty__live_cursor(live, &cursor, NULL, err); /* the first reading makes the log */
    return st;
}

/* CMTY_OK: our layer; CMTY_NOTFOUND: an empty file. */
static cmty_status look_at(cmty__sql *sql, cmty_error *err)
{
    const char *name = cmty__basename(sql->path);
    int64_t application = 0, layout = 0, tables = 0;
    cmty_status st = cmty__sql_int64(sql, "PRAGMA application_id", &application, err);

    if (st == CMTY_OK)
        st = cmty__sql_int64(sql, "PRAGMA user_version", &layout, err);
    if (st == CMTY_OK)
        st = cmty__sql_int64(sql, "SELECT count(*) FROM sqlite_master", &tables, err);
    if (st != CMTY_OK)
        return st;
    if (application == CMTY__LIVE_APPLICATION && layout == CMTY__LIVE_LAYOUT)
        return CMTY_OK;
    if (tables == 0)
        return CMTY_NOTFOUND;
    if (application == CMTY__LIVE_APPLICATION)
        return cmty__fail(err, CMTY_E_FORMAT,
                          "%s was made by another version; remove it, and it is made again", name);
    return cmty__fail(err, CMTY_E_FORMAT, "%s is not a live layer; give it another name", name);
}

static cmty_status open_file(cmty__live *live, const char *path, cmty_error *err)
{
    cmty_status st = cmty__sql_open(&live->sql, path, SQLITE_OPEN_READWRITE, err);

    if (st == CMTY_OK)
        st = look_at(&live->sql, err);
    return st;
}

cmty_status cmty__live_open(const char *path, cmty__live **out, cmty_error *err)
{
    cmty__live *live = NULL;
    cmty_status st = CMTY_OK;

    *out = NULL;
    if (!cmty__file_exists(path))
        st = cmty__file_make_private(path, "", 0, LIVE_MODE, err);
    if (st != CMTY_OK && st != CMTY_E_EXISTS) /* which another publisher has just made */
        return st;
    live = cmty__calloc(1, sizeof *live);
    if (live == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    st = open_file(live, path, err);
    if (st == CMTY_NOTFOUND) {
        cmty__sql_close(&live->sql);
        st = cmty__live_make(path, err);
        if (st == CMTY_OK)
            st = open_file(live, path, err);
    }
    if (st == CMTY_OK)
        st = open_settings(live, err);
    if (st == CMTY_OK) {
        *out = live;
        live = NULL;
    }
    cmty__live_free(live);
    return st;
}

void cmty__live_free(cmty__live *live)
{
    if (live == NULL)
        return;
    cmty__live_rollback(live);
    for (int i = 0; i < STMT_COUNT; i++)
        sqlite3_finalize(live->statements[i]);
    cmty__sql_close(&live->sql);
    cmty__buf_free(&live->time);
    cmty__free(live);
}

/* ---- one transaction ---- */

static double real_or_nan(sqlite3_stmt *stmt, int column)
{
    return sqlite3_column_type(stmt, column) == SQLITE_NULL ? NAN
                                                            : sqlite3_column_double(stmt, column);
}

static cmty_status statistics_load(cmty__live *live, cmty_error *err)
{
    cmty__binder b;
    cmty_status st = live_statement(live, STMT_STATISTICS_GET, &b, err);

    if (st == CMTY_OK)
        st = cmty__sql_step(&live->sql, b.stmt, err);
    live->counted = st == CMTY_END;
    if (st == CMTY_END) {
        st = live_statement(live, STMT_RECOUNT, &b, err);
        if (st == CMTY_OK)
            st = cmty__sql_step(&live->sql, b.stmt, err);
    }
    if (st != CMTY_OK)
        return st;
    live->count = sqlite3_column_int64(b.stmt, 0);
    live->min_x = real_or_nan(b.stmt, 1);
    live->min_y = real_or_nan(b.stmt, 2);
    live->max_x = real_or_nan(b.stmt, 3);
    live->max_y = real_or_nan(b.stmt, 4);
    sqlite3_reset(b.stmt);
    return CMTY_OK;
}

/* With fresh statistics QGIS reads them instead of writing its own into the file. */
static cmty_status statistics_save(cmty__live *live, cmty_error *err)
{
    cmty__binder b;
    cmty_status st = live_statement(live, STMT_TIME_SET, &b, err);

    if (st == CMTY_OK)
        st = cmty__sql_once(&live->sql, b.stmt, err);
    if (st == CMTY_OK)
        st = live_statement(live, STMT_STATISTICS_SET, &b, err);
    if (st != CMTY_OK)
        return st;
    cmty__bind_int(&b, live->count);
    cmty__bind_real(&b, live->min_x);
    cmty__bind_real(&b, live->min_y);
    cmty__bind_real(&b, live->max_x);
    cmty__bind_real(&b, live->max_y);
    return cmty__sql_once(&live->sql, b.stmt, err);
}

cmty_status cmty__live_begin(cmty__live *live, cmty_error *err)
{
    cmty_status st = cmty__sql_run(&live->sql, "BEGIN IMMEDIATE", err);

    live->broken = false;
    if (st == CMTY_OK)
        st = statistics_load(live, err);
    if (st != CMTY_OK)
        cmty__live_rollback(live);
    return st;
}

cmty_status cmty__live_commit(cmty__live *live, cmty_error *err)
{
    cmty_status st = CMTY_OK;

    if (live->broken || !cmty__sql_in_transaction(&live->sql))
        st = cmty__fail(err, CMTY_E_IO, "%s: a write failed, so nothing of this step was kept",
                        cmty__basename(live->sql.path));
    if (st == CMTY_OK && live->counted)
        st = statistics_save(live, err);
    if (st == CMTY_OK)
        st = cmty__sql_run(&live->sql, "COMMIT", err);
    if (st == CMTY_OK)
        cmty__sql_checkpoint(&live->sql, CHECKPOINT_PAGES);
    else
        cmty__live_rollback(live);
    return st;
}

void cmty__live_rollback(cmty__live *live)
{
    if (cmty__sql_in_transaction(&live->sql))
        (void)cmty__sql_run(&live->sql, "ROLLBACK", NULL);
}

cmty_status cmty__live_cursor(cmty__live *live, int64_t *number, char state[CMTY__STATE_SIZE],
                              cmty_error *err)
{
    cmty__binder b;
    cmty_status st = live_statement(live, STMT_CURSOR_GET, &b, err);

    if (st == CMTY_OK)
        st = cmty__sql_step(&live->sql, b.stmt, err);
    if (st == CMTY_END)
        return cmty__sql_fail(&live->sql, SQLITE_CORRUPT, err);
    if (st != CMTY_OK)
        return st;
    *number = sqlite3_column_int64(b.stmt, 0);
    if (state != NULL)
        cmty__format(state, CMTY__STATE_SIZE, "%s", cmty__column_text(b.stmt, 1));
    sqlite3_reset(b.stmt);
    return CMTY_OK;
}

cmty_status cmty__live_restart(cmty__live *live, cmty_error *err)
{
    cmty_status st =
        cmty__sql_run(&live->sql, "DELETE FROM reports; DELETE FROM idx_reports_geom", err);

    live->count = 0;
    live->min_x = live->min_y = live->max_x = live->max_y = NAN;
    live->counted = true;
    live->broken = live->broken || st != CMTY_OK;
    return st;
}

cmty_status cmty__live_set_cursor(cmty__live *live, int64_t number, const char *state,
                                  cmty_error *err)
{
    cmty__binder b;
    cmty_status st = live_statement(live, STMT_CURSOR_SET, &b, err);

    if (st != CMTY_OK)
        return st;
    cmty__bind_int(&b, number);
    cmty__bind_text(&b, state);
    st = cmty__sql_once(&live->sql, b.stmt, err);
    live->broken = live->broken || st != CMTY_OK;
    return st;
}

/* ---- rows ---- */

static uint8_t *put_u32(uint8_t *at, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        *at++ = (uint8_t)(v >> (8 * i));
    return at;
}

static uint8_t *put_double(uint8_t *at, double v)
{
    uint64_t bits;

    memcpy(&bits, &v, sizeof bits);
    at = put_u32(at, (uint32_t)bits);
    return put_u32(at, (uint32_t)(bits >> 32));
}

/* "BLOB-Geometry": start, little endian, SRID, bounding box, marks, class POINT, the point, end. */
void cmty__point_blob(cmty_point at, uint8_t out[CMTY__POINT_BLOB])
{
    *out++ = 0x00;
    *out++ = 0x01;
    out = put_u32(out, 4326);
    for (int corner = 0; corner < 2; corner++) {
        out = put_double(out, at.lon_deg);
        out = put_double(out, at.lat_deg);
    }
    *out++ = 0x7C;
    out = put_u32(out, 1);
    out = put_double(out, at.lon_deg);
    out = put_double(out, at.lat_deg);
    *out = 0xFE;
}

/* 53 bits of the id: a number that scripts and spreadsheets still hold exactly. */
static int64_t first_fid(const uint8_t id[CMTY__ID_BYTES])
{
    uint64_t v = 0;

    for (int i = 0; i < 7; i++)
        v = v << 8 | id[i];
    return (int64_t)(v >> 3) + 1;
}

/* CMTY_OK inserted under fid; CMTY_NOTFOUND where fid is taken. */
static cmty_status insert_row(cmty__live *live, int64_t fid, const cmty__live_row *row,
                              cmty_error *err)
{
    uint8_t point[CMTY__POINT_BLOB];
    cmty__binder b;
    cmty_status st = live_statement(live, STMT_PUT, &b, err);

    if (st != CMTY_OK)
        return st;
    cmty__point_blob(row->at, point);
    cmty__bind_int(&b, fid);
    cmty__bind_text(&b, row->report_id);
    cmty__bind_text(&b, row->category);
    cmty__bind_text(&b, row->category_label != NULL ? row->category_label : row->category);
    cmty__bind_text(&b, row->beat_id != NULL && row->beat_id[0] != '\0' ? row->beat_id : NULL);
    cmty__bind_text(&b, row->law);
    cmty__bind_real(&b, row->radius_m);
    cmty__bind_text(&b, row->time_local[0] != '\0' ? row->time_local : NULL);
    cmty__bind_text(&b, live->time.data);
    cmty__bind_text(&b, row->time_bin[0] != '\0' ? row->time_bin : NULL);
    cmty__bind_blob(&b, point, sizeof point);
    st = cmty__sql_once(&live->sql, b.stmt, err);
    if (st == CMTY_OK && sqlite3_changes(live->sql.db) == 0)
        return CMTY_NOTFOUND;
    if (st == CMTY_OK)
        st = live_statement(live, STMT_INDEX, &b, err);
    if (st != CMTY_OK)
        return st;
    cmty__bind_int(&b, fid);
    cmty__bind_real(&b, row->at.lon_deg);
    cmty__bind_real(&b, row->at.lat_deg);
    return cmty__sql_once(&live->sql, b.stmt, err);
}

/* CMTY_DUPLICATE if fid holds this report; CMTY_NOTFOUND if another. */
static cmty_status whose_row(cmty__live *live, int64_t fid, const char *report_id, cmty_error *err)
{
    cmty__binder b;
    cmty_status st = live_statement(live, STMT_WHOSE, &b, err);

    if (st != CMTY_OK)
        return st;
    cmty__bind_int(&b, fid);
    st = cmty__sql_step(&live->sql, b.stmt, err);
    if (st == CMTY_OK)
        st = strcmp(cmty__column_text(b.stmt, 0), report_id) == 0 ? CMTY_DUPLICATE : CMTY_NOTFOUND;
    sqlite3_reset(b.stmt);
    return st;
}

static void count_row(cmty__live *live, cmty_point at)
{
    live->count++;
    live->counted = true;
    live->min_x = fmin(live->min_x, at.lon_deg);
    live->min_y = fmin(live->min_y, at.lat_deg);
    live->max_x = fmax(live->max_x, at.lon_deg);
    live->max_y = fmax(live->max_y, at.lat_deg);
}

static cmty_status format_time(cmty__live *live, cmty_time t, cmty_error *err)
{
    if (t == CMTY_TIME_UNKNOWN) {
        cmty__buf_free(&live->time); /* NULL */
        return CMTY_OK;
    }
    cmty__buf_clear(&live->time);
    cmty__buf_time_utc(&live->time, t);
    return live->time.failed ? cmty__fail(err, CMTY_E_NOMEM, "out of memory") : CMTY_OK;
}

cmty_status cmty__live_put(cmty__live *live, const cmty__live_row *row, cmty_error *err)
{
    uint8_t id[CMTY__ID_BYTES];
    int64_t fid;
    cmty_status st;

    if (!cmty__id_parse(row->report_id, id))
        return cmty__fail(err, CMTY_E_INVALID, "a report id has 32 hexadecimal digits");
    if (!(fabs(row->at.lon_deg) <= 180 && fabs(row->at.lat_deg) <= 90))
        return cmty__fail(err, CMTY_E_RANGE, "a masked point is off the globe");
    if (live->broken || !cmty__sql_in_transaction(&live->sql))
        return cmty__fail(err, CMTY_E_IO, "%s: nothing can be written outside a sound transaction",
                          cmty__basename(live->sql.path));
    st = format_time(live, row->time_utc, err);
    fid = first_fid(id);
    if (st == CMTY_OK)
        st = insert_row(live, fid, row, err);
    for (int i = 0; st == CMTY_NOTFOUND && i < FID_TRIES; i++) {
        st = whose_row(live, fid, row->report_id, err);
        if (st == CMTY_NOTFOUND)
            st = insert_row(live, ++fid, row, err);
    }
    if (st == CMTY_NOTFOUND)
        st = cmty__fail(err, CMTY_E_INTERNAL, "no row number is free for a report");
    if (st == CMTY_OK)
        count_row(live, row->at);
    live->broken = live->broken || st < 0;
    return st;
}
