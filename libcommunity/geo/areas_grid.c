/* SPDX-License-Identifier: MIT */
/*
 * Building the grid of areas.h in time linear in what it holds. Any thread; no state.
 *
 * The cells of a row are visited from west to east with the set of areas at the cell's first
 * position, which is carried from cell to cell by the edges that cross the row's base line. Where
 * lists or sets would grow out of proportion to the edges, a coarser grid is made instead.
 */
#include "geo/areas.h"

/* Lists are made for cells widened by this part of a cell, far more than a cell number can err. */
static const double widen = 1e-6;
static const double smallest_cell_deg = 0x1p-20; /* keeps `widen` far above rounding at 180 */
enum { CELLS_PER_EDGE = 4, CELLS_MAX = 1 << 22, SIDE_MAX = 1 << 14 };

typedef struct area_set {
    uint32_t *areas; /* ascending */
    size_t count, capacity;
} area_set;

typedef struct builder {
    cmty__grid *g;
    const cmty__edge *edges;
    size_t edge_count;
    size_t *first;   /* per cell, one more: where its list begins */
    uint32_t *list;  /* edge numbers */
    double *x, *y;   /* first position of each column and row */
    area_set now;    /* areas at the first position of the cell */
    area_set locals; /* of the leaf that is being made */
    uint32_t now_number;
    bool now_known;
    cmty__set_maker sets;
} builder;

/* ---- sets ---- */

