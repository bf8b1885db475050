/* SPDX-License-Identifier: MIT */
/* attack, and what mask --compare does with it: several laws tried on the same reports. One
   thread. */
#include "cli.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- one result ---- */

static void print_value(double v, const char *unit)
{
    if (isnan(v))
        printf(" %9s", "");
    else if (isinf(v))
        printf(" %9s", "all");
    else if (strcmp(unit, "share") == 0)
        printf(" %7.2f %%", v * 100);
    else
        printf(" %9.*f", fabs(v) < 10 ? 2 : 0, v);
}

static void print_finding(const cmty_finding *f)
{
    static const char *const verdicts[] = {"", "within", "BEYOND"};

    printf("  %-50s", f->what);
    print_value(f->value, f->unit);
    print_value(f->low, f->unit);
    print_value(f->high, f->unit);
    print_value(f->baseline, f->unit);
    print_value(f->limit, f->unit);
    printf("  %s\n", verdicts[f->verdict]);
}

enum { TOLD_LINES = 20 };

static void print_told_line(const cmty_told *t)
{
    printf("  release %u: %s ", t->release, t->what);
    if (strcmp(t->name, "difference") != 0)
        printf("is blank, and %" PRId64 " to %" PRId64 "%s\n", t->low, t->high,
               strcmp(t->name, "blanks_alone") == 0 ? " by the sums of the release" : "");
    else if (t->before >= 0 && t->after >= 0)
        printf("went from %" PRId64 " to %" PRId64 "\n", t->before, t->after);
    else
        printf("grew by %" PRId64 " to %" PRId64 "\n", t->low, t->high);
}

static int print_told(struct cli *cli, const cmty_attack *attack)
{
    size_t count = cmty_attack_told_count(attack);
    cmty_error err = CMTY_ERROR_INIT;

    if (count > 0)
        puts("\nwhat the releases tell together");
    for (size_t i = 0; i < count && i < TOLD_LINES; i++) {
        cmty_told t = {.struct_size = sizeof t};
        cmty_status st = cmty_attack_told(attack, i, &t, &err);

        if (st < 0)
            return cli_fail(cli, st, &err);
        print_told_line(&t);
    }
    if (count > TOLD_LINES)
        printf("  and %zu more; --json lists them all\n", count - TOLD_LINES);
    return EXIT_DONE;
}

static int print_attack(struct cli *cli, const cmty_attack *attack)
{
    int code;

    cmty_error err = CMTY_ERROR_INIT;
    int32_t kind = -1;

    cli_bar_end(cli);
    if (cli->json) {
        puts(cmty_attack_json(attack));
        return cmty_attack_passed(attack) ? EXIT_DONE : EXIT_ANSWER_NO;
    }
    for (size_t i = 0; i < cmty_attack_count(attack); i++) {
        cmty_finding f = {.struct_size = sizeof f};
        cmty_status st = cmty_attack_finding(attack, i, &f, &err);

        if (st < 0)
            return cli_fail(cli, st, &err);
        if (f.kind != kind)
            printf("%-52s %9s %19s %9s %9s\n",
                   f.kind == CMTY_FINDING_RISK ? "what an adversary recovers"
                                               : "\nwhat the points are still good for",
                   "value", "95 % interval", "compare", "limit");
        kind = f.kind;
        print_finding(&f);
    }
    code = print_told(cli, attack);
    if (code != EXIT_DONE)
        return code;
    puts(cmty_attack_passed(attack) ? "\nwithin the limits" : "\nBEYOND the limits");
    return cmty_attack_passed(attack) ? EXIT_DONE : EXIT_ANSWER_NO;
}

/* ---- attack ---- */

struct attack_arguments {
    struct store_arguments layers;
    char *truth, *law, *region, *key, *html, *snap_to, *land, *periods;
    char **published, **previous;
    double epsilon, radius_m, inner_m, lattice_m, cutoff_m;
    int k, trials;
};

/* Whether there is enough to open the mask itself, so that it can be asked. */
static bool can_open(const struct attack_arguments *a, int32_t law)
{
    if (law == CMTY_LAW_ANCHOR)
        return a->layers.addresses != NULL && a->layers.beats != NULL;
    if (law == CMTY_LAW_SNAP)
        return a->snap_to != NULL;
    if (law == CMTY_LAW_STREET && a->snap_to == NULL)
        return false;
    return law != CMTY_LAW_AUTO && law != CMTY_LAW_WITHHOLD && a->key != NULL;
}

