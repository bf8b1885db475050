/* SPDX-License-Identifier: MIT */
/* A folder as a receiver: what lies in it, what answers do, what is put aside, what is refused. */
#include "../runner.h"
#include "host.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

enum { AGAIN_S = 100 };
#define SECOND INT64_C(1000)

static cmty_error err = CMTY_ERROR_INIT;
static cmty_spool *spool;
static cmty_spool_counts counts;
static char notice[256];
static int told;

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
        const char *text = report_text(i, 10.002);

        must(cmty_ingest_report(ingest, text, strlen(text), NULL, &err));
    }
    cmty_ingest_free(ingest);
}

static void run(const char *command)
{
    ck_assert_msg(system(command) == 0, "%s", command);
}

static void setup(void)
{
    make_store();
    run("rm -rf folder && mkdir -m 750 folder");
    notice[0] = '\0';
    told = 0;
}

static void teardown(void)
{
    cmty_spool_free(spool);
    spool = NULL;
}

static void on_notice(void *user, const char *text)
{
    (void)user;
    snprintf(notice, sizeof notice, "%s", text);
}

static void on_answered(void *user, const char *report_id, const cmty_outbox_answer *answer)
{
    ck_assert_ptr_eq(user, &told);
    ck_assert_uint_eq(strlen(report_id), 32);
    ck_assert_int_ne(answer->answer, CMTY_ANSWER_LATER);
    told++;
}

static const cmty_host services = {.struct_size = sizeof services, .notice = on_notice};
static cmty_convert_options convert;

static cmty_spool_options options(int32_t format)
{
    cmty_spool_options o = CMTY_SPOOL_OPTIONS_INIT;

    ck_assert_int_eq(cmty_convert_options_init(&convert), CMTY_OK);
    convert.format = format;
    convert.agency = "police.example.gov";
    o.role = CMTY_ROLE_AGENCY;
    o.receiver = "cad";
    o.folder = "folder";
    o.convert = &convert;
    o.again_s = AGAIN_S;
    o.user = &told;
    o.answered = on_answered;
    o.host = &services;
    return o;
}

static void open_spool(const cmty_spool_options *o)
{
    must(cmty_spool_open("store.db", o, &spool, &err));
}

static cmty_status turn(cmty_time now)
{
    cmty_status st;

    counts.struct_size = sizeof counts;
    st = cmty_spool_turn(spool, now, &counts, &err);
    ck_assert_msg(st >= 0, "%s", err.message);
    return st;
}

/* How many files match; the last of them in `path`. */
static size_t find(const char *pattern, char path[256])
{
    glob_t found;
    size_t count = 0;

    if (glob(pattern, GLOB_PERIOD, NULL, &found) == 0) {
        count = found.gl_pathc;
        if (path != NULL)
            snprintf(path, 256, "%s", found.gl_pathv[count - 1]);
        globfree(&found);
    }
    return count;
}

static size_t waiting(void)
{
    return find("folder/out/[0-9a-f]*.*", NULL);
}

/* Answers for the report in the last file of `out`. */
static void answer(const char *text)
{
    char path[256], ack[300];
    FILE *file;

    ck_assert_uint_gt(find("folder/out/[0-9a-f]*.*", path), 0);
    snprintf(ack, sizeof ack, "folder/ack/%.32s.ack", strrchr(path, '/') + 1);
    file = fopen(ack, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(text, file), 0);
    ck_assert_int_eq(fclose(file), 0);
}

static void age(const char *path)
{
    const struct utimbuf old = {1, 1};

    ck_assert_int_eq(utime(path, &old), 0);
}

static void query(const char *sql, const char *expected)
{
    char command[400], line[100] = "";
    FILE *pipe;

    snprintf(command, sizeof command, "sqlite3 store.db \"%s\"", sql);
    pipe = popen(command, "r");
    ck_assert_ptr_nonnull(pipe);
    ck_assert_ptr_nonnull(fgets(line, sizeof line, pipe));
    ck_assert_int_eq(pclose(pipe), 0);
    ck_assert_str_eq(strtok(line, "\n"), expected);
}

