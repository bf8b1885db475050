/* SPDX-License-Identifier: MIT */
/* Which areas hold a point: exactly, and without allocation. Any thread. */
#include "geo/areas.h"

/* The state of up to 64 locals of a leaf at a point, one bit each. */
typedef struct state {
    uint64_t inside, edge; /* edge: held as a point of the boundary */
} state;

static inline bool in_box(const cmty__grid *g, cmty_point p)
{
    return p.lon_deg >= g->min.lon_deg && p.lon_deg <= g->max.lon_deg && p.lat_deg >= g->min.lat_deg
           && p.lat_deg <= g->max.lat_deg;
}

static inline uint32_t word_at(const cmty__grid *g, cmty_point p)
{
    return g->words[(size_t)cmty__grid_row(g, p.lat_deg) * g->columns
                    + cmty__grid_column(g, p.lon_deg)];
}

/* Locals 64 w to 64 w + 63. A point on a seam is inside like all that surrounds it; on a spike
   nothing surrounds it, and it is a point of the boundary. */
static inline state leaf_state(const cmty__grid *g, const cmty__leaf *leaf, uint32_t w,
                               cmty_point p)
{
    const cmty__entry *e = g->entries + leaf->first_entry;
    uint64_t inside = g->bases[leaf->first_base + w], edge = 0, seam = 0;

    for (uint32_t i = 0; i < leaf->entry_count; i++, e++) {
        unsigned says = cmty__entry_says(e, p);

        if (says == 0)
            continue;
        for (int k = 0; k < 2; k++) {
            uint64_t bit = e->local[k] / 64 == w ? (uint64_t)1 << e->local[k] % 64 : 0;

            if (says & CMTY__CROSSED)
                inside ^= bit;
            if (says & CMTY__TOUCHED)
                *(e->seam ? &seam : &edge) |= bit;
        }
    }
    edge |= seam & ~inside;
    return (state){inside & ~edge, edge};
}

static uint32_t words_of(const cmty__leaf *leaf)
{
    return (leaf->local_count + 63) / 64;
}

/* Lowest member of a set; CMTY__NO_AREA of the empty one. */
static inline uint32_t set_lowest(const cmty__grid *g, uint32_t set)
{
    if (set == 0)
        return CMTY__NO_AREA;
    return g->set_areas[g->set_first[set]];
}

static inline size_t set_size(const cmty__grid *g, uint32_t set)
{
    return g->set_first[set + 1] - g->set_first[set];
}

/* ---- the lowest area ---- */

enum { FLAG_EDGE = 1, FLAG_SEVERAL = 2 };

static inline uint32_t leaf_first(const cmty__grid *g, const cmty__leaf *leaf, cmty_point p,
                                  uint8_t *flags)
{
    uint32_t lowest = set_lowest(g, leaf->constant);
    size_t holding = leaf->constant == 0 ? 0 : set_size(g, leaf->constant);
    bool edge = false;

    for (uint32_t w = 0; w < words_of(leaf); w++) {
        state s = leaf_state(g, leaf, w, p);
        uint64_t held = s.inside | s.edge;
        uint32_t area;

        if (held == 0)
            continue;
        edge |= s.edge != 0;
        holding += (size_t)__builtin_popcountll(held);
        area = g->locals[leaf->first_local + (uint64_t)64 * w + (uint64_t)__builtin_ctzll(held)];
        lowest = area < lowest ? area : lowest;
    }
    *flags = (uint8_t)((edge ? FLAG_EDGE : 0) | (holding > 1 ? FLAG_SEVERAL : 0));
    return lowest;
}

static inline int32_t word_first(const cmty__grid *g, uint32_t word, cmty_point p, uint8_t *flags)
{
    if (word & CMTY__LEAF)
        return (int32_t)leaf_first(g, &g->leaves[word & ~CMTY__LEAF], p, flags);
    *flags = word != 0 && set_size(g, word) > 1 ? FLAG_SEVERAL : 0;
    return (int32_t)set_lowest(g, word); /* CMTY__NO_AREA becomes -1 */
}

