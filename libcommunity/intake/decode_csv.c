/* SPDX-License-Identifier: MIT */
/* Reports from CSV: columns by mapping or by name. Columns that are no field are not taken in.
   Serial per object. */
#include "decode.h"

struct csv_decoder {
    cmty__decoder base;
    cmty__csv *csv;
    int32_t column[CMTY__FIELD_COUNT][CMTY__PIECES]; /* -1: none */
};

static cmty_status fail_column(const cmty__csv *csv, const char *file, int field,
                               const char *column, cmty_error *err)
{
    cmty__buf names = {0};
    cmty_status st;

    for (size_t i = 0; i < cmty__csv_column_count(csv) && names.size < 300; i++) {
        cmty__buf_text(&names, i > 0 ? ", " : "");
        cmty__buf_text(&names, cmty__csv_column(csv, i));
    }
    st = cmty__fail(err, CMTY_E_FORMAT, "%s, line 1: no column %s for %s; there are %s", file,
                    column, cmty__field_name(field), names.data != NULL ? names.data : "none");
    cmty__buf_free(&names);
    return st;
}

/* The best-known name wins, and among equal names the first column. */
static int32_t find_by_name(const cmty__csv *csv, int field)
{
    int32_t found = -1;
    int best = -1;

    for (size_t i = 0; i < cmty__csv_column_count(csv) && i < INT32_MAX; i++) {
        int rank = cmty__field_rank(field, cmty__csv_column(csv, i));

        if (rank >= 0 && (best < 0 || rank < best)) {
            best = rank;
            found = (int32_t)i;
        }
    }
    return found;
}

static cmty_status bind_columns(struct csv_decoder *d, cmty_error *err)
{
    const cmty__mapping *m = d->base.options.mapping;

    for (int field = 0; field < CMTY__FIELD_COUNT; field++) {
        for (size_t i = 0; i < CMTY__PIECES; i++)
            d->column[field][i] = -1;
        if (m->count[field] == 0)
            d->column[field][0] = find_by_name(d->csv, field);
        for (size_t i = 0; i < m->count[field]; i++) {
            d->column[field][i] = cmty__csv_find(d->csv, m->columns[field][i]);
            if (d->column[field][i] < 0)
                return fail_column(d->csv, cmty__reader_name(d->base.reader), field,
                                   m->columns[field][i], err);
        }
    }
    return CMTY_OK;
}

static const char *date_column(const struct csv_decoder *d)
{
    int32_t column = d->column[CMTY__FIELD_OCCURRED][0];

    if (column < 0)
        column = d->column[CMTY__FIELD_DATE][0];
    return column >= 0 ? cmty__csv_column(d->csv, (size_t)column) : NULL;
}

/* The input is one report: more rows would be lost without a word. */
static cmty_status check_alone(struct csv_decoder *d, cmty_error *err)
{
    int c = ' ';

    while (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
        c = cmty__reader_peek(d->base.reader);
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n')
            (void)cmty__reader_get(d->base.reader);
    }
    if (c < 0)
        return cmty__reader_status(d->base.reader, err);
    return cmty__fail(err, CMTY_E_FORMAT, "%s: more than one row; one at a time, or take in a file",
                      cmty__reader_name(d->base.reader));
}

static cmty_status csv_next(cmty__decoder *base, cmty__arena *arena, cmty__record *rec,
                            cmty_error *err)
{
    struct csv_decoder *d = (struct csv_decoder *)base;
    cmty__values values = {0};
    cmty_status st = cmty__csv_next(d->csv, err);

    rec->line = cmty__csv_line_number(d->csv);
    rec->header = cmty__csv_header_raw(d->csv, &rec->header_size);
    rec->report.raw = cmty__csv_raw(d->csv, &rec->report.raw_size);
    if (st == CMTY_E_FORMAT)
        return cmty__record_refuse(rec, CMTY_REASON_SYNTAX, "");
    if (st == CMTY_E_LIMIT)
        return cmty__record_refuse(rec, CMTY_REASON_TOO_LARGE, "");
    if (st != CMTY_OK)
        return st;
    rec->date_column = date_column(d);
    for (int field = 0; field < CMTY__FIELD_COUNT; field++)
        for (size_t i = 0; i < CMTY__PIECES; i++)
            if (d->column[field][i] >= 0)
                values.piece[field][i] = cmty__csv_field(d->csv, (size_t)d->column[field][i]);
    st = cmty__values_report(&values, &d->base.options, arena, rec, err);
    return st == CMTY_OK && base->options.alone ? check_alone(d, err) : st;
}

static void csv_free(cmty__decoder *base)
{
    struct csv_decoder *d = (struct csv_decoder *)base;

    cmty__csv_free(d->csv);
    cmty__free(d);
}

cmty_status cmty__decode_csv_open(const cmty__decode_options *o, cmty__reader *r,
                                  cmty__decoder **out, cmty_error *err)
{
    struct csv_decoder *d = cmty__calloc(1, sizeof *d);
    cmty_status st;

    *out = NULL;
    if (d == NULL) {
        cmty__reader_free(r);
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    d->base = (cmty__decoder){csv_next, csv_free, *o, r};
    st = cmty__csv_open(r, &d->csv, err);
    if (st == CMTY_OK)
        st = bind_columns(d, err);
    if (st == CMTY_OK)
        *out = &d->base;
    else
        csv_free(&d->base);
    return st;
}
