/* SPDX-License-Identifier: MIT */
/*
 * The edges that can be the nearest one, by place. Any thread may ask; one makes it.
 *
 * Edges lie in blocks of four, as they follow each other round an area. Cells of a quadtree,
 * flattened to a grid at its top, list the blocks that may hold the nearest edge of some point of
 * the cell. An edge is out of question where one point q of the boundary is nearer at all four
 * corners of the cell: the places that are nearer to q than to the edge are an intersection of half
 * planes, one for each point of the edge, so that they hold the cell if they hold its corners.
 * Corners are taken 2 % outside of the cell, for the bend of the ellipsoid. Edges within
 * CMTY__NEAREST_SURE_M of the cell are always listed.
 *
 * Single precision decides which few edges are looked at in double; `doubt` bounds its error.
 */
#include "geo/nearest.h"
#include "geo/lanes.h"

enum {
    FINE_BITS = 24, /* of a position in the box */
    LIST_GOAL = 6,  /* blocks; a cell with more is parted */
    LIST_MAX =
        60, /* a multiple of TOGETHER; a cell with more that cannot be parted has no answer */
    CORNERS = 4,
    LANES = 4,    /* edges of a block */
    TOGETHER = 4, /* blocks that are looked at together: lists are padded to multiples */
    MASKED = 64 / LANES
};
#define INNER 0x80000000U /* in a word: the rest is where the four words of the quarters stand */

static const double smallest_m = 8;     /* radius of a cell that is not parted any more */
static const double farthest_m = 150e3; /* beyond, single precision decides too little */

typedef cmty__lanes lanes;
typedef cmty__lane_bits lane_bits;

/* Degrees from the middle of the box. */
typedef struct block {
    lanes ax, ay, bx, by;
} block;

typedef struct ends {
    cmty_point a, b;
} ends;

struct cmty__nearest {
    cmty_point min, max, middle;
    double per_lon, per_lat; /* finest units per degree */
    double grain_m;          /* what rounding to single precision may move a position by */
    uint32_t top_bits;       /* the top grid has 2^top_bits columns and rows */
    uint32_t *words;         /* the top grid, then quarters; 0: no answer; else where a list is */
    uint32_t *lists;         /* count, then blocks, the first one again as padding */
    block *blocks;
    ends *edges; /* LANES for each block, the last one repeated */
    uint32_t (*owners)[2];
    size_t edge_count;
};

/* ---- four distances at once ---- */

/* A place to measure from. */
typedef struct viewpoint {
    float x, y;           /* degrees from the middle of the box */
    float lon[2], lat[2]; /* metres per degree and how that changes with latitude */
    float lon2, lat2;     /* squares of the first ones */
} viewpoint;

static inline viewpoint viewpoint_of(const cmty__nearest *n, const cmty__metric *m)
{
    return (viewpoint){(float)(m->origin.lon_deg - n->middle.lon_deg),
                       (float)(m->origin.lat_deg - n->middle.lat_deg),
                       {(float)m->lon[0], (float)m->lon[1] / 2},
                       {(float)m->lat[0], (float)m->lat[1] / 2},
                       (float)(m->lon[0] * m->lon[0]),
                       (float)(m->lat[0] * m->lat[0])};
}

static inline uint32_t padded_count(uint32_t count)
{
    return (count + TOGETHER - 1) / TOGETHER * TOGETHER;
}

/* Squared distances, as cmty__edge_distance measures them in its first step. */
static inline lanes squares(const viewpoint *v, const block *b)
{
    const lanes zero = {0}, one = {1, 1, 1, 1};
    lanes ax = b->ax - v->x, ay = b->ay - v->y;
    lanes dx = b->bx - b->ax, dy = b->by - b->ay;
    lanes to_x = dx * v->lon2, to_y = dy * v->lat2;
    lanes t = -(ax * to_x + ay * to_y) / (dx * to_x + dy * to_y);
    lanes x, y;

    t = cmty__lanes_least(cmty__lanes_most(t, zero), one);
    x = ax + t * dx;
    y = ay + t * dy;
    x *= v->lon[0] + y * v->lon[1];
    y *= v->lat[0] + y * v->lat[1];
    return x * x + y * y;
}

