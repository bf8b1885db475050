/* SPDX-License-Identifier: MIT */
/* The places that the attacker considers, and the reports that are attacked. Any thread. */
#include "suite.h"

#include <math.h>
#include <stdlib.h>

/* The attacker uses the address file that the reports were geocoded with: half a metre is the
   same. */
static const double same_place_m = 0.5;

static bool add_place(cmty__suite *s, cmty_point at, double weight)
{
    if (!cmty__grow(&s->places, &s->place_capacity, s->place_count + 1, sizeof *s->places))
        return false;
    s->places[s->place_count++] = (cmty__place){.at = at, .weight = weight};
    return true;
}

static int by_position(const void *a, const void *b)
{
    const cmty__place *x = a, *y = b;

    if (x->at.lat_deg != y->at.lat_deg)
        return x->at.lat_deg < y->at.lat_deg ? -1 : 1;
    return (x->at.lon_deg > y->at.lon_deg) - (x->at.lon_deg < y->at.lon_deg);
}

/* Several addresses at one position are one place of their common weight. */
static void merge_places(cmty__suite *s)
{
    size_t kept = 0;

    if (s->place_count == 0)
        return;
    qsort(s->places, s->place_count, sizeof *s->places, by_position);
    for (size_t i = 1; i < s->place_count; i++) {
        if (by_position(&s->places[kept], &s->places[i]) == 0)
            s->places[kept].weight += s->places[i].weight;
        else
            s->places[++kept] = s->places[i];
    }
    s->place_count = kept + 1;
}

static cmty_status read_layer(cmty__suite *s, const cmty__layer *layer, int32_t weights,
                              cmty_error *err)
{
    for (size_t i = 0; i < cmty__layer_count(layer); i++) {
        const cmty__feature *f = cmty__layer_feature(layer, i);
        double weight;
        cmty_status st = cmty__layer_weight(layer, i, weights, &weight, err);

        if (st != CMTY_OK)
            return st;
        for (size_t k = 0; k < f->point_count && weight > 0; k++)
            if (!add_place(s, f->points[k], weight / (double)f->point_count))
                return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    return CMTY_OK;
}

static cmty_status read_addresses(cmty__suite *s, cmty_error *err)
{
    cmty__layer_options o = {.points = true, .host = s->o.host};
    cmty__spec spec = {0};
    cmty__layer *layer = NULL;
    int32_t weights = -1;
    cmty_status st = cmty__spec_parse(s->o.addresses, &spec, err);

    if (st == CMTY_OK)
        st = cmty__layer_open(&spec, &o, &layer, err);
    if (st == CMTY_OK && spec.weight != NULL) {
        weights = cmty__layer_field(layer, spec.weight);
        if (weights < 0)
            st = cmty__fail(err, CMTY_E_FORMAT, "%s has no field %s", cmty__layer_name(layer),
                            spec.weight);
    }
    if (st == CMTY_OK)
        st = read_layer(s, layer, weights, err);
    cmty__layer_free(layer);
    cmty__spec_free(&spec);
    return st;
}

/* The nearest place within half a metre, or -1. The places are in order of latitude. */
static int32_t find_place(const cmty__suite *s, size_t ordered, cmty_point at)
{
    cmty__frame f = cmty__frame_at(at);
    double reach = same_place_m / f.m_per_deg_lat, best = same_place_m * same_place_m;
    size_t low = 0, high = ordered;
    int32_t found = -1;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (s->places[middle].at.lat_deg < at.lat_deg - reach)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < ordered && s->places[low].at.lat_deg <= at.lat_deg + reach; low++) {
        double x = (s->places[low].at.lon_deg - at.lon_deg) * f.m_per_deg_lon;
        double y = (s->places[low].at.lat_deg - at.lat_deg) * f.m_per_deg_lat;

        if (x * x + y * y <= best) {
            best = x * x + y * y;
            found = (int32_t)low;
        }
    }
    return found;
}

