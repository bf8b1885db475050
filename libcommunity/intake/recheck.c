/* SPDX-License-Identifier: MIT */
/*
 * What stored answers would be under other beats. Any thread; changes nothing but the audit log.
 *
 * With the secret key each report is opened and asked again. Without it only those are sure whose
 * beat, with all that is round it, has the same shape in the beats of their day.
 */
#include "beat/beat.h"
#include "ingest.h"

#include <math.h>

struct check {
    const char *store;
    const cmty_recheck_options *o;
    cmty_beatset *own;         /* that the store holds */
    cmty_beatset *given;       /* NULL: none */
    const cmty_beatset *other; /* one of them */
    cmty__zone *zone;          /* of the time bins */
    int32_t *twins;            /* for each beat of the store and version of the others; UNASKED */
    cmty_recheck result;
};

enum { UNASKED = -2 };

cmty_status cmty_recheck_options_init(cmty_recheck_options *options)
{
    if (options == NULL)
        return CMTY_E_INVALID;
    *options = (cmty_recheck_options)CMTY_RECHECK_OPTIONS_INIT;
    return CMTY_OK;
}

static void count(struct check *c, bool sure, bool same)
{
    c->result.reports++;
    if (!sure)
        c->result.open++;
    else if (same)
        c->result.same++;
    else
        c->result.changed++;
}

/* ---- with the exact places ---- */

static bool number_of(const cmty__json *report, const char *name, double *out)
{
    return cmty__json_number(cmty__json_member(report, name), out);
}

static cmty_status ask_again(const cmty__entry *e, const char *json, size_t size, void *user,
                             cmty_error *err)
{
    struct check *c = user;
    cmty_beat_answer answer = {.struct_size = sizeof answer};
    cmty__json *report = NULL;
    const char *occurred;
    cmty_point at = {0, 0};
    double accuracy_m = NAN;
    cmty_time when = CMTY_TIME_UNKNOWN;
    cmty_status st;

    if (json == NULL) { /* its exact place is no more */
        count(c, false, false);
        return CMTY_OK;
    }
    st = cmty__json_parse(json, size, &report, err);
    if (st != CMTY_OK)
        return st;
    occurred = cmty__json_text(cmty__json_member(report, "occurred"));
    (void)number_of(report, "accuracy_m", &accuracy_m);
    if (!number_of(report, "lon", &at.lon_deg) || !number_of(report, "lat", &at.lat_deg)
        || (occurred != NULL && !cmty__time_parse(occurred, NULL, 0, &when)))
        st = cmty__fail(err, CMTY_E_FORMAT, "a stored report has no place or no time");
    if (st == CMTY_OK)
        st = cmty_beatset_locate(c->other, at, when, accuracy_m, &answer, NULL, 0, err);
    if (st == CMTY_OK)
        count(c, true, strcmp(e->beat_id, cmty__beatset_id(c->other, answer.beat)) == 0);
    cmty__zero(&at, sizeof at);
    cmty__json_free(report);
    return st;
}

/* ---- without ---- */

/* The first moment that is no longer in the bin. */
static bool end_of_bin(const struct check *c, const cmty__entry *e, cmty_time *end)
{
    static const struct {
        const char *bin;
        int64_t into_next_h;
    } bins[] = {{"hour", 1}, {"day", 36}, {"week", 240}, {"month", 768}};

    for (size_t i = 0; i < sizeof bins / sizeof *bins; i++)
        if (strcmp(e->bin, bins[i].bin) == 0)
            return cmty__time_floor(e->time_bin + bins[i].into_next_h * 3600000, e->bin, c->zone,
                                    end);
    return false;
}

/* Is no version of the others in force at any moment of the bin? */
static bool never_in_force(const struct check *c, cmty_time begin, cmty_time end)
{
    for (int32_t v = 0; v < (int32_t)cmty_beatset_version_count(c->other); v++) {
        cmty_time from = 0, to = 0;

        if (cmty_beatset_version(c->other, v, &from, &to, NULL, NULL) != CMTY_OK
            || (from < end && begin < to))
            return false;
    }
    return true;
}

static cmty_status compare_shapes(struct check *c, const cmty__entry *e, cmty_error *err)
{
    size_t versions = cmty_beatset_version_count(c->other);
    cmty_time end = 0;
    int32_t version = cmty__beatset_version_at(c->other, e->time_bin), *twin;
    bool known = end_of_bin(c, e, &end);
    cmty_status st = CMTY_OK;

    if (known && never_in_force(c, e->time_bin, end)) {
        count(c, true, false);
        return CMTY_OK;
    }
    if (!known || version < 0 || e->relation != CMTY_RELATION_INSIDE || e->beat < 0
        || e->version < 0 || cmty__beatset_version_at(c->other, end - 1) != version) {
        count(c, false, false);
        return CMTY_OK;
    }
    twin = &c->twins[(size_t)e->beat * versions + (size_t)version];
    if (*twin == UNASKED)
        st = cmty__beatset_twin(c->own, e->version, e->beat, c->other, version, twin, err);
    if (st == CMTY_OK)
        count(c, *twin >= 0, strcmp(e->beat_id, cmty__beatset_id(c->other, *twin)) == 0);
    return st;
}

