/* SPDX-License-Identifier: MIT */
/*
 * Many points at once, in blocks. Any thread; nothing is allocated. Which instructions are used is
 * decided when an index is made, and never changes an answer.
 */
#define CMTY__FINDER cmty__finder_portable
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

static const cmty__finder *const finders[CMTY__PATHS] = {
    [CMTY__PATH_PORTABLE] = &cmty__finder_portable,
    [CMTY__PATH_AVX2] = &cmty__finder_avx2,
    [CMTY__PATH_AVX512] = &cmty__finder_avx512};

const cmty__finder *cmty__best_finder(void)
{
    int path = CMTY__PATHS - 1;

    while (!has_path(path))
        path--;
    return finders[path];
}

bool cmty__areas_force_path(cmty__areas *a, int path)
{
    bool possible = has_path(path);

    if (possible)
        a->finder = finders[path];
    return possible;
}

void cmty__areas_first_many(const cmty__areas *a, const cmty_point *p, size_t n, int32_t *area,
                            uint8_t *flags)
{
    for (size_t start = 0; start < n; start += CMTY__FIND_BLOCK) {
        size_t count = n - start < CMTY__FIND_BLOCK ? n - start : CMTY__FIND_BLOCK;

        a->finder->first(a, p + start, count, area + start, flags == NULL ? NULL : flags + start);
    }
}

size_t cmty__areas_unclear(const cmty__areas *a, const cmty_point *p, double within_m,
                           uint16_t *which, size_t n)
{
    return a->finder->unclear(a, p, within_m, which, n);
}

size_t cmty__areas_hits_many(const cmty__areas *a, const cmty_point *p, size_t n, uint64_t *first,
                             int32_t *area, size_t capacity)
{
    uint32_t word[CMTY__FIND_BLOCK];
    uint16_t of[CMTY__FIND_BLOCK] = {0}; /* where what is left of a point stands */
    cmty__left left[CMTY__FIND_BLOCK + 1];
    const size_t room = area == NULL ? 0 : capacity;
    cmty__hit_list l = {.areas = area, .capacity = room};

    for (size_t start = 0; start < n; start += CMTY__FIND_BLOCK) {
        size_t count = n - start < CMTY__FIND_BLOCK ? n - start : CMTY__FIND_BLOCK;
        size_t remaining = a->finder->find(a, p + start, count, word, left);

        for (size_t k = 0; k < remaining; k++)
            of[left[k].point] = (uint16_t)k;
        for (size_t i = 0; i < count; i++) {
            first[start + i] = l.count;
            if (word[i] >> 30 != 0)
                cmty__hits_left(a, &left[of[i]], word[i], p[start + i], &l);
            else
                for (size_t k = 0, size = cmty__set_size(a, word[i]); k < size; k++, l.count++)
                    if (l.count < room)
                        area[l.count] = (int32_t)cmty__set_member(a, word[i], k);
        }
    }
    first[n] = l.count;
    return l.count;
}
