/* SPDX-License-Identifier: MIT */
/* Photos of reports: a sterile copy and the original, each sealed. Serial per journal; the public
   calls have a connection each. */
#include "store/journal.h"

#include <community/photo.h>

void cmty__photo_bind(const cmty__photo *p, bool original, cmty__buf *out)
{
    cmty__encode_text(out, original ? "community-photo-original-1" : "community-photo-sterile-1");
    cmty__encode_text(out, p->report_id);
    cmty__encode_bytes(out, p->once, CMTY__HASH_BYTES);
    cmty__encode_int(out, p->kind);
    cmty__encode_int(out, p->width);
    cmty__encode_int(out, p->height);
    cmty__encode_int(out, p->removed);
}

/* No row where the report is not there, or has nothing sealed any more. */
static const char insert_text[] =
    "INSERT INTO photo(report_id,once,kind,width,height,removed,period,sterile,original)"
    " SELECT report_id,?2,?3,?4,?5,?6,?7,?8,?9 FROM report WHERE report_id=?1 AND period>0"
    " ON CONFLICT(report_id, once) DO NOTHING";

static cmty_status has_report(cmty__journal *j, const uint8_t id[CMTY__ID_BYTES], cmty_error *err)
{
    cmty__binder b = {0};
    cmty_status st = cmty__sql_prepare(
        &j->sql, "SELECT 1 FROM report WHERE report_id=? AND period>0", &b.stmt, err);

    if (st == CMTY_OK) {
        cmty__bind_blob(&b, id, CMTY__ID_BYTES);
        st = cmty__sql_step(&j->sql, b.stmt, err);
    }
    sqlite3_finalize(b.stmt);
    return st == CMTY_END ? CMTY_NOTFOUND : st;
}

cmty_status cmty__journal_photo(cmty__journal *j, const cmty__photo *p, int64_t period,
                                const cmty__buf *sterile, const cmty__buf *original,
                                int64_t *number, cmty_error *err)
{
    uint8_t id[CMTY__ID_BYTES];
    cmty__binder b = {0};
    cmty_status st = cmty__journal_may_write(j, err);

    if (st == CMTY_OK && !cmty__id_parse(p->report_id, id))
        return CMTY_NOTFOUND;
    if (st == CMTY_OK)
        st = has_report(j, id, err);
    if (st != CMTY_OK)
        return st == CMTY_NOTFOUND ? st : cmty__journal_wrote(j, st);
    st = cmty__sql_prepare(&j->sql, insert_text, &b.stmt, err);
    if (st == CMTY_OK) {
        cmty__bind_blob(&b, id, sizeof id);
        cmty__bind_blob(&b, p->once, CMTY__HASH_BYTES);
        cmty__bind_int(&b, p->kind);
        cmty__bind_int(&b, p->width);
        cmty__bind_int(&b, p->height);
        cmty__bind_int(&b, p->removed);
        cmty__bind_int(&b, period);
        cmty__bind_blob(&b, sterile->data, sterile->size);
        cmty__bind_blob(&b, original->data, original->size);
        st = cmty__sql_once(&j->sql, b.stmt, err);
    }
    sqlite3_finalize(b.stmt);
    if (st == CMTY_OK && sqlite3_changes(j->sql.db) == 0)
        return CMTY_DUPLICATE;
    if (st == CMTY_OK)
        *number = sqlite3_last_insert_rowid(j->sql.db);
    return cmty__journal_wrote(j, st);
}

/* ---- opening ---- */

/* A photo as it lies in the journal, with its report. */
struct sealed_photo {
    char id[CMTY__ID_DIGITS + 1];
    cmty__buf bound, period, sealed;
    cmty__buf report_bound, report_period, report_sealed;
};

static void sealed_photo_free(struct sealed_photo *p)
{
    cmty__buf_free(&p->bound);
    cmty__buf_free(&p->period);
    cmty__buf_free(&p->sealed);
    cmty__buf_free(&p->report_bound);
    cmty__buf_free(&p->report_period);
    cmty__buf_free(&p->report_sealed);
}

