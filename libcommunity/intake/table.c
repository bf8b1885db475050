/* SPDX-License-Identifier: MIT */
/* CSV tables of points, row by row: what all that reads one and writes another share. Any thread.
 */
#include "table.h"

#include "geo/geo.h"

#include <math.h>

enum { PROGRESS_ROWS = 1024 };

cmty_status cmty_table_options_init(cmty_table_options *options)
{
    if (options == NULL)
        return CMTY_E_INVALID;
    *options = (cmty_table_options)CMTY_TABLE_OPTIONS_INIT;
    return CMTY_OK;
}

cmty_status cmty_time_parse(const char *text, const char *time_zone, cmty_time *time,
                            cmty_error *err)
{
    cmty__zone *zone = NULL;
    cmty_status st;

    if (text == NULL || time == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "a text and a place for the time are needed");
    st = cmty__zone_open(time_zone, &zone, err);
    if (st == CMTY_OK && !cmty__time_parse(text, zone, 0, time))
        st = cmty__fail(err, CMTY_E_FORMAT,
                        "not a time: write it as 2026-11-22 or 2026-11-22T18:05:09Z");
    cmty__zone_free(zone);
    return st;
}

cmty_status cmty__table_fail(const cmty__table *t, int32_t column, const char *what,
                             cmty_error *err)
{
    return cmty__fail(err, CMTY_E_FORMAT, "%s, line %llu, column %s: %s", t->file,
                      (unsigned long long)cmty__csv_line_number(t->csv),
                      cmty__csv_column(t->csv, (size_t)column), what);
}

cmty_status cmty__table_column(const cmty__table *t, const char *name, const char *const *usual,
                               const char *what, int32_t *out, cmty_error *err)
{
    cmty__buf names = {0};
    cmty_status st;

    *out = name != NULL ? cmty__csv_find(t->csv, name) : -1;
    for (size_t i = 0; name == NULL && *out < 0 && usual[i] != NULL; i++)
        *out = cmty__csv_find(t->csv, usual[i]);
    if (*out >= 0)
        return CMTY_OK;
    for (size_t i = 0; i < cmty__csv_column_count(t->csv) && names.size < 300; i++) {
        cmty__buf_text(&names, i > 0 ? ", " : "");
        cmty__buf_text(&names, cmty__csv_column(t->csv, i));
    }
    st =
        cmty__fail(err, CMTY_E_FORMAT, "%s, line 1: no column %s for the %s; there are %s", t->file,
                   name != NULL ? name : usual[0], what, names.data != NULL ? names.data : "none");
    cmty__buf_free(&names);
    return st;
}

cmty_status cmty__table_find_time(cmty__table *t, const char *date, const char *time,
                                  cmty_error *err)
{
    static const char *const moments[] = {
        "occurred",  "occurred_at",        "incident datetime", "datetime", "date time",
        "date_time", "requested_datetime", "timestamp",         "time",     "date",
        NULL};
    static const char *const dates[] = {"date", "incident date", NULL};
    bool two = date == NULL && time == NULL && cmty__csv_find(t->csv, "date") >= 0
               && cmty__csv_find(t->csv, "time") >= 0;
    cmty_status st = cmty__table_column(t, time, moments, "time", &t->time, err);

    if (st != CMTY_OK || (date == NULL && !(two && t->time == cmty__csv_find(t->csv, "time"))))
        return st;
    return cmty__table_column(t, date, dates, "date", &t->date, err);
}

static cmty_status find_columns(cmty__table *t, bool placed, cmty_error *err)
{
    static const char *const lon[] = {"lon", "lng", "longitude", "x", "long", "lon_deg", NULL};
    static const char *const lat[] = {"lat", "latitude", "y", "lat_deg", NULL};
    cmty_status st = CMTY_OK;

    t->lon = t->lat = t->time = t->accuracy = t->id = t->date = -1;
    if (placed)
        st = cmty__table_column(t, t->options.lon_column, lon, "longitude", &t->lon, err);
    if (st == CMTY_OK && placed)
        st = cmty__table_column(t, t->options.lat_column, lat, "latitude", &t->lat, err);
    if (st == CMTY_OK && t->options.time_column != NULL)
        st = cmty__table_column(t, t->options.time_column, NULL, "time", &t->time, err);
    if (st == CMTY_OK && t->options.accuracy_column != NULL)
        st = cmty__table_column(t, t->options.accuracy_column, NULL, "accuracy", &t->accuracy, err);
    return st;
}

cmty_status cmty__table_open(const char *in, const char *out, const cmty_table_options *options,
                             bool placed, cmty__table *t, cmty_error *err)
{
    cmty__reader *r = NULL;
    cmty_status st = CMTY_OK;

    *t = (cmty__table){.options = CMTY_TABLE_OPTIONS_INIT};
    if (in == NULL || out == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "a file to read and a file to write are needed");
    if (options != NULL)
        st = cmty__struct_read(&t->options, sizeof t->options, options, sizeof t->options,
                               "cmty_table_options", err);
    if (st == CMTY_OK)
        st = cmty__zone_open(t->options.time_zone, &t->zone, err);
    if (st == CMTY_OK && strcmp(in, "-") != 0 && cmty__same_file(in, out))
        st = cmty__fail(err, CMTY_E_INVALID,
                        "%s would be read and replaced at once; name another file to write",
                        cmty__basename(out));
    if (st == CMTY_OK)
        st = cmty__reader_open(in, &r, err);
    if (st == CMTY_OK)
        st = cmty__csv_open(r, &t->csv, err);
    if (st == CMTY_OK) {
        t->file = cmty__reader_name(r);
        st = find_columns(t, placed, err);
    }
    if (st == CMTY_OK)
        st = cmty__outfile_open(out, 0644, &t->out, err);
    return st;
}

