/* SPDX-License-Identifier: MIT */
/* CSV as RFC 4180 has it, record by record with constant memory. A quote counts only at the start
   of a field. A record whose quotes do not close is cut at the end of its first line, and reading
   goes on with the next one, so that one stray quote does not swallow the rest of the file. Serial
   per object. */
#include "core/core.h"

enum {
    RECORD_LIMIT = 1024 * 1024,
    CUT_LIMIT = 64, /* how often a file may be read again behind a cut: keeps the work linear */
};

enum { OUTSIDE, PLAIN, QUOTED, AFTER_QUOTE }; /* where in a field the next byte stands */
enum { READ_OK, READ_END, READ_TOO_LONG, READ_UNCLOSED, READ_BAD_QUOTE };

struct record {
    cmty__buf raw;  /* every byte read for it, line end included */
    cmty__buf text; /* the fields without their quotes, each closed by NUL */
    size_t *starts; /* of each field in text */
    size_t count, capacity;
};

struct cmty__csv {
    cmty__reader *reader;
    struct record header, now;
    cmty__buf again; /* bytes to be read once more, before the reader's */
    size_t again_at;
    size_t raw_size; /* of now.raw without its line end */
    size_t header_size;
    uint64_t lines, record_line;
    int separator, cuts;
};

static int peek(cmty__csv *csv)
{
    if (csv->again_at < csv->again.size)
        return (unsigned char)csv->again.data[csv->again_at];
    return cmty__reader_peek(csv->reader);
}

static int get(cmty__csv *csv)
{
    if (csv->again_at < csv->again.size)
        return (unsigned char)csv->again.data[csv->again_at++];
    return cmty__reader_get(csv->reader);
}

static void record_clear(struct record *rec)
{
    cmty__buf_clear(&rec->raw);
    cmty__buf_clear(&rec->text);
    rec->count = 0;
}

static void record_wipe(struct record *rec)
{
    cmty__buf_wipe(&rec->raw);
    cmty__buf_wipe(&rec->text);
    cmty__free(rec->starts);
}

static void field_begin(struct record *rec)
{
    if (!cmty__grow(&rec->starts, &rec->capacity, rec->count + 1, sizeof *rec->starts)) {
        rec->text.failed = true;
        return;
    }
    rec->starts[rec->count++] = rec->text.size;
}

static const char *field_text(const struct record *rec, size_t i)
{
    return i < rec->count ? rec->text.data + rec->starts[i] : "";
}

static void line_end(cmty__csv *csv, int c, struct record *rec)
{
    csv->raw_size = rec->raw.size - 1;
    if (c == '\r' && peek(csv) == '\n')
        cmty__buf_char(&rec->raw, (char)get(csv));
    csv->lines++;
}

/* The rest of a line that no longer matters. */
static void skip_line(cmty__csv *csv, struct record *rec)
{
    int c;

    while ((c = peek(csv)) >= 0 && c != '\n' && c != '\r') {
        get(csv);
        if (rec->raw.size < RECORD_LIMIT)
            cmty__buf_char(&rec->raw, (char)c);
    }
    csv->raw_size = rec->raw.size;
    if (c < 0)
        return;
    get(csv);
    if (c == '\r' && peek(csv) == '\n')
        get(csv);
    csv->lines++;
}

/* One byte further in the field. Returns the new place, or -1 for what may not stand there. */
static int step(int place, int c, struct record *rec)
{
    switch (place) {
    case OUTSIDE:
        if (c == '"')
            return QUOTED;
        break;
    case QUOTED:
        if (c == '"')
            return AFTER_QUOTE;
        cmty__buf_char(&rec->text, (char)c);
        return QUOTED;
    case AFTER_QUOTE:
        if (c != '"')
            return -1;
        cmty__buf_char(&rec->text, '"');
        return QUOTED;
    default:
        break;
    }
    cmty__buf_char(&rec->text, (char)c);
    return PLAIN;
}

