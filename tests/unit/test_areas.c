/* SPDX-License-Identifier: MIT */
/* Point location over areas: the properties that any index behind it must keep. */
#include "../runner.h"
#include "geo/geo.h"
#include "partition.h"

#include <math.h>

static cmty__areas *build(const partition *p)
{
    cmty__areas *a = NULL;
    cmty_error err = CMTY_ERROR_INIT;

    ck_assert_msg(cmty__areas_build(p->areas, p->area_count, &a, &err) == CMTY_OK, "%s",
                  err.message);
    return a;
}

/* Areas given as closed rings of lon, lat; one ring each. */
static cmty__areas *build_rings(const cmty__ring *rings, size_t count)
{
    cmty__area_input areas[16];
    cmty__areas *a = NULL;

    for (size_t i = 0; i < count; i++)
        areas[i] = (cmty__area_input){&rings[i], 1};
    ck_assert_int_eq(cmty__areas_build(areas, count, &a, NULL), CMTY_OK);
    return a;
}

#define RING(points)                                                                               \
    {                                                                                              \
        points, sizeof points / sizeof *points                                                     \
    }

/* ---- an oracle that shares nothing with the index but the predicate ---- */

/* 0 outside, CMTY__HIT_*: every edge of the area is looked at. */
static int slow_answer(const cmty__area_input *area, cmty_point p)
{
    bool inside = false;

    for (size_t r = 0; r < area->ring_count; r++)
        for (size_t i = 0; i + 1 < area->rings[r].count; i++) {
            cmty_point a = area->rings[r].points[i], b = area->rings[r].points[i + 1];
            int side = cmty__orient(a, b, p);

            if (side == 0 && p.lon_deg >= fmin(a.lon_deg, b.lon_deg)
                && p.lon_deg <= fmax(a.lon_deg, b.lon_deg)
                && p.lat_deg >= fmin(a.lat_deg, b.lat_deg)
                && p.lat_deg <= fmax(a.lat_deg, b.lat_deg))
                return CMTY__HIT_EDGE;
            if (a.lat_deg <= p.lat_deg && b.lat_deg > p.lat_deg && side > 0)
                inside = !inside;
            if (b.lat_deg <= p.lat_deg && a.lat_deg > p.lat_deg && side < 0)
                inside = !inside;
        }
    return inside ? CMTY__HIT_INSIDE : 0;
}

static void check_against_slow(const partition *p, const cmty__areas *a, cmty_point at)
{
    cmty__hit hits[64], *hit = hits;
    size_t n = cmty__areas_hits(a, at, hits, 64);
    bool edge = false, several, want_edge = false;
    int32_t first = cmty__areas_first(a, at, &edge, &several);

    ck_assert_uint_le(n, 64);
    ck_assert_int_eq(first, n == 0 ? -1 : hits[0].area);
    ck_assert_int_eq(several, n > 1);
    for (size_t k = 0; k < p->area_count; k++) {
        int kind = slow_answer(&p->areas[k], at);

        want_edge |= kind == CMTY__HIT_EDGE;
        ck_assert_int_eq(cmty__areas_contains(a, (int32_t)k, at), kind != 0);
        if (kind == 0)
            continue;
        ck_assert(hit < hits + n);
        ck_assert_int_eq(hit->area, (int)k);
        ck_assert_int_eq(hit->kind, kind);
        hit++;
    }
    ck_assert(hit == hits + n);
    ck_assert_int_eq(edge, want_edge);
}

START_TEST(every_kind_of_point_gets_the_answer_of_a_plain_search)
{
    partition *p = partition_make(5, 4, (size_t)_i, 100 + (uint64_t)_i);
    cmty__areas *a = build(p);
    rng r = {(uint64_t)_i};

    for (int kind = 0; kind < POINT_KINDS; kind++)
        for (int n = 0; n < 2000; n++)
            check_against_slow(p, a, partition_point(p, kind, &r));
    cmty__areas_free(a);
    partition_free(p);
}
END_TEST

