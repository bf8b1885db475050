/* SPDX-License-Identifier: MIT */
/* The ledger: what places have spent, what they can no longer afford, and what costs nothing. */
#include "../runner.h"
#include "privacy/privacy.h"
#include "small_city.h"

#include <community/community.h>

#include <math.h>
#include <string.h>
#include <unistd.h>

static char folder[64];

static const char *in_folder(const char *name)
{
    static char paths[8][128];
    static int turn;

    turn = (turn + 1) % 8;
    snprintf(paths[turn], sizeof paths[turn], "%s/%s", folder, name);
    return paths[turn];
}

static void write_text(const char *name, const char *text)
{
    FILE *f = fopen(in_folder(name), "w");

    ck_assert_ptr_nonnull(f);
    ck_assert_int_ge(fputs(text, f), 0);
    ck_assert_int_eq(fclose(f), 0);
}

static void set_up(void)
{
    snprintf(folder, sizeof folder, "/tmp/cmty-ledger-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(cmty_key_make_seal(in_folder("public.key"), in_folder("secret.key"), NULL),
                     CMTY_OK);
    ck_assert_int_eq(cmty_key_make_mask(in_folder("a.key"), NULL), CMTY_OK);
    ck_assert_int_eq(cmty_key_make_mask(in_folder("b.key"), NULL), CMTY_OK);
    cmty_beatset_free(small_city_beats(folder));
}

static void tear_down(void)
{
    static const char *const names[] = {"public.key", "secret.key",    "a.key",     "b.key",
                                        "store",      "store-wal",     "store-shm", "store.lock",
                                        "policy",     "beats.geojson", "out.csv"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        unlink(in_folder(names[i]));
    rmdir(folder);
}

static void make_store(const char *policy)
{
    cmty_store_options o = CMTY_STORE_OPTIONS_INIT;
    cmty_beat_options beat_options = CMTY_BEAT_OPTIONS_INIT;
    cmty_error err = CMTY_ERROR_INIT;
    const char *layer = in_folder("beats.geojson");

    write_text("policy", policy);
    beat_options.id_field = "beat";
    o.beats = &layer;
    o.beats_count = 1;
    o.beat_options = &beat_options;
    o.policy = in_folder("policy");
    o.public_key = in_folder("public.key");
    ck_assert_msg(cmty_store_init(in_folder("store"), &o, &err) == CMTY_OK, "%s", err.message);
}

static const cmty_point home = {-94.99, 40.01}, far_home = {-94.97, 40.03};

/* Reports `first` to `last` - 1 of one place. */
static void send(const char *key, cmty_point at, int first, int last)
{
    cmty_ingest_options o = CMTY_INGEST_OPTIONS_INIT;
    cmty_error err = CMTY_ERROR_INIT;
    cmty_ingest *in = NULL;

    o.source = "test";
    o.format = "json";
    o.mask_key = in_folder(key);
    ck_assert_msg(cmty_ingest_open(in_folder("store"), &o, &in, &err) == CMTY_OK, "%s",
                  err.message);
    for (int i = first; i < last; i++) {
        cmty_receipt receipt = {.struct_size = sizeof receipt};
        cmty__buf text = {0};
        cmty_status st;

        cmty__buf_format(&text, "{\"source_ref\":\"r%d\",\"occurred\":\"2025-03-04T21:15:00Z\",",
                         i);
        cmty__buf_text(&text, "\"category\":\"theft\",\"lon\":");
        cmty__buf_fixed(&text, at.lon_deg, 6);
        cmty__buf_text(&text, ",\"lat\":");
        cmty__buf_fixed(&text, at.lat_deg, 6);
        cmty__buf_char(&text, '}');
        st = cmty_ingest_report(in, text.data, text.size, &receipt, &err);
        ck_assert_msg(st == CMTY_OK || st == CMTY_DUPLICATE, "%s", err.message);
        cmty__buf_free(&text);
    }
    cmty_ingest_free(in);
}

/* How many points there are, and how many reports were withheld for the budget. */
static void count(int *points, int *refused)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty__journal *j = NULL;
    cmty__rows *rows = NULL;
    cmty__entry e;

    *points = *refused = 0;
    ck_assert_msg(cmty__journal_open(in_folder("store"), false, &j, &err) == CMTY_OK, "%s",
                  err.message);
    ck_assert_int_eq(cmty__rows_open(j, CMTY_TIME_UNKNOWN, CMTY_TIME_OPEN_END, 0, &rows, &err),
                     CMTY_OK);
    while (cmty__rows_next(rows, &e, &err) == CMTY_OK) {
        *points += !e.withheld;
        *refused += strcmp(e.withheld_note, "the privacy budget of this place is spent") == 0;
    }
    cmty__rows_free(rows);
    cmty__journal_free(j);
}

