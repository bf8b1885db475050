/* SPDX-License-Identifier: MIT */
#ifndef CMTY_CORE_CALENDAR_H
#define CMTY_CORE_CALENDAR_H

/* What time.c, time_parse.c, zone.c and zone_rule.c share: days of the calendar and the pieces of a
   time zone. Private to core. */

#include "core/core.h"

enum {
    DAY_S = 86400,
    DAY_MS = 86400000,
    YEAR_MIN = 1, /* what four digits can say; RFC 3339 */
    YEAR_MAX = 9999,
    /* RFC 8536, section 3.2: no offset from UTC lies beyond these. */
    OFFSET_MIN_S = -89999,
    OFFSET_MAX_S = 93599
};

/* Days since 1970-01-01 of a date in the proleptic Gregorian calendar. */
int64_t cmty__days_from_civil(int64_t year, int32_t month, int32_t day);
void cmty__civil_from_days(int64_t days, int64_t *year, int32_t *month, int32_t *day);
int32_t cmty__days_in_month(int64_t year, int32_t month);

/* Quotient rounded towards minus infinity; divisor > 0. */
int64_t cmty__floor_div(int64_t dividend, int64_t divisor);

/* One of the two yearly changes of a rule: POSIX.1-2017, section 8.3, TZ. */
typedef struct cmty__rule_date {
    char form;   /* 'J' 1-365 without 29 February, 'n' 0-365 with it, 'M' month.week.weekday */
    int32_t day; /* J, n: the day; M: weekday, 0 Sunday */
    int32_t month, week;
    int32_t time_s; /* local time of the change, from midnight; may be negative or above a day */
} cmty__rule_date;

/* What holds after the last change in a zone file. */
typedef struct cmty__zone_rule {
    int32_t standard_s, daylight_s; /* local minus UTC */
    bool has_daylight;
    cmty__rule_date start, end;
} cmty__zone_rule;

bool cmty__zone_rule_parse(const char *text, size_t size, cmty__zone_rule *out);
/* Offset in force at t, and the next moment at which it may change (INT64_MAX: never). */
void cmty__zone_rule_at(const cmty__zone_rule *rule, int64_t utc_s, int32_t *offset_s,
                        int64_t *until_s);
/* The same for a whole zone; NULL: UTC. */
void cmty__zone_at(const cmty__zone *zone, int64_t utc_s, int32_t *offset_s, int64_t *until_s);

#endif
