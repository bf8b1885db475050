/* SPDX-License-Identifier: MIT */
#ifndef CMTY_BEAT_BEATSET_H
#define CMTY_BEAT_BEATSET_H

/* The inside of a beat set. Private to beat/. */

#include "beat/beat.h"

struct beat {
    const char *id, *name, *sector, *district; /* in the set's arena */
    cmty_time valid_from, valid_to;
    double area_m2;
    uint32_t part_count;
};

/* A period in which the boundaries did not change. */
struct version {
    cmty_time from, to;
    const char *label;
    cmty__areas *areas;
    int32_t *beat_of; /* area -> beat, ascending */
    size_t count;
};

struct cmty_beatset {
    cmty__arena *arena;
    struct beat *beats; /* by id in byte order, then valid_from */
    size_t beat_count;
    struct version *versions; /* by from */
    size_t version_count;
    double tolerance_m;
};

/* A polygon feature on its way into a set. */
struct draft {
    struct beat beat;
    const cmty__feature *feature;
};

struct drafts {
    struct draft *items;
    size_t count, capacity;
};

/* The fields of a layer that say what a beat is; -1: none. */
struct beat_fields {
    int32_t id, name, sector, district, valid_from, valid_to;
};
cmty_status cmty__beat_fields_find(const cmty__layer *layer, const cmty__spec *spec,
                                   const cmty_beat_options *o, struct beat_fields *out,
                                   cmty_error *err);

/* Adds the features of a layer. Texts go to the set's arena; geometries stay with the layer. */
cmty_status cmty__drafts_add(struct drafts *d, cmty_beatset *set, const cmty__layer *layer,
                             const cmty__spec *spec, const cmty_beat_options *o,
                             const cmty__zone *zone, cmty_error *err);
/* Sorts and merges drafts into beats and builds the versions. */
cmty_status cmty__beatset_assemble(cmty_beatset *set, struct drafts *d, const cmty__zone *zone,
                                   const cmty_host *host, cmty_error *err);

#endif
