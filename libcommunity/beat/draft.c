/* SPDX-License-Identifier: MIT */
/* From the features of layers to beats and their versions. Serial. */
#include "beat/beatset.h"

#include <stdlib.h>

static cmty_status no_memory(cmty_error *err)
{
    return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
}

/* ---- one feature ---- */

/* Text of a field kept in the set, blanks at its ends dropped; "" for no field. NULL: no memory. */
static const char *keep_text(cmty_beatset *set, const cmty__layer *layer, size_t feature,
                             int32_t field)
{
    const char *text = field >= 0 ? cmty__layer_text(layer, feature, field) : "";
    char *copy = cmty__arena_text(set->arena, text, strlen(text));

    return copy != NULL ? cmty__trim(copy) : NULL;
}

static const char *file_stem(cmty_beatset *set, const cmty__layer *layer)
{
    const char *name = cmty__layer_name(layer);
    const char *dot = strchr(name, '.');

    return cmty__arena_text(set->arena, name,
                            dot != NULL && dot != name ? (size_t)(dot - name) : strlen(name));
}

static cmty_status read_date(const cmty__layer *layer, size_t feature, int32_t field,
                             const char *fallback, const cmty__zone *zone, cmty_time *out,
                             cmty_error *err)
{
    const char *text = field >= 0 ? cmty__layer_text(layer, feature, field) : "";

    if (*text == '\0' && fallback != NULL) {
        if (cmty__time_parse(fallback, zone, 0, out))
            return CMTY_OK;
        return cmty__fail(err, CMTY_E_INVALID, "%s: \"%s\" is not a date; write YYYY-MM-DD",
                          cmty__layer_name(layer), fallback);
    }
    if (*text == '\0' || cmty__time_parse(text, zone, 0, out))
        return CMTY_OK;
    return cmty__fail(err, CMTY_E_FORMAT, "%s, feature %zu: field %s is not a date (YYYY-MM-DD)",
                      cmty__layer_name(layer), feature + 1, cmty__layer_field_name(layer, field));
}

static cmty_status read_id(cmty_beatset *set, const cmty__layer *layer, size_t feature,
                           int32_t field, const cmty_host *host, struct beat *b, cmty_error *err)
{
    b->id = keep_text(set, layer, feature, field);
    if (b->id == NULL)
        return no_memory(err);
    if (*b->id != '\0')
        return CMTY_OK;
    if (cmty__layer_count(layer) > 1)
        return cmty__fail(err, CMTY_E_FORMAT,
                          "%s, feature %zu: no beat id%s%s; name the field with --id or |id=",
                          cmty__layer_name(layer), feature + 1, field >= 0 ? " in field " : "",
                          field >= 0 ? cmty__layer_field_name(layer, field) : "");
    b->id = file_stem(set, layer);
    if (b->id == NULL)
        return no_memory(err);
    cmty__notice(host, "%s names no beat; its one area is called \"%s\"", cmty__layer_name(layer),
                 b->id);
    return CMTY_OK;
}

static cmty_status read_beat(cmty_beatset *set, const cmty__layer *layer, const cmty__spec *spec,
                             const struct beat_fields *f, size_t feature,
                             const cmty_beat_options *o, const cmty__zone *zone, struct beat *b,
                             cmty_error *err)
{
    cmty_status st = read_id(set, layer, feature, f->id, o->host, b, err);

    b->valid_from = CMTY_TIME_UNKNOWN;
    b->valid_to = CMTY_TIME_OPEN_END;
    if (st == CMTY_OK)
        st = read_date(layer, feature, f->valid_from, spec->from, zone, &b->valid_from, err);
    if (st == CMTY_OK)
        st = read_date(layer, feature, f->valid_to, spec->to, zone, &b->valid_to, err);
    if (st != CMTY_OK)
        return st;
    if (b->valid_from >= b->valid_to)
        return cmty__fail(err, CMTY_E_FORMAT, "%s, feature %zu: beat \"%s\" ends before it begins",
                          cmty__layer_name(layer), feature + 1, b->id);
    b->name = keep_text(set, layer, feature, f->name);
    b->sector = keep_text(set, layer, feature, f->sector);
    b->district = keep_text(set, layer, feature, f->district);
    if (b->name == NULL || b->sector == NULL || b->district == NULL)
        return no_memory(err);
    if (*b->name == '\0')
        b->name = b->id;
    return CMTY_OK;
}

