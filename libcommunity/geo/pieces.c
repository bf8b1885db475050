/* SPDX-License-Identifier: MIT */
/* Two covers laid over each other: the connected pieces in which they agree and differ. Serial per
   object. */
#include "geo/cover.h"

#include <math.h>
#include <stdlib.h>

enum { PROGRESS_EVERY = 64 };

static const double rest_least_m2 = 0.05;   /* less than this is the rounding of coordinates */
static const double crumb_least_m2 = 0.001; /* the same, of one piece */

struct cmty__pieces {
    cmty__geos geos;
    cmty__piece *items;
    GEOSGeometry **shapes;
    size_t count, item_capacity, shape_capacity;
    cmty__ring_list list;
    cmty__ring *rings;
    cmty__boxes boxes; /* over shapes, made at the first question */
    bool boxed;
};

typedef struct cutting {
    cmty__pieces *pieces;
    cmty__geos *g;
    const cmty__cover *from, *to;
    cmty__boxes in_from, in_to;
    double tolerance_m;
    double *left_from_m2, *left_to_m2; /* of each unit, what no piece has taken yet */
    bool *taken;                       /* units of `to` that are units of `from` unchanged */
    const cmty_host *host;
    cmty_point *scratch;
    cmty__ring *scratch_rings;
    size_t scratch_capacity, scratch_ring_capacity;
} cutting;

/* ---- narrow ---- */

/* The piece in metres round a point of its own; NULL: GEOS failed, or out of memory. */
static GEOSGeometry *in_metres(cutting *c, const cmty_point *points, const size_t *ends,
                               size_t ring_count, size_t start)
{
    size_t count = ends[ring_count - 1] - start;
    cmty__frame f = cmty__frame_at(points[0]);

    if (!cmty__grow(&c->scratch, &c->scratch_capacity, count, sizeof *c->scratch)
        || !cmty__grow(&c->scratch_rings, &c->scratch_ring_capacity, ring_count,
                       sizeof *c->scratch_rings)) {
        c->g->no_memory = true;
        return NULL;
    }
    for (size_t i = 0; i < count; i++)
        c->scratch[i] = (cmty_point){(points[i].lon_deg - f.origin.lon_deg) * f.m_per_deg_lon,
                                     (points[i].lat_deg - f.origin.lat_deg) * f.m_per_deg_lat};
    for (size_t r = 0, at = 0; r < ring_count; at = ends[r++] - start)
        c->scratch_rings[r] = (cmty__ring){c->scratch + at, ends[r] - start - at};
    return cmty__geos_area(c->g, c->scratch_rings, ring_count);
}

/* Does no disc of the tolerance's radius fit in? -1: GEOS failed. Most pieces are told by their
   box, or by area <= inradius x perimeter, which holds for every shape without holes (Bonnesen). */
static int is_narrow(cutting *c, const GEOSGeometry *metres, bool holes)
{
    enum { QUADRANT_SEGMENTS = 16 };
    double box[4] = {0}, area_m2 = 0, length_m = 0;
    GEOSContextHandle_t h = c->g->handle;
    GEOSGeometry *eroded;
    char empty;

    if (GEOSGeom_getXMin_r(h, metres, &box[0]) != 1 || GEOSGeom_getYMin_r(h, metres, &box[1]) != 1
        || GEOSGeom_getXMax_r(h, metres, &box[2]) != 1
        || GEOSGeom_getYMax_r(h, metres, &box[3]) != 1 || GEOSArea_r(h, metres, &area_m2) != 1
        || GEOSLength_r(h, metres, &length_m) != 1)
        return -1;
    if (fmin(box[2] - box[0], box[3] - box[1]) < 2 * c->tolerance_m)
        return 1;
    if (!holes && area_m2 > c->tolerance_m * length_m)
        return 0;
    eroded = GEOSBuffer_r(h, metres, -c->tolerance_m, QUADRANT_SEGMENTS);
    if (eroded == NULL)
        return -1;
    empty = GEOSisEmpty_r(h, eroded);
    GEOSGeom_destroy_r(h, eroded);
    return empty == 2 ? -1 : empty == 1;
}