/* By how much a distance of single precision may differ from that of cmty__edge_distance: rounding,
   the steps towards the foot, and the terms of third order. */
static double doubt(const cmty__nearest *n, const cmty__metric *m, double distance_m)
{
    const double earth2 = 2.5e-14;                     /* 1 / R^2 */
    double bend = m->lon[1] / (m->lon[0] * m->lat[0]); /* tan(latitude) / R */

    return n->grain_m + distance_m * (1e-6 + (bend * bend + earth2) * distance_m * distance_m);
}

/* ---- asking ---- */

static const uint32_t *list_at(const cmty__nearest *n, cmty_point p)
{
    uint32_t x, y, shift = FINE_BITS - n->top_bits, word;

    if (!(p.lon_deg >= n->min.lon_deg && p.lon_deg < n->max.lon_deg && p.lat_deg >= n->min.lat_deg
          && p.lat_deg < n->max.lat_deg))
        return NULL;
    x = (uint32_t)((p.lon_deg - n->min.lon_deg) * n->per_lon);
    y = (uint32_t)((p.lat_deg - n->min.lat_deg) * n->per_lat);
    word = n->words[(size_t)(y >> shift) << n->top_bits | x >> shift];
    while (word & INNER) {
        shift--;
        word = n->words[(word & ~INNER) + 2 * (y >> shift & 1) + (x >> shift & 1)];
    }
    return word == 0 ? NULL : n->lists + word;
}

static inline double look_closely(const cmty__nearest *n, const cmty__metric *m,
                                  const uint32_t *list, unsigned lane, cmty_point *at)
{
    const ends *e = &n->edges[(size_t)LANES * list[1 + lane / LANES] + lane % LANES];

    return cmty__edge_distance(m, e->a, e->b, at);
}

static inline void look_for_nearer(const cmty__nearest *n, const cmty__metric *m,
                                   const uint32_t *list, unsigned lane, double *best,
                                   cmty_point *nearest)
{
    cmty_point at;
    double d = look_closely(n, m, list, lane, &at);

    if (d < *best || (d == *best && cmty__comes_before(at, *nearest))) {
        *nearest = at;
        *best = d;
    }
}

/* Of the lanes of at most MASKED blocks, those that may be the nearest. At a corner two are alike,
   so two are always looked at: nothing has to be guessed. */
static inline void look_at_lanes(const cmty__nearest *n, const cmty__metric *m,
                                 const uint32_t *list, uint32_t first, uint64_t near, double *best,
                                 cmty_point *nearest)
{
    uint64_t more = near & (near - 1);

    look_for_nearer(n, m, list, LANES * first + (unsigned)__builtin_ctzll(near), best, nearest);
    look_for_nearer(n, m, list, LANES * first + (unsigned)__builtin_ctzll(more != 0 ? more : near),
                    best, nearest);
    for (more &= more - 1; more != 0; more &= more - 1)
        look_for_nearer(n, m, list, LANES * first + (unsigned)__builtin_ctzll(more), best, nearest);
}

