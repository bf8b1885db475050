/* SPDX-License-Identifier: MIT */
/*
 * Refused records, sealed whole, with what it takes to read them again: format, source, mapping and
 * the header of their table. Serial per journal; the public calls have a connection each.
 */
#include "store/journal.h"

#include "privacy/privacy.h"

/* ---- a record and how it is read ---- */

static void put_text(cmty__buf *out, const char *name, const char *text, size_t size)
{
    cmty__buf copy = {0};

    cmty__buf_bytes(&copy, text != NULL ? text : "", text != NULL ? size : 0);
    cmty__buf_format(out, "\"%s\":", name);
    cmty__buf_json(out, copy.data != NULL ? copy.data : "");
    cmty__buf_char(out, ',');
    out->failed = out->failed || copy.failed;
    cmty__buf_free(&copy);
}

/* One line of JSON, then the record's own bytes. */
void cmty__packet_write(const cmty__packet *p, cmty__buf *out)
{
    cmty__buf_char(out, '{');
    put_text(out, "format", p->format, p->format != NULL ? strlen(p->format) : 0);
    put_text(out, "source", p->source, p->source != NULL ? strlen(p->source) : 0);
    if (p->header != NULL)
        put_text(out, "header", p->header, p->header_size);
    cmty__buf_text(out, "\"map\":[");
    for (size_t i = 0; i < p->map_count; i++) {
        cmty__buf_text(out, i > 0 ? "," : "");
        cmty__buf_json(out, p->map[i]);
    }
    cmty__buf_text(out, "]}\n");
    cmty__buf_bytes(out, p->raw, p->raw_size);
}

static const char *keep(cmty__arena *arena, const cmty__json *v, bool *nomem)
{
    const char *text = cmty__json_text(v);
    char *copy = text != NULL ? cmty__arena_text(arena, text, strlen(text)) : NULL;

    *nomem = *nomem || (text != NULL && copy == NULL);
    return copy;
}

static cmty_status read_context(const cmty__json *v, cmty__arena *arena, cmty__packet *out,
                                cmty_error *err)
{
    const cmty__json *map = cmty__json_member(v, "map");
    bool nomem = false;
    const char **pairs;

    out->format = keep(arena, cmty__json_member(v, "format"), &nomem);
    out->source = keep(arena, cmty__json_member(v, "source"), &nomem);
    out->header = keep(arena, cmty__json_member(v, "header"), &nomem);
    out->header_size = out->header != NULL ? strlen(out->header) : 0;
    out->map_count = cmty__json_count(map);
    pairs = cmty__arena_alloc(arena, (out->map_count + 1) * sizeof *pairs);
    for (size_t i = 0; pairs != NULL && i < out->map_count; i++)
        pairs[i] = keep(arena, cmty__json_at(map, i), &nomem);
    out->map = pairs;
    return nomem || pairs == NULL ? cmty__fail(err, CMTY_E_NOMEM, "out of memory") : CMTY_OK;
}

static cmty_status packet_read(const cmty__buf *plain, cmty__arena *arena, cmty__packet *out,
                               cmty_error *err)
{
    const char *end = memchr(plain->data, '\n', plain->size);
    size_t size = end != NULL ? (size_t)(end - plain->data) : 0;
    cmty__json *document = NULL;
    cmty_status st = end != NULL ? cmty__json_parse(plain->data, size, &document, err)
                                 : cmty__fail(err, CMTY_E_FORMAT, "the kept record is damaged");

    if (st == CMTY_OK)
        st = read_context(document, arena, out, err);
    cmty__json_free(document);
    if (st != CMTY_OK)
        return st;
    out->raw_size = plain->size - size - 1;
    out->raw = cmty__arena_text(arena, end + 1, out->raw_size);
    return out->raw != NULL ? CMTY_OK : cmty__fail(err, CMTY_E_NOMEM, "out of memory");
}

/* ---- rows ---- */

void cmty__quarantine_bind(const uint8_t once[CMTY__HASH_BYTES], bool packet, cmty__buf *out)
{
    cmty__buf_bytes(out, once, CMTY__HASH_BYTES);
    if (packet)
        cmty__buf_text(out, "community-packet-1");
}

cmty_status cmty__journal_quarantine(cmty__journal *j, const uint8_t once[32], int32_t reason,
                                     const char *field, int64_t period, const void *sealed,
                                     size_t sealed_size, cmty_error *err)
{
    cmty__binder b;
    cmty_status st = cmty__journal_may_write(j, err);

    if (st == CMTY_OK && sealed == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "a sealed part is missing");
    if (st == CMTY_OK)
        st = cmty__journal_statement(j, CMTY__STMT_QUARANTINE, &b, err);
    if (st == CMTY_OK) {
        cmty__bind_blob(&b, once, CMTY__HASH_BYTES);
        cmty__bind_int(&b, reason);
        cmty__bind_text(&b, field != NULL ? field : "");
        cmty__bind_int(&b, cmty__time_now());
        cmty__bind_int(&b, period);
        cmty__bind_blob(&b, sealed, sealed_size);
        st = cmty__sql_once(&j->sql, b.stmt, err);
    }
    return cmty__journal_wrote(j, st);
}

