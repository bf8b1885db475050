/* SPDX-License-Identifier: MIT */
/*
 * Reading dates and times as people and programs write them, strictly: what is not wholly one of
 * the forms listed in core.h is refused, never guessed.
 *
 * Pure functions: any thread.
 */
#include "core/calendar.h"

typedef struct cursor {
    const char *at;
    const char *end;
} cursor;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool take_char(cursor *c, char wanted)
{
    if (c->at == c->end || *c->at != wanted)
        return false;
    c->at++;
    return true;
}

/* `least` to `most` digits; a further digit after them is an error. */
static bool take_digits(cursor *c, int least, int most, int32_t *out)
{
    int32_t value = 0;
    int n = 0;

    for (; c->at < c->end && is_digit(*c->at); c->at++, n++) {
        if (n == most)
            return false;
        value = value * 10 + (*c->at - '0');
    }
    *out = value;
    return n >= least;
}

/* Any number of decimals from 1 to 9; those beyond milliseconds are cut off. */
static bool take_fraction(cursor *c, int32_t *milliseconds)
{
    const char *start = c->at;
    int32_t digits;
    size_t n;

    if (!take_digits(c, 1, 9, &digits))
        return false;
    for (n = (size_t)(c->at - start); n > 3; n--)
        digits /= 10;
    for (; n < 3; n++)
        digits *= 10;
    *milliseconds = digits;
    return true;
}

static bool take_date(cursor *c, char order, cmty__civil *out, bool *year_first)
{
    const char *start = c->at;
    int32_t first, second;
    char separator;

    if (!take_digits(c, 1, 4, &first) || c->at == c->end)
        return false;
    separator = *c->at;
    *year_first = c->at - start == 4;
    if (*year_first) {
        if (separator != '-' && separator != '/')
            return false;
        out->year = first;
        return take_char(c, separator) && take_digits(c, 2, 2, &out->month)
               && take_char(c, separator) && take_digits(c, 2, 2, &out->day);
    }
    if (c->at - start > 2 || !take_char(c, '/') || !take_digits(c, 1, 2, &second)
        || !take_char(c, '/') || !take_digits(c, 4, 4, &out->year))
        return false;
    out->month = order == 'm' ? first : second;
    out->day = order == 'm' ? second : first;
    return order == 'm' || order == 'd';
}

/* A half of the day after a blank, as clocks of twelve hours need it. */
static bool take_half(cursor *c, cmty__civil *out)
{
    char half;

    if (!take_char(c, ' '))
        return true;
    if (c->end - c->at != 2 || (c->at[1] != 'M' && c->at[1] != 'm'))
        return false;
    half = c->at[0];
    c->at += 2;
    if (out->hour < 1 || out->hour > 12)
        return false;
    out->hour %= 12;
    if (half == 'P' || half == 'p')
        out->hour += 12;
    return half == 'P' || half == 'p' || half == 'A' || half == 'a';
}

static bool take_clock(cursor *c, bool year_first, cmty__civil *out)
{
    if (!take_digits(c, year_first ? 2 : 1, 2, &out->hour) || !take_char(c, ':')
        || !take_digits(c, 2, 2, &out->minute))
        return false;
    if (take_char(c, ':')) {
        if (!take_digits(c, 2, 2, &out->second))
            return false;
        if (take_char(c, '.') && !take_fraction(c, &out->millisecond))
            return false;
    }
    return year_first || take_half(c, out);
}

static bool take_offset(cursor *c, int32_t *offset_s)
{
    int32_t sign, hours, minutes = 0;
    const char *start;

    *offset_s = 0;
    if (take_char(c, 'Z') || take_char(c, 'z'))
        return true;
    sign = *c->at == '-' ? -1 : 1;
    if (!take_char(c, '+') && !take_char(c, '-'))
        return false;
    start = c->at;
    if (!take_digits(c, 2, 4, &hours))
        return false;
    if (c->at - start == 4) {
        minutes = hours % 100;
        hours /= 100;
    } else if (c->at - start != 2 || (take_char(c, ':') && !take_digits(c, 2, 2, &minutes))) {
        return false;
    }
    *offset_s = sign * (hours * 3600 + minutes * 60);
    return hours <= 23 && minutes <= 59;
}

bool cmty__time_parse(const char *text, const cmty__zone *zone, char order, cmty_time *out)
{
    cursor c = {text, text + strlen(text)};
    cmty__civil civil = {0};
    int32_t offset_s = 0;
    bool year_first, has_offset = false;
    cmty_time t;

    if (!take_date(&c, order, &civil, &year_first))
        return false;
    if (c.at < c.end) {
        if (!take_char(&c, ' ') && !(year_first && (take_char(&c, 'T') || take_char(&c, 't'))))
            return false;
        if (!take_clock(&c, year_first, &civil))
            return false;
        has_offset = c.at < c.end;
        if (has_offset && !take_offset(&c, &offset_s))
            return false;
    }
    if (c.at < c.end || !cmty__civil_to_time(&civil, has_offset ? NULL : zone, &t))
        return false;
    *out = t - (int64_t)offset_s * 1000;
    return true;
}
