/* SPDX-License-Identifier: MIT */
/* Units that overlap nowhere, made of areas that may. Serial per object. */
#include "geo/cover.h"

#include <stdlib.h>

enum { PROGRESS_EVERY = 64 };

/* Overlaps below this are the rounding of coordinates: to cut them would only add vertices. */
static const double overlap_least_m2 = 0.01;

/* GEOS's own rounding may leave a result that it cannot build; on this grid, a tenth of a
   millimetre, it always can (snap rounding). */
static const double fallback_deg = 1e-9;

/* ---- boxes ---- */

bool cmty__boxes_make(cmty__boxes *b, cmty__geos *g, GEOSGeometry *const *shapes, size_t count)
{
    enum { NODE_CAPACITY = 10 };

    *b = (cmty__boxes){.geos = g};
    b->numbers = cmty__calloc(count, sizeof *b->numbers);
    b->tree = GEOSSTRtree_create_r(g->handle, NODE_CAPACITY);
    if (b->numbers == NULL)
        g->no_memory = true;
    if (b->numbers == NULL || b->tree == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        b->numbers[i] = (uint32_t)i;
        if (GEOSisEmpty_r(g->handle, shapes[i]) == 0)
            GEOSSTRtree_insert_r(g->handle, b->tree, shapes[i], &b->numbers[i]);
    }
    return true;
}

static void note_found(void *item, void *user)
{
    cmty__boxes *b = user;

    if (cmty__grow(&b->found, &b->found_capacity, b->found_count + 1, sizeof *b->found))
        b->found[b->found_count++] = *(const uint32_t *)item;
    else
        b->geos->no_memory = true;
}

static int compare_numbers(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

    return (a > b) - (a < b);
}

bool cmty__boxes_search(cmty__boxes *b, const GEOSGeometry *shape)
{
    b->found_count = 0;
    GEOSSTRtree_query_r(b->geos->handle, b->tree, shape, note_found, b);
    if (b->found_count > 1)
        qsort(b->found, b->found_count, sizeof *b->found, compare_numbers);
    return !b->geos->no_memory;
}

void cmty__boxes_free(cmty__boxes *b)
{
    if (b->tree != NULL)
        GEOSSTRtree_destroy_r(b->geos->handle, b->tree);
    cmty__free(b->numbers);
    cmty__free(b->found);
    *b = (cmty__boxes){0};
}

/* ---- overlays ---- */

GEOSGeometry *cmty__common(cmty__geos *g, const GEOSGeometry *a, const GEOSGeometry *b)
{
    GEOSGeometry *common = GEOSIntersection_r(g->handle, a, b);

    if (common == NULL)
        common = GEOSIntersectionPrec_r(g->handle, a, b, fallback_deg);
    return cmty__geos_polygons(g, common);
}

GEOSGeometry *cmty__less(cmty__geos *g, const GEOSGeometry *a, const GEOSGeometry *less)
{
    GEOSGeometry *rest = GEOSDifference_r(g->handle, a, less);

    if (rest == NULL)
        rest = GEOSDifferencePrec_r(g->handle, a, less, fallback_deg);
    return cmty__geos_polygons(g, rest);
}

GEOSGeometry *cmty__joined(cmty__geos *g, GEOSGeometry *const *shapes, const uint32_t *numbers,
                           size_t count)
{
    GEOSGeometry *all, *joined = NULL;

    if (count == 1)
        return GEOSGeom_clone_r(g->handle, shapes[numbers[0]]);
    all = cmty__geos_bundle(g, shapes, numbers, count);
    if (all != NULL)
        joined = GEOSUnaryUnion_r(g->handle, all);
    if (all != NULL && joined == NULL)
        joined = GEOSUnaryUnionPrec_r(g->handle, all, fallback_deg);
    GEOSGeom_destroy_r(g->handle, all);
    return cmty__geos_polygons(g, joined);
}

/* ---- a cover ---- */