/* Even-odd inside, but every point of a ring is held: what the index promises for spikes too. */
START_TEST(crossing_and_overlapping_rings_keep_the_even_odd_rule)
{
    partition *p = partition_throw(60, 3 + (size_t)_i, 900 + (uint64_t)_i);
    cmty__areas *a = build(p);

    for (int i = 0; i <= 96; i++)
        for (int j = 0; j <= 96; j++) {
            cmty_point at = {(i - 4) * 0.03125, (j - 4) * 0.03125};

            for (size_t k = 0; k < p->area_count; k++) {
                int kind = slow_answer(&p->areas[k], at);

                ck_assert_int_eq(cmty__areas_contains(a, (int32_t)k, at), kind != 0);
            }
        }
    cmty__areas_free(a);
    partition_free(p);
}
END_TEST

START_TEST(overlaps_beyond_any_word_size_are_all_found)
{
    enum { COUNT = 700 };
    static cmty_point points[COUNT][5];
    static cmty__ring rings[COUNT];
    static cmty__area_input areas[COUNT];
    cmty__hit hits[COUNT];
    cmty__near near[COUNT];
    cmty__areas *a = NULL;
    cmty_point middle = {10, 50}, corner = {10.5, 50};

    for (size_t i = 0; i < COUNT; i++) {
        double d = 0.5 + 0.001 * (double)i;
        cmty_point square[5] = {{10 - d, 50 - d},
                                {10 + d, 50 - d},
                                {10 + d, 50 + d},
                                {10 - d, 50 + d},
                                {10 - d, 50 - d}};

        memcpy(points[i], square, sizeof square);
        rings[i] = (cmty__ring){points[i], 5};
        areas[i] = (cmty__area_input){&rings[i], 1};
    }
    ck_assert_int_eq(cmty__areas_build(areas, COUNT, &a, NULL), CMTY_OK);
    ck_assert_uint_eq(cmty__areas_hits(a, middle, hits, COUNT), COUNT);
    for (int i = 0; i < COUNT; i++)
        ck_assert_int_eq(hits[i].area, i);
    ck_assert_uint_eq(cmty__areas_hits(a, corner, hits, 2), COUNT);
    ck_assert_int_eq(hits[0].kind, CMTY__HIT_EDGE);
    ck_assert_int_eq(hits[1].kind, CMTY__HIT_INSIDE);
    ck_assert_uint_eq(cmty__areas_near(a, middle, 1, near, COUNT), COUNT);
    ck_assert_int_eq(near[COUNT - 1].area, COUNT - 1);
    ck_assert_uint_eq(cmty__areas_hits(a, (cmty_point){10.5 + 0.6985, 50}, NULL, 0), 1);
    cmty__areas_free(a);
}
END_TEST

START_TEST(every_point_of_the_union_has_exactly_one_owner)
{
    partition *p = partition_make(6, 5, 12, 3);
    cmty__areas *a = build(p);
    rng r = {8};

    for (int n = 0; n < 40000; n++) {
        cmty_point at = partition_point(p, n % POINT_KINDS, &r);
        cmty__hit hits[8];
        size_t count = cmty__areas_hits(a, at, hits, 8);
        int inside = 0;

        for (size_t i = 0; i < count; i++)
            inside += hits[i].kind == CMTY__HIT_INSIDE;
        ck_assert_int_le(inside, 1);          /* interiors do not overlap, */
        ck_assert(inside == 0 || count == 1); /* nor do they touch another's edge */
        if (n % POINT_KINDS == POINT_VERTEX)
            ck_assert_uint_ge(count, 1); /* nothing falls between */
    }
    cmty__areas_free(a);
    partition_free(p);
}
END_TEST

