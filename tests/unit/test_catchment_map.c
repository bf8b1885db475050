/* SPDX-License-Identifier: MIT */
/*
 * Catchments against the polygons that are published for them, point by point: in an invented town,
 * and in real cities where their data are at hand. At least k people share an anchor, counted by
 * polygon; every place is in the polygon of its anchor; its beat is that of its anchor.
 */
#include "../runner.h"
#include "beat/beat.h"
#include "intake/addresses.h"
#include "partition.h"

#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { K = 8, POINTS = 1000000 };

static char gpkg[64];

static void set_up(void)
{
    snprintf(gpkg, sizeof gpkg, "/tmp/cmty-catchments-%d.gpkg", (int)getpid());
}

static void tear_down(void)
{
    unlink(gpkg);
}

/* What was published, read back. */
typedef struct map {
    cmty__layer *layer;
    cmty__areas *areas; /* of the rows */
    cmty_point *anchors;
    bool *served;
    size_t count;
} map;

static double number_of(const cmty__layer *layer, size_t row, const char *field)
{
    double v = NAN;

    (void)cmty__parse_double(cmty__layer_text(layer, row, cmty__layer_field(layer, field)), &v);
    return v;
}

static map map_read(void)
{
    const cmty__spec spec = {.path = gpkg, .layer = "catchments"};
    const cmty__layer_options o = {.polygons = true};
    cmty__area_input *inputs;
    cmty_error err = CMTY_ERROR_INIT;
    map m = {0};

    ck_assert_msg(cmty__layer_open(&spec, &o, &m.layer, &err) == CMTY_OK, "%s", err.message);
    m.count = cmty__layer_count(m.layer);
    inputs = calloc(m.count, sizeof *inputs);
    m.anchors = calloc(m.count, sizeof *m.anchors);
    m.served = calloc(m.count, sizeof *m.served);
    for (size_t i = 0; i < m.count; i++) {
        const cmty__feature *f = cmty__layer_feature(m.layer, i);

        ck_assert(f->valid);
        inputs[i] = (cmty__area_input){f->rings, f->ring_count};
        m.anchors[i] =
            (cmty_point){number_of(m.layer, i, "anchor_lon"), number_of(m.layer, i, "anchor_lat")};
        m.served[i] = isfinite(m.anchors[i].lon_deg);
    }
    ck_assert_int_eq(cmty__areas_build(inputs, m.count, &m.areas, NULL), CMTY_OK);
    free(inputs);
    return m;
}

static void map_free(map *m)
{
    cmty__areas_free(m->areas);
    cmty__layer_free(m->layer);
    free(m->anchors);
    free(m->served);
}

static bool same(cmty_point a, cmty_point b)
{
    return a.lon_deg == b.lon_deg && a.lat_deg == b.lat_deg;
}

/* Is p in a polygon of this anchor, or so near to one that only the rounding of a cut edge can have
   parted them? */
static bool in_polygon_of(const map *m, cmty_point p, cmty_point anchor, size_t *rounded)
{
    cmty__hit hits[16];
    cmty__near near[16];
    size_t n = cmty__areas_hits(m->areas, p, hits, 16);

    for (size_t i = 0; i < n && i < 16; i++)
        if (m->served[hits[i].area] && same(m->anchors[hits[i].area], anchor))
            return true;
    ++*rounded;
    n = cmty__areas_near(m->areas, p, 1e-6, near, 16);
    for (size_t i = 0; i < n && i < 16; i++)
        if (m->served[near[i].area] && same(m->anchors[near[i].area], anchor))
            return true;
    return false;
}

typedef struct city {
    const cmty__areas *areas, *places;
    const cmty__address *addresses;
    size_t count;
    cmty__catchments *c;
} city;

static void check_point(const city *t, const map *m, cmty_point p, size_t *served, size_t *rounded)
{
    int32_t area = cmty__areas_first(t->areas, p, NULL, NULL);
    cmty_point anchor;
    double radius_m, weight;

    if (area < 0 || cmty__catchments_find(t->c, 0, area, p, &anchor, &radius_m, &weight) != CMTY_OK)
        return;
    ++*served;
    if (cmty__areas_first(t->areas, anchor, NULL, NULL) != area)
        ck_abort_msg("an anchor has another beat than the place it stands for");
    if (!in_polygon_of(m, p, anchor, rounded))
        ck_abort_msg("a place is in no polygon of its anchor");
}

