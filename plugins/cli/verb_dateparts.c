/* SPDX-License-Identifier: MIT */
/* dateparts: a table with times in, the same with local date parts out. One thread. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

struct dateparts_arguments {
    char **shifts;
    char *date, *time, *order, *zone, *source_zone, *output;
};

static void dateparts_arguments_free(struct dateparts_arguments *a)
{
    for (size_t i = 0; a->shifts != NULL && a->shifts[i] != NULL; i++)
        free(a->shifts[i]);
    free(a->shifts);
    free(a->date);
    free(a->time);
    free(a->order);
    free(a->zone);
    free(a->source_zone);
    free(a->output);
}

static int dateparts_parsed(struct cli *cli, const struct dateparts_arguments *a, const char *in)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty_dateparts_options o = CMTY_DATEPARTS_OPTIONS_INIT;
    cmty_status st;

    if (a->zone == NULL)
        return cli_usage(cli, "--time-zone ZONE is needed, like America/Chicago");
    if (a->order != NULL && strcmp(a->order, "d") != 0 && strcmp(a->order, "m") != 0)
        return cli_usage(cli, "--order is d (day first) or m (month first)");
    o.date_order = a->order != NULL ? (uint32_t)*a->order : 0;
    o.date_column = a->date;
    o.time_column = a->time;
    o.time_zone = a->zone;
    o.source_zone = a->source_zone;
    o.shifts = (const char *const *)a->shifts;
    o.shift_count = cli_count(a->shifts);
    o.host = &cli->host;
    st = cmty_dateparts_table(in != NULL ? in : "-", a->output != NULL ? a->output : "-", &o, &err);
    return st < 0 ? cli_fail(cli, st, &err) : EXIT_DONE;
}

int verb_dateparts(struct cli *cli, int argc, const char **argv)
{
    struct dateparts_arguments a = {0};
    struct poptOption options[] = {
        CLI_TEXT("time-zone", '\0', &a.zone, "ZONE", "whose clocks, like America/Chicago"),
        CLI_TEXT("source-zone", '\0', &a.source_zone, "ZONE",
                 "zone of times without one; default: that of --time-zone"),
        CLI_LIST("shift", 's', &a.shifts, "NAME=HH:MM-HH:MM",
                 "hours of a shift, the end not included; may be repeated"),
        CLI_TEXT("time", '\0', &a.time, "COLUMN", "column of times; default: found"),
        CLI_TEXT("date", '\0', &a.date, "COLUMN",
                 "column of dates, where they stand by themselves"),
        CLI_TEXT("order", '\0', &a.order, "d|m", "how 03/04/2026 is read: day or month first"),
        CLI_TEXT("output", 'o', &a.output, "OUT.csv", "file to write; default: standard output"),
        CLI_OPTIONS(cli)};
    int code = EXIT_DONE;
    poptContext context =
        cli_parse(cli, argc, argv, options, "--time-zone ZONE [IN.csv] [OPTION...]", &code);
    const char *in = context != NULL ? cli_operand(context) : NULL;

    if (context != NULL && cli_operand(context) != NULL)
        code = cli_usage(cli, "give one IN.csv");
    else if (context != NULL)
        code = dateparts_parsed(cli, &a, in);
    poptFreeContext(context);
    dateparts_arguments_free(&a);
    return code;
}