START_TEST(order_start_and_direction_of_rings_change_nothing)
{
    partition *p = partition_make(5, 5, 9, 21);
    cmty__areas *a = build(p);
    rng r = {77};

    for (int round = 0; round < 4; round++) {
        size_t order[64];
        partition *q;
        cmty__areas *b;

        for (size_t i = 0; i < p->area_count; i++) {
            size_t k = rng_below(&r, i + 1);

            order[i] = order[k];
            order[k] = i;
        }
        q = partition_shuffle(p, order, &r);
        b = build(q);
        for (int n = 0; n < 20000; n++) {
            cmty_point at = partition_point(p, n % POINT_KINDS, &r);
            cmty__hit one[8], other[8];
            size_t count = cmty__areas_hits(a, at, one, 8);

            ck_assert_uint_eq(cmty__areas_hits(b, at, other, 8), count);
            for (size_t i = 0; i < count; i++) {
                size_t k = 0;

                while (k < count && other[k].area != (int32_t)order[one[i].area])
                    k++;
                ck_assert_uint_lt(k, count);
                ck_assert_int_eq(other[k].kind, one[i].kind);
            }
            if (n % 64 == 0) /* equal to the last bit */
                ck_assert(cmty__areas_margin_m(a, at) == cmty__areas_margin_m(b, at));
        }
        cmty__areas_free(b);
        partition_free(q);
    }
    cmty__areas_free(a);
    partition_free(p);
}
END_TEST

START_TEST(a_batch_of_any_size_answers_like_single_calls)
{
    enum { COUNT = 5000 };
    static cmty_point points[COUNT];
    static int32_t area[COUNT];
    static uint8_t flags[COUNT];
    partition *p = partition_make(6, 6, 10, 5);
    cmty__areas *a = build(p);
    rng r = {1};

    for (size_t n = 0; n < COUNT; n++)
        points[n] = partition_point(p, (int)(n % POINT_KINDS), &r);
    points[17] = (cmty_point){NAN, 41};
    points[18] = (cmty_point){INFINITY, -INFINITY};
    for (size_t size = 1; size <= COUNT; size = size * 3 + 1)
        for (size_t start = 0; start < COUNT; start += size) {
            size_t n = COUNT - start < size ? COUNT - start : size;

            cmty__areas_first_many(a, points + start, n, area + start, flags + start);
            for (size_t i = start; i < start + n; i++) {
                bool edge, several;

                ck_assert_int_eq(cmty__areas_first(a, points[i], &edge, &several), area[i]);
                ck_assert_uint_eq(flags[i] & 3U, (edge ? 1U : 0) | (several ? 2U : 0));
            }
        }
    ck_assert_int_eq(area[17], -1);
    ck_assert_int_eq(area[18], -1);
    cmty__areas_first_many(a, points, COUNT, area, NULL);
    cmty__areas_free(a);
    partition_free(p);
}
END_TEST

/* All points of a kind that a batch must get right, on each set of instructions. */
static void check_paths(cmty__areas *a, const cmty_point *points, size_t count)
{
    int32_t *area = malloc(2 * count * sizeof *area), *of = malloc(40 * count * sizeof *of);
    uint8_t *flags = malloc(2 * count);
    uint64_t *first = malloc((count + 1) * sizeof *first);

    for (int path = 0; path < CMTY__PATHS; path++) {
        size_t total;

        if (!cmty__areas_force_path(a, path)) {
            ck_assert_int_ne(path, CMTY__PATH_PORTABLE);
            continue;
        }
        cmty__areas_first_many(a, points, count, area, flags);
        total = cmty__areas_hits_many(a, points, count, first, of, 40 * count);
        ck_assert_uint_le(total, 40 * count);
        ck_assert_uint_eq(first[count], total);
        for (size_t i = 0; i < count; i++) {
            cmty__hit hits[40];
            bool edge, several;
            size_t n = cmty__areas_hits(a, points[i], hits, 40);

            ck_assert_int_eq(area[i], cmty__areas_first(a, points[i], &edge, &several));
            ck_assert_uint_eq(flags[i] & 3U, (edge ? 1U : 0) | (several ? 2U : 0));
            ck_assert(area[i] < 0 || (flags[i] & CMTY__FIRST_NEAR) == 0);
            ck_assert_uint_eq(first[i + 1] - first[i], n);
            for (size_t k = 0; k < n; k++)
                ck_assert_int_eq(of[first[i] + k], hits[k].area);
        }
    }
    free(area);
    free(of);
    free(flags);
    free(first);
}

