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
 *
 * Whether a slot comes within a box round the point is asked in the same numbers: the sides of the
 * box and the line of the slot are the axes that can part the two.
 */

#include "geo/areas.h"
#include "geo/lanes.h"

typedef struct cmty__says {
    unsigned crossed, doubt; /* a bit for each slot; crossed holds where there is no doubt */
} cmty__says;

/* Half the width and height of a box round a point, in steps of the cell. */
typedef struct cmty__halves {
    int wide, high; /* at most CMTY__LOCAL_SIDE */
} cmty__halves;

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

/* A bit for each slot that may come within the box. */
static inline unsigned cmty__slots_near(const int16_t (*a)[2], const int16_t (*b)[2], int x, int y,
                                        cmty__halves box)
{
    const __m256i one = _mm256_set1_epi16(1), minus_x = _mm256_set1_epi32(0x0001FFFF);
    const __m256i halves = _mm256_set1_epi32((int)((uint32_t)box.high << 16 | (uint32_t)box.wide));
    const __m256i turned = _mm256_set1_epi32((int)((uint32_t)box.wide << 16 | (uint32_t)box.high));
    __m256i xy = _mm256_set1_epi32((int)((uint32_t)y << 16 | (uint16_t)x));
    __m256i yx = _mm256_set1_epi32((int)((uint32_t)-x << 16 | (uint16_t)y));
    __m256i da = _mm256_sub_epi16(_mm256_loadu_si256((const void *)a), xy);
    __m256i db = _mm256_sub_epi16(_mm256_loadu_si256((const void *)b), yx);
    __m256i swapped = _mm256_or_si256(_mm256_slli_epi32(db, 16), _mm256_srli_epi32(db, 16));
    __m256i end = _mm256_sign_epi16(swapped, minus_x);
    __m256i along = _mm256_abs_epi16(_mm256_sub_epi16(da, end));
    __m256i size = _mm256_add_epi32(_mm256_madd_epi16(_mm256_abs_epi16(da), one),
                                    _mm256_madd_epi16(_mm256_abs_epi16(db), one));
    __m256i reach = _mm256_add_epi32(_mm256_madd_epi16(along, turned),
                                     _mm256_add_epi32(size, _mm256_set1_epi32(2)));
    __m256i parted = _mm256_cmpgt_epi32(_mm256_abs_epi32(_mm256_madd_epi16(da, db)), reach);
    __m256i beside =
        _mm256_or_si256(_mm256_cmpgt_epi16(_mm256_min_epi16(da, end), halves),
                        _mm256_cmpgt_epi16(_mm256_sub_epi16(_mm256_setzero_si256(), halves),
                                           _mm256_max_epi16(da, end)));
    __m256i near = _mm256_andnot_si256(parted, _mm256_cmpeq_epi32(beside, _mm256_setzero_si256()));

    return (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(near));
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
    __m128i xy = _mm_set1_epi32((int)((uint32_t)y << 16 | (uint16_t)x));
    __m128i yx = _mm_set1_epi32((int)((uint32_t)-x << 16 | (uint16_t)y));
    cmty__says says = {0, 0};

    cmty__four_slots(_mm_loadu_si128((const void *)a), _mm_loadu_si128((const void *)b), xy, yx, 0,
                     &says);
    cmty__four_slots(_mm_loadu_si128((const void *)(a + 4)), _mm_loadu_si128((const void *)(b + 4)),
                     xy, yx, 4, &says);
    return says;
}

static inline unsigned cmty__four_near(__m128i a, __m128i b, __m128i xy, __m128i yx,
                                       cmty__halves box)
{
    const __m128i one = _mm_set1_epi16(1), minus_x = _mm_set1_epi32(0x0000FFFF);
    const __m128i halves = _mm_set1_epi32((int)((uint32_t)box.high << 16 | (uint32_t)box.wide));
    const __m128i turned = _mm_set1_epi32((int)((uint32_t)box.wide << 16 | (uint32_t)box.high));
    __m128i da = _mm_sub_epi16(a, xy), db = _mm_sub_epi16(b, yx);
    __m128i swapped = _mm_or_si128(_mm_slli_epi32(db, 16), _mm_srli_epi32(db, 16));
    __m128i end = _mm_sub_epi16(_mm_xor_si128(swapped, minus_x), minus_x);
    __m128i along = cmty__abs_16(_mm_sub_epi16(da, end));
    __m128i size =
        _mm_add_epi32(_mm_madd_epi16(cmty__abs_16(da), one), _mm_madd_epi16(cmty__abs_16(db), one));
    __m128i reach =
        _mm_add_epi32(_mm_madd_epi16(along, turned), _mm_add_epi32(size, _mm_set1_epi32(2)));
    __m128i det = _mm_madd_epi16(da, db), sign = _mm_srai_epi32(det, 31);
    __m128i parted = _mm_cmpgt_epi32(_mm_sub_epi32(_mm_xor_si128(det, sign), sign), reach);
    __m128i beside = _mm_or_si128(
        _mm_cmpgt_epi16(_mm_min_epi16(da, end), halves),
        _mm_cmpgt_epi16(_mm_sub_epi16(_mm_setzero_si128(), halves), _mm_max_epi16(da, end)));
    __m128i near = _mm_andnot_si128(parted, _mm_cmpeq_epi32(beside, _mm_setzero_si128()));

    return (unsigned)_mm_movemask_ps(_mm_castsi128_ps(near));
}

static inline unsigned cmty__slots_near(const int16_t (*a)[2], const int16_t (*b)[2], int x, int y,
                                        cmty__halves box)
{
    __m128i xy = _mm_set1_epi32((int)((uint32_t)y << 16 | (uint16_t)x));
    __m128i yx = _mm_set1_epi32((int)((uint32_t)-x << 16 | (uint16_t)y));

    return cmty__four_near(_mm_loadu_si128((const void *)a), _mm_loadu_si128((const void *)b), xy,
                           yx, box)
           | cmty__four_near(_mm_loadu_si128((const void *)(a + 4)),
                             _mm_loadu_si128((const void *)(b + 4)), xy, yx, box)
                 << 4;
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

static inline unsigned cmty__slots_near(const int16_t (*a)[2], const int16_t (*b)[2], int x, int y,
                                        cmty__halves box)
{
    unsigned near = 0;

    for (unsigned i = 0; i < CMTY__MORE_SLOTS; i++) {
        int ax = a[i][0] - x, ay = a[i][1] - y, by = b[i][0] - y, bx = -b[i][1] - x;
        int det = ax * by - ay * bx, bound = abs(ax) + abs(ay) + abs(bx) + abs(by) + 2;
        int reach = box.wide * abs(by - ay) + box.high * abs(bx - ax);

        near |= (unsigned)!((ax > box.wide && bx > box.wide) || (ax < -box.wide && bx < -box.wide)
                            || (ay > box.high && by > box.high)
                            || (ay < -box.high && by < -box.high) || abs(det) > reach + bound)
                << i;
    }
    return near;
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

/* Does no slot of a leaf come within the box? */
static inline bool cmty__line_misses(const cmty__line *line, int x, int y, cmty__halves box)
{
    const cmty__more *more = (const cmty__more *)(line + 1);
    unsigned near;

    if (line->slots == CMTY__WIDE)
        return false;
    near = cmty__slots_near(line->a, line->b, x, y, box) & CMTY__LINE_MASK;
    for (unsigned i = CMTY__LINE_SLOTS; i < line->slots; i += CMTY__MORE_SLOTS, more++)
        near |= cmty__slots_near(more->a, more->b, x, y, box); /* unused ones are far */
    return near == 0;
}

#endif
