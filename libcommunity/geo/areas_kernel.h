/* SPDX-License-Identifier: MIT */
/*
 * The look-up of a block of points, made once for each instruction set: a file that includes this
 * defines CMTY__FINDER as the finder's name, and is compiled for its processors. Private to geo.
 *
 * Three stages, so that the dependent reads of many points overlap: the coarse cell's word; where
 * that is a sub-grid, the sub-cell's word; where that is a leaf, its lines. What a stage leaves to
 * the next one stands in a queue without gaps, leaves of two answers and of many in queues of their
 * own, so that no stage has to guess what comes.
 */
#include "geo/areas_find.h"

/* A vector may be stored at the end of a queue that is full. */
enum { LANES = 16, QUEUE = CMTY__FIND_BLOCK + LANES };

/* Points in leaves, in the frame of the cell. */
typedef struct leaves {
    uint32_t word[QUEUE], xy[QUEUE], point[QUEUE];
    size_t count;
} leaves;

#if defined(__AVX512F__) && !defined(__clang_analyzer__) /* which sees no vector's stores */

/* Points whose coarse word is no set. */
typedef struct queue {
    uint32_t u[QUEUE], v[QUEUE], word[QUEUE], point[QUEUE];
} queue;

/* Longitude and latitude of four points in fixed point, side by side. The same operations as
   cmty__fixed, whose comparisons are those of minpd and maxpd. */
static inline __m256i fix_four(const cmty__areas *a, const cmty_point *p)
{
    const __m512d origin = _mm512_broadcast_f64x2(_mm_loadu_pd(a->head->origin));
    const __m512d per_deg = _mm512_broadcast_f64x2(_mm_loadu_pd(a->head->per_deg));
    const __m512d limit = _mm512_broadcast_f64x2(_mm_loadu_pd(a->limit));
    __m512d t = _mm512_sub_pd(_mm512_loadu_pd((const double *)p), origin);

    t = _mm512_max_pd(_mm512_min_pd(_mm512_mul_pd(t, per_deg), limit), _mm512_setzero_pd());
    return _mm512_cvttpd_epi32(t);
}

static inline void fix_sixteen(const cmty__areas *a, const cmty_point *p, __m512i *u, __m512i *v)
{
    const __m512i even =
        _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
    const __m512i odd = _mm512_add_epi32(even, _mm512_set1_epi32(1));
    __m512i low = _mm512_castsi256_si512(fix_four(a, p));
    __m512i high = _mm512_castsi256_si512(fix_four(a, p + 8));

    low = _mm512_inserti64x4(low, fix_four(a, p + 4), 1);
    high = _mm512_inserti64x4(high, fix_four(a, p + 12), 1);
    *u = _mm512_permutex2var_epi32(low, even, high);
    *v = _mm512_permutex2var_epi32(low, odd, high);
}

static inline __mmask16 lanes_left(size_t n)
{
    return (__mmask16)(n < LANES ? (1U << n) - 1 : 0xFFFF);
}

static inline void push(uint32_t *to, __mmask16 which, __m512i v)
{
    _mm512_storeu_si512(to, _mm512_maskz_compress_epi32(which, v));
}

static inline __m512i coarse_sixteen(const cmty__areas *a, __m512i u, __m512i v)
{
    __m512i at = _mm512_mullo_epi32(_mm512_srli_epi32(v, CMTY__CELL_BITS),
                                    _mm512_set1_epi32((int)a->head->columns));

    at = _mm512_add_epi32(at, _mm512_srli_epi32(u, CMTY__CELL_BITS));
    return _mm512_i32gather_epi32(at, a->words, 4);
}

/* Writes the coarse words of sixteen points, and queues what is no set. */
static inline size_t queue_sixteen(const cmty__areas *a, const cmty_point *p, uint32_t first,
                                   __mmask16 valid, uint32_t *word, queue *q, size_t queued)
{
    const __m512i lanes = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    __m512i u, v, w;
    __mmask16 more;

    fix_sixteen(a, p, &u, &v);
    w = coarse_sixteen(a, u, v);
    _mm512_storeu_si512(word, w);
    more = valid & _mm512_test_epi32_mask(w, _mm512_set1_epi32((int)CMTY__TAG));
    push(q->u + queued, more, u);
    push(q->v + queued, more, v);
    push(q->word + queued, more, w);
    push(q->point + queued, more, _mm512_add_epi32(lanes, _mm512_set1_epi32((int)first)));
    return queued + (size_t)__builtin_popcount(more);
}

