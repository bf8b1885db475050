/* SPDX-License-Identifier: MIT */
/* The audit log finds every change made behind its back; opening a report is always in it. */
#include "store_support.h"

#include "privacy/privacy.h"

/* ---- the tree ---- */

static void hex_bytes(const char *text, uint8_t *out, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        unsigned byte;

        ck_assert_int_eq(sscanf(text + 2 * i, "%2x", &byte), 1);
        out[i] = (uint8_t)byte;
    }
}

/* The leaves that the vectors were made of. */
static const char *const leaves[] = {"",
                                     "00",
                                     "10",
                                     "2021",
                                     "3031",
                                     "40414243",
                                     "5051525354555657",
                                     "606162636465666768696a6b6c6d6e6f"};

START_TEST(roots_are_those_of_rfc_6962)
{
    FILE *f = fopen(CMTY_TEST_SOURCE_DIR "/tests/data/privacy_vectors/merkle_rfc6962.csv", "r");
    char line[1024], hash[65];
    int size, index, seen = 0;

    ck_assert_ptr_nonnull(f);
    while (fgets(line, sizeof line, f) != NULL) {
        uint8_t data[16], expected[32], got[32];

        if (sscanf(line, "root,%d,,%64s", &size, hash) == 2) {
            cmty__tree tree = {0};

            for (int i = 0; i < size; i++) {
                hex_bytes(leaves[i], data, strlen(leaves[i]) / 2);
                cmty__tree_leaf(data, strlen(leaves[i]) / 2, got);
                cmty__tree_append(&tree, got);
            }
            cmty__tree_root(&tree, got);
        } else if (sscanf(line, "leaf,%d,,%64s", &index, hash) == 2) {
            hex_bytes(leaves[index], data, strlen(leaves[index]) / 2);
            cmty__tree_leaf(data, strlen(leaves[index]) / 2, got);
        } else {
            continue;
        }
        hex_bytes(hash, expected, sizeof expected);
        ck_assert_mem_eq(got, expected, sizeof expected);
        seen++;
    }
    fclose(f);
    ck_assert_int_eq(seen, 17);
}
END_TEST

START_TEST(a_tree_goes_on_from_its_saved_peaks)
{
    cmty__tree all = {0}, part = {0}, back;
    uint8_t leaf[32] = {0}, a[32], b[32];
    cmty__buf peaks = {0};

    for (int i = 0; i < 300; i++) {
        leaf[0] = (uint8_t)i;
        cmty__tree_append(&all, leaf);
        cmty__buf_clear(&peaks);
        cmty__tree_save(&part, &peaks);
        ck_assert(cmty__tree_load(&back, part.size, peaks.data, peaks.size));
        ck_assert(!cmty__tree_load(&back, part.size + 1, peaks.data, peaks.size)
                  || (part.size & 1) != 0); /* an even size lacks the last peak */
        ck_assert(cmty__tree_load(&back, part.size, peaks.data, peaks.size));
        part = back;
        cmty__tree_append(&part, leaf);
        cmty__tree_root(&all, a);
        cmty__tree_root(&part, b);
        ck_assert_mem_eq(a, b, sizeof a);
    }
    cmty__buf_free(&peaks);
}
END_TEST

/* ---- the log ---- */

static void write_log(const char *path, int entries)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty__journal *j = open_writer(path);

    ok(cmty__journal_begin(j, &err), &err);
    for (int i = 0; i < entries; i++) {
        ok(put_made(j, (uint32_t)i, 1, &err), &err);
        ok(cmty__journal_audit(j, "collect", made_id((uint32_t)i), "intake", "batch", &err), &err);
    }
    ok(cmty__journal_commit(j, &err), &err);
    cmty__journal_free(j);
}

static cmty_status verify(const char *path, uint64_t *size, cmty_error *err)
{
    cmty__audit_mark now = {.size = *size};
    cmty__journal *j = NULL;
    cmty_status st;

    ok(cmty__journal_open(path, false, &j, err), err);
    st = cmty__journal_audit_verify(j, NULL, &now, err);
    cmty__journal_free(j);
    *size = now.size;
    return st;
}

/* Somebody with write permission, who first removes the guards. */
#define TAMPER "DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete; "

