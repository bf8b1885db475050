/* SPDX-License-Identifier: MIT */
/* init, ingest, publish. One thread. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

static void free_list(char **list)
{
    for (size_t i = 0; list != NULL && list[i] != NULL; i++)
        free(list[i]);
    free(list);
}

void store_arguments_free(struct store_arguments *a)
{
    free_list(a->beats);
    free_list(a->fences);
    free(a->id_field);
    free(a->crs);
    free(a->time_zone);
    free(a->addresses);
    free(a->policy);
    free(a->public_key);
}

void ingest_arguments_free(struct ingest_arguments *a)
{
    free_list(a->map);
    free(a->source);
    free(a->format);
    free(a->key);
}

/* The zone in which the agency writes its dates: given, or the policy's. */
static cmty_status zone_of(const struct store_arguments *a, cmty_policy **policy, const char **zone,
                           cmty_error *err)
{
    cmty_status st = CMTY_OK;

    *zone = a->time_zone;
    if (*zone == NULL) {
        st = cmty_policy_open(a->policy, policy, err);
        if (st == CMTY_OK)
            *zone = cmty_policy_time_zone(*policy);
    }
    return st;
}

int store_make(struct cli *cli, const struct store_arguments *a, const char *path)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty_store_options o = CMTY_STORE_OPTIONS_INIT;
    cmty_beat_options beats = CMTY_BEAT_OPTIONS_INIT;
    cmty_fence_options fences = CMTY_FENCE_OPTIONS_INIT;
    cmty_policy *policy = NULL;
    cmty_status st;

    st = zone_of(a, &policy, &beats.time_zone, &err);
    beats.id_field = a->id_field;
    beats.crs = fences.crs = a->crs;
    beats.repair = a->repair != 0;
    beats.host = fences.host = o.host = &cli->host;
    fences.time_zone = beats.time_zone;
    o.beats = (const char *const *)a->beats;
    o.beats_count = cli_count(a->beats);
    o.beat_options = &beats;
    o.fences = (const char *const *)a->fences;
    o.fences_count = cli_count(a->fences);
    o.fence_options = &fences;
    o.addresses = a->addresses;
    o.policy = a->policy;
    o.public_key = a->public_key;
    if (st == CMTY_OK)
        st = cmty_store_init(path, &o, &err);
    cmty_policy_free(policy);
    return st < 0 ? cli_fail(cli, st, &err) : EXIT_DONE;
}

int verb_init(struct cli *cli, int argc, const char **argv)
{
    struct store_arguments a = {0};
    struct poptOption options[] = {
        STORE_OPTIONS(&a),
        CLI_TEXT("public-key", '\0', &a.public_key, "FILE", "public sealing key"),
        CLI_OPTIONS(cli)};
    int code = EXIT_DONE;
    poptContext context = cli_parse(cli, argc, argv, options,
                                    "STORE --beats LAYER --public-key FILE [OPTION...]", &code);
    const char *store = context != NULL ? cli_operand(context) : NULL;

    if (context != NULL && (store == NULL || cli_operand(context) != NULL))
        code = cli_usage(cli, "give one STORE");
    else if (context != NULL && a.beats == NULL)
        code = cli_usage(cli, "--beats LAYER is needed");
    else if (context != NULL && a.public_key == NULL)
        code = cli_usage(cli, "--public-key FILE is needed; community keygen makes one");
    else if (context != NULL)
        code = store_make(cli, &a, store);
    if (context != NULL && code == EXIT_DONE && !cli->quiet)
        fprintf(stderr, "community init: made %s\n", store);
    poptFreeContext(context);
    store_arguments_free(&a);
    return code;
}

static void add_counts(cmty_ingest_counts *sum, const cmty_ingest_counts *c)
{
    sum->read += c->read;
    sum->accepted += c->accepted;
    sum->duplicate += c->duplicate;
    sum->refused += c->refused;
    sum->withheld += c->withheld;
    sum->escalated += c->escalated;
    sum->ambiguous += c->ambiguous;
    sum->advised += c->advised;
    for (size_t r = 0; r < CMTY_REASON_COUNT; r++)
        sum->by_reason[r] += c->by_reason[r];
}

/* The source is the file's name unless given, so each file has its own opening. */
static int ingest_file(struct cli *cli, const cmty_ingest_options *o, const char *store,
                       const char *file, cmty_ingest_counts *sum)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty_ingest_counts counts = {.struct_size = sizeof counts};
    cmty_ingest_options own = *o;
    cmty_ingest *ingest = NULL;
    char name[65];
    cmty_status st;

    if (own.source == NULL) {
        const char *slash = strrchr(file, '/');

        snprintf(name, sizeof name, "%s", slash != NULL ? slash + 1 : file);
        if (strrchr(name, '.') != NULL && strrchr(name, '.') != name)
            *strrchr(name, '.') = '\0';
        own.source = name;
    }
    st = cmty_ingest_open(store, &own, &ingest, &err);
    if (st == CMTY_OK)
        st = cmty_ingest_file(ingest, file, &counts, &err);
    add_counts(sum, &counts);
    cmty_ingest_free(ingest);
    return st < 0 ? cli_fail(cli, st, &err) : EXIT_DONE;
}

int ingest_files(struct cli *cli, const struct ingest_arguments *a, const char *store,
                 const char *const *files, size_t file_count, cmty_ingest_counts *counts)
{
    cmty_ingest_options o = CMTY_INGEST_OPTIONS_INIT;
    int code = EXIT_DONE;
    char *key = cli_mask_key(cli, a->key, &code);

    if (key == NULL)
        return code;
    o.source = a->source;
    o.format = a->format;
    o.map = (const char *const *)a->map;
    o.map_count = cli_count(a->map);
    o.mask_key = key;
    o.host = &cli->host;
    for (size_t i = 0; i < file_count && code == EXIT_DONE; i++)
        code = ingest_file(cli, &o, store, files[i], counts);
    free(key);
    return code;
}

