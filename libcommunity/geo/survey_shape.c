/* SPDX-License-Identifier: MIT */
/* Shapes of features with GEOS: which are invalid and why, what they share, what they leave
   between them. Serial per survey, which has a GEOS context of its own. */
#include "geo/survey.h"

#include <math.h>
#include <stdlib.h>

/* ---- shapes ---- */

static GEOSGeometry *ring_shape(GEOSContextHandle_t geos, const cmty__ring *ring)
{
    GEOSCoordSequence *points =
        GEOSCoordSeq_copyFromBuffer_r(geos, &ring->points->lon_deg, (unsigned)ring->count, 0, 0);

    return points == NULL ? NULL : GEOSGeom_createLinearRing_r(geos, points);
}

/* A polygon without its shell is none; its holes then stand for themselves. */
static GEOSGeometry *polygon_shape(cmty__survey *s, const cmty__polygon *p, const cmty__ring *rings)
{
    GEOSGeometry **holes = cmty__calloc(p->ring_count + 1, sizeof(GEOSGeometry *));
    GEOSGeometry *shell = NULL, *polygon = NULL;
    unsigned count = 0;

    s->no_memory |= holes == NULL;
    for (size_t i = 0; holes != NULL && i < p->ring_count; i++) {
        GEOSGeometry *ring = rings[p->first_ring + i].count < 4
                                 ? NULL
                                 : ring_shape(s->geos, &rings[p->first_ring + i]);

        if (ring != NULL && shell == NULL)
            shell = ring;
        else if (ring != NULL)
            holes[count++] = ring;
    }
    if (shell != NULL)
        polygon = GEOSGeom_createPolygon_r(s->geos, shell, holes, count);
    cmty__free(holes);
    return polygon;
}

/* As the rings stand, valid or not; NULL if there are none. */
static GEOSGeometry *plain_shape(cmty__survey *s, const cmty__surveyed *f, const cmty__ring *rings)
{
    GEOSGeometry **parts = cmty__calloc(f->polygon_count + 1, sizeof(GEOSGeometry *));
    GEOSGeometry *shape = NULL;
    unsigned count = 0;

    if (parts == NULL) {
        s->no_memory = true;
        return NULL;
    }
    for (size_t i = 0; i < f->polygon_count; i++) {
        GEOSGeometry *part = polygon_shape(s, &s->polygons[f->first_polygon + i], rings);

        if (part != NULL)
            parts[count++] = part;
    }
    if (count == 1)
        shape = parts[0];
    else if (count > 1)
        shape = GEOSGeom_createCollection_r(s->geos, GEOS_MULTIPOLYGON, parts, count);
    cmty__free(parts);
    return shape;
}

/* ---- even-odd ---- */

/* Takes over the point. */
static cmty_point point_of(const cmty__survey *s, GEOSGeometry *point)
{
    cmty_point p = {NAN, NAN};

    if (point != NULL) {
        (void)GEOSGeomGetX_r(s->geos, point, &p.lon_deg);
        (void)GEOSGeomGetY_r(s->geos, point, &p.lat_deg);
        GEOSGeom_destroy_r(s->geos, point);
    }
    return p;
}

/* Whether a place that lies on no ring is within an odd number of turns of them. */
static bool odd_at(const cmty__survey *s, const cmty__surveyed *f, const cmty__ring *rings,
                   cmty_point q)
{
    bool inside = false;

    for (size_t p = f->first_polygon; p < f->first_polygon + f->polygon_count; p++)
        for (size_t r = 0; r < s->polygons[p].ring_count; r++) {
            const cmty__ring *ring = &rings[s->polygons[p].first_ring + r];

            for (size_t i = 0; i + 1 < ring->count; i++) {
                cmty_point a = ring->points[i], b = ring->points[i + 1];

                if ((a.lat_deg > q.lat_deg) != (b.lat_deg > q.lat_deg)
                    && (cmty__orient(a, b, q) > 0) == (b.lat_deg > a.lat_deg))
                    inside = !inside;
            }
        }
    return inside;
}

/* All rings as lines, cut where they meet. Takes over the shape. */
static GEOSGeometry *noded(const cmty__survey *s, GEOSGeometry *shape)
{
    GEOSGeometry *lines = GEOSBoundary_r(s->geos, shape);
    GEOSGeometry *cut = lines == NULL ? NULL : GEOSUnaryUnion_r(s->geos, lines);

    GEOSGeom_destroy_r(s->geos, lines);
    GEOSGeom_destroy_r(s->geos, shape);
    return cut;
}

