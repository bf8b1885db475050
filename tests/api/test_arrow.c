/* SPDX-License-Identifier: MIT */
/* Batches of the Arrow C data interface: the same answers as from plain arrays, whatever the form;
   nothing is released that was borrowed, and all that is owned is released once. */
#include "../runner.h"

#include <community/arrow.h>
#include <community/memory.h>
#include <gdal.h>
#include <math.h>
#include <ogr_api.h>
#include <ogr_recordbatch.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 5000, SHIFT = 7 };

static cmty_error err = CMTY_ERROR_INIT;
static cmty_beatset *set;
static cmty_point points[ROWS + SHIFT];
static cmty_time times[ROWS + SHIFT];
static int32_t beats[ROWS];
static uint8_t relations[ROWS];
static uint8_t valid[(ROWS + SHIFT) / 8 + 1];

static void must(cmty_status st)
{
    ck_assert_msg(st == CMTY_OK, "%s", err.message);
}

#define SQUARE(id, from, west, east)                                                               \
    "{\"type\":\"Feature\",\"properties\":{\"BEAT\":\"" id "\",\"valid_from\":" from               \
    "},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[" west ",50],[" east ",50],[" east    \
    ",50.01],[" west ",50.01],[" west ",50]]]}}"

static uint32_t next_random(void)
{
    static uint32_t seed = 1;

    seed = seed * 1664525U + 1013904223U;
    return seed >> 8;
}

/* Points in and around two beats, of which one is in force from 2026 on; every tenth is null, some
   are on the common edge, some are not finite. */
static void setup(void)
{
    const char *layer = "arrow.geojson";
    FILE *f = fopen(layer, "w");

    ck_assert_ptr_nonnull(f);
    fputs("{\"type\":\"FeatureCollection\",\"features\":[" SQUARE(
              "A \xc3\xa9", "\"2020-01-01\"", "10.00", "10.01") "," SQUARE("B", "\"2026-01-01\"",
                                                                           "10.01", "10.02") "]}",
          f);
    fclose(f);
    must(cmty_beatset_open(&layer, 1, NULL, &set, &err));
    memset(valid, 0, sizeof valid);
    for (int i = 0; i < ROWS + SHIFT; i++) {
        points[i].lon_deg = i % 17 == 0 ? 10.01 : 9.995 + next_random() % 30000 * 1e-6;
        points[i].lat_deg = i % 501 == 0 ? (double)NAN : 49.998 + next_random() % 14000 * 1e-6;
        times[i] = INT64_C(1735689600000) + (int64_t)(next_random() % 730) * 86400000 + 250;
        if (i % 10 != 3)
            valid[i / 8] |= (uint8_t)(1U << i % 8);
    }
}

static void teardown(void)
{
    cmty_beatset_free(set);
}

static bool is_null(int row)
{
    return ((row + SHIFT) % 10) == 3;
}

/* What plain arrays say of the rows behind the first SHIFT. */
static void expect(const cmty_time *when)
{
    static cmty_point asked[ROWS];

    for (int i = 0; i < ROWS; i++)
        asked[i] = is_null(i) ? (cmty_point){(double)NAN, (double)NAN} : points[i + SHIFT];
    must(cmty_beatset_locate_many(set, asked, when, ROWS, beats, relations, &err));
}

/* ---- batches that are not released by the library ---- */

static void keep_schema(struct ArrowSchema *s)
{
    (void)s;
    ck_abort_msg("a borrowed schema was released");
}

static void keep_array(struct ArrowArray *a)
{
    (void)a;
    ck_abort_msg("a borrowed array was released");
}

typedef struct part {
    struct ArrowSchema schema;
    struct ArrowArray array;
    const void *buffers[3];
} part;

static void column(part *p, const char *name, const char *format, const void *values,
                   const void *more)
{
    *p = (part){.schema = {.format = format, .name = name, .release = keep_schema},
                .array = {.length = ROWS + SHIFT,
                          .null_count = -1,
                          .n_buffers = more != NULL ? 3 : 2,
                          .release = keep_array},
                .buffers = {valid, values, more}};
    p->array.buffers = p->buffers;
}

