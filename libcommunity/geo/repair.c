/* SPDX-License-Identifier: MIT */
/* A copy of a layer with valid geometries, and nothing else changed. Serial per call. */
#include "geo/survey.h"
#include "geo/writer.h"

#include <limits.h>
#include <math.h>

typedef struct repairing {
    const char *file;
    const cmty_host *host;
    cmty__survey *survey;
    cmty__writer *writer;
    cmty__repaired done;
} repairing;

/* The shape of a survey as a geometry of GDAL; NULL if it holds no area. */
static OGRGeometryH mended_geometry(cmty__survey *s, size_t feature)
{
    const GEOSGeometry *shape = s->features[feature].shape;
    OGRGeometryH whole = NULL, polygons;
    GEOSWKBWriter *writer;
    unsigned char *wkb;
    size_t size = 0;

    if (shape == NULL || GEOSisEmpty_r(s->geos, shape) != 0)
        return NULL;
    writer = GEOSWKBWriter_create_r(s->geos);
    wkb = GEOSWKBWriter_write_r(s->geos, writer, shape, &size);
    if (wkb != NULL && size <= INT_MAX)
        (void)OGR_G_CreateFromWkb(wkb, NULL, &whole, (int)size);
    GEOSFree_r(s->geos, wkb);
    GEOSWKBWriter_destroy_r(s->geos, writer);
    if (whole == NULL || OGR_GT_Flatten(OGR_G_GetGeometryType(whole)) != wkbGeometryCollection)
        return whole;
    polygons = OGR_G_CreateGeometry(wkbMultiPolygon); /* lines and points were left over */
    for (int i = 0; i < OGR_G_GetGeometryCount(whole); i++) {
        OGRGeometryH part = OGR_G_GetGeometryRef(whole, i);
        OGRwkbGeometryType type = OGR_GT_Flatten(OGR_G_GetGeometryType(part));

        if (type == wkbPolygon)
            (void)OGR_G_AddGeometry(polygons, part);
        for (int k = 0; type == wkbMultiPolygon && k < OGR_G_GetGeometryCount(part); k++)
            (void)OGR_G_AddGeometry(polygons, OGR_G_GetGeometryRef(part, k));
    }
    OGR_G_DestroyGeometry(whole);
    return polygons;
}

/* By the rings as they stood: those of shells less those of holes. */
static double area_before_m2(const cmty__survey *s, size_t feature)
{
    const cmty__surveyed *f = &s->features[feature];
    double area_m2 = 0;

    for (size_t i = 0; i < f->polygon_count; i++) {
        const cmty__polygon *p = &s->polygons[f->first_polygon + i];

        for (size_t r = 0; r < p->ring_count; r++)
            if (s->carried[p->first_ring + r].count >= 4)
                area_m2 += (r > 0 ? -1 : 1) * cmty__survey_area_m2(&s->carried[p->first_ring + r]);
    }
    return area_m2;
}

static void note_repair(repairing *r, size_t feature)
{
    double before_m2 = area_before_m2(r->survey, feature);
    double after_m2 = cmty__survey_shape_m2(r->survey, feature);

    r->done.repaired++;
    r->done.before_m2 += before_m2;
    r->done.after_m2 += after_m2;
    r->done.most_m2 = fmax(r->done.most_m2, fabs(after_m2 - before_m2));
    cmty__notice(r->host, "%s: feature %zu was repaired; its area changed by %.3f m2", r->file,
                 feature + 1, after_m2 - before_m2);
}

static cmty_status repair_feature(repairing *r, OGRFeatureH feature, cmty_error *err)
{
    cmty__survey *s = r->survey;
    size_t faults = s->fault_count, index = s->feature_count;
    OGRGeometryH mended = NULL;
    bool wanted = false;
    cmty_status st = cmty__survey_take(s, OGR_F_GetGeometryRef(feature), err);

    if (st != CMTY_OK)
        return st;
    for (size_t i = faults; i < s->fault_count; i++)
        wanted |= s->faults[i].mended;
    if (wanted)
        mended = mended_geometry(s, index);
    if (mended != NULL)
        note_repair(r, index);
    r->done.features++;
    return cmty__writer_copy(r->writer, feature, mended, err);
}

static cmty_status repair_features(repairing *r, OGRLayerH from, cmty__quiet *quiet,
                                   cmty_error *err)
{
    GIntBig total = OGR_L_GetFeatureCount(from, FALSE);
    OGRFeatureH feature;
    cmty_status st = CMTY_OK;

    OGR_L_ResetReading(from);
    quiet->failed = false;
    while (st == CMTY_OK && (feature = OGR_L_GetNextFeature(from)) != NULL) {
        bool damaged = quiet->failed;

        if (r->done.features % 256 == 0)
            st = cmty__progress(r->host, "repairing",
                                total > 0 ? (double)r->done.features / (double)total : -1, err);
        if (st == CMTY_OK && !damaged)
            st = repair_feature(r, feature, err);
        OGR_F_Destroy(feature);
        quiet->failed = damaged;
        if (damaged)
            break;
    }
    if (st == CMTY_OK && quiet->failed)
        st = cmty__fail(err, CMTY_E_FORMAT, "%s is damaged or cut off after feature %zu", r->file,
                        r->done.features);
    return st;
}

/* What is not known to be where it says cannot be measured, and so is not changed. */
static cmty_status check_crs(const repairing *r, cmty_error *err)
{
    const cmty__tract *t = &r->survey->tracts[0];

    if (t->blind)
        return cmty__fail(err, CMTY_E_FORMAT,
                          "%s cannot be repaired before its CRS is known; say |crs=", r->file);
    if (t->swap)
        return cmty__fail(err, CMTY_E_FORMAT,
                          "%s has its axes swapped; write it with longitude first before it is "
                          "repaired",
                          r->file);
    return CMTY_OK;
}

static cmty_status repair_layer(repairing *r, const cmty__spec *spec, const cmty__layer_options *o,
                                cmty__quiet *quiet, cmty_error *err)
{
    GDALDatasetH set = NULL;
    OGRLayerH from = NULL;
    bool several;
    cmty_status st = cmty__gdal_open(spec, true, false, &set, &from, &several, err);

    if (st == CMTY_OK)
        st = cmty__survey_begin(r->survey, from, spec, o, err);
    if (st == CMTY_OK)
        st = check_crs(r, err);
    if (st == CMTY_OK)
        st = cmty__writer_like(
            r->writer,
            &(cmty__like){.layer = from, .srs = OGR_L_GetSpatialRef(from), .geometry = wkbUnknown},
            err);
    if (st == CMTY_OK)
        st = repair_features(r, from, quiet, err);
    if (st == CMTY_OK)
        st = cmty__writer_finish(r->writer, err);
    if (set != NULL)
        GDALClose(set);
    return st;
}

cmty_status cmty__repair(const cmty__spec *spec, const cmty__layer_options *o, const char *path,
                         cmty__repaired *out, cmty_error *err)
{
    repairing r = {.file = cmty__basename(spec->path), .host = o->host};
    cmty__quiet quiet;
    cmty_status st = cmty__survey_new(1, 0.001, &r.survey, err);

    cmty__quiet_begin(&quiet);
    if (st == CMTY_OK)
        st = cmty__writer_open(path, &r.writer, err);
    if (st == CMTY_OK)
        st = repair_layer(&r, spec, o, &quiet, err);
    cmty__writer_free(r.writer);
    cmty__survey_free(r.survey);
    cmty__quiet_end(&quiet);
    if (st == CMTY_OK)
        *out = r.done;
    return st;
}
