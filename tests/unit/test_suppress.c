/* SPDX-License-Identifier: MIT */
/* release: no small number can be worked out from the numbers that are printed. */
#include "../runner.h"
#include "release/suppress.h"

#include <string.h>

enum { DISTRICTS = 2, BEATS = 4, CATEGORIES = 2, CELLS = BEATS * CATEGORIES, LARGEST = 4 };

/* Two districts of two beats, two categories, all sums: the table of a small city. */
typedef struct table {
    int64_t cell[BEATS][CATEGORIES];
    int64_t beat[BEATS], district[DISTRICTS], category[CATEGORIES], city;
} table;

typedef struct blanks { /* true: blank */
    bool cell[BEATS][CATEGORIES], beat[BEATS], district[DISTRICTS], category[CATEGORIES], city;
} blanks;

static void add_up(table *t)
{
    memset(t->beat, 0, sizeof *t - sizeof t->cell);
    for (int b = 0; b < BEATS; b++)
        for (int c = 0; c < CATEGORIES; c++) {
            t->beat[b] += t->cell[b][c];
            t->district[b / 2] += t->cell[b][c];
            t->category[c] += t->cell[b][c];
            t->city += t->cell[b][c];
        }
}

static blanks protect(const table *t, int64_t below)
{
    cmty__network *n = cmty__network_new();
    cmty_error err = CMTY_ERROR_INIT;
    int32_t city, end, district[DISTRICTS], beat[BEATS], category[CATEGORIES];
    int32_t arc_city, arc_district[DISTRICTS], arc_beat[BEATS], arc_category[CATEGORIES];
    int32_t arc_cell[BEATS][CATEGORIES];
    blanks out;

    ck_assert_ptr_nonnull(n);
    city = cmty__network_node(n);
    end = cmty__network_node(n);
    arc_city = cmty__network_arc(n, end, city, t->city);
    for (int d = 0; d < DISTRICTS; d++) {
        district[d] = cmty__network_node(n);
        arc_district[d] = cmty__network_arc(n, city, district[d], t->district[d]);
    }
    for (int c = 0; c < CATEGORIES; c++) {
        category[c] = cmty__network_node(n);
        arc_category[c] = cmty__network_arc(n, category[c], end, t->category[c]);
    }
    for (int b = 0; b < BEATS; b++) {
        beat[b] = cmty__network_node(n);
        arc_beat[b] = cmty__network_arc(n, district[b / 2], beat[b], t->beat[b]);
        for (int c = 0; c < CATEGORIES; c++)
            arc_cell[b][c] = cmty__network_arc(n, beat[b], category[c], t->cell[b][c]);
    }
    ck_assert_msg(cmty__network_protect(n, below, &err) == CMTY_OK, "%s", err.message);
    out.city = cmty__network_blank(n, arc_city);
    for (int d = 0; d < DISTRICTS; d++)
        out.district[d] = cmty__network_blank(n, arc_district[d]);
    for (int c = 0; c < CATEGORIES; c++)
        out.category[c] = cmty__network_blank(n, arc_category[c]);
    for (int b = 0; b < BEATS; b++) {
        out.beat[b] = cmty__network_blank(n, arc_beat[b]);
        for (int c = 0; c < CATEGORIES; c++)
            out.cell[b][c] = cmty__network_blank(n, arc_cell[b][c]);
    }
    cmty__network_free(n);
    return out;
}

/* ---- the reader, by brute force ---- */

typedef struct reader {
    const table *truth;
    const blanks *blank;
    table guess, most;
    int64_t limit; /* largest value that a blank cell is tried with */
} reader;

static bool agrees(bool blank, int64_t printed, int64_t guess)
{
    return blank ? guess >= 1 : guess == printed;
}

static void consider(reader *r)
{
    table *g = &r->guess, *m = &r->most;
    const table *t = r->truth;
    const blanks *k = r->blank;
    const int64_t *from = (const int64_t *)g;
    int64_t *to = (int64_t *)m;

    add_up(g);
    if (!agrees(k->city, t->city, g->city))
        return;
    for (int d = 0; d < DISTRICTS; d++)
        if (!agrees(k->district[d], t->district[d], g->district[d]))
            return;
    for (int c = 0; c < CATEGORIES; c++)
        if (!agrees(k->category[c], t->category[c], g->category[c]))
            return;
    for (int b = 0; b < BEATS; b++)
        if (!agrees(k->beat[b], t->beat[b], g->beat[b]))
            return;
    for (size_t i = 0; i < sizeof *m / sizeof *to; i++)
        if (from[i] > to[i])
            to[i] = from[i];
}

/* Whether the beats guessed so far fit what is printed; saves trying the rest. */
static bool fits_so_far(const reader *r, int cell)
{
    int b = cell / CATEGORIES - 1;
    const int64_t(*g)[CATEGORIES] = (const int64_t(*)[CATEGORIES])r->guess.cell;

    if (cell % CATEGORIES != 0 || b < 0)
        return true;
    if (!agrees(r->blank->beat[b], r->truth->beat[b], g[b][0] + g[b][1]))
        return false;
    return b % 2 == 0 || r->blank->district[b / 2]
           || g[b - 1][0] + g[b - 1][1] + g[b][0] + g[b][1] == r->truth->district[b / 2];
}

