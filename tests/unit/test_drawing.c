/* SPDX-License-Identifier: MIT */
/* What is drawn is what lies there: rings cut off outside the picture and thinned out hold the same
   pixels as before, and a page escapes what it is given. */
#include "../runner.h"
#include "geo/geo.h"

#include <math.h>
#include <stdlib.h>

static double uniform(unsigned *seed, double low, double high)
{
    *seed = *seed * 1664525u + 1013904223u;
    return low + (high - low) * (double)(*seed >> 8) / (double)(1u << 24);
}

static bool holds(const cmty__xy *p, size_t count, cmty__xy q)
{
    bool inside = false;

    for (size_t i = 0; i + 1 < count; i++)
        if ((p[i].y > q.y) != (p[i + 1].y > q.y)
            && q.x < (p[i + 1].x - p[i].x) * (q.y - p[i].y) / (p[i + 1].y - p[i].y) + p[i].x)
            inside = !inside;
    return inside;
}

static double edge_distance(const cmty__xy *p, size_t count, cmty__xy q)
{
    double least = INFINITY;

    for (size_t i = 0; i + 1 < count; i++) {
        double dx = p[i + 1].x - p[i].x, dy = p[i + 1].y - p[i].y;
        double length2 = dx * dx + dy * dy;
        double t = length2 > 0 ? ((q.x - p[i].x) * dx + (q.y - p[i].y) * dy) / length2 : 0;

        t = fmin(1, fmax(0, t));
        least = fmin(least, hypot(q.x - p[i].x - t * dx, q.y - p[i].y - t * dy));
    }
    return least;
}

START_TEST(a_ring_that_is_cut_off_holds_the_same_pixels)
{
    enum { CORNERS = 12, RINGS = 400, SAMPLES = 200 };
    const cmty__view v =
        cmty__view_fit((cmty_point){-0.01, 49.99}, (cmty_point){0.01, 50.01}, 300, 300);
    unsigned seed = 7;
    size_t compared = 0;

    for (int k = 0; k < RINGS; k++) {
        double reach = uniform(&seed, 0.005, 0.2); /* from within the picture to far beyond */
        cmty_point ring[CORNERS + 1];
        cmty__xy whole[CORNERS + 1];
        cmty__ring r = {ring, CORNERS + 1};
        cmty__shape s;

        for (int i = 0; i < CORNERS; i++)
            ring[i] =
                (cmty_point){uniform(&seed, -reach, reach), 50 + uniform(&seed, -reach, reach)};
        ring[CORNERS] = ring[0];
        for (int i = 0; i <= CORNERS; i++)
            whole[i] = cmty__view_at(&v, ring[i]);
        ck_assert(cmty__shape_make(&v, &r, 1, &s));
        ck_assert_uint_le(s.ring_count, 1);
        for (int i = 0; i < SAMPLES; i++) {
            cmty__xy q = {uniform(&seed, 0, v.width), uniform(&seed, 0, v.height)};

            if (edge_distance(whole, CORNERS + 1, q) < 0.5) /* thinning may move an edge */
                continue;
            ck_assert_int_eq(holds(s.points, s.count, q), holds(whole, CORNERS + 1, q));
            compared++;
        }
        for (size_t i = 0; i < s.count; i++)
            ck_assert(fabs(s.points[i].x) < 1000 && fabs(s.points[i].y) < 1000);
        cmty__shape_free(&s);
    }
    ck_assert_uint_gt(compared, 50000);
}
END_TEST

START_TEST(what_lies_outside_the_picture_is_not_drawn)
{
    const cmty__view v = cmty__view_fit((cmty_point){0, 50}, (cmty_point){0.001, 50.001}, 300, 300);
    const cmty_point far[] = {{1, 51}, {1.1, 51}, {1.1, 51.1}, {1, 51}};
    const cmty__ring r = {far, 4};
    cmty__shape s;

    ck_assert(cmty__shape_make(&v, &r, 1, &s));
    ck_assert_uint_eq(s.count, 0);
    cmty__shape_free(&s);
}
END_TEST

static void scale_says(double m_per_px, const char *first, const char *second)
{
    const cmty__view v = {.m_per_px = m_per_px};
    cmty__buf out = {0};

    cmty__view_scale(&v, &out);
    ck_assert(!out.failed);
    ck_assert_ptr_nonnull(strstr(out.data, first));
    ck_assert_ptr_nonnull(strstr(out.data, second));
    cmty__buf_free(&out);
}

START_TEST(the_scale_bar_has_a_round_length_in_fitting_units)
{
    scale_says(100, ">10 km<", ">5 mi<");
    scale_says(0.1, ">10 m<", ">20 ft<");
    scale_says(0.001, ">0.1 m<", ">0.2 ft<");
}
END_TEST

START_TEST(a_page_escapes_what_it_is_given)
{
    static const char *const style[] = {".own{color:red}", NULL};
    cmty__buf out = {0};

    cmty__page_begin(&out, "A & B <script>", style);
    cmty__page_paragraph(&out, "<b>");
    cmty__page_cell(&out, "x<y");
    cmty__page_number(&out, -1234567);
    cmty__page_number(&out, -123);
    cmty__page_end(&out);
    ck_assert(!out.failed);
    ck_assert_ptr_nonnull(strstr(out.data, "<h1>A &amp; B &lt;script&gt;</h1>"));
    ck_assert_ptr_nonnull(strstr(out.data, "<p>&lt;b&gt;</p>"));
    ck_assert_ptr_nonnull(strstr(out.data, "<td>x&lt;y</td>"));
    ck_assert_ptr_nonnull(strstr(out.data, "-1,234,567-123"));
    ck_assert_ptr_nonnull(strstr(out.data, ".own{color:red}</style>"));
    ck_assert_ptr_null(strstr(out.data, "http:"));
    ck_assert_ptr_null(strstr(out.data, "src="));
    cmty__buf_free(&out);
}
END_TEST

static Suite *drawing_suite(void)
{
    Suite *suite = suite_create("drawing");
    TCase *tc = tcase_create("drawing");

    tcase_add_test(tc, a_ring_that_is_cut_off_holds_the_same_pixels);
    tcase_add_test(tc, what_lies_outside_the_picture_is_not_drawn);
    tcase_add_test(tc, the_scale_bar_has_a_round_length_in_fitting_units);
    tcase_add_test(tc, a_page_escapes_what_it_is_given);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(drawing_suite)
