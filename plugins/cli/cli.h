/* SPDX-License-Identifier: MIT */
#ifndef COMMUNITY_CLI_CLI_H
#define COMMUNITY_CLI_CLI_H

/* What the verbs of the command line share. Everything here marshals and prints; the library
 * decides. */

#include <community/community.h>

#include <popt.h>
#include <stdbool.h>
#include <stdio.h>

/* Exit codes are a contract with scripts. */
enum {
    EXIT_DONE = 0,
    EXIT_ANSWER_NO = 1,
    EXIT_USAGE = 2,
    EXIT_BAD_INPUT = 3,
    EXIT_FILE = 4,
    EXIT_INTERNAL = 5
};

/* One run of one verb. */
struct cli {
    const char *verb;
    int json, quiet;
    cmty_host host;  /* progress and notices to standard error */
    bool bar;        /* a progress bar stands on the last line of the terminal */
    char said[512];  /* the last notice: one that repeats itself at once is said once */
    cmty_live *live; /* kept up to date from the progress function; NULL: none */
    int64_t live_due_ms;
};

/* One line of a table of options: long name, letter or '\0', variable, what its value is, help. */
#define CLI_TEXT(name, letter, variable, value, help)                                              \
    {                                                                                              \
        name, letter, POPT_ARG_STRING, variable, 0, help, value                                    \
    }
#define CLI_LIST(name, letter, variable, value, help)                                              \
    {                                                                                              \
        name, letter, POPT_ARG_ARGV, variable, 0, help, value                                      \
    }
#define CLI_REAL(name, letter, variable, value, help)                                              \
    {                                                                                              \
        name, letter, POPT_ARG_DOUBLE, variable, 0, help, value                                    \
    }
#define CLI_INT(name, letter, variable, value, help)                                               \
    {                                                                                              \
        name, letter, POPT_ARG_INT, variable, 0, help, value                                       \
    }
#define CLI_FLAG(name, letter, variable, help)                                                     \
    {                                                                                              \
        name, letter, POPT_ARG_NONE, variable, 0, help, NULL                                       \
    }

/* The end of every verb's table. */
#define CLI_OPTIONS(cli)                                                                           \
    CLI_FLAG("json", '\0', &(cli)->json, "print results as JSON"),                                 \
        CLI_FLAG("quiet", 'q', &(cli)->quiet, "no progress and no notices"),                       \
        POPT_AUTOHELP POPT_TABLEEND

typedef int (*cli_verb)(struct cli *cli, int argc, const char **argv);
int verb_attack(struct cli *cli, int argc, const char **argv);
int verb_count(struct cli *cli, int argc, const char **argv);
int verb_dateparts(struct cli *cli, int argc, const char **argv);
int verb_duplicates(struct cli *cli, int argc, const char **argv);
int verb_lint(struct cli *cli, int argc, const char **argv);
int verb_overlay(struct cli *cli, int argc, const char **argv);
int verb_init(struct cli *cli, int argc, const char **argv);
int verb_ingest(struct cli *cli, int argc, const char **argv);
int verb_publish(struct cli *cli, int argc, const char **argv);
int verb_convert(struct cli *cli, int argc, const char **argv);
int verb_spool(struct cli *cli, int argc, const char **argv);
int verb_locate(struct cli *cli, int argc, const char **argv);
int verb_mask(struct cli *cli, int argc, const char **argv);
int verb_catchments(struct cli *cli, int argc, const char **argv);
int verb_audit(struct cli *cli, int argc, const char **argv);
int verb_ledger(struct cli *cli, int argc, const char **argv);
int verb_policy(struct cli *cli, int argc, const char **argv);
int verb_check(struct cli *cli, int argc, const char **argv);
int verb_keygen(struct cli *cli, int argc, const char **argv);
int verb_attach(struct cli *cli, int argc, const char **argv);
int verb_photos(struct cli *cli, int argc, const char **argv);
int verb_rekey(struct cli *cli, int argc, const char **argv);
int verb_open(struct cli *cli, int argc, const char **argv);
int verb_compare(struct cli *cli, int argc, const char **argv);
int verb_quarantine(struct cli *cli, int argc, const char **argv);
int verb_retain(struct cli *cli, int argc, const char **argv);
int verb_erase(struct cli *cli, int argc, const char **argv);
int verb_hold(struct cli *cli, int argc, const char **argv);
int verb_recheck(struct cli *cli, int argc, const char **argv);
int verb_doctor(struct cli *cli, int argc, const char **argv);

/* Reads the options of a verb into their variables. `operands` names what follows them, for the
   help. Returns the context, to be freed by poptFreeContext(), or NULL with *code set. */
