/* SPDX-License-Identifier: MIT */
/* compare: what moved from where to where between two versions of boundaries. One thread. */
#include "cli.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct compare_arguments {
    char **beats, **ids;
    char *by, *crs, *zone, *points, *population, *weight, *title, *html;
    char **outputs;
    double tolerance_m;
    int repair;
};

static void compare_arguments_free(struct compare_arguments *a)
{
    char **const lists[] = {a->beats, a->ids, a->outputs};
    char *const texts[] = {a->by,         a->crs,    a->zone,  a->points,
                           a->population, a->weight, a->title, a->html};

    for (size_t l = 0; l < sizeof lists / sizeof *lists; l++) {
        for (size_t i = 0; lists[l] != NULL && lists[l][i] != NULL; i++)
            free(lists[l][i]);
        free(lists[l]);
    }
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        free(texts[i]);
}

/* ---- what is asked ---- */

static int32_t unit_of(const char *by)
{
    static const char *const names[] = {"beat", "sector", "district"};

    for (int32_t i = 0; i < 3; i++)
        if (by == NULL || strcmp(by, names[i]) == 0)
            return i;
    return -1;
}

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);

    return n >= m && strcmp(text + n - m, end) == 0;
}

/* The kind of each -o file is told by its ending; false: one is unknown or comes twice. */
static bool sort_outputs(const struct compare_arguments *a, cmty_comparison_files *files)
{
    static const char *const ends[] = {".csv", ".geojson", ".gpkg", ".html", "-"};
    const char **const to[] = {&files->csv, &files->geojson, &files->gpkg, &files->html,
                               &files->csv};

    files->html = a->html;
    files->title = a->title;
    for (size_t i = 0; i < cli_count(a->outputs); i++) {
        size_t k = 0;

        while (k < sizeof ends / sizeof *ends && !ends_with(a->outputs[i], ends[k]))
            k++;
        if (k == sizeof ends / sizeof *ends || *to[k] != NULL)
            return false;
        *to[k] = a->outputs[i];
    }
    return true;
}

/* ---- what is printed ---- */

static void print_number(double v, int decimals)
{
    if (isfinite(v))
        printf("%.*f", decimals, v);
    else
        fputs("null", stdout);
}

static void print_member(const char *name, double v, int decimals)
{
    printf(",\"%s\":", name);
    print_number(v, decimals);
}

static void print_row_json(const cmty_comparison_row *r)
{
    fputs("{\"from\":", stdout);
    print_json_text(stdout, r->from);
    fputs(",\"to\":", stdout);
    print_json_text(stdout, r->to);
    printf(",\"change\":\"%s\"", cmty_change_name(r->change));
    print_member("area_m2", r->area_m2, 2);
    print_member("share_of_old", r->share_of_old, 6);
    print_member("share_of_new", r->share_of_new, 6);
    printf(",\"pieces\":%" PRId64, r->pieces);
    if (r->points >= 0)
        printf(",\"points\":%" PRId64, r->points);
    if (isfinite(r->population)) {
        print_member("population", r->population, 6);
        print_member("population_se", r->population_se, 3);
    }
    putchar('}');
}

static void print_totals_json(const cmty_comparison_totals *t)
{
    static const char *const units[] = {"beat", "sector", "district"};

    printf("{\"by\":\"%s\",\"old\":", units[t->unit]);
    print_json_text(stdout, t->old_label);
    fputs(",\"new\":", stdout);
    print_json_text(stdout, t->new_label);
    print_member("tolerance_m", t->tolerance_m, 3);
    print_member("old_m2", t->old_m2, 2);
    print_member("new_m2", t->new_m2, 2);
    print_member("unchanged_m2", t->unchanged_m2, 2);
    print_member("changed_m2", t->changed_m2, 2);
    print_member("gone_m2", t->gone_m2, 2);
    print_member("added_m2", t->added_m2, 2);
    print_member("noise_m2", t->noise_m2, 2);
    print_member("old_overlap_m2", t->old_overlap_m2, 2);
    print_member("new_overlap_m2", t->new_overlap_m2, 2);
    print_member("rounding_m2", t->rounding_m2, 3);
    printf(",\"changes\":%" PRId64, t->changes);
    if (t->points >= 0)
        printf(",\"points\":%" PRId64, t->points);
    if (isfinite(t->population))
        print_member("population", t->population, 6);
    putchar('}');
}

