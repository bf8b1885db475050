/* SPDX-License-Identifier: MIT */
/* Areas as they are drawn: projected, cut off well outside the picture, thinned out to the
   resolution of the screen, and searched for the place with most room for a label; and the scale
   bar beside them. Never used for assignment. Any thread. */
#include "geo/geo.h"

#include <math.h>

static const double MAP_WIDTH = 860, MAP_HEIGHT = 900, MARGIN = 14;
static const double THIN_PX = 0.3;  /* how far a drawn edge may stray */
static const double BEYOND_PX = 40; /* what lies further outside of the picture is not drawn */

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

cmty__view cmty__view_fit(cmty_point min, cmty_point max, double width, double height)
{
    cmty__frame frame;
    cmty__view v;
    double east_m, north_m;

    if (max.lon_deg <= min.lon_deg || max.lat_deg <= min.lat_deg) {
        min = (cmty_point){-1, -1};
        max = (cmty_point){1, 1};
    }
    frame = cmty__frame_at(
        (cmty_point){(min.lon_deg + max.lon_deg) / 2, (min.lat_deg + max.lat_deg) / 2});
    east_m = (max.lon_deg - min.lon_deg) * frame.m_per_deg_lon;
    north_m = (max.lat_deg - min.lat_deg) * frame.m_per_deg_lat;
    v.m_per_px = fmax(east_m / (width - 2 * MARGIN), north_m / (height - 2 * MARGIN));
    v.x_per_deg = frame.m_per_deg_lon / v.m_per_px;
    v.y_per_deg = frame.m_per_deg_lat / v.m_per_px;
    v.lon_deg = min.lon_deg - MARGIN / v.x_per_deg;
    v.lat_deg = max.lat_deg + MARGIN / v.y_per_deg;
    v.width = east_m / v.m_per_px + 2 * MARGIN;
    v.height = north_m / v.m_per_px + 2 * MARGIN;
    return v;
}

cmty__view cmty__view_of(const cmty__areas *areas)
{
    cmty_point min, max;

    bounds_of_all(areas, &min, &max);
    return cmty__view_fit(min, max, MAP_WIDTH, MAP_HEIGHT);
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

/* ---- cutting off ---- */

/* One side of the frame round the picture: a coordinate, times sign, is at most `most`. */
typedef struct side {
    bool vertical;
    double sign, most;
} side;

static double beyond(const side *s, cmty__xy p)
{
    return s->sign * (s->vertical ? p.y : p.x) - s->most;
}

/* Sutherland and Hodgman, Communications of the ACM 17 (1974): the part of a closed ring on one
   side. `out` has room for twice as many points. Returns how many there are. */
static size_t cut(const side *s, const cmty__xy *p, size_t count, cmty__xy *out)
{
    size_t n = 0;

    for (size_t i = 0; i + 1 < count; i++) {
        double from = beyond(s, p[i]), to = beyond(s, p[i + 1]), t = from / (from - to);

        if (from <= 0)
            out[n++] = p[i];
        if ((from <= 0) != (to <= 0))
            out[n++] =
                (cmty__xy){p[i].x + t * (p[i + 1].x - p[i].x), p[i].y + t * (p[i + 1].y - p[i].y)};
    }
    if (n > 0)
        out[n++] = out[0];
    return n;
}

/* Cuts the ring at all four sides, where any of it lies beyond. False: out of memory. */
static bool cut_to_view(const cmty__view *v, cmty__xy **p, size_t *count)
{
    const side sides[] = {{false, -1, BEYOND_PX},
                          {false, 1, v->width + BEYOND_PX},
                          {true, -1, BEYOND_PX},
                          {true, 1, v->height + BEYOND_PX}};

    for (size_t k = 0; k < 4; k++) {
        cmty__xy *out;
        bool any = false;

        for (size_t i = 0; i < *count && !any; i++)
            any = beyond(&sides[k], (*p)[i]) > 0;
        if (!any)
            continue;
        out = cmty__calloc(2 * *count + 1, sizeof *out);
        if (out == NULL)
            return false;
        *count = cut(&sides[k], *p, *count, out);
        cmty__free(*p);
        *p = out;
    }
    return true;
}

/* ---- rings to shapes ---- */

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

static bool thin_ring(const cmty__xy *p, size_t count, cmty__shape *s)
{
    bool *keep = cmty__calloc(count, sizeof *keep);
    size_t *stack = cmty__calloc(2 * count + 4, sizeof *stack);
    bool ok = keep != NULL && stack != NULL;

    if (ok) {
        thin(p, count, keep, stack);
        ok = add_ring(s, p, keep, count);
    }
    cmty__free(keep);
    cmty__free(stack);
    return ok;
}

static bool make_ring(const cmty__view *v, const cmty__ring *ring, cmty__shape *s)
{
    size_t count = ring->count;
    cmty__xy *p = cmty__calloc(count, sizeof *p);
    bool ok = p != NULL;

    for (size_t i = 0; ok && i < count; i++)
        p[i] = cmty__view_at(v, ring->points[i]);
    ok = ok && cut_to_view(v, &p, &count);
    if (ok && count >= 4)
        ok = thin_ring(p, count, s);
    cmty__free(p);
    return ok;
}

bool cmty__shape_make(const cmty__view *v, const cmty__ring *rings, size_t count, cmty__shape *out)
{
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

/* ---- scale ---- */

/* The longest of 1, 2, 5 times a power of ten that is no longer than `limit`. */
static double round_length(double limit)
{
    double ten = pow(10, floor(log10(limit)));

    return limit >= 5 * ten ? 5 * ten : limit >= 2 * ten ? 2 * ten : ten;
}

static void put_bar(cmty__buf *out, double m_per_px, double y, double unit_m, const char *unit)
{
    double length = round_length(130 * m_per_px / unit_m);
    double px = length * unit_m / m_per_px;

    cmty__buf_format(out, "<path d=\"M.5 %.1fv6h%.1fv-6\"/><text x=\"%.1f\" y=\"%.1f\">", y, px,
                     px + 6, y + 7);
    cmty__buf_double(out, length);
    cmty__buf_format(out, " %s</text>", unit);
}

void cmty__view_scale(const cmty__view *v, cmty__buf *out)
{
    bool near = 130 * v->m_per_px < 200;

    cmty__buf_text(out, "<svg class=\"scale\" width=\"200\" height=\"36\" role=\"img\" "
                        "aria-label=\"Scale\">");
    put_bar(out, v->m_per_px, 3, near ? 1 : 1000, near ? "m" : "km");
    put_bar(out, v->m_per_px, 20, near ? 0.3048 : 1609.344, near ? "ft" : "mi");
    cmty__buf_text(out, "</svg>\n");
}