uint32_t cmty__next(uint32_t *state)
{
    *state = *state * 1664525U + 1013904223U; /* Numerical Recipes; only its high bits are used */
    return *state >> 8;
}

/* A fixed choice of the published reports: the first of a shuffled deck. */
static cmty_status choose_sample(cmty__suite *s, cmty_error *err)
{
    uint32_t state = 20110125;
    size_t n = 0;

    s->sample = cmty__calloc(s->case_count, sizeof *s->sample);
    if (s->sample == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    for (size_t i = 0; i < s->case_count; i++)
        if (s->cases[i].seen[0].there)
            s->sample[n++] = i;
    s->published_count = n;
    s->sample_count = n < s->o.trials ? n : s->o.trials;
    for (size_t i = 0; i < s->sample_count; i++) {
        size_t other = i + cmty__next(&state) % (n - i), kept = s->sample[i];

        s->sample[i] = s->sample[other];
        s->sample[other] = kept;
    }
    return CMTY_OK;
}

/* Each truth that is attacked is among the places, or is added: the attacker might know it. */
static cmty_status place_truths(cmty__suite *s, cmty_error *err)
{
    size_t ordered = s->place_count;

    for (size_t i = 0; i < s->sample_count; i++) {
        cmty__case *c = &s->cases[s->sample[i]];

        c->place = find_place(s, ordered, c->truth);
        if (c->place >= 0)
            continue;
        for (size_t k = ordered; k < s->place_count && c->place < 0; k++)
            if (by_position(&s->places[k], &(cmty__place){.at = c->truth}) == 0)
                c->place = (int32_t)k;
        if (c->place >= 0)
            continue;
        c->place = (int32_t)s->place_count;
        if (!add_place(s, c->truth, 1))
            return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    if (s->places_given && s->place_count > ordered)
        cmty__notice(s->o.host,
                     "%zu of %zu true places lie at no address; the attacker is given them too",
                     s->place_count - ordered, s->sample_count);
    return CMTY_OK;
}

/* What a mask without noise makes of each place is known to all. */
static cmty_status make_images(cmty__suite *s, cmty_error *err)
{
    cmty_status st = CMTY_OK;

    if (s->belief.form != CMTY__FORM_SAME && s->lattice_m <= 0)
        return CMTY_OK;
    for (size_t i = 0; i < s->place_count && st >= 0; i++) {
        if (s->belief.form == CMTY__FORM_SAME)
            st = cmty__ask(s, "attacker", s->places[i].at, CMTY_TIME_UNKNOWN, &s->places[i].image,
                           err);
        else /* noise on a lattice starts from the lattice point of the place */
            s->places[i].image = cmty__lattice_round(s->lattice_m, s->places[i].at);
        s->places[i].has_image = st == CMTY_OK;
        if (st >= 0 && i % 1024 == 0)
            st = cmty__progress(s->o.host, "masking every address",
                                (double)i / (double)s->place_count, err);
    }
    return st < 0 ? st : CMTY_OK;
}

cmty_status cmty__suite_places(cmty__suite *s, cmty_error *err)
{
    cmty_status st = CMTY_OK;

    s->places_given = s->o.addresses != NULL;
    if (s->places_given)
        st = read_addresses(s, err);
    for (size_t i = 0; !s->places_given && st == CMTY_OK && i < s->case_count; i++)
        if (!add_place(s, s->cases[i].truth, 1))
            st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    if (st != CMTY_OK)
        return st;
    merge_places(s);
    st = choose_sample(s, err);
    if (st == CMTY_OK)
        st = place_truths(s, err);
    if (st == CMTY_OK)
        st = make_images(s, err);
    if (st != CMTY_OK)
        return st;
    s->scratch = cmty__calloc(s->place_count, 2 * sizeof *s->scratch);
    return s->scratch != NULL ? CMTY_OK : cmty__fail(err, CMTY_E_NOMEM, "out of memory");
}
