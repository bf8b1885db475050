/* SPDX-License-Identifier: MIT */
/*
 * The private journal: opening, transactions, artifacts. Serial per object.
 *
 * One connection at a time may write or checkpoint, in all threads and processes: two would meet
 * SQLite's write-ahead-log reset race (fixed in 3.51.3). The lock file beside the journal has three
 * places: the writer's, held for its life; the turn, held for one transaction and its checkpoint;
 * and the queue, held while waiting for the turn, so that nobody starves.
 */
#include "store/journal.h"

#include "privacy/privacy.h"

enum { PLACE_WRITER = 0, PLACE_TURN = 1, PLACE_QUEUE = 2 };
enum { TURN_WAIT_MS = 10000, CHECKPOINT_PAGES = 16000 };
enum { STATE_TAG = 0x03 }; /* the audit log has those before */

static const char *const statement_text[CMTY__STMT_COUNT] = {
    [CMTY__STMT_STATE_GET] =
        "SELECT last, audit_size, audit_peaks, EXISTS (SELECT 1 FROM gone) FROM state",
    [CMTY__STMT_STATE_SET] = "UPDATE state SET last=?, audit_size=?, audit_peaks=?",
    [CMTY__STMT_ARTIFACT_SET] = "INSERT INTO artifact VALUES (?,?)"
                                " ON CONFLICT(name) DO UPDATE SET data=excluded.data",
    [CMTY__STMT_PERIOD] = "INSERT INTO period(sealed) VALUES (?)",
    [CMTY__STMT_REPORT] =
        "INSERT INTO report(" CMTY__ENTRY_COLUMNS ",number,content_hash,salt,period,sealed)"
        " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
        " ON CONFLICT(report_id) DO NOTHING",
    [CMTY__STMT_REPORT_HASH] = "SELECT content_hash FROM report WHERE report_id=?",
    [CMTY__STMT_REPORT_ID] = "SELECT report_id FROM report WHERE number=?",
    [CMTY__STMT_GONE] = "SELECT 1 FROM gone WHERE id=?",
    [CMTY__STMT_REPORT_SALT] = "SELECT salt FROM report WHERE report_id=?",
    /* a number that was dropped is never given to another record */
    [CMTY__STMT_QUARANTINE] =
        "INSERT INTO quarantine(number,once,reason,field,received,period,sealed) VALUES"
        " (1+max(coalesce((SELECT max(number) FROM quarantine),0),"
        " coalesce((SELECT CAST(CAST(data AS TEXT) AS INTEGER) FROM artifact"
        " WHERE name='quarantine_dropped'),0)),?,?,?,?,?,?) ON CONFLICT(once) DO NOTHING",
    [CMTY__STMT_REFUSED_DROPPED] =
        "INSERT INTO artifact VALUES ('quarantine_dropped',CAST(?1 AS BLOB)) ON CONFLICT(name)"
        " DO UPDATE SET data=excluded.data WHERE CAST(CAST(data AS TEXT) AS INTEGER)<?1",
    [CMTY__STMT_REFUSED_DROP] = "DELETE FROM quarantine WHERE number=?",
    [CMTY__STMT_REFUSED_OLD] = "SELECT max(number) FROM quarantine WHERE received<=?",
    [CMTY__STMT_REFUSED_REASON] = "UPDATE quarantine SET reason=?, field=? WHERE number=?",
    [CMTY__STMT_REFUSED_SEALED] = "SELECT once, period.sealed, quarantine.sealed FROM quarantine"
                                  " JOIN period ON period.number=quarantine.period"
                                  " WHERE quarantine.number=?",
    [CMTY__STMT_AUDIT] = "INSERT INTO audit VALUES (?,?,?,?,?,?,?)",
    [CMTY__STMT_LEDGER_GET] =
        "SELECT epsilon_per_m FROM ledger WHERE key_id=? AND cell=? AND audience=?",
    [CMTY__STMT_LEDGER_ADD] = "INSERT INTO ledger VALUES (?,?,?,?,1)"
                              " ON CONFLICT(key_id, cell, audience) DO UPDATE SET"
                              " epsilon_per_m=epsilon_per_m+excluded.epsilon_per_m,"
                              " releases=releases+1",
    [CMTY__STMT_OUTBOX_DUE] =
        "SELECT " CMTY__ENTRY_COLUMNS ",report.number,outbox.tries FROM outbox"
        " JOIN report ON report.number=outbox.number"
        " WHERE receiver=? AND answer=2 AND due<=? ORDER BY due, outbox.number LIMIT 1",
    [CMTY__STMT_OUTBOX_NEW] = "SELECT " CMTY__ENTRY_COLUMNS ",number,0 FROM report WHERE number>"
                              "max(coalesce((SELECT max(number) FROM outbox WHERE receiver=?),0),?)"
                              " ORDER BY number LIMIT 1",
    [CMTY__STMT_OUTBOX_ANSWER] =
        "INSERT INTO outbox SELECT ?,number,?,?,?,?,?,'',0 FROM report WHERE number=?"
        " ON CONFLICT(receiver, number) DO UPDATE SET answer=excluded.answer,"
        " tries=tries+excluded.tries, due=excluded.due, cause=excluded.cause,"
        " case_number=excluded.case_number",
    [CMTY__STMT_OUTBOX_STATUS] = "UPDATE outbox SET status=iif(?1<status_time,status,?2),"
                                 " status_time=max(status_time,?1) WHERE receiver=? AND answer=0"
                                 " AND number=(SELECT number FROM report WHERE report_id=?)",
    [CMTY__STMT_OUTBOX_COUNT] =
        "SELECT count(*) FILTER (WHERE answer=0), count(*) FILTER (WHERE answer=1),"
        " count(*) FILTER (WHERE answer=2), (SELECT count(*) FROM report)-count(*)"
        " FROM outbox WHERE receiver=?",
    [CMTY__STMT_OUTBOX_FIND] = "SELECT number, answer FROM outbox WHERE receiver=?"
                               " AND number=(SELECT number FROM report WHERE report_id=?)",
};

