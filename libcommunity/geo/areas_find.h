/* SPDX-License-Identifier: MIT */
#ifndef CMTY_GEO_AREAS_FIND_H
#define CMTY_GEO_AREAS_FIND_H

/* Between the ways to look up one point and many. Private to geo. */

#include "geo/areas_slots.h"

/* A point of a block that is not done with: the locals that hold it, or doubt. */
typedef struct cmty__left {
    uint64_t held;
    uint32_t point;
    bool doubt;
} cmty__left;

/* Looks up at most CMTY__FIND_BLOCK points. word: the number of each point's set, or, tagged, the
   leaf of a point that is left. Returns how many are left, in the order of points. One for each
   path. */
enum { CMTY__FIND_BLOCK = 256 };
size_t cmty__find_portable(const cmty__areas *a, const cmty_point *p, size_t n, uint32_t *word,
                           cmty__left *left);
size_t cmty__find_avx2(const cmty__areas *a, const cmty_point *p, size_t n, uint32_t *word,
                       cmty__left *left);
size_t cmty__find_avx512(const cmty__areas *a, const cmty_point *p, size_t n, uint32_t *word,
                         cmty__left *left);

/* Where hits go: to `hits`, or their areas to `areas` if that is NULL. */
typedef struct cmty__hit_list {
    cmty__hit *hits;
    int32_t *areas;
    size_t capacity, count;
    uint32_t from; /* lower numbers are not wanted */
} cmty__hit_list;

/* areas_query.c: the answer for one point, CMTY__ANSWER_*; for one that is left; and its hits. */
uint32_t cmty__answer_at(const cmty__areas *a, cmty_point p);
uint32_t cmty__answer_left(const cmty__areas *a, const cmty__left *left, uint32_t word,
                           cmty_point p);
void cmty__hits_left(const cmty__areas *a, const cmty__left *left, uint32_t word, cmty_point p,
                     cmty__hit_list *l);

#endif
