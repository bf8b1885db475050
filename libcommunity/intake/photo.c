/* SPDX-License-Identifier: MIT */
/* A photo on its way to its report: made sterile, sealed twice, or sealed into quarantine. Serial
   per object; opening one: any thread. */
#include "geo/geo.h"
#include "ingest.h"

#include <community/photo.h>

#include <math.h>

/* What the original is sealed with: one line of JSON, then its bytes. */
static void put_original(const void *bytes, size_t size, const cmty_point *taken_at,
                         cmty__buf *plain)
{
    cmty__buf_text(plain, "{");
    if (taken_at != NULL) {
        cmty__buf_text(plain, "\"lon\":");
        cmty__buf_double(plain, taken_at->lon_deg);
        cmty__buf_text(plain, ",\"lat\":");
        cmty__buf_double(plain, taken_at->lat_deg);
    }
    cmty__buf_text(plain, "}\n");
    cmty__buf_bytes(plain, bytes, size);
}

static cmty_status seal_part(cmty_ingest *in, const cmty__photo *p, bool original,
                             const void *plain, size_t size, cmty__buf *out, cmty_error *err)
{
    cmty__buf_clear(&in->bound);
    cmty__photo_bind(p, original, &in->bound);
    if (in->bound.failed)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    return cmty__seal(in->sealer, plain, size, in->bound.data, in->bound.size, out, err);
}

static cmty_status seal_original(cmty_ingest *in, const cmty__photo *p, const void *bytes,
                                 size_t size, cmty__buf *out, cmty_error *err)
{
    cmty__buf plain = {0};
    cmty_point taken_at;
    cmty_status st = cmty__media_place(bytes, size, &taken_at, err);

    if (st == CMTY_OK || st == CMTY_NOTFOUND) {
        put_original(bytes, size, st == CMTY_OK ? &taken_at : NULL, &plain);
        st = plain.failed ? cmty__fail(err, CMTY_E_NOMEM, "out of memory")
                          : seal_part(in, p, true, plain.data, plain.size, out, err);
    }
    cmty__zero(&taken_at, sizeof taken_at);
    cmty__buf_wipe(&plain);
    return st;
}

/* Both parts and their entry in the log in one transaction. */
static cmty_status store_photo(cmty_ingest *in, const cmty__photo *p, const cmty__buf *sterile,
                               const cmty__buf *original, int64_t *number, cmty_error *err)
{
    cmty_status st = cmty__journal_begin(in->journal, err);

    if (st == CMTY_OK)
        st = cmty__store_period(in, err);
    if (st == CMTY_OK)
        st = cmty__journal_photo(in->journal, p, in->period, sterile, original, number, err);
    if (st == CMTY_OK)
        st = cmty__journal_audit(in->journal, "collect", p->report_id, "intake", "one photo", err);
    if (st == CMTY_OK)
        st = cmty__journal_commit(in->journal, err);
    if (st == CMTY_OK)
        in->period_committed = in->period_stored;
    cmty__journal_rollback(in->journal); /* nothing after a commit */
    in->period_stored = in->period_committed;
    if (st == CMTY_NOTFOUND)
        return cmty__fail(err, st, "no report with this id, or what was sealed of it is destroyed");
    return st;
}

static cmty_status keep_refused(cmty_ingest *in, const char *report_id, const void *bytes,
                                size_t size, int32_t reason, cmty_error *err)
{
    cmty__record rec = {.report = {.source = report_id, .raw = bytes, .raw_size = size}};
    cmty__outcome outcome = {.admission = {.reason = reason, .field = "media"}};
    cmty_status st = cmty__journal_begin(in->journal, err);

    if (reason == CMTY_REASON_MEDIA_TOO_LARGE)
        rec.report.raw_size = 0;
    in->at_hand.format = CMTY__FORMAT_PHOTO;
    in->at_hand.source = report_id;
    if (st == CMTY_OK)
        st = cmty__quarantine(in, &rec, &outcome, err);
    if (st == CMTY_OK)
        st = cmty__journal_audit(in->journal, "collect", NULL, "intake", "a refused photo", err);
    if (st == CMTY_OK)
        st = cmty__journal_commit(in->journal, err);
    if (st == CMTY_OK)
        in->period_committed = in->period_stored;
    cmty__journal_rollback(in->journal);
    in->period_stored = in->period_committed;
    in->at_hand.format = in->at_hand.source = NULL;
    return st == CMTY_OK ? cmty__fail(err, CMTY_REFUSED, "%s", cmty_reason_text(reason)) : st;
}

