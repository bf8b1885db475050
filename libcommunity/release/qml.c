/* SPDX-License-Identifier: MIT */
/* Default styles for QGIS, kept in the overlay itself: beats by count with the blank ones hatched,
   points by category, and in a second
   style each in a ring as wide as its place is uncertain. Any thread. */
#include "release/overlay.h"

/* ---- beats ---- */

static void put_fill(cmty__buf *out, size_t name, const char *colour, const char *style)
{
    cmty__qml_fill(out, name, &(cmty__qml_look){colour, style, "90,90,90,255", "solid", "0.2"});
}

static void put_rule(cmty__buf *out, size_t symbol, const char *filter, const char *label)
{
    cmty__qml_rule(out, "beats", symbol, filter, label);
}

static void put_class_rule(cmty__buf *out, const cmty__classes *c, size_t i)
{
    char filter[96], label[64];
    long long low = (long long)c->low[i], high = (long long)c->high[i];

    cmty__format(filter, sizeof filter, "\"reports\" >= %lld AND \"reports\" <= %lld", low, high);
    if (low == high)
        cmty__format(label, sizeof label, "%lld", low);
    else
        cmty__format(label, sizeof label, "%lld to %lld", low, high);
    put_rule(out, i, filter, label);
}

void cmty__qml_beats(const cmty__overlay *o, const cmty__classes *classes, cmty__buf *out)
{
    size_t zero = classes->count, blank = zero + 1;
    char colour[32], label[64];

    cmty__qml_begin(out, "Symbology|Labeling");
    cmty__qml_rules_begin(out, "beats");
    for (size_t i = 0; i < classes->count; i++)
        put_class_rule(out, classes, i);
    put_rule(out, zero, "\"reports\" = 0", "none");
    cmty__format(label, sizeof label, "not printed (fewer than %lld, or beside one)",
                 (long long)o->suppress_below);
    put_rule(out, blank, "\"reports\" IS NULL", label);
    cmty__buf_text(out, "</rules><symbols>\n");
    for (size_t i = 0; i < classes->count; i++) {
        size_t shade = classes->count == 1 ? 2 : i * (CMTY__CLASSES_MAX - 1) / (classes->count - 1);

        cmty__format(colour, sizeof colour, "%s,255", cmty__class_colours[shade]);
        put_fill(out, i, colour, "solid");
    }
    put_fill(out, zero, "255,255,255,255", "solid");
    put_fill(out, blank, "140,140,140,255", "b_diagonal");
    cmty__buf_text(out, "</symbols></renderer-v2>\n");
    cmty__qml_labels(out, "\"beat_id\" || coalesce('\\n' || to_string(\"reports\"), '')");
    cmty__qml_polygons_end(out);
}

/* ---- reports ---- */

/* Okabe and Ito, Color Universal Design (2008), without black and yellow, which carry badly on
   the blues of the beats; the last is for all that are fewer. */
static const char *const dots[] = {"213,94,0",  "0,158,115", "204,121,167",
                                   "230,159,0", "0,114,178", "110,110,110"};
enum { DOTS = sizeof dots / sizeof dots[0] };

typedef struct frequent {
    const char *category, *label;
    size_t points;
} frequent;

/* The most frequent categories among the points, at most DOTS - 1, and none of equal rank dropped
   by chance: ties go by code. */
static size_t most_frequent(const cmty__overlay *o, frequent top[DOTS - 1])
{
    size_t count = 0;

    for (size_t k = 0; k < cmty_category_count(); k++) {
        frequent f = {cmty_category_code(k), cmty_category_label(cmty_category_code(k)), 0};
        size_t at;

        for (size_t i = 0; i < o->point_count; i++)
            f.points += strcmp(o->points[i].category, f.category) == 0;
        if (f.points == 0 || (count == DOTS - 1 && top[count - 1].points >= f.points))
            continue;
        if (count < DOTS - 1)
            count++;
        for (at = count - 1; at > 0 && top[at - 1].points < f.points; at--)
            top[at] = top[at - 1];
        top[at] = f;
    }
    return count;
}

