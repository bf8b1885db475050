/* SPDX-License-Identifier: MIT */
/* Open311 requests as XML: what servers write, what attackers write, and a file of any size. */
#include "../runner.h"
#include "intake/decode.h"

#include <math.h>
#include <stdlib.h>

static cmty__mapping mapping;
static cmty__arena *arena;
static cmty__decoder *decoder;
static cmty__record rec;

static void setup(void)
{
    arena = cmty__arena_new();
    ck_assert_ptr_nonnull(arena);
}

static void close_all(void)
{
    if (decoder != NULL)
        decoder->free(decoder);
    decoder = NULL;
}

static void teardown(void)
{
    close_all();
    cmty__arena_free(arena);
}

static void open_bytes(const char *text, size_t size, bool alone)
{
    const cmty__decode_options o = {"src", &mapping, NULL, alone};
    cmty__reader *r = NULL;

    close_all();
    ck_assert_int_eq(cmty__reader_open_bytes(text, size, "t", &r, NULL), CMTY_OK);
    ck_assert_int_eq(cmty__format_named("open311-xml")(&o, r, &decoder, NULL), CMTY_OK);
}

static void opened(const char *text)
{
    open_bytes(text, strlen(text), false);
}

static cmty_status next(cmty_error *err)
{
    return cmty__decoder_next(decoder, arena, &rec, err);
}

static void next_reason(int32_t reason, const char *field)
{
    cmty_error err = CMTY_ERROR_INIT;

    ck_assert_msg(next(&err) == CMTY_OK, "%s", err.message);
    ck_assert_str_eq(cmty_reason_name(rec.reason), cmty_reason_name(reason));
    ck_assert_str_eq(rec.field, field);
}

#define REQUEST                                                                                    \
    "<request><service_request_id>7</service_request_id><service_code>theft</service_code>"        \
    "<lat>37.7</lat><long>-122.4</long>"                                                           \
    "<requested_datetime>2018-07-30T00:01:00-04:00</requested_datetime>"
#define SOUND REQUEST "</request>"

START_TEST(a_request_is_read_with_its_servers_quirks)
{
    opened("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- x -->\n"
           "<service_requests is_array=\"true\" xmlns:m=\"urn:x\">\n <m:request>\n"
           "  <service_request_id>\n   638344\n  </service_request_id>\n"
           "  <service_code>006</service_code><service_name>Abandoned Vehicle</service_name>"
           "<description>caf\xC3\xA9 &amp; <![CDATA[<bar>]]>\r\nline two</description>"
           "<address/><zipcode nil=\"true\">x</zipcode><keywords/>"
           "<media_url>http://a</media_url><media_url>http://b</media_url>"
           "<lat>37.7</lat><long>-122.4</long><first_name>A</first_name><last_name>B</last_name>"
           "<requested_datetime>2011-06-28T05:14:00Z</requested_datetime>"
           "<extended_attributes><anonymous>true</anonymous></extended_attributes>"
           "</m:request>\n" SOUND "<other><request/></other>"
           "<request><service_request_id>8</service_request_id><device_id>d</device_id></request>"
           "<request><lat>1</lat><lat>2</lat></request><request/>"
           "</service_requests>\n");
    next_reason(CMTY_REASON_NONE, "");
    ck_assert_uint_eq(rec.line, 4);
    ck_assert_str_eq(rec.report.source_ref, "638344");
    ck_assert_str_eq(rec.report.category, "Abandoned Vehicle");
    ck_assert_str_eq(rec.report.description, "caf\xC3\xA9 & <bar>\nline two");
    ck_assert_double_eq(rec.report.lat_deg, 37.7);
    ck_assert_double_eq(rec.report.lon_deg, -122.4);
    ck_assert_int_eq(rec.report.occurred, 1309238040000);
    ck_assert_str_eq(rec.report.reporter_name, "A B");
    ck_assert_ptr_null(rec.report.address);
    ck_assert(rec.report.anonymous);
    next_reason(CMTY_REASON_NONE, "");
    ck_assert_int_eq(rec.report.occurred, 1532923260000);
    ck_assert(!rec.report.anonymous);
    next_reason(CMTY_REASON_CHANNEL_METADATA, "channel_metadata");
    next_reason(CMTY_REASON_FIELD_TYPE, "lat");
    next_reason(CMTY_REASON_NONE, "");
    ck_assert_ptr_null(rec.report.source_ref); /* for the rules to refuse */
    ck_assert_int_eq(next(NULL), CMTY_END);
    ck_assert_int_eq(next(NULL), CMTY_END);
}
END_TEST

