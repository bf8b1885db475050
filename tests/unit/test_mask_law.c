/* SPDX-License-Identifier: MIT */
/*
 * The laws that draw: held to the answers of a second implementation (tests/data), the same on
 * every thread, and in proportion to what their parameters promise.
 */
#include "../runner.h"
#include "privacy/lattice.h"
#include "privacy/noise.h"

#include <math.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define VECTORS CMTY_TEST_SOURCE_DIR "/tests/data/mask_vectors.csv"

static cmty__mask_key *key;
static char key_path[64];

static void set_up(void)
{
    static const char line[] = "community-mask-key-1 "
                               "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";
    int f;

    snprintf(key_path, sizeof key_path, "/tmp/cmty-law-XXXXXX");
    f = mkstemp(key_path);
    ck_assert_int_ge(f, 0);
    ck_assert_int_eq(write(f, line, sizeof line - 1), (int)sizeof line - 1);
    close(f);
    ck_assert_int_eq(cmty__mask_key_open(key_path, &key, NULL), CMTY_OK);
}

static void tear_down(void)
{
    cmty__mask_key_free(key);
    unlink(key_path);
}

static const cmty__law lattice_law = {
    .law = CMTY_LAW_LATTICE, .k = 8, .epsilon_per_m = 0.01, .lattice_m = 10};
static const cmty__law donut_law = {
    .law = CMTY_LAW_DONUT, .k = 8, .lattice_m = 10, .radius_m = 250, .inner_radius_m = 50};

static cmty_point mask(const cmty__law *law, const char *id, cmty_point at)
{
    cmty__mask_result r = {.note = ""};
    cmty_error err = CMTY_ERROR_INIT;

    ck_assert_msg(cmty__law_apply(law, key, NULL, id, at, NULL, &r, &err) == CMTY_OK, "%s%s",
                  err.message, r.note);
    return r.at;
}

/* ---- known answers ---- */

START_TEST(points_are_those_of_the_second_implementation)
{
    cmty__reader *file = NULL;
    cmty__csv *csv = NULL;
    cmty_error err = CMTY_ERROR_INIT;
    int rows = 0, i;

    ck_assert_int_eq(cmty__reader_open(VECTORS, &file, &err), CMTY_OK);
    ck_assert_msg(cmty__csv_open(file, &csv, &err) == CMTY_OK, "%s", err.message);
    for (; cmty__csv_next(csv, &err) == CMTY_OK; rows++) {
        bool is_lattice = strcmp(cmty__csv_field(csv, 0), "lattice") == 0;
        cmty__law law = is_lattice ? lattice_law : donut_law;
        cmty_point got;
        double v[6];

        for (i = 0; i < 6; i++)
            ck_assert(cmty__parse_double(cmty__csv_field(csv, (size_t)i + 2), &v[i]));
        *(is_lattice ? &law.epsilon_per_m : &law.inner_radius_m) = v[2];
        *(is_lattice ? &law.lattice_m : &law.radius_m) = v[3];
        got = mask(&law, cmty__csv_field(csv, 1), (cmty_point){v[0], v[1]});
        ck_assert_msg(got.lon_deg == v[4] && got.lat_deg == v[5], "row %d", rows + 2);
    }
    cmty__csv_free(csv);
    ck_assert_int_gt(rows, 150);
}
END_TEST

/* ---- repetition ---- */

enum { THREADS = 4, RELEASES = 50000 };

static void name_place(int i, char id[16], cmty_point *at)
{
    snprintf(id, 16, "r-%d", i);
    *at = (cmty_point){-87.6 + i * 1e-6, 41.8 + i % 1000 * 1e-5};
}

static void *mask_all(void *out)
{
    cmty_point *points = out, at;
    char id[16];

    for (int i = 0; i < RELEASES; i++) {
        name_place(i, id, &at);
        points[i] = mask(&lattice_law, id, at);
    }
    return NULL;
}

START_TEST(threads_release_the_same_points_again)
{
    static cmty_point points[THREADS][RELEASES];
    pthread_t threads[THREADS];

    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, mask_all, points[i]), 0);
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    for (int i = 1; i < THREADS; i++)
        ck_assert_mem_eq(points[0], points[i], sizeof points[0]);
}
END_TEST

/* Correlation of the displacements of two series, in standard errors of independent ones. */
static double correlation(const cmty__law *a, const cmty__law *b, char series, double shift_deg)
{
    double products = 0, squares_a = 0, squares_b = 0;

    for (int i = 0; i < 20000; i++) {
        char id[16], other[16];
        cmty_point at, moved, pa, pb;

        name_place(i, id, &at);
        memcpy(other, id, sizeof other);
        other[0] = series;
        moved = (cmty_point){at.lon_deg + shift_deg, at.lat_deg};
        pa = mask(a, id, at);
        pb = mask(b, other, moved);
        products += (pa.lon_deg - at.lon_deg) * (pb.lon_deg - moved.lon_deg);
        squares_a += (pa.lon_deg - at.lon_deg) * (pa.lon_deg - at.lon_deg);
        squares_b += (pb.lon_deg - moved.lon_deg) * (pb.lon_deg - moved.lon_deg);
    }
    return fabs(products / sqrt(squares_a * squares_b)) * sqrt(20000.0);
}

