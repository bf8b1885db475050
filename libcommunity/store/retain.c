/* SPDX-License-Identifier: MIT */
/*
 * A schedule at work: reports lose step by step what their age no longer allows. Each call has a
 * connection of its own and writes in turn with an intake that may be open. Any thread.
 *
 * What is removed is overwritten by SQLite (secure_delete), and then carried from the write-ahead
 * log into the file. The step of a row is told from its clear columns: without a period nothing is
 * sealed in it; the two last steps are in its note.
 */
#include "store/journal.h"
#include "store/schedule.h"

#include "privacy/privacy.h"

#include <community/retention.h>

enum { BATCH = 500, DAY_MS = 86400000 };

#define NOTE_BEAT "kept to the beat"
#define NOTE_COUNT "kept as a count"

typedef struct due {
    int64_t number;
    cmty_time month;
    cmty__tier tier;
} due;

typedef struct run {
    cmty_retain_options o;
    cmty__journal *j;
    cmty__schedule *schedule;
    cmty__zone *zone; /* of the policy: months begin there */
    cmty_retained counts;
    due batch[BATCH];
    size_t count;
    sqlite3_stmt *rows, *steps[CMTY__TIER_COUNT_OF], *tombstone, *quiet;
} run;

cmty_status cmty_retain_options_init(cmty_retain_options *options)
{
    if (options == NULL)
        return CMTY_E_INVALID;
    *options = (cmty_retain_options)CMTY_RETAIN_OPTIONS_INIT;
    return CMTY_OK;
}

/* ---- one row ---- */

/* Later steps hold the earlier ones. What was sealed goes with the keys in it. */
#define NOTHING_SEALED "content_hash=x'', period=0, sealed=x''"
#define NO_PLACE                                                                                   \
    "lon_deg=NULL, lat_deg=NULL, radius_m=NULL, withheld=1, beat_disclosed=0, published_beat=-1,"  \
    " relation=1, ambiguous=0, fence_action=0, fence_id=''"

static const char *const step_text[CMTY__TIER_COUNT_OF] = {
    [CMTY__TIER_PLACE] = "UPDATE report SET " NOTHING_SEALED " WHERE number=?1 AND ?2 NOTNULL",
    [CMTY__TIER_BEAT] = "UPDATE report SET " NOTHING_SEALED ", " NO_PLACE
                        ", withheld_note='" NOTE_BEAT "' WHERE number=?1 AND ?2 NOTNULL",
    [CMTY__TIER_COUNT] = "UPDATE report SET " NOTHING_SEALED ", " NO_PLACE
                         ", withheld_note='" NOTE_COUNT "', report_id=randomblob(16),"
                         " salt=randomblob(16), bin='month', time_bin=?2 WHERE number=?1",
    [CMTY__TIER_GONE] = "DELETE FROM report WHERE number=?1 AND ?2 NOTNULL",
};

/* Sent again, the report is known by this, and by nothing else. */
void cmty__gone_id(const uint8_t id[CMTY__ID_BYTES], uint8_t out[CMTY__HASH_BYTES])
{
    uint8_t named[4 + CMTY__ID_BYTES] = {'g', 'o', 'n', 'e'};

    memcpy(named + 4, id, CMTY__ID_BYTES);
    cmty__hash(NULL, 0, named, sizeof named, out);
}

static cmty_status bury(cmty__journal *j, sqlite3_stmt *tombstone, const void *id, cmty_error *err)
{
    uint8_t hash[CMTY__HASH_BYTES];
    cmty__binder b = {tombstone, 0};

    cmty__gone_id(id, hash);
    cmty__bind_blob(&b, hash, sizeof hash);
    return cmty__sql_once(&j->sql, tombstone, err);
}

