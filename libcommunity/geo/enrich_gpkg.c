/* SPDX-License-Identifier: MIT */
/*
 * From one GeoPackage into another, below GDAL, which makes the new table and no more: the values
 * of a row are handed on as SQLite has them. Serial per call; a thread of the call's own writes
 * while the caller's reads and asks, and ends before the call does.
 */
#include "geo/enrich.h"
#include "geo/gpkg.h"

#include <math.h>
#include <pthread.h>

/* As long as the writer has fewer than FEW before it, the reader hurries and leaves the asking to
 * it. */
enum { LOADS = 16, FEW = 4 };

/* A value of a row that is copied. */
typedef struct cell {
    int type; /* SQLITE_INTEGER and so on */
    int size; /* of a text or blob */
    union {
        int64_t integer;
        double real;
        size_t at; /* in the load's bytes */
    } is;
} cell;

/* A batch on its way: the cells of a row are its id, its geometry, and its fields. */
typedef struct load {
    cmty__batch batch;
    bool asked; /* else the writer asks */
    cell *cells;
    cmty__buf bytes;
} load;

typedef struct pouring {
    cmty__enriching *g;
    size_t width; /* cells of a row */
    /* reading */
    sqlite3 *in;
    sqlite3_stmt *rows;
    int32_t srs_id; /* that geometries state in the new file */
    cmty__rtree tree;
    cmty__box extent;
    /* between: loads from `taken` on, up to `filled`, are the writer's */
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    load loads[LOADS];
    size_t filled, taken;
    bool ended, broken; /* nothing more comes; one of them has failed */
    /* writing */
    cmty__gpkg out;
    cmty__buf insert;
    load *poured; /* the load at hand, NULL before the first, and its row */
    size_t row;
    cmty_status written;
    cmty_error error;
} pouring;

/* ---- between the two threads ---- */

/* The load to be filled next; NULL: the writer has failed. */
static load *wait_for_room(pouring *p)
{
    load *l = NULL;

    pthread_mutex_lock(&p->mutex);
    while (p->filled - p->taken == LOADS && !p->broken)
        pthread_cond_wait(&p->changed, &p->mutex);
    if (!p->broken)
        l = &p->loads[p->filled % LOADS];
    pthread_mutex_unlock(&p->mutex);
    return l;
}

/* Whether the writer may soon have to wait. */
static bool must_hurry(pouring *p)
{
    bool hurry;

    pthread_mutex_lock(&p->mutex);
    hurry = p->filled - p->taken < FEW;
    pthread_mutex_unlock(&p->mutex);
    return hurry;
}

/* What the writer is to know: another load is full, or no more come, or they never will. */
static void tell_writer(pouring *p, bool full, bool ended, bool broken)
{
    pthread_mutex_lock(&p->mutex);
    p->filled += full;
    p->ended |= ended;
    p->broken |= broken;
    pthread_cond_broadcast(&p->changed);
    pthread_mutex_unlock(&p->mutex);
}

/* Gives back the load before, and waits for the next. *broken: the reader has failed. */
static load *next_load(pouring *p, bool give_back, bool *broken)
{
    load *l = NULL;

    pthread_mutex_lock(&p->mutex);
    if (give_back) {
        p->taken++;
        pthread_cond_broadcast(&p->changed);
    }
    while (p->filled == p->taken && !p->ended && !p->broken)
        pthread_cond_wait(&p->changed, &p->mutex);
    *broken = p->broken;
    if (!p->broken && p->filled > p->taken)
        l = &p->loads[p->taken % LOADS];
    pthread_mutex_unlock(&p->mutex);
    return l;
}

/* ---- the thread that writes ---- */

static bool next_row(void *user, bool *more)
{
    pouring *p = user;
    bool broken = false;

    if (p->poured != NULL && ++p->row < p->poured->batch.count) {
        *more = true;
        return true;
    }
    p->poured = next_load(p, p->poured != NULL, &broken);
    p->row = 0;
    *more = p->poured != NULL;
    if (*more && !p->poured->asked)
        p->written = cmty__enrich_ask(p->g, &p->poured->batch, &p->error);
    return !broken && p->written == CMTY_OK;
}

static void give_cell(sqlite3_context *to, const load *l, const cell *c)
{
    switch (c->type) {
    case SQLITE_INTEGER:
        sqlite3_result_int64(to, c->is.integer);
        break;
    case SQLITE_FLOAT:
        sqlite3_result_double(to, c->is.real);
        break;
    case SQLITE_TEXT:
        sqlite3_result_text(to, l->bytes.data + c->is.at, c->size, SQLITE_STATIC);
        break;
    case SQLITE_BLOB:
        sqlite3_result_blob(to, l->bytes.data + c->is.at, c->size, SQLITE_STATIC);
        break;
    default:
        sqlite3_result_null(to);
    }
}

