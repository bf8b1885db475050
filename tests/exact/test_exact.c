/* SPDX-License-Identifier: MIT */
/*
 * Every answer of point location against an exact rational judge, and against GEOS: beat sets
 * opened from files, asked one by one, in batches, on every processor path, as beats and as fences.
 * CMTY_EXACT_POINTS says how many points are judged in all; the default suits every run.
 */
#include "../runner.h"
#include "judge.h"
#include "stream.h"
#include "subject.h"

#include <math.h>
#include <time.h>
#include <unistd.h>

enum { BLOCK = 4096 };

/* ---- layers ---- */

typedef struct layer_plan {
    const char *name;
    partition *(*make)(void);
    unsigned share; /* of the points, in hundredths */
    bool is_partition;
    bool box;    /* its union is its box */
    bool fences; /* to be asked as fences too */
} layer_plan;

static partition *lattice(void)
{
    return partition_make(16, 12, 25, 60);
}

static partition *long_borders(void)
{
    return partition_make(3, 3, 400, 61);
}

static partition *straight_borders(void)
{
    return partition_make(40, 40, 0, 62);
}

static partition *coarse_corners(void)
{
    return shape_snapped(partition_make(16, 12, 25, 63), 24);
}

static partition *few_areas(void)
{
    return shape_voronoi(300, 6, 64);
}

static partition *many_areas(void)
{
    return shape_snapped(shape_voronoi(10000, 3, 65), 26);
}

static partition *fences(void)
{
    return shape_fences(2000, 66);
}

static const layer_plan invented[] = {
    {"lattice", lattice, 6, true, false, false},
    {"long borders", long_borders, 6, true, false, false},
    {"straight borders", straight_borders, 4, true, false, false},
    {"corners at multiples of 2^-24", coarse_corners, 8, true, false, false},
    {"300 Voronoi cells", few_areas, 8, true, true, true},
    {"10,000 Voronoi cells at 2^-26", many_areas, 10, true, true, true},
    {"round the pole", shape_polar, 2, true, true, true},
    {"2,000 overlapping fences", fences, 6, false, false, true},
};
enum { SPECIAL_SHARE = 1, REAL_SHARE = 6 };

static const char *const real[] = {
    "chicago/boundaries/police_beats_2012-12.geojson",
    "chicago/boundaries/police_districts_2012-03_epsg3435",
    "raleigh/boundaries/police_beats.geojson",
    "san_francisco/boundaries/sfpd_districts_before_2015.geojson",
    "san_francisco/boundaries/sfpd_districts_after_2015.geojson",
    "charlottesville/boundaries/police_beats_esri.json",
    "uk_leicestershire/boundaries/derbyshire.kml",
};

static size_t points_of(unsigned share)
{
    const char *all = getenv("CMTY_EXACT_POINTS");

    return (size_t)(all == NULL ? 400000 : strtoull(all, NULL, 10)) / 100 * share;
}

/* ---- one layer ---- */

typedef struct tally {
    size_t points, boundary, shared, outside, wrong, geos;
    double cpu_s;
} tally;

typedef struct trial {
    const subject *s;
    const layer_plan *plan; /* NULL: a real layer */
    judge *judge;
    geos_judge *geos;
    cmty_point points[BLOCK];
    int32_t lowest[BLOCK]; /* -1: none */
    uint8_t flags[BLOCK];  /* CMTY__FIRST_EDGE and _SEVERAL */
    tally t;
} trial;

static void report(trial *t, const char *what, cmty_point p)
{
    if (t->t.wrong++ < 5)
        printf("WRONG: %s at {%a, %a}\n", what, p.lon_deg, p.lat_deg);
}

/* Beside 0 lie numbers so small that their products are 0 to GEOS. */
static bool geos_can_tell(cmty_point p)
{
    return fpclassify(p.lon_deg) != FP_SUBNORMAL && fpclassify(p.lat_deg) != FP_SUBNORMAL;
}

