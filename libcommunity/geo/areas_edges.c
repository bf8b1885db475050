/* SPDX-License-Identifier: MIT */
/* Every edge of the rings once, with the areas that it bounds. Any thread; no state. */
#include "geo/areas.h"

/* Edges as they stand in the rings, and which of them are the same. */
typedef struct raw_edges {
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

static uint64_t hash_edge(const cmty__edge *e)
{
    uint64_t h = hash_double(hash_double(0, e->a.lon_deg), e->a.lat_deg);

    h = hash_double(hash_double(h, e->b.lon_deg), e->b.lat_deg);
    return h ^ (h >> 32);
}

static bool same_edge(const cmty__edge *e, const cmty__edge *f)
{
    return e->a.lon_deg == f->a.lon_deg && e->a.lat_deg == f->a.lat_deg
           && e->b.lon_deg == f->b.lon_deg && e->b.lat_deg == f->b.lat_deg;
}

/* False for an edge without length. */
static bool edge_between(cmty_point a, cmty_point b, cmty__edge *e)
{
    bool swap = b.lon_deg < a.lon_deg || (b.lon_deg == a.lon_deg && b.lat_deg < a.lat_deg);

    *e = (cmty__edge){swap ? b : a, swap ? a : b, {0, 0}, 0};
    return a.lon_deg != b.lon_deg || a.lat_deg != b.lat_deg;
}

static void add_edge(raw_edges *raw, const cmty__edge *e, uint32_t area)
{
    size_t slot = (size_t)hash_edge(e) & (raw->slot_count - 1);

    while (raw->slots[slot] != 0 && !same_edge(&raw->edge[raw->slots[slot] - 1], e))
        slot = (slot + 1) & (raw->slot_count - 1);
    if (raw->slots[slot] == 0) {
        raw->edge[raw->count++] = *e;
        raw->slots[slot] = (uint32_t)raw->count;
    }
    raw->edge[raw->slots[slot] - 1].owner[0]++;
    raw->same_as[raw->raw_count] = raw->slots[slot] - 1;
    raw->area[raw->raw_count++] = area;
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

static void raw_fill(raw_edges *raw, const cmty__areas *a)
{
    for (size_t area = 0; area < a->count; area++)
        for (size_t r = a->first_ring[area]; r < a->first_ring[area + 1]; r++) {
            const cmty__ring *ring = &a->rings[r];
            cmty__edge e;

            for (size_t i = 0; i + 1 < ring->count; i++)
                if (edge_between(ring->points[i], ring->points[i + 1], &e))
                    add_edge(raw, &e, (uint32_t)area);
        }
    /* counting sort: first[k + 1] runs from the start of edge k to that of edge k + 1 */
    for (size_t k = 0; k + 1 < raw->count; k++)
        raw->first[k + 2] = raw->first[k + 1] + raw->edge[k].owner[0];
    for (size_t i = 0; i < raw->raw_count; i++)
        raw->by_edge[raw->first[raw->same_as[i] + 1]++] = raw->area[i];
}

/* Appends the areas that hold e an odd (seam 0) or even (seam 1) number of times, in pairs. */
static bool put_pairs(cmty__edge **edges, size_t *count, size_t *capacity, const cmty__edge *e,
                      const uint32_t *areas, size_t n, uint32_t seam)
{
    bool half = false;

    for (size_t i = 0, run; i < n; i += run) {
        for (run = 1; i + run < n && areas[i + run] == areas[i];)
            run++;
        if (run % 2 == seam)
            continue;
        if (half) {
            (*edges)[*count - 1].owner[1] = areas[i];
        } else {
            if (!cmty__grow(edges, capacity, *count + 1, sizeof **edges))
                return false;
            (*edges)[(*count)++] = (cmty__edge){e->a, e->b, {areas[i], CMTY__NO_AREA}, seam};
        }
        half = !half;
    }
    return true;
}

cmty_status cmty__edges_collect(const cmty__areas *a, cmty__edge **out, size_t *count,
                                cmty_error *err)
{
    raw_edges raw = {0};
    cmty__edge *edges = NULL;
    size_t capacity = 0;
    cmty_status st = CMTY_OK;

    *count = 0;
    *out = NULL;
    if (!raw_make(&raw, a->point_count)
        || (capacity = a->point_count, edges = cmty__realloc(NULL, capacity, sizeof *edges))
               == NULL) {
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
        goto done;
    }
    raw_fill(&raw, a);
    for (size_t k = 0; k < raw.count; k++) {
        const uint32_t *areas = raw.by_edge + raw.first[k];
        size_t n = raw.first[k + 1] - raw.first[k];

        if (!put_pairs(&edges, count, &capacity, &raw.edge[k], areas, n, 0)
            || !put_pairs(&edges, count, &capacity, &raw.edge[k], areas, n, 1)) {
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
