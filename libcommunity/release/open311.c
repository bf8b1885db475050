/* SPDX-License-Identifier: MIT */
/* Service requests of Open311 GeoReport v2, JSON and XML. What the specification has no word for
   stands in extended_attributes. Any thread. */
#include "release/message.h"

#include <math.h>

/* A category that must not be told; the specification wants a code. */
static const char *code_of(const cmty__message *m)
{
    return m->category[0] != '\0' ? m->category : "not_told";
}

/* One member or element; the two writers are told apart by what they do with it. */
typedef void put_text(cmty__buf *b, const char *name, const char *text);
typedef void put_raw(cmty__buf *b, const char *name, const cmty__buf *value);

typedef struct writer {
    put_text *text;
    put_raw *raw; /* of numbers */
    const char *extended_open, *extended_close;
} writer;

static void put_number(const writer *w, cmty__buf *b, const char *name, double v, int decimals)
{
    cmty__buf text = {0};

    cmty__buf_fixed(&text, v, decimals);
    w->raw(b, name, &text);
    b->failed |= text.failed;
    cmty__buf_free(&text);
}

static void put_time(const writer *w, cmty__buf *b, const char *name, cmty_time t)
{
    cmty__buf text = {0};

    cmty__message_time(&text, t, "Z");
    w->text(b, name, text.data != NULL ? text.data : "");
    b->failed |= text.failed;
    cmty__buf_free(&text);
}

static void put_description(const writer *w, cmty__buf *b, const cmty__message *m)
{
    cmty__buf text = {0};

    cmty__message_about(m, &text);
    w->text(b, "description", text.data != NULL ? text.data : "");
    b->failed |= text.failed;
    cmty__buf_free(&text);
}

static void put_extended(const writer *w, cmty__buf *b, const cmty__message *m)
{
    cmty__buf_text(b, w->extended_open);
    if (m->beat_id[0] != '\0') {
        w->text(b, "police_beat", m->beat_id);
        w->text(b, "police_beat_of", m->beat_disclosed ? "true place" : "masked place");
    }
    if (m->district[0] != '\0')
        w->text(b, "police_district", m->district);
    if (m->withheld[0] == '\0') {
        put_number(w, b, "location_radius_m", ceil(m->radius_m), 0);
        w->text(b, "location_law", m->law);
    }
    if (m->promise[0] != '\0')
        w->text(b, "location_guarantee", m->promise);
    if (m->priority >= 0) {
        put_number(w, b, "priority", m->priority, 0);
        w->text(b, "priority_rule", m->priority_rule);
    }
    if (m->time_bin[0] != '\0')
        w->text(b, "time_bin", m->time_bin);
    cmty__buf_text(b, w->extended_close);
}

static void put_request(const writer *w, cmty__buf *b, const cmty__letterhead *head,
                        const cmty__message *m)
{
    w->text(b, "service_request_id", m->report_id);
    w->text(b, "status", "open");
    w->text(b, "service_name", m->label);
    w->text(b, "service_code", code_of(m));
    put_description(w, b, m);
    if (head->agency_name != NULL)
        w->text(b, "agency_responsible", head->agency_name);
    if (m->time != CMTY_TIME_UNKNOWN)
        put_time(w, b, "requested_datetime", m->time);
    if (m->withheld[0] == '\0') {
        put_number(w, b, "lat", m->at.lat_deg, 6);
        put_number(w, b, "long", m->at.lon_deg, 6);
    }
    put_extended(w, b, m);
}

/* ---- JSON ---- */

static void json_text(cmty__buf *b, const char *name, const char *text)
{
    cmty__buf_format(b, "\"%s\":", name);
    cmty__buf_json(b, text);
    cmty__buf_char(b, ',');
}

static void json_raw(cmty__buf *b, const char *name, const cmty__buf *value)
{
    cmty__buf_format(b, "\"%s\":%s,", name, value->data != NULL ? value->data : "null");
}

void cmty__encode_open311_json(const cmty__letterhead *head, const cmty__message *m, cmty__buf *out)
{
    static const writer json = {json_text, json_raw, "\"extended_attributes\":{",
                                "\"source\":\"libcommunity\"}"};

    cmty__buf_char(out, '{');
    put_request(&json, out, head, m);
    cmty__buf_char(out, '}');
}

/* ---- XML ---- */

static void xml_text(cmty__buf *b, const char *name, const char *text)
{
    cmty__buf_format(b, "<%s>", name);
    cmty__buf_xml(b, text);
    cmty__buf_format(b, "</%s>\n", name);
}

static void xml_raw(cmty__buf *b, const char *name, const cmty__buf *value)
{
    xml_text(b, name, value->data != NULL ? value->data : "");
}

void cmty__encode_open311_xml(const cmty__letterhead *head, const cmty__message *m, cmty__buf *out)
{
    static const writer xml = {xml_text, xml_raw, "<extended_attributes>\n",
                               "<source>libcommunity</source>\n</extended_attributes>\n"};

    cmty__buf_text(out, "<request>\n");
    put_request(&xml, out, head, m);
    cmty__buf_text(out, "</request>\n");
}