typedef struct covering {
    cmty__cover *cover;
    cmty__geos *g;
    const cmty__areas *areas;
    size_t area_count;
    GEOSGeometry **whole, **own; /* of each area, and what earlier ones leave of it */
    cmty__boxes boxes;
    const cmty_host *host;
} covering;

static cmty_status make_shapes(covering *c, cmty_error *err)
{
    c->whole = cmty__calloc(c->area_count, sizeof(GEOSGeometry *));
    c->own = cmty__calloc(c->area_count, sizeof(GEOSGeometry *));
    if (c->whole == NULL || c->own == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    for (size_t i = 0; i < c->area_count; i++) {
        size_t count;
        const cmty__ring *rings = cmty__areas_rings(c->areas, (int32_t)i, &count);

        c->whole[i] = cmty__geos_area(c->g, rings, count);
        if (c->whole[i] == NULL)
            return cmty__geos_fail(c->g, err);
    }
    return cmty__boxes_make(&c->boxes, c->g, c->whole, c->area_count) ? CMTY_OK
                                                                      : cmty__geos_fail(c->g, err);
}

/* Takes out of area i what it shares with an earlier one. */
static bool take_out(covering *c, size_t i, uint32_t earlier)
{
    GEOSGeometry *common = cmty__common(c->g, c->own[i], c->own[earlier]), *rest;
    double area_m2;

    if (common == NULL || !cmty__geos_area_m2(c->g, common, &area_m2)) {
        GEOSGeom_destroy_r(c->g->handle, common);
        return false;
    }
    GEOSGeom_destroy_r(c->g->handle, common);
    if (area_m2 < overlap_least_m2)
        return true;
    c->cover->overlap_m2 += area_m2;
    rest = cmty__less(c->g, c->own[i], c->own[earlier]);
    if (rest == NULL)
        return false;
    GEOSGeom_destroy_r(c->g->handle, c->own[i]);
    c->own[i] = rest;
    return true;
}

static cmty_status make_disjoint(covering *c, cmty_error *err)
{
    cmty_status st = CMTY_OK;

    for (size_t i = 0; i < c->area_count && st == CMTY_OK; i++) {
        c->own[i] = GEOSGeom_clone_r(c->g->handle, c->whole[i]);
        if (c->own[i] == NULL || !cmty__boxes_search(&c->boxes, c->whole[i]))
            return cmty__geos_fail(c->g, err);
        for (size_t k = 0; k < c->boxes.found_count && c->boxes.found[k] < i; k++)
            if (!take_out(c, i, c->boxes.found[k]))
                return cmty__geos_fail(c->g, err);
        if (i % PROGRESS_EVERY == 0)
            st = cmty__progress(c->host, "preparing boundaries", (double)i / (double)c->area_count,
                                err);
    }
    return st;
}

static cmty_status make_units(covering *c, const int32_t *unit_of, cmty_error *err)
{
    cmty__cover *cover = c->cover;
    uint32_t *members = cmty__calloc(c->area_count, sizeof *members);
    size_t *first = cmty__calloc(cover->count + 1, sizeof *first);
    cmty_status st = CMTY_OK;

    if (members == NULL || first == NULL)
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    for (size_t i = 0; st == CMTY_OK && i < c->area_count; i++)
        first[unit_of[i] + 1]++;
    for (size_t u = 0; st == CMTY_OK && u < cover->count; u++)
        first[u + 1] += first[u];
    for (size_t i = c->area_count; st == CMTY_OK && i-- > 0;) /* fills each run from its end */
        members[--first[unit_of[i] + 1]] = (uint32_t)i;
    for (size_t u = 0; st == CMTY_OK && u < cover->count; u++) {
        size_t start = first[u + 1], end = u + 1 < cover->count ? first[u + 2] : c->area_count;

        cover->units[u] = cmty__joined(c->g, c->own, members + start, end - start);
        if (cover->units[u] == NULL
            || !cmty__geos_area_m2(c->g, cover->units[u], &cover->area_m2[u]))
            st = cmty__geos_fail(c->g, err);
    }
    cmty__free(members);
    cmty__free(first);
    return st;
}

static cmty_status list_rings(cmty__cover *c, cmty_error *err)
{
    for (size_t u = 0; u < c->count; u++) {
        int parts = GEOSGetNumGeometries_r(c->geos.handle, c->units[u]);

        for (int i = 0; i < parts; i++)
            if (!cmty__geos_rings(&c->geos, GEOSGetGeometryN_r(c->geos.handle, c->units[u], i),
                                  &c->list))
                return cmty__geos_fail(&c->geos, err);
        c->first_ring[u + 1] = c->list.ring_count;
    }
    c->rings = cmty__calloc(c->list.ring_count, sizeof *c->rings);
    if (c->rings == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    for (size_t r = 0, at = 0; r < c->list.ring_count; at = c->list.ends[r++])
        c->rings[r] = (cmty__ring){c->list.points + at, c->list.ends[r] - at};
    return CMTY_OK;
}

static void covering_clear(covering *c)
{
    cmty__boxes_free(&c->boxes);
    for (size_t i = 0; i < c->area_count; i++) {
        if (c->whole != NULL)
            GEOSGeom_destroy_r(c->g->handle, c->whole[i]);
        if (c->own != NULL)
            GEOSGeom_destroy_r(c->g->handle, c->own[i]);
    }
    cmty__free(c->whole);
    cmty__free(c->own);
}

static cmty_status cover_fill(cmty__cover *cover, const cmty__areas *areas, const int32_t *unit_of,
                              const cmty_host *host, cmty_error *err)
{
    covering c = {.cover = cover,
                  .g = &cover->geos,
                  .areas = areas,
                  .boxes = {.geos = &cover->geos},
                  .host = host};
    cmty_status st;

    c.area_count = cmty__areas_count(areas);
    cover->units = cmty__calloc(cover->count, sizeof(GEOSGeometry *));
    cover->area_m2 = cmty__calloc(cover->count, sizeof *cover->area_m2);
    cover->first_ring = cmty__calloc(cover->count + 1, sizeof *cover->first_ring);
    if (cover->units == NULL || cover->area_m2 == NULL || cover->first_ring == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    st = make_shapes(&c, err);
    if (st == CMTY_OK)
        st = make_disjoint(&c, err);
    if (st == CMTY_OK)
        st = make_units(&c, unit_of, err);
    if (st == CMTY_OK)
        st = list_rings(cover, err);
    covering_clear(&c);
    return st;
}

cmty_status cmty__cover_make(const cmty__areas *areas, const int32_t *unit_of, size_t unit_count,
                             const cmty_host *host, cmty__cover **out, cmty_error *err)
{
    cmty__cover *cover = cmty__calloc(1, sizeof *cover);
    cmty_status st;

    *out = NULL;
    if (cover == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    cover->count = unit_count;
    st = cmty__geos_open(&cover->geos, err);
    if (st == CMTY_OK)
        st = cover_fill(cover, areas, unit_of, host, err);
    if (st == CMTY_OK)
        *out = cover;
    else
        cmty__cover_free(cover);
    return st;
}

void cmty__cover_free(cmty__cover *c)
{
    if (c == NULL)
        return;
    for (size_t u = 0; c->units != NULL && u < c->count; u++)
        GEOSGeom_destroy_r(c->geos.handle, c->units[u]);
    cmty__free(c->units);
    cmty__free(c->area_m2);
    cmty__free(c->rings);
    cmty__free(c->first_ring);
    cmty__ring_list_free(&c->list);
    cmty__geos_close(&c->geos);
    cmty__free(c);
}

double cmty__cover_area_m2(const cmty__cover *c, int32_t unit)
{
    return c->area_m2[unit];
}

double cmty__cover_overlap_m2(const cmty__cover *c)
{
    return c->overlap_m2;
}

const cmty__ring *cmty__cover_rings(const cmty__cover *c, int32_t unit, size_t *count)
{
    *count = c->first_ring[unit + 1] - c->first_ring[unit];
    return c->rings + c->first_ring[unit];
}
