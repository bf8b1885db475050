/* SPDX-License-Identifier: MIT */
/* keygen, open and rekey: keys, and what only the secret key may read. One thread. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int make_keys(struct cli *cli, const char *mask, const char *public_key,
                     const char *secret_key)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty_status st = CMTY_OK;

    if (mask != NULL)
        st = cmty_key_make_mask(mask, &err);
    if (st == CMTY_OK && public_key != NULL)
        st = cmty_key_make_seal(public_key, secret_key, &err);
    if (st < 0)
        return cli_fail(cli, st, &err);
    if (mask != NULL)
        printf("mask key    %s  (secret: keep it apart from the store and its backups)\n", mask);
    if (public_key != NULL)
        printf("public key  %s  (for community init)\n"
               "secret key  %s  (opens reports: take it off this machine)\n",
               public_key, secret_key);
    return EXIT_DONE;
}

int verb_keygen(struct cli *cli, int argc, const char **argv)
{
    char *mask = NULL, *public_key = NULL, *secret_key = NULL;
    struct poptOption options[] = {
        CLI_TEXT("mask", '\0', &mask, "FILE", "mask key to make"),
        CLI_TEXT("public", '\0', &public_key, "FILE", "public sealing key to make"),
        CLI_TEXT("secret", '\0', &secret_key, "FILE", "secret sealing key to make"),
        CLI_OPTIONS(cli)};
    int code = EXIT_DONE;
    poptContext context =
        cli_parse(cli, argc, argv, options, "[--mask FILE] [--public FILE --secret FILE]", &code);

    if (context != NULL && cli_operand(context) != NULL)
        code = cli_usage(cli, "files are named by options");
    else if (context != NULL && (public_key == NULL) != (secret_key == NULL))
        code = cli_usage(cli, "--public and --secret are made as a pair");
    else if (context != NULL && mask == NULL && public_key == NULL)
        code = cli_usage(cli, "say which key to make: --mask, or --public and --secret");
    else if (context != NULL)
        code = make_keys(cli, mask, public_key, secret_key);
    poptFreeContext(context);
    free(mask);
    free(public_key);
    free(secret_key);
    return code;
}

int verb_open(struct cli *cli, int argc, const char **argv)
{
    char *secret_key = NULL, *actor = NULL, *purpose = NULL;
    struct poptOption options[] = {
        CLI_TEXT("secret", '\0', &secret_key, "FILE", "secret sealing key"),
        CLI_TEXT("actor", '\0', &actor, "NAME", "who reads; default: the user's name"),
        CLI_TEXT("purpose", '\0', &purpose, "TEXT", "why, e.g. a case number"), CLI_OPTIONS(cli)};
    cmty_error err = CMTY_ERROR_INIT;
    int code = EXIT_DONE;
    poptContext context =
        cli_parse(cli, argc, argv, options, "STORE REPORT_ID --secret FILE --purpose TEXT", &code);
    const char *store = context != NULL ? cli_operand(context) : NULL;
    const char *report = context != NULL ? cli_operand(context) : NULL;
    const char *user = getenv("USER");
    char *json = NULL;

    if (actor == NULL && user != NULL)
        actor = strdup(user);
    if (context != NULL && (store == NULL || report == NULL))
        code = cli_usage(cli, "give a STORE and a REPORT_ID");
    else if (context != NULL && (secret_key == NULL || purpose == NULL))
        code = cli_usage(cli, "--secret FILE and --purpose TEXT are needed");
    else if (context != NULL && actor == NULL)
        code = cli_usage(cli, "--actor NAME is needed, for USER is not set");
    else if (context != NULL) {
        cmty_status st =
            cmty_store_open_report(store, report, secret_key, actor, purpose, &json, &err);

        code = st == CMTY_OK ? EXIT_DONE : cli_fail(cli, st, &err);
    }
    if (json != NULL)
        puts(json);
    cmty_free(json);
    poptFreeContext(context);
    free(secret_key);
    free(actor);
    free(purpose);
    return code;
}

int verb_rekey(struct cli *cli, int argc, const char **argv)
{
    char *secret_key = NULL, *public_key = NULL, *actor = NULL, *purpose = NULL;
    struct poptOption options[] = {
        CLI_TEXT("secret", '\0', &secret_key, "FILE",
                 "secret sealing key that opens the store now"),
        CLI_TEXT("public", '\0', &public_key, "FILE", "public sealing key of the new pair"),
        CLI_TEXT("actor", '\0', &actor, "NAME", "who does it; default: the user's name"),
        CLI_TEXT("purpose", '\0', &purpose, "TEXT", "why, for the audit log"), CLI_OPTIONS(cli)};
    cmty_error err = CMTY_ERROR_INIT;
    int code = EXIT_DONE;
    poptContext context = cli_parse(cli, argc, argv, options,
                                    "STORE --secret OLD --public NEW --purpose TEXT", &code);
    const char *store = context != NULL ? cli_operand(context) : NULL;
    const char *user = getenv("USER");

    if (actor == NULL && user != NULL)
        actor = strdup(user);
    if (context != NULL && (store == NULL || cli_operand(context) != NULL))
        code = cli_usage(cli, "give one STORE");
    else if (context != NULL && (secret_key == NULL || public_key == NULL || purpose == NULL))
        code = cli_usage(cli, "--secret OLD, --public NEW and --purpose TEXT are needed");
    else if (context != NULL && actor == NULL)
        code = cli_usage(cli, "--actor NAME is needed, for USER is not set");
    else if (context != NULL) {
        cmty_status st = cmty_store_rekey(store, secret_key, public_key, actor, purpose, &err);

        code = st == CMTY_OK ? EXIT_DONE : cli_fail(cli, st, &err);
    }
    if (context != NULL && code == EXIT_DONE && !cli->quiet)
        fprintf(stderr,
                "community rekey: the old secret key still opens older backups; keep it as long as "
                "they are kept, and no longer\n");
    poptFreeContext(context);
    free(secret_key);
    free(public_key);
    free(actor);
    free(purpose);
    return code;
}