START_TEST(other_cell_id_or_parameter_draws_independently)
{
    cmty__law other = lattice_law, wide = donut_law;

    ck_assert_double_gt(correlation(&lattice_law, &lattice_law, 'r', 0), 100);
    ck_assert_double_lt(correlation(&lattice_law, &lattice_law, 'r', 0.0003), 5);
    ck_assert_double_lt(correlation(&lattice_law, &lattice_law, 's', 0), 5);
    other.epsilon_per_m = 0.0101;
    ck_assert_double_lt(correlation(&lattice_law, &other, 'r', 0), 5);
    other = lattice_law;
    other.lattice_m = 10.001;
    ck_assert_double_lt(correlation(&lattice_law, &other, 'r', 0), 5);
    wide.radius_m = 251;
    ck_assert_double_lt(correlation(&donut_law, &wide, 'r', 0), 5);
    ck_assert_double_lt(correlation(&donut_law, &donut_law, 'r', 0.0000001), 5);
}
END_TEST

/* ---- in proportion ---- */

/* On the ground, by geodesics: the mean is 2 / epsilon, the second moment 6 / epsilon^2. Rounding
   adds a little to the second moment: a sixth of a squared step. */
START_TEST(mean_displacement_is_what_epsilon_says_at_every_latitude)
{
    static const double latitudes[] = {0.5, -33.2, 41.88, 60.1, -78.4};
    double sum = 0, squares = 0, fourths = 0, n = 40000, mean, second;
    char id[16];

    for (int i = 0; i < (int)n; i++) {
        cmty_point at = {10 + i * 3e-5, latitudes[_i]}, moved;
        double d;

        snprintf(id, sizeof id, "%d", i);
        moved = mask(&lattice_law, id, at);
        d = cmty__geodesic_m(at, moved);
        sum += d;
        squares += d * d;
        fourths += d * d * d * d;
    }
    mean = sum / n;
    second = squares / n;
    ck_assert_double_lt(fabs(mean - 200), 5 * sqrt((second - mean * mean) / n) + 0.7);
    ck_assert_double_lt(fabs(second - 60000), 5 * sqrt((fourths / n - second * second) / n) + 300);
}
END_TEST

/* What is spent between two cells, by the lattice, against what epsilon allows for the distance on
   the ground: up to ten times 1 / epsilon, and up to latitude 67. */
START_TEST(rate_is_never_more_than_epsilon_asks_for)
{
    static const double asked[][2] = {{0.05, 1}, {0.01, 10}, {0.002, 10}, {0.0004, 25}, {1e-4, 50}};
    cmty__law law = lattice_law;
    cmty__lattice l = cmty__lattice_make(asked[_i][1]);
    double rate, epsilon = asked[_i][0], reach = 10 / epsilon, most = 0;
    cmty__stream s;

    law.epsilon_per_m = epsilon;
    law.lattice_m = asked[_i][1];
    rate = (double)cmty__law_rate(&law) / 4294967296.0;
    cmty__stream_open(&s, (const uint8_t *)VECTORS, &(cmty__draw_key){.row = _i}, "pairs");
    for (int i = 0; i < 200000; i++) {
        double lat = -67 + 134 * (double)cmty__uniform(&s, 1 << 20) / (1 << 20);
        double angle = 6.2831853 * (double)cmty__uniform(&s, 1 << 20) / (1 << 20);
        double d = reach * (double)cmty__uniform(&s, 1 << 20) / (1 << 20);
        cmty_point p = {7, lat}, q = cmty__move_mm(p, (int64_t)(d * 1000 * cos(angle)),
                                                   (int64_t)(d * 1000 * sin(angle)));
        cmty__cell a = cmty__lattice_cell(&l, p), b = cmty__lattice_cell(&l, q);
        double east = (cmty__lattice_point(&l, b).lon_deg - cmty__lattice_point(&l, a).lon_deg)
                      * (double)cmty__lattice_columns(&l, a.row) / 360.0;
        double spent = rate * hypot(east, (double)(b.row - a.row));
        double ground = cmty__geodesic_m(cmty__lattice_point(&l, a), cmty__lattice_point(&l, b));

        if (fabs(q.lat_deg) <= 67 && ground > 0)
            most = fmax(most, spent / (epsilon * (ground + 0.02))); /* seven decimals */
    }
    ck_assert_double_le(most, 1.0);
    ck_assert_double_ge(most, 0.99 - 2e-6 / epsilon); /* nor is more noise added than it takes */
}
END_TEST

static Suite *mask_law_suite(void)
{
    Suite *suite = suite_create("mask_law");
    TCase *tc = tcase_create("mask_law");

    tcase_add_unchecked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, points_are_those_of_the_second_implementation);
    tcase_add_test(tc, threads_release_the_same_points_again);
    tcase_add_test(tc, other_cell_id_or_parameter_draws_independently);
    tcase_add_loop_test(tc, mean_displacement_is_what_epsilon_says_at_every_latitude, 0, 5);
    tcase_add_loop_test(tc, rate_is_never_more_than_epsilon_asks_for, 0, 5);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(mask_law_suite)
