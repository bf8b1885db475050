/* SPDX-License-Identifier: MIT */
/* One attack from its files to its rows. Nothing of the true places is left in the result. */
#include "succession.h"

#include <math.h>

cmty_status cmty_attack_options_init(cmty_attack_options *options)
{
    static const cmty_attack_options defaults = CMTY_ATTACK_OPTIONS_INIT;

    if (options == NULL)
        return CMTY_E_INVALID;
    *options = defaults;
    return CMTY_OK;
}

/* All that holds places, ids or times of the truth. */
static void forget(cmty__suite *s)
{
    if (s->cases != NULL)
        cmty__zero(s->cases, s->case_count * sizeof *s->cases);
    if (s->places != NULL)
        cmty__zero(s->places, s->place_count * sizeof *s->places);
    cmty__arena_free(s->texts);
    cmty__free(s->cases);
    cmty__free(s->places);
    cmty__free(s->sample);
    cmty__free(s->scratch);
    cmty__zone_free(s->zone);
    cmty_policy_free(s->policy);
    s->texts = NULL;
    s->cases = NULL;
    s->places = NULL;
    s->sample = NULL;
    s->scratch = NULL;
    s->zone = NULL;
    s->policy = NULL;
}

void cmty_attack_free(cmty_attack *attack)
{
    if (attack == NULL)
        return;
    forget(&attack->suite);
    cmty__free(attack->suite.findings);
    cmty__free(attack->suite.told);
    cmty__arena_free(attack->suite.told_texts);
    cmty__free(attack->json);
    cmty__free(attack);
}

static cmty_status check_options(const cmty_attack_options *o, size_t count, cmty_error *err)
{
    if (o->trials < 1 || o->trials > 1000000)
        return cmty__fail(err, CMTY_E_RANGE, "trials must be 1 to 1000000");
    if (o->k == 1 || o->k > 10000)
        return cmty__fail(err, CMTY_E_RANGE, "k must be 2 to 10000");
    if (!(o->epsilon_per_m >= 0 && o->epsilon_per_m <= 1) || !(o->radius_m >= 0)
        || !(o->inner_radius_m >= 0) || o->inner_radius_m > fmax(o->radius_m, 1e5))
        return cmty__fail(err, CMTY_E_RANGE, "a parameter of the law is out of its range");
    if (o->mechanism != NULL
        && (o->mechanism->struct_size < sizeof *o->mechanism || o->mechanism->reserved != 0
            || o->mechanism->mask == NULL))
        return cmty__fail(err, CMTY_E_INVALID, "the mechanism has no size or no function mask");
    if (count == 0 && o->masker == NULL && o->mechanism == NULL)
        return cmty__fail(err, CMTY_E_INVALID,
                          "name what was published, or give the mask that publishes");
    if (count > 64 || o->previous_count > 64)
        return cmty__fail(err, CMTY_E_RANGE, "at most 64 releases are compared");
    if (o->previous == NULL && o->previous_count > 0)
        return cmty__fail(err, CMTY_E_INVALID, "previous must not be NULL");
    if (o->previous_count > 0 && count == 0)
        return cmty__fail(err, CMTY_E_INVALID, "name what was published after what is previous");
    if (o->reserved != 0
        || (o->periods != CMTY_PERIODS_GROWING && o->periods != CMTY_PERIODS_APART))
        return cmty__fail(err, CMTY_E_INVALID, "there are no such periods");
    return CMTY_OK;
}

static cmty_status read_policy(cmty__suite *s, cmty_error *err)
{
    cmty_status st = cmty_policy_open(s->o.policy, &s->policy, err);

    if (st != CMTY_OK)
        return st;
    s->k = s->o.k > 0 ? s->o.k : cmty__policy_k(s->policy);
    return cmty__zone_open(
        s->o.time_zone != NULL ? s->o.time_zone : cmty_policy_time_zone(s->policy), &s->zone, err);
}

