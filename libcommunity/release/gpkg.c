/* SPDX-License-Identifier: MIT */
/* The overlay as a GeoPackage: beats, reports, counts, totals, about, and QGIS's styles. Any
   thread. */
#include "release/overlay.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

static cmty__value text_value(const char *text)
{
    return (cmty__value){.text = text};
}

static cmty__value count_value(int64_t count)
{
    return (cmty__value){.integer = count, .null = count == CMTY__BLANK};
}

/* ---- beats ---- */

static cmty_status write_beat(const cmty__overlay *o, cmty__writer *w, const cmty__count_row *row,
                              cmty_error *err)
{
    int32_t version = o->counts->version;
    int32_t area = cmty__beatset_area_of(o->beats, version, row->beat);
    size_t rings;
    const cmty__ring *ring =
        cmty__areas_rings(cmty__beatset_areas(o->beats, version), area, &rings);
    const char *note = row->reports == CMTY__BLANK ? "not printed" : row->note;
    cmty__value values[] = {
        text_value(row->id),
        text_value(row->name),
        text_value(row->sector),
        text_value(row->district),
        {.time = row->valid_from},
        {.time = row->valid_to},
        count_value(row->reports),
        text_value(note),
        count_value(row->points),
        {.real = row->area_km2},
        {.real = cmty__overlay_per_km2(row)},
    };

    return cmty__writer_polygons(w, ring, rings, values, err);
}

static cmty_status write_beats(const cmty__overlay *o, cmty__writer *w, cmty_error *err)
{
    static const cmty__field fields[] = {
        {"beat_id", CMTY__FIELD_TEXT},        {"name", CMTY__FIELD_TEXT},
        {"sector", CMTY__FIELD_TEXT},         {"district", CMTY__FIELD_TEXT},
        {"valid_from", CMTY__FIELD_DATETIME}, {"valid_to", CMTY__FIELD_DATETIME},
        {"reports", CMTY__FIELD_INT},         {"reports_note", CMTY__FIELD_TEXT},
        {"points", CMTY__FIELD_INT},          {"area_km2", CMTY__FIELD_REAL},
        {"reports_per_km2", CMTY__FIELD_REAL}};
    cmty_status st = cmty__writer_layer(
        w, "beats", "Beats with the number of reports; NULL where it is not printed",
        CMTY__GEOMETRY_POLYGONS, fields, COUNT_OF(fields), err);

    for (size_t i = 0; st == CMTY_OK && i < o->counts->row_count; i++)
        if (o->counts->rows[i].beat >= 0)
            st = write_beat(o, w, &o->counts->rows[i], err);
    return st;
}

/* ---- reports ---- */

static cmty_status write_report(cmty__writer *w, const cmty__released *r, cmty_error *err)
{
    cmty__value values[] = {
        text_value(r->report_id), text_value(r->category),      text_value(r->category_label),
        {.time = r->time_utc},    text_value(r->time_local),    text_value(r->time_bin),
        text_value(r->beat_id),   text_value(cmty__beat_of(r)), text_value(r->law),
        {.real = r->radius_m},    text_value(r->guarantee),
    };

    return cmty__writer_point(w, r->at, values, err);
}

static cmty_status write_reports(const cmty__overlay *o, cmty__writer *w, cmty_error *err)
{
    static const cmty__field fields[] = {{"report_id", CMTY__FIELD_TEXT},
                                         {"category", CMTY__FIELD_TEXT},
                                         {"category_label", CMTY__FIELD_TEXT},
                                         {"time_utc", CMTY__FIELD_DATETIME},
                                         {"time_local", CMTY__FIELD_TEXT},
                                         {"time_bin", CMTY__FIELD_TEXT},
                                         {"beat_id", CMTY__FIELD_TEXT},
                                         {"beat_of", CMTY__FIELD_TEXT},
                                         {"law", CMTY__FIELD_TEXT},
                                         {"radius_m", CMTY__FIELD_REAL},
                                         {"guarantee", CMTY__FIELD_TEXT}};
    cmty_status st =
        cmty__writer_layer(w, "reports", "Protected places of reports, each true within radius_m",
                           CMTY__GEOMETRY_POINT, fields, COUNT_OF(fields), err);

    for (size_t i = 0; st == CMTY_OK && i < o->point_count; i++)
        st = write_report(w, &o->points[i], err);
    return st;
}

/* ---- tables ---- */

/* Cells that are zero are left out; a NULL is a number that is not printed. */
static cmty_status write_cells(const cmty__overlay *o, cmty__writer *w, cmty_error *err)
{
    static const cmty__field fields[] = {{"beat_id", CMTY__FIELD_TEXT},
                                         {"category", CMTY__FIELD_TEXT},
                                         {"category_label", CMTY__FIELD_TEXT},
                                         {"reports", CMTY__FIELD_INT}};
    const cmty__counts *c = o->counts;
    cmty_status st = cmty__writer_layer(
        w, "counts_by_category",
        "Reports by beat and category; no row: none; NULL: not printed, perhaps none",
        CMTY__GEOMETRY_NONE, fields, COUNT_OF(fields), err);

    for (size_t row = 0; row < c->row_count && !c->noisy; row++)
        for (size_t k = 0; st == CMTY_OK && k < c->category_count; k++) {
            cmty__value values[] = {
                text_value(c->rows[row].beat >= 0 ? c->rows[row].id : c->rows[row].name),
                text_value(c->categories[k].id), text_value(c->categories[k].label),
                count_value(cmty__counts_cell(c, row, k))};

            if (values[3].null || values[3].integer > 0)
                st = cmty__writer_row(w, values, err);
        }
    return st;
}

