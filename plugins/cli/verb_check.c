/* SPDX-License-Identifier: MIT */
/* check: what is wrong with layers of beats. One thread. */
#include "cli.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN_PER_CODE = 10 };

struct check_arguments {
    char *id, *crs, *zone, *output, *html, *title;
    double sliver_m, ignore_m;
    int all, repair;
};

/* ---- text ---- */

static void print_place(const cmty_flaw *f)
{
    if (isfinite(f->at.lon_deg))
        printf("  at %.6f %.6f", f->at.lon_deg, f->at.lat_deg);
}

static void print_size(double size, int32_t unit)
{
    if (unit == CMTY_UNIT_NONE)
        printf("%16s", "");
    else
        printf("%13.*f %-2s", size < 10 ? 3 : 1, size, unit == CMTY_UNIT_M2 ? "m2" : "m");
}

static void print_finding(const cmty_flaw *f, bool several)
{
    fputs("    ", stdout);
    if (several && *f->layer != '\0')
        printf("%s: ", f->layer);
    fputs(f->what, stdout);
    print_place(f);
    putchar('\n');
}

/* The findings of one code, from i on. Returns how many. */
static size_t print_code(const struct check_arguments *a, const cmty_check *check, size_t i,
                         const cmty_flaw *first, cmty_error *err)
{
    size_t count = 0, shown = a->all ? SIZE_MAX : SHOWN_PER_CODE;
    cmty_flaw f = {.struct_size = sizeof f};
    double size = 0;

    while (i + count < cmty_check_count(check)
           && cmty_check_flaw(check, i + count, &f, err) == CMTY_OK && f.code == first->code) {
        size += isfinite(f.size) ? f.size : 0;
        count++;
    }
    printf("%-20s %6zu", cmty_flaw_name(first->code), count);
    print_size(size, first->unit);
    printf("  %s\n", cmty_flaw_advice(first->code));
    for (size_t k = 0; k < count && k < shown; k++)
        if (cmty_check_flaw(check, i + k, &f, err) == CMTY_OK)
            print_finding(&f, cmty_check_layer_count(check) > 1);
    if (count > shown)
        printf("    and %zu more: see --all, --json or -o\n", count - shown);
    return count;
}

static void print_layers(const cmty_check *check, cmty_error *err)
{
    for (size_t i = 0; i < cmty_check_layer_count(check); i++) {
        cmty_checked_layer l = {.struct_size = sizeof l};

        if (cmty_check_layer(check, i, &l, err) != CMTY_OK)
            continue;
        printf("%s: %" PRIu64 " features", l.name, l.features);
        if (*l.crs != '\0')
            printf(", %s", l.crs);
        if (*l.operation != '\0' && isfinite(l.accuracy_m))
            printf(", carried to WGS 84 by %s (accuracy %g m)", l.operation, l.accuracy_m);
        else if (*l.operation != '\0')
            printf(", carried to WGS 84 by %s (accuracy unknown)", l.operation);
        putchar('\n');
    }
}

static int print_text(const struct check_arguments *a, const cmty_check *check)
{
    cmty_error err = CMTY_ERROR_INIT;
    size_t count = cmty_check_count(check);

    print_layers(check, &err);
    for (size_t i = 0; i < count;) {
        cmty_flaw f = {.struct_size = sizeof f};

        if (cmty_check_flaw(check, i, &f, &err) != CMTY_OK)
            return EXIT_INTERNAL;
        i += print_code(a, check, i, &f, &err);
    }
    printf("%zu finding%s\n", count, count == 1 ? "" : "s");
    return EXIT_DONE;
}

/* ---- run ---- */

static int check_write(struct cli *cli, const struct check_arguments *a, const cmty_check *check)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty_status st = CMTY_OK;
    char *json = NULL;

    if (a->output != NULL && !a->repair)
        st = cmty_check_write(check, a->output, &err);
    if (st == CMTY_OK && a->html != NULL)
        st = cmty_check_html(check, a->html, a->title, &err);
    if (st == CMTY_OK && cli->json)
        st = cmty_check_json(check, &json, &err);
    if (st != CMTY_OK)
        return cli_fail(cli, st, &err);
    cli_bar_end(cli);
    if (cli->json)
        fputs(json, stdout);
    cmty_free(json);
    return cli->json ? EXIT_DONE : print_text(a, check);
}

static void print_repair(const cmty_repair *r, const char *path)
{
    printf("%" PRIu64 " of %" PRIu64 " features repaired", r->repaired, r->features);
    if (r->repaired > 0)
        printf(": %.3f m2 before, %.3f m2 after, at most %.3f m2 for one", r->area_before_m2,
               r->area_after_m2, r->most_m2);
    printf("\nwrote %s; what remains in it:\n", path);
}

