/* SPDX-License-Identifier: MIT */
/*
 * Building the grid of areas.h in time linear in what it holds. Serial per builder.
 *
 * The coarse cells of a row are visited from west to east with the set of areas at the cell's
 * reference point, which is carried from cell to cell by the edges that cross the line between the
 * points; so are the sub-cells of a row. Where lists or sets would grow out of proportion to the
 * edges, a coarser grid is made instead.
 */
#include "geo/areas_build.h"

static const double smallest_cell_deg = 0x1p-20; /* keeps steps far above rounding at 180 */
static const double most_per_deg = 0x1p39;       /* likewise */
enum {
    CELLS_PER_EDGE = 4,
    CELLS_IN_CACHE = 120000, /* beyond, a cell for each edge */
    SUB_CELLS_PER_EDGE = 1,
    CELLS_MAX = 1 << 22,
    SIDE_MAX = 1 << CMTY__COARSE_BITS,
    /* steps between the box and the end of the grid: enough that what lies beyond, and is moved to
       the end, is in no doubt */
    RIM = 8 << CMTY__SUB_LEVELS
};

/* ---- the box ---- */

static double side(double cells, double extent_deg)
{
    return fmax(1.0, floor(fmin(cells, fmin(SIDE_MAX, extent_deg / smallest_cell_deg))));
}

static double scale(double columns, double extent_deg)
{
    double steps = ldexp(columns, CMTY__CELL_BITS) - 2 * RIM;

    return extent_deg * most_per_deg > steps ? steps / extent_deg : most_per_deg;
}

/* About `cells` cells, nearly square on the ground. */
static void shape(cmty__builder *b, double cells)
{
    cmty_point min = {INFINITY, INFINITY}, max = {-INFINITY, -INFINITY};
    double width, height, aspect;

    for (size_t k = 0; k < b->edge_count; k++) {
        const cmty_point *p = b->points + (b->edges[k].point & ~CMTY__SEAM);

        for (int i = 0; i < 2; i++) {
            min.lon_deg = cmty__less(min.lon_deg, p[i].lon_deg);
            max.lon_deg = cmty__more_of(max.lon_deg, p[i].lon_deg);
            min.lat_deg = cmty__less(min.lat_deg, p[i].lat_deg);
            max.lat_deg = cmty__more_of(max.lat_deg, p[i].lat_deg);
        }
    }
    width = max.lon_deg - min.lon_deg;
    height = max.lat_deg - min.lat_deg;
    aspect = width * fmax(0.01, cos((max.lat_deg + min.lat_deg) / 2 * 0.017453292519943295));
    aspect = height > 0 ? aspect / height : 1;
    b->columns = (uint32_t)side(fmin(cells, sqrt(cells * aspect)), width);
    b->rows = (uint32_t)side(cells / b->columns, height);
    b->per_deg[0] = scale(b->columns, width);
    b->per_deg[1] = scale(b->rows, height);
    b->origin[0] = min.lon_deg - RIM / b->per_deg[0];
    b->origin[1] = min.lat_deg - RIM / b->per_deg[1];
    b->limit[0] = ldexp(b->columns, CMTY__CELL_BITS) - 1;
    b->limit[1] = ldexp(b->rows, CMTY__CELL_BITS) - 1;
}

/* The same operations as cmty__fixed, before the cutting off. */
static void step_edges(cmty__builder *b)
{
    for (size_t k = 0; k < b->edge_count; k++) {
        cmty__stepped *s = &b->stepped[k];
        cmty_point from, to;

        cmty__edge_ends(b->points, &b->edges[k], &from, &to);
        s->ax = (from.lon_deg - b->origin[0]) * b->per_deg[0];
        s->ay = (from.lat_deg - b->origin[1]) * b->per_deg[1];
        s->bx = (to.lon_deg - b->origin[0]) * b->per_deg[0];
        s->by = (to.lat_deg - b->origin[1]) * b->per_deg[1];
    }
}

/* ---- edges of each coarse cell ---- */

/* Counts become beginnings; first[cells] is the sum. */
static void begin_lists(uint32_t *first, size_t cells)
{
    uint32_t total = 0;

    for (size_t i = 0; i <= cells; i++) {
        uint32_t n = first[i];

        first[i] = total;
        total += n;
    }
}

/* Ends of lists, as they stand after filling, become beginnings again. */
static void rewind_lists(uint32_t *first, size_t cells)
{
    memmove(first + 1, first, cells * sizeof *first);
    first[0] = 0;
}

