/* SPDX-License-Identifier: MIT */
/* The laws that put a place somewhere public: grid, snap, street; the donut's law; and regions that
   are land. */
#include "../runner.h"
#include "intake/addresses.h"
#include "privacy/grid.h"
#include "privacy/noise.h"

#include <community/mask.h>

#include <math.h>
#include <string.h>
#include <unistd.h>

static cmty__mask_key *key;
static char folder[64], key_path[128];

static void path_of(const char *name, char out[128])
{
    snprintf(out, 128, "%s/%s", folder, name);
}

static void write_text(const char *name, const char *text)
{
    char path[128];
    FILE *f;

    path_of(name, path);
    f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    ck_assert_int_ge(fputs(text, f), 0);
    ck_assert_int_eq(fclose(f), 0);
}

static const char *const names[] = {"mask.key", "list.csv", "homes.csv", "roads.geojson",
                                    "land.geojson"};

static void set_up(void)
{
    snprintf(folder, sizeof folder, "/tmp/cmty-places-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    path_of("mask.key", key_path);
    ck_assert_int_eq(cmty_key_make_mask(key_path, NULL), CMTY_OK);
    ck_assert_int_eq(cmty__mask_key_open(key_path, &key, NULL), CMTY_OK);
}

static void tear_down(void)
{
    char path[128];

    cmty__mask_key_free(key);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        path_of(names[i], path);
        unlink(path);
    }
    rmdir(folder);
}

static void open_stream(cmty__stream *s, int64_t number)
{
    static const uint8_t fixed[32] = {9};

    cmty__stream_open(s, fixed, &(cmty__draw_key){.row = number}, "places");
}

static double unit(cmty__stream *s)
{
    return (double)(cmty__stream_next(s) >> 11) / 9007199254740992.0;
}

/* ---- grid ---- */

START_TEST(corners_are_near_and_public)
{
    cmty__law law = {.law = CMTY_LAW_GRID, .radius_m = 500};
    cmty__stream s;

    open_stream(&s, 1);
    for (int i = 0; i < 20000; i++) {
        cmty_point p = {unit(&s) * 360 - 180, unit(&s) * 160 - 80};
        cmty__grid g = cmty__grid_make(500, cmty__grid_zone(p.lat_deg));
        cmty__mask_result r = {.note = ""};
        double row;

        ck_assert_int_eq(cmty__law_apply(&law, key, NULL, "r", p, NULL, &r, NULL), CMTY_OK);
        ck_assert_double_le(cmty__geodesic_m(p, r.at), 0.8 * 500);
        ck_assert_double_eq(r.radius_m, 500);
        row = (r.at.lat_deg - g.origin_deg) / g.lat_step_deg;
        ck_assert_double_eq_tol(row, round(row), 1e-4);
    }
}
END_TEST

/* From both sides of an edge, and for every report, the same end. */
START_TEST(an_edge_has_one_end_and_each_end_is_chosen_as_often)
{
    cmty__grid g = cmty__grid_make(250, cmty__grid_zone(41.8));
    double lower = 0;

    for (int i = 0; i < 2000; i++) {
        double lon = (-60000 + i % 50 + 0.5) * g.lon_step_deg;
        double lat = g.origin_deg + (7400 + i / 50) * g.lat_step_deg;
        cmty_point north = cmty__grid_corner(&g, key, (cmty_point){lon, lat + g.lat_step_deg / 9});
        cmty_point south = cmty__grid_corner(&g, key, (cmty_point){lon, lat - g.lat_step_deg / 9});
        cmty_point east =
            cmty__grid_corner(&g, key, (cmty_point){lon + g.lon_step_deg / 8, lat + 1e-5});

        ck_assert(memcmp(&north, &south, sizeof north) == 0);
        ck_assert(memcmp(&north, &east, sizeof north) == 0);
        lower += north.lon_deg < lon;
    }
    ck_assert_double_lt(fabs(lower - 1000), 5 * sqrt(500));
}
END_TEST

