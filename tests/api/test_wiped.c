/* SPDX-License-Identifier: MIT */
/*
 * What a report says is in no block of memory that is given back while and after it is taken in.
 * The program's own free() stands before that of libc, for the library and for those that it uses.
 */
#include "../runner.h"

#include <community/community.h>
#include <malloc.h>
#include <string.h>
#include <unistd.h>

extern void __libc_free(void *block);

#define FILE_OF(name) CMTY_TEST_SOURCE_DIR "/tests/fault/data/" name
#define MARK "quaggapelican"

static int watching, found;
static char folder[] = "/tmp/cmty-wiped-XXXXXX";

static int holds(const char *block, size_t size, const char *mark, size_t mark_size)
{
    for (size_t i = 0; i + mark_size <= size; i++)
        if (block[i] == mark[0] && memcmp(block + i, mark, mark_size) == 0)
            return 1;
    return 0;
}

__attribute__((visibility("default"))) void free(void *block)
{
    if (watching && block != NULL && holds(block, malloc_usable_size(block), MARK, sizeof MARK - 1))
        found++;
    __libc_free(block);
}

static const char *in_folder(const char *name)
{
    static char paths[8][300];
    static unsigned next;
    char *path = paths[next++ % 8];

    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static cmty_ingest *open_ingest(void)
{
    const char *beats = FILE_OF("beats.geojson");
    cmty_store_options s = CMTY_STORE_OPTIONS_INIT;
    cmty_ingest_options o = CMTY_INGEST_OPTIONS_INIT;
    cmty_ingest *ingest = NULL;
    cmty_error err = CMTY_ERROR_INIT;

    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(cmty_key_make_mask(in_folder("mask.key"), &err), CMTY_OK);
    ck_assert_int_eq(cmty_key_make_seal(in_folder("public.key"), in_folder("secret.key"), &err),
                     CMTY_OK);
    s.beats = &beats;
    s.beats_count = 1;
    s.public_key = in_folder("public.key");
    ck_assert_msg(cmty_store_init(in_folder("store"), &s, &err) == CMTY_OK, "%s", err.message);
    o.mask_key = in_folder("mask.key");
    ck_assert_msg(cmty_ingest_open(in_folder("store"), &o, &ingest, &err) == CMTY_OK, "%s",
                  err.message);
    return ingest;
}

START_TEST(the_watch_sees_what_is_not_wiped)
{
    char *block = malloc(100);

    snprintf(block, 100, "a %s", MARK);
    watching = 1;
    free(block);
    watching = 0;
    ck_assert_int_eq(found, 1);
}
END_TEST

START_TEST(nothing_of_a_report_is_left_in_memory_that_is_given_back)
{
    static const char *const kinds[][2] = {
        {"r.ndjson", "{\"source_ref\":\"r-1\",\"occurred\":\"2026-03-04T21:15:00Z\",\"category\":"
                     "\"theft.bicycle\",\"lon\":-74.0151,\"lat\":40.0123,\"description\":\"A " MARK
                     " by the gate\",\"reporter\":{\"name\":\"" MARK "\"}}\n"},
        {"r.csv", "source_ref,occurred,category,lon,lat,description\nr-2,2026-03-04T21:15:00Z,"
                  "theft.bicycle,-74.0151,40.0123,\"A " MARK ", by the gate\"\n"},
        {"r.geojson",
         "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\","
         "\"properties\":{\"source_ref\":\"r-3\",\"occurred\":\"2026-03-04T21:15:00Z\""
         ",\"category\":\"theft.bicycle\",\"description\":\"A " MARK "\"},\"geometry\":"
         "{\"type\":\"Point\",\"coordinates\":[-74.0151,40.0123]}}]}"},
    };
    cmty_ingest *ingest = open_ingest();
    cmty_ingest_counts counts = {.struct_size = sizeof counts};
    cmty_error err = CMTY_ERROR_INIT;
    const char *path = in_folder(kinds[_i][0]);
    char command[200];
    FILE *file = fopen(path, "w");

    ck_assert_ptr_nonnull(file);
    fputs(kinds[_i][1], file);
    fclose(file);
    watching = 1;
    ck_assert_msg(cmty_ingest_file(ingest, path, &counts, &err) == CMTY_OK, "%s", err.message);
    cmty_ingest_free(ingest);
    watching = 0;
    ck_assert_uint_eq(counts.accepted, 1);
    ck_assert_int_eq(found, 0);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    ck_assert_int_eq(system(command), 0);
}
END_TEST

static Suite *wiped_suite(void)
{
    Suite *suite = suite_create("wiped");
    TCase *tc = tcase_create("wiped");

    tcase_add_test(tc, the_watch_sees_what_is_not_wiped);
    tcase_add_loop_test(tc, nothing_of_a_report_is_left_in_memory_that_is_given_back, 0, 3);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(wiped_suite)
