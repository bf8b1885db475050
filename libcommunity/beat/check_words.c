/* SPDX-License-Identifier: MIT */
/* What findings are called, how much they matter, and what to do about them. Any thread; no
   state. */
#include "beat/check.h"

#include <math.h>

typedef struct kind {
    const char *name;
    int32_t severity, unit;
    const char *advice;
} kind;

enum {
    FAULT = CMTY_SEVERITY_FAULT,
    DOUBT = CMTY_SEVERITY_DOUBT,
    NONE = CMTY_UNIT_NONE,
    M2 = CMTY_UNIT_M2,
    M = CMTY_UNIT_M
};

static const kind kinds[CMTY_FLAW_COUNT] = {
    [CMTY_FLAW_LAYER_CHOICE] = {"layer_choice", FAULT, NONE,
                                "Say which layer, with |layername=NAME behind the file name."},
    [CMTY_FLAW_NO_CRS] = {"no_crs", DOUBT, NONE,
                          "Say the CRS with |crs=, for example |crs=EPSG:4326, or store it in "
                          "the file."},
    [CMTY_FLAW_CRS_SUSPECT] = {"crs_suspect", FAULT, NONE,
                               "Find out which CRS the coordinates are in, and say it with "
                               "|crs=."},
    [CMTY_FLAW_AXES_SWAPPED] = {"axes_swapped", FAULT, NONE,
                                "Write the layer again with longitude, or easting, first."},
    [CMTY_FLAW_OFF_GLOBE] = {"off_globe", FAULT, NONE,
                             "Correct the coordinates, or remove the part."},
    [CMTY_FLAW_NOT_POLYGON] = {"not_polygon", FAULT, NONE,
                               "Make areas of lines (in QGIS: Polygonize), or remove the "
                               "feature."},
    [CMTY_FLAW_EMPTY] = {"empty_geometry", DOUBT, NONE,
                         "Draw the area or remove the feature: no report can be in it."},
    [CMTY_FLAW_UNCLOSED] = {"ring_unclosed", DOUBT, M,
                            "It is closed by a straight line; see that this is right, and repair "
                            "the layer."},
    [CMTY_FLAW_TOO_FEW_POINTS] = {"ring_too_few_points", DOUBT, NONE,
                                  "Remove the ring or draw it again: it encloses nothing."},
    [CMTY_FLAW_ZERO_AREA] = {"ring_zero_area", DOUBT, NONE,
                             "Remove the ring or draw it again: it encloses nothing."},
    [CMTY_FLAW_SPIKE] = {"ring_spike", DOUBT, M,
                         "Remove the tip; repairing does so where the spike has no width."},
    [CMTY_FLAW_SELF_CROSSING] = {"ring_self_crossing", FAULT, NONE,
                                 "Untangle the boundary there; until then every second layer of "
                                 "ground counts as outside."},
    [CMTY_FLAW_SELF_TOUCH] = {"ring_self_touch", DOUBT, NONE,
                              "Split the ring in two at that point; no answer changes."},
    [CMTY_FLAW_SHARED_EDGE] = {"ring_shared_edge", DOUBT, M,
                               "Merge the parts along the line; no answer changes."},
    [CMTY_FLAW_RING_NESTING] = {"ring_nesting", FAULT, NONE,
                                "Sort out which rings are parts and which are holes; until then "
                                "every second level counts as outside."},
    [CMTY_FLAW_SLIVER_PART] = {"sliver_part", DOUBT, M2,
                               "Remove the part if it is left over from editing."},
    [CMTY_FLAW_OVERLAP] = {"overlap", FAULT, M2,
                           "Decide who owns the ground and move the other boundary; until then "
                           "reports there are marked as overlap."},
    [CMTY_FLAW_SLIVER_OVERLAP] = {"sliver_overlap", FAULT, M2,
                                  "Snap one boundary to the other; until then reports there are "
                                  "marked as overlap."},
    [CMTY_FLAW_GAP] = {"gap", DOUBT, M2,
                       "Leave it if it is meant (a lake, another town); else give it to a beat, "
                       "for reports there have none."},
    [CMTY_FLAW_SLIVER_GAP] = {"sliver_gap", FAULT, M2,
                              "Snap one boundary to the other: reports there have no beat, or the "
                              "nearest."},
    [CMTY_FLAW_UNNODED_EDGE] = {"unnoded_edge", DOUBT, NONE,
                                "Add the missing corner (in QGIS: Snap geometries), or the "
                                "borders part when the layer is reprojected."},
    [CMTY_FLAW_NO_ID_FIELD] = {"no_id_field", FAULT, NONE,
                               "Say which field names the beats, with --id FIELD or |id=FIELD."},
    [CMTY_FLAW_NAMELESS] = {"nameless", DOUBT, NONE,
                            "Give it a name, or rely on the name of the file."},
    [CMTY_FLAW_MISSING_ID] = {"missing_id", FAULT, NONE,
                              "Fill in the field: a layer with a nameless area is refused."},
    [CMTY_FLAW_DUPLICATE_ID] = {"duplicate_id", DOUBT, NONE,
                                "Nothing is to do if they are parts of one beat; else give each "
                                "its own id."},
    [CMTY_FLAW_BAD_DATE] = {"bad_date", FAULT, NONE, "Write it as ISO 8601, such as 2026-11-22."},
    [CMTY_FLAW_DATES_REVERSED] = {"validity_reversed", FAULT, NONE,
                                  "Correct one of the two dates."},
    [CMTY_FLAW_VALIDITY_OVERLAP] = {"validity_overlap", FAULT, NONE,
                                    "Let the earlier one end where the later begins; give each "
                                    "layer its |from= and |to=."},
};

