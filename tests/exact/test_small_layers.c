/* SPDX-License-Identifier: MIT */
/*
 * Thousands of small layers that nobody would draw: few corners, many areas over them, so that
 * edges are shared, doubled, cancelled, crossed and touched in every way; at any scale down to
 * single units in the last place, anywhere on the globe. Each is asked at its corners, at what its
 * corners span, and beside it, and must say what the exact judge says on every processor path.
 * CMTY_EXACT_POINTS gives the number of points, as for test_exact.
 */
#include "../runner.h"
#include "judge.h"
#include "stream.h"
#include "subject.h"

#include <math.h>

enum { CORNERS = 12, AREAS = 10, POINTS = 240 };

/* ---- layers ---- */

typedef struct small_layer {
    cmty_point corner[CORNERS];
    size_t corners;
    partition *p;
} small_layer;

static double nudged(double v, rng *r)
{
    for (size_t steps = rng_below(r, 4); steps > 0; steps--)
        v = nextafter(v, rng_next(r) & 1 ? INFINITY : -INFINITY);
    return v;
}

/* A scale, a place, and how the corners lie: on a raster, in rows, or anywhere. */
static void put_corners(small_layer *l, rng *r)
{
    static const cmty_point places[] = {{0, 0}, {-87.7, 41.8}, {179, 89}, {-180, -90}, {-1, 53}};
    cmty_point place = places[rng_below(r, 5)];
    double scale = ldexp(1, -(int)rng_below(r, 56)), side = (double)(2 + rng_below(r, 6));
    size_t style = rng_below(r, 4);
    bool nudge = rng_next(r) & 1;

    l->corners = 3 + rng_below(r, CORNERS - 2);
    for (size_t i = 0; i < l->corners; i++) {
        double x = rng_unit(r), y = rng_unit(r);

        if (style < 2)
            x = floor(x * side) / side;
        if (style == 0 || style == 2)
            y = floor(y * side) / side;
        x = place.lon_deg + x * scale;
        y = place.lat_deg + y * scale;
        l->corner[i] = (cmty_point){fmin(180, fmax(-180, nudge ? nudged(x, r) : x)),
                                    fmin(90, fmax(-90, nudge ? nudged(y, r) : y))};
    }
}

static void make_layer(small_layer *l, rng *r)
{
    cmty_point points[AREAS * 3][10];
    cmty__ring rings[AREAS * 3];
    cmty__area_input areas[AREAS];
    size_t count = 1 + rng_below(r, AREAS), ring = 0;

    put_corners(l, r);
    for (size_t a = 0; a < count; a++) {
        areas[a] = (cmty__area_input){&rings[ring], 1 + rng_below(r, 3)};
        for (size_t k = 0; k < areas[a].ring_count; k++, ring++) {
            size_t n = 3 + rng_below(r, 6);

            for (size_t i = 0; i < n; i++)
                points[ring][i] = l->corner[rng_below(r, l->corners)];
            points[ring][n] = points[ring][0];
            rings[ring] = (cmty__ring){points[ring], n + 1};
        }
    }
    l->p = partition_copy(areas, count);
}

/* ---- points ---- */

static cmty_point pick(const small_layer *l, rng *r)
{
    cmty_point a = l->corner[rng_below(r, l->corners)], b = l->corner[rng_below(r, l->corners)];
    cmty_point at = {a.lon_deg, b.lat_deg};
    double t = rng_unit(r);

    switch (rng_below(r, 6)) {
    case 0:
        at = a;
        break;
    case 1:
        at = (cmty_point){(a.lon_deg + b.lon_deg) / 2, (a.lat_deg + b.lat_deg) / 2};
        break;
    case 2:
        at = point_on_edge(a, b, r);
        break;
    case 3:
        at = (cmty_point){a.lon_deg + t * (b.lon_deg - a.lon_deg),
                          a.lat_deg + t * (b.lat_deg - a.lat_deg)};
        break;
    case 4:
        at.lon_deg += (at.lon_deg - l->corner[0].lon_deg) * (t - 0.5);
        break;
    default:
        break;
    }
    if (rng_next(r) & 1)
        at = (cmty_point){nudged(at.lon_deg, r), nudged(at.lat_deg, r)};
    return (cmty_point){fmin(180, fmax(-180, at.lon_deg)), fmin(90, fmax(-90, at.lat_deg))};
}

