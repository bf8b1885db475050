/* SPDX-License-Identifier: MIT */
/* The private journal: what it promises to keep, to whom it opens, and what it says when not. */
#include "store_support.h"

#include <sys/stat.h>

START_TEST(a_new_store_is_private_and_whole)
{
    const char *path = in_scratch("s");
    cmty_error err = CMTY_ERROR_INIT;
    cmty__journal *j = NULL;
    struct stat s;
    void *data = NULL;
    size_t size = 0;

    make_store(path);
    ck_assert_int_eq(stat(path, &s), 0);
    ck_assert_uint_eq(s.st_mode & 0777, 0600);
    ok(cmty__journal_open(path, false, &j, &err), &err);
    ok(cmty__journal_get(j, "policy", &data, &size, &err), &err);
    ck_assert_uint_eq(size, 2);
    ck_assert_mem_eq(data, "{}", 2);
    cmty__free(data);
    ck_assert_int_eq(cmty__journal_get(j, "beats", &data, &size, &err), CMTY_NOTFOUND);
    ck_assert_ptr_null(data);
    cmty__journal_free(j);
    ck_sound(path);
}
END_TEST

START_TEST(a_store_given_up_before_its_first_commit_leaves_nothing)
{
    const char *path = in_scratch("s");
    cmty_error err = CMTY_ERROR_INIT;
    cmty__journal *j = NULL;

    ok(cmty__journal_create(path, &j, &err), &err);
    ok(cmty__journal_set(j, "policy", "{}", 2, &err), &err);
    cmty__journal_free(j);
    ck_assert(!cmty__file_exists(path));
    ck_assert(!cmty__file_exists(in_scratch("s-wal")));
    ck_assert(!cmty__file_exists(in_scratch("s.lock")));
}
END_TEST

START_TEST(a_store_is_never_made_over_another_file)
{
    const char *path = in_scratch("s");
    cmty_error err = CMTY_ERROR_INIT;
    cmty__journal *j = NULL;

    make_store(path);
    ck_assert_int_eq(cmty__journal_create(path, &j, &err), CMTY_E_EXISTS);
    ck_assert_ptr_null(j);
    ck_assert_int_eq(count_rows(path, 0), 0);
}
END_TEST

START_TEST(a_report_sent_twice_is_stored_once_and_a_changed_one_is_told_apart)
{
    const char *path = in_scratch("s");
    cmty_error err = CMTY_ERROR_INIT;
    cmty__journal *j;
    cmty__entry e = made_entry(1);
    uint8_t other[32] = {9};
    int64_t period = 0, last = 0;

    make_store(path);
    j = open_writer(path);
    ok(cmty__journal_begin(j, &err), &err);
    ok(cmty__journal_period(j, "key", 3, &period, &err), &err);
    ok(put_made(j, 1, period, &err), &err);
    ck_assert_int_eq(put_made(j, 1, period, &err), CMTY_DUPLICATE);
    ok(cmty__journal_commit(j, &err), &err);
    ok(cmty__journal_begin(j, &err), &err);
    ck_assert_int_eq(put_made(j, 1, period, &err), CMTY_DUPLICATE);
    ck_assert_int_eq(cmty__journal_put(j, &e, other, period, "x", 1, &err), CMTY_REFUSED);
    ok(put_made(j, 2, period, &err), &err);
    ok(cmty__journal_commit(j, &err), &err);
    ok(cmty__journal_last(j, &last, &err), &err);
    ck_assert_int_eq(last, 2);
    cmty__journal_free(j);
    ck_assert_int_eq(count_rows(path, 0), 2);
    ck_assert_int_eq(count_rows(path, 1), 1);
}
END_TEST

