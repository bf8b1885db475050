/* SPDX-License-Identifier: MIT */
/* A comparison as one self-contained page: facts, map, what moved where, and every unit before and
   after. Any thread. */
#include "beat/compare_page.h"

#include <math.h>
#include <stdlib.h>

/* Six colours that colour-blind readers tell apart (Okabe and Ito, Color Universal Design, 2008,
   without black and yellow), lighter by night. */
static const char *const style[] = {
    ":root{--m0:#e69f00;--m1:#0072b2;--m2:#009e73;--m3:#cc79a7;--m4:#d55e00;--m5:#56b4e9;"
    "--land:#f1f1ec;--old:#9b1c1c}"
    "@media(prefers-color-scheme:dark){:root{--land:#1b242c;--old:#ff9c8f}}"
    "@media print{:root{--land:#f6f6f2;--old:#9b1c1c}}"
    ".m0{fill:var(--m0)}.m1{fill:var(--m1)}.m2{fill:var(--m2)}.m3{fill:var(--m3)}"
    ".m4{fill:var(--m4)}.m5{fill:var(--m5)}.gone{fill:url(#gone)}.land{fill:var(--land)}"
    ".beats path{fill:var(--land);stroke-width:1}"
    ".moves path{fill-rule:evenodd;fill-opacity:.86;stroke:var(--paper);stroke-width:.5}"
    ".moves path.on{fill-opacity:1;stroke:var(--ink);stroke-width:2}"
    ".was path{fill:none;stroke:var(--old);stroke-width:1.1;stroke-dasharray:5 3.5;"
    "stroke-linejoin:round}"
    ".now path{fill:none;stroke:var(--edge);stroke-width:2;stroke-linejoin:round}"
    ".noise path{fill:var(--old);stroke:var(--old);stroke-width:1.4}.noise{display:none}"
    "#show-noise:checked~.map .noise{display:block}"
    "#show-old:not(:checked)~.map .was{display:none}"
    ".labels .u{fill:var(--soft);font-weight:550}"
    ".marks circle{fill:var(--ink);stroke:var(--paper);stroke-width:1.2}"
    ".marks text{fill:var(--paper);font-size:11px;font-weight:700;text-anchor:middle}"
    ".marks{pointer-events:none}"
    "td.k{white-space:nowrap}td.k svg,.legend svg{vertical-align:-3px;margin-right:8px}"
    ".arrow{color:var(--soft);font-weight:400}"
    "tfoot tr+tr th,tfoot tr+tr td{border-top:0}tfoot th,tfoot td{font-weight:550}"
    "td.r small{color:var(--soft);font-size:12.5px}",
    NULL};

/* ---- numbers ---- */

void cmty__put_km2(cmty__buf *out, double area_m2)
{
    double km2 = fabs(area_m2) / 1e6;

    cmty__buf_fixed(out, area_m2 / 1e6, km2 >= 100 ? 1 : km2 >= 1 ? 2 : km2 >= 0.01 ? 3 : 4);
}

static void put_fact(cmty__buf *out, const char *name)
{
    cmty__buf_format(out, "<div><dt>%s</dt><dd>", name);
}

static void put_km2_fact(cmty__buf *out, const char *name, double area_m2)
{
    put_fact(out, name);
    cmty__put_km2(out, area_m2);
    cmty__buf_text(out, " km\xc2\xb2</dd></div>\n");
}

static void put_number_fact(cmty__buf *out, const char *name, int64_t number)
{
    put_fact(out, name);
    cmty__page_number(out, number);
    cmty__buf_text(out, "</dd></div>\n");
}

/* People and points where the ground changed hands. */
static cmty__tally moved_load(const cmty_comparison *c)
{
    cmty__tally sum = {0};

    for (size_t i = 0; i < c->row_count; i++)
        if (cmty__row_changed(&c->rows[i]))
            cmty__tally_add(&sum, &c->rows[i].tally);
    return sum;
}

static void put_facts(const cmty_comparison *c, cmty__buf *out)
{
    static const char *const units[] = {"areas, before and after", "sectors, before and after",
                                        "districts, before and after"};
    const cmty_comparison_totals *t = &c->totals;
    cmty__tally load = moved_load(c);

    cmty__buf_text(out, "<dl class=\"facts\">\n");
    put_number_fact(out, t->changes == 1 ? "change" : "changes", t->changes);
    put_km2_fact(out, "changed hands", t->changed_m2 + t->added_m2 + t->gone_m2);
    put_km2_fact(out, "stay as they were", t->unchanged_m2);
    put_fact(out, units[c->unit]);
    cmty__buf_format(out, "%zu <span class=\"arrow\">\xe2\x86\x92</span> %zu</dd></div>\n",
                     c->sides[0].count, c->sides[1].count);
    if (c->has_points)
        put_number_fact(out, "points on ground that changed hands", load.points);
    if (c->has_people)
        put_number_fact(out, "people on ground that changed hands", load.people / CMTY__PERSON);
    cmty__buf_text(out, "</dl>\n</header>\n");
}

