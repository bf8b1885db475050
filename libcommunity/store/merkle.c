/* SPDX-License-Identifier: MIT */
/* The hash tree of the audit log, RFC 6962 section 2.1. Serial per tree. */
#include "store/merkle.h"

#include "privacy/privacy.h"

_Static_assert((int)CMTY__TREE_HASH == (int)CMTY__HASH_BYTES, "the tree is made of SHA-256");

void cmty__tree_leaf(const void *data, size_t size, uint8_t out[CMTY__TREE_HASH])
{
    cmty__sha256_tagged(0x00, data, size, NULL, 0, out);
}

static void tree_node(const uint8_t *left, const uint8_t *right, uint8_t out[CMTY__TREE_HASH])
{
    cmty__sha256_tagged(0x01, left, CMTY__TREE_HASH, right, CMTY__TREE_HASH, out);
}

void cmty__tree_append(cmty__tree *tree, const uint8_t leaf[CMTY__TREE_HASH])
{
    uint8_t node[CMTY__TREE_HASH];
    int level = 0;

    memcpy(node, leaf, sizeof node);
    for (; (tree->size >> level & 1) != 0; level++)
        tree_node(tree->peak[level], node, node);
    memcpy(tree->peak[level], node, sizeof node);
    tree->size++;
}

void cmty__tree_root(const cmty__tree *tree, uint8_t out[CMTY__TREE_HASH])
{
    bool any = false;

    for (int level = 0; level < CMTY__TREE_LEVELS; level++) {
        if ((tree->size >> level & 1) == 0)
            continue;
        if (any)
            tree_node(tree->peak[level], out, out);
        else
            memcpy(out, tree->peak[level], CMTY__TREE_HASH);
        any = true;
    }
    if (!any) /* the empty tree: H("") */
        cmty__sha256("", 0, out);
}

void cmty__tree_save(const cmty__tree *tree, cmty__buf *out)
{
    for (int level = 0; level < CMTY__TREE_LEVELS; level++)
        if ((tree->size >> level & 1) != 0)
            cmty__buf_bytes(out, tree->peak[level], CMTY__TREE_HASH);
}

bool cmty__tree_load(cmty__tree *tree, uint64_t size, const void *peaks, size_t peaks_size)
{
    const uint8_t *next = peaks;
    size_t left = peaks_size;

    *tree = (cmty__tree){.size = size};
    if (size >> CMTY__TREE_LEVELS != 0)
        return false;
    for (int level = 0; level < CMTY__TREE_LEVELS; level++) {
        if ((size >> level & 1) == 0)
            continue;
        if (left < CMTY__TREE_HASH)
            return false;
        memcpy(tree->peak[level], next, CMTY__TREE_HASH);
        next += CMTY__TREE_HASH;
        left -= CMTY__TREE_HASH;
    }
    return left == 0;
}
