/* SPDX-License-Identifier: MIT */
/* The way in as hosts call it: whole files in batches, or one report, durable on return. A batch
   is stored whole or not at all. Serial per object. */
#include "ingest.h"

#include <math.h>

enum { BATCH = 1000 };

/* What a caller has to have room for, at least. */
#define RECEIPT_SIZE_0_1 offsetof(cmty_receipt, advice)
#define COUNTS_SIZE_0_1 offsetof(cmty_ingest_counts, advised)

/* One file on its way. */
struct run {
    cmty_ingest *in;
    cmty__decoder *decoder;
    cmty_ingest_counts counts; /* committed */
    uint64_t unknown_categories;
    uint64_t unclear_dates, unclear_line; /* how many, and where the first is */
    char unclear_column[64];
};

static void count(cmty_ingest_counts *c, const cmty__outcome *o)
{
    c->read++;
    c->advised += o->status != CMTY_DUPLICATE && o->advice != CMTY_ADVICE_NONE ? 1 : 0;
    if (o->status == CMTY_DUPLICATE) {
        c->duplicate++;
    } else if (o->status == CMTY_REFUSED) {
        c->refused++;
        c->by_reason[o->admission.reason]++;
    } else {
        c->accepted++;
        c->withheld += o->withheld ? 1 : 0;
        c->escalated += o->admission.fence.action == CMTY_FENCE_ESCALATE ? 1 : 0;
        c->ambiguous += o->admission.answer.ambiguous != 0 ? 1 : 0;
    }
}

static void add_counts(cmty_ingest_counts *sum, const cmty_ingest_counts *c)
{
    sum->read += c->read;
    sum->accepted += c->accepted;
    sum->duplicate += c->duplicate;
    sum->refused += c->refused;
    sum->withheld += c->withheld;
    sum->escalated += c->escalated;
    sum->ambiguous += c->ambiguous;
    sum->advised += c->advised;
    for (size_t i = 0; i < sizeof sum->by_reason / sizeof sum->by_reason[0]; i++)
        sum->by_reason[i] += c->by_reason[i];
}

static void roll_back(cmty_ingest *in)
{
    cmty__journal_rollback(in->journal);
    in->period_stored = in->period_committed;
}

static cmty_status commit(cmty_ingest *in, const char *report_id, const char *purpose,
                          cmty_error *err)
{
    cmty_status st = cmty__journal_audit(in->journal, "collect", report_id, "intake", purpose, err);

    if (st == CMTY_OK)
        st = cmty__journal_commit(in->journal, err);
    if (st == CMTY_OK)
        in->period_committed = in->period_stored;
    else
        roll_back(in);
    return st;
}

/* Day and month in an order that nobody has said: such dates are asked about, never guessed at. */
static void note_date(struct run *run, const cmty__record *rec)
{
    if (!rec->day_or_month || run->unclear_dates++ > 0)
        return;
    run->unclear_line = rec->line;
    if (!cmty__format(run->unclear_column, sizeof run->unclear_column, "%s",
                      rec->date_column != NULL ? rec->date_column : "occurred"))
        cmty__format(run->unclear_column, sizeof run->unclear_column, "of the date");
}

/* CMTY_OK: there may be more; CMTY_END. On failure nothing of the batch is stored. */
static cmty_status run_batch(struct run *run, cmty_error *err)
{
    cmty_ingest *in = run->in;
    cmty_ingest_counts batch = {0};
    uint64_t unknown = 0;
    cmty_status st = cmty__journal_begin(in->journal, err);
    cmty_status last = CMTY_OK;

    while (st == CMTY_OK && batch.read < BATCH) {
        cmty__record rec;
        cmty__outcome outcome;

        last = cmty__decoder_next(run->decoder, in->arena, &rec, err);
        if (last == CMTY_END)
            break;
        if (last == CMTY_OK)
            note_date(run, &rec);
        st = last == CMTY_OK ? cmty__take_in(in, &rec, &outcome, err) : last;
        cmty__arena_clear(in->arena);
        if (st == CMTY_OK) {
            count(&batch, &outcome);
            unknown += outcome.status == CMTY_OK && outcome.unknown_category ? 1 : 0;
        }
    }
    if (st == CMTY_OK && batch.accepted + batch.refused > 0)
        st = commit(in, NULL, "batch of reports", err);
    else
        roll_back(in); /* nothing new in it, or a failure */
    if (st != CMTY_OK)
        return st;
    add_counts(&run->counts, &batch);
    run->unknown_categories += unknown;
    return last;
}

