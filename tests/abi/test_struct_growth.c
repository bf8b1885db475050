/* SPDX-License-Identifier: MIT */
/*
 * Options as callers of other releases pass them: too short to be anything, longer than ours with a
 * zero tail, longer than ours with something in the tail. Each call is given a file that does not
 * exist, so that a struct that is understood ends in CMTY_E_IO.
 */
#include "../runner.h"

#include <community/community.h>
#include <stdbool.h>
#include <string.h>

enum { TAIL = 24, ROOM = 512 };
static const char *missing = "no such file";

static cmty_status open_beats(const void *options, cmty_error *err)
{
    cmty_beatset *set = NULL;

    return cmty_beatset_open(&missing, 1, options, &set, err);
}

static cmty_status open_fences(const void *options, cmty_error *err)
{
    cmty_fenceset *set = NULL;

    return cmty_fenceset_open(&missing, 1, options, &set, err);
}

static cmty_status open_masker(const void *options, cmty_error *err)
{
    cmty_masker *masker = NULL;

    return cmty_masker_open(options, NULL, &masker, err);
}

static cmty_status init_store(const void *options, cmty_error *err)
{
    return cmty_store_init("no such folder/store.db", options, err);
}

static cmty_status open_ingest(const void *options, cmty_error *err)
{
    cmty_ingest *ingest = NULL;

    return cmty_ingest_open(missing, options, &ingest, err);
}

static cmty_status publish(const void *options, cmty_error *err)
{
    return cmty_publish(missing, options, NULL, err);
}

static cmty_status convert(const void *options, cmty_error *err)
{
    return cmty_convert(missing, options, "no such folder/out", NULL, err);
}

static cmty_status fill_folder(const void *options, cmty_error *err)
{
    cmty_spool *spool = NULL;

    return cmty_spool_open(missing, options, &spool, err);
}

static cmty_status attack(const void *options, cmty_error *err)
{
    cmty_attack *result = NULL;

    return cmty_attack_run(missing, &missing, 1, options, &result, err);
}

static cmty_status count(const void *options, cmty_error *err)
{
    return cmty_count_table(missing, "no such folder/out.csv", options, err);
}

static cmty_status date_parts(const void *options, cmty_error *err)
{
    return cmty_dateparts_table(missing, "no such folder/out.csv", options, err);
}

static cmty_status retain(const void *options, cmty_error *err)
{
    return cmty_store_retain("no such folder/store.db", options, NULL, err);
}

static cmty_status find_duplicates(const void *options, cmty_error *err)
{
    return cmty_duplicates_table(missing, "no such folder/out.csv", options, err);
}

static cmty_beatset *some_beats(void)
{
    const char *layer = CMTY_TEST_SOURCE_DIR "/tests/fault/data/beats.geojson";
    cmty_beatset *set = NULL;

    ck_assert_int_eq(cmty_beatset_open(&layer, 1, NULL, &set, NULL), CMTY_OK);
    return set;
}

static cmty_status compare(const void *options, cmty_error *err)
{
    cmty_beatset *set = some_beats();
    cmty_comparison *comparison = NULL;
    cmty_status st = cmty_compare(set, set, options, &comparison, err);

    cmty_beatset_free(set);
    return st;
}

static cmty_status write_comparison(const void *files, cmty_error *err)
{
    cmty_beatset *set = some_beats();
    cmty_comparison *comparison = NULL;
    cmty_status st = cmty_compare(set, set, NULL, &comparison, err);

    if (st == CMTY_OK)
        st = cmty_comparison_write(comparison, files, err);
    cmty_comparison_free(comparison);
    cmty_beatset_free(set);
    return st;
}

static cmty_status open_linter(const void *options, cmty_error *err)
{
    cmty_linter *linter = NULL;

    return cmty_linter_open(options, &linter, err);
}

typedef struct growth_case {
    const char *name;
    size_t size;
    const void *defaults;
    cmty_status (*call)(const void *options, cmty_error *err);
} growth_case;

static const cmty_attack_options attack_options = CMTY_ATTACK_OPTIONS_INIT;
static const cmty_beat_options beat_options = CMTY_BEAT_OPTIONS_INIT;
static cmty_compare_options compare_options = CMTY_COMPARE_OPTIONS_INIT;
static cmty_comparison_files comparison_files = CMTY_COMPARISON_FILES_INIT;
static cmty_count_options count_options = CMTY_COUNT_OPTIONS_INIT;
static cmty_dateparts_options dateparts_options = CMTY_DATEPARTS_OPTIONS_INIT;
static const cmty_duplicates_options duplicates_options = CMTY_DUPLICATES_OPTIONS_INIT;
static const cmty_fence_options fence_options = CMTY_FENCE_OPTIONS_INIT;
static const cmty_ingest_options ingest_options = CMTY_INGEST_OPTIONS_INIT;
static cmty_linter_options linter_options = CMTY_LINTER_OPTIONS_INIT;
static cmty_mask_options mask_options = CMTY_MASK_OPTIONS_INIT;
static cmty_retain_options retain_options = CMTY_RETAIN_OPTIONS_INIT;
static cmty_store_options store_options = CMTY_STORE_OPTIONS_INIT;
static cmty_publish_options publish_options = CMTY_PUBLISH_OPTIONS_INIT;
static cmty_convert_options convert_options = CMTY_CONVERT_OPTIONS_INIT;
static cmty_spool_options spool_options = CMTY_SPOOL_OPTIONS_INIT;