static void try_all(reader *r, int cell)
{
    int b = cell / CATEGORIES, c = cell % CATEGORIES;

    if (!fits_so_far(r, cell))
        return;
    if (cell == CELLS) {
        consider(r);
        return;
    }
    if (!r->blank->cell[b][c]) {
        r->guess.cell[b][c] = r->truth->cell[b][c];
        try_all(r, cell + 1);
        return;
    }
    for (int64_t v = 1; v <= r->limit; v++) {
        r->guess.cell[b][c] = v;
        try_all(r, cell + 1);
    }
}

static void assert_possible(bool blank, int64_t truth, int64_t most, int64_t below)
{
    if (truth > 0 && truth < below)
        ck_assert(blank);
    if (blank && truth < below)
        ck_assert_int_ge(most, below);
    ck_assert(!blank || truth > 0);
}

static void assert_safe(const table *t, int64_t below)
{
    blanks k = protect(t, below);
    reader r = {t, &k, {{{0}}, {0}, {0}, {0}, 0}, {{{0}}, {0}, {0}, {0}, 0}, LARGEST + below};

    try_all(&r, 0);
    assert_possible(k.city, t->city, r.most.city, below);
    for (int d = 0; d < DISTRICTS; d++)
        assert_possible(k.district[d], t->district[d], r.most.district[d], below);
    for (int c = 0; c < CATEGORIES; c++)
        assert_possible(k.category[c], t->category[c], r.most.category[c], below);
    for (int b = 0; b < BEATS; b++) {
        assert_possible(k.beat[b], t->beat[b], r.most.beat[b], below);
        for (int c = 0; c < CATEGORIES; c++)
            assert_possible(k.cell[b][c], t->cell[b][c], r.most.cell[b][c], below);
    }
}

START_TEST(no_reader_can_bound_a_blank_below_the_threshold)
{
    uint32_t seed = 12345;

    for (int round = 0; round < 300; round++) {
        table t;

        for (int i = 0; i < CELLS; i++) {
            seed = seed * 1664525U + 1013904223U;
            t.cell[i / CATEGORIES][i % CATEGORIES] =
                (int64_t)((seed >> 20) % (round % 2 ? 3 : LARGEST + 1));
        }
        add_up(&t);
        assert_safe(&t, 3);
        assert_safe(&t, 2);
    }
}
END_TEST

START_TEST(a_single_blank_beat_takes_a_second_with_it)
{
    table t = {{{1, 0}, {7, 9}, {9, 9}, {8, 8}}, {0}, {0}, {0}, 0};
    blanks k;

    add_up(&t);
    k = protect(&t, 3);
    ck_assert(k.beat[0] && k.beat[1]);
    ck_assert(!k.city && !k.district[0]);
}
END_TEST

START_TEST(a_table_without_small_numbers_is_printed_whole)
{
    table t = {{{3, 0}, {7, 9}, {9, 9}, {8, 8}}, {0}, {0}, {0}, 0};
    static const blanks none;
    blanks k;

    add_up(&t);
    k = protect(&t, 3);
    ck_assert_mem_eq(&k, &none, sizeof k);
    t.cell[0][0] = 1;
    add_up(&t);
    k = protect(&t, 1); /* nothing is smaller than 1 */
    ck_assert_mem_eq(&k, &none, sizeof k);
}
END_TEST

START_TEST(a_city_with_one_report_prints_no_number_at_all)
{
    table t = {{{0, 0}, {1, 0}, {0, 0}, {0, 0}}, {0}, {0}, {0}, 0};
    blanks k;

    add_up(&t);
    k = protect(&t, 3);
    ck_assert(k.city && k.district[0] && k.beat[1] && k.cell[1][0] && k.category[0]);
    ck_assert(!k.beat[0] && !k.district[1]); /* zeros are printed */
}
END_TEST

START_TEST(a_table_that_does_not_add_up_is_refused)
{
    cmty__network *n = cmty__network_new();
    int32_t a = cmty__network_node(n), b = cmty__network_node(n);

    cmty__network_arc(n, a, b, 1); /* nothing leads back */
    ck_assert_int_eq(cmty__network_protect(n, 3, NULL), CMTY_E_INTERNAL);
    cmty__network_free(n);
    cmty__network_free(NULL);
}
END_TEST

static Suite *suppress_suite(void)
{
    Suite *suite = suite_create("suppress");
    TCase *tc = tcase_create("network");

    tcase_set_timeout(tc, 30);
    tcase_add_test(tc, no_reader_can_bound_a_blank_below_the_threshold);
    tcase_add_test(tc, a_single_blank_beat_takes_a_second_with_it);
    tcase_add_test(tc, a_table_without_small_numbers_is_printed_whole);
    tcase_add_test(tc, a_city_with_one_report_prints_no_number_at_all);
    tcase_add_test(tc, a_table_that_does_not_add_up_is_refused);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(suppress_suite)
