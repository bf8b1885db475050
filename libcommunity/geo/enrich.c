/* SPDX-License-Identifier: MIT */
/* A layer of points copied, with what is asked about each point in further fields. Serial per call;
   GDAL's objects stay with the thread of the call. */
#include "geo/enrich.h"

#include <math.h>

/* ---- batches ---- */

bool cmty__batch_open(cmty__batch *b, size_t field_count)
{
    b->count = 0;
    b->values = cmty__calloc(CMTY__BATCH * field_count, sizeof *b->values);
    b->texts = cmty__arena_new();
    return b->values != NULL && b->texts != NULL;
}

void cmty__batch_close(cmty__batch *b)
{
    cmty__free(b->values);
    cmty__arena_free(b->texts);
    b->values = NULL;
    b->texts = NULL;
}

cmty_status cmty__enrich_ask(const cmty__enriching *g, cmty__batch *b, cmty_error *err)
{
    const cmty__places places = {b->count, b->known, b->at, b->when, b->accuracy_m, b->texts};

    cmty__arena_clear(b->texts);
    return g->e->fn(g->e->user, &places, b->values, err);
}

/* Not after every batch: the host may take longer over its answer than a batch does. */
cmty_status cmty__enrich_progress(const cmty__enriching *g, int64_t total, cmty_error *err)
{
    enum { EVERY = 4 * CMTY__BATCH };

    if (g->seen % EVERY != 0)
        return CMTY_OK;
    return cmty__progress(g->e->host, g->e->stage, total > 0 ? (double)g->seen / (double)total : -1,
                          err);
}

/* ---- what a feature says ---- */

cmty_status cmty__enrich_fail(const cmty__enriching *g, int field, const char *what,
                              cmty_error *err)
{
    return cmty__fail(err, CMTY_E_FORMAT, "%s, feature %zu, field %s: %s", g->file, g->seen,
                      OGR_Fld_GetNameRef(OGR_FD_GetFieldDefn(OGR_L_GetLayerDefn(g->from), field)),
                      what);
}

static bool is_blank(const char *text)
{
    return text[strspn(text, " \t")] == '\0';
}

static cmty_status no_time(const cmty__enriching *g, cmty_error *err)
{
    return cmty__enrich_fail(g, g->time, "not a time that can be read in one way; use ISO 8601",
                             err);
}

cmty_status cmty__enrich_time(const cmty__enriching *g, const char *text, cmty_time *out,
                              cmty_error *err)
{
    return is_blank(text) || cmty__time_parse(text, g->e->zone, 0, out) ? CMTY_OK : no_time(g, err);
}

cmty_status cmty__enrich_check_accuracy(const cmty__enriching *g, double accuracy_m,
                                        cmty_error *err)
{
    if (accuracy_m < 0)
        return cmty__enrich_fail(g, g->accuracy, "below 0", err);
    return accuracy_m <= 1e7 ? CMTY_OK : cmty__enrich_fail(g, g->accuracy, "out of range", err);
}

cmty_status cmty__enrich_accuracy(const cmty__enriching *g, const char *text, double *out,
                                  cmty_error *err)
{
    if (is_blank(text))
        return CMTY_OK;
    if (!cmty__parse_double(text, out))
        return cmty__enrich_fail(g, g->accuracy, "not a number", err);
    return cmty__enrich_check_accuracy(g, *out, err);
}

void cmty__enrich_place(cmty__enriching *g, const cmty_point *own, cmty__batch *b, size_t i)
{
    b->known[i] = own != NULL && !g->nowhere;
    if (!b->known[i])
        return;
    b->known[i] = cmty__carry_point(&g->carry, *own, &b->at[i]);
    if (b->known[i])
        g->found++;
    else
        g->off_globe++;
}

/* ---- features of GDAL ---- */

/* One point in a collection of points is a point. */
static bool single_point(cmty__enriching *g, OGRGeometryH shape, cmty_point *at)
{
    OGRwkbGeometryType type;

    if (shape == NULL || OGR_G_IsEmpty(shape))
        return false;
    type = OGR_GT_Flatten(OGR_G_GetGeometryType(shape));
    if (type == wkbMultiPoint && OGR_G_GetGeometryCount(shape) > 1) {
        g->several++;
        return false;
    }
    if (type == wkbMultiPoint)
        shape = OGR_G_GetGeometryRef(shape, 0);
    else if (type != wkbPoint) {
        g->other++;
        return false;
    }
    *at = (cmty_point){OGR_G_GetX(shape, 0), OGR_G_GetY(shape, 0)};
    return true;
}

