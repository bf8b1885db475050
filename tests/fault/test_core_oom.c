/* SPDX-License-Identifier: MIT */
/* Running out of memory in the calls that need no object. */
#include "../runner.h"
#include "fault.h"

static cmty_status list_dependencies(void *context, cmty_error *err)
{
    char poison;
    char *text = &poison;
    cmty_status status = cmty_dependencies(&text, err);

    (void)context;
    if (status == CMTY_OK)
        cmty_free(text);
    else
        ck_assert_ptr_null(text);
    return status;
}

START_TEST(dependencies_survive_every_failed_allocation)
{
    fault_each_allocation(list_dependencies, NULL, CMTY_OK);
}
END_TEST

static Suite *core_oom_suite(void)
{
    Suite *suite = suite_create("core_oom");
    TCase *tc = tcase_create("core_oom");

    tcase_add_unchecked_fixture(tc, fault_install, NULL);
    tcase_add_test(tc, dependencies_survive_every_failed_allocation);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(core_oom_suite)
