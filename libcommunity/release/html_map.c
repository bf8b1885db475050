/* SPDX-License-Identifier: MIT */
/* The map of the page: beats shaded by count, protected places as dots, the discs in which the
   true places lie, legend and scale. Any thread. */
#include "release/html.h"

#include <math.h>
#include <stdlib.h>

enum { TITLED_PLACES_MAX = 3000 }; /* beyond, dots are drawn together and carry no titles */

typedef struct map {
    const cmty__overlay *o;
    const cmty__classes *classes;
    const cmty__areas *areas;
    cmty__view view;
    cmty__buf *out;
    const cmty__released **sorted; /* points by place */
    double median_m;               /* radius of the points; 0 if there are none */
} map;

static void put_xy(cmty__buf *out, const char *x_name, const char *y_name, cmty__xy p)
{
    cmty__buf_format(out, " %s=\"", x_name);
    cmty__buf_fixed(out, p.x, 1);
    cmty__buf_format(out, "\" %s=\"", y_name);
    cmty__buf_fixed(out, p.y, 1);
    cmty__buf_char(out, '"');
}

/* ---- beats ---- */

static int shade_of(const cmty__classes *classes, int found)
{
    if (classes->count == 1)
        return 2;
    return found * (CMTY__CLASSES_MAX - 1) / (int)(classes->count - 1);
}

static void put_beat_class(const map *m, const cmty__count_row *row)
{
    int found = cmty__classes_find(m->classes, row->reports);

    if (row->reports == CMTY__BLANK)
        cmty__buf_text(m->out, "cx");
    else if (found < 0)
        cmty__buf_text(m->out, "cz");
    else
        cmty__buf_format(m->out, "c%d", shade_of(m->classes, found));
}

static void put_beat_title(const map *m, const cmty__count_row *row)
{
    cmty__buf_text(m->out, "<title>Beat ");
    cmty__buf_xml(m->out, row->id);
    if (strcmp(row->name, row->id) != 0) {
        cmty__buf_text(m->out, ", ");
        cmty__buf_xml(m->out, row->name);
    }
    if (row->reports == CMTY__BLANK)
        cmty__buf_text(m->out, ": number not printed");
    else
        cmty__buf_format(m->out, ": %lld report%s", (long long)row->reports,
                         row->reports == 1 ? "" : "s");
    cmty__buf_text(m->out, "</title>");
}

/* Labels go into a buffer of their own: they are drawn over everything. */
static void put_label(const map *m, const cmty__shape *shape, const cmty__count_row *row,
                      cmty__buf *labels)
{
    size_t beats = m->o->counts->row_count;
    double room, size, wide = (double)strlen(row->id);
    double largest = beats > 120 ? 8.5 : beats > 40 ? 10.5 : 14;
    cmty__xy at = cmty__shape_centre(shape, &room);
    bool count = room > 1.7 * largest && row->reports != CMTY__BLANK;

    size = fmin(largest, fmin(1.75 * room / (0.62 * wide), 1.1 * room));
    if (size < 5.5)
        return;
    cmty__buf_text(labels, "<text");
    at.y += count ? -0.15 * size : 0.36 * size;
    put_xy(labels, "x", "y", at);
    cmty__buf_text(labels, " font-size=\"");
    cmty__buf_fixed(labels, size, 1);
    cmty__buf_text(labels, "\">");
    cmty__buf_xml(labels, row->id);
    cmty__buf_text(labels, "</text>");
    if (!count)
        return;
    at.y += 1.2 * size;
    cmty__buf_text(labels, "<text class=\"n\"");
    put_xy(labels, "x", "y", at);
    cmty__buf_text(labels, " font-size=\"");
    cmty__buf_fixed(labels, size - 1, 1);
    cmty__buf_text(labels, "\">");
    cmty__html_number(labels, row->reports);
    cmty__buf_text(labels, "</text>");
}

