/* SPDX-License-Identifier: MIT */
/* Running out of memory while a linter is made ready, and while it looks through files. */
#include "../runner.h"
#include "city.h"
#include "fault.h"

#include <stdlib.h>

static const char *const files[] = {"a.csv", "a.geojson", "a.txt"};
static const char table[] =
    "id,note,time\nx,40.01234 -74.01512 jo@example.org,2026-03-04T21:15:00Z\ny,12 Elm Street,\n";
static const char features[] =
    "{\"features\":[{\"bbox\":[1,2],\"properties\":{\"note\":\"785-555-0106\"},\"geometry\":null}]"
    "}";
static const char note[] = "Seen at 40.01234, -74.01512 and 15S TC 12345 67890\n";
static const char *const texts[] = {table, features, note};
static const char streets[] = "name,kind\nFoundry Row,road\nMain Street,road\n";

typedef struct lint_context {
    cmty_linter_options options;
    const char *file;
} lint_context;

static void write_text(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");

    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    ck_assert_int_eq(fclose(f), 0);
}

static cmty_status open_and_lint(void *context, cmty_error *err)
{
    const lint_context *c = context;
    char poison;
    cmty_linter *linter = (cmty_linter *)&poison;
    cmty_lint *lint = (cmty_lint *)&poison;
    cmty_status status = cmty_linter_open(&c->options, &linter, err);

    if (status != CMTY_OK) {
        ck_assert_ptr_null(linter);
        return status;
    }
    status = cmty_linter_file(linter, c->file, &lint, err);
    if (status == CMTY_OK)
        ck_assert_uint_gt(cmty_lint_count(lint), 0);
    else
        ck_assert_ptr_null(lint);
    cmty_lint_free(lint);
    cmty_linter_free(linter);
    return status;
}

START_TEST(linting_survives_every_failed_allocation)
{
    char file[300], layer[300];
    cmty_beatset *beats = city_beats();
    lint_context c = {.options = CMTY_LINTER_OPTIONS_INIT, .file = file};

    snprintf(file, sizeof file, "%s", city_path(files[_i]));
    snprintf(layer, sizeof layer, "%s", city_path("streets.csv"));
    write_text(file, texts[_i]);
    write_text(layer, streets);
    c.options.streets = layer;
    c.options.beats = beats;
    fault_each_allocation(open_and_lint, &c, CMTY_OK);
    cmty_beatset_free(beats);
}
END_TEST

static Suite *lint_oom_suite(void)
{
    Suite *suite = suite_create("lint_oom");
    TCase *tc = tcase_create("lint_oom");

    tcase_set_timeout(tc, 120);
    tcase_add_checked_fixture(tc, fault_install, NULL);
    tcase_add_checked_fixture(tc, city_set_up, city_tear_down);
    tcase_add_loop_test(tc, linting_survives_every_failed_allocation, 0, 3);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(lint_oom_suite)