static void print_unit_json(const cmty_comparison_unit *u)
{
    fputs("{\"id\":", stdout);
    print_json_text(stdout, u->id);
    fputs(",\"name\":", stdout);
    print_json_text(stdout, u->name);
    print_member("area_m2", u->area_m2, 2);
    print_member("unchanged_m2", u->unchanged_m2, 2);
    print_member("noise_m2", u->noise_m2, 2);
    if (u->points >= 0)
        printf(",\"points\":%" PRId64, u->points);
    if (isfinite(u->population)) {
        print_member("population", u->population, 6);
        print_member("population_se", u->population_se, 3);
    }
    putchar('}');
}

static void print_units_json(const cmty_comparison *c, int32_t side, const char *name)
{
    printf(",\n\"%s\":[", name);
    for (size_t i = 0; i < cmty_comparison_unit_count(c, side); i++) {
        cmty_comparison_unit u = {.struct_size = sizeof u};

        if (cmty_comparison_unit_at(c, side, i, &u, NULL) < 0)
            continue;
        fputs(i > 0 ? ",\n" : "\n", stdout);
        print_unit_json(&u);
    }
    fputs("\n]", stdout);
}

static int print_json(struct cli *cli, const cmty_comparison *c, const cmty_comparison_totals *t)
{
    cmty_error err = CMTY_ERROR_INIT;

    fputs("{\"totals\":", stdout);
    print_totals_json(t);
    fputs(",\"rows\":[", stdout);
    for (size_t i = 0; i < cmty_comparison_count(c); i++) {
        cmty_comparison_row r = {.struct_size = sizeof r};
        cmty_status st = cmty_comparison_row_at(c, i, &r, &err);

        if (st < 0)
            return cli_fail(cli, st, &err);
        fputs(i > 0 ? ",\n" : "\n", stdout);
        print_row_json(&r);
    }
    fputs("\n]", stdout);
    print_units_json(c, CMTY_SIDE_OLD, "before");
    print_units_json(c, CMTY_SIDE_NEW, "after");
    fputs("}\n", stdout);
    return EXIT_DONE;
}

static void print_share(double share)
{
    if (isfinite(share))
        printf(" %6.1f %%", share * 100);
    else
        printf(" %8s", "");
}

static void print_load(const cmty_comparison_row *r)
{
    if (r->points >= 0)
        printf(" %9" PRId64, r->points);
    if (isfinite(r->population))
        printf(" %10.0f", r->population);
    if (isfinite(r->population_se) && r->population_se >= 0.5)
        printf(" +- %.0f", r->population_se);
    putchar('\n');
}

/* What many rows have in common, on one line. */
static void print_sum(const cmty_comparison *c, int32_t change, const char *what)
{
    cmty_comparison_row sum = {.points = -1, .population = NAN, .population_se = NAN};
    cmty_comparison_row r = {.struct_size = sizeof r};
    size_t rows = 0;

    for (size_t i = 0; i < cmty_comparison_count(c); i++) {
        if (cmty_comparison_row_at(c, i, &r, NULL) < 0 || r.change != change)
            continue;
        rows++;
        sum.area_m2 += r.area_m2;
        sum.pieces += r.pieces;
        if (r.points >= 0)
            sum.points = (sum.points < 0 ? 0 : sum.points) + r.points;
        if (isfinite(r.population))
            sum.population = (isfinite(sum.population) ? sum.population : 0) + r.population;
    }
    if (rows == 0)
        return;
    printf("%-9s  %-33.33s %12.4f %8s %8s", cmty_change_name(change), what, sum.area_m2 / 1e6, "",
           "");
    print_load(&sum);
}

