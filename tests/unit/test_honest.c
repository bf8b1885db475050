/* SPDX-License-Identifier: MIT */
/*
 * How sure an answer is: probabilities that mean what they say. Analytic cases, sums, and
 * calibration: of all statements "beat A with 70 %", 70 % are true under the stated error model.
 */
#include "../runner.h"
#include "beat/beat.h"
#include "partition.h"

#include <math.h>
#include <unistd.h>

static const double radius_68 = 1.5095921854516636; /* sqrt(-2 ln 0.32) */

static void write_partition(const char *path, const partition *p)
{
    FILE *f = fopen(path, "w");

    ck_assert_ptr_nonnull(f);
    fputs("{\"type\":\"FeatureCollection\",\"features\":[", f);
    for (size_t a = 0; a < p->area_count; a++) {
        fprintf(f, "%s{\"type\":\"Feature\",\"properties\":{\"BEAT\":\"%02zu\"},\"geometry\":{",
                a > 0 ? "," : "", a);
        fputs("\"type\":\"MultiPolygon\",\"coordinates\":[", f);
        for (size_t r = 0; r < p->areas[a].ring_count; r++) {
            const cmty__ring *ring = &p->areas[a].rings[r];

            fputs(r > 0 ? ",[[" : "[[", f);
            for (size_t i = 0; i < ring->count; i++) {
                char text[64];

                cmty__format(text, sizeof text, "%s[%.17g,%.17g]", i > 0 ? "," : "",
                             ring->points[i].lon_deg, ring->points[i].lat_deg);
                fputs(text, f);
            }
            fputs("]]", f);
        }
        fputs("]}}", f);
    }
    fputs("]}", f);
    ck_assert_int_eq(fclose(f), 0);
}

static cmty_beatset *open_layer(const char *layer)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty_beatset *set = NULL;

    ck_assert_msg(cmty_beatset_open(&layer, 1, NULL, &set, &err) == CMTY_OK, "%s", err.message);
    return set;
}

/* Invented beats, one of two parts, one within another, one with a hole that is no beat. */
static cmty_beatset *open_invented(void)
{
    partition *p = partition_make(4, 3, 4, 31);
    cmty_beatset *set;

    write_partition("invented.geojson", p);
    partition_free(p);
    set = open_layer("invented.geojson");
    return set;
}

enum { CAPACITY = 64 };

typedef struct answer {
    cmty_beat_answer a;
    cmty_beat_candidate c[CAPACITY];
    size_t count;
} answer;

static void ask(const cmty_beatset *set, cmty_point at, double accuracy_m, answer *out)
{
    out->a = (cmty_beat_answer){.struct_size = sizeof out->a};
    ck_assert_int_eq(cmty_beatset_locate(set, at, CMTY_TIME_UNKNOWN, accuracy_m, &out->a, out->c,
                                         CAPACITY, NULL),
                     CMTY_OK);
    ck_assert_uint_le(out->a.candidate_count, CAPACITY);
    out->count = out->a.candidate_count;
}

/* ---- what is stated ---- */

/* West and east of a meridian, 22 km high. */
static cmty_beatset *open_halves(void)
{
    static const cmty_point west[] = {{-.1, -.1}, {0, -.1}, {0, .1}, {-.1, .1}, {-.1, -.1}};
    static const cmty_point east[] = {{0, -.1}, {.1, -.1}, {.1, .1}, {0, .1}, {0, -.1}};
    const cmty__ring rings[] = {{west, 5}, {east, 5}};
    const cmty__area_input areas[] = {{&rings[0], 1}, {&rings[1], 1}};
    partition *p = partition_copy(areas, 2);

    write_partition("halves.geojson", p);
    partition_free(p);
    return open_layer("halves.geojson");
}

START_TEST(beside_a_straight_edge_it_is_the_normal_distribution)
{
    const double accuracy_m = 40, metres_per_deg = 111319.49079;
    cmty_beatset *set = open_halves();

    for (double m = -38; m < 40; m += 4) {
        double east = 0.5 * erfc(-m * radius_68 / accuracy_m / sqrt(2)); /* Phi */
        answer w;

        ask(set, (cmty_point){m / metres_per_deg, 0.01}, accuracy_m, &w);
        ck_assert_uint_eq(w.count, 2);
        for (size_t i = 0; i < 2; i++)
            ck_assert_double_eq_tol(w.c[i].probability, w.c[i].beat == 1 ? east : 1 - east, 1e-8);
        ck_assert_double_eq_tol(w.a.other_probability, 0, 1e-9);
        ck_assert_double_eq_tol(w.a.outside_probability, 0, 1e-9);
    }
    cmty_beatset_free(set);
}
END_TEST

