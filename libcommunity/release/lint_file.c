/* SPDX-License-Identifier: MIT */
/*
 * A file that is about to leave: its values one by one, and what the rows are as a whole. One call,
 * any thread.
 */
#include "release/lint.h"

#include <math.h>

enum { FILE_LIMIT = 64 * 1024 * 1024, ROWS_LEAST = 8 /* fewer rows have an order by chance */ };

/* Rows of a table, one after another. */
typedef struct table {
    const cmty_linter *linter;
    cmty_lint *lint;
    uint64_t row;
    const char *category; /* of the row, for its time bin; NULL: not known */
    cmty_time last;
    int64_t last_id;
    uint64_t times, later;  /* of these, not before that of the row before */
    uint64_t ids, next_ids; /* of these, one more than that of the row before */
} table;

/* ---- names of columns ---- */

static bool is_one_of(const char *name, const char *const *names)
{
    for (; *names != NULL; names++)
        if (cmty__text_equal_nocase(name, *names))
            return true;
    return false;
}

static bool is_position(const char *name)
{
    static const char *const names[] = {"lon", "lat", "longitude", "latitude",
                                        "lng", "x",   "y",         NULL};

    return is_one_of(name, names);
}

static bool is_id(const char *name)
{
    static const char *const names[] = {"id",
                                        "fid",
                                        "ogc_fid",
                                        "objectid",
                                        "report_id",
                                        "report_no",
                                        "report_number",
                                        "ref",
                                        "source_ref",
                                        "number",
                                        "case",
                                        "case_no",
                                        "case_number",
                                        "incident",
                                        "incident_id",
                                        "incident_number",
                                        "service_request_id",
                                        "tracking_id",
                                        NULL};

    return is_one_of(name, names);
}

static bool is_time(const char *name)
{
    static const char *const names[] = {"time",    "time_utc",   "time_local", "occurred", "when",
                                        "updated", "created_at", "reported",   "date",     NULL};

    return is_one_of(name, names);
}

static bool is_attachment(const char *name)
{
    static const char *const names[] = {"photo",      "photos",      "media", "media_url",
                                        "image",      "images",      "video", "audio",
                                        "attachment", "attachments", NULL};

    return is_one_of(name, names);
}

/* JPEG or PNG in base 64, a data: URI, a file name of a picture. */
static bool is_picture(const char *text)
{
    static const char *const endings[] = {".jpg",  ".jpeg", ".png", ".heic",
                                          ".webp", ".mp4",  ".mov", ".m4a"};
    size_t size = strlen(text);

    if (strstr(text, "/9j/4AAQ") != NULL || strstr(text, "iVBORw0KGgo") != NULL
        || strstr(text, "data:image/") != NULL)
        return true;
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        size_t n = strlen(endings[i]);

        if (size > n && cmty__text_equal_nocase(text + size - n, endings[i]))
            return true;
    }
    return false;
}

/* ---- one value ---- */

static bool finer_than(const table *t, cmty_time when)
{
    const cmty__rule *rule =
        cmty__policy_rule(t->linter->policy, t->category != NULL ? t->category : "other");
    cmty_time start;

    return cmty__time_floor(when, rule->time_bin, t->linter->zone, &start) && start != when;
}

/* Seconds or milliseconds since 1970, as machines write a time, of the years 1973 to 2286. */
static bool parse_epoch(const char *text, cmty_time *out)
{
    size_t digits = strspn(text, "0123456789");
    int64_t number;

    if (text[digits] != '\0' || !cmty__parse_int64(text, &number))
        return false;
    if (digits != 9 && digits != 10 && digits != 12 && digits != 13)
        return false;
    *out = digits > 10 ? number : number * 1000;
    return true;
}

static cmty_status lint_time(table *t, const char *column, const char *text, cmty_error *err)
{
    cmty_time when;

    if (!cmty__time_parse(text, t->linter->zone, 'm', &when) && !parse_epoch(text, &when))
        return CMTY_OK;
    if (t->times++ > 0)
        t->later += when >= t->last;
    t->last = when;
    if (!finer_than(t, when))
        return CMTY_OK;
    return cmty__lint_add(t->lint, CMTY_LEAK_TIME, t->row, column, 0, strlen(text), err);
}

/* By the digits at its end: PL-2026-001494 is followed by PL-2026-001495. */
static void note_id(table *t, const char *text)
{
    size_t size = strlen(text), digits = 0;
    int64_t id;

    while (digits < size && digits < 18 && text[size - digits - 1] >= '0'
           && text[size - digits - 1] <= '9')
        digits++;
    if (digits == 0 || !cmty__parse_int64(text + size - digits, &id))
        return;
    if (t->ids++ > 0)
        t->next_ids += id == t->last_id + 1;
    t->last_id = id;
}

