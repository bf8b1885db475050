/* SPDX-License-Identifier: MIT */
/* Writing a comparison: every file under a temporary name, renamed when all are whole; and the
   crosswalk as CSV and GeoJSON. Any thread. */
#include "beat/compare_out.h"

#include <math.h>

/* ---- rows ---- */

static bool add_cell(const cmty_comparison *c, const cmty__cell *cell, bool noise,
                     cmty__row_shape *out)
{
    if (!cmty__grow(&out->pieces, &out->capacity, out->count + cell->piece_count,
                    sizeof(cmty__piece *)))
        return false;
    for (size_t k = 0; k < cell->piece_count; k++) {
        const cmty__piece *p = cmty__pieces_at(c->pieces, cell->first_piece + k);

        if (cmty__piece_is_noise(cell, p) == noise)
            out->pieces[out->count++] = p;
    }
    return true;
}

bool cmty__row_pieces(const cmty_comparison *c, const cmty__row *row, cmty__row_shape *out)
{
    bool noise = row->change == CMTY_CHANGE_NOISE;

    out->count = 0;
    if (row->cell != NULL)
        return add_cell(c, row->cell, false, out);
    for (size_t i = 0; noise && i < c->cell_count; i++)
        if (cmty__noise_kind(c->cells[i].from, c->cells[i].to) == row->noise
            && !add_cell(c, &c->cells[i], true, out))
            return false;
    return true;
}

void cmty__row_shape_free(cmty__row_shape *shape)
{
    cmty__free(shape->pieces);
    *shape = (cmty__row_shape){0};
}

void cmty__put_people(cmty__buf *out, int64_t people)
{
    char digits[24];
    size_t size;

    cmty__format(digits, sizeof digits, "%lld.%06lld", (long long)(people / CMTY__PERSON),
                 (long long)(people % CMTY__PERSON));
    size = strlen(digits);
    while (digits[size - 1] == '0')
        size--;
    cmty__buf_bytes(out, digits, digits[size - 1] == '.' ? size - 1 : size);
}

/* ---- CSV ---- */

static void put_share(cmty__buf *out, double share)
{
    cmty__buf_char(out, ',');
    cmty__buf_fixed(out, share, 6); /* nothing where there is none */
}

static void put_csv_row(const cmty_comparison *c, const cmty__row *row,
                        const cmty_comparison_row *r, cmty__buf *out)
{
    cmty__buf_csv(out, r->from);
    cmty__buf_char(out, ',');
    cmty__buf_csv(out, r->to);
    cmty__buf_format(out, ",%s,", cmty_change_name(r->change));
    cmty__buf_fixed(out, r->area_m2, 2);
    put_share(out, r->share_of_old);
    put_share(out, r->share_of_new);
    cmty__buf_format(out, ",%lld,", (long long)r->pieces);
    if (c->has_points)
        cmty__buf_format(out, "%lld", (long long)r->points);
    cmty__buf_char(out, ',');
    if (c->has_people)
        cmty__put_people(out, row->tally.people);
    cmty__buf_char(out, ',');
    cmty__buf_fixed(out, r->population_se, 3);
    cmty__buf_char(out, '\n');
}

static cmty_status put_csv(const cmty_comparison *c, const char *title, cmty__buf *out,
                           cmty_error *err)
{
    cmty_comparison_row r = {.struct_size = sizeof r};
    cmty_status st = CMTY_OK;

    (void)title;
    cmty__buf_text(out, "from,to,change,area_m2,share_of_old,share_of_new,pieces,points,"
                        "population,population_se\n");
    for (size_t i = 0; st == CMTY_OK && i < c->row_count; i++) {
        st = cmty_comparison_row_at(c, i, &r, err);
        if (st == CMTY_OK)
            put_csv_row(c, &c->rows[i], &r, out);
    }
    return st;
}

/* ---- GeoJSON, RFC 7946 ---- */

/* A tenth of a millimetre. */
enum { DEGREE_DECIMALS = 9 };

