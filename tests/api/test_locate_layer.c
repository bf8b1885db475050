/* SPDX-License-Identifier: MIT */
/* Layers located as a caller of the shared library sees it: stopped at any time, from several
   threads at once, and always the same bytes. */
#include "../runner.h"

#include <community/community.h>
#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ROWS = 20000 };

static const char beats[] = CMTY_TEST_SOURCE_DIR "/tests/fault/data/beats.geojson";
static const char table[] = "layer_points.csv", layer[] = "layer_points.gpkg";
static cmty_beatset *set;

static void setup(void)
{
    const char *const layers[] = {beats};
    FILE *f = fopen(table, "w");

    ck_assert_ptr_nonnull(f);
    fputs("no,lon,lat,day,note\n", f);
    for (int i = 0; i < ROWS; i++) { /* in whole numbers: the locale may write 0,5 */
        int west = 7403000 - i % 977 * 5, north = 3999000 + i % 613 * 7;

        fprintf(f, "%d,-%d.%05d,%d.%05d,2026-%02d-01,report %d\n", i, west / 100000, west % 100000,
                north / 100000, north % 100000, 1 + i % 12, i * i);
    }
    ck_assert_int_eq(fclose(f), 0);
    ck_assert_int_eq(cmty_beatset_open(layers, 1, NULL, &set, NULL), CMTY_OK);
    ck_assert_int_eq(cmty_locate_layer(set, table, layer, NULL, NULL), CMTY_OK);
}

static void teardown(void)
{
    cmty_beatset_free(set);
    unlink(table);
    unlink(layer);
}

static int temporary_files(void)
{
    DIR *d = opendir(".");
    const struct dirent *entry;
    int count = 0;

    while ((entry = readdir(d)) != NULL)
        count += strstr(entry->d_name, ".tmp") != NULL;
    closedir(d);
    return count;
}

static char *read_bytes(const char *path, long *size)
{
    FILE *f = fopen(path, "rb");
    char *bytes;

    ck_assert_ptr_nonnull(f);
    fseek(f, 0, SEEK_END);
    *size = ftell(f);
    rewind(f);
    bytes = malloc((size_t)*size);
    ck_assert_ptr_nonnull(bytes);
    ck_assert_uint_eq(fread(bytes, 1, (size_t)*size, f), (size_t)*size);
    fclose(f);
    return bytes;
}

static void same_bytes(const char *a, const char *b)
{
    long a_size, b_size;
    char *a_bytes = read_bytes(a, &a_size), *b_bytes = read_bytes(b, &b_size);

    ck_assert_int_eq(a_size, b_size);
    ck_assert_mem_eq(a_bytes, b_bytes, (size_t)a_size);
    free(a_bytes);
    free(b_bytes);
}

typedef struct job {
    const char *in, *out;
    cmty_status status;
} job;

static void *locate(void *user)
{
    job *j = user;

    j->status = cmty_locate_layer(set, j->in, j->out, NULL, NULL);
    return NULL;
}

START_TEST(calls_at_once_give_the_same_bytes)
{
    job jobs[] = {{layer, "same_a.gpkg|layername=same", 0},
                  {layer, "same_b.gpkg|layername=same", 0},
                  {table, "same.fgb", 0}};
    pthread_t threads[3];

    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, locate, &jobs[i]), 0);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
        ck_assert_int_eq(jobs[i].status, CMTY_OK);
    }
    same_bytes("same_a.gpkg", "same_b.gpkg");
    unlink("same_a.gpkg");
    unlink("same_b.gpkg");
    unlink("same.fgb");
}
END_TEST

/* At each of its questions in turn. */
typedef struct patience {
    int asked, until;
    double last;
} patience;

static int32_t run_out(void *user, const char *stage, double fraction)
{
    patience *p = user;

    ck_assert_str_ne(stage, "");
    ck_assert(fraction >= p->last || fraction == -1); /* -1: not known */
    ck_assert_double_le(fraction, 1);
    p->last = fraction;
    return p->asked++ >= p->until;
}

START_TEST(host_can_stop_at_any_time_and_nothing_is_left) /* loop test: from what, to what */
{
    static const char *const ways[][2] = {{layer, "stopped.gpkg"}, {table, "stopped.geojson"}};
    patience p = {0};
    cmty_host host = CMTY_HOST_INIT;
    cmty_table_options o = CMTY_TABLE_OPTIONS_INIT;
    cmty_status st = CMTY_E_STOPPED;

    host.progress = run_out;
    host.user = &p;
    o.host = &host;
    for (int until = 0; st == CMTY_E_STOPPED; until += 1 + until) {
        cmty_error err = CMTY_ERROR_INIT;

        p = (patience){.until = until};
        st = cmty_locate_layer(set, ways[_i][0], ways[_i][1], &o, &err);
        ck_assert_int_eq(temporary_files(), 0);
        if (st == CMTY_E_STOPPED)
            ck_assert_int_ne(access(ways[_i][1], F_OK), 0);
    }
    ck_assert_int_eq(st, CMTY_OK);
    ck_assert_int_ge(p.asked, ROWS / 1024);
    unlink(ways[_i][1]);
}
END_TEST

START_TEST(caller_errors_are_told)
{
    cmty_table_options o = CMTY_TABLE_OPTIONS_INIT;
    cmty_error err = CMTY_ERROR_INIT;

    ck_assert_int_eq(cmty_locate_layer(NULL, layer, "x.gpkg", NULL, &err), CMTY_E_INVALID);
    ck_assert_int_eq(cmty_locate_layer(set, NULL, "x.gpkg", NULL, &err), CMTY_E_INVALID);
    ck_assert_int_eq(cmty_locate_layer(set, layer, NULL, NULL, &err), CMTY_E_INVALID);
    ck_assert_int_eq(cmty_locate_layer(set, layer, layer, NULL, &err), CMTY_E_INVALID);
    ck_assert_int_eq(cmty_locate_layer(set, layer, "x", NULL, &err), CMTY_E_INVALID);
    ck_assert_ptr_nonnull(strstr(err.message, ".gpkg"));
    ck_assert_int_eq(cmty_locate_layer(set, "layer_points.gpkg|lon", "x.gpkg", NULL, &err),
                     CMTY_E_INVALID);
    o.time_zone = "Nowhere/Else";
    ck_assert_int_lt(cmty_locate_layer(set, layer, "x.gpkg", &o, &err), 0);
    o = (cmty_table_options)CMTY_TABLE_OPTIONS_INIT;
    o.struct_size = 8;
    ck_assert_int_eq(cmty_locate_layer(set, layer, "x.gpkg", &o, &err), CMTY_E_ABI);
    ck_assert_int_ne(access("x.gpkg", F_OK), 0);
}
END_TEST

static Suite *locate_layer_suite(void)
{
    Suite *s = suite_create("locate_layer");
    TCase *tc = tcase_create("locate_layer");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, calls_at_once_give_the_same_bytes);
    tcase_add_loop_test(tc, host_can_stop_at_any_time_and_nothing_is_left, 0, 2);
    tcase_add_test(tc, caller_errors_are_told);
    suite_add_tcase(s, tc);
    return s;
}

CMTY_TEST_MAIN(locate_layer_suite)
