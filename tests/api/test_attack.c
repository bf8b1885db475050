/* SPDX-License-Identifier: MIT */
/*
 * The adversary: it must break what is known to be broken, and find nothing in our masks that the
 * law itself does not give away. An invented town of 10,000 homes; every draw is seeded.
 */
#include "../runner.h"

#include <community/community.h>

#include <math.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HOMES = 10000, REPORTS = 400 };
static const double west = -87.70, south = 41.86, m_per_lon = 82956.0, m_per_lat = 111070.0;
static const double side_m = 5000, epsilon = 0.01;

static char folder[64], homes_path[96], truth_path[96], key_path[96], blocks_path[96],
    other_path[96];
static cmty_point homes[HOMES];
static int home_of[REPORTS];
static uint64_t seed;

/* splitmix64 (Steele, Lea, Flood 2014) */
static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

static double uniform(void) /* in (0, 1) */
{
    seed += 0x9e3779b97f4a7c15U;
    return ((double)(mix(seed) >> 11) + 0.5) / 9007199254740992.0;
}

static double six(double v)
{
    return nearbyint(v * 1e6) / 1e6;
}

static FILE *create(const char *path)
{
    FILE *f = fopen(path, "w");

    ck_assert_ptr_nonnull(f);
    return f;
}

/* Degrees in C notation whatever the locale of the test. */
static void put_degrees(FILE *f, double v, int decimals)
{
    char text[40];
    char *comma;

    snprintf(text, sizeof text, "%.*f", decimals, v);
    comma = strchr(text, ',');
    if (comma != NULL)
        *comma = '.';
    fputs(text, f);
}

static void put_row(FILE *f, int report, cmty_point p, int decimals)
{
    fprintf(f, "r%d,", report);
    put_degrees(f, p.lon_deg, decimals);
    fputc(',', f);
    put_degrees(f, p.lat_deg, decimals);
}

static void write_town(void)
{
    FILE *h = create(homes_path), *t = create(truth_path);

    seed = 1;
    fputs("id,lon,lat\n", h);
    for (int i = 0; i < HOMES; i++) {
        homes[i].lon_deg = six(west + uniform() * side_m / m_per_lon);
        homes[i].lat_deg = six(south + uniform() * side_m / m_per_lat);
        put_row(h, i, homes[i], 6);
        fputc('\n', h);
    }
    fputs("id,lon,lat,time\n", t);
    for (int i = 0; i < REPORTS; i++) {
        home_of[i] = (int)(uniform() * HOMES);
        put_row(t, i, homes[home_of[i]], 6);
        fprintf(t, ",2026-03-%02dT%02d:%02d:00Z\n", 1 + i % 28, i / 28 % 24, (i * 7) % 60);
    }
    ck_assert_int_eq(fclose(h), 0);
    ck_assert_int_eq(fclose(t), 0);
}

static void set_up(void)
{
    snprintf(folder, sizeof folder, "/tmp/cmty-attack-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(homes_path, sizeof homes_path, "%s/homes.csv", folder);
    snprintf(truth_path, sizeof truth_path, "%s/truth.csv", folder);
    snprintf(key_path, sizeof key_path, "%s/mask.key", folder);
    snprintf(other_path, sizeof other_path, "%s/other.csv", folder);
    snprintf(blocks_path, sizeof blocks_path, "%s/blocks.geojson", folder);
    write_town();
    ck_assert_int_eq(cmty_key_make_mask(key_path, NULL), CMTY_OK);
}

static void tear_down(void)
{
    char command[100];

    snprintf(command, sizeof command, "rm -rf %s", folder);
    ck_assert_int_eq(system(command), 0);
}

/* ---- what is read from a result ---- */

static cmty_finding finding(const cmty_attack *a, const char *name)
{
    cmty_finding f = {.struct_size = sizeof f};

    for (size_t i = 0; i < cmty_attack_count(a); i++) {
        ck_assert_int_eq(cmty_attack_finding(a, i, &f, NULL), CMTY_OK);
        if (strcmp(f.name, name) == 0)
            return f;
    }
    ck_abort_msg("there is no finding %s", name);
}

static cmty_attack_options options(void)
{
    cmty_attack_options o = CMTY_ATTACK_OPTIONS_INIT;

    o.addresses = homes_path;
    return o;
}

static cmty_attack *attack(const char *const *published, size_t count, const cmty_attack_options *o)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty_attack *a = NULL;

    ck_assert_msg(cmty_attack_run(truth_path, published, count, o, &a, &err) == CMTY_OK, "%s",
                  err.message);
    return a;
}

