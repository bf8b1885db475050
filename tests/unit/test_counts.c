/* SPDX-License-Identifier: MIT */
/* release: counts are conserved, small ones blank, and points tell no more than counts do. */
#include "../runner.h"
#include "release/counts.h"
#include "small_city.h"

static const cmty_time before = INT64_C(1718409600000); /* 2024-06-15 */
static const cmty_time after = INT64_C(1721001600000);  /* 2024-07-15 */

static char folder[] = "/tmp/cmty-counts-XXXXXX";
static cmty_beatset *beats;
static cmty_policy *policy;
static cmty__gate *gate;
static uint32_t numbers;

static void open_city(void)
{
    ck_assert_ptr_nonnull(mkdtemp(folder));
    beats = small_city_beats(folder);
    policy = small_city_policy(3);
    ck_assert_int_eq(cmty__gate_new(policy, beats, &gate, NULL), CMTY_OK);
}

static void close_city(void)
{
    char command[300];

    cmty__gate_free(gate);
    cmty_policy_free(policy);
    cmty_beatset_free(beats);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    ck_assert_int_eq(system(command), 0);
    memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
}

static cmty__counts *new_counts(cmty_time since)
{
    cmty__counts *c = NULL;

    ck_assert_int_eq(cmty__counts_new(beats, 1, since, NULL, &c, NULL), CMTY_OK);
    return c;
}

static void count(cmty__counts *c, const char *beat, const char *category, cmty_time when, int n)
{
    for (int i = 0; i < n; i++) {
        cmty__entry e = small_city_entry(beats, beat, category, when, ++numbers);
        cmty__released r;
        cmty_status st = cmty__gate_admit(gate, &e, &r, NULL);

        ck_assert_int_ge(st, 0);
        cmty__counts_add(c, &e, st == CMTY_OK ? &r : NULL);
    }
}

static cmty__count_row *row(cmty__counts *c, const char *id_or_name)
{
    for (size_t i = 0; i < c->row_count; i++)
        if (strcmp(c->rows[i].id, id_or_name) == 0 || strcmp(c->rows[i].name, id_or_name) == 0)
            return &c->rows[i];
    ck_abort_msg("no row %s", id_or_name);
}

static int judge(cmty__counts *c, const char *beat, const char *category)
{
    cmty__entry e = small_city_entry(beats, beat, category, after, ++numbers);
    cmty__released r;

    ck_assert_int_eq(cmty__gate_admit(gate, &e, &r, NULL), CMTY_OK);
    return cmty__counts_judge(c, &r);
}

START_TEST(rows_are_the_beats_of_the_version_and_two_that_are_none)
{
    static const char *const ids[] = {"A1", "A2", "B1", "B2", "", ""};
    cmty__counts *c = new_counts(CMTY_TIME_UNKNOWN);

    ck_assert_uint_eq(c->row_count, 6);
    for (size_t i = 0; i < c->row_count; i++)
        ck_assert_str_eq(c->rows[i].id, ids[i]);
    ck_assert_str_eq(row(c, "A1")->note, ""); /* another beat of the set, the same ground */
    ck_assert_str_eq(row(c, "A2")->note,
                     "includes reports under this beat's boundaries before 2024-07-01");
    ck_assert_str_eq(row(c, "B2")->note, "");
    cmty__counts_free(c);
    c = new_counts(SMALL_CITY_REDRAWN); /* a period after the change has no earlier boundaries */
    ck_assert_str_eq(row(c, "A2")->note, "");
    cmty__counts_free(c);
    cmty__counts_free(NULL);
}
END_TEST

