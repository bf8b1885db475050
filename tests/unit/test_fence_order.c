/* SPDX-License-Identifier: MIT */
/* Decisions against a naive evaluator, in any order of features; sets as bytes. */
#include "fence_file.h"

#include <math.h>

/* ---- the naive evaluator ---- */

enum { FENCE_COUNT = 10, GRID = 6 };

static const char *const days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
static const char *const actions[] = {"accept", "escalate", "withhold", "refuse"};
static const char *const category_lists[] = {
    "", "theft", "theft.*", "arson, theft.bicycle", "disorder.*,hate", "theft.bicycle"};
static const char *const categories[] = {"theft", "theft.bicycle", "arson", "disorder.noise",
                                         "hate"};
/* Which list holds which category, written out by hand. */
static const bool list_holds[6][5] = {
    {true, true, true, true, true},    {true, false, false, false, false},
    {true, true, false, false, false}, {false, true, true, false, false},
    {false, false, false, true, true}, {false, true, false, false, false},
};

typedef struct fence {
    char id[8], note[8], properties[300];
    int west, south, east, north;
    int action, priority, list;
    int first_day, last_day; /* -1: not said */
    int from_hour, to_hour;  /* -1: not said */
    int from_date, to_date;  /* day of May 2026, 0: not said */
} fence;

static void make_fence(fence *f, int i)
{
    char *out = f->properties;
    size_t left = sizeof f->properties;

    memset(f, 0, sizeof *f);
    snprintf(f->id, sizeof f->id, "%c%d", "aBc"[random_below(3)], i);
    snprintf(f->note, sizeof f->note, "n%d", i);
    f->west = (int)random_below(GRID);
    f->south = (int)random_below(GRID);
    f->east = f->west + 1 + (int)random_below(GRID);
    f->north = f->south + 1 + (int)random_below(GRID);
    f->action = (int)random_below(4);
    f->priority = (int)random_below(3) - 1;
    f->list = (int)random_below(6);
    f->first_day = random_below(2) ? -1 : (int)random_below(7);
    f->last_day = (int)random_below(7);
    f->from_hour = random_below(2) ? -1 : (int)random_below(24);
    f->to_hour = f->from_hour < 0 ? 0 : (f->from_hour + 1 + (int)random_below(23)) % 24;
    f->from_date = random_below(2) ? 0 : 1 + (int)random_below(10);
    f->to_date = random_below(2) ? 0 : 11 + (int)random_below(10);
#define ADD(...)                                                                                   \
    do {                                                                                           \
        int n = snprintf(out, left, __VA_ARGS__);                                                  \
        out += n;                                                                                  \
        left -= (size_t)n;                                                                         \
    } while (0)
    ADD("\"id\":\"%s\",\"note\":\"%s\",\"action\":\"%s\",\"priority\":%d,\"category\":\"%s\"",
        f->id, f->note, actions[f->action], f->priority, category_lists[f->list]);
    if (f->first_day >= 0)
        ADD(",\"days\":\"%s-%s\"", days[f->first_day], days[f->last_day]);
    if (f->from_hour >= 0)
        ADD(",\"hours\":\"%02d:00-%02d:00\"", f->from_hour, f->to_hour);
    if (f->from_date > 0)
        ADD(",\"valid_from\":\"2026-05-%02d\"", f->from_date);
    if (f->to_date > 0)
        ADD(",\"valid_to\":\"2026-05-%02d\"", f->to_date);
#undef ADD
}

static bool day_in(const fence *f, int day)
{
    if (f->first_day <= f->last_day)
        return day >= f->first_day && day <= f->last_day;
    return day >= f->first_day || day <= f->last_day;
}

/* Walks back hour by hour to where the window began, and looks at that day. */
static bool naive_applies(const fence *f, int x, int y, int category, time_t when)
{
    struct tm local;
    int day, hour;

    if (x < 2 * f->west || x > 2 * f->east || y < 2 * f->south || y > 2 * f->north
        || !list_holds[f->list][category])
        return false;
    localtime_r(&when, &local); /* May 2026 has no change of clocks */
    if (f->from_date > 0
        && (local.tm_mon < 4 || (local.tm_mon == 4 && local.tm_mday < f->from_date)))
        return false;
    if (f->to_date > 0 && (local.tm_mon > 4 || (local.tm_mon == 4 && local.tm_mday >= f->to_date)))
        return false;
    day = (local.tm_wday + 6) % 7;
    hour = local.tm_hour;
    while (f->from_hour >= 0 && hour != f->from_hour) {
        if (hour == f->to_hour)
            return false;
        hour = (hour + 23) % 24;
        day = hour == 23 ? (day + 6) % 7 : day;
    }
    return f->first_day < 0 || day_in(f, day);
}

