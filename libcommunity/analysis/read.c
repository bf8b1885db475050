/* SPDX-License-Identifier: MIT */
/* The truth and the releases, joined by the id of the report. Any thread. */
#include "suite.h"

#include <math.h>
#include <stdlib.h>

/* Rows of a CSV file or of a layer of points. */
typedef struct source {
    cmty__csv *csv;
    cmty__layer *layer;
    const char *name;
    size_t row; /* of the layer, one past the present one */
} source;

static const char *const id_names[] = {"id", "report_id", "source_ref", "report_no", "ref", NULL};
static const char *const lon_names[] = {"lon", "lng", "longitude", "x", "long", "lon_deg", NULL};
static const char *const lat_names[] = {"lat", "latitude", "y", "lat_deg", NULL};
static const char *const time_names[] = {"time",          "occurred", "occurred_at",  "when",
                                         "occurred_from", "time_utc", "occurred_utc", NULL};
static const char *const law_names[] = {"mask_law", "law", NULL};
static const char *const radius_names[] = {"mask_radius_m", "radius_m", NULL};
static const char *const beat_names[] = {"beat_id", "beat", NULL};

static void source_close(source *s)
{
    cmty__csv_free(s->csv);
    cmty__layer_free(s->layer);
}

static cmty_status source_open_layer(source *s, const char *path, const cmty_host *host,
                                     cmty_error *err)
{
    cmty__layer_options o = {.points = true, .host = host};
    cmty__spec spec = {0};
    cmty_status st = cmty__spec_parse(path, &spec, err);

    if (st == CMTY_OK)
        st = cmty__layer_open(&spec, &o, &s->layer, err);
    if (st == CMTY_OK)
        s->name = cmty__layer_name(s->layer);
    cmty__spec_free(&spec);
    return st;
}

static cmty_status source_open(source *s, const char *path, const cmty_host *host, cmty_error *err)
{
    size_t size = strlen(path);
    bool is_csv =
        strcmp(path, "-") == 0 || (size > 4 && cmty__text_equal_nocase(path + size - 4, ".csv"));
    cmty__reader *r = NULL;
    cmty_status st;

    *s = (source){0};
    if (!is_csv)
        return source_open_layer(s, path, host, err);
    st = cmty__reader_open(path, &r, err);
    if (st == CMTY_OK)
        st = cmty__csv_open(r, &s->csv, err);
    if (st == CMTY_OK)
        s->name = cmty__reader_name(r);
    return st;
}

/* CMTY_OK, CMTY_END. */
static cmty_status source_next(source *s, cmty_error *err)
{
    if (s->csv != NULL)
        return cmty__csv_next(s->csv, err);
    return s->row++ < cmty__layer_count(s->layer) ? CMTY_OK : CMTY_END;
}

static int32_t source_column(const source *s, const char *const *names)
{
    int32_t found = -1;

    for (size_t i = 0; found < 0 && names[i] != NULL; i++)
        found = s->csv != NULL ? cmty__csv_find(s->csv, names[i])
                               : cmty__layer_field(s->layer, names[i]);
    return found;
}

static const char *source_text(const source *s, int32_t column)
{
    if (column < 0)
        return "";
    return s->csv != NULL ? cmty__csv_field(s->csv, (size_t)column)
                          : cmty__layer_text(s->layer, s->row - 1, column);
}

static cmty_status fail_row(const source *s, const char *what, cmty_error *err)
{
    if (s->csv != NULL)
        return cmty__fail(err, CMTY_E_FORMAT, "%s, line %llu: %s", s->name,
                          (unsigned long long)cmty__csv_line_number(s->csv), what);
    return cmty__fail(err, CMTY_E_FORMAT, "%s, feature %zu: %s", s->name, s->row, what);
}

typedef struct columns {
    int32_t id, lon, lat, time, law, radius, beat;
} columns;

static cmty_status find_columns(const source *s, columns *c, cmty_error *err)
{
    const char *missing = NULL;

    *c = (columns){.id = source_column(s, id_names),
                   .lon = s->csv != NULL ? source_column(s, lon_names) : -1,
                   .lat = s->csv != NULL ? source_column(s, lat_names) : -1,
                   .time = source_column(s, time_names),
                   .law = source_column(s, law_names),
                   .radius = source_column(s, radius_names),
                   .beat = source_column(s, beat_names)};
    if (c->id < 0)
        missing = "id, report_id, source_ref or report_no";
    else if (s->csv != NULL && (c->lon < 0 || c->lat < 0))
        missing = c->lon < 0 ? "lon" : "lat";
    if (missing == NULL)
        return CMTY_OK;
    return cmty__fail(err, CMTY_E_FORMAT, "%s: there is no column %s", s->name, missing);
}

/* CMTY_OK, or CMTY_NOTFOUND for a row without a place. */
static cmty_status read_place(const source *s, const columns *c, cmty_point *out, cmty_error *err)
{
    const char *lon, *lat;

    if (s->csv == NULL) {
        const cmty__feature *f = cmty__layer_feature(s->layer, s->row - 1);

        if (f->point_count == 0)
            return CMTY_NOTFOUND;
        *out = f->points[0];
        return CMTY_OK;
    }
    lon = source_text(s, c->lon);
    lat = source_text(s, c->lat);
    if (*lon == '\0' && *lat == '\0')
        return CMTY_NOTFOUND;
    if (!cmty__parse_double(lon, &out->lon_deg) || !cmty__parse_double(lat, &out->lat_deg)
        || !cmty__point_valid(*out))
        return fail_row(s, "the coordinates are not degrees on the globe", err);
    return CMTY_OK;
}