cmty_status cmty__journal_statement(cmty__journal *j, enum cmty__journal_statement which,
                                    cmty__binder *b, cmty_error *err)
{
    cmty_status st = CMTY_OK;

    if (j->statements[which] == NULL)
        st = cmty__sql_prepare(&j->sql, statement_text[which], &j->statements[which], err);
    *b = (cmty__binder){j->statements[which], 0};
    return st;
}

static cmty_status check_private(const char *path, cmty_error *err)
{
    static const char *const tails[] = {"", "-wal", "-shm"};
    cmty_error detail = CMTY_ERROR_INIT;
    cmty_status st = CMTY_OK;

    for (size_t i = 0; i < sizeof tails / sizeof tails[0] && st == CMTY_OK; i++) {
        cmty__buf name = {0};

        cmty__buf_text(&name, path);
        cmty__buf_text(&name, tails[i]);
        if (name.failed)
            st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
        else if (i == 0 || cmty__file_exists(name.data))
            st = cmty__file_check_private(name.data, &detail);
        cmty__buf_free(&name);
    }
    if (st == CMTY_OK || st == CMTY_E_NOMEM)
        return st;
    return cmty__fail(err, CMTY_E_IO, "%s", detail.message);
}

static cmty__journal *journal_new(const char *path, cmty__role role, cmty_error *err)
{
    cmty__journal *j = cmty__calloc(1, sizeof *j);
    cmty__buf lock_path = {0};

    cmty__buf_text(&lock_path, path);
    cmty__buf_text(&lock_path, ".lock");
    if (j != NULL) {
        j->role = role;
        j->path = cmty__strdup(path);
        j->lock_path = lock_path.data;
    }
    if (j != NULL && j->path != NULL && !lock_path.failed)
        return j;
    if (j == NULL)
        cmty__buf_free(&lock_path);
    cmty__journal_free(j);
    (void)cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    return NULL;
}

/* Opens the lock file and, as a writer, takes its place. */
static cmty_status take_place(cmty__journal *j, cmty_error *err)
{
    cmty_status st = cmty__lock_open(j->lock_path, &j->lock, err);

    if (st == CMTY_OK && j->role == CMTY__WRITER)
        st = cmty__lock_take(j->lock, PLACE_WRITER, 0, err);
    if (st == CMTY_NOTFOUND)
        st = cmty__fail(err, CMTY_E_IO,
                        "another process is writing to %s; wait until it has finished, or stop it",
                        cmty__basename(j->path));
    return st;
}

/* ---- one transaction ---- */

static void give_turn(cmty__journal *j)
{
    if (j->has_turn)
        cmty__lock_release(j->lock, PLACE_TURN);
    j->has_turn = false;
}

static cmty_status take_turn(cmty__journal *j, int64_t wait_ms, cmty_error *err)
{
    cmty_status st = cmty__lock_take(j->lock, PLACE_QUEUE, wait_ms, err);

    if (st == CMTY_OK) {
        st = cmty__lock_take(j->lock, PLACE_TURN, wait_ms, err);
        cmty__lock_release(j->lock, PLACE_QUEUE);
    }
    j->has_turn = st == CMTY_OK;
    if (st == CMTY_NOTFOUND)
        st = cmty__fail(err, CMTY_E_IO, "another process keeps %s busy; try again later",
                        cmty__basename(j->path));
    return st;
}

