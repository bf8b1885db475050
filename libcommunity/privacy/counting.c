/* SPDX-License-Identifier: MIT */
/*
 * Counts with noise. The discrete Laplace law is drawn in whole numbers only, keyed by the cell and
 * its true count: the same table again is the same table, and a changed count is new noise, so that
 * two releases cannot be subtracted. Pure functions: any thread.
 */
#include "privacy/noise.h"
#include "privacy/secret.h"

#include <math.h>
#include <stdlib.h>

/* ---- noise ---- */

static const double parts = 1e6; /* of an epsilon */

void cmty__counting_open(cmty__counting *c, const cmty__mask_key *key, const char *release,
                         double epsilon, uint32_t contribution)
{
    cmty__counting_open_secret(c, cmty__mask_key_bytes(key), release, epsilon, contribution);
}

void cmty__counting_open_secret(cmty__counting *c, const uint8_t secret[CMTY__HASH_BYTES],
                                const char *release, double epsilon, uint32_t contribution)
{
    static const char domain[] = "community-count-1";
    uint8_t hash[CMTY__HASH_BYTES];

    cmty__hash(secret, CMTY__HASH_BYTES, domain, sizeof domain, hash);
    cmty__hash(hash, sizeof hash, release, strlen(release), c->key);
    cmty__wipe(hash, sizeof hash);
    c->rate_p = (uint64_t)floor(epsilon * parts); /* down: never less private than asked */
    c->rate_q = (uint64_t)parts * contribution;
}

void cmty__counting_close(cmty__counting *c)
{
    cmty__wipe(c, sizeof *c);
}

static void stream_of(const cmty__counting *c, const char *purpose, const char *level,
                      const char *cell, int64_t count, cmty__stream *s)
{
    uint8_t key[CMTY__HASH_BYTES];
    cmty__draw_key draw = {
        .scale_a = (int64_t)c->rate_p, .scale_b = (int64_t)c->rate_q, .row = count};

    cmty__hash(c->key, sizeof c->key, purpose, strlen(purpose), key);
    cmty__hash(key, sizeof key, level, strlen(level), key);
    cmty__stream_open(s, key, &draw, cell);
    cmty__wipe(key, sizeof key);
}

int64_t cmty__counting_noisy(const cmty__counting *c, const char *level, const char *cell,
                             int64_t count)
{
    cmty__stream s;

    stream_of(c, "noise", level, cell, count, &s);
    count += cmty__discrete_laplace(&s, c->rate_p, c->rate_q);
    cmty__stream_close(&s);
    return count;
}

bool cmty__counting_keeps(const cmty__counting *c, const char *cell, int64_t count,
                          double probability)
{
    const uint64_t whole = (uint64_t)1 << 62;
    cmty__stream s;
    bool keeps;

    stream_of(c, "select", "", cell, count, &s);
    keeps = cmty__bernoulli(&s, (uint64_t)floor(probability * (double)whole), whole);
    cmty__stream_close(&s);
    return keeps;
}

void cmty__counting_hash(const cmty__counting *c, const void *data, size_t size, uint64_t out[2])
{
    uint8_t hash[CMTY__HASH_BYTES];

    cmty__hash(c->key, sizeof c->key, data, size, hash);
    memcpy(out, hash, 2 * sizeof *out);
}

/* ---- which keys of the data are shown ---- */

/* A contributor to l0 keys: for one of them, so that all together have at most delta. */
static double share_of_delta(double delta, uint32_t l0)
{
    return -expm1(log1p(-delta) / l0);
}

double cmty__threshold_laplace(double epsilon, double delta, uint32_t l0, uint32_t linf)
{
    double d = share_of_delta(delta, l0), b = (double)l0 * linf / epsilon;

    return d <= 0.5 ? linf - b * log(2 * d) : linf + b * log(2 * (1 - d));
}

static double normal_tail(double x) /* of values above x */
{
    return 0.5 * erfc(x / 1.4142135623730951);
}

/* x with normal_tail(x) = q, q at most 1/2: Newton's steps on the logarithm of the tail. */
static double normal_quantile(double q)
{
    double x = sqrt(fmax(0, -2 * log(2 * q)));

    for (int i = 0; i < 60; i++) {
        double tail = normal_tail(x);
        double density = exp(-x * x / 2) * 0.3989422804014327;
        double step = (log(tail) - log(q)) * tail / density;

        x += step;
        if (fabs(step) <= 1e-16 * (1 + fabs(x)))
            break;
    }
    return x;
}