static cmty_status compare_all(struct check *c, cmty__journal *j, cmty_error *err)
{
    size_t cells = cmty_beatset_count(c->own) * cmty_beatset_version_count(c->other);
    cmty__rows *rows = NULL;
    cmty__entry e;
    cmty_status st;

    c->twins = cmty__realloc(NULL, cells, sizeof *c->twins);
    if (c->twins == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    for (size_t i = 0; i < cells; i++)
        c->twins[i] = UNASKED;
    st = cmty__rows_open(j, CMTY_TIME_UNKNOWN, CMTY_TIME_OPEN_END, 0, &rows, err);
    while (st == CMTY_OK && (st = cmty__rows_next(rows, &e, err)) == CMTY_OK) {
        if (e.beat >= (int32_t)cmty_beatset_count(c->own)
            || e.version >= (int32_t)cmty_beatset_version_count(c->own))
            st = cmty__fail(err, CMTY_E_FORMAT, "a stored report names a beat that is not there");
        else
            st = compare_shapes(c, &e, err);
    }
    cmty__rows_free(rows);
    return st == CMTY_END ? CMTY_OK : st;
}

/* ---- both ---- */

static cmty_status load(struct check *c, cmty__journal *j, cmty_error *err)
{
    void *data = NULL;
    size_t size = 0;
    cmty_policy *policy = NULL;
    cmty_status st = cmty__journal_get(j, CMTY__ARTIFACT_BEATS, &data, &size, err);

    if (st == CMTY_OK)
        st = cmty__beatset_load(data, size, &c->own, err);
    cmty__free(data);
    data = NULL;
    if (st == CMTY_OK)
        st = cmty__journal_get(j, CMTY__ARTIFACT_POLICY, &data, &size, err);
    if (st == CMTY_OK)
        st = cmty__policy_parse(data, size, "policy of the store", &policy, err);
    cmty__free(data);
    if (st == CMTY_OK)
        st = cmty__zone_open(cmty_policy_time_zone(policy), &c->zone, err);
    if (st == CMTY_OK && c->o->beats_count > 0) {
        cmty_beat_options beats = CMTY_BEAT_OPTIONS_INIT;

        if (c->o->beat_options != NULL)
            st = cmty__struct_read(&beats, sizeof beats, c->o->beat_options, sizeof beats,
                                   "cmty_beat_options", err);
        if (beats.time_zone == NULL)
            beats.time_zone = cmty_policy_time_zone(policy);
        if (st == CMTY_OK)
            st = cmty_beatset_open(c->o->beats, c->o->beats_count, &beats, &c->given, err);
    }
    c->other = c->given != NULL ? c->given : c->own;
    cmty_policy_free(policy);
    if (st == CMTY_NOTFOUND)
        st = cmty__fail(err, CMTY_E_FORMAT, "the store holds no beats or no policy");
    return st;
}

static cmty_status recheck(struct check *c, cmty_error *err)
{
    cmty__journal *j = NULL;
    cmty_status st = cmty__journal_open(c->store, false, &j, err);

    if (st == CMTY_OK)
        st = cmty__journal_begin(j, err); /* one view of it */
    if (st == CMTY_OK)
        st = load(c, j, err);
    if (st == CMTY_OK && c->o->secret_key == NULL)
        st = compare_all(c, j, err);
    cmty__journal_free(j);
    if (st == CMTY_OK && c->o->secret_key != NULL)
        st = cmty__store_open_all(c->store, c->o->secret_key, c->o->actor, c->o->purpose, ask_again,
                                  c, err);
    return st;
}

cmty_status cmty_store_recheck(const char *store, const cmty_recheck_options *options,
                               cmty_recheck *out, cmty_error *err)
{
    cmty_recheck_options o = CMTY_RECHECK_OPTIONS_INIT;
    struct check c = {.store = store, .o = &o, .result = {.struct_size = sizeof c.result}};
    cmty_status st = CMTY_OK;

    if (store == NULL || out == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "a store and a place for the result are needed");
    if (options != NULL)
        st = cmty__struct_read(&o, sizeof o, options, sizeof o, "cmty_recheck_options", err);
    if (st == CMTY_OK && o.beats_count > 0 && o.beats == NULL)
        st = cmty__fail(err, CMTY_E_INVALID, "beats is NULL, but beats_count is not 0");
    if (st == CMTY_OK)
        st = recheck(&c, err);
    if (st == CMTY_OK)
        st = cmty__struct_write(out, &c.result, sizeof c.result, sizeof c.result, "cmty_recheck",
                                err);
    cmty_beatset_free(c.own);
    cmty_beatset_free(c.given);
    cmty__zone_free(c.zone);
    cmty__free(c.twins);
    return st;
}
