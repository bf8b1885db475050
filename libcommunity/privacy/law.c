/* SPDX-License-Identifier: MIT */
/*
 * Mask laws and the regions they are confined to. Whatever fails here withholds the point: the true
 * position is never a fallback, the noise never shrinks, no search is unbounded. Any thread.
 */
#include "privacy/grid.h"
#include "privacy/lattice.h"
#include "privacy/noise.h"
#include "privacy/region.h"
#include "privacy/secret.h"

#include <math.h>

enum { REDRAWS = 4096 };

/* 95 % quantile of the planar Laplace law with epsilon 1. */
static const double quantile_95 = 4.743864518;

/* One draw after another from a keyed stream. */
typedef struct drawing {
    const cmty__law *law;
    cmty__lattice lattice;
    cmty__stream stream;
    cmty_point from;
    cmty__cell cell; /* lattice: of `from` */
    uint64_t rate;
} drawing;

static cmty_status check_range(double v, double min, double max, const char *name, cmty_error *err)
{
    if (v >= min && v <= max) /* false for NaN */
        return CMTY_OK;
    return cmty__fail(err, CMTY_E_RANGE, "%s must be %g to %g", name, min, max);
}

static cmty_status check_lattice(const cmty__law *law, cmty_error *err)
{
    cmty_status st = check_range(law->epsilon_per_m, 1e-5, 1.0, "epsilon_per_m", err);

    return st < 0 ? st : check_range(law->lattice_m, 1.0, 1000.0, "lattice_m", err);
}

static cmty_status check_donut(const cmty__law *law, cmty_error *err)
{
    cmty_status st = check_range(law->radius_m, 1.0, 100000.0, "radius_m", err);

    if (st < 0)
        return st;
    if (!(law->inner_radius_m >= 0.0 && law->inner_radius_m <= law->radius_m))
        return cmty__fail(err, CMTY_E_RANGE, "inner_radius_m must be 0 to radius_m");
    /* where the region clamp puts a point that fell outside its beat */
    return check_range(law->lattice_m, 1.0, 1000.0, "lattice_m", err);
}

cmty_status cmty__law_check(const cmty__law *law, cmty_error *err)
{
    if (law->region < CMTY_REGION_NONE || law->region > CMTY_REGION_REDRAW)
        return cmty__fail(err, CMTY_E_INVALID, "there is no region %d", (int)law->region);
    switch (law->law) {
    case CMTY_LAW_LATTICE:
        return check_lattice(law, err);
    case CMTY_LAW_STREET:
        if (law->region != CMTY_REGION_NONE)
            return cmty__fail(err, CMTY_E_INVALID, "the law street has no region but none");
        return check_lattice(law, err);
    case CMTY_LAW_SNAP:
        return check_range(law->cutoff_m, 1.0, 1000000.0, "cutoff_m", err);
    case CMTY_LAW_ANCHOR:
        return check_range((double)law->k, 2.0, 10000.0, "k", err);
    case CMTY_LAW_DONUT:
        return check_donut(law, err);
    case CMTY_LAW_GRID:
        return check_range(law->radius_m, 1.0, 100000.0, "radius_m", err);
    case CMTY_LAW_WITHHOLD:
        return CMTY_OK;
    default:
        return cmty__fail(err, CMTY_E_INVALID, "there is no mask law %d", (int)law->law);
    }
}

bool cmty__law_keyed(int32_t law)
{
    return law == CMTY_LAW_LATTICE || law == CMTY_LAW_STREET || law == CMTY_LAW_DONUT
           || law == CMTY_LAW_GRID;
}

bool cmty__law_confined(const cmty__law *law)
{
    return (law->law == CMTY_LAW_LATTICE || law->law == CMTY_LAW_DONUT)
           && law->region != CMTY_REGION_NONE;
}

static cmty_status withhold(cmty__mask_result *out, const char *note)
{
    out->note = note;
    return CMTY_WITHHELD;
}

/* ---- draws ---- */

/* c = epsilon g, rounded down, and less by what distances on the lattice may exceed those on the
   ground, so that privacy is never less than asked: 1/4096 of them for the lattice's own steps, and
   as much as parallels shorten, by latitude 67, over ten times 1 / epsilon. */
uint64_t cmty__law_rate(const cmty__law *law)
{
    const double unit = (double)((uint64_t)1 << CMTY__RATE_BITS);
    double epsilon_per_m = law->epsilon_per_m * (1.0 - 1.0 / 4096.0) - 1.0 / 524288.0;

    return (uint64_t)floor(epsilon_per_m * law->lattice_m * unit);
}

