/* SPDX-License-Identifier: MIT */
/* The masked place of each row of a table. Only the id goes out beside it, and what the caller
   names; a column that holds the exact place never does. Any thread. */
#include "table.h"

#include "privacy/privacy.h"

enum { SHARED_DIGITS = 4 }; /* decimals of a degree that give a place away: about 10 m */

struct masking {
    const cmty_masker *masker;
    int32_t *keep; /* columns */
    size_t keep_count;
};

/* A name that says position, whatever the values are. */
static bool names_position(const char *name)
{
    static const char *const names[] = {
        "lon", "lng",      "long",    "longitude", "lat",          "latitude",     "x",
        "y",   "location", "point",   "geometry",  "x coordinate", "y coordinate", "geom",
        "wkt", "the_geom", "address", "easting",   "northing",     "coordinates",  "geohash",
    };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (cmty__text_equal_nocase(name, names[i]))
            return true;
    return false;
}

static cmty_status find_keep(const cmty__table *t, struct masking *m, cmty_error *err)
{
    for (size_t i = 0; i < t->options.keep_count; i++) {
        cmty_status st =
            cmty__table_column(t, t->options.keep[i], NULL, "columns to keep", &m->keep[i], err);

        if (st != CMTY_OK)
            return st;
        if (m->keep[i] == t->lon || m->keep[i] == t->lat || names_position(t->options.keep[i]))
            return cmty__fail(err, CMTY_E_FORMAT,
                              "%s, line 1: column %s holds the exact place and cannot be kept",
                              t->file, t->options.keep[i]);
    }
    return CMTY_OK;
}

/* Does the text hold this coordinate, to about ten metres, in whatever wrapping? */
static bool repeats(const char *text, const char *coordinate)
{
    const char *point = strchr(coordinate, '.');
    char digits[16];
    size_t size = point != NULL ? (size_t)(point - coordinate) + 1 + SHARED_DIGITS : 0;

    if (size == 0 || size >= sizeof digits || strlen(coordinate) < size)
        return false;
    memcpy(digits, coordinate, size);
    digits[size] = '\0';
    return strstr(text, digits) != NULL;
}

/* A text may tell the place in other words; a number alone is a code of some kind. */
static cmty_status check_words(const cmty__table *t, int32_t column, const char *value,
                               cmty_error *err)
{
    int32_t rule = value[strspn(value, "0123456789")] == '\0' ? -1 : cmty__lint_first(NULL, value);
    char what[96];

    if (rule < 0)
        return CMTY_OK;
    (void)cmty__format(what, sizeof what, "holds %s and cannot be kept", cmty_leak_text(rule));
    return cmty__table_fail(t, column, what, err);
}

static cmty_status write_keep(cmty__table *t, const struct masking *m, cmty_error *err)
{
    const char *lon = cmty__csv_field(t->csv, (size_t)t->lon);
    const char *lat = cmty__csv_field(t->csv, (size_t)t->lat);
    cmty_status st;

    for (size_t i = 0; i < m->keep_count; i++) {
        const char *value = cmty__csv_field(t->csv, (size_t)m->keep[i]);

        if (repeats(value, lon) || repeats(value, lat))
            return cmty__table_fail(t, m->keep[i], "repeats the exact place and cannot be kept",
                                    err);
        st = check_words(t, m->keep[i], value, err);
        if (st != CMTY_OK)
            return st;
        cmty__buf_char(&t->line, ',');
        cmty__buf_csv(&t->line, value);
    }
    return CMTY_OK;
}

static cmty_status mask_row(cmty__table *t, const cmty__table_row *row, void *user, cmty_error *err)
{
    const struct masking *m = user;
    const char *id = cmty__csv_field(t->csv, (size_t)t->id);
    cmty_masked masked = {
        .struct_size = sizeof masked, .law = CMTY_LAW_WITHHOLD, .beat = -1, .note = ""};
    cmty_status st = CMTY_WITHHELD;
    int decimals;

    if (*id == '\0')
        return cmty__table_fail(t, t->id, "empty; the mask is drawn for each report by its id",
                                err);
    if (row->has_place)
        st = cmty_masker_apply(m->masker, id, row->at, row->when, &masked, err);
    else
        masked.note = "no coordinates";
    if (st < 0)
        return st;
    /* a point that promises its beat keeps all seven decimals of a mask: rounding may move it out
     */
    decimals = masked.beat >= 0 ? 7 : 6;
    cmty__buf_csv(&t->line, id);
    cmty__buf_char(&t->line, ',');
    if (st == CMTY_OK)
        cmty__buf_fixed(&t->line, masked.at.lon_deg, decimals);
    cmty__buf_char(&t->line, ',');
    if (st == CMTY_OK)
        cmty__buf_fixed(&t->line, masked.at.lat_deg, decimals);
    cmty__buf_format(&t->line, ",%s,", cmty_law_name(masked.law));
    if (st == CMTY_OK)
        cmty__buf_fixed(&t->line, masked.radius_m, 1);
    cmty__buf_format(&t->line, ",%s,", st == CMTY_OK ? "ok" : "withheld");
    cmty__buf_csv(&t->line, masked.note);
    return write_keep(t, m, err);
}

static void write_header(cmty__table *t, const struct masking *m)
{
    cmty__buf_csv(&t->line, cmty__csv_column(t->csv, (size_t)t->id));
    cmty__buf_text(&t->line, ",lon,lat,mask_law,mask_radius_m,mask_status,mask_note");
    for (size_t i = 0; i < m->keep_count; i++) {
        cmty__buf_char(&t->line, ',');
        cmty__buf_csv(&t->line, cmty__csv_column(t->csv, (size_t)m->keep[i]));
    }
}

cmty_status cmty_mask_table(const cmty_masker *masker, const char *in, const char *out,
                            const cmty_table_options *options, cmty_error *err)
{
    static const char *const ids[] = {"id", "report_id", "source_ref", "report_no", "ref", NULL};
    struct masking m = {masker, NULL, 0};
    cmty__table t;
    cmty_status st;

    if (masker == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "a mask is needed");
    st = cmty__table_open(in, out, options, true, &t, err);
    if (st == CMTY_OK)
        st = cmty__table_column(&t, t.options.id_column, ids, "id", &t.id, err);
    if (st == CMTY_OK) {
        m.keep_count = t.options.keep_count;
        m.keep = cmty__calloc(m.keep_count, sizeof *m.keep);
        if (m.keep == NULL)
            st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    if (st == CMTY_OK)
        st = find_keep(&t, &m, err);
    if (st == CMTY_OK) {
        write_header(&t, &m);
        st = cmty__table_run(&t, mask_row, &m, err);
    }
    cmty__free(m.keep);
    cmty__table_close(&t);
    return st;
}