static void give_notices(const struct run *run, const char *path)
{
    const char *name = cmty__basename(path);

    if (run->counts.advised > 0)
        cmty__notice(
            run->in->host,
            "%s: %llu reports speak of danger to life; nobody has been told by taking them "
            "in, so let a person look at them now",
            name, (unsigned long long)run->counts.advised);

    if (run->unknown_categories > 0)
        cmty__notice(run->in->host,
                     "%s: %llu reports have a category that is on no list; they are filed under "
                     "\"other\"",
                     name, (unsigned long long)run->unknown_categories);
    if (run->unclear_dates > 0)
        cmty__notice(run->in->host,
                     "%s, line %llu, column %s: the date can be read with the day or with the "
                     "month first, so it is refused, as are %llu more; map order=d (day first) or "
                     "order=m (month first) and send the file again",
                     name, (unsigned long long)run->unclear_line, run->unclear_column,
                     (unsigned long long)run->unclear_dates - 1);
}

static cmty_status report_progress(const struct run *run, cmty_error *err)
{
    const cmty__reader *r = run->decoder->reader;
    uint64_t total = cmty__reader_total(r);
    double fraction = total > 0 ? (double)cmty__reader_offset(r) / (double)total : -1;

    return cmty__progress(run->in->host, "taking in reports", fraction, err);
}

static cmty_status run_all(struct run *run, const char *path, cmty_error *err)
{
    cmty_status st;

    do {
        st = run_batch(run, err);
        if (st == CMTY_OK)
            st = report_progress(run, err);
    } while (st == CMTY_OK);
    give_notices(run, path);
    return st == CMTY_END ? CMTY_OK : st;
}

/* The file's name without folder and extension. */
static cmty_status source_of(const char *path, char out[64 + 1], cmty_error *err)
{
    const char *name = strcmp(path, "-") == 0 ? "stdin" : cmty__basename(path);
    const char *dot = strrchr(name, '.');
    size_t size = dot != NULL && dot != name ? (size_t)(dot - name) : strlen(name);

    if (size > 64 || !cmty__utf8_valid(name, size))
        return cmty__fail(err, CMTY_E_INVALID,
                          "the file's name cannot name its source; say who sends (source)");
    memcpy(out, name, size);
    out[size] = '\0';
    return CMTY_OK;
}

static cmty_status open_decoder(cmty_ingest *in, const char *path, const char *source,
                                cmty__decoder **out, cmty_error *err)
{
    cmty__decode_options o = {source, &in->mapping, in->zone, false};
    cmty__decoder_open_fn *open = NULL;
    cmty__reader *r = NULL;
    cmty_status st = cmty__format_find(in->format, path, &open, err);

    if (st == CMTY_OK)
        st = cmty__reader_open(path, &r, err);
    in->at_hand.format = cmty__format_name(open);
    in->at_hand.source = source;
    return st == CMTY_OK ? open(&o, r, out, err) : st;
}

cmty_status cmty_ingest_file(cmty_ingest *ingest, const char *path, cmty_ingest_counts *counts,
                             cmty_error *err)
{
    struct run run = {.in = ingest};
    char source[64 + 1];
    cmty_status st = CMTY_OK;
    cmty_status written = CMTY_OK;

    if (ingest == NULL || path == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "an open intake and a path are needed");
    if (counts != NULL && counts->struct_size < COUNTS_SIZE_0_1) /* before anything is stored */
        return cmty__fail(err, CMTY_E_ABI, "cmty_ingest_counts: struct_size is too small");
    if (ingest->source == NULL)
        st = source_of(path, source, err);
    if (st == CMTY_OK)
        st = open_decoder(ingest, path, ingest->source != NULL ? ingest->source : source,
                          &run.decoder, err);
    if (st == CMTY_OK)
        st = run_all(&run, path, err);
    if (run.decoder != NULL)
        run.decoder->free(run.decoder);
    if (counts != NULL)
        written = cmty__struct_write(counts, &run.counts, sizeof run.counts, COUNTS_SIZE_0_1,
                                     "cmty_ingest_counts", st == CMTY_OK ? err : NULL);
    return st != CMTY_OK ? st : written;
}