START_TEST(every_path_gives_the_same_answers)
{
    enum { COUNT = 30000 };
    cmty_point *points = malloc(COUNT * sizeof *points);
    partition *p = _i < 4 ? partition_make(6, 5, (size_t)(_i * _i * 4), 40 + (uint64_t)_i)
                          : partition_throw(40, (size_t)_i, 70);
    cmty__areas *a = build(p);
    rng r = {(uint64_t)_i};

    for (size_t n = 0; n < COUNT; n++)
        points[n] = partition_point(p, (int)(n % POINT_KINDS), &r);
    points[5] = (cmty_point){NAN, 41};
    points[6] = (cmty_point){1, NAN};
    points[7] = (cmty_point){INFINITY, 41};
    points[8] = (cmty_point){-INFINITY, -1e300};
    check_paths(a, points, COUNT);
    cmty__areas_free(a);
    partition_free(p);
    free(points);
}
END_TEST

START_TEST(hits_of_many_are_counted_beyond_the_room_for_them)
{
    partition *p = partition_throw(30, 5, 4);
    cmty__areas *a = build(p);
    cmty_point points[600];
    uint64_t all[601], few[601];
    int32_t area[20000], some[20000];
    rng r = {5};
    size_t total;

    for (size_t i = 0; i < 600; i++)
        points[i] = partition_point(p, (int)(i % POINT_KINDS), &r);
    total = cmty__areas_hits_many(a, points, 600, all, area, 20000);
    ck_assert_uint_gt(total, 600);
    memset(some, 0x55, sizeof some);
    ck_assert_uint_eq(cmty__areas_hits_many(a, points, 600, few, some, total / 2), total);
    ck_assert(memcmp(all, few, sizeof all) == 0);
    ck_assert(memcmp(area, some, total / 2 * sizeof *area) == 0);
    ck_assert_int_eq(some[total / 2], 0x55555555);
    ck_assert_uint_eq(cmty__areas_hits_many(a, points, 600, few, NULL, 0), total);
    cmty__areas_free(a);
    partition_free(p);
}
END_TEST

/* ---- particular shapes ---- */

static const cmty_point west[] = {{0, 0}, {1, 0}, {1, 1}, {0, 1}, {0, 0}};
static const cmty_point east[] = {{1, 1}, {1, 0}, {2, 0}, {2, 1}, {1, 1}};

START_TEST(edge_point_belongs_to_the_lowest_area)
{
    const cmty__ring rings[] = {RING(west), RING(east)};
    cmty__areas *a = build_rings(rings, 2);
    const cmty_point shared[] = {{1, 0}, {1, 0.25}, {1, 1}};
    bool edge, several;

    for (size_t i = 0; i < 3; i++) {
        ck_assert_int_eq(cmty__areas_first(a, shared[i], &edge, &several), 0);
        ck_assert(edge && several);
    }
    ck_assert_int_eq(cmty__areas_first(a, (cmty_point){2, 1}, &edge, &several), 1);
    ck_assert(edge && !several);
    ck_assert_int_eq(cmty__areas_first(a, (cmty_point){1, 1.0000001}, &edge, &several), -1);
    cmty__areas_free(a);
}
END_TEST

