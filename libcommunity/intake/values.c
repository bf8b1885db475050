/* SPDX-License-Identifier: MIT */
/* From the texts of the fields, as CSV and property lists have them, to a report. Any thread. */
#include "decode.h"
#include "privacy/privacy.h"

#include <math.h>

/* One conversion: everything that the small steps need. */
struct job {
    const cmty__values *values;
    const cmty__decode_options *options;
    cmty__arena *arena;
    cmty__record *rec;
    bool nomem;
};

cmty_status cmty__decoder_next(cmty__decoder *d, cmty__arena *arena, cmty__record *rec,
                               cmty_error *err)
{
    *rec = (cmty__record){.field = ""};
    rec->report.occurred = CMTY_TIME_UNKNOWN;
    rec->report.lon_deg = rec->report.lat_deg = rec->report.accuracy_m = NAN;
    rec->report.raw = "";
    return d->next(d, arena, rec, err);
}

cmty_status cmty__record_refuse(cmty__record *rec, int32_t reason, const char *field)
{
    if (rec->reason == CMTY_REASON_NONE) {
        rec->reason = reason;
        rec->field = field;
    }
    return CMTY_OK;
}

static void refuse(struct job *job, int32_t reason, int field)
{
    cmty__record_refuse(job->rec, reason, cmty__field_name(field));
}

static const char *keep(struct job *job, const char *text, size_t size)
{
    char *copy = cmty__arena_text(job->arena, text, size);

    if (copy == NULL)
        job->nomem = true;
    return copy;
}

/* The pieces of a field joined by blanks, without blanks round it; NULL if there is nothing. */
static char *value(struct job *job, int field)
{
    const char *const *piece = job->values->piece[field];
    size_t size = 0;
    size_t at = 0;
    char *text;

    for (size_t i = 0; i < CMTY__PIECES; i++)
        size += piece[i] != NULL ? strlen(piece[i]) + 1 : 0;
    if (size == 0)
        return NULL;
    text = cmty__arena_alloc(job->arena, size);
    if (text == NULL) {
        job->nomem = true;
        return NULL;
    }
    for (size_t i = 0; i < CMTY__PIECES; i++) {
        if (piece[i] == NULL)
            continue;
        if (at > 0)
            text[at++] = ' ';
        memcpy(text + at, piece[i], strlen(piece[i]));
        at += strlen(piece[i]);
    }
    text = cmty__trim(text);
    return *text != '\0' ? text : NULL;
}

static bool truth(const char *text)
{
    static const char *const yes[] = {"true", "t", "yes", "y", "1"};

    for (size_t i = 0; text != NULL && i < sizeof yes / sizeof yes[0]; i++)
        if (cmty__text_equal_nocase(text, yes[i]))
            return true;
    return false;
}

static double coordinate(struct job *job, const char *text, int field)
{
    double number = NAN;

    if (!cmty__parse_double(text, &number))
        refuse(job, CMTY_REASON_BAD_COORDINATE, field);
    return number;
}

/* "(41.87, -87.63)": latitude first, as open data portals print a point. */
static void place_from_pair(struct job *job)
{
    char *text = value(job, CMTY__FIELD_LOCATION);
    char *comma = text != NULL ? strchr(text, ',') : NULL;
    size_t size = text != NULL ? strlen(text) : 0;

    if (text == NULL)
        return;
    if (comma == NULL || text[0] != '(' || text[size - 1] != ')') {
        refuse(job, CMTY_REASON_BAD_COORDINATE, CMTY__FIELD_LOCATION);
        return;
    }
    text[size - 1] = '\0';
    *comma = '\0';
    job->rec->report.lat_deg = coordinate(job, cmty__trim(text + 1), CMTY__FIELD_LOCATION);
    job->rec->report.lon_deg = coordinate(job, cmty__trim(comma + 1), CMTY__FIELD_LOCATION);
    job->rec->report.has_place = true;
}

static void place(struct job *job)
{
    cmty__report *r = &job->rec->report;
    const char *lon = value(job, CMTY__FIELD_LON);
    const char *lat = value(job, CMTY__FIELD_LAT);
    const char *accuracy = value(job, CMTY__FIELD_ACCURACY);

    if (accuracy != NULL)
        r->accuracy_m = coordinate(job, accuracy, CMTY__FIELD_ACCURACY);
    if (r->has_place)
        return;
    if (lon == NULL && lat == NULL) {
        place_from_pair(job);
    } else if (lon != NULL && lat != NULL) {
        r->lon_deg = coordinate(job, lon, CMTY__FIELD_LON);
        r->lat_deg = coordinate(job, lat, CMTY__FIELD_LAT);
        r->has_place = true;
    }
}