static void append_column(cmty__buf *out, sqlite3_stmt *stmt, int column)
{
    cmty__buf_bytes(out, sqlite3_column_blob(stmt, column),
                    (size_t)sqlite3_column_bytes(stmt, column));
}

static cmty_status take_row(sqlite3_stmt *stmt, bool original, struct sealed_photo *out,
                            cmty_error *err)
{
    enum { AFTER = CMTY__ENTRY_COLUMN_COUNT };
    cmty__photo p = {.report_id = out->id};
    cmty__entry e;

    cmty__entry_read(stmt, &e, out->id);
    cmty__entry_bind(&e, &out->report_bound);
    append_column(&out->report_period, stmt, AFTER);
    append_column(&out->report_sealed, stmt, AFTER + 1);
    if (sqlite3_column_bytes(stmt, AFTER + 2) != CMTY__HASH_BYTES)
        return cmty__fail(err, CMTY_E_FORMAT, "a stored photo is damaged");
    p.once = sqlite3_column_blob(stmt, AFTER + 2);
    p.kind = sqlite3_column_int(stmt, AFTER + 3);
    p.width = (uint32_t)sqlite3_column_int64(stmt, AFTER + 4);
    p.height = (uint32_t)sqlite3_column_int64(stmt, AFTER + 5);
    p.removed = (uint32_t)sqlite3_column_int64(stmt, AFTER + 6);
    cmty__photo_bind(&p, original, &out->bound);
    append_column(&out->period, stmt, AFTER + 7);
    append_column(&out->sealed, stmt, AFTER + 8);
    return out->report_bound.failed || out->report_period.failed || out->report_sealed.failed
                   || out->bound.failed || out->period.failed || out->sealed.failed
               ? cmty__fail(err, CMTY_E_NOMEM, "out of memory")
               : CMTY_OK;
}

static cmty_status find_row(cmty__journal *j, int64_t number, bool original,
                            struct sealed_photo *out, cmty_error *err)
{
    static const char columns[] = "SELECT report.report_id," CMTY__ENTRY_COLUMNS_AFTER_ID
                                  ",rp.sealed,report.sealed,once,kind,"
                                  "width,height,removed,pp.sealed,";
    static const char tables[] =
        " FROM photo JOIN report ON report.report_id=photo.report_id"
        " JOIN period AS rp ON rp.number=report.period JOIN period AS pp ON pp.number=photo.period"
        " WHERE photo.number=?";
    cmty__buf text = {0};
    cmty__binder b = {0};
    cmty_status st;

    cmty__buf_format(&text, "%s%s%s", columns, original ? "original" : "sterile", tables);
    st = text.failed ? cmty__fail(err, CMTY_E_NOMEM, "out of memory")
                     : cmty__sql_prepare(&j->sql, text.data, &b.stmt, err);
    if (st == CMTY_OK) {
        cmty__bind_int(&b, number);
        st = cmty__sql_step(&j->sql, b.stmt, err);
    }
    if (st == CMTY_OK)
        st = take_row(b.stmt, original, out, err);
    sqlite3_finalize(b.stmt);
    cmty__buf_free(&text);
    return st == CMTY_END ? CMTY_NOTFOUND : st;
}

static cmty_status take_out(cmty__journal *j, int64_t number, bool original,
                            const cmty__reading *by, struct sealed_photo *out, cmty_error *err)
{
    cmty_status st = cmty__journal_begin(j, err);

    if (st == CMTY_OK)
        st = find_row(j, number, original, out, err);
    if (st == CMTY_NOTFOUND)
        (void)cmty__fail(err, CMTY_NOTFOUND, "there is no photo %lld in %s", (long long)number,
                         cmty__basename(j->path));
    if (st == CMTY_OK)
        st = cmty__journal_audit(j, "consult", out->id, by->actor, by->purpose, err);
    if (st == CMTY_OK)
        st = cmty__journal_commit(j, err);
    cmty__journal_rollback(j); /* nothing after a commit */
    return st;
}

