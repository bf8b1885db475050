/* SPDX-License-Identifier: MIT */
/* Packed R-trees: whatever is put in, SQLite's own check finds nothing wrong, its queries find what
   brute force finds, and the tree goes on living as any other. */
#include "../runner.h"
#include "geo/gpkg.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

static const cmty__gpkg_names names = {"a \"b\" 'c'", "geom", "id"};
static cmty__gpkg g;
static cmty__rtree tree;
static uint64_t seed;

static cmty__rect around(double min_x, double max_x, double min_y, double max_y)
{
    return cmty__rect_around(&(cmty__box){min_x, max_x, min_y, max_y});
}

static double draw(void)
{
    seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
    return (double)(seed >> 11) / 9007199254740992.0;
}

static void setup(void)
{
    FILE *f = fopen("rtree.gpkg", "w");

    ck_assert_ptr_nonnull(f);
    fclose(f);
    ck_assert_int_eq(cmty__gpkg_open("rtree.gpkg", "rtree.gpkg", &g, NULL), CMTY_OK);
    ck_assert_int_eq(cmty__gpkg_run(&g,
                                    "CREATE TABLE \"@t\" (\"@i\" INTEGER PRIMARY KEY, \"@c\" BLOB)",
                                    &names, NULL),
                     CMTY_OK);
    tree = (cmty__rtree){0};
    seed = 1;
}

static void teardown(void)
{
    cmty__rtree_free(&tree);
    ck_assert_int_eq(cmty__gpkg_close(&g, NULL), CMTY_OK);
    unlink("rtree.gpkg");
}

static int64_t ask(const char *text)
{
    sqlite3_stmt *stmt = NULL;
    int64_t answer;

    ck_assert_int_eq(cmty__gpkg_prepare(&g, text, &names, &stmt, NULL), CMTY_OK);
    ck_assert_int_eq(sqlite3_step(stmt), SQLITE_ROW);
    answer = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return answer;
}

static void tree_is_sound(void)
{
    ck_assert_int_eq(ask("SELECT rtreecheck('rtree_@t_@c') = 'ok'"), 1);
    ck_assert_int_eq(ask("SELECT count(*) FROM \"rtree_@t_@c\""), (int64_t)tree.count);
    ck_assert_int_eq(ask("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = "
                         "'ok'"),
                     1);
}

static void found_as_by_brute_force(double x, double y, double r)
{
    sqlite3_stmt *stmt = NULL;
    int64_t sum = 0, count = 0, found = 0;

    for (size_t i = 0; i < tree.count; i++) {
        const cmty__rect *b = &tree.rects[i];

        if (b->max_x >= x - r && b->min_x <= x + r && b->max_y >= y - r && b->min_y <= y + r) {
            sum += tree.ids[i];
            count++;
        }
    }
    ck_assert_int_eq(cmty__gpkg_prepare(&g,
                                        "SELECT id FROM \"rtree_@t_@c\" WHERE maxx >= ?1 AND minx "
                                        "<= ?2 AND maxy >= ?3 AND miny <= ?4",
                                        &names, &stmt, NULL),
                     CMTY_OK);
    sqlite3_bind_double(stmt, 1, x - r);
    sqlite3_bind_double(stmt, 2, x + r);
    sqlite3_bind_double(stmt, 3, y - r);
    sqlite3_bind_double(stmt, 4, y + r);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        sum -= sqlite3_column_int64(stmt, 0);
        found++;
    }
    sqlite3_finalize(stmt);
    ck_assert_int_eq(found, count);
    ck_assert_int_eq(sum, 0);
}

static const size_t counts[] = {0, 1, 2, 50, 51, 52, 101, 102, 103, 2601, 2602, 20000};

START_TEST(any_number_is_found_as_by_brute_force) /* loop test */
{
    for (size_t i = 0; i < counts[_i]; i++) {
        double x = -88 + draw(), y = 41 + draw() * draw(), w = i % 3 == 0 ? draw() / 50 : 0;

        ck_assert(cmty__rtree_add(&tree, (int64_t)(3 * i) - 7, around(x, x + w, y, y + w / 2)));
    }
    ck_assert_int_eq(cmty__gpkg_index(&g, &names, &tree, NULL), CMTY_OK);
    tree_is_sound();
    for (int k = 0; k < 30; k++)
        found_as_by_brute_force(-88 + draw(), 41 + draw(), draw() / (1 + k));
}
END_TEST

START_TEST(points_in_one_place_or_on_a_line_are_no_trouble)
{
    for (int i = 0; i < 6000; i++)
        ck_assert(cmty__rtree_add(&tree, i, i < 3000 ? around(7, 7, 7, 7) : around(7, 7, i, i)));
    ck_assert_int_eq(cmty__gpkg_index(&g, &names, &tree, NULL), CMTY_OK);
    tree_is_sound();
    found_as_by_brute_force(7, 7, 0);
    found_as_by_brute_force(7, 4000, 20);
}
END_TEST

