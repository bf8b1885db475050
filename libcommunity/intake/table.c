/* SPDX-License-Identifier: MIT */
/* Tables of points in, tables out: beats added, or positions masked. One row in memory at a time.
   Serial per call. */
#include "beat/beat.h"
#include "core/core.h"
#include "geo/geo.h"

#include <community/table.h>

#include <math.h>

enum { CANDIDATES_MAX = 16, PROGRESS_ROWS = 2048 };

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
    cmty_time parsed;
    cmty_status st;

    if (text == NULL || time == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "text or time is NULL");
    st = cmty__zone_open(time_zone, &zone, err);
    if (st != CMTY_OK)
        return st;
    if (cmty__time_parse(text, zone, 0, &parsed))
        *time = parsed;
    else
        st = cmty__fail(err, CMTY_E_FORMAT, "\"%.40s\" is not a time; write YYYY-MM-DD or RFC 3339",
                        text);
    cmty__zone_free(zone);
    return st;
}

/* ---- the table: a file in, a file out, and which column is what ---- */

struct table {
    cmty_table_options o;
    cmty__csv *csv;
    cmty__outfile *out;
    cmty__zone *zone;
    cmty__buf row;
    int32_t lon, lat, time, accuracy, id; /* columns; -1: none */
    uint64_t rows;
};

static const char *const lon_names[] = {"lon", "lng", "longitude", "x", "long", "lon_deg", NULL};
static const char *const lat_names[] = {"lat", "latitude", "y", "lat_deg", NULL};
static const char *const id_names[] = {"id", "report_id", "source_ref", "report_no", "ref", NULL};
static const char *const none[] = {NULL};

static cmty_status find_column(const struct table *t, const char *asked,
                               const char *const *candidates, const char *what, int32_t *out,
                               cmty_error *err)
{
    const char *file = cmty__reader_name(cmty__csv_reader(t->csv));

    *out = -1;
    if (asked != NULL) {
        *out = cmty__csv_find(t->csv, asked);
        if (*out < 0)
            return cmty__fail(err, CMTY_E_FORMAT, "%s has no column \"%s\"", file, asked);
        return CMTY_OK;
    }
    for (; *candidates != NULL && *out < 0; candidates++)
        *out = cmty__csv_find(t->csv, *candidates);
    if (*out < 0 && what != NULL)
        return cmty__fail(err, CMTY_E_FORMAT,
                          "%s has no column of %s that is known by its name; "
                          "name it",
                          file, what);
    return CMTY_OK;
}

static void table_close(struct table *t)
{
    cmty__csv_free(t->csv);
    cmty__outfile_free(t->out);
    cmty__zone_free(t->zone);
    cmty__buf_wipe(&t->row);
}

static cmty_status table_open(struct table *t, const char *in, const char *out,
                              const cmty_table_options *options, bool needs_id, cmty_error *err)
{
    cmty__reader *reader = NULL;
    cmty_status st = CMTY_OK;

    t->o = (cmty_table_options)CMTY_TABLE_OPTIONS_INIT;
    if (in == NULL || out == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "in or out is NULL");
    if (options != NULL)
        st = cmty__struct_read(&t->o, sizeof t->o, options, sizeof t->o, "cmty_table_options", err);
    if (st == CMTY_OK)
        st = cmty__zone_open(t->o.time_zone, &t->zone, err);
    if (st == CMTY_OK)
        st = cmty__reader_open(in, &reader, err);
    if (st == CMTY_OK)
        st = cmty__csv_open(reader, &t->csv, err);
    if (st == CMTY_OK)
        st = find_column(t, t->o.lon_column, lon_names, "longitudes", &t->lon, err);
    if (st == CMTY_OK)
        st = find_column(t, t->o.lat_column, lat_names, "latitudes", &t->lat, err);
    if (st == CMTY_OK)
        st = find_column(t, t->o.time_column, none, NULL, &t->time, err);
    if (st == CMTY_OK)
        st = find_column(t, t->o.accuracy_column, none, NULL, &t->accuracy, err);
    if (st == CMTY_OK && needs_id)
        st = find_column(t, t->o.id_column, id_names, "report ids", &t->id, err);
    if (st == CMTY_OK)
        st = cmty__outfile_open(out, needs_id ? 0600 : 0644, &t->out, err);
    return st;
}

static cmty_status bad_field(const struct table *t, int32_t column, const char *what,
                             cmty_error *err)
{
    return cmty__fail(err, CMTY_E_FORMAT, "%s, line %llu, column %s: %s",
                      cmty__reader_name(cmty__csv_reader(t->csv)),
                      (unsigned long long)cmty__csv_line_number(t->csv),
                      cmty__csv_column(t->csv, (size_t)column), what);
}

