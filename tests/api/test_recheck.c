/* SPDX-License-Identifier: MIT */
/* Stored answers asked again of other beats, with the secret key and without. */
#include "../runner.h"

#include <community/community.h>

#include <stdbool.h>
#include <string.h>
#include <unistd.h>

static const char *const store = "recheck.db";

/* Squares of 0.01 degrees in a row, from 10 E 50 N; `from` and `to` as in a layer spec. */
static void write_squares(const char *name, const char *const *ids, const int *west,
                          const int *east, size_t count)
{
    FILE *f = fopen(name, "w");

    ck_assert_ptr_nonnull(f);
    fputs("{\"type\":\"FeatureCollection\",\"features\":[", f);
    for (size_t i = 0; i < count; i++)
        fprintf(f,
                "%s{\"type\":\"Feature\",\"properties\":{\"BEAT\":\"%s\"},\"geometry\":{\"type\":"
                "\"Polygon\",\"coordinates\":[[[10.%03d,50],[10.%03d,50],[10.%03d,50.01],"
                "[10.%03d,50.01],[10.%03d,50]]]}}",
                i > 0 ? "," : "", ids[i], west[i], east[i], east[i], west[i], west[i]);
    fputs("]}", f);
    ck_assert_int_eq(fclose(f), 0);
}

static void must(cmty_status st, const cmty_error *err)
{
    ck_assert_msg(st == CMTY_OK, "%s", err->message);
}

/* Beats A, B, C, far from them D; two reports in each of A and B, one in C, one in D, one on the
   line between A and B. */
static void setup(void)
{
    static const double lon[] = {10.002, 10.008, 10.012, 10.018, 10.025, 10.105, 10.010};
    static const char *const ids[] = {"A", "B", "C", "D"};
    static const int west[] = {0, 10, 20, 100}, east[] = {10, 20, 30, 110};
    const char *layer = "old.geojson";
    cmty_store_options o = CMTY_STORE_OPTIONS_INIT;
    cmty_ingest_options in = CMTY_INGEST_OPTIONS_INIT;
    cmty_ingest *ingest = NULL;
    cmty_error err = CMTY_ERROR_INIT;

    for (const char *const *name =
             (const char *const[]){store, "recheck.db-wal", "recheck.db-shm", "recheck.db.lock",
                                   "m.key", "p.key", "s.key", NULL};
         *name != NULL; name++)
        unlink(*name);
    write_squares(layer, ids, west, east, 4);
    must(cmty_key_make_mask("m.key", &err), &err);
    must(cmty_key_make_seal("p.key", "s.key", &err), &err);
    o.beats = &layer;
    o.beats_count = 1;
    o.public_key = "p.key";
    must(cmty_store_init(store, &o, &err), &err);
    in.mask_key = "m.key";
    must(cmty_ingest_open(store, &in, &ingest, &err), &err);
    for (size_t i = 0; i < sizeof lon / sizeof *lon; i++) {
        char text[256];

        snprintf(text, sizeof text,
                 "{\"source_ref\":\"r-%zu\",\"occurred\":\"2026-03-04T21:15:00Z\",\"category\":"
                 "\"noise\",\"lon\":%d.%03d,\"lat\":50.005}",
                 i, (int)lon[i], (int)((lon[i] - 10) * 1000 + 0.5));
        must(cmty_ingest_report(ingest, text, strlen(text), NULL, &err), &err);
    }
    cmty_ingest_free(ingest);
}

static cmty_recheck ask(const char *layer, bool with_key)
{
    cmty_recheck_options o = CMTY_RECHECK_OPTIONS_INIT;
    cmty_recheck r = {.struct_size = sizeof r};
    cmty_error err = CMTY_ERROR_INIT;

    if (layer != NULL) {
        o.beats = &layer;
        o.beats_count = 1;
    }
    if (with_key) {
        o.secret_key = "s.key";
        o.actor = "tester";
        o.purpose = "new beats";
    }
    must(cmty_store_recheck(store, &o, &r, &err), &err);
    ck_assert_uint_eq(r.reports, 7);
    ck_assert_uint_eq(r.reports, r.same + r.changed + r.open);
    ck_assert(!with_key || r.open == 0);
    return r;
}

static void expect(const char *layer, bool with_key, uint64_t same, uint64_t changed)
{
    cmty_recheck r = ask(layer, with_key);

    ck_assert_msg(r.same == same && r.changed == changed, "%d same, %d changed, %d open",
                  (int)r.same, (int)r.changed, (int)r.open);
}