START_TEST(a_seam_between_two_parts_of_one_area_is_inside)
{
    const cmty__ring rings[] = {RING(west), RING(east)};
    cmty__area_input area = {rings, 2};
    cmty__areas *a = NULL;
    cmty__hit hit;

    ck_assert_int_eq(cmty__areas_build(&area, 1, &a, NULL), CMTY_OK);
    ck_assert_uint_eq(cmty__areas_hits(a, (cmty_point){1, 0.5}, &hit, 1), 1);
    ck_assert_int_eq(hit.kind, CMTY__HIT_INSIDE);
    ck_assert_uint_eq(cmty__areas_hits(a, (cmty_point){1, 0}, &hit, 1), 1);
    ck_assert_int_eq(hit.kind, CMTY__HIT_EDGE);
    ck_assert(cmty__areas_margin_m(a, (cmty_point){1, 0.5}) > 50000); /* not the seam */
    cmty__areas_free(a);
}
END_TEST

START_TEST(a_spike_is_held_as_boundary)
{
    const cmty_point spiked[] = {{0, 0},   {1, 0}, {1, 0.5}, {1.5, 0.5},
                                 {1, 0.5}, {1, 1}, {0, 1},   {0, 0}};
    const cmty__ring ring = RING(spiked);
    cmty__areas *a = build_rings(&ring, 1);
    cmty__hit hit;

    ck_assert_uint_eq(cmty__areas_hits(a, (cmty_point){1.25, 0.5}, &hit, 1), 1);
    ck_assert_int_eq(hit.kind, CMTY__HIT_EDGE);
    ck_assert_uint_eq(cmty__areas_hits(a, (cmty_point){1.25, 0.5000001}, &hit, 1), 0);
    cmty__areas_free(a);
}
END_TEST

START_TEST(corners_of_cells_on_edges_do_no_harm)
{
    /* all coordinates on one raster, so that cell borders and edges fall together */
    enum { SIDE = 16 };
    static cmty_point points[SIDE * SIDE][5];
    static cmty__ring rings[SIDE * SIDE];
    static cmty__area_input areas[SIDE * SIDE];
    cmty__areas *a = NULL;

    for (int j = 0; j < SIDE; j++)
        for (int i = 0; i < SIDE; i++) {
            int k = j * SIDE + i;
            cmty_point square[5] = {{i, j}, {i + 1, j}, {i + 1, j + 1}, {i, j + 1}, {i, j}};

            memcpy(points[k], square, sizeof square);
            rings[k] = (cmty__ring){points[k], 5};
            areas[k] = (cmty__area_input){&rings[k], 1};
        }
    ck_assert_int_eq(cmty__areas_build(areas, SIDE * SIDE, &a, NULL), CMTY_OK);
    for (int j = 0; j <= 8 * SIDE; j++)
        for (int i = 0; i <= 8 * SIDE; i++) {
            /* the lowest square that holds it: one to the south-west of a shared edge */
            int column = i == 0 ? 0 : (i - 1) / 8, row = j == 0 ? 0 : (j - 1) / 8;
            bool edge;

            ck_assert_int_eq(cmty__areas_first(a, (cmty_point){i / 8.0, j / 8.0}, &edge, NULL),
                             row * SIDE + column);
            ck_assert_int_eq(edge, i % 8 == 0 || j % 8 == 0);
        }
    cmty__areas_free(a);
}
END_TEST

START_TEST(slivers_and_specks_are_areas_too)
{
    const cmty_point sliver[] = {{0, 0}, {1, 0x1p-50}, {1, 0x1p-49}, {0, 0}};
    const cmty_point speck[] = {
        {-87.7, 41.8}, {-87.7 + 0x1p-44, 41.8}, {-87.7 + 0x1p-44, 41.8 + 0x1p-44}, {-87.7, 41.8}};
    const cmty_point flat[] = {{3, 3}, {4, 3}, {5, 3}, {3, 3}};
    const cmty__ring rings[] = {RING(sliver), RING(speck), RING(flat)};
    cmty__hit hit;

    for (size_t i = 0; i < 3; i++) {
        cmty__areas *a = build_rings(&rings[i], 1);

        ck_assert_uint_eq(cmty__areas_hits(a, rings[i].points[1], &hit, 1), 1);
        cmty__areas_free(a);
    }
    cmty__areas_free(build_rings(rings, 3));
}
END_TEST