/* The id of a row that will not have it any more. CMTY_NOTFOUND: the row is gone. */
static cmty_status id_of(cmty__journal *j, int64_t number, uint8_t id[CMTY__ID_BYTES],
                         cmty_error *err)
{
    cmty__binder b;
    cmty_status st = cmty__journal_statement(j, CMTY__STMT_REPORT_ID, &b, err);

    if (st != CMTY_OK)
        return st;
    cmty__bind_int(&b, number);
    st = cmty__sql_step(&j->sql, b.stmt, err);
    if (st == CMTY_OK && sqlite3_column_bytes(b.stmt, 0) == CMTY__ID_BYTES)
        memcpy(id, sqlite3_column_blob(b.stmt, 0), CMTY__ID_BYTES);
    else if (st == CMTY_OK)
        st = cmty__sql_fail(&j->sql, SQLITE_CORRUPT, err);
    sqlite3_reset(b.stmt);
    return st == CMTY_END ? CMTY_NOTFOUND : st;
}

static cmty_status take_step(run *r, const due *d, cmty_error *err)
{
    uint8_t id[CMTY__ID_BYTES] = {0};
    cmty__binder b = {r->steps[d->tier], 0};
    cmty_status st = id_of(r->j, d->number, id, err);

    if (st == CMTY_OK && d->tier >= CMTY__TIER_COUNT)
        st = bury(r->j, r->tombstone, id, err);
    if (st == CMTY_OK && d->tier == CMTY__TIER_COUNT) {
        cmty__binder quiet = {r->quiet, 0};

        cmty__bind_int(&quiet, d->number);
        st = cmty__sql_once(&r->j->sql, r->quiet, err);
    }
    if (st == CMTY_OK) {
        cmty__bind_int(&b, d->number);
        cmty__bind_int(&b, d->month);
        st = cmty__sql_once(&r->j->sql, b.stmt, err);
    }
    return st == CMTY_NOTFOUND ? CMTY_OK : st;
}

/* ---- batches ---- */

static cmty_status renew_state(cmty__journal *j, cmty_error *err)
{
    return cmty__sql_run(&j->sql, "UPDATE artifact SET data=randomblob(16) WHERE name='store_id'",
                         err);
}

/* One transaction: the steps, their entry in the log, and another state of the store, which public
   layers do not take for the one that they followed. */
static cmty_status take_batch(run *r, cmty_error *err)
{
    cmty_status st = CMTY_OK;

    if (r->count == 0 || r->o.dry_run != 0) {
        r->count = 0;
        return CMTY_OK;
    }
    st = cmty__journal_begin(r->j, err);
    for (size_t i = 0; st == CMTY_OK && i < r->count; i++)
        st = take_step(r, &r->batch[i], err);
    if (st == CMTY_OK)
        st = renew_state(r->j, err);
    if (st == CMTY_OK)
        st = cmty__journal_audit(r->j, "erase", NULL, r->o.actor, r->o.purpose, err);
    if (st == CMTY_OK)
        st = cmty__journal_commit(r->j, err);
    cmty__journal_rollback(r->j); /* nothing after a commit */
    r->count = 0;
    return st;
}

/* Columns of the scan. */
enum { NUMBER, CATEGORY, TIME_BIN, PERIOD, NOTE, HELD };

static cmty__tier tier_of(sqlite3_stmt *stmt)
{
    const char *note = cmty__column_text(stmt, NOTE);

    if (strcmp(note, NOTE_COUNT) == 0)
        return CMTY__TIER_COUNT;
    if (strcmp(note, NOTE_BEAT) == 0)
        return CMTY__TIER_BEAT;
    return sqlite3_column_int64(stmt, PERIOD) == 0 ? CMTY__TIER_PLACE : CMTY__TIER_EXACT;
}

static int64_t days_between(cmty_time from, cmty_time to)
{
    return to > from ? (to - from) / DAY_MS : 0;
}

/* A count says no more than its month: it is as young as the end of that. */
static int64_t age_of(const run *r, cmty__tier tier, cmty_time when)
{
    cmty_time next = when;

    if (tier == CMTY__TIER_COUNT
        && !cmty__time_floor(when + (cmty_time)32 * DAY_MS, "month", r->zone, &next))
        next = when;
    return days_between(next, r->o.now);
}

static void count_step(cmty_retained *c, cmty__tier from, cmty__tier to)
{
    c->sealed_gone += from == CMTY__TIER_EXACT;
    c->places_gone += from < CMTY__TIER_BEAT && to >= CMTY__TIER_BEAT;
    c->counted += to == CMTY__TIER_COUNT;
    c->gone += to == CMTY__TIER_GONE;
}