static cmty_status list_edges(cmty__builder *b, cmty_error *err)
{
    size_t cells = (size_t)b->columns * b->rows, total = 0, capacity = 0, n;
    size_t most = 16 * b->edge_count + 65536;
    uint32_t *pairs = NULL; /* cell, edge */
    cmty_status st = CMTY_OK;

    for (size_t k = 0; k < b->edge_count && st == CMTY_OK; k++) {
        if (!cmty__cells_touched(b, &b->stepped[k], 0, 0, 0x1p-19, b->columns, b->rows, &n)
            || !cmty__grow(&pairs, &capacity, 2 * (total + n), sizeof *pairs))
            st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
        else if (total + n > most && cells > 1)
            st = CMTY_E_LIMIT;
        for (size_t i = 0; i < n && st == CMTY_OK; i++, total++) {
            pairs[2 * total] = b->touched[i];
            pairs[2 * total + 1] = (uint32_t)k;
            b->first[b->touched[i]]++;
        }
    }
    if (st == CMTY_OK) {
        b->list = cmty__realloc(NULL, total, sizeof *b->list);
        if (b->list == NULL)
            st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    if (st == CMTY_OK) {
        begin_lists(b->first, cells);
        for (size_t i = 0; i < total; i++)
            b->list[b->first[pairs[2 * i]]++] = pairs[2 * i + 1];
        rewind_lists(b->first, cells);
    }
    cmty__free(pairs);
    return st;
}

/* ---- sub-grids ---- */

/* Lists the edges of the sub-cells; false: out of memory. *total is how long the lists are. */
static bool list_inner(cmty__builder *b, cmty__cell c, uint32_t level, const uint32_t *list,
                       size_t count, size_t *total)
{
    size_t side_cells = (size_t)1 << level, cells = side_cells * side_cells, n;
    double x = ldexp(c.column, CMTY__CELL_BITS), y = ldexp(c.row, CMTY__CELL_BITS);
    double per = ldexp(1.0, (int)level - CMTY__CELL_BITS);

    *total = 0;
    memset(b->inner_first, 0, (cells + 1) * sizeof *b->inner_first);
    for (size_t k = 0; k < count; k++) {
        size_t capacity = b->inner_capacity;

        if (!cmty__cells_touched(b, &b->stepped[list[k]], x, y, per, (uint32_t)side_cells,
                                 (uint32_t)side_cells, &n))
            return false;
        if (!cmty__grow(&b->inner_cell, &capacity, *total + n, sizeof *b->inner_cell))
            return false;
        capacity = b->inner_capacity;
        if (!cmty__grow(&b->inner_edge, &capacity, *total + n, sizeof *b->inner_edge))
            return false;
        capacity = b->inner_capacity;
        if (!cmty__grow(&b->inner_list, &capacity, *total + n, sizeof *b->inner_list))
            return false;
        b->inner_capacity = capacity;
        for (size_t i = 0; i < n; i++, (*total)++) {
            b->inner_cell[*total] = b->touched[i];
            b->inner_edge[*total] = list[k];
            b->inner_first[b->touched[i]]++;
        }
    }
    begin_lists(b->inner_first, cells);
    for (size_t i = 0; i < *total; i++)
        b->inner_list[b->inner_first[b->inner_cell[i]]++] = b->inner_edge[i];
    rewind_lists(b->inner_first, cells);
    return true;
}

/* Carries the set from one spot of the cell to another, both on one latitude. */
static bool carry(const cmty__builder *b, const uint32_t *list, size_t count, cmty__spot from,
                  cmty__spot to, cmty__area_set *set)
{
    for (size_t i = 0; i < count; i++) {
        const cmty__stepped *s = &b->stepped[list[i]];

        if ((s->ay > from.y + CMTY__SPOT_SLACK && s->by > from.y + CMTY__SPOT_SLACK)
            || (s->ay < from.y - CMTY__SPOT_SLACK && s->by < from.y - CMTY__SPOT_SLACK)
            || (b->edges[list[i]].point & CMTY__SEAM))
            continue;
        if (cmty__edge_passes(b, list[i], from) != cmty__edge_passes(b, list[i], to)
            && !cmty__edge_toggle(b, list[i], set))
            return false;
    }
    return true;
}

/* Carries b->row, the set at one row's reference spot, up to that of the next row of sub-cells.
   What lies above or below both says the same at both. */
static bool next_row(cmty__builder *b, cmty__cell coarse, const uint32_t *list, size_t count,
                     cmty__spot from, cmty__spot to)
{
    for (size_t i = 0; i < count; i++) {
        const cmty__stepped *s = &b->stepped[list[i]];

        if ((s->ay > to.y + CMTY__SPOT_SLACK && s->by > to.y + CMTY__SPOT_SLACK)
            || (s->ay < from.y - CMTY__SPOT_SLACK && s->by < from.y - CMTY__SPOT_SLACK))
            continue;
        if (cmty__edge_crossed(b, list[i], coarse, from)
                != cmty__edge_crossed(b, list[i], coarse, to)
            && !cmty__edge_toggle(b, list[i], &b->row))
            return false;
    }
    return true;
}

static bool fill_sub(cmty__builder *b, cmty__cell coarse, uint32_t level, const uint32_t *list,
                     size_t count, size_t first_word)
{
    cmty__spot from = cmty__cell_spot(coarse);
    uint32_t n = 1U << level;

    if (!cmty__area_set_copy(&b->row, &b->now))
        return false;
    for (uint32_t j = 0; j < n; j++) {
        cmty__cell c = {level, coarse.column << level, (coarse.row << level) + j};
        cmty__spot at = cmty__cell_spot(c);
        uint32_t number = 0;
        bool known = false;

        if ((j > 0 && !next_row(b, coarse, list, count, from, at))
            || !cmty__area_set_copy(&b->inner, &b->row))
            return false;
        from = at;
        for (uint32_t i = 0; i < n; i++, c.column++) {
            size_t cell = (size_t)j * n + i, first = b->inner_first[cell];
            size_t edges = b->inner_first[cell + 1] - first;
            cmty__cell next = {level, c.column + 1, c.row};
            uint32_t word;

            if (edges == 0) {
                if (!known && !cmty__sets_number(&b->sets, &b->inner, &number))
                    return false;
                known = true;
                b->words[first_word + cell] = number;
                continue;
            }
            known = false;
            if (!cmty__leaf_make(b, c, b->inner_list + first, edges, &b->inner, true, &word))
                return false;
            b->words[first_word + cell] = word;
            if (!carry(b, b->inner_list + first, edges, cmty__cell_spot(c), cmty__cell_spot(next),
                       &b->inner))
                return false;
        }
    }
    return true;
}

/* The word of a coarse cell with edges. */
static bool make_cell(cmty__builder *b, cmty__cell c, const uint32_t *list, size_t count,
                      uint32_t *word)
{
    uint32_t level = 1;
    size_t total, first_word;

    *word = 0;
    if (count <= CMTY__LINE_SLOTS && !cmty__leaf_make(b, c, list, count, &b->now, false, word))
        return false;
    if (*word != 0)
        return true;
    while (level < CMTY__SUB_LEVELS && ((size_t)1 << 2 * level) < SUB_CELLS_PER_EDGE * count)
        level++;
    for (;; level--) { /* long edges would be listed in too many sub-cells */
        if (level == 0)
            return cmty__leaf_make(b, c, list, count, &b->now, true, word);
        if (!list_inner(b, c, level, list, count, &total))
            return false;
        if (total <= 8 * count + 32)
            break;
    }
    first_word = b->word_count;
    if (!cmty__grow(&b->words, &b->word_capacity, first_word + ((size_t)1 << 2 * level),
                    sizeof *b->words))
        return false;
    b->word_count += (size_t)1 << 2 * level;
    *word = CMTY__TAG_SUB | level << CMTY__SUB_SHIFT | (uint32_t)(first_word / 4);
    return fill_sub(b, c, level, list, count, first_word);
}

/* ---- coarse cells ---- */

static cmty_status fill_row(cmty__builder *b, uint32_t row, cmty_error *err)
{
    cmty__cell c = {0, 0, row};
    uint32_t number = 0;
    bool known = false, ok = true;

    b->now.count = 0; /* nothing lies west of the box */
    b->now.hash = 0;
    for (; c.column < b->columns && ok; c.column++) {
        size_t cell = (size_t)row * b->columns + c.column, from = b->first[cell];
        size_t edges = b->first[cell + 1] - from;
        cmty__cell next = {0, c.column + 1, row};
        uint32_t word;

        if (edges == 0) {
            ok = known || cmty__sets_number(&b->sets, &b->now, &number);
            known = ok;
            b->words[cell] = number;
            continue;
        }
        known = false;
        ok = make_cell(b, c, b->list + from, edges, &word);
        b->words[cell] = word;
        ok = ok
             && carry(b, b->list + from, edges, cmty__cell_spot(c), cmty__cell_spot(next), &b->now);
    }
    if (!ok)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    /* What grows beyond this is out of proportion to the edges, or cannot be numbered. */
    if ((b->sets.member_count > 16 * b->edge_count + ((size_t)1 << 20)
         && (b->columns > 1 || b->rows > 1))
        || b->word_count / 4 > CMTY__SUB_REST || b->line_count > CMTY__REST
        || b->sets.count + b->area_count > CMTY__REST)
        return CMTY_E_LIMIT;
    return CMTY_OK;
}

/* Where no edge is in the eight cells round it either, "no area" becomes "no area, none near". */
static void mark_far(cmty__builder *b)
{
    uint32_t none = (uint32_t)b->area_count + 1;

    for (uint32_t row = 0; row < b->rows; row++)
        for (uint32_t column = 0; column < b->columns; column++) {
            size_t cell = (size_t)row * b->columns + column;
            uint32_t west = column > 0 ? column - 1 : 0, south = row > 0 ? row - 1 : 0;
            uint32_t east = column + 1 < b->columns ? column + 1 : column;
            uint32_t north = row + 1 < b->rows ? row + 1 : row;
            bool edges = b->words[cell] != none;

            for (uint32_t j = south; j <= north && !edges; j++)
                edges = b->first[(size_t)j * b->columns + west]
                        < b->first[(size_t)j * b->columns + east + 1];
            if (!edges)
                b->words[cell] = 0;
        }
}

static cmty_status fill_grid(cmty__builder *b, cmty_error *err)
{
    size_t cells = (size_t)b->columns * b->rows, padded = (cells + 3) / 4 * 4;
    cmty_status st;

    b->words = cmty__calloc(padded, sizeof *b->words);
    b->word_capacity = b->word_count = padded;
    b->first = cmty__calloc(cells + 1, sizeof *b->first);
    b->inner_first = cmty__calloc(((size_t)1 << 2 * CMTY__SUB_LEVELS) + 1, sizeof *b->inner_first);
    b->stepped = cmty__realloc(NULL, b->edge_count, sizeof *b->stepped);
    if (b->words == NULL || b->first == NULL || b->inner_first == NULL || b->stepped == NULL
        || !cmty__sets_begin(&b->sets, b->area_count))
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    step_edges(b);
    st = list_edges(b, err);
    for (uint32_t row = 0; row < b->rows && st == CMTY_OK; row++)
        st = fill_row(b, row, err);
    if (st == CMTY_OK)
        mark_far(b);
    return st;
}

cmty_status cmty__grid_build(cmty__builder *b, cmty_error *err)
{
    double edges = (double)b->edge_count;
    double cells = fmax(edges, fmin(CELLS_PER_EDGE * edges, CELLS_IN_CACHE));
    cmty__builder fresh = *b;
    cmty_status st = CMTY_E_LIMIT;

    cells = fmax(1, fmin(cells, CELLS_MAX));
    while (st == CMTY_E_LIMIT && cells >= 0.25) {
        *b = fresh;
        if (b->edge_count == 0) { /* one cell of nothing */
            b->columns = b->rows = 1;
            b->limit[0] = b->limit[1] = ldexp(1, CMTY__CELL_BITS) - 1;
        } else {
            shape(b, cells);
        }
        st = fill_grid(b, err);
        cells /= 4;
        if (st == CMTY_E_LIMIT)
            cmty__builder_free(b);
    }
    if (st == CMTY_E_LIMIT)
        return cmty__fail(err, CMTY_E_LIMIT, "the areas are too many for an index");
    return st;
}

void cmty__builder_free(cmty__builder *b)
{
    cmty__free(b->stepped);
    cmty__free(b->first);
    cmty__free(b->list);
    cmty__free(b->words);
    cmty__free(b->lines);
    cmty__free(b->numbers);
    cmty__sets_free(&b->sets);
    cmty__free(b->now.areas);
    cmty__free(b->inner.areas);
    cmty__free(b->row.areas);
    cmty__free(b->locals.areas);
    cmty__free(b->other.areas);
    cmty__free(b->touched);
    cmty__free(b->inner_first);
    cmty__free(b->inner_cell);
    cmty__free(b->inner_edge);
    cmty__free(b->inner_list);
    *b = (cmty__builder){0};
}