START_TEST(no_areas_hold_nothing)
{
    cmty__areas *a = NULL;
    cmty__area_input empty = {NULL, 0};
    cmty_point at = {0, 0};
    cmty__near near;

    for (size_t count = 0; count < 2; count++) {
        ck_assert_int_eq(cmty__areas_build(&empty, count, &a, NULL), CMTY_OK);
        ck_assert_int_eq(cmty__areas_first(a, at, NULL, NULL), -1);
        ck_assert_uint_eq(cmty__areas_near(a, at, 1e9, &near, 1), 0);
        ck_assert(isnan(cmty__areas_margin_m(a, at)));
        cmty__areas_free(a);
    }
}
END_TEST

START_TEST(rings_that_are_none_are_refused)
{
    const cmty_point open[] = {{0, 0}, {1, 0}, {1, 1}, {0, 1}};
    const cmty_point off[] = {{0, 0}, {200, 0}, {1, 1}, {0, 0}};
    const cmty_point nan_point[] = {{0, 0}, {1, NAN}, {1, 1}, {0, 0}};
    const cmty__ring rings[] = {RING(open), {open, 3}, RING(off), RING(nan_point)};
    cmty__areas *a;

    for (size_t i = 0; i < 4; i++) {
        cmty__area_input area = {&rings[i], 1};

        a = (cmty__areas *)&area;
        ck_assert_int_lt(cmty__areas_build(&area, 1, &a, NULL), 0);
        ck_assert_ptr_null(a);
    }
}
END_TEST

/* ---- distances ---- */

/* Least geodesic distance to the boundary, by walking along every edge. */
static double slow_margin(const partition *p, cmty_point at, double *area_m)
{
    double best = INFINITY;

    for (size_t k = 0; k < p->area_count; k++) {
        area_m[k] = INFINITY;
        for (size_t r = 0; r < p->areas[k].ring_count; r++)
            for (size_t i = 0; i + 1 < p->areas[k].rings[r].count; i++) {
                cmty_point a = p->areas[k].rings[r].points[i];
                cmty_point b = p->areas[k].rings[r].points[i + 1];
                double low = 0, high = 1;

                for (int n = 0; n < 60; n++) { /* ternary search */
                    double t[2] = {low + (high - low) / 3, high - (high - low) / 3}, d[2];

                    for (int e = 0; e < 2; e++)
                        d[e] = cmty__geodesic_m(
                            at, (cmty_point){a.lon_deg + t[e] * (b.lon_deg - a.lon_deg),
                                             a.lat_deg + t[e] * (b.lat_deg - a.lat_deg)});
                    if (d[0] < d[1])
                        high = t[1];
                    else
                        low = t[0];
                    area_m[k] = fmin(area_m[k], fmin(d[0], d[1]));
                }
            }
        best = fmin(best, area_m[k]);
    }
    return best;
}

START_TEST(distances_are_geodesic_to_a_centimetre)
{
    partition *p = partition_make(3, 3, 2, 4);
    cmty__areas *a = build(p);
    rng r = {6};

    for (int n = 0; n < 150; n++) {
        double area_m[16], margin;
        cmty_point at = partition_point(p, n % POINT_KINDS, &r);
        cmty__near near[16];
        size_t count;

        if (n % 3 == 0) { /* well outside */
            at.lon_deg += 0.2 * (rng_unit(&r) - 0.5);
            at.lat_deg += 0.2 * (rng_unit(&r) - 0.5);
        }
        margin = slow_margin(p, at, area_m);
        ck_assert_double_eq_tol(cmty__areas_margin_m(a, at), margin, 0.01);
        count = cmty__areas_near(a, at, 2000, near, 16);
        for (size_t i = 0; i < count; i++) {
            bool held = cmty__areas_contains(a, near[i].area, at);

            ck_assert_double_eq_tol(near[i].distance_m, held ? 0 : area_m[near[i].area], 0.01);
            ck_assert(i == 0 || near[i - 1].distance_m < near[i].distance_m
                      || (near[i - 1].distance_m == near[i].distance_m
                          && near[i - 1].area < near[i].area));
            area_m[near[i].area] = INFINITY;
        }
        for (size_t k = 0; k < p->area_count; k++)
            ck_assert(area_m[k] > 2000 - 0.01); /* none left out */
    }
    cmty__areas_free(a);
    partition_free(p);
}
END_TEST

