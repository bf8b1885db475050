/* SPDX-License-Identifier: MIT */
/*
 * Which cells an edge touches. Any thread; no state.
 *
 * Cells are widened by half a step on all sides. Positions in steps err by less than 2^-20 of one,
 * so no cell is left out that holds a point of the edge, and a reference point may stand a quarter
 * of a step inside its cell.
 */
#include "geo/areas_build.h"

static const double pad = 0.5;

static uint32_t cell_of(double cells, uint32_t count)
{
    if (!(cells > 0))
        return 0;
    return cells < count ? (uint32_t)cells : count - 1;
}

/* The part of the edge between two latitudes reaches from *west to *east. */
static void span(const cmty__stepped *e, double south, double north, double *west, double *east)
{
    double low = cmty__less(e->ay, e->by), high = cmty__more_of(e->ay, e->by);
    double one = (cmty__less(cmty__more_of(south, low), high) - e->ay) / (e->by - e->ay);
    double other = (cmty__less(cmty__more_of(north, low), high) - e->ay) / (e->by - e->ay);

    one = e->ax + one * (e->bx - e->ax);
    other = e->ax + other * (e->bx - e->ax);
    *west = cmty__more_of(cmty__less(one, other), cmty__less(e->ax, e->bx)) - pad;
    *east = cmty__less(cmty__more_of(one, other), cmty__more_of(e->ax, e->bx)) + pad;
}

static bool put_row(cmty__builder *b, size_t *count, size_t row, uint32_t columns, uint32_t from,
                    uint32_t to)
{
    if (!cmty__grow(&b->touched, &b->touched_capacity, *count + (to - from) + 1,
                    sizeof *b->touched))
        return false;
    for (uint32_t i = from; i <= to; i++)
        b->touched[(*count)++] = (uint32_t)(row * columns + i);
    return true;
}

bool cmty__cells_touched(cmty__builder *b, const cmty__stepped *e, double x, double y, double per,
                         uint32_t columns, uint32_t rows, size_t *count)
{
    double west = cmty__less(e->ax, e->bx) - pad, east = cmty__more_of(e->ax, e->bx) + pad;
    uint32_t south = cell_of((cmty__less(e->ay, e->by) - pad - y) * per, rows);
    uint32_t north = cell_of((cmty__more_of(e->ay, e->by) + pad - y) * per, rows);
    uint32_t from = cell_of((west - x) * per, columns), to = cell_of((east - x) * per, columns);
    bool slanted = south != north && from != to;
    double size = 1 / per;

    *count = 0;
    for (uint32_t row = south; row <= north; row++) {
        if (slanted) {
            span(e, y + row * size - pad, y + (row + 1) * size + pad, &west, &east);
            from = cell_of((west - x) * per, columns);
            to = cell_of((east - x) * per, columns);
        }
        if (!put_row(b, count, row, columns, from, to))
            return false;
    }
    return true;
}
