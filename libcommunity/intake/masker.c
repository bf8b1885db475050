/* SPDX-License-Identifier: MIT */
/* A mask of its own, without a store: one law, its key, and what the beats and the addresses have
   to do with it. Any thread; immutable once opened. */
#include "addresses.h"

#include <community/mask.h>

struct cmty_masker {
    cmty__law law;
    const cmty_beatset *beats;    /* borrowed; NULL: none */
    cmty__mask_key *key;          /* NULL: the law draws nothing */
    cmty__catchments *catchments; /* NULL: no addresses, or the law does not ask for them */
    cmty__list *list;             /* NULL: the law snaps to nothing */
    cmty__areas *land;            /* NULL: a region is a beat */
    char list_note[16];
    cmty__buf guarantee, metadata;
};

cmty_status cmty_mask_options_init(cmty_mask_options *options)
{
    if (options == NULL)
        return CMTY_E_INVALID;
    *options = (cmty_mask_options)CMTY_MASK_OPTIONS_INIT;
    return CMTY_OK;
}

void cmty_masker_free(cmty_masker *masker)
{
    if (masker == NULL)
        return;
    cmty__mask_key_free(masker->key);
    cmty__catchments_free(masker->catchments);
    cmty__list_free(masker->list);
    cmty__areas_free(masker->land);
    cmty__buf_free(&masker->guarantee);
    cmty__buf_free(&masker->metadata);
    cmty__free(masker);
}

static cmty__law law_of(const cmty_mask_options *o)
{
    cmty__law law = {.law = o->law,
                     .region = o->region,
                     .k = o->k,
                     .min_addresses = o->min_addresses,
                     .epsilon_per_m = o->epsilon_per_m,
                     .lattice_m = o->lattice_m,
                     .radius_m = o->radius_m,
                     .inner_radius_m = o->inner_radius_m,
                     .cutoff_m = o->cutoff_m,
                     .land = o->land != NULL};

    if (law.law == CMTY_LAW_AUTO)
        law.law = o->addresses != NULL ? CMTY_LAW_ANCHOR : CMTY_LAW_LATTICE;
    return law;
}

/* What the law needs beyond its parameters. */
static cmty_status check_needs(const cmty__law *law, const cmty_mask_options *o,
                               const cmty_beatset *beats, cmty_error *err)
{
    if (o->reserved != 0)
        return cmty__fail(err, CMTY_E_INVALID, "cmty_mask_options: reserved must be 0");
    if (law->law == CMTY_LAW_ANCHOR && (beats == NULL || o->addresses == NULL))
        return cmty__fail(err, CMTY_E_INVALID,
                          "the law anchor needs beats and a layer of addresses");
    if ((law->law == CMTY_LAW_SNAP || law->law == CMTY_LAW_STREET) && o->snap_to == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "the law %s needs a layer to snap to",
                          cmty_law_name(law->law));
    if (cmty__law_confined(law) && beats == NULL && !law->land)
        return cmty__fail(err, CMTY_E_INVALID, "the region %s needs beats or land",
                          cmty__region_name(law->region));
    if (cmty__law_keyed(law->law) && o->key_file == NULL)
        return cmty__fail(err, CMTY_E_KEY, "the law %s needs a mask key (keygen makes one)",
                          cmty_law_name(law->law));
    return CMTY_OK;
}

static cmty_status describe(cmty_masker *m, cmty_error *err)
{
    cmty__law_guarantee(&m->law, &m->guarantee);
    cmty__law_metadata(&m->law, m->key != NULL ? cmty__mask_key_id(m->key) : NULL, &m->metadata);
    if (m->guarantee.failed || m->metadata.failed)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    return CMTY_OK;
}

static cmty_status read_layers(cmty_masker *m, const cmty_mask_options *o, cmty_error *err)
{
    bool confined = cmty__law_confined(&m->law);
    bool by_addresses = m->law.law == CMTY_LAW_ANCHOR || (confined && !m->law.land);
    cmty_status st = CMTY_OK;

    if (by_addresses && o->addresses != NULL)
        st = cmty__catchments_open(o->addresses, m->beats, m->law.k, o->host, &m->catchments, err);
    if (st == CMTY_OK && confined && m->law.land)
        st = cmty__land_open(o->land, o->host, &m->land, err);
    if (st == CMTY_OK && m->law.law == CMTY_LAW_SNAP)
        st = cmty__snap_list_open(o->snap_to, o->addresses, m->law.k, m->law.cutoff_m, o->host,
                                  &m->list, err);
    if (st == CMTY_OK && m->law.law == CMTY_LAW_STREET)
        st = cmty__street_list_open(o->snap_to, m->law.lattice_m, o->host, &m->list, err);
    return st;
}

