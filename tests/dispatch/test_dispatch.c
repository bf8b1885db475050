/* SPDX-License-Identifier: MIT */
/* The plugin in the hands of a host: what each role is told, what answers do, what is refused. */
#include "../runner.h"
#include "host.h"

#include <dlfcn.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const cmty_dispatch_plugin *plugin;
static struct recorder recorder;
static cmty_dispatch_host host;
static void *instance;

static void setup(void)
{
    make_store();
    plugin = load_plugin();
    recorder = (struct recorder){.role = "agency", .mask_key = "mask.key", .now_ms = 1000};
    host = services_of(&recorder);
    instance = NULL;
}

static void teardown(void)
{
    plugin->destroy(instance);
}

static void start(void)
{
    ck_assert_int_eq(plugin->create(&host, &instance), CMTY_OK);
    ck_assert_msg(plugin->start(instance) == CMTY_OK, "%s", recorder.log);
}

static uint64_t submit(int number, double lon)
{
    const char *text = report_text(number, lon);
    const cmty_dispatch_submission s = {
        .struct_size = sizeof s, .bytes = text, .size = strlen(text)};
    uint64_t ticket = 0;

    ck_assert_int_eq(plugin->submit(instance, &s, &ticket), CMTY_OK);
    return ticket;
}

static cmty_dispatch_receipt receipt_of(uint64_t ticket)
{
    cmty_dispatch_receipt r = {.struct_size = sizeof r};

    ck_assert_int_eq(plugin->status(instance, ticket, &r), CMTY_OK);
    return r;
}

static void poll_all(void)
{
    ck_assert_msg(plugin->poll(instance, 60000) == CMTY_END, "%s", recorder.log);
}

static int audited(const char *verb)
{
    char command[200], line[16] = "";
    FILE *pipe;

    snprintf(command, sizeof command,
             "sqlite3 store.db \"SELECT count(*) FROM audit WHERE verb='%s'\"", verb);
    pipe = popen(command, "r");
    ck_assert_ptr_nonnull(pipe);
    ck_assert_ptr_nonnull(fgets(line, sizeof line, pipe));
    ck_assert_int_eq(pclose(pipe), 0);
    return atoi(line);
}

/* ---- loading ---- */

START_TEST(another_contract_is_refused_in_a_sentence)
{
    cmty_dispatch_negotiation n = {
        .struct_size = sizeof n, .host_major_min = 2, .host_major_max = 3};
    const cmty_dispatch_plugin *none = plugin;
    void *library =
        dlopen(CMTY_TEST_BINARY_DIR "/lib/libcommunity_dispatch.so", RTLD_NOW | RTLD_LOCAL);
    void *symbol = dlsym(library, CMTY_DISPATCH_ENTRY);
    cmty_dispatch_entry_fn entry;

    memcpy(&entry, &symbol, sizeof entry);
    ck_assert_int_eq(entry(&n, &none), CMTY_E_ABI);
    ck_assert_ptr_null(none);
    ck_assert_ptr_nonnull(strstr(n.why, "contract 1"));
    n.host_major_min = 1;
    ck_assert_int_eq(entry(&n, &none), CMTY_OK);
    ck_assert_uint_eq(n.chosen_major, 1);
    ck_assert_uint_ne(n.plugin_flags & CMTY_PLUGIN_KEEP_LOADED, 0);
    n.struct_size = 8;
    ck_assert_int_eq(entry(&n, &none), CMTY_E_INVALID);
    ck_assert_int_eq(entry(NULL, &none), CMTY_E_INVALID);
}
END_TEST

START_TEST(a_host_without_what_is_needed_is_refused)
{
    host.config_get = NULL;
    ck_assert_int_eq(plugin->create(&host, &instance), CMTY_E_INVALID);
    host = services_of(&recorder);
    ck_assert_ptr_null(instance);
    host.struct_size = offsetof(cmty_dispatch_host, incident_upsert);
    ck_assert_int_eq(plugin->create(&host, &instance), CMTY_OK);
    ck_assert_int_eq(plugin->start(instance), CMTY_E_INVALID);
    ck_assert_ptr_nonnull(strstr(recorder.log, "incident_upsert"));
}
END_TEST

