/* SPDX-License-Identifier: MIT */
/*
 * The margin against PROJ's geodesics: along each edge, which is straight in degrees, samples and
 * then a search between them. At any latitude, over long edges, across the antimeridian.
 */
#include "../runner.h"
#include "geo/geo.h"
#include "partition.h"

#include <math.h>

static double at_share(cmty_point from, cmty_point a, cmty_point b, double t)
{
    return cmty__geodesic_m(from, (cmty_point){a.lon_deg + t * (b.lon_deg - a.lon_deg),
                                               a.lat_deg + t * (b.lat_deg - a.lat_deg)});
}

/* Distance to one edge. */
static double judge_edge(cmty_point from, cmty_point a, cmty_point b)
{
    enum { SAMPLES = 24 };
    double least = INFINITY, low, high;
    int nearest = 0;

    for (int i = 0; i <= SAMPLES; i++) {
        double d = at_share(from, a, b, (double)i / SAMPLES);

        if (d < least) {
            least = d;
            nearest = i;
        }
    }
    low = fmax(nearest - 1, 0) / SAMPLES;
    high = fmin(nearest + 1, SAMPLES) / SAMPLES;
    for (int n = 0; n < 60; n++) {
        double one = low + (high - low) / 3, other = high - (high - low) / 3;

        if (at_share(from, a, b, one) < at_share(from, a, b, other))
            high = other;
        else
            low = one;
    }
    return fmin(least, at_share(from, a, b, (low + high) / 2));
}

static double judge(const partition *p, cmty_point from, double enough_m)
{
    double least = INFINITY;

    for (size_t r = 0; r < p->ring_count; r++)
        for (size_t i = 0; i + 1 < p->rings[r].count; i++) {
            cmty_point a = p->rings[r].points[i], b = p->rings[r].points[i + 1];

            /* one end and the length tell when the whole edge is too far away */
            if (cmty__geodesic_m(from, a) - 2 * cmty__geodesic_m(a, b) < fmin(least, enough_m))
                least = fmin(least, judge_edge(from, a, b));
        }
    return least;
}

static cmty__areas *build(const partition *p)
{
    cmty__areas *a = NULL;

    ck_assert_int_eq(cmty__areas_build(p->areas, p->area_count, &a, NULL), CMTY_OK);
    return a;
}

/* A city of 3 x 3 beats with sides of this length. */
static partition *city(double lon_deg, double lat_deg, double side_m, size_t steps)
{
    partition *p = partition_make(3, 3, steps, 90);
    cmty__frame f = cmty__frame_at((cmty_point){lon_deg, lat_deg});
    double x = side_m / 0.0125 / f.m_per_deg_lon, y = side_m / 0.0125 / f.m_per_deg_lat;

    for (size_t i = 0; i < p->point_count; i++) {
        p->points[i].lon_deg = lon_deg + (p->points[i].lon_deg + 87.7) * x;
        p->points[i].lat_deg = lat_deg + (p->points[i].lat_deg - 41.8) * y;
    }
    p->min = (cmty_point){lon_deg - side_m / f.m_per_deg_lon, lat_deg - side_m / f.m_per_deg_lat};
    p->max = (cmty_point){lon_deg + 4 * side_m / f.m_per_deg_lon,
                          lat_deg + 4 * side_m / f.m_per_deg_lat};
    return p;
}

static double worst_error(const partition *p, const cmty__areas *a, int points, uint64_t seed,
                          double most_m, double *margin_m)
{
    rng r = {seed};
    double worst = 0;

    for (int n = 0; n < points; n++) {
        cmty_point at = partition_point(p, n % 2 ? POINT_UNIFORM : n % POINT_KINDS, &r);
        double got = cmty__areas_margin_m(a, at), wanted = judge(p, at, most_m);

        if (wanted > most_m || fabs(got - wanted) <= worst)
            continue;
        worst = fabs(got - wanted);
        *margin_m = wanted;
    }
    return worst;
}

static const struct {
    const char *name;
    double lon_deg, lat_deg, side_m;
    size_t steps;
} cities[] = {
    {"equator", 36.8, -0.02, 1500, 6},
    {"Chicago", -87.6, 41.8, 1500, 6},
    {"Chicago, one edge a side", -87.6, 41.8, 1500, 0},
    {"Anchorage, wide", -149.9, 61.2, 20000, 3},
    {"Tromso, wide", 18.9, 69.6, 20000, 0},
    {"Longyearbyen", 15.6, 78.2, 3000, 4},
    {"Alert, long edges", -62.3, 82.5, 20000, 0},
    {"Dunedin", 170.5, -45.9, 2500, 4},
    {"outback, 100 km a side", 133.9, -23.7, 100000, 0},
};

