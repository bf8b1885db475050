/* SPDX-License-Identifier: MIT */
/*
 * The look-up of a block of points, made once for each instruction set: a file that includes this
 * defines CMTY__FIND as the function's name, and is compiled for its processors. Private to geo.
 *
 * Three stages, so that the dependent reads of many points overlap: the coarse cell's word; where
 * that is a sub-grid, the sub-cell's word; where that is a leaf, its lines. Single reads are faster
 * than gathers on the processors measured.
 */
#include "geo/areas_find.h"

/* Longitude and latitude of each point in fixed point, side by side. The same operations as
   cmty__fixed, whose comparisons are those of minpd and maxpd. */
static inline void fix_points(const cmty__areas *a, const cmty_point *p, size_t n, uint32_t *uv)
{
    size_t i = 0;

#if defined(__clang_analyzer__) /* which does not see what vectors store */
#elif defined(__AVX512F__)
    const __m512d origin = _mm512_broadcast_f64x2(_mm_loadu_pd(a->head->origin));
    const __m512d per_deg = _mm512_broadcast_f64x2(_mm_loadu_pd(a->head->per_deg));
    const __m512d limit = _mm512_broadcast_f64x2(_mm_loadu_pd(a->limit));

    for (; i + 4 <= n; i += 4) {
        __m512d t = _mm512_sub_pd(_mm512_loadu_pd((const double *)(p + i)), origin);

        t = _mm512_min_pd(_mm512_mul_pd(t, per_deg), limit);
        t = _mm512_max_pd(t, _mm512_setzero_pd());
        _mm256_storeu_si256((void *)(uv + 2 * i), _mm512_cvttpd_epi32(t));
    }
#elif defined(__AVX2__)
    const __m256d origin = _mm256_broadcast_pd((const void *)a->head->origin);
    const __m256d per_deg = _mm256_broadcast_pd((const void *)a->head->per_deg);
    const __m256d limit = _mm256_broadcast_pd((const void *)a->limit);

    for (; i + 2 <= n; i += 2) {
        __m256d t = _mm256_sub_pd(_mm256_loadu_pd((const double *)(p + i)), origin);

        t = _mm256_min_pd(_mm256_mul_pd(t, per_deg), limit);
        t = _mm256_max_pd(t, _mm256_setzero_pd());
        _mm_storeu_si128((void *)(uv + 2 * i), _mm256_cvttpd_epi32(t));
    }
#elif defined(__SSE2__)
    const __m128d origin = _mm_loadu_pd(a->head->origin);
    const __m128d per_deg = _mm_loadu_pd(a->head->per_deg), limit = _mm_loadu_pd(a->limit);

    for (; i < n; i++) {
        __m128d t = _mm_sub_pd(_mm_loadu_pd((const double *)(p + i)), origin);

        t = _mm_min_pd(_mm_mul_pd(t, per_deg), limit);
        t = _mm_max_pd(t, _mm_setzero_pd());
        _mm_storel_epi64((void *)(uv + 2 * i), _mm_cvttpd_epi32(t));
    }
#endif
    for (; i < n; i++) {
        uv[2 * i] = cmty__fixed_lon(a, p[i].lon_deg);
        uv[2 * i + 1] = cmty__fixed_lat(a, p[i].lat_deg);
    }
}

/* Writes the coarse words; queues the points whose word is no set. */
static inline size_t coarse_words(const cmty__areas *a, const cmty_point *p, const uint32_t *uv,
                                  size_t n, uint32_t *word, uint16_t *queue)
{
    const uint32_t *words = a->words, columns = a->head->columns;
    size_t queued = 0;

    for (size_t i = 0; i < n; i++) {
        uint32_t w = words[(size_t)(uv[2 * i + 1] >> CMTY__CELL_BITS) * columns
                           + (uv[2 * i] >> CMTY__CELL_BITS)];

        word[i] = w;
        queue[queued] = (uint16_t)i;
        queued += w >> 30 != 0;
        if (i % 4 == 0) /* the points of the next block */
            __builtin_prefetch((const void *)((uintptr_t)(p + i) + n * sizeof *p));
    }
    return queued;
}

/* A point in a leaf, in the cell's frame. */
typedef struct waiting {
    uint32_t xy, point;
} waiting;

/* Asks for the words of sub-cells, so that they come together. */
static inline void ask_inner(const cmty__areas *a, const uint32_t *uv, const uint32_t *word,
                             const uint16_t *queue, size_t queued, const uint32_t **at)
{
    for (size_t k = 0; k < queued; k++) {
        size_t i = queue[k];
        uint32_t w = word[i];
        bool sub = (w & CMTY__TAG) == CMTY__TAG_SUB;

        at[k] = sub ? a->words + cmty__sub_word(w, uv[2 * i], uv[2 * i + 1]) : &word[i];
        __builtin_prefetch(at[k]);
    }
}

/* Writes the sub-cells' words; queues the points whose word is a leaf, and asks for its line. */
static inline size_t inner_words(const cmty__areas *a, const uint32_t *uv, uint32_t *word,
                                 const uint16_t *queue, size_t queued, const uint32_t *const *at,
                                 waiting *leaves)
{
    size_t count = 0;

    for (size_t k = 0; k < queued; k++) {
        size_t i = queue[k];
        uint32_t before = word[i], w = *at[k];
        uint32_t level = (before & CMTY__TAG) == CMTY__TAG_SUB ? cmty__sub_level(before) : 0;
        uint32_t x = (uint32_t)cmty__local(uv[2 * i], level);
        uint32_t y = (uint32_t)cmty__local(uv[2 * i + 1], level);

        word[i] = w;
        leaves[count] = (waiting){y << 16 | x, (uint32_t)i};
        count += w >> 30 != 0;
        __builtin_prefetch(a->lines + (w & CMTY__REST));
        __builtin_prefetch(a->lines + (w & CMTY__REST) + (w >> 30 == 1)); /* the tail */
    }
    return count;
}

size_t CMTY__FIND(const cmty__areas *a, const cmty_point *p, size_t n, uint32_t *word,
                  cmty__left *left)
{
    uint32_t uv[2 * CMTY__FIND_BLOCK];
    uint16_t queue[CMTY__FIND_BLOCK + 1];
    const uint32_t *at[CMTY__FIND_BLOCK];
    waiting leaves[CMTY__FIND_BLOCK + 1];
    size_t queued, count, remaining = 0;

    fix_points(a, p, n, uv);
    queued = coarse_words(a, p, uv, n, word, queue);
    ask_inner(a, uv, word, queue, queued, at);
    count = inner_words(a, uv, word, queue, queued, at, leaves);
    for (size_t k = 0; k < count; k++) {
        uint32_t point = leaves[k].point, w = word[point];
        int x = (int)(leaves[k].xy & 0xFFFF), y = (int)(leaves[k].xy >> 16);
        const cmty__line *line = a->lines + (w & CMTY__REST);
        bool pair = (w & CMTY__TAG) == CMTY__TAG_PAIR, doubt;
        uint64_t held = 0;

        if (pair) {
            bool odd = cmty__line_parity(line, x, y, &doubt);

            word[point] = doubt ? w : line->set[odd];
        } else {
            held = cmty__line_held(line, x, y, &doubt);
        }
        left[remaining] = (cmty__left){held, point, doubt};
        remaining += doubt || !pair;
    }
    return remaining;
}
