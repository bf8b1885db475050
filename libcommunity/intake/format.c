/* SPDX-License-Identifier: MIT */
/* Which format a file is in: said, or seen from its name and its first bytes. Any thread. */
#include "decode.h"

enum { SNIFF = 16 * 1024 };

static const struct {
    const char *name;
    cmty__decoder_open_fn *open;
} formats[] = {
    {"csv", cmty__decode_csv_open},
    {"geojson", cmty__decode_geojson_open},
    {"ndjson", cmty__decode_ndjson_open},
    {"json", cmty__decode_json_open},
    {"open311", cmty__decode_open311_open},
    {"open311-form", cmty__decode_form_open},
    {"open311-xml", cmty__decode_open311_xml_open},
};

cmty__decoder_open_fn *cmty__format_named(const char *format)
{
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
        if (strcmp(formats[i].name, format) == 0)
            return formats[i].open;
    return NULL;
}

const char *cmty__format_name(cmty__decoder_open_fn *open)
{
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
        if (formats[i].open == open)
            return formats[i].name;
    return NULL;
}

static const char *by_extension(const char *path)
{
    static const struct {
        const char *end, *format;
    } ends[] = {
        {".csv", "csv"},       {".tsv", "csv"},      {".geojson", "geojson"},
        {".ndjson", "ndjson"}, {".jsonl", "ndjson"},
    };
    const char *dot = strrchr(cmty__basename(path), '.');

    for (size_t i = 0; dot != NULL && i < sizeof ends / sizeof ends[0]; i++)
        if (cmty__text_equal_nocase(dot, ends[i].end))
            return ends[i].format;
    return NULL;
}

static bool holds(const cmty__buf *text, const char *word)
{
    return text->data != NULL && strstr(text->data, word) != NULL;
}

/* A first line that is JSON by itself is the first of many. */
static bool line_is_json(const char *start)
{
    size_t size = strcspn(start, "\r\n");
    cmty__json *doc = NULL;
    bool whole = start[size] != '\0' && cmty__json_parse(start, size, &doc, NULL) == CMTY_OK;

    cmty__json_free(doc);
    return whole;
}

static const char *by_content(const cmty__buf *text)
{
    const char *start = text->data != NULL ? text->data : "";

    if (cmty__starts_with(start, "\xEF\xBB\xBF"))
        start += 3;
    start += strspn(start, " \t\r\n");
    if (*start == '<')
        return holds(text, "<service_requests") || holds(text, "<request") ? "open311-xml" : NULL;
    if (*start != '[' && *start != '{')
        return *start != '\0' ? "csv" : NULL;
    if (holds(text, "\"FeatureCollection\"") || holds(text, "\"features\""))
        return "geojson";
    if (holds(text, "\"service_request_id\"") || holds(text, "\"service_code\""))
        return "open311";
    return *start == '{' && line_is_json(start) ? "ndjson" : "json";
}

/* The first bytes of a regular file; nothing of a pipe, for they could not be read again. */
static cmty_status sniff(const char *path, cmty__buf *text, cmty_error *err)
{
    cmty__reader *r = NULL;
    cmty_status st = cmty__reader_open(path, &r, err);
    int c;

    if (st != CMTY_OK)
        return st;
    if (cmty__reader_total(r) > 0)
        while (text->size < SNIFF && (c = cmty__reader_get(r)) > 0)
            cmty__buf_char(text, (char)c);
    st = cmty__reader_status(r, err);
    cmty__reader_free(r);
    if (st == CMTY_OK && text->failed)
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    return st;
}

cmty_status cmty__format_find(const char *format, const char *path, cmty__decoder_open_fn **out,
                              cmty_error *err)
{
    const char *name = format != NULL ? format : by_extension(path);

    *out = NULL;
    if (name == NULL && strcmp(path, "-") != 0) {
        cmty__buf text = {0};
        cmty_status st = sniff(path, &text, err);

        name = st == CMTY_OK ? by_content(&text) : NULL;
        cmty__buf_wipe(&text);
        if (st != CMTY_OK)
            return st;
    }
    if (name == NULL)
        return cmty__fail(err, CMTY_E_FORMAT,
                          "%s: the format cannot be seen; say csv, geojson, ndjson, json, "
                          "open311, open311-form or open311-xml",
                          strcmp(path, "-") == 0 ? "standard input" : cmty__basename(path));
    *out = cmty__format_named(name);
    if (*out == NULL)
        return cmty__fail(err, CMTY_E_INVALID,
                          "format %s is unknown; use csv, geojson, ndjson, json, open311, "
                          "open311-form or open311-xml",
                          name);
    return CMTY_OK;
}
