/* SPDX-License-Identifier: MIT */
/* Attacks that need no more than what was published: nearest address, Bayes posterior, beat, time,
   several releases together. Serial per suite. */
#include "suite.h"

#include <math.h>
#include <stdlib.h>

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(double *values, size_t count)
{
    if (count == 0)
        return (double)NAN;
    qsort(values, count, sizeof *values, by_value);
    return (values[(count - 1) / 2] + values[count / 2]) / 2;
}

static cmty_status find_number(cmty__suite *s, const char *name, const char *what, const char *unit,
                               const char *note, double value, size_t trials, cmty_error *err)
{
    const cmty_finding f = {.kind = CMTY_FINDING_RISK,
                            .name = name,
                            .what = what,
                            .unit = unit,
                            .note = note,
                            .value = value,
                            .low = (double)NAN,
                            .high = (double)NAN,
                            .baseline = (double)NAN,
                            .limit = (double)NAN,
                            .trials = trials};

    return cmty__find(s, &f, err);
}

typedef struct tally { /* over the sample */
    cmty__rate nearest, bayes, within_k;
    double expected; /* hits that the posterior itself predicts */
    double *effective, *rank;
} tally;

static cmty_status run_trials(cmty__suite *s, tally *t, cmty_error *err)
{
    cmty_status st = CMTY_OK;

    for (size_t i = 0; i < s->sample_count && st == CMTY_OK; i++) {
        const cmty__case *c = &s->cases[s->sample[i]];
        cmty__posterior p;

        cmty__posterior_logs(s, c, 0);
        p = cmty__posterior_of(s, s->scratch, c->place);
        t->bayes.hits += p.hit;
        t->expected += p.best;
        t->within_k.hits += p.within_k;
        t->effective[i] = p.effective;
        t->rank[i] = p.rank;
        t->nearest.hits += cmty__nearest_hit(s, c);
        if (i % 16 == 0)
            st = cmty__progress(s->o.host, "guessing addresses",
                                (double)i / (double)s->sample_count, err);
    }
    t->nearest.trials = t->bayes.trials = t->within_k.trials = s->sample_count;
    return st;
}

static cmty_status find_trials(cmty__suite *s, tally *t, cmty_error *err)
{
    size_t n = s->sample_count;
    double limit = 1.0 / s->k;
    cmty_status st;

    st = cmty__find_share(s, "nearest", "nearest address is the true one",
                          "the address nearest to the published point", t->nearest, (double)NAN,
                          limit, err);
    if (st == CMTY_OK)
        st = cmty__find_share(s, "bayes", "best guess of one who knows the law",
                              "Bayes posterior over all addresses; baseline: what it predicts of "
                              "itself",
                              t->bayes, t->expected / (double)n, limit, err);
    if (st == CMTY_OK)
        st = cmty__find_share(s, "bayes_k", "true address among his k best guesses",
                              "k as in the limit", t->within_k, (double)NAN, (double)NAN, err);
    if (st == CMTY_OK)
        st = find_number(s, "effective_addresses", "addresses that stay in doubt, median",
                         "addresses", "2 to the entropy of the posterior", median(t->effective, n),
                         n, err);
    if (st == CMTY_OK)
        st = find_number(s, "rank", "rank of the true address, median", "addresses",
                         "1: his first guess", median(t->rank, n), n, err);
    return st;
}

/* ---- the published beat ---- */

static cmty_status attack_beat(cmty__suite *s, double bayes, cmty_error *err)
{
    cmty__rate r = {0, 0};
    double bits = 0;
    cmty_status st;

    for (size_t i = 0; i < s->sample_count; i++) {
        const cmty__case *c = &s->cases[s->sample[i]];
        cmty__posterior without, with;

        if (*c->seen[0].beat == '\0')
            continue;
        cmty__posterior_logs(s, c, 0);
        without = cmty__posterior_of(s, s->scratch, c->place);
        cmty__posterior_logs(s, c, CMTY__USE_BEAT);
        with = cmty__posterior_of(s, s->scratch, c->place);
        /* a beat that rules the truth out is that of the masked point: it tells nothing */
        r.hits += isfinite(with.rank) ? with.hit : without.hit;
        if (isfinite(with.log_truth_bits) && isfinite(without.log_truth_bits))
            bits += without.log_truth_bits - with.log_truth_bits;
        r.trials++;
    }
    if (r.trials == 0)
        return CMTY_OK;
    st = cmty__find_share(s, "beat", "best guess from point and beat",
                          "the published beat rules places out; baseline: the point alone", r,
                          bayes, 1.0 / s->k, err);
    if (st == CMTY_OK)
        st = find_number(s, "beat_bits", "what the beat adds to the point", "bits",
                         "0 where the beat follows the published point", bits / (double)r.trials,
                         r.trials, err);
    return st;
}

/* ---- the published time ---- */

