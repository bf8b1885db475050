/* SPDX-License-Identifier: MIT */
/* Opening vector files with GDAL. Any thread: a dataset is used by the thread that opened it, and
   errors are caught by handlers of this thread only. */
#include "geo/layer.h"

#include <cpl_conv.h>
#include <cpl_error.h>
#include <cpl_string.h>
#include <cpl_vsi.h>
#include <gdal.h>
#include <pthread.h>

static void CPL_STDCALL note_error(CPLErr class, CPLErrorNum code, const char *text)
{
    cmty__quiet *q = CPLGetErrorHandlerUserData();

    (void)code;
    (void)text;
    if (class >= CE_Failure)
        q->failed = true;
}

static void register_drivers(void)
{
    GDALAllRegister();
}

void cmty__quiet_begin(cmty__quiet *q)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    (void)pthread_once(&once, register_drivers);
    q->failed = false;
    CPLPushErrorHandlerEx(note_error, q);
}

void cmty__quiet_end(cmty__quiet *q)
{
    (void)q;
    CPLPopErrorHandler();
    CPLErrorReset(); /* what happened here is not the host's last error */
}

/* ---- the file ---- */

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);

    return n >= m && cmty__text_equal_nocase(text + n - m, end);
}

static GDALDatasetH open_with(const char *path, bool csv, const cmty__spec *spec)
{
    static const char *const drivers[] = {"CSV", NULL};
    char **columns = NULL;
    GDALDatasetH set;

    if (!csv)
        return GDALOpenEx(path, GDAL_OF_VECTOR | GDAL_OF_READONLY, NULL, NULL, NULL);
    /* how the columns of point tables are called; KEEP: they stay readable as fields */
    columns = CSLSetNameValue(
        columns, "X_POSSIBLE_NAMES",
        spec->lon != NULL ? spec->lon : "lon,lng,long,longitude,x,lon_deg,point_x,xcoord");
    columns =
        CSLSetNameValue(columns, "Y_POSSIBLE_NAMES",
                        spec->lat != NULL ? spec->lat : "lat,latitude,y,lat_deg,point_y,ycoord");
    columns = CSLSetNameValue(columns, "KEEP_GEOM_COLUMNS", "YES");
    columns = CSLSetNameValue(columns, "GEOM_POSSIBLE_NAMES", "wkt,the_geom,geom,geometry");
    set = GDALOpenEx(path, GDAL_OF_VECTOR | GDAL_OF_READONLY, drivers, (const char *const *)columns,
                     NULL);
    CSLDestroy(columns);
    return set;
}

static bool is_table(const char *path)
{
    return ends_with(path, ".csv") || ends_with(path, ".csv.gz") || ends_with(path, ".tsv")
           || ends_with(path, ".txt");
}

/* The only file of an archive that can be a layer, when GDAL finds none at its top. */
static GDALDatasetH open_within(const char *archive, const cmty__spec *spec)
{
    static const char *const kinds[] = {".shp", ".geojson", ".json", ".topojson", ".gpkg",
                                        ".kml", ".gml",     ".tab",  ".csv"};
    char **files = VSIReadDirRecursive(archive);
    const char *found = NULL;
    size_t count = 0;
    GDALDatasetH set = NULL;

    for (int i = 0; files != NULL && files[i] != NULL; i++)
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
            if (ends_with(files[i], kinds[k]) && strstr(files[i], "__MACOSX") == NULL) {
                found = files[i];
                count++;
            }
    if (count == 1)
        set = open_with(CPLFormFilename(archive, found, NULL), is_table(found), spec);
    CSLDestroy(files);
    return set;
}

static GDALDatasetH open_file(const cmty__spec *spec, cmty__buf *name)
{
    const char *path = spec->path;
    bool zip = ends_with(path, ".zip");
    GDALDatasetH set;

    if (!cmty__starts_with(path, "/vsi"))
        cmty__buf_text(name, zip ? "/vsizip/" : ends_with(path, ".gz") ? "/vsigzip/" : "");
    cmty__buf_text(name, path);
    if (name->failed)
        return NULL;
    set = open_with(name->data, is_table(path), spec);
    if (set == NULL && zip)
        set = open_within(name->data, spec);
    return set;
}

/* Why GDAL could not open it. */
static cmty_status explain(const char *path, cmty_error *err)
{
    const char *name = cmty__basename(path);
    VSILFILE *file = VSIFOpenL(path, "rb");
    bool empty;

    if (file == NULL && !cmty__starts_with(path, "/vsi"))
        return cmty__fail(err, CMTY_E_IO, "cannot open %s: %s", name,
                          cmty__file_exists(path) ? "no permission to read it" : "no such file");
    empty = file != NULL && VSIFSeekL(file, 0, SEEK_END) == 0 && VSIFTellL(file) == 0;
    if (file != NULL)
        VSIFCloseL(file);
    if (empty)
        return cmty__fail(err, CMTY_E_FORMAT, "%s is empty", name);
    return cmty__fail(err, CMTY_E_FORMAT,
                      "%s is not a vector file that GDAL can read, or it is damaged", name);
}