static void put_position(cmty__buf *out, cmty_point p)
{
    cmty__buf_char(out, '[');
    cmty__buf_fixed(out, p.lon_deg, DEGREE_DECIMALS);
    cmty__buf_char(out, ',');
    cmty__buf_fixed(out, p.lat_deg, DEGREE_DECIMALS);
    cmty__buf_char(out, ']');
}

/* Section 3.1.6: outer rings counter-clockwise, holes clockwise. */
static void put_ring(cmty__buf *out, const cmty__ring *ring, bool hole)
{
    bool turned = (cmty__ring_straight_m2(ring) < 0) != hole;

    cmty__buf_char(out, '[');
    for (size_t i = 0; i < ring->count; i++) {
        cmty__buf_text(out, i > 0 ? "," : "");
        put_position(out, ring->points[turned ? ring->count - 1 - i : i]);
    }
    cmty__buf_char(out, ']');
}

static void put_geometry(cmty__buf *out, const cmty__row_shape *shape)
{
    if (shape->count == 0) {
        cmty__buf_text(out, "null");
        return;
    }
    cmty__buf_text(out, "{\"type\":\"MultiPolygon\",\"coordinates\":[");
    for (size_t i = 0; i < shape->count; i++) {
        const cmty__piece *p = shape->pieces[i];

        cmty__buf_text(out, i > 0 ? ",[" : "[");
        for (size_t r = 0; r < p->ring_count; r++) {
            cmty__buf_text(out, r > 0 ? "," : "");
            put_ring(out, &p->rings[r], r > 0);
        }
        cmty__buf_char(out, ']');
    }
    cmty__buf_text(out, "]}");
}

static void put_number(cmty__buf *out, const char *name, double v, int decimals)
{
    cmty__buf_format(out, ",\"%s\":", name);
    if (isfinite(v))
        cmty__buf_fixed(out, v, decimals);
    else
        cmty__buf_text(out, "null");
}

static void put_row_json(const cmty_comparison *c, const cmty__row *row,
                         const cmty_comparison_row *r, cmty__buf *out)
{
    cmty__buf_text(out, "{\"from\":");
    cmty__buf_json(out, r->from);
    cmty__buf_text(out, ",\"to\":");
    cmty__buf_json(out, r->to);
    cmty__buf_format(out, ",\"change\":\"%s\"", cmty_change_name(r->change));
    put_number(out, "area_m2", r->area_m2, 2);
    put_number(out, "share_of_old", r->share_of_old, 6);
    put_number(out, "share_of_new", r->share_of_new, 6);
    cmty__buf_format(out, ",\"pieces\":%lld", (long long)r->pieces);
    if (c->has_points)
        cmty__buf_format(out, ",\"points\":%lld", (long long)r->points);
    if (c->has_people) {
        cmty__buf_text(out, ",\"population\":");
        cmty__put_people(out, row->tally.people);
        put_number(out, "population_se", r->population_se, 3);
    }
    cmty__buf_char(out, '}');
}

static cmty_status put_geojson(const cmty_comparison *c, const char *title, cmty__buf *out,
                               cmty_error *err)
{
    cmty_comparison_row r = {.struct_size = sizeof r};
    cmty__row_shape shape = {0};
    cmty_status st = CMTY_OK;

    (void)title;
    cmty__buf_text(out, "{\"type\":\"FeatureCollection\",\"features\":[");
    for (size_t i = 0; st == CMTY_OK && i < c->row_count; i++) {
        st = cmty_comparison_row_at(c, i, &r, err);
        if (st == CMTY_OK && !cmty__row_pieces(c, &c->rows[i], &shape))
            st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
        if (st != CMTY_OK)
            break;
        cmty__buf_text(out, i > 0 ? ",\n" : "\n");
        cmty__buf_text(out, "{\"type\":\"Feature\",\"properties\":");
        put_row_json(c, &c->rows[i], &r, out);
        cmty__buf_text(out, ",\"geometry\":");
        put_geometry(out, &shape);
        cmty__buf_char(out, '}');
    }
    cmty__buf_text(out, "\n]}\n");
    cmty__row_shape_free(&shape);
    return st;
}

