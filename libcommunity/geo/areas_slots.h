/* SPDX-License-Identifier: MIT */
#ifndef CMTY_GEO_AREAS_SLOTS_H
#define CMTY_GEO_AREAS_SLOTS_H

/*
 * What eight slots of a leaf say about a point, at once. Private to geo.
 *
 * All in whole numbers, so every instruction set gives the same bits. With dx = ax - x and so on,
 * the orientation is dx_a dy_b - dy_a dx_b. Each difference errs by less than one step, so the
 * product form errs by less than |dx_a| + |dy_a| + |dx_b| + |dy_b| + 2, and where it is no larger
 * than that, or an end is within a step of the point's latitude, the answer is in doubt. Bits of
 * slots that do not exist are to be masked out.
 */

#include "geo/areas.h"

#if defined(__SSE2__)
#include <immintrin.h>
#endif

typedef struct cmty__says {
    unsigned crossed, doubt; /* a bit for each slot; crossed holds where there is no doubt */
} cmty__says;

#if defined(__AVX2__)

static inline cmty__says cmty__slots_say(const int16_t (*a)[2], const int16_t (*b)[2], int x, int y)
{
    const __m256i one = _mm256_set1_epi16(1), two = _mm256_set1_epi16(2);
    __m256i xy = _mm256_set1_epi32((int)((uint32_t)y << 16 | (uint32_t)x));
    __m256i yx = _mm256_set1_epi32((int)((uint32_t)-x << 16 | (uint32_t)y));
    __m256i da = _mm256_sub_epi16(_mm256_loadu_si256((const void *)a), xy);
    __m256i db = _mm256_sub_epi16(_mm256_loadu_si256((const void *)b), yx);
    __m256i det = _mm256_madd_epi16(da, db);
    __m256i size_a = _mm256_abs_epi16(da), size_b = _mm256_abs_epi16(db);
    __m256i bound =
        _mm256_add_epi32(_mm256_madd_epi16(size_a, one), _mm256_madd_epi16(size_b, one));
    __m256i sure =
        _mm256_cmpgt_epi32(_mm256_abs_epi32(det), _mm256_add_epi32(bound, _mm256_set1_epi32(2)));
    __m256i straddles = _mm256_xor_si256(da, _mm256_slli_epi32(db, 16)); /* highest bit */
    __m256i level = _mm256_or_si256(_mm256_cmpgt_epi16(two, size_a),
                                    _mm256_slli_epi32(_mm256_cmpgt_epi16(two, size_b), 16));
    __m256i doubt = _mm256_or_si256(level, _mm256_andnot_si256(sure, straddles));
    __m256i crossed = _mm256_andnot_si256(_mm256_xor_si256(det, da), straddles);

    return (cmty__says){(unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(crossed)),
                        (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(doubt))};
}

#elif defined(__SSE2__)

static inline __m128i cmty__abs_16(__m128i v)
{
    return _mm_max_epi16(v, _mm_sub_epi16(_mm_setzero_si128(), v));
}

static inline void cmty__four_slots(__m128i a, __m128i b, __m128i xy, __m128i yx, int shift,
                                    cmty__says *says)
{
    const __m128i one = _mm_set1_epi16(1), two = _mm_set1_epi16(2);
    __m128i da = _mm_sub_epi16(a, xy), db = _mm_sub_epi16(b, yx);
    __m128i det = _mm_madd_epi16(da, db), sign = _mm_srai_epi32(det, 31);
    __m128i size = _mm_sub_epi32(_mm_xor_si128(det, sign), sign);
    __m128i size_a = cmty__abs_16(da), size_b = cmty__abs_16(db);
    __m128i bound = _mm_add_epi32(_mm_madd_epi16(size_a, one), _mm_madd_epi16(size_b, one));
    __m128i sure = _mm_cmpgt_epi32(size, _mm_add_epi32(bound, _mm_set1_epi32(2)));
    __m128i straddles = _mm_xor_si128(da, _mm_slli_epi32(db, 16)); /* highest bit */
    __m128i level = _mm_or_si128(_mm_cmpgt_epi16(two, size_a),
                                 _mm_slli_epi32(_mm_cmpgt_epi16(two, size_b), 16));
    __m128i doubt = _mm_or_si128(level, _mm_andnot_si128(sure, straddles));
    __m128i crossed = _mm_andnot_si128(_mm_xor_si128(det, da), straddles);

    says->crossed |= (unsigned)_mm_movemask_ps(_mm_castsi128_ps(crossed)) << shift;
    says->doubt |= (unsigned)_mm_movemask_ps(_mm_castsi128_ps(doubt)) << shift;
}

