/* SPDX-License-Identifier: MIT */
/* Masked points as GeoJSON (RFC 7946): six decimals, no bbox, order of report id. Any thread. */
#include "release/overlay.h"

static void put_member(cmty__buf *b, const char *name, const char *text)
{
    cmty__buf_format(b, "\"%s\":", name);
    cmty__buf_json(b, text);
    cmty__buf_char(b, ',');
}

static void put_point(cmty__buf *b, const cmty__released *r)
{
    cmty__buf_text(b, "{\"type\":\"Feature\",\"id\":");
    cmty__buf_json(b, r->report_id);
    cmty__buf_text(b, ",\"geometry\":{\"type\":\"Point\",\"coordinates\":[");
    cmty__buf_fixed(b, r->at.lon_deg, 6);
    cmty__buf_char(b, ',');
    cmty__buf_fixed(b, r->at.lat_deg, 6);
    cmty__buf_text(b, "]},\"properties\":{");
    put_member(b, "category", r->category);
    put_member(b, "category_label", r->category_label);
    if (r->time_utc != CMTY_TIME_UNKNOWN) {
        cmty__buf_text(b, "\"time_utc\":\"");
        cmty__buf_time_utc(b, r->time_utc);
        cmty__buf_text(b, "\",");
    } else {
        cmty__buf_text(b, "\"time_utc\":null,");
    }
    put_member(b, "time_local", r->time_local);
    put_member(b, "time_bin", r->time_bin);
    put_member(b, "beat_id", r->beat_id);
    put_member(b, "beat_of", cmty__beat_of(r));
    put_member(b, "law", r->law);
    put_member(b, "guarantee", r->guarantee);
    cmty__buf_text(b, "\"radius_m\":");
    cmty__buf_fixed(b, r->radius_m, 0);
    cmty__buf_text(b, "}}");
}

/* Foreign members, which RFC 7946 section 6.1 permits. */
static void put_about(const cmty__overlay *o, cmty__buf *b)
{
    cmty__buf period = {0};

    cmty__about_period(o, &period);
    put_member(b, "title", o->title);
    if (period.data != NULL)
        put_member(b, "period", period.data);
    b->failed |= period.failed;
    cmty__buf_free(&period);
    cmty__buf_text(b, "\"guarantees\":{");
    for (size_t i = 0; i < cmty__gate_guarantee_count(o->gate); i++) {
        const cmty__guarantee *g = cmty__gate_guarantee(o->gate, i);

        if (i > 0)
            cmty__buf_char(b, ',');
        cmty__buf_json(b, g->id);
        cmty__buf_char(b, ':');
        cmty__buf_json(b, g->words);
    }
    cmty__buf_text(b, "},\n");
}

cmty_status cmty__write_geojson(const cmty__overlay *o, cmty__outfile *f, cmty_error *err)
{
    cmty__buf b = {0};
    cmty_status st = CMTY_OK;

    cmty__buf_text(&b, "{\"type\":\"FeatureCollection\",");
    put_about(o, &b);
    cmty__buf_text(&b, "\"features\":[\n");
    for (size_t i = 0; st == CMTY_OK && i < o->point_count; i++) {
        put_point(&b, &o->points[i]);
        cmty__buf_text(&b, i + 1 < o->point_count ? ",\n" : "\n");
        st = b.failed ? cmty__fail(err, CMTY_E_NOMEM, "out of memory")
                      : cmty__outfile_write(f, b.data, b.size, err);
        cmty__buf_clear(&b);
    }
    cmty__buf_text(&b, "]}\n");
    if (st == CMTY_OK)
        st = b.failed ? cmty__fail(err, CMTY_E_NOMEM, "out of memory")
                      : cmty__outfile_write(f, b.data, b.size, err);
    cmty__buf_free(&b);
    return st;
}
