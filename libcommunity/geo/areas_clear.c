/* SPDX-License-Identifier: MIT */
/*
 * Which points are surely far from every boundary, told from the grid alone. Any thread; no state.
 * Metres are turned into steps where a degree has fewest of them, so that errors are on the safe
 * side.
 */
#include "geo/areas_find.h"

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

bool cmty__areas_clear(const cmty__areas *a, cmty_point p, double within_m)
{
    const cmty__reach r = cmty__reach_of(a, within_m);

    return cmty__point_clear(a, p, &r);
}
