/* SPDX-License-Identifier: MIT */
/*
 * The exact sampler, held to tables of the lattice law that were computed to twenty digits, and to
 * whole-number arithmetic on two thousand bits. Each statistical test fails for a right sampler
 * once in a million runs; the stream is keyed, so it is always the same run.
 */
#include "../runner.h"
#include "privacy/noise.h"

#include <math.h>

#define VECTORS CMTY_TEST_SOURCE_DIR "/tests/data/privacy_vectors/"

enum { DRAWS = 1000000 };

static const uint8_t key[32] = {7};

static void open_stream(cmty__stream *s, int64_t number)
{
    const cmty__draw_key k = {.row = number};

    cmty__stream_open(s, key, &k, "r");
}

/* ---- tables, read alike under every locale ---- */

/* The numbers of a line whose first field is `first`, without it; 0 if it is another line. */
static size_t read_row(char *line, const char *first, double *numbers, size_t capacity)
{
    char *field = strtok(line, ",\n");
    size_t count = 0;

    if (field == NULL || strcmp(field, first) != 0)
        return 0;
    while (count < capacity && (field = strtok(NULL, ",\n")) != NULL
           && cmty__parse_double(field, &numbers[count]))
        count++;
    return count;
}

/* ---- chi-square ---- */

/* Wilson and Hilferty 1931, at alpha 1e-6. */
static double chi2_critical(double dof)
{
    double t = 1.0 - 2.0 / (9.0 * dof) + 4.753424308822899 * sqrt(2.0 / (9.0 * dof));

    return dof * t * t * t;
}

static double chi2(const double *expected, const double *seen, size_t bins)
{
    double sum = 0.0;
    size_t i;

    for (i = 0; i < bins; i++) {
        ck_assert_double_ge(expected[i], 5.0);
        sum += (seen[i] - expected[i]) * (seen[i] - expected[i]) / expected[i];
    }
    return sum;
}

START_TEST(critical_values_agree_with_the_table)
{
    FILE *f = fopen(VECTORS "chi2_critical.csv", "r");
    char line[256], dof[16];
    double row[2]; /* alpha, critical value */
    int rows = 0;

    ck_assert_ptr_nonnull(f);
    while (fgets(line, sizeof line, f) != NULL) {
        snprintf(dof, sizeof dof, "%d", atoi(line));
        if (atoi(dof) < 31 || read_row(line, dof, row, 2) != 2 || row[0] != 1e-6)
            continue;
        ck_assert_double_eq_tol(chi2_critical(atoi(dof)) / row[1], 1.0, 0.01);
        rows++;
    }
    fclose(f);
    ck_assert_int_gt(rows, 5);
}
END_TEST

/* ---- the lattice law ---- */

/* Probability of each point of ring n = |v|^2, and of the ring; 0 where the table has none. */
typedef struct ring_table {
    double point[401], ring[401];
} ring_table;

static void read_rings(const char *c_text, ring_table *t)
{
    FILE *f = fopen(VECTORS "lattice_planar_laplace_rings.csv", "r");
    char line[256];
    double row[4]; /* n, r2, point, ring */

    memset(t, 0, sizeof *t);
    ck_assert_ptr_nonnull(f);
    while (fgets(line, sizeof line, f) != NULL)
        if (read_row(line, c_text, row, 4) == 4 && row[0] <= 400.0) {
            t->point[(size_t)row[0]] = row[2];
            t->ring[(size_t)row[0]] = row[3];
        }
    fclose(f);
    ck_assert(t->point[0] > 0.0);
}

static void read_moments(const char *c_text, double *mean, double *second)
{
    FILE *f = fopen(VECTORS "lattice_planar_laplace.csv", "r");
    char line[256];
    double row[5]; /* c, Z, p_origin, mean, second */
    bool found = false;

    ck_assert_ptr_nonnull(f);
    while (!found && fgets(line, sizeof line, f) != NULL)
        found = read_row(line, c_text, row, 5) == 5;
    fclose(f);
    ck_assert(found);
    *mean = row[3];
    *second = row[4];
}

static const struct {
    const char *c;
    double value;
    size_t rings; /* with their own bin */
} laws[] = {{"1", 1.0, 31}, {"0.5", 0.5, 63}, {"0.2", 0.2, 127}};