START_TEST(a_refused_record_is_kept_once_under_its_reason)
{
    const char *path = in_scratch("s");
    cmty_error err = CMTY_ERROR_INIT;
    cmty__journal *j;
    uint8_t a[32] = {1}, b[32] = {2};
    int64_t counts[4] = {9, 9, 9, 9};

    make_store(path);
    j = open_writer(path);
    ok(cmty__journal_begin(j, &err), &err);
    ok(cmty__journal_quarantine(j, a, 3, "place", 1, "sealed", 6, &err), &err);
    ok(cmty__journal_quarantine(j, a, 3, "place", 1, "sealed", 6, &err), &err);
    ok(cmty__journal_quarantine(j, b, 1, NULL, 1, "sealed", 6, &err), &err);
    ok(cmty__journal_commit(j, &err), &err);
    ok(cmty__journal_quarantine_counts(j, counts, 4, &err), &err);
    ck_assert_int_eq(counts[0], 0);
    ck_assert_int_eq(counts[1], 1);
    ck_assert_int_eq(counts[3], 1);
    cmty__journal_free(j);
}
END_TEST

/* Every field that was put comes back, in the order of the ids, and binds to the same bytes. */
START_TEST(rows_come_back_as_they_were_put_in_the_order_of_their_ids)
{
    enum { N = 300 };
    const char *path = in_scratch("s");
    cmty_error err = CMTY_ERROR_INIT;
    cmty__buf expected[N] = {{0}}, got = {0};
    char before[33] = "";
    cmty__journal *j;
    cmty__rows *rows = NULL;
    cmty__entry e;
    int64_t seen = 0;

    make_store(path);
    j = open_writer(path);
    ok(cmty__journal_begin(j, &err), &err);
    for (uint32_t i = 0; i < N; i++) {
        e = made_entry(i);
        cmty__entry_bind(&e, &expected[i]);
        ok(put_made(j, i, 1, &err), &err);
    }
    ok(cmty__journal_commit(j, &err), &err);
    for (int64_t after = 0; after <= 100; after += 100) {
        seen = 0;
        before[0] = '\0';
        ok(cmty__rows_open(j, CMTY_TIME_UNKNOWN, CMTY_TIME_OPEN_END, after, &rows, &err), &err);
        while (cmty__rows_next(rows, &e, &err) == CMTY_OK) {
            uint32_t i = (uint32_t)strtoul(e.report_id + 24, NULL, 16);

            ck_assert_str_lt(before, e.report_id);
            snprintf(before, sizeof before, "%s", e.report_id);
            cmty__buf_clear(&got);
            cmty__entry_bind(&e, &got);
            ck_assert_uint_eq(got.size, expected[i].size);
            ck_assert_mem_eq(got.data, expected[i].data, got.size);
            ck_assert_int_eq(isnan(e.masked.lon_deg) != 0, e.withheld);
            seen++;
        }
        ck_assert_int_eq(seen, N - after);
        cmty__rows_free(rows);
    }
    cmty__journal_free(j);
    cmty__buf_free(&got);
    for (int i = 0; i < N; i++)
        cmty__buf_free(&expected[i]);
}
END_TEST

static void state_at(const char *path, int64_t number, char state[CMTY__STATE_SIZE])
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty__journal *j = NULL;

    ok(cmty__journal_open(path, false, &j, &err), &err);
    ok(cmty__journal_state(j, number, state, &err), &err);
    cmty__journal_free(j);
}

static void put_span(const char *path, uint32_t from, uint32_t to)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty__journal *j = open_writer(path);

    ok(cmty__journal_begin(j, &err), &err);
    for (uint32_t i = from; i < to; i++)
        ok(put_made(j, i, 1, &err), &err);
    ok(cmty__journal_commit(j, &err), &err);
    cmty__journal_free(j);
}

START_TEST(a_state_is_told_from_another_under_the_same_number_also_after_erasure)
{
    const char *path = in_scratch("s");
    char first[CMTY__STATE_SIZE], then[CMTY__STATE_SIZE];

    make_store(path);
    make_store(in_scratch("other"));
    state_at(path, 0, first);
    state_at(in_scratch("other"), 0, then);
    ck_assert_str_ne(first, then);
    put_span(path, 0, 10);
    state_at(path, 10, first);
    put_span(path, 10, 20);
    state_at(path, 10, then);
    ck_assert_str_eq(first, then);
    state_at(path, 20, then);
    ck_assert_str_ne(first, then);
    /* set back to 9, and the same report comes again */
    sql_do(path, "DELETE FROM report WHERE number>9; UPDATE state SET last=9");
    put_span(path, 9, 10);
    state_at(path, 10, then);
    ck_assert_str_ne(first, then);
    sql_do(path, "DELETE FROM report WHERE number=10");
    state_at(path, 10, first);
    state_at(path, 9, then);
    ck_assert_str_eq(first, then);
}
END_TEST

