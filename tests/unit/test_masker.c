/* SPDX-License-Identifier: MIT */
/* A mask of its own: what it needs, what it keeps, and where it withholds. */
#include "../runner.h"
#include "intake/addresses.h"

#include <community/key.h>
#include <community/mask.h>

#include <math.h>
#include <string.h>
#include <unistd.h>

/* Two beats of 0.01 degrees side by side, and a small one with a single address. */
static const char beats_json[] =
    "{\"type\":\"FeatureCollection\",\"features\":["
    "{\"type\":\"Feature\",\"properties\":{\"BEAT\":\"1\"},\"geometry\":{\"type\":\"Polygon\","
    "\"coordinates\":[[[10,50],[10.01,50],[10.01,50.01],[10,50.01],[10,50]]]}},"
    "{\"type\":\"Feature\",\"properties\":{\"BEAT\":\"2\"},\"geometry\":{\"type\":\"Polygon\","
    "\"coordinates\":[[[10.01,50],[10.02,50],[10.02,50.01],[10.01,50.01],[10.01,50]]]}},"
    "{\"type\":\"Feature\",\"properties\":{\"BEAT\":\"3\"},\"geometry\":{\"type\":\"Polygon\","
    "\"coordinates\":[[[10.02,50],[10.021,50],[10.021,50.001],[10.02,50.001],[10.02,50]]]}}]}";

/* 40 people in a clasp open to the east: its centroid, and the middle of its box, lie in the gap
   between its arms; all of it is in beat 1. */
static const char people_json[] =
    "{\"type\":\"FeatureCollection\",\"features\":["
    "{\"type\":\"Feature\",\"properties\":{\"total\":40},\"geometry\":{\"type\":\"Polygon\","
    "\"coordinates\":[[[10.001,50.001],[10.009,50.001],[10.009,50.002],[10.002,50.002],"
    "[10.002,50.008],[10.009,50.008],[10.009,50.009],[10.001,50.009],[10.001,50.001]]]}}]}";

static char folder[64], beats_path[96], addresses_path[96], people_path[96], key_path[96];
static cmty_beatset *beats;

static void write_text(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");

    ck_assert_ptr_nonnull(f);
    ck_assert_int_ge(fputs(text, f), 0);
    ck_assert_int_eq(fclose(f), 0);
}

static void write_addresses(void)
{
    FILE *f = fopen(addresses_path, "w");

    ck_assert_ptr_nonnull(f);
    fputs("id,lon,lat\n", f);
    for (int i = 0; i < 400; i++) /* thousandths and ten-thousandths, whatever the locale */
        fprintf(f, "%d,10.0%02d5,50.00%02d\n", i, i / 20, 2 + i % 20 * 4);
    fputs("400,10.0205,50.0005\n", f);
    ck_assert_int_eq(fclose(f), 0);
}

static cmty_beatset *open_beats(const char *layer)
{
    cmty_beatset *set = NULL;
    cmty_error err = CMTY_ERROR_INIT;

    ck_assert_msg(cmty_beatset_open(&layer, 1, NULL, &set, &err) == CMTY_OK, "%s", err.message);
    return set;
}

