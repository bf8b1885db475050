/* SPDX-License-Identifier: MIT */
/* Layers as they are, with all their faults: what is kept of them, and their CRS. Serial. */
#include "geo/survey.h"

#include <math.h>

static const cmty_point nowhere = {NAN, NAN};

/* ---- faults ---- */

cmty__fault *cmty__survey_fault(cmty__survey *s, int32_t code, size_t feature)
{
    cmty__fault *fault = &s->lost;

    if (cmty__grow(&s->faults, &s->fault_capacity, s->fault_count + 1, sizeof *s->faults))
        fault = &s->faults[s->fault_count++];
    else
        s->no_memory = true;
    *fault = (cmty__fault){.code = code,
                           .feature = feature,
                           .other = CMTY__NO_FEATURE,
                           .count = 1,
                           .size = NAN,
                           .width_m = NAN,
                           .at = nowhere};
    return fault;
}

const cmty__tract *cmty__survey_tract(const cmty__survey *s, size_t feature)
{
    size_t i = s->tract_count - 1;

    while (i > 0 && s->tracts[i].first_feature > feature)
        i--;
    return &s->tracts[i];
}

cmty_point cmty__survey_carry(const cmty__survey *s, size_t feature, cmty_point p)
{
    cmty_point to;

    return cmty__carry_point(&cmty__survey_tract(s, feature)->carry, p, &to) ? to : nowhere;
}

void cmty__survey_line(cmty__survey *s, cmty__fault *fault, const cmty_point *p, size_t count)
{
    cmty_point *kept;

    s->path.count = 0;
    s->path.no_place = false;
    cmty__carry_line(&cmty__survey_tract(s, fault->feature)->carry, p, count, &s->path);
    kept = cmty__arena_alloc(s->kept, (s->path.count + 1) * sizeof *kept);
    if (kept == NULL || s->path.no_memory) {
        s->no_memory = true;
        return;
    }
    if (s->path.no_place || s->path.count == 0)
        return;
    memcpy(kept, s->path.points, s->path.count * sizeof *kept);
    fault->line = kept;
    fault->line_count = s->path.count;
}

double cmty__survey_m(const cmty__survey *s, cmty_point a, cmty_point b)
{
    return hypot((b.lon_deg - a.lon_deg) * s->m_per_x, (b.lat_deg - a.lat_deg) * s->m_per_y);
}

double cmty__survey_off_m(const cmty__survey *s, cmty_point p, cmty_point a, cmty_point b,
                          double *t)
{
    double dx = (b.lon_deg - a.lon_deg) * s->m_per_x, dy = (b.lat_deg - a.lat_deg) * s->m_per_y;
    double px = (p.lon_deg - a.lon_deg) * s->m_per_x, py = (p.lat_deg - a.lat_deg) * s->m_per_y;
    double length2 = dx * dx + dy * dy;

    *t = length2 > 0 ? (px * dx + py * dy) / length2 : 0;
    return length2 > 0 ? fabs(px * dy - py * dx) / sqrt(length2) : hypot(px, py);
}

/* ---- measuring ---- */

/* Authalic function q: the area between two parallels is a^2 / 2 (q2 - q1) for each radian of
   longitude. Snyder, Map Projections: A Working Manual (USGS 1395, 1987), formula 3-12. */
static double authalic(double lat_deg)
{
    const double f = 1 / 298.257223563, e2 = f * (2 - f), e = sqrt(e2);
    double x = sin(lat_deg * (M_PI / 180));

    return (1 - e2) * (x / (1 - e2 * x * x) + atanh(e * x) / e);
}

/* q is integrated along each edge by Simpson's rule. */
double cmty__survey_area_m2(const cmty__ring *ring)
{
    const double a_m = 6378137;
    double sum = 0, base = authalic(ring->points[0].lat_deg);

    for (size_t i = 0; i + 1 < ring->count; i++) {
        cmty_point p = ring->points[i], q = ring->points[i + 1];
        double middle = authalic((p.lat_deg + q.lat_deg) / 2) - base;

        sum += (q.lon_deg - p.lon_deg)
               * (authalic(p.lat_deg) - base + 4 * middle + authalic(q.lat_deg) - base) / 6;
    }
    return fabs(sum) * (M_PI / 180) * a_m * a_m / 2;
}

