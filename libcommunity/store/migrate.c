/* SPDX-License-Identifier: MIT */
/* The journal's tables, and how an older layout is brought forward. Serial per connection. */
#include "store/journal.h"

/*
 * report_id and once come in no order, so an arrival can not be told from its place in an index.
 * The sealed column comes last: what reads the clear columns never loads its pages.
 * salt goes with its row, and with it the link from the audit log to the report.
 */
static const char layout_1[] =
    "CREATE TABLE artifact(name TEXT PRIMARY KEY, data BLOB NOT NULL) STRICT;"
    "CREATE TABLE period(number INTEGER PRIMARY KEY, sealed BLOB NOT NULL) STRICT;"
    "CREATE TABLE report("
    " number INTEGER PRIMARY KEY, report_id BLOB NOT NULL, category TEXT NOT NULL,"
    " beat_id TEXT NOT NULL, district TEXT NOT NULL, beat INTEGER NOT NULL,"
    " version INTEGER NOT NULL, relation INTEGER NOT NULL, ambiguous INTEGER NOT NULL,"
    " time_bin INTEGER NOT NULL, bin TEXT NOT NULL, withheld INTEGER NOT NULL,"
    " withheld_note TEXT NOT NULL, lon_deg REAL, lat_deg REAL, radius_m REAL,"
    " law INTEGER NOT NULL, beat_disclosed INTEGER NOT NULL, published_beat INTEGER NOT NULL,"
    " fence_action INTEGER NOT NULL, fence_id TEXT NOT NULL, content_hash BLOB NOT NULL,"
    " salt BLOB NOT NULL, period INTEGER NOT NULL, sealed BLOB NOT NULL) STRICT;"
    "CREATE UNIQUE INDEX report_by_id ON report(report_id);"
    "CREATE TABLE quarantine("
    " number INTEGER PRIMARY KEY, once BLOB NOT NULL UNIQUE, reason INTEGER NOT NULL,"
    " field TEXT NOT NULL, received INTEGER NOT NULL, period INTEGER NOT NULL,"
    " sealed BLOB NOT NULL) STRICT;"
    "CREATE TABLE audit("
    " number INTEGER PRIMARY KEY, time INTEGER NOT NULL, verb TEXT NOT NULL,"
    " subject BLOB NOT NULL, actor TEXT NOT NULL, purpose TEXT NOT NULL,"
    " leaf BLOB NOT NULL) STRICT;"
    "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit"
    " BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;"
    "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit"
    " BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;"
    "CREATE TABLE state("
    " only INTEGER PRIMARY KEY CHECK (only = 1), last INTEGER NOT NULL,"
    " audit_size INTEGER NOT NULL, audit_peaks BLOB NOT NULL) STRICT;"
    "INSERT INTO state VALUES (1, 0, 0, x'');";

/* Which store a public layer follows. */
static const char layout_2[] = "INSERT INTO artifact VALUES ('store_id', randomblob(16));";

/* The key of the hashes lay beside them; intake rehashes what was made with it. */
static const char layout_3[] = "UPDATE artifact SET name='report_id_key' WHERE name='dedupe_key';";

/* What places have spent: a cell is a keyed hash, and its key is not here. */
static const char layout_4[] = "CREATE TABLE ledger("
                               " key_id TEXT NOT NULL, cell BLOB NOT NULL, audience TEXT NOT NULL,"
                               " epsilon_per_m REAL NOT NULL, releases INTEGER NOT NULL,"
                               " PRIMARY KEY (key_id, cell, audience)) STRICT, WITHOUT ROWID;";

/* What receivers of reports have answered. The answer goes with its report. */
static const char layout_5[] =
    "CREATE TABLE outbox("
    " receiver TEXT NOT NULL, number INTEGER NOT NULL, answer INTEGER NOT NULL,"
    " tries INTEGER NOT NULL, due INTEGER NOT NULL, cause TEXT NOT NULL,"
    " case_number TEXT NOT NULL, status TEXT NOT NULL, status_time INTEGER NOT NULL,"
    " PRIMARY KEY (receiver, number)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX outbox_due ON outbox(receiver, due, number) WHERE answer = 2;"
    "CREATE TRIGGER outbox_goes_with_its_report AFTER DELETE ON report"
    " BEGIN DELETE FROM outbox WHERE number = old.number; END;";

/* What is to be kept, and what is not to come again. */
static const char layout_6[] =
    "CREATE TABLE hold("
    " report_id BLOB PRIMARY KEY, actor TEXT NOT NULL, purpose TEXT NOT NULL,"
    " placed INTEGER NOT NULL, review INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE gone(id BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;"
    "CREATE TRIGGER hold_goes_with_its_report AFTER DELETE ON report"
    " BEGIN DELETE FROM hold WHERE report_id = old.report_id; END;";

/* Photos, which go with what is sealed of their report. A number is never given twice. */
static const char layout_7[] =
    "CREATE TABLE photo("
    " number INTEGER PRIMARY KEY AUTOINCREMENT, report_id BLOB NOT NULL, once BLOB NOT NULL,"
    " kind INTEGER NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL,"
    " removed INTEGER NOT NULL, period INTEGER NOT NULL, sterile BLOB NOT NULL,"
    " original BLOB NOT NULL, UNIQUE (report_id, once)) STRICT;"
    "CREATE TRIGGER photos_go_with_their_report AFTER DELETE ON report"
    " BEGIN DELETE FROM photo WHERE report_id = old.report_id; END;"
    "CREATE TRIGGER photos_go_with_what_is_sealed AFTER UPDATE OF period ON report"
    " WHEN new.period = 0 BEGIN DELETE FROM photo WHERE report_id = old.report_id; END;";

const char *const cmty__journal_steps[] = {layout_1, layout_2, layout_3, layout_4,
                                           layout_5, layout_6, layout_7};
const size_t cmty__journal_step_count = sizeof cmty__journal_steps / sizeof cmty__journal_steps[0];

cmty_status cmty__layout_version(cmty__sql *sql, size_t known, size_t *version, cmty_error *err)
{
    int64_t found = 0;
    cmty_status st = cmty__sql_int64(sql, "PRAGMA user_version", &found, err);

    if (st != CMTY_OK)
        return st;
    if (found < 0 || (uint64_t)found > known)
        return cmty__fail(err, CMTY_E_FORMAT,
                          "%s has layout %lld, made by a newer version; this one knows layouts up "
                          "to %zu, so update it",
                          cmty__basename(sql->path), (long long)found, known);
    *version = (size_t)found;
    return CMTY_OK;
}

cmty_status cmty__migrate(cmty__sql *sql, const char *const *steps, size_t count, cmty_error *err)
{
    size_t version = 0;
    cmty_status st = cmty__layout_version(sql, count, &version, err);

    for (; st == CMTY_OK && version < count; version++) {
        char mark[48];

        st = cmty__sql_run(sql, steps[version], err);
        cmty__format(mark, sizeof mark, "PRAGMA user_version=%zu", version + 1);
        if (st == CMTY_OK)
            st = cmty__sql_run(sql, mark, err);
    }
    return st;
}