static double spent(const char *key_name, cmty_point at)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty__mask_key *key = NULL;
    cmty__charge c = {.audience = "public"};
    cmty__journal *j = NULL;
    double sum = NAN;

    ck_assert_int_eq(cmty__mask_key_open(in_folder(key_name), &key, &err), CMTY_OK);
    c.key_id = cmty__mask_key_id(key);
    cmty__law_place(key, at, c.cell);
    ck_assert_int_eq(cmty__journal_open(in_folder("store"), false, &j, &err), CMTY_OK);
    ck_assert_msg(cmty__journal_spent(j, &c, &sum, &err) == CMTY_OK, "%s", err.message);
    cmty__journal_free(j);
    cmty__mask_key_free(key);
    return sum;
}

#define POLICY(budget, region)                                                                     \
    "{\"policy\":1,\"budget_epsilon_per_m\":" budget ",\"default\":{\"law\":\"lattice\","          \
    "\"epsilon_per_m\":0.01,\"region\":\"" region "\",\"min_addresses\":0}}"

START_TEST(place_that_has_spent_its_budget_shows_no_further_point)
{
    int points, refused;

    make_store(POLICY("0.05", "none"));
    send("a.key", home, 0, 8);
    count(&points, &refused);
    ck_assert_int_eq(points, 5);
    ck_assert_int_eq(refused, 3);
    ck_assert_double_eq_tol(spent("a.key", home), 0.05, 1e-12);
    ck_assert_double_eq(spent("a.key", far_home), 0);
    send("a.key", far_home, 100, 103); /* another place has its own */
    count(&points, &refused);
    ck_assert_int_eq(points, 8);
    ck_assert_int_eq(refused, 3);
}
END_TEST

START_TEST(sending_and_publishing_again_cost_nothing)
{
    cmty_publish_options o = CMTY_PUBLISH_OPTIONS_INIT;
    cmty_error err = CMTY_ERROR_INIT;
    int points, refused;

    make_store(POLICY("0.05", "none"));
    send("a.key", home, 0, 3);
    send("a.key", home, 0, 3);
    o.csv = in_folder("out.csv");
    for (int i = 0; i < 3; i++)
        ck_assert_msg(cmty_publish(in_folder("store"), &o, NULL, &err) == CMTY_OK, "%s",
                      err.message);
    count(&points, &refused);
    ck_assert_int_eq(points, 3);
    ck_assert_double_eq_tol(spent("a.key", home), 0.03, 1e-12);
}
END_TEST

/* It would draw every place once more. */
START_TEST(another_mask_key_is_refused_before_it_costs_anything)
{
    cmty_ingest_options o = CMTY_INGEST_OPTIONS_INIT;
    cmty_error err = CMTY_ERROR_INIT;
    cmty_ingest *in = NULL;

    make_store(POLICY("0.05", "none"));
    send("a.key", home, 0, 4);
    o.mask_key = in_folder("b.key");
    ck_assert_int_eq(cmty_ingest_open(in_folder("store"), &o, &in, &err), CMTY_E_KEY);
    ck_assert_ptr_nonnull(strstr(err.message, "another mask key"));
    ck_assert_double_eq_tol(spent("a.key", home), 0.04, 1e-12);
    ck_assert_double_eq(spent("b.key", home), 0);
}
END_TEST

START_TEST(redraw_is_charged_twice_and_no_budget_refuses_nothing)
{
    int points, refused;

    make_store(POLICY("0", "redraw"));
    send("a.key", home, 0, 20);
    count(&points, &refused);
    ck_assert_int_eq(points, 20);
    ck_assert_int_eq(refused, 0);
    ck_assert_double_eq_tol(spent("a.key", home), 0.4, 1e-12);
}
END_TEST

