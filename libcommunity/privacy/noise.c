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
enum { HEAD_BYTES = 88, SHORT_ID = 40 };             /* of what the seed is made; a block: 128 */
static const int64_t reach_limit = (int64_t)1 << 28; /* e^-1900 at the smallest rate */

/* ---- the stream ---- */

static uint8_t *put64(uint8_t *out, int64_t v)
{
    int i;

    for (i = 0; i < 8; i++)
        out[i] = (uint8_t)((uint64_t)v >> (8 * i));
    return out + 8;
}

static uint64_t get64(const uint8_t *in)
{
    return (uint64_t)in[0] | (uint64_t)in[1] << 8 | (uint64_t)in[2] << 16 | (uint64_t)in[3] << 24
           | (uint64_t)in[4] << 32 | (uint64_t)in[5] << 40 | (uint64_t)in[6] << 48
           | (uint64_t)in[7] << 56;
}

/* The key comes first, as RFC 7693 has it too, but not in a block of its own: with an id of up to
   SHORT_ID bytes, which ours all are, the whole is one block, and costs half. What stands before
   the id is always of one size, so no two draws share a message. BLAKE2b admits no extension. */
void cmty__stream_open(cmty__stream *s, const uint8_t mask_key[32], const cmty__draw_key *draw,
                       const char *report_id)
{
    static const uint8_t domain[8] = {'c', 'm', 't', 'y', 'm', 'a', 's', 'k'};
    uint8_t message[HEAD_BYTES + SHORT_ID], *at = message;
    size_t id_size = strlen(report_id), in_block = id_size < SHORT_ID ? id_size : SHORT_ID;

    memcpy(at, mask_key, 32);
    memcpy(at + 32, domain, sizeof domain);
    at = put64(at + 32 + sizeof domain,
               CMTY__MECHANISM_VERSION << 16 | draw->law << 8 | draw->region);
    at = put64(at, draw->scale_a);
    at = put64(at, draw->scale_b);
    at = put64(at, draw->step_mm);
    at = put64(at, draw->row);
    at = put64(at, draw->column);
    memcpy(at, report_id, in_block);
    if (id_size <= SHORT_ID) {
        crypto_generichash(s->seed, sizeof s->seed, message, HEAD_BYTES + id_size, NULL, 0);
    } else {
        crypto_generichash_state state;

        crypto_generichash_init(&state, NULL, 0, sizeof s->seed);
        crypto_generichash_update(&state, message, sizeof message);
        crypto_generichash_update(&state, (const uint8_t *)report_id + in_block,
                                  id_size - in_block);
        crypto_generichash_final(&state, s->seed, sizeof s->seed);
        sodium_memzero(&state, sizeof state);
    }
    sodium_memzero(message, 32); /* the rest is no secret of the key's */
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
    uint64_t v;

    if (s->used == sizeof s->bytes)
        stream_fill(s);
    v = get64(s->bytes + s->used);
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

/* floor(sqrt(n)), 2^62 <= n < 2^64. Newton's rule from the tangent 3/8 + 2/3 n, which lies above
   the root by 8 % at most: three steps leave less than one too much. */
static uint64_t root_of_large(uint64_t n)
{
    uint64_t root = UINT64_C(0x60000000) + (n >> 32) * 2 / 3 + 2;
    int i;

    for (i = 0; i < 3; i++)
        root = (root + n / root) / 2 + 1;
    if (root > UINT32_MAX)
        root = UINT32_MAX;
    while (root * root > n)
        root--;
    return root;
}

/* Twice as many bits: floor(sqrt(n 2^64)), after Zimmermann, "Karatsuba Square Root" (1999). */
static uint64_t root_shifted(uint64_t n)
{
    uint64_t high = root_of_large(n), rest = n - high * high;
    uint64_t low = (rest << 31) / high, left = (rest << 31) % high;

    return (high << 32) + low - ((wide)low * low > (wide)left << 33);
}

/* Digits of four that a number can be moved up, to be of at least 2^62. */
static int room_above(uint64_t n)
{
    return __builtin_clzll(n) / 2;
}

/* floor(sqrt(n) 2^ROOT_BITS), 0 < n. */
static uint64_t fast_root(uint64_t n)
{
    int room = room_above(n);

    return root_shifted(n << (2 * room)) >> room;
}

uint64_t cmty__root64(uint64_t n)
{
    int room = n != 0 ? room_above(n) : 0;

    return n != 0 ? root_of_large(n << (2 * room)) >> room : 0;
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
        if (*east == 0 && *north == 0)
            return true; /* no gap */
        g = gap_of(rate, *east, *north);
        accepted = accept_gap(s, &g);
    } while (accepted == 0);
    return accepted == 1;
}
