/* SPDX-License-Identifier: MIT */
/* Catchments of at least k addresses, each inside one area: made once, then asked. Any thread. */
#include "catchment.h"

#include <stdlib.h>

static const uint64_t max_weight = UINT64_C(1) << 62;

void cmty__catchments_free(cmty__catchments *c)
{
    if (c == NULL)
        return;
    cmty__free(c->first_area);
    cmty__free(c->roots);
    cmty__free(c->address_counts);
    cmty__free(c->nodes);
    cmty__free(c->leaves);
    cmty__areas_free(c->places);
    cmty__free(c->place);
    cmty__free(c->place_areas);
    cmty__free(c);
}

cmty__catchments *cmty__catchments_new(size_t version_count, size_t area_count)
{
    cmty__catchments *c = cmty__calloc(1, sizeof *c);

    if (c == NULL)
        return NULL;
    c->version_count = version_count;
    c->first_area = cmty__calloc(version_count + 1, sizeof *c->first_area);
    c->roots = cmty__calloc(area_count, sizeof *c->roots);
    c->address_counts = cmty__calloc(area_count, sizeof *c->address_counts);
    if (c->first_area == NULL || c->roots == NULL || c->address_counts == NULL) {
        cmty__catchments_free(c);
        return NULL;
    }
    for (size_t i = 0; i < area_count; i++)
        c->roots[i] = CMTY__NO_NODE;
    return c;
}

/* ---- all areas ---- */

/* Room to work in: one entry for each address. */
struct work {
    cmty_point *points;
    int32_t *areas;
    cmty__dweller *dwellers;
};

static cmty_status check_addresses(const cmty__address *addresses, size_t count, uint32_t k,
                                   cmty_error *err)
{
    const uint64_t heaviest = max_weight / CMTY__WEIGHT_ONE;
    uint64_t total = 0;

    if (k < 2)
        return cmty__fail(err, CMTY_E_RANGE, "k must be at least 2");
    for (size_t i = 0; i < count; i++) {
        double weight = addresses[i].weight;

        if (!cmty__point_valid(addresses[i].at))
            return cmty__fail(err, CMTY_E_RANGE, "address %zu is off the globe", i + 1);
        if (!(weight >= 0 && weight <= (double)heaviest))
            return cmty__fail(err, CMTY_E_RANGE, "the weight of address %zu is out of range",
                              i + 1);
        total += (uint64_t)(weight * CMTY__WEIGHT_ONE);
        if (total > max_weight)
            return cmty__fail(err, CMTY_E_RANGE, "the addresses weigh too much");
    }
    return CMTY_OK;
}

static int compare_area(const void *left, const void *right)
{
    const cmty__dweller *a = left, *b = right;

    return (a->area > b->area) - (a->area < b->area);
}

/* Those that lie in an area and in no public place that is served there, grouped by it. */
static size_t gather(const cmty__catchments *c, int32_t version, const cmty__areas *areas,
                     const cmty__address *addresses, size_t count, struct work *w)
{
    size_t kept = 0;

    cmty__areas_first_many(areas, w->points, count, w->areas, NULL);
    for (size_t i = 0; i < count; i++) {
        uint64_t weight = (uint64_t)(addresses[i].weight * CMTY__WEIGHT_ONE);

        if (w->areas[i] >= 0 && weight > 0
            && cmty__catchments_place(c, version, w->areas[i], addresses[i].at) == NULL)
            w->dwellers[kept++] = (cmty__dweller){addresses[i].at, weight, w->areas[i]};
    }
    qsort(w->dwellers, kept, sizeof *w->dwellers, compare_area);
    return kept;
}

static cmty_status build_version(cmty__catchments *c, size_t first, const cmty__areas *areas,
                                 struct work *w, size_t count, uint64_t enough, cmty_error *err)
{
    size_t next;

