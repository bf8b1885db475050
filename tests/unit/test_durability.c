/* SPDX-License-Identifier: MIT */
/* What survives: kills at any moment, full disks, folders without permission, damaged files. */
#define _DEFAULT_SOURCE
#include "store_support.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

enum { BATCH = 7, KILLS = 60, FILL = 4000 };

static uint32_t random_state = 20261122;

static uint32_t next_random(uint32_t below)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (random_state >> 8) % below;
}

static void pause_us(uint32_t us)
{
    const struct timespec t = {us / 1000000, (long)(us % 1000000) * 1000};

    nanosleep(&t, NULL);
}

/* Batches from the last number on, each with its audit entry; acknowledges each after commit. */
static void write_forever(const char *path, int acknowledge)
{
    cmty__journal *j = open_writer(path);
    cmty_error err = CMTY_ERROR_INIT;

    for (;;) {
        int64_t last;

        ok(cmty__journal_begin(j, &err), &err);
        for (int i = 0; i < BATCH; i++)
            ok(put_made(j, (uint32_t)j->last + 1, 1, &err), &err);
        ok(cmty__journal_audit(j, "collect", NULL, "intake", "batch", &err), &err);
        last = j->last;
        ok(cmty__journal_commit(j, &err), &err);
        if (acknowledge >= 0 && write(acknowledge, &last, sizeof last) != sizeof last)
            break;
    }
}

/* Runs write_forever in a child and kills it; the last number that it acknowledged. */
static int64_t write_and_kill(const char *path, uint32_t after_us)
{
    int64_t last = 0, number;
    int ends[2];
    pid_t child;

    ck_assert_int_eq(pipe(ends), 0);
    child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        close(ends[0]);
        write_forever(path, ends[1]);
        _exit(1);
    }
    close(ends[1]);
    pause_us(after_us);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    while (read(ends[0], &number, sizeof number) == sizeof number)
        last = number;
    close(ends[0]);
    return last;
}

START_TEST(acknowledged_reports_survive_kills_and_no_batch_is_half_there)
{
    const char *path = in_scratch("s");
    cmty_error err = CMTY_ERROR_INIT;
    int64_t acknowledged = 0, rows = 0;

    make_store(path);
    for (int round = 0; round < KILLS; round++) {
        int64_t last = write_and_kill(path, 2000 + next_random(12000));
        cmty__journal *j = NULL;
        cmty__audit_mark now = {0};

        acknowledged = last > 0 ? last : acknowledged;
        rows = count_rows(path, 0);
        ck_assert_int_ge(rows, acknowledged);
        ck_assert_int_eq(rows % BATCH, 0);
        ok(cmty__journal_open(path, false, &j, &err), &err);
        ok(cmty__journal_audit_verify(j, NULL, &now, &err), &err);
        ck_assert_int_eq((int64_t)now.size * BATCH, rows);
        cmty__journal_free(j);
    }
    ck_assert_int_gt(acknowledged, KILLS);
    ck_sound(path);
    ck_assert_int_eq(sql_number(path, "SELECT max(number) FROM report"), rows);
}
END_TEST

/* The publisher: carries new rows over in small steps. */
static void carry_all(const char *layer)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty__live *live = NULL;
    int64_t at = 0;

    ok(cmty__live_open(layer, &live, &err), &err);
    ok(cmty__live_cursor(live, &at, NULL, &err), &err);
    for (; at < FILL; at += BATCH) {
        ok(cmty__live_begin(live, &err), &err);
        for (int64_t i = at; i < at + BATCH; i++) {
            cmty__entry e = made_entry((uint32_t)i);
            cmty__live_row row = {.report_id = e.report_id,
                                  .category = e.category,
                                  .beat_id = "B1",
                                  .law = "lattice",
                                  .at = e.masked,
                                  .radius_m = 250,
                                  .time_utc = e.time_bin,
                                  .time_local = "2023-11-14 17:13:20",
                                  .time_bin = e.bin};

            ck_assert_int_ge(cmty__live_put(live, &row, &err), 0);
        }
        ok(cmty__live_set_cursor(live, at + BATCH, "", &err), &err);
        ok(cmty__live_commit(live, &err), &err);
    }
    cmty__live_free(live);
}

