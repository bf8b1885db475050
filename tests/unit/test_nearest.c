/* SPDX-License-Identifier: MIT */
/*
 * The index of nearest edges is made late, when it pays: nobody may see when. Its distances are
 * those of the search, bit by bit; any thread may be the one that makes it; without the memory for
 * it the search goes on.
 */
#include "../runner.h"
#include "geo/nearest.h"
#include "partition.h"

#include <math.h>
#include <pthread.h>
#include <unistd.h>

static cmty__areas *build(const partition *p)
{
    cmty__areas *a = NULL;

    ck_assert_int_eq(cmty__areas_build(p->areas, p->area_count, &a, NULL), CMTY_OK);
    return a;
}

enum { FIRST = 600 }; /* questions that are always searched for */

static void ask_until_it_pays(const cmty__areas *a, size_t edge_count)
{
    for (size_t i = 0; i < edge_count + 2000; i++)
        (void)cmty__areas_margin_m(a, (cmty_point){-87.6, 41.8});
}

/* A point of any kind, some well outside. */
static cmty_point any_point(const partition *p, int n, rng *r)
{
    cmty_point at = partition_point(p, n % POINT_KINDS, r);

    if (n % 7 == 0) {
        at.lon_deg += (p->max.lon_deg - p->min.lon_deg) * (rng_unit(r) - 0.5);
        at.lat_deg += (p->max.lat_deg - p->min.lat_deg) * (rng_unit(r) - 0.5);
    }
    return at;
}

static void same_near(const cmty__areas *a, const cmty__areas *b, cmty_point at, double within_m)
{
    enum { MOST = 8 };
    cmty__near one[MOST], other[MOST];
    size_t count = cmty__areas_near(a, at, within_m, one, MOST);

    ck_assert_uint_eq(cmty__areas_near(b, at, within_m, other, MOST), count);
    for (size_t i = 0; i < count && i < MOST; i++) {
        ck_assert_int_eq(one[i].area, other[i].area);
        ck_assert(one[i].distance_m == other[i].distance_m);
    }
}

static void check_same(const partition *p, int rounds, uint64_t seed)
{
    cmty__areas *a = build(p);
    rng r = {seed};

    ask_until_it_pays(a, p->point_count);
    for (int round = 0; round < rounds; round++) {
        cmty__areas *b = build(p);

        for (int n = 0; n < FIRST / 3; n++) {
            cmty_point at = any_point(p, n, &r);

            ck_assert(cmty__areas_margin_m(a, at) == cmty__areas_margin_m(b, at));
            same_near(a, b, at, 0.25);
            same_near(a, b, at, n % 2 ? 1 : 40);
        }
        cmty__areas_free(b);
    }
    cmty__areas_free(a);
}

START_TEST(distances_are_those_of_the_search)
{
    static const struct {
        size_t columns, rows, steps;
    } shapes[] = {{4, 3, 0}, {3, 3, 40}, {8, 8, 12}, {1, 1, 0}};
    partition *p = partition_make(shapes[_i].columns, shapes[_i].rows, shapes[_i].steps, 40);

    check_same(p, 30, 41 + (uint64_t)_i);
    partition_free(p);
}
END_TEST

START_TEST(distances_hold_far_north_and_over_a_wide_land)
{
    partition *p = partition_make(4, 4, 9, 50);

    for (size_t i = 0; i < p->point_count; i++) { /* 0 at 84 degrees, 1 of 20 degrees */
        p->points[i].lon_deg = (p->points[i].lon_deg + 87.7) * (_i == 0 ? 4 : 300);
        p->points[i].lat_deg = (p->points[i].lat_deg - 41.8) * (_i == 0 ? 1 : 300) + (_i ? 30 : 84);
    }
    p->min = (cmty_point){-1, _i ? 28 : 83.9};
    p->max = (cmty_point){_i ? 17 : 1, _i ? 47 : 84.1};
    check_same(p, 20, 51);
    partition_free(p);
}
END_TEST

static const char *const layers[] = {
    "chicago/boundaries/police_beats_2012-12.geojson",
    "san_francisco/boundaries/sfpd_districts_after_2015.geojson",
};

