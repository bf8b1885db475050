/* SPDX-License-Identifier: MIT */
/* The egress linter: what it knows of the place, and results. Immutable once opened: any thread. */
#include "release/lint.h"

cmty_status cmty_linter_options_init(cmty_linter_options *options)
{
    static const cmty_linter_options defaults = CMTY_LINTER_OPTIONS_INIT;

    if (options == NULL)
        return CMTY_E_INVALID;
    *options = defaults;
    return CMTY_OK;
}

void cmty_linter_free(cmty_linter *linter)
{
    if (linter == NULL)
        return;
    cmty__lint_place_free(linter->place);
    cmty_policy_free(linter->policy);
    cmty__zone_free(linter->zone);
    cmty__free(linter);
}

/* ---- the place ---- */

static void set_box(cmty_linter *linter, const cmty_beatset *beats)
{
    cmty_point min = {180, 90}, max = {-180, -90};

    for (size_t v = 0; v < cmty_beatset_version_count(beats); v++) {
        const cmty__areas *areas = cmty__beatset_areas(beats, (int32_t)v);

        for (size_t i = 0; i < cmty__areas_count(areas); i++) {
            cmty_point a, b;

            cmty__areas_bounds(areas, (int32_t)i, &a, &b);
            min.lon_deg = a.lon_deg < min.lon_deg ? a.lon_deg : min.lon_deg;
            min.lat_deg = a.lat_deg < min.lat_deg ? a.lat_deg : min.lat_deg;
            max.lon_deg = b.lon_deg > max.lon_deg ? b.lon_deg : max.lon_deg;
            max.lat_deg = b.lat_deg > max.lat_deg ? b.lat_deg : max.lat_deg;
        }
    }
    cmty__lint_place_box(linter->place, min, max);
}

static int32_t name_field(const cmty__layer *layer, const char *given)
{
    static const char *const usual[] = {"name",       "street",  "street_name", "fullname",
                                        "streetname", "st_name", "road_name",   "label"};
    int32_t field = given != NULL ? cmty__layer_field(layer, given) : -1;

    for (size_t i = 0; given == NULL && field < 0 && i < sizeof usual / sizeof usual[0]; i++)
        field = cmty__layer_field(layer, usual[i]);
    return field;
}

static cmty_status read_streets(cmty_linter *linter, const cmty_linter_options *o, cmty_error *err)
{
    const cmty__layer_options options = {.texts_only = true, .host = o->host};
    cmty__spec spec = {0};
    cmty__layer *layer = NULL;
    int32_t field = -1;
    cmty_status st = cmty__spec_parse(o->streets, &spec, err);

    if (st == CMTY_OK)
        st = cmty__layer_open(&spec, &options, &layer, err);
    if (st == CMTY_OK) {
        field = name_field(layer, spec.name);
        if (field < 0)
            st = cmty__fail(err, CMTY_E_FORMAT, "%s has no field of street names; add |name=FIELD",
                            cmty__layer_name(layer));
    }
    for (size_t i = 0; st == CMTY_OK && i < cmty__layer_count(layer); i++)
        if (!cmty__lint_place_street(linter->place, cmty__layer_text(layer, i, field)))
            st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    cmty__lint_place_sort(linter->place);
    cmty__layer_free(layer);
    cmty__spec_free(&spec);
    return st;
}

