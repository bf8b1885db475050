/* SPDX-License-Identifier: MIT */
/* The policy: what it lays down for each category, what it refuses, and the floor that holds. */
#include "../runner.h"
#include "privacy/privacy.h"
#include "report/report.h"

#include <unistd.h>

static uint64_t state = 0x9e3779b97f4a7c15u;

static uint32_t random_below(uint32_t n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state % n);
}

static cmty_policy *parse(const char *json)
{
    cmty_policy *policy = NULL;
    cmty_error err = CMTY_ERROR_INIT;
    cmty_status st = cmty__policy_parse(json, strlen(json), "p.json", &policy, &err);

    ck_assert_msg(st == CMTY_OK, "%s: %s", json, err.message);
    return policy;
}

/* The floor, in the test's own words. */
static void check_floor(const cmty_policy *policy)
{
    for (size_t i = 0; i < cmty_category_count(); i++) {
        const char *code = cmty_category_code(i);
        const cmty__rule *rule = cmty__policy_rule(policy, code);

        ck_assert_int_eq(rule->protected_category, cmty__category_protected(code));
        if (!rule->protected_category)
            continue;
        ck_assert_int_eq(rule->law.law, CMTY_LAW_WITHHOLD);
        ck_assert(!rule->publish_point);
        ck_assert(strcmp(rule->time_bin, "week") == 0 || strcmp(rule->time_bin, "month") == 0);
    }
}

START_TEST(the_built_in_policy_has_sound_defaults)
{
    cmty_policy *policy = NULL;
    const cmty__rule *rule;

    ck_assert_int_eq(cmty_policy_open(NULL, &policy, NULL), CMTY_OK);
    ck_assert_str_eq(cmty__policy_name(policy), "built-in");
    ck_assert_str_eq(cmty_policy_time_zone(policy), "UTC");
    ck_assert_int_eq(cmty__policy_suppress_below(policy), 5);
    ck_assert_uint_eq(cmty__policy_k(policy), 8);
    rule = cmty__policy_rule(policy, "theft.bicycle");
    ck_assert_int_eq(rule->law.law, CMTY_LAW_AUTO);
    ck_assert_int_eq(rule->law.region, CMTY_REGION_NONE);
    ck_assert_uint_eq(rule->law.k, 8);
    ck_assert_str_eq(rule->time_bin, "day");
    ck_assert(rule->publish_point);
    ck_assert(!cmty__policy_rule(policy, "person.missing")->publish_point);
    ck_assert_str_eq(cmty__policy_rule(policy, "homicide")->time_bin, "week");
    check_floor(policy);
    cmty_policy_free(policy);
    cmty_policy_free(NULL);
}
END_TEST

START_TEST(a_family_is_protected_as_a_whole_or_not_at_all)
{
    for (size_t i = 0; i < cmty_category_count(); i++) {
        for (size_t j = 0; j < cmty_category_count(); j++) {
            const char *a = cmty_category_code(i), *b = cmty_category_code(j);
            size_t n = strcspn(a, ".");

            if (strncmp(a, b, n) == 0 && (b[n] == '.' || b[n] == '\0'))
                ck_assert_int_eq(cmty__category_protected(a), cmty__category_protected(b));
        }
    }
}
END_TEST