/* ---- files ---- */

cmty_status cmty_comparison_files_init(cmty_comparison_files *files)
{
    static const cmty_comparison_files defaults = CMTY_COMPARISON_FILES_INIT;

    if (files == NULL)
        return CMTY_E_INVALID;
    *files = defaults;
    return CMTY_OK;
}

typedef cmty_status putter(const cmty_comparison *, const char *, cmty__buf *, cmty_error *);
enum { TEXTS = 3 };

static cmty_status check_files(const cmty_comparison_files *f, cmty_error *err)
{
    const char *const paths[] = {f->csv, f->geojson, f->html, f->gpkg};
    const size_t count = sizeof paths / sizeof *paths;
    bool any = false;

    if (f->reserved != 0)
        return cmty__fail(err, CMTY_E_INVALID, "comparison files: reserved must be 0");
    for (size_t i = 0; i < count; i++) {
        any |= paths[i] != NULL;
        for (size_t k = 0; k < i && paths[i] != NULL; k++)
            if (paths[k] != NULL && strcmp(paths[i], paths[k]) == 0)
                return cmty__fail(err, CMTY_E_INVALID, "two outputs have the name %s",
                                  cmty__basename(paths[i]));
    }
    if (!any)
        return cmty__fail(err, CMTY_E_INVALID,
                          "no output is named: give csv, geojson, gpkg or html");
    return CMTY_OK;
}

static cmty_status write_text(const cmty_comparison *c, const char *path, const char *title,
                              putter *put, cmty__outfile **file, cmty_error *err)
{
    cmty__buf text = {0};
    cmty_status st;

    if (path == NULL)
        return CMTY_OK;
    st = cmty__outfile_open(path, 0644, file, err);
    if (st == CMTY_OK)
        st = put(c, title, &text, err);
    if (st == CMTY_OK && text.failed)
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    if (st == CMTY_OK)
        st = cmty__outfile_write(*file, text.data, text.size, err);
    cmty__buf_free(&text);
    return st;
}

cmty_status cmty_comparison_write(const cmty_comparison *comparison,
                                  const cmty_comparison_files *files, cmty_error *err)
{
    static putter *const put[TEXTS] = {put_csv, put_geojson, cmty__put_comparison_page};
    cmty_comparison_files f = CMTY_COMPARISON_FILES_INIT;
    cmty__outfile *texts[TEXTS] = {NULL};
    cmty__writer *gpkg = NULL;
    const char *paths[TEXTS];
    cmty_status st;

    if (comparison == NULL || files == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "a comparison and files to write are needed");
    st = cmty__struct_read(&f, sizeof f, files, sizeof f, "cmty_comparison_files", err);
    if (st == CMTY_OK)
        st = check_files(&f, err);
    if (st == CMTY_OK)
        st = cmty__progress(f.host, "writing the comparison", 0, err);
    if (f.title == NULL)
        f.title = "What changed between two versions";
    paths[0] = f.csv;
    paths[1] = f.geojson;
    paths[2] = f.html;
    for (size_t i = 0; st == CMTY_OK && i < TEXTS; i++)
        st = write_text(comparison, paths[i], f.title, put[i], &texts[i], err);
    if (st == CMTY_OK && f.gpkg != NULL)
        st = cmty__writer_open(f.gpkg, &gpkg, err);
    if (st == CMTY_OK && f.gpkg != NULL)
        st = cmty__write_comparison_gpkg(comparison, gpkg, err);
    if (st == CMTY_OK)
        st = cmty__progress(f.host, "writing the comparison", 1, err);
    if (st == CMTY_OK && gpkg != NULL)
        st = cmty__writer_finish(gpkg, err);
    for (size_t i = 0; st == CMTY_OK && i < TEXTS; i++)
        if (texts[i] != NULL)
            st = cmty__outfile_finish(texts[i], err);
    cmty__writer_free(gpkg);
    for (size_t i = 0; i < TEXTS; i++)
        cmty__outfile_free(texts[i]);
    return st;
}
