/* SPDX-License-Identifier: MIT */
/* The mask under attack: how it is asked, and what is known of its law. Serial per suite. */
#include "suite.h"

#include <math.h>

bool cmty__can_ask(const cmty__suite *s)
{
    return s->o.masker != NULL || s->o.mechanism != NULL;
}

cmty_status cmty__ask(cmty__suite *s, const char *id, cmty_point at, cmty_time when,
                      cmty_point *out, cmty_error *err)
{
    cmty_masked masked = {.struct_size = sizeof masked};
    cmty_status st;

    if (s->o.mechanism == NULL) {
        st = cmty_masker_apply(s->o.masker, id, at, when, &masked, err);
        if (st == CMTY_OK)
            *out = masked.at;
        return st;
    }
    st = s->o.mechanism->mask(s->o.mechanism->user, id, at, when, out);
    if (st < 0)
        return cmty__fail(err, st, "the mask under attack failed");
    if (st == CMTY_OK && !cmty__point_valid(*out))
        return cmty__fail(err, CMTY_E_RANGE, "the mask under attack gave no position");
    return st;
}

static double number(const cmty__json *object, const char *name)
{
    double v = 0;

    return cmty__json_number(cmty__json_member(object, name), &v) ? v : 0;
}

/* A law by its parameters; form -1 where they are not enough. */
static cmty__belief belief_of(int32_t law, double epsilon_per_m, double inner_m, double outer_m)
{
    if (law == CMTY_LAW_LATTICE && epsilon_per_m > 0)
        return (cmty__belief){CMTY__FORM_LAPLACE, epsilon_per_m, 0, 4.743864518 / epsilon_per_m};
    if (law == CMTY_LAW_DONUT && outer_m > 0)
        return (cmty__belief){CMTY__FORM_RING, 0, inner_m, outer_m};
    if (outer_m > 0)
        return (cmty__belief){CMTY__FORM_DISC, 0, 0, outer_m};
    return (cmty__belief){-1, 0, 0, 0};
}

/* The law of a masker is in its metadata. One that draws no noise is known by what it does. */
static cmty_status believe_masker(cmty__suite *s, cmty_error *err)
{
    const char *text = cmty_masker_metadata(s->o.masker);
    cmty__json *json = NULL;
    cmty_status st = cmty__json_parse(text, strlen(text), &json, err);
    double epsilon;

    if (st != CMTY_OK)
        return st;
    epsilon = number(json, "epsilon_per_m");
    s->belief = (cmty__belief){CMTY__FORM_SAME, 0, 0, 0};
    if (epsilon > 0) {
        s->belief = belief_of(CMTY_LAW_LATTICE, epsilon, 0, 0);
        s->lattice_m = number(json, "lattice_m");
    } else if (number(json, "inner_radius_m") > 0 || number(json, "radius_m") > 0) {
        s->belief =
            belief_of(CMTY_LAW_DONUT, 0, number(json, "inner_radius_m"), number(json, "radius_m"));
    }
    cmty__json_free(json);
    return CMTY_OK;
}

cmty_status cmty__suite_believe(cmty__suite *s, cmty_error *err)
{
    s->belief = belief_of(s->o.law, s->o.epsilon_per_m, s->o.inner_radius_m, s->o.radius_m);
    if (s->o.law == CMTY_LAW_AUTO)
        s->belief.form = -1;
    if (s->o.law != CMTY_LAW_AUTO && s->belief.form < 0)
        return cmty__fail(err, CMTY_E_INVALID,
                          "the law %s needs its parameters: epsilon_per_m or radius_m",
                          cmty_law_name(s->o.law));
    if (s->belief.form < 0 && s->o.masker != NULL)
        return believe_masker(s, err);
    if (s->belief.form < 0 && s->o.mechanism != NULL)
        return cmty__fail(err, CMTY_E_INVALID,
                          "name the law that the mechanism follows, and its parameters");
    return CMTY_OK;
}

/* The beat that a masker discloses; what a mechanism tells besides the point is not known. */
static cmty_status publish_one(cmty__suite *s, cmty__case *c, cmty_error *err)
{
    cmty_masked masked = {.struct_size = sizeof masked, .beat = -1};
    cmty__seen *seen = &c->seen[0];
    cmty_status st;

    if (s->o.mechanism != NULL)
        st = cmty__ask(s, c->id, c->truth, c->when, &seen->at, err);
    else
        st = cmty_masker_apply(s->o.masker, c->id, c->truth, c->when, &masked, err);
    if (st < 0)
        return st;
    seen->belief = s->belief;
    seen->there = st == CMTY_OK;
    if (st == CMTY_OK && s->o.mechanism == NULL)
        seen->at = masked.at;
    if (masked.beat >= 0 && s->o.beats != NULL)
        seen->beat = cmty__beatset_id(s->o.beats, masked.beat);
    return CMTY_OK;
}

cmty_status cmty__suite_publish(cmty__suite *s, cmty_error *err)
{
    cmty_status st = CMTY_OK;

    for (size_t i = 0; i < s->case_count && st == CMTY_OK; i++) {
        st = publish_one(s, &s->cases[i], err);
        s->published_count += s->cases[i].seen[0].there;
        if (st == CMTY_OK && i % 1024 == 0)
            st = cmty__progress(s->o.host, "publishing in memory",
                                (double)i / (double)s->case_count, err);
    }
    if (st == CMTY_OK && s->published_count == 0)
        return cmty__fail(err, CMTY_E_FORMAT, "the mask withholds every report: nothing to attack");
    return st;
}