/* Repairs the layer; *copy: what to check instead, with the same |parts. */
static int repair_first(struct cli *cli, const struct check_arguments *a,
                        const cmty_check_options *o, const char *layer, char **copy)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty_repair repair = {.struct_size = sizeof repair};
    cmty_status st = cmty_check_repair(layer, a->output, o, &repair, &err);
    const char *parts = strchr(layer, '|');
    size_t size = strlen(a->output) + strlen(layer) + 1;

    if (st < 0)
        return cli_fail(cli, st, &err);
    *copy = malloc(size);
    if (*copy == NULL)
        return EXIT_INTERNAL;
    snprintf(*copy, size, "%s%s", a->output, parts == NULL ? "" : parts);
    cli_bar_end(cli);
    if (!cli->json)
        print_repair(&repair, a->output);
    return EXIT_DONE;
}

static int check_run(struct cli *cli, const struct check_arguments *a, const char *const *layers,
                     size_t count)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty_beat_options beats = CMTY_BEAT_OPTIONS_INIT;
    cmty_check_options o = CMTY_CHECK_OPTIONS_INIT;
    cmty_check *check = NULL;
    cmty_status st;
    char *copy = NULL;
    int code;

    beats.id_field = a->id;
    beats.crs = a->crs;
    beats.time_zone = a->zone;
    o.beats = &beats;
    o.host = &cli->host;
    if (a->sliver_m >= 0)
        o.sliver_m = a->sliver_m;
    if (a->ignore_m >= 0)
        o.ignore_m = a->ignore_m;
    if (a->repair) {
        code = repair_first(cli, a, &o, layers[0], &copy);
        if (code != EXIT_DONE)
            return code;
    }
    st = cmty_check_open(copy != NULL ? (const char *const *)&copy : layers, count, &o, &check,
                         &err);
    free(copy);
    if (st < 0)
        return cli_fail(cli, st, &err);
    code = check_write(cli, a, check);
    if (code == EXIT_DONE && cmty_check_count(check) > 0)
        code = EXIT_ANSWER_NO;
    cmty_check_free(check);
    return code;
}

/* All operands; NULL with *count 0 if there is none. */
static const char **operands(poptContext context, size_t *count)
{
    const char **all = poptGetArgs(context);

    *count = 0;
    while (all != NULL && all[*count] != NULL)
        ++*count;
    return all;
}

int verb_check(struct cli *cli, int argc, const char **argv)
{
    struct check_arguments a = {.sliver_m = -1, .ignore_m = -1};
    struct poptOption options[] = {
        CLI_TEXT("id", '\0', &a.id, "FIELD", "field that names a beat"),
        CLI_TEXT("crs", '\0', &a.crs, "CRS", "for layers without a CRS"),
        CLI_TEXT("time-zone", '\0', &a.zone, "ZONE", "zone of dates without one; UTC"),
        CLI_REAL("sliver-m", '\0', &a.sliver_m, "METRES",
                 "what is narrower on average is a sliver; 1"),
        CLI_REAL("ignore-m", '\0', &a.ignore_m, "METRES",
                 "what is narrower is rounding, and no finding; 0.001"),
        CLI_FLAG("all", '\0', &a.all, "print every finding, not the first ten of each code"),
        CLI_FLAG("repair", '\0', &a.repair,
                 "copy the LAYER to -o OUT.gpkg with valid geometries, and check the copy"),
        CLI_TEXT("output", 'o', &a.output, "FINDINGS",
                 "layer of findings to write, .gpkg or .geojson"),
        CLI_TEXT("html", '\0', &a.html, "OUT.html", "page with maps of what was found to write"),
        CLI_TEXT("title", '\0', &a.title, "TEXT", "heading of the page"),
        CLI_OPTIONS(cli)};
    int code = EXIT_DONE;
    poptContext context = cli_parse(cli, argc, argv, options, "LAYER... [OPTION...]", &code);
    size_t count = 0;
    const char **layers = context != NULL ? operands(context, &count) : NULL;

    if (context != NULL && count == 0)
        code = cli_usage(cli, "a LAYER to check is needed");
    else if (context != NULL && a.repair && (count != 1 || a.output == NULL))
        code = cli_usage(cli, "--repair takes one LAYER and -o OUT.gpkg");
    else if (context != NULL)
        code = check_run(cli, &a, layers, count);
    poptFreeContext(context);
    free(a.id);
    free(a.crs);
    free(a.zone);
    free(a.output);
    free(a.html);
    free(a.title);
    return code;
}