cmty_status cmty__journal_quarantine_counts(cmty__journal *j, int64_t *by_reason, size_t n,
                                            cmty_error *err)
{
    sqlite3_stmt *stmt = NULL;
    cmty_status st = cmty__sql_prepare(
        &j->sql, "SELECT reason, count(*) FROM quarantine GROUP BY reason", &stmt, err);

    if (st == CMTY_OK)
        memset(by_reason, 0, n * sizeof *by_reason);
    while (st == CMTY_OK && (st = cmty__sql_step(&j->sql, stmt, err)) == CMTY_OK) {
        int64_t reason = sqlite3_column_int64(stmt, 0);

        if (reason >= 0 && (uint64_t)reason < n)
            by_reason[reason] = sqlite3_column_int64(stmt, 1);
    }
    sqlite3_finalize(stmt);
    return st < 0 ? st : CMTY_OK;
}

/* A change of one row; CMTY_NOTFOUND where there is none. */
static cmty_status change_row(cmty__journal *j, enum cmty__journal_statement which, int64_t number,
                              int32_t reason, const char *field, cmty_error *err)
{
    cmty__binder b;
    cmty_status st = cmty__journal_may_write(j, err);

    if (st == CMTY_OK)
        st = cmty__journal_statement(j, which, &b, err);
    if (st == CMTY_OK) {
        if (field != NULL) {
            cmty__bind_int(&b, reason);
            cmty__bind_text(&b, field);
        }
        cmty__bind_int(&b, number);
        st = cmty__sql_once(&j->sql, b.stmt, err);
    }
    if (st == CMTY_OK && sqlite3_changes(j->sql.db) == 0)
        st = CMTY_NOTFOUND;
    return cmty__journal_wrote(j, st);
}

cmty_status cmty__refused_drop(cmty__journal *j, int64_t number, cmty_error *err)
{
    cmty_status st = change_row(j, CMTY__STMT_REFUSED_DROP, number, 0, NULL, err);

    if (st != CMTY_OK)
        return st;
    st = change_row(j, CMTY__STMT_REFUSED_DROPPED, number, 0, NULL, err);
    return st == CMTY_NOTFOUND ? CMTY_OK : st; /* a higher one was dropped before */
}

cmty_status cmty__refused_reason(cmty__journal *j, int64_t number, int32_t reason,
                                 const char *field, cmty_error *err)
{
    return change_row(j, CMTY__STMT_REFUSED_REASON, number, reason, field != NULL ? field : "",
                      err);
}

cmty_status cmty__refused_drop_before(cmty__journal *j, cmty_time time, cmty_error *err)
{
    sqlite3_stmt *drop = NULL;
    cmty__binder b;
    int64_t newest = 0;
    cmty_status st = cmty__journal_may_write(j, err);

    if (st == CMTY_OK)
        st = cmty__journal_statement(j, CMTY__STMT_REFUSED_OLD, &b, err);
    if (st != CMTY_OK)
        return st;
    cmty__bind_int(&b, time);
    st = cmty__sql_step(&j->sql, b.stmt, err);
    if (st == CMTY_OK)
        newest = sqlite3_column_int64(b.stmt, 0);
    sqlite3_reset(b.stmt);
    if (st != CMTY_OK || newest == 0)
        return st;
    st = cmty__sql_prepare(&j->sql, "DELETE FROM quarantine WHERE received<=?", &drop, err);
    if (st == CMTY_OK) {
        b = (cmty__binder){drop, 0};
        cmty__bind_int(&b, time);
        st = cmty__sql_once(&j->sql, drop, err);
    }
    sqlite3_finalize(drop);
    if (st == CMTY_OK)
        st = change_row(j, CMTY__STMT_REFUSED_DROPPED, newest, 0, NULL, err);
    return st == CMTY_NOTFOUND ? CMTY_OK : cmty__journal_wrote(j, st);
}

/* ---- opening ---- */

struct sealed_row {
    cmty__buf once, period, sealed;
};

static void append_column(cmty__buf *out, sqlite3_stmt *stmt, int column)
{
    cmty__buf_bytes(out, sqlite3_column_blob(stmt, column),
                    (size_t)sqlite3_column_bytes(stmt, column));
}

