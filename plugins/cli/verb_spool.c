/* SPDX-License-Identifier: MIT */
/* spool: a store's reports into a folder that another system looks into. One thread. */
#include "cli.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct arguments {
    char *format, *role, *receiver, *agency, *agency_name, *priorities;
    double again_s, every_s, valid_h;
    int most, watch, unanswered;
};

static void arguments_free(struct arguments *a)
{
    free(a->format);
    free(a->role);
    free(a->receiver);
    free(a->agency);
    free(a->agency_name);
    free(a->priorities);
}

static cmty_time now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (cmty_time)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void print_turn(const struct cli *cli, const cmty_spool_counts *c)
{
    if (cli->json)
        printf("{\"written\":%" PRIu64 ",\"accepted\":%" PRIu64 ",\"rejected\":%" PRIu64
               ",\"later\":%" PRIu64 ",\"statuses\":%" PRIu64 ",\"unreadable\":%" PRIu64
               ",\"waiting\":%" PRIu64 "}\n",
               c->written, c->accepted, c->rejected, c->later, c->statuses, c->unreadable,
               c->waiting);
    else
        printf("written %" PRIu64 ", accepted %" PRIu64 ", rejected %" PRIu64 ", later %" PRIu64
               ", statuses %" PRIu64 ", unreadable %" PRIu64 ", waiting %" PRIu64 "\n",
               c->written, c->accepted, c->rejected, c->later, c->statuses, c->unreadable,
               c->waiting);
    fflush(stdout);
}

/* One turn; with --watch one after the other, until somebody ends the process: it may be killed at
   any time. A turn in which nothing happened is not printed there. */
static int turns(struct cli *cli, const struct arguments *a, cmty_spool *spool)
{
    const struct timespec pause = {(time_t)a->every_s,
                                   (long)((a->every_s - (double)(time_t)a->every_s) * 1e9)};
    cmty_error err = CMTY_ERROR_INIT;
    cmty_status st;

    do {
        cmty_spool_counts counts = {.struct_size = sizeof counts};

        st = cmty_spool_turn(spool, now_ms(), &counts, &err);
        if (st == CMTY_OK || (st == CMTY_END && !a->watch))
            print_turn(cli, &counts);
        if (st >= 0 && a->watch)
            nanosleep(&pause, NULL);
    } while (st >= 0 && a->watch);
    return st < 0 ? cli_fail(cli, st, &err) : EXIT_DONE;
}

static int spool_parsed(struct cli *cli, const struct arguments *a, const char *store,
                        const char *folder)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty_convert_options convert = CMTY_CONVERT_OPTIONS_INIT;
    cmty_spool_options o = CMTY_SPOOL_OPTIONS_INIT;
    cmty_spool *spool = NULL;
    cmty_status st;
    int code;

    convert.format = cmty_format_from_name(a->format);
    convert.agency = a->agency;
    convert.agency_name = a->agency_name;
    convert.valid_s = a->valid_h > 0 && a->valid_h <= 1e6 ? (int64_t)(a->valid_h * 3600) : 0;
    o.role = strcmp(a->role, "agency") == 0 ? CMTY_ROLE_AGENCY : CMTY_ROLE_PUBLIC;
    o.receiver = a->receiver != NULL ? a->receiver : "spool";
    o.folder = folder;
    o.priorities = a->priorities;
    o.convert = &convert;
    o.again_s = a->again_s >= 0 && a->again_s <= 1e9 ? (int64_t)a->again_s : 0;
    o.most = a->most > 0 ? (uint32_t)a->most : 0;
    o.unanswered = a->unanswered != 0;
    o.host = &cli->host;
    st = cmty_spool_open(store, &o, &spool, &err);
    if (st < 0)
        return cli_fail(cli, st, &err);
    code = turns(cli, a, spool);
    cmty_spool_free(spool);
    return code;
}

int verb_spool(struct cli *cli, int argc, const char **argv)
{
    struct arguments a = {.again_s = 3600, .every_s = 1, .valid_h = 24, .most = 1000};
    struct poptOption options[] = {
        CLI_TEXT("to", '\0', &a.format, "FORMAT", "eido, cap, cot, open311-json or open311-xml"),
        CLI_TEXT("role", '\0', &a.role, "ROLE", "who receives: public or agency"),
        CLI_TEXT("receiver", '\0', &a.receiver, "NAME", "answers are kept under it; spool"),
        CLI_TEXT("agency", '\0', &a.agency, "DOMAIN", "domain name of the agency: cap, eido"),
        CLI_TEXT("agency-name", '\0', &a.agency_name, "TEXT", "its name for readers"),
        CLI_TEXT("priorities", '\0', &a.priorities, "FILE",
                 "rules that say how urgent a report is"),
        CLI_REAL("valid-h", '\0', &a.valid_h, "HOURS", "for how long messages are of use; 24"),
        CLI_REAL("again-s", '\0', &a.again_s, "SECONDS", "what is not answered for comes again"),
        CLI_INT("most", '\0', &a.most, "N", "no more wait in the folder; 1000"),
        CLI_FLAG("unanswered", '\0', &a.unanswered, "the receiver gives no answers"),
        CLI_FLAG("watch", '\0', &a.watch, "go on until ended, in place of one turn"),
        CLI_REAL("every-s", '\0', &a.every_s, "SECONDS", "pause between turns; 1"),
        CLI_OPTIONS(cli)};
    int code = EXIT_DONE;
    poptContext context = cli_parse(cli, argc, argv, options,
                                    "STORE FOLDER --to FORMAT --role ROLE [OPTION...]", &code);
    const char *store = context != NULL ? cli_operand(context) : NULL;
    const char *folder = context != NULL ? cli_operand(context) : NULL;

    if (context != NULL && (folder == NULL || cli_operand(context) != NULL))
        code = cli_usage(cli, "give one STORE and one FOLDER");
    else if (context != NULL && cmty_format_from_name(a.format) < 0)
        code = cli_usage(cli, "--to is eido, cap, cot, open311-json or open311-xml");
    else if (context != NULL
             && (a.role == NULL
                 || (strcmp(a.role, "public") != 0 && strcmp(a.role, "agency") != 0)))
        code = cli_usage(cli, "--role is public or agency: exact places are not written to files");
    else if (context != NULL && !(a.every_s >= 0.01 && a.every_s <= 86400))
        code = cli_usage(cli, "--every-s is 0.01 to 86400");
    else if (context != NULL)
        code = spool_parsed(cli, &a, store, folder);
    poptFreeContext(context);
    arguments_free(&a);
    return code;
}