START_TEST(sixty_eight_per_cent_are_within_the_accuracy)
{
    cmty_point circle[722];
    cmty__ring ring = {circle, 721};
    cmty__area_input area = {&ring, 1};
    partition *p;
    cmty_beatset *set;
    answer w;

    for (int i = 0; i <= 720; i++)
        circle[i] = cmty__geodesic_to((cmty_point){10, 50}, i % 720 / 2.0, 100);
    p = partition_copy(&area, 1);
    write_partition("circle.geojson", p);
    set = open_layer("circle.geojson");
    ask(set, (cmty_point){10, 50}, 100, &w);
    ck_assert_double_eq_tol(w.c[0].probability, 0.68, 1e-4); /* the circle has corners */
    ck_assert_double_eq_tol(w.a.outside_probability, 0.32, 1e-4);
    partition_free(p);
    cmty_beatset_free(set);
}
END_TEST

START_TEST(far_from_every_boundary_it_is_certain)
{
    cmty_beatset *set = open_halves();
    answer w;

    ask(set, (cmty_point){0.05, 0.01}, 100, &w);
    ck_assert_uint_eq(w.count, 1);
    ck_assert(w.c[0].probability == 1);
    ck_assert(w.a.other_probability == 0 && w.a.outside_probability == 0);
    ask(set, (cmty_point){0.5, 0.01}, 100, &w);
    ck_assert_uint_eq(w.count, 0);
    ck_assert(w.a.other_probability == 0 && w.a.outside_probability == 1);
    cmty_beatset_free(set);
}
END_TEST

START_TEST(beats_beyond_the_accuracy_are_the_others)
{
    cmty_beatset *set = open_halves();
    answer w;

    ask(set, (cmty_point){30 / 111319.49079, 0.01}, 25, &w); /* 1.2 times the accuracy away */
    ck_assert_uint_eq(w.count, 1);
    ck_assert_double_eq_tol(w.a.other_probability, 0.5 * erfc(1.2 * radius_68 / sqrt(2)), 1e-8);
    ck_assert_double_eq_tol(w.c[0].probability + w.a.other_probability, 1, 1e-9);
    ck_assert_double_eq_tol(w.a.outside_probability, 0, 1e-9);
    cmty_beatset_free(set);
}
END_TEST

START_TEST(without_an_accuracy_nothing_is_stated)
{
    cmty_beatset *set = open_halves();
    const double none[] = {NAN, 0};
    cmty_beat_answer a = {.struct_size = sizeof a};
    answer w;

    for (size_t i = 0; i < 2; i++) {
        ask(set, (cmty_point){0, 0.01}, none[i], &w);
        ck_assert_uint_eq(w.count, 2);
        ck_assert(isnan(w.c[0].probability) && isnan(w.c[1].probability));
        ck_assert(isnan(w.a.other_probability) && isnan(w.a.outside_probability));
    }
    ck_assert_int_eq(
        cmty_beatset_locate(set, (cmty_point){0, 0.01}, CMTY_TIME_UNKNOWN, 10, &a, NULL, 0, NULL),
        CMTY_OK); /* nor where nobody asks */
    ck_assert(isnan(a.other_probability) && isnan(a.outside_probability));
    cmty_beatset_free(set);
}
END_TEST

START_TEST(all_probabilities_of_a_partition_make_one)
{
    partition *p = partition_make(4, 3, 4, 31);
    cmty_beatset *set = open_invented();
    rng r = {5};

    for (int n = 0; n < 3000; n++) {
        double accuracy_m = pow(10, 3.2 * rng_unit(&r)), sum = 0;
        cmty_beat_answer a = {.struct_size = sizeof a};
        cmty_beat_candidate one;
        answer w;
        cmty_point at = partition_point(p, n % POINT_KINDS, &r);

        ask(set, at, accuracy_m, &w);
        for (size_t i = 0; i < w.count; i++)
            sum += w.c[i].probability;
        sum += w.a.other_probability + w.a.outside_probability;
        ck_assert_double_eq_tol(sum, 1, 1e-9);
        /* room for one gives the same numbers */
        ck_assert_int_eq(
            cmty_beatset_locate(set, at, CMTY_TIME_UNKNOWN, accuracy_m, &a, &one, 1, NULL),
            CMTY_OK);
        ck_assert(a.other_probability == w.a.other_probability
                  && a.outside_probability == w.a.outside_probability);
        ck_assert(w.count == 0 || one.probability == w.c[0].probability);
    }
    cmty_beatset_free(set);
    partition_free(p);
}
END_TEST

/* ---- calibration ---- */

enum { BINS = 10 };

typedef struct reliability {
    double stated[BINS], came_true[BINS];
    size_t count[BINS];
} reliability;

static void tell(reliability *r, double probability, bool true_here)
{
    int bin = (int)fmin(probability * BINS, BINS - 1);

    r->stated[bin] += probability;
    r->came_true[bin] += true_here;
    r->count[bin]++;
}

