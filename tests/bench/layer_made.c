/* SPDX-License-Identifier: MIT */
/*
 * Layers from a seed. A partition is a Voronoi diagram (GEOS), two thirds of its sites uniform, one
 * third clustered, as the sizes of real beats vary. Each edge is then made jagged, once for both
 * sides: it stays inside the two triangles from its ends to the middles of its two cells, which are
 * disjoint from those of all other edges, so that no border crosses another. Serial.
 */
#include "layer.h"

#include <geos_c.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct place {
    double x, y;
} place;

typedef struct edge {
    uint64_t key; /* lower corner in the upper half; 0: free */
    place middle[2];
    unsigned sides;
} edge;

typedef struct diagram {
    place *corners;
    uint32_t *slots; /* corner + 1, by coordinates */
    size_t corner_count, corner_capacity, slot_count;
    uint32_t *rings; /* corners of the cells, open */
    size_t *ring_start, ring_size, cell_count;
    edge *edges;
    size_t edge_slots;
} diagram;

static const cmty_point west_south = {-87.95, 41.64}, east_north = {-87.52, 42.03};

/* ---- sites ---- */

static bool inside(place p)
{
    return p.x > 0.001 && p.x < 0.999 && p.y > 0.001 && p.y < 0.999;
}

static void put_sites(place *site, size_t count, uint64_t seed)
{
    random_state r = {seed};
    size_t clusters = count / 400 > 3 ? count / 400 : 3;
    double spread = 0.25 / sqrt((double)clusters);
    place *centre = bench_alloc(NULL, clusters, sizeof *centre);

    for (size_t i = 0; i < clusters; i++) {
        centre[i].x = 0.15 + 0.7 * random_unit(&r);
        centre[i].y = 0.15 + 0.7 * random_unit(&r);
    }
    for (size_t i = 0; i < count; i++)
        do {
            place c = centre[random_below(&r, clusters)];

            site[i] = i % 3 == 0 ? (place){c.x + spread * random_normal(&r),
                                           c.y + spread * random_normal(&r)}
                                 : (place){random_unit(&r), random_unit(&r)};
        } while (!inside(site[i]));
    free(centre);
}

/* Sites are mirrored at the sides of the square, so that the sides become edges of the diagram. */
static GEOSGeometry *mirrored(GEOSContextHandle_t g, const place *site, size_t count)
{
    double reach = count < 2000 ? 1 : 12 / sqrt((double)count);
    GEOSGeometry **points = bench_alloc(NULL, 5 * count, sizeof(GEOSGeometry *)), *all;
    size_t n = 0;

    for (size_t i = 0; i < count; i++) {
        place p = site[i];

        points[n++] = GEOSGeom_createPointFromXY_r(g, p.x, p.y);
        if (p.x < reach)
            points[n++] = GEOSGeom_createPointFromXY_r(g, -p.x, p.y);
        if (p.x > 1 - reach)
            points[n++] = GEOSGeom_createPointFromXY_r(g, 2 - p.x, p.y);
        if (p.y < reach)
            points[n++] = GEOSGeom_createPointFromXY_r(g, p.x, -p.y);
        if (p.y > 1 - reach)
            points[n++] = GEOSGeom_createPointFromXY_r(g, p.x, 2 - p.y);
    }
    all = GEOSGeom_createCollection_r(g, GEOS_MULTIPOINT, points, (unsigned)n);
    free(points);
    return all;
}

/* ---- corners and edges ---- */

static uint64_t mix(uint64_t a)
{
    random_state r = {a};

    return random_next(&r);
}

static uint64_t bits_of(double d)
{
    uint64_t bits;

    memcpy(&bits, &d, sizeof bits);
    return bits;
}

static double snapped(double v)
{
    if (fabs(v) < 1e-9)
        return 0;
    return fabs(v - 1) < 1e-9 ? 1 : v;
}

static uint32_t corner_number(diagram *d, place p)
{
    size_t slot;

    p = (place){snapped(p.x), snapped(p.y)};
    slot = mix(bits_of(p.x) ^ mix(bits_of(p.y))) & (d->slot_count - 1);
    for (; d->slots[slot] != 0; slot = (slot + 1) & (d->slot_count - 1)) {
        place q = d->corners[d->slots[slot] - 1];

        if (q.x == p.x && q.y == p.y)
            return d->slots[slot] - 1;
    }
    if (d->corner_count == d->corner_capacity)
        bench_die("more corners than a diagram can have");
    d->corners[d->corner_count] = p;
    d->slots[slot] = (uint32_t)++d->corner_count;
    return (uint32_t)d->corner_count - 1;
}

