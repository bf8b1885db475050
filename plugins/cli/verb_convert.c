/* SPDX-License-Identifier: MIT */
/* convert. One thread. */
#include "cli.h"

#include <stdlib.h>

struct arguments {
    char *format, *output, *agency, *agency_name, *since, *until, *zone, *sent;
    double valid_h;
    int exercise;
};

static void arguments_free(struct arguments *a)
{
    free(a->format);
    free(a->output);
    free(a->agency);
    free(a->agency_name);
    free(a->since);
    free(a->until);
    free(a->zone);
    free(a->sent);
}

static cmty_status read_time(const char *text, const char *zone, cmty_time *out, cmty_error *err)
{
    return text != NULL ? cmty_time_parse(text, zone, out, err) : CMTY_OK;
}

static int convert(struct cli *cli, const struct arguments *a, const char *store)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty_convert_options o = CMTY_CONVERT_OPTIONS_INIT;
    uint64_t count = 0;
    cmty_status st;

    o.format = cmty_format_from_name(a->format);
    o.agency = a->agency;
    o.agency_name = a->agency_name;
    o.exercise = a->exercise != 0;
    o.host = &cli->host;
    o.valid_s = a->valid_h > 0 && a->valid_h <= 1e6 ? (int64_t)(a->valid_h * 3600) : 0;
    st = read_time(a->since, a->zone, &o.since, &err);
    if (st == CMTY_OK)
        st = read_time(a->until, a->zone, &o.until, &err);
    if (st == CMTY_OK)
        st = read_time(a->sent, a->zone, &o.now, &err);
    if (st == CMTY_OK)
        st = cmty_convert(store, &o, a->output, &count, &err);
    if (st < 0)
        return cli_fail(cli, st, &err);
    if (!cli->quiet)
        fprintf(stderr, "community convert: %llu records as %s\n", (unsigned long long)count,
                a->format);
    return EXIT_DONE;
}

int verb_convert(struct cli *cli, int argc, const char **argv)
{
    struct arguments a = {.valid_h = 24};
    struct poptOption options[] = {
        CLI_TEXT("to", '\0', &a.format, "FORMAT", "open311-json, open311-xml, cap, eido or cot"),
        CLI_TEXT("output", 'o', &a.output, "OUT",
                 "file, or - (open311); folder to make (cap, eido, cot)"),
        CLI_TEXT("agency", '\0', &a.agency, "DOMAIN", "domain name of the agency: cap, eido"),
        CLI_TEXT("agency-name", '\0', &a.agency_name, "TEXT", "its name for readers"),
        CLI_TEXT("since", '\0', &a.since, "TIME", "first moment of occurrence"),
        CLI_TEXT("until", '\0', &a.until, "TIME", "first moment not covered"),
        CLI_TEXT("time-zone", '\0', &a.zone, "ZONE", "zone of the times given here; UTC"),
        CLI_TEXT("sent", '\0', &a.sent, "TIME", "when the messages are sent; now"),
        CLI_REAL("valid-h", '\0', &a.valid_h, "HOURS", "for how long they are of use; 24"),
        CLI_FLAG("exercise", '\0', &a.exercise, "mark them as an exercise: cap, cot"),
        CLI_OPTIONS(cli)};
    int code = EXIT_DONE;
    poptContext context =
        cli_parse(cli, argc, argv, options, "STORE --to FORMAT -o OUT [OPTION...]", &code);
    const char *store = context != NULL ? cli_operand(context) : NULL;

    if (context != NULL && (store == NULL || cli_operand(context) != NULL))
        code = cli_usage(cli, "give one STORE");
    else if (context != NULL && a.output == NULL)
        code = cli_usage(cli, "-o OUT is needed");
    else if (context != NULL && cmty_format_from_name(a.format) < 0)
        code = cli_usage(cli, "--to is open311-json, open311-xml, cap, eido or cot");
    else if (context != NULL)
        code = convert(cli, &a, store);
    poptFreeContext(context);
    arguments_free(&a);
    return code;
}
