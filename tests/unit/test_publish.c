/* SPDX-License-Identifier: MIT */
/* release: from a store to files. */
#include "../runner.h"
#include "small_city.h"

#include <community/live.h>
#include <community/publish.h>
#include <dirent.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

static const cmty_time before = INT64_C(1718409600000); /* 2024-06-15 */
static const cmty_time after = INT64_C(1721001600000);  /* 2024-07-15 */

static char folder[] = "/tmp/cmty-publish-XXXXXX";
static cmty_beatset *beats;
static uint32_t numbers;

static const char *in_folder(const char *name)
{
    static char path[8][256];
    static int turn;

    turn = (turn + 1) % 8;
    snprintf(path[turn], sizeof path[turn], "%s/%s", folder, name);
    return path[turn];
}

static void put(cmty__journal *j, int64_t period, const char *beat, const char *category,
                cmty_time when, int n)
{
    cmty_error err = CMTY_ERROR_INIT;

    for (int i = 0; i < n; i++) {
        cmty__entry e = small_city_entry(beats, beat, category, when, ++numbers);
        uint8_t hash[32] = {0};

        memcpy(hash, &numbers, sizeof numbers);
        e.masked.lon_deg += 0.0001 * (i % 5);
        ck_assert_msg(cmty__journal_put(j, &e, hash, period, "sealed", 6, &err) == CMTY_OK, "%s",
                      err.message);
    }
}

static int64_t period_of(cmty__journal *j)
{
    int64_t period = 0;

    ck_assert_int_eq(cmty__journal_period(j, "period", 6, &period, NULL), CMTY_OK);
    return period;
}

static void put_city(cmty__journal *j)
{
    int64_t period = period_of(j);

    put(j, period, "A1", "theft", before, 12);
    put(j, period, "A1", "burglary", after, 7);
    put(j, period, "A2", "theft", before, 9);
    put(j, period, "A2", "theft", after, 6);
    put(j, period, "B1", "theft", after, 2);
    put(j, period, "B2", "theft", after, 8);
    put(j, period, "OLD", "theft", before, 5);
    put(j, period, "A1", "domestic.violence", after, 6);
}

static void make_store(const char *path, bool whole)
{
    cmty__journal *j = NULL;
    cmty__buf blob = {0};
    cmty_policy *policy = small_city_policy(3);
    const char *json = cmty_policy_json(policy);
    cmty_error err = CMTY_ERROR_INIT;

    ck_assert_msg(cmty__journal_create(path, &j, &err) == CMTY_OK, "%s", err.message);
    ck_assert_int_eq(cmty__beatset_save(beats, &blob, NULL), CMTY_OK);
    if (whole)
        ck_assert_int_eq(cmty__journal_set(j, "beats", blob.data, blob.size, NULL), CMTY_OK);
    ck_assert_int_eq(cmty__journal_set(j, "policy", json, strlen(json), NULL), CMTY_OK);
    put_city(j);
    ck_assert_int_eq(cmty__journal_commit(j, NULL), CMTY_OK);
    cmty__journal_free(j);
    cmty__buf_free(&blob);
    cmty_policy_free(policy);
}

static void open_city(void)
{
    ck_assert_ptr_nonnull(mkdtemp(folder));
    beats = small_city_beats(folder);
    make_store(in_folder("store"), true);
}

static void close_city(void)
{
    char command[300];

    cmty_beatset_free(beats);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    ck_assert_int_eq(system(command), 0);
    memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
}

static void write_old(const char *name)
{
    FILE *f = fopen(in_folder(name), "w");

    fputs("old", f);
    fclose(f);
}

static char *read_file(const char *name, size_t *size)
{
    char *data = NULL;

    ck_assert_int_eq(cmty__file_read(in_folder(name), 1U << 26, &data, size, NULL), CMTY_OK);
    return data;
}

static void assert_old(const char *name)
{
    size_t size;
    char *data = read_file(name, &size);

    ck_assert_str_eq(data, "old");
    cmty__free(data);
}

static void assert_no_temporary_file(void)
{
    DIR *d = opendir(folder);
    const struct dirent *entry;

    while ((entry = readdir(d)) != NULL)
        ck_assert_msg(strstr(entry->d_name, ".tmp") == NULL, "%s is left", entry->d_name);
    closedir(d);
}

