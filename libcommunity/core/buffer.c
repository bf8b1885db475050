/* SPDX-License-Identifier: MIT */
/* Growing buffers and the ways to print into them. Serial per buffer. */
#include "core/core.h"

#include <math.h>
#include <stdlib.h>

void cmty__buf_free(cmty__buf *b)
{
    cmty__free(b->data);
    *b = (cmty__buf){0};
}

void cmty__buf_wipe(cmty__buf *b)
{
    if (b->data != NULL)
        cmty__zero(b->data, b->capacity); /* also what stood there before it was cleared */
    cmty__buf_free(b);
}

void cmty__buf_clear(cmty__buf *b)
{
    b->size = 0;
    b->failed = false;
    if (b->data != NULL)
        b->data[0] = '\0';
}

/* A buffer may hold a report: where it grows, nothing stays behind in the old place. */
static bool buf_grow(cmty__buf *b, size_t need)
{
    cmty__buf bigger = {.size = b->size, .capacity = b->capacity};

    if (need <= b->capacity)
        return true;
    if (!cmty__grow(&bigger.data, &bigger.capacity, need, 1))
        return false;
    if (b->data != NULL)
        memcpy(bigger.data, b->data, b->size + 1);
    cmty__buf_wipe(b);
    *b = bigger;
    return true;
}

/* Room for `size` more bytes and the closing NUL, or NULL. */
static char *buf_room(cmty__buf *b, size_t size)
{
    size_t need;

    if (b->failed)
        return NULL;
    if (__builtin_add_overflow(b->size, size, &need) || need == SIZE_MAX
        || !buf_grow(b, need + 1)) {
        b->failed = true;
        return NULL;
    }
    return b->data + b->size;
}

void cmty__buf_bytes(cmty__buf *b, const void *data, size_t size)
{
    char *room = buf_room(b, size);

    if (room == NULL)
        return;
    if (size > 0)
        memcpy(room, data, size);
    b->size += size;
    b->data[b->size] = '\0';
}

void cmty__buf_text(cmty__buf *b, const char *text)
{
    cmty__buf_bytes(b, text, strlen(text));
}

void cmty__buf_char(cmty__buf *b, char c)
{
    cmty__buf_bytes(b, &c, 1);
}

void cmty__buf_vformat(cmty__buf *b, const char *format, va_list args)
{
    va_list again;
    int size;
    char *room;

    va_copy(again, args);
    size = cmty__vformat(NULL, 0, format, again);
    va_end(again);
    room = size < 0 ? NULL : buf_room(b, (size_t)size);
    if (room == NULL) {
        b->failed = true;
        return;
    }
    cmty__vformat(room, (size_t)size + 1, format, args);
    b->size += (size_t)size;
}

void cmty__buf_format(cmty__buf *b, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    cmty__buf_vformat(b, format, args);
    va_end(args);
}

void cmty__buf_double(cmty__buf *b, double v)
{
    char text[40];
    double back;

    if (!isfinite(v))
        return;
    for (int digits = 15; digits <= 17; digits++) {
        cmty__format(text, sizeof text, "%.*g", digits, v);
        if (cmty__parse_double(text, &back) && back == v)
            break;
    }
    cmty__buf_text(b, text);
}

void cmty__buf_fixed(cmty__buf *b, double v, int decimals)
{
    if (isfinite(v))
        cmty__buf_format(b, "%.*f", decimals, v);
}

void cmty__buf_json(cmty__buf *b, const char *text)
{
    cmty__buf_char(b, '"');
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '"' || *c == '\\') {
            cmty__buf_char(b, '\\');
            cmty__buf_char(b, *c);
        } else if ((unsigned char)*c < ' ') {
            cmty__buf_format(b, "\\u%04x", (unsigned)*c);
        } else {
            cmty__buf_char(b, *c);
        }
    }
    cmty__buf_char(b, '"');
}

void cmty__buf_csv(cmty__buf *b, const char *text)
{
    double number;
    /* A spreadsheet runs a cell that begins like this; a number is harmless. */
    bool formula =
        *text != '\0' && strchr("=+-@\t\r", *text) != NULL && !cmty__parse_double(text, &number);
    bool quoted = strpbrk(text, ",\"\r\n") != NULL;

    if (quoted)
        cmty__buf_char(b, '"');
    if (formula)
        cmty__buf_char(b, '\'');
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '"')
            cmty__buf_char(b, '"');
        cmty__buf_char(b, *c);
    }
    if (quoted)
        cmty__buf_char(b, '"');
}

void cmty__buf_xml(cmty__buf *b, const char *text)
{
    for (const char *c = text; *c != '\0'; c++) {
        switch (*c) {
        case '&':
            cmty__buf_text(b, "&amp;");
            break;
        case '<':
            cmty__buf_text(b, "&lt;");
            break;
        case '>':
            cmty__buf_text(b, "&gt;");
            break;
        case '"':
            cmty__buf_text(b, "&quot;");
            break;
        case '\'':
            cmty__buf_text(b, "&#39;");
            break;
        default: /* XML 1.0 section 2.2 has no other control characters */
            if ((unsigned char)*c >= ' ' || *c == '\t' || *c == '\n' || *c == '\r')
                cmty__buf_char(b, *c);
        }
    }
}