static cmty_status open_mask(struct cli *cli, const struct attack_arguments *a, int32_t law,
                             const cmty_beatset *beats, cmty_masker **out, cmty_error *err)
{
    cmty_mask_options o = CMTY_MASK_OPTIONS_INIT;

    if (!can_open(a, law))
        return CMTY_OK;
    o.law = law;
    o.region = cmty_region_from_name(a->region != NULL ? a->region : "none");
    if (a->epsilon > 0)
        o.epsilon_per_m = a->epsilon;
    if (a->radius_m > 0)
        o.radius_m = a->radius_m;
    if (a->inner_m >= 0)
        o.inner_radius_m = a->inner_m;
    if (a->lattice_m > 0)
        o.lattice_m = a->lattice_m;
    if (a->k > 0)
        o.k = (uint32_t)a->k;
    if (a->cutoff_m > 0)
        o.cutoff_m = a->cutoff_m;
    o.snap_to = a->snap_to;
    o.land = a->land;
    o.addresses = a->layers.addresses;
    o.key_file = a->key;
    o.host = &cli->host;
    return cmty_masker_open(&o, beats, out, err);
}

static cmty_status run_attack(struct cli *cli, const struct attack_arguments *a, int32_t law,
                              const cmty_beatset *beats, const cmty_masker *masker,
                              cmty_attack **out, cmty_error *err)
{
    cmty_attack_options o = CMTY_ATTACK_OPTIONS_INIT;

    if (a->trials > 0)
        o.trials = (uint32_t)a->trials;
    o.k = (uint32_t)a->k;
    o.law = masker == NULL ? law : CMTY_LAW_AUTO;
    o.epsilon_per_m = a->epsilon;
    o.inner_radius_m = a->inner_m > 0 ? a->inner_m : 0;
    o.radius_m = a->radius_m;
    o.addresses = a->layers.addresses;
    o.policy = a->layers.policy;
    o.time_zone = a->layers.time_zone;
    o.beats = beats;
    o.masker = masker;
    o.previous = (const char *const *)a->previous;
    o.previous_count = cli_count(a->previous);
    if (a->periods != NULL && strcmp(a->periods, "apart") == 0)
        o.periods = CMTY_PERIODS_APART;
    o.host = &cli->host;
    return cmty_attack_run(a->truth, (const char *const *)a->published, cli_count(a->published), &o,
                           out, err);
}

static int attack_parsed(struct cli *cli, const struct attack_arguments *a)
{
    cmty_error err = CMTY_ERROR_INIT;
    int32_t law = a->law != NULL ? cmty_law_from_name(a->law) : CMTY_LAW_AUTO;
    cmty_beatset *beats = NULL;
    cmty_masker *masker = NULL;
    cmty_attack *attack = NULL;
    const char *const title = "The release";
    int code = EXIT_DONE;
    cmty_status st = CMTY_OK;

    if (a->layers.beats != NULL)
        st = cli_beats(cli, &a->layers, a->layers.time_zone, -1, &beats, &err);
    if (st == CMTY_OK)
        st = open_mask(cli, a, law, beats, &masker, &err);
    if (st == CMTY_OK)
        st = run_attack(cli, a, law, beats, masker, &attack, &err);
    if (st == CMTY_OK && a->html != NULL)
        st = cmty_attack_html((const cmty_attack *const *)&attack, &title, 1, a->html, &err);
    code = st < 0 ? cli_fail(cli, st, &err) : print_attack(cli, attack);
    cmty_attack_free(attack);
    cmty_masker_free(masker);
    cmty_beatset_free(beats);
    return code;
}

static void free_list(char **list)
{
    for (size_t i = 0; list != NULL && list[i] != NULL; i++)
        free(list[i]);
    free(list);
}

static void attack_arguments_free(struct attack_arguments *a)
{
    store_arguments_free(&a->layers);
    free_list(a->published);
    free_list(a->previous);
    free(a->periods);
    free(a->truth);
    free(a->law);
    free(a->region);
    free(a->key);
    free(a->html);
    free(a->snap_to);
    free(a->land);
}

