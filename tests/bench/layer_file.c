/* SPDX-License-Identifier: MIT */
/* Layers from and to files, through GDAL. Serial. */
#include "layer.h"

#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>
#include <stdio.h>
#include <string.h>

static void put_part(layer *l, OGRGeometryH polygon)
{
    layer_begin_part(l);
    for (int r = 0; r < OGR_G_GetGeometryCount(polygon); r++) {
        OGRGeometryH ring = OGR_G_GetGeometryRef(polygon, r);

        layer_begin_ring(l);
        for (int i = 0; i < OGR_G_GetPointCount(ring); i++)
            layer_put(l, (cmty_point){OGR_G_GetX(ring, i), OGR_G_GetY(ring, i)});
    }
}

/* Polygons, multipolygons and, as KML has them, collections of polygons. */
static void put_parts(layer *l, OGRGeometryH g)
{
    if (wkbFlatten(OGR_G_GetGeometryType(g)) == wkbPolygon)
        put_part(l, g);
    else
        for (int i = 0; i < OGR_G_GetGeometryCount(g); i++)
            put_parts(l, OGR_G_GetGeometryRef(g, i));
}

bool layer_read(layer *l, const char *path)
{
    GDALDatasetH file;
    OGRFeatureH feature;
    OGRLayerH from;

    GDALAllRegister();
    file = GDALOpenEx(path, GDAL_OF_VECTOR | GDAL_OF_READONLY, NULL, NULL, NULL);
    if (file == NULL)
        return false;
    from = GDALDatasetGetLayer(file, 0);
    while ((feature = OGR_L_GetNextFeature(from)) != NULL) {
        OGRGeometryH g = OGR_F_GetGeometryRef(feature);

        if (g != NULL && !OGR_G_IsEmpty(g)) {
            layer_begin_area(l);
            put_parts(l, g);
        }
        OGR_F_Destroy(feature);
    }
    GDALClose(file);
    return l->area_count > 0;
}

static OGRGeometryH area_geometry(const layer *l, size_t area)
{
    OGRGeometryH all = OGR_G_CreateGeometry(wkbMultiPolygon);

    for (size_t p = l->area_start[area]; p < l->area_start[area + 1]; p++) {
        OGRGeometryH polygon = OGR_G_CreateGeometry(wkbPolygon);

        for (size_t r = l->part_start[p]; r < l->part_start[p + 1]; r++) {
            const cmty_point *points = l->points + l->ring_start[r];
            int count = (int)layer_ring_size(l, r), step = (int)sizeof *points;
            OGRGeometryH ring = OGR_G_CreateGeometry(wkbLinearRing);

            OGR_G_SetPoints(ring, count, &points->lon_deg, step, &points->lat_deg, step, NULL, 0);
            OGR_G_AddGeometryDirectly(polygon, ring);
        }
        OGR_G_AddGeometryDirectly(all, polygon);
    }
    return all;
}

void layer_write(const layer *l, const char *path)
{
    char *options[] = {(char *)"SPATIAL_INDEX=NO", NULL};
    OGRSpatialReferenceH wgs84 = OSRNewSpatialReference(NULL);
    OGRFieldDefnH field = OGR_Fld_Create("id", OFTString);
    GDALDatasetH file;
    OGRLayerH to;

    GDALAllRegister();
    OSRImportFromEPSG(wgs84, 4326);
    OSRSetAxisMappingStrategy(wgs84, OAMS_TRADITIONAL_GIS_ORDER);
    file = GDALCreate(GDALGetDriverByName("GPKG"), path, 0, 0, 0, GDT_Unknown, NULL);
    if (file == NULL)
        bench_die("cannot write %s", path);
    to = GDALDatasetCreateLayer(file, "beats", wgs84, wkbMultiPolygon, options);
    if (to == NULL || OGR_L_CreateField(to, field, 1) != OGRERR_NONE
        || GDALDatasetStartTransaction(file, 0) != OGRERR_NONE)
        bench_die("cannot write %s", path);
    for (size_t a = 0; a < l->area_count; a++) {
        OGRFeatureH feature = OGR_F_Create(OGR_L_GetLayerDefn(to));
        char id[24];

        snprintf(id, sizeof id, "%08zu", a);
        OGR_F_SetFieldString(feature, 0, id);
        OGR_F_SetGeometryDirectly(feature, area_geometry(l, a));
        if (OGR_L_CreateFeature(to, feature) != OGRERR_NONE)
            bench_die("cannot write %s", path);
        OGR_F_Destroy(feature);
    }
    if (GDALDatasetCommitTransaction(file) != OGRERR_NONE)
        bench_die("cannot write %s", path);
    OGR_Fld_Destroy(field);
    OSRDestroySpatialReference(wgs84);
    GDALClose(file);
}