START_TEST(a_member_left_out_comes_from_the_wider_family_then_the_default)
{
    cmty_policy *policy = parse("{\"policy\":1,\"k\":20,"
                                "\"default\":{\"law\":\"lattice\",\"epsilon_per_m\":0.02},"
                                "\"categories\":{"
                                "\"theft.bicycle\":{\"time_bin\":\"hour\"},"
                                "\"theft.*\":{\"law\":\"grid\",\"radius_m\":500},"
                                "\"theft\":{\"radius_m\":900}}}");
    const cmty__rule *rule = cmty__policy_rule(policy, "theft.bicycle");

    ck_assert_int_eq(rule->law.law, CMTY_LAW_GRID);
    ck_assert_double_eq(rule->law.radius_m, 500);
    ck_assert_double_eq(rule->law.epsilon_per_m, 0.02);
    ck_assert_str_eq(rule->time_bin, "hour");
    ck_assert_uint_eq(rule->law.k, 20);
    ck_assert_double_eq(cmty__policy_rule(policy, "theft")->law.radius_m, 900);
    ck_assert_int_eq(cmty__policy_rule(policy, "theft")->law.law, CMTY_LAW_GRID);
    ck_assert_double_eq(cmty__policy_rule(policy, "theft.shop")->law.radius_m, 500);
    ck_assert_str_eq(cmty__policy_rule(policy, "theft.shop")->time_bin, "day");
    ck_assert_int_eq(cmty__policy_rule(policy, "vandalism")->law.law, CMTY_LAW_LATTICE);
    ck_assert_int_eq(cmty__policy_rule(policy, "no such thing")->law.law, CMTY_LAW_LATTICE);
    cmty_policy_free(policy);
}
END_TEST

START_TEST(a_foreign_word_for_a_protected_category_is_protected)
{
    static const char *const words[] = {"domestic", "Domestic Abuse", "sexual.unheard_of", "RAPE",
                                        "suicide attempt"};
    cmty_policy *policy = parse("{\"policy\":1}");

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        ck_assert_msg(cmty__policy_rule(policy, words[i])->protected_category, "%s", words[i]);
    cmty_policy_free(policy);
}
END_TEST

START_TEST(a_law_that_withholds_publishes_no_point)
{
    cmty_policy *policy = parse("{\"policy\":1,\"default\":{\"law\":\"withhold\"},"
                                "\"categories\":{\"theft\":{\"publish_point\":true}}}");

    ck_assert(!cmty__policy_rule(policy, "arson")->publish_point);
    ck_assert(!cmty__policy_rule(policy, "theft")->publish_point);
    cmty_policy_free(policy);
}
END_TEST

static const struct {
    const char *json, *field;
} loosening[] = {
    {"{\"domestic.violence\":{\"publish_point\":true}}", "domestic.violence"},
    {"{\"domestic.violence\":{\"law\":\"lattice\"}}", "domestic.violence"},
    {"{\"domestic.violence\":{\"law\":\"auto\"}}", "domestic.violence"},
    {"{\"sexual.*\":{\"time_bin\":\"day\"}}", "sexual.offence"},
    {"{\"sexual.trafficking\":{\"time_bin\":\"hour\"}}", "sexual.trafficking"},
    {"{\"juvenile.*\":{\"law\":\"anchor\"}}", "juvenile.child"},
    {"{\"medical.*\":{\"publish_point\":true}}", "medical.emergency"},
    {"{\"medical.suicide\":{\"time_bin\":\"week\",\"law\":\"grid\"}}", "medical.suicide"},
};
enum { LOOSENING_COUNT = sizeof loosening / sizeof loosening[0] };

START_TEST(loosening_a_protected_category_is_refused_by_name)
{
    char json[200];
    cmty_policy *policy = (cmty_policy *)&state; /* poison: must come back NULL */
    cmty_error err = CMTY_ERROR_INIT;

    snprintf(json, sizeof json, "{\"policy\":1,\"categories\":%s}", loosening[_i].json);
    ck_assert_int_eq(cmty__policy_parse(json, strlen(json), "p.json", &policy, &err),
                     CMTY_E_FORMAT);
    ck_assert_ptr_null(policy);
    ck_assert_msg(strstr(err.message, loosening[_i].field) != NULL, "%s", err.message);
    ck_assert_msg(strstr(err.message, "p.json") != NULL, "%s", err.message);
}
END_TEST

START_TEST(protecting_more_than_the_floor_is_allowed)
{
    cmty_policy *policy = parse("{\"policy\":1,\"default\":{\"time_bin\":\"hour\"},\"categories\":"
                                "{\"sexual.*\":{\"law\":\"withhold\",\"time_bin\":\"month\"},"
                                "\"medical.mental\":{\"publish_point\":false}}}");

    ck_assert_str_eq(cmty__policy_rule(policy, "sexual.offence")->time_bin, "month");
    ck_assert_str_eq(cmty__policy_rule(policy, "medical.mental")->time_bin, "week");
    ck_assert_str_eq(cmty__policy_rule(policy, "theft")->time_bin, "hour");
    check_floor(policy);
    cmty_policy_free(policy);
}
END_TEST

