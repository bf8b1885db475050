/* SPDX-License-Identifier: MIT */
/* What is wrong with single rings, and where the rings of a feature cross. Exact where it says so:
   orientation is decided without rounding. Serial per survey. */
#include "geo/survey.h"

#include <math.h>
#include <stdlib.h>

enum { PLACES_MAX = 50 }; /* of one feature; what is beyond looks the same */

static bool same_place(cmty_point a, cmty_point b)
{
    return a.lon_deg == b.lon_deg && a.lat_deg == b.lat_deg;
}

/* Turning back at b, which makes a spike if a, b and c are in line. */
static bool turns_back(cmty_point a, cmty_point b, cmty_point c)
{
    return (a.lon_deg - b.lon_deg) * (c.lon_deg - b.lon_deg)
               + (a.lat_deg - b.lat_deg) * (c.lat_deg - b.lat_deg)
           > 0;
}

/* ---- cleaning ---- */

static size_t drop_repeated(cmty_point *p, size_t count)
{
    size_t kept = 1;

    for (size_t i = 1; i < count; i++)
        if (!same_place(p[i], p[kept - 1]))
            p[kept++] = p[i];
    return kept;
}

/* From the tip back to the nearer of its neighbours. */
static void report_spike(cmty__survey *s, cmty_point a, cmty_point tip, cmty_point c, bool flat)
{
    size_t feature = s->feature_count - 1;
    cmty_point line[2] = {cmty__survey_m(s, a, tip) < cmty__survey_m(s, c, tip) ? a : c, tip};
    cmty__fault *fault = cmty__survey_fault(s, CMTY_FLAW_SPIKE, feature);

    fault->mended = flat;
    fault->at = cmty__survey_carry(s, feature, tip);
    fault->size = cmty__geodesic_m(cmty__survey_carry(s, feature, line[0]), fault->at);
    cmty__survey_line(s, fault, line, 2);
}

/* Takes zero-width spikes out of an open ring without repeated points. */
static size_t drop_spikes(cmty__survey *s, cmty_point *p, size_t count)
{
    size_t i = 0, since = 0; /* points looked at since the last change */

    while (count >= 3 && since < count) {
        size_t before = (i + count - 1) % count, after = (i + 1) % count;
        cmty_point a = p[before], b = p[i], c = p[after];

        if (cmty__orient(a, b, c) != 0 || !turns_back(a, b, c)) {
            i = after;
            since++;
            continue;
        }
        report_spike(s, a, b, c, true);
        memmove(p + i, p + i + 1, (count - i - 1) * sizeof *p);
        count--;
        if (same_place(a, c)) { /* there and back to the same point: now it stands twice */
            size_t twice = i < count ? i : 0;

            memmove(p + twice, p + twice + 1, (count - twice - 1) * sizeof *p);
            count--;
        }
        i = count > 0 ? (i + 2 * count - 2) % count : 0;
        since = 0;
    }
    return count;
}

static void report_collapsed(cmty__survey *s, cmty_point at, size_t distinct)
{
    size_t feature = s->feature_count - 1;

    cmty__fault *fault = cmty__survey_fault(
        s, distinct < 3 ? CMTY_FLAW_TOO_FEW_POINTS : CMTY_FLAW_ZERO_AREA, feature);

    fault->mended = true;
    fault->at = cmty__survey_carry(s, feature, at);
}

/* Distinct points, up to three. */
static size_t count_distinct(const cmty_point *p, size_t count)
{
    size_t second = 1;

    while (second < count && same_place(p[second], p[0]))
        second++;
    if (second >= count)
        return 1;
    for (size_t i = second + 1; i < count; i++)
        if (!same_place(p[i], p[0]) && !same_place(p[i], p[second]))
            return 3;
    return 2;
}