/* One row's place, time and accuracy. No place is an answer: *has_place false. */
struct place {
    cmty_point at;
    cmty_time when;
    double accuracy_m;
    bool has_place;
};

static cmty_status read_place(const struct table *t, struct place *p, cmty_error *err)
{
    const char *lon = cmty__csv_field(t->csv, (size_t)t->lon);
    const char *lat = cmty__csv_field(t->csv, (size_t)t->lat);
    const char *text;

    *p = (struct place){.when = t->o.as_of, .accuracy_m = NAN};
    p->has_place = *lon != '\0' || *lat != '\0';
    if (p->has_place && !cmty__parse_double(lon, &p->at.lon_deg))
        return bad_field(t, t->lon, "not a number of degrees", err);
    if (p->has_place && !cmty__parse_double(lat, &p->at.lat_deg))
        return bad_field(t, t->lat, "not a number of degrees", err);
    if (p->has_place && !cmty__point_valid(p->at))
        return bad_field(t, fabs(p->at.lat_deg) > 90 ? t->lat : t->lon,
                         fabs(p->at.lat_deg) > 90 && fabs(p->at.lon_deg) <= 90
                             ? "off the globe; are longitude and latitude swapped?"
                             : "off the globe",
                         err);
    text = t->time >= 0 ? cmty__csv_field(t->csv, (size_t)t->time) : "";
    if (*text != '\0' && !cmty__time_parse(text, t->zone, 'm', &p->when))
        return bad_field(t, t->time, "not a time; write YYYY-MM-DD or RFC 3339", err);
    text = t->accuracy >= 0 ? cmty__csv_field(t->csv, (size_t)t->accuracy) : "";
    if (*text != '\0' && (!cmty__parse_double(text, &p->accuracy_m) || p->accuracy_m < 0))
        return bad_field(t, t->accuracy, "not a number of metres", err);
    return CMTY_OK;
}

static void put_cell(struct table *t, const char *text)
{
    if (t->row.size > 0)
        cmty__buf_char(&t->row, ',');
    cmty__buf_csv(&t->row, text);
}

/* Writes the row and begins the next. */
static cmty_status end_row(struct table *t, cmty_error *err)
{
    cmty_status st;

    cmty__buf_char(&t->row, '\n');
    if (t->row.failed)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    st = cmty__outfile_write(t->out, t->row.data, t->row.size, err);
    cmty__buf_clear(&t->row);
    return st;
}

typedef cmty_status (*row_writer)(struct table *t, const void *context, const struct place *p,
                                  cmty_error *err);

static cmty_status table_run(struct table *t, const char *stage, row_writer write,
                             const void *context, cmty_error *err)
{
    cmty__reader *r = cmty__csv_reader(t->csv);
    cmty_status st = CMTY_OK;

    while (st == CMTY_OK) {
        struct place p;

        if (t->rows++ % PROGRESS_ROWS == 0) {
            uint64_t total = cmty__reader_total(r);

            st = cmty__progress(t->o.host, stage,
                                total > 0 ? (double)cmty__reader_offset(r) / (double)total : -1,
                                err);
        }
        if (st == CMTY_OK)
            st = cmty__csv_next(t->csv, err);
        if (st == CMTY_OK)
            st = read_place(t, &p, err);
        if (st == CMTY_OK)
            st = write(t, context, &p, err);
    }
    return st == CMTY_END ? cmty__outfile_finish(t->out, err) : st;
}

/* ---- locate ---- */

static void put_answer(struct table *t, const cmty_beatset *set, const cmty_beat_answer *a,
                       const cmty_beat_candidate *candidates, size_t count)
{
    cmty__buf *row = &t->row;

    put_cell(t, cmty__beatset_id(set, a->beat));
    put_cell(t, cmty_relation_name(a->relation));
    cmty__buf_char(row, ',');
    cmty__buf_fixed(row, a->margin_m, 2);
    cmty__buf_text(row, a->ambiguous ? ",1" : ",0");
    cmty__buf_char(row, ',');
    for (size_t i = 0; i < count; i++) {
        cmty__buf_text(row, i > 0 ? "|" : "");
        cmty__buf_text(row, cmty__beatset_id(set, candidates[i].beat));
        cmty__buf_char(row, '@');
        cmty__buf_fixed(row, candidates[i].distance_m, 2);
    }
    put_cell(t, cmty__beatset_label(set, a->version));
}

