/* SPDX-License-Identifier: MIT */
/* Running out of memory while beats are read, and while points are located. */
#include "../runner.h"
#include "fault.h"

static cmty_status open_beats(void *context, cmty_error *err)
{
    const char *layer = context;
    char poison;
    cmty_beatset *set = (cmty_beatset *)&poison;
    cmty_status status = cmty_beatset_open(&layer, 1, NULL, &set, err);

    if (status == CMTY_OK)
        cmty_beatset_free(set);
    else
        ck_assert_ptr_null(set);
    return status;
}

START_TEST(beats_survive_every_failed_allocation)
{
    char layer[] = FAULT_FILE("beats.geojson");

    fault_each_allocation(open_beats, layer, CMTY_OK);
}
END_TEST

START_TEST(dated_beats_survive_every_failed_allocation)
{
    char layer[] = FAULT_FILE("beats.geojson") "|id=BEAT|from=2020-01-01|to=2030-01-01";

    fault_each_allocation(open_beats, layer, CMTY_OK);
}
END_TEST

START_TEST(beats_without_their_field_survive_every_failed_allocation)
{
    char layer[] = FAULT_FILE("beats.geojson") "|id=NO_SUCH_FIELD";

    fault_each_allocation(open_beats, layer, CMTY_E_FORMAT);
}
END_TEST

START_TEST(locating_allocates_nothing)
{
    const cmty_point at = {-74.015, 40.01};
    const char *layer = FAULT_FILE("beats.geojson");
    cmty_beatset *set = NULL;
    cmty_beat_answer answer = {.struct_size = sizeof answer};
    cmty_beat_candidate candidates[4];
    cmty_error err = CMTY_ERROR_INIT;
    long before;
    int32_t beat = -1;

    ck_assert_int_eq(cmty_beatset_open(&layer, 1, NULL, &set, &err), CMTY_OK);
    before = fault_live();
    fault_forbid();
    ck_assert_int_eq(
        cmty_beatset_locate(set, at, CMTY_TIME_UNKNOWN, 900.0, &answer, candidates, 4, &err),
        CMTY_OK);
    ck_assert_int_eq(cmty_beatset_locate_many(set, &at, NULL, 1, &beat, NULL, &err), CMTY_OK);
    fault_permit();
    ck_assert_int_eq(answer.beat, beat);
    ck_assert_int_eq(fault_live(), before);
    cmty_beatset_free(set);
}
END_TEST

/* A comb of 200 teeth: more edges near than are weighed without memory. */
static void write_comb(const char *path)
{
    FILE *f = fopen(path, "w");

    ck_assert_ptr_nonnull(f);
    fputs("{\"type\":\"Feature\",\"properties\":{\"BEAT\":\"1\"},\"geometry\":{\"type\":"
          "\"Polygon\",\"coordinates\":[[[0,-1]",
          f);
    for (int i = 0; i <= 400; i++)
        fprintf(f, ",[%de-5,%de-5]", i, i % 2);
    fputs(",[4e-3,-1],[0,-1]]]}}", f);
    ck_assert_int_eq(fclose(f), 0);
}

static cmty_status weigh(void *context, cmty_error *err)
{
    const cmty_point at = {0.002, 0.000005};
    cmty_beat_answer answer = {.struct_size = sizeof answer, .beat = 77};
    cmty_beat_candidate candidate;
    cmty_status st =
        cmty_beatset_locate(context, at, CMTY_TIME_UNKNOWN, 50, &answer, &candidate, 1, err);

    ck_assert_int_eq(answer.beat, st == CMTY_OK ? 0 : 77);
    return st;
}

START_TEST(probabilities_survive_every_failed_allocation)
{
    const char *layer = "comb.geojson";
    cmty_beatset *set = NULL;

    write_comb(layer);
    ck_assert_int_eq(cmty_beatset_open(&layer, 1, NULL, &set, NULL), CMTY_OK);
    fault_each_allocation(weigh, set, CMTY_OK);
    cmty_beatset_free(set);
}
END_TEST

static Suite *beat_oom_suite(void)
{
    Suite *suite = suite_create("beat_oom");
    TCase *tc = tcase_create("beat_oom");

    tcase_set_timeout(tc, 120);
    tcase_add_checked_fixture(tc, fault_install, NULL);
    tcase_add_test(tc, beats_survive_every_failed_allocation);
    tcase_add_test(tc, dated_beats_survive_every_failed_allocation);
    tcase_add_test(tc, beats_without_their_field_survive_every_failed_allocation);
    tcase_add_test(tc, locating_allocates_nothing);
    tcase_add_test(tc, probabilities_survive_every_failed_allocation);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(beat_oom_suite)
