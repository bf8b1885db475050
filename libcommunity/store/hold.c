/* SPDX-License-Identifier: MIT */
/* Holds: reports that are kept whole, whatever their age. Each call has a connection of its own.
   Any thread. */
#include "store/journal.h"

#include <community/retention.h>

cmty_status cmty__hold_check(cmty__journal *j, const char *report_id, cmty_error *err)
{
    uint8_t id[CMTY__ID_BYTES];
    sqlite3_stmt *stmt = NULL;
    cmty__binder b = {0};
    cmty_status st;

    if (!cmty__id_parse(report_id, id))
        return CMTY_NOTFOUND;
    st = cmty__sql_prepare(&j->sql, "SELECT 1 FROM hold WHERE report_id=?", &stmt, err);
    if (st != CMTY_OK)
        return st;
    b.stmt = stmt;
    cmty__bind_blob(&b, id, sizeof id);
    st = cmty__sql_step(&j->sql, stmt, err);
    if (st == CMTY_OK)
        st = cmty__fail(err, CMTY_REFUSED, "the report is under a hold; lift that first");
    sqlite3_finalize(stmt);
    return st == CMTY_END ? CMTY_OK : st;
}

/* What is said of a hold; review unused where it is lifted. */
struct change {
    const char *store, *report_id, *actor, *purpose, *text, *missing;
    cmty_time review;
    bool placed;
};

static cmty_status change_row(cmty__journal *j, const struct change *c, cmty_error *err)
{
    uint8_t id[CMTY__ID_BYTES];
    cmty__binder b = {0};
    cmty_status st;

    if (!cmty__id_parse(c->report_id, id))
        return CMTY_NOTFOUND;
    st = cmty__sql_prepare(&j->sql, c->text, &b.stmt, err);
    if (st == CMTY_OK) {
        cmty__bind_blob(&b, id, sizeof id);
        if (c->placed) {
            cmty__bind_text(&b, c->actor);
            cmty__bind_text(&b, c->purpose);
            cmty__bind_int(&b, cmty__time_now());
            cmty__bind_int(&b, c->review);
        }
        st = cmty__sql_once(&j->sql, b.stmt, err);
    }
    sqlite3_finalize(b.stmt);
    if (st == CMTY_OK && sqlite3_changes(j->sql.db) == 0)
        st = CMTY_NOTFOUND;
    if (st == CMTY_OK)
        st = cmty__journal_audit(j, "alter", c->report_id, c->actor, c->purpose, err);
    return st;
}

static cmty_status change_hold(const struct change *c, cmty_error *err)
{
    cmty__journal *j = NULL;
    cmty_status st = cmty__note_check(c->actor, "actor", err);

    if (st == CMTY_OK)
        st = cmty__note_check(c->purpose, "purpose", err);
    if (st == CMTY_OK && (c->store == NULL || c->report_id == NULL))
        st = cmty__fail(err, CMTY_E_INVALID, "a store and a report id are needed");
    if (st == CMTY_OK)
        st = cmty__journal_visit(c->store, &j, err);
    if (st == CMTY_OK)
        st = cmty__journal_begin(j, err);
    if (st == CMTY_OK)
        st = change_row(j, c, err);
    if (st == CMTY_NOTFOUND)
        (void)cmty__fail(err, CMTY_NOTFOUND, "%s in %s", c->missing, cmty__basename(c->store));
    if (st == CMTY_OK)
        st = cmty__journal_commit(j, err);
    cmty__journal_free(j);
    return st;
}

cmty_status cmty_store_hold(const char *store, const char *report_id, cmty_time review,
                            const char *actor, const char *purpose, cmty_error *err)
{
    const struct change c = {
        .store = store,
        .report_id = report_id,
        .actor = actor,
        .purpose = purpose,
        .text = "INSERT INTO hold SELECT report_id,?2,?3,?4,?5 FROM report WHERE report_id=?1"
                " ON CONFLICT(report_id) DO UPDATE SET actor=excluded.actor,"
                " purpose=excluded.purpose, placed=excluded.placed, review=excluded.review",
        .missing = "no report with this id",
        .review = review,
        .placed = true};

    return change_hold(&c, err);
}

cmty_status cmty_store_unhold(const char *store, const char *report_id, const char *actor,
                              const char *purpose, cmty_error *err)
{
    const struct change c = {.store = store,
                             .report_id = report_id,
                             .actor = actor,
                             .purpose = purpose,
                             .text = "DELETE FROM hold WHERE report_id=?1",
                             .missing = "no hold on a report with this id"};

    return change_hold(&c, err);
}

/* ---- the list ---- */

struct cmty_holds {
    cmty__journal *journal;
    sqlite3_stmt *stmt;
    char id[CMTY__ID_DIGITS + 1];
};

cmty_status cmty_holds_open(const char *store, cmty_holds **out, cmty_error *err)
{
    cmty_holds *holds;
    cmty_status st;

    if (out != NULL)
        *out = NULL;
    if (store == NULL || out == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "a store and a place for its holds are needed");
    holds = cmty__calloc(1, sizeof *holds);
    if (holds == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    st = cmty__journal_open(store, false, &holds->journal, err);
    if (st == CMTY_OK)
        st = cmty__sql_prepare(&holds->journal->sql,
                               "SELECT report_id, actor, purpose, placed, review FROM hold"
                               " ORDER BY review, report_id",
                               &holds->stmt, err);
    if (st == CMTY_OK) {
        *out = holds;
        holds = NULL;
    }
    cmty_holds_free(holds);
    return st;
}

cmty_status cmty_holds_next(cmty_holds *holds, cmty_hold *hold, cmty_error *err)
{
    cmty_hold found = {.struct_size = sizeof found};
    cmty_status st;

    if (holds == NULL || hold == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "holds and a place for one are needed");
    st = cmty__sql_step(&holds->journal->sql, holds->stmt, err);
    if (st != CMTY_OK)
        return st;
    if (sqlite3_column_bytes(holds->stmt, 0) != CMTY__ID_BYTES)
        return cmty__sql_fail(&holds->journal->sql, SQLITE_CORRUPT, err);
    cmty__hex(sqlite3_column_blob(holds->stmt, 0), CMTY__ID_BYTES, holds->id);
    found.report_id = holds->id;
    found.actor = cmty__column_text(holds->stmt, 1);
    found.purpose = cmty__column_text(holds->stmt, 2);
    found.placed = sqlite3_column_int64(holds->stmt, 3);
    found.review = sqlite3_column_int64(holds->stmt, 4);
    return cmty__struct_write(hold, &found, sizeof found, sizeof found, "cmty_hold", err);
}

void cmty_holds_free(cmty_holds *holds)
{
    if (holds == NULL)
        return;
    sqlite3_finalize(holds->stmt);
    cmty__journal_free(holds->journal);
    cmty__free(holds);
}
