/* SPDX-License-Identifier: MIT */
#ifndef CMTY_BEAT_SET_H
#define CMTY_BEAT_SET_H

/* What a beat set is made of. Private to beat. */

#include "beat/beat.h"

typedef struct cmty__beat {
    const char *id, *name, *sector, *district;
    cmty_time from, to;
    double area_m2;
    uint32_t part_count;
    int32_t version, area; /* where its rings can be found: the first version that has it */
} cmty__beat;

/* A period in which the boundaries did not change. */
typedef struct cmty__version {
    cmty_time from, to;
    const char *label;
    cmty__areas *areas;
    int32_t *beats;    /* of each area, ascending */
    bool same_numbers; /* beat i is area i */
} cmty__version;

struct cmty_beatset {
    cmty__arena *texts;
    cmty__beat *beats; /* by id (bytes), then from; those of one id do not overlap in time */
    size_t beat_count;
    cmty__version *versions; /* by time; gaps in time are no versions */
    size_t version_count;
    double tolerance_m;
    struct cmty__source *sources; /* the layers it was read from; none where it was loaded */
    size_t source_count;
};

/* source.c */
typedef struct cmty__source {
    const char *name, *crs, *operation;
    double accuracy_m;
} cmty__source;
/* Adds a layer to the sources of a set that is read from `of` layers. */
cmty_status cmty__beatset_note_source(cmty_beatset *set, size_t of, const cmty__layer *layer,
                                      cmty_error *err);

/* Makes the versions from the beats and their shapes, one each; labels are made in the zone. */
cmty_status cmty__beatset_index(cmty_beatset *set, const cmty__area_input *shapes,
                                const cmty__zone *zone, const cmty_host *host, cmty_error *err);

/* fields.c: which fields of a layer say what; -1: none. */
typedef struct cmty__beat_fields {
    int32_t id, name, sector, district, from, to;
} cmty__beat_fields;
cmty_status cmty__beat_fields_find(const cmty__layer *layer, const cmty__spec *spec,
                                   const cmty_beat_options *o, cmty__beat_fields *out,
                                   cmty_error *err);
/* The name of the file without its endings; NULL: out of memory. */
const char *cmty__beat_stem(cmty__arena *texts, const cmty__layer *layer);
/* When a beat begins or ends; `open` where nothing is said. False: that is no date. */
bool cmty__beat_moment(const char *text, const cmty__zone *zone, cmty_time open, cmty_time *out);

#endif