bool cmty__nearest_margin(const cmty__nearest *n, const cmty__metric *m, double *margin_m,
                          cmty_point *nearest)
{
    const uint32_t *list = list_at(n, m->origin);
    const viewpoint v = viewpoint_of(n, m);
    lanes square[LIST_MAX], low = {INFINITY, INFINITY, INFINITY, INFINITY};
    uint32_t count;
    double far_m;
    float limit;

    if (list == NULL)
        return false;
    count = list[0];
    for (uint32_t i = 0; i < count; i += TOGETHER)
        for (uint32_t k = 0; k < TOGETHER; k++) {
            square[i + k] = squares(&v, &n->blocks[list[i + k + 1]]);
            low = cmty__lanes_least(square[i + k], low);
        }
    far_m = (double)sqrtf(cmty__lanes_low(low));
    far_m += 2 * doubt(n, m, far_m);
    limit = (float)(far_m * far_m * (1 + 2e-6));
    *margin_m = INFINITY;
    for (uint32_t first = 0; first < count; first += MASKED) {
        uint32_t blocks = count - first < MASKED ? count - first : MASKED;
        uint64_t near = 0;

        for (uint32_t i = 0; i < blocks; i += TOGETHER)
            for (uint32_t k = i; k < i + TOGETHER; k++)
                near |= (uint64_t)cmty__lanes_within(square[first + k], limit) << LANES * k;
        near &= UINT64_MAX >> (64 - LANES * blocks);
        if (near != 0)
            look_at_lanes(n, m, list, first, near, margin_m, nearest);
    }
    return true;
}

bool cmty__nearest_edges(const cmty__nearest *n, const cmty__metric *m, double within_m,
                         cmty__near_edge *out, size_t capacity, size_t *count)
{
    const uint32_t *list = within_m <= CMTY__NEAREST_SURE_M ? list_at(n, m->origin) : NULL;
    const viewpoint v = viewpoint_of(n, m);
    double limit = within_m + doubt(n, m, within_m);

    if (list == NULL)
        return false;
    *count = 0;
    for (uint32_t i = 0; i < list[0]; i++) {
        lanes square = squares(&v, &n->blocks[list[i + 1]]);

        for (uint32_t k = 0; k < LANES; k++) {
            size_t e = (size_t)LANES * list[i + 1] + k;
            cmty_point at;
            double d;

            if ((double)square[k] > limit * limit || e >= n->edge_count)
                continue;
            d = cmty__edge_distance(m, n->edges[e].a, n->edges[e].b, &at);
            if (d > within_m)
                continue;
            if (*count < capacity)
                out[*count] = (cmty__near_edge){
                    n->edges[e].a, n->edges[e].b, {n->owners[e][0], n->owners[e][1]}, d, 0};
            (*count)++;
        }
    }
    return true;
}

/* ---- making: cells ---- */

typedef struct maker {
    cmty__nearest *n;
    size_t word_count, word_capacity, list_count, list_capacity, list_limit;
    uint32_t *pool; /* the lists of a cell and of those round it, one behind the other */
    size_t pool_count, pool_capacity;
    lanes *far; /* squares from the corners, for each block of the cell */
    size_t far_capacity;
    bool failed;
} maker;

typedef struct cell {
    cmty__metric middle, corner[CORNERS];
    double radius_m;
} cell;

static cell cell_of(const cmty__nearest *n, uint32_t level, uint32_t i, uint32_t j)
{
    double wide = (n->max.lon_deg - n->min.lon_deg) / (double)(1U << level);
    double high = (n->max.lat_deg - n->min.lat_deg) / (double)(1U << level);
    cmty_point middle = {n->min.lon_deg + (i + 0.5) * wide, n->min.lat_deg + (j + 0.5) * high};
    cell c = {.middle = cmty__metric_at(middle)};
    cmty__frame f = {middle, c.middle.lon[0], c.middle.lat[0]};

    for (int k = 0; k < CORNERS; k++) {
        c.corner[k] = cmty__metric_at((cmty_point){middle.lon_deg + (k % 2 ? 0.51 : -0.51) * wide,
                                                   middle.lat_deg + (k / 2 ? 0.51 : -0.51) * high});
        c.radius_m = fmax(c.radius_m, sqrt(cmty__square_m2(&f, c.corner[k].origin)));
    }
    return c;
}

static void push(maker *m, uint32_t number)
{
    if (!cmty__grow(&m->pool, &m->pool_capacity, m->pool_count + 1, sizeof *m->pool))
        m->failed = true;
    else
        m->pool[m->pool_count++] = number;
}