int32_t cmty__areas_first(const cmty__areas *a, cmty_point p, bool *edge, bool *several)
{
    uint8_t flags = 0;
    int32_t area = in_box(&a->grid, p) ? word_first(&a->grid, word_at(&a->grid, p), p, &flags) : -1;

    if (edge != NULL)
        *edge = (flags & FLAG_EDGE) != 0;
    if (several != NULL)
        *several = (flags & FLAG_SEVERAL) != 0;
    return area;
}

/* Two passes over blocks, so that the look-ups of many points wait for memory together. */
void cmty__areas_first_many(const cmty__areas *a, const cmty_point *p, size_t n, int32_t *area,
                            uint8_t *flags)
{
    enum { BLOCK = 256 };
    const cmty__grid *g = &a->grid;
    uint32_t words[BLOCK];

    for (size_t start = 0; start < n; start += BLOCK) {
        size_t count = n - start < BLOCK ? n - start : BLOCK;

        for (size_t i = 0; i < count; i++) {
            words[i] = in_box(g, p[start + i]) ? word_at(g, p[start + i]) : 0;
            if (words[i] & CMTY__LEAF)
                __builtin_prefetch(&g->leaves[words[i] & ~CMTY__LEAF]);
        }
        for (size_t i = 0; i < count; i++) {
            uint8_t said = 0;

            area[start + i] = words[i] == 0 ? -1 : word_first(g, words[i], p[start + i], &said);
            if (flags != NULL)
                flags[start + i] = said;
        }
    }
}

/* ---- all areas ---- */

typedef struct hit_list {
    cmty__hit *hits;
    size_t capacity, count;
    uint32_t from; /* lower numbers are not wanted */
} hit_list;

static void put_hit(hit_list *l, uint32_t area, int32_t kind)
{
    if (area < l->from)
        return;
    if (l->count < l->capacity)
        l->hits[l->count] = (cmty__hit){(int32_t)area, kind};
    l->count++;
}

static void leaf_hits(const cmty__grid *g, const cmty__leaf *leaf, cmty_point p, hit_list *l)
{
    size_t next = g->set_first[leaf->constant], end = g->set_first[leaf->constant + 1];

    for (uint32_t w = 0; w < words_of(leaf); w++) {
        state s = leaf_state(g, leaf, w, p);

        for (uint64_t held = s.inside | s.edge; held != 0; held &= held - 1) {
            uint32_t bit = (uint32_t)__builtin_ctzll(held);
            uint32_t area = g->locals[leaf->first_local + (uint64_t)64 * w + bit];

            while (next < end && g->set_areas[next] < area)
                put_hit(l, g->set_areas[next++], CMTY__HIT_INSIDE);
            put_hit(l, area, s.edge >> bit & 1 ? CMTY__HIT_EDGE : CMTY__HIT_INSIDE);
        }
    }
    while (next < end)
        put_hit(l, g->set_areas[next++], CMTY__HIT_INSIDE);
}

size_t cmty__areas_hits_from(const cmty__areas *a, cmty_point p, uint32_t from, cmty__hit *hits,
                             size_t capacity)
{
    const cmty__grid *g = &a->grid;
    hit_list l = {hits, capacity, 0, from};
    uint32_t word;

    if (!in_box(g, p))
        return 0;
    word = word_at(g, p);
    if (word & CMTY__LEAF)
        leaf_hits(g, &g->leaves[word & ~CMTY__LEAF], p, &l);
    else
        for (size_t i = g->set_first[word]; i < g->set_first[word + 1]; i++)
            put_hit(&l, g->set_areas[i], CMTY__HIT_INSIDE);
    return l.count;
}

size_t cmty__areas_hits(const cmty__areas *a, cmty_point p, cmty__hit *hits, size_t capacity)
{
    return cmty__areas_hits_from(a, p, 0, hits, capacity);
}

bool cmty__areas_contains(const cmty__areas *a, int32_t area, cmty_point p)
{
    cmty__hit hit;

    return cmty__areas_hits_from(a, p, (uint32_t)area, &hit, 1) > 0 && hit.area == area;
}
