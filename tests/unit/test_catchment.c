/* SPDX-License-Identifier: MIT */
/* Catchments: no anchor stands for fewer than k, none leaves its area, and none gives more away. */
#include "../runner.h"
#include "partition.h"
#include "privacy/privacy.h"

#include <math.h>
#include <string.h>

enum { K = 8, ADDRESSES = 3000, SIDE = 3 };

typedef struct town {
    partition *map;
    cmty__areas *areas;
    cmty__address *addresses;
    size_t count;
} town;

/* Addresses as towns have them: scattered, in rows at one latitude, and many at one door. */
static town town_make(uint64_t seed, size_t count)
{
    town t = {.map = partition_make(SIDE, SIDE, 12, seed), .count = count};
    rng r = {seed};

    ck_assert_int_eq(cmty__areas_build(t.map->areas, t.map->area_count, &t.areas, NULL), CMTY_OK);
    t.addresses = calloc(count, sizeof *t.addresses);
    for (size_t i = 0; i < count; i++) {
        cmty_point p = partition_point(t.map, POINT_UNIFORM, &r);

        if (i > 0 && i % 3 == 1)
            p.lat_deg = t.addresses[i - 1].at.lat_deg;
        if (i > 0 && i % 11 == 5)
            p = t.addresses[i - 1].at;
        t.addresses[i] = (cmty__address){p, i % 5 == 0 ? rng_unit(&r) * 4 : 1};
    }
    return t;
}

static void town_free(town *t)
{
    cmty__areas_free(t->areas);
    partition_free(t->map);
    free(t->addresses);
}

static cmty__catchments *make(const cmty__areas *areas, const cmty__address *a, size_t count,
                              uint32_t k)
{
    cmty__catchments *c = NULL;
    cmty_error err = CMTY_ERROR_INIT;

    ck_assert_msg(cmty__catchments_build(&areas, 1, a, count, NULL, k, NULL, &c, &err) == CMTY_OK,
                  "%s", err.message);
    return c;
}

typedef struct found {
    cmty_status status;
    cmty_point anchor;
    double radius_m, weight;
} found;

static found find(const cmty__catchments *c, int32_t area, cmty_point p)
{
    found f = {.anchor = {NAN, NAN}};

    f.status = cmty__catchments_find(c, 0, area, p, &f.anchor, &f.radius_m, &f.weight);
    return f;
}

static bool same(cmty_point a, cmty_point b)
{
    return a.lon_deg == b.lon_deg && a.lat_deg == b.lat_deg;
}

/* ---- what is promised ---- */

START_TEST(weight_that_an_anchor_stands_for_is_at_least_k_and_counted_from_scratch)
{
    town t = town_make((uint64_t)_i, ADDRESSES);
    cmty__catchments *c = make(t.areas, t.addresses, t.count, K);
    found *all = calloc(t.count, sizeof *all);
    size_t inside = 0, served = 0;

    for (size_t i = 0; i < t.count; i++) {
        int32_t area = cmty__areas_first(t.areas, t.addresses[i].at, NULL, NULL);

        all[i] = find(c, area, t.addresses[i].at);
        inside += area >= 0;
        served += all[i].status == CMTY_OK;
    }
    for (size_t i = 0; i < t.count; i++) {
        double weight = 0;

        if (all[i].status != CMTY_OK)
            continue;
        for (size_t n = 0; n < t.count; n++)
            if (same(all[n].anchor, all[i].anchor))
                weight += t.addresses[n].weight;
        ck_assert_double_ge(all[i].weight, K);
        ck_assert_double_le(all[i].weight, weight);
        ck_assert_double_ge(all[i].weight, weight - 1); /* rounded down in 1024ths */
    }
    ck_assert_uint_ge(served, inside - inside / 100);
    free(all);
    cmty__catchments_free(c);
    town_free(&t);
}
END_TEST

