/* SPDX-License-Identifier: MIT */
#ifndef CMTY_RELEASE_SUPPRESS_H
#define CMTY_RELEASE_SUPPRESS_H

/* Which numbers of an additive table must stay blank, so that no small one can be worked out. */

#include "core/core.h"

/*
 * An additive table as a network: a node for each sum that must come out even, an arc for each
 * number. What flows into a node flows out of it: a district is the sum of its beats, a beat the
 * sum of its categories, and so on. Every arc belongs to a cycle: the grand total closes it.
 */
typedef struct cmty__network cmty__network;

cmty__network *cmty__network_new(void); /* NULL: out of memory */
void cmty__network_free(cmty__network *n);
int32_t cmty__network_node(cmty__network *n);
/* The number of the arc; value is at least 0. After a failure to allocate, _protect says so. */
int32_t cmty__network_arc(cmty__network *n, int32_t from, int32_t to, int64_t value);
/* An arc that is blank whatever its value, so that it may be 0 as far as a reader knows. */
int32_t cmty__network_untold(cmty__network *n, int32_t from, int32_t to, int64_t value);

/*
 * Blanks the numbers 1 .. below-1, and as many others as it takes that someone who knows every
 * number left, that the sums are exact and that a blank is at least 1 (zeros are printed) unless it
 * is untold, must think `below` or more possible for each blank one.
 */
cmty_status cmty__network_protect(cmty__network *n, int64_t below, cmty_error *err);
bool cmty__network_blank(const cmty__network *n, int32_t arc);

#endif
