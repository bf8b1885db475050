/* SPDX-License-Identifier: MIT */
/* How urgent a report is to its receiver: which rule counts, and what a file may not say. */
#include "../runner.h"
#include "host.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static cmty_error err = CMTY_ERROR_INIT;

static void must(cmty_status st)
{
    ck_assert_msg(st == CMTY_OK, "%s", err.message);
}

static void write_file(const char *name, const char *text)
{
    FILE *f = fopen(name, "w");

    ck_assert_ptr_nonnull(f);
    ck_assert_int_ge(fputs(text, f), 0);
    ck_assert_int_eq(fclose(f), 0);
}

/* One report in beat A of district 1, under the fence `market`, which escalates. */
static void store_one(void)
{
    cmty_ingest_options o = CMTY_INGEST_OPTIONS_INIT;
    cmty_ingest *ingest = NULL;
    const char *text = report_text(1, 10.002);

    make_store();
    o.source = "test";
    o.mask_key = "mask.key";
    must(cmty_ingest_open("store.db", &o, &ingest, &err));
    must(cmty_ingest_report(ingest, text, strlen(text), NULL, &err));
    cmty_ingest_free(ingest);
}

static cmty_status ask(int32_t role, const char *rules, cmty_outbox_item *item, char rule[65])
{
    cmty_outbox_options o = CMTY_OUTBOX_OPTIONS_INIT;
    cmty_outbox *outbox = NULL;
    cmty_status st;

    write_file("priorities.json", rules);
    o.receiver = "cad";
    o.role = role;
    o.priorities = "priorities.json";
    item->struct_size = sizeof *item;
    st = cmty_outbox_open("store.db", &o, &outbox, &err);
    if (st == CMTY_OK)
        st = cmty_outbox_next(outbox, 0, item, &err);
    if (st == CMTY_OK)
        snprintf(rule, 65, "%s", item->priority_rule);
    cmty_outbox_free(outbox);
    return st;
}

#define RULES(rules) "{\"priority\": 1, \"rules\": [" rules "]}"
#define A_RULE(name, priority, more)                                                               \
    "{\"name\": \"" name "\", \"priority\": " priority ", " more "}"

static const struct {
    const char *condition;
    bool agency, everybody; /* whether it holds for this report as they are told of it */
} conditions[] = {
    {"\"categories\": [\"vandalism\"]", true, true},
    {"\"categories\": [\"theft.*\", \"vandalism.*\"]", true, true},
    {"\"categories\": [\"theft.*\"]", false, false},
    {"\"categories\": [\"vandalism\"], \"beats\": [\"B\"]", false, false},
    {"\"districts\": [\"9\", \"1\"], \"beats\": [\"A\"]", true, false},
    {"\"fences\": [\"market\"]", true, false},
    {"\"fences\": [\"park\"]", false, false},
    {"\"fence_action\": \"escalate\"", true, false},
    {"\"fence_action\": \"accept\"", false, true},
    {"\"ambiguous\": true", false, false},
    {"\"ambiguous\": false", true, true},
    {"\"categories\": [\"vandalism\"], \"fence_action\": \"escalate\", \"ambiguous\": false", true,
     false},
};

/* The beat that the public is told may be another by the mask; all else is as it is. */
START_TEST(a_rule_holds_where_all_that_it_says_holds)
{
    const bool by_beat = strstr(conditions[_i].condition, "beats") != NULL;
    cmty_outbox_item item;
    char rules[400], rule[65];

    snprintf(rules, sizeof rules, RULES("{\"name\": \"it\", \"priority\": 4, %s}"),
             conditions[_i].condition);
    must(ask(CMTY_ROLE_AGENCY, rules, &item, rule));
    ck_assert_int_eq(item.priority, conditions[_i].agency ? 4 : -1);
    ck_assert_str_eq(rule, conditions[_i].agency ? "it" : "");
    must(ask(CMTY_ROLE_PUBLIC, rules, &item, rule));
    if (!by_beat)
        ck_assert_int_eq(item.priority, conditions[_i].everybody ? 4 : -1);
}
END_TEST

START_TEST(the_order_of_rules_is_of_no_account)
{
    static const char *const rules[] = {
        A_RULE("z", "8", "\"ambiguous\": false"), A_RULE("b", "8", "\"beats\": [\"A\"]"),
        A_RULE("a", "7", "\"beats\": [\"A\"]"), A_RULE("no", "10", "\"beats\": [\"B\"]")};
    static const int orders[24][4] = {
        {0, 1, 2, 3}, {0, 1, 3, 2}, {0, 2, 1, 3}, {0, 2, 3, 1}, {0, 3, 1, 2}, {0, 3, 2, 1},
        {1, 0, 2, 3}, {1, 0, 3, 2}, {1, 2, 0, 3}, {1, 2, 3, 0}, {1, 3, 0, 2}, {1, 3, 2, 0},
        {2, 0, 1, 3}, {2, 0, 3, 1}, {2, 1, 0, 3}, {2, 1, 3, 0}, {2, 3, 0, 1}, {2, 3, 1, 0},
        {3, 0, 1, 2}, {3, 0, 2, 1}, {3, 1, 0, 2}, {3, 1, 2, 0}, {3, 2, 0, 1}, {3, 2, 1, 0}};
    cmty_outbox_item item;
    char text[800], rule[65];

    for (int i = 0; i < 24; i++) {
        const int *o = orders[i];

        snprintf(text, sizeof text, RULES("%s,%s,%s,%s"), rules[o[0]], rules[o[1]], rules[o[2]],
                 rules[o[3]]);
        must(ask(CMTY_ROLE_AGENCY, text, &item, rule));
        ck_assert_int_eq(item.priority, 8);
        ck_assert_str_eq(rule, "b");
    }
}
END_TEST

