/* SPDX-License-Identifier: MIT */
/* Which fields of a beat layer name the beat, its district and its validity. Any thread. */
#include "beat/set.h"

/* The most particular first: Chicago has both BEAT_NUM, its key, and BEAT, a digit of it. A beat
   before a district, a code before a name; case does not matter. NENA's police polygons have NGUID,
   DsplayName, Effective and Expire (NENA-STA-006). */
static const char *const id_names[] = {
    "BEAT_NUM",     "BEAT_NO",     "BEATNUM",     "BEATNO",      "BEAT_NUMBER", "BEAT_ID",
    "BEATID",       "BEAT_CODE",   "POLICE_BEAT", "PATROL_BEAT", "BEAT",        "BEAT_NAME",
    "BEATNAME",     "NGUID",       "PRECINCT",    "PRECINCT_ID", "PCT",         "DIST_NUM",
    "DISTRICT_NUM", "DISTRICT_ID", "DIST_NO",     "PDDISTRICT",  "POL_DIST",    "POLICE_DISTRICT",
    "DISTRICT",     "DIST_LABEL",  "SECTOR",      "ZONE",        "FORCE",       "AREA_ID",
    "ID",           "NAME",        "DSPLAYNAME",  NULL};
static const char *const name_names[] = {"DSPLAYNAME", "BEAT_NAME", "BEATNAME",   "NAME",
                                         "LABEL",      "TITLE",     "DIST_LABEL", NULL};
static const char *const sector_names[] = {"SECTOR", "SECTOR_ID", "SECTOR_NUM", NULL};
static const char *const district_names[] = {
    "DISTRICT",        "DIST_NUM", "DISTRICT_NUM", "DISTRICT_ID", "PDDISTRICT",
    "POLICE_DISTRICT", "PRECINCT", "PCT",          "AGENCY_ID",   NULL};
static const char *const from_names[] = {
    "VALID_FROM", "EFFECTIVE", "EFFECTIVE_DATE", "START_DATE", "DATE_START", "BEGIN", NULL};
static const char *const to_names[] = {"VALID_TO", "EXPIRE",   "EXPIRES", "EXPIRE_DATE",
                                       "END_DATE", "DATE_END", "END",     NULL};

static bool all_empty(const cmty__layer *layer, int32_t field)
{
    for (size_t i = 0; i < cmty__layer_count(layer); i++)
        if (*cmty__layer_text(layer, i, field) != '\0')
            return false;
    return true;
}

static int32_t find(const cmty__layer *layer, const char *const *names, int32_t taken)
{
    for (; *names != NULL; names++) {
        int32_t field = cmty__layer_field(layer, *names);

        if (field >= 0 && field != taken && !all_empty(layer, field))
            return field;
    }
    return -1;
}

static cmty_status fail_listing(const cmty__layer *layer, const char *what, const char *detail,
                                cmty_error *err)
{
    cmty__buf names = {0};
    cmty_status st;

    for (size_t i = 0; i < cmty__layer_field_count(layer); i++) {
        if (i > 0)
            cmty__buf_text(&names, ", ");
        cmty__buf_text(&names, cmty__layer_field_name(layer, (int32_t)i));
    }
    if (names.failed)
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    else
        st = cmty__fail(err, CMTY_E_FORMAT, "%s %s%s; its fields are: %.300s",
                        cmty__layer_name(layer), what, detail,
                        names.data == NULL ? "none" : names.data);
    cmty__buf_free(&names);
    return st;
}

/* The named field, which must exist, or else the first that is found. */
static cmty_status choose(const cmty__layer *layer, const char *wanted, const char *const *names,
                          int32_t taken, int32_t *out, cmty_error *err)
{
    if (wanted == NULL) {
        *out = find(layer, names, taken);
        return CMTY_OK;
    }
    *out = cmty__layer_field(layer, wanted);
    return *out >= 0 ? CMTY_OK : fail_listing(layer, "has no field ", wanted, err);
}

static cmty_status choose_id(const cmty__layer *layer, const char *wanted, int32_t *out,
                             cmty_error *err)
{
    cmty_status st = choose(layer, wanted, id_names, -1, out, err);

    if (st != CMTY_OK || *out >= 0)
        return st;
    if (cmty__layer_field_count(layer) == 1 && !all_empty(layer, 0))
        *out = 0;
    else if (cmty__layer_count(layer) > 1) /* a single area goes by the name of its file */
        return fail_listing(layer, "has no field that names the beats",
                            "; say --id FIELD or |id=FIELD", err);
    return CMTY_OK;
}

cmty_status cmty__beat_fields_find(const cmty__layer *layer, const cmty__spec *spec,
                                   const cmty_beat_options *o, cmty__beat_fields *out,
                                   cmty_error *err)
{
    const char *id = spec->id != NULL ? spec->id : o->id_field;
    const char *name = spec->name != NULL ? spec->name : o->name_field;
    cmty__beat_fields f;
    cmty_status st = choose_id(layer, id, &f.id, err);

    if (st == CMTY_OK)
        st = choose(layer, name, name_names, f.id, &f.name, err);
    if (st == CMTY_OK)
        st = choose(layer, o->sector_field, sector_names, f.id, &f.sector, err);
    if (st == CMTY_OK)
        st = choose(layer, o->district_field, district_names, f.id, &f.district, err);
    if (st == CMTY_OK)
        st = choose(layer, o->valid_from_field, from_names, f.id, &f.from, err);
    if (st == CMTY_OK)
        st = choose(layer, o->valid_to_field, to_names, f.id, &f.to, err);
    if (st == CMTY_OK)
        *out = f;
    return st;
}

/* From the year 9999 on means for ever. */
static const cmty_time far_future = INT64_C(253370764800000);

bool cmty__beat_moment(const char *text, const cmty__zone *zone, cmty_time open, cmty_time *out)
{
    *out = open;
    if (text == NULL || *text == '\0')
        return true;
    if (!cmty__time_parse(text, zone, 0, out))
        return false;
    if (*out >= far_future)
        *out = CMTY_TIME_OPEN_END;
    return true;
}

const char *cmty__beat_stem(cmty__arena *texts, const cmty__layer *layer)
{
    const char *name = cmty__layer_name(layer), *dot = strchr(name, '.');

    return cmty__arena_text(texts, name,
                            dot == NULL || dot == name ? strlen(name) : (size_t)(dot - name));
}
