/* SPDX-License-Identifier: MIT */
/* A beat set once it is read: its versions, and what it says of itself. Immutable: any thread. */
#include "beat/set.h"

#include <stdlib.h>

enum { VERSIONS_MAX = 1000 }; /* each has an index of its own */

/* ---- versions ---- */

static int compare_times(const void *left, const void *right)
{
    const cmty_time *a = left, *b = right;

    return (*a > *b) - (*a < *b);
}

/* Every moment at which a beat begins or ends, once, ascending. */
static cmty_time *change_times(const cmty_beatset *set, size_t *count)
{
    cmty_time *times = cmty__realloc(NULL, 2 * set->beat_count, sizeof *times);
    size_t kept = 0;

    *count = 0;
    if (times == NULL)
        return NULL;
    for (size_t i = 0; i < set->beat_count; i++) {
        times[2 * i] = set->beats[i].from;
        times[2 * i + 1] = set->beats[i].to;
    }
    qsort(times, 2 * set->beat_count, sizeof *times, compare_times);
    for (size_t i = 0; i < 2 * set->beat_count; i++)
        if (kept == 0 || times[kept - 1] != times[i])
            times[kept++] = times[i];
    *count = kept;
    return times;
}

/* "2012-12-19", with the time of day where it is not midnight; ".." for an open end. */
static void put_moment(cmty__buf *b, cmty_time t, const cmty__zone *zone)
{
    cmty__civil c;

    if (t == CMTY_TIME_UNKNOWN || t == CMTY_TIME_OPEN_END) {
        cmty__buf_text(b, "..");
        return;
    }
    cmty__time_to_civil(t, zone, &c);
    if (c.hour == 0 && c.minute == 0 && c.second == 0 && c.millisecond == 0)
        cmty__buf_format(b, "%04d-%02d-%02d", c.year, c.month, c.day);
    else
        cmty__buf_time_local(b, t, zone);
}

static const char *make_label(cmty_beatset *set, cmty_time from, cmty_time to,
                              const cmty__zone *zone)
{
    cmty__buf b = {0};
    const char *label = NULL;

    put_moment(&b, from, zone);
    cmty__buf_char(&b, '/');
    put_moment(&b, to, zone);
    if (!b.failed)
        label = cmty__arena_text(set->texts, b.data, b.size);
    cmty__buf_free(&b);
    return label;
}

/* The version of one period; none if no beat was in force. */
static cmty_status add_version(cmty_beatset *set, cmty_time from, cmty_time to,
                               const cmty__area_input *shapes, cmty_error *err)
{
    cmty__version *v = &set->versions[set->version_count];
    cmty__area_input *areas = cmty__realloc(NULL, set->beat_count, sizeof *areas);
    int32_t *beats = cmty__realloc(NULL, set->beat_count, sizeof *beats);
    size_t count = 0;
    cmty_status st = CMTY_OK;

    if (areas == NULL || beats == NULL) {
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
        goto done;
    }
    for (size_t i = 0; i < set->beat_count; i++) {
        cmty__beat *b = &set->beats[i];

        if (b->from > from || b->to < to)
            continue;
        if (b->version < 0) {
            b->version = (int32_t)set->version_count;
            b->area = (int32_t)count;
        }
        beats[count] = (int32_t)i;
        areas[count++] = shapes[i];
    }
    if (count == 0)
        goto done;
    st = cmty__areas_build(areas, count, &v->areas, err);
    if (st != CMTY_OK)
        goto done;
    v->from = from;
    v->to = to;
    v->beats = beats;
    v->same_numbers = (size_t)beats[count - 1] == count - 1;
    beats = NULL;
    set->version_count++;

done:
    cmty__free(areas);
    cmty__free(beats);
    return st;
}

