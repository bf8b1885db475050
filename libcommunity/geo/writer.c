/* SPDX-License-Identifier: MIT */
/*
 * Writing vector files through GDAL: under a temporary name, renamed into place when whole. The
 * same calls give the same bytes. Serial per writer; GDAL's state is touched only through handlers
 * and options of the calling thread, and put back after each call.
 */
#include "geo/writer.h"
#include "geo/gpkg.h"

#include <cpl_conv.h>
#include <cpl_error.h>
#include <cpl_string.h>
#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>

/* ---- GDAL's errors and options, of this thread and for one call only ---- */

/* The file is new and ours alone: no journal beside it, synced once by the rename. */
static const char *const options[CMTY__SCOPE_OPTIONS][2] = {
    {"OGR_SQLITE_JOURNAL", "OFF"},        {"OGR_SQLITE_SYNCHRONOUS", "OFF"},
    {"OGR_SQLITE_PRAGMA", NULL},          {"OGR_CURRENT_DATE", NULL}, /* from writer->date */
    {"GPKG_ADD_DEFINITION_12_063", "NO"},
};
enum { OPTION_DATE = 3 };

static void CPL_STDCALL note_error(CPLErr class, CPLErrorNum code, const char *text)
{
    cmty__scope *s = CPLGetErrorHandlerUserData();

    (void)code;
    if (class < CE_Failure)
        return;
    s->failed = true;
    if (strstr(text, "disk is full") != NULL || strstr(text, "disk I/O error") != NULL)
        s->full = true;
}

void cmty__scope_enter(const cmty__writer *w, cmty__scope *s)
{
    *s = (cmty__scope){0};
    for (size_t i = 0; i < CMTY__SCOPE_OPTIONS; i++) {
        const char *before = CPLGetThreadLocalConfigOption(options[i][0], NULL);

        s->before[i] = before == NULL ? NULL : CPLStrdup(before);
        CPLSetThreadLocalConfigOption(options[i][0], i == OPTION_DATE ? w->date : options[i][1]);
    }
    CPLPushErrorHandlerEx(note_error, s);
}

void cmty__scope_leave(cmty__scope *s)
{
    CPLPopErrorHandler();
    for (size_t i = 0; i < CMTY__SCOPE_OPTIONS; i++) {
        CPLSetThreadLocalConfigOption(options[i][0], s->before[i]);
        CPLFree(s->before[i]);
    }
}

/* GDAL's own words may quote values, so they are never passed on. */
cmty_status cmty__scope_status(const cmty__writer *w, const cmty__scope *s, bool ok,
                               cmty_error *err)
{
    if (ok && !s->failed)
        return CMTY_OK;
    return cmty__fail(err, CMTY_E_IO, "cannot write %s: %s", cmty__basename(w->path),
                      s->full ? "the disk is full or failing" : "GDAL could not store the data");
}

/* ---- open and close ---- */

static cmty_status writer_create(cmty__writer *w, cmty_error *err)
{
    char **how = NULL;
    GDALDriverH driver;
    cmty__scope s;

    if (w->type == &cmty__geopackage) {
        how = CSLSetNameValue(NULL, "VERSION", "1.2");
        how = CSLSetNameValue(how, "ADD_GPKG_OGR_CONTENTS", "YES");
    }
    cmty__scope_enter(w, &s);
    driver = GDALGetDriverByName(w->type->driver);
    if (driver != NULL)
        w->dataset = GDALCreate(driver, w->temp, 0, 0, 0, GDT_Unknown, how);
    if (w->dataset != NULL && w->type == &cmty__geopackage)
        s.failed |= GDALDatasetStartTransaction(w->dataset, FALSE) != OGRERR_NONE;
    cmty__scope_leave(&s);
    CSLDestroy(how);
    if (driver == NULL)
        return cmty__fail(err, CMTY_E_INTERNAL, "this GDAL has no driver for %s files",
                          w->type->end + 1);
    return cmty__scope_status(w, &s, w->dataset != NULL, err);
}

cmty_status cmty__writer_open(const char *path, cmty__writer **out, cmty_error *err)
{
    return cmty__writer_open_as(path, &cmty__geopackage, out, err);
}