/* Day and time of day from columns of their own. Some portals write midnight behind the day. */
static const char *date_and_time(struct job *job, char *date, const char *time)
{
    size_t day = strcspn(date, " T");
    size_t size = strlen(time);
    char *text = cmty__arena_alloc(job->arena, day + size + 2);

    if (text == NULL) {
        job->nomem = true;
        return NULL;
    }
    memcpy(text, date, day);
    text[day] = ' ';
    memcpy(text + day + 1, time, size + 1);
    return text;
}

/* The first day of the month, from "2025-10" or from month and year. */
static const char *first_of_month(struct job *job)
{
    const char *month = value(job, CMTY__FIELD_MONTH);
    const char *year = value(job, CMTY__FIELD_YEAR);
    int64_t m = 0;
    char text[32];

    if (month == NULL)
        return NULL;
    if (strchr(month, '-') != NULL) {
        if (!cmty__format(text, sizeof text, "%s-01", month))
            return month; /* too long for a date; refused as such */
    } else if (year == NULL) {
        return NULL;
    } else if (!cmty__parse_int64(month, &m)
               || !cmty__format(text, sizeof text, "%s-%02lld-01", year, (long long)m)) {
        return month;
    }
    return keep(job, text, strlen(text));
}

static bool moment_in_order(const struct job *job, const char *text, char order)
{
    return cmty__time_parse(text, job->options->zone, order, &job->rec->report.occurred);
}

static void moment(struct job *job)
{
    const char *text = value(job, CMTY__FIELD_OCCURRED);
    char *date = value(job, CMTY__FIELD_DATE);
    const char *time = value(job, CMTY__FIELD_TIME);

    if (text == NULL && date != NULL)
        text = time != NULL ? date_and_time(job, date, time) : date;
    if (text == NULL)
        text = first_of_month(job);
    if (text == NULL || moment_in_order(job, text, job->options->mapping->order))
        return;
    job->rec->day_or_month =
        job->options->mapping->order == 0
        && (moment_in_order(job, text, 'd') || moment_in_order(job, text, 'm'));
    job->rec->report.occurred = CMTY_TIME_UNKNOWN; /* never a guess */
    refuse(job, CMTY_REASON_BAD_TIME, CMTY__FIELD_OCCURRED);
}

/* The record itself as its reference: the same bytes are the same report. */
static const char *record_ref(struct job *job)
{
    uint8_t hash[CMTY__HASH_BYTES];
    char hex[2 * 16 + 1];

    cmty__hash(NULL, 0, job->rec->report.raw, job->rec->report.raw_size, hash);
    cmty__hex(hash, 16, hex);
    return keep(job, hex, sizeof hex - 1);
}

cmty_status cmty__values_report(const cmty__values *v, const cmty__decode_options *o,
                                cmty__arena *arena, cmty__record *rec, cmty_error *err)
{
    struct job job = {v, o, arena, rec, false};
    cmty__report *r = &rec->report;

    r->source = o->source;
    r->source_ref = o->mapping->ref_is_record ? record_ref(&job) : value(&job, CMTY__FIELD_REF);
    r->category = value(&job, CMTY__FIELD_CATEGORY);
    r->title = value(&job, CMTY__FIELD_TITLE);
    r->description = value(&job, CMTY__FIELD_DESCRIPTION);
    r->lang = value(&job, CMTY__FIELD_LANG);
    r->address = value(&job, CMTY__FIELD_ADDRESS);
    r->reporter_name = value(&job, CMTY__FIELD_NAME);
    r->reporter_phone = value(&job, CMTY__FIELD_PHONE);
    r->reporter_email = value(&job, CMTY__FIELD_EMAIL);
    r->anonymous = truth(value(&job, CMTY__FIELD_ANONYMOUS));
    r->domestic = truth(value(&job, CMTY__FIELD_DOMESTIC));
    if (value(&job, CMTY__FIELD_CHANNEL) != NULL)
        refuse(&job, CMTY_REASON_CHANNEL_METADATA, CMTY__FIELD_CHANNEL);
    place(&job);
    moment(&job);
    return job.nomem ? cmty__fail(err, CMTY_E_NOMEM, "out of memory") : CMTY_OK;
}

bool cmty__json_scalar(const cmty__json *v, cmty__arena *arena, const char **out, bool *nomem)
{
    cmty__buf text = {0};
    int type = cmty__json_type(v);

    *out = NULL;
    if (type == CMTY__JSON_NULL)
        return true;
    if (type == CMTY__JSON_ARRAY || type == CMTY__JSON_OBJECT)
        return false;
    if (type == CMTY__JSON_STRING)
        cmty__buf_text(&text, cmty__json_text(v));
    else
        cmty__buf_json_value(&text, v);
    if (!text.failed)
        *out = cmty__arena_text(arena, text.data, text.size);
    *nomem = *nomem || *out == NULL;
    cmty__buf_wipe(&text);
    return *out != NULL;
}
