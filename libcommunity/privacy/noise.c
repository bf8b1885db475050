/* SPDX-License-Identifier: MIT */
/*
 * Exact draws from a keyed stream: no floating point, no logarithm, no table. Any thread; a stream
 * is serial.
 *
 * Bernoulli(e^-g) by von Neumann's alternating products, the discrete Laplace law after Canonne,
 * Kamath, Steinke, "The Discrete Gaussian for Differential Privacy" (2020), algorithms 1 and 2. The
 * lattice law: two discrete Laplace coordinates of rate c s, with s = 408/577 < 1/sqrt 2, accepted
 * with e^(-c (|v| - s |v|_1)), which is at most 1 since |v| >= |v|_1 / sqrt 2.
 */
#include "privacy/noise.h"

#include <sodium.h>

__extension__ typedef unsigned __int128 wide;

enum { SLOPE_P = 408, SLOPE_Q = 577 };               /* s */
enum { ROOT_BITS = 32 };                             /* of the fraction, in the first look at |v| */
enum { LEVELS = 8 };                                 /* digits of 64 bits before giving up */
static const int64_t reach_limit = (int64_t)1 << 28; /* e^-1900 at the smallest rate */

/* ---- the stream ---- */

static void put64(uint8_t *out, uint64_t v)
{
    int i;

    for (i = 0; i < 8; i++)
        out[i] = (uint8_t)(v >> (8 * i));
}