static cmty_status lint_position(table *t, double degrees, cmty_error *err)
{
    double units = degrees * 1e7; /* what a mask may leave of a point that keeps its beat */

    if (fabs(units - nearbyint(units)) <= 4e-16 * fabs(units) + 1e-9)
        return CMTY_OK;
    return cmty__lint_add(t->lint, CMTY_LEAK_PRECISION, t->row, NULL, 0, 0, err);
}

static cmty_status lint_value(table *t, const char *column, const char *text, cmty_error *err)
{
    double degrees;

    if (*text == '\0')
        return CMTY_OK;
    if (is_attachment(column) || is_picture(text))
        return cmty__lint_add(t->lint, CMTY_LEAK_ATTACHMENT, t->row, column, 0, strlen(text), err);
    if (is_position(column))
        return cmty__parse_double(text, &degrees) ? lint_position(t, degrees, err) : CMTY_OK;
    if (is_time(column))
        return lint_time(t, column, text, err);
    if (is_id(column))
        note_id(t, text);
    return cmty__lint_texts(t->linter, t->lint, t->row, column, text, strlen(text), err);
}

/* Order and ids are those of chance, or of a hash. */
static cmty_status lint_finish(table *t, cmty_error *err)
{
    cmty_status st = CMTY_OK;

    if (t->times >= ROWS_LEAST && t->later + 1 == t->times)
        st = cmty__lint_add(t->lint, CMTY_LEAK_ORDER, 0, NULL, 0, 0, err);
    if (st == CMTY_OK && t->ids >= ROWS_LEAST && t->next_ids * 2 > t->ids)
        st = cmty__lint_add(t->lint, CMTY_LEAK_SEQUENCE, 0, NULL, 0, 0, err);
    return st;
}

/* ---- JSON ---- */

static cmty_status lint_node(table *t, const char *name, const cmty__json *v, cmty_error *err);

static cmty_status lint_positions(table *t, const cmty__json *v, cmty_error *err)
{
    cmty_status st = CMTY_OK;
    double degrees;

    if (cmty__json_number(v, &degrees))
        return lint_position(t, degrees, err);
    for (size_t i = 0; i < cmty__json_count(v) && st == CMTY_OK; i++)
        st = lint_positions(t, cmty__json_at(v, i), err);
    return st;
}

static cmty_status lint_members(table *t, const cmty__json *v, cmty_error *err)
{
    const cmty__json *category = cmty__json_member(cmty__json_member(v, "properties"), "category");
    cmty_status st = CMTY_OK;
    const char *name;

    if (cmty__json_type(cmty__json_member(v, "geometry")) != CMTY__JSON_NULL
        || cmty__json_member(v, "properties") != NULL)
        t->row++;
    if (cmty__json_text(category) != NULL)
        t->category = cmty__json_text(category);
    for (size_t i = 0; i < cmty__json_count(v) && st == CMTY_OK; i++) {
        const cmty__json *member = cmty__json_member_at(v, i, &name);

        st = lint_node(t, name, member, err);
    }
    return st;
}

static cmty_status lint_node(table *t, const char *name, const cmty__json *v, cmty_error *err)
{
    int type = cmty__json_type(v);
    cmty_status st = CMTY_OK;
    char number[32];
    int64_t id;

    if (strcmp(name, "bbox") == 0 && type == CMTY__JSON_ARRAY)
        return cmty__lint_add(t->lint, CMTY_LEAK_BBOX, t->row, name, 0, 0, err);
    if (strcmp(name, "coordinates") == 0 && type == CMTY__JSON_ARRAY)
        return lint_positions(t, v, err);
    if (type == CMTY__JSON_STRING)
        return lint_value(t, name, cmty__json_text(v), err);
    if (type == CMTY__JSON_NUMBER && is_position(name))
        return lint_positions(t, v, err);
    if (type == CMTY__JSON_NUMBER && cmty__json_int64(v, &id)) {
        (void)cmty__format(number, sizeof number, "%lld", (long long)id);
        if (is_id(name))
            note_id(t, number);
        else if (!is_attachment(name)) /* so many photos are none */
            return lint_value(t, name, number, err);
    }
    if (type == CMTY__JSON_OBJECT)
        return lint_members(t, v, err);
    if (type == CMTY__JSON_ARRAY && is_attachment(name) && cmty__json_count(v) > 0)
        return cmty__lint_add(t->lint, CMTY_LEAK_ATTACHMENT, t->row, name, 0, 0, err);
    for (size_t i = 0; type == CMTY__JSON_ARRAY && i < cmty__json_count(v) && st == CMTY_OK; i++)
        st = lint_node(t, name, cmty__json_at(v, i), err);
    return st;
}