static void give_value(sqlite3_context *to, int type, const cmty__value *v)
{
    if (v->null || (type == CMTY__FIELD_TEXT && v->text == NULL))
        sqlite3_result_null(to);
    else if (type == CMTY__FIELD_TEXT)
        sqlite3_result_text(to, v->text, -1, SQLITE_STATIC);
    else if (type == CMTY__FIELD_REAL)
        sqlite3_result_double(to, v->real); /* NaN is null */
    else
        sqlite3_result_int64(to, v->integer);
}

static void give_column(void *user, size_t column, sqlite3_context *to)
{
    const pouring *p = user;
    const load *l = p->poured;
    size_t fields = p->g->e->field_count, field = column - p->width;

    if (column < p->width)
        give_cell(to, l, &l->cells[p->row * p->width + column]);
    else
        give_value(to, p->g->e->fields[field].type, &l->batch.values[p->row * fields + field]);
}

static void *write_all(void *user)
{
    pouring *p = user;
    const cmty__source source = {p->width + p->g->e->field_count, next_row, give_column, p};
    cmty_error err = CMTY_ERROR_INIT;
    cmty_status st = cmty__gpkg_run(&p->out, "BEGIN", NULL, &err);

    if (st == CMTY_OK)
        st = cmty__gpkg_pour(&p->out, p->insert.data, NULL, &source, &err);
    if (st != CMTY_OK && p->written == CMTY_OK) { /* else it says why already */
        p->written = st;
        p->error = err;
    }
    tell_writer(p, false, false, p->written != CMTY_OK);
    return NULL;
}

/* ---- the thread that reads: geometries ---- */

static const unsigned char *point_at(const unsigned char *wkb, size_t size, bool *little)
{
    if (size < 21)
        return NULL;
    *little = wkb[0] != 0;
    return wkb + 5;
}

/* Its one point; NULL: it has none. */
static const cmty_point *single_point(pouring *p, const unsigned char *blob, size_t size,
                                      cmty_point *at)
{
    size_t head = cmty__gpkg_head(blob, size);
    const unsigned char *wkb = blob + head, *xy = NULL;
    uint32_t type, count;
    bool little;

    if (size < head + 9)
        return NULL;
    little = wkb[0] != 0;
    type = cmty__gpkg_u32(wkb + 1, little) % 1000;
    count = cmty__gpkg_u32(wkb + 5, little);
    if (type == 1)
        xy = point_at(wkb, size - head, &little);
    else if (type == 4 && count == 1)
        xy = point_at(wkb + 9, size - head - 9, &little);
    else if (type == 4)
        p->g->several += count > 1;
    else
        p->g->other++;
    if (xy == NULL)
        return NULL;
    *at = (cmty_point){cmty__gpkg_double(xy, little), cmty__gpkg_double(xy + 8, little)};
    return at;
}

static void widen(cmty__box *all, const cmty__box *box)
{
    all->min_x = fmin(all->min_x, box->min_x);
    all->max_x = fmax(all->max_x, box->max_x);
    all->min_y = fmin(all->min_y, box->min_y);
    all->max_y = fmax(all->max_y, box->max_y);
}

/* CMTY_NOTFOUND: it is no geometry of a GeoPackage. */
static cmty_status read_geometry(pouring *p, load *l, const cell *row, cmty_error *err)
{
    const cell *c = &row[1];
    const unsigned char *blob;
    size_t size = (size_t)c->size, i = l->batch.count;
    cmty_point own;
    cmty__box box;

    if (c->type == SQLITE_NULL) {
        cmty__enrich_place(p->g, NULL, &l->batch, i);
        return CMTY_OK;
    }
    if (c->type != SQLITE_BLOB)
        return CMTY_NOTFOUND;
    blob = (unsigned char *)l->bytes.data + c->is.at;
    if (cmty__gpkg_head(blob, size) == 0)
        return CMTY_NOTFOUND;
    if (!cmty__gpkg_box(blob, size, &box)) {
        cmty__enrich_place(p->g, NULL, &l->batch, i);
        return CMTY_OK;
    }
    widen(&p->extent, &box);
    cmty__enrich_place(p->g, single_point(p, blob, size, &own), &l->batch, i);
    return cmty__rtree_add(&p->tree, row[0].is.integer, cmty__rect_around(&box))
               ? CMTY_OK
               : cmty__fail(err, CMTY_E_NOMEM, "out of memory");
}