/* What a run of draws came to. */
typedef struct tally {
    double draws, ring[402], centre[82], quarter[4], sector[37];
    double sum1, sum2, sum4, x, y; /* of |v|, |v|^2, |v|^4, and of unit vectors */
} tally;

static size_t sector(int64_t east, int64_t north)
{
    return (size_t)floor((atan2((double)north, (double)east) / acos(-1.0) + 2.0) * 18.0 + 0.5) % 36;
}

static void count(tally *t, int64_t a, int64_t b)
{
    int64_t square = a * a + b * b;
    double size = sqrt((double)square);

    t->ring[square <= 400 ? square : 401] += 1.0;
    t->centre[a >= -4 && a <= 4 && b >= -4 && b <= 4 ? (a + 4) * 9 + b + 4 : 81] += 1.0;
    t->sum1 += size;
    t->sum2 += (double)square;
    t->sum4 += (double)square * (double)square;
    if (square == 0)
        return;
    t->quarter[a > 0 && b >= 0 ? 0 : a <= 0 && b > 0 ? 1 : a < 0 && b <= 0 ? 2 : 3] += 1.0;
    t->x += (double)a / size;
    t->y += (double)b / size;
}

static tally draw_all(double c, int64_t number, int64_t draws, bool by_sector)
{
    uint64_t rate = (uint64_t)(c * 4294967296.0);
    tally t = {.draws = (double)draws};
    cmty__stream s;
    int64_t a, b;

    open_stream(&s, number);
    for (; draws > 0; draws--) {
        if (!cmty__lattice_noise(&s, rate, &a, &b)) /* an assertion costs more than a draw */
            ck_abort_msg("undecided");
        count(&t, a, b);
        if (by_sector)
            t.sector[a == 0 && b == 0 ? 36 : sector(a, b)] += 1.0;
    }
    return t;
}

static void check_rings(const ring_table *table, const tally *t, size_t rings)
{
    static double expected[512], seen[512];
    double rest = 1.0;
    size_t bin = 0;
    int n;

    memset(seen, 0, sizeof seen);
    seen[rings] = t->ring[401];
    for (n = 0; n <= 400; n++) {
        if (table->ring[n] <= 0.0 || bin >= rings) {
            seen[rings] += t->ring[n];
            continue;
        }
        seen[bin] = t->ring[n];
        expected[bin++] = table->ring[n] * t->draws;
        rest -= table->ring[n];
    }
    expected[rings] = rest * t->draws;
    ck_assert_double_lt(chi2(expected, seen, rings + 1), chi2_critical((double)rings));
}

static void check_centre(const ring_table *table, const tally *t)
{
    double expected[82], rest = 1.0;

    for (int64_t a = -4; a <= 4; a++)
        for (int64_t b = -4; b <= 4; b++) {
            double p = table->point[a * a + b * b];

            expected[(a + 4) * 9 + b + 4] = p * t->draws;
            rest -= p;
        }
    expected[81] = rest * t->draws;
    ck_assert_double_lt(chi2(expected, t->centre, 82), chi2_critical(81.0));
}

static void check_moments(const char *c, const tally *t)
{
    double mean, second, m1 = t->sum1 / t->draws, m2 = t->sum2 / t->draws, m4 = t->sum4 / t->draws;

    read_moments(c, &mean, &second);
    ck_assert_double_lt(fabs(m1 - mean), 5.0 * sqrt((m2 - m1 * m1) / t->draws));
    ck_assert_double_lt(fabs(m2 - second), 5.0 * sqrt((m4 - m2 * m2) / t->draws));
}

/* A quarter turn takes the lattice to itself: four sets of points that must be equally likely. */
static void check_quarters(const tally *t)
{
    double away = t->quarter[0] + t->quarter[1] + t->quarter[2] + t->quarter[3];
    const double expected[4] = {away / 4.0, away / 4.0, away / 4.0, away / 4.0};

    ck_assert_double_lt(chi2(expected, t->quarter, 4), 30.66484); /* 3 degrees of freedom */
}

START_TEST(draws_follow_the_lattice_law_in_rings_points_and_moments)
{
    const char *asked = getenv("CMTY_TEST_DRAWS"); /* the build runs ten million besides */
    tally t = draw_all(laws[_i].value, _i, asked != NULL ? atoll(asked) : DRAWS, false);
    ring_table table;

    read_rings(laws[_i].c, &table);
    check_rings(&table, &t, laws[_i].rings);
    check_centre(&table, &t);
    check_moments(laws[_i].c, &t);
    check_quarters(&t);
}
END_TEST

