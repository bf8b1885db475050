/* SPDX-License-Identifier: MIT */
#ifndef COMMUNITY_MEMORY_H
#define COMMUNITY_MEMORY_H

#include <community/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The memory functions of a host. Each behaves as its C namesake; @p user is handed back. */
typedef struct cmty_allocator {
    uint32_t struct_size; /**< sizeof(cmty_allocator). */
    uint32_t reserved;    /**< 0. */
    void *user;
    void *(*realloc)(void *user, void *ptr, size_t size); /**< ptr NULL: allocate. */
    void (*free)(void *user, void *ptr);                  /**< ptr may be NULL. */
} cmty_allocator;

/**
 * Replace the memory functions of the whole library.
 *
 * @param a  The functions, copied; NULL restores the C library's. Memory in use must be freed
 *           before a change, for it is freed by the functions in force at that time.
 * @return CMTY_OK; CMTY_E_INVALID for a missing function; CMTY_E_ABI.
 * @threads init
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_set_allocator(const cmty_allocator *a);

/**
 * Release a buffer that a call of this library gave to the caller.
 *
 * @param ptr  Such a buffer, or NULL.
 * @threads any
 * @since 0.1
 */
CMTY_API void cmty_free(void *ptr);

#ifdef __cplusplus
}
#endif
#endif
