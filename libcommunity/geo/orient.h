/* SPDX-License-Identifier: MIT */
#ifndef CMTY_GEO_ORIENT_H
#define CMTY_GEO_ORIENT_H

/* The inlined first stage of cmty__orient, for the inner loops of point location. Private to geo.
   Must be compiled without floating-point contraction: the error bound counts each rounding. */

#include "geo/geo.h"

#include <float.h>
#include <math.h>

_Static_assert(FLT_EVAL_METHOD == 0, "the error bound holds for plain double arithmetic");

int cmty__orient_exact(cmty_point a, cmty_point b, cmty_point c);

static inline int cmty__orient_fast(cmty_point a, cmty_point b, cmty_point c)
{
    /* (3 + 16 u) u with u = 2^-53: Shewchuk 1997, section 4.3, ccwerrboundA. The last term stands
       for what underflow can take away. */
    const double relative = (3.0 + 16.0 * 0x1p-53) * 0x1p-53, absolute = 0x1p-1000;
    double left = (a.lon_deg - c.lon_deg) * (b.lat_deg - c.lat_deg);
    double right = (a.lat_deg - c.lat_deg) * (b.lon_deg - c.lon_deg);
    double det = left - right;
    double bound = relative * (fabs(left) + fabs(right)) + absolute;

    if (det > bound)
        return 1;
    if (det < -bound)
        return -1;
    return cmty__orient_exact(a, b, c);
}

#endif
