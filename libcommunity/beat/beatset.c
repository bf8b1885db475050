/* SPDX-License-Identifier: MIT */
/* Beat sets: opening, describing, and the beat answer. A set is immutable once opened: any thread.
 */
#include "beat/beatset.h"

#include <math.h>

enum { NEAR_MAX = 64 };

cmty_status cmty_beat_options_init(cmty_beat_options *options)
{
    if (options == NULL)
        return CMTY_E_INVALID;
    *options = (cmty_beat_options)CMTY_BEAT_OPTIONS_INIT;
    return CMTY_OK;
}

/* ---- opening ---- */

/* Layers stay open until the versions are indexed, for drafts borrow their geometry. */
struct opening {
    cmty__spec spec;
    cmty__layer *layer;
};

static cmty_status read_layer(struct opening *opening, const char *spec_text, cmty_beatset *set,
                              struct drafts *d, const cmty_beat_options *o, const cmty__zone *zone,
                              cmty_error *err)
{
    cmty__layer_options lo = {.crs = o->crs,
                              .densify_m = o->densify_m,
                              .repair = o->repair != 0,
                              .polygons = true,
                              .host = o->host};
    cmty_status st = cmty__spec_parse(spec_text, &opening->spec, err);

    if (st == CMTY_OK)
        st = cmty__progress(o->host, "reading beats", -1, err);
    if (st == CMTY_OK)
        st = cmty__layer_open(&opening->spec, &lo, &opening->layer, err);
    if (st == CMTY_OK)
        st = cmty__drafts_add(d, set, opening->layer, &opening->spec, o, zone, err);
    return st;
}

static cmty_status check_options(const cmty_beat_options *options, cmty_beat_options *o,
                                 cmty_error *err)
{
    cmty_status st = CMTY_OK;

    if (options != NULL)
        st = cmty__struct_read(o, sizeof *o, options, sizeof *o, "cmty_beat_options", err);
    if (st == CMTY_OK && !(o->densify_m > 0 && o->densify_m <= 1000))
        st = cmty__fail(err, CMTY_E_RANGE, "densify_m is outside its range, 0 to 1000");
    if (st == CMTY_OK && !(o->tolerance_m >= 0 && o->tolerance_m <= 100000))
        st = cmty__fail(err, CMTY_E_RANGE, "tolerance_m is outside its range, 0 to 100000");
    return st;
}

cmty_status cmty_beatset_open(const char *const *layers, size_t count,
                              const cmty_beat_options *options, cmty_beatset **out, cmty_error *err)
{
    cmty_beat_options o = CMTY_BEAT_OPTIONS_INIT;
    cmty_beatset *set = NULL;
    cmty__zone *zone = NULL;
    struct opening *openings = NULL;
    struct drafts drafts = {0};
    cmty_status st;

    if (out == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "out is NULL");
    *out = NULL;
    if (layers == NULL || count == 0)
        return cmty__fail(err, CMTY_E_INVALID, "at least one layer of beats is needed");
    st = check_options(options, &o, err);
    if (st == CMTY_OK)
        st = cmty__zone_open(o.time_zone, &zone, err);
    if (st != CMTY_OK)
        goto done;
    set = cmty__calloc(1, sizeof *set);
    openings = cmty__calloc(count, sizeof *openings);
    if (set != NULL)
        set->arena = cmty__arena_new();
    if (set == NULL || openings == NULL || set->arena == NULL) {
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
        goto done;
    }
    set->tolerance_m = o.tolerance_m;
    for (size_t i = 0; i < count && st == CMTY_OK; i++)
        st = read_layer(&openings[i], layers[i], set, &drafts, &o, zone, err);
    if (st == CMTY_OK)
        st = cmty__beatset_assemble(set, &drafts, zone, o.host, err);
    if (st != CMTY_OK)
        goto done;
    *out = set;
    set = NULL;

done:
    for (size_t i = 0; openings != NULL && i < count; i++) {
        cmty__layer_free(openings[i].layer);
        cmty__spec_free(&openings[i].spec);
    }
    cmty__free(openings);
    cmty__free(drafts.items);
    cmty__zone_free(zone);
    cmty_beatset_free(set);
    return st;
}