static const growth_case cases[] = {
    {"attack options", sizeof attack_options, &attack_options, attack},
    {"beat options", sizeof beat_options, &beat_options, open_beats},
    {"compare options", sizeof compare_options, &compare_options, compare},
    {"comparison files", sizeof comparison_files, &comparison_files, write_comparison},
    {"count options", sizeof count_options, &count_options, count},
    {"dateparts options", sizeof dateparts_options, &dateparts_options, date_parts},
    {"duplicates options", sizeof duplicates_options, &duplicates_options, find_duplicates},
    {"fence options", sizeof fence_options, &fence_options, open_fences},
    {"linter options", sizeof linter_options, &linter_options, open_linter},
    {"mask options", sizeof mask_options, &mask_options, open_masker},
    {"retain options", sizeof retain_options, &retain_options, retain},
    {"store options", sizeof store_options, &store_options, init_store},
    {"ingest options", sizeof ingest_options, &ingest_options, open_ingest},
    {"publish options", sizeof publish_options, &publish_options, publish},
    {"convert options", sizeof convert_options, &convert_options, convert},
    {"spool options", sizeof spool_options, &spool_options, fill_folder},
};
enum { CASES = sizeof cases / sizeof cases[0] };

static void fill_in_what_is_needed(void)
{
    compare_options.points = missing;
    comparison_files.csv = "no such folder/out.csv";
    count_options.by = "column";
    count_options.key_file = missing;
    dateparts_options.time_zone = "UTC";
    linter_options.policy = missing;
    mask_options.law = CMTY_LAW_LATTICE;
    mask_options.key_file = missing;
    retain_options.schedule = missing;
    retain_options.actor = retain_options.purpose = "test";
    store_options.beats = &missing;
    store_options.beats_count = 1;
    store_options.public_key = missing;
    publish_options.gpkg = "no such folder/out.gpkg";
    spool_options.receiver = spool_options.folder = missing;
    spool_options.convert = &convert_options;
}

/* The status for the defaults of a case, announced as `size` bytes, with `tail` behind them. */
static cmty_status status_for(const growth_case *c, size_t size, unsigned char tail)
{
    union {
        uint64_t aligned[ROOM / 8];
        unsigned char bytes[ROOM];
    } options = {{0}};
    const uint32_t announced = (uint32_t)size;
    cmty_error err = CMTY_ERROR_INIT;

    memcpy(options.bytes, c->defaults, c->size);
    memcpy(options.bytes, &announced, sizeof announced);
    options.bytes[c->size + TAIL - 1] = tail;
    return c->call(options.bytes, &err);
}

/* Before its first growth, where there was one. */
static size_t oldest_size(const growth_case *c)
{
    if (c->defaults == &attack_options)
        return CMTY_ATTACK_OPTIONS_SIZE_0_1;
    if (c->defaults == &mask_options)
        return CMTY_MASK_OPTIONS_SIZE_0_1;
    if (c->defaults == &publish_options)
        return CMTY_PUBLISH_OPTIONS_SIZE_0_1;
    if (c->defaults == &spool_options)
        return CMTY_SPOOL_OPTIONS_SIZE_0_1;
    return c->size;
}

START_TEST(options_of_our_own_size_are_understood)
{
    ck_assert_int_eq(status_for(&cases[_i], cases[_i].size, 0), CMTY_E_IO);
}
END_TEST

START_TEST(options_of_a_newer_caller_are_understood_while_the_tail_is_zero)
{
    ck_assert_int_eq(status_for(&cases[_i], cases[_i].size + TAIL, 0), CMTY_E_IO);
}
END_TEST

START_TEST(options_of_a_newer_caller_that_sets_them_are_refused)
{
    ck_assert_int_eq(status_for(&cases[_i], cases[_i].size + TAIL, 1), CMTY_E_ABI);
}
END_TEST

START_TEST(options_shorter_than_any_release_are_refused)
{
    const size_t oldest = oldest_size(&cases[_i]);

    ck_assert_int_eq(status_for(&cases[_i], 0, 0), CMTY_E_ABI);
    ck_assert_int_eq(status_for(&cases[_i], sizeof(uint32_t), 0), CMTY_E_ABI);
    ck_assert_int_eq(status_for(&cases[_i], oldest - 1, 0), CMTY_E_ABI);
}
END_TEST

static Suite *struct_growth_suite(void)
{
    Suite *suite = suite_create("struct_growth");
    TCase *tc = tcase_create("struct_growth");

    tcase_add_checked_fixture(tc, fill_in_what_is_needed, NULL);
    tcase_add_loop_test(tc, options_of_our_own_size_are_understood, 0, CASES);
    tcase_add_loop_test(tc, options_of_a_newer_caller_are_understood_while_the_tail_is_zero, 0,
                        CASES);
    tcase_add_loop_test(tc, options_of_a_newer_caller_that_sets_them_are_refused, 0, CASES);
    tcase_add_loop_test(tc, options_shorter_than_any_release_are_refused, 0, CASES);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(struct_growth_suite)
