/* SPDX-License-Identifier: MIT */
/* Checking layers of beats: reading them whatever is wrong with them, and gathering what was
   found. A report is immutable: any thread. */
#include "beat/check.h"

#include <math.h>
#include <stdlib.h>

cmty_status cmty_check_options_init(cmty_check_options *options)
{
    const cmty_check_options defaults = CMTY_CHECK_OPTIONS_INIT;

    if (options == NULL)
        return CMTY_E_INVALID;
    *options = defaults;
    return CMTY_OK;
}

bool cmty__checked_same(const cmty__checked *a, const cmty__checked *b)
{
    return a->layer == b->layer && a->from == b->from && a->to == b->to
           && strcmp(a->id, b->id) == 0;
}

/* ---- reading ---- */

typedef struct checking {
    const cmty_check_options *o;
    const cmty_beat_options *beats;
    cmty__zone *zone;
    cmty_check *check;
} checking;

/* What the survey found of a layer as a whole. */
static cmty_status take_layer_faults(cmty_check *check, size_t from, cmty_error *err)
{
    for (size_t i = from; i < cmty__survey_fault_count(check->survey); i++) {
        const cmty__fault *fault = cmty__survey_fault_at(check->survey, i);
        cmty__found *f;

        if (fault->feature != CMTY__NO_FEATURE)
            continue;
        f = cmty__check_add(check, fault->code, CMTY__NO_FEATURE);
        if (f == NULL)
            return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
        f->layer = check->layer_count;
        f->fault_number = i;
        f->of_shapes = true;
    }
    return CMTY_OK;
}

static cmty_status note_layer(cmty_check *check, const cmty__spec *spec, const cmty__layer *layer,
                              cmty_error *err)
{
    cmty__checked_layer *l = &check->layers[check->layer_count];
    const char *name = cmty__basename(spec->path);
    const char *crs = layer == NULL ? "" : cmty__layer_crs(layer);
    const char *operation = layer == NULL ? "" : cmty__layer_operation(layer);

    l->first_feature = check->feature_count;
    l->name = cmty__arena_text(check->texts, name, strlen(name));
    l->crs = cmty__arena_text(check->texts, crs, strlen(crs));
    l->operation = cmty__arena_text(check->texts, operation, strlen(operation));
    l->accuracy_m = layer == NULL ? 0 : cmty__layer_accuracy_m(layer);
    return l->name != NULL && l->crs != NULL && l->operation != NULL
               ? CMTY_OK
               : cmty__fail(err, CMTY_E_NOMEM, "out of memory");
}

static cmty_status read_spec(checking *w, const cmty__spec *spec, cmty_error *err)
{
    cmty_check *check = w->check;
    cmty__layer_options lo = {.crs = w->beats->crs,
                              .densify_m = w->beats->densify_m,
                              .polygons = true,
                              .survey = check->survey,
                              .host = w->o->host};
    size_t faults = cmty__survey_fault_count(check->survey);
    cmty__layer *layer = NULL;
    cmty_status st = cmty__layer_open(spec, &lo, &layer, err), kept;

    if (st == CMTY_E_FORMAT && cmty__survey_fault_count(check->survey) > faults
        && cmty__survey_fault_at(check->survey, faults)->code == CMTY_FLAW_LAYER_CHOICE)
        st = CMTY_OK; /* with nothing further to check */
    if (st == CMTY_OK)
        st = note_layer(check, spec, layer, err);
    if (st == CMTY_OK && layer != NULL)
        st = cmty__check_ids(check, layer, spec, w->beats, w->zone, err);
    kept = st == CMTY_OK ? take_layer_faults(check, faults, err) : st;
    if (kept == CMTY_OK) {
        check->layers[check->layer_count].feature_count =
            check->feature_count - check->layers[check->layer_count].first_feature;
        check->layer_count++;
    }
    cmty__layer_free(layer);
    return kept;
}

static cmty_status read_layer(checking *w, const char *text, cmty_error *err)
{
    cmty__spec spec = {0};
    cmty_status st = cmty__spec_parse(text, &spec, err);

    if (st == CMTY_OK)
        st = read_spec(w, &spec, err);
    cmty__spec_free(&spec);
    return st;
}

/* ---- comparing ---- */

static int compare_times(const void *left, const void *right)
{
    const cmty_time *a = left, *b = right;

    return (*a > *b) - (*a < *b);
}