/* ---- masks that are known to be broken ---- */

typedef cmty_status mask(void *user, const char *id, cmty_point at, cmty_time when,
                         cmty_point *out);

static cmty_mechanism mechanism(mask *function)
{
    return (cmty_mechanism){.struct_size = sizeof(cmty_mechanism), .mask = function};
}

static cmty_attack *attack_mechanism(const cmty_mechanism *m)
{
    cmty_attack_options o = options();

    o.law = CMTY_LAW_LATTICE;
    o.epsilon_per_m = epsilon;
    o.mechanism = m;
    o.trials = 150;
    return attack(NULL, 0, &o);
}

/* Radius of the planar Laplace law: (1 + u) e^-u = 1 - p, u = epsilon r. */
static double radius(double p, double unit)
{
    double u = 1.7;

    for (int i = 0; i < 12; i++)
        u = fmax(1e-9, u + ((1 - p) - (1 + u) * exp(-u)) / (-u * exp(-u)));
    return nearbyint(u / unit) * unit / epsilon;
}

/* A step on a sphere of 6378137 m. */
static cmty_point step(cmty_point from, double bearing, double distance_m)
{
    const double radian = 0.017453292519943295, a = distance_m / 6378137.0;
    double lat = from.lat_deg * radian;
    double to = asin(sin(lat) * cos(a) + cos(lat) * sin(a) * cos(bearing));
    double east = atan2(sin(bearing) * sin(a) * cos(lat), cos(a) - sin(lat) * sin(to));

    return (cmty_point){from.lon_deg + east / radian, to / radian};
}

static uint64_t hash(const char *text, cmty_point p, int with_place)
{
    uint64_t h = 0x243f6a8885a308d3U;

    for (; *text != '\0'; text++)
        h = mix(h ^ (uint64_t)(unsigned char)*text);
    if (with_place) {
        h = mix(h ^ (uint64_t)llround(p.lon_deg * 1e6));
        h = mix(h ^ (uint64_t)llround(p.lat_deg * 1e6));
    }
    return h;
}

static cmty_point draw(cmty_point at, double unit)
{
    double bearing = 6.283185307179586 * uniform();

    return step(at, bearing, radius(uniform(), unit));
}

/* location-guard rounds Lambert's W to six decimals; otherwise it repeats itself here. */
static cmty_status rounded_radius(void *user, const char *id, cmty_point at, cmty_time when,
                                  cmty_point *out)
{
    (void)user, (void)when;
    seed = hash(id, at, 1);
    *out = draw(at, 1e-6);
    return CMTY_OK;
}

static cmty_status fresh_jitter(void *user, const char *id, cmty_point at, cmty_time when,
                                cmty_point *out)
{
    (void)user, (void)id, (void)when;
    *out = draw(at, 1e-15);
    out->lon_deg = six(out->lon_deg);
    out->lat_deg = six(out->lat_deg);
    return CMTY_OK;
}

static cmty_status keyed_by_place(void *user, const char *id, cmty_point at, cmty_time when,
                                  cmty_point *out)
{
    (void)id;
    seed = hash("secret", at, 1);
    return fresh_jitter(user, id, at, when, out);
}

static cmty_status keyed_by_report(void *user, const char *id, cmty_point at, cmty_time when,
                                   cmty_point *out)
{
    seed = hash(id, at, 0);
    return fresh_jitter(user, id, at, when, out);
}

static cmty_status keyed_by_both(void *user, const char *id, cmty_point at, cmty_time when,
                                 cmty_point *out)
{
    seed = hash(id, at, 1);
    return fresh_jitter(user, id, at, when, out);
}

