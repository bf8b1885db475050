/* SPDX-License-Identifier: MIT */
/*
 * The audit log: append-only entries without content, leaves of an RFC 6962 tree. Serial per
 * journal. An entry names its report by a salted hash; the salt lives in the report's row, so that
 * erasing the row leaves the log whole and the entry without a link.
 */
#include "store/journal.h"

#include "privacy/privacy.h"

enum { SUBJECT_TAG = 0x02 }; /* the tree's own tags are 0x00 and 0x01 */

static const char *const verbs[] = {"collect", "alter", "consult", "disclose", "combine", "erase"};

static bool verb_known(const char *verb)
{
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        if (strcmp(verb, verbs[i]) == 0)
            return true;
    return false;
}

void cmty__audit_subject(const void *salt, const void *id, uint8_t out[32])
{
    cmty__sha256_tagged(SUBJECT_TAG, salt, CMTY__SALT_BYTES, id, CMTY__ID_BYTES, out);
}

struct audit_row {
    int64_t number;
    cmty_time time;
    const char *verb, *actor, *purpose;
    const void *subject;
    size_t subject_size;
};

static cmty_status row_leaf(cmty__journal *j, const struct audit_row *row,
                            uint8_t leaf[CMTY__TREE_HASH], cmty_error *err)
{
    cmty__buf_clear(&j->leaf);
    cmty__encode_int(&j->leaf, row->number);
    cmty__encode_int(&j->leaf, row->time);
    cmty__encode_text(&j->leaf, row->verb);
    cmty__encode_bytes(&j->leaf, row->subject, row->subject_size);
    cmty__encode_text(&j->leaf, row->actor);
    cmty__encode_text(&j->leaf, row->purpose);
    if (j->leaf.failed)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    cmty__tree_leaf(j->leaf.data, j->leaf.size, leaf);
    return CMTY_OK;
}

/* The salt of a stored report; CMTY_NOTFOUND. */
static cmty_status find_salt(cmty__journal *j, const uint8_t id[CMTY__ID_BYTES],
                             uint8_t salt[CMTY__SALT_BYTES], cmty_error *err)
{
    cmty__binder b;
    cmty_status st;

    if (j->recent && memcmp(id, j->recent_id, CMTY__ID_BYTES) == 0) {
        memcpy(salt, j->recent_salt, CMTY__SALT_BYTES);
        return CMTY_OK;
    }
    st = cmty__journal_statement(j, CMTY__STMT_REPORT_SALT, &b, err);
    if (st != CMTY_OK)
        return st;
    cmty__bind_blob(&b, id, CMTY__ID_BYTES);
    st = cmty__sql_step(&j->sql, b.stmt, err);
    if (st == CMTY_OK && sqlite3_column_bytes(b.stmt, 0) == CMTY__SALT_BYTES)
        memcpy(salt, sqlite3_column_blob(b.stmt, 0), CMTY__SALT_BYTES);
    else if (st == CMTY_OK)
        st = cmty__sql_fail(&j->sql, SQLITE_CORRUPT, err);
    sqlite3_reset(b.stmt);
    sqlite3_clear_bindings(b.stmt);
    return st == CMTY_END ? CMTY_NOTFOUND : st;
}

static cmty_status append(cmty__journal *j, const struct audit_row *row, cmty_error *err)
{
    uint8_t leaf[CMTY__TREE_HASH];
    cmty__binder b;
    cmty_status st = row_leaf(j, row, leaf, err);

    if (st == CMTY_OK)
        st = cmty__journal_statement(j, CMTY__STMT_AUDIT, &b, err);
    if (st != CMTY_OK)
        return st;
    cmty__bind_int(&b, row->number);
    cmty__bind_int(&b, row->time);
    cmty__bind_text(&b, row->verb);
    cmty__bind_blob(&b, row->subject, row->subject_size);
    cmty__bind_text(&b, row->actor);
    cmty__bind_text(&b, row->purpose);
    cmty__bind_blob(&b, leaf, sizeof leaf);
    st = cmty__sql_once(&j->sql, b.stmt, err);
    if (st == CMTY_OK) {
        cmty__tree_append(&j->tree, leaf);
        j->state_changed = true;
    }
    return st;
}

