/* SPDX-License-Identifier: MIT */
/*
 * Distances from a point to areas, on the ellipsoid. Any thread.
 *
 * The grid is searched by distance. Once as much has been asked as it costs to make an index of
 * nearest edges, one is made, and answers with the same numbers from then on; without the memory
 * for it, the search goes on.
 */
#include "geo/areas_find.h"
#include "geo/nearest.h"

#include <stdatomic.h>

/* Beyond, the geodesic itself is taken, to a nearest point that may be off along the edge. */
static const double geodesic_beyond_m = 20e3;

static double settle(const cmty__metric *m, cmty_point nearest, double distance_m)
{
    return distance_m > geodesic_beyond_m ? cmty__geodesic_m(m->origin, nearest) : distance_m;
}

/* ---- the index of nearest edges ---- */

/* The one part of cmty__areas that changes, once. */
struct cmty__late {
    _Atomic(cmty__nearest *) nearest; /* NULL until it is made */
    atomic_size_t asked;
    size_t pays_after; /* questions */
};

struct cmty__late *cmty__late_new(size_t edge_count)
{
    struct cmty__late *late = cmty__calloc(1, sizeof *late);

    if (late == NULL)
        return NULL;
    atomic_init(&late->nearest, NULL);
    atomic_init(&late->asked, 0);
    late->pays_after = edge_count / 2 + 1000;
    return late;
}

void cmty__late_free(struct cmty__late *late)
{
    if (late == NULL)
        return;
    cmty__nearest_free(atomic_load_explicit(&late->nearest, memory_order_acquire));
    cmty__free(late);
}

/* NULL: search. Of all threads that ask, one comes when it pays, and makes it. */
static const cmty__nearest *nearest_of(const cmty__areas *a)
{
    cmty__nearest *n = atomic_load_explicit(&a->late->nearest, memory_order_acquire);

    if (n == NULL
        && atomic_fetch_add_explicit(&a->late->asked, 1, memory_order_relaxed)
               == a->late->pays_after) {
        n = cmty__nearest_make(a);
        atomic_store_explicit(&a->late->nearest, n, memory_order_release);
    }
    return n;
}

/* ---- edges by distance ---- */

/* What is looked for: each edge of cells within limit_m is shown to visit, which may
   lower the limit. */
typedef struct search {
    const cmty__areas *a;
    cmty__metric m;
    double limit_m;
    double at[2], step_m[2]; /* the origin in steps of the grid; no step is shorter than that */
    void (*visit)(struct search *s, const cmty__edge *e);
    double turn_deg;    /* what lies across the antimeridian is shown so much farther on */
    cmty_point nearest; /* of margin */
    uint32_t from;      /* of near: first area of the window, */
    uint32_t after;     /* lowest area met beyond the window, */
    double *window;     /* and distances of the areas in it */
    bool found;
    cmty__near_edge *edges; /* of edges_near */
    size_t edge_count, edge_capacity;
} search;

/* From where to where the k-th of the blocks of 2^level cells reaches, and a step beyond, for what
   a position in steps can err. The box of the areas lies within the grid. */
static void block_range(const cmty__areas *a, int axis, uint32_t level, uint32_t k, double *low,
                        double *high)
{
    double steps = 1 / a->head->per_deg[axis], size = ldexp(steps, CMTY__CELL_BITS + (int)level);

    *low = a->head->origin[axis] + k * size - steps;
    *high = a->head->origin[axis] + (k + 1) * size + steps;
}

/* No point of these cells is nearer than this. Metres per degree of longitude are least at the
   latitude that is farthest from the equator, those per degree of latitude at the nearest one. */