/* Jitter that is added before the place is cut to four decimals, to a place with six. */
static cmty_status coarse_offset(void *user, const char *id, cmty_point at, cmty_time when,
                                 cmty_point *out)
{
    cmty_point p;

    seed = hash(id, at, 1);
    (void)user, (void)when;
    p = draw(at, 1e-15);
    out->lon_deg = six(at.lon_deg + nearbyint((p.lon_deg - at.lon_deg) * 1e4) / 1e4);
    out->lat_deg = six(at.lat_deg + nearbyint((p.lat_deg - at.lat_deg) * 1e4) / 1e4);
    return CMTY_OK;
}

START_TEST(a_rounded_radius_gives_the_address_away)
{
    cmty_mechanism m = mechanism(rounded_radius);
    cmty_attack *a = attack_mechanism(&m);
    cmty_finding low = finding(a, "low_bits");

    ck_assert_int_eq(low.verdict, CMTY_VERDICT_FAIL);
    ck_assert_double_ge(low.value, 0.97);
    ck_assert_double_le(finding(a, "bayes").value, 0.08);
    ck_assert_int_eq(cmty_attack_passed(a), 0);
    cmty_attack_free(a);
    m = mechanism(keyed_by_both); /* the same law, written with six decimals */
    a = attack_mechanism(&m);
    ck_assert_int_eq(finding(a, "low_bits").verdict, CMTY_VERDICT_PASS);
    cmty_attack_free(a);
}
END_TEST

START_TEST(an_offset_rounded_before_it_is_added_gives_the_address_away)
{
    cmty_mechanism m = mechanism(coarse_offset);
    cmty_attack *a = attack_mechanism(&m);

    ck_assert_int_eq(finding(a, "low_bits").verdict, CMTY_VERDICT_FAIL);
    ck_assert_double_ge(finding(a, "low_bits").value, 0.5);
    cmty_attack_free(a);
}
END_TEST

START_TEST(jitter_drawn_again_at_each_release_is_averaged_away)
{
    cmty_mechanism m = mechanism(fresh_jitter);
    cmty_attack *a = attack_mechanism(&m);
    cmty_finding f = finding(a, "averaging");

    ck_assert_int_eq(f.verdict, CMTY_VERDICT_FAIL);
    /* RMS sqrt 6 / epsilon at once, 2 / (epsilon sqrt 1000) by the geometric median */
    ck_assert_double_ge(f.value, 25);
    ck_assert_double_le(f.value, 60);
    cmty_attack_free(a);
}
END_TEST

START_TEST(noise_keyed_by_place_alone_is_found_by_probing)
{
    cmty_mechanism m = mechanism(keyed_by_place);
    cmty_attack *a = attack_mechanism(&m);

    ck_assert_int_eq(finding(a, "probe").verdict, CMTY_VERDICT_FAIL);
    ck_assert_double_ge(finding(a, "probe").value, 0.97);
    ck_assert_int_eq(finding(a, "averaging").verdict, CMTY_VERDICT_PASS);
    cmty_attack_free(a);
}
END_TEST

START_TEST(noise_keyed_by_report_alone_tells_a_correction)
{
    cmty_mechanism m = mechanism(keyed_by_report);
    cmty_attack *a = attack_mechanism(&m);

    ck_assert_int_eq(finding(a, "edit").verdict, CMTY_VERDICT_FAIL);
    ck_assert_double_ge(finding(a, "edit").value, 0.97);
    ck_assert_int_eq(finding(a, "probe").verdict, CMTY_VERDICT_PASS);
    cmty_attack_free(a);
    m = mechanism(keyed_by_both);
    a = attack_mechanism(&m);
    ck_assert_int_eq(finding(a, "edit").verdict, CMTY_VERDICT_PASS);
    cmty_attack_free(a);
}
END_TEST