START_TEST(reports_of_other_versions_are_counted_once_each)
{
    cmty__counts *c = new_counts(CMTY_TIME_UNKNOWN);
    cmty__entry nowhere = small_city_entry(beats, "A1", "theft", after, ++numbers);
    int64_t sum = 0;

    count(c, "A1", "theft", before, 4);
    count(c, "A1", "theft", after, 5);
    count(c, "A2", "theft", before, 6); /* kept its id */
    count(c, "A2", "theft", after, 7);
    count(c, "OLD", "theft", before, 8); /* did not */
    count(c, "B2", "theft", after, 9);
    nowhere.beat = -1;
    cmty__counts_add(c, &nowhere, NULL);
    ck_assert_int_eq(row(c, "A1")->reports, 9);
    ck_assert_int_eq(row(c, "A2")->reports, 13);
    ck_assert_int_eq(row(c, "B1")->reports, 0);
    ck_assert_int_eq(row(c, "B2")->reports, 9);
    ck_assert_int_eq(row(c, "Earlier boundaries")->reports, 8);
    ck_assert_int_eq(row(c, "No beat")->reports, 1);
    for (size_t i = 0; i < c->row_count; i++)
        sum += c->rows[i].reports;
    ck_assert_int_eq(sum, c->reports);
    ck_assert_int_eq(c->reports, 40);
    cmty__counts_free(c);
}
END_TEST

START_TEST(a_small_number_and_a_second_one_are_gone)
{
    cmty__counts *c = new_counts(CMTY_TIME_UNKNOWN);

    count(c, "A1", "theft", after, 2);
    count(c, "A2", "theft", after, 20);
    count(c, "B1", "theft", after, 30);
    count(c, "B2", "theft", after, 40);
    ck_assert_int_eq(cmty__counts_protect(c, 3, NULL), CMTY_OK);
    ck_assert_int_eq(row(c, "A1")->reports, CMTY__BLANK);
    ck_assert_int_eq(row(c, "A2")->reports, CMTY__BLANK); /* else the district would tell A1 */
    ck_assert_int_eq(row(c, "B1")->reports, 30);
    ck_assert_int_eq(row(c, "B2")->reports, 40);
    ck_assert_int_eq(row(c, "Earlier boundaries")->reports, 0);
    ck_assert_int_eq(c->blank_beats, 2);
    ck_assert_int_eq(c->reports, 92);
    ck_assert_int_eq(judge(c, "A1", "theft"), CMTY__POINT_WITHHELD);
    ck_assert_int_eq(judge(c, "A2", "theft"), CMTY__POINT_WITHHELD);
    ck_assert_int_eq(judge(c, "B1", "theft"), CMTY__POINT_SHOWN);
    cmty__counts_free(c);
}
END_TEST

START_TEST(a_rare_category_is_shown_as_a_place_without_its_name)
{
    cmty__counts *c = new_counts(CMTY_TIME_UNKNOWN);

    count(c, "A1", "theft", after, 20);
    count(c, "A1", "arson", after, 1);
    count(c, "A2", "theft", after, 20);
    count(c, "A2", "arson", after, 20);
    count(c, "B1", "theft", after, 20);
    count(c, "B2", "theft", after, 20);
    ck_assert_int_eq(cmty__counts_protect(c, 3, NULL), CMTY_OK);
    ck_assert_int_eq(row(c, "A1")->reports, 21);
    ck_assert_int_eq(judge(c, "A1", "arson"), CMTY__POINT_HIDDEN_CATEGORY);
    ck_assert_int_eq(judge(c, "A1", "theft"), CMTY__POINT_HIDDEN_CATEGORY); /* the complement */
    ck_assert_int_eq(judge(c, "B1", "theft"), CMTY__POINT_SHOWN);
    cmty__counts_free(c);
}
END_TEST

START_TEST(places_beside_a_withheld_report_do_not_tell_its_number)
{
    cmty__counts *c = new_counts(CMTY_TIME_UNKNOWN);

    count(c, "A1", "theft", after, 20);
    count(c, "A1", "domestic.violence", after, 1); /* never a point: 21 less 20 points is 1 */
    count(c, "A2", "theft", after, 20);
    count(c, "A2", "domestic.violence", after, 20);
    ck_assert_int_eq(cmty__counts_protect(c, 3, NULL), CMTY_OK);
    ck_assert_int_eq(row(c, "A1")->reports, 21);
    for (int i = 0; i < 20; i++) /* 21 less 18 points: the one might be three */
        ck_assert_int_eq(judge(c, "A1", "theft"),
                         i < 2 ? CMTY__POINT_WITHHELD : CMTY__POINT_HIDDEN_CATEGORY);
    cmty__counts_free(c);
}
END_TEST

