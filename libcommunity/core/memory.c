/* SPDX-License-Identifier: MIT */
/* The one door to memory, and arenas. Any thread, but for cmty_set_allocator (init). */
#include "core/core.h"

#include <stdlib.h>

static void *libc_realloc(void *user, void *ptr, size_t size)
{
    (void)user;
    return realloc(ptr, size);
}

static void libc_free(void *user, void *ptr)
{
    (void)user;
    free(ptr);
}

static const cmty_allocator libc_allocator = {(uint32_t)sizeof(cmty_allocator), 0, NULL,
                                              libc_realloc, libc_free};
static cmty_allocator allocator = {(uint32_t)sizeof(cmty_allocator), 0, NULL, libc_realloc,
                                   libc_free};

cmty_status cmty_set_allocator(const cmty_allocator *a)
{
    cmty_allocator read = libc_allocator;

    if (a != NULL) {
        cmty_status st =
            cmty__struct_read(&read, sizeof read, a, sizeof read, "cmty_allocator", NULL);

        if (st != CMTY_OK)
            return st;
    }
    if (read.realloc == NULL || read.free == NULL)
        return CMTY_E_INVALID;
    allocator = read;
    return CMTY_OK;
}

void cmty_free(void *ptr)
{
    cmty__free(ptr);
}

void *cmty__alloc(size_t size)
{
    return allocator.realloc(allocator.user, NULL, size > 0 ? size : 1);
}

void *cmty__calloc(size_t count, size_t size)
{
    void *ptr = cmty__realloc(NULL, count, size);

    if (ptr != NULL)
        memset(ptr, 0, count * size);
    return ptr;
}

void *cmty__realloc(void *ptr, size_t count, size_t size)
{
    size_t bytes;

    if (__builtin_mul_overflow(count, size, &bytes) || bytes > PTRDIFF_MAX)
        return NULL;
    return allocator.realloc(allocator.user, ptr, bytes > 0 ? bytes : 1);
}

void cmty__free(void *ptr)
{
    if (ptr != NULL)
        allocator.free(allocator.user, ptr);
}

char *cmty__strdup(const char *text)
{
    return text == NULL ? NULL : cmty__strndup(text, strlen(text));
}

char *cmty__strndup(const char *text, size_t size)
{
    char *copy = cmty__alloc(size + 1);

    if (copy == NULL)
        return NULL;
    memcpy(copy, text, size);
    copy[size] = '\0';
    return copy;
}

bool cmty__grow(void *array_ptr, size_t *capacity, size_t need, size_t size)
{
    size_t bigger = *capacity < 8 ? 8 : *capacity;
    void *old, *grown;

    if (need <= *capacity)
        return true;
    while (bigger < need)
        if (__builtin_mul_overflow(bigger, 2, &bigger))
            return false;
    memcpy(&old, array_ptr, sizeof old);
    grown = cmty__realloc(old, bigger, size);
    if (grown == NULL)
        return false;
    memcpy(array_ptr, &grown, sizeof grown);
    *capacity = bigger;
    return true;
}

void cmty__zero(void *data, size_t size)
{
    memset(data, 0, size);
    __asm__ __volatile__("" : : "r"(data) : "memory"); /* a last write must not be dropped */
}

/* ---- arena ---- */

enum { ARENA_BLOCK = 16 * 1024, ARENA_ALIGN = 16 };

struct block {
    struct block *next;
    size_t size, used;
    _Alignas(ARENA_ALIGN) unsigned char data[];
};

struct cmty__arena {
    struct block *blocks; /* the newest first */
};

cmty__arena *cmty__arena_new(void)
{
    return cmty__calloc(1, sizeof(cmty__arena));
}

void cmty__arena_free(cmty__arena *arena)
{
    if (arena == NULL)
        return;
    cmty__arena_clear(arena);
    cmty__free(arena->blocks);
    cmty__free(arena);
}

void cmty__arena_clear(cmty__arena *arena)
{
    struct block *keep = NULL;
    struct block *next;

    for (struct block *b = arena->blocks; b != NULL; b = next) {
        next = b->next;
        cmty__zero(b->data, b->used);
        b->used = 0;
        if (keep == NULL || b->size > keep->size) {
            cmty__free(keep);
            keep = b;
        } else {
            cmty__free(b);
        }
    }
    if (keep != NULL)
        keep->next = NULL;
    arena->blocks = keep;
}

void *cmty__arena_alloc(cmty__arena *arena, size_t size)
{
    size_t need;
    struct block *b = arena->blocks;
    void *piece;

    if (__builtin_add_overflow(size, ARENA_ALIGN - 1, &need))
        return NULL;
    need &= ~(size_t)(ARENA_ALIGN - 1);
    if (b == NULL || b->size - b->used < need) {
        size_t room = need > ARENA_BLOCK ? need : ARENA_BLOCK;

        if (room > PTRDIFF_MAX - sizeof *b)
            return NULL;
        b = cmty__alloc(sizeof *b + room);
        if (b == NULL)
            return NULL;
        b->size = room;
        b->used = 0;
        b->next = arena->blocks;
        arena->blocks = b;
    }
    piece = b->data + b->used;
    b->used += need;
    memset(piece, 0, need);
    return piece;
}

char *cmty__arena_text(cmty__arena *arena, const char *text, size_t size)
{
    char *copy = size < PTRDIFF_MAX ? cmty__arena_alloc(arena, size + 1) : NULL;

    if (copy != NULL)
        memcpy(copy, text, size);
    return copy;
}
