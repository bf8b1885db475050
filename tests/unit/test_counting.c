/* SPDX-License-Identifier: MIT */
/* Counts with noise: the law of the noise, its key, sums that come out even, and which keys of the
   data may be shown. */
#include "../runner.h"
#include "privacy/privacy.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#define VECTORS CMTY_TEST_SOURCE_DIR "/tests/data/privacy_vectors/"

static char path[] = "/tmp/cmty-counting-XXXXXX";
static char key_path[80];
static cmty__mask_key *key;

static void open_key(void)
{
    ck_assert_ptr_nonnull(mkdtemp(path));
    snprintf(key_path, sizeof key_path, "%s/mask.key", path);
    ck_assert_int_eq(cmty_key_make_mask(key_path, NULL), CMTY_OK);
    ck_assert_int_eq(cmty__mask_key_open(key_path, &key, NULL), CMTY_OK);
}

static void close_key(void)
{
    cmty__mask_key_free(key);
    unlink(key_path);
    rmdir(path);
    memcpy(path + strlen(path) - 6, "XXXXXX", 6);
}

/* ---- tables of thresholds ---- */

/* The fields of a line as numbers, "ln(3)" among them; 0: a remark or the header. */
static size_t read_fields(char *line, double *fields, size_t most)
{
    size_t n = 0;

    if (line[0] == '#')
        return 0;
    for (char *field = line, *next; field != NULL && n < most; field = next) {
        next = strpbrk(field, ",\n");
        if (next != NULL)
            *next++ = '\0';
        if (strncmp(field, "ln(3)", 5) == 0)
            fields[n] = log(3);
        else if (!cmty__parse_double(field, &fields[n]))
            return 0;
        n++;
        if (next != NULL && *next == '\0')
            next = NULL;
    }
    return n;
}

static double relative(double value, double expected)
{
    return fabs(value - expected) / fmax(fabs(expected), 1e-300);
}

typedef double compute(const double *row);

static double laplace(const double *r)
{
    return cmty__threshold_laplace(r[0], r[1], (uint32_t)r[2], (uint32_t)r[3]);
}

static double laplace_one(const double *r)
{
    return cmty__threshold_laplace(r[0], r[1], (uint32_t)r[2], 1);
}

static double geometric(const double *r)
{
    return cmty__keep_probability(CMTY_SELECT_GEOMETRIC, (int64_t)r[3], r[0], r[1], (uint32_t)r[2]);
}

static double sigma(const double *r)
{
    return cmty__sigma_gaussian(r[0], r[1], (uint32_t)r[2]);
}

static double gaussian(const double *r)
{
    return cmty__threshold_gaussian(r[0], r[1], (uint32_t)r[2]);
}

static const struct {
    const char *file;
    compute *function;
    size_t column, rows;
} tables[] = {
    {"partition_laplace_threshold.csv", laplace, 5, 500},
    {"partition_laplace_threshold_google_tests.csv", laplace_one, 4, 13},
    {"partition_truncated_geometric.csv", geometric, 4, 800},
    {"partition_gaussian_threshold.csv", sigma, 3, 60},
    {"partition_gaussian_threshold.csv", gaussian, 4, 60},
};

START_TEST(thresholds_agree_with_the_tables)
{
    char name[300], line[400];
    double row[8], worst = 0;
    size_t rows = 0;
    FILE *f;

    snprintf(name, sizeof name, VECTORS "%s", tables[_i].file);
    f = fopen(name, "r");
    ck_assert_ptr_nonnull(f);
    while (fgets(line, sizeof line, f) != NULL) {
        double allowed = 1e-12, value;

        if (read_fields(line, row, 8) <= tables[_i].column)
            continue;
        /* of 1 - delta, a double near 1 keeps only the digits that are left */
        if (row[1] > 0.5)
            allowed += 4e-16 / (1 - row[1]);
        value = relative(tables[_i].function(row), row[tables[_i].column]);
        ck_assert_msg(value <= allowed, "row %zu of %s: off by %g", rows, tables[_i].file, value);
        worst = fmax(worst, row[1] > 0.5 ? 0 : value);
        rows++;
    }
    fclose(f);
    ck_assert_uint_ge(rows, tables[_i].rows);
    ck_assert_double_le(worst, 1e-12);
}
END_TEST

START_TEST(a_lone_contributor_shows_with_delta_at_most)
{
    for (int select = CMTY_SELECT_GEOMETRIC; select <= CMTY_SELECT_GAUSSIAN; select++) {
        double last = 0;

        ck_assert_double_le(cmty__keep_probability(select, 1, 1, 1e-4, 1), 1.0001e-4);
        for (int64_t n = 0; n < 100; n++) {
            double p = cmty__keep_probability(select, n, 1, 1e-4, 1);

            ck_assert(p >= last && p <= 1);
            ck_assert_double_le(/* no other rule may keep more than the optimal one */
                                p, cmty__keep_probability(CMTY_SELECT_GEOMETRIC, n, 1, 1e-4, 1)
                                       + 1e-12);
            last = p;
        }
        ck_assert_double_ge(last, 0.999);
    }
}
END_TEST

/* ---- noise ---- */

enum { DRAWS = 200000, BINS = 17 };