START_TEST(a_request_is_kept_as_it_was_and_read_again_from_that)
{
    char kept[1024];
    size_t size;

    opened("<?xml version='1.0' encoding='ISO-8859-1'?><service_requests>"
           "<request a='&#10;&quot;'><service_request_id>1</service_request_id>"
           "<description>caf\xE9 &lt;&#13;</description></request></service_requests>");
    next_reason(CMTY_REASON_NONE, "");
    ck_assert_str_eq(rec.report.description, "caf\xC3\xA9 <");
    size = rec.report.raw_size;
    memcpy(kept, rec.report.raw, size);
    open_bytes(kept, size, true);
    next_reason(CMTY_REASON_NONE, "");
    ck_assert_str_eq(rec.report.description, "caf\xC3\xA9 <");
    ck_assert_uint_eq(rec.report.raw_size, size);
    ck_assert_mem_eq(rec.report.raw, kept, size);
    ck_assert_int_eq(next(NULL), CMTY_END);
}
END_TEST

static const struct {
    const char *text, *says;
} refused[] = {
    {"<errors><error><code>400</code></error></errors>", "neither <service_requests>"},
    {"<services><service><service_code>1</service_code></service></services>", "neither"},
    {"<html><body><request/></body></html>", "neither"},
    {"<!DOCTYPE a [<!ENTITY b \"secret\">]>" SOUND, "line 1: a document type"},
    {"<!DOCTYPE a SYSTEM \"file:///etc/passwd\">" SOUND, "document type"},
    {"<request>&b;</request>", "line 1: not well-formed XML: undefined entity"},
    {"<request><lat>12.345678</request>", "mismatched tag"},
    {"<request>", "not well-formed"},
    {"", "not well-formed"},
    {"<request>\xff</request>", "not well-formed"},
    {"<?xml version='1.0' encoding='EBCDIC-X'?><request/>", "unknown encoding"},
    {"{\"service_request_id\":1}", "not well-formed"},
};

START_TEST(a_document_that_is_none_of_ours_is_refused_in_one_sentence)
{
    cmty_error err = CMTY_ERROR_INIT;

    opened(refused[_i].text);
    ck_assert_int_eq(next(&err), CMTY_E_FORMAT);
    ck_assert_msg(strstr(err.message, refused[_i].says) != NULL, "%s", err.message);
    ck_assert_ptr_null(strstr(err.message, "12.34"));
    ck_assert_ptr_null(strstr(err.message, "secret"));
}
END_TEST

START_TEST(what_stood_before_a_fault_is_taken_and_the_rest_refused_once)
{
    opened("<service_requests>" SOUND SOUND "<request><lat></request>" SOUND "</service_requests>");
    next_reason(CMTY_REASON_NONE, "");
    next_reason(CMTY_REASON_NONE, "");
    next_reason(CMTY_REASON_SYNTAX, "");
    ck_assert_int_eq(next(NULL), CMTY_END);
}
END_TEST

START_TEST(one_report_is_not_two)
{
    cmty_error err = CMTY_ERROR_INIT;
    const char *two = "<service_requests>" SOUND SOUND "</service_requests>";

    open_bytes(two, strlen(two), true);
    ck_assert_int_eq(next(&err), CMTY_E_FORMAT);
    ck_assert_ptr_nonnull(strstr(err.message, "more than one request"));
    open_bytes(SOUND "\n", sizeof SOUND, true);
    next_reason(CMTY_REASON_NONE, "");
    ck_assert_int_eq(next(NULL), CMTY_END);
}
END_TEST

