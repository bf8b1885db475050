/* SPDX-License-Identifier: MIT */
/*
 * The keys by which a report that comes again is told, without its words. They are derived from the
 * mask key, which is not kept beside the store: who takes the store alone cannot try out what short
 * reports might say. Serial per object.
 */
#include "ingest.h"

enum { KEY_ID_SIZE = 9 };

/* An artifact of exactly this size; CMTY_NOTFOUND. */
static cmty_status get(cmty_ingest *in, const char *name, void *out, size_t size, cmty_error *err)
{
    void *data = NULL;
    size_t found = 0;
    cmty_status st = cmty__journal_get(in->journal, name, &data, &found, err);

    if (st == CMTY_OK && found != size)
        st = cmty__fail(err, CMTY_E_FORMAT, "the %s in the store is damaged", name);
    if (st == CMTY_OK)
        memcpy(out, data, size);
    if (data != NULL)
        cmty__zero(data, found);
    cmty__free(data);
    return st;
}

/* Under another key every report would be a new one, and be masked a second time. */
static cmty_status check_mask_key(cmty_ingest *in, bool *known, cmty_error *err)
{
    const char *given = cmty__mask_key_id(in->mask_key);
    char used[KEY_ID_SIZE] = "";
    cmty_status st = get(in, CMTY__ARTIFACT_MASK_KEY_ID, used, sizeof used, err);

    *known = st == CMTY_OK;
    if (st == CMTY_OK && memcmp(used, given, sizeof used) != 0)
        return cmty__fail(err, CMTY_E_KEY,
                          "the store was filled with another mask key, whose id is %.8s; give that "
                          "one (the id of the given one is %s)",
                          used, given);
    return st == CMTY_NOTFOUND ? CMTY_OK : st;
}

static void derive(cmty_ingest *in, const uint8_t salt[CMTY__HASH_BYTES])
{
    cmty__mask_key_derive(in->mask_key, "duplicates", salt, CMTY__HASH_BYTES, in->dedupe_key);
}

/* A store of the layout whose key lay beside the hashes: what it has is hashed once more, under a
   key that does not. Ids stay, for they are published and bound to what is sealed. */
static cmty_status leave_old_key(cmty_ingest *in, uint8_t salt[CMTY__HASH_BYTES], cmty_error *err)
{
    cmty_status st = cmty__random(salt, CMTY__HASH_BYTES, err);

    if (st != CMTY_OK)
        return st;
    derive(in, salt);
    st = cmty__journal_set(in->journal, CMTY__ARTIFACT_DEDUPE_SALT, salt, CMTY__HASH_BYTES, err);
    if (st == CMTY_OK)
        st = cmty__journal_rehash(in->journal, in->dedupe_key, sizeof in->dedupe_key, err);
    return st;
}

/* In a transaction, once in the life of a store. */
static cmty_status settle(cmty_ingest *in, bool salted, uint8_t salt[CMTY__HASH_BYTES],
                          cmty_error *err)
{
    const char *id = cmty__mask_key_id(in->mask_key);
    cmty_status st =
        cmty__journal_set(in->journal, CMTY__ARTIFACT_MASK_KEY_ID, id, KEY_ID_SIZE, err);

    if (st == CMTY_OK && !salted)
        st = leave_old_key(in, salt, err);
    return st;
}

cmty_status cmty__dedupe_open(cmty_ingest *in, cmty_error *err)
{
    uint8_t salt[CMTY__HASH_BYTES];
    bool key_known = false, salted, old;
    cmty_status st = check_mask_key(in, &key_known, err);

    if (st != CMTY_OK)
        return st;
    st = get(in, CMTY__ARTIFACT_REPORT_ID_KEY, in->report_id_key, sizeof in->report_id_key, err);
    old = st == CMTY_OK;
    if (st == CMTY_OK || st == CMTY_NOTFOUND)
        st = get(in, CMTY__ARTIFACT_DEDUPE_SALT, salt, sizeof salt, err);
    salted = st == CMTY_OK;
    if (st == CMTY_NOTFOUND && !old)
        return cmty__fail(err, CMTY_E_FORMAT, "the store holds no %s; make it again with init",
                          CMTY__ARTIFACT_DEDUPE_SALT);
    if (st < 0)
        return st;
    st = CMTY_OK;
    if (!key_known || !salted) {
        st = cmty__journal_begin(in->journal, err);
        if (st == CMTY_OK)
            st = settle(in, salted, salt, err);
        if (st == CMTY_OK)
            st = cmty__journal_commit(in->journal, err);
        cmty__journal_rollback(in->journal); /* nothing after a commit */
    }
    if (st != CMTY_OK)
        return st;
    derive(in, salt);
    if (!old)
        memcpy(in->report_id_key, in->dedupe_key, sizeof in->report_id_key);
    return CMTY_OK;
}

void cmty__dedupe_content(const cmty_ingest *in, const void *data, size_t size,
                          uint8_t out[CMTY__HASH_BYTES])
{
    cmty__hash(in->report_id_key, sizeof in->report_id_key, data, size, out);
    cmty__hash(in->dedupe_key, sizeof in->dedupe_key, out, CMTY__HASH_BYTES, out);
}