/* word has room for whole vectors. */
static inline size_t coarse_words(const cmty__areas *a, const cmty_point *p, size_t n,
                                  uint32_t *word, queue *q)
{
    cmty_point last[LANES] = {{0, 0}};
    size_t queued = 0, i = 0;

    for (; i + LANES <= n; i += LANES) {
        for (size_t k = 0; k < LANES; k += 4) /* the points of the next block */
            __builtin_prefetch((const void *)((uintptr_t)(p + i + k) + n * sizeof *p));
        queued = queue_sixteen(a, p + i, (uint32_t)i, 0xFFFF, word + i, q, queued);
    }
    if (i < n) {
        memcpy(last, p + i, (n - i) * sizeof *p);
        queued = queue_sixteen(a, last, (uint32_t)i, lanes_left(n - i), word + i, q, queued);
    }
    return queued;
}

/* The words of sixteen points' cells, where they are not the coarse ones; *level: how often the
   coarse cell is halved there. */
static inline __m512i inner_sixteen(const cmty__areas *a, __mmask16 valid, __m512i u, __m512i v,
                                    __m512i w, __m512i *level)
{
    const __m512i one = _mm512_set1_epi32(1);
    __m512i kind = _mm512_and_si512(w, _mm512_set1_epi32((int)CMTY__TAG));
    __mmask16 sub = valid & _mm512_cmpeq_epi32_mask(kind, _mm512_set1_epi32((int)CMTY__TAG_SUB));
    __m512i s =
        _mm512_maskz_and_epi32(sub, _mm512_srli_epi32(w, CMTY__SUB_SHIFT), _mm512_set1_epi32(7));
    __m512i shift = _mm512_sub_epi32(_mm512_set1_epi32(CMTY__CELL_BITS), s);
    __m512i cells = _mm512_sub_epi32(_mm512_sllv_epi32(one, s), one);
    __m512i x = _mm512_and_si512(_mm512_srlv_epi32(u, shift), cells);
    __m512i y = _mm512_and_si512(_mm512_srlv_epi32(v, shift), cells);
    __m512i at = _mm512_slli_epi32(_mm512_and_si512(w, _mm512_set1_epi32((int)CMTY__SUB_REST)), 2);

    *level = s;
    at = _mm512_add_epi32(at, _mm512_or_si512(_mm512_sllv_epi32(y, s), x));
    return _mm512_mask_i32gather_epi32(w, sub, at, a->words, 4);
}

/* In the frames of the cells, y above x. */
static inline __m512i local_sixteen(__m512i u, __m512i v, __m512i level)
{
    const __m512i in_cell = _mm512_set1_epi32(CMTY__LOCAL_SIDE - 1);
    __m512i shift = _mm512_sub_epi32(_mm512_set1_epi32(CMTY__SUB_LEVELS), level);
    __m512i x = _mm512_and_si512(_mm512_srlv_epi32(u, shift), in_cell);
    __m512i y = _mm512_and_si512(_mm512_srlv_epi32(v, shift), in_cell);

    return _mm512_or_si512(_mm512_slli_epi32(y, 16), x);
}

static inline size_t push_leaves(leaves *l, __mmask16 which, __m512i word, __m512i xy,
                                 __m512i point)
{
    push(l->word + l->count, which, word);
    push(l->xy + l->count, which, xy);
    push(l->point + l->count, which, point);
    return l->count + (size_t)__builtin_popcount(which);
}

