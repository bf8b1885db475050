/* SPDX-License-Identifier: MIT */
/* The live layer: SpatiaLite's own functions are the judge of what is written without them. */
#include "store_support.h"

#include "store/live.h"

#include <spatialite.h> /* after sqlite3.h */
#include <sys/stat.h>
#include <time.h>

static cmty__live_row made_row(uint32_t i)
{
    cmty__live_row row = {.report_id = made_id(i),
                          .category = "noise",
                          .category_label = "Noise",
                          .beat_id = i % 2 == 0 ? "B1" : "",
                          .law = "lattice",
                          .at = {-74.0 + (i % 1000) * 1e-4, 40.0 + (i / 1000) * 1e-3},
                          .radius_m = 250,
                          .time_utc = 1700000000000 + (int64_t)i * 60000,
                          .time_local = "2023-11-14 17:13:20",
                          .time_bin = "hour"};
    return row;
}

static void put_rows(cmty__live *live, uint32_t from, uint32_t to)
{
    cmty_error err = CMTY_ERROR_INIT;

    ok(cmty__live_begin(live, &err), &err);
    for (uint32_t i = from; i < to; i++) {
        cmty__live_row row = made_row(i);

        ok(cmty__live_put(live, &row, &err), &err);
    }
    ok(cmty__live_set_cursor(live, to, "", &err), &err);
    ok(cmty__live_commit(live, &err), &err);
}

static cmty__live *open_live(const char *path)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty__live *live = NULL;

    ok(cmty__live_open(path, &live, &err), &err);
    return live;
}

/* One number from the file, asked through SpatiaLite. */
static double spatial_number(const char *path, const char *text)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    void *cache = spatialite_alloc_connection();
    double v;

    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    spatialite_init_ex(db, cache, 0);
    ck_assert_msg(sqlite3_prepare_v2(db, text, -1, &stmt, NULL) == SQLITE_OK, "%s",
                  sqlite3_errmsg(db));
    ck_assert_int_eq(sqlite3_step(stmt), SQLITE_ROW);
    v = sqlite3_column_double(stmt, 0);
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    spatialite_cleanup_ex(cache);
    return v;
}

START_TEST(a_new_layer_is_readable_by_all_and_passes_the_checks_of_spatialite)
{
    const char *path = in_scratch("l.sqlite");
    struct stat s;

    cmty__live_free(open_live(path));
    ck_assert_int_eq(stat(path, &s), 0);
    ck_assert_uint_eq(s.st_mode & 0777, 0644);
    ck_assert(spatial_number(path, "SELECT CheckSpatialMetaData()") == 3);
    ck_assert(spatial_number(path, "SELECT CheckSpatialIndex('reports','geom')") == 1);
    ck_assert(spatial_number(path, "SELECT count(*) FROM reports") == 0);
    ck_sound(path);
}
END_TEST

START_TEST(points_are_what_spatialite_itself_would_write)
{
    const char *path = in_scratch("l.sqlite");
    cmty__live *live = open_live(path);

    put_rows(live, 0, 2500);
    cmty__live_free(live);
    ck_assert(spatial_number(path, "SELECT count(*) FROM reports WHERE geom IS NOT"
                                   " MakePoint(ST_X(geom), ST_Y(geom), 4326)")
              == 0);
    ck_assert(spatial_number(path, "SELECT count(*) FROM reports WHERE ST_IsValid(geom)<>1") == 0);
    ck_assert(spatial_number(path, "SELECT count(DISTINCT ST_X(geom)||' '||ST_Y(geom))"
                                   " FROM reports")
              == 2500);
    ck_assert(spatial_number(path, "SELECT CheckSpatialIndex('reports','geom')") == 1);
    ck_assert(spatial_number(path, "SELECT rtreecheck('idx_reports_geom')='ok'") == 1);
    ck_sound(path);
}
END_TEST

START_TEST(a_report_carried_over_twice_is_in_the_layer_once)
{
    const char *path = in_scratch("l.sqlite");
    cmty_error err = CMTY_ERROR_INIT;
    cmty__live *live = open_live(path);
    cmty__live_row row;

    put_rows(live, 0, 100);
    ok(cmty__live_begin(live, &err), &err);
    for (uint32_t i = 0; i < 100; i++) {
        row = made_row(i);
        ck_assert_int_eq(cmty__live_put(live, &row, &err), CMTY_DUPLICATE);
    }
    ok(cmty__live_commit(live, &err), &err);
    cmty__live_free(live);
    ck_assert(spatial_number(path, "SELECT count(*) FROM reports") == 100);
    ck_assert(spatial_number(path, "SELECT count(*) FROM idx_reports_geom") == 100);
}
END_TEST

