/* SPDX-License-Identifier: MIT */
/*
 * Any rings on a small grid, where almost everything degenerates: the survey calls them wrong if
 * and only if GEOS calls them invalid, and the shape it makes of them is valid and holds what the
 * even-odd rule holds. One thread.
 *
 * The input is text: two characters are a point, '.' ends a ring, ';' a polygon.
 */
#include "fuzz.h"
#include "geo/survey.h"

enum { POINTS_MAX = 60, GRID = 16 };

typedef struct rings {
    OGRGeometryH whole, polygon, ring;
    cmty_point p[POINTS_MAX * 2]; /* with the points that close them */
    size_t start[POINTS_MAX + 1], count, points, taken;
} rings;

static void end_ring(rings *r)
{
    size_t first = r->start[r->count];

    if (r->points > first) {
        r->p[r->points++] = r->p[first];
        for (size_t i = first; i < r->points; i++)
            OGR_G_AddPoint_2D(r->ring, r->p[i].lon_deg, r->p[i].lat_deg);
        if (r->polygon == NULL)
            r->polygon = OGR_G_CreateGeometry(wkbPolygon);
        FUZZ_CHECK(OGR_G_AddGeometry(r->polygon, r->ring) == OGRERR_NONE);
        r->start[++r->count] = r->points;
    }
    OGR_G_Empty(r->ring);
}

static void end_polygon(rings *r)
{
    end_ring(r);
    if (r->polygon != NULL)
        FUZZ_CHECK(OGR_G_AddGeometryDirectly(r->whole, r->polygon) == OGRERR_NONE);
    r->polygon = NULL;
}

static void read_rings(rings *r, const uint8_t *data, size_t size)
{
    r->whole = OGR_G_CreateGeometry(wkbMultiPolygon);
    r->ring = OGR_G_CreateGeometry(wkbLinearRing);
    for (size_t i = 0; i < size && r->taken < POINTS_MAX; i++) {
        if (data[i] == '.') {
            end_ring(r);
        } else if (data[i] == ';') {
            end_polygon(r);
        } else if (i + 1 < size) {
            r->p[r->points++] =
                (cmty_point){data[i] % GRID / 1024.0, 50 + data[i + 1] % GRID / 1024.0};
            r->taken++;
            i++;
        }
    }
    end_polygon(r);
    OGR_G_DestroyGeometry(r->ring);
}

static bool parity(const rings *r, cmty_point q)
{
    bool inside = false;

    for (size_t k = 0; k < r->count; k++)
        for (size_t i = r->start[k]; i + 1 < r->start[k + 1]; i++) {
            cmty_point a = r->p[i], b = r->p[i + 1];

            if ((a.lat_deg > q.lat_deg) != (b.lat_deg > q.lat_deg)
                && (cmty__orient(a, b, q) > 0) == (b.lat_deg > a.lat_deg))
                inside = !inside;
        }
    return inside;
}

/* Places that lie on no line between grid points. */
static void check_shape(cmty__survey *s, const rings *r)
{
    const GEOSGeometry *shape = s->features[0].shape;
    const GEOSPreparedGeometry *prepared = shape == NULL ? NULL : GEOSPrepare_r(s->geos, shape);

    FUZZ_CHECK(shape == NULL || GEOSisValid_r(s->geos, shape) == 1);
    for (int i = 0; i < GRID; i += 2)
        for (int k = 0; k < GRID; k++) {
            cmty_point q = {(i + k % 2 + 0.53130007) / 1024, 50 + (k + 0.41730003) / 1024};
            GEOSGeometry *point = GEOSGeom_createPointFromXY_r(s->geos, q.lon_deg, q.lat_deg);
            bool held = prepared != NULL && GEOSPreparedIntersects_r(s->geos, prepared, point) == 1;

            GEOSGeom_destroy_r(s->geos, point);
            FUZZ_CHECK(held == parity(r, q));
        }
    GEOSPreparedGeom_destroy_r(s->geos, prepared);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rings r = {0};
    cmty__survey *s = NULL;
    cmty__quiet quiet;
    bool wrong = false;

    cmty__quiet_begin(&quiet);
    read_rings(&r, data, size);
    FUZZ_CHECK(cmty__survey_new(1e-6, 1e-9, &s, NULL) == CMTY_OK);
    FUZZ_CHECK(cmty__grow(&s->tracts, &s->tract_capacity, 1, sizeof *s->tracts));
    s->tracts[0] = (cmty__tract){.carry = {.densify_m = 0.01}}; /* plain degrees */
    s->tract_count = 1;
    s->m_per_x = s->m_per_y = 1e5;
    FUZZ_CHECK(cmty__survey_take(s, r.whole, NULL) == CMTY_OK);
    for (size_t i = 0; i < s->fault_count; i++)
        wrong |= s->faults[i].mended;
    if (r.count > 0)
        FUZZ_CHECK(wrong == (OGR_G_IsValid(r.whole) != 1));
    check_shape(s, &r);
    cmty__survey_free(s);
    OGR_G_DestroyGeometry(r.whole);
    cmty__quiet_end(&quiet);
    return 0;
}