static void drawing_open(drawing *d, const cmty__law *law, const cmty__mask_key *key,
                         const char *report_id, cmty_point from)
{
    cmty__draw_key k = {.law = law->law, .region = law->region};

    d->law = law;
    d->from = from;
    d->rate = 0;
    d->cell = (cmty__cell){0, 0};
    d->lattice = cmty__lattice_make(law->lattice_m);
    k.step_mm = d->lattice.step_mm;
    if (law->law != CMTY_LAW_DONUT) {
        d->rate = cmty__law_rate(law);
        d->cell = cmty__lattice_cell(&d->lattice, from);
        k.scale_a = (int64_t)d->rate;
        k.row = d->cell.row;
        k.column = d->cell.column;
    } else {
        /* Seven decimals of the true position stand for its cell. */
        k.scale_a = llround(law->inner_radius_m * 1000.0);
        k.scale_b = llround(law->radius_m * 1000.0);
        k.row = llround(from.lat_deg * 1e7);
        k.column = llround(from.lon_deg * 1e7);
        d->from = (cmty_point){(double)k.column / 1e7, (double)k.row / 1e7};
    }
    cmty__stream_open(&d->stream, cmty__mask_key_bytes(key), &k, report_id);
}

static bool draw_lattice(drawing *d, cmty_point *out)
{
    int64_t east, north;
    uint32_t spread;

    if (!cmty__lattice_noise(&d->stream, d->rate, &east, &north))
        return false;
    spread = (uint32_t)cmty__stream_next(&d->stream);
    *out = cmty__lattice_point(&d->lattice,
                               cmty__lattice_move(&d->lattice, d->cell, east, north, spread));
    return true;
}

/* A direction from a disc, a squared distance evenly between the squares of the radii: even over
   the ring's area. Kept inside by what rounding and the table can add. */
static void draw_donut(drawing *d, cmty_point *out)
{
    const int64_t half = 1 << 20;
    double inner = d->law->inner_radius_m * 1000.2 + 20.0, outer = d->law->radius_m * 999.8 - 20.0;
    uint64_t a, b, distance_2, scale;
    int64_t x, y, n;

    if (inner > outer)
        inner = outer = (d->law->inner_radius_m + d->law->radius_m) * 500.0;
    a = (uint64_t)inner * (uint64_t)inner;
    b = (uint64_t)outer * (uint64_t)outer;
    if (d->law->inner_radius_m == 0.0)
        a = 0;
    do {
        x = (int64_t)cmty__uniform(&d->stream, (uint64_t)(2 * half + 1)) - half;
        y = (int64_t)cmty__uniform(&d->stream, (uint64_t)(2 * half + 1)) - half;
        n = x * x + y * y;
    } while (n > half * half || n < half * half / 4); /* more than half of the square is left */
    distance_2 = a + cmty__uniform(&d->stream, b - a + 1);
    scale =
        cmty__root64(cmty__ratio_shifted(distance_2, (uint64_t)n, 48)); /* 24 bits of fraction */
    *out = cmty__move_mm(d->from, x * (int64_t)scale / (1 << 24), y * (int64_t)scale / (1 << 24));
}

static bool draw(drawing *d, cmty_point *out)
{
    if (d->law->law != CMTY_LAW_DONUT)
        return draw_lattice(d, out);
    draw_donut(d, out);
    return true;
}

static cmty_status apply_drawn(const cmty__law *law, const cmty__mask_key *key,
                               const char *report_id, cmty_point at, const cmty__region *region,
                               cmty__mask_result *out)
{
    bool confined = cmty__law_confined(law), inside = false, drawn = true;
    const char *refused = confined ? cmty__region_refuses(law, region) : NULL;
    int left = law->region == CMTY_REGION_REDRAW ? REDRAWS : 1;
    cmty_point p = {0.0, 0.0};
    drawing d;

    if (refused != NULL)
        return withhold(out, refused);
    drawing_open(&d, law, key, report_id, at);
    for (; left > 0 && drawn && !inside; left--) {
        drawn = draw(&d, &p);
        inside = drawn && (!confined || cmty__region_contains(region, p));
    }
    cmty__stream_close(&d.stream);
    if (drawn && !inside && law->region == CMTY_REGION_CLAMP)
        inside = cmty__region_clamp(&d.lattice, region, &p);
    if (!inside)
        return withhold(out, drawn ? "no place in the region was found" : "the noise is undecided");
    out->at = law->law == CMTY_LAW_STREET ? cmty__list_nearest(law->list, p) : p;
    out->beat_disclosed = confined && !law->land;
    out->radius_m = law->law == CMTY_LAW_DONUT ? law->radius_m : quantile_95 / law->epsilon_per_m;
    return CMTY_OK;
}

/* ---- laws without noise ---- */

double cmty__law_charge(const cmty__law *law)
{
    if (law->law != CMTY_LAW_LATTICE && law->law != CMTY_LAW_STREET)
        return 0;
    return (law->region == CMTY_REGION_REDRAW ? 2 : 1) * law->epsilon_per_m;
}

