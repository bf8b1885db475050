/* SPDX-License-Identifier: MIT */
#ifndef CMTY_GEO_WRITER_H
#define CMTY_GEO_WRITER_H

/* What the files that write layers share. Private to geo. */

#include "geo/layer.h"

/* ---- filetype.c: the kinds of files that layers are written to ---- */

typedef struct cmty__filetype {
    const char *end; /* of the file's name */
    const char *driver;
    const char *const *beside; /* ends of the files that go with it, NULL-terminated */
} cmty__filetype;
extern const cmty__filetype cmty__geopackage;
/* By the end of the name; NULL: none that is known. */
const cmty__filetype *cmty__filetype_of(const char *path);
/* The temporary name for GDAL to write to, which ends as the type does. */
cmty_status cmty__filetype_temp(const cmty__filetype *t, const char *path, char **temp,
                                cmty_error *err);
/* All files of one that is whole. */
cmty_status cmty__filetype_sync(const cmty__filetype *t, const char *temp, const char *path,
                                cmty_error *err);
cmty_status cmty__filetype_rename(const cmty__filetype *t, const char *temp, const char *path,
                                  cmty_error *err);
void cmty__filetype_remove(const cmty__filetype *t, const char *temp);
/* How GDAL is to make a layer in it; freed by CSLDestroy. */
char **cmty__filetype_layer_options(const cmty__filetype *t, OGRwkbGeometryType geometry);

/* ---- writer.c ---- */

enum { CMTY__WRITER_FIELDS_MAX = 32 };

struct cmty__writer {
    const cmty__filetype *type;
    char *path, *temp;
    bool settled;
    GDALDatasetH dataset;
    OGRLayerH layer;
    OGRFeatureH feature; /* one, used again for each row of the layer */
    int *map;            /* of a copy: which field each field of the other layer goes to */
    int first;           /* the field that the first value goes to; before it, copied ones */
    int types[CMTY__WRITER_FIELDS_MAX];
    size_t field_count;
    GIntBig next_fid;
    char date[32]; /* what GDAL writes as the time of the last change */
};

/* A file of that type under a temporary name. */
cmty_status cmty__writer_open_as(const char *path, const cmty__filetype *type, cmty__writer **out,
                                 cmty_error *err);
/* GDAL lets go of the file, which is only synced and renamed from here on: whoever asks fills it
   and makes its spatial index. */
cmty_status cmty__writer_let_go(cmty__writer *w, cmty_error *err);
/* No more rows for the layer there was. Within a scope. */
void cmty__writer_drop_layer(cmty__writer *w);
/* Values of the fields from w->first on. Within a scope. */
void cmty__writer_set(cmty__writer *w, const cmty__value *values);
OGRFieldDefnH cmty__writer_field(const cmty__field *field);

/* GDAL's errors and options of this thread, from enter to leave. */
enum { CMTY__SCOPE_OPTIONS = 5 };
typedef struct cmty__scope {
    char *before[CMTY__SCOPE_OPTIONS];
    bool failed, full;
} cmty__scope;
void cmty__scope_enter(const cmty__writer *w, cmty__scope *s);
void cmty__scope_leave(cmty__scope *s);
/* CMTY_OK if it is ok and nothing failed; else the sentence. */
cmty_status cmty__scope_status(const cmty__writer *w, const cmty__scope *s, bool ok,
                               cmty_error *err);

/* ---- writer_copy.c: copies of layers ---- */

/* A layer with the fields of another, and further ones. */
typedef struct cmty__like {
    OGRLayerH layer;
    const char *name;         /* NULL: that of the other */
    OGRSpatialReferenceH srs; /* of the copy; NULL: it has none */
    OGRwkbGeometryType geometry;
    const cmty__field *fields;
    size_t field_count;
    const cmty_host *host; /* hears of fields whose name was taken */
} cmty__like;
cmty_status cmty__writer_like(cmty__writer *w, const cmty__like *like, cmty_error *err);
/* A feature of that other layer, with this geometry in place of its own; NULL: its own. Takes over
   the geometry. */
cmty_status cmty__writer_copy(cmty__writer *w, OGRFeatureH from, OGRGeometryH geometry,
                              cmty_error *err);
/* Features of that other layer as they are, and the values of the further fields of each. */
cmty_status cmty__writer_copies(cmty__writer *w, OGRFeatureH const *from, size_t count,
                                const cmty__value *values, cmty_error *err);

#endif
