/* SPDX-License-Identifier: MIT */
#ifndef CMTY_GEO_AREAS_H
#define CMTY_GEO_AREAS_H

/*
 * The index behind cmty__areas. Private to geo.
 *
 * A grid of two levels lies over the box of all areas. A position is mapped to fixed point: 31 bits
 * for longitude and for latitude, of which the highest 12 number the coarse cell, the next 5 the
 * finest sub-cell, and 14 the place in that. The map (subtract, multiply, cut off) is monotone and
 * is rounded in the same way by every path, so a cell is an exact set of doubles. Each cell has a
 * word: a set number where the whole cell has one answer, a sub-grid of 2^s x 2^s words, or a leaf.
 *
 * A leaf lists the unique edges that touch its cell. For a point p of the cell and an area A,
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
 *
 * The lines of a leaf hold the same edges in 16-bit numbers of the cell's own frame: what they say
 * is certain outside a proven bound, and settled from the stored doubles inside it. Answers never
 * depend on the bound, only the time does.
 */

#include "geo/geo.h"
#include "geo/orient.h"

#define CMTY__NO_AREA UINT32_MAX

enum {
    CMTY__LOCAL_BITS = 14,
    CMTY__SUB_LEVELS = 5,
    CMTY__CELL_BITS = CMTY__LOCAL_BITS + CMTY__SUB_LEVELS, /* of a coarse cell */
    CMTY__COARSE_BITS = 12,
    CMTY__LOCAL_SIDE = 1 << CMTY__LOCAL_BITS,
    CMTY__LINE_SLOTS = 6,    /* edges in the first line of a leaf */
    CMTY__MORE_SLOTS = 8,    /* and in each further one */
    CMTY__SLOTS_MAX = 254,   /* a leaf with more, */
    CMTY__LOCALS_MAX = 64,   /* or with more areas of its own, is wide: */
    CMTY__WIDE = UINT16_MAX, /* always settled from the doubles */
    CMTY__NO_LOCAL = 255
};

/* Words. The two highest bits say what the rest is. */
#define CMTY__TAG 0xC0000000U
#define CMTY__TAG_SET 0x00000000U  /* the number of a set */
#define CMTY__TAG_MANY 0x40000000U /* first line of a leaf of many areas */
#define CMTY__TAG_SUB 0x80000000U  /* 3 bits s, then a quarter of the first word's number */
#define CMTY__TAG_PAIR 0xC0000000U /* first line of a leaf whose edges part two answers */
#define CMTY__REST 0x3FFFFFFFU
#define CMTY__SUB_REST 0x07FFFFFFU
#define CMTY__SUB_SHIFT 27

/* Answers: number of the lowest area plus 1, or 0, and flags. */
#define CMTY__ANSWER_AREA 0x1FFFFFFFU
#define CMTY__ANSWER_SHIFT 29 /* of the flags, CMTY__FIRST_* */
enum { CMTY__AREAS_MAX = 0x1FFFFFFE };

/* An edge of one or two areas, once: from points[point] to the one behind it. One that comes an
   even number of times in its area bounds nothing: a seam between two parts, or a spike. It toggles
   nothing but can be touched. */
typedef struct cmty__edge {
    uint32_t point; /* CMTY__SEAM is its highest bit */
    uint32_t owner[2];
} cmty__edge;
#define CMTY__SEAM 0x80000000U

/* A slot is the edge a-b, clipped to about twice the cell, as (ax, ay) and (by, -bx), so that one
   multiply-and-add of pairs gives the orientation of a point. A break is a slot far left. */
typedef struct cmty__line {
    uint32_t set[2]; /* pair: the two answers. many: the areas that hold the whole cell, and 0 */
    uint32_t cold;   /* where the leaf's numbers begin */
    uint16_t slots, locals;
    int16_t a[CMTY__LINE_SLOTS][2], b[CMTY__LINE_SLOTS][2];
} cmty__line;

typedef struct cmty__more {
    int16_t a[CMTY__MORE_SLOTS][2], b[CMTY__MORE_SLOTS][2];
} cmty__more;
_Static_assert(sizeof(cmty__line) == 64 && sizeof(cmty__more) == 64, "one line of the cache");

/*
 * The numbers of a leaf, u32 each.
 * pair: edge count, its highest bit set where the answers change places; edges.
 * many: edge count; locals; constant set; base, a bit for each local; area of each local; edges.
 * A leaf of many that is not wide has, behind its lines of slots, the tail: u64 base as the slots
 * see it; u8[2] locals of each slot; padding to 4; u32 area of each local; padding to a line.
 */
#define CMTY__SWAPPED 0x80000000U

static inline size_t cmty__tail_areas(size_t slots) /* where they begin, bytes */
{
    return (8 + 2 * slots + 3) / 4 * 4;
}

