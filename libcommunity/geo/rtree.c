/* SPDX-License-Identifier: MIT */
/*
 * Packed R-trees in the form of SQLite's module rtree: sorted along a Hilbert curve (Kamel and
 * Faloutsos, "Hilbert R-tree", VLDB 1994) and cut into full nodes. Serial per tree.
 */
#include "geo/gpkg.h"

#include <math.h>

enum { CELL = 24, HEAD = 4, SIDE_BITS = 16 };

/* ---- content ---- */

static float down(double v)
{
    float f = (float)v;

    return (double)f > v ? nextafterf(f, -INFINITY) : f;
}

static float up(double v)
{
    float f = (float)v;

    return (double)f < v ? nextafterf(f, INFINITY) : f;
}

cmty__rect cmty__rect_around(const cmty__box *box)
{
    return (cmty__rect){down(box->min_x), up(box->max_x), down(box->min_y), up(box->max_y)};
}

bool cmty__rtree_add(cmty__rtree *t, int64_t id, cmty__rect rect)
{
    if (!cmty__grow(&t->ids, &t->id_capacity, t->count + 1, sizeof *t->ids)
        || !cmty__grow(&t->rects, &t->rect_capacity, t->count + 1, sizeof *t->rects))
        return false;
    t->ids[t->count] = id;
    t->rects[t->count++] = rect;
    return true;
}

void cmty__rtree_free(cmty__rtree *t)
{
    cmty__free(t->ids);
    cmty__free(t->rects);
    cmty__free(t->leaf);
    *t = (cmty__rtree){0};
}

static cmty__rect join(cmty__rect a, cmty__rect b)
{
    return (cmty__rect){fminf(a.min_x, b.min_x), fmaxf(a.max_x, b.max_x), fminf(a.min_y, b.min_y),
                        fmaxf(a.max_y, b.max_y)};
}

/* ---- order ---- */

typedef struct item {
    uint32_t key, index;
} item;

/* How far along the Hilbert curve a cell lies. Two bits of the way for each level, by the quarter
   that the cell is in and the way the curve is turned there: bit 0 it is mirrored at the diagonal,
   bit 1 it is turned by half. */
static uint32_t hilbert(uint32_t x, uint32_t y)
{
    /* [turn][x bit, y bit]: the two bits, and in the bits above them the turn within the quarter */
    static const uint8_t steps[4][4] = {{0 | 1 << 2, 1 | 0 << 2, 3 | 3 << 2, 2 | 0 << 2},
                                        {0 | 0 << 2, 3 | 2 << 2, 1 | 1 << 2, 2 | 1 << 2},
                                        {2 | 2 << 2, 3 | 1 << 2, 1 | 2 << 2, 0 | 3 << 2},
                                        {2 | 3 << 2, 1 | 3 << 2, 3 | 0 << 2, 0 | 2 << 2}};
    uint32_t d = 0, turn = 0;

    for (int s = SIDE_BITS - 1; s >= 0; s--) {
        uint32_t step = steps[turn][(x >> s & 1) << 1 | (y >> s & 1)];

        d = d << 2 | (step & 3);
        turn = step >> 2;
    }
    return d;
}

static uint32_t cell_of(double v, double least, double per_unit)
{
    const double most = (1U << SIDE_BITS) - 1;
    double at = (v - least) * per_unit;

    return (uint32_t)(at > 0 ? fmin(at, most) : 0);
}

static void set_keys(const cmty__rtree *t, item *items)
{
    const double cells = 1U << SIDE_BITS;
    cmty__rect all = t->rects[0];
    double x_per, y_per;

    for (size_t i = 1; i < t->count; i++)
        all = join(all, t->rects[i]);
    x_per = all.max_x > all.min_x ? cells / ((double)all.max_x - all.min_x) : 0;
    y_per = all.max_y > all.min_y ? cells / ((double)all.max_y - all.min_y) : 0;
    for (size_t i = 0; i < t->count; i++) {
        const cmty__rect *r = &t->rects[i];
        uint32_t x = cell_of(((double)r->min_x + r->max_x) / 2, all.min_x, x_per);
        uint32_t y = cell_of(((double)r->min_y + r->max_y) / 2, all.min_y, y_per);

        items[i] = (item){hilbert(x, y), (uint32_t)i};
    }
}

/* By key, and where keys are the same in the order of adding. An even number of passes: the result
   is where the items were. */
static void sort_items(item *items, item *spare, size_t count)
{
    enum { DIGIT = 8 };

    for (int shift = 0; shift < 32; shift += DIGIT) {
        size_t starts[(1 << DIGIT) + 1] = {0};
        item *from = items;

        for (size_t i = 0; i < count; i++)
            starts[(items[i].key >> shift & 0xff) + 1]++;
        for (size_t d = 0; d < 1 << DIGIT; d++)
            starts[d + 1] += starts[d];
        for (size_t i = 0; i < count; i++)
            spare[starts[items[i].key >> shift & 0xff]++] = items[i];
        items = spare;
        spare = from;
    }
}

/* ---- nodes ---- */

enum { LEVELS = 16 };

/* Level 0 are the leaves. The nodes of a level stand in a row: those of the root's level first. */
typedef struct levels {
    size_t count[LEVELS];
    uint32_t number[LEVELS]; /* of the first node of the level */
    size_t first[LEVELS];    /* where the rectangles of its nodes begin */
    int depth;
} levels;

