/* SPDX-License-Identifier: MIT */
/* Blocks of points with AVX2. Any thread; only called where the processor has it. */
#if defined(__AVX2__)
#define CMTY__FINDER cmty__finder_avx2
#include "geo/areas_kernel.h"
#else
#include "geo/areas_find.h"

const cmty__finder cmty__finder_avx2; /* no processor has it */
#endif
