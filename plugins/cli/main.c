/* SPDX-License-Identifier: MIT */
/* community: the verbs of the library at a shell. One thread. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    cli_verb run;
    const char *help;
} verbs[] = {
    {"overlay", verb_overlay, "the whole job: from beats and reports to a protected overlay"},
    {"init", verb_init, "make a store from beats, fences and a policy"},
    {"ingest", verb_ingest, "take reports into a store"},
    {"attach", verb_attach, "attach photos to a report, sterile and sealed"},
    {"photos", verb_photos, "photos of a store: list, open"},
    {"publish", verb_publish, "write the protected overlay of a store"},
    {"convert", verb_convert, "the published points of a store as messages for other systems"},
    {"spool", verb_spool, "the reports of a store into a folder that another system looks into"},
    {"locate", verb_locate, "add the beat to each row of a CSV file"},
    {"mask", verb_mask, "mask the position in each row of a CSV file"},
    {"compare", verb_compare, "what moved between two versions of boundaries"},
    {"duplicates", verb_duplicates, "find reports in a CSV file that may tell of one event"},
    {"dateparts", verb_dateparts, "add local date, week, hour and shift to each row of a CSV file"},
    {"count", verb_count, "count a table with noise: by beat, or by a column"},
    {"attack", verb_attack, "what an adversary recovers from a release; 1: beyond the limits"},
    {"catchments", verb_catchments, "write what the anchors of masks stand for"},
    {"check", verb_check, "find what is wrong with layers of beats"},
    {"lint", verb_lint, "find what is finer than it may be in files about to leave"},
    {"audit", verb_audit, "audit verify: whether the audit log of a store is sound"},
    {"ledger", verb_ledger, "who was told what of which case, and what it has spent"},
    {"policy", verb_policy, "policy explain: what a policy will do, in plain words"},
    {"keygen", verb_keygen, "make a mask key and a sealing key pair"},
    {"rekey", verb_rekey, "seal a store for another key pair"},
    {"open", verb_open, "open one sealed report, on the record"},
    {"quarantine", verb_quarantine, "refused records: list, show, open, retry, drop"},
    {"retain", verb_retain, "let reports lose what their age no longer allows"},
    {"erase", verb_erase, "remove one report for good, on request"},
    {"hold", verb_hold, "keep reports whole whatever their age: list, add, lift"},
    {"recheck", verb_recheck, "how many stored answers other beats would change"},
    {"doctor", verb_doctor, "versions and a self-test"},
};

enum { VERB_COUNT = sizeof verbs / sizeof verbs[0] };

static void print_help(FILE *out)
{
    fputs("usage: community VERB [OPTION...] ...\n\n", out);
    for (size_t i = 0; i < VERB_COUNT; i++)
        fprintf(out, "  %-11s %s\n", verbs[i].name, verbs[i].help);
    fputs("\ncommunity VERB --help explains a verb. Results go to standard output or to -o,\n"
          "messages to standard error. Exit: 0 done, 1 the answer is no, 2 usage, 3 bad input,\n"
          "4 a file cannot be read or written, 5 internal.\n",
          out);
}

static int run_verb(size_t i, int argc, char **argv)
{
    struct cli cli = {.verb = verbs[i].name};
    int code;

    cli_host_start(&cli);
    code = verbs[i].run(&cli, argc - 1, (const char **)argv + 1);
    cli_bar_end(&cli);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fputs("community: cannot write to standard output\n", stderr);
        return EXIT_FILE;
    }
    return code;
}

int main(int argc, char **argv)
{
    const char *verb = argc > 1 ? argv[1] : "";

    if (cmty_abi_version() >> 16 != CMTY_ABI_VERSION >> 16) {
        fprintf(stderr, "community: libcommunity %s has another ABI than this program\n",
                cmty_version_string());
        return EXIT_INTERNAL;
    }
    if (strcmp(verb, "--version") == 0) {
        printf("community %s\n", cmty_version_string());
        return EXIT_DONE;
    }
    if (strcmp(verb, "--help") == 0 || strcmp(verb, "-h") == 0 || strcmp(verb, "help") == 0) {
        print_help(stdout);
        return EXIT_DONE;
    }
    for (size_t i = 0; i < VERB_COUNT; i++)
        if (strcmp(verb, verbs[i].name) == 0)
            return cli_end(run_verb(i, argc, argv));
    if (*verb != '\0')
        fprintf(stderr, "community: there is no verb \"%s\"\n\n", verb);
    print_help(stderr);
    return EXIT_USAGE;
}
