/* SPDX-License-Identifier: MIT */
/*
 * The share of a Gaussian that lies in each area. Any thread; allocates only where many edges are
 * near.
 *
 * With lengths in sigma, a triangle between p and an edge at height h holds
 * (angle - 2 pi (T(h, t2) - T(h, t1))) / 2 pi of the Gaussian, T being Owen's function and t the
 * tangents of the angles from the height to the ends: Owen, "Tables for computing bivariate normal
 * probabilities", Annals of Mathematical Statistics 27 (1956), section 2. Summed round an area, the
 * angles give 1 where p is inside and 0 where it is outside, so that
 *
 *     share = (p inside) + sum over edges of +-(T(h, t2) - T(h, t1)),
 *
 * minus where a ray from p leaves the area through the edge. T falls as exp(-r^2 / 2): an edge
 * beyond reach can be left out. Which sign an edge has is found as the rays turn round p once: the
 * edges of the area that are nearer on the ray, even-odd.
 */
#include "geo/areas.h"

#include <stdlib.h>

static const double reach = CMTY__SHARE_REACH;
static const double same_ray = 1e-14;  /* radians */
static const double same_line = 1e-14; /* of the lengths that span a triangle */
static const double pi = 3.14159265358979323846;

/* An edge, or the part of one on one side of the ray at -pi; ends in sigma from p, so that p lies
   on its left. */
typedef struct span {
    double ax, ay, bx, by;
    double start, end; /* angles, start < end */
    uint32_t slot[2];  /* which areas; CMTY__NO_AREA: no second one */
} span;

enum { FEW_EDGES = 64, FEW_HOLDERS = 16 };

typedef struct sweep {
    const cmty__areas *areas;
    cmty_point p;
    double sigma_m;
    cmty__near_edge *edges;
    cmty__hit *holders; /* ascending */
    span *spans;
    uint32_t *active; /* spans that the ray meets */
    uint32_t *slots;  /* areas that have an edge here, ascending */
    double *share;    /* of each slot */
    size_t edge_count, holder_count, span_count, active_count, slot_count;
} sweep;

/* ---- Owen's T between the ends of an edge ---- */

static double smooth(double h, double u)
{
    double r2 = h * h + u * u;

    return r2 > 1e-3 ? (1 - exp(-r2 / 2)) / r2 : 0.5 - r2 / 8 + r2 * r2 / 48;
}

/* Integral of (1 - exp(-r^2 / 2)) / r^2 along the line at height h from u1 to u2. So smooth that
   Gauss's rule with eight points on 2.6 sigma, or four on 0.6, is good to 1e-10. */
static double smooth_part(double h, double u1, double u2)
{
    static const double at8[] = {0.18343464249564980494, 0.52553240991632898582,
                                 0.79666647741362673959, 0.96028985649753623168};
    static const double weight8[] = {0.36268378337836198297, 0.31370664587788728734,
                                     0.22238103445337447054, 0.10122853629037625915};
    static const double at4[] = {0.33998104358485626480, 0.86113631159405257522};
    static const double weight4[] = {0.65214515486254614263, 0.34785484513745385737};
    bool few = u2 - u1 <= 0.6;
    const double *at = few ? at4 : at8, *weight = few ? weight4 : weight8;
    int pieces = few ? 1 : (int)((u2 - u1) / 2.6) + 1;
    double half = (u2 - u1) / (2 * pieces), sum = 0;

    for (int i = 0; i < pieces; i++) {
        double middle = u1 + half * (2 * i + 1);

        for (int k = 0; k < (few ? 2 : 4); k++)
            sum +=
                weight[k] * (smooth(h, middle - half * at[k]) + smooth(h, middle + half * at[k]));
    }
    return half * sum;
}

/* The angle under which the part from u1 to u2 of the line at height h is seen. */
static double angle(double h, double u1, double u2)
{
    return atan2(h * (u2 - u1), h * h + u1 * u2);
}