    for (size_t i = 0; i < count; i = next) {
        cmty__catchment_site site = {.areas = areas, .area = w->dwellers[i].area};
        size_t at = first + (size_t)site.area;
        uint64_t weight;

        for (next = i; next < count && w->dwellers[next].area == site.area; next++)
            continue;
        site.dwellers = w->dwellers + i;
        site.count = next - i;
        weight = cmty__dwellers_weight(site.dwellers, site.count);
        c->address_counts[at] =
            (int32_t)(weight / CMTY__WEIGHT_ONE < INT32_MAX ? weight / CMTY__WEIGHT_ONE
                                                            : INT32_MAX);
        if (weight < enough)
            continue;
        cmty__areas_bounds(areas, site.area, &site.min, &site.max);
        c->roots[at] = (uint32_t)c->node_count;
        if (!cmty__catchments_grow(c, &site, enough))
            return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    return CMTY_OK;
}

static cmty_status build_all(cmty__catchments *c, const cmty__areas *const *versions,
                             const cmty__address *addresses, size_t count, uint32_t k,
                             const cmty_host *host, cmty_error *err)
{
    struct work w = {cmty__calloc(count, sizeof *w.points), cmty__calloc(count, sizeof *w.areas),
                     cmty__calloc(count, sizeof *w.dwellers)};
    cmty_status st = CMTY_OK;

    if (w.points == NULL || w.areas == NULL || w.dwellers == NULL)
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    for (size_t i = 0; st == CMTY_OK && i < count; i++)
        w.points[i] = addresses[i].at;
    for (size_t v = 0; st == CMTY_OK && v < c->version_count; v++) {
        st = cmty__progress(host, "making catchments", (double)v / (double)c->version_count, err);
        if (st == CMTY_OK)
            st = build_version(c, c->first_area[v], versions[v], &w,
                               gather(c, (int32_t)v, versions[v], addresses, count, &w),
                               (uint64_t)k * CMTY__WEIGHT_ONE, err);
    }
    cmty__free(w.points);
    cmty__free(w.areas);
    cmty__free(w.dwellers);
    return st;
}

cmty_status cmty__catchments_build(const cmty__areas *const *versions, size_t version_count,
                                   const cmty__address *addresses, size_t count,
                                   const cmty__areas *places, uint32_t k, const cmty_host *host,
                                   cmty__catchments **out, cmty_error *err)
{
    cmty__catchments *c = NULL;
    size_t area_count = 0;
    cmty_status st = check_addresses(addresses, count, k, err);

    *out = NULL;
    if (st != CMTY_OK)
        return st;
    for (size_t v = 0; v < version_count; v++)
        area_count += cmty__areas_count(versions[v]);
    c = cmty__catchments_new(version_count, area_count);
    if (c == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    for (size_t v = 0; v < version_count; v++)
        c->first_area[v + 1] = c->first_area[v] + cmty__areas_count(versions[v]);
    st = cmty__catchments_exempt(c, versions, places, err);
    if (st == CMTY_OK)
        st = build_all(c, versions, addresses, count, k, host, err);
    if (st != CMTY_OK) {
        cmty__catchments_free(c);
        return st;
    }
    *out = c;
    return CMTY_OK;
}

/* ---- asking ---- */

static bool find_area(const cmty__catchments *c, int32_t version, int32_t area, size_t *at)
{
    if (version < 0 || area < 0 || (size_t)version >= c->version_count)
        return false;
    *at = c->first_area[version] + (size_t)area;
    return *at < c->first_area[version + 1];
}

static const cmty__catchment *find_leaf(const cmty__catchments *c, size_t area, cmty_point p)
{
    const cmty__catchment_node *node;

    if (c->roots[area] == CMTY__NO_NODE)
        return NULL;
    node = &c->nodes[c->roots[area]];
    while (node->kind == CMTY__NODE_LON || node->kind == CMTY__NODE_LAT)
        node = &c->nodes[node->first + (cmty__along(p, (int)node->kind) >= node->split_deg)];
    return node->kind == CMTY__NODE_ANCHOR ? &c->leaves[node->first] : NULL;
}

cmty_status cmty__catchments_find(const cmty__catchments *c, int32_t version, int32_t area,
                                  cmty_point p, cmty_point *anchor, double *radius_m,
                                  double *weight)
{
    const cmty__catchment *found;
    size_t at;

    if (!find_area(c, version, area, &at) || !cmty__point_valid(p))
        return CMTY_NOTFOUND;
    found = cmty__catchments_place(c, version, area, p);
    if (found == NULL)
        found = find_leaf(c, at, p);
    if (found == NULL)
        return CMTY_NOTFOUND;
    *anchor = found->anchor;
    *radius_m = found->radius_m;
    *weight = found->weight;
    return CMTY_OK;
}

int32_t cmty__catchments_address_count(const cmty__catchments *c, int32_t version, int32_t area)
{
    size_t at;

    return find_area(c, version, area, &at) ? c->address_counts[at] : -1;
}