static inline size_t cmty__tail_lines(size_t slots, size_t locals)
{
    return (cmty__tail_areas(slots) + 4 * locals + 63) / 64;
}

static inline size_t cmty__slot_lines(size_t slots)
{
    if (slots <= CMTY__LINE_SLOTS)
        return 1;
    return 1 + (slots - CMTY__LINE_SLOTS + CMTY__MORE_SLOTS - 1) / CMTY__MORE_SLOTS;
}

/* The locals of a leaf of many that is not wide. */
static inline const uint32_t *cmty__tail_of(const cmty__line *line)
{
    const unsigned char *tail = (const unsigned char *)(line + cmty__slot_lines(line->slots));

    return (const uint32_t *)(const void *)(tail + cmty__tail_areas(line->slots));
}

#define CMTY__BYTE_ORDER 0x01020304U
enum { CMTY__AREAS_VERSION = 2 };
extern const char cmty__areas_magic[8];

/* What the bytes begin with; all sections follow in this order, each at a multiple of 64. */
typedef struct cmty__areas_head {
    char magic[8];
    uint32_t byte_order, version;
    uint64_t size, check;
    double origin[2], per_deg[2]; /* longitude, latitude */
    uint32_t columns, rows;
    uint32_t area_count, ring_count, point_count, edge_count, word_count, line_count, number_count,
        set_count, member_count, near_count;
    uint32_t reserved[4];
} cmty__areas_head;
_Static_assert(sizeof(cmty__areas_head) == 128, "the head is two lines");

enum { CMTY__SECTIONS = 12, CMTY__SECTION_ANSWERS = 9 };
typedef struct cmty__sections {
    size_t at[CMTY__SECTIONS], size[CMTY__SECTIONS], total;
} cmty__sections;

struct cmty__areas {
    const cmty__areas_head *head;
    const cmty_point *points;
    const uint32_t *first_point; /* of each ring, and the end */
    const uint32_t *first_ring;  /* of each area, and the end */
    const cmty__edge *edges;
    const uint32_t *words;
    const cmty__line *lines;
    const uint32_t *numbers;
    /* Set 0 is none, and no edge is near; set k + 1 is area k alone; then come these, of which the
       first is none too. */
    const uint32_t *first_member, *members, *answers;
    const uint32_t *first_near, *near; /* edges that touch a coarse cell */
    double limit[2];                   /* largest fixed-point position */
    double step_m[2];                  /* no step of it is shorter on the ground */
    const struct cmty__finder *finder; /* how this processor looks up */
    void *memory;                      /* what the sections lie in; NULL: borrowed */
    cmty__ring *rings;
    cmty_point *min, *max; /* of each area */
    uint8_t *occupied[16]; /* has a block of 2^level x 2^level coarse cells edges? From level 1 */
    uint32_t level_columns[16], level_rows[16], level_count;
    struct cmty__late *late; /* made when it pays */
};

/* areas_blob.c */
bool cmty__areas_sections(const cmty__areas_head *head, cmty__sections *out); /* false: too large */
uint64_t cmty__areas_checksum(const void *bytes, size_t size);
/* Memory for a position-independent image, at a multiple of 64; the block to free in *memory. */
void *cmty__areas_image(size_t size, void **memory);
/* Points the members into the image, which must be sound; makes what is not stored. */
cmty_status cmty__areas_attach(cmty__areas *a, const void *image, cmty_error *err);

/* areas_clear.c: sets step_m. */
void cmty__areas_note_steps(cmty__areas *a);

/* areas_check.c: can no look-up leave the image? The head's size is that of the block. */
cmty_status cmty__areas_sound(const void *image, bool *sound, cmty_error *err);

/* areas_edges.c: every edge once, in the order in which the rings name them first. */
cmty_status cmty__edges_collect(const cmty_point *points, const uint32_t *first_point,
                                const uint32_t *first_ring, size_t area_count, cmty__edge **out,
                                size_t *count, cmty_error *err);

/* areas_near.c */
struct cmty__late *cmty__late_new(size_t edge_count); /* NULL: no memory */
void cmty__late_free(struct cmty__late *late);

/* areas_near.c: notes which blocks of coarse cells hold edges. */
bool cmty__areas_note_edges(cmty__areas *a);

/* areas_near.c: the edges that bound an area and have a point within `within_m` of p. One that lies
   in several leaves may come more than once. Returns how many, writes at most capacity. */
typedef struct cmty__near_edge {
    cmty_point a, b;
    uint32_t area[2]; /* the second: CMTY__NO_AREA if there is one area */
    double distance_m;
    double turn_deg; /* +-360 in the longitudes of one that lies across the antimeridian, else 0 */
} cmty__near_edge;
size_t cmty__areas_edges_near(const cmty__areas *a, cmty_point p, double within_m,
                              cmty__near_edge *out, size_t capacity);

