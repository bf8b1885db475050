/* SPDX-License-Identifier: MIT */
/* Running out of memory while layers are checked, and while what was found is written. */
#include "../runner.h"
#include "fault.h"

#include <stdio.h>
#include <string.h>

static cmty_status open_check(void *context, cmty_error *err)
{
    const char *const *layers = context;
    char poison;
    cmty_check *check = (cmty_check *)&poison;
    cmty_status status = cmty_check_open(layers, layers[1] == NULL ? 1 : 2, NULL, &check, err);

    if (status != CMTY_OK) {
        ck_assert_ptr_null(check);
        return status;
    }
    ck_assert_uint_gt(cmty_check_count(check), 10);
    cmty_check_free(check);
    return status;
}

START_TEST(checking_survives_every_failed_allocation)
{
    const char *layers[] = {FAULT_FILE("flaws.geojson"), NULL};

    fault_each_allocation(open_check, layers, CMTY_OK);
}
END_TEST

START_TEST(checking_versions_survives_every_failed_allocation)
{
    const char *layers[] = {FAULT_FILE("flaws.geojson") "|to=2020-01-01",
                            FAULT_FILE("beats.geojson") "|from=2020-01-01"};

    fault_each_allocation(open_check, layers, CMTY_OK);
}
END_TEST

static cmty_check *check;

static void open_flaws(void)
{
    const char *layer = FAULT_FILE("flaws.geojson");
    cmty_error err = CMTY_ERROR_INIT;

    fault_install();
    ck_assert_msg(cmty_check_open(&layer, 1, NULL, &check, &err) == CMTY_OK, "%s", err.message);
}

static void free_flaws(void)
{
    cmty_check_free(check);
}

static cmty_status write_file(void *context, cmty_error *err)
{
    const char *path = context;
    FILE *old = fopen(path, "w");
    cmty_status status;
    char kept[8] = "";

    ck_assert_ptr_nonnull(old);
    fputs("old", old);
    fclose(old);
    status = strstr(path, ".html") != NULL ? cmty_check_html(check, path, NULL, err)
                                           : cmty_check_write(check, path, err);
    if (status == CMTY_OK)
        return status;
    old = fopen(path, "r");
    ck_assert_ptr_nonnull(old);
    ck_assert_uint_eq(fread(kept, 1, sizeof kept - 1, old), 3);
    fclose(old);
    ck_assert_str_eq(kept, "old");
    return status;
}

START_TEST(writing_findings_survives_every_failed_allocation)
{
    static char paths[][16] = {"found.geojson", "found.gpkg", "found.html"};

    fault_each_allocation(write_file, paths[_i], CMTY_OK);
}
END_TEST

static cmty_status repair_layer(void *context, cmty_error *err)
{
    cmty_repair repair = {.struct_size = sizeof repair, .features = 77};
    cmty_status status = cmty_check_repair(context, "repaired.gpkg", NULL, &repair, err);

    ck_assert_uint_eq(repair.features, status == CMTY_OK ? 11 : 77);
    return status;
}

START_TEST(repairing_survives_every_failed_allocation)
{
    static char layer[] = FAULT_FILE("flaws.geojson");

    fault_each_allocation(repair_layer, layer, CMTY_OK);
}
END_TEST

static cmty_status make_json(void *context, cmty_error *err)
{
    char *json = NULL;
    cmty_status status = cmty_check_json(check, &json, err);

    (void)context;
    ck_assert_int_eq(status == CMTY_OK, json != NULL);
    cmty_free(json);
    return status;
}

START_TEST(making_json_survives_every_failed_allocation)
{
    fault_each_allocation(make_json, NULL, CMTY_OK);
}
END_TEST

static Suite *check_oom_suite(void)
{
    Suite *suite = suite_create("check_oom");
    TCase *reading = tcase_create("reading"), *writing = tcase_create("writing");

    tcase_set_timeout(reading, 120);
    tcase_add_checked_fixture(reading, fault_install, NULL);
    tcase_add_test(reading, checking_survives_every_failed_allocation);
    tcase_add_test(reading, checking_versions_survives_every_failed_allocation);
    tcase_add_test(reading, repairing_survives_every_failed_allocation);
    suite_add_tcase(suite, reading);
    tcase_set_timeout(writing, 120);
    tcase_add_checked_fixture(writing, open_flaws, free_flaws);
    tcase_add_loop_test(writing, writing_findings_survives_every_failed_allocation, 0, 3);
    tcase_add_test(writing, making_json_survives_every_failed_allocation);
    suite_add_tcase(suite, writing);
    return suite;
}

CMTY_TEST_MAIN(check_oom_suite)