static cmty_status take_photo(cmty_ingest *in, const char *report_id, const void *bytes,
                              size_t size, cmty_media_info *info, int64_t *number, cmty_error *err)
{
    uint8_t once[CMTY__HASH_BYTES];
    cmty__photo p = {.report_id = report_id, .once = once};
    cmty__buf sterile = {0}, original = {0};
    void *clean = NULL;
    size_t clean_size = 0;
    cmty_status st = cmty_media_clean(bytes, size, NULL, &clean, &clean_size, info, err);

    if (st == CMTY_REFUSED)
        return keep_refused(in, report_id, bytes, size, info->reason, err);
    if (st != CMTY_OK)
        return st;
    p.kind = info->kind;
    p.width = info->width;
    p.height = info->height;
    p.removed = info->removed;
    cmty__hash(in->dedupe_key, sizeof in->dedupe_key, bytes, size, once);
    st = seal_part(in, &p, false, clean, clean_size, &sterile, err);
    if (st == CMTY_OK)
        st = seal_original(in, &p, bytes, size, &original, err);
    if (st == CMTY_OK)
        st = store_photo(in, &p, &sterile, &original, number, err);
    cmty__zero(clean, clean_size);
    cmty__free(clean);
    cmty__buf_free(&sterile);
    cmty__buf_free(&original);
    return st;
}

cmty_status cmty_ingest_photo(cmty_ingest *ingest, const char *report_id, const void *bytes,
                              size_t size, cmty_media_info *info, int64_t *number, cmty_error *err)
{
    cmty_media_info found = {.struct_size = sizeof found};
    int64_t stored = 0;
    cmty_status st, written = CMTY_OK;

    if (ingest == NULL || report_id == NULL || bytes == NULL)
        return cmty__fail(err, CMTY_E_INVALID,
                          "an open intake, a report id and a photo are needed");
    if (info != NULL && info->struct_size < sizeof found) /* before anything is stored */
        return cmty__fail(err, CMTY_E_ABI, "cmty_media_info: struct_size is too small");
    st = take_photo(ingest, report_id, bytes, size, &found, &stored, err);
    if ((st == CMTY_OK || st == CMTY_DUPLICATE || st == CMTY_REFUSED) && info != NULL)
        written =
            cmty__struct_write(info, &found, sizeof found, sizeof found, "cmty_media_info", err);
    if (st == CMTY_OK && number != NULL)
        *number = stored;
    return written < 0 ? written : st;
}

/* ---- opening ---- */

static bool read_place(const cmty__json *v, cmty_point *out)
{
    return cmty__json_number(cmty__json_member(v, "lon"), &out->lon_deg)
           && cmty__json_number(cmty__json_member(v, "lat"), &out->lat_deg);
}

/* Takes the line before the original off, and compares what it says with the report. */
static cmty_status read_original(cmty__buf *plain, const cmty__buf *report, cmty_photo_bytes *out,
                                 cmty_error *err)
{
    const char *end = memchr(plain->data, '\n', plain->size);
    size_t size = end != NULL ? (size_t)(end - plain->data) : 0;
    cmty__json *line = NULL, *claimed = NULL;
    cmty_point claim;
    cmty_status st = end != NULL ? cmty__json_parse(plain->data, size, &line, err)
                                 : cmty__fail(err, CMTY_E_FORMAT, "the kept photo is damaged");

    if (st == CMTY_OK)
        st = cmty__json_parse(report->data, report->size, &claimed, err);
    if (st == CMTY_OK && read_place(line, &out->taken_at) && read_place(claimed, &claim))
        out->distance_m = cmty__geodesic_m(out->taken_at, claim);
    cmty__json_free(line);
    cmty__json_free(claimed);
    cmty__zero(&claim, sizeof claim);
    if (st == CMTY_OK) {
        memmove(plain->data, end + 1, plain->size - size - 1);
        plain->size -= size + 1;
    }
    return st;
}

cmty_status cmty_photo_open(const char *store, int64_t number, int32_t original,
                            const char *secret_key, const char *actor, const char *purpose,
                            cmty_photo_bytes *out, cmty_error *err)
{
    const cmty__reading by = {secret_key, actor, purpose};
    cmty_photo_bytes found = {
        .struct_size = sizeof found, .taken_at = {NAN, NAN}, .distance_m = NAN};
    cmty__journal *j = NULL;
    cmty__buf plain = {0}, report = {0};
    cmty_status st;

    if (store == NULL || out == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "a store and a place for the photo are needed");
    st = cmty__journal_visit(store, &j, err);
    if (st == CMTY_OK)
        st = cmty__photo_open(j, number, original != 0, &by, &plain, &report, err);
    if (st == CMTY_OK && original != 0)
        st = read_original(&plain, &report, &found, err);
    if (st == CMTY_OK) {
        found.bytes = plain.data;
        found.size = plain.size;
        st = cmty__struct_write(out, &found, sizeof found, sizeof found, "cmty_photo_bytes", err);
    }
    if (st == CMTY_OK)
        plain = (cmty__buf){0}; /* ownership moved to the caller */
    cmty__buf_wipe(&plain);
    cmty__buf_wipe(&report);
    cmty__journal_free(j);
    return st;
}
