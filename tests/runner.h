/* SPDX-License-Identifier: MIT */
/*
 * Shared main of the test programs. A program defines its suite and ends with
 *
 *     CMTY_TEST_MAIN(beat_suite)
 *
 * With CMTY_TEST_LOCALE in the environment the tests run under that locale, to show that no number
 * is read or written through the C library's decimal mark.
 */
#ifndef CMTY_TESTS_RUNNER_H
#define CMTY_TESTS_RUNNER_H

#include <check.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#define CMTY_TEST_SKIPPED 77

static inline int cmty_test_run(Suite *suite)
{
    const char *locale = getenv("CMTY_TEST_LOCALE");
    SRunner *runner;
    int failed;

    if (locale != NULL && setlocale(LC_ALL, locale) == NULL) {
        printf("SKIP: locale %s is not installed\n", locale);
        return CMTY_TEST_SKIPPED;
    }
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* Read by the thread sanitizer: GDAL takes its locks in two orders while it opens a file. */
const char *__tsan_default_suppressions(void);

#define CMTY_TEST_MAIN(suite_function)                                                             \
    const char *__tsan_default_suppressions(void)                                                  \
    {                                                                                              \
        return "deadlock:libgdal\n";                                                               \
    }                                                                                              \
                                                                                                   \
    int main(void)                                                                                 \
    {                                                                                              \
        return cmty_test_run(suite_function());                                                    \
    }

#endif