START_TEST(a_publisher_that_is_killed_again_and_again_ends_where_one_run_would)
{
    const char *layer = in_scratch("l.sqlite");
    int64_t whole = (FILL + BATCH - 1) / BATCH * BATCH;
    int status = -1;

    for (int round = 0; round < KILLS && status != 0; round++) {
        pid_t child = fork();

        ck_assert_int_ge(child, 0);
        if (child == 0) {
            carry_all(layer);
            _exit(0);
        }
        /* the first ones meet the making of the file */
        pause_us(round < 12 ? next_random(100000) : 2000 + next_random(20000));
        kill(child, SIGKILL);
        waitpid(child, &status, 0);
    }
    carry_all(layer);
    ck_assert_int_eq(sql_number(layer, "SELECT count(*) FROM reports"), whole);
    ck_assert_int_eq(sql_number(layer, "SELECT count(*) FROM idx_reports_geom"), whole);
    ck_assert_int_eq(sql_number(layer, "SELECT row_count FROM geometry_columns_statistics"), whole);
    ck_assert_int_eq(sql_number(layer, "SELECT rtreecheck('idx_reports_geom')='ok'"), 1);
    ck_sound(layer);
}
END_TEST

START_TEST(a_second_process_may_not_write_but_gets_single_turns)
{
    const char *path = in_scratch("s");
    cmty_error err = CMTY_ERROR_INIT;
    cmty__journal *second = NULL, *visitor = NULL;
    int64_t first;
    int ends[2];
    pid_t child;

    make_store(path);
    ck_assert_int_eq(pipe(ends), 0);
    child = fork();
    if (child == 0) {
        write_forever(path, ends[1]);
        _exit(1);
    }
    close(ends[1]); /* the child has begun when its first acknowledgement is here */
    ck_assert_int_eq(read(ends[0], &first, sizeof first), sizeof first);
    ck_assert_int_eq(cmty__journal_open(path, true, &second, &err), CMTY_E_IO);
    ck_assert_ptr_null(second);
    ok(cmty__journal_open_as(path, CMTY__VISITOR, &visitor, &err), &err);
    for (int i = 0; i < 20; i++) { /* no pause between the child's transactions: it must queue */
        ok(cmty__journal_begin(visitor, &err), &err);
        ok(cmty__journal_audit(visitor, "consult", NULL, "a", "b", &err), &err);
        ok(cmty__journal_commit(visitor, &err), &err);
    }
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    close(ends[0]);
    cmty__journal_free(visitor);
    cmty__journal_free(open_writer(path));
    ck_assert_int_eq(sql_number(path, "SELECT count(*) FROM audit WHERE verb='consult'"), 20);
}
END_TEST

/* ---- full ---- */

/* Puts until it fails, and holds the failure to its promise; the rows that were there before. */
static int64_t fill(const char *path, cmty__journal *j, cmty_error *err)
{
    cmty_status st = CMTY_OK;
    int64_t before = j->last;

    for (int i = 0; i < FILL && st == CMTY_OK; i++) {
        before = count_rows(path, 0);
        st = cmty__journal_begin(j, err);
        for (int k = 0; k < 50 && st == CMTY_OK; k++)
            st = put_made(j, (uint32_t)j->last + 1, 1, err);
        if (st == CMTY_OK)
            st = cmty__journal_commit(j, err);
        else
            ck_assert_int_eq(cmty__journal_commit(j, NULL), CMTY_E_IO);
        cmty__journal_rollback(j);
    }
    ck_assert_int_eq(st, CMTY_E_IO);
    return before;
}

