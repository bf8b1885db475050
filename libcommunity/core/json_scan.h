/* SPDX-License-Identifier: MIT */
#ifndef CMTY_CORE_JSON_SCAN_H
#define CMTY_CORE_JSON_SCAN_H

/* Private to core: the grammar of RFC 8259, checked before the JSON library sees the text. */

#include "core/core.h"

enum { CMTY__JSON_DEPTH = 32 };

typedef struct cmty__json_fault {
    size_t at;        /* byte offset */
    const char *what; /* static; what is wrong there */
} cmty__json_fault;

/* One value and nothing after it. *members: how many members all objects have together, so that a
   name given twice shows in the difference to what the library kept. */
bool cmty__json_scan(const char *text, size_t size, size_t *members, cmty__json_fault *fault);

#endif
