/* SPDX-License-Identifier: MIT */
/*
 * Laying partitions over each other: what must hold whatever they are. Areas add up, nothing
 * depends on the order or direction of rings, swapping the sides swaps the answer, and a shifted
 * layer makes nothing but narrow pieces.
 */
#include "../runner.h"
#include "geo/geo.h"
#include "partition.h"

#include <math.h>

enum { COLUMNS = 6, ROWS = 5, STEPS = 7 };
static const double tolerance_m = 5;

static cmty__cover *cover_of(const cmty__area_input *inputs, size_t count, const int32_t *unit_of,
                             size_t units)
{
    cmty__areas *areas = NULL;
    cmty__cover *cover = NULL;

    ck_assert_int_eq(cmty__areas_build(inputs, count, &areas, NULL), CMTY_OK);
    ck_assert_int_eq(cmty__cover_make(areas, unit_of, units, NULL, &cover, NULL), CMTY_OK);
    cmty__areas_free(areas);
    return cover;
}

static cmty__cover *cover_each(const partition *p)
{
    int32_t *unit_of = calloc(p->area_count, sizeof *unit_of);
    cmty__cover *cover;

    for (size_t i = 0; i < p->area_count; i++)
        unit_of[i] = (int32_t)i;
    cover = cover_of(p->areas, p->area_count, unit_of, p->area_count);
    free(unit_of);
    return cover;
}

static cmty__pieces *cut(const cmty__cover *a, const cmty__cover *b)
{
    cmty__pieces *pieces = NULL;

    ck_assert_int_eq(cmty__pieces_cut(a, b, tolerance_m, NULL, &pieces, NULL), CMTY_OK);
    return pieces;
}

/* Every piece of a unit of one side, narrow or not. */
static double sum_of(const cmty__pieces *pieces, int side, int32_t unit)
{
    double sum = 0;

    for (size_t i = 0; i < cmty__pieces_count(pieces); i++) {
        const cmty__piece *p = cmty__pieces_at(pieces, i);

        if ((side == 0 ? p->from : p->to) == unit)
            sum += p->area_m2;
    }
    return sum;
}

static void check_sums(const cmty__pieces *pieces, int side, const cmty__cover *cover, size_t units)
{
    for (int32_t u = 0; (size_t)u < units; u++)
        ck_assert_double_eq_tol(sum_of(pieces, side, u), cmty__cover_area_m2(cover, u), 0.2);
}

/* ---- the measure ---- */

START_TEST(an_area_is_the_same_however_its_edges_are_cut)
{
    const cmty_point corners[] = {{-95, 40}, {-94.7, 40.1}, {-94.6, 40.4}, {-95.1, 40.3}};
    rng r = {(uint64_t)_i + 1};
    cmty_point whole[5], cut_up[64];
    size_t n = 0;

    for (size_t i = 0; i < 5; i++)
        whole[i] = corners[i % 4];
    for (size_t i = 0; i < 4; i++) {
        double at = 0;

        for (int k = 0; k < 10; k++, at += rng_unit(&r) * (1 - at) / 3)
            cut_up[n++] =
                (cmty_point){whole[i].lon_deg + at * (whole[i + 1].lon_deg - whole[i].lon_deg),
                             whole[i].lat_deg + at * (whole[i + 1].lat_deg - whole[i].lat_deg)};
    }
    cut_up[n++] = whole[0];
    ck_assert_double_eq_tol(cmty__ring_straight_m2(&(cmty__ring){cut_up, n}),
                            cmty__ring_straight_m2(&(cmty__ring){whole, 5}), 0.01);
}
END_TEST

/* The ellipsoid of WGS 84 has 510,065,621,724,088 m2 (National Imagery and Mapping Agency,
   TR8350.2, table 3.3, gives it to fewer digits). */
START_TEST(the_whole_earth_has_its_area)
{
    cmty_point points[] = {{-180, -90}, {180, -90}, {180, 90}, {-180, 90}, {-180, -90}};
    cmty__ring ring = {points, 5};

    ck_assert_double_eq_tol(cmty__ring_straight_m2(&ring), 510065621724088.0, 1000);
}
END_TEST

/* Geodesic edges and straight ones differ only on long edges. */
START_TEST(a_small_area_is_what_geodesics_measure)
{
    partition *p = partition_make(3, 3, 40, 7);

    for (size_t i = 0; i < p->ring_count; i++) {
        double straight_m2 = cmty__ring_straight_m2(&p->rings[i]);

        ck_assert_double_eq_tol(straight_m2, cmty__ring_area_m2(&p->rings[i]),
                                1e-6 * fabs(straight_m2));
    }
    partition_free(p);
}
END_TEST