size_t cmty__survey_clean(cmty__survey *s, cmty_point *points, size_t count)
{
    size_t feature = s->feature_count - 1, distinct = count_distinct(points, count);
    size_t faults = s->fault_count, kept;
    cmty_point first = points[0];

    if (!same_place(points[0], points[count - 1])) {
        cmty_point ends[2] = {points[count - 1], points[0]};
        cmty__fault *fault = cmty__survey_fault(s, CMTY_FLAW_UNCLOSED, feature);

        fault->mended = true;
        fault->at = cmty__survey_carry(s, feature, ends[0]);
        fault->size = cmty__geodesic_m(fault->at, cmty__survey_carry(s, feature, ends[1]));
        cmty__survey_line(s, fault, ends, 2);
        points[count++] = points[0];
        faults = s->fault_count;
    }
    kept = drop_repeated(points, count);
    if (kept > 1 && same_place(points[0], points[kept - 1]))
        kept--;
    if (kept >= 3)
        kept = drop_spikes(s, points, kept);
    if (kept < 3) {
        s->fault_count = faults; /* it is no spike if nothing else is there */
        report_collapsed(s, first, distinct);
        return 0;
    }
    points[kept++] = points[0];
    return kept;
}

void cmty__survey_spikes(cmty__survey *s, const cmty__ring *ring)
{
    const double worth_m = 10 * s->ignore_m;

    for (size_t i = 0; i + 1 < ring->count; i++) {
        cmty_point a = ring->points[i > 0 ? i - 1 : ring->count - 2];
        cmty_point b = ring->points[i], c = ring->points[i + 1];
        double to_a, to_c, t;

        if (!turns_back(a, b, c))
            continue;
        to_a = cmty__survey_m(s, a, b);
        to_c = cmty__survey_m(s, c, b);
        if (fmin(to_a, to_c) > worth_m
            && (to_a < to_c ? cmty__survey_off_m(s, a, b, c, &t)
                            : cmty__survey_off_m(s, c, b, a, &t))
                   < s->ignore_m)
            report_spike(s, a, b, c, false);
    }
}

/* ---- crossings ---- */

typedef struct side {
    cmty_point a, b;       /* a first: by x, then y */
    size_t ring, at, last; /* number in its ring, and that of the ring's last */
} side;

static int by_left_end(const void *left, const void *right)
{
    const side *e = left, *f = right;

    return (e->a.lon_deg > f->a.lon_deg) - (e->a.lon_deg < f->a.lon_deg);
}

static bool before(cmty_point a, cmty_point b)
{
    return a.lon_deg < b.lon_deg || (a.lon_deg == b.lon_deg && a.lat_deg < b.lat_deg);
}

static side *collect_sides(const cmty__survey *s, size_t feature, size_t *count)
{
    const cmty__surveyed *f = &s->features[feature];
    size_t first = s->polygons[f->first_polygon].first_ring, most = 0, n = 0;
    const cmty__polygon *last = &s->polygons[f->first_polygon + f->polygon_count - 1];
    side *sides;

    for (size_t r = first; r < last->first_ring + last->ring_count; r++)
        most += s->plain[r].count;
    sides = cmty__calloc(most + 1, sizeof *sides);
    for (size_t r = first; sides != NULL && r < last->first_ring + last->ring_count; r++)
        for (size_t i = 0; i + 1 < s->plain[r].count; i++) {
            cmty_point a = s->plain[r].points[i], b = s->plain[r].points[i + 1];

            sides[n++] = before(a, b) ? (side){a, b, r, i, s->plain[r].count - 2}
                                      : (side){b, a, r, i, s->plain[r].count - 2};
        }
    if (sides != NULL)
        qsort(sides, n, sizeof *sides, by_left_end);
    *count = n;
    return sides;
}

static bool neighbours(const side *e, const side *f)
{
    size_t low = e->at < f->at ? e->at : f->at, high = e->at < f->at ? f->at : e->at;

    return e->ring == f->ring && (high - low <= 1 || (low == 0 && high == e->last));
}

static cmty_point cross_point(const side *e, const side *f)
{
    double ex = e->b.lon_deg - e->a.lon_deg, ey = e->b.lat_deg - e->a.lat_deg;
    double fx = f->b.lon_deg - f->a.lon_deg, fy = f->b.lat_deg - f->a.lat_deg;
    double det = ex * fy - ey * fx, t = 0;

    if (det != 0)
        t = ((f->a.lon_deg - e->a.lon_deg) * fy - (f->a.lat_deg - e->a.lat_deg) * fx) / det;
    return (cmty_point){e->a.lon_deg + t * ex, e->a.lat_deg + t * ey};
}