START_TEST(anchor_is_in_the_area_of_the_point_and_stands_for_itself)
{
    town t = town_make((uint64_t)_i + 20, ADDRESSES);
    cmty__catchments *c = make(t.areas, t.addresses, t.count, K);
    rng r = {(uint64_t)_i};

    for (int i = 0; i < 10000; i++) {
        cmty_point p = partition_point(t.map, i % POINT_KINDS, &r);
        bool edge = true;
        int32_t area = cmty__areas_first(t.areas, p, NULL, NULL);
        found f = find(c, area, p), again;

        if (f.status != CMTY_OK)
            continue;
        ck_assert_int_eq(cmty__areas_first(t.areas, f.anchor, &edge, NULL), area);
        ck_assert(!edge);
        ck_assert(cmty__areas_contains(t.areas, area, f.anchor));
        again = find(c, area, f.anchor);
        ck_assert(again.status == CMTY_OK && same(again.anchor, f.anchor));
        ck_assert_double_le(cmty__geodesic_m(p, f.anchor), f.radius_m);
    }
    cmty__catchments_free(c);
    town_free(&t);
}
END_TEST

START_TEST(anchor_is_never_an_address_but_a_point_of_the_public_grid)
{
    town t = town_make(5, ADDRESSES);
    cmty__catchments *c;

    for (size_t i = 0; i < t.count; i++) { /* addresses on the grid: the hard case */
        t.addresses[i].at.lon_deg = round(t.addresses[i].at.lon_deg * 1e4) / 1e4;
        t.addresses[i].at.lat_deg = round(t.addresses[i].at.lat_deg * 1e4) / 1e4;
    }
    c = make(t.areas, t.addresses, t.count, K);
    for (size_t i = 0; i < t.count; i++) {
        cmty_point p = t.addresses[i].at;
        found f = find(c, cmty__areas_first(t.areas, p, NULL, NULL), p);

        if (f.status != CMTY_OK)
            continue;
        ck_assert_double_eq(f.anchor.lon_deg, round(f.anchor.lon_deg * 1e5) / 1e5);
        ck_assert_double_eq(f.anchor.lat_deg, round(f.anchor.lat_deg * 1e5) / 1e5);
        for (size_t n = 0; n < t.count; n++)
            ck_assert(!same(f.anchor, t.addresses[n].at));
    }
    cmty__catchments_free(c);
    town_free(&t);
}
END_TEST

START_TEST(order_of_the_addresses_does_not_matter)
{
    town t = town_make(77, ADDRESSES);
    cmty__catchments *c = make(t.areas, t.addresses, t.count, K);
    cmty__buf first = {0}, second = {0};
    rng r = {9};

    cmty__catchments_save(c, &first);
    cmty__catchments_free(c);
    for (size_t i = t.count; i > 1; i--) {
        size_t j = rng_below(&r, i);
        cmty__address a = t.addresses[j];

        t.addresses[j] = t.addresses[i - 1];
        t.addresses[i - 1] = a;
    }
    c = make(t.areas, t.addresses, t.count, K);
    cmty__catchments_save(c, &second);
    cmty__catchments_free(c);
    ck_assert(!first.failed && !second.failed);
    ck_assert_uint_eq(first.size, second.size);
    ck_assert_mem_eq(first.data, second.data, first.size);
    cmty__buf_free(&first);
    cmty__buf_free(&second);
    town_free(&t);
}
END_TEST

/* ---- a square of 0.02 degrees ---- */

static const cmty_point corners[] = {{10, 50}, {10.02, 50}, {10.02, 50.02}, {10, 50.02}, {10, 50}};
static const cmty__ring square_ring = {corners, 5};

static cmty__areas *square(void)
{
    cmty__area_input input = {&square_ring, 1};
    cmty__areas *a = NULL;

    ck_assert_int_eq(cmty__areas_build(&input, 1, &a, NULL), CMTY_OK);
    return a;
}

