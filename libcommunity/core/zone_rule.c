/* SPDX-License-Identifier: MIT */
/*
 * The rule that a zone file ends with, for all time after its last recorded change: a POSIX TZ
 * string (POSIX.1-2017, section 8.3) with the wider times of RFC 8536, section 3.3.1.
 *
 * Pure functions: any thread.
 */
#include "core/calendar.h"

typedef struct cursor {
    const char *at;
    const char *end;
} cursor;

static bool is_alpha(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

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

static bool take_number(cursor *c, int32_t least, int32_t most, int32_t *out)
{
    int32_t value = 0;
    const char *start = c->at;

    for (; c->at < c->end && is_digit(*c->at) && c->at - start < 4; c->at++)
        value = value * 10 + (*c->at - '0');
    *out = value;
    return c->at > start && value >= least && value <= most;
}

/* EST or <-03>: at least three characters. The name itself is not used. */
static bool take_name(cursor *c)
{
    const char *start = c->at;

    if (take_char(c, '<')) {
        while (c->at < c->end
               && (is_alpha(*c->at) || is_digit(*c->at) || *c->at == '+' || *c->at == '-'))
            c->at++;
        return c->at - start >= 4 && take_char(c, '>');
    }
    while (c->at < c->end && is_alpha(*c->at))
        c->at++;
    return c->at - start >= 3;
}

/* [+-]hh[:mm[:ss]] */
static bool take_time(cursor *c, int32_t most_hours, int32_t *seconds)
{
    int32_t sign = 1, hours, minutes = 0, rest = 0;

    if (take_char(c, '-'))
        sign = -1;
    else
        take_char(c, '+');
    if (!take_number(c, 0, most_hours, &hours))
        return false;
    if (take_char(c, ':')) {
        if (!take_number(c, 0, 59, &minutes))
            return false;
        if (take_char(c, ':') && !take_number(c, 0, 59, &rest))
            return false;
    }
    *seconds = sign * (hours * 3600 + minutes * 60 + rest);
    return true;
}

static bool take_date(cursor *c, cmty__rule_date *out)
{
    bool ok;

    if (!take_char(c, ','))
        return false;
    if (take_char(c, 'M')) {
        out->form = 'M';
        ok = take_number(c, 1, 12, &out->month) && take_char(c, '.')
             && take_number(c, 1, 5, &out->week) && take_char(c, '.')
             && take_number(c, 0, 6, &out->day);
    } else if (take_char(c, 'J')) {
        out->form = 'J';
        ok = take_number(c, 1, 365, &out->day);
    } else {
        out->form = 'n';
        ok = take_number(c, 0, 365, &out->day);
    }
    out->time_s = 2 * 3600;
    return ok && (!take_char(c, '/') || take_time(c, 167, &out->time_s));
}

bool cmty__zone_rule_parse(const char *text, size_t size, cmty__zone_rule *out)
{
    cursor c = {text, text + size};
    cmty__zone_rule rule = {0};
    int32_t west_s;

    if (!take_name(&c) || !take_time(&c, 24, &west_s))
        return false;
    rule.standard_s = rule.daylight_s = -west_s; /* POSIX counts westward */
    if (c.at < c.end) {
        rule.has_daylight = true;
        if (!take_name(&c))
            return false;
        west_s -= 3600;
        if (c.at < c.end && *c.at != ',' && !take_time(&c, 24, &west_s))
            return false;
        rule.daylight_s = -west_s;
        if (!take_date(&c, &rule.start) || !take_date(&c, &rule.end))
            return false;
    }
    if (c.at < c.end)
        return false;
    *out = rule;
    return true;
}

/* Local seconds since 1970-01-01T00:00 of the change in a year. */
static int64_t date_in_year(const cmty__rule_date *date, int64_t year)
{
    int64_t days = cmty__days_from_civil(year, 1, 1);
    bool leap = cmty__days_in_month(year, 2) == 29;
    int32_t weekday_of_first, day;

    if (date->form == 'J') {
        days += date->day - 1 + (leap && date->day >= 60 ? 1 : 0);
    } else if (date->form == 'n') {
        days += date->day;
    } else {
        days = cmty__days_from_civil(year, date->month, 1);
        /* 1970-01-01 was a Thursday, day 4 of a week that begins on Sunday. */
        weekday_of_first = (int32_t)(days + 4 - cmty__floor_div(days + 4, 7) * 7);
        day = (date->day - weekday_of_first + 7) % 7 + (date->week - 1) * 7;
        if (day >= cmty__days_in_month(year, date->month))
            day -= 7; /* week 5 means the last one */
        days += day;
    }
    return days * DAY_S + date->time_s;
}

void cmty__zone_rule_at(const cmty__zone_rule *rule, int64_t utc_s, int32_t *offset_s,
                        int64_t *until_s)
{
    int64_t year, y, start, end, last = INT64_MIN;
    int32_t month, day;

    *offset_s = rule->standard_s;
    *until_s = INT64_MAX;
    if (!rule->has_daylight)
        return;
    cmty__civil_from_days(cmty__floor_div(utc_s + rule->standard_s, DAY_S), &year, &month, &day);
    /* Times of up to a week move a change into the year beside its own. */
    for (y = year - 2; y <= year + 2; y++) {
        start = date_in_year(&rule->start, y) - rule->standard_s;
        end = date_in_year(&rule->end, y) - rule->daylight_s;
        if (end <= utc_s && end > last) {
            last = end;
            *offset_s = rule->standard_s;
        }
        /* Where one summer ends as the next begins, it is summer all year. */
        if (start <= utc_s && start >= last) {
            last = start;
            *offset_s = rule->daylight_s;
        }
        if (end > utc_s && end < *until_s)
            *until_s = end;
        if (start > utc_s && start < *until_s)
            *until_s = start;
    }
}
