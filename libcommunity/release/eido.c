/* SPDX-License-Identifier: MIT */
/* EIDO (NENA-STA-021.1b): the state of one incident. A place is a circle in a PIDF-LO that may
   not be passed on, as RFC 4119 has it where nothing else is said. Any thread. */
#include "release/message.h"

#include <community/report.h>

static void put(cmty__buf *b, const char *name, const char *text)
{
    cmty__buf_format(b, "\"%s\":", name);
    cmty__buf_json(b, text);
    cmty__buf_char(b, ',');
}

static void put_id(cmty__buf *b, const char *kind, const cmty__letterhead *head,
                   const cmty__message *m)
{
    cmty__buf_format(b, "\"urn:emergency:uid:%s:%s:%s\"", kind, m->report_id, head->agency);
}

/* The beginning of every component: who wrote it, and when. `kind` NULL: the agency itself. */
static void put_common(cmty__buf *b, const char *kind, const cmty__letterhead *head,
                       const cmty__message *m)
{
    cmty__buf_text(b, "{\"$id\":");
    if (kind != NULL)
        put_id(b, kind, head, m);
    else
        cmty__buf_json(b, head->agency);
    cmty__buf_text(b, ",\"lastUpdateTimeStamp\":\"");
    cmty__message_time(b, head->now, ".0+00:00");
    cmty__buf_text(b, "\",\"updatedByAgencyReference\":{\"$ref\":");
    cmty__buf_json(b, head->agency);
    cmty__buf_text(b, "},\n");
}

static void put_reference(cmty__buf *b, const char *name, const char *kind,
                          const cmty__letterhead *head, const cmty__message *m)
{
    cmty__buf_format(b, "\"%s\":[{\"$ref\":", name);
    put_id(b, kind, head, m);
    cmty__buf_text(b, "}],\n");
}

static const char note[] = "eidodatacomponent:note", place[] = "eidodatacomponent:place",
                  incident[] = "incidentid";

static void put_incident(cmty__buf *b, const cmty__letterhead *head, const cmty__message *m)
{
    cmty__buf_text(b, "\"incidentComponent\":");
    put_common(b, incident, head, m);
    if (m->category[0] != '\0') {
        put(b, "incidentTypeInternalCode", m->category);
        put(b, "incidentTypeInternalText", m->label);
    }
    put(b, "incidentTypeCommonRegistryText", cmty_category_in(m->category, CMTY_CODES_APCO));
    cmty__buf_text(b, "\"incidentStatusCommonRegistryText\":[\"Active\"],\n");
    if (m->priority >= 0) {
        cmty__buf_format(b, "\"incidentCommonPriorityNumber\":%d,", (int)m->priority);
        put(b, "incidentPriorityInternalText", m->priority_rule);
    }
    if (m->beat_id[0] != '\0')
        put(b, "beatOrDispatchGroupText", m->beat_id);
    if (m->withheld[0] == '\0')
        put_reference(b, "locationReference", place, head, m);
    put_reference(b, "notesReference", note, head, m);
    cmty__buf_format(b, "\"internalIncidentId\":\"%s\"},\n", m->report_id);
}

static void put_agency(cmty__buf *b, const cmty__letterhead *head, const cmty__message *m)
{
    cmty__buf_text(b, "\"agencyComponent\":[");
    put_common(b, NULL, head, m);
    cmty__buf_text(b, "\"agencyRoleDescriptionRegistryText\":[\"Informational\"],"
                      "\"agencyType\":[\"police\"]}],\n");
}

/* RFC 5491: a circle, latitude first; RFC 4119: what may be done with it. */
static void put_circle(cmty__buf *b, const cmty__letterhead *head, const cmty__message *m)
{
    cmty__buf_format(b,
                     "<presence xmlns=\"urn:ietf:params:xml:ns:pidf\" "
                     "xmlns:gp=\"urn:ietf:params:xml:ns:pidf:geopriv10\" "
                     "xmlns:gbp=\"urn:ietf:params:xml:ns:pidf:geopriv10:basicPolicy\" "
                     "xmlns:gml=\"http://www.opengis.net/gml\" "
                     "xmlns:gs=\"http://www.opengis.net/pidflo/1.0\" "
                     "entity=\"pres:%s@%s\"><tuple id=\"place\"><status><gp:geopriv>"
                     "<gp:location-info><gs:Circle srsName=\"urn:ogc:def:crs:EPSG::4326\">"
                     "<gml:pos>",
                     m->report_id, head->agency);
    cmty__buf_fixed(b, m->at.lat_deg, 6);
    cmty__buf_char(b, ' ');
    cmty__buf_fixed(b, m->at.lon_deg, 6);
    cmty__buf_text(b, "</gml:pos><gs:radius uom=\"urn:ogc:def:uom:EPSG::9001\">");
    cmty__message_radius(m, b);
    cmty__buf_text(b, "</gs:radius></gs:Circle></gp:location-info><gp:usage-rules>"
                      "<gbp:retransmission-allowed>no</gbp:retransmission-allowed>"
                      "<gbp:retention-expiry>");
    cmty__message_time(b, cmty__letterhead_expires(head), "Z");
    cmty__buf_text(b, "</gbp:retention-expiry></gp:usage-rules></gp:geopriv></status></tuple>"
                      "</presence>");
}

static void put_place(cmty__buf *b, const cmty__letterhead *head, const cmty__message *m)
{
    cmty__buf circle = {0};

    put_circle(&circle, head, m);
    cmty__buf_text(b, "\"locationComponent\":[");
    put_common(b, place, head, m);
    put(b, "locationTypeDescriptionRegistryText", "CurrentIncident");
    cmty__buf_text(b, "\"locationByValue\":");
    cmty__buf_json(b, circle.data != NULL ? circle.data : "");
    cmty__buf_text(b, "}],\n");
    b->failed |= circle.failed;
    cmty__buf_free(&circle);
}

/* Notes are fragments of HTML. */
static void put_note(cmty__buf *b, const cmty__letterhead *head, const cmty__message *m)
{
    cmty__buf words = {0}, html = {0};

    cmty__message_about(m, &words);
    cmty__buf_text(&html, "<p lang=\"en\">");
    cmty__buf_xml(&html, words.data != NULL ? words.data : "");
    cmty__buf_text(&html, "</p>");
    if (m->promise[0] != '\0') {
        cmty__buf_text(&html, "<p lang=\"en\">");
        cmty__buf_xml(&html, m->promise);
        cmty__buf_text(&html, "</p>");
    }
    cmty__buf_text(b, "\"notesComponent\":[");
    put_common(b, note, head, m);
    cmty__buf_text(b, "\"notesActionComments\":");
    cmty__buf_json(b, html.data != NULL ? html.data : "");
    cmty__buf_text(b, "}]}\n");
    b->failed |= words.failed || html.failed;
    cmty__buf_free(&words);
    cmty__buf_free(&html);
}

void cmty__encode_eido(const cmty__letterhead *head, const cmty__message *m, cmty__buf *out)
{
    put_common(out, incident, head, m);
    put(out, "eidoVersion", "1.0");
    cmty__buf_format(out, "\"issuingElementIdentification\":\"libcommunity.%s\",\n", head->agency);
    put_incident(out, head, m);
    put_agency(out, head, m);
    if (m->withheld[0] == '\0')
        put_place(out, head, m);
    put_note(out, head, m);
}
