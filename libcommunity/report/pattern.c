/* SPDX-License-Identifier: MIT */
/* Patterns over category codes, as fences and policies use them. Pure functions: any thread. */
#include "report/report.h"

/* Bytes of the pattern before ".*", or 0 if it is a plain code. */
static size_t family_size(const char *pattern)
{
    size_t size = strlen(pattern);

    return size > 2 && strcmp(pattern + size - 2, ".*") == 0 ? size - 2 : 0;
}

bool cmty__category_matches(const char *pattern, const char *code)
{
    size_t size = family_size(pattern);

    if (size == 0)
        return strcmp(pattern, code) == 0;
    return strncmp(pattern, code, size) == 0 && (code[size] == '.' || code[size] == '\0');
}

bool cmty__category_pattern_known(const char *pattern)
{
    for (size_t i = 0; i < cmty_category_count(); i++)
        if (cmty__category_matches(pattern, cmty_category_code(i)))
            return true;
    return false;
}