static const struct {
    const char *json, *field; /* what the message must name */
} bad[] = {
    {"", "byte"},
    {"[]", "object"},
    {"7", "object"},
    {"{}", "policy"},
    {"{\"policy\":2}", "policy"},
    {"{\"policy\":\"1\"}", "policy"},
    {"{\"policy\":1} x", "byte"},
    {"{\"policy\":1,\"policy\":1}", "p.json"},
    {"{\"policy\":1,\"suppres_below\":9}", "suppres_below"},
    {"{\"policy\":1,\"suppress_below\":0}", "suppress_below"},
    {"{\"policy\":1,\"suppress_below\":1001}", "suppress_below"},
    {"{\"policy\":1,\"suppress_below\":2.5}", "suppress_below"},
    {"{\"policy\":1,\"suppress_below\":-1}", "suppress_below"},
    {"{\"policy\":1,\"suppress_below\":null}", "suppress_below"},
    {"{\"policy\":1,\"k\":1}", "k must"},
    {"{\"policy\":1,\"k\":1e99}", "k must"},
    {"{\"policy\":1,\"name\":\"\"}", "name"},
    {"{\"policy\":1,\"name\":7}", "name"},
    {"{\"policy\":1,\"time_zone\":\"Chicago\"}", "time_zone"},
    {"{\"policy\":1,\"time_zone\":\"../../etc/passwd\"}", "time_zone"},
    {"{\"policy\":1,\"default\":[]}", "default"},
    {"{\"policy\":1,\"default\":{\"Law\":\"grid\"}}", "default.Law"},
    {"{\"policy\":1,\"default\":{\"law\":\"grids\"}}", "default.law"},
    {"{\"policy\":1,\"default\":{\"law\":null}}", "default.law"},
    {"{\"policy\":1,\"default\":{\"k\":9}}", "default.k"},
    {"{\"policy\":1,\"default\":{\"epsilon_per_m\":0}}", "default.epsilon_per_m"},
    {"{\"policy\":1,\"default\":{\"epsilon_per_m\":1.01}}", "default.epsilon_per_m"},
    {"{\"policy\":1,\"default\":{\"epsilon_per_m\":\"0.1\"}}", "default.epsilon_per_m"},
    {"{\"policy\":1,\"default\":{\"lattice_m\":0.5}}", "default.lattice_m"},
    {"{\"policy\":1,\"default\":{\"radius_m\":0}}", "default.radius_m"},
    {"{\"policy\":1,\"default\":{\"inner_radius_m\":-1}}", "default.inner_radius_m"},
    {"{\"policy\":1,\"default\":{\"inner_radius_m\":251}}", "default.inner_radius_m"},
    {"{\"policy\":1,\"default\":{\"min_addresses\":10001}}", "default.min_addresses"},
    {"{\"policy\":1,\"default\":{\"region\":\"snap\"}}", "default.region"},
    {"{\"policy\":1,\"default\":{\"time_bin\":\"year\"}}", "default.time_bin"},
    {"{\"policy\":1,\"default\":{\"publish_point\":1}}", "default.publish_point"},
    {"{\"policy\":1,\"default\":{\"law\":\"withhold\",\"publish_point\":true}}",
     "default.publish_point"},
    {"{\"policy\":1,\"categories\":[]}", "categories"},
    {"{\"policy\":1,\"categories\":{\"thefts\":{}}}", "thefts"},
    {"{\"policy\":1,\"categories\":{\"domestik.violence\":{\"law\":\"withhold\"}}}",
     "domestik.violence"},
    {"{\"policy\":1,\"categories\":{\"thef*\":{}}}", "thef*"},
    {"{\"policy\":1,\"categories\":{\"*\":{}}}", "*"},
    {"{\"policy\":1,\"categories\":{\".*\":{}}}", ".*"},
    {"{\"policy\":1,\"categories\":{\"\":{}}}", "categories"},
    {"{\"policy\":1,\"categories\":{\"theft\":7}}", "categories.theft"},
    {"{\"policy\":1,\"categories\":{\"theft.*\":{\"lattice\":7}}}", "categories.theft.*.lattice"},
    {"{\"policy\":1,\"categories\":{\"theft\":{},\"theft.*\":{\"law\":7}}}",
     "categories.theft.*.law"},
    {"{\"policy\":1,\"categories\":{\"theft\":{\"radius_m\":40}}}",
     "categories.theft.inner_radius_m"},
};
enum { BAD_COUNT = sizeof bad / sizeof bad[0] };