cmty_status cmty__journal_audit(cmty__journal *j, const char *verb, const char *report_id,
                                const char *actor, const char *purpose, cmty_error *err)
{
    uint8_t id[CMTY__ID_BYTES], salt[CMTY__SALT_BYTES], subject[CMTY__HASH_BYTES];
    struct audit_row row = {.time = cmty__time_now(),
                            .verb = verb,
                            .actor = actor != NULL ? actor : "",
                            .purpose = purpose != NULL ? purpose : "",
                            .subject = subject};
    cmty_status st = cmty__journal_may_write(j, err);

    if (st != CMTY_OK)
        return st;
    if (!verb_known(verb))
        return cmty__fail(err, CMTY_E_INVALID, "\"%s\" is no verb of the audit log", verb);
    if (report_id != NULL) {
        if (!cmty__id_parse(report_id, id))
            return cmty__fail(err, CMTY_E_INVALID, "a report id has 32 hexadecimal digits");
        st = find_salt(j, id, salt, err);
        if (st != CMTY_OK)
            return cmty__journal_wrote(j, st);
        cmty__audit_subject(salt, id, subject);
        row.subject_size = sizeof subject;
    }
    row.number = (int64_t)j->tree.size + 1;
    return cmty__journal_wrote(j, append(j, &row, err));
}

/* ---- verification ---- */

static cmty_status verify_row(cmty__journal *j, sqlite3_stmt *stmt, cmty__tree *tree,
                              cmty_error *err)
{
    uint8_t leaf[CMTY__TREE_HASH];
    const void *stored = sqlite3_column_blob(stmt, 6);
    struct audit_row row = {.number = sqlite3_column_int64(stmt, 0),
                            .time = sqlite3_column_int64(stmt, 1),
                            .verb = cmty__column_text(stmt, 2),
                            .subject = sqlite3_column_blob(stmt, 3),
                            .subject_size = (size_t)sqlite3_column_bytes(stmt, 3),
                            .actor = cmty__column_text(stmt, 4),
                            .purpose = cmty__column_text(stmt, 5)};
    int64_t expected = (int64_t)tree->size + 1;
    cmty_status st;

    if (row.number != expected)
        return cmty__fail(err, CMTY_E_FORMAT, "%s: audit entry %lld is missing",
                          cmty__basename(j->path), (long long)expected);
    st = row_leaf(j, &row, leaf, err);
    if (st != CMTY_OK)
        return st;
    if (stored == NULL || sqlite3_column_bytes(stmt, 6) != CMTY__TREE_HASH
        || memcmp(stored, leaf, sizeof leaf) != 0)
        return cmty__fail(err, CMTY_E_FORMAT, "%s: audit entry %lld was altered",
                          cmty__basename(j->path), (long long)expected);
    cmty__tree_append(tree, leaf);
    return CMTY_OK;
}

static cmty_status verify_state(cmty__journal *j, const cmty__tree *tree, cmty_error *err)
{
    cmty__buf peaks = {0};
    sqlite3_stmt *stmt = NULL;
    cmty_status st =
        cmty__sql_prepare(&j->sql, "SELECT audit_size, audit_peaks FROM state", &stmt, err);

    cmty__tree_save(tree, &peaks);
    if (st == CMTY_OK && peaks.failed)
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    if (st == CMTY_OK)
        st = cmty__sql_step(&j->sql, stmt, err);
    if (st >= 0
        && (st == CMTY_END || (uint64_t)sqlite3_column_int64(stmt, 0) != tree->size
            || (size_t)sqlite3_column_bytes(stmt, 1) != peaks.size
            || (peaks.size > 0
                && memcmp(sqlite3_column_blob(stmt, 1), peaks.data, peaks.size) != 0)))
        st = cmty__fail(err, CMTY_E_FORMAT,
                        "%s: the audit log was cut or rewritten after entry %llu",
                        cmty__basename(j->path), (unsigned long long)tree->size);
    sqlite3_finalize(stmt);
    cmty__buf_free(&peaks);
    return st;
}

