/* SPDX-License-Identifier: MIT */
/*
 * What survives of epsilon in a region: the odds of every output, from two places of one small
 * beat, counted over many reports and held to e^(epsilon d) for clamp and e^(2 epsilon d) for
 * redraw.
 */
#include "../runner.h"
#include "privacy/lattice.h"
#include "privacy/noise.h"

#include <community/key.h>

#include <math.h>
#include <string.h>
#include <unistd.h>

enum { DRAWS = 300000, ENOUGH = 400, CELLS = 64 };

static cmty__mask_key *key;
static cmty__areas *areas;

static void set_up(void)
{
    static const cmty_point ring[] = {{10, 50},         {10.008, 50}, {10.008, 50.003},
                                      {10.004, 50.005}, {10, 50.003}, {10, 50}};
    static const cmty_point thin[] = {
        {10.02, 50}, {10.03, 50}, {10.03, 50.0001}, {10.02, 50.0001}, {10.02, 50}};
    const cmty__ring rings[] = {{ring, 6}, {thin, 5}};
    const cmty__area_input inputs[] = {{&rings[0], 1}, {&rings[1], 1}};
    char folder[] = "/tmp/cmty-region-XXXXXX", path[64];

    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/key", folder);
    ck_assert_int_eq(cmty_key_make_mask(path, NULL), CMTY_OK);
    ck_assert_int_eq(cmty__mask_key_open(path, &key, NULL), CMTY_OK);
    unlink(path);
    rmdir(folder);
    ck_assert_int_eq(cmty__areas_build(inputs, 2, &areas, NULL), CMTY_OK);
}

static void tear_down(void)
{
    cmty__areas_free(areas);
    cmty__mask_key_free(key);
}

static cmty__law law_of(int32_t region)
{
    return (cmty__law){
        .law = CMTY_LAW_LATTICE, .region = region, .k = 8, .epsilon_per_m = 0.01, .lattice_m = 30};
}

/* Outputs by cell of the lattice, numbered from the corner of the beat. */
static void count(const cmty__law *law, cmty_point at, char series, double seen[CELLS][CELLS])
{
    const cmty__region region = {areas, 0, -1, 0};
    cmty__lattice l = cmty__lattice_make(law->lattice_m);
    cmty__cell corner = cmty__lattice_cell(&l, (cmty_point){10, 50});
    char id[16];

    memset(seen, 0, sizeof(double) * CELLS * CELLS);
    for (int i = 0; i < DRAWS; i++) {
        cmty__mask_result r = {.note = ""};
        cmty__cell c;

        snprintf(id, sizeof id, "%c%d", series, i);
        if (cmty__law_apply(law, key, NULL, id, at, &region, &r, NULL) != CMTY_OK)
            ck_abort_msg("withheld: %s", r.note);
        if (!cmty__areas_contains(areas, 0, r.at))
            ck_abort_msg("outside of the beat");
        c = cmty__lattice_cell(&l, r.at);
        seen[c.row - corner.row + 1][c.column - corner.column + 1] += 1;
    }
}

/* The largest log-ratio among outputs that are frequent enough, less four standard errors. */
static double worst(double a[CELLS][CELLS], double b[CELLS][CELLS])
{
    double most = 0;

    for (int row = 0; row < CELLS; row++)
        for (int column = 0; column < CELLS; column++) {
            double x = a[row][column], y = b[row][column];

            if (x >= ENOUGH && y >= ENOUGH)
                most = fmax(most, fabs(log(x / y)) - 4 * sqrt(1 / x + 1 / y));
        }
    return most;
}

START_TEST(odds_between_places_of_a_beat_keep_their_bound)
{
    static double a[CELLS][CELLS], b[CELLS][CELLS];
    static const cmty_point pairs[][2] = {
        {{10.0002, 50.0002}, {10.0014, 50.0002}}, /* in a corner */
        {{10.004, 50.0045}, {10.004, 50.0033}},   /* in the tip */
        {{10.0035, 50.0015}, {10.0045, 50.002}}};
    cmty__law law = law_of(_i % 2 == 0 ? CMTY_REGION_CLAMP : CMTY_REGION_REDRAW);
    double factor = _i % 2 == 0 ? 1 : 2;
    const cmty_point *pair = pairs[_i / 2];
    cmty_point from = cmty__lattice_round(law.lattice_m, pair[0]);
    cmty_point to = cmty__lattice_round(law.lattice_m, pair[1]);
    double bound = factor * law.epsilon_per_m * cmty__geodesic_m(from, to), found;

    count(&law, pair[0], 'a', a);
    count(&law, pair[1], 'b', b);
    found = worst(a, b);
    ck_assert_double_le(found, bound);
    ck_assert_double_ge(found, bound / factor / 4); /* or the test could not see a breach */
}
END_TEST

