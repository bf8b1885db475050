/* SPDX-License-Identifier: MIT */
/* Shared borders that are not noded: one area has a corner where the edge of the other has none.
   In the layer's own CRS both run along one line; carried elsewhere, or thinned out, they part.
   Serial per survey. */
#include "geo/survey.h"

#include <math.h>
#include <stdlib.h>

/* An edge, a before b, that stands in one ring only. */
typedef struct edge {
    cmty_point a, b;
    size_t feature;
} edge;

typedef struct corner {
    cmty_point at;
    size_t feature;
} corner;

/* A corner of `other` on an edge of `feature`. */
typedef struct incident {
    size_t feature, other;
    cmty_point at;
} incident;

typedef struct search {
    cmty__survey *s;
    const cmty__ring *rings;
    const cmty_time *from, *to;
    edge *edges;
    corner *corners;
    incident *incidents;
    size_t edge_count, corner_count, incident_count, incident_capacity;
} search;

static int compare_points(cmty_point a, cmty_point b)
{
    if (a.lon_deg != b.lon_deg)
        return a.lon_deg < b.lon_deg ? -1 : 1;
    return (a.lat_deg > b.lat_deg) - (a.lat_deg < b.lat_deg);
}

static int compare_edges(const void *left, const void *right)
{
    const edge *e = left, *f = right;
    int order = compare_points(e->a, f->a);

    return order != 0 ? order : compare_points(e->b, f->b);
}

static int compare_corners(const void *left, const void *right)
{
    const corner *c = left, *d = right;
    int order = compare_points(c->at, d->at);

    return order != 0 ? order : (c->feature > d->feature) - (c->feature < d->feature);
}

static int compare_incidents(const void *left, const void *right)
{
    const incident *i = left, *k = right;

    if (i->feature != k->feature)
        return i->feature < k->feature ? -1 : 1;
    if (i->other != k->other)
        return i->other < k->other ? -1 : 1;
    return compare_points(i->at, k->at);
}

/* All edges of all rings, then only those without a twin. */
static bool collect_edges(search *w)
{
    const cmty__survey *s = w->s;
    size_t most = 0, n = 0, kept = 0;

    for (size_t r = 0; r < s->ring_count; r++)
        most += w->rings[r].count;
    w->edges = cmty__calloc(most + 1, sizeof *w->edges);
    if (w->edges == NULL)
        return false;
    for (size_t f = 0; f < s->feature_count; f++)
        for (size_t p = 0; p < s->features[f].polygon_count; p++) {
            const cmty__polygon *polygon = &s->polygons[s->features[f].first_polygon + p];

            for (size_t r = 0; r < polygon->ring_count; r++) {
                const cmty__ring *ring = &w->rings[polygon->first_ring + r];

                for (size_t i = 0; i + 1 < ring->count; i++) {
                    bool swap = compare_points(ring->points[i + 1], ring->points[i]) < 0;

                    w->edges[n++] = (edge){ring->points[i + (swap ? 1 : 0)],
                                           ring->points[i + (swap ? 0 : 1)], f};
                }
            }
        }
    qsort(w->edges, n, sizeof *w->edges, compare_edges);
    for (size_t i = 0, run; i < n; i += run) {
        for (run = 1; i + run < n && compare_edges(&w->edges[i], &w->edges[i + run]) == 0;)
            run++;
        if (run == 1)
            w->edges[kept++] = w->edges[i];
    }
    w->edge_count = kept;
    return true;
}

/* The ends of those edges, each feature's once. */
static bool collect_corners(search *w)
{
    size_t n = 0, kept = 0;

    w->corners = cmty__calloc(2 * w->edge_count + 1, sizeof *w->corners);
    if (w->corners == NULL)
        return false;
    for (size_t i = 0; i < w->edge_count; i++) {
        w->corners[n++] = (corner){w->edges[i].a, w->edges[i].feature};
        w->corners[n++] = (corner){w->edges[i].b, w->edges[i].feature};
    }
    qsort(w->corners, n, sizeof *w->corners, compare_corners);
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || compare_corners(&w->corners[kept - 1], &w->corners[i]) != 0)
            w->corners[kept++] = w->corners[i];
    w->corner_count = kept;
    return true;
}

