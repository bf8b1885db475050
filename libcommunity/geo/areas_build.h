/* SPDX-License-Identifier: MIT */
#ifndef CMTY_GEO_AREAS_BUILD_H
#define CMTY_GEO_AREAS_BUILD_H

/* Making the index of areas.h. Private to geo; serial per builder. */

#include "geo/areas.h"

/* Inlined, as fmin and fmax are not, who mind NaN and the sign of zero. */
static inline double cmty__less(double a, double b)
{
    return a < b ? a : b;
}

static inline double cmty__more_of(double a, double b)
{
    return a > b ? a : b;
}

/* A set of areas, with the xor of its members' hashes. */
typedef struct cmty__area_set {
    uint32_t *areas; /* ascending */
    size_t count, capacity;
    uint64_t hash;
} cmty__area_set;

bool cmty__area_set_has(const cmty__area_set *s, uint32_t area);
size_t cmty__area_set_place(const cmty__area_set *s, uint32_t area);
bool cmty__area_set_add(cmty__area_set *s, uint32_t area);
bool cmty__area_set_toggle(cmty__area_set *s, uint32_t area);
bool cmty__area_set_copy(cmty__area_set *to, const cmty__area_set *from);

/* Numbers for sets, each stored once. The first stored one is empty. */
typedef struct cmty__set_maker {
    size_t area_count;
    uint32_t *first; /* count + 1 */
    size_t count, first_capacity;
    uint32_t *members;
    size_t member_count, member_capacity;
    uint64_t *hashes; /* of each set */
    size_t hash_capacity;
    uint32_t *slots; /* open addressing; 0: free */
    size_t slot_count;
} cmty__set_maker;
bool cmty__sets_begin(cmty__set_maker *m, size_t area_count);
bool cmty__sets_number(cmty__set_maker *m, const cmty__area_set *s, uint32_t *number);
void cmty__sets_free(cmty__set_maker *m);

/* An edge in steps of the fixed-point grid, not yet cut off. */
typedef struct cmty__stepped {
    double ax, ay, bx, by; /* in the order of cmty__edge_ends */
} cmty__stepped;

typedef struct cmty__builder {
    const cmty_point *points;
    const cmty__edge *edges;
    size_t edge_count, area_count;
    double origin[2], per_deg[2], limit[2];
    uint32_t columns, rows;
    cmty__stepped *stepped;
    uint32_t *first, *list; /* edges of each coarse cell */
    uint32_t *words;
    size_t word_count, word_capacity;
    cmty__line *lines;
    size_t line_count, line_capacity;
    uint32_t *numbers;
    size_t number_count, number_capacity;
    cmty__set_maker sets;
    cmty__area_set row;    /* areas at the reference point of the first sub-cell of a row */
    cmty__area_set now;    /* areas at the reference point of the coarse cell */
    cmty__area_set inner;  /* and of the sub-cell */
    cmty__area_set locals; /* of the leaf that is being made */
    cmty__area_set other;  /* scratch */
    uint32_t *touched;     /* scratch: cells of one edge */
    size_t touched_capacity;
    uint32_t *inner_first, *inner_cell, *inner_edge, *inner_list; /* scratch of a sub-grid */
    size_t inner_capacity;
} cmty__builder;

/* A cell of a level: 0 is a coarse cell, 5 the finest sub-cell. */
typedef struct cmty__cell {
    uint32_t level, column, row;
} cmty__cell;

/* A place in steps, of which the point is the nearest double. */
typedef struct cmty__spot {
    double x, y;
} cmty__spot;

/* Where the areas of a cell are first asked for: a quarter of a step inside its lower corner. */
static inline cmty__spot cmty__cell_spot(cmty__cell c)
{
    double size = (double)(1U << (CMTY__CELL_BITS - c.level));

    return (cmty__spot){(double)c.column * size + 0.25, (double)c.row * size + 0.25};
}

/* Positions in steps err by less: beyond, they decide what else the doubles would. */
#define CMTY__SPOT_SLACK 0x1p-10

/* areas_cells.c: the numbers of the cells that an edge touches, of a grid of columns x rows cells
   of 1 / per steps that begins at (x, y). False: out of memory. */
bool cmty__cells_touched(cmty__builder *b, const cmty__stepped *e, double x, double y, double per,
                         uint32_t columns, uint32_t rows, size_t *count);

/* areas_leaf.c: appends a leaf for these edges; `inside` are the areas at the cell's reference
   point. False: out of memory. At level 0 a leaf that does not fit one line of the pair form is not
   made unless `force`: *word is 0 then. */
bool cmty__leaf_make(cmty__builder *b, cmty__cell c, const uint32_t *list, size_t count,
                     const cmty__area_set *inside, bool force, uint32_t *word);
/* Does the edge say "crossed" at this place: */
bool cmty__edge_passes(const cmty__builder *b, uint32_t edge, cmty__spot at);
/* and, corrected by its breaks, as an edge of this cell? */
bool cmty__edge_crossed(const cmty__builder *b, uint32_t edge, cmty__cell c, cmty__spot at);
/* Toggles the areas that the edge bounds. */
bool cmty__edge_toggle(const cmty__builder *b, uint32_t edge, cmty__area_set *s);

/* areas_grid.c: fills the builder from its points and edges. */
cmty_status cmty__grid_build(cmty__builder *b, cmty_error *err);
void cmty__builder_free(cmty__builder *b);

#endif
