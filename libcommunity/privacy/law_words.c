/* SPDX-License-Identifier: MIT */
/* What a law promises, in words for people and in JSON for machines. Any thread. */
#include "privacy/noise.h"

static void metres(cmty__buf *b, double v)
{
    cmty__buf_fixed(b, v, v < 10.0 ? 1 : 0);
    cmty__buf_text(b, " m");
}

static void region_words(const cmty__law *law, cmty__buf *b)
{
    const char *factor = law->region == CMTY_REGION_CLAMP ? "" : "2 ";

    if (law->region == CMTY_REGION_NONE) {
        cmty__buf_text(b, " The beat, and whatever else is shown with it, follows the moved "
                          "position.");
        return;
    }
    cmty__buf_text(b, law->land ? " Positions are kept on published land; those outside it are "
                                : " The beat is published exactly; positions outside it are ");
    cmty__buf_text(b, law->region == CMTY_REGION_CLAMP ? "moved to the nearest place inside."
                                                       : "drawn again.");
    if (law->law == CMTY_LAW_LATTICE)
        cmty__buf_format(b,
                         " Between two places%s that lie d metres apart the odds change by at most "
                         "e^(%sepsilon d).",
                         law->land ? "" : " in one beat", factor);
    if (law->law == CMTY_LAW_LATTICE && !law->land)
        cmty__buf_text(b, " No bound is given between places in different beats.");
    if (law->min_addresses > 0 && !law->land)
        cmty__buf_format(b,
                         " Where the beat is known to hold fewer than %u addresses the position is "
                         "withheld.",
                         (unsigned)law->min_addresses);
}

static void lattice_words(const cmty__law *law, cmty__buf *b)
{
    cmty__buf_text(b, "Positions are moved at random (discrete planar Laplace, epsilon = ");
    cmty__buf_double(b, law->epsilon_per_m);
    cmty__buf_text(b, " per metre, on a public lattice of ");
    metres(b, law->lattice_m);
    cmty__buf_text(b, "): ");
    metres(b, 2.0 / law->epsilon_per_m);
    cmty__buf_text(b, " on average.");
    if (law->law == CMTY_LAW_STREET)
        cmty__buf_format(b,
                         " Then they are put on the nearest place of a road (list %s), which is "
                         "public and tells nothing more.",
                         law->list != NULL ? cmty__list_version(law->list) : "");
    if (law->region == CMTY_REGION_NONE)
        cmty__buf_text(b, " Between any two places that lie d metres apart the odds change by at "
                          "most e^(epsilon d).");
    region_words(law, b);
    cmty__buf_text(b, " For d, rounding to the lattice adds up to ");
    metres(b, 4.0 * law->lattice_m);
    cmty__buf_text(b,
                   ". A report keeps its moved position however often it is published; n reports "
                   "from one place spend n epsilon.");
}

static void donut_words(const cmty__law *law, cmty__buf *b)
{
    cmty__buf_text(b, "Positions are moved at random, evenly over the ring from ");
    metres(b, law->inner_radius_m);
    cmty__buf_text(b, " to ");
    metres(b, law->radius_m);
    cmty__buf_text(b, ". Every place on that ring round the published position is equally likely, "
                      "and no other place is possible: there is no epsilon, and protection is as "
                      "good as the number of homes on the ring.");
    region_words(law, b);
}