START_TEST(rows_are_of_the_half_open_span_of_time)
{
    const char *path = in_scratch("s");
    cmty_error err = CMTY_ERROR_INIT;
    cmty__journal *j;
    cmty__rows *rows = NULL;
    cmty__entry e;
    int n = 0;

    make_store(path);
    j = open_writer(path);
    ok(cmty__journal_begin(j, &err), &err);
    for (uint32_t i = 0; i < 10; i++)
        ok(put_made(j, i, 1, &err), &err);
    ok(cmty__journal_commit(j, &err), &err);
    ok(cmty__rows_open(j, made_entry(3).time_bin, made_entry(6).time_bin, 0, &rows, &err), &err);
    while (cmty__rows_next(rows, &e, &err) == CMTY_OK) {
        ck_assert_int_ge(e.time_bin, made_entry(3).time_bin);
        ck_assert_int_lt(e.time_bin, made_entry(6).time_bin);
        n++;
    }
    ck_assert_int_eq(n, 3);
    cmty__rows_free(rows);
    cmty__journal_free(j);
}
END_TEST

START_TEST(what_the_sealed_part_is_bound_to_changes_with_every_clear_field)
{
    cmty__entry base = made_entry(1);
    cmty__entry changed[20];
    cmty__buf a = {0}, b = {0};

    for (size_t i = 0; i < 20; i++)
        changed[i] = base;
    changed[0].report_id = "ffffffffffffffffffffffffffffffff";
    changed[1].category = "noise";
    changed[2].beat_id = "B2";
    changed[3].district = "D2";
    changed[4].beat++;
    changed[5].version++;
    changed[6].relation++;
    changed[7].ambiguous = !base.ambiguous;
    changed[8].time_bin++;
    changed[9].bin = "day";
    changed[10].withheld = !base.withheld;
    changed[11].withheld_note = "x";
    changed[12].masked.lon_deg = nextafter(base.masked.lon_deg, 0);
    changed[13].masked.lat_deg = nextafter(base.masked.lat_deg, 0);
    changed[14].radius_m++;
    changed[15].law++;
    changed[16].beat_disclosed = !base.beat_disclosed;
    changed[17].published_beat++;
    changed[18].fence_action++;
    changed[19].fence_id = "F";
    cmty__entry_bind(&base, &a);
    for (size_t i = 0; i < 20; i++) {
        cmty__buf_clear(&b);
        cmty__entry_bind(&changed[i], &b);
        ck_assert_msg(a.size != b.size || memcmp(a.data, b.data, a.size) != 0, "field %zu", i);
    }
    cmty__buf_free(&a);
    cmty__buf_free(&b);
}
END_TEST

START_TEST(nothing_is_written_outside_a_transaction_or_by_a_reader)
{
    const char *path = in_scratch("s");
    cmty_error err = CMTY_ERROR_INIT;
    cmty__journal *j = NULL;

    make_store(path);
    j = open_writer(path);
    ck_assert_int_eq(put_made(j, 1, 1, &err), CMTY_E_IO);
    ck_assert_int_eq(cmty__journal_commit(j, &err), CMTY_E_IO);
    cmty__journal_free(j);
    ok(cmty__journal_open(path, false, &j, &err), &err);
    ok(cmty__journal_begin(j, &err), &err);
    ck_assert_int_eq(put_made(j, 1, 1, &err), CMTY_E_IO);
    ok(cmty__journal_commit(j, &err), &err);
    cmty__journal_free(j);
    ck_assert_int_eq(count_rows(path, 0), 0);
}
END_TEST

