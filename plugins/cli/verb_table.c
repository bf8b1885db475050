/* SPDX-License-Identifier: MIT */
/* locate and mask: tables of points in, tables out. One thread. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The columns of a table, and what decides the beat version. */
struct table_arguments {
    char *lon, *lat, *time, *accuracy, *id, *as_of, *zone, *output;
    char **keep;
    int probability;
};

static void table_arguments_free(struct table_arguments *a)
{
    for (size_t i = 0; a->keep != NULL && a->keep[i] != NULL; i++)
        free(a->keep[i]);
    free(a->keep);
    free(a->lon);
    free(a->lat);
    free(a->time);
    free(a->accuracy);
    free(a->id);
    free(a->as_of);
    free(a->zone);
    free(a->output);
}

static cmty_status table_options(struct cli *cli, const struct table_arguments *a,
                                 cmty_table_options *o, cmty_error *err)
{
    o->lon_column = a->lon;
    o->lat_column = a->lat;
    o->time_column = a->time;
    o->accuracy_column = a->accuracy;
    o->id_column = a->id;
    o->keep = (const char *const *)a->keep;
    o->keep_count = cli_count(a->keep);
    o->time_zone = a->zone;
    o->probabilities = a->probability != 0;
    o->host = &cli->host;
    return a->as_of != NULL ? cmty_time_parse(a->as_of, a->zone, &o->as_of, err) : CMTY_OK;
}

cmty_status cli_beats(struct cli *cli, const struct store_arguments *s, const char *zone,
                      double tolerance_m, cmty_beatset **set, cmty_error *err)
{
    cmty_beat_options o = CMTY_BEAT_OPTIONS_INIT;

    o.id_field = s->id_field;
    o.crs = s->crs;
    o.time_zone = zone;
    o.repair = s->repair != 0;
    o.host = &cli->host;
    if (tolerance_m >= 0)
        o.tolerance_m = tolerance_m;
    return cmty_beatset_open((const char *const *)s->beats, cli_count(s->beats), &o, set, err);
}

/* Whether a name ends in one of these, before the parts of a layer spec. */
static bool ends_in(const char *spec, const char *const *ends)
{
    size_t size = strcspn(spec, "|");

    for (size_t i = 0; ends[i] != NULL; i++) {
        size_t n = strlen(ends[i]);

        if (size > n && strncasecmp(spec + size - n, ends[i], n) == 0)
            return true;
    }
    return false;
}

static bool named_with_end(const char *path)
{
    const char *slash = strrchr(path, '/');

    return strchr(slash == NULL ? path : slash, '.') != NULL;
}

/* Tables are read as text, row by row; all else is a matter for GIS formats. */
static bool is_layer(const char *in, const char *out)
{
    static const char *const tables[] = {".csv", ".tsv", ".txt", NULL};
    static const char *const layers[] = {".gpkg", ".geojson", ".json", ".fgb", ".shp", NULL};

    if (out != NULL && ends_in(out, layers))
        return true;
    return in != NULL && named_with_end(in) && !ends_in(in, tables);
}

static int locate_parsed(struct cli *cli, const struct store_arguments *s,
                         const struct table_arguments *a, double tolerance_m, const char *in)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty_table_options o = CMTY_TABLE_OPTIONS_INIT;
    cmty_beatset *set = NULL;
    cmty_status st = table_options(cli, a, &o, &err);

    if (st == CMTY_OK)
        st = cli_beats(cli, s, a->zone, tolerance_m, &set, &err);
    if (st == CMTY_OK)
        st = (is_layer(in, a->output) ? cmty_locate_layer : cmty_locate_table)(
            set, in != NULL ? in : "-", a->output != NULL ? a->output : "-", &o, &err);
    cmty_beatset_free(set);
    return st < 0 ? cli_fail(cli, st, &err) : EXIT_DONE;
}

#define COLUMN_OPTIONS(a)                                                                          \
    CLI_TEXT("lon", '\0', &(a)->lon, "COLUMN", "column of longitudes; default: found"),            \
        CLI_TEXT("lat", '\0', &(a)->lat, "COLUMN", "column of latitudes; default: found"),         \
        CLI_TEXT("as-of", '\0', &(a)->as_of, "TIME", "beats in force then; default: the latest"),  \
        CLI_TEXT("time", '\0', &(a)->time, "COLUMN",                                               \
                 "column of times: beats in force on the day"),                                    \
        CLI_TEXT("time-zone", '\0', &(a)->zone, "ZONE", "zone of dates without one; UTC"),         \
        CLI_TEXT("output", 'o', &(a)->output, "OUT.csv",                                           \
                 "file to write; default: standard output")

