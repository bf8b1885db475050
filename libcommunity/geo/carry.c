/* SPDX-License-Identifier: MIT */
/*
 * From a layer's own CRS to WGS 84, with PROJ. Serial per object, which has a PROJ context of its
 * own; PROJ's network stays off. One coordinate operation serves the whole layer, so that equal
 * positions stay equal.
 */
#include "geo/layer.h"

#include <cpl_conv.h>
#include <math.h>

/* A shift below this (a tenth of a millimetre) is none. */
static const double same_deg = 1e-9;
enum { SPLIT_DEPTH = 16 };

/* ---- which CRS ---- */

typedef struct source {
    OGRSpatialReferenceH srs; /* NULL: plain degrees */
    bool owned, stated;       /* stated: by the user for this layer */
    bool degrees;
    OGREnvelope box;
    const char *file;
} source;

static cmty_status srs_from_user(const char *crs, source *s, cmty_error *err)
{
    s->srs = OSRNewSpatialReference(NULL);
    s->owned = true;
    if (s->srs == NULL || OSRSetFromUserInput(s->srs, crs) != OGRERR_NONE)
        return cmty__fail(err, CMTY_E_INVALID,
                          "crs \"%.60s\" is unknown; say for example EPSG:3435", crs);
    return CMTY_OK;
}

static bool within(double low, double high, double least, double most)
{
    return low >= least && high <= most;
}

static cmty_status choose_srs(OGRLayerH layer, const cmty__spec *spec, const cmty__layer_options *o,
                              source *s, cmty_error *err)
{
    s->stated = spec->crs != NULL;
    if (spec->crs != NULL)
        return srs_from_user(spec->crs, s, err);
    s->srs = OGR_L_GetSpatialRef(layer);
    if (s->srs != NULL)
        return CMTY_OK;
    if (o->crs != NULL)
        return srs_from_user(o->crs, s, err);
    if (!within(s->box.MinX, s->box.MaxX, -180, 180)
        || !within(s->box.MinY, s->box.MaxY, -180, 180))
        return cmty__fail(err, CMTY_E_FORMAT,
                          "%s has no CRS and its coordinates are not degrees; say |crs=, for "
                          "example |crs=EPSG:3435",
                          s->file);
    return CMTY_OK;
}

/* Latitude before longitude: certain beyond 90, and to be suspected where nobody lives. */
enum { AXES_RIGHT, AXES_SEEM_SWAPPED, AXES_SWAPPED };

static int judge_axes(const source *s)
{
    if (!s->degrees || !within(s->box.MinX, s->box.MaxX, -90, 90))
        return AXES_RIGHT;
    if (s->box.MinY > 90 || s->box.MaxY < -90)
        return AXES_SWAPPED;
    return !s->stated && (s->box.MinY > 85 || s->box.MaxY < -60) ? AXES_SEEM_SWAPPED : AXES_RIGHT;
}

static bool beyond_degrees(const source *s)
{
    return s->degrees
           && (s->box.MinX > 360 || s->box.MaxX < -360 || s->box.MinY > 360 || s->box.MaxY < -360);
}

static cmty_status check_degrees(const source *s, cmty_error *err)
{
    if (!s->degrees || s->box.MinX > s->box.MaxX)
        return CMTY_OK;
    if (beyond_degrees(s))
        return cmty__fail(err, CMTY_E_FORMAT,
                          "%s says that its coordinates are degrees, but they are not; say |crs= "
                          "with the CRS that they are in",
                          s->file);
    switch (judge_axes(s)) {
    case AXES_SWAPPED:
        return cmty__fail(err, CMTY_E_FORMAT,
                          "%s has its axes swapped: latitude stands before longitude; longitude "
                          "must come first",
                          s->file);
    case AXES_SEEM_SWAPPED:
        return cmty__fail(err, CMTY_E_FORMAT,
                          "%s seems to have its axes swapped: it would lie in the polar ice; "
                          "longitude must come first (if it is right, say |crs=EPSG:4326)",
                          s->file);
    default:
        return CMTY_OK;
    }
}

