/* SPDX-License-Identifier: MIT */
/* What is said of points near boundaries without measuring: it must never be wrong. */
#include "../runner.h"
#include "geo/geo.h"
#include "partition.h"

#include <math.h>

static cmty__areas *build(const partition *p)
{
    cmty__areas *a = NULL;

    ck_assert_int_eq(cmty__areas_build(p->areas, p->area_count, &a, NULL), CMTY_OK);
    return a;
}

START_TEST(no_boundary_is_near_a_point_that_is_said_to_be_clear)
{
    partition *p = _i < 4 ? partition_make(4, 4, 3 * (size_t)_i, (uint64_t)_i + 90)
                          : partition_throw(12, (size_t)_i, 91);
    cmty__areas *a = build(p);
    double clear_m = cmty__areas_clear_m(a);
    rng r = {90};
    int clear = 0;

    for (int n = 0; n < 20000; n++) {
        cmty_point at = partition_point(p, n % POINT_KINDS, &r);
        double within_m = pow(10, 4 * rng_unit(&r) - 2), margin_m;
        uint8_t flags;
        int32_t area;

        if (n % 3 == 0) {
            at.lon_deg += 0.1 * (rng_unit(&r) - 0.5);
            at.lat_deg += 0.1 * (rng_unit(&r) - 0.5);
        }
        margin_m = cmty__areas_margin_m(a, at);
        cmty__areas_first_many(a, &at, 1, &area, &flags);
        if (area < 0 && (flags & CMTY__FIRST_NEAR) == 0)
            ck_assert_double_ge(margin_m, clear_m);
        if (cmty__areas_clear(a, at, within_m)) {
            ck_assert_double_gt(margin_m, within_m);
            clear++;
        }
    }
    ck_assert_int_gt(clear, 500);
    cmty__areas_free(a);
    partition_free(p);
}
END_TEST

START_TEST(many_points_are_clear_where_each_of_them_is)
{
    partition *p = _i < 4 ? partition_make(4, 4, 3 * (size_t)_i, (uint64_t)_i + 90)
                          : partition_throw(12, (size_t)_i, 91);
    cmty__areas *a = build(p);
    rng r = {190};

    for (int n = 0; n < 200; n++) {
        double within_m = pow(10, 5 * rng_unit(&r) - 2);
        cmty_point at[200];
        uint16_t which[200];
        int kept[200] = {0};
        size_t count = 0, some = (size_t)n % 150, left;

        for (size_t i = 0; i < 200; i++) {
            at[i] = partition_point(p, (int)(i % POINT_KINDS), &r);
            at[i].lon_deg += i % 3 == 0 ? 0.1 * (rng_unit(&r) - 0.5) : 0;
        }
        for (size_t i = 0; i < 200 && count < some; i += 1 + ((size_t)n + i) % 2)
            which[count++] = (uint16_t)i;
        for (int path = 0; path < CMTY__PATHS; path++) {
            uint16_t some_of[200];

            if (!cmty__areas_force_path(a, path))
                continue;
            memcpy(some_of, which, count * sizeof *which);
            left = cmty__areas_unclear(a, at, within_m, some_of, count);
            memset(kept, 0, sizeof kept);
            for (size_t k = 0; k < left; k++)
                kept[some_of[k]]++;
            for (size_t k = 0; k < count; k++)
                ck_assert_int_eq(kept[which[k]], !cmty__areas_clear(a, at[which[k]], within_m));
        }
    }
    cmty__areas_free(a);
    partition_free(p);
}
END_TEST

START_TEST(the_nearest_area_is_the_first_of_those_that_are_near)
{
    partition *p = partition_throw(12, (size_t)_i + 4, 92);
    cmty__areas *a = build(p);
    rng r = {290};
    int found = 0;

    for (int n = 0; n < 40000; n++) {
        cmty_point at = partition_point(p, n % POINT_KINDS, &r);
        double within_m = pow(10, 5 * rng_unit(&r) - 2);
        cmty__near near;

        at.lon_deg += pow(10, -6 - 2 * rng_unit(&r)) * (rng_unit(&r) - 0.5);
        at.lat_deg += pow(10, -6 - 2 * rng_unit(&r)) * (rng_unit(&r) - 0.5);
        if (cmty__areas_first(a, at, NULL, NULL) >= 0)
            continue;
        if (cmty__areas_near(a, at, within_m, &near, 1) == 0)
            near.area = -1;
        ck_assert_int_eq(cmty__areas_nearest_within(a, at, within_m), near.area);
        found += near.area >= 0;
    }
    ck_assert_int_gt(found, 500);
    cmty__areas_free(a);
    partition_free(p);
}
END_TEST

static Suite *clear_suite(void)
{
    Suite *suite = suite_create("clear");
    TCase *tc = tcase_create("clear");

    tcase_set_timeout(tc, 120);
    tcase_add_loop_test(tc, no_boundary_is_near_a_point_that_is_said_to_be_clear, 0, 6);
    tcase_add_loop_test(tc, many_points_are_clear_where_each_of_them_is, 0, 6);
    tcase_add_loop_test(tc, the_nearest_area_is_the_first_of_those_that_are_near, 0, 3);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(clear_suite)
