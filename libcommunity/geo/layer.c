/* SPDX-License-Identifier: MIT */
/* Whole vector layers in memory, on WGS 84. A layer never changes once opened: any thread. */
#include "geo/survey.h"

#include <cpl_conv.h>
#include <cpl_string.h>
#include <stdlib.h>

struct cmty__layer {
    cmty__arena *texts;
    const char *name, *crs, *operation;
    double accuracy_m;
    const char **fields;
    size_t field_count;
    const char **values; /* feature by feature */
    size_t value_count, value_capacity;
    cmty__feature *features;
    size_t feature_count, feature_capacity;
    cmty_point *points;
    cmty__ring *rings;
};

/* Where a feature begins, while the arrays still move. */
typedef struct begin {
    size_t point, ring;
} begin;

typedef struct reading {
    const cmty__layer_options *o;
    const char *file;
    cmty__layer *layer;
    cmty__shapes shapes;
    begin *begins; /* one more than there are features */
    size_t begin_capacity;
    size_t seen; /* features met, also those without a shape */
    size_t empty, invalid, first_invalid, repaired, collapsed, ignored, unclosed, off_globe,
        recoded;
    double area_change_m2;
} reading;

/* ---- fields ---- */

static cmty_status read_fields(reading *r, OGRFeatureDefnH definition, cmty_error *err)
{
    cmty__layer *l = r->layer;

    l->field_count = (size_t)OGR_FD_GetFieldCount(definition);
    l->fields = cmty__calloc(l->field_count, sizeof *l->fields);
    if (l->fields == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    for (size_t i = 0; i < l->field_count; i++) {
        const char *name = OGR_Fld_GetNameRef(OGR_FD_GetFieldDefn(definition, (int)i));

        l->fields[i] = cmty__arena_text(l->texts, name, strlen(name));
        if (l->fields[i] == NULL)
            return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    return CMTY_OK;
}

/* ISO 8601; OGR's flag is 100 for UTC and counts quarters of an hour from there, below 2 unknown.
 */
static const char *date_text(reading *r, OGRFeatureH feature, int field, OGRFieldType type)
{
    int year, month, day, hour, minute, zone;
    float second;
    char text[48], offset[16] = "";
    bool ok;

    if (!OGR_F_GetFieldAsDateTimeEx(feature, field, &year, &month, &day, &hour, &minute, &second,
                                    &zone))
        return "";
    if (zone == 100)
        memcpy(offset, "Z", 2);
    else if (zone > 1)
        (void)cmty__format(offset, sizeof offset, "%c%02d:%02d", zone > 100 ? '+' : '-',
                           abs(zone - 100) / 4, abs(zone - 100) % 4 * 15);
    ok = type == OFTDate ? cmty__format(text, sizeof text, "%04d-%02d-%02d", year, month, day)
                         : cmty__format(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%06.3f%s",
                                        year, month, day, hour, minute, (double)second, offset);
    return ok ? cmty__arena_text(r->layer->texts, text, strlen(text)) : "";
}

/* Old shapefiles hold Latin-1 without saying so. */
static const char *text_value(reading *r, const char *text)
{
    size_t size = strlen(text);
    char *recoded;
    const char *kept;

    if (size == 0)
        return "";
    if (cmty__utf8_valid(text, size))
        return cmty__arena_text(r->layer->texts, text, size);
    r->recoded++;
    recoded = CPLRecode(text, CPL_ENC_ISO8859_1, CPL_ENC_UTF8);
    kept = cmty__arena_text(r->layer->texts, recoded, strlen(recoded));
    CPLFree(recoded);
    return kept;
}

/* The shortest text of the number: a column's width and decimals are no part of a code. */
static const char *real_text(reading *r, double v)
{
    cmty__buf text = {0};
    const char *kept = "";

    cmty__buf_double(&text, v);
    if (text.failed)
        kept = NULL;
    else if (text.data != NULL)
        kept = cmty__arena_text(r->layer->texts, text.data, text.size);
    cmty__buf_free(&text);
    return kept;
}

static cmty_status read_values(reading *r, OGRFeatureH feature, cmty_error *err)
{
    cmty__layer *l = r->layer;

    if (!cmty__grow(&l->values, &l->value_capacity, l->value_count + l->field_count,
                    sizeof *l->values))
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    for (int i = 0; i < (int)l->field_count; i++) {
        OGRFieldType type = OGR_Fld_GetType(OGR_F_GetFieldDefnRef(feature, i));
        const char *value = "";

        if (!OGR_F_IsFieldSetAndNotNull(feature, i))
            value = "";
        else if (type == OFTDate || type == OFTDateTime)
            value = date_text(r, feature, i, type);
        else if (type == OFTReal)
            value = real_text(r, OGR_F_GetFieldAsDouble(feature, i));
        else
            value = text_value(r, OGR_F_GetFieldAsString(feature, i));
        if (value == NULL)
            return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
        l->values[l->value_count++] = value;
    }
    return CMTY_OK;
}

/* ---- features ---- */

static cmty_status put_feature(reading *r, OGRFeatureH feature, begin b, cmty_error *err)
{
    cmty__layer *l = r->layer;
    cmty__shapes *s = &r->shapes;

    if (!cmty__grow(&l->features, &l->feature_capacity, l->feature_count + 1, sizeof *l->features)
        || !cmty__grow(&r->begins, &r->begin_capacity, l->feature_count + 2, sizeof *r->begins))
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    l->features[l->feature_count] = (cmty__feature){
        .part_count = s->parts, .area_m2 = s->area_m2, .valid = s->valid || s->repaired};
    r->begins[l->feature_count] = b;
    r->begins[++l->feature_count] = (begin){s->path.count, s->ring_count};
    return read_values(r, feature, err);
}

static void count_faults(reading *r)
{
    const cmty__shapes *s = &r->shapes;

    if (!s->valid && r->invalid++ == 0)
        r->first_invalid = r->seen;
    r->repaired += s->repaired;
    r->area_change_m2 += s->area_change_m2;
    r->collapsed += s->collapsed;
    r->ignored += s->ignored;
    r->unclosed += s->unclosed;
}

static cmty_status read_feature(reading *r, OGRFeatureH feature, cmty_error *err)
{
    OGRGeometryH geometry = OGR_F_GetGeometryRef(feature);
    begin b = {r->shapes.path.count, r->shapes.ring_count};
    const char *why = NULL;
    cmty_status st;

    r->seen++;
    if (r->o->texts_only)
        return put_feature(r, feature, b, err);
    if (r->o->survey != NULL) {
        st = cmty__survey_take(r->o->survey, geometry, err);
        return st == CMTY_OK ? put_feature(r, feature, b, err) : st;
    }
    if (geometry == NULL || OGR_G_IsEmpty(geometry)) {
        r->empty++;
        return CMTY_OK;
    }
    st = cmty__shapes_read(&r->shapes, geometry, &why);
    if (st == CMTY_E_NOMEM)
        return cmty__fail(err, st, "out of memory");
    if (st != CMTY_OK && r->shapes.path.no_place && !r->o->polygons) {
        r->off_globe++; /* one bad row does not spoil a table of points */
        r->shapes.path.count = b.point;
        return CMTY_OK;
    }
    if (st != CMTY_OK)
        return cmty__fail(err, st, "%s: feature %zu %s", r->file, r->seen, why);
    count_faults(r);
    if (r->shapes.parts == 0) {
        r->empty++;
        return CMTY_OK;
    }
    return put_feature(r, feature, b, err);
}

static cmty_status read_features(reading *r, OGRLayerH from, cmty__quiet *quiet, cmty_error *err)
{
    GIntBig total = OGR_L_GetFeatureCount(from, FALSE);
    OGRFeatureH feature;
    cmty_status st = CMTY_OK;

    OGR_L_ResetReading(from);
    quiet->failed = false;
    while (st == CMTY_OK && (feature = OGR_L_GetNextFeature(from)) != NULL) {
        bool damaged = quiet->failed; /* now: GEOS's remarks on validity count as errors, too */

        if (r->seen % 256 == 0)
            st = cmty__progress(r->o->host, "reading a layer",
                                total > 0 ? (double)r->seen / (double)total : -1, err);
        if (st == CMTY_OK && !damaged)
            st = read_feature(r, feature, err);
        OGR_F_Destroy(feature);
        quiet->failed = damaged;
        if (damaged)
            break;
    }
    if (st == CMTY_OK && quiet->failed)
        st = cmty__fail(err, CMTY_E_FORMAT, "%s is damaged or cut off after feature %zu", r->file,
                        r->seen);
    if (st == CMTY_OK && r->layer->feature_count == 0)
        st = cmty__fail(err, CMTY_E_FORMAT, "%s: the layer holds no %s", r->file,
                        r->o->lines      ? "line"
                        : r->o->polygons ? "polygon"
                                         : "point");
    return st;
}

/* The arrays have stopped moving: rings and features can point into them. */
static cmty_status link_features(reading *r, cmty_error *err)
{
    cmty__layer *l = r->layer;
    cmty__shapes *s = &r->shapes;

    l->rings = cmty__calloc(s->ring_count, sizeof *l->rings);
    if (l->rings == NULL || r->begins == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    l->points = s->path.points;
    s->path.points = NULL;
    for (size_t i = 0; i < s->ring_count; i++)
        l->rings[i] = (cmty__ring){l->points + s->rings[i].start, s->rings[i].count};
    for (size_t i = 0; i < l->feature_count; i++) {
        cmty__feature *f = &l->features[i];

        f->rings = l->rings + r->begins[i].ring;
        f->ring_count = r->begins[i + 1].ring - r->begins[i].ring;
        if (f->ring_count == 0 && l->points != NULL) { /* NULL: fields only */
            f->points = l->points + r->begins[i].point;
            f->point_count = r->begins[i + 1].point - r->begins[i].point;
        }
    }
    return CMTY_OK;
}

/* ---- what a person should know ---- */

static void tell(const reading *r)
{
    const cmty_host *host = r->o->host;
    const char *file = r->file;

    if (r->empty > 0)
        cmty__notice(host, "%s: %zu of %zu features have no shape and are left out", file, r->empty,
                     r->seen);
    if (r->off_globe > 0)
        cmty__notice(host, "%s: %zu of %zu points lie off the globe and are left out", file,
                     r->off_globe, r->seen);
    if (r->invalid > 0 && r->repaired == 0)
        cmty__notice(host,
                     "%s: %zu of %zu features have invalid rings (the first is feature %zu); they "
                     "are used as they are, by the even-odd rule",
                     file, r->invalid, r->seen, r->first_invalid);
    if (r->repaired > 0)
        cmty__notice(
            host,
            "%s: %zu of %zu features had invalid rings (the first is feature %zu) and were "
            "repaired; their area changed by %.1f m2",
            file, r->repaired, r->seen, r->first_invalid, r->area_change_m2);
    if (r->collapsed > 0)
        cmty__notice(host, "%s: %zu rings without area are left out", file, r->collapsed);
    if (r->unclosed > 0)
        cmty__notice(host, "%s: %zu rings were not closed and have been", file, r->unclosed);
    if (r->ignored > 0)
        cmty__notice(host, "%s: %zu parts of other kinds than needed are left out", file,
                     r->ignored);
    if (r->recoded > 0)
        cmty__notice(host, "%s: %zu texts are not UTF-8 and are read as Latin-1", file, r->recoded);
}

/* ---- open ---- */

static cmty_status layer_make(const cmty__spec *spec, cmty__layer **out, cmty_error *err)
{
    const char *name = cmty__basename(spec->path);
    cmty__layer *l = cmty__calloc(1, sizeof *l);

    *out = l;
    if (l != NULL)
        l->texts = cmty__arena_new();
    if (l != NULL && l->texts != NULL)
        l->name = cmty__arena_text(l->texts, name, strlen(name));
    return l != NULL && l->name != NULL ? CMTY_OK : cmty__fail(err, CMTY_E_NOMEM, "out of memory");
}

static cmty_status keep_origin(reading *r, const cmty__carry *carry, cmty_error *err)
{
    cmty__layer *l = r->layer;

    l->crs = cmty__arena_text(l->texts, carry->name, strlen(carry->name));
    l->operation = cmty__arena_text(l->texts, carry->how, strlen(carry->how));
    l->accuracy_m = carry->accuracy_m;
    return l->crs != NULL && l->operation != NULL ? CMTY_OK
                                                  : cmty__fail(err, CMTY_E_NOMEM, "out of memory");
}

static cmty_status read_layer(reading *r, const cmty__spec *spec, cmty__quiet *quiet,
                              cmty_error *err)
{
    GDALDatasetH set = NULL;
    OGRLayerH from = NULL;
    cmty__carry carry = {0};
    bool several;
    cmty_status st =
        cmty__gdal_open(spec, r->o->polygons, r->o->points, &set, &from, &several, err);

    if (several && r->o->survey != NULL)
        cmty__survey_choice(r->o->survey);
    if (st != CMTY_OK)
        return st;
    quiet->failed = false;
    if (r->o->survey != NULL)
        st = cmty__survey_begin(r->o->survey, from, spec, r->o, err);
    else if (!r->o->texts_only)
        st = cmty__carry_open(from, spec, r->o, &carry, err);
    if (st == CMTY_OK) {
        r->shapes.carry = &carry;
        st = keep_origin(r, r->o->survey != NULL ? cmty__survey_carrying(r->o->survey) : &carry,
                         err);
    }
    if (st == CMTY_OK)
        st = read_fields(r, OGR_L_GetLayerDefn(from), err);
    if (st == CMTY_OK)
        st = read_features(r, from, quiet, err);
    if (st == CMTY_OK && r->o->survey == NULL)
        st = link_features(r, err);
    r->shapes.carry = NULL;
    cmty__carry_close(&carry);
    GDALClose(set);
    return st;
}

cmty_status cmty__layer_open(const cmty__spec *spec, const cmty__layer_options *o,
                             cmty__layer **out, cmty_error *err)
{
    reading r = {.o = o, .file = cmty__basename(spec->path)};
    cmty__quiet quiet;
    cmty_status st = layer_make(spec, &r.layer, err);

    *out = NULL;
    r.shapes.polygons = o->polygons;
    r.shapes.points = o->points;
    r.shapes.lines = o->lines;
    r.shapes.repair = o->repair;
    if (st == CMTY_OK) {
        cmty__quiet_begin(&quiet);
        st = read_layer(&r, spec, &quiet, err);
        cmty__quiet_end(&quiet);
    }
    if (st == CMTY_OK) {
        tell(&r);
        *out = r.layer;
        r.layer = NULL;
    }
    cmty__shapes_free(&r.shapes);
    cmty__free(r.begins);
    cmty__layer_free(r.layer);
    return st;
}

void cmty__layer_free(cmty__layer *layer)
{
    if (layer == NULL)
        return;
    cmty__arena_free(layer->texts);
    cmty__free(layer->fields);
    cmty__free(layer->values);
    cmty__free(layer->features);
    cmty__free(layer->points);
    cmty__free(layer->rings);
    cmty__free(layer);
}

/* ---- ask ---- */

size_t cmty__layer_count(const cmty__layer *layer)
{
    return layer->feature_count;
}

const cmty__feature *cmty__layer_feature(const cmty__layer *layer, size_t i)
{
    return &layer->features[i];
}

int32_t cmty__layer_field(const cmty__layer *layer, const char *name)
{
    for (size_t i = 0; i < layer->field_count; i++)
        if (cmty__text_equal_nocase(layer->fields[i], name))
            return (int32_t)i;
    return -1;
}

size_t cmty__layer_field_count(const cmty__layer *layer)
{
    return layer->field_count;
}

const char *cmty__layer_field_name(const cmty__layer *layer, int32_t field)
{
    return layer->fields[field];
}

const char *cmty__layer_text(const cmty__layer *layer, size_t feature, int32_t field)
{
    return layer->values[feature * layer->field_count + (size_t)field];
}

cmty_status cmty__layer_weight(const cmty__layer *layer, size_t feature, int32_t field, double *out,
                               cmty_error *err)
{
    const char *text;

    *out = 1;
    if (field < 0)
        return CMTY_OK;
    text = cmty__layer_text(layer, feature, field);
    *out = 0;
    if (*text == '\0' || (cmty__parse_double(text, out) && *out >= 0))
        return CMTY_OK;
    return cmty__fail(err, CMTY_E_FORMAT, "%s, feature %zu: %s is not a number of people",
                      cmty__layer_name(layer), feature + 1, cmty__layer_field_name(layer, field));
}

const char *cmty__layer_name(const cmty__layer *layer)
{
    return layer->name;
}

const char *cmty__layer_crs(const cmty__layer *layer)
{
    return layer->crs;
}

const char *cmty__layer_operation(const cmty__layer *layer)
{
    return layer->operation;
}

double cmty__layer_accuracy_m(const cmty__layer *layer)
{
    return layer->accuracy_m;
}
