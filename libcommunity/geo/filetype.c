/* SPDX-License-Identifier: MIT */
/* The kinds of files that layers are written to: their drivers, and the files they consist of. Any
   thread. */
#include "geo/writer.h"

#include <cpl_string.h>
#include <stdio.h>

static const char *const alone[] = {NULL};
/* without the index files of other programs, which belong to the file that was there before */
static const char *const of_shapefile[] = {".shx", ".dbf", ".prj", ".cpg", NULL};
static const char *const stale[] = {".qix", ".sbn", ".sbx", ".qmd"};

const cmty__filetype cmty__geopackage = {".gpkg", "GPKG", alone};
static const cmty__filetype others[] = {{".geojson", "GeoJSON", alone},
                                        {".json", "GeoJSON", alone},
                                        {".fgb", "FlatGeobuf", alone},
                                        {".shp", "ESRI Shapefile", of_shapefile},
                                        {".csv", "CSV", alone}};

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);

    return n > m && cmty__text_equal_nocase(text + n - m, end);
}

const cmty__filetype *cmty__filetype_of(const char *path)
{
    if (ends_with(path, cmty__geopackage.end))
        return &cmty__geopackage;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (ends_with(path, others[i].end))
            return &others[i];
    return NULL;
}

/* A name with another end. It must work where memory has run out. */
typedef struct filename {
    char text[4096]; /* PATH_MAX */
} filename;

static bool beside(const cmty__filetype *t, const char *path, const char *end, filename *out)
{
    return cmty__format(out->text, sizeof out->text, "%.*s%s", (int)(strlen(path) - strlen(t->end)),
                        path, end);
}

static cmty_status too_long(const char *path, cmty_error *err)
{
    return cmty__fail(err, CMTY_E_IO, "cannot write %s: its path is too long",
                      cmty__basename(path));
}

cmty_status cmty__filetype_temp(const cmty__filetype *t, const char *path, char **temp,
                                cmty_error *err)
{
    char *name = NULL;
    cmty__buf b = {0};
    cmty_status st = cmty__temp_beside(path, &name, err);

    if (st == CMTY_OK) {
        cmty__buf_text(&b, name);
        cmty__buf_text(&b, t->end);
        if (b.failed)
            st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    cmty__free(name);
    if (st == CMTY_OK)
        *temp = b.data;
    else
        cmty__buf_free(&b);
    return st;
}

cmty_status cmty__filetype_sync(const cmty__filetype *t, const char *temp, const char *path,
                                cmty_error *err)
{
    cmty_status st = cmty__sync_file(temp, path, err);

    for (size_t i = 0; st == CMTY_OK && t->beside[i] != NULL; i++) {
        filename from;

        if (!beside(t, temp, t->beside[i], &from))
            st = too_long(path, err);
        else if (cmty__file_exists(from.text))
            st = cmty__sync_file(from.text, path, err);
    }
    return st;
}

/* A file that goes with the other; what an older one left there goes. */
static cmty_status rename_beside(const cmty__filetype *t, const char *end, const char *temp,
                                 const char *path, cmty_error *err)
{
    filename from, to;

    if (!beside(t, temp, end, &from) || !beside(t, path, end, &to))
        return too_long(path, err);
    if (cmty__file_exists(from.text))
        return cmty__rename_into_place(from.text, to.text, err);
    (void)remove(to.text);
    return CMTY_OK;
}

cmty_status cmty__filetype_rename(const cmty__filetype *t, const char *temp, const char *path,
                                  cmty_error *err)
{
    cmty_status st = CMTY_OK;

    for (size_t i = 0; st == CMTY_OK && t->beside[i] != NULL; i++)
        st = rename_beside(t, t->beside[i], temp, path, err);
    for (size_t i = 0; st == CMTY_OK && t->beside != alone && i < sizeof stale / sizeof *stale; i++)
        st = rename_beside(t, stale[i], temp, path, err);
    return st == CMTY_OK ? cmty__rename_into_place(temp, path, err) : st;
}

void cmty__filetype_remove(const cmty__filetype *t, const char *temp)
{
    filename name;

    cmty__remove(temp);
    for (size_t i = 0; t->beside[i] != NULL; i++)
        if (beside(t, temp, t->beside[i], &name))
            (void)remove(name.text);
}

char **cmty__filetype_layer_options(const cmty__filetype *t, OGRwkbGeometryType geometry)
{
    OGRwkbGeometryType flat = OGR_GT_Flatten(geometry);

    if (strcmp(t->driver, "CSV") == 0)
        return CSLSetNameValue(NULL, "GEOMETRY", flat == wkbPoint ? "AS_XY" : "AS_WKT");
    if (strcmp(t->driver, "ESRI Shapefile") == 0)
        return CSLSetNameValue(NULL, "ENCODING", "UTF-8");
    return NULL;
}
