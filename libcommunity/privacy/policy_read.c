/* SPDX-License-Identifier: MIT */
/*
 * Reading a policy from JSON. Strict: what is not understood is refused by name, for a slip of the
 * pen must not loosen protection.
 *
 * Pure functions: any thread.
 */
#include "privacy/policy.h"

#include "report/report.h"

#include <stdlib.h>

enum { NAME_LIMIT = 80 };

typedef cmty__policy_place place;

/* A member that is a number, at its offset in what is read. */
typedef struct number {
    const char *name;
    size_t offset;
    double least, most;
    bool whole; /* uint32_t, else double */
} number;

static const number policy_numbers[] = {
    {"suppress_below", offsetof(cmty_policy, suppress_below), 1, 1000, true},
    {"k", offsetof(cmty_policy, k), 2, 10000, true},
    {"count_epsilon", offsetof(cmty_policy, count_epsilon), 0, 100, false},
    {"budget_epsilon_per_m", offsetof(cmty_policy, budget_epsilon_per_m), 0, 1000, false},
};

static const number rule_numbers[] = {
    {"epsilon_per_m", offsetof(cmty__rule, law.epsilon_per_m), 1e-5, 1, false},
    {"lattice_m", offsetof(cmty__rule, law.lattice_m), 1, 1000, false},
    {"radius_m", offsetof(cmty__rule, law.radius_m), 1, 100000, false},
    {"inner_radius_m", offsetof(cmty__rule, law.inner_radius_m), 0, 100000, false},
    {"min_addresses", offsetof(cmty__rule, law.min_addresses), 0, 10000, true},
};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

#define DEFAULT_LAW(name)                                                                          \
    {                                                                                              \
        .law = (name), .k = 8, .min_addresses = 8, .epsilon_per_m = 0.01, .lattice_m = 10,         \
        .radius_m = 250, .inner_radius_m = 50                                                      \
    }

static cmty__rule default_rule(void)
{
    cmty__rule rule = {.law = DEFAULT_LAW(CMTY_LAW_AUTO), .time_bin = "day", .publish_point = true};

    cmty__audiences_default(&rule);
    return rule;
}

/* The floor under a protected category. */
static cmty__rule protected_rule(void)
{
    cmty__rule rule = {
        .law = DEFAULT_LAW(CMTY_LAW_WITHHOLD), .time_bin = "week", .protected_category = true};

    cmty__audiences_default(&rule);
    rule.audiences[CMTY_ROLE_PUBLIC].view.fields &= ~(uint32_t)CMTY__TELL_POINT;
    return rule;
}

cmty_status cmty__policy_fail(const place *at, const char *member, const char *what,
                              cmty_error *err)
{
    return cmty__fail(err, CMTY_E_FORMAT, "%s: %s%s%s %s", at->file,
                      at->path != NULL ? at->path : "", at->path != NULL ? "." : "", member, what);
}

static const number *find_number(const number *numbers, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(numbers[i].name, name) == 0)
            return &numbers[i];
    return NULL;
}

static cmty_status read_number(const place *at, const number *n, const cmty__json *value,
                               void *target, cmty_error *err)
{
    char want[80];
    double v;
    uint32_t whole;

    if (!cmty__json_number(value, &v) || v < n->least || v > n->most
        || (n->whole && v != (double)(uint32_t)v)) {
        (void)cmty__format(want, sizeof want, "must be a %snumber from %g to %g",
                           n->whole ? "whole " : "", n->least, n->most);
        return cmty__policy_fail(at, n->name, want, err);
    }
    if (n->whole) {
        whole = (uint32_t)v;
        memcpy((char *)target + n->offset, &whole, sizeof whole);
    } else {
        memcpy((char *)target + n->offset, &v, sizeof v);
    }
    return CMTY_OK;
}