START_TEST(a_slip_of_the_pen_is_refused_by_file_rule_and_member)
{
    static const struct {
        const char *text, *words;
    } slips[] = {
        {"", "priorities.json"},
        {"[]", "\"priority\": 1"},
        {"{\"rules\": []}", "\"priority\": 1"},
        {"{\"priority\": 2, \"rules\": []}", "\"priority\": 1"},
        {"{\"priority\": 1}", "rules must be a list"},
        {"{\"priority\": 1, \"rules\": [], \"rule\": []}", "rule is not a member"},
        {RULES("7"), "rule 1: it must be an object"},
        {RULES("{\"priority\": 1}"), "rule 1: name is missing"},
        {RULES("{\"name\": \"a\"}"), "rule 1: priority is missing"},
        {RULES(A_RULE("", "1", "\"ambiguous\": true")), "rule 1: name must be"},
        {RULES(A_RULE("a", "11", "\"ambiguous\": true")), "rule 1: priority must be"},
        {RULES(A_RULE("a", "1.5", "\"ambiguous\": true")), "rule 1: priority must be"},
        {RULES(A_RULE("a", "1", "\"ambiguous\": 1")), "rule 1: ambiguous must be"},
        {RULES(A_RULE("a", "1", "\"beat\": [\"A\"]")), "rule 1: beat is not a member"},
        {RULES(A_RULE("a", "1", "\"beats\": []")), "rule 1: beats must be"},
        {RULES(A_RULE("a", "1", "\"beats\": \"A\"")), "rule 1: beats must be"},
        {RULES(A_RULE("a", "1", "\"fences\": [7]")), "rule 1: fences must be"},
        {RULES(A_RULE("a", "1", "\"categories\": [\"thfet\"]")), "no category"},
        {RULES(A_RULE("a", "1", "\"fence_action\": \"refuse\"")), "accept, escalate or withhold"},
        {RULES(A_RULE("a", "1", "\"ambiguous\": true") "," A_RULE("a", "2", "\"ambiguous\": true")),
         "rule 2: name is that of another rule"},
    };
    cmty_outbox_item item;
    char rule[65];

    for (size_t i = 0; i < sizeof slips / sizeof *slips; i++) {
        ck_assert_msg(ask(CMTY_ROLE_AGENCY, slips[i].text, &item, rule) == CMTY_E_FORMAT, "%zu", i);
        ck_assert_msg(strstr(err.message, slips[i].words) != NULL, "%s", err.message);
        ck_assert_ptr_nonnull(strstr(err.message, "priorities.json"));
    }
}
END_TEST

START_TEST(messages_carry_priority_and_rule)
{
    static const char *const marks[CMTY_FORMAT_COUNT] = {
        "\"priority\":9,\"priority_rule\":\"paint\"", "<priority>9</priority>",
        "<valueName>community:priority</valueName><value>9</value>",
        "\"incidentCommonPriorityNumber\":9,\"incidentPriorityInternalText\":\"paint\"",
        "qos=\"9-r-d\""};
    cmty_convert_options o = CMTY_CONVERT_OPTIONS_INIT;
    cmty_outbox_options to = CMTY_OUTBOX_OPTIONS_INIT;
    cmty_outbox_item item = {.struct_size = sizeof item};
    cmty_outbox *outbox = NULL;
    char *text = NULL;

    write_file("priorities.json", RULES(A_RULE("paint", "9", "\"categories\": [\"vandalism\"]")));
    to.receiver = "cad";
    to.role = CMTY_ROLE_AGENCY;
    to.priorities = "priorities.json";
    must(cmty_outbox_open("store.db", &to, &outbox, &err));
    must(cmty_outbox_next(outbox, 0, &item, &err));
    o.format = _i;
    o.agency = "police.example.gov";
    must(cmty_convert_item(&item, &o, &text, &err));
    ck_assert_msg(strstr(text, marks[_i]) != NULL, "%s", text);
    cmty_free(text);
    item.struct_size = CMTY_OUTBOX_ITEM_SIZE_0_1; /* as a caller of the first release has it */
    must(cmty_convert_item(&item, &o, &text, &err));
    ck_assert_ptr_null(strstr(text, "riority"));
    cmty_free(text);
    cmty_outbox_free(outbox);
}
END_TEST

static Suite *priority_suite(void)
{
    Suite *suite = suite_create("priority");
    TCase *tc = tcase_create("priority");

    tcase_add_checked_fixture(tc, store_one, NULL);
    tcase_add_loop_test(tc, a_rule_holds_where_all_that_it_says_holds, 0,
                        sizeof conditions / sizeof *conditions);
    tcase_add_test(tc, the_order_of_rules_is_of_no_account);
    tcase_add_test(tc, a_slip_of_the_pen_is_refused_by_file_rule_and_member);
    tcase_add_loop_test(tc, messages_carry_priority_and_rule, 0, CMTY_FORMAT_COUNT);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(priority_suite)