static const struct {
    const char *change, *expected;
} tampering[] = {
    {TAMPER "UPDATE audit SET actor='nobody' WHERE number=5", "entry 5 was altered"},
    {TAMPER "UPDATE audit SET purpose='' WHERE number=1", "entry 1 was altered"},
    {TAMPER "UPDATE audit SET time=time+1 WHERE number=10", "entry 10 was altered"},
    {TAMPER "UPDATE audit SET verb='alter' WHERE number=2", "entry 2 was altered"},
    {TAMPER "UPDATE audit SET subject=(SELECT subject FROM audit WHERE number=2) WHERE number=3",
     "entry 3 was altered"},
    {TAMPER "UPDATE audit SET leaf=(SELECT leaf FROM audit WHERE number=2) WHERE number=3",
     "entry 3 was altered"},
    {TAMPER "DELETE FROM audit WHERE number=4", "entry 4 is missing"},
    {TAMPER "DELETE FROM audit WHERE number>7", "rewritten after entry 7"},
    {TAMPER "UPDATE audit SET number=99 WHERE number=4; UPDATE audit SET number=4 WHERE number=5;"
            " UPDATE audit SET number=5 WHERE number=99",
     "entry 4 was altered"},
    {"INSERT INTO audit SELECT 11,time,verb,subject,actor,purpose,leaf FROM audit WHERE number=10",
     "entry 11 was altered"},
    {"UPDATE state SET audit_size=9, audit_peaks=x''", "rewritten after entry 10"},
};

START_TEST(every_change_behind_its_back_is_found_and_named)
{
    const char *path = in_scratch("s");
    cmty_error err = CMTY_ERROR_INIT;
    uint64_t size = 0;

    make_store(path);
    write_log(path, 10);
    ok(verify(path, &size, &err), &err);
    ck_assert_uint_eq(size, 10);
    sql_do(path, tampering[_i].change);
    ck_assert_int_eq(verify(path, &size, &err), CMTY_E_FORMAT);
    ck_assert_msg(strstr(err.message, tampering[_i].expected) != NULL, "%s", err.message);
}
END_TEST

START_TEST(the_log_refuses_edits_by_plain_tools)
{
    const char *path = in_scratch("s");
    const char *edits[] = {"UPDATE audit SET actor='x'", "DELETE FROM audit"};
    sqlite3 *db = NULL;
    cmty_error err = CMTY_ERROR_INIT;
    uint64_t size = 0;

    make_store(path);
    write_log(path, 3);
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(sqlite3_exec(db, edits[i], NULL, NULL, NULL), SQLITE_CONSTRAINT);
    sqlite3_close(db);
    ok(verify(path, &size, &err), &err);
}
END_TEST

START_TEST(entries_of_a_report_have_no_link_without_its_salt)
{
    const char *path = in_scratch("s");

    make_store(path);
    write_log(path, 5);
    ck_assert_int_eq(sql_number(path, "SELECT count(*) FROM audit, report"
                                      " WHERE instr(subject, report_id) OR subject=report_id"),
                     0);
    ck_assert_int_eq(sql_number(path, "SELECT count(DISTINCT subject) FROM audit"), 5);
    ck_assert_int_eq(sql_number(path, "SELECT count(DISTINCT salt) FROM report"), 5);
}
END_TEST

START_TEST(what_is_rolled_back_is_not_in_the_log)
{
    const char *path = in_scratch("s");
    cmty_error err = CMTY_ERROR_INIT;
    cmty__journal *j;
    uint64_t size = 0;

    make_store(path);
    write_log(path, 3);
    j = open_writer(path);
    ok(cmty__journal_begin(j, &err), &err);
    ok(cmty__journal_audit(j, "alter", made_id(1), "a", "b", &err), &err);
    cmty__journal_rollback(j);
    ok(cmty__journal_begin(j, &err), &err);
    ok(cmty__journal_audit(j, "disclose", NULL, "a", "b", &err), &err);
    ok(cmty__journal_commit(j, &err), &err);
    cmty__journal_free(j);
    ok(verify(path, &size, &err), &err);
    ck_assert_uint_eq(size, 4);
}
END_TEST

START_TEST(only_the_six_verbs_and_stored_reports_can_be_logged)
{
    const char *path = in_scratch("s");
    cmty_error err = CMTY_ERROR_INIT;
    cmty__journal *j;

    make_store(path);
    j = open_writer(path);
    ok(cmty__journal_begin(j, &err), &err);
    ck_assert_int_eq(cmty__journal_audit(j, "peek", NULL, "a", "b", &err), CMTY_E_INVALID);
    ck_assert_int_eq(cmty__journal_audit(j, "erase", "zz", "a", "b", &err), CMTY_E_INVALID);
    ck_assert_int_eq(cmty__journal_audit(j, "erase", made_id(7), "a", "b", &err), CMTY_NOTFOUND);
    ok(cmty__journal_commit(j, &err), &err);
    cmty__journal_free(j);
    ck_assert_int_eq(sql_number(path, "SELECT count(*) FROM audit"), 0);
}
END_TEST