START_TEST(a_city_of_few_reports_shows_no_points)
{
    cmty__counts *c = new_counts(CMTY_TIME_UNKNOWN);

    count(c, "A1", "theft", after, 2);
    ck_assert_int_eq(cmty__counts_protect(c, 3, NULL), CMTY_OK);
    ck_assert_int_eq(c->reports, CMTY__BLANK);
    ck_assert_int_eq(judge(c, "A1", "theft"), CMTY__POINT_WITHHELD);
    ck_assert_int_eq(judge(c, "B1", "theft"), CMTY__POINT_WITHHELD);
    cmty__counts_free(c);
}
END_TEST

/* ---- properties, over random cities ---- */

enum { BEATS = 4, CATEGORIES = 4 };
static const char *const ids[BEATS] = {"A1", "A2", "B1", "B2"};
static const char *const codes[CATEGORIES] = {"theft", "arson", "drugs", "domestic.violence"};

static int64_t truth[BEATS][CATEGORIES];

static cmty__counts *random_city(uint32_t *seed)
{
    cmty__counts *c = new_counts(CMTY_TIME_UNKNOWN);

    for (int b = 0; b < BEATS; b++)
        for (int k = 0; k < CATEGORIES; k++) {
            *seed = *seed * 1664525U + 1013904223U;
            truth[b][k] = (int64_t)((*seed >> 18) % 9);
            if (truth[b][k] > 6)
                truth[b][k] = 0;
            count(c, ids[b], codes[k], after, (int)truth[b][k]);
        }
    return c;
}

static size_t category(const cmty__counts *c, const char *code)
{
    for (size_t i = 0; i < c->category_count; i++)
        if (strcmp(c->categories[i].id, code) == 0)
            return i;
    ck_abort_msg("no category %s", code);
}

/* A number that is printed is true, and one that is small is not printed; a zero may be blank. */
static void assert_printed(int64_t printed, int64_t true_one)
{
    if (printed != CMTY__BLANK)
        ck_assert_int_eq(printed, true_one);
    if (true_one > 0 && true_one < 3)
        ck_assert_int_eq(printed, CMTY__BLANK);
}

START_TEST(what_is_printed_is_true_and_what_is_small_is_not_printed)
{
    uint32_t seed = 99;

    for (int round = 0; round < 150; round++) {
        cmty__counts *c = random_city(&seed);
        int64_t all = 0;

        ck_assert_int_eq(cmty__counts_protect(c, 3, NULL), CMTY_OK);
        for (int b = 0; b < BEATS; b++) {
            int64_t sum = 0;

            for (int k = 0; k < CATEGORIES; k++) {
                assert_printed(cmty__counts_cell(c, (size_t)b, category(c, codes[k])), truth[b][k]);
                sum += truth[b][k];
            }
            assert_printed(c->rows[b].reports, sum);
            all += sum;
        }
        assert_printed(c->reports, all);
        cmty__counts_free(c);
    }
}
END_TEST

/* ---- the reader: counts and points, and every table that agrees with them ---- */

enum { DISTRICTS = 2, NODES = 2 + DISTRICTS + 2 * BEATS + CATEGORIES, ARCS = 64 };
enum {
    CITY,
    END,
    DISTRICT,
    BEAT = DISTRICT + DISTRICTS,
    GROUP = BEAT + BEATS,
    KIND = GROUP + BEATS
};

typedef struct flow { /* between two nodes; all true numbers at first */
    int from, to;
    int64_t value, least;
    bool fixed, is_number;
} flow;

typedef struct reader {
    flow arcs[ARCS];
    int count;
} reader;