static int32_t true_inside(void *user, const char *id, cmty_point at, cmty_point masked,
                           cmty_point min, cmty_point max)
{
    cmty_point p = user != NULL ? masked : at;

    (void)id;
    return p.lon_deg >= min.lon_deg && p.lon_deg <= max.lon_deg && p.lat_deg >= min.lat_deg
           && p.lat_deg <= max.lat_deg;
}

START_TEST(an_answer_about_the_true_place_is_bisected)
{
    cmty_mechanism m = mechanism(keyed_by_both);
    cmty_attack *a;
    int flag = 1;

    m.inside = true_inside;
    a = attack_mechanism(&m);
    ck_assert_int_eq(finding(a, "oracle").verdict, CMTY_VERDICT_FAIL);
    ck_assert_double_ge(finding(a, "oracle").value, 0.97);
    cmty_attack_free(a);
    m.user = &flag; /* answered from the published place instead */
    a = attack_mechanism(&m);
    ck_assert_int_eq(finding(a, "oracle").verdict, CMTY_VERDICT_PASS);
    cmty_attack_free(a);
}
END_TEST

/* ---- releases in files ---- */

/* Blocks of 100 m as beats, so that a beat alone leaves four homes. */
static cmty_beatset *open_blocks(void)
{
    FILE *f = create(blocks_path);
    cmty_beatset *set = NULL;
    cmty_error err = CMTY_ERROR_INIT;
    const char *layer = blocks_path;

    fputs("{\"type\":\"FeatureCollection\",\"features\":[", f);
    for (int i = 0; i < 2500; i++) {
        double x0 = west + i % 50 * 100 / m_per_lon, x1 = west + (i % 50 + 1) * 100 / m_per_lon;
        double y0 = south + i / 50 * 100 / m_per_lat, y1 = south + (i / 50 + 1) * 100 / m_per_lat;
        double corners[5][2] = {{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}, {x0, y0}};

        fprintf(f,
                "%s{\"type\":\"Feature\",\"properties\":{\"beat\":\"b%d\"},\"geometry\":{\"type\":"
                "\"Polygon\",\"coordinates\":[[",
                i > 0 ? "," : "", i);
        for (int k = 0; k < 5; k++) {
            fputs(k > 0 ? ",[" : "[", f);
            put_degrees(f, corners[k][0], 9);
            fputc(',', f);
            put_degrees(f, corners[k][1], 9);
            fputc(']', f);
        }
        fputs("]]}}", f);
    }
    fputs("]}", f);
    ck_assert_int_eq(fclose(f), 0);
    ck_assert_msg(cmty_beatset_open(&layer, 1, NULL, &set, &err) == CMTY_OK, "%s", err.message);
    return set;
}

static int block_of(cmty_point p)
{
    int x = (int)((p.lon_deg - west) * m_per_lon / 100),
        y = (int)((p.lat_deg - south) * m_per_lat / 100);

    return (y < 0 ? 0 : y > 49 ? 49 : y) * 50 + (x < 0 ? 0 : x > 49 ? 49 : x);
}

/* Good noise beside the true beat and the true minute, or beside what follows from the point. */
static void write_release(const char *path, bool true_facts, uint64_t salt)
{
    FILE *f = create(path);

    fputs("id,lon,lat,mask_law,mask_radius_m,beat_id,time_utc\n", f);
    for (int i = 0; i < REPORTS; i++) {
        cmty_point at = homes[home_of[i]], p;
        char id[32];

        snprintf(id, sizeof id, "r%d", i);
        seed = hash(id, at, 1) ^ salt;
        p = draw(at, 1e-15);
        put_row(f, i, p, 6);
        fprintf(f, ",lattice,474,b%d,", block_of(true_facts ? at : p));
        if (true_facts)
            fprintf(f, "2026-03-%02dT%02d:%02d:00Z\n", 1 + i % 28, i / 28 % 24, (i * 7) % 60);
        else
            fprintf(f, "2026-03-%02dT00:00:00Z\n", 1 + i % 28);
    }
    ck_assert_int_eq(fclose(f), 0);
}

