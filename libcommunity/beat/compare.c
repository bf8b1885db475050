/* SPDX-License-Identifier: MIT */
/* Comparing two versions of boundaries. A comparison is immutable: any thread. */
#include "beat/compare.h"

#include <math.h>

cmty_status cmty_compare_options_init(cmty_compare_options *options)
{
    static const cmty_compare_options defaults = CMTY_COMPARE_OPTIONS_INIT;

    if (options == NULL)
        return CMTY_E_INVALID;
    *options = defaults;
    return CMTY_OK;
}

static cmty_status check_options(const cmty_compare_options *o, cmty_error *err)
{
    if (o->unit < CMTY_UNIT_BEAT || o->unit > CMTY_UNIT_DISTRICT)
        return cmty__fail(err, CMTY_E_INVALID, "unit is none of CMTY_UNIT_*");
    if (!(o->tolerance_m >= 0 && o->tolerance_m <= 10000))
        return cmty__fail(err, CMTY_E_RANGE, "tolerance_m must be 0 to 10000");
    return CMTY_OK;
}

static void tell_overlaps(const cmty_comparison *c, const cmty_host *host)
{
    for (int side = 0; side < 2; side++) {
        double overlap_m2 = cmty__cover_overlap_m2(c->sides[side].cover);

        if (overlap_m2 >= 1)
            cmty__notice(host,
                         "%s beats overlap on %.0f m2; such places count for the beat that comes "
                         "first by id",
                         side == CMTY_SIDE_OLD ? "old" : "new", overlap_m2);
    }
}

static cmty_status compare(cmty_comparison *c, const cmty_beatset *const *sets,
                           const cmty_compare_options *o, cmty_error *err)
{
    const int32_t versions[] = {o->old_version, o->new_version};
    cmty_status st = CMTY_OK;

    for (int side = 0; side < 2 && st == CMTY_OK; side++)
        st = cmty__side_make(c, side, sets[side], versions[side], o->host, err);
    if (st == CMTY_OK)
        st = cmty__cells_make(c, o->host, err);
    if (st == CMTY_OK)
        st = cmty__compare_points(c, o, err);
    if (st == CMTY_OK)
        st = cmty__compare_people(c, o, err);
    if (st == CMTY_OK)
        st = cmty__rows_make(c, err);
    if (st == CMTY_OK)
        tell_overlaps(c, o->host);
    for (int side = 0; side < 2; side++) { /* nothing of the sets is borrowed from here on */
        cmty__free(c->sides[side].unit_of);
        c->sides[side].unit_of = NULL;
        c->sides[side].areas = NULL;
    }
    return st;
}

