/* SPDX-License-Identifier: MIT */
/* Running out of memory while a photo is attached to a report, listed and opened. */
#include "../runner.h"
#include "city.h"
#include "fault.h"

/* Two by two grey pixels; what follows them makes another photo of it. */
static unsigned char png[] = {
    0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00, 0x00, 0x00, 0x0D, 0x49, 0x48, 0x44,
    0x52, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x02, 0x08, 0x00, 0x00, 0x00, 0x00, 0x57,
    0xDD, 0x52, 0xF8, 0x00, 0x00, 0x00, 0x0E, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9C, 0x63, 0x10,
    0x50, 0x60, 0x30, 0x70, 0x00, 0x00, 0x01, 0x76, 0x00, 0xA1, 0xEC, 0x30, 0x8A, 0xF4, 0x00,
    0x00, 0x00, 0x00, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82, 0x00,
};

static char store[400], secret[400], report_id[40];
static cmty_ingest *ingest;

static void set_up(void)
{
    const char *beats = FAULT_FILE("beats.geojson");
    const char *text = "{\"source_ref\":\"r\",\"occurred\":\"2026-03-04T21:15:00Z\",\"category\":"
                       "\"theft\",\"lon\":-74.0151,\"lat\":40.0123}";
    cmty_error err = CMTY_ERROR_INIT;
    cmty_store_options o = CMTY_STORE_OPTIONS_INIT;
    cmty_ingest_options intake = CMTY_INGEST_OPTIONS_INIT;
    cmty_receipt receipt = {.struct_size = sizeof receipt};

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
    ck_assert_int_eq(cmty_ingest_report(ingest, text, strlen(text), &receipt, &err), CMTY_OK);
    snprintf(report_id, sizeof report_id, "%s", receipt.report_id);
}

static void tear_down(void)
{
    cmty_ingest_free(ingest);
    city_tear_down();
}

static cmty_status attach(void *context, cmty_error *err)
{
    cmty_media_info info = {.struct_size = sizeof info};
    int64_t number = 77;
    cmty_status status = cmty_ingest_photo(ingest, report_id, png, sizeof png, &info, &number, err);

    (void)context;
    if (status == CMTY_OK)
        png[sizeof png - 1]++;
    else
        ck_assert_int_eq(number, 77);
    return status;
}

/* Kept once, however often it comes. */
static cmty_status attach_what_is_none(void *context, cmty_error *err)
{
    (void)context;
    return cmty_ingest_photo(ingest, report_id, "no picture", 10, NULL, NULL, err);
}

START_TEST(attaching_survives_every_failed_allocation)
{
    fault_each_allocation(attach, NULL, CMTY_OK);
    fault_each_allocation(attach_what_is_none, NULL, CMTY_REFUSED);
}
END_TEST

static cmty_status look(void *context, cmty_error *err)
{
    cmty_photo photo = {.struct_size = sizeof photo};
    cmty_photo_bytes bytes = {.struct_size = sizeof bytes};
    cmty_photos *photos = NULL;
    const int32_t *original = context;
    cmty_status status = cmty_photos_open(store, report_id, &photos, err);

    if (status == CMTY_OK)
        status = cmty_photos_next(photos, &photo, err);
    cmty_photos_free(photos);
    if (status == CMTY_OK)
        status = cmty_photo_open(store, photo.number, *original, secret, "tester", "fault test",
                                 &bytes, err);
    if (status != CMTY_OK)
        ck_assert_ptr_null(bytes.bytes);
    cmty_free(bytes.bytes);
    return status;
}

START_TEST(opening_survives_every_failed_allocation)
{
    cmty_error err = CMTY_ERROR_INIT;
    int32_t original[] = {0, 1};

    ck_assert_int_eq(attach(NULL, &err), CMTY_OK);
    fault_each_allocation(look, &original[_i], CMTY_OK);
}
END_TEST

static Suite *photo_oom_suite(void)
{
    Suite *suite = suite_create("photo_oom");
    TCase *tc = tcase_create("photo_oom");

    tcase_set_timeout(tc, 120);
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, attaching_survives_every_failed_allocation);
    tcase_add_loop_test(tc, opening_survives_every_failed_allocation, 0, 2);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(photo_oom_suite)
