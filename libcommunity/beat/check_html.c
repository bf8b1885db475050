/* SPDX-License-Identifier: MIT */
/* A page on what was found: a map with numbered places, each place enlarged, and a table. Any
   thread: a report is immutable. */
#include "beat/check.h"

#include <math.h>
#include <stdlib.h>

enum {
    TABLE_MAX = 500, /* findings in the table */
    INSETS_MAX = 60  /* places enlarged, and numbered on the map */
};

static const char *const style[] = {
    ":root{--fault:#c0272d;--doubt:#b7791f;--land:#eef2f6;--found:#e0343b}"
    "@media(prefers-color-scheme:dark){:root{--fault:#ff7b74;--doubt:#f0b95b;--land:#1d2832;"
    "--found:#ff6b66}}"
    ".beats path{fill:var(--land)}"
    ".found path{fill:var(--found);fill-opacity:.45;stroke:var(--found);stroke-width:1.6;"
    "fill-rule:evenodd;stroke-linejoin:round}.found .line{fill:none;stroke-width:3}"
    ".found circle{fill:none;stroke:var(--found);stroke-width:2}"
    ".marks circle{stroke:var(--halo);stroke-width:1.5}.marks "
    "text{fill:var(--paper);font-size:11px;"
    "font-weight:700;text-anchor:middle}.marks line{stroke:var(--ink);stroke-width:1}"
    ".f1{fill:var(--fault);color:var(--fault)}.f2{fill:var(--doubt);color:var(--doubt)}"
    ".tag{font-weight:650;white-space:nowrap}",
    ".insets .scale{margin:4px 0 "
    "10px}.insets{display:grid;grid-template-columns:repeat(auto-fill,minmax(290px,1fr));gap:30px "
    "28px}"
    "figure{margin:0}figure svg.inset{display:block;width:100%;border:1px solid var(--line);"
    "border-radius:4px;background:var(--paper)}"
    "figcaption{font-size:14px;margin-top:8px}figcaption b{margin-right:6px}"
    ".num{display:inline-block;min-width:21px;height:21px;line-height:21px;border-radius:11px;"
    "padding:0 5px;text-align:center;font-size:12px;font-weight:700;background:currentColor}"
    ".num i{font-style:normal;color:var(--paper)}"
    ".sum{list-style:none;margin:0;padding:0;font-size:14px}.sum li{margin:0 0 14px}"
    ".sum b{display:flex;justify-content:space-between;font-size:15px}.sum p{margin:2px 0 0;"
    "color:var(--soft)}td p{margin:0;color:var(--soft);font-size:13.5px}.clean{font-size:19px}"
    "@media print{figure{break-inside:avoid}.insets{grid-template-columns:repeat(3,1fr)}}",
    NULL};

/* ---- the map ---- */

static bool has_place(const cmty__found *f)
{
    return cmty__point_valid(f->finding.at);
}

static void grow_box(cmty_point *min, cmty_point *max, cmty_point p)
{
    min->lon_deg = fmin(min->lon_deg, p.lon_deg);
    min->lat_deg = fmin(min->lat_deg, p.lat_deg);
    max->lon_deg = fmax(max->lon_deg, p.lon_deg);
    max->lat_deg = fmax(max->lat_deg, p.lat_deg);
}

static cmty__view view_all(const cmty_check *check)
{
    cmty_point min = {180, 90}, max = {-180, -90};

    for (size_t i = 0; i < check->feature_count; i++) {
        size_t count;
        const cmty__ring *rings = cmty__survey_rings(check->survey, i, &count);

        for (size_t r = 0; r < count; r++)
            for (size_t k = 0; k < rings[r].count; k++)
                grow_box(&min, &max, rings[r].points[k]);
    }
    return cmty__view_fit(min, max, 860, 760);
}

