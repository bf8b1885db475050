/* SPDX-License-Identifier: MIT */
/* Reading beats from layers. Any thread; no state between calls. */
#include "beat/set.h"

#include <math.h>
#include <stdlib.h>

/* One feature of one layer. */
typedef struct piece {
    const char *id, *name, *sector, *district;
    cmty_time from, to;
    size_t layer, feature;
    const cmty__feature *shape;
} piece;

typedef struct opening {
    const cmty_beat_options *o;
    cmty__zone *zone;
    cmty_beatset *set;
    cmty__layer **layers;
    size_t layer_count;
    piece *pieces;
    size_t piece_count, piece_capacity;
    cmty__ring *rings; /* of all pieces, those of one beat together */
    cmty__area_input *shapes;
} opening;

/* ---- features to pieces ---- */

static cmty_status parse_moment(const opening *w, const char *text, const char *where,
                                const char *file, cmty_time open, cmty_time *out, cmty_error *err)
{
    if (cmty__beat_moment(text, w->zone, open, out))
        return CMTY_OK;
    return cmty__fail(err, CMTY_E_FORMAT,
                      "%s: \"%.40s\" in %s is no date; use ISO 8601, such as 2026-11-22", file,
                      text, where);
}

/* A feature's own date, else the layer's. */
static cmty_status read_moment(const opening *w, const cmty__layer *layer, size_t feature,
                               int32_t field, const char *stated, const char *key, cmty_time open,
                               cmty_time *out, cmty_error *err)
{
    const char *file = cmty__layer_name(layer);
    const char *own = field < 0 ? "" : cmty__layer_text(layer, feature, field);

    if (*own == '\0')
        return parse_moment(w, stated, key, file, open, out, err);
    return parse_moment(w, own, cmty__layer_field_name(layer, field), file, open, out, err);
}

/* Trimmed, owned by the set; NULL: out of memory. */
static const char *text_of(const opening *w, const cmty__layer *layer, size_t feature,
                           int32_t field)
{
    const char *text = field < 0 ? "" : cmty__layer_text(layer, feature, field);
    char *copy = cmty__arena_text(w->set->texts, text, strlen(text));

    return copy == NULL ? NULL : cmty__trim(copy);
}

