/* SPDX-License-Identifier: MIT */
/* quarantine: refused records listed, shown, opened, tried again, dropped. One thread. */
#include "cli.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct quarantine_arguments {
    struct ingest_arguments intake;
    char *reason, *secret_key, *actor, *purpose, *with, *output;
    const char *store;
    int64_t *numbers; /* of the records */
    size_t count;
};

static void quarantine_arguments_free(struct quarantine_arguments *a)
{
    ingest_arguments_free(&a->intake);
    free(a->reason);
    free(a->secret_key);
    free(a->actor);
    free(a->purpose);
    free(a->with);
    free(a->output);
    free(a->numbers);
}

/* ---- what may be seen without the key ---- */

static void print_refused(const struct cli *cli, const cmty_refused *r, bool first)
{
    char received[32];

    cli_moment(received, r->received);
    if (cli->json)
        printf("%s{\"number\":%" PRId64 ",\"received\":\"%s\",\"reason\":\"%s\",\"field\":\"%s\"}",
               first ? "" : ",\n ", r->number, received, cmty_reason_name(r->reason), r->field);
    else
        printf("%8" PRId64 "  %s  %-18s  %s\n", r->number, received, cmty_reason_name(r->reason),
               r->field);
}

static bool has_reason(const struct quarantine_arguments *a, int32_t reason)
{
    return a->reason == NULL || strcmp(a->reason, cmty_reason_name(reason)) == 0;
}

static int check_reason(const struct cli *cli, const struct quarantine_arguments *a)
{
    for (int32_t r = 1; r < CMTY_REASON_COUNT; r++)
        if (has_reason(a, r))
            return EXIT_DONE;
    return cli_usage(cli,
                     "--reason is a reason code, such as bad_time; quarantine list shows them");
}

static int list(struct cli *cli, struct quarantine_arguments *a)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty_refused item = {.struct_size = sizeof item};
    cmty_quarantine *q = NULL;
    bool first = true;
    cmty_status st = cmty_quarantine_open(a->store, 0, &q, &err);

    if (st == CMTY_OK && cli->json)
        putchar('[');
    while (st == CMTY_OK && (st = cmty_quarantine_next(q, &item, &err)) == CMTY_OK)
        if (has_reason(a, item.reason)) {
            print_refused(cli, &item, first);
            first = false;
        }
    if (st >= 0 && cli->json)
        puts("]");
    cmty_quarantine_free(q);
    return st < 0 ? cli_fail(cli, st, &err) : EXIT_DONE;
}

static int show(struct cli *cli, struct quarantine_arguments *a)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty_refused item = {.struct_size = sizeof item};
    cmty_quarantine *q = NULL;
    cmty_status st = cmty_quarantine_open(a->store, a->numbers[0], &q, &err);

    if (st == CMTY_OK)
        st = cmty_quarantine_next(q, &item, &err);
    if (st == CMTY_END) {
        fprintf(stderr, "community quarantine: there is no refused record %" PRId64 "\n",
                a->numbers[0]);
        cmty_quarantine_free(q);
        return EXIT_ANSWER_NO;
    }
    if (st == CMTY_OK) {
        print_refused(cli, &item, true);
        if (cli->json)
            putchar('\n');
        else
            puts(cmty_reason_text(item.reason));
    }
    cmty_quarantine_free(q);
    return st < 0 ? cli_fail(cli, st, &err) : EXIT_DONE;
}

/* ---- with the key ---- */

static int open_record(struct cli *cli, struct quarantine_arguments *a)
{
    cmty_error err = CMTY_ERROR_INIT;
    char *bytes = NULL;
    size_t size = 0;
    cmty_status st = cmty_quarantine_read(a->store, a->numbers[0], a->secret_key, a->actor,
                                          a->purpose, &bytes, &size, &err);
    int code =
        st == CMTY_OK ? cli_write_private(cli, a->output, bytes, size) : cli_fail(cli, st, &err);

    cmty_free(bytes);
    return code;
}

static int drop(struct cli *cli, struct quarantine_arguments *a)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty_status st = CMTY_OK;

    for (size_t i = 0; st == CMTY_OK && i < a->count; i++)
        st = cmty_quarantine_drop(a->store, a->numbers[i], a->actor, a->purpose, &err);
    return st == CMTY_OK ? EXIT_DONE : cli_fail(cli, st, &err);
}