static void print_text(const cmty_comparison *c, const cmty_comparison_totals *t)
{
    char noise[64];

    printf("%-9s  %-16s %-16s %12s %8s %8s", "change", "from", "to", "km2", "of old", "of new");
    printf("%s%s\n", t->points >= 0 ? "    points" : "",
           isfinite(t->population) ? "     people" : "");
    for (size_t i = 0; i < cmty_comparison_count(c); i++) {
        cmty_comparison_row r = {.struct_size = sizeof r};

        if (cmty_comparison_row_at(c, i, &r, NULL) < 0 || r.change == CMTY_CHANGE_UNCHANGED
            || r.change >= CMTY_CHANGE_NOISE)
            continue;
        printf("%-9s  %-16.16s %-16.16s %12.4f", cmty_change_name(r.change),
               *r.from == '\0' ? "-" : r.from, *r.to == '\0' ? "-" : r.to, r.area_m2 / 1e6);
        print_share(r.share_of_old);
        print_share(r.share_of_new);
        print_load(&r);
    }
    snprintf(noise, sizeof noise, "pieces narrower than %g m", 2 * t->tolerance_m);
    print_sum(c, CMTY_CHANGE_UNCHANGED, "");
    print_sum(c, CMTY_CHANGE_NOISE, noise);
    print_sum(c, CMTY_CHANGE_OUTSIDE, "in none of either version");
    printf("%" PRId64 " change%s; old %.4f km2, new %.4f km2\n", t->changes,
           t->changes == 1 ? "" : "s", t->old_m2 / 1e6, t->new_m2 / 1e6);
}

/* ---- the verb ---- */

static cmty_status open_set(struct cli *cli, const struct compare_arguments *a, size_t side,
                            const char *const *layers, size_t count, cmty_beatset **set,
                            cmty_error *err)
{
    cmty_beat_options o = CMTY_BEAT_OPTIONS_INIT;
    size_t ids = cli_count(a->ids);

    o.id_field = ids == 0 ? NULL : a->ids[side < ids ? side : ids - 1];
    o.crs = a->crs;
    o.time_zone = a->zone;
    o.repair = a->repair != 0;
    o.host = &cli->host;
    return cmty_beatset_open(layers, count, &o, set, err);
}

/* The two sides: two layers, or two versions of --beats. */
static cmty_status open_sides(struct cli *cli, const struct compare_arguments *a,
                              const char *const *operands, cmty_beatset **sets,
                              cmty_compare_options *o, cmty_error *err)
{
    cmty_status st;

    if (a->beats == NULL) {
        st = open_set(cli, a, 0, &operands[0], 1, &sets[0], err);
        return st == CMTY_OK ? open_set(cli, a, 1, &operands[1], 1, &sets[1], err) : st;
    }
    st = open_set(cli, a, 0, (const char *const *)a->beats, cli_count(a->beats), &sets[0], err);
    if (st == CMTY_OK && operands[0] == NULL)
        o->old_version = 0;
    else if (st == CMTY_OK)
        st = cmty_beatset_find_version(sets[0], operands[0], a->zone, &o->old_version, err);
    if (st == CMTY_OK && operands[1] != NULL)
        st = cmty_beatset_find_version(sets[0], operands[1], a->zone, &o->new_version, err);
    return st;
}

static int compare_print(struct cli *cli, const cmty_comparison *c)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty_comparison_totals totals = {.struct_size = sizeof totals};
    cmty_status st = cmty_comparison_sum(c, &totals, &err);

    if (st < 0)
        return cli_fail(cli, st, &err);
    cli_bar_end(cli);
    if (cli->json)
        return print_json(cli, c, &totals);
    print_text(c, &totals);
    return EXIT_DONE;
}

