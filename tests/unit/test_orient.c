/* SPDX-License-Identifier: MIT */
/* The sign of an orientation, against exact integer arithmetic. */
#include "../runner.h"
#include "geo/geo.h"
#include "partition.h"

#include <math.h>

/* ---- the oracle: coordinates as integers of 2^-shift, products as long integers ---- */

typedef struct wide {
    uint32_t limb[16]; /* two's complement, 512 bits, lowest first */
} wide;

static void wide_negate(wide *a)
{
    uint64_t carry = 1;

    for (int i = 0; i < 16; i++) {
        carry += (uint32_t)~a->limb[i];
        a->limb[i] = (uint32_t)carry;
        carry >>= 32;
    }
}

static wide wide_add(wide a, wide b)
{
    uint64_t carry = 0;

    for (int i = 0; i < 16; i++) {
        carry += (uint64_t)a.limb[i] + b.limb[i];
        a.limb[i] = (uint32_t)carry;
        carry >>= 32;
    }
    return a;
}

static wide wide_subtract(wide a, wide b)
{
    wide_negate(&b);
    return wide_add(a, b);
}

static int wide_sign(wide a)
{
    if (a.limb[15] >> 31)
        return -1;
    for (int i = 0; i < 16; i++)
        if (a.limb[i] != 0)
            return 1;
    return 0;
}

static wide wide_multiply(wide a, wide b)
{
    wide product = {{0}};
    bool negative = (wide_sign(a) < 0) != (wide_sign(b) < 0);

    if (wide_sign(a) < 0)
        wide_negate(&a);
    if (wide_sign(b) < 0)
        wide_negate(&b);
    for (int i = 0; i < 16; i++) {
        uint64_t carry = 0;

        for (int k = 0; i + k < 16; k++) {
            carry += (uint64_t)a.limb[i] * b.limb[k] + product.limb[i + k];
            product.limb[i + k] = (uint32_t)carry;
            carry >>= 32;
        }
    }
    if (negative)
        wide_negate(&product);
    return product;
}

/* v * 2^120, exactly: |v| < 2^64, lowest bit of v not below 2^-120. */
static wide wide_from(double v)
{
    wide w = {{0}};
    int exponent;
    uint64_t mantissa = (uint64_t)ldexp(frexp(fabs(v), &exponent), 53);
    int shift = exponent - 53 + 120;

    ck_assert(v == 0 || (shift >= 0 && shift < 184));
    for (int bit = 0; bit < 53; bit++)
        if (mantissa >> bit & 1)
            w.limb[(bit + shift) / 32] |= (uint32_t)1 << (bit + shift) % 32;
    if (v < 0)
        wide_negate(&w);
    return w;
}

static int exact_orientation(cmty_point a, cmty_point b, cmty_point c)
{
    wide acx = wide_subtract(wide_from(a.lon_deg), wide_from(c.lon_deg));
    wide acy = wide_subtract(wide_from(a.lat_deg), wide_from(c.lat_deg));
    wide bcx = wide_subtract(wide_from(b.lon_deg), wide_from(c.lon_deg));
    wide bcy = wide_subtract(wide_from(b.lat_deg), wide_from(c.lat_deg));

    return wide_sign(wide_subtract(wide_multiply(acx, bcy), wide_multiply(acy, bcx)));
}

static void check(cmty_point a, cmty_point b, cmty_point c)
{
    int sign = exact_orientation(a, b, c);

    ck_assert_int_eq(cmty__orient(a, b, c), sign);
    ck_assert_int_eq(cmty__orient(b, c, a), sign);
    ck_assert_int_eq(cmty__orient(b, a, c), -sign);
}

/* ---- tests ---- */

START_TEST(the_oracle_itself_multiplies)
{
    wide a = wide_from(-3.5), b = wide_from(2.25), c = wide_from(-7.875), one = wide_from(1);

    ck_assert_int_eq(wide_sign(wide_subtract(wide_multiply(a, b), wide_multiply(c, one))), 0);
    ck_assert_int_eq(wide_sign(a), -1);
    ck_assert_int_eq(wide_sign(wide_from(0)), 0);
}
END_TEST

