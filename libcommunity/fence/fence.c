/* SPDX-License-Identifier: MIT */
/*
 * A set of fences: made from layers, and asked.
 *
 * Rules are kept from the strongest to the weakest, and the index numbers areas as the rules, so
 * the first one that applies decides, and the order in which features were read cannot matter.
 * Immutable once opened: any thread.
 */
#include "fence/set.h"

#include <stdlib.h>

enum { HIT_CAPACITY = 64 };

static const cmty_fence_options default_options = CMTY_FENCE_OPTIONS_INIT;

cmty_status cmty_fence_options_init(cmty_fence_options *options)
{
    if (options == NULL)
        return CMTY_E_INVALID;
    *options = default_options;
    return CMTY_OK;
}

void cmty_fenceset_free(cmty_fenceset *set)
{
    if (set == NULL)
        return;
    cmty__arena_free(set->arena);
    cmty__free(set->rules);
    cmty__areas_free(set->areas);
    cmty__zone_free(set->zone);
    cmty__free(set);
}

size_t cmty_fenceset_count(const cmty_fenceset *set)
{
    return set->count;
}

/* Two fences that differ in their place only still get the same numbers whatever their order. */
static int compare_rings(const cmty__fence_draft *a, const cmty__fence_draft *b)
{
    int order = (a->ring_count > b->ring_count) - (a->ring_count < b->ring_count);

    for (size_t i = 0; order == 0 && i < a->ring_count; i++) {
        const cmty__ring *x = &a->rings[i];
        const cmty__ring *y = &b->rings[i];

        order = (x->count > y->count) - (x->count < y->count);
        if (order == 0)
            order = memcmp(x->points, y->points, x->count * sizeof *x->points);
    }
    return order;
}

static int compare_drafts(const void *a, const void *b)
{
    const cmty__fence_draft *x = a;
    const cmty__fence_draft *y = b;
    int order = cmty__fence_rule_compare(&x->rule, &y->rule);

    return order != 0 ? order : compare_rings(x, y);
}

static cmty_status build(cmty_fenceset *set, const cmty__fence_drafts *drafts, cmty_error *err)
{
    cmty__area_input *inputs = NULL;
    cmty_status st = CMTY_OK;

    if (drafts->count == 0)
        return CMTY_OK;
    qsort(drafts->items, drafts->count, sizeof *drafts->items, compare_drafts);
    inputs = cmty__calloc(drafts->count, sizeof *inputs);
    set->rules = cmty__calloc(drafts->count, sizeof *set->rules);
    if (inputs == NULL || set->rules == NULL) {
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
        goto done;
    }
    for (size_t i = 0; i < drafts->count; i++) {
        set->rules[i] = drafts->items[i].rule;
        inputs[i] = (cmty__area_input){drafts->items[i].rings, drafts->items[i].ring_count};
    }
    set->count = drafts->count;
    st = cmty__areas_build(inputs, drafts->count, &set->areas, err);

done:
    cmty__free(inputs);
    return st;
}

static cmty_status read_layer(cmty_fenceset *set, const char *text, const cmty_fence_options *o,
                              cmty__layer **layer, cmty__fence_drafts *drafts, cmty_error *err)
{
    const cmty__layer_options wanted = {
        .crs = o->crs, .densify_m = 0.01, .polygons = true, .points = true, .host = o->host};
    cmty__spec spec = {0};
    cmty_status st = cmty__spec_parse(text, &spec, err);

    if (st == CMTY_OK)
        st = cmty__layer_open(&spec, &wanted, layer, err);
    if (st == CMTY_OK)
        st = cmty__fence_read_layer(*layer, &spec, o->default_action, set->zone, set->arena, drafts,
                                    err);
    cmty__spec_free(&spec);
    return st;
}

typedef struct opened_layer {
    cmty__layer *layer;
} opened_layer;