static void know(reader *r, int from, int to, int64_t value, bool printed, int64_t least)
{
    r->arcs[r->count++] = (flow){from, to, value, least, printed, true};
}

/* Of the published points: so many at least are of a kind that has points. */
static void know_group(reader *r, int b, int64_t value, int64_t least)
{
    r->arcs[r->count++] = (flow){BEAT + b, GROUP + b, value, least, false, false};
}

/* Any blank of a row may be 0 where none of them is told. */
static int64_t least_of(const cmty__counts *c, int b)
{
    for (int k = 0; k < CATEGORIES; k++)
        if (cmty__counts_cell(c, (size_t)b, category(c, codes[k])) != CMTY__BLANK
            && truth[0][k] + truth[1][k] + truth[2][k] + truth[3][k] > 0)
            return 1;
    return 0;
}

static bool has_points(int k)
{
    return strcmp(codes[k], "domestic.violence") != 0;
}

/* Publishes the points of a row; returns how many go without their category. */
static int64_t publish_row(cmty__counts *c, int b)
{
    int64_t hidden = 0;

    for (int k = 0; k < CATEGORIES; k++)
        for (int64_t i = 0; has_points(k) && i < truth[b][k]; i++) {
            int verdict = judge(c, ids[b], codes[k]);
            bool blank = cmty__counts_cell(c, (size_t)b, category(c, codes[k])) == CMTY__BLANK;

            ck_assert(verdict != CMTY__POINT_SHOWN || !blank);
            ck_assert(verdict == CMTY__POINT_WITHHELD || c->rows[b].reports != CMTY__BLANK);
            hidden += verdict == CMTY__POINT_HIDDEN_CATEGORY;
        }
    return hidden;
}

static void know_row(reader *r, cmty__counts *c, int b)
{
    int64_t sum = 0, group = 0, told = 0, hidden = publish_row(c, b);

    for (int k = 0; k < CATEGORIES; k++) {
        bool printed = cmty__counts_cell(c, (size_t)b, category(c, codes[k])) != CMTY__BLANK;

        know(r, has_points(k) ? GROUP + b : BEAT + b, KIND + k, truth[b][k], printed,
             least_of(c, b));
        sum += truth[b][k];
        group += has_points(k) ? truth[b][k] : 0;
        told += has_points(k) && printed ? truth[b][k] : 0;
    }
    know_group(r, b, group, told + hidden);
    know(r, DISTRICT + c->rows[b].group, BEAT + b, sum, c->rows[b].reports != CMTY__BLANK, 1);
}

static void read_all(reader *r, cmty__counts *c)
{
    int64_t all = 0;

    r->count = 0;
    for (int b = 0; b < BEATS; b++)
        know_row(r, c, b);
    for (int k = 0; k < CATEGORIES; k++) {
        int64_t sum = truth[0][k] + truth[1][k] + truth[2][k] + truth[3][k];

        know(r, KIND + k, END, sum, c->categories[category(c, codes[k])].reports != CMTY__BLANK, 1);
        all += sum;
    }
    for (int d = 0; d < DISTRICTS; d++) {
        int64_t sum = 0;

        for (int b = 0; b < BEATS; b++)
            for (int k = 0; c->rows[b].group == d && k < CATEGORIES; k++)
                sum += truth[b][k];
        know(r, CITY, DISTRICT + d, sum, c->districts[d].reports != CMTY__BLANK, 1);
    }
    know(r, END, CITY, all, c->reports != CMTY__BLANK, 1);
}

