/* SPDX-License-Identifier: MIT */
/*
 * Open311 GeoReport v2 service requests as XML, in which every server has to speak. An element
 * becomes what the same server would say in JSON: children are members, those of one name an array,
 * an empty one is null. Any thread; serial per object.
 */
#include "decode.h"

struct xml_decoder {
    cmty__decoder base;
    cmty__xml *xml;
    cmty__buf raw, json;
    uint64_t count;
    bool ended;
};

static void put_value(const cmty__xml_node *node, cmty__buf *json);

static bool is_first(const cmty__xml_node *list, const cmty__xml_node *node)
{
    while (list != node && strcmp(list->name, node->name) != 0)
        list = list->next;
    return list == node;
}

/* One value, or all of that name in an array. */
static void put_all(const cmty__xml_node *node, cmty__buf *json)
{
    const cmty__xml_node *more = node->next;

    while (more != NULL && strcmp(more->name, node->name) != 0)
        more = more->next;
    if (more == NULL) {
        put_value(node, json);
        return;
    }
    cmty__buf_char(json, '[');
    put_value(node, json);
    for (; more != NULL; more = more->next) {
        if (strcmp(more->name, node->name) != 0)
            continue;
        cmty__buf_char(json, ',');
        put_value(more, json);
    }
    cmty__buf_char(json, ']');
}

static void put_value(const cmty__xml_node *node, cmty__buf *json)
{
    bool first = true;

    if (node->child == NULL) {
        if (node->nil || *node->text == '\0')
            cmty__buf_text(json, "null");
        else
            cmty__buf_json(json, node->text);
        return;
    }
    cmty__buf_char(json, '{');
    for (const cmty__xml_node *child = node->child; child != NULL; child = child->next) {
        if (!is_first(node->child, child))
            continue;
        cmty__buf_text(json, first ? "" : ",");
        first = false;
        cmty__buf_json(json, child->name);
        cmty__buf_char(json, ':');
        put_all(child, json);
    }
    cmty__buf_char(json, '}');
}

void cmty__xml_json(const cmty__xml_node *element, cmty__buf *json)
{
    if (element->child != NULL)
        put_value(element, json);
    else
        cmty__buf_text(json, "{}");
}

/* What an element that could not be read becomes. A file of which nothing could be read fails. */
static cmty_status unreadable(struct xml_decoder *d, cmty_status st, cmty__record *rec)
{
    if (st == CMTY_E_LIMIT) {
        d->count++;
        return cmty__record_refuse(rec, CMTY_REASON_TOO_LARGE, "");
    }
    if (st == CMTY_E_FORMAT && d->count > 0) {
        d->ended = true; /* tags no longer tell where the next one begins */
        return cmty__record_refuse(rec, CMTY_REASON_SYNTAX, "");
    }
    return st;
}

static cmty_status take_element(struct xml_decoder *d, cmty__arena *arena, cmty__record *rec,
                                cmty_error *err)
{
    const cmty__xml_node *element = cmty__xml_element(d->xml);
    cmty__json *document = NULL;
    cmty_status st;

    cmty__buf_clear(&d->raw);
    cmty__buf_clear(&d->json);
    cmty__buf_xml_node(&d->raw, element);
    cmty__xml_json(element, &d->json);
    if (d->raw.failed || d->json.failed)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    rec->report.raw = d->raw.data;
    rec->report.raw_size = d->raw.size;
    st = cmty__json_parse(d->json.data, d->json.size, &document, err);
    if (st == CMTY_E_FORMAT)
        return cmty__record_refuse(rec, CMTY_REASON_SYNTAX, "");
    if (st == CMTY_OK)
        st = cmty__open311_request(&d->base, document, arena, rec, err);
    cmty__json_free(document);
    return st;
}

/* The document is one report: it must not be two. */
static cmty_status check_alone(struct xml_decoder *d, cmty_error *err)
{
    cmty_status st = cmty__xml_next(d->xml, err);

    d->ended = true;
    if (st == CMTY_OK || st == CMTY_E_LIMIT)
        return cmty__fail(err, CMTY_E_FORMAT,
                          "%s: more than one request; one at a time, or take in a file",
                          cmty__reader_name(d->base.reader));
    return st == CMTY_END ? CMTY_OK : st;
}

static cmty_status xml_next(cmty__decoder *base, cmty__arena *arena, cmty__record *rec,
                            cmty_error *err)
{
    struct xml_decoder *d = (struct xml_decoder *)base;
    cmty_status st = d->ended ? CMTY_END : cmty__xml_next(d->xml, err);

    rec->line = cmty__xml_line(d->xml);
    if (st != CMTY_OK)
        return unreadable(d, st, rec);
    d->count++;
    st = take_element(d, arena, rec, err);
    return st == CMTY_OK && base->options.alone ? check_alone(d, err) : st;
}

static void xml_free(cmty__decoder *base)
{
    struct xml_decoder *d = (struct xml_decoder *)base;

    cmty__xml_free(d->xml);
    cmty__reader_free(base->reader);
    cmty__buf_wipe(&d->raw);
    cmty__buf_wipe(&d->json);
    cmty__free(d);
}

cmty_status cmty__decode_open311_xml_open(const cmty__decode_options *o, cmty__reader *r,
                                          cmty__decoder **out, cmty_error *err)
{
    struct xml_decoder *d = cmty__calloc(1, sizeof *d);
    cmty_status st;

    *out = NULL;
    if (d == NULL) {
        cmty__reader_free(r);
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    d->base = (cmty__decoder){xml_next, xml_free, *o, r};
    st = cmty__xml_open(r, "service_requests", "request", CMTY__LIMIT_RECORD, &d->xml, err);
    if (st == CMTY_OK)
        *out = &d->base;
    else
        xml_free(&d->base);
    return st;
}