static double box_distance(const search *s, uint32_t level, uint32_t i, uint32_t j)
{
    cmty_point p = s->m.origin;
    double west, east, south, north, dx, dy, per_lon, per_lat;
    cmty__frame one, other;

    block_range(s->a, 0, level, i, &west, &east);
    block_range(s->a, 1, level, j, &south, &north);
    dx = fmax(0.0, fmax(west - p.lon_deg, p.lon_deg - east));
    dy = fmax(0.0, fmax(south - p.lat_deg, p.lat_deg - north));
    one = cmty__frame_towards(&s->m, south);
    other = cmty__frame_towards(&s->m, north);
    per_lon = fmin(one.m_per_deg_lon, other.m_per_deg_lon);
    per_lat = (south + p.lat_deg < 0) != (north + p.lat_deg < 0)
                  ? 110574.0
                  : fmin(one.m_per_deg_lat, other.m_per_deg_lat);
    /* less the terms of third order and what rounding may add */
    return hypot(dx * per_lon, dy * per_lat) * (1 - 1e-9 - 1e-4 * fmin(dx * dx, 1)) - 1e-6;
}

/* The same, squared, from what a step measures at least on the ground: 1 % less, and as long as the
   terms of third order are less than that. */
static double box_square(const search *s, uint32_t level, uint32_t i, uint32_t j)
{
    const double size = (double)((uint64_t)1 << (CMTY__CELL_BITS + level)), plain_deg = 5;
    double west = i * size - 1, south = j * size - 1;
    double dx = fmax(0, fmax(west - s->at[0], s->at[0] - (west + size + 2)));
    double dy = fmax(0, fmax(south - s->at[1], s->at[1] - (south + size + 2)));
    double distance_m;

    if (dx > plain_deg * s->a->head->per_deg[0] || dy > plain_deg * s->a->head->per_deg[1]) {
        distance_m = fmax(0, box_distance(s, level, i, j));
        return distance_m * distance_m;
    }
    dx *= s->step_m[0];
    dy *= s->step_m[1];
    return dx * dx + dy * dy;
}

typedef struct child {
    uint32_t i, j;
    double square_m2;
} child;

static bool has_edges(const cmty__areas *a, uint32_t level, size_t at)
{
    return level == 0 ? a->first_near[at] < a->first_near[at + 1] : a->occupied[level][at] != 0;
}

/* Depth is at most the number of levels. */
static void descend(search *s, uint32_t level, uint32_t i, uint32_t j)
{
    const cmty__areas *a = s->a;
    child children[4];
    size_t count = 0;

    if (level == 0) {
        size_t cell = (size_t)j * a->head->columns + i;

        for (uint32_t k = a->first_near[cell]; k < a->first_near[cell + 1]; k++)
            s->visit(s, &a->edges[a->near[k]]);
        return;
    }
    for (uint32_t k = 0; k < 4; k++) {
        child c = {2 * i + k % 2, 2 * j + k / 2, 0};
        size_t at = (size_t)c.j * a->level_columns[level - 1] + c.i, place = count;

        if (c.i >= a->level_columns[level - 1] || c.j >= a->level_rows[level - 1]
            || !has_edges(a, level - 1, at))
            continue;
        c.square_m2 = box_square(s, level - 1, c.i, c.j);
        for (; place > 0 && children[place - 1].square_m2 > c.square_m2; place--)
            children[place] = children[place - 1];
        children[place] = c;
        count++;
    }
    for (size_t k = 0; k < count; k++)
        if (children[k].square_m2 <= s->limit_m * s->limit_m)
            descend(s, level - 1, children[k].i, children[k].j);
}

static void run(search *s)
{
    const cmty__areas_head *h = s->a->head;

    s->at[0] = (s->m.origin.lon_deg - h->origin[0]) * h->per_deg[0];
    s->at[1] = (s->m.origin.lat_deg - h->origin[1]) * h->per_deg[1];
    s->step_m[0] = fmin(s->a->step_m[0], 0.99 * s->m.lon[0] / h->per_deg[0]);
    s->step_m[1] = s->a->step_m[1];
    if (s->a->head->near_count > 0)
        descend(s, s->a->level_count - 1, 0, 0);
}

