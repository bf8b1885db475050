/* SPDX-License-Identifier: MIT */
/* Retention schedules from JSON: ages in days at which a report loses a step. Immutable once made:
   any thread. */
#include "store/schedule.h"

#include "report/report.h"

enum { FILE_LIMIT = 1024 * 1024, DAYS_MOST = 36500, NEVER = -1, INHERIT = -2 };

typedef struct rule {
    const char *pattern;               /* NULL: the default */
    int64_t days[CMTY__TIER_COUNT_OF]; /* age at which a report falls to the tier */
} rule;

struct cmty__schedule {
    cmty__arena *texts;
    rule *rules; /* the default first */
    size_t count;
    int64_t refused;
};

/* Under the name of what it ends. */
static const char *const names[CMTY__TIER_COUNT_OF] = {
    [CMTY__TIER_PLACE] = "sealed_days",
    [CMTY__TIER_BEAT] = "place_days",
    [CMTY__TIER_COUNT] = "beat_days",
    [CMTY__TIER_GONE] = "count_days",
};

static cmty_status read_days(const cmty__json *v, const char *file, const char *name, int64_t *out,
                             cmty_error *err)
{
    if (cmty__json_type(v) == CMTY__JSON_NULL) {
        *out = NEVER;
        return CMTY_OK;
    }
    if (cmty__json_int64(v, out) && *out >= 0 && *out <= DAYS_MOST)
        return CMTY_OK;
    return cmty__fail(err, CMTY_E_FORMAT,
                      "%s: %s is a whole number of days, 0 to %d, or null for no end", file, name,
                      DAYS_MOST);
}

/* What is kept longer stands later. */
static cmty_status check_order(const rule *r, const char *file, cmty_error *err)
{
    int64_t before = 0;
    const char *name = "";

    for (int tier = CMTY__TIER_PLACE; tier < CMTY__TIER_COUNT_OF; tier++) {
        if (r->days[tier] < 0)
            continue;
        if (r->days[tier] < before)
            return cmty__fail(err, CMTY_E_FORMAT, "%s: %s%s%s is below %s, which must end first",
                              file, names[tier], r->pattern != NULL ? " of " : "",
                              r->pattern != NULL ? r->pattern : "", name);
        before = r->days[tier];
        name = names[tier];
    }
    return CMTY_OK;
}

static cmty_status read_rule(const cmty__json *v, const char *file, rule *out, cmty_error *err)
{
    cmty_status st = CMTY_OK;

    if (cmty__json_type(v) != CMTY__JSON_OBJECT)
        return cmty__fail(err, CMTY_E_FORMAT, "%s: %s must be an object", file,
                          out->pattern != NULL ? out->pattern : "default");
    for (size_t i = 0; st == CMTY_OK && i < cmty__json_count(v); i++) {
        const char *name;
        const cmty__json *child = cmty__json_member_at(v, i, &name);
        int tier = CMTY__TIER_PLACE;

        while (tier < CMTY__TIER_COUNT_OF && strcmp(names[tier], name) != 0)
            tier++;
        if (tier == CMTY__TIER_COUNT_OF)
            return cmty__fail(err, CMTY_E_FORMAT,
                              "%s: \"%s\" is unknown; there are sealed_days, place_days, beat_days "
                              "and count_days",
                              file, name);
        st = read_days(child, file, name, &out->days[tier], err);
    }
    return st;
}

/* What a category does not say, the default says. */
static cmty_status inherit(cmty__schedule *s, rule *r, const char *file, cmty_error *err)
{
    for (int tier = CMTY__TIER_PLACE; tier < CMTY__TIER_COUNT_OF; tier++)
        if (r->days[tier] == INHERIT)
            r->days[tier] = r->pattern != NULL ? s->rules[0].days[tier] : NEVER;
    return check_order(r, file, err);
}

static cmty_status read_categories(cmty__schedule *s, const cmty__json *v, const char *file,
                                   cmty_error *err)
{
    cmty_status st = CMTY_OK;

    for (size_t i = 0; st == CMTY_OK && i < cmty__json_count(v); i++) {
        const char *name;
        const cmty__json *child = cmty__json_member_at(v, i, &name);
        rule *r = &s->rules[s->count];

        if (!cmty__category_pattern_known(name))
            return cmty__fail(err, CMTY_E_FORMAT, "%s: no category matches \"%s\"", file, name);
        *r = (rule){cmty__arena_text(s->texts, name, strlen(name)),
                    {0, INHERIT, INHERIT, INHERIT, INHERIT}};
        if (r->pattern == NULL)
            return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
        s->count++;
        st = read_rule(child, file, r, err);
        if (st == CMTY_OK)
            st = inherit(s, r, file, err);
    }
    return st;
}