cmty_status cmty__drafts_add(struct drafts *d, cmty_beatset *set, const cmty__layer *layer,
                             const cmty__spec *spec, const cmty_beat_options *o,
                             const cmty__zone *zone, cmty_error *err)
{
    size_t count = cmty__layer_count(layer);
    struct beat_fields fields;
    cmty_status st = cmty__beat_fields_find(layer, spec, o, &fields, err);

    if (st == CMTY_OK && !cmty__grow(&d->items, &d->capacity, d->count + count, sizeof *d->items))
        st = no_memory(err);
    for (size_t i = 0; i < count && st == CMTY_OK; i++) {
        struct draft *draft = &d->items[d->count++];

        *draft = (struct draft){.feature = cmty__layer_feature(layer, i)};
        draft->beat.area_m2 = draft->feature->area_m2;
        draft->beat.part_count = (uint32_t)draft->feature->part_count;
        st = read_beat(set, layer, spec, &fields, i, o, zone, &draft->beat, err);
    }
    return st;
}

/* ---- merging ---- */

static int compare_drafts(const void *pa, const void *pb)
{
    const struct draft *a = pa, *b = pb;
    int order = strcmp(a->beat.id, b->beat.id);

    if (order != 0)
        return order;
    if (a->beat.valid_from != b->beat.valid_from)
        return a->beat.valid_from < b->beat.valid_from ? -1 : 1;
    if (a->beat.valid_to != b->beat.valid_to)
        return a->beat.valid_to < b->beat.valid_to ? -1 : 1;
    /* parts of one beat: any fixed order will do, so that the order of features does not show */
    order =
        memcmp(a->feature->rings[0].points, b->feature->rings[0].points, 2 * sizeof(cmty_point));
    if (order != 0)
        return order;
    return a->feature->area_m2 < b->feature->area_m2 ? -1
                                                     : a->feature->area_m2 > b->feature->area_m2;
}

static bool same_beat(const struct beat *a, const struct beat *b)
{
    return strcmp(a->id, b->id) == 0 && a->valid_from == b->valid_from
           && a->valid_to == b->valid_to;
}

/* Fills set->beats, one for each run of drafts that are one beat; first[i] is where run i begins,
   first[beat_count] the end. */
static cmty_status merge_drafts(cmty_beatset *set, const struct drafts *d, size_t *first,
                                const cmty_host *host, cmty_error *err)
{
    for (size_t i = 0; i < d->count; i++) {
        const struct beat *b = &d->items[i].beat;
        struct beat *last = set->beat_count > 0 ? &set->beats[set->beat_count - 1] : NULL;

        if (last != NULL && same_beat(last, b)) {
            last->area_m2 += b->area_m2;
            last->part_count += b->part_count;
            continue;
        }
        if (last != NULL && strcmp(last->id, b->id) == 0 && b->valid_from < last->valid_to)
            return cmty__fail(err, CMTY_E_FORMAT,
                              "beat \"%s\" is in force twice at one time; give each layer its "
                              "|from= and |to= dates",
                              b->id);
        first[set->beat_count] = i;
        set->beats[set->beat_count++] = *b;
    }
    first[set->beat_count] = d->count;
    for (size_t i = 0; i < set->beat_count; i++)
        if (first[i + 1] - first[i] > 1)
            cmty__notice(host, "beat \"%s\" comes as %zu features; they are one beat",
                         set->beats[i].id, first[i + 1] - first[i]);
    return CMTY_OK;
}

/* ---- versions ---- */

static int compare_times(const void *pa, const void *pb)
{
    const cmty_time *a = pa, *b = pb;

    return *a < *b ? -1 : *a > *b;
}

static bool in_force(const struct beat *b, cmty_time at)
{
    return b->valid_from <= at && at < b->valid_to;
}

static const char *make_label(cmty_beatset *set, cmty_time from, cmty_time to,
                              const cmty__zone *zone)
{
    char ends[2][24] = {"..", ".."};
    const cmty_time times[2] = {from, to};
    char label[56];

    for (int i = 0; i < 2; i++) {
        cmty__civil c;

        if (times[i] == CMTY_TIME_UNKNOWN || times[i] == CMTY_TIME_OPEN_END)
            continue;
        cmty__time_to_civil(times[i], zone, &c);
        cmty__format(ends[i], sizeof ends[i], "%04d-%02d-%02d", c.year, c.month, c.day);
    }
    cmty__format(label, sizeof label, "%s/%s", ends[0], ends[1]);
    return cmty__arena_text(set->arena, label, strlen(label));
}