static cmty_status look_at(run *r, cmty_error *err)
{
    const cmty_time when = sqlite3_column_int64(r->rows, TIME_BIN);
    cmty__tier from = tier_of(r->rows);
    cmty__tier to = cmty__schedule_tier(r->schedule, cmty__column_text(r->rows, CATEGORY),
                                        age_of(r, from, when));
    due d = {sqlite3_column_int64(r->rows, NUMBER), when, to};

    r->counts.reports++;
    if (to <= from) {
        r->counts.kept++;
        return CMTY_OK;
    }
    if (sqlite3_column_int(r->rows, HELD) != 0) {
        r->counts.held++;
        return CMTY_OK;
    }
    if (to == CMTY__TIER_COUNT && !cmty__time_floor(when, "month", r->zone, &d.month))
        return cmty__fail(err, CMTY_E_FORMAT, "a stored report has a time that is none");
    count_step(&r->counts, from, to);
    r->batch[r->count++] = d;
    return CMTY_OK;
}

/* The next rows behind a number, read whole before any of them is changed. */
static cmty_status scan_batch(run *r, int64_t *after, cmty_error *err)
{
    cmty__binder b = {r->rows, 0};
    size_t seen = 0;
    cmty_status st;

    cmty__bind_int(&b, *after);
    while ((st = cmty__sql_step(&r->j->sql, r->rows, err)) == CMTY_OK) {
        *after = sqlite3_column_int64(r->rows, NUMBER);
        seen++;
        st = look_at(r, err);
        if (st != CMTY_OK)
            break;
    }
    sqlite3_reset(r->rows);
    if (st < 0)
        return st;
    return seen < BATCH ? CMTY_END : CMTY_OK;
}

static cmty_status scan_all(run *r, cmty_error *err)
{
    int64_t after = 0, last = 0;
    cmty_status st = cmty__journal_last(r->j, &last, err), more = CMTY_OK;

    while (st == CMTY_OK && more == CMTY_OK) {
        more = scan_batch(r, &after, err);
        st = more < 0 ? more : take_batch(r, err);
        if (st == CMTY_OK)
            st = cmty__progress(r->o.host, "letting reports age",
                                last > 0 ? (double)after / (double)last : 1, err);
    }
    return st;
}

/* ---- refused records, holds, keys ---- */

static cmty_status age_refused(run *r, cmty_error *err)
{
    int64_t days = cmty__schedule_refused(r->schedule), gone = 0;
    char text[160];
    cmty_status st;

    if (days < 0)
        return CMTY_OK;
    cmty__format(text, sizeof text, "SELECT count(*) FROM quarantine WHERE received<=%lld",
                 (long long)(r->o.now - days * DAY_MS));
    st = cmty__sql_int64(&r->j->sql, text, &gone, err);
    if (st != CMTY_OK || gone == 0 || r->o.dry_run != 0)
        goto done;
    st = cmty__journal_begin(r->j, err);
    if (st == CMTY_OK)
        st = cmty__refused_drop_before(r->j, r->o.now - days * DAY_MS, err);
    if (st == CMTY_OK)
        st = cmty__journal_audit(r->j, "erase", NULL, r->o.actor, r->o.purpose, err);
    if (st == CMTY_OK)
        st = cmty__journal_commit(r->j, err);
    cmty__journal_rollback(r->j);

done:
    r->counts.refused_gone = (uint64_t)gone;
    return st;
}

static cmty_status count_reviews(run *r, cmty_error *err)
{
    char text[96];
    int64_t n = 0;
    cmty_status st;

    cmty__format(text, sizeof text, "SELECT count(*) FROM hold WHERE review<=%lld",
                 (long long)r->o.now);
    st = cmty__sql_int64(&r->j->sql, text, &n, err);
    r->counts.reviews_due = (uint64_t)n;
    return st;
}

/* Keys under which nothing is sealed any more; unless an intake is open, which may be about to use
   its own. */