START_TEST(two_reports_whose_row_numbers_meet_are_both_kept)
{
    const char *path = in_scratch("l.sqlite");
    cmty_error err = CMTY_ERROR_INIT;
    cmty__live *live = open_live(path);
    cmty__live_row row = made_row(1);
    static const char *const ids[] = {"00000000000000000000000000000001",
                                      "00000000000000000000000000000002",
                                      "00000000000000000000000000000003"};

    ok(cmty__live_begin(live, &err), &err);
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < 3; i++) {
            row.report_id = ids[i];
            ck_assert_int_eq(cmty__live_put(live, &row, &err),
                             round == 0 ? CMTY_OK : CMTY_DUPLICATE);
        }
    ok(cmty__live_commit(live, &err), &err);
    cmty__live_free(live);
    ck_assert(spatial_number(path, "SELECT count(*) FROM reports") == 3);
}
END_TEST

START_TEST(row_numbers_do_not_follow_the_order_of_arrival)
{
    const char *path = in_scratch("l.sqlite");
    cmty__live *live = open_live(path);

    put_rows(live, 0, 1000);
    cmty__live_free(live);
    /* time_utc grows with arrival: inversions in row order are about half of the pairs */
    ck_assert(fabs(spatial_number(path, "SELECT avg(a.time_utc>b.time_utc) FROM reports a"
                                        " JOIN reports b ON a.fid<b.fid")
                   - 0.5)
              < 0.05);
    ck_assert(spatial_number(path, "SELECT max(fid)<9007199254740993 AND min(fid)>0 FROM reports")
              == 1);
}
END_TEST

START_TEST(rows_and_cursor_come_together_or_not_at_all)
{
    const char *path = in_scratch("l.sqlite");
    cmty_error err = CMTY_ERROR_INIT;
    cmty__live *live = open_live(path);
    cmty__live_row row = made_row(1);
    int64_t cursor = -1;

    ok(cmty__live_cursor(live, &cursor, NULL, &err), &err);
    ck_assert_int_eq(cursor, 0);
    ok(cmty__live_begin(live, &err), &err);
    ok(cmty__live_put(live, &row, &err), &err);
    ok(cmty__live_set_cursor(live, 1, "", &err), &err);
    cmty__live_free(live);
    live = open_live(path);
    ok(cmty__live_cursor(live, &cursor, NULL, &err), &err);
    ck_assert_int_eq(cursor, 0);
    put_rows(live, 0, 3);
    ok(cmty__live_cursor(live, &cursor, NULL, &err), &err);
    ck_assert_int_eq(cursor, 3);
    cmty__live_free(live);
    ck_assert(spatial_number(path, "SELECT count(*) FROM reports") == 3);
}
END_TEST

START_TEST(a_restarted_layer_is_empty_and_follows_another_state)
{
    const char *path = in_scratch("l.sqlite");
    char state[CMTY__STATE_SIZE] = "?";
    cmty_error err = CMTY_ERROR_INIT;
    cmty__live *live = open_live(path);
    int64_t cursor = -1;

    ok(cmty__live_cursor(live, &cursor, state, &err), &err);
    ck_assert_str_eq(state, "");
    put_rows(live, 0, 5);
    ok(cmty__live_begin(live, &err), &err);
    ok(cmty__live_restart(live, &err), &err);
    ok(cmty__live_set_cursor(live, 0, "0123456789abcdef", &err), &err);
    ok(cmty__live_commit(live, &err), &err);
    ok(cmty__live_cursor(live, &cursor, state, &err), &err);
    ck_assert_int_eq(cursor, 0);
    ck_assert_str_eq(state, "0123456789abcdef");
    ck_assert(spatial_number(path, "SELECT count(*) FROM reports") == 0);
    ck_assert(spatial_number(path, "SELECT CheckSpatialIndex('reports','geom')") == 1);
    put_rows(live, 3, 7);
    cmty__live_free(live);
    ck_assert(spatial_number(path, "SELECT count(*) FROM reports") == 4);
    ck_assert(spatial_number(path, "SELECT CheckSpatialIndex('reports','geom')") == 1);
    ck_sound(path);
}
END_TEST

START_TEST(a_point_off_the_globe_is_refused_and_the_batch_goes_on)
{
    const char *path = in_scratch("l.sqlite");
    cmty_error err = CMTY_ERROR_INIT;
    cmty__live *live = open_live(path);
    cmty__live_row bad = made_row(1), good;

    ok(cmty__live_begin(live, &err), &err);
    bad.at.lat_deg = 91;
    ck_assert_int_eq(cmty__live_put(live, &bad, &err), CMTY_E_RANGE);
    bad.at.lat_deg = NAN;
    ck_assert_int_eq(cmty__live_put(live, &bad, &err), CMTY_E_RANGE);
    ck_assert_ptr_null(strpbrk(err.message, "0123456789"));
    good = made_row(2);
    ok(cmty__live_put(live, &good, &err), &err);
    ok(cmty__live_commit(live, &err), &err);
    cmty__live_free(live);
}
END_TEST

