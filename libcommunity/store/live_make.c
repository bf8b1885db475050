/* SPDX-License-Identifier: MIT */
/* Makes an empty live layer: the only place that loads SpatiaLite. Any thread. */
#include "store/live.h"

#include <spatialite.h> /* after sqlite3.h */

static const char table_of_reports[] =
    "CREATE TABLE reports("
    " fid INTEGER PRIMARY KEY, report_id TEXT NOT NULL, category TEXT NOT NULL,"
    " category_label TEXT NOT NULL, beat_id TEXT, law TEXT NOT NULL, radius_m DOUBLE,"
    " time_local DATETIME, time_utc TEXT, time_bin TEXT)";

/* How far a journal has been carried over; `store` names its state there. GDAL and QGIS list
   spatial tables only. */
static const char table_of_cursor[] =
    "CREATE TABLE community_cursor(only_row INTEGER PRIMARY KEY, number INTEGER NOT NULL,"
    " store TEXT NOT NULL);"
    "INSERT INTO community_cursor VALUES (1, 0, '');"
    "UPDATE geometry_columns_statistics SET last_verified=strftime('%Y-%m-%dT%H:%M:%fZ','now'),"
    " row_count=0";

/* GDAL, when it closes a layer that it opened to edit, writes the statistics that it happens to
   know: an old count, and no extent. These triggers, which our own connection does not run, keep
   ours. */
static const char guard_of_statistics[] =
    "CREATE TRIGGER community_keep_inserted BEFORE INSERT ON geometry_columns_statistics"
    " WHEN NEW.f_table_name='reports' BEGIN SELECT RAISE(IGNORE); END;"
    "CREATE TRIGGER community_keep_updated BEFORE UPDATE ON geometry_columns_statistics"
    " WHEN OLD.f_table_name='reports' BEGIN SELECT RAISE(IGNORE); END;"
    "CREATE TRIGGER community_keep_deleted BEFORE DELETE ON geometry_columns_statistics"
    " WHEN OLD.f_table_name='reports' BEGIN SELECT RAISE(IGNORE); END";

/* SpatiaLite reports a failure as 0, not as an error. */
static cmty_status spatial_call(cmty__sql *sql, const char *text, cmty_error *err)
{
    int64_t done = 0;
    cmty_status st = cmty__sql_int64(sql, text, &done, err);

    if (st == CMTY_OK && done != 1)
        st = cmty__fail(err, CMTY_E_INTERNAL, "%s: SpatiaLite could not prepare the layer",
                        cmty__basename(sql->path));
    return st;
}

static cmty_status make_tables(cmty__sql *sql, cmty_error *err)
{
    char marks[96];
    cmty_status st = cmty__sql_run(sql, "BEGIN IMMEDIATE", err);

    if (st == CMTY_OK)
        st = spatial_call(sql, "SELECT InitSpatialMetaData(0, 'WGS84')", err);
    if (st == CMTY_OK)
        st = cmty__sql_run(sql, table_of_reports, err);
    if (st == CMTY_OK)
        st = spatial_call(sql, "SELECT AddGeometryColumn('reports', 'geom', 4326, 'POINT', 'XY')",
                          err);
    if (st == CMTY_OK)
        st = spatial_call(sql, "SELECT CreateSpatialIndex('reports', 'geom')", err);
    if (st == CMTY_OK)
        st = cmty__sql_run(sql, table_of_cursor, err);
    if (st == CMTY_OK)
        st = cmty__sql_run(sql, guard_of_statistics, err);
    cmty__format(marks, sizeof marks, "PRAGMA application_id=%d; PRAGMA user_version=%d",
                 (int)CMTY__LIVE_APPLICATION, (int)CMTY__LIVE_LAYOUT);
    if (st == CMTY_OK)
        st = cmty__sql_run(sql, marks, err);
    if (st == CMTY_OK)
        st = cmty__sql_run(sql, "COMMIT", err);
    return st;
}

cmty_status cmty__live_make(const char *path, cmty_error *err)
{
    cmty__sql sql = {0};
    void *spatialite = NULL;
    cmty_status st = cmty__sql_open(&sql, path, SQLITE_OPEN_READWRITE, err);

    if (st != CMTY_OK)
        return st;
    spatialite = spatialite_alloc_connection();
    if (spatialite == NULL) {
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    } else {
        spatialite_init_ex(sql.db, spatialite, 0);
        st = make_tables(&sql, err);
    }
    cmty__sql_close(&sql); /* rolls back what is not committed; SpatiaLite wants to go last */
    if (spatialite != NULL)
        spatialite_cleanup_ex(spatialite);
    return st;
}