static inline cmty__says cmty__slots_say(const int16_t (*a)[2], const int16_t (*b)[2], int x, int y)
{
    __m128i xy = _mm_set1_epi32((int)((uint32_t)y << 16 | (uint32_t)x));
    __m128i yx = _mm_set1_epi32((int)((uint32_t)-x << 16 | (uint32_t)y));
    cmty__says says = {0, 0};

    cmty__four_slots(_mm_loadu_si128((const void *)a), _mm_loadu_si128((const void *)b), xy, yx, 0,
                     &says);
    cmty__four_slots(_mm_loadu_si128((const void *)(a + 4)), _mm_loadu_si128((const void *)(b + 4)),
                     xy, yx, 4, &says);
    return says;
}

#else

static inline cmty__says cmty__slots_say(const int16_t (*a)[2], const int16_t (*b)[2], int x, int y)
{
    cmty__says says = {0, 0};

    for (unsigned i = 0; i < CMTY__MORE_SLOTS; i++) {
        int ax = a[i][0] - x, ay = a[i][1] - y, by = b[i][0] - y, bx = -b[i][1] - x;
        int det = ax * by - ay * bx, bound = abs(ax) + abs(ay) + abs(bx) + abs(by) + 2;
        bool straddles = (ay < 0) != (by < 0);
        bool doubt = abs(ay) < 2 || abs(by) < 2 || (straddles && abs(det) <= bound);

        says.crossed |= (unsigned)(straddles && (det < 0) == (ay < 0)) << i;
        says.doubt |= (unsigned)doubt << i;
    }
    return says;
}

#endif

enum { CMTY__LINE_MASK = (1 << CMTY__LINE_SLOTS) - 1 };

/* Whether an odd number of the slots of a pair is crossed. */
static inline bool cmty__line_parity(const cmty__line *line, int x, int y, bool *doubt)
{
    cmty__says s = cmty__slots_say(line->a, line->b, x, y);
    unsigned crossed = s.crossed & CMTY__LINE_MASK, unsure = s.doubt & CMTY__LINE_MASK;
    const cmty__more *more = (const cmty__more *)(line + 1);

    for (unsigned i = CMTY__LINE_SLOTS; i < line->slots; i += CMTY__MORE_SLOTS, more++) {
        s = cmty__slots_say(more->a, more->b, x, y); /* unused ones say nothing */
        crossed ^= s.crossed;
        unsure |= s.doubt;
    }
    *doubt = unsure != 0;
    return __builtin_parity(crossed);
}

/* Which locals of a leaf of many hold the point. */
static inline uint64_t cmty__local_bit(uint8_t local)
{
    return local < CMTY__LOCALS_MAX ? (uint64_t)1 << local : 0;
}

static inline uint64_t cmty__toggles(const uint8_t *local, unsigned crossed)
{
    uint64_t bits = 0;

    for (; crossed != 0; crossed &= crossed - 1) {
        const uint8_t *two = local + 2 * (size_t)__builtin_ctz(crossed);

        bits ^= cmty__local_bit(two[0]) ^ cmty__local_bit(two[1]);
    }
    return bits;
}

static inline uint64_t cmty__line_held(const cmty__line *line, int x, int y, bool *doubt)
{
    const cmty__more *more = (const cmty__more *)(line + 1);
    const uint8_t *tail;
    cmty__says s;
    unsigned unsure;
    uint64_t held;

    *doubt = true;
    if (line->slots == CMTY__WIDE)
        return 0;
    tail = (const uint8_t *)(line + cmty__slot_lines(line->slots));
    memcpy(&held, tail, sizeof held);
    tail += sizeof held;
    s = cmty__slots_say(line->a, line->b, x, y);
    unsure = s.doubt & CMTY__LINE_MASK;
    held ^= cmty__toggles(tail, s.crossed & CMTY__LINE_MASK);
    for (size_t i = CMTY__LINE_SLOTS; i < line->slots; i += CMTY__MORE_SLOTS, more++) {
        s = cmty__slots_say(more->a, more->b, x, y);
        unsure |= s.doubt;
        held ^= cmty__toggles(tail + 2 * i, s.crossed);
    }
    *doubt = unsure != 0;
    return held;
}

#endif
