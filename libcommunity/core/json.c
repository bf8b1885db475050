/* SPDX-License-Identifier: MIT */
/* JSON documents. The only file that sees the JSON library. Any thread, serial per document. */
#include "core/json_scan.h"

#include <json-c/json.h>
#include <limits.h>
#include <math.h>

void cmty__json_versions(cmty__buf *out)
{
    cmty__buf_format(out, "json-c %s\n", json_c_version());
}

static const char byte_order_mark[] = "\xEF\xBB\xBF";

static struct json_object *node(const cmty__json *v)
{
    return (struct json_object *)v;
}

/* Members of all objects together, and whether every number is finite. */
static size_t count_members(struct json_object *o, bool *finite)
{
    size_t n = 0;

    if (json_object_is_type(o, json_type_object)) {
        json_object_object_foreach(o, name, child)
        {
            (void)name;
            n += 1 + count_members(child, finite);
        }
    } else if (json_object_is_type(o, json_type_array)) {
        for (size_t i = 0; i < json_object_array_length(o); i++)
            n += count_members(json_object_array_get_idx(o, i), finite);
    } else if (json_object_is_type(o, json_type_double)) {
        *finite = *finite && isfinite(json_object_get_double(o));
    }
    return n;
}

/* Texts and numbers of a document: they may be a report. The library frees its memory as it is. */
static void wipe(struct json_object *o)
{
    if (json_object_is_type(o, json_type_object)) {
        json_object_object_foreach(o, name, child)
        {
            (void)name;
            wipe(child);
        }
    } else if (json_object_is_type(o, json_type_array)) {
        for (size_t i = 0; i < json_object_array_length(o); i++)
            wipe(json_object_array_get_idx(o, i));
    } else if (json_object_is_type(o, json_type_string)) {
        cmty__zero((char *)json_object_get_string(o), (size_t)json_object_get_string_len(o));
    } else if (json_object_is_type(o, json_type_double)) {
        char *digits = json_object_get_userdata(o); /* as they were read */

        if (digits != NULL)
            cmty__zero(digits, strlen(digits));
        json_object_set_double(o, 0);
    }
}

void cmty__json_free(cmty__json *document)
{
    wipe(node(document));
    json_object_put(node(document));
}

/* The parser gathers each text in a scratch buffer of its own. Before a document this makes it
   large enough, so that it never moves; behind a document it overwrites what was gathered. */
static void fill_scratch(struct json_tokener *tokener, size_t size)
{
    char line[256];

    memset(line, 'x', sizeof line);
    json_tokener_reset(tokener);
    (void)json_tokener_parse_ex(tokener, "\"", 1);
    for (size_t done = 0; done < size; done += sizeof line)
        (void)json_tokener_parse_ex(tokener, line, sizeof line);
    json_tokener_reset(tokener);
}

static cmty_status parse_checked(struct json_tokener *tokener, const char *text, size_t size,
                                 size_t members, struct json_object **out, cmty_error *err)
{
    struct json_object *o = json_tokener_parse_ex(tokener, text, (int)size);
    bool finite = true;

    if (json_tokener_get_error(tokener) == json_tokener_continue) /* a bare number has no end */
        o = json_tokener_parse_ex(tokener, "", 1);
    if (json_tokener_get_error(tokener) == json_tokener_error_size)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    if (json_tokener_get_error(tokener) != json_tokener_success)
        return cmty__fail(err, CMTY_E_FORMAT, "not JSON that can be read");
    *out = o;
    if (count_members(o, &finite) != members)
        return cmty__fail(err, CMTY_E_FORMAT, "an object has two members of the same name");
    if (!finite)
        return cmty__fail(err, CMTY_E_FORMAT, "a number is too large");
    return CMTY_OK;
}

