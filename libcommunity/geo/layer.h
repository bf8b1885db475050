/* SPDX-License-Identifier: MIT */
#ifndef CMTY_GEO_LAYER_H
#define CMTY_GEO_LAYER_H

/* What the files that read layers share. Private to geo. */

#include "geo/geo.h"

#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>
#include <proj.h>

/* ---- gdal.c ---- */

/* GDAL's errors of this thread between begin and end: noted, and kept from the host. Its words may
   quote values, so they are never passed on. */
typedef struct cmty__quiet {
    bool failed;
} cmty__quiet;
void cmty__quiet_begin(cmty__quiet *q);
void cmty__quiet_end(cmty__quiet *q);

/* Opens the layer that a spec means. The caller closes the dataset. *several: it failed only
   because the spec does not choose among several layers. */
cmty_status cmty__gdal_open(const cmty__spec *spec, bool polygons, bool points, GDALDatasetH *set,
                            OGRLayerH *layer, bool *several, cmty_error *err);

/* ---- carry.c: from the layer's CRS to WGS 84 ---- */

typedef struct cmty__carry {
    PJ_CONTEXT *context;
    PJ *operation; /* one for the whole layer; NULL: coordinates are WGS 84 degrees already */
    bool densify;  /* straight lines do not stay straight */
    double densify_m;
    char name[64];     /* of the CRS */
    char how[128];     /* PROJ's name of the operation; empty: none */
    double accuracy_m; /* as PROJ states it; NaN: unknown; 0 without an operation */
} cmty__carry;
cmty_status cmty__carry_open(OGRLayerH layer, const cmty__spec *spec, const cmty__layer_options *o,
                             cmty__carry *out, cmty_error *err);
void cmty__carry_close(cmty__carry *c);
/* The same for a survey, which goes on where it can: what is doubtful in the CRS, if anything. */
typedef struct cmty__doubts {
    int32_t code;       /* CMTY_FLAW_*; 0: none */
    const char *detail; /* static, or NULL */
    bool blind;         /* there is no way to WGS 84, and no operation */
    cmty_point middle;  /* of the layer, in its CRS, axes put right */
    double step;        /* a short way there */
} cmty__doubts;
cmty_status cmty__carry_survey(OGRLayerH layer, const cmty__spec *spec,
                               const cmty__layer_options *o, cmty__carry *out, cmty__doubts *doubts,
                               cmty_error *err);
/* False if there is no such place. */
bool cmty__carry_point(const cmty__carry *c, cmty_point from, cmty_point *to);

typedef struct cmty__path {
    cmty_point *points;
    size_t count, capacity;
    bool no_memory, no_place;
} cmty__path;
/* Appends the line through these points, which are in the layer's CRS; repeated points are left
   out. The points between two given ones depend on the two alone, not on their order. */
void cmty__carry_line(const cmty__carry *c, const cmty_point *from, size_t count, cmty__path *to);

/* ---- shape.c: geometries to rings and points ---- */

typedef struct cmty__extent {
    size_t start, count;
} cmty__extent;

typedef struct cmty__shapes {
    const cmty__carry *carry;
    bool polygons, points, lines, repair; /* what is wanted */
    cmty__path path;                      /* all points of all features */
    cmty__extent *rings;                  /* in path */
    size_t ring_count, ring_capacity;
    /* of the feature that was read last */
    size_t parts, collapsed, unclosed, ignored;
    double area_m2, area_change_m2;
    bool valid, repaired;
    cmty_point *scratch;
    size_t scratch_capacity;
} cmty__shapes;
/* CMTY_OK, or CMTY_E_FORMAT with *why a static text, or CMTY_E_NOMEM. */
cmty_status cmty__shapes_read(cmty__shapes *s, OGRGeometryH geometry, const char **why);
void cmty__shapes_free(cmty__shapes *s);

#endif
