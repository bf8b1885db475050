/* SPDX-License-Identifier: MIT */
/* catchments: what the anchors of the law anchor stand for, as a layer. One thread. */
#include "cli.h"

#include <stdlib.h>

struct catchment_arguments {
    struct store_arguments layers;
    char *as_of, *output;
    int k;
};

static int write_catchments(struct cli *cli, const struct catchment_arguments *a)
{
    const struct store_arguments *s = &a->layers;
    cmty_beat_options o = CMTY_BEAT_OPTIONS_INIT;
    cmty_error err = CMTY_ERROR_INIT;
    cmty_beatset *beats = NULL;
    cmty_time as_of = CMTY_TIME_UNKNOWN;
    cmty_status st = CMTY_OK;

    o.id_field = s->id_field;
    o.crs = s->crs;
    o.repair = s->repair != 0;
    o.host = &cli->host;
    if (a->as_of != NULL)
        st = cmty_time_parse(a->as_of, NULL, &as_of, &err);
    if (st == CMTY_OK)
        st =
            cmty_beatset_open((const char *const *)s->beats, cli_count(s->beats), &o, &beats, &err);
    if (st == CMTY_OK)
        st = cmty_catchments_write(beats, s->addresses, (uint32_t)a->k, as_of, a->output,
                                   &cli->host, &err);
    cmty_beatset_free(beats);
    return st < 0 ? cli_fail(cli, st, &err) : EXIT_DONE;
}

int verb_catchments(struct cli *cli, int argc, const char **argv)
{
    struct catchment_arguments a = {.k = 8};
    struct poptOption options[] = {
        CLI_LIST("beats", 'b', &a.layers.beats, "LAYER", "layer of beats; more than one: versions"),
        CLI_TEXT("id", '\0', &a.layers.id_field, "FIELD", "field that names a beat"),
        CLI_TEXT("crs", '\0', &a.layers.crs, "CRS", "for layers without a CRS"),
        CLI_FLAG("repair", '\0', &a.layers.repair, "repair invalid rings, and say so"),
        CLI_TEXT("as-of", '\0', &a.as_of, "TIME", "beats in force then; default: the latest"),
        CLI_TEXT("addresses", 'a', &a.layers.addresses, "LAYER",
                 "address points, or population with |weight=FIELD; |public=LAYER: public places"),
        CLI_INT("k", '\0', &a.k, "K", "addresses in a catchment, at least; 8"),
        CLI_TEXT("output", 'o', &a.output, "OUT.gpkg", "GeoPackage to write"),
        CLI_OPTIONS(cli)};
    int code = EXIT_DONE;
    poptContext context = cli_parse(
        cli, argc, argv, options, "--beats LAYER --addresses LAYER -o OUT.gpkg [OPTION...]", &code);

    if (context != NULL && cli_operand(context) != NULL)
        code = cli_usage(cli, "it takes options only");
    else if (context != NULL
             && (a.layers.beats == NULL || a.layers.addresses == NULL || a.output == NULL))
        code = cli_usage(cli, "--beats LAYER, --addresses LAYER and -o OUT.gpkg are needed");
    else if (context != NULL && a.k < 2)
        code = cli_usage(cli, "--k is 2 or more");
    else if (context != NULL && !cli_is_geopackage(a.output))
        code = cli_usage(cli, "-o writes a GeoPackage: give it a name that ends in .gpkg");
    else if (context != NULL)
        code = write_catchments(cli, &a);
    poptFreeContext(context);
    store_arguments_free(&a.layers);
    free(a.as_of);
    free(a.output);
    return code;
}
