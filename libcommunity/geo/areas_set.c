/* SPDX-License-Identifier: MIT */
/* Sets of areas while an index is built, and numbers for them. Serial. */
#include "geo/areas_build.h"

static uint64_t hash_of(uint32_t area)
{
    uint64_t h = (area + 1) * 0x9E3779B97F4A7C15U;

    h = (h ^ (h >> 32)) * 0xD6E8FEB86659FD93U;
    return h ^ (h >> 29);
}

/* ---- one set ---- */

size_t cmty__area_set_place(const cmty__area_set *s, uint32_t area)
{
    size_t low = 0, high = s->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (s->areas[middle] < area)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool cmty__area_set_has(const cmty__area_set *s, uint32_t area)
{
    size_t i = cmty__area_set_place(s, area);

    return i < s->count && s->areas[i] == area;
}

static bool insert(cmty__area_set *s, size_t i, uint32_t area)
{
    if (!cmty__grow(&s->areas, &s->capacity, s->count + 1, sizeof *s->areas))
        return false;
    memmove(s->areas + i + 1, s->areas + i, (s->count - i) * sizeof *s->areas);
    s->areas[i] = area;
    s->count++;
    s->hash ^= hash_of(area);
    return true;
}

bool cmty__area_set_add(cmty__area_set *s, uint32_t area)
{
    size_t i = cmty__area_set_place(s, area);

    return (i < s->count && s->areas[i] == area) || insert(s, i, area);
}

bool cmty__area_set_toggle(cmty__area_set *s, uint32_t area)
{
    size_t i = cmty__area_set_place(s, area);

    if (i == s->count || s->areas[i] != area)
        return insert(s, i, area);
    s->count--;
    memmove(s->areas + i, s->areas + i + 1, (s->count - i) * sizeof *s->areas);
    s->hash ^= hash_of(area);
    return true;
}

bool cmty__area_set_copy(cmty__area_set *to, const cmty__area_set *from)
{
    if (!cmty__grow(&to->areas, &to->capacity, from->count, sizeof *to->areas))
        return false;
    if (from->count > 0)
        memcpy(to->areas, from->areas, from->count * sizeof *to->areas);
    to->count = from->count;
    to->hash = from->hash;
    return true;
}

/* ---- numbers ---- */

static bool append(cmty__set_maker *m, const cmty__area_set *s)
{
    if (!cmty__grow(&m->first, &m->first_capacity, m->count + 2, sizeof *m->first)
        || !cmty__grow(&m->hashes, &m->hash_capacity, m->count + 1, sizeof *m->hashes)
        || !cmty__grow(&m->members, &m->member_capacity, m->member_count + s->count,
                       sizeof *m->members))
        return false;
    if (s->count > 0)
        memcpy(m->members + m->member_count, s->areas, s->count * sizeof *s->areas);
    m->first[m->count] = (uint32_t)m->member_count;
    m->member_count += s->count;
    m->hashes[m->count++] = s->hash;
    m->first[m->count] = (uint32_t)m->member_count;
    return true;
}

bool cmty__sets_begin(cmty__set_maker *m, size_t area_count)
{
    const cmty__area_set none = {0};

    *m = (cmty__set_maker){.area_count = area_count, .slot_count = 64};
    m->slots = cmty__calloc(m->slot_count, sizeof *m->slots);
    return m->slots != NULL && append(m, &none);
}

static bool same(const cmty__set_maker *m, uint32_t set, const cmty__area_set *s)
{
    return m->hashes[set] == s->hash && m->first[set + 1] - m->first[set] == s->count
           && memcmp(m->members + m->first[set], s->areas, s->count * sizeof *s->areas) == 0;
}

static bool rehash(cmty__set_maker *m)
{
    size_t bigger = 2 * m->slot_count;
    uint32_t *slots = cmty__calloc(bigger, sizeof *slots);

    if (slots == NULL)
        return false;
    for (uint32_t set = 1; set < m->count; set++) {
        size_t slot = (size_t)m->hashes[set] & (bigger - 1);

        while (slots[slot] != 0)
            slot = (slot + 1) & (bigger - 1);
        slots[slot] = set;
    }
    cmty__free(m->slots);
    m->slots = slots;
    m->slot_count = bigger;
    return true;
}

bool cmty__sets_number(cmty__set_maker *m, const cmty__area_set *s, uint32_t *number)
{
    size_t slot;

    if (s->count <= 1) {
        *number = s->count == 1 ? s->areas[0] + 1 : (uint32_t)m->area_count + 1;
        return true;
    }
    if (2 * m->count >= m->slot_count && !rehash(m))
        return false;
    slot = (size_t)s->hash & (m->slot_count - 1);
    while (m->slots[slot] != 0 && !same(m, m->slots[slot], s))
        slot = (slot + 1) & (m->slot_count - 1);
    if (m->slots[slot] == 0) {
        m->slots[slot] = (uint32_t)m->count;
        if (!append(m, s))
            return false;
    }
    *number = (uint32_t)m->area_count + 1 + m->slots[slot];
    return true;
}

void cmty__sets_free(cmty__set_maker *m)
{
    cmty__free(m->first);
    cmty__free(m->members);
    cmty__free(m->hashes);
    cmty__free(m->slots);
    *m = (cmty__set_maker){0};
}
