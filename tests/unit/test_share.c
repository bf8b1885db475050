/* SPDX-License-Identifier: MIT */
/*
 * The share of a Gaussian in each area, against a judge that goes another way: along parallels
 * instead of rays, with the error function instead of Owen's, over all edges instead of near ones.
 */
#include "../runner.h"
#include "geo/geo.h"
#include "partition.h"

#include <math.h>

/* ---- the judge ---- */

enum { MOST_EDGES = 4000 };

typedef struct flat {
    double ax[MOST_EDGES], ay[MOST_EDGES], bx[MOST_EDGES], by[MOST_EDGES];
    double break_y[20 * MOST_EDGES]; /* where the integrand bends, or bends fast */
    size_t count, break_count;
} flat;

static int compare_doubles(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;

    return (a > b) - (a < b);
}

static void put_break(flat *f, double y)
{
    if (fabs(y) < 9)
        f->break_y[f->break_count++] = y;
}

static void put_edge(flat *f, double ax, double ay, double bx, double by)
{
    ck_assert_uint_lt(f->count, MOST_EDGES);
    f->ax[f->count] = ax;
    f->ay[f->count] = ay;
    f->bx[f->count] = bx;
    f->by[f->count++] = by;
    put_break(f, ay);
    for (int x = -9; x <= 9; x++)
        if ((ax < x) != (bx < x))
            put_break(f, ay + (by - ay) * ((x - ax) / (bx - ax)));
}

static void flatten(const cmty__area_input *area, cmty_point p, double sigma_m, flat *f)
{
    cmty__frame frame = cmty__frame_at(p);
    double kx = frame.m_per_deg_lon / sigma_m, ky = frame.m_per_deg_lat / sigma_m;

    f->count = 0;
    f->break_y[0] = -9;
    f->break_y[1] = 9;
    f->break_count = 2;
    for (size_t r = 0; r < area->ring_count; r++)
        for (size_t i = 0; i + 1 < area->rings[r].count; i++) {
            cmty_point a = area->rings[r].points[i], b = area->rings[r].points[i + 1];

            put_edge(f, (a.lon_deg - p.lon_deg) * kx, (a.lat_deg - p.lat_deg) * ky,
                     (b.lon_deg - p.lon_deg) * kx, (b.lat_deg - p.lat_deg) * ky);
        }
    qsort(f->break_y, f->break_count, sizeof *f->break_y, compare_doubles);
}

/* Probability of the area on the parallel y. */
static double along(const flat *f, double y)
{
    double x[256], sum = 0;
    size_t count = 0;

    for (size_t i = 0; i < f->count; i++)
        if ((f->ay[i] > y) != (f->by[i] > y)) {
            ck_assert_uint_lt(count, 256);
            x[count++] =
                f->ax[i] + (f->bx[i] - f->ax[i]) * ((y - f->ay[i]) / (f->by[i] - f->ay[i]));
        }
    qsort(x, count, sizeof *x, compare_doubles);
    for (size_t i = 0; i + 1 < count; i += 2)
        sum += 0.5 * (erf(x[i + 1] * sqrt(0.5)) - erf(x[i] * sqrt(0.5)));
    return sum;
}

static double judge(const cmty__area_input *area, cmty_point p, double sigma_m)
{
    static const double at[] = {-0.93246951420315202781, -0.66120938646626451366,
                                -0.23861918608319690863, 0.23861918608319690863,
                                0.66120938646626451366,  0.93246951420315202781};
    static const double weight[] = {0.17132449237917034504, 0.36076157304813860757,
                                    0.46791393457269104739, 0.46791393457269104739,
                                    0.36076157304813860757, 0.17132449237917034504};
    static flat f;
    double sum = 0;

    flatten(area, p, sigma_m, &f);
    for (size_t b = 0; b + 1 < f.break_count; b++) {
        double low = f.break_y[b], high = f.break_y[b + 1];
        int pieces = (int)((high - low) / 0.25) + 1;
        double half = (high - low) / (2 * pieces);

        for (int i = 0; i < pieces && half > 0; i++)
            for (int k = 0; k < 6; k++) {
                double y = low + half * (2 * i + 1 + at[k]);

                sum += half * weight[k] * exp(-y * y / 2) / sqrt(2 * 3.14159265358979323846)
                       * along(&f, y);
            }
    }
    return sum;
}

