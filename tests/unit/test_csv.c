/* SPDX-License-Identifier: MIT */
/* CSV: RFC 4180, and what happens to a record that breaks it. What Python's reader says of the same
   files is compared in tests/scripts. */
#include "../runner.h"
#include "core/core.h"

static cmty__csv *csv_of(const char *bytes, size_t size)
{
    cmty__reader *r = NULL;
    cmty__csv *csv = NULL;

    ck_assert_int_eq(cmty__reader_open_bytes(bytes, size, "t.csv", &r, NULL), CMTY_OK);
    ck_assert_int_eq(cmty__csv_open(r, &csv, NULL), CMTY_OK);
    return csv;
}

/* Each record's fields joined by '|' and closed by '/'; a fault is its line number and '!'. */
static void reads(const char *text, const char *expected)
{
    cmty__csv *csv = csv_of(text, strlen(text));
    cmty__buf all = {0};
    cmty_status st;

    cmty__buf_text(&all, "");
    while ((st = cmty__csv_next(csv, NULL)) != CMTY_END) {
        for (size_t i = 0; st == CMTY_OK && i < cmty__csv_column_count(csv); i++) {
            cmty__buf_text(&all, i > 0 ? "|" : "");
            cmty__buf_text(&all, cmty__csv_field(csv, i));
        }
        if (st == CMTY_OK)
            cmty__buf_char(&all, '/');
        else
            cmty__buf_format(&all, "%llu!", (unsigned long long)cmty__csv_line_number(csv));
    }
    ck_assert_str_eq(all.data, expected);
    cmty__buf_free(&all);
    cmty__csv_free(csv);
}

START_TEST(fields_are_read_as_rfc_4180_has_them)
{
    reads("a,b\n1,2\n", "1|2/");
    reads("a,b\r\n1,2\r\n\r\n3,4", "1|2/3|4/");
    reads("a,b\r1,2\r", "1|2/");
    reads("a,b\n\"x,\"\"y\"\"\nz\",\n", "x,\"y\"\nz|/");
    reads("\"a\",\"b\"\n,\"\"\n", "|/");
    reads("a,b\n12\" pipe, \"x\"\n", "12\" pipe| \"x\"/");
    reads("\xEF\xBB\xBF\"a,\";b\n1;2,3\n", "1|2,3/");
    reads("a\tb\n1\t2\n", "1|2/");
    reads("\n\na\n\"\"\nx\n", "/x/");
}
END_TEST

START_TEST(columns_are_found_whatever_their_case)
{
    static const char text[] = " Longitude ,lat\n1,2\n";
    cmty__csv *csv = csv_of(text, strlen(text));

    ck_assert_str_eq(cmty__csv_column(csv, 0), "Longitude");
    ck_assert_int_eq(cmty__csv_find(csv, "longitude"), 0);
    ck_assert_int_eq(cmty__csv_find(csv, "LAT"), 1);
    ck_assert_int_eq(cmty__csv_find(csv, "x"), -1);
    ck_assert_str_eq(cmty__csv_column(csv, 2), "");
    cmty__csv_free(csv);
}
END_TEST

START_TEST(faulty_record_does_not_touch_its_neighbours)
{
    reads("a,b\n1\n2,3\n4,5,6\n7,8\n", "2!2|3/4!7|8/");
    reads("a,b\n1,\xff\n2,3\n", "2!2|3/");
    reads("a,b\n\"x\"y,1\n2,3\n", "2!2|3/");
    reads("a,b\n1,\"never closed\n2,3\n4,5\n", "2!2|3/4|5/");
    reads("a,b\n1,\"two\nlines\"x\n2,3\n", "2!3!2|3/");
    reads("a,b\n1,2\n3,\"cut off", "1|2/3!");
}
END_TEST

START_TEST(nul_byte_makes_a_record_faulty)
{
    static const char text[] = "a,b\n1,x\0y\n2,3\n";
    cmty__csv *csv = csv_of(text, sizeof text - 1);

    ck_assert_int_eq(cmty__csv_next(csv, NULL), CMTY_E_FORMAT);
    ck_assert_int_eq(cmty__csv_next(csv, NULL), CMTY_OK);
    ck_assert_str_eq(cmty__csv_field(csv, 1), "3");
    cmty__csv_free(csv);
}
END_TEST

