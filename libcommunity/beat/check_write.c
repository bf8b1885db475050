/* SPDX-License-Identifier: MIT */
/* Findings as JSON, GeoJSON and GeoPackage. Any thread: a report is immutable. */
#include "beat/check.h"

#include <math.h>

/* ---- geometry ---- */

static void put_position(cmty_point p, cmty__buf *out)
{
    cmty__buf_char(out, '[');
    cmty__buf_fixed(out, p.lon_deg, 9); /* a tenth of a millimetre */
    cmty__buf_char(out, ',');
    cmty__buf_fixed(out, p.lat_deg, 9);
    cmty__buf_char(out, ']');
}

static void put_positions(const cmty_point *p, size_t count, cmty__buf *out)
{
    cmty__buf_char(out, '[');
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            cmty__buf_char(out, ',');
        put_position(p[i], out);
    }
    cmty__buf_char(out, ']');
}

/* Shells are the rings that lie in no other; what GEOS gives has each followed by its holes. */
static void put_polygons(const cmty__fault *fault, cmty__buf *out)
{
    bool open = false;

    cmty__buf_text(out, "{\"type\":\"MultiPolygon\",\"coordinates\":[");
    for (size_t i = 0; i < fault->ring_count; i++) {
        if (fault->holes == NULL || !fault->holes[i]) {
            cmty__buf_text(out, open ? "],[" : "[");
            open = true;
        } else {
            cmty__buf_char(out, ',');
        }
        put_positions(fault->rings[i].points, fault->rings[i].count, out);
    }
    cmty__buf_text(out, open ? "]]}" : "]}");
}

/* A place in each of the features that are joined. */
static void put_members(const cmty_check *check, const cmty__found *f, cmty__buf *out)
{
    const cmty__checked *one = &check->features[f->feature];
    bool any = false;

    cmty__buf_text(out, "{\"type\":\"MultiPoint\",\"coordinates\":[");
    for (size_t i = f->feature; i < check->feature_count; i++) {
        cmty_point p;

        if (!cmty__checked_same(one, &check->features[i]))
            continue;
        p = cmty__survey_inside(check->survey, i);
        if (!cmty__point_valid(p))
            continue;
        if (any)
            cmty__buf_char(out, ',');
        put_position(p, out);
        any = true;
    }
    cmty__buf_text(out, "]}");
}

void cmty__flaw_geometry(const cmty_check *check, const cmty__found *f, cmty__buf *out)
{
    const cmty__fault *fault = f->fault;

    if (fault != NULL && fault->ring_count > 0) {
        put_polygons(fault, out);
    } else if (fault != NULL && fault->line_count > 1) {
        cmty__buf_text(out, "{\"type\":\"LineString\",\"coordinates\":");
        put_positions(fault->line, fault->line_count, out);
        cmty__buf_char(out, '}');
    } else if (!cmty__point_valid(f->finding.at)) {
        cmty__buf_text(out, "null");
    } else if (f->finding.code == CMTY_FLAW_DUPLICATE_ID) {
        put_members(check, f, out);
    } else {
        cmty__buf_text(out, "{\"type\":\"Point\",\"coordinates\":");
        put_position(f->finding.at, out);
        cmty__buf_char(out, '}');
    }
}

void cmty__flaw_size(const cmty_flaw *f, cmty__buf *out)
{
    if (f->unit == CMTY_UNIT_NONE)
        return;
    if (f->size < 0.001)
        cmty__buf_text(out, "under 0.001");
    else if (f->size >= 1000000 && f->unit == CMTY_UNIT_M2)
        cmty__buf_format(out, "%.2f km2", f->size / 1000000);
    else if (f->size >= 100)
        cmty__page_number(out, (int64_t)llround(f->size));
    else
        cmty__buf_fixed(out, f->size, f->size >= 1 ? 1 : 3);
    if (f->size < 1000000 || f->unit != CMTY_UNIT_M2)
        cmty__buf_text(out, f->unit == CMTY_UNIT_M2 ? " m2" : " m");
}

/* ---- JSON ---- */

static void put_number(cmty__buf *out, const char *name, double v)
{
    cmty__buf_format(out, ",\"%s\":", name);
    if (isfinite(v))
        cmty__buf_double(out, v);
    else
        cmty__buf_text(out, "null");
}

static void put_text(cmty__buf *out, const char *name, const char *text)
{
    cmty__buf_format(out, ",\"%s\":", name);
    if (*text != '\0')
        cmty__buf_json(out, text);
    else
        cmty__buf_text(out, "null");
}

static void put_integer(cmty__buf *out, const char *name, int64_t n)
{
    if (n > 0)
        cmty__buf_format(out, ",\"%s\":%lld", name, (long long)n);
    else
        cmty__buf_format(out, ",\"%s\":null", name);
}

