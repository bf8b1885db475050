/* SPDX-License-Identifier: MIT */
#ifndef CMTY_FENCE_RULE_H
#define CMTY_FENCE_RULE_H

/* Private to fence: one fence without its place, and how its fields are read. */

#include "fence/fence.h"

enum {
    ALL_DAYS = 0x7f, /* bit 0 Monday .. bit 6 Sunday */
    DAY_MINUTES = 24 * 60
};

/* Texts belong to the arena of the set. */
typedef struct cmty__fence_rule {
    const char *id, *note;
    const char *const *patterns; /* NULL where there are none: all categories */
    uint32_t pattern_count;
    int32_t action;
    int32_t priority;
    int32_t from_minute, to_minute; /* of the local day, half-open; from > to passes midnight */
    uint32_t days;                  /* on which the hours begin */
    cmty_time valid_from, valid_to; /* half-open */
} cmty__fence_rule;

extern const cmty__fence_rule cmty__fence_rule_default; /* always, everywhere, for everything */

/* What stands in a field, as text. `none` means not said. False: the text is not such a value. */
bool cmty__fence_action(const char *text, int32_t *out);
bool cmty__fence_days(const char *text, uint32_t *out);
bool cmty__fence_hours(const char *text, int32_t *from_minute, int32_t *to_minute);
bool cmty__fence_priority(const char *text, int32_t *out);
bool cmty__fence_radius(const char *text, double *out_m);
/* Splits "theft.*,arson" into patterns in the arena. CMTY_E_FORMAT: one that matches no category.
 */
cmty_status cmty__fence_patterns(const char *text, cmty__arena *arena, cmty__fence_rule *out);

bool cmty__fence_rule_has_window(const cmty__fence_rule *rule);
/* Does the fence ask for such a report at such a time, wherever it is? */
bool cmty__fence_rule_applies(const cmty__fence_rule *rule, const char *category, cmty_time when,
                              const cmty__zone *zone);
/* < 0: a decides before b. 0: they differ in nothing but their place. */
int cmty__fence_rule_compare(const cmty__fence_rule *a, const cmty__fence_rule *b);

#endif