static levels plan_levels(size_t count, size_t room)
{
    levels v = {0};
    size_t at = 0;
    uint32_t number = 1;

    do {
        count = (count + room - 1) / room;
        v.first[v.depth] = at;
        v.count[v.depth++] = count;
        at += count;
    } while (count > 1);
    for (int i = v.depth - 1; i >= 0; i--) {
        v.number[i] = number;
        number += (uint32_t)v.count[i];
    }
    return v;
}

/* Where the content of node i of `nodes` begins, of `count` in all: as even as can be. */
static size_t share(size_t i, size_t nodes, size_t count)
{
    return (size_t)((uint64_t)i * count / nodes);
}

static void put_u32(unsigned char *to, uint32_t v)
{
    to[0] = (unsigned char)(v >> 24);
    to[1] = (unsigned char)(v >> 16);
    to[2] = (unsigned char)(v >> 8);
    to[3] = (unsigned char)v;
}

static void put_cell(unsigned char *to, int64_t id, const cmty__rect *r)
{
    const float sides[] = {r->min_x, r->max_x, r->min_y, r->max_y};
    uint32_t bits[4];

    memcpy(bits, sides, sizeof bits);
    put_u32(to, (uint32_t)((uint64_t)id >> 32));
    put_u32(to + 4, (uint32_t)(uint64_t)id);
    for (size_t i = 0; i < 4; i++)
        put_u32(to + 8 + 4 * i, bits[i]);
}

typedef struct packing {
    cmty__rtree *tree;
    item *items, *spare;
    cmty__rect *nodes; /* level by level from the leaves */
    unsigned char *bytes;
    size_t node_size;
    levels levels;
} packing;

/* Writes the cells of a leaf, and says what all of them are in. */
static cmty__rect fill_leaf(const packing *p, uint32_t number, size_t start, size_t end)
{
    const cmty__rtree *t = p->tree;
    cmty__rect all = t->rects[p->items[start].index];

    for (size_t i = start; i < end; i++) {
        uint32_t index = p->items[i].index;
        cmty__rect rect = t->rects[index];

        put_cell(p->bytes + HEAD + CELL * (i - start), t->ids[index], &rect);
        t->leaf[index] = number;
        all = join(all, rect);
    }
    return all;
}

/* The same of a node above: its cells are the nodes of the level below. */
static cmty__rect fill_inner(const packing *p, int level, size_t start, size_t end)
{
    const cmty__rect *below = &p->nodes[p->levels.first[level - 1]];
    cmty__rect all = below[start];

    for (size_t i = start; i < end; i++) {
        put_cell(p->bytes + HEAD + CELL * (i - start),
                 (int64_t)p->levels.number[level - 1] + (int64_t)i, &below[i]);
        all = join(all, below[i]);
    }
    return all;
}

static cmty_status give_level(packing *p, int level, cmty__rtree_node_fn *fn, void *user,
                              cmty_error *err)
{
    const levels *v = &p->levels;
    size_t nodes = v->count[level], count = level == 0 ? p->tree->count : v->count[level - 1];
    size_t parent = 0, parents = level + 1 < v->depth ? v->count[level + 1] : 0;
    cmty_status st = CMTY_OK;

    for (size_t n = 0; st == CMTY_OK && n < nodes; n++) {
        size_t start = share(n, nodes, count), end = share(n + 1, nodes, count);
        uint32_t number = v->number[level] + (uint32_t)n;

        memset(p->bytes, 0, p->node_size);
        /* the root states how many levels there are below it; each, how many cells it has */
        put_u32(p->bytes,
                (number == 1 ? (uint32_t)(v->depth - 1) << 16 : 0) | (uint32_t)(end - start));
        p->nodes[v->first[level] + n] =
            level == 0 ? fill_leaf(p, number, start, end) : fill_inner(p, level, start, end);
        while (parents > 0 && n >= share(parent + 1, parents, nodes))
            parent++;
        st = fn(user, number, parents > 0 ? v->number[level + 1] + (uint32_t)parent : 0, p->bytes,
                p->node_size, err);
    }
    return st;
}

cmty_status cmty__rtree_pack(cmty__rtree *t, size_t node_size, cmty__rtree_node_fn *fn, void *user,
                             cmty_error *err)
{
    packing p = {.tree = t, .node_size = node_size};
    cmty_status st = CMTY_OK;

    if (t->count == 0)
        return CMTY_OK;
    if (node_size < HEAD + 2 * CELL || t->count > INT32_MAX)
        return cmty__fail(err, CMTY_E_LIMIT, "too many shapes for a spatial index");
    p.levels = plan_levels(t->count, (node_size - HEAD) / CELL);
    t->leaf = cmty__calloc(t->count, sizeof *t->leaf);
    p.items = cmty__calloc(t->count, sizeof *p.items);
    p.spare = cmty__calloc(t->count, sizeof *p.spare);
    p.nodes = cmty__calloc(p.levels.first[p.levels.depth - 1] + 1, sizeof *p.nodes);
    p.bytes = cmty__calloc(1, node_size);
    if (t->leaf == NULL || p.items == NULL || p.spare == NULL || p.nodes == NULL
        || p.bytes == NULL) {
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
        goto done;
    }
    set_keys(t, p.items);
    sort_items(p.items, p.spare, t->count);
    for (int level = 0; st == CMTY_OK && level < p.levels.depth; level++)
        st = give_level(&p, level, fn, user, err);

done:
    cmty__free(p.items);
    cmty__free(p.spare);
    cmty__free(p.nodes);
    cmty__free(p.bytes);
    return st;
}