START_TEST(a_wrong_configuration_is_a_sentence_and_leaves_nothing_open)
{
    recorder.role = "boss";
    ck_assert_int_eq(plugin->create(&host, &instance), CMTY_OK);
    ck_assert_int_eq(plugin->start(instance), CMTY_E_INVALID);
    ck_assert_ptr_nonnull(strstr(recorder.log, "public, agency or dispatch"));
    recorder.role = "dispatch";
    ck_assert_int_eq(plugin->start(instance), CMTY_E_INVALID);
    ck_assert_ptr_nonnull(strstr(recorder.log, "secret_key"));
    recorder.secret_key = "nowhere.key";
    ck_assert_int_lt(plugin->start(instance), 0);
    recorder.secret_key = "secret.key";
    ck_assert_int_eq(plugin->start(instance), CMTY_OK); /* the writer's place was free again */
    ck_assert_int_eq(plugin->start(instance), CMTY_E_INVALID);
}
END_TEST

/* ---- roles ---- */

START_TEST(the_agency_is_told_the_beat_and_the_doubt_but_no_exact_place)
{
    const struct told *t = recorder.told;

    start();
    submit(1, 10.002);
    submit(2, 10.010);
    poll_all();
    ck_assert_int_eq(recorder.told_count, 2);
    ck_assert_str_eq(t[0].beat_id, "A");
    ck_assert_str_eq(t[0].category, "vandalism");
    ck_assert_str_eq(t[0].fence_id, "market");
    ck_assert_int_eq(t[0].incident.fence_action, CMTY_FENCE_ESCALATE);
    ck_assert_uint_eq(t[0].incident.ambiguous, 0);
    ck_assert_uint_eq(t[1].incident.ambiguous, 1);
    ck_assert_int_eq(recorder.message_count, 2); /* one escalated, one ambiguous */
    for (int i = 0; i < 2; i++) {
        ck_assert_ptr_null(t[i].incident.json);
        ck_assert(isnan(t[i].incident.exact.lon_deg) && isnan(t[i].incident.exact.lat_deg));
        ck_assert_uint_eq(t[i].incident.candidate_count, 0);
        ck_assert(t[i].incident.at.lat_deg != 50.005);
    }
    ck_assert_int_eq(audited("disclose"), 0);
}
END_TEST

START_TEST(the_public_is_told_what_is_published)
{
    recorder.role = "public";
    start();
    submit(1, 10.002);
    poll_all();
    ck_assert_int_eq(recorder.told_count, 1);
    ck_assert_str_eq(recorder.told[0].fence_id, "");
    ck_assert_int_eq(recorder.told[0].incident.fence_action, CMTY_FENCE_ACCEPT);
    ck_assert_int_eq(recorder.told[0].incident.relation, -1);
    ck_assert_uint_eq(recorder.told[0].incident.ambiguous, 0);
    ck_assert_ptr_null(recorder.told[0].incident.json);
    ck_assert(isnan(recorder.told[0].incident.exact.lon_deg));
    ck_assert_int_eq(recorder.message_count, 0);
}
END_TEST

START_TEST(dispatch_is_told_all_and_the_log_says_so)
{
    const struct told *t = recorder.told;

    recorder.role = "dispatch";
    recorder.secret_key = "secret.key";
    start();
    submit(1, 10.002);
    submit(2, 10.010);
    poll_all();
    ck_assert_int_eq(recorder.told_count, 2);
    ck_assert_double_eq(t[0].incident.exact.lon_deg, 10.002);
    ck_assert_double_eq(t[0].incident.exact.lat_deg, 50.005);
    ck_assert_double_eq(t[0].incident.accuracy_m, 20);
    ck_assert_ptr_nonnull(strstr(t[0].json, "Ada Example"));
    ck_assert_uint_eq(t[0].incident.candidate_count, 1);
    ck_assert_uint_eq(t[1].incident.candidate_count, 2);
    ck_assert_str_eq(t[1].candidate_ids[0], "A");
    ck_assert_str_eq(t[1].candidate_ids[1], "B");
    ck_assert_double_eq_tol(t[1].candidates[0].probability, 0.5, 0.01);
    ck_assert_int_eq(audited("disclose"), 2);
    ck_assert_int_eq(audited("consult"), 0);
}
END_TEST

/* ---- tickets and answers ---- */

START_TEST(tickets_follow_their_reports)
{
    uint64_t first, again, bad;
    const cmty_dispatch_submission nonsense = {
        .struct_size = sizeof nonsense, .bytes = "{}", .size = 2};
    cmty_dispatch_receipt r;

    start();
    first = submit(1, 10.018);
    again = submit(1, 10.018);
    ck_assert_int_eq(plugin->submit(instance, &nonsense, &bad), CMTY_OK);
    ck_assert_int_eq(recorder.wake_count, 3);
    ck_assert_int_eq(receipt_of(first).state, CMTY_TICKET_QUEUED);
    ck_assert_int_eq(receipt_of(first + 1000).state, CMTY_TICKET_UNKNOWN);
    poll_all();
    r = receipt_of(first);
    ck_assert_int_eq(r.state, CMTY_TICKET_ACCEPTED);
    ck_assert_str_eq(r.beat_id, "B");
    ck_assert_str_eq(r.case_number, "CAD-1");
    ck_assert_str_eq(r.report_id, recorder.told[0].ref);
    ck_assert_int_eq(receipt_of(again).state, CMTY_TICKET_DUPLICATE);
    r = receipt_of(bad);
    ck_assert_int_eq(r.state, CMTY_TICKET_REFUSED);
    ck_assert_int_ne(r.reason, 0);
    ck_assert_str_ne(r.cause, "");
    ck_assert_int_eq(recorder.told_count, 1);
}
END_TEST