/* What the even-odd rule makes of the rings: the faces between them that it holds, in one. (Making
   valid by lines, as GEOS does, takes lines that coincide for one and so holds other faces.) Takes
   over the shape. */
static GEOSGeometry *make_valid(cmty__survey *s, const cmty__surveyed *f, const cmty__ring *rings,
                                GEOSGeometry *shape)
{
    GEOSGeometry *cut = noded(s, shape), *all, *united = NULL;
    const GEOSGeometry *lines = cut;
    GEOSGeometry *faces = cut == NULL ? NULL : GEOSPolygonize_r(s->geos, &lines, 1);
    int count = faces == NULL ? 0 : GEOSGetNumGeometries_r(s->geos, faces);
    GEOSGeometry **held = cmty__calloc((size_t)count + 1, sizeof(GEOSGeometry *));
    unsigned kept = 0;

    s->no_memory |= held == NULL;
    for (int i = 0; held != NULL && i < count; i++) {
        const GEOSGeometry *face = GEOSGetGeometryN_r(s->geos, faces, i);

        if (odd_at(s, f, rings, point_of(s, GEOSPointOnSurface_r(s->geos, face))))
            held[kept++] = GEOSGeom_clone_r(s->geos, face);
    }
    if (kept > 0) {
        all = GEOSGeom_createCollection_r(s->geos, GEOS_GEOMETRYCOLLECTION, held, kept);
        united = all == NULL ? NULL : GEOSUnaryUnion_r(s->geos, all);
        GEOSGeom_destroy_r(s->geos, all);
    }
    cmty__free(held);
    GEOSGeom_destroy_r(s->geos, faces);
    GEOSGeom_destroy_r(s->geos, cut);
    return united;
}

/* ---- validity ---- */

static const char *const nesting[] = {"Hole lies outside shell", "Holes are nested",
                                      "Nested shells", "Duplicate Rings",
                                      "Interior is disconnected"};

static const char *nesting_word(const char *reason)
{
    static const char *const words[] = {
        "a hole lies outside of its polygon", "a hole lies within another hole",
        "one part lies within another part", "a ring stands there twice",
        "holes that touch cut the interior into pieces"};

    for (size_t i = 0; i < sizeof nesting / sizeof *nesting; i++)
        if (cmty__starts_with(reason, nesting[i]))
            return words[i];
    return NULL;
}

/* GEOS names one place and one reason; the places of crossings are all searched for. */
static void report_invalid(cmty__survey *s, size_t feature, const char *reason, cmty_point where)
{
    const char *word = nesting_word(reason);
    cmty__fault *fault;

    if (word == NULL
        && cmty__survey_crossings(s, feature, cmty__starts_with(reason, "Self-intersection")) > 0)
        return;
    fault = cmty__survey_fault(s, CMTY_FLAW_RING_NESTING, feature);
    fault->at = cmty__survey_carry(s, feature, where);
    fault->detail = word;
}

/* ---- measuring plane shapes on the ground ---- */

typedef struct measured {
    double area_m2, edge_m;
    cmty__ring *rings; /* carried, their points kept */
    bool *holes;
    size_t count, capacity, hole_capacity;
} measured;

static void add_carried(cmty__survey *s, const cmty__carry *carry, const GEOSGeometry *ring,
                        bool hole, measured *m)
{
    const GEOSCoordSequence *seq = GEOSGeom_getCoordSeq_r(s->geos, ring);
    unsigned n = 0;
    cmty_point *plain, *kept;

    (void)GEOSCoordSeq_getSize_r(s->geos, seq, &n);
    plain = cmty__calloc(n + 1, sizeof *plain);
    s->path.count = 0;
    s->path.no_place = false;
    if (plain != NULL) {
        (void)GEOSCoordSeq_copyToBuffer_r(s->geos, seq, &plain->lon_deg, 0, 0);
        cmty__carry_line(carry, plain, n, &s->path);
    }
    kept = cmty__arena_alloc(s->kept, (s->path.count + 1) * sizeof *kept);
    if (plain == NULL || kept == NULL || s->path.no_memory
        || !cmty__grow(&m->rings, &m->capacity, m->count + 1, sizeof *m->rings)
        || !cmty__grow(&m->holes, &m->hole_capacity, m->count + 1, sizeof *m->holes)) {
        s->no_memory = true;
    } else if (s->path.count >= 4) {
        memcpy(kept, s->path.points, s->path.count * sizeof *kept);
        m->rings[m->count] = (cmty__ring){kept, s->path.count};
        m->holes[m->count] = hole;
        m->area_m2 += (hole ? -1 : 1) * cmty__survey_area_m2(&m->rings[m->count]);
        m->edge_m += cmty__survey_length_m(&m->rings[m->count]);
        m->count++;
    }
    cmty__free(plain);
}