static cmty_status prepare(cmty__suite *s, const char *truth, const char *const *published,
                           size_t count, cmty_error *err)
{
    cmty_status st = CMTY_OK;

    s->release_count = count > 0 ? count : 1;
    s->texts = cmty__arena_new();
    if (st == CMTY_OK && s->texts == NULL)
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    if (st == CMTY_OK)
        st = cmty__suite_believe(s, err);
    if (st == CMTY_OK)
        st = cmty__suite_read_truth(s, truth, err);
    for (size_t i = 0; i < count && st == CMTY_OK; i++)
        st = cmty__suite_read_release(s, published[i], i, err);
    if (st == CMTY_OK && count == 0)
        st = cmty__suite_publish(s, err);
    return st == CMTY_OK ? cmty__suite_places(s, err) : st;
}

static cmty_status attack_all(cmty_attack *a, cmty_error *err)
{
    cmty__suite *s = &a->suite;
    cmty_status st = cmty__attack_places(s, err);
    double bayes = 0;

    if (st == CMTY_OK) {
        bayes = cmty__finding_named(a, "bayes")->value;
        st = cmty__attack_low_bits(s, bayes, err);
    }
    if (st == CMTY_OK)
        st = cmty__attack_releases(s, bayes, err);
    if (st == CMTY_OK)
        st = cmty__attack_mask(s, bayes, err);
    if (st == CMTY_OK)
        st = cmty__attack_key(s, err);
    if (st == CMTY_OK)
        st = cmty__attack_oracle(s, bayes, err);
    return st == CMTY_OK ? cmty__measure_utility(s, err) : st;
}

/* ---- JSON ---- */

static void put_number(cmty__buf *b, const char *name, double v)
{
    cmty__buf_format(b, ",\"%s\":", name);
    if (isfinite(v))
        cmty__buf_double(b, v);
    else
        cmty__buf_text(b, "null");
}

static void put_finding(cmty__buf *b, const cmty_finding *f)
{
    static const char *const verdicts[] = {"info", "pass", "fail"};

    cmty__buf_text(b, "{\"name\":");
    cmty__buf_json(b, f->name);
    cmty__buf_format(b, ",\"kind\":\"%s\",\"verdict\":\"%s\",\"what\":",
                     f->kind == CMTY_FINDING_RISK ? "risk" : "utility", verdicts[f->verdict]);
    cmty__buf_json(b, f->what);
    cmty__buf_text(b, ",\"unit\":");
    cmty__buf_json(b, f->unit);
    put_number(b, "value", f->value);
    put_number(b, "low", f->low);
    put_number(b, "high", f->high);
    put_number(b, "baseline", f->baseline);
    put_number(b, "limit", f->limit);
    cmty__buf_format(b, ",\"trials\":%llu,\"note\":", (unsigned long long)f->trials);
    cmty__buf_json(b, f->note);
    cmty__buf_char(b, '}');
}

static void put_told(cmty__buf *b, const cmty_told *t)
{
    cmty__buf_text(b, "{\"name\":");
    cmty__buf_json(b, t->name);
    cmty__buf_text(b, ",\"what\":");
    cmty__buf_json(b, t->what);
    cmty__buf_format(b, ",\"release\":%u,\"before\":", t->release);
    if (t->before >= 0)
        cmty__buf_format(b, "%lld", (long long)t->before);
    else
        cmty__buf_text(b, "null");
    cmty__buf_text(b, ",\"after\":");
    if (t->after >= 0)
        cmty__buf_format(b, "%lld", (long long)t->after);
    else
        cmty__buf_text(b, "null");
    cmty__buf_format(b, ",\"low\":%lld,\"high\":%lld}", (long long)t->low, (long long)t->high);
}