static void judge_one(trial *t, size_t i)
{
    static cmty__hit want[JUDGE_HITS], got[JUDGE_HITS];
    static int32_t theirs[JUDGE_HITS];
    cmty_point p = t->points[i];
    size_t n = judge_ask(t->judge, p, want), inside = 0;
    bool edge, several, same = cmty__areas_hits(t->s->areas, p, got, JUDGE_HITS) == n;

    for (size_t k = 0; k < n; k++) {
        same = same && got[k].area == want[k].area && got[k].kind == want[k].kind;
        inside += want[k].kind == CMTY__HIT_INSIDE;
    }
    if (!same)
        report(t, "hits", p);
    t->lowest[i] = n == 0 ? -1 : want[0].area;
    t->flags[i] =
        (uint8_t)((inside < n ? CMTY__FIRST_EDGE : 0) | (n > 1 ? CMTY__FIRST_SEVERAL : 0));
    if (cmty__areas_first(t->s->areas, p, &edge, &several) != t->lowest[i] || edge != (inside < n)
        || several != (n > 1))
        report(t, "first", p);
    if (geos_can_tell(p)) {
        same = geos_judge_ask(t->geos, p, theirs) == n;
        for (size_t k = 0; k < n && same; k++)
            same = theirs[k] == want[k].area;
        t->t.geos += !same;
    }
    t->t.points++;
    t->t.boundary += inside < n;
    t->t.shared += inside < n && n > 1;
    t->t.outside += n == 0;
    /* interiors are disjoint, and nothing falls between two areas */
    if (t->plan != NULL && t->plan->is_partition && (inside > 1 || (inside == 1 && n > 1)))
        report(t, "two areas of a partition", p);
    if (t->plan != NULL && t->plan->box && n == 0 && p.lon_deg >= t->s->truth->min.lon_deg
        && p.lon_deg <= t->s->truth->max.lon_deg && p.lat_deg >= t->s->truth->min.lat_deg
        && p.lat_deg <= t->s->truth->max.lat_deg)
        report(t, "no area of a partition", p);
}

/* Where no boundary is said to be, there is none. */
static void check_clear(trial *t, const int32_t *area, const uint8_t *flags, size_t n)
{
    double clear_m = cmty__areas_clear_m(t->s->areas);

    for (size_t i = 0; i < n; i += 5) {
        cmty_point p = t->points[i];
        double within_m = 0.25 * (double)(i % 40 + 1);
        bool far = area[i] < 0 && !(flags[i] & CMTY__FIRST_NEAR);
        bool clear = cmty__areas_clear(t->s->areas, p, within_m);
        double margin_m = far || clear ? cmty__areas_margin_m(t->s->areas, p) : 0;

        if ((far && margin_m < clear_m) || (clear && margin_m <= within_m))
            report(t, "clear", p);
    }
}

/* Every way in which this processor can look up many points. */
static void check_batch(trial *t, size_t n)
{
    static int32_t area[BLOCK];
    static uint8_t flags[BLOCK];

    for (int path = 0; path < CMTY__PATHS; path++) {
        if (!cmty__areas_force_path((cmty__areas *)t->s->areas, path))
            continue;
        cmty__areas_first_many(t->s->areas, t->points, n, area, flags);
        for (size_t i = 0; i < n; i++)
            if (area[i] != t->lowest[i]
                || (flags[i] & (CMTY__FIRST_EDGE | CMTY__FIRST_SEVERAL)) != t->flags[i])
                report(t, "batch", t->points[i]);
    }
    check_clear(t, area, flags, n);
}

static void check_all_hits(trial *t, size_t n)
{
    enum { CAPACITY = 16 * BLOCK };
    static uint64_t first[BLOCK + 1];
    static int32_t area[CAPACITY];
    static cmty__hit want[JUDGE_HITS];
    size_t count = cmty__areas_hits_many(t->s->areas, t->points, n, first, area, CAPACITY);

    if (count > CAPACITY || first[n] != count)
        report(t, "number of all hits", t->points[0]);
    for (size_t i = 0; i < n && count <= CAPACITY; i++) {
        size_t held = judge_ask(t->judge, t->points[i], want);
        bool same = first[i + 1] - first[i] == held;

        for (size_t k = 0; k < held && same; k++)
            same = area[first[i] + k] == want[k].area;
        if (!same)
            report(t, "all hits", t->points[i]);
    }
}