START_TEST(a_full_store_keeps_what_it_had_and_goes_on_when_there_is_room)
{
    const char *path = in_scratch("s");
    cmty_error err = CMTY_ERROR_INIT;
    cmty__journal *j;
    int64_t before;

    make_store(path);
    j = open_writer(path);
    ok(cmty__sql_run(&j->sql, "PRAGMA max_page_count=200", &err), &err);
    before = fill(path, j, &err);
    ck_assert_ptr_nonnull(strstr(err.message, "disk is full"));
    ck_assert_int_eq(count_rows(path, 0), before);
    ok(cmty__sql_run(&j->sql, "PRAGMA max_page_count=100000", &err), &err);
    ok(cmty__journal_begin(j, &err), &err);
    ok(put_made(j, (uint32_t)j->last + 1, 1, &err), &err);
    ok(cmty__journal_commit(j, &err), &err);
    cmty__journal_free(j);
    ck_assert_int_eq(count_rows(path, 0), before + 1);
    ck_sound(path);
}
END_TEST

START_TEST(a_file_that_may_not_grow_is_an_answer_and_loses_nothing)
{
    const char *path = in_scratch("s");
    int status = -1;
    pid_t child;

    make_store(path);
    child = fork();
    if (child == 0) {
        const struct rlimit limit = {600 * 1024, 600 * 1024};
        cmty_error err = CMTY_ERROR_INIT;
        cmty__journal *j = open_writer(path);
        int64_t before;

        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &limit);
        before = fill(path, j, &err);
        ck_assert_int_eq(count_rows(path, 0), before);
        cmty__journal_free(j);
        _exit(0);
    }
    waitpid(child, &status, 0);
    ck_assert_int_eq(status, 0);
    ck_assert_int_gt(count_rows(path, 0), 0);
    ck_sound(path);
}
END_TEST

START_TEST(a_full_disk_is_an_answer_and_loses_nothing)
{
    const char *folder = in_scratch("disk"), *path = in_scratch("disk/s");
    const char *ballast = in_scratch("disk/ballast");
    cmty_error err = CMTY_ERROR_INIT;
    cmty__journal *j = NULL;
    int64_t before;
    int fd;

    ck_assert_int_eq(mkdir(folder, 0700), 0);
    if (geteuid() != 0 || mount("none", folder, "tmpfs", 0, "size=1m") != 0)
        return; /* the two tests above hold without the right to mount */
    fd = open(ballast, O_WRONLY | O_CREAT, 0600);
    ck_assert_int_eq(posix_fallocate(fd, 0, 300 * 1024), 0);
    close(fd);
    make_store(path);
    j = open_writer(path);
    before = fill(path, j, &err);
    ck_assert_ptr_nonnull(strstr(err.message, "disk is full"));
    ck_assert_int_eq(count_rows(path, 0), before);
    unlink(ballast);
    ok(cmty__journal_begin(j, &err), &err);
    ok(put_made(j, (uint32_t)j->last + 1, 1, &err), &err);
    ok(cmty__journal_commit(j, &err), &err);
    cmty__journal_free(j);
    ck_assert_int_eq(count_rows(path, 0), before + 1);
    ck_assert_int_eq(umount(folder), 0);
}
END_TEST

START_TEST(no_half_made_store_or_layer_stays_on_a_full_disk)
{
    const char *folder = in_scratch("disk"), *path = in_scratch("disk/s");
    cmty_error err = CMTY_ERROR_INIT;
    cmty__journal *j = NULL;
    cmty__live *live = NULL;

    ck_assert_int_eq(mkdir(folder, 0700), 0);
    if (geteuid() != 0 || mount("none", folder, "tmpfs", 0, "size=64k") != 0)
        return;
    if (cmty__journal_create(path, &j, &err) == CMTY_OK) {
        char *big = calloc(1, 100000);

        ck_assert_int_lt(
            cmty__journal_set(j, "beats", big, 100000, &err) | cmty__journal_commit(j, &err), 0);
        free(big);
        cmty__journal_free(j);
    }
    ck_assert(!cmty__file_exists(path));
    ck_assert_int_lt(cmty__live_open(in_scratch("disk/l.sqlite"), &live, &err), 0);
    ck_assert_ptr_null(live);
    ck_assert_int_eq(umount(folder), 0);
}
END_TEST

