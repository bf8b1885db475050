/* SPDX-License-Identifier: MIT */
/* retain, erase, hold: how long what is kept of a report. One thread. */
#include "cli.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Who does it and why, as the audit log wants it. */
struct note_arguments {
    char *actor, *purpose;
};

#define NOTE_OPTIONS(n)                                                                            \
    CLI_TEXT("actor", '\0', &(n)->actor, "NAME", "who does it; default: the user's name"),         \
        CLI_TEXT("purpose", '\0', &(n)->purpose, "TEXT", "why, for the audit log")

static void note_free(struct note_arguments *n)
{
    free(n->actor);
    free(n->purpose);
}

static int check_note(const struct cli *cli, struct note_arguments *n)
{
    const char *user = getenv("USER");

    if (n->actor == NULL && user != NULL)
        n->actor = strdup(user);
    if (n->purpose == NULL)
        return cli_usage(cli, "--purpose TEXT is needed for the audit log");
    return n->actor != NULL ? EXIT_DONE
                            : cli_usage(cli, "--actor NAME is needed, for USER is not set");
}

/* What has gone from the store goes from the live layer beside it, where there is one. */
static int follow_public(struct cli *cli, const char *store)
{
    static const char *const end = ".public.sqlite";
    cmty_error err = CMTY_ERROR_INIT;
    cmty_live *live = NULL;
    size_t size = strlen(store) + strlen(end) + 1;
    char *path = malloc(size);
    cmty_status st = CMTY_OK;

    if (path == NULL)
        return EXIT_INTERNAL;
    snprintf(path, size, "%s%s", store, end);
    if (access(path, F_OK) == 0) {
        st = cmty_live_open(store, path, &cli->host, &live, &err);
        if (st == CMTY_OK)
            st = cmty_live_update(live, NULL, &err);
        cmty_live_free(live);
    }
    free(path);
    return st < 0 ? cli_fail(cli, st, &err) : EXIT_DONE;
}

/* ---- retain ---- */

static void print_retained(const struct cli *cli, FILE *out, const cmty_retained *r, bool dry,
                           const cmty_audit_head *head)
{
    const struct {
        const char *name, *words;
        uint64_t count;
    } lines[] = {
        {"reports", "reports looked at", r->reports},
        {"kept", "  not due for anything", r->kept},
        {"held", "  due, but under a hold", r->held},
        {"reviews_due", "holds to be reviewed", r->reviews_due},
        {"sealed_gone", "lose what was sealed", r->sealed_gone},
        {"places_gone", "lose their protected place", r->places_gone},
        {"counted", "stay as a count", r->counted},
        {"gone", "are gone", r->gone},
        {"refused_gone", "refused records are gone", r->refused_gone},
    };

    if (!cli->json)
        fputs(dry ? "nothing was done; the schedule would do this:\n" : "", out);
    else
        fprintf(out, "{\"dry_run\":%s", dry ? "true" : "false");
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        if (cli->json)
            fprintf(out, ",\"%s\":%" PRIu64, lines[i].name, lines[i].count);
        else
            fprintf(out, "%-28s %8" PRIu64 "\n", lines[i].words, lines[i].count);
    if (head != NULL && cli->json)
        fprintf(out, ",\"audit_entries\":%" PRIu64 ",\"audit_root\":\"%s\"", head->size,
                head->root);
    else if (head != NULL)
        fprintf(out, "audit log: %" PRIu64 " entries\n%s\n", head->size, head->root);
    fputs(cli->json ? "}\n" : "", out);
}

