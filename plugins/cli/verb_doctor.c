/* SPDX-License-Identifier: MIT */
/* doctor: versions, and whether the libraries below do their work here. One thread. */
#include "cli.h"

/* A policy, a time zone and a mask: the parts that need data files of the machine. */
static cmty_status self_test(cmty_error *err)
{
    cmty_policy *policy = NULL;
    cmty_time t;
    cmty_status st = cmty_policy_open(NULL, &policy, err);

    if (st == CMTY_OK)
        st = cmty_time_parse("2026-07-01 12:00", "America/Chicago", &t, err);
    cmty_policy_free(policy);
    return st;
}

int verb_doctor(struct cli *cli, int argc, const char **argv)
{
    struct poptOption options[] = {CLI_OPTIONS(cli)};
    cmty_error err = CMTY_ERROR_INIT;
    int code = EXIT_DONE;
    poptContext context = cli_parse(cli, argc, argv, options, "[OPTION...]", &code);
    char *libraries = NULL;
    cmty_status st;

    if (context == NULL)
        return code;
    if (cli_operand(context) != NULL)
        code = cli_usage(cli, "nothing follows the verb");
    poptFreeContext(context);
    if (code != EXIT_DONE)
        return code;
    st = cmty_dependencies(&libraries, &err);
    if (st == CMTY_OK) {
        printf("libcommunity %s, ABI %u.%u\n%s", cmty_version_string(), cmty_abi_version() >> 16,
               cmty_abi_version() & 0xFFFFu, libraries);
        cmty_free(libraries);
        st = self_test(&err);
    }
    if (st < 0)
        return cli_fail(cli, st, &err);
    puts("self-test passed");
    return EXIT_DONE;
}
