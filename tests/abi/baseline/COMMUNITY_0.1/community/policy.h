/* SPDX-License-Identifier: MIT */
/* clang-format off */
#ifndef COMMUNITY_POLICY_H
#define COMMUNITY_POLICY_H
#include <community/types.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct cmty_policy cmty_policy;
CMTY_API CMTY_MUSTCHECK cmty_status cmty_policy_open(const char *path, cmty_policy **out,
                                                     cmty_error *err);
CMTY_API void cmty_policy_free(cmty_policy *policy);
CMTY_API const char *cmty_policy_json(const cmty_policy *policy);
CMTY_API const char *cmty_policy_explain(const cmty_policy *policy);
CMTY_API const char *cmty_policy_time_zone(const cmty_policy *policy);
#ifdef __cplusplus
}
#endif
#endif