/* Vectors of RFC 6772, where they are at hand. */
static bool is_centre(const cmty__json *vector, cmty_point p)
{
    const cmty__json *centres = cmty__json_member(vector, "centers");

    for (size_t i = 0; i < cmty__json_count(centres); i++) {
        const cmty__json *c = cmty__json_at(centres, i);
        double lon = 0, lat = 0;

        ck_assert(cmty__json_number(cmty__json_member(c, "lon"), &lon));
        ck_assert(cmty__json_number(cmty__json_member(c, "lat"), &lat));
        if (fabs(lon - p.lon_deg) < 1.5e-7 && fabs(lat - p.lat_deg) < 1.5e-7)
            return true;
    }
    return false;
}

START_TEST(corners_are_those_of_the_rfc)
{
    const char *shared = getenv("CMTY_SHARED");
    char path[400], *text = NULL;
    cmty__json *document = NULL;
    const cmty__json *vectors;
    size_t size = 0;

    snprintf(path, sizeof path, "%s/standards/rfc/rfc6772-vectors.json",
             shared != NULL ? shared : CMTY_TEST_SOURCE_DIR "/../shared");
    if (access(path, R_OK) != 0) {
        printf("SKIP: vectors of RFC 6772: shared data absent\n");
        return;
    }
    ck_assert_int_eq(cmty__file_read(path, 1 << 20, &text, &size, NULL), CMTY_OK);
    ck_assert_int_eq(cmty__json_parse(text, size, &document, NULL), CMTY_OK);
    vectors = cmty__json_member(document, "vectors");
    ck_assert_uint_ge(cmty__json_count(vectors), 20);
    for (size_t i = 0; i < cmty__json_count(vectors); i++) {
        static const char *const members[] = {"lon", "lat", "radius_m", "origin_lat"};
        const cmty__json *v = cmty__json_at(vectors, i);
        double n[4];
        cmty__grid g;

        for (int m = 0; m < 4; m++)
            ck_assert(cmty__json_number(cmty__json_member(v, members[m]), &n[m]));
        g = cmty__grid_make(n[2], cmty__grid_zone(n[3]));
        ck_assert_double_eq(g.origin_deg, n[3]);
        ck_assert_msg(is_centre(v, cmty__grid_corner(&g, key, (cmty_point){n[0], n[1]})),
                      "vector %zu", i);
    }
    cmty__json_free(document);
    cmty__free(text);
}
END_TEST

/* ---- donut ---- */

/* Quantiles r(p) of an area-uniform ring: sqrt(a^2 + p (b^2 - a^2)). */
START_TEST(donut_is_even_over_its_area_and_in_all_directions)
{
    enum { DRAWS = 100000, BINS = 50 };
    static const double rings[][2] = {{50, 250}, {0, 1000}, {800, 1000}};
    cmty__law law = {.law = CMTY_LAW_DONUT, .lattice_m = 10};
    double radial[BINS] = {0}, angular[BINS] = {0}, chi_r = 0, chi_a = 0, inner = rings[_i][0],
           outer = rings[_i][1], sum = 0, mean;
    char id[16];

    law.inner_radius_m = inner;
    law.radius_m = outer;
    for (int i = 0; i < DRAWS; i++) {
        cmty_point at = {-87.6, 41.88};
        cmty__mask_result r = {.note = ""};
        cmty__frame f = cmty__frame_at(at);
        double d, share, x, y;

        snprintf(id, sizeof id, "%d", i);
        ck_assert_int_eq(cmty__law_apply(&law, key, NULL, id, at, NULL, &r, NULL), CMTY_OK);
        d = cmty__geodesic_m(at, r.at);
        ck_assert(d >= inner && d <= outer);
        sum += d;
        share = (d * d - inner * inner) / (outer * outer - inner * inner);
        radial[(int)fmin(BINS - 1, share * BINS)] += 1;
        x = (r.at.lon_deg - at.lon_deg) * f.m_per_deg_lon;
        y = (r.at.lat_deg - at.lat_deg) * f.m_per_deg_lat;
        angular[(int)fmin(BINS - 1, (atan2(y, x) / acos(-1.0) + 1) / 2 * BINS)] += 1;
    }
    for (int i = 0; i < BINS; i++) {
        chi_r += (radial[i] - DRAWS / BINS) * (radial[i] - DRAWS / BINS) / (DRAWS / BINS);
        chi_a += (angular[i] - DRAWS / BINS) * (angular[i] - DRAWS / BINS) / (DRAWS / BINS);
    }
    ck_assert_double_lt(chi_r, 108.2); /* 49 degrees of freedom, alpha 1e-6 */
    ck_assert_double_lt(chi_a, 108.2);
    mean = 2.0 / 3.0 * (pow(outer, 3) - pow(inner, 3)) / (outer * outer - inner * inner);
    ck_assert_double_lt(fabs(sum / DRAWS - mean), 5 * (outer - inner) / sqrt(12.0 * DRAWS) + 0.1);
}
END_TEST