START_TEST(what_is_not_understood_is_refused_naming_file_and_member)
{
    cmty_policy *policy = (cmty_policy *)&state;
    cmty_error err = CMTY_ERROR_INIT;

    ck_assert_msg(cmty__policy_parse(bad[_i].json, strlen(bad[_i].json), "p.json", &policy, &err)
                      == CMTY_E_FORMAT,
                  "accepted %s", bad[_i].json);
    ck_assert_ptr_null(policy);
    ck_assert_msg(strstr(err.message, bad[_i].field) != NULL, "%s", err.message);
    ck_assert_msg(strncmp(err.message, "p.json: ", 8) == 0, "%s", err.message);
}
END_TEST

/* A random policy, also as a table that the test evaluates in its own way. */
enum { LINE_COUNT = 12 };
typedef struct line {
    char pattern[40];
    uint32_t radius_m; /* 0: not said */
    int bin;           /* -1: not said */
} line;

static const char *const bins[] = {"hour", "day", "week", "month"};

static size_t make_lines(line *lines, cmty__buf *json)
{
    size_t n = 0;

    cmty__buf_clear(json);
    cmty__buf_text(json, "{\"policy\":1,\"default\":{\"radius_m\":77},\"categories\":{");
    for (size_t tries = 0; tries < LINE_COUNT; tries++) {
        const char *code = cmty_category_code(random_below((uint32_t)cmty_category_count()));
        line l = {"", random_below(2) ? 50 + random_below(900) : 0, -1};
        bool is_new = true;

        if (random_below(2))
            l.bin =
                cmty__category_protected(code) ? 2 + (int)random_below(2) : (int)random_below(4);
        if (random_below(2))
            snprintf(l.pattern, sizeof l.pattern, "%s", code);
        else
            snprintf(l.pattern, sizeof l.pattern, "%.*s.*", (int)strcspn(code, "."), code);
        for (size_t i = 0; i < n; i++)
            is_new = is_new && strcmp(lines[i].pattern, l.pattern) != 0;
        if (!is_new)
            continue;
        cmty__buf_format(json, "%s\"%s\":{", n > 0 ? "," : "", l.pattern);
        if (l.radius_m > 0)
            cmty__buf_format(json, "\"radius_m\":%u%s", l.radius_m, l.bin >= 0 ? "," : "");
        if (l.bin >= 0)
            cmty__buf_format(json, "\"time_bin\":\"%s\"", bins[l.bin]);
        cmty__buf_text(json, "}");
        lines[n++] = l;
    }
    cmty__buf_text(json, "}}");
    return n;
}

/* The families of a code in the house's table are one level deep: family first, then the code. */
static void naive_rule(const line *lines, size_t n, const char *code, uint32_t *radius_m, int *bin)
{
    char family[40];

    *radius_m = 77;
    *bin = 1;
    snprintf(family, sizeof family, "%.*s.*", (int)strcspn(code, "."), code);
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < n; i++) {
            if (strcmp(lines[i].pattern, pass == 0 ? family : code) != 0)
                continue;
            *radius_m = lines[i].radius_m > 0 ? lines[i].radius_m : *radius_m;
            *bin = lines[i].bin >= 0 ? lines[i].bin : *bin;
        }
    }
    if (cmty__category_protected(code) && *bin < 2)
        *bin = 2;
}