/* Gaps among the beats in force from one change to the next. */
static cmty_status find_gaps(checking *w, const cmty_time *from, const cmty_time *to, bool *in,
                             cmty_time *times, cmty_error *err)
{
    size_t n = w->check->feature_count, kept = 0;
    cmty_status st = CMTY_OK;

    for (size_t i = 0; i < n; i++) {
        times[2 * i] = from[i];
        times[2 * i + 1] = to[i];
    }
    qsort(times, 2 * n, sizeof *times, compare_times);
    for (size_t i = 0; i < 2 * n; i++)
        if (kept == 0 || times[kept - 1] != times[i])
            times[kept++] = times[i];
    for (size_t v = 0; v + 1 < kept && st == CMTY_OK; v++) {
        bool any = false;

        for (size_t i = 0; i < n; i++) {
            in[i] = from[i] <= times[v] && to[i] > times[v];
            any |= in[i];
        }
        if (any)
            st = cmty__survey_gaps(w->check->survey, in, w->o->host, err);
    }
    return st;
}

static cmty_status compare(checking *w, cmty_error *err)
{
    const cmty_check *check = w->check;
    size_t n = check->feature_count;
    cmty_time *from = cmty__calloc(n + 1, sizeof *from), *to = cmty__calloc(n + 1, sizeof *to);
    cmty_time *times = cmty__calloc(2 * n + 1, sizeof *times);
    bool *in = cmty__calloc(n + 1, sizeof *in);
    cmty_status st = CMTY_OK;

    if (from == NULL || to == NULL || times == NULL || in == NULL)
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    for (size_t i = 0; i < n && st == CMTY_OK; i++) {
        from[i] = check->features[i].from;
        to[i] = check->features[i].to;
    }
    if (st == CMTY_OK && n > 0)
        st = cmty__survey_overlaps(check->survey, from, to, w->o->host, err);
    if (st == CMTY_OK && n > 0)
        st = cmty__survey_unnoded(check->survey, from, to, w->o->host, err);
    if (st == CMTY_OK && n > 0)
        st = find_gaps(w, from, to, in, times, err);
    cmty__free(from);
    cmty__free(to);
    cmty__free(times);
    cmty__free(in);
    return st;
}

/* ---- findings ---- */

static cmty_status take_faults(cmty_check *check, cmty_error *err)
{
    for (size_t i = 0; i < cmty__survey_fault_count(check->survey); i++) {
        const cmty__fault *fault = cmty__survey_fault_at(check->survey, i);
        bool gap = fault->code == CMTY_FLAW_GAP || fault->code == CMTY_FLAW_SLIVER_GAP;
        cmty__found *f;

        if (fault->feature == CMTY__NO_FEATURE && !gap)
            continue; /* of a layer, taken when that was read */
        f = cmty__check_add(check, fault->code, fault->feature);
        if (f == NULL)
            return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
        f->other = fault->other;
        f->fault_number = i;
        f->of_shapes = true;
        if (fault->other != CMTY__NO_FEATURE && f->layer != check->features[fault->other].layer)
            f->layer = SIZE_MAX;
    }
    return CMTY_OK;
}

static int by_code(const void *left, const void *right)
{
    const cmty__found *a = left, *b = right;
    double x = isfinite(a->finding.size) ? a->finding.size : 0;
    double y = isfinite(b->finding.size) ? b->finding.size : 0;

    if (a->finding.severity != b->finding.severity)
        return a->finding.severity - b->finding.severity;
    if (a->finding.code != b->finding.code)
        return a->finding.code - b->finding.code;
    if (x != y)
        return x < y ? 1 : -1;
    if (a->feature != b->feature)
        return a->feature < b->feature ? -1 : 1;
    if (a->other != b->other)
        return a->other < b->other ? -1 : 1;
    return (a->fault_number > b->fault_number) - (a->fault_number < b->fault_number);
}

static int64_t number_of(const cmty_check *check, size_t feature)
{
    if (feature == CMTY__NO_FEATURE)
        return 0;
    return (int64_t)(feature - check->layers[check->features[feature].layer].first_feature + 1);
}

static const char *keep(cmty_check *check, const cmty__buf *text)
{
    return text->failed
               ? NULL
               : cmty__arena_text(check->texts, text->data == NULL ? "" : text->data, text->size);
}

