/* SPDX-License-Identifier: MIT */
/* JSON: the strict grammar, the document, and arrays streamed with constant memory. What Python's
   reader says of the same texts is compared in tests/scripts. */
#include "../runner.h"
#include "core/core.h"

static cmty_status parse(const char *text, cmty__json **doc, cmty_error *err)
{
    return cmty__json_parse(text, strlen(text), doc, err);
}

static const char *const refused[] = {
    "",
    " ",
    "NaN",
    "Infinity",
    "-Infinity",
    "01",
    "-",
    "1.",
    ".5",
    "+1",
    "1e",
    "1e+",
    "0x10",
    "1e999",
    "12345678901234567890",
    "-1234567890123456789",
    "tRUE",
    "nul",
    "'a'",
    "\"a",
    "\"a\nb\"",
    "\"\\x\"",
    "\"\\u12\"",
    "\"\\u0000\"",
    "\"\\ud800\"",
    "\"\\udc00\"",
    "\"\\ud800\\u0041\"",
    "\"\xff\"",
    "\"\xed\xa0\x80\"",
    "[1,]",
    "[,1]",
    "[1 2]",
    "[1",
    "]",
    "{\"a\":1,}",
    "{\"a\" 1}",
    "{a:1}",
    "{1:1}",
    "{\"a\":}",
    "{\"a\":1",
    "{} {}",
    "1 2",
    "/**/1",
    "1//",
    "{\"a\":1,\"a\":2}",
    "{\"b\":[{\"a\":1,\"\\u0061\":1}]}",
};

START_TEST(text_that_breaks_the_grammar_is_refused)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty__json *doc = (cmty__json *)&err;

    ck_assert_int_eq(parse(refused[_i], &doc, &err), CMTY_E_FORMAT);
    ck_assert_ptr_null(doc);
    ck_assert_str_ne(err.message, "");
}
END_TEST

START_TEST(document_is_read_as_it_stands)
{
    static const char text[] = "\xEF\xBB\xBF {\"s\":\"\\u00e9\\ud83d\\ude00\\n\",\"i\":-42,"
                               "\"d\":1.5e2,\"t\":true,\"n\":null,\"a\":[1,\"2\",{}]}\r\n";
    cmty__json *doc = NULL;
    const char *name;
    int64_t whole = 0;
    double number = 0;
    bool truth = false;

    ck_assert_int_eq(parse(text, &doc, NULL), CMTY_OK);
    ck_assert_int_eq(cmty__json_type(doc), CMTY__JSON_OBJECT);
    ck_assert_uint_eq(cmty__json_count(doc), 6);
    ck_assert_str_eq(cmty__json_text(cmty__json_member(doc, "s")), "\xC3\xA9\xF0\x9F\x98\x80\n");
    ck_assert(cmty__json_int64(cmty__json_member(doc, "i"), &whole) && whole == -42);
    ck_assert(cmty__json_number(cmty__json_member(doc, "d"), &number) && number == 150.0);
    ck_assert(!cmty__json_int64(cmty__json_member(doc, "d"), &whole));
    ck_assert(cmty__json_bool(cmty__json_member(doc, "t"), &truth) && truth);
    ck_assert_ptr_null(cmty__json_member(doc, "n"));
    ck_assert_ptr_null(cmty__json_member(doc, "absent"));
    ck_assert_ptr_null(cmty__json_text(cmty__json_member(doc, "i")));
    ck_assert_uint_eq(cmty__json_count(cmty__json_member(doc, "a")), 3);
    ck_assert_str_eq(cmty__json_text(cmty__json_at(cmty__json_member(doc, "a"), 1)), "2");
    ck_assert_ptr_null(cmty__json_at(doc, 0));
    ck_assert_ptr_nonnull(cmty__json_member_at(doc, 5, &name));
    ck_assert_str_eq(name, "a");
    ck_assert_ptr_null(cmty__json_member_at(doc, 6, &name));
    cmty__json_free(doc);
}
END_TEST

static const char *const kept[] = {
    "null",
    "true",
    "0",
    "-1",
    "9223372036854775808",
    "9999999999999999999",
    "0.1",
    "-122.41436",
    "\"\"",
    "\"a\\\"b\\\\c\\u0001\"",
    "[]",
    "{}",
    "[[[1]],{\"a\":[false,null]}]",
};

START_TEST(value_written_is_the_value_read)
{
    cmty__json *doc = NULL;
    cmty__buf out = {0};

    ck_assert_int_eq(parse(kept[_i], &doc, NULL), CMTY_OK);
    cmty__buf_json_value(&out, doc);
    ck_assert_str_eq(out.data, kept[_i]);
    cmty__buf_free(&out);
    cmty__json_free(doc);
}
END_TEST

START_TEST(number_beyond_64_signed_bits_is_no_int64)
{
    cmty__json *doc = NULL;
    int64_t whole = 7;

    ck_assert_int_eq(parse("9223372036854775808", &doc, NULL), CMTY_OK);
    ck_assert(!cmty__json_int64(doc, &whole));
    ck_assert_int_eq(whole, 7);
    cmty__json_free(doc);
}
END_TEST