/* ---- laying over ---- */

START_TEST(a_partition_over_itself_is_all_the_same)
{
    partition *p = partition_make(COLUMNS, ROWS, STEPS, (uint64_t)_i + 1);
    cmty__cover *cover = cover_each(p);
    cmty__pieces *pieces = cut(cover, cover);

    ck_assert_double_eq(cmty__cover_overlap_m2(cover), 0);
    for (size_t i = 0; i < cmty__pieces_count(pieces); i++)
        ck_assert_int_eq(cmty__pieces_at(pieces, i)->from, cmty__pieces_at(pieces, i)->to);
    check_sums(pieces, 0, cover, p->area_count);
    cmty__pieces_free(pieces);
    cmty__cover_free(cover);
    partition_free(p);
}
END_TEST

START_TEST(areas_add_up_on_both_sides)
{
    partition *p = partition_make(COLUMNS, ROWS, STEPS, (uint64_t)_i + 1);
    partition *q = partition_make(ROWS, COLUMNS, STEPS + 2, (uint64_t)_i + 100);
    cmty__cover *a = cover_each(p), *b = cover_each(q);
    cmty__pieces *pieces = cut(a, b);

    check_sums(pieces, 0, a, p->area_count);
    check_sums(pieces, 1, b, q->area_count);
    cmty__pieces_free(pieces);
    cmty__cover_free(a);
    cmty__cover_free(b);
    partition_free(p);
    partition_free(q);
}
END_TEST

static const cmty__piece *find(const cmty__pieces *pieces, int32_t from, int32_t to, size_t nth)
{
    for (size_t i = 0; i < cmty__pieces_count(pieces); i++) {
        const cmty__piece *p = cmty__pieces_at(pieces, i);

        if (p->from == from && p->to == to && nth-- == 0)
            return p;
    }
    return NULL;
}

/* The n-th piece of each pair is the same to the last bit. */
static void check_same(const cmty__pieces *one, const cmty__pieces *other, const size_t *from,
                       bool swapped)
{
    int32_t last_from = -2, last_to = -2;
    size_t nth = 0;

    ck_assert_uint_eq(cmty__pieces_count(one), cmty__pieces_count(other));
    for (size_t i = 0; i < cmty__pieces_count(one); i++) {
        const cmty__piece *p = cmty__pieces_at(one, i), *q;
        int32_t f = p->from < 0 || from == NULL ? p->from : (int32_t)from[p->from];

        nth = p->from == last_from && p->to == last_to ? nth + 1 : 0;
        last_from = p->from;
        last_to = p->to;
        q = swapped ? find(other, p->to, f, nth) : find(other, f, p->to, nth);
        ck_assert_ptr_nonnull(q);
        ck_assert(p->area_m2 == q->area_m2);
        ck_assert_int_eq(p->narrow, q->narrow);
        ck_assert_uint_eq(p->ring_count, q->ring_count);
        ck_assert_uint_eq(p->rings[0].count, q->rings[0].count);
        ck_assert_mem_eq(p->rings[0].points, q->rings[0].points,
                         p->rings[0].count * sizeof *p->rings[0].points);
    }
}

START_TEST(swapping_the_sides_swaps_the_answer)
{
    partition *p = partition_make(COLUMNS, ROWS, STEPS, (uint64_t)_i + 1);
    partition *q = partition_make(COLUMNS, ROWS, STEPS, (uint64_t)_i + 200);
    cmty__cover *a = cover_each(p), *b = cover_each(q);
    cmty__pieces *there = cut(a, b), *back = cut(b, a);

    check_same(there, back, NULL, true);
    cmty__pieces_free(there);
    cmty__pieces_free(back);
    cmty__cover_free(a);
    cmty__cover_free(b);
    partition_free(p);
    partition_free(q);
}
END_TEST

