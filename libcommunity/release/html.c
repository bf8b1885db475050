/* SPDX-License-Identifier: MIT */
/* One self-contained page for people who have no GIS: map, categories, table by beat, and in plain
   words what it promises. No network, and whole without its script. Any thread. */
#include "release/html.h"

#include <math.h>
#include <stdlib.h>

enum { CATEGORIES_SHOWN = 12 };

void cmty__html_number(cmty__buf *out, int64_t n)
{
    if (n == CMTY__BLANK) {
        cmty__buf_text(out, "<span class=\"no\" aria-label=\"not printed\">\xe2\x80\x93</span>");
        return;
    }
    cmty__page_number(out, n);
}

/* ---- head ---- */

static void put_head(const cmty__overlay *o, cmty__buf *out)
{
    cmty__page_begin(out, o->title, cmty__html_style);
    cmty__buf_text(out, "<p class=\"period\">");
    cmty__about_period(o, out);
    cmty__buf_text(out, "</p>\n");
}

static void put_fact(cmty__buf *out, const char *name, int64_t number)
{
    cmty__buf_format(out, "<div><dt>%s</dt><dd>", name);
    cmty__html_number(out, number);
    cmty__buf_text(out, "</dd></div>\n");
}

static size_t beat_count(const cmty__counts *c)
{
    size_t n = 0;

    for (size_t i = 0; i < c->row_count; i++)
        n += c->rows[i].beat >= 0;
    return n;
}

static void put_facts(const cmty__overlay *o, cmty__buf *out)
{
    cmty__buf_text(out, "<dl class=\"facts\">\n");
    put_fact(out, "reports accepted", o->counts->reports);
    put_fact(out, "beats", (int64_t)beat_count(o->counts));
    put_fact(out, "shown on the map, at protected places", (int64_t)o->point_count);
    put_fact(out, "beats whose number is not printed", o->counts->blank_beats);
    cmty__buf_text(out, "</dl>\n</header>\n");
}

/* ---- sums: categories and districts ---- */

static int by_reports(const void *a, const void *b)
{
    const cmty__count_sum *x = a, *y = b;

    if (x->reports != y->reports)
        return x->reports < y->reports ? 1 : -1;
    return strcmp(x->id, y->id);
}

static void put_sum(cmty__buf *out, const char *label, int64_t reports, int64_t most)
{
    cmty__buf_text(out, "<li><span>");
    cmty__buf_xml(out, label);
    cmty__buf_text(out, "<b>");
    cmty__html_number(out, reports);
    cmty__buf_text(out, "</b></span>");
    if (reports > 0 && most > 0)
        cmty__buf_format(out, "<i style=\"width:%.1f%%\"></i>",
                         fmax(0.6, 100.0 * (double)reports / (double)most));
    cmty__buf_text(out, "</li>\n");
}

static void put_rest(cmty__buf *out, const cmty__count_sum *sums, size_t from, size_t count)
{
    int64_t rest = 0;
    size_t blank = 0;

    for (size_t i = from; i < count; i++) {
        if (sums[i].reports == CMTY__BLANK)
            blank++;
        else
            rest += sums[i].reports;
    }
    if (count - from > blank) {
        char label[64];

        cmty__format(label, sizeof label, "%zu other categor%s", count - from - blank,
                     count - from - blank == 1 ? "y" : "ies");
        put_sum(out, label, rest, 0);
    }
    if (blank > 0) {
        char label[64];

        cmty__format(label, sizeof label, "%zu categor%s, number not printed", blank,
                     blank == 1 ? "y" : "ies");
        put_sum(out, label, CMTY__BLANK, 0);
    }
}