static cmty_status write_json(cmty_attack *a, cmty_error *err)
{
    const cmty__suite *s = &a->suite;
    cmty__buf b = {0};

    cmty__buf_format(&b, "{\"reports\":%zu,\"published\":%zu,\"places\":%zu,\"k\":%u,",
                     s->case_count, s->published_count, s->place_count, s->k);
    cmty__buf_format(&b, "\"passed\":%s,\"findings\":[", cmty_attack_passed(a) ? "true" : "false");
    for (size_t i = 0; i < s->finding_count; i++) {
        if (i > 0)
            cmty__buf_char(&b, ',');
        put_finding(&b, &s->findings[i]);
    }
    cmty__buf_text(&b, "],\"told\":[");
    for (size_t i = 0; i < s->told_count; i++) {
        if (i > 0)
            cmty__buf_char(&b, ',');
        put_told(&b, &s->told[i]);
    }
    cmty__buf_text(&b, "]}");
    if (b.failed) {
        cmty__buf_free(&b);
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    a->json = b.data; /* ownership moves; freed with cmty__free as buffers are */
    return CMTY_OK;
}

/* ---- the interface ---- */

cmty_status cmty_attack_run(const char *truth, const char *const *published, size_t count,
                            const cmty_attack_options *options, cmty_attack **out, cmty_error *err)
{
    cmty_attack_options o = CMTY_ATTACK_OPTIONS_INIT;
    cmty_attack *a = NULL;
    cmty_status st = CMTY_OK;

    if (out == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "out is NULL");
    *out = NULL;
    if (published == NULL && count > 0)
        return cmty__fail(err, CMTY_E_INVALID, "published must not be NULL");
    if (options != NULL)
        st = cmty__struct_read(&o, sizeof o, options, CMTY_ATTACK_OPTIONS_SIZE_0_1,
                               "cmty_attack_options", err);
    if (st == CMTY_OK && truth == NULL && o.previous_count == 0)
        return cmty__fail(err, CMTY_E_INVALID, "there is neither a truth nor a previous release");
    if (st == CMTY_OK)
        st = check_options(&o, count, err);
    if (st != CMTY_OK)
        return st;
    a = cmty__calloc(1, sizeof *a);
    if (a == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    a->suite.o = o;
    st = read_policy(&a->suite, err);
    if (st == CMTY_OK && truth != NULL)
        st = prepare(&a->suite, truth, published, count, err);
    if (st == CMTY_OK && truth != NULL)
        st = attack_all(a, err);
    if (st == CMTY_OK && o.previous_count > 0)
        st = cmty__attack_succession(&a->suite, published, count, err);
    if (st == CMTY_OK)
        st = write_json(a, err);
    forget(&a->suite);
    if (st == CMTY_OK)
        *out = a;
    else
        cmty_attack_free(a);
    return st;
}

size_t cmty_attack_count(const cmty_attack *attack)
{
    return attack->suite.finding_count;
}

cmty_status cmty_attack_finding(const cmty_attack *attack, size_t index, cmty_finding *finding,
                                cmty_error *err)
{
    if (attack == NULL || finding == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "attack and finding must not be NULL");
    if (index >= attack->suite.finding_count)
        return cmty__fail(err, CMTY_E_RANGE, "the result has %zu rows",
                          attack->suite.finding_count);
    return cmty__struct_write(finding, &attack->suite.findings[index], sizeof *finding,
                              sizeof *finding, "cmty_finding", err);
}

size_t cmty_attack_told_count(const cmty_attack *attack)
{
    return attack->suite.told_count;
}

cmty_status cmty_attack_told(const cmty_attack *attack, size_t index, cmty_told *told,
                             cmty_error *err)
{
    if (attack == NULL || told == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "attack and told must not be NULL");
    if (index >= attack->suite.told_count)
        return cmty__fail(err, CMTY_E_RANGE, "%zu numbers were told", attack->suite.told_count);
    return cmty__struct_write(told, &attack->suite.told[index], sizeof *told, sizeof *told,
                              "cmty_told", err);
}

int32_t cmty_attack_passed(const cmty_attack *attack)
{
    for (size_t i = 0; i < attack->suite.finding_count; i++)
        if (attack->suite.findings[i].verdict == CMTY_VERDICT_FAIL)
            return 0;
    return 1;
}

const char *cmty_attack_json(const cmty_attack *attack)
{
    return attack->json;
}
