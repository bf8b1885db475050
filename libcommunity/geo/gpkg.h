/* SPDX-License-Identifier: MIT */
#ifndef CMTY_GEO_GPKG_H
#define CMTY_GEO_GPKG_H

/* GeoPackages below GDAL: what GDAL does row by row, done at once. Private to geo. */

#include "core/core.h"

#include <sqlite3.h>

/* ---- rtree.c: R-trees as SQLite's module rtree keeps them ---- */

typedef struct cmty__box {
    double min_x, max_x, min_y, max_y;
} cmty__box;

/* In single precision, rounded outwards. */
typedef struct cmty__rect {
    float min_x, max_x, min_y, max_y;
} cmty__rect;
cmty__rect cmty__rect_around(const cmty__box *box);

/* What is to be found, packed into nodes when all of it is known. */
typedef struct cmty__rtree {
    int64_t *ids;
    cmty__rect *rects;
    uint32_t *leaf; /* once packed: the number of the node that holds each of them */
    size_t count, id_capacity, rect_capacity;
} cmty__rtree;
/* False: out of memory. */
bool cmty__rtree_add(cmty__rtree *t, int64_t id, cmty__rect rect);
void cmty__rtree_free(cmty__rtree *t);

/* A node as the module stores it; node 1 is the root. */
typedef cmty_status cmty__rtree_node_fn(void *user, uint32_t number, uint32_t parent,
                                        const void *bytes, size_t size, cmty_error *err);
/* Gives away all nodes, the leaves first, and sets t->leaf. Nothing for a tree without content.
   node_size: what the module chose. */
cmty_status cmty__rtree_pack(cmty__rtree *t, size_t node_size, cmty__rtree_node_fn *fn, void *user,
                             cmty_error *err);

/* ---- gpkg.c ---- */

typedef struct cmty__gpkg {
    sqlite3 *db;
    const char *path; /* for messages; borrowed */
    const cmty_host *host;
    bool stopped; /* by the host */
} cmty__gpkg;
/* A file of ours under its temporary name: without a journal, never synced, triggers asleep. */
cmty_status cmty__gpkg_open(const char *temp, const char *path, cmty__gpkg *out, cmty_error *err);
/* From here on, while statements run, the host is asked whether to stop. */
void cmty__gpkg_watch(cmty__gpkg *g, const cmty_host *host);
cmty_status cmty__gpkg_close(cmty__gpkg *g, cmty_error *err); /* safe to call again */
cmty_status cmty__gpkg_fail(const cmty__gpkg *g, int code, cmty_error *err);
/* In quotes. */
void cmty__gpkg_name(cmty__buf *b, const char *name);
/* `text`: @t table, @c column of geometries, @i column of ids, as in "rtree_@t_@c";
   names NULL: as it is. */
typedef struct cmty__gpkg_names {
    const char *table, *geometry, *id;
} cmty__gpkg_names;
cmty_status cmty__gpkg_run(const cmty__gpkg *g, const char *text, const cmty__gpkg_names *names,
                           cmty_error *err);
cmty_status cmty__gpkg_prepare(const cmty__gpkg *g, const char *text, const cmty__gpkg_names *names,
                               sqlite3_stmt **out, cmty_error *err);
/* One step of a statement without rows. */
cmty_status cmty__gpkg_once(const cmty__gpkg *g, sqlite3_stmt *stmt, cmty_error *err);

/* ---- gpkg_source.c ---- */

/* Rows that are asked for one after the other. */
typedef struct cmty__source {
    size_t columns;
    /* Goes to the next row, at first to the first; *more: there is one. False: give up. */
    bool (*next)(void *user, bool *more);
    /* What is given stays where it is until the next row. */
    void (*column)(void *user, size_t column, sqlite3_context *to);
    void *user;
} cmty__source;
/* `into`: "INSERT INTO ..." up to the SELECT. */
cmty_status cmty__gpkg_pour(const cmty__gpkg *g, const char *into, const cmty__gpkg_names *names,
                            const cmty__source *source, cmty_error *err);

/* ---- gpkg.c: geometries and their index ---- */

/* The header of a geometry, in bytes; 0: it is none of a GeoPackage. */
size_t cmty__gpkg_head(const unsigned char *blob, size_t size);
void cmty__gpkg_set_srs(unsigned char *blob, int32_t srs_id);
uint32_t cmty__gpkg_u32(const unsigned char *at, bool little);
double cmty__gpkg_double(const unsigned char *at, bool little);
/* The box of a geometry as a GeoPackage keeps it; false: it is empty, or none. */
bool cmty__gpkg_box(const unsigned char *blob, size_t size, cmty__box *out);

/* Makes the spatial index of a table that has none. */
cmty_status cmty__gpkg_index(const cmty__gpkg *g, const cmty__gpkg_names *names, cmty__rtree *t,
                             cmty_error *err);
/* Those of all tables that have geometries, read from the file. */
cmty_status cmty__gpkg_index_all(const char *temp, const char *path, cmty_error *err);

#endif
