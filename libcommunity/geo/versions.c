/* SPDX-License-Identifier: MIT */
/* Which GDAL, PROJ and GEOS are loaded. Any thread; no state. */
#include "geo/geo.h"

#include <gdal.h>
#include <geos_c.h>
#include <proj.h>

void cmty__geo_versions(cmty__buf *out)
{
    cmty__buf_format(out, "GDAL %s\nPROJ %s\nGEOS %s\n", GDALVersionInfo("RELEASE_NAME"),
                     proj_info().version, GEOSversion());
}