static cmty_publish_options all_files(const char *stem)
{
    cmty_publish_options o = CMTY_PUBLISH_OPTIONS_INIT;
    char name[64];

    snprintf(name, sizeof name, "%s.gpkg", stem);
    o.gpkg = in_folder(name);
    snprintf(name, sizeof name, "%s.html", stem);
    o.html = in_folder(name);
    snprintf(name, sizeof name, "%s.geojson", stem);
    o.geojson = in_folder(name);
    snprintf(name, sizeof name, "%s.csv", stem);
    o.csv = in_folder(name);
    return o;
}

static cmty_publication *publish(const cmty_publish_options *o)
{
    cmty_publication *p = NULL;
    cmty_error err = CMTY_ERROR_INIT;

    ck_assert_msg(cmty_publish(in_folder("store"), o, &p, &err) == CMTY_OK, "%s", err.message);
    return p;
}

static cmty_publication_row row_at(const cmty_publication *p, size_t i)
{
    cmty_publication_row row = {.struct_size = sizeof row};

    ck_assert_int_eq(cmty_publication_row_at(p, i, &row, NULL), CMTY_OK);
    return row;
}

START_TEST(the_table_tells_the_beats_in_force_and_conserves_the_rest)
{
    static const char *const ids[] = {"A1", "A2", "B1", "B2", ""};
    static const int64_t counts[] = {25, 15, -1, -1, 5};
    cmty_publish_options o = all_files("a");
    cmty_publication *p = publish(&o);
    int64_t reports, points, suppressed;

    ck_assert_uint_eq(cmty_publication_count(p), 5);
    for (size_t i = 0; i < 5; i++) {
        cmty_publication_row row = row_at(p, i);

        ck_assert_str_eq(row.beat_id, ids[i]);
        ck_assert_int_eq(row.reports, counts[i]);
        ck_assert_uint_eq(row.suppressed, counts[i] < 0);
        if (row.suppressed)
            ck_assert_int_eq(row.points, -1);
    }
    ck_assert_int_eq(cmty_publication_totals(p, &reports, &points, &suppressed), CMTY_OK);
    ck_assert_int_eq(reports, 55);
    ck_assert_int_eq(suppressed, 2);
    ck_assert_int_eq(points, 12 + 7 + 9 + 6 + 5); /* not the beats blanked, nor domestic violence */
    ck_assert_int_eq(cmty_publication_row_at(p, 5, NULL, NULL), CMTY_E_INVALID);
    cmty_publication_free(p);
    cmty_publication_free(NULL);
    assert_no_temporary_file();
}
END_TEST

START_TEST(a_period_shows_the_beats_that_were_in_force_in_it)
{
    static const char *const ids[] = {"A1", "A2", "B1", "OLD"};
    cmty_publish_options o = all_files("a");
    cmty_publication *p;

    o.until = SMALL_CITY_REDRAWN;
    p = publish(&o);
    ck_assert_uint_eq(cmty_publication_count(p), 4);
    for (size_t i = 0; i < 4; i++)
        ck_assert_str_eq(row_at(p, i).beat_id, ids[i]);
    ck_assert_int_eq(row_at(p, 0).reports, 12);
    ck_assert_int_eq(row_at(p, 3).reports, 5);
    cmty_publication_free(p);
}
END_TEST

START_TEST(two_publications_are_the_same_to_the_byte)
{
    static const char *const tails[] = {"gpkg", "html", "geojson", "csv"};
    cmty_publish_options o = all_files("a");

    cmty_publication_free(publish(&o));
    sleep(1); /* the clock must not show */
    o = all_files("b");
    cmty_publication_free(publish(&o));
    for (size_t i = 0; i < 4; i++) {
        char name[2][32];
        size_t size[2];
        char *data[2];

        for (int k = 0; k < 2; k++) {
            snprintf(name[k], sizeof name[k], "%c.%s", 'a' + k, tails[i]);
            data[k] = read_file(name[k], &size[k]);
        }
        ck_assert_uint_eq(size[0], size[1]);
        ck_assert_msg(memcmp(data[0], data[1], size[0]) == 0, "%s differs", name[1]);
        cmty__free(data[0]);
        cmty__free(data[1]);
    }
}
END_TEST

START_TEST(a_publication_that_fails_leaves_the_old_files)
{
    cmty_publish_options o = all_files("a");
    cmty_publication *p = (cmty_publication *)folder;
    cmty_error err = CMTY_ERROR_INIT;

    write_old("a.gpkg");
    write_old("a.html");
    o.csv = in_folder("no/such/a.csv"); /* the last file of all */
    ck_assert_int_eq(cmty_publish(in_folder("store"), &o, &p, &err), CMTY_E_IO);
    ck_assert_ptr_null(p);
    ck_assert_str_eq(err.message, "cannot write a.csv: no such file or folder");
    assert_old("a.gpkg");
    assert_old("a.html");
    assert_no_temporary_file();
}
END_TEST