static cmty_status check_members(const cmty__json *v, const char *file, cmty_error *err)
{
    static const char *const known[] = {"retention", "name", "default", "categories",
                                        "refused_days"};
    int64_t version = 0;

    if (cmty__json_type(v) != CMTY__JSON_OBJECT
        || !cmty__json_int64(cmty__json_member(v, "retention"), &version) || version != 1)
        return cmty__fail(err, CMTY_E_FORMAT,
                          "%s: not a retention schedule; it begins with \"retention\": 1", file);
    for (size_t i = 0; i < cmty__json_count(v); i++) {
        const char *name;
        size_t k = 0;

        (void)cmty__json_member_at(v, i, &name);
        while (k < sizeof known / sizeof *known && strcmp(known[k], name) != 0)
            k++;
        if (k == sizeof known / sizeof *known)
            return cmty__fail(err, CMTY_E_FORMAT, "%s: \"%s\" is unknown", file, name);
    }
    if (cmty__json_type(cmty__json_member(v, "categories")) != CMTY__JSON_NULL
        && cmty__json_type(cmty__json_member(v, "categories")) != CMTY__JSON_OBJECT)
        return cmty__fail(err, CMTY_E_FORMAT, "%s: categories must be an object", file);
    return CMTY_OK;
}

static cmty_status read_schedule(cmty__schedule *s, const cmty__json *v, const char *file,
                                 cmty_error *err)
{
    const cmty__json *categories = cmty__json_member(v, "categories");
    const cmty__json *fallback = cmty__json_member(v, "default");
    cmty_status st = check_members(v, file, err);

    if (st != CMTY_OK)
        return st;
    s->rules = cmty__calloc(cmty__json_count(categories) + 1, sizeof *s->rules);
    if (s->rules == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    s->rules[s->count++] = (rule){NULL, {0, INHERIT, INHERIT, INHERIT, INHERIT}};
    if (cmty__json_type(fallback) != CMTY__JSON_NULL)
        st = read_rule(fallback, file, &s->rules[0], err);
    if (st == CMTY_OK)
        st = inherit(s, &s->rules[0], file, err);
    if (st == CMTY_OK)
        st =
            read_days(cmty__json_member(v, "refused_days"), file, "refused_days", &s->refused, err);
    return st == CMTY_OK ? read_categories(s, categories, file, err) : st;
}

cmty_status cmty__schedule_open(const char *path, cmty__schedule **out, cmty_error *err)
{
    cmty__schedule *s = cmty__calloc(1, sizeof *s);
    cmty__json *document = NULL;
    char *text = NULL;
    size_t size = 0;
    cmty_status st;

    *out = NULL;
    if (s == NULL || (s->texts = cmty__arena_new()) == NULL) {
        cmty__free(s);
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    st = cmty__file_read(path, FILE_LIMIT, &text, &size, err);
    if (st == CMTY_OK)
        st = cmty__json_parse(text, size, &document, err);
    if (st == CMTY_OK)
        st = read_schedule(s, document, cmty__basename(path), err);
    if (st == CMTY_OK) {
        *out = s;
        s = NULL;
    }
    cmty__json_free(document);
    cmty__free(text);
    cmty__schedule_free(s);
    return st;
}

void cmty__schedule_free(cmty__schedule *s)
{
    if (s == NULL)
        return;
    cmty__arena_free(s->texts);
    cmty__free(s->rules);
    cmty__free(s);
}

/* The code itself goes before a family, and a narrower family before a wider one. */
static const rule *find_rule(const cmty__schedule *s, const char *category)
{
    const rule *found = &s->rules[0];

    for (size_t i = 1; i < s->count; i++) {
        const char *pattern = s->rules[i].pattern;

        if (strcmp(pattern, category) == 0)
            return &s->rules[i];
        if (cmty__category_matches(pattern, category)
            && (found->pattern == NULL || strlen(pattern) > strlen(found->pattern)))
            found = &s->rules[i];
    }
    return found;
}

cmty__tier cmty__schedule_tier(const cmty__schedule *s, const char *category, int64_t days)
{
    const rule *r = find_rule(s, category);

    for (int tier = CMTY__TIER_GONE; tier > CMTY__TIER_EXACT; tier--)
        if (r->days[tier] >= 0 && days >= r->days[tier])
            return (cmty__tier)tier;
    return CMTY__TIER_EXACT;
}

int64_t cmty__schedule_refused(const cmty__schedule *s)
{
    return s->refused;
}