START_TEST(statistics_are_true_also_after_somebody_edited_the_layer)
{
    const char *path = in_scratch("l.sqlite");
    const char *rows = "SELECT row_count FROM geometry_columns_statistics";
    const char *east = "SELECT extent_max_x FROM geometry_columns_statistics";
    const struct timespec pause = {0, 2000000};
    cmty__live *live = open_live(path);

    put_rows(live, 0, 50);
    ck_assert(spatial_number(path, rows) == 50);
    ck_assert(fabs(spatial_number(path, east) - (-74.0 + 49e-4)) < 1e-12);
    nanosleep(&pause, NULL); /* the times of the statistics have milliseconds */
    spatial_number(path, "DELETE FROM reports WHERE ST_X(geom) > -73.9955 RETURNING 1");
    put_rows(live, 100, 110);
    cmty__live_free(live);
    ck_assert(spatial_number(path, rows) == spatial_number(path, "SELECT count(*) FROM reports"));
    ck_assert(spatial_number(path, "SELECT CheckSpatialIndex('reports','geom')") == 1);
}
END_TEST

/* GDAL does this when it closes a layer that it opened to edit. */
START_TEST(statistics_written_by_another_program_do_not_replace_ours)
{
    const char *path = in_scratch("l.sqlite");
    cmty__live *live = open_live(path);

    put_rows(live, 0, 50);
    sql_do(path, "INSERT OR REPLACE INTO geometry_columns_statistics(f_table_name,"
                 " f_geometry_column, last_verified, row_count)"
                 " VALUES ('reports', 'geom', '2999-01-01T00:00:00.000Z', 7)");
    sql_do(path, "UPDATE geometry_columns_statistics SET row_count=7, extent_min_x=NULL");
    sql_do(path, "DELETE FROM geometry_columns_statistics");
    ck_assert_int_eq(sql_number(path, "SELECT row_count=50 AND extent_min_x IS NOT NULL"
                                      " FROM geometry_columns_statistics"),
                     1);
    put_rows(live, 100, 110);
    cmty__live_free(live);
    ck_assert_int_eq(sql_number(path, "SELECT row_count FROM geometry_columns_statistics"), 60);
}
END_TEST

START_TEST(another_database_is_never_taken_for_a_layer)
{
    const char *path = in_scratch("other.sqlite");
    cmty_error err = CMTY_ERROR_INIT;
    cmty__live *live = NULL;

    sql_do(path, "CREATE TABLE mine(a)");
    ck_assert_int_eq(cmty__live_open(path, &live, &err), CMTY_E_FORMAT);
    ck_assert_ptr_null(live);
    ck_assert_int_eq(sql_number(path, "SELECT count(*) FROM sqlite_master"), 1);
}
END_TEST

START_TEST(a_layer_whose_making_was_cut_short_is_made_again)
{
    const char *path = in_scratch("l.sqlite");
    FILE *empty = fopen(path, "w");

    fclose(empty);
    cmty__live_free(open_live(path));
    ck_assert(spatial_number(path, "SELECT CheckSpatialMetaData()") == 3);
}
END_TEST

START_TEST(the_log_stays_beside_the_layer_for_readers_who_may_not_write)
{
    const char *path = in_scratch("l.sqlite");
    struct stat s;

    cmty__live_free(open_live(path));
    ck_assert_int_eq(stat(in_scratch("l.sqlite-wal"), &s), 0);
    ck_assert_uint_eq(s.st_mode & 0777, 0644);
    ck_assert_int_eq(stat(in_scratch("l.sqlite-shm"), &s), 0);
    ck_assert_uint_eq(s.st_mode & 0777, 0644);
}
END_TEST

static Suite *live_suite(void)
{
    Suite *suite = suite_create("live");
    TCase *tc = tcase_create("live");

    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, make_scratch, remove_scratch);
    tcase_add_test(tc, a_new_layer_is_readable_by_all_and_passes_the_checks_of_spatialite);
    tcase_add_test(tc, points_are_what_spatialite_itself_would_write);
    tcase_add_test(tc, a_report_carried_over_twice_is_in_the_layer_once);
    tcase_add_test(tc, two_reports_whose_row_numbers_meet_are_both_kept);
    tcase_add_test(tc, row_numbers_do_not_follow_the_order_of_arrival);
    tcase_add_test(tc, rows_and_cursor_come_together_or_not_at_all);
    tcase_add_test(tc, a_restarted_layer_is_empty_and_follows_another_state);
    tcase_add_test(tc, a_point_off_the_globe_is_refused_and_the_batch_goes_on);
    tcase_add_test(tc, statistics_are_true_also_after_somebody_edited_the_layer);
    tcase_add_test(tc, statistics_written_by_another_program_do_not_replace_ours);
    tcase_add_test(tc, another_database_is_never_taken_for_a_layer);
    tcase_add_test(tc, a_layer_whose_making_was_cut_short_is_made_again);
    tcase_add_test(tc, the_log_stays_beside_the_layer_for_readers_who_may_not_write);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(live_suite)
