/* SPDX-License-Identifier: MIT */
/* attach and photos: pictures of reports, sealed. One thread. */
#include "cli.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PHOTO_LIMIT = 64 * 1024 * 1024 };

static const char *kind_name(int32_t kind)
{
    return kind == CMTY_MEDIA_JPEG ? "jpeg" : kind == CMTY_MEDIA_PNG ? "png" : "unknown";
}

/* ---- attach ---- */

static int attach_file(struct cli *cli, cmty_ingest *ingest, const char *report, const char *path)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty_media_info info = {.struct_size = sizeof info};
    int64_t number = 0;
    size_t size = 0;
    int code = EXIT_DONE;
    char *bytes = cli_read_file(cli, path, PHOTO_LIMIT, &size, &code);
    cmty_status st;

    if (code == EXIT_DONE) {
        st = cmty_ingest_photo(ingest, report, bytes, size, &info, &number, &err);
        if (st == CMTY_OK && cli->json)
            printf("{\"number\":%" PRId64 ",\"kind\":\"%s\",\"width\":%" PRIu32
                   ",\"height\":%" PRIu32 ",\"removed\":%" PRIu32 "}\n",
                   number, kind_name(info.kind), info.width, info.height, info.removed);
        else if (st == CMTY_OK)
            printf("photo %" PRId64 "  %s  %" PRIu32 " x %" PRIu32 "\n", number,
                   kind_name(info.kind), info.width, info.height);
        else if (st == CMTY_DUPLICATE)
            fprintf(stderr, "community attach: the report has this photo already\n");
        else
            code = cli_fail(cli, st, &err);
    }
    free(bytes);
    return code;
}

static int attach_files(struct cli *cli, const char *store, const char *report, const char **files,
                        const char *given_key)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty_ingest_options o = CMTY_INGEST_OPTIONS_INIT;
    cmty_ingest *ingest = NULL;
    int code = EXIT_DONE;
    char *key = cli_mask_key(cli, given_key, &code);
    cmty_status st;

    if (key == NULL)
        return code;
    o.mask_key = key;
    o.host = &cli->host;
    st = cmty_ingest_open(store, &o, &ingest, &err);
    if (st < 0)
        code = cli_fail(cli, st, &err);
    for (size_t i = 0; code == EXIT_DONE && files[i] != NULL; i++)
        code = attach_file(cli, ingest, report, files[i]);
    cmty_ingest_free(ingest);
    free(key);
    return code;
}

int verb_attach(struct cli *cli, int argc, const char **argv)
{
    char *key = NULL;
    struct poptOption options[] = {
        CLI_TEXT("key", 'k', &key, "FILE",
                 "mask key file; default: the user's own, made at first use"),
        CLI_OPTIONS(cli)};
    int code = EXIT_DONE;
    poptContext context =
        cli_parse(cli, argc, argv, options, "STORE REPORT_ID FILE... [OPTION...]", &code);
    const char *store = context != NULL ? cli_operand(context) : NULL;
    const char *report = store != NULL ? cli_operand(context) : NULL;
    const char **files = report != NULL ? poptGetArgs(context) : NULL;

    if (context != NULL && files == NULL)
        code = cli_usage(cli, "give a STORE, a REPORT_ID and at least one FILE");
    else if (context != NULL)
        code = attach_files(cli, store, report, files, key);
    poptFreeContext(context);
    free(key);
    return code;
}

/* ---- photos ---- */

struct photo_arguments {
    char *secret_key, *actor, *purpose, *output;
    int original;
};