/* OGR's flag of a zone is 100 for UTC and counts quarters of an hour from there; below 2 there is
   none. */
static bool date_of(const cmty__enriching *g, OGRFeatureH row, cmty_time *out)
{
    cmty__civil c = {0};
    int flag;
    float second;

    if (!OGR_F_GetFieldAsDateTimeEx(row, g->time, &c.year, &c.month, &c.day, &c.hour, &c.minute,
                                    &second, &flag))
        return false;
    c.second = (int32_t)second;
    c.millisecond = (int32_t)((second - (float)c.second) * 1000 + 0.5F);
    if (!cmty__civil_to_time(&c, flag > 1 ? NULL : g->e->zone, out))
        return false;
    if (flag > 1)
        *out -= (cmty_time)(flag - 100) * 15 * 60 * 1000;
    return true;
}

static bool is_text(OGRFeatureH row, int field)
{
    return OGR_Fld_GetType(OGR_F_GetFieldDefnRef(row, field)) == OFTString;
}

static cmty_status read_time(const cmty__enriching *g, OGRFeatureH row, cmty_time *out,
                             cmty_error *err)
{
    *out = CMTY_TIME_UNKNOWN;
    if (g->time < 0 || !OGR_F_IsFieldSetAndNotNull(row, g->time))
        return CMTY_OK;
    if (is_text(row, g->time))
        return cmty__enrich_time(g, OGR_F_GetFieldAsString(row, g->time), out, err);
    return date_of(g, row, out) ? CMTY_OK : no_time(g, err);
}

static cmty_status read_accuracy(const cmty__enriching *g, OGRFeatureH row, double *out,
                                 cmty_error *err)
{
    *out = NAN;
    if (g->accuracy < 0 || !OGR_F_IsFieldSetAndNotNull(row, g->accuracy))
        return CMTY_OK;
    if (is_text(row, g->accuracy))
        return cmty__enrich_accuracy(g, OGR_F_GetFieldAsString(row, g->accuracy), out, err);
    *out = OGR_F_GetFieldAsDouble(row, g->accuracy);
    return cmty__enrich_check_accuracy(g, *out, err);
}

static cmty_status read_row(cmty__enriching *g, OGRFeatureH row, cmty__batch *b, size_t i,
                            cmty_error *err)
{
    cmty_point own;
    cmty_status st = read_time(g, row, &b->when[i], err);

    if (st == CMTY_OK)
        st = read_accuracy(g, row, &b->accuracy_m[i], err);
    if (st == CMTY_OK)
        cmty__enrich_place(g, single_point(g, OGR_F_GetGeometryRef(row), &own) ? &own : NULL, b, i);
    return st;
}

/* ---- through GDAL, batch by batch ---- */

/* The features at hand. */
typedef struct hand {
    OGRFeatureH rows[CMTY__BATCH];
    cmty__batch batch;
} hand;

static void drop_rows(hand *h)
{
    for (size_t i = 0; i < h->batch.count; i++)
        OGR_F_Destroy(h->rows[i]);
    h->batch.count = 0;
}

static cmty_status read_batch(cmty__enriching *g, hand *h, cmty__quiet *quiet, cmty_error *err)
{
    cmty__batch *b = &h->batch;
    OGRFeatureH row;
    cmty_status st = CMTY_OK;

    while (st == CMTY_OK && b->count < CMTY__BATCH
           && (row = OGR_L_GetNextFeature(g->from)) != NULL) {
        g->seen++;
        h->rows[b->count] = row;
        st = read_row(g, row, b, b->count, err);
        b->count++;
        if (quiet->failed)
            break;
    }
    if (st == CMTY_OK && quiet->failed)
        st = cmty__fail(err, CMTY_E_FORMAT, "%s is damaged or cut off after feature %zu", g->file,
                        g->seen);
    return st;
}

static cmty_status copy_rows(cmty__enriching *g, cmty__quiet *quiet, cmty_error *err)
{
    GIntBig total = OGR_L_GetFeatureCount(g->from, FALSE);
    hand *h = cmty__calloc(1, sizeof *h);
    bool more = true;
    cmty_status st = CMTY_OK;

    if (h == NULL || !cmty__batch_open(&h->batch, g->e->field_count))
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    OGR_L_ResetReading(g->from);
    quiet->failed = false;
    while (st == CMTY_OK && more) {
        st = cmty__enrich_progress(g, total, err);
        if (st == CMTY_OK)
            st = read_batch(g, h, quiet, err);
        more = h->batch.count == CMTY__BATCH;
        if (st == CMTY_OK)
            st = cmty__enrich_ask(g, &h->batch, err);
        if (st == CMTY_OK)
            st = cmty__writer_copies(g->writer, h->rows, h->batch.count, h->batch.values, err);
        drop_rows(h);
    }
    if (h != NULL)
        cmty__batch_close(&h->batch);
    cmty__free(h);
    return st;
}

