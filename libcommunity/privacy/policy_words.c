/* SPDX-License-Identifier: MIT */
/* A policy in plain words: what becomes of each category, for whom, and why. Any thread. */
#include "privacy/policy.h"

#include "report/report.h"

enum { WIDTH = 92, INDENT = 4 };

/* Appends a paragraph, broken at spaces. */
static void put_paragraph(cmty__buf *out, size_t indent, const char *text)
{
    while (*text != '\0') {
        size_t size = strlen(text), room = WIDTH - indent;

        if (size > room) {
            size = room;
            while (size > 0 && text[size] != ' ')
                size--;
            if (size == 0) /* one word wider than the page */
                size = strcspn(text, " ");
        }
        for (size_t i = 0; i < indent; i++)
            cmty__buf_char(out, ' ');
        cmty__buf_bytes(out, text, size);
        cmty__buf_char(out, '\n');
        text += size;
        text += strspn(text, " ");
    }
}

static const char *bin_words(const char *bin)
{
    if (strcmp(bin, "hour") == 0)
        return "the hour in which it happened";
    if (strcmp(bin, "day") == 0)
        return "the day on which it happened";
    return strcmp(bin, "week") == 0 ? "the week in which it happened"
                                    : "the month in which it happened";
}

static void point_words(const cmty__rule *rule, cmty__buf *b)
{
    cmty__law law = rule->law;

    if ((cmty__rule_allows(rule, CMTY_ROLE_PUBLIC, 0, 0).fields & CMTY__TELL_POINT) == 0) {
        cmty__buf_text(b, "no point. Each report is counted in its beat, and nothing else of its "
                          "place is shown.");
        return;
    }
    if (law.law != CMTY_LAW_AUTO) {
        cmty__buf_text(b, "a point. ");
        cmty__law_guarantee(&law, b);
        return;
    }
    cmty__buf_text(b, "a point. Where the agency has given a layer of addresses: ");
    law.law = CMTY_LAW_ANCHOR;
    cmty__law_guarantee(&law, b);
    cmty__buf_text(b, " Where it has not: ");
    law.law = CMTY_LAW_LATTICE;
    cmty__law_guarantee(&law, b);
}

/* The pattern that a rule stands under, NULL for the default. */
static const char *pattern_of(const cmty_policy *policy, const cmty__rule *rule)
{
    for (size_t i = 0; i < policy->count; i++)
        if (&policy->entries[i].rule == rule)
            return policy->entries[i].pattern;
    return NULL;
}

static void why_words(const cmty_policy *policy, const cmty__rule *rule, cmty__buf *b)
{
    const char *pattern = pattern_of(policy, rule);

    if (rule->protected_category)
        cmty__buf_text(b, "it concerns violence at home, a sexual offence, a child or a person's "
                          "health. No policy can show more of it: that is built in.");
    else if (pattern != NULL)
        cmty__buf_format(b, "the policy says so for %s.", pattern);
    else
        cmty__buf_text(b, "this is the policy's rule for all that it does not name.");
}

/* Appends a paragraph of a category, and clears the line. */
static void put_line(cmty__buf *out, cmty__buf *line)
{
    out->failed |= line->failed;
    put_paragraph(out, INDENT, line->failed ? "" : line->data);
    cmty__buf_clear(line);
}

/* What a published point is not told with, and how finely it is dated. */
static void told_words(cmty__allowance view, cmty__buf *b)
{
    if ((view.fields & CMTY__TELL_TIME) != 0)
        cmty__buf_format(b, " The time shown is %s.", bin_words(view.time_bin));
    else
        cmty__buf_text(b, " No time is shown.");
    if ((view.fields & CMTY__TELL_POINT) == 0)
        return;
    if ((view.fields & CMTY__TELL_CATEGORY) == 0)
        cmty__buf_text(b, " Its category is not shown beside it.");
    if ((view.fields & CMTY__TELL_BEAT) == 0)
        cmty__buf_text(b, " Its beat is not named beside it.");
}

/* What a receiver is given; the time is told apart from the rest. */
static void given_words(cmty__allowance view, cmty__buf *b)
{
    cmty__allowance_words(view.fields, b);
    if ((view.fields & CMTY__TELL_TIME) != 0)
        cmty__buf_format(b, "; of its time, %s", bin_words(view.time_bin));
    cmty__buf_char(b, '.');
}

static void age_words(const cmty__rule *rule, int32_t role, cmty__buf *out, cmty__buf *line)
{
    const cmty__audience *a = &rule->audiences[role];

    for (uint32_t i = 0; i < a->age_count; i++) {
        cmty__allowance view = cmty__rule_allows(rule, role, 0, a->days[i] * INT64_C(86400000));

        cmty__buf_format(line, "%u %s later: ", a->days[i], a->days[i] == 1 ? "day" : "days");
        if (role != CMTY_ROLE_PUBLIC) {
            given_words(view, line);
        } else if ((view.fields & CMTY__TELL_POINT) == 0) {
            cmty__buf_text(line, "no point; it is counted.");
        } else {
            cmty__buf_text(line, "the point stays.");
            told_words(view, line);
        }
        put_line(out, line);
    }
}