static cmty_status transaction_open(cmty__journal *j, cmty_error *err)
{
    cmty_status st = take_turn(j, TURN_WAIT_MS, err);

    if (st == CMTY_OK)
        st = cmty__sql_run(&j->sql, "BEGIN IMMEDIATE", err);
    if (st != CMTY_OK)
        give_turn(j);
    j->broken = false;
    return st;
}

/* Another writer may have been here since: what is kept in memory is read anew. */
static cmty_status state_load(cmty__journal *j, cmty_error *err)
{
    cmty__binder b;
    cmty_status st = cmty__journal_statement(j, CMTY__STMT_STATE_GET, &b, err);

    if (st == CMTY_OK)
        st = cmty__sql_step(&j->sql, b.stmt, err);
    if (st < 0)
        return st;
    j->last = sqlite3_column_int64(b.stmt, 0);
    if (st == CMTY_END
        || !cmty__tree_load(&j->tree, (uint64_t)sqlite3_column_int64(b.stmt, 1),
                            sqlite3_column_blob(b.stmt, 2),
                            (size_t)sqlite3_column_bytes(b.stmt, 2)))
        st = cmty__sql_fail(&j->sql, SQLITE_CORRUPT, err);
    j->any_gone = st == CMTY_OK && sqlite3_column_int(b.stmt, 3) != 0;
    sqlite3_reset(b.stmt);
    j->state_changed = false;
    j->recent = false;
    return st;
}

static cmty_status state_save(cmty__journal *j, cmty_error *err)
{
    cmty__buf peaks = {0};
    cmty__binder b;
    cmty_status st = cmty__journal_statement(j, CMTY__STMT_STATE_SET, &b, err);

    cmty__tree_save(&j->tree, &peaks);
    if (st == CMTY_OK && peaks.failed)
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    if (st == CMTY_OK) {
        cmty__bind_int(&b, j->last);
        cmty__bind_int(&b, (int64_t)j->tree.size);
        cmty__bind_blob(&b, peaks.data, peaks.size);
        st = cmty__sql_once(&j->sql, b.stmt, err);
    }
    cmty__buf_free(&peaks);
    return st;
}

cmty_status cmty__journal_begin(cmty__journal *j, cmty_error *err)
{
    cmty_status st;

    if (cmty__sql_in_transaction(&j->sql))
        return cmty__fail(err, CMTY_E_INTERNAL, "a transaction is open already");
    if (j->role == CMTY__READER)
        return cmty__sql_run(&j->sql, "BEGIN", err);
    st = transaction_open(j, err);
    if (st == CMTY_OK)
        st = state_load(j, err);
    if (st != CMTY_OK)
        cmty__journal_rollback(j);
    return st;
}

cmty_status cmty__journal_commit(cmty__journal *j, cmty_error *err)
{
    cmty_status st = CMTY_OK;

    if (!cmty__sql_in_transaction(&j->sql))
        st = cmty__fail(err, CMTY_E_IO, "%s: the transaction is gone, nothing of it was kept",
                        cmty__basename(j->path));
    else if (j->broken)
        st = cmty__fail(err, CMTY_E_IO, "%s: a write failed, so nothing of this step was kept",
                        cmty__basename(j->path));
    if (st == CMTY_OK && j->state_changed)
        st = state_save(j, err);
    if (st == CMTY_OK)
        st = cmty__sql_run(&j->sql, "COMMIT", err);
    if (st == CMTY_OK) {
        j->creating = false;
        cmty__sql_checkpoint(&j->sql, CHECKPOINT_PAGES);
        give_turn(j);
    } else {
        cmty__journal_rollback(j);
    }
    return st;
}

void cmty__journal_rollback(cmty__journal *j)
{
    if (cmty__sql_in_transaction(&j->sql))
        (void)cmty__sql_run(&j->sql, "ROLLBACK", NULL);
    give_turn(j);
}

cmty_status cmty__journal_may_write(const cmty__journal *j, cmty_error *err)
{
    if (j->role != CMTY__READER && cmty__sql_in_transaction(&j->sql) && !j->broken)
        return CMTY_OK;
    return cmty__fail(err, CMTY_E_IO, "%s: nothing can be written outside a sound transaction",
                      cmty__basename(j->path));
}

cmty_status cmty__journal_wrote(cmty__journal *j, cmty_status st)
{
    j->broken = j->broken || (st < 0 && j->role != CMTY__READER);
    return st;
}