static int compare_run(struct cli *cli, const struct compare_arguments *a,
                       const char *const *operands)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty_compare_options o = CMTY_COMPARE_OPTIONS_INIT;
    cmty_comparison_files files = CMTY_COMPARISON_FILES_INIT;
    cmty_beatset *sets[2] = {NULL, NULL};
    cmty_comparison *c = NULL;
    int code = EXIT_DONE;
    cmty_status st;

    o.unit = unit_of(a->by);
    o.points = a->points;
    o.population = a->population;
    o.weight_field = a->weight;
    o.host = files.host = &cli->host;
    o.tolerance_m = a->tolerance_m;
    if (o.unit < 0)
        return cli_usage(cli, "--by is one of beat, sector, district");
    if (!sort_outputs(a, &files))
        return cli_usage(cli, "-o writes one each of OUT.csv, OUT.geojson, OUT.gpkg, OUT.html");
    st = open_sides(cli, a, operands, sets, &o, &err);
    if (st == CMTY_OK)
        st = cmty_compare(sets[0], sets[1] != NULL ? sets[1] : sets[0], &o, &c, &err);
    if (st == CMTY_OK && (a->outputs != NULL || a->html != NULL))
        st = cmty_comparison_write(c, &files, &err);
    if (st < 0)
        code = cli_fail(cli, st, &err);
    else if (files.csv == NULL || strcmp(files.csv, "-") != 0)
        code = compare_print(cli, c);
    cmty_comparison_free(c);
    cmty_beatset_free(sets[0]);
    cmty_beatset_free(sets[1]);
    return code;
}

int verb_compare(struct cli *cli, int argc, const char **argv)
{
    const cmty_compare_options defaults = CMTY_COMPARE_OPTIONS_INIT;
    struct compare_arguments a = {.tolerance_m = defaults.tolerance_m};
    struct poptOption options[] = {
        CLI_LIST("id", '\0', &a.ids, "FIELD",
                 "field that names a beat; given twice: of OLD and of NEW"),
        CLI_TEXT("by", '\0', &a.by, "UNIT", "beat, sector or district; beat"),
        CLI_LIST("beats", 'b', &a.beats, "LAYER",
                 "layers of dated beats; OLD and NEW are then versions or dates, by default the "
                 "first and the last"),
        CLI_REAL("tolerance-m", '\0', &a.tolerance_m, "METRES",
                 "pieces narrower than twice this are boundary noise; 5"),
        CLI_TEXT("points", '\0', &a.points, "LAYER", "points to count in both versions"),
        CLI_TEXT("population", '\0', &a.population, "LAYER",
                 "people to count: points, or areas with --weight"),
        CLI_TEXT("weight", '\0', &a.weight, "FIELD", "field that counts people"),
        CLI_LIST("output", 'o', &a.outputs, "FILE",
                 "crosswalk to write: .csv, .geojson, .gpkg or .html, or - for CSV"),
        CLI_TEXT("html", '\0', &a.html, "OUT.html", "page with a map to write"),
        CLI_TEXT("title", '\0', &a.title, "TEXT", "heading of the page"),
        CLI_TEXT("crs", '\0', &a.crs, "CRS", "for layers without a CRS"),
        CLI_TEXT("time-zone", '\0', &a.zone, "ZONE", "zone of dates without one; UTC"),
        CLI_FLAG("repair", '\0', &a.repair, "repair invalid rings, and say so"),
        CLI_OPTIONS(cli)};
    int code = EXIT_DONE;
    poptContext context = cli_parse(cli, argc, argv, options, "OLD NEW [OPTION...]", &code);
    const char *operands[2] = {NULL, NULL};

    if (context != NULL) {
        operands[0] = cli_operand(context);
        operands[1] = cli_operand(context);
        if (operands[1] == NULL && (operands[0] != NULL || a.beats == NULL))
            code = cli_usage(cli, "give two layers, OLD and NEW, or --beats and two versions");
        else if (cli_operand(context) != NULL || cli_count(a.ids) > 2)
            code = cli_usage(cli, "compare takes two sides");
        else
            code = compare_run(cli, &a, operands);
    }
    poptFreeContext(context);
    compare_arguments_free(&a);
    return code;
}