/* One more along a chain of numbers that may change, from node to node; false: there is none. */
static bool push_one(reader *r, int from, int to, int avoid)
{
    int by[NODES], queue[NODES], head = 0, tail = 0;

    for (int i = 0; i < NODES; i++)
        by[i] = -1;
    queue[tail++] = from;
    while (head < tail) {
        int at = queue[head++];

        for (int i = 0; i < r->count; i++) {
            const flow *a = &r->arcs[i];
            bool forward = a->from == at;
            int next = forward ? a->to : a->from;

            if (i == avoid || a->fixed || (a->from != at && a->to != at) || by[next] >= 0
                || next == from || (!forward && a->value <= a->least))
                continue;
            by[next] = i;
            queue[tail++] = next;
        }
    }
    if (by[to] < 0)
        return false;
    while (to != from) {
        flow *a = &r->arcs[by[to]];

        a->value += a->to == to ? 1 : -1;
        to = a->to == to ? a->from : a->to;
    }
    return true;
}

/* Whether the reader must think `below` possible for number i. */
static bool is_uncertain(const reader *known, int i, int64_t below)
{
    reader r = *known;
    const flow *a = &r.arcs[i];
    int64_t most = a->value;

    while (most < below && push_one(&r, a->to, a->from, i))
        most++;
    return most >= below;
}

START_TEST(no_reader_of_counts_and_points_can_bound_a_small_number)
{
    uint32_t seed = 7;
    int64_t hidden = 0;

    for (int round = 0; round < 600; round++) {
        cmty__counts *c = random_city(&seed);
        reader r;

        ck_assert_int_eq(cmty__counts_protect(c, 3, NULL), CMTY_OK);
        read_all(&r, c);
        for (int i = 0; i < r.count; i++) {
            const flow *a = &r.arcs[i];

            if (a->is_number && a->value > 0 && a->value < 3)
                ck_assert_msg(!a->fixed && is_uncertain(&r, i, 3), "round %d, number %d", round, i);
            if (!a->is_number)
                hidden += a->least;
        }
        cmty__counts_free(c);
    }
    ck_assert_int_gt(hidden, 100);
}
END_TEST

START_TEST(a_beat_of_few_reports_tells_their_sum_and_not_what_they_are_about)
{
    cmty__counts *c = new_counts(CMTY_TIME_UNKNOWN);

    count(c, "A1", "theft", after, 2);
    count(c, "A1", "arson", after, 2);
    count(c, "A2", "theft", after, 20);
    count(c, "A2", "arson", after, 20);
    count(c, "A2", "drugs", after, 20);
    ck_assert_int_eq(cmty__counts_protect(c, 4, NULL), CMTY_OK);
    ck_assert_int_eq(row(c, "A1")->reports, 4);
    ck_assert_int_eq(cmty__counts_cell(c, 0, category(c, "drugs")), CMTY__BLANK);
    ck_assert_int_eq(cmty__counts_cell(c, 0, category(c, "theft")), CMTY__BLANK);
    for (int i = 0; i < 4; i++) /* or the points would tell that no drugs are among the four */
        ck_assert_int_eq(judge(c, "A1", "theft"),
                         i < 3 ? CMTY__POINT_WITHHELD : CMTY__POINT_HIDDEN_CATEGORY);
    cmty__counts_free(c);
}
END_TEST

static Suite *counts_suite(void)
{
    Suite *suite = suite_create("counts");
    TCase *tc = tcase_create("counts");

    tcase_set_timeout(tc, 30);
    tcase_add_checked_fixture(tc, open_city, close_city);
    tcase_add_test(tc, rows_are_the_beats_of_the_version_and_two_that_are_none);
    tcase_add_test(tc, reports_of_other_versions_are_counted_once_each);
    tcase_add_test(tc, a_small_number_and_a_second_one_are_gone);
    tcase_add_test(tc, a_rare_category_is_shown_as_a_place_without_its_name);
    tcase_add_test(tc, places_beside_a_withheld_report_do_not_tell_its_number);
    tcase_add_test(tc, a_city_of_few_reports_shows_no_points);
    tcase_add_test(tc, what_is_printed_is_true_and_what_is_small_is_not_printed);
    tcase_add_test(tc, no_reader_of_counts_and_points_can_bound_a_small_number);
    tcase_add_test(tc, a_beat_of_few_reports_tells_their_sum_and_not_what_they_are_about);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(counts_suite)
