/* SPDX-License-Identifier: MIT */
/*
 * Open311 GeoReport v2 service requests as a form posts them: one body on each line, or one alone.
 * Such a request has no id yet; `source_ref=*` in the mapping makes its content its reference. Any
 * thread.
 */
#include "decode.h"

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A name or a value up to `end`. False: a % that no two digits follow, a NUL, or no UTF-8. `out` is
   empty. */
static bool decode(const char *text, const char *end, cmty__buf *out)
{
    for (; text < end; text++) {
        char c = *text == '+' ? ' ' : *text;

        if (c == '%') {
            const int high = end - text > 2 ? digit(text[1]) : -1;
            const int low = high >= 0 ? digit(text[2]) : -1;

            if (low < 0)
                return false;
            c = (char)(high * 16 + low);
            text += 2;
        }
        if (c == '\0')
            return false;
        cmty__buf_char(out, c);
    }
    return cmty__utf8_valid(out->data != NULL ? out->data : "", out->size);
}

static bool append(const char *start, const char *end, cmty__buf *json)
{
    cmty__buf part = {0};
    const bool sound = decode(start, end, &part);

    if (sound)
        cmty__buf_json(json, part.data != NULL ? part.data : "");
    json->failed = json->failed || part.failed;
    cmty__buf_wipe(&part);
    return sound;
}

/* Answers to a service's own questions come as attribute[CODE], often several times; they are no
   field of a report. Any other name that comes twice makes no JSON, and is refused so. */
static bool append_pair(const char *start, const char *end, cmty__buf *json)
{
    const char *equals = memchr(start, '=', (size_t)(end - start));

    if (end - start > 9 && memcmp(start, "attribute", 9) == 0)
        return true;
    if (json->size > 1)
        cmty__buf_char(json, ',');
    if (!append(start, equals != NULL ? equals : end, json))
        return false;
    cmty__buf_char(json, ':');
    return append(equals != NULL ? equals + 1 : end, end, json);
}

bool cmty__form_json(const char *text, size_t size, cmty__buf *json)
{
    const char *end = text + size;
    bool sound = true;

    while (end > text && (end[-1] == '\r' || end[-1] == '\n'))
        end--;
    cmty__buf_char(json, '{');
    while (sound && text < end) {
        const char *stop = memchr(text, '&', (size_t)(end - text));

        if (stop == NULL)
            stop = end;
        sound = stop == text || append_pair(text, stop, json);
        text = stop < end ? stop + 1 : end;
    }
    cmty__buf_char(json, '}');
    return sound && !json->failed;
}

cmty_status cmty__decode_form_open(const cmty__decode_options *o, cmty__reader *r,
                                   cmty__decoder **out, cmty_error *err)
{
    static const cmty__documents kind = {NULL, true, cmty__open311_request, cmty__form_json};

    return cmty__documents_open(&kind, o, r, out, err);
}
