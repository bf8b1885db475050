/* SPDX-License-Identifier: MIT */
/* Points, local metric frames and geodesics on WGS 84. Any thread; no state. */
#include "geo/geo.h"

#include <geodesic.h>
#include <math.h>

static const double wgs84_a = 6378137.0;
static const double wgs84_f = 1 / 298.257223563;
static const double radians = 3.14159265358979323846 / 180.0;

bool cmty__point_valid(cmty_point p)
{
    return fabs(p.lon_deg) <= 180.0 && fabs(p.lat_deg) <= 90.0; /* NaN fails both */
}

cmty__frame cmty__frame_at(cmty_point origin)
{
    cmty__frame f = {.origin = origin};
    double e2 = wgs84_f * (2.0 - wgs84_f);
    double s = sin(origin.lat_deg * radians);
    double w = sqrt(1.0 - e2 * s * s);

    /* radii of curvature in the prime vertical and in the meridian */
    f.m_per_deg_lon = wgs84_a / w * cos(origin.lat_deg * radians) * radians;
    f.m_per_deg_lat = wgs84_a * (1.0 - e2) / (w * w * w) * radians;
    return f;
}

double cmty__geodesic_m(cmty_point a, cmty_point b)
{
    struct geod_geodesic g;
    double distance_m;

    geod_init(&g, wgs84_a, wgs84_f);
    geod_inverse(&g, a.lat_deg, a.lon_deg, b.lat_deg, b.lon_deg, &distance_m, NULL, NULL);
    return distance_m;
}

cmty_point cmty__geodesic_to(cmty_point p, double azimuth_deg, double distance_m)
{
    struct geod_geodesic g;
    cmty_point to;

    geod_init(&g, wgs84_a, wgs84_f);
    geod_direct(&g, p.lat_deg, p.lon_deg, azimuth_deg, distance_m, &to.lat_deg, &to.lon_deg, NULL);
    return to;
}

double cmty__ring_area_m2(const cmty__ring *ring)
{
    struct geod_geodesic g;
    struct geod_polygon polygon;
    double area_m2;

    geod_init(&g, wgs84_a, wgs84_f);
    geod_polygon_init(&polygon, 0);
    for (size_t i = 0; i + 1 < ring->count; i++)
        geod_polygon_addpoint(&g, &polygon, ring->points[i].lat_deg, ring->points[i].lon_deg);
    geod_polygon_compute(&g, &polygon, 0, 1, &area_m2, NULL);
    return area_m2;
}
