/* SPDX-License-Identifier: MIT */
/* What local clocks showed at the time of each row, beside the row as it came. Any thread. */
#include "table.h"

#include <community/dateparts.h>

enum { DAY_MINUTES = 1440, MIDNIGHTS_TOLD = 20 };

typedef struct shift {
    const char *name; /* not ended by NUL */
    size_t name_size;
    int32_t from, to; /* minutes of the day; from >= to: over midnight */
} shift;

typedef struct clockwork {
    cmty_dateparts_options o;
    cmty__zone *zone;
    shift *shifts;
    uint64_t timed, midnights;
} clockwork;

cmty_status cmty_dateparts_options_init(cmty_dateparts_options *options)
{
    if (options == NULL)
        return CMTY_E_INVALID;
    *options = (cmty_dateparts_options)CMTY_DATEPARTS_OPTIONS_INIT;
    return CMTY_OK;
}

/* ---- shifts ---- */

/* HH:MM up to 24:00, as minutes; below 0: it is none. */
static int32_t minutes_of(const char *text)
{
    int32_t minutes;

    for (int i = 0; i < 5; i++)
        if (i == 2 ? text[i] != ':' : text[i] < '0' || text[i] > '9')
            return -1;
    minutes = ((text[0] - '0') * 10 + text[1] - '0') * 60 + (text[3] - '0') * 10 + text[4] - '0';
    return text[3] < '6' && minutes <= DAY_MINUTES ? minutes : -1;
}

static bool parse_shift(const char *text, shift *out)
{
    const char *equals = strrchr(text, '=');

    if (equals == NULL || equals == text || strlen(equals) != sizeof "=07:00-15:00" - 1
        || equals[6] != '-')
        return false;
    *out = (shift){text, (size_t)(equals - text), minutes_of(equals + 1), minutes_of(equals + 7)};
    return out->from >= 0 && out->from < DAY_MINUTES && out->to >= 0
           && memchr(out->name, '|', out->name_size) == NULL;
}