static void name_srs(const source *s, char *name, size_t size)
{
    const char *authority = NULL, *code = NULL, *text;

    if (s->srs != NULL) {
        authority = OSRGetAuthorityName(s->srs, NULL);
        code = OSRGetAuthorityCode(s->srs, NULL);
    }
    text = s->srs == NULL ? "degrees" : OSRGetName(s->srs);
    if (authority != NULL && code != NULL && cmty__format(name, size, "%s:%s", authority, code))
        return;
    if (text == NULL || !cmty__format(name, size, "%.60s", text))
        (void)cmty__format(name, size, "unnamed");
}

static bool in_degrees(OGRSpatialReferenceH srs)
{
    return srs == NULL
           || (OSRIsGeographic(srs)
               && fabs(OSRGetAngularUnits(srs, NULL) - 0.017453292519943295) < 1e-12);
}

/* ---- the operation ---- */

static PJ *proj_from_srs(PJ_CONTEXT *context, OGRSpatialReferenceH srs)
{
    const char *const how[] = {"FORMAT=WKT2_2019", NULL};
    char *wkt = NULL;
    PJ *crs = NULL;

    if (OSRExportToWktEx(srs, &wkt, how) == OGRERR_NONE && wkt != NULL)
        crs = proj_create(context, wkt);
    CPLFree(wkt);
    return crs;
}

/* Longitude first on both sides. */
static PJ *best_operation(PJ_CONTEXT *context, OGRSpatialReferenceH srs)
{
    PJ *from = proj_from_srs(context, srs), *to = proj_create(context, "EPSG:4326");
    PJ *any = NULL, *ordered = NULL;

    if (from != NULL && to != NULL)
        any = proj_create_crs_to_crs_from_pj(context, from, to, NULL, NULL);
    if (any != NULL)
        ordered = proj_normalize_for_visualization(context, any);
    proj_destroy(from);
    proj_destroy(to);
    proj_destroy(any);
    return ordered;
}

/* PROJ would choose anew for each point; what it chooses for the middle serves all. */
static void settle_operation(cmty__carry *c, const source *s)
{
    PJ_COORD middle =
        proj_coord((s->box.MinX + s->box.MaxX) / 2, (s->box.MinY + s->box.MaxY) / 2, 0, 0);
    PJ *one;

    (void)proj_trans(c->operation, PJ_FWD, middle);
    one = proj_trans_get_last_used_operation(c->operation);
    if (one == NULL)
        return;
    proj_destroy(c->operation);
    c->operation = one;
}

static bool moves_nothing(const cmty__carry *c, const source *s)
{
    const double x[] = {s->box.MinX, s->box.MaxX, (s->box.MinX + s->box.MaxX) / 2};
    const double y[] = {s->box.MinY, s->box.MaxY, (s->box.MinY + s->box.MaxY) / 2};

    for (int i = 0; i < 9; i++) {
        cmty_point to, from = {x[i % 3], y[i / 3]};

        if (!cmty__carry_point(c, from, &to) || fabs(to.lon_deg - from.lon_deg) > same_deg
            || fabs(to.lat_deg - from.lat_deg) > same_deg)
            return false;
    }
    return true;
}

/* What the operation is called and how well it does, as PROJ states it. */
static void note_operation(cmty__carry *c)
{
    PJ_PROJ_INFO info = proj_pj_info(c->operation);
    double accuracy_m = proj_coordoperation_get_accuracy(c->context, c->operation);

    c->accuracy_m = accuracy_m < 0 ? NAN : accuracy_m;
    (void)cmty__format(c->how, sizeof c->how, "%.127s",
                       info.description == NULL ? "an unnamed operation" : info.description);
}