START_TEST(raw_bytes_are_the_record_without_its_line_end)
{
    static const char text[] = "a,b\r\n\"x\r\ny\",2\r\n\"open,3\r\n4,5";
    static const char *const raw[] = {"\"x\r\ny\",2", "\"open,3", "4,5"};
    cmty__csv *csv = csv_of(text, strlen(text));
    size_t size;

    ck_assert_mem_eq(cmty__csv_header_raw(csv, &size), "a,b", 3);
    ck_assert_uint_eq(size, 3);
    ck_assert_int_eq(cmty__csv_separator(csv), ',');
    for (size_t i = 0; i < 3; i++) {
        ck_assert_int_ne(cmty__csv_next(csv, NULL), CMTY_END);
        const char *bytes = cmty__csv_raw(csv, &size);

        ck_assert_uint_eq(size, strlen(raw[i]));
        ck_assert_mem_eq(bytes, raw[i], size);
    }
    ck_assert_uint_eq(cmty__csv_line_number(csv), 5);
    cmty__csv_free(csv);
}
END_TEST

START_TEST(record_over_one_mebibyte_is_skipped_alone)
{
    cmty__buf text = {0};
    cmty__csv *csv;
    cmty_error err = CMTY_ERROR_INIT;

    cmty__buf_text(&text, "a,b\n1,\"");
    for (int i = 0; i < 300000; i++)
        cmty__buf_text(&text, "12345678");
    cmty__buf_text(&text, "\"\n2,3\n");
    csv = csv_of(text.data, text.size);
    ck_assert_int_eq(cmty__csv_next(csv, &err), CMTY_E_LIMIT);
    ck_assert_ptr_nonnull(strstr(err.message, "t.csv, line 2: "));
    ck_assert_int_eq(cmty__csv_next(csv, NULL), CMTY_OK);
    ck_assert_str_eq(cmty__csv_field(csv, 1), "3");
    ck_assert_uint_eq(cmty__csv_line_number(csv), 3);
    ck_assert_int_eq(cmty__csv_next(csv, NULL), CMTY_END);
    cmty__csv_free(csv);
    cmty__buf_free(&text);
}
END_TEST

/* Every line leaves a quote open wherever reading begins, and none ever closes for good. */
START_TEST(file_full_of_open_quotes_takes_linear_time)
{
    cmty__buf text = {0};
    cmty__csv *csv;
    cmty_status st;
    size_t records = 0;

    cmty__buf_text(&text, "a,b,c\n");
    for (int i = 0; i < 150000; i++)
        cmty__buf_text(&text, "\",x\",\"\n");
    csv = csv_of(text.data, text.size);
    while ((st = cmty__csv_next(csv, NULL)) != CMTY_END)
        records += st == CMTY_OK ? 0 : 1;
    ck_assert_uint_gt(records, 0);
    cmty__csv_free(csv);
    cmty__buf_free(&text);
}
END_TEST

START_TEST(header_that_cannot_be_read_is_named)
{
    static const char *const texts[] = {"", "\n\n", "\xFF\xFEz", "\"a\nb,c\n", "\xE9,b\n"};
    cmty_error err = CMTY_ERROR_INIT;
    cmty__reader *r = NULL;
    cmty__csv *csv = (cmty__csv *)&err;

    cmty__reader_open_bytes(texts[_i], strlen(texts[_i]), "t.csv", &r, NULL);
    ck_assert_int_eq(cmty__csv_open(r, &csv, &err), CMTY_E_FORMAT);
    ck_assert_ptr_null(csv);
    ck_assert_ptr_nonnull(strstr(err.message, "t.csv"));
}
END_TEST

START_TEST(written_fields_read_back)
{
    static const char *const fields[] = {"", "a", "a,b", "\"", "a\"b\r\nc", " x ", ";\t"};
    cmty__buf text = {0};
    cmty__csv *csv;

    cmty__buf_text(&text, "a,b,c,d,e,f,g\n");
    for (size_t i = 0; i < 7; i++) {
        cmty__buf_text(&text, i > 0 ? "," : "");
        cmty__buf_csv(&text, fields[i]);
    }
    csv = csv_of(text.data, text.size);
    ck_assert_int_eq(cmty__csv_next(csv, NULL), CMTY_OK);
    for (size_t i = 0; i < 7; i++)
        ck_assert_str_eq(cmty__csv_field(csv, i), fields[i]);
    cmty__csv_free(csv);
    cmty__buf_free(&text);
}
END_TEST

static Suite *csv_suite(void)
{
    Suite *suite = suite_create("csv");
    TCase *tc = tcase_create("csv");

    tcase_add_test(tc, fields_are_read_as_rfc_4180_has_them);
    tcase_add_test(tc, columns_are_found_whatever_their_case);
    tcase_add_test(tc, faulty_record_does_not_touch_its_neighbours);
    tcase_add_test(tc, nul_byte_makes_a_record_faulty);
    tcase_add_test(tc, raw_bytes_are_the_record_without_its_line_end);
    tcase_add_test(tc, record_over_one_mebibyte_is_skipped_alone);
    tcase_add_test(tc, file_full_of_open_quotes_takes_linear_time);
    tcase_add_loop_test(tc, header_that_cannot_be_read_is_named, 0, 5);
    tcase_add_test(tc, written_fields_read_back);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(csv_suite)