START_TEST(margins_are_geodesic_to_a_centimetre)
{
    partition *p =
        city(cities[_i].lon_deg, cities[_i].lat_deg, cities[_i].side_m, cities[_i].steps);
    cmty__areas *a = build(p);
    double margin_m = 0, worst = worst_error(p, a, 250, 91 + (uint64_t)_i, 20e3, &margin_m);

    printf("%s: off by at most %.2g mm, at %.0f m\n", cities[_i].name, 1000 * worst, margin_m);
    fflush(stdout);
    ck_assert_double_le(worst, 0.01);
    cmty__areas_free(a);
    partition_free(p);
}
END_TEST

/* Two beats over the antimeridian, one of them cut there as layers have it, and a third beyond;
   then the same 177 degrees farther west, where nothing has to be cut. */
static partition *taveuni(bool cut)
{
    static const cmty_point west[] = {
        {179.95, -17}, {180, -17}, {180, -16.9}, {179.95, -16.9}, {179.95, -17}};
    static const cmty_point rest[] = {
        {-180, -17}, {-179.97, -17}, {-179.97, -16.9}, {-180, -16.9}, {-180, -17}};
    static const cmty_point beyond[] = {
        {-179.97, -17}, {-179.9, -17}, {-179.9, -16.9}, {-179.97, -16.9}, {-179.97, -17}};
    static const cmty_point above[] = {
        {179.99, -16.9}, {180, -16.9}, {180, -16.88}, {179.99, -16.9}};
    static const cmty_point whole[] = {{2.95, -17}, {3.03, -17},   {3.03, -16.9},
                                       {3, -16.9},  {2.95, -16.9}, {2.95, -17}};
    const cmty__ring rings[] = {{west, 5}, {rest, 5}, {beyond, 5}, {above, 4}};
    const cmty__ring one = {whole, 6};
    cmty__area_input areas[] = {{&rings[0], 2}, {&rings[2], 1}, {&rings[3], 1}};
    partition *p;

    if (!cut)
        areas[0] = (cmty__area_input){&one, 1};
    p = partition_copy(areas, 3);
    for (size_t i = 0; !cut && i < p->point_count; i++)
        if (fabs(p->points[i].lon_deg) > 4)
            p->points[i].lon_deg += p->points[i].lon_deg > 0 ? -177 : 183;
    return p;
}

START_TEST(nothing_changes_at_the_antimeridian)
{
    partition *p = taveuni(true), *q = taveuni(false);
    cmty__areas *a = build(p), *b = build(q);
    rng r = {97};

    for (int n = 0; n < 2000; n++) {
        double x = 2.85 + 0.35 * rng_unit(&r), y = -17.1 + 0.3 * rng_unit(&r), all[2];
        cmty_point here = {x + (x < 3 ? 177 : -183), y}, there = {x, y};
        cmty__near one[3], other[3];
        size_t count = cmty__areas_near(a, here, 2500, one, 3);

        ck_assert_double_eq_tol(cmty__areas_margin_m(a, here), cmty__areas_margin_m(b, there),
                                1e-6);
        ck_assert_uint_eq(cmty__areas_near(b, there, 2500, other, 3), count);
        for (size_t i = 0; i < count; i++) {
            ck_assert_int_eq(one[i].area, other[i].area);
            ck_assert_double_eq_tol(one[i].distance_m, other[i].distance_m, 1e-6);
        }
        ck_assert_int_eq(cmty__areas_shares(a, here, 900, one, count, &all[0], NULL), CMTY_OK);
        ck_assert_int_eq(cmty__areas_shares(b, there, 900, other, count, &all[1], NULL), CMTY_OK);
        ck_assert_double_eq_tol(all[0], all[1], 1e-9);
        for (size_t i = 0; i < count; i++)
            ck_assert_double_eq_tol(one[i].share, other[i].share, 1e-9);
    }
    cmty__areas_free(a);
    cmty__areas_free(b);
    partition_free(p);
    partition_free(q);
}
END_TEST

static Suite *margin_suite(void)
{
    Suite *suite = suite_create("margin");
    TCase *tc = tcase_create("margin");

    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, margins_are_geodesic_to_a_centimetre, 0,
                        sizeof cities / sizeof *cities);
    tcase_add_test(tc, nothing_changes_at_the_antimeridian);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(margin_suite)