/* All features, as far as they reach into the view; their labels into a buffer of their own. */
static bool draw_beats(const cmty_check *check, const cmty__view *v, double label_px,
                       cmty__buf *out)
{
    cmty__buf labels = {0};

    cmty__buf_text(out, "<g class=\"beats\">\n");
    for (size_t i = 0; i < check->feature_count; i++) {
        size_t count;
        const cmty__ring *rings = cmty__survey_rings(check->survey, i, &count);
        cmty__shape shape;
        cmty__xy at;
        double room, size, wide;

        if (!cmty__shape_make(v, rings, count, &shape)) {
            cmty__buf_free(&labels);
            return false;
        }
        if (shape.count > 0) {
            cmty__buf_text(out, "<path d=\"");
            cmty__shape_path(&shape, out);
            cmty__buf_text(out, "\"/>\n");
            at = cmty__shape_centre(&shape, &room);
            size =
                fmin(label_px, 1.75 * room / (0.62 * (double)(strlen(check->features[i].id) + 1)));
            wide = 0.33 * size * (double)strlen(check->features[i].id);
            if (size >= 6 && at.x > wide && at.y > size && at.x < v->width - wide
                && at.y < v->height - size) {
                cmty__buf_format(&labels, "<text x=\"%.1f\" y=\"%.1f\" font-size=\"%.1f\">", at.x,
                                 at.y + 0.36 * size, size);
                cmty__buf_xml(&labels, check->features[i].id);
                cmty__buf_text(&labels, "</text>");
            }
        }
        cmty__shape_free(&shape);
    }
    cmty__buf_text(out, "</g>\n<g class=\"labels\" aria-hidden=\"true\">");
    cmty__buf_text(out, labels.data == NULL ? "" : labels.data);
    cmty__buf_text(out, "</g>\n");
    out->failed |= labels.failed;
    cmty__buf_free(&labels);
    return true;
}

/* What a finding is about, in the drawing's own scale. */
static bool draw_found(const cmty__found *f, const cmty__view *v, cmty__buf *out)
{
    cmty__shape shape = {0};

    if (f->fault != NULL && f->fault->ring_count > 0) {
        if (!cmty__shape_make(v, f->fault->rings, f->fault->ring_count, &shape))
            return false;
        if (shape.count > 0) {
            cmty__buf_text(out, "<path d=\"");
            cmty__shape_path(&shape, out);
            cmty__buf_text(out, "\"/>");
        }
        cmty__shape_free(&shape);
    } else if (f->fault != NULL && f->fault->line_count > 1) {
        cmty__buf_text(out, "<path class=\"line\" d=\"");
        for (size_t i = 0; i < f->fault->line_count; i++) {
            cmty__xy p = cmty__view_at(v, f->fault->line[i]);

            cmty__buf_format(out, "%c%.1f %.1f", i == 0 ? 'M' : 'L', p.x, p.y);
        }
        cmty__buf_text(out, "\"/>");
    }
    return true;
}

/* Where the number of a place stands on the map: at the place, or beside it where another number
   stands there already. */
static void place_mark(const cmty__xy *taken, size_t count, const cmty__view *v, cmty__xy *mark)
{
    const cmty__xy place = *mark;

    for (int step = 0; step < 96; step++) {
        double angle = step * 2.4, reach = step == 0 ? 0 : 16 + 2.2 * step;
        bool is_free = true;

        *mark = (cmty__xy){place.x + reach * cos(angle), place.y + reach * sin(angle)};
        if (mark->x < 12 || mark->y < 12 || mark->x > v->width - 12 || mark->y > v->height - 12)
            continue;
        for (size_t i = 0; i < count && is_free; i++)
            is_free = hypot(taken[i].x - mark->x, taken[i].y - mark->y) > 20;
        if (is_free)
            return;
    }
    *mark = place;
}

static bool draw_marks(const cmty_check *check, const cmty__view *v, cmty__buf *out)
{
    cmty__xy taken[INSETS_MAX];
    size_t count = 0;

    cmty__buf_text(out, "<g class=\"found\">");
    for (size_t i = 0; i < check->found_count; i++)
        if (!draw_found(&check->found[i], v, out))
            return false;
    cmty__buf_text(out, "</g>\n<g class=\"marks\">");
    for (size_t i = 0; i < check->found_count && count < INSETS_MAX; i++) {
        const cmty__found *f = &check->found[i];
        cmty__xy place, mark;

        if (!has_place(f))
            continue;
        mark = place = cmty__view_at(v, f->finding.at);
        place_mark(taken, count, v, &mark);
        taken[count++] = mark;
        cmty__buf_format(out,
                         "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/><g id=\"p%zu\">"
                         "<circle class=\"f%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"10\"/><text x=\"%.1f\" "
                         "y=\"%.1f\">%zu</text></g>\n",
                         place.x, place.y, mark.x, mark.y, i + 1, (int)f->finding.severity, mark.x,
                         mark.y, mark.x, mark.y + 4, i + 1);
    }
    cmty__buf_text(out, "</g>\n");
    return true;
}