/* Takes the operands' files in, with the live layer following. */
static int ingest_live(struct cli *cli, const struct ingest_arguments *a, const char *store,
                       const char *layer, const char **files)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty_ingest_counts counts = {.struct_size = sizeof counts};
    size_t file_count = 0;
    int code;
    cmty_status st = cmty_live_open(store, layer, &cli->host, &cli->live, &err);

    if (st < 0)
        return cli_fail(cli, st, &err);
    while (files[file_count] != NULL)
        file_count++;
    code = ingest_files(cli, a, store, files, file_count, &counts);
    if (code == EXIT_DONE || counts.accepted > 0)
        st = cmty_live_update(cli->live, NULL, &err);
    cmty_live_free(cli->live);
    cli->live = NULL;
    if (code == EXIT_DONE || counts.read > 0)
        print_counts(cli, &counts);
    return code == EXIT_DONE && st < 0 ? cli_fail(cli, st, &err) : code;
}

int verb_ingest(struct cli *cli, int argc, const char **argv)
{
    struct ingest_arguments a = {0};
    char *layer = NULL;
    struct poptOption options[] = {
        INGEST_OPTIONS(&a),
        CLI_TEXT("public", '\0', &layer, "FILE", "live public layer; default: STORE.public.sqlite"),
        CLI_OPTIONS(cli)};
    int code = EXIT_DONE;
    poptContext context = cli_parse(cli, argc, argv, options, "STORE FILE... [OPTION...]", &code);
    const char *store = context != NULL ? cli_operand(context) : NULL;
    const char **files = context != NULL ? poptGetArgs(context) : NULL;

    if (context != NULL && (store == NULL || files == NULL))
        code = cli_usage(cli, "give a STORE and at least one FILE, or - for standard input");
    else if (context != NULL)
        code = ingest_live(cli, &a, store, layer, files);
    poptFreeContext(context);
    ingest_arguments_free(&a);
    free(layer);
    return code;
}

static int publish_parsed(struct cli *cli, const char *store, cmty_publish_options *o,
                          const char *since, const char *until, const char *as_of, const char *zone)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty_publication *publication = NULL;
    cmty_status st = CMTY_OK;
    int code;

    if (since != NULL)
        st = cmty_time_parse(since, zone, &o->since, &err);
    if (st == CMTY_OK && until != NULL)
        st = cmty_time_parse(until, zone, &o->until, &err);
    if (st == CMTY_OK && as_of != NULL)
        st = cmty_time_parse(as_of, zone, &o->as_of, &err);
    o->host = &cli->host;
    if (st == CMTY_OK)
        st = cmty_publish(store, o, &publication, &err);
    if (st < 0)
        return cli_fail(cli, st, &err);
    code = print_publication(cli, publication);
    cmty_publication_free(publication);
    return code;
}

int verb_publish(struct cli *cli, int argc, const char **argv)
{
    char *gpkg = NULL, *html = NULL, *geojson = NULL, *csv = NULL, *title = NULL;
    char *since = NULL, *until = NULL, *as_of = NULL, *zone = NULL;
    struct poptOption options[] = {
        CLI_TEXT("output", 'o', &gpkg, "OUT.gpkg", "GeoPackage to write"),
        CLI_TEXT("html", '\0', &html, "OUT.html", "page to write"),
        CLI_TEXT("geojson", '\0', &geojson, "OUT.geojson", "masked points to write"),
        CLI_TEXT("csv", '\0', &csv, "OUT.csv", "counts by beat to write"),
        CLI_TEXT("title", '\0', &title, "TEXT", "heading of the page"),
        CLI_TEXT("since", '\0', &since, "TIME", "first moment of occurrence"),
        CLI_TEXT("until", '\0', &until, "TIME", "first moment not covered"),
        CLI_TEXT("as-of", '\0', &as_of, "TIME",
                 "reports are as old as they were then, where the policy tells less with age; now"),
        CLI_TEXT("time-zone", '\0', &zone, "ZONE", "zone of these times; UTC"),
        CLI_OPTIONS(cli)};
    cmty_publish_options o = CMTY_PUBLISH_OPTIONS_INIT;
    int code = EXIT_DONE;
    poptContext context =
        cli_parse(cli, argc, argv, options, "STORE -o OUT.gpkg [OPTION...]", &code);
    const char *store = context != NULL ? cli_operand(context) : NULL;

    o.gpkg = gpkg;
    o.html = html;
    o.geojson = geojson;
    o.csv = csv;
    o.title = title;
    if (context != NULL && (store == NULL || cli_operand(context) != NULL))
        code = cli_usage(cli, "give one STORE");
    else if (context != NULL && gpkg == NULL && html == NULL && geojson == NULL && csv == NULL)
        code = cli_usage(cli, "give a file to write: -o, --html, --geojson or --csv");
    else if (context != NULL && gpkg != NULL && !cli_is_geopackage(gpkg))
        code = cli_usage(cli, "-o writes a GeoPackage: give it a name that ends in .gpkg");
    else if (context != NULL)
        code = publish_parsed(cli, store, &o, since, until, as_of, zone);
    poptFreeContext(context);
    free(gpkg);
    free(html);
    free(geojson);
    free(csv);
    free(title);
    free(since);
    free(until);
    free(as_of);
    free(zone);
    return code;
}