/* Then across the antimeridian, where what is left to find may lie: from where it is seen. */
static void run_across(search *s)
{
    double lon_deg = s->m.origin.lon_deg, turn_deg = lon_deg > 0 ? 360 : -360;

    if (fabs(lon_deg) + s->limit_m / s->m.lon[0] < 180)
        return;
    s->m.origin.lon_deg -= turn_deg;
    s->turn_deg = turn_deg;
    run(s);
    s->m.origin.lon_deg = lon_deg;
    s->turn_deg = 0;
}

bool cmty__areas_note_edges(cmty__areas *a)
{
    uint32_t columns = a->head->columns, rows = a->head->rows, level = 0;

    for (; columns > 1 || rows > 1; level++) {
        uint32_t wide = (columns + 1) / 2, tall = (rows + 1) / 2;
        uint8_t *up = cmty__calloc((size_t)wide * tall, 1);

        a->occupied[level + 1] = up;
        if (up == NULL)
            return false;
        for (size_t j = 0; j < rows; j++)
            for (size_t i = 0; i < columns; i++)
                up[j / 2 * wide + i / 2] |= has_edges(a, level, j * columns + i);
        columns = a->level_columns[level + 1] = wide;
        rows = a->level_rows[level + 1] = tall;
    }
    a->level_columns[0] = a->head->columns;
    a->level_rows[0] = a->head->rows;
    a->level_count = level + 1;
    return true;
}

/* ---- margin ---- */

static double distance(const search *s, const cmty__edge *e, cmty_point *a, cmty_point *b,
                       cmty_point *nearest)
{
    cmty__edge_ends(s->a->points, e, a, b);
    return cmty__edge_distance(&s->m, *a, *b, nearest);
}

/* Layers cut an area in two at the antimeridian, where it has no boundary. */
static bool is_cut(const search *s, const cmty__edge *e, cmty_point a, cmty_point b,
                   cmty_point nearest)
{
    return fabs(a.lon_deg) == 180 && a.lon_deg == b.lon_deg
           && cmty__areas_contains(s->a, (int32_t)e->owner[0],
                                   (cmty_point){-a.lon_deg, nearest.lat_deg});
}

static void visit_margin(search *s, const cmty__edge *e)
{
    cmty_point a, b, nearest;
    double d = distance(s, e, &a, &b, &nearest);

    if ((e->point & CMTY__SEAM) || d > s->limit_m || is_cut(s, e, a, b, nearest))
        return;
    if (d < s->limit_m
        || (d == s->limit_m && s->found && cmty__comes_before(nearest, s->nearest))) {
        s->limit_m = d;
        s->nearest = nearest;
        s->found = true;
    }
}

double cmty__areas_margin_m(const cmty__areas *a, cmty_point p)
{
    search s = {.a = a, .m = cmty__metric_at(p), .limit_m = INFINITY, .visit = visit_margin};
    const cmty__nearest *n = nearest_of(a);

    s.found = n != NULL && cmty__nearest_margin(n, &s.m, &s.limit_m, &s.nearest);
    if (!s.found)
        run(&s);
    run_across(&s);
    return s.found ? settle(&s.m, s.nearest, s.limit_m) : NAN;
}

/* ---- edges within a distance ---- */

static void visit_edges(search *s, const cmty__edge *e)
{
    cmty_point a, b, nearest;
    double d = distance(s, e, &a, &b, &nearest);

    if ((e->point & CMTY__SEAM) || d > s->limit_m)
        return;
    a.lon_deg += s->turn_deg;
    b.lon_deg += s->turn_deg;
    if (s->edge_count < s->edge_capacity)
        s->edges[s->edge_count] =
            (cmty__near_edge){a, b, {e->owner[0], e->owner[1]}, d, s->turn_deg};
    s->edge_count++;
}

