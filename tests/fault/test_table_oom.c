/* SPDX-License-Identifier: MIT */
/* Running out of memory while a table is searched for likely duplicates, or gets date parts. */
#include "../runner.h"
#include "city.h"
#include "fault.h"

typedef struct seek_context {
    cmty_duplicates_options options;
    const char *in, *out;
} seek_context;

static cmty_status seek(void *context, cmty_error *err)
{
    const seek_context *c = context;

    return cmty_duplicates_table(c->in, c->out, &c->options, err);
}

static void write_rows(const char *path)
{
    FILE *f = fopen(path, "w");

    ck_assert_ptr_nonnull(f);
    fputs("id,time,category,who,lon,lat\n", f);
    for (int i = 0; i < 200; i++)
        fprintf(f, "r%d,2026-11-01T10:%02d,c%d,p%d,-74.01%d,40.01%d\n", i, i % 60, i % 3, i / 2,
                i % 10, i % 9);
    ck_assert_int_eq(fclose(f), 0);
}

START_TEST(the_search_survives_every_failed_allocation)
{
    char in[300], out[300];
    seek_context c = {.options = CMTY_DUPLICATES_OPTIONS_INIT, .in = in, .out = out};

    snprintf(in, sizeof in, "%s", city_path("in.csv"));
    snprintf(out, sizeof out, "%s", city_path("out.csv"));
    write_rows(in);
    c.options.source_column = "who";
    c.options.same_category = 1;
    c.options.match = CMTY_MATCH_SPACE_TIME | CMTY_MATCH_TIME;
    fault_each_allocation(seek, &c, CMTY_OK);
}
END_TEST

typedef struct date_context {
    cmty_dateparts_options options;
    const char *in, *out;
} date_context;

static cmty_status date(void *context, cmty_error *err)
{
    const date_context *c = context;

    return cmty_dateparts_table(c->in, c->out, &c->options, err);
}

START_TEST(date_parts_survive_every_failed_allocation)
{
    const char *const shifts[] = {"day=07:00-15:00", "late=10:00-23:00"};
    char in[300], out[300];
    date_context c = {.options = CMTY_DATEPARTS_OPTIONS_INIT, .in = in, .out = out};
    FILE *f;

    snprintf(in, sizeof in, "%s", city_path("in.csv"));
    snprintf(out, sizeof out, "%s", city_path("out.csv"));
    f = fopen(in, "w");
    ck_assert_ptr_nonnull(f);
    fputs("id,date,time\n1,2026-11-01,01:30\n2,,\n3,2026-03-08,02:30\n4,2026-11-22,\n", f);
    ck_assert_int_eq(fclose(f), 0);
    c.options.time_zone = "America/Chicago";
    c.options.shifts = shifts;
    c.options.shift_count = 2;
    fault_each_allocation(date, &c, CMTY_OK);
}
END_TEST

static Suite *table_oom_suite(void)
{
    Suite *suite = suite_create("table_oom");
    TCase *tc = tcase_create("table_oom");

    tcase_set_timeout(tc, 120);
    tcase_add_checked_fixture(tc, fault_install, NULL);
    tcase_add_checked_fixture(tc, city_set_up, city_tear_down);
    tcase_add_test(tc, the_search_survives_every_failed_allocation);
    tcase_add_test(tc, date_parts_survive_every_failed_allocation);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(table_oom_suite)