/* ---- gathering pieces ---- */

/* One polygon; crumbs are left out. *area_m2 grows by what was taken. */
static bool add_piece(cutting *c, const GEOSGeometry *polygon, int32_t from, int32_t to,
                      double *area_m2)
{
    cmty__pieces *p = c->pieces;
    cmty__ring_list *l = &p->list;
    size_t start = l->point_count, ring = l->ring_count;
    cmty__piece item = {.from = from, .to = to};
    GEOSGeometry *copy, *metres;
    int narrow;

    if (!cmty__geos_area_m2(c->g, polygon, &item.area_m2))
        return false;
    if (item.area_m2 < crumb_least_m2)
        return true;
    if (!cmty__geos_rings(c->g, polygon, l))
        return false;
    item.ring_count = l->ring_count - ring;
    metres = in_metres(c, l->points + start, l->ends + ring, item.ring_count, start);
    narrow = metres == NULL ? -1 : is_narrow(c, metres, item.ring_count > 1);
    GEOSGeom_destroy_r(c->g->handle, metres);
    item.narrow = narrow == 1;
    if (!cmty__grow(&p->items, &p->item_capacity, p->count + 1, sizeof *p->items)
        || !cmty__grow(&p->shapes, &p->shape_capacity, p->count + 1, sizeof *p->shapes))
        c->g->no_memory = true;
    copy = narrow < 0 || c->g->no_memory ? NULL : GEOSGeom_clone_r(c->g->handle, polygon);
    if (copy == NULL)
        return false;
    p->items[p->count] = item;
    p->shapes[p->count++] = copy;
    *area_m2 += item.area_m2;
    return true;
}

/* Every polygon of `shape`, which it takes over. */
static bool add_pieces(cutting *c, GEOSGeometry *shape, int32_t from, int32_t to)
{
    int parts = shape == NULL ? -1 : GEOSGetNumGeometries_r(c->g->handle, shape);
    bool ok = parts >= 0;
    double area_m2 = 0;

    for (int i = 0; ok && i < parts; i++)
        ok = add_piece(c, GEOSGetGeometryN_r(c->g->handle, shape, i), from, to, &area_m2);
    GEOSGeom_destroy_r(c->g->handle, shape);
    if (from >= 0)
        c->left_from_m2[from] -= area_m2;
    if (to >= 0)
        c->left_to_m2[to] -= area_m2;
    return ok;
}

/* ---- cutting ---- */

/* Most boundaries do not change: the same shape on both sides is one piece, and meets no other. */
static bool same_shape(cutting *c, size_t i, bool *same)
{
    const GEOSGeometry *shape = c->from->units[i];

    *same = false;
    for (size_t k = 0; k < c->in_to.found_count && !*same; k++) {
        uint32_t j = c->in_to.found[k];

        *same = GEOSEqualsExact_r(c->g->handle, shape, c->to->units[j], 0) == 1;
        if (*same && !add_pieces(c, GEOSGeom_clone_r(c->g->handle, shape), (int32_t)i, (int32_t)j))
            return false;
    }
    return true;
}

static bool cut_unit(cutting *c, size_t i)
{
    GEOSGeometry *shape = c->from->units[i];
    bool same;

    if (GEOSisEmpty_r(c->g->handle, shape) == 1)
        return true;
    if (!cmty__boxes_search(&c->in_to, shape) || !same_shape(c, i, &same))
        return false;
    for (size_t k = 0; k < c->in_to.found_count && !same; k++) {
        uint32_t j = c->in_to.found[k];

        if (!c->taken[j]
            && !add_pieces(c, cmty__common(c->g, shape, c->to->units[j]), (int32_t)i, (int32_t)j))
            return false;
    }
    return true;
}

