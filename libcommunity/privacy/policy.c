/* SPDX-License-Identifier: MIT */
/*
 * The policy: which rule holds for which category, and its canonical text.
 *
 * Immutable once parsed: any thread.
 */
#include "privacy/policy.h"

#include "report/report.h"

enum { POLICY_LIMIT = 1024 * 1024 };

/* What is about a person in need is counted only; what is rare enough to be told apart by its date
   is dated to the week. The protected categories need no line: their floor is compiled in. */
const char cmty__policy_built_in[] =
    "{\"policy\": 1, \"name\": \"built-in\","
    " \"categories\": {"
    "\"concern.welfare\": {\"law\": \"withhold\", \"time_bin\": \"week\"},"
    "\"person.missing\": {\"law\": \"withhold\", \"time_bin\": \"week\"},"
    "\"hate\": {\"time_bin\": \"week\"},"
    "\"homicide\": {\"time_bin\": \"week\"},"
    "\"kidnapping\": {\"time_bin\": \"week\"},"
    "\"prostitution\": {\"time_bin\": \"week\"}}}";

/* From the finest to the coarsest. */
static const char *const time_bins[] = {"hour", "day", "week", "month"};
enum { TIME_BIN_COUNT = sizeof time_bins / sizeof time_bins[0] };

static size_t time_bin_index(const char *name)
{
    size_t i = 0;

    while (i < TIME_BIN_COUNT && strcmp(time_bins[i], name) != 0)
        i++;
    return i;
}

const char *cmty__time_bin_find(const char *name)
{
    size_t i = time_bin_index(name);

    return i < TIME_BIN_COUNT ? time_bins[i] : NULL;
}

const char *cmty__time_bin_coarser(const char *a, const char *b)
{
    return time_bin_index(a) > time_bin_index(b) ? a : b;
}

cmty_status cmty_policy_open(const char *path, cmty_policy **out, cmty_error *err)
{
    char *text = NULL;
    size_t size = 0;
    cmty_status st;

    if (out == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "out is NULL");
    *out = NULL;
    if (path == NULL)
        return cmty__policy_parse(cmty__policy_built_in, strlen(cmty__policy_built_in),
                                  "built-in policy", out, err);
    st = cmty__file_read(path, POLICY_LIMIT, &text, &size, err);
    if (st == CMTY_OK)
        st = cmty__policy_parse(text, size, cmty__basename(path), out, err);
    cmty__free(text);
    return st;
}

void cmty_policy_free(cmty_policy *policy)
{
    if (policy == NULL)
        return;
    for (size_t i = 0; i < policy->count; i++)
        cmty__free(policy->entries[i].pattern);
    cmty__free(policy->entries);
    cmty__free(policy->name);
    cmty__free(policy->time_zone);
    cmty__free(policy->json);
    cmty__free(policy->words);
    cmty__free(policy);
}

const char *cmty_policy_json(const cmty_policy *policy)
{
    return policy->json;
}

const char *cmty_policy_explain(const cmty_policy *policy)
{
    return policy->words;
}

const char *cmty_policy_time_zone(const cmty_policy *policy)
{
    return policy->time_zone;
}

const char *cmty__policy_name(const cmty_policy *policy)
{
    return policy->name;
}

int64_t cmty__policy_suppress_below(const cmty_policy *policy)
{
    return policy->suppress_below;
}

uint32_t cmty__policy_k(const cmty_policy *policy)
{
    return policy->k;
}

double cmty__policy_budget_per_m(const cmty_policy *policy)
{
    return policy->budget_epsilon_per_m;
}

double cmty__policy_count_epsilon(const cmty_policy *policy)
{
    return policy->count_epsilon;
}

bool cmty__policy_ages(const cmty_policy *policy)
{
    return policy->ages;
}

const cmty__rule *cmty__policy_rule(const cmty_policy *policy, const char *category)
{
    /* A foreign word for a protected category must not slip through to the default. */
    const char *known = cmty__category_canonical(category);
    const char *code = known != NULL ? known : category;
    const cmty__rule *found = &policy->fallback;

    for (size_t i = 0; i < policy->count; i++) {
        const cmty__policy_entry *entry = &policy->entries[i];

        if (strcmp(entry->pattern, code) == 0)
            return &entry->rule;
        /* Families that hold the same code are nested, and the wider one comes first. */
        if (cmty__category_matches(entry->pattern, code))
            found = &entry->rule;
    }
    return found;
}

static void write_number(cmty__buf *b, const char *name, double value)
{
    cmty__buf_format(b, ",\"%s\":", name);
    cmty__buf_double(b, value);
}

static void write_rule(cmty__buf *b, const cmty__rule *rule, bool audiences)
{
    const cmty__law *law = &rule->law;

    cmty__buf_format(b, "{\"law\":\"%s\"", cmty_law_name(law->law));
    write_number(b, "epsilon_per_m", law->epsilon_per_m);
    write_number(b, "lattice_m", law->lattice_m);
    write_number(b, "radius_m", law->radius_m);
    write_number(b, "inner_radius_m", law->inner_radius_m);
    cmty__buf_format(b, ",\"region\":\"%s\",\"time_bin\":\"%s\"", cmty__region_name(law->region),
                     rule->time_bin);
    cmty__buf_format(b, ",\"publish_point\":%s,\"min_addresses\":%u,\"audiences\":{",
                     rule->publish_point ? "true" : "false", law->min_addresses);
    if (audiences)
        cmty__audiences_write(rule, b);
    cmty__buf_text(b, "}}");
}

bool cmty__policy_write(cmty_policy *policy)
{
    cmty__buf b = {0};

    cmty__buf_text(&b, "{\"policy\":1,\"name\":");
    cmty__buf_json(&b, policy->name);
    cmty__buf_text(&b, ",\"time_zone\":");
    cmty__buf_json(&b, policy->time_zone);
    cmty__buf_format(&b, ",\"suppress_below\":%u,\"k\":%u", policy->suppress_below, policy->k);
    write_number(&b, "budget_epsilon_per_m", policy->budget_epsilon_per_m);
    write_number(&b, "count_epsilon", policy->count_epsilon);
    cmty__buf_text(&b, ",\"default\":");
    write_rule(&b, &policy->fallback, policy->audiences);
    cmty__buf_text(&b, ",\"categories\":{");
    for (size_t i = 0; i < policy->count; i++) {
        if (i > 0)
            cmty__buf_char(&b, ',');
        cmty__buf_json(&b, policy->entries[i].pattern);
        cmty__buf_char(&b, ':');
        write_rule(&b, &policy->entries[i].rule, policy->audiences);
    }
    cmty__buf_text(&b, "}}");
    if (b.failed) {
        cmty__buf_free(&b);
        return false;
    }
    policy->json = b.data; /* ownership moves; freed with cmty__free as buffers are */
    return true;
}