/* The receipt: what was done, and the head of the log that says so. */
static int write_receipt(struct cli *cli, const char *store, const char *path,
                         const cmty_retained *r)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty_audit_head head = {.struct_size = sizeof head};
    cmty_status st = cmty_store_audit_verify(store, NULL, &head, &err);
    FILE *file;
    int json = cli->json;
    bool failed;

    if (st != CMTY_OK)
        return cli_fail(cli, st, &err);
    file = fopen(path, "wx");
    failed = file == NULL;
    cli->json = 1;
    if (file != NULL) {
        print_retained(cli, file, r, false, &head);
        failed = ferror(file) != 0;
        failed = fclose(file) != 0 || failed;
    }
    cli->json = json;
    if (!failed)
        return EXIT_DONE;
    fprintf(stderr, "community retain: cannot make %s; receipts are not written over each other\n",
            path);
    return EXIT_FILE;
}

static int retain_parsed(struct cli *cli, const char *store, cmty_retain_options *o,
                         const char *as_of, const char *receipt)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty_retained result = {.struct_size = sizeof result};
    cmty_status st = as_of != NULL ? cmty_time_parse(as_of, NULL, &o->now, &err) : CMTY_OK;
    int code;

    o->host = &cli->host;
    if (st == CMTY_OK)
        st = cmty_store_retain(store, o, &result, &err);
    if (st < 0)
        return cli_fail(cli, st, &err);
    cli_bar_end(cli);
    print_retained(cli, stdout, &result, o->dry_run != 0, NULL);
    if (o->dry_run != 0)
        return EXIT_DONE;
    code = follow_public(cli, store);
    return code == EXIT_DONE && receipt != NULL ? write_receipt(cli, store, receipt, &result)
                                                : code;
}

int verb_retain(struct cli *cli, int argc, const char **argv)
{
    struct note_arguments note = {0};
    char *schedule = NULL, *as_of = NULL, *receipt = NULL;
    int dry_run = 0;
    struct poptOption options[] = {
        CLI_TEXT("schedule", 's', &schedule, "FILE", "how long what is kept; see docs/STORE.md"),
        CLI_FLAG("dry-run", 'n', &dry_run, "say what would be done, and do nothing"),
        CLI_TEXT("as-of", '\0', &as_of, "TIME", "take ages at this time; default: now"),
        CLI_TEXT("receipt", 'o', &receipt, "FILE",
                 "file to make: what was done, and the log's head"),
        NOTE_OPTIONS(&note),
        CLI_OPTIONS(cli)};
    cmty_retain_options o = CMTY_RETAIN_OPTIONS_INIT;
    int code = EXIT_DONE;
    poptContext context =
        cli_parse(cli, argc, argv, options, "STORE --schedule FILE [OPTION...]", &code);
    const char *store = context != NULL ? cli_operand(context) : NULL;

    if (context != NULL && (store == NULL || cli_operand(context) != NULL))
        code = cli_usage(cli, "give one STORE");
    else if (context != NULL && schedule == NULL)
        code = cli_usage(cli, "--schedule FILE is needed");
    else if (context != NULL && dry_run && receipt != NULL)
        code = cli_usage(cli, "a dry run has no receipt");
    else if (context != NULL && !dry_run)
        code = check_note(cli, &note);
    o.schedule = schedule;
    o.dry_run = dry_run != 0;
    o.actor = note.actor;
    o.purpose = note.purpose;
    if (context != NULL && code == EXIT_DONE)
        code = retain_parsed(cli, store, &o, as_of, receipt);
    poptFreeContext(context);
    free(schedule);
    free(as_of);
    free(receipt);
    note_free(&note);
    return code;
}

/* ---- erase ---- */

int verb_erase(struct cli *cli, int argc, const char **argv)
{
    struct note_arguments note = {0};
    struct poptOption options[] = {NOTE_OPTIONS(&note), CLI_OPTIONS(cli)};
    cmty_error err = CMTY_ERROR_INIT;
    int code = EXIT_DONE;
    poptContext context =
        cli_parse(cli, argc, argv, options, "STORE REPORT_ID... --purpose TEXT", &code);
    const char *store = context != NULL ? cli_operand(context) : NULL;
    const char *report = context != NULL ? cli_operand(context) : NULL;

    if (context != NULL && (store == NULL || report == NULL))
        code = cli_usage(cli, "give a STORE and a REPORT_ID");
    else if (context != NULL)
        code = check_note(cli, &note);
    for (; context != NULL && code == EXIT_DONE && report != NULL; report = cli_operand(context)) {
        cmty_status st = cmty_store_erase(store, report, note.actor, note.purpose, &err);

        if (st != CMTY_OK)
            code = cli_fail(cli, st, &err);
    }
    if (store != NULL && code == EXIT_DONE)
        code = follow_public(cli, store);
    poptFreeContext(context);
    note_free(&note);
    return code;
}

