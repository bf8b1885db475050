/* SPDX-License-Identifier: MIT */
/* Running out of memory while a store is made, a report comes in and an overlay goes out. */
#include "../runner.h"
#include "city.h"
#include "fault.h"

#include <stdbool.h>
#include <unistd.h>

static char store[400];

static cmty_status init_store(const char *path, cmty_error *err)
{
    const char *beats = FAULT_FILE("beats.geojson");
    const char *fences = FAULT_FILE("fences.geojson");
    cmty_store_options o = CMTY_STORE_OPTIONS_INIT;

    o.beats = &beats;
    o.beats_count = 1;
    o.fences = &fences;
    o.fences_count = 1;
    o.addresses = FAULT_FILE("addresses.csv");
    o.public_key = CITY_PUBLIC_KEY;
    return cmty_store_init(path, &o, err);
}

/* A report that is accepted; `ref` makes it another one. */
static const char *report_text(int ref)
{
    static char text[512];

    snprintf(text, sizeof text,
             "{\"source_ref\":\"r-%d\",\"occurred\":\"2026-03-04T21:15:00Z\","
             "\"category\":\"theft.bicycle\",\"lon\":-74.0151,\"lat\":40.0123,"
             "\"description\":\"taken from the rack\",\"reporter\":{\"name\":\"Ada Example\"}}",
             ref);
    return text;
}

static void open_store(void)
{
    cmty_error err = CMTY_ERROR_INIT;

    fault_install();
    city_set_up();
    snprintf(store, sizeof store, "%s", city_path("store.db"));
    ck_assert_msg(init_store(store, &err) == CMTY_OK, "%s", err.message);
}

static cmty_status make_store(void *context, cmty_error *err)
{
    cmty_status status = init_store(city_path("new.db"), err);

    (void)context;
    if (status == CMTY_OK)
        city_remove("new.db");
    ck_assert_msg(city_stray("store.db") == NULL, "left behind: %s", city_stray("store.db"));
    return status;
}

START_TEST(making_a_store_survives_every_failed_allocation_and_leaves_no_file)
{
    fault_each_allocation(make_store, NULL, CMTY_OK);
}
END_TEST

/* Opening and closing the way in. */
static cmty_status open_and_close(void *context, cmty_error *err)
{
    cmty_ingest_options o = CMTY_INGEST_OPTIONS_INIT;
    char poison;
    cmty_ingest *ingest = (cmty_ingest *)&poison;
    cmty_status status;

    (void)context;
    o.mask_key = CITY_MASK_KEY;
    status = cmty_ingest_open(store, &o, &ingest, err);
    if (status == CMTY_OK)
        cmty_ingest_free(ingest);
    else
        ck_assert_ptr_null(ingest);
    return status;
}

START_TEST(opening_intake_survives_every_failed_allocation)
{
    fault_each_allocation(open_and_close, NULL, CMTY_OK);
}
END_TEST

/* Each success stores a report that no failure before it had stored. */
static cmty_status send(void *context, cmty_error *err)
{
    static int ref;
    const char *report = report_text(ref);
    cmty_ingest_options o = CMTY_INGEST_OPTIONS_INIT;
    cmty_ingest *ingest = NULL;
    cmty_status status;

    (void)context;
    o.source = "fault";
    o.mask_key = CITY_MASK_KEY;
    status = cmty_ingest_open(store, &o, &ingest, err);
    if (status == CMTY_OK)
        status = cmty_ingest_report(ingest, report, strlen(report), NULL, err);
    cmty_ingest_free(ingest);
    if (status == CMTY_OK)
        ref++;
    return status;
}

START_TEST(a_report_survives_every_failed_allocation_and_is_stored_once)
{
    fault_each_allocation(send, NULL, CMTY_OK);
}
END_TEST

static void store_one_report(void)
{
    cmty_error err = CMTY_ERROR_INIT;

    ck_assert_msg(send(NULL, &err) == CMTY_OK, "%s", err.message);
}