START_TEST(rules_agree_with_a_naive_reading_of_the_file)
{
    cmty__buf json = {0};
    line lines[LINE_COUNT];

    for (int round = 0; round < 500; round++) {
        size_t n = make_lines(lines, &json);
        cmty_policy *policy = parse(json.data);
        uint32_t radius_m;
        int bin;

        for (size_t i = 0; i < cmty_category_count(); i++) {
            const char *code = cmty_category_code(i);
            const cmty__rule *rule = cmty__policy_rule(policy, code);

            naive_rule(lines, n, code, &radius_m, &bin);
            ck_assert_msg(rule->law.radius_m == radius_m, "%s in %s", code, json.data);
            ck_assert_msg(strcmp(rule->time_bin, bins[bin]) == 0, "%s in %s", code, json.data);
        }
        check_floor(policy);
        cmty_policy_free(policy);
    }
    cmty__buf_free(&json);
}
END_TEST

START_TEST(canonical_text_is_a_policy_of_the_same_meaning)
{
    cmty__buf json = {0};
    line lines[LINE_COUNT];

    for (int round = 0; round < 200; round++) {
        cmty_policy *policy, *again;

        make_lines(lines, &json);
        policy = parse(json.data);
        again = parse(cmty_policy_json(policy));
        ck_assert_str_eq(cmty_policy_json(policy), cmty_policy_json(again));
        for (size_t i = 0; i < cmty_category_count(); i++) {
            const cmty__rule *a = cmty__policy_rule(policy, cmty_category_code(i));
            const cmty__rule *b = cmty__policy_rule(again, cmty_category_code(i));

            ck_assert_mem_eq(&a->law, &b->law, sizeof a->law);
            ck_assert_str_eq(a->time_bin, b->time_bin);
            ck_assert_int_eq(a->publish_point, b->publish_point);
        }
        cmty_policy_free(policy);
        cmty_policy_free(again);
    }
    cmty__buf_free(&json);
}
END_TEST

static const char full[] = "{\"policy\":1,\"name\":\"Ünïcode \\\"quoted\\\"\",\"time_zone\":"
                           "\"America/Chicago\",\"suppress_below\":3,\"k\":30,\"default\":{\"law\":"
                           "\"donut\",\"radius_m\":300.5,\"inner_radius_m\":1e1,\"region\":"
                           "\"clamp\",\"min_addresses\":0},\"categories\":{\"hate\":{\"law\":"
                           "\"withhold\",\"publish_point\":false},\"sexual.*\":{\"time_bin\":"
                           "\"month\"}}}";

START_TEST(every_member_is_read)
{
    cmty_policy *policy = parse(full);
    const cmty__rule *rule = cmty__policy_rule(policy, "theft");

    ck_assert_str_eq(cmty__policy_name(policy), "Ünïcode \"quoted\"");
    ck_assert_str_eq(cmty_policy_time_zone(policy), "America/Chicago");
    ck_assert_int_eq(cmty__policy_suppress_below(policy), 3);
    ck_assert_int_eq(rule->law.law, CMTY_LAW_DONUT);
    ck_assert_double_eq(rule->law.radius_m, 300.5);
    ck_assert_double_eq(rule->law.inner_radius_m, 10);
    ck_assert_int_eq(rule->law.region, CMTY_REGION_CLAMP);
    ck_assert_uint_eq(rule->law.min_addresses, 0);
    cmty_policy_free(policy);
}
END_TEST

START_TEST(what_a_policy_allows_every_law_can_do)
{
    static const char *const ends[] = {
        "\"epsilon_per_m\":1e-5,\"lattice_m\":1,\"radius_m\":1,\"inner_radius_m\":0,"
        "\"min_addresses\":0},\"k\":2}",
        "\"epsilon_per_m\":1,\"lattice_m\":1000,\"radius_m\":1e5,\"inner_radius_m\":1e5,"
        "\"min_addresses\":10000},\"k\":10000}",
    };
    static const char *const regions[] = {"none", "clamp", "redraw"};
    char json[300];

    for (size_t i = 0; i < 6; i++) {
        cmty_policy *policy;
        cmty__law law;
        cmty_error err = CMTY_ERROR_INIT;

        snprintf(json, sizeof json, "{\"policy\":1,\"default\":{\"region\":\"%s\",%s",
                 regions[i / 2], ends[i % 2]);
        policy = parse(json);
        law = cmty__policy_rule(policy, "theft")->law;
        for (law.law = CMTY_LAW_LATTICE; law.law <= CMTY_LAW_WITHHOLD; law.law++)
            ck_assert_msg(cmty__law_check(&law, &err) == CMTY_OK, "%s", err.message);
        cmty_policy_free(policy);
    }
}
END_TEST