static void group(part *p, const char *name, part *const *parts, int count,
                  struct ArrowSchema **schemas, struct ArrowArray **arrays, int64_t offset)
{
    for (int i = 0; i < count; i++) {
        schemas[i] = &parts[i]->schema;
        arrays[i] = &parts[i]->array;
    }
    *p = (part){.schema = {.format = "+s",
                           .name = name,
                           .n_children = count,
                           .children = schemas,
                           .release = keep_schema},
                .array = {.length = offset > 0 ? ROWS : ROWS + SHIFT,
                          .offset = offset,
                          .n_buffers = 1,
                          .n_children = count,
                          .children = arrays,
                          .release = keep_array}};
    p->array.buffers = p->buffers;
}

/* ---- answers ---- */

static bool holds(const struct ArrowArray *a, int64_t i)
{
    const uint8_t *bits = a->buffers[0];

    return bits == NULL || (bits[i / 8] >> (i % 8) & 1) != 0;
}

static void text_is(const struct ArrowArray *dictionary, int64_t i, const char *text)
{
    const int32_t *offsets = dictionary->buffers[1];
    const char *bytes = dictionary->buffers[2];

    ck_assert_int_lt(i, dictionary->length);
    ck_assert_int_eq(offsets[i + 1] - offsets[i], (int)strlen(text));
    ck_assert_mem_eq(bytes + offsets[i], text, strlen(text));
}

static void check_answer(const struct ArrowSchema *schema, const struct ArrowArray *out)
{
    const struct ArrowArray *beat = out->children[0], *relation = out->children[1];
    int64_t nulls = 0, with_beat = 0;

    ck_assert_str_eq(schema->format, "+s");
    ck_assert_str_eq(schema->children[0]->name, "beat");
    ck_assert_str_eq(schema->children[0]->format, "i");
    ck_assert_str_eq(schema->children[0]->dictionary->format, "u");
    ck_assert_str_eq(schema->children[1]->name, "relation");
    ck_assert_int_eq(out->length, ROWS);
    for (int i = 0; i < ROWS; i++) {
        cmty_beat_info info = {.struct_size = sizeof info};
        const bool has_place = !is_null(i) && isfinite(points[i + SHIFT].lat_deg);

        ck_assert_int_eq(holds(beat, i), beats[i] >= 0);
        nulls += beats[i] < 0;
        with_beat += beats[i] >= 0;
        if (beats[i] >= 0) {
            must(cmty_beatset_info(set, beats[i], &info, &err));
            text_is(beat->dictionary, ((const int32_t *)beat->buffers[1])[i], info.id);
        }
        ck_assert_int_eq(holds(relation, i), has_place);
        if (has_place)
            text_is(relation->dictionary, ((const uint8_t *)relation->buffers[1])[i],
                    cmty_relation_name(relations[i]));
    }
    ck_assert_int_eq(beat->null_count, nulls);
    ck_assert_int_gt(with_beat, ROWS / 4);
}

static void locate(const part *batch, const cmty_arrow_options *o)
{
    struct ArrowSchema schema;
    struct ArrowArray out, moved;

    must(cmty_beatset_locate_arrow(set, &batch->schema, &batch->array, o, &schema, &out, &err));
    check_answer(&schema, &out);
    moved = *out.children[0]; /* as a consumer may take a column out */
    out.children[0]->release = NULL;
    out.release(&out);
    ck_assert(out.release == NULL);
    ck_assert_int_eq(moved.length, ROWS);
    moved.release(&moved);
    schema.release(&schema);
    ck_assert(schema.release == NULL);
}

static double lon[ROWS + SHIFT], lat[ROWS + SHIFT];

