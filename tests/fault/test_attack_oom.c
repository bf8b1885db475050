/* SPDX-License-Identifier: MIT */
/* Running out of memory while a release is attacked, and while the page is written. */
#include "../runner.h"
#include "city.h"
#include "fault.h"

#include <stdlib.h>

typedef struct attack_context {
    cmty_beatset *beats;
    cmty_masker *masker;
    const char *truth, *published, *page;
} attack_context;

static cmty_status attack_and_write(void *context, cmty_error *err)
{
    const attack_context *c = context;
    cmty_attack_options o = CMTY_ATTACK_OPTIONS_INIT;
    const char *title = "one";
    char poison;
    cmty_attack *attack = (cmty_attack *)&poison;
    cmty_status status;

    o.addresses = FAULT_FILE("addresses.csv");
    o.beats = c->beats;
    o.masker = c->masker;
    o.trials = 4;
    status = cmty_attack_run(c->truth, &c->published, c->published != NULL, &o, &attack, err);
    if (status != CMTY_OK) {
        ck_assert_ptr_null(attack);
        return status;
    }
    status = cmty_attack_html((const cmty_attack *const *)&attack, &title, 1, c->page, err);
    cmty_attack_free(attack);
    return status;
}

static void write_reports(const char *path)
{
    FILE *f = fopen(path, "w");

    ck_assert_ptr_nonnull(f);
    fputs("id,lon,lat,beat,time\n", f);
    for (int i = 0; i < 8; i++)
        fprintf(f, "r%d,-74.01%d,40.01%d,1,2026-03-0%d\n", i, 1 + i, 1 + i, 1 + i);
    ck_assert_int_eq(fclose(f), 0);
}

START_TEST(an_attack_survives_every_failed_allocation)
{
    cmty_mask_options o = CMTY_MASK_OPTIONS_INIT;
    char truth[300], page[300];
    attack_context c = {.truth = truth, .page = page};

    snprintf(truth, sizeof truth, "%s", city_path("truth.csv"));
    snprintf(page, sizeof page, "%s", city_path("page.html"));
    write_reports(truth);
    c.beats = city_beats();
    c.published = _i == 0 ? NULL : truth;
    o.law = CMTY_LAW_GRID;
    o.key_file = CITY_MASK_KEY;
    ck_assert_int_eq(cmty_masker_open(&o, NULL, &c.masker, NULL), CMTY_OK);
    fault_each_allocation(attack_and_write, &c, CMTY_OK);
    cmty_masker_free(c.masker);
    cmty_beatset_free(c.beats);
}
END_TEST

static cmty_status lay_side_by_side(void *context, cmty_error *err)
{
    const attack_context *c = context;
    cmty_attack_options o = CMTY_ATTACK_OPTIONS_INIT;
    char poison;
    cmty_attack *attack = (cmty_attack *)&poison;
    cmty_status status;

    o.previous = &c->truth;
    o.previous_count = 1;
    status = cmty_attack_run(NULL, &c->published, 1, &o, &attack, err);
    if (status != CMTY_OK)
        ck_assert_ptr_null(attack);
    else
        cmty_attack_free(attack);
    return status;
}

static void write_text(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");

    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    ck_assert_int_eq(fclose(f), 0);
}

START_TEST(releases_side_by_side_survive_every_failed_allocation)
{
    static const char *const tables[][2] = {
        {"level,id,district,category,reports\nall,,,,20\nbeat,1A,1,,\nbeat,1B,1,,\ncell,1A,,x,2\n",
         "level,id,district,category,reports\nall,,,,27\nbeat,1A,1,,24\nbeat,1B,1,,3\n"},
        {"id,lon,lat\na,-87.61,41.81\n", "id,lon,lat\na,-87.61,41.82\nb,-87.6,41.8\n"}};
    char before[300], after[300];
    attack_context c = {.truth = before, .published = after};

    snprintf(before, sizeof before, "%s", city_path("before.csv"));
    snprintf(after, sizeof after, "%s", city_path("after.csv"));
    write_text(before, tables[_i][0]);
    write_text(after, tables[_i][1]);
    fault_each_allocation(lay_side_by_side, &c, CMTY_OK);
}
END_TEST

static Suite *attack_oom_suite(void)
{
    Suite *suite = suite_create("attack_oom");
    TCase *tc = tcase_create("attack_oom");

    tcase_set_timeout(tc, 120);
    tcase_add_checked_fixture(tc, fault_install, NULL);
    tcase_add_checked_fixture(tc, city_set_up, city_tear_down);
    tcase_add_loop_test(tc, an_attack_survives_every_failed_allocation, 0, 2);
    tcase_add_loop_test(tc, releases_side_by_side_survive_every_failed_allocation, 0, 2);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(attack_oom_suite)
