/* SPDX-License-Identifier: MIT */
/* The rational judge. Serial per judge. */
#include "judge.h"

#include <float.h>
#include <gmp.h>
#include <math.h>
#include <stdlib.h>

/* ---- sides, in whole numbers ---- */

/* v = mantissa * 2^exponent, mantissa whole. */
static int64_t mantissa_of(double v, int *exponent)
{
    double fraction = frexp(v, exponent);

    *exponent -= DBL_MANT_DIG;
    return (int64_t)ldexp(fraction, DBL_MANT_DIG);
}

/* All six coordinates in units of the smallest power of two among them: one scale for all, so the
   sign of the determinant stays. */
static int side_in_whole_numbers(const double v[6])
{
    int exponent[6], least = INT32_MAX, sign;
    int64_t mantissa[6];
    mpz_t n[6];

    for (int i = 0; i < 6; i++) {
        mantissa[i] = mantissa_of(v[i], &exponent[i]);
        if (mantissa[i] != 0 && exponent[i] < least)
            least = exponent[i];
    }
    for (int i = 0; i < 6; i++) {
        mpz_init_set_si(n[i], (long)mantissa[i]);
        if (mantissa[i] != 0)
            mpz_mul_2exp(n[i], n[i], (mp_bitcnt_t)(exponent[i] - least));
    }
    /* (bx - ax) (cy - ay) - (by - ay) (cx - ax) */
    mpz_sub(n[2], n[2], n[0]);
    mpz_sub(n[5], n[5], n[1]);
    mpz_sub(n[3], n[3], n[1]);
    mpz_sub(n[4], n[4], n[0]);
    mpz_mul(n[2], n[2], n[5]);
    mpz_submul(n[2], n[3], n[4]);
    sign = mpz_sgn(n[2]);
    for (int i = 0; i < 6; i++)
        mpz_clear(n[i]);
    return sign;
}

int judge_side(cmty_point a, cmty_point b, cmty_point c)
{
    const double v[6] = {a.lon_deg, a.lat_deg, b.lon_deg, b.lat_deg, c.lon_deg, c.lat_deg};

    return side_in_whole_numbers(v);
}

/* Two differences, their product and the last difference are rounded once each, which errs by at
   most (1 + u)^4 - 1 < 8 u of the sum of the products, u = DBL_EPSILON / 2; twice that is allowed
   here. Products near the smallest numbers lose more, and are never believed. */
static int side(cmty_point a, cmty_point b, cmty_point c, size_t *doubts)
{
    double l = (b.lon_deg - a.lon_deg) * (c.lat_deg - a.lat_deg);
    double r = (b.lat_deg - a.lat_deg) * (c.lon_deg - a.lon_deg);
    double sum = fabs(l) + fabs(r), difference = l - r;

    if (sum > 1e-250 && fabs(difference) > 8 * DBL_EPSILON * sum)
        return difference > 0 ? 1 : -1;
    ++*doubts;
    return judge_side(a, b, c);
}

/* ---- stripes ---- */

typedef struct judge_edge {
    cmty_point low, high; /* low.lat <= high.lat */
    uint32_t area;
    uint32_t seam; /* comes an even number of times in its area */
} judge_edge;

struct judge {
    judge_edge *edges;
    size_t edge_count, area_count, stripe_count, doubts;
    double south, per_deg;
    uint32_t *first, *in_stripe; /* of each stripe of latitude: edges that reach into it */
    uint8_t *state;              /* of each area, while a point is judged */
};

enum { CROSSED = 1, TOUCHED = 2, SEAM = 4, SEEN = 8 };

/* Monotone, so an edge that reaches p's latitude is in p's stripe. */
static size_t stripe_of(const judge *j, double lat_deg)
{
    double at = (lat_deg - j->south) * j->per_deg;

    if (!(at > 0))
        return 0;
    return at < (double)(j->stripe_count - 1) ? (size_t)at : j->stripe_count - 1;
}

static int compare_points(cmty_point a, cmty_point b)
{
    if (a.lat_deg != b.lat_deg)
        return a.lat_deg < b.lat_deg ? -1 : 1;
    return a.lon_deg < b.lon_deg ? -1 : a.lon_deg > b.lon_deg;
}

static int compare_edges(const void *a, const void *b)
{
    const judge_edge *e = a, *f = b;
    int order;

    if (e->area != f->area)
        return e->area < f->area ? -1 : 1;
    order = compare_points(e->low, f->low);
    return order != 0 ? order : compare_points(e->high, f->high);
}

static void put_edges(judge *j, const cmty__area_input *area, uint32_t number)
{
    for (size_t r = 0; r < area->ring_count; r++)
        for (size_t i = 0; i + 1 < area->rings[r].count; i++) {
            cmty_point a = area->rings[r].points[i], b = area->rings[r].points[i + 1];
            int order = compare_points(a, b);

            if (order != 0)
                j->edges[j->edge_count++] =
                    (judge_edge){order < 0 ? a : b, order < 0 ? b : a, number, 0};
        }
}