/* Members of an object, without its braces. */
static void put_finding(const cmty_flaw *f, size_t number, cmty__buf *out)
{
    static const char *const units[] = {"", "m2", "m"};

    cmty__buf_format(out, "\"number\":%zu", number);
    put_text(out, "code", cmty_flaw_name(f->code));
    put_text(out, "severity", f->severity == CMTY_SEVERITY_FAULT ? "fault" : "doubt");
    put_text(out, "layer", f->layer);
    put_integer(out, "feature", f->feature);
    put_text(out, "beat", f->beat);
    put_integer(out, "other_feature", f->other_feature);
    put_text(out, "other_beat", f->other_beat);
    put_integer(out, "count", (int64_t)f->count);
    put_number(out, "size", f->size);
    put_text(out, "unit", units[f->unit]);
    put_number(out, "width_m", f->width_m);
    put_text(out, "what", f->what);
    put_text(out, "advice", cmty_flaw_advice(f->code));
}

static void put_layers(const cmty_check *check, cmty__buf *out)
{
    cmty__buf_text(out, "\"layers\":[");
    for (size_t i = 0; i < check->layer_count; i++) {
        const cmty__checked_layer *l = &check->layers[i];

        cmty__buf_text(out, i > 0 ? ",{\"name\":" : "{\"name\":");
        cmty__buf_json(out, l->name);
        cmty__buf_format(out, ",\"features\":%zu", l->feature_count);
        put_text(out, "crs", l->crs);
        put_text(out, "operation", l->operation);
        put_number(out, "accuracy_m", l->accuracy_m);
        cmty__buf_char(out, '}');
    }
    cmty__buf_char(out, ']');
}

static void put_summary(const cmty_check *check, cmty__buf *out)
{
    cmty__buf_text(out, "\"summary\":{");
    for (size_t i = 0, run; i < check->found_count; i += run) {
        const cmty_flaw *f = &check->found[i].finding;
        double size = 0;

        for (run = 0;
             i + run < check->found_count && f[0].code == check->found[i + run].finding.code; run++)
            if (isfinite(check->found[i + run].finding.size))
                size += check->found[i + run].finding.size;
        cmty__buf_format(out, "%s\"%s\":{\"findings\":%zu", i > 0 ? "," : "",
                         cmty_flaw_name(f->code), run);
        put_number(out, "size", f->unit == CMTY_UNIT_NONE ? NAN : size);
        cmty__buf_char(out, '}');
    }
    cmty__buf_char(out, '}');
}