/* Adds the polygons of a shape; lines and points in it have no area. */
static void measure(cmty__survey *s, const cmty__carry *carry, const GEOSGeometry *shape,
                    measured *m)
{
    int type = GEOSGeomTypeId_r(s->geos, shape);

    if (type == GEOS_MULTIPOLYGON || type == GEOS_GEOMETRYCOLLECTION) {
        for (int i = 0; i < GEOSGetNumGeometries_r(s->geos, shape); i++)
            measure(s, carry, GEOSGetGeometryN_r(s->geos, shape, i), m);
    } else if (type == GEOS_POLYGON && GEOSisEmpty_r(s->geos, shape) == 0) {
        add_carried(s, carry, GEOSGetExteriorRing_r(s->geos, shape), false, m);
        for (int i = 0; i < GEOSGetNumInteriorRings_r(s->geos, shape); i++)
            add_carried(s, carry, GEOSGetInteriorRingN_r(s->geos, shape, i), true, m);
    }
}

static double mean_width_m(const measured *m)
{
    return m->edge_m > 0 ? 2 * m->area_m2 / m->edge_m : 0;
}

static void keep_area(cmty__survey *s, const measured *m, cmty__fault *fault)
{
    cmty__ring *rings = cmty__arena_alloc(s->kept, m->count * sizeof *rings);
    bool *holes = cmty__arena_alloc(s->kept, m->count * sizeof *holes);

    if (rings == NULL || holes == NULL) {
        s->no_memory = true;
        return;
    }
    memcpy(rings, m->rings, m->count * sizeof *rings);
    memcpy(holes, m->holes, m->count * sizeof *holes);
    fault->rings = rings;
    fault->holes = holes;
    fault->ring_count = m->count;
}

/* A fault with this area, unless it is narrower than what is ignored; NULL then. */
static cmty__fault *report_area(cmty__survey *s, const GEOSGeometry *shape, int32_t wide,
                                int32_t narrow, size_t feature)
{
    const cmty__carry *carry = s->mixed ? &s->degrees : &s->tracts[0].carry;
    measured m = {0};
    cmty__fault *fault = NULL;
    double width_m;

    measure(s, carry, shape, &m);
    width_m = mean_width_m(&m);
    if (m.count > 0 && width_m >= s->ignore_m) {
        cmty_point inside = point_of(s, GEOSPointOnSurface_r(s->geos, shape));

        fault = cmty__survey_fault(s, width_m < s->sliver_m ? narrow : wide, feature);
        fault->size = m.area_m2;
        fault->width_m = width_m;
        if (!cmty__carry_point(carry, inside, &fault->at))
            fault->at = (cmty_point){NAN, NAN};
        keep_area(s, &m, fault);
    }
    cmty__free(m.rings);
    cmty__free(m.holes);
    return fault;
}

/* ---- single features ---- */

static void find_box(const cmty__survey *s, const GEOSGeometry *shape, cmty__surveyed *box)
{
    (void)GEOSGeom_getXMin_r(s->geos, shape, &box->min.lon_deg);
    (void)GEOSGeom_getYMin_r(s->geos, shape, &box->min.lat_deg);
    (void)GEOSGeom_getXMax_r(s->geos, shape, &box->max.lon_deg);
    (void)GEOSGeom_getYMax_r(s->geos, shape, &box->max.lat_deg);
}

/* Parts that are slivers. The carry of the feature's own layer measures them. */
static void report_slivers(cmty__survey *s, size_t feature)
{
    const cmty__surveyed *f = &s->features[feature];

    for (size_t i = 0; i < f->polygon_count; i++) {
        const cmty__polygon *p = &s->polygons[f->first_polygon + i];
        cmty__ring ring;
        measured m;
        cmty__fault *fault;
        bool hole = false;

        if (p->ring_count == 0 || s->carried[p->first_ring].count < 4)
            continue;
        ring = s->carried[p->first_ring];
        m = (measured){.area_m2 = cmty__survey_area_m2(&ring),
                       .edge_m = cmty__survey_length_m(&ring),
                       .rings = &ring,
                       .holes = &hole,
                       .count = 1};
        if (mean_width_m(&m) >= s->sliver_m)
            continue;
        fault = cmty__survey_fault(s, CMTY_FLAW_SLIVER_PART, feature);
        fault->size = m.area_m2;
        fault->width_m = mean_width_m(&m);
        fault->at = ring.points[0];
        keep_area(s, &m, fault);
    }
}