static void tell_accuracy(const cmty__carry *c, const char *file, const cmty_host *host)
{
    if (isnan(c->accuracy_m))
        cmty__notice(host, "%s: carried from %s to WGS 84 by \"%s\", accuracy unknown", file,
                     c->name, c->how);
    else if (c->accuracy_m >= 1)
        cmty__notice(host, "%s: carried from %s to WGS 84 by \"%s\", accuracy %.0f m", file,
                     c->name, c->how, c->accuracy_m);
}

static cmty_status open_operation(cmty__carry *c, const source *s, const cmty_host *host,
                                  cmty_error *err)
{
    c->context = proj_context_create();
    if (c->context == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    proj_log_level(c->context, PJ_LOG_NONE);
    (void)proj_context_set_enable_network(c->context, 0);
    c->operation = best_operation(c->context, s->srs);
    if (c->operation == NULL)
        return cmty__fail(err, CMTY_E_FORMAT, "%s: PROJ knows no way from %s to WGS 84", s->file,
                          c->name);
    settle_operation(c, s);
    if (s->degrees && moves_nothing(c, s)) {
        proj_destroy(c->operation);
        c->operation = NULL;
        return CMTY_OK;
    }
    c->densify = !s->degrees;
    note_operation(c);
    tell_accuracy(c, s->file, host);
    return CMTY_OK;
}

cmty_status cmty__carry_open(OGRLayerH layer, const cmty__spec *spec, const cmty__layer_options *o,
                             cmty__carry *out, cmty_error *err)
{
    source s = {.file = cmty__basename(spec->path)};
    cmty__carry c = {.densify_m = o->densify_m > 0 ? o->densify_m : 0.01};
    cmty_status st;

    if (OGR_L_GetExtent(layer, &s.box, TRUE) != OGRERR_NONE)
        return cmty__fail(err, CMTY_E_FORMAT, "%s: the layer holds no geometry%s", s.file,
                          OGR_L_GetGeomType(layer) == wkbNone
                              ? "; a table needs columns for it, such as lon and lat"
                              : "");
    st = choose_srs(layer, spec, o, &s, err);
    if (st == CMTY_OK) {
        s.degrees = in_degrees(s.srs);
        name_srs(&s, c.name, sizeof c.name);
        st = check_degrees(&s, err);
    }
    if (st == CMTY_OK && s.srs != NULL)
        st = open_operation(&c, &s, o->host, err);
    if (st == CMTY_OK && s.srs == NULL)
        cmty__notice(o->host, "%s has no CRS; its coordinates are taken as WGS 84 degrees", s.file);
    if (s.owned && s.srs != NULL)
        OSRDestroySpatialReference(s.srs);
    if (st == CMTY_OK)
        *out = c;
    else
        cmty__carry_close(&c);
    return st;
}

/* ---- what is doubtful ---- */

static void doubt(cmty__doubts *d, int32_t code, bool blind, const char *detail)
{
    if (d->code != 0)
        return;
    d->code = code;
    d->blind = blind;
    d->detail = detail;
}

static void doubt_numbers(source *s, cmty__doubts *d)
{
    bool plain_degrees =
        within(s->box.MinX, s->box.MaxX, -180, 180) && within(s->box.MinY, s->box.MaxY, -180, 180);

    if (s->srs == NULL)
        doubt(d, CMTY_FLAW_NO_CRS, !plain_degrees,
              plain_degrees ? "its coordinates are taken as WGS 84 degrees"
                            : "its coordinates are not degrees, so its shapes are not looked at");
    if (s->srs != NULL && beyond_degrees(s))
        doubt(d, CMTY_FLAW_CRS_SUSPECT, true,
              "it says degrees, but the coordinates are none; its shapes are not looked at");
    if (s->srs != NULL && !s->degrees && plain_degrees)
        doubt(d, CMTY_FLAW_CRS_SUSPECT, true,
              "it says metres or feet, but the coordinates look like degrees; its shapes are not "
              "looked at");
    if (judge_axes(s) != AXES_RIGHT) {
        OGREnvelope turned = {s->box.MinY, s->box.MaxY, s->box.MinX, s->box.MaxX};

        d->code = CMTY_FLAW_AXES_SWAPPED; /* matters more than that there is no CRS */
        d->blind = false;
        d->detail = "latitude stands before longitude; the rest is checked as if it did not";
        s->box = turned;
    }
}

/* Whether the middle of the layer lies where the CRS is meant to be used, give or take. */
static void doubt_place(const cmty__carry *c, const source *s, cmty__doubts *d)
{
    const double near_deg = 3;
    double west, south, east, north;
    PJ *crs = s->srs == NULL ? NULL : proj_from_srs(c->context, s->srs);
    cmty_point at;

    if (crs != NULL && c->operation != NULL
        && proj_get_area_of_use(c->context, crs, &west, &south, &east, &north, NULL) && west < east
        && west > -1000
        && (!cmty__carry_point(c, d->middle, &at) || at.lon_deg < west - near_deg
            || at.lon_deg > east + near_deg || at.lat_deg < south - near_deg
            || at.lat_deg > north + near_deg))
        doubt(d, CMTY_FLAW_CRS_SUSPECT, false, "the layer lies far from where its CRS is used");
    proj_destroy(crs);
}

cmty_status cmty__carry_survey(OGRLayerH layer, const cmty__spec *spec,
                               const cmty__layer_options *o, cmty__carry *out, cmty__doubts *doubts,
                               cmty_error *err)
{
    source s = {.file = cmty__basename(spec->path), .stated = spec->crs != NULL};
    cmty__carry c = {.densify_m = o->densify_m > 0 ? o->densify_m : 0.01};
    const char *crs = spec->crs;
    cmty_status st = CMTY_OK;

    *doubts = (cmty__doubts){0};
    if (OGR_L_GetExtent(layer, &s.box, TRUE) != OGRERR_NONE || s.box.MinX > s.box.MaxX) {
        doubts->blind = true; /* nothing but empty geometries */
        *out = c;
        return CMTY_OK;
    }
    s.srs = crs != NULL ? NULL : OGR_L_GetSpatialRef(layer);
    if (s.srs == NULL && crs == NULL)
        crs = o->crs;
    if (crs != NULL)
        st = srs_from_user(crs, &s, err);
    if (st == CMTY_OK) {
        s.degrees = in_degrees(s.srs);
        name_srs(&s, c.name, sizeof c.name);
        doubt_numbers(&s, doubts);
        doubts->middle = (cmty_point){(s.box.MinX + s.box.MaxX) / 2, (s.box.MinY + s.box.MaxY) / 2};
        doubts->step = fmax(s.box.MaxX - s.box.MinX, s.box.MaxY - s.box.MinY) / 1000 + 1e-6;
    }
    if (st == CMTY_OK && s.srs != NULL && !doubts->blind)
        st = open_operation(&c, &s, NULL, err);
    if (st == CMTY_OK && !doubts->blind)
        doubt_place(&c, &s, doubts);
    if (s.owned && s.srs != NULL)
        OSRDestroySpatialReference(s.srs);
    if (st == CMTY_OK)
        *out = c;
    else
        cmty__carry_close(&c);
    return st;
}

void cmty__carry_close(cmty__carry *c)
{
    proj_destroy(c->operation);
    if (c->context != NULL)
        proj_context_destroy(c->context);
    *c = (cmty__carry){0};
}

/* ---- carrying ---- */

bool cmty__carry_point(const cmty__carry *c, cmty_point from, cmty_point *to)
{
    PJ_COORD at;

    *to = from;
    if (c->operation != NULL) {
        at = proj_trans(c->operation, PJ_FWD, proj_coord(from.lon_deg, from.lat_deg, 0, 0));
        *to = (cmty_point){at.xy.x, at.xy.y};
    }
    return cmty__point_valid(*to);
}

static void append(cmty__path *path, size_t start, cmty_point p)
{
    p.lon_deg += 0.0; /* -0 becomes 0 */
    p.lat_deg += 0.0;
    if (path->count > start && path->points[path->count - 1].lon_deg == p.lon_deg
        && path->points[path->count - 1].lat_deg == p.lat_deg)
        return;
    if (!cmty__grow(&path->points, &path->capacity, path->count + 1, sizeof *path->points)) {
        path->no_memory = true;
        return;
    }
    path->points[path->count++] = p;
}

/* How far q lies from the line through a and b, metres. */
static double stray_m(cmty_point q, cmty_point a, cmty_point b)
{
    cmty__frame f = cmty__frame_at(q);
    double dx = (b.lon_deg - a.lon_deg) * f.m_per_deg_lon;
    double dy = (b.lat_deg - a.lat_deg) * f.m_per_deg_lat;
    double ax = (a.lon_deg - q.lon_deg) * f.m_per_deg_lon;
    double ay = (a.lat_deg - q.lat_deg) * f.m_per_deg_lat;
    double length = hypot(dx, dy);

    return length > 0 ? fabs(ax * dy - ay * dx) / length : hypot(ax, ay);
}

static cmty_point middle(cmty_point a, cmty_point b)
{
    return (cmty_point){(a.lon_deg + b.lon_deg) / 2, (a.lat_deg + b.lat_deg) / 2};
}

/* An edge, where it begins in the layer's CRS and on WGS 84, with a before b in coordinates. */
typedef struct span {
    cmty_point from_a, from_b, a, b;
} span;

static bool strays(const cmty__carry *c, const span *s, cmty_point from)
{
    cmty_point q;

    return cmty__carry_point(c, from, &q) && !(stray_m(q, s->a, s->b) <= c->densify_m);
}

/* The middle shows it, but for curves that bend both ways: those at a quarter. */
static bool span_strays(const cmty__carry *c, const span *s)
{
    cmty_point m = middle(s->from_a, s->from_b);

    return strays(c, s, m)
           || (stray_m(s->a, s->b, s->b) > 1000
               && (strays(c, s, middle(s->from_a, m)) || strays(c, s, middle(m, s->from_b))));
}

static span span_between(cmty_point from_a, cmty_point from_b, cmty_point a, cmty_point b)
{
    bool swap = from_b.lon_deg < from_a.lon_deg
                || (from_b.lon_deg == from_a.lon_deg && from_b.lat_deg < from_a.lat_deg);

    return swap ? (span){from_b, from_a, b, a} : (span){from_a, from_b, a, b};
}

/* Appends what must stand between a and b, both left out. */
static void split(const cmty__carry *c, cmty_point from_a, cmty_point from_b, cmty_point a,
                  cmty_point b, int depth, size_t start, cmty__path *to)
{
    span s = span_between(from_a, from_b, a, b);
    cmty_point from_m = middle(from_a, from_b), m;

    if (depth == 0 || !span_strays(c, &s) || !cmty__carry_point(c, from_m, &m))
        return;
    split(c, from_a, from_m, a, m, depth - 1, start, to);
    append(to, start, m);
    split(c, from_m, from_b, m, b, depth - 1, start, to);
}

void cmty__carry_line(const cmty__carry *c, const cmty_point *from, size_t count, cmty__path *to)
{
    size_t start = to->count;
    cmty_point a = {0, 0}, b;

    for (size_t i = 0; i < count; i++, a = b) {
        if (!cmty__carry_point(c, from[i], &b)) {
            to->no_place = true;
            return;
        }
        if (i > 0 && c->densify)
            split(c, from[i - 1], from[i], a, b, SPLIT_DEPTH, start, to);
        append(to, start, b);
    }
}