double cmty__survey_length_m(const cmty__ring *ring)
{
    double length_m = 0;

    for (size_t i = 0; i + 1 < ring->count; i++)
        length_m += cmty__geodesic_m(ring->points[i], ring->points[i + 1]);
    return length_m;
}

/* ---- open and free ---- */

cmty_status cmty__survey_new(double sliver_m, double ignore_m, cmty__survey **out, cmty_error *err)
{
    cmty__survey *s = cmty__calloc(1, sizeof *s);

    *out = NULL;
    if (s == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    s->sliver_m = sliver_m;
    s->ignore_m = ignore_m;
    s->kept = cmty__arena_new();
    s->geos = GEOS_init_r();
    if (s->kept == NULL || s->geos == NULL) {
        cmty__survey_free(s);
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    *out = s;
    return CMTY_OK;
}

void cmty__survey_free(cmty__survey *s)
{
    if (s == NULL)
        return;
    for (size_t i = 0; i < s->feature_count; i++) {
        GEOSPreparedGeom_destroy_r(s->geos, s->features[i].prepared);
        GEOSGeom_destroy_r(s->geos, s->features[i].shape);
    }
    for (size_t i = 0; i < s->tract_count; i++)
        cmty__carry_close(&s->tracts[i].carry);
    if (s->geos != NULL)
        GEOS_finish_r(s->geos);
    cmty__arena_free(s->kept);
    cmty__free(s->features);
    cmty__free(s->polygons);
    cmty__free(s->plain);
    cmty__free(s->carried);
    cmty__free(s->tracts);
    cmty__free(s->faults);
    cmty__free(s->path.points);
    cmty__free(s);
}

size_t cmty__survey_count(const cmty__survey *s)
{
    return s->feature_count;
}

size_t cmty__survey_fault_count(const cmty__survey *s)
{
    return s->fault_count;
}

const cmty__fault *cmty__survey_fault_at(const cmty__survey *s, size_t i)
{
    return &s->faults[i];
}

const cmty__ring *cmty__survey_rings(const cmty__survey *s, size_t feature, size_t *count)
{
    const cmty__surveyed *f = &s->features[feature];
    const cmty__polygon *first, *last;

    *count = 0;
    if (f->polygon_count == 0)
        return NULL;
    first = &s->polygons[f->first_polygon];
    last = first + f->polygon_count - 1;
    *count = last->first_ring + last->ring_count - first->first_ring;
    return *count == 0 ? NULL : &s->carried[first->first_ring];
}

/* ---- a layer begins ---- */

void cmty__survey_choice(cmty__survey *s)
{
    (void)cmty__survey_fault(s, CMTY_FLAW_LAYER_CHOICE, CMTY__NO_FEATURE);
}

const cmty__carry *cmty__survey_carrying(const cmty__survey *s)
{
    return &s->tracts[s->tract_count - 1].carry;
}

/* Metres of a plane unit, from two short steps about the middle of the box. */
static void measure_units(cmty__survey *s, const cmty__carry *carry, cmty_point middle, double step)
{
    cmty_point east = {middle.lon_deg + step, middle.lat_deg};
    cmty_point north = {middle.lon_deg, middle.lat_deg + step}, a, b, c;

    s->m_per_x = s->m_per_y = 1;
    if (!cmty__carry_point(carry, middle, &a) || !cmty__carry_point(carry, east, &b)
        || !cmty__carry_point(carry, north, &c))
        return;
    s->m_per_x = cmty__geodesic_m(a, b) / step;
    s->m_per_y = cmty__geodesic_m(a, c) / step;
}

cmty_status cmty__survey_begin(cmty__survey *s, OGRLayerH layer, const cmty__spec *spec,
                               const cmty__layer_options *o, cmty_error *err)
{
    cmty__doubts doubts = {0};
    cmty__tract *t;
    cmty_status st;

    if (!cmty__grow(&s->tracts, &s->tract_capacity, s->tract_count + 1, sizeof *s->tracts))
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    t = &s->tracts[s->tract_count++];
    *t = (cmty__tract){.first_feature = s->feature_count};
    st = cmty__carry_survey(layer, spec, o, &t->carry, &doubts, err);
    if (st != CMTY_OK)
        return st;
    t->blind = doubts.blind;
    t->swap = doubts.code == CMTY_FLAW_AXES_SWAPPED;
    if (doubts.code != 0)
        cmty__survey_fault(s, doubts.code, CMTY__NO_FEATURE)->detail = doubts.detail;
    if (s->tract_count == 1 && !t->blind)
        measure_units(s, &t->carry, doubts.middle, doubts.step);
    return s->no_memory ? cmty__fail(err, CMTY_E_NOMEM, "out of memory") : CMTY_OK;
}

/* ---- a feature ---- */

static cmty_point *keep_points(cmty__survey *s, const cmty_point *p, size_t count)
{
    cmty_point *kept = cmty__arena_alloc(s->kept, (count + 1) * sizeof *kept);

    if (kept == NULL)
        s->no_memory = true;
    else if (count > 0)
        memcpy(kept, p, count * sizeof *kept);
    return kept;
}

/* Whether all of a ring stands within what is ignored of one line. */
static bool too_narrow(const cmty__survey *s, const cmty_point *p, size_t count)
{
    size_t far = 0;
    double t, wide_m = 0;

    for (size_t i = 1; i < count; i++)
        if (cmty__survey_m(s, p[0], p[i]) > cmty__survey_m(s, p[0], p[far]))
            far = i;
    for (size_t i = 1; i < count; i++)
        wide_m = fmax(wide_m, cmty__survey_off_m(s, p[i], p[0], p[far], &t));
    return wide_m < s->ignore_m;
}

/* Keeps a clean ring, in the plane and carried. */
static void keep_ring(cmty__survey *s, const cmty_point *points, size_t count)
{
    const cmty__tract *t = &s->tracts[s->tract_count - 1];
    size_t feature = s->feature_count - 1;
    cmty_point *plain, *carried;

    s->path.count = 0;
    s->path.no_place = false;
    cmty__carry_line(&t->carry, points, count, &s->path);
    if (s->path.no_place) {
        (void)cmty__survey_fault(s, CMTY_FLAW_OFF_GLOBE, feature);
        return;
    }
    if (s->path.count < 4 || too_narrow(s, points, count)) {
        cmty__fault *fault = cmty__survey_fault(s, CMTY_FLAW_ZERO_AREA, feature);

        fault->mended = true;
        fault->at = s->path.count > 0 ? s->path.points[0] : nowhere;
        return;
    }
    if (!cmty__grow(&s->plain, &s->plain_capacity, s->ring_count + 1, sizeof *s->plain)
        || !cmty__grow(&s->carried, &s->carried_capacity, s->ring_count + 1, sizeof *s->carried)
        || s->path.no_memory) {
        s->no_memory = true;
        return;
    }
    plain = keep_points(s, points, count);
    carried = keep_points(s, s->path.points, s->path.count);
    if (s->no_memory)
        return;
    s->plain[s->ring_count] = (cmty__ring){plain, count};
    s->carried[s->ring_count++] = (cmty__ring){carried, s->path.count};
    s->polygons[s->polygon_count - 1].ring_count++;
    cmty__survey_spikes(s, &s->plain[s->ring_count - 1]);
}

static bool all_finite(const cmty_point *p, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!isfinite(p[i].lon_deg) || !isfinite(p[i].lat_deg))
            return false;
    return true;
}

static void take_ring(cmty__survey *s, OGRGeometryH ring)
{
    size_t n = (size_t)OGR_G_GetPointCount(ring);
    cmty_point *p = cmty__calloc(n + 1, sizeof *p);

    if (p == NULL) {
        s->no_memory = true;
        return;
    }
    if (n > 0)
        (void)OGR_G_GetPoints(ring, &p->lon_deg, sizeof *p, &p->lat_deg, sizeof *p, NULL, 0);
    for (size_t i = 0; i < n && s->tracts[s->tract_count - 1].swap; i++)
        p[i] = (cmty_point){p[i].lat_deg, p[i].lon_deg};
    if (!all_finite(p, n)) {
        (void)cmty__survey_fault(s, CMTY_FLAW_OFF_GLOBE, s->feature_count - 1);
        n = 0;
    }
    if (n > 0)
        n = cmty__survey_clean(s, p, n);
    if (n > 0)
        keep_ring(s, p, n);
    cmty__free(p);
}

static void begin_polygon(cmty__survey *s)
{
    if (!cmty__grow(&s->polygons, &s->polygon_capacity, s->polygon_count + 1,
                    sizeof *s->polygons)) {
        s->no_memory = true;
        return;
    }
    s->polygons[s->polygon_count++] = (cmty__polygon){s->ring_count, 0};
    s->features[s->feature_count - 1].polygon_count++;
}

/* Polygons of any nesting; counts what else there is. */
static void take_polygons(cmty__survey *s, OGRGeometryH geometry, size_t *others)
{
    OGRwkbGeometryType type = OGR_GT_Flatten(OGR_G_GetGeometryType(geometry));
    bool polygon = type == wkbPolygon || type == wkbTriangle;

    if (!polygon && !OGR_GT_IsSubClassOf(type, wkbGeometryCollection)
        && !OGR_GT_IsSubClassOf(type, wkbPolyhedralSurface)) {
        ++*others;
        return;
    }
    if (polygon && !OGR_G_IsEmpty(geometry))
        begin_polygon(s);
    for (int i = 0; i < OGR_G_GetGeometryCount(geometry) && !s->no_memory; i++) {
        OGRGeometryH part = OGR_G_GetGeometryRef(geometry, i);

        if (polygon)
            take_ring(s, part);
        else
            take_polygons(s, part, others);
    }
}

/* The first position of whatever kind of geometry. */
static cmty_point first_place(const cmty__survey *s, OGRGeometryH geometry)
{
    const cmty__tract *t = &s->tracts[s->tract_count - 1];
    cmty_point p;

    while (OGR_G_GetGeometryCount(geometry) > 0)
        geometry = OGR_G_GetGeometryRef(geometry, 0);
    if (OGR_G_GetPointCount(geometry) == 0 || t->blind)
        return nowhere;
    p = (cmty_point){OGR_G_GetX(geometry, 0), OGR_G_GetY(geometry, 0)};
    return cmty__survey_carry(s, s->feature_count - 1,
                              t->swap ? (cmty_point){p.lat_deg, p.lon_deg} : p);
}

cmty_status cmty__survey_take(cmty__survey *s, OGRGeometryH geometry, cmty_error *err)
{
    OGRGeometryH linear = NULL;
    size_t others = 0, index = s->feature_count;

    if (!cmty__grow(&s->features, &s->feature_capacity, index + 1, sizeof *s->features))
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    s->features[s->feature_count++] = (cmty__surveyed){.first_polygon = s->polygon_count};
    if (geometry == NULL || OGR_G_IsEmpty(geometry)) {
        (void)cmty__survey_fault(s, CMTY_FLAW_EMPTY, index);
        return s->no_memory ? cmty__fail(err, CMTY_E_NOMEM, "out of memory") : CMTY_OK;
    }
    if (OGR_G_HasCurveGeometry(geometry, TRUE))
        linear = OGR_G_GetLinearGeometry(geometry, 0, NULL);
    if (s->tracts[s->tract_count - 1].blind)
        others = OGR_G_GetDimension(geometry) < 2;
    else
        take_polygons(s, linear != NULL ? linear : geometry, &others);
    if (others > 0) {
        cmty__fault *fault = cmty__survey_fault(s, CMTY_FLAW_NOT_POLYGON, index);

        fault->at = first_place(s, geometry);
        fault->count = others;
    }
    if (linear != NULL)
        OGR_G_DestroyGeometry(linear);
    if (!s->no_memory)
        cmty__survey_shape(s);
    return s->no_memory ? cmty__fail(err, CMTY_E_NOMEM, "out of memory") : CMTY_OK;
}
