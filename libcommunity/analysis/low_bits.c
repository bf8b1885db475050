/* SPDX-License-Identifier: MIT */
/*
 * The low bits. A generator that rounds its noise leaves a mark in the last digits of what is
 * published: the true place fits the rounding, others fit by chance only. Each known way of
 * rounding is tried as a hypothesis, and its likelihood ratio weighs in beside the posterior.
 * Noise on a public lattice leaves nothing. Serial per suite.
 */
#include "suite.h"

#include <math.h>

enum { MOST_DECIMALS = 11, SPHERE = 0, DEGREES_3, DEGREES_4, DEGREES_5, HYPOTHESES };

static const double sphere_m = 6378137.0;
static const double radian = 0.017453292519943295;
static const double degree_m = 111319.49;
static const double least_ratio = 1e-9; /* of a place that does not fit: nothing is quite certain */
static const double double_error_m = 3e-9; /* of positions in degrees, and of the way there */

static const char *const notes[HYPOTHESES] = {
    "radius rounded to a millionth of 1/epsilon, on a sphere",
    "offset rounded to 3 decimals of a degree", "offset rounded to 4 decimals of a degree",
    "offset rounded to 5 decimals of a degree"};

/* Decimals that a coordinate was written with, at most MOST_DECIMALS. */
static int decimals(double v)
{
    double unit = 1;
    int d = 0;

    while (d < MOST_DECIMALS && fabs(v * unit - nearbyint(v * unit)) > 4e-16 * fabs(v) * unit) {
        unit *= 10;
        d++;
    }
    return d;
}

static int decimals_of(cmty_point p)
{
    int x = decimals(p.lon_deg), y = decimals(p.lat_deg);

    return x > y ? x : y;
}

static double great_circle_m(cmty_point a, cmty_point b)
{
    double x = sin((b.lon_deg - a.lon_deg) * radian / 2);
    double y = sin((b.lat_deg - a.lat_deg) * radian / 2);

    return 2 * sphere_m
           * asin(sqrt(y * y + cos(a.lat_deg * radian) * cos(b.lat_deg * radian) * x * x));
}

/* log of how much more likely the residue is under the hypothesis than by chance. */
static double log_ratio(double steps, double sigma)
{
    double residue = (steps - nearbyint(steps)) / sigma;

    if (fabs(residue) > 7)
        return log(least_ratio);
    return log(exp(-residue * residue / 2) / (sigma * 2.5066282746310002) + least_ratio);
}

typedef struct reading { /* what the last digits of one published point can tell */
    const cmty__seen *seen;
    int written;          /* decimals of it or of the places */
    double step_m, sigma; /* of the sphere, sigma in steps */
} reading;

/* An offset in whole units of a decimal. */
typedef struct rounding {
    double unit, slack, log_gain;
} rounding;

static rounding rounding_of(const reading *r, int decimals)
{
    double unit = pow(10, decimals);

    return (rounding){unit, 0.01 * pow(10, decimals - r->written) + 1e-8 * unit,
                      2 * (r->written - decimals) * log(10)};
}

static double degrees_ratio(const rounding *q, cmty_point a, cmty_point b)
{
    double x = (b.lon_deg - a.lon_deg) * q->unit, y = (b.lat_deg - a.lat_deg) * q->unit;

    return fabs(x - nearbyint(x)) > q->slack || fabs(y - nearbyint(y)) > q->slack ? log(least_ratio)
                                                                                  : q->log_gain;
}

static int decimals_tried(int hypothesis)
{
    return hypothesis - DEGREES_3 + 3;
}

static bool applies(const reading *r, int hypothesis)
{
    if (hypothesis == SPHERE)
        return r->seen->belief.form == CMTY__FORM_LAPLACE && r->sigma < 0.25;
    return r->written > decimals_tried(hypothesis);
}

static double hit(const cmty__suite *s, const cmty__case *c, const reading *r, int hypothesis)
{
    double *logs = s->scratch + s->place_count;
    rounding q = rounding_of(r, hypothesis == SPHERE ? 0 : decimals_tried(hypothesis));

    for (size_t i = 0; i < s->place_count; i++) {
        cmty_point p = s->places[i].at;

        logs[i] = s->scratch[i];
        if (logs[i] == -INFINITY)
            continue;
        logs[i] += hypothesis == SPHERE
                       ? log_ratio(great_circle_m(p, r->seen->at) / r->step_m, r->sigma)
                       : degrees_ratio(&q, p, r->seen->at);
    }
    return cmty__posterior_of(s, logs, c->place).hit;
}

cmty_status cmty__attack_low_bits(cmty__suite *s, double bayes, cmty_error *err)
{
    cmty__rate rates[HYPOTHESES] = {{0, 0}};
    int best = -1;

    for (size_t i = 0; i < s->sample_count; i++) {
        const cmty__case *c = &s->cases[s->sample[i]];
        reading r = {.seen = &c->seen[0], .written = decimals_of(c->seen[0].at)};
        int known = decimals_of(c->truth);

        r.step_m = r.seen->belief.epsilon_per_m > 0 ? 1e-6 / r.seen->belief.epsilon_per_m : 1;
        r.sigma = hypot(double_error_m,
                        0.3 * degree_m * pow(10, -r.written) * (r.written < MOST_DECIMALS))
                  / r.step_m;
        if (known > r.written)
            r.written = known;
        cmty__posterior_logs(s, c, 0);
        for (int h = 0; h < HYPOTHESES; h++)
            if (applies(&r, h)) {
                rates[h].hits += hit(s, c, &r, h);
                rates[h].trials++;
            }
    }
    for (int h = 0; h < HYPOTHESES; h++)
        if (rates[h].trials > 0
            && (best < 0
                || rates[h].hits * (double)rates[best].trials
                       > rates[best].hits * (double)rates[h].trials))
            best = h;
    if (best < 0)
        return CMTY_OK;
    return cmty__find_excess(s, "low_bits", "address told by the last digits", notes[best],
                             rates[best], bayes, err);
}