START_TEST(columns_of_numbers_are_asked_from_their_offset_on)
{
    struct ArrowSchema *schemas[2];
    struct ArrowArray *arrays[2];
    part x, y, batch;
    part *parts[] = {&y, &x};

    for (int i = 0; i < ROWS + SHIFT; i++) {
        lon[i] = points[i].lon_deg;
        lat[i] = points[i].lat_deg;
    }
    column(&x, "lon", "g", lon, NULL);
    column(&y, "lat", "g", lat, NULL);
    group(&batch, "", parts, 2, schemas, arrays, SHIFT);
    expect(NULL);
    locate(&batch, NULL);
}
END_TEST

START_TEST(structs_of_x_and_y_and_times_of_every_unit)
{
    static const struct {
        const char *format;
        int64_t per_ms;
    } units[] = {{"tsm:UTC", 1}, {"tsu:UTC", 1000}, {"tsn:+01:00", 1000000}, {"tss:UTC", 0}};
    static int64_t values[ROWS + SHIFT];
    static cmty_time asked[ROWS];
    struct ArrowSchema *inner_schemas[2], *schemas[2];
    struct ArrowArray *inner_arrays[2], *arrays[2];
    cmty_arrow_options o = CMTY_ARROW_OPTIONS_INIT;
    part x, y, place, time, batch;
    part *inner[] = {&x, &y}, *parts[] = {&place, &time};

    for (int i = 0; i < ROWS + SHIFT; i++) {
        lon[i] = points[i].lon_deg;
        lat[i] = points[i].lat_deg;
        values[i] = units[_i].per_ms > 0 ? times[i] * units[_i].per_ms + units[_i].per_ms / 2
                                         : times[i] / 1000;
    }
    for (int i = 0; i < ROWS; i++)
        asked[i] = is_null(i)             ? CMTY_TIME_UNKNOWN
                   : units[_i].per_ms > 0 ? times[i + SHIFT]
                                          : times[i + SHIFT] / 1000 * 1000;
    column(&x, "x", "g", lon, NULL);
    column(&y, "y", "g", lat, NULL);
    group(&place, "place", inner, 2, inner_schemas, inner_arrays, 0);
    column(&time, "when", units[_i].format, values, NULL);
    group(&batch, "", parts, 2, schemas, arrays, SHIFT);
    o.geometry = "place";
    o.time = "when";
    expect(asked);
    locate(&batch, &o);
}
END_TEST

/* 21 bytes each, in turn of both byte orders. */
static void put_wkb(unsigned char *to, cmty_point p, bool little)
{
    const double v[2] = {p.lon_deg, p.lat_deg};

    to[0] = little;
    memcpy(to + 1, little ? "\1\0\0\0" : "\0\0\0\1", 4);
    for (int k = 0; k < 16; k++)
        to[5 + k] = ((const unsigned char *)&v[k / 8])[little ? k % 8 : 7 - k % 8];
}

START_TEST(wkb_of_both_byte_orders_and_both_sizes)
{
    static unsigned char bytes[(ROWS + SHIFT) * 21];
    static int32_t small[ROWS + SHIFT + 1];
    static int64_t large[ROWS + SHIFT + 1];
    struct ArrowSchema *schemas[1], out_schema;
    struct ArrowArray *arrays[1], out;
    cmty_arrow_options o = CMTY_ARROW_OPTIONS_INIT;
    part geometry, batch;
    part *parts[] = {&geometry};

    for (int i = 0; i < ROWS + SHIFT; i++) {
        put_wkb(bytes + i * 21, points[i], i % 2 == 0);
        small[i + 1] = (i + 1) * 21;
        large[i + 1] = (i + 1) * 21;
    }
    column(&geometry, "geom", _i == 0 ? "z" : "Z", _i == 0 ? (void *)small : (void *)large, bytes);
    group(&batch, "", parts, 1, schemas, arrays, SHIFT);
    o.geometry = "geom";
    expect(NULL);
    locate(&batch, &o);
    bytes[(ROWS - 1) * 21 + 1 + (ROWS % 2 == 1 ? 0 : 3)] = 3; /* a polygon */
    bytes[(ROWS - 1) * 21 + 4 - (ROWS % 2 == 1 ? 0 : 3)] = 0;
    ck_assert_int_eq(
        cmty_beatset_locate_arrow(set, &batch.schema, &batch.array, &o, &out_schema, &out, &err),
        CMTY_E_FORMAT);
    ck_assert_ptr_nonnull(strstr(err.message, "is no point"));
    ck_assert(out.release == NULL);
    ck_assert(out_schema.release == NULL);
}
END_TEST