START_TEST(reports_lie_in_the_folder_until_they_are_answered_for)
{
    const cmty_spool_options o = options(CMTY_FORMAT_EIDO);
    struct stat s;
    char path[256];

    take_in(1, 3);
    open_spool(&o);
    ck_assert_uint_eq(waiting(), 0); /* nothing before a turn */
    ck_assert_int_eq(turn(SECOND), CMTY_OK);
    ck_assert_uint_eq(counts.written, 3);
    ck_assert_uint_eq(counts.waiting, 3);
    ck_assert_uint_eq(find("folder/out/*.json", path), 3);
    ck_assert_int_eq(stat(path, &s), 0);
    ck_assert_uint_eq(s.st_mode & 07, 0); /* not for everybody */
    ck_assert_int_eq(turn(SECOND), CMTY_END);
    answer("{\"answer\":\"accepted\",\"case_number\":\"26-104\"}");
    ck_assert_int_eq(turn(2 * SECOND), CMTY_OK);
    ck_assert_uint_eq(counts.accepted, 1);
    ck_assert_uint_eq(counts.waiting, 2);
    ck_assert_uint_eq(waiting(), 2);
    ck_assert_uint_eq(find("folder/ack/*.ack", NULL), 0);
    query("SELECT count(*), case_number FROM outbox WHERE answer=0", "1|26-104");
    answer("{\"answer\":\"rejected\",\"cause\":\"not ours\"}");
    turn(3 * SECOND);
    query("SELECT cause FROM outbox WHERE answer=1", "not ours");
    ck_assert_int_eq(told, 2);
    ck_assert_int_eq(turn(INT64_C(1000000000)), CMTY_END); /* the last lies there still */
    ck_assert_uint_eq(waiting(), 1);
}
END_TEST

START_TEST(what_is_taken_and_not_answered_for_comes_again)
{
    const cmty_spool_options o = options(CMTY_FORMAT_CAP);
    char first[256], second[256];

    take_in(1, 1);
    open_spool(&o);
    turn(SECOND);
    ck_assert_uint_eq(find("folder/out/*.xml", first), 1);
    run("rm folder/out/*.xml");
    ck_assert_int_eq(turn((AGAIN_S + 1) * SECOND - 1), CMTY_END);
    ck_assert_uint_eq(waiting(), 0);
    ck_assert_int_eq(turn((AGAIN_S + 1) * SECOND), CMTY_OK);
    ck_assert_uint_eq(find("folder/out/*.xml", second), 1);
    ck_assert_str_eq(first, second); /* by its name it is known to be the same */
    answer("{\"answer\":\"later\"}");
    turn((AGAIN_S + 2) * SECOND);
    ck_assert_uint_eq(counts.later, 1);
    ck_assert_uint_eq(waiting(), 0);
    turn((2 * AGAIN_S + 2) * SECOND);
    ck_assert_uint_eq(waiting(), 1);
}
END_TEST

START_TEST(a_lost_folder_is_filled_again)
{
    const cmty_spool_options o = options(CMTY_FORMAT_OPEN311_JSON);

    take_in(1, 5);
    open_spool(&o);
    turn(SECOND);
    cmty_spool_free(spool);
    run("rm -rf folder && mkdir -m 750 folder");
    open_spool(&o);
    turn((AGAIN_S + 1) * SECOND);
    ck_assert_uint_eq(waiting(), 5);
}
END_TEST

START_TEST(the_folder_never_holds_more_than_it_may)
{
    cmty_spool_options o = options(CMTY_FORMAT_EIDO);

    o.most = 2;
    take_in(1, 4);
    open_spool(&o);
    turn(SECOND);
    ck_assert_uint_eq(waiting(), 2);
    answer("{\"answer\":\"accepted\"}");
    turn(SECOND);
    ck_assert_uint_eq(counts.written, 1);
    ck_assert_uint_eq(waiting(), 2);
    ck_assert_uint_eq(counts.waiting, 2);
}
END_TEST

START_TEST(a_receiver_that_never_answers_gets_each_report_once)
{
    cmty_spool_options o = options(CMTY_FORMAT_EIDO);

    o.unanswered = 1;
    take_in(1, 3);
    open_spool(&o);
    turn(SECOND);
    ck_assert_uint_eq(counts.accepted, 3);
    run("rm folder/out/*");
    ck_assert_int_eq(turn(1000 * SECOND), CMTY_END);
    ck_assert_uint_eq(waiting(), 0);
    ck_assert_int_eq(told, 3);
}
END_TEST

START_TEST(words_on_an_accepted_report_are_kept)
{
    const cmty_spool_options o = options(CMTY_FORMAT_EIDO);
    char path[256], ack[300], command[800];

    take_in(1, 1);
    open_spool(&o);
    turn(SECOND);
    ck_assert_uint_eq(find("folder/out/*.json", path), 1);
    snprintf(ack, sizeof ack, "folder/ack/%.32s.ack", strrchr(path, '/') + 1);
    answer("{\"answer\":\"accepted\",\"status\":\"assigned\",\"time\":\"2026-03-04T21:15:00Z\"}");
    turn(SECOND);
    ck_assert_uint_eq(counts.statuses, 1);
    query("SELECT status, status_time FROM outbox", "assigned|1772658900000");
    snprintf(command, sizeof command, "echo '{\"status\":\"closed\"}' > %s", ack);
    run(command);
    turn(1772658900001);
    query("SELECT status, status_time FROM outbox", "closed|1772658900001");
}
END_TEST

