/* SPDX-License-Identifier: MIT */
/* clang-format off */
#ifndef COMMUNITY_DISPATCH_H
#define COMMUNITY_DISPATCH_H
#include <community/types.h>
#ifdef __cplusplus
extern "C" {
#endif
enum {
    CMTY_DISPATCH_MAJOR = 1,
    CMTY_DISPATCH_MINOR = 0,
};
enum {
    CMTY_HOST_NO_THREADS = 1,
    CMTY_HOST_MAY_FORK = 2,
};
enum {
    CMTY_PLUGIN_KEEP_LOADED = 1,
    CMTY_PLUGIN_FORK_SAFE = 2,
};
typedef struct cmty_dispatch_negotiation {
    uint32_t struct_size;
    uint32_t host_major_min;
    uint32_t host_major_max;
    uint32_t host_minor;
    uint32_t chosen_major;
    uint32_t plugin_minor;
    uint64_t host_flags;
    uint64_t plugin_flags;
    char why[256];
} cmty_dispatch_negotiation;
enum {
    CMTY_TICKET_UNKNOWN = 0,
    CMTY_TICKET_QUEUED = 1,
    CMTY_TICKET_STORED = 2,
    CMTY_TICKET_ACCEPTED = 3,
    CMTY_TICKET_REJECTED = 4,
    CMTY_TICKET_DUPLICATE = 5,
    CMTY_TICKET_REFUSED = 6,
    CMTY_TICKET_FAILED = 7,
};
typedef struct cmty_dispatch_receipt {
    uint32_t struct_size;
    int32_t state;
    int32_t reason;
    int32_t relation;
    int32_t fence_action;
    uint32_t ambiguous;
    uint32_t withheld;
    uint32_t reserved;
    double margin_m;
    char report_id[40];
    char beat_id[64];
    char fence_id[64];
    char field[64];
    char case_number[65];
    char cause[207];
} cmty_dispatch_receipt;
typedef struct cmty_dispatch_candidate {
    const char *beat_id;
    const char *district;
    double distance_m;
    double probability;
} cmty_dispatch_candidate;
typedef struct cmty_dispatch_incident {
    uint32_t struct_size;
    int32_t role;
    const char *source;
    const char *ref;
    uint64_t sequence;
    uint32_t tries;
    int32_t relation;
    int32_t fence_action;
    uint32_t ambiguous;
    const char *fence_id;
    const char *category;
    const char *beat_id;
    const char *district;
    const char *version;
    cmty_time version_ends;
    const char *time_bin;
    cmty_time time;
    const char *law;
    const char *withheld;
    cmty_point at;
    double radius_m;
    const char *json;
    cmty_point exact;
    double accuracy_m;
    cmty_time occurred;
    const cmty_dispatch_candidate *candidates;
    uint64_t candidate_count;
} cmty_dispatch_incident;
typedef struct cmty_dispatch_answer {
    uint32_t struct_size;
    int32_t answer;
    int64_t later_ms;
    char case_number[65];
    char cause[207];
} cmty_dispatch_answer;
enum {
    CMTY_MESSAGE_ESCALATED = 1,
    CMTY_MESSAGE_AMBIGUOUS = 2,
};
typedef struct cmty_dispatch_message {
    uint32_t struct_size;
    int32_t kind;
    const char *ref;
    const char *case_number;
    const char *text;
} cmty_dispatch_message;
typedef struct cmty_dispatch_media {
    uint32_t struct_size;
    uint32_t last;
    const char *ref;
    const char *type;
    uint64_t offset;
    const void *bytes;
    uint64_t size;
} cmty_dispatch_media;
enum {
    CMTY_LOG_ERROR = 0,
    CMTY_LOG_WARNING = 1,
    CMTY_LOG_NOTE = 2,
};
typedef struct cmty_dispatch_host {
    uint32_t struct_size;
    uint32_t reserved;
    void *context;
    void (*log)(void *context, int32_t level, const char *text);
    int64_t (*now_ms)(void *context);
    int32_t (*config_get)(void *context, const char *key, char *text, uint64_t *size);
    int32_t (*random)(void *context, void *bytes, uint64_t size);
    int32_t (*incident_upsert)(void *context, const cmty_dispatch_incident *incident,
                               cmty_dispatch_answer *answer);
    int32_t (*incident_message)(void *context, const cmty_dispatch_message *message);
    int32_t (*media_put)(void *context, const cmty_dispatch_media *media);
    void (*wake)(void *context);
    int32_t (*cancelled)(void *context);
    const void *(*get_extension)(void *context, const char *id);
} cmty_dispatch_host;
typedef struct cmty_dispatch_submission {
    uint32_t struct_size;
    uint32_t reserved;
    const char *bytes;
    uint64_t size;
} cmty_dispatch_submission;
typedef struct cmty_dispatch_change {
    uint32_t struct_size;
    uint32_t reserved;
    const char *ref;
    const char *status;
    cmty_time time;
} cmty_dispatch_change;
typedef struct cmty_dispatch_plugin {
    uint32_t struct_size;
    uint32_t reserved;
    const char *id;
    const char *name;
    const char *vendor;
    const char *version;
    int32_t (*create)(const cmty_dispatch_host *host, void **instance);
    int32_t (*start)(void *instance);
    int32_t (*stop)(void *instance);
    int32_t (*submit)(void *instance, const cmty_dispatch_submission *submission, uint64_t *ticket);
    int32_t (*poll)(void *instance, int64_t for_ms);
    int32_t (*update)(void *instance, const cmty_dispatch_change *change);
    int32_t (*status)(void *instance, uint64_t ticket, cmty_dispatch_receipt *receipt);
    void (*destroy)(void *instance);
    const void *(*get_extension)(void *instance, const char *id);
} cmty_dispatch_plugin;
#define CMTY_DISPATCH_ENTRY "cmty_dispatch_entry"
typedef int32_t (*cmty_dispatch_entry_fn)(cmty_dispatch_negotiation *negotiation,
                                          const cmty_dispatch_plugin **plugin);
#ifdef __cplusplus
}
#endif
#endif