/* T(h, t2) - T(h, t1), of the part of the edge within reach. Lengths are taken from the nearer end,
   which may be next to p. Where p is all but on the line, h is noise, and the angles still hold. */
static double owen(const span *s)
{
    double dx = s->bx - s->ax, dy = s->by - s->ay, length = hypot(dx, dy);
    bool from_a = fabs(s->ax) + fabs(s->ay) < fabs(s->bx) + fabs(s->by);
    double x = from_a ? s->ax : s->bx, y = from_a ? s->ay : s->by;
    double h = fabs(x * dy - y * dx) / length, u = (x * dx + y * dy) / length;
    double u1 = from_a ? u : u - length, u2 = from_a ? u + length : u;
    double sum = s->end - s->start, limit;

    if (h >= reach)
        return 0;
    limit = sqrt(reach * reach - h * h);
    if (u1 >= limit || u2 <= -limit)
        return 0;
    if (u1 < -limit) {
        sum -= angle(h, u1, -limit);
        u1 = -limit;
    }
    if (u2 > limit) {
        sum -= angle(h, limit, u2);
        u2 = limit;
    }
    return (sum - h * smooth_part(h, u1, u2)) / (2 * pi);
}

/* ---- what lies round the point ---- */

/* Off every edge: then inside and outside are all there is. */
static cmty_point off_edges(const cmty__areas *areas, cmty_point p)
{
    for (int step = 1; step <= 8; step++) {
        cmty_point beside = {p.lon_deg - copysign(0.9e-13 * step, p.lon_deg),
                             p.lat_deg - copysign(1.3e-13 * step, p.lat_deg)};
        bool edge;

        (void)cmty__areas_first(areas, p, &edge, NULL);
        if (!edge)
            break;
        p = beside;
    }
    return p;
}

static int compare_numbers(uint32_t a, uint32_t b)
{
    return (a > b) - (a < b);
}

static int compare_doubles(double a, double b)
{
    return (a > b) - (a < b);
}

static int compare_edges(const void *left, const void *right)
{
    const cmty__near_edge *a = left, *b = right;
    int order = compare_doubles(a->a.lon_deg, b->a.lon_deg);

    if (order == 0)
        order = compare_doubles(a->a.lat_deg, b->a.lat_deg);
    if (order == 0)
        order = compare_doubles(a->b.lon_deg, b->b.lon_deg);
    if (order == 0)
        order = compare_doubles(a->b.lat_deg, b->b.lat_deg);
    if (order == 0)
        order = compare_numbers(a->area[0], b->area[0]);
    if (order == 0)
        order = compare_numbers(a->area[1], b->area[1]);
    return order != 0 ? order : compare_doubles(a->turn_deg, b->turn_deg);
}

static int compare_slots(const void *left, const void *right)
{
    return compare_numbers(*(const uint32_t *)left, *(const uint32_t *)right);
}

static size_t unique(void *list, size_t count, size_t size,
                     int (*compare)(const void *, const void *))
{
    char *at = list;
    size_t kept = 0;

    qsort(list, count, size, compare);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || compare(at + (kept - 1) * size, at + i * size) != 0)
            memmove(at + kept++ * size, at + i * size, size);
    return kept;
}

static uint32_t slot_of(const sweep *w, uint32_t area)
{
    const uint32_t *found =
        bsearch(&area, w->slots, w->slot_count, sizeof *w->slots, compare_slots);

    return found == NULL ? CMTY__NO_AREA : (uint32_t)(found - w->slots);
}

static bool held(const sweep *w, uint32_t area)
{
    for (size_t i = 0; i < w->holder_count; i++)
        if ((uint32_t)w->holders[i].area == area)
            return true;
    return false;
}

static void make_slots(sweep *w)
{
    for (size_t i = 0; i < w->edge_count; i++)
        for (int k = 0; k < 2; k++)
            if (w->edges[i].area[k] != CMTY__NO_AREA)
                w->slots[w->slot_count++] = w->edges[i].area[k];
    w->slot_count = unique(w->slots, w->slot_count, sizeof *w->slots, compare_slots);
    for (size_t i = 0; i < w->slot_count; i++)
        w->share[i] = held(w, w->slots[i]) ? 1 : 0;
}