static void set_up(void)
{
    snprintf(folder, sizeof folder, "/tmp/cmty-masker-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(beats_path, sizeof beats_path, "%s/beats.geojson", folder);
    snprintf(addresses_path, sizeof addresses_path, "%s/addresses.csv", folder);
    snprintf(people_path, sizeof people_path, "%s/people.geojson", folder);
    snprintf(key_path, sizeof key_path, "%s/mask.key", folder);
    write_text(beats_path, beats_json);
    write_text(people_path, people_json);
    write_addresses();
    ck_assert_int_eq(cmty_key_make_mask(key_path, NULL), CMTY_OK);
    beats = open_beats(beats_path);
}

static void tear_down(void)
{
    cmty_beatset_free(beats);
    unlink(beats_path);
    unlink(people_path);
    unlink(addresses_path);
    unlink(key_path);
    rmdir(folder);
}

static cmty_mask_options options(int32_t law, int32_t region)
{
    cmty_mask_options o = CMTY_MASK_OPTIONS_INIT;

    o.law = law;
    o.region = region;
    o.addresses = addresses_path;
    o.key_file = key_path;
    return o;
}

static cmty_masker *open_masker(const cmty_mask_options *o, const cmty_beatset *set)
{
    cmty_masker *m = NULL;
    cmty_error err = CMTY_ERROR_INIT;

    ck_assert_msg(cmty_masker_open(o, set, &m, &err) == CMTY_OK, "%s", err.message);
    return m;
}

static cmty_status apply(const cmty_masker *m, cmty_point at, cmty_time when, cmty_masked *out)
{
    *out = (cmty_masked){.struct_size = sizeof *out, .at = {1, 2}};
    return cmty_masker_apply(m, "r-1", at, when, out, NULL);
}

static const cmty_point home = {10.0031, 50.0042};

/* ---- laws ---- */

START_TEST(law_left_open_is_anchor_with_addresses_and_lattice_without)
{
    cmty_mask_options o = options(CMTY_LAW_AUTO, CMTY_REGION_NONE);
    cmty_masker *m = open_masker(&o, beats);
    cmty_masked masked;

    ck_assert_int_eq(apply(m, home, CMTY_TIME_UNKNOWN, &masked), CMTY_OK);
    ck_assert_int_eq(masked.law, CMTY_LAW_ANCHOR);
    ck_assert_ptr_nonnull(strstr(cmty_masker_metadata(m), "\"anchor\""));
    ck_assert_uint_gt(strlen(cmty_masker_guarantee(m)), 0);
    cmty_masker_free(m);
    o.addresses = NULL;
    m = open_masker(&o, NULL);
    ck_assert_int_eq(apply(m, home, CMTY_TIME_UNKNOWN, &masked), CMTY_OK);
    ck_assert_int_eq(masked.law, CMTY_LAW_LATTICE);
    ck_assert_int_eq(masked.beat, -1);
    cmty_masker_free(m);
}
END_TEST

START_TEST(disclosed_beat_is_that_of_the_true_point_and_of_the_masked_one)
{
    static const int32_t cases[][2] = {{CMTY_LAW_ANCHOR, CMTY_REGION_NONE},
                                       {CMTY_LAW_LATTICE, CMTY_REGION_CLAMP},
                                       {CMTY_LAW_DONUT, CMTY_REGION_REDRAW}};
    cmty_mask_options o = options(cases[_i][0], cases[_i][1]);
    cmty_masker *m = open_masker(&o, beats);

    for (int i = 0; i < 200; i++) {
        cmty_point p = {10.0005 + 0.0001 * (i % 19) * 10, 50.0005 + 0.00004 * i};
        cmty_beat_answer truth = {.struct_size = sizeof truth}, shown = truth;
        cmty_masked masked;

        if (apply(m, p, CMTY_TIME_UNKNOWN, &masked) != CMTY_OK)
            continue;
        ck_assert_int_eq(
            cmty_beatset_locate(beats, p, CMTY_TIME_UNKNOWN, NAN, &truth, NULL, 0, NULL), CMTY_OK);
        ck_assert_int_eq(
            cmty_beatset_locate(beats, masked.at, CMTY_TIME_UNKNOWN, NAN, &shown, NULL, 0, NULL),
            CMTY_OK);
        ck_assert_int_eq(masked.beat, truth.beat);
        ck_assert_int_eq(shown.beat, truth.beat);
        if (_i == 0)
            ck_assert_double_le(cmty__geodesic_m(p, masked.at), masked.radius_m);
    }
    cmty_masker_free(m);
}
END_TEST

START_TEST(masking_again_with_another_masker_gives_the_same_bytes)
{
    static const int32_t laws[] = {CMTY_LAW_LATTICE, CMTY_LAW_ANCHOR, CMTY_LAW_DONUT,
                                   CMTY_LAW_GRID};
    cmty_mask_options o = options(laws[_i], CMTY_REGION_NONE);
    cmty_masker *a = open_masker(&o, beats), *b = open_masker(&o, beats);
    cmty_masked first, second;

    ck_assert_int_eq(apply(a, home, 0, &first), CMTY_OK);
    ck_assert_int_eq(apply(b, home, 0, &second), CMTY_OK);
    ck_assert_mem_eq(&first.at, &second.at, sizeof first.at);
    ck_assert(first.at.lon_deg != home.lon_deg || first.at.lat_deg != home.lat_deg);
    cmty_masker_free(a);
    cmty_masker_free(b);
}
END_TEST

/* ---- withheld ---- */

START_TEST(withheld_answer_says_why_and_leaves_the_place_untouched)
{
    static const cmty_point lonely = {10.0204, 50.0004}, outside = {11, 51};
    static const int32_t cases[][2] = {{CMTY_LAW_ANCHOR, CMTY_REGION_NONE},
                                       {CMTY_LAW_LATTICE, CMTY_REGION_CLAMP},
                                       {CMTY_LAW_DONUT, CMTY_REGION_REDRAW},
                                       {CMTY_LAW_WITHHOLD, CMTY_REGION_NONE}};
    cmty_mask_options o = options(cases[_i][0], cases[_i][1]);
    cmty_masker *m = open_masker(&o, beats);
    const cmty_point places[] = {lonely, outside};

    for (size_t i = 0; i < 2; i++) {
        cmty_masked masked;

        ck_assert_int_eq(apply(m, places[i], CMTY_TIME_UNKNOWN, &masked), CMTY_WITHHELD);
        ck_assert_uint_gt(strlen(masked.note), 0);
        ck_assert_double_eq(masked.at.lon_deg, 1);
        ck_assert_double_eq(masked.at.lat_deg, 2);
        ck_assert_int_eq(masked.beat, -1);
    }
    cmty_masker_free(m);
}
END_TEST

START_TEST(time_without_beats_is_withheld)
{
    cmty_mask_options o = options(_i == 0 ? CMTY_LAW_ANCHOR : CMTY_LAW_LATTICE, CMTY_REGION_CLAMP);
    char layer[160];
    cmty_beatset *dated;
    cmty_masker *m;
    cmty_masked masked;

    snprintf(layer, sizeof layer, "%s|from=2020-01-01", beats_path);
    dated = open_beats(layer);
    m = open_masker(&o, dated);
    ck_assert_int_eq(apply(m, home, 0, &masked), CMTY_WITHHELD); /* 1970 */
    ck_assert_int_eq(apply(m, home, CMTY_TIME_UNKNOWN, &masked), CMTY_OK);
    cmty_masker_free(m);
    cmty_beatset_free(dated);
}
END_TEST

/* ---- refused ---- */

static cmty_status open_refused(const cmty_mask_options *o, const cmty_beatset *set)
{
    cmty_masker *m = (cmty_masker *)&folder;
    cmty_status st = cmty_masker_open(o, set, &m, NULL);

    ck_assert_ptr_null(m);
    return st;
}

START_TEST(mask_without_what_its_law_needs_is_refused)
{
    cmty_mask_options o = options(CMTY_LAW_ANCHOR, CMTY_REGION_NONE);

    ck_assert_int_eq(open_refused(&o, NULL), CMTY_E_INVALID);
    o.addresses = NULL;
    ck_assert_int_eq(open_refused(&o, beats), CMTY_E_INVALID);
    o = options(CMTY_LAW_LATTICE, CMTY_REGION_CLAMP);
    ck_assert_int_eq(open_refused(&o, NULL), CMTY_E_INVALID);
    o.key_file = NULL;
    ck_assert_int_eq(open_refused(&o, beats), CMTY_E_KEY);
    o.key_file = beats_path;
    ck_assert_int_lt(open_refused(&o, beats), 0);
    o = options(CMTY_LAW_ANCHOR, CMTY_REGION_NONE);
    o.addresses = "/nonexistent/addresses.csv";
    ck_assert_int_eq(open_refused(&o, beats), CMTY_E_IO);
    ck_assert_int_eq(open_refused(NULL, beats), CMTY_E_INVALID);
    ck_assert_int_eq(cmty_masker_open(&o, beats, NULL, NULL), CMTY_E_INVALID);
}
END_TEST

START_TEST(parameters_out_of_range_are_refused)
{
    cmty_mask_options o = options(CMTY_LAW_ANCHOR, CMTY_REGION_NONE);

    o.k = 1;
    ck_assert_int_eq(open_refused(&o, beats), CMTY_E_RANGE);
    o = options(CMTY_LAW_LATTICE, CMTY_REGION_NONE);
    o.epsilon_per_m = NAN;
    ck_assert_int_eq(open_refused(&o, beats), CMTY_E_RANGE);
    o = options(99, CMTY_REGION_NONE);
    ck_assert_int_eq(open_refused(&o, beats), CMTY_E_INVALID);
    o = options(CMTY_LAW_GRID, CMTY_REGION_NONE);
    o.reserved = 1;
    ck_assert_int_eq(open_refused(&o, beats), CMTY_E_INVALID);
    o.struct_size = 8;
    ck_assert_int_eq(open_refused(&o, beats), CMTY_E_ABI);
}
END_TEST

START_TEST(bad_calls_leave_the_answer_untouched)
{
    cmty_mask_options o = options(CMTY_LAW_GRID, CMTY_REGION_NONE);
    cmty_masker *m = open_masker(&o, NULL);
    cmty_masked masked = {.struct_size = sizeof masked, .law = 77, .at = {1, 2}};

    ck_assert_int_eq(cmty_masker_apply(m, "r", (cmty_point){NAN, 1}, 0, &masked, NULL),
                     CMTY_E_RANGE);
    ck_assert_int_eq(cmty_masker_apply(m, "", home, 0, &masked, NULL), CMTY_E_INVALID);
    ck_assert_int_eq(cmty_masker_apply(m, NULL, home, 0, &masked, NULL), CMTY_E_INVALID);
    ck_assert_int_eq(cmty_masker_apply(NULL, "r", home, 0, &masked, NULL), CMTY_E_INVALID);
    ck_assert_int_eq(cmty_masker_apply(m, "r", home, 0, NULL, NULL), CMTY_E_INVALID);
    masked.struct_size = 16;
    ck_assert_int_eq(cmty_masker_apply(m, "r", home, 0, &masked, NULL), CMTY_E_ABI);
    ck_assert_int_eq(masked.law, 77);
    ck_assert_double_eq(masked.at.lon_deg, 1);
    cmty_masker_free(m);
    cmty_masker_free(NULL);
    ck_assert_int_eq(cmty_mask_options_init(NULL), CMTY_E_INVALID);
}
END_TEST

/* ---- people in areas ---- */

START_TEST(people_of_an_area_count_at_a_place_inside_it)
{
    char spec[160];
    cmty__address *a = NULL;
    size_t count = 0;
    cmty_error err = CMTY_ERROR_INIT;
    bool in_back;

    snprintf(spec, sizeof spec, "%s|weight=total", people_path);
    ck_assert_msg(cmty__addresses_open(spec, NULL, &a, &count, &err) == CMTY_OK, "%s", err.message);
    ck_assert_uint_eq(count, 1);
    ck_assert_double_eq(a[0].weight, 40);
    in_back = a[0].at.lon_deg > 10.001 && a[0].at.lon_deg < 10.002;
    ck_assert(in_back); /* the middle parallel crosses the back of the clasp only */
    cmty__free(a);
    ck_assert_int_eq(cmty__addresses_open(people_path, NULL, &a, &count, &err), CMTY_E_FORMAT);
    ck_assert_ptr_null(a);
    ck_assert_ptr_nonnull(strstr(err.message, "weight="));
}
END_TEST

static Suite *masker_suite(void)
{
    Suite *suite = suite_create("masker");
    TCase *tc = tcase_create("masker");

    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, law_left_open_is_anchor_with_addresses_and_lattice_without);
    tcase_add_loop_test(tc, disclosed_beat_is_that_of_the_true_point_and_of_the_masked_one, 0, 3);
    tcase_add_loop_test(tc, masking_again_with_another_masker_gives_the_same_bytes, 0, 4);
    tcase_add_loop_test(tc, withheld_answer_says_why_and_leaves_the_place_untouched, 0, 4);
    tcase_add_loop_test(tc, time_without_beats_is_withheld, 0, 2);
    tcase_add_test(tc, mask_without_what_its_law_needs_is_refused);
    tcase_add_test(tc, parameters_out_of_range_are_refused);
    tcase_add_test(tc, bad_calls_leave_the_answer_untouched);
    tcase_add_test(tc, people_of_an_area_count_at_a_place_inside_it);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(masker_suite)