/* Draws below each quantile r(u) of the table of area-uniform rings. */
START_TEST(donut_quantiles_are_those_of_the_table)
{
    enum { DRAWS = 40000 };
    static double distance[DRAWS];
    FILE *f = fopen(CMTY_TEST_SOURCE_DIR "/tests/data/privacy_vectors/donut_quantiles.csv", "r");
    cmty__law law = {.law = CMTY_LAW_DONUT, .lattice_m = 10};
    char line[256], id[16];
    int rows = 0;

    ck_assert_ptr_nonnull(f);
    while (fgets(line, sizeof line, f) != NULL) {
        double v[4], below = 0; /* inner, outer, u, r */
        char *field = strtok(line, ",\n");
        int n = 0;

        for (; n < 4 && field != NULL && cmty__parse_double(field, &v[n]); n++)
            field = strtok(NULL, ",\n");
        if (n < 4)
            continue;
        if (law.inner_radius_m != v[0] || law.radius_m != v[1])
            for (int i = 0; i < DRAWS; i++) {
                cmty_point at = {12.5, 41.9};
                cmty__mask_result r = {.note = ""};

                law.inner_radius_m = v[0];
                law.radius_m = v[1];
                snprintf(id, sizeof id, "q%d", i);
                ck_assert_int_eq(cmty__law_apply(&law, key, NULL, id, at, NULL, &r, NULL), CMTY_OK);
                distance[i] = cmty__geodesic_m(at, r.at);
            }
        for (int i = 0; i < DRAWS; i++)
            below += distance[i] <= v[3];
        ck_assert_double_le(fabs(below - v[2] * DRAWS),
                            5 * sqrt(v[2] * (1 - v[2]) * DRAWS) + 0.002 * DRAWS);
        rows++;
    }
    fclose(f);
    ck_assert_int_gt(rows, 10);
}
END_TEST

struct moments {
    double mean_r, mean_r2, east, east2; /* metres, metres^2 */
};

static struct moments draw_moments(double inner, double outer, int draws)
{
    const cmty__law law = {
        .law = CMTY_LAW_DONUT, .lattice_m = 10, .inner_radius_m = inner, .radius_m = outer};
    const cmty_point at = {12.5, 41.9};
    const cmty__frame f = cmty__frame_at(at);
    struct moments m = {0};

    for (int i = 0; i < draws; i++) {
        cmty__mask_result r = {.note = ""};
        char id[16];
        double d, east;

        snprintf(id, sizeof id, "m%d", i);
        ck_assert_int_eq(cmty__law_apply(&law, key, NULL, id, at, NULL, &r, NULL), CMTY_OK);
        d = cmty__geodesic_m(at, r.at);
        east = (r.at.lon_deg - at.lon_deg) * f.m_per_deg_lon;
        m.mean_r += d / draws;
        m.mean_r2 += d * d / draws;
        m.east += east / draws;
        m.east2 += east * east / draws;
    }
    return m;
}

/* The first two moments are those of an area-uniform ring, and not those of the two other laws that
   go by the name; a degree of longitude changes a little over the widest rings. */