static void put_period(const cmty_comparison *c, cmty__buf *out)
{
    const char *before = c->sides[0].label, *after = c->sides[1].label;

    if (strcmp(before, after) == 0)
        return;
    cmty__buf_text(out, "<p class=\"period\">In force ");
    cmty__buf_xml(out, before);
    cmty__buf_text(out, ", compared with ");
    cmty__buf_xml(out, after);
    cmty__buf_text(out, "</p>\n");
}

/* ---- what moved ---- */

static void put_area_cell(cmty__buf *out, double area_m2)
{
    if (area_m2 <= 0) {
        cmty__buf_text(out, "<td></td>");
        return;
    }
    cmty__buf_format(out, "<td class=\"r\" data-v=\"%.0f\">", area_m2);
    cmty__put_km2(out, area_m2);
    cmty__buf_text(out, "</td>");
}

static void put_share_cell(cmty__buf *out, double share)
{
    if (!isfinite(share)) {
        cmty__buf_text(out, "<td class=\"r no\" data-v=\"\">\xe2\x80\x93</td>");
        return;
    }
    cmty__buf_format(out, "<td class=\"r\" data-v=\"%.6f\">", share);
    if (share < 0.0005)
        cmty__buf_text(out, "&lt; 0.1");
    else
        cmty__buf_fixed(out, 100 * share, share >= 0.0995 ? 0 : 1);
    cmty__buf_text(out, " %</td>");
}

static void put_load_cells(const cmty_comparison *c, const cmty__tally *t, double variance,
                           cmty__buf *out)
{
    if (c->has_points) {
        cmty__buf_format(out, "<td class=\"r\" data-v=\"%lld\">", (long long)t->points);
        cmty__page_number(out, t->points);
        cmty__buf_text(out, "</td>");
    }
    if (!c->has_people)
        return;
    cmty__buf_format(out, "<td class=\"r\" data-v=\"%lld\">", (long long)t->people);
    cmty__page_number(out, (t->people + CMTY__PERSON / 2) / CMTY__PERSON);
    if (sqrt(variance) >= 0.5)
        cmty__buf_format(out, " <small>\xc2\xb1 %.0f</small>", sqrt(variance));
    cmty__buf_text(out, "</td>");
}

static void put_load_heads(const cmty_comparison *c, const char *of, cmty__buf *out)
{
    if (c->has_points)
        cmty__buf_format(out, "<th scope=\"col\" class=\"r\">Points%s</th>", of);
    if (c->has_people)
        cmty__buf_format(out, "<th scope=\"col\" class=\"r\">People%s</th>", of);
}

static const char *words_of(int32_t change)
{
    switch (change) {
    case CMTY_CHANGE_RENAMED:
        return "renamed";
    case CMTY_CHANGE_SPLIT:
        return "split off";
    case CMTY_CHANGE_MERGED:
        return "merged";
    case CMTY_CHANGE_NEW:
        return "new ground";
    case CMTY_CHANGE_GONE:
        return "given up";
    default:
        return "moved";
    }
}

static void put_move(const cmty_comparison *c, const cmty__page_move *m, size_t number,
                     cmty__buf *out)
{
    cmty_comparison_row r = {.struct_size = sizeof r};

    if (cmty_comparison_row_at(c, (size_t)(m->row - c->rows), &r, NULL) != CMTY_OK)
        return;
    cmty__buf_format(out,
                     "<tr data-beat=\"m%zu\"><td class=\"k\" data-v=\"%zu\"><svg width=\"14\" "
                     "height=\"14\" aria-hidden=\"true\"><rect width=\"14\" height=\"14\" rx=\"2\" "
                     "class=\"%s\"/></svg>%zu</td><td>",
                     number, number, m->class, number);
    cmty__buf_xml(out, *r.from == '\0' ? "\xe2\x80\x93" : r.from);
    cmty__buf_text(out, "</td><td>");
    cmty__buf_xml(out, *r.to == '\0' ? "\xe2\x80\x93" : r.to);
    cmty__buf_format(out, "</td><td>%s</td>", words_of(r.change));
    put_area_cell(out, r.area_m2);
    put_share_cell(out, r.share_of_old);
    put_share_cell(out, r.share_of_new);
    put_load_cells(c, &m->row->tally, m->row->tally.variance, out);
    cmty__buf_text(out, "</tr>\n");
}

