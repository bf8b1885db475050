/* SPDX-License-Identifier: MIT */
#ifndef CMTY_BEAT_BEAT_H
#define CMTY_BEAT_BEAT_H

/* Floor 2: beat sets. Siblings use the public header; rooms above also what stands here. */

#include "core/core.h"
#include "geo/geo.h"

#include <community/beat.h>

/* The areas of one version (area i is beat cmty__beatset_beat_of(set, version, i)). Borrowed. */
const cmty__areas *cmty__beatset_areas(const cmty_beatset *set, int32_t version);
int32_t cmty__beatset_beat_of(const cmty_beatset *set, int32_t version, int32_t area);
int32_t cmty__beatset_area_of(const cmty_beatset *set, int32_t version, int32_t beat); /* -1 */
int32_t cmty__beatset_version_at(const cmty_beatset *set, cmty_time when); /* -1; unknown: latest */
/* Id of a beat and label of a version without a sized struct; borrowed. */
const char *cmty__beatset_id(const cmty_beatset *set, int32_t beat);
/* The id of each area of a version; the array is owned by the caller. NULL: out of memory. */
const char **cmty__beatset_area_ids(const cmty_beatset *set, int32_t version);
const char *cmty__beatset_label(const cmty_beatset *set, int32_t version);
double cmty__beatset_tolerance_m(const cmty_beatset *set);

/* twin.c: the beat of the other version that has the very shape of this one, where everything round
   it (whose box meets the beat's) has the same shapes too: a point inside of one is inside of the
   other. -1: none. CMTY_OK or CMTY_E_NOMEM. */
cmty_status cmty__beatset_twin(const cmty_beatset *set, int32_t version, int32_t beat,
                               const cmty_beatset *other, int32_t other_version, int32_t *twin,
                               cmty_error *err);

/* The whole set as bytes, to be kept in a store, and back. */
cmty_status cmty__beatset_save(const cmty_beatset *set, cmty__buf *out, cmty_error *err);
cmty_status cmty__beatset_load(const void *bytes, size_t size, cmty_beatset **out, cmty_error *err);

#endif