static int32_t stop_at_the_end(void *user, const char *stage, double fraction)
{
    (void)user;
    return strcmp(stage, "writing the overlay") == 0 && fraction == 1;
}

START_TEST(a_host_that_says_stop_keeps_the_old_files)
{
    cmty_host host = CMTY_HOST_INIT;
    cmty_publish_options o = all_files("a");

    host.progress = stop_at_the_end;
    o.host = &host;
    write_old("a.gpkg");
    ck_assert_int_eq(cmty_publish(in_folder("store"), &o, NULL, NULL), CMTY_E_STOPPED);
    assert_old("a.gpkg");
    assert_no_temporary_file();
}
END_TEST

START_TEST(options_that_cannot_be_meant_are_refused)
{
    cmty_publish_options o = CMTY_PUBLISH_OPTIONS_INIT;

    ck_assert_int_eq(cmty_publish(in_folder("store"), &o, NULL, NULL), CMTY_E_INVALID);
    o = all_files("a");
    o.html = o.gpkg;
    ck_assert_int_eq(cmty_publish(in_folder("store"), &o, NULL, NULL), CMTY_E_INVALID);
    o = all_files("a");
    o.csv = in_folder("store"); /* would replace the store */
    ck_assert_int_eq(cmty_publish(in_folder("store"), &o, NULL, NULL), CMTY_E_INVALID);
    o = all_files("a");
    o.since = o.until = after;
    ck_assert_int_eq(cmty_publish(in_folder("store"), &o, NULL, NULL), CMTY_E_INVALID);
    o = all_files("a");
    o.reserved = 1;
    ck_assert_int_eq(cmty_publish(in_folder("store"), &o, NULL, NULL), CMTY_E_INVALID);
    o = all_files("a");
    o.struct_size = 8;
    ck_assert_int_eq(cmty_publish(in_folder("store"), &o, NULL, NULL), CMTY_E_ABI);
    ck_assert_int_eq(cmty_publish(NULL, &o, NULL, NULL), CMTY_E_INVALID);
    ck_assert_int_eq(cmty_publish_options_init(NULL), CMTY_E_INVALID);
    ck_assert_int_eq(cmty_publish_options_init(&o), CMTY_OK);
    ck_assert_uint_eq(o.struct_size, sizeof o);
}
END_TEST

START_TEST(a_store_without_beats_is_a_damaged_store)
{
    cmty_publish_options o = all_files("a");
    cmty_error err = CMTY_ERROR_INIT;

    make_store(in_folder("half"), false);
    ck_assert_int_eq(cmty_publish(in_folder("half"), &o, NULL, &err), CMTY_E_FORMAT);
    ck_assert_ptr_nonnull(strstr(err.message, "beats"));
    ck_assert_int_eq(cmty_publish(in_folder("none"), &o, NULL, NULL), CMTY_E_IO);
}
END_TEST

START_TEST(a_title_cannot_break_out_of_the_page)
{
    cmty_publish_options o = CMTY_PUBLISH_OPTIONS_INIT;
    size_t size;
    char *page;

    o.html = in_folder("a.html");
    o.title = "</title><script>alert('x')</script>\"&";
    cmty_publication_free(publish(&o));
    page = read_file("a.html", &size);
    ck_assert_ptr_null(strstr(page, "<script>alert"));
    ck_assert_ptr_nonnull(strstr(page, "&lt;/title&gt;&lt;script&gt;"));
    cmty__free(page);
}
END_TEST

START_TEST(the_live_layer_takes_what_is_new_and_only_once)
{
    cmty_live *live = NULL;
    cmty__journal *j = NULL;
    uint64_t added = 0;
    cmty_error err = CMTY_ERROR_INIT;

    ck_assert_msg(cmty_live_open(in_folder("store"), NULL, NULL, &live, &err) == CMTY_OK, "%s",
                  err.message);
    ck_assert_msg(cmty_live_update(live, &added, &err) == CMTY_OK, "%s", err.message);
    ck_assert_uint_eq(added, 55 - 6); /* never domestic violence */
    ck_assert_int_eq(cmty_live_update(live, &added, NULL), CMTY_OK);
    ck_assert_uint_eq(added, 0);
    ck_assert_int_eq(cmty__journal_open(in_folder("store"), true, &j, NULL), CMTY_OK);
    ck_assert_int_eq(cmty__journal_begin(j, NULL), CMTY_OK);
    put(j, period_of(j), "B1", "theft", after, 3);
    ck_assert_int_eq(cmty__journal_commit(j, NULL), CMTY_OK);
    cmty__journal_free(j);
    ck_assert_int_eq(cmty_live_update(live, &added, NULL), CMTY_OK);
    ck_assert_uint_eq(added, 3);
    cmty_live_free(live);
    cmty_live_free(NULL);
    ck_assert(cmty__file_exists(in_folder("store.public.sqlite")));
    ck_assert_int_eq(cmty_live_open(in_folder("store"), in_folder("store"), NULL, &live, NULL),
                     CMTY_E_INVALID);
}
END_TEST