static void put_foot_row(const cmty_comparison *c, const char *what, double area_m2,
                         const cmty__tally *t, cmty__buf *out)
{
    cmty__buf_format(out, "<tr><th scope=\"row\" colspan=\"4\">%s</th>", what);
    put_area_cell(out, area_m2);
    cmty__buf_text(out, "<td></td><td></td>");
    put_load_cells(c, t, 0, out); /* errors of several rows hang together */
    cmty__buf_text(out, "</tr>\n");
}

static void put_moves_foot(const cmty_comparison *c, cmty__buf *out)
{
    char noise[96];
    cmty__tally kept = {0}, narrow = {0}, outside = {0};

    for (size_t i = 0; i < c->row_count; i++) {
        const cmty__row *row = &c->rows[i];
        cmty__tally *to = row->change == CMTY_CHANGE_UNCHANGED ? &kept
                          : row->change == CMTY_CHANGE_NOISE   ? &narrow
                          : row->change == CMTY_CHANGE_OUTSIDE ? &outside
                                                               : NULL;

        if (to != NULL)
            cmty__tally_add(to, &row->tally);
    }
    cmty__format(noise, sizeof noise, "Boundaries drawn anew, narrower than %g m",
                 2 * c->tolerance_m);
    cmty__buf_text(out, "</tbody>\n<tfoot>");
    put_foot_row(c, "Unchanged", kept.area_m2, &kept, out);
    if (narrow.pieces + narrow.points + narrow.people > 0)
        put_foot_row(c, noise, narrow.area_m2, &narrow, out);
    if (outside.points + outside.people > 0)
        put_foot_row(c, "In no unit of either version", 0, &outside, out);
    cmty__buf_text(out, "</tfoot></table></div>\n");
}