static cmty_status locate_row(struct table *t, const void *context, const struct place *p,
                              cmty_error *err)
{
    const cmty_beatset *set = context;
    cmty_beat_answer answer = {.struct_size = sizeof answer};
    cmty_beat_candidate candidates[CANDIDATES_MAX];
    cmty_status st = CMTY_OK;

    for (size_t i = 0; i < cmty__csv_column_count(t->csv); i++) {
        cmty__buf_text(&t->row, i > 0 ? "," : "");
        cmty__buf_csv(&t->row, cmty__csv_field(t->csv, i));
    }
    if (!p->has_place) {
        cmty__buf_text(&t->row, ",,no_place,,0,,");
        return end_row(t, err);
    }
    st = cmty_beatset_locate(set, p->at, p->when, p->accuracy_m, &answer, candidates,
                             CANDIDATES_MAX, err);
    if (st != CMTY_OK)
        return st;
    put_answer(t, set, &answer, candidates,
               answer.candidate_count < CANDIDATES_MAX ? answer.candidate_count : CANDIDATES_MAX);
    return end_row(t, err);
}

cmty_status cmty_locate_table(const cmty_beatset *set, const char *in, const char *out,
                              const cmty_table_options *options, cmty_error *err)
{
    struct table t = {0};
    cmty_status st;

    if (set == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "set is NULL");
    st = table_open(&t, in, out, options, false, err);
    if (st == CMTY_OK) {
        for (size_t i = 0; i < cmty__csv_column_count(t.csv); i++) {
            cmty__buf_text(&t.row, i > 0 ? "," : "");
            cmty__buf_csv(&t.row, cmty__csv_column(t.csv, i));
        }
        cmty__buf_text(&t.row, ",beat,beat_relation,beat_margin_m,beat_ambiguous,"
                               "beat_candidates,beat_version");
        st = end_row(&t, err);
    }
    if (st == CMTY_OK)
        st = table_run(&t, "locating", locate_row, set, err);
    table_close(&t);
    return st;
}

/* ---- mask ---- */

static cmty_status mask_row(struct table *t, const void *context, const struct place *p,
                            cmty_error *err)
{
    const cmty_masker *masker = context;
    cmty_masked masked = {.struct_size = sizeof masked, .law = CMTY_LAW_WITHHOLD};
    const char *id = cmty__csv_field(t->csv, (size_t)t->id);
    cmty_status st = CMTY_WITHHELD;

    if (*id == '\0')
        return bad_field(t, t->id, "empty; each report needs an id", err);
    masked.note = "no place";
    if (p->has_place)
        st = cmty_masker_apply(masker, id, p->at, p->when, &masked, err);
    if (st < 0)
        return st;
    cmty__buf_csv(&t->row, id);
    cmty__buf_char(&t->row, ',');
    cmty__buf_fixed(&t->row, st == CMTY_OK ? masked.at.lon_deg : NAN, 7);
    cmty__buf_char(&t->row, ',');
    cmty__buf_fixed(&t->row, st == CMTY_OK ? masked.at.lat_deg : NAN, 7);
    put_cell(t, cmty_law_name(masked.law));
    cmty__buf_char(&t->row, ',');
    cmty__buf_fixed(&t->row, st == CMTY_OK ? masked.radius_m : NAN, 1);
    put_cell(t, st == CMTY_OK ? "ok" : "withheld");
    put_cell(t, st == CMTY_OK ? "" : masked.note);
    for (size_t i = 0; i < t->o.keep_count; i++)
        put_cell(t, cmty__csv_field(t->csv, (size_t)cmty__csv_find(t->csv, t->o.keep[i])));
    return end_row(t, err);
}

/* The columns to pass through exist, and none is the place itself. */
static cmty_status check_keep(const struct table *t, cmty_error *err)
{
    for (size_t i = 0; i < t->o.keep_count; i++) {
        int32_t column;
        cmty_status st = find_column(t, t->o.keep[i], none, NULL, &column, err);

        if (st != CMTY_OK)
            return st;
        if (column == t->lon || column == t->lat)
            return cmty__fail(err, CMTY_E_INVALID,
                              "column \"%s\" is the exact position; it cannot be kept",
                              t->o.keep[i]);
    }
    return CMTY_OK;
}

cmty_status cmty_mask_table(const cmty_masker *masker, const char *in, const char *out,
                            const cmty_table_options *options, cmty_error *err)
{
    struct table t = {0};
    cmty_status st;

    if (masker == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "masker is NULL");
    st = table_open(&t, in, out, options, true, err);
    if (st == CMTY_OK)
        st = check_keep(&t, err);
    if (st == CMTY_OK) {
        cmty__buf_csv(&t.row, cmty__csv_column(t.csv, (size_t)t.id));
        cmty__buf_text(&t.row, ",lon,lat,mask_law,mask_radius_m,mask_status,mask_note");
        for (size_t i = 0; i < t.o.keep_count; i++)
            put_cell(&t, t.o.keep[i]);
        st = end_row(&t, err);
    }
    if (st == CMTY_OK)
        st = table_run(&t, "masking", mask_row, masker, err);
    table_close(&t);
    return st;
}