/* Squares of all blocks of a list; returns the nearest edge. */
static uint32_t measure(maker *m, const cmty__metric *from, const uint32_t *list, size_t count,
                        size_t step, lanes *out)
{
    const viewpoint v = viewpoint_of(m->n, from);
    float low = INFINITY;
    uint32_t nearest = 0;

    for (size_t i = 0; i < count; i++) {
        lanes s = out[step * i] = squares(&v, &m->n->blocks[list[i]]);

        for (uint32_t k = 0; k < LANES; k++)
            if (s[k] < low) {
                low = s[k];
                nearest = LANES * list[i] + k;
            }
    }
    return nearest;
}

static double distance_to(const cmty__nearest *n, const cmty__metric *from, uint32_t edge,
                          cmty_point *at)
{
    return cmty__edge_distance(from, n->edges[edge].a, n->edges[edge].b, at);
}

/* What is nearer than the nearest edge and the width of the cell, put behind the list. */
static double keep_ring(maker *m, const cell *c, size_t first, size_t count, cmty_point *nearest)
{
    double least, limit;

    if (!cmty__grow(&m->far, &m->far_capacity, CORNERS * count, sizeof *m->far)) {
        m->failed = true;
        return INFINITY;
    }
    least = distance_to(m->n, &c->middle, measure(m, &c->middle, m->pool + first, count, 1, m->far),
                        nearest);
    limit = fmax(least + 2 * c->radius_m, c->radius_m + CMTY__NEAREST_SURE_M);
    limit += 3 * doubt(m->n, &c->middle, limit);
    for (size_t i = 0; i < count && !m->failed; i++)
        if ((double)cmty__lanes_low(m->far[i]) <= limit * limit)
            push(m, m->pool[first + i]);
    return least;
}

typedef struct rivals {
    lanes square[CORNERS + 1][CORNERS]; /* of points of the boundary, and a doubt more; all alike */
    float sure;                         /* square of what is always kept, from the middle */
} rivals;

static rivals find_rivals(maker *m, const cell *c, size_t first, size_t count, cmty_point nearest)
{
    rivals r;
    cmty_point at[CORNERS + 1];
    double sure = c->radius_m + CMTY__NEAREST_SURE_M;

    at[CORNERS] = nearest;
    for (int k = 0; k < CORNERS; k++)
        (void)distance_to(m->n, &c->corner[k],
                          measure(m, &c->corner[k], m->pool + first, count, CORNERS, m->far + k),
                          &at[k]);
    for (int i = 0; i <= CORNERS; i++)
        for (int k = 0; k < CORNERS; k++) {
            double d = cmty__distance_m(&c->corner[k], at[i]);
            float square;

            d += 3 * doubt(m->n, &c->corner[k], d) + 0.01;
            square = (float)(d * d);
            r.square[i][k] = (lanes){square, square, square, square};
        }
    sure += doubt(m->n, &c->middle, sure);
    r.sure = (float)(sure * sure);
    return r;
}

/* Is each edge of the block farther than some rival, at all corners? */
static bool beaten(const rivals *r, const lanes *far)
{
    lane_bits out = {0};

    for (int i = 0; i <= CORNERS; i++)
        out |= (far[0] > r->square[i][0]) & (far[1] > r->square[i][1]) & (far[2] > r->square[i][2])
               & (far[3] > r->square[i][3]);
    return (out[0] & out[1] & out[2] & out[3]) != 0;
}

static void keep_unbeaten(maker *m, const cell *c, size_t first, cmty_point nearest)
{
    const viewpoint middle = viewpoint_of(m->n, &c->middle);
    size_t count = m->pool_count - first;
    rivals r = find_rivals(m, c, first, count, nearest);

    m->pool_count = first;
    for (size_t i = 0; i < count; i++) {
        uint32_t b = m->pool[first + i];

        if (!beaten(&r, m->far + CORNERS * i)
            || cmty__lanes_low(squares(&middle, &m->n->blocks[b])) <= r.sure)
            m->pool[m->pool_count++] = b;
    }
}