START_TEST(a_short_receipt_is_filled_as_far_as_it_goes)
{
    struct {
        uint32_t struct_size;
        int32_t state;
        unsigned char behind[16];
    } brief = {.struct_size = 8};
    uint64_t ticket;

    memset(brief.behind, 0xee, sizeof brief.behind);
    start();
    ticket = submit(1, 10.018);
    ck_assert_int_eq(plugin->status(instance, ticket, (cmty_dispatch_receipt *)(void *)&brief),
                     CMTY_OK);
    ck_assert_int_eq(brief.state, CMTY_TICKET_QUEUED);
    ck_assert_uint_eq(brief.struct_size, 8);
    for (size_t i = 0; i < sizeof brief.behind; i++)
        ck_assert_uint_eq(brief.behind[i], 0xee);
}
END_TEST

START_TEST(what_is_put_off_comes_again_when_its_time_has_come)
{
    uint64_t ticket;

    recorder.answer = CMTY_ANSWER_LATER;
    recorder.later_ms = 5000;
    start();
    ticket = submit(1, 10.018);
    poll_all();
    poll_all();
    ck_assert_int_eq(recorder.told_count, 1);
    ck_assert_int_eq(receipt_of(ticket).state, CMTY_TICKET_STORED);
    recorder.now_ms += 5000;
    recorder.answer = CMTY_ANSWER_ACCEPTED;
    poll_all();
    ck_assert_int_eq(recorder.told_count, 2);
    ck_assert_str_eq(recorder.told[1].ref, recorder.told[0].ref);
    ck_assert_uint_eq(recorder.told[1].incident.tries, 1);
    ck_assert_int_eq(receipt_of(ticket).state, CMTY_TICKET_ACCEPTED);
    poll_all();
    ck_assert_int_eq(recorder.told_count, 2);
}
END_TEST

START_TEST(a_host_that_fails_is_asked_again_and_others_do_not_wait)
{
    recorder.fail = CMTY_E_IO;
    start();
    submit(1, 10.018);
    submit(2, 10.018);
    poll_all();
    ck_assert_int_eq(recorder.told_count, 2);
    recorder.fail = CMTY_OK;
    recorder.now_ms += 400000;
    poll_all();
    ck_assert_int_eq(recorder.told_count, 4);
    recorder.now_ms += 400000;
    poll_all();
    ck_assert_int_eq(recorder.told_count, 4);
}
END_TEST

START_TEST(what_was_not_answered_comes_again_after_a_restart)
{
    start();
    submit(1, 10.018);
    recorder.answer = CMTY_ANSWER_REJECTED;
    poll_all();
    submit(2, 10.018);
    plugin->destroy(instance);
    start();
    poll_all(); /* the second was only queued */
    ck_assert_int_eq(recorder.told_count, 1);
    submit(2, 10.018);
    poll_all();
    ck_assert_int_eq(recorder.told_count, 2);
}
END_TEST

START_TEST(the_host_tells_what_became_of_an_incident)
{
    cmty_dispatch_change change = {.struct_size = sizeof change, .status = "closed", .time = 2000};

    start();
    submit(1, 10.018);
    poll_all();
    change.ref = recorder.told[0].ref;
    ck_assert_int_eq(plugin->update(instance, &change), CMTY_OK);
    change.ref = "00000000000000000000000000000000";
    ck_assert_int_eq(plugin->update(instance, &change), CMTY_NOTFOUND);
    change.status = "";
    ck_assert_int_eq(plugin->update(instance, &change), CMTY_E_INVALID);
}
END_TEST

START_TEST(stop_gives_up_what_is_only_queued_and_says_so)
{
    uint64_t ticket;

    start();
    ticket = submit(1, 10.018);
    ck_assert_int_eq(plugin->stop(instance), CMTY_OK);
    ck_assert_int_eq(receipt_of(ticket).state, CMTY_TICKET_FAILED);
    ck_assert_int_eq(plugin->poll(instance, 10), CMTY_E_INVALID);
    ck_assert_int_eq(recorder.told_count, 0);
    ck_assert_int_eq(plugin->start(instance), CMTY_OK);
}
END_TEST