START_TEST(a_policy_cut_anywhere_is_refused)
{
    for (size_t cut = 0; cut < sizeof full - 1; cut++) {
        char *copy = malloc(cut + 1); /* a block of its own, so that reading past it shows */
        cmty_policy *policy = NULL;

        memcpy(copy, full, cut);
        ck_assert_int_eq(cmty__policy_parse(copy, cut, "cut", &policy, NULL), CMTY_E_FORMAT);
        ck_assert_ptr_null(policy);
        free(copy);
    }
}
END_TEST

START_TEST(a_policy_with_altered_bytes_is_refused_or_keeps_the_floor)
{
    char copy[sizeof full];

    for (int round = 0; round < 20000; round++) {
        cmty_policy *policy = NULL;

        memcpy(copy, full, sizeof full);
        for (uint32_t n = 1 + random_below(3); n > 0; n--)
            copy[random_below(sizeof full - 1)] = full[random_below(sizeof full - 1)];
        if (cmty__policy_parse(copy, sizeof full - 1, "altered", &policy, NULL) == CMTY_OK)
            check_floor(policy);
        cmty_policy_free(policy);
    }
}
END_TEST

START_TEST(files_that_cannot_be_read_are_named)
{
    char path[] = "/tmp/cmty-policy-XXXXXX";
    cmty_policy *policy = NULL;
    cmty_error err = CMTY_ERROR_INIT;
    int fd = mkstemp(path);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(cmty_policy_open(path, &policy, &err), CMTY_E_FORMAT); /* empty */
    ck_assert_ptr_nonnull(strstr(err.message, "cmty-policy-"));
    ck_assert_int_eq((int)write(fd, full, sizeof full - 1), (int)sizeof full - 1);
    ck_assert_int_eq(cmty_policy_open(path, &policy, &err), CMTY_OK);
    cmty_policy_free(policy);
    ck_assert_int_eq(ftruncate(fd, 2 * 1024 * 1024), 0);
    ck_assert_int_eq(cmty_policy_open(path, &policy, &err), CMTY_E_LIMIT);
    close(fd);
    unlink(path);
    ck_assert_int_eq(cmty_policy_open(path, &policy, &err), CMTY_E_IO);
    ck_assert_ptr_null(policy);
    ck_assert_int_eq(cmty_policy_open(path, NULL, &err), CMTY_E_INVALID);
}
END_TEST

/* ---- in words ---- */

static size_t times_in(const char *text, const char *word)
{
    size_t n = 0;

    for (const char *at = text; (at = strstr(at, word)) != NULL; at += strlen(word))
        n++;
    return n;
}

/* The paragraphs that belong to a category, in one line. */
static void words_of(const cmty_policy *policy, const char *code, char out[4000])
{
    const char *text = cmty_policy_explain(policy), *begin, *end;
    char name[64];
    size_t n = 0;

    snprintf(name, sizeof name, "(%s)", code);
    begin = strstr(text, name);
    ck_assert_ptr_nonnull(begin);
    end = strstr(begin, "\n\n");
    for (const char *c = begin; *c != '\0' && c != end && n + 1 < 4000; c++)
        if (*c == '\n')
            out[n++] = ' ';
        else if (*c != ' ' || (n > 0 && out[n - 1] != ' '))
            out[n++] = *c;
    out[n] = '\0';
}