static int list_photos(struct cli *cli, const char *store, const char *report)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty_photo photo = {.struct_size = sizeof photo};
    cmty_photos *photos = NULL;
    bool first = true;
    cmty_status st = cmty_photos_open(store, report, &photos, &err);

    if (st == CMTY_OK && cli->json)
        putchar('[');
    while (st == CMTY_OK && (st = cmty_photos_next(photos, &photo, &err)) == CMTY_OK) {
        if (cli->json)
            printf("%s{\"number\":%" PRId64
                   ",\"report_id\":\"%s\",\"kind\":\"%s\",\"width\":%" PRIu32 ",\"height\":%" PRIu32
                   "}",
                   first ? "" : ",\n ", photo.number, photo.report_id, kind_name(photo.kind),
                   photo.width, photo.height);
        else
            printf("%8" PRId64 "  %s  %-4s  %" PRIu32 " x %" PRIu32 "\n", photo.number,
                   photo.report_id, kind_name(photo.kind), photo.width, photo.height);
        first = false;
    }
    if (st >= 0 && cli->json)
        puts("]");
    cmty_photos_free(photos);
    return st < 0 ? cli_fail(cli, st, &err) : EXIT_DONE;
}

static int open_photo(struct cli *cli, const char *store, const char *number,
                      const struct photo_arguments *a)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty_photo_bytes photo = {.struct_size = sizeof photo};
    char *end;
    int64_t which;
    int code;
    cmty_status st;

    errno = 0;
    which = strtoll(number, &end, 10);
    if (errno != 0 || *end != '\0' || which <= 0)
        return cli_usage(cli, "a photo is called by its NUMBER, as list shows it");
    st = cmty_photo_open(store, which, a->original, a->secret_key, a->actor, a->purpose, &photo,
                         &err);
    if (st != CMTY_OK)
        return cli_fail(cli, st, &err);
    code = cli_write_private(cli, a->output, photo.bytes, photo.size);
    cmty_free(photo.bytes);
    if (code == EXIT_DONE && !isnan(photo.distance_m))
        fprintf(stderr,
                "community photos: the picture says it was taken %.0f m from the place "
                "that the report claims\n",
                photo.distance_m);
    return code;
}

int verb_photos(struct cli *cli, int argc, const char **argv)
{
    struct photo_arguments a = {0};
    struct poptOption options[] = {
        CLI_TEXT("secret", '\0', &a.secret_key, "FILE", "open: secret sealing key"),
        CLI_TEXT("actor", '\0', &a.actor, "NAME", "open: who looks; default: the user's name"),
        CLI_TEXT("purpose", '\0', &a.purpose, "TEXT", "open: why, e.g. a case number"),
        CLI_FLAG("original", '\0', &a.original, "open: the file as it was sent, not the copy"),
        CLI_TEXT("output", 'o', &a.output, "FILE", "open: file to make, closed to others"),
        CLI_OPTIONS(cli)};
    int code = EXIT_DONE;
    poptContext context =
        cli_parse(cli, argc, argv, options, "list STORE [REPORT_ID] | open STORE NUMBER", &code);
    const char *what = context != NULL ? cli_operand(context) : NULL;
    const char *store = what != NULL ? cli_operand(context) : NULL;
    const char *which = store != NULL ? cli_operand(context) : NULL;
    const char *user = getenv("USER");
    bool list = what != NULL && strcmp(what, "list") == 0;

    if (a.actor == NULL && user != NULL)
        a.actor = strdup(user);
    if (context != NULL && !list && (what == NULL || strcmp(what, "open") != 0))
        code = cli_usage(cli, "say what to do: list or open");
    else if (context != NULL && (store == NULL || (!list && which == NULL)))
        code = cli_usage(cli, list ? "give a STORE" : "give a STORE and a NUMBER");
    else if (context != NULL && !list
             && (a.secret_key == NULL || a.purpose == NULL || a.output == NULL))
        code = cli_usage(cli, "--secret FILE, --purpose TEXT and -o FILE are needed");
    else if (context != NULL && !list && a.actor == NULL)
        code = cli_usage(cli, "--actor NAME is needed, for USER is not set");
    else if (context != NULL)
        code = list ? list_photos(cli, store, which) : open_photo(cli, store, which, &a);
    poptFreeContext(context);
    free(a.secret_key);
    free(a.actor);
    free(a.purpose);
    free(a.output);
    return code;
}
