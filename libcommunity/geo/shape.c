/* SPDX-License-Identifier: MIT */
/* OGR geometries to rings and points on WGS 84. Serial per object. */
#include "geo/layer.h"

#include <math.h>

static const char no_place[] = "has a position that is off the globe or beyond its CRS";

/* ---- rings ---- */

/* The ring in the layer's own CRS, closed, in s->scratch. */
static cmty_status fetch_ring(cmty__shapes *s, OGRGeometryH ring, size_t *count)
{
    size_t n = (size_t)OGR_G_GetPointCount(ring);
    cmty_point *p;

    *count = 0;
    if (n == 0)
        return CMTY_OK;
    if (!cmty__grow(&s->scratch, &s->scratch_capacity, n + 1, sizeof *s->scratch))
        return CMTY_E_NOMEM;
    p = s->scratch;
    (void)OGR_G_GetPoints(ring, &p->lon_deg, sizeof *p, &p->lat_deg, sizeof *p, NULL, 0);
    if (p[0].lon_deg != p[n - 1].lon_deg || p[0].lat_deg != p[n - 1].lat_deg) {
        s->unclosed++;
        p[n++] = p[0];
    }
    *count = n;
    return CMTY_OK;
}

static cmty_status read_ring(cmty__shapes *s, OGRGeometryH ring, bool hole, const char **why)
{
    size_t start = s->path.count, n;
    cmty_status st = fetch_ring(s, ring, &n);

    if (st != CMTY_OK)
        return st;
    cmty__carry_line(s->carry, s->scratch, n, &s->path);
    if (s->path.no_place) {
        *why = no_place;
        return CMTY_E_FORMAT;
    }
    if (s->path.no_memory
        || !cmty__grow(&s->rings, &s->ring_capacity, s->ring_count + 1, sizeof *s->rings))
        return CMTY_E_NOMEM;
    n = s->path.count - start;
    if (n < 4) { /* a point or a line there and back */
        s->path.count = start;
        s->collapsed++;
        return CMTY_OK;
    }
    s->area_m2 +=
        (hole ? -1 : 1) * fabs(cmty__ring_area_m2(&(cmty__ring){s->path.points + start, n}));
    s->rings[s->ring_count++] = (cmty__extent){start, n};
    return CMTY_OK;
}

/* ---- what a geometry is made of ---- */

/* Polygons of any nesting; what else stands in a collection is counted as ignored. */
static cmty_status read_polygons(cmty__shapes *s, OGRGeometryH geometry, const char **why)
{
    OGRwkbGeometryType type = OGR_GT_Flatten(OGR_G_GetGeometryType(geometry));
    bool polygon = type == wkbPolygon || type == wkbTriangle;
    int count = OGR_G_GetGeometryCount(geometry);
    size_t rings = s->ring_count;
    cmty_status st = CMTY_OK;

    if (!polygon && !OGR_GT_IsSubClassOf(type, wkbGeometryCollection)
        && !OGR_GT_IsSubClassOf(type, wkbPolyhedralSurface)) {
        s->ignored++;
        return CMTY_OK;
    }
    for (int i = 0; i < count && st == CMTY_OK; i++) {
        OGRGeometryH part = OGR_G_GetGeometryRef(geometry, i);

        st = polygon ? read_ring(s, part, i > 0, why) : read_polygons(s, part, why);
    }
    s->parts += polygon && s->ring_count > rings;
    return st;
}

static cmty_status read_points(cmty__shapes *s, OGRGeometryH geometry, const char **why)
{
    OGRwkbGeometryType type = OGR_GT_Flatten(OGR_G_GetGeometryType(geometry));
    int count = OGR_G_GetGeometryCount(geometry);
    cmty_status st = CMTY_OK;
    cmty_point p;

    if (type != wkbPoint && !OGR_GT_IsSubClassOf(type, wkbGeometryCollection)) {
        s->ignored++;
        return CMTY_OK;
    }
    for (int i = 0; i < count && st == CMTY_OK; i++)
        st = read_points(s, OGR_G_GetGeometryRef(geometry, i), why);
    if (type != wkbPoint || OGR_G_IsEmpty(geometry))
        return st;
    p = (cmty_point){OGR_G_GetX(geometry, 0), OGR_G_GetY(geometry, 0)};
    s->parts++;
    cmty__carry_line(s->carry, &p, 1, &s->path);
    if (s->path.no_place)
        *why = no_place;
    return s->path.no_place ? CMTY_E_FORMAT : s->path.no_memory ? CMTY_E_NOMEM : CMTY_OK;
}

static cmty_status read_line(cmty__shapes *s, OGRGeometryH line, const char **why)
{
    size_t start = s->path.count, n = (size_t)OGR_G_GetPointCount(line);

    if (n == 0)
        return CMTY_OK;
    if (!cmty__grow(&s->scratch, &s->scratch_capacity, n, sizeof *s->scratch))
        return CMTY_E_NOMEM;
    (void)OGR_G_GetPoints(line, &s->scratch->lon_deg, sizeof *s->scratch, &s->scratch->lat_deg,
                          sizeof *s->scratch, NULL, 0);
    cmty__carry_line(s->carry, s->scratch, n, &s->path);
    if (s->path.no_place)
        *why = no_place;
    if (s->path.no_place)
        return CMTY_E_FORMAT;
    if (s->path.no_memory
        || !cmty__grow(&s->rings, &s->ring_capacity, s->ring_count + 1, sizeof *s->rings))
        return CMTY_E_NOMEM;
    if (s->path.count - start < 2) {
        s->path.count = start;
        s->collapsed++;
        return CMTY_OK;
    }
    s->rings[s->ring_count++] = (cmty__extent){start, s->path.count - start};
    s->parts++;
    return CMTY_OK;
}