START_TEST(distances_far_north_and_far_away_hold)
{
    /* one long edge of 60 km at 64 degrees north, seen from 15 and from 60 km */
    const cmty_point north[] = {{-150, 64}, {-149, 64.3}, {-149, 65}, {-150, 64}};
    const cmty__ring ring = RING(north);
    const cmty__area_input area = {&ring, 1};
    partition *p = partition_copy(&area, 1);
    cmty__areas *a = build(p);
    const cmty_point from[] = {{-149.4, 64.05}, {-149.2, 63.6}, {-149.1, 64.6}, {10, -30}};
    const double tolerance[] = {0.01, 0.2, 0.01, 1e5};
    double area_m[1];

    for (size_t i = 0; i < 4; i++)
        ck_assert_double_eq_tol(cmty__areas_margin_m(a, from[i]), slow_margin(p, from[i], area_m),
                                tolerance[i]);
    cmty__areas_free(a);
    partition_free(p);
}
END_TEST

START_TEST(near_with_a_small_array_keeps_the_nearest)
{
    partition *p = partition_make(6, 6, 3, 9);
    cmty__areas *a = build(p);
    rng r = {2};

    for (int n = 0; n < 300; n++) {
        cmty_point at = partition_point(p, POINT_UNIFORM, &r);
        cmty__near all[64], few[3];
        size_t count = cmty__areas_near(a, at, 1500, all, 64);

        ck_assert_uint_eq(cmty__areas_near(a, at, 1500, few, 3), count);
        ck_assert_uint_eq(cmty__areas_near(a, at, 1500, NULL, 0), count);
        for (size_t i = 0; i < count && i < 3; i++)
            ck_assert_int_eq(few[i].area, all[i].area);
    }
    cmty__areas_free(a);
    partition_free(p);
}
END_TEST

START_TEST(nearest_point_is_on_the_area_and_as_near_as_near_says)
{
    partition *p = partition_make(4, 4, 6, 12);
    cmty__areas *a = build(p);
    rng r = {3};

    for (int n = 0; n < 500; n++) {
        cmty_point at = partition_point(p, POINT_UNIFORM, &r), to;
        cmty__near near[2];
        size_t count = cmty__areas_near(a, at, 5000, near, 2);

        for (size_t i = 0; i < count && i < 2; i++) {
            to = cmty__areas_nearest_point(a, near[i].area, at);
            ck_assert_double_eq_tol(cmty__geodesic_m(at, to), near[i].distance_m, 0.001);
        }
    }
    cmty__areas_free(a);
    partition_free(p);
}
END_TEST

/* ---- bytes ---- */

START_TEST(saved_areas_come_back_the_same)
{
    partition *p = partition_make(4, 3, 7, 31);
    cmty__areas *a = build(p), *b = NULL;
    cmty__buf bytes = {0}, again = {0};
    rng r = {4};

    cmty__areas_save(a, &bytes);
    ck_assert_int_eq(cmty__areas_load(bytes.data, bytes.size, &b, NULL), CMTY_OK);
    cmty__areas_save(b, &again);
    ck_assert_uint_eq(bytes.size, again.size);
    ck_assert(memcmp(bytes.data, again.data, bytes.size) == 0);
    for (int n = 0; n < 5000; n++) {
        cmty_point at = partition_point(p, n % POINT_KINDS, &r);

        ck_assert_int_eq(cmty__areas_first(a, at, NULL, NULL),
                         cmty__areas_first(b, at, NULL, NULL));
    }
    cmty__buf_free(&bytes);
    cmty__buf_free(&again);
    cmty__areas_free(a);
    cmty__areas_free(b);
    partition_free(p);
}
END_TEST