static bool put_beat(const map *m, size_t index, cmty__buf *labels)
{
    const cmty__count_row *row = &m->o->counts->rows[index];
    int32_t area = cmty__beatset_area_of(m->o->beats, m->o->counts->version, row->beat);
    size_t ring_count = 0;
    const cmty__ring *rings = cmty__areas_rings(m->areas, area, &ring_count);
    cmty__shape shape;

    if (!cmty__shape_make(&m->view, rings, ring_count, &shape))
        return false;
    cmty__buf_format(m->out, "<path id=\"b%zu\" class=\"", index);
    put_beat_class(m, row);
    cmty__buf_text(m->out, "\" d=\"");
    cmty__shape_path(&shape, m->out);
    cmty__buf_text(m->out, "\">");
    put_beat_title(m, row);
    cmty__buf_text(m->out, "</path>\n");
    put_label(m, &shape, row, labels);
    cmty__shape_free(&shape);
    return true;
}

static bool put_beats(const map *m, cmty__buf *labels)
{
    cmty__buf_text(m->out, "<g class=\"beats\">\n");
    for (size_t i = 0; i < m->o->counts->row_count; i++)
        if (m->o->counts->rows[i].beat >= 0 && !put_beat(m, i, labels))
            return false;
    cmty__buf_text(m->out, "</g>\n");
    return true;
}

/* ---- places ---- */

static int by_place(const void *a, const void *b)
{
    const cmty__released *p = *(const cmty__released *const *)a;
    const cmty__released *q = *(const cmty__released *const *)b;

    if (p->at.lat_deg != q->at.lat_deg)
        return p->at.lat_deg < q->at.lat_deg ? 1 : -1;
    if (p->at.lon_deg != q->at.lon_deg)
        return p->at.lon_deg < q->at.lon_deg ? -1 : 1;
    return strcmp(p->report_id, q->report_id);
}

/* One past the last point at the place of point i. */
static size_t place_end(const map *m, size_t i)
{
    size_t end = i + 1;

    while (end < m->o->point_count && m->sorted[end]->at.lat_deg == m->sorted[i]->at.lat_deg
           && m->sorted[end]->at.lon_deg == m->sorted[i]->at.lon_deg)
        end++;
    return end;
}

static size_t count_places(const map *m)
{
    size_t n = 0;

    for (size_t i = 0; i < m->o->point_count; i = place_end(m, i))
        n++;
    return n;
}

static double dot_radius(size_t reports)
{
    return fmin(1.9 * sqrt((double)reports), 9);
}

static double widest_m(const map *m, size_t first, size_t end)
{
    double widest = 0;

    for (size_t i = first; i < end; i++)
        widest = fmax(widest, m->sorted[i]->radius_m);
    return widest;
}

static void put_place_title(const map *m, size_t first, size_t end)
{
    cmty__buf_text(m->out, "<title>");
    if (end - first == 1) {
        cmty__buf_xml(m->out, m->sorted[first]->category_label);
        if (m->sorted[first]->time_local[0] != '\0')
            cmty__buf_format(m->out, ", %.10s", m->sorted[first]->time_local);
    } else {
        cmty__buf_format(m->out, "%zu reports", end - first);
    }
    cmty__buf_format(m->out, ". Protected place; the true one is within %.0f m.</title>",
                     widest_m(m, first, end));
}

/* Discs all in one path for each radius: overlapping discs do not grow darker, which would look
   like a density that the data cannot support. */
static void put_discs(const map *m)
{
    enum { STEPS = 64 };
    double most = 0;

    for (size_t i = 0; i < m->o->point_count; i++)
        most = fmax(most, m->sorted[i]->radius_m);
    cmty__buf_text(m->out, "<g class=\"discs\">\n");
    for (int step = 1; step <= STEPS && most > 0; step++) {
        double high = most * step / STEPS, low = most * (step - 1) / STEPS;
        bool any = false;

        for (size_t i = 0; i < m->o->point_count; i = place_end(m, i)) {
            double radius = widest_m(m, i, place_end(m, i));
            cmty__xy at = cmty__view_at(&m->view, m->sorted[i]->at);

            if (radius > high || radius <= low)
                continue;
            if (!any)
                cmty__buf_format(m->out, "<path stroke-width=\"%.1f\" d=\"",
                                 2 * high / m->view.m_per_px);
            any = true;
            cmty__buf_format(m->out, "M%.1f %.1fh0", at.x, at.y);
        }
        if (any)
            cmty__buf_text(m->out, "\"/>\n");
    }
    cmty__buf_text(m->out, "</g>\n");
}