static cmty_status read_rule_member(const place *at, const char *name, const cmty__json *value,
                                    cmty__rule *rule, cmty_error *err)
{
    const number *n = find_number(rule_numbers, COUNT(rule_numbers), name);
    const char *text = cmty__json_text(value);

    if (n != NULL)
        return read_number(at, n, value, rule, err);
    if (strcmp(name, "law") == 0) {
        rule->law.law = cmty_law_from_name(text);
        return rule->law.law >= 0 && rule->law.law <= CMTY_LAW_WITHHOLD
                   ? CMTY_OK
                   : cmty__policy_fail(
                       at, name,
                       "must be auto, lattice, anchor, donut, grid or withhold, in quotes", err);
    }
    if (strcmp(name, "region") == 0) {
        rule->law.region = cmty_region_from_name(text);
        return rule->law.region >= 0
                   ? CMTY_OK
                   : cmty__policy_fail(at, name, "must be none, clamp or redraw, in quotes", err);
    }
    if (strcmp(name, "time_bin") == 0) {
        rule->time_bin = text != NULL ? cmty__time_bin_find(text) : NULL;
        return rule->time_bin != NULL
                   ? CMTY_OK
                   : cmty__policy_fail(at, name, "must be hour, day, week or month, in quotes",
                                       err);
    }
    if (strcmp(name, "publish_point") == 0)
        return cmty__json_bool(value, &rule->publish_point)
                   ? CMTY_OK
                   : cmty__policy_fail(at, name, "must be true or false", err);
    if (strcmp(name, "audiences") == 0)
        return cmty__audiences_read(at, value, rule, err);
    return cmty__policy_fail(at, name, "is not a member of a rule; look for a slip of the pen",
                             err);
}

/* Lays what one object of the file says over a rule. */
static cmty_status read_rule(const place *at, const cmty__json *object, cmty__rule *rule,
                             cmty_error *err)
{
    cmty_status st = CMTY_OK;
    const char *name;
    bool publish = false;

    if (cmty__json_type(object) != CMTY__JSON_OBJECT)
        return cmty__fail(err, CMTY_E_FORMAT, "%s: %s must be an object", at->file, at->path);
    for (size_t i = 0; st == CMTY_OK && i < cmty__json_count(object); i++) {
        const cmty__json *value = cmty__json_member_at(object, i, &name);

        st = read_rule_member(at, name, value, rule, err);
    }
    if (st == CMTY_OK && cmty__json_member(object, "law") != NULL
        && rule->law.law == CMTY_LAW_WITHHOLD
        && cmty__json_bool(cmty__json_member(object, "publish_point"), &publish) && publish)
        st =
            cmty__policy_fail(at, "publish_point", "cannot be true where the law is withhold", err);
    return st;
}

/* A code that the pattern covers and that no policy may loosen, or NULL. */
static const char *protected_code(const char *pattern)
{
    for (size_t i = 0; i < cmty_category_count(); i++) {
        const char *code = cmty_category_code(i);

        if (cmty__category_protected(code) && cmty__category_matches(pattern, code))
            return code;
    }
    return NULL;
}

/* Refuses what a file itself says about a protected category if it is less than the floor. */
static cmty_status check_floor(const place *at, const cmty__rule *said, const char *code,
                               cmty_error *err)
{
    const cmty__rule floor = protected_rule();
    const char *member = NULL;
    const char *only = NULL;

    if (said->law.law != CMTY_LAW_WITHHOLD) {
        member = "law";
        only = "withhold";
    } else if (said->publish_point) {
        member = "publish_point";
        only = "false";
    } else if (strcmp(cmty__time_bin_coarser(said->time_bin, floor.time_bin), said->time_bin)
               != 0) {
        member = "time_bin";
        only = "week or month";
    } else if ((said->audiences[CMTY_ROLE_PUBLIC].view.fields & CMTY__TELL_POINT) != 0) {
        member = "audiences.public.fields";
        only = "fields other than point";
    }
    if (member == NULL)
        return CMTY_OK;
    return cmty__fail(err, CMTY_E_FORMAT,
                      "%s: %s.%s may only be %s: %s is a protected category, and no policy may "
                      "loosen it",
                      at->file, at->path, member, only, code);
}

