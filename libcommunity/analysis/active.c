/* SPDX-License-Identifier: MIT */
/*
 * Attacks that ask the mask again: for the same report a thousand times (averaging), for a report
 * whose place was corrected (edit), for reports of the attacker's own (probe). Serial per suite.
 */
#include "suite.h"

#include <math.h>
#include <stdlib.h>

enum {
    RELEASES = 1000,
    AVERAGED = 20, /* reports */
    EDITED = 400,
    PROBED = 150,
    PROBES = 2000, /* of the places nearest to a published point */
    WEISZFELD_STEPS = 60
};

static const double told_m = 15; /* the correction counts as told if it is told this well */

/* ---- averaging ---- */

typedef struct cloud { /* answers for one report, metres from its true place */
    double x[RELEASES], y[RELEASES];
} cloud;

static cmty_status ask_often(cmty__suite *s, const cmty__case *c, cloud *k, cmty_error *err)
{
    cmty__frame f = cmty__frame_at(c->truth);
    cmty_status st = CMTY_OK;
    cmty_point p = c->seen[0].at;

    for (int i = 0; i < RELEASES && st == CMTY_OK; i++) {
        st = cmty__ask(s, c->id, c->truth, c->when, &p, err);
        k->x[i] = (p.lon_deg - c->truth.lon_deg) * f.m_per_deg_lon;
        k->y[i] = (p.lat_deg - c->truth.lat_deg) * f.m_per_deg_lat;
    }
    return st;
}

/* The mean; from the first answer on, so that equal ones give exactly themselves. */
static double mean_error_2(const cloud *k, double *x, double *y)
{
    double dx = 0, dy = 0;

    for (int i = 1; i < RELEASES; i++) {
        dx += k->x[i] - k->x[0];
        dy += k->y[i] - k->y[0];
    }
    *x = k->x[0] + dx / RELEASES;
    *y = k->y[0] + dy / RELEASES;
    return *x * *x + *y * *y;
}

/* The geometric median is the likeliest place under planar Laplace noise. Weiszfeld's steps. */
static double median_error_2(const cloud *k, double x, double y)
{
    for (int step = 0; step < WEISZFELD_STEPS; step++) {
        double sum = 0, sx = 0, sy = 0;

        for (int i = 0; i < RELEASES; i++) {
            double d = hypot(k->x[i] - x, k->y[i] - y) + 1e-3;

            sum += 1 / d;
            sx += (k->x[i] - x) / d;
            sy += (k->y[i] - y) / d;
        }
        x += sx / sum;
        y += sy / sum;
    }
    return x * x + y * y;
}

static cmty_status find_gain(cmty__suite *s, double one_2, double many_2, size_t n, cmty_error *err)
{
    cmty_finding f = {.kind = CMTY_FINDING_RISK,
                      .name = "averaging",
                      .what = "1,000 re-releases bring the attacker nearer by",
                      .unit = "times",
                      .note = "1: publishing again gains him nothing; fresh noise each time gives "
                              "about 30",
                      .value = many_2 > 0 ? sqrt(one_2 / many_2) : INFINITY,
                      .low = (double)NAN,
                      .high = (double)NAN,
                      .baseline = 1,
                      .limit = 1.05,
                      .trials = n * RELEASES};

    if (one_2 == 0)
        f.value = 1; /* he has the place already */
    f.verdict = f.value > f.limit ? CMTY_VERDICT_FAIL : CMTY_VERDICT_PASS;
    return cmty__find(s, &f, err);
}

static cmty_status attack_averaging(cmty__suite *s, cmty_error *err)
{
    cloud *k = cmty__calloc(1, sizeof *k);
    double one_2 = 0, mean_2 = 0, median_2 = 0;
    size_t n = 0;
    cmty_status st = k != NULL ? CMTY_OK : cmty__fail(err, CMTY_E_NOMEM, "out of memory");

    for (size_t i = 0; i < s->sample_count && i < AVERAGED && st == CMTY_OK; i++) {
        double x, y, own_2 = 0;

        st = ask_often(s, &s->cases[s->sample[i]], k, err);
        if (st != CMTY_OK)
            break;
        for (int r = 0; r < RELEASES; r++)
            own_2 += k->x[r] * k->x[r] + k->y[r] * k->y[r];
        one_2 += own_2 / RELEASES;
        mean_2 += mean_error_2(k, &x, &y);
        median_2 += median_error_2(k, x, y);
        n++;
    }
    cmty__free(k);
    if (st < 0 || n == 0)
        return st < 0 ? st : CMTY_OK;
    return find_gain(s, one_2, fmin(mean_2, median_2), n, err);
}

/* ---- edit ---- */

/* 1 where the way between two answers is the way between the two true places, 0 where it is not,
   -1 where one of them is withheld. */
static cmty_status tell_way(cmty__suite *s, const char *id_a, cmty_point a, const char *id_b,
                            cmty_point b, cmty_time when, int *told, cmty_error *err)
{
    cmty__frame f = cmty__frame_at(a);
    cmty_point p = a, q = b;
    cmty_status st = cmty__ask(s, id_a, a, when, &p, err);
    double x, y;

    if (st == CMTY_OK)
        st = cmty__ask(s, id_b, b, when, &q, err);
    *told = -1;
    if (st != CMTY_OK)
        return st < 0 ? st : CMTY_OK;
    x = ((q.lon_deg - p.lon_deg) - (b.lon_deg - a.lon_deg)) * f.m_per_deg_lon;
    y = ((q.lat_deg - p.lat_deg) - (b.lat_deg - a.lat_deg)) * f.m_per_deg_lat;
    *told = hypot(x, y) < told_m;
    return CMTY_OK;
}