static cmty_status prepare(cmty_masker *m, const cmty_mask_options *o, cmty_error *err)
{
    cmty_status st = CMTY_OK;

    if (cmty__law_keyed(m->law.law))
        st = cmty__mask_key_open(o->key_file, &m->key, err);
    if (st == CMTY_OK)
        st = read_layers(m, o, err);
    if (st != CMTY_OK)
        return st;
    m->law.list = m->list;
    if (m->list != NULL)
        cmty__format(m->list_note, sizeof m->list_note, "list %s", cmty__list_version(m->list));
    return describe(m, err);
}

cmty_status cmty_masker_open(const cmty_mask_options *options, const cmty_beatset *beats,
                             cmty_masker **out, cmty_error *err)
{
    cmty_mask_options o = CMTY_MASK_OPTIONS_INIT;
    cmty_masker *m;
    cmty__law law;
    cmty_status st;

    if (out == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "out is NULL");
    *out = NULL;
    if (options == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "options is NULL");
    st = cmty__struct_read(&o, sizeof o, options, CMTY_MASK_OPTIONS_SIZE_0_1, "cmty_mask_options",
                           err);
    if (st != CMTY_OK)
        return st;
    law = law_of(&o);
    st = cmty__law_check(&law, err);
    if (st == CMTY_OK)
        st = check_needs(&law, &o, beats, err);
    if (st != CMTY_OK)
        return st;
    m = cmty__calloc(1, sizeof *m);
    if (m == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    m->law = law;
    m->beats = beats;
    st = prepare(m, &o, err);
    if (st != CMTY_OK) {
        cmty_masker_free(m);
        return st;
    }
    *out = m;
    return CMTY_OK;
}

/* The beat of the true point, at its time; or the land. */
static cmty__region region_of(const cmty_masker *m, cmty_point at, cmty_time when)
{
    cmty__region r = {.areas = NULL, .area = -1, .address_count = -1, .version = -1};

    if (m->land != NULL) {
        r.areas = m->land;
        r.area = CMTY__ANY_AREA;
        return r;
    }
    if (m->beats == NULL)
        return r;
    r.version = cmty__beatset_version_at(m->beats, when);
    if (r.version < 0) { /* confined to no beat at all, so that it is withheld */
        r.areas = cmty__beatset_areas(m->beats, 0);
        return r;
    }
    r.areas = cmty__beatset_areas(m->beats, r.version);
    r.area = cmty__areas_first(r.areas, at, NULL, NULL);
    if (m->catchments != NULL && r.area >= 0)
        r.address_count = cmty__catchments_address_count(m->catchments, r.version, r.area);
    return r;
}

cmty_status cmty_masker_apply(const cmty_masker *masker, const char *report_id, cmty_point at,
                              cmty_time when, cmty_masked *masked, cmty_error *err)
{
    cmty__mask_result result = {.note = ""};
    cmty_masked answer = {.beat = -1, .note = ""};
    cmty__region region;
    cmty_status st, written;

    if (masker == NULL || report_id == NULL || *report_id == '\0' || masked == NULL)
        return cmty__fail(err, CMTY_E_INVALID,
                          "a mask, a report id and a place for the answer are "
                          "needed");
    if (masked->struct_size < sizeof *masked)
        return cmty__fail(err, CMTY_E_ABI, "cmty_masked: struct_size %u, need at least %zu",
                          masked->struct_size, sizeof *masked);
    if (!cmty__point_valid(at))
        return cmty__fail(err, CMTY_E_RANGE, "the position is not finite or off the globe");
    region = region_of(masker, at, when);
    st = cmty__law_apply(&masker->law, masker->key, masker->catchments, report_id, at, &region,
                         &result, err);
    if (st < 0)
        return st;
    answer.law = masker->law.law;
    answer.at = st == CMTY_OK ? result.at : masked->at; /* withheld: untouched */
    answer.radius_m = st == CMTY_OK ? result.radius_m : 0;
    answer.note =
        st == CMTY_OK && masker->law.law == CMTY_LAW_SNAP ? masker->list_note : result.note;
    if (st == CMTY_OK && result.beat_disclosed)
        answer.beat = cmty__beatset_beat_of(masker->beats, region.version, region.area);
    written = cmty__struct_write(masked, &answer, sizeof answer, sizeof answer, "cmty_masked", err);
    return written == CMTY_OK ? st : written;
}

const char *cmty_masker_guarantee(const cmty_masker *masker)
{
    return masker->guarantee.data;
}

const char *cmty_masker_metadata(const cmty_masker *masker)
{
    return masker->metadata.data;
}
