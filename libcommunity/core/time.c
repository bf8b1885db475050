/* SPDX-License-Identifier: MIT */
/*
 * The calendar: moments to local dates and back, bins, and the text of a moment.
 *
 * Proleptic Gregorian, no leap seconds, years 1 to 9999. Nothing here reads the environment or the
 * C library's time zone. Pure functions: any thread.
 */
#include "core/calendar.h"

#include <time.h>

int64_t cmty__floor_div(int64_t dividend, int64_t divisor)
{
    int64_t quotient = dividend / divisor;

    return dividend % divisor < 0 ? quotient - 1 : quotient;
}

/* Counts from 1 March of year 0, so that the leap day ends a year: Hinnant, "chrono-compatible
   low-level date algorithms" (2013). An era is 400 years, 146097 days. */
int64_t cmty__days_from_civil(int64_t year, int32_t month, int32_t day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = cmty__floor_div(y, 400);
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;

    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year
           - 719468;
}

void cmty__civil_from_days(int64_t days, int64_t *year, int32_t *month, int32_t *day)
{
    int64_t z = days + 719468;
    int64_t era = cmty__floor_div(z, 146097);
    int64_t day_of_era = z - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t from_march = (5 * day_of_year + 2) / 153;

    *day = (int32_t)(day_of_year - (153 * from_march + 2) / 5 + 1);
    *month = (int32_t)(from_march < 10 ? from_march + 3 : from_march - 9);
    *year = year_of_era + era * 400 + (*month <= 2 ? 1 : 0);
}

int32_t cmty__days_in_month(int64_t year, int32_t month)
{
    static const int32_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return month == 2 && leap ? 29 : days[month - 1];
}

void cmty__time_to_civil(cmty_time t, const cmty__zone *zone, cmty__civil *out)
{
    int64_t utc_s = cmty__floor_div(t, 1000), until_s, local_s, days, year, rest;

    cmty__zone_at(zone, utc_s, &out->offset_s, &until_s);
    local_s = utc_s + out->offset_s;
    days = cmty__floor_div(local_s, DAY_S);
    rest = local_s - days * DAY_S;
    cmty__civil_from_days(days, &year, &out->month, &out->day);
    out->year = (int32_t)year; /* 2^63 ms are 3e8 years */
    out->hour = (int32_t)(rest / 3600);
    out->minute = (int32_t)(rest / 60 % 60);
    out->second = (int32_t)(rest % 60);
    out->millisecond = (int32_t)((t % 1000 + 1000) % 1000); /* utc_s * 1000 may not fit */
    /* 1970-01-01 was a Thursday. */
    out->weekday = (int32_t)(days + 3 - cmty__floor_div(days + 3, 7) * 7);
}

static bool civil_valid(const cmty__civil *c)
{
    return c->year >= YEAR_MIN && c->year <= YEAR_MAX && c->month >= 1 && c->month <= 12
           && c->day >= 1 && c->day <= cmty__days_in_month(c->year, c->month) && c->hour >= 0
           && c->hour <= 23 && c->minute >= 0 && c->minute <= 59 && c->second >= 0
           && c->second <= 59 && c->millisecond >= 0 && c->millisecond <= 999;
}

/* The first moment at which local clocks show local_s or later. That is the first of two where
   clocks go back, and the change itself where they jump over local_s. */
static int64_t first_moment(int64_t local_s, const cmty__zone *zone, bool *skipped)
{
    int64_t from_s = local_s - OFFSET_MAX_S, until_s, t;
    int32_t offset_s;

    for (;;) {
        cmty__zone_at(zone, from_s, &offset_s, &until_s);
        t = local_s - offset_s;
        if (t < until_s) {
            *skipped = t < from_s;
            return *skipped ? from_s : t;
        }
        from_s = until_s;
    }
}

