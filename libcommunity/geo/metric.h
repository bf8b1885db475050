/* SPDX-License-Identifier: MIT */
#ifndef CMTY_GEO_METRIC_H
#define CMTY_GEO_METRIC_H

/*
 * Distances from one point, on the ellipsoid. Private to geo.
 *
 * Two positions are as far apart as they are in the metric frame at their middle latitude: within
 * 1 cm of the geodesic up to 20 km. Beyond 10 km the geodesic itself is taken, to a nearest point
 * that may be off by some metres along the edge. An edge is the straight line between its ends in
 * degrees.
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
    double w2 = 1.0 - e2 * s * s, w = sqrt(w2);
    cmty__metric m = {.origin = origin};

    /* radii of curvature in the prime vertical and in the meridian */
    m.lon[0] = a / w * c * radians;
    m.lat[0] = a * (1.0 - e2) / (w2 * w) * radians;
    /* d(N cos)/dlat = -M sin; dM/dlat = 3 e2 M sin cos / w2 */
    m.lat[1] = radians * m.lat[0] * 3.0 * e2 * s * c / w2;
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

static inline cmty_point cmty__foot(const cmty__frame *f, cmty_point a, cmty_point b)
{
    double t = cmty__foot_at(f, a, b);

    return (cmty_point){a.lon_deg + t * (b.lon_deg - a.lon_deg),
                        a.lat_deg + t * (b.lat_deg - a.lat_deg)};
}

/* Far away in two steps: the frame of the second is the one towards the foot that the first has
   found. Near by, that moves the foot by less than a centimetre along the edge. */
static inline double cmty__edge_distance(const cmty__metric *m, cmty_point a, cmty_point b,
                                         cmty_point *nearest)
{
    const double near_m2 = 300.0 * 300.0;
    cmty__frame f = {m->origin, m->lon[0], m->lat[0]};

    *nearest = cmty__foot(&f, a, b);
    if (cmty__square_m2(&f, *nearest) > near_m2) {
        f = cmty__frame_towards(m, nearest->lat_deg);
        *nearest = cmty__foot(&f, a, b);
    }
    f = cmty__frame_towards(m, nearest->lat_deg);
    return sqrt(cmty__square_m2(&f, *nearest));
}

#endif
