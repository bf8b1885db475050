/* SPDX-License-Identifier: MIT */
/* Blocks of points with AVX-512. Any thread; only called where the processor has it. */
#if defined(__AVX512F__)
#define CMTY__FINDER cmty__finder_avx512
#include "geo/areas_kernel.h"
#else
#include "geo/areas_find.h"

const cmty__finder cmty__finder_avx512; /* no processor has it */
#endif
