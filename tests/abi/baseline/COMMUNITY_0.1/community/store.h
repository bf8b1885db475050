/* SPDX-License-Identifier: MIT */
/* clang-format off */
#ifndef COMMUNITY_STORE_H
#define COMMUNITY_STORE_H
#include <community/beat.h>
#include <community/fence.h>
#include <community/types.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct cmty_store_options {
    uint32_t struct_size;
    uint32_t reserved;
    const char *const *beats;
    size_t beats_count;
    const cmty_beat_options *beat_options;
    const char *const *fences;
    size_t fences_count;
    const cmty_fence_options *fence_options;
    const char *addresses;
    const char *policy;
    const char *public_key;
    const cmty_host *host;
} cmty_store_options;
#define CMTY_STORE_OPTIONS_INIT \
    { \
        (uint32_t)sizeof(cmty_store_options), 0, NULL, 0, NULL, NULL, 0, NULL, NULL, NULL, NULL, \
            NULL \
    }
CMTY_API cmty_status cmty_store_options_init(cmty_store_options *options);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_store_init(const char *path,
                                                    const cmty_store_options *options,
                                                    cmty_error *err);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_store_open_report(const char *store, const char *report_id,
                                                           const char *secret_key,
                                                           const char *actor, const char *purpose,
                                                           char **json, cmty_error *err);
typedef struct cmty_disclosed {
    uint32_t struct_size;
    uint32_t reserved;
    char *json;
    cmty_point at;
    double accuracy_m;
    cmty_time occurred;
} cmty_disclosed;
CMTY_API CMTY_MUSTCHECK cmty_status cmty_store_disclose(const char *store, const char *report_id,
                                                        const char *secret_key, const char *actor,
                                                        const char *purpose, cmty_disclosed *out,
                                                        cmty_error *err);
CMTY_API void cmty_disclosed_clear(cmty_disclosed *disclosed);
typedef struct cmty_audit_head {
    uint32_t struct_size;
    uint32_t reserved;
    uint64_t size;
    char root[72];
} cmty_audit_head;
CMTY_API CMTY_MUSTCHECK cmty_status cmty_store_audit_verify(const char *store,
                                                            const cmty_audit_head *earlier,
                                                            cmty_audit_head *now, cmty_error *err);
typedef struct cmty_recheck_options {
    uint32_t struct_size;
    uint32_t reserved;
    const char *const *beats;
    size_t beats_count;
    const cmty_beat_options *beat_options;
    const char *secret_key;
    const char *actor;
    const char *purpose;
} cmty_recheck_options;
#define CMTY_RECHECK_OPTIONS_INIT \
    { \
        (uint32_t)sizeof(cmty_recheck_options), 0, NULL, 0, NULL, NULL, NULL, NULL \
    }
CMTY_API cmty_status cmty_recheck_options_init(cmty_recheck_options *options);
typedef struct cmty_recheck {
    uint32_t struct_size;
    uint32_t reserved;
    uint64_t reports;
    uint64_t same;
    uint64_t changed;
    uint64_t open;
} cmty_recheck;
CMTY_API CMTY_MUSTCHECK cmty_status cmty_store_recheck(const char *store,
                                                       const cmty_recheck_options *options,
                                                       cmty_recheck *out, cmty_error *err);
#ifdef __cplusplus
}
#endif
#endif
