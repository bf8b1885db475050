/* SPDX-License-Identifier: MIT */
/* overlay: a store that lives only as long as the call, taken in and published. One thread. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The files of the passing store, in a folder that only the user can enter. */
struct workshop {
    char *folder, *store, *public_key, *secret_key;
};

static char *join(const char *folder, const char *name)
{
    size_t size = strlen(folder) + strlen(name) + 2;
    char *path = malloc(size);

    if (path != NULL)
        snprintf(path, size, "%s/%s", folder, name);
    return path;
}

static void workshop_close(struct workshop *w)
{
    static const char *const tails[] = {"", "-wal", "-shm", "-journal", ".lock"};
    char path[4096];

    for (size_t i = 0; w->store != NULL && i < sizeof tails / sizeof tails[0]; i++)
        if ((size_t)snprintf(path, sizeof path, "%s%s", w->store, tails[i]) < sizeof path)
            unlink(path);
    if (w->public_key != NULL)
        unlink(w->public_key);
    if (w->secret_key != NULL)
        unlink(w->secret_key);
    if (w->folder != NULL)
        rmdir(w->folder);
    free(w->folder);
    free(w->store);
    free(w->public_key);
    free(w->secret_key);
}

/* The secret half of the key is destroyed at once: what is sealed here is never to be opened. */
static int workshop_open(struct cli *cli, const char *beside, struct workshop *w)
{
    cmty_error err = CMTY_ERROR_INIT;
    const char *slash = strrchr(beside, '/');
    char *parent = slash != NULL ? strndup(beside, (size_t)(slash - beside + 1)) : strdup("./");
    cmty_status st;

    w->folder = parent != NULL ? join(parent, ".community-XXXXXX") : NULL;
    free(parent);
    if (w->folder == NULL || mkdtemp(w->folder) == NULL) {
        free(w->folder);
        w->folder = NULL;
        fprintf(stderr, "community %s: cannot write to the folder of %s\n", cli->verb, beside);
        return EXIT_FILE;
    }
    w->store = join(w->folder, "store.db");
    w->public_key = join(w->folder, "public.key");
    w->secret_key = join(w->folder, "secret.key");
    if (w->store == NULL || w->public_key == NULL || w->secret_key == NULL)
        return EXIT_INTERNAL;
    st = cmty_key_make_seal(w->public_key, w->secret_key, &err);
    if (st < 0)
        return cli_fail(cli, st, &err);
    unlink(w->secret_key);
    return EXIT_DONE;
}

struct overlay_arguments {
    struct store_arguments store;
    struct ingest_arguments ingest;
    char **reports;
    char *gpkg, *html, *geojson, *csv, *title;
};

static int overlay_publish(struct cli *cli, const struct overlay_arguments *a, const char *store)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty_publish_options o = CMTY_PUBLISH_OPTIONS_INIT;
    cmty_publication *publication = NULL;
    cmty_status st;
    int code;

    o.gpkg = a->gpkg;
    o.html = a->html;
    o.geojson = a->geojson;
    o.csv = a->csv;
    o.title = a->title;
    o.host = &cli->host;
    st = cmty_publish(store, &o, &publication, &err);
    if (st < 0)
        return cli_fail(cli, st, &err);
    if (!cli->json)
        putchar('\n');
    code = print_publication(cli, publication);
    cmty_publication_free(publication);
    return code;
}

/* An overlay of no reports would look as if nothing had happened. */
static int none_accepted(const struct cli *cli, const cmty_ingest_counts *counts)
{
    int32_t most = 0;

    for (int32_t reason = 1; reason < 32; reason++)
        if (counts->by_reason[reason] > counts->by_reason[most])
            most = reason;
    fprintf(stderr,
            "community %s: none of the %llu records can be taken in, and no overlay was written; "
            "most often: %s\n",
            cli->verb, (unsigned long long)counts->read, cmty_reason_text(most));
    return EXIT_BAD_INPUT;
}

static int overlay_run(struct cli *cli, struct overlay_arguments *a)
{
    struct workshop w = {0};
    cmty_ingest_counts counts = {.struct_size = sizeof counts};
    int code = workshop_open(cli, a->gpkg, &w);

    if (code == EXIT_DONE) {
        free(a->store.public_key);
        a->store.public_key = strdup(w.public_key);
        code = store_make(cli, &a->store, w.store);
    }
    if (code == EXIT_DONE)
        code = ingest_files(cli, &a->ingest, w.store, (const char *const *)a->reports,
                            cli_count(a->reports), &counts);
    if (code == EXIT_DONE && counts.read > 0 && counts.accepted == 0)
        code = none_accepted(cli, &counts);
    if (code == EXIT_DONE) {
        if (cli->json)
            fputs("{\"ingest\":", stdout);
        print_counts(cli, &counts);
        if (cli->json)
            fputs(",\"publish\":", stdout);
        code = overlay_publish(cli, a, w.store);
        if (cli->json)
            fputs("}\n", stdout);
    }
    workshop_close(&w);
    if (code == EXIT_DONE && !cli->json) {
        printf("\nwrote %s\n", a->gpkg);
        if (a->html != NULL)
            printf("wrote %s\n", a->html);
    }
    return code;
}

int verb_overlay(struct cli *cli, int argc, const char **argv)
{
    struct overlay_arguments a = {0};
    struct poptOption options[] = {
        STORE_OPTIONS(&a.store),
        CLI_LIST("reports", 'r', &a.reports, "FILE", "file of reports; may be repeated"),
        INGEST_OPTIONS(&a.ingest),
        CLI_TEXT("output", 'o', &a.gpkg, "OUT.gpkg", "GeoPackage to write"),
        CLI_TEXT("html", '\0', &a.html, "OUT.html", "page to write"),
        CLI_TEXT("geojson", '\0', &a.geojson, "OUT.geojson", "masked points to write"),
        CLI_TEXT("csv", '\0', &a.csv, "OUT.csv", "counts by beat to write"),
        CLI_TEXT("title", '\0', &a.title, "TEXT", "heading of the page"),
        CLI_OPTIONS(cli)};
    int code = EXIT_DONE;
    poptContext context = cli_parse(cli, argc, argv, options,
                                    "--beats LAYER --reports FILE -o OUT.gpkg [OPTION...]", &code);

    if (context != NULL && cli_operand(context) != NULL)
        code = cli_usage(cli, "what comes after the options is not understood");
    else if (context != NULL && (a.store.beats == NULL || a.reports == NULL || a.gpkg == NULL))
        code = cli_usage(cli, "--beats LAYER, --reports FILE and -o OUT.gpkg are needed");
    else if (context != NULL && !cli_is_geopackage(a.gpkg))
        code = cli_usage(cli, "-o writes a GeoPackage: give it a name that ends in .gpkg");
    else if (context != NULL)
        code = overlay_run(cli, &a);
    poptFreeContext(context);
    store_arguments_free(&a.store);
    ingest_arguments_free(&a.ingest);
    for (size_t i = 0; a.reports != NULL && a.reports[i] != NULL; i++)
        free(a.reports[i]);
    free(a.reports);
    free(a.gpkg);
    free(a.html);
    free(a.geojson);
    free(a.csv);
    free(a.title);
    return code;
}