/* Few lattice points near the origin make some sectors a little richer: count them all. */
START_TEST(no_direction_is_preferred_but_by_the_lattice_itself)
{
    double expected[37] = {0}, sum = 0.0;
    tally t = draw_all(0.05, 99, DRAWS, true);
    int64_t a, b;
    size_t i;

    for (a = -800; a <= 800; a++)
        for (b = -800; b <= 800; b++)
            expected[a == 0 && b == 0 ? 36 : sector(a, b)] +=
                exp(-0.05 * hypot((double)a, (double)b));
    for (i = 0; i < 37; i++)
        sum += expected[i];
    for (i = 0; i < 37; i++)
        expected[i] *= t.draws / sum;
    ck_assert_double_lt(chi2(expected, t.sector, 37), chi2_critical(36.0));
    ck_assert_double_lt((t.x * t.x + t.y * t.y) / t.draws, 13.8155); /* Rayleigh, 1e-6 */
}
END_TEST

START_TEST(extreme_rates_end_and_stay_in_proportion)
{
    const uint64_t smallest = 42949, largest = (uint64_t)1000 << 32;
    double sum = 0.0;
    int64_t a, b;
    cmty__stream s;
    int i;

    open_stream(&s, 5);
    for (i = 0; i < 20000; i++) {
        ck_assert(cmty__lattice_noise(&s, largest, &a, &b));
        ck_assert(a == 0 && b == 0);
        ck_assert(cmty__lattice_noise(&s, smallest, &a, &b));
        sum += hypot((double)a, (double)b);
    }
    /* mean 2 / c, standard deviation sqrt 2 / c */
    ck_assert_double_eq_tol(sum / i * 42949.0 / 4294967296.0, 2.0, 5.0 * sqrt(2.0 / i));
}
END_TEST

/* ---- the accept step ---- */

/* Binary digits of c (|v| - s |v|_1) / divisor, by integers of 4000 bits. */
static const struct {
    uint64_t rate;
    int64_t east, north;
    uint64_t divisor, digits[8];
} gaps[] = {
    {4294967296,
     3,
     4,
     7,
     {0x01d68c53eaf508ef, 0xd66be04f19cbe664, 0xc70501d68c53eaf5, 0x08efd66be04f19cb,
      0xe664c70501d68c53, 0xeaf508efd66be04f, 0x19cbe664c70501d6, 0x8c53eaf508efd66b}},
    {429391872,
     -20,
     33,
     1,
     {0x1c6f01f1112778ef, 0xe9bafac846812231, 0x80ef5e5c54918f3c, 0xf81ec3f078df1037,
      0x72344d09cf5718fa, 0x2fb10fe8857843a4, 0x881b0d96eb9add53, 0xcbc95fc56cc2fa9e}},
    {42949672,
     1000,
     -1,
     5,
     {0x95999f411c1085f5, 0xddcf25526a44885f, 0x59f0b8230832231a, 0x73e9b01f3d13f278,
      0xdeab1a96f65225c5, 0x8bcb4d2d7167f125, 0xec532d3275735d5d, 0xd54f136bef8b54af}},
    {42949,
     5000000,
     3999999,
     900,
     {0x001c863bc52d93d1, 0xe7f65d67f2a26217, 0x0ccf817ef4b82ad8, 0x00cfddd4257433e8,
      0x42540754c5dc2b5c, 0x28e2d0871e40f241, 0xbf3671c691fe5d61, 0xa11fd3539d594a4f}},
    {4294967296,
     1,
     1,
     1,
     {0x000023a212cb6d31, 0x84651d29b0766e9a, 0x120d576b4fb16fa8, 0x7e582a751029f80b,
      0x8754dd370b6782c1, 0x7072a1088a71c034, 0xe4ca42185e678c8b, 0x2d432d7b201d203b}},
    {17179869184,
     0,
     -17,
     40,
     {0x7f77b40b00cc71ef, 0x7ecd5518c1cc005a, 0xdd4dff77b40b00cc, 0x71ef7ecd5518c1cc,
      0x005add4dff77b40b, 0x00cc71ef7ecd5518, 0xc1cc005add4dff77, 0xb40b00cc71ef7ecd}},
    {858993459,
     123456,
     654321,
     100003,
     {0x3b562c6c4227fc7f, 0x240f90f22abe2b73, 0x5f50fcc62e6e48c2, 0x466d0536d9573dab,
      0x1974c05ae38aefa5, 0x3594e76479d70bc9, 0xd9c432327fc49f26, 0x8579d0ef4dcce516}},
};
enum { GAP_COUNT = sizeof gaps / sizeof gaps[0] };

