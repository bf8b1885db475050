/* SPDX-License-Identifier: MIT */
/*
 * What someone believes who knows the law, its parameters and the addresses, and sees a point:
 * Bayes' rule, every address as likely as the other before. A place that holds several addresses
 * counts as often: who names a block of flats has not named a home. Under clamp and redraw the
 * noise is taken as unconfined, and places of other beats are ruled out: exact but near the
 * boundary.
 *
 * Pure functions of a suite: any thread.
 */
#include "suite.h"

#include <math.h>

/* Six decimals of a degree, and what a frame in metres adds. */
static const double rounding_m = 0.5;

double cmty__reach_m(const cmty__belief *b)
{
    return b->form == CMTY__FORM_LAPLACE ? 14.0 / b->epsilon_per_m : b->outer_m + rounding_m;
}

static double distance_m(const cmty__frame *f, cmty_point p)
{
    double x = (p.lon_deg - f->origin.lon_deg) * f->m_per_deg_lon;
    double y = (p.lat_deg - f->origin.lat_deg) * f->m_per_deg_lat;

    return sqrt(x * x + y * y);
}

/* log f(published | place), up to a constant. */
static double log_likelihood(const cmty__belief *b, const cmty__frame *f, const cmty__place *place)
{
    double d;

    if (b->form == CMTY__FORM_SAME)
        return place->has_image && distance_m(f, place->image) < rounding_m ? 0 : -INFINITY;
    d = distance_m(f, place->has_image ? place->image : place->at);
    if (b->form == CMTY__FORM_LAPLACE)
        return -b->epsilon_per_m * d;
    if (d > b->outer_m + rounding_m || d < b->inner_m - rounding_m)
        return -INFINITY;
    /* even over the area of the ring: the density of a place does not depend on its distance */
    return 0;
}

static bool in_beat(const cmty__suite *s, cmty_point p, const char *beat, cmty_time when)
{
    int32_t version = cmty__beatset_version_at(s->o.beats, when);
    const cmty__areas *areas;
    int32_t area;

    if (version < 0)
        return true;
    areas = cmty__beatset_areas(s->o.beats, version);
    area = cmty__areas_first(areas, p, NULL, NULL);
    return area >= 0
           && strcmp(cmty__beatset_id(s->o.beats, cmty__beatset_beat_of(s->o.beats, version, area)),
                     beat)
                  == 0;
}

static void add_release(const cmty__suite *s, const cmty__seen *seen, bool use_beat, cmty_time when)
{
    cmty__frame f = cmty__frame_at(seen->at);

    for (size_t i = 0; i < s->place_count; i++) {
        if (s->scratch[i] == -INFINITY)
            continue;
        s->scratch[i] += log_likelihood(&seen->belief, &f, &s->places[i]);
        if (use_beat && s->scratch[i] > -INFINITY
            && distance_m(&f, s->places[i].at) <= 2 * cmty__reach_m(&seen->belief)
            && !in_beat(s, s->places[i].at, seen->beat, when))
            s->scratch[i] = -INFINITY;
    }
}

/* Equal points say nothing new: whoever knows the mask knows that it repeats itself. */
static bool repeats(const cmty__case *c, size_t release)
{
    for (size_t r = 0; r < release; r++)
        if (c->seen[r].there && c->seen[r].at.lon_deg == c->seen[release].at.lon_deg
            && c->seen[r].at.lat_deg == c->seen[release].at.lat_deg)
            return true;
    return false;
}

void cmty__posterior_logs(const cmty__suite *s, const cmty__case *c, int use)
{
    size_t last = (use & CMTY__USE_ALL_RELEASES) != 0 ? s->release_count : 1;

    memset(s->scratch, 0, s->place_count * sizeof *s->scratch);
    for (size_t r = 0; r < last; r++)
        if (c->seen[r].there && !repeats(c, r))
            add_release(s, &c->seen[r], (use & CMTY__USE_BEAT) != 0 && *c->seen[r].beat != '\0',
                        c->when);
}

cmty__posterior cmty__posterior_of(const cmty__suite *s, const double *logs, int32_t truth)
{
    cmty__posterior p = {.rank = INFINITY, .log_truth_bits = INFINITY};
    double top = -INFINITY, sum = 0, weighted = 0, ties = 0, above = 0, level = 0;

    for (size_t i = 0; i < s->place_count; i++)
        top = fmax(top, logs[i]);
    if (top == -INFINITY)
        return p;
    for (size_t i = 0; i < s->place_count; i++) {
        double log_odds = logs[i] - top, odds, weight = s->places[i].weight;

        if (log_odds < -700)
            continue;
        odds = weight * exp(log_odds);
        sum += odds;
        weighted += odds * log_odds;
        ties += log_odds > -1e-12 ? weight : 0;
        above += logs[i] > logs[truth] + 1e-12 ? weight : 0;
        level += fabs(logs[i] - logs[truth]) <= 1e-12 ? weight : 0;
    }
    p.best = 1 / sum;
    p.effective = exp(log(sum) - weighted / sum);
    if (logs[truth] == -INFINITY)
        return p;
    p.hit = logs[truth] > top - 1e-12 ? 1 / ties : 0;
    p.rank = above + (level + 1) / 2;
    p.within_k = fmin(1, fmax(0, (s->k - above) / level));
    p.log_truth_bits = (log(sum) - (logs[truth] - top)) / log(2);
    return p;
}

double cmty__nearest_hit(const cmty__suite *s, const cmty__case *c)
{
    cmty__frame f = cmty__frame_at(c->seen[0].at);
    double best = INFINITY, ties = 0;
    double own = distance_m(&f, s->places[c->place].at);

    for (size_t i = 0; i < s->place_count; i++) {
        double d = distance_m(&f, s->places[i].at);

        if (d < best - 1e-6) {
            best = d;
            ties = 0;
        }
        ties += fabs(d - best) <= 1e-6 ? s->places[i].weight : 0;
    }
    return fabs(own - best) <= 1e-6 ? 1 / ties : 0;
}