static void check_beats(trial *t, size_t n)
{
    static int32_t beat[BLOCK];
    static uint8_t relation[BLOCK];

    ck_assert_int_eq(
        cmty_beatset_locate_many(t->s->beats, t->points, NULL, n, beat, relation, NULL), CMTY_OK);
    for (size_t i = 0; i < n; i++) {
        int32_t want = t->flags[i] & CMTY__FIRST_EDGE      ? CMTY_RELATION_ON_EDGE
                       : t->flags[i] & CMTY__FIRST_SEVERAL ? CMTY_RELATION_OVERLAP
                                                           : CMTY_RELATION_INSIDE;

        if (t->lowest[i] < 0
                ? relation[i] != CMTY_RELATION_OUTSIDE && relation[i] != CMTY_RELATION_GAP_NEAREST
                : relation[i] != want || beat[i] != t->lowest[i])
            report(t, "beat", t->points[i]);
    }
}

static void check_fences(trial *t, size_t n)
{
    static cmty__hit hits[JUDGE_HITS];

    for (size_t i = 0; i < n && t->s->fences != NULL; i += 7) {
        cmty_fence_decision d = {.struct_size = sizeof d};
        size_t want = judge_ask(t->judge, t->points[i], hits);

        ck_assert_int_eq(
            cmty_fenceset_decide(t->s->fences, t->points[i], "theft", CMTY_TIME_UNKNOWN, &d, NULL),
            CMTY_OK);
        if (d.matched_count != want)
            report(t, "fences", t->points[i]);
    }
}