static bool in_force_together(const search *w, size_t a, size_t b)
{
    return w->from[a] < w->to[b] && w->from[b] < w->to[a];
}

/* Whether the feature of the edge has a corner of its own at this place. */
static bool has_corner(const search *w, size_t at, size_t feature)
{
    cmty_point p = w->corners[at].at;
    size_t i = at;

    while (i > 0 && compare_points(w->corners[i - 1].at, p) == 0)
        i--;
    for (; i < w->corner_count && compare_points(w->corners[i].at, p) == 0; i++)
        if (w->corners[i].feature == feature)
            return true;
    return false;
}

static bool note_corner(search *w, const edge *e, size_t at)
{
    const corner *c = &w->corners[at];
    const cmty__survey *s = w->s;
    double t;

    if (c->feature == e->feature || !in_force_together(w, c->feature, e->feature)
        || cmty__survey_off_m(s, c->at, e->a, e->b, &t) >= s->ignore_m || t <= 0 || t >= 1
        || cmty__survey_m(s, c->at, e->a) < s->ignore_m
        || cmty__survey_m(s, c->at, e->b) < s->ignore_m || has_corner(w, at, e->feature))
        return true;
    if (!cmty__grow(&w->incidents, &w->incident_capacity, w->incident_count + 1,
                    sizeof *w->incidents))
        return false;
    w->incidents[w->incident_count++] = (incident){e->feature, c->feature, c->at};
    return true;
}

/* The first corner that is not left of x. */
static size_t first_corner(const search *w, double x)
{
    size_t low = 0, high = w->corner_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (w->corners[middle].at.lon_deg < x)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool search_edge(search *w, const edge *e)
{
    double dx = w->s->ignore_m / w->s->m_per_x, dy = w->s->ignore_m / w->s->m_per_y;
    double low = fmin(e->a.lat_deg, e->b.lat_deg) - dy,
           high = fmax(e->a.lat_deg, e->b.lat_deg) + dy;

    for (size_t i = first_corner(w, e->a.lon_deg - dx);
         i < w->corner_count && w->corners[i].at.lon_deg <= e->b.lon_deg + dx; i++)
        if (w->corners[i].at.lat_deg >= low && w->corners[i].at.lat_deg <= high
            && !note_corner(w, e, i))
            return false;
    return true;
}

/* One fault for each pair of features. */
static void report_incidents(search *w)
{
    cmty__survey *s = w->s;

    qsort(w->incidents, w->incident_count, sizeof *w->incidents, compare_incidents);
    for (size_t i = 0, run; i < w->incident_count; i += run) {
        const incident *first = &w->incidents[i];
        cmty__fault *fault = cmty__survey_fault(s, CMTY_FLAW_UNNODED_EDGE, first->feature);

        for (run = 1; i + run < w->incident_count && first[run].feature == first->feature
                      && first[run].other == first->other;)
            run++;
        fault->other = first->other;
        fault->count = run;
        fault->at = s->mixed ? first->at : cmty__survey_carry(s, first->feature, first->at);
    }
}

cmty_status cmty__survey_unnoded(cmty__survey *s, const cmty_time *from, const cmty_time *to,
                                 const cmty_host *host, cmty_error *err)
{
    search w = {.s = s, .from = from, .to = to};
    bool ok;
    cmty_status st = CMTY_OK;

    cmty__survey_level(s);
    w.rings = s->mixed ? s->carried : s->plain;
    ok = collect_edges(&w) && collect_corners(&w);
    for (size_t i = 0; ok && i < w.edge_count && st == CMTY_OK; i++) {
        if (i % 4096 == 0)
            st = cmty__progress(host, "comparing edges", (double)i / (double)w.edge_count, err);
        ok = search_edge(&w, &w.edges[i]);
    }
    if (ok && st == CMTY_OK && w.incident_count > 0)
        report_incidents(&w);
    if (st == CMTY_OK && (!ok || s->no_memory))
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    cmty__free(w.edges);
    cmty__free(w.corners);
    cmty__free(w.incidents);
    return st;
}