/* The delta that Gaussian noise of this size costs: B. Balle, Y.-X. Wang, ICML 2018, theorem 8. */
static double gaussian_delta(double epsilon, double sensitivity, double sigma)
{
    double a = sensitivity / (2 * sigma), b = epsilon * sigma / sensitivity;

    return normal_tail(b - a) - exp(epsilon) * normal_tail(a + b);
}

double cmty__sigma_gaussian(double epsilon, double delta, uint32_t l0)
{
    double sensitivity = sqrt((double)l0), low = 1e-3, high = 1;

    while (gaussian_delta(epsilon, sensitivity, high) > delta / 2)
        high *= 2;
    for (int i = 0; i < 200 && low < high; i++) {
        double middle = low + (high - low) / 2;

        if (middle == low || middle == high)
            break;
        if (gaussian_delta(epsilon, sensitivity, middle) > delta / 2)
            low = middle;
        else
            high = middle;
    }
    return high;
}

double cmty__threshold_gaussian(double epsilon, double delta, uint32_t l0)
{
    double d = share_of_delta(delta / 2, l0);

    return 1 + cmty__sigma_gaussian(epsilon, delta, l0) * normal_quantile(d);
}

/* D. Desfontaines, J. Voss, B. Gipson, C. Mandayam, PoPETs 2022: the most that can be kept. */
static double keep_geometric(int64_t n, double epsilon, double delta, uint32_t l0)
{
    double e = epsilon / l0, d = share_of_delta(delta, l0), pi = 0;

    for (int64_t i = 0; i < n && pi < 1; i++) {
        double up = pi * exp(e) + d, down = 1 - exp(-e) * (1 - pi - d);

        pi = fmin(fmin(up, down), 1);
    }
    return pi;
}

double cmty__keep_probability(int select, int64_t n, double epsilon, double delta, uint32_t l0)
{
    double above;

    if (n <= 0)
        return 0;
    if (select == CMTY_SELECT_GEOMETRIC)
        return keep_geometric(n, epsilon, delta, l0);
    if (select == CMTY_SELECT_LAPLACE) {
        above = (cmty__threshold_laplace(epsilon, delta, l0, 1) - (double)n) * epsilon / l0;
        return above > 0 ? 0.5 * exp(-above) : 1 - 0.5 * exp(above);
    }
    above = cmty__threshold_gaussian(epsilon, delta, l0) - (double)n;
    return normal_tail(above / cmty__sigma_gaussian(epsilon, delta, l0));
}

/* ---- sums ---- */

typedef struct part {
    int64_t noisy;
    size_t index;
} part;

static int by_noisy(const void *a, const void *b)
{
    const part *x = a, *y = b;

    if (x->noisy != y->noisy)
        return x->noisy < y->noisy ? 1 : -1;
    return (x->index > y->index) - (x->index < y->index);
}

/* All but the largest m become 0, the others are lowered alike: as far as the sum asks. */
bool cmty__counting_fit(const int64_t *noisy, size_t count, int64_t total, int64_t *out)
{
    part *parts_of = cmty__calloc(count + 1, sizeof *parts_of);
    int64_t sum = 0, over, lower, rest;
    size_t m = 0;

    if (parts_of == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        parts_of[i] = (part){noisy[i], i};
    qsort(parts_of, count, sizeof *parts_of, by_noisy);
    /* the m-th stays above 0 after all m are lowered by (sum - total) / m */
    while (m < count && parts_of[m].noisy * (int64_t)(m + 1) > sum + parts_of[m].noisy - total) {
        sum += parts_of[m].noisy;
        m++;
    }
    for (size_t i = 0; i < count; i++)
        out[i] = 0;
    if (m > 0) {
        over = sum - total;
        lower = over / (int64_t)m - (over % (int64_t)m < 0); /* floor */
        rest = over - lower * (int64_t)m;                    /* so many are lowered once more */
        for (size_t i = 0; i < m; i++)
            out[parts_of[i].index] = parts_of[i].noisy - lower - ((int64_t)(m - i) <= rest ? 1 : 0);
    }
    cmty__free(parts_of);
    return true;
}