START_TEST(a_reader_keeps_one_view_while_a_writer_goes_on)
{
    const char *path = in_scratch("s");
    cmty_error err = CMTY_ERROR_INIT;
    cmty__journal *w, *r = NULL;
    int64_t last = -1;

    make_store(path);
    w = open_writer(path);
    ok(cmty__journal_open(path, false, &r, &err), &err);
    ok(cmty__journal_begin(r, &err), &err);
    ok(cmty__journal_last(r, &last, &err), &err);
    ck_assert_int_eq(last, 0);
    ok(cmty__journal_begin(w, &err), &err);
    ok(put_made(w, 1, 1, &err), &err);
    ok(cmty__journal_commit(w, &err), &err);
    ok(cmty__journal_last(r, &last, &err), &err);
    ck_assert_int_eq(last, 0);
    ok(cmty__journal_commit(r, &err), &err);
    ok(cmty__journal_last(r, &last, &err), &err);
    ck_assert_int_eq(last, 1);
    cmty__journal_free(r);
    cmty__journal_free(w);
}
END_TEST

START_TEST(when_the_writer_has_gone_the_one_file_is_whole_even_beside_a_reader)
{
    const char *path = in_scratch("s"), *copy = in_scratch("copy");
    cmty_error err = CMTY_ERROR_INIT;
    cmty__journal *w, *r = NULL;
    char command[300];

    make_store(path);
    ok(cmty__journal_open(path, false, &r, &err), &err);
    w = open_writer(path);
    ok(cmty__journal_begin(w, &err), &err);
    ok(put_made(w, 1, 1, &err), &err);
    ok(cmty__journal_commit(w, &err), &err);
    cmty__journal_free(w);
    snprintf(command, sizeof command, "cp %s %s", path, copy);
    ck_assert_int_eq(system(command), 0);
    ck_assert_int_eq(count_rows(copy, 0), 1);
    cmty__journal_free(r);
}
END_TEST

START_TEST(there_is_one_writer_even_within_a_process)
{
    const char *path = in_scratch("s");
    cmty_error err = CMTY_ERROR_INIT;
    cmty__journal *first, *second = NULL;

    make_store(path);
    first = open_writer(path);
    ck_assert_int_eq(cmty__journal_open(path, true, &second, &err), CMTY_E_IO);
    ck_assert_ptr_null(second);
    ck_assert_ptr_nonnull(strstr(err.message, "another process is writing"));
    cmty__journal_free(first);
    cmty__journal_free(open_writer(path));
}
END_TEST

START_TEST(a_visitor_writes_between_the_transactions_of_the_writer)
{
    const char *path = in_scratch("s");
    cmty_error err = CMTY_ERROR_INIT;
    cmty__journal *w, *v = NULL;

    make_store(path);
    w = open_writer(path);
    ok(cmty__journal_begin(w, &err), &err);
    ok(put_made(w, 1, 1, &err), &err);
    ok(cmty__journal_commit(w, &err), &err);
    ok(cmty__journal_open_as(path, CMTY__VISITOR, &v, &err), &err);
    ok(cmty__journal_begin(v, &err), &err);
    ok(cmty__journal_audit(v, "consult", made_id(1), "a", "b", &err), &err);
    ok(cmty__journal_commit(v, &err), &err);
    ok(cmty__journal_begin(w, &err), &err);
    ok(cmty__journal_audit(w, "collect", NULL, "intake", "", &err), &err);
    ok(cmty__journal_commit(w, &err), &err);
    cmty__journal_free(v);
    cmty__journal_free(w);
    ck_assert_int_eq(sql_number(path, "SELECT max(number) FROM audit"), 2);
}
END_TEST

/* ---- layouts ---- */

static const char *const two_steps[] = {
    "CREATE TABLE t(a INTEGER) STRICT; INSERT INTO t VALUES (7);",
    "ALTER TABLE t ADD COLUMN b TEXT NOT NULL DEFAULT 'new'; UPDATE t SET a=a+1;"};
static const char *const bad_steps[] = {
    "CREATE TABLE t(a INTEGER) STRICT; INSERT INTO t VALUES (7);",
    "UPDATE t SET a=a+1; CREATE TABLE t(a INTEGER);"};