/* ---- permissions ---- */

/* As somebody without root's rights: runs the check in a child. */
static void as_nobody(void (*check)(void))
{
    int status = -1;
    pid_t child = fork();

    if (child == 0) {
        if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
            _exit(2);
        check();
        _exit(0);
    }
    waitpid(child, &status, 0);
    ck_assert_int_eq(status, 0);
}

static void create_is_refused(void)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty__journal *j = NULL;
    cmty__live *live = NULL;

    ck_assert_int_eq(cmty__journal_create(in_scratch("ro/s"), &j, &err), CMTY_E_IO);
    ck_assert_ptr_nonnull(strstr(err.message, "permission denied"));
    ck_assert_int_eq(cmty__live_open(in_scratch("ro/l"), &live, &err), CMTY_E_IO);
    ck_assert_ptr_nonnull(strstr(err.message, "permission denied"));
}

static void make_in_own_folder(void)
{
    make_store(in_scratch("own/s"));
    ck_assert_int_eq(chmod(in_scratch("own"), 0500), 0);
}

static void writing_is_refused(void)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty__journal *j = NULL;

    ck_assert_int_eq(cmty__journal_open(in_scratch("own/s"), true, &j, &err), CMTY_E_IO);
    ck_assert_ptr_null(j);
    ck_assert_ptr_nonnull(strstr(err.message, "permission"));
}

START_TEST(a_folder_without_permission_is_an_answer)
{
    ck_assert_int_eq(chmod(scratch, 0755), 0);
    ck_assert_int_eq(mkdir(in_scratch("ro"), 0555), 0);
    ck_assert_int_eq(mkdir(in_scratch("own"), 0700), 0);
    as_nobody(create_is_refused);
    if (geteuid() == 0)
        ck_assert_int_eq(chown(in_scratch("own"), 65534, 65534), 0);
    as_nobody(make_in_own_folder);
    unlink(in_scratch("own/s.lock"));
    as_nobody(writing_is_refused);
    ck_assert_int_eq(chmod(in_scratch("own"), 0700), 0);
}
END_TEST

START_TEST(a_store_open_to_others_is_refused_with_the_way_out)
{
    const char *path = in_scratch("s");
    cmty_error err = CMTY_ERROR_INIT;
    cmty__journal *j = NULL;

    make_store(path);
    ck_assert_int_eq(chmod(path, 0640), 0);
    for (int writer = 0; writer < 2; writer++) {
        ck_assert_int_eq(cmty__journal_open(path, writer, &j, &err), CMTY_E_IO);
        ck_assert_ptr_nonnull(strstr(err.message, "chmod 600"));
    }
    ck_assert_int_eq(chmod(path, 0600), 0);
    cmty__journal_free(open_writer(path));
}
END_TEST

/* ---- damaged ---- */

static void write_file(const char *path, const void *data, size_t size)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, data, size), (ssize_t)size);
    close(fd);
}

START_TEST(what_is_no_store_is_named_and_left_alone)
{
    const char *path = in_scratch("s");
    const char text[] =
        "this is a list of streets and no database at all, however long it may be\n";
    cmty_error err = CMTY_ERROR_INIT;
    cmty__journal *j = NULL;

    for (int writer = 0; writer < 2; writer++) {
        ck_assert_int_eq(cmty__journal_open(in_scratch("absent"), writer, &j, &err), CMTY_E_IO);
        ck_assert_ptr_nonnull(strstr(err.message, "no such file"));
        ck_assert_int_lt(cmty__journal_open(scratch, writer, &j, &err), 0);
        write_file(path, text, sizeof text - 1);
        ck_assert_int_eq(cmty__journal_open(path, writer, &j, &err), CMTY_E_FORMAT);
        ck_assert_ptr_nonnull(strstr(err.message, "not a"));
        write_file(path, "", 0);
        ck_assert_int_eq(cmty__journal_open(path, writer, &j, &err), CMTY_E_FORMAT);
        ck_assert_ptr_nonnull(strstr(err.message, "not a store"));
        ck_assert_ptr_null(j);
    }
}
END_TEST