static void put_dots(const map *m)
{
    bool titled = count_places(m) <= TITLED_PLACES_MAX;

    cmty__buf_format(m->out, "<g class=\"dots%s\">\n", titled ? "" : " many");
    if (!titled)
        cmty__buf_text(m->out, "<path d=\"");
    for (size_t i = 0, end; i < m->o->point_count; i = end) {
        cmty__xy at = cmty__view_at(&m->view, m->sorted[i]->at);

        end = place_end(m, i);
        if (!titled) {
            cmty__buf_format(m->out, "M%.1f %.1fh0", at.x, at.y);
            continue;
        }
        cmty__buf_text(m->out, "<circle");
        put_xy(m->out, "cx", "cy", at);
        cmty__buf_format(m->out, " r=\"%.1f\">", dot_radius(end - i));
        put_place_title(m, i, end);
        cmty__buf_text(m->out, "</circle>\n");
    }
    if (!titled)
        cmty__buf_text(m->out, "\"/>\n");
    cmty__buf_text(m->out, "</g>\n");
}

/* ---- legend ---- */

static void put_legend_classes(const map *m)
{
    bool zero = false, blank = m->o->counts->blank_beats > 0;

    for (size_t i = 0; i < m->o->counts->row_count; i++)
        zero |= m->o->counts->rows[i].beat >= 0 && m->o->counts->rows[i].reports == 0;
    if (zero) {
        cmty__page_swatch(m->out, "cz");
        cmty__buf_text(m->out, "none</li>\n");
    }
    for (size_t i = 0; i < m->classes->count; i++) {
        char class[8];

        cmty__format(class, sizeof class, "c%d", shade_of(m->classes, (int)i));
        cmty__page_swatch(m->out, class);
        cmty__html_number(m->out, m->classes->low[i]);
        if (m->classes->high[i] != m->classes->low[i]) {
            cmty__buf_text(m->out, " to ");
            cmty__html_number(m->out, m->classes->high[i]);
        }
        cmty__buf_text(m->out, "</li>\n");
    }
    if (blank) {
        cmty__page_swatch(m->out, "cx");
        cmty__buf_text(m->out, "not printed</li>\n");
    }
}