/* ---- the layer that comes and the one that goes ---- */

static cmty_status check_kind(const cmty__enriching *g, cmty_error *err)
{
    OGRwkbGeometryType type = OGR_GT_Flatten(OGR_L_GetGeomType(g->from));

    if (type == wkbPoint || type == wkbMultiPoint || type == wkbUnknown
        || type == wkbGeometryCollection || type == wkbNone)
        return CMTY_OK;
    return cmty__fail(err, CMTY_E_FORMAT, "%s: the layer holds %s, and points are needed", g->file,
                      OGR_GT_IsSubClassOf(type, wkbCurve) || type == wkbMultiLineString ? "lines"
                                                                                        : "areas");
}

static cmty_status find_field(const cmty__enriching *g, const char *name, const char *what,
                              int *out, cmty_error *err)
{
    OGRFeatureDefnH fields = OGR_L_GetLayerDefn(g->from);
    cmty__buf names = {0};
    cmty_status st;

    *out = name == NULL ? -1 : OGR_FD_GetFieldIndex(fields, name);
    if (name == NULL || *out >= 0)
        return CMTY_OK;
    for (int i = 0; i < OGR_FD_GetFieldCount(fields) && names.size < 300; i++) {
        cmty__buf_text(&names, i > 0 ? ", " : "");
        cmty__buf_text(&names, OGR_Fld_GetNameRef(OGR_FD_GetFieldDefn(fields, i)));
    }
    st = cmty__fail(err, CMTY_E_FORMAT, "%s: no field %.60s for the %s; there are %s", g->file,
                    name, what, names.size > 0 ? names.data : "none");
    cmty__buf_free(&names);
    return st;
}

static cmty_status find_fields(cmty__enriching *g, cmty_error *err)
{
    OGRFeatureDefnH fields = OGR_L_GetLayerDefn(g->from);
    OGRFieldType type;
    cmty_status st = find_field(g, g->e->time_field, "time", &g->time, err);

    if (st == CMTY_OK)
        st = find_field(g, g->e->accuracy_field, "accuracy", &g->accuracy, err);
    if (st != CMTY_OK)
        return st;
    type = g->time < 0 ? OFTDate : OGR_Fld_GetType(OGR_FD_GetFieldDefn(fields, g->time));
    if (type != OFTDate && type != OFTDateTime && type != OFTString)
        return cmty__fail(err, CMTY_E_FORMAT, "%s: field %.60s holds no times", g->file,
                          g->e->time_field);
    type = g->accuracy < 0 ? OFTReal : OGR_Fld_GetType(OGR_FD_GetFieldDefn(fields, g->accuracy));
    if (type != OFTReal && type != OFTInteger && type != OFTInteger64 && type != OFTString)
        return cmty__fail(err, CMTY_E_FORMAT, "%s: field %.60s holds no numbers", g->file,
                          g->e->accuracy_field);
    return CMTY_OK;
}

static cmty_status find_way(cmty__enriching *g, cmty_error *err)
{
    const cmty__layer_options o = {.points = true, .host = g->e->host};
    OGREnvelope box;

    if (OGR_L_GetGeomType(g->from) != wkbNone)
        g->nowhere = OGR_L_GetExtent(g->from, &box, TRUE) != OGRERR_NONE;
    return g->nowhere ? CMTY_OK : cmty__carry_open(g->from, g->in, &o, &g->carry, err);
}

/* What its coordinates are taken to be in. The caller releases it. */
static OGRSpatialReferenceH srs_of(OGRLayerH layer, const cmty__spec *spec)
{
    OGRSpatialReferenceH own = OGR_L_GetSpatialRef(layer), srs;

    if (own != NULL && spec->crs == NULL)
        return OSRClone(own);
    srs = OSRNewSpatialReference(NULL);
    if (srs == NULL || OSRSetFromUserInput(srs, spec->crs == NULL ? "EPSG:4326" : spec->crs) != 0) {
        if (srs != NULL)
            OSRRelease(srs);
        return NULL;
    }
    OSRSetAxisMappingStrategy(srs, OAMS_TRADITIONAL_GIS_ORDER);
    return srs;
}

