/* SPDX-License-Identifier: MIT */
/* Running out of memory while reports age, are erased, held, or sealed for another key pair. */
#include "../runner.h"
#include "city.h"
#include "fault.h"

static char store[400], schedule[400], ids[5][40];
enum { DAY_MS = 86400000 };

static void write_schedule(void)
{
    FILE *file = fopen(schedule, "w");

    ck_assert_ptr_nonnull(file);
    fputs("{\"retention\":1,\"refused_days\":100,\"default\":{\"sealed_days\":10,\"place_days\":20,"
          "\"beat_days\":30,\"count_days\":900},\"categories\":{\"theft.*\":{\"sealed_days\":5}}}",
          file);
    ck_assert_int_eq(fclose(file), 0);
}

/* A store with a few reports and a refused record. */
static void set_up(void)
{
    const char *beats = FAULT_FILE("beats.geojson");
    cmty_error err = CMTY_ERROR_INIT;
    cmty_store_options o = CMTY_STORE_OPTIONS_INIT;
    cmty_ingest_options intake = CMTY_INGEST_OPTIONS_INIT;
    cmty_ingest *ingest = NULL;
    char text[400];

    fault_install();
    city_set_up();
    snprintf(store, sizeof store, "%s", city_path("store.db"));
    snprintf(schedule, sizeof schedule, "%s", city_path("schedule.json"));
    write_schedule();
    o.beats = &beats;
    o.beats_count = 1;
    o.public_key = CITY_PUBLIC_KEY;
    ck_assert_msg(cmty_store_init(store, &o, &err) == CMTY_OK, "%s", err.message);
    intake.source = "fault";
    intake.mask_key = CITY_MASK_KEY;
    ck_assert_msg(cmty_ingest_open(store, &intake, &ingest, &err) == CMTY_OK, "%s", err.message);
    for (int i = 0; i < 5; i++) {
        cmty_receipt receipt = {.struct_size = sizeof receipt};

        snprintf(text, sizeof text,
                 "{\"source_ref\":\"r-%d\",\"occurred\":\"2026-03-04T21:15:00Z\",\"category\":"
                 "\"theft.bicycle\",\"lon\":-74.0151,\"lat\":40.0123}",
                 i);
        ck_assert_int_eq(cmty_ingest_report(ingest, text, strlen(text), &receipt, &err), CMTY_OK);
        snprintf(ids[i], sizeof ids[i], "%s", receipt.report_id);
    }
    ck_assert_int_eq(cmty_ingest_report(ingest, "{}", 2, NULL, &err), CMTY_REFUSED);
    cmty_ingest_free(ingest);
}

/* The reports are done with at the first success; what runs after that looks at them all again. */
static cmty_status retain(void *context, cmty_error *err)
{
    cmty_retain_options o = CMTY_RETAIN_OPTIONS_INIT;
    cmty_retained result = {.struct_size = sizeof result, .reports = 77};
    const int *days = context;
    cmty_status status;

    o.schedule = schedule;
    o.actor = "tester";
    o.purpose = "fault test";
    o.now = 1772658900000 + (cmty_time)*days * DAY_MS;
    status = cmty_store_retain(store, &o, &result, err);
    ck_assert_uint_eq(result.reports, status == CMTY_OK ? 5 : 77);
    return status;
}

START_TEST(ageing_survives_every_failed_allocation)
{
    int days[] = {7, 25, 40};

    for (size_t i = 0; i < sizeof days / sizeof *days; i++)
        fault_each_allocation(retain, &days[i], CMTY_OK);
}
END_TEST

/* Each success takes another report. */
static cmty_status erase(void *context, cmty_error *err)
{
    int *next = context;
    cmty_status status = cmty_store_erase(store, ids[*next], "tester", "fault test", err);

    if (status == CMTY_OK)
        ++*next;
    return status;
}

START_TEST(erasing_survives_every_failed_allocation)
{
    int next = 0;

    fault_each_allocation(erase, &next, CMTY_OK);
    ck_assert_int_eq(next, 3);
}
END_TEST

static cmty_status hold(void *context, cmty_error *err)
{
    cmty_hold found = {.struct_size = sizeof found};
    cmty_holds *holds = NULL;
    cmty_status status = cmty_store_hold(store, ids[0], 5, "tester", "fault test", err);

    (void)context;
    if (status == CMTY_OK)
        status = cmty_holds_open(store, &holds, err);
    if (status == CMTY_OK) {
        status = cmty_holds_next(holds, &found, err);
        if (status == CMTY_OK)
            ck_assert_str_eq(found.report_id, ids[0]);
    }
    cmty_holds_free(holds);
    return status == CMTY_OK ? cmty_store_unhold(store, ids[0], "tester", "fault test", err)
                             : status;
}

START_TEST(holding_survives_every_failed_allocation)
{
    fault_each_allocation(hold, NULL, CMTY_OK);
}
END_TEST

/* To the other pair and, at the next success, back. */
static cmty_status rekey(void *context, cmty_error *err)
{
    char(*keys)[400] = context;
    cmty_status status = cmty_store_rekey(store, keys[0], keys[1], "tester", "fault test", err);

    if (status == CMTY_OK)
        for (int i = 0; i < 2; i++) {
            char other[400];

            memcpy(other, keys[i], sizeof other);
            memcpy(keys[i], keys[i + 2], sizeof other);
            memcpy(keys[i + 2], other, sizeof other);
        }
    return status;
}

START_TEST(another_key_pair_survives_every_failed_allocation)
{
    cmty_error err = CMTY_ERROR_INIT;
    char keys[4][400]; /* secret now, public next; the same for the way back */

    snprintf(keys[0], sizeof keys[0], "%s", CITY_SECRET_KEY);
    snprintf(keys[1], sizeof keys[1], "%s", city_path("next.public"));
    snprintf(keys[2], sizeof keys[2], "%s", city_path("next.secret"));
    snprintf(keys[3], sizeof keys[3], "%s", CITY_PUBLIC_KEY);
    ck_assert_int_eq(cmty_key_make_seal(keys[1], keys[2], &err), CMTY_OK);
    fault_each_allocation(rekey, keys, CMTY_OK);
}
END_TEST

static Suite *retention_oom_suite(void)
{
    Suite *suite = suite_create("retention_oom");
    TCase *tc = tcase_create("retention_oom");

    tcase_set_timeout(tc, 120);
    tcase_add_checked_fixture(tc, set_up, city_tear_down);
    tcase_add_test(tc, ageing_survives_every_failed_allocation);
    tcase_add_test(tc, erasing_survives_every_failed_allocation);
    tcase_add_test(tc, another_key_pair_survives_every_failed_allocation);
    tcase_add_test(tc, holding_survives_every_failed_allocation);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(retention_oom_suite)