/* All rings of the drafts of the areas of v, one list each. */
static cmty_status index_version(struct version *v, const struct drafts *d, const size_t *first,
                                 cmty_error *err)
{
    cmty__area_input *inputs = cmty__calloc(v->count, sizeof *inputs);
    cmty__ring *rings = NULL;
    size_t total = 0, used = 0;
    cmty_status st = CMTY_OK;

    for (size_t a = 0; a < v->count; a++)
        for (size_t i = first[v->beat_of[a]]; i < first[v->beat_of[a] + 1]; i++)
            total += d->items[i].feature->ring_count;
    rings = cmty__calloc(total, sizeof *rings);
    if (inputs == NULL || rings == NULL) {
        st = no_memory(err);
        goto done;
    }
    for (size_t a = 0; a < v->count; a++) {
        inputs[a].rings = rings + used;
        for (size_t i = first[v->beat_of[a]]; i < first[v->beat_of[a] + 1]; i++) {
            const cmty__feature *f = d->items[i].feature;

            memcpy(rings + used, f->rings, f->ring_count * sizeof *rings);
            used += f->ring_count;
        }
        inputs[a].ring_count = (size_t)(rings + used - inputs[a].rings);
    }
    st = cmty__areas_build(inputs, v->count, &v->areas, err);

done:
    cmty__free(inputs);
    cmty__free(rings);
    return st;
}

/* The beats in force at `from`. A period without beats, or with those of the period before, adds no
   version. */
static cmty_status add_version(cmty_beatset *set, cmty_time from, cmty_time to, cmty_error *err)
{
    struct version *last = set->version_count > 0 ? &set->versions[set->version_count - 1] : NULL;
    struct version *v = &set->versions[set->version_count];
    int32_t *beat_of = cmty__calloc(set->beat_count, sizeof *beat_of);
    size_t count = 0;

    if (beat_of == NULL)
        return no_memory(err);
    for (size_t i = 0; i < set->beat_count; i++)
        if (in_force(&set->beats[i], from))
            beat_of[count++] = (int32_t)i;
    if (last != NULL && last->to == from && last->count == count
        && memcmp(last->beat_of, beat_of, count * sizeof *beat_of) == 0) {
        last->to = to;
        cmty__free(beat_of);
    } else if (count == 0) {
        cmty__free(beat_of);
    } else {
        *v = (struct version){.from = from, .to = to, .beat_of = beat_of, .count = count};
        set->version_count++;
    }
    return CMTY_OK;
}

static cmty_status add_versions(cmty_beatset *set, cmty_error *err)
{
    size_t count = 0;
    cmty_time *times = cmty__calloc(2 * set->beat_count, sizeof *times);
    cmty_status st = CMTY_OK;

    set->versions = cmty__calloc(2 * set->beat_count, sizeof *set->versions);
    if (times == NULL || set->versions == NULL) {
        st = no_memory(err);
        goto done;
    }
    for (size_t i = 0; i < set->beat_count; i++) {
        times[count++] = set->beats[i].valid_from;
        times[count++] = set->beats[i].valid_to;
    }
    qsort(times, count, sizeof *times, compare_times);
    for (size_t i = 0; i + 1 < count && st == CMTY_OK; i++)
        if (times[i] < times[i + 1])
            st = add_version(set, times[i], times[i + 1], err);

done:
    cmty__free(times);
    return st;
}

cmty_status cmty__beatset_assemble(cmty_beatset *set, struct drafts *d, const cmty__zone *zone,
                                   const cmty_host *host, cmty_error *err)
{
    size_t *first = cmty__calloc(d->count + 1, sizeof *first);
    cmty_status st;

    set->beats = cmty__calloc(d->count, sizeof *set->beats);
    if (first == NULL || set->beats == NULL) {
        st = no_memory(err);
        goto done;
    }
    qsort(d->items, d->count, sizeof *d->items, compare_drafts);
    st = merge_drafts(set, d, first, host, err);
    if (st == CMTY_OK)
        st = add_versions(set, err);
    for (size_t i = 0; i < set->version_count && st == CMTY_OK; i++) {
        struct version *v = &set->versions[i];

        st = cmty__progress(host, "indexing beats", (double)i / (double)set->version_count, err);
        if (st == CMTY_OK)
            st = index_version(v, d, first, err);
        v->label = make_label(set, v->from, v->to, zone);
        if (st == CMTY_OK && v->label == NULL)
            st = no_memory(err);
    }

done:
    cmty__free(first);
    return st;
}
