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

/* The catchments of at least k that these make in every version of the beats. */
cmty_status cmty__catchments_open(const char *spec, const cmty_beatset *beats, uint32_t k,
                                  const cmty_host *host, cmty__catchments **out, cmty_error *err);

#endif