/* ---- edges to spans ---- */

static void put_span(sweep *w, span s)
{
    if (s.end - s.start > same_ray)
        w->spans[w->span_count++] = s;
}

/* Counter-clockwise round p, cut where it crosses the ray at -pi. An edge along a ray sweeps
   nothing. */
static void make_span(sweep *w, const cmty__frame *f, const cmty__near_edge *e)
{
    int side = cmty__orient(e->a, e->b, w->p);
    cmty_point a = side > 0 ? e->a : e->b, b = side > 0 ? e->b : e->a;
    double per_lon = f->m_per_deg_lon / w->sigma_m, per_lat = f->m_per_deg_lat / w->sigma_m;
    span s = {.ax = (a.lon_deg - w->p.lon_deg) * per_lon,
              .ay = (a.lat_deg - w->p.lat_deg) * per_lat,
              .bx = (b.lon_deg - w->p.lon_deg) * per_lon,
              .by = (b.lat_deg - w->p.lat_deg) * per_lat};

    if (side == 0)
        return;
    s.start = atan2(s.ay, s.ax);
    s.end = atan2(s.by, s.bx);
    for (int k = 0; k < 2; k++)
        s.slot[k] = e->area[k] == CMTY__NO_AREA ? CMTY__NO_AREA : slot_of(w, e->area[k]);
    if (s.ay >= 0 && s.by < 0) { /* it goes down: with p on its left, west of p */
        span first = s;

        first.bx = s.ax = s.ax + (s.bx - s.ax) * (s.ay / (s.ay - s.by));
        first.by = s.ay = 0;
        first.end = pi;
        s.start = -pi;
        put_span(w, first);
    }
    put_span(w, s);
}

static int compare_spans(const void *left, const void *right)
{
    const span *a = left, *b = right;
    int order = compare_doubles(a->start, b->start);

    if (order == 0)
        order = compare_doubles(a->ax, b->ax);
    if (order == 0)
        order = compare_doubles(a->bx, b->bx);
    return order != 0 ? order : compare_doubles(a->by, b->by);
}

/* ---- one turn ---- */

/* On which side of f a place is: < 0 beyond it, seen from p. */
static int side_of(const span *f, double x, double y)
{
    double dx = f->bx - f->ax, dy = f->by - f->ay;
    double left = dx * (y - f->ay), right = dy * (x - f->ax);
    double cross = left - right;

    if (fabs(cross) <= same_line * (fabs(left) + fabs(right)))
        return 0;
    return cross > 0 ? 1 : -1;
}

/* Does a ray just after the start of e meet f before it meets e? Of two on one line either may come
   first, but not both. */
static bool nearer(const span *f, const span *e)
{
    int side = side_of(f, e->ax, e->ay);

    if (side == 0)
        side = side_of(f, e->bx, e->by);
    return side != 0 ? side < 0 : f < e;
}

static bool bounds(const span *s, uint32_t slot)
{
    return s->slot[0] == slot || s->slot[1] == slot;
}

/* The ray goes from p through areas and out of them again; which way at this edge? */
static void count_edge(sweep *w, uint32_t number)
{
    const span *e = &w->spans[number];
    double t = owen(e);

    for (int k = 0; k < 2 && e->slot[k] != CMTY__NO_AREA; k++) {
        bool inside = held(w, w->slots[e->slot[k]]);

        for (size_t i = 0; i < w->active_count; i++) {
            const span *f = &w->spans[w->active[i]];

            if (f != e && bounds(f, e->slot[k]) && nearer(f, e))
                inside = !inside;
        }
        w->share[e->slot[k]] += inside ? -t : t;
    }
}

