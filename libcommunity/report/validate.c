/* SPDX-License-Identifier: MIT */
/* What a report has to be before any map is asked. Any thread; no state. */
#include "report/report.h"

#include <math.h>

enum { LIMIT_SOURCE = 64, LIMIT_CATEGORY = 96, LIMIT_LANG = 35 };

static const cmty_time day_ms = 86400000;
static const cmty_time year_1900 = -2208988800000;

static bool given(const char *text)
{
    return text != NULL && *text != '\0';
}

static size_t characters(const char *text)
{
    size_t n = 0;

    for (; *text != '\0'; text++)
        n += ((unsigned char)*text & 0xC0) != 0x80 ? 1 : 0;
    return n;
}

/* Places that systems write when they know none. Each was met in a city's published data. */
static bool is_sentinel(double lon, double lat)
{
    static const struct {
        double lon, lat;
    } sentinels[] = {
        {0, 0},                  /* "null island" */
        {-120.5, 90},            /* San Francisco */
        {-91.686566, 36.619446}, /* Chicago: 0,0 of EPSG:3435 */
    };
    const double slack = 2e-6; /* of a number printed with six decimals */

    for (size_t i = 0; i < sizeof sentinels / sizeof sentinels[0]; i++)
        if (fabs(lon - sentinels[i].lon) <= slack && fabs(lat - sentinels[i].lat) <= slack)
            return true;
    return fabs(lat) >= 90 - slack; /* no street reaches a pole */
}

static int32_t check_keys(const cmty__report *r, const char **field)
{
    *field = "source_ref";
    if (!given(r->source_ref))
        return CMTY_REASON_MISSING_REF;
    if (characters(r->source_ref) > CMTY__LIMIT_REF)
        return CMTY_REASON_TOO_LARGE;
    *field = "source";
    if (r->source != NULL && characters(r->source) > LIMIT_SOURCE)
        return CMTY_REASON_TOO_LARGE;
    *field = "category";
    if (!given(r->category))
        return CMTY_REASON_MISSING_CATEGORY;
    if (characters(r->category) > LIMIT_CATEGORY)
        return CMTY_REASON_TOO_LARGE;
    return CMTY_REASON_NONE;
}

static int32_t check_place(const cmty__report *r, const char **field)
{
    *field = "lon";
    if (!r->has_place)
        return CMTY_REASON_MISSING_PLACE;
    if (!isfinite(r->lon_deg) || fabs(r->lon_deg) > 180)
        return CMTY_REASON_BAD_COORDINATE;
    *field = "lat";
    if (!isfinite(r->lat_deg) || fabs(r->lat_deg) > 90)
        return CMTY_REASON_BAD_COORDINATE;
    if (is_sentinel(r->lon_deg, r->lat_deg))
        return CMTY_REASON_NULL_ISLAND;
    *field = "accuracy_m";
    if (!isnan(r->accuracy_m) && !(r->accuracy_m >= 0 && r->accuracy_m <= 1e6))
        return CMTY_REASON_BAD_COORDINATE;
    return CMTY_REASON_NONE;
}

static int32_t check_time(const cmty__report *r, cmty_time now, const char **field)
{
    *field = "occurred";
    if (r->occurred == CMTY_TIME_UNKNOWN)
        return CMTY_REASON_MISSING_TIME;
    if (r->occurred < year_1900)
        return CMTY_REASON_BAD_TIME;
    if (r->occurred > now + day_ms)
        return CMTY_REASON_FUTURE;
    return CMTY_REASON_NONE;
}

static int32_t check_texts(const cmty__report *r, const char **field)
{
    const struct {
        const char *field, *text;
        size_t limit;
    } texts[] = {
        {"title", r->title, CMTY__LIMIT_TITLE},
        {"lang", r->lang, LIMIT_LANG},
        {"address", r->address, CMTY__LIMIT_FIELD},
        {"reporter.name", r->reporter_name, CMTY__LIMIT_FIELD},
        {"reporter.phone", r->reporter_phone, CMTY__LIMIT_FIELD},
        {"reporter.email", r->reporter_email, CMTY__LIMIT_FIELD},
        {"description", r->description, CMTY__LIMIT_DESCRIPTION},
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        *field = texts[i].field;
        if (texts[i].text != NULL && characters(texts[i].text) > texts[i].limit)
            return CMTY_REASON_TOO_LARGE;
    }
    *field = "reporter";
    if (r->anonymous
        && (given(r->reporter_name) || given(r->reporter_phone) || given(r->reporter_email)))
        return CMTY_REASON_ANONYMOUS_IDENTITY;
    return CMTY_REASON_NONE;
}

static void settle_category(cmty__report *r)
{
    const char *sent = r->category;
    const char *code = cmty__category_canonical(sent);

    r->category_unknown = code == NULL;
    r->category = code != NULL ? code : "other";
    if (r->domestic && !cmty__category_protected(r->category))
        r->category = "domestic.violence";
    r->category_sent = strcmp(r->category, sent) != 0 ? sent : NULL;
}

int32_t cmty__report_validate(cmty__report *r, cmty_time now, const char **field)
{
    int32_t reason = check_keys(r, field);

    if (reason == CMTY_REASON_NONE)
        reason = check_place(r, field);
    if (reason == CMTY_REASON_NONE)
        reason = check_time(r, now, field);
    if (reason == CMTY_REASON_NONE)
        reason = check_texts(r, field);
    if (reason != CMTY_REASON_NONE)
        return reason;
    settle_category(r);
    *field = "";
    return CMTY_REASON_NONE;
}