/* Inserted, moved and deleted by the module itself, until little of what was packed is left. */
START_TEST(packed_tree_lives_on_under_edits)
{
    for (int i = 0; i < 4000; i++) {
        double x = draw(), y = draw();

        ck_assert(cmty__rtree_add(&tree, i, around(x, x, y, y)));
    }
    ck_assert_int_eq(cmty__gpkg_index(&g, &names, &tree, NULL), CMTY_OK);
    ck_assert_int_eq(cmty__gpkg_run(&g,
                                    "DELETE FROM \"rtree_@t_@c\" WHERE id % 3 = 1;"
                                    "UPDATE \"rtree_@t_@c\" SET minx = minx / 2, maxx = maxx / 2;"
                                    "INSERT INTO \"rtree_@t_@c\" SELECT id + 10000, miny, maxy, "
                                    "minx, maxx FROM \"rtree_@t_@c\"",
                                    &names, NULL),
                     CMTY_OK);
    ck_assert_int_eq(ask("SELECT rtreecheck('rtree_@t_@c') = 'ok'"), 1);
    ck_assert_int_eq(ask("SELECT count(*) FROM \"rtree_@t_@c\""), 5334);
    ck_assert_int_eq(cmty__gpkg_run(&g, "DELETE FROM \"rtree_@t_@c\"", &names, NULL), CMTY_OK);
    ck_assert_int_eq(ask("SELECT rtreecheck('rtree_@t_@c') = 'ok'"), 1);
}
END_TEST

/* What a query must look at grows with the nodes' perimeters. Those of a square grid of nodes, 51
   points in each, would be the least there is. */
START_TEST(nodes_are_compact)
{
    enum { COUNT = 51 * 400 };
    double whole = 0;
    sqlite3_stmt *stmt = NULL;

    for (int i = 0; i < COUNT; i++) {
        double x = draw(), y = draw();

        ck_assert(cmty__rtree_add(&tree, i, around(x, x, y, y)));
    }
    ck_assert_int_eq(cmty__gpkg_index(&g, &names, &tree, NULL), CMTY_OK);
    ck_assert_int_eq(cmty__gpkg_prepare(&g,
                                        "SELECT max(maxx) - min(minx) + max(maxy) - min(miny) FROM "
                                        "\"rtree_@t_@c\" JOIN \"rtree_@t_@c_rowid\" r ON id = "
                                        "r.rowid GROUP BY nodeno",
                                        &names, &stmt, NULL),
                     CMTY_OK);
    while (sqlite3_step(stmt) == SQLITE_ROW)
        whole += sqlite3_column_double(stmt, 0);
    sqlite3_finalize(stmt);
    ck_assert_double_lt(whole, 1.3 * 400 * 2 / 20);
}
END_TEST

START_TEST(rectangles_are_rounded_outwards)
{
    for (int i = 0; i < 1000; i++) {
        double x = (draw() - 0.5) * 1e3, y = (draw() - 0.5) * 1e-3;
        cmty__rect r = around(x, x, y, y);

        ck_assert(r.min_x <= x && x <= r.max_x && r.min_y <= y && y <= r.max_y);
        ck_assert_float_le(r.max_x, nextafterf(r.min_x, INFINITY));
        ck_assert_float_le(r.max_y, nextafterf(r.min_y, INFINITY));
    }
}
END_TEST

/* What GDAL 3.6 writes for POINT(1 2), LINESTRING(1 2,3 5), POINT EMPTY. */
START_TEST(geometries_of_geopackages_are_measured)
{
    static const unsigned char point[] = {'G', 'P', 0, 1, 0xe6, 0x10, 0, 0, 1, 1, 0, 0, 0, 0,   0,
                                          0,   0,   0, 0, 0xf0, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0x40};
    static const unsigned char big_endian[] = {0, 0, 0,    0, 1, 0x3f, 0xf0, 0, 0, 0, 0,
                                               0, 0, 0x40, 0, 0, 0,    0,    0, 0, 0};
    unsigned char other[sizeof point], empty[sizeof point];
    cmty__box r;

    ck_assert(cmty__gpkg_box(point, sizeof point, &r));
    ck_assert(r.min_x == 1 && r.max_x == 1 && r.min_y == 2 && r.max_y == 2);
    memcpy(other, point, 8);
    memcpy(other + 8, big_endian, sizeof big_endian);
    ck_assert(cmty__gpkg_box(other, sizeof other, &r));
    ck_assert(r.min_x == 1 && r.max_x == 1 && r.min_y == 2 && r.max_y == 2);
    memcpy(empty, point, sizeof point);
    empty[3] |= 0x10;
    ck_assert(!cmty__gpkg_box(empty, sizeof empty, &r));
    for (size_t size = 0; size < sizeof point; size++)
        ck_assert(!cmty__gpkg_box(point, size, &r));
}
END_TEST

static Suite *rtree_suite(void)
{
    Suite *s = suite_create("rtree");
    TCase *tc = tcase_create("rtree");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, any_number_is_found_as_by_brute_force, 0,
                        sizeof counts / sizeof *counts);
    tcase_add_test(tc, points_in_one_place_or_on_a_line_are_no_trouble);
    tcase_add_test(tc, packed_tree_lives_on_under_edits);
    tcase_add_test(tc, nodes_are_compact);
    tcase_add_test(tc, rectangles_are_rounded_outwards);
    tcase_add_test(tc, geometries_of_geopackages_are_measured);
    suite_add_tcase(s, tc);
    return s;
}

CMTY_TEST_MAIN(rtree_suite)
