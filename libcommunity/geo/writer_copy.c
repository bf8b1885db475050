/* SPDX-License-Identifier: MIT */
/* Copies of layers: all fields and geometries as they are, and further fields. Serial per writer.
 */
#include "geo/writer.h"

#include <cpl_conv.h>
#include <cpl_string.h>

/* ---- names ---- */

/* A name for a column of GeoPackage's own that no field has taken. */
static const char *free_name(OGRFeatureDefnH fields, const char *name, const char *otherwise)
{
    return OGR_FD_GetFieldIndex(fields, name) < 0 ? name : otherwise;
}

/* Databases know no upper and lower case. */
static bool taken(OGRLayerH layer, const char *name)
{
    return OGR_FD_GetFieldIndex(OGR_L_GetLayerDefn(layer), name) >= 0
           || cmty__text_equal_nocase(OGR_L_GetFIDColumn(layer), name)
           || cmty__text_equal_nocase(OGR_L_GetGeometryColumn(layer), name);
}

/* The name, or the first of name_2, name_3 that is free. */
static bool name_field(const cmty__writer *w, const char *name, const cmty_host *host,
                       cmty__buf *out)
{
    cmty__buf_text(out, name);
    for (int i = 2; !out->failed && taken(w->layer, out->data); i++) {
        cmty__buf_clear(out);
        cmty__buf_format(out, "%s_%d", name, i);
    }
    if (!out->failed && strcmp(out->data, name) != 0)
        cmty__notice(host, "%s: the layer has a field %s already; the new one is called %s",
                     cmty__basename(w->path), name, out->data);
    return !out->failed;
}

/* ---- layers ---- */

/* Type and form only: constraints and domains belong to the other file. */
static OGRFieldDefnH copied_field(OGRFieldDefnH from)
{
    OGRFieldDefnH to = OGR_Fld_Create("", OGR_Fld_GetType(from));

    OGR_Fld_SetSubType(to, OGR_Fld_GetSubType(from));
    OGR_Fld_SetWidth(to, OGR_Fld_GetWidth(from));
    OGR_Fld_SetPrecision(to, OGR_Fld_GetPrecision(from));
    OGR_Fld_SetAlternativeName(to, OGR_Fld_GetAlternativeNameRef(from));
    return to;
}

enum { NOT_MADE = -1, NO_MEMORY = -2 };

/* Takes over the definition. The number of the field, or why there is none. */
static int add_field(cmty__writer *w, OGRFieldDefnH field, const char *name, const cmty_host *host)
{
    cmty__buf unique = {0};
    int at = OGR_FD_GetFieldCount(OGR_L_GetLayerDefn(w->layer));

    if (name_field(w, name, host, &unique)) {
        OGR_Fld_SetName(field, unique.data);
        if (OGR_L_CreateField(w->layer, field, TRUE) != OGRERR_NONE
            || OGR_FD_GetFieldCount(OGR_L_GetLayerDefn(w->layer)) == at)
            at = NOT_MADE;
    } else {
        at = NO_MEMORY;
    }
    cmty__buf_free(&unique);
    OGR_Fld_Destroy(field);
    return at;
}

/* The number of the last field, or why one is missing. */
static int add_fields(cmty__writer *w, const cmty__like *like)
{
    OGRFeatureDefnH fields = OGR_L_GetLayerDefn(like->layer);
    int count = OGR_FD_GetFieldCount(fields), at = 0;

    for (int i = 0; at >= 0 && i < count; i++) {
        OGRFieldDefnH from = OGR_FD_GetFieldDefn(fields, i);

        at = add_field(w, copied_field(from), OGR_Fld_GetNameRef(from), like->host);
        w->map[i] = at;
    }
    w->first = OGR_FD_GetFieldCount(OGR_L_GetLayerDefn(w->layer));
    for (size_t i = 0; at >= 0 && i < like->field_count; i++) {
        at = add_field(w, cmty__writer_field(&like->fields[i]), like->fields[i].name, like->host);
        w->types[i] = like->fields[i].type;
    }
    return at;
}

cmty_status cmty__writer_like(cmty__writer *w, const cmty__like *like, cmty_error *err)
{
    OGRFeatureDefnH fields = OGR_L_GetLayerDefn(like->layer);
    const char *name = like->name != NULL ? like->name : OGR_L_GetName(like->layer);
    size_t count = (size_t)OGR_FD_GetFieldCount(fields);
    char **how = cmty__filetype_layer_options(w->type, like->geometry);
    int made = NOT_MADE;
    cmty__scope s;

    cmty__free(w->map);
    w->map = cmty__calloc(count + 1, sizeof *w->map);
    if (w->map == NULL) {
        CSLDestroy(how);
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    if (w->type == &cmty__geopackage) {
        how = CSLSetNameValue(how, "GEOMETRY_NAME", free_name(fields, "geom", "geom_"));
        how = CSLSetNameValue(how, "FID", free_name(fields, "fid", "fid_"));
        how = CSLSetNameValue(how, "SPATIAL_INDEX", "NO"); /* made when all rows are there */
    }
    cmty__scope_enter(w, &s);
    cmty__writer_drop_layer(w);
    w->layer = GDALDatasetCreateLayer(w->dataset, name, like->srs, like->geometry, how);
    if (w->layer != NULL) {
        made = add_fields(w, like);
        w->feature = OGR_F_Create(OGR_L_GetLayerDefn(w->layer));
    }
    w->field_count = like->field_count;
    cmty__scope_leave(&s);
    CSLDestroy(how);
    if (made == NO_MEMORY)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    return cmty__scope_status(w, &s, made != NOT_MADE && w->feature != NULL, err);
}

/* ---- features ---- */

/* Numbers of features mean something in a GeoPackage alone. */
static bool take_feature(cmty__writer *w, OGRFeatureH from)
{
    GIntBig fid = w->type == &cmty__geopackage ? OGR_F_GetFID(from) : OGRNullFID;

    return OGR_F_SetFromWithMap(w->feature, from, FALSE, w->map) == OGRERR_NONE
           && OGR_F_SetFID(w->feature, fid) == OGRERR_NONE;
}

cmty_status cmty__writer_copy(cmty__writer *w, OGRFeatureH from, OGRGeometryH geometry,
                              cmty_error *err)
{
    bool ok;
    cmty__scope s;

    cmty__scope_enter(w, &s);
    ok = take_feature(w, from);
    if (geometry != NULL)
        ok = OGR_F_SetGeometryDirectly(w->feature, geometry) == OGRERR_NONE && ok;
    ok = ok && OGR_L_CreateFeature(w->layer, w->feature) == OGRERR_NONE;
    cmty__scope_leave(&s);
    return cmty__scope_status(w, &s, ok, err);
}

cmty_status cmty__writer_copies(cmty__writer *w, OGRFeatureH const *from, size_t count,
                                const cmty__value *values, cmty_error *err)
{
    bool ok = true;
    cmty__scope s;

    cmty__scope_enter(w, &s);
    for (size_t i = 0; ok && !s.failed && i < count; i++) {
        ok = take_feature(w, from[i]);
        cmty__writer_set(w, values + i * w->field_count);
        ok = ok && OGR_L_CreateFeature(w->layer, w->feature) == OGRERR_NONE;
    }
    cmty__scope_leave(&s);
    return cmty__scope_status(w, &s, ok, err);
}