/* Every vertex, the middle of every edge, and places spread over the box. */
static void check_points(const city *t, const map *m)
{
    cmty_point low = {180, 90}, high = {-180, -90};
    size_t served = 0, rounded = 0, done = 0;
    rng r = {4};

    for (size_t a = 0; a < cmty__areas_count(t->areas); a++) {
        size_t rings;
        const cmty__ring *ring = cmty__areas_rings(t->areas, (int32_t)a, &rings);
        cmty_point min, max;

        cmty__areas_bounds(t->areas, (int32_t)a, &min, &max);
        low = (cmty_point){fmin(low.lon_deg, min.lon_deg), fmin(low.lat_deg, min.lat_deg)};
        high = (cmty_point){fmax(high.lon_deg, max.lon_deg), fmax(high.lat_deg, max.lat_deg)};
        for (size_t i = 0; i < rings; i++)
            for (size_t k = 0; k + 1 < ring[i].count; k++, done += 2) {
                cmty_point p = ring[i].points[k], q = ring[i].points[k + 1];

                check_point(t, m, p, &served, &rounded);
                check_point(t, m,
                            (cmty_point){p.lon_deg + (q.lon_deg - p.lon_deg) / 2,
                                         p.lat_deg + (q.lat_deg - p.lat_deg) / 2},
                            &served, &rounded);
            }
    }
    for (; done < POINTS; done++)
        check_point(t, m,
                    (cmty_point){low.lon_deg + (high.lon_deg - low.lon_deg) * rng_unit(&r),
                                 low.lat_deg + (high.lat_deg - low.lat_deg) * rng_unit(&r)},
                    &served, &rounded);
    ck_assert_uint_gt(served, POINTS / 10);
    ck_assert_uint_lt(rounded, served / 20);
    printf("  %zu places: %zu served, %zu on a cut edge within a micrometre\n", done, served,
           rounded);
}

/* By polygon; those in a public place count only where it does not serve them. */
static void check_people(const city *t, const map *m)
{
    double *people = calloc(m->count, sizeof *people), radius_m, weight;
    size_t served = 0, public = 0;

    for (size_t i = 0; i < t->count; i++) {
        cmty_point p = t->addresses[i].at, anchor;
        int32_t area = cmty__areas_first(t->areas, p, NULL, NULL);
        cmty__hit hits[16];
        size_t n = cmty__areas_hits(m->areas, p, hits, 16);

        if (cmty__catchments_find(t->c, 0, area, p, &anchor, &radius_m, &weight) == CMTY_OK
            && weight == 0) {
            public++;
            ck_assert_int_ge(cmty__areas_first(t->places, p, NULL, NULL), 0);
            continue;
        }
        for (size_t h = 0; h < n && h < 16; h++)
            people[hits[h].area] += t->addresses[i].weight;
    }
    ck_assert((t->places != NULL) == (public > 0));
    for (size_t i = 0; i < m->count; i++) {
        double told = number_of(m->layer, i, "addresses");

        if (!m->served[i] || !isfinite(told))
            continue;
        served++;
        ck_assert_double_ge(told, K);
        ck_assert_double_ge(people[i], K);
        ck_assert_double_le(told, people[i] + 0.001);
    }
    ck_assert_uint_gt(served, 10);
    free(people);
}