static double cpu_s(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static tally run(const char *name, const subject *s, const layer_plan *plan, size_t points,
                 uint64_t seed)
{
    static trial t;
    stream from = stream_begin(s->truth, points, seed);
    double start = cpu_s();

    memset(&t, 0, sizeof t);
    t.s = s;
    t.plan = plan;
    t.judge = judge_make(s->truth->areas, s->truth->area_count);
    t.geos = geos_judge_make(s->truth->areas, s->truth->area_count);
    for (size_t n = BLOCK; n == BLOCK;) {
        for (n = 0; n < BLOCK && stream_next(&from, &t.points[n]);)
            n++;
        for (size_t i = 0; i < n; i++)
            judge_one(&t, i);
        check_batch(&t, n);
        check_all_hits(&t, n);
        check_beats(&t, n);
        check_fences(&t, n);
    }
    printf("EXACT | %s | 1 in %zu | %zu | %zu | %zu | %zu | %zu | %zu | %zu | %.1f |\n", name,
           from.every, t.t.points, t.t.boundary, t.t.shared, t.t.outside, judge_doubts(t.judge),
           t.t.wrong, t.t.geos, cpu_s() - start);
    fflush(stdout);
    judge_free(t.judge);
    geos_judge_free(t.geos);
    return t.t;
}

START_TEST(invented_layers_are_located_exactly)
{
    const layer_plan *plan = &invented[_i];
    partition *p = plan->make();
    subject *s = subject_make(p, NULL, plan->fences);
    tally t = run(plan->name, s, plan, points_of(plan->share), 70 + (uint64_t)_i);

    ck_assert_uint_eq(t.wrong, 0);
    ck_assert_uint_eq(t.geos, 0);
    ck_assert_uint_gt(t.boundary, t.points / 50);
    subject_free(s);
    partition_free(p);
}
END_TEST

START_TEST(hard_shapes_are_located_exactly)
{
    size_t place = (size_t)_i / 2;
    bool overlaps = _i % 2 == 1;
    /* where it is turned, a corner on another's side is rounded to one beside it */
    const layer_plan plan = {.is_partition = !overlaps && place != SHAPE_TURNED};
    partition *p = shape_special(place, overlaps);
    subject *s = subject_make(p, NULL, false);
    char name[64];
    tally t;

    snprintf(name, sizeof name, "hard shapes, place %zu%s", place, overlaps ? ", overlaps" : "");
    t = run(name, s, &plan, points_of(SPECIAL_SHARE), 170 + (uint64_t)_i);
    ck_assert_uint_eq(t.wrong, 0);
    ck_assert_uint_eq(t.geos, 0);
    ck_assert_uint_gt(t.boundary, t.points / 40);
    subject_free(s);
    partition_free(p);
}
END_TEST

START_TEST(real_layers_are_located_exactly)
{
    const char *folder = getenv("CMTY_SHARED");
    char path[1024];
    subject *s;
    tally t;

    snprintf(path, sizeof path, "%s/data/%s",
             folder != NULL ? folder : CMTY_TEST_SOURCE_DIR "/../shared", real[_i]);
    if (access(path, R_OK) != 0) {
        printf("SKIP: real layers against the exact judge: shared data absent\n");
        fflush(stdout);
        return;
    }
    s = subject_open(path);
    t = run(strrchr(real[_i], '/') + 1, s, NULL, points_of(REAL_SHARE), 270 + (uint64_t)_i);
    ck_assert_uint_eq(t.wrong, 0);
    ck_assert_uint_eq(t.geos, 0);
    subject_free(s);
}
END_TEST

/* ---- the judge is judged ---- */

START_TEST(the_judge_knows_sides_that_no_double_can_show)
{
    const cmty_point a = {12, 12}, b = {24, 24};

    /* Kettner and others, Comput. Geom. 40 (2008): along a line, one unit in the last place off */
    for (int i = -40; i <= 40; i++)
        for (int k = -40; k <= 40; k++) {
            cmty_point p = {0.5 + i * 0x1p-53, 0.5 + k * 0x1p-53};

            ck_assert_int_eq(judge_side(a, b, p),
                             (p.lat_deg > p.lon_deg) - (p.lat_deg < p.lon_deg));
        }
    ck_assert_int_eq(
        judge_side((cmty_point){0, 0}, (cmty_point){0x1p-1074, 0}, (cmty_point){0, 0x1p-1074}), 1);
    ck_assert_int_eq(judge_side((cmty_point){-180, -0x1p-1074}, (cmty_point){180, 0x1p-1074},
                                (cmty_point){0, 0}),
                     0);
    ck_assert_int_eq(judge_side((cmty_point){-180, -0x1p-1074}, (cmty_point){180, 0x1p-1074},
                                (cmty_point){0x1p-1074, 0}),
                     -1);
}
END_TEST

/* A double of any exponent up to that of 180, now and then 0, in few bits or many. */
static double any_double(rng *r)
{
    double v = ldexp(rng_unit(r), rng_next(r) & 1 ? 8 : 8 - (int)rng_below(r, 1083));

    if (rng_below(r, 8) == 0)
        return 0;
    if (rng_below(r, 3) == 0)
        v = ldexp(1, ilogb(v == 0 ? 1 : v));
    return rng_next(r) & 1 ? v : -v;
}

START_TEST(the_library_knows_sides_at_every_magnitude)
{
    rng r = {71};

    for (int n = 0; n < 200000; n++) {
        cmty_point p[3];

        for (int i = 0; i < 3; i++)
            p[i] = (cmty_point){any_double(&r), any_double(&r)};
        if (n % 2 == 0) { /* on the line, or beside it */
            p[2] = point_on_edge(p[0], p[1], &r);
            if (n % 4 == 0)
                p[2].lat_deg = nextafter(p[2].lat_deg, p[0].lon_deg);
        }
        ck_assert_int_eq(cmty__orient(p[0], p[1], p[2]), judge_side(p[0], p[1], p[2]));
    }
}
END_TEST

static Suite *exact_suite(void)
{
    Suite *suite = suite_create("exact");
    TCase *tc = tcase_create("exact");

    tcase_set_timeout(tc, 3600);
    tcase_add_test(tc, the_judge_knows_sides_that_no_double_can_show);
    tcase_add_test(tc, the_library_knows_sides_at_every_magnitude);
    tcase_add_loop_test(tc, invented_layers_are_located_exactly, 0,
                        sizeof invented / sizeof *invented);
    tcase_add_loop_test(tc, hard_shapes_are_located_exactly, 0, 2 * SHAPE_PLACES);
    tcase_add_loop_test(tc, real_layers_are_located_exactly, 0, sizeof real / sizeof *real);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(exact_suite)