cmty_status cmty__photo_open(cmty__journal *j, int64_t number, bool original,
                             const cmty__reading *by, cmty__buf *plain, cmty__buf *report,
                             cmty_error *err)
{
    struct sealed_photo p = {0};
    cmty__opener *opener = NULL;
    cmty_status st = cmty__note_check(by->actor, "actor", err);

    if (st == CMTY_OK)
        st = cmty__note_check(by->purpose, "purpose", err);
    if (st == CMTY_OK && by->secret_key == NULL)
        st = cmty__fail(err, CMTY_E_INVALID, "the secret key is needed: photos are sealed");
    if (st == CMTY_OK)
        st = cmty__opener_open(by->secret_key, &opener, err);
    if (st == CMTY_OK)
        st = take_out(j, number, original, by, &p, err);
    if (st == CMTY_OK)
        st = cmty__unseal(opener, p.period.data, p.period.size, p.sealed.data, p.sealed.size,
                          p.bound.data, p.bound.size, plain, err);
    if (st == CMTY_OK && original)
        st = cmty__unseal(opener, p.report_period.data, p.report_period.size, p.report_sealed.data,
                          p.report_sealed.size, p.report_bound.data, p.report_bound.size, report,
                          err);
    cmty__opener_free(opener);
    sealed_photo_free(&p);
    return st;
}

/* ---- the list ---- */

struct cmty_photos {
    cmty__journal *journal;
    sqlite3_stmt *stmt;
    char id[CMTY__ID_DIGITS + 1];
};

cmty_status cmty_photos_open(const char *store, const char *report_id, cmty_photos **out,
                             cmty_error *err)
{
    uint8_t id[CMTY__ID_BYTES] = {0};
    cmty__binder b = {0};
    cmty_photos *photos;
    cmty_status st;

    if (out != NULL)
        *out = NULL;
    if (store == NULL || out == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "a store and a place for its photos are needed");
    if (report_id != NULL && !cmty__id_parse(report_id, id))
        return cmty__fail(err, CMTY_E_INVALID, "a report id has 32 hexadecimal digits");
    photos = cmty__calloc(1, sizeof *photos);
    if (photos == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    st = cmty__journal_open(store, false, &photos->journal, err);
    if (st == CMTY_OK)
        st = cmty__sql_prepare(&photos->journal->sql,
                               "SELECT number, report_id, kind, width, height, removed FROM photo"
                               " WHERE ?2=0 OR report_id=?1 ORDER BY number",
                               &photos->stmt, err);
    if (st == CMTY_OK) {
        b.stmt = photos->stmt;
        (void)sqlite3_bind_blob(b.stmt, ++b.at, id, sizeof id, SQLITE_TRANSIENT);
        cmty__bind_int(&b, report_id != NULL);
        *out = photos;
        photos = NULL;
    }
    cmty_photos_free(photos);
    return st;
}

cmty_status cmty_photos_next(cmty_photos *photos, cmty_photo *photo, cmty_error *err)
{
    cmty_photo found = {.struct_size = sizeof found};
    cmty_status st;

    if (photos == NULL || photo == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "photos and a place for one are needed");
    st = cmty__sql_step(&photos->journal->sql, photos->stmt, err);
    if (st != CMTY_OK)
        return st;
    if (sqlite3_column_bytes(photos->stmt, 1) != CMTY__ID_BYTES)
        return cmty__sql_fail(&photos->journal->sql, SQLITE_CORRUPT, err);
    cmty__hex(sqlite3_column_blob(photos->stmt, 1), CMTY__ID_BYTES, photos->id);
    found.number = sqlite3_column_int64(photos->stmt, 0);
    found.report_id = photos->id;
    found.kind = sqlite3_column_int(photos->stmt, 2);
    found.width = (uint32_t)sqlite3_column_int64(photos->stmt, 3);
    found.height = (uint32_t)sqlite3_column_int64(photos->stmt, 4);
    found.removed = (uint32_t)sqlite3_column_int64(photos->stmt, 5);
    return cmty__struct_write(photo, &found, sizeof found, sizeof found, "cmty_photo", err);
}

void cmty_photos_free(cmty_photos *photos)
{
    if (photos == NULL)
        return;
    sqlite3_finalize(photos->stmt);
    cmty__journal_free(photos->journal);
    cmty__free(photos);
}
