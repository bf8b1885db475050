/* SPDX-License-Identifier: MIT */
/* Running out of memory while refused records are listed, opened, tried again and dropped. */
#include "../runner.h"
#include "city.h"
#include "fault.h"

static char store[400], secret[400];
static cmty_ingest *ingest;

static const char *report_text(int ref, const char *occurred)
{
    static char text[512];

    snprintf(text, sizeof text,
             "{\"source_ref\":\"r-%d\",\"occurred\":\"%s\",\"category\":\"theft.bicycle\","
             "\"lon\":-74.0151,\"lat\":40.0123}",
             ref, occurred);
    return text;
}

/* A store with five refused records, open for intake. */
static void set_up(void)
{
    const char *beats = FAULT_FILE("beats.geojson");
    cmty_error err = CMTY_ERROR_INIT;
    cmty_store_options o = CMTY_STORE_OPTIONS_INIT;
    cmty_ingest_options intake = CMTY_INGEST_OPTIONS_INIT;

    fault_install();
    city_set_up();
    snprintf(store, sizeof store, "%s", city_path("store.db"));
    snprintf(secret, sizeof secret, "%s", CITY_SECRET_KEY);
    o.beats = &beats;
    o.beats_count = 1;
    o.public_key = CITY_PUBLIC_KEY;
    ck_assert_msg(cmty_store_init(store, &o, &err) == CMTY_OK, "%s", err.message);
    intake.source = "fault";
    intake.mask_key = CITY_MASK_KEY;
    ck_assert_msg(cmty_ingest_open(store, &intake, &ingest, &err) == CMTY_OK, "%s", err.message);
    for (int i = 1; i <= 5; i++) {
        const char *text = report_text(i, "soon");

        ck_assert_int_eq(cmty_ingest_report(ingest, text, strlen(text), NULL, &err), CMTY_REFUSED);
    }
}

static void tear_down(void)
{
    cmty_ingest_free(ingest);
    city_tear_down();
}

/* Each success takes one record out of quarantine. */
static cmty_status retry_mended(void *context, cmty_error *err)
{
    int *number = context;
    cmty_retry_options o = CMTY_RETRY_OPTIONS_INIT;
    cmty_status status;

    o.secret_key = secret;
    o.actor = "tester";
    o.purpose = "fault test";
    o.bytes = report_text(*number, "2026-03-04T21:15:00Z");
    o.size = strlen(o.bytes);
    status = cmty_ingest_retry(ingest, *number, &o, NULL, err);
    if (status == CMTY_OK)
        ++*number;
    return status;
}

static cmty_status retry_as_it_is(void *context, cmty_error *err)
{
    cmty_retry_options o = CMTY_RETRY_OPTIONS_INIT;
    cmty_receipt receipt = {.struct_size = sizeof receipt};
    cmty_status status;

    (void)context;
    o.secret_key = secret;
    o.actor = "tester";
    o.purpose = "fault test";
    status = cmty_ingest_retry(ingest, 5, &o, &receipt, err);
    if (status == CMTY_REFUSED)
        ck_assert_int_eq(receipt.reason, CMTY_REASON_BAD_TIME);
    return status;
}

START_TEST(trying_again_survives_every_failed_allocation)
{
    int number = 1;

    fault_each_allocation(retry_mended, &number, CMTY_OK);
    ck_assert_int_eq(number, 4);
    fault_each_allocation(retry_as_it_is, NULL, CMTY_REFUSED);
}
END_TEST

static cmty_status look(void *context, cmty_error *err)
{
    cmty_refused item = {.struct_size = sizeof item};
    char poison;
    cmty_quarantine *q = (cmty_quarantine *)&poison;
    char *bytes = &poison;
    size_t size = 0;
    int *count = context;
    cmty_status status = cmty_quarantine_open(store, 0, &q, err);

    if (status != CMTY_OK) {
        ck_assert_ptr_null(q);
        return status;
    }
    for (*count = 0; (status = cmty_quarantine_next(q, &item, err)) == CMTY_OK; ++*count)
        ck_assert_int_eq(item.reason, CMTY_REASON_BAD_TIME);
    cmty_quarantine_free(q);
    if (status != CMTY_END)
        return status;
    status = cmty_quarantine_read(store, 1, secret, "tester", "fault test", &bytes, &size, err);
    if (status != CMTY_OK)
        ck_assert_ptr_null(bytes);
    else
        cmty_free(bytes);
    return status;
}

START_TEST(looking_survives_every_failed_allocation)
{
    int count = 0;

    fault_each_allocation(look, &count, CMTY_OK);
    ck_assert_int_eq(count, 5);
}
END_TEST

static cmty_status drop(void *context, cmty_error *err)
{
    int64_t *number = context;
    cmty_status status = cmty_quarantine_drop(store, *number, "tester", "fault test", err);

    if (status == CMTY_OK)
        ++*number;
    return status;
}

START_TEST(dropping_survives_every_failed_allocation)
{
    int64_t number = 1;

    fault_each_allocation(drop, &number, CMTY_OK);
    ck_assert_int_eq(number, 4);
}
END_TEST

static Suite *quarantine_oom_suite(void)
{
    Suite *suite = suite_create("quarantine_oom");
    TCase *tc = tcase_create("quarantine_oom");

    tcase_set_timeout(tc, 120);
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, trying_again_survives_every_failed_allocation);
    tcase_add_test(tc, looking_survives_every_failed_allocation);
    tcase_add_test(tc, dropping_survives_every_failed_allocation);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(quarantine_oom_suite)