static bool put_map(const cmty_check *check, cmty__buf *out)
{
    cmty__view v = view_all(check);
    bool ok;

    cmty__buf_format(out,
                     "<svg class=\"map\" viewBox=\"0 0 %.0f %.0f\" role=\"img\" "
                     "aria-label=\"Map of the areas with the numbered places of findings\">\n",
                     v.width, v.height);
    ok = draw_beats(check, &v, 11, out) && draw_marks(check, &v, out);
    cmty__buf_text(out, "</svg>\n<div class=\"key\"><div class=\"legend\"><ul>");
    cmty__page_swatch(out, "f1");
    cmty__buf_text(out, "fault: answers are wrong, lost or refused</li>");
    cmty__page_swatch(out, "f2");
    cmty__buf_text(out, "doubt: a person should look</li></ul></div>\n");
    cmty__view_scale(&v, out);
    cmty__buf_text(out, "</div>\n");
    return ok;
}

/* ---- a place enlarged ---- */

/* The box of what a finding is about, with room round it. */
static cmty__view view_of_finding(const cmty__found *f)
{
    cmty_point min = f->finding.at, max = f->finding.at;
    cmty__frame frame = cmty__frame_at(f->finding.at);
    double east_m, north_m, room_m, most_m;

    for (size_t r = 0; f->fault != NULL && r < f->fault->ring_count; r++)
        for (size_t k = 0; k < f->fault->rings[r].count; k++)
            grow_box(&min, &max, f->fault->rings[r].points[k]);
    for (size_t k = 0; f->fault != NULL && k < f->fault->line_count; k++)
        grow_box(&min, &max, f->fault->line[k]);
    east_m = (max.lon_deg - min.lon_deg) * frame.m_per_deg_lon;
    north_m = (max.lat_deg - min.lat_deg) * frame.m_per_deg_lat;
    room_m = fmax(east_m, north_m);
    room_m = room_m > 0 ? fmax(room_m * 0.18, 0.02) : 25;
    most_m = fmax(east_m, north_m) + 2 * room_m;
    east_m = (most_m * 4 / 3 - east_m) / 2; /* all insets have one shape */
    north_m = (most_m - north_m) / 2;
    min.lon_deg -= east_m / frame.m_per_deg_lon;
    max.lon_deg += east_m / frame.m_per_deg_lon;
    min.lat_deg -= north_m / frame.m_per_deg_lat;
    max.lat_deg += north_m / frame.m_per_deg_lat;
    return cmty__view_fit(min, max, 348, 268);
}

static cmty__view view_round(cmty_point at, double across_m)
{
    cmty__frame frame = cmty__frame_at(at);
    cmty_point half = {across_m * 2 / 3 / frame.m_per_deg_lon, across_m / 2 / frame.m_per_deg_lat};

    return cmty__view_fit((cmty_point){at.lon_deg - half.lon_deg, at.lat_deg - half.lat_deg},
                          (cmty_point){at.lon_deg + half.lon_deg, at.lat_deg + half.lat_deg}, 348,
                          268);
}

/* One drawing of a place; `nearer`: one that is nearer follows. */
static bool put_drawing(const cmty_check *check, const cmty__found *f, const cmty__view *v,
                        bool nearer, cmty__buf *out)
{
    cmty__xy at = cmty__view_at(v, f->finding.at);
    bool ok;

    cmty__buf_format(out, "<svg class=\"inset\" viewBox=\"0 0 %.0f %.0f\" aria-hidden=\"true\">\n",
                     v->width, v->height);
    ok = draw_beats(check, v, 13, out);
    cmty__buf_text(out, "<g class=\"found\">");
    ok = ok && draw_found(f, v, out);
    if (nearer || f->fault == NULL || f->fault->ring_count == 0)
        cmty__buf_format(out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"9\"/>", at.x, at.y);
    cmty__buf_text(out, "</g></svg>\n");
    cmty__view_scale(v, out);
    return ok;
}