START_TEST(the_stream_of_gdal_is_understood)
{
    OGRLayerH layer;
    OGRFeatureH feature;
    OGRGeometryH place;
    GDALDatasetH data;
    char no_fid[] = "INCLUDE_FID=NO";
    char *stream_options[] = {no_fid, NULL};
    cmty_arrow_options o = CMTY_ARROW_OPTIONS_INIT;
    struct ArrowArrayStream stream;
    struct ArrowSchema schema, out_schema;
    struct ArrowArray batch, out;
    int row = 0;

    GDALAllRegister();
    data = GDALCreate(GDALGetDriverByName("Memory"), "", 0, 0, 0, GDT_Unknown, NULL);
    layer = GDALDatasetCreateLayer(data, "points", NULL, wkbPoint, NULL);
    for (int i = 0; i < ROWS; i++) {
        feature = OGR_F_Create(OGR_L_GetLayerDefn(layer));
        place = OGR_G_CreateGeometry(wkbPoint);
        OGR_G_SetPoint_2D(place, 0, points[i + SHIFT].lon_deg, points[i + SHIFT].lat_deg);
        if (!is_null(i))
            OGR_F_SetGeometry(feature, place);
        ck_assert_int_eq(OGR_L_CreateFeature(layer, feature), OGRERR_NONE);
        OGR_G_DestroyGeometry(place);
        OGR_F_Destroy(feature);
    }
    expect(NULL);
    ck_assert_int_eq(OGR_L_GetArrowStream(layer, &stream, stream_options), 1);
    ck_assert_int_eq(stream.get_schema(&stream, &schema), 0);
    o.geometry = "wkb_geometry";
    while (stream.get_next(&stream, &batch) == 0 && batch.release != NULL) {
        must(cmty_beatset_locate_arrow(set, &schema, &batch, &o, &out_schema, &out, &err));
        ck_assert_int_eq(out.length, batch.length);
        for (int64_t i = 0; i < out.length; i++, row++) {
            ck_assert_int_eq(holds(out.children[0], i), beats[row] >= 0);
            if (beats[row] >= 0)
                ck_assert_int_eq(((const int32_t *)out.children[0]->buffers[1])[i], beats[row]);
        }
        out.release(&out);
        out_schema.release(&out_schema);
        batch.release(&batch);
    }
    ck_assert_int_eq(row, ROWS);
    schema.release(&schema);
    stream.release(&stream);
    GDALClose(data);
}
END_TEST