/* ---- the layer in it ---- */

static bool may_hold(OGRwkbGeometryType type, bool polygons, bool points)
{
    type = OGR_GT_Flatten(type);
    if (type == wkbUnknown || type == wkbGeometryCollection)
        return true;
    if (points && (type == wkbPoint || type == wkbMultiPoint))
        return true;
    return polygons
           && (OGR_GT_IsSubClassOf(type, wkbSurface) || OGR_GT_IsSubClassOf(type, wkbMultiSurface));
}

static cmty_status fail_listing(GDALDatasetH set, const char *file, const char *what,
                                cmty_error *err)
{
    cmty__buf names = {0};
    cmty_status st;

    for (int i = 0; i < GDALDatasetGetLayerCount(set); i++) {
        if (i > 0)
            cmty__buf_text(&names, ", ");
        cmty__buf_text(&names, OGR_L_GetName(GDALDatasetGetLayer(set, i)));
    }
    if (names.failed)
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    else
        st = cmty__fail(err, CMTY_E_FORMAT, "%s %s; say |layername= with one of: %.300s", file,
                        what, names.data == NULL ? "" : names.data);
    cmty__buf_free(&names);
    return st;
}

static cmty_status choose_layer(GDALDatasetH set, const cmty__spec *spec, bool polygons,
                                bool points, OGRLayerH *layer, bool *several, cmty_error *err)
{
    const char *file = cmty__basename(spec->path);
    int count = GDALDatasetGetLayerCount(set), candidates = 0;

    *layer = NULL;
    if (spec->layer != NULL) {
        *layer = GDALDatasetGetLayerByName(set, spec->layer);
        return *layer != NULL ? CMTY_OK : fail_listing(set, file, "has no layer of that name", err);
    }
    if (count == 0)
        return cmty__fail(err, CMTY_E_FORMAT, "%s holds no layer", file);
    for (int i = 0; i < count; i++) {
        OGRLayerH one = GDALDatasetGetLayer(set, i);

        if (count == 1 || may_hold(OGR_L_GetGeomType(one), polygons, points)) {
            *layer = one;
            candidates++;
        }
    }
    if (candidates == 1)
        return CMTY_OK;
    *several = candidates > 1;
    return fail_listing(
        set, file,
        candidates == 0 ? "has no layer of the kind that is needed" : "has several layers", err);
}

cmty_status cmty__gdal_open(const cmty__spec *spec, bool polygons, bool points, GDALDatasetH *set,
                            OGRLayerH *layer, bool *several, cmty_error *err)
{
    cmty__buf name = {0};
    bool failed;
    cmty_status st;

    *several = false;
    *set = open_file(spec, &name);
    failed = name.failed;
    cmty__buf_free(&name);
    if (failed)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    if (*set == NULL)
        return explain(spec->path, err);
    st = choose_layer(*set, spec, polygons, points, layer, several, err);
    if (st == CMTY_OK)
        return CMTY_OK;
    GDALClose(*set);
    *set = NULL;
    return st;
}

/* ---- what layers there are ---- */

static cmty_status list_layers(GDALDatasetH set, cmty__arena *texts, cmty__layer_entry *entries,
                               size_t capacity, size_t *count, cmty_error *err)
{
    for (int i = 0; i < GDALDatasetGetLayerCount(set) && *count < capacity; i++) {
        OGRLayerH layer = GDALDatasetGetLayer(set, i);
        cmty__layer_entry *e = &entries[*count];
        const char *name = OGR_L_GetName(layer);

        if (OGR_L_GetFeatureCount(layer, TRUE) == 0)
            continue;
        e->name = cmty__arena_text(texts, name, strlen(name));
        e->points = may_hold(OGR_L_GetGeomType(layer), false, true);
        if (e->name == NULL)
            return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
        (*count)++;
    }
    return CMTY_OK;
}

cmty_status cmty__layer_list(const char *path, cmty__arena *texts, cmty__layer_entry *entries,
                             size_t capacity, size_t *count, cmty_error *err)
{
    const cmty__spec spec = {.path = path};
    cmty__buf name = {0};
    cmty__quiet quiet;
    GDALDatasetH set;
    cmty_status st;

    *count = 0;
    cmty__quiet_begin(&quiet);
    set = open_file(&spec, &name);
    if (name.failed)
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    else if (set == NULL)
        st = explain(path, err);
    else
        st = list_layers(set, texts, entries, capacity, count, err);
    if (set != NULL)
        GDALClose(set);
    cmty__buf_free(&name);
    cmty__quiet_end(&quiet);
    return st;
}
