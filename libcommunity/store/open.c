/* SPDX-License-Identifier: MIT */
/* Opening sealed reports with the secret key. Any thread: each call has its own connection. */
#include "store/journal.h"

#include "privacy/privacy.h"

#include <math.h>
#include <string.h>

enum { NOTE_BYTES = 200 };

cmty_status cmty_store_options_init(cmty_store_options *options)
{
    static const cmty_store_options defaults = CMTY_STORE_OPTIONS_INIT;

    if (options == NULL)
        return CMTY_E_INVALID;
    *options = defaults;
    return CMTY_OK;
}

/* One sealed report as it lies in the journal. */
struct sealed_report {
    cmty__buf bound, period, sealed;
};

static void sealed_report_free(struct sealed_report *r)
{
    cmty__buf_free(&r->bound);
    cmty__buf_free(&r->period);
    cmty__buf_free(&r->sealed);
}

static void append_column(cmty__buf *out, sqlite3_stmt *stmt, int column)
{
    cmty__buf_bytes(out, sqlite3_column_blob(stmt, column),
                    (size_t)sqlite3_column_bytes(stmt, column));
}

#define SEALED_REPORTS                                                                             \
    "SELECT " CMTY__ENTRY_COLUMNS ", period.sealed, report.sealed FROM report"                     \
    " LEFT JOIN period ON period.number = report.period"

static cmty_status take_row(sqlite3_stmt *stmt, const cmty__entry *e, struct sealed_report *out,
                            cmty_error *err)
{
    cmty__entry_bind(e, &out->bound);
    append_column(&out->period, stmt, CMTY__ENTRY_COLUMN_COUNT);
    append_column(&out->sealed, stmt, CMTY__ENTRY_COLUMN_COUNT + 1);
    if (out->bound.failed || out->period.failed || out->sealed.failed)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    return CMTY_OK;
}

static cmty_status find_report(cmty__journal *j, const char *report_id, struct sealed_report *out,
                               cmty_error *err)
{
    static const char text[] = SEALED_REPORTS " WHERE report_id=?";
    uint8_t id[CMTY__ID_BYTES];
    char digits[CMTY__ID_DIGITS + 1];
    cmty__binder b = {0};
    cmty__entry e;
    cmty_status st;

    if (!cmty__id_parse(report_id, id))
        return CMTY_NOTFOUND;
    st = cmty__sql_prepare(&j->sql, text, &b.stmt, err);
    if (st == CMTY_OK) {
        cmty__bind_blob(&b, id, sizeof id);
        st = cmty__sql_step(&j->sql, b.stmt, err);
    }
    if (st == CMTY_OK) {
        cmty__entry_read(b.stmt, &e, digits);
        st = take_row(b.stmt, &e, out, err);
    }
    sqlite3_finalize(b.stmt);
    return st == CMTY_END ? CMTY_NOTFOUND : st;
}

/* The sealed part, once the reading is durably in the audit log. */
static cmty_status take_out(const char *store, const char *report_id, const char *verb,
                            const char *actor, const char *purpose, struct sealed_report *out,
                            cmty_error *err)
{
    cmty__journal *j = NULL;
    cmty_status st = cmty__journal_open_as(store, CMTY__VISITOR, &j, err);

    if (st == CMTY_OK)
        st = cmty__journal_begin(j, err);
    if (st == CMTY_OK)
        st = find_report(j, report_id, out, err);
    if (st == CMTY_NOTFOUND)
        (void)cmty__fail(err, CMTY_NOTFOUND, "no report with this id in %s", cmty__basename(store));
    if (st == CMTY_OK && out->sealed.size == 0)
        st = cmty__fail(err, CMTY_NOTFOUND,
                        "what was sealed of this report is destroyed: its time was over");
    if (st == CMTY_OK)
        st = cmty__journal_audit(j, verb, report_id, actor, purpose, err);
    if (st == CMTY_OK)
        st = cmty__journal_commit(j, err);
    cmty__journal_free(j);
    return st;
}

cmty_status cmty__note_check(const char *text, const char *name, cmty_error *err)
{
    size_t size = text != NULL ? strlen(text) : 0;

    if (size > 0 && size <= NOTE_BYTES && cmty__utf8_valid(text, size))
        return CMTY_OK;
    return cmty__fail(err, CMTY_E_INVALID, "%s: 1 to %d bytes of UTF-8 are needed", name,
                      (int)NOTE_BYTES);
}

static cmty_status unseal(const cmty__opener *opener, const struct sealed_report *r,
                          cmty__buf *plain, cmty_error *err)
{
    cmty_status st = cmty__unseal(opener, r->period.data, r->period.size, r->sealed.data,
                                  r->sealed.size, r->bound.data, r->bound.size, plain, err);

    if (st == CMTY_OK && (plain->data == NULL || plain->failed))
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    return st;
}

/* Who reads and why, and what they may have then. */
struct reading {
    const char *store, *report_id, *secret_key, *verb, *actor, *purpose;
};

static cmty_status read_report(const struct reading *r, cmty__buf *plain, cmty_error *err)
{
    struct sealed_report sealed = {0};
    cmty__opener *opener = NULL;
    cmty_status st;

    if (r->store == NULL || r->report_id == NULL || r->secret_key == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "store, report id or secret key is NULL");
    st = cmty__note_check(r->actor, "actor", err);
    if (st == CMTY_OK)
        st = cmty__note_check(r->purpose, "purpose", err);
    if (st == CMTY_OK)
        st = cmty__opener_open(r->secret_key, &opener, err);
    if (st == CMTY_OK)
        st = take_out(r->store, r->report_id, r->verb, r->actor, r->purpose, &sealed, err);
    if (st == CMTY_OK)
        st = unseal(opener, &sealed, plain, err);
    cmty__opener_free(opener);
    sealed_report_free(&sealed);
    return st;
}