/* ---- making: the tree ---- */

/* The word of a list; 0: no answer. */
static uint32_t put_list(maker *m, size_t first)
{
    size_t count = m->pool_count - first, padded, at = m->list_count;

    if (count == 0 || count > LIST_MAX)
        return 0;
    padded = padded_count((uint32_t)count);
    if (at + padded > m->list_limit
        || !cmty__grow(&m->n->lists, &m->list_capacity, at + padded + 1, sizeof *m->n->lists)) {
        m->failed = true;
        return 0;
    }
    m->n->lists[at] = (uint32_t)count;
    memcpy(m->n->lists + at + 1, m->pool + first, count * sizeof *m->pool);
    for (size_t i = count; i < padded; i++)
        m->n->lists[at + 1 + i] = m->pool[first];
    m->list_count += padded + 1;
    return (uint32_t)at;
}

/* Fills the words of the top grid that the cell covers. */
static void fill(maker *m, uint32_t level, uint32_t i, uint32_t j, uint32_t word)
{
    uint32_t shift = m->n->top_bits - level, side = 1U << shift;

    for (uint32_t y = j << shift; y < (j << shift) + side; y++)
        for (uint32_t x = i << shift; x < (i << shift) + side; x++)
            m->n->words[(size_t)y << m->n->top_bits | x] = word;
}

static uint32_t put_quarters(maker *m)
{
    uint32_t word = INNER | (uint32_t)m->word_count;

    m->word_count += 4;
    if (m->word_count >= INNER
        || !cmty__grow(&m->n->words, &m->word_capacity, m->word_count, sizeof *m->n->words))
        m->failed = true;
    return word;
}

/* `slot`: the word of the cell where it is below the top grid. Depth is at most FINE_BITS. */
static void make_cell(maker *m, uint32_t level, uint32_t i, uint32_t j, size_t slot, size_t first,
                      size_t count)
{
    size_t begin = m->pool_count, own;
    cell c = cell_of(m->n, level, i, j);
    cmty_point nearest = c.middle.origin;
    double nearest_m = keep_ring(m, &c, first, count, &nearest);
    uint32_t word = 0;
    bool part;

    if (m->failed)
        return;
    keep_unbeaten(m, &c, begin, nearest);
    own = m->pool_count - begin;
    part = own > LIST_GOAL && level < FINE_BITS - 1 && c.radius_m > smallest_m;
    if (part && level >= m->n->top_bits)
        word = put_quarters(m);
    else if (!part && nearest_m < farthest_m)
        word = put_list(m, begin);
    if (m->failed)
        return;
    if (level >= m->n->top_bits)
        m->n->words[level == m->n->top_bits ? (size_t)j << level | i : slot] = word;
    else if (!part)
        fill(m, level, i, j, word);
    for (uint32_t k = 0; part && k < 4 && !m->failed; k++)
        make_cell(m, level + 1, 2 * i + k % 2, 2 * j + k / 2, (word & ~INNER) + k, begin, own);
    m->pool_count = begin;
}

/* ---- making: all of it ---- */

/* The edges that bound an area, in whole blocks. */
static bool take_edges(cmty__nearest *n, const cmty__areas *a)
{
    size_t count = a->head->edge_count;

    n->edges = cmty__realloc(NULL, count + LANES, sizeof *n->edges);
    n->owners = cmty__realloc(NULL, count, sizeof *n->owners);
    for (size_t i = 0; i < count && n->edges != NULL && n->owners != NULL; i++) {
        const cmty__edge *e = &a->edges[i];
        ends *to = &n->edges[n->edge_count];

        if (e->point & CMTY__SEAM)
            continue;
        cmty__edge_ends(a->points, e, &to->a, &to->b);
        if (fabs(to->a.lon_deg) == 180 && to->a.lon_deg == to->b.lon_deg)
            return false; /* may be no boundary: a search tells */
        n->owners[n->edge_count][0] = e->owner[0];
        n->owners[n->edge_count++][1] = e->owner[1];
    }
    if (n->edges == NULL || n->owners == NULL || n->edge_count == 0)
        return false;
    for (size_t i = n->edge_count; i % LANES != 0; i++)
        n->edges[i] = n->edges[i - 1];
    return true;
}