static cmty_status read_piece(const opening *w, const cmty__layer *layer,
                              const cmty__beat_fields *f, const cmty__spec *spec, piece *p,
                              cmty_error *err)
{
    cmty_status st;

    p->id =
        f->id < 0 ? cmty__beat_stem(w->set->texts, layer) : text_of(w, layer, p->feature, f->id);
    p->name = text_of(w, layer, p->feature, f->name);
    p->sector = text_of(w, layer, p->feature, f->sector);
    p->district = text_of(w, layer, p->feature, f->district);
    if (p->id == NULL || p->name == NULL || p->sector == NULL || p->district == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    if (*p->id == '\0')
        return cmty__fail(err, CMTY_E_FORMAT, "%s: feature %zu has no beat id in field %s",
                          cmty__layer_name(layer), p->feature + 1,
                          cmty__layer_field_name(layer, f->id));
    if (*p->name == '\0')
        p->name = p->id;
    st = read_moment(w, layer, p->feature, f->from, spec->from, "from=", CMTY_TIME_UNKNOWN,
                     &p->from, err);
    if (st == CMTY_OK)
        st = read_moment(w, layer, p->feature, f->to, spec->to, "to=", CMTY_TIME_OPEN_END, &p->to,
                         err);
    if (st == CMTY_OK && p->from >= p->to)
        st = cmty__fail(err, CMTY_E_FORMAT, "%s: beat \"%.60s\" ends before it begins",
                        cmty__layer_name(layer), p->id);
    return st;
}

static cmty_status read_pieces(opening *w, size_t index, const cmty__spec *spec, cmty_error *err)
{
    const cmty__layer *layer = w->layers[index];
    cmty__beat_fields f;
    cmty_status st = cmty__beat_fields_find(layer, spec, w->o, &f, err);

    if (st == CMTY_OK && f.id < 0)
        cmty__notice(w->o->host, "%s names no beat in its fields; its one beat is called after it",
                     cmty__layer_name(layer));
    for (size_t i = 0; i < cmty__layer_count(layer) && st == CMTY_OK; i++) {
        piece *p;

        if (!cmty__grow(&w->pieces, &w->piece_capacity, w->piece_count + 1, sizeof *w->pieces))
            return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
        p = &w->pieces[w->piece_count];
        *p = (piece){.layer = index, .feature = i, .shape = cmty__layer_feature(layer, i)};
        st = read_piece(w, layer, &f, spec, p, err);
        w->piece_count++;
    }
    return st;
}

static cmty_status read_layer(opening *w, const char *text, size_t index, cmty_error *err)
{
    cmty__spec spec = {0};
    cmty__layer_options lo = {.crs = w->o->crs,
                              .densify_m = w->o->densify_m,
                              .repair = w->o->repair != 0,
                              .polygons = true,
                              .host = w->o->host};
    cmty_status st = cmty__spec_parse(text, &spec, err);

    if (st == CMTY_OK)
        st = cmty__layer_open(&spec, &lo, &w->layers[index], err);
    if (st == CMTY_OK)
        st = cmty__beatset_note_source(w->set, w->layer_count, w->layers[index], err);
    if (st == CMTY_OK)
        st = read_pieces(w, index, &spec, err);
    cmty__spec_free(&spec);
    return st;
}

/* ---- pieces to beats ---- */

/* By beat, and so that nothing depends on the order of the features in their file. */
static int compare_pieces(const void *left, const void *right)
{
    const piece *a = left, *b = right;
    int order = strcmp(a->id, b->id);

    if (order == 0)
        order = (a->from > b->from) - (a->from < b->from);
    if (order == 0)
        order = (a->to > b->to) - (a->to < b->to);
    if (order == 0)
        order = (a->layer > b->layer) - (a->layer < b->layer);
    if (order == 0)
        order = strcmp(a->name, b->name);
    if (order == 0)
        order = strcmp(a->sector, b->sector);
    if (order == 0)
        order = strcmp(a->district, b->district);
    if (order == 0)
        order = (a->shape->area_m2 > b->shape->area_m2) - (a->shape->area_m2 < b->shape->area_m2);
    return order != 0 ? order : (a->feature > b->feature) - (a->feature < b->feature);
}

static bool same_beat(const piece *a, const piece *b)
{
    return a->layer == b->layer && a->from == b->from && a->to == b->to
           && strcmp(a->id, b->id) == 0;
}

/* Two pieces that follow each other in order and are not the same beat. */
static cmty_status check_neighbours(const opening *w, const piece *a, const piece *b,
                                    cmty_error *err)
{
    const char *one = cmty__layer_name(w->layers[a->layer]);
    const char *other = cmty__layer_name(w->layers[b->layer]);

    if (strcmp(a->id, b->id) != 0 || a->to <= b->from)
        return CMTY_OK;
    if (a->layer != b->layer)
        return cmty__fail(
            err, CMTY_E_FORMAT,
            "beat \"%.60s\" is in %s and in %s for the same time; give each layer its "
            "|from= and |to=",
            a->id, one, other);
    return cmty__fail(err, CMTY_E_FORMAT,
                      "%s: beat \"%.60s\" has two validities that overlap in time", one, a->id);
}

static cmty_status check_pieces(const opening *w, cmty_error *err)
{
    cmty_status st = CMTY_OK;
    size_t latest = 0; /* of the same id, the one that lasts longest */

    for (size_t i = 1; i < w->piece_count && st == CMTY_OK; i++) {
        const piece *a = &w->pieces[latest], *b = &w->pieces[i];

        if (!same_beat(a, b))
            st = check_neighbours(w, a, b, err);
        if (strcmp(a->id, b->id) != 0 || b->to >= a->to)
            latest = i;
    }
    return st;
}

static void put_beat(opening *w, const piece *p, size_t count, size_t *ring)
{
    cmty_beatset *set = w->set;
    cmty__beat *b = &set->beats[set->beat_count];
    cmty__area_input *shape = &w->shapes[set->beat_count];

    *b = (cmty__beat){p->id, p->name, p->sector, p->district, p->from, p->to, 0, 0, -1, -1};
    *shape = (cmty__area_input){w->rings + *ring, 0};
    for (size_t i = 0; i < count; i++) {
        memcpy(w->rings + *ring, p[i].shape->rings, p[i].shape->ring_count * sizeof *w->rings);
        *ring += p[i].shape->ring_count;
        shape->ring_count += p[i].shape->ring_count;
        b->part_count += (uint32_t)p[i].shape->part_count;
        b->area_m2 += p[i].shape->area_m2;
    }
    set->beat_count++;
}

static void tell_merged(const opening *w, size_t beats, size_t features, const piece *first)
{
    if (beats > 0)
        cmty__notice(
            w->o->host,
            "%s: %zu features share %zu beat ids and are joined to beats of several parts (the "
            "first is \"%.60s\", feature %zu)",
            cmty__layer_name(w->layers[first->layer]), features, beats, first->id,
            first->feature + 1);
}

static cmty_status make_beats(opening *w, cmty_error *err)
{
    size_t ring_count = 0, ring = 0, merged = 0, features = 0;
    const piece *first = NULL;

    for (size_t i = 0; i < w->piece_count; i++)
        ring_count += w->pieces[i].shape->ring_count;
    w->rings = cmty__calloc(ring_count, sizeof *w->rings);
    w->shapes = cmty__calloc(w->piece_count, sizeof *w->shapes);
    w->set->beats = cmty__calloc(w->piece_count, sizeof *w->set->beats);
    if (w->rings == NULL || w->shapes == NULL || w->set->beats == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    for (size_t i = 0, run; i < w->piece_count; i += run) {
        for (run = 1; i + run < w->piece_count && same_beat(&w->pieces[i], &w->pieces[i + run]);)
            run++;
        put_beat(w, &w->pieces[i], run, &ring);
        if (run > 1 && merged++ == 0)
            first = &w->pieces[i];
        features += run > 1 ? run : 0;
    }
    tell_merged(w, merged, features, first);
    return CMTY_OK;
}

/* ---- open ---- */

static cmty_status check_options(const cmty_beat_options *o, cmty_error *err)
{
    if (o->repair > 1)
        return cmty__fail(err, CMTY_E_INVALID, "repair must be 0 or 1");
    if (!(o->densify_m > 0 && o->densify_m <= 1000))
        return cmty__fail(err, CMTY_E_RANGE, "densify_m must be above 0 and at most 1000");
    if (!(o->tolerance_m >= 0 && o->tolerance_m <= 10000))
        return cmty__fail(err, CMTY_E_RANGE, "tolerance_m must be 0 to 10000");
    return CMTY_OK;
}

static cmty_status open_all(opening *w, const char *const *layers, cmty_error *err)
{
    cmty_status st = CMTY_OK;

    for (size_t i = 0; i < w->layer_count && st == CMTY_OK; i++)
        st = read_layer(w, layers[i], i, err);
    if (st != CMTY_OK)
        return st;
    qsort(w->pieces, w->piece_count, sizeof *w->pieces, compare_pieces);
    st = check_pieces(w, err);
    if (st == CMTY_OK)
        st = make_beats(w, err);
    if (st == CMTY_OK)
        st = cmty__beatset_index(w->set, w->shapes, w->zone, w->o->host, err);
    return st;
}

static void opening_clear(opening *w)
{
    for (size_t i = 0; w->layers != NULL && i < w->layer_count; i++)
        cmty__layer_free(w->layers[i]);
    cmty__free(w->layers);
    cmty__free(w->pieces);
    cmty__free(w->rings);
    cmty__free(w->shapes);
    cmty__zone_free(w->zone);
    cmty_beatset_free(w->set);
}

cmty_status cmty_beatset_open(const char *const *layers, size_t count,
                              const cmty_beat_options *options, cmty_beatset **out, cmty_error *err)
{
    cmty_beat_options o = CMTY_BEAT_OPTIONS_INIT;
    opening w = {.o = &o, .layer_count = count};
    cmty_status st = CMTY_OK;

    if (out != NULL)
        *out = NULL;
    if (layers == NULL || count == 0 || out == NULL)
        return cmty__fail(err, CMTY_E_INVALID,
                          "a beat set needs a layer and a place for the result");
    if (options != NULL)
        st = cmty__struct_read(&o, sizeof o, options, sizeof o, "cmty_beat_options", err);
    if (st == CMTY_OK)
        st = check_options(&o, err);
    if (st != CMTY_OK)
        return st;
    w.layers = cmty__calloc(count, sizeof(cmty__layer *));
    w.set = cmty__calloc(1, sizeof *w.set);
    if (w.set != NULL)
        w.set->texts = cmty__arena_new();
    if (w.layers == NULL || w.set == NULL || w.set->texts == NULL) {
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
        goto done;
    }
    w.set->tolerance_m = o.tolerance_m;
    st = cmty__zone_open(o.time_zone, &w.zone, err);
    if (st == CMTY_OK)
        st = open_all(&w, layers, err);
    if (st != CMTY_OK)
        goto done;

    *out = w.set;
    w.set = NULL;

done:
    opening_clear(&w);
    return st;
}
