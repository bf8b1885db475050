/* SPDX-License-Identifier: MIT */
#ifndef CMTY_BENCH_OURS_H
#define CMTY_BENCH_OURS_H

/* The library as any program calls it: public headers, shared library, layers from a file. */

#include "layer.h"

#include <community/community.h>

typedef struct ours {
    cmty_beatset *beats;
    cmty_fenceset *fences;
} ours;
void ours_open(ours *o, const layer *l, bool fences); /* through a GeoPackage that it removes */
void ours_close(ours *o);

/* Beats: as peer.one. The area is the beat, for the ids of the file are in its order. */
void ours_batch(void *self, const cmty_point *p, size_t n, int32_t *area);
void ours_single(void *self, const cmty_point *p, size_t n, int32_t *area);
void ours_honest(void *self, const cmty_point *p, size_t n, int32_t *area);
/* Beats: as GEOS would count them, without the tolerance at the outer edge. */
void ours_strict(void *self, const cmty_point *p, size_t n, int32_t *area);

/* Fences: as peer.all. */
void ours_fence_single(void *self, const cmty_point *p, size_t n, int32_t *count);

#endif