static void receiver_words(const cmty__rule *rule, int32_t role, cmty__buf *out, cmty__buf *line)
{
    cmty__buf_text(line,
                   role == CMTY_ROLE_AGENCY ? "The agency is given: " : "Dispatch is given: ");
    given_words(cmty__rule_allows(rule, role, 0, 0), line);
    put_line(out, line);
    age_words(rule, role, out, line);
}

/* All that is said of a category but its name. */
static void category_words(const cmty_policy *policy, const char *code, cmty__buf *b)
{
    const cmty__rule *rule = cmty__policy_rule(policy, code);
    cmty__buf line = {0};

    cmty__buf_text(&line, "Everybody sees: ");
    point_words(rule, &line);
    told_words(cmty__rule_allows(rule, CMTY_ROLE_PUBLIC, 0, 0), &line);
    put_line(b, &line);
    if ((cmty__rule_allows(rule, CMTY_ROLE_PUBLIC, 0, 0).fields & CMTY__TELL_POINT) != 0)
        age_words(rule, CMTY_ROLE_PUBLIC, b, &line);
    if (policy->audiences) {
        receiver_words(rule, CMTY_ROLE_AGENCY, b, &line);
        receiver_words(rule, CMTY_ROLE_DISPATCH, b, &line);
    }
    cmty__buf_text(&line, "Why: ");
    why_words(policy, rule, &line);
    put_line(b, &line);
    cmty__buf_free(&line);
}

static void put_format(cmty__buf *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void put_format(cmty__buf *out, const char *format, ...)
{
    cmty__buf line = {0};
    va_list args;

    va_start(args, format);
    cmty__buf_vformat(&line, format, args);
    va_end(args);
    out->failed |= line.failed;
    if (!line.failed)
        put_paragraph(out, 0, line.data);
    cmty__buf_free(&line);
}

static void head_words(const cmty_policy *policy, cmty__buf *out)
{
    put_format(out, "Policy \"%s\". Times are those of %s.", policy->name, policy->time_zone);
    cmty__buf_char(out, '\n');
    if (policy->count_epsilon > 0)
        put_format(out,
                   "Everybody sees how many reports there are in each district and beat, and of "
                   "each category, with noise: one report changes the odds of what is printed by a "
                   "factor of at most e^%g, whatever else is known. Nobody sees a point.",
                   policy->count_epsilon);
    else if (policy->suppress_below > 1)
        put_format(out,
                   "Everybody sees how many reports there are in each beat and category. Numbers "
                   "from 1 to %u are left blank, with as many others as it takes that no sum gives "
                   "them away.",
                   policy->suppress_below - 1);
    else
        put_format(out, "Everybody sees how many reports there are in each beat and category; no "
                        "number is left blank.");
    if (policy->budget_epsilon_per_m > 0)
        put_format(out,
                   "A place, about 100 m wide, may spend epsilon %g per metre in all. Further "
                   "reports from it are counted, and have no point.",
                   policy->budget_epsilon_per_m);
    put_format(out, "Whoever runs the store sees the category, the beat, the time shown and the "
                    "point shown of each report, and nothing finer: the rest is sealed.");
    put_format(out, policy->audiences
                        ? "Receivers are given what is said below for the agency or for dispatch; "
                          "who serves the public is given what everybody sees."
                        : "A receiver in the role agency or dispatch is given that, with fence and "
                          "doubt; one in the role public, what everybody sees.");
    put_format(out, "Whoever holds the secret key can open one report at a time, for a stated "
                    "purpose. It is written to the audit log before anything is shown.");
}

/* Has an earlier category the same words? */
static bool is_repeated(const cmty__buf *words, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (words[k].size == words[i].size
            && memcmp(words[k].data, words[i].data, words[i].size) == 0)
            return true;
    return false;
}

/* Names of all categories with the words of category i, then the words. */
static void group_words(const cmty__buf *words, size_t count, size_t i, cmty__buf *out)
{
    cmty__buf names = {0};

    for (size_t k = i; k < count; k++)
        if (words[k].size == words[i].size
            && memcmp(words[k].data, words[i].data, words[i].size) == 0)
            cmty__buf_format(&names, "%s%s (%s)", k > i ? "; " : "",
                             cmty_category_label(cmty_category_code(k)), cmty_category_code(k));
    cmty__buf_char(out, '\n');
    out->failed |= names.failed;
    if (!names.failed)
        put_paragraph(out, 0, names.data);
    cmty__buf_free(&names);
    cmty__buf_bytes(out, words[i].data, words[i].size);
}

bool cmty__policy_explain(cmty_policy *policy)
{
    size_t count = cmty_category_count();
    cmty__buf *words = cmty__calloc(count, sizeof *words), out = {0};
    bool whole = words != NULL;

    for (size_t i = 0; whole && i < count; i++) {
        category_words(policy, cmty_category_code(i), &words[i]);
        whole = !words[i].failed;
    }
    if (whole)
        head_words(policy, &out);
    for (size_t i = 0; whole && i < count; i++)
        if (!is_repeated(words, i))
            group_words(words, count, i, &out);
    whole = whole && !out.failed;
    for (size_t i = 0; words != NULL && i < count; i++)
        cmty__buf_free(&words[i]);
    cmty__free(words);
    if (whole)
        policy->words = out.data; /* ownership moves */
    else
        cmty__buf_free(&out);
    return whole;
}
