/* SPDX-License-Identifier: MIT */
/*
 * Exact orientation of three points: J. R. Shewchuk, Adaptive Precision Floating-Point Arithmetic
 * and Fast Robust Geometric Predicates, Discrete & Computational Geometry 18 (1997). Any thread; no
 * state. Compiled without floating-point contraction.
 */
#include "geo/orient.h"

/* A non-overlapping expansion, smallest component first; its value is the exact sum. */
typedef struct expansion {
    double term[12];
    int count;
} expansion;

/* a + b = *sum + *rest, exactly (Knuth). */
static void two_sum(double a, double b, double *sum, double *rest)
{
    double s = a + b;
    double b_seen = s - a;

    *rest = (a - (s - b_seen)) + (b - b_seen);
    *sum = s;
}

/* Adds b exactly: GROW-EXPANSION with zeroes left out, Shewchuk 1997, figure 5. */
static void grow(expansion *e, double b)
{
    int kept = 0;

    for (int i = 0; i < e->count; i++) {
        double rest;

        two_sum(b, e->term[i], &b, &rest);
        if (rest != 0)
            e->term[kept++] = rest;
    }
    e->term[kept++] = b;
    e->count = kept;
}

/* Adds a * b exactly; the fused multiply-add gives the product's own rounding error. */
static void grow_product(expansion *e, double a, double b)
{
    double product = a * b;

    grow(e, fma(a, b, -product));
    grow(e, product);
}

/* Coordinates are scaled by a power of two first, so that no product underflows: exact for
   coordinates that are 0 or between 2^-880 and 2^100, far beyond any position on the globe. */
int cmty__orient_exact(cmty_point a, cmty_point b, cmty_point c)
{
    const double scale = 0x1p400;
    double ax = a.lon_deg * scale, ay = a.lat_deg * scale;
    double bx = b.lon_deg * scale, by = b.lat_deg * scale;
    double cx = c.lon_deg * scale, cy = c.lat_deg * scale;
    expansion e = {.count = 0};

    /* (ax - cx)(by - cy) - (ay - cy)(bx - cx), multiplied out; cx cy cancels */
    grow_product(&e, ax, by);
    grow_product(&e, -ax, cy);
    grow_product(&e, -cx, by);
    grow_product(&e, -ay, bx);
    grow_product(&e, ay, cx);
    grow_product(&e, cy, bx);
    for (int i = e.count - 1; i >= 0; i--)
        if (e.term[i] != 0) /* the largest component carries the sign */
            return e.term[i] > 0 ? 1 : -1;
    return 0;
}

int cmty__orient(cmty_point a, cmty_point b, cmty_point c)
{
    return cmty__orient_fast(a, b, c);
}
