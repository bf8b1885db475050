/* SPDX-License-Identifier: MIT */
#ifndef CMTY_PRIVACY_CATCHMENT_H
#define CMTY_PRIVACY_CATCHMENT_H

/*
 * What catchments are made of. Private to privacy.
 *
 * Each area's box is cut in two again and again, by the longer side, where the addresses on both
 * sides weigh most nearly the same and at least k. A catchment is what no cut can divide any more,
 * a box and its area together: every point of the area is in exactly one, and its anchor in it.
 */

#include "privacy/privacy.h"

/* Weights are counted in whole 1024ths, so that sums are exact in any order. */
enum { CMTY__WEIGHT_ONE = 1024 };
#define CMTY__NO_NODE UINT32_MAX

/* What lies below a node of the tree. Values are kept in stores: append, never renumber. */
enum {
    CMTY__NODE_LON = 0,      /* two halves: west of split_deg; at it or east of it */
    CMTY__NODE_LAT = 1,      /* south of split_deg; at it or north of it */
    CMTY__NODE_ANCHOR = 2,   /* a catchment */
    CMTY__NODE_WITHHELD = 3, /* a catchment for which no anchor was found */
};
typedef struct cmty__catchment_node {
    uint32_t kind;
    uint32_t first; /* west or south half, the other one follows it; or number of the catchment */
    double split_deg;
} cmty__catchment_node;

static inline double cmty__along(cmty_point p, int axis)
{
    return axis == CMTY__NODE_LON ? p.lon_deg : p.lat_deg;
}

typedef struct cmty__catchment {
    cmty_point anchor;
    double radius_m, weight;
} cmty__catchment;

struct cmty__catchments {
    size_t version_count;
    size_t *first_area;      /* version_count + 1; where a version's areas begin in the next two */
    uint32_t *roots;         /* CMTY__NO_NODE: the area weighs less than k */
    int32_t *address_counts; /* weight of the area, rounded down */
    cmty__catchment_node *nodes; /* halves after the whole */
    size_t node_count, node_capacity;
    cmty__catchment *leaves;
    size_t leaf_count, leaf_capacity;
    cmty__areas *places; /* public ones; NULL: none */
    size_t place_count;
    cmty__catchment *place; /* of each place, weight 0 */
    int32_t *place_areas;   /* of each version and place: the area that holds its anchor, or -1 */
};

/* catchment_places.c: keeps a copy of the places, and finds their anchors. */
cmty_status cmty__catchments_exempt(cmty__catchments *c, const cmty__areas *const *versions,
                                    const cmty__areas *places, cmty_error *err);
/* Room for so many places; false: out of memory. */
bool cmty__catchments_place_room(cmty__catchments *c, size_t count);
/* The place that serves p in this area, or NULL. */
const cmty__catchment *cmty__catchments_place(const cmty__catchments *c, int32_t version,
                                              int32_t area, cmty_point p);
/* The farthest corner of a box, rounded up: on the ellipsoid it is the farthest point to
   millimetres only. */
double cmty__catchment_reach_m(cmty_point anchor, cmty_point min, cmty_point max);

/* An empty set with room for so many areas in all; NULL: out of memory. */
cmty__catchments *cmty__catchments_new(size_t version_count, size_t area_count);

/* An address in its area. */
typedef struct cmty__dweller {
    cmty_point at;
    uint64_t weight; /* in 1024ths, not 0 */
    int32_t area;
} cmty__dweller;
/* Ascending by longitude or by latitude; ties by the other, then by weight. */
void cmty__dwellers_sort(cmty__dweller *d, size_t count, int axis /* CMTY__NODE_LON or _LAT */);
uint64_t cmty__dwellers_weight(const cmty__dweller *d, size_t count);

typedef struct cmty__catchment_site {
    const cmty__areas *areas;
    int32_t area;
    cmty_point min, max;     /* box of the catchment */
    cmty__dweller *dwellers; /* at least one; left in another order */
    size_t count;
} cmty__catchment_site;

/* catchment_cut.c: adds the tree of one area, whose box and addresses are given; its root is the
   first node that is added. False: out of memory. */
bool cmty__catchments_grow(cmty__catchments *c, const cmty__catchment_site *whole, uint64_t enough);

/* catchment_anchor.c: a place in the box of which the area is the lowest one, off its edges and off
   all addresses. False: none found. */
bool cmty__catchment_anchor(const cmty__catchment_site *site, cmty_point *anchor);

#endif