/* ---- read back, by audience and case ---- */

/* Hands out reports until one is left, and numbers their cases. */
static void hand_out(const char *receiver, const char *const *cases, int count)
{
    cmty_outbox_options o = CMTY_OUTBOX_OPTIONS_INIT;
    cmty_error err = CMTY_ERROR_INIT;
    cmty_outbox *outbox = NULL;

    o.role = CMTY_ROLE_AGENCY;
    o.receiver = receiver;
    ck_assert_msg(cmty_outbox_open(in_folder("store"), &o, &outbox, &err) == CMTY_OK, "%s",
                  err.message);
    for (int i = 0; i < count; i++) {
        cmty_outbox_item item = {.struct_size = sizeof item};
        cmty_outbox_answer answer = {
            .struct_size = sizeof answer, .answer = CMTY_ANSWER_ACCEPTED, .case_number = cases[i]};

        ck_assert_int_eq(cmty_outbox_next(outbox, 0, &item, &err), CMTY_OK);
        ck_assert_int_eq(cmty_outbox_answer_item(outbox, item.number, &answer, &err), CMTY_OK);
    }
    cmty_outbox_free(outbox);
}

/* Published id of report `number` in the order of arrival. */
static void id_of(int64_t number, char out[40])
{
    cmty_outbox_options o = CMTY_OUTBOX_OPTIONS_INIT;
    cmty_outbox_answer answer = {.struct_size = sizeof answer, .answer = CMTY_ANSWER_REJECTED};
    cmty_outbox *outbox = NULL;

    o.role = CMTY_ROLE_AGENCY;
    o.receiver = "looker";
    ck_assert_int_eq(cmty_outbox_open(in_folder("store"), &o, &outbox, NULL), CMTY_OK);
    for (int64_t i = 1; i <= number; i++) {
        cmty_outbox_item item = {.struct_size = sizeof item};

        ck_assert_int_eq(cmty_outbox_next(outbox, 0, &item, NULL), CMTY_OK);
        snprintf(out, 40, "%s", item.report_id);
        ck_assert_int_eq(cmty_outbox_answer_item(outbox, item.number, &answer, NULL), CMTY_OK);
    }
    cmty_outbox_free(outbox);
}

static void read_exactly(const char *id, const char *actor)
{
    cmty_error err = CMTY_ERROR_INIT;
    char *json = NULL;

    ck_assert_msg(cmty_store_open_report(in_folder("store"), id, in_folder("secret.key"), actor,
                                         "a test", &json, &err)
                      == CMTY_OK,
                  "%s", err.message);
    cmty_free(json);
}

static const cmty_ledger_row *find(const cmty_ledger *l, int32_t kind, const char *who,
                                   const char *case_number, const char *id)
{
    static cmty_ledger_row r;

    for (size_t i = 0; i < cmty_ledger_count(l); i++) {
        r = (cmty_ledger_row){.struct_size = sizeof r};
        ck_assert_int_eq(cmty_ledger_row_at(l, i, &r, NULL), CMTY_OK);
        if (r.kind == kind && strcmp(r.audience, who) == 0
            && strcmp(r.case_number, case_number) == 0 && strcmp(r.report_id, id) == 0)
            return &r;
    }
    return NULL;
}