static int check_attack(const struct cli *cli, const struct attack_arguments *a)
{
    if (a->published == NULL || (a->truth == NULL && a->previous == NULL))
        return cli_usage(cli, "--published FILE is needed, and --truth FILE or --previous FILE");
    if (a->periods != NULL
        && (a->previous == NULL
            || (strcmp(a->periods, "growing") != 0 && strcmp(a->periods, "apart") != 0)))
        return cli_usage(cli, "--periods is growing or apart, and goes with --previous FILE");
    if (a->law != NULL && cmty_law_from_name(a->law) < 0)
        return cli_usage(cli, "there is no such --law");
    if (a->region != NULL && cmty_region_from_name(a->region) < 0)
        return cli_usage(cli, "--region is one of none, clamp, redraw");
    if (a->key != NULL && a->law == NULL)
        return cli_usage(cli, "--key FILE needs the --law that it was used with");
    if (a->k < 0 || a->trials < 0)
        return cli_usage(cli, "--k and --trials are positive numbers");
    return EXIT_DONE;
}

int verb_attack(struct cli *cli, int argc, const char **argv)
{
    struct attack_arguments a = {.inner_m = -1};
    struct poptOption options[] = {
        CLI_TEXT("truth", '\0', &a.truth, "FILE", "the exact reports: CSV, or a layer of points"),
        CLI_LIST("published", '\0', &a.published, "FILE",
                 "what was published of them; may be repeated, in order of release"),
        CLI_LIST("previous", '\0', &a.previous, "FILE",
                 "a release before those; may be repeated, oldest first: what they tell together"),
        CLI_TEXT("periods", '\0', &a.periods, "WORD",
                 "growing: each counts all that the one before did; apart: none does"),
        CLI_TEXT("law", 'l', &a.law, "NAME", "law of the release; default: the file tells"),
        CLI_REAL("epsilon", '\0', &a.epsilon, "E", "lattice: privacy per metre"),
        CLI_REAL("lattice-m", '\0', &a.lattice_m, "METRES", "lattice: spacing"),
        CLI_REAL("radius-m", '\0', &a.radius_m, "METRES", "donut: outer radius; grid: cell side"),
        CLI_REAL("inner-radius-m", '\0', &a.inner_m, "METRES", "donut: inner radius"),
        CLI_TEXT("snap-to", '\0', &a.snap_to, "LAYER", "snap: published points; street: roads"),
        CLI_REAL("cutoff-m", '\0', &a.cutoff_m, "METRES", "snap: withhold beyond"),
        CLI_TEXT("region", '\0', &a.region, "NAME", "none, clamp or redraw"),
        CLI_TEXT("land", '\0', &a.land, "LAYER", "clamp, redraw: stayed on this land"),
        CLI_TEXT("key", 'k', &a.key, "FILE",
                 "mask key of the release: also attacks that ask the mask again"),
        CLI_INT("k", '\0', &a.k, "K",
                "no attack may name the true address more often than one in K; default: the "
                "policy's"),
        CLI_INT("trials", '\0', &a.trials, "N", "reports attacked, at most; 500"),
        CLI_TEXT("html", '\0', &a.html, "OUT.html", "page to write"),
        STORE_OPTIONS(&a.layers),
        CLI_OPTIONS(cli)};
    int code = EXIT_DONE;
    poptContext context =
        cli_parse(cli, argc, argv, options, "--published FILE [OPTION...]", &code);

    if (context != NULL && cli_operand(context) != NULL)
        code = cli_usage(cli, "what comes after the options is not understood");
    else if (context != NULL)
        code = check_attack(cli, &a);
    if (context != NULL && code == EXIT_DONE)
        code = attack_parsed(cli, &a);
    poptFreeContext(context);
    attack_arguments_free(&a);
    return code;
}

/* ---- mask --compare ---- */

enum { TRIES_MAX = 8 };

/* A law to try; zero: as the options say. */
static const struct {
    const char *title;
    int32_t law;
    double epsilon_per_m, radius_m;
} tries[TRIES_MAX] = {
    {"as asked", CMTY_LAW_AUTO, 0, 0},
    {"lattice, epsilon 0.02", CMTY_LAW_LATTICE, 0.02, 0},
    {"lattice, epsilon 0.01", CMTY_LAW_LATTICE, 0.01, 0},
    {"lattice, epsilon 0.005", CMTY_LAW_LATTICE, 0.005, 0},
    {"donut", CMTY_LAW_DONUT, 0, 0},
    {"grid, 250 m", CMTY_LAW_GRID, 0, 250},
    {"grid, 500 m", CMTY_LAW_GRID, 0, 500},
    {"anchor", CMTY_LAW_ANCHOR, 0, 0},
};