static size_t set_place(const area_set *s, uint32_t area)
{
    size_t low = 0, high = s->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (s->areas[middle] < area)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool set_has(const area_set *s, uint32_t area)
{
    size_t i = set_place(s, area);

    return i < s->count && s->areas[i] == area;
}

static bool set_add(area_set *s, uint32_t area)
{
    size_t i = set_place(s, area);

    if (i < s->count && s->areas[i] == area)
        return true;
    if (!cmty__grow(&s->areas, &s->capacity, s->count + 1, sizeof *s->areas))
        return false;
    memmove(s->areas + i + 1, s->areas + i, (s->count - i) * sizeof *s->areas);
    s->areas[i] = area;
    s->count++;
    return true;
}

static bool set_toggle(area_set *s, uint32_t area)
{
    size_t i = set_place(s, area);

    if (i == s->count || s->areas[i] != area)
        return set_add(s, area);
    s->count--;
    memmove(s->areas + i, s->areas + i + 1, (s->count - i) * sizeof *s->areas);
    return true;
}

/* ---- which cells an edge touches ---- */

static double low_lat(const cmty__edge *e)
{
    return e->a.lat_deg < e->b.lat_deg ? e->a.lat_deg : e->b.lat_deg;
}

static double high_lat(const cmty__edge *e)
{
    return e->a.lat_deg < e->b.lat_deg ? e->b.lat_deg : e->a.lat_deg;
}

static double lon_at(const cmty__edge *e, double lat_deg)
{
    double t = (lat_deg - e->a.lat_deg) / (e->b.lat_deg - e->a.lat_deg);

    return e->a.lon_deg + t * (e->b.lon_deg - e->a.lon_deg);
}

/* Columns of the cells of this row that the edge touches; the edge spans several rows. */
static void row_span(const cmty__grid *g, const cmty__edge *e, uint32_t row, uint32_t *from,
                     uint32_t *to)
{
    double south = g->min.lat_deg + (row - widen) / g->per_lat;
    double north = g->min.lat_deg + (row + 1 + widen) / g->per_lat;
    double pad = widen / g->per_lon;
    double one = lon_at(e, fmax(south, low_lat(e))), other = lon_at(e, fmin(north, high_lat(e)));

    *from = cmty__grid_column(g, fmax(e->a.lon_deg, fmin(one, other) - pad));
    *to = cmty__grid_column(g, fmax(e->a.lon_deg, fmin(e->b.lon_deg, fmax(one, other) + pad)));
}

/* Counts (list NULL) or lists the edges of each cell; first[cell] then is the end of its list. */
static void visit_cells(builder *b)
{
    const cmty__grid *g = b->g;

    for (size_t k = 0; k < b->edge_count; k++) {
        const cmty__edge *e = &b->edges[k];
        uint32_t south = cmty__grid_row(g, low_lat(e)), north = cmty__grid_row(g, high_lat(e));
        uint32_t from = cmty__grid_column(g, e->a.lon_deg);
        uint32_t to = cmty__grid_column(g, e->b.lon_deg);

        for (uint32_t row = south; row <= north; row++) {
            if (south != north && from != to)
                row_span(g, e, row, &from, &to);
            for (uint32_t column = from; column <= to; column++) {
                size_t cell = (size_t)row * g->columns + column;

                if (b->list != NULL)
                    b->list[b->first[cell]] = (uint32_t)k;
                b->first[cell]++;
            }
            from = cmty__grid_column(g, e->a.lon_deg);
            to = cmty__grid_column(g, e->b.lon_deg);
        }
    }
}

static cmty_status list_edges(builder *b, cmty_error *err)
{
    size_t cells = (size_t)b->g->columns * b->g->rows, total = 0;

    visit_cells(b);
    for (size_t cell = 0; cell < cells; cell++) {
        size_t n = b->first[cell];

        b->first[cell] = total;
        total += n;
    }
    if (total > 16 * b->edge_count + 65536 && cells > 1)
        return CMTY_E_LIMIT;
    b->list = cmty__realloc(NULL, total, sizeof *b->list);
    if (b->list == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    visit_cells(b);
    memmove(b->first + 1, b->first, cells * sizeof *b->first); /* ends become beginnings */
    b->first[0] = 0;
    return CMTY_OK;
}

/* ---- leaves ---- */

static bool grow_leaf(cmty__grid *g, size_t locals, size_t entries)
{
    return cmty__grow(&g->leaves, &g->leaf_capacity, g->leaf_count + 1, sizeof *g->leaves)
           && cmty__grow(&g->locals, &g->local_capacity, g->local_count + locals, sizeof *g->locals)
           && cmty__grow(&g->bases, &g->base_capacity, g->base_count + (locals + 63) / 64,
                         sizeof *g->bases)
           && cmty__grow(&g->entries, &g->entry_capacity, g->entry_count + entries,
                         sizeof *g->entries);
}

static void put_entry(builder *b, const cmty__edge *e, uint32_t column, uint64_t *base,
                      cmty_point reference)
{
    cmty__grid *g = b->g;
    cmty__entry *n = &g->entries[g->entry_count++];

    memset(n, 0, sizeof *n);
    n->a = e->a;
    n->b = e->b;
    n->seam = (uint8_t)e->seam;
    n->break_a = !e->seam && cmty__grid_column(g, e->a.lon_deg) < column;
    n->break_b = !e->seam && cmty__grid_column(g, e->b.lon_deg) < column;
    for (int i = 0; i < 2; i++) {
        n->local[i] = e->owner[i] == CMTY__NO_AREA ? CMTY__NO_AREA
                                                   : (uint32_t)set_place(&b->locals, e->owner[i]);
        if (n->local[i] != CMTY__NO_AREA && (cmty__entry_says(n, reference) & CMTY__CROSSED))
            base[n->local[i] / 64] ^= (uint64_t)1 << n->local[i] % 64;
    }
}

/* Areas that hold the whole cell: those at its first position that no edge here bounds. */
static bool number_constant(builder *b, uint32_t *number)
{
    area_set *s = &b->now;
    size_t kept = 0;
    uint32_t *rest = cmty__realloc(NULL, s->count, sizeof *rest);
    bool ok = rest != NULL;

    for (size_t i = 0; ok && i < s->count; i++)
        if (!set_has(&b->locals, s->areas[i]))
            rest[kept++] = s->areas[i];
    ok = ok && cmty__sets_number(&b->sets, rest, kept, number);
    cmty__free(rest);
    return ok;
}

static bool make_leaf(builder *b, uint32_t row, uint32_t column)
{
    cmty__grid *g = b->g;
    size_t cell = (size_t)row * g->columns + column, n = b->first[cell + 1] - b->first[cell];
    const uint32_t *list = b->list + b->first[cell];
    cmty__leaf *leaf;
    uint64_t *base;

    b->locals.count = 0;
    for (size_t i = 0; i < n; i++)
        for (int k = 0; k < 2; k++)
            if (b->edges[list[i]].owner[k] != CMTY__NO_AREA
                && !set_add(&b->locals, b->edges[list[i]].owner[k]))
                return false;
    if (!grow_leaf(g, b->locals.count, n))
        return false;
    leaf = &g->leaves[g->leaf_count];
    *leaf = (cmty__leaf){
        0, (uint32_t)b->locals.count, (uint32_t)n, g->local_count, g->base_count, g->entry_count};
    if (!number_constant(b, &leaf->constant))
        return false;
    memcpy(g->locals + g->local_count, b->locals.areas, b->locals.count * sizeof *g->locals);
    base = g->bases + g->base_count;
    memset(base, 0, (b->locals.count + 63) / 64 * sizeof *base);
    for (size_t i = 0; i < b->locals.count; i++)
        base[i / 64] |= (uint64_t)set_has(&b->now, b->locals.areas[i]) << i % 64;
    for (size_t i = 0; i < n; i++)
        put_entry(b, &b->edges[list[i]], column, base, (cmty_point){b->x[column], b->y[row]});
    g->local_count += b->locals.count;
    g->base_count += (b->locals.count + 63) / 64;
    g->words[cell] = CMTY__LEAF | (uint32_t)g->leaf_count++;
    return true;
}

/* Carries b->now from this cell's first position to the next one's. */
static bool step_east(builder *b, uint32_t row, uint32_t column)
{
    size_t cell = (size_t)row * b->g->columns + column;
    cmty_point here = {b->x[column], b->y[row]}, next = {b->x[column + 1], b->y[row]};

    for (size_t i = b->first[cell]; i < b->first[cell + 1]; i++) {
        const cmty__edge *e = &b->edges[b->list[i]];

        if (e->seam
            || ((cmty__passes(e->a, e->b, here) ^ cmty__passes(e->a, e->b, next)) & CMTY__CROSSED)
                   == 0)
            continue;
        b->now_known = false;
        if (!set_toggle(&b->now, e->owner[0])
            || (e->owner[1] != CMTY__NO_AREA && !set_toggle(&b->now, e->owner[1])))
            return false;
    }
    return true;
}

static cmty_status fill_row(builder *b, uint32_t row, cmty_error *err)
{
    cmty__grid *g = b->g;

    b->now.count = 0; /* nothing lies west of the box */
    b->now_known = false;
    for (uint32_t column = 0; column < g->columns; column++) {
        size_t cell = (size_t)row * g->columns + column;
        bool ok = true;

        if (b->first[cell] < b->first[cell + 1]) {
            ok = make_leaf(b, row, column)
                 && (column + 1 == g->columns || step_east(b, row, column));
        } else {
            if (!b->now_known)
                ok = cmty__sets_number(&b->sets, b->now.areas, b->now.count, &b->now_number);
            b->now_known = ok;
            g->words[cell] = b->now_number;
        }
        if (!ok)
            return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    /* singles come for free; the rest may not outgrow the edges by far */
    if (g->set_area_count > g->set_count + 16 * b->edge_count + ((size_t)1 << 20)
        && (g->columns > 1 || g->rows > 1))
        return CMTY_E_LIMIT;
    return CMTY_OK;
}

/* ---- the grid ---- */

/* The first position above `low` whose cell number is i or more, found by halving: rounding may put
   it a little beside where it should be, and near 0 that is far in steps of one double. */
static double first_position(const cmty__grid *g, uint32_t (*cell)(const cmty__grid *, double),
                             uint32_t i, double low, double size)
{
    double high = low + size, middle;

    while (cell(g, high) < i)
        high += size;
    for (;;) {
        middle = low + (high - low) / 2;
        if (!(middle > low && middle < high))
            return high;
        if (cell(g, middle) < i)
            low = middle;
        else
            high = middle;
    }
}

/* First position of each column and row, as the cell number itself sees it. */
static void first_positions(const cmty__grid *g, builder *b)
{
    b->x[0] = g->min.lon_deg;
    for (uint32_t i = 1; i < g->columns; i++)
        b->x[i] = first_position(g, cmty__grid_column, i, b->x[i - 1], 1 / g->per_lon);
    b->y[0] = g->min.lat_deg;
    for (uint32_t j = 1; j < g->rows; j++)
        b->y[j] = first_position(g, cmty__grid_row, j, b->y[j - 1], 1 / g->per_lat);
}

static uint32_t side(double cells, double extent_deg)
{
    double most = fmin(SIDE_MAX, floor(extent_deg / smallest_cell_deg));

    return (uint32_t)fmax(1.0, fmin(most, floor(cells)));
}

/* About `cells` cells, nearly square on the ground. */
static void shape(cmty__grid *g, double cells)
{
    double width = g->max.lon_deg - g->min.lon_deg, height = g->max.lat_deg - g->min.lat_deg;
    double middle = (g->max.lat_deg + g->min.lat_deg) / 2;
    double aspect =
        height > 0 ? width * fmax(0.01, cos(middle * 0.017453292519943295)) / height : 1;

    g->columns = side(sqrt(cells * aspect), width);
    g->rows = side(cells / g->columns, height);
    g->per_lon = width > 0 ? g->columns / width : 0;
    g->per_lat = height > 0 ? g->rows / height : 0;
}

static bool note_leaves(cmty__grid *g)
{
    uint32_t columns = g->columns, rows = g->rows, level = 0;

    for (; columns > 1 || rows > 1; level++) {
        uint32_t wide = (columns + 1) / 2, tall = (rows + 1) / 2;
        uint8_t *up = cmty__calloc((size_t)wide * tall, 1);

        g->occupied[level + 1] = up;
        if (up == NULL)
            return false;
        for (size_t j = 0; j < rows; j++)
            for (size_t i = 0; i < columns; i++)
                up[j / 2 * wide + i / 2] |= level == 0
                                                ? (g->words[j * columns + i] & CMTY__LEAF) != 0
                                                : g->occupied[level][j * columns + i];
        columns = g->level_columns[level + 1] = wide;
        rows = g->level_rows[level + 1] = tall;
    }
    g->level_columns[0] = g->columns;
    g->level_rows[0] = g->rows;
    g->level_count = level + 1;
    return true;
}

static cmty_status fill_grid(builder *b, size_t area_count, cmty_error *err)
{
    cmty__grid *g = b->g;
    size_t cells = (size_t)g->columns * g->rows;
    cmty_status st;

    g->words = cmty__calloc(cells, sizeof *g->words);
    b->first = cmty__calloc(cells + 1, sizeof *b->first);
    b->x = cmty__realloc(NULL, g->columns, sizeof *b->x);
    b->y = cmty__realloc(NULL, g->rows, sizeof *b->y);
    if (g->words == NULL || b->first == NULL || b->x == NULL || b->y == NULL
        || !cmty__sets_begin(&b->sets, g, area_count))
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    first_positions(g, b);
    st = list_edges(b, err);
    for (uint32_t row = 0; row < g->rows && st == CMTY_OK; row++)
        st = fill_row(b, row, err);
    if (st == CMTY_OK && !note_leaves(g))
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    return st;
}

static void builder_clear(builder *b)
{
    cmty__free(b->first);
    cmty__free(b->list);
    cmty__free(b->x);
    cmty__free(b->y);
    cmty__free(b->now.areas);
    cmty__free(b->locals.areas);
    cmty__sets_end(&b->sets);
}

static void box_of(const cmty__edge *edges, size_t count, cmty__grid *g)
{
    g->min = (cmty_point){INFINITY, INFINITY};
    g->max = (cmty_point){-INFINITY, -INFINITY};
    for (size_t k = 0; k < count; k++) {
        g->min.lon_deg = fmin(g->min.lon_deg, edges[k].a.lon_deg);
        g->max.lon_deg = fmax(g->max.lon_deg, edges[k].b.lon_deg);
        g->min.lat_deg = fmin(g->min.lat_deg, low_lat(&edges[k]));
        g->max.lat_deg = fmax(g->max.lat_deg, high_lat(&edges[k]));
    }
}

cmty_status cmty__grid_build(cmty__areas *a, const cmty__edge *edges, size_t count, cmty_error *err)
{
    cmty__grid *g = &a->grid;
    double cells = fmin((double)CELLS_PER_EDGE * (double)count, CELLS_MAX);
    cmty_status st = CMTY_E_LIMIT;

    while (st == CMTY_E_LIMIT) {
        builder b = {.g = g, .edges = edges, .edge_count = count};

        box_of(edges, count, g); /* without edges: a box that holds nothing */
        if (count == 0)
            return CMTY_OK;
        shape(g, cells);
        st = fill_grid(&b, a->count, err);
        builder_clear(&b);
        if (st != CMTY_OK)
            cmty__grid_clear(g);
        cells /= 4;
    }
    return st;
}

void cmty__grid_clear(cmty__grid *g)
{
    cmty__free(g->words);
    cmty__free(g->leaves);
    cmty__free(g->locals);
    cmty__free(g->bases);
    cmty__free(g->entries);
    cmty__free(g->set_first);
    cmty__free(g->set_areas);
    for (size_t i = 0; i < sizeof g->occupied / sizeof *g->occupied; i++)
        cmty__free(g->occupied[i]);
    *g = (cmty__grid){0};
}