START_TEST(noise_follows_the_discrete_laplace_law)
{
    static const double epsilons[] = {1.0, 0.5, 2.0};
    static const double critical = 58.32; /* chi-square, 16 degrees of freedom, 1e-6 */
    double rate = epsilons[_i] / 2, q = exp(-rate), expected, sum = 0;
    int seen[BINS] = {0};
    cmty__counting c;

    cmty__counting_open(&c, key, "a release", epsilons[_i], 2);
    for (int i = 0; i < DRAWS; i++) {
        char cell[32];
        int64_t x;

        snprintf(cell, sizeof cell, "cell %d", i);
        x = cmty__counting_noisy(&c, "beat", cell, 40) - 40;
        seen[x < -8 ? 0 : x > 8 ? BINS - 1 : x + 8]++;
    }
    for (int i = 0; i < BINS; i++) {
        int64_t x = i - 8;

        expected = (1 - q) / (1 + q) * pow(q, (double)(x < 0 ? -x : x));
        if (i == 0 || i == BINS - 1) /* 8 and all beyond */
            expected = pow(q, 8) / (1 + q);
        sum += pow(seen[i] - expected * DRAWS, 2) / (expected * DRAWS);
    }
    ck_assert_double_le(sum, critical);
    cmty__counting_close(&c);
}
END_TEST

START_TEST(the_same_table_again_is_the_same_and_a_changed_count_is_not)
{
    cmty__counting c, other;
    int equal = 0, shifted = 0, elsewhere = 0;

    cmty__counting_open(&c, key, "2026", 0.1, 1);
    cmty__counting_open(&other, key, "2027", 0.1, 1);
    for (int i = 0; i < 1000; i++) {
        char cell[32];
        int64_t a;

        snprintf(cell, sizeof cell, "%d", i);
        a = cmty__counting_noisy(&c, "beat", cell, 7);
        equal += a == cmty__counting_noisy(&c, "beat", cell, 7);
        /* one more report: were the noise the same, the two tables would tell it */
        shifted += a + 1 == cmty__counting_noisy(&c, "beat", cell, 8);
        elsewhere += a == cmty__counting_noisy(&other, "beat", cell, 7);
        elsewhere += a == cmty__counting_noisy(&c, "sector", cell, 7);
    }
    ck_assert_int_eq(equal, 1000);
    ck_assert_int_le(shifted, 60); /* 25 by chance */
    ck_assert_int_le(elsewhere, 110);
    cmty__counting_close(&c);
    cmty__counting_close(&other);
}
END_TEST

START_TEST(keys_are_kept_as_often_as_they_should)
{
    static const double probabilities[] = {0, 0.02, 0.5, 0.9, 1};
    cmty__counting c;

    cmty__counting_open(&c, key, "", 1, 1);
    for (size_t k = 0; k < 5; k++) {
        double p = probabilities[k], kept = 0;

        for (int i = 0; i < 20000; i++) {
            char cell[32];

            snprintf(cell, sizeof cell, "%zu %d", k, i);
            kept += cmty__counting_keeps(&c, cell, 3, p);
        }
        ck_assert_double_eq_tol(kept, 20000 * p, 5 * sqrt(20000 * p * (1 - p)) + 1e-9);
    }
    cmty__counting_close(&c);
}
END_TEST

/* ---- sums ---- */

/* Least squares over whole numbers by trying all. */
static int64_t best_by_trying(const int64_t y[3], int64_t total)
{
    int64_t best = INT64_MAX;

    for (int64_t a = 0; a <= total; a++)
        for (int64_t b = 0; a + b <= total; b++) {
            int64_t c = total - a - b;
            int64_t cost =
                (a - y[0]) * (a - y[0]) + (b - y[1]) * (b - y[1]) + (c - y[2]) * (c - y[2]);

            best = cost < best ? cost : best;
        }
    return best;
}

START_TEST(parts_are_fitted_to_their_sum_by_least_squares)
{
    uint32_t seed = 5;

    for (int round = 0; round < 3000; round++) {
        int64_t y[3], x[3], total, cost = 0;

        for (int i = 0; i < 3; i++) {
            seed = seed * 1664525U + 1013904223U;
            y[i] = (int64_t)(seed >> 24) % 24 - 7;
        }
        seed = seed * 1664525U + 1013904223U;
        total = (int64_t)(seed >> 24) % 30;
        ck_assert(cmty__counting_fit(y, 3, total, x));
        ck_assert_int_eq(x[0] + x[1] + x[2], total);
        for (int i = 0; i < 3; i++) {
            ck_assert_int_ge(x[i], 0);
            cost += (x[i] - y[i]) * (x[i] - y[i]);
        }
        ck_assert_int_eq(cost, best_by_trying(y, total));
    }
    ck_assert(cmty__counting_fit(NULL, 0, 0, NULL));
}
END_TEST

static Suite *counting_suite(void)
{
    Suite *suite = suite_create("counting");
    TCase *tc = tcase_create("counting");

    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, open_key, close_key);
    tcase_add_loop_test(tc, thresholds_agree_with_the_tables, 0,
                        (int)(sizeof tables / sizeof tables[0]));
    tcase_add_test(tc, a_lone_contributor_shows_with_delta_at_most);
    tcase_add_loop_test(tc, noise_follows_the_discrete_laplace_law, 0, 3);
    tcase_add_test(tc, the_same_table_again_is_the_same_and_a_changed_count_is_not);
    tcase_add_test(tc, keys_are_kept_as_often_as_they_should);
    tcase_add_test(tc, parts_are_fitted_to_their_sum_by_least_squares);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(counting_suite)
