/* SPDX-License-Identifier: MIT */
/* Items of an outbox as messages: each receiver's role decides what is in them. */
#include "../runner.h"
#include "host.h"

#include <string.h>

static cmty_error err = CMTY_ERROR_INIT;
static cmty_outbox *outbox;
static cmty_outbox_item item;

static void must(cmty_status st)
{
    ck_assert_msg(st == CMTY_OK, "%s", err.message);
}

/* In beat A, under the fence that escalates. */
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

static void next_as(int32_t role)
{
    cmty_outbox_options o = CMTY_OUTBOX_OPTIONS_INIT;

    o.receiver = "cad";
    o.role = role;
    item.struct_size = sizeof item;
    must(cmty_outbox_open("store.db", &o, &outbox, &err));
    must(cmty_outbox_next(outbox, 0, &item, &err));
}

static void close_outbox(void)
{
    cmty_outbox_free(outbox);
    outbox = NULL;
}

static cmty_convert_options as(int32_t format)
{
    cmty_convert_options o = CMTY_CONVERT_OPTIONS_INIT;

    o.format = format;
    o.agency = "police.example.gov";
    o.now = 1772658900000;
    return o;
}

START_TEST(the_public_learns_neither_fence_nor_doubt)
{
    const cmty_convert_options o = as(_i);
    char *text = NULL;

    next_as(CMTY_ROLE_PUBLIC);
    must(cmty_convert_item(&item, &o, &text, &err));
    ck_assert_ptr_nonnull(strstr(text, item.report_id));
    ck_assert_ptr_nonnull(strstr(text, "vandalism"));
    ck_assert_ptr_null(strstr(text, "geofence"));
    ck_assert_ptr_null(strstr(text, "Restricted"));
    ck_assert_ptr_null(strstr(text, "Immediate"));
    ck_assert_ptr_null(strstr(text, "Ada"));
    ck_assert_ptr_null(strstr(text, "paint"));
    cmty_free(text);
    close_outbox();
}
END_TEST

START_TEST(the_agency_learns_what_the_fence_asks)
{
    const cmty_convert_options o = as(_i);
    char *text = NULL;

    next_as(CMTY_ROLE_AGENCY);
    must(cmty_convert_item(&item, &o, &text, &err));
    ck_assert_ptr_nonnull(strstr(text, "A geofence asks that a person look at once"));
    ck_assert_ptr_nonnull(strstr(text, "beat A"));
    if (_i == CMTY_FORMAT_CAP || _i == CMTY_FORMAT_COT)
        ck_assert_ptr_nonnull(strstr(text, "Restricted"));
    ck_assert_ptr_null(strstr(text, "Ada"));
    ck_assert_ptr_null(strstr(text, "10.002000")); /* where it was */
    cmty_free(text);
    close_outbox();
}
END_TEST

START_TEST(a_place_that_is_withheld_is_nowhere)
{
    const cmty_convert_options o = as(_i);
    char poison;
    char *text = &poison;
    cmty_status st;

    next_as(CMTY_ROLE_AGENCY);
    item.withheld = "too few addresses";
    item.law = "";
    st = cmty_convert_item(&item, &o, &text, &err);
    if (_i == CMTY_FORMAT_COT) { /* an event must have a point, and 0,0 is a place too */
        ck_assert_int_eq(st, CMTY_WITHHELD);
        ck_assert_ptr_null(text);
    } else {
        must(st);
        ck_assert_ptr_nonnull(strstr(text, "No place is given: too few addresses."));
        ck_assert_ptr_null(strstr(text, "50.0"));
        ck_assert_ptr_null(strstr(text, "10.0"));
        cmty_free(text);
    }
    close_outbox();
}
END_TEST

START_TEST(marks_in_a_name_stay_a_name)
{
    cmty_convert_options o = as(_i);
    char *text = NULL;

    next_as(CMTY_ROLE_AGENCY);
    item.beat_id = "</a>\"&\x01\n";
    must(cmty_convert_item(&item, &o, &text, &err));
    ck_assert_ptr_null(strstr(text, "</a>\"&"));
    ck_assert_ptr_null(strchr(text, '\x01'));
    cmty_free(text);
    close_outbox();
}
END_TEST

static cmty_status converted(const cmty_convert_options *o)
{
    char poison;
    char *text = &poison;
    cmty_status st = cmty_convert_item(&item, o, &text, &err);

    if (st != CMTY_OK)
        ck_assert_ptr_null(text);
    else
        cmty_free(text);
    return st;
}