START_TEST(policy_is_told_in_words_for_each_category_once)
{
    cmty_policy *policy = NULL;
    const char *text;

    ck_assert_int_eq(cmty_policy_open(NULL, &policy, NULL), CMTY_OK);
    text = cmty_policy_explain(policy);
    for (size_t i = 0; i < cmty_category_count(); i++) {
        char name[64];

        snprintf(name, sizeof name, "(%s)", cmty_category_code(i));
        ck_assert_msg(times_in(text, name) == 1, "%s", name);
    }
    for (const char *at = text; *at != '\0'; at += strcspn(at, "\n") + 1)
        ck_assert_uint_le(strcspn(at, "\n"), 92);
    ck_assert_ptr_nonnull(strstr(text, "Numbers from 1 to 4 are"));
    ck_assert_ptr_nonnull(strstr(text, "audit log"));
    cmty_policy_free(policy);
}
END_TEST

START_TEST(words_say_what_is_seen_and_why)
{
    char words[4000];
    cmty_policy *policy =
        parse("{\"policy\":1,\"budget_epsilon_per_m\":0.05,\"default\":{\"law\":\"lattice\","
              "\"region\":\"redraw\"},\"categories\":{\"hate\":{\"law\":\"withhold\",\"time_bin\":"
              "\"month\"},\"theft.*\":{\"law\":\"grid\",\"radius_m\":400,\"time_bin\":\"hour\"}}}");

    words_of(policy, "domestic.violence", words);
    ck_assert_ptr_nonnull(strstr(words, "no point"));
    ck_assert_ptr_nonnull(strstr(words, "the week in which"));
    ck_assert_ptr_nonnull(strstr(words, "that is built in"));
    words_of(policy, "hate", words);
    ck_assert_ptr_nonnull(strstr(words, "no point"));
    ck_assert_ptr_nonnull(strstr(words, "the month in which"));
    ck_assert_ptr_nonnull(strstr(words, "the policy says so for hate"));
    words_of(policy, "theft.bicycle", words);
    ck_assert_ptr_nonnull(strstr(words, "a corner of a fixed grid of 400 m"));
    ck_assert_ptr_nonnull(strstr(words, "the hour in which"));
    ck_assert_ptr_nonnull(strstr(words, "the policy says so for theft.*"));
    words_of(policy, "burglary", words);
    ck_assert_ptr_nonnull(strstr(words, "e^(2 epsilon d)"));
    ck_assert_ptr_nonnull(strstr(words, "does not name"));
    ck_assert_ptr_nonnull(strstr(cmty_policy_explain(policy), "epsilon 0.05 per metre"));
    cmty_policy_free(policy);
}
END_TEST

static Suite *policy_suite(void)
{
    Suite *suite = suite_create("policy");
    TCase *tc = tcase_create("policy");

    tcase_add_test(tc, the_built_in_policy_has_sound_defaults);
    tcase_add_test(tc, a_family_is_protected_as_a_whole_or_not_at_all);
    tcase_add_test(tc, a_member_left_out_comes_from_the_wider_family_then_the_default);
    tcase_add_test(tc, a_foreign_word_for_a_protected_category_is_protected);
    tcase_add_test(tc, a_law_that_withholds_publishes_no_point);
    tcase_add_loop_test(tc, loosening_a_protected_category_is_refused_by_name, 0, LOOSENING_COUNT);
    tcase_add_test(tc, protecting_more_than_the_floor_is_allowed);
    tcase_add_loop_test(tc, what_is_not_understood_is_refused_naming_file_and_member, 0, BAD_COUNT);
    tcase_add_test(tc, rules_agree_with_a_naive_reading_of_the_file);
    tcase_add_test(tc, canonical_text_is_a_policy_of_the_same_meaning);
    tcase_add_test(tc, every_member_is_read);
    tcase_add_test(tc, what_a_policy_allows_every_law_can_do);
    tcase_add_test(tc, a_policy_cut_anywhere_is_refused);
    tcase_add_test(tc, a_policy_with_altered_bytes_is_refused_or_keeps_the_floor);
    tcase_add_test(tc, files_that_cannot_be_read_are_named);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, policy_is_told_in_words_for_each_category_once);
    tcase_add_test(tc, words_say_what_is_seen_and_why);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(policy_suite)
