/* SPDX-License-Identifier: MIT */
/* lint: what is finer than it may be in files that are about to leave. One thread. */
#include "cli.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct lint_arguments {
    struct store_arguments layers;
    char *streets;
};

static void print_leak(const struct cli *cli, const char *file, const cmty_leak *leak, bool first)
{
    if (cli->json) {
        printf("%s{\"file\":", first ? "" : ",");
        print_json_text(stdout, file);
        printf(",\"rule\":\"%s\",\"row\":%" PRIu64 ",\"column\":", cmty_leak_name(leak->rule),
               leak->row);
        print_json_text(stdout, leak->column);
        printf(",\"offset\":%" PRIu64 ",\"size\":%" PRIu64 "}", leak->offset, leak->size);
        return;
    }
    printf("%s", file);
    if (leak->row > 0)
        printf(", row %" PRIu64, leak->row);
    if (*leak->column != '\0')
        printf(", %s", leak->column);
    printf(": %s", cmty_leak_text(leak->rule));
    if (leak->size > 0)
        printf(" (bytes %" PRIu64 " to %" PRIu64 ")", leak->offset, leak->offset + leak->size);
    putchar('\n');
}

static cmty_status lint_one(struct cli *cli, const cmty_linter *linter, const char *path,
                            size_t *found, cmty_error *err)
{
    const char *slash = strrchr(path, '/');
    cmty_lint *lint = NULL;
    cmty_status st = cmty_linter_file(linter, path, &lint, err);

    for (size_t i = 0; st == CMTY_OK && i < cmty_lint_count(lint); i++) {
        cmty_leak leak = {.struct_size = sizeof leak};

        st = cmty_lint_at(lint, i, &leak, err);
        if (st == CMTY_OK)
            print_leak(cli, slash != NULL ? slash + 1 : path, &leak, (*found)++ == 0);
    }
    cmty_lint_free(lint);
    return st;
}

static int lint_parsed(struct cli *cli, const struct lint_arguments *a, const char **files)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty_linter_options o = CMTY_LINTER_OPTIONS_INIT;
    cmty_beatset *beats = NULL;
    cmty_linter *linter = NULL;
    size_t found = 0;
    cmty_status st = CMTY_OK;

    if (a->layers.beats != NULL)
        st = cli_beats(cli, &a->layers, a->layers.time_zone, -1, &beats, &err);
    o.streets = a->streets;
    o.policy = a->layers.policy;
    o.beats = beats;
    o.host = &cli->host;
    if (st == CMTY_OK)
        st = cmty_linter_open(&o, &linter, &err);
    if (st == CMTY_OK && cli->json)
        putchar('[');
    for (size_t i = 0; st == CMTY_OK && files[i] != NULL; i++)
        st = lint_one(cli, linter, files[i], &found, &err);
    cmty_linter_free(linter);
    cmty_beatset_free(beats);
    if (st < 0)
        return cli_fail(cli, st, &err);
    if (cli->json)
        puts("]");
    else if (found == 0)
        puts("nothing found");
    return found == 0 ? EXIT_DONE : EXIT_ANSWER_NO;
}

int verb_lint(struct cli *cli, int argc, const char **argv)
{
    struct lint_arguments a = {0};
    struct poptOption options[] = {
        CLI_TEXT("streets", '\0', &a.streets, "LAYER", "streets, with |name=FIELD if need be"),
        CLI_LIST("beats", 'b', &a.layers.beats, "LAYER",
                 "where geohashes are looked for; more than one: versions"),
        CLI_TEXT("id", '\0', &a.layers.id_field, "FIELD", "field that names a beat"),
        CLI_TEXT("crs", '\0', &a.layers.crs, "CRS", "for layers without a CRS"),
        CLI_TEXT("policy", 'p', &a.layers.policy, "FILE", "policy file, for time bins"),
        CLI_OPTIONS(cli)};
    int code = EXIT_DONE;
    poptContext context = cli_parse(cli, argc, argv, options, "FILE... [OPTION...]", &code);
    const char **files = context != NULL ? poptGetArgs(context) : NULL;

    if (context != NULL && files == NULL)
        code = cli_usage(cli, "name the files to look through");
    else if (context != NULL)
        code = lint_parsed(cli, &a, files);
    poptFreeContext(context);
    store_arguments_free(&a.layers);
    free(a.streets);
    return code;
}
