/* SPDX-License-Identifier: MIT */
/* Every edge of the rings once, with the areas that it bounds. Any thread; no state. */
#include "geo/areas.h"

/* Edges as they stand in the rings, and which of them are the same. */
typedef struct raw_edges {
    const cmty_point *points;
    cmty__edge *edge;  /* the distinct ones; owner[0] counts how often it stands in the rings */
    uint32_t *same_as; /* for each raw edge: number of the distinct one */
    uint32_t *area;    /* for each raw edge, ascending */
    uint32_t *slots;   /* open addressing over the distinct ones; 0: free */
    uint32_t *by_edge; /* areas of the raw edges, sorted by distinct edge */
    uint32_t *first;   /* where those of a distinct edge begin */
    size_t raw_count, count, slot_count;
} raw_edges;

static uint64_t hash_double(uint64_t seed, double v)
{
    uint64_t bits;

    memcpy(&bits, &v, sizeof bits);
    seed = (seed ^ bits) * 0x9E3779B97F4A7C15U;
    return seed ^ (seed >> 29);
}

/* The same for both directions. */
static uint64_t hash_edge(const cmty_point *p)
{
    uint64_t h = hash_double(hash_double(0, p[0].lon_deg), p[0].lat_deg)
                 + hash_double(hash_double(0, p[1].lon_deg), p[1].lat_deg);

    return h ^ (h >> 32);
}

static bool same_point(cmty_point a, cmty_point b)
{
    return a.lon_deg == b.lon_deg && a.lat_deg == b.lat_deg;
}

static bool same_edge(const cmty_point *e, const cmty_point *f)
{
    return (same_point(e[0], f[1]) && same_point(e[1], f[0]))
           || (same_point(e[0], f[0]) && same_point(e[1], f[1]));
}

static void note_edge(raw_edges *raw, uint32_t distinct, uint32_t area)
{
    raw->edge[distinct].owner[0]++;
    raw->same_as[raw->raw_count] = distinct;
    raw->area[raw->raw_count++] = area;
}

/* Neighbours share chains of edges, so the distinct edge before or behind the last one that was
   found is tried first. Returns the distinct edge. */
static uint32_t add_edge(raw_edges *raw, uint32_t point, uint32_t area, uint32_t last)
{
    const cmty_point *p = raw->points + point;
    uint32_t guess = last > 0 ? last - 1 : 0;
    size_t slot;

    if (guess < raw->count && same_edge(raw->points + raw->edge[guess].point, p)) {
        note_edge(raw, guess, area);
        return guess;
    }
    slot = (size_t)hash_edge(p) & (raw->slot_count - 1);
    while (raw->slots[slot] != 0
           && !same_edge(raw->points + raw->edge[raw->slots[slot] - 1].point, p))
        slot = (slot + 1) & (raw->slot_count - 1);
    if (raw->slots[slot] == 0) {
        raw->edge[raw->count++] = (cmty__edge){point, {0, 0}};
        raw->slots[slot] = (uint32_t)raw->count;
    }
    note_edge(raw, raw->slots[slot] - 1, area);
    return raw->slots[slot] - 1;
}

static bool raw_make(raw_edges *raw, size_t most)
{
    raw->slot_count = 16;
    while (raw->slot_count < 2 * most)
        raw->slot_count *= 2;
    raw->edge = cmty__realloc(NULL, most, sizeof *raw->edge);
    raw->same_as = cmty__realloc(NULL, most, sizeof *raw->same_as);
    raw->area = cmty__realloc(NULL, most, sizeof *raw->area);
    raw->by_edge = cmty__realloc(NULL, most, sizeof *raw->by_edge);
    raw->first = cmty__calloc(most + 2, sizeof *raw->first);
    raw->slots = cmty__calloc(raw->slot_count, sizeof *raw->slots);
    return raw->edge != NULL && raw->same_as != NULL && raw->area != NULL && raw->by_edge != NULL
           && raw->first != NULL && raw->slots != NULL;
}

static void raw_free(raw_edges *raw)
{
    cmty__free(raw->edge);
    cmty__free(raw->same_as);
    cmty__free(raw->area);
    cmty__free(raw->slots);
    cmty__free(raw->by_edge);
    cmty__free(raw->first);
}

static void raw_fill(raw_edges *raw, const uint32_t *first_point, const uint32_t *first_ring,
                     size_t area_count)
{
    uint32_t last = 0;

    for (size_t area = 0; area < area_count; area++)
        for (uint32_t r = first_ring[area]; r < first_ring[area + 1]; r++)
            for (uint32_t i = first_point[r]; i + 1 < first_point[r + 1]; i++)
                if (!same_point(raw->points[i], raw->points[i + 1]))
                    last = add_edge(raw, i, (uint32_t)area, last);
    /* counting sort: first[k + 1] runs from the start of edge k to that of edge k + 1 */
    for (size_t k = 0; k + 1 < raw->count; k++)
        raw->first[k + 2] = raw->first[k + 1] + raw->edge[k].owner[0];
    for (size_t i = 0; i < raw->raw_count; i++)
        raw->by_edge[raw->first[raw->same_as[i] + 1]++] = raw->area[i];
}

/* Appends the areas that hold the edge an odd (seam 0) or even (CMTY__SEAM) number of times, in
   pairs. */
static bool put_pairs(cmty__edge **edges, size_t *count, size_t *capacity, uint32_t point,
                      const uint32_t *areas, size_t n, uint32_t seam)
{
    bool half = false;

    for (size_t i = 0, run; i < n; i += run) {
        for (run = 1; i + run < n && areas[i + run] == areas[i];)
            run++;
        if (run % 2 == (seam != 0))
            continue;
        if (half) {
            (*edges)[*count - 1].owner[1] = areas[i];
        } else {
            if (!cmty__grow(edges, capacity, *count + 1, sizeof **edges))
                return false;
            (*edges)[(*count)++] = (cmty__edge){point | seam, {areas[i], CMTY__NO_AREA}};
        }
        half = !half;
    }
    return true;
}

cmty_status cmty__edges_collect(const cmty_point *points, const uint32_t *first_point,
                                const uint32_t *first_ring, size_t area_count, cmty__edge **out,
                                size_t *count, cmty_error *err)
{
    raw_edges raw = {.points = points};
    cmty__edge *edges = NULL;
    size_t most = first_point[first_ring[area_count]], capacity = 0;
    cmty_status st = CMTY_OK;

    *count = 0;
    *out = NULL;
    if (!raw_make(&raw, most)) {
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
        goto done;
    }
    raw_fill(&raw, first_point, first_ring, area_count);
    for (size_t k = 0; k < raw.count; k++) {
        const uint32_t *areas = raw.by_edge + raw.first[k];
        size_t n = raw.first[k + 1] - raw.first[k];

        if (!put_pairs(&edges, count, &capacity, raw.edge[k].point, areas, n, 0)
            || !put_pairs(&edges, count, &capacity, raw.edge[k].point, areas, n, CMTY__SEAM)) {
            st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
            goto done;
        }
    }
    *out = edges;
    edges = NULL;

done:
    cmty__free(edges);
    raw_free(&raw);
    return st;
}