struct comparison {
    const char *in;
    const cmty_mask_options *base;
    const cmty_beatset *beats;
    cmty_attack *attacks[TRIES_MAX];
    const char *titles[TRIES_MAX];
    size_t count;
};

static cmty_status compare_one(struct comparison *c, size_t i, cmty_error *err)
{
    cmty_attack_options o = CMTY_ATTACK_OPTIONS_INIT;
    cmty_mask_options m = *c->base;
    cmty_masker *masker = NULL;
    cmty_status st;

    if (i > 0)
        m.law = tries[i].law;
    if (tries[i].epsilon_per_m > 0)
        m.epsilon_per_m = tries[i].epsilon_per_m;
    if (tries[i].radius_m > 0)
        m.radius_m = tries[i].radius_m;
    if (m.law == CMTY_LAW_ANCHOR && (m.addresses == NULL || c->beats == NULL))
        return CMTY_OK;
    st = cmty_masker_open(&m, c->beats, &masker, err);
    o.k = m.k;
    o.addresses = m.addresses;
    o.beats = c->beats;
    o.masker = masker;
    o.host = m.host;
    if (st == CMTY_OK)
        st = cmty_attack_run(c->in, NULL, 0, &o, &c->attacks[c->count], err);
    if (st == CMTY_OK)
        c->titles[c->count++] = tries[i].title;
    cmty_masker_free(masker);
    return st;
}

static double value_of(const cmty_attack *attack, const char *name)
{
    for (size_t i = 0; i < cmty_attack_count(attack); i++) {
        cmty_finding f = {.struct_size = sizeof f};

        if (cmty_attack_finding(attack, i, &f, NULL) == CMTY_OK && strcmp(f.name, name) == 0)
            return f.value;
    }
    return (double)NAN;
}

static const struct {
    const char *name, *heading, *unit;
} columns[] = {
    {"bayes", "named", "share"},
    {"effective_addresses", "in doubt", ""},
    {"moved_mean", "moved m", ""},
    {"moved_95", "95 % m", ""},
    {"beats_wrong", "wrong beat", "share"},
    {"beat_count_error", "count err", "share"},
    {"hot_spots", "hot spots", "share"},
    {"morans_i", "Moran's I", ""},
    {"neighbours", "neighb.", ""},
    {"withheld", "withheld", "share"},
};
enum { COLUMN_COUNT = sizeof columns / sizeof columns[0] };

static void print_comparison(const struct comparison *c)
{
    printf("%-24s", "law");
    for (size_t k = 0; k < COLUMN_COUNT; k++)
        printf(" %9s", columns[k].heading);
    puts("  limits");
    for (size_t i = 0; i < c->count; i++) {
        printf("%-24s", c->titles[i]);
        for (size_t k = 0; k < COLUMN_COUNT; k++)
            print_value(value_of(c->attacks[i], columns[k].name), columns[k].unit);
        puts(cmty_attack_passed(c->attacks[i]) ? "  within" : "  BEYOND");
    }
    puts("\nnamed: addresses that the best guess names; in doubt: addresses that stay possible,\n"
         "median; Moran's I and neighbours: nearer to those of the true places is better.");
}

static void print_comparison_json(const struct comparison *c)
{
    putchar('[');
    for (size_t i = 0; i < c->count; i++) {
        fputs(i > 0 ? ",{\"law\":" : "{\"law\":", stdout);
        print_json_text(stdout, c->titles[i]);
        printf(",\"result\":%s}", cmty_attack_json(c->attacks[i]));
    }
    puts("]");
}

int compare_masks(struct cli *cli, const cmty_mask_options *base, const cmty_beatset *beats,
                  const char *in, const char *html)
{
    cmty_error err = CMTY_ERROR_INIT;
    struct comparison c = {.in = in, .base = base, .beats = beats};
    cmty_status st = CMTY_OK;
    int code = EXIT_DONE;

    for (size_t i = 0; i < TRIES_MAX && st == CMTY_OK; i++)
        st = compare_one(&c, i, &err);
    if (st == CMTY_OK && html != NULL)
        st = cmty_attack_html((const cmty_attack *const *)c.attacks, c.titles, c.count, html, &err);
    cli_bar_end(cli);
    if (st < 0)
        code = cli_fail(cli, st, &err);
    else if (cli->json)
        print_comparison_json(&c);
    else
        print_comparison(&c);
    for (size_t i = 0; i < c.count; i++)
        cmty_attack_free(c.attacks[i]);
    return code;
}