void cmty__survey_shape(cmty__survey *s)
{
    size_t feature = s->feature_count - 1;
    cmty__surveyed *f = &s->features[feature];
    GEOSGeometry *shape = plain_shape(s, f, s->plain), *where = NULL;
    char *reason = NULL;

    if (shape == NULL)
        return;
    if (GEOSisValidDetail_r(s->geos, shape, 0, &reason, &where) == 1) {
        f->shape = shape;
        report_slivers(s, feature);
    } else {
        size_t faults = s->fault_count;

        report_invalid(s, feature, reason == NULL ? "" : reason, point_of(s, where));
        for (size_t i = faults; i < s->fault_count; i++)
            s->faults[i].mended = true;
        f->shape = make_valid(s, f, s->plain, shape);
    }
    GEOSFree_r(s->geos, reason);
    if (f->shape != NULL)
        find_box(s, f->shape, f);
}

double cmty__survey_shape_m2(cmty__survey *s, size_t feature)
{
    measured m = {0};

    if (s->features[feature].shape != NULL)
        measure(s, &cmty__survey_tract(s, feature)->carry, s->features[feature].shape, &m);
    cmty__free(m.rings);
    cmty__free(m.holes);
    return m.area_m2;
}

cmty_point cmty__survey_inside(const cmty__survey *s, size_t feature)
{
    const GEOSGeometry *shape = s->features[feature].shape;
    cmty_point inside = {NAN, NAN};

    if (shape != NULL)
        inside = point_of(s, GEOSPointOnSurface_r(s->geos, shape));
    return s->level ? inside : cmty__survey_carry(s, feature, inside);
}

/* ---- a common plane ---- */

/* Layers of several CRS are compared on WGS 84. */
void cmty__survey_level(cmty__survey *s)
{
    for (size_t i = 1; i < s->tract_count; i++)
        s->mixed |= !s->tracts[i].blind && !s->tracts[0].blind
                    && strcmp(s->tracts[i].carry.name, s->tracts[0].carry.name) != 0;
    if (!s->mixed || s->level)
        return;
    s->level = true;
    for (size_t i = 0; i < s->feature_count; i++) {
        cmty__surveyed *f = &s->features[i];
        GEOSGeometry *shape = f->shape == NULL ? NULL : plain_shape(s, f, s->carried);

        GEOSGeom_destroy_r(s->geos, f->shape);
        f->shape = shape == NULL ? NULL : make_valid(s, f, s->carried, shape);
        if (f->shape != NULL)
            find_box(s, f->shape, f);
    }
    if (s->ring_count > 0 && s->carried[0].count > 0) {
        cmty__frame frame = cmty__frame_at(s->carried[0].points[0]);

        s->m_per_x = frame.m_per_deg_lon;
        s->m_per_y = frame.m_per_deg_lat;
    }
}

/* ---- overlaps ---- */

typedef struct pairing {
    cmty__survey *s;
    const cmty_time *from, *to;
    size_t feature;
} pairing;

static void pair(void *item, void *user)
{
    const pairing *w = user;
    cmty__survey *s = w->s;
    size_t a = w->feature, b = (size_t)((const cmty__surveyed *)item - s->features);
    GEOSGeometry *shared;
    cmty__fault *fault;

    if (b <= a || w->from[a] >= w->to[b] || w->from[b] >= w->to[a])
        return;
    shared = GEOSIntersection_r(s->geos, s->features[a].shape, s->features[b].shape);
    if (shared == NULL)
        return;
    fault = report_area(s, shared, CMTY_FLAW_OVERLAP, CMTY_FLAW_SLIVER_OVERLAP, a);
    if (fault != NULL)
        fault->other = b;
    GEOSGeom_destroy_r(s->geos, shared);
}

static GEOSSTRtree *plant(cmty__survey *s)
{
    GEOSSTRtree *tree = GEOSSTRtree_create_r(s->geos, 10);

    for (size_t i = 0; tree != NULL && i < s->feature_count; i++)
        if (s->features[i].shape != NULL)
            GEOSSTRtree_insert_r(s->geos, tree, s->features[i].shape, &s->features[i]);
    return tree;
}

