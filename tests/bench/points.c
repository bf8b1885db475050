/* SPDX-License-Identifier: MIT */
/* Sets of points: uniform, clustered as reports are, and close to edges. Serial. */
#include "layer.h"

#include <gdal.h>
#include <math.h>
#include <ogr_api.h>
#include <stdio.h>
#include <stdlib.h>

static const double m_per_deg = 111320.0;

static double m_per_deg_lon(const layer *l)
{
    return m_per_deg * cos((l->min.lat_deg + l->max.lat_deg) / 2 * 0.017453292519943295);
}

static point_set make(size_t count)
{
    return (point_set){bench_alloc(NULL, count, sizeof(cmty_point)), count};
}

void points_free(point_set *set)
{
    free(set->points);
    *set = (point_set){NULL, 0};
}

point_set points_uniform(const layer *l, size_t count, uint64_t seed)
{
    point_set set = make(count);
    random_state r = {seed};

    for (size_t i = 0; i < count; i++) {
        set.points[i].lon_deg =
            l->min.lon_deg + random_unit(&r) * (l->max.lon_deg - l->min.lon_deg);
        set.points[i].lat_deg =
            l->min.lat_deg + random_unit(&r) * (l->max.lat_deg - l->min.lat_deg);
    }
    return set;
}

/* ---- clusters ---- */

/* The reports' places inside the layer's box; none if the file is absent. */
static point_set places_of(const layer *l, const char *csv, const char *lon, const char *lat)
{
    point_set set = {NULL, 0};
    GDALDatasetH file;
    OGRFeatureH row;
    OGRLayerH rows;
    size_t capacity = 0;
    int x, y;

    GDALAllRegister();
    file = csv == NULL ? NULL : GDALOpenEx(csv, GDAL_OF_VECTOR, NULL, NULL, NULL);
    if (file == NULL)
        return set;
    rows = GDALDatasetGetLayer(file, 0);
    x = OGR_FD_GetFieldIndex(OGR_L_GetLayerDefn(rows), lon);
    y = OGR_FD_GetFieldIndex(OGR_L_GetLayerDefn(rows), lat);
    while (x >= 0 && y >= 0 && (row = OGR_L_GetNextFeature(rows)) != NULL) {
        cmty_point p = {OGR_F_GetFieldAsDouble(row, x), OGR_F_GetFieldAsDouble(row, y)};

        OGR_F_Destroy(row);
        if (!(p.lon_deg >= l->min.lon_deg && p.lon_deg <= l->max.lon_deg
              && p.lat_deg >= l->min.lat_deg && p.lat_deg <= l->max.lat_deg))
            continue;
        if (set.count == capacity) {
            capacity = capacity * 2 + 1024;
            set.points = bench_alloc(set.points, capacity, sizeof *set.points);
        }
        set.points[set.count++] = p;
    }
    GDALClose(file);
    return set;
}

/* A heavy-tailed choice of areas; each gives its middle. */
static point_set invented_places(const layer *l, random_state *r)
{
    point_set set = make(20000);
    double *until = bench_alloc(NULL, l->area_count, sizeof *until), sum = 0;

    for (size_t a = 0; a < l->area_count; a++)
        until[a] = sum += 0.2 + pow(1 - random_unit(r), -1 / 1.3) - 1;
    for (size_t i = 0; i < set.count; i++) {
        double at = random_unit(r) * sum, n = 0;
        size_t low = 0, high = l->area_count - 1, ring;

        while (low < high) {
            size_t middle = (low + high) / 2;

            if (until[middle] < at)
                low = middle + 1;
            else
                high = middle;
        }
        ring = l->part_start[l->area_start[low]];
        set.points[i] = (cmty_point){0, 0};
        for (size_t k = l->ring_start[ring]; k < l->ring_start[ring + 1]; k++, n++) {
            set.points[i].lon_deg += l->points[k].lon_deg;
            set.points[i].lat_deg += l->points[k].lat_deg;
        }
        set.points[i].lon_deg /= n;
        set.points[i].lat_deg /= n;
    }
    free(until);
    return set;
}

point_set points_clustered(const layer *l, const char *csv, const char *lon, const char *lat,
                           size_t count, uint64_t seed)
{
    random_state r = {seed};
    double per_lon = m_per_deg_lon(l), spread_m = 60;
    point_set places = places_of(l, csv, lon, lat), set = make(count);

    if (places.count == 0) {
        free(places.points);
        places = invented_places(l, &r);
        spread_m = 0.5
                   * sqrt((l->max.lon_deg - l->min.lon_deg) * per_lon
                          * (l->max.lat_deg - l->min.lat_deg) * m_per_deg / (double)l->area_count);
    }
    for (size_t i = 0; i < count; i++) {
        cmty_point p = places.points[random_below(&r, places.count)];

        set.points[i].lon_deg = p.lon_deg + random_normal(&r) * spread_m / per_lon;
        set.points[i].lat_deg = p.lat_deg + random_normal(&r) * spread_m / m_per_deg;
    }
    points_free(&places);
    return set;
}

/* ---- near edges ---- */

point_set points_near_edges(const layer *l, size_t count, uint64_t seed)
{
    double per_lon = m_per_deg_lon(l), sum = 0;
    double *until = bench_alloc(NULL, l->point_count, sizeof *until);
    point_set set = make(count);
    random_state r = {seed};

    for (size_t ring = 0; ring < l->ring_count; ring++)
        for (size_t k = l->ring_start[ring]; k < l->ring_start[ring + 1]; k++) {
            bool last = k + 1 == l->ring_start[ring + 1];

            sum += last ? 0
                        : hypot((l->points[k + 1].lon_deg - l->points[k].lon_deg) * per_lon,
                                (l->points[k + 1].lat_deg - l->points[k].lat_deg) * m_per_deg);
            until[k] = sum;
        }
    for (size_t i = 0; i < count; i++) {
        double at = random_unit(&r) * sum, t = random_unit(&r);
        double angle = 6.283185307179586 * random_unit(&r), radius = 5 * sqrt(random_unit(&r));
        size_t low = 0, high = l->point_count - 2;
        cmty_point a, b;

        while (low < high) {
            size_t middle = (low + high) / 2;

            if (until[middle] <= at)
                low = middle + 1;
            else
                high = middle;
        }
        a = l->points[low];
        b = l->points[low + 1];
        set.points[i].lon_deg =
            a.lon_deg + t * (b.lon_deg - a.lon_deg) + radius * cos(angle) / per_lon;
        set.points[i].lat_deg =
            a.lat_deg + t * (b.lat_deg - a.lat_deg) + radius * sin(angle) / m_per_deg;
    }
    free(until);
    return set;
}
