/* SPDX-License-Identifier: MIT */
/* The truth and the releases, joined by the id of the report. Any thread. */
#include "source.h"
#include "suite.h"

#include <math.h>
#include <stdlib.h>

static const char *const time_names[] = {"time",          "occurred", "occurred_at",  "when",
                                         "occurred_from", "time_utc", "occurred_utc", NULL};
static const char *const law_names[] = {"mask_law", "law", NULL};
static const char *const radius_names[] = {"mask_radius_m", "radius_m", NULL};
static const char *const beat_names[] = {"beat_id", "beat", NULL};

typedef struct columns {
    int32_t time, law, radius, beat;
} columns;

static cmty_status find_columns(const cmty__source *s, columns *c, cmty_error *err)
{
    *c = (columns){.time = cmty__source_column(s, time_names),
                   .law = cmty__source_column(s, law_names),
                   .radius = cmty__source_column(s, radius_names),
                   .beat = cmty__source_column(s, beat_names)};
    return cmty__source_needs_points(s, err);
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

static cmty_status add_case(cmty__suite *s, const cmty__source *in, const columns *c, cmty_point at,
                            cmty_error *err)
{
    const char *id = cmty__source_text(in, in->id);
    cmty__case *next;

    if (*id == '\0')
        return cmty__source_fail(in, "the id is empty", err);
    if (!cmty__grow(&s->cases, &s->case_capacity, s->case_count + 1, sizeof *s->cases))
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    next = &s->cases[s->case_count];
    *next = (cmty__case){
        .truth = at, .when = read_time(s, cmty__source_text(in, c->time)), .place = -1};
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
    cmty__source in;
    columns c;
    cmty_point at;
    cmty_status st = cmty__source_open(&in, path, s->o.host, err);

    if (st == CMTY_OK)
        st = find_columns(&in, &c, err);
    while (st == CMTY_OK) {
        st = cmty__source_next(&in, err);
        if (st != CMTY_OK)
            break;
        st = cmty__source_point(&in, &at, err);
        if (st == CMTY_OK)
            st = add_case(s, &in, &c, at, err);
        else if (st == CMTY_NOTFOUND)
            st = CMTY_OK;
    }
    if (st == CMTY_END)
        st = sort_cases(s, in.name, err);
    cmty__source_close(&in);
    return st;
}

/* 95 % of the planar Laplace law with epsilon 1 lie within this distance. */
static const double quantile_95 = 4.743864518;

static cmty_status read_belief(const cmty__suite *s, const cmty__source *in, const columns *c,
                               cmty__belief *out, cmty_error *err)
{
    const char *text = cmty__source_text(in, c->radius);
    int32_t law = cmty_law_from_name(cmty__source_text(in, c->law));
    double radius = 0;

    if (s->belief.form >= 0) {
        *out = s->belief;
        return CMTY_OK;
    }
    if (!cmty__parse_double(text, &radius) || !(radius > 0))
        return cmty__source_fail(
            in, "the file does not tell the law and its radius; name them (--law)", err);
    *out = (cmty__belief){CMTY__FORM_DISC, 0, 0, radius};
    if (law == CMTY_LAW_LATTICE)
        *out = (cmty__belief){CMTY__FORM_LAPLACE, quantile_95 / radius, 0, radius};
    else if (law == CMTY_LAW_DONUT)
        *out = (cmty__belief){CMTY__FORM_RING, 0, s->o.inner_radius_m, radius};
    return CMTY_OK;
}

static cmty_status read_seen(cmty__suite *s, const cmty__source *in, const columns *c,
                             size_t release, cmty_error *err)
{
    const cmty__case key = {.id = cmty__source_text(in, in->id)};
    cmty__case *found = bsearch(&key, s->cases, s->case_count, sizeof key, by_id);
    const char *beat = cmty__source_text(in, c->beat);
    cmty__seen *seen;
    cmty_status st;

    if (found == NULL)
        return CMTY_OK; /* of a report that is not in the truth */
    seen = &found->seen[release];
    st = cmty__source_point(in, &seen->at, err);
    if (st != CMTY_OK)
        return st == CMTY_NOTFOUND ? CMTY_OK : st;
    seen->there = true;
    seen->when = read_time(s, cmty__source_text(in, c->time));
    seen->beat = cmty__arena_text(s->texts, beat, strlen(beat));
    if (seen->beat == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    s->published_count += release == 0;
    return read_belief(s, in, c, &seen->belief, err);
}

cmty_status cmty__suite_read_release(cmty__suite *s, const char *path, size_t release,
                                     cmty_error *err)
{
    cmty__source in;
    columns c;
    cmty_status st = cmty__source_open(&in, path, s->o.host, err);

    if (st == CMTY_OK)
        st = find_columns(&in, &c, err);
    while (st == CMTY_OK) {
        st = cmty__source_next(&in, err);
        if (st == CMTY_OK)
            st = read_seen(s, &in, &c, release, err);
    }
    if (st == CMTY_END)
        st = release > 0 || s->published_count > 0
                 ? CMTY_OK
                 : cmty__fail(err, CMTY_E_FORMAT, "%s: no id of the truth is published in it",
                              in.name);
    cmty__source_close(&in);
    return st;
}
