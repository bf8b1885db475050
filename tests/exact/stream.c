/* SPDX-License-Identifier: MIT */
/* Points that are hard to place. Serial per stream. */
#include "stream.h"

#include <math.h>
#include <stdlib.h>

enum { EVERY = 20 }; /* points of each edge */

/* ---- on an edge ---- */

/* v in units of 2^exponent if it is whole in them and fits. */
static bool whole(double v, int exponent, int64_t *out)
{
    double scaled = ldexp(v, -exponent);

    if (!(fabs(scaled) < 0x1p62) || scaled != floor(scaled))
        return false;
    *out = (int64_t)scaled;
    return true;
}

static int last_place(double a, double b)
{
    double least = fmin(fabs(a), fabs(b)) > 0 ? fmin(fabs(a), fabs(b)) : fmax(fabs(a), fabs(b));

    return least > 0 ? ilogb(least) - 52 : -1000;
}

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
    while (b != 0) {
        uint64_t rest = a % b;

        a = b;
        b = rest;
    }
    return a;
}

cmty_point point_on_edge(cmty_point a, cmty_point b, rng *r)
{
    int unit_x = last_place(a.lon_deg, b.lon_deg), unit_y = last_place(a.lat_deg, b.lat_deg);
    int64_t ax, ay, bx, by;
    uint64_t steps, k;

    if (!whole(a.lon_deg, unit_x, &ax) || !whole(b.lon_deg, unit_x, &bx)
        || !whole(a.lat_deg, unit_y, &ay) || !whole(b.lat_deg, unit_y, &by))
        return (cmty_point){(a.lon_deg + b.lon_deg) / 2, (a.lat_deg + b.lat_deg) / 2};
    steps = common_divisor((uint64_t)llabs(bx - ax), (uint64_t)llabs(by - ay));
    if (steps < 2)
        return (cmty_point){(a.lon_deg + b.lon_deg) / 2, (a.lat_deg + b.lat_deg) / 2};
    k = 1 + rng_next(r) % (steps - 1);
    return (cmty_point){ldexp((double)(ax + (bx - ax) / (int64_t)steps * (int64_t)k), unit_x),
                        ldexp((double)(ay + (by - ay) / (int64_t)steps * (int64_t)k), unit_y)};
}

/* ---- along all edges ---- */

static cmty_point shifted(cmty_point p, int east, int north)
{
    if (east != 0)
        p.lon_deg = nextafter(p.lon_deg, east > 0 ? INFINITY : -INFINITY);
    if (north != 0)
        p.lat_deg = nextafter(p.lat_deg, north > 0 ? INFINITY : -INFINITY);
    return p;
}

static cmty_point of_edge(cmty_point a, cmty_point b, size_t part, rng *r)
{
    static const int aside[4][2] = {{1, 0}, {-1, 0}, {0, 1}, {0, -1}};
    cmty_point middle = {(a.lon_deg + b.lon_deg) / 2, (a.lat_deg + b.lat_deg) / 2};

    if (part < 9)
        return shifted(a, (int)(part % 3) - 1, (int)(part / 3) - 1);
    if (part == 9)
        return middle;
    if (part < 14)
        return shifted(middle, aside[part - 10][0], aside[part - 10][1]);
    if (part < 16)
        return point_on_edge(a, b, r);
    return shifted(point_on_edge(a, b, r), aside[part - 16][0], aside[part - 16][1]);
}

/* ---- at random ---- */

static size_t random_edge(const partition *p, rng *r) /* its first point; not the last of a ring */
{
    const cmty__ring *ring = &p->rings[rng_below(r, p->ring_count)];

    return (size_t)(ring->points - p->points) + rng_below(r, ring->count - 1);
}

static double spread(rng *r) /* -1 to 1, more often small */
{
    double u = 2 * rng_unit(r) - 1;

    return u * u * u;
}

static cmty_point at_random(const partition *p, rng *r)
{
    size_t edge = random_edge(p, r), other = random_edge(p, r);
    cmty_point a = p->points[edge], b = p->points[edge + 1], c = p->points[other];
    double width = p->max.lon_deg - p->min.lon_deg, height = p->max.lat_deg - p->min.lat_deg;
    double t = rng_unit(r);
    cmty_point uniform = {p->min.lon_deg + (1.1 * rng_unit(r) - 0.05) * width,
                          p->min.lat_deg + (1.1 * rng_unit(r) - 0.05) * height};

    switch (rng_below(r, 8)) {
    case 0:
        return uniform;
    case 1:
        return (cmty_point){a.lon_deg + 0.03 * width * spread(r),
                            a.lat_deg + 0.03 * height * spread(r)};
    case 2:
    case 3:
        return (cmty_point){a.lon_deg + t * (b.lon_deg - a.lon_deg) + 9e-5 * (rng_unit(r) - 0.5),
                            a.lat_deg + t * (b.lat_deg - a.lat_deg) + 9e-5 * (rng_unit(r) - 0.5)};
    case 4:
        return point_on_edge(a, b, r);
    case 5:
        return (cmty_point){a.lon_deg, uniform.lat_deg};
    case 6:
        return (cmty_point){uniform.lon_deg, a.lat_deg};
    default:
        return (cmty_point){a.lon_deg, c.lat_deg};
    }
}

/* ---- the stream ---- */

stream stream_begin(const partition *p, size_t count, uint64_t seed)
{
    size_t edges = p->point_count - p->ring_count, room = count / 2 / EVERY + 1;

    return (stream){.p = p, .count = count, .every = (edges + room - 1) / room, .r = {seed}};
}

bool stream_next(stream *s, cmty_point *at)
{
    const partition *p = s->p;

    if (s->next == s->count)
        return false;
    s->next++;
    while (s->ring < p->ring_count && s->edge + 1 >= p->rings[s->ring].count) {
        s->edge -= p->rings[s->ring].count - 1;
        s->ring++;
    }
    if (s->ring == p->ring_count) {
        *at = at_random(p, &s->r);
    } else {
        const cmty_point *edge = p->rings[s->ring].points + s->edge;

        *at = of_edge(edge[0], edge[1], s->part, &s->r);
        s->part = (s->part + 1) % EVERY;
        s->edge += s->part == 0 ? s->every : 0;
    }
    while (fabs(at->lon_deg) > 180 || fabs(at->lat_deg) > 90)
        *at = at_random(p, &s->r);
    return true;
}
