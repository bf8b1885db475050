/* SPDX-License-Identifier: MIT */
/*
 * Distances from a point to areas, on the ellipsoid. Any thread; nothing is allocated.
 *
 * Two positions are as far apart as they are in the metric frame at their middle latitude: within
 * 1 cm of the geodesic up to 20 km. Beyond 10 km the geodesic itself is taken, to a nearest point
 * that may be off by some metres along the edge. An edge is the straight line between its ends in
 * degrees.
 */
#include "geo/areas.h"

static const double geodesic_beyond_m = 10e3;

/* Metres per degree near the origin, as a polynomial of the latitude's difference from it. */
typedef struct metric {
    cmty_point origin;
    double lon[3], lat[2];
} metric;

static metric metric_at(cmty_point origin)
{
    const double radians = 3.14159265358979323846 / 180.0;
    const double f = 1 / 298.257223563, e2 = f * (2.0 - f);
    double s = sin(origin.lat_deg * radians), c = cos(origin.lat_deg * radians);
    double w2 = 1.0 - e2 * s * s;
    cmty__frame frame = cmty__frame_at(origin);
    metric m = {.origin = origin};

    m.lon[0] = frame.m_per_deg_lon;
    m.lat[0] = frame.m_per_deg_lat;
    /* d(N cos)/dlat = -M sin; dM/dlat = 3 e2 M sin cos / w2 */
    m.lat[1] = radians * m.lat[0] * 3.0 * e2 * s * c / w2;
    m.lon[1] = -radians * m.lat[0] * s;
    m.lon[2] = -radians * (radians * m.lat[0] * c + m.lat[1] * s) / 2.0;
    return m;
}

/* The frame for distances between the origin and this latitude. */
static cmty__frame frame_towards(const metric *m, double lat_deg)
{
    cmty__frame f = {.origin = m->origin};
    double d = (lat_deg - m->origin.lat_deg) / 2.0;

    if (fabs(d) > 1.0) /* beyond the polynomial */
        return cmty__frame_at((cmty_point){m->origin.lon_deg, m->origin.lat_deg + d});
    f.m_per_deg_lon = m->lon[0] + d * (m->lon[1] + d * m->lon[2]);
    f.m_per_deg_lat = m->lat[0] + d * m->lat[1];
    return f;
}

static double distance_to(const metric *m, cmty_point q)
{
    cmty__frame f = frame_towards(m, q.lat_deg);

    return hypot((q.lon_deg - m->origin.lon_deg) * f.m_per_deg_lon,
                 (q.lat_deg - m->origin.lat_deg) * f.m_per_deg_lat);
}

/* The point of the edge that is nearest in this frame. */
static cmty_point foot(const cmty__frame *f, cmty_point a, cmty_point b)
{
    double ax = (a.lon_deg - f->origin.lon_deg) * f->m_per_deg_lon;
    double ay = (a.lat_deg - f->origin.lat_deg) * f->m_per_deg_lat;
    double dx = (b.lon_deg - a.lon_deg) * f->m_per_deg_lon;
    double dy = (b.lat_deg - a.lat_deg) * f->m_per_deg_lat;
    double t = -(ax * dx + ay * dy) / (dx * dx + dy * dy);

    if (!(t > 0.0))
        return a;
    if (t >= 1.0)
        return b;
    return (cmty_point){a.lon_deg + t * (b.lon_deg - a.lon_deg),
                        a.lat_deg + t * (b.lat_deg - a.lat_deg)};
}

/* Two steps: the frame of the second is the one towards the foot that the first has found. */
static double edge_distance(const metric *m, cmty_point a, cmty_point b, cmty_point *nearest)
{
    cmty__frame f = frame_towards(m, m->origin.lat_deg);

    *nearest = foot(&f, a, b);
    f = frame_towards(m, nearest->lat_deg);
    *nearest = foot(&f, a, b);
    return distance_to(m, *nearest);
}

static double settle(const metric *m, cmty_point nearest, double distance_m)
{
    return distance_m > geodesic_beyond_m ? cmty__geodesic_m(m->origin, nearest) : distance_m;
}

/* ---- leaves by distance ---- */

/* What is looked for: each leaf within limit_m is shown to visit, which may lower the limit. */
typedef struct search {
    const cmty__grid *g;
    metric m;
    double limit_m;
    void (*visit)(struct search *s, const cmty__leaf *leaf);
    cmty_point nearest; /* of margin */
    uint32_t from;      /* of near: first area of the window, */
    uint32_t after;     /* lowest area met beyond the window, */
    double *window;     /* and distances of the areas in it */
    bool found;
    cmty__near_edge *edges; /* of edges_near */
    size_t edge_count, edge_capacity;
} search;