cmty_status cmty_linter_open(const cmty_linter_options *options, cmty_linter **out, cmty_error *err)
{
    cmty_linter_options o = CMTY_LINTER_OPTIONS_INIT;
    cmty_linter *linter;
    cmty_status st = CMTY_OK;

    if (out == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "out is NULL");
    *out = NULL;
    if (options != NULL)
        st = cmty__struct_read(&o, sizeof o, options, sizeof o, "cmty_linter_options", err);
    if (st == CMTY_OK && o.reserved != 0)
        st = cmty__fail(err, CMTY_E_INVALID, "linter options: reserved must be 0");
    if (st != CMTY_OK)
        return st;
    linter = cmty__calloc(1, sizeof *linter);
    if (linter != NULL)
        linter->place = cmty__lint_place_new();
    if (linter == NULL || linter->place == NULL)
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    if (st == CMTY_OK)
        st = cmty_policy_open(o.policy, &linter->policy, err);
    if (st == CMTY_OK)
        st = cmty__zone_open(cmty_policy_time_zone(linter->policy), &linter->zone, err);
    if (st == CMTY_OK && o.beats != NULL)
        set_box(linter, o.beats);
    if (st == CMTY_OK && o.streets != NULL)
        st = read_streets(linter, &o, err);
    if (st == CMTY_OK)
        *out = linter;
    else
        cmty_linter_free(linter);
    return st;
}

/* ---- results ---- */

cmty_status cmty__lint_new(cmty_lint **out, cmty_error *err)
{
    cmty_lint *lint = cmty__calloc(1, sizeof *lint);

    *out = NULL;
    if (lint != NULL)
        lint->texts = cmty__arena_new();
    if (lint == NULL || lint->texts == NULL) {
        cmty_lint_free(lint);
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    *out = lint;
    return CMTY_OK;
}

void cmty_lint_free(cmty_lint *lint)
{
    if (lint == NULL)
        return;
    cmty__arena_free(lint->texts);
    cmty__free(lint->leaks);
    cmty__free(lint);
}

cmty_status cmty__lint_add(cmty_lint *lint, int32_t rule, uint64_t row, const char *column,
                           size_t offset, size_t size, cmty_error *err)
{
    const char *kept = "";

    if (column != NULL)
        kept = cmty__arena_text(lint->texts, column, strlen(column));
    if (kept == NULL
        || !cmty__grow(&lint->leaks, &lint->capacity, lint->count + 1, sizeof *lint->leaks))
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    lint->leaks[lint->count++] = (cmty_leak){.struct_size = sizeof *lint->leaks,
                                             .rule = rule,
                                             .row = row,
                                             .offset = offset,
                                             .size = size,
                                             .column = kept};
    return CMTY_OK;
}

cmty_status cmty__lint_texts(const cmty_linter *linter, cmty_lint *lint, uint64_t row,
                             const char *column, const char *text, size_t size, cmty_error *err)
{
    cmty__found *found = NULL;
    size_t count = 0;
    cmty_status st = cmty__lint(linter->place, text, size, 0, &found, &count, err);

    for (size_t i = 0; i < count && st == CMTY_OK; i++)
        st = cmty__lint_add(lint, found[i].rule, row, column, found[i].at, found[i].size, err);
    cmty__free(found);
    return st;
}

cmty_status cmty_linter_text(const cmty_linter *linter, const char *text, size_t size,
                             cmty_lint **out, cmty_error *err)
{
    cmty_lint *lint = NULL;
    cmty_status st;

    if (out == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "out is NULL");
    *out = NULL;
    if (linter == NULL || (text == NULL && size > 0))
        return cmty__fail(err, CMTY_E_INVALID, "a linter and a text are needed");
    st = cmty__lint_new(&lint, err);
    if (st == CMTY_OK)
        st = cmty__lint_texts(linter, lint, 0, NULL, text, size, err);
    if (st == CMTY_OK)
        *out = lint;
    else
        cmty_lint_free(lint);
    return st;
}

size_t cmty_lint_count(const cmty_lint *lint)
{
    return lint->count;
}

cmty_status cmty_lint_at(const cmty_lint *lint, size_t index, cmty_leak *leak, cmty_error *err)
{
    if (lint == NULL || leak == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "lint and leak must not be NULL");
    if (index >= lint->count)
        return cmty__fail(err, CMTY_E_RANGE, "%zu things were found", lint->count);
    return cmty__struct_write(leak, &lint->leaks[index], sizeof *leak, sizeof *leak, "cmty_leak",
                              err);
}