START_TEST(left_is_positive_and_a_line_is_zero)
{
    cmty_point o = {0, 0}, east = {1, 0}, north = {0, 1}, far_east = {7, 0};

    ck_assert_int_eq(cmty__orient(o, east, north), 1);
    ck_assert_int_eq(cmty__orient(o, north, east), -1);
    ck_assert_int_eq(cmty__orient(o, east, far_east), 0);
    ck_assert_int_eq(cmty__orient(o, o, north), 0);
}
END_TEST

START_TEST(neighbours_of_a_line_agree_with_exact_arithmetic)
{
    /* the grid of neighbouring doubles that Kettner et al. (2008) use to break naive predicates */
    cmty_point b = {12, 12}, c = {24, 24};

    for (int i = 0; i < 256; i++)
        for (int j = 0; j < 256; j++)
            check((cmty_point){0.5 + i * 0x1p-53, 0.5 + j * 0x1p-53}, b, c);
}
END_TEST

START_TEST(points_of_city_edges_agree_with_exact_arithmetic)
{
    partition *p = partition_make(4, 4, 20, 7);
    rng r = {11};

    for (int n = 0; n < 20000; n++) {
        const cmty__ring *ring = &p->rings[rng_below(&r, p->ring_count)];
        size_t i = rng_below(&r, ring->count - 1);
        double t = rng_unit(&r);
        cmty_point a = ring->points[i], b = ring->points[i + 1];
        cmty_point c = {a.lon_deg + t * (b.lon_deg - a.lon_deg),
                        a.lat_deg + t * (b.lat_deg - a.lat_deg)};

        check(a, b, c);
        c.lat_deg = nextafter(c.lat_deg, n % 2 ? 90 : -90);
        check(a, b, c);
    }
    partition_free(p);
}
END_TEST

START_TEST(coordinates_of_all_magnitudes_agree_with_exact_arithmetic)
{
    rng r = {5};

    for (int n = 0; n < 50000; n++) {
        double v[4];

        for (int i = 0; i < 4; i++) {
            v[i] = ldexp(rng_unit(&r) - 0.5, -(int)rng_below(&r, 14));
            if (rng_below(&r, 4) == 0)
                v[i] = 0;
        }
        check((cmty_point){v[0], v[1]}, (cmty_point){v[2], v[3]},
              (cmty_point){(v[0] + v[2]) / 2, (v[1] + v[3]) / 2});
        check((cmty_point){v[0], v[1]}, (cmty_point){v[2], v[3]},
              (cmty_point){2 * v[2] - v[0], 2 * v[3] - v[1]});
    }
}
END_TEST

START_TEST(tiny_coordinates_do_not_underflow)
{
    double d = 0x1p-600;
    cmty_point a = {d, d}, b = {3 * d, 3 * d}, c = {2 * d, 2 * d};

    ck_assert_int_eq(cmty__orient(a, b, c), 0);
    c.lat_deg = nextafter(c.lat_deg, 1);
    ck_assert_int_eq(cmty__orient(a, b, c), 1);
}
END_TEST

static Suite *orient_suite(void)
{
    Suite *suite = suite_create("orient");
    TCase *tc = tcase_create("orient");

    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, the_oracle_itself_multiplies);
    tcase_add_test(tc, left_is_positive_and_a_line_is_zero);
    tcase_add_test(tc, neighbours_of_a_line_agree_with_exact_arithmetic);
    tcase_add_test(tc, points_of_city_edges_agree_with_exact_arithmetic);
    tcase_add_test(tc, coordinates_of_all_magnitudes_agree_with_exact_arithmetic);
    tcase_add_test(tc, tiny_coordinates_do_not_underflow);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(orient_suite)