/* What of a unit lies in none of the other cover. */
static bool cut_rest(cutting *c, GEOSGeometry *shape, double left_m2, cmty__boxes *boxes,
                     const cmty__cover *other, int32_t from, int32_t to)
{
    GEOSGeometry *joined, *rest;

    if (left_m2 <= rest_least_m2)
        return true;
    if (!cmty__boxes_search(boxes, shape))
        return false;
    if (boxes->found_count == 0)
        return add_pieces(c, GEOSGeom_clone_r(c->g->handle, shape), from, to);
    joined = cmty__joined(c->g, other->units, boxes->found, boxes->found_count);
    rest = joined == NULL ? NULL : cmty__less(c->g, shape, joined);
    GEOSGeom_destroy_r(c->g->handle, joined);
    return add_pieces(c, rest, from, to);
}

static cmty_status cut_all(cutting *c, cmty_error *err)
{
    size_t m = c->from->count, n = c->to->count;
    cmty_status st = CMTY_OK;

    for (size_t i = 0; i < 2 * m + n && st == CMTY_OK; i++) {
        size_t u = i < m ? i : i < 2 * m ? i - m : i - 2 * m;
        bool ok = i < m       ? cut_unit(c, u)
                  : i < 2 * m ? cut_rest(c, c->from->units[u], c->left_from_m2[u], &c->in_to, c->to,
                                         (int32_t)u, -1)
                              : cut_rest(c, c->to->units[u], c->left_to_m2[u], &c->in_from, c->from,
                                         -1, (int32_t)u);

        if (!ok)
            return cmty__geos_fail(c->g, err);
        if (i % PROGRESS_EVERY == 0)
            st = cmty__progress(c->host, "comparing boundaries", (double)i / (double)(2 * m + n),
                                err);
    }
    return st;
}

/* ---- in order ---- */

typedef struct placed {
    cmty__piece item;
    GEOSGeometry *shape;
    size_t place;
} placed;

/* -1 last. */
static int compare_units(int32_t a, int32_t b)
{
    return ((uint32_t)a > (uint32_t)b) - ((uint32_t)a < (uint32_t)b);
}

static int compare_placed(const void *left, const void *right)
{
    const placed *a = left, *b = right;
    int order = compare_units(a->item.from, b->item.from);

    if (order == 0)
        order = compare_units(a->item.to, b->item.to);
    return order != 0 ? order : (a->place > b->place) - (a->place < b->place);
}