/* areas_query.c: as cmty__areas_hits, of the areas numbered `from` and up. */
size_t cmty__areas_hits_from(const cmty__areas *a, cmty_point p, uint32_t from, cmty__hit *hits,
                             size_t capacity);

/* ---- positions ---- */

/* Never contracted, never reordered: all paths must agree to the last bit. NaN goes to the upper
   end, where no area is. */
static inline uint32_t cmty__fixed(double value, double origin, double per_deg, double limit)
{
    double t = (value - origin) * per_deg;

    t = t < limit ? t : limit;
    return (uint32_t)(int32_t)(t > 0 ? t : 0);
}

static inline uint32_t cmty__fixed_lon(const cmty__areas *a, double lon_deg)
{
    return cmty__fixed(lon_deg, a->head->origin[0], a->head->per_deg[0], a->limit[0]);
}

static inline uint32_t cmty__fixed_lat(const cmty__areas *a, double lat_deg)
{
    return cmty__fixed(lat_deg, a->head->origin[1], a->head->per_deg[1], a->limit[1]);
}

/* Where a point lies: its cell's word, and how often the coarse cell is halved there. */
typedef struct cmty__place {
    uint32_t u, v, word, level;
} cmty__place;

static inline uint32_t cmty__sub_level(uint32_t word)
{
    return word >> CMTY__SUB_SHIFT & 7;
}

static inline size_t cmty__sub_word(uint32_t word, uint32_t u, uint32_t v)
{
    uint32_t s = cmty__sub_level(word), shift = CMTY__CELL_BITS - s, mask = (1U << s) - 1;

    return (size_t)(word & CMTY__SUB_REST) * 4 + ((v >> shift & mask) << s | (u >> shift & mask));
}

static inline cmty__place cmty__place_at(const cmty__areas *a, uint32_t u, uint32_t v)
{
    cmty__place at = {u, v, 0, 0};

    at.word =
        a->words[(size_t)(at.v >> CMTY__CELL_BITS) * a->head->columns + (at.u >> CMTY__CELL_BITS)];
    if ((at.word & CMTY__TAG) == CMTY__TAG_SUB) {
        at.level = cmty__sub_level(at.word);
        at.word = a->words[cmty__sub_word(at.word, at.u, at.v)];
    }
    return at;
}

static inline cmty__place cmty__place_of(const cmty__areas *a, cmty_point p)
{
    return cmty__place_at(a, cmty__fixed_lon(a, p.lon_deg), cmty__fixed_lat(a, p.lat_deg));
}

/* In the cell's own frame of 2^14 steps. */
static inline int cmty__local(uint32_t fixed, uint32_t level)
{
    return (int)(fixed >> (CMTY__SUB_LEVELS - level) & (CMTY__LOCAL_SIDE - 1));
}

/* ---- sets ---- */

static inline size_t cmty__set_size(const cmty__areas *a, uint32_t set)
{
    if (set <= a->head->area_count)
        return set != 0;
    set -= a->head->area_count + 1;
    return a->first_member[set + 1] - a->first_member[set];
}

static inline uint32_t cmty__set_member(const cmty__areas *a, uint32_t set, size_t i)
{
    if (set <= a->head->area_count)
        return set - 1;
    return a->members[a->first_member[set - a->head->area_count - 1] + i];
}

static inline uint32_t cmty__set_answer(const cmty__areas *a, uint32_t set)
{
    return set <= a->head->area_count ? set : a->answers[set - a->head->area_count - 1];
}

static inline bool cmty__set_has(const cmty__areas *a, uint32_t set, uint32_t area)
{
    for (size_t i = 0, n = cmty__set_size(a, set); i < n; i++)
        if (cmty__set_member(a, set, i) == area)
            return true;
    return false;
}

/* ---- edges ---- */

/* What an edge says about a point. */
enum { CMTY__CROSSED = 1, CMTY__TOUCHED = 2 };

/* CROSSED: it straddles p's latitude and passes strictly left of p. TOUCHED: p lies on it. The end
   a is the first one by longitude. */
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

static inline void cmty__edge_ends(const cmty_point *points, const cmty__edge *e, cmty_point *a,
                                   cmty_point *b)
{
    const cmty_point *p = points + (e->point & ~CMTY__SEAM);
    bool swap = p[1].lon_deg < p[0].lon_deg
                || (p[1].lon_deg == p[0].lon_deg && p[1].lat_deg < p[0].lat_deg);

    *a = p[swap];
    *b = p[!swap];
}

#endif
