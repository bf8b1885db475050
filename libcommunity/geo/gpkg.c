/* SPDX-License-Identifier: MIT */
/*
 * The spatial index of a GeoPackage, built whole: the tables of SQLite's module rtree are filled
 * with a packed tree, where GDAL asks the module for one insertion after another. Serial per file.
 */
#include "geo/gpkg.h"

#include <ogr_api.h>

/* ---- SQLite ---- */

static const char indexing[] = "building the spatial index";

cmty_status cmty__gpkg_fail(const cmty__gpkg *g, int code, cmty_error *err)
{
    const char *name = cmty__basename(g->path);

    if (g->stopped)
        return cmty__fail(err, CMTY_E_STOPPED, "stopped while %s", indexing);
    switch (code & 0xff) {
    case SQLITE_NOMEM:
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    case SQLITE_FULL:
    case SQLITE_IOERR:
        return cmty__fail(err, CMTY_E_IO, "cannot write %s: the disk is full or failing", name);
    default:
        return cmty__fail(err, CMTY_E_IO, "cannot write %s: %s (SQLite code %d)", name,
                          sqlite3_errstr(code), code);
    }
}

cmty_status cmty__gpkg_open(const char *temp, const char *path, cmty__gpkg *out, cmty_error *err)
{
    static const char settings[] = "PRAGMA journal_mode=OFF;"
                                   "PRAGMA synchronous=OFF;"
                                   "PRAGMA locking_mode=EXCLUSIVE;"
                                   "PRAGMA cache_size=-4096;"; /* KiB; what is full is written */
    cmty_status st = CMTY_OK;
    int code;

    *out = (cmty__gpkg){.path = path};
    code = sqlite3_open_v2(temp, &out->db,
                           SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE
                               | SQLITE_OPEN_EXRESCODE,
                           NULL);
    if (code == SQLITE_OK) /* those of GeoPackage call functions of GDAL's */
        code = sqlite3_db_config(out->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_exec(out->db, settings, NULL, NULL, NULL);
    if (code != SQLITE_OK) {
        st = cmty__gpkg_fail(out, code, err);
        (void)cmty__gpkg_close(out, NULL);
    }
    return st;
}

static int ask_host(void *user)
{
    cmty__gpkg *g = user;

    g->stopped = cmty__progress(g->host, indexing, -1, NULL) != CMTY_OK;
    return g->stopped;
}

void cmty__gpkg_watch(cmty__gpkg *g, const cmty_host *host)
{
    enum { STEPS = 100000 }; /* of SQLite's machine: some milliseconds */

    g->host = host;
    sqlite3_progress_handler(g->db, STEPS, ask_host, g);
}

cmty_status cmty__gpkg_close(cmty__gpkg *g, cmty_error *err)
{
    int code = sqlite3_close(g->db);

    g->db = NULL;
    return code == SQLITE_OK ? CMTY_OK : cmty__gpkg_fail(g, code, err);
}

/* A name within quotes, which doubles those in it. */
static void put_name(cmty__buf *b, const char *name, char quote)
{
    for (; *name != '\0'; name++) {
        if (*name == quote)
            cmty__buf_char(b, quote);
        cmty__buf_char(b, *name);
    }
}

void cmty__gpkg_name(cmty__buf *b, const char *name)
{
    cmty__buf_char(b, '"');
    put_name(b, name, '"');
    cmty__buf_char(b, '"');
}

/* The text with the names put in, quoted as it stands where they are. */
static void fill_in(cmty__buf *b, const char *text, const cmty__gpkg_names *names)
{
    bool string = false;

    if (names == NULL)
        cmty__buf_text(b, text);
    for (; names != NULL && *text != '\0'; text++) {
        if (*text == '\'')
            string = !string;
        if (*text != '@') {
            cmty__buf_char(b, *text);
            continue;
        }
        text++;
        put_name(b,
                 *text == 't'   ? names->table
                 : *text == 'c' ? names->geometry
                                : names->id,
                 string ? '\'' : '"');
    }
}

cmty_status cmty__gpkg_run(const cmty__gpkg *g, const char *text, const cmty__gpkg_names *names,
                           cmty_error *err)
{
    cmty__buf b = {0};
    int code = SQLITE_NOMEM;

    fill_in(&b, text, names);
    if (!b.failed)
        code = sqlite3_exec(g->db, b.data, NULL, NULL, NULL);
    cmty__buf_free(&b);
    return code == SQLITE_OK ? CMTY_OK : cmty__gpkg_fail(g, code, err);
}

cmty_status cmty__gpkg_prepare(const cmty__gpkg *g, const char *text, const cmty__gpkg_names *names,
                               sqlite3_stmt **out, cmty_error *err)
{
    cmty__buf b = {0};
    int code = SQLITE_NOMEM;

    fill_in(&b, text, names);
    if (!b.failed)
        code = sqlite3_prepare_v3(g->db, b.data, -1, SQLITE_PREPARE_PERSISTENT, out, NULL);
    cmty__buf_free(&b);
    return code == SQLITE_OK ? CMTY_OK : cmty__gpkg_fail(g, code, err);
}

cmty_status cmty__gpkg_once(const cmty__gpkg *g, sqlite3_stmt *stmt, cmty_error *err)
{
    int code = sqlite3_step(stmt);

    sqlite3_reset(stmt);
    return code == SQLITE_DONE ? CMTY_OK : cmty__gpkg_fail(g, code, err);
}

/* ---- geometries: OGC 12-128r15, 2.1.3 ---- */

enum { BLOB_HEAD = 8, WKB_HEAD = 5 };

uint32_t cmty__gpkg_u32(const unsigned char *at, bool little)
{
    uint32_t v = 0;

    for (int i = 0; i < 4; i++)
        v = v << 8 | at[little ? 3 - i : i];
    return v;
}

double cmty__gpkg_double(const unsigned char *at, bool little)
{
    uint64_t bits = 0;
    double v;

    for (int i = 0; i < 8; i++)
        bits = bits << 8 | at[little ? 7 - i : i];
    memcpy(&v, &bits, sizeof v);
    return v;
}

static bool make_box(double min_x, double max_x, double min_y, double max_y, cmty__box *out)
{
    *out = (cmty__box){min_x, max_x, min_y, max_y};
    return min_x <= max_x && min_y <= max_y; /* else NaN: empty */
}

/* Where the header states no box and it is no point. */
static bool measure(const unsigned char *wkb, size_t size, cmty__box *out)
{
    OGRGeometryH shape = NULL;
    OGREnvelope box;
    bool ok = size <= INT32_MAX && OGR_G_CreateFromWkb(wkb, NULL, &shape, (int)size) == OGRERR_NONE
              && !OGR_G_IsEmpty(shape);

    if (ok)
        OGR_G_GetEnvelope(shape, &box);
    if (shape != NULL)
        OGR_G_DestroyGeometry(shape);
    return ok && make_box(box.MinX, box.MaxX, box.MinY, box.MaxY, out);
}

size_t cmty__gpkg_head(const unsigned char *blob, size_t size)
{
    static const size_t box[] = {0, 32, 48, 48, 64};
    size_t kind;

    if (size < BLOB_HEAD || blob[0] != 'G' || blob[1] != 'P')
        return 0;
    kind = blob[3] >> 1 & 7;
    if (kind >= sizeof box / sizeof *box || size < BLOB_HEAD + box[kind] + WKB_HEAD)
        return 0;
    return BLOB_HEAD + box[kind];
}

void cmty__gpkg_set_srs(unsigned char *blob, int32_t srs_id)
{
    bool little = (blob[3] & 1) != 0;

    for (int i = 0; i < 4; i++)
        blob[4 + i] = (unsigned char)((uint32_t)srs_id >> (little ? 8 * i : 24 - 8 * i) & 0xff);
}

bool cmty__gpkg_box(const unsigned char *blob, size_t size, cmty__box *out)
{
    size_t head = cmty__gpkg_head(blob, size);
    const unsigned char *wkb = blob + BLOB_HEAD;

    if (head == 0 || (blob[3] & 0x10) != 0)
        return false;
    if (head > BLOB_HEAD) {
        bool little = (blob[3] & 1) != 0;

        return make_box(cmty__gpkg_double(blob + 8, little), cmty__gpkg_double(blob + 16, little),
                        cmty__gpkg_double(blob + 24, little), cmty__gpkg_double(blob + 32, little),
                        out);
    }
    if (cmty__gpkg_u32(wkb + 1, wkb[0] != 0) % 1000 == 1 && size >= BLOB_HEAD + WKB_HEAD + 16) {
        double x = cmty__gpkg_double(wkb + 5, wkb[0] != 0),
               y = cmty__gpkg_double(wkb + 13, wkb[0] != 0);

        return make_box(x, x, y, y, out);
    }
    return measure(wkb, size - BLOB_HEAD, out);
}

/* ---- the index: OGC 12-128r15, annex F.3, in GDAL's words ---- */

static const char made[] =
    "CREATE TABLE IF NOT EXISTS gpkg_extensions (table_name TEXT,column_name TEXT,"
    "extension_name TEXT NOT NULL,definition TEXT NOT NULL,scope TEXT NOT NULL,"
    "CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));"
    "INSERT INTO gpkg_extensions VALUES ('@t', '@c', 'gpkg_rtree_index', "
    "'http://www.geopackage.org/spec120/#extension_rtree', 'write-only');"
    "CREATE VIRTUAL TABLE \"rtree_@t_@c\" USING rtree(id, minx, maxx, miny, maxy);";

#define BOX                                                                                        \
    "(NEW.\"@i\",ST_MinX(NEW.\"@c\"), ST_MaxX(NEW.\"@c\"),ST_MinY(NEW.\"@c\"), "                   \
    "ST_MaxY(NEW.\"@c\"))"

static const char triggers[] =
    "CREATE TRIGGER \"rtree_@t_@c_insert\" AFTER INSERT ON \"@t\" WHEN (new.\"@c\" NOT NULL AND "
    "NOT ST_IsEmpty(NEW.\"@c\")) BEGIN INSERT OR REPLACE INTO \"rtree_@t_@c\" VALUES " BOX "; END;"
    "CREATE TRIGGER \"rtree_@t_@c_update1\" AFTER UPDATE OF \"@c\" ON \"@t\" WHEN OLD.\"@i\" = "
    "NEW.\"@i\" AND (NEW.\"@c\" NOTNULL AND NOT ST_IsEmpty(NEW.\"@c\")) BEGIN INSERT OR REPLACE "
    "INTO \"rtree_@t_@c\" VALUES " BOX "; END;"
    "CREATE TRIGGER \"rtree_@t_@c_update2\" AFTER UPDATE OF \"@c\" ON \"@t\" WHEN OLD.\"@i\" = "
    "NEW.\"@i\" AND (NEW.\"@c\" ISNULL OR ST_IsEmpty(NEW.\"@c\")) BEGIN DELETE FROM "
    "\"rtree_@t_@c\" WHERE id = OLD.\"@i\"; END;"
    "CREATE TRIGGER \"rtree_@t_@c_update3\" AFTER UPDATE ON \"@t\" WHEN OLD.\"@i\" != NEW.\"@i\" "
    "AND (NEW.\"@c\" NOTNULL AND NOT ST_IsEmpty(NEW.\"@c\")) BEGIN DELETE FROM \"rtree_@t_@c\" "
    "WHERE id = OLD.\"@i\"; INSERT OR REPLACE INTO \"rtree_@t_@c\" VALUES " BOX "; END;"
    "CREATE TRIGGER \"rtree_@t_@c_update4\" AFTER UPDATE ON \"@t\" WHEN OLD.\"@i\" != NEW.\"@i\" "
    "AND (NEW.\"@c\" ISNULL OR ST_IsEmpty(NEW.\"@c\")) BEGIN DELETE FROM \"rtree_@t_@c\" WHERE id "
    "IN (OLD.\"@i\", NEW.\"@i\"); END;"
    "CREATE TRIGGER \"rtree_@t_@c_delete\" AFTER DELETE ON \"@t\" WHEN old.\"@c\" NOT NULL BEGIN "
    "DELETE FROM \"rtree_@t_@c\" WHERE id = OLD.\"@i\"; END;";

typedef struct filling {
    const cmty__gpkg *file;
    sqlite3_stmt *node, *parent;
} filling;

static cmty_status put_node(void *user, uint32_t number, uint32_t parent, const void *bytes,
                            size_t size, cmty_error *err)
{
    filling *f = user;
    cmty_status st;

    sqlite3_bind_int64(f->node, 1, number);
    sqlite3_bind_blob(f->node, 2, bytes, (int)size, SQLITE_STATIC);
    st = cmty__gpkg_once(f->file, f->node, err);
    if (st != CMTY_OK || parent == 0)
        return st;
    sqlite3_bind_int64(f->parent, 1, number);
    sqlite3_bind_int64(f->parent, 2, parent);
    return cmty__gpkg_once(f->file, f->parent, err);
}

static cmty_status put_nodes(const cmty__gpkg *g, const cmty__gpkg_names *names, cmty__rtree *t,
                             cmty_error *err)
{
    filling f = {.file = g};
    sqlite3_stmt *root = NULL;
    size_t node_size = 0;
    cmty_status st = cmty__gpkg_prepare(
        g, "SELECT length(data) FROM \"rtree_@t_@c_node\" WHERE nodeno = 1", names, &root, err);

    if (st == CMTY_OK && sqlite3_step(root) == SQLITE_ROW)
        node_size = (size_t)sqlite3_column_int(root, 0);
    sqlite3_finalize(root);
    if (st == CMTY_OK)
        st = cmty__gpkg_prepare(g, "REPLACE INTO \"rtree_@t_@c_node\" VALUES (?1, ?2)", names,
                                &f.node, err);
    if (st == CMTY_OK)
        st = cmty__gpkg_prepare(g, "INSERT INTO \"rtree_@t_@c_parent\" VALUES (?1, ?2)", names,
                                &f.parent, err);
    if (st == CMTY_OK)
        st = cmty__rtree_pack(t, node_size, put_node, &f, err);
    sqlite3_finalize(f.node);
    sqlite3_finalize(f.parent);
    return st;
}

/* Which node holds what is to be found. */
typedef struct places {
    const cmty__rtree *tree;
    size_t next; /* one past the row that is given */
} places;

static bool next_place(void *user, bool *more)
{
    places *p = user;

    *more = p->next < p->tree->count;
    p->next++;
    return true;
}

static void give_place(void *user, size_t column, sqlite3_context *to)
{
    const places *p = user;

    sqlite3_result_int64(to, column == 0 ? p->tree->ids[p->next - 1] : p->tree->leaf[p->next - 1]);
}

static cmty_status put_places(const cmty__gpkg *g, const cmty__gpkg_names *names,
                              const cmty__rtree *t, cmty_error *err)
{
    places p = {t, 0};
    const cmty__source source = {2, next_place, give_place, &p};

    return cmty__gpkg_pour(g, "INSERT INTO \"rtree_@t_@c_rowid\" (rowid, nodeno)", names, &source,
                           err);
}

cmty_status cmty__gpkg_index(const cmty__gpkg *g, const cmty__gpkg_names *names, cmty__rtree *t,
                             cmty_error *err)
{
    cmty_status st = cmty__gpkg_run(g, made, names, err);

    if (st == CMTY_OK)
        st = put_nodes(g, names, t, err);
    if (st == CMTY_OK)
        st = put_places(g, names, t, err);
    return st == CMTY_OK ? cmty__gpkg_run(g, triggers, names, err) : st;
}

/* ---- of a whole file ---- */

static cmty_status read_rects(const cmty__gpkg *g, const cmty__gpkg_names *names, cmty__rtree *t,
                              cmty_error *err)
{
    sqlite3_stmt *rows = NULL;
    cmty_status st =
        cmty__gpkg_prepare(g, "SELECT \"@i\", \"@c\" FROM \"@t\" ORDER BY 1", names, &rows, err);
    int code = SQLITE_ROW;

    while (st == CMTY_OK && (code = sqlite3_step(rows)) == SQLITE_ROW) {
        const void *blob = sqlite3_column_blob(rows, 1);
        cmty__box box;

        if (blob != NULL && cmty__gpkg_box(blob, (size_t)sqlite3_column_bytes(rows, 1), &box)
            && !cmty__rtree_add(t, sqlite3_column_int64(rows, 0), cmty__rect_around(&box)))
            st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    sqlite3_finalize(rows);
    return st == CMTY_OK && code != SQLITE_DONE ? cmty__gpkg_fail(g, code, err) : st;
}

static cmty_status index_table(const cmty__gpkg *g, const cmty__gpkg_names *names, cmty_error *err)
{
    cmty__rtree t = {0};
    cmty_status st = read_rects(g, names, &t, err);

    if (st == CMTY_OK)
        st = cmty__gpkg_index(g, names, &t, err);
    cmty__rtree_free(&t);
    return st;
}

cmty_status cmty__gpkg_index_all(const char *temp, const char *path, cmty_error *err)
{
    static const char tables[] =
        "SELECT table_name, column_name, (SELECT name FROM pragma_table_info(table_name) WHERE pk) "
        "FROM gpkg_geometry_columns ORDER BY 1";
    cmty__gpkg g;
    sqlite3_stmt *list = NULL;
    int code = SQLITE_ROW;
    cmty_status st = cmty__gpkg_open(temp, path, &g, err), closed;

    if (st != CMTY_OK)
        return st;
    st = cmty__gpkg_run(&g, "BEGIN", NULL, err);
    if (st == CMTY_OK)
        st = cmty__gpkg_prepare(&g, tables, NULL, &list, err);
    while (st == CMTY_OK && (code = sqlite3_step(list)) == SQLITE_ROW) {
        const cmty__gpkg_names names = {(const char *)sqlite3_column_text(list, 0),
                                        (const char *)sqlite3_column_text(list, 1),
                                        (const char *)sqlite3_column_text(list, 2)};

        st = names.id == NULL ? cmty__gpkg_fail(&g, SQLITE_CORRUPT, err)
                              : index_table(&g, &names, err);
    }
    sqlite3_finalize(list);
    if (st == CMTY_OK && code != SQLITE_DONE)
        st = cmty__gpkg_fail(&g, code, err);
    if (st == CMTY_OK)
        st = cmty__gpkg_run(&g, "COMMIT", NULL, err);
    closed = cmty__gpkg_close(&g, st == CMTY_OK ? err : NULL);
    return st == CMTY_OK ? closed : st;
}