void cmty__law_guarantee(const cmty__law *law, cmty__buf *words)
{
    switch (law->law) {
    case CMTY_LAW_LATTICE:
    case CMTY_LAW_STREET:
        lattice_words(law, words);
        break;
    case CMTY_LAW_ANCHOR:
        cmty__buf_format(
            words,
            "Positions are replaced by the anchor of a catchment that holds at least "
            "%u addresses and lies inside one beat. Anchors and catchments come from "
            "public data only, so the position tells the beat and the catchment, and "
            "nothing more. Where a beat holds fewer addresses the position is "
            "withheld. Places that the agency has named as public have anchors of their "
            "own, whatever k is. There is no epsilon.",
            (unsigned)law->k);
        break;
    case CMTY_LAW_DONUT:
        donut_words(law, words);
        break;
    case CMTY_LAW_GRID:
        cmty__buf_text(words, "Positions are replaced by a corner of a fixed grid of ");
        metres(words, law->radius_m);
        cmty__buf_text(words, " (RFC 6772), and lie within that distance of it. The position tells "
                              "the part of a cell round the corner, and nothing more; it may hold "
                              "a single home. There is no epsilon.");
        break;
    case CMTY_LAW_SNAP:
        cmty__buf_format(words,
                         "Positions are replaced by the nearest place of a published list (version "
                         "%s), and withheld where there is none within ",
                         law->list != NULL ? cmty__list_version(law->list) : "");
        metres(words, law->cutoff_m);
        cmty__buf_text(words,
                       ". The position tells which place of the list is nearest, and nothing "
                       "more; how many homes share it is a matter of the list. A report must "
                       "be published under one list only. There is no epsilon.");
        break;
    default:
        cmty__buf_text(words, "No position is published.");
        break;
    }
}

static void number(cmty__buf *json, const char *name, double v)
{
    cmty__buf_format(json, ",\"%s\":", name);
    cmty__buf_double(json, v);
}

static void lattice_metadata(const cmty__law *law, cmty__buf *json)
{
    bool redraw = law->region == CMTY_REGION_REDRAW;
    double epsilon_per_m = (redraw ? 2.0 : 1.0) * law->epsilon_per_m;

    number(json, "epsilon_per_m", law->epsilon_per_m);
    number(json, "epsilon_within_beat", epsilon_per_m);
    if (cmty__law_confined(law) && !law->land)
        cmty__buf_text(json, ",\"epsilon_between_beats\":null");
    else
        number(json, "epsilon_between_beats", epsilon_per_m);
    number(json, "lattice_m", law->lattice_m);
}

static void text(cmty__buf *json, const char *name, const char *value)
{
    cmty__buf_format(json, ",\"%s\":", name);
    if (value != NULL)
        cmty__buf_json(json, value);
    else
        cmty__buf_text(json, "null");
}

void cmty__law_metadata(const cmty__law *law, const char *key_id, cmty__buf *json)
{
    bool confined = cmty__law_confined(law), anchor = law->law == CMTY_LAW_ANCHOR;

    cmty__buf_text(json, "{\"law\":");
    cmty__buf_json(json, cmty_law_name(law->law));
    cmty__buf_format(json, ",\"mechanism_version\":%d", CMTY__MECHANISM_VERSION);
    if (law->law == CMTY_LAW_LATTICE || law->law == CMTY_LAW_STREET)
        lattice_metadata(law, json);
    else
        cmty__buf_text(json, ",\"epsilon_within_beat\":null");
    if (law->law == CMTY_LAW_DONUT) {
        number(json, "inner_radius_m", law->inner_radius_m);
        number(json, "radius_m", law->radius_m);
    }
    if (law->law == CMTY_LAW_GRID)
        number(json, "cell_m", law->radius_m);
    if (law->law == CMTY_LAW_SNAP)
        number(json, "cutoff_m", law->cutoff_m);
    if (law->list != NULL)
        text(json, "list_version", cmty__list_version(law->list));
    text(json, "region", cmty__region_name(confined ? law->region : CMTY_REGION_NONE));
    if (confined)
        text(json, "region_of", law->land ? "land" : "beat");
    if (confined && !law->land)
        cmty__buf_format(json, ",\"min_addresses\":%u", (unsigned)law->min_addresses);
    cmty__buf_format(json, ",\"beat_disclosed\":%s",
                     (confined && !law->land) || anchor ? "true" : "false");
    cmty__buf_text(json, ",\"k\":");
    if (anchor)
        cmty__buf_format(json, "%u", (unsigned)law->k);
    else
        cmty__buf_text(json, "null");
    text(json, "key_id", cmty__law_keyed(law->law) ? key_id : NULL);
    cmty__buf_char(json, '}');
}
