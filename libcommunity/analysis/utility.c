/* SPDX-License-Identifier: MIT */
/*
 * What a release is still good for: how far points moved, how many changed their beat, whether the
 * pattern is still there. Serial per suite.
 *
 * Moran's I: P. A. P. Moran, Biometrika 37 (1950), rook neighbours of equal weight. Nearest
 * neighbour ratio: P. J. Clark, F. C. Evans, Ecology 35 (1954).
 */
#include "suite.h"

#include <math.h>
#include <stdlib.h>

typedef struct xy {
    double x, y; /* metres */
} xy;

typedef struct pairs { /* all published reports: true and published place */
    xy *truth, *seen;
    size_t count;
    xy min, max; /* of both */
} pairs;

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* NaN where there is none. */
typedef struct estimate {
    double value, baseline, low, high;
    size_t trials;
} estimate;

static cmty_status find_value(cmty__suite *s, const char *name, const char *what, const char *unit,
                              const char *note, estimate e, cmty_error *err)
{
    const cmty_finding f = {.kind = CMTY_FINDING_UTILITY,
                            .name = name,
                            .what = what,
                            .unit = unit,
                            .note = note,
                            .value = e.value,
                            .low = e.low,
                            .high = e.high,
                            .baseline = e.baseline,
                            .limit = (double)NAN,
                            .trials = e.trials};

    return cmty__find(s, &f, err);
}

/* ---- displacement ---- */

/* An order statistic with its 95 % interval: ranks n q +- 1.96 sqrt(n q (1 - q)). */
static cmty_status find_quantile(cmty__suite *s, const char *name, const char *what,
                                 const double *sorted, size_t n, double q, cmty_error *err)
{
    double middle = (double)(n - 1) * q, half = 1.96 * sqrt((double)n * q * (1 - q));
    size_t i = (size_t)middle, low = (size_t)fmax(0, floor(middle - half));
    size_t high = (size_t)fmin((double)(n - 1), ceil(middle + half));
    double part = middle - (double)i, value = sorted[i];

    if (i + 1 < n)
        value += part * (sorted[i + 1] - sorted[i]);
    return find_value(s, name, what, "m", "from the true to the published place",
                      (estimate){value, (double)NAN, sorted[low], sorted[high], n}, err);
}

