/* SPDX-License-Identifier: MIT */
/* What the tests of the store share: a scratch folder, made-up entries, a journal to put them in.
 */
#ifndef CMTY_TESTS_STORE_SUPPORT_H
#define CMTY_TESTS_STORE_SUPPORT_H

#include "../runner.h"
#include "store/journal.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

static char scratch[64];

static inline void make_scratch(void)
{
    strcpy(scratch, "/tmp/cmty-store-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(scratch));
}

static inline void remove_scratch(void)
{
    char command[96];

    snprintf(command, sizeof command, "rm -rf %s", scratch);
    ck_assert_int_eq(system(command), 0);
}

static inline const char *in_scratch(const char *name)
{
    static char path[16][128];
    static int next;
    char *p = path[next++ % 16];

    snprintf(p, sizeof path[0], "%s/%s", scratch, name);
    return p;
}

/* The id, content and sealed bytes of report i; ids come in no order, as in life. */
static inline const char *made_id(uint32_t i)
{
    static char id[33];

    snprintf(id, sizeof id, "%08x%08x%08x%08x", i * 2654435761u, i * 40503u + 7, i ^ 0x9e3779b9u,
             i);
    return id;
}

static inline cmty__entry made_entry(uint32_t i)
{
    cmty__entry e = {.report_id = made_id(i),
                     .category = i % 3 == 0 ? "noise" : "graffiti",
                     .beat_id = "B1",
                     .district = "D1",
                     .beat = 0,
                     .version = 0,
                     .relation = 1,
                     .ambiguous = i % 5 == 0,
                     .time_bin = 1700000000000 + (int64_t)i * 3600000,
                     .bin = "hour",
                     .withheld = i % 7 == 0,
                     .withheld_note = i % 7 == 0 ? "too few addresses" : "",
                     .masked = {-74.0 - i * 1e-5, 40.0 + i * 1e-5},
                     .radius_m = i % 7 == 0 ? NAN : 250,
                     .law = 2,
                     .beat_disclosed = true,
                     .published_beat = 0,
                     .fence_action = 0,
                     .fence_id = ""};
    return e;
}

static inline cmty_status put_made(cmty__journal *j, uint32_t i, int64_t period, cmty_error *err)
{
    cmty__entry e = made_entry(i);
    uint8_t hash[32] = {(uint8_t)i, (uint8_t)(i >> 8), (uint8_t)(i >> 16)};
    uint8_t sealed[640];

    memset(sealed, (int)(i % 251), sizeof sealed);
    return cmty__journal_put(j, &e, hash, period, sealed, sizeof sealed, err);
}

static inline void ok(cmty_status st, const cmty_error *err)
{
    ck_assert_msg(st == CMTY_OK, "%s: %s", cmty_status_name(st), err->message);
}

/* A store with one artifact, closed again. */
static inline void make_store(const char *path)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty__journal *j = NULL;

    ok(cmty__journal_create(path, &j, &err), &err);
    ok(cmty__journal_set(j, "policy", "{}", 2, &err), &err);
    ok(cmty__journal_commit(j, &err), &err);
    cmty__journal_free(j);
}

static inline cmty__journal *open_writer(const char *path)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty__journal *j = NULL;

    ok(cmty__journal_open(path, true, &j, &err), &err);
    return j;
}

static inline int64_t count_rows(const char *path, int64_t after)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty__journal *j = NULL;
    cmty__rows *rows = NULL;
    cmty__entry e;
    int64_t n = 0;
    cmty_status st;

    ok(cmty__journal_open(path, false, &j, &err), &err);
    ok(cmty__rows_open(j, CMTY_TIME_UNKNOWN, CMTY_TIME_OPEN_END, after, &rows, &err), &err);
    while ((st = cmty__rows_next(rows, &e, &err)) == CMTY_OK)
        n++;
    ck_assert_int_eq(st, CMTY_END);
    cmty__rows_free(rows);
    cmty__journal_free(j);
    return n;
}

static inline int64_t sql_number(const char *path, const char *text)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    int64_t n;

    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    ck_assert_msg(sqlite3_prepare_v2(db, text, -1, &stmt, NULL) == SQLITE_OK, "%s: %s", text,
                  sqlite3_errmsg(db));
    ck_assert_int_eq(sqlite3_step(stmt), SQLITE_ROW);
    n = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    return n;
}

/* A statement that stands for someone with another tool. */
static inline void sql_do(const char *path, const char *text)
{
    sqlite3 *db = NULL;
    char *message = NULL;

    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    sqlite3_exec(db, text, NULL, NULL, &message);
    ck_assert_msg(message == NULL, "%s", message);
    sqlite3_close(db);
}

static inline void ck_sound(const char *path)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;

    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    ck_assert_int_eq(sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &stmt, NULL), SQLITE_OK);
    ck_assert_int_eq(sqlite3_step(stmt), SQLITE_ROW);
    ck_assert_str_eq((const char *)sqlite3_column_text(stmt, 0), "ok");
    sqlite3_finalize(stmt);
    sqlite3_close(db);
}

#endif
