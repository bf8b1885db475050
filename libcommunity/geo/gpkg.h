/* SPDX-License-Identifier: MIT */
#ifndef CMTY_GEO_GPKG_H
#define CMTY_GEO_GPKG_H

/* GeoPackages below GDAL: what GDAL does row by row, done at once. Private to geo. */

#include "core/core.h"

#include <sqlite3.h>

/* ---- rtree.c: R-trees as SQLite's module rtree keeps them ---- */

/* In single precision, rounded outwards. */
typedef struct cmty__rect {
    float min_x, max_x, min_y, max_y;
} cmty__rect;
cmty__rect cmty__rect_around(double min_x, double max_x, double min_y, double max_y);

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
/* Gives away all nodes by ascending number, and sets t->leaf. Nothing for a tree without content.
   node_size: what the module chose. */
cmty_status cmty__rtree_pack(cmty__rtree *t, size_t node_size, cmty__rtree_node_fn *fn, void *user,
                             cmty_error *err);

/* ---- gpkg.c ---- */

typedef struct cmty__gpkg {
    sqlite3 *db;
    const char *path; /* for messages; borrowed */
} cmty__gpkg;
/* A file of ours under its temporary name: without a journal, never synced, triggers asleep. */
cmty_status cmty__gpkg_open(const char *temp, const char *path, cmty__gpkg *out, cmty_error *err);
cmty_status cmty__gpkg_close(cmty__gpkg *g, cmty_error *err); /* safe to call again */
cmty_status cmty__gpkg_fail(const cmty__gpkg *g, int code, cmty_error *err);
/* `text`: @t table, @c column of geometries, @i column of ids, as in "rtree_@t_@c". */
typedef struct cmty__gpkg_names {
    const char *table, *geometry, *id;
} cmty__gpkg_names;
cmty_status cmty__gpkg_run(const cmty__gpkg *g, const char *text, const cmty__gpkg_names *names,
                           cmty_error *err);
cmty_status cmty__gpkg_prepare(const cmty__gpkg *g, const char *text, const cmty__gpkg_names *names,
                               sqlite3_stmt **out, cmty_error *err);
/* One step of a statement without rows. */
cmty_status cmty__gpkg_once(const cmty__gpkg *g, sqlite3_stmt *stmt, cmty_error *err);

/* The rectangle of a geometry as a GeoPackage keeps it; false: it is empty, or none. */
bool cmty__gpkg_rect(const unsigned char *blob, size_t size, cmty__rect *out);

/* Makes the spatial index of a table that has none. */
cmty_status cmty__gpkg_index(const cmty__gpkg *g, const cmty__gpkg_names *names, cmty__rtree *t,
                             cmty_error *err);
/* Those of all tables that have geometries, read from the file. */
cmty_status cmty__gpkg_index_all(const char *temp, const char *path, cmty_error *err);

#endif