static cmty_status attack_edit(cmty__suite *s, cmty_error *err)
{
    cmty__rate same = {0, 0}, other = {0, 0};
    uint32_t state = 4711;
    cmty_status st = CMTY_OK;

    for (size_t i = 0; i < s->sample_count && i < EDITED && st == CMTY_OK; i++) {
        const cmty__case *c = &s->cases[s->sample[i]];
        cmty_point corrected = s->places[cmty__next(&state) % s->place_count].at;
        int told = -1, told_otherwise = -1;

        if (corrected.lon_deg == c->truth.lon_deg && corrected.lat_deg == c->truth.lat_deg)
            continue;
        st = tell_way(s, c->id, c->truth, c->id, corrected, c->when, &told, err);
        if (st == CMTY_OK)
            st = tell_way(s, c->id, c->truth, "another report", corrected, c->when, &told_otherwise,
                          err);
        if (told < 0 || told_otherwise < 0)
            continue;
        same.hits += told;
        other.hits += told_otherwise;
        same.trials++;
    }
    if (st != CMTY_OK || same.trials == 0)
        return st;
    return cmty__find_excess(s, "edit", "a corrected place tells how far it was moved",
                             "baseline: two reports that have nothing to do with each other", same,
                             other.hits / (double)same.trials, err);
}

/* ---- probe ---- */

typedef struct near_place {
    double distance_2;
    size_t place;
} near_place;

static int by_distance(const void *a, const void *b)
{
    double x = ((const near_place *)a)->distance_2, y = ((const near_place *)b)->distance_2;

    return (x > y) - (x < y);
}

static size_t places_within_reach(const cmty__suite *s, const cmty__seen *seen, near_place *out)
{
    cmty__frame f = cmty__frame_at(seen->at);
    double reach = seen->belief.form == CMTY__FORM_SAME ? INFINITY : cmty__reach_m(&seen->belief);
    size_t n = 0;

    for (size_t i = 0; i < s->place_count; i++) {
        double x = (s->places[i].at.lon_deg - seen->at.lon_deg) * f.m_per_deg_lon;
        double y = (s->places[i].at.lat_deg - seen->at.lat_deg) * f.m_per_deg_lat;

        if (x * x + y * y <= reach * reach)
            out[n++] = (near_place){x * x + y * y, i};
    }
    qsort(out, n, sizeof *out, by_distance);
    return n < PROBES ? n : PROBES;
}

static bool same_point(cmty_point a, cmty_point b)
{
    return fabs(a.lon_deg - b.lon_deg) < 1e-9 && fabs(a.lat_deg - b.lat_deg) < 1e-9;
}

/* Files a report at each place near the published point, and looks which comes out there too. */
static cmty_status probe_one(cmty__suite *s, const cmty__case *c, near_place *near, double *hit,
                             cmty_error *err)
{
    cmty_point victim = c->seen[0].at, own = victim;
    size_t n = places_within_reach(s, &c->seen[0], near);
    double equal = 0; /* addresses */
    bool found = false;
    cmty_status st = cmty__ask(s, c->id, c->truth, c->when, &victim, err);

    for (size_t i = 0; i < n && st >= 0; i++) {
        char id[32];

        (void)cmty__format(id, sizeof id, "probe-%zu", i);
        st = cmty__ask(s, id, s->places[near[i].place].at, c->when, &own, err);
        if (st != CMTY_OK || !same_point(own, victim))
            continue;
        equal += s->places[near[i].place].weight;
        found |= near[i].place == (size_t)c->place;
    }
    *hit = found ? 1 / equal : 0;
    return st < 0 ? st : CMTY_OK;
}

static cmty_status attack_probe(cmty__suite *s, double bayes, cmty_error *err)
{
    near_place *near = cmty__calloc(s->place_count, sizeof *near);
    cmty__rate r = {0, 0};
    cmty_status st = near != NULL ? CMTY_OK : cmty__fail(err, CMTY_E_NOMEM, "out of memory");

    for (size_t i = 0; i < s->sample_count && i < PROBED && st == CMTY_OK; i++) {
        double hit = 0;

        st = probe_one(s, &s->cases[s->sample[i]], near, &hit, err);
        r.hits += hit;
        r.trials++;
        if (st == CMTY_OK)
            st = cmty__progress(s->o.host, "filing reports of the attacker's own",
                                (double)i / PROBED, err);
    }
    cmty__free(near);
    if (st < 0)
        return st;
    return cmty__find_excess(s, "probe", "address found by filing own reports",
                             "a report of the attacker's own at the same place comes out at the "
                             "same point; baseline: best guess without",
                             r, bayes, err);
}

cmty_status cmty__attack_mask(cmty__suite *s, double bayes, cmty_error *err)
{
    cmty_status st;

    if (!cmty__can_ask(s))
        return CMTY_OK;
    st = attack_averaging(s, err);
    if (st == CMTY_OK)
        st = attack_edit(s, err);
    return st == CMTY_OK ? attack_probe(s, bayes, err) : st;
}