static cmty_status publish(void *context, cmty_error *err)
{
    cmty_publish_options o = CMTY_PUBLISH_OPTIONS_INIT;
    char poison;
    cmty_publication *publication = (cmty_publication *)&poison;
    cmty_status status;

    (void)context;
    o.gpkg = city_path("out.gpkg");
    o.html = city_path("out.html");
    status = cmty_publish(store, &o, &publication, err);
    if (status == CMTY_OK) {
        cmty_publication_free(publication);
        unlink(o.gpkg);
        unlink(o.html);
    } else {
        ck_assert_ptr_null(publication);
    }
    ck_assert_msg(city_stray("store.db") == NULL, "left behind: %s", city_stray("store.db"));
    return status;
}

START_TEST(publishing_survives_every_failed_allocation_and_leaves_no_file)
{
    store_one_report();
    fault_each_allocation(publish, NULL, CMTY_OK);
}
END_TEST

enum { ENOUGH = 6 }; /* of one kind in one beat, so that their points are published */

/* context: the number of a format. */
static cmty_status convert(void *context, cmty_error *err)
{
    cmty_convert_options o = CMTY_CONVERT_OPTIONS_INIT;
    char path[400], file[500];
    uint64_t count = 77;
    cmty_status status;

    o.format = *(const int32_t *)context;
    o.agency = "police.example.gov";
    snprintf(path, sizeof path, "%s", city_path("messages"));
    status = cmty_convert(store, &o, path, &count, err);
    ck_assert_uint_eq(count, status == CMTY_OK ? ENOUGH : 77);
    if (status == CMTY_OK && o.format == CMTY_FORMAT_EIDO) {
        snprintf(file, sizeof file, "rm -r '%s'", path);
        ck_assert_int_eq(system(file), 0);
    } else if (status == CMTY_OK) {
        unlink(path);
    }
    ck_assert_msg(city_stray("store.db") == NULL, "left behind: %s", city_stray("store.db"));
    return status;
}

START_TEST(messages_survive_every_failed_allocation_and_leave_no_file)
{
    static int32_t formats[] = {CMTY_FORMAT_OPEN311_JSON, CMTY_FORMAT_EIDO};

    for (int i = 0; i < ENOUGH; i++)
        store_one_report();
    fault_each_allocation(convert, &formats[_i], CMTY_OK);
}
END_TEST

static cmty_status read_ledger(void *context, cmty_error *err)
{
    char poison;
    cmty_ledger *ledger = (cmty_ledger *)&poison;
    cmty_status status = cmty_ledger_open(store, &ledger, err);

    (void)context;
    if (status != CMTY_OK)
        ck_assert_ptr_null(ledger);
    else
        cmty_ledger_free(ledger);
    return status;
}

START_TEST(reading_the_ledger_survives_every_failed_allocation)
{
    store_one_report();
    fault_each_allocation(read_ledger, NULL, CMTY_OK);
}
END_TEST

static cmty_status follow(void *context, cmty_error *err)
{
    char layer[400];
    char poison;
    cmty_live *live = (cmty_live *)&poison;
    cmty_status status;

    (void)context;
    snprintf(layer, sizeof layer, "%s", city_path("new.sqlite"));
    status = cmty_live_open(store, layer, NULL, &live, err);
    if (status != CMTY_OK) {
        ck_assert_ptr_null(live);
        return status;
    }
    status = cmty_live_update(live, NULL, err);
    cmty_live_free(live);
    if (status == CMTY_OK)
        city_remove("new.sqlite");
    return status;
}

START_TEST(a_live_layer_survives_every_failed_allocation)
{
    store_one_report();
    fault_each_allocation(follow, NULL, CMTY_OK);
}
END_TEST

static void write_reports(FILE *file, const char *format, int ref)
{
    bool csv = strcmp(format, "csv") == 0, xml = strcmp(format, "xml") == 0;

    if (csv)
        fputs("source_ref,occurred,category,lon,lat\nx,2026-03-04T21:15:00Z,theft,nan,1\n", file);
    if (xml)
        fputs("<service_requests>\n<request a='b'><lat/><c>d</c></request>\n", file);
    for (int i = 0; i < 2; i++)
        if (csv)
            fprintf(file, "r-%d,2026-03-04T21:15:00Z,theft.bicycle,-74.0151,40.0123\n", ref + i);
        else if (xml)
            fprintf(file,
                    "<request><service_request_id>r-%d</service_request_id><service_code>"
                    "theft.bicycle</service_code><lat>40.0123</lat><long>-74.0151</long>"
                    "<requested_datetime>2026-03-04T21:15:00Z</requested_datetime></request>\n",
                    ref + i);
        else
            fprintf(file, "%s\n", report_text(ref + i));
    if (xml)
        fputs("</service_requests>\n", file);
}