static void set_box(cmty__nearest *n, const cmty__areas *a)
{
    n->min = (cmty_point){INFINITY, INFINITY};
    n->max = (cmty_point){-INFINITY, -INFINITY};
    for (size_t i = 0; i < a->head->area_count; i++) {
        n->min.lon_deg = fmin(n->min.lon_deg, a->min[i].lon_deg);
        n->min.lat_deg = fmin(n->min.lat_deg, a->min[i].lat_deg);
        n->max.lon_deg = fmax(n->max.lon_deg, a->max[i].lon_deg);
        n->max.lat_deg = fmax(n->max.lat_deg, a->max[i].lat_deg);
    }
    n->middle =
        (cmty_point){(n->min.lon_deg + n->max.lon_deg) / 2, (n->min.lat_deg + n->max.lat_deg) / 2};
    n->per_lon = (1U << FINE_BITS) * (1 - 1e-9) / (n->max.lon_deg - n->min.lon_deg);
    n->per_lat = (1U << FINE_BITS) * (1 - 1e-9) / (n->max.lat_deg - n->min.lat_deg);
    n->grain_m =
        0x1p-23 * 112e3 * (n->max.lon_deg - n->min.lon_deg + n->max.lat_deg - n->min.lat_deg);
}

static bool take_blocks(maker *m)
{
    cmty__nearest *n = m->n;
    size_t count = (n->edge_count + LANES - 1) / LANES;

    n->blocks = cmty__realloc(NULL, count, sizeof *n->blocks);
    for (size_t i = 0; i < count && n->blocks != NULL && !m->failed; i++) {
        for (size_t k = 0; k < LANES; k++) {
            const ends *e = &n->edges[LANES * i + k];

            n->blocks[i].ax[k] = (float)(e->a.lon_deg - n->middle.lon_deg);
            n->blocks[i].ay[k] = (float)(e->a.lat_deg - n->middle.lat_deg);
            n->blocks[i].bx[k] = (float)(e->b.lon_deg - n->middle.lon_deg);
            n->blocks[i].by[k] = (float)(e->b.lat_deg - n->middle.lat_deg);
        }
        push(m, (uint32_t)i);
    }
    while (n->top_bits < 12 && (size_t)1 << 2 * n->top_bits < n->edge_count)
        n->top_bits++;
    m->word_count = (size_t)1 << 2 * n->top_bits;
    m->list_count = 1;
    m->list_limit = 100 * count + 10000;
    return n->blocks != NULL && !m->failed
           && cmty__grow(&n->words, &m->word_capacity, m->word_count, sizeof *n->words);
}

cmty__nearest *cmty__nearest_make(const cmty__areas *a)
{
    maker m = {.n = cmty__calloc(1, sizeof *m.n)};
    cmty__nearest *made = NULL;

    if (m.n == NULL || !take_edges(m.n, a))
        goto done;
    set_box(m.n, a);
    if (!(m.n->max.lon_deg > m.n->min.lon_deg && m.n->max.lat_deg > m.n->min.lat_deg)
        || !take_blocks(&m))
        goto done;
    make_cell(&m, 0, 0, 0, 0, 0, m.pool_count);
    if (m.failed)
        goto done;

    made = m.n;
    m.n = NULL;

done:
    cmty__nearest_free(m.n);
    cmty__free(m.pool);
    cmty__free(m.far);
    return made;
}

void cmty__nearest_free(cmty__nearest *n)
{
    if (n == NULL)
        return;
    cmty__free(n->words);
    cmty__free(n->lists);
    cmty__free(n->blocks);
    cmty__free(n->edges);
    cmty__free(n->owners);
    cmty__free(n);
}