START_TEST(beat_and_time_of_the_true_place_undo_good_noise)
{
    cmty_beatset *blocks = open_blocks();
    cmty_attack_options o = options();
    const char *path = other_path;
    cmty_attack *a;

    o.beats = blocks;
    write_release(path, true, 0);
    a = attack(&path, 1, &o);
    ck_assert_int_eq(finding(a, "bayes").verdict, CMTY_VERDICT_PASS);
    ck_assert_int_eq(finding(a, "beat").verdict, CMTY_VERDICT_FAIL);
    ck_assert_double_ge(finding(a, "beat").value, 0.2);
    ck_assert_double_ge(finding(a, "beat_bits").value, 4);
    ck_assert_int_eq(finding(a, "time").verdict, CMTY_VERDICT_FAIL);
    ck_assert_double_ge(finding(a, "time").value, 0.97);
    cmty_attack_free(a);
    write_release(path, false, 0);
    a = attack(&path, 1, &o);
    ck_assert_int_eq(finding(a, "time").verdict, CMTY_VERDICT_PASS);
    ck_assert_double_le(finding(a, "beat").value, finding(a, "bayes").high);
    cmty_attack_free(a);
    cmty_beatset_free(blocks);
}
END_TEST

START_TEST(releases_that_differ_are_put_together)
{
    enum { RELEASES = 12 };
    char paths[RELEASES][128];
    const char *list[RELEASES];
    cmty_attack_options o = options();
    cmty_attack *a;

    for (int i = 0; i < RELEASES; i++) {
        snprintf(paths[i], sizeof paths[i], "%s/release-%d.csv", folder, i);
        list[i] = paths[i];
        write_release(paths[i], false, (uint64_t)i);
    }
    a = attack(list, RELEASES, &o);
    ck_assert_int_eq(finding(a, "releases_mean").verdict, CMTY_VERDICT_FAIL);
    ck_assert_double_eq_tol(finding(a, "releases_mean").value, sqrt(RELEASES), 0.5);
    ck_assert_int_eq(finding(a, "intersection").verdict, CMTY_VERDICT_FAIL);
    ck_assert_double_ge(finding(a, "intersection").value, 3 * finding(a, "bayes").value);
    cmty_attack_free(a);
    for (int i = 1; i < RELEASES; i++)
        list[i] = paths[0]; /* the same release again */
    a = attack(list, RELEASES, &o);
    ck_assert_double_eq_tol(finding(a, "releases_mean").value, 1, 1e-9);
    ck_assert_double_eq(finding(a, "intersection").value, finding(a, "bayes").value);
    cmty_attack_free(a);
}
END_TEST

/* ---- our own ---- */

static cmty_masker *open_masker(int32_t law, const char *key)
{
    cmty_mask_options o = CMTY_MASK_OPTIONS_INIT;
    cmty_error err = CMTY_ERROR_INIT;
    cmty_masker *m = NULL;

    o.law = law;
    o.epsilon_per_m = epsilon;
    o.key_file = key;
    ck_assert_msg(cmty_masker_open(&o, NULL, &m, &err) == CMTY_OK, "%s", err.message);
    return m;
}

static cmty_attack *attack_masker(const cmty_masker *masker)
{
    cmty_attack_options o = options();

    o.masker = masker;
    o.trials = REPORTS;
    return attack(NULL, 0, &o);
}

START_TEST(our_noise_leaves_nothing_but_its_law)
{
    static const char *const attacks[] = {"low_bits", "averaging", "edit", "probe", "key_guess"};
    static const int32_t laws[] = {CMTY_LAW_LATTICE, CMTY_LAW_DONUT, CMTY_LAW_GRID};
    cmty_masker *m = open_masker(laws[_i], key_path);
    cmty_attack *a = attack_masker(m);

    for (size_t i = 0; i < sizeof attacks / sizeof attacks[0]; i++)
        if (strcmp(attacks[i], "key_guess") != 0 || laws[_i] != CMTY_LAW_GRID)
            ck_assert_msg(finding(a, attacks[i]).verdict == CMTY_VERDICT_PASS, "%s", attacks[i]);
    /* a thousand releases gain nothing */
    ck_assert_double_eq_tol(finding(a, "averaging").value, 1, 1e-9);
    ck_assert_double_le(finding(a, "low_bits").value, finding(a, "bayes").value + 0.01);
    ck_assert_double_le(finding(a, "probe").value, finding(a, "bayes").high);
    cmty_attack_free(a);
    cmty_masker_free(m);
}
END_TEST