cmty_status cmty_compare(const cmty_beatset *old_set, const cmty_beatset *new_set,
                         const cmty_compare_options *options, cmty_comparison **out,
                         cmty_error *err)
{
    const cmty_beatset *const sets[] = {old_set, new_set};
    cmty_compare_options o = CMTY_COMPARE_OPTIONS_INIT;
    cmty_comparison *c;
    cmty_status st = CMTY_OK;

    if (out != NULL)
        *out = NULL;
    if (old_set == NULL || new_set == NULL || out == NULL)
        return cmty__fail(err, CMTY_E_INVALID,
                          "two beat sets and a place for the result are needed");
    if (options != NULL)
        st = cmty__struct_read(&o, sizeof o, options, sizeof o, "cmty_compare_options", err);
    if (st == CMTY_OK)
        st = check_options(&o, err);
    if (st != CMTY_OK)
        return st;
    c = cmty__calloc(1, sizeof *c);
    if (c != NULL)
        c->texts = cmty__arena_new();
    if (c == NULL || c->texts == NULL) {
        cmty__free(c);
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    c->unit = o.unit;
    c->tolerance_m = o.tolerance_m;
    st = compare(c, sets, &o, err);
    if (st == CMTY_OK)
        *out = c;
    else
        cmty_comparison_free(c);
    return st;
}

void cmty_comparison_free(cmty_comparison *comparison)
{
    if (comparison == NULL)
        return;
    for (int side = 0; side < 2; side++) {
        cmty__cover_free(comparison->sides[side].cover);
        cmty__free(comparison->sides[side].units);
    }
    cmty__pieces_free(comparison->pieces);
    cmty__free(comparison->cells);
    cmty__free(comparison->rows);
    cmty__arena_free(comparison->texts);
    cmty__free(comparison);
}

/* ---- ask ---- */

size_t cmty_comparison_count(const cmty_comparison *comparison)
{
    return comparison == NULL ? 0 : comparison->row_count;
}

/* The old or new area that a row is a part of; NAN: of none. */
static double whole_m2(const cmty_comparison *c, int side, int32_t unit, const char *text)
{
    if (unit >= 0)
        return c->sides[side].units[unit].all.area_m2;
    if (*text == '\0')
        return NAN;
    return side == CMTY_SIDE_OLD ? c->totals.old_m2 : c->totals.new_m2;
}

static double people_of(const cmty_comparison *c, const cmty__tally *t)
{
    return c->has_people ? (double)t->people / (double)CMTY__PERSON : NAN;
}

static double people_se(const cmty_comparison *c, double variance)
{
    return c->has_people ? sqrt(variance) : NAN;
}

cmty_status cmty_comparison_row_at(const cmty_comparison *comparison, size_t index,
                                   cmty_comparison_row *row, cmty_error *err)
{
    cmty_comparison_row out = {.struct_size = sizeof out};
    const cmty__row *from;

    if (comparison == NULL || row == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "a comparison and a place for the row are needed");
    if (index >= comparison->row_count)
        return cmty__fail(err, CMTY_E_RANGE, "the comparison has %zu rows", comparison->row_count);
    from = &comparison->rows[index];
    out.change = from->change;
    out.from = from->from_text;
    out.to = from->to_text;
    out.area_m2 = from->tally.area_m2;
    out.share_of_old = out.area_m2 / whole_m2(comparison, 0, from->from, out.from);
    out.share_of_new = out.area_m2 / whole_m2(comparison, 1, from->to, out.to);
    out.pieces = from->tally.pieces;
    out.points = comparison->has_points ? from->tally.points : -1;
    out.population = people_of(comparison, &from->tally);
    out.population_se = people_se(comparison, from->tally.variance);
    return cmty__struct_write(row, &out, sizeof out, sizeof out, "cmty_comparison_row", err);
}

size_t cmty_comparison_unit_count(const cmty_comparison *comparison, int32_t side)
{
    return comparison == NULL || side < 0 || side > 1 ? 0 : comparison->sides[side].count;
}

cmty_status cmty_comparison_unit_at(const cmty_comparison *comparison, int32_t side, size_t index,
                                    cmty_comparison_unit *unit, cmty_error *err)
{
    cmty_comparison_unit out = {.struct_size = sizeof out};
    const cmty__unit *from;

    if (comparison == NULL || unit == NULL || side < 0 || side > 1)
        return cmty__fail(err, CMTY_E_INVALID,
                          "a comparison, a side and a place for the unit are needed");
    if (index >= comparison->sides[side].count)
        return cmty__fail(err, CMTY_E_RANGE, "that side has %zu units",
                          comparison->sides[side].count);
    from = &comparison->sides[side].units[index];
    out.beat_count = from->beats;
    out.id = from->id;
    out.name = from->name;
    out.area_m2 = from->all.area_m2;
    out.unchanged_m2 = from->kept.area_m2;
    out.noise_m2 = from->noise.area_m2;
    out.points = comparison->has_points ? from->all.points : -1;
    out.population = people_of(comparison, &from->all);
    out.population_se = people_se(comparison, from->variance);
    return cmty__struct_write(unit, &out, sizeof out, sizeof out, "cmty_comparison_unit", err);
}

cmty_status cmty_comparison_sum(const cmty_comparison *comparison, cmty_comparison_totals *totals,
                                cmty_error *err)
{
    if (comparison == NULL || totals == NULL)
        return cmty__fail(err, CMTY_E_INVALID,
                          "a comparison and a place for the totals are needed");
    return cmty__struct_write(totals, &comparison->totals, sizeof comparison->totals,
                              sizeof comparison->totals, "cmty_comparison_totals", err);
}

const char *cmty_change_name(int32_t change)
{
    static const char *const names[] = {"unchanged", "moved", "renamed", "split",  "merged",
                                        "new",       "gone",  "noise",   "outside"};

    return change >= 0 && change < (int32_t)(sizeof names / sizeof *names) ? names[change]
                                                                           : "unknown";
}