START_TEST(area_with_too_few_addresses_has_no_anchor_but_a_count)
{
    cmty__areas *areas = square();
    cmty__address a[K - 1];
    cmty__catchments *c;
    cmty_point p = {10.01, 50.01};

    for (int i = 0; i < K - 1; i++)
        a[i] = (cmty__address){{10.001 + 0.002 * i, 50.01}, 1};
    c = make(areas, a, K - 1, K);
    ck_assert_int_eq(find(c, 0, p).status, CMTY_NOTFOUND);
    ck_assert_int_eq(cmty__catchments_address_count(c, 0, 0), K - 1);
    ck_assert_int_eq(cmty__catchments_address_count(c, 0, 1), -1);
    ck_assert_int_eq(cmty__catchments_address_count(c, 1, 0), -1);
    ck_assert_int_eq(cmty__catchments_address_count(c, -1, 0), -1);
    ck_assert_int_eq(find(c, -1, p).status, CMTY_NOTFOUND);
    ck_assert_int_eq(find(c, 7, p).status, CMTY_NOTFOUND);
    cmty__catchments_free(c);
    cmty__areas_free(areas);
}
END_TEST

START_TEST(addresses_at_one_door_are_one_catchment)
{
    cmty__areas *areas = square();
    cmty__address a[50 * K];
    cmty__catchments *c;
    found f;

    for (int i = 0; i < 50 * K; i++)
        a[i] = (cmty__address){{10.01, 50.01}, 1};
    c = make(areas, a, 50 * K, K);
    f = find(c, 0, (cmty_point){10.002, 50.018});
    ck_assert_int_eq(f.status, CMTY_OK);
    ck_assert_double_eq(f.weight, 50 * K);
    ck_assert(!same(f.anchor, a[0].at));
    ck_assert_double_gt(cmty__geodesic_m(f.anchor, a[0].at), 5);
    ck_assert_double_lt(cmty__geodesic_m(f.anchor, a[0].at), 50);
    cmty__catchments_free(c);
    cmty__areas_free(areas);
}
END_TEST

START_TEST(twice_k_in_a_row_are_cut_in_two_halves_and_the_cut_belongs_to_the_east)
{
    cmty__areas *areas = square();
    cmty__address a[2 * K];
    cmty__catchments *c;
    found west, east;

    for (int i = 0; i < 2 * K; i++)
        a[i] = (cmty__address){{10.0005 + 0.001 * i, 50.01}, 1};
    c = make(areas, a, 2 * K, K);
    west = find(c, 0, a[K - 1].at);
    east = find(c, 0, a[K].at);
    ck_assert_double_eq(west.weight, K);
    ck_assert_double_eq(east.weight, K);
    ck_assert_double_lt(west.anchor.lon_deg, 10.008);
    ck_assert_double_gt(east.anchor.lon_deg, 10.008);
    ck_assert(same(find(c, 0, (cmty_point){10.00801, 50.0001}).anchor, east.anchor));
    ck_assert(same(find(c, 0, (cmty_point){10.00799, 50.0199}).anchor, west.anchor));
    cmty__catchments_free(c);
    cmty__areas_free(areas);
}
END_TEST

START_TEST(weights_and_positions_out_of_range_are_refused_without_naming_a_place)
{
    static const cmty__address bad[] = {{{10.01, 50.01}, NAN},
                                        {{10.01, 50.01}, -1},
                                        {{10.01, 50.01}, INFINITY},
                                        {{NAN, 50.01}, 1},
                                        {{10.01, 91}, 1}};
    cmty__areas *areas = square();
    const cmty__areas *version = areas;
    cmty__catchments *c = (cmty__catchments *)&version;
    cmty_error err = CMTY_ERROR_INIT;

    ck_assert_int_eq(cmty__catchments_build(&version, 1, &bad[_i], 1, NULL, K, NULL, &c, &err),
                     CMTY_E_RANGE);
    ck_assert_ptr_null(c);
    ck_assert_ptr_null(strstr(err.message, "50"));
    cmty__areas_free(areas);
}
END_TEST

static int32_t stop(void *user, const char *stage, double fraction)
{
    (void)user;
    (void)stage;
    (void)fraction;
    return 1;
}

START_TEST(host_can_stop_the_work_and_k_below_two_is_refused)
{
    cmty_host host = CMTY_HOST_INIT;
    cmty__areas *areas = square();
    const cmty__areas *version = areas;
    cmty__catchments *c = NULL;

    host.progress = stop;
    ck_assert_int_eq(cmty__catchments_build(&version, 1, NULL, 0, NULL, K, &host, &c, NULL),
                     CMTY_E_STOPPED);
    ck_assert_ptr_null(c);
    ck_assert_int_eq(cmty__catchments_build(&version, 1, NULL, 0, NULL, 1, NULL, &c, NULL),
                     CMTY_E_RANGE);
    ck_assert_ptr_null(c);
    cmty__areas_free(areas);
}
END_TEST

