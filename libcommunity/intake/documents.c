/* SPDX-License-Identifier: MIT */
/* What the JSON formats share: one document after the other, from lines, from an array, or alone,
   in the memory of one. Serial per object. */
#include "decode.h"

struct documents {
    cmty__decoder base;
    cmty__documents kind;
    cmty__buf text; /* of the element */
    cmty__buf json; /* the same, translated */
    uint64_t count;
    bool alone; /* the whole input is one object */
    bool ended;
};

/* The whole input as one element. */
static cmty_status read_alone(struct documents *d, cmty_error *err)
{
    int c;

    cmty__buf_clear(&d->text);
    if (d->ended)
        return CMTY_END;
    d->ended = true;
    while ((c = cmty__reader_get(d->base.reader)) >= 0) {
        if (d->text.size == CMTY__LIMIT_RECORD) {
            cmty__buf_clear(&d->text);
            return cmty__fail(err, CMTY_E_LIMIT, "%s: the report is longer than %d bytes",
                              cmty__reader_name(d->base.reader), CMTY__LIMIT_RECORD);
        }
        cmty__buf_char(&d->text, (char)c);
    }
    if (d->text.failed)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    return cmty__reader_status(d->base.reader, err);
}

static bool is_blank(const cmty__buf *line)
{
    return line->size == 0 || strspn(line->data, " \t\r") == line->size;
}

static cmty_status read_element(struct documents *d, cmty_error *err)
{
    cmty_status st;

    if (d->alone)
        return read_alone(d, err);
    if (d->ended)
        return CMTY_END;
    if (!d->kind.lines)
        return cmty__json_stream(d->base.reader, d->kind.member, CMTY__LIMIT_RECORD, &d->text, err);
    do
        st = cmty__reader_line(d->base.reader, CMTY__LIMIT_RECORD, &d->text, err);
    while (st == CMTY_OK && is_blank(&d->text)); /* an empty line is no record */
    return st;
}

/* What a record that could not be read becomes. A file of which nothing could be read fails. */
static cmty_status unreadable(struct documents *d, cmty_status st, cmty__record *rec)
{
    if (st == CMTY_E_LIMIT) {
        d->count++;
        rec->report.raw_size = 0;
        return cmty__record_refuse(rec, CMTY_REASON_TOO_LARGE, "");
    }
    if (st == CMTY_E_FORMAT && d->count > 0) {
        d->ended = true; /* brackets no longer tell where the next one begins */
        return cmty__record_refuse(rec, CMTY_REASON_SYNTAX, "");
    }
    return st;
}

static cmty_status parse_element(struct documents *d, cmty__json **doc, cmty_error *err)
{
    const cmty__buf *json = &d->text;

    if (d->kind.translate != NULL) {
        json = &d->json;
        cmty__buf_clear(&d->json);
        if (!d->kind.translate(d->text.data != NULL ? d->text.data : "", d->text.size, &d->json)
            && !d->json.failed)
            return CMTY_E_FORMAT;
    }
    if (json->failed)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    return cmty__json_parse(json->data != NULL ? json->data : "", json->size, doc, err);
}

static cmty_status documents_next(cmty__decoder *base, cmty__arena *arena, cmty__record *rec,
                                  cmty_error *err)
{
    struct documents *d = (struct documents *)base;
    cmty__json *doc = NULL;
    cmty_status st = read_element(d, err);

    rec->line = cmty__reader_line_number(base->reader) + (d->kind.lines ? 0 : 1);
    rec->report.raw = d->text.data != NULL ? d->text.data : "";
    rec->report.raw_size = d->text.size;
    if (st != CMTY_OK)
        return unreadable(d, st, rec);
    d->count++;
    st = parse_element(d, &doc, err);
    if (st == CMTY_E_FORMAT)
        return cmty__record_refuse(rec, CMTY_REASON_SYNTAX, "");
    if (st == CMTY_OK && cmty__json_type(doc) != CMTY__JSON_OBJECT)
        st = cmty__record_refuse(rec, CMTY_REASON_FIELD_TYPE, "");
    else if (st == CMTY_OK)
        st = d->kind.fn(base, doc, arena, rec, err);
    cmty__json_free(doc);
    return st;
}

static void documents_free(cmty__decoder *base)
{
    struct documents *d = (struct documents *)base;

    cmty__buf_wipe(&d->text);
    cmty__buf_wipe(&d->json);
    cmty__reader_free(base->reader);
    cmty__free(d);
}

cmty_status cmty__documents_open(const cmty__documents *kind, const cmty__decode_options *o,
                                 cmty__reader *r, cmty__decoder **out, cmty_error *err)
{
    struct documents *d = cmty__calloc(1, sizeof *d);

    *out = NULL;
    if (d == NULL) {
        cmty__reader_free(r);
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    d->base = (cmty__decoder){documents_next, documents_free, *o, r};
    d->kind = *kind;
    d->alone = o->alone || (!kind->lines && kind->member == NULL && cmty__reader_peek(r) == '{');
    *out = &d->base;
    return CMTY_OK;
}