/* Addresses of density lambda, scattered evenly: how often the nearest is the true one. */
static double poisson_risk(double lambda, double eps)
{
    double a = 3.141592653589793 * lambda / (eps * eps);

    return 1 / (2 * a)
           - sqrt(3.141592653589793) / (4 * pow(a, 1.5)) * exp(1 / (4 * a))
                 * erfc(1 / (2 * sqrt(a)));
}

START_TEST(nearest_and_posterior_agree_with_theory)
{
    cmty_masker *m = open_masker(CMTY_LAW_LATTICE, key_path);
    cmty_attack *a = attack_masker(m);
    cmty_finding nearest = finding(a, "nearest"), bayes = finding(a, "bayes");
    double expected = poisson_risk(HOMES / side_m / side_m, epsilon);
    double error = sqrt(expected / REPORTS);

    ck_assert_double_eq_tol(nearest.value, expected, 4 * error);
    ck_assert_double_eq_tol(bayes.value, bayes.baseline, 4 * error); /* it predicts itself */
    ck_assert_double_eq_tol(bayes.value, nearest.value, 4 * error);
    cmty_attack_free(a);
    cmty_masker_free(m);
}
END_TEST

START_TEST(a_guessable_key_is_guessed)
{
    static const char *const keys[] = {
        "community-mask-key-1 3930000000000000000000000000000000000000000000000000000000000000\n",
        "community-mask-key-1 4242424242424242424242424242424242424242424242424242424242424242\n",
        /* SHA-256 of "secret" */
        "community-mask-key-1 2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b\n"};
    cmty_masker *m;
    cmty_attack *a;
    FILE *f = create(other_path);

    fputs(keys[_i], f);
    ck_assert_int_eq(fclose(f), 0);
    ck_assert_int_eq(chmod(other_path, 0600), 0);
    m = open_masker(CMTY_LAW_LATTICE, other_path);
    a = attack_masker(m);
    ck_assert_int_eq(finding(a, "key_guess").verdict, CMTY_VERDICT_FAIL);
    ck_assert_int_eq(cmty_attack_passed(a), 0);
    cmty_attack_free(a);
    cmty_masker_free(m);
}
END_TEST

/* ---- the interface ---- */

START_TEST(the_page_and_the_json_show_no_place_and_no_id)
{
    cmty_masker *m = open_masker(CMTY_LAW_LATTICE, key_path);
    cmty_attack *a = attack_masker(m);
    const cmty_attack *list[2] = {a, a};
    const char *titles[2] = {"one", "a < b"};
    static char page[200000];
    size_t size;
    FILE *f;

    ck_assert_ptr_null(strstr(cmty_attack_json(a), "41.8"));
    ck_assert_ptr_null(strstr(cmty_attack_json(a), "\"r1"));
    ck_assert_int_eq(cmty_attack_html(list, titles, 2, other_path, NULL), CMTY_OK);
    f = fopen(other_path, "r");
    ck_assert_ptr_nonnull(f);
    size = fread(page, 1, sizeof page - 1, f);
    fclose(f);
    page[size] = '\0';
    ck_assert_ptr_nonnull(strstr(page, "a &lt; b"));
    ck_assert_ptr_null(strstr(page, "41.8"));
    ck_assert_ptr_null(strstr(page, "http:"));
    ck_assert_int_eq(cmty_attack_html(list, titles, 0, other_path, NULL), CMTY_E_INVALID);
    ck_assert_int_eq(cmty_attack_html(list, titles, 1, "no such folder/x", NULL), CMTY_E_IO);
    cmty_attack_free(a);
    cmty_masker_free(m);
}
END_TEST