START_TEST(order_and_direction_of_rings_do_not_matter)
{
    rng r = {(uint64_t)_i + 1};
    partition *p = partition_make(COLUMNS, ROWS, STEPS, (uint64_t)_i + 1);
    partition *q = partition_make(COLUMNS, ROWS, STEPS, (uint64_t)_i + 300), *shuffled;
    size_t *order = calloc(p->area_count, sizeof *order);
    cmty__cover *a = cover_each(p), *b = cover_each(q), *c;
    cmty__pieces *straight = cut(a, b), *mixed;

    for (size_t i = 0; i < p->area_count; i++) {
        size_t k = rng_below(&r, i + 1);

        order[i] = order[k];
        order[k] = i;
    }
    shuffled = partition_shuffle(p, order, &r);
    c = cover_each(shuffled);
    mixed = cut(c, b);
    check_same(straight, mixed, order, false);
    cmty__pieces_free(straight);
    cmty__pieces_free(mixed);
    cmty__cover_free(a);
    cmty__cover_free(b);
    cmty__cover_free(c);
    partition_free(p);
    partition_free(q);
    partition_free(shuffled);
    free(order);
}
END_TEST

static partition *shifted(const partition *p, double east_m, double north_m)
{
    partition *q = partition_copy(p->areas, p->area_count);
    cmty__frame f = cmty__frame_at(q->points[0]);

    for (size_t i = 0; i < q->point_count; i++) {
        q->points[i].lon_deg += east_m / f.m_per_deg_lon;
        q->points[i].lat_deg += north_m / f.m_per_deg_lat;
    }
    return q;
}

/* A disc in what was of one area and is of another lies, shifted back, in the other as well; the
   two discs do not meet, so its diameter is at most the shift. */
START_TEST(a_shift_of_twice_the_tolerance_is_all_narrow)
{
    double angle = _i * 0.7, by_m = 1.98 * tolerance_m;
    partition *p = partition_make(COLUMNS, ROWS, STEPS, (uint64_t)_i + 1);
    partition *q = shifted(p, by_m * cos(angle), by_m * sin(angle));
    cmty__cover *a = cover_each(p), *b = cover_each(q);
    cmty__pieces *pieces = cut(a, b);
    size_t changed = 0;

    for (size_t i = 0; i < cmty__pieces_count(pieces); i++) {
        const cmty__piece *piece = cmty__pieces_at(pieces, i);

        if (piece->from == piece->to)
            continue;
        ck_assert(piece->narrow);
        changed++;
    }
    ck_assert_uint_gt(changed, p->area_count);
    cmty__pieces_free(pieces);
    cmty__cover_free(a);
    cmty__cover_free(b);
    partition_free(p);
    partition_free(q);
}
END_TEST

/* ---- overlaps, holes, units ---- */

#define SQUARE(w, s, e, n)                                                                         \
    {                                                                                              \
        {w, s}, {e, s}, {e, n}, {w, n},                                                            \
        {                                                                                          \
            w, s                                                                                   \
        }                                                                                          \
    }

START_TEST(a_place_in_two_areas_is_of_the_first)
{
    const cmty_point one[] = SQUARE(0, 0, 0.02, 0.01), two[] = SQUARE(0.01, 0, 0.03, 0.01);
    const cmty__ring rings[] = {{one, 5}, {two, 5}};
    const cmty__area_input inputs[] = {{&rings[0], 1}, {&rings[1], 1}};
    const int32_t units[] = {0, 1};
    cmty__cover *cover = cover_of(inputs, 2, units, 2);
    double half_m2 = cmty__ring_straight_m2(&rings[0]) / 2;

    ck_assert_double_eq_tol(cmty__cover_overlap_m2(cover), half_m2, 0.1);
    ck_assert_double_eq_tol(cmty__cover_area_m2(cover, 0), 2 * half_m2, 0.1);
    ck_assert_double_eq_tol(cmty__cover_area_m2(cover, 1), half_m2, 0.1);
    cmty__cover_free(cover);
}
END_TEST

START_TEST(a_unit_is_the_union_of_its_areas)
{
    const cmty_point one[] = SQUARE(0, 0, 0.01, 0.01), two[] = SQUARE(0.01, 0, 0.02, 0.01);
    const cmty_point far[] = SQUARE(0.05, 0, 0.06, 0.01),
                     hole[] = SQUARE(0.052, 0.002, 0.058, 0.008);
    const cmty__ring rings[] = {{one, 5}, {two, 5}, {far, 5}, {hole, 5}};
    const cmty__area_input inputs[] = {{&rings[0], 1}, {&rings[1], 1}, {&rings[2], 2}};
    const int32_t units[] = {0, 0, 0};
    cmty__cover *cover = cover_of(inputs, 3, units, 1);
    size_t count;
    double sum = 0;

    for (size_t i = 0; i < 3; i++)
        sum += cmty__ring_straight_m2(&rings[i]);
    sum -= cmty__ring_straight_m2(&rings[3]);
    (void)cmty__cover_rings(cover, 0, &count);
    ck_assert_uint_eq(count, 3); /* the two neighbours are one polygon */
    ck_assert_double_eq_tol(cmty__cover_area_m2(cover, 0), sum, 0.1);
    cmty__cover_free(cover);
}
END_TEST