static cmty_status drop_keys(cmty__journal *j, cmty_error *err)
{
    static const char text[] =
        "DELETE FROM period WHERE number NOT IN (SELECT period FROM report UNION"
        " SELECT period FROM quarantine UNION SELECT period FROM photo)";
    cmty_status st = cmty__journal_alone(j, err);

    if (st != CMTY_OK)
        return st == CMTY_NOTFOUND ? CMTY_OK : st;
    st = cmty__journal_begin(j, err);
    if (st == CMTY_OK)
        st = cmty__sql_run(&j->sql, text, err);
    if (st == CMTY_OK)
        st = cmty__journal_commit(j, err);
    cmty__journal_rollback(j);
    return st;
}

/* Nothing of it is left in the write-ahead log either. */
static cmty_status settle(cmty__journal *j, const cmty_host *host, cmty_error *err)
{
    cmty_status st = drop_keys(j, err);

    if (st == CMTY_OK)
        st = cmty__journal_flush(j, err);
    if (st == CMTY_NOTFOUND) {
        cmty__notice(host,
                     "somebody is reading %s, so its write-ahead log could not be emptied; "
                     "what was removed may stand there until this is run again",
                     cmty__basename(j->path));
        st = CMTY_OK;
    }
    return st;
}

/* ---- a run ---- */

static cmty_status prepare(run *r, cmty_error *err)
{
    static const char rows[] = "SELECT number, category, time_bin, period, withheld_note,"
                               " EXISTS (SELECT 1 FROM hold WHERE hold.report_id=report.report_id)"
                               " FROM report WHERE number>?1 ORDER BY number LIMIT 500";
    cmty_status st = cmty__sql_prepare(&r->j->sql, rows, &r->rows, err);

    for (int tier = CMTY__TIER_PLACE; st == CMTY_OK && tier < CMTY__TIER_COUNT_OF; tier++)
        st = cmty__sql_prepare(&r->j->sql, step_text[tier], &r->steps[tier], err);
    if (st == CMTY_OK)
        st = cmty__sql_prepare(&r->j->sql, "INSERT OR IGNORE INTO gone VALUES (?)", &r->tombstone,
                               err);
    if (st == CMTY_OK)
        st = cmty__sql_prepare(&r->j->sql,
                               "UPDATE outbox SET cause='', case_number='', status=''"
                               " WHERE number=?",
                               &r->quiet, err);
    return st;
}

static cmty_status open_zone(run *r, cmty_error *err)
{
    void *data = NULL;
    size_t size = 0;
    cmty_policy *policy = NULL;
    cmty_status st = cmty__journal_get(r->j, "policy", &data, &size, err);

    if (st == CMTY_OK)
        st = cmty__policy_parse(data, size, "policy of the store", &policy, err);
    else if (st == CMTY_NOTFOUND)
        st = cmty__fail(err, CMTY_E_FORMAT, "the store holds no policy; make it again with init");
    if (st == CMTY_OK)
        st = cmty__zone_open(cmty_policy_time_zone(policy), &r->zone, err);
    cmty_policy_free(policy);
    cmty__free(data);
    return st;
}

static void run_close(run *r)
{
    sqlite3_finalize(r->rows);
    for (int tier = 0; tier < CMTY__TIER_COUNT_OF; tier++)
        sqlite3_finalize(r->steps[tier]);
    sqlite3_finalize(r->tombstone);
    sqlite3_finalize(r->quiet);
    cmty__journal_free(r->j);
    cmty__schedule_free(r->schedule);
    cmty__zone_free(r->zone);
}

static cmty_status check_run(run *r, const cmty_retain_options *options, cmty_error *err)
{
    cmty_status st =
        cmty__struct_read(&r->o, sizeof r->o, options, sizeof r->o, "cmty_retain_options", err);

    if (st == CMTY_OK && r->o.schedule == NULL)
        st = cmty__fail(err, CMTY_E_INVALID, "a schedule is needed");
    if (st == CMTY_OK && r->o.dry_run == 0)
        st = cmty__note_check(r->o.actor, "actor", err);
    if (st == CMTY_OK && r->o.dry_run == 0)
        st = cmty__note_check(r->o.purpose, "purpose", err);
    if (r->o.now == CMTY_TIME_UNKNOWN)
        r->o.now = cmty__time_now();
    return st;
}

