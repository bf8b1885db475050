/* SPDX-License-Identifier: MIT */
/* Records in the words that the message formats share. Any thread. */
#include "release/message.h"

#include <community/fence.h>
#include <community/report.h>
#include <math.h>

static const cmty__format_rule rules[CMTY_FORMAT_COUNT] = {
    [CMTY_FORMAT_OPEN311_JSON] = {"open311-json", ".json", "[\n", ",\n", "\n]\n",
                                  cmty__encode_open311_json, false, false, false, false},
    [CMTY_FORMAT_OPEN311_XML] = {"open311-xml", ".xml",
                                 "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<service_requests>\n",
                                 "", "</service_requests>\n", cmty__encode_open311_xml, false,
                                 false, false, false},
    [CMTY_FORMAT_CAP] = {"cap", ".xml", "", "", "", cmty__encode_cap, true, true, false, true},
    [CMTY_FORMAT_EIDO] = {"eido", ".json", "", "", "", cmty__encode_eido, true, true, false, false},
    [CMTY_FORMAT_COT] = {"cot", ".xml", "", "", "", cmty__encode_cot, true, false, true, true},
};

const cmty__format_rule *cmty__format_rule_of(int32_t format)
{
    return &rules[format];
}

const char *cmty_format_name(int32_t format)
{
    return format >= 0 && format < CMTY_FORMAT_COUNT ? rules[format].name : NULL;
}

int32_t cmty_format_from_name(const char *name)
{
    for (int32_t i = 0; name != NULL && i < CMTY_FORMAT_COUNT; i++)
        if (strcmp(name, rules[i].name) == 0)
            return i;
    return -1;
}

/* ---- the letterhead ---- */

enum { AGENCY_BYTES = 200, VALID_LEAST_S = 60, VALID_MOST_S = 31622400 };
#define LAST_MOMENT INT64_C(253370764800000) /* begin of the year 9999 */

/* A CAP sender and a part of a URN: neither blanks, commas nor marks. */
static bool is_domain(const char *text)
{
    size_t size = strlen(text);

    return size > 0 && size <= AGENCY_BYTES && text[0] != '.' && text[0] != '-'
           && strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-")
                  == size;
}

static cmty_status check_head(const cmty__letterhead *h, cmty_error *err)
{
    const cmty__format_rule *rule;
    size_t size = h->agency_name != NULL ? strlen(h->agency_name) : 1;

    if (h->format < 0 || h->format >= CMTY_FORMAT_COUNT)
        return cmty__fail(err, CMTY_E_INVALID, "there is no format of that number");
    rule = &rules[h->format];
    if (h->agency == NULL && rule->needs_agency)
        return cmty__fail(err, CMTY_E_INVALID, "agency: %s needs the agency's domain name",
                          rule->name);
    if (h->agency != NULL && !is_domain(h->agency))
        return cmty__fail(err, CMTY_E_INVALID,
                          "agency: a domain name of letters, digits, dots and hyphens is needed");
    if (size == 0 || size > AGENCY_BYTES
        || (h->agency_name != NULL && !cmty__utf8_valid(h->agency_name, size)))
        return cmty__fail(err, CMTY_E_INVALID, "agency_name: 1 to %d bytes of UTF-8 are needed",
                          AGENCY_BYTES);
    if (h->valid_s < VALID_LEAST_S || h->valid_s > VALID_MOST_S)
        return cmty__fail(err, CMTY_E_RANGE, "valid_s: %d to %d seconds are possible",
                          VALID_LEAST_S, VALID_MOST_S);
    if (h->exercise > 1 || h->reserved != 0)
        return cmty__fail(err, CMTY_E_INVALID, "exercise is 0 or 1, and reserved 0");
    if (h->exercise == 1 && !rule->has_exercise)
        return cmty__fail(err, CMTY_E_INVALID,
                          "exercise: %s cannot say that a message is an exercise; cap and cot can",
                          rule->name);
    if (h->now < 0 || h->now > LAST_MOMENT)
        return cmty__fail(err, CMTY_E_RANGE, "now: the years 1970 to 9998 are possible");
    return CMTY_OK;
}

cmty_status cmty__letterhead_read(const cmty_convert_options *options, cmty__letterhead *out,
                                  cmty_error *err)
{
    static const cmty__letterhead defaults = CMTY_CONVERT_OPTIONS_INIT;
    cmty_status st;

    *out = defaults;
    st = cmty__struct_read(out, sizeof *out, options, sizeof *out, "cmty_convert_options", err);
    if (st != CMTY_OK)
        return st;
    if (out->now == CMTY_TIME_UNKNOWN)
        out->now = cmty__time_now();
    return check_head(out, err);
}