/* The name of the file without its end; owned by the caller. */
static char *layer_name(const cmty__spec *out, const cmty__filetype *type)
{
    const char *name = cmty__basename(out->path);

    return out->layer != NULL ? cmty__strdup(out->layer)
                              : cmty__strndup(name, strlen(name) - strlen(type->end));
}

static cmty_status make_layer(cmty__enriching *g, const cmty__spec *out, cmty_error *err)
{
    const cmty__filetype *type = cmty__filetype_of(out->path);
    cmty__like like = {.layer = g->from,
                       .geometry = OGR_L_GetGeomType(g->from),
                       .fields = g->e->fields,
                       .field_count = g->e->field_count,
                       .host = g->e->host};
    char *name = NULL;
    cmty_status st = CMTY_OK;

    if (type == NULL)
        return cmty__fail(err, CMTY_E_INVALID,
                          "%s: name a file that ends in .gpkg, .geojson, .fgb, .shp or .csv",
                          cmty__basename(out->path));
    name = layer_name(out, type);
    if (name == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    like.name = name;
    like.srs = srs_of(g->from, g->in);
    st = cmty__writer_open_as(out->path, type, &g->writer, err);
    if (st == CMTY_OK)
        st = cmty__writer_like(g->writer, &like, err);
    if (like.srs != NULL)
        OSRRelease(like.srs);
    cmty__free(name);
    return st;
}

/* ---- what a person should know ---- */

static void tell(const cmty__enriching *g)
{
    const cmty_host *host = g->e->host;

    if (g->several > 0)
        cmty__notice(host, "%s: %zu of %zu features have several points, and so no one place",
                     g->file, g->several, g->seen);
    if (g->other > 0)
        cmty__notice(host, "%s: %zu of %zu features are no points, and so have no one place",
                     g->file, g->other, g->seen);
    if (g->off_globe > 0)
        cmty__notice(host, "%s: %zu of %zu points lie off the globe, and so have no place", g->file,
                     g->off_globe, g->seen);
}

/* ---- all of it ---- */

/* Below GDAL where that is possible. */
static cmty_status write_layer(cmty__enriching *g, const cmty__spec *out, cmty__quiet *quiet,
                               cmty_error *err)
{
    cmty_status st = make_layer(g, out, err);

    if (st == CMTY_OK)
        st = cmty__enrich_gpkg(g, err);
    if (st != CMTY_NOTFOUND)
        return st;
    if (g->writer->dataset == NULL) { /* it was begun before it was seen */
        cmty__writer_free(g->writer);
        g->writer = NULL;
        g->seen = g->found = g->several = g->other = g->off_globe = 0;
        st = make_layer(g, out, err);
        if (st != CMTY_OK)
            return st;
    }
    return copy_rows(g, quiet, err);
}

static cmty_status write_some(cmty__enriching *g, const cmty__spec *out, cmty__quiet *quiet,
                              cmty_error *err)
{
    cmty_status st = write_layer(g, out, quiet, err);

    if (st == CMTY_OK && g->found == 0 && g->other > 0)
        st = cmty__fail(err, CMTY_E_FORMAT, "%s: the layer holds no point", g->file);
    return st;
}

static cmty_status enrich(cmty__enriching *g, const cmty__spec *out, cmty__quiet *quiet,
                          cmty_error *err)
{
    bool several;
    cmty_status st = cmty__gdal_open(g->in, false, true, &g->set, &g->from, &several, err);

    if (st == CMTY_OK)
        st = check_kind(g, err);
    if (st == CMTY_OK)
        st = find_fields(g, err);
    if (st == CMTY_OK)
        st = find_way(g, err);
    if (st == CMTY_OK)
        st = write_some(g, out, quiet, err);
    cmty__carry_close(&g->carry);
    if (g->set != NULL)
        GDALClose(g->set);
    return st == CMTY_OK ? cmty__writer_finish(g->writer, err) : st;
}

cmty_status cmty__enrich(const cmty__spec *in, const cmty__spec *out, const cmty__enrichment *e,
                         cmty_error *err)
{
    cmty__enriching g = {.e = e, .in = in, .file = cmty__basename(in->path)};
    cmty__quiet quiet;
    cmty_status st;

    if (cmty__same_file(in->path, out->path))
        return cmty__fail(err, CMTY_E_INVALID,
                          "%s would be read and replaced at once; name another file to write",
                          cmty__basename(out->path));
    cmty__quiet_begin(&quiet);
    st = enrich(&g, out, &quiet, err);
    cmty__writer_free(g.writer);
    cmty__quiet_end(&quiet);
    if (st == CMTY_OK)
        tell(&g);
    return st;
}
