/* SPDX-License-Identifier: MIT */
#ifndef CMTY_STORE_SCHEDULE_H
#define CMTY_STORE_SCHEDULE_H

/* Private to store/: how long what is kept of a report. */

#include "core/core.h"

/* What is left of a report, from all to nothing. */
typedef enum cmty__tier {
    CMTY__TIER_EXACT,
    CMTY__TIER_PLACE, /* the protected place; what was sealed is gone */
    CMTY__TIER_BEAT,
    CMTY__TIER_COUNT,
    CMTY__TIER_GONE,
    CMTY__TIER_COUNT_OF
} cmty__tier;

typedef struct cmty__schedule cmty__schedule;
/* Strict: what is not understood is refused by name, for a slip of the pen must not destroy. */
cmty_status cmty__schedule_open(const char *path, cmty__schedule **out, cmty_error *err);
void cmty__schedule_free(cmty__schedule *s);
/* What may be left of a report of a category and an age in whole days. */
cmty__tier cmty__schedule_tier(const cmty__schedule *s, const char *category, int64_t days);
/* Days for which refused records are kept; below 0: for ever. */
int64_t cmty__schedule_refused(const cmty__schedule *s);

#endif
