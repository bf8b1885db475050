/* SPDX-License-Identifier: MIT */
/*
 * What receivers have answered. A row is there from the first answer on, so what a receiver has not
 * answered lies behind the highest number of its rows, or waits for its time. Serial per journal.
 */
#include "store/journal.h"

#include <string.h>

static const char *keep(cmty__arena *arena, const char *text, bool *lost)
{
    const char *copy = cmty__arena_text(arena, text, strlen(text));

    *lost = *lost || copy == NULL;
    return copy;
}

/* The texts outlive the statement, which must not stay open: it would hold an old view of the
   journal, from which this connection could not write. */
static cmty_status keep_texts(cmty__entry *e, cmty__arena *arena, cmty_error *err)
{
    bool lost = false;

    e->report_id = keep(arena, e->report_id, &lost);
    e->category = keep(arena, e->category, &lost);
    e->beat_id = keep(arena, e->beat_id, &lost);
    e->district = keep(arena, e->district, &lost);
    e->bin = keep(arena, e->bin, &lost);
    e->withheld_note = keep(arena, e->withheld_note, &lost);
    e->fence_id = keep(arena, e->fence_id, &lost);
    return lost ? cmty__fail(err, CMTY_E_NOMEM, "out of memory") : CMTY_OK;
}

/* The clear columns, then number and tries. */
static cmty_status read_letter(cmty__journal *j, sqlite3_stmt *stmt, cmty__letter *letter,
                               cmty__entry *e, cmty__arena *arena, cmty_error *err)
{
    char digits[CMTY__ID_DIGITS + 1];
    cmty_status st = cmty__sql_step(&j->sql, stmt, err);

    if (st == CMTY_OK) {
        cmty__entry_read(stmt, e, digits);
        letter->number = sqlite3_column_int64(stmt, CMTY__ENTRY_COLUMN_COUNT);
        letter->tries = (uint32_t)sqlite3_column_int64(stmt, CMTY__ENTRY_COLUMN_COUNT + 1);
        st = keep_texts(e, arena, err);
    }
    sqlite3_reset(stmt);
    sqlite3_clear_bindings(stmt);
    return st;
}

cmty_status cmty__outbox_next(cmty__journal *j, const char *receiver, int64_t passed, cmty_time now,
                              cmty__letter *letter, cmty__entry *e, cmty__arena *arena,
                              cmty_error *err)
{
    cmty__binder b;
    cmty_status st = cmty__journal_statement(j, CMTY__STMT_OUTBOX_DUE, &b, err);

    if (st != CMTY_OK)
        return st;
    cmty__bind_text(&b, receiver);
    cmty__bind_int(&b, now);
    st = read_letter(j, b.stmt, letter, e, arena, err);
    if (st != CMTY_END)
        return st;
    st = cmty__journal_statement(j, CMTY__STMT_OUTBOX_NEW, &b, err);
    if (st != CMTY_OK)
        return st;
    cmty__bind_text(&b, receiver);
    cmty__bind_int(&b, passed);
    return read_letter(j, b.stmt, letter, e, arena, err);
}

cmty_status cmty__outbox_answer(cmty__journal *j, const char *receiver, int64_t number,
                                const cmty_outbox_answer *answer, cmty_error *err)
{
    cmty__binder b;
    cmty_status st = cmty__journal_may_write(j, err);

    if (st == CMTY_OK)
        st = cmty__journal_statement(j, CMTY__STMT_OUTBOX_ANSWER, &b, err);
    if (st != CMTY_OK)
        return cmty__journal_wrote(j, st);
    cmty__bind_text(&b, receiver);
    cmty__bind_int(&b, answer->answer);
    cmty__bind_int(&b, answer->answer == CMTY_ANSWER_LATER);
    cmty__bind_int(&b, answer->answer == CMTY_ANSWER_LATER ? answer->due : 0);
    cmty__bind_text(&b, answer->cause != NULL ? answer->cause : "");
    cmty__bind_text(&b, answer->case_number != NULL ? answer->case_number : "");
    cmty__bind_int(&b, number);
    st = cmty__sql_once(&j->sql, b.stmt, err);
    if (st == CMTY_OK && sqlite3_changes(j->sql.db) == 0)
        return cmty__fail(err, CMTY_NOTFOUND, "the report is no longer in the store");
    return cmty__journal_wrote(j, st);
}

cmty_status cmty__outbox_status(cmty__journal *j, const char *receiver, const char *report_id,
                                const char *status, cmty_time time, cmty_error *err)
{
    uint8_t id[CMTY__ID_BYTES];
    cmty__binder b;
    cmty_status st = cmty__journal_may_write(j, err);

    if (st == CMTY_OK)
        st = cmty__journal_statement(j, CMTY__STMT_OUTBOX_STATUS, &b, err);
    if (st != CMTY_OK)
        return cmty__journal_wrote(j, st);
    if (cmty__id_parse(report_id, id)) {
        cmty__bind_int(&b, time);
        cmty__bind_text(&b, status);
        cmty__bind_text(&b, receiver);
        cmty__bind_blob(&b, id, sizeof id);
        st = cmty__sql_once(&j->sql, b.stmt, err);
        if (st != CMTY_OK || sqlite3_changes(j->sql.db) > 0)
            return cmty__journal_wrote(j, st);
    }
    return cmty__fail(err, CMTY_NOTFOUND, "%s has accepted no report with this id", receiver);
}

cmty_status cmty__outbox_find(cmty__journal *j, const char *receiver, const char *report_id,
                              int64_t *number, int32_t *answer, cmty_error *err)
{
    uint8_t id[CMTY__ID_BYTES];
    cmty__binder b;
    cmty_status st;

    if (!cmty__id_parse(report_id, id))
        return CMTY_NOTFOUND;
    st = cmty__journal_statement(j, CMTY__STMT_OUTBOX_FIND, &b, err);
    if (st != CMTY_OK)
        return st;
    cmty__bind_text(&b, receiver);
    cmty__bind_blob(&b, id, sizeof id);
    st = cmty__sql_step(&j->sql, b.stmt, err);
    if (st == CMTY_OK) {
        *number = sqlite3_column_int64(b.stmt, 0);
        *answer = sqlite3_column_int(b.stmt, 1);
    }
    sqlite3_reset(b.stmt);
    sqlite3_clear_bindings(b.stmt);
    return st == CMTY_END ? CMTY_NOTFOUND : st;
}

cmty_status cmty__outbox_counts(cmty__journal *j, const char *receiver, cmty_outbox_counts *counts,
                                cmty_error *err)
{
    cmty__binder b;
    cmty_status st = cmty__journal_statement(j, CMTY__STMT_OUTBOX_COUNT, &b, err);

    if (st != CMTY_OK)
        return st;
    cmty__bind_text(&b, receiver);
    st = cmty__sql_step(&j->sql, b.stmt, err);
    if (st == CMTY_OK) {
        counts->accepted = (uint64_t)sqlite3_column_int64(b.stmt, 0);
        counts->rejected = (uint64_t)sqlite3_column_int64(b.stmt, 1);
        counts->later = (uint64_t)sqlite3_column_int64(b.stmt, 2);
        counts->unanswered = (uint64_t)sqlite3_column_int64(b.stmt, 3);
    }
    sqlite3_reset(b.stmt);
    sqlite3_clear_bindings(b.stmt);
    return st;
}
