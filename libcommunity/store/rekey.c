/* SPDX-License-Identifier: MIT */
/* A store sealed for another key pair: its period keys, not what lies under them. Any thread: each
   call has its own connection. */
#include "store/journal.h"

static cmty_status rewrap_all(cmty__journal *j, const cmty__opener *opener,
                              const uint8_t public_key[CMTY__SEAL_PUBLIC_BYTES], cmty_error *err)
{
    sqlite3_stmt *all = NULL, *set = NULL;
    cmty__buf sealed = {0};
    cmty_status st = cmty__sql_prepare(&j->sql, "SELECT number, sealed FROM period", &all, err);

    if (st == CMTY_OK)
        st = cmty__sql_prepare(&j->sql, "UPDATE period SET sealed=? WHERE number=?", &set, err);
    while (st == CMTY_OK && (st = cmty__sql_step(&j->sql, all, err)) == CMTY_OK) {
        cmty__binder b = {set, 0};

        cmty__buf_clear(&sealed);
        st = cmty__period_rewrap(opener, sqlite3_column_blob(all, 1),
                                 (size_t)sqlite3_column_bytes(all, 1), public_key, &sealed, err);
        if (st != CMTY_OK)
            break;
        cmty__bind_blob(&b, sealed.data, sealed.size);
        cmty__bind_int(&b, sqlite3_column_int64(all, 0));
        st = cmty__sql_once(&j->sql, set, err);
    }
    sqlite3_finalize(all);
    sqlite3_finalize(set);
    cmty__buf_free(&sealed);
    return st == CMTY_END ? CMTY_OK : st;
}

/* A store without a period holds nothing that the key could be tried on, but knows its public key.
 */
static cmty_status check_key(cmty__journal *j, const cmty__opener *opener, cmty_error *err)
{
    void *data = NULL;
    size_t size = 0;
    cmty_status st = cmty__journal_get(j, "public_key", &data, &size, err);

    if (st == CMTY_NOTFOUND || (st == CMTY_OK && size != CMTY__SEAL_PUBLIC_BYTES))
        st = cmty__fail(err, CMTY_E_FORMAT, "the store holds no public key");
    if (st == CMTY_OK && !cmty__opener_fits(opener, data))
        st = cmty__fail(err, CMTY_E_KEY,
                        "this secret key does not belong to the public key of the store");
    cmty__free(data);
    return st;
}

cmty_status cmty_store_rekey(const char *store, const char *secret_key, const char *public_key,
                             const char *actor, const char *purpose, cmty_error *err)
{
    uint8_t next[CMTY__SEAL_PUBLIC_BYTES];
    cmty__opener *opener = NULL;
    cmty__journal *j = NULL;
    cmty_status st = cmty__note_check(actor, "actor", err);

    if (st == CMTY_OK)
        st = cmty__note_check(purpose, "purpose", err);
    if (st == CMTY_OK && (store == NULL || secret_key == NULL || public_key == NULL))
        st = cmty__fail(err, CMTY_E_INVALID, "a store and two keys are needed");
    if (st == CMTY_OK)
        st = cmty__opener_open(secret_key, &opener, err);
    if (st == CMTY_OK)
        st = cmty__seal_public_read(public_key, next, err);
    if (st == CMTY_OK)
        st = cmty__journal_open(store, true, &j, err); /* an intake seals under the old key */
    if (st == CMTY_OK)
        st = cmty__journal_begin(j, err);
    if (st == CMTY_OK)
        st = check_key(j, opener, err);
    if (st == CMTY_OK)
        st = rewrap_all(j, opener, next, err);
    if (st == CMTY_OK)
        st = cmty__journal_set(j, "public_key", next, sizeof next, err);
    if (st == CMTY_OK)
        st = cmty__journal_audit(j, "alter", NULL, actor, purpose, err);
    if (st == CMTY_OK)
        st = cmty__journal_commit(j, err);
    if (st == CMTY_OK) /* the old wraps go from the write-ahead log too, at once or later */
        st = cmty__journal_flush(j, err);
    cmty__journal_free(j);
    cmty__opener_free(opener);
    return st == CMTY_NOTFOUND ? CMTY_OK : st;
}