static bool complete(cmty_check *check, cmty__found *f)
{
    cmty_flaw *x = &f->finding;
    cmty__buf text = {0};

    if (f->of_shapes) {
        f->fault = cmty__survey_fault_at(check->survey, f->fault_number);
        x->size = f->fault->size;
        x->width_m = f->fault->width_m;
        x->count = f->fault->count;
        x->at = f->fault->at;
    } else if (f->feature != CMTY__NO_FEATURE) {
        x->at = cmty__survey_inside(check->survey, f->feature);
    }
    x->struct_size = (uint32_t)sizeof *x;
    x->severity = cmty__flaw_severity(x->code);
    x->unit = isfinite(x->size) ? cmty__flaw_unit(x->code) : CMTY_UNIT_NONE;
    x->feature = number_of(check, f->feature);
    x->other_feature = number_of(check, f->other);
    x->layer = f->layer == SIZE_MAX ? "" : check->layers[f->layer].name;
    x->beat = f->feature == CMTY__NO_FEATURE ? "" : check->features[f->feature].id;
    x->other_beat = f->other == CMTY__NO_FEATURE ? "" : check->features[f->other].id;
    cmty__flaw_say(check, f, &text);
    x->what = keep(check, &text);
    cmty__buf_clear(&text);
    cmty__flaw_geometry(check, f, &text);
    x->geometry = keep(check, &text);
    cmty__buf_free(&text);
    return x->what != NULL && x->geometry != NULL;
}

static cmty_status gather(checking *w, cmty_error *err)
{
    cmty_check *check = w->check;
    cmty_status st = cmty__check_validities(check, err);

    if (st == CMTY_OK)
        st = compare(w, err);
    if (st == CMTY_OK)
        st = take_faults(check, err);
    for (size_t i = 0; i < check->found_count && st == CMTY_OK; i++)
        if (!complete(check, &check->found[i]))
            st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    if (st == CMTY_OK && check->found_count > 0)
        qsort(check->found, check->found_count, sizeof *check->found, by_code);
    return st;
}

/* ---- open ---- */

static cmty_status read_options(const cmty_check_options *options, cmty_check_options *o,
                                cmty_beat_options *beats, cmty_error *err)
{
    cmty_status st = CMTY_OK;

    if (options != NULL)
        st = cmty__struct_read(o, sizeof *o, options, sizeof *o, "cmty_check_options", err);
    if (st == CMTY_OK && o->beats != NULL)
        st = cmty__struct_read(beats, sizeof *beats, o->beats, sizeof *beats, "cmty_beat_options",
                               err);
    if (st != CMTY_OK)
        return st;
    if (!(o->ignore_m >= 0 && o->ignore_m <= 10))
        return cmty__fail(err, CMTY_E_RANGE, "ignore_m must be 0 to 10");
    if (!(o->sliver_m >= o->ignore_m && o->sliver_m <= 10000))
        return cmty__fail(err, CMTY_E_RANGE, "sliver_m must be ignore_m to 10000");
    if (!(beats->densify_m > 0 && beats->densify_m <= 1000))
        return cmty__fail(err, CMTY_E_RANGE, "densify_m must be above 0 and at most 1000");
    return CMTY_OK;
}

