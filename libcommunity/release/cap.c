/* SPDX-License-Identifier: MIT */
/* CAP 1.2 (OASIS): one alert for one record. Times end in -00:00, since the schema has no Z; a
   circle is in kilometres, latitude first. Any thread. */
#include "release/message.h"

#include <community/report.h>
#include <math.h>

static void put(cmty__buf *b, const char *name, const char *text)
{
    cmty__buf_format(b, "<%s>", name);
    cmty__buf_xml(b, text);
    cmty__buf_format(b, "</%s>\n", name);
}

static void put_time(cmty__buf *b, const char *name, cmty_time t)
{
    cmty__buf_format(b, "<%s>", name);
    cmty__message_time(b, t, "-00:00");
    cmty__buf_format(b, "</%s>\n", name);
}

/* Of an eventCode, a parameter, a geocode: what the value is called, and it. */
static void put_named(cmty__buf *b, const char *element, const char *name, const char *value)
{
    cmty__buf_format(b, "<%s><valueName>community:%s</valueName><value>", element, name);
    cmty__buf_xml(b, value);
    cmty__buf_format(b, "</value></%s>\n", element);
}

/* Words in an element, by the function that makes them. */
static void put_words(cmty__buf *b, const char *name,
                      void (*words)(const cmty__message *, cmty__buf *), const cmty__message *m)
{
    cmty__buf text = {0};

    words(m, &text);
    put(b, name, text.data != NULL ? text.data : "");
    b->failed |= text.failed;
    cmty__buf_free(&text);
}

static void put_head(cmty__buf *b, const cmty__letterhead *head, const cmty__message *m)
{
    cmty__buf_text(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                      "<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\">\n");
    cmty__buf_format(b, "<identifier>community-%s</identifier>\n", m->report_id);
    put(b, "sender", head->agency);
    put_time(b, "sent", head->now);
    put(b, "status", head->exercise != 0 ? "Exercise" : "Actual");
    put(b, "msgType", "Alert");
    put(b, "scope", m->internal ? "Restricted" : "Public");
    if (m->internal)
        put(b, "restriction", "For the agency that receives it, not for publication");
}

static void put_area(cmty__buf *b, const cmty__message *m)
{
    cmty__buf_text(b, "<area>\n<areaDesc>");
    if (m->beat_id[0] != '\0') {
        cmty__buf_text(b, "Beat ");
        cmty__buf_xml(b, m->beat_id);
    } else {
        cmty__buf_text(b, m->withheld[0] != '\0' ? "Place withheld" : "Around a protected place");
    }
    cmty__buf_text(b, "</areaDesc>\n");
    if (m->withheld[0] == '\0') {
        cmty__buf_text(b, "<circle>");
        cmty__buf_fixed(b, m->at.lat_deg, 6);
        cmty__buf_char(b, ',');
        cmty__buf_fixed(b, m->at.lon_deg, 6);
        cmty__buf_char(b, ' ');
        cmty__buf_fixed(b, ceil(m->radius_m) / 1000, 3);
        cmty__buf_text(b, "</circle>\n");
    }
    if (m->beat_id[0] != '\0')
        put_named(b, "geocode", "beat", m->beat_id);
    if (m->district[0] != '\0')
        put_named(b, "geocode", "district", m->district);
    cmty__buf_text(b, "</area>\n");
}

void cmty__encode_cap(const cmty__letterhead *head, const cmty__message *m, cmty__buf *out)
{
    put_head(out, head, m);
    cmty__buf_text(out, "<info>\n<language>en-US</language>\n");
    put(out, "category", cmty_category_in(m->category, CMTY_CODES_CAP));
    put(out, "event", m->label);
    put(out, "urgency", m->escalated ? "Immediate" : "Unknown");
    put(out, "severity", "Unknown");
    put(out, "certainty", "Unknown"); /* a report, not an observation of the sender's */
    if (m->category[0] != '\0')
        put_named(out, "eventCode", "category", m->category);
    if (m->time != CMTY_TIME_UNKNOWN)
        put_time(out, "onset", m->time);
    put_time(out, "expires", cmty__letterhead_expires(head));
    if (head->agency_name != NULL)
        put(out, "senderName", head->agency_name);
    put_words(out, "headline", cmty__message_headline, m);
    put_words(out, "description", cmty__message_about, m);
    if (m->time_bin[0] != '\0')
        put_named(out, "parameter", "time_bin", m->time_bin);
    if (m->law[0] != '\0')
        put_named(out, "parameter", "law", m->law);
    if (m->promise[0] != '\0')
        put_named(out, "parameter", "guarantee", m->promise);
    if (m->priority >= 0) {
        cmty__buf_format(out,
                         "<parameter><valueName>community:priority</valueName><value>%d</value>"
                         "</parameter>\n",
                         (int)m->priority);
        put_named(out, "parameter", "priority_rule", m->priority_rule);
    }
    put_area(out, m);
    cmty__buf_text(out, "</info>\n</alert>\n");
}