START_TEST(donut_moments_are_those_of_the_table)
{
    enum { DRAWS = 40000 };
    FILE *f = fopen(CMTY_TEST_SOURCE_DIR "/tests/data/privacy_vectors/donut_moments.csv", "r");
    struct moments m = {0};
    char line[256];
    int rows = 0, told_apart = 0;

    ck_assert_ptr_nonnull(f);
    while (fgets(line, sizeof line, f) != NULL) {
        double v[7] = {0}; /* inner, outer, a word, E r, E r^2, Var r, variance along an axis */
        char *fields[7] = {0}, *field = strtok(line, ",\n");
        int n = 0;
        double error;

        for (; n < 7 && field != NULL; field = strtok(NULL, ",\n"))
            fields[n++] = field;
        if (n < 7 || !cmty__parse_double(fields[0], &v[0]))
            continue;
        for (int i = 1; i < 7; i++)
            ck_assert(i == 2 || cmty__parse_double(fields[i], &v[i]));
        error = 5 * sqrt(v[5] / DRAWS) + 1e-4 * v[1];
        if (strcmp(fields[2], "area_uniform") == 0) {
            m = draw_moments(v[0], v[1], DRAWS);
            ck_assert_double_le(fabs(m.mean_r - v[3]), error);
            ck_assert_double_le(fabs(m.mean_r2 - v[4]), 2 * v[1] * error);
            ck_assert_double_le(fabs(m.east), 5 * sqrt(v[6] / DRAWS) + 1e-4 * v[1]);
            ck_assert_double_le(fabs(m.east2 / v[6] - 1), 5 * sqrt(2.0 / DRAWS) + 2e-3);
            rows++;
        } else if (fabs(m.mean_r - v[3]) > error || fabs(m.mean_r2 - v[4]) > 2 * v[1] * error) {
            told_apart++;
        }
    }
    fclose(f);
    ck_assert_int_eq(rows, 11);
    ck_assert_int_ge(told_apart, 16); /* from 0 the triangular law is the area-uniform one */
}
END_TEST

/* ---- nearest ---- */

START_TEST(nearest_is_what_looking_at_all_points_finds)
{
    enum { COUNT = 1000 };
    static cmty_point points[COUNT], copy[COUNT];
    cmty__point_tree *n = NULL;
    cmty__stream s;

    open_stream(&s, 2);
    for (int i = 0; i < COUNT; i++) {
        points[i] = (cmty_point){-87.7 + unit(&s) * 0.2, 41.8 + unit(&s) * 0.2};
        if (i % 5 == 4) /* some twice, some at one longitude */
            points[i] = points[i - 1];
        if (i % 7 == 3)
            points[i].lon_deg = -87.65;
    }
    memcpy(copy, points, sizeof copy);
    ck_assert_int_eq(cmty__point_tree_build(copy, COUNT, &n, NULL), CMTY_OK);
    ck_assert_uint_lt(cmty__point_tree_count(n), COUNT);
    for (int i = 0; i < 1000; i++) {
        cmty_point p = {-87.75 + unit(&s) * 0.3, 41.75 + unit(&s) * 0.3}, found;
        double best = INFINITY;

        found = cmty__point_tree_find(n, p);
        for (int k = 0; k < COUNT; k++)
            best = fmin(best, cmty__geodesic_m(p, points[k]));
        ck_assert_double_le(cmty__geodesic_m(p, found), best * 1.004); /* the earth is no sphere */
    }
    cmty__point_tree_free(n);
}
END_TEST

/* ---- snap and street ---- */

static cmty_masker *open_masker(int32_t law, const char *snap_to, const char *addresses)
{
    static char layer[128], homes[128];
    cmty_mask_options o = CMTY_MASK_OPTIONS_INIT;
    cmty_error err = CMTY_ERROR_INIT;
    cmty_masker *m = NULL;

    path_of(snap_to, layer);
    o.law = law;
    o.key_file = key_path;
    o.snap_to = layer;
    if (addresses != NULL) {
        path_of(addresses, homes);
        o.addresses = homes;
    }
    ck_assert_msg(cmty_masker_open(&o, NULL, &m, &err) == CMTY_OK, "%s", err.message);
    return m;
}

