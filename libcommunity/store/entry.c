/* SPDX-License-Identifier: MIT */
/* The clear part of a report as columns and as bytes to bind the sealed part to. Any thread. */
#include "store/journal.h"

#include "privacy/privacy.h"

#include <math.h>

void cmty__encode_int(cmty__buf *b, int64_t v)
{
    uint8_t bytes[8];

    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t)((uint64_t)v >> (8 * i));
    cmty__buf_bytes(b, bytes, sizeof bytes);
}

void cmty__encode_real(cmty__buf *b, double v)
{
    int64_t bits;

    if (isnan(v))
        v = NAN;
    if (v == 0)
        v = 0; /* SQLite does not keep the sign of zero */
    memcpy(&bits, &v, sizeof bits);
    cmty__encode_int(b, bits);
}

void cmty__encode_bytes(cmty__buf *b, const void *data, size_t size)
{
    cmty__encode_int(b, (int64_t)size);
    cmty__buf_bytes(b, data, size);
}

void cmty__encode_text(cmty__buf *b, const char *text)
{
    cmty__encode_bytes(b, text != NULL ? text : "", text != NULL ? strlen(text) : 0);
}

/* A change here makes sealed parts unreadable: take another tag, and keep this for the old ones. */
void cmty__entry_bind(const cmty__entry *e, cmty__buf *out)
{
    cmty__buf_text(out, "cmty report 1");
    cmty__encode_text(out, e->report_id);
    cmty__encode_text(out, e->category);
    cmty__encode_text(out, e->beat_id);
    cmty__encode_text(out, e->district);
    cmty__encode_int(out, e->beat);
    cmty__encode_int(out, e->version);
    cmty__encode_int(out, e->relation);
    cmty__encode_int(out, e->ambiguous);
    cmty__encode_int(out, e->time_bin);
    cmty__encode_text(out, e->bin);
    cmty__encode_int(out, e->withheld);
    cmty__encode_text(out, e->withheld_note);
    cmty__encode_real(out, e->withheld ? NAN : e->masked.lon_deg);
    cmty__encode_real(out, e->withheld ? NAN : e->masked.lat_deg);
    cmty__encode_real(out, e->radius_m);
    cmty__encode_int(out, e->law);
    cmty__encode_int(out, e->beat_disclosed);
    cmty__encode_int(out, e->published_beat);
    cmty__encode_int(out, e->fence_action);
    cmty__encode_text(out, e->fence_id);
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool cmty__unhex(const char *digits, uint8_t *out, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        int high = hex_value(digits[2 * i]);
        int low = high >= 0 ? hex_value(digits[2 * i + 1]) : -1;

        if (low < 0)
            return false;
        out[i] = (uint8_t)(high << 4 | low);
    }
    return digits[2 * size] == '\0';
}

bool cmty__id_parse(const char *report_id, uint8_t out[CMTY__ID_BYTES])
{
    return report_id != NULL && cmty__unhex(report_id, out, CMTY__ID_BYTES);
}

void cmty__entry_columns(cmty__binder *b, const cmty__entry *e, const uint8_t *id)
{
    cmty__bind_blob(b, id, CMTY__ID_BYTES);
    cmty__bind_text(b, e->category);
    cmty__bind_text(b, e->beat_id != NULL ? e->beat_id : "");
    cmty__bind_text(b, e->district != NULL ? e->district : "");
    cmty__bind_int(b, e->beat);
    cmty__bind_int(b, e->version);
    cmty__bind_int(b, e->relation);
    cmty__bind_int(b, e->ambiguous);
    cmty__bind_int(b, e->time_bin);
    cmty__bind_text(b, e->bin != NULL ? e->bin : "");
    cmty__bind_int(b, e->withheld);
    cmty__bind_text(b, e->withheld_note != NULL ? e->withheld_note : "");
    cmty__bind_real(b, e->withheld ? NAN : e->masked.lon_deg);
    cmty__bind_real(b, e->withheld ? NAN : e->masked.lat_deg);
    cmty__bind_real(b, e->radius_m);
    cmty__bind_int(b, e->law);
    cmty__bind_int(b, e->beat_disclosed);
    cmty__bind_int(b, e->published_beat);
    cmty__bind_int(b, e->fence_action);
    cmty__bind_text(b, e->fence_id != NULL ? e->fence_id : "");
}

static double column_real(sqlite3_stmt *stmt, int column)
{
    if (sqlite3_column_type(stmt, column) == SQLITE_NULL)
        return NAN;
    return sqlite3_column_double(stmt, column);
}

void cmty__entry_read(sqlite3_stmt *stmt, cmty__entry *e, char id[CMTY__ID_DIGITS + 1])
{
    const void *bytes = sqlite3_column_blob(stmt, 0);

    id[0] = '\0';
    if (bytes != NULL && sqlite3_column_bytes(stmt, 0) == CMTY__ID_BYTES)
        cmty__hex(bytes, CMTY__ID_BYTES, id);
    *e = (cmty__entry){
        .report_id = id,
        .category = cmty__column_text(stmt, 1),
        .beat_id = cmty__column_text(stmt, 2),
        .district = cmty__column_text(stmt, 3),
        .beat = sqlite3_column_int(stmt, 4),
        .version = sqlite3_column_int(stmt, 5),
        .relation = sqlite3_column_int(stmt, 6),
        .ambiguous = sqlite3_column_int(stmt, 7) != 0,
        .time_bin = sqlite3_column_int64(stmt, 8),
        .bin = cmty__column_text(stmt, 9),
        .withheld = sqlite3_column_int(stmt, 10) != 0,
        .withheld_note = cmty__column_text(stmt, 11),
        .masked = {column_real(stmt, 12), column_real(stmt, 13)},
        .radius_m = column_real(stmt, 14),
        .law = sqlite3_column_int(stmt, 15),
        .beat_disclosed = sqlite3_column_int(stmt, 16) != 0,
        .published_beat = sqlite3_column_int(stmt, 17),
        .fence_action = sqlite3_column_int(stmt, 18),
        .fence_id = cmty__column_text(stmt, 19),
    };
}