/* ---- opening one report ---- */

static const char secret_text[] = "{\"description\":\"the blue door\"}";

static void make_sealed_store(const char *path, const char *public_path, const char *secret_path,
                              uint32_t reports)
{
    cmty_error err = CMTY_ERROR_INIT;
    uint8_t public_key[CMTY__SEAL_PUBLIC_BYTES];
    cmty__buf bound = {0}, sealed = {0};
    cmty__sealer *sealer = NULL;
    int64_t period = 0;
    cmty__journal *j;

    ok(cmty_key_make_seal(public_path, secret_path, &err), &err);
    ok(cmty__seal_public_read(public_path, public_key, &err), &err);
    ok(cmty__sealer_new(public_key, &sealer, &err), &err);
    make_store(path);
    j = open_writer(path);
    ok(cmty__journal_begin(j, &err), &err);
    cmty__sealer_period(sealer, &sealed);
    ok(cmty__journal_period(j, sealed.data, sealed.size, &period, &err), &err);
    for (uint32_t i = 0; i < reports; i++) {
        cmty__entry e = made_entry(i);
        uint8_t hash[32] = {0};

        cmty__buf_clear(&bound);
        cmty__buf_clear(&sealed);
        cmty__entry_bind(&e, &bound);
        ok(cmty__seal(sealer, secret_text, sizeof secret_text - 1, bound.data, bound.size, &sealed,
                      &err),
           &err);
        ok(cmty__journal_put(j, &e, hash, period, sealed.data, sealed.size, &err), &err);
    }
    ok(cmty__journal_commit(j, &err), &err);
    cmty__journal_free(j);
    cmty__sealer_free(sealer);
    cmty__buf_free(&bound);
    cmty__buf_free(&sealed);
}

static int64_t consultations(const char *path)
{
    return sql_number(path, "SELECT count(*) FROM audit WHERE verb='consult'");
}

START_TEST(the_secret_key_opens_a_report_and_the_log_says_who_and_why)
{
    const char *path = in_scratch("s"), *secret = in_scratch("secret");
    cmty_error err = CMTY_ERROR_INIT;
    cmty__journal *intake;
    char *json = NULL;
    uint64_t size = 0;

    make_sealed_store(path, in_scratch("public"), secret, 8);
    intake = open_writer(path); /* an intake has its place all day */
    for (uint32_t i = 0; i < 8; i++) {
        ok(cmty_store_open_report(path, made_id(i), secret, "jdoe", "case 17", &json, &err), &err);
        ck_assert_str_eq(json, secret_text);
        cmty_free(json);
    }
    cmty__journal_free(intake);
    ck_assert_int_eq(sql_number(path, "SELECT count(*) FROM audit WHERE verb='consult'"
                                      " AND actor='jdoe' AND purpose='case 17'"),
                     8);
    ok(verify(path, &size, &err), &err);
}
END_TEST

START_TEST(another_key_opens_nothing_and_an_unknown_report_is_not_found)
{
    const char *path = in_scratch("s"), *other = in_scratch("other");
    cmty_error err = CMTY_ERROR_INIT;
    char *json = NULL;

    make_sealed_store(path, in_scratch("public"), in_scratch("secret"), 1);
    ok(cmty_key_make_seal(in_scratch("other.pub"), other, &err), &err);
    ck_assert_int_eq(cmty_store_open_report(path, made_id(0), other, "a", "b", &json, &err),
                     CMTY_E_KEY);
    ck_assert_ptr_null(json);
    ck_assert_int_eq(
        cmty_store_open_report(path, made_id(9), in_scratch("secret"), "a", "b", &json, &err),
        CMTY_NOTFOUND);
    ck_assert_int_eq(
        cmty_store_open_report(path, "nonsense", in_scratch("secret"), "a", "b", &json, &err),
        CMTY_NOTFOUND);
    ck_assert_ptr_null(json);
}
END_TEST

