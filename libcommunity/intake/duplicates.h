/* SPDX-License-Identifier: MIT */
#ifndef CMTY_INTAKE_DUPLICATES_H
#define CMTY_INTAKE_DUPLICATES_H

/* Private to intake: the search for pairs of reports that are near. */

#include "core/core.h"

#include <community/duplicates.h>

/* One report. They stand in the order of time, then of id; a link names them by their place in it.
 */
typedef struct cmty__sighting {
    cmty_point at;
    cmty_time when; /* CMTY_TIME_UNKNOWN stands last */
    const char *ref, *category, *source;
    uint64_t row;            /* decides between what is the same in all else */
    int32_t category_number; /* two of one number may be linked */
    int32_t source_number;   /* -1: unknown */
    bool placed;
} cmty__sighting;

typedef struct cmty__link {
    uint32_t first, second;
    double metres; /* NaN if unknown */
    char type;     /* B, S, T */
} cmty__link;

typedef struct cmty__link_finder {
    const cmty_duplicates_options *o;
    const cmty__sighting *list;
    size_t count;
    int64_t window_ms;
    cmty__link *links;
    size_t link_count, link_capacity;
} cmty__link_finder;

/* Fills f->links, in the order of first and second; the caller frees them. */
cmty_status cmty__links_find(cmty__link_finder *f, cmty_error *err);

#endif