enum { MEET_NOT, MEET_CROSS, MEET_TOUCH, MEET_ALONG };

/* How two sides meet; *from and *to: where, from == to unless along a line. */
static int meet(const side *e, const side *f, cmty_point *from, cmty_point *to)
{
    int c = cmty__orient(e->a, e->b, f->a), d = cmty__orient(e->a, e->b, f->b);
    int a = cmty__orient(f->a, f->b, e->a), b = cmty__orient(f->a, f->b, e->b);

    if (c * d > 0 || a * b > 0)
        return MEET_NOT;
    if (c == 0 && d == 0) { /* in line */
        *from = before(e->a, f->a) ? f->a : e->a;
        *to = before(e->b, f->b) ? e->b : f->b;
        return before(*from, *to) ? MEET_ALONG : same_place(*from, *to) ? MEET_TOUCH : MEET_NOT;
    }
    *from = *to = c == 0 ? f->a : d == 0 ? f->b : a == 0 ? e->a : b == 0 ? e->b : cross_point(e, f);
    return c * d < 0 && a * b < 0 ? MEET_CROSS : MEET_TOUCH;
}

typedef struct places {
    cmty_point at[PLACES_MAX];
    size_t count;
    bool crossed;
    double along_m;
    cmty_point along[2];
} places;

static bool is_new(places *seen, cmty_point p)
{
    for (size_t i = 0; i < seen->count; i++)
        if (same_place(seen->at[i], p))
            return false;
    if (seen->count < PLACES_MAX)
        seen->at[seen->count++] = p;
    return true;
}

static void report_meeting(cmty__survey *s, size_t feature, int how, const side *e, const side *f,
                           const cmty_point line[2], bool crossing, places *seen)
{
    cmty__fault *fault;

    if (how == MEET_ALONG) {
        if (seen->along_m == 0) {
            seen->along[0] = line[0];
            seen->along[1] = line[1];
        }
        seen->along_m += cmty__geodesic_m(cmty__survey_carry(s, feature, line[0]),
                                          cmty__survey_carry(s, feature, line[1]));
        return;
    }
    seen->crossed |= how == MEET_CROSS;
    if (how == MEET_TOUCH && (neighbours(e, f) || (e->ring != f->ring && !crossing)))
        return;
    if (seen->count >= PLACES_MAX || !is_new(seen, line[0]))
        return;
    fault = cmty__survey_fault(
        s, how == MEET_CROSS || crossing ? CMTY_FLAW_SELF_CROSSING : CMTY_FLAW_SELF_TOUCH, feature);
    fault->at = cmty__survey_carry(s, feature, line[0]);
}

size_t cmty__survey_crossings(cmty__survey *s, size_t feature, bool crossing)
{
    size_t count = 0;
    side *sides = collect_sides(s, feature, &count);
    places seen = {.count = 0};
    size_t before_all = s->fault_count;

    if (sides == NULL)
        s->no_memory = true;
    for (size_t i = 0; sides != NULL && i < count; i++)
        for (size_t k = i + 1; k < count && sides[k].a.lon_deg <= sides[i].b.lon_deg; k++) {
            const side *e = &sides[i], *f = &sides[k];
            cmty_point line[2];
            int how;

            if (fmax(e->a.lat_deg, e->b.lat_deg) < fmin(f->a.lat_deg, f->b.lat_deg)
                || fmin(e->a.lat_deg, e->b.lat_deg) > fmax(f->a.lat_deg, f->b.lat_deg))
                continue;
            how = meet(e, f, &line[0], &line[1]);
            if (how != MEET_NOT)
                report_meeting(s, feature, how, e, f, line, crossing, &seen);
        }
    if (seen.along_m > 0 && !seen.crossed)
        s->fault_count = before_all; /* they touch where they begin to run along each other */
    if (seen.along_m > 0) {
        cmty__fault *fault = cmty__survey_fault(s, CMTY_FLAW_SHARED_EDGE, feature);

        fault->at = cmty__survey_carry(s, feature, seen.along[0]);
        fault->size = seen.along_m;
        cmty__survey_line(s, fault, seen.along, 2);
    }
    cmty__free(sides);
    return s->fault_count - before_all;
}