START_TEST(the_ledger_is_read_by_audience_and_case)
{
    static const char *const cases[] = {"C-1", "C-1", "C-2"};
    cmty_error err = CMTY_ERROR_INIT;
    cmty_ledger *l = NULL;
    const cmty_ledger_row *r;
    char first[40], fourth[40];

    make_store(POLICY("0.05", "none"));
    send("a.key", home, 0, 4);
    send("a.key", far_home, 4, 6);
    hand_out("cad", cases, 3);
    id_of(1, first);
    read_exactly(first, "smith");
    read_exactly(first, "smith");
    ck_assert_msg(cmty_ledger_open(in_folder("store"), &l, &err) == CMTY_OK, "%s", err.message);
    r = find(l, CMTY_LEDGER_TOTAL, "public", "", "");
    ck_assert_ptr_nonnull(r);
    ck_assert_uint_eq(r->reports, 2); /* places */
    ck_assert_uint_eq(r->points, 6);
    ck_assert_double_eq_tol(r->epsilon_per_m, 0.06, 1e-12);
    ck_assert_double_eq_tol(r->most_per_m, 0.04, 1e-12);
    ck_assert_double_eq(r->budget_per_m, 0.05);
    r = find(l, CMTY_LEDGER_PUBLIC, "public", "C-1", "");
    ck_assert_ptr_nonnull(r);
    ck_assert_uint_eq(r->reports, 2);
    ck_assert_uint_eq(r->points, 2);
    ck_assert_double_eq_tol(r->epsilon_per_m, 0.02, 1e-12);
    r = find(l, CMTY_LEDGER_RECEIVER, "cad", "C-2", "");
    ck_assert_ptr_nonnull(r);
    ck_assert_uint_eq(r->reports, 1);
    r = find(l, CMTY_LEDGER_READER, "smith", "C-1", "");
    ck_assert_ptr_nonnull(r);
    ck_assert_uint_eq(r->reports, 1);
    ck_assert_uint_eq(r->times, 2);
    ck_assert(r->last != CMTY_TIME_UNKNOWN);
    ck_assert_ptr_null(find(l, CMTY_LEDGER_READER, "smith", "C-2", ""));
    cmty_ledger_free(l);
    id_of(3, fourth); /* after the first; nobody has a number for it: a case of its own */
    ck_assert_int_eq(cmty_ledger_open(in_folder("store"), &l, &err), CMTY_OK);
    ck_assert_ptr_nonnull(find(l, CMTY_LEDGER_PUBLIC, "public", "", fourth));
    ck_assert_ptr_null(find(l, CMTY_LEDGER_RECEIVER, "cad", "", fourth));
    ck_assert_ptr_null(find(l, CMTY_LEDGER_RECEIVER, "looker", "", fourth)); /* it took none */
    cmty_ledger_free(l);
}
END_TEST

START_TEST(what_is_withheld_tells_no_point_and_spends_nothing)
{
    cmty_ledger *l = NULL;
    cmty_ledger_row r = {.struct_size = sizeof r};
    uint64_t points = 0, reports = 0;
    double spent_in_cases = 0;

    make_store(POLICY("0.05", "none"));
    send("a.key", home, 0, 8); /* three are beyond the budget */
    ck_assert_int_eq(cmty_ledger_open(in_folder("store"), &l, NULL), CMTY_OK);
    for (size_t i = 1; i < cmty_ledger_count(l); i++) {
        ck_assert_int_eq(cmty_ledger_row_at(l, i, &r, NULL), CMTY_OK);
        ck_assert_int_eq(r.kind, CMTY_LEDGER_PUBLIC);
        reports += r.reports;
        points += r.points;
        spent_in_cases += r.epsilon_per_m;
    }
    ck_assert_uint_eq(reports, 8);
    ck_assert_uint_eq(points, 5);
    ck_assert_int_eq(cmty_ledger_row_at(l, 0, &r, NULL), CMTY_OK);
    ck_assert_int_eq(r.kind, CMTY_LEDGER_TOTAL);
    ck_assert_double_eq_tol(r.epsilon_per_m, spent_in_cases, 1e-12); /* two ways, one sum */
    ck_assert_int_eq(cmty_ledger_row_at(l, cmty_ledger_count(l), &r, NULL), CMTY_E_RANGE);
    cmty_ledger_free(l);
    ck_assert_int_eq(cmty_ledger_open(NULL, &l, NULL), CMTY_E_INVALID);
    ck_assert_int_eq(cmty_ledger_open(in_folder("no such store"), &l, NULL), CMTY_E_IO);
    ck_assert_ptr_null(l);
    cmty_ledger_free(NULL);
}
END_TEST

static Suite *ledger_suite(void)
{
    Suite *suite = suite_create("ledger");
    TCase *tc = tcase_create("ledger");

    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, place_that_has_spent_its_budget_shows_no_further_point);
    tcase_add_test(tc, sending_and_publishing_again_cost_nothing);
    tcase_add_test(tc, another_mask_key_is_refused_before_it_costs_anything);
    tcase_add_test(tc, redraw_is_charged_twice_and_no_budget_refuses_nothing);
    tcase_add_test(tc, the_ledger_is_read_by_audience_and_case);
    tcase_add_test(tc, what_is_withheld_tells_no_point_and_spends_nothing);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(ledger_suite)