START_TEST(rings_that_cross_themselves_count_by_the_even_odd_rule)
{
    const cmty_point bow[] = {{0, 0}, {0.01, 0.01}, {0.01, 0}, {0, 0.01}, {0, 0}};
    const cmty_point square[] = SQUARE(0, 0, 0.01, 0.01);
    const cmty__ring rings[] = {{bow, 5}, {square, 5}};
    const cmty__area_input inputs[] = {{&rings[0], 1}};
    const int32_t units[] = {0};
    cmty__cover *cover = cover_of(inputs, 1, units, 1);

    ck_assert_double_eq_tol(cmty__cover_area_m2(cover, 0), cmty__ring_straight_m2(&rings[1]) / 2,
                            1);
    cmty__cover_free(cover);
}
END_TEST

START_TEST(another_area_is_shared_out_between_the_pieces)
{
    partition *p = partition_make(COLUMNS, ROWS, STEPS, 5);
    partition *q = partition_make(ROWS, COLUMNS, STEPS, 6);
    partition *blocks = partition_make(11, 9, 4, 7);
    cmty__cover *a = cover_each(p), *b = cover_each(q);
    cmty__pieces *pieces = cut(a, b);
    double *got = calloc(cmty__pieces_count(pieces), sizeof *got), all = 0, in = 0;
    cmty__part *parts = NULL;
    size_t capacity = 0, count;

    for (size_t i = 0; i < blocks->area_count; i++) {
        double whole_m2, sum = 0;

        ck_assert_int_eq(cmty__pieces_meet(pieces, blocks->areas[i].rings,
                                           blocks->areas[i].ring_count, &parts, &capacity, &count,
                                           &whole_m2, NULL),
                         CMTY_OK);
        for (size_t k = 0; k < count; k++) {
            ck_assert(k == 0 || parts[k - 1].piece < parts[k].piece);
            got[parts[k].piece] += parts[k].area_m2;
            sum += parts[k].area_m2;
        }
        ck_assert_double_le(sum, whole_m2 + 0.1);
        all += sum;
    }
    for (size_t i = 0; i < cmty__pieces_count(pieces); i++) {
        ck_assert_double_le(got[i], cmty__pieces_at(pieces, i)->area_m2 + 0.2);
        in += got[i];
    }
    ck_assert_double_eq_tol(all, in, 1);
    ck_assert_double_gt(all, 0);
    free(got);
    cmty__free(parts);
    cmty__pieces_free(pieces);
    cmty__cover_free(a);
    cmty__cover_free(b);
    partition_free(p);
    partition_free(q);
    partition_free(blocks);
}
END_TEST

static Suite *cover_suite(void)
{
    enum { SEEDS = 8 };
    Suite *suite = suite_create("cover");
    TCase *tc = tcase_create("cover");

    tcase_add_loop_test(tc, an_area_is_the_same_however_its_edges_are_cut, 0, SEEDS);
    tcase_add_test(tc, the_whole_earth_has_its_area);
    tcase_add_test(tc, a_small_area_is_what_geodesics_measure);
    tcase_add_loop_test(tc, a_partition_over_itself_is_all_the_same, 0, SEEDS);
    tcase_add_loop_test(tc, areas_add_up_on_both_sides, 0, SEEDS);
    tcase_add_loop_test(tc, swapping_the_sides_swaps_the_answer, 0, SEEDS);
    tcase_add_loop_test(tc, order_and_direction_of_rings_do_not_matter, 0, SEEDS);
    tcase_add_loop_test(tc, a_shift_of_twice_the_tolerance_is_all_narrow, 0, SEEDS);
    tcase_add_test(tc, a_place_in_two_areas_is_of_the_first);
    tcase_add_test(tc, a_unit_is_the_union_of_its_areas);
    tcase_add_test(tc, rings_that_cross_themselves_count_by_the_even_odd_rule);
    tcase_add_test(tc, another_area_is_shared_out_between_the_pieces);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(cover_suite)