/* ---- rows ---- */

static void take_cell(load *l, sqlite3_value *value, cell *out)
{
    const void *bytes;

    out->type = sqlite3_value_type(value);
    if (out->type == SQLITE_INTEGER) {
        out->is.integer = sqlite3_value_int64(value);
    } else if (out->type == SQLITE_FLOAT) {
        out->is.real = sqlite3_value_double(value);
    } else if (out->type != SQLITE_NULL) {
        bytes = out->type == SQLITE_TEXT ? (const void *)sqlite3_value_text(value)
                                         : sqlite3_value_blob(value);
        out->size = sqlite3_value_bytes(value);
        out->is.at = l->bytes.size;
        cmty__buf_bytes(&l->bytes, bytes, (size_t)out->size);
    }
}

static cmty_status read_time(const pouring *p, cmty_time *out, cmty_error *err)
{
    const cmty__enriching *g = p->g;

    *out = CMTY_TIME_UNKNOWN;
    if (g->time < 0 || sqlite3_column_type(p->rows, g->time + 2) == SQLITE_NULL)
        return CMTY_OK;
    return cmty__enrich_time(g, (const char *)sqlite3_column_text(p->rows, g->time + 2), out, err);
}

static cmty_status read_accuracy(const pouring *p, double *out, cmty_error *err)
{
    const cmty__enriching *g = p->g;
    int type = g->accuracy < 0 ? SQLITE_NULL : sqlite3_column_type(p->rows, g->accuracy + 2);

    *out = NAN;
    if (type == SQLITE_NULL)
        return CMTY_OK;
    if (type == SQLITE_TEXT)
        return cmty__enrich_accuracy(g, (const char *)sqlite3_column_text(p->rows, g->accuracy + 2),
                                     out, err);
    *out = sqlite3_column_double(p->rows, g->accuracy + 2);
    return cmty__enrich_check_accuracy(g, *out, err);
}

static cmty_status read_row(pouring *p, load *l, cmty_error *err)
{
    size_t i = l->batch.count;
    cell *row = &l->cells[i * p->width];
    cmty_status st;

    p->g->seen++;
    for (size_t k = 0; k < p->width; k++)
        take_cell(l, sqlite3_column_value(p->rows, (int)k), &row[k]);
    if (l->bytes.failed)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    st = read_time(p, &l->batch.when[i], err);
    if (st == CMTY_OK)
        st = read_accuracy(p, &l->batch.accuracy_m[i], err);
    if (st == CMTY_OK)
        st = read_geometry(p, l, row, err);
    if (st == CMTY_OK && row[1].type == SQLITE_BLOB)
        cmty__gpkg_set_srs((unsigned char *)l->bytes.data + row[1].is.at, p->srs_id);
    l->batch.count++;
    return st;
}

/* CMTY_END after the last. */
static cmty_status read_load(pouring *p, load *l, cmty_error *err)
{
    cmty_status st = CMTY_OK;
    int code = SQLITE_ROW;

    l->batch.count = 0;
    cmty__buf_clear(&l->bytes);
    while (st == CMTY_OK && l->batch.count < CMTY__BATCH
           && (code = sqlite3_step(p->rows)) == SQLITE_ROW)
        st = read_row(p, l, err);
    if (st == CMTY_OK && code == SQLITE_NOMEM)
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    else if (st == CMTY_OK && code != SQLITE_ROW && code != SQLITE_DONE)
        st = cmty__fail(err, CMTY_E_FORMAT, "%s is damaged or cut off after feature %zu",
                        p->g->file, p->g->seen);
    l->asked = !must_hurry(p);
    if (st == CMTY_OK && l->asked && l->batch.count > 0)
        st = cmty__enrich_ask(p->g, &l->batch, err);
    return st == CMTY_OK && code == SQLITE_DONE ? CMTY_END : st;
}

static cmty_status read_all(pouring *p, cmty_error *err)
{
    GIntBig total = OGR_L_GetFeatureCount(p->g->from, FALSE);
    cmty_status st = CMTY_OK;

    while (st == CMTY_OK) {
        load *l = wait_for_room(p);

        if (l == NULL) /* the writer says why */
            return CMTY_OK;
        st = cmty__enrich_progress(p->g, total, err);
        if (st == CMTY_OK)
            st = read_load(p, l, err);
        if (st == CMTY_OK || st == CMTY_END)
            tell_writer(p, l->batch.count > 0, false, false);
    }
    return st == CMTY_END ? CMTY_OK : st;
}

/* ---- both at once ---- */

