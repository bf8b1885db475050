/* SPDX-License-Identifier: MIT */
#ifndef CMTY_GEO_NEAREST_H
#define CMTY_GEO_NEAREST_H

/* Which edges can be the nearest one, by place. Private to geo. */

#include "geo/areas.h"
#include "geo/metric.h"

typedef struct cmty__nearest cmty__nearest;

/* NULL: no memory, or nothing to make it of. */
cmty__nearest *cmty__nearest_make(const cmty__areas *a);
void cmty__nearest_free(cmty__nearest *n);

/* Of equally near points the same one is taken, whatever the order. */
static inline bool cmty__comes_before(cmty_point a, cmty_point b)
{
    return a.lon_deg < b.lon_deg || (a.lon_deg == b.lon_deg && a.lat_deg < b.lat_deg);
}

/* The nearest point of a boundary and its distance. False: no answer there. */
bool cmty__nearest_margin(const cmty__nearest *n, const cmty__metric *m, double *margin_m,
                          cmty_point *nearest);

/* As cmty__areas_edges_near, each edge once. False: no answer there, or so far. */
#define CMTY__NEAREST_SURE_M 1.0
bool cmty__nearest_edges(const cmty__nearest *n, const cmty__metric *m, double within_m,
                         cmty__near_edge *out, size_t capacity, size_t *count);

#endif