START_TEST(bad_arguments_are_refused)
{
    static char long_text[300];
    cmty_convert_options o = as(CMTY_FORMAT_CAP);

    memset(long_text, 'x', sizeof long_text - 1);
    next_as(CMTY_ROLE_AGENCY);
    ck_assert_int_eq(cmty_convert_options_init(NULL), CMTY_E_INVALID);
    ck_assert_int_eq(cmty_convert_item(NULL, &o, NULL, &err), CMTY_E_INVALID);
    ck_assert_int_eq(cmty_convert("store.db", NULL, "x", NULL, &err), CMTY_E_INVALID);
    ck_assert_int_eq(converted(&o), CMTY_OK);
    o.format = CMTY_FORMAT_COUNT;
    ck_assert_int_eq(converted(&o), CMTY_E_INVALID);
    o = as(CMTY_FORMAT_CAP);
    o.agency = NULL;
    ck_assert_int_eq(converted(&o), CMTY_E_INVALID);
    o.agency = "two words";
    ck_assert_int_eq(converted(&o), CMTY_E_INVALID);
    o.agency = long_text;
    ck_assert_int_eq(converted(&o), CMTY_E_INVALID);
    o = as(CMTY_FORMAT_CAP);
    o.agency_name = "\xff";
    ck_assert_int_eq(converted(&o), CMTY_E_INVALID);
    o.agency_name = "";
    ck_assert_int_eq(converted(&o), CMTY_E_INVALID);
    o = as(CMTY_FORMAT_CAP);
    o.valid_s = 59;
    ck_assert_int_eq(converted(&o), CMTY_E_RANGE);
    o = as(CMTY_FORMAT_CAP);
    o.now = -1;
    ck_assert_int_eq(converted(&o), CMTY_E_RANGE);
    o.now = CMTY_TIME_OPEN_END;
    ck_assert_int_eq(converted(&o), CMTY_E_RANGE);
    o = as(CMTY_FORMAT_EIDO);
    o.exercise = 1;
    ck_assert_int_eq(converted(&o), CMTY_E_INVALID);
    o.exercise = 0;
    item.struct_size = 4;
    ck_assert_int_eq(converted(&o), CMTY_E_ABI);
    close_outbox();
}
END_TEST

START_TEST(formats_have_names)
{
    for (int32_t i = 0; i < CMTY_FORMAT_COUNT; i++)
        ck_assert_int_eq(cmty_format_from_name(cmty_format_name(i)), i);
    ck_assert_ptr_null(cmty_format_name(-1));
    ck_assert_ptr_null(cmty_format_name(CMTY_FORMAT_COUNT));
    ck_assert_int_eq(cmty_format_from_name("edi"), -1);
    ck_assert_int_eq(cmty_format_from_name(NULL), -1);
    ck_assert_str_eq(cmty_category_in("theft.vehicle", CMTY_CODES_APCO), "VEHSTLN");
    ck_assert_str_eq(cmty_category_in("no such", CMTY_CODES_CAP), "Other");
    ck_assert_str_eq(cmty_category_in(NULL, CMTY_CODES_COT), "b-l-l-l-ii");
    ck_assert_ptr_null(cmty_category_in("concern.tree", CMTY_CODES_NIBRS));
    ck_assert_ptr_null(cmty_category_in("theft", CMTY_CODES_COUNT));
    ck_assert_ptr_null(cmty_category_in("theft", -1));
}
END_TEST

static Suite *convert_suite(void)
{
    Suite *suite = suite_create("convert");
    TCase *tc = tcase_create("convert");

    tcase_add_checked_fixture(tc, store_one, NULL);
    tcase_add_loop_test(tc, the_public_learns_neither_fence_nor_doubt, 0, CMTY_FORMAT_COUNT);
    tcase_add_loop_test(tc, the_agency_learns_what_the_fence_asks, 0, CMTY_FORMAT_COUNT);
    tcase_add_loop_test(tc, a_place_that_is_withheld_is_nowhere, 0, CMTY_FORMAT_COUNT);
    tcase_add_loop_test(tc, marks_in_a_name_stay_a_name, 0, CMTY_FORMAT_COUNT);
    tcase_add_test(tc, bad_arguments_are_refused);
    tcase_add_test(tc, formats_have_names);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(convert_suite)