START_TEST(distances_on_real_layers_are_those_of_the_search)
{
    const cmty__layer_options o = {.polygons = true, .densify_m = 0.01};
    const char *folder = getenv("CMTY_SHARED");
    char path[1024];
    cmty__area_input inputs[512];
    cmty__spec spec = {0};
    cmty__layer *layer = NULL;
    partition *p;

    cmty__format(path, sizeof path, "%s/data/%s",
                 folder != NULL ? folder : CMTY_TEST_SOURCE_DIR "/../shared", layers[_i]);
    if (access(path, R_OK) != 0) {
        printf("SKIP: nearest edges of real layers: shared data absent\n");
        fflush(stdout);
        return;
    }
    ck_assert_int_eq(cmty__spec_parse(path, &spec, NULL), CMTY_OK);
    ck_assert_int_eq(cmty__layer_open(&spec, &o, &layer, NULL), CMTY_OK);
    for (size_t i = 0; i < cmty__layer_count(layer); i++) {
        const cmty__feature *f = cmty__layer_feature(layer, i);

        inputs[i] = (cmty__area_input){f->rings, f->ring_count};
    }
    p = partition_copy(inputs, cmty__layer_count(layer));
    check_same(p, 10, 60 + (uint64_t)_i);
    partition_free(p);
    cmty__layer_free(layer);
    cmty__spec_free(&spec);
}
END_TEST

/* ---- threads ---- */

enum { THREADS = 4, QUESTIONS = 1500 };

typedef struct asker {
    pthread_t thread;
    const cmty__areas *areas;
    const cmty_point *at;
    const double *margin_m;
    size_t wrong;
} asker;

static void *ask_all(void *user)
{
    asker *one = user;

    for (size_t i = 0; i < QUESTIONS; i++)
        one->wrong += cmty__areas_margin_m(one->areas, one->at[i]) != one->margin_m[i];
    return NULL;
}

START_TEST(threads_that_ask_while_it_is_made_see_nothing_of_it)
{
    static cmty_point at[QUESTIONS];
    static double margin_m[QUESTIONS];
    partition *p = partition_make(6, 6, 4, 70);
    rng r = {71};

    for (size_t i = 0; i < QUESTIONS; i += FIRST) {
        cmty__areas *a = build(p);

        for (size_t k = i; k < i + FIRST && k < QUESTIONS; k++) {
            at[k] = any_point(p, (int)k, &r);
            margin_m[k] = cmty__areas_margin_m(a, at[k]);
        }
        cmty__areas_free(a);
    }
    for (int round = 0; round < 5; round++) {
        cmty__areas *a = build(p);
        asker askers[THREADS];

        for (int i = 0; i < THREADS; i++) {
            askers[i] = (asker){.areas = a, .at = at, .margin_m = margin_m};
            ck_assert_int_eq(pthread_create(&askers[i].thread, NULL, ask_all, &askers[i]), 0);
        }
        for (int i = 0; i < THREADS; i++) {
            ck_assert_int_eq(pthread_join(askers[i].thread, NULL), 0);
            ck_assert_uint_eq(askers[i].wrong, 0);
        }
        cmty__areas_free(a);
    }
    partition_free(p);
}
END_TEST

/* ---- memory ---- */

static long allowed;

static void *scarce_realloc(void *user, void *ptr, size_t size)
{
    (void)user;
    return allowed-- > 0 ? realloc(ptr, size) : NULL;
}

static void scarce_free(void *user, void *ptr)
{
    (void)user;
    free(ptr);
}

START_TEST(without_memory_the_search_goes_on)
{
    const cmty_allocator scarce = {(uint32_t)sizeof scarce, 0, NULL, scarce_realloc, scarce_free};
    partition *p = partition_make(3, 3, 2, 80);
    cmty_point at = {-87.69, 41.81};
    double margin_m;
    long needed = 0;

    ck_assert_int_eq(cmty_set_allocator(&scarce), CMTY_OK);
    for (long k = 0; k <= needed; k++) { /* the first round shows how many allocations there are */
        cmty__areas *a;

        allowed = 1 << 30;
        a = build(p);
        margin_m = cmty__areas_margin_m(a, at);
        allowed = k == 0 ? 1 << 30 : k - 1;
        ask_until_it_pays(a, p->point_count);
        if (k == 0)
            needed = (1 << 30) - allowed;
        ck_assert(cmty__areas_margin_m(a, at) == margin_m);
        cmty__areas_free(a);
    }
    ck_assert_int_gt(needed, 5);
    ck_assert_int_eq(cmty_set_allocator(NULL), CMTY_OK);
    partition_free(p);
}
END_TEST

static Suite *nearest_suite(void)
{
    Suite *suite = suite_create("nearest");
    TCase *tc = tcase_create("nearest");

    tcase_set_timeout(tc, 120);
    tcase_add_loop_test(tc, distances_are_those_of_the_search, 0, 4);
    tcase_add_loop_test(tc, distances_hold_far_north_and_over_a_wide_land, 0, 2);
    tcase_add_loop_test(tc, distances_on_real_layers_are_those_of_the_search, 0, 2);
    tcase_add_test(tc, threads_that_ask_while_it_is_made_see_nothing_of_it);
    tcase_add_test(tc, without_memory_the_search_goes_on);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(nearest_suite)
