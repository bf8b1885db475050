/* SPDX-License-Identifier: MIT */
/* Reports from a GeoJSON FeatureCollection (RFC 7946): points with properties. Any thread. */
#include "decode.h"

enum { MEMBERS = 256 };

static bool is_text(const cmty__json *v, const char *expected)
{
    const char *text = cmty__json_text(v);

    return text != NULL && strcmp(text, expected) == 0;
}

static void geometry(const cmty__json *v, cmty__record *rec)
{
    const cmty__json *at = cmty__json_member(v, "coordinates");
    cmty__report *r = &rec->report;

    if (cmty__json_type(v) == CMTY__JSON_NULL)
        return;
    if (!is_text(cmty__json_member(v, "type"), "Point")
        || !cmty__json_number(cmty__json_at(at, 0), &r->lon_deg)
        || !cmty__json_number(cmty__json_at(at, 1), &r->lat_deg))
        cmty__record_refuse(rec, CMTY_REASON_FIELD_TYPE, "geometry");
    else
        r->has_place = true;
}

/* Pieces of a mapped field by their names; of an unmapped one the best-known name. */
static void take(cmty__values *values, int rank[CMTY__FIELD_COUNT], const cmty__mapping *m,
                 int field, const char *name, const char *text)
{
    int found = cmty__field_rank(field, name);

    for (size_t i = 0; i < m->count[field]; i++)
        if (cmty__text_equal_nocase(m->columns[field][i], name))
            values->piece[field][i] = text;
    if (m->count[field] == 0 && found >= 0 && (rank[field] < 0 || found < rank[field])) {
        values->piece[field][0] = text;
        rank[field] = found;
    }
}

static bool wanted(const cmty__mapping *m, const char *name)
{
    for (int field = 0; field < CMTY__FIELD_COUNT; field++) {
        if (m->count[field] == 0 && cmty__field_rank(field, name) >= 0)
            return true;
        for (size_t i = 0; i < m->count[field]; i++)
            if (cmty__text_equal_nocase(m->columns[field][i], name))
                return true;
    }
    return false;
}

static cmty_status properties(const cmty__json *v, const cmty__mapping *m, cmty__arena *arena,
                              cmty__values *values, cmty__record *rec, cmty_error *err)
{
    int rank[CMTY__FIELD_COUNT];
    bool nomem = false;

    memset(rank, -1, sizeof rank);
    if (cmty__json_count(v) > MEMBERS)
        return cmty__record_refuse(rec, CMTY_REASON_TOO_LARGE, "properties");
    for (size_t i = 0; i < cmty__json_count(v); i++) {
        const char *name;
        const char *text;
        const cmty__json *child = cmty__json_member_at(v, i, &name);

        if (!wanted(m, name))
            continue;
        if (!cmty__json_scalar(child, arena, &text, &nomem))
            cmty__record_refuse(rec, CMTY_REASON_FIELD_TYPE, "properties");
        for (int field = 0; field < CMTY__FIELD_COUNT && text != NULL; field++)
            take(values, rank, m, field, name, text);
    }
    return nomem ? cmty__fail(err, CMTY_E_NOMEM, "out of memory") : CMTY_OK;
}

static cmty_status feature(cmty__decoder *d, const cmty__json *v, cmty__arena *arena,
                           cmty__record *rec, cmty_error *err)
{
    const cmty__mapping *m = d->options.mapping;
    cmty__values values = {0};
    bool nomem = false;
    cmty_status st;

    if (!is_text(cmty__json_member(v, "type"), "Feature"))
        return cmty__record_refuse(rec, CMTY_REASON_FIELD_TYPE, "type");
    geometry(cmty__json_member(v, "geometry"), rec);
    st = properties(cmty__json_member(v, "properties"), m, arena, &values, rec, err);
    if (st != CMTY_OK)
        return st;
    if (values.piece[CMTY__FIELD_REF][0] == NULL && m->count[CMTY__FIELD_REF] == 0
        && !cmty__json_scalar(cmty__json_member(v, "id"), arena, &values.piece[CMTY__FIELD_REF][0],
                              &nomem))
        cmty__record_refuse(rec, CMTY_REASON_FIELD_TYPE, "id");
    if (nomem)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    /* The geometry is the place; columns named lon or lat beside it could contradict it. */
    for (int field = CMTY__FIELD_LON; field <= CMTY__FIELD_LOCATION; field++)
        for (size_t i = 0; i < CMTY__PIECES && m->count[field] == 0; i++)
            values.piece[field][i] = NULL;
    return cmty__values_report(&values, &d->options, arena, rec, err);
}

cmty_status cmty__decode_geojson_open(const cmty__decode_options *o, cmty__reader *r,
                                      cmty__decoder **out, cmty_error *err)
{
    static const cmty__documents kind = {"features", false, feature, NULL};

    return cmty__documents_open(&kind, o, r, out, err);
}