START_TEST(the_gap_is_compared_rightly_on_both_sides_at_every_depth)
{
    const uint64_t margin = gaps[_i].rate / gaps[_i].divisor + 2;
    uint64_t digits[8];
    size_t depth, last;

    for (depth = 1; depth <= 8; depth++) {
        last = depth - 1;
        memcpy(digits, gaps[_i].digits, sizeof digits);
        ck_assert_int_eq(cmty__below_gap(gaps[_i].rate, gaps[_i].east, gaps[_i].north,
                                         gaps[_i].divisor, digits, depth),
                         -1);
        digits[last] = gaps[_i].digits[last] - margin;
        if (digits[last] < gaps[_i].digits[last]) /* no borrow */
            ck_assert_int_eq(cmty__below_gap(gaps[_i].rate, gaps[_i].east, gaps[_i].north,
                                             gaps[_i].divisor, digits, depth),
                             1);
        digits[last] = gaps[_i].digits[last] + margin;
        if (digits[last] > gaps[_i].digits[last])
            ck_assert_int_eq(cmty__below_gap(gaps[_i].rate, gaps[_i].east, gaps[_i].north,
                                             gaps[_i].divisor, digits, depth),
                             0);
    }
}
END_TEST

START_TEST(a_quick_decision_is_never_taken_back)
{
    uint64_t digits[8];
    cmty__stream s;
    int i, j, quick, undecided = 0;

    open_stream(&s, 6);
    for (i = 0; i < 20000; i++) {
        int64_t east = (int64_t)cmty__uniform(&s, 2001) - 1000;
        int64_t north = (int64_t)cmty__uniform(&s, 2001) - 1000;
        uint64_t rate = 1 + cmty__uniform(&s, 429496729), divisor = 40 + cmty__uniform(&s, 100);

        for (j = 0; j < 8; j++)
            digits[j] = cmty__stream_next(&s);
        digits[0] >>= 4; /* near enough to the gap to be interesting */
        quick = cmty__below_gap(rate, east, north, divisor, digits, 1);
        undecided += quick < 0;
        for (j = 2; j <= 8; j++)
            ck_assert(quick < 0
                      || cmty__below_gap(rate, east, north, divisor, digits, (size_t)j) == quick);
    }
    ck_assert_int_lt(undecided, 3);
}
END_TEST

/* ---- simple laws ---- */

START_TEST(small_uniforms_and_chances_are_even)
{
    double expected[7], seen[7] = {0}, hits = 0.0, exps = 0.0, whole = 0.0;
    const double p = exp(-1234567.0 / 2000003.0);
    cmty__stream s;
    int i;

    open_stream(&s, 8);
    for (i = 0; i < DRAWS; i++) {
        seen[cmty__uniform(&s, 7)] += 1.0;
        hits += cmty__bernoulli(&s, 3, 11);
        exps += cmty__bernoulli_exp(&s, 1234567, 2000003);
        whole += cmty__bernoulli_exp(&s, 1, 1);
    }
    for (i = 0; i < 7; i++)
        expected[i] = DRAWS / 7.0;
    ck_assert_double_lt(chi2(expected, seen, 7), chi2_critical(6.0));
    ck_assert_double_eq_tol(hits / DRAWS, 3.0 / 11.0, 0.0025);
    ck_assert_double_eq_tol(exps / DRAWS, p, 0.0025);
    ck_assert_double_eq_tol(whole / DRAWS, exp(-1.0), 0.0025);
    for (i = 0; i < 1000; i++) {
        ck_assert(!cmty__bernoulli(&s, 0, 5));
        ck_assert(cmty__bernoulli(&s, 5, 5));
        ck_assert(cmty__bernoulli_exp(&s, 0, 9));
        ck_assert_uint_eq(cmty__uniform(&s, 1), 0);
    }
}
END_TEST