static void write_list(void)
{
    write_text("list.csv", "id,lon,lat\n1,10.0,50.0\n2,10.01,50.0\n3,10.02,50.0\n4,10.05,50.0\n");
}

START_TEST(snap_takes_the_nearest_place_and_names_its_list)
{
    cmty_masker *m, *other;
    cmty_masked a = {.struct_size = sizeof a}, b = a, far = a;
    char note[16];

    write_list();
    m = open_masker(CMTY_LAW_SNAP, "list.csv", NULL);
    ck_assert_int_eq(cmty_masker_apply(m, "r", (cmty_point){10.012, 50.003}, 0, &a, NULL), CMTY_OK);
    ck_assert_double_eq(a.at.lon_deg, 10.01);
    ck_assert_double_eq(a.at.lat_deg, 50.0);
    ck_assert_int_eq(strncmp(a.note, "list ", 5), 0);
    ck_assert_uint_eq(strlen(a.note), 13);
    ck_assert_ptr_nonnull(strstr(cmty_masker_metadata(m), a.note + 5));
    ck_assert_ptr_nonnull(strstr(cmty_masker_guarantee(m), a.note + 5));
    ck_assert_int_eq(cmty_masker_apply(m, "r", (cmty_point){10.0, 50.179}, 0, &b, NULL), CMTY_OK);
    ck_assert_int_eq(cmty_masker_apply(m, "r", (cmty_point){10.0, 50.181}, 0, &far, NULL),
                     CMTY_WITHHELD); /* 20 km */
    snprintf(note, sizeof note, "%s", a.note);
    cmty_masker_free(m);
    write_text("list.csv", "id,lon,lat\n1,10.0,50.0\n2,10.01,50.0\n3,10.0200001,50.0\n");
    other = open_masker(CMTY_LAW_SNAP, "list.csv", NULL);
    ck_assert_int_eq(cmty_masker_apply(other, "r", (cmty_point){10.012, 50.003}, 0, &a, NULL),
                     CMTY_OK);
    ck_assert_str_ne(a.note, note);
    cmty_masker_free(other);
}
END_TEST

/* Place 2 serves 3 homes only, and goes; place 3, which served none, inherits them, and goes in the
   next round. Place 4 serves none, and stays. */
START_TEST(snap_leaves_out_thin_places_until_none_is_left)
{
    cmty_masker *m;
    cmty_masked a = {.struct_size = sizeof a};
    char text[2000];
    int used = snprintf(text, sizeof text, "id,lon,lat\n");

    for (int i = 0; i < 8; i++) /* at place 1 */
        used += snprintf(text + used, sizeof text - (size_t)used, "%d,10.000%d,50.0\n", i, i);
    for (int i = 0; i < 3; i++) /* at place 2, on the side of place 3 */
        used += snprintf(text + used, sizeof text - (size_t)used, "a%d,10.012%d,50.0\n", i, i);
    write_text("homes.csv", text);
    write_list();
    m = open_masker(CMTY_LAW_SNAP, "list.csv", "homes.csv");
    ck_assert_int_eq(cmty_masker_apply(m, "r", (cmty_point){10.012, 50.0}, 0, &a, NULL), CMTY_OK);
    ck_assert_double_eq(a.at.lon_deg, 10.0);
    ck_assert_int_eq(cmty_masker_apply(m, "r", (cmty_point){10.021, 50.0}, 0, &a, NULL), CMTY_OK);
    ck_assert_double_eq(a.at.lon_deg, 10.0);
    ck_assert_int_eq(cmty_masker_apply(m, "r", (cmty_point){10.049, 50.0}, 0, &a, NULL), CMTY_OK);
    ck_assert_double_eq(a.at.lon_deg, 10.05);
    cmty_masker_free(m);
}
END_TEST