size_t cmty__areas_edges_near(const cmty__areas *a, cmty_point p, double within_m,
                              cmty__near_edge *out, size_t capacity)
{
    search s = {.a = a, .m = cmty__metric_at(p), .limit_m = within_m, .visit = visit_edges};
    const cmty__nearest *n = nearest_of(a);

    s.edges = out;
    s.edge_capacity = capacity;
    if (n == NULL || !cmty__nearest_edges(n, &s.m, within_m, out, capacity, &s.edge_count))
        run(&s);
    run_across(&s);
    return s.edge_count;
}

/* ---- areas within a distance ---- */

enum { WINDOW = 512 };

static void visit_near(search *s, const cmty__edge *e)
{
    cmty_point a, b, nearest;
    double d = distance(s, e, &a, &b, &nearest);

    if ((e->point & CMTY__SEAM) || d > s->limit_m)
        return;
    for (int k = 0; k < 2 && e->owner[k] != CMTY__NO_AREA; k++) {
        uint32_t area = e->owner[k];

        if (area >= s->from + WINDOW)
            s->after = area < s->after ? area : s->after;
        else if (area >= s->from && d < s->window[area - s->from])
            s->window[area - s->from] = d;
    }
}

static bool comes_first(const cmty__near *a, const cmty__near *b)
{
    return a->distance_m < b->distance_m || (a->distance_m == b->distance_m && a->area < b->area);
}

/* Keeps the nearest `capacity`, ties by number. */
static void put_near(cmty__near *out, size_t capacity, size_t *count, cmty__near n)
{
    size_t place = *count < capacity ? *count : capacity;

    (*count)++;
    for (; place > 0 && comes_first(&n, &out[place - 1]); place--)
        if (place < capacity)
            out[place] = out[place - 1];
    if (place < capacity)
        out[place] = n;
}

enum { FEW = 32 };

/* Adds an area or brings it nearer. */
static void put_found(cmty__near *found, size_t *count, uint32_t area, double distance_m)
{
    for (size_t i = 0; i < *count; i++)
        if ((uint32_t)found[i].area == area) {
            found[i].distance_m = fmin(found[i].distance_m, distance_m);
            return;
        }
    found[(*count)++] = (cmty__near){(int32_t)area, distance_m, 0};
}

/* False: there are more than a few. Ties go by number, whatever the order of what is found. */
static bool few_near(const cmty__areas *a, cmty_point p, double within_m, cmty__near *out,
                     size_t capacity, size_t *count)
{
    cmty__near_edge edges[FEW];
    cmty__hit hits[FEW];
    cmty__near found[3 * FEW];
    size_t held = cmty__areas_hits(a, p, hits, FEW), found_count = 0;
    size_t near = cmty__areas_edges_near(a, p, within_m, edges, FEW);

    if (held > FEW || near > FEW)
        return false;
    for (size_t i = 0; i < held; i++)
        put_found(found, &found_count, (uint32_t)hits[i].area, 0);
    for (size_t i = 0; i < near; i++)
        for (int k = 0; k < 2 && edges[i].area[k] != CMTY__NO_AREA; k++)
            put_found(found, &found_count, edges[i].area[k], edges[i].distance_m);
    *count = 0;
    for (size_t i = 0; i < found_count; i++)
        put_near(out, capacity, count, found[i]);
    return true;
}