/* ---- once more ---- */

enum { MENDED_LIMIT = 1024 * 1024 };

/* Without numbers: all of the reason that was asked for. */
static cmty_status collect_numbers(struct quarantine_arguments *a, cmty_error *err)
{
    cmty_refused item = {.struct_size = sizeof item};
    cmty_quarantine *q = NULL;
    size_t room = 0;
    cmty_status st = cmty_quarantine_open(a->store, 0, &q, err);

    while (st == CMTY_OK && (st = cmty_quarantine_next(q, &item, err)) == CMTY_OK) {
        if (!has_reason(a, item.reason))
            continue;
        if (a->count == room) {
            int64_t *more = realloc(a->numbers, (room = 2 * room + 64) * sizeof *more);

            if (more == NULL) {
                st = CMTY_E_NOMEM;
                break;
            }
            a->numbers = more;
        }
        a->numbers[a->count++] = item.number;
    }
    cmty_quarantine_free(q);
    return st == CMTY_END ? CMTY_OK : st;
}

static cmty_status retry_each(struct cli *cli, const struct quarantine_arguments *a,
                              cmty_ingest *ingest, const cmty_retry_options *o,
                              cmty_ingest_counts *counts, cmty_error *err)
{
    cmty_status st = CMTY_OK;

    for (size_t i = 0; st >= 0 && i < a->count; i++) {
        cmty_receipt receipt = {.struct_size = sizeof receipt};

        st = cmty_ingest_retry(ingest, a->numbers[i], o, &receipt, err);
        if (st < 0 || st == CMTY_NOTFOUND)
            break;
        counts->read++;
        counts->duplicate += st == CMTY_DUPLICATE;
        counts->accepted += st == CMTY_OK;
        counts->refused += st == CMTY_REFUSED;
        if (st == CMTY_REFUSED)
            counts->by_reason[receipt.reason]++;
        if (st == CMTY_REFUSED && a->count == 1 && *receipt.field != '\0')
            fprintf(stderr, "community %s: field %s\n", cli->verb, receipt.field);
        st = CMTY_OK;
        if (cli->host.progress(cli, "trying again", (double)(i + 1) / (double)a->count) != 0)
            break;
    }
    return st;
}

static int retry_with(struct cli *cli, struct quarantine_arguments *a, const char *key,
                      const cmty_retry_options *o)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty_ingest_options intake = CMTY_INGEST_OPTIONS_INIT;
    cmty_ingest_counts counts = {.struct_size = sizeof counts};
    cmty_ingest *ingest = NULL;
    cmty_status st = a->count == 0 ? collect_numbers(a, &err) : CMTY_OK;

    intake.source = a->intake.source;
    intake.format = a->intake.format;
    intake.map = (const char *const *)a->intake.map;
    intake.map_count = cli_count(a->intake.map);
    intake.mask_key = key;
    intake.host = &cli->host;
    if (st == CMTY_OK)
        st = cmty_ingest_open(a->store, &intake, &ingest, &err);
    if (st == CMTY_OK)
        st = retry_each(cli, a, ingest, o, &counts, &err);
    cmty_ingest_free(ingest);
    if (st == CMTY_OK || counts.read > 0)
        print_counts(cli, &counts);
    if (st != CMTY_OK)
        return cli_fail(cli, st, &err);
    return counts.refused > 0 ? EXIT_ANSWER_NO : EXIT_DONE;
}

static int retry(struct cli *cli, struct quarantine_arguments *a)
{
    cmty_retry_options o = CMTY_RETRY_OPTIONS_INIT;
    int code = EXIT_DONE;
    char *bytes = NULL, *key = NULL;

    if (a->with != NULL && a->count != 1)
        return cli_usage(cli, "--with FILE goes with the NUMBER of one record");
    if (a->with != NULL)
        bytes = cli_read_file(cli, a->with, MENDED_LIMIT, &o.size, &code);
    o.bytes = bytes;
    o.secret_key = a->secret_key;
    o.actor = a->actor;
    o.purpose = a->purpose;
    if (code == EXIT_DONE)
        key = cli_mask_key(cli, a->intake.key, &code);
    if (key != NULL)
        code = retry_with(cli, a, key, &o);
    free(bytes);
    free(key);
    return code;
}

