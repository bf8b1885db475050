/* SPDX-License-Identifier: MIT */
/* clang-format off */
#ifndef COMMUNITY_SPOOL_H
#define COMMUNITY_SPOOL_H
#include <community/convert.h>
#include <community/outbox.h>
#include <community/types.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct cmty_spool cmty_spool;
typedef struct cmty_spool_options {
    uint32_t struct_size;
    int32_t role;
    const char *receiver;
    const char *folder;
    const cmty_convert_options *convert;
    int64_t again_s;
    uint32_t most;
    uint32_t unanswered;
    void *user;
    void (*answered)(void *user, const char *report_id, const cmty_outbox_answer *answer);
    const cmty_host *host;
} cmty_spool_options;
#define CMTY_SPOOL_OPTIONS_INIT \
    { \
        (uint32_t)sizeof(cmty_spool_options), CMTY_ROLE_PUBLIC, NULL, NULL, NULL, 3600, 1000, 0, \
            NULL, NULL, NULL \
    }
CMTY_API cmty_status cmty_spool_options_init(cmty_spool_options *options);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_spool_open(const char *store,
                                                    const cmty_spool_options *options,
                                                    cmty_spool **out, cmty_error *err);
CMTY_API void cmty_spool_free(cmty_spool *spool);
typedef struct cmty_spool_counts {
    uint32_t struct_size;
    uint32_t reserved;
    uint64_t written;
    uint64_t accepted;
    uint64_t rejected;
    uint64_t later;
    uint64_t statuses;
    uint64_t unreadable;
    uint64_t waiting;
} cmty_spool_counts;
CMTY_API CMTY_MUSTCHECK cmty_status cmty_spool_turn(cmty_spool *spool, cmty_time now,
                                                    cmty_spool_counts *counts, cmty_error *err);
#ifdef __cplusplus
}
#endif
#endif
