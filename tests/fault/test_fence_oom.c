/* SPDX-License-Identifier: MIT */
/* Running out of memory while fences are read. */
#include "../runner.h"
#include "fault.h"

static cmty_status open_fences(void *context, cmty_error *err)
{
    const char *layer = context;
    char poison;
    cmty_fenceset *set = (cmty_fenceset *)&poison;
    cmty_status status = cmty_fenceset_open(&layer, 1, NULL, &set, err);

    if (status == CMTY_OK)
        cmty_fenceset_free(set);
    else
        ck_assert_ptr_null(set);
    return status;
}

START_TEST(fences_survive_every_failed_allocation)
{
    char layer[] = FAULT_FILE("fences.geojson");

    fault_each_allocation(open_fences, layer, CMTY_OK);
}
END_TEST

static Suite *fence_oom_suite(void)
{
    Suite *suite = suite_create("fence_oom");
    TCase *tc = tcase_create("fence_oom");

    tcase_set_timeout(tc, 120);
    tcase_add_checked_fixture(tc, fault_install, NULL);
    tcase_add_test(tc, fences_survive_every_failed_allocation);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(fence_oom_suite)