START_TEST(roots_are_exact_floors)
{
    const uint64_t roots[] = {0, 1, 2, 3, 65535, 65536, 4294967295u, 3037000499u};
    cmty__stream s;
    size_t i;

    for (i = 0; i < sizeof roots / sizeof roots[0]; i++) {
        ck_assert_uint_eq(cmty__root64(roots[i] * roots[i]), roots[i]);
        if (roots[i] > 0)
            ck_assert_uint_eq(cmty__root64(roots[i] * roots[i] - 1), roots[i] - 1);
    }
    ck_assert_uint_eq(cmty__root64(UINT64_MAX), 4294967295u);
    open_stream(&s, 11);
    for (i = 0; i < 1000000; i++) {
        uint64_t n = cmty__stream_next(&s), root;

        n >>= n % 64; /* all sizes */
        root = cmty__root64(n);
        if (root * root > n || (root != UINT32_MAX && (root + 1) * (root + 1) <= n))
            ck_abort_msg("draw %zu", i);
    }
}
END_TEST

/* ---- the stream ---- */

START_TEST(the_stream_gives_its_known_answers)
{
    static const uint64_t words[] = {0x1d0c7f543bff83ed, 0xf0972e430f2b124f, 0x7493c00e8aed6971};
    const cmty__draw_key k = {1, 2, 3, 4, 5, -6, 7};
    uint8_t mask_key[32];
    cmty__stream s;
    int i;

    for (i = 0; i < 32; i++)
        mask_key[i] = (uint8_t)i;
    cmty__stream_open(&s, mask_key, &k, "report-1");
    ck_assert_uint_eq(cmty__stream_next(&s), words[0]);
    ck_assert_uint_eq(cmty__stream_next(&s), words[1]);
    for (i = 2; i < 200; i++) /* over the end of the first block of bytes, and the third */
        (void)cmty__stream_next(&s);
    ck_assert_uint_eq(cmty__stream_next(&s), words[2]);
    cmty__stream_close(&s);
}
END_TEST

START_TEST(every_part_of_the_key_changes_the_stream)
{
    const cmty__draw_key k = {1, 2, 3, 4, 5, 6, 7};
    uint8_t other[32];
    static const char *const ids[] = {
        "r",
        "q",
        "r2",
        "0123456789012345678901234567890123456789", /* fills the block */
        "0123456789012345678901234567890123456789a",
        "0123456789012345678901234567890123456789b",
        "0123456789012345678901234567890123456789ab"};
    enum { KEYS = 15 };
    uint64_t seen[KEYS];
    cmty__stream s;
    int i, j;

    for (i = 0; i < KEYS; i++) {
        cmty__draw_key changed = k;
        int64_t *parts[] = {&changed.law,     &changed.region, &changed.scale_a, &changed.scale_b,
                            &changed.step_mm, &changed.row,    &changed.column};

        if (i < 7)
            *parts[i] += 1;
        memcpy(other, key, sizeof other);
        other[31] = i == 7;
        cmty__stream_open(&s, other, &changed, ids[i < 8 ? 0 : i - 8]);
        seen[i] = cmty__stream_next(&s);
        for (j = 0; j < i; j++)
            ck_assert_uint_ne(seen[j], seen[i]);
    }
}
END_TEST

static Suite *noise_suite(void)
{
    Suite *suite = suite_create("noise");
    TCase *tc = tcase_create("law");

    tcase_set_timeout(tc, 120.0);
    tcase_add_test(tc, critical_values_agree_with_the_table);
    tcase_add_loop_test(tc, draws_follow_the_lattice_law_in_rings_points_and_moments, 0,
                        (int)(sizeof laws / sizeof laws[0]));
    tcase_add_test(tc, no_direction_is_preferred_but_by_the_lattice_itself);
    suite_add_tcase(suite, tc);
    tc = tcase_create("exact");
    tcase_set_timeout(tc, 120.0);
    tcase_add_test(tc, extreme_rates_end_and_stay_in_proportion);
    tcase_add_loop_test(tc, the_gap_is_compared_rightly_on_both_sides_at_every_depth, 0, GAP_COUNT);
    tcase_add_test(tc, a_quick_decision_is_never_taken_back);
    tcase_add_test(tc, small_uniforms_and_chances_are_even);
    tcase_add_test(tc, roots_are_exact_floors);
    tcase_add_test(tc, the_stream_gives_its_known_answers);
    tcase_add_test(tc, every_part_of_the_key_changes_the_stream);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(noise_suite)