static cmty_status read_layers(cmty_fenceset *set, const char *const *layers, size_t count,
                               const cmty_fence_options *o, cmty_error *err)
{
    cmty__fence_drafts drafts = {0};
    opened_layer *opened = cmty__calloc(count, sizeof *opened); /* own the rings of the drafts */
    cmty_status st = CMTY_OK;

    if (opened == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    for (size_t i = 0; st == CMTY_OK && i < count; i++) {
        st = cmty__progress(o->host, "reading fences", (double)i / (double)count, err);
        if (st == CMTY_OK)
            st = read_layer(set, layers[i], o, &opened[i].layer, &drafts, err);
    }
    if (st == CMTY_OK)
        st = build(set, &drafts, err);
    for (size_t i = 0; i < count; i++)
        cmty__layer_free(opened[i].layer);
    cmty__free(opened);
    cmty__free(drafts.items);
    return st;
}

static cmty_status read_options(const cmty_fence_options *options, cmty_fence_options *out,
                                cmty_error *err)
{
    cmty_status st = CMTY_OK;

    *out = default_options;
    if (options != NULL)
        st = cmty__struct_read(out, sizeof *out, options, sizeof *out, "cmty_fence_options", err);
    if (st == CMTY_OK && (out->default_action < -1 || out->default_action > CMTY_FENCE_REFUSE))
        st = cmty__fail(err, CMTY_E_INVALID, "default_action is no CMTY_FENCE_* and not -1");
    return st;
}

cmty_status cmty_fenceset_open(const char *const *layers, size_t count,
                               const cmty_fence_options *options, cmty_fenceset **out,
                               cmty_error *err)
{
    cmty_fenceset *set = NULL;
    cmty_fence_options o;
    cmty_status st;

    if (out == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "out is NULL");
    *out = NULL;
    if (layers == NULL || count == 0)
        return cmty__fail(err, CMTY_E_INVALID, "a set of fences needs at least one layer");
    st = read_options(options, &o, err);
    if (st < 0)
        return st;
    set = cmty__calloc(1, sizeof *set);
    if (set == NULL || (set->arena = cmty__arena_new()) == NULL) {
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
        goto done;
    }
    st = cmty__zone_open(o.time_zone, &set->zone, err);
    if (st == CMTY_OK)
        st = read_layers(set, layers, count, &o, err);
    if (st < 0)
        goto done;
    *out = set;
    set = NULL;

done:
    cmty_fenceset_free(set);
    return st;
}

/* Counts the fences that apply; *strongest is the first of them. */
static uint32_t ask(const cmty_fenceset *set, cmty_point at, const char *category, cmty_time when,
                    int32_t *strongest)
{
    cmty__hit hits[HIT_CAPACITY];
    size_t n = set->areas != NULL ? cmty__areas_hits(set->areas, at, hits, HIT_CAPACITY) : 0;
    bool all_known = n <= HIT_CAPACITY;
    size_t steps = all_known ? n : set->count;
    uint32_t matched = 0;

    *strongest = -1;
    for (size_t i = 0; i < steps; i++) {
        int32_t area = all_known ? hits[i].area : (int32_t)i;

        if (!all_known && !cmty__areas_contains(set->areas, area, at))
            continue;
        if (!cmty__fence_rule_applies(&set->rules[area], category, when, set->zone))
            continue;
        if (matched++ == 0)
            *strongest = area;
    }
    return matched;
}

cmty_status cmty_fenceset_decide(const cmty_fenceset *set, cmty_point at, const char *category,
                                 cmty_time when, cmty_fence_decision *decision, cmty_error *err)
{
    cmty_fence_decision d = {.action = CMTY_FENCE_ACCEPT, .fence = -1, .fence_id = "", .note = ""};

    if (set == NULL || category == NULL || decision == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "set, category or decision is NULL");
    if (!cmty__point_valid(at))
        return cmty__fail(err, CMTY_E_RANGE, "the position is not finite or not on the globe");
    d.matched_count = ask(set, at, category, when, &d.fence);
    if (d.fence >= 0) {
        d.action = set->rules[d.fence].action;
        d.fence_id = set->rules[d.fence].id;
        d.note = set->rules[d.fence].note;
    }
    return cmty__struct_write(decision, &d, sizeof d, sizeof d, "cmty_fence_decision", err);
}

/* ---- many ---- */

cmty_status cmty_fenceset_find_many(const cmty_fenceset *set, const cmty_point *points,
                                    size_t count, uint64_t *first, int32_t *fence, size_t capacity,
                                    cmty_error *err)
{
    if (set == NULL || first == NULL || (count > 0 && points == NULL)
        || (capacity > 0 && fence == NULL))
        return cmty__fail(err, CMTY_E_INVALID,
                          "a set, points and a place for the answers are needed");
    if (set->areas != NULL)
        (void)cmty__areas_hits_many(set->areas, points, count, first, fence, capacity);
    else
        memset(first, 0, (count + 1) * sizeof *first);
    return CMTY_OK;
}

/* The strongest of a point's fences that applies. */
static int32_t strongest_of(const cmty_fenceset *set, const int32_t *fence, size_t count,
                            const char *category, cmty_time when)
{
    for (size_t i = 0; i < count; i++)
        if (cmty__fence_rule_applies(&set->rules[fence[i]], category, when, set->zone))
            return fence[i];
    return -1;
}

enum { BLOCK = 256, BLOCK_HITS = 4 * BLOCK };

/* At most BLOCK points. Where so many fences overlap that they do not fit, one at a time. */
static void decide_block(const cmty_fenceset *set, const cmty_point *points,
                         const char *const *category, const cmty_time *when, size_t count,
                         int32_t *fence)
{
    uint64_t first[BLOCK + 1];
    int32_t found[BLOCK_HITS];
    bool all =
        cmty__areas_hits_many(set->areas, points, count, first, found, BLOCK_HITS) <= BLOCK_HITS;

    for (size_t i = 0; i < count; i++) {
        if (all)
            fence[i] = strongest_of(set, found + first[i], (size_t)(first[i + 1] - first[i]),
                                    category[i], when[i]);
        else
            (void)ask(set, points[i], category[i], when[i], &fence[i]);
    }
}

cmty_status cmty_fenceset_decide_many(const cmty_fenceset *set, const cmty_point *points,
                                      const char *const *category, const cmty_time *when,
                                      size_t count, int32_t *action, int32_t *fence,
                                      cmty_error *err)
{
    if (set == NULL
        || (count > 0 && (points == NULL || category == NULL || when == NULL || fence == NULL)))
        return cmty__fail(
            err, CMTY_E_INVALID,
            "a set, points, categories, times and a place for the answers are needed");
    for (size_t i = 0; i < count; i++)
        if (category[i] == NULL)
            return cmty__fail(err, CMTY_E_INVALID, "category %zu is NULL", i);
    for (size_t start = 0; start < count; start += BLOCK) {
        size_t n = count - start < BLOCK ? count - start : BLOCK;

        if (set->areas != NULL)
            decide_block(set, points + start, category + start, when + start, n, fence + start);
        for (size_t i = start; i < start + n; i++) {
            if (set->areas == NULL)
                fence[i] = -1;
            if (action != NULL)
                action[i] = fence[i] < 0 ? CMTY_FENCE_ACCEPT : set->rules[fence[i]].action;
        }
    }
    return CMTY_OK;
}