START_TEST(what_is_no_such_batch_is_refused_by_column)
{
    struct ArrowSchema *schemas[2], schema;
    struct ArrowArray *arrays[2], out;
    cmty_arrow_options o = CMTY_ARROW_OPTIONS_INIT;
    part x, y, batch;
    part *parts[] = {&x, &y};

    column(&x, "lon", "g", lon, NULL);
    column(&y, "lat", "f", lat, NULL);
    group(&batch, "", parts, 2, schemas, arrays, 0);
#define ASK() cmty_beatset_locate_arrow(set, &batch.schema, &batch.array, &o, &schema, &out, &err)
    ck_assert_int_eq(ASK(), CMTY_E_FORMAT);
    ck_assert_ptr_nonnull(strstr(err.message, "column lat must be of float64"));
    ck_assert(out.release == NULL);
    y.schema.format = "g";
    o.lon = "longitude";
    ck_assert_int_eq(ASK(), CMTY_E_FORMAT);
    ck_assert_ptr_nonnull(strstr(err.message, "longitude is not in the batch"));
    o.lon = "lon";
    o.time = "lat";
    ck_assert_int_eq(ASK(), CMTY_E_FORMAT);
    ck_assert_ptr_nonnull(strstr(err.message, "timestamps with a time zone"));
    y.schema.format = "tsm:"; /* local to nobody knows where */
    ck_assert_int_eq(ASK(), CMTY_E_FORMAT);
    o.time = NULL;
    o.geometry = "lon";
    ck_assert_int_eq(ASK(), CMTY_E_FORMAT);
    batch.schema.format = "g";
    ck_assert_int_eq(ASK(), CMTY_E_FORMAT);
    batch.schema.format = "+s";
    batch.array.length = INT64_C(1) << 31;
    ck_assert_int_eq(ASK(), CMTY_E_LIMIT);
    batch.array.release = NULL;
    ck_assert_int_eq(ASK(), CMTY_E_INVALID);
    ck_assert_int_eq(cmty_arrow_options_init(NULL), CMTY_E_INVALID);
}
END_TEST

/* ---- memory that runs out ---- */

static long left, held;

static void *limited(void *user, void *old, size_t size)
{
    void *fresh;

    (void)user;
    if (left-- <= 0)
        return NULL;
    fresh = realloc(old, size);
    held += old == NULL && fresh != NULL;
    return fresh;
}

static void released(void *user, void *memory)
{
    (void)user;
    held -= memory != NULL;
    free(memory);
}

START_TEST(an_answer_survives_every_failed_allocation)
{
    static const cmty_allocator counting = {
        .struct_size = sizeof counting, .realloc = limited, .free = released};
    struct ArrowSchema *schemas[2], schema;
    struct ArrowArray *arrays[2], out;
    part x, y, batch;
    part *parts[] = {&x, &y};
    cmty_status st = CMTY_E_NOMEM;
    const char *layer = "arrow.geojson";
    cmty_beatset *own = NULL;
    long before, k;

    left = INT32_MAX;
    must(cmty_set_allocator(&counting));
    must(cmty_beatset_open(&layer, 1, NULL, &own, &err));
    column(&x, "lon", "g", lon, NULL);
    column(&y, "lat", "g", lat, NULL);
    group(&batch, "", parts, 2, schemas, arrays, SHIFT);
    before = held;
    for (k = 0; st == CMTY_E_NOMEM && k < 1000; k++) {
        left = k;
        st = cmty_beatset_locate_arrow(own, &batch.schema, &batch.array, NULL, &schema, &out, &err);
        if (st != CMTY_OK) {
            ck_assert(schema.release == NULL);
            ck_assert(out.release == NULL);
            ck_assert_int_eq(held, before);
        }
    }
    ck_assert_int_eq(st, CMTY_OK);
    ck_assert_int_gt(k, 15);
    schema.release(&schema);
    out.release(&out);
    ck_assert_int_eq(held, before);
    cmty_beatset_free(own);
}
END_TEST

static Suite *arrow_suite(void)
{
    Suite *suite = suite_create("arrow");
    TCase *tc = tcase_create("arrow");
    TCase *memory = tcase_create("memory"); /* the allocator is set before all else */

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, columns_of_numbers_are_asked_from_their_offset_on);
    tcase_add_loop_test(tc, structs_of_x_and_y_and_times_of_every_unit, 0, 4);
    tcase_add_loop_test(tc, wkb_of_both_byte_orders_and_both_sizes, 0, 2);
    tcase_add_test(tc, the_stream_of_gdal_is_understood);
    tcase_add_test(tc, what_is_no_such_batch_is_refused_by_column);
    tcase_add_test(memory, an_answer_survives_every_failed_allocation);
    suite_add_tcase(suite, tc);
    suite_add_tcase(suite, memory);
    return suite;
}

CMTY_TEST_MAIN(arrow_suite)