static cmty_status check_make(size_t layers, const cmty_check_options *o, cmty_check **out,
                              cmty_error *err)
{
    cmty_check *check = cmty__calloc(1, sizeof *check);

    *out = check;
    if (check != NULL) {
        check->texts = cmty__arena_new();
        check->layers = cmty__calloc(layers, sizeof *check->layers);
    }
    if (check == NULL || check->texts == NULL || check->layers == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    return cmty__survey_new(o->sliver_m, o->ignore_m, &check->survey, err);
}

cmty_status cmty_check_open(const char *const *layers, size_t count,
                            const cmty_check_options *options, cmty_check **out, cmty_error *err)
{
    cmty_check_options o = CMTY_CHECK_OPTIONS_INIT;
    cmty_beat_options beats = CMTY_BEAT_OPTIONS_INIT;
    checking w = {.o = &o, .beats = &beats};
    cmty_status st;

    if (out == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "a place for the report is needed");
    *out = NULL;
    if (layers == NULL || count == 0)
        return cmty__fail(err, CMTY_E_INVALID, "at least one layer is needed");
    for (size_t i = 0; i < count; i++)
        if (layers[i] == NULL)
            return cmty__fail(err, CMTY_E_INVALID, "a layer is NULL");
    st = read_options(options, &o, &beats, err);
    if (st != CMTY_OK)
        return st;
    st = check_make(count, &o, &w.check, err);
    if (st == CMTY_OK)
        st = cmty__zone_open(beats.time_zone, &w.zone, err);
    for (size_t i = 0; i < count && st == CMTY_OK; i++)
        st = read_layer(&w, layers[i], err);
    if (st == CMTY_OK)
        st = gather(&w, err);
    if (st == CMTY_OK) {
        *out = w.check;
        w.check = NULL;
    }
    cmty__zone_free(w.zone);
    cmty_check_free(w.check);
    return st;
}

/* ---- repair ---- */

static cmty_status repair(const char *layer, const char *path, const cmty_check_options *o,
                          const cmty_beat_options *beats, cmty__repaired *done, cmty_error *err)
{
    cmty__layer_options lo = {
        .crs = beats->crs, .densify_m = beats->densify_m, .polygons = true, .host = o->host};
    cmty__spec spec = {0};
    cmty_status st = cmty__spec_parse(layer, &spec, err);

    if (st == CMTY_OK)
        st = cmty__repair(&spec, &lo, path, done, err);
    cmty__spec_free(&spec);
    return st;
}

cmty_status cmty_check_repair(const char *layer, const char *path,
                              const cmty_check_options *options, cmty_repair *result,
                              cmty_error *err)
{
    cmty_check_options o = CMTY_CHECK_OPTIONS_INIT;
    cmty_beat_options beats = CMTY_BEAT_OPTIONS_INIT;
    cmty_repair r = {.struct_size = (uint32_t)sizeof r};
    cmty__repaired done;
    cmty_status st;

    if (layer == NULL || path == NULL || result == NULL)
        return cmty__fail(err, CMTY_E_INVALID,
                          "a layer, a file to write and a place for the answer are needed");
    if (result->struct_size < sizeof r)
        return cmty__fail(err, CMTY_E_ABI, "cmty_repair: struct_size is too small");
    st = read_options(options, &o, &beats, err);
    if (st == CMTY_OK)
        st = repair(layer, path, &o, &beats, &done, err);
    if (st != CMTY_OK)
        return st;
    r.features = done.features;
    r.repaired = done.repaired;
    r.area_before_m2 = done.before_m2;
    r.area_after_m2 = done.after_m2;
    r.most_m2 = done.most_m2;
    return cmty__struct_write(result, &r, sizeof r, sizeof r, "cmty_repair", err);
}

/* ---- free and ask ---- */

void cmty_check_free(cmty_check *check)
{
    if (check == NULL)
        return;
    cmty__survey_free(check->survey);
    cmty__free(check->layers);
    cmty__free(check->features);
    cmty__free(check->found);
    cmty__arena_free(check->texts);
    cmty__free(check);
}

size_t cmty_check_count(const cmty_check *check)
{
    return check == NULL ? 0 : check->found_count;
}

cmty_status cmty_check_flaw(const cmty_check *check, size_t i, cmty_flaw *finding, cmty_error *err)
{
    if (check == NULL || finding == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "a report and a place for the finding are needed");
    if (i >= check->found_count)
        return cmty__fail(err, CMTY_E_RANGE, "there is no finding of that number");
    return cmty__struct_write(finding, &check->found[i].finding, sizeof *finding, sizeof *finding,
                              "cmty_flaw", err);
}

size_t cmty_check_layer_count(const cmty_check *check)
{
    return check == NULL ? 0 : check->layer_count;
}

cmty_status cmty_check_layer(const cmty_check *check, size_t i, cmty_checked_layer *layer,
                             cmty_error *err)
{
    cmty_checked_layer l = {.struct_size = (uint32_t)sizeof l};
    const cmty__checked_layer *from;

    if (check == NULL || layer == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "a report and a place for the layer are needed");
    if (i >= check->layer_count)
        return cmty__fail(err, CMTY_E_RANGE, "there is no layer of that number");
    from = &check->layers[i];
    l.features = from->feature_count;
    l.name = from->name;
    l.crs = from->crs;
    l.operation = from->operation;
    l.accuracy_m = from->accuracy_m;
    return cmty__struct_write(layer, &l, sizeof l, sizeof l, "cmty_checked_layer", err);
}