/* One home near it, and more than k beyond the cut-off, which are never published at it. */
START_TEST(snap_counts_no_homes_beyond_the_cut_off)
{
    cmty_mask_options o = CMTY_MASK_OPTIONS_INIT;
    cmty_masker *m = NULL;
    char text[1000], list[128], homes[128];
    int used = snprintf(text, sizeof text, "id,lon,lat\na,10.001,50.0\n");

    for (int i = 0; i < 20; i++)
        used += snprintf(text + used, sizeof text - (size_t)used, "%d,10.1%02d,50.0\n", i, i);
    write_text("homes.csv", text);
    write_text("list.csv", "id,lon,lat\n1,10.0,50.0\n");
    o.law = CMTY_LAW_SNAP;
    path_of("list.csv", list);
    path_of("homes.csv", homes);
    o.snap_to = list;
    o.addresses = homes;
    ck_assert_int_eq(cmty_masker_open(&o, NULL, &m, NULL), CMTY_OK);
    cmty_masker_free(m);
    o.cutoff_m = 1000;
    ck_assert_int_eq(cmty_masker_open(&o, NULL, &m, NULL), CMTY_E_FORMAT);
    ck_assert_ptr_null(m);
}
END_TEST

static const char roads[] =
    "{\"type\":\"FeatureCollection\",\"features\":["
    "{\"type\":\"Feature\",\"properties\":{},\"geometry\":{\"type\":\"LineString\","
    "\"coordinates\":[[10,50],[10.02,50]]}},"
    "{\"type\":\"Feature\",\"properties\":{},\"geometry\":{\"type\":\"MultiLineString\","
    "\"coordinates\":[[[10,50],[10,50.01]],[[10.02,50],[10.02,50.01],[10.03,50.01]]]}}]}";

/* What is on no road does not come out; and the noise comes first. */
START_TEST(street_puts_the_moved_place_on_a_road)
{
    cmty_mask_options o = CMTY_MASK_OPTIONS_INIT;
    cmty_masker *m, *bare = NULL;
    int moved = 0;

    write_text("roads.geojson", roads);
    m = open_masker(CMTY_LAW_STREET, "roads.geojson", NULL);
    o.law = CMTY_LAW_LATTICE;
    o.key_file = key_path;
    ck_assert_int_eq(cmty_masker_open(&o, NULL, &bare, NULL), CMTY_OK);
    for (int i = 0; i < 500; i++) {
        cmty_masked a = {.struct_size = sizeof a};
        char id[16];
        bool on_road;

        snprintf(id, sizeof id, "r%d", i);
        ck_assert_int_eq(cmty_masker_apply(m, id, (cmty_point){10.01, 50.005}, 0, &a, NULL),
                         CMTY_OK);
        on_road = (a.at.lat_deg == 50 && a.at.lon_deg >= 10 && a.at.lon_deg <= 10.02)
                  || (a.at.lon_deg == 10 && a.at.lat_deg >= 50 && a.at.lat_deg <= 50.01)
                  || (a.at.lon_deg == 10.02 && a.at.lat_deg >= 50 && a.at.lat_deg <= 50.01)
                  || (a.at.lat_deg == 50.01 && a.at.lon_deg >= 10.02 && a.at.lon_deg <= 10.03);
        ck_assert(on_road);
        moved += a.at.lat_deg != 50;
    }
    ck_assert_int_gt(moved, 50);
    ck_assert_ptr_nonnull(strstr(cmty_masker_metadata(m), "\"law\":\"street\""));
    ck_assert_ptr_nonnull(strstr(cmty_masker_metadata(m), "\"epsilon_between_beats\":0.01"));
    cmty_masker_free(bare);
    cmty_masker_free(m);
}
END_TEST

START_TEST(laws_that_snap_need_their_layer)
{
    cmty_mask_options o = CMTY_MASK_OPTIONS_INIT;
    cmty_masker *m = NULL;

    o.law = _i == 0 ? CMTY_LAW_SNAP : CMTY_LAW_STREET;
    o.key_file = key_path;
    ck_assert_int_eq(cmty_masker_open(&o, NULL, &m, NULL), CMTY_E_INVALID);
    o.snap_to = "/nonexistent/layer.geojson";
    ck_assert_int_eq(cmty_masker_open(&o, NULL, &m, NULL), CMTY_E_IO);
    ck_assert_ptr_null(m);
}
END_TEST

