/* SPDX-License-Identifier: MIT */
/* A report as canonical JSON: the same content always gives the same bytes. Any thread. */
#include "report/report.h"

#include <math.h>

static void member(cmty__buf *out, const char *name)
{
    if (out->size > 0 && out->data[out->size - 1] != '{')
        cmty__buf_char(out, ',');
    cmty__buf_json(out, name);
    cmty__buf_char(out, ':');
}

/* An empty text is the same as none. */
static void text(cmty__buf *out, const char *name, const char *value)
{
    if (value == NULL || *value == '\0')
        return;
    member(out, name);
    cmty__buf_json(out, value);
}

static void number(cmty__buf *out, const char *name, double value)
{
    if (!isfinite(value))
        return;
    member(out, name);
    cmty__buf_double(out, value);
}

static void reporter(cmty__buf *out, const cmty__report *r)
{
    cmty__buf person = {0};

    cmty__buf_char(&person, '{');
    text(&person, "name", r->reporter_name);
    text(&person, "phone", r->reporter_phone);
    text(&person, "email", r->reporter_email);
    if (person.size > 1) {
        cmty__buf_char(&person, '}');
        member(out, "reporter");
        cmty__buf_bytes(out, person.data, person.size);
    }
    out->failed = out->failed || person.failed;
    cmty__buf_wipe(&person);
}

void cmty__report_json(const cmty__report *r, cmty__buf *out)
{
    cmty__buf_char(out, '{');
    text(out, "source", r->source);
    text(out, "source_ref", r->source_ref);
    text(out, "category", r->category);
    text(out, "category_sent", r->category_sent);
    if (r->occurred != CMTY_TIME_UNKNOWN) {
        member(out, "occurred");
        cmty__buf_char(out, '"');
        cmty__buf_time_utc(out, r->occurred);
        cmty__buf_char(out, '"');
    }
    if (r->has_place) {
        number(out, "lon", r->lon_deg);
        number(out, "lat", r->lat_deg);
        number(out, "accuracy_m", r->accuracy_m);
    }
    text(out, "title", r->title);
    text(out, "description", r->description);
    text(out, "lang", r->lang);
    text(out, "address", r->address);
    if (r->anonymous) {
        member(out, "anonymous");
        cmty__buf_text(out, "true");
    }
    reporter(out, r);
    cmty__buf_char(out, '}');
}