static cmty_status find_row(cmty__journal *j, int64_t number, struct sealed_row *out,
                            cmty_error *err)
{
    cmty__binder b;
    cmty_status st = cmty__journal_statement(j, CMTY__STMT_REFUSED_SEALED, &b, err);

    if (st != CMTY_OK)
        return st;
    cmty__bind_int(&b, number);
    st = cmty__sql_step(&j->sql, b.stmt, err);
    if (st == CMTY_OK) {
        append_column(&out->once, b.stmt, 0);
        append_column(&out->period, b.stmt, 1);
        append_column(&out->sealed, b.stmt, 2);
        if (out->once.failed || out->period.failed || out->sealed.failed)
            st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
        else if (out->once.size != CMTY__HASH_BYTES)
            st = cmty__sql_fail(&j->sql, SQLITE_CORRUPT, err);
    }
    sqlite3_reset(b.stmt);
    return st == CMTY_END ? CMTY_NOTFOUND : st;
}

static cmty_status unseal_as(const cmty__opener *opener, const struct sealed_row *row, bool packet,
                             cmty__buf *plain, cmty_error *err)
{
    cmty__buf bound = {0};
    cmty_status st = CMTY_E_NOMEM;

    cmty__quarantine_bind((const uint8_t *)row->once.data, packet, &bound);
    if (!bound.failed)
        st = cmty__unseal(opener, row->period.data, row->period.size, row->sealed.data,
                          row->sealed.size, bound.data, bound.size, plain, err);
    else
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    cmty__buf_free(&bound);
    return st;
}

