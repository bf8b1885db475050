/* SPDX-License-Identifier: MIT */
/* clang-format off */
#ifndef COMMUNITY_FENCE_H
#define COMMUNITY_FENCE_H
#include <community/types.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct cmty_fenceset cmty_fenceset;
enum {
    CMTY_FENCE_ACCEPT = 0,
    CMTY_FENCE_ESCALATE = 1,
    CMTY_FENCE_WITHHOLD = 2,
    CMTY_FENCE_REFUSE = 3,
};
typedef struct cmty_fence_options {
    uint32_t struct_size;
    int32_t default_action;
    const char *time_zone;
    const char *crs;
    const cmty_host *host;
} cmty_fence_options;
#define CMTY_FENCE_OPTIONS_INIT \
    { \
        (uint32_t)sizeof(cmty_fence_options), -1, NULL, NULL, NULL \
    }
CMTY_API cmty_status cmty_fence_options_init(cmty_fence_options *options);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_fenceset_open(const char *const *layers, size_t count,
                                                       const cmty_fence_options *options,
                                                       cmty_fenceset **out, cmty_error *err);
CMTY_API void cmty_fenceset_free(cmty_fenceset *set);
CMTY_API size_t cmty_fenceset_count(const cmty_fenceset *set);
typedef struct cmty_fence_decision {
    uint32_t struct_size;
    int32_t action;
    int32_t fence;
    uint32_t matched_count;
    const char *fence_id;
    const char *note;
} cmty_fence_decision;
CMTY_API CMTY_MUSTCHECK cmty_status cmty_fenceset_decide(const cmty_fenceset *set, cmty_point at,
                                                         const char *category, cmty_time when,
                                                         cmty_fence_decision *decision,
                                                         cmty_error *err);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_fenceset_find_many(const cmty_fenceset *set,
                                                            const cmty_point *points, size_t count,
                                                            uint64_t *first, int32_t *fence,
                                                            size_t capacity, cmty_error *err);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_fenceset_decide_many(
    const cmty_fenceset *set, const cmty_point *points, const char *const *category,
    const cmty_time *when, size_t count, int32_t *action, int32_t *fence, cmty_error *err);
CMTY_API const char *cmty_fence_action_name(int32_t action);
#ifdef __cplusplus
}
#endif
#endif