bool cmty__civil_to_time(const cmty__civil *c, const cmty__zone *zone, cmty_time *out)
{
    int64_t local_s;
    int32_t of_day_s;
    bool skipped;

    if (!civil_valid(c))
        return false;
    of_day_s = c->hour * 3600 + c->minute * 60 + c->second;
    local_s = cmty__days_from_civil(c->year, c->month, c->day) * DAY_S + of_day_s;
    *out = first_moment(local_s, zone, &skipped) * 1000;
    if (!skipped)
        *out += c->millisecond;
    return true;
}

static bool in_years(const cmty__civil *c)
{
    return c->year >= YEAR_MIN && c->year <= YEAR_MAX;
}

void cmty__buf_time_utc(cmty__buf *b, cmty_time t)
{
    cmty__civil c;

    cmty__time_to_civil(t, NULL, &c);
    if (in_years(&c))
        cmty__buf_format(b, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", c.year, c.month, c.day, c.hour,
                         c.minute, c.second, c.millisecond);
}

void cmty__buf_time_local(cmty__buf *b, cmty_time t, const cmty__zone *zone)
{
    cmty__civil c;

    cmty__time_to_civil(t, zone, &c);
    if (in_years(&c))
        cmty__buf_format(b, "%04d-%02d-%02dT%02d:%02d:%02d", c.year, c.month, c.day, c.hour,
                         c.minute, c.second);
}

void cmty__civil_move(cmty__civil *c, int32_t days)
{
    int64_t year, day = cmty__days_from_civil(c->year, c->month, c->day) + days;

    cmty__civil_from_days(day, &year, &c->month, &c->day);
    c->year = (int32_t)year;
    c->weekday = (int32_t)(day + 3 - cmty__floor_div(day + 3, 7) * 7);
}

/* A week belongs to the year of its Thursday. */
void cmty__civil_week(const cmty__civil *c, int32_t *year, int32_t *week)
{
    cmty__civil thursday = *c;

    cmty__civil_move(&thursday, 3 - c->weekday);
    *year = thursday.year;
    *week = (int32_t)((cmty__days_from_civil(thursday.year, thursday.month, thursday.day)
                       - cmty__days_from_civil(thursday.year, 1, 1))
                      / 7)
            + 1;
}

int32_t cmty__time_showings(cmty_time t, const cmty__zone *zone, int32_t *which)
{
    int64_t utc_s = cmty__floor_div(t, 1000), until_s, at_s, local_s, shown_s;
    int32_t offset_s, count = 0;

    cmty__zone_at(zone, utc_s, &offset_s, &until_s);
    local_s = utc_s + offset_s;
    *which = 1;
    for (at_s = local_s - OFFSET_MAX_S; at_s <= local_s - OFFSET_MIN_S; at_s = until_s) {
        cmty__zone_at(zone, at_s, &offset_s, &until_s);
        shown_s = local_s - offset_s;
        if (shown_s < at_s || shown_s >= until_s)
            continue;
        count++;
        *which += shown_s < utc_s;
    }
    return count;
}

cmty_time cmty__time_now(void)
{
    struct timespec now = {0, 0};

    clock_gettime(CLOCK_REALTIME, &now); /* cannot fail with this clock and a valid pointer */
    return (cmty_time)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool cmty__time_floor(cmty_time t, const char *bin, const cmty__zone *zone, cmty_time *out)
{
    static const char *const bins[] = {"minute", "hour", "day", "week", "month"};
    enum { MINUTE, HOUR, DAY, WEEK, MONTH, BIN_COUNT };
    int i = MINUTE;
    cmty__civil c;

    while (i < BIN_COUNT && strcmp(bins[i], bin) != 0)
        i++;
    if (i == BIN_COUNT)
        return false;
    cmty__time_to_civil(t, zone, &c);
    c.millisecond = c.second = 0;
    if (i >= HOUR)
        c.minute = 0;
    if (i >= DAY)
        c.hour = 0;
    if (i == WEEK)
        cmty__civil_move(&c, -c.weekday);
    if (i == MONTH)
        c.day = 1;
    return cmty__civil_to_time(&c, zone, out);
}