/* Every call on a damaged file: any status will do, a crash or a message without words will not. */
static void use_damaged(const char *path)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty__journal *j = NULL;
    cmty__rows *rows = NULL;
    cmty__entry e;
    cmty_status st = cmty__journal_open(path, true, &j, &err);
    cmty__audit_mark now;

    if (st == CMTY_OK)
        st = cmty__journal_audit_verify(j, NULL, &now, &err);
    if (st == CMTY_OK)
        st = cmty__rows_open(j, CMTY_TIME_UNKNOWN, CMTY_TIME_OPEN_END, 0, &rows, &err);
    while (st == CMTY_OK)
        st = cmty__rows_next(rows, &e, &err);
    cmty__rows_free(rows);
    if (st == CMTY_END)
        st = cmty__journal_begin(j, &err);
    for (uint32_t i = 0; i < 50 && st >= 0; i++)
        st = put_made(j, 1000 + i, 1, &err);
    if (st >= 0)
        st = cmty__journal_commit(j, &err);
    ck_assert_msg(st >= 0 || err.message[0] != '\0', "a failure without words");
    cmty__journal_free(j);
}

START_TEST(a_damaged_store_is_an_answer_never_a_crash)
{
    const char *path = in_scratch("s");
    static uint8_t sound[1 << 20], spoilt[1 << 20];
    cmty__journal *j;
    cmty_error err = CMTY_ERROR_INIT;
    size_t size;
    FILE *f;

    make_store(path);
    j = open_writer(path);
    ok(cmty__journal_begin(j, &err), &err);
    for (uint32_t i = 0; i < 200; i++) {
        ok(put_made(j, i, 1, &err), &err);
        ok(cmty__journal_audit(j, "collect", made_id(i), "intake", "", &err), &err);
    }
    ok(cmty__journal_commit(j, &err), &err);
    cmty__journal_free(j);
    f = fopen(path, "rb");
    size = fread(sound, 1, sizeof sound, f);
    fclose(f);
    for (int round = 0; round < 150; round++) {
        size_t keep = round % 10 == 0 ? next_random((uint32_t)size) : size;

        memcpy(spoilt, sound, size);
        for (uint32_t i = 0; i < 1 + next_random(200); i++)
            spoilt[next_random((uint32_t)size)] = (uint8_t)next_random(256);
        cmty__remove(path);
        write_file(path, spoilt, keep);
        use_damaged(path);
    }
}
END_TEST

static Suite *durability_suite(void)
{
    Suite *suite = suite_create("durability");
    TCase *tc = tcase_create("durability");

    tcase_set_timeout(tc, 120);
    tcase_add_checked_fixture(tc, make_scratch, remove_scratch);
    tcase_add_test(tc, acknowledged_reports_survive_kills_and_no_batch_is_half_there);
    tcase_add_test(tc, a_publisher_that_is_killed_again_and_again_ends_where_one_run_would);
    tcase_add_test(tc, a_second_process_may_not_write_but_gets_single_turns);
    tcase_add_test(tc, a_full_store_keeps_what_it_had_and_goes_on_when_there_is_room);
    tcase_add_test(tc, a_file_that_may_not_grow_is_an_answer_and_loses_nothing);
    tcase_add_test(tc, a_full_disk_is_an_answer_and_loses_nothing);
    tcase_add_test(tc, no_half_made_store_or_layer_stays_on_a_full_disk);
    tcase_add_test(tc, a_folder_without_permission_is_an_answer);
    tcase_add_test(tc, a_store_open_to_others_is_refused_with_the_way_out);
    tcase_add_test(tc, what_is_no_store_is_named_and_left_alone);
    tcase_add_test(tc, a_damaged_store_is_an_answer_never_a_crash);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(durability_suite)
