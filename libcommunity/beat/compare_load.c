/* SPDX-License-Identifier: MIT */
/* Points and people on the cells of a comparison. Serial per object. */
#include "beat/compare.h"

#include <math.h>
#include <stdlib.h>

enum { BLOCK = 256, PROGRESS_EVERY = 64 };

typedef struct loading {
    cmty_comparison *c;
    cmty__layer *layer;
    int32_t weight;      /* field; -1: each counts 1 */
    size_t blank;        /* features whose field is empty */
    bool people;         /* else points are counted */
    cmty__areas *narrow; /* noise in cells that are not all noise */
    int32_t *cell_of;    /* of each area of `narrow` */
    cmty__part *parts;   /* of the area read last */
    size_t part_capacity, part_count;
    int64_t *portions;
    size_t portion_capacity;
} loading;

/* ---- noise within cells ---- */

static bool has_hidden_noise(const cmty__cell *cell, const cmty__piece *piece)
{
    return cell->wide.pieces > 0 && cmty__piece_is_noise(cell, piece);
}

static size_t count_hidden(const cmty_comparison *c)
{
    size_t n = 0;

    for (size_t i = 0; i < c->cell_count; i++)
        if (c->cells[i].wide.pieces > 0)
            n += (size_t)c->cells[i].narrow.pieces;
    return n;
}

/* An index over the narrow pieces of cells that have wide ones, too: only there a point's units do
   not say yet whether it lies in noise. */