/* Stores of the first releases hold the record alone, bound otherwise. */
static cmty_status unseal(const cmty__opener *opener, const struct sealed_row *row,
                          cmty__arena *arena, cmty__packet *out, cmty_error *err)
{
    cmty__buf plain = {0};
    bool packet = true;
    cmty_status st = unseal_as(opener, row, packet, &plain, err);

    if (st == CMTY_E_FORMAT) {
        packet = false;
        st = unseal_as(opener, row, packet, &plain, err);
    }
    *out = (cmty__packet){0};
    if (st == CMTY_OK && packet)
        st = packet_read(&plain, arena, out, err);
    if (st == CMTY_OK && !packet) {
        out->raw_size = plain.size;
        out->raw = cmty__arena_text(arena, plain.data != NULL ? plain.data : "", plain.size);
        if (out->raw == NULL)
            st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    cmty__buf_wipe(&plain);
    return st;
}

static cmty_status take_out(cmty__journal *j, int64_t number, const char *actor,
                            const char *purpose, struct sealed_row *out, cmty_error *err)
{
    cmty_status st = cmty__journal_begin(j, err);

    if (st == CMTY_OK)
        st = find_row(j, number, out, err);
    if (st == CMTY_NOTFOUND)
        (void)cmty__fail(err, CMTY_NOTFOUND, "there is no refused record %lld in %s",
                         (long long)number, cmty__basename(j->path));
    if (st == CMTY_OK)
        st = cmty__journal_audit(j, "consult", NULL, actor, purpose, err);
    if (st == CMTY_OK)
        st = cmty__journal_commit(j, err);
    cmty__journal_rollback(j); /* nothing after a commit */
    return st;
}

cmty_status cmty__refused_open(cmty__journal *j, int64_t number, const cmty__reading *by,
                               cmty__arena *arena, cmty__packet *out, cmty_error *err)
{
    struct sealed_row row = {0};
    cmty__opener *opener = NULL;
    cmty_status st = cmty__note_check(by->actor, "actor", err);

    if (st == CMTY_OK)
        st = cmty__note_check(by->purpose, "purpose", err);
    if (st == CMTY_OK && by->secret_key == NULL)
        st =
            cmty__fail(err, CMTY_E_INVALID, "the secret key is needed: refused records are sealed");
    if (st == CMTY_OK)
        st = cmty__opener_open(by->secret_key, &opener, err);
    if (st == CMTY_OK)
        st = take_out(j, number, by->actor, by->purpose, &row, err);
    if (st == CMTY_OK)
        st = unseal(opener, &row, arena, out, err);
    cmty__opener_free(opener);
    cmty__buf_free(&row.once);
    cmty__buf_free(&row.period);
    cmty__buf_free(&row.sealed);
    return st;
}

void cmty__packet_document(const cmty__packet *p, cmty__buf *out)
{
    if (p->header != NULL) {
        cmty__buf_bytes(out, p->header, p->header_size);
        cmty__buf_char(out, '\n');
    }
    cmty__buf_bytes(out, p->raw, p->raw_size);
    if (p->header != NULL)
        cmty__buf_char(out, '\n');
}

cmty_status cmty_quarantine_read(const char *store, int64_t number, const char *secret_key,
                                 const char *actor, const char *purpose, char **bytes, size_t *size,
                                 cmty_error *err)
{
    const cmty__reading by = {secret_key, actor, purpose};
    cmty__journal *j = NULL;
    cmty__arena *arena;
    cmty__packet packet = {0};
    cmty__buf document = {0};
    cmty_status st;

    if (bytes != NULL)
        *bytes = NULL;
    if (store == NULL || bytes == NULL || size == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "a store and a place for the record are needed");
    arena = cmty__arena_new();
    st = arena != NULL ? cmty__journal_visit(store, &j, err)
                       : cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    if (st == CMTY_OK)
        st = cmty__refused_open(j, number, &by, arena, &packet, err);
    if (st == CMTY_OK) {
        cmty__packet_document(&packet, &document);
        cmty__buf_bytes(&document, "", 0); /* never NULL */
        cmty__buf_char(&document, '\0');
        if (document.failed)
            st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    if (st == CMTY_OK) {
        *bytes = document.data; /* ownership moves to the caller */
        *size = document.size - 1;
        document = (cmty__buf){0};
    }
    cmty__buf_wipe(&document);
    cmty__arena_free(arena);
    cmty__journal_free(j);
    return st;
}

cmty_status cmty_quarantine_drop(const char *store, int64_t number, const char *actor,
                                 const char *purpose, cmty_error *err)
{
    cmty__journal *j = NULL;
    cmty_status st = cmty__note_check(actor, "actor", err);

    if (st == CMTY_OK)
        st = cmty__note_check(purpose, "purpose", err);
    if (st == CMTY_OK && store == NULL)
        st = cmty__fail(err, CMTY_E_INVALID, "a store is needed");
    if (st == CMTY_OK)
        st = cmty__journal_visit(store, &j, err);
    if (st == CMTY_OK)
        st = cmty__journal_begin(j, err);
    if (st == CMTY_OK)
        st = cmty__refused_drop(j, number, err);
    if (st == CMTY_NOTFOUND)
        (void)cmty__fail(err, CMTY_NOTFOUND, "there is no refused record %lld in %s",
                         (long long)number, cmty__basename(store));
    if (st == CMTY_OK)
        st = cmty__journal_audit(j, "erase", NULL, actor, purpose, err);
    if (st == CMTY_OK)
        st = cmty__journal_commit(j, err);
    cmty__journal_free(j);
    return st;
}

/* ---- the list ---- */

struct cmty_quarantine {
    cmty__journal *journal;
    sqlite3_stmt *stmt;
};

cmty_status cmty_quarantine_open(const char *store, int64_t number, cmty_quarantine **out,
                                 cmty_error *err)
{
    cmty_quarantine *q;
    cmty__binder b = {0};
    cmty_status st;

    if (out != NULL)
        *out = NULL;
    if (store == NULL || out == NULL || number < 0)
        return cmty__fail(err, CMTY_E_INVALID, "a store, and a number of 0 or more, are needed");
    q = cmty__calloc(1, sizeof *q);
    if (q == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    st = cmty__journal_open(store, false, &q->journal, err);
    if (st == CMTY_OK)
        st = cmty__sql_prepare(&q->journal->sql,
                               "SELECT number, reason, received, field FROM quarantine"
                               " WHERE ?1=0 OR number=?1 ORDER BY number",
                               &q->stmt, err);
    if (st == CMTY_OK) {
        b.stmt = q->stmt;
        cmty__bind_int(&b, number);
        *out = q;
        q = NULL;
    }
    cmty_quarantine_free(q);
    return st;
}

cmty_status cmty_quarantine_next(cmty_quarantine *q, cmty_refused *item, cmty_error *err)
{
    cmty_refused found = {.struct_size = sizeof found};
    cmty_status st;

    if (q == NULL || item == NULL)
        return cmty__fail(err, CMTY_E_INVALID,
                          "a quarantine and a place for its record are needed");
    st = cmty__sql_step(&q->journal->sql, q->stmt, err);
    if (st != CMTY_OK)
        return st;
    found.number = sqlite3_column_int64(q->stmt, 0);
    found.reason = sqlite3_column_int(q->stmt, 1);
    found.received = sqlite3_column_int64(q->stmt, 2);
    found.field = cmty__column_text(q->stmt, 3);
    return cmty__struct_write(item, &found, sizeof found, sizeof found, "cmty_refused", err);
}

void cmty_quarantine_free(cmty_quarantine *q)
{
    if (q == NULL)
        return;
    sqlite3_finalize(q->stmt);
    cmty__journal_free(q->journal);
    cmty__free(q);
}
