/* SPDX-License-Identifier: MIT */
/* The grammar of RFC 8259, to the letter. The JSON library is lenient (NaN, `1.`, raw line breaks
   in texts, halves of surrogate pairs), and what two readers read differently is no evidence. Any
   thread. */
#include "core/json_scan.h"

struct scan {
    const unsigned char *p, *end;
    int depth;
    size_t members;
    const char *what;
};

static bool value(struct scan *s);

static bool fault(struct scan *s, const char *what)
{
    if (s->what == NULL)
        s->what = what;
    return false;
}

static int here(const struct scan *s)
{
    return s->p < s->end ? *s->p : -1;
}

static void blanks(struct scan *s)
{
    while (s->p < s->end && (*s->p == ' ' || *s->p == '\t' || *s->p == '\n' || *s->p == '\r'))
        s->p++;
}

static bool literal(struct scan *s, const char *word)
{
    size_t n = strlen(word);

    if ((size_t)(s->end - s->p) < n || memcmp(s->p, word, n) != 0)
        return fault(s, "a value is expected");
    s->p += n;
    return true;
}

static size_t digits(struct scan *s)
{
    const unsigned char *from = s->p;

    while (s->p < s->end && *s->p >= '0' && *s->p <= '9')
        s->p++;
    return (size_t)(s->p - from);
}

static bool number(struct scan *s)
{
    bool whole = true;
    size_t limit = 19; /* beyond 64 bits the library would clamp it to another number */
    size_t n;

    if (here(s) == '-') {
        s->p++;
        limit = 18;
    }
    if (here(s) == '0' && s->p++ != NULL)
        n = 1;
    else
        n = digits(s);
    if (n == 0)
        return fault(s, "a value is expected");
    if (here(s) == '.') {
        whole = false;
        s->p++;
        if (digits(s) == 0)
            return fault(s, "a digit is expected after the decimal point");
    }
    if (here(s) == 'e' || here(s) == 'E') {
        whole = false;
        s->p++;
        if (here(s) == '+' || here(s) == '-')
            s->p++;
        if (digits(s) == 0)
            return fault(s, "a digit is expected in the exponent");
    }
    if (whole && n > limit)
        return fault(s, "a whole number has too many digits");
    return true;
}

static int hex_digit(int c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* The four digits after \u, or -1. */
static int code_unit(struct scan *s)
{
    int unit = 0;

    for (int i = 0; i < 4; i++) {
        int digit = hex_digit(here(s));

        if (digit < 0)
            return -1;
        unit = unit * 16 + digit;
        s->p++;
    }
    return unit;
}

static bool unicode_escape(struct scan *s)
{
    int unit = code_unit(s);

    if (unit < 0)
        return fault(s, "\\u needs four hexadecimal digits");
    if (unit == 0)
        return fault(s, "a text holds the character NUL");
    if (unit >= 0xDC00 && unit <= 0xDFFF)
        return fault(s, "a text holds half a surrogate pair");
    if (unit < 0xD800 || unit > 0xDBFF)
        return true;
    if (s->end - s->p < 2 || s->p[0] != '\\' || s->p[1] != 'u')
        return fault(s, "a text holds half a surrogate pair");
    s->p += 2;
    unit = code_unit(s);
    if (unit < 0xDC00 || unit > 0xDFFF)
        return fault(s, "a text holds half a surrogate pair");
    return true;
}

static bool escape(struct scan *s)
{
    int c = here(s);

    if (c < 0)
        return fault(s, "a text is not closed");
    s->p++;
    if (c == 'u')
        return unicode_escape(s);
    if (strchr("\"\\/bfnrt", c) == NULL)
        return fault(s, "an escape sequence is unknown");
    return true;
}

static bool string(struct scan *s)
{
    s->p++;
    for (;;) {
        int c = here(s);

        if (c < 0)
            return fault(s, "a text is not closed");
        if (c < ' ')
            return fault(s, "a text holds a bare control character");
        s->p++;
        if (c == '"')
            return true;
        if (c == '\\' && !escape(s))
            return false;
    }
}

static bool member(struct scan *s)
{
    if (here(s) != '"')
        return fault(s, "a name in quotes is expected");
    if (!string(s))
        return false;
    blanks(s);
    if (here(s) != ':')
        return fault(s, "a colon is expected");
    s->p++;
    s->members++;
    return value(s);
}

/* Members or elements up to the closing bracket. */
static bool container(struct scan *s, int close, bool (*item)(struct scan *))
{
    if (++s->depth > CMTY__JSON_DEPTH)
        return fault(s, "nested deeper than 32 levels");
    s->p++;
    blanks(s);
    if (here(s) != close) {
        for (;;) {
            blanks(s);
            if (!item(s))
                return false;
            blanks(s);
            if (here(s) != ',')
                break;
            s->p++;
        }
    }
    if (here(s) != close)
        return fault(s, close == '}' ? "a comma or } is expected" : "a comma or ] is expected");
    s->p++;
    s->depth--;
    return true;
}

static bool value(struct scan *s)
{
    blanks(s);
    switch (here(s)) {
    case '{':
        return container(s, '}', member);
    case '[':
        return container(s, ']', value);
    case '"':
        return string(s);
    case 't':
        return literal(s, "true");
    case 'f':
        return literal(s, "false");
    case 'n':
        return literal(s, "null");
    default:
        return number(s);
    }
}

bool cmty__json_scan(const char *text, size_t size, size_t *members, cmty__json_fault *out)
{
    const unsigned char *start = (const unsigned char *)text;
    struct scan s = {start, start + size, 0, 0, NULL};
    bool ok = false;

    if (!cmty__utf8_valid(text, size)) {
        fault(&s, "the text is not valid UTF-8, or holds the character NUL");
    } else if (value(&s)) {
        blanks(&s);
        ok = s.p == s.end || fault(&s, "there is something after the value");
    }
    *members = s.members;
    out->at = (size_t)(s.p - start);
    out->what = s.what;
    return ok;
}