static const fence *naive_decide(const fence *fences, int x, int y, int category, time_t when,
                                 uint32_t *matched)
{
    const fence *best = NULL;

    *matched = 0;
    for (int i = 0; i < FENCE_COUNT; i++) {
        const fence *f = &fences[i];

        if (!naive_applies(f, x, y, category, when))
            continue;
        *matched += 1;
        if (best == NULL || f->priority > best->priority
            || (f->priority == best->priority
                && (f->action > best->action
                    || (f->action == best->action && strcmp(f->id, best->id) < 0))))
            best = f;
    }
    return best;
}

static void write_fences(const fence *fences, cmty__buf *b)
{
    int order[FENCE_COUNT];

    for (int i = 0; i < FENCE_COUNT; i++)
        order[i] = i;
    for (int i = FENCE_COUNT - 1; i > 0; i--) {
        int k = (int)random_below((uint32_t)i + 1);
        int old = order[i];

        order[i] = order[k];
        order[k] = old;
    }
    begin_features(b);
    for (int i = 0; i < FENCE_COUNT; i++) {
        const fence *f = &fences[order[i]];

        add_feature(b, f->properties, rectangle(f->west, f->south, f->east, f->north));
    }
    end_features(b);
}

/* Points lie on corners, edges and inside, since their grid is twice as fine as the fences'. */
static void compare_with_naive(const cmty_fenceset *set, const fence *fences, int *numbers)
{
    for (int k = 0; k < 3000; k++) {
        int x = (int)random_below(4 * GRID + 3) - 1, y = (int)random_below(4 * GRID + 3) - 1;
        int category = (int)random_below(5);
        time_t when = 1777000000 + (time_t)random_below(25 * 86400 / 900) * 900;
        uint32_t matched;
        const fence *want = naive_decide(fences, x, y, category, when, &matched);
        cmty_fence_decision d =
            decide(set, x / 2.0, y / 2.0, categories[category], (cmty_time)when * 1000);

        ck_assert_uint_eq(d.matched_count, matched);
        ck_assert_str_eq(d.fence_id, want != NULL ? want->id : "");
        ck_assert_str_eq(d.note, want != NULL ? want->note : "");
        ck_assert_int_eq(d.action, want != NULL ? want->action : CMTY_FENCE_ACCEPT);
        ck_assert_int_eq(d.fence < 0, want == NULL);
        if (want == NULL)
            continue;
        if (numbers[want - fences] < 0) /* numbers, too, are the same in every order */
            numbers[want - fences] = d.fence;
        ck_assert_int_eq(numbers[want - fences], d.fence);
    }
}

START_TEST(decisions_agree_with_a_naive_evaluator_in_any_order)
{
    fence fences[FENCE_COUNT];
    cmty__buf b = {0};

    for (int round = 0; round < 8; round++) {
        int numbers[FENCE_COUNT];

        for (int i = 0; i < FENCE_COUNT; i++) {
            make_fence(&fences[i], i);
            numbers[i] = -1;
        }
        for (int order = 0; order < 3; order++) {
            cmty_fenceset *set;

            write_fences(fences, &b);
            set = open_set("America/Chicago");
            ck_assert_uint_eq(cmty_fenceset_count(set), FENCE_COUNT);
            if (order == 2)
                set = through_bytes(set);
            compare_with_naive(set, fences, numbers);
            cmty_fenceset_free(set);
        }
    }
    cmty__buf_free(&b);
}
END_TEST

/* ---- many ---- */

