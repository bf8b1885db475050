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

/* Area between the equator and a parallel, per radian of longitude: a^2 q / 2, q being (3-12) of
   Snyder, Map Projections - A Working Manual, USGS Professional Paper 1395 (1987). */
static double zone_m2(double lat_deg)
{
    double e2 = wgs84_f * (2.0 - wgs84_f), e = sqrt(e2);
    double s = sin(lat_deg * radians);

    return wgs84_a * wgs84_a / 2 * (1 - e2) * (s / (1 - e2 * s * s) + atanh(e * s) / e);
}

/* Integral of zone_m2 - base over the longitudes of one edge: Gauss and Legendre, three points for
   each degree of latitude, exact to less than rounding. */
static double under_edge_m2(cmty_point a, cmty_point b, double base_m2)
{
    static const double places[] = {-0.77459666924148337704, 0, 0.77459666924148337704};
    static const double weights[] = {5.0 / 18, 8.0 / 18, 5.0 / 18};
    double lon = (b.lon_deg - a.lon_deg) * radians, lat_deg = b.lat_deg - a.lat_deg, sum = 0;
    int steps = 1 + (int)fabs(lat_deg);

    for (int i = 0; lon != 0 && i < steps; i++)
        for (int k = 0; k < 3; k++)
            sum += weights[k]
                   * (zone_m2(a.lat_deg + lat_deg * (i + 0.5 + places[k] / 2) / steps) - base_m2);
    return sum * lon / steps;
}

double cmty__ring_straight_m2(const cmty__ring *ring)
{
    double base_m2 = zone_m2(ring->points[0].lat_deg), sum = 0;

    for (size_t i = 0; i + 1 < ring->count; i++)
        sum -= under_edge_m2(ring->points[i], ring->points[i + 1], base_m2);
    return sum;
}
