/* SPDX-License-Identifier: MIT */
/* Any bytes as XML: it ends, and an element that is taken reads back the same from what is kept of
   it, and stands for a JSON object. One thread. */
#include "fuzz.h"

#include "intake/decode.h"

static cmty__xml *open_xml(const char *bytes, size_t size, cmty__reader **reader)
{
    cmty__xml *xml = NULL;

    FUZZ_CHECK(cmty__reader_open_bytes(bytes, size, "fuzz", reader, NULL) == CMTY_OK);
    FUZZ_CHECK(cmty__xml_open(*reader, "service_requests", "request", 4096, &xml, NULL) == CMTY_OK);
    return xml;
}

static void check_element(const cmty__xml_node *element)
{
    cmty__buf raw = {0}, again = {0}, json = {0}, other = {0};
    cmty__json *object = NULL;
    cmty__reader *reader = NULL;
    cmty__xml *xml;
    cmty_status st;

    cmty__buf_xml_node(&raw, element);
    cmty__xml_json(element, &json);
    FUZZ_CHECK(cmty__utf8_valid(raw.data, raw.size));
    st = cmty__json_parse(json.data, json.size, &object, NULL);
    FUZZ_CHECK(st == CMTY_OK || st == CMTY_E_FORMAT || st == CMTY_E_LIMIT); /* too deep for JSON */
    FUZZ_CHECK(st != CMTY_OK || cmty__json_type(object) == CMTY__JSON_OBJECT);
    xml = open_xml(raw.data, raw.size, &reader);
    st = cmty__xml_next(xml, NULL);
    if (st == CMTY_OK) {
        cmty__buf_xml_node(&again, cmty__xml_element(xml));
        cmty__xml_json(cmty__xml_element(xml), &other);
        fuzz_check_same(&raw, &again);
        fuzz_check_same(&json, &other);
        FUZZ_CHECK(cmty__xml_next(xml, NULL) == CMTY_END);
    } else {
        FUZZ_CHECK(st == CMTY_E_LIMIT); /* references may be longer than what they stand for */
    }
    cmty__json_free(object);
    cmty__xml_free(xml);
    cmty__reader_free(reader);
    cmty__buf_free(&raw);
    cmty__buf_free(&again);
    cmty__buf_free(&json);
    cmty__buf_free(&other);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cmty__reader *reader = NULL;
    cmty__xml *xml = open_xml((const char *)data, size, &reader);
    size_t steps = size + 1;
    cmty_status st;

    while ((st = cmty__xml_next(xml, NULL)) == CMTY_OK || st == CMTY_E_LIMIT) {
        FUZZ_CHECK(steps-- > 0);
        if (st == CMTY_OK)
            check_element(cmty__xml_element(xml));
    }
    FUZZ_CHECK(st == CMTY_END || st == CMTY_E_FORMAT);
    cmty__xml_free(xml);
    cmty__reader_free(reader);
    return 0;
}
