/* SPDX-License-Identifier: MIT */
/* Blocks of points with AVX2. Any thread; only called where the processor has it. */
#if defined(__AVX2__)
#define CMTY__FIND cmty__find_avx2
#include "geo/areas_kernel.h"
#else
#include "geo/areas_find.h"

size_t cmty__find_avx2(const cmty__areas *a, const cmty_point *p, size_t n, uint32_t *word,
                       cmty__left *left)
{
    return cmty__find_portable(a, p, n, word, left);
}
#endif