static cmty_status label_versions(cmty_beatset *set, const cmty__zone *zone, cmty_error *err)
{
    for (size_t i = 0; i < set->version_count; i++) {
        cmty__version *v = &set->versions[i];

        v->label = make_label(set, v->from, v->to, zone);
        if (v->label == NULL)
            return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    return CMTY_OK;
}

cmty_status cmty__beatset_index(cmty_beatset *set, const cmty__area_input *shapes,
                                const cmty__zone *zone, const cmty_host *host, cmty_error *err)
{
    size_t count = 0;
    cmty_time *times = change_times(set, &count);
    cmty_status st = CMTY_OK;

    if (times != NULL && count <= VERSIONS_MAX)
        set->versions = cmty__calloc(count, sizeof *set->versions);
    if (times == NULL || (count <= VERSIONS_MAX && set->versions == NULL))
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    else if (count > VERSIONS_MAX)
        st =
            cmty__fail(err, CMTY_E_LIMIT, "the beats change at more than %d moments", VERSIONS_MAX);
    for (size_t i = 0; i + 1 < count && st == CMTY_OK; i++) {
        st = cmty__progress(host, "indexing beats", (double)i / (double)count, err);
        if (st == CMTY_OK)
            st = add_version(set, times[i], times[i + 1], shapes, err);
    }
    if (st == CMTY_OK)
        st = label_versions(set, zone, err);
    cmty__free(times);
    return st;
}

/* ---- free and ask ---- */

void cmty_beatset_free(cmty_beatset *set)
{
    if (set == NULL)
        return;
    for (size_t i = 0; i < set->version_count; i++) {
        cmty__areas_free(set->versions[i].areas);
        cmty__free(set->versions[i].beats);
    }
    cmty__free(set->versions);
    cmty__free(set->beats);
    cmty__arena_free(set->texts);
    cmty__free(set);
}

cmty_status cmty_beat_options_init(cmty_beat_options *options)
{
    const cmty_beat_options defaults = CMTY_BEAT_OPTIONS_INIT;

    if (options == NULL)
        return CMTY_E_INVALID;
    *options = defaults;
    return CMTY_OK;
}

size_t cmty_beatset_count(const cmty_beatset *set)
{
    return set == NULL ? 0 : set->beat_count;
}

cmty_status cmty_beatset_info(const cmty_beatset *set, int32_t beat, cmty_beat_info *info,
                              cmty_error *err)
{
    cmty_beat_info i = {.struct_size = (uint32_t)sizeof i};
    const cmty__beat *b;

    if (set == NULL || info == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "a beat set and a place for the answer are needed");
    if (beat < 0 || (size_t)beat >= set->beat_count)
        return cmty__fail(err, CMTY_E_RANGE, "there is no beat of that number");
    b = &set->beats[beat];
    i.part_count = b->part_count;
    i.id = b->id;
    i.name = b->name;
    i.sector = b->sector;
    i.district = b->district;
    i.valid_from = b->from;
    i.valid_to = b->to;
    i.area_m2 = b->area_m2;
    return cmty__struct_write(info, &i, sizeof i, sizeof i, "cmty_beat_info", err);
}

size_t cmty_beatset_version_count(const cmty_beatset *set)
{
    return set == NULL ? 0 : set->version_count;
}

cmty_status cmty_beatset_version(const cmty_beatset *set, int32_t version, cmty_time *from,
                                 cmty_time *to, const char **label, cmty_error *err)
{
    if (set == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "a beat set is needed");
    if (version < 0 || (size_t)version >= set->version_count)
        return cmty__fail(err, CMTY_E_RANGE, "there is no version of that number");
    if (from != NULL)
        *from = set->versions[version].from;
    if (to != NULL)
        *to = set->versions[version].to;
    if (label != NULL)
        *label = set->versions[version].label;
    return CMTY_OK;
}

static cmty_status fail_listing(const cmty_beatset *set, cmty_status status, const char *text,
                                const char *what, cmty_error *err)
{
    cmty__buf labels = {0};
    cmty_status st;

    for (size_t i = 0; i < set->version_count; i++) {
        cmty__buf_text(&labels, i > 0 ? ", " : "");
        cmty__buf_text(&labels, set->versions[i].label);
    }
    if (labels.failed)
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    else
        st = cmty__fail(err, status, "\"%.60s\" %s; the versions are: %.300s", text, what,
                        labels.data);
    cmty__buf_free(&labels);
    return st;
}

cmty_status cmty_beatset_find_version(const cmty_beatset *set, const char *text,
                                      const char *time_zone, int32_t *version, cmty_error *err)
{
    cmty__zone *zone = NULL;
    cmty_time when = CMTY_TIME_UNKNOWN;
    int32_t found = -1;
    cmty_status st;

    if (set == NULL || text == NULL || version == NULL)
        return cmty__fail(err, CMTY_E_INVALID,
                          "a beat set, a label or time and a place for the answer are needed");
    for (size_t i = 0; i < set->version_count && found < 0; i++)
        if (strcmp(set->versions[i].label, text) == 0)
            found = (int32_t)i;
    if (found < 0) {
        st = cmty__zone_open(time_zone, &zone, err);
        if (st == CMTY_OK && !cmty__time_parse(text, zone, 0, &when))
            st = fail_listing(set, CMTY_E_FORMAT, text, "is neither a version nor a date", err);
        cmty__zone_free(zone);
        if (st != CMTY_OK)
            return st;
        found = cmty__beatset_version_at(set, when);
    }
    if (found < 0)
        return fail_listing(set, CMTY_E_RANGE, text, "is a time without a version", err);
    *version = found;
    return CMTY_OK;
}

/* ---- for the rooms above ---- */

const cmty__areas *cmty__beatset_areas(const cmty_beatset *set, int32_t version)
{
    return set->versions[version].areas;
}

int32_t cmty__beatset_beat_of(const cmty_beatset *set, int32_t version, int32_t area)
{
    return area < 0 ? -1 : set->versions[version].beats[area];
}

int32_t cmty__beatset_area_of(const cmty_beatset *set, int32_t version, int32_t beat)
{
    const cmty__version *v = &set->versions[version];
    size_t low = 0, high = cmty__areas_count(v->areas);

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (v->beats[middle] < beat)
            low = middle + 1;
        else
            high = middle;
    }
    return low < cmty__areas_count(v->areas) && v->beats[low] == beat ? (int32_t)low : -1;
}

int32_t cmty__beatset_version_at(const cmty_beatset *set, cmty_time when)
{
    size_t low = 0, high = set->version_count;

    if (when == CMTY_TIME_UNKNOWN)
        return (int32_t)set->version_count - 1;
    while (low < high) { /* the first that begins after `when` */
        size_t middle = low + (high - low) / 2;

        if (set->versions[middle].from <= when)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0 || set->versions[low - 1].to <= when)
        return -1;
    return (int32_t)low - 1;
}

const char *cmty__beatset_id(const cmty_beatset *set, int32_t beat)
{
    return beat < 0 ? "" : set->beats[beat].id;
}

const char **cmty__beatset_area_ids(const cmty_beatset *set, int32_t version)
{
    size_t count = cmty__areas_count(cmty__beatset_areas(set, version));
    const char **ids = cmty__calloc(count, sizeof *ids);

    for (size_t i = 0; ids != NULL && i < count; i++)
        ids[i] = cmty__beatset_id(set, cmty__beatset_beat_of(set, version, (int32_t)i));
    return ids;
}

const char *cmty__beatset_label(const cmty_beatset *set, int32_t version)
{
    return version < 0 ? "" : set->versions[version].label;
}

double cmty__beatset_tolerance_m(const cmty_beatset *set)
{
    return set->tolerance_m;
}
