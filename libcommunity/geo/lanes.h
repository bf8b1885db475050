/* SPDX-License-Identifier: MIT */
#ifndef CMTY_GEO_LANES_H
#define CMTY_GEO_LANES_H

/* Vectors: what the processor calls its instructions, and four numbers of single precision at once.
   Private to geo. */

#include <stdint.h>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

typedef float cmty__lanes __attribute__((vector_size(16), aligned(4))); /* any allocator will do */
typedef int32_t cmty__lane_bits __attribute__((vector_size(16)));

#if defined(__SSE2__)

static inline cmty__lanes cmty__lanes_least(cmty__lanes a, cmty__lanes b)
{
    return (cmty__lanes)_mm_min_ps((__m128)a, (__m128)b);
}

static inline cmty__lanes cmty__lanes_most(cmty__lanes a,
                                           cmty__lanes b) /* b where a is no number */
{
    return (cmty__lanes)_mm_max_ps((__m128)a, (__m128)b);
}

static inline float cmty__lanes_low(cmty__lanes v)
{
    __m128 two = _mm_min_ps((__m128)v, _mm_movehl_ps((__m128)v, (__m128)v));

    return _mm_cvtss_f32(_mm_min_ss(two, _mm_shuffle_ps(two, two, 1)));
}

static inline unsigned cmty__lanes_within(cmty__lanes a, float limit) /* a bit for each lane */
{
    return (unsigned)_mm_movemask_ps(_mm_cmple_ps((__m128)a, _mm_set1_ps(limit)));
}

#else

static inline cmty__lanes cmty__lanes_choose(cmty__lane_bits which, cmty__lanes yes, cmty__lanes no)
{
    return (cmty__lanes)((which & (cmty__lane_bits)yes) | (~which & (cmty__lane_bits)no));
}

static inline cmty__lanes cmty__lanes_least(cmty__lanes a, cmty__lanes b)
{
    return cmty__lanes_choose(a < b, a, b);
}

static inline cmty__lanes cmty__lanes_most(cmty__lanes a,
                                           cmty__lanes b) /* b where a is no number */
{
    return cmty__lanes_choose(a > b, a, b);
}

static inline float cmty__lanes_low(cmty__lanes v)
{
    float a = v[0] < v[1] ? v[0] : v[1], b = v[2] < v[3] ? v[2] : v[3];

    return a < b ? a : b;
}

static inline unsigned cmty__lanes_within(cmty__lanes a, float limit) /* a bit for each lane */
{
    return (a[0] <= limit ? 1U : 0) | (a[1] <= limit ? 2U : 0) | (a[2] <= limit ? 4U : 0)
           | (a[3] <= limit ? 8U : 0);
}

#endif

#endif
