/* SPDX-License-Identifier: MIT */
/*
 * What has been spent of the privacy of places. Every view is made from the masked point that the
 * journal keeps, so a report is charged once, when it is stored, and not for each release. A store
 * takes one mask key only, so no place can be drawn again under another. Serial per journal.
 */
#include "store/journal.h"

static void bind_place(cmty__binder *b, const cmty__charge *c)
{
    cmty__bind_text(b, c->key_id);
    cmty__bind_blob(b, c->cell, sizeof c->cell);
    cmty__bind_text(b, c->audience);
}

cmty_status cmty__journal_spent(cmty__journal *j, const cmty__charge *c, double *epsilon_per_m,
                                cmty_error *err)
{
    cmty__binder b;
    cmty_status st = cmty__journal_statement(j, CMTY__STMT_LEDGER_GET, &b, err);

    if (st != CMTY_OK)
        return st;
    bind_place(&b, c);
    st = cmty__sql_step(&j->sql, b.stmt, err);
    if (st >= 0)
        *epsilon_per_m = st == CMTY_OK ? sqlite3_column_double(b.stmt, 0) : 0;
    sqlite3_reset(b.stmt);
    sqlite3_clear_bindings(b.stmt);
    return st < 0 ? st : CMTY_OK;
}

cmty_status cmty__journal_charge(cmty__journal *j, const cmty__charge *c, cmty_error *err)
{
    cmty__binder b;
    cmty_status st = cmty__journal_may_write(j, err);

    if (st == CMTY_OK)
        st = cmty__journal_statement(j, CMTY__STMT_LEDGER_ADD, &b, err);
    if (st == CMTY_OK) {
        bind_place(&b, c);
        cmty__bind_real(&b, c->epsilon_per_m);
        st = cmty__sql_once(&j->sql, b.stmt, err);
    }
    return cmty__journal_wrote(j, st);
}
