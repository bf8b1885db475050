/* SPDX-License-Identifier: MIT */
/* The page: risk against utility, a point for each result, then the table of each. Any thread. */
#include "suite.h"

#include <math.h>

enum {
    RESULTS_MAX = 64,
    WIDTH = 760,
    HEIGHT = 420,
    LEFT = 70,
    RIGHT = 250,
    TOP = 20,
    BOTTOM = 60,
    LINE = 15,
    LABEL = 160,
    TOLD_MAX = 200
};

static const char *const style[] = {
    ".plot{display:block;width:100%;max-width:900px;margin:10px 0 14px}"
    ".plot text{font-size:13px;fill:var(--ink)}.plot .soft{fill:var(--soft)}"
    ".plot line{stroke:var(--line)}.plot .axis{stroke:var(--edge)}"
    ".plot .limit{stroke:var(--dot);stroke-dasharray:5 4}"
    ".plot circle{fill:var(--bar);stroke:var(--dot-edge)}.plot .bad{fill:var(--dot)}"
    "td.r{white-space:nowrap}.verdict{font-weight:650}.fail{color:var(--dot)}",
    NULL};

static const double small_share = 0.001; /* the logarithmic axis of risk begins here */

/* ---- the plot ---- */

static double x_of(double moved_m, double most_m)
{
    return LEFT + moved_m / most_m * (WIDTH - LEFT - RIGHT);
}

static double y_of(double share)
{
    double part = log(fmax(share, small_share) / small_share) / log(1 / small_share);

    return HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM);
}

static double value_of(const cmty_attack *a, const char *name)
{
    const cmty_finding *f = cmty__finding_named(a, name);

    return f != NULL ? f->value : (double)NAN;
}

static void put_line(cmty__buf *out, const char *class, double x1, double y1, double x2, double y2)
{
    cmty__buf_format(out, "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n",
                     class, x1, y1, x2, y2);
}

static void put_axes(cmty__buf *out, double most_m, double limit)
{
    static const double shares[] = {0.001, 0.01, 0.1, 1};
    static const char *const names[] = {"0.1 %", "1 %", "10 %", "100 %"};
    double right = WIDTH - RIGHT, bottom = HEIGHT - BOTTOM;

    for (int i = 0; i < 4; i++) {
        put_line(out, i == 0 ? "axis" : "grid", LEFT, y_of(shares[i]), right, y_of(shares[i]));
        cmty__buf_format(out,
                         "<text class=\"soft\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n",
                         LEFT - 8, y_of(shares[i]) + 4, names[i]);
    }
    for (int i = 0; i <= 4; i++)
        cmty__buf_format(out,
                         "<text class=\"soft\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%.0f m"
                         "</text>\n",
                         x_of(most_m * i / 4, most_m), bottom + 20, most_m * i / 4);
    put_line(out, "limit", LEFT, y_of(limit), right, y_of(limit));
    cmty__buf_format(out, "<text x=\"%.1f\" y=\"%.1f\">limit</text>\n", right + 8, y_of(limit) + 4);
    cmty__buf_format(out,
                     "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">points moved, mean</text>\n",
                     (LEFT + right) / 2, HEIGHT - 14);
    cmty__buf_format(out, "<text x=\"%d\" y=\"12\">addresses named by the best guess</text>\n",
                     LEFT);
}

/* Below the labels that it would touch. */
static double label_y(const cmty_attack *const *attacks, size_t i, double most_m, double *placed)
{
    double x = x_of(value_of(attacks[i], "moved_mean"), most_m);
    double y = y_of(value_of(attacks[i], "bayes")) + 4;
    bool moved = true;

    while (moved) {
        moved = false;
        for (size_t k = 0; k < i; k++)
            if (fabs(placed[k] - y) < LINE
                && fabs(x_of(value_of(attacks[k], "moved_mean"), most_m) - x) < LABEL) {
                y = placed[k] + LINE;
                moved = true;
            }
    }
    placed[i] = y;
    return y;
}