/* ---- land ---- */

static const char land[] =
    "{\"type\":\"FeatureCollection\",\"features\":["
    "{\"type\":\"Feature\",\"properties\":{},\"geometry\":{\"type\":\"Polygon\","
    "\"coordinates\":[[[10,50],[10.01,50],[10.01,50.01],[10,50.01],[10,50]]]}},"
    "{\"type\":\"Feature\",\"properties\":{},\"geometry\":{\"type\":\"Polygon\","
    "\"coordinates\":[[[10.015,50],[10.03,50],[10.03,50.01],[10.015,50.01],[10.015,50]]]}}]}";

START_TEST(masked_places_stay_on_land_and_no_beat_is_told)
{
    cmty_mask_options o = CMTY_MASK_OPTIONS_INIT;
    cmty_error err = CMTY_ERROR_INIT;
    cmty_masker *m = NULL;
    char layer[128];
    int west = 0, east = 0;

    write_text("land.geojson", land);
    path_of("land.geojson", layer);
    o.law = CMTY_LAW_LATTICE;
    o.region = _i == 0 ? CMTY_REGION_CLAMP : CMTY_REGION_REDRAW;
    o.key_file = key_path;
    o.land = layer;
    ck_assert_msg(cmty_masker_open(&o, NULL, &m, &err) == CMTY_OK, "%s", err.message);
    for (int i = 0; i < 2000; i++) {
        cmty_masked a = {.struct_size = sizeof a};
        char id[16];
        bool in_west, in_east;

        snprintf(id, sizeof id, "r%d", i);
        ck_assert_int_eq(cmty_masker_apply(m, id, (cmty_point){10.0125, 50.005}, 0, &a, NULL),
                         CMTY_OK); /* from the water between */
        in_west = a.at.lon_deg >= 10 && a.at.lon_deg <= 10.01;
        in_east = a.at.lon_deg >= 10.015 && a.at.lon_deg <= 10.03;
        ck_assert((in_west || in_east) && a.at.lat_deg >= 50 && a.at.lat_deg <= 50.01);
        ck_assert_int_eq(a.beat, -1);
        west += in_west;
        east += in_east;
    }
    ck_assert(west > 500 && east > 500);
    ck_assert_ptr_nonnull(strstr(cmty_masker_metadata(m), "\"region_of\":\"land\""));
    ck_assert_ptr_nonnull(strstr(cmty_masker_metadata(m), "\"beat_disclosed\":false"));
    ck_assert_ptr_nonnull(strstr(cmty_masker_metadata(m), _i == 0
                                                              ? "\"epsilon_within_beat\":0.01"
                                                              : "\"epsilon_within_beat\":0.02"));
    cmty_masker_free(m);
}
END_TEST

static Suite *law_places_suite(void)
{
    Suite *suite = suite_create("law_places");
    TCase *tc = tcase_create("law_places");

    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, corners_are_near_and_public);
    tcase_add_test(tc, an_edge_has_one_end_and_each_end_is_chosen_as_often);
    tcase_add_test(tc, corners_are_those_of_the_rfc);
    tcase_add_loop_test(tc, donut_is_even_over_its_area_and_in_all_directions, 0, 3);
    tcase_add_test(tc, donut_quantiles_are_those_of_the_table);
    tcase_add_test(tc, donut_moments_are_those_of_the_table);
    tcase_add_test(tc, nearest_is_what_looking_at_all_points_finds);
    tcase_add_test(tc, snap_takes_the_nearest_place_and_names_its_list);
    tcase_add_test(tc, snap_leaves_out_thin_places_until_none_is_left);
    tcase_add_test(tc, snap_counts_no_homes_beyond_the_cut_off);
    tcase_add_test(tc, street_puts_the_moved_place_on_a_road);
    tcase_add_loop_test(tc, laws_that_snap_need_their_layer, 0, 2);
    tcase_add_loop_test(tc, masked_places_stay_on_land_and_no_beat_is_told, 0, 2);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(law_places_suite)
