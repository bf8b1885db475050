/* SPDX-License-Identifier: MIT */
/* The way to a receiver through the C interface: order, answers, receivers apart, bad arguments. */
#include "../runner.h"
#include "host.h"

#include <string.h>

static cmty_error err = CMTY_ERROR_INIT;

static void must(cmty_status st)
{
    ck_assert_msg(st == CMTY_OK, "%s", err.message);
}

static void take_in(int first, int last)
{
    cmty_ingest_options o = CMTY_INGEST_OPTIONS_INIT;
    cmty_ingest *ingest = NULL;

    o.source = "test";
    o.mask_key = "mask.key";
    must(cmty_ingest_open("store.db", &o, &ingest, &err));
    for (int i = first; i <= last; i++) {
        const char *text = report_text(i, 10.018);

        must(cmty_ingest_report(ingest, text, strlen(text), NULL, &err));
    }
    cmty_ingest_free(ingest);
}

static cmty_outbox *open_as(const char *receiver, int32_t role)
{
    cmty_outbox_options o = CMTY_OUTBOX_OPTIONS_INIT;
    cmty_outbox *outbox = NULL;

    o.receiver = receiver;
    o.role = role;
    must(cmty_outbox_open("store.db", &o, &outbox, &err));
    return outbox;
}

/* The number of the next item, 0 at the end. */
static uint64_t next(cmty_outbox *outbox, cmty_time now)
{
    cmty_outbox_item item = {.struct_size = sizeof item};
    cmty_status st = cmty_outbox_next(outbox, now, &item, &err);

    if (st == CMTY_END)
        return 0;
    must(st);
    return item.number;
}

static cmty_status answer(cmty_outbox *outbox, uint64_t number, int32_t what, cmty_time due)
{
    const cmty_outbox_answer a = {
        .struct_size = sizeof a, .answer = what, .case_number = "7", .due = due};

    return cmty_outbox_answer_item(outbox, number, &a, &err);
}

START_TEST(items_come_in_order_and_until_they_are_answered)
{
    cmty_outbox *outbox;
    cmty_outbox_counts c = {.struct_size = sizeof c};

    take_in(1, 4);
    outbox = open_as("cad", CMTY_ROLE_AGENCY);
    ck_assert_uint_eq(next(outbox, 0), 1);
    ck_assert_uint_eq(next(outbox, 0), 1);
    must(answer(outbox, 1, CMTY_ANSWER_ACCEPTED, 0));
    must(answer(outbox, 2, CMTY_ANSWER_LATER, 500));
    must(answer(outbox, 3, CMTY_ANSWER_REJECTED, 0));
    ck_assert_uint_eq(next(outbox, 499), 4);
    ck_assert_uint_eq(next(outbox, 500), 2);
    must(answer(outbox, 2, CMTY_ANSWER_LATER, 900));
    cmty_outbox_free(outbox);
    outbox = open_as("cad", CMTY_ROLE_AGENCY);
    ck_assert_uint_eq(next(outbox, 899), 4);
    must(cmty_outbox_count(outbox, &c, &err));
    ck_assert_uint_eq(c.accepted, 1);
    ck_assert_uint_eq(c.rejected, 1);
    ck_assert_uint_eq(c.later, 1);
    ck_assert_uint_eq(c.unanswered, 1);
    take_in(5, 5); /* beside an open outbox */
    must(answer(outbox, 4, CMTY_ANSWER_ACCEPTED, 0));
    ck_assert_uint_eq(next(outbox, 0), 5);
    cmty_outbox_free(outbox);
}
END_TEST

START_TEST(receivers_do_not_know_of_each_other)
{
    cmty_outbox *first, *second;

    take_in(1, 1);
    first = open_as("first", CMTY_ROLE_AGENCY);
    second = open_as("second", CMTY_ROLE_PUBLIC);
    must(answer(first, 1, CMTY_ANSWER_ACCEPTED, 0));
    ck_assert_uint_eq(next(first, 0), 0);
    ck_assert_uint_eq(next(second, 0), 1);
    cmty_outbox_free(first);
    cmty_outbox_free(second);
}
END_TEST

START_TEST(an_older_word_does_not_overrule_a_newer_one)
{
    cmty_outbox *outbox;
    cmty_outbox_item item = {.struct_size = sizeof item};
    char id[64];
    FILE *pipe;
    char line[32] = "";

    take_in(1, 1);
    outbox = open_as("cad", CMTY_ROLE_AGENCY);
    must(cmty_outbox_next(outbox, 0, &item, &err));
    snprintf(id, sizeof id, "%s", item.report_id);
    ck_assert_int_eq(cmty_outbox_set_status(outbox, id, "early", 5, &err), CMTY_NOTFOUND);
    must(answer(outbox, 1, CMTY_ANSWER_ACCEPTED, 0));
    must(cmty_outbox_set_status(outbox, id, "closed", 20, &err));
    must(cmty_outbox_set_status(outbox, id, "assigned", 10, &err));
    cmty_outbox_free(outbox);
    pipe = popen("sqlite3 store.db 'SELECT status, status_time FROM outbox'", "r");
    ck_assert_ptr_nonnull(pipe);
    ck_assert_ptr_nonnull(fgets(line, sizeof line, pipe));
    ck_assert_int_eq(pclose(pipe), 0);
    ck_assert_str_eq(line, "closed|20\n");
}
END_TEST