START_TEST(a_reading_without_a_name_or_a_reason_is_refused)
{
    const char *path = in_scratch("s"), *secret = in_scratch("secret");
    char *json = NULL;

    make_sealed_store(path, in_scratch("public"), secret, 1);
    ck_assert_int_eq(cmty_store_open_report(path, made_id(0), secret, "", "b", &json, NULL),
                     CMTY_E_INVALID);
    ck_assert_int_eq(cmty_store_open_report(path, made_id(0), secret, "a", NULL, &json, NULL),
                     CMTY_E_INVALID);
    ck_assert_int_eq(cmty_store_open_report(path, made_id(0), secret, "a", "\xff", &json, NULL),
                     CMTY_E_INVALID);
    ck_assert_int_eq(consultations(path), 0);
}
END_TEST

/* The report's own row is the last to be given out: no log entry, no report. */
START_TEST(nothing_is_opened_where_the_reading_cannot_be_logged)
{
    const char *path = in_scratch("s"), *secret = in_scratch("secret");
    cmty_error err = CMTY_ERROR_INIT;
    char *json = NULL;

    make_sealed_store(path, in_scratch("public"), secret, 1);
    sql_do(path, "CREATE TRIGGER broken BEFORE INSERT ON audit"
                 " BEGIN SELECT RAISE(ABORT, 'no'); END");
    ck_assert_int_lt(cmty_store_open_report(path, made_id(0), secret, "a", "b", &json, &err), 0);
    ck_assert_ptr_null(json);
}
END_TEST

static const char *const swaps[] = {
    "UPDATE report SET sealed=(SELECT sealed FROM report WHERE number=2) WHERE number=1",
    "UPDATE report SET category='arson' WHERE number=1",
    "UPDATE report SET time_bin=time_bin+3600000 WHERE number=1",
    "UPDATE report SET beat_id='B9' WHERE number=1",
    "UPDATE report SET withheld=1-withheld WHERE number=1",
    "UPDATE report SET radius_m=1 WHERE number=1",
};

START_TEST(a_sealed_part_does_not_open_beside_other_clear_columns)
{
    const char *path = in_scratch("s"), *secret = in_scratch("secret");
    cmty_error err = CMTY_ERROR_INIT;
    char *json = NULL;

    make_sealed_store(path, in_scratch("public"), secret, 3);
    sql_do(path, swaps[_i]);
    ck_assert_int_eq(cmty_store_open_report(path, made_id(0), secret, "a", "b", &json, &err),
                     CMTY_E_FORMAT);
    ck_assert_ptr_null(json);
}
END_TEST

START_TEST(default_options_of_a_store_are_those_of_the_macro)
{
    cmty_store_options macro = CMTY_STORE_OPTIONS_INIT, made;

    memset(&made, 0x55, sizeof made);
    ck_assert_int_eq(cmty_store_options_init(&made), CMTY_OK);
    ck_assert_mem_eq(&made, &macro, sizeof made);
    ck_assert_int_eq(cmty_store_options_init(NULL), CMTY_E_INVALID);
}
END_TEST

static Suite *audit_suite(void)
{
    Suite *suite = suite_create("audit");
    TCase *tc = tcase_create("audit");

    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, make_scratch, remove_scratch);
    tcase_add_test(tc, roots_are_those_of_rfc_6962);
    tcase_add_test(tc, a_tree_goes_on_from_its_saved_peaks);
    tcase_add_loop_test(tc, every_change_behind_its_back_is_found_and_named, 0,
                        (int)(sizeof tampering / sizeof tampering[0]));
    tcase_add_test(tc, the_log_refuses_edits_by_plain_tools);
    tcase_add_test(tc, entries_of_a_report_have_no_link_without_its_salt);
    tcase_add_test(tc, what_is_rolled_back_is_not_in_the_log);
    tcase_add_test(tc, only_the_six_verbs_and_stored_reports_can_be_logged);
    tcase_add_test(tc, the_secret_key_opens_a_report_and_the_log_says_who_and_why);
    tcase_add_test(tc, another_key_opens_nothing_and_an_unknown_report_is_not_found);
    tcase_add_test(tc, a_reading_without_a_name_or_a_reason_is_refused);
    tcase_add_test(tc, nothing_is_opened_where_the_reading_cannot_be_logged);
    tcase_add_loop_test(tc, a_sealed_part_does_not_open_beside_other_clear_columns, 0,
                        (int)(sizeof swaps / sizeof swaps[0]));
    tcase_add_test(tc, default_options_of_a_store_are_those_of_the_macro);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(audit_suite)