START_TEST(the_store_s_own_beats_give_the_same_answers)
{
    expect(NULL, true, 7, 0);
    expect(NULL, false, 6, 0); /* a point on a line is nowhere inside */
}
END_TEST

START_TEST(a_renamed_beat_changes_its_reports)
{
    static const char *const ids[] = {"A", "NEW", "C", "D"};
    static const int west[] = {0, 10, 20, 100}, east[] = {10, 20, 30, 110};

    write_squares("renamed.geojson", ids, west, east, 4);
    expect("renamed.geojson", true, 5, 2);
    expect("renamed.geojson", false, 4, 2);
}
END_TEST

START_TEST(a_moved_line_is_open_without_the_key)
{
    static const char *const ids[] = {"A", "B", "C", "D"};
    static const int west[] = {0, 7, 20, 100}, east[] = {7, 20, 30, 110};

    write_squares("moved.geojson", ids, west, east, 4);
    expect("moved.geojson", true, 5, 2);  /* one of A, and the one on the line */
    expect("moved.geojson", false, 1, 0); /* D alone has nothing moved round it */
}
END_TEST

START_TEST(a_new_beat_over_an_old_one_is_open_without_the_key)
{
    static const char *const ids[] = {"A", "B", "C", "D", "0"};
    static const int west[] = {0, 10, 20, 100, 104}, east[] = {10, 20, 30, 110, 108};

    write_squares("over.geojson", ids, west, east, 5);
    expect("over.geojson", true, 6, 1); /* where they overlap, the lowest id */
    expect("over.geojson", false, 5, 0);
}
END_TEST

START_TEST(a_beat_that_is_gone_or_split_is_told_with_the_key)
{
    static const char *const ids[] = {"A", "B1", "B2", "C"};
    static const int west[] = {0, 10, 15, 20}, east[] = {10, 15, 20, 30};

    write_squares("split.geojson", ids, west, east, 4);
    expect("split.geojson", true, 4, 3);
}
END_TEST

START_TEST(beats_of_another_time_are_no_answer)
{
    expect("old.geojson|to=2020-01-01", true, 0, 7);
    expect("old.geojson|to=2020-01-01", false, 0, 7); /* that much is sure without the key */
    expect("old.geojson|from=2026-03-01", true, 7, 0);
}
END_TEST

START_TEST(only_the_right_key_opens_and_only_on_the_record)
{
    cmty_recheck_options o = CMTY_RECHECK_OPTIONS_INIT;
    cmty_recheck r = {.struct_size = sizeof r, .same = 77};
    cmty_error err = CMTY_ERROR_INIT;

    o.secret_key = "s.key";
    ck_assert_int_eq(cmty_store_recheck(store, &o, &r, &err), CMTY_E_INVALID); /* who, why? */
    o.actor = "tester";
    o.purpose = "";
    ck_assert_int_eq(cmty_store_recheck(store, &o, &r, &err), CMTY_E_INVALID);
    o.purpose = "new beats";
    unlink("other.p.key");
    unlink("other.s.key");
    must(cmty_key_make_seal("other.p.key", "other.s.key", &err), &err);
    o.secret_key = "other.s.key";
    ck_assert_int_eq(cmty_store_recheck(store, &o, &r, &err), CMTY_E_KEY);
    ck_assert_int_eq(cmty_store_recheck("absent.db", NULL, &r, &err), CMTY_E_IO);
    ck_assert_int_eq(cmty_store_recheck(store, NULL, NULL, &err), CMTY_E_INVALID);
    ck_assert_int_eq(cmty_recheck_options_init(NULL), CMTY_E_INVALID);
    ck_assert_uint_eq(r.same, 77);
}
END_TEST

static Suite *recheck_suite(void)
{
    Suite *suite = suite_create("recheck");
    TCase *tc = tcase_create("recheck");

    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_test(tc, the_store_s_own_beats_give_the_same_answers);
    tcase_add_test(tc, a_renamed_beat_changes_its_reports);
    tcase_add_test(tc, a_moved_line_is_open_without_the_key);
    tcase_add_test(tc, a_new_beat_over_an_old_one_is_open_without_the_key);
    tcase_add_test(tc, a_beat_that_is_gone_or_split_is_told_with_the_key);
    tcase_add_test(tc, beats_of_another_time_are_no_answer);
    tcase_add_test(tc, only_the_right_key_opens_and_only_on_the_record);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(recheck_suite)