/* ---- which of them ---- */

static const struct action {
    const char *name;
    int (*run)(struct cli *cli, struct quarantine_arguments *a);
    size_t fewest, most; /* numbers of records */
    bool needs_key, needs_purpose;
} actions[] = {
    {"list", list, 0, 0, false, false},       {"show", show, 1, 1, false, false},
    {"open", open_record, 1, 1, true, true},  {"retry", retry, 0, SIZE_MAX, true, true},
    {"drop", drop, 1, SIZE_MAX, false, true},
};

static const struct action *action_named(const char *name)
{
    for (size_t i = 0; name != NULL && i < sizeof actions / sizeof actions[0]; i++)
        if (strcmp(actions[i].name, name) == 0)
            return &actions[i];
    return NULL;
}

static bool take_numbers(poptContext context, struct quarantine_arguments *a)
{
    const char *text;

    while ((text = cli_operand(context)) != NULL) {
        int64_t *more = realloc(a->numbers, (a->count + 1) * sizeof *more);
        char *end;

        if (more == NULL)
            return false;
        a->numbers = more;
        errno = 0;
        a->numbers[a->count] = strtoll(text, &end, 10);
        if (errno != 0 || *end != '\0' || a->numbers[a->count++] <= 0)
            return false;
    }
    return true;
}

static int check(struct cli *cli, const struct action *action, const struct quarantine_arguments *a)
{
    if (a->count < action->fewest || a->count > action->most)
        return cli_usage(cli, action->most == 0 ? "list takes no NUMBER; try --reason"
                                                : "give the NUMBER of a record, as list shows it");
    if (action->needs_key && a->secret_key == NULL)
        return cli_usage(cli, "--secret FILE is needed: refused records are sealed");
    if (action->needs_purpose && a->purpose == NULL)
        return cli_usage(cli, "--purpose TEXT is needed for the audit log");
    if (action->needs_purpose && a->actor == NULL)
        return cli_usage(cli, "--actor NAME is needed, for USER is not set");
    return check_reason(cli, a);
}

int verb_quarantine(struct cli *cli, int argc, const char **argv)
{
    struct quarantine_arguments a = {0};
    struct poptOption options[] = {
        CLI_TEXT("reason", 'r', &a.reason, "CODE", "list, retry: records with this reason only"),
        CLI_TEXT("secret", '\0', &a.secret_key, "FILE", "open, retry: secret sealing key"),
        CLI_TEXT("actor", '\0', &a.actor, "NAME", "who does it; default: the user's name"),
        CLI_TEXT("purpose", '\0', &a.purpose, "TEXT", "open, retry, drop: why"),
        CLI_TEXT("with", 'w', &a.with, "FILE", "retry: the record, mended, as open writes it"),
        CLI_TEXT("output", 'o', &a.output, "FILE", "open: file to make, closed to others"),
        INGEST_OPTIONS(&a.intake),
        CLI_OPTIONS(cli)};
    int code = EXIT_DONE;
    poptContext context =
        cli_parse(cli, argc, argv, options, "list|show|open|retry|drop STORE [NUMBER...]", &code);
    const struct action *action = context != NULL ? action_named(cli_operand(context)) : NULL;
    const char *user = getenv("USER");

    a.store = action != NULL ? cli_operand(context) : NULL;
    if (a.actor == NULL && user != NULL)
        a.actor = strdup(user);
    if (context != NULL && action == NULL)
        code = cli_usage(cli, "say what to do: list, show, open, retry or drop");
    else if (context != NULL && a.store == NULL)
        code = cli_usage(cli, "give a STORE");
    else if (context != NULL && !take_numbers(context, &a))
        code = cli_usage(cli, "a record is called by its NUMBER, as list shows it");
    else if (context != NULL)
        code = check(cli, action, &a);
    if (action != NULL && code == EXIT_DONE)
        code = action->run(cli, &a);
    poptFreeContext(context);
    quarantine_arguments_free(&a);
    return code;
}