/* brief: all of them, one line each; else the most frequent and the rest. */
static cmty_status put_sums(cmty__buf *out, const char *title, const cmty__count_sum *all,
                            size_t count, bool brief, cmty_error *err)
{
    cmty__count_sum *sums = cmty__calloc(count + 1, sizeof *sums);
    size_t shown = brief ? count : CATEGORIES_SHOWN;
    size_t n = 0, i;

    if (sums == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    for (i = 0; i < count; i++)
        if (all[i].reports != 0 && all[i].id[0] != '\0')
            sums[n++] = all[i];
    qsort(sums, n, sizeof *sums, by_reports);
    cmty__buf_format(out, "<section><h2>%s</h2>\n<ul class=\"bars%s\">\n", title,
                     brief ? " brief" : "");
    for (i = 0; i < n && i < shown && sums[i].reports != CMTY__BLANK; i++)
        put_sum(out, sums[i].label, sums[i].reports, sums[0].reports);
    if (i < n)
        put_rest(out, sums, i, n);
    cmty__buf_text(out, "</ul></section>\n");
    cmty__free(sums);
    return CMTY_OK;
}

/* ---- table ---- */

typedef struct columns {
    bool name, district, points;
    int64_t most;
} columns;

static columns choose_columns(const cmty__overlay *o)
{
    columns c = {false, cmty__overlay_has_districts(o), o->point_count > 0, 0};

    for (size_t i = 0; i < o->counts->row_count; i++) {
        const cmty__count_row *row = &o->counts->rows[i];

        c.name |= row->beat >= 0 && strcmp(row->name, row->id) != 0;
        if (row->reports > c.most)
            c.most = row->reports;
    }
    return c;
}

static void put_table_head(const columns *c, cmty__buf *out)
{
    cmty__buf_text(out, "<thead><tr><th scope=\"col\">Beat</th>");
    if (c->name)
        cmty__buf_text(out, "<th scope=\"col\">Name</th>");
    if (c->district)
        cmty__buf_text(out, "<th scope=\"col\">District</th>");
    cmty__buf_text(out, "<th scope=\"col\" class=\"r\">Reports</th><td class=\"w\"></td>"
                        "<th scope=\"col\" class=\"r\">Per km\xc2\xb2</th>");
    if (c->points)
        cmty__buf_text(out, "<th scope=\"col\" class=\"r\">On the map</th>");
    cmty__buf_text(out, "</tr></thead>\n<tbody>\n");
}

static void put_number_cell(cmty__buf *out, int64_t n)
{
    if (n == CMTY__BLANK)
        cmty__buf_text(out, "<td class=\"r\" data-v=\"\">");
    else
        cmty__buf_format(out, "<td class=\"r\" data-v=\"%lld\">", (long long)n);
    cmty__html_number(out, n);
    cmty__buf_text(out, "</td>");
}

static void put_density_cell(cmty__buf *out, const cmty__count_row *row)
{
    double density = cmty__overlay_per_km2(row);

    if (!isfinite(density)) {
        put_number_cell(out, CMTY__BLANK);
        return;
    }
    cmty__buf_format(out, "<td class=\"r\" data-v=\"%.3f\">", density);
    cmty__buf_fixed(out, density, density < 9.95 ? 1 : 0);
    cmty__buf_text(out, "</td>");
}

static void put_table_row(const cmty__overlay *o, size_t index, const columns *c, cmty__buf *out)
{
    const cmty__count_row *row = &o->counts->rows[index];

    if (row->beat >= 0)
        cmty__buf_format(out, "<tr data-beat=\"b%zu\">", index);
    else
        cmty__buf_text(out, "<tr>");
    cmty__buf_text(out, "<th scope=\"row\"");
    if (row->note[0] != '\0') {
        cmty__buf_text(out, " title=\"");
        cmty__buf_xml(out, row->note);
        cmty__buf_char(out, '"');
    }
    cmty__buf_char(out, '>');
    cmty__buf_xml(out, row->beat >= 0 ? row->id : row->name);
    if (row->beat >= 0 && row->note[0] != '\0')
        cmty__buf_text(out, " *");
    cmty__buf_text(out, "</th>");
    if (c->name)
        cmty__page_cell(out, row->beat >= 0 ? row->name : row->note);
    if (c->district)
        cmty__page_cell(out, row->district);
    put_number_cell(out, row->reports);
    cmty__buf_text(out, "<td class=\"w\">");
    if (row->reports > 0)
        cmty__buf_format(out, "<span class=\"bar\" style=\"width:%.1f%%\"></span>",
                         100.0 * (double)row->reports / (double)c->most);
    cmty__buf_text(out, "</td>");
    put_density_cell(out, row);
    if (c->points)
        put_number_cell(out, row->points);
    cmty__buf_text(out, "</tr>\n");
}

static void put_table_foot(const cmty__overlay *o, const columns *c, cmty__buf *out)
{
    cmty__buf_format(out,
                     "</tbody>\n<tfoot><tr><th scope=\"row\" colspan=\"%d\">All beats, with "
                     "the numbers that are not printed</th>",
                     1 + c->name + c->district);
    put_number_cell(out, o->counts->reports);
    cmty__buf_text(out, "<td class=\"w\"></td><td></td>");
    if (c->points)
        put_number_cell(out, (int64_t)o->point_count);
    cmty__buf_text(out, "</tr></tfoot></table></div>\n");
}

static void put_table(const cmty__overlay *o, cmty__buf *out)
{
    columns c = choose_columns(o);
    bool noted = false;

    cmty__buf_text(out, "<section class=\"long\"><h2>Beat by beat</h2>\n"
                        "<div class=\"scroll\"><table>\n");
    put_table_head(&c, out);
    for (size_t i = 0; i < o->counts->row_count; i++)
        if (!cmty__overlay_row_empty(o, i)) {
            put_table_row(o, i, &c, out);
            noted |= o->counts->rows[i].beat >= 0 && o->counts->rows[i].note[0] != '\0';
        }
    put_table_foot(o, &c, out);
    if (noted)
        cmty__buf_text(out, "<p class=\"no\">* The boundaries of this beat changed; its number "
                            "includes reports under the earlier ones.</p>\n");
    cmty__buf_text(out, "</section>\n");
}

/* ---- notes ---- */

static void put_made(cmty__buf *out, const cmty__overlay *o,
                     void (*make)(const cmty__overlay *, cmty__buf *))
{
    cmty__buf text = {0};

    make(o, &text);
    out->failed |= text.failed;
    if (text.data != NULL)
        cmty__page_paragraph(out, text.data);
    cmty__buf_free(&text);
}

static void put_policy(const cmty__overlay *o, cmty__buf *out)
{
    cmty__buf_text(out, "<details><summary>The policy of this release: ");
    cmty__buf_xml(out, cmty__policy_name(o->policy));
    cmty__buf_text(out, "</summary>\n<pre>");
    cmty__buf_xml(out, cmty_policy_json(o->policy));
    cmty__buf_text(out, "</pre></details>\n");
}

static void put_notes(const cmty__overlay *o, cmty__buf *out)
{
    cmty__buf_text(out, "<section><h2>How to read this page</h2>\n<div class=\"notes\">\n<div>"
                        "<h3>Counts</h3>\n");
    cmty__page_paragraph(
        out, "A beat is shaded by the number of reports accepted in the period, each "
             "counted in the beat where it truly happened. Beats differ in size; the "
             "table also gives reports per square kilometre. More reports can mean more "
             "incidents, or more people who report.");
    cmty__buf_text(out, "</div>\n<div><h3>Places</h3>\n");
    cmty__page_paragraph(out,
                         "A dot is a protected place, not the scene. It was moved on purpose, so "
                         "that no home can be told from it. Do not read single dots, and do not "
                         "look for a house near one.");
    for (size_t i = 0; i < cmty__gate_guarantee_count(o->gate); i++)
        cmty__page_paragraph(out, cmty__gate_guarantee(o->gate, i)->words);
    cmty__buf_text(out, "</div>\n<div><h3>What is missing, and why</h3>\n");
    put_made(out, o, cmty__about_suppression);
    if (o->counts->reports != CMTY__BLANK)
        cmty__buf_format(out,
                         "<p>%lld of %lld reports are counted without a place on the map.</p>\n",
                         (long long)(o->counts->reports - (int64_t)o->point_count),
                         (long long)o->counts->reports);
    cmty__buf_text(out, "</div>\n</div>\n");
    put_policy(o, out);
    cmty__buf_text(out, "</section>\n</main>\n");
}

static void put_foot(const cmty__overlay *o, cmty__buf *out)
{
    cmty__buf_text(out, "<footer>Beats in force ");
    cmty__buf_xml(out, cmty__beatset_label(o->beats, o->counts->version));
    cmty__buf_text(out, ". Times in ");
    cmty__buf_xml(out, cmty_policy_time_zone(o->policy));
    cmty__buf_text(out, ". ");
    cmty__page_end(out);
}

static cmty_status put_page(const cmty__overlay *o, cmty__buf *out, cmty_error *err)
{
    cmty__classes classes;
    cmty_status st = cmty__classes_make(o->counts, &classes, err);

    put_head(o, out);
    put_facts(o, out);
    cmty__buf_text(out, "<main>\n<div class=\"split\">\n<section><h2>Where</h2>\n");
    if (st == CMTY_OK)
        st = cmty__html_map(o, &classes, out, err);
    cmty__buf_text(out, "</section>\n<div>\n");
    if (st == CMTY_OK)
        st = put_sums(out, "What", o->counts->categories, o->counts->category_count, false, err);
    if (st == CMTY_OK && cmty__overlay_has_districts(o))
        st = put_sums(out, "By district", o->counts->districts, o->counts->district_count, true,
                      err);
    cmty__buf_text(out, "</div>\n</div>\n");
    put_table(o, out);
    put_notes(o, out);
    put_foot(o, out);
    if (st == CMTY_OK && out->failed)
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    return st;
}

cmty_status cmty__write_html(const cmty__overlay *o, cmty__outfile *f, cmty_error *err)
{
    cmty__buf page = {0};
    cmty_status st = put_page(o, &page, err);

    if (st == CMTY_OK)
        st = cmty__outfile_write(f, page.data, page.size, err);
    cmty__buf_free(&page);
    return st;
}