/* The arrays have stopped moving: pieces can point to their rings. */
static cmty_status put_in_order(cmty__pieces *p, cmty_error *err)
{
    placed *all = cmty__calloc(p->count, sizeof *all);

    p->rings = cmty__calloc(p->list.ring_count, sizeof *p->rings);
    if (all == NULL || p->rings == NULL) {
        cmty__free(all);
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    for (size_t r = 0, at = 0; r < p->list.ring_count; at = p->list.ends[r++])
        p->rings[r] = (cmty__ring){p->list.points + at, p->list.ends[r] - at};
    for (size_t i = 0, ring = 0; i < p->count; ring += p->items[i++].ring_count) {
        p->items[i].rings = p->rings + ring;
        all[i] = (placed){p->items[i], p->shapes[i], i};
    }
    if (p->count > 1)
        qsort(all, p->count, sizeof *all, compare_placed);
    for (size_t i = 0; i < p->count; i++) {
        p->items[i] = all[i].item;
        p->shapes[i] = all[i].shape;
    }
    cmty__free(all);
    return CMTY_OK;
}

/* ---- the whole ---- */

static cmty_status cutting_run(cutting *c, cmty_error *err)
{
    c->left_from_m2 = cmty__calloc(c->from->count, sizeof *c->left_from_m2);
    c->left_to_m2 = cmty__calloc(c->to->count, sizeof *c->left_to_m2);
    c->taken = cmty__calloc(c->to->count, sizeof *c->taken);
    if (c->left_from_m2 == NULL || c->left_to_m2 == NULL || c->taken == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    memcpy(c->left_from_m2, c->from->area_m2, c->from->count * sizeof *c->left_from_m2);
    memcpy(c->left_to_m2, c->to->area_m2, c->to->count * sizeof *c->left_to_m2);
    if (!cmty__boxes_make(&c->in_from, c->g, c->from->units, c->from->count)
        || !cmty__boxes_make(&c->in_to, c->g, c->to->units, c->to->count))
        return cmty__geos_fail(c->g, err);
    return cut_all(c, err);
}

cmty_status cmty__pieces_cut(const cmty__cover *from, const cmty__cover *to, double tolerance_m,
                             const cmty_host *host, cmty__pieces **out, cmty_error *err)
{
    cmty__pieces *p = cmty__calloc(1, sizeof *p);
    cutting c = {.pieces = p, .from = from, .to = to, .tolerance_m = tolerance_m, .host = host};
    cmty_status st;

    *out = NULL;
    if (p == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    c.g = &p->geos;
    st = cmty__geos_open(&p->geos, err);
    if (st == CMTY_OK)
        st = cutting_run(&c, err);
    if (st == CMTY_OK)
        st = put_in_order(p, err);
    cmty__boxes_free(&c.in_from);
    cmty__boxes_free(&c.in_to);
    cmty__free(c.left_from_m2);
    cmty__free(c.left_to_m2);
    cmty__free(c.taken);
    cmty__free(c.scratch);
    cmty__free(c.scratch_rings);
    if (st == CMTY_OK)
        *out = p;
    else
        cmty__pieces_free(p);
    return st;
}

void cmty__pieces_free(cmty__pieces *p)
{
    if (p == NULL)
        return;
    cmty__boxes_free(&p->boxes);
    for (size_t i = 0; i < p->count; i++)
        GEOSGeom_destroy_r(p->geos.handle, p->shapes[i]);
    cmty__free(p->items);
    cmty__free(p->shapes);
    cmty__free(p->rings);
    cmty__ring_list_free(&p->list);
    cmty__geos_close(&p->geos);
    cmty__free(p);
}

size_t cmty__pieces_count(const cmty__pieces *p)
{
    return p->count;
}

const cmty__piece *cmty__pieces_at(const cmty__pieces *p, size_t i)
{
    return &p->items[i];
}

/* ---- other areas on them ---- */

static bool meet_piece(cmty__pieces *p, const GEOSGeometry *area, uint32_t piece,
                       cmty__part **parts, size_t *capacity, size_t *count)
{
    GEOSGeometry *common = cmty__common(&p->geos, area, p->shapes[piece]);
    double area_m2;
    bool ok = common != NULL && cmty__geos_area_m2(&p->geos, common, &area_m2);

    GEOSGeom_destroy_r(p->geos.handle, common);
    if (!ok || area_m2 < crumb_least_m2)
        return ok;
    if (!cmty__grow(parts, capacity, *count + 1, sizeof **parts)) {
        p->geos.no_memory = true;
        return false;
    }
    (*parts)[(*count)++] = (cmty__part){piece, area_m2};
    return true;
}

cmty_status cmty__pieces_meet(cmty__pieces *p, const cmty__ring *rings, size_t ring_count,
                              cmty__part **parts, size_t *capacity, size_t *count, double *whole_m2,
                              cmty_error *err)
{
    GEOSGeometry *area = cmty__geos_area(&p->geos, rings, ring_count);
    bool ok = area != NULL && cmty__geos_area_m2(&p->geos, area, whole_m2);

    *count = 0;
    if (ok && !p->boxed)
        ok = p->boxed = cmty__boxes_make(&p->boxes, &p->geos, p->shapes, p->count);
    ok = ok && cmty__boxes_search(&p->boxes, area);
    for (size_t k = 0; ok && k < p->boxes.found_count; k++)
        ok = meet_piece(p, area, p->boxes.found[k], parts, capacity, count);
    GEOSGeom_destroy_r(p->geos.handle, area);
    return ok ? CMTY_OK : cmty__geos_fail(&p->geos, err);
}