cmty_status cmty_check_json(const cmty_check *check, char **json, cmty_error *err)
{
    cmty__buf out = {0};

    if (check == NULL || json == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "a report and a place for the text are needed");
    cmty__buf_char(&out, '{');
    put_layers(check, &out);
    cmty__buf_text(&out, ",\"findings\":[");
    for (size_t i = 0; i < check->found_count; i++) {
        cmty__buf_text(&out, i > 0 ? ",{" : "{");
        put_finding(&check->found[i].finding, i + 1, &out);
        cmty__buf_format(&out, ",\"geometry\":%s}", check->found[i].finding.geometry);
    }
    cmty__buf_text(&out, "],");
    put_summary(check, &out);
    cmty__buf_text(&out, "}\n");
    if (out.failed) {
        cmty__buf_free(&out);
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    *json = out.data;
    return CMTY_OK;
}

/* ---- GeoJSON ---- */

static cmty_status write_geojson(const cmty_check *check, const char *path, cmty_error *err)
{
    cmty__outfile *f = NULL;
    cmty__buf out = {0};
    cmty_status st = cmty__outfile_open(path, 0644, &f, err);

    cmty__buf_text(&out, "{\"type\":\"FeatureCollection\",\"features\":[\n");
    for (size_t i = 0; i < check->found_count; i++) {
        cmty__buf_text(&out, "{\"type\":\"Feature\",\"properties\":{");
        put_finding(&check->found[i].finding, i + 1, &out);
        cmty__buf_format(&out, "},\"geometry\":%s}%s\n", check->found[i].finding.geometry,
                         i + 1 < check->found_count ? "," : "");
    }
    cmty__buf_text(&out, "]}\n");
    if (st == CMTY_OK && out.failed)
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    if (st == CMTY_OK)
        st = cmty__outfile_write(f, out.data, out.size, err);
    if (st == CMTY_OK)
        st = cmty__outfile_finish(f, err);
    cmty__outfile_free(f);
    cmty__buf_free(&out);
    return st;
}

/* ---- GeoPackage ---- */

static const cmty__field fields[] = {
    {"number", CMTY__FIELD_INT},        {"code", CMTY__FIELD_TEXT},
    {"severity", CMTY__FIELD_TEXT},     {"what", CMTY__FIELD_TEXT},
    {"advice", CMTY__FIELD_TEXT},       {"layer", CMTY__FIELD_TEXT},
    {"feature", CMTY__FIELD_INT},       {"beat", CMTY__FIELD_TEXT},
    {"other_feature", CMTY__FIELD_INT}, {"other_beat", CMTY__FIELD_TEXT},
    {"size", CMTY__FIELD_REAL},         {"unit", CMTY__FIELD_TEXT},
    {"width_m", CMTY__FIELD_REAL},
};
enum { FIELD_COUNT = sizeof fields / sizeof *fields };

static const char *or_null(const char *text)
{
    return *text == '\0' ? NULL : text;
}

static void fill_values(const cmty_flaw *f, size_t number, cmty__value v[FIELD_COUNT])
{
    const cmty__value row[FIELD_COUNT] = {
        {.integer = (int64_t)number},
        {.text = cmty_flaw_name(f->code)},
        {.text = f->severity == CMTY_SEVERITY_FAULT ? "fault" : "doubt"},
        {.text = f->what},
        {.text = cmty_flaw_advice(f->code)},
        {.text = or_null(f->layer)},
        {.integer = f->feature, .null = f->feature == 0},
        {.text = or_null(f->beat)},
        {.integer = f->other_feature, .null = f->other_feature == 0},
        {.text = or_null(f->other_beat)},
        {.real = f->size},
        {.text = f->unit == CMTY_UNIT_NONE ? NULL
                 : f->unit == CMTY_UNIT_M2 ? "m2"
                                           : "m"},
        {.real = f->width_m},
    };

    memcpy(v, row, sizeof row);
}

/* Points of those that have a place, else areas of those that have one. */
static cmty_status write_layer(const cmty_check *check, cmty__writer *w, bool areas,
                               cmty_error *err)
{
    cmty_status st = areas ? cmty__writer_layer(w, "areas", "The ground that findings are about",
                                                CMTY__GEOMETRY_POLYGONS, fields, FIELD_COUNT, err)
                           : cmty__writer_layer(w, "findings", "What was found, one point each",
                                                CMTY__GEOMETRY_POINT, fields, FIELD_COUNT, err);

    for (size_t i = 0; i < check->found_count && st == CMTY_OK; i++) {
        const cmty__found *f = &check->found[i];
        cmty__value v[FIELD_COUNT];

        fill_values(&f->finding, i + 1, v);
        if (areas && f->fault != NULL && f->fault->ring_count > 0)
            st = cmty__writer_polygons(w, f->fault->rings, f->fault->ring_count, v, err);
        else if (!areas && cmty__point_valid(f->finding.at))
            st = cmty__writer_point(w, f->finding.at, v, err);
        else if (!areas)
            st = cmty__writer_row(w, v, err);
    }
    return st;
}

/* ---- styles ---- */

static void put_areas_style(cmty__buf *out)
{
    static const cmty__qml_look looks[] = {
        {"192,39,45,110", "solid", "192,39,45,255", "solid", "1"},
        {"183,121,31,90", "solid", "183,121,31,255", "solid", "1"},
    };

    cmty__qml_begin(out, "Symbology|Labeling");
    cmty__qml_rules_begin(out, "areas");
    cmty__qml_rule(out, "areas", 0, "\"severity\" = 'fault'", "fault");
    cmty__qml_rule(out, "areas", 1, "\"severity\" = 'doubt'", "doubt");
    cmty__buf_text(out, "</rules><symbols>\n");
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++)
        cmty__qml_fill(out, i, &looks[i]); /* the outline shows a sliver at any scale */
    cmty__buf_text(out, "</symbols></renderer-v2>\n");
    cmty__qml_labels(out, "\"number\" || ' ' || \"code\"");
    cmty__qml_polygons_end(out);
}

static cmty_status write_styles(cmty__writer *w, cmty_error *err)
{
    cmty__style style = {"areas", "areas", "Ground that findings are about", 1, {0}};
    cmty_status st;

    put_areas_style(&style.qml);
    st = cmty__writer_styles(w, &style, 1, 0, err);
    cmty__buf_free(&style.qml);
    return st;
}

static cmty_status write_gpkg(const cmty_check *check, const char *path, cmty_error *err)
{
    cmty__writer *w = NULL;
    cmty_status st = cmty__writer_open(path, &w, err);

    if (st == CMTY_OK)
        st = write_layer(check, w, true, err);
    if (st == CMTY_OK)
        st = write_layer(check, w, false, err);
    if (st == CMTY_OK)
        st = write_styles(w, err);
    if (st == CMTY_OK)
        st = cmty__writer_finish(w, err);
    cmty__writer_free(w);
    return st;
}

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);

    return n >= m && cmty__text_equal_nocase(text + n - m, end);
}

cmty_status cmty_check_write(const cmty_check *check, const char *path, cmty_error *err)
{
    if (check == NULL || path == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "a report and a file to write are needed");
    if (ends_with(path, ".geojson") || ends_with(path, ".json"))
        return write_geojson(check, path, err);
    if (ends_with(path, ".gpkg"))
        return write_gpkg(check, path, err);
    return cmty__fail(err, CMTY_E_INVALID, "findings are written as .gpkg or .geojson");
}