void cmty_beatset_free(cmty_beatset *set)
{
    if (set == NULL)
        return;
    for (size_t i = 0; i < set->version_count; i++) {
        cmty__areas_free(set->versions[i].areas);
        cmty__free(set->versions[i].beat_of);
    }
    cmty__free(set->versions);
    cmty__free(set->beats);
    cmty__arena_free(set->arena);
    cmty__free(set);
}

/* ---- describing ---- */

size_t cmty_beatset_count(const cmty_beatset *set)
{
    return set->beat_count;
}

cmty_status cmty_beatset_info(const cmty_beatset *set, int32_t beat, cmty_beat_info *info,
                              cmty_error *err)
{
    const struct beat *b;
    cmty_beat_info own;

    if (set == NULL || info == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "set or info is NULL");
    if (beat < 0 || (size_t)beat >= set->beat_count)
        return cmty__fail(err, CMTY_E_RANGE, "there is no beat with this number");
    b = &set->beats[beat];
    own = (cmty_beat_info){.part_count = b->part_count,
                           .id = b->id,
                           .name = b->name,
                           .sector = b->sector,
                           .district = b->district,
                           .valid_from = b->valid_from,
                           .valid_to = b->valid_to,
                           .area_m2 = b->area_m2};
    return cmty__struct_write(info, &own, sizeof own, sizeof own, "cmty_beat_info", err);
}

size_t cmty_beatset_version_count(const cmty_beatset *set)
{
    return set->version_count;
}

cmty_status cmty_beatset_version(const cmty_beatset *set, int32_t version, cmty_time *from,
                                 cmty_time *to, const char **label, cmty_error *err)
{
    if (set == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "set is NULL");
    if (version < 0 || (size_t)version >= set->version_count)
        return cmty__fail(err, CMTY_E_RANGE, "there is no version with this number");
    if (from != NULL)
        *from = set->versions[version].from;
    if (to != NULL)
        *to = set->versions[version].to;
    if (label != NULL)
        *label = set->versions[version].label;
    return CMTY_OK;
}

const cmty__areas *cmty__beatset_areas(const cmty_beatset *set, int32_t version)
{
    return set->versions[version].areas;
}

int32_t cmty__beatset_beat_of(const cmty_beatset *set, int32_t version, int32_t area)
{
    return area < 0 ? -1 : set->versions[version].beat_of[area];
}

int32_t cmty__beatset_area_of(const cmty_beatset *set, int32_t version, int32_t beat)
{
    const struct version *v = &set->versions[version];
    size_t low = 0, high = v->count;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (v->beat_of[middle] < beat)
            low = middle + 1;
        else
            high = middle;
    }
    return low < v->count && v->beat_of[low] == beat ? (int32_t)low : -1;
}

int32_t cmty__beatset_version_at(const cmty_beatset *set, cmty_time when)
{
    if (when == CMTY_TIME_UNKNOWN)
        return (int32_t)set->version_count - 1;
    for (size_t i = set->version_count; i-- > 0;)
        if (set->versions[i].from <= when && when < set->versions[i].to)
            return (int32_t)i;
    return -1;
}

const char *cmty__beatset_id(const cmty_beatset *set, int32_t beat)
{
    return beat < 0 ? "" : set->beats[beat].id;
}

const char *cmty__beatset_label(const cmty_beatset *set, int32_t version)
{
    return version < 0 ? "" : set->versions[version].label;
}

double cmty__beatset_tolerance_m(const cmty_beatset *set)
{
    return set->tolerance_m;
}

const char *cmty_relation_name(int32_t relation)
{
    static const char *const names[] = {"outside", "inside",      "on_edge",
                                        "overlap", "gap_nearest", "no_version"};

    if (relation < 0 || (size_t)relation >= sizeof names / sizeof names[0])
        return "unknown";
    return names[relation];
}

/* ---- the answer ---- */