/* Replaces the words of sub-grids by those of their cells, and sorts out the leaves. */
static inline void inner_words(const cmty__areas *a, queue *q, size_t queued, uint32_t *word,
                               leaves *pairs, leaves *many)
{
    const __m512i tag = _mm512_set1_epi32((int)CMTY__TAG);
    const __m512i tag_many = _mm512_set1_epi32((int)CMTY__TAG_MANY);

    for (size_t k = 0; k < queued; k += LANES) {
        __mmask16 valid = lanes_left(queued - k);
        __m512i u = _mm512_loadu_si512(q->u + k), v = _mm512_loadu_si512(q->v + k), level, kind;
        __m512i w = _mm512_loadu_si512(q->word + k), point = _mm512_loadu_si512(q->point + k);

        w = inner_sixteen(a, valid, u, v, w, &level);
        u = local_sixteen(u, v, level);
        _mm512_storeu_si512(q->word + k, w);
        kind = _mm512_and_si512(w, tag);
        pairs->count = push_leaves(pairs, valid & _mm512_cmpeq_epi32_mask(kind, tag), w, u, point);
        many->count =
            push_leaves(many, valid & _mm512_cmpeq_epi32_mask(kind, tag_many), w, u, point);
    }
    for (size_t k = 0; k < queued; k++)
        word[q->point[k]] = q->word[k];
}

#else

/* Longitude and latitude of each point in fixed point, side by side. The same operations as
   cmty__fixed, whose comparisons are those of minpd and maxpd. */
