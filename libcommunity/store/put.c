/* SPDX-License-Identifier: MIT */
/* What comes into the journal: period keys and reports. Serial per journal. */
#include "store/journal.h"

#include "privacy/privacy.h"

static cmty_status nothing_given(cmty_error *err)
{
    return cmty__fail(err, CMTY_E_INVALID, "a sealed part or a report id is missing");
}

cmty_status cmty__journal_period(cmty__journal *j, const void *sealed, size_t size, int64_t *id,
                                 cmty_error *err)
{
    cmty__binder b;
    cmty_status st = cmty__journal_may_write(j, err);

    if (st == CMTY_OK)
        st = cmty__journal_statement(j, CMTY__STMT_PERIOD, &b, err);
    if (st == CMTY_OK) {
        cmty__bind_blob(&b, sealed, size);
        st = cmty__sql_once(&j->sql, b.stmt, err);
    }
    if (st == CMTY_OK)
        *id = sqlite3_last_insert_rowid(j->sql.db);
    return cmty__journal_wrote(j, st);
}

/* The report is there already: with the same content or with another? */
static cmty_status same_or_other(cmty__journal *j, const uint8_t id[CMTY__ID_BYTES],
                                 const uint8_t content_hash[32], cmty_error *err)
{
    cmty__binder b;
    cmty_status st = cmty__journal_statement(j, CMTY__STMT_REPORT_HASH, &b, err);

    if (st != CMTY_OK)
        return st;
    cmty__bind_blob(&b, id, CMTY__ID_BYTES);
    st = cmty__sql_step(&j->sql, b.stmt, err);
    if (st == CMTY_OK) {
        const void *stored = sqlite3_column_blob(b.stmt, 0);
        int size = sqlite3_column_bytes(b.stmt, 0);
        bool same = size == CMTY__HASH_BYTES ? memcmp(stored, content_hash, CMTY__HASH_BYTES) == 0
                                             : size == 0; /* its content is gone */

        st = same ? CMTY_DUPLICATE : CMTY_REFUSED;
    } else if (st == CMTY_END) {
        st = cmty__sql_fail(&j->sql, SQLITE_CORRUPT, err);
    }
    sqlite3_reset(b.stmt);
    sqlite3_clear_bindings(b.stmt);
    return st;
}

/* A report that was erased does not come again. CMTY_DUPLICATE: it is such a one. */
static cmty_status check_gone(cmty__journal *j, const uint8_t id[CMTY__ID_BYTES], cmty_error *err)
{
    uint8_t hash[CMTY__HASH_BYTES];
    cmty__binder b;
    cmty_status st;

    if (!j->any_gone)
        return CMTY_OK;
    st = cmty__journal_statement(j, CMTY__STMT_GONE, &b, err);
    if (st != CMTY_OK)
        return st;
    cmty__gone_id(id, hash);
    cmty__bind_blob(&b, hash, sizeof hash);
    st = cmty__sql_step(&j->sql, b.stmt, err);
    sqlite3_reset(b.stmt);
    sqlite3_clear_bindings(b.stmt);
    if (st == CMTY_END)
        return CMTY_OK;
    return st == CMTY_OK ? CMTY_DUPLICATE : st;
}

cmty_status cmty__journal_put(cmty__journal *j, const cmty__entry *e,
                              const uint8_t content_hash[32], int64_t period, const void *sealed,
                              size_t sealed_size, cmty_error *err)
{
    uint8_t id[CMTY__ID_BYTES], salt[CMTY__SALT_BYTES];
    cmty__binder b;
    cmty_status st = cmty__journal_may_write(j, err);

    if (st == CMTY_OK && (sealed == NULL || !cmty__id_parse(e->report_id, id)))
        return nothing_given(err);
    if (st == CMTY_OK)
        st = check_gone(j, id, err);
    if (st == CMTY_OK)
        st = cmty__random(salt, sizeof salt, err);
    if (st == CMTY_OK)
        st = cmty__journal_statement(j, CMTY__STMT_REPORT, &b, err);
    if (st == CMTY_OK) {
        cmty__entry_columns(&b, e, id);
        cmty__bind_int(&b, j->last + 1);
        cmty__bind_blob(&b, content_hash, CMTY__HASH_BYTES);
        cmty__bind_blob(&b, salt, sizeof salt);
        cmty__bind_int(&b, period);
        cmty__bind_blob(&b, sealed, sealed_size);
        st = cmty__sql_once(&j->sql, b.stmt, err);
    }
    if (st != CMTY_OK)
        return cmty__journal_wrote(j, st);
    if (sqlite3_changes(j->sql.db) == 0)
        return cmty__journal_wrote(j, same_or_other(j, id, content_hash, err));
    j->last++;
    j->state_changed = true;
    memcpy(j->recent_id, id, sizeof id);
    memcpy(j->recent_salt, salt, sizeof salt);
    j->recent = true;
    return CMTY_OK;
}

cmty_status cmty__journal_rehash(cmty__journal *j, const void *key, size_t key_size,
                                 cmty_error *err)
{
    sqlite3_stmt *all = NULL, *set = NULL;
    uint8_t hash[CMTY__HASH_BYTES];
    cmty_status st = cmty__journal_may_write(j, err);

    if (st == CMTY_OK)
        st = cmty__sql_prepare(
            &j->sql, "SELECT number, content_hash FROM report WHERE content_hash<>x''", &all, err);
    if (st == CMTY_OK)
        st = cmty__sql_prepare(&j->sql, "UPDATE report SET content_hash=? WHERE number=?", &set,
                               err);
    while (st == CMTY_OK && (st = cmty__sql_step(&j->sql, all, err)) == CMTY_OK) {
        cmty__binder b = {set, 0};

        cmty__hash(key, key_size, sqlite3_column_blob(all, 1), (size_t)sqlite3_column_bytes(all, 1),
                   hash);
        cmty__bind_blob(&b, hash, sizeof hash);
        cmty__bind_int(&b, sqlite3_column_int64(all, 0));
        st = cmty__sql_once(&j->sql, set, err);
    }
    sqlite3_finalize(all);
    sqlite3_finalize(set);
    return cmty__journal_wrote(j, st == CMTY_END ? CMTY_OK : st);
}
