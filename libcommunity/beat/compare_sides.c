/* SPDX-License-Identifier: MIT */
/* The units of two versions, and the ground that each two of them share. Serial per object. */
#include "beat/compare.h"

#include <math.h>
#include <stdlib.h>

/* ---- units ---- */

typedef struct named {
    const char *id;
    int32_t area;
} named;

static int compare_named(const void *left, const void *right)
{
    const named *a = left, *b = right;
    int order = strcmp(a->id, b->id);

    return order != 0 ? order : (a->area > b->area) - (a->area < b->area);
}

static cmty_status name_of(const cmty_beatset *set, int32_t beat, int32_t unit, const char **out,
                           cmty_beat_info *info, cmty_error *err)
{
    cmty_status st;

    *info = (cmty_beat_info){.struct_size = sizeof *info};
    st = cmty_beatset_info(set, beat, info, err);
    if (st != CMTY_OK)
        return st;
    *out = unit == CMTY_UNIT_BEAT     ? info->id
           : unit == CMTY_UNIT_SECTOR ? info->sector
                                      : info->district;
    return CMTY_OK;
}

static const char *keep_text(cmty_comparison *c, const char *text)
{
    return cmty__arena_text(c->texts, text, strlen(text));
}

/* A beat that names no district, say, where others do. */
static const char unnamed[] = "(none)";

