/* SPDX-License-Identifier: MIT */
#ifndef CMTY_FENCE_FENCE_H
#define CMTY_FENCE_FENCE_H

/* Floor 2: geofences. */

#include "core/core.h"
#include "geo/geo.h"

#include <community/fence.h>

/* The whole set as bytes, to be kept in a store, and back. */
cmty_status cmty__fenceset_save(const cmty_fenceset *set, cmty__buf *out, cmty_error *err);
cmty_status cmty__fenceset_load(const void *bytes, size_t size, cmty_fenceset **out,
                                cmty_error *err);

#endif