static void turn(sweep *w)
{
    qsort(w->spans, w->span_count, sizeof *w->spans, compare_spans);
    for (size_t i = 0, next; i < w->span_count; i = next) {
        double ray = w->spans[i].start + same_ray;
        size_t kept = 0;

        for (size_t k = 0; k < w->active_count; k++)
            if (w->spans[w->active[k]].end > ray)
                w->active[kept++] = w->active[k];
        w->active_count = kept;
        for (next = i; next < w->span_count && w->spans[next].start <= ray; next++)
            w->active[w->active_count++] = (uint32_t)next;
        for (size_t k = i; k < next; k++)
            count_edge(w, (uint32_t)k);
    }
}

/* ---- the answer ---- */

static double share_of(const sweep *w, uint32_t area)
{
    uint32_t slot = slot_of(w, area);
    double share = slot != CMTY__NO_AREA ? w->share[slot] : held(w, area) ? 1 : 0;

    return fmin(fmax(share, 0), 1);
}

static double share_of_all(const sweep *w)
{
    double sum = 0;

    for (size_t i = 0; i < w->slot_count; i++)
        sum += share_of(w, w->slots[i]);
    for (size_t i = 0; i < w->holder_count; i++)
        if (slot_of(w, (uint32_t)w->holders[i].area) == CMTY__NO_AREA)
            sum += 1;
    return sum;
}

static void run_sweep(sweep *w)
{
    cmty__frame f = cmty__frame_at(w->p);

    w->edge_count = unique(w->edges, w->edge_count, sizeof *w->edges, compare_edges);
    make_slots(w);
    for (size_t i = 0; i < w->edge_count; i++)
        make_span(w, &f, &w->edges[i]);
    turn(w);
}

/* Where what is near needs more room than the stack has. */
static cmty_status find_many(sweep *w, cmty_error *err)
{
    size_t n = w->edge_count, h = w->holder_count;

    w->edges = cmty__realloc(NULL, n, sizeof *w->edges);
    w->holders = cmty__realloc(NULL, h, sizeof *w->holders);
    w->spans = cmty__realloc(NULL, 2 * n, sizeof *w->spans);
    w->active = cmty__realloc(NULL, 2 * n, sizeof *w->active);
    w->slots = cmty__realloc(NULL, 2 * n, sizeof *w->slots);
    w->share = cmty__realloc(NULL, 2 * n, sizeof *w->share);
    if (w->edges == NULL || w->holders == NULL || w->spans == NULL || w->active == NULL
        || w->slots == NULL || w->share == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    (void)cmty__areas_edges_near(w->areas, w->p, reach * w->sigma_m, w->edges, n);
    (void)cmty__areas_hits(w->areas, w->p, w->holders, h);
    return CMTY_OK;
}

cmty_status cmty__areas_shares(const cmty__areas *a, cmty_point p, double sigma_m,
                               cmty__near *areas, size_t count, double *all, cmty_error *err)
{
    cmty__near_edge edges[FEW_EDGES];
    cmty__hit holders[FEW_HOLDERS];
    span spans[2 * FEW_EDGES];
    uint32_t active[2 * FEW_EDGES], slots[2 * FEW_EDGES];
    double slot_share[2 * FEW_EDGES];
    sweep w = {a,     off_edges(a, p), sigma_m, edges, holders, spans, active,
               slots, slot_share,      0,       0,     0,       0,     0};
    bool many;
    cmty_status st = CMTY_OK;

    w.edge_count = cmty__areas_edges_near(a, w.p, reach * sigma_m, edges, FEW_EDGES);
    w.holder_count = cmty__areas_hits(a, w.p, holders, FEW_HOLDERS);
    many = w.edge_count > FEW_EDGES || w.holder_count > FEW_HOLDERS;
    if (many)
        st = find_many(&w, err);
    if (st == CMTY_OK) {
        run_sweep(&w);
        for (size_t i = 0; i < count; i++)
            areas[i].share = share_of(&w, (uint32_t)areas[i].area);
        *all = share_of_all(&w);
    }
    if (many) {
        cmty__free(w.edges);
        cmty__free(w.holders);
        cmty__free(w.spans);
        cmty__free(w.active);
        cmty__free(w.slots);
        cmty__free(w.share);
    }
    return st;
}