/* Called for every size that the tree passes. */
static cmty_status verify_mark(const cmty__journal *j, const cmty__tree *tree,
                               const cmty__audit_mark *earlier, cmty_error *err)
{
    uint8_t root[CMTY__TREE_HASH];

    if (earlier == NULL || tree->size != earlier->size)
        return CMTY_OK;
    cmty__tree_root(tree, root);
    if (memcmp(root, earlier->root, sizeof root) == 0)
        return CMTY_OK;
    return cmty__fail(
        err, CMTY_E_FORMAT,
        "%s: the audit log was another one when it had %llu entries: one of these was "
        "rewritten, or the store is not the same",
        cmty__basename(j->path), (unsigned long long)tree->size);
}

cmty_status cmty__journal_audit_verify(cmty__journal *j, const cmty__audit_mark *earlier,
                                       cmty__audit_mark *now, cmty_error *err)
{
    cmty__tree *tree = cmty__calloc(1, sizeof *tree);
    sqlite3_stmt *stmt = NULL;
    cmty_status st;

    if (tree == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    st = cmty__sql_prepare(&j->sql,
                           "SELECT number, time, verb, subject, actor, purpose, leaf FROM audit"
                           " ORDER BY number",
                           &stmt, err);
    if (st == CMTY_OK)
        st = verify_mark(j, tree, earlier, err);
    while (st == CMTY_OK && (st = cmty__sql_step(&j->sql, stmt, err)) == CMTY_OK) {
        st = verify_row(j, stmt, tree, err);
        if (st == CMTY_OK)
            st = verify_mark(j, tree, earlier, err);
    }
    if (st == CMTY_END)
        st = verify_state(j, tree, err);
    if (st == CMTY_OK && earlier != NULL && earlier->size > tree->size)
        st = cmty__fail(err, CMTY_E_FORMAT,
                        "%s: the audit log has %llu entries, and had %llu: it was cut, or an older "
                        "file was put in its place",
                        cmty__basename(j->path), (unsigned long long)tree->size,
                        (unsigned long long)earlier->size);
    if (st == CMTY_OK) {
        now->size = tree->size;
        cmty__tree_root(tree, now->root);
    }
    sqlite3_finalize(stmt);
    cmty__free(tree);
    return st;
}

/* ---- for hosts ---- */

static cmty_status mark_of(const cmty_audit_head *head, cmty__audit_mark *mark, cmty_error *err)
{
    cmty_audit_head h = {0};
    cmty_status st = cmty__struct_read(&h, sizeof h, head, sizeof h, "cmty_audit_head", err);

    mark->size = h.size;
    h.root[sizeof h.root - 1] = '\0';
    if (st == CMTY_OK && !cmty__unhex(h.root, mark->root, sizeof mark->root))
        st = cmty__fail(err, CMTY_E_INVALID, "a root has 64 hexadecimal digits");
    return st;
}

static cmty_status verify_log(const char *store, const cmty__audit_mark *earlier,
                              cmty__audit_mark *now, cmty_error *err)
{
    cmty__journal *j = NULL;
    cmty_status st = cmty__journal_open(store, false, &j, err);

    if (st == CMTY_OK)
        st = cmty__journal_begin(j, err);
    if (st == CMTY_OK) {
        st = cmty__journal_audit_verify(j, earlier, now, err);
        if (st == CMTY_E_FORMAT)
            st = CMTY_REFUSED;
        cmty__journal_rollback(j); /* only read */
    }
    cmty__journal_free(j);
    return st;
}

cmty_status cmty_store_audit_verify(const char *store, const cmty_audit_head *earlier,
                                    cmty_audit_head *now, cmty_error *err)
{
    cmty_audit_head head = {.struct_size = (uint32_t)sizeof head};
    cmty__audit_mark before = {0}, mark = {0};
    cmty_status st = CMTY_OK;

    if (store == NULL || now == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "a store and a place for the answer are needed");
    if (earlier != NULL)
        st = mark_of(earlier, &before, err);
    if (st == CMTY_OK)
        st = verify_log(store, earlier != NULL ? &before : NULL, &mark, err);
    if (st != CMTY_OK)
        return st;
    head.size = mark.size;
    cmty__hex(mark.root, sizeof mark.root, head.root);
    return cmty__struct_write(now, &head, sizeof head, sizeof head, "cmty_audit_head", err);
}
