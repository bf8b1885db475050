/* SPDX-License-Identifier: MIT */
#ifndef CMTY_PRIVACY_LATTICE_H
#define CMTY_PRIVACY_LATTICE_H

/*
 * Private to this room: the public lattice that masked positions lie on.
 *
 * Rows are parallels, `step` metres apart along the meridian; row 0 is the equator. Rows are taken
 * together in bands of about 10 km. The circle of a row is cut into as many equal columns as fit at
 * the poleward edge of its band, so that columns are never closer than `step` and, at that edge,
 * just that far apart; column 0 is at longitude -180. All in whole numbers over a committed table,
 * so every machine has the same lattice. Published coordinates have seven decimals.
 *
 * On the ground a step is never shorter than asked by more than 0.02 %, nor longer than 0.2 % up to
 * latitude 50 and 0.5 % up to latitude 70.
 */

#include "privacy/privacy.h"

extern const int64_t cmty__lattice_meridian_mm[91];
extern const int64_t cmty__lattice_parallel_mm[91];

typedef struct cmty__lattice {
    int64_t step_mm, band_rows;
} cmty__lattice;

typedef struct cmty__cell {
    int64_t row, column;
} cmty__cell;

/* Latitudes are held as 1e-9 degrees; rows run from -last to last, at latitude 89. */
enum { CMTY__LATTICE_LIMIT_DEG = 85 }; /* nearer the pole nothing is masked by moving it */

cmty__lattice cmty__lattice_make(double step_m); /* 0.001 to 100000 m, taken in millimetres */
int64_t cmty__lattice_columns(const cmty__lattice *l, int64_t row);
cmty__cell cmty__lattice_cell(const cmty__lattice *l, cmty_point p); /* nearest by row, column */
cmty_point cmty__lattice_point(const cmty__lattice *l, cmty__cell cell);
/* Column of a row that is nearest to a longitude. */
int64_t cmty__lattice_column(const cmty__lattice *l, int64_t row, double lon_deg);
/* The lattice point `east` columns and `north` rows away. Where that is in a band with other
   columns, the column is chosen by where a point spread evenly (by `spread`) over the width of the
   cell falls: the band that one came from then cannot be read from the columns that are hit. */
cmty__cell cmty__lattice_move(const cmty__lattice *l, cmty__cell from, int64_t east, int64_t north,
                              uint32_t spread);

/* A position moved by millimetres on the ground, seven decimals. */
cmty_point cmty__move_mm(cmty_point p, int64_t east_mm, int64_t north_mm);

#endif