cmty_status cmty_store_retain(const char *store, const cmty_retain_options *options,
                              cmty_retained *out, cmty_error *err)
{
    run *r;
    cmty_status st;

    if (store == NULL || options == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "a store and options are needed");
    if (out != NULL && out->struct_size < sizeof *out) /* before anything is done */
        return cmty__fail(err, CMTY_E_ABI, "cmty_retained: struct_size is too small");
    r = cmty__calloc(1, sizeof *r);
    if (r == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    r->o = (cmty_retain_options)CMTY_RETAIN_OPTIONS_INIT;
    r->counts.struct_size = sizeof r->counts;
    st = check_run(r, options, err);
    if (st == CMTY_OK)
        st = cmty__schedule_open(r->o.schedule, &r->schedule, err);
    if (st == CMTY_OK)
        st = r->o.dry_run != 0 ? cmty__journal_open(store, false, &r->j, err)
                               : cmty__journal_visit(store, &r->j, err);
    if (st == CMTY_OK)
        st = open_zone(r, err);
    if (st == CMTY_OK)
        st = prepare(r, err);
    if (st == CMTY_OK)
        st = count_reviews(r, err);
    if (st == CMTY_OK)
        st = scan_all(r, err);
    if (st == CMTY_OK)
        st = age_refused(r, err);
    if (st == CMTY_OK && r->o.dry_run == 0)
        st = settle(r->j, r->o.host, err);
    if (st == CMTY_OK && out != NULL)
        st = cmty__struct_write(out, &r->counts, sizeof r->counts, sizeof r->counts,
                                "cmty_retained", err);
    run_close(r);
    cmty__free(r);
    return st;
}

/* ---- one report ---- */

static cmty_status erase_row(cmty__journal *j, const char *report_id, const char *actor,
                             const char *purpose, cmty_error *err)
{
    uint8_t id[CMTY__ID_BYTES];
    sqlite3_stmt *tombstone = NULL, *drop = NULL;
    cmty__binder b = {0};
    cmty_status st = CMTY_OK;

    if (!cmty__id_parse(report_id, id))
        return CMTY_NOTFOUND;
    st = cmty__hold_check(j, report_id, err);
    if (st == CMTY_OK) /* while its salt is there */
        st = cmty__journal_audit(j, "erase", report_id, actor, purpose, err);
    if (st == CMTY_OK)
        st = cmty__sql_prepare(&j->sql, "INSERT OR IGNORE INTO gone VALUES (?)", &tombstone, err);
    if (st == CMTY_OK)
        st = bury(j, tombstone, id, err);
    if (st == CMTY_OK)
        st = cmty__sql_prepare(&j->sql, "DELETE FROM report WHERE report_id=?", &drop, err);
    if (st == CMTY_OK) {
        b.stmt = drop;
        cmty__bind_blob(&b, id, sizeof id);
        st = cmty__sql_once(&j->sql, drop, err);
    }
    if (st == CMTY_OK)
        st = renew_state(j, err);
    sqlite3_finalize(tombstone);
    sqlite3_finalize(drop);
    return st;
}

cmty_status cmty_store_erase(const char *store, const char *report_id, const char *actor,
                             const char *purpose, cmty_error *err)
{
    cmty__journal *j = NULL;
    cmty_status st = cmty__note_check(actor, "actor", err);

    if (st == CMTY_OK)
        st = cmty__note_check(purpose, "purpose", err);
    if (st == CMTY_OK && (store == NULL || report_id == NULL))
        st = cmty__fail(err, CMTY_E_INVALID, "a store and a report id are needed");
    if (st == CMTY_OK)
        st = cmty__journal_visit(store, &j, err);
    if (st == CMTY_OK)
        st = cmty__journal_begin(j, err);
    if (st == CMTY_OK)
        st = erase_row(j, report_id, actor, purpose, err);
    if (st == CMTY_NOTFOUND)
        (void)cmty__fail(err, CMTY_NOTFOUND, "no report with this id in %s", cmty__basename(store));
    if (st == CMTY_OK)
        st = cmty__journal_commit(j, err);
    if (st == CMTY_OK)
        st = settle(j, NULL, err);
    cmty__journal_free(j);
    return st;
}
