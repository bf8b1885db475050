/* SPDX-License-Identifier: MIT */
#ifndef CMTY_BEAT_ARROW_OUT_H
#define CMTY_BEAT_ARROW_OUT_H

/* Private to beat: Arrow structs that own what they hold. */

#include "core/core.h"

#include <community/arrow.h>

/* As the specification has them. */
enum { ARROW_FLAG_NULLABLE = 2 };

struct ArrowSchema {
    const char *format;
    const char *name;
    const char *metadata;
    int64_t flags;
    int64_t n_children;
    struct ArrowSchema **children;
    struct ArrowSchema *dictionary;
    void (*release)(struct ArrowSchema *);
    void *private_data;
};

struct ArrowArray {
    int64_t length;
    int64_t null_count;
    int64_t offset;
    int64_t n_buffers;
    int64_t n_children;
    const void **buffers;
    struct ArrowArray **children;
    struct ArrowArray *dictionary;
    void (*release)(struct ArrowArray *);
    void *private_data;
};

_Static_assert(sizeof(struct ArrowSchema) == 72 && sizeof(struct ArrowArray) == 80,
               "others have compiled them in");

enum { CMTY__ARROW_BUFFERS = 3 };

/* False: out of memory; *schema has no release then. Name and format are static. */
bool cmty__arrow_schema(struct ArrowSchema *schema, const char *format, const char *name,
                        int64_t children, bool dictionary);
/* Buffers of these sizes, zeroed; a size of 0: no buffer (NULL). */
bool cmty__arrow_array(struct ArrowArray *array, int64_t length, int64_t children, bool dictionary,
                       const size_t *sizes, int64_t buffers);
/* A column of texts without nulls. */
bool cmty__arrow_texts(struct ArrowArray *array, int64_t count,
                       const char *(*text)(const void *context, int64_t i), const void *context);

#endif