static cmty_status read_shifts(clockwork *c, cmty_error *err)
{
    if (c->o.shift_count > 0 && c->o.shifts == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "shifts are counted, but not given");
    c->shifts = cmty__calloc(c->o.shift_count + 1, sizeof *c->shifts);
    if (c->shifts == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    for (size_t i = 0; i < c->o.shift_count; i++)
        if (c->o.shifts[i] == NULL || !parse_shift(c->o.shifts[i], &c->shifts[i]))
            return cmty__fail(err, CMTY_E_INVALID,
                              "shift %zu is not of the form NAME=HH:MM-HH:MM, as in "
                              "day=07:00-15:00 or night=23:00-07:00",
                              i + 1);
    return CMTY_OK;
}

static bool covers(const shift *s, int32_t minute)
{
    if (s->from < s->to)
        return minute >= s->from && minute < s->to;
    return minute >= s->from || minute < s->to;
}

static void put_date(cmty__buf *b, const cmty__civil *c)
{
    cmty__buf_format(b, "%04d-%02d-%02d", c->year, c->month, c->day);
}

/* The names of the shifts, or the days on which they began. */
static void put_shifts(const clockwork *c, const cmty__civil *at, bool dates, cmty__buf *out)
{
    int32_t minute = at->hour * 60 + at->minute;
    bool first = true;

    for (size_t i = 0; i < c->o.shift_count; i++) {
        const shift *s = &c->shifts[i];
        cmty__civil began = *at;

        if (!covers(s, minute))
            continue;
        cmty__buf_text(out, first ? "" : "|");
        first = false;
        if (minute < s->from)
            cmty__civil_move(&began, -1);
        if (dates)
            put_date(out, &began);
        else
            cmty__buf_bytes(out, s->name, s->name_size);
    }
}

/* ---- rows ---- */

static const char *const columns[] = {"local_time", "local_offset",  "local_date",
                                      "local_week", "local_weekday", "local_weekday_name",
                                      "local_hour"};
#define LENGTH(list) (sizeof(list) / sizeof *(list))

/* What stands behind the first colon tells whether the text has an offset. */
static bool has_offset(const char *text)
{
    const char *colon = strchr(text, ':');

    return colon != NULL && strpbrk(colon, "+-Zz") != NULL;
}

/* The text has no offset, and its clock never showed it. */
static bool was_skipped(const char *text, const cmty__table *t, cmty_time when)
{
    cmty__civil read, shown;
    cmty_time as_read = 0;

    if (!cmty__time_parse(text, NULL, t->order, &as_read))
        return false;
    cmty__time_to_civil(as_read, NULL, &read);
    cmty__time_to_civil(when, t->zone, &shown);
    return read.minute != shown.minute || read.hour != shown.hour || read.day != shown.day;
}

static const char *odd_clock(const clockwork *c, const cmty__table *t, const char *text,
                             cmty_time when)
{
    int32_t which;

    if (strchr(text, ':') == NULL)
        return "date_only";
    if (!has_offset(text)) {
        if (was_skipped(text, t, when))
            return "skipped";
        if (cmty__time_showings(when, t->zone, &which) > 1)
            return "twice";
    }
    if (cmty__time_showings(when, c->zone, &which) < 2)
        return "";
    return which == 1 ? "first" : "second";
}

static void put_offset(cmty__buf *b, int32_t offset_s)
{
    int32_t s = offset_s < 0 ? -offset_s : offset_s;

    cmty__buf_format(b, "%c%02d:%02d", offset_s < 0 ? '-' : '+', s / 3600, s / 60 % 60);
    if (s % 60 != 0) /* before zones were invented */
        cmty__buf_format(b, ":%02d", s % 60);
}

static void put_day(cmty__table *t, const cmty__civil *at)
{
    static const char *const names[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                        "Friday", "Saturday", "Sunday"};
    int32_t year, week;

    cmty__civil_week(at, &year, &week);
    cmty__table_separator(t);
    put_date(&t->line, at);
    cmty__table_separator(t);
    cmty__buf_format(&t->line, "%04d-W%02d", year, week);
    cmty__table_separator(t);
    cmty__buf_format(&t->line, "%d", at->weekday + 1);
    cmty__table_text(t, names[at->weekday]);
}

static cmty_status put_shift_columns(const clockwork *c, cmty__table *t, const cmty__civil *at,
                                     cmty_error *err)
{
    cmty__buf names = {0};
    bool failed;

    put_shifts(c, at, false, &names);
    failed = names.failed;
    cmty__table_text(t, names.data != NULL ? names.data : "");
    cmty__buf_free(&names);
    cmty__table_separator(t);
    put_shifts(c, at, true, &t->line);
    return failed ? cmty__fail(err, CMTY_E_NOMEM, "out of memory") : CMTY_OK;
}

static void put_nothing(cmty__table *t, size_t columns_left)
{
    while (columns_left-- > 0)
        cmty__table_separator(t);
}

static void count_midnight(clockwork *c, const cmty__civil *at)
{
    c->timed++;
    c->midnights += at->hour == 0 && at->minute == 0 && at->second == 0;
}

static cmty_status put_parts(clockwork *c, cmty__table *t, cmty_time when, const char *odd,
                             cmty_error *err)
{
    bool date_only = strcmp(odd, "date_only") == 0;
    cmty_status st = CMTY_OK;
    cmty__civil at;

    cmty__time_to_civil(when, date_only ? t->zone : c->zone, &at);
    if (date_only) {
        put_nothing(t, 2);
    } else {
        count_midnight(c, &at);
        cmty__table_separator(t);
        cmty__buf_time_local(&t->line, when, c->zone);
        cmty__table_separator(t);
        put_offset(&t->line, at.offset_s);
    }
    put_day(t, &at);
    cmty__table_separator(t);
    if (!date_only)
        cmty__buf_format(&t->line, "%d", at.hour);
    if (c->o.shift_count > 0 && date_only)
        put_nothing(t, 2);
    else if (c->o.shift_count > 0)
        st = put_shift_columns(c, t, &at, err);
    cmty__table_text(t, odd);
    return st;
}

static cmty_status date_row(cmty__table *t, const cmty__table_row *row, void *user, cmty_error *err)
{
    clockwork *c = user;
    size_t size;
    const char *raw = cmty__csv_raw(t->csv, &size), *text = cmty__table_moment(t);

    if (text == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    cmty__buf_bytes(&t->line, raw, size);
    if (row->when != CMTY_TIME_UNKNOWN)
        return put_parts(c, t, row->when, odd_clock(c, t, text, row->when), err);
    put_nothing(t, LENGTH(columns) + (c->o.shift_count > 0 ? 2 : 0) + 1);
    return CMTY_OK;
}

static void write_header(const clockwork *c, cmty__table *t)
{
    size_t size;
    const char *raw = cmty__csv_header_raw(t->csv, &size);

    cmty__buf_bytes(&t->line, raw, size);
    for (size_t i = 0; i < LENGTH(columns); i++)
        cmty__table_text(t, columns[i]);
    if (c->o.shift_count > 0) {
        cmty__table_text(t, "local_shift");
        cmty__table_text(t, "local_shift_date");
    }
    cmty__table_text(t, "local_clock");
}

/* Who counts hours should know that many of them are none. */
static void tell_of_midnights(const clockwork *c)
{
    if (c->midnights >= MIDNIGHTS_TOLD && c->midnights >= c->timed / 10)
        cmty__notice(c->o.host,
                     "%llu of %llu times are exactly midnight, which often stands for a time that "
                     "nobody knows",
                     (unsigned long long)c->midnights, (unsigned long long)c->timed);
}

static cmty_status clockwork_open(clockwork *c, cmty_error *err)
{
    cmty_status st;

    if (c->o.time_zone == NULL)
        return cmty__fail(err, CMTY_E_INVALID,
                          "a time zone is needed, like \"America/Chicago\": whose clocks?");
    if (c->o.date_order != 0 && c->o.date_order != 'd' && c->o.date_order != 'm')
        return cmty__fail(err, CMTY_E_INVALID, "date_order is 0, 'd' or 'm'");
    st = cmty__zone_open(c->o.time_zone, &c->zone, err);
    return st == CMTY_OK ? read_shifts(c, err) : st;
}

cmty_status cmty_dateparts_table(const char *in, const char *out,
                                 const cmty_dateparts_options *options, cmty_error *err)
{
    clockwork c = {.o = CMTY_DATEPARTS_OPTIONS_INIT};
    cmty_table_options columns_read = CMTY_TABLE_OPTIONS_INIT;
    cmty__table t = {0};
    cmty_status st;

    if (options == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "options are needed: they name the time zone");
    st = cmty__struct_read(&c.o, sizeof c.o, options, sizeof c.o, "cmty_dateparts_options", err);
    if (st == CMTY_OK)
        st = clockwork_open(&c, err);
    columns_read.time_zone = c.o.source_zone != NULL ? c.o.source_zone : c.o.time_zone;
    columns_read.host = c.o.host;
    if (st == CMTY_OK)
        st = cmty__table_open(in, out, &columns_read, false, &t, err);
    if (st == CMTY_OK) {
        t.order = (char)c.o.date_order;
        st = cmty__table_find_time(&t, c.o.date_column, c.o.time_column, err);
    }
    if (st == CMTY_OK) {
        write_header(&c, &t);
        st = cmty__table_run(&t, date_row, &c, err);
    }
    if (st == CMTY_OK)
        tell_of_midnights(&c);
    cmty__table_close(&t);
    cmty__zone_free(c.zone);
    cmty__free(c.shifts);
    return st;
}