void cmty__stream_open(cmty__stream *s, const uint8_t mask_key[32], const cmty__draw_key *draw,
                       const char *report_id)
{
    static const char domain[16] = "community/mask";
    const int64_t numbers[] = {CMTY__MECHANISM_VERSION, draw->law,     draw->region, draw->scale_a,
                               draw->scale_b,           draw->step_mm, draw->row,    draw->column};
    uint8_t head[sizeof domain + sizeof numbers];
    crypto_generichash_state state;
    size_t i;

    memcpy(head, domain, sizeof domain);
    for (i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        put64(head + sizeof domain + 8 * i, (uint64_t)numbers[i]);
    crypto_generichash_init(&state, mask_key, 32, sizeof s->seed);
    crypto_generichash_update(&state, head, sizeof head); /* a fixed size; the id is the rest */
    crypto_generichash_update(&state, (const uint8_t *)report_id, strlen(report_id));
    crypto_generichash_final(&state, s->seed, sizeof s->seed);
    sodium_memzero(head, sizeof head);
    sodium_memzero(&state, sizeof state);
    s->block = 0;
    s->used = sizeof s->bytes;
}

void cmty__stream_close(cmty__stream *s)
{
    sodium_memzero(s, sizeof *s);
}

static void stream_fill(cmty__stream *s)
{
    static const uint8_t nonce[crypto_stream_chacha20_NONCEBYTES]; /* the seed is used once */

    memset(s->bytes, 0, sizeof s->bytes);
    crypto_stream_chacha20_xor_ic(s->bytes, s->bytes, sizeof s->bytes, nonce, s->block, s->seed);
    s->block += sizeof s->bytes / 64;
    s->used = 0;
}

uint64_t cmty__stream_next(cmty__stream *s)
{
    uint64_t v = 0;
    int i;

    if (s->used == sizeof s->bytes)
        stream_fill(s);
    for (i = 7; i >= 0; i--)
        v = v << 8 | s->bytes[s->used + (size_t)i];
    s->used += 8;
    return v;
}

/* ---- simple laws ---- */

uint64_t cmty__uniform(cmty__stream *s, uint64_t n)
{
    uint64_t limit = (0 - n) % n; /* 2^64 mod n: below it some values would come once too often */
    wide product;

    do
        product = (wide)cmty__stream_next(s) * n; /* Lemire 2019 */
    while ((uint64_t)product < limit);
    return (uint64_t)(product >> 64);
}

bool cmty__bernoulli(cmty__stream *s, uint64_t n, uint64_t d)
{
    /* u < n/d, u uniform and read 64 bits at a time until they decide. */
    for (;;) {
        wide low = (wide)cmty__stream_next(s) * d, bound = (wide)n << 64;

        if (low >= bound)
            return false;
        if (bound - low >= d)
            return true;
        n = (uint64_t)(bound - low);
    }
}

bool cmty__bernoulli_exp(cmty__stream *s, uint64_t n, uint64_t d)
{
    uint64_t k = 1;

    while (cmty__bernoulli(s, n, d * k))
        k++;
    return k % 2 == 1;
}

int64_t cmty__discrete_laplace(cmty__stream *s, uint64_t p, uint64_t q)
{
    for (;;) {
        uint64_t part = cmty__uniform(s, q), whole = 0, size;
        bool negative;

        if (!cmty__bernoulli_exp(s, part, q))
            continue;
        while (cmty__bernoulli_exp(s, 1, 1))
            whole++;
        size = (part + q * whole) / p;
        negative = (cmty__stream_next(s) & 1) != 0;
        if (negative && size == 0)
            continue; /* or zero would come twice as often */
        return negative ? -(int64_t)size : (int64_t)size;
    }
}

/* ---- |v| to any number of bits ---- */

/* A whole number below 2^704, least limb first. */
enum { LIMBS = 11 };
typedef struct big {
    uint64_t limb[LIMBS];
} big;

static void big_mul_add(big *a, uint64_t m, uint64_t add)
{
    wide carry = add;
    int i;

    for (i = 0; i < LIMBS; i++) {
        carry += (wide)a->limb[i] * m;
        a->limb[i] = (uint64_t)carry;
        carry >>= 64;
    }
}

static int big_cmp(const big *a, const big *b)
{
    int i;

    for (i = LIMBS - 1; i >= 0; i--)
        if (a->limb[i] != b->limb[i])
            return a->limb[i] < b->limb[i] ? -1 : 1;
    return 0;
}

static void big_sub(big *a, const big *b)
{
    uint64_t borrow = 0;
    int i;

    for (i = 0; i < LIMBS; i++) {
        wide d = (wide)a->limb[i] - b->limb[i] - borrow;

        a->limb[i] = (uint64_t)d;
        borrow = (uint64_t)(d >> 64) & 1;
    }
}

/* floor(sqrt(n) 2^bits), a binary digit at a time. */
static big big_root(uint64_t n, int bits)
{
    big root = {{0}}, rest = {{0}}, trial;
    int i;

    for (i = 31; i >= -bits; i--) {
        big_mul_add(&rest, 4, i >= 0 ? n >> (2 * i) & 3 : 0);
        trial = root;
        big_mul_add(&trial, 4, 1);
        big_mul_add(&root, 2, 0);
        if (big_cmp(&rest, &trial) >= 0) {
            big_sub(&rest, &trial);
            root.limb[0] |= 1;
        }
    }
    return root;
}

/* The same for n < 2^57 and ROOT_BITS, in one word. */
static uint64_t fast_root(uint64_t n)
{
    uint64_t root = 0, rest = 0;
    int i = 28;

    while (i > 0 && n >> (2 * i) == 0)
        i--;
    for (; i >= -ROOT_BITS; i--) {
        uint64_t trial = 4 * root + 1, bit;

        rest = 4 * rest + (i >= 0 ? n >> (2 * i) & 3 : 0);
        bit = rest >= trial;
        rest -= bit != 0 ? trial : 0;
        root = 2 * root + bit;
    }
    return root;
}

uint64_t cmty__root64(uint64_t n)
{
    uint64_t root = 0, rest = 0;
    int i;

    for (i = 31; i >= 0; i--) {
        uint64_t trial = 4 * root + 1;

        rest = 4 * rest + (n >> (2 * i) & 3);
        root = 2 * root + (rest >= trial);
        rest -= rest >= trial ? trial : 0;
    }
    return root;
}

uint64_t cmty__ratio_shifted(uint64_t a, uint64_t b, int shift)
{
    return (uint64_t)(((wide)a << shift) / b);
}

/* ---- the lattice law ---- */

/* The gap c (|v| - s |v|_1), bounded: low <= gap 577 2^64 <= high. */
typedef struct gap {
    uint64_t rate, square, sum; /* |v|^2, |v|_1 */
    wide low, high;
} gap;

static gap gap_of(uint64_t rate, int64_t east, int64_t north)
{
    uint64_t a = (uint64_t)(east < 0 ? -east : east), b = (uint64_t)(north < 0 ? -north : north);
    gap g = {rate, a * a + b * b, a + b, 0, 0};
    wide root = (wide)fast_root(g.square) * SLOPE_Q;

    /* Not negative: |v| exceeds s |v|_1 by 1e-6 |v|_1, far more than the bits left out. */
    g.low = (root - ((wide)g.sum * SLOPE_P << ROOT_BITS)) * rate;
    g.high = g.low + (wide)rate * SLOPE_Q;
    return g;
}

/* As cmty__below_gap(), with two digits or more. */
static int below_refined(const gap *g, uint64_t divisor, const uint64_t *digits, size_t count)
{
    int bits = 64 * (int)count - (64 - ROOT_BITS), i;
    big u = {{0}}, low = big_root(g->square, bits), sum = {{g->sum}}, above;

    for (i = 0; i < (int)count; i++) {
        memmove(u.limb + 1, u.limb, sizeof u.limb - sizeof u.limb[0]);
        u.limb[0] = digits[i];
    }
    above = u;
    big_mul_add(&above, 1, 1);
    big_mul_add(&above, SLOPE_Q * divisor, 0);
    big_mul_add(&u, SLOPE_Q * divisor, 0);
    big_mul_add(&sum, SLOPE_P, 0);
    for (i = 0; i < bits; i += 32)
        big_mul_add(&sum, (uint64_t)1 << 32, 0);
    big_mul_add(&low, SLOPE_Q, 0);
    big_sub(&low, &sum);
    big_mul_add(&low, g->rate, 0);
    if (big_cmp(&above, &low) <= 0)
        return 1;
    big_mul_add(&low, 1, SLOPE_Q * g->rate);
    return big_cmp(&u, &low) >= 0 ? 0 : -1;
}

static int below(const gap *g, uint64_t divisor, const uint64_t *digits, size_t count)
{
    wide unit = (wide)divisor * SLOPE_Q;

    if (((wide)digits[0] + 1) * unit <= g->low)
        return 1;
    if (digits[0] * unit >= g->high)
        return 0;
    return count < 2 ? -1 : below_refined(g, divisor, digits, count);
}

int cmty__below_gap(uint64_t rate, int64_t east, int64_t north, uint64_t divisor,
                    const uint64_t *digits, size_t count)
{
    gap g = gap_of(rate, east, north);

    return below(&g, divisor, digits, count < LEVELS ? count : LEVELS);
}

/* Bernoulli(gap / divisor), gap <= divisor. As below(); -1 only where the limit was reached. */
static int bernoulli_gap(cmty__stream *s, const gap *g, uint64_t divisor)
{
    uint64_t digits[LEVELS];
    size_t count = 0;
    int is_below = -1;

    while (is_below < 0 && count < LEVELS) {
        digits[count++] = cmty__stream_next(s);
        is_below = below(g, divisor, digits, count);
    }
    return is_below;
}

/* Bernoulli(e^-gap): as many factors e^-(gap/m), m >= gap, as make it up. */
static int accept_gap(cmty__stream *s, const gap *g)
{
    uint64_t m = (uint64_t)(g->high >> 64) / SLOPE_Q + 1, i, k;
    int again;

    for (i = 0; i < m; i++) {
        k = 1;
        while ((again = bernoulli_gap(s, g, m * k)) == 1)
            k++;
        if (again < 0)
            return -1;
        if (k % 2 == 0)
            return 0;
    }
    return 1;
}

bool cmty__lattice_noise(cmty__stream *s, uint64_t rate, int64_t *east, int64_t *north)
{
    const uint64_t q = (uint64_t)SLOPE_Q << CMTY__RATE_BITS;
    int accepted;
    gap g;

    do {
        *east = cmty__discrete_laplace(s, rate * SLOPE_P, q);
        *north = cmty__discrete_laplace(s, rate * SLOPE_P, q);
        if (*east > reach_limit || *east < -reach_limit || *north > reach_limit
            || *north < -reach_limit)
            return false;
        g = gap_of(rate, *east, *north);
        accepted = g.square == 0 ? 1 : accept_gap(s, &g);
    } while (accepted == 0);
    return accepted == 1;
}