static cmty_status add_unit(cmty_comparison *c, cmty__side *s, const cmty_beat_info *beat,
                            const char *id, cmty_error *err)
{
    cmty__unit *u = &s->units[s->count];

    u->id = keep_text(c, *id == '\0' ? unnamed : id);
    u->name = c->unit == CMTY_UNIT_BEAT ? keep_text(c, beat->name) : u->id;
    if (u->id == NULL || u->name == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    s->count++;
    return CMTY_OK;
}

/* Numbers the units by id, and says of which one each area is. */
static cmty_status number_units(cmty_comparison *c, cmty__side *s, const cmty_beatset *set,
                                int32_t version, named *all, cmty_error *err)
{
    size_t count = cmty__areas_count(s->areas), blank = 0;
    cmty_beat_info info;
    cmty_status st = CMTY_OK;

    for (size_t i = 0; i < count && st == CMTY_OK; i++) {
        int32_t beat = cmty__beatset_beat_of(set, version, (int32_t)i);

        all[i].area = (int32_t)i;
        st = name_of(set, beat, c->unit, &all[i].id, &info, err);
        blank += st == CMTY_OK && *all[i].id == '\0';
    }
    if (st == CMTY_OK && blank == count)
        st = cmty__fail(err, CMTY_E_FORMAT,
                        "no beat of the version %s names its %s, so they cannot be compared",
                        s->label, c->unit == CMTY_UNIT_SECTOR ? "sector" : "district");
    if (st == CMTY_OK)
        qsort(all, count, sizeof *all, compare_named);
    for (size_t i = 0; i < count && st == CMTY_OK; i++) {
        const char *id;

        if (i == 0 || strcmp(all[i].id, all[i - 1].id) != 0) {
            st = name_of(set, cmty__beatset_beat_of(set, version, all[i].area), c->unit, &id, &info,
                         err);
            if (st == CMTY_OK)
                st = add_unit(c, s, &info, id, err);
        }
        if (st == CMTY_OK) {
            s->unit_of[all[i].area] = (int32_t)s->count - 1;
            s->units[s->count - 1].beats++;
        }
    }
    return st;
}

cmty_status cmty__side_make(cmty_comparison *c, int side, const cmty_beatset *set, int32_t version,
                            const cmty_host *host, cmty_error *err)
{
    cmty__side *s = &c->sides[side];
    size_t count;
    named *all;
    cmty_status st;

    if (version == -1)
        version = (int32_t)cmty_beatset_version_count(set) - 1;
    if (version < 0 || (size_t)version >= cmty_beatset_version_count(set))
        return cmty__fail(err, CMTY_E_RANGE, "the %s beats have no version of that number",
                          side == CMTY_SIDE_OLD ? "old" : "new");
    s->label = keep_text(c, cmty__beatset_label(set, version));
    s->areas = cmty__beatset_areas(set, version);
    count = cmty__areas_count(s->areas);
    s->units = cmty__calloc(count, sizeof *s->units);
    s->unit_of = cmty__calloc(count, sizeof *s->unit_of);
    all = cmty__calloc(count, sizeof *all);
    st = s->label == NULL || s->units == NULL || s->unit_of == NULL || all == NULL
             ? cmty__fail(err, CMTY_E_NOMEM, "out of memory")
             : number_units(c, s, set, version, all, err);
    cmty__free(all);
    return st == CMTY_OK ? cmty__cover_make(s->areas, s->unit_of, s->count, host, &s->cover, err)
                         : st;
}

/* ---- cells ---- */

void cmty__tally_add(cmty__tally *to, const cmty__tally *from)
{
    to->area_m2 += from->area_m2;
    to->pieces += from->pieces;
    to->points += from->points;
    to->people += from->people;
    to->variance += from->variance;
}

int cmty__noise_kind(int32_t from, int32_t to)
{
    return from < 0 ? CMTY__NOISE_WON : to < 0 ? CMTY__NOISE_LOST : CMTY__NOISE_BETWEEN;
}

static double to_quarters(double area_m2)
{
    return round(area_m2 * 4) / 4;
}

static bool same_id(const cmty_comparison *c, int32_t from, int32_t to)
{
    return from >= 0 && to >= 0
           && strcmp(c->sides[0].units[from].id, c->sides[1].units[to].id) == 0;
}

static void fill_cell(cmty_comparison *c, cmty__cell *cell)
{
    for (size_t i = 0; i < cell->piece_count; i++) {
        const cmty__piece *p = cmty__pieces_at(c->pieces, cell->first_piece + i);
        cmty__tally *t = cmty__piece_is_noise(cell, p) ? &cell->narrow : &cell->wide;

        t->area_m2 += p->area_m2;
        t->pieces++;
    }
    cell->wide.area_m2 = to_quarters(cell->wide.area_m2);
    cell->narrow.area_m2 = to_quarters(cell->narrow.area_m2);
}

cmty_status cmty__cells_make(cmty_comparison *c, const cmty_host *host, cmty_error *err)
{
    cmty_status st = cmty__pieces_cut(c->sides[0].cover, c->sides[1].cover, c->tolerance_m, host,
                                      &c->pieces, err);
    size_t count;

    if (st != CMTY_OK)
        return st;
    count = cmty__pieces_count(c->pieces);
    c->cells = cmty__calloc(count, sizeof *c->cells);
    if (c->cells == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    for (size_t i = 0, run; i < count; i += run) {
        const cmty__piece *p = cmty__pieces_at(c->pieces, i);
        cmty__cell *cell = &c->cells[c->cell_count++];

        for (run = 1; i + run < count; run++) {
            const cmty__piece *next = cmty__pieces_at(c->pieces, i + run);

            if (next->from != p->from || next->to != p->to)
                break;
        }
        *cell = (cmty__cell){.from = p->from,
                             .to = p->to,
                             .kept = same_id(c, p->from, p->to),
                             .first_piece = i,
                             .piece_count = run};
        fill_cell(c, cell);
    }
    return CMTY_OK;
}

cmty__cell *cmty__cell_find(const cmty_comparison *c, int32_t from, int32_t to)
{
    size_t low = 0, high = c->cell_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const cmty__cell *cell = &c->cells[middle];

        if ((uint32_t)cell->from < (uint32_t)from
            || (cell->from == from && (uint32_t)cell->to < (uint32_t)to))
            low = middle + 1;
        else
            high = middle;
    }
    return low < c->cell_count && c->cells[low].from == from && c->cells[low].to == to
               ? &c->cells[low]
               : NULL;
}