/* A sliver is a line at the scale that shows it whole: then it is drawn once more, as near as its
   width asks for. */
static bool put_inset(const cmty_check *check, size_t i, cmty__buf *out)
{
    const double line_px = 6;
    const cmty__found *f = &check->found[i];
    cmty__view whole = view_of_finding(f), near;
    bool twice = isfinite(f->finding.width_m) && f->finding.width_m < line_px * whole.m_per_px;
    bool ok;

    if (twice)
        near = view_round(f->finding.at, fmax(8 * f->finding.width_m, 0.004));
    cmty__buf_text(out, "<figure>");
    ok = put_drawing(check, f, &whole, twice, out);
    if (twice && ok)
        ok = put_drawing(check, f, &near, false, out);
    cmty__buf_format(out, "<figcaption><b class=\"num f%d\"><i>%zu</i></b>",
                     (int)f->finding.severity, i + 1);
    cmty__buf_xml(out, f->finding.what);
    cmty__buf_text(out, "</figcaption></figure>\n");
    return ok;
}

static bool put_insets(const cmty_check *check, cmty__buf *out)
{
    size_t shown = 0, places = 0;
    bool ok = true;

    for (size_t i = 0; i < check->found_count; i++)
        places += has_place(&check->found[i]);
    if (places == 0)
        return true;
    cmty__buf_text(out, "<section class=\"long\"><h2>Each place enlarged</h2>\n"
                        "<div class=\"insets\">\n");
    for (size_t i = 0; i < check->found_count && shown < INSETS_MAX && ok; i++)
        if (has_place(&check->found[i])) {
            ok = put_inset(check, i, out);
            shown++;
        }
    cmty__buf_text(out, "</div>\n");
    if (places > shown)
        cmty__buf_format(out, "<p class=\"no\">The %zu most important of %zu places.</p>\n", shown,
                         places);
    cmty__buf_text(out, "</section>\n");
    return ok;
}

/* ---- words ---- */

static void put_summary(const cmty_check *check, cmty__buf *out)
{
    cmty__buf_text(out, "<h2>What was found</h2>\n<ul class=\"sum\">\n");
    for (size_t i = 0, run; i < check->found_count; i += run) {
        const cmty_flaw *f = &check->found[i].finding;

        for (run = 1;
             i + run < check->found_count && check->found[i + run].finding.code == f->code;)
            run++;
        cmty__buf_format(out, "<li><b><span class=\"tag f%d\">%s</span><span>", (int)f->severity,
                         cmty_flaw_name(f->code));
        cmty__page_number(out, (int64_t)run);
        cmty__buf_text(out, "</span></b>");
        cmty__page_paragraph(out, cmty_flaw_advice(f->code));
        cmty__buf_text(out, "</li>\n");
    }
    cmty__buf_text(out, "</ul>\n");
}

static void put_row(const cmty_check *check, size_t i, cmty__buf *out)
{
    const cmty_flaw *f = &check->found[i].finding;

    cmty__buf_format(out,
                     "<tr data-beat=\"p%zu\"><th scope=\"row\" data-v=\"%zu\"><b class=\"num f%d\">"
                     "<i>%zu</i></b></th><td><span class=\"tag f%d\">%s</span></td><td>",
                     i + 1, i + 1, (int)f->severity, i + 1, (int)f->severity,
                     cmty_flaw_name(f->code));
    cmty__buf_xml(out, f->what);
    cmty__page_paragraph(out, cmty_flaw_advice(f->code));
    cmty__buf_text(out, "</td>");
    cmty__page_cell(out, f->layer);
    cmty__buf_text(out, "<td class=\"r\" data-v=\"");
    if (f->unit != CMTY_UNIT_NONE)
        cmty__buf_double(out, f->size);
    cmty__buf_text(out, "\">");
    cmty__flaw_size(f, out);
    cmty__buf_text(out, "</td></tr>\n");
}

