/* SPDX-License-Identifier: MIT */
/* clang-format off */
#ifndef COMMUNITY_OUTBOX_H
#define COMMUNITY_OUTBOX_H
#include <community/beat.h>
#include <community/types.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct cmty_outbox cmty_outbox;
enum {
    CMTY_ROLE_PUBLIC = 0,
    CMTY_ROLE_AGENCY = 1,
    CMTY_ROLE_DISPATCH = 2,
};
typedef struct cmty_outbox_options {
    uint32_t struct_size;
    int32_t role;
    const char *receiver;
} cmty_outbox_options;
#define CMTY_OUTBOX_OPTIONS_INIT \
    { \
        (uint32_t)sizeof(cmty_outbox_options), CMTY_ROLE_PUBLIC, NULL \
    }
CMTY_API cmty_status cmty_outbox_options_init(cmty_outbox_options *options);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_outbox_open(const char *store,
                                                     const cmty_outbox_options *options,
                                                     cmty_outbox **out, cmty_error *err);
CMTY_API void cmty_outbox_free(cmty_outbox *outbox);
CMTY_API const cmty_beatset *cmty_outbox_beats(const cmty_outbox *outbox);
typedef struct cmty_outbox_item {
    uint32_t struct_size;
    uint32_t tries;
    uint64_t number;
    const char *report_id;
    const char *category;
    const char *beat_id;
    const char *district;
    const char *law;
    const char *time_bin;
    const char *fence_id;
    const char *withheld;
    cmty_point at;
    double radius_m;
    cmty_time time;
    int32_t beat;
    int32_t version;
    int32_t relation;
    int32_t fence_action;
    uint32_t ambiguous;
    uint32_t beat_disclosed;
} cmty_outbox_item;
CMTY_API CMTY_MUSTCHECK cmty_status cmty_outbox_next(cmty_outbox *outbox, cmty_time now,
                                                     cmty_outbox_item *item, cmty_error *err);
enum {
    CMTY_ANSWER_ACCEPTED = 0,
    CMTY_ANSWER_REJECTED = 1,
    CMTY_ANSWER_LATER = 2,
};
typedef struct cmty_outbox_answer {
    uint32_t struct_size;
    int32_t answer;
    const char *case_number;
    const char *cause;
    cmty_time due;
} cmty_outbox_answer;
CMTY_API CMTY_MUSTCHECK cmty_status cmty_outbox_answer_item(cmty_outbox *outbox, uint64_t number,
                                                            const cmty_outbox_answer *answer,
                                                            cmty_error *err);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_outbox_find(cmty_outbox *outbox, const char *report_id,
                                                     uint64_t *number, int32_t *answer,
                                                     cmty_error *err);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_outbox_set_status(cmty_outbox *outbox,
                                                           const char *report_id,
                                                           const char *status, cmty_time time,
                                                           cmty_error *err);
typedef struct cmty_outbox_counts {
    uint32_t struct_size;
    uint32_t reserved;
    uint64_t accepted;
    uint64_t rejected;
    uint64_t later;
    uint64_t unanswered;
} cmty_outbox_counts;
CMTY_API CMTY_MUSTCHECK cmty_status cmty_outbox_count(cmty_outbox *outbox,
                                                      cmty_outbox_counts *counts, cmty_error *err);
#ifdef __cplusplus
}
#endif
#endif
