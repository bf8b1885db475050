/* SPDX-License-Identifier: MIT */
/* Running out of memory while a table is counted, by beat and by a column. */
#include "../runner.h"
#include "city.h"
#include "fault.h"

#include <stdlib.h>

typedef struct count_context {
    cmty_count_options options;
    const char *in, *out;
} count_context;

static cmty_status count(void *context, cmty_error *err)
{
    const count_context *c = context;

    return cmty_count_table(c->in, c->out, &c->options, err);
}

static void write_rows(const char *path)
{
    FILE *f = fopen(path, "w");

    ck_assert_ptr_nonnull(f);
    fputs("who,street,lon,lat\n", f);
    for (int i = 0; i < 90; i++)
        fprintf(f, "p%d,s%d,-74.01%d,40.01%d\n", i / 2, i, i % 10, i % 9);
    ck_assert_int_eq(fclose(f), 0);
}

START_TEST(counting_survives_every_failed_allocation)
{
    cmty_beatset *beats = city_beats();
    char in[300], out[300], key[300];
    count_context c = {.options = CMTY_COUNT_OPTIONS_INIT, .in = in, .out = out};

    snprintf(in, sizeof in, "%s", city_path("in.csv"));
    snprintf(out, sizeof out, "%s", city_path("out.csv"));
    snprintf(key, sizeof key, "%s", CITY_MASK_KEY);
    write_rows(in);
    c.options.key_file = key;
    c.options.contributor = "who";
    c.options.beats = beats;
    if (_i > 0)
        c.options.by = "street";
    if (_i > 1)
        c.options.list = in; /* any file will do */
    fault_each_allocation(count, &c, CMTY_OK);
    cmty_beatset_free(beats);
}
END_TEST

static Suite *count_oom_suite(void)
{
    Suite *suite = suite_create("count_oom");
    TCase *tc = tcase_create("count_oom");

    tcase_set_timeout(tc, 120);
    tcase_add_checked_fixture(tc, fault_install, NULL);
    tcase_add_checked_fixture(tc, city_set_up, city_tear_down);
    tcase_add_loop_test(tc, counting_survives_every_failed_allocation, 0, 3);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(count_oom_suite)
