/* SPDX-License-Identifier: MIT */
/* Running out of memory while a policy is read. */
#include "../runner.h"
#include "fault.h"

static cmty_status open_policy(void *context, cmty_error *err)
{
    char poison;
    cmty_policy *policy = (cmty_policy *)&poison;
    cmty_status status = cmty_policy_open(context, &policy, err);

    if (status == CMTY_OK)
        cmty_policy_free(policy);
    else
        ck_assert_ptr_null(policy);
    return status;
}

START_TEST(built_in_policy_survives_every_failed_allocation)
{
    fault_each_allocation(open_policy, NULL, CMTY_OK);
}
END_TEST

START_TEST(policy_file_survives_every_failed_allocation)
{
    char path[] = FAULT_FILE("policy.json");

    fault_each_allocation(open_policy, path, CMTY_OK);
}
END_TEST

START_TEST(missing_policy_survives_every_failed_allocation)
{
    char path[] = "no such policy";

    fault_each_allocation(open_policy, path, CMTY_E_IO);
}
END_TEST

static Suite *policy_oom_suite(void)
{
    Suite *suite = suite_create("policy_oom");
    TCase *tc = tcase_create("policy_oom");

    tcase_add_checked_fixture(tc, fault_install, NULL);
    tcase_add_test(tc, built_in_policy_survives_every_failed_allocation);
    tcase_add_test(tc, policy_file_survives_every_failed_allocation);
    tcase_add_test(tc, missing_policy_survives_every_failed_allocation);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(policy_oom_suite)