static void put_moves(const cmty_comparison *c, const cmty__page_move *moves, size_t count,
                      cmty__buf *out)
{
    cmty__buf_text(out,
                   "<section class=\"long\"><h2>What moved</h2>\n<div class=\"scroll\">"
                   "<table>\n<thead><tr><th scope=\"col\">No.</th><th scope=\"col\">From"
                   "</th><th scope=\"col\">To</th><th scope=\"col\">What</th>"
                   "<th scope=\"col\" class=\"r\">km\xc2\xb2</th><th scope=\"col\" class=\"r\">"
                   "Of the old</th><th scope=\"col\" class=\"r\">Of the new</th>");
    put_load_heads(c, "", out);
    cmty__buf_text(out, "</tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < count; i++)
        put_move(c, &moves[i], i + 1, out);
    put_moves_foot(c, out);
    if (count == 0)
        cmty__buf_text(out, "<p class=\"no\">Nothing changed hands.</p>\n");
    cmty__buf_text(out, "</section>\n");
}

/* ---- before and after ---- */

static void put_unit_cells(const cmty_comparison *c, const cmty__unit *u, cmty__buf *out)
{
    if (u != NULL) {
        put_area_cell(out, u->all.area_m2);
        put_load_cells(c, &u->all, u->variance, out);
        return;
    }
    for (int i = 0; i < 1 + c->has_points + c->has_people; i++)
        put_share_cell(out, NAN);
}

/* A unit by either of its versions; NULL: it is not in that one. */
static void put_unit(const cmty_comparison *c, const char *id, const cmty__unit *before,
                     const cmty__unit *after, cmty__buf *out)
{
    double old_m2 = before == NULL ? 0 : before->all.area_m2;

    cmty__buf_text(out, "<tr><th scope=\"row\">");
    cmty__buf_xml(out, id);
    cmty__buf_text(out, "</th>");
    put_unit_cells(c, before, out);
    put_unit_cells(c, after, out);
    put_share_cell(out, old_m2 > 0 && after != NULL ? after->kept.area_m2 / old_m2 : NAN);
    cmty__buf_text(out, "</tr>\n");
}

static bool all_kept(const cmty__unit *u)
{
    return u != NULL && u->kept.area_m2 + u->noise.area_m2 == u->all.area_m2;
}

static void put_units_head(const cmty_comparison *c, cmty__buf *out)
{
    cmty__buf_text(out, "<section class=\"long\"><h2>Before and after</h2>\n<div class=\"scroll\">"
                        "<table>\n<thead><tr><th scope=\"col\">Area</th><th scope=\"col\" "
                        "class=\"r\">km\xc2\xb2 before</th>");
    put_load_heads(c, " before", out);
    cmty__buf_text(out, "<th scope=\"col\" class=\"r\">km\xc2\xb2 after</th>");
    put_load_heads(c, " after", out);
    cmty__buf_text(out,
                   "<th scope=\"col\" class=\"r\">Kept of the old</th></tr></thead>\n<tbody>\n");
}

/* Units that gave up or gained something; the rest in a sentence. */
static void put_units(const cmty_comparison *c, cmty__buf *out)
{
    const cmty__side *a = &c->sides[0], *b = &c->sides[1];
    size_t i = 0, k = 0, same = 0;

    put_units_head(c, out);
    while (i < a->count || k < b->count) {
        int order = i == a->count ? 1 : k == b->count ? -1 : strcmp(a->units[i].id, b->units[k].id);
        const char *id = order <= 0 ? a->units[i].id : b->units[k].id;
        const cmty__unit *before = order <= 0 ? &a->units[i++] : NULL;
        const cmty__unit *after = order >= 0 ? &b->units[k++] : NULL;

        if (all_kept(before) && all_kept(after))
            same++;
        else
            put_unit(c, id, before, after, out);
    }
    cmty__buf_text(out, "</tbody></table></div>\n");
    if (same > 0)
        cmty__buf_format(out, "<p class=\"no\">%zu other%s as %s.</p>\n", same,
                         same == 1 ? " stays" : "s stay", same == 1 ? "it was" : "they were");
    cmty__buf_text(out, "</section>\n");
}

/* ---- notes ---- */

static void put_notes(const cmty_comparison *c, cmty__buf *out)
{
    cmty__buf_text(out, "<section><h2>How to read this page</h2>\n<div class=\"notes\">\n<div>"
                        "<h3>What counts as moved</h3>\n");
    cmty__buf_format(out,
                     "<p>Both versions are laid over each other. A piece of ground that changed "
                     "hands is listed when a disc of %g m radius fits into it. What is narrower "
                     "than %g m is a boundary drawn anew: it is summed on one line, and can be "
                     "switched on in the map.</p>\n",
                     c->tolerance_m, 2 * c->tolerance_m);
    cmty__buf_text(out, "</div>\n<div><h3>Sums</h3>\n");
    cmty__page_paragraph(out, "Nothing is lost: for each unit, what it keeps, gives up and leaves "
                              "to redrawn boundaries adds up to its area before; what it keeps, "
                              "gains and takes from them, to its area after.");
    if (c->totals.old_overlap_m2 + c->totals.new_overlap_m2 >= 1)
        cmty__buf_format(out,
                         "<p>Ground in two units at once counts for the one whose beat comes first "
                         "by id: %.0f m\xc2\xb2 before, %.0f m\xc2\xb2 after.</p>\n",
                         c->totals.old_overlap_m2, c->totals.new_overlap_m2);
    cmty__buf_text(out, "</div>\n");
    if (c->has_people) {
        cmty__buf_text(out, "<div><h3>People</h3>\n");
        cmty__page_paragraph(out, "Where only the number of people of an area is known, and the "
                                  "area is cut, they are split by ground, with a standard error. "
                                  "People live in clusters, so the true error is larger.");
        cmty__buf_text(out, "</div>\n");
    }
    cmty__buf_text(out, "</div>\n</section>\n</main>\n<footer>");
}

/* ---- the whole ---- */

cmty_status cmty__put_comparison_page(const cmty_comparison *c, const char *title, cmty__buf *out,
                                      cmty_error *err)
{
    cmty__page_move *moves = NULL;
    size_t count = 0;
    cmty_status st = cmty__page_moves(c, &moves, &count, err);

    if (st != CMTY_OK)
        return st;
    cmty__page_begin(out, title, style);
    put_period(c, out);
    put_facts(c, out);
    cmty__buf_text(out, "<main>\n<section><h2>Where</h2>\n");
    if (!cmty__put_comparison_map(c, moves, count, out))
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    cmty__buf_text(out, "</section>\n");
    put_moves(c, moves, count, out);
    put_units(c, out);
    put_notes(c, out);
    cmty__page_end(out);
    cmty__free(moves);
    return st;
}