static void mark_seams(judge *j)
{
    qsort(j->edges, j->edge_count, sizeof *j->edges, compare_edges);
    for (size_t i = 0, run; i < j->edge_count; i += run) {
        for (run = 1;
             i + run < j->edge_count && compare_edges(&j->edges[i], &j->edges[i + run]) == 0;)
            run++;
        for (size_t k = 0; k < run; k++)
            j->edges[i + k].seam = run % 2 == 0;
    }
}

static void cut_stripes(judge *j)
{
    double north = -INFINITY;
    size_t *next;

    j->south = INFINITY;
    for (size_t i = 0; i < j->edge_count; i++) {
        j->south = fmin(j->south, j->edges[i].low.lat_deg);
        north = fmax(north, j->edges[i].high.lat_deg);
    }
    j->stripe_count = j->edge_count / 2 + 1;
    j->per_deg = north > j->south ? (double)j->stripe_count / (north - j->south) : 0;
    j->first = calloc(j->stripe_count + 1, sizeof *j->first);
    for (size_t i = 0; i < j->edge_count; i++)
        for (size_t s = stripe_of(j, j->edges[i].low.lat_deg);
             s <= stripe_of(j, j->edges[i].high.lat_deg); s++)
            j->first[s + 1]++;
    for (size_t s = 0; s < j->stripe_count; s++)
        j->first[s + 1] += j->first[s];
    j->in_stripe = malloc((j->first[j->stripe_count] + 1) * sizeof *j->in_stripe);
    next = calloc(j->stripe_count, sizeof *next);
    for (size_t i = 0; i < j->edge_count; i++)
        for (size_t s = stripe_of(j, j->edges[i].low.lat_deg);
             s <= stripe_of(j, j->edges[i].high.lat_deg); s++)
            j->in_stripe[j->first[s] + next[s]++] = (uint32_t)i;
    free(next);
}

judge *judge_make(const cmty__area_input *areas, size_t count)
{
    judge *j = calloc(1, sizeof *j);
    size_t most = 0;

    for (size_t a = 0; a < count; a++)
        for (size_t r = 0; r < areas[a].ring_count; r++)
            most += areas[a].rings[r].count;
    j->edges = malloc((most + 1) * sizeof *j->edges);
    j->area_count = count;
    j->state = calloc(count + 1, 1);
    for (size_t a = 0; a < count; a++)
        put_edges(j, &areas[a], (uint32_t)a);
    mark_seams(j);
    cut_stripes(j);
    return j;
}

void judge_free(judge *j)
{
    free(j->edges);
    free(j->first);
    free(j->in_stripe);
    free(j->state);
    free(j);
}

size_t judge_doubts(const judge *j)
{
    return j->doubts;
}

/* ---- a point ---- */

/* Does the edge pass strictly west of p, straddling its latitude (half-open), or through p? */
static unsigned says(judge *j, const judge_edge *e, cmty_point p)
{
    unsigned straddles = p.lat_deg < e->high.lat_deg ? CROSSED : 0;
    int turn;

    if (p.lat_deg < e->low.lat_deg || p.lat_deg > e->high.lat_deg
        || (p.lon_deg < e->low.lon_deg && p.lon_deg < e->high.lon_deg))
        return 0;
    if (p.lon_deg > e->low.lon_deg && p.lon_deg > e->high.lon_deg)
        return straddles;
    turn = side(e->low, e->high, p, &j->doubts);
    if (turn == 0)
        return e->seam ? SEAM : TOUCHED; /* p is in the edge's box too */
    return turn < 0 ? straddles : 0;
}

static int compare_hits(const void *a, const void *b)
{
    return ((const cmty__hit *)a)->area - ((const cmty__hit *)b)->area;
}

size_t judge_ask(judge *j, cmty_point p, cmty__hit *hits)
{
    size_t stripe = stripe_of(j, p.lat_deg), seen = 0, count = 0;

    for (size_t i = j->first[stripe]; i < j->first[stripe + 1]; i++) {
        const judge_edge *e = &j->edges[j->in_stripe[i]];
        unsigned said = says(j, e, p);
        uint8_t *state = &j->state[e->area];

        if (said == 0)
            continue;
        if (!(*state & SEEN)) {
            if (seen == JUDGE_HITS)
                exit(3);
            hits[seen++].area = (int32_t)e->area;
        }
        *state = (uint8_t)((*state ^ (said & CROSSED)) | (said & (TOUCHED | SEAM)) | SEEN);
    }
    for (size_t i = 0; i < seen; i++) {
        unsigned state = j->state[hits[i].area];

        j->state[hits[i].area] = 0;
        if (state & TOUCHED || (state & (SEAM | CROSSED)) == SEAM)
            hits[count++] = (cmty__hit){hits[i].area, CMTY__HIT_EDGE};
        else if (state & CROSSED)
            hits[count++] = (cmty__hit){hits[i].area, CMTY__HIT_INSIDE};
    }
    qsort(hits, count, sizeof *hits, compare_hits);
    return count;
}
