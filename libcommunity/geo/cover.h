/* SPDX-License-Identifier: MIT */
#ifndef CMTY_GEO_COVER_H
#define CMTY_GEO_COVER_H

/* What a cover is made of, and how boxes are searched. Private to geo. */

#include "geo/geos.h"

struct cmty__cover {
    cmty__geos geos;
    size_t count;
    GEOSGeometry **units; /* multipolygons in normal form; empty where earlier areas took all */
    double *area_m2;
    double overlap_m2;
    cmty__ring_list list;
    cmty__ring *rings;
    size_t *first_ring; /* count + 1 */
};

/* Numbered boxes. What is put in must stay until the tree is freed. */
typedef struct cmty__boxes {
    cmty__geos *geos;
    GEOSSTRtree *tree;
    uint32_t *numbers; /* what the tree points to */
    uint32_t *found;   /* of the last search, ascending */
    size_t found_count, found_capacity;
} cmty__boxes;
bool cmty__boxes_make(cmty__boxes *b, cmty__geos *g, GEOSGeometry *const *shapes, size_t count);
bool cmty__boxes_search(cmty__boxes *b, const GEOSGeometry *shape);
void cmty__boxes_free(cmty__boxes *b);

/* Overlays, as multipolygons in normal form. NULL: GEOS failed, or out of memory. */
GEOSGeometry *cmty__common(cmty__geos *g, const GEOSGeometry *a, const GEOSGeometry *b);
GEOSGeometry *cmty__less(cmty__geos *g, const GEOSGeometry *a, const GEOSGeometry *less);
/* The union of some of these. */
GEOSGeometry *cmty__joined(cmty__geos *g, GEOSGeometry *const *shapes, const uint32_t *numbers,
                           size_t count);

#endif
