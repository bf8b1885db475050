/* SPDX-License-Identifier: MIT */
/*
 * Many points at once, in blocks. Any thread; nothing is allocated. Which instructions are used is
 * decided when an index is made, and never changes an answer.
 */
#define CMTY__FIND cmty__find_portable
#include "geo/areas_kernel.h"

static bool has_path(int path)
{
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (path == CMTY__PATH_AVX2)
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2");
    if (path == CMTY__PATH_AVX512)
        return has_path(CMTY__PATH_AVX2) && __builtin_cpu_supports("avx512f")
               && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw")
               && __builtin_cpu_supports("avx512dq");
#endif
    return path == CMTY__PATH_PORTABLE;
}

int cmty__areas_best_path(void)
{
    int path = CMTY__PATHS - 1;

    while (!has_path(path))
        path--;
    return path;
}

bool cmty__areas_force_path(cmty__areas *a, int path)
{
    bool possible = has_path(path);

    if (possible)
        a->path = path;
    return possible;
}

static size_t find(const cmty__areas *a, const cmty_point *p, size_t n, uint32_t *word,
                   cmty__left *left)
{
    switch (a->path) {
    case CMTY__PATH_AVX2:
        return cmty__find_avx2(a, p, n, word, left);
    case CMTY__PATH_AVX512:
        return cmty__find_avx512(a, p, n, word, left);
    default:
        return cmty__find_portable(a, p, n, word, left);
    }
}

/* Sets become answers. The empty one is the most frequent, and is replaced without a branch; of the
   others there is most often none among sixteen points. */
static void answer_sets(const cmty__areas *a, size_t n, uint32_t *word)
{
    const uint32_t empty = a->head->area_count + 1, none = cmty__set_answer(a, empty);
    const uint32_t others = a->head->set_count - 1;

    for (size_t i = 0; i < n; i++)
        word[i] = word[i] == empty ? none : word[i];
    for (size_t start = 0; others > 0 && start < n; start += 16) {
        const size_t end = start + 16 < n ? start + 16 : n;
        uint32_t any = 0;

        for (size_t i = start; i < end; i++)
            any |= word[i] - empty - 1 < others;
        for (size_t i = start; any != 0 && i < end; i++)
            if (word[i] - empty - 1 < others)
                word[i] = cmty__set_answer(a, word[i]);
    }
}

static void answer_block(const cmty__areas *a, const cmty_point *p, size_t n, uint32_t *word)
{
    cmty__left left[CMTY__FIND_BLOCK + 1];
    size_t remaining = find(a, p, n, word, left);

    answer_sets(a, n, word);
    for (size_t k = 0; k < remaining; k++) {
        size_t i = left[k].point;

        word[i] = cmty__answer_left(a, &left[k], word[i], p[i]);
    }
}

void cmty__areas_first_many(const cmty__areas *a, const cmty_point *p, size_t n, int32_t *area,
                            uint8_t *flags)
{
    uint32_t word[CMTY__FIND_BLOCK];

    for (size_t start = 0; start < n; start += CMTY__FIND_BLOCK) {
        size_t count = n - start < CMTY__FIND_BLOCK ? n - start : CMTY__FIND_BLOCK;

        if (n == 1)
            word[0] = cmty__answer_at(a, p[0]);
        else
            answer_block(a, p + start, count, word);
        for (size_t i = 0; i < count; i++)
            area[start + i] = (int32_t)(word[i] & CMTY__ANSWER_AREA) - 1;
        for (size_t i = 0; flags != NULL && i < count; i++)
            flags[start + i] = (uint8_t)(word[i] >> CMTY__ANSWER_SHIFT);
    }
}

size_t cmty__areas_hits_many(const cmty__areas *a, const cmty_point *p, size_t n, uint64_t *first,
                             int32_t *area, size_t capacity)
{
    uint32_t word[CMTY__FIND_BLOCK];
    cmty__left left[CMTY__FIND_BLOCK + 1];
    cmty__hit_list l = {.areas = area, .capacity = area == NULL ? 0 : capacity};

    for (size_t start = 0; start < n; start += CMTY__FIND_BLOCK) {
        size_t count = n - start < CMTY__FIND_BLOCK ? n - start : CMTY__FIND_BLOCK;
        const cmty__left *next = left;

        (void)find(a, p + start, count, word, left);
        for (size_t i = 0; i < count; i++) {
            first[start + i] = l.count;
            if (word[i] >> 30 != 0)
                cmty__hits_left(a, next++, word[i], p[start + i], &l);
            else
                for (size_t k = 0, size = cmty__set_size(a, word[i]); k < size; k++, l.count++)
                    if (l.count < l.capacity)
                        area[l.count] = (int32_t)cmty__set_member(a, word[i], k);
        }
    }
    first[n] = l.count;
    return l.count;
}