START_TEST(many_reports_are_decided_like_one)
{
    enum { COUNT = 3000 };
    static cmty_point points[COUNT];
    static const char *category[COUNT];
    static cmty_time when[COUNT];
    static int32_t action[COUNT], fence_of[COUNT], found[COUNT * FENCE_COUNT];
    static uint64_t first[COUNT + 1];
    fence fences[FENCE_COUNT];
    cmty__buf b = {0};
    cmty_fenceset *set;
    size_t in_several = 0;

    for (int i = 0; i < FENCE_COUNT; i++)
        make_fence(&fences[i], i);
    write_fences(fences, &b);
    set = open_set("America/Chicago");
    for (size_t i = 0; i < COUNT; i++) {
        points[i] = (cmty_point){random_below(4 * GRID) / 2.0, random_below(4 * GRID) / 2.0};
        category[i] = categories[random_below(5)];
        when[i] = i % 7 == 0 ? CMTY_TIME_UNKNOWN
                             : 1777000000000 + (cmty_time)random_below(2000) * 3600000;
    }
    points[3] = (cmty_point){NAN, 0};
    points[4] = (cmty_point){0, 100};
    ck_assert_int_eq(
        cmty_fenceset_decide_many(set, points, category, when, COUNT, action, fence_of, NULL),
        CMTY_OK);
    ck_assert_int_eq(
        cmty_fenceset_find_many(set, points, COUNT, first, found, COUNT * FENCE_COUNT, NULL),
        CMTY_OK);
    for (size_t i = 0; i < COUNT; i++) {
        cmty_fence_decision d = {.struct_size = sizeof d, .fence = -1};
        uint32_t applying = 0;

        if (i != 3 && i != 4)
            ck_assert_int_eq(cmty_fenceset_decide(set, points[i], category[i], when[i], &d, NULL),
                             CMTY_OK);
        ck_assert_int_eq(fence_of[i], d.fence);
        ck_assert_int_eq(action[i], d.action);
        for (uint64_t k = first[i]; k < first[i + 1]; k++) {
            ck_assert(k == first[i] || found[k - 1] < found[k]); /* the strongest first */
            applying += found[k] == d.fence;
        }
        ck_assert_uint_eq(applying, d.fence >= 0);
        ck_assert_uint_ge(first[i + 1] - first[i], d.matched_count);
        in_several += first[i + 1] - first[i] > 1;
    }
    ck_assert_uint_gt(in_several, COUNT / 4);
    ck_assert_int_eq(cmty_fenceset_find_many(set, points, COUNT, first, NULL, 0, NULL), CMTY_OK);
    ck_assert_int_eq(cmty_fenceset_find_many(set, NULL, COUNT, first, NULL, 0, NULL),
                     CMTY_E_INVALID);
    category[9] = NULL;
    ck_assert_int_eq(
        cmty_fenceset_decide_many(set, points, category, when, COUNT, NULL, fence_of, NULL),
        CMTY_E_INVALID);
    cmty_fenceset_free(set);
    cmty__buf_free(&b);
}
END_TEST

/* ---- bytes ---- */

static void make_bytes(cmty__buf *bytes)
{
    fence fences[FENCE_COUNT];
    cmty__buf b = {0};
    cmty_fenceset *set;

    for (int i = 0; i < FENCE_COUNT; i++)
        make_fence(&fences[i], i);
    write_fences(fences, &b);
    set = open_set("America/Chicago");
    ck_assert_int_eq(cmty__fenceset_save(set, bytes, NULL), CMTY_OK);
    cmty_fenceset_free(set);
    cmty__buf_free(&b);
}

START_TEST(saved_bytes_come_back_the_same)
{
    cmty__buf bytes = {0}, again = {0};
    cmty_fenceset *set = NULL;

    make_bytes(&bytes);
    ck_assert_int_eq(cmty__fenceset_load(bytes.data, bytes.size, &set, NULL), CMTY_OK);
    ck_assert_int_eq(cmty__fenceset_save(set, &again, NULL), CMTY_OK);
    ck_assert_uint_eq(bytes.size, again.size);
    ck_assert_mem_eq(bytes.data, again.data, bytes.size);
    cmty_fenceset_free(set);
    cmty__buf_free(&bytes);
    cmty__buf_free(&again);
}
END_TEST

START_TEST(bytes_cut_anywhere_are_refused)
{
    cmty__buf bytes = {0};

    make_bytes(&bytes);
    for (size_t cut = 0; cut < bytes.size; cut++) {
        char *copy = malloc(cut + 1);
        cmty_fenceset *set = NULL;
        cmty_error err = CMTY_ERROR_INIT;

        memcpy(copy, bytes.data, cut);
        ck_assert_int_lt(cmty__fenceset_load(copy, cut, &set, &err), 0);
        ck_assert_ptr_null(set);
        ck_assert(err.message[0] != '\0');
        free(copy);
    }
    cmty__buf_free(&bytes);
}
END_TEST

START_TEST(altered_bytes_are_refused_or_usable)
{
    cmty__buf bytes = {0};
    char *copy;

    make_bytes(&bytes);
    copy = malloc(bytes.size);
    for (int round = 0; round < 5000; round++) {
        cmty_fenceset *set = NULL;

        memcpy(copy, bytes.data, bytes.size);
        for (uint32_t n = 1 + random_below(3); n > 0; n--)
            copy[random_below((uint32_t)bytes.size)] = (char)random_below(256);
        if (cmty__fenceset_load(copy, bytes.size, &set, NULL) == CMTY_OK)
            (void)decide(set, random_below(GRID), random_below(GRID), "theft", 1777000000000);
        cmty_fenceset_free(set);
    }
    free(copy);
    cmty__buf_free(&bytes);
}
END_TEST

static Suite *fence_order_suite(void)
{
    Suite *suite = suite_create("fence_order");
    TCase *tc = tcase_create("fence_order");

    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, decisions_agree_with_a_naive_evaluator_in_any_order);
    tcase_add_test(tc, many_reports_are_decided_like_one);
    tcase_add_test(tc, saved_bytes_come_back_the_same);
    tcase_add_test(tc, bytes_cut_anywhere_are_refused);
    tcase_add_test(tc, altered_bytes_are_refused_or_usable);
    tcase_set_timeout(tc, 60);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(fence_order_suite)
