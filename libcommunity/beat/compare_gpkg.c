/* SPDX-License-Identifier: MIT */
/* A comparison as a GeoPackage: what changed, both versions, the crosswalk, and QGIS's styles. Any
   thread. */
#include "beat/compare_out.h"

#include <math.h>

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

static cmty__value text_value(const char *text)
{
    return (cmty__value){.text = text};
}

static double people_of(const cmty_comparison *c, int64_t people)
{
    return c->has_people ? (double)people / (double)CMTY__PERSON : NAN;
}

/* ---- rows: as areas and as a table ---- */

static const cmty__field row_fields[] = {
    {"from_id", CMTY__FIELD_TEXT},      {"to_id", CMTY__FIELD_TEXT},
    {"change", CMTY__FIELD_TEXT},       {"area_m2", CMTY__FIELD_REAL},
    {"share_of_old", CMTY__FIELD_REAL}, {"share_of_new", CMTY__FIELD_REAL},
    {"pieces", CMTY__FIELD_INT},        {"points", CMTY__FIELD_INT},
    {"population", CMTY__FIELD_REAL},   {"population_se", CMTY__FIELD_REAL}};

/* values: one for each of row_fields. */
static cmty_status row_values(const cmty_comparison *c, size_t i, cmty__value *values,
                              cmty_error *err)
{
    cmty_comparison_row r = {.struct_size = sizeof r};
    cmty_status st = cmty_comparison_row_at(c, i, &r, err);
    const cmty__value all[COUNT_OF(row_fields)] = {text_value(r.from),
                                                   text_value(r.to),
                                                   text_value(cmty_change_name(r.change)),
                                                   {.real = r.area_m2},
                                                   {.real = r.share_of_old},
                                                   {.real = r.share_of_new},
                                                   {.integer = r.pieces},
                                                   {.integer = r.points, .null = r.points < 0},
                                                   {.real = r.population},
                                                   {.real = r.population_se}};

    memcpy(values, all, sizeof all);
    return st;
}

