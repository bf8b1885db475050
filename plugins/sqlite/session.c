/* SPDX-License-Identifier: MIT */
/* What a connection has open. */
#include "module.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

SQLITE_EXTENSION_INIT3

static cmty_status fail(cmty_error *err, cmty_status status, const char *sentence)
{
    err->status = status;
    sqlite3_snprintf((int)sizeof err->message, err->message, "%s", sentence);
    return status;
}

void session_drop(void *session)
{
    struct session *s = session;

    if (--s->uses > 0)
        return;
    cmty_masker_free(s->masker);
    if (s->masker_beats != s->beats)
        cmty_beatset_free(s->masker_beats);
    cmty_beatset_free(s->beats);
    cmty_fenceset_free(s->fences);
    sqlite3_free(s);
}

static cmty_status check_idle(const struct session *s, cmty_error *err)
{
    return s->cursors == 0 ? CMTY_OK
                           : fail(err, CMTY_E_INVALID,
                                  "open it in a statement of its own: this query still has rows "
                                  "of what is open now");
}

static cmty_status load_beats(struct session *s, const char *const *layers, size_t count,
                              cmty_error *err)
{
    cmty_beatset *beats = NULL;
    const cmty_status st = cmty_beatset_open(layers, count, NULL, &beats, err);

    if (st != CMTY_OK)
        return st;
    if (s->beats != s->masker_beats)
        cmty_beatset_free(s->beats);
    s->beats = beats;
    return CMTY_OK;
}

cmty_status session_open_beats(struct session *s, const char *const *layers, size_t count,
                               cmty_error *err)
{
    const cmty_status st = check_idle(s, err);

    return st == CMTY_OK ? load_beats(s, layers, count, err) : st;
}

static cmty_status load_fences(struct session *s, const char *const *layers, size_t count,
                               cmty_error *err)
{
    cmty_fenceset *fences = NULL;
    const cmty_status st = cmty_fenceset_open(layers, count, NULL, &fences, err);

    if (st != CMTY_OK)
        return st;
    cmty_fenceset_free(s->fences);
    s->fences = fences;
    return CMTY_OK;
}

cmty_status session_open_fences(struct session *s, const char *const *layers, size_t count,
                                cmty_error *err)
{
    const cmty_status st = check_idle(s, err);

    return st == CMTY_OK ? load_fences(s, layers, count, err) : st;
}

cmty_status session_beats(struct session *s, const cmty_beatset **beats, cmty_error *err)
{
    const char *layer = getenv("COMMUNITY_BEATS");
    cmty_status st = CMTY_OK;

    if (s->beats == NULL && layer == NULL)
        st = fail(err, CMTY_E_INVALID,
                  "no beats are open: SELECT cmty_open_beats('FILE'), or set COMMUNITY_BEATS=FILE "
                  "in the environment before the program starts");
    else if (s->beats == NULL)
        st = load_beats(s, &layer, 1, err); /* none was open: nothing borrows from it */
    *beats = s->beats;
    return st;
}

cmty_status session_fences(struct session *s, const cmty_fenceset **fences, cmty_error *err)
{
    const char *layer = getenv("COMMUNITY_FENCES");
    cmty_status st = CMTY_OK;

    if (s->fences == NULL && layer == NULL)
        st = fail(err, CMTY_E_INVALID,
                  "no fences are open: SELECT cmty_open_fences('FILE'), or set "
                  "COMMUNITY_FENCES=FILE in the environment before the program starts");
    else if (s->fences == NULL)
        st = load_fences(s, &layer, 1, err);
    *fences = s->fences;
    return st;
}

cmty_status session_open_mask(struct session *s, const cmty_mask_options *options, cmty_error *err)
{
    const cmty_beatset *beats = s->beats;
    cmty_masker *masker = NULL;
    cmty_status st = check_idle(s, err);

    if (st == CMTY_OK && beats == NULL && getenv("COMMUNITY_BEATS") != NULL)
        st = session_beats(s, &beats, err);
    if (st == CMTY_OK)
        st = cmty_masker_open(options, beats, &masker, err);
    if (st != CMTY_OK)
        return st;
    cmty_masker_free(s->masker);
    if (s->masker_beats != s->beats)
        cmty_beatset_free(s->masker_beats);
    s->masker = masker;
    s->masker_beats = s->beats;
    return CMTY_OK;
}

/* Never from the environment: a mask has a key, and who may use it is said by opening it. */
cmty_status session_masker(struct session *s, const cmty_masker **masker, cmty_error *err)
{
    *masker = s->masker;
    return s->masker != NULL ? CMTY_OK
                             : fail(err, CMTY_E_INVALID,
                                    "no mask is open: SELECT cmty_open_mask('law', 'lattice', "
                                    "'key', 'FILE')");
}

static bool degrees(sqlite3_value *v, double limit, double *out)
{
    const int type = sqlite3_value_numeric_type(v);

    *out = sqlite3_value_double(v);
    return (type == SQLITE_INTEGER || type == SQLITE_FLOAT) && fabs(*out) <= limit;
}

cmty_status place_read(sqlite3_value *lon, sqlite3_value *lat, sqlite3_value *when,
                       struct place *place, cmty_error *err)
{
    const int type = when != NULL ? sqlite3_value_type(when) : SQLITE_NULL;

    place->known = degrees(lon, 180, &place->at.lon_deg);
    place->known = degrees(lat, 90, &place->at.lat_deg) && place->known; /* never half set */
    place->when = CMTY_TIME_UNKNOWN;
    if (type == SQLITE_NULL)
        return CMTY_OK;
    if (type == SQLITE_TEXT)
        return cmty_time_parse((const char *)sqlite3_value_text(when), NULL, &place->when, err);
    if (type == SQLITE_BLOB || !(fabs(sqlite3_value_double(when)) <= 1e12))
        return fail(err, CMTY_E_FORMAT,
                    "a time is text such as 2024-05-01T12:00:00Z, or seconds since 1970");
    place->when = (cmty_time)llround(sqlite3_value_double(when) * 1000);
    return CMTY_OK;
}