START_TEST(an_older_layout_is_brought_forward_with_its_rows)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty__sql sql;
    int64_t n = 0;

    ok(cmty__sql_open(&sql, in_scratch("m"), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &err),
       &err);
    ok(cmty__sql_run(&sql, "BEGIN", &err), &err);
    ok(cmty__migrate(&sql, two_steps, 1, &err), &err);
    ok(cmty__sql_run(&sql, "COMMIT; BEGIN", &err), &err);
    ok(cmty__migrate(&sql, two_steps, 2, &err), &err);
    ok(cmty__migrate(&sql, two_steps, 2, &err), &err);
    ok(cmty__sql_run(&sql, "COMMIT", &err), &err);
    ok(cmty__sql_int64(&sql, "SELECT a FROM t WHERE b='new'", &n, &err), &err);
    ck_assert_int_eq(n, 8);
    ck_assert_int_eq(cmty__migrate(&sql, two_steps, 1, &err), CMTY_E_FORMAT);
    cmty__sql_close(&sql);
}
END_TEST

START_TEST(a_migration_that_fails_leaves_the_old_layout)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty__sql sql;
    int64_t n = 0;

    ok(cmty__sql_open(&sql, in_scratch("m"), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &err),
       &err);
    ok(cmty__sql_run(&sql, "BEGIN", &err), &err);
    ok(cmty__migrate(&sql, bad_steps, 1, &err), &err);
    ok(cmty__sql_run(&sql, "COMMIT; BEGIN", &err), &err);
    ck_assert_int_eq(cmty__migrate(&sql, bad_steps, 2, &err), CMTY_E_FORMAT);
    ok(cmty__sql_run(&sql, "ROLLBACK", &err), &err);
    ok(cmty__sql_int64(&sql, "SELECT a FROM t", &n, &err), &err);
    ck_assert_int_eq(n, 7);
    ok(cmty__sql_int64(&sql, "PRAGMA user_version", &n, &err), &err);
    ck_assert_int_eq(n, 1);
    cmty__sql_close(&sql);
}
END_TEST

START_TEST(a_store_of_the_layout_before_the_first_is_brought_forward_by_a_writer_only)
{
    const char *path = in_scratch("s");
    cmty_error err = CMTY_ERROR_INIT;
    cmty__journal *j = NULL;

    sql_do(path, "PRAGMA application_id=1129141337; PRAGMA user_version=0;");
    chmod(path, 0600);
    ck_assert_int_eq(cmty__journal_open(path, false, &j, &err), CMTY_E_FORMAT);
    ck_assert_ptr_nonnull(strstr(err.message, "older layout"));
    j = open_writer(path);
    ok(cmty__journal_begin(j, &err), &err);
    ok(put_made(j, 1, 1, &err), &err);
    ok(cmty__journal_commit(j, &err), &err);
    cmty__journal_free(j);
    ck_assert_int_eq(count_rows(path, 0), 1);
}
END_TEST

START_TEST(a_newer_layout_is_refused_in_one_sentence)
{
    const char *path = in_scratch("s");
    cmty_error err = CMTY_ERROR_INIT;
    cmty__journal *j = NULL;

    make_store(path);
    sql_do(path, "PRAGMA user_version=99");
    for (int writer = 0; writer < 2; writer++) {
        ck_assert_int_eq(cmty__journal_open(path, writer, &j, &err), CMTY_E_FORMAT);
        ck_assert_ptr_null(j);
        ck_assert_ptr_nonnull(strstr(err.message, "newer"));
    }
}
END_TEST

/* ---- memory ---- */

static long allocations_left, blocks_in_use;

static void *counted_realloc(void *user, void *ptr, size_t size)
{
    void *p = allocations_left-- > 0 ? realloc(ptr, size) : NULL;

    (void)user;
    blocks_in_use += p != NULL && ptr == NULL;
    return p;
}

static void counted_free(void *user, void *ptr)
{
    (void)user;
    blocks_in_use -= ptr != NULL;
    free(ptr);
}