/* ---- comparison ---- */

static void fail_at(const char *what, uint64_t seed, cmty_point at)
{
    ck_abort_msg("%s differs in layer %llu at {%a, %a}", what, (unsigned long long)seed, at.lon_deg,
                 at.lat_deg);
}

static size_t check_layer(uint64_t seed)
{
    cmty_point points[POINTS];
    int32_t lowest[POINTS], area[POINTS];
    uint8_t flags[POINTS], got_flags[POINTS];
    cmty__hit want[JUDGE_HITS], got[JUDGE_HITS];
    cmty__areas *index = NULL;
    size_t on_boundary = 0;
    rng r = {seed};
    small_layer l;
    judge *j;

    make_layer(&l, &r);
    j = judge_make(l.p->areas, l.p->area_count);
    ck_assert_int_eq(cmty__areas_build(l.p->areas, l.p->area_count, &index, NULL), CMTY_OK);
    for (size_t i = 0; i < POINTS; i++) {
        size_t n, edges = 0;

        points[i] = pick(&l, &r);
        n = judge_ask(j, points[i], want);
        if (cmty__areas_hits(index, points[i], got, JUDGE_HITS) != n)
            fail_at("number of hits", seed, points[i]);
        for (size_t k = 0; k < n; k++) {
            if (got[k].area != want[k].area || got[k].kind != want[k].kind)
                fail_at("hit", seed, points[i]);
            edges += want[k].kind == CMTY__HIT_EDGE;
        }
        lowest[i] = n == 0 ? -1 : want[0].area;
        flags[i] =
            (uint8_t)((edges > 0 ? CMTY__FIRST_EDGE : 0) | (n > 1 ? CMTY__FIRST_SEVERAL : 0));
        on_boundary += edges > 0;
    }
    for (int path = 0; path < CMTY__PATHS; path++) {
        if (!cmty__areas_force_path(index, path))
            continue;
        cmty__areas_first_many(index, points, POINTS, area, got_flags);
        for (size_t i = 0; i < POINTS; i++)
            if (area[i] != lowest[i]
                || (got_flags[i] & (CMTY__FIRST_EDGE | CMTY__FIRST_SEVERAL)) != flags[i])
                fail_at("batch", seed, points[i]);
    }
    cmty__areas_free(index);
    judge_free(j);
    partition_free(l.p);
    return on_boundary;
}

START_TEST(layers_that_nobody_would_draw_are_located_exactly)
{
    const char *all = getenv("CMTY_EXACT_POINTS");
    size_t layers = (size_t)(all == NULL ? 400000 : strtoull(all, NULL, 10)) / POINTS;
    size_t on_boundary = 0;

    for (size_t i = 0; i < layers; i++)
        on_boundary += check_layer(i + 1);
    printf("%zu small layers: %zu points, %zu on a boundary, all as the exact judge says\n", layers,
           layers * POINTS, on_boundary);
    ck_assert_uint_gt(on_boundary, layers * POINTS / 10);
}
END_TEST

/* 0.2 degrees wide and a few units in the last place high: no grid of square cells fits it. */
START_TEST(a_layer_that_found_a_fault_is_located_exactly)
{
    ck_assert_uint_gt(check_layer(2445), 0);
}
END_TEST

static Suite *small_layers_suite(void)
{
    Suite *suite = suite_create("small_layers");
    TCase *tc = tcase_create("small_layers");

    tcase_set_timeout(tc, 3600);
    tcase_add_test(tc, layers_that_nobody_would_draw_are_located_exactly);
    tcase_add_test(tc, a_layer_that_found_a_fault_is_located_exactly);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(small_layers_suite)
