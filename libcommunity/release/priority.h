/* SPDX-License-Identifier: MIT */
#ifndef CMTY_RELEASE_PRIORITY_H
#define CMTY_RELEASE_PRIORITY_H

/* Rules that say how urgent a report is to a receiver (schemas/priority-1.json). */

#include "core/core.h"

#include <community/outbox.h>

typedef struct cmty__priorities cmty__priorities; /* immutable: any thread */

cmty_status cmty__priorities_open(const char *path, cmty__priorities **out, cmty_error *err);
void cmty__priorities_free(cmty__priorities *priorities);

/* Of all rules that hold the one of the highest number, and among equals that whose name comes
   first: their order in the file is of no account. Fills priority and priority_rule from what else
   the item tells its receiver. NULL: no rules. */
void cmty__priorities_judge(const cmty__priorities *priorities, cmty_outbox_item *item);

#endif