/* The same test sees a mask that adds half of the noise. */
START_TEST(too_little_noise_is_seen)
{
    static double a[CELLS][CELLS], b[CELLS][CELLS];
    cmty__law law = law_of(CMTY_REGION_CLAMP);
    cmty_point from, to;

    law.epsilon_per_m = 0.02;
    count(&law, (cmty_point){10.0035, 50.0015}, 'a', a);
    count(&law, (cmty_point){10.0045, 50.002}, 'b', b);
    from = cmty__lattice_round(law.lattice_m, (cmty_point){10.0035, 50.0015});
    to = cmty__lattice_round(law.lattice_m, (cmty_point){10.0045, 50.002});
    ck_assert_double_gt(worst(a, b), 0.01 * cmty__geodesic_m(from, to));
}
END_TEST

START_TEST(slivers_and_thin_beats_are_refused)
{
    cmty__law law = law_of(_i == 0 ? CMTY_REGION_CLAMP : CMTY_REGION_REDRAW);
    cmty__region region = {areas, 1, -1, 0};
    cmty__mask_result r = {.note = ""};

    ck_assert_int_eq(
        cmty__law_apply(&law, key, NULL, "r", (cmty_point){10.025, 50.00005}, &region, &r, NULL),
        CMTY_WITHHELD);
    ck_assert_str_eq(r.note, "the beat is too small or too narrow");
    region = (cmty__region){areas, 0, 7, 0};
    law.min_addresses = 8;
    ck_assert_int_eq(
        cmty__law_apply(&law, key, NULL, "r", (cmty_point){10.004, 50.002}, &region, &r, NULL),
        CMTY_WITHHELD);
    ck_assert_str_eq(r.note, "too few addresses in the beat");
    region.address_count = 8;
    ck_assert_int_eq(
        cmty__law_apply(&law, key, NULL, "r", (cmty_point){10.004, 50.002}, &region, &r, NULL),
        CMTY_OK);
}
END_TEST

static const char *words_of(const cmty__law *law, cmty__buf *words, cmty__buf *json)
{
    words->size = json->size = 0;
    cmty__law_guarantee(law, words);
    cmty__law_metadata(law, "0123abcd", json);
    return json->data;
}

START_TEST(guarantee_says_what_survives_in_words_and_for_machines)
{
    cmty__law law = law_of(CMTY_REGION_CLAMP);
    cmty__buf words = {0}, json = {0};

    law.min_addresses = 8;
    ck_assert_ptr_nonnull(strstr(words_of(&law, &words, &json), "\"epsilon_within_beat\":0.01"));
    ck_assert_ptr_nonnull(strstr(json.data, "\"epsilon_between_beats\":null"));
    ck_assert_ptr_nonnull(strstr(json.data, "\"beat_disclosed\":true"));
    ck_assert_ptr_nonnull(strstr(json.data, "\"min_addresses\":8"));
    ck_assert_ptr_nonnull(strstr(words.data, "The beat is published exactly"));
    ck_assert_ptr_nonnull(strstr(words.data, "e^(epsilon d)"));
    ck_assert_ptr_nonnull(strstr(words.data, "No bound is given between places in different"));
    ck_assert_ptr_nonnull(strstr(words.data, "fewer than 8 addresses"));
    law.region = CMTY_REGION_REDRAW;
    ck_assert_ptr_nonnull(strstr(words_of(&law, &words, &json), "\"epsilon_within_beat\":0.02"));
    ck_assert_ptr_nonnull(strstr(words.data, "e^(2 epsilon d)"));
    law.region = CMTY_REGION_NONE;
    ck_assert_ptr_nonnull(strstr(words_of(&law, &words, &json), "\"epsilon_between_beats\":0.01"));
    ck_assert_ptr_nonnull(strstr(json.data, "\"beat_disclosed\":false"));
    cmty__buf_free(&words);
    cmty__buf_free(&json);
}
END_TEST

static Suite *law_region_suite(void)
{
    Suite *suite = suite_create("law_region");
    TCase *tc = tcase_create("law_region");

    tcase_set_timeout(tc, 60);
    tcase_add_unchecked_fixture(tc, set_up, tear_down);
    tcase_add_loop_test(tc, odds_between_places_of_a_beat_keep_their_bound, 0, 6);
    tcase_add_test(tc, too_little_noise_is_seen);
    tcase_add_loop_test(tc, slivers_and_thin_beats_are_refused, 0, 2);
    tcase_add_test(tc, guarantee_says_what_survives_in_words_and_for_machines);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(law_region_suite)
