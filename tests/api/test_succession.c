/* SPDX-License-Identifier: MIT */
/* Releases laid side by side: what was published before gives away what is published now. */
#include "../runner.h"

#include <community/community.h>

#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64], before_path[96], after_path[96], page_path[96];

static void set_up(void)
{
    snprintf(folder, sizeof folder, "/tmp/cmty-succession-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(before_path, sizeof before_path, "%s/before.csv", folder);
    snprintf(after_path, sizeof after_path, "%s/after.csv", folder);
    snprintf(page_path, sizeof page_path, "%s/page.html", folder);
}

static void tear_down(void)
{
    char command[100];

    snprintf(command, sizeof command, "rm -rf %s", folder);
    ck_assert_int_eq(system(command), 0);
}

static void write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");

    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    ck_assert_int_eq(fclose(f), 0);
}

static cmty_status run(int32_t periods, cmty_attack **out, cmty_error *err)
{
    cmty_attack_options o = CMTY_ATTACK_OPTIONS_INIT;
    const char *before = before_path, *after = after_path;

    o.previous = &before;
    o.previous_count = 1;
    o.periods = periods;
    return cmty_attack_run(NULL, &after, 1, &o, out, err);
}

static cmty_attack *attack(const char *before, const char *after)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty_attack *a = NULL;

    write_file(before_path, before);
    write_file(after_path, after);
    ck_assert_msg(run(CMTY_PERIODS_GROWING, &a, &err) == CMTY_OK, "%s", err.message);
    return a;
}

static cmty_finding finding(const cmty_attack *a, const char *name)
{
    cmty_finding f = {.struct_size = sizeof f};

    for (size_t i = 0; i < cmty_attack_count(a); i++) {
        ck_assert_int_eq(cmty_attack_finding(a, i, &f, NULL), CMTY_OK);
        if (strcmp(f.name, name) == 0)
            return f;
    }
    ck_abort_msg("there is no finding %s", name);
}

static cmty_told told(const cmty_attack *a, size_t i)
{
    cmty_told t = {.struct_size = sizeof t};

    ck_assert_int_eq(cmty_attack_told(a, i, &t, NULL), CMTY_OK);
    return t;
}

START_TEST(a_count_that_moved_by_one_names_its_beat)
{
    cmty_attack *a = attack("beat_id,reports\r\n1A,12\r\n1B,30\r\n1C,7\r\n",
                            "beat_id,reports\r\n1A,13\r\n1B,41\r\n1C,7\r\n");
    cmty_told t = told(a, 0);

    ck_assert_int_eq(cmty_attack_passed(a), 0);
    ck_assert_double_eq(finding(a, "difference").value, 1); /* 11 more in 1B are printed any day */
    ck_assert_int_eq((int)finding(a, "difference").trials, 3);
    ck_assert_double_eq(finding(a, "moved_by_one").value, 1);
    ck_assert_int_eq(finding(a, "moved_by_one").verdict, CMTY_VERDICT_FAIL);
    ck_assert_int_eq((int)cmty_attack_told_count(a), 1);
    ck_assert_str_eq(t.what, "beat 1A");
    ck_assert_str_eq(t.name, "difference");
    ck_assert_int_eq((int)t.release, 2);
    ck_assert_int_eq(t.before, 12);
    ck_assert_int_eq(t.after, 13);
    ck_assert_int_eq(t.low, 1);
    ck_assert_int_eq(t.high, 1);
    ck_assert_ptr_nonnull(strstr(cmty_attack_json(a), "\"what\":\"beat 1A\",\"release\":2"));
    cmty_attack_free(a);
}
END_TEST

START_TEST(a_report_that_was_taken_back_is_told_too)
{
    cmty_attack *a = attack("beat_id,reports\n1A,12\n1B,30\n", "beat_id,reports\n1A,11\n1B,30\n");

    ck_assert_double_eq(finding(a, "moved_by_one").value, 1);
    ck_assert_int_eq(told(a, 0).low, -1);
    cmty_attack_free(a);
}
END_TEST

