/* SPDX-License-Identifier: MIT */
/* audit: whether the log of who did what is what it was. One thread. */
#include "cli.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A head as a line of text: a name, the size, the root. */
#define HEAD_NAME "community-audit-1"

/* "NAME SIZE ROOT" and the end of the line. The root's digits are for the library to judge. */
static bool parse_head(const char *line, cmty_audit_head *head)
{
    const size_t name = strlen(HEAD_NAME);
    const char *at = line + name + 1;
    size_t root;

    if (strncmp(line, HEAD_NAME " ", name + 1) != 0 || *at < '0' || *at > '9')
        return false;
    for (head->size = 0; *at >= '0' && *at <= '9'; at++) {
        if (head->size > (UINT64_MAX - 9) / 10)
            return false;
        head->size = head->size * 10 + (uint64_t)(*at - '0');
    }
    root = *at == ' ' ? strcspn(at + 1, "\r\n ") : 0;
    if (root != 64 || at[65 + strspn(at + 65, "\r\n")] != '\0')
        return false;
    memcpy(head->root, at + 1, root);
    return true;
}

static int read_head(struct cli *cli, const char *path, cmty_audit_head *head)
{
    char line[128] = "";
    FILE *file = fopen(path, "r");

    if (file == NULL) {
        fprintf(stderr, "community %s: %s: %s\n", cli->verb, path, strerror(errno));
        return EXIT_FILE;
    }
    if (fgets(line, sizeof line, file) == NULL)
        line[0] = '\0';
    fclose(file);
    if (parse_head(line, head))
        return EXIT_DONE;
    fprintf(stderr,
            "community %s: %s: not one line \"%s SIZE ROOT\", as audit verify -o writes it\n",
            cli->verb, path, HEAD_NAME);
    return EXIT_BAD_INPUT;
}

static int write_head(struct cli *cli, const char *path, const cmty_audit_head *head)
{
    FILE *file = fopen(path, "wx");
    int failed = file == NULL;

    if (!failed) {
        failed = fprintf(file, HEAD_NAME " %" PRIu64 " %s\n", head->size, head->root) < 0;
        failed = fclose(file) != 0 || failed;
        if (failed)
            remove(path);
    }
    if (!failed)
        return EXIT_DONE;
    fprintf(stderr, "community %s: %s: %s; heads are not written over each other\n", cli->verb,
            path, strerror(errno));
    return EXIT_FILE;
}

static int verify(struct cli *cli, const char *store, const char *earlier, const char *output)
{
    cmty_audit_head before = {.struct_size = sizeof before}, now = {.struct_size = sizeof now};
    cmty_error err = CMTY_ERROR_INIT;
    int code = earlier != NULL ? read_head(cli, earlier, &before) : EXIT_DONE;
    cmty_status st;

    if (code != EXIT_DONE)
        return code;
    st = cmty_store_audit_verify(store, earlier != NULL ? &before : NULL, &now, &err);
    if (st != CMTY_OK)
        return cli_fail(cli, st, &err);
    if (cli->json)
        printf("{\"entries\":%" PRIu64 ",\"root\":\"%s\"}\n", now.size, now.root);
    else
        printf("sound: %" PRIu64 " entries%s\n%s\n", now.size,
               earlier != NULL ? ", which begin with those of the earlier head" : "", now.root);
    return output != NULL ? write_head(cli, output, &now) : EXIT_DONE;
}

int verb_audit(struct cli *cli, int argc, const char **argv)
{
    char *earlier = NULL, *output = NULL;
    struct poptOption options[] = {
        CLI_TEXT("earlier", 'e', &earlier, "FILE", "a head that the log had before"),
        CLI_TEXT("output", 'o', &output, "FILE",
                 "file to write the head to; keep it where the store is not"),
        CLI_OPTIONS(cli)};
    int code = EXIT_DONE;
    poptContext context = cli_parse(cli, argc, argv, options, "verify STORE [OPTION...]", &code);
    const char *what = context != NULL ? cli_operand(context) : NULL;
    const char *store = context != NULL ? cli_operand(context) : NULL;

    if (context != NULL && (what == NULL || strcmp(what, "verify") != 0))
        code = cli_usage(cli, "say what to do: verify");
    else if (context != NULL && (store == NULL || cli_operand(context) != NULL))
        code = cli_usage(cli, "give one STORE");
    else if (context != NULL)
        code = verify(cli, store, earlier, output);
    poptFreeContext(context);
    free(earlier);
    free(output);
    return code;
}