static const kind *kind_of(int32_t code)
{
    static const kind unknown = {"unknown", DOUBT, NONE, ""};

    return code > 0 && code < CMTY_FLAW_COUNT ? &kinds[code] : &unknown;
}

const char *cmty_flaw_name(int32_t code)
{
    return kind_of(code)->name;
}

const char *cmty_flaw_advice(int32_t code)
{
    return kind_of(code)->advice;
}

int32_t cmty__flaw_severity(int32_t code)
{
    return kind_of(code)->severity;
}

int32_t cmty__flaw_unit(int32_t code)
{
    return kind_of(code)->unit;
}

/* ---- sentences ---- */

static void say_feature(const cmty_check *check, size_t feature, cmty__buf *out)
{
    const cmty__checked *c = &check->features[feature];

    if (*c->id != '\0')
        cmty__buf_format(out, "beat %s", c->id);
    else
        cmty__buf_format(out, "feature %zu", feature - check->layers[c->layer].first_feature + 1);
}

static void say_both(const cmty_check *check, const cmty__found *f, cmty__buf *out)
{
    const char *a = check->features[f->feature].id, *b = check->features[f->other].id;

    if (*a != '\0' && *b != '\0') {
        cmty__buf_format(out, "beats %s and %s", a, b);
        return;
    }
    say_feature(check, f->feature, out);
    cmty__buf_text(out, " and ");
    say_feature(check, f->other, out);
}

static void say_area(const cmty__found *f, cmty__buf *out)
{
    double width_m = f->finding.width_m;

    cmty__flaw_size(&f->finding, out);
    if (!isfinite(width_m) || width_m >= 1000)
        return;
    if (width_m < 0.001)
        cmty__buf_text(out, ", under 0.001 m wide on average");
    else
        cmty__buf_format(out, ", %.*f m wide on average",
                         width_m < 0.1 ? 3
                         : width_m < 1 ? 2
                                       : 1,
                         width_m);
}

static void say_gap(const cmty_check *check, const cmty__found *f, cmty__buf *out)
{
    cmty__buf_text(out, "no beat holds ");
    say_area(f, out);
    if (f->feature == CMTY__NO_FEATURE)
        return;
    cmty__buf_text(out, f->other == CMTY__NO_FEATURE ? ", within " : ", between ");
    if (f->other == CMTY__NO_FEATURE)
        say_feature(check, f->feature, out);
    else
        say_both(check, f, out);
}

static void say_pair(const cmty_check *check, const cmty__found *f, cmty__buf *out)
{
    if (f->finding.code == CMTY_FLAW_UNNODED_EDGE) {
        say_feature(check, f->other, out);
        cmty__buf_format(out, " has %llu corner%s on edges of ",
                         (unsigned long long)f->finding.count, f->finding.count == 1 ? "" : "s");
        say_feature(check, f->feature, out);
        cmty__buf_text(out, ", which has none there");
        return;
    }
    say_both(check, f, out);
    cmty__buf_text(out, " both hold ");
    say_area(f, out);
}