static cmty_status life_of_a_store(const char *path)
{
    cmty__journal *j = NULL;
    cmty__rows *rows = NULL;
    void *data = NULL;
    size_t size = 0;
    cmty_status st = cmty__journal_create(path, &j, NULL);

    if (st == CMTY_OK)
        st = cmty__journal_set(j, "policy", "{}", 2, NULL);
    if (st == CMTY_OK)
        st = put_made(j, 1, 1, NULL);
    if (st == CMTY_OK)
        st = cmty__journal_audit(j, "collect", made_id(1), "a", "b", NULL);
    if (st == CMTY_OK)
        st = cmty__journal_commit(j, NULL);
    if (st == CMTY_OK)
        st = cmty__journal_get(j, "policy", &data, &size, NULL);
    if (st == CMTY_OK)
        st = cmty__rows_open(j, CMTY_TIME_UNKNOWN, CMTY_TIME_OPEN_END, 0, &rows, NULL);
    cmty__rows_free(rows);
    cmty__free(data);
    cmty__journal_free(j);
    return st;
}

START_TEST(every_failed_allocation_is_an_answer_and_leaks_nothing)
{
    const cmty_allocator counted = {(uint32_t)sizeof counted, 0, NULL, counted_realloc,
                                    counted_free};
    const char *path = in_scratch("s");
    cmty_status st = CMTY_E_NOMEM;
    long n = 0;

    ck_assert_int_eq(cmty_set_allocator(&counted), CMTY_OK);
    for (; st != CMTY_OK && n < 1000; n++) {
        cmty__remove(path);
        allocations_left = n;
        st = life_of_a_store(path);
        ck_assert_msg(st == CMTY_OK || st == CMTY_E_NOMEM, "%s", cmty_status_name(st));
        ck_assert_int_eq(blocks_in_use, 0);
    }
    ck_assert_int_eq(st, CMTY_OK);
    ck_assert_int_gt(n, 10);
    ck_assert_int_eq(cmty_set_allocator(NULL), CMTY_OK);
}
END_TEST

static Suite *journal_suite(void)
{
    Suite *suite = suite_create("journal");
    TCase *tc = tcase_create("journal");

    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, make_scratch, remove_scratch);
    tcase_add_test(tc, a_new_store_is_private_and_whole);
    tcase_add_test(tc, a_store_given_up_before_its_first_commit_leaves_nothing);
    tcase_add_test(tc, a_store_is_never_made_over_another_file);
    tcase_add_test(tc, a_report_sent_twice_is_stored_once_and_a_changed_one_is_told_apart);
    tcase_add_test(tc, a_refused_record_is_kept_once_under_its_reason);
    tcase_add_test(tc, rows_come_back_as_they_were_put_in_the_order_of_their_ids);
    tcase_add_test(tc, a_state_is_told_from_another_under_the_same_number_also_after_erasure);
    tcase_add_test(tc, rows_are_of_the_half_open_span_of_time);
    tcase_add_test(tc, what_the_sealed_part_is_bound_to_changes_with_every_clear_field);
    tcase_add_test(tc, nothing_is_written_outside_a_transaction_or_by_a_reader);
    tcase_add_test(tc, a_reader_keeps_one_view_while_a_writer_goes_on);
    tcase_add_test(tc, when_the_writer_has_gone_the_one_file_is_whole_even_beside_a_reader);
    tcase_add_test(tc, there_is_one_writer_even_within_a_process);
    tcase_add_test(tc, a_visitor_writes_between_the_transactions_of_the_writer);
    tcase_add_test(tc, an_older_layout_is_brought_forward_with_its_rows);
    tcase_add_test(tc, a_migration_that_fails_leaves_the_old_layout);
    tcase_add_test(tc, a_store_of_the_layout_before_the_first_is_brought_forward_by_a_writer_only);
    tcase_add_test(tc, a_newer_layout_is_refused_in_one_sentence);
    tcase_add_test(tc, every_failed_allocation_is_an_answer_and_leaks_nothing);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(journal_suite)
