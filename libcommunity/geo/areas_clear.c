/* SPDX-License-Identifier: MIT */
/*
 * Which points are surely far from every boundary, told from the grid alone. Any thread; no state.
 * Metres are turned into steps where a degree has fewest of them, so that errors are on the safe
 * side.
 */
#include "geo/areas.h"

#include <stdlib.h>

void cmty__areas_note_steps(cmty__areas *a)
{
    const double least_m_per_deg_lat = 110500;
    double south = a->head->origin[1], north = south;
    cmty__frame f;

    if (a->head->edge_count > 0)
        north += (double)a->head->rows * (1 << CMTY__CELL_BITS) / a->head->per_deg[1];
    f = cmty__frame_at((cmty_point){0, fmin(90, fmax(fabs(south), fabs(north)))});
    a->step_m[0] = 0.99 * f.m_per_deg_lon / a->head->per_deg[0];
    a->step_m[1] = 0.99 * least_m_per_deg_lat / a->head->per_deg[1];
}

double cmty__areas_clear_m(const cmty__areas *a)
{
    return (1 << CMTY__CELL_BITS) * fmin(a->step_m[0], a->step_m[1]);
}

/* Does the slot miss the box round (x, y)? The sides of the box and the line of the slot are the
   axes that can part the two. */
static bool slot_misses(const int16_t a[2], const int16_t b[2], int64_t x, int64_t y, int64_t wide,
                        int64_t high)
{
    int64_t ax = a[0] - x, ay = a[1] - y, bx = -b[1] - x, by = b[0] - y;
    int64_t det = ax * by - ay * bx;
    int64_t reach = wide * llabs(by - ay) + high * llabs(bx - ax);

    return (ax > wide && bx > wide) || (ax < -wide && bx < -wide) || (ay > high && by > high)
           || (ay < -high && by < -high)
           || llabs(det) > reach + llabs(ax) + llabs(ay) + llabs(bx) + llabs(by) + 2;
}

static bool line_misses(const cmty__line *line, int64_t x, int64_t y, int64_t wide, int64_t high)
{
    const cmty__more *more = (const cmty__more *)(line + 1);
    size_t first = line->slots < CMTY__LINE_SLOTS ? line->slots : CMTY__LINE_SLOTS;

    if (line->slots == CMTY__WIDE)
        return false;
    for (size_t i = 0; i < first; i++)
        if (!slot_misses(line->a[i], line->b[i], x, y, wide, high))
            return false;
    for (size_t i = CMTY__LINE_SLOTS; i < line->slots; i++) {
        const cmty__more *m = more + (i - CMTY__LINE_SLOTS) / CMTY__MORE_SLOTS;
        size_t k = (i - CMTY__LINE_SLOTS) % CMTY__MORE_SLOTS;

        if (!slot_misses(m->a[k], m->b[k], x, y, wide, high))
            return false;
    }
    return true;
}

/* Farther than this beyond the grid, which holds all areas. */
static bool beyond(const cmty__areas *a, int axis, double deg, double steps)
{
    double t = (deg - a->head->origin[axis]) * a->head->per_deg[axis];

    return t < -steps || t > a->limit[axis] + steps;
}

bool cmty__areas_clear(const cmty__areas *a, cmty_point p, double within_m)
{
    cmty__place at = cmty__place_of(a, p);
    double wide = within_m / a->step_m[0] + 2, high = within_m / a->step_m[1] + 2;
    uint32_t size = 1U << (CMTY__CELL_BITS - at.level);
    uint32_t u = at.u & (size - 1), v = at.v & (size - 1);
    double shrink = 1.0 / (1U << (CMTY__SUB_LEVELS - at.level));

    if ((at.word == 0 && within_m < cmty__areas_clear_m(a)) || beyond(a, 0, p.lon_deg, wide)
        || beyond(a, 1, p.lat_deg, high))
        return true;
    if (!(u > wide && v > high && u + wide < size && v + high < size))
        return false;
    if ((at.word & CMTY__TAG) == CMTY__TAG_SET)
        return true;
    return line_misses(a->lines + (at.word & CMTY__REST), cmty__local(at.u, at.level),
                       cmty__local(at.v, at.level), (int64_t)(wide * shrink) + 2,
                       (int64_t)(high * shrink) + 2);
}
