/* SPDX-License-Identifier: MIT */
/*
 * From the features of a layer to fences. Serial per set of drafts.
 *
 * Messages name file, feature (from 1) and field, and never the text in the field: a note or a
 * name may say where a protected person is.
 */
#include "fence/set.h"

#include <math.h>

enum {
    CIRCLE_SIDES = 64,
    ID_LIMIT = 128 /* bytes */
};

/* Half the angle between neighbouring corners: a circle lies inside the polygon whose corners are
   farther out by 1 / cos of it. */
#define CIRCLE_HALF_ANGLE (3.14159265358979323846 / CIRCLE_SIDES)
#define CIRCLE_LAT_LIMIT_DEG 85.0

/* One layer while it is read; the numbers of its fields, -1 where there is none. */
typedef struct source {
    const cmty__layer *layer;
    int32_t default_action;
    const cmty__zone *zone;
    cmty__arena *arena;
    int32_t id, name, action, category, valid_from, valid_to, days, hours, priority, radius, note;
} source;

static cmty_status fail_field(const source *s, size_t feature, const char *field, const char *what,
                              cmty_error *err)
{
    return cmty__fail(err, CMTY_E_FORMAT, "%s: feature %zu: %s %s", cmty__layer_name(s->layer),
                      feature + 1, field, what);
}

/* The text of a field, "" where it has none. */
static const char *field_text(const source *s, size_t feature, int32_t field)
{
    return field >= 0 ? cmty__layer_text(s->layer, feature, field) : "";
}

static cmty_status find_fields(source *s, const cmty__spec *spec, cmty_error *err)
{
    const cmty__layer *layer = s->layer;

    if (spec->name != NULL || spec->from != NULL || spec->to != NULL || spec->weight != NULL)
        return cmty__fail(
            err, CMTY_E_INVALID,
            "%s: a layer of fences takes the parts layername, id, crs and action only",
            cmty__layer_name(layer));
    s->id = cmty__layer_field(layer, spec->id != NULL ? spec->id : "id");
    if (spec->id != NULL && s->id < 0)
        return cmty__fail(err, CMTY_E_FORMAT, "%s: there is no field %.60s for the id",
                          cmty__layer_name(layer), spec->id);
    s->name = cmty__layer_field(layer, "name");
    s->action = cmty__layer_field(layer, "action");
    s->category = cmty__layer_field(layer, "category");
    s->valid_from = cmty__layer_field(layer, "valid_from");
    s->valid_to = cmty__layer_field(layer, "valid_to");
    s->days = cmty__layer_field(layer, "days");
    s->hours = cmty__layer_field(layer, "hours");
    s->priority = cmty__layer_field(layer, "priority");
    s->radius = cmty__layer_field(layer, "radius_m");
    s->note = cmty__layer_field(layer, "note");
    if (s->id < 0 && s->name < 0)
        return cmty__fail(err, CMTY_E_FORMAT,
                          "%s: there is neither a field id nor name; say which one with |id=FIELD",
                          cmty__layer_name(layer));
    if (s->action < 0 && s->default_action < 0)
        return cmty__fail(err, CMTY_E_FORMAT,
                          "%s: there is no field action; say what its fences do, e.g. "
                          "|action=withhold",
                          cmty__layer_name(layer));
    return CMTY_OK;
}

