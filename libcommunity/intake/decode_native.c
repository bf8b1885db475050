/* SPDX-License-Identifier: MIT */
/* Reports in the native schema (schemas/report-1.json), strictly: a name that it does not know is
   refused, for what is not understood would be lost without a word. Any thread. */
#include "decode.h"

struct job {
    cmty__arena *arena;
    cmty__record *rec;
    const cmty__decode_options *options;
    bool nomem;
};

static void wrong_type(struct job *job, const char *field)
{
    cmty__record_refuse(job->rec, CMTY_REASON_FIELD_TYPE, field);
}

static void text(struct job *job, const cmty__json *v, const char *field, const char **out)
{
    const char *found = cmty__json_text(v);

    if (cmty__json_type(v) == CMTY__JSON_NULL)
        return;
    if (found == NULL) {
        wrong_type(job, field);
        return;
    }
    *out = cmty__arena_text(job->arena, found, strlen(found));
    job->nomem = job->nomem || *out == NULL;
}

static bool number(struct job *job, const cmty__json *v, const char *field, double *out)
{
    if (cmty__json_type(v) == CMTY__JSON_NULL)
        return false;
    if (cmty__json_number(v, out))
        return true;
    wrong_type(job, field);
    return false;
}

static void moment(struct job *job, const cmty__json *v)
{
    const char *found = cmty__json_text(v);

    if (cmty__json_type(v) == CMTY__JSON_NULL || (found != NULL && *found == '\0'))
        return;
    if (found == NULL)
        wrong_type(job, "occurred");
    else if (strlen(found) < 10 || found[4] != '-' /* the schema knows ISO 8601 only */
             || !cmty__time_parse(found, job->options->zone, 0, &job->rec->report.occurred))
        cmty__record_refuse(job->rec, CMTY_REASON_BAD_TIME, "occurred");
}

static void reporter(struct job *job, const cmty__json *v)
{
    cmty__report *r = &job->rec->report;

    if (cmty__json_type(v) == CMTY__JSON_NULL)
        return;
    if (cmty__json_type(v) != CMTY__JSON_OBJECT || cmty__json_count(v) > 3) {
        wrong_type(job, "reporter");
        return;
    }
    for (size_t i = 0; i < cmty__json_count(v); i++) {
        const char *name;
        const cmty__json *child = cmty__json_member_at(v, i, &name);

        if (strcmp(name, "name") == 0)
            text(job, child, "reporter.name", &r->reporter_name);
        else if (strcmp(name, "phone") == 0)
            text(job, child, "reporter.phone", &r->reporter_phone);
        else if (strcmp(name, "email") == 0)
            text(job, child, "reporter.email", &r->reporter_email);
        else
            wrong_type(job, "reporter");
    }
}

/* Everything but texts. False: no such name. */
static bool other_member(struct job *job, const char *name, const cmty__json *v, bool *lon,
                         bool *lat)
{
    cmty__report *r = &job->rec->report;

    if (strcmp(name, "lon") == 0) {
        *lon = number(job, v, "lon", &r->lon_deg);
    } else if (strcmp(name, "lat") == 0) {
        *lat = number(job, v, "lat", &r->lat_deg);
    } else if (strcmp(name, "accuracy_m") == 0) {
        number(job, v, "accuracy_m", &r->accuracy_m);
    } else if (strcmp(name, "occurred") == 0) {
        moment(job, v);
    } else if (strcmp(name, "reporter") == 0) {
        reporter(job, v);
    } else if (strcmp(name, "anonymous") == 0) {
        if (cmty__json_type(v) != CMTY__JSON_NULL && !cmty__json_bool(v, &r->anonymous))
            wrong_type(job, "anonymous");
    } else {
        return false;
    }
    return true;
}

static bool text_member(struct job *job, const char *name, const cmty__json *v)
{
    cmty__report *r = &job->rec->report;
    const struct {
        const char *name;
        const char **out;
    } texts[] = {
        {"source", &r->source},   {"source_ref", &r->source_ref},   {"category", &r->category},
        {"title", &r->title},     {"description", &r->description}, {"lang", &r->lang},
        {"address", &r->address},
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (strcmp(name, texts[i].name) == 0) {
            text(job, v, texts[i].name, texts[i].out);
            return true;
        }
    }
    return false;
}

static cmty_status native_element(cmty__decoder *d, const cmty__json *v, cmty__arena *arena,
                                  cmty__record *rec, cmty_error *err)
{
    struct job job = {arena, rec, &d->options, false};
    bool lon = false;
    bool lat = false;

    rec->report.source = d->options.source;
    if (cmty__json_count(v) > 64)
        return cmty__record_refuse(rec, CMTY_REASON_FIELD_TYPE, "");
    for (size_t i = 0; i < cmty__json_count(v); i++) {
        const char *name;
        const cmty__json *child = cmty__json_member_at(v, i, &name);

        if (text_member(&job, name, child) || other_member(&job, name, child, &lon, &lat))
            continue;
        if (cmty__field_is_channel(name))
            cmty__record_refuse(rec, CMTY_REASON_CHANNEL_METADATA, "channel_metadata");
        else
            wrong_type(&job, "unknown member");
    }
    rec->report.has_place = lon && lat;
    return job.nomem ? cmty__fail(err, CMTY_E_NOMEM, "out of memory") : CMTY_OK;
}

cmty_status cmty__decode_json_open(const cmty__decode_options *o, cmty__reader *r,
                                   cmty__decoder **out, cmty_error *err)
{
    static const cmty__documents kind = {NULL, false, native_element, NULL};

    return cmty__documents_open(&kind, o, r, out, err);
}

cmty_status cmty__decode_ndjson_open(const cmty__decode_options *o, cmty__reader *r,
                                     cmty__decoder **out, cmty_error *err)
{
    static const cmty__documents kind = {NULL, true, native_element, NULL};

    return cmty__documents_open(&kind, o, r, out, err);
}