static void put_plot(const cmty_attack *const *attacks, const char *const *titles, size_t count,
                     cmty__buf *out)
{
    double most_m = 100, limit = 1.0 / attacks[0]->suite.k, placed[RESULTS_MAX];

    for (size_t i = 0; i < count; i++)
        if (cmty__finding_named(attacks[i], "bayes") == NULL)
            return; /* no truth was given */
    for (size_t i = 0; i < count; i++)
        while (value_of(attacks[i], "moved_mean") > most_m)
            most_m *= 2;
    cmty__buf_format(
        out,
        "<section><h2>Risk against use</h2>\n<svg class=\"plot\" viewBox=\"0 0 %d %d\" "
        "role=\"img\" aria-label=\"risk against displacement\">\n",
        WIDTH, HEIGHT);
    put_axes(out, most_m, limit);
    for (size_t i = 0; i < count; i++) {
        double x = x_of(value_of(attacks[i], "moved_mean"), most_m);
        double y = y_of(value_of(attacks[i], "bayes"));

        cmty__buf_format(out, "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"6\"/>\n",
                         cmty_attack_passed(attacks[i]) ? "good" : "bad", x, y);
        cmty__buf_format(out, "<text x=\"%.1f\" y=\"%.1f\">", x + 10,
                         label_y(attacks, i, most_m, placed));
        cmty__buf_xml(out, titles[i]);
        cmty__buf_text(out, "</text>\n");
    }
    cmty__buf_text(out, "</svg>\n");
    cmty__page_paragraph(out, "Lower is safer, further left is more useful. The share of addresses "
                              "named is on a scale of powers of ten. A result in the colour of the "
                              "limit fails one attack or more.");
    cmty__buf_text(out, "</section>\n");
}

/* ---- the tables ---- */

static void put_value(cmty__buf *out, double v, const char *unit)
{
    bool share = strcmp(unit, "share") == 0;

    if (!isfinite(v)) {
        cmty__buf_text(out, isnan(v) ? "\xe2\x80\x93" : "all");
        return;
    }
    cmty__buf_fixed(out, share ? v * 100 : v, share || fabs(v) < 10 ? 2 : 0);
    if (share)
        cmty__buf_text(out, " %");
    else if (*unit != '\0') {
        cmty__buf_char(out, ' ');
        cmty__buf_text(out, unit);
    }
}

static void put_value_cell(cmty__buf *out, double v, const char *unit)
{
    cmty__buf_text(out, "<td class=\"r\">");
    put_value(out, v, unit);
    cmty__buf_text(out, "</td>");
}

static void put_row(cmty__buf *out, const cmty_finding *f)
{
    static const char *const verdicts[] = {"", "within", "BEYOND"};

    cmty__buf_text(out, "<tr><th scope=\"row\">");
    cmty__buf_xml(out, f->what);
    cmty__buf_text(out, "</th>");
    put_value_cell(out, f->value, f->unit);
    cmty__buf_text(out, "<td class=\"r\">");
    if (isfinite(f->low)) {
        put_value(out, f->low, f->unit);
        cmty__buf_text(out, " to ");
        put_value(out, f->high, f->unit);
    }
    cmty__buf_text(out, "</td>");
    put_value_cell(out, f->baseline, f->unit);
    put_value_cell(out, f->limit, f->unit);
    cmty__buf_format(out, "<td class=\"verdict%s\">%s</td>",
                     f->verdict == CMTY_VERDICT_FAIL ? " fail" : "", verdicts[f->verdict]);
    cmty__page_cell(out, f->note);
    cmty__buf_text(out, "</tr>\n");
}

static void put_table(cmty__buf *out, const cmty_attack *a, int32_t kind, const char *heading)
{
    cmty__buf_format(out,
                     "<h3>%s</h3>\n<div class=\"scroll\"><table>\n<thead><tr><th>What</th>"
                     "<th class=\"r\">Value</th><th class=\"r\">95 %% interval</th>"
                     "<th class=\"r\">Compare</th><th class=\"r\">Limit</th><th></th>"
                     "<th>How to read it</th></tr></thead>\n<tbody>\n",
                     heading);
    for (size_t i = 0; i < a->suite.finding_count; i++)
        if (a->suite.findings[i].kind == kind)
            put_row(out, &a->suite.findings[i]);
    cmty__buf_text(out, "</tbody></table></div>\n");
}