START_TEST(bad_arguments_are_refused)
{
    static char long_text[300];
    cmty_outbox_options o = CMTY_OUTBOX_OPTIONS_INIT;
    cmty_outbox *outbox = NULL;
    cmty_outbox_item item = {.struct_size = 4};
    cmty_outbox_answer a = {.struct_size = sizeof a, .answer = 9};

    memset(long_text, 'x', sizeof long_text - 1);
    ck_assert_int_eq(cmty_outbox_options_init(NULL), CMTY_E_INVALID);
    ck_assert_int_eq(cmty_outbox_open("store.db", &o, &outbox, &err), CMTY_E_INVALID);
    o.receiver = long_text;
    ck_assert_int_eq(cmty_outbox_open("store.db", &o, &outbox, &err), CMTY_E_INVALID);
    o.receiver = "\xff";
    ck_assert_int_eq(cmty_outbox_open("store.db", &o, &outbox, &err), CMTY_E_INVALID);
    o.receiver = "cad";
    o.role = 3;
    ck_assert_int_eq(cmty_outbox_open("store.db", &o, &outbox, &err), CMTY_E_INVALID);
    o.role = CMTY_ROLE_AGENCY;
    ck_assert_int_eq(cmty_outbox_open("nowhere.db", &o, &outbox, &err), CMTY_E_IO);
    ck_assert_ptr_null(outbox);
    take_in(1, 1);
    outbox = open_as("cad", CMTY_ROLE_AGENCY);
    ck_assert_int_eq(cmty_outbox_next(outbox, 0, &item, &err), CMTY_E_ABI);
    ck_assert_int_eq(cmty_outbox_answer_item(outbox, 1, &a, &err), CMTY_E_INVALID);
    a.answer = CMTY_ANSWER_REJECTED;
    a.cause = long_text;
    ck_assert_int_eq(cmty_outbox_answer_item(outbox, 1, &a, &err), CMTY_E_INVALID);
    a.cause = NULL;
    ck_assert_int_eq(cmty_outbox_answer_item(outbox, 77, &a, &err), CMTY_NOTFOUND);
    ck_assert_int_eq(cmty_outbox_answer_item(outbox, 0, &a, &err), CMTY_E_INVALID);
    ck_assert_int_eq(cmty_outbox_set_status(outbox, "zz", "closed", 1, &err), CMTY_NOTFOUND);
    ck_assert_uint_eq(next(outbox, 0), 1);
    cmty_outbox_free(outbox);
    cmty_outbox_free(NULL);
}
END_TEST

START_TEST(a_disclosed_report_is_wiped_when_it_is_given_back)
{
    cmty_outbox *outbox;
    cmty_outbox_item item = {.struct_size = sizeof item};
    cmty_disclosed d = {.struct_size = sizeof d};

    take_in(1, 1);
    outbox = open_as("cad", CMTY_ROLE_DISPATCH);
    must(cmty_outbox_next(outbox, 0, &item, &err));
    must(cmty_store_disclose("store.db", item.report_id, "secret.key", "cad", "case 7", &d, &err));
    ck_assert_double_eq(d.at.lon_deg, 10.018);
    ck_assert_double_eq(d.at.lat_deg, 50.005);
    ck_assert_double_eq(d.accuracy_m, 20);
    ck_assert_int_eq(d.occurred, 1772658900000);
    ck_assert_ptr_nonnull(strstr(d.json, "Ada Example"));
    cmty_disclosed_clear(&d);
    ck_assert_ptr_null(d.json);
    cmty_disclosed_clear(&d);
    cmty_disclosed_clear(NULL);
    ck_assert_int_eq(
        cmty_store_disclose("store.db", item.report_id, "secret.key", "", "case 7", &d, &err),
        CMTY_E_INVALID);
    ck_assert_int_eq(
        cmty_store_disclose("store.db", item.report_id, "mask.key", "cad", "case 7", &d, &err),
        CMTY_E_KEY);
    cmty_outbox_free(outbox);
}
END_TEST

static Suite *outbox_suite(void)
{
    Suite *suite = suite_create("outbox");
    TCase *tc = tcase_create("outbox");

    tcase_add_checked_fixture(tc, make_store, NULL);
    tcase_add_test(tc, items_come_in_order_and_until_they_are_answered);
    tcase_add_test(tc, receivers_do_not_know_of_each_other);
    tcase_add_test(tc, an_older_word_does_not_overrule_a_newer_one);
    tcase_add_test(tc, bad_arguments_are_refused);
    tcase_add_test(tc, a_disclosed_report_is_wiped_when_it_is_given_back);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(outbox_suite)