static void copy(const char *from, const char *to)
{
    char command[600];

    snprintf(command, sizeof command, "cp -p %s/%s %s/%s", folder, from, folder, to);
    ck_assert_int_eq(system(command), 0);
}

static int notices;

static void count_notice(void *user, const char *text)
{
    (void)user;
    ck_assert_ptr_nonnull(strstr(text, "filled anew"));
    notices++;
}

/* How many points an update adds. */
static uint64_t follow(void)
{
    const cmty_host host = {.struct_size = sizeof host, .notice = count_notice};
    cmty_live *live = NULL;
    uint64_t added = 0;
    cmty_error err = CMTY_ERROR_INIT;

    ck_assert_msg(cmty_live_open(in_folder("store"), NULL, &host, &live, &err) == CMTY_OK, "%s",
                  err.message);
    ck_assert_msg(cmty_live_update(live, &added, &err) == CMTY_OK, "%s", err.message);
    cmty_live_free(live);
    return added;
}

START_TEST(a_layer_whose_store_was_made_again_or_set_back_is_filled_anew)
{
    cmty__journal *j = NULL;

    ck_assert_uint_eq(follow(), 49);
    ck_assert_int_eq(notices, 0);
    ck_assert_int_eq(rename(in_folder("store"), in_folder("backup")), 0);
    make_store(in_folder("store"), true);
    ck_assert_uint_eq(follow(), 49);
    ck_assert_int_eq(notices, 1);
    ck_assert_int_eq(rename(in_folder("backup"), in_folder("store")), 0);
    ck_assert_uint_eq(follow(), 49);
    ck_assert_int_eq(notices, 2);
    ck_assert_int_eq(cmty__journal_open(in_folder("store"), true, &j, NULL), CMTY_OK);
    copy("store", "backup");
    ck_assert_int_eq(cmty__journal_begin(j, NULL), CMTY_OK);
    put(j, period_of(j), "B1", "theft", after, 3);
    ck_assert_int_eq(cmty__journal_commit(j, NULL), CMTY_OK);
    cmty__journal_free(j);
    ck_assert_uint_eq(follow(), 3);
    ck_assert_int_eq(notices, 2);
    ck_assert_int_eq(rename(in_folder("backup"), in_folder("store")), 0);
    ck_assert_uint_eq(follow(), 49);
    ck_assert_int_eq(notices, 3);
    ck_assert_uint_eq(follow(), 0);
}
END_TEST

static void take_in(int n)
{
    cmty__journal *j = NULL;

    ck_assert_int_eq(cmty__journal_open(in_folder("store"), true, &j, NULL), CMTY_OK);
    ck_assert_int_eq(cmty__journal_begin(j, NULL), CMTY_OK);
    put(j, period_of(j), "B1", "theft", after, n);
    ck_assert_int_eq(cmty__journal_commit(j, NULL), CMTY_OK);
    cmty__journal_free(j);
}

START_TEST(a_layer_whose_store_was_set_back_and_grew_past_it_is_filled_anew)
{
    notices = 0;
    ck_assert_uint_eq(follow(), 49);
    copy("store", "backup");
    take_in(3);
    ck_assert_uint_eq(follow(), 3);
    ck_assert_int_eq(rename(in_folder("backup"), in_folder("store")), 0);
    take_in(5);
    ck_assert_uint_eq(follow(), 49 + 5);
    ck_assert_int_eq(notices, 1);
    take_in(2);
    ck_assert_uint_eq(follow(), 2);
    ck_assert_int_eq(notices, 1);
}
END_TEST

