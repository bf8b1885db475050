/* SPDX-License-Identifier: MIT */
#ifndef CMTY_GEO_AREAS_FIND_H
#define CMTY_GEO_AREAS_FIND_H

/* Between the ways to look up one point and many. Private to geo. */

#include "geo/areas_slots.h"

/* The ways to look up a block of at most CMTY__FIND_BLOCK points, one set for each kind of
   processor. */
enum { CMTY__FIND_BLOCK = 256 };

/* A point of a block that is not done with: the locals that hold it, or doubt. */
typedef struct cmty__left {
    uint64_t held;
    uint32_t point;
    bool doubt;
} cmty__left;

typedef struct cmty__finder {
    /* word: the number of each point's set, or, tagged, the leaf of a point that is left. Returns
       how many are left, in no order. */
    size_t (*find)(const cmty__areas *a, const cmty_point *p, size_t n, uint32_t *word,
                   cmty__left *left);
    /* As cmty__areas_first_many. */
    void (*first)(const cmty__areas *a, const cmty_point *p, size_t n, int32_t *area,
                  uint8_t *flags);
    /* The answer for one point of a leaf. */
    uint32_t (*leaf)(const cmty__areas *a, cmty__place at, cmty_point p);
    /* As cmty__areas_unclear. */
    size_t (*unclear)(const cmty__areas *a, const cmty_point *p, double within_m, uint16_t *which,
                      size_t n);
} cmty__finder;
const cmty__finder *cmty__best_finder(void); /* of this processor */
extern const cmty__finder cmty__finder_portable, cmty__finder_avx2, cmty__finder_avx512;

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

/* ---- is surely no boundary near? ---- */

/* A distance in steps, rounded up. */
typedef struct cmty__reach {
    double wide, high;
    bool far; /* also within a coarse cell whose word says that no edge is near */
} cmty__reach;

static inline cmty__reach cmty__reach_of(const cmty__areas *a, double within_m)
{
    return (cmty__reach){within_m / a->step_m[0] + 2, within_m / a->step_m[1] + 2,
                         within_m < cmty__areas_clear_m(a)};
}

/* Farther than this beyond the grid, which holds all areas. */
static inline bool cmty__beyond(const cmty__areas *a, int axis, double deg, double steps)
{
    double t = (deg - a->head->origin[axis]) * a->head->per_deg[axis];

    return t < -steps || t > a->limit[axis] + steps;
}

/* In the frame of a cell of this level, in which such a box fits. */
static inline cmty__halves cmty__halves_of(const cmty__reach *r, uint32_t level)
{
    double shrink = 1.0 / (1U << (CMTY__SUB_LEVELS - level)), most = CMTY__LOCAL_SIDE - 2;

    return (cmty__halves){(int)fmin(r->wide * shrink, most) + 2,
                          (int)fmin(r->high * shrink, most) + 2};
}

/* The leaves that a box round p touches: those of its corners, as it is no larger than the finest
   cell. SIZE_MAX: it is. */
enum { CMTY__CORNERS = 4 };
static inline size_t cmty__leaves_round(const cmty__areas *a, uint32_t u, uint32_t v,
                                        const cmty__reach *r, cmty__place *leaf)
{
    const double most = CMTY__LOCAL_SIDE * 0.5 - 2;
    uint32_t wide, high, east, north;
    size_t count = 0;

    if (!(r->wide < most && r->high < most))
        return SIZE_MAX;
    wide = (uint32_t)r->wide + 1;
    high = (uint32_t)r->high + 1;
    east = (uint32_t)fmin(u + wide, a->limit[0]);
    north = (uint32_t)fmin(v + high, a->limit[1]);
    for (unsigned k = 0; k < CMTY__CORNERS; k++) {
        cmty__place at = cmty__place_at(a, k % 2 != 0 ? east : u - (u < wide ? u : wide),
                                        k / 2 != 0 ? north : v - (v < high ? v : high));
        bool known = (at.word & CMTY__TAG) == CMTY__TAG_SET;

        for (size_t i = 0; i < count; i++)
            known = known || leaf[i].word == at.word;
        leaf[count] = at;
        count += !known;
    }
    return count;
}

/* In the frame of the cell of one of them. */
static inline int cmty__frame_of(uint32_t fixed, uint32_t corner, uint32_t level)
{
    int64_t low = corner >> (CMTY__CELL_BITS - level) << (CMTY__CELL_BITS - level);

    return (int)((fixed - low) >> (CMTY__SUB_LEVELS - level));
}

static inline bool cmty__corners_clear(const cmty__areas *a, uint32_t u, uint32_t v,
                                       const cmty__reach *r)
{
    cmty__place leaf[CMTY__CORNERS];
    size_t count = cmty__leaves_round(a, u, v, r, leaf);

    if (count == SIZE_MAX)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!cmty__line_misses(
                a->lines + (leaf[i].word & CMTY__REST), cmty__frame_of(u, leaf[i].u, leaf[i].level),
                cmty__frame_of(v, leaf[i].v, leaf[i].level), cmty__halves_of(r, leaf[i].level)))
            return false;
    return true;
}

static inline bool cmty__point_clear(const cmty__areas *a, cmty_point p, const cmty__reach *r)
{
    cmty__place at = cmty__place_of(a, p);
    uint32_t size = 1U << (CMTY__CELL_BITS - at.level);
    uint32_t u = at.u & (size - 1), v = at.v & (size - 1);

    if ((at.word == 0 && r->far) || cmty__beyond(a, 0, p.lon_deg, r->wide)
        || cmty__beyond(a, 1, p.lat_deg, r->high))
        return true;
    if (!(u > r->wide && v > r->high && u + r->wide < size && v + r->high < size))
        return cmty__corners_clear(a, at.u, at.v, r);
    if ((at.word & CMTY__TAG) == CMTY__TAG_SET)
        return true;
    return cmty__line_misses(a->lines + (at.word & CMTY__REST), cmty__local(at.u, at.level),
                             cmty__local(at.v, at.level), cmty__halves_of(r, at.level));
}

#endif