cmty_status cmty__writer_open_as(const char *path, const cmty__filetype *type, cmty__writer **out,
                                 cmty_error *err)
{
    cmty__writer *w = cmty__calloc(1, sizeof *w);
    cmty__outfile *probe = NULL;
    cmty_status st = CMTY_OK;

    *out = NULL;
    if (w == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    GDALAllRegister(); /* idempotent, and safe beside other users of GDAL */
    w->type = type;
    w->path = cmty__strdup(path);
    if (w->path == NULL)
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    if (st == CMTY_OK) /* says better than GDAL why a folder cannot be written */
        st = cmty__outfile_open(path, 0644, &probe, err);
    cmty__outfile_free(probe);
    if (st == CMTY_OK)
        st = cmty__filetype_temp(type, path, &w->temp, err);
    cmty__writer_date(w, 0);
    if (st == CMTY_OK)
        st = writer_create(w, err);
    if (st == CMTY_OK)
        *out = w;
    else
        cmty__writer_free(w);
    return st;
}

void cmty__writer_date(cmty__writer *w, cmty_time when)
{
    cmty__civil c;

    cmty__time_to_civil(when, NULL, &c);
    if (!cmty__format(w->date, sizeof w->date, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", c.year,
                      c.month, c.day, c.hour, c.minute, c.second, c.millisecond))
        cmty__format(w->date, sizeof w->date, "1970-01-01T00:00:00.000Z");
}

void cmty__writer_drop_layer(cmty__writer *w)
{
    if (w->feature != NULL)
        OGR_F_Destroy(w->feature);
    w->feature = NULL;
    w->first = 0;
}

cmty_status cmty__writer_let_go(cmty__writer *w, cmty_error *err)
{
    cmty__scope s;

    cmty__scope_enter(w, &s);
    cmty__writer_drop_layer(w);
    if (w->type == &cmty__geopackage)
        s.failed |= GDALDatasetCommitTransaction(w->dataset) != OGRERR_NONE;
    GDALClose(w->dataset); /* writes the extents */
    w->dataset = NULL;
    cmty__scope_leave(&s);
    return cmty__scope_status(w, &s, true, err);
}

cmty_status cmty__writer_settle(cmty__writer *w, cmty_error *err)
{
    bool of_gdal = w->dataset != NULL;
    cmty_status st = CMTY_OK;

    if (w->settled)
        return CMTY_OK;
    if (of_gdal)
        st = cmty__writer_let_go(w, err);
    if (st == CMTY_OK && of_gdal && w->type == &cmty__geopackage)
        st = cmty__gpkg_index_all(w->temp, w->path, err);
    w->settled = true;
    return st == CMTY_OK ? cmty__filetype_sync(w->type, w->temp, w->path, err) : st;
}

cmty_status cmty__writer_finish(cmty__writer *w, cmty_error *err)
{
    cmty_status st = cmty__writer_settle(w, err);

    if (st == CMTY_OK)
        st = cmty__filetype_rename(w->type, w->temp, w->path, err);
    if (st == CMTY_OK) {
        cmty__free(w->temp);
        w->temp = NULL;
    }
    return st;
}

void cmty__writer_free(cmty__writer *w)
{
    cmty__scope s;

    if (w == NULL)
        return;
    if (w->dataset != NULL) {
        cmty__scope_enter(w, &s);
        cmty__writer_drop_layer(w);
        if (w->type == &cmty__geopackage)
            GDALDatasetRollbackTransaction(w->dataset);
        GDALClose(w->dataset);
        cmty__scope_leave(&s);
    }
    if (w->temp != NULL)
        cmty__filetype_remove(w->type, w->temp);
    cmty__free(w->map);
    cmty__free(w->temp);
    cmty__free(w->path);
    cmty__free(w);
}

/* ---- layers ---- */

static OGRFieldType field_type(int type)
{
    switch (type) {
    case CMTY__FIELD_INT:
    case CMTY__FIELD_BOOL:
        return OFTInteger64;
    case CMTY__FIELD_REAL:
        return OFTReal;
    case CMTY__FIELD_DATETIME:
        return OFTDateTime;
    default:
        return OFTString;
    }
}

OGRFieldDefnH cmty__writer_field(const cmty__field *field)
{
    bool truth = field->type == CMTY__FIELD_BOOL;
    OGRFieldDefnH defn = OGR_Fld_Create(field->name, truth ? OFTInteger : field_type(field->type));

    if (truth)
        OGR_Fld_SetSubType(defn, OFSTBoolean);
    return defn;
}

static bool add_field(OGRLayerH layer, const cmty__field *field)
{
    OGRFieldDefnH defn = cmty__writer_field(field);
    OGRErr status = OGR_L_CreateField(layer, defn, TRUE);

    OGR_Fld_Destroy(defn);
    return status == OGRERR_NONE;
}

static OGRSpatialReferenceH wgs84(int geometry)
{
    OGRSpatialReferenceH srs = NULL;

    if (geometry == CMTY__GEOMETRY_NONE)
        return NULL;
    srs = OSRNewSpatialReference(NULL);
    if (srs != NULL && OSRImportFromEPSG(srs, 4326) == OGRERR_NONE)
        OSRSetAxisMappingStrategy(srs, OAMS_TRADITIONAL_GIS_ORDER);
    return srs;
}

cmty_status cmty__writer_layer(cmty__writer *w, const char *name, const char *description,
                               int geometry, const cmty__field *fields, size_t count,
                               cmty_error *err)
{
    static const OGRwkbGeometryType types[] = {wkbNone, wkbPoint, wkbMultiPolygon};
    char **how = CSLSetNameValue(NULL, "GEOMETRY_NAME", "geom");
    OGRSpatialReferenceH srs;
    cmty__scope s;

    if (count > CMTY__WRITER_FIELDS_MAX)
        return cmty__fail(err, CMTY_E_INTERNAL, "layer %s has too many fields", name);
    how = CSLSetNameValue(how, "FID", strcmp(name, "layer_styles") == 0 ? "id" : "fid");
    how = CSLSetNameValue(how, "IDENTIFIER", name);
    how = CSLSetNameValue(how, "SPATIAL_INDEX", "NO"); /* made when all rows are there */
    how = CSLSetNameValue(how, "DESCRIPTION", description);
    cmty__scope_enter(w, &s);
    cmty__writer_drop_layer(w);
    srs = wgs84(geometry);
    w->layer = GDALDatasetCreateLayer(w->dataset, name, srs, types[geometry], how);
    if (srs != NULL)
        OSRRelease(srs);
    for (size_t i = 0; w->layer != NULL && i < count; i++) {
        s.failed |= !add_field(w->layer, &fields[i]);
        w->types[i] = fields[i].type;
    }
    if (w->layer != NULL)
        w->feature = OGR_F_Create(OGR_L_GetLayerDefn(w->layer));
    w->field_count = count;
    w->next_fid = 1;
    cmty__scope_leave(&s);
    CSLDestroy(how);
    return cmty__scope_status(w, &s, w->feature != NULL, err);
}

/* ---- rows ---- */

static void set_time(OGRFeatureH feature, int i, cmty_time when)
{
    enum { UTC = 100 };
    cmty__civil c;

    cmty__time_to_civil(when, NULL, &c);
    OGR_F_SetFieldDateTimeEx(feature, i, c.year, c.month, c.day, c.hour, c.minute,
                             (float)c.second + (float)c.millisecond / 1000.0F, UTC);
}

static bool value_is_null(int type, const cmty__value *v)
{
    if (v->null)
        return true;
    if (type == CMTY__FIELD_TEXT)
        return v->text == NULL;
    if (type == CMTY__FIELD_DATETIME)
        return v->time == CMTY_TIME_UNKNOWN || v->time == CMTY_TIME_OPEN_END;
    return type == CMTY__FIELD_REAL && v->real != v->real;
}

void cmty__writer_set(cmty__writer *w, const cmty__value *values)
{
    for (size_t k = 0; k < w->field_count; k++) {
        int i = w->first + (int)k;

        if (value_is_null(w->types[k], &values[k]))
            OGR_F_SetFieldNull(w->feature, i);
        else if (w->types[k] == CMTY__FIELD_TEXT)
            OGR_F_SetFieldString(w->feature, i, values[k].text);
        else if (w->types[k] == CMTY__FIELD_REAL)
            OGR_F_SetFieldDouble(w->feature, i, values[k].real);
        else if (w->types[k] == CMTY__FIELD_DATETIME)
            set_time(w->feature, i, values[k].time);
        else
            OGR_F_SetFieldInteger64(w->feature, i, values[k].integer);
    }
}

/* Takes over the geometry; NULL where a spatial layer wants one is a failure. */
static cmty_status put_row(cmty__writer *w, OGRGeometryH geometry, bool spatial,
                           const cmty__value *values, cmty_error *err)
{
    bool ok = !spatial || geometry != NULL;
    cmty__scope s;

    cmty__scope_enter(w, &s);
    if (ok) {
        cmty__writer_set(w, values);
        OGR_F_SetFID(w->feature, w->next_fid++);
        if (spatial)
            ok = OGR_F_SetGeometryDirectly(w->feature, geometry) == OGRERR_NONE;
        else /* the feature still has that of the row before */
            (void)OGR_F_SetGeometryDirectly(w->feature, NULL);
        ok = ok && OGR_L_CreateFeature(w->layer, w->feature) == OGRERR_NONE;
    }
    cmty__scope_leave(&s);
    return cmty__scope_status(w, &s, ok, err);
}

cmty_status cmty__writer_row(cmty__writer *w, const cmty__value *values, cmty_error *err)
{
    return put_row(w, NULL, false, values, err);
}

cmty_status cmty__writer_point(cmty__writer *w, cmty_point p, const cmty__value *values,
                               cmty_error *err)
{
    OGRGeometryH point = OGR_G_CreateGeometry(wkbPoint);

    if (point != NULL)
        OGR_G_SetPoint_2D(point, 0, p.lon_deg, p.lat_deg);
    return put_row(w, point, true, values, err);
}

static OGRGeometryH ring_geometry(const cmty__ring *ring)
{
    OGRGeometryH line = OGR_G_CreateGeometry(wkbLinearRing);

    if (line == NULL)
        return NULL;
    OGR_G_SetPointCount(line, (int)ring->count);
    for (size_t i = 0; i < ring->count; i++)
        OGR_G_SetPoint_2D(line, (int)i, ring->points[i].lon_deg, ring->points[i].lat_deg);
    return line;
}

/* Takes over the geometry; points and lines that a repair left over are dropped. */
static OGRGeometryH only_polygons(OGRGeometryH mixed)
{
    OGRGeometryH out;

    if (OGR_GT_Flatten(OGR_G_GetGeometryType(mixed)) != wkbGeometryCollection)
        return OGR_G_ForceToMultiPolygon(mixed);
    out = OGR_G_CreateGeometry(wkbMultiPolygon);
    for (int i = 0; out != NULL && i < OGR_G_GetGeometryCount(mixed); i++) {
        OGRGeometryH part = OGR_G_GetGeometryRef(mixed, i);

        if (OGR_GT_Flatten(OGR_G_GetGeometryType(part)) == wkbPolygon)
            OGR_G_AddGeometry(out, part);
    }
    OGR_G_DestroyGeometry(mixed);
    return out;
}

/* The rings carry no nesting; the even-odd rule does. GEOS sorts them into shells and holes, and
   leaves a polygon that is valid already as it is. */
static OGRGeometryH rings_geometry(const cmty__ring *rings, size_t count)
{
    OGRGeometryH flat = OGR_G_CreateGeometry(wkbPolygon);
    OGRGeometryH valid = NULL;

    for (size_t i = 0; flat != NULL && i < count; i++) {
        OGRGeometryH ring = ring_geometry(&rings[i]);

        if (ring != NULL && OGR_G_AddGeometryDirectly(flat, ring) != OGRERR_NONE)
            OGR_G_DestroyGeometry(ring);
    }
    if (flat != NULL)
        valid = OGR_G_MakeValid(flat);
    OGR_G_DestroyGeometry(flat);
    return valid == NULL ? NULL : only_polygons(valid);
}

cmty_status cmty__writer_polygons(cmty__writer *w, const cmty__ring *rings, size_t count,
                                  const cmty__value *values, cmty_error *err)
{
    OGRGeometryH geometry;
    cmty__scope s;

    cmty__scope_enter(w, &s);
    geometry = rings_geometry(rings, count);
    cmty__scope_leave(&s);
    return put_row(w, geometry, true, values, err);
}

cmty_status cmty__writer_clipped(cmty__writer *w, const cmty__ring *rings, size_t count,
                                 cmty_point min, cmty_point max, const cmty__value *values,
                                 cmty_error *err)
{
    const cmty_point corners[] = {
        min, {max.lon_deg, min.lat_deg}, max, {min.lon_deg, max.lat_deg}, min};
    const cmty__ring side = {corners, sizeof corners / sizeof corners[0]};
    OGRGeometryH whole, box, part = NULL;
    cmty__scope s;

    cmty__scope_enter(w, &s);
    whole = rings_geometry(rings, count);
    box = rings_geometry(&side, 1);
    if (whole != NULL && box != NULL)
        part = OGR_G_Intersection(whole, box);
    OGR_G_DestroyGeometry(whole);
    OGR_G_DestroyGeometry(box);
    if (part != NULL)
        part = only_polygons(part);
    cmty__scope_leave(&s);
    return put_row(w, part, true, values, err);
}

cmty_status cmty__writer_metadata(cmty__writer *w, const char *key, const char *value,
                                  cmty_error *err)
{
    CPLErr status;
    cmty__scope s;

    cmty__scope_enter(w, &s);
    status = GDALSetMetadataItem(w->dataset, key, value, NULL);
    cmty__scope_leave(&s);
    return cmty__scope_status(w, &s, status == CE_None, err);
}