cmty_status cmty__journal_alone(cmty__journal *j, cmty_error *err)
{
    return j->role == CMTY__WRITER ? CMTY_OK : cmty__lock_take(j->lock, PLACE_WRITER, 0, err);
}

cmty_status cmty__journal_flush(cmty__journal *j, cmty_error *err)
{
    int code;
    cmty_status st = take_turn(j, TURN_WAIT_MS, err);

    if (st != CMTY_OK)
        return st;
    code = sqlite3_wal_checkpoint_v2(j->sql.db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    give_turn(j);
    if (code == SQLITE_OK)
        return CMTY_OK;
    return (code & 0xff) == SQLITE_BUSY ? CMTY_NOTFOUND : cmty__sql_fail(&j->sql, code, err);
}

/* ---- opening and closing ---- */

static cmty_status check_layout(cmty__journal *j, cmty_error *err)
{
    const char *name = cmty__basename(j->sql.path);
    int64_t application = 0;
    size_t version = 0;
    cmty_status st = cmty__sql_int64(&j->sql, "PRAGMA application_id", &application, err);

    if (st == CMTY_OK && application != CMTY__JOURNAL_APPLICATION)
        return cmty__fail(err, CMTY_E_FORMAT,
                          "%s is not a store; if its making was cut short, remove it and make it "
                          "again",
                          name);
    if (st == CMTY_OK)
        st = cmty__layout_version(&j->sql, cmty__journal_step_count, &version, err);
    if (st != CMTY_OK || version == cmty__journal_step_count)
        return st;
    if (j->role != CMTY__WRITER)
        return cmty__fail(err, CMTY_E_FORMAT,
                          "%s has the older layout %zu; take in reports once, which brings it up "
                          "to date",
                          name, version);
    st = transaction_open(j, err);
    if (st == CMTY_OK)
        st = cmty__migrate(&j->sql, cmty__journal_steps, cmty__journal_step_count, err);
    if (st == CMTY_OK)
        st = cmty__journal_commit(j, err);
    cmty__journal_rollback(j);
    return st;
}

cmty_status cmty__journal_open_as(const char *path, cmty__role role, cmty__journal **out,
                                  cmty_error *err)
{
    cmty__journal *j = NULL;
    cmty_status st = check_private(path, err);

    *out = NULL;
    if (st != CMTY_OK)
        return st;
    j = journal_new(path, role, err);
    if (j == NULL)
        return CMTY_E_NOMEM;
    if (role != CMTY__READER)
        st = take_place(j, err);
    if (st == CMTY_OK)
        st = cmty__sql_open(&j->sql, path, SQLITE_OPEN_READWRITE, err);
    if (st == CMTY_OK && role == CMTY__READER) /* may tidy up, where it may write */
        st = cmty__sql_run(&j->sql, "PRAGMA query_only=ON", err);
    if (st == CMTY_OK)
        st = check_layout(j, err);
    if (st == CMTY_OK && role != CMTY__READER)
        st = cmty__sql_use_wal(&j->sql, err);
    if (st == CMTY_OK) {
        *out = j;
        j = NULL;
    }
    cmty__journal_free(j);
    return st;
}

cmty_status cmty__journal_open(const char *path, bool writer, cmty__journal **out, cmty_error *err)
{
    return cmty__journal_open_as(path, writer ? CMTY__WRITER : CMTY__READER, out, err);
}

cmty_status cmty__journal_visit(const char *path, cmty__journal **out, cmty_error *err)
{
    return cmty__journal_open_as(path, CMTY__VISITOR, out, err);
}

cmty_status cmty__journal_create(const char *path, cmty__journal **out, cmty_error *err)
{
    char mark[48];
    cmty__journal *j = NULL;
    cmty_status st;

    *out = NULL;
    j = journal_new(path, CMTY__WRITER, err);
    if (j == NULL)
        return CMTY_E_NOMEM;
    st = cmty__file_make_private(path, "", 0, 0600, err);
    j->creating = st == CMTY_OK;
    if (st == CMTY_OK)
        st = take_place(j, err);
    if (st == CMTY_OK)
        st = cmty__sql_open(&j->sql, path, SQLITE_OPEN_READWRITE, err);
    if (st == CMTY_OK)
        st = cmty__sql_use_wal(&j->sql, err);
    if (st == CMTY_OK)
        st = transaction_open(j, err);
    cmty__format(mark, sizeof mark, "PRAGMA application_id=%d", (int)CMTY__JOURNAL_APPLICATION);
    if (st == CMTY_OK)
        st = cmty__sql_run(&j->sql, mark, err);
    if (st == CMTY_OK)
        st = cmty__migrate(&j->sql, cmty__journal_steps, cmty__journal_step_count, err);
    if (st == CMTY_OK)
        st = state_load(j, err);
    if (st == CMTY_OK) {
        *out = j;
        j = NULL;
    }
    cmty__journal_free(j);
    return st;
}

void cmty__journal_free(cmty__journal *j)
{
    if (j == NULL)
        return;
    cmty__journal_rollback(j);
    for (int i = 0; i < CMTY__STMT_COUNT; i++)
        sqlite3_finalize(j->statements[i]);
    /* A copy of the one file is then whole; under the turn, for it writes. Who closes last leaves
       no log beside it. */
    if (j->sql.db != NULL && j->lock != NULL && take_turn(j, 0, NULL) == CMTY_OK) {
        cmty__sql_checkpoint(&j->sql, 0);
        sqlite3_db_config(j->sql.db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
    } else if (j->sql.db != NULL && j->role == CMTY__READER) {
        /* SQLite does it only where it has the file to itself, so no turn is needed */
        sqlite3_db_config(j->sql.db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
    }
    cmty__sql_close(&j->sql);
    give_turn(j);
    if (j->creating) {
        cmty__remove(j->path);
        cmty__remove(j->lock_path);
    }
    cmty__lock_free(j->lock);
    cmty__buf_wipe(&j->leaf);
    cmty__free(j->path);
    cmty__free(j->lock_path);
    cmty__free(j);
}

/* ---- artifacts ---- */

cmty_status cmty__journal_set(cmty__journal *j, const char *name, const void *data, size_t size,
                              cmty_error *err)
{
    cmty__binder b;
    cmty_status st = cmty__journal_may_write(j, err);

    if (st == CMTY_OK)
        st = cmty__journal_statement(j, CMTY__STMT_ARTIFACT_SET, &b, err);
    if (st == CMTY_OK) {
        cmty__bind_text(&b, name);
        cmty__bind_blob(&b, data, size);
        st = cmty__sql_once(&j->sql, b.stmt, err);
    }
    return cmty__journal_wrote(j, st);
}

cmty_status cmty__journal_get(cmty__journal *j, const char *name, void **data, size_t *size,
                              cmty_error *err)
{
    cmty__binder b = {0};
    cmty_status st =
        cmty__sql_prepare(&j->sql, "SELECT data FROM artifact WHERE name=?", &b.stmt, err);

    *data = NULL;
    if (st == CMTY_OK) {
        cmty__bind_text(&b, name);
        st = cmty__sql_step(&j->sql, b.stmt, err);
    }
    if (st == CMTY_OK) {
        const char *bytes = sqlite3_column_blob(b.stmt, 0);
        size_t found = (size_t)sqlite3_column_bytes(b.stmt, 0);

        *data = cmty__strndup(bytes != NULL ? bytes : "", found);
        if (*data == NULL)
            st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
        else
            *size = found;
    } else if (st == CMTY_END) {
        st = CMTY_NOTFOUND;
    }
    sqlite3_finalize(b.stmt);
    return st;
}

cmty_status cmty__journal_last(cmty__journal *j, int64_t *number, cmty_error *err)
{
    return cmty__sql_int64(&j->sql, "SELECT last FROM state", number, err);
}

cmty_status cmty__journal_state(cmty__journal *j, int64_t number, char state[CMTY__STATE_SIZE],
                                cmty_error *err)
{
    /* a row put again has another salt, and so has another row under the same number */
    static const char text[] =
        "SELECT data, (SELECT salt FROM report WHERE number<=? ORDER BY number DESC LIMIT 1)"
        " FROM artifact WHERE name='store_id'";
    uint8_t hash[CMTY__HASH_BYTES];
    cmty__binder b = {0};
    cmty_status st = cmty__sql_prepare(&j->sql, text, &b.stmt, err);

    if (st == CMTY_OK) {
        cmty__bind_int(&b, number);
        st = cmty__sql_step(&j->sql, b.stmt, err);
    }
    if (st == CMTY_END)
        st = cmty__sql_fail(&j->sql, SQLITE_CORRUPT, err);
    if (st == CMTY_OK) {
        cmty__sha256_tagged(STATE_TAG, sqlite3_column_blob(b.stmt, 0),
                            (size_t)sqlite3_column_bytes(b.stmt, 0), sqlite3_column_blob(b.stmt, 1),
                            (size_t)sqlite3_column_bytes(b.stmt, 1), hash);
        cmty__hex(hash, sizeof hash, state);
    }
    sqlite3_finalize(b.stmt);
    return st;
}
