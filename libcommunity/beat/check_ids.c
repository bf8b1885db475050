/* SPDX-License-Identifier: MIT */
/* Ids and validities of beats, checked as reading would judge them. Serial per report. */
#include "beat/check.h"

#include <math.h>
#include <stdlib.h>

cmty__found *cmty__check_add(cmty_check *check, int32_t code, size_t feature)
{
    cmty__found *f;

    if (!cmty__grow(&check->found, &check->found_capacity, check->found_count + 1,
                    sizeof *check->found))
        return NULL;
    f = &check->found[check->found_count++];
    *f = (cmty__found){.layer = SIZE_MAX, .feature = feature, .other = CMTY__NO_FEATURE};
    f->finding.code = code;
    f->finding.count = 1;
    f->finding.size = f->finding.width_m = NAN;
    f->finding.at = (cmty_point){NAN, NAN};
    if (feature != CMTY__NO_FEATURE)
        f->layer = check->features[feature].layer;
    return f;
}

/* ---- one layer ---- */

/* Reading would fail because no field names the beats, and for no other reason: then any field
   does. */
static bool only_ids_lack(const cmty__layer *layer, const cmty__spec *spec,
                          const cmty_beat_options *o, cmty__beat_fields *f)
{
    cmty__spec any = *spec;

    if (spec->id != NULL || o->id_field != NULL)
        return false;
    if (cmty__layer_field_count(layer) == 0) {
        *f = (cmty__beat_fields){-1, -1, -1, -1, -1, -1};
        return spec->name == NULL && o->name_field == NULL;
    }
    any.id = cmty__layer_field_name(layer, 0);
    return cmty__beat_fields_find(layer, &any, o, f, NULL) == CMTY_OK;
}

static bool read_validity(cmty_check *check, const cmty__layer *layer, size_t row,
                          const cmty__beat_fields *f, const cmty__spec *spec,
                          const cmty__zone *zone, cmty__checked *c)
{
    const char *from = f->from < 0 ? "" : cmty__layer_text(layer, row, f->from);
    const char *to = f->to < 0 ? "" : cmty__layer_text(layer, row, f->to);
    bool ok =
        cmty__beat_moment(*from != '\0' ? from : spec->from, zone, CMTY_TIME_UNKNOWN, &c->from);
    size_t feature = (size_t)(c - check->features);
    int32_t code = 0;

    ok = cmty__beat_moment(*to != '\0' ? to : spec->to, zone, CMTY_TIME_OPEN_END, &c->to) && ok;
    if (!ok)
        code = CMTY_FLAW_BAD_DATE;
    else if (c->from >= c->to)
        code = CMTY_FLAW_DATES_REVERSED;
    if (code == 0)
        return true;
    c->from = CMTY_TIME_UNKNOWN; /* else it would be compared with nothing */
    c->to = CMTY_TIME_OPEN_END;
    return cmty__check_add(check, code, feature) != NULL;
}

static const char *trimmed(cmty_check *check, const char *text)
{
    char *copy = cmty__arena_text(check->texts, text, strlen(text));

    return copy == NULL ? NULL : cmty__trim(copy);
}

static bool read_row(cmty_check *check, const cmty__layer *layer, size_t row, bool named,
                     const cmty__beat_fields *f, const cmty__spec *spec, const cmty__zone *zone)
{
    cmty__checked *c;

    if (!cmty__grow(&check->features, &check->feature_capacity, check->feature_count + 1,
                    sizeof *check->features))
        return false;
    c = &check->features[check->feature_count++];
    *c = (cmty__checked){.layer = check->layer_count};
    if (named && f->id < 0)
        c->id = cmty__beat_stem(check->texts, layer);
    else
        c->id = trimmed(check, named ? cmty__layer_text(layer, row, f->id) : "");
    if (c->id == NULL)
        return false;
    if (named && f->id >= 0 && *c->id == '\0'
        && cmty__check_add(check, CMTY_FLAW_MISSING_ID, check->feature_count - 1) == NULL)
        return false;
    return read_validity(check, layer, row, f, spec, zone, c);
}