/* ---- shares and judge ---- */

static cmty__areas *build(const partition *p)
{
    cmty__areas *a = NULL;

    ck_assert_int_eq(cmty__areas_build(p->areas, p->area_count, &a, NULL), CMTY_OK);
    return a;
}

/* Worst difference over all areas. */
static double worst(const partition *p, const cmty__areas *a, cmty_point at, double sigma_m)
{
    double all, sum = 0, most = 0;
    cmty__near areas[64];

    for (size_t k = 0; k < p->area_count; k++)
        areas[k] = (cmty__near){.area = (int32_t)k};
    ck_assert_int_eq(cmty__areas_shares(a, at, sigma_m, areas, p->area_count, &all, NULL), CMTY_OK);
    for (size_t k = 0; k < p->area_count; k++) {
        double wanted = judge(&p->areas[k], at, sigma_m), off = fabs(areas[k].share - wanted);

        ck_assert_msg(off < 1e-9 + 1e-8 / sigma_m, "area %zu: %.9f, the judge says %.9f; sigma %g",
                      k, areas[k].share, wanted, sigma_m);
        sum += areas[k].share;
        most = fmax(most, off);
    }
    ck_assert_double_eq_tol(all, sum, 1e-12);
    return most;
}

START_TEST(shares_of_invented_cities_are_those_of_the_judge)
{
    static const double sigmas[] = {0.1, 2, 15, 100, 600, 3000};
    static const size_t steps[] = {0, 3, 40};
    double most = 0;
    rng r = {21};

    for (size_t s = 0; s < 3; s++) {
        partition *p = partition_make(4, 3, steps[s], 7 + s);
        cmty__areas *a = build(p);

        for (int n = 0; n < 60; n++) {
            cmty_point at = partition_point(p, n % POINT_KINDS, &r);

            most = fmax(most, worst(p, a, at, sigmas[n % 6]));
        }
        cmty__areas_free(a);
        partition_free(p);
    }
    printf("shares: worst difference from the judge %.1e\n", most);
    fflush(stdout);
}
END_TEST

#define RING(points) ((cmty__ring){points, sizeof(points) / sizeof *(points)})

/* Squares with edges on common lines: their corners hide behind each other, sides are cut
   differently on each side, a loop touches its own ring, beats overlap and hold each other. Turned
   by an angle, what is in line is so up to rounding. */
static cmty_point turned(cmty_point p, double angle)
{
    return (cmty_point){p.lon_deg * cos(angle) - p.lat_deg * sin(angle),
                        p.lon_deg * sin(angle) + p.lat_deg * cos(angle)};
}

static partition *squares(double angle)
{
    static const cmty_point big[] = {{0, 0}, {.02, 0}, {.02, .02}, {0, .02}, {0, 0}};
    static const cmty_point lower[] = {{.02, 0}, {.03, 0}, {.03, .01}, {.02, .01}, {.02, 0}};
    static const cmty_point upper[] = {{.02, .01}, {.03, .01}, {.03, .02}, {.02, .02}, {.02, .01}};
    static const cmty_point over[] = {{.015, 0}, {.025, 0}, {.025, .02}, {.015, .02}, {.015, 0}};
    static const cmty_point within[] = {{0, .005}, {.004, .005}, {.004, .01}, {0, .01}, {0, .005}};
    static const cmty_point loop[] = {{.04, 0},    {.05, 0},      {.05, .01},
                                      {.045, .01}, {.0475, .005}, {.043, .005},
                                      {.045, .01}, {.04, .01},    {.04, 0}};
    static const cmty_point pinched[] = {{.04, .01},  {.045, .01}, {.05, .01}, {.05, .02},
                                         {.045, .01}, {.04, .02},  {.04, .01}};
    const cmty__ring rings[] = {RING(big),    RING(lower), RING(upper),  RING(over),
                                RING(within), RING(loop),  RING(pinched)};
    cmty__area_input areas[7];

    partition *p;

    for (size_t i = 0; i < 7; i++)
        areas[i] = (cmty__area_input){&rings[i], 1};
    p = partition_copy(areas, 7);
    for (size_t i = 0; i < p->point_count; i++)
        p->points[i] = turned(p->points[i], angle);
    return p;
}

