/* SPDX-License-Identifier: MIT */
#ifndef CMTY_GEO_METRIC_H
#define CMTY_GEO_METRIC_H

/*
 * Distances from one point, on the ellipsoid. Private to geo.
 *
 * Two positions are as far apart as they are in the metric frame at their middle latitude, but for
 * terms of third order, which are those of the sphere: within a millimetre of the geodesic up to 20
 * km, at any latitude where people live. An edge is the straight line between its ends in degrees.
 */

#include "geo/geo.h"

#include <math.h>

/* Metres per degree near the origin, as a polynomial of the latitude's difference from it. */
typedef struct cmty__metric {
    cmty_point origin;
    double lon[3], lat[2];
} cmty__metric;

static inline cmty__metric cmty__metric_at(cmty_point origin)
{
    const double radians = 3.14159265358979323846 / 180.0;
    const double f = 1 / 298.257223563, e2 = f * (2.0 - f), a = 6378137.0;
    double s = sin(origin.lat_deg * radians), c = cos(origin.lat_deg * radians);
    double t = e2 * s * s, w1, w2; /* w1 = (1 - t)^(-1/2), its series to 2e-14; t < 0.0067 */
    cmty__metric m = {.origin = origin};

    /* radii of curvature in the prime vertical and in the meridian */
    w1 = 1 + t * (1 / 2.0 + t * (3 / 8.0 + t * (5 / 16.0 + t * (35 / 128.0 + t * (63 / 256.0)))));
    w2 = w1 * w1;
    m.lon[0] = a * radians * w1 * c;
    m.lat[0] = a * radians * (1.0 - e2) * w1 * w2;
    /* d(N cos)/dlat = -M sin; dM/dlat = 3 e2 M sin cos w2 */
    m.lat[1] = radians * m.lat[0] * 3.0 * e2 * s * c * w2;
    m.lon[1] = -radians * m.lat[0] * s;
    m.lon[2] = -radians * (radians * m.lat[0] * c + m.lat[1] * s) / 2.0;
    return m;
}

/* The frame for distances between the origin and this latitude. */
static inline cmty__frame cmty__frame_towards(const cmty__metric *m, double lat_deg)
{
    cmty__frame f = {.origin = m->origin};
    double d = (lat_deg - m->origin.lat_deg) / 2.0;

    if (fabs(d) > 1.0) /* beyond the polynomial */
        return cmty__frame_at((cmty_point){m->origin.lon_deg, m->origin.lat_deg + d});
    f.m_per_deg_lon = m->lon[0] + d * (m->lon[1] + d * m->lon[2]);
    f.m_per_deg_lat = m->lat[0] + d * m->lat[1];
    return f;
}

static inline double cmty__square_m2(const cmty__frame *f, cmty_point q)
{
    double x = (q.lon_deg - f->origin.lon_deg) * f->m_per_deg_lon;
    double y = (q.lat_deg - f->origin.lat_deg) * f->m_per_deg_lat;

    return x * x + y * y;
}

/* From a (0) to b (1), how far along the edge its nearest point in this frame is. */
static inline double cmty__foot_at(const cmty__frame *f, cmty_point a, cmty_point b)
{
    double ax = (a.lon_deg - f->origin.lon_deg) * f->m_per_deg_lon;
    double ay = (a.lat_deg - f->origin.lat_deg) * f->m_per_deg_lat;
    double dx = (b.lon_deg - a.lon_deg) * f->m_per_deg_lon;
    double dy = (b.lat_deg - a.lat_deg) * f->m_per_deg_lat;
    double t = -(ax * dx + ay * dy) / (dx * dx + dy * dy);

    t = t > 0.0 ? t : 0.0; /* branch-free, and NaN is 0 */
    return t < 1.0 ? t : 1.0;
}

static inline cmty_point cmty__along(cmty_point a, cmty_point b, double t)
{
    return (cmty_point){a.lon_deg + t * (b.lon_deg - a.lon_deg),
                        a.lat_deg + t * (b.lat_deg - a.lat_deg)};
}

/* A step of Newton's method towards the nearest point: the frame of the middle latitude changes as
   one goes along the edge. */
static inline double cmty__foot_step(const cmty__metric *m, cmty_point a, cmty_point b, double t)
{
    cmty_point q = cmty__along(a, b, t);
    double east = q.lon_deg - m->origin.lon_deg, north = q.lat_deg - m->origin.lat_deg;
    double along_east = b.lon_deg - a.lon_deg, along_north = b.lat_deg - a.lat_deg;
    cmty__frame f = cmty__frame_towards(m, q.lat_deg);
    double lon2 = f.m_per_deg_lon * f.m_per_deg_lon, lat2 = f.m_per_deg_lat * f.m_per_deg_lat;
    double turn = f.m_per_deg_lon * (m->lon[1] + m->lon[2] * north) * along_north / 2;
    double slope = lon2 * east * along_east + lat2 * north * along_north + turn * east * east;

    t -= slope / (lon2 * along_east * along_east + lat2 * along_north * along_north);
    t = t > 0.0 ? t : 0.0;
    return t < 1.0 ? t : 1.0;
}

/* sin^2(d/2) = sin^2(north/2) cos^2(east/2) + cos^2(middle) sin^2(east/2), in series. */
static inline double cmty__distance_m(const cmty__metric *m, cmty_point q)
{
    const double radians = 3.14159265358979323846 / 180.0, far_m2 = 300e3 * 300e3;
    cmty__frame f = cmty__frame_towards(m, q.lat_deg);
    double east = q.lon_deg - m->origin.lon_deg, north = q.lat_deg - m->origin.lat_deg;
    double x = east * f.m_per_deg_lon, y = north * f.m_per_deg_lat, square = x * x + y * y;
    double shrink = f.m_per_deg_lon / f.m_per_deg_lat, e2, n2;

    if (square > far_m2)
        return sqrt(square);
    e2 = east * east * (radians * radians);
    n2 = north * north * (radians * radians);
    square = y * y * (1 - n2 / 12) * (1 - e2 / 4) + x * x * (1 - e2 / 12);
    return sqrt(square * (1 + (n2 + shrink * shrink * e2) / 12));
}

/* In the frame of the origin the nearest point is off by tan(lat) d^2 / R along the edge, which is
   a hundredth of a millimetre in distance at 1 km; after one step it is that at 20 km. */
static inline double cmty__edge_distance(const cmty__metric *m, cmty_point a, cmty_point b,
                                         cmty_point *nearest)
{
    const double near_m2 = 1000.0 * 1000.0, far_m2 = 20e3 * 20e3;
    cmty__frame f = {m->origin, m->lon[0], m->lat[0]};
    double t = cmty__foot_at(&f, a, b), square = cmty__square_m2(&f, cmty__along(a, b, t));

    if (square > near_m2)
        t = cmty__foot_step(m, a, b, t);
    if (square > far_m2)
        t = cmty__foot_step(m, a, b, t);
    *nearest = cmty__along(a, b, t);
    return cmty__distance_m(m, *nearest);
}

#endif