static cmty_status read_lines(cmty__shapes *s, OGRGeometryH geometry, const char **why)
{
    OGRwkbGeometryType type = OGR_GT_Flatten(OGR_G_GetGeometryType(geometry));
    int count = OGR_G_GetGeometryCount(geometry);
    cmty_status st = CMTY_OK;

    if (type == wkbLineString)
        return read_line(s, geometry, why);
    if (!OGR_GT_IsSubClassOf(type, wkbGeometryCollection)) {
        s->ignored++;
        return CMTY_OK;
    }
    for (int i = 0; i < count && st == CMTY_OK; i++)
        st = read_lines(s, OGR_G_GetGeometryRef(geometry, i), why);
    return st;
}

/* ---- validity ---- */

/* Area by the even-odd rule, which is what MakeValid by lines makes solid. */
static cmty_status measure(cmty__shapes *s, OGRGeometryH geometry, double *area_m2,
                           const char **why)
{
    size_t points = s->path.count, rings = s->ring_count, parts = s->parts;
    size_t collapsed = s->collapsed, ignored = s->ignored;
    double before = s->area_m2;
    cmty_status st;

    s->area_m2 = 0;
    st = read_polygons(s, geometry, why);
    *area_m2 = s->area_m2;
    s->path.count = points;
    s->ring_count = rings;
    s->parts = parts;
    s->collapsed = collapsed;
    s->ignored = ignored;
    s->area_m2 = before;
    return st;
}

static cmty_status read_area(cmty__shapes *s, OGRGeometryH geometry, const char **why)
{
    OGRGeometryH repaired = NULL;
    double measured_m2 = 0;
    cmty_status st;

    s->valid = OGR_G_IsValid(geometry) == 1;
    if (s->valid)
        return read_polygons(s, geometry, why);
    repaired = OGR_G_MakeValidEx(geometry, NULL); /* by lines: adds no point but crossings */
    if (repaired == NULL)
        return read_polygons(s, geometry, why);
    if (s->repair) {
        s->repaired = true;
        st = measure(s, geometry, &measured_m2, why);
        if (st == CMTY_OK)
            st = read_polygons(s, repaired, why);
        s->area_change_m2 = s->area_m2 - measured_m2;
    } else {
        st = read_polygons(s, geometry, why);
        if (st == CMTY_OK)
            st = measure(s, repaired, &measured_m2, why);
        s->area_m2 = measured_m2;
    }
    OGR_G_DestroyGeometry(repaired);
    return st;
}

/* A copy without curves, or NULL if there are none. */
static OGRGeometryH without_curves(OGRGeometryH geometry)
{
    return OGR_G_HasCurveGeometry(geometry, TRUE) ? OGR_G_GetLinearGeometry(geometry, 0, NULL)
                                                  : NULL;
}

cmty_status cmty__shapes_read(cmty__shapes *s, OGRGeometryH geometry, const char **why)
{
    OGRwkbGeometryType type = OGR_GT_Flatten(OGR_G_GetGeometryType(geometry));
    bool collection = type == wkbGeometryCollection;
    bool point = type == wkbPoint || type == wkbMultiPoint;
    bool line = OGR_GT_IsSubClassOf(type, wkbCurve) || OGR_GT_IsSubClassOf(type, wkbMultiCurve);
    bool surface =
        OGR_GT_IsSubClassOf(type, wkbSurface) || OGR_GT_IsSubClassOf(type, wkbMultiSurface);
    OGRGeometryH linear = NULL;
    cmty_status st;

    s->parts = s->collapsed = s->unclosed = s->ignored = 0;
    s->area_m2 = s->area_change_m2 = 0;
    s->valid = true;
    s->repaired = false;
    s->path.no_place = false;
    *why = NULL;
    if (!collection && !(point && s->points) && !(line && s->lines) && !(surface && s->polygons)) {
        *why = s->lines                   ? "is not a line; lines are needed"
               : s->polygons && s->points ? "is neither polygon nor point"
               : s->polygons              ? "is not a polygon; polygons are needed"
                                          : "is not a point; points are needed";
        return CMTY_E_FORMAT;
    }
    if (point || (!s->polygons && !s->lines))
        return read_points(s, geometry, why);
    linear = without_curves(geometry);
    st = s->lines ? read_lines(s, linear != NULL ? linear : geometry, why)
                  : read_area(s, linear != NULL ? linear : geometry, why);
    if (linear != NULL)
        OGR_G_DestroyGeometry(linear);
    return st;
}

void cmty__shapes_free(cmty__shapes *s)
{
    cmty__free(s->path.points);
    cmty__free(s->rings);
    cmty__free(s->scratch);
    *s = (cmty__shapes){0};
}
