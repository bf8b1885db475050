/* SPDX-License-Identifier: MIT */
/* recheck: stored answers against other beats. One thread. */
#include "cli.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void print_recheck(const struct cli *cli, const cmty_recheck *r)
{
    if (cli->json) {
        printf("{\"reports\":%" PRIu64 ",\"same\":%" PRIu64 ",\"changed\":%" PRIu64
               ",\"open\":%" PRIu64 "}\n",
               r->reports, r->same, r->changed, r->open);
        return;
    }
    printf("reports   %8" PRIu64 "\n", r->reports);
    printf("  same    %8" PRIu64 "\n", r->same);
    printf("  changed %8" PRIu64 "   (another beat, or none)\n", r->changed);
    printf("  open    %8" PRIu64 "%s\n", r->open,
           r->open > 0 ? "   (depends on the exact place; --secret FILE tells)" : "");
}

static int recheck_parsed(struct cli *cli, const char *store, const struct store_arguments *s,
                          cmty_recheck_options *o)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty_beat_options beats = CMTY_BEAT_OPTIONS_INIT;
    cmty_recheck result = {.struct_size = sizeof result};
    cmty_status st;

    beats.id_field = s->id_field;
    beats.crs = s->crs;
    beats.time_zone = s->time_zone;
    beats.repair = s->repair != 0;
    beats.host = &cli->host;
    o->beats = (const char *const *)s->beats;
    o->beats_count = cli_count(s->beats);
    o->beat_options = &beats;
    st = cmty_store_recheck(store, o, &result, &err);
    o->beat_options = NULL;
    cli_bar_end(cli);
    if (st < 0)
        return cli_fail(cli, st, &err);
    print_recheck(cli, &result);
    return EXIT_DONE;
}

int verb_recheck(struct cli *cli, int argc, const char **argv)
{
    struct store_arguments s = {0};
    char *secret_key = NULL, *actor = NULL, *purpose = NULL;
    struct poptOption options[] = {
        CLI_LIST("beats", 'b', &s.beats, "LAYER", "beats to ask; default: those of the store"),
        CLI_TEXT("id", '\0', &s.id_field, "FIELD", "field that names a beat"),
        CLI_TEXT("crs", '\0', &s.crs, "CRS", "for layers without a CRS"),
        CLI_TEXT("time-zone", '\0', &s.time_zone, "ZONE",
                 "zone of dates in the layers; default: the policy's"),
        CLI_FLAG("repair", '\0', &s.repair, "repair invalid rings, and say so"),
        CLI_TEXT("secret", '\0', &secret_key, "FILE",
                 "secret sealing key: ask by the exact places, on the record"),
        CLI_TEXT("actor", '\0', &actor, "NAME", "who reads; default: the user's name"),
        CLI_TEXT("purpose", '\0', &purpose, "TEXT", "with --secret: why"),
        CLI_OPTIONS(cli)};
    cmty_recheck_options o = CMTY_RECHECK_OPTIONS_INIT;
    int code = EXIT_DONE;
    poptContext context = cli_parse(cli, argc, argv, options, "STORE [OPTION...]", &code);
    const char *store = context != NULL ? cli_operand(context) : NULL;
    const char *user = getenv("USER");

    o.secret_key = secret_key;
    o.actor = actor != NULL ? actor : user;
    o.purpose = purpose;
    if (context != NULL && (store == NULL || cli_operand(context) != NULL))
        code = cli_usage(cli, "give one STORE");
    else if (context != NULL && secret_key != NULL && (purpose == NULL || o.actor == NULL))
        code = cli_usage(cli, "--purpose TEXT and --actor NAME are needed with --secret");
    else if (context != NULL)
        code = recheck_parsed(cli, store, &s, &o);
    poptFreeContext(context);
    store_arguments_free(&s);
    free(secret_key);
    free(actor);
    free(purpose);
    return code;
}
