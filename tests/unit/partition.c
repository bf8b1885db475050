/* SPDX-License-Identifier: MIT */
/* Invented partitions from a seed. Serial per partition and generator; no other state. */
#include "partition.h"

#include <math.h>
#include <stdlib.h>

uint64_t rng_next(rng *r) /* splitmix64 */
{
    uint64_t z = r->state += 0x9E3779B97F4A7C15U;

    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
}

double rng_unit(rng *r)
{
    return (double)(rng_next(r) >> 11) * 0x1p-53;
}

size_t rng_below(rng *r, size_t n)
{
    return (size_t)(rng_next(r) % n);
}

static void put(partition *p, cmty_point at)
{
    if (p->point_count == p->point_capacity) {
        p->point_capacity = p->point_capacity == 0 ? 1024 : 2 * p->point_capacity;
        p->points = realloc(p->points, p->point_capacity * sizeof *p->points);
    }
    p->points[p->point_count++] = at;
}

static void begin_area(partition *p)
{
    p->areas = realloc(p->areas, (p->area_count + 1) * sizeof *p->areas);
    p->areas[p->area_count++] = (cmty__area_input){NULL, 0};
}

static void begin_ring(partition *p)
{
    p->ring_start = realloc(p->ring_start, (p->ring_count + 2) * sizeof *p->ring_start);
    p->ring_start[p->ring_count++] = p->point_count;
    p->areas[p->area_count - 1].ring_count++;
}

static void close_ring(partition *p)
{
    put(p, p->points[p->ring_start[p->ring_count - 1]]);
}

/* Offsets become pointers once nothing moves any more. */
static partition *finish(partition *p)
{
    size_t ring = 0;

    p->min = p->max = p->points[0];
    for (size_t i = 0; i < p->point_count; i++) {
        p->min.lon_deg = fmin(p->min.lon_deg, p->points[i].lon_deg);
        p->min.lat_deg = fmin(p->min.lat_deg, p->points[i].lat_deg);
        p->max.lon_deg = fmax(p->max.lon_deg, p->points[i].lon_deg);
        p->max.lat_deg = fmax(p->max.lat_deg, p->points[i].lat_deg);
    }
    p->rings = malloc((p->ring_count + 1) * sizeof *p->rings);
    p->ring_start[p->ring_count] = p->point_count;
    for (size_t r = 0; r < p->ring_count; r++)
        p->rings[r] =
            (cmty__ring){p->points + p->ring_start[r], p->ring_start[r + 1] - p->ring_start[r]};
    for (size_t a = 0; a < p->area_count; a++) {
        p->areas[a].rings = p->rings + ring;
        ring += p->areas[a].ring_count;
    }
    return p;
}

typedef struct lattice {
    size_t columns, rows, steps;
    cmty_point *corner;           /* (columns + 1) x (rows + 1) */
    cmty_point *across, *upwards; /* `steps` points of each side to the east and to the north */
} lattice;

static const double cell_deg = 0.0125;

static cmty_point *corner(const lattice *l, size_t i, size_t j)
{
    return &l->corner[j * (l->columns + 1) + i];
}

static void jag(cmty_point a, cmty_point b, cmty_point *out, size_t steps, rng *r)
{
    double dx = b.lon_deg - a.lon_deg, dy = b.lat_deg - a.lat_deg;

    for (size_t k = 0; k < steps; k++) {
        double t = (double)(k + 1) / (double)(steps + 1);
        double off = 0.16 * (rng_unit(r) - 0.5) * sin(3.14159265 * t);

        out[k] = (cmty_point){a.lon_deg + t * dx - off * dy, a.lat_deg + t * dy + off * dx};
    }
}

static lattice lattice_make(size_t columns, size_t rows, size_t steps, rng *r)
{
    size_t n = (columns + 1) * (rows + 1);
    lattice l = {columns,
                 rows,
                 steps,
                 malloc(n * sizeof *l.corner),
                 malloc((n * steps + 1) * sizeof *l.across),
                 malloc((n * steps + 1) * sizeof *l.upwards)};

    for (size_t j = 0; j <= rows; j++)
        for (size_t i = 0; i <= columns; i++)
            *corner(&l, i, j) =
                (cmty_point){-87.7 + cell_deg * ((double)i + 0.2 * (rng_unit(r) - 0.5)),
                             41.8 + cell_deg * ((double)j + 0.2 * (rng_unit(r) - 0.5))};
    for (size_t j = 0; j <= rows; j++)
        for (size_t i = 0; i <= columns; i++) {
            size_t at = (j * (columns + 1) + i) * steps;

            if (i < columns)
                jag(*corner(&l, i, j), *corner(&l, i + 1, j), l.across + at, steps, r);
            if (j < rows)
                jag(*corner(&l, i, j), *corner(&l, i, j + 1), l.upwards + at, steps, r);
        }
    return l;
}

static void put_side(partition *p, const lattice *l, const cmty_point *side, bool forward)
{
    for (size_t k = 0; k < l->steps; k++)
        put(p, side[forward ? k : l->steps - 1 - k]);
}

static void put_cell(partition *p, const lattice *l, size_t i, size_t j)
{
    size_t row = l->columns + 1;

    begin_ring(p);
    put(p, *corner(l, i, j));
    put_side(p, l, l->across + (j * row + i) * l->steps, true);
    put(p, *corner(l, i + 1, j));
    put_side(p, l, l->upwards + (j * row + i + 1) * l->steps, true);
    put(p, *corner(l, i + 1, j + 1));
    put_side(p, l, l->across + ((j + 1) * row + i) * l->steps, false);
    put(p, *corner(l, i, j + 1));
    put_side(p, l, l->upwards + (j * row + i) * l->steps, false);
    close_ring(p);
}