START_TEST(what_is_no_answer_is_put_aside_when_nobody_can_be_writing_it)
{
    static const char *const texts[] = {
        "",
        "{\"answer\":\"accep",
        "{\"answer\":\"yes\"}",
        "[]",
        "{}",
        "{\"answer\":7}",
        "{\"status\":\"assigned\"}", /* not accepted yet */
        "{\"answer\":\"accepted\",\"status\":\"\"}",
        "{\"answer\":\"accepted\",\"status\":\"x\",\"time\":\"z\"}"};
    const cmty_spool_options o = options(CMTY_FORMAT_EIDO);
    char path[256];

    take_in(1, 1);
    open_spool(&o);
    turn(SECOND);
    answer(texts[_i]);
    turn(SECOND);
    ck_assert_uint_eq(find("folder/ack/*.ack", path), 1);
    ck_assert_uint_eq(find("folder/bad/*.ack", NULL), 0);
    age(path);
    turn(SECOND);
    ck_assert_uint_eq(counts.unreadable, 1);
    ck_assert_uint_eq(find("folder/ack/*.ack", NULL), 0);
    ck_assert_uint_eq(find("folder/bad/*.ack", NULL), 1);
    ck_assert_ptr_nonnull(strstr(notice, "put into bad"));
}
END_TEST

START_TEST(answers_of_strangers_change_nothing)
{
    const cmty_spool_options o = options(CMTY_FORMAT_EIDO);

    take_in(1, 1);
    open_spool(&o);
    turn(SECOND);
    run("mkdir -p folder/ack; cd folder/ack; for n in 0123456789abcdef0123456789abcdef.ack"
        " x.ack ..ack 0123456789ABCDEF0123456789ABCDEF.ack; do"
        " echo '{\"answer\":\"accepted\"}' > $n; touch -d 2000-01-01 $n; done;"
        " echo '{}' > .half.ack; ln -s ../../store.db link.ack; mkdir sub.ack");
    turn(SECOND);
    ck_assert_uint_eq(counts.accepted, 0);
    ck_assert_uint_eq(counts.unreadable, 3);
    ck_assert_int_eq(access("folder/ack/.half.ack", F_OK), 0); /* being written */
    ck_assert_int_eq(access("store.db", F_OK), 0);
    query("SELECT answer FROM outbox", "2");
    ck_assert_uint_eq(waiting(), 1);
}
END_TEST

START_TEST(what_the_one_that_died_left_half_written_is_taken_away)
{
    const cmty_spool_options o = options(CMTY_FORMAT_EIDO);

    take_in(1, 1);
    open_spool(&o);
    run("echo x > folder/out/.0123.json.abcdefgh.tmp");
    run("echo x > folder/out/0123456789abcdef0123456789abcdef.json"); /* erased since */
    run("echo x > folder/out/README");                                /* not ours */
    turn(SECOND);
    ck_assert_uint_eq(find("folder/out/.*.tmp", NULL), 0);
    ck_assert_uint_eq(find("folder/out/*.json", NULL), 1);
    ck_assert_uint_eq(counts.waiting, 1);
    ck_assert_int_eq(access("folder/out/README", F_OK), 0);
}
END_TEST

