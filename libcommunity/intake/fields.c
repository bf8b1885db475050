/* SPDX-License-Identifier: MIT */
/* Which column is which field: by the caller's mapping, else by the names that are common. Any
   thread; a mapping is constant once parsed. */
#include "decode.h"

enum { NAMES = 14 };

static const struct {
    const char *field;
    const char *names[NAMES]; /* the best first */
} fields[CMTY__FIELD_COUNT] = {
    [CMTY__FIELD_REF] = {"source_ref",
                         {"source_ref", "report_id", "report_no", "service_request_id", "row id",
                          "pdid", "recordid", "record_id", "id", "incidntnum", "incident id",
                          "crime id", "case number"}},
    [CMTY__FIELD_CATEGORY] = {"category",
                              {"category", "incident category", "primary type", "crime type",
                               "offense", "offence", "type"}},
    [CMTY__FIELD_LON] = {"lon", {"lon", "lng", "long", "longitude", "x"}},
    [CMTY__FIELD_LAT] = {"lat", {"lat", "latitude", "y"}},
    [CMTY__FIELD_LOCATION] = {"location", {"location", "point"}},
    [CMTY__FIELD_OCCURRED] = {"occurred",
                              {"occurred", "occurred_at", "incident datetime", "datetime",
                               "date time", "date_time", "timestamp", "datereported"}},
    [CMTY__FIELD_DATE] = {"date", {"date", "incident date"}},
    [CMTY__FIELD_TIME] = {"time", {"time", "incident time"}},
    [CMTY__FIELD_MONTH] = {"month", {"month"}},
    [CMTY__FIELD_YEAR] = {"year", {"year"}},
    [CMTY__FIELD_ACCURACY] = {"accuracy_m", {"accuracy_m", "accuracy"}},
    [CMTY__FIELD_TITLE] = {"title", {"title"}},
    [CMTY__FIELD_DESCRIPTION] = {"description",
                                 {"description", "descript", "incident description", "details"}},
    [CMTY__FIELD_LANG] = {"lang", {"lang", "language"}},
    [CMTY__FIELD_ADDRESS] = {"address", {"address", "block", "intersection", "street_name"}},
    [CMTY__FIELD_ANONYMOUS] = {"anonymous", {"anonymous"}},
    [CMTY__FIELD_DOMESTIC] = {"domestic", {"domestic"}},
    [CMTY__FIELD_NAME] = {"reporter_name", {"reporter_name", "reporter.name"}},
    [CMTY__FIELD_PHONE] = {"reporter_phone", {"reporter_phone", "phone", "reporter.phone"}},
    [CMTY__FIELD_EMAIL] = {"reporter_email", {"reporter_email", "email", "reporter.email"}},
    [CMTY__FIELD_CHANNEL] = {"channel_metadata",
                             {"device_id", "deviceid", "ip_address", "ip", "remote_addr",
                              "client_ip", "user_agent", "useragent", "mac_address", "imei", "imsi",
                              "advertising_id", "session_id"}},
};

const char *cmty__field_name(int field)
{
    return fields[field].field;
}

int cmty__field_rank(int field, const char *column)
{
    for (int i = 0; i < NAMES && fields[field].names[i] != NULL; i++)
        if (cmty__text_equal_nocase(fields[field].names[i], column))
            return i;
    return -1;
}

bool cmty__field_is_channel(const char *column)
{
    return cmty__field_rank(CMTY__FIELD_CHANNEL, column) >= 0;
}

static int field_named(const char *name, size_t size)
{
    for (int i = 0; i < CMTY__FIELD_COUNT; i++)
        if (strlen(fields[i].field) == size && strncmp(fields[i].field, name, size) == 0)
            return i;
    return -1;
}

static cmty_status parse_order(const char *value, cmty__mapping *out, cmty_error *err)
{
    if (strcmp(value, "d") != 0 && strcmp(value, "m") != 0)
        return cmty__fail(err, CMTY_E_INVALID,
                          "map order=%s: use order=d (day first) or order=m (month first)", value);
    out->order = *value;
    return CMTY_OK;
}

/* Takes the columns apart at each +. */
static cmty_status set_columns(int field, const char *columns, cmty__mapping *out, cmty_error *err)
{
    char *text = cmty__strdup(columns);
    char *next = text;

    if (text == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    cmty__free(out->texts[field]);
    out->texts[field] = text;
    out->count[field] = 0;
    while (next != NULL) {
        char *column = next;

        next = strchr(column, '+');
        if (next != NULL)
            *next++ = '\0';
        if (out->count[field] == CMTY__PIECES || *column == '\0')
            return cmty__fail(err, CMTY_E_INVALID, "map %s: needs one to %d columns",
                              fields[field].field, CMTY__PIECES);
        out->columns[field][out->count[field]++] = column;
    }
    return CMTY_OK;
}

static cmty_status parse_pair(const char *pair, cmty__mapping *out, cmty_error *err)
{
    const char *equals = pair != NULL ? strchr(pair, '=') : NULL;
    int field;

    if (equals == NULL || equals == pair || equals[1] == '\0')
        return cmty__fail(err, CMTY_E_INVALID, "a map needs the form field=column");
    if (cmty__starts_with(pair, "order="))
        return parse_order(equals + 1, out, err);
    field = field_named(pair, (size_t)(equals - pair));
    if (field < 0)
        return cmty__fail(err, CMTY_E_INVALID,
                          "map %s: no such field; fields are source_ref, category, lon, lat, "
                          "location, occurred, date, time, month, year, accuracy_m, title, "
                          "description, lang, address, anonymous, domestic, reporter_name, "
                          "reporter_phone, reporter_email, order",
                          pair);
    if (field == CMTY__FIELD_REF && strcmp(equals + 1, "*") == 0) {
        out->ref_is_record = true;
        return CMTY_OK;
    }
    return set_columns(field, equals + 1, out, err);
}

cmty_status cmty__mapping_parse(const char *const *pairs, size_t count, cmty__mapping *out,
                                cmty_error *err)
{
    cmty_status st = CMTY_OK;

    *out = (cmty__mapping){0};
    for (size_t i = 0; i < count && st == CMTY_OK; i++)
        st = parse_pair(pairs[i], out, err);
    if (st != CMTY_OK)
        cmty__mapping_free(out);
    return st;
}

void cmty__mapping_free(cmty__mapping *m)
{
    for (int i = 0; i < CMTY__FIELD_COUNT; i++)
        cmty__free(m->texts[i]);
    *m = (cmty__mapping){0};
}
