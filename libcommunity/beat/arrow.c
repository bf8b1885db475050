/* SPDX-License-Identifier: MIT */
/* Batches of the Arrow C data interface: positions in, beats out. Any thread. */
#include "beat/arrow_out.h"
#include "beat/beat.h"

#include <math.h>

enum { CHUNK = 4096, RELATIONS = CMTY_RELATION_NO_VERSION + 1 };

cmty_status cmty_arrow_options_init(cmty_arrow_options *options)
{
    static const cmty_arrow_options defaults = CMTY_ARROW_OPTIONS_INIT;

    if (options == NULL)
        return CMTY_E_INVALID;
    *options = defaults;
    return CMTY_OK;
}

/* ---- columns ---- */

typedef struct column {
    const char *name, *format;
    const struct ArrowSchema *schema; /* NULL: not asked for */
    const struct ArrowArray *array;
} column;

/* How a column gives positions. */
typedef enum kind { KIND_PAIR, KIND_STRUCT, KIND_WKB, KIND_LARGE_WKB } kind;

typedef struct source {
    const struct ArrowArray *batch;
    kind kind;
    column lon, lat, geometry, time;
    int64_t per_ms, ms_per; /* units of the time: so many make a millisecond, or the other way */
} source;

static cmty_status fail_column(const char *name, const char *what, cmty_error *err)
{
    return cmty__fail(err, CMTY_E_FORMAT, "column %.60s %s", name, what);
}

static cmty_status find(const struct ArrowSchema *schema, const struct ArrowArray *array,
                        const char *name, column *out, cmty_error *err)
{
    for (int64_t i = 0; i < schema->n_children; i++) {
        const char *found = schema->children[i]->name;

        if (found == NULL || strcmp(found, name) != 0)
            continue;
        *out = (column){name, schema->children[i]->format, schema->children[i], array->children[i]};
        if (schema->children[i]->dictionary != NULL)
            return fail_column(name, "is by dictionary, which is not understood here", err);
        return CMTY_OK;
    }
    return fail_column(name, "is not in the batch", err);
}

static cmty_status find_numbers(const struct ArrowSchema *schema, const struct ArrowArray *array,
                                const char *name, column *out, cmty_error *err)
{
    cmty_status st = find(schema, array, name, out, err);

    if (st == CMTY_OK && strcmp(out->format, "g") != 0)
        st = fail_column(name, "must be of float64 (format g)", err);
    return st;
}

static cmty_status find_geometry(source *s, const struct ArrowSchema *schema, const char *name,
                                 cmty_error *err)
{
    cmty_status st = find(schema, s->batch, name, &s->geometry, err);

    if (st != CMTY_OK)
        return st;
    if (strcmp(s->geometry.format, "z") == 0 || strcmp(s->geometry.format, "Z") == 0) {
        s->kind = s->geometry.format[0] == 'z' ? KIND_WKB : KIND_LARGE_WKB;
        return CMTY_OK;
    }
    s->kind = KIND_STRUCT;
    if (strcmp(s->geometry.format, "+s") != 0)
        return fail_column(name, "must be WKB (format z or Z) or structs of x and y (+s)", err);
    st = find_numbers(s->geometry.schema, s->geometry.array, "x", &s->lon, err);
    return st == CMTY_OK ? find_numbers(s->geometry.schema, s->geometry.array, "y", &s->lat, err)
                         : st;
}

static cmty_status find_time(source *s, const struct ArrowSchema *schema, const char *name,
                             cmty_error *err)
{
    static const struct {
        const char *start;
        int64_t per_ms, ms_per;
    } units[] = {{"tss:", 1, 1000}, {"tsm:", 1, 1}, {"tsu:", 1000, 1}, {"tsn:", 1000000, 1}};
    cmty_status st = find(schema, s->batch, name, &s->time, err);

    for (size_t i = 0; st == CMTY_OK && i < sizeof units / sizeof *units; i++)
        if (cmty__starts_with(s->time.format, units[i].start) && s->time.format[4] != '\0') {
            s->per_ms = units[i].per_ms;
            s->ms_per = units[i].ms_per;
            return CMTY_OK;
        }
    return st == CMTY_OK ? fail_column(name, "must be of timestamps with a time zone", err) : st;
}

static cmty_status source_open(source *s, const struct ArrowSchema *schema,
                               const struct ArrowArray *batch, const cmty_arrow_options *o,
                               cmty_error *err)
{
    cmty_status st = CMTY_OK;

    *s = (source){.batch = batch, .kind = KIND_PAIR};
    if (schema->format == NULL || strcmp(schema->format, "+s") != 0
        || schema->n_children != batch->n_children)
        return cmty__fail(err, CMTY_E_FORMAT, "a batch is a struct (format +s) of columns");
    if (batch->length < 0 || batch->length > INT32_MAX || batch->offset < 0)
        return cmty__fail(err, CMTY_E_LIMIT, "a batch has at most %d rows", INT32_MAX);
    if (o->geometry != NULL)
        st = find_geometry(s, schema, o->geometry, err);
    else
        st = find_numbers(schema, batch, o->lon, &s->lon, err);
    if (st == CMTY_OK && o->geometry == NULL)
        st = find_numbers(schema, batch, o->lat, &s->lat, err);
    if (st == CMTY_OK && o->time != NULL)
        st = find_time(s, schema, o->time, err);
    return st;
}