cmty_status cmty__json_parse(const char *text, size_t size, cmty__json **document, cmty_error *err)
{
    struct json_tokener *tokener = NULL;
    struct json_object *o = NULL;
    size_t members = 0;
    size_t skipped = 0;
    cmty__json_fault fault;
    cmty_status st;

    *document = NULL;
    if (size > INT_MAX)
        return cmty__fail(err, CMTY_E_LIMIT, "a JSON text is longer than %d bytes", INT_MAX);
    if (size >= 3 && memcmp(text, byte_order_mark, 3) == 0)
        skipped = 3;
    if (!cmty__json_scan(text + skipped, size - skipped, &members, &fault))
        return cmty__fail(err, CMTY_E_FORMAT, "byte %zu: %s", skipped + fault.at, fault.what);
    tokener = json_tokener_new_ex(CMTY__JSON_DEPTH + 1);
    if (tokener == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
    fill_scratch(tokener, size);
    st = parse_checked(tokener, text + skipped, size - skipped, members, &o, err);
    fill_scratch(tokener, size);
    json_tokener_free(tokener);
    if (st != CMTY_OK) {
        cmty__json_free((cmty__json *)o);
        return st;
    }
    *document = (cmty__json *)o;
    return CMTY_OK;
}

int cmty__json_type(const cmty__json *v)
{
    switch (json_object_get_type(node(v))) {
    case json_type_boolean:
        return CMTY__JSON_BOOL;
    case json_type_int:
    case json_type_double:
        return CMTY__JSON_NUMBER;
    case json_type_string:
        return CMTY__JSON_STRING;
    case json_type_array:
        return CMTY__JSON_ARRAY;
    case json_type_object:
        return CMTY__JSON_OBJECT;
    default:
        return CMTY__JSON_NULL;
    }
}

const cmty__json *cmty__json_member(const cmty__json *object, const char *name)
{
    struct json_object *found = NULL;

    if (cmty__json_type(object) == CMTY__JSON_OBJECT)
        json_object_object_get_ex(node(object), name, &found);
    return (const cmty__json *)found;
}

size_t cmty__json_count(const cmty__json *array_or_object)
{
    struct json_object *o = node(array_or_object);

    switch (cmty__json_type(array_or_object)) {
    case CMTY__JSON_ARRAY:
        return json_object_array_length(o);
    case CMTY__JSON_OBJECT:
        return (size_t)json_object_object_length(o);
    default:
        return 0;
    }
}

const cmty__json *cmty__json_at(const cmty__json *array, size_t i)
{
    if (cmty__json_type(array) != CMTY__JSON_ARRAY || i >= cmty__json_count(array))
        return NULL;
    return (const cmty__json *)json_object_array_get_idx(node(array), i);
}

const cmty__json *cmty__json_member_at(const cmty__json *object, size_t i, const char **name)
{
    size_t at = 0;

    *name = NULL;
    if (cmty__json_type(object) != CMTY__JSON_OBJECT)
        return NULL;
    json_object_object_foreach(node(object), key, child)
    {
        if (at++ == i) {
            *name = key;
            return (const cmty__json *)child;
        }
    }
    return NULL;
}

const char *cmty__json_text(const cmty__json *v)
{
    return cmty__json_type(v) == CMTY__JSON_STRING ? json_object_get_string(node(v)) : NULL;
}

bool cmty__json_number(const cmty__json *v, double *out)
{
    if (cmty__json_type(v) != CMTY__JSON_NUMBER)
        return false;
    *out = json_object_get_double(node(v));
    return true;
}

bool cmty__json_int64(const cmty__json *v, int64_t *out)
{
    if (!json_object_is_type(node(v), json_type_int)
        || json_object_get_uint64(node(v)) > INT64_MAX) /* a negative one gives 0 here */
        return false;
    *out = json_object_get_int64(node(v));
    return true;
}

bool cmty__json_bool(const cmty__json *v, bool *out)
{
    if (cmty__json_type(v) != CMTY__JSON_BOOL)
        return false;
    *out = json_object_get_boolean(node(v)) != 0;
    return true;
}

static void write_number(cmty__buf *b, struct json_object *o)
{
    if (json_object_is_type(o, json_type_double)) /* no negative zero, as in RFC 8785 */
        cmty__buf_double(b, json_object_get_double(o) + 0.0);
    else if (json_object_get_int64(o) < 0)
        cmty__buf_format(b, "%lld", (long long)json_object_get_int64(o));
    else
        cmty__buf_format(b, "%llu", (unsigned long long)json_object_get_uint64(o));
}

static void write_members(cmty__buf *b, struct json_object *o)
{
    const char *comma = "";

    json_object_object_foreach(o, name, child)
    {
        cmty__buf_text(b, comma);
        cmty__buf_json(b, name);
        cmty__buf_char(b, ':');
        cmty__buf_json_value(b, (const cmty__json *)child);
        comma = ",";
    }
}

void cmty__buf_json_value(cmty__buf *b, const cmty__json *v)
{
    bool truth;

    switch (cmty__json_type(v)) {
    case CMTY__JSON_BOOL:
        cmty__buf_text(b, cmty__json_bool(v, &truth) && truth ? "true" : "false");
        break;
    case CMTY__JSON_NUMBER:
        write_number(b, node(v));
        break;
    case CMTY__JSON_STRING:
        cmty__buf_json(b, cmty__json_text(v));
        break;
    case CMTY__JSON_ARRAY:
        cmty__buf_char(b, '[');
        for (size_t i = 0; i < cmty__json_count(v); i++) {
            if (i > 0)
                cmty__buf_char(b, ',');
            cmty__buf_json_value(b, cmty__json_at(v, i));
        }
        cmty__buf_char(b, ']');
        break;
    case CMTY__JSON_OBJECT:
        cmty__buf_char(b, '{');
        write_members(b, node(v));
        cmty__buf_char(b, '}');
        break;
    default:
        cmty__buf_text(b, "null");
    }
}