static void put_table(const cmty_check *check, cmty__buf *out)
{
    cmty__buf_text(out, "<section class=\"long\"><h2>All findings</h2>\n<div class=\"scroll\">"
                        "<table><thead><tr><th scope=\"col\">No.</th><th scope=\"col\">Code</th>"
                        "<th scope=\"col\">What, and what to do</th><th scope=\"col\">Layer</th>"
                        "<th scope=\"col\" class=\"r\">Size</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < check->found_count && i < TABLE_MAX; i++)
        put_row(check, i, out);
    cmty__buf_text(out, "</tbody></table></div>\n");
    if (check->found_count > TABLE_MAX)
        cmty__buf_format(out, "<p class=\"no\">%d of %zu; the layer of findings has all.</p>\n",
                         TABLE_MAX, check->found_count);
    cmty__buf_text(out, "</section>\n");
}

static void put_fact(cmty__buf *out, const char *name, size_t n)
{
    cmty__buf_format(out, "<div><dt>%s</dt><dd>", name);
    cmty__page_number(out, (int64_t)n);
    cmty__buf_text(out, "</dd></div>\n");
}

static void put_header(const cmty_check *check, const char *title, cmty__buf *out)
{
    size_t faults = 0;

    for (size_t i = 0; i < check->found_count; i++)
        faults += check->found[i].finding.severity == CMTY_SEVERITY_FAULT;
    cmty__page_begin(out, title, style);
    cmty__buf_text(out, "<p class=\"period\">Boundary check of ");
    for (size_t i = 0; i < check->layer_count; i++) {
        if (i > 0)
            cmty__buf_text(out, ", ");
        cmty__buf_xml(out, check->layers[i].name);
        if (*check->layers[i].crs != '\0') {
            cmty__buf_text(out, " (");
            cmty__buf_xml(out, check->layers[i].crs);
            cmty__buf_char(out, ')');
        }
    }
    cmty__buf_text(out, "</p>\n<dl class=\"facts\">\n");
    put_fact(out, "features", check->feature_count);
    put_fact(out, "findings", check->found_count);
    put_fact(out, "faults", faults);
    put_fact(out, "doubts", check->found_count - faults);
    cmty__buf_text(out, "</dl>\n</header>\n");
}

static bool put_page(const cmty_check *check, const char *title, cmty__buf *out)
{
    bool ok;

    put_header(check, title, out);
    cmty__buf_text(out, "<main>\n<div class=\"split\">\n<section><h2>Where</h2>\n");
    ok = put_map(check, out);
    cmty__buf_text(out, "</section>\n<div>\n");
    if (check->found_count > 0)
        put_summary(check, out);
    else
        cmty__buf_text(out, "<p class=\"clean\">Nothing was found. The layer is clean.</p>\n");
    cmty__buf_text(out, "</div>\n</div>\n");
    ok = ok && put_insets(check, out);
    if (check->found_count > 0)
        put_table(check, out);
    cmty__buf_text(out, "</main>\n<footer>Areas and lengths are on the ground, of edges that are "
                        "straight in the CRS of the layer. ");
    cmty__page_end(out);
    return ok && !out->failed;
}

cmty_status cmty_check_html(const cmty_check *check, const char *path, const char *title,
                            cmty_error *err)
{
    cmty__outfile *f = NULL;
    cmty__buf page = {0}, heading = {0};
    cmty_status st;

    if (check == NULL || path == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "a report and a file to write are needed");
    cmty__buf_text(&heading, title != NULL ? title : "Check of ");
    if (title == NULL)
        cmty__buf_text(&heading, check->layers[0].name);
    st = cmty__outfile_open(path, 0644, &f, err);
    if (st == CMTY_OK && (heading.failed || !put_page(check, heading.data, &page)))
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    if (st == CMTY_OK)
        st = cmty__outfile_write(f, page.data, page.size, err);
    if (st == CMTY_OK)
        st = cmty__outfile_finish(f, err);
    cmty__outfile_free(f);
    cmty__buf_free(&page);
    cmty__buf_free(&heading);
    return st;
}
