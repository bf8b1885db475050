/* SPDX-License-Identifier: MIT */
/* duplicates: a table of points in, a table of links out. One thread. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

struct duplicates_arguments {
    char **match;
    char *lon, *lat, *date, *time, *order, *id, *category, *source, *zone, *output;
    double radius_m, minutes;
    int same_category, max_links;
};

static void duplicates_arguments_free(struct duplicates_arguments *a)
{
    for (size_t i = 0; a->match != NULL && a->match[i] != NULL; i++)
        free(a->match[i]);
    free(a->match);
    free(a->lon);
    free(a->lat);
    free(a->date);
    free(a->time);
    free(a->order);
    free(a->id);
    free(a->category);
    free(a->source);
    free(a->zone);
    free(a->output);
}

/* 0 for a name that there is not. */
static uint32_t match_from_name(const char *name)
{
    if (strcmp(name, "space-time") == 0)
        return CMTY_MATCH_SPACE_TIME;
    if (strcmp(name, "space") == 0)
        return CMTY_MATCH_SPACE;
    return strcmp(name, "time") == 0 ? CMTY_MATCH_TIME : 0;
}

static int duplicates_options(struct cli *cli, const struct duplicates_arguments *a,
                              cmty_duplicates_options *o)
{
    for (size_t i = 0; i < cli_count(a->match); i++) {
        uint32_t match = match_from_name(a->match[i]);

        if (match == 0)
            return cli_usage(cli, "--match is one of space-time, space, time; give more than one "
                                  "by repeating it");
        o->match = (i > 0 ? o->match : 0) | match;
    }
    if (a->order != NULL && strcmp(a->order, "d") != 0 && strcmp(a->order, "m") != 0)
        return cli_usage(cli, "--order is d (day first) or m (month first)");
    o->date_order = a->order != NULL ? (uint32_t)*a->order : 0;
    if (a->max_links < 0)
        return cli_usage(cli, "--max-links is a positive number");
    if (a->max_links > 0)
        o->max_links = (uint32_t)a->max_links;
    o->same_category = a->same_category != 0;
    o->radius_m = a->radius_m;
    o->minutes = a->minutes;
    o->lon_column = a->lon;
    o->lat_column = a->lat;
    o->date_column = a->date;
    o->time_column = a->time;
    o->id_column = a->id;
    o->category_column = a->category;
    o->source_column = a->source;
    o->time_zone = a->zone;
    o->host = &cli->host;
    return EXIT_DONE;
}

static int duplicates_parsed(struct cli *cli, const struct duplicates_arguments *a, const char *in)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty_duplicates_options o = CMTY_DUPLICATES_OPTIONS_INIT;
    int code = duplicates_options(cli, a, &o);
    cmty_status st;

    if (code != EXIT_DONE)
        return code;
    st =
        cmty_duplicates_table(in != NULL ? in : "-", a->output != NULL ? a->output : "-", &o, &err);
    return st < 0 ? cli_fail(cli, st, &err) : EXIT_DONE;
}

int verb_duplicates(struct cli *cli, int argc, const char **argv)
{
    const cmty_duplicates_options usual = CMTY_DUPLICATES_OPTIONS_INIT;
    struct duplicates_arguments a = {.radius_m = usual.radius_m, .minutes = usual.minutes};
    struct poptOption options[] = {
        CLI_REAL("radius-m", 'r', &a.radius_m, "METRES", "near in place: this far apart; 100"),
        CLI_REAL("minutes", 'm', &a.minutes, "MINUTES", "near in time: this far apart; 60"),
        CLI_LIST("match", '\0', &a.match, "KIND",
                 "link what is near in space-time, space or time; may be repeated; space-time"),
        CLI_FLAG("same-category", '\0', &a.same_category, "link reports of one category only"),
        CLI_TEXT("category", '\0', &a.category, "COLUMN", "column of categories; default: found"),
        CLI_TEXT("source", '\0', &a.source, "COLUMN",
                 "column that names who sent a report: what one sent twice is said"),
        CLI_TEXT("report-id", '\0', &a.id, "COLUMN",
                 "column that identifies a report; default: found"),
        CLI_TEXT("time", '\0', &a.time, "COLUMN", "column of times; default: found"),
        CLI_TEXT("date", '\0', &a.date, "COLUMN",
                 "column of dates, where they stand by themselves"),
        CLI_TEXT("order", '\0', &a.order, "d|m", "how 03/04/2026 is read: day or month first"),
        CLI_TEXT("time-zone", '\0', &a.zone, "ZONE", "zone of times without one; UTC"),
        CLI_TEXT("lon", '\0', &a.lon, "COLUMN", "column of longitudes; default: found"),
        CLI_TEXT("lat", '\0', &a.lat, "COLUMN", "column of latitudes; default: found"),
        CLI_INT("max-links", '\0', &a.max_links, "N", "refuse to write more links; 10000000"),
        CLI_TEXT("output", 'o', &a.output, "OUT.csv", "file to write; default: standard output"),
        CLI_OPTIONS(cli)};
    int code = EXIT_DONE;
    poptContext context = cli_parse(cli, argc, argv, options, "[IN.csv] [OPTION...]", &code);
    const char *in = context != NULL ? cli_operand(context) : NULL;

    if (context != NULL && cli_operand(context) != NULL)
        code = cli_usage(cli, "give one IN.csv");
    else if (context != NULL)
        code = duplicates_parsed(cli, &a, in);
    poptFreeContext(context);
    duplicates_arguments_free(&a);
    return code;
}