cmty_time cmty__letterhead_expires(const cmty__letterhead *head)
{
    return head->now + head->valid_s * 1000;
}

/* ---- messages ---- */

static const char *promise_of(const cmty__gate *gate, const char *id)
{
    for (size_t i = 0; i < cmty__gate_guarantee_count(gate); i++)
        if (strcmp(cmty__gate_guarantee(gate, i)->id, id) == 0)
            return cmty__gate_guarantee(gate, i)->words;
    return "";
}

void cmty__message_released(const cmty__gate *gate, const cmty_beatset *beats,
                            const cmty__released *r, cmty__message *out)
{
    cmty_beat_info info = {.struct_size = (uint32_t)sizeof info};
    const bool known = r->beat >= 0 && cmty_beatset_info(beats, r->beat, &info, NULL) == CMTY_OK;
    const cmty__message m = {
        .report_id = r->report_id,
        .category = r->category,
        .label = r->category_label,
        .beat_id = r->beat_id,
        .district = known ? info.district : "",
        .law = r->law,
        .promise = promise_of(gate, r->guarantee),
        .withheld = "",
        .time_bin = r->time_bin,
        .fence_id = "",
        .at = r->at,
        .radius_m = r->radius_m,
        .time = r->time_utc,
        .priority_rule = "",
        .priority = -1,
        .beat_disclosed = r->beat_disclosed,
    };

    *out = m;
}

void cmty__message_item(const cmty_outbox_item *item, cmty__message *out)
{
    const cmty__message m = {
        .report_id = item->report_id,
        .category = item->category,
        .label = item->category[0] != '\0' ? cmty_category_label(item->category) : "Not told",
        .beat_id = item->beat_id,
        .district = item->district,
        .law = item->law,
        .promise = "",
        .withheld = item->withheld,
        .time_bin = item->time_bin,
        .fence_id = item->fence_id,
        .at = item->at,
        .radius_m = item->radius_m,
        .time = item->time,
        .priority_rule = item->priority_rule,
        .priority = item->priority,
        .beat_disclosed = item->beat_disclosed != 0,
        .ambiguous = item->ambiguous != 0,
        .escalated = item->fence_action == CMTY_FENCE_ESCALATE,
        .internal = item->version >= 0 || item->relation >= 0,
    };

    *out = m;
}

/* ---- words ---- */

void cmty__message_headline(const cmty__message *m, cmty__buf *out)
{
    cmty__buf_text(out, m->label);
    if (m->beat_id[0] != '\0')
        cmty__buf_format(out, ", beat %s", m->beat_id);
}

void cmty__message_time(cmty__buf *out, cmty_time t, const char *zone)
{
    cmty__civil c;

    cmty__time_to_civil(t, NULL, &c);
    cmty__buf_format(out, "%04d-%02d-%02dT%02d:%02d:%02d%s", c.year, c.month, c.day, c.hour,
                     c.minute, c.second, zone);
}

void cmty__message_radius(const cmty__message *m, cmty__buf *out)
{
    cmty__buf_fixed(out, ceil(m->radius_m), 0);
}

void cmty__message_about(const cmty__message *m, cmty__buf *out)
{
    cmty__message_headline(m, out);
    cmty__buf_text(out, ". ");
    if (m->time != CMTY_TIME_UNKNOWN) {
        cmty__buf_format(out, "It happened in the %s that begins at ", m->time_bin);
        cmty__message_time(out, m->time, "Z");
        cmty__buf_text(out, ". ");
    }
    if (m->withheld[0] != '\0') {
        cmty__buf_format(out, "No place is given: %s.", m->withheld);
    } else {
        cmty__buf_format(out, "The place is protected: it was moved on purpose (%s), and ", m->law);
        cmty__message_radius(m, out);
        cmty__buf_text(out, " m is how far the true place may be.");
    }
    if (m->beat_id[0] != '\0')
        cmty__buf_text(out, m->beat_disclosed ? " The beat is that of the true place."
                                              : " The beat is that of the moved place.");
    if (m->priority >= 0)
        cmty__buf_format(out, " Priority %d of 10 (%s).", (int)m->priority, m->priority_rule);
    if (m->ambiguous)
        cmty__buf_text(out, " Another beat is as good an answer.");
    if (m->escalated)
        cmty__buf_text(out, " A geofence asks that a person look at once.");
}
