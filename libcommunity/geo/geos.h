/* SPDX-License-Identifier: MIT */
#ifndef CMTY_GEO_GEOS_H
#define CMTY_GEO_GEOS_H

/* Rings to and from GEOS. Private to geo. All geometries are on plain longitude and latitude, so
   that edges are straight as the index sees them, and in GEOS's normal form, so that nothing
   depends on where a ring begins or which way it runs. */

#include "geo/geo.h"

#include <geos_c.h>

typedef struct cmty__geos {
    GEOSContextHandle_t handle; /* quiet: what GEOS says may quote coordinates */
    bool no_memory;             /* sticks; all that fails otherwise is GEOS's own */
} cmty__geos;
cmty_status cmty__geos_open(cmty__geos *g, cmty_error *err);
void cmty__geos_close(cmty__geos *g); /* a zeroed one is fine */
/* Why a call gave NULL or false. */
cmty_status cmty__geos_fail(const cmty__geos *g, cmty_error *err);

/* The area that rings enclose by the even-odd rule, valid; NULL: GEOS failed. */
GEOSGeometry *cmty__geos_area(cmty__geos *g, const cmty__ring *rings, size_t count);
/* Only what has an area, as a multipolygon in normal form. Takes over `mixed`, which may be NULL;
   NULL: GEOS failed. */
GEOSGeometry *cmty__geos_polygons(cmty__geos *g, GEOSGeometry *mixed);

/* Copies of some of these in one collection; NULL: GEOS failed. */
GEOSGeometry *cmty__geos_bundle(cmty__geos *g, GEOSGeometry *const *shapes, const uint32_t *numbers,
                                size_t count);

/* Rings of one polygon, the outer one first, appended to points that may move. */
typedef struct cmty__ring_list {
    cmty_point *points;
    size_t point_count, point_capacity;
    size_t *ends; /* one past the last point of each ring */
    size_t ring_count, ring_capacity;
} cmty__ring_list;
bool cmty__geos_rings(cmty__geos *g, const GEOSGeometry *polygon, cmty__ring_list *to);
void cmty__ring_list_free(cmty__ring_list *list);

/* On the ellipsoid, m2, holes left out; of a polygon or multipolygon. */
bool cmty__geos_area_m2(cmty__geos *g, const GEOSGeometry *polygons, double *area_m2);

#endif
