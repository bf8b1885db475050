/* SPDX-License-Identifier: MIT */
/*
 * Who was told of which report: the receivers that took it, and who has read it exactly. The audit
 * log names a report by a hash that only the salt in the report's row can make again, so what is
 * erased is not found. Serial per journal.
 */
#include "store/journal.h"

#include "privacy/privacy.h"

#include <stdlib.h>

static const char totals_text[] = "SELECT audience,count(*),sum(releases),sum(epsilon_per_m),"
                                  "max(epsilon_per_m) FROM ledger GROUP BY audience";

/* One row for each report and receiver that took it; NULL: none has. */
static const char reports_text[] =
    "SELECT " CMTY__ENTRY_COLUMNS ",salt,outbox.receiver,"
    "max(coalesce(outbox.case_number,'')) OVER (PARTITION BY report.number)"
    " FROM report LEFT JOIN outbox ON outbox.number=report.number AND outbox.answer=0"
    " ORDER BY report_id, outbox.receiver";

static const char readings_text[] =
    "SELECT subject,actor,time FROM audit WHERE verb IN ('consult','disclose') ORDER BY number";

typedef struct reading {
    uint8_t subject[CMTY__HASH_BYTES];
    const char *actor;
    cmty_time time;
} reading;

typedef struct readings {
    reading *list; /* in order of subject */
    size_t count, capacity;
    cmty__arena *texts;
} readings;

static void readings_free(readings *r)
{
    cmty__free(r->list);
    cmty__arena_free(r->texts);
}

static int by_subject(const void *a, const void *b)
{
    return memcmp(((const reading *)a)->subject, ((const reading *)b)->subject, CMTY__HASH_BYTES);
}

/* One that has no subject is about all reports: it is told at once. */
static cmty_status take_reading(sqlite3_stmt *stmt, readings *r, cmty__disclosed_fn *fn, void *user,
                                cmty_error *err)
{
    const void *subject = sqlite3_column_blob(stmt, 0);
    const char *actor = cmty__column_text(stmt, 1);
    cmty__disclosure d = {.case_number = "", .actor = actor, .time = sqlite3_column_int64(stmt, 2)};
    reading *next;

    if (subject == NULL || sqlite3_column_bytes(stmt, 0) != CMTY__HASH_BYTES)
        return fn(&d, user, err);
    if (!cmty__grow(&r->list, &r->capacity, r->count + 1, sizeof *r->list))
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    next = &r->list[r->count];
    memcpy(next->subject, subject, CMTY__HASH_BYTES);
    next->time = d.time;
    next->actor = cmty__arena_text(r->texts, actor, strlen(actor));
    if (next->actor == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    r->count++;
    return CMTY_OK;
}

static cmty_status read_readings(cmty__journal *j, readings *r, cmty__disclosed_fn *fn, void *user,
                                 cmty_error *err)
{
    sqlite3_stmt *stmt = NULL;
    cmty_status st = cmty__sql_prepare(&j->sql, readings_text, &stmt, err);

    r->texts = cmty__arena_new();
    if (st == CMTY_OK && r->texts == NULL)
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    while (st == CMTY_OK && (st = cmty__sql_step(&j->sql, stmt, err)) == CMTY_OK)
        st = take_reading(stmt, r, fn, user, err);
    sqlite3_finalize(stmt);
    if (st == CMTY_END && r->count > 0)
        qsort(r->list, r->count, sizeof *r->list, by_subject);
    return st == CMTY_END ? CMTY_OK : st;
}

/* The readings of one report. */
static cmty_status tell_readings(const readings *r, const void *salt, const void *id,
                                 cmty__disclosure *d, cmty__disclosed_fn *fn, void *user,
                                 cmty_error *err)
{
    reading key;
    size_t low = 0, high = r->count;
    cmty_status st = CMTY_OK;

    cmty__audit_subject(salt, id, key.subject);
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (by_subject(&r->list[middle], &key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < r->count && by_subject(&r->list[low], &key) == 0 && st == CMTY_OK; low++) {
        d->actor = r->list[low].actor;
        d->time = r->list[low].time;
        st = fn(d, user, err);
    }
    d->actor = NULL;
    return st;
}

static cmty_status tell_row(sqlite3_stmt *stmt, const readings *r, char *last,
                            cmty__disclosed_fn *fn, void *user, cmty_error *err)
{
    enum { SALT = CMTY__ENTRY_COLUMN_COUNT, RECEIVER, CASE };
    char id[CMTY__ID_DIGITS + 1];
    cmty__entry e;
    cmty__disclosure d = {.entry = &e};
    cmty_status st = CMTY_OK;

    cmty__entry_read(stmt, &e, id);
    d.case_number = cmty__column_text(stmt, CASE);
    if (strcmp(id, last) != 0) { /* its first row */
        memcpy(last, id, sizeof id);
        st = fn(&d, user, err);
        if (st == CMTY_OK && sqlite3_column_bytes(stmt, SALT) == CMTY__SALT_BYTES
            && sqlite3_column_bytes(stmt, 0) == CMTY__ID_BYTES)
            st = tell_readings(r, sqlite3_column_blob(stmt, SALT), sqlite3_column_blob(stmt, 0), &d,
                               fn, user, err);
    }
    if (st != CMTY_OK || sqlite3_column_type(stmt, RECEIVER) == SQLITE_NULL)
        return st;
    d.receiver = cmty__column_text(stmt, RECEIVER);
    return fn(&d, user, err);
}

cmty_status cmty__journal_disclosures(cmty__journal *j, cmty__disclosed_fn *fn, void *user,
                                      cmty_error *err)
{
    char last[CMTY__ID_DIGITS + 1] = "";
    sqlite3_stmt *stmt = NULL;
    readings r = {0};
    cmty_status st = read_readings(j, &r, fn, user, err);

    if (st == CMTY_OK)
        st = cmty__sql_prepare(&j->sql, reports_text, &stmt, err);
    while (st == CMTY_OK && (st = cmty__sql_step(&j->sql, stmt, err)) == CMTY_OK)
        st = tell_row(stmt, &r, last, fn, user, err);
    sqlite3_finalize(stmt);
    readings_free(&r);
    return st == CMTY_END ? CMTY_OK : st;
}

cmty_status cmty__journal_spent_all(cmty__journal *j, cmty__spent_fn *fn, void *user,
                                    cmty_error *err)
{
    sqlite3_stmt *stmt = NULL;
    cmty_status st = cmty__sql_prepare(&j->sql, totals_text, &stmt, err);

    while (st == CMTY_OK && (st = cmty__sql_step(&j->sql, stmt, err)) == CMTY_OK) {
        const cmty__spent s = {.audience = cmty__column_text(stmt, 0),
                               .places = (uint64_t)sqlite3_column_int64(stmt, 1),
                               .points = (uint64_t)sqlite3_column_int64(stmt, 2),
                               .epsilon_per_m = sqlite3_column_double(stmt, 3),
                               .most_per_m = sqlite3_column_double(stmt, 4)};

        st = fn(&s, user, err);
    }
    sqlite3_finalize(stmt);
    return st == CMTY_END ? CMTY_OK : st;
}
