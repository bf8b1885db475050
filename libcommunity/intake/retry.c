/* SPDX-License-Identifier: MIT */
/* A refused record on its way once more: opened on the record, decoded as it came, taken in, and
   out of quarantine in the same transaction. Serial per object. */
#include "ingest.h"

#include <community/quarantine.h>

cmty_status cmty_retry_options_init(cmty_retry_options *options)
{
    if (options == NULL)
        return CMTY_E_INVALID;
    *options = (cmty_retry_options)CMTY_RETRY_OPTIONS_INIT;
    return CMTY_OK;
}

/* One retry, and what it was opened with. */
struct retry {
    cmty_ingest *in;
    int64_t number;
    cmty_retry_options o;
    cmty__arena *texts; /* of the packet */
    cmty__packet packet;
    cmty__mapping mapping;
    cmty__buf document;
    cmty__decoder *decoder;
    cmty__outcome outcome;
};

/* The mapping that the record came with, then that of the intake, whose pairs win. */
static cmty_status read_mapping(struct retry *r, cmty_error *err)
{
    size_t count = r->packet.map_count + r->in->map_count;
    const char **pairs = cmty__arena_alloc(r->texts, (count + 1) * sizeof *pairs);

    if (pairs == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    for (size_t i = 0; i < count; i++)
        pairs[i] = i < r->packet.map_count ? r->packet.map[i] : r->in->map[i - r->packet.map_count];
    return cmty__mapping_parse(pairs, count, &r->mapping, err);
}

static cmty_status open_record(struct retry *r, cmty_error *err)
{
    const cmty__reading by = {r->o.secret_key, r->o.actor, r->o.purpose};
    cmty_status st = cmty__refused_open(r->in->journal, r->number, &by, r->texts, &r->packet, err);

    if (st != CMTY_OK)
        return st;
    if (r->in->format != NULL)
        r->packet.format = r->in->format;
    if (r->in->source != NULL)
        r->packet.source = r->in->source;
    if (r->o.bytes == NULL && r->packet.raw_size == 0)
        return cmty__fail(err, CMTY_E_FORMAT,
                          "refused record %lld was too large to be kept; send it again, shortened",
                          (long long)r->number);
    if (r->packet.format == NULL || r->packet.source == NULL)
        return cmty__fail(err, CMTY_E_FORMAT,
                          "refused record %lld was kept by an earlier version, without its format "
                          "and source; say both (and for a row of CSV give it with its header)",
                          (long long)r->number);
    st = read_mapping(r, err);
    if (r->o.bytes != NULL)
        cmty__buf_bytes(&r->document, r->o.bytes, r->o.size);
    else
        cmty__packet_document(&r->packet, &r->document);
    if (st == CMTY_OK && r->document.failed)
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    return st;
}

static cmty_status open_decoder(struct retry *r, const cmty__decode_options *o, cmty_error *err)
{
    cmty__decoder_open_fn *open = cmty__format_named(r->packet.format);
    cmty__reader *reader = NULL;
    cmty_status st;

    if (strcmp(r->packet.format, CMTY__FORMAT_PHOTO) == 0)
        return cmty__fail(err, CMTY_E_FORMAT,
                          "refused record %lld is a photo; attach another one to its report",
                          (long long)r->number);
    if (open == NULL)
        return cmty__fail(
            err, CMTY_E_FORMAT,
            "refused record %lld was kept in a format that this version does not know",
            (long long)r->number);
    if (open == cmty__decode_ndjson_open)
        open = cmty__decode_json_open; /* mended, it may stand on several lines */
    st = cmty__reader_open_bytes(r->document.data, r->document.size, "record", &reader, err);
    return st == CMTY_OK ? open(o, reader, &r->decoder, err) : st;
}

/* In a transaction, which is kept only if the report is in the store then. */
static cmty_status take_in(struct retry *r, cmty__record *rec, cmty_error *err)
{
    cmty_ingest *in = r->in;
    cmty_status st = cmty__journal_begin(in->journal, err);

    in->at_hand.format = r->packet.format;
    in->at_hand.source = r->packet.source;
    if (st == CMTY_OK)
        st = cmty__take_in(in, rec, &r->outcome, err);
    if (st == CMTY_OK && r->outcome.status != CMTY_REFUSED) {
        st = cmty__refused_drop(in->journal, r->number, err);
        if (st == CMTY_OK)
            st = cmty__journal_audit(in->journal, "collect",
                                     r->outcome.status == CMTY_OK ? in->report_id : NULL,
                                     r->o.actor, r->o.purpose, err);
        if (st == CMTY_OK)
            st = cmty__journal_commit(in->journal, err);
        if (st == CMTY_OK)
            in->period_committed = in->period_stored;
    }
    cmty__journal_rollback(in->journal); /* nothing after a commit */
    in->period_stored = in->period_committed;
    in->at_hand.format = in->at_hand.source = NULL;
    return st;
}

static cmty_status note_reason(struct retry *r, cmty_error *err)
{
    const cmty__admission *a = &r->outcome.admission;
    cmty_status st = cmty__journal_begin(r->in->journal, err);

    if (st == CMTY_OK)
        st = cmty__refused_reason(r->in->journal, r->number, a->reason, a->field, err);
    if (st == CMTY_OK)
        st = cmty__journal_commit(r->in->journal, err);
    cmty__journal_rollback(r->in->journal);
    return st;
}

static cmty_status decode_and_take_in(struct retry *r, cmty_error *err)
{
    const cmty__decode_options o = {r->packet.source, &r->mapping, r->in->zone, true};
    cmty__record rec;
    cmty_status st = open_decoder(r, &o, err);

    if (st == CMTY_OK)
        st = cmty__decoder_next(r->decoder, r->in->arena, &rec, err);
    if (st == CMTY_END)
        st = cmty__fail(err, CMTY_E_FORMAT, "there is no record in what was given");
    if (st == CMTY_OK)
        st = take_in(r, &rec, err);
    if (st == CMTY_OK && r->outcome.status == CMTY_REFUSED && r->o.bytes == NULL)
        st = note_reason(r, err);
    return st;
}

static void retry_close(struct retry *r)
{
    if (r->decoder != NULL)
        r->decoder->free(r->decoder);
    cmty__arena_clear(r->in->arena);
    cmty__arena_free(r->texts);
    cmty__mapping_free(&r->mapping);
    cmty__buf_wipe(&r->document);
}

cmty_status cmty_ingest_retry(cmty_ingest *ingest, int64_t number,
                              const cmty_retry_options *options, cmty_receipt *receipt,
                              cmty_error *err)
{
    struct retry r = {.in = ingest, .number = number, .o = CMTY_RETRY_OPTIONS_INIT};
    cmty_status st;

    if (ingest == NULL || options == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "an open intake and options are needed");
    st = cmty__struct_read(&r.o, sizeof r.o, options, sizeof r.o, "cmty_retry_options", err);
    if (st == CMTY_OK)
        st = cmty__receipt_check(receipt, err);
    if (st != CMTY_OK)
        return st;
    r.texts = cmty__arena_new();
    if (r.texts == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    st = open_record(&r, err);
    if (st == CMTY_OK)
        st = decode_and_take_in(&r, err);
    if (st == CMTY_OK)
        st = cmty__receipt_write(ingest, &r.outcome, receipt, err);
    retry_close(&r);
    return st == CMTY_OK ? r.outcome.status : st;
}
