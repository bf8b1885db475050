/* SPDX-License-Identifier: MIT */
/* policy: what a policy will do, in plain words. One thread. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

static int explain(struct cli *cli, const char *path)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty_policy *policy = NULL;
    cmty_status st = cmty_policy_open(path, &policy, &err);

    if (st < 0)
        return cli_fail(cli, st, &err);
    puts(cli->json ? cmty_policy_json(policy) : cmty_policy_explain(policy));
    cmty_policy_free(policy);
    return EXIT_DONE;
}

int verb_policy(struct cli *cli, int argc, const char **argv)
{
    char *path = NULL;
    struct poptOption options[] = {
        CLI_TEXT("policy", 'p', &path, "FILE", "policy file; default: the built-in policy"),
        CLI_OPTIONS(cli)};
    int code = EXIT_DONE;
    poptContext context = cli_parse(cli, argc, argv, options, "explain [OPTION...]", &code);
    const char *what = context != NULL ? cli_operand(context) : NULL;

    if (context != NULL && (what == NULL || strcmp(what, "explain") != 0))
        code = cli_usage(cli, "say what to do: explain");
    else if (context != NULL && cli_operand(context) != NULL)
        code = cli_usage(cli, "name the policy with --policy FILE");
    else if (context != NULL)
        code = explain(cli, path);
    poptFreeContext(context);
    free(path);
    return code;
}
