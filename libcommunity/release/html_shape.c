/* SPDX-License-Identifier: MIT */
/* Beats as they are drawn: projected, thinned out to the resolution of the screen, and searched
   for the place with most room for a label. Never used for assignment. Any thread. */
#include "release/html.h"

#include <math.h>

static const double MAX_WIDTH = 860, MAX_HEIGHT = 900, MARGIN = 14;
static const double THIN_PX = 0.3; /* how far a drawn edge may stray */

/* ---- view ---- */

static void bounds_of_all(const cmty__areas *areas, cmty_point *min, cmty_point *max)
{
    *min = (cmty_point){180, 90};
    *max = (cmty_point){-180, -90};
    for (size_t i = 0; i < cmty__areas_count(areas); i++) {
        cmty_point a, b;

        cmty__areas_bounds(areas, (int32_t)i, &a, &b);
        min->lon_deg = fmin(min->lon_deg, a.lon_deg);
        min->lat_deg = fmin(min->lat_deg, a.lat_deg);
        max->lon_deg = fmax(max->lon_deg, b.lon_deg);
        max->lat_deg = fmax(max->lat_deg, b.lat_deg);
    }
}

cmty__view cmty__view_fit(const cmty__areas *areas)
{
    cmty_point min, max;
    cmty__frame frame;
    cmty__view v;
    double east_m, north_m;

    bounds_of_all(areas, &min, &max);
    if (max.lon_deg <= min.lon_deg || max.lat_deg <= min.lat_deg) {
        min = (cmty_point){-1, -1};
        max = (cmty_point){1, 1};
    }
    frame = cmty__frame_at(
        (cmty_point){(min.lon_deg + max.lon_deg) / 2, (min.lat_deg + max.lat_deg) / 2});
    east_m = (max.lon_deg - min.lon_deg) * frame.m_per_deg_lon;
    north_m = (max.lat_deg - min.lat_deg) * frame.m_per_deg_lat;
    v.m_per_px = fmax(east_m / (MAX_WIDTH - 2 * MARGIN), north_m / (MAX_HEIGHT - 2 * MARGIN));
    v.x_per_deg = frame.m_per_deg_lon / v.m_per_px;
    v.y_per_deg = frame.m_per_deg_lat / v.m_per_px;
    v.lon_deg = min.lon_deg - MARGIN / v.x_per_deg;
    v.lat_deg = max.lat_deg + MARGIN / v.y_per_deg;
    v.width = east_m / v.m_per_px + 2 * MARGIN;
    v.height = north_m / v.m_per_px + 2 * MARGIN;
    return v;
}

cmty__xy cmty__view_at(const cmty__view *v, cmty_point p)
{
    return (cmty__xy){(p.lon_deg - v->lon_deg) * v->x_per_deg,
                      (v->lat_deg - p.lat_deg) * v->y_per_deg};
}

/* ---- shape ---- */

static double distance_to_edge(cmty__xy p, cmty__xy a, cmty__xy b)
{
    double dx = b.x - a.x, dy = b.y - a.y;
    double length2 = dx * dx + dy * dy;
    double t = length2 > 0 ? ((p.x - a.x) * dx + (p.y - a.y) * dy) / length2 : 0;

    t = fmin(1, fmax(0, t));
    return hypot(p.x - a.x - t * dx, p.y - a.y - t * dy);
}

/* Ramer, Douglas and Peucker, with a stack of our own: marks in keep[] what is needed. */
static void thin(const cmty__xy *p, size_t count, bool *keep, size_t *stack)
{
    size_t depth = 0;

    keep[0] = keep[count - 1] = true;
    stack[depth++] = 0;
    stack[depth++] = count - 1;
    while (depth > 0) {
        size_t last = stack[--depth], first = stack[--depth], far = first;
        double most = THIN_PX;

        for (size_t i = first + 1; i < last; i++) {
            double d = distance_to_edge(p[i], p[first], p[last]);

            if (d > most) {
                most = d;
                far = i;
            }
        }
        if (far == first)
            continue;
        keep[far] = true;
        stack[depth++] = first;
        stack[depth++] = far;
        stack[depth++] = far;
        stack[depth++] = last;
    }
}