static cmty_time read_time(const cmty__suite *s, const char *text)
{
    cmty_time t;

    return cmty__time_parse(text, s->zone, 'm', &t) ? t : CMTY_TIME_UNKNOWN;
}

static int by_id(const void *a, const void *b)
{
    return strcmp(((const cmty__case *)a)->id, ((const cmty__case *)b)->id);
}

static cmty_status sort_cases(cmty__suite *s, const char *name, cmty_error *err)
{
    if (s->case_count == 0)
        return cmty__fail(err, CMTY_E_FORMAT, "%s holds no reports with a place", name);
    qsort(s->cases, s->case_count, sizeof *s->cases, by_id);
    for (size_t i = 1; i < s->case_count; i++)
        if (strcmp(s->cases[i - 1].id, s->cases[i].id) == 0)
            return cmty__fail(err, CMTY_E_FORMAT, "%s: an id stands twice; one row for each report",
                              name);
    return CMTY_OK;
}

static cmty_status add_case(cmty__suite *s, const source *in, const columns *c, cmty_point at,
                            cmty_error *err)
{
    const char *id = source_text(in, c->id);
    cmty__case *next;

    if (*id == '\0')
        return fail_row(in, "the id is empty", err);
    if (!cmty__grow(&s->cases, &s->case_capacity, s->case_count + 1, sizeof *s->cases))
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    next = &s->cases[s->case_count];
    *next = (cmty__case){.truth = at, .when = read_time(s, source_text(in, c->time)), .place = -1};
    next->id = cmty__arena_text(s->texts, id, strlen(id));
    next->seen = cmty__arena_alloc(s->texts, s->release_count * sizeof *next->seen);
    if (next->id == NULL || next->seen == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    for (size_t r = 0; r < s->release_count; r++)
        next->seen[r] = (cmty__seen){.beat = "", .when = CMTY_TIME_UNKNOWN};
    s->case_count++;
    return CMTY_OK;
}

cmty_status cmty__suite_read_truth(cmty__suite *s, const char *path, cmty_error *err)
{
    source in;
    columns c;
    cmty_point at;
    cmty_status st = source_open(&in, path, s->o.host, err);

    if (st == CMTY_OK)
        st = find_columns(&in, &c, err);
    while (st == CMTY_OK) {
        st = source_next(&in, err);
        if (st != CMTY_OK)
            break;
        st = read_place(&in, &c, &at, err);
        if (st == CMTY_OK)
            st = add_case(s, &in, &c, at, err);
        else if (st == CMTY_NOTFOUND)
            st = CMTY_OK;
    }
    if (st == CMTY_END)
        st = sort_cases(s, in.name, err);
    source_close(&in);
    return st;
}

/* 95 % of the planar Laplace law with epsilon 1 lie within this distance. */
static const double quantile_95 = 4.743864518;

static cmty_status read_belief(const cmty__suite *s, const source *in, const columns *c,
                               cmty__belief *out, cmty_error *err)
{
    const char *text = source_text(in, c->radius);
    int32_t law = cmty_law_from_name(source_text(in, c->law));
    double radius = 0;

    if (s->belief.form >= 0) {
        *out = s->belief;
        return CMTY_OK;
    }
    if (!cmty__parse_double(text, &radius) || !(radius > 0))
        return fail_row(in, "the file does not tell the law and its radius; name them (--law)",
                        err);
    *out = (cmty__belief){CMTY__FORM_DISC, 0, 0, radius};
    if (law == CMTY_LAW_LATTICE)
        *out = (cmty__belief){CMTY__FORM_LAPLACE, quantile_95 / radius, 0, radius};
    else if (law == CMTY_LAW_DONUT)
        *out = (cmty__belief){CMTY__FORM_RING, 0, s->o.inner_radius_m, radius};
    return CMTY_OK;
}

static cmty_status read_seen(cmty__suite *s, const source *in, const columns *c, size_t release,
                             cmty_error *err)
{
    const cmty__case key = {.id = source_text(in, c->id)};
    cmty__case *found = bsearch(&key, s->cases, s->case_count, sizeof key, by_id);
    const char *beat = source_text(in, c->beat);
    cmty__seen *seen;
    cmty_status st;

    if (found == NULL)
        return CMTY_OK; /* of a report that is not in the truth */
    seen = &found->seen[release];
    st = read_place(in, c, &seen->at, err);
    if (st != CMTY_OK)
        return st == CMTY_NOTFOUND ? CMTY_OK : st;
    seen->there = true;
    seen->when = read_time(s, source_text(in, c->time));
    seen->beat = cmty__arena_text(s->texts, beat, strlen(beat));
    if (seen->beat == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    s->published_count += release == 0;
    return read_belief(s, in, c, &seen->belief, err);
}

cmty_status cmty__suite_read_release(cmty__suite *s, const char *path, size_t release,
                                     cmty_error *err)
{
    source in;
    columns c;
    cmty_status st = source_open(&in, path, s->o.host, err);

    if (st == CMTY_OK)
        st = find_columns(&in, &c, err);
    while (st == CMTY_OK) {
        st = source_next(&in, err);
        if (st == CMTY_OK)
            st = read_seen(s, &in, &c, release, err);
    }
    if (st == CMTY_END)
        st = release > 0 || s->published_count > 0
                 ? CMTY_OK
                 : cmty__fail(err, CMTY_E_FORMAT, "%s: no id of the truth is published in it",
                              in.name);
    source_close(&in);
    return st;
}