START_TEST(without_a_mask_key_reports_only_go_out)
{
    const cmty_dispatch_submission s = {.struct_size = sizeof s, .bytes = "{}", .size = 2};
    uint64_t ticket;

    start();
    submit(1, 10.018);
    poll_all();
    plugin->destroy(instance);
    recorder.mask_key = NULL;
    recorder.receiver = "second";
    start();
    ck_assert_int_eq(plugin->submit(instance, &s, &ticket), CMTY_E_KEY);
    poll_all();
    ck_assert_int_eq(recorder.told_count, 2); /* a receiver of its own */
}
END_TEST

START_TEST(too_long_or_too_many_is_said_at_once)
{
    static char big[1024 * 1024 + 1];
    cmty_dispatch_submission s = {.struct_size = sizeof s, .bytes = big, .size = sizeof big};
    uint64_t ticket;
    int taken = 0;

    start();
    ck_assert_int_eq(plugin->submit(instance, &s, &ticket), CMTY_E_LIMIT);
    s.size = 0;
    ck_assert_int_eq(plugin->submit(instance, &s, &ticket), CMTY_E_INVALID);
    s.size = 1;
    while (plugin->submit(instance, &s, &ticket) == CMTY_OK)
        taken++;
    ck_assert_int_eq(taken, 16384);
}
END_TEST

/* ---- threads and processes ---- */

static atomic_int submitted;

static void *submit_many(void *from)
{
    int first = *(int *)from;

    for (int i = 0; i < 50; i++) {
        const char *text = report_text(first + i, 10.018);
        const cmty_dispatch_submission s = {
            .struct_size = sizeof s, .bytes = text, .size = strlen(text)};
        cmty_dispatch_receipt r = {.struct_size = sizeof r};
        uint64_t ticket = 0;

        if (plugin->submit(instance, &s, &ticket) == CMTY_OK)
            submitted++;
        (void)plugin->status(instance, ticket, &r);
    }
    return NULL;
}

START_TEST(many_threads_submit_while_one_polls)
{
    pthread_t threads[4];
    int first[4];

    host.wake = NULL; /* of the recorder, which counts without a lock */
    start();
    for (int i = 0; i < 4; i++) {
        first[i] = 1000 * (i + 1);
        ck_assert_int_eq(pthread_create(&threads[i], NULL, submit_many, &first[i]), 0);
    }
    while (recorder.told_count < 100)
        ck_assert_int_ge(plugin->poll(instance, 5), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    poll_all();
    ck_assert_int_eq(submitted, 200);
    ck_assert_int_eq(recorder.told_count, 200);
}
END_TEST

START_TEST(a_child_that_leaves_the_instance_alone_does_no_harm)
{
    pid_t child;
    int status = 0;

    start();
    submit(1, 10.018);
    child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0)
        _exit(0);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    poll_all();
    submit(2, 10.018);
    poll_all();
    ck_assert_int_eq(recorder.told_count, 2);
}
END_TEST

static Suite *dispatch_suite(void)
{
    Suite *suite = suite_create("dispatch");
    TCase *tc = tcase_create("plugin");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, another_contract_is_refused_in_a_sentence);
    tcase_add_test(tc, a_host_without_what_is_needed_is_refused);
    tcase_add_test(tc, a_wrong_configuration_is_a_sentence_and_leaves_nothing_open);
    tcase_add_test(tc, the_agency_is_told_the_beat_and_the_doubt_but_no_exact_place);
    tcase_add_test(tc, the_public_is_told_what_is_published);
    tcase_add_test(tc, dispatch_is_told_all_and_the_log_says_so);
    tcase_add_test(tc, tickets_follow_their_reports);
    tcase_add_test(tc, a_short_receipt_is_filled_as_far_as_it_goes);
    tcase_add_test(tc, what_is_put_off_comes_again_when_its_time_has_come);
    tcase_add_test(tc, a_host_that_fails_is_asked_again_and_others_do_not_wait);
    tcase_add_test(tc, what_was_not_answered_comes_again_after_a_restart);
    tcase_add_test(tc, the_host_tells_what_became_of_an_incident);
    tcase_add_test(tc, stop_gives_up_what_is_only_queued_and_says_so);
    tcase_add_test(tc, without_a_mask_key_reports_only_go_out);
    tcase_add_test(tc, too_long_or_too_many_is_said_at_once);
    tcase_add_test(tc, many_threads_submit_while_one_polls);
    tcase_add_test(tc, a_child_that_leaves_the_instance_alone_does_no_harm);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(dispatch_suite)
