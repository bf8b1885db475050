/* SPDX-License-Identifier: MIT */
/* Any bytes as CSV: it ends, and records that are accepted read back the same from plain CSV. One
   thread. */
#include "fuzz.h"

static void write_field(cmty__buf *b, const char *field, bool first)
{
    if (!first)
        cmty__buf_char(b, ',');
    cmty__buf_char(b, '"');
    for (; *field != '\0'; field++) {
        if (*field == '"')
            cmty__buf_char(b, '"');
        cmty__buf_char(b, *field);
    }
    cmty__buf_char(b, '"');
}

static cmty__csv *open_csv(const char *bytes, size_t size)
{
    cmty__reader *reader = NULL;
    cmty__csv *csv = NULL;

    FUZZ_CHECK(cmty__reader_open_bytes(bytes, size, "fuzz", &reader, NULL) == CMTY_OK);
    if (cmty__csv_open(reader, &csv, NULL) != CMTY_OK)
        FUZZ_CHECK(csv == NULL);
    return csv;
}

/* Writes the header and each good record to `plain`; returns how many records. */
static size_t copy_records(cmty__csv *csv, size_t steps, cmty__buf *plain)
{
    size_t columns = cmty__csv_column_count(csv), records = 0;
    cmty_status st;

    for (size_t i = 0; i < columns; i++)
        write_field(plain, cmty__csv_column(csv, i), i == 0);
    cmty__buf_char(plain, '\n');
    while ((st = cmty__csv_next(csv, NULL)) != CMTY_END) {
        FUZZ_CHECK(steps-- > 0);
        if (st != CMTY_OK)
            continue;
        for (size_t i = 0; i < columns; i++) {
            FUZZ_CHECK(cmty__utf8_valid(cmty__csv_field(csv, i), strlen(cmty__csv_field(csv, i))));
            write_field(plain, cmty__csv_field(csv, i), i == 0);
        }
        cmty__buf_char(plain, '\n');
        records++;
    }
    return records;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cmty__buf plain = {0}, again = {0};
    cmty__csv *csv = open_csv((const char *)data, size);
    size_t records;

    if (csv == NULL)
        return 0;
    records = copy_records(csv, size + 2, &plain);
    cmty__csv_free(csv);
    csv = open_csv(plain.data, plain.size);
    FUZZ_CHECK(csv != NULL);
    FUZZ_CHECK(copy_records(csv, plain.size + 2, &again) == records);
    fuzz_check_same(&plain, &again);
    cmty__csv_free(csv);
    cmty__buf_free(&plain);
    cmty__buf_free(&again);
    return 0;
}