START_TEST(what_cannot_be_served_is_refused_in_a_sentence)
{
    cmty_spool_options o = options(CMTY_FORMAT_EIDO);
    cmty_spool *second = NULL;

    o.role = CMTY_ROLE_DISPATCH;
    ck_assert_int_eq(cmty_spool_open("store.db", &o, &spool, &err), CMTY_E_INVALID);
    ck_assert_ptr_nonnull(strstr(err.message, "not written to files"));
    o = options(CMTY_FORMAT_EIDO);
    o.folder = "no/where";
    ck_assert_int_eq(cmty_spool_open("store.db", &o, &spool, &err), CMTY_E_IO);
    o.folder = "store.db";
    ck_assert_int_eq(cmty_spool_open("store.db", &o, &spool, &err), CMTY_E_INVALID);
    o = options(CMTY_FORMAT_EIDO);
    o.most = 0;
    ck_assert_int_eq(cmty_spool_open("store.db", &o, &spool, &err), CMTY_E_RANGE);
    o = options(CMTY_FORMAT_EIDO);
    o.again_s = 0;
    ck_assert_int_eq(cmty_spool_open("store.db", &o, &spool, &err), CMTY_E_RANGE);
    o = options(CMTY_FORMAT_EIDO);
    o.receiver = NULL;
    ck_assert_int_eq(cmty_spool_open("store.db", &o, &spool, &err), CMTY_E_INVALID);
    o = options(CMTY_FORMAT_EIDO);
    convert.agency = NULL;
    ck_assert_int_eq(cmty_spool_open("store.db", &o, &spool, &err), CMTY_E_INVALID);
    ck_assert_ptr_null(spool);
    o = options(CMTY_FORMAT_EIDO);
    ck_assert_int_eq(chmod("folder", 0777), 0);
    ck_assert_int_eq(cmty_spool_open("store.db", &o, &spool, &err), CMTY_E_INVALID);
    ck_assert_ptr_nonnull(strstr(err.message, "chmod o-w"));
    ck_assert_int_eq(chmod("folder", 0750), 0);
    open_spool(&o);
    ck_assert_int_eq(cmty_spool_open("store.db", &o, &second, &err), CMTY_E_EXISTS);
    ck_assert_int_eq(cmty_spool_turn(NULL, 1, NULL, &err), CMTY_E_INVALID);
    ck_assert_int_eq(cmty_spool_turn(spool, -1, NULL, &err), CMTY_E_RANGE);
    ck_assert_int_eq(cmty_spool_options_init(NULL), CMTY_E_INVALID);
}
END_TEST

START_TEST(the_plugin_writes_into_the_folder_in_place_of_its_host)
{
    static struct recorder recorder;
    const cmty_dispatch_plugin *plugin = load_plugin();
    const char *text = report_text(1, 10.002);
    const cmty_dispatch_submission s = {
        .struct_size = sizeof s, .bytes = text, .size = strlen(text)};
    cmty_dispatch_receipt r = {.struct_size = sizeof r};
    cmty_dispatch_host host;
    uint64_t ticket = 0;
    void *instance = NULL;

    recorder = (struct recorder){.role = "dispatch",
                                 .mask_key = "mask.key",
                                 .secret_key = "secret.key",
                                 .spool = "folder",
                                 .now_ms = 1000};
    host = services_of(&recorder);
    host.incident_upsert = NULL;
    ck_assert_int_eq(plugin->create(&host, &instance), CMTY_OK);
    ck_assert_int_eq(plugin->start(instance), CMTY_E_INVALID);
    ck_assert_ptr_nonnull(strstr(recorder.log, "not written to files"));
    recorder.role = "agency";
    ck_assert_msg(plugin->start(instance) == CMTY_OK, "%s", recorder.log);
    ck_assert_int_eq(plugin->submit(instance, &s, &ticket), CMTY_OK);
    ck_assert_int_eq(plugin->poll(instance, 60000), CMTY_END);
    ck_assert_uint_eq(find("folder/out/*.json", NULL), 1);
    ck_assert_int_eq(plugin->status(instance, ticket, &r), CMTY_OK);
    ck_assert_int_eq(r.state, CMTY_TICKET_STORED);
    answer("{\"answer\":\"accepted\",\"case_number\":\"26-7\"}");
    ck_assert_int_eq(plugin->poll(instance, 60000), CMTY_END);
    ck_assert_int_eq(plugin->status(instance, ticket, &r), CMTY_OK);
    ck_assert_int_eq(r.state, CMTY_TICKET_ACCEPTED);
    ck_assert_str_eq(r.case_number, "26-7");
    ck_assert_uint_eq(waiting(), 0);
    plugin->destroy(instance);
}
END_TEST

static Suite *spool_suite(void)
{
    Suite *suite = suite_create("spool");
    TCase *tc = tcase_create("spool");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, reports_lie_in_the_folder_until_they_are_answered_for);
    tcase_add_test(tc, what_is_taken_and_not_answered_for_comes_again);
    tcase_add_test(tc, a_lost_folder_is_filled_again);
    tcase_add_test(tc, the_folder_never_holds_more_than_it_may);
    tcase_add_test(tc, a_receiver_that_never_answers_gets_each_report_once);
    tcase_add_test(tc, words_on_an_accepted_report_are_kept);
    tcase_add_loop_test(tc, what_is_no_answer_is_put_aside_when_nobody_can_be_writing_it, 0, 9);
    tcase_add_test(tc, answers_of_strangers_change_nothing);
    tcase_add_test(tc, what_the_one_that_died_left_half_written_is_taken_away);
    tcase_add_test(tc, what_cannot_be_served_is_refused_in_a_sentence);
    tcase_add_test(tc, the_plugin_writes_into_the_folder_in_place_of_its_host);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(spool_suite)