static cmty_status measure_moves(cmty__suite *s, const pairs *p, cmty_error *err)
{
    double *moves = cmty__calloc(p->count, sizeof *moves), sum = 0, squares = 0, mean, half;
    size_t n = p->count;
    cmty_status st;

    if (moves == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    for (size_t i = 0; i < n; i++) {
        moves[i] = hypot(p->seen[i].x - p->truth[i].x, p->seen[i].y - p->truth[i].y);
        sum += moves[i];
        squares += moves[i] * moves[i];
    }
    qsort(moves, n, sizeof *moves, by_value);
    mean = sum / (double)n;
    half = 1.96 * sqrt(fmax(0, squares / (double)n - mean * mean) / (double)n);
    st = find_value(s, "moved_mean", "points moved, mean", "m",
                    "from the true to the published place",
                    (estimate){mean, (double)NAN, mean - half, mean + half, n}, err);
    if (st == CMTY_OK)
        st = find_quantile(s, "moved_median", "points moved, median", moves, n, 0.5, err);
    if (st == CMTY_OK)
        st = find_quantile(s, "moved_95", "points moved, 95 % less than", moves, n, 0.95, err);
    cmty__free(moves);
    return st;
}

/* ---- beats ---- */

static int32_t beat_at(const cmty__suite *s, cmty_point p, cmty_time when)
{
    int32_t version = cmty__beatset_version_at(s->o.beats, when);
    int32_t area = -1;

    if (version >= 0)
        area = cmty__areas_first(cmty__beatset_areas(s->o.beats, version), p, NULL, NULL);
    return area >= 0 ? cmty__beatset_beat_of(s->o.beats, version, area) : -1;
}

static cmty_status find_beats(cmty__suite *s, cmty__rate wrong, double error, double heads,
                              cmty_error *err)
{
    double low, high;
    cmty_status st;

    cmty__interval(wrong, &low, &high);
    st = find_value(
        s, "beats_wrong", "points in another beat than the true one", "share",
        "the beat in which the published point lies",
        (estimate){wrong.hits / (double)wrong.trials, (double)NAN, low, high, wrong.trials}, err);
    if (st != CMTY_OK)
        return st;
    return find_value(
        s, "beat_count_error", "error of counts by beat, mean", "share",
        "by where published points lie; beats with reports only",
        (estimate){error / heads, (double)NAN, (double)NAN, (double)NAN, (size_t)heads}, err);
}

static cmty_status measure_beats(cmty__suite *s, cmty_error *err)
{
    size_t beats = s->o.beats != NULL ? cmty_beatset_count(s->o.beats) : 0;
    double *counts, error = 0, heads = 0;
    cmty__rate wrong = {0, 0};

    if (beats == 0)
        return CMTY_OK;
    counts = cmty__calloc(2 * beats, sizeof *counts);
    if (counts == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    for (size_t i = 0; i < s->case_count; i++) {
        const cmty__case *c = &s->cases[i];
        int32_t a, b;

        if (!c->seen[0].there)
            continue;
        a = beat_at(s, c->truth, c->when);
        b = beat_at(s, c->seen[0].at, c->when);
        wrong.hits += a != b;
        wrong.trials++;
        if (a >= 0)
            counts[a]++;
        if (b >= 0)
            counts[beats + (size_t)b]++;
    }
    for (size_t i = 0; i < beats; i++)
        if (counts[i] > 0) {
            error += fabs(counts[beats + i] - counts[i]) / counts[i];
            heads++;
        }
    cmty__free(counts);
    return heads > 0 ? find_beats(s, wrong, error, heads, err) : CMTY_OK;
}

/* ---- the pattern, on a grid ---- */

enum { MOST_CELLS = 4000000 };

typedef struct grid {
    double side;
    size_t columns, rows;
    double *truth, *seen; /* counts */
} grid;

/* Quadrats of twice the mean area per point (W. Greig-Smith 1952), 50 m at least. */
static grid grid_of(const pairs *p)
{
    double width = p->max.x - p->min.x, height = p->max.y - p->min.y;
    grid g = {.side = fmax(50, sqrt(2 * width * height / (double)p->count))};

    while ((width / g.side + 1) * (height / g.side + 1) > MOST_CELLS)
        g.side *= 2;
    g.columns = (size_t)(width / g.side) + 1;
    g.rows = (size_t)(height / g.side) + 1;
    return g;
}

static size_t cell_of(const grid *g, const pairs *p, xy at)
{
    return (size_t)((at.y - p->min.y) / g->side) * g->columns
           + (size_t)((at.x - p->min.x) / g->side);
}

static double morans_i(const grid *g, const double *counts)
{
    size_t columns = g->columns, cells = columns * g->rows;
    double mean = 0, square = 0, product = 0, links = 0;

    for (size_t i = 0; i < cells; i++)
        mean += counts[i] / (double)cells;
    for (size_t y = 0; y < g->rows; y++)
        for (size_t x = 0; x < columns; x++) {
            const double *here = counts + y * columns + x;

            square += (*here - mean) * (*here - mean);
            if (x + 1 < columns) {
                product += 2 * (*here - mean) * (here[1] - mean);
                links += 2;
            }
            if (y + 1 < g->rows) {
                product += 2 * (*here - mean) * (here[columns] - mean);
                links += 2;
            }
        }
    return square > 0 && links > 0 ? (double)cells / links * product / square : (double)NAN;
}

/* A tenth of the occupied cells, the fullest; cells as full as the last of them belong too. */
static double hot_bar(const double *counts, size_t cells, double *sorted)
{
    size_t occupied = 0;

    for (size_t i = 0; i < cells; i++)
        if (counts[i] > 0)
            sorted[occupied++] = counts[i];
    qsort(sorted, occupied, sizeof *sorted, by_value);
    return sorted[occupied - (occupied + 9) / 10];
}

static double hot_overlap(const grid *g, double *sorted)
{
    size_t cells = g->columns * g->rows;
    double a = hot_bar(g->truth, cells, sorted), b = hot_bar(g->seen, cells, sorted);
    double both = 0, either = 0;

    for (size_t i = 0; i < cells; i++) {
        both += g->truth[i] >= a && g->seen[i] >= b;
        either += g->truth[i] >= a || g->seen[i] >= b;
    }
    return both / either;
}

static cmty_status find_pattern(cmty__suite *s, const grid *g, double *sorted, size_t n,
                                cmty_error *err)
{
    const double nan = (double)NAN;
    cmty_status st;

    st = find_value(s, "hot_spots", "hot spots that are still there", "share",
                    "cells of the fullest tenth, in both over in either (Jaccard)",
                    (estimate){hot_overlap(g, sorted), 1, nan, nan, n}, err);
    if (st == CMTY_OK)
        st = find_value(s, "cell_m", "side of a cell, for hot spots and Moran's I", "m",
                        "twice the mean area for each point", (estimate){g->side, nan, nan, nan, n},
                        err);
    if (st != CMTY_OK)
        return st;
    return find_value(s, "morans_i", "clustering of counts (Moran's I)", "",
                      "baseline: of the true places",
                      (estimate){morans_i(g, g->seen), morans_i(g, g->truth), nan, nan, n}, err);
}

static cmty_status measure_pattern(cmty__suite *s, const pairs *p, cmty_error *err)
{
    grid g = grid_of(p);
    size_t cells = g.columns * g.rows;
    double *sorted = cmty__calloc(cells, sizeof *sorted);
    cmty_status st;

    g.truth = cmty__calloc(cells, sizeof *g.truth);
    g.seen = cmty__calloc(cells, sizeof *g.seen);
    if (g.truth == NULL || g.seen == NULL || sorted == NULL) {
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    } else {
        for (size_t i = 0; i < p->count; i++) {
            g.truth[cell_of(&g, p, p->truth[i])]++;
            g.seen[cell_of(&g, p, p->seen[i])]++;
        }
        st = find_pattern(s, &g, sorted, p->count, err);
    }
    cmty__free(g.truth);
    cmty__free(g.seen);
    cmty__free(sorted);
    return st;
}

/* ---- nearest neighbours ---- */

static int by_x(const void *a, const void *b)
{
    double x = ((const xy *)a)->x, y = ((const xy *)b)->x;

    return (x > y) - (x < y);
}

/* Mean distance to the nearest other point; sorts the points. */
static double neighbour_distance(xy *points, size_t n)
{
    double sum = 0;

    qsort(points, n, sizeof *points, by_x);
    for (size_t i = 0; i < n; i++) {
        double best = INFINITY;

        for (size_t k = i + 1; k < n && points[k].x - points[i].x < best; k++)
            best = fmin(best, hypot(points[k].x - points[i].x, points[k].y - points[i].y));
        for (size_t k = i; k-- > 0 && points[i].x - points[k].x < best;)
            best = fmin(best, hypot(points[k].x - points[i].x, points[k].y - points[i].y));
        sum += best;
    }
    return sum / (double)n;
}

/* Over the box of all points; the same for both, so that they can be compared. */
static cmty_status measure_neighbours(cmty__suite *s, pairs *p, cmty_error *err)
{
    double area = (p->max.x - p->min.x) * (p->max.y - p->min.y);
    double expected = 0.5 * sqrt(area / (double)p->count);

    if (p->count < 2 || !(expected > 0))
        return CMTY_OK;
    return find_value(s, "neighbours", "nearest neighbour ratio", "",
                      "under 1: clustered; baseline: of the true places",
                      (estimate){neighbour_distance(p->seen, p->count) / expected,
                                 neighbour_distance(p->truth, p->count) / expected, (double)NAN,
                                 (double)NAN, p->count},
                      err);
}

static void widen(pairs *p, xy at)
{
    p->min = (xy){fmin(p->min.x, at.x), fmin(p->min.y, at.y)};
    p->max = (xy){fmax(p->max.x, at.x), fmax(p->max.y, at.y)};
}

/* The middle of the box of the true places. */
static cmty_point middle_of(const cmty__suite *s)
{
    cmty_point min = {180, 90}, max = {-180, -90};

    for (size_t i = 0; i < s->case_count; i++) {
        cmty_point p = s->cases[i].truth;

        min = (cmty_point){fmin(min.lon_deg, p.lon_deg), fmin(min.lat_deg, p.lat_deg)};
        max = (cmty_point){fmax(max.lon_deg, p.lon_deg), fmax(max.lat_deg, p.lat_deg)};
    }
    return (cmty_point){(min.lon_deg + max.lon_deg) / 2, (min.lat_deg + max.lat_deg) / 2};
}

static void fill_pairs(const cmty__suite *s, pairs *p)
{
    cmty__frame f = cmty__frame_at(middle_of(s));

    p->min = (xy){INFINITY, INFINITY};
    p->max = (xy){-INFINITY, -INFINITY};
    for (size_t i = 0; i < s->case_count; i++) {
        const cmty__case *c = &s->cases[i];
        size_t n = p->count;

        if (!c->seen[0].there)
            continue;
        p->truth[n].x = (c->truth.lon_deg - f.origin.lon_deg) * f.m_per_deg_lon;
        p->truth[n].y = (c->truth.lat_deg - f.origin.lat_deg) * f.m_per_deg_lat;
        p->seen[n].x = (c->seen[0].at.lon_deg - f.origin.lon_deg) * f.m_per_deg_lon;
        p->seen[n].y = (c->seen[0].at.lat_deg - f.origin.lat_deg) * f.m_per_deg_lat;
        widen(p, p->truth[n]);
        widen(p, p->seen[n]);
        p->count++;
    }
}

static cmty_status find_withheld(cmty__suite *s, cmty_error *err)
{
    cmty__rate r = {(double)(s->case_count - s->published_count), s->case_count};
    double low, high;

    cmty__interval(r, &low, &high);
    return find_value(s, "withheld", "reports without a point", "share",
                      "of all reports with a place",
                      (estimate){r.hits / (double)r.trials, (double)NAN, low, high, r.trials}, err);
}

cmty_status cmty__measure_utility(cmty__suite *s, cmty_error *err)
{
    pairs p = {cmty__calloc(s->case_count, sizeof(xy)),
               cmty__calloc(s->case_count, sizeof(xy)),
               0,
               {0, 0},
               {0, 0}};
    cmty_status st = CMTY_OK;

    if (p.truth == NULL || p.seen == NULL)
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    if (st == CMTY_OK) {
        fill_pairs(s, &p);
        st = measure_moves(s, &p, err);
    }
    if (st == CMTY_OK)
        st = measure_beats(s, err);
    if (st == CMTY_OK)
        st = measure_pattern(s, &p, err);
    if (st == CMTY_OK)
        st = measure_neighbours(s, &p, err);
    if (st == CMTY_OK)
        st = find_withheld(s, err);
    cmty__free(p.truth);
    cmty__free(p.seen);
    return st;
}