/* Two records that are taken in, and one that is refused; they are other ones after each success.
 */
static cmty_status send_file(void *context, cmty_error *err)
{
    static int ref = 100;
    cmty_ingest_options o = CMTY_INGEST_OPTIONS_INIT;
    cmty_ingest_counts counts = {.struct_size = sizeof counts};
    cmty_ingest *ingest = NULL;
    const char *path = city_path(context);
    cmty_status status;
    FILE *file = fopen(path, "w");

    ck_assert_ptr_nonnull(file);
    write_reports(file, strrchr(path, '.') + 1, ref);
    fclose(file);
    o.mask_key = CITY_MASK_KEY;
    status = cmty_ingest_open(store, &o, &ingest, err);
    if (status == CMTY_OK)
        status = cmty_ingest_file(ingest, path, &counts, err);
    cmty_ingest_free(ingest);
    if (status == CMTY_OK) {
        ck_assert_uint_eq(counts.accepted, 2);
        ref += 2;
    }
    return status;
}

START_TEST(files_survive_every_failed_allocation)
{
    static char names[][12] = {"r.csv", "r.ndjson", "r.xml"};

    fault_each_allocation(send_file, names[_i], CMTY_OK);
}
END_TEST

/* Beats that are those of the store, read anew; context: the secret key, or NULL. */
static cmty_status recheck_store(void *context, cmty_error *err)
{
    const char *beats = FAULT_FILE("beats.geojson");
    cmty_recheck_options o = CMTY_RECHECK_OPTIONS_INIT;
    cmty_recheck result = {.struct_size = sizeof result, .reports = 77};
    cmty_status status;

    o.beats = &beats;
    o.beats_count = 1;
    o.secret_key = context;
    o.actor = "tester";
    o.purpose = "fault test";
    status = cmty_store_recheck(store, &o, &result, err);
    ck_assert_uint_eq(result.reports, status == CMTY_OK ? 1 : 77);
    return status;
}

START_TEST(asking_again_survives_every_failed_allocation)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty_ingest_options o = CMTY_INGEST_OPTIONS_INIT;
    cmty_ingest *ingest = NULL;
    char secret_key[400];

    o.mask_key = CITY_MASK_KEY;
    ck_assert_int_eq(cmty_ingest_open(store, &o, &ingest, &err), CMTY_OK);
    ck_assert_int_eq(cmty_ingest_report(ingest, report_text(1), strlen(report_text(1)), NULL, &err),
                     CMTY_OK);
    cmty_ingest_free(ingest);
    snprintf(secret_key, sizeof secret_key, "%s", CITY_SECRET_KEY);
    fault_each_allocation(recheck_store, NULL, CMTY_OK);
    fault_each_allocation(recheck_store, secret_key, CMTY_OK);
}
END_TEST

static void look_at(const cmty_outbox_item *item, char id[40])
{
    ck_assert_str_eq(item->category, "theft.bicycle");
    snprintf(id, 40, "%s", item->report_id);
}

/* The item is answered for, and so another one, after each success only. */
static cmty_status hand_over(void *context, cmty_error *err)
{
    cmty_outbox_options o = CMTY_OUTBOX_OPTIONS_INIT;
    cmty_outbox_item item = {.struct_size = sizeof item};
    cmty_outbox_counts counts = {.struct_size = sizeof counts};
    const cmty_outbox_answer answer = {
        .struct_size = sizeof answer, .answer = CMTY_ANSWER_LATER, .case_number = "7"};
    char poison, id[40] = "";
    cmty_outbox *outbox = (cmty_outbox *)&poison;
    cmty_disclosed disclosed = {.struct_size = sizeof disclosed};
    cmty_status status;

    o.receiver = "cad";
    o.role = CMTY_ROLE_DISPATCH;
    status = cmty_outbox_open(store, &o, &outbox, err);
    if (status != CMTY_OK) {
        ck_assert_ptr_null(outbox);
        return status;
    }
    status = cmty_outbox_next(outbox, 0, &item, err);
    if (status == CMTY_OK)
        look_at(&item, id);
    if (status == CMTY_OK)
        status = cmty_store_disclose(store, id, context, "cad", "test", &disclosed, err);
    if (status == CMTY_OK)
        ck_assert_double_eq(disclosed.at.lat_deg, 40.0123);
    cmty_disclosed_clear(&disclosed);
    if (status == CMTY_OK)
        status = cmty_outbox_answer_item(outbox, item.number, &answer, err);
    if (status == CMTY_OK)
        status = cmty_outbox_count(outbox, &counts, err);
    cmty_outbox_free(outbox);
    return status;
}