static void put_marker(cmty__buf *out, const char *colour, int alpha, const char *size,
                       const char *outline, const char *unit)
{
    char rgba[32];

    cmty__format(rgba, sizeof rgba, "%s,%d", colour, alpha);
    cmty__buf_text(out, "<layer class=\"SimpleMarker\" enabled=\"1\" pass=\"0\" locked=\"0\">");
    cmty__qml_prop(out, "name", "circle");
    cmty__qml_prop(out, "color", rgba);
    cmty__qml_prop(out, "outline_style", outline);
    cmty__qml_prop(out, "outline_color", "255,255,255,255");
    cmty__qml_prop(out, "outline_width", "0.2");
    cmty__qml_prop(out, "scale_method", "diameter");
    cmty__qml_prop(out, "size", size);
    cmty__qml_prop(out, "size_unit", unit);
}

/* A ring on the ground; QGIS scales it with the map. */
static void put_ring(cmty__buf *out, const char *colour)
{
    put_marker(out, colour, 14, "300", "solid", "RenderMetersInMapUnits");
    cmty__buf_text(out,
                   "<data_defined_properties><Option type=\"Map\"><Option name=\"name\" "
                   "value=\"\" type=\"QString\"/><Option name=\"properties\" type=\"Map\">"
                   "<Option name=\"size\" type=\"Map\"><Option name=\"active\" value=\"true\" "
                   "type=\"bool\"/><Option name=\"expression\" value=\"2 * "
                   "&quot;radius_m&quot;\" type=\"QString\"/><Option name=\"type\" value=\"3\" "
                   "type=\"int\"/></Option></Option><Option name=\"type\" value=\"collection\""
                   " type=\"QString\"/></Option></data_defined_properties></layer>");
}

static void put_dot(cmty__buf *out, size_t name, bool ring)
{
    cmty__buf_format(out, "<symbol type=\"marker\" name=\"%zu\" alpha=\"1\">", name);
    if (ring)
        put_ring(out, dots[name]);
    put_marker(out, dots[name], 230, "2", "solid", "MM");
    cmty__buf_text(out, "</layer></symbol>\n");
}

static void put_category(cmty__buf *out, const char *value, size_t symbol, const char *label)
{
    cmty__buf_text(out, "<category render=\"true\" value=\"");
    cmty__buf_xml(out, value);
    cmty__buf_format(out, "\" symbol=\"%zu\" label=\"", symbol);
    cmty__buf_xml(out, label);
    cmty__buf_text(out, "\"/>\n");
}

void cmty__qml_reports(const cmty__overlay *o, bool rings, cmty__buf *out)
{
    frequent top[DOTS - 1];
    size_t count = most_frequent(o, top);

    cmty__qml_begin(out, "Symbology|Temporal");
    /* local time of the agency: QGIS shows a time zone as if there were none */
    cmty__buf_text(out,
                   "<temporal enabled=\"1\" mode=\"4\" limitMode=\"0\" accumulate=\"0\" "
                   "startField=\"\" endField=\"\" durationField=\"\" durationUnit=\"min\" "
                   "fixedDuration=\"0\" startExpression=\"to_datetime(&quot;time_local&quot;)\" "
                   "endExpression=\"to_datetime(&quot;time_local&quot;) + to_interval('1 ' || "
                   "&quot;time_bin&quot;)\"><fixedRange><start></start><end></end></fixedRange>"
                   "</temporal>\n");
    cmty__buf_text(out, "<renderer-v2 type=\"categorizedSymbol\" attr=\"category\" "
                        "symbollevels=\"0\" enableorderby=\"0\" forceraster=\"0\"><categories>\n");
    for (size_t i = 0; i < count; i++)
        put_category(out, top[i].category, i, top[i].label);
    put_category(out, "", DOTS - 1, "other or not told");
    cmty__buf_text(out, "</categories><symbols>\n");
    for (size_t i = 0; i < count; i++)
        put_dot(out, i, rings);
    put_dot(out, DOTS - 1, rings);
    cmty__buf_text(out, "</symbols></renderer-v2>\n"
                        "<layerGeometryType>0</layerGeometryType>\n</qgis>\n");
}
