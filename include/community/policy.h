/* SPDX-License-Identifier: MIT */
#ifndef COMMUNITY_POLICY_H
#define COMMUNITY_POLICY_H

#include <community/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * What may be published of which report: law, region, time bin and small-cell threshold, by
 * category. Opaque; immutable once opened.
 */
typedef struct cmty_policy cmty_policy;

/**
 * Read a policy file (schemas/policy-1.json).
 *
 * @param      path  UTF-8 path, or NULL for the built-in default policy.
 * @param[out] out   The policy, owned by the caller; NULL on failure.
 * @param[out] err   Detail on failure, or NULL: names file and field.
 * @return CMTY_OK; CMTY_E_IO; CMTY_E_FORMAT, also where it would loosen a protected category;
 *         CMTY_E_INVALID; CMTY_E_NOMEM.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_policy_open(const char *path, cmty_policy **out,
                                                     cmty_error *err);

/**
 * Release a policy.
 *
 * @param policy  A policy that no thread uses any more, or NULL.
 * @threads any
 * @since 0.1
 */
CMTY_API void cmty_policy_free(cmty_policy *policy);

/**
 * The policy as canonical JSON, every default filled in.
 *
 * @param policy  Not NULL.
 * @return UTF-8, borrowed until the policy is freed.
 * @threads any
 * @since 0.1
 */
CMTY_API const char *cmty_policy_json(const cmty_policy *policy);

/**
 * The policy in plain words, English, lines of at most 92 columns: for each category what everybody
 * will see of its reports, and why; and what those see who run the store or hold the secret key.
 *
 * @param policy  Not NULL.
 * @return UTF-8, borrowed until the policy is freed.
 * @threads any
 * @since 0.1
 */
CMTY_API const char *cmty_policy_explain(const cmty_policy *policy);

/**
 * The time zone of the agency, an IANA name.
 *
 * @param policy  Not NULL.
 * @return UTF-8, borrowed until the policy is freed.
 * @threads any
 * @since 0.1
 */
CMTY_API const char *cmty_policy_time_zone(const cmty_policy *policy);

#ifdef __cplusplus
}
#endif
#endif
