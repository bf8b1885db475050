/* SPDX-License-Identifier: MIT */
/* Which fields of a layer say what a beat is. Any thread; no state. */
#include "beat/beatset.h"

/* The most particular first: Chicago has both BEAT_NUM, its key, and BEAT, a digit of it. */
static const char *const id_names[] = {
    "beat_num", "beat_no",  "beatnum", "beat_number", "beat_id",    "police_beat", "beat",
    "nguid",    "precinct", "pct",     "dist_num",    "pddistrict", "district",    "dist_no",
    "area_id",  "sector",   "id",      "name",        NULL};
static const char *const name_names[] = {"dsplayname", "beat_name", "name",         "label",
                                         "dist_label", "namelsad",  "neighborhood", NULL};
static const char *const sector_names[] = {"sector", NULL};
static const char *const district_names[] = {"district", "dist_num", "precinct", NULL};
static const char *const from_names[] = {"valid_from", "effective", "start_date", NULL};
static const char *const to_names[] = {"valid_to", "expire", "end_date", NULL};

static cmty_status no_such_field(const cmty__layer *layer, const char *name, cmty_error *err)
{
    cmty__buf list = {0};
    cmty_status st;

    for (size_t i = 0; i < cmty__layer_field_count(layer); i++)
        cmty__buf_format(&list, "%s%s", i > 0 ? ", " : "",
                         cmty__layer_field_name(layer, (int32_t)i));
    if (list.failed)
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    else
        st = cmty__fail(err, CMTY_E_FORMAT, "%s has no field \"%s\"; it has %s",
                        cmty__layer_name(layer), name, list.size > 0 ? list.data : "none");
    cmty__buf_free(&list);
    return st;
}

/* A field asked for by name must be there; one that is looked for may be absent. */
static cmty_status find_field(const cmty__layer *layer, const char *asked,
                              const char *const *candidates, int32_t taken, int32_t *out,
                              cmty_error *err)
{
    *out = -1;
    if (asked != NULL) {
        *out = cmty__layer_field(layer, asked);
        return *out >= 0 ? CMTY_OK : no_such_field(layer, asked, err);
    }
    for (; *candidates != NULL && *out < 0; candidates++) {
        int32_t found = cmty__layer_field(layer, *candidates);

        if (found != taken)
            *out = found;
    }
    return CMTY_OK;
}

cmty_status cmty__beat_fields_find(const cmty__layer *layer, const cmty__spec *spec,
                                   const cmty_beat_options *o, struct beat_fields *out,
                                   cmty_error *err)
{
    const struct {
        const char *asked;
        const char *const *candidates;
        int32_t *field;
    } wanted[] = {
        {spec->id != NULL ? spec->id : o->id_field, id_names, &out->id},
        {spec->name != NULL ? spec->name : o->name_field, name_names, &out->name},
        {o->sector_field, sector_names, &out->sector},
        {o->district_field, district_names, &out->district},
        {o->valid_from_field, from_names, &out->valid_from},
        {o->valid_to_field, to_names, &out->valid_to},
    };
    cmty_status st = CMTY_OK;

    out->id = -1;
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0] && st == CMTY_OK; i++)
        st = find_field(layer, wanted[i].asked, wanted[i].candidates, i > 0 ? out->id : -1,
                        wanted[i].field, err);
    return st;
}