static cmty_status read_number(const cmty__table *t, int32_t column, double limit, double *out,
                               cmty_error *err)
{
    if (!cmty__parse_double(cmty__csv_field(t->csv, (size_t)column), out))
        return cmty__table_fail(t, column, "not a number", err);
    if (fabs(*out) <= limit)
        return CMTY_OK;
    return cmty__table_fail(t, column,
                            limit == 90 && fabs(*out) <= 180
                                ? "off the globe; are longitude and latitude swapped?"
                                : "out of range",
                            err);
}

static bool is_empty(const cmty__table *t, int32_t column)
{
    const char *text = cmty__csv_field(t->csv, (size_t)column);

    return text[strspn(text, " \t")] == '\0';
}

static cmty_status read_place(const cmty__table *t, cmty__table_row *row, cmty_error *err)
{
    cmty_status st;

    row->has_place = t->lon >= 0 && (!is_empty(t, t->lon) || !is_empty(t, t->lat));
    if (!row->has_place)
        return CMTY_OK;
    st = read_number(t, t->lon, 180, &row->at.lon_deg, err);
    if (st == CMTY_OK)
        st = read_number(t, t->lat, 90, &row->at.lat_deg, err);
    return st;
}

const char *cmty__table_moment(cmty__table *t)
{
    const char *time = cmty__csv_field(t->csv, (size_t)t->time);

    if (t->date < 0 || is_empty(t, t->date))
        return t->date < 0 ? time : "";
    cmty__buf_clear(&t->moment);
    cmty__buf_text(&t->moment, cmty__csv_field(t->csv, (size_t)t->date));
    if (!is_empty(t, t->time))
        cmty__buf_format(&t->moment, " %s", time);
    return t->moment.failed ? NULL : t->moment.data;
}

static cmty_status read_moment(cmty__table *t, cmty_time *when, cmty_error *err)
{
    const char *text = cmty__table_moment(t);

    if (text == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    if (text[strspn(text, " \t")] == '\0' || cmty__time_parse(text, t->zone, t->order, when))
        return CMTY_OK;
    return cmty__table_fail(t, t->date >= 0 ? t->date : t->time,
                            "not a time that can be read in one way; use ISO 8601", err);
}

static cmty_status read_row(cmty__table *t, cmty__table_row *row, cmty_error *err)
{
    cmty_status st = read_place(t, row, err);

    row->when = t->options.as_of;
    row->accuracy_m = NAN;
    if (st == CMTY_OK && t->time >= 0)
        st = read_moment(t, &row->when, err);
    if (st == CMTY_OK && t->accuracy >= 0 && !is_empty(t, t->accuracy)) {
        st = read_number(t, t->accuracy, 1e7, &row->accuracy_m, err);
        if (st == CMTY_OK && row->accuracy_m < 0)
            st = cmty__table_fail(t, t->accuracy, "below 0", err);
    }
    return st;
}

cmty_status cmty__table_write(cmty__table *t, cmty_error *err)
{
    cmty__buf_char(&t->line, '\n');
    if (t->line.failed)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    return cmty__outfile_write(t->out, t->line.data, t->line.size, err);
}

static cmty_status report_progress(const cmty__table *t, cmty_error *err)
{
    const cmty__reader *r = cmty__csv_reader(t->csv);
    uint64_t total = cmty__reader_total(r);

    return cmty__progress(t->options.host, "reading the table",
                          total > 0 ? (double)cmty__reader_offset(r) / (double)total : -1, err);
}

cmty_status cmty__table_next(cmty__table *t, cmty__table_row *row, cmty_error *err)
{
    cmty_status st = cmty__csv_next(t->csv, err);

    if (st == CMTY_OK)
        st = read_row(t, row, err);
    if (st == CMTY_OK && ++t->rows % PROGRESS_ROWS == 0)
        st = report_progress(t, err);
    return st;
}

cmty_status cmty__table_run(cmty__table *t, cmty__table_fn *fn, void *user, cmty_error *err)
{
    cmty__table_row row;
    cmty_status st = cmty__table_write(t, err);

    while (st == CMTY_OK) {
        st = cmty__table_next(t, &row, err);
        if (st != CMTY_OK)
            break;
        cmty__buf_clear(&t->line);
        st = fn(t, &row, user, err);
        if (st == CMTY_OK)
            st = cmty__table_write(t, err);
    }
    return st == CMTY_END ? cmty__outfile_finish(t->out, err) : st;
}

void cmty__table_separator(cmty__table *t)
{
    cmty__buf_char(&t->line, cmty__csv_separator(t->csv));
}

void cmty__table_text(cmty__table *t, const char *value)
{
    const char special[] = {cmty__csv_separator(t->csv), '"', '\r', '\n', '\0'};

    cmty__table_separator(t);
    if (strpbrk(value, special) == NULL) {
        cmty__buf_text(&t->line, value);
        return;
    }
    cmty__buf_char(&t->line, '"');
    for (; *value != '\0'; value++) {
        if (*value == '"')
            cmty__buf_char(&t->line, '"');
        cmty__buf_char(&t->line, *value);
    }
    cmty__buf_char(&t->line, '"');
}

void cmty__table_close(cmty__table *t)
{
    cmty__outfile_free(t->out);
    cmty__csv_free(t->csv);
    cmty__zone_free(t->zone);
    cmty__buf_wipe(&t->line);
    cmty__buf_wipe(&t->moment);
}