/* Where the k-th of the blocks of 2^level cells begins. */
static double block_start(double min, double per_deg, uint32_t level, uint32_t k)
{
    return k == 0 ? min : min + (double)((uint64_t)k << level) / per_deg;
}

static double block_end(double min, double max, double per_deg, uint32_t level, uint32_t k)
{
    return per_deg > 0 ? fmin(max, block_start(min, per_deg, level, k + 1)) : max;
}

/* No point of these cells is nearer than this. Metres per degree of longitude are least at the
   latitude that is farthest from the equator, those per degree of latitude at the nearest one. */
static double box_distance(const search *s, uint32_t level, uint32_t i, uint32_t j)
{
    const cmty__grid *g = s->g;
    cmty_point p = s->m.origin;
    double west = block_start(g->min.lon_deg, g->per_lon, level, i);
    double east = block_end(g->min.lon_deg, g->max.lon_deg, g->per_lon, level, i);
    double south = block_start(g->min.lat_deg, g->per_lat, level, j);
    double north = block_end(g->min.lat_deg, g->max.lat_deg, g->per_lat, level, j);
    double dx = fmax(0.0, fmax(west - p.lon_deg, p.lon_deg - east));
    double dy = fmax(0.0, fmax(south - p.lat_deg, p.lat_deg - north));
    cmty__frame one = frame_towards(&s->m, south), other = frame_towards(&s->m, north);
    double per_lon = fmin(one.m_per_deg_lon, other.m_per_deg_lon);
    double per_lat = (south + p.lat_deg < 0) != (north + p.lat_deg < 0)
                         ? 110574.0
                         : fmin(one.m_per_deg_lat, other.m_per_deg_lat);

    return hypot(dx * per_lon, dy * per_lat) * (1 - 1e-9) - 1e-6; /* less what rounding may add */
}

typedef struct child {
    uint32_t i, j;
    double distance_m;
} child;

/* Depth is at most the number of levels. */
static void descend(search *s, uint32_t level, uint32_t i, uint32_t j)
{
    const cmty__grid *g = s->g;
    child children[4];
    size_t count = 0;

    if (level == 0) {
        s->visit(s, &g->leaves[g->words[(size_t)j * g->columns + i] & ~CMTY__LEAF]);
        return;
    }
    for (uint32_t k = 0; k < 4; k++) {
        child c = {2 * i + k % 2, 2 * j + k / 2, 0};
        size_t at = (size_t)c.j * g->level_columns[level - 1] + c.i, place = count;

        if (c.i >= g->level_columns[level - 1] || c.j >= g->level_rows[level - 1]
            || (level == 1 ? (g->words[at] & CMTY__LEAF) == 0 : g->occupied[level - 1][at] == 0))
            continue;
        c.distance_m = box_distance(s, level - 1, c.i, c.j);
        for (; place > 0 && children[place - 1].distance_m > c.distance_m; place--)
            children[place] = children[place - 1];
        children[place] = c;
        count++;
    }
    for (size_t k = 0; k < count; k++)
        if (children[k].distance_m <= s->limit_m)
            descend(s, level - 1, children[k].i, children[k].j);
}

static void run(search *s)
{
    if (s->g->level_count > 0 && (s->g->level_count > 1 || (s->g->words[0] & CMTY__LEAF)))
        descend(s, s->g->level_count - 1, 0, 0);
}

/* ---- margin ---- */

static void visit_margin(search *s, const cmty__leaf *leaf)
{
    const cmty__entry *e = s->g->entries + leaf->first_entry;

    for (uint32_t i = 0; i < leaf->entry_count; i++, e++) {
        cmty_point nearest;
        double d = edge_distance(&s->m, e->a, e->b, &nearest);

        if (!e->seam && d < s->limit_m) {
            s->limit_m = d;
            s->nearest = nearest;
            s->found = true;
        }
    }
}

double cmty__areas_margin_m(const cmty__areas *a, cmty_point p)
{
    search s = {.g = &a->grid, .m = metric_at(p), .limit_m = INFINITY, .visit = visit_margin};

    run(&s);
    return s.found ? settle(&s.m, s.nearest, s.limit_m) : NAN;
}

