/* SPDX-License-Identifier: MIT */
/* Counts by beat as CSV (RFC 4180); an empty field is a number that is not printed. Any thread. */
#include "release/overlay.h"

static void put_count(cmty__buf *b, int64_t count)
{
    if (count != CMTY__BLANK)
        cmty__buf_format(b, "%lld", (long long)count);
    cmty__buf_char(b, ',');
}

static void put_text(cmty__buf *b, const char *text)
{
    cmty__buf_csv(b, text);
    cmty__buf_char(b, ',');
}

static void put_row(cmty__buf *b, const cmty__count_row *row)
{
    put_text(b, row->id);
    put_text(b, row->name);
    put_text(b, row->sector);
    put_text(b, row->district);
    put_count(b, row->reports);
    put_count(b, row->points);
    if (row->beat >= 0)
        cmty__buf_fixed(b, row->area_km2, 4);
    cmty__buf_char(b, ',');
    cmty__buf_fixed(b, cmty__overlay_per_km2(row), 2);
    cmty__buf_char(b, ',');
    cmty__buf_csv(b, row->reports == CMTY__BLANK ? "not printed" : row->note);
    cmty__buf_text(b, "\r\n");
}

cmty_status cmty__write_csv(const cmty__overlay *o, cmty__outfile *f, cmty_error *err)
{
    cmty__buf b = {0};
    cmty_status st;

    cmty__buf_text(&b, "beat_id,name,sector,district,reports,points,area_km2,reports_per_km2,"
                       "reports_note\r\n");
    for (size_t i = 0; i < o->counts->row_count; i++)
        if (!cmty__overlay_row_empty(o, i))
            put_row(&b, &o->counts->rows[i]);
    st = b.failed ? cmty__fail(err, CMTY_E_NOMEM, "out of memory")
                  : cmty__outfile_write(f, b.data, b.size, err);
    cmty__buf_free(&b);
    return st;
}
