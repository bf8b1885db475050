/* SPDX-License-Identifier: MIT */
/* Any text in each field of a fence. What is accepted is within its range, and a rule made of it
   can be asked. One thread. */
#include "fence/rule.h"
#include "fuzz.h"

static void check_hours(const char *text, cmty__fence_rule *rule)
{
    char again[64];

    if (!cmty__fence_hours(text, &rule->from_minute, &rule->to_minute))
        return;
    snprintf(again, sizeof again, "%02d:%02d-%02d:%02d", rule->from_minute / 60,
             rule->from_minute % 60, rule->to_minute / 60, rule->to_minute % 60);
    FUZZ_CHECK(strcmp(again, text) == 0);
}

static void check_patterns(const char *text, cmty__arena *arena, cmty__fence_rule *rule)
{
    cmty_status st = cmty__fence_patterns(text, arena, rule);

    FUZZ_CHECK(st == CMTY_OK || st == CMTY_E_FORMAT);
    if (st != CMTY_OK)
        return;
    FUZZ_CHECK(rule->pattern_count > 0);
    for (uint32_t i = 0; i < rule->pattern_count; i++)
        FUZZ_CHECK(strstr(text, rule->patterns[i]) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_text(data, size);
    cmty__arena *arena = cmty__arena_new();
    cmty__fence_rule rule = cmty__fence_rule_default;
    double radius_m;

    FUZZ_CHECK(arena != NULL);
    if (cmty__fence_action(text, &rule.action))
        FUZZ_CHECK(strlen(cmty_fence_action_name(rule.action)) == strlen(text));
    if (cmty__fence_days(text, &rule.days))
        FUZZ_CHECK(rule.days > 0 && rule.days <= ALL_DAYS);
    if (cmty__fence_priority(text, &rule.priority))
        FUZZ_CHECK(rule.priority >= -1000000000 && rule.priority <= 1000000000);
    if (cmty__fence_radius(text, &radius_m))
        FUZZ_CHECK(radius_m > 0 && radius_m <= 100000);
    check_hours(text, &rule);
    check_patterns(text, arena, &rule);
    (void)cmty__fence_rule_applies(&rule, text, (cmty_time)size * 3600000, NULL);
    FUZZ_CHECK(cmty__fence_rule_compare(&rule, &rule) == 0);
    cmty__arena_free(arena);
    free(text);
    return 0;
}