static cmty_status lint_json_file(table *t, const char *path, cmty_error *err)
{
    char *text = NULL;
    size_t size = 0;
    cmty__json *document = NULL;
    cmty_error why = CMTY_ERROR_INIT;
    cmty_status st = cmty__file_read(path, FILE_LIMIT, &text, &size, err);

    if (st != CMTY_OK)
        return st;
    st = cmty__json_parse(text, size, &document, &why);
    if (st != CMTY_OK)
        st = cmty__fail(err, st, "%s: %s", cmty__basename(path), why.message);
    else
        st = lint_node(t, "", document, err);
    cmty__json_free(document);
    cmty__free(text);
    return st;
}

/* ---- other files ---- */

static cmty_status lint_csv_file(table *t, const char *path, cmty_error *err)
{
    cmty__reader *r = NULL;
    cmty__csv *csv = NULL;
    int32_t category = -1;
    cmty_status st = cmty__reader_open(path, &r, err);

    if (st == CMTY_OK)
        st = cmty__csv_open(r, &csv, err);
    if (st == CMTY_OK)
        category = cmty__csv_find(csv, "category");
    while (st == CMTY_OK) {
        st = cmty__csv_next(csv, err);
        if (st != CMTY_OK)
            break;
        t->row = cmty__csv_line_number(csv);
        t->category = category >= 0 ? cmty__csv_field(csv, (size_t)category) : NULL;
        for (size_t i = 0; i < cmty__csv_column_count(csv) && st == CMTY_OK; i++)
            st = lint_value(t, cmty__csv_column(csv, i), cmty__csv_field(csv, i), err);
    }
    cmty__csv_free(csv);
    return st == CMTY_END ? CMTY_OK : st;
}

static cmty_status lint_text_file(table *t, const char *path, cmty_error *err)
{
    char *text = NULL;
    size_t size = 0;
    cmty_status st = cmty__file_read(path, FILE_LIMIT, &text, &size, err);

    if (st == CMTY_OK)
        st = cmty__lint_texts(t->linter, t->lint, 0, NULL, text, size, err);
    cmty__free(text);
    return st;
}

static cmty_status lint_layer_file(table *t, const char *path, cmty_error *err)
{
    const cmty__layer_options options = {.polygons = true, .points = true};
    cmty__spec spec = {0};
    cmty__layer *layer = NULL;
    cmty_status st = cmty__spec_parse(path, &spec, err);

    if (st == CMTY_OK)
        st = cmty__layer_open(&spec, &options, &layer, err);
    for (size_t i = 0; st == CMTY_OK && i < cmty__layer_count(layer); i++) {
        const cmty__feature *f = cmty__layer_feature(layer, i);
        int32_t category = cmty__layer_field(layer, "category");

        t->row = i + 1;
        t->category = category >= 0 ? cmty__layer_text(layer, i, category) : NULL;
        for (size_t k = 0; k < cmty__layer_field_count(layer) && st == CMTY_OK; k++)
            st = lint_value(t, cmty__layer_field_name(layer, (int32_t)k),
                            cmty__layer_text(layer, i, (int32_t)k), err);
        for (size_t k = 0; k < f->point_count && st == CMTY_OK; k++) {
            st = lint_position(t, f->points[k].lon_deg, err);
            if (st == CMTY_OK)
                st = lint_position(t, f->points[k].lat_deg, err);
        }
    }
    cmty__layer_free(layer);
    cmty__spec_free(&spec);
    return st;
}

static bool ends_with(const char *path, const char *ending)
{
    const char *base = cmty__basename(path);
    size_t size = strcspn(base, "|"), n = strlen(ending);
    char tail[16];

    if (size < n || n >= sizeof tail)
        return false;
    memcpy(tail, base + size - n, n);
    tail[n] = '\0';
    return cmty__text_equal_nocase(tail, ending);
}

cmty_status cmty_linter_file(const cmty_linter *linter, const char *path, cmty_lint **out,
                             cmty_error *err)
{
    cmty_lint *lint = NULL;
    table t = {.linter = linter};
    cmty_status st;

    if (out == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "out is NULL");
    *out = NULL;
    if (linter == NULL || path == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "a linter and a file are needed");
    st = cmty__lint_new(&lint, err);
    t.lint = lint;
    if (st == CMTY_OK && (ends_with(path, ".json") || ends_with(path, ".geojson")))
        st = lint_json_file(&t, path, err);
    else if (st == CMTY_OK && ends_with(path, ".csv"))
        st = lint_csv_file(&t, path, err);
    else if (st == CMTY_OK
             && (ends_with(path, ".gpkg") || ends_with(path, ".shp") || ends_with(path, ".sqlite")))
        st = lint_layer_file(&t, path, err);
    else if (st == CMTY_OK)
        st = lint_text_file(&t, path, err);
    if (st == CMTY_OK)
        st = lint_finish(&t, err);
    if (st == CMTY_OK)
        *out = lint;
    else
        cmty_lint_free(lint);
    return st;
}