static int read_record(cmty__csv *csv, struct record *rec)
{
    int place = OUTSIDE;

    record_clear(rec);
    csv->record_line = csv->lines + 1;
    if (peek(csv) < 0)
        return READ_END;
    field_begin(rec);
    for (;;) {
        int c = peek(csv);

        if (c < 0 || (place != QUOTED && (c == '\n' || c == '\r')))
            break;
        if (rec->raw.size >= RECORD_LIMIT)
            return READ_TOO_LONG;
        if (place == AFTER_QUOTE && c != '"' && c != csv->separator)
            return READ_BAD_QUOTE;
        cmty__buf_char(&rec->raw, (char)get(csv));
        if (place == QUOTED && c == '\n')
            csv->lines++;
        if (place != QUOTED && c == csv->separator) {
            cmty__buf_char(&rec->text, '\0');
            field_begin(rec);
            place = OUTSIDE;
        } else {
            place = step(place, c, rec);
        }
    }
    cmty__buf_char(&rec->text, '\0');
    csv->raw_size = rec->raw.size;
    if (place == QUOTED)
        return READ_UNCLOSED;
    if (peek(csv) >= 0) {
        int c = get(csv);

        cmty__buf_char(&rec->raw, (char)c);
        line_end(csv, c, rec);
    }
    return READ_OK;
}

/* Bytes of rec->raw from `from` on will be read once more. */
static void read_again(cmty__csv *csv, struct record *rec, size_t from)
{
    cmty__buf rest = {0};

    if (from < rec->raw.size)
        cmty__buf_bytes(&rest, rec->raw.data + from, rec->raw.size - from);
    if (csv->again_at < csv->again.size)
        cmty__buf_bytes(&rest, csv->again.data + csv->again_at, csv->again.size - csv->again_at);
    cmty__buf_wipe(&csv->again);
    csv->again = rest;
    csv->again_at = 0;
    if (rest.failed)
        rec->text.failed = true;
}

/* A record that cannot be read is cut to its first line. */
static void cut(cmty__csv *csv, struct record *rec)
{
    char *lf = rec->raw.size > 0 ? memchr(rec->raw.data, '\n', rec->raw.size) : NULL;
    size_t end;

    if (lf == NULL || csv->cuts == CUT_LIMIT) {
        skip_line(csv, rec);
        return;
    }
    csv->cuts++;
    end = (size_t)(lf - rec->raw.data);
    read_again(csv, rec, end + 1);
    csv->lines = csv->record_line;
    rec->raw.size = end;
    csv->raw_size = end > 0 && rec->raw.data[end - 1] == '\r' ? end - 1 : end;
}

static cmty_status fail_record(const cmty__csv *csv, cmty_status status, const char *what,
                               cmty_error *err)
{
    return cmty__fail(err, status, "%s, line %llu: %s", cmty__reader_name(csv->reader),
                      (unsigned long long)csv->record_line, what);
}

/* The record in rec, or what is wrong with it; reading can always go on. */
static cmty_status next_record(cmty__csv *csv, struct record *rec, cmty_error *err)
{
    int result = read_record(csv, rec);
    cmty_status st = cmty__reader_status(csv->reader, err);

    if (st != CMTY_OK)
        return st;
    if (result != READ_OK && result != READ_END)
        cut(csv, rec);
    if (rec->raw.failed || rec->text.failed)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    switch (result) {
    case READ_OK:
        if (!cmty__utf8_valid(rec->raw.data, rec->raw.size))
            return fail_record(csv, CMTY_E_FORMAT, "the text is not valid UTF-8", err);
        return CMTY_OK;
    case READ_END:
        return CMTY_END;
    case READ_TOO_LONG:
        return fail_record(csv, CMTY_E_LIMIT, "the record is longer than 1 MiB", err);
    case READ_UNCLOSED:
        return fail_record(csv, CMTY_E_FORMAT, "a quote is not closed", err);
    default:
        return fail_record(csv, CMTY_E_FORMAT, "a field goes on after its closing quote", err);
    }
}

/* The separator that the header has most often outside its quotes. */
static void find_separator(cmty__csv *csv)
{
    static const unsigned char known[] = {',', ';', '\t'};
    size_t count[sizeof known] = {0};
    size_t best = 0;
    bool quoted = false;
    int c;

    while ((c = peek(csv)) >= 0 && (quoted || (c != '\n' && c != '\r'))
           && csv->header.raw.size < RECORD_LIMIT) {
        cmty__buf_char(&csv->header.raw, (char)get(csv));
        quoted = quoted != (c == '"');
        for (size_t i = 0; i < sizeof known && !quoted; i++)
            count[i] += c == known[i] ? 1 : 0;
    }
    for (size_t i = 1; i < sizeof known; i++)
        if (count[i] > count[best])
            best = i;
    csv->separator = known[best];
    read_again(csv, &csv->header, 0);
}