START_TEST(depth_32_is_read_and_33_refused)
{
    char text[80];
    cmty__json *doc = NULL;

    memset(text, '[', 33);
    memset(text + 33, ']', 33);
    ck_assert_int_eq(cmty__json_parse(text + 1, 64, &doc, NULL), CMTY_OK);
    cmty__json_free(doc);
    ck_assert_int_eq(cmty__json_parse(text, 66, &doc, NULL), CMTY_E_FORMAT);
}
END_TEST

START_TEST(message_names_the_place_and_never_the_text)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty__json *doc = NULL;

    parse("{\"reporter\": \"Jane\" \"x\"}", &doc, &err);
    ck_assert_ptr_nonnull(strstr(err.message, "byte 20"));
    ck_assert_ptr_null(strstr(err.message, "Jane"));
}
END_TEST

/* ---- streams ---- */

static cmty__reader *reader_of(const char *text)
{
    cmty__reader *r = NULL;

    ck_assert_int_eq(cmty__reader_open_bytes(text, strlen(text), "t.json", &r, NULL), CMTY_OK);
    return r;
}

/* The elements joined by '|', then the status that ended the stream. */
static void stream(const char *text, const char *member, size_t limit, const char *joined,
                   cmty_status last)
{
    cmty__reader *r = reader_of(text);
    cmty__buf element = {0};
    cmty__buf all = {0};
    cmty_status st;

    cmty__buf_text(&all, "");
    while ((st = cmty__json_stream(r, member, limit, &element, NULL)) == CMTY_OK
           || st == CMTY_E_LIMIT) {
        cmty__buf_text(&all, st == CMTY_OK ? element.data : "LIMIT");
        cmty__buf_char(&all, '|');
    }
    ck_assert_str_eq(all.data, joined);
    ck_assert_int_eq(st, last);
    cmty__buf_free(&element);
    cmty__buf_free(&all);
    cmty__reader_free(r);
}

START_TEST(elements_come_one_by_one)
{
    stream("\xEF\xBB\xBF [ ]\n", NULL, 99, "", CMTY_END);
    stream("[{\"a\":[1,2]} , \"],[\\\"\" ,3\n]\n", NULL, 99, "{\"a\":[1,2]}|\"],[\\\"\"|3|",
           CMTY_END);
    stream("{\"type\":\"x\",\"n\":{\"features\":[9]},\"features\":[1,2],\"b\":[3]}", "features", 99,
           "1|2|", CMTY_END);
}
END_TEST

START_TEST(element_over_the_limit_is_skipped_alone)
{
    stream("[1,\"0123456789\",2,{\"a\":[\"0123456789\"]},3]", NULL, 8, "1|LIMIT|2|LIMIT|3|",
           CMTY_END);
}
END_TEST

static const char *const broken[] = {
    "", "{", "x", "[1", "[1,", "[1,]", "[1 2]", "[\"a]", "[{\"a\":1]", "[1]x", "[1][2]", "[1],",
};

START_TEST(array_that_does_not_end_well_is_a_fault)
{
    cmty__reader *r = reader_of(broken[_i]);
    cmty__buf element = {0};
    cmty_error err = CMTY_ERROR_INIT;
    cmty_status st;

    do
        st = cmty__json_stream(r, NULL, 99, &element, &err);
    while (st == CMTY_OK);
    ck_assert_int_eq(st, CMTY_E_FORMAT);
    ck_assert_ptr_nonnull(strstr(err.message, "t.json, line 1: "));
    cmty__buf_free(&element);
    cmty__reader_free(r);
}
END_TEST

START_TEST(missing_or_doubled_member_is_a_fault)
{
    stream("{\"a\":1}", "features", 99, "", CMTY_E_FORMAT);
    stream("{}", "features", 99, "", CMTY_E_FORMAT);
    stream("{\"features\":{}}", "features", 99, "", CMTY_E_FORMAT);
    stream("{\"features\":[1],\"features\":[2]}", "features", 99, "1|", CMTY_E_FORMAT);
    stream("{\"features\":[1]} 2", "features", 99, "1|", CMTY_E_FORMAT);
}
END_TEST

static Suite *json_suite(void)
{
    Suite *suite = suite_create("json");
    TCase *tc = tcase_create("document");

    tcase_add_loop_test(tc, text_that_breaks_the_grammar_is_refused, 0,
                        sizeof refused / sizeof *refused);
    tcase_add_test(tc, document_is_read_as_it_stands);
    tcase_add_loop_test(tc, value_written_is_the_value_read, 0, sizeof kept / sizeof *kept);
    tcase_add_test(tc, number_beyond_64_signed_bits_is_no_int64);
    tcase_add_test(tc, depth_32_is_read_and_33_refused);
    tcase_add_test(tc, message_names_the_place_and_never_the_text);
    suite_add_tcase(suite, tc);
    tc = tcase_create("stream");
    tcase_add_test(tc, elements_come_one_by_one);
    tcase_add_test(tc, element_over_the_limit_is_skipped_alone);
    tcase_add_loop_test(tc, array_that_does_not_end_well_is_a_fault, 0,
                        sizeof broken / sizeof *broken);
    tcase_add_test(tc, missing_or_doubled_member_is_a_fault);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(json_suite)
