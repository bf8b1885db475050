/* SPDX-License-Identifier: MIT */
/* The last steps of a record: sealed into the journal, or sealed into quarantine. Serial per
   object; within the open transaction. */
#include "ingest.h"

/* Keyed, so that an id or a hash cannot be guessed at by who has the journal alone. */
static void keyed_hash(cmty_ingest *in, const uint8_t key[CMTY__HASH_BYTES], const char *domain,
                       const char *source, const void *b, size_t b_size,
                       uint8_t out[CMTY__HASH_BYTES])
{
    cmty__buf_clear(&in->plain);
    cmty__buf_bytes(&in->plain, domain, strlen(domain) + 1);
    cmty__buf_bytes(&in->plain, source, strlen(source) + 1);
    cmty__buf_bytes(&in->plain, b, b_size);
    if (!in->plain.failed)
        cmty__hash(key, CMTY__HASH_BYTES, in->plain.data, in->plain.size, out);
}

cmty_status cmty__store_period(cmty_ingest *in, cmty_error *err)
{
    cmty_status st;

    if (in->period_stored)
        return CMTY_OK;
    cmty__buf_clear(&in->sealed);
    cmty__sealer_period(in->sealer, &in->sealed);
    if (in->sealed.failed)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    st = cmty__journal_period(in->journal, in->sealed.data, in->sealed.size, &in->period, err);
    in->period_stored = st == CMTY_OK;
    return st;
}

/* With what it takes to read it again. */
static cmty_status seal_packet(cmty_ingest *in, const cmty__record *rec,
                               const uint8_t once[CMTY__HASH_BYTES], cmty_error *err)
{
    const cmty__packet packet = {.format = in->at_hand.format,
                                 .source = in->at_hand.source,
                                 .header = rec->header,
                                 .header_size = rec->header_size,
                                 .map = (const char *const *)in->map,
                                 .map_count = in->map_count,
                                 .raw = rec->report.raw,
                                 .raw_size = rec->report.raw_size};

    cmty__buf_clear(&in->plain);
    cmty__buf_clear(&in->bound);
    cmty__buf_clear(&in->sealed);
    cmty__packet_write(&packet, &in->plain);
    cmty__quarantine_bind(once, true, &in->bound);
    if (in->plain.failed || in->bound.failed)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    return cmty__seal(in->sealer, in->plain.data, in->plain.size, in->bound.data, in->bound.size,
                      &in->sealed, err);
}

cmty_status cmty__quarantine(cmty_ingest *in, const cmty__record *rec, cmty__outcome *out,
                             cmty_error *err)
{
    const cmty__report *r = &rec->report;
    const char *source = r->source != NULL ? r->source : "";
    uint8_t once[CMTY__HASH_BYTES] = {0};
    cmty_status st;

    out->status = CMTY_REFUSED;
    if (r->raw_size > 0)
        keyed_hash(in, in->dedupe_key, "quarantine", source, r->raw, r->raw_size, once);
    else /* too large to be kept: its place in the file stands for it */
        keyed_hash(in, in->dedupe_key, "quarantine line", source, &rec->line, sizeof rec->line,
                   once);
    if (in->plain.failed)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    st = cmty__store_period(in, err);
    if (st != CMTY_OK)
        return st;
    st = seal_packet(in, rec, once, err);
    if (st != CMTY_OK)
        return st;
    return cmty__journal_quarantine(in->journal, once, out->admission.reason, out->admission.field,
                                    in->period, in->sealed.data, in->sealed.size, err);
}

static cmty_status store(cmty_ingest *in, const cmty__record *rec, const cmty__entry *e,
                         cmty_error *err)
{
    uint8_t content[CMTY__HASH_BYTES] = {0};
    cmty_status st = cmty__store_period(in, err);

    if (st != CMTY_OK)
        return st;
    cmty__buf_clear(&in->bound);
    cmty__buf_clear(&in->sealed);
    cmty__entry_bind(e, &in->bound);
    cmty__buf_clear(&in->plain);
    cmty__report_json(&rec->report, &in->plain);
    if (in->plain.failed || in->bound.failed)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    cmty__dedupe_content(in, in->plain.data, in->plain.size, content);
    st = cmty__seal(in->sealer, in->plain.data, in->plain.size, in->bound.data, in->bound.size,
                    &in->sealed, err);
    if (st != CMTY_OK)
        return st;
    return cmty__journal_put(in->journal, e, content, in->period, in->sealed.data, in->sealed.size,
                             err);
}

static cmty_status make_report_id(cmty_ingest *in, const cmty__report *r, cmty_error *err)
{
    uint8_t hash[CMTY__HASH_BYTES] = {0};

    keyed_hash(in, in->report_id_key, "report", r->source, r->source_ref, strlen(r->source_ref),
               hash);
    if (in->plain.failed)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    cmty__hex(hash, sizeof in->report_id / 2, in->report_id);
    return CMTY_OK;
}

cmty_status cmty__take_in(cmty_ingest *in, cmty__record *rec, cmty__outcome *out, cmty_error *err)
{
    cmty__entry e;
    cmty_status st;

    *out = (cmty__outcome){.status = CMTY_OK};
    in->report_id[0] = '\0';
    if (!cmty__advice_find(rec->report.title, rec->report.description, &out->advice))
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    st = cmty__admit(in, rec, &out->admission, err);
    if (st != CMTY_OK)
        return st;
    if (out->admission.reason != CMTY_REASON_NONE)
        return cmty__quarantine(in, rec, out, err);
    st = make_report_id(in, &rec->report, err);
    if (st == CMTY_OK)
        st = cmty__protect(in, &rec->report, &out->admission, &e, err);
    if (st != CMTY_OK)
        return st;
    out->withheld = e.withheld;
    out->unknown_category = rec->report.category_unknown;
    st = store(in, rec, &e, err);
    if (st == CMTY_REFUSED) {
        out->admission.reason = CMTY_REASON_CONFLICT;
        out->admission.field = "source_ref";
        return cmty__quarantine(in, rec, out, err);
    }
    if (st < 0)
        return st;
    out->status = st;
    if (st == CMTY_OK && !e.withheld && in->charge.epsilon_per_m > 0)
        return cmty__journal_charge(in->journal, &in->charge, err);
    return CMTY_OK;
}