poptContext cli_parse(struct cli *cli, int argc, const char **argv,
                      const struct poptOption *options, const char *operands, int *code);
/* The next operand, or NULL. */
const char *cli_operand(poptContext context);
/* How many texts a POPT_ARG_ARGV variable holds. */
size_t cli_count(char **list);

/* Whether a name ends as that of a GeoPackage; what is written under another would not be one. */
bool cli_is_geopackage(const char *name);

/* A sentence about wrong usage to standard error; returns EXIT_USAGE. */
int cli_usage(const struct cli *cli, const char *sentence);
/* The library's sentence to standard error; returns the exit code of its status. */
int cli_fail(struct cli *cli, cmty_status status, const cmty_error *err);
/* Last call of the program: after Ctrl-C, ends the process by that signal, as a shell expects. */
int cli_end(int code);
/* Ends the progress bar, so that what is printed next stands on its own line. */
void cli_bar_end(struct cli *cli);
void cli_host_start(struct cli *cli);

/* What is in the clear goes into a new file that nobody else can read; NULL: standard output. */
int cli_write_private(struct cli *cli, const char *path, const char *bytes, size_t size);
/* A file of 1 to `limit` bytes, to be freed, or *code set. */
char *cli_read_file(struct cli *cli, const char *path, size_t limit, size_t *size, int *code);
/* As 2026-11-22T18:05:09Z; empty for a time that is none. */
void cli_moment(char out[32], cmty_time t);
void print_json_text(FILE *out, const char *text);
void print_counts(struct cli *cli, const cmty_ingest_counts *counts);
int print_publication(struct cli *cli, const cmty_publication *publication);

/* The mask key: `given`, or the user's own, made at first use with a notice. NULL with *code set.
 */
char *cli_mask_key(struct cli *cli, const char *given, int *code);

/* Options that several verbs share. */
struct store_arguments {
    char **beats, **fences;
    char *id_field, *crs, *time_zone, *addresses, *policy, *public_key;
    int repair;
};
#define STORE_OPTIONS(a)                                                                           \
    CLI_LIST("beats", 'b', &(a)->beats, "LAYER",                                                   \
             "layer of beats, with |from= |to= |id= |crs= |layername= parts"),                     \
        CLI_TEXT("id", '\0', &(a)->id_field, "FIELD", "field that names a beat"),                  \
        CLI_TEXT("crs", '\0', &(a)->crs, "CRS", "for layers without a CRS"),                       \
        CLI_FLAG("repair", '\0', &(a)->repair, "repair invalid rings, and say so"),                \
        CLI_LIST("fences", 'f', &(a)->fences, "LAYER",                                             \
                 "layer of geofences, or with |action=withhold of protected places"),              \
        CLI_TEXT("addresses", 'a', &(a)->addresses, "LAYER",                                       \
                 "layer of address points, or of population with |weight=FIELD"),                  \
        CLI_TEXT("policy", 'p', &(a)->policy, "FILE", "policy file"),                              \
        CLI_TEXT("time-zone", '\0', &(a)->time_zone, "ZONE",                                       \
                 "zone of dates in the layers; default: the policy's")
void store_arguments_free(struct store_arguments *a);
/* Makes the store; prints the failure. Returns an exit code. */
int store_make(struct cli *cli, const struct store_arguments *a, const char *path);

/* Opens the beats; tolerance_m below 0: the library's. */
cmty_status cli_beats(struct cli *cli, const struct store_arguments *s, const char *zone,
                      double tolerance_m, cmty_beatset **set, cmty_error *err);
/* Tries several laws on the reports of `in`, beginning with that of `base`, and prints risk beside
   use. Returns an exit code. */
int compare_masks(struct cli *cli, const cmty_mask_options *base, const cmty_beatset *beats,
                  const char *in, const char *html);

struct ingest_arguments {
    char *source, *format, *key;
    char **map;
};
#define INGEST_OPTIONS(a)                                                                          \
    CLI_TEXT("format", '\0', &(a)->format, "FORMAT",                                               \
             "csv, geojson, ndjson, json, open311, open311-form or open311-xml; default: found"),  \
        CLI_LIST("map", 'm', &(a)->map, "FIELD=COLUMN", "which column holds a field"),             \
        CLI_TEXT("source", '\0', &(a)->source, "NAME", "who sends; default: the file's name"),     \
        CLI_TEXT("key", 'k', &(a)->key, "FILE",                                                    \
                 "mask key file; default: the user's own, made at first use")
void ingest_arguments_free(struct ingest_arguments *a);
/* Takes the files in; *counts adds up. Returns an exit code. */
int ingest_files(struct cli *cli, const struct ingest_arguments *a, const char *store,
                 const char *const *files, size_t file_count, cmty_ingest_counts *counts);

#endif