static inline void fix_points(const cmty__areas *a, const cmty_point *p, size_t n, uint32_t *uv)
{
    size_t i = 0;

#if defined(__clang_analyzer__)
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

/* Fixed points of a block, and the numbers of those whose coarse word is no set. */
typedef struct queue {
    uint32_t uv[2 * CMTY__FIND_BLOCK];
    uint16_t point[QUEUE];
} queue;

static inline size_t coarse_words(const cmty__areas *a, const cmty_point *p, size_t n,
                                  uint32_t *word, queue *q)
{
    const uint32_t *words = a->words, *uv = q->uv, columns = a->head->columns;
    size_t queued = 0;

    fix_points(a, p, n, q->uv);
    for (size_t i = 0; i < n; i++) {
        uint32_t w = words[(size_t)(uv[2 * i + 1] >> CMTY__CELL_BITS) * columns
                           + (uv[2 * i] >> CMTY__CELL_BITS)];

        word[i] = w;
        q->point[queued] = (uint16_t)i;
        queued += w >> 30 != 0;
        if (i % 4 == 0) /* the points of the next block */
            __builtin_prefetch((const void *)((uintptr_t)(p + i) + n * sizeof *p));
    }
    return queued;
}

/* Replaces the words of sub-grids by those of their cells, and sorts out the leaves. */
static inline void inner_words(const cmty__areas *a, queue *q, size_t queued, uint32_t *word,
                               leaves *pairs, leaves *many)
{
    const uint32_t *at[CMTY__FIND_BLOCK];

    for (size_t k = 0; k < queued; k++) { /* asked for first, so that they come together */
        size_t i = q->point[k];
        uint32_t w = word[i];
        bool sub = (w & CMTY__TAG) == CMTY__TAG_SUB;

        at[k] = sub ? a->words + cmty__sub_word(w, q->uv[2 * i], q->uv[2 * i + 1]) : &word[i];
        __builtin_prefetch(at[k]);
    }
    for (size_t k = 0; k < queued; k++) {
        size_t i = q->point[k];
        uint32_t before = word[i], w = *at[k];
        uint32_t level = (before & CMTY__TAG) == CMTY__TAG_SUB ? cmty__sub_level(before) : 0;
        uint32_t x = (uint32_t)cmty__local(q->uv[2 * i], level);
        uint32_t y = (uint32_t)cmty__local(q->uv[2 * i + 1], level);

        word[i] = w;
        pairs->word[pairs->count] = many->word[many->count] = w;
        pairs->xy[pairs->count] = many->xy[many->count] = y << 16 | x;
        pairs->point[pairs->count] = many->point[many->count] = (uint32_t)i;
        pairs->count += w >> 30 == 3;
        many->count += w >> 30 == 1;
    }
}

#endif

/* ---- leaves ---- */

static inline void ask_lines(const cmty__areas *a, const leaves *l, size_t tail)
{
    for (size_t k = 0; k < l->count; k++)
        __builtin_prefetch(a->lines + (l->word[k] & CMTY__REST) + tail);
}

static inline size_t settle_pairs(const cmty__areas *a, const leaves *l, uint32_t *word,
                                  cmty__left *left, size_t remaining)
{
    for (size_t k = 0; k < l->count; k++) {
        uint32_t xy = l->xy[k], point = l->point[k];
        const cmty__line *line = a->lines + (l->word[k] & CMTY__REST);
        bool doubt, odd = cmty__line_parity(line, (int)(xy & 0xFFFF), (int)(xy >> 16), &doubt);

        word[point] = doubt ? l->word[k] : line->set[odd];
        left[remaining] = (cmty__left){0, point, true};
        remaining += doubt;
    }
    return remaining;
}

static inline size_t settle_many(const cmty__areas *a, const leaves *l, cmty__left *left,
                                 size_t remaining)
{
    for (size_t k = 0; k < l->count; k++, remaining++) {
        uint32_t xy = l->xy[k];
        const cmty__line *line = a->lines + (l->word[k] & CMTY__REST);
        bool doubt;
        uint64_t held = cmty__line_held(line, (int)(xy & 0xFFFF), (int)(xy >> 16), &doubt);

        left[remaining] = (cmty__left){held, l->point[k], doubt};
    }
    return remaining;
}

static size_t find(const cmty__areas *a, const cmty_point *p, size_t n, uint32_t *word,
                   cmty__left *left)
{
    queue q;
    leaves pairs, many;
    size_t queued = coarse_words(a, p, n, word, &q);

    pairs.count = many.count = 0;
    inner_words(a, &q, queued, word, &pairs, &many);
    ask_lines(a, &pairs, 0);
    ask_lines(a, &many, 0);
    ask_lines(a, &many, 1);
    return settle_many(a, &many, left, settle_pairs(a, &pairs, word, left, 0));
}

/* ---- answers ---- */

/* Sets become answers. The empty one is the most frequent, and is replaced without a branch; of the
   others there is most often none among sixteen points. */
static inline void answer_sets(const cmty__areas *a, size_t n, uint32_t *word)
{
    const uint32_t empty = a->head->area_count + 1, none = cmty__set_answer(a, empty);
    const uint32_t others = a->head->set_count - 1;

    for (size_t i = 0; i < n; i++)
        word[i] = word[i] == empty ? none : word[i];
    for (size_t start = 0; others > 0 && start < n; start += LANES) {
        const size_t end = start + LANES < n ? start + LANES : n;
        uint32_t any = 0;

        for (size_t i = start; i < end; i++)
            any |= word[i] - empty - 1 < others;
        for (size_t i = start; any != 0 && i < end; i++)
            if (word[i] - empty - 1 < others)
                word[i] = cmty__set_answer(a, word[i]);
    }
}

static void first(const cmty__areas *a, const cmty_point *p, size_t n, int32_t *area,
                  uint8_t *flags)
{
    uint32_t word[CMTY__FIND_BLOCK];
    cmty__left left[CMTY__FIND_BLOCK + 1];
    size_t remaining = find(a, p, n, word, left);

    answer_sets(a, n, word);
    for (size_t k = 0; k < remaining; k++) {
        size_t i = left[k].point;

        word[i] = cmty__answer_left(a, &left[k], word[i], p[i]);
    }
    for (size_t i = 0; i < n; i++)
        area[i] = (int32_t)(word[i] & CMTY__ANSWER_AREA) - 1;
    for (size_t i = 0; flags != NULL && i < n; i++)
        flags[i] = (uint8_t)(word[i] >> CMTY__ANSWER_SHIFT);
}

static uint32_t leaf(const cmty__areas *a, cmty__place at, cmty_point p)
{
    const cmty__line *line = a->lines + (at.word & CMTY__REST);
    int x = cmty__local(at.u, at.level), y = cmty__local(at.v, at.level);
    cmty__left left = {0, 0, true};
    bool odd;

    if ((at.word & CMTY__TAG) == CMTY__TAG_PAIR) {
        odd = cmty__line_parity(line, x, y, &left.doubt);
        if (!left.doubt)
            return cmty__set_answer(a, line->set[odd]);
    } else {
        left.held = cmty__line_held(line, x, y, &left.doubt);
    }
    return cmty__answer_left(a, &left, at.word, p);
}

/* ---- is surely no boundary near? ---- */

#if defined(__AVX512F__) && !defined(__clang_analyzer__)

/* Of the points p[which[k]], leaves out those that are clear by their cell: what lies next to the
   side of a cell goes to `rest`, what is in a leaf to `in`, with the level above the number. */
static inline size_t unclear_cells(const cmty__areas *a, const cmty_point *p, const cmty__reach *r,
                                   const uint16_t *which, size_t n, uint32_t *rest, leaves *in)
{
    const double most = 1 << CMTY__CELL_BITS;
    const __m512i wide = _mm512_set1_epi32((int)fmin(r->wide, most) + 1);
    const __m512i high = _mm512_set1_epi32((int)fmin(r->high, most) + 1);
    const __m512i tag = _mm512_set1_epi32((int)CMTY__TAG), one = _mm512_set1_epi32(1);
    size_t count = 0;

    in->count = 0;
    for (size_t k = 0; k < n; k += LANES) {
        __mmask16 valid = lanes_left(n - k), inside;
        cmty_point points[LANES];
        uint32_t numbers[LANES];
        __m512i u, v, w, level, size, x, y, number;

        for (size_t i = 0; i < LANES; i++) {
            numbers[i] = which[k + i < n ? k + i : k];
            points[i] = p[numbers[i]];
        }
        fix_sixteen(a, points, &u, &v);
        w = inner_sixteen(a, valid, u, v, coarse_sixteen(a, u, v), &level);
        size = _mm512_srlv_epi32(_mm512_set1_epi32(1 << CMTY__CELL_BITS), level);
        x = _mm512_and_si512(u, _mm512_sub_epi32(size, one));
        y = _mm512_and_si512(v, _mm512_sub_epi32(size, one));
        inside = valid & _mm512_cmpgt_epi32_mask(x, wide) & _mm512_cmpgt_epi32_mask(y, high)
                 & _mm512_cmplt_epi32_mask(_mm512_add_epi32(x, wide), size)
                 & _mm512_cmplt_epi32_mask(_mm512_add_epi32(y, high), size);
        number = _mm512_loadu_si512(numbers);
        push(rest + count, valid & (__mmask16)~inside, number);
        count += (size_t)__builtin_popcount(valid & (unsigned)~inside);
        number = _mm512_or_si512(number, _mm512_slli_epi32(level, 16));
        in->count = push_leaves(in, inside & _mm512_test_epi32_mask(w, tag), w,
                                local_sixteen(u, v, level), number);
    }
    return count;
}

static size_t unclear(const cmty__areas *a, const cmty_point *p, double within_m, uint16_t *which,
                      size_t n)
{
    const cmty__reach reach = cmty__reach_of(a, within_m);
    cmty__halves halves[CMTY__SUB_LEVELS + 1];
    uint32_t rest[QUEUE];
    leaves in;
    size_t count = unclear_cells(a, p, &reach, which, n, rest, &in), kept = 0;

    for (uint32_t level = 0; level <= CMTY__SUB_LEVELS && in.count > 0; level++)
        halves[level] = cmty__halves_of(&reach, level);
    for (size_t k = 0; k < count; k++) {
        which[kept] = (uint16_t)rest[k];
        kept += !cmty__point_clear(a, p[rest[k]], &reach);
    }
    for (size_t k = 0; k < in.count; k++) {
        const cmty__line *line = a->lines + (in.word[k] & CMTY__REST);

        which[kept] = (uint16_t)in.point[k];
        kept += !cmty__line_misses(line, (int)(in.xy[k] & 0xFFFF), (int)(in.xy[k] >> 16),
                                   halves[in.point[k] >> 16]);
    }
    return kept;
}

#else

static size_t unclear(const cmty__areas *a, const cmty_point *p, double within_m, uint16_t *which,
                      size_t n)
{
    const cmty__reach reach = cmty__reach_of(a, within_m);
    size_t kept = 0;

    for (size_t k = 0; k < n; k++) {
        uint16_t i = which[k];

        which[kept] = i;
        kept += !cmty__point_clear(a, p[i], &reach);
    }
    return kept;
}

#endif

const cmty__finder CMTY__FINDER = {find, first, leaf, unclear};
