/* SPDX-License-Identifier: MIT */
/* count: a table of noisy counts. One thread. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

struct count_arguments {
    struct store_arguments layers;
    char *by, *list, *contributor, *select, *lon, *lat, *release, *key, *as_of, *output;
    double epsilon, delta;
    int contribution, minimum;
};

static void count_arguments_free(struct count_arguments *a)
{
    store_arguments_free(&a->layers);
    free(a->by);
    free(a->list);
    free(a->contributor);
    free(a->select);
    free(a->lon);
    free(a->lat);
    free(a->release);
    free(a->key);
    free(a->as_of);
    free(a->output);
}

static int select_from_name(const char *name)
{
    static const char *const names[] = {"geometric", "laplace", "gaussian"};

    for (int i = 0; name != NULL && i < 3; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return name == NULL ? CMTY_SELECT_GEOMETRIC : -1;
}

static int count_parsed(struct cli *cli, const struct count_arguments *a, const char *in)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty_count_options o = CMTY_COUNT_OPTIONS_INIT;
    cmty_beatset *beats = NULL;
    int code = EXIT_DONE;
    char *key = cli_mask_key(cli, a->key, &code);
    cmty_status st = CMTY_OK;

    if (key == NULL)
        return code;
    if (a->layers.beats != NULL)
        st = cli_beats(cli, &a->layers, a->layers.time_zone, -1, &beats, &err);
    if (st == CMTY_OK && a->as_of != NULL)
        st = cmty_time_parse(a->as_of, a->layers.time_zone, &o.as_of, &err);
    o.select = select_from_name(a->select);
    if (a->contribution > 0)
        o.contribution = (uint32_t)a->contribution;
    if (a->minimum > 0)
        o.minimum = (uint32_t)a->minimum;
    if (a->epsilon != 0)
        o.epsilon = a->epsilon;
    if (a->delta != 0)
        o.delta = a->delta;
    o.by = a->by;
    o.list = a->list;
    o.contributor = a->contributor;
    o.lon_column = a->lon;
    o.lat_column = a->lat;
    o.release = a->release;
    o.key_file = key;
    o.beats = beats;
    o.host = &cli->host;
    if (st == CMTY_OK)
        st = cmty_count_table(in != NULL ? in : "-", a->output != NULL ? a->output : "-", &o, &err);
    cmty_beatset_free(beats);
    free(key);
    return st < 0 ? cli_fail(cli, st, &err) : EXIT_DONE;
}

static int check_count(const struct cli *cli, const struct count_arguments *a)
{
    if ((a->by == NULL) == (a->layers.beats == NULL))
        return cli_usage(cli, "give --beats LAYER or --by COLUMN");
    if (select_from_name(a->select) < 0)
        return cli_usage(cli, "--select is one of geometric, laplace, gaussian");
    if (a->contribution < 0 || a->minimum < 0)
        return cli_usage(cli, "--contribution and --minimum are positive numbers");
    return EXIT_DONE;
}

int verb_count(struct cli *cli, int argc, const char **argv)
{
    struct count_arguments a = {0};
    struct poptOption options[] = {
        CLI_LIST("beats", 'b', &a.layers.beats, "LAYER", "count by beat, sector and district"),
        CLI_TEXT("id", '\0', &a.layers.id_field, "FIELD", "field that names a beat"),
        CLI_TEXT("crs", '\0', &a.layers.crs, "CRS", "for layers without a CRS"),
        CLI_TEXT("time-zone", '\0', &a.layers.time_zone, "ZONE", "zone of dates without one; UTC"),
        CLI_TEXT("as-of", '\0', &a.as_of, "TIME", "beats in force then; default: the latest"),
        CLI_TEXT("by", '\0', &a.by, "COLUMN", "count by the values of a column"),
        CLI_TEXT("list", '\0', &a.list, "FILE.csv",
                 "all values, where they are public; else they are selected privately"),
        CLI_TEXT("contributor", '\0', &a.contributor, "COLUMN",
                 "column that names who contributed; default: each row is someone else's"),
        CLI_INT("contribution", '\0', &a.contribution, "N", "rows of one contributor, at most; 1"),
        CLI_REAL("epsilon", '\0', &a.epsilon, "E", "privacy of the whole table; 1"),
        CLI_REAL("delta", '\0', &a.delta, "D",
                 "values from the data: chance that a lone contributor shows; 1e-6"),
        CLI_TEXT("select", '\0', &a.select, "RULE", "geometric, laplace or gaussian"),
        CLI_INT("minimum", '\0', &a.minimum, "N",
                "values from the data: contributors, at least; 1"),
        CLI_TEXT("lon", '\0', &a.lon, "COLUMN", "column of longitudes; default: found"),
        CLI_TEXT("lat", '\0', &a.lat, "COLUMN", "column of latitudes; default: found"),
        CLI_TEXT("release", '\0', &a.release, "NAME",
                 "name of the release, part of the noise's key"),
        CLI_TEXT("key", 'k', &a.key, "FILE",
                 "mask key file; default: the user's own, made at first use"),
        CLI_TEXT("output", 'o', &a.output, "OUT.csv", "file to write; default: standard output"),
        CLI_OPTIONS(cli)};
    int code = EXIT_DONE;
    poptContext context =
        cli_parse(cli, argc, argv, options, "--beats LAYER [IN.csv] [OPTION...]", &code);
    const char *in = context != NULL ? cli_operand(context) : NULL;

    if (context != NULL && cli_operand(context) != NULL)
        code = cli_usage(cli, "give one IN.csv");
    else if (context != NULL)
        code = check_count(cli, &a);
    if (context != NULL && code == EXIT_DONE)
        code = count_parsed(cli, &a, in);
    poptFreeContext(context);
    count_arguments_free(&a);
    return code;
}