static int32_t relation_of(bool edge, bool several)
{
    return edge ? CMTY_RELATION_ON_EDGE : several ? CMTY_RELATION_OVERLAP : CMTY_RELATION_INSIDE;
}

/* Lowest area that holds p, and the relation to all that do; -1 and OUTSIDE if none does. */
static int32_t hold(const cmty__areas *areas, cmty_point p, int32_t *relation)
{
    cmty__hit hits[8];
    size_t found = cmty__areas_hits(areas, p, hits, sizeof hits / sizeof hits[0]);
    bool edge = false;

    *relation = CMTY_RELATION_OUTSIDE;
    if (found == 0)
        return -1;
    for (size_t i = 0; i < found && i < sizeof hits / sizeof hits[0]; i++)
        edge |= hits[i].kind == CMTY__HIT_EDGE;
    *relation = relation_of(edge, found > 1);
    return hits[0].area;
}

cmty_status cmty_beatset_locate(const cmty_beatset *set, cmty_point at, cmty_time when,
                                double accuracy_m, cmty_beat_answer *answer,
                                cmty_beat_candidate *candidates, size_t capacity, cmty_error *err)
{
    cmty_beat_answer own = {.beat = -1, .relation = CMTY_RELATION_NO_VERSION, .margin_m = NAN};
    cmty__near near[NEAR_MAX];
    size_t found = 0;

    if (set == NULL || answer == NULL || (candidates == NULL && capacity > 0))
        return cmty__fail(err, CMTY_E_INVALID, "set, answer or candidates is NULL");
    if (!cmty__point_valid(at))
        return cmty__fail(err, CMTY_E_RANGE, "the position is not finite or off the globe");
    own.version = cmty__beatset_version_at(set, when);
    if (own.version >= 0) {
        const cmty__areas *areas = set->versions[own.version].areas;
        double within_m = accuracy_m > 0 ? accuracy_m : set->tolerance_m;
        int32_t area = hold(areas, at, &own.relation);

        own.margin_m = cmty__areas_margin_m(areas, at);
        found = cmty__areas_near(areas, at, within_m, near, NEAR_MAX);
        if (area < 0 && found > 0) {
            area = near[0].area;
            own.relation = CMTY_RELATION_GAP_NEAREST;
        }
        own.beat = cmty__beatset_beat_of(set, own.version, area);
    }
    own.candidate_count = (uint32_t)found;
    own.ambiguous = found > 1;
    for (size_t i = 0; i < found && i < capacity && i < NEAR_MAX; i++)
        candidates[i] =
            (cmty_beat_candidate){.beat = cmty__beatset_beat_of(set, own.version, near[i].area),
                                  .distance_m = near[i].distance_m};
    return cmty__struct_write(answer, &own, sizeof own, sizeof own, "cmty_beat_answer", err);
}

cmty_status cmty_beatset_locate_many(const cmty_beatset *set, const cmty_point *points,
                                     const cmty_time *when, size_t count, int32_t *beat,
                                     uint8_t *relation, cmty_error *err)
{
    if (set == NULL || (count > 0 && (points == NULL || beat == NULL)))
        return cmty__fail(err, CMTY_E_INVALID, "set, points or beat is NULL");
    for (size_t i = 0; i < count; i++) {
        cmty_time t = when != NULL ? when[i] : CMTY_TIME_UNKNOWN;
        int32_t version = cmty__beatset_version_at(set, t);
        int32_t is = CMTY_RELATION_NO_VERSION;
        int32_t area = -1;

        if (version >= 0 && !cmty__point_valid(points[i]))
            is = CMTY_RELATION_OUTSIDE;
        else if (version >= 0 && relation != NULL)
            area = hold(set->versions[version].areas, points[i], &is);
        else if (version >= 0)
            area = cmty__areas_first(set->versions[version].areas, points[i], NULL, NULL);
        beat[i] = area < 0 ? -1 : cmty__beatset_beat_of(set, version, area);
        if (relation != NULL)
            relation[i] = (uint8_t)is;
    }
    return CMTY_OK;
}