/* ---- as bytes ---- */

START_TEST(stored_catchments_answer_as_before)
{
    town t = town_make(31, ADDRESSES);
    cmty__catchments *c = make(t.areas, t.addresses, t.count, K), *loaded = NULL;
    cmty__buf bytes = {0};

    cmty__catchments_save(c, &bytes);
    ck_assert_int_eq(cmty__catchments_load(bytes.data, bytes.size, &loaded, NULL), CMTY_OK);
    for (size_t i = 0; i < t.count; i++) {
        cmty_point p = t.addresses[i].at;
        int32_t area = cmty__areas_first(t.areas, p, NULL, NULL);
        found a = find(c, area, p), b = find(loaded, area, p);

        ck_assert_int_eq(a.status, b.status);
        ck_assert(a.status != CMTY_OK || same(a.anchor, b.anchor));
        ck_assert_double_eq(a.radius_m, b.radius_m);
        ck_assert_int_eq(cmty__catchments_address_count(c, 0, area),
                         cmty__catchments_address_count(loaded, 0, area));
    }
    cmty__catchments_free(loaded);
    cmty__catchments_free(c);
    cmty__buf_free(&bytes);
    town_free(&t);
}
END_TEST

START_TEST(damaged_bytes_are_refused_or_give_answers_that_end)
{
    town t = town_make(32, 200);
    cmty__catchments *c = make(t.areas, t.addresses, t.count, K);
    cmty__buf bytes = {0};
    rng r = {1};

    cmty__catchments_save(c, &bytes);
    cmty__catchments_free(c);
    for (size_t size = 0; size < bytes.size; size++) {
        char *cut = malloc(size + 1); /* exact, so that a sanitizer sees a read beyond it */

        memcpy(cut, bytes.data, size);
        ck_assert_int_eq(cmty__catchments_load(cut, size, &c, NULL), CMTY_E_FORMAT);
        ck_assert_ptr_null(c);
        free(cut);
    }
    for (int i = 0; i < 5000; i++) {
        size_t at = rng_below(&r, bytes.size);
        char was = bytes.data[at];

        bytes.data[at] = (char)rng_next(&r);
        if (cmty__catchments_load(bytes.data, bytes.size, &c, NULL) == CMTY_OK)
            for (int32_t area = 0; area < SIDE * SIDE + 2; area++)
                find(c, area, t.addresses[rng_below(&r, t.count)].at);
        cmty__catchments_free(c);
        bytes.data[at] = was;
    }
    cmty__buf_free(&bytes);
    town_free(&t);
}
END_TEST

static Suite *catchment_suite(void)
{
    Suite *suite = suite_create("catchment");
    TCase *tc = tcase_create("catchment");

    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, weight_that_an_anchor_stands_for_is_at_least_k_and_counted_from_scratch,
                        0, 3);
    tcase_add_loop_test(tc, anchor_is_in_the_area_of_the_point_and_stands_for_itself, 0, 3);
    tcase_add_test(tc, anchor_is_never_an_address_but_a_point_of_the_public_grid);
    tcase_add_test(tc, order_of_the_addresses_does_not_matter);
    tcase_add_test(tc, area_with_too_few_addresses_has_no_anchor_but_a_count);
    tcase_add_test(tc, addresses_at_one_door_are_one_catchment);
    tcase_add_test(tc, twice_k_in_a_row_are_cut_in_two_halves_and_the_cut_belongs_to_the_east);
    tcase_add_loop_test(tc, weights_and_positions_out_of_range_are_refused_without_naming_a_place,
                        0, 5);
    tcase_add_test(tc, host_can_stop_the_work_and_k_below_two_is_refused);
    tcase_add_test(tc, stored_catchments_answer_as_before);
    tcase_add_test(tc, damaged_bytes_are_refused_or_give_answers_that_end);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(catchment_suite)