static cmty_status read_header(cmty__csv *csv, cmty_error *err)
{
    static const unsigned char mark[] = {0xEF, 0xBB, 0xBF};
    const char *name = cmty__reader_name(csv->reader);
    cmty_status st;

    for (size_t i = 0; i < sizeof mark && peek(csv) == mark[i]; i++)
        get(csv);
    if (peek(csv) == 0xFF || peek(csv) == 0xFE)
        return cmty__fail(err, CMTY_E_FORMAT, "%s is UTF-16 text; save it as UTF-8", name);
    while (peek(csv) == '\n' || peek(csv) == '\r')
        csv->lines += get(csv) == '\n' ? 1 : 0;
    find_separator(csv);
    if (csv->header.raw.failed || csv->header.text.failed) /* the next record forgets it */
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    st = next_record(csv, &csv->header, err);
    if (st == CMTY_END)
        return cmty__fail(err, CMTY_E_FORMAT, "%s is empty; a line with column names is needed",
                          name);
    csv->header_size = csv->raw_size;
    for (size_t i = 0; st == CMTY_OK && i < csv->header.count; i++) {
        char *text = csv->header.text.data + csv->header.starts[i];

        csv->header.starts[i] += (size_t)(cmty__trim(text) - text);
    }
    return st;
}

cmty_status cmty__csv_open(cmty__reader *r, cmty__csv **out, cmty_error *err)
{
    cmty__csv *csv = cmty__calloc(1, sizeof *csv);
    cmty_status st;

    *out = NULL;
    if (csv == NULL) {
        cmty__reader_free(r);
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    csv->reader = r;
    st = read_header(csv, err);
    if (st == CMTY_OK)
        *out = csv;
    else
        cmty__csv_free(csv);
    return st;
}

void cmty__csv_free(cmty__csv *csv)
{
    if (csv == NULL)
        return;
    cmty__reader_free(csv->reader);
    record_wipe(&csv->header);
    record_wipe(&csv->now);
    cmty__buf_wipe(&csv->again);
    cmty__free(csv);
}

size_t cmty__csv_column_count(const cmty__csv *csv)
{
    return csv->header.count;
}

const char *cmty__csv_column(const cmty__csv *csv, size_t i)
{
    return field_text(&csv->header, i);
}

int32_t cmty__csv_find(const cmty__csv *csv, const char *name)
{
    for (size_t i = 0; i < csv->header.count && i < INT32_MAX; i++)
        if (cmty__text_equal_nocase(field_text(&csv->header, i), name))
            return (int32_t)i;
    return -1;
}

cmty_status cmty__csv_next(cmty__csv *csv, cmty_error *err)
{
    cmty_status st;

    do
        st = next_record(csv, &csv->now, err);
    while (st == CMTY_OK && csv->raw_size == 0); /* an empty line is no record */
    if (st == CMTY_OK && csv->now.count != csv->header.count)
        return cmty__fail(err, CMTY_E_FORMAT, "%s, line %llu: %zu fields, but the header has %zu",
                          cmty__reader_name(csv->reader), (unsigned long long)csv->record_line,
                          csv->now.count, csv->header.count);
    return st;
}

const char *cmty__csv_field(const cmty__csv *csv, size_t i)
{
    return field_text(&csv->now, i);
}

const char *cmty__csv_raw(const cmty__csv *csv, size_t *size)
{
    *size = csv->raw_size;
    return csv->now.raw.data != NULL ? csv->now.raw.data : "";
}

const char *cmty__csv_header_raw(const cmty__csv *csv, size_t *size)
{
    *size = csv->header_size;
    return csv->header.raw.data;
}

char cmty__csv_separator(const cmty__csv *csv)
{
    return (char)csv->separator;
}

uint64_t cmty__csv_line_number(const cmty__csv *csv)
{
    return csv->record_line;
}

cmty__reader *cmty__csv_reader(cmty__csv *csv)
{
    return csv->reader;
}