static cmty_status read_identity(const source *s, size_t i, cmty__fence_rule *rule, cmty_error *err)
{
    const char *id = field_text(s, i, s->id);
    const char *note = field_text(s, i, s->note);

    if (*id == '\0')
        id = field_text(s, i, s->name);
    if (*id == '\0' || strlen(id) > ID_LIMIT)
        return fail_field(s, i, "id", "must have 1 to 128 bytes; it may come from name", err);
    rule->id = cmty__arena_text(s->arena, id, strlen(id));
    rule->note = cmty__arena_text(s->arena, note, strlen(note));
    if (rule->id == NULL || rule->note == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    return CMTY_OK;
}

static cmty_status read_action(const source *s, size_t i, cmty__fence_rule *rule, cmty_error *err)
{
    const char *action = field_text(s, i, s->action);
    const char *priority = field_text(s, i, s->priority);

    rule->action = s->default_action;
    if (*action != '\0' ? !cmty__fence_action(action, &rule->action) : rule->action < 0)
        return fail_field(s, i, "action", "must be accept, escalate, withhold or refuse", err);
    if (*priority != '\0' && !cmty__fence_priority(priority, &rule->priority))
        return fail_field(s, i, "priority", "must be a whole number", err);
    return CMTY_OK;
}

static cmty_status read_window(const source *s, size_t i, cmty__fence_rule *rule, cmty_error *err)
{
    const char *from = field_text(s, i, s->valid_from);
    const char *to = field_text(s, i, s->valid_to);
    const char *days = field_text(s, i, s->days);
    const char *hours = field_text(s, i, s->hours);

    if (*from != '\0' && !cmty__time_parse(from, s->zone, 0, &rule->valid_from))
        return fail_field(s, i, "valid_from", "must be a date or time like 2026-11-22", err);
    if (*to != '\0' && !cmty__time_parse(to, s->zone, 0, &rule->valid_to))
        return fail_field(s, i, "valid_to", "must be a date or time like 2026-11-22", err);
    if (rule->valid_to <= rule->valid_from)
        return fail_field(s, i, "valid_to", "must be later than valid_from", err);
    if (*days != '\0' && !cmty__fence_days(days, &rule->days))
        return fail_field(s, i, "days", "must be days like mon-fri,sun", err);
    if (*hours != '\0' && !cmty__fence_hours(hours, &rule->from_minute, &rule->to_minute))
        return fail_field(s, i, "hours",
                          "must be two different times like 22:00-06:00, the last one 24:00", err);
    return CMTY_OK;
}

static cmty_status read_rule(const source *s, size_t i, cmty__fence_rule *rule, cmty_error *err)
{
    const char *category = field_text(s, i, s->category);
    cmty_status st;

    *rule = cmty__fence_rule_default;
    st = read_identity(s, i, rule, err);
    if (st == CMTY_OK)
        st = read_action(s, i, rule, err);
    if (st == CMTY_OK)
        st = read_window(s, i, rule, err);
    if (st < 0 || *category == '\0')
        return st;
    st = cmty__fence_patterns(category, s->arena, rule);
    if (st == CMTY_E_FORMAT)
        return fail_field(s, i, "category",
                          "must be codes or families like theft.*, separated by commas, each of "
                          "which matches a category",
                          err);
    return st == CMTY_OK ? st : cmty__fail(err, st, "out of memory");
}

static cmty_status add_draft(cmty__fence_drafts *drafts, const cmty__fence_rule *rule,
                             const cmty__ring *rings, size_t ring_count, cmty_error *err)
{
    if (!cmty__grow(&drafts->items, &drafts->capacity, drafts->count + 1, sizeof *drafts->items))
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    drafts->items[drafts->count++] = (cmty__fence_draft){*rule, rings, ring_count};
    return CMTY_OK;
}

/* How far out the corners must be. Edges are straight in degrees; a geodesic between the same
   corners bends away from them by up to side^2 tan(lat) / (8 R), which 3e-9 of the radius in metres
   covers up to 85 degrees of latitude. */
static double corner_radius_m(double radius_m)
{
    return radius_m / cos(CIRCLE_HALF_ANGLE) * (1 + 3e-9 * radius_m);
}

/* A polygon that holds the circle. NULL: out of memory, or *fits is false. */
static const cmty__ring *make_circle(cmty_point at, double radius_m, cmty__arena *arena, bool *fits)
{
    cmty__ring *ring = cmty__arena_alloc(arena, sizeof *ring);
    cmty_point *points = cmty__arena_alloc(arena, (CIRCLE_SIDES + 1) * sizeof *points);

    if (ring == NULL || points == NULL)
        return NULL;
    for (int i = 0; i < CIRCLE_SIDES; i++) {
        points[i] = cmty__geodesic_to(at, i * 360.0 / CIRCLE_SIDES, corner_radius_m(radius_m));
        *fits = *fits && fabs(points[i].lon_deg - at.lon_deg) < 90
                && fabs(points[i].lat_deg) <= CIRCLE_LAT_LIMIT_DEG;
    }
    points[CIRCLE_SIDES] = points[0];
    ring->points = points;
    ring->count = CIRCLE_SIDES + 1;
    return *fits ? ring : NULL;
}

/* Each point is a fence of its own: circles of one feature may overlap. */
static cmty_status add_circles(const source *s, size_t i, const cmty__fence_rule *rule,
                               cmty__fence_drafts *drafts, cmty_error *err)
{
    const cmty__feature *feature = cmty__layer_feature(s->layer, i);
    double radius_m;
    bool fits = true;
    cmty_status st = CMTY_OK;

    if (!cmty__fence_radius(field_text(s, i, s->radius), &radius_m))
        return fail_field(s, i, "radius_m",
                          "must be a number of metres above 0 and up to 100000, for a point", err);
    for (size_t k = 0; st == CMTY_OK && k < feature->point_count; k++) {
        const cmty__ring *ring = make_circle(feature->points[k], radius_m, s->arena, &fits);

        if (!fits)
            return fail_field(
                s, i, "radius_m",
                "makes a circle over the 180th meridian or near a pole; use a polygon", err);
        st = ring != NULL ? add_draft(drafts, rule, ring, 1, err)
                          : cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    return st;
}

static cmty_status add_feature(const source *s, size_t i, cmty__fence_drafts *drafts,
                               cmty_error *err)
{
    const cmty__feature *feature = cmty__layer_feature(s->layer, i);
    cmty__fence_rule rule;
    cmty_status st = read_rule(s, i, &rule, err);

    if (st < 0)
        return st;
    if (feature->point_count > 0)
        return add_circles(s, i, &rule, drafts, err);
    if (feature->ring_count == 0)
        return fail_field(s, i, "geometry", "is empty", err);
    if (!feature->valid)
        return fail_field(s, i, "geometry", "is not a valid polygon (rings that cross?); repair it",
                          err);
    if (*field_text(s, i, s->radius) != '\0')
        return fail_field(s, i, "radius_m", "is for points only", err);
    return add_draft(drafts, &rule, feature->rings, feature->ring_count, err);
}

cmty_status cmty__fence_read_layer(const cmty__layer *layer, const cmty__spec *spec,
                                   int32_t default_action, const cmty__zone *zone,
                                   cmty__arena *arena, cmty__fence_drafts *drafts, cmty_error *err)
{
    source s = {.layer = layer, .default_action = default_action, .zone = zone, .arena = arena};
    cmty_status st = CMTY_OK;

    if (spec->action != NULL && !cmty__fence_action(spec->action, &s.default_action))
        return cmty__fail(err, CMTY_E_INVALID,
                          "%s: |action= must be accept, escalate, withhold or refuse",
                          cmty__layer_name(layer));
    st = find_fields(&s, spec, err);
    for (size_t i = 0; st == CMTY_OK && i < cmty__layer_count(layer); i++)
        st = add_feature(&s, i, drafts, err);
    return st;
}