START_TEST(damaged_bytes_are_refused_or_harmless)
{
    partition *p = partition_make(3, 2, 2, 31);
    cmty__areas *a = build(p);
    cmty__buf bytes = {0};
    rng r = {14};
    int refused = 0;

    cmty__areas_save(a, &bytes);
    for (size_t size = 0; size < bytes.size; size++) {
        cmty__areas *b = a;
        char *part = malloc(size + 1); /* its end is watched by the sanitizer */

        memcpy(part, bytes.data, size);
        ck_assert_int_eq(cmty__areas_load(part, size, &b, NULL), CMTY_E_FORMAT);
        ck_assert_ptr_null(b);
        free(part);
    }
    for (int n = 0; n < 4000; n++) {
        char *copy = malloc(bytes.size);
        cmty__areas *b = NULL;

        memcpy(copy, bytes.data, bytes.size);
        for (size_t k = rng_below(&r, 4) + 1; k > 0; k--)
            copy[rng_below(&r, n % 2 ? 96 : bytes.size)] = (char)rng_next(&r);
        if (cmty__areas_load(copy, bytes.size, &b, NULL) == CMTY_OK)
            check_against_slow(&(partition){0}, b, (cmty_point){200, 200});
        else
            refused++;
        cmty__areas_free(b);
        free(copy);
    }
    ck_assert_int_gt(refused, 1000);
    cmty__buf_free(&bytes);
    cmty__areas_free(a);
    partition_free(p);
}
END_TEST

static Suite *areas_suite(void)
{
    Suite *suite = suite_create("areas");
    TCase *tc = tcase_create("areas");

    tcase_set_timeout(tc, 120);
    tcase_add_loop_test(tc, every_kind_of_point_gets_the_answer_of_a_plain_search, 0, 6);
    tcase_add_loop_test(tc, crossing_and_overlapping_rings_keep_the_even_odd_rule, 0, 4);
    tcase_add_test(tc, overlaps_beyond_any_word_size_are_all_found);
    tcase_add_test(tc, every_point_of_the_union_has_exactly_one_owner);
    tcase_add_test(tc, order_start_and_direction_of_rings_change_nothing);
    tcase_add_test(tc, a_batch_of_any_size_answers_like_single_calls);
    tcase_add_loop_test(tc, every_path_gives_the_same_answers, 0, 8);
    tcase_add_test(tc, hits_of_many_are_counted_beyond_the_room_for_them);
    tcase_add_test(tc, edge_point_belongs_to_the_lowest_area);
    tcase_add_test(tc, a_seam_between_two_parts_of_one_area_is_inside);
    tcase_add_test(tc, a_spike_is_held_as_boundary);
    tcase_add_test(tc, corners_of_cells_on_edges_do_no_harm);
    tcase_add_test(tc, slivers_and_specks_are_areas_too);
    tcase_add_test(tc, no_areas_hold_nothing);
    tcase_add_test(tc, rings_that_are_none_are_refused);
    tcase_add_test(tc, distances_are_geodesic_to_a_centimetre);
    tcase_add_test(tc, distances_far_north_and_far_away_hold);
    tcase_add_test(tc, near_with_a_small_array_keeps_the_nearest);
    tcase_add_test(tc, nearest_point_is_on_the_area_and_as_near_as_near_says);
    tcase_add_test(tc, saved_areas_come_back_the_same);
    tcase_add_test(tc, damaged_bytes_are_refused_or_harmless);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(areas_suite)