START_TEST(handing_over_survives_every_failed_allocation)
{
    char secret_key[400];

    store_one_report();
    snprintf(secret_key, sizeof secret_key, "%s", CITY_SECRET_KEY);
    fault_each_allocation(hand_over, secret_key, CMTY_OK);
}
END_TEST

/* Each time with an answer to one report: it is kept once it can be. */
static cmty_status fill_folder(void *context, cmty_error *err)
{
    cmty_convert_options convert = CMTY_CONVERT_OPTIONS_INIT;
    cmty_spool_options o = CMTY_SPOOL_OPTIONS_INIT;
    cmty_spool_counts counts = {.struct_size = sizeof counts};
    char poison;
    cmty_spool *spool = (cmty_spool *)&poison;
    cmty_status status;

    convert.agency = "police.example.gov";
    convert.agency_name = "Police";
    o.role = CMTY_ROLE_AGENCY;
    o.receiver = "folder";
    o.folder = context;
    o.priorities = FAULT_FILE("priorities.json");
    o.convert = &convert;
    status = cmty_spool_open(store, &o, &spool, err);
    if (status != CMTY_OK) {
        ck_assert_ptr_null(spool);
        return status;
    }
    status = cmty_spool_turn(spool, 1000, &counts, err);
    cmty_spool_free(spool);
    return status >= 0 ? CMTY_OK : status;
}

START_TEST(a_folder_survives_every_failed_allocation)
{
    char folder[400], command[900];

    store_one_report();
    snprintf(folder, sizeof folder, "%s", city_path("folder"));
    snprintf(command, sizeof command, "mkdir '%s'", folder);
    ck_assert_int_eq(system(command), 0);
    fault_each_allocation(fill_folder, folder, CMTY_OK);
    snprintf(command, sizeof command,
             "cd '%s' && f=$(ls out) && printf '{\"answer\":\"rejected\",\"cause\":\"x\"}'"
             " > ack/${f%%.json}.ack",
             folder);
    ck_assert_int_eq(system(command), 0);
    fault_each_allocation(fill_folder, folder, CMTY_OK);
    snprintf(command, sizeof command, "cd '%s' && rmdir out ack bad", folder); /* all empty */
    ck_assert_int_eq(system(command), 0);
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    ck_assert_int_eq(system(command), 0);
}
END_TEST

static Suite *store_oom_suite(void)
{
    Suite *suite = suite_create("store_oom");
    TCase *tc = tcase_create("store_oom");

    tcase_set_timeout(tc, 240);
    tcase_add_checked_fixture(tc, open_store, city_tear_down);
    tcase_add_test(tc, making_a_store_survives_every_failed_allocation_and_leaves_no_file);
    tcase_add_test(tc, opening_intake_survives_every_failed_allocation);
    tcase_add_test(tc, a_report_survives_every_failed_allocation_and_is_stored_once);
    tcase_add_test(tc, reading_the_ledger_survives_every_failed_allocation);
    tcase_add_test(tc, a_live_layer_survives_every_failed_allocation);
    tcase_add_loop_test(tc, files_survive_every_failed_allocation, 0, 3);
    tcase_add_test(tc, publishing_survives_every_failed_allocation_and_leaves_no_file);
    tcase_add_loop_test(tc, messages_survive_every_failed_allocation_and_leave_no_file, 0, 2);
    tcase_add_test(tc, asking_again_survives_every_failed_allocation);
    tcase_add_test(tc, handing_over_survives_every_failed_allocation);
    tcase_add_test(tc, a_folder_survives_every_failed_allocation);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(store_oom_suite)
