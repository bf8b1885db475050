/* SPDX-License-Identifier: MIT */
#ifndef CMTY_RELEASE_LINT_H
#define CMTY_RELEASE_LINT_H

/* Private to this room: the egress linter. */

#include "release/released.h"

#include <community/lint.h>

struct cmty_linter {
    cmty__lint_place *place;
    cmty_policy *policy;
    cmty__zone *zone;
};

struct cmty_lint {
    cmty__arena *texts;
    cmty_leak *leaks;
    size_t count, capacity;
};

cmty_status cmty__lint_new(cmty_lint **out, cmty_error *err);
/* column may be NULL. */
cmty_status cmty__lint_add(cmty_lint *lint, int32_t rule, uint64_t row, const char *column,
                           size_t offset, size_t size, cmty_error *err);
/* All that the text rules find in one text. */
cmty_status cmty__lint_texts(const cmty_linter *linter, cmty_lint *lint, uint64_t row,
                             const char *column, const char *text, size_t size, cmty_error *err);

#endif
