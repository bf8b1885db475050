/* SPDX-License-Identifier: MIT */
#ifndef CMTY_FENCE_SET_H
#define CMTY_FENCE_SET_H

/* Private to fence: the set, and how it comes together. */

#include "fence/rule.h"

struct cmty_fenceset {
    cmty__arena *arena;      /* texts of the rules */
    cmty__fence_rule *rules; /* the strongest first; rule i has area i */
    size_t count;
    cmty__areas *areas; /* NULL where there are no fences */
    cmty__zone *zone;
};

/* A fence on its way in: a rule, and rings borrowed from a layer or from the arena. */
typedef struct cmty__fence_draft {
    cmty__fence_rule rule;
    const cmty__ring *rings;
    size_t ring_count;
} cmty__fence_draft;

typedef struct cmty__fence_drafts {
    cmty__fence_draft *items;
    size_t count, capacity;
} cmty__fence_drafts;

/* Adds the fences of one layer. */
cmty_status cmty__fence_read_layer(const cmty__layer *layer, const cmty__spec *spec,
                                   int32_t default_action, const cmty__zone *zone,
                                   cmty__arena *arena, cmty__fence_drafts *drafts, cmty_error *err);

#endif