/* ---- values ---- */

static bool is_valid(const struct ArrowArray *a, int64_t i)
{
    const uint8_t *bits = a->n_buffers > 0 ? a->buffers[0] : NULL;

    return bits == NULL || a->null_count == 0 || (bits[i >> 3] >> (i & 7) & 1) != 0;
}

static double number_at(const column *c, int64_t i)
{
    i += c->array->offset;
    return is_valid(c->array, i) ? ((const double *)c->array->buffers[1])[i] : (double)NAN;
}

static uint32_t read_u32(const uint8_t *bytes, bool little)
{
    uint32_t v = 0;

    for (int i = 0; i < 4; i++)
        v |= (uint32_t)bytes[i] << (little ? 8 * i : 24 - 8 * i);
    return v;
}

static double read_f64(const uint8_t *bytes, bool little)
{
    uint64_t v = 0;
    double out;

    for (int i = 0; i < 8; i++)
        v |= (uint64_t)bytes[i] << (little ? 8 * i : 56 - 8 * i);
    memcpy(&out, &v, sizeof out);
    return out;
}

/* A point in WKB of any kind: ISO, extended, with height and measure. False: it is none. */
static bool read_wkb(const uint8_t *bytes, int64_t size, cmty_point *out)
{
    uint32_t type;
    int64_t at = 5;
    bool little;

    if (size < 21 || bytes[0] > 1)
        return false;
    little = bytes[0] == 1;
    type = read_u32(bytes + 1, little);
    if ((type & 0x20000000) != 0) /* an SRID stands first */
        at += 4;
    if ((type & 0x0fffffff) % 1000 != 1 || (type & 0x0fffffff) > 3001 || size < at + 16)
        return false;
    out->lon_deg = read_f64(bytes + at, little);
    out->lat_deg = read_f64(bytes + at + 8, little);
    return true;
}

static bool wkb_at(const source *s, int64_t i, cmty_point *out)
{
    const struct ArrowArray *a = s->geometry.array;
    const uint8_t *bytes = a->buffers[2];
    int64_t from, to;

    i += a->offset;
    if (!is_valid(a, i))
        return true;
    if (s->kind == KIND_WKB) {
        from = ((const int32_t *)a->buffers[1])[i];
        to = ((const int32_t *)a->buffers[1])[i + 1];
    } else {
        from = ((const int64_t *)a->buffers[1])[i];
        to = ((const int64_t *)a->buffers[1])[i + 1];
    }
    return from >= 0 && to >= from && read_wkb(bytes + from, to - from, out);
}

/* The position of a row, counted from the beginning of the columns; not finite where there is none.
   False: a geometry that is no point. */
static bool point_at(const source *s, int64_t i, cmty_point *out)
{
    *out = (cmty_point){(double)NAN, (double)NAN};
    if (!is_valid(s->batch, i))
        return true;
    if (s->kind == KIND_WKB || s->kind == KIND_LARGE_WKB)
        return wkb_at(s, i, out);
    if (s->kind == KIND_STRUCT) {
        i += s->geometry.array->offset;
        if (!is_valid(s->geometry.array, i))
            return true;
    }
    *out = (cmty_point){number_at(&s->lon, i), number_at(&s->lat, i)};
    return true;
}

static cmty_time time_at(const source *s, int64_t i)
{
    const struct ArrowArray *a = s->time.array;
    int64_t v;

    i += a->offset;
    if (!is_valid(a, i))
        return CMTY_TIME_UNKNOWN;
    v = ((const int64_t *)a->buffers[1])[i];
    if (s->ms_per > 1)
        return v > INT64_MAX / s->ms_per || v < INT64_MIN / s->ms_per ? CMTY_TIME_UNKNOWN
                                                                      : v * s->ms_per;
    return v / s->per_ms - (v % s->per_ms < 0); /* rounded down */
}

/* ---- the answer ---- */

static const char *beat_text(const void *context, int64_t i)
{
    return cmty__beatset_id(context, (int32_t)i);
}

static const char *relation_text(const void *context, int64_t i)
{
    (void)context;
    return cmty_relation_name((int32_t)i);
}

static bool make_schema(struct ArrowSchema *out)
{
    if (!cmty__arrow_schema(out, "+s", "", 2, false))
        return false;
    return cmty__arrow_schema(out->children[0], "i", "beat", 0, true)
           && cmty__arrow_schema(out->children[0]->dictionary, "u", "", 0, false)
           && cmty__arrow_schema(out->children[1], "C", "relation", 0, true)
           && cmty__arrow_schema(out->children[1]->dictionary, "u", "", 0, false);
}

