/* SPDX-License-Identifier: MIT */
#ifndef CMTY_STORE_MERKLE_H
#define CMTY_STORE_MERKLE_H

/* Private to store/: the growing hash tree of RFC 6962 section 2.1, with SHA-256. Only the roots of
   its complete subtrees are kept, so an append costs one leaf and about one inner hash. */

#include "core/core.h"

enum { CMTY__TREE_HASH = 32, CMTY__TREE_LEVELS = 63 };

typedef struct cmty__tree {
    uint64_t size;                                    /* leaves */
    uint8_t peak[CMTY__TREE_LEVELS][CMTY__TREE_HASH]; /* of level k where bit k of size is set */
} cmty__tree;

/* H(0x00 || data). */
void cmty__tree_leaf(const void *data, size_t size, uint8_t out[CMTY__TREE_HASH]);
void cmty__tree_append(cmty__tree *tree, const uint8_t leaf[CMTY__TREE_HASH]);
void cmty__tree_root(const cmty__tree *tree, uint8_t out[CMTY__TREE_HASH]);
/* The peaks as bytes, and back; false if the bytes do not fit the size. */
void cmty__tree_save(const cmty__tree *tree, cmty__buf *out);
bool cmty__tree_load(cmty__tree *tree, uint64_t size, const void *peaks, size_t peaks_size);

#endif