START_TEST(releases_that_did_not_move_or_moved_far_tell_nothing)
{
    cmty_attack *a = attack("beat_id,reports\n1A,12\n1B,\n", "beat_id,reports\n1A,17\n1B,\n");

    ck_assert_int_eq(cmty_attack_passed(a), 1);
    ck_assert_int_eq((int)cmty_attack_told_count(a), 0);
    cmty_attack_free(a);
    a = attack("beat_id,reports\n1A,12\n1B,6\n", "beat_id,reports\n1A,12\n1B,6\n");
    ck_assert_int_eq(cmty_attack_passed(a), 1);
    cmty_attack_free(a);
}
END_TEST

/* A growing total: what is 3 later was at most 3 before. */
START_TEST(a_later_release_bounds_a_blank_of_an_earlier_one)
{
    const char *before = "level,id,district,category,reports\nall,,,,20\nbeat,1A,,,\nbeat,1B,,,\n";
    const char *after =
        "level,id,district,category,reports\nall,,,,27\nbeat,1A,,,24\nbeat,1B,,,3\n";
    cmty_attack *a = attack(before, after);

    ck_assert_double_eq(finding(a, "blanks_alone").value, 0);
    ck_assert_double_eq(finding(a, "blanks").value, 1);
    ck_assert_int_eq(finding(a, "blanks").verdict, CMTY_VERDICT_FAIL);
    ck_assert_str_eq(told(a, 0).what, "beat 1B");
    ck_assert_int_eq(told(a, 0).low, 1);
    ck_assert_int_eq(told(a, 0).high, 3);
    ck_assert_int_eq(cmty_attack_html((const cmty_attack *const *)&a, &(const char *){"two"}, 1,
                                      page_path, NULL),
                     CMTY_OK);
    cmty_attack_free(a);
}
END_TEST

START_TEST(one_blank_alone_is_given_away_by_the_sums)
{
    const char *table = "level,id,district,category,reports\nall,,,,20\nbeat,1A,,,18\nbeat,1B,,,\n";
    cmty_attack *a = attack(table, table);

    ck_assert_double_eq(finding(a, "blanks_alone").value, 2); /* in each of the two */
    ck_assert_int_eq(told(a, 0).low, 2);
    ck_assert_int_eq(told(a, 0).high, 2);
    cmty_attack_free(a);
}
END_TEST

START_TEST(a_report_at_two_places_is_seen)
{
    const char *header = "id,lon,lat,beat_id,category\n";
    char before[400], after[400];
    cmty_attack *a;

    snprintf(before, sizeof before, "%s%s", header,
             "a,-87.61,41.81,1A,theft\nb,-87.62,41.82,1A,\nc,-87.63,41.83,1B,theft\n");
    snprintf(after, sizeof after, "%s%s", header,
             "a,-87.61,41.81,1A,theft\nb,-87.65,41.82,1A,hate\nd,-87.64,41.83,1B,theft\n");
    a = attack(before, after);
    ck_assert_double_eq(finding(a, "moved").value, 0.5);
    ck_assert_int_eq(finding(a, "moved").verdict, CMTY_VERDICT_FAIL);
    ck_assert_double_eq_tol(finding(a, "places_mean").value, sqrt(1.5), 1e-12);
    ck_assert_double_eq(finding(a, "categories_told").value, 1); /* b's was hidden */
    ck_assert_double_eq(finding(a, "arrived_alone").value, 1);   /* d */
    ck_assert_double_eq(finding(a, "gone").value, 1);            /* c */
    cmty_attack_free(a);
    a = attack(before, before);
    ck_assert_int_eq(cmty_attack_passed(a), 1);
    ck_assert_double_eq(finding(a, "places_mean").value, 1);
    cmty_attack_free(a);
}
END_TEST

START_TEST(noise_that_is_drawn_again_is_averaged)
{
    const char *one = "level,key,parent,count\r\nall,,,100\r\nbeat,1A,,61\r\nbeat,1B,,39\r\n";
    const char *two = "level,key,parent,count\r\nall,,,103\r\nbeat,1A,,60\r\nbeat,1B,,43\r\n";
    cmty_attack *a = attack(one, two);

    ck_assert_double_eq_tol(finding(a, "noise_mean").value, sqrt(2), 1e-12);
    ck_assert_int_eq(finding(a, "noise_mean").verdict, CMTY_VERDICT_FAIL);
    cmty_attack_free(a);
    a = attack(one, one);
    ck_assert_int_eq(cmty_attack_passed(a), 1);
    cmty_attack_free(a);
}
END_TEST

