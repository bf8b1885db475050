/* SPDX-License-Identifier: MIT */
#ifndef CMTY_INTAKE_ADDRESSES_H
#define CMTY_INTAKE_ADDRESSES_H

/* Private to intake: where people live, from a layer. */

#include "beat/beat.h"
#include "privacy/privacy.h"

/* Address points, each of weight 1, or of the field named by `weight=`; population areas, with such
   a field only, stand at a point inside them. Units without people are left out. *out is owned by
   the caller (cmty__free). */
cmty_status cmty__addresses_open(const char *text, const cmty_host *host, cmty__address **out,
                                 size_t *count, cmty_error *err);

/* The areas of a layer, as one index. */
cmty_status cmty__land_open(const char *text, const cmty_host *host, cmty__areas **out,
                            cmty_error *err);

/* snap_to.c: the places that a law snaps to. Snap: points; where addresses are given, those that
   serve 1 to k - 1 of those within_m of them are left out to a fixpoint. Street: places on lines,
   `step_m` apart or less. */
cmty_status cmty__snap_list_open(const char *text, const char *addresses, uint32_t k,
                                 double within_m, const cmty_host *host, cmty__list **out,
                                 cmty_error *err);
cmty_status cmty__street_list_open(const char *text, double step_m, const cmty_host *host,
                                   cmty__list **out, cmty_error *err);

/* The catchments of at least k that these make in every version of the beats. */
cmty_status cmty__catchments_open(const char *spec, const cmty_beatset *beats, uint32_t k,
                                  const cmty_host *host, cmty__catchments **out, cmty_error *err);

#endif