void cmty__law_place(const cmty__mask_key *key, cmty_point at, uint8_t out[16])
{
    static const char domain[] = "community/place";
    cmty__lattice l = cmty__lattice_make(100);
    cmty__cell cell = cmty__lattice_cell(&l, at);
    uint8_t message[sizeof domain + 16], hash[CMTY__HASH_BYTES];
    size_t i;

    memcpy(message, domain, sizeof domain);
    for (i = 0; i < 8; i++) {
        message[sizeof domain + i] = (uint8_t)((uint64_t)cell.row >> (8 * i));
        message[sizeof domain + 8 + i] = (uint8_t)((uint64_t)cell.column >> (8 * i));
    }
    cmty__hash(cmty__mask_key_bytes(key), CMTY__SECRET_BYTES, message, sizeof message, hash);
    memcpy(out, hash, 16);
    cmty__wipe(message, sizeof message);
}

cmty_point cmty__lattice_round(double lattice_m, cmty_point at)
{
    cmty__lattice l = cmty__lattice_make(lattice_m);

    return cmty__lattice_point(&l, cmty__lattice_cell(&l, at));
}

static cmty_status apply_grid(const cmty__law *law, const cmty__mask_key *key, cmty_point at,
                              cmty__mask_result *out)
{
    cmty__grid g = cmty__grid_make(law->radius_m, cmty__grid_zone(at.lat_deg));

    out->at = cmty__grid_corner(&g, key, at);
    out->radius_m = law->radius_m;
    return CMTY_OK;
}

/* How far the place is does not leave: only that it is within the cut-off. */
static cmty_status apply_snap(const cmty__law *law, cmty_point at, cmty__mask_result *out)
{
    cmty_point place = cmty__list_nearest(law->list, at);

    if (!(cmty__geodesic_m(at, place) <= law->cutoff_m))
        return withhold(out, "no place of the list is near enough");
    out->at = place;
    out->radius_m = law->cutoff_m;
    return CMTY_OK;
}

static cmty_status apply_anchor(const cmty__catchments *catchments, cmty_point at,
                                const cmty__region *region, cmty__mask_result *out, cmty_error *err)
{
    cmty_status st;
    double weight;

    if (catchments == NULL || region == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "the law anchor needs beats and addresses");
    if (region->area < 0)
        return withhold(out, "outside every beat");
    st = cmty__catchments_find(catchments, region->version, region->area, at, &out->at,
                               &out->radius_m, &weight);
    if (st != CMTY_OK)
        return withhold(out, "too few addresses in the beat");
    out->beat_disclosed = true;
    return CMTY_OK;
}

cmty_status cmty__law_apply(const cmty__law *law, const cmty__mask_key *key,
                            const cmty__catchments *catchments, const char *report_id,
                            cmty_point at, const cmty__region *region, cmty__mask_result *out,
                            cmty_error *err)
{
    bool keyed = cmty__law_keyed(law->law);
    cmty__mask_result result = {{0.0, 0.0}, 0.0, false, ""};
    cmty_status st = cmty__law_check(law, err);

    if (st < 0)
        return st;
    if (report_id == NULL || report_id[0] == '\0')
        return cmty__fail(err, CMTY_E_INVALID, "a mask needs the identity of the report");
    if (!cmty__point_valid(at))
        return cmty__fail(err, CMTY_E_RANGE, "the position is not finite or off the globe");
    if (keyed && key == NULL)
        return cmty__fail(err, CMTY_E_KEY,
                          "the law %s needs a mask key; make one with: "
                          "community keygen",
                          cmty_law_name(law->law));
    if (cmty__law_confined(law) && (region == NULL || region->areas == NULL))
        return cmty__fail(err, CMTY_E_INVALID, "the regions clamp and redraw need beats");
    if ((law->law == CMTY_LAW_SNAP || law->law == CMTY_LAW_STREET) && law->list == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "the law %s needs a layer to snap to",
                          cmty_law_name(law->law));
    if (law->law == CMTY_LAW_WITHHOLD)
        st = withhold(&result, "by policy");
    else if (fabs(at.lat_deg) > CMTY__LATTICE_LIMIT_DEG)
        st = withhold(&result, "too near a pole");
    else if (law->law == CMTY_LAW_ANCHOR)
        st = apply_anchor(catchments, at, region, &result, err);
    else if (law->law == CMTY_LAW_GRID)
        st = apply_grid(law, key, at, &result);
    else if (law->law == CMTY_LAW_SNAP)
        st = apply_snap(law, at, &result);
    else
        st = apply_drawn(law, key, report_id, at, region, &result);
    if (st >= 0)
        *out = result;
    return st;
}