/* What is certain on either side is left out: it would only flatter. */
static void tell_all(reliability *r, const answer *w, int32_t truth)
{
    bool named = truth < 0;

    for (size_t i = 0; i < w->count; i++) {
        named |= w->c[i].beat == truth;
        if (w->c[i].probability < 1)
            tell(r, w->c[i].probability, w->c[i].beat == truth);
    }
    if (w->a.other_probability > 0)
        tell(r, w->a.other_probability, !named);
    if (w->a.outside_probability > 0)
        tell(r, w->a.outside_probability, truth < 0);
}

static void check_reliability(const reliability *r, const char *name)
{
    double worst = 0;

    printf("%s:", name);
    for (int i = 0; i < BINS; i++) {
        double n = (double)r->count[i], off = 100 * (r->came_true[i] - r->stated[i]) / n;

        ck_assert_uint_gt(r->count[i], 2500); /* a standard error below one point */
        printf(" %.1f/%.1f", 100 * r->stated[i] / n, 100 * r->came_true[i] / n);
        worst = fmax(worst, fabs(off));
    }
    printf(" stated/true %%; worst bin off by %.2f points\n", worst);
    fflush(stdout);
    ck_assert_double_le(worst, 2);
}

static double normal(rng *r)
{
    return sqrt(-2 * log(1 - rng_unit(r))) * cos(2 * 3.14159265358979323846 * rng_unit(r));
}

/* Places anywhere in the box and round it, reported with noise as each report's accuracy says. */
static reliability simulate(const cmty_beatset *set, const double *accuracies, size_t count,
                            int reports, uint64_t seed)
{
    const cmty__areas *areas = cmty__beatset_areas(set, 0);
    cmty_point min, max;
    rng r = {seed};
    reliability out = {.count = {0}};

    cmty__areas_bounds(areas, 0, &min, &max);
    for (int32_t i = 1; i < (int32_t)cmty__areas_count(areas); i++) {
        cmty_point low, high;

        cmty__areas_bounds(areas, i, &low, &high);
        min = (cmty_point){fmin(min.lon_deg, low.lon_deg), fmin(min.lat_deg, low.lat_deg)};
        max = (cmty_point){fmax(max.lon_deg, high.lon_deg), fmax(max.lat_deg, high.lat_deg)};
    }
    for (int n = 0; n < reports; n++) {
        double accuracy_m = accuracies[rng_below(&r, count)], sigma_m = accuracy_m / radius_68;
        cmty_point truth = {min.lon_deg - 0.01 + rng_unit(&r) * (max.lon_deg - min.lon_deg + 0.02),
                            min.lat_deg - 0.01 + rng_unit(&r) * (max.lat_deg - min.lat_deg + 0.02)};
        cmty__frame f = cmty__frame_at(truth);
        cmty_point at = {truth.lon_deg + sigma_m * normal(&r) / f.m_per_deg_lon,
                         truth.lat_deg + sigma_m * normal(&r) / f.m_per_deg_lat};
        answer w;

        ask(set, at, accuracy_m, &w);
        tell_all(&out, &w,
                 cmty__beatset_beat_of(set, 0, cmty__areas_first(areas, truth, NULL, NULL)));
    }
    return out;
}

START_TEST(probabilities_come_true_in_an_invented_city)
{
    static const double accuracies[] = {30, 100, 200, 300};
    cmty_beatset *set = open_invented();
    reliability r = simulate(set, accuracies, 4, 120000, 77);

    check_reliability(&r, "invented city");
    cmty_beatset_free(set);
}
END_TEST

static const char *shared_folder(void)
{
    const char *folder = getenv("CMTY_SHARED");

    return folder != NULL ? folder : CMTY_TEST_SOURCE_DIR "/../shared";
}

START_TEST(probabilities_come_true_in_a_real_city)
{
    static const double accuracies[] = {25, 50, 100, 200};
    char path[1024];
    cmty_beatset *set;
    reliability r;

    cmty__format(path, sizeof path, "%s/data/chicago/boundaries/police_beats_2012-12.geojson",
                 shared_folder());
    if (access(path, R_OK) != 0) {
        printf("SKIP: probabilities on a real layer: shared data absent\n");
        fflush(stdout);
        return;
    }
    set = open_layer(path);
    r = simulate(set, accuracies, 4, 180000, 78);
    check_reliability(&r, "Chicago");
    cmty_beatset_free(set);
}
END_TEST

static Suite *honest_suite(void)
{
    Suite *suite = suite_create("honest");
    TCase *tc = tcase_create("honest");

    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, beside_a_straight_edge_it_is_the_normal_distribution);
    tcase_add_test(tc, sixty_eight_per_cent_are_within_the_accuracy);
    tcase_add_test(tc, far_from_every_boundary_it_is_certain);
    tcase_add_test(tc, beats_beyond_the_accuracy_are_the_others);
    tcase_add_test(tc, without_an_accuracy_nothing_is_stated);
    tcase_add_test(tc, all_probabilities_of_a_partition_make_one);
    tcase_add_test(tc, probabilities_come_true_in_an_invented_city);
    tcase_add_test(tc, probabilities_come_true_in_a_real_city);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(honest_suite)