static bool add_ring(cmty__shape *s, const cmty__xy *p, const bool *keep, size_t count)
{
    if (!cmty__grow(&s->points, &s->capacity, s->count + count, sizeof *s->points)
        || !cmty__grow(&s->ends, &s->ring_capacity, s->ring_count + 1, sizeof *s->ends))
        return false;
    for (size_t i = 0; i < count; i++)
        if (keep[i])
            s->points[s->count++] = p[i];
    s->ends[s->ring_count++] = s->count;
    return true;
}

static bool make_ring(const cmty__view *v, const cmty__ring *ring, cmty__shape *s)
{
    cmty__xy *p = cmty__calloc(ring->count, sizeof *p);
    bool *keep = cmty__calloc(ring->count, sizeof *keep);
    size_t *stack = cmty__calloc(2 * ring->count + 4, sizeof *stack);
    bool ok = p != NULL && keep != NULL && stack != NULL;

    for (size_t i = 0; ok && i < ring->count; i++)
        p[i] = cmty__view_at(v, ring->points[i]);
    if (ok) {
        thin(p, ring->count, keep, stack);
        ok = add_ring(s, p, keep, ring->count);
    }
    cmty__free(p);
    cmty__free(keep);
    cmty__free(stack);
    return ok;
}

bool cmty__shape_make(const cmty__view *v, const cmty__areas *areas, int32_t area, cmty__shape *out)
{
    size_t count = 0;
    const cmty__ring *rings = cmty__areas_rings(areas, area, &count);

    *out = (cmty__shape){0};
    for (size_t i = 0; i < count; i++)
        if (rings[i].count >= 4 && !make_ring(v, &rings[i], out)) {
            cmty__shape_free(out);
            return false;
        }
    return true;
}

void cmty__shape_free(cmty__shape *s)
{
    cmty__free(s->points);
    cmty__free(s->ends);
    *s = (cmty__shape){0};
}

void cmty__shape_path(const cmty__shape *s, cmty__buf *out)
{
    size_t at = 0;

    for (size_t ring = 0; ring < s->ring_count; ring++) {
        for (size_t i = at; i + 1 < s->ends[ring]; i++) { /* the last closes it */
            cmty__buf_char(out, i == at ? 'M' : 'L');
            cmty__buf_fixed(out, s->points[i].x, 1);
            cmty__buf_char(out, ' ');
            cmty__buf_fixed(out, s->points[i].y, 1);
        }
        cmty__buf_char(out, 'Z');
        at = s->ends[ring];
    }
}

/* ---- room for a label ---- */

/* Distance to the boundary, negative outside; even-odd. */
static double room_at(const cmty__shape *s, cmty__xy p)
{
    double nearest = INFINITY;
    bool inside = false;
    size_t at = 0;

    for (size_t ring = 0; ring < s->ring_count; ring++) {
        for (size_t i = at; i + 1 < s->ends[ring]; i++) {
            cmty__xy a = s->points[i], b = s->points[i + 1];

            nearest = fmin(nearest, distance_to_edge(p, a, b));
            if ((a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x)
                inside = !inside;
        }
        at = s->ends[ring];
    }
    return inside ? nearest : -nearest;
}

/* A grid over the whole, then two finer ones round the best place found. */
cmty__xy cmty__shape_centre(const cmty__shape *s, double *room)
{
    enum { STEPS = 16, ROUNDS = 3 };
    cmty__xy min = {INFINITY, INFINITY}, max = {-INFINITY, -INFINITY}, best = {0, 0};

    *room = -INFINITY;
    for (size_t i = 0; i < s->count; i++) {
        min = (cmty__xy){fmin(min.x, s->points[i].x), fmin(min.y, s->points[i].y)};
        max = (cmty__xy){fmax(max.x, s->points[i].x), fmax(max.y, s->points[i].y)};
    }
    for (int round = 0; round < ROUNDS && s->count > 0; round++) {
        cmty__xy step = {(max.x - min.x) / STEPS, (max.y - min.y) / STEPS};

        for (int i = 1; i < STEPS * STEPS; i++) {
            int column = i % STEPS, line = i / STEPS;
            cmty__xy p = {min.x + step.x * column, min.y + step.y * line};
            double r = room_at(s, p);

            if (r > *room) {
                *room = r;
                best = p;
            }
        }
        min = (cmty__xy){best.x - step.x, best.y - step.y};
        max = (cmty__xy){best.x + step.x, best.y + step.y};
    }
    return best;
}