static void check_city(const char *name, const cmty__areas *areas, const char *const *beats,
                       const cmty__address *addresses, size_t count, const cmty__areas *places)
{
    city t = {areas, places, addresses, count, NULL};
    clock_t start = clock();
    cmty__writer *w = NULL;
    cmty_error err = CMTY_ERROR_INIT;
    map m;

    ck_assert_msg(cmty__catchments_build(&areas, 1, addresses, count, places, K, NULL, &t.c, &err)
                      == CMTY_OK,
                  "%s", err.message);
    printf("%s: catchments of %zu addresses or blocks in %.2f s of CPU\n", name, count,
           (double)(clock() - start) / CLOCKS_PER_SEC);
    ck_assert_int_eq(cmty__writer_open(gpkg, &w, NULL), CMTY_OK);
    ck_assert_msg(cmty__catchments_write(t.c, 0, areas, beats, w, &err) == CMTY_OK, "%s",
                  err.message);
    ck_assert_int_eq(cmty__writer_finish(w, NULL), CMTY_OK);
    cmty__writer_free(w);
    m = map_read();
    check_points(&t, &m);
    check_people(&t, &m);
    map_free(&m);
    cmty__catchments_free(t.c);
}

/* ---- an invented town, with two public places ---- */

START_TEST(invented_town_keeps_every_promise_at_a_million_places)
{
    enum { ADDRESSES = 20000 };
    partition *p = partition_make(4, 4, 12, 5);
    const char **beats = calloc(p->area_count, sizeof *beats);
    cmty__address *a = calloc(ADDRESSES, sizeof *a);
    cmty__areas *areas = NULL, *places = NULL;
    double x = p->min.lon_deg, y = p->min.lat_deg;
    double w = (p->max.lon_deg - x) / 40, h = (p->max.lat_deg - y) / 40;
    const cmty_point park[] = {{x + 5 * w, y + 5 * h},
                               {x + 8 * w, y + 5 * h},
                               {x + 8 * w, y + 7 * h},
                               {x + 5 * w, y + 5 * h}};
    const cmty_point mall[] = {{x + 9 * w, y + 15 * h},
                               {x + 12 * w, y + 15 * h}, /* in two beats */
                               {x + 12 * w, y + 17 * h},
                               {x + 9 * w, y + 15 * h}};
    const cmty__ring rings[] = {{park, 4}, {mall, 4}};
    const cmty__area_input inputs[] = {{&rings[0], 1}, {&rings[1], 1}};
    rng r = {11};

    ck_assert_int_eq(cmty__areas_build(p->areas, p->area_count, &areas, NULL), CMTY_OK);
    ck_assert_int_eq(cmty__areas_build(inputs, 2, &places, NULL), CMTY_OK);
    for (size_t i = 0; i < p->area_count; i++)
        beats[i] = "beat";
    for (size_t i = 0; i < ADDRESSES; i++)
        a[i] = (cmty__address){partition_point(p, i % 50 == 0 ? POINT_VERTEX : POINT_UNIFORM, &r),
                               i % 3 == 0 ? 2.5 : 1};
    check_city("invented town", areas, beats, a, ADDRESSES, _i == 0 ? NULL : places);
    cmty__areas_free(areas);
    cmty__areas_free(places);
    partition_free(p);
    free(beats);
    free(a);
}
END_TEST

/* ---- real cities ---- */

static const char *shared_file(const char *name, char path[400])
{
    const char *folder = getenv("CMTY_SHARED");

    snprintf(path, 400, "%s/data/%s", folder != NULL ? folder : CMTY_TEST_SOURCE_DIR "/../shared",
             name);
    return access(path, R_OK) == 0 ? path : NULL;
}

static void check_real(const char *name, const char *beat_file, const cmty__address *addresses,
                       size_t count)
{
    cmty_beatset *set = NULL;
    cmty_error err = CMTY_ERROR_INIT;
    const char **ids;

    ck_assert_msg(cmty_beatset_open(&beat_file, 1, NULL, &set, &err) == CMTY_OK, "%s", err.message);
    ids = cmty__beatset_area_ids(set, 0);
    ck_assert_ptr_nonnull(ids);
    check_city(name, cmty__beatset_areas(set, 0), ids, addresses, count, NULL);
    cmty__free(ids);
    cmty_beatset_free(set);
}

START_TEST(address_points_of_charlottesville)
{
    char beats[400], points[400];
    cmty__address *a = NULL;
    size_t count = 0;

    if (shared_file("charlottesville/boundaries/police_beats_esri.json", beats) == NULL) {
        printf("SKIP: catchments of Charlottesville: shared data absent\n");
        return;
    }
    ck_assert_ptr_nonnull(
        shared_file("charlottesville/population/master_address_points.csv", points));
    ck_assert_int_eq(cmty__addresses_open(points, NULL, &a, &count, NULL), CMTY_OK);
    check_real("Charlottesville", beats, a, count);
    cmty__free(a);
}
END_TEST

