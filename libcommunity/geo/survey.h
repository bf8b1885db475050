/* SPDX-License-Identifier: MIT */
#ifndef CMTY_GEO_SURVEY_H
#define CMTY_GEO_SURVEY_H

/* What the files that survey layers share. Private to geo. "Plane" is the layer's own CRS: what is
   straight there is an edge. */

#include "geo/layer.h"

#include <geos_c.h>

/* Rings of one polygon, the shell first. */
typedef struct cmty__polygon {
    size_t first_ring, ring_count;
} cmty__polygon;

typedef struct cmty__surveyed {
    size_t first_polygon, polygon_count;
    GEOSGeometry *shape;                  /* plane, valid; NULL: nothing with an area */
    const GEOSPreparedGeometry *prepared; /* of the shape, once it was asked for */
    cmty_point min, max;                  /* plane */
} cmty__surveyed;

/* A layer of the survey. */
typedef struct cmty__tract {
    size_t first_feature;
    cmty__carry carry;
    bool blind; /* its CRS is not known: shapes are not looked at */
    bool swap;  /* latitude stands first */
} cmty__tract;

struct cmty__survey {
    GEOSContextHandle_t geos;
    cmty__arena *kept; /* points of rings and of faults */
    double sliver_m, ignore_m;
    cmty__surveyed *features;
    size_t feature_count, feature_capacity;
    cmty__polygon *polygons;
    size_t polygon_count, polygon_capacity;
    cmty__ring *plain, *carried; /* the same rings in the plane and on WGS 84, closed; a carried
                                    ring may have no points where it collapsed */
    size_t ring_count, plain_capacity, carried_capacity;
    cmty__tract *tracts;
    size_t tract_count, tract_capacity;
    cmty__fault *faults;
    size_t fault_count, fault_capacity;
    cmty__path path;         /* scratch */
    bool mixed;              /* layers of several CRS: shapes are compared on WGS 84 */
    bool level;              /* and have been made there */
    cmty__carry degrees;     /* from WGS 84 to itself */
    double m_per_x, m_per_y; /* metres of a plane unit about the middle of the first layer */
    cmty__fault lost;        /* takes what is said of a fault that had no room */
    bool no_memory;          /* sticks */
};

/* ---- survey.c ---- */

/* Adds a fault and gives it back to be completed; never NULL: without memory it goes nowhere. */
cmty__fault *cmty__survey_fault(cmty__survey *s, int32_t code, size_t feature);
const cmty__tract *cmty__survey_tract(const cmty__survey *s, size_t feature);
/* On WGS 84; NaN where there is no such place. */
cmty_point cmty__survey_carry(const cmty__survey *s, size_t feature, cmty_point p);
/* The line through plane points, carried, as the line of a fault. */
void cmty__survey_line(cmty__survey *s, cmty__fault *fault, const cmty_point *p, size_t count);
/* A plane distance in metres, near enough to compare with a tolerance. */
double cmty__survey_m(const cmty__survey *s, cmty_point a, cmty_point b);
/* How far p lies from the straight line between a and b, metres; *t: where, 0 at a to 1 at b. */
double cmty__survey_off_m(const cmty__survey *s, cmty_point p, cmty_point a, cmty_point b,
                          double *t);

/* Of a ring whose edges are straight in longitude and latitude, as they are kept: a sliver that is
   kilometres long would be lost between geodesics. */
double cmty__survey_area_m2(const cmty__ring *ring);
double cmty__survey_length_m(const cmty__ring *ring);

/* Called while a layer is read. */
cmty_status cmty__survey_begin(cmty__survey *s, OGRLayerH layer, const cmty__spec *spec,
                               const cmty__layer_options *o, cmty_error *err);
const cmty__carry *cmty__survey_carrying(const cmty__survey *s); /* of the newest layer */
void cmty__survey_choice(cmty__survey *s); /* the file has several layers and none is named */
/* One feature; NULL: without a geometry. */
cmty_status cmty__survey_take(cmty__survey *s, OGRGeometryH geometry, cmty_error *err);

/* ---- survey_ring.c ---- */

/* Reports what is wrong with a ring of the newest feature, and leaves out points that repeat and
   spikes without width. Points has room for one more. Returns how many stay, closed; 0: no area. */
size_t cmty__survey_clean(cmty__survey *s, cmty_point *points, size_t count);
/* Reports spikes that are narrower than what is ignored. */
void cmty__survey_spikes(cmty__survey *s, const cmty__ring *ring);
/* Reports where the rings of an invalid feature cross, touch or run along each other. Returns how
   many places there are; `crossing`: touching counts as crossing. */
size_t cmty__survey_crossings(cmty__survey *s, size_t feature, bool crossing);

/* ---- survey_shape.c ---- */

/* Makes the shape of the newest feature, and reports why it is invalid. */
void cmty__survey_shape(cmty__survey *s);
double cmty__survey_shape_m2(cmty__survey *s, size_t feature);
/* Before features are compared: brings shapes of several CRS to one. */
void cmty__survey_level(cmty__survey *s);

#endif
