/* SPDX-License-Identifier: MIT */
/* Any text as a policy: what is accepted keeps the floor, and its canonical text means the same.
   One thread. */
#include "fuzz.h"
#include "privacy/privacy.h"
#include "report/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cmty_policy *policy = NULL, *again = NULL;
    cmty_error err = CMTY_ERROR_INIT;

    if (cmty__policy_parse((const char *)data, size, "fuzz", &policy, &err) != CMTY_OK) {
        FUZZ_CHECK(policy == NULL && err.message[0] != '\0');
        return 0;
    }
    for (size_t i = 0; i < cmty_category_count(); i++) {
        const char *code = cmty_category_code(i);
        const cmty__rule *rule = cmty__policy_rule(policy, code);

        FUZZ_CHECK(rule->law.law != CMTY_LAW_WITHHOLD || !rule->publish_point);
        if (cmty__category_protected(code))
            FUZZ_CHECK(!rule->publish_point && strcmp(rule->time_bin, "hour") != 0
                       && strcmp(rule->time_bin, "day") != 0);
    }
    FUZZ_CHECK(cmty__policy_parse(cmty_policy_json(policy), strlen(cmty_policy_json(policy)),
                                  "again", &again, NULL)
               == CMTY_OK);
    FUZZ_CHECK(strcmp(cmty_policy_json(policy), cmty_policy_json(again)) == 0);
    cmty_policy_free(policy);
    cmty_policy_free(again);
    return 0;
}