START_TEST(what_is_too_large_is_refused_alone)
{
    cmty__buf text = {0};

    cmty__buf_text(&text, "<service_requests>" REQUEST "<description>");
    for (int i = 0; i < 200000; i++)
        cmty__buf_text(&text, "much ado ");
    cmty__buf_text(&text, "</description></request>" SOUND "<request>");
    for (int i = 0; i < 5000; i++)
        cmty__buf_text(&text, "<a/>");
    cmty__buf_text(&text, "</request><request><a b='");
    for (int i = 0; i < 100000; i++)
        cmty__buf_text(&text, "twelve bytes");
    cmty__buf_text(&text, "'/></request>" SOUND "</service_requests>");
    open_bytes(text.data, text.size, false);
    next_reason(CMTY_REASON_TOO_LARGE, "");
    ck_assert_uint_eq(rec.report.raw_size, 0);
    next_reason(CMTY_REASON_NONE, "");
    next_reason(CMTY_REASON_TOO_LARGE, "");
    next_reason(CMTY_REASON_TOO_LARGE, "");
    next_reason(CMTY_REASON_NONE, "");
    ck_assert_str_eq(rec.report.source_ref, "7");
    ck_assert_int_eq(next(NULL), CMTY_END);
    cmty__buf_free(&text);
}
END_TEST

START_TEST(a_tag_without_end_and_elements_without_end_are_refused_early)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty__buf text = {0};

    cmty__buf_text(&text, "<service_requests a='");
    for (int i = 0; i < 400000; i++)
        cmty__buf_text(&text, "twelve bytes");
    open_bytes(text.data, text.size, false);
    ck_assert_int_eq(next(&err), CMTY_E_FORMAT);
    ck_assert_ptr_nonnull(strstr(err.message, "a tag without end"));
    ck_assert_uint_lt(cmty__reader_offset(decoder->reader), 3 << 20);
    cmty__buf_clear(&text);
    cmty__buf_text(&text, "<request>");
    for (int i = 0; i < 40; i++)
        cmty__buf_text(&text, "<a>");
    open_bytes(text.data, text.size, false);
    ck_assert_int_eq(next(&err), CMTY_E_FORMAT);
    ck_assert_ptr_nonnull(strstr(err.message, "more than 32 elements in each other"));
    cmty__buf_free(&text);
}
END_TEST

START_TEST(requests_are_told_apart_wherever_a_piece_of_the_file_ends)
{
    cmty__buf text = {0};
    uint32_t state = 5;
    int count = 20000;

    cmty__buf_text(&text, "<service_requests>");
    for (int i = 0; i < count; i++) {
        cmty__buf_format(&text, "<request><service_request_id>%d</service_request_id>", i);
        state = state * 1664525 + 1013904223;
        for (uint32_t k = 0; k < state >> 27; k++)
            cmty__buf_text(&text, "<x>&amp;</x>");
        cmty__buf_text(&text, "</request>");
    }
    cmty__buf_text(&text, "</service_requests>");
    open_bytes(text.data, text.size, false);
    for (int i = 0; i < count; i++) {
        next_reason(CMTY_REASON_NONE, "");
        ck_assert_int_eq(strtol(rec.report.source_ref, NULL, 10), i);
        cmty__arena_clear(arena);
    }
    ck_assert_int_eq(next(NULL), CMTY_END);
    cmty__buf_free(&text);
}
END_TEST

static Suite *xml_suite(void)
{
    Suite *suite = suite_create("xml");
    TCase *tc = tcase_create("xml");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, a_request_is_read_with_its_servers_quirks);
    tcase_add_test(tc, a_request_is_kept_as_it_was_and_read_again_from_that);
    tcase_add_loop_test(tc, a_document_that_is_none_of_ours_is_refused_in_one_sentence, 0,
                        sizeof refused / sizeof *refused);
    tcase_add_test(tc, what_stood_before_a_fault_is_taken_and_the_rest_refused_once);
    tcase_add_test(tc, one_report_is_not_two);
    tcase_add_test(tc, what_is_too_large_is_refused_alone);
    tcase_add_test(tc, a_tag_without_end_and_elements_without_end_are_refused_early);
    tcase_add_test(tc, requests_are_told_apart_wherever_a_piece_of_the_file_ends);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(xml_suite)