static edge *edge_between(diagram *d, uint32_t a, uint32_t b)
{
    uint64_t key = a < b ? (uint64_t)a << 32 | b : (uint64_t)b << 32 | a;
    size_t slot = mix(key) & (d->edge_slots - 1);

    while (d->edges[slot].key != 0 && d->edges[slot].key != key)
        slot = (slot + 1) & (d->edge_slots - 1);
    d->edges[slot].key = key;
    return &d->edges[slot];
}

/* The corners of a cell, without those that snapping has made one; its middle to its edges. */
static void put_cell(diagram *d, const GEOSCoordSequence *points, GEOSContextHandle_t g)
{
    uint32_t *ring = d->rings + d->ring_size;
    place middle = {0, 0};
    unsigned size = 0;
    size_t n = 0;

    GEOSCoordSeq_getSize_r(g, points, &size);
    for (unsigned i = 0; i + 1 < size; i++) {
        place p;

        GEOSCoordSeq_getXY_r(g, points, i, &p.x, &p.y);
        ring[n] = corner_number(d, p);
        n += n == 0 || ring[n] != ring[n - 1];
    }
    while (n > 1 && ring[n - 1] == ring[0])
        n--;
    for (size_t i = 0; i < n; i++) {
        middle.x += d->corners[ring[i]].x / (double)n;
        middle.y += d->corners[ring[i]].y / (double)n;
    }
    for (size_t i = 0; i < n; i++) {
        edge *e = edge_between(d, ring[i], ring[(i + 1) % n]);

        if (e->sides < 2)
            e->middle[e->sides] = middle;
        e->sides++;
    }
    d->ring_start[d->cell_count++] = d->ring_size;
    d->ring_size += n;
    d->ring_start[d->cell_count] = d->ring_size;
}

static size_t power_of_two(size_t least)
{
    size_t n = 1;

    while (n < least)
        n *= 2;
    return n;
}

static void diagram_make(diagram *d, size_t count, uint64_t seed)
{
    GEOSContextHandle_t g = GEOS_init_r();
    place *site = bench_alloc(NULL, count, sizeof *site);
    GEOSGeometry *sites, *cells;

    put_sites(site, count, seed);
    sites = mirrored(g, site, count);
    cells = GEOSVoronoiDiagram_r(g, sites, NULL, 0, 0);
    if (cells == NULL)
        bench_die("GEOS made no diagram");
    d->corner_capacity = 4 * count + 64;
    d->slot_count = power_of_two(4 * d->corner_capacity);
    d->edge_slots = power_of_two(16 * count + 64);
    d->corners = bench_alloc(NULL, d->corner_capacity, sizeof *d->corners);
    d->slots = calloc(d->slot_count, sizeof *d->slots);
    d->edges = calloc(d->edge_slots, sizeof *d->edges);
    d->rings = bench_alloc(NULL, 16 * count + 256, sizeof *d->rings);
    d->ring_start = bench_alloc(NULL, count + 1, sizeof *d->ring_start);
    for (int i = 0; i < GEOSGetNumGeometries_r(g, cells); i++) {
        const GEOSGeometry *cell = GEOSGetGeometryN_r(g, cells, i);
        GEOSGeometry *middle = GEOSGetCentroid_r(g, cell);
        place m;

        GEOSGeomGetX_r(g, middle, &m.x);
        GEOSGeomGetY_r(g, middle, &m.y);
        GEOSGeom_destroy_r(g, middle);
        if (m.x > 0 && m.x < 1 && m.y > 0 && m.y < 1)
            put_cell(d, GEOSGeom_getCoordSeq_r(g, GEOSGetExteriorRing_r(g, cell)), g);
    }
    GEOSGeom_destroy_r(g, sites);
    GEOSGeom_destroy_r(g, cells);
    GEOS_finish_r(g);
    free(site);
}

static void diagram_free(diagram *d)
{
    free(d->corners);
    free(d->slots);
    free(d->edges);
    free(d->rings);
    free(d->ring_start);
}

/* ---- jagged borders ---- */

