/* SPDX-License-Identifier: MIT */
/* Rows of the result and their intervals. Serial per suite. */
#include "suite.h"

#include <math.h>

static const double z_95 = 1.959963984540054; /* of the normal law, two-sided */

/* E. B. Wilson, JASA 22 (1927). */
void cmty__interval(cmty__rate r, double *low, double *high)
{
    double n = (double)r.trials, p, middle, half;

    *low = *high = (double)NAN;
    if (r.trials == 0)
        return;
    p = r.hits / n;
    middle = (p + z_95 * z_95 / (2 * n)) / (1 + z_95 * z_95 / n);
    half = z_95 * sqrt(p * (1 - p) / n + z_95 * z_95 / (4 * n * n)) / (1 + z_95 * z_95 / n);
    *low = fmax(0, middle - half);
    *high = fmin(1, middle + half);
}

cmty_status cmty__find(cmty__suite *s, const cmty_finding *finding, cmty_error *err)
{
    if (!cmty__grow(&s->findings, &s->finding_capacity, s->finding_count + 1, sizeof *s->findings))
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    s->findings[s->finding_count] = *finding;
    s->findings[s->finding_count++].struct_size = sizeof *finding;
    return CMTY_OK;
}

static cmty_finding share(const char *name, const char *what, const char *note, cmty__rate r,
                          double baseline, double limit)
{
    cmty_finding f = {.kind = CMTY_FINDING_RISK,
                      .name = name,
                      .what = what,
                      .unit = "share",
                      .note = note,
                      .value = r.trials > 0 ? r.hits / (double)r.trials : (double)NAN,
                      .baseline = baseline,
                      .limit = limit,
                      .trials = r.trials};

    cmty__interval(r, &f.low, &f.high);
    return f;
}

cmty_status cmty__find_share(cmty__suite *s, const char *name, const char *what, const char *note,
                             cmty__rate r, double baseline, double limit, cmty_error *err)
{
    cmty_finding f = share(name, what, note, r, baseline, limit);

    if (isfinite(limit) && r.trials > 0)
        f.verdict = f.value > limit ? CMTY_VERDICT_FAIL : CMTY_VERDICT_PASS;
    return cmty__find(s, &f, err);
}

cmty_status cmty__find_excess(cmty__suite *s, const char *name, const char *what, const char *note,
                              cmty__rate r, double baseline, cmty_error *err)
{
    double low, high;
    cmty_finding f;

    cmty__interval((cmty__rate){baseline * (double)r.trials, r.trials}, &low, &high);
    f = share(name, what, note, r, baseline, high);
    if (r.trials > 0)
        f.verdict = f.low > high ? CMTY_VERDICT_FAIL : CMTY_VERDICT_PASS;
    return cmty__find(s, &f, err);
}

const cmty_finding *cmty__finding_named(const cmty_attack *attack, const char *name)
{
    for (size_t i = 0; i < attack->suite.finding_count; i++)
        if (strcmp(attack->suite.findings[i].name, name) == 0)
            return &attack->suite.findings[i];
    return NULL;
}