#define BEAT_OPTIONS(s)                                                                            \
    CLI_LIST("beats", 'b', &(s)->beats, "LAYER", "layer of beats; more than one: versions"),       \
        CLI_TEXT("id", '\0', &(s)->id_field, "FIELD", "field that names a beat"),                  \
        CLI_TEXT("crs", '\0', &(s)->crs, "CRS", "for layers without a CRS"),                       \
        CLI_FLAG("repair", '\0', &(s)->repair, "repair invalid rings, and say so")

int verb_locate(struct cli *cli, int argc, const char **argv)
{
    struct store_arguments s = {0};
    struct table_arguments a = {0};
    double tolerance_m = -1;
    struct poptOption options[] = {
        BEAT_OPTIONS(&s),
        COLUMN_OPTIONS(&a),
        CLI_TEXT("accuracy", '\0', &a.accuracy, "COLUMN",
                 "column of accuracies: 68 % radius, metres"),
        CLI_REAL("tolerance-m", '\0', &tolerance_m, "METRES",
                 "beats this near are candidates where there is no accuracy; 0.25"),
        CLI_FLAG("probability", '\0', &a.probability,
                 "add columns: how probable each candidate is, from the accuracy"),
        CLI_OPTIONS(cli)};
    int code = EXIT_DONE;
    poptContext context =
        cli_parse(cli, argc, argv, options, "--beats LAYER [IN] [OPTION...]", &code);
    const char *in = context != NULL ? cli_operand(context) : NULL;

    if (context != NULL && s.beats == NULL)
        code = cli_usage(cli, "--beats LAYER is needed");
    else if (context != NULL && cli_operand(context) != NULL)
        code = cli_usage(cli, "give one IN");
    else if (context != NULL)
        code = locate_parsed(cli, &s, &a, tolerance_m, in);
    poptFreeContext(context);
    store_arguments_free(&s);
    table_arguments_free(&a);
    return code;
}

struct mask_arguments {
    char *law, *region, *addresses, *key, *html, *snap_to, *land;
    double epsilon, radius_m, inner_m, lattice_m, cutoff_m;
    int k, min_addresses, compare;
};

/* What is not given holds the library's default already. */
static int mask_options(struct cli *cli, const struct mask_arguments *m, cmty_mask_options *o)
{
    o->law = cmty_law_from_name(m->law);
    if (o->law < 0)
        return cli_usage(
            cli, "--law is one of lattice, anchor, donut, snap, street, grid, withhold, auto");
    if (m->region != NULL)
        o->region = cmty_region_from_name(m->region);
    if (o->region < 0)
        return cli_usage(cli, "--region is one of none, clamp, redraw");
    if (m->k < 0 || m->min_addresses < 0)
        return cli_usage(cli, "--k and --min-addresses are positive numbers");
    o->epsilon_per_m = m->epsilon;
    o->radius_m = m->radius_m;
    o->inner_radius_m = m->inner_m;
    o->lattice_m = m->lattice_m;
    o->k = (uint32_t)m->k;
    o->min_addresses = (uint32_t)m->min_addresses;
    o->cutoff_m = m->cutoff_m;
    o->addresses = m->addresses;
    o->snap_to = m->snap_to;
    o->land = m->land;
    o->host = &cli->host;
    return EXIT_DONE;
}

static bool needs_key(int32_t law, const char *addresses)
{
    return law == CMTY_LAW_LATTICE || law == CMTY_LAW_STREET || law == CMTY_LAW_DONUT
           || law == CMTY_LAW_GRID || (law == CMTY_LAW_AUTO && addresses == NULL);
}

static int mask_parsed(struct cli *cli, const struct store_arguments *s,
                       const struct table_arguments *a, const struct mask_arguments *m,
                       const char *in)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty_table_options table = CMTY_TABLE_OPTIONS_INIT;
    cmty_mask_options o = CMTY_MASK_OPTIONS_INIT;
    cmty_beatset *set = NULL;
    cmty_masker *masker = NULL;
    char *key = NULL;
    int code = mask_options(cli, m, &o);
    cmty_status st;

    if (code == EXIT_DONE && (m->key != NULL || m->compare || needs_key(o.law, o.addresses)))
        key = cli_mask_key(cli, m->key, &code);
    if (code != EXIT_DONE)
        return code;
    o.key_file = key;
    st = table_options(cli, a, &table, &err);
    if (st == CMTY_OK && s->beats != NULL)
        st = cli_beats(cli, s, a->zone, -1, &set, &err);
    if (st == CMTY_OK && m->compare) {
        code = compare_masks(cli, &o, set, in, m->html);
        goto done;
    }
    if (st == CMTY_OK)
        st = cmty_masker_open(&o, set, &masker, &err);
    if (st == CMTY_OK)
        st = cmty_mask_table(masker, in != NULL ? in : "-", a->output != NULL ? a->output : "-",
                             &table, &err);
    if (st == CMTY_OK)
        cli->host.notice(cli, cmty_masker_guarantee(masker));
    else
        code = cli_fail(cli, st, &err);