/* A square on its corner, in the middle of cell i, j. */
static void put_diamond(partition *p, size_t i, size_t j, double radius)
{
    double x = -87.7 + cell_deg * ((double)i + 0.5), y = 41.8 + cell_deg * ((double)j + 0.5);

    radius *= cell_deg;
    begin_ring(p);
    put(p, (cmty_point){x + radius, y});
    put(p, (cmty_point){x, y - radius});
    put(p, (cmty_point){x - radius, y});
    put(p, (cmty_point){x, y + radius});
    close_ring(p);
}

partition *partition_make(size_t columns, size_t rows, size_t steps, uint64_t seed)
{
    partition *p = calloc(1, sizeof *p);
    rng r = {seed};
    lattice l = lattice_make(columns, rows, steps, &r);

    for (size_t j = 0; j < rows; j++)
        for (size_t i = 0; i < columns; i++) {
            if (i == columns - 1 && j == rows - 1 && columns > 2)
                continue; /* the second part of the first area */
            begin_area(p);
            put_cell(p, &l, i, j);
            if (i == 0 && j == 0 && columns > 2)
                put_cell(p, &l, columns - 1, rows - 1);
            if (i == 1 && j == 0)
                put_diamond(p, i, j, 0.25); /* filled by an area of its own */
            if (i == 0 && j == 1)
                put_diamond(p, i, j, 0.125); /* no area */
        }
    if (columns > 1) {
        begin_area(p);
        put_diamond(p, 1, 0, 0.25);
    }
    free(l.corner);
    free(l.across);
    free(l.upwards);
    return finish(p);
}

partition *partition_shuffle(const partition *from, const size_t *order, rng *r)
{
    partition *p = calloc(1, sizeof *p);
    size_t *place = malloc(from->area_count * sizeof *place);

    for (size_t a = 0; a < from->area_count; a++)
        place[order[a]] = a;
    for (size_t a = 0; a < from->area_count; a++) {
        const cmty__area_input *area = &from->areas[place[a]];

        begin_area(p);
        for (size_t k = 0; k < area->ring_count; k++) {
            const cmty__ring *ring = &area->rings[area->ring_count - 1 - k];
            size_t n = ring->count - 1, start = rng_below(r, n);
            bool turn = rng_next(r) & 1;

            begin_ring(p);
            for (size_t i = 0; i < n; i++)
                put(p, ring->points[(turn ? start + n - i : start + i) % n]);
            close_ring(p);
        }
    }
    free(place);
    return finish(p);
}

partition *partition_copy(const cmty__area_input *areas, size_t count)
{
    partition *p = calloc(1, sizeof *p);

    for (size_t a = 0; a < count; a++) {
        begin_area(p);
        for (size_t k = 0; k < areas[a].ring_count; k++) {
            begin_ring(p);
            for (size_t i = 0; i < areas[a].rings[k].count; i++)
                put(p, areas[a].rings[k].points[i]);
        }
    }
    return finish(p);
}

partition *partition_throw(size_t count, size_t corners, uint64_t seed)
{
    partition *p;
    cmty_point *points = malloc(count * (corners + 1) * sizeof *points);
    cmty__ring *rings = malloc(count * sizeof *rings);
    cmty__area_input *areas = malloc(count * sizeof *areas);
    rng r = {seed};

    for (size_t i = 0; i < count; i++) {
        cmty_point *to = points + i * (corners + 1);

        for (size_t k = 0; k < corners; k++) /* a coarse raster: many ties and touching corners */
            to[k] =
                (cmty_point){(double)rng_below(&r, 12) * 0.25, (double)rng_below(&r, 12) * 0.25};
        to[corners] = to[0];
        rings[i] = (cmty__ring){to, corners + 1};
        areas[i] = (cmty__area_input){&rings[i], 1};
    }
    p = partition_copy(areas, count);
    free(points);
    free(rings);
    free(areas);
    return p;
}

void partition_free(partition *p)
{
    free(p->points);
    free(p->rings);
    free(p->ring_start);
    free(p->areas);
    free(p);
}

cmty_point partition_point(const partition *p, int kind, rng *r)
{
    const cmty__ring *ring = &p->rings[rng_below(r, p->ring_count)];
    size_t i = rng_below(r, ring->count - 1);
    cmty_point a = ring->points[i], b = ring->points[i + 1], at = a;
    double t = rng_unit(r);

    switch (kind) {
    case POINT_UNIFORM:
        at.lon_deg = p->min.lon_deg + rng_unit(r) * (p->max.lon_deg - p->min.lon_deg);
        at.lat_deg = p->min.lat_deg + rng_unit(r) * (p->max.lat_deg - p->min.lat_deg);
        break;
    case POINT_NEAR_EDGE: /* within about 5 m */
        at.lon_deg = a.lon_deg + t * (b.lon_deg - a.lon_deg) + 1e-4 * (rng_unit(r) - 0.5);
        at.lat_deg = a.lat_deg + t * (b.lat_deg - a.lat_deg) + 1e-4 * (rng_unit(r) - 0.5);
        break;
    case POINT_MIDDLE:
        at = (cmty_point){(a.lon_deg + b.lon_deg) / 2, (a.lat_deg + b.lat_deg) / 2};
        break;
    case POINT_ULP: /* a rounded point of the edge, or a neighbour of it */
        at.lon_deg = a.lon_deg + t * (b.lon_deg - a.lon_deg);
        at.lat_deg = a.lat_deg + t * (b.lat_deg - a.lat_deg);
        at.lon_deg = nextafter(at.lon_deg, rng_next(r) & 1 ? 180 : at.lon_deg);
        at.lat_deg = nextafter(at.lat_deg, rng_next(r) & 1 ? -90 : at.lat_deg);
        break;
    default:
        break;
    }
    return at;
}