START_TEST(a_layer_that_named_its_store_only_is_filled_anew_once)
{
    cmty__live *layer = NULL;
    int64_t number = 0;

    notices = 0;
    ck_assert_uint_eq(follow(), 49);
    ck_assert_int_eq(cmty__live_open(in_folder("store.public.sqlite"), &layer, NULL), CMTY_OK);
    ck_assert_int_eq(cmty__live_cursor(layer, &number, NULL, NULL), CMTY_OK);
    ck_assert_int_eq(cmty__live_begin(layer, NULL), CMTY_OK);
    ck_assert_int_eq(cmty__live_set_cursor(layer, number, "0123456789abcdef0123456789abcdef", NULL),
                     CMTY_OK);
    ck_assert_int_eq(cmty__live_commit(layer, NULL), CMTY_OK);
    cmty__live_free(layer);
    ck_assert_uint_eq(follow(), 49);
    ck_assert_int_eq(notices, 1);
    ck_assert_uint_eq(follow(), 0);
    ck_assert_int_eq(notices, 1);
}
END_TEST

static void *follow_beside(void *user)
{
    (void)user;
    (void)follow();
    return NULL;
}

START_TEST(an_updater_that_waited_for_another_does_not_set_it_back)
{
    const struct timespec pause = {0, 300000000};
    char state[CMTY__STATE_SIZE];
    cmty__live *layer = NULL;
    cmty__journal *j = NULL;
    int64_t last = 0, number = 0;
    pthread_t thread;

    notices = 0;
    ck_assert_uint_eq(follow(), 49);
    take_in(1);
    ck_assert_int_eq(cmty__live_open(in_folder("store.public.sqlite"), &layer, NULL), CMTY_OK);
    ck_assert_int_eq(cmty__live_begin(layer, NULL), CMTY_OK);
    ck_assert_int_eq(pthread_create(&thread, NULL, follow_beside, NULL), 0);
    nanosleep(&pause, NULL); /* it has seen one report, and waits for the layer */
    take_in(3);
    ck_assert_int_eq(cmty__journal_open(in_folder("store"), false, &j, NULL), CMTY_OK);
    ck_assert_int_eq(cmty__journal_last(j, &last, NULL), CMTY_OK);
    ck_assert_int_eq(cmty__journal_state(j, last, state, NULL), CMTY_OK);
    cmty__journal_free(j);
    ck_assert_int_eq(cmty__live_set_cursor(layer, last, state, NULL), CMTY_OK);
    ck_assert_int_eq(cmty__live_commit(layer, NULL), CMTY_OK);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert_int_eq(cmty__live_cursor(layer, &number, NULL, NULL), CMTY_OK);
    ck_assert_int_eq(number, last);
    ck_assert_int_eq(notices, 0);
    cmty__live_free(layer);
}
END_TEST

START_TEST(a_live_layer_appears_with_the_first_update)
{
    cmty_live *live = NULL;

    ck_assert_int_eq(cmty_live_open(in_folder("store"), NULL, NULL, &live, NULL), CMTY_OK);
    ck_assert(!cmty__file_exists(in_folder("store.public.sqlite")));
    ck_assert_int_eq(cmty_live_update(live, NULL, NULL), CMTY_OK);
    ck_assert(cmty__file_exists(in_folder("store.public.sqlite")));
    cmty_live_free(live);
}
END_TEST

static Suite *publish_suite(void)
{
    Suite *suite = suite_create("publish");
    TCase *tc = tcase_create("publish");

    tcase_set_timeout(tc, 30);
    tcase_add_checked_fixture(tc, open_city, close_city);
    tcase_add_test(tc, the_table_tells_the_beats_in_force_and_conserves_the_rest);
    tcase_add_test(tc, a_period_shows_the_beats_that_were_in_force_in_it);
    tcase_add_test(tc, two_publications_are_the_same_to_the_byte);
    tcase_add_test(tc, a_publication_that_fails_leaves_the_old_files);
    tcase_add_test(tc, a_host_that_says_stop_keeps_the_old_files);
    tcase_add_test(tc, options_that_cannot_be_meant_are_refused);
    tcase_add_test(tc, a_store_without_beats_is_a_damaged_store);
    tcase_add_test(tc, a_title_cannot_break_out_of_the_page);
    tcase_add_test(tc, the_live_layer_takes_what_is_new_and_only_once);
    tcase_add_test(tc, a_layer_whose_store_was_made_again_or_set_back_is_filled_anew);
    tcase_add_test(tc, a_layer_whose_store_was_set_back_and_grew_past_it_is_filled_anew);
    tcase_add_test(tc, a_layer_that_named_its_store_only_is_filled_anew_once);
    tcase_add_test(tc, an_updater_that_waited_for_another_does_not_set_it_back);
    tcase_add_test(tc, a_live_layer_appears_with_the_first_update);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(publish_suite)
