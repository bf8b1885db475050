/* SPDX-License-Identifier: MIT */
/* core: memory, buffers, text, numbers, files and readers. */
#include "../runner.h"
#include "core/core.h"

#include <math.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/cmty-core-XXXXXX";

static const char *in_folder(const char *name)
{
    static char path[256];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void make_folder(void)
{
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void remove_folder(void)
{
    char command[300];

    snprintf(command, sizeof command, "rm -rf %s", folder);
    ck_assert_int_eq(system(command), 0);
    memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
}

START_TEST(a_failure_is_one_line_and_cut_to_fit)
{
    cmty_error err = CMTY_ERROR_INIT;
    char longer[2 * sizeof err.message];

    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    ck_assert_int_eq(cmty__fail(&err, CMTY_E_IO, "first\nsecond %s", longer), CMTY_E_IO);
    ck_assert_ptr_null(strchr(err.message, '\n'));
    ck_assert_uint_eq(strlen(err.message), sizeof err.message - 1);
    ck_assert_int_eq(err.status, CMTY_E_IO);
    ck_assert_int_eq(cmty__fail(NULL, CMTY_E_IO, "nobody listens"), CMTY_E_IO);
}
END_TEST

struct grown_options {
    uint32_t struct_size;
    uint32_t first;
    uint64_t second;
};

START_TEST(options_of_other_releases_are_read_or_refused)
{
    struct {
        struct grown_options o;
        uint64_t newer;
    } caller = {{sizeof caller, 7, 8}, 0};
    struct grown_options read = {sizeof read, 1, 2};

    ck_assert_int_eq(cmty__struct_read(&read, sizeof read, &caller, 8, "o", NULL), CMTY_OK);
    ck_assert_uint_eq(read.first, 7);
    ck_assert_uint_eq(read.second, 8);
    ck_assert_uint_eq(read.struct_size, sizeof read);
    caller.newer = 1;
    ck_assert_int_eq(cmty__struct_read(&read, sizeof read, &caller, 8, "o", NULL), CMTY_E_ABI);
    caller.o.struct_size = 8; /* an older caller: the default of the second field stays */
    read.second = 2;
    ck_assert_int_eq(cmty__struct_read(&read, sizeof read, &caller, 8, "o", NULL), CMTY_OK);
    ck_assert_uint_eq(read.second, 2);
    caller.o.struct_size = 4;
    ck_assert_int_eq(cmty__struct_read(&read, sizeof read, &caller, 8, "o", NULL), CMTY_E_ABI);
}
END_TEST

START_TEST(numbers_print_and_read_back_bit_for_bit)
{
    uint64_t x = 88172645463325252ULL;

    for (int i = 0; i < 200000; i++) {
        cmty__buf b = {0};
        double v, back;

        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        memcpy(&v, &x, sizeof v);
        if (!isfinite(v))
            continue;
        cmty__buf_double(&b, v);
        ck_assert(cmty__parse_double(b.data, &back));
        ck_assert(memcmp(&v, &back, sizeof v) == 0);
        ck_assert_ptr_null(strchr(b.data, ','));
        cmty__buf_free(&b);
    }
}
END_TEST

START_TEST(only_plain_finite_numbers_are_numbers)
{
    static const char *const bad[] = {"",     " 1",  "1 ", "nan", "inf", "0x10", "1e999", "1,5",
                                      "1.5.", "--1", "1e", "+-1", "١",   "1_0",  ".",     "e5"};
    double v;
    int64_t n;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(!cmty__parse_double(bad[i], &v), "took \"%s\"", bad[i]);
    ck_assert(cmty__parse_double("-87.5e0", &v) && v == -87.5);
    ck_assert(cmty__parse_int64("-42", &n) && n == -42);
    ck_assert(!cmty__parse_int64("9223372036854775808", &n));
    ck_assert(!cmty__parse_int64("4.2", &n));
}
END_TEST

START_TEST(utf8_is_judged_as_rfc_3629_says)
{
    static const char *const good[] = {"", "a", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"};
    static const char *const bad[] = {"\x80",         "\xC0\xAF",         "\xC3", "\xE0\x80\xAF",
                                      "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFF", "a\xE2\x82"};

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        ck_assert(cmty__utf8_valid(good[i], strlen(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(!cmty__utf8_valid(bad[i], strlen(bad[i])), "case %zu", i);
    ck_assert(!cmty__utf8_valid("a\0b", 3));
}
END_TEST

START_TEST(csv_cells_never_become_formulas)
{
    static const struct {
        const char *in, *out;
    } cases[] = {{"plain", "plain"},
                 {"a,b", "\"a,b\""},
                 {"say \"x\"", "\"say \"\"x\"\"\""},
                 {"=1+1", "'=1+1"},
                 {"-87.6", "-87.6"},
                 {"-cmd", "'-cmd"},
                 {"@SUM(1,2)", "\"'@SUM(1,2)\""},
                 {"line\nbreak", "\"line\nbreak\""}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cmty__buf b = {0};

        cmty__buf_csv(&b, cases[i].in);
        ck_assert_str_eq(b.data, cases[i].out);
        cmty__buf_free(&b);
    }
}
END_TEST

START_TEST(arena_pieces_stay_whole_and_zeroed)
{
    cmty__arena *arena = cmty__arena_new();
    char *texts[500];

    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < 500; i++) {
            unsigned char *piece = cmty__arena_alloc(arena, i * 7);

            for (size_t k = 0; k < i * 7; k++)
                ck_assert_uint_eq(piece[k], 0);
            memset(piece, 0xAA, i * 7);
            texts[i] = cmty__arena_text(arena, "piece", 5);
        }
        for (size_t i = 0; i < 500; i++)
            ck_assert_str_eq(texts[i], "piece");
        cmty__arena_clear(arena);
    }
    cmty__arena_free(arena);
}
END_TEST

START_TEST(a_layer_spec_is_taken_apart)
{
    cmty__spec spec = {0};

    ck_assert_int_eq(cmty__spec_parse("a/b.gpkg|layername=x|from=2015-07-19|id=N", &spec, NULL),
                     CMTY_OK);
    ck_assert_str_eq(spec.path, "a/b.gpkg");
    ck_assert_str_eq(spec.layer, "x");
    ck_assert_str_eq(spec.from, "2015-07-19");
    ck_assert_str_eq(spec.id, "N");
    ck_assert_ptr_null(spec.to);
    cmty__spec_free(&spec);
    ck_assert_int_eq(cmty__spec_parse("a|nonsense=1", &spec, NULL), CMTY_E_INVALID);
    ck_assert_int_eq(cmty__spec_parse("a|layername", &spec, NULL), CMTY_E_INVALID);
    ck_assert_int_eq(cmty__spec_parse("", &spec, NULL), CMTY_E_INVALID);
}
END_TEST

START_TEST(an_unfinished_file_never_appears)
{
    cmty__outfile *f = NULL;
    const char *path = in_folder("out.txt");
    char *data = NULL;
    size_t size = 0;

    ck_assert_int_eq(cmty__outfile_open(path, 0644, &f, NULL), CMTY_OK);
    ck_assert_int_eq(cmty__outfile_write(f, "half", 4, NULL), CMTY_OK);
    cmty__outfile_free(f);
    ck_assert(!cmty__file_exists(path));
    ck_assert_int_eq(cmty__outfile_open(path, 0644, &f, NULL), CMTY_OK);
    ck_assert_int_eq(cmty__outfile_write(f, "whole", 5, NULL), CMTY_OK);
    ck_assert_int_eq(cmty__outfile_finish(f, NULL), CMTY_OK);
    cmty__outfile_free(f);
    ck_assert_int_eq(cmty__file_read(path, 100, &data, &size, NULL), CMTY_OK);
    ck_assert_str_eq(data, "whole");
    cmty__free(data);
    ck_assert_int_eq(cmty__file_read(path, 4, &data, &size, NULL), CMTY_E_LIMIT);
    ck_assert_int_eq(cmty__outfile_open(in_folder("no/such/x"), 0644, &f, NULL), CMTY_E_IO);
}
END_TEST

START_TEST(a_private_file_open_to_others_is_refused)
{
    cmty_error err = CMTY_ERROR_INIT;
    const char *path = in_folder("secret");

    ck_assert_int_eq(cmty__file_make_private(path, "x", 1, 0600, NULL), CMTY_OK);
    ck_assert_int_eq(cmty__file_check_private(path, NULL), CMTY_OK);
    ck_assert_int_eq(cmty__file_make_private(path, "y", 1, 0600, NULL), CMTY_E_EXISTS);
    ck_assert_int_eq(chmod(path, 0640), 0);
    ck_assert_int_eq(cmty__file_check_private(path, &err), CMTY_E_KEY);
    ck_assert_ptr_nonnull(strstr(err.message, "chmod 600"));
}
END_TEST

START_TEST(lines_are_read_whole_or_skipped_whole)
{
    static const char text[] = "one\r\ntwo\n\nmuch too long for the limit\nlast";
    static const char *const want[] = {"one", "two", "", NULL, "last"};
    cmty__reader *r = NULL;
    cmty__buf line = {0};

    ck_assert_int_eq(cmty__reader_open_bytes(text, sizeof text - 1, "t", &r, NULL), CMTY_OK);
    for (size_t i = 0; i < 5; i++) {
        cmty_status st = cmty__reader_line(r, 10, &line, NULL);

        ck_assert_int_eq(st, want[i] == NULL ? CMTY_E_LIMIT : CMTY_OK);
        if (want[i] != NULL)
            ck_assert_str_eq(line.data, want[i]);
        ck_assert_uint_eq(cmty__reader_line_number(r), i + 1);
    }
    ck_assert_int_eq(cmty__reader_line(r, 10, &line, NULL), CMTY_END);
    cmty__buf_free(&line);
    cmty__reader_free(r);
}
END_TEST

static Suite *core_suite(void)
{
    Suite *suite = suite_create("core");
    TCase *plain = tcase_create("plain");
    TCase *files = tcase_create("files");

    tcase_set_timeout(plain, 30);
    tcase_add_test(plain, a_failure_is_one_line_and_cut_to_fit);
    tcase_add_test(plain, options_of_other_releases_are_read_or_refused);
    tcase_add_test(plain, numbers_print_and_read_back_bit_for_bit);
    tcase_add_test(plain, only_plain_finite_numbers_are_numbers);
    tcase_add_test(plain, utf8_is_judged_as_rfc_3629_says);
    tcase_add_test(plain, csv_cells_never_become_formulas);
    tcase_add_test(plain, arena_pieces_stay_whole_and_zeroed);
    tcase_add_test(plain, a_layer_spec_is_taken_apart);
    tcase_add_test(plain, lines_are_read_whole_or_skipped_whole);
    suite_add_tcase(suite, plain);
    tcase_add_checked_fixture(files, make_folder, remove_folder);
    tcase_add_test(files, an_unfinished_file_never_appears);
    tcase_add_test(files, a_private_file_open_to_others_is_refused);
    suite_add_tcase(suite, files);
    return suite;
}

CMTY_TEST_MAIN(core_suite)
