/* SPDX-License-Identifier: MIT */
/* Numbers for sets of areas, each set stored once. Serial; used while an index is built. */
#include "geo/areas.h"

static size_t set_size(const cmty__grid *g, uint32_t set)
{
    return g->set_first[set + 1] - g->set_first[set];
}

static bool append(cmty__grid *g, const uint32_t *areas, size_t count)
{
    if (!cmty__grow(&g->set_first, &g->set_first_capacity, g->set_count + 2, sizeof *g->set_first)
        || !cmty__grow(&g->set_areas, &g->set_area_capacity, g->set_area_count + count,
                       sizeof *g->set_areas))
        return false;
    if (count > 0)
        memcpy(g->set_areas + g->set_area_count, areas, count * sizeof *areas);
    g->set_area_count += count;
    g->set_first[++g->set_count] = g->set_area_count;
    return true;
}

bool cmty__sets_begin(cmty__set_maker *m, cmty__grid *g, size_t area_count)
{
    *m = (cmty__set_maker){.grid = g, .slot_count = 64};
    m->slots = cmty__calloc(m->slot_count, sizeof *m->slots);
    if (m->slots == NULL
        || !cmty__grow(&g->set_first, &g->set_first_capacity, area_count + 2, sizeof *g->set_first))
        return false;
    g->set_count = g->set_area_count = 0;
    g->set_first[0] = 0;
    if (!append(g, NULL, 0))
        return false;
    for (uint32_t k = 0; k < area_count; k++)
        if (!append(g, &k, 1))
            return false;
    return true;
}

static size_t slot_of(const cmty__set_maker *m, const uint32_t *areas, size_t count)
{
    uint64_t h = count;
    size_t slot;

    for (size_t i = 0; i < count; i++) {
        h = (h ^ areas[i]) * 0x9E3779B97F4A7C15U;
        h ^= h >> 29;
    }
    slot = (size_t)h & (m->slot_count - 1);
    while (m->slots[slot] != 0) {
        uint32_t set = m->slots[slot];

        if (set_size(m->grid, set) == count
            && memcmp(m->grid->set_areas + m->grid->set_first[set], areas, count * sizeof *areas)
                   == 0)
            break;
        slot = (slot + 1) & (m->slot_count - 1);
    }
    return slot;
}

static bool rehash(cmty__set_maker *m)
{
    uint32_t *old = m->slots;
    size_t old_count = m->slot_count;

    m->slots = cmty__calloc(2 * old_count, sizeof *m->slots);
    if (m->slots == NULL) {
        m->slots = old;
        return false;
    }
    m->slot_count = 2 * old_count;
    for (size_t i = 0; i < old_count; i++)
        if (old[i] != 0)
            m->slots[slot_of(m, m->grid->set_areas + m->grid->set_first[old[i]],
                             set_size(m->grid, old[i]))] = old[i];
    cmty__free(old);
    return true;
}

bool cmty__sets_number(cmty__set_maker *m, const uint32_t *areas, size_t count, uint32_t *number)
{
    size_t slot;

    if (count <= 1) {
        *number = count == 0 ? 0 : areas[0] + 1;
        return true;
    }
    if (2 * m->used >= m->slot_count && !rehash(m))
        return false;
    slot = slot_of(m, areas, count);
    if (m->slots[slot] == 0) {
        if (!append(m->grid, areas, count))
            return false;
        m->slots[slot] = (uint32_t)m->grid->set_count - 1;
        m->used++;
    }
    *number = m->slots[slot];
    return true;
}

void cmty__sets_end(cmty__set_maker *m)
{
    cmty__free(m->slots);
    m->slots = NULL;
}