cmty_status cmty__check_ids(cmty_check *check, const cmty__layer *layer, const cmty__spec *spec,
                            const cmty_beat_options *o, const cmty__zone *zone, cmty_error *err)
{
    size_t first = check->feature_count;
    cmty__beat_fields f;
    cmty_status st = cmty__beat_fields_find(layer, spec, o, &f, err);
    bool named = st == CMTY_OK;
    cmty__found *found;

    if (st == CMTY_E_FORMAT && only_ids_lack(layer, spec, o, &f))
        st = CMTY_OK;
    for (size_t i = 0; i < cmty__layer_count(layer) && st == CMTY_OK; i++)
        if (!read_row(check, layer, i, named, &f, spec, zone))
            st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    if (st != CMTY_OK || (named && f.id >= 0))
        return st;
    found = cmty__check_add(check, named ? CMTY_FLAW_NAMELESS : CMTY_FLAW_NO_ID_FIELD,
                            named ? first : CMTY__NO_FEATURE);
    if (found == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    found->layer = check->layer_count;
    return CMTY_OK;
}

/* ---- all layers ---- */

typedef struct named {
    const cmty__checked *c;
    size_t feature;
} named;

static int by_id(const void *left, const void *right)
{
    const named *a = left, *b = right;
    int order = strcmp(a->c->id, b->c->id);

    if (order == 0)
        order = (a->c->layer > b->c->layer) - (a->c->layer < b->c->layer);
    if (order == 0)
        order = (a->c->from > b->c->from) - (a->c->from < b->c->from);
    if (order == 0)
        order = (a->c->to > b->c->to) - (a->c->to < b->c->to);
    return order != 0 ? order : (a->feature > b->feature) - (a->feature < b->feature);
}

/* Those of one id: features that are joined to one beat, and beats that claim the same time. */
static bool check_group(cmty_check *check, const named *group, size_t count)
{
    cmty__found *found;

    for (size_t i = 0, run; i < count; i += run) {
        for (run = 1; i + run < count && cmty__checked_same(group[i].c, group[i + run].c);)
            run++;
        if (run > 1) {
            found = cmty__check_add(check, CMTY_FLAW_DUPLICATE_ID, group[i].feature);
            if (found == NULL)
                return false;
            found->finding.count = run;
            found->other = group[i + 1].feature;
        }
        for (size_t k = i + run; k < count; k++) {
            const cmty__checked *a = group[i].c, *b = group[k].c;

            if (cmty__checked_same(group[k - 1].c, b) || a->from >= b->to || b->from >= a->to)
                continue;
            found = cmty__check_add(check, CMTY_FLAW_VALIDITY_OVERLAP, group[i].feature);
            if (found == NULL)
                return false;
            found->other = group[k].feature;
            break; /* one is enough to say so */
        }
    }
    return true;
}

cmty_status cmty__check_validities(cmty_check *check, cmty_error *err)
{
    named *order = cmty__calloc(check->feature_count + 1, sizeof *order);
    size_t count = 0;
    bool ok = order != NULL;

    for (size_t i = 0; ok && i < check->feature_count; i++)
        if (*check->features[i].id != '\0')
            order[count++] = (named){&check->features[i], i};
    if (ok && count > 0)
        qsort(order, count, sizeof *order, by_id);
    for (size_t i = 0, run; ok && i < count; i += run) {
        for (run = 1; i + run < count && strcmp(order[i].c->id, order[i + run].c->id) == 0;)
            run++;
        if (run > 1)
            ok = check_group(check, order + i, run);
    }
    cmty__free(order);
    return ok ? CMTY_OK : cmty__fail(err, CMTY_E_NOMEM, "out of memory");
}