/* How far from the edge a border may stray at t: to the nearer side of the smaller triangle. */
static double room(const edge *e, place a, place b, double t)
{
    double dx = b.x - a.x, dy = b.y - a.y, length = hypot(dx, dy), least = INFINITY;

    for (int k = 0; k < 2; k++) {
        double foot = ((e->middle[k].x - a.x) * dx + (e->middle[k].y - a.y) * dy) / length / length;
        double height = fabs((e->middle[k].x - a.x) * dy - (e->middle[k].y - a.y) * dx) / length;

        if (foot > 0)
            least = fmin(least, height * t / foot);
        if (foot < 1)
            least = fmin(least, height * (1 - t) / (1 - foot));
    }
    return 0.9 * least;
}

enum { MOST_PIECES = 64 };

/* Offsets of the border from the edge by halving, from a seed that both cells have in common. */
static void offsets(double *h, size_t pieces, double length, uint64_t seed)
{
    random_state r = {seed};

    h[0] = h[pieces] = 0;
    for (size_t step = pieces; step > 1; step /= 2)
        for (size_t i = step / 2; i < pieces; i += step) {
            double span = length * (double)step / (double)pieces;

            h[i] =
                (h[i - step / 2] + h[i + step / 2]) / 2 + 0.12 * span * (2 * random_unit(&r) - 1);
        }
}

static cmty_point on_globe(double x, double y)
{
    return (cmty_point){west_south.lon_deg + x * (east_north.lon_deg - west_south.lon_deg),
                        west_south.lat_deg + y * (east_north.lat_deg - west_south.lat_deg)};
}

/* The border from one corner to the next, without its last point. */
static void put_border(layer *l, diagram *d, uint32_t from, uint32_t to, size_t pieces,
                       uint64_t seed)
{
    edge *e = edge_between(d, from, to);
    uint32_t low = from < to ? from : to, high = from < to ? to : from;
    place a = d->corners[low], b = d->corners[high];
    double dx = b.x - a.x, dy = b.y - a.y, length = hypot(dx, dy), h[MOST_PIECES + 1];

    if (e->sides != 2) /* on a side of the square */
        pieces = 1;
    offsets(h, pieces, length, seed ^ mix(e->key));
    for (size_t k = 0; k < pieces; k++) {
        size_t i = from == low ? k : pieces - k;
        double t = (double)i / (double)pieces, most;

        if (i == 0 || i == pieces) {
            place corner = d->corners[from];

            layer_put(l, on_globe(corner.x, corner.y));
            continue;
        }
        most = room(e, a, b, t);
        h[i] = fmax(-most, fmin(most, h[i]));
        layer_put(l,
                  on_globe(a.x + t * dx - h[i] * dy / length, a.y + t * dy + h[i] * dx / length));
    }
}

void layer_make_partition(layer *l, size_t areas, unsigned levels, uint64_t seed)
{
    diagram d = {0};

    diagram_make(&d, areas, seed);
    for (size_t c = 0; c < d.cell_count; c++) {
        const uint32_t *ring = d.rings + d.ring_start[c];
        size_t n = d.ring_start[c + 1] - d.ring_start[c];

        layer_begin_area(l);
        layer_begin_part(l);
        layer_begin_ring(l);
        for (size_t i = 0; i < n; i++)
            put_border(l, &d, ring[i], ring[(i + 1) % n], (size_t)1 << levels, seed);
        layer_put(l, l->points[l->ring_start[l->ring_count - 1]]);
    }
    layer_finish(l);
    diagram_free(&d);
}

/* ---- fences ---- */

void layer_make_fences(layer *l, size_t count, double smallest_m, double largest_m, uint64_t seed)
{
    random_state r = {seed};

    for (size_t i = 0; i < count; i++) {
        double x = random_unit(&r), y = random_unit(&r), u = random_unit(&r);
        cmty_point c = on_globe(x, y), first = {0, 0};
        double radius_m = smallest_m + (largest_m - smallest_m) * u * u;
        double lat_deg = radius_m / 111320.0;
        double lon_deg = lat_deg / cos(c.lat_deg * 0.017453292519943295);
        int corners = i % 4 == 0 ? 4 : 64;

        layer_begin_area(l);
        layer_begin_part(l);
        layer_begin_ring(l);
        for (int k = 0; k < corners; k++) {
            double angle = (k + (corners == 4 ? 0.5 : 0)) * 6.283185307179586 / corners;
            cmty_point p = {c.lon_deg + lon_deg * cos(angle), c.lat_deg + lat_deg * sin(angle)};

            first = k == 0 ? p : first;
            layer_put(l, p);
        }
        layer_put(l, first);
    }
    layer_finish(l);
}