/* The blocks have no shapes: each is put at a random place of its block group. */
static size_t block_places(const char *blocks, const cmty__layer *groups, const cmty__areas *shapes,
                           cmty__address *out)
{
    int32_t id = cmty__layer_field(groups, "id");
    cmty__reader *file = NULL;
    cmty__csv *csv = NULL;
    size_t count = 0;
    rng r = {3};

    ck_assert_int_eq(cmty__reader_open(blocks, &file, NULL), CMTY_OK);
    ck_assert_int_eq(cmty__csv_open(file, &csv, NULL), CMTY_OK);
    while (cmty__csv_next(csv, NULL) == CMTY_OK) {
        char wanted[32];
        cmty_point min, max;
        double people = 0;
        size_t g = 0;

        snprintf(wanted, sizeof wanted, "1500000US%.12s", cmty__csv_field(csv, 1));
        while (g < cmty__layer_count(groups)
               && strcmp(cmty__layer_text(groups, g, id), wanted) != 0)
            g++;
        if (g == cmty__layer_count(groups) || !cmty__parse_double(cmty__csv_field(csv, 2), &people))
            continue;
        cmty__areas_bounds(shapes, (int32_t)g, &min, &max);
        for (int tries = 0; tries < 50; tries++) {
            out[count].at = (cmty_point){min.lon_deg + (max.lon_deg - min.lon_deg) * rng_unit(&r),
                                         min.lat_deg + (max.lat_deg - min.lat_deg) * rng_unit(&r)};
            if (cmty__areas_contains(shapes, (int32_t)g, out[count].at))
                break;
        }
        out[count++].weight = people;
    }
    cmty__csv_free(csv);
    return count;
}

START_TEST(census_blocks_of_chicago)
{
    enum { BLOCKS = 46291 };
    char beats[400], groups[400], blocks[400];
    const cmty__layer_options o = {.polygons = true, .repair = true};
    cmty__address *a = calloc(BLOCKS, sizeof *a);
    cmty__area_input *inputs;
    cmty__layer *layer = NULL;
    cmty__areas *shapes = NULL;
    size_t count;

    if (shared_file("chicago/boundaries/police_beats_2012-12.geojson", beats) == NULL) {
        printf("SKIP: catchments of Chicago: shared data absent\n");
        free(a);
        return;
    }
    ck_assert_ptr_nonnull(
        shared_file("chicago/population/census_blockgroups_pop.topojson", groups));
    ck_assert_ptr_nonnull(
        shared_file("chicago/population/population_by_2010_census_block.csv", blocks));
    ck_assert_int_eq(cmty__layer_open(&(cmty__spec){.path = groups}, &o, &layer, NULL), CMTY_OK);
    inputs = calloc(cmty__layer_count(layer), sizeof *inputs);
    for (size_t i = 0; i < cmty__layer_count(layer); i++)
        inputs[i] = (cmty__area_input){cmty__layer_feature(layer, i)->rings,
                                       cmty__layer_feature(layer, i)->ring_count};
    ck_assert_int_eq(cmty__areas_build(inputs, cmty__layer_count(layer), &shapes, NULL), CMTY_OK);
    count = block_places(blocks, layer, shapes, a);
    ck_assert_uint_gt(count, 40000);
    check_real("Chicago", beats, a, count);
    cmty__areas_free(shapes);
    cmty__layer_free(layer);
    free(inputs);
    free(a);
}
END_TEST

static Suite *catchment_map_suite(void)
{
    Suite *suite = suite_create("catchment_map");
    TCase *tc = tcase_create("catchment_map");

    tcase_set_timeout(tc, 120);
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_loop_test(tc, invented_town_keeps_every_promise_at_a_million_places, 0, 2);
    tcase_add_test(tc, address_points_of_charlottesville);
    tcase_add_test(tc, census_blocks_of_chicago);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(catchment_map_suite)
