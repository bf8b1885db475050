/* SPDX-License-Identifier: MIT */
#ifndef CMTY_PRIVACY_GRID_H
#define CMTY_PRIVACY_GRID_H

/* Private to this room: the grid of RFC 6772. */

#include "privacy/secret.h"

typedef struct cmty__grid {
    int zone; /* by the latitude that it begins at; below 0: southern */
    int64_t side_mm;
    double origin_deg, lon_step_deg, lat_step_deg;
} cmty__grid;
int cmty__grid_zone(double lat_deg);
cmty__grid cmty__grid_make(double side_m, int zone);

typedef struct cmty__grid_cell {
    int64_t column, row;
    double x, y; /* in the cell, from its south-west corner, [0, 1) */
} cmty__grid_cell;
cmty__grid_cell cmty__grid_cell_of(const cmty__grid *g, cmty_point at);

/* The corner that is shown. Less than 0.8 sides away. */
cmty_point cmty__grid_corner(const cmty__grid *g, const cmty__mask_key *key, cmty_point at);

#endif