/* ---- one report ---- */

static const char *beat_id_of(const cmty_ingest *in, int32_t beat)
{
    return beat >= 0 ? cmty__beatset_id(in->beats, beat) : "";
}

static void fill_receipt(const cmty_ingest *in, const cmty__outcome *o, cmty_receipt *out)
{
    const cmty__admission *a = &o->admission;
    bool refused = o->status == CMTY_REFUSED;

    *out = (cmty_receipt){
        .struct_size = sizeof *out,
        .reason = a->reason,
        .report_id = refused ? "" : in->report_id,
        .beat_id = beat_id_of(in, a->answer.beat),
        .field = a->field,
        .fence_id = a->fence.fence_id,
        .fence_action = a->fence.action,
        .relation = a->answer.relation,
        .ambiguous = a->answer.ambiguous,
        .withheld = o->withheld ? 1 : 0,
        .margin_m = a->answer.margin_m,
        .advice = o->advice,
    };
}

cmty_status cmty__receipt_check(const cmty_receipt *receipt, cmty_error *err)
{
    if (receipt != NULL && receipt->struct_size < RECEIPT_SIZE_0_1)
        return cmty__fail(err, CMTY_E_ABI, "cmty_receipt: struct_size is too small");
    return CMTY_OK;
}

cmty_status cmty__receipt_write(const cmty_ingest *in, const cmty__outcome *o,
                                cmty_receipt *receipt, cmty_error *err)
{
    cmty_receipt filled;

    if (receipt == NULL)
        return CMTY_OK;
    fill_receipt(in, o, &filled);
    return cmty__struct_write(receipt, &filled, sizeof filled, RECEIPT_SIZE_0_1, "cmty_receipt",
                              err);
}

static cmty_status take_one(cmty_ingest *in, cmty__decoder *decoder, cmty__outcome *outcome,
                            cmty_error *err)
{
    cmty__record rec;
    cmty_status st = cmty__decoder_next(decoder, in->arena, &rec, err);

    if (st == CMTY_END)
        return cmty__fail(err, CMTY_E_FORMAT, "there is no report in the bytes");
    if (st != CMTY_OK)
        return st;
    st = cmty__journal_begin(in->journal, err);
    if (st == CMTY_OK)
        st = cmty__take_in(in, &rec, outcome, err);
    if (st != CMTY_OK || outcome->status == CMTY_DUPLICATE)
        roll_back(in);
    else
        st = commit(in, outcome->status == CMTY_OK ? in->report_id : NULL, "one report", err);
    return st;
}

cmty_status cmty_ingest_report(cmty_ingest *ingest, const char *bytes, size_t size,
                               cmty_receipt *receipt, cmty_error *err)
{
    cmty__decode_options o = {NULL, NULL, NULL, true};
    cmty__decoder_open_fn *open;
    cmty__decoder *decoder = NULL;
    cmty__reader *r = NULL;
    cmty__outcome outcome = {0};
    cmty_status st;

    if (ingest == NULL || bytes == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "an open intake and a report are needed");
    st = cmty__receipt_check(receipt, err);
    if (st != CMTY_OK)
        return st;
    o.source = ingest->source != NULL ? ingest->source : "host";
    o.mapping = &ingest->mapping;
    o.zone = ingest->zone;
    open = ingest->format != NULL ? cmty__format_named(ingest->format) : cmty__decode_json_open;
    ingest->at_hand.format = cmty__format_name(open);
    ingest->at_hand.source = o.source;
    st = cmty__reader_open_bytes(bytes, size, "report", &r, err);
    if (st == CMTY_OK)
        st = open(&o, r, &decoder, err);
    if (st == CMTY_OK)
        st = take_one(ingest, decoder, &outcome, err);
    if (st == CMTY_OK)
        st = cmty__receipt_write(ingest, &outcome, receipt, err);
    cmty__arena_clear(ingest->arena);
    if (decoder != NULL)
        decoder->free(decoder);
    return st == CMTY_OK ? outcome.status : st;
}
