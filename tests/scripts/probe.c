/* SPDX-License-Identifier: MIT */
/* Prints what core makes of a file, for scripts that compare it with other readers:
 *
 *     probe json FILE     per line of FILE: the value written back, or "refused"
 *     probe csv FILE      per record: a JSON array of its fields, or "refused"
 *     probe array FILE    per element of a JSON array: its bytes; last the status
 *     probe native FILE   per line: the reason that decoding and validation give
 */
#include "intake/decode.h"

#include <stdio.h>

enum { LIMIT = 1024 * 1024 };

static void json_line(const cmty__buf *line)
{
    cmty__json *doc = NULL;
    cmty__buf out = {0};

    if (cmty__json_parse(line->data, line->size, &doc, NULL) == CMTY_OK) {
        cmty__buf_json_value(&out, doc);
        printf("%s\n", out.data);
    } else {
        printf("refused\n");
    }
    cmty__json_free(doc);
    cmty__buf_free(&out);
}

static void json_lines(cmty__reader *r)
{
    cmty__buf line = {0};

    while (cmty__reader_line(r, LIMIT, &line, NULL) == CMTY_OK)
        json_line(&line);
    cmty__buf_free(&line);
    cmty__reader_free(r);
}

static void form_lines(cmty__reader *r)
{
    cmty__buf line = {0}, json = {0};

    while (cmty__reader_line(r, LIMIT, &line, NULL) == CMTY_OK) {
        cmty__buf_clear(&json);
        if (!cmty__form_json(line.data != NULL ? line.data : "", line.size, &json))
            cmty__buf_clear(&json); /* no JSON either */
        json_line(&json);
    }
    cmty__buf_free(&line);
    cmty__buf_free(&json);
    cmty__reader_free(r);
}

static void csv_record(cmty__csv *csv, cmty_status st)
{
    cmty__buf out = {0};

    cmty__buf_char(&out, '[');
    for (size_t i = 0; st == CMTY_OK && i < cmty__csv_column_count(csv); i++) {
        cmty__buf_text(&out, i > 0 ? "," : "");
        cmty__buf_json(&out, cmty__csv_field(csv, i));
    }
    printf("%s\n", st == CMTY_OK ? (cmty__buf_char(&out, ']'), out.data) : "refused");
    cmty__buf_free(&out);
}

static void csv_records(cmty__reader *r)
{
    cmty__csv *csv = NULL;
    cmty_status st;

    if (cmty__csv_open(r, &csv, NULL) != CMTY_OK) {
        printf("no header\n");
        return;
    }
    while ((st = cmty__csv_next(csv, NULL)) != CMTY_END)
        csv_record(csv, st);
    cmty__csv_free(csv);
}

static void array_elements(cmty__reader *r)
{
    cmty__buf element = {0};
    cmty_status st;

    while ((st = cmty__json_stream(r, NULL, LIMIT, &element, NULL)) == CMTY_OK)
        json_line(&element);
    printf("%s\n", cmty_status_name(st));
    cmty__buf_free(&element);
    cmty__reader_free(r);
}

static void native_reasons(cmty__reader *r)
{
    cmty__mapping mapping = {0};
    cmty__decode_options o = {"src", &mapping, NULL, false};
    cmty__arena *arena = cmty__arena_new();
    cmty__decoder *decoder = NULL;
    cmty__record rec;

    if (arena == NULL || cmty__decode_ndjson_open(&o, r, &decoder, NULL) != CMTY_OK)
        return;
    while (cmty__decoder_next(decoder, arena, &rec, NULL) == CMTY_OK) {
        if (rec.reason == CMTY_REASON_NONE)
            rec.reason = cmty__report_validate(&rec.report, cmty__time_now(), &rec.field);
        printf("%s %s\n", cmty_reason_name(rec.reason), rec.field);
        cmty__arena_clear(arena);
    }
    decoder->free(decoder);
    cmty__arena_free(arena);
}

int main(int argc, char **argv)
{
    cmty__reader *r = NULL;

    if (argc != 3 || cmty__reader_open(argv[2], &r, NULL) != CMTY_OK)
        return 2;
    if (strcmp(argv[1], "json") == 0)
        json_lines(r);
    else if (strcmp(argv[1], "csv") == 0)
        csv_records(r);
    else if (strcmp(argv[1], "form") == 0)
        form_lines(r);
    else if (strcmp(argv[1], "native") == 0)
        native_reasons(r);
    else
        array_elements(r);
    return 0;
}