cmty_status cmty__survey_overlaps(cmty__survey *s, const cmty_time *from, const cmty_time *to,
                                  const cmty_host *host, cmty_error *err)
{
    pairing w = {s, from, to, 0};
    GEOSSTRtree *tree;
    cmty_status st = CMTY_OK;

    cmty__survey_level(s);
    tree = plant(s);
    for (size_t i = 0; tree != NULL && i < s->feature_count && st == CMTY_OK; i++) {
        if (i % 64 == 0)
            st = cmty__progress(host, "comparing areas", (double)i / (double)s->feature_count, err);
        w.feature = i;
        if (st == CMTY_OK && s->features[i].shape != NULL)
            GEOSSTRtree_query_r(s->geos, tree, s->features[i].shape, pair, &w);
    }
    if (tree != NULL)
        GEOSSTRtree_destroy_r(s->geos, tree);
    if (st == CMTY_OK && (tree == NULL || s->no_memory))
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    return st;
}

/* ---- gaps ---- */

/* By column, then upwards: neighbours mostly stand together. */
static int by_place(const void *left, const void *right)
{
    const cmty__surveyed *a = *(const cmty__surveyed *const *)left;
    const cmty__surveyed *b = *(const cmty__surveyed *const *)right;

    if (a->min.lon_deg != b->min.lon_deg)
        return a->min.lon_deg < b->min.lon_deg ? -1 : 1;
    return (a->min.lat_deg > b->min.lat_deg) - (a->min.lat_deg < b->min.lat_deg);
}

/* Unites batch after batch, so that the host is asked in between. Takes over the parts. */
static GEOSGeometry *unite(cmty__survey *s, GEOSGeometry **parts, size_t count,
                           const cmty_host *host, cmty_status *st, cmty_error *err)
{
    enum { BATCH = 64 };

    while (count > 0 && *st == CMTY_OK) {
        size_t kept = 0;

        for (size_t i = 0; i < count; i += BATCH) {
            size_t n = count - i < BATCH ? count - i : BATCH;
            GEOSGeometry *all, *united;

            *st = cmty__progress(host, "looking for gaps", -1, err);
            if (*st != CMTY_OK) { /* what is not in a batch yet stays in its place */
                memmove(parts + kept, parts + i, (count - i) * sizeof *parts);
                count = count - i + kept;
                break;
            }
            all = GEOSGeom_createCollection_r(s->geos, GEOS_GEOMETRYCOLLECTION, parts + i,
                                              (unsigned)n);
            united = all == NULL ? NULL : GEOSUnaryUnion_r(s->geos, all);
            GEOSGeom_destroy_r(s->geos, all);
            if (united != NULL)
                parts[kept++] = united;
        }
        if (*st != CMTY_OK)
            break;
        if (count <= BATCH)
            return kept == 1 ? parts[0] : NULL;
        count = kept;
    }
    for (size_t i = 0; i < count; i++)
        GEOSGeom_destroy_r(s->geos, parts[i]);
    return NULL;
}

static GEOSGeometry *unite_members(cmty__survey *s, const bool *in, const cmty_host *host,
                                   cmty_status *st, cmty_error *err)
{
    const cmty__surveyed **order = cmty__calloc(s->feature_count + 1, sizeof(void *));
    GEOSGeometry **parts = cmty__calloc(s->feature_count + 1, sizeof(GEOSGeometry *));
    GEOSGeometry *all = NULL;
    size_t count = 0;

    if (order == NULL || parts == NULL) {
        *st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    } else {
        for (size_t i = 0; i < s->feature_count; i++)
            if (in[i] && s->features[i].shape != NULL)
                order[count++] = &s->features[i];
        qsort(order, count, sizeof(void *), by_place);
        for (size_t i = 0; i < count; i++)
            parts[i] = GEOSGeom_clone_r(s->geos, order[i]->shape);
        all = unite(s, parts, count, host, st, err);
    }
    cmty__free(order);
    cmty__free(parts);
    return all;
}

/* The same gap in another version is no news. */
static bool gap_known(const cmty__survey *s, const cmty__fault *gap)
{
    for (const cmty__fault *f = s->faults; f < gap; f++)
        if (f->code == gap->code && f->size == gap->size && f->at.lon_deg == gap->at.lon_deg
            && f->at.lat_deg == gap->at.lat_deg)
            return true;
    return false;
}