START_TEST(months_that_do_not_overlap_are_not_subtracted)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty_attack *a = NULL;

    write_file(before_path, "beat_id,reports\n1A,12\n");
    write_file(after_path, "beat_id,reports\n1A,13\n");
    ck_assert_int_eq(run(CMTY_PERIODS_APART, &a, &err), CMTY_OK);
    ck_assert_int_eq(cmty_attack_passed(a), 1);
    cmty_attack_free(a);
}
END_TEST

START_TEST(what_cannot_be_compared_is_refused)
{
    static const char *const bad[] = {"beat_id,weight\n1A,3\n",
                                      "beat_id,reports\n1A,three\n",
                                      "beat_id,reports\n,3\n",
                                      "beat_id,reports\n1A,3\n1A,4\n",
                                      "beat_id,reports\n1A,9000000000000\n",
                                      "id,lon,lat\na,-87.6,41.8\na,-87.6,41.8\n",
                                      "id,lon,lat\n,-87.6,41.8\n",
                                      "level,id,reports\nall,,20\nbeat,1A,25\nbeat,1B,\n"};
    cmty_error err = CMTY_ERROR_INIT;
    cmty_attack *a = (cmty_attack *)folder;

    write_file(before_path, bad[_i]);
    write_file(after_path, "beat_id,reports\n1B,3\n");
    ck_assert_int_eq(run(CMTY_PERIODS_GROWING, &a, &err), CMTY_E_FORMAT);
    ck_assert_ptr_null(a);
    ck_assert_uint_gt(strlen(err.message), 0);
    ck_assert_ptr_null(strstr(err.message, "87.6"));
}
END_TEST

START_TEST(options_that_make_no_sense_are_refused)
{
    cmty_attack_options o = CMTY_ATTACK_OPTIONS_INIT;
    cmty_told t = {.struct_size = sizeof t};
    cmty_attack *a = NULL;
    const char *path = after_path;

    write_file(after_path, "beat_id,reports\n1B,3\n");
    ck_assert_int_eq(cmty_attack_run(NULL, &path, 1, NULL, &a, NULL), CMTY_E_INVALID);
    o.previous_count = 1;
    ck_assert_int_eq(cmty_attack_run(NULL, &path, 1, &o, &a, NULL), CMTY_E_INVALID);
    o.previous = &path;
    ck_assert_int_eq(cmty_attack_run(NULL, NULL, 0, &o, &a, NULL), CMTY_E_INVALID);
    o.periods = 2;
    ck_assert_int_eq(cmty_attack_run(NULL, &path, 1, &o, &a, NULL), CMTY_E_INVALID);
    o.periods = CMTY_PERIODS_GROWING;
    o.previous_count = 65;
    ck_assert_int_eq(cmty_attack_run(NULL, &path, 1, &o, &a, NULL), CMTY_E_RANGE);
    o.previous_count = 1;
    ck_assert_int_eq(cmty_attack_run(NULL, &path, 1, &o, &a, NULL), CMTY_OK);
    ck_assert_int_eq(cmty_attack_told(a, 0, &t, NULL), CMTY_E_RANGE);
    ck_assert_int_eq(cmty_attack_told(a, 0, NULL, NULL), CMTY_E_INVALID);
    cmty_attack_free(a);
}
END_TEST

static Suite *succession_suite(void)
{
    Suite *suite = suite_create("succession");
    TCase *tc = tcase_create("succession");

    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, a_count_that_moved_by_one_names_its_beat);
    tcase_add_test(tc, a_report_that_was_taken_back_is_told_too);
    tcase_add_test(tc, releases_that_did_not_move_or_moved_far_tell_nothing);
    tcase_add_test(tc, a_later_release_bounds_a_blank_of_an_earlier_one);
    tcase_add_test(tc, one_blank_alone_is_given_away_by_the_sums);
    tcase_add_test(tc, a_report_at_two_places_is_seen);
    tcase_add_test(tc, noise_that_is_drawn_again_is_averaged);
    tcase_add_test(tc, months_that_do_not_overlap_are_not_subtracted);
    tcase_add_loop_test(tc, what_cannot_be_compared_is_refused, 0, 8);
    tcase_add_test(tc, options_that_make_no_sense_are_refused);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(succession_suite)
