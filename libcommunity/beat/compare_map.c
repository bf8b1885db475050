/* SPDX-License-Identifier: MIT */
/* The map of a comparison: both boundaries, and the ground between them by number. Any thread. */
#include "beat/compare_page.h"

#include <math.h>
#include <stdlib.h>

static const double MAP_WIDTH = 1200, MAP_HEIGHT = 900;
enum { MARKS_MAX = 99, COLOURS = 6 };

/* ---- moves ---- */

static int by_area(const void *left, const void *right)
{
    const cmty__page_move *a = left, *b = right;

    if (a->row->tally.area_m2 != b->row->tally.area_m2)
        return a->row->tally.area_m2 > b->row->tally.area_m2 ? -1 : 1;
    return (a->row > b->row) - (a->row < b->row);
}

cmty_status cmty__page_moves(const cmty_comparison *c, cmty__page_move **out, size_t *count,
                             cmty_error *err)
{
    static const char *const classes[COLOURS] = {"m0", "m1", "m2", "m3", "m4", "m5"};
    cmty__page_move *moves = cmty__calloc(c->row_count + 1, sizeof *moves);

    *out = moves;
    *count = 0;
    if (moves == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    for (size_t i = 0; i < c->row_count; i++)
        if (cmty__row_changed(&c->rows[i]))
            moves[(*count)++].row = &c->rows[i];
    qsort(moves, *count, sizeof *moves, by_area);
    for (size_t i = 0; i < *count; i++)
        moves[i].class = moves[i].row->change == CMTY_CHANGE_GONE ? "gone" : classes[i % COLOURS];
    return CMTY_OK;
}

/* ---- drawing ---- */

typedef struct map {
    const cmty_comparison *c;
    cmty__view view;
    cmty__buf *out, labels, marks;
    cmty__row_shape shape;
    cmty__ring *rings; /* of the row drawn last */
    size_t ring_capacity;
} map;

static void widen(const cmty__ring *rings, size_t count, cmty_point *min, cmty_point *max)
{
    for (size_t r = 0; r < count; r++)
        for (size_t i = 0; i < rings[r].count; i++) {
            cmty_point p = rings[r].points[i];

            *min = (cmty_point){fmin(min->lon_deg, p.lon_deg), fmin(min->lat_deg, p.lat_deg)};
            *max = (cmty_point){fmax(max->lon_deg, p.lon_deg), fmax(max->lat_deg, p.lat_deg)};
        }
}

static cmty__view view_of(const cmty_comparison *c)
{
    cmty_point min = {180, 90}, max = {-180, -90};

    for (int side = 0; side < 2; side++)
        for (size_t u = 0; u < c->sides[side].count; u++) {
            size_t count;
            const cmty__ring *rings = cmty__cover_rings(c->sides[side].cover, (int32_t)u, &count);

            widen(rings, count, &min, &max);
        }
    return cmty__view_fit(min, max, MAP_WIDTH, MAP_HEIGHT);
}

static void put_at(cmty__buf *out, const char *x_name, const char *y_name, cmty__xy p)
{
    cmty__buf_format(out, " %s=\"%.1f\" %s=\"%.1f\"", x_name, p.x, y_name, p.y);
}

/* `below`: beneath the number of a move that stands in the middle. */
static void put_unit_label(map *m, const cmty__shape *shape, const char *id, size_t units,
                           bool below)
{
    double largest = units > 120 ? 8.5 : units > 40 ? 10.5 : 14, room, size;
    cmty__xy at = cmty__shape_centre(shape, &room);

    size = fmin(largest, fmin(1.75 * room / (0.62 * (double)strlen(id)), 1.1 * room));
    if (size < 5.5)
        return;
    at.y += below ? 10 + size : 0.36 * size;
    cmty__buf_text(&m->labels, "<text class=\"u\"");
    put_at(&m->labels, "x", "y", at);
    cmty__buf_format(&m->labels, " font-size=\"%.1f\">", size);
    cmty__buf_xml(&m->labels, id);
    cmty__buf_text(&m->labels, "</text>");
}

/* What is drawn of a row. */
static bool shape_of(map *m, const cmty__row *row, cmty__shape *shape)
{
    size_t n = 0;

    if (!cmty__row_pieces(m->c, row, &m->shape))
        return false;
    for (size_t i = 0; i < m->shape.count; i++) {
        const cmty__piece *p = m->shape.pieces[i];

        if (!cmty__grow(&m->rings, &m->ring_capacity, n + p->ring_count, sizeof *m->rings))
            return false;
        memcpy(m->rings + n, p->rings, p->ring_count * sizeof *m->rings);
        n += p->ring_count;
    }
    return cmty__shape_make(&m->view, m->rings, n, shape);
}

/* Where a unit has kept most of its ground, else anywhere in it; a move's number stands elsewhere.
 */
static bool label_unit(map *m, size_t unit, const cmty__shape *whole)
{
    const cmty_comparison *c = m->c;
    const char *id = c->sides[1].units[unit].id;

    for (size_t i = 0; i < c->row_count; i++) {
        cmty__shape kept;

        if (c->rows[i].change != CMTY_CHANGE_UNCHANGED || c->rows[i].to != (int32_t)unit)
            continue;
        if (!shape_of(m, &c->rows[i], &kept))
            return false;
        put_unit_label(m, &kept, id, c->sides[1].count, false);
        cmty__shape_free(&kept);
        return true;
    }
    put_unit_label(m, whole, id, c->sides[1].count, true);
    return true;
}

/* The units of one side, all in one group. */
static bool put_units(map *m, int side, const char *class, bool labels)
{
    const cmty__side *s = &m->c->sides[side];
    bool ok = true;

    cmty__buf_format(m->out, "<g class=\"%s\">\n", class);
    for (size_t u = 0; ok && u < s->count; u++) {
        cmty__shape shape;
        size_t count;
        const cmty__ring *rings = cmty__cover_rings(s->cover, (int32_t)u, &count);

        if (!cmty__shape_make(&m->view, rings, count, &shape))
            return false;
        cmty__buf_text(m->out, "<path d=\"");
        cmty__shape_path(&shape, m->out);
        cmty__buf_text(m->out, "\"><title>");
        cmty__buf_xml(m->out, s->units[u].id);
        cmty__buf_text(m->out, "</title></path>\n");
        ok = !labels || label_unit(m, u, &shape);
        cmty__shape_free(&shape);
    }
    cmty__buf_text(m->out, "</g>\n");
    return ok;
}

/* The number of a move, and where there is room, from where to where. */
static void put_mark(map *m, const cmty__shape *shape, const cmty__row *row, size_t number)
{
    size_t wide = strlen(row->from_text) + strlen(row->to_text) + 3;
    double room, size = 11;
    cmty__xy at = cmty__shape_centre(shape, &room);
    bool words = room >= 1.9 * size && 2.3 * room >= 0.6 * size * (double)wide;

    at.y -= words ? 8 : 0;
    cmty__buf_text(&m->marks, "<circle");
    put_at(&m->marks, "cx", "cy", at);
    cmty__buf_format(&m->marks, " r=\"%s\"/><text", number < 10 ? "8.5" : "9.5");
    put_at(&m->marks, "x", "y", (cmty__xy){at.x, at.y + 4});
    cmty__buf_format(&m->marks, ">%zu</text>", number);
    if (!words)
        return;
    cmty__buf_text(&m->labels, "<text");
    put_at(&m->labels, "x", "y", (cmty__xy){at.x, at.y + 22});
    cmty__buf_format(&m->labels, " font-size=\"%.0f\">", size);
    cmty__buf_xml(&m->labels, *row->from_text == '\0' ? "\xe2\x80\x93" : row->from_text);
    cmty__buf_text(&m->labels, " \xe2\x86\x92 ");
    cmty__buf_xml(&m->labels, *row->to_text == '\0' ? "\xe2\x80\x93" : row->to_text);
    cmty__buf_text(&m->labels, "</text>");
}

static void put_move_title(map *m, const cmty__row *row)
{
    cmty__buf_text(m->out, "<title>");
    cmty__buf_xml(m->out, *row->from_text == '\0' ? "in no unit" : row->from_text);
    cmty__buf_text(m->out, " \xe2\x86\x92 ");
    cmty__buf_xml(m->out, *row->to_text == '\0' ? "in no unit" : row->to_text);
    cmty__buf_text(m->out, ": ");
    cmty__put_km2(m->out, row->tally.area_m2);
    cmty__buf_text(m->out, " km\xc2\xb2</title>");
}

static bool put_moves(map *m, const cmty__page_move *moves, size_t count)
{
    cmty__buf_text(m->out, "<g class=\"moves\">\n");
    for (size_t i = count; i-- > 0;) { /* the numbers of the largest come on top */
        cmty__shape shape;

        if (!shape_of(m, moves[i].row, &shape))
            return false;
        cmty__buf_format(m->out, "<path id=\"m%zu\" class=\"%s\" d=\"", i + 1, moves[i].class);
        cmty__shape_path(&shape, m->out);
        cmty__buf_text(m->out, "\">");
        put_move_title(m, moves[i].row);
        cmty__buf_text(m->out, "</path>\n");
        if (i < MARKS_MAX)
            put_mark(m, &shape, moves[i].row, i + 1);
        cmty__shape_free(&shape);
    }
    cmty__buf_text(m->out, "</g>\n");
    return true;
}

static bool put_noise(map *m)
{
    cmty__buf_text(m->out, "<g class=\"noise\">\n");
    for (size_t i = 0; i < m->c->row_count; i++) {
        cmty__shape shape;

        if (m->c->rows[i].change != CMTY_CHANGE_NOISE)
            continue;
        if (!shape_of(m, &m->c->rows[i], &shape))
            return false;
        cmty__buf_text(m->out, "<path d=\"");
        cmty__shape_path(&shape, m->out);
        cmty__buf_text(m->out, "\"/>\n");
        cmty__shape_free(&shape);
    }
    cmty__buf_text(m->out, "</g>\n");
    return true;
}

/* ---- the whole ---- */

static void put_line(cmty__buf *out, const char *group, const char *words)
{
    cmty__buf_format(out,
                     "<li><svg width=\"26\" height=\"16\" class=\"%s\" aria-hidden=\"true\"><path "
                     "d=\"M0 8h26\"/></svg>%s</li>\n",
                     group, words);
}

static void put_legend(const cmty_comparison *c, size_t moves, cmty__buf *out)
{
    cmty__buf_text(out, "<div class=\"legend\"><ul>\n");
    put_line(out, "was", "boundaries before");
    put_line(out, "now", "boundaries after");
    cmty__page_swatch(out, "land");
    cmty__buf_text(out, "unchanged</li>\n");
    if (moves > 0) {
        cmty__page_swatch(out, "m0");
        cmty__buf_text(out, "changed hands: a colour and a number for each, as below</li>\n");
    }
    if (c->totals.gone_m2 > 0) {
        cmty__page_swatch(out, "gone");
        cmty__buf_text(out, "given up: in no unit any more</li>\n");
    }
    cmty__buf_text(out, "</ul></div>\n");
}

static void put_switches(const cmty_comparison *c, cmty__buf *out)
{
    cmty__buf_text(out, "<input type=\"checkbox\" id=\"show-old\" checked><label for=\"show-old\">"
                        "Boundaries before</label>\n");
    if (c->totals.noise_m2 > 0)
        cmty__buf_text(out, "<input type=\"checkbox\" id=\"show-noise\"><label for=\"show-noise\">"
                            "Boundaries drawn anew</label>\n");
}

static void put_frame(map *m)
{
    cmty__buf_format(
        m->out,
        "<svg class=\"map\" viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"Map of "
        "what moved\">\n<defs><pattern id=\"gone\" width=\"7\" height=\"7\" "
        "patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><rect "
        "width=\"7\" height=\"7\" class=\"land\"/><path d=\"M1 0v7\" "
        "stroke=\"var(--old)\" stroke-width=\"2\"/></pattern></defs>\n",
        m->view.width, m->view.height);
}

bool cmty__put_comparison_map(const cmty_comparison *c, const cmty__page_move *moves, size_t count,
                              cmty__buf *out)
{
    map m = {.c = c, .view = view_of(c), .out = out};
    bool ok;

    put_switches(c, out);
    put_frame(&m);
    ok = put_units(&m, CMTY_SIDE_NEW, "beats", true) && put_moves(&m, moves, count)
         && put_units(&m, CMTY_SIDE_OLD, "was", false) && put_units(&m, CMTY_SIDE_NEW, "now", false)
         && put_noise(&m);
    cmty__buf_text(out, "<g class=\"labels\">");
    cmty__buf_bytes(out, m.labels.data, m.labels.size);
    cmty__buf_text(out, "</g>\n<g class=\"marks\">");
    cmty__buf_bytes(out, m.marks.data, m.marks.size);
    cmty__buf_text(out, "</g>\n</svg>\n<div class=\"key\">\n");
    put_legend(c, count, out);
    cmty__view_scale(&m.view, out);
    cmty__buf_text(out, "</div>\n");
    ok = ok && !m.labels.failed && !m.marks.failed && !out->failed;
    cmty__buf_free(&m.labels);
    cmty__buf_free(&m.marks);
    cmty__row_shape_free(&m.shape);
    cmty__free(m.rings);
    return ok;
}