done:
    cmty_masker_free(masker);
    cmty_beatset_free(set);
    free(key);
    return code;
}

int verb_mask(struct cli *cli, int argc, const char **argv)
{
    struct store_arguments s = {0};
    struct table_arguments a = {0};
    const cmty_mask_options usual = CMTY_MASK_OPTIONS_INIT;
    struct mask_arguments m = {.epsilon = usual.epsilon_per_m,
                               .radius_m = usual.radius_m,
                               .inner_m = usual.inner_radius_m,
                               .lattice_m = usual.lattice_m,
                               .cutoff_m = usual.cutoff_m,
                               .k = (int)usual.k,
                               .min_addresses = (int)usual.min_addresses};
    struct poptOption options[] = {
        CLI_TEXT("law", 'l', &m.law, "NAME",
                 "lattice, anchor, donut, snap, street, grid, withhold or auto"),
        CLI_REAL("epsilon", '\0', &m.epsilon, "E",
                 "lattice: privacy per metre; mean move 2/epsilon; 0.01"),
        CLI_REAL("lattice-m", '\0', &m.lattice_m, "METRES", "lattice: spacing; 10"),
        CLI_REAL("radius-m", '\0', &m.radius_m, "METRES",
                 "donut: outer radius; grid: cell side; 250"),
        CLI_REAL("inner-radius-m", '\0', &m.inner_m, "METRES", "donut: inner radius; 50"),
        CLI_INT("k", '\0', &m.k, "K", "anchor: addresses in a catchment, at least; 8"),
        CLI_TEXT("snap-to", '\0', &m.snap_to, "LAYER", "snap: published points; street: roads"),
        CLI_REAL("cutoff-m", '\0', &m.cutoff_m, "METRES", "snap: withhold beyond; 20000"),
        CLI_TEXT("region", '\0', &m.region, "NAME", "stay in the beat: none, clamp, redraw"),
        CLI_TEXT("land", '\0', &m.land, "LAYER", "clamp, redraw: stay on this land instead"),
        CLI_INT("min-addresses", '\0', &m.min_addresses, "N",
                "clamp, redraw: withhold in beats with fewer; 8"),
        CLI_TEXT("addresses", 'a', &m.addresses, "LAYER",
                 "layer of address points, or of population with |weight=FIELD"),
        CLI_TEXT("key", 'k', &m.key, "FILE",
                 "mask key file; default: the user's own, made at first use"),
        CLI_TEXT("report-id", '\0', &a.id, "COLUMN",
                 "column that identifies a report; written as it is"),
        CLI_LIST("keep", '\0', &a.keep, "COLUMN", "column to pass through; may be repeated"),
        CLI_FLAG("compare", '\0', &m.compare,
                 "write nothing; try several laws on IN.csv: risk beside use"),
        CLI_TEXT("html", '\0', &m.html, "OUT.html", "with --compare: page to write"),
        BEAT_OPTIONS(&s),
        COLUMN_OPTIONS(&a),
        CLI_OPTIONS(cli)};
    int code = EXIT_DONE;
    poptContext context =
        cli_parse(cli, argc, argv, options, "--law NAME [IN.csv] [OPTION...]", &code);
    const char *in = context != NULL ? cli_operand(context) : NULL;

    if (context != NULL && m.law == NULL)
        code = cli_usage(cli, "--law NAME is needed");
    else if (context != NULL && cli_operand(context) != NULL)
        code = cli_usage(cli, "give one IN.csv");
    else if (context != NULL && m.compare && (in == NULL || a.output != NULL))
        code = cli_usage(cli, "--compare needs IN.csv and writes no -o");
    else if (context != NULL && !m.compare && m.html != NULL)
        code = cli_usage(cli, "--html goes with --compare");
    else if (context != NULL)
        code = mask_parsed(cli, &s, &a, &m, in);
    poptFreeContext(context);
    store_arguments_free(&s);
    table_arguments_free(&a);
    free(m.law);
    free(m.region);
    free(m.addresses);
    free(m.key);
    free(m.snap_to);
    free(m.land);
    free(m.html);
    return code;
}
