/* SPDX-License-Identifier: MIT */
/* ledger: who was told what of which case, and what it has spent. One thread. */
#include "cli.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct choice { /* NULL: any */
    char *case_number, *report_id;
    int all;
};

static const char *const kinds[] = {"total", "public", "receiver", "reader"};

/* "2026-11-22 18:05" in UTC; empty if there is none. */
static void put_time(cmty_time t, char *text, size_t size)
{
    time_t seconds = (time_t)(t / 1000);
    struct tm parts;

    text[0] = '\0';
    if (t != CMTY_TIME_UNKNOWN && gmtime_r(&seconds, &parts) != NULL)
        strftime(text, size, "%Y-%m-%d %H:%M", &parts);
}

/* Rows that were asked for. Without a word of it: totals, cases, and what somebody has read. */
static bool is_wanted(const cmty_ledger_row *r, const struct choice *c)
{
    if (c->case_number != NULL)
        return r->kind != CMTY_LEDGER_TOTAL && strcmp(r->case_number, c->case_number) == 0;
    if (c->report_id != NULL)
        return strcmp(r->report_id, c->report_id) == 0;
    return c->all || r->kind == CMTY_LEDGER_TOTAL || r->kind == CMTY_LEDGER_READER
           || r->case_number[0] != '\0';
}

static void print_total(const cmty_ledger_row *r, bool first)
{
    if (first)
        printf("%-12s %10s %10s %14s %18s %12s\n", "audience", "places", "points", "spent per m",
               "most by one place", "budget");
    printf("%-12s %10" PRIu64 " %10" PRIu64 " %14.6g %18.6g", r->audience, r->reports, r->points,
           r->epsilon_per_m, r->most_per_m);
    if (r->budget_per_m > 0)
        printf(" %12.6g\n", r->budget_per_m);
    else
        printf(" %12s\n", "none");
}

static void print_case(const cmty_ledger_row *r, bool first)
{
    const char *name = r->case_number[0] != '\0' ? r->case_number
                       : r->report_id[0] != '\0' ? r->report_id
                                                 : "all reports";
    char last[32];

    put_time(r->last, last, sizeof last);
    if (first)
        printf("\n%-34s %-9s %-24s %8s %8s %12s  %s\n", "case or report", "told", "who", "reports",
               "points", "spent per m", "read exactly");
    printf("%-34s %-9s %-24s %8" PRIu64 " %8" PRIu64 " %12.6g", name, kinds[r->kind], r->audience,
           r->reports, r->points, r->epsilon_per_m);
    if (r->kind == CMTY_LEDGER_READER)
        printf("  %" PRIu64 " times, last %s UTC", r->times, last);
    putchar('\n');
}

static void print_json(const cmty_ledger_row *r, bool first)
{
    fputs(first ? "[" : ",\n ", stdout);
    printf("{\"told\":\"%s\",\"who\":", kinds[r->kind]);
    print_json_text(stdout, r->audience);
    fputs(",\"case\":", stdout);
    print_json_text(stdout, r->case_number);
    fputs(",\"report_id\":", stdout);
    print_json_text(stdout, r->report_id);
    printf(",\"%s\":%" PRIu64 ",\"points\":%" PRIu64 ",\"epsilon_per_m\":%.12g",
           r->kind == CMTY_LEDGER_TOTAL ? "places" : "reports", r->reports, r->points,
           r->epsilon_per_m);
    if (r->kind == CMTY_LEDGER_TOTAL)
        printf(",\"most_per_m\":%.12g,\"budget_per_m\":%.12g", r->most_per_m, r->budget_per_m);
    if (r->kind == CMTY_LEDGER_READER)
        printf(",\"times\":%" PRIu64 ",\"last_ms\":%" PRId64, r->times, r->last);
    putchar('}');
}

static int print_ledger(struct cli *cli, const cmty_ledger *ledger, const struct choice *choice)
{
    cmty_error err = CMTY_ERROR_INIT;
    size_t totals = 0, cases = 0;

    for (size_t i = 0; i < cmty_ledger_count(ledger); i++) {
        cmty_ledger_row r = {.struct_size = sizeof r};
        cmty_status st = cmty_ledger_row_at(ledger, i, &r, &err);

        if (st < 0)
            return cli_fail(cli, st, &err);
        if (!is_wanted(&r, choice))
            continue;
        if (cli->json)
            print_json(&r, totals + cases == 0);
        else if (r.kind == CMTY_LEDGER_TOTAL)
            print_total(&r, totals == 0);
        else
            print_case(&r, cases == 0);
        totals += r.kind == CMTY_LEDGER_TOTAL;
        cases += r.kind != CMTY_LEDGER_TOTAL;
    }
    if (cli->json)
        puts(totals + cases > 0 ? "]" : "[]");
    else if (totals + cases == 0)
        puts(choice->case_number != NULL || choice->report_id != NULL
                 ? "nothing of the kind was told"
                 : "nothing was spent, no case has a number, and nobody has read a report exactly");
    return EXIT_DONE;
}

static int ledger_parsed(struct cli *cli, const char *store, const struct choice *choice)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty_ledger *ledger = NULL;
    cmty_status st = cmty_ledger_open(store, &ledger, &err);
    int code = st < 0 ? cli_fail(cli, st, &err) : print_ledger(cli, ledger, choice);

    cmty_ledger_free(ledger);
    return code;
}

int verb_ledger(struct cli *cli, int argc, const char **argv)
{
    struct choice choice = {0};
    struct poptOption options[] = {
        CLI_TEXT("case", '\0', &choice.case_number, "NUMBER",
                 "only this case, as a receiver calls it"),
        CLI_TEXT("report", '\0', &choice.report_id, "ID", "only this report without a case"),
        CLI_FLAG("all", '\0', &choice.all, "also reports without a case that nobody has read"),
        CLI_OPTIONS(cli)};
    int code = EXIT_DONE;
    poptContext context = cli_parse(cli, argc, argv, options, "STORE [OPTION...]", &code);
    const char *store = context != NULL ? cli_operand(context) : NULL;

    if (context != NULL && (store == NULL || cli_operand(context) != NULL))
        code = cli_usage(cli, "give one STORE");
    else if (context != NULL && choice.case_number != NULL && choice.report_id != NULL)
        code = cli_usage(cli, "give --case NUMBER or --report ID");
    else if (context != NULL)
        code = ledger_parsed(cli, store, &choice);
    poptFreeContext(context);
    free(choice.case_number);
    free(choice.report_id);
    return code;
}
