/* SPDX-License-Identifier: MIT */
/* Reports from Open311 GeoReport v2 service requests in JSON. Servers write ids and coordinates as
   numbers or texts, null for what they do not know, and times without a zone; all of that is taken.
   Any thread. */
#include "decode.h"

static const struct {
    const char *member;
    int field;
    int piece;
} members[] = {
    {"service_request_id", CMTY__FIELD_REF, 0},
    {"lat", CMTY__FIELD_LAT, 0},
    {"long", CMTY__FIELD_LON, 0},
    {"requested_datetime", CMTY__FIELD_OCCURRED, 0},
    {"description", CMTY__FIELD_DESCRIPTION, 0},
    {"address", CMTY__FIELD_ADDRESS, 0},
    {"address_string", CMTY__FIELD_ADDRESS, 0},
    {"first_name", CMTY__FIELD_NAME, 0},
    {"last_name", CMTY__FIELD_NAME, 1},
    {"email", CMTY__FIELD_EMAIL, 0},
    {"phone", CMTY__FIELD_PHONE, 0},
    {"device_id", CMTY__FIELD_CHANNEL, 0},
};

/* The code where it is one that we know, else the name that people read. */
static const char *category(const char *code, const char *name)
{
    if (code != NULL && cmty__category_canonical(code) != NULL)
        return code;
    return name != NULL && *name != '\0' ? name : code;
}

cmty_status cmty__open311_request(cmty__decoder *d, const cmty__json *v, cmty__arena *arena,
                                  cmty__record *rec, cmty_error *err)
{
    cmty__values values = {0};
    const char *code;
    const char *name;
    bool nomem = false;

    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        const char *text;

        if (!cmty__json_scalar(cmty__json_member(v, members[i].member), arena, &text, &nomem))
            cmty__record_refuse(rec, CMTY_REASON_FIELD_TYPE, members[i].member);
        if (text != NULL && *text != '\0')
            values.piece[members[i].field][members[i].piece] = text;
    }
    if (!cmty__json_scalar(cmty__json_member(v, "service_code"), arena, &code, &nomem))
        cmty__record_refuse(rec, CMTY_REASON_FIELD_TYPE, "service_code");
    if (!cmty__json_scalar(cmty__json_member(v, "service_name"), arena, &name, &nomem))
        cmty__record_refuse(rec, CMTY_REASON_FIELD_TYPE, "service_name");
    if (!cmty__json_scalar(
            cmty__json_member(cmty__json_member(v, "extended_attributes"), "anonymous"), arena,
            &values.piece[CMTY__FIELD_ANONYMOUS][0], &nomem))
        cmty__record_refuse(rec, CMTY_REASON_FIELD_TYPE, "anonymous");
    if (nomem)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    values.piece[CMTY__FIELD_CATEGORY][0] = category(code, name);
    return cmty__values_report(&values, &d->options, arena, rec, err);
}

cmty_status cmty__decode_open311_open(const cmty__decode_options *o, cmty__reader *r,
                                      cmty__decoder **out, cmty_error *err)
{
    static const cmty__documents kind = {NULL, false, cmty__open311_request, NULL};

    return cmty__documents_open(&kind, o, r, out, err);
}
