/* SPDX-License-Identifier: MIT */
/* Text and numbers without the host's locale. Any thread. */
#include "core/core.h"

#include <ctype.h>
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static locale_t c_locale;
static pthread_once_t c_locale_once = PTHREAD_ONCE_INIT;

static void c_locale_make(void)
{
    c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

/* The calling thread's locale becomes "C" until locale_leave; other threads see nothing of it. */
static locale_t locale_enter(void)
{
    pthread_once(&c_locale_once, c_locale_make);
    return c_locale != (locale_t)0 ? uselocale(c_locale) : (locale_t)0;
}

static void locale_leave(locale_t before)
{
    if (before != (locale_t)0)
        uselocale(before);
}

int cmty__vformat(char *out, size_t size, const char *format, va_list args)
{
    locale_t before = locale_enter();
    int written = vsnprintf(out, size, format, args);

    locale_leave(before);
    return written;
}

bool cmty__format(char *out, size_t size, const char *format, ...)
{
    va_list args;
    int written;

    va_start(args, format);
    written = cmty__vformat(out, size, format, args);
    va_end(args);
    return written >= 0 && (size_t)written < size;
}

bool cmty__parse_double(const char *text, double *out)
{
    char *end;
    double v;
    locale_t before;

    /* strtod also takes blanks, hexadecimal, "inf" and "nan"; none of them is a number here. */
    if (text[strspn(text, "+-.0123456789eE")] != '\0' || *text == '\0')
        return false;
    before = locale_enter();
    v = strtod(text, &end);
    locale_leave(before);
    if (end == text || *end != '\0' || !isfinite(v))
        return false;
    *out = v;
    return true;
}

bool cmty__parse_int64(const char *text, int64_t *out)
{
    char *end;
    long long v;

    if (text[strspn(text, "+-0123456789")] != '\0' || *text == '\0')
        return false;
    errno = 0;
    v = strtoll(text, &end, 10);
    if (end == text || *end != '\0' || errno != 0)
        return false;
    *out = v;
    return true;
}

/* Length of the well-formed sequence at p (RFC 3629, table in section 4), or 0. */
static size_t utf8_sequence(const unsigned char *p, size_t left)
{
    size_t n = p[0] < 0x80 ? 1 : p[0] < 0xC2 ? 0 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;

    if (n == 0 || p[0] > 0xF4 || n > left || p[0] == 0)
        return 0;
    for (size_t i = 1; i < n; i++)
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    if ((p[0] == 0xE0 && p[1] < 0xA0) || (p[0] == 0xED && p[1] > 0x9F)
        || (p[0] == 0xF0 && p[1] < 0x90) || (p[0] == 0xF4 && p[1] > 0x8F))
        return 0;
    return n;
}

bool cmty__utf8_valid(const char *text, size_t size)
{
    const unsigned char *p = (const unsigned char *)text;

    while (size > 0) {
        size_t n = utf8_sequence(p, size);

        if (n == 0)
            return false;
        p += n;
        size -= n;
    }
    return true;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool cmty__text_equal_nocase(const char *a, const char *b)
{
    while (*a != '\0' && lower(*a) == lower(*b)) {
        a++;
        b++;
    }
    return lower(*a) == lower(*b);
}

bool cmty__starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

char *cmty__trim(char *text)
{
    static const char blanks[] = " \t\r\n\f\v";
    size_t size;

    text += strspn(text, blanks);
    size = strlen(text);
    while (size > 0 && strchr(blanks, text[size - 1]) != NULL)
        text[--size] = '\0';
    return text;
}

const char *cmty__basename(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL && slash[1] != '\0' ? slash + 1 : path;
}

static const char **spec_member(cmty__spec *spec, const char *key)
{
    const struct {
        const char *key;
        const char **member;
    } members[] = {
        {"layername", &spec->layer}, {"layer", &spec->layer},   {"id", &spec->id},
        {"name", &spec->name},       {"from", &spec->from},     {"to", &spec->to},
        {"crs", &spec->crs},         {"action", &spec->action}, {"weight", &spec->weight},
        {"public", &spec->places},   {"lon", &spec->lon},       {"lat", &spec->lat},
    };

    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        if (strcmp(key, members[i].key) == 0)
            return members[i].member;
    return NULL;
}

cmty_status cmty__spec_parse(const char *text, cmty__spec *out, cmty_error *err)
{
    cmty__spec spec = {0};
    char *part;
    cmty_status st = CMTY_OK;

    if (text == NULL || *text == '\0')
        return cmty__fail(err, CMTY_E_INVALID, "a layer needs a path");
    spec.text = cmty__strdup(text);
    if (spec.text == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    spec.path = spec.text;
    part = strchr(spec.text, '|');
    while (part != NULL && st == CMTY_OK) {
        char *next, *equals;
        const char **member;

        *part++ = '\0';
        next = strchr(part, '|');
        equals = strchr(part, '=');
        if (equals != NULL && (next == NULL || equals < next)) {
            *equals = '\0';
            member = spec_member(&spec, part);
            if (member != NULL)
                *member = equals + 1;
            else
                st = cmty__fail(err, CMTY_E_INVALID,
                                "layer part \"%s\" is unknown; use layername, id, name, from, to, "
                                "crs, action, weight, public, lon or lat",
                                part);
        } else {
            st = cmty__fail(err, CMTY_E_INVALID, "a layer part after | must be key=value");
        }
        part = next;
    }
    if (st == CMTY_OK)
        *out = spec;
    else
        cmty__spec_free(&spec);
    return st;
}

void cmty__spec_free(cmty__spec *spec)
{
    if (spec == NULL)
        return;
    cmty__free(spec->text);
    *spec = (cmty__spec){0};
}
