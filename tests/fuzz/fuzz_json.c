/* SPDX-License-Identifier: MIT */
/* Any bytes as JSON: what is accepted prints to the same value, and an array streams to its
   elements. One thread. */
#include "fuzz.h"

static void check_stream(const uint8_t *data, size_t size, const cmty__json *array)
{
    cmty__reader *reader = NULL;
    cmty__buf element = {0}, printed = {0}, expected = {0};
    size_t count = 0;
    cmty_status st;

    FUZZ_CHECK(cmty__reader_open_bytes((const char *)data, size, "fuzz", &reader, NULL) == CMTY_OK);
    while ((st = cmty__json_stream(reader, NULL, size + 1, &element, NULL)) == CMTY_OK) {
        cmty__json *value = NULL;

        FUZZ_CHECK(count < cmty__json_count(array));
        FUZZ_CHECK(cmty__json_parse(element.data, element.size, &value, NULL) == CMTY_OK);
        cmty__buf_clear(&printed);
        cmty__buf_clear(&expected);
        cmty__buf_json_value(&printed, value);
        cmty__buf_json_value(&expected, cmty__json_at(array, count++));
        fuzz_check_same(&printed, &expected);
        cmty__json_free(value);
    }
    FUZZ_CHECK(st == CMTY_END && count == cmty__json_count(array));
    cmty__buf_free(&element);
    cmty__buf_free(&printed);
    cmty__buf_free(&expected);
    cmty__reader_free(reader);
}

/* The stream alone, over what may be no JSON: it must end. */
static void run_stream(const uint8_t *data, size_t size)
{
    cmty__reader *reader = NULL;
    cmty__buf element = {0};
    size_t steps = 0;
    cmty_status st;

    FUZZ_CHECK(cmty__reader_open_bytes((const char *)data, size, "fuzz", &reader, NULL) == CMTY_OK);
    do {
        st = cmty__json_stream(reader, "features", 64, &element, NULL);
        FUZZ_CHECK(++steps <= size + 2);
        FUZZ_CHECK(st != CMTY_OK || element.size <= 64);
    } while (st == CMTY_OK || st == CMTY_E_LIMIT);
    cmty__buf_free(&element);
    cmty__reader_free(reader);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cmty__json *value = NULL, *again = NULL;
    cmty__buf printed = {0}, reprinted = {0};

    run_stream(data, size);
    if (cmty__json_parse((const char *)data, size, &value, NULL) != CMTY_OK) {
        FUZZ_CHECK(value == NULL);
        return 0;
    }
    cmty__buf_json_value(&printed, value);
    FUZZ_CHECK(cmty__json_parse(printed.data, printed.size, &again, NULL) == CMTY_OK);
    cmty__buf_json_value(&reprinted, again);
    fuzz_check_same(&printed, &reprinted);
    if (cmty__json_type(value) == CMTY__JSON_ARRAY)
        check_stream(data, size, value);
    cmty__json_free(value);
    cmty__json_free(again);
    cmty__buf_free(&printed);
    cmty__buf_free(&reprinted);
    return 0;
}
