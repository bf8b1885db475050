/* SPDX-License-Identifier: MIT */
/* Opening the way in: everything comes out of the store itself. Serial per object. */
#include "ingest.h"

cmty_status cmty_ingest_options_init(cmty_ingest_options *options)
{
    if (options == NULL)
        return CMTY_E_INVALID;
    *options = (cmty_ingest_options)CMTY_INGEST_OPTIONS_INIT;
    return CMTY_OK;
}

/* Refused records are kept with it, so that they can be read again. */
static cmty_status keep_map(cmty_ingest *in, const cmty_ingest_options *o, cmty_error *err)
{
    in->map = cmty__calloc(o->map_count + 1, sizeof *in->map);
    if (in->map == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    for (; in->map_count < o->map_count; in->map_count++) {
        in->map[in->map_count] = cmty__strdup(o->map[in->map_count]);
        if (in->map[in->map_count] == NULL)
            return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    return CMTY_OK;
}

static cmty_status take_options(cmty_ingest *in, const cmty_ingest_options *o, cmty_error *err)
{
    cmty_status st;

    in->host = o->host;
    if (o->source != NULL && (*o->source == '\0' || strlen(o->source) > 64))
        return cmty__fail(err, CMTY_E_INVALID, "the source needs 1 to 64 bytes");
    if (o->format != NULL && cmty__format_named(o->format) == NULL)
        return cmty__fail(err, CMTY_E_INVALID,
                          "format %s is unknown; use csv, geojson, ndjson, json, open311, "
                          "open311-form or open311-xml",
                          o->format);
    in->source = cmty__strdup(o->source);
    in->format = cmty__strdup(o->format);
    if ((in->source == NULL) != (o->source == NULL) || (in->format == NULL) != (o->format == NULL))
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    st = cmty__mapping_parse(o->map, o->map_count, &in->mapping, err);
    return st == CMTY_OK ? keep_map(in, o, err) : st;
}

/* CMTY_NOTFOUND is an answer only for what a store may lack. */
static cmty_status artifact(cmty_ingest *in, const char *name, bool optional, void **data,
                            size_t *size, cmty_error *err)
{
    cmty_status st = cmty__journal_get(in->journal, name, data, size, err);

    if (st == CMTY_NOTFOUND && !optional)
        return cmty__fail(err, CMTY_E_FORMAT, "the store holds no %s; make it again with init",
                          name);
    return st;
}

static cmty_status load_maps(cmty_ingest *in, cmty_error *err)
{
    void *data = NULL;
    size_t size = 0;
    cmty_status st = artifact(in, CMTY__ARTIFACT_BEATS, false, &data, &size, err);

    if (st == CMTY_OK)
        st = cmty__beatset_load(data, size, &in->beats, err);
    cmty__free(data);
    data = NULL;
    if (st == CMTY_OK) {
        st = artifact(in, CMTY__ARTIFACT_FENCES, true, &data, &size, err);
        if (st == CMTY_OK)
            st = cmty__fenceset_load(data, size, &in->fences, err);
        cmty__free(data);
        data = NULL;
    }
    if (st == CMTY_OK || st == CMTY_NOTFOUND) {
        st = artifact(in, CMTY__ARTIFACT_CATCHMENTS, true, &data, &size, err);
        if (st == CMTY_OK)
            st = cmty__catchments_load(data, size, &in->catchments, err);
        cmty__free(data);
    }
    return st == CMTY_NOTFOUND ? CMTY_OK : st;
}

static cmty_status load_policy(cmty_ingest *in, cmty_error *err)
{
    void *data = NULL;
    size_t size = 0;
    cmty_status st = artifact(in, CMTY__ARTIFACT_POLICY, false, &data, &size, err);

    if (st == CMTY_OK)
        st = cmty__policy_parse(data, size, "policy of the store", &in->policy, err);
    cmty__free(data);
    if (st == CMTY_OK)
        st = cmty__zone_open(cmty_policy_time_zone(in->policy), &in->zone, err);
    return st;
}

static cmty_status load_public_key(cmty_ingest *in, cmty_error *err)
{
    void *data = NULL;
    size_t size = 0;
    cmty_status st = artifact(in, CMTY__ARTIFACT_PUBLIC_KEY, false, &data, &size, err);

    if (st == CMTY_OK && size != CMTY__SEAL_PUBLIC_BYTES)
        st = cmty__fail(err, CMTY_E_FORMAT, "the public key in the store is damaged");
    if (st == CMTY_OK)
        st = cmty__sealer_new(data, &in->sealer, err);
    cmty__free(data);
    return st;
}

static cmty_status load_mask_key(cmty_ingest *in, const char *path, cmty_error *err)
{
    cmty_status st;

    if (path == NULL)
        return cmty__fail(err, CMTY_E_KEY,
                          "a mask key file is needed (keygen makes one): places are masked, and "
                          "duplicates told, under it");
    st = cmty__mask_key_open(path, &in->mask_key, err);
    return st == CMTY_OK ? cmty__dedupe_open(in, err) : st;
}

static cmty_status open_all(cmty_ingest *in, const char *store, const cmty_ingest_options *o,
                            cmty_error *err)
{
    cmty_status st = take_options(in, o, err);

    if (st == CMTY_OK) {
        in->arena = cmty__arena_new();
        if (in->arena == NULL)
            st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    if (st == CMTY_OK)
        st = cmty__journal_open(store, true, &in->journal, err);
    if (st == CMTY_OK)
        st = load_maps(in, err);
    if (st == CMTY_OK)
        st = load_policy(in, err);
    if (st == CMTY_OK)
        st = load_public_key(in, err);
    if (st == CMTY_OK)
        st = load_mask_key(in, o->mask_key, err);
    return st;
}

cmty_status cmty_ingest_open(const char *store, const cmty_ingest_options *options,
                             cmty_ingest **out, cmty_error *err)
{
    cmty_ingest_options o = CMTY_INGEST_OPTIONS_INIT;
    cmty_ingest *in;
    cmty_status st = CMTY_OK;

    if (out == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "out is NULL");
    *out = NULL;
    if (store == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "a store is needed");
    if (options != NULL)
        st = cmty__struct_read(&o, sizeof o, options, sizeof o, "cmty_ingest_options", err);
    if (st != CMTY_OK)
        return st;
    in = cmty__calloc(1, sizeof *in);
    if (in == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    st = open_all(in, store, &o, err);
    if (st == CMTY_OK)
        *out = in;
    else
        cmty_ingest_free(in);
    return st;
}

void cmty_ingest_free(cmty_ingest *in)
{
    if (in == NULL)
        return;
    cmty__journal_free(in->journal);
    cmty_beatset_free(in->beats);
    cmty_fenceset_free(in->fences);
    cmty__catchments_free(in->catchments);
    cmty_policy_free(in->policy);
    cmty__zone_free(in->zone);
    cmty__mask_key_free(in->mask_key);
    cmty__sealer_free(in->sealer);
    cmty__mapping_free(&in->mapping);
    cmty__arena_free(in->arena);
    cmty__buf_wipe(&in->plain);
    cmty__buf_wipe(&in->bound);
    cmty__buf_wipe(&in->sealed);
    for (size_t i = 0; i < in->map_count; i++)
        cmty__free(in->map[i]);
    cmty__free(in->map);
    cmty__free(in->source);
    cmty__free(in->format);
    cmty__zero(in, sizeof *in);
    cmty__free(in);
}