/* ---- hold ---- */

static int list_holds(struct cli *cli, const char *store)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty_hold hold = {.struct_size = sizeof hold};
    cmty_holds *holds = NULL;
    bool first = true;
    cmty_status st = cmty_holds_open(store, &holds, &err);

    if (st == CMTY_OK && cli->json)
        putchar('[');
    while (st == CMTY_OK && (st = cmty_holds_next(holds, &hold, &err)) == CMTY_OK) {
        char placed[32], review[32];

        cli_moment(placed, hold.placed);
        cli_moment(review, hold.review);
        if (cli->json) {
            printf("%s{\"report_id\":\"%s\",\"placed\":\"%s\",\"review\":\"%s\",\"actor\":",
                   first ? "" : ",\n ", hold.report_id, placed, review);
            print_json_text(stdout, hold.actor);
            fputs(",\"purpose\":", stdout);
            print_json_text(stdout, hold.purpose);
            putchar('}');
        } else {
            printf("%s  review %s  by %s: %s\n", hold.report_id, review, hold.actor, hold.purpose);
        }
        first = false;
    }
    if (st >= 0 && cli->json)
        puts("]");
    cmty_holds_free(holds);
    return st < 0 ? cli_fail(cli, st, &err) : EXIT_DONE;
}

static int change_hold(struct cli *cli, bool add, const char *store, const char *report,
                       const char *review, struct note_arguments *note)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty_time when = 0;
    int code = check_note(cli, note);
    cmty_status st = CMTY_OK;

    if (code != EXIT_DONE)
        return code;
    if (add)
        st = cmty_time_parse(review, NULL, &when, &err);
    if (st == CMTY_OK && add)
        st = cmty_store_hold(store, report, when, note->actor, note->purpose, &err);
    else if (st == CMTY_OK)
        st = cmty_store_unhold(store, report, note->actor, note->purpose, &err);
    return st == CMTY_OK ? EXIT_DONE : cli_fail(cli, st, &err);
}

int verb_hold(struct cli *cli, int argc, const char **argv)
{
    struct note_arguments note = {0};
    char *review = NULL;
    struct poptOption options[] = {
        CLI_TEXT("review", '\0', &review, "DATE", "add: when to ask whether it is needed still"),
        NOTE_OPTIONS(&note), CLI_OPTIONS(cli)};
    int code = EXIT_DONE;
    poptContext context =
        cli_parse(cli, argc, argv, options, "list|add|lift STORE [REPORT_ID]", &code);
    const char *what = context != NULL ? cli_operand(context) : NULL;
    const char *store = what != NULL ? cli_operand(context) : NULL;
    const char *report = store != NULL ? cli_operand(context) : NULL;
    bool list = what != NULL && strcmp(what, "list") == 0;
    bool add = what != NULL && strcmp(what, "add") == 0;

    if (context != NULL && !list && !add && (what == NULL || strcmp(what, "lift") != 0))
        code = cli_usage(cli, "say what to do: list, add or lift");
    else if (context != NULL && (store == NULL || (report == NULL) != list))
        code = cli_usage(cli, list ? "give one STORE" : "give a STORE and a REPORT_ID");
    else if (context != NULL && add && review == NULL)
        code = cli_usage(cli, "--review DATE is needed: no hold is for ever");
    else if (context != NULL)
        code = list ? list_holds(cli, store) : change_hold(cli, add, store, report, review, &note);
    poptFreeContext(context);
    free(review);
    note_free(&note);
    return code;
}
