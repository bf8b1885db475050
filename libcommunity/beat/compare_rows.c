/* SPDX-License-Identifier: MIT */
/* What the cells of a comparison say: rows, units and totals. Serial per object. */
#include "beat/compare.h"

#include <math.h>

/* ---- what became of a unit ---- */

/* How many units of the other side (none counts, too) hold a wide piece of each unit. */
typedef struct links {
    int32_t *of[2];
} links;

static cmty_status links_make(const cmty_comparison *c, links *l, cmty_error *err)
{
    for (int side = 0; side < 2; side++) {
        l->of[side] = cmty__calloc(c->sides[side].count, sizeof *l->of[side]);
        if (l->of[side] == NULL)
            return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    for (size_t i = 0; i < c->cell_count; i++) {
        const cmty__cell *cell = &c->cells[i];

        if (cell->wide.pieces > 0 && cell->from >= 0)
            l->of[0][cell->from]++;
        if (cell->wide.pieces > 0 && cell->to >= 0)
            l->of[1][cell->to]++;
    }
    return CMTY_OK;
}

static void links_free(links *l)
{
    cmty__free(l->of[0]);
    cmty__free(l->of[1]);
}

static int32_t change_of(const cmty__cell *cell, const links *l)
{
    bool whole_old, whole_new;

    if (cell->kept)
        return CMTY_CHANGE_UNCHANGED;
    if (cell->from < 0)
        return CMTY_CHANGE_NEW;
    if (cell->to < 0)
        return CMTY_CHANGE_GONE;
    whole_old = l->of[0][cell->from] == 1;
    whole_new = l->of[1][cell->to] == 1;
    if (whole_old && whole_new)
        return CMTY_CHANGE_RENAMED;
    return whole_old ? CMTY_CHANGE_MERGED : whole_new ? CMTY_CHANGE_SPLIT : CMTY_CHANGE_MOVED;
}

/* ---- rows ---- */

static void add_row(cmty_comparison *c, int32_t change, const cmty__cell *cell,
                    const cmty__tally *tally)
{
    cmty__row *row = &c->rows[c->row_count++];

    *row = (cmty__row){.change = change,
                       .from = -1,
                       .to = -1,
                       .from_text = "",
                       .to_text = "",
                       .cell = cell,
                       .tally = *tally};
    if (cell == NULL)
        return;
    row->from = cell->from;
    row->to = cell->to;
    if (cell->from >= 0)
        row->from_text = c->sides[0].units[cell->from].id;
    if (cell->to >= 0)
        row->to_text = c->sides[1].units[cell->to].id;
}

static bool is_empty(const cmty__tally *t)
{
    return t->pieces == 0 && t->points == 0 && t->people == 0;
}

static void add_noise(cmty_comparison *c)
{
    static const char *const any[CMTY__NOISES][2] = {{"*", "*"}, {"*", ""}, {"", "*"}};

    for (int kind = 0; kind < CMTY__NOISES; kind++) {
        if (is_empty(&c->noise[kind]))
            continue;
        add_row(c, CMTY_CHANGE_NOISE, NULL, &c->noise[kind]);
        c->rows[c->row_count - 1].noise = kind;
        c->rows[c->row_count - 1].from_text = any[kind][0];
        c->rows[c->row_count - 1].to_text = any[kind][1];
    }
    if (!is_empty(&c->outside))
        add_row(c, CMTY_CHANGE_OUTSIDE, NULL, &c->outside);
}

/* ---- units and totals ---- */

static void add_to_unit(cmty__unit *u, const cmty__cell *cell)
{
    cmty__tally_add(&u->all, &cell->wide);
    cmty__tally_add(&u->all, &cell->narrow);
    cmty__tally_add(&u->noise, &cell->narrow);
    if (cell->kept)
        cmty__tally_add(&u->kept, &cell->wide);
}

static void add_to_units(cmty_comparison *c, const cmty__cell *cell)
{
    if (cell->from >= 0)
        add_to_unit(&c->sides[0].units[cell->from], cell);
    if (cell->to >= 0)
        add_to_unit(&c->sides[1].units[cell->to], cell);
    cmty__tally_add(&c->noise[cmty__noise_kind(cell->from, cell->to)], &cell->narrow);
}

static double *total_of(cmty_comparison_totals *t, int32_t change)
{
    switch (change) {
    case CMTY_CHANGE_UNCHANGED:
        return &t->unchanged_m2;
    case CMTY_CHANGE_NEW:
        return &t->added_m2;
    case CMTY_CHANGE_GONE:
        return &t->gone_m2;
    case CMTY_CHANGE_NOISE:
        return &t->noise_m2;
    default:
        return &t->changed_m2;
    }
}

static void sum_side(cmty_comparison *c, int side, double *sum_m2)
{
    const cmty__side *s = &c->sides[side];

    for (size_t u = 0; u < s->count; u++) {
        double own_m2 = cmty__cover_area_m2(s->cover, (int32_t)u);

        *sum_m2 += s->units[u].all.area_m2;
        c->totals.rounding_m2 = fmax(c->totals.rounding_m2, fabs(own_m2 - s->units[u].all.area_m2));
    }
}

static void sum_up(cmty_comparison *c)
{
    cmty_comparison_totals *t = &c->totals;
    int64_t people = 0;

    *t = (cmty_comparison_totals){.struct_size = sizeof *t,
                                  .unit = c->unit,
                                  .old_label = c->sides[0].label,
                                  .new_label = c->sides[1].label,
                                  .tolerance_m = c->tolerance_m,
                                  .old_overlap_m2 = cmty__cover_overlap_m2(c->sides[0].cover),
                                  .new_overlap_m2 = cmty__cover_overlap_m2(c->sides[1].cover)};
    sum_side(c, 0, &t->old_m2);
    sum_side(c, 1, &t->new_m2);
    for (size_t i = 0; i < c->row_count; i++) {
        const cmty__row *row = &c->rows[i];

        *total_of(t, row->change) += row->tally.area_m2;
        t->changes += row->change != CMTY_CHANGE_UNCHANGED && row->change < CMTY_CHANGE_NOISE;
        t->points += row->tally.points;
        people += row->tally.people;
    }
    t->points = c->has_points ? t->points : -1;
    t->population = c->has_people ? (double)people / (double)CMTY__PERSON : NAN;
}

cmty_status cmty__rows_make(cmty_comparison *c, cmty_error *err)
{
    links l = {0};
    cmty_status st = links_make(c, &l, err);

    c->rows = cmty__calloc(c->cell_count + CMTY__NOISES + 1, sizeof *c->rows);
    if (c->rows == NULL && st == CMTY_OK)
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    for (size_t i = 0; st == CMTY_OK && i < c->cell_count; i++) {
        add_to_units(c, &c->cells[i]);
        if (c->cells[i].wide.pieces > 0)
            add_row(c, change_of(&c->cells[i], &l), &c->cells[i], &c->cells[i].wide);
    }
    links_free(&l);
    if (st != CMTY_OK)
        return st;
    add_noise(c);
    sum_up(c);
    return CMTY_OK;
}
