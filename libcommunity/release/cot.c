/* SPDX-License-Identifier: MIT */
/* Cursor on Target 2.0 (MITRE): one event for one record. `ce` is a circle around the event, and
   carries the mask's radius; a later event of the same uid takes its place. Any thread. */
#include "release/message.h"

#include <community/report.h>

static void put(cmty__buf *b, const char *name, const char *text)
{
    cmty__buf_format(b, " %s=\"", name);
    cmty__buf_xml(b, text);
    cmty__buf_char(b, '"');
}

static void put_time(cmty__buf *b, const char *name, cmty_time t)
{
    cmty__buf_format(b, " %s=\"", name);
    cmty__message_time(b, t, "Z");
    cmty__buf_char(b, '"');
}

static void put_point(cmty__buf *b, const cmty__message *m)
{
    cmty__buf_text(b, "<point lat=\"");
    cmty__buf_fixed(b, m->at.lat_deg, 6);
    cmty__buf_text(b, "\" lon=\"");
    cmty__buf_fixed(b, m->at.lon_deg, 6);
    cmty__buf_text(b, "\" hae=\"9999999.0\" ce=\""); /* 9999999.0: not known */
    cmty__message_radius(m, b);
    cmty__buf_text(b, ".0\" le=\"9999999.0\"/>\n");
}

static void put_detail(cmty__buf *b, const cmty__message *m)
{
    cmty__buf words = {0};

    cmty__message_headline(m, &words);
    cmty__buf_text(b, "<detail>\n<contact");
    put(b, "callsign", words.data != NULL ? words.data : "");
    cmty__buf_text(b, "/>\n<community");
    if (m->category[0] != '\0')
        put(b, "category", m->category);
    if (m->beat_id[0] != '\0') {
        put(b, "beat", m->beat_id);
        put(b, "beat_of", m->beat_disclosed ? "true place" : "masked place");
    }
    if (m->district[0] != '\0')
        put(b, "district", m->district);
    put(b, "law", m->law);
    if (m->priority >= 0) {
        cmty__buf_format(b, " priority=\"%d\"", (int)m->priority);
        put(b, "priority_rule", m->priority_rule);
    }
    if (m->time != CMTY_TIME_UNKNOWN) {
        put_time(b, "occurred", m->time);
        put(b, "time_bin", m->time_bin);
    }
    cmty__buf_text(b, "/>\n<remarks source=\"libcommunity\">");
    b->failed |= words.failed;
    cmty__buf_clear(&words);
    cmty__message_about(m, &words);
    cmty__buf_xml(b, words.data != NULL ? words.data : "");
    cmty__buf_text(b, "</remarks>\n</detail>\n");
    b->failed |= words.failed;
    cmty__buf_free(&words);
}

/* 0 to 9, 9 is the highest. */
static int quality(const cmty__message *m)
{
    if (m->priority >= 0)
        return m->priority < 9 ? (int)m->priority : 9;
    return m->escalated ? 7 : 3;
}

void cmty__encode_cot(const cmty__letterhead *head, const cmty__message *m, cmty__buf *out)
{
    cmty__buf_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<event version=\"2.0\"");
    cmty__buf_format(out, " uid=\"community.%s\"", m->report_id);
    put(out, "type", cmty_category_in(m->category, CMTY_CODES_COT));
    put(out, "how", "h-e"); /* estimated by a person */
    put_time(out, "time", head->now);
    put_time(out, "start", head->now);
    put_time(out, "stale", cmty__letterhead_expires(head));
    put(out, "access", m->internal ? "Restricted" : "Public");
    cmty__buf_format(out, " qos=\"%d-r-d\"",
                     quality(m)); /* replaces its elder; dropped when stale */
    put(out, "opex", head->exercise != 0 ? "e" : "o");
    cmty__buf_text(out, ">\n");
    put_point(out, m);
    put_detail(out, m);
    cmty__buf_text(out, "</event>\n");
}
