/* SPDX-License-Identifier: MIT */
#ifndef CMTY_PRIVACY_REGION_H
#define CMTY_PRIVACY_REGION_H

/* Private to this room: what a draw is confined to. */

#include "privacy/lattice.h"

/* Why nothing can be confined to this region, from public facts about it only; else NULL. */
const char *cmty__region_refuses(const cmty__law *law, const cmty__region *region);
bool cmty__region_contains(const cmty__region *region, cmty_point p);
/* Moves p to a lattice point of the region near it. False: none was found. */
bool cmty__region_clamp(const cmty__lattice *l, const cmty__region *region, cmty_point *p);

#endif