static bool make_array(const cmty_beatset *set, int64_t rows, struct ArrowArray *out)
{
    const size_t bits = (size_t)rows / 8 + 1;
    const size_t none[1] = {0};
    const size_t beats[2] = {bits, ((size_t)rows + 1) * sizeof(int32_t)};
    const size_t relations[2] = {bits, (size_t)rows + 1};

    return cmty__arrow_array(out, rows, 2, false, none, 1)
           && cmty__arrow_array(out->children[0], rows, 0, true, beats, 2)
           && cmty__arrow_array(out->children[1], rows, 0, true, relations, 2)
           && cmty__arrow_texts(out->children[0]->dictionary, (int64_t)cmty_beatset_count(set),
                                beat_text, set)
           && cmty__arrow_texts(out->children[1]->dictionary, RELATIONS, relation_text, NULL);
}

typedef struct answer {
    uint8_t *beat_valid, *relation_valid;
    int32_t *beat;
    uint8_t *relation;
    int64_t no_beat, no_relation;
} answer;

/* Validity of one row; an index behind a null is 0, so that it can be looked up. */
static void settle(answer *a, int64_t row, bool has_place)
{
    if (a->beat[row] >= 0) {
        a->beat_valid[row >> 3] |= (uint8_t)(1U << (row & 7));
    } else {
        a->beat[row] = 0;
        a->no_beat++;
    }
    if (has_place) {
        a->relation_valid[row >> 3] |= (uint8_t)(1U << (row & 7));
    } else {
        a->relation[row] = 0;
        a->no_relation++;
    }
}

static cmty_status locate_chunk(const cmty_beatset *set, const source *s, int64_t first,
                                size_t count, cmty_point *points, cmty_time *times, answer *a,
                                cmty_error *err)
{
    cmty_status st;

    for (size_t i = 0; i < count; i++) {
        const int64_t at = s->batch->offset + first + (int64_t)i;

        if (!point_at(s, at, &points[i]))
            return cmty__fail(err, CMTY_E_FORMAT, "column %.60s: row %lld is no point",
                              s->geometry.name, (long long)(first + (int64_t)i + 1));
        times[i] = s->time.schema != NULL ? time_at(s, at) : CMTY_TIME_UNKNOWN;
    }
    st = cmty_beatset_locate_many(set, points, s->time.schema != NULL ? times : NULL, count,
                                  a->beat + first, a->relation + first, err);
    for (size_t i = 0; st == CMTY_OK && i < count; i++)
        settle(a, first + (int64_t)i, cmty__point_valid(points[i]));
    return st;
}

static cmty_status locate_all(const cmty_beatset *set, const source *s, struct ArrowArray *out,
                              cmty_error *err)
{
    void **beat = out->children[0]->private_data, **relation = out->children[1]->private_data;
    answer a = {.beat_valid = beat[0],
                .beat = beat[1],
                .relation_valid = relation[0],
                .relation = relation[1]};
    cmty_point *points = cmty__calloc(CHUNK, sizeof *points);
    cmty_time *times = cmty__calloc(CHUNK, sizeof *times);
    cmty_status st = CMTY_OK;

    if (points == NULL || times == NULL)
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    for (int64_t i = 0; st == CMTY_OK && i < s->batch->length; i += CHUNK) {
        const int64_t left = s->batch->length - i;

        st = locate_chunk(set, s, i, (size_t)(left < CHUNK ? left : CHUNK), points, times, &a, err);
    }
    out->children[0]->null_count = a.no_beat;
    out->children[1]->null_count = a.no_relation;
    if (points != NULL)
        cmty__zero(points, CHUNK * sizeof *points);
    cmty__free(points);
    cmty__free(times);
    return st;
}

cmty_status cmty_beatset_locate_arrow(const cmty_beatset *set, const struct ArrowSchema *schema,
                                      const struct ArrowArray *batch,
                                      const cmty_arrow_options *options,
                                      struct ArrowSchema *out_schema, struct ArrowArray *out,
                                      cmty_error *err)
{
    cmty_arrow_options o = CMTY_ARROW_OPTIONS_INIT;
    source s;
    cmty_status st = CMTY_OK;

    if (out_schema != NULL)
        out_schema->release = NULL;
    if (out != NULL)
        out->release = NULL;
    if (set == NULL || schema == NULL || batch == NULL || out_schema == NULL || out == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "set, batch, schemas and out must not be NULL");
    if (schema->release == NULL || batch->release == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "the batch has been released already");
    if (options != NULL)
        st = cmty__struct_read(&o, sizeof o, options, sizeof o, "cmty_arrow_options", err);
    if (st == CMTY_OK && o.geometry == NULL && (o.lon == NULL || o.lat == NULL))
        st = cmty__fail(err, CMTY_E_INVALID, "lon and lat, or geometry, must be named");
    if (st == CMTY_OK)
        st = source_open(&s, schema, batch, &o, err);
    if (st != CMTY_OK)
        return st;
    if (!make_schema(out_schema) || !make_array(set, batch->length, out))
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    if (st == CMTY_OK)
        st = locate_all(set, &s, out, err);
    if (st != CMTY_OK && out_schema->release != NULL)
        out_schema->release(out_schema);
    if (st != CMTY_OK && out->release != NULL)
        out->release(out);
    return st;
}