/* What a number was in two releases, or lies between. */
static void put_told_row(cmty__buf *out, const cmty_told *t)
{
    cmty__buf_format(out, "<tr><td class=\"r\">%u</td><th scope=\"row\">", t->release);
    cmty__buf_xml(out, t->what);
    cmty__buf_text(out, "</th><td class=\"r\">");
    if (t->before >= 0)
        cmty__buf_format(out, "%lld", (long long)t->before);
    cmty__buf_text(out, "</td><td class=\"r\">");
    if (t->after >= 0)
        cmty__buf_format(out, "%lld", (long long)t->after);
    cmty__buf_format(out, "</td><td>%s %lld",
                     strcmp(t->name, "difference") == 0 ? "grew by" : "is blank, and is",
                     (long long)t->low);
    if (t->high != t->low)
        cmty__buf_format(out, " to %lld", (long long)t->high);
    cmty__buf_text(out, "</td></tr>\n");
}

static void put_told(cmty__buf *out, const cmty_attack *a)
{
    size_t shown = a->suite.told_count < TOLD_MAX ? a->suite.told_count : TOLD_MAX;

    if (shown == 0)
        return;
    cmty__buf_text(out,
                   "<h3>What the releases tell together</h3>\n<div class=\"scroll\"><table>\n"
                   "<thead><tr><th class=\"r\">Release</th><th>What</th>"
                   "<th class=\"r\">Before</th><th class=\"r\">After</th><th></th></tr></thead>"
                   "\n<tbody>\n");
    for (size_t i = 0; i < shown; i++)
        put_told_row(out, &a->suite.told[i]);
    cmty__buf_text(out, "</tbody></table></div>\n");
    if (shown < a->suite.told_count)
        cmty__buf_format(out, "<p>And %zu more.</p>\n", a->suite.told_count - shown);
}

static void put_result(cmty__buf *out, const cmty_attack *a, const char *title)
{
    cmty__buf_text(out, "<section class=\"long\"><h2>");
    cmty__buf_xml(out, title);
    cmty__buf_text(out, "</h2>\n");
    if (cmty__finding_named(a, "bayes") != NULL)
        cmty__buf_format(out,
                         "<p>%zu reports, %zu published, %zu places considered. No attack may name "
                         "the true address more often than one in %u: ",
                         a->suite.case_count, a->suite.published_count, a->suite.place_count,
                         a->suite.k);
    else
        cmty__buf_text(out,
                       "<p>Releases laid side by side, without the truth. No number may be told "
                       "that the policy would leave blank: ");
    cmty__buf_format(out, "<b class=\"verdict%s\">%s</b>.</p>\n",
                     cmty_attack_passed(a) ? "" : " fail",
                     cmty_attack_passed(a) ? "kept" : "broken");
    put_table(out, a, CMTY_FINDING_RISK, "What an adversary recovers");
    if (cmty__finding_named(a, "moved_mean") != NULL)
        put_table(out, a, CMTY_FINDING_UTILITY, "What the points are still good for");
    put_told(out, a);
    cmty__buf_text(out, "</section>\n");
}

static cmty_status write_page(cmty__buf *page, const char *path, cmty_error *err)
{
    cmty__outfile *f = NULL;
    cmty_status st;

    if (page->failed)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    st = cmty__outfile_open(path, 0644, &f, err);
    if (st == CMTY_OK)
        st = cmty__outfile_write(f, page->data, page->size, err);
    if (st == CMTY_OK)
        st = cmty__outfile_finish(f, err);
    cmty__outfile_free(f);
    return st;
}

cmty_status cmty_attack_html(const cmty_attack *const *attacks, const char *const *titles,
                             size_t count, const char *path, cmty_error *err)
{
    cmty__buf page = {0};
    cmty_status st;

    if (attacks == NULL || titles == NULL || path == NULL || count < 1 || count > RESULTS_MAX)
        return cmty__fail(err, CMTY_E_INVALID,
                          "1 to 64 results with titles, and a path, are needed");
    for (size_t i = 0; i < count; i++)
        if (attacks[i] == NULL || titles[i] == NULL)
            return cmty__fail(err, CMTY_E_INVALID, "a result or its title is NULL");
    cmty__page_begin(&page, "What an adversary recovers", style);
    cmty__buf_text(&page, "<p class=\"period\">These attacks succeed this often. That is the least "
                          "risk there is, and no proof that there is no more.</p>\n</header>\n"
                          "<main>\n");
    put_plot(attacks, titles, count, &page);
    for (size_t i = 0; i < count; i++)
        put_result(&page, attacks[i], titles[i]);
    cmty__buf_text(&page, "</main>\n<footer>This page shows no place. ");
    cmty__page_end(&page);
    st = write_page(&page, path, err);
    cmty__buf_free(&page);
    return st;
}
