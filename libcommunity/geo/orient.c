/* SPDX-License-Identifier: MIT */
/*
 * Exact orientation of three points: what the error bound of the first stage cannot decide (J. R.
 * Shewchuk, Discrete & Computational Geometry 18, 1997) is summed in a long accumulator (U.
 * Kulisch, Computer Arithmetic and Validity, 2008), which holds any sum of products of doubles
 * without rounding, underflow or overflow. Any thread; no state.
 */
#include "geo/orient.h"

/* v = mantissa * 2^(exponent - 1074). */
typedef struct parts {
    int64_t mantissa;
    unsigned exponent;
} parts;

/* Places of 32 bits; each holds more than that until the carries are settled. The lowest is worth
   what the product of the two lowest exponents is. */
enum { PLACES = 136 };
typedef struct accumulator {
    unsigned lowest, used;
    int64_t place[PLACES];
} accumulator;

static parts take_apart(double v)
{
    const int64_t hidden = (int64_t)1 << 52;
    uint64_t bits;
    parts p;

    memcpy(&bits, &v, sizeof bits);
    p.mantissa = (int64_t)(bits & (uint64_t)(hidden - 1));
    p.exponent = (unsigned)(bits >> 52) & 0x7FF;
    if (p.exponent > 0) {
        p.mantissa |= hidden;
        p.exponent--;
    }
    if (bits >> 63)
        p.mantissa = -p.mantissa;
    return p;
}

/* A zero says nothing about the exponents. */
static void widen(const parts *p, unsigned *low, unsigned *high)
{
    if (p->mantissa == 0)
        return;
    *low = p->exponent < *low ? p->exponent : *low;
    *high = p->exponent > *high ? p->exponent : *high;
}

static void begin(accumulator *s, const parts *x, const parts *y)
{
    unsigned low[2] = {UINT32_MAX / 4, UINT32_MAX / 4}, high[2] = {0, 0};

    for (int i = 0; i < 3; i++) {
        widen(&x[i], &low[0], &high[0]);
        widen(&y[i], &low[1], &high[1]);
    }
    s->lowest = low[0] + low[1];
    s->used = high[0] + high[1] < s->lowest ? 0 : (high[0] + high[1] - s->lowest) / 32 + 5;
    memset(s->place, 0, s->used * sizeof *s->place);
}

static void add_product(accumulator *s, const parts *a, const parts *b, int64_t sign)
{
    uint64_t of_a = (uint64_t)(a->mantissa < 0 ? -a->mantissa : a->mantissa);
    uint64_t of_b = (uint64_t)(b->mantissa < 0 ? -b->mantissa : b->mantissa);
    uint64_t of_b_pieces[2] = {of_b & UINT32_MAX, of_b >> 32}, of_a_pieces[3];
    unsigned shift;
    int64_t *place;

    if (of_a == 0 || of_b == 0)
        return;
    shift = (a->exponent + b->exponent - s->lowest) % 32;
    place = &s->place[(a->exponent + b->exponent - s->lowest) / 32];
    of_a_pieces[0] = of_a << shift & UINT32_MAX;
    of_a_pieces[1] = of_a >> (32 - shift) & UINT32_MAX;
    of_a_pieces[2] = of_a >> 32 >> (32 - shift);
    if ((a->mantissa < 0) != (b->mantissa < 0))
        sign = -sign;
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 2; j++) {
            uint64_t product = of_a_pieces[i] * of_b_pieces[j];

            place[i + j] += sign * (int64_t)(product & UINT32_MAX);
            place[i + j + 1] += sign * (int64_t)(product >> 32);
        }
}

static int sign_of(const accumulator *s)
{
    int64_t carry = 0;
    bool zero = true;

    for (unsigned i = 0; i < s->used; i++) {
        int64_t sum = s->place[i] + carry, digit = sum & (int64_t)UINT32_MAX;

        zero = zero && digit == 0;
        carry = (sum - digit) / ((int64_t)1 << 32);
    }
    if (carry < 0)
        return -1;
    return zero && carry == 0 ? 0 : 1;
}

int cmty__orient_exact(cmty_point a, cmty_point b, cmty_point c)
{
    const parts x[3] = {take_apart(a.lon_deg), take_apart(b.lon_deg), take_apart(c.lon_deg)};
    const parts y[3] = {take_apart(a.lat_deg), take_apart(b.lat_deg), take_apart(c.lat_deg)};
    accumulator s;

    /* (ax - cx)(by - cy) - (ay - cy)(bx - cx), multiplied out; cx cy cancels */
    begin(&s, x, y);
    add_product(&s, &x[0], &y[1], 1);
    add_product(&s, &x[0], &y[2], -1);
    add_product(&s, &x[2], &y[1], -1);
    add_product(&s, &x[1], &y[0], -1);
    add_product(&s, &x[2], &y[0], 1);
    add_product(&s, &x[1], &y[2], 1);
    return sign_of(&s);
}

int cmty__orient(cmty_point a, cmty_point b, cmty_point c)
{
    return cmty__orient_fast(a, b, c);
}
