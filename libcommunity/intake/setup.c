/* SPDX-License-Identifier: MIT */
/* Making a store: everything that intake and publishing need goes into it, in one transaction, so
   that a store is made whole or not at all. Any thread. */
#include "addresses.h"
#include "ingest.h"

/* What goes into a store, read and checked before the file is made. */
struct parts {
    cmty_beatset *beats;
    cmty_fenceset *fences;        /* NULL: none */
    cmty__catchments *catchments; /* NULL: none */
    cmty_policy *policy;
    uint8_t public_key[CMTY__SEAL_PUBLIC_BYTES];
    uint8_t dedupe_salt[CMTY__HASH_BYTES];
};

static void parts_free(struct parts *p)
{
    cmty_beatset_free(p->beats);
    cmty_fenceset_free(p->fences);
    cmty__catchments_free(p->catchments);
    cmty_policy_free(p->policy);
    cmty__zero(p, sizeof *p);
}

/* Said now, while the one who wrote the policy is there, and not when the first report comes. */
static cmty_status check_laws(const cmty_store_options *o, const cmty_policy *policy,
                              cmty_error *err)
{
    for (size_t i = 0; o->addresses == NULL && i < cmty_category_count(); i++) {
        const char *category = cmty_category_code(i);
        const cmty__rule *rule = cmty__policy_rule(policy, category);

        if (rule->publish_point && rule->law.law == CMTY_LAW_ANCHOR)
            return cmty__fail(err, CMTY_E_FORMAT,
                              "%s: category %s has the law anchor, which needs a layer of "
                              "addresses; give one, or choose another law",
                              o->policy != NULL ? cmty__basename(o->policy) : "the policy",
                              category);
    }
    return CMTY_OK;
}

static cmty_status read_parts(const cmty_store_options *o, struct parts *p, cmty_error *err)
{
    cmty_status st = cmty__seal_public_read(o->public_key, p->public_key, err);

    if (st == CMTY_OK)
        st = cmty_policy_open(o->policy, &p->policy, err);
    if (st == CMTY_OK)
        st = check_laws(o, p->policy, err);
    if (st == CMTY_OK)
        st = cmty_beatset_open(o->beats, o->beats_count, o->beat_options, &p->beats, err);
    if (st == CMTY_OK && o->fences_count > 0)
        st = cmty_fenceset_open(o->fences, o->fences_count, o->fence_options, &p->fences, err);
    if (st == CMTY_OK && o->addresses != NULL)
        st = cmty__catchments_open(o->addresses, p->beats, cmty__policy_k(p->policy), o->host,
                                   &p->catchments, err);
    if (st == CMTY_OK)
        st = cmty__random(p->dedupe_salt, sizeof p->dedupe_salt, err);
    return st;
}

static cmty_status put(cmty__journal *j, const char *name, const cmty__buf *b, cmty_error *err)
{
    if (b->failed)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    return cmty__journal_set(j, name, b->data != NULL ? b->data : "", b->size, err);
}

static cmty_status put_maps(cmty__journal *j, const struct parts *p, cmty_error *err)
{
    cmty__buf blob = {0};
    cmty_status st = cmty__beatset_save(p->beats, &blob, err);

    if (st == CMTY_OK)
        st = put(j, CMTY__ARTIFACT_BEATS, &blob, err);
    if (st == CMTY_OK && p->fences != NULL) {
        cmty__buf_clear(&blob);
        st = cmty__fenceset_save(p->fences, &blob, err);
        if (st == CMTY_OK)
            st = put(j, CMTY__ARTIFACT_FENCES, &blob, err);
    }
    if (st == CMTY_OK && p->catchments != NULL) {
        cmty__buf_clear(&blob);
        cmty__catchments_save(p->catchments, &blob);
        st = put(j, CMTY__ARTIFACT_CATCHMENTS, &blob, err);
    }
    cmty__buf_free(&blob);
    return st;
}

static cmty_status write_store(const char *path, const struct parts *p, cmty_error *err)
{
    const char *policy = cmty_policy_json(p->policy);
    cmty__journal *j = NULL;
    cmty_status st = cmty__journal_create(path, &j, err);

    if (st == CMTY_OK)
        st = put_maps(j, p, err);
    if (st == CMTY_OK)
        st = cmty__journal_set(j, CMTY__ARTIFACT_POLICY, policy, strlen(policy), err);
    if (st == CMTY_OK)
        st = cmty__journal_set(j, CMTY__ARTIFACT_PUBLIC_KEY, p->public_key, sizeof p->public_key,
                               err);
    if (st == CMTY_OK)
        st = cmty__journal_set(j, CMTY__ARTIFACT_DEDUPE_SALT, p->dedupe_salt, sizeof p->dedupe_salt,
                               err);
    if (st == CMTY_OK)
        st = cmty__journal_commit(j, err);
    cmty__journal_free(j); /* removes the file where nothing was committed */
    return st;
}

static cmty_status check_options(const cmty_store_options *o, cmty_error *err)
{
    if (o->beats == NULL || o->beats_count == 0)
        return cmty__fail(err, CMTY_E_INVALID, "a store needs at least one layer of beats");
    if (o->public_key == NULL)
        return cmty__fail(err, CMTY_E_INVALID,
                          "a store needs a public key to seal under (keygen makes one)");
    if (o->fences_count > 0 && o->fences == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "fences is NULL, but fences_count is not 0");
    return CMTY_OK;
}

cmty_status cmty_store_init(const char *path, const cmty_store_options *options, cmty_error *err)
{
    cmty_store_options o = CMTY_STORE_OPTIONS_INIT;
    struct parts parts = {0};
    cmty_status st;

    if (path == NULL || options == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "a path and options are needed");
    st = cmty__struct_read(&o, sizeof o, options, sizeof o, "cmty_store_options", err);
    if (st == CMTY_OK)
        st = check_options(&o, err);
    if (st != CMTY_OK)
        return st;
    if (cmty__file_exists(path)) /* said before the long work; journal_create decides */
        return cmty__fail(err, CMTY_E_EXISTS, "%s exists already; it is never overwritten",
                          cmty__basename(path));
    st = read_parts(&o, &parts, err);
    if (st == CMTY_OK)
        st = write_store(path, &parts, err);
    parts_free(&parts);
    return st;
}