static cmty_status failing(void *user, const char *id, cmty_point at, cmty_time when,
                           cmty_point *out)
{
    (void)user, (void)id, (void)at, (void)when, (void)out;
    return CMTY_E_IO;
}

START_TEST(what_cannot_be_attacked_is_refused)
{
    cmty_attack_options o = options();
    cmty_mechanism m = mechanism(failing);
    cmty_error err = CMTY_ERROR_INIT;
    cmty_attack *a = NULL;
    cmty_finding f = {.struct_size = sizeof f};

    ck_assert_int_eq(cmty_attack_run(truth_path, NULL, 0, &o, &a, &err), CMTY_E_INVALID);
    o.mechanism = &m; /* without a law */
    ck_assert_int_eq(cmty_attack_run(truth_path, NULL, 0, &o, &a, &err), CMTY_E_INVALID);
    o.law = CMTY_LAW_LATTICE;
    o.epsilon_per_m = epsilon;
    ck_assert_int_eq(cmty_attack_run(truth_path, NULL, 0, &o, &a, &err), CMTY_E_IO);
    ck_assert_ptr_null(a);
    o = options();
    ck_assert_int_eq(
        cmty_attack_run(truth_path, (const char *const[]){truth_path}, 1, &o, &a, &err),
        CMTY_E_FORMAT); /* tells no law */
    ck_assert_ptr_nonnull(strstr(err.message, "line 2"));
    ck_assert_ptr_null(strstr(err.message, "41.8"));
    o.trials = 0;
    ck_assert_int_eq(
        cmty_attack_run(truth_path, (const char *const[]){truth_path}, 1, &o, &a, &err),
        CMTY_E_RANGE);
    ck_assert_int_eq(cmty_attack_run(NULL, NULL, 0, &o, &a, &err), CMTY_E_INVALID);
    ck_assert_int_eq(cmty_attack_finding(NULL, 0, &f, &err), CMTY_E_INVALID);
    cmty_attack_free(NULL);
}
END_TEST

START_TEST(a_release_that_is_the_truth_fails_everything)
{
    cmty_attack_options o = options();
    cmty_attack *a;

    o.law = CMTY_LAW_LATTICE;
    o.epsilon_per_m = epsilon;
    a = attack((const char *const[]){truth_path}, 1, &o);
    ck_assert_double_ge(finding(a, "nearest").value, 0.999);
    ck_assert_double_ge(finding(a, "bayes").value, 0.999);
    ck_assert_double_eq(finding(a, "moved_mean").value, 0);
    ck_assert_double_eq(finding(a, "hot_spots").value, 1);
    ck_assert_int_eq(cmty_attack_passed(a), 0);
    cmty_attack_free(a);
}
END_TEST

static Suite *attack_suite(void)
{
    Suite *suite = suite_create("attack");
    TCase *tc = tcase_create("attack");

    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, a_rounded_radius_gives_the_address_away);
    tcase_add_test(tc, an_offset_rounded_before_it_is_added_gives_the_address_away);
    tcase_add_test(tc, jitter_drawn_again_at_each_release_is_averaged_away);
    tcase_add_test(tc, noise_keyed_by_place_alone_is_found_by_probing);
    tcase_add_test(tc, noise_keyed_by_report_alone_tells_a_correction);
    tcase_add_test(tc, an_answer_about_the_true_place_is_bisected);
    tcase_add_test(tc, beat_and_time_of_the_true_place_undo_good_noise);
    tcase_add_test(tc, releases_that_differ_are_put_together);
    tcase_add_loop_test(tc, our_noise_leaves_nothing_but_its_law, 0, 3);
    tcase_add_test(tc, nearest_and_posterior_agree_with_theory);
    tcase_add_loop_test(tc, a_guessable_key_is_guessed, 0, 3);
    tcase_add_test(tc, the_page_and_the_json_show_no_place_and_no_id);
    tcase_add_test(tc, what_cannot_be_attacked_is_refused);
    tcase_add_test(tc, a_release_that_is_the_truth_fails_everything);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(attack_suite)
