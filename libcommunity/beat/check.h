/* SPDX-License-Identifier: MIT */
#ifndef CMTY_BEAT_CHECK_H
#define CMTY_BEAT_CHECK_H

/* What the files of the check share. Private to beat. */

#include "beat/set.h"

#include <community/check.h>

typedef struct cmty__checked_layer {
    const char *name, *crs, *operation;
    double accuracy_m;
    size_t first_feature, feature_count;
} cmty__checked_layer;

typedef struct cmty__checked {
    const char *id; /* "" if it has none */
    size_t layer;
    cmty_time from, to;
} cmty__checked;

typedef struct cmty__found {
    cmty_flaw finding;
    bool of_shapes; /* then it is this fault of the survey: */
    size_t fault_number;
    const cmty__fault *fault; /* NULL until all are found, or not of shapes */
    size_t layer;             /* SIZE_MAX: of several */
    size_t feature, other;    /* of the survey; CMTY__NO_FEATURE */
} cmty__found;

struct cmty_check {
    cmty__arena *texts;
    cmty__survey *survey;
    cmty__checked_layer *layers;
    size_t layer_count;
    cmty__checked *features;
    size_t feature_count, feature_capacity;
    cmty__found *found;
    size_t found_count, found_capacity;
};

/* check_words.c */
int32_t cmty__flaw_severity(int32_t code);
int32_t cmty__flaw_unit(int32_t code);
/* The sentence that says what was found. */
void cmty__flaw_say(const cmty_check *check, const cmty__found *found, cmty__buf *out);

/* check_ids.c: ids and validities of one layer, then of all. */
cmty__found *cmty__check_add(cmty_check *check, int32_t code, size_t feature);
cmty_status cmty__check_ids(cmty_check *check, const cmty__layer *layer, const cmty__spec *spec,
                            const cmty_beat_options *o, const cmty__zone *zone, cmty_error *err);
cmty_status cmty__check_validities(cmty_check *check, cmty_error *err);

/* check.c */
bool cmty__checked_same(const cmty__checked *a, const cmty__checked *b); /* one beat */

/* check_write.c */
/* GeoJSON, or null. */
void cmty__flaw_geometry(const cmty_check *check, const cmty__found *found, cmty__buf *out);
/* How large, with its unit: "9,733 m2"; nothing if it has no size. */
void cmty__flaw_size(const cmty_flaw *f, cmty__buf *out);

#endif