static int by_time(const void *a, const void *b)
{
    cmty_time x = *(const cmty_time *)a, y = *(const cmty_time *)b;

    return (x > y) - (x < y);
}

static bool told_alone(const cmty_time *times, size_t count, cmty_time t)
{
    const cmty_time *found = bsearch(&t, times, count, sizeof t, by_time);

    if (found == NULL)
        return false;
    return !(found > times && found[-1] == t) && !(found + 1 < times + count && found[1] == t);
}

/* Someone who knows to the minute when a thing happened looks for its row. */
static cmty_status attack_time(cmty__suite *s, cmty_error *err)
{
    cmty_time *times = cmty__calloc(s->case_count, sizeof *times);
    cmty__rate r = {0, 0};
    size_t n = 0;
    cmty_status st = CMTY_OK;

    if (times == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    for (size_t i = 0; i < s->case_count; i++)
        if (s->cases[i].seen[0].there && s->cases[i].seen[0].when != CMTY_TIME_UNKNOWN)
            times[n++] = s->cases[i].seen[0].when;
    qsort(times, n, sizeof *times, by_time);
    for (size_t i = 0; i < s->sample_count; i++) {
        const cmty__case *c = &s->cases[s->sample[i]];
        cmty_time seen = c->seen[0].when;

        if (seen == CMTY_TIME_UNKNOWN || c->when == CMTY_TIME_UNKNOWN)
            continue;
        r.trials++;
        if (llabs(seen - c->when) < 60000)
            r.hits += told_alone(times, n, seen);
    }
    if (r.trials > 0)
        st = cmty__find_share(s, "time", "row found by the minute of the event",
                              "the published time is the true one, and no other row has it", r,
                              (double)NAN, 1.0 / s->k, err);
    cmty__free(times);
    return st;
}

cmty_status cmty__attack_places(cmty__suite *s, cmty_error *err)
{
    tally t = {0};
    cmty_status st = CMTY_OK;

    t.effective = cmty__calloc(s->sample_count, sizeof *t.effective);
    t.rank = cmty__calloc(s->sample_count, sizeof *t.rank);
    if (t.effective == NULL || t.rank == NULL)
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    if (st == CMTY_OK)
        st = run_trials(s, &t, err);
    if (st == CMTY_OK)
        st = find_trials(s, &t, err);
    if (st == CMTY_OK && s->o.beats != NULL)
        st = attack_beat(s, t.bayes.hits / (double)t.bayes.trials, err);
    if (st == CMTY_OK)
        st = attack_time(s, err);
    cmty__free(t.effective);
    cmty__free(t.rank);
    return st;
}

/* ---- several releases ---- */

static cmty_status find_mean(cmty__suite *s, double first_2, double mean_2, size_t n,
                             cmty_error *err)
{
    cmty_finding f = {.kind = CMTY_FINDING_RISK,
                      .name = "releases_mean",
                      .what = "the mean of all releases is nearer by",
                      .unit = "times",
                      .note = "1: publishing again gained the attacker nothing",
                      .value = mean_2 > 0 ? sqrt(first_2 / mean_2) : 1,
                      .low = (double)NAN,
                      .high = (double)NAN,
                      .baseline = 1,
                      .limit = 1.05,
                      .trials = n};

    f.verdict = f.value > f.limit ? CMTY_VERDICT_FAIL : CMTY_VERDICT_PASS;
    return cmty__find(s, &f, err);
}

cmty_status cmty__attack_releases(cmty__suite *s, double bayes, cmty_error *err)
{
    double first_2 = 0, mean_2 = 0;
    cmty__rate r = {0, s->sample_count};
    cmty_status st;

    if (s->release_count < 2)
        return CMTY_OK;
    for (size_t i = 0; i < s->sample_count; i++) {
        const cmty__case *c = &s->cases[s->sample[i]];
        cmty__frame f = cmty__frame_at(c->truth);
        double x = 0, y = 0, n = 0;

        cmty__posterior_logs(s, c, CMTY__USE_ALL_RELEASES);
        r.hits += cmty__posterior_of(s, s->scratch, c->place).hit;
        for (size_t k = 0; k < s->release_count; k++) {
            double dx = (c->seen[k].at.lon_deg - c->truth.lon_deg) * f.m_per_deg_lon;
            double dy = (c->seen[k].at.lat_deg - c->truth.lat_deg) * f.m_per_deg_lat;

            if (!c->seen[k].there)
                continue;
            first_2 += k == 0 ? dx * dx + dy * dy : 0;
            x += dx;
            y += dy;
            n++;
        }
        mean_2 += (x * x + y * y) / (n * n);
    }
    st = cmty__find_share(s, "intersection", "best guess from all releases together",
                          "places that every release allows; baseline: the first alone", r, bayes,
                          1.0 / s->k, err);
    return st == CMTY_OK ? find_mean(s, first_2, mean_2, s->sample_count, err) : st;
}
