/* SPDX-License-Identifier: MIT */
#ifndef CMTY_ANALYSIS_SUITE_H
#define CMTY_ANALYSIS_SUITE_H

/* Private to analysis: the reports under attack, and what the attacks share. */

#include "beat/beat.h"
#include "privacy/privacy.h"

#include <community/attack.h>

/* A place that the attacker considers. */
typedef struct cmty__place {
    cmty_point at;
    double weight;    /* people or addresses there */
    cmty_point image; /* what a mask without noise makes of it; else its lattice point */
    bool has_image;
} cmty__place;

/* How a published point comes from a true one, as far as the attacker knows. */
enum { CMTY__FORM_DISC, CMTY__FORM_LAPLACE, CMTY__FORM_RING, CMTY__FORM_SAME };
typedef struct cmty__belief {
    int form;
    double epsilon_per_m, inner_m, outer_m;
} cmty__belief;

/* One report in one release. */
typedef struct cmty__seen {
    cmty_point at;
    bool there;
    const char *beat; /* "" if not told */
    cmty_time when;   /* CMTY_TIME_UNKNOWN if not told */
    cmty__belief belief;
} cmty__seen;

typedef struct cmty__case {
    const char *id;
    cmty_point truth;
    cmty_time when;
    cmty__seen *seen; /* one for each release */
    int32_t place;    /* of the truth, once it is attacked; else -1 */
} cmty__case;

typedef struct cmty__suite {
    cmty_attack_options o;
    cmty_policy *policy;
    cmty__zone *zone;
    cmty__arena *texts;
    cmty__case *cases; /* in order of id */
    size_t case_count, case_capacity, release_count;
    cmty__place *places; /* in order of position, no two at one */
    size_t place_count, place_capacity;
    bool places_given;
    cmty__belief belief; /* of the mask or of the options; form -1: the file tells */
    double lattice_m;    /* of the mask, 0 if it has none or it is not known */
    size_t *sample;      /* cases under attack: published in the first release */
    size_t sample_count, published_count;
    double *scratch; /* one for each place */
    uint32_t k;
    cmty_finding *findings;
    size_t finding_count, finding_capacity;
    cmty_told *told; /* what releases give away together */
    size_t told_count, told_capacity;
    cmty__arena *told_texts;
} cmty__suite;

/* read.c: the truth, then each release, by id. */
cmty_status cmty__suite_read_truth(cmty__suite *s, const char *path, cmty_error *err);
cmty_status cmty__suite_read_release(cmty__suite *s, const char *path, size_t release,
                                     cmty_error *err);
/* places.c: the addresses, or the true places; then the sample, each truth among the places. */
cmty_status cmty__suite_places(cmty__suite *s, cmty_error *err);

/* ask.c: the mask or the mechanism under attack. */
bool cmty__can_ask(const cmty__suite *s);
cmty_status cmty__ask(cmty__suite *s, const char *id, cmty_point at, cmty_time when,
                      cmty_point *out, cmty_error *err);
cmty_status cmty__suite_believe(cmty__suite *s, cmty_error *err);
cmty_status cmty__suite_publish(cmty__suite *s, cmty_error *err);

/* posterior.c */
typedef struct cmty__posterior {
    double hit;            /* probability that the attacker's first guess is right */
    double best;           /* what he thinks it is */
    double effective;      /* 2 to the entropy */
    double rank;           /* of the truth, from 1; the middle of equals; infinite: ruled out */
    double within_k;       /* probability that it is among his first k guesses */
    double log_truth_bits; /* -log2 of what he gives the truth */
} cmty__posterior;
enum { CMTY__USE_BEAT = 1, CMTY__USE_ALL_RELEASES = 2 };
/* Log likelihoods of all places, into s->scratch. */
void cmty__posterior_logs(const cmty__suite *s, const cmty__case *c, int use);
/* From those to an answer, address by address. */
cmty__posterior cmty__posterior_of(const cmty__suite *s, const double *logs, int32_t truth);
double cmty__nearest_hit(const cmty__suite *s, const cmty__case *c);
double cmty__reach_m(const cmty__belief *b); /* beyond it a place is hardly possible */

/* Attacks; each adds its rows. */
cmty_status cmty__attack_places(cmty__suite *s, cmty_error *err);
cmty_status cmty__attack_low_bits(cmty__suite *s, double bayes, cmty_error *err);
cmty_status cmty__attack_releases(cmty__suite *s, double bayes, cmty_error *err);
cmty_status cmty__attack_mask(cmty__suite *s, double bayes, cmty_error *err);
cmty_status cmty__attack_key(cmty__suite *s, cmty_error *err);
cmty_status cmty__attack_oracle(cmty__suite *s, double bayes, cmty_error *err);
cmty_status cmty__measure_utility(cmty__suite *s, cmty_error *err);

/* findings.c */
typedef struct cmty__rate { /* successes of which a share is chance */
    double hits;
    size_t trials;
} cmty__rate;
void cmty__interval(cmty__rate r, double *low, double *high); /* Wilson, 95 % */
/* A share; limit and baseline may be NaN. */
cmty_status cmty__find_share(cmty__suite *s, const char *name, const char *what, const char *note,
                             cmty__rate r, double baseline, double limit, cmty_error *err);
/* A share that must not exceed what the posterior gives: fails where it surely does. */
cmty_status cmty__find_excess(cmty__suite *s, const char *name, const char *what, const char *note,
                              cmty__rate r, double baseline, cmty_error *err);
cmty_status cmty__find(cmty__suite *s, const cmty_finding *finding, cmty_error *err);
const cmty_finding *cmty__finding_named(const cmty_attack *attack, const char *name);

struct cmty_attack {
    cmty__suite suite; /* only what the rows need is left of it */
    char *json;
};

/* A sequence that is the same on every machine; for choosing, never for noise. */
uint32_t cmty__next(uint32_t *state);

#endif