static cmty_status write_total(cmty__writer *w, const char *level, const char *id,
                               const char *label, int64_t reports, cmty_error *err)
{
    cmty__value values[] = {text_value(level), text_value(id), text_value(label),
                            count_value(reports)};

    return cmty__writer_row(w, values, err);
}

static cmty_status write_totals(const cmty__overlay *o, cmty__writer *w, cmty_error *err)
{
    static const cmty__field fields[] = {{"level", CMTY__FIELD_TEXT},
                                         {"id", CMTY__FIELD_TEXT},
                                         {"label", CMTY__FIELD_TEXT},
                                         {"reports", CMTY__FIELD_INT}};
    const cmty__counts *c = o->counts;
    cmty_status st = cmty__writer_layer(
        w, "totals", "Reports in all, by district and by category; NULL: not printed",
        CMTY__GEOMETRY_NONE, fields, COUNT_OF(fields), err);

    if (st == CMTY_OK)
        st = write_total(w, "all", "", "All reports", c->reports, err);
    for (size_t i = 0; st == CMTY_OK && i < c->district_count; i++)
        if (c->districts[i].id[0] != '\0' && cmty__overlay_has_districts(o))
            st = write_total(w, "district", c->districts[i].id, c->districts[i].label,
                             c->districts[i].reports, err);
    for (size_t i = 0; st == CMTY_OK && i < c->row_count; i++)
        if (c->rows[i].beat < 0 && !cmty__overlay_row_empty(o, i))
            st = write_total(w, "no beat", "", c->rows[i].name, c->rows[i].reports, err);
    for (size_t i = 0; st == CMTY_OK && i < c->category_count; i++)
        if (c->categories[i].reports != 0)
            st = write_total(w, "category", c->categories[i].id, c->categories[i].label,
                             c->categories[i].reports, err);
    return st;
}

static cmty_status write_about(const cmty__overlay *o, cmty__writer *w, cmty_error *err)
{
    static const cmty__field fields[] = {{"key", CMTY__FIELD_TEXT}, {"text", CMTY__FIELD_TEXT}};
    cmty__about *list = NULL;
    size_t count = 0;
    cmty_status st = cmty__writer_layer(w, "about", "What this release covers and promises",
                                        CMTY__GEOMETRY_NONE, fields, COUNT_OF(fields), err);

    if (st == CMTY_OK)
        st = cmty__about_list(o, &list, &count, err);
    for (size_t i = 0; st == CMTY_OK && i < count; i++) {
        cmty__value values[] = {text_value(list[i].key), text_value(list[i].text)};

        st = cmty__writer_row(w, values, err);
    }
    cmty__about_list_free(list, count);
    return st;
}

/* ---- styles ---- */

static cmty_status write_styles(const cmty__overlay *o, cmty__writer *w, cmty_error *err)
{
    cmty__style styles[] = {
        {"beats", "beats", "Reports by beat", 1, {0}},
        {"reports", "reports", "Protected places by category", 1, {0}},
        {"reports", "with uncertainty", "Each in a ring that holds the true place", 0, {0}},
    };
    cmty__classes classes;
    cmty_status st = cmty__classes_make(o->counts, &classes, err);

    cmty__qml_beats(o, &classes, &styles[0].qml);
    cmty__qml_reports(o, false, &styles[1].qml);
    cmty__qml_reports(o, true, &styles[2].qml);
    if (st == CMTY_OK)
        st = cmty__writer_styles(w, styles, COUNT_OF(styles),
                                 o->last == CMTY_TIME_UNKNOWN ? 0 : o->last, err);
    for (size_t i = 0; i < COUNT_OF(styles); i++)
        cmty__buf_free(&styles[i].qml);
    return st;
}

/* Public facts; they take nothing from reports. */
static cmty_status write_catchments(const cmty__overlay *o, cmty__writer *w, cmty_error *err)
{
    int32_t version = o->counts->version;
    const char **ids;
    cmty_status st;

    if (o->catchments == NULL)
        return CMTY_OK;
    ids = cmty__beatset_area_ids(o->beats, version);
    if (ids == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    st = cmty__catchments_write(o->catchments, version, cmty__beatset_areas(o->beats, version), ids,
                                w, err);
    cmty__free(ids);
    return st;
}

cmty_status cmty__write_gpkg(const cmty__overlay *o, cmty__writer *w, cmty_error *err)
{
    cmty_status (*const parts[])(const cmty__overlay *, cmty__writer *, cmty_error *) = {
        write_beats,  write_reports, write_catchments, write_cells,
        write_totals, write_about,   write_styles};
    cmty_status st = CMTY_OK;

    if (o->last != CMTY_TIME_UNKNOWN)
        cmty__writer_date(w, o->last);
    for (size_t i = 0; st == CMTY_OK && i < COUNT_OF(parts); i++)
        st = parts[i](o, w, err);
    if (st == CMTY_OK)
        st = cmty__writer_metadata(w, "IDENTIFIER", o->title, err);
    if (st == CMTY_OK)
        st = cmty__writer_metadata(w, "POLICY", cmty_policy_json(o->policy), err);
    for (size_t i = 0; st == CMTY_OK && i < cmty__gate_guarantee_count(o->gate); i++) {
        const cmty__guarantee *g = cmty__gate_guarantee(o->gate, i);
        char key[48];

        cmty__format(key, sizeof key, "GUARANTEE_%s", g->id);
        st = cmty__writer_metadata(w, key, g->words, err);
    }
    return st;
}