START_TEST(shares_hold_on_common_lines_corners_and_overlaps)
{
    static const double sigmas[] = {1, 50, 300, 1000, 5000};
    double angle = _i == 0 ? 0 : 0.6, most = 0;
    partition *p = squares(angle);
    cmty__areas *a = build(p);

    for (int i = -2; i <= 22; i++)
        for (int j = -2; j <= 10; j++)
            most = fmax(most, worst(p, a, turned((cmty_point){i / 400.0, j / 400.0}, angle),
                                    sigmas[(size_t)(i + j + 4) % 5]));
    printf("shares on common lines: worst difference from the judge %.1e\n", most);
    fflush(stdout);
    cmty__areas_free(a);
    partition_free(p);
}
END_TEST

START_TEST(a_partition_shares_out_all_of_it_and_an_edge_halves_it)
{
    partition *p = partition_make(3, 3, 0, 5);
    cmty__areas *a = build(p);
    rng r = {4};

    for (int n = 0; n < 200; n++) {
        const cmty__ring *ring = &p->areas[4].rings[0];
        size_t i = rng_below(&r, ring->count - 1);
        cmty_point c = ring->points[i], d = ring->points[i + 1];
        cmty_point at = {(c.lon_deg + d.lon_deg) / 2, (c.lat_deg + d.lat_deg) / 2};
        cmty__near inner = {.area = 4};
        double all;

        ck_assert_int_eq(cmty__areas_shares(a, at, 5, &inner, 1, &all, NULL), CMTY_OK);
        ck_assert_double_eq_tol(inner.share, 0.5, 1e-8);
        ck_assert_double_eq_tol(all, 1, 1e-9);
    }
    cmty__areas_free(a);
    partition_free(p);
}
END_TEST

START_TEST(shares_do_not_depend_on_the_order_of_areas_and_rings)
{
    partition *p = partition_make(3, 3, 6, 8), *q;
    cmty__areas *a = build(p), *b;
    size_t order[16];
    rng r = {14};

    for (size_t i = 0; i < p->area_count; i++)
        order[i] = (i + 3) % p->area_count;
    q = partition_shuffle(p, order, &r);
    b = build(q);
    for (int n = 0; n < 500; n++) {
        cmty_point at = partition_point(p, n % POINT_KINDS, &r);
        double sigma_m = n % 2 ? 20 : 400, all;

        for (int32_t k = 0; k < (int32_t)p->area_count; k++) {
            cmty__near one = {.area = k}, other = {.area = (int32_t)order[k]};

            ck_assert_int_eq(cmty__areas_shares(a, at, sigma_m, &one, 1, &all, NULL), CMTY_OK);
            ck_assert_int_eq(cmty__areas_shares(b, at, sigma_m, &other, 1, &all, NULL), CMTY_OK);
            ck_assert_double_eq_tol(one.share, other.share, 1e-12);
        }
    }
    cmty__areas_free(a);
    cmty__areas_free(b);
    partition_free(p);
    partition_free(q);
}
END_TEST

static Suite *share_suite(void)
{
    Suite *suite = suite_create("share");
    TCase *tc = tcase_create("share");

    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, shares_of_invented_cities_are_those_of_the_judge);
    tcase_add_loop_test(tc, shares_hold_on_common_lines_corners_and_overlaps, 0, 2);
    tcase_add_test(tc, a_partition_shares_out_all_of_it_and_an_edge_halves_it);
    tcase_add_test(tc, shares_do_not_depend_on_the_order_of_areas_and_rings);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(share_suite)