static cmty_status index_noise(loading *l, cmty_error *err)
{
    const cmty_comparison *c = l->c;
    size_t count = count_hidden(c), n = 0;
    cmty__area_input *shapes;
    cmty_status st;

    if (count == 0)
        return CMTY_OK;
    shapes = cmty__calloc(count, sizeof *shapes);
    l->cell_of = cmty__calloc(count, sizeof *l->cell_of);
    if (shapes == NULL || l->cell_of == NULL) {
        cmty__free(shapes);
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    for (size_t i = 0; i < c->cell_count; i++)
        for (size_t k = 0; k < c->cells[i].piece_count; k++) {
            const cmty__piece *p = cmty__pieces_at(c->pieces, c->cells[i].first_piece + k);

            if (!has_hidden_noise(&c->cells[i], p))
                continue;
            l->cell_of[n] = (int32_t)i;
            shapes[n++] = (cmty__area_input){p->rings, p->ring_count};
        }
    st = cmty__areas_build(shapes, n, &l->narrow, err);
    cmty__free(shapes);
    return st;
}

static bool in_noise(const loading *l, const cmty__cell *cell, cmty_point at)
{
    enum { MOST = 16 };
    cmty__hit hits[MOST];
    size_t count = l->narrow == NULL ? 0 : cmty__areas_hits(l->narrow, at, hits, MOST);

    for (size_t i = 0; i < count && i < MOST; i++)
        if (l->cell_of[hits[i].area] == (int32_t)(cell - l->c->cells))
            return true;
    return false;
}

/* ---- points ---- */

/* Where a point counts. A pair of units without ground in common meets on a boundary. */
static cmty__tally *tally_at(loading *l, int32_t from, int32_t to, cmty_point at)
{
    cmty__cell *cell;

    if (from < 0 && to < 0)
        return &l->c->outside;
    cell = cmty__cell_find(l->c, from, to);
    if (cell == NULL)
        return &l->c->noise[cmty__noise_kind(from, to)];
    if (cell->kept || cell->narrow.pieces == 0)
        return &cell->wide;
    return cell->wide.pieces == 0 || in_noise(l, cell, at) ? &cell->narrow : &cell->wide;
}

/* At most BLOCK points; NULL weights: each counts as one point. */
static void load_block(loading *l, const cmty_point *points, const int64_t *people, size_t count)
{
    int32_t units[2][BLOCK];

    for (int side = 0; side < 2; side++) {
        const cmty__side *s = &l->c->sides[side];

        cmty__areas_first_many(s->areas, points, count, units[side], NULL);
        for (size_t i = 0; i < count; i++)
            if (units[side][i] >= 0)
                units[side][i] = s->unit_of[units[side][i]];
    }
    for (size_t i = 0; i < count; i++) {
        cmty__tally *t = tally_at(l, units[0][i], units[1][i], points[i]);

        if (people == NULL)
            t->points++;
        else
            t->people += people[i];
    }
}

/* The points of a feature share its people evenly; what does not divide goes to the first. */
static void load_points(loading *l, const cmty__feature *f, int64_t people)
{
    int64_t each = people / (int64_t)f->point_count, rest = people % (int64_t)f->point_count;
    int64_t weights[BLOCK];

    for (size_t start = 0, run; start < f->point_count; start += run) {
        run = f->point_count - start < BLOCK ? f->point_count - start : BLOCK;
        for (size_t i = 0; i < run; i++)
            weights[i] = each + ((int64_t)(start + i) < rest);
        load_block(l, f->points + start, l->people ? weights : NULL, run);
    }
}

/* ---- areas ---- */

typedef struct leftover {
    double lost;
    size_t part;
} leftover;

static int compare_leftovers(const void *left, const void *right)
{
    const leftover *a = left, *b = right;

    if (a->lost != b->lost)
        return a->lost > b->lost ? -1 : 1;
    return (a->part > b->part) - (a->part < b->part);
}

/* Whole portions of `people` by area, which is above 0, the last of them outside; they add up by
   the method of the largest remainder (Hamilton). */
static cmty_status apportion(loading *l, int64_t people, double whole_m2, cmty_error *err)
{
    size_t n = l->part_count + 1;
    leftover *rest = cmty__calloc(n, sizeof *rest);
    double inside_m2 = 0;
    int64_t left = people;

    if (rest == NULL || !cmty__grow(&l->portions, &l->portion_capacity, n, sizeof *l->portions)) {
        cmty__free(rest);
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    for (size_t i = 0; i + 1 < n; i++)
        inside_m2 += l->parts[i].area_m2;
    whole_m2 = fmax(whole_m2, inside_m2);
    if (whole_m2 - inside_m2 < 1e-9 * whole_m2) /* rounding puts nobody outside */
        whole_m2 = inside_m2;
    for (size_t i = 0; i < n; i++) {
        double area_m2 = i + 1 < n ? l->parts[i].area_m2 : whole_m2 - inside_m2;
        double exact = (double)people * (area_m2 / whole_m2);

        l->portions[i] = (int64_t)fmin(floor(exact), (double)left);
        left -= l->portions[i];
        rest[i] = (leftover){exact - floor(exact), i};
    }
    qsort(rest, n, sizeof *rest, compare_leftovers);
    for (size_t i = 0; left > 0 && i < n; i++, left--)
        l->portions[rest[i].part]++;
    l->portions[rest[0].part] += left; /* none, but for the rounding of doubles */
    cmty__free(rest);
    return CMTY_OK;
}

/* A variance, and how many of the people of one area fall under it. */
typedef struct stake {
    double *variance;
    int64_t people;
} stake;

static int compare_stakes(const void *left, const void *right)
{
    const stake *a = left, *b = right;
    uintptr_t x = (uintptr_t)a->variance, y = (uintptr_t)b->variance;

    return (x > y) - (x < y);
}

/* Adds n p (1 - p) to every variance, p being the whole share that falls under it. */
static void add_variances(stake *stakes, size_t count, int64_t people)
{
    qsort(stakes, count, sizeof *stakes, compare_stakes);
    for (size_t i = 0, run; i < count && people > 0; i += run) {
        double share = (double)stakes[i].people;

        for (run = 1; i + run < count && stakes[i + run].variance == stakes[i].variance; run++)
            share += (double)stakes[i + run].people;
        share /= (double)people;
        *stakes[i].variance += (double)people / (double)CMTY__PERSON * share * (1 - share);
    }
}

/* Counts a portion where it lies, and notes its row and its units. */
static size_t put_portion(loading *l, size_t part, stake *stakes)
{
    cmty_comparison *c = l->c;
    const cmty__piece *p = cmty__pieces_at(c->pieces, l->parts[part].piece);
    cmty__cell *cell = cmty__cell_find(c, p->from, p->to);
    int64_t people = l->portions[part];
    size_t n = 0;

    if (cmty__piece_is_noise(cell, p)) {
        cell->narrow.people += people;
        stakes[n++] = (stake){&c->noise[cmty__noise_kind(p->from, p->to)].variance, people};
    } else {
        cell->wide.people += people;
        stakes[n++] = (stake){&cell->wide.variance, people};
    }
    if (p->from >= 0)
        stakes[n++] = (stake){&c->sides[0].units[p->from].variance, people};
    if (p->to >= 0)
        stakes[n++] = (stake){&c->sides[1].units[p->to].variance, people};
    return n;
}

/* People of an area, spread evenly over it. */
static cmty_status load_area(loading *l, const cmty__feature *f, int64_t people, cmty_error *err)
{
    cmty_comparison *c = l->c;
    double whole_m2 = 0;
    size_t n = 0;
    stake *stakes;
    cmty_status st = cmty__pieces_meet(c->pieces, f->rings, f->ring_count, &l->parts,
                                       &l->part_capacity, &l->part_count, &whole_m2, err);

    if (st == CMTY_OK && !(whole_m2 > 0)) { /* rings there and back: its people stand on them */
        load_block(l, f->rings[0].points, &people, 1);
        return CMTY_OK;
    }
    if (st == CMTY_OK)
        st = apportion(l, people, whole_m2, err);
    if (st != CMTY_OK)
        return st;
    stakes = cmty__calloc(3 * l->part_count + 1, sizeof *stakes);
    if (stakes == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    for (size_t i = 0; i < l->part_count; i++)
        n += put_portion(l, i, stakes + n);
    c->outside.people += l->portions[l->part_count];
    stakes[n++] = (stake){&c->outside.variance, l->portions[l->part_count]};
    add_variances(stakes, n, people);
    cmty__free(stakes);
    return CMTY_OK;
}

/* ---- layers ---- */

static cmty_status load_feature(loading *l, size_t i, cmty_error *err)
{
    const cmty__feature *f = cmty__layer_feature(l->layer, i);
    double weight = 1;
    cmty_status st = CMTY_OK;

    if (l->people && f->ring_count > 0 && l->weight < 0)
        return cmty__fail(err, CMTY_E_FORMAT,
                          "%s holds areas; name the field that counts their people with "
                          "|weight=FIELD",
                          cmty__layer_name(l->layer));
    if (l->people)
        st = cmty__layer_weight(l->layer, i, l->weight, &weight, err);
    l->blank += l->weight >= 0 && *cmty__layer_text(l->layer, i, l->weight) == '\0';
    if (st == CMTY_OK && weight > 1e12)
        st = cmty__fail(err, CMTY_E_LIMIT, "%s, feature %zu: more people than there are",
                        cmty__layer_name(l->layer), i + 1);
    if (st == CMTY_OK && f->ring_count > 0)
        st = load_area(l, f, llround(weight * (double)CMTY__PERSON), err);
    else if (st == CMTY_OK)
        load_points(l, f, llround(weight * (double)CMTY__PERSON));
    return st;
}

static cmty_status open_layer(loading *l, const char *text, const cmty_compare_options *o,
                              cmty_error *err)
{
    cmty__layer_options lo = {
        .densify_m = 1, .polygons = l->people, .points = true, .host = o->host};
    cmty__spec spec = {0};
    cmty_status st = cmty__spec_parse(text, &spec, err);
    const char *field;

    if (st == CMTY_OK)
        st = cmty__layer_open(&spec, &lo, &l->layer, err);
    field = spec.weight != NULL ? spec.weight : o->weight_field;
    l->weight = -1;
    if (st == CMTY_OK && l->people && field != NULL) {
        l->weight = cmty__layer_field(l->layer, field);
        if (l->weight < 0)
            st = cmty__fail(err, CMTY_E_FORMAT, "%s has no field %s", cmty__layer_name(l->layer),
                            field);
    }
    cmty__spec_free(&spec);
    return st;
}

static cmty_status load(loading *l, const char *text, const cmty_compare_options *o,
                        cmty_error *err)
{
    cmty_status st = open_layer(l, text, o, err);
    size_t count = st == CMTY_OK ? cmty__layer_count(l->layer) : 0;

    if (st == CMTY_OK)
        st = index_noise(l, err);
    for (size_t i = 0; i < count && st == CMTY_OK; i++) {
        if (i % PROGRESS_EVERY == 0)
            st = cmty__progress(o->host, l->people ? "counting people" : "counting points",
                                (double)i / (double)count, err);
        if (st == CMTY_OK)
            st = load_feature(l, i, err);
    }
    if (st == CMTY_OK && l->blank > 0)
        cmty__notice(o->host, "%s: %zu of %zu features have no number of people and count as 0",
                     cmty__layer_name(l->layer), l->blank, count);
    cmty__layer_free(l->layer);
    cmty__areas_free(l->narrow);
    cmty__free(l->cell_of);
    cmty__free(l->parts);
    cmty__free(l->portions);
    return st;
}

cmty_status cmty__compare_points(cmty_comparison *c, const cmty_compare_options *o, cmty_error *err)
{
    loading l = {.c = c};

    c->has_points = o->points != NULL;
    return c->has_points ? load(&l, o->points, o, err) : CMTY_OK;
}

cmty_status cmty__compare_people(cmty_comparison *c, const cmty_compare_options *o, cmty_error *err)
{
    loading l = {.c = c, .people = true};

    c->has_people = o->population != NULL;
    return c->has_people ? load(&l, o->population, o, err) : CMTY_OK;
}
