/* SPDX-License-Identifier: MIT */
/* Refused records in the journal: what was sealed comes back, also of an earlier release. */
#include "store_support.h"

#include "privacy/privacy.h"

static const cmty__reading clerk = {NULL, "clerk", "case 7"};

/* A store with one refused record, bound as its release bound it. */
static void make_refused(const char *path, const char *secret, const void *plain, size_t size,
                         bool packet)
{
    uint8_t public_key[CMTY__SEAL_PUBLIC_BYTES], once[CMTY__HASH_BYTES] = {7};
    cmty_error err = CMTY_ERROR_INIT;
    cmty__sealer *sealer = NULL;
    cmty__buf bound = {0}, sealed = {0};
    cmty__journal *j;
    int64_t period = 0;

    ok(cmty_key_make_seal(in_scratch("public"), secret, &err), &err);
    ok(cmty__seal_public_read(in_scratch("public"), public_key, &err), &err);
    ok(cmty__sealer_new(public_key, &sealer, &err), &err);
    make_store(path);
    j = open_writer(path);
    ok(cmty__journal_begin(j, &err), &err);
    cmty__sealer_period(sealer, &sealed);
    ok(cmty__journal_period(j, sealed.data, sealed.size, &period, &err), &err);
    cmty__buf_clear(&sealed);
    cmty__quarantine_bind(once, packet, &bound);
    ok(cmty__seal(sealer, plain, size, bound.data, bound.size, &sealed, &err), &err);
    ok(cmty__journal_quarantine(j, once, CMTY_REASON_BAD_TIME, "occurred", period, sealed.data,
                                sealed.size, &err),
       &err);
    ok(cmty__journal_commit(j, &err), &err);
    cmty__journal_free(j);
    cmty__sealer_free(sealer);
    cmty__buf_free(&bound);
    cmty__buf_free(&sealed);
}

static void open_refused(const char *path, const char *secret, cmty__arena *arena,
                         cmty__packet *out)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty__reading by = clerk;
    cmty__journal *j = open_writer(path);

    by.secret_key = secret;
    ok(cmty__refused_open(j, 1, &by, arena, out, &err), &err);
    cmty__journal_free(j);
}

START_TEST(a_record_comes_back_with_what_it_takes_to_read_it)
{
    static const char raw[] = "1;\"a\nb\";\xff\0;x";
    static const char *const map[] = {"source_ref=\"No\"", "order=d"};
    char path[200], secret[200];
    const cmty__packet in = {"csv", "desk \"7\"\n", "No;Text", 7, map, 2, raw, sizeof raw - 1};
    cmty__arena *arena = cmty__arena_new();
    cmty__packet out;
    cmty__buf plain = {0};

    snprintf(path, sizeof path, "%s", in_scratch("s"));
    snprintf(secret, sizeof secret, "%s", in_scratch("secret"));
    cmty__packet_write(&in, &plain);
    make_refused(path, secret, plain.data, plain.size, true);
    open_refused(path, secret, arena, &out);
    ck_assert_str_eq(out.format, in.format);
    ck_assert_str_eq(out.source, in.source);
    ck_assert_uint_eq(out.header_size, in.header_size);
    ck_assert_str_eq(out.header, in.header);
    ck_assert_uint_eq(out.map_count, 2);
    ck_assert_str_eq(out.map[0], map[0]);
    ck_assert_str_eq(out.map[1], map[1]);
    ck_assert_uint_eq(out.raw_size, in.raw_size);
    ck_assert_mem_eq(out.raw, raw, in.raw_size);
    cmty__buf_free(&plain);
    cmty__arena_free(arena);
}
END_TEST

START_TEST(a_record_that_an_earlier_release_kept_comes_back_alone)
{
    /* even where it looks like what this release seals */
    static const char raw[] = "{\"format\":\"csv\",\"source\":\"x\",\"map\":[]}\nvalue";
    char path[200], secret[200];
    cmty__arena *arena = cmty__arena_new();
    cmty__packet out;

    snprintf(path, sizeof path, "%s", in_scratch("s"));
    snprintf(secret, sizeof secret, "%s", in_scratch("secret"));
    make_refused(path, secret, raw, sizeof raw - 1, false);
    open_refused(path, secret, arena, &out);
    ck_assert_ptr_null(out.format);
    ck_assert_ptr_null(out.source);
    ck_assert_uint_eq(out.map_count, 0);
    ck_assert_uint_eq(out.raw_size, sizeof raw - 1);
    ck_assert_mem_eq(out.raw, raw, sizeof raw - 1);
    cmty__arena_free(arena);
}
END_TEST

START_TEST(the_public_calls_want_what_they_need)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty_refused item = {.struct_size = sizeof item};
    cmty_retry_options o = CMTY_RETRY_OPTIONS_INIT;
    cmty_quarantine *q = NULL;
    char *bytes = NULL;
    size_t size = 77;

    make_store(in_scratch("s"));
    ck_assert_int_eq(cmty_quarantine_open(in_scratch("s"), -1, &q, &err), CMTY_E_INVALID);
    ok(cmty_quarantine_open(in_scratch("s"), 0, &q, &err), &err);
    ck_assert_int_eq(cmty_quarantine_next(q, &item, &err), CMTY_END);
    cmty_quarantine_free(q);
    ck_assert_int_eq(cmty_quarantine_read(in_scratch("s"), 1, NULL, "a", "p", &bytes, &size, &err),
                     CMTY_E_INVALID);
    ck_assert_ptr_null(bytes);
    ck_assert_uint_eq(size, 77);
    ck_assert_int_eq(cmty_quarantine_drop(in_scratch("s"), 1, "", "p", &err), CMTY_E_INVALID);
    ck_assert_int_eq(cmty_quarantine_drop(in_scratch("s"), 1, "a", "p", &err), CMTY_NOTFOUND);
    ck_assert_int_eq(cmty_ingest_retry(NULL, 1, &o, NULL, &err), CMTY_E_INVALID);
    ck_assert_int_eq(cmty_retry_options_init(NULL), CMTY_E_INVALID);
}
END_TEST

static Suite *quarantine_suite(void)
{
    Suite *suite = suite_create("quarantine");
    TCase *tc = tcase_create("quarantine");

    tcase_add_checked_fixture(tc, make_scratch, remove_scratch);
    tcase_add_test(tc, a_record_comes_back_with_what_it_takes_to_read_it);
    tcase_add_test(tc, a_record_that_an_earlier_release_kept_comes_back_alone);
    tcase_add_test(tc, the_public_calls_want_what_they_need);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(quarantine_suite)
