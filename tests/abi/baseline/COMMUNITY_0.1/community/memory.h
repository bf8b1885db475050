/* SPDX-License-Identifier: MIT */
/* clang-format off */
#ifndef COMMUNITY_MEMORY_H
#define COMMUNITY_MEMORY_H
#include <community/types.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct cmty_allocator {
    uint32_t struct_size;
    uint32_t reserved;
    void *user;
    void *(*realloc)(void *user, void *ptr, size_t size);
    void (*free)(void *user, void *ptr);
} cmty_allocator;
CMTY_API CMTY_MUSTCHECK cmty_status cmty_set_allocator(const cmty_allocator *a);
CMTY_API void cmty_free(void *ptr);
#ifdef __cplusplus
}
#endif
#endif