static cmty_status pour(pouring *p, cmty_error *err)
{
    pthread_t writer;
    cmty_status st;

    if (pthread_create(&writer, NULL, write_all, p) != 0)
        return cmty__fail(err, CMTY_E_NOMEM, "there is no room for another thread");
    st = read_all(p, err);
    tell_writer(p, false, st == CMTY_OK, st != CMTY_OK);
    (void)pthread_join(writer, NULL);
    if (st == CMTY_OK && p->written != CMTY_OK)
        st = cmty__fail(err, p->written, "%s", p->error.message);
    return st;
}

/* What GDAL notes of a layer: its extent and how many features it has. */
static cmty_status note_content(const pouring *p, const cmty__gpkg_names *names, cmty_error *err)
{
    const double extent[] = {p->extent.min_x, p->extent.min_y, p->extent.max_x, p->extent.max_y};
    sqlite3_stmt *note = NULL;
    cmty_status st = CMTY_OK;

    if (p->tree.count > 0)
        st = cmty__gpkg_prepare(&p->out,
                                "UPDATE gpkg_contents SET min_x = ?1, min_y = ?2, max_x = ?3, "
                                "max_y = ?4 WHERE table_name = '@t'",
                                names, &note, err);
    for (int i = 0; note != NULL && i < 4; i++)
        sqlite3_bind_double(note, i + 1, extent[i]);
    if (note != NULL)
        st = cmty__gpkg_once(&p->out, note, err);
    sqlite3_finalize(note);
    note = NULL;
    if (st == CMTY_OK)
        st = cmty__gpkg_prepare(
            &p->out, "UPDATE gpkg_ogr_contents SET feature_count = ?1 WHERE table_name = '@t'",
            names, &note, err);
    if (st == CMTY_OK) {
        sqlite3_bind_int64(note, 1, (sqlite3_int64)p->g->seen);
        st = cmty__gpkg_once(&p->out, note, err);
    }
    sqlite3_finalize(note);
    return st;
}

/* ---- the two tables ---- */

/* The names of id, geometry and fields, joined by commas: of the layer that comes, or of all. */
static void name_columns(cmty__buf *b, OGRLayerH layer)
{
    OGRFeatureDefnH fields = OGR_L_GetLayerDefn(layer);

    cmty__gpkg_name(b, OGR_L_GetFIDColumn(layer));
    cmty__buf_char(b, ',');
    cmty__gpkg_name(b, OGR_L_GetGeometryColumn(layer));
    for (int i = 0; i < OGR_FD_GetFieldCount(fields); i++) {
        cmty__buf_char(b, ',');
        cmty__gpkg_name(b, OGR_Fld_GetNameRef(OGR_FD_GetFieldDefn(fields, i)));
    }
}

/* Not views, which GDAL opens as well. */
static bool is_table(sqlite3 *db, const char *name)
{
    sqlite3_stmt *stmt = NULL;
    bool found = sqlite3_prepare_v2(db,
                                    "SELECT 1 FROM sqlite_master JOIN gpkg_geometry_columns ON "
                                    "name = table_name WHERE type = 'table' AND name = ?1",
                                    -1, &stmt, NULL)
                 == SQLITE_OK;

    if (found)
        sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC);
    found = found && sqlite3_step(stmt) == SQLITE_ROW;
    sqlite3_finalize(stmt);
    return found;
}

/* CMTY_NOTFOUND where SQLite sees no plain table. */
static cmty_status open_rows(pouring *p, cmty_error *err)
{
    const cmty__enriching *g = p->g;
    cmty__buf text = {0};
    cmty_status st = CMTY_OK;

    if (sqlite3_open_v2(g->in->path, &p->in,
                        SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, NULL)
            != SQLITE_OK
        || !is_table(p->in, OGR_L_GetName(g->from)))
        return CMTY_NOTFOUND;
    cmty__buf_text(&text, "SELECT ");
    name_columns(&text, g->from);
    cmty__buf_text(&text, " FROM ");
    cmty__gpkg_name(&text, OGR_L_GetName(g->from));
    if (text.failed)
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    else if (sqlite3_prepare_v2(p->in, text.data, -1, &p->rows, NULL) != SQLITE_OK)
        st = CMTY_NOTFOUND;
    cmty__buf_free(&text);
    return st;
}