/* ---- areas within a distance ---- */

enum { WINDOW = 512 };

static void visit_near(search *s, const cmty__leaf *leaf)
{
    const cmty__entry *e = s->g->entries + leaf->first_entry;

    for (uint32_t i = 0; i < leaf->entry_count; i++, e++) {
        cmty_point nearest;
        double d = edge_distance(&s->m, e->a, e->b, &nearest);

        if (d > s->limit_m)
            continue;
        for (int k = 0; k < 2 && e->local[k] != CMTY__NO_AREA; k++) {
            uint32_t area = s->g->locals[leaf->first_local + e->local[k]];

            if (area >= s->from + WINDOW)
                s->after = area < s->after ? area : s->after;
            else if (area >= s->from && d < s->window[area - s->from])
                s->window[area - s->from] = d;
        }
    }
}

/* Keeps the nearest `capacity`, ties by number. */
static void put_near(cmty__near *out, size_t capacity, size_t *count, cmty__near n)
{
    size_t place = *count < capacity ? *count : capacity;

    (*count)++;
    for (; place > 0 && out[place - 1].distance_m > n.distance_m; place--)
        if (place < capacity)
            out[place] = out[place - 1];
    if (place < capacity)
        out[place] = n;
}

/* Areas are taken in windows of numbers, so that any count needs no memory. */
size_t cmty__areas_near(const cmty__areas *a, cmty_point p, double within_m, cmty__near *out,
                        size_t capacity)
{
    double window[WINDOW];
    search s = {.g = &a->grid, .m = metric_at(p), .limit_m = within_m, .visit = visit_near};
    size_t count = 0;

    s.window = window;
    for (s.from = 0; s.from != CMTY__NO_AREA; s.from = s.after) {
        cmty__hit hits[WINDOW + 1];
        size_t held = cmty__areas_hits_from(a, p, s.from, hits, WINDOW + 1);

        for (size_t i = 0; i < WINDOW; i++)
            window[i] = INFINITY;
        s.after = CMTY__NO_AREA;
        run(&s);
        for (size_t i = 0; i < held && i <= WINDOW; i++) {
            if ((uint32_t)hits[i].area < s.from + WINDOW)
                window[(uint32_t)hits[i].area - s.from] = 0.0;
            else if ((uint32_t)hits[i].area < s.after)
                s.after = (uint32_t)hits[i].area;
        }
        for (uint32_t i = 0; i < WINDOW; i++)
            if (window[i] <= within_m)
                put_near(out, capacity, &count, (cmty__near){(int32_t)(s.from + i), window[i], 0});
    }
    return count;
}

/* ---- edges within a distance ---- */

static void visit_edges(search *s, const cmty__leaf *leaf)
{
    const cmty__entry *e = s->g->entries + leaf->first_entry;
    const uint32_t *locals = s->g->locals + leaf->first_local;

    for (uint32_t i = 0; i < leaf->entry_count; i++, e++) {
        cmty_point nearest;

        if (e->seam || edge_distance(&s->m, e->a, e->b, &nearest) > s->limit_m)
            continue;
        if (s->edge_count < s->edge_capacity)
            s->edges[s->edge_count] = (cmty__near_edge){
                e->a,
                e->b,
                {locals[e->local[0]],
                 e->local[1] == CMTY__NO_AREA ? CMTY__NO_AREA : locals[e->local[1]]}};
        s->edge_count++;
    }
}

size_t cmty__areas_edges_near(const cmty__areas *a, cmty_point p, double within_m,
                              cmty__near_edge *out, size_t capacity)
{
    search s = {.g = &a->grid, .m = metric_at(p), .limit_m = within_m, .visit = visit_edges};

    s.edges = out;
    s.edge_capacity = capacity;
    run(&s);
    return s.edge_count;
}

cmty_point cmty__areas_nearest_point(const cmty__areas *a, int32_t area, cmty_point p)
{
    metric m = metric_at(p);
    double best_m = INFINITY;
    cmty_point best = p;

    if (cmty__areas_contains(a, area, p))
        return p;
    for (size_t r = a->first_ring[area]; r < a->first_ring[area + 1]; r++)
        for (size_t i = 0; i + 1 < a->rings[r].count; i++) {
            cmty_point nearest;
            double d =
                edge_distance(&m, a->rings[r].points[i], a->rings[r].points[i + 1], &nearest);

            if (d < best_m) {
                best_m = d;
                best = nearest;
            }
        }
    return best;
}