cmty_status cmty_store_open_report(const char *store, const char *report_id, const char *secret_key,
                                   const char *actor, const char *purpose, char **json,
                                   cmty_error *err)
{
    const struct reading reading = {store, report_id, secret_key, "consult", actor, purpose};
    cmty__buf plain = {0};
    cmty_status st;

    if (json == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "json is NULL");
    *json = NULL;
    st = read_report(&reading, &plain, err);
    if (st == CMTY_OK) {
        *json = plain.data; /* ownership moves to the caller */
        plain = (cmty__buf){0};
    }
    cmty__buf_wipe(&plain);
    return st;
}

/* ---- disclosure ---- */

static void read_place(const cmty__json *report, cmty_disclosed *out)
{
    const char *occurred = cmty__json_text(cmty__json_member(report, "occurred"));
    cmty_point at;

    out->at = (cmty_point){NAN, NAN};
    out->accuracy_m = NAN;
    out->occurred = CMTY_TIME_UNKNOWN;
    if (cmty__json_number(cmty__json_member(report, "lon"), &at.lon_deg)
        && cmty__json_number(cmty__json_member(report, "lat"), &at.lat_deg))
        out->at = at;
    (void)cmty__json_number(cmty__json_member(report, "accuracy_m"), &out->accuracy_m);
    if (occurred != NULL)
        (void)cmty__time_parse(occurred, NULL, '\0', &out->occurred);
}

cmty_status cmty_store_disclose(const char *store, const char *report_id, const char *secret_key,
                                const char *actor, const char *purpose, cmty_disclosed *out,
                                cmty_error *err)
{
    const struct reading reading = {store, report_id, secret_key, "disclose", actor, purpose};
    cmty_disclosed found = {.struct_size = (uint32_t)sizeof found};
    cmty__json *document = NULL;
    cmty__buf plain = {0};
    cmty_status st;

    if (out == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "a place for the report is needed");
    st = read_report(&reading, &plain, err);
    if (st == CMTY_OK)
        st = cmty__json_parse(plain.data, plain.size, &document, err);
    if (st == CMTY_OK) {
        read_place(document, &found);
        found.json = plain.data;
        st = cmty__struct_write(out, &found, sizeof found, sizeof found, "cmty_disclosed", err);
    }
    if (st == CMTY_OK)
        plain = (cmty__buf){0}; /* ownership moved to the caller */
    cmty__json_free(document);
    cmty__buf_wipe(&plain);
    return st;
}

void cmty_disclosed_clear(cmty_disclosed *disclosed)
{
    if (disclosed == NULL || disclosed->json == NULL)
        return;
    cmty__zero(disclosed->json, strlen(disclosed->json));
    cmty__free(disclosed->json);
    disclosed->json = NULL;
    cmty__zero(&disclosed->at, sizeof disclosed->at);
}

/* ---- all reports ---- */

static cmty_status note_all(cmty__journal *j, const char *actor, const char *purpose,
                            cmty_error *err)
{
    cmty_status st = cmty__journal_begin(j, err);

    if (st == CMTY_OK)
        st = cmty__journal_audit(j, "consult", NULL, actor, purpose, err);
    return st == CMTY_OK ? cmty__journal_commit(j, err) : st;
}

static cmty_status open_each(cmty__journal *j, const cmty__opener *opener, cmty__opened_fn *fn,
                             void *user, cmty_error *err)
{
    sqlite3_stmt *stmt = NULL;
    char digits[CMTY__ID_DIGITS + 1];
    cmty_status st = cmty__sql_prepare(&j->sql, SEALED_REPORTS " ORDER BY report_id", &stmt, err);

    while (st == CMTY_OK && (st = cmty__sql_step(&j->sql, stmt, err)) == CMTY_OK) {
        struct sealed_report sealed = {0};
        cmty__buf plain = {0};
        cmty__entry e;

        cmty__entry_read(stmt, &e, digits);
        st = take_row(stmt, &e, &sealed, err);
        if (st == CMTY_OK && sealed.sealed.size > 0)
            st = unseal(opener, &sealed, &plain, err);
        if (st == CMTY_OK)
            st = fn(&e, plain.data, plain.size, user, err);
        cmty__buf_wipe(&plain);
        sealed_report_free(&sealed);
    }
    sqlite3_finalize(stmt);
    return st == CMTY_END ? CMTY_OK : st;
}

cmty_status cmty__store_open_all(const char *store, const char *secret_key, const char *actor,
                                 const char *purpose, cmty__opened_fn *fn, void *user,
                                 cmty_error *err)
{
    cmty__opener *opener = NULL;
    cmty__journal *j = NULL;
    cmty_status st = cmty__note_check(actor, "actor", err);

    if (st == CMTY_OK)
        st = cmty__note_check(purpose, "purpose", err);
    if (st == CMTY_OK)
        st = cmty__opener_open(secret_key, &opener, err);
    if (st == CMTY_OK)
        st = cmty__journal_open_as(store, CMTY__VISITOR, &j, err);
    if (st == CMTY_OK)
        st = note_all(j, actor, purpose, err);
    if (st == CMTY_OK)
        st = open_each(j, opener, fn, user, err);
    cmty__journal_free(j);
    cmty__opener_free(opener);
    return st;
}
