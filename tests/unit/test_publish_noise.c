/* SPDX-License-Identifier: MIT */
/* release: counts with noise follow their law, come out even, and repeat themselves. */
#include "../runner.h"
#include "release/counts.h"
#include "small_city.h"

#include <math.h>

enum { DRAWS = 40000, EDGE = 24, TRUE_ALL = 1000 };

static char folder[] = "/tmp/cmty-noise-XXXXXX";
static cmty_beatset *beats;
static cmty__counts *c;

static void open_city(void)
{
    ck_assert_ptr_nonnull(mkdtemp(folder));
    beats = small_city_beats(folder);
    ck_assert_int_eq(cmty__counts_new(beats, 1, CMTY_TIME_UNKNOWN, NULL, &c, NULL), CMTY_OK);
}

static void close_city(void)
{
    char command[300];

    cmty__counts_free(c);
    cmty_beatset_free(beats);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    ck_assert_int_eq(system(command), 0);
    memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
}

/* A table that comes to TRUE_ALL and `more`, the rest in the last row; all of one category. */
static void fill(int64_t more)
{
    for (size_t i = 0; i < c->district_count; i++)
        c->districts[i].reports = 0;
    for (size_t i = 0; i < c->category_count; i++)
        c->categories[i].reports = 0;
    c->reports = TRUE_ALL + more;
    for (size_t i = 0; i < c->row_count; i++) {
        c->rows[i].reports = i == 0 ? TRUE_ALL + more - 30 * (int64_t)(c->row_count - 1) : 30;
        c->rows[i].note = "";
        c->districts[c->rows[i].group].reports += c->rows[i].reports;
    }
    c->categories[0].reports = c->reports;
}

static void draw(uint32_t number, double epsilon)
{
    uint8_t secret[CMTY__HASH_BYTES] = {0};
    cmty_error err = CMTY_ERROR_INIT;

    memcpy(secret, &number, sizeof number);
    ck_assert_msg(cmty__counts_noise(c, secret, epsilon, "all", &err) == CMTY_OK, "%s",
                  err.message);
}

/* Four levels (all, district, beat, category) have a quarter of epsilon each. */
START_TEST(the_total_follows_the_discrete_laplace_law)
{
    static int seen[2 * EDGE + 1];
    const double q = exp(-0.25);
    double chi = 0, sum = 0;

    memset(seen, 0, sizeof seen);
    for (uint32_t i = 0; i < DRAWS; i++) {
        int64_t x;

        fill(0);
        draw(i, 1);
        x = c->reports - TRUE_ALL;
        x = x < -EDGE ? -EDGE : x > EDGE ? EDGE : x;
        seen[x + EDGE]++;
    }
    for (int x = -EDGE; x <= EDGE; x++) {
        double p = (1 - q) / (1 + q) * pow(q, abs(x)); /* the ends hold all beyond, too */
        double expected = DRAWS * (abs(x) == EDGE ? pow(q, EDGE) / (1 + q) : p);

        sum += expected;
        chi += (seen[x + EDGE] - expected) * (seen[x + EDGE] - expected) / expected;
    }
    ck_assert_double_eq_tol(sum, DRAWS, 1e-6);
    ck_assert_double_le(chi, 113); /* 48 degrees of freedom, 1e-6 */
}
END_TEST

START_TEST(sums_come_out_even_and_nothing_is_below_zero)
{
    for (uint32_t i = 0; i < 300; i++) {
        int64_t districts = 0, rows = 0, categories = 0;

        fill(0);
        draw(i, 0.1);
        for (size_t k = 0; k < c->district_count; k++) {
            int64_t own = 0;

            for (size_t r = 0; r < c->row_count; r++)
                own += c->rows[r].group == (int32_t)k ? c->rows[r].reports : 0;
            ck_assert_int_eq(own, c->districts[k].reports);
            districts += c->districts[k].reports;
        }
        for (size_t k = 0; k < c->row_count; k++) {
            ck_assert_int_ge(c->rows[k].reports, 0);
            ck_assert_str_eq(c->rows[k].note, "with noise");
            rows += c->rows[k].reports;
        }
        for (size_t k = 0; k < c->category_count; k++) {
            ck_assert_int_ge(c->categories[k].reports, 0);
            categories += c->categories[k].reports;
        }
        ck_assert_int_eq(districts, c->reports);
        ck_assert_int_eq(rows, c->reports);
        ck_assert_int_eq(categories, c->reports);
    }
}
END_TEST

START_TEST(the_same_table_is_the_same_and_another_is_drawn_anew_everywhere)
{
    int same = 0, all = 0;

    for (uint32_t i = 0; i < 200; i++) {
        int64_t first[16], again[16];

        ck_assert_uint_le(c->row_count, 16);
        fill(0);
        draw(i, 1);
        for (size_t k = 0; k < c->row_count; k++)
            first[k] = c->rows[k].reports;
        fill(0);
        draw(i, 1);
        for (size_t k = 0; k < c->row_count; k++)
            ck_assert_int_eq(c->rows[k].reports, first[k]);
        fill(1); /* one report more, in the first row only */
        draw(i, 1);
        for (size_t k = 1; k < c->row_count; k++) {
            again[k] = c->rows[k].reports;
            same += again[k] == first[k];
            all++;
        }
    }
    ck_assert_int_lt(same, all / 4); /* by chance: about one in ten */
}
END_TEST

START_TEST(a_policy_with_noise_shows_no_points)
{
    static const char *const bad[] = {
        "{\"policy\":1,\"count_epsilon\":1}", "{\"policy\":1,\"count_epsilon\":0.0001}",
        ("{\"policy\":1,\"count_epsilon\":1,\"default\":{\"publish_point\":false},\"categories\":{"
         "\"theft\":{\"publish_point\":true}}}")};
    static const char good[] = "{\"policy\":1,\"count_epsilon\":1,\"default\":{\"law\":"
                               "\"withhold\"}}";
    cmty_policy *p = NULL;
    cmty_error err = CMTY_ERROR_INIT;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ck_assert_int_eq(cmty__policy_parse(bad[i], strlen(bad[i]), "p.json", &p, &err),
                         CMTY_E_FORMAT);
        ck_assert_ptr_nonnull(strstr(err.message, "count_epsilon"));
    }
    ck_assert_int_eq(cmty__policy_parse(good, strlen(good), "p.json", &p, &err), CMTY_OK);
    ck_assert_ptr_nonnull(strstr(cmty_policy_explain(p), "with noise"));
    ck_assert_ptr_nonnull(strstr(cmty_policy_json(p), "\"count_epsilon\":1"));
    cmty_policy_free(p);
}
END_TEST

static Suite *publish_noise_suite(void)
{
    Suite *suite = suite_create("publish_noise");
    TCase *tc = tcase_create("publish_noise");

    tcase_add_checked_fixture(tc, open_city, close_city);
    tcase_add_test(tc, the_total_follows_the_discrete_laplace_law);
    tcase_add_test(tc, sums_come_out_even_and_nothing_is_below_zero);
    tcase_add_test(tc, the_same_table_is_the_same_and_another_is_drawn_anew_everywhere);
    tcase_add_test(tc, a_policy_with_noise_shows_no_points);
    tcase_set_timeout(tc, 60);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(publish_noise_suite)