static const char *words_of(int32_t code)
{
    switch (code) {
    case CMTY_FLAW_OFF_GLOBE:
        return "has a position that is off the globe or beyond its CRS";
    case CMTY_FLAW_NOT_POLYGON:
        return "is, or holds, a line or a point where an area is needed";
    case CMTY_FLAW_EMPTY:
        return "has no geometry";
    case CMTY_FLAW_UNCLOSED:
        return "has a ring that does not end where it began";
    case CMTY_FLAW_TOO_FEW_POINTS:
        return "has a ring of fewer than three different points";
    case CMTY_FLAW_ZERO_AREA:
        return "has a ring whose points all stand in one line";
    case CMTY_FLAW_SPIKE:
        return "has a spike: its boundary runs out and back";
    case CMTY_FLAW_SELF_CROSSING:
        return "crosses its own boundary";
    case CMTY_FLAW_SELF_TOUCH:
        return "touches its own boundary at a point";
    case CMTY_FLAW_SHARED_EDGE:
        return "has two rings that run along one line";
    case CMTY_FLAW_RING_NESTING:
        return "has rings that do not lie in one another as they should";
    case CMTY_FLAW_MISSING_ID:
        return "has no beat id";
    case CMTY_FLAW_BAD_DATE:
        return "has a validity that is no date";
    case CMTY_FLAW_DATES_REVERSED:
        return "ends before it begins";
    default:
        return "";
    }
}

static void say_one(const cmty_check *check, const cmty__found *f, cmty__buf *out)
{
    int32_t code = f->finding.code;

    say_feature(check, f->feature, out);
    if (code == CMTY_FLAW_SLIVER_PART) {
        cmty__buf_text(out, " has a part of ");
        say_area(f, out);
        return;
    }
    if (code == CMTY_FLAW_DUPLICATE_ID) {
        cmty__buf_format(out, " is made of %llu features with that id",
                         (unsigned long long)f->finding.count);
        return;
    }
    if (code == CMTY_FLAW_VALIDITY_OVERLAP) {
        cmty__buf_text(out, " is valid twice at the same time");
        if (f->other != CMTY__NO_FEATURE
            && check->features[f->other].layer != check->features[f->feature].layer)
            cmty__buf_format(out, ", here and in %s",
                             check->layers[check->features[f->other].layer].name);
        return;
    }
    cmty__buf_format(out, " %s", words_of(code));
    if (f->finding.unit == CMTY_UNIT_M && isfinite(f->finding.size)) {
        cmty__buf_text(out, ", ");
        cmty__flaw_size(&f->finding, out);
    }
}

static void say_layer(const cmty__found *f, cmty__buf *out)
{
    switch (f->finding.code) {
    case CMTY_FLAW_LAYER_CHOICE:
        cmty__buf_text(out, "the file has several layers");
        break;
    case CMTY_FLAW_NO_CRS:
        cmty__buf_text(out, "the layer says no CRS");
        break;
    case CMTY_FLAW_CRS_SUSPECT:
        cmty__buf_text(out, "the CRS of the layer does not fit");
        break;
    case CMTY_FLAW_AXES_SWAPPED:
        cmty__buf_text(out, "the axes of the layer are swapped");
        break;
    case CMTY_FLAW_NO_ID_FIELD:
        cmty__buf_text(out, "no field of the layer is known to name beats");
        break;
    default:
        cmty__buf_text(out, "the only area of the layer has no name; it is called after its file");
    }
}

void cmty__flaw_say(const cmty_check *check, const cmty__found *f, cmty__buf *out)
{
    const char *detail = f->fault == NULL ? NULL : f->fault->detail;

    switch (f->finding.code) {
    case CMTY_FLAW_GAP:
    case CMTY_FLAW_SLIVER_GAP:
        say_gap(check, f, out);
        break;
    case CMTY_FLAW_OVERLAP:
    case CMTY_FLAW_SLIVER_OVERLAP:
    case CMTY_FLAW_UNNODED_EDGE:
        say_pair(check, f, out);
        break;
    default:
        if (f->feature == CMTY__NO_FEATURE || f->finding.code == CMTY_FLAW_NAMELESS)
            say_layer(f, out);
        else
            say_one(check, f, out);
    }
    if (detail != NULL)
        cmty__buf_format(out, ": %s", detail);
    if (out->size > 0 && out->data[0] >= 'a' && out->data[0] <= 'z')
        out->data[0] = (char)(out->data[0] - 'a' + 'A');
}