/* Everything that can be wrong with what the file says of one pattern, taken by itself. */
static cmty_status check_said(const char *file, const char *pattern, const cmty__json *object,
                              cmty_error *err)
{
    const char *code = protected_code(pattern);
    cmty__rule said = code != NULL ? protected_rule() : default_rule();
    char path[128];
    const place at = {file, path};
    cmty_status st;

    if (!cmty__category_pattern_known(pattern))
        return cmty__fail(err, CMTY_E_FORMAT,
                          "%s: categories has \"%.60s\", which is no category and no family of "
                          "them; a family is written like \"theft.*\"",
                          file, pattern);
    (void)cmty__format(path, sizeof path, "categories.%s", pattern);
    st = read_rule(&at, object, &said, err);
    if (st == CMTY_OK && code != NULL)
        st = check_floor(&at, &said, code, err);
    return st;
}

static cmty_status add_entry(cmty_policy *policy, const char *pattern, cmty_error *err)
{
    cmty__policy_entry *entry = &policy->entries[policy->count];

    entry->pattern = cmty__strdup(pattern);
    if (entry->pattern == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    entry->is_protected = protected_code(pattern) != NULL;
    policy->count++;
    return CMTY_OK;
}

static int compare_entries(const void *a, const void *b)
{
    return strcmp(((const cmty__policy_entry *)a)->pattern,
                  ((const cmty__policy_entry *)b)->pattern);
}

/* One entry for each pattern of the file, and one for each protected category that it leaves out.
 */
static cmty_status make_entries(cmty_policy *policy, const char *file, const cmty__json *categories,
                                cmty_error *err)
{
    size_t said = cmty__json_count(categories), known = cmty_category_count();
    cmty_status st = CMTY_OK;
    const char *pattern;

    policy->entries = cmty__calloc(said + known, sizeof *policy->entries);
    if (policy->entries == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    for (size_t i = 0; st == CMTY_OK && i < said; i++) {
        const cmty__json *object = cmty__json_member_at(categories, i, &pattern);

        st = check_said(file, pattern, object, err);
        if (st == CMTY_OK)
            st = add_entry(policy, pattern, err);
    }
    for (size_t i = 0; st == CMTY_OK && i < known; i++) {
        pattern = cmty_category_code(i);
        if (cmty__category_protected(pattern) && cmty__json_member(categories, pattern) == NULL)
            st = add_entry(policy, pattern, err);
    }
    qsort(policy->entries, policy->count, sizeof *policy->entries, compare_entries);
    return st;
}

static cmty_status finish_rule(const cmty_policy *policy, const place *at, bool is_protected,
                               cmty__rule *rule, cmty_error *err)
{
    if (rule->law.inner_radius_m > rule->law.radius_m)
        return cmty__policy_fail(at, "inner_radius_m", "must not be larger than radius_m", err);
    rule->law.k = policy->k;
    rule->protected_category = is_protected;
    if (is_protected) {
        const cmty__rule floor = protected_rule();

        rule->law.law = floor.law.law;
        rule->time_bin = cmty__time_bin_coarser(rule->time_bin, floor.time_bin);
        rule->audiences[CMTY_ROLE_PUBLIC].view.fields &=
            floor.audiences[CMTY_ROLE_PUBLIC].view.fields;
    }
    if (rule->law.law == CMTY_LAW_WITHHOLD)
        rule->publish_point = false;
    return CMTY_OK;
}

/* The default, then what is said of each wider family, then what is said of the pattern itself, so
   that a member which is left out never loosens what a wider family asks for. */
static cmty_status resolve(cmty_policy *policy, size_t index, const char *file,
                           const cmty__json *categories, cmty_error *err)
{
    cmty__policy_entry *entry = &policy->entries[index];
    const cmty__json *own = cmty__json_member(categories, entry->pattern);
    char path[128];
    const place at = {file, path};
    cmty_status st = CMTY_OK;

    (void)cmty__format(path, sizeof path, "categories.%s", entry->pattern);
    entry->rule = policy->fallback;
    for (size_t i = 0; st == CMTY_OK && i < policy->count; i++) {
        const char *wider = policy->entries[i].pattern;
        const cmty__json *object = cmty__json_member(categories, wider);

        if (i != index && object != NULL && cmty__category_matches(wider, entry->pattern))
            st = read_rule(&at, object, &entry->rule, err);
    }
    if (st == CMTY_OK && own != NULL)
        st = read_rule(&at, own, &entry->rule, err);
    if (st == CMTY_OK)
        st = finish_rule(policy, &at, entry->is_protected, &entry->rule, err);
    return st;
}

static cmty_status read_text(const place *at, const char *name, const cmty__json *value,
                             char **target, cmty_error *err)
{
    const char *text = cmty__json_text(value);
    size_t characters = 0;

    for (const char *c = text; c != NULL && *c != '\0'; c++)
        characters += ((unsigned char)*c & 0xC0) != 0x80 ? 1 : 0; /* not a byte inside one */
    if (characters == 0 || characters > NAME_LIMIT)
        return cmty__policy_fail(at, name, "must be a text of 1 to 80 characters", err);
    cmty__free(*target);
    *target = cmty__strdup(text);
    return *target != NULL ? CMTY_OK : cmty__fail(err, CMTY_E_NOMEM, "out of memory");
}

static cmty_status read_time_zone(const place *at, const cmty__json *value, char **target,
                                  cmty_error *err)
{
    cmty_error why = CMTY_ERROR_INIT;
    cmty__zone *zone = NULL;
    cmty_status st = read_text(at, "time_zone", value, target, err);

    if (st < 0)
        return st;
    st = cmty__zone_open(*target, &zone, &why);
    cmty__zone_free(zone);
    if (st == CMTY_OK)
        return CMTY_OK;
    return cmty__fail(err, st == CMTY_E_NOMEM ? st : CMTY_E_FORMAT, "%s: time_zone: %s", at->file,
                      why.message);
}

static cmty_status read_member(cmty_policy *policy, const place *at, const char *name,
                               const cmty__json *value, cmty_error *err)
{
    const place inner = {at->file, name};
    const number *n = find_number(policy_numbers, COUNT(policy_numbers), name);
    double version;

    if (n != NULL)
        return read_number(at, n, value, policy, err);
    if (strcmp(name, "policy") == 0)
        return cmty__json_number(value, &version) && version == 1
                   ? CMTY_OK
                   : cmty__policy_fail(at, name, "must be 1, the version of the format", err);
    if (strcmp(name, "name") == 0)
        return read_text(at, name, value, &policy->name, err);
    if (strcmp(name, "time_zone") == 0)
        return read_time_zone(at, value, &policy->time_zone, err);
    if (strcmp(name, "default") == 0)
        return read_rule(&inner, value, &policy->fallback, err);
    if (strcmp(name, "categories") == 0)
        return cmty__json_type(value) == CMTY__JSON_OBJECT
                   ? CMTY_OK
                   : cmty__policy_fail(at, name, "must be an object", err);
    return cmty__policy_fail(at, name, "is not a member of a policy; look for a slip of the pen",
                             err);
}

/* Whether any rule says more of audiences than the defaults do. */
static void note_audiences(cmty_policy *policy, const cmty__rule *rule)
{
    const cmty__rule plain = rule->protected_category ? protected_rule() : default_rule();

    for (size_t i = 0; i < CMTY__ROLES; i++) {
        policy->audiences |= !cmty__audience_same(&rule->audiences[i], &plain.audiences[i]);
        policy->ages |= rule->audiences[i].age_count > 0;
    }
}

/* A point is a report that can be counted, and noise cannot hide what points tell. */
static cmty_status check_noise(const cmty_policy *policy, const char *file, cmty_error *err)
{
    const char *shown =
        cmty__rule_point_role(&policy->fallback) == CMTY_ROLE_PUBLIC ? "default" : NULL;

    if (policy->count_epsilon == 0)
        return CMTY_OK;
    if (policy->count_epsilon < 0.001)
        return cmty__fail(err, CMTY_E_FORMAT,
                          "%s: count_epsilon must be 0, or a number from 0.001 to 100", file);
    for (size_t i = 0; i < policy->count && shown == NULL; i++)
        if (cmty__rule_point_role(&policy->entries[i].rule) == CMTY_ROLE_PUBLIC)
            shown = policy->entries[i].pattern;
    if (shown == NULL)
        return CMTY_OK;
    return cmty__fail(err, CMTY_E_FORMAT,
                      "%s: count_epsilon is for counts without points, and %s shows points; say "
                      "\"publish_point\": false there",
                      file, shown);
}

static cmty_status read_policy(cmty_policy *policy, const char *file, const cmty__json *document,
                               cmty_error *err)
{
    const place at = {file, NULL}, fallback = {file, "default"};
    const cmty__json *categories = cmty__json_member(document, "categories");
    cmty_status st = CMTY_OK;
    const char *name;

    if (cmty__json_type(document) != CMTY__JSON_OBJECT)
        return cmty__fail(err, CMTY_E_FORMAT, "%s: a policy is a JSON object", file);
    if (cmty__json_member(document, "policy") == NULL)
        return cmty__policy_fail(&at, "policy",
                                 "is missing; it must be 1, the version of the format", err);
    for (size_t i = 0; st == CMTY_OK && i < cmty__json_count(document); i++) {
        const cmty__json *value = cmty__json_member_at(document, i, &name);

        st = read_member(policy, &at, name, value, err);
    }
    if (st == CMTY_OK)
        st = finish_rule(policy, &fallback, false, &policy->fallback, err);
    if (st == CMTY_OK)
        st = make_entries(policy, file, categories, err);
    for (size_t i = 0; st == CMTY_OK && i < policy->count; i++)
        st = resolve(policy, i, file, categories, err);
    note_audiences(policy, &policy->fallback);
    for (size_t i = 0; i < policy->count; i++)
        note_audiences(policy, &policy->entries[i].rule);
    return st == CMTY_OK ? check_noise(policy, file, err) : st;
}

static cmty_policy *policy_new(void)
{
    cmty_policy *policy = cmty__calloc(1, sizeof *policy);

    if (policy == NULL)
        return NULL;
    policy->fallback = default_rule();
    policy->suppress_below = 5;
    policy->k = policy->fallback.law.k;
    policy->name = cmty__strdup("unnamed");
    policy->time_zone = cmty__strdup("UTC");
    if (policy->name != NULL && policy->time_zone != NULL)
        return policy;
    cmty_policy_free(policy);
    return NULL;
}

cmty_status cmty__policy_parse(const char *json, size_t size, const char *name, cmty_policy **out,
                               cmty_error *err)
{
    cmty_policy *policy = NULL;
    cmty__json *document = NULL;
    cmty_error why = CMTY_ERROR_INIT;
    cmty_status st;

    *out = NULL;
    st = cmty__json_parse(json, size, &document, &why);
    if (st < 0) {
        st = cmty__fail(err, st, "%s: %s", name, why.message);
        goto done;
    }
    policy = policy_new();
    if (policy == NULL) {
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
        goto done;
    }
    st = read_policy(policy, name, document, err);
    if (st == CMTY_OK && !(cmty__policy_write(policy) && cmty__policy_explain(policy)))
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    if (st < 0)
        goto done;
    *out = policy;
    policy = NULL;

done:
    cmty__json_free(document);
    cmty_policy_free(policy);
    return st;
}