/* Areas are taken in windows of numbers, so that any count needs no memory. */
static size_t many_near(const cmty__areas *a, cmty_point p, double within_m, cmty__near *out,
                        size_t capacity)
{
    double window[WINDOW];
    search s = {.a = a, .m = cmty__metric_at(p), .limit_m = within_m, .visit = visit_near};
    size_t count = 0;

    s.window = window;
    for (s.from = 0; s.from != CMTY__NO_AREA; s.from = s.after) {
        cmty__hit hits[WINDOW + 1];
        size_t held = cmty__areas_hits_from(a, p, s.from, hits, WINDOW + 1);

        for (size_t i = 0; i < WINDOW; i++)
            window[i] = INFINITY;
        s.after = CMTY__NO_AREA;
        run(&s);
        run_across(&s);
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

size_t cmty__areas_near(const cmty__areas *a, cmty_point p, double within_m, cmty__near *out,
                        size_t capacity)
{
    size_t count;

    return few_near(a, p, within_m, out, capacity, &count)
               ? count
               : many_near(a, p, within_m, out, capacity);
}

/* ---- the nearest area within a short distance ---- */

static const uint32_t *edges_of_leaf(const cmty__areas *a, uint32_t word, size_t *count)
{
    const uint32_t *n = a->numbers + a->lines[word & CMTY__REST].cold;

    *count = n[0] & ~CMTY__SWAPPED;
    if ((word & CMTY__TAG) == CMTY__TAG_PAIR)
        return n + 1;
    return n + 3 + (n[1] + 31) / 32 + n[1];
}

/* Where a point is, and how far in degrees an edge may be that matters. */
typedef struct vicinity {
    const cmty__areas *a;
    cmty__metric m;
    double within_m, wide, high;
} vicinity;

static void take_nearer(const vicinity *v, const cmty__edge *e, cmty__near *best)
{
    cmty_point p = v->m.origin, a, b, nearest;
    double d;

    cmty__edge_ends(v->a->points, e, &a, &b); /* a is the first by longitude */
    if (a.lon_deg > p.lon_deg + v->wide || b.lon_deg < p.lon_deg - v->wide
        || fmin(a.lat_deg, b.lat_deg) > p.lat_deg + v->high
        || fmax(a.lat_deg, b.lat_deg) < p.lat_deg - v->high || (e->point & CMTY__SEAM))
        return;
    d = cmty__edge_distance(&v->m, a, b, &nearest);
    for (int k = 0; d <= v->within_m && k < 2 && e->owner[k] != CMTY__NO_AREA; k++) {
        cmty__near one = {(int32_t)e->owner[k], d, 0};

        if (best->area < 0 || comes_first(&one, best))
            *best = one;
    }
}

int32_t cmty__areas_nearest_within(const cmty__areas *a, cmty_point p, double within_m)
{
    const cmty__reach r = cmty__reach_of(a, within_m);
    cmty__near best = {-1, INFINITY, 0};
    cmty__place leaf[CMTY__CORNERS];
    size_t leaves = fabs(p.lon_deg) > 179
                        ? SIZE_MAX
                        : cmty__leaves_round(a, cmty__fixed_lon(a, p.lon_deg),
                                             cmty__fixed_lat(a, p.lat_deg), &r, leaf);
    vicinity v = {a, cmty__metric_at(p), within_m, r.wide / a->head->per_deg[0],
                  r.high / a->head->per_deg[1]};

    if (leaves == SIZE_MAX)
        return cmty__areas_near(a, p, within_m, &best, 1) > 0 ? best.area : -1;
    for (size_t i = 0; i < leaves; i++) {
        size_t count;
        const uint32_t *edges = edges_of_leaf(a, leaf[i].word, &count);

        for (size_t k = 0; k < count; k++)
            take_nearer(&v, &a->edges[edges[k]], &best);
    }
    return best.area;
}

cmty_point cmty__areas_nearest_point(const cmty__areas *a, int32_t area, cmty_point p)
{
    cmty__metric m = cmty__metric_at(p);
    double best_m = INFINITY;
    cmty_point best = p;

    if (cmty__areas_contains(a, area, p))
        return p;
    for (size_t r = a->first_ring[area]; r < a->first_ring[area + 1]; r++)
        for (size_t i = 0; i + 1 < a->rings[r].count; i++) {
            cmty_point nearest;
            double d =
                cmty__edge_distance(&m, a->rings[r].points[i], a->rings[r].points[i + 1], &nearest);

            if (d < best_m) {
                best_m = d;
                best = nearest;
            }
        }
    return best;
}
