/* SPDX-License-Identifier: MIT */
#ifndef CMTY_GEO_AREAS_H
#define CMTY_GEO_AREAS_H

/*
 * The index behind cmty__areas. Private to geo.
 *
 * A grid lies over the box of all areas. A cell without edges has one answer, its word. A cell with
 * edges is a leaf: the unique edges that touch it, and the areas that these edges bound there, its
 * locals. For a point p of the cell and an area A,
 *
 *     p in A  =  base(A) xor parity of the listed edges of A that say "crossed" at p,
 *
 * where an edge says "crossed" if it straddles p's latitude and passes left of p, corrected by its
 * breaks: an end that lies in a column left of the cell flips the edge's answer for every point at
 * or above that end. So what a listed edge does left of the cell, where its neighbours are not
 * listed, cancels. Straddling is half-open (an end belongs to what is above it), sides are exact.
 * The formula needs no general position: it is a definition at every point, and it equals "inside"
 * at every point that lies on no edge. Points on an edge are found exactly and are held by every
 * area that the edge bounds.
 */

#include "geo/geo.h"
#include "geo/orient.h"

#define CMTY__NO_AREA UINT32_MAX
#define CMTY__LEAF 0x80000000U /* in a word: the rest is a leaf number */

/* An edge of one or two areas, stored once. One that comes an even number of times in its area
   bounds nothing: a seam between two parts, or a spike. It toggles nothing but can be touched. */
typedef struct cmty__edge {
    cmty_point a, b; /* a first: by longitude, then latitude */
    uint32_t owner[2];
    uint32_t seam;
} cmty__edge;

/* An edge in a leaf. */
typedef struct cmty__entry {
    cmty_point a, b;
    uint32_t local[2]; /* numbers of its areas in the leaf; CMTY__NO_AREA: no second one */
    uint8_t break_a, break_b, seam;
} cmty__entry;

typedef struct cmty__leaf {
    uint32_t constant; /* set of the areas that hold the whole cell */
    uint32_t local_count, entry_count;
    uint64_t first_local, first_base, first_entry; /* base: one bit per local, 64 to a word */
} cmty__leaf;

/* The cells; set 0 is empty, set k + 1 is area k alone, later ones were met while building. */
typedef struct cmty__grid {
    cmty_point min, max;
    double per_lon, per_lat; /* cells per degree */
    uint32_t columns, rows;
    uint32_t *words;
    cmty__leaf *leaves;
    size_t leaf_count, leaf_capacity;
    uint32_t *locals; /* area numbers, ascending in each leaf */
    size_t local_count, local_capacity;
    uint64_t *bases;
    size_t base_count, base_capacity;
    cmty__entry *entries;
    size_t entry_count, entry_capacity;
    size_t *set_first; /* set_count + 1 */
    size_t set_count, set_first_capacity;
    uint32_t *set_areas; /* ascending in each set */
    size_t set_area_count, set_area_capacity;
    /* From the finest up: does a block of 2^level x 2^level cells hold a leaf? Level 0 is the
     * words.
     */
    uint8_t *occupied[32];
    uint32_t level_columns[32], level_rows[32];
    uint32_t level_count;
} cmty__grid;

struct cmty__areas {
    size_t count;
    cmty_point *points;
    size_t point_count;
    cmty__ring *rings;
    size_t ring_count;
    size_t *first_ring;    /* count + 1 */
    cmty_point *min, *max; /* of each area */
    cmty__grid grid;
    struct cmty__late *late; /* made when it pays */
};

/* areas_near.c */
struct cmty__late *cmty__late_new(size_t edge_count); /* NULL: no memory */
void cmty__late_free(struct cmty__late *late);

/* areas_edges.c: every edge once, in the order in which the rings name them first. */
cmty_status cmty__edges_collect(const cmty__areas *a, cmty__edge **out, size_t *count,
                                cmty_error *err);

/* areas_grid.c */
cmty_status cmty__grid_build(cmty__areas *a, const cmty__edge *edges, size_t count,
                             cmty_error *err);
void cmty__grid_clear(cmty__grid *g);

/* areas_query.c: as cmty__areas_hits, of the areas numbered `from` and up. */
size_t cmty__areas_hits_from(const cmty__areas *a, cmty_point p, uint32_t from, cmty__hit *hits,
                             size_t capacity);

/* areas_near.c: the edges that bound an area and have a point within `within_m` of p. One that lies
   in several leaves may come more than once. Returns how many, writes at most capacity. */
typedef struct cmty__near_edge {
    cmty_point a, b;
    uint32_t area[2]; /* the second: CMTY__NO_AREA if there is one area */
    double distance_m;
} cmty__near_edge;
size_t cmty__areas_edges_near(const cmty__areas *a, cmty_point p, double within_m,
                              cmty__near_edge *out, size_t capacity);

/* areas_set.c: numbers for sets of areas while a grid is built. */
typedef struct cmty__set_maker {
    cmty__grid *grid;
    uint32_t *slots; /* open addressing; 0: free */
    size_t slot_count, used;
} cmty__set_maker;
/* Makes the sets of none and of each one area. */
bool cmty__sets_begin(cmty__set_maker *m, cmty__grid *g, size_t area_count);
bool cmty__sets_number(cmty__set_maker *m, const uint32_t *areas, size_t count, uint32_t *number);
void cmty__sets_end(cmty__set_maker *m);

/* What an edge says about a point. */
enum { CMTY__CROSSED = 1, CMTY__TOUCHED = 2 };

/* CROSSED: it straddles p's latitude and passes strictly left of p. TOUCHED: p lies on it. */
static inline unsigned cmty__passes(cmty_point a, cmty_point b, cmty_point p)
{
    bool a_above = a.lat_deg > p.lat_deg, b_above = b.lat_deg > p.lat_deg;
    int side;

    if (p.lon_deg > b.lon_deg)
        return a_above != b_above ? CMTY__CROSSED : 0;
    if (p.lon_deg < a.lon_deg || (a_above && b_above)
        || (a.lat_deg < p.lat_deg && b.lat_deg < p.lat_deg))
        return 0;
    side = cmty__orient_fast(a, b, p);
    if (side == 0)
        return CMTY__TOUCHED;
    if (a_above == b_above)
        return 0;
    return (b_above ? side < 0 : side > 0) ? CMTY__CROSSED : 0;
}

static inline unsigned cmty__entry_says(const cmty__entry *e, cmty_point p)
{
    unsigned says = cmty__passes(e->a, e->b, p);

    if (e->seam)
        return says & CMTY__TOUCHED;
    says ^= (unsigned)(e->break_a & (uint8_t)(e->a.lat_deg <= p.lat_deg));
    return says ^ (unsigned)(e->break_b & (uint8_t)(e->b.lat_deg <= p.lat_deg));
}

/* Column and row of a position in the box; monotone, so that order on the globe is order here. */
static inline uint32_t cmty__grid_column(const cmty__grid *g, double lon_deg)
{
    uint32_t i = (uint32_t)((lon_deg - g->min.lon_deg) * g->per_lon);

    return i < g->columns ? i : g->columns - 1;
}

static inline uint32_t cmty__grid_row(const cmty__grid *g, double lat_deg)
{
    uint32_t j = (uint32_t)((lat_deg - g->min.lat_deg) * g->per_lat);

    return j < g->rows ? j : g->rows - 1;
}

#endif