typedef struct border {
    cmty__survey *s;
    const bool *in;
    const GEOSGeometry *gap;
    size_t found[2], count;
} border;

/* The first two features that border on the gap, in their order. */
static void note_border(void *item, void *user)
{
    border *b = user;
    cmty__surveyed *f = item;
    size_t feature = (size_t)(f - b->s->features);

    if (!b->in[feature] || (b->count == 2 && feature > b->found[1]))
        return;
    if (f->prepared == NULL) /* the same large area borders on many gaps */
        f->prepared = GEOSPrepare_r(b->s->geos, f->shape);
    if (f->prepared == NULL || GEOSPreparedIntersects_r(b->s->geos, f->prepared, b->gap) != 1)
        return;
    if (b->count < 2)
        b->count++;
    b->found[b->count - 1] = feature;
    if (b->count == 2 && b->found[1] < b->found[0]) {
        size_t swap = b->found[0];

        b->found[0] = b->found[1];
        b->found[1] = swap;
    }
}

static void report_gap(cmty__survey *s, const bool *in, GEOSSTRtree *tree, const GEOSGeometry *gap)
{
    border b = {s, in, gap, {CMTY__NO_FEATURE, CMTY__NO_FEATURE}, 0};
    cmty__fault *fault = report_area(s, gap, CMTY_FLAW_GAP, CMTY_FLAW_SLIVER_GAP, CMTY__NO_FEATURE);

    if (fault == NULL)
        return;
    if (fault != &s->lost && gap_known(s, fault)) {
        s->fault_count--;
        return;
    }
    GEOSSTRtree_query_r(s->geos, tree, gap, note_border, &b);
    fault->feature = b.found[0];
    fault->other = b.found[1];
}

/* Whether another polygon of the union stands in the hole, to go by the boxes. */
static bool may_hold_island(const cmty__survey *s, const GEOSGeometry *hole,
                            const GEOSGeometry *all)
{
    cmty__surveyed box = {.shape = NULL}, other = {.shape = NULL};

    find_box(s, hole, &box);
    for (int i = 0; i < GEOSGetNumGeometries_r(s->geos, all); i++) {
        find_box(s, GEOSGetGeometryN_r(s->geos, all, i), &other);
        if (other.min.lon_deg >= box.min.lon_deg && other.min.lat_deg >= box.min.lat_deg
            && other.max.lon_deg <= box.max.lon_deg && other.max.lat_deg <= box.max.lat_deg)
            return true;
    }
    return false;
}

/* The holes of one polygon of the union; what islands stand in them is no gap. */
static void report_holes(cmty__survey *s, const bool *in, GEOSSTRtree *tree,
                         const GEOSGeometry *polygon, const GEOSGeometry *all)
{
    for (int i = 0; i < GEOSGetNumInteriorRings_r(s->geos, polygon); i++) {
        GEOSGeometry *ring = GEOSGeom_clone_r(s->geos, GEOSGetInteriorRingN_r(s->geos, polygon, i));
        GEOSGeometry *hole = ring == NULL ? NULL : GEOSGeom_createPolygon_r(s->geos, ring, NULL, 0);
        GEOSGeometry *rest = hole == NULL || !may_hold_island(s, hole, all)
                                 ? NULL
                                 : GEOSDifference_r(s->geos, hole, all);

        if (hole != NULL)
            report_gap(s, in, tree, rest != NULL ? rest : hole);
        GEOSGeom_destroy_r(s->geos, hole);
        GEOSGeom_destroy_r(s->geos, rest);
    }
}

cmty_status cmty__survey_gaps(cmty__survey *s, const bool *in, const cmty_host *host,
                              cmty_error *err)
{
    GEOSSTRtree *tree;
    GEOSGeometry *all;
    cmty_status st = CMTY_OK;

    cmty__survey_level(s);
    tree = plant(s);
    all = tree == NULL ? NULL : unite_members(s, in, host, &st, err);
    for (int i = 0; all != NULL && i < GEOSGetNumGeometries_r(s->geos, all); i++) {
        const GEOSGeometry *one = GEOSGetGeometryN_r(s->geos, all, i);

        if (GEOSGeomTypeId_r(s->geos, one) == GEOS_POLYGON)
            report_holes(s, in, tree, one, all);
    }
    GEOSGeom_destroy_r(s->geos, all);
    if (tree != NULL)
        GEOSSTRtree_destroy_r(s->geos, tree);
    if (st == CMTY_OK && (tree == NULL || s->no_memory))
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    return st;
}
