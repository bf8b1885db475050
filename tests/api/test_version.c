/* SPDX-License-Identifier: MIT */
/* The version calls every adapter makes first. */
#include "../runner.h"
#include <community/version.h>

START_TEST(library_and_header_agree_on_the_abi)
{
    ck_assert_uint_eq(cmty_abi_version(), CMTY_ABI_VERSION);
}
END_TEST

START_TEST(version_string_is_three_numbers)
{
    unsigned major, minor, patch;
    char rest;

    ck_assert_int_eq(sscanf(cmty_version_string(), "%u.%u.%u%c", &major, &minor, &patch, &rest), 3);
}
END_TEST

static Suite *version_suite(void)
{
    Suite *suite = suite_create("version");
    TCase *tc = tcase_create("version");

    tcase_add_test(tc, library_and_header_agree_on_the_abi);
    tcase_add_test(tc, version_string_is_three_numbers);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(version_suite)