static int by_radius(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static bool find_median_radius(map *m)
{
    double *radii = cmty__calloc(m->o->point_count + 1, sizeof *radii);

    if (radii == NULL)
        return false;
    for (size_t i = 0; i < m->o->point_count; i++)
        radii[i] = m->o->points[i].radius_m;
    qsort(radii, m->o->point_count, sizeof *radii, by_radius);
    m->median_m = radii[m->o->point_count / 2];
    cmty__free(radii);
    return true;
}

/* A disc as large as the uncertainty is on the map; none where it would not fit the legend. */
static void put_legend_disc(const map *m)
{
    double radius = fmax(m->median_m / m->view.m_per_px, 1);
    double side = fmax(2 * radius + 2, 26);

    if (radius > 44) {
        cmty__buf_format(m->out, "<li>true places lie within about %.0f m of their dots</li>\n",
                         m->median_m);
        return;
    }
    cmty__buf_format(m->out,
                     "<li><svg width=\"%.0f\" height=\"%.0f\" class=\"discs\" "
                     "aria-hidden=\"true\"><path stroke-width=\"%.1f\" d=\"M%.1f %.1fh0\"/></svg>"
                     "true places lie within about %.0f m of their dots: at this scale, a disc of "
                     "this size</li>\n",
                     side, fmax(2 * radius + 2, 16), 2 * radius, side / 2,
                     fmax(2 * radius + 2, 16) / 2, m->median_m);
}

static void put_legend_points(const map *m)
{
    if (m->o->point_count == 0)
        return;
    cmty__buf_text(m->out, "<li><svg width=\"26\" height=\"16\" class=\"dots\" "
                           "aria-hidden=\"true\"><circle cx=\"5\" cy=\"8\" r=\"1.9\"/><circle "
                           "cx=\"17\" cy=\"8\" r=\"3.8\"/></svg>protected places of one and of "
                           "four reports</li>\n");
    put_legend_disc(m);
}

static void put_legend(const map *m)
{
    cmty__buf_text(m->out, "<div class=\"legend\"><h3>Reports per beat</h3><ul>\n");
    put_legend_classes(m);
    cmty__buf_text(m->out, "</ul><ul>\n");
    put_legend_points(m);
    cmty__buf_text(m->out, "</ul></div>\n");
}

/* ---- the whole ---- */

static void put_switches(const map *m)
{
    cmty__buf_text(m->out, "<input type=\"checkbox\" id=\"show-counts\" checked>"
                           "<label for=\"show-counts\">Counts</label>\n");
    if (m->o->point_count > 0)
        cmty__buf_text(m->out, "<input type=\"checkbox\" id=\"show-dots\" checked>"
                               "<label for=\"show-dots\">Protected places</label>\n"
                               "<input type=\"checkbox\" id=\"show-discs\">"
                               "<label for=\"show-discs\">Where the true places may be</label>\n");
}

static void put_svg_head(const map *m)
{
    cmty__buf_format(m->out,
                     "<svg class=\"map\" viewBox=\"0 0 %.0f %.0f\" role=\"img\" "
                     "aria-labelledby=\"map-title\">\n<title id=\"map-title\">Map of %zu beats, "
                     "shaded by the number of reports</title>\n",
                     m->view.width, m->view.height, cmty__areas_count(m->areas));
    cmty__buf_text(m->out, "<defs><pattern id=\"hatch\" width=\"6\" height=\"6\" "
                           "patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
                           "<rect class=\"hb\" width=\"6\" height=\"6\"/>"
                           "<path class=\"hl\" d=\"M0 0v6\"/></pattern></defs>\n");
}

cmty_status cmty__html_map(const cmty__overlay *o, const cmty__classes *classes, cmty__buf *out,
                           cmty_error *err)
{
    cmty__buf labels = {0};
    map m = {.o = o, .classes = classes, .out = out};
    bool ok;

    m.areas = cmty__beatset_areas(o->beats, o->counts->version);
    m.view = cmty__view_of(m.areas);
    m.sorted = cmty__calloc(o->point_count + 1, sizeof(void *));
    ok = m.sorted != NULL && find_median_radius(&m);
    if (ok) {
        for (size_t i = 0; i < o->point_count; i++)
            m.sorted[i] = &o->points[i];
        qsort(m.sorted, o->point_count, sizeof(void *), by_place);
        put_switches(&m);
        put_svg_head(&m);
        ok = put_beats(&m, &labels);
    }
    if (ok) {
        put_discs(&m);
        put_dots(&m);
        cmty__buf_text(out, "<g class=\"labels\" aria-hidden=\"true\">");
        if (labels.data != NULL)
            cmty__buf_text(out, labels.data);
        cmty__buf_text(out, "</g>\n</svg>\n<div class=\"key\">");
        put_legend(&m);
        cmty__view_scale(&m.view, out);
        cmty__buf_text(out, "</div>\n");
        ok = !labels.failed && !out->failed;
    }
    cmty__buf_free(&labels);
    cmty__free(m.sorted);
    return ok ? CMTY_OK : cmty__fail(err, CMTY_E_NOMEM, "out of memory");
}