static cmty_status open_loads(pouring *p, cmty_error *err)
{
    for (size_t i = 0; i < LOADS; i++) {
        load *l = &p->loads[i];

        l->cells = cmty__calloc(CMTY__BATCH * p->width, sizeof *l->cells);
        if (!cmty__batch_open(&l->batch, p->g->e->field_count) || l->cells == NULL)
            return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    return CMTY_OK;
}

static cmty_status read_srs_id(pouring *p, const cmty__gpkg_names *names, cmty_error *err)
{
    sqlite3_stmt *stmt = NULL;
    cmty_status st = cmty__gpkg_prepare(
        &p->out, "SELECT srs_id FROM gpkg_geometry_columns WHERE table_name = '@t'", names, &stmt,
        err);

    if (st == CMTY_OK && sqlite3_step(stmt) == SQLITE_ROW)
        p->srs_id = sqlite3_column_int(stmt, 0);
    sqlite3_finalize(stmt);
    return st;
}

static cmty_status fill_table(pouring *p, const cmty__gpkg_names *names, cmty_error *err)
{
    cmty__writer *w = p->g->writer;
    cmty_status st = cmty__writer_let_go(w, err);

    if (st == CMTY_OK)
        st = cmty__gpkg_open(w->temp, w->path, &p->out, err);
    if (st == CMTY_OK)
        st = read_srs_id(p, names, err);
    if (st == CMTY_OK)
        st = pour(p, err);
    if (st == CMTY_OK)
        st = note_content(p, names, err);
    cmty__gpkg_watch(&p->out, p->g->e->host);
    if (st == CMTY_OK)
        st = cmty__gpkg_index(&p->out, names, &p->tree, err);
    if (st == CMTY_OK)
        st = cmty__gpkg_run(&p->out, "COMMIT", NULL, err);
    return st == CMTY_OK ? cmty__gpkg_close(&p->out, err) : st;
}

/* The names of the new table, which GDAL forgets when it lets go of the file. */
static cmty_status pour_named(pouring *p, cmty_error *err)
{
    OGRLayerH to = p->g->writer->layer;
    char *table = cmty__strdup(OGR_L_GetName(to));
    char *geometry = cmty__strdup(OGR_L_GetGeometryColumn(to));
    char *id = cmty__strdup(OGR_L_GetFIDColumn(to));
    const cmty__gpkg_names names = {table, geometry, id};
    cmty_status st;

    cmty__buf_text(&p->insert, "INSERT INTO ");
    cmty__gpkg_name(&p->insert, OGR_L_GetName(to));
    cmty__buf_text(&p->insert, " (");
    name_columns(&p->insert, to);
    cmty__buf_char(&p->insert, ')');
    if (table == NULL || geometry == NULL || id == NULL || p->insert.failed)
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    else
        st = fill_table(p, &names, err);
    cmty__free(table);
    cmty__free(geometry);
    cmty__free(id);
    return st;
}

static bool is_plain(const cmty__enriching *g)
{
    GDALDriverH driver = GDALGetDatasetDriver(g->set);

    return g->writer->type == &cmty__geopackage && driver != NULL
           && strcmp(GDALGetDescription(driver), "GPKG") == 0
           && strcmp(GDALGetDescription(g->set), g->in->path) == 0 && cmty__file_exists(g->in->path)
           && OGR_L_GetGeomType(g->from) != wkbNone && *OGR_L_GetFIDColumn(g->from) != '\0';
}

static void pouring_free(pouring *p)
{
    sqlite3_finalize(p->rows);
    sqlite3_close(p->in);
    (void)cmty__gpkg_close(&p->out, NULL);
    for (size_t i = 0; i < LOADS; i++) {
        cmty__batch_close(&p->loads[i].batch);
        cmty__free(p->loads[i].cells);
        cmty__buf_wipe(&p->loads[i].bytes);
    }
    cmty__rtree_free(&p->tree);
    cmty__buf_free(&p->insert);
    pthread_cond_destroy(&p->changed);
    pthread_mutex_destroy(&p->mutex);
    cmty__free(p);
}

cmty_status cmty__enrich_gpkg(cmty__enriching *g, cmty_error *err)
{
    pouring *p;
    cmty_status st;

    if (!is_plain(g))
        return CMTY_NOTFOUND;
    p = cmty__calloc(1, sizeof *p);
    if (p == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    p->g = g;
    p->width = 2 + (size_t)OGR_FD_GetFieldCount(OGR_L_GetLayerDefn(g->from));
    p->extent = (cmty__box){INFINITY, -INFINITY, INFINITY, -INFINITY};
    p->out.path = g->writer->path;
    p->error = (cmty_error)CMTY_ERROR_INIT;
    pthread_mutex_init(&p->mutex, NULL);
    pthread_cond_init(&p->changed, NULL);
    st = open_rows(p, err);
    if (st == CMTY_OK)
        st = open_loads(p, err);
    if (st == CMTY_OK)
        st = pour_named(p, err);
    pouring_free(p);
    return st;
}