static cmty_status write_change(const cmty_comparison *c, cmty__writer *w, size_t i,
                                cmty__row_shape *shape, cmty_error *err)
{
    cmty__value values[COUNT_OF(row_fields)];
    size_t n = 0;
    cmty__ring *rings;
    cmty_status st = row_values(c, i, values, err);

    if (st != CMTY_OK)
        return st;
    if (!cmty__row_pieces(c, &c->rows[i], shape))
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    for (size_t k = 0; k < shape->count; k++)
        n += shape->pieces[k]->ring_count;
    if (n == 0)
        return CMTY_OK;
    rings = cmty__calloc(n, sizeof *rings);
    if (rings == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    n = 0;
    for (size_t k = 0; k < shape->count; n += shape->pieces[k++]->ring_count)
        memcpy(rings + n, shape->pieces[k]->rings, shape->pieces[k]->ring_count * sizeof *rings);
    st = cmty__writer_polygons(w, rings, n, values, err);
    cmty__free(rings);
    return st;
}

static cmty_status write_changes(const cmty_comparison *c, cmty__writer *w, cmty_error *err)
{
    cmty__row_shape shape = {0};
    cmty_status st = cmty__writer_layer(
        w, "changes",
        "Ground that is in another unit, in none any more, or in one first; and noise",
        CMTY__GEOMETRY_POLYGONS, row_fields, COUNT_OF(row_fields), err);

    for (size_t i = 0; st == CMTY_OK && i < c->row_count; i++)
        if (c->rows[i].change != CMTY_CHANGE_UNCHANGED)
            st = write_change(c, w, i, &shape, err);
    cmty__row_shape_free(&shape);
    return st;
}

static cmty_status write_crosswalk(const cmty_comparison *c, cmty__writer *w, cmty_error *err)
{
    cmty__value values[COUNT_OF(row_fields)];
    cmty_status st = cmty__writer_layer(
        w, "crosswalk",
        "All rows: they add up to the old areas by from_id, to the new ones by to_id",
        CMTY__GEOMETRY_NONE, row_fields, COUNT_OF(row_fields), err);

    for (size_t i = 0; st == CMTY_OK && i < c->row_count; i++) {
        st = row_values(c, i, values, err);
        if (st == CMTY_OK)
            st = cmty__writer_row(w, values, err);
    }
    return st;
}

/* ---- units ---- */

static cmty_status write_unit(const cmty_comparison *c, cmty__writer *w, int side, size_t unit,
                              cmty_error *err)
{
    const cmty__side *s = &c->sides[side];
    const cmty__unit *u = &s->units[unit];
    size_t count;
    const cmty__ring *rings = cmty__cover_rings(s->cover, (int32_t)unit, &count);
    const cmty__value values[] = {
        text_value(u->id),
        text_value(u->name),
        {.integer = (int64_t)u->beats},
        {.real = u->all.area_m2},
        {.real = u->kept.area_m2},
        {.real = u->noise.area_m2},
        {.integer = u->all.points, .null = !c->has_points},
        {.real = people_of(c, u->all.people)},
        {.real = c->has_people ? sqrt(u->variance) : NAN},
    };

    return count == 0 ? CMTY_OK : cmty__writer_polygons(w, rings, count, values, err);
}

static cmty_status write_side(const cmty_comparison *c, cmty__writer *w, int side, cmty_error *err)
{
    static const cmty__field fields[] = {
        {"id", CMTY__FIELD_TEXT},           {"name", CMTY__FIELD_TEXT},
        {"beats", CMTY__FIELD_INT},         {"area_m2", CMTY__FIELD_REAL},
        {"unchanged_m2", CMTY__FIELD_REAL}, {"noise_m2", CMTY__FIELD_REAL},
        {"points", CMTY__FIELD_INT},        {"population", CMTY__FIELD_REAL},
        {"population_se", CMTY__FIELD_REAL}};
    cmty_status st = cmty__writer_layer(w, side == CMTY_SIDE_OLD ? "before" : "after",
                                        side == CMTY_SIDE_OLD ? "Units of the old version"
                                                              : "Units of the new version",
                                        CMTY__GEOMETRY_POLYGONS, fields, COUNT_OF(fields), err);

    for (size_t u = 0; st == CMTY_OK && u < c->sides[side].count; u++)
        st = write_unit(c, w, side, u, err);
    return st;
}

/* ---- styles ---- */

typedef struct look {
    const char *filter, *label;
    cmty__qml_look look;
} look;

static void put_style(const look *looks, size_t count, const char *group, const char *label,
                      cmty__buf *out)
{
    cmty__qml_begin(out, "Symbology|Labeling");
    cmty__qml_rules_begin(out, group);
    for (size_t i = 0; i < count; i++)
        cmty__qml_rule(out, group, i, looks[i].filter, looks[i].label);
    cmty__buf_text(out, "</rules><symbols>\n");
    for (size_t i = 0; i < count; i++)
        cmty__qml_fill(out, i, &looks[i].look);
    cmty__buf_text(out, "</symbols></renderer-v2>\n");
    cmty__qml_labels(out, label);
    cmty__qml_polygons_end(out);
}

static void put_changes_style(cmty__buf *out)
{
    static const look looks[] = {
        {"\"change\" IN ('moved', 'split', 'merged')",
         "changed hands",
         {"230,159,0,220", "solid", "120,80,0,255", "solid", "0.2"}},
        {"\"change\" = 'renamed'",
         "renamed",
         {"86,180,233,200", "solid", "0,90,140,255", "solid", "0.2"}},
        {"\"change\" = 'new'",
         "new ground",
         {"0,158,115,200", "solid", "0,90,65,255", "solid", "0.2"}},
        {"\"change\" = 'gone'",
         "given up",
         {"155,28,28,255", "b_diagonal", "155,28,28,255", "solid", "0.2"}},
        {"\"change\" = 'noise'",
         "boundary drawn anew",
         {"213,94,0,255", "solid", "213,94,0,255", "solid", "0.3"}},
    };

    put_style(looks, COUNT_OF(looks), "changes",
              "if(\"change\" = 'noise', '', coalesce(nullif(\"from_id\", ''), '\xe2\x80\x93') || "
              "' \xe2\x86\x92 ' || coalesce(nullif(\"to_id\", ''), '\xe2\x80\x93'))",
              out);
}

static void put_outline(const char *outline, const char *line, cmty__buf *out)
{
    const look looks[] = {{"", "unit", {"255,255,255,0", "no", outline, line, "0.5"}}};

    put_style(looks, COUNT_OF(looks), "units", "\"id\"", out);
}

static cmty_status write_styles(const cmty_comparison *c, cmty__writer *w, cmty_error *err)
{
    cmty__style styles[] = {
        {"changes", "changes", "What moved, by kind", 1, {0}},
        {"before", "before", "Boundaries of the old version, dashed", 1, {0}},
        {"after", "after", "Boundaries of the new version", 1, {0}},
    };
    cmty_status st;

    (void)c;
    put_changes_style(&styles[0].qml);
    put_outline("155,28,28,255", "dash", &styles[1].qml);
    put_outline("61,81,99,255", "solid", &styles[2].qml);
    st = cmty__writer_styles(w, styles, COUNT_OF(styles), 0, err);
    for (size_t i = 0; i < COUNT_OF(styles); i++)
        cmty__buf_free(&styles[i].qml);
    return st;
}

cmty_status cmty__write_comparison_gpkg(const cmty_comparison *c, cmty__writer *w, cmty_error *err)
{
    cmty_status st = write_side(c, w, CMTY_SIDE_NEW, err);

    if (st == CMTY_OK)
        st = write_side(c, w, CMTY_SIDE_OLD, err);
    if (st == CMTY_OK)
        st = write_changes(c, w, err);
    if (st == CMTY_OK)
        st = write_crosswalk(c, w, err);
    return st == CMTY_OK ? write_styles(c, w, err) : st;
}
