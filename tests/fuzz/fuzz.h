/* SPDX-License-Identifier: MIT */
#ifndef CMTY_TESTS_FUZZ_H
#define CMTY_TESTS_FUZZ_H

/*
 * A harness is one function that takes any bytes. It checks what must hold for whatever is
 * accepted, so that a wrong answer shows as well as a crash.
 */

#include "core/core.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FUZZ_CHECK(condition)                                                                      \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition);         \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* The input as text: a copy that ends with NUL. Free it. */
static inline char *fuzz_text(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);

    FUZZ_CHECK(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    return text;
}

/* The same bytes in both, for what is saved, loaded and saved again. */
static inline void fuzz_check_same(const cmty__buf *a, const cmty__buf *b)
{
    FUZZ_CHECK(!a->failed && !b->failed && a->size == b->size);
    FUZZ_CHECK(memcmp(a->data, b->data, a->size) == 0);
}

#endif
