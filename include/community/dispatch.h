/* SPDX-License-Identifier: MIT */
#ifndef COMMUNITY_DISPATCH_H
#define COMMUNITY_DISPATCH_H

/*
 * The contract between a dispatch system (the host) and libcommunity_dispatch.so (the plugin). A
 * host needs this header and nothing else: it loads the plugin with
 * dlopen(path, RTLD_NOW | RTLD_LOCAL), looks up CMTY_DISPATCH_ENTRY, and talks through tables.
 *
 * Rules. Every table and record is headed by struct_size and only ever grows at its end: a member
 * is there if struct_size covers it, a function if it is not NULL as well. What is handed over is
 * borrowed for the call, in both directions. Texts are UTF-8, NUL-terminated, never NULL unless a
 * comment says so. Thread tags: main, the thread that made the instance; serial, any thread, but no
 * two of them at once for one instance; any, whenever it pleases, but not while start, stop or
 * destroy runs. The plugin starts no thread: it calls the host from within start, poll and update
 * only, and never after stop has returned; `log` and `wake` it may also call from within submit.
 */

#include <community/types.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    CMTY_DISPATCH_MAJOR = 1, /**< Another major is another contract. */
    CMTY_DISPATCH_MINOR = 1, /**< Grows with what is added. 1: priority of an incident. */
};

/** What a host says of itself. */
enum {
    CMTY_HOST_NO_THREADS = 1, /**< The plugin must start no thread. It starts none in any case. */
    CMTY_HOST_MAY_FORK = 2,   /**< The process may fork while an instance is there. */
};

/** What a plugin says of itself. */
enum {
    CMTY_PLUGIN_KEEP_LOADED = 1, /**< Never dlclose: libraries below it do not bear it. */
    CMTY_PLUGIN_FORK_SAFE = 2,   /**< A child that does not touch the instance does no harm. */
};

/** The first and only thing said before versions are known. */
typedef struct cmty_dispatch_negotiation {
    uint32_t struct_size;    /**< sizeof(cmty_dispatch_negotiation), set by the host. */
    uint32_t host_major_min; /**< Oldest contract that the host speaks. */
    uint32_t host_major_max; /**< Newest. */
    uint32_t host_minor;     /**< Minor of the newest. */
    uint32_t chosen_major;   /**< Filled by the plugin. */
    uint32_t plugin_minor;   /**< Filled by the plugin. */
    uint64_t host_flags;     /**< CMTY_HOST_*. */
    uint64_t plugin_flags;   /**< CMTY_PLUGIN_*, filled by the plugin. */
    char why[256];           /**< Where refused: one sentence, filled by the plugin. */
} cmty_dispatch_negotiation;

/** What became of a report that was handed in. */
enum {
    CMTY_TICKET_UNKNOWN = 0,   /**< No such ticket, or too long ago. */
    CMTY_TICKET_QUEUED = 1,    /**< In memory only: hand it in again after a crash. */
    CMTY_TICKET_STORED = 2,    /**< Durable; its incident has not been answered for yet. */
    CMTY_TICKET_ACCEPTED = 3,  /**< The host took the incident: case_number is its own. */
    CMTY_TICKET_REJECTED = 4,  /**< The host will not take the incident: cause. */
    CMTY_TICKET_DUPLICATE = 5, /**< Handed in before, with the same content. */
    CMTY_TICKET_REFUSED = 6,   /**< Not a report that can be taken: reason, field. */
    CMTY_TICKET_FAILED = 7,    /**< Not known whether it was stored: hand it in again. */
};                             /* values are ABI: append, never renumber */

/** Answer to a ticket. */
typedef struct cmty_dispatch_receipt {
    uint32_t struct_size; /**< sizeof(cmty_dispatch_receipt), set by the host. */
    int32_t state;        /**< CMTY_TICKET_*. */
    int32_t reason;       /**< CMTY_REASON_*; 0 unless refused. */
    int32_t relation;     /**< CMTY_RELATION_*. */
    int32_t fence_action; /**< CMTY_FENCE_*. */
    uint32_t ambiguous;   /**< 1 if another beat is as good an answer. */
    uint32_t withheld;    /**< 1 if no place will be published. */
    uint32_t reserved;    /**< 0. */
    double margin_m;      /**< To the nearest boundary of a beat; NaN if unknown. */
    char report_id[40];   /**< Published id; empty if refused. */
    char beat_id[64];     /**< Empty if none. */
    char fence_id[64];    /**< Empty if none. */
    char field[64];       /**< Field at fault; empty if none. */
    char case_number[65]; /**< The host's own; empty if none. */
    char cause[207];      /**< Why rejected or failed, or the reason in words. */
} cmty_dispatch_receipt;

/** A beat that the report may belong to. */
typedef struct cmty_dispatch_candidate {
    const char *beat_id;  /**< Never empty. */
    const char *district; /**< Empty if unknown. */
    double distance_m;    /**< 0 inside. */
    double probability;   /**< NaN if the report says nothing of its accuracy. */
} cmty_dispatch_candidate;

/**
 * A report on its way to the host. It is sent until it is answered, also after a crash: at least
 * once. (source, ref, sequence) is the same every time, so that a host takes it once.
 *
 * The role that is configured decides what is filled (CMTY_ROLE_* in outbox.h): for the public no
 * more than what is published; for the agency also what its protected columns hold; for dispatch
 * also what is sealed, and the audit log then says that it was disclosed to this receiver.
 */
typedef struct cmty_dispatch_incident {
    uint32_t struct_size;   /**< sizeof(cmty_dispatch_incident), set by the plugin. */
    int32_t role;           /**< CMTY_ROLE_*. */
    const char *source;     /**< Name of the store, as configured. */
    const char *ref;        /**< Published id of the report. */
    uint64_t sequence;      /**< 1: the report as it came in. */
    uint32_t tries;         /**< How often the host put it off before. */
    int32_t relation;       /**< CMTY_RELATION_*; -1 for the public. */
    int32_t fence_action;   /**< CMTY_FENCE_*. */
    uint32_t ambiguous;     /**< 1: show the other candidates to a person. */
    const char *fence_id;   /**< Empty if none. */
    const char *category;   /**< Code; empty where it must not be told. */
    const char *beat_id;    /**< Empty if none. */
    const char *district;   /**< Empty if unknown. */
    const char *version;    /**< Period of the boundaries, "2026-04-01/.."; empty if unknown. */
    cmty_time version_ends; /**< First moment that they no longer cover; CMTY_TIME_OPEN_END. */
    const char *time_bin;   /**< "hour", "day", ...: how coarse `time` is. */
    cmty_time time;         /**< Start of that bin. */
    const char *law;        /**< Mask law of `at`; empty where withheld. */
    const char *withheld;   /**< Why there is no masked place; else empty. */
    cmty_point at;          /**< Masked place; NaN where withheld. */
    double radius_m;        /**< True place is within, see cmty_masked; NaN where withheld. */
    const char *json;       /**< Dispatch: the whole report; NULL for others. */
    cmty_point exact;       /**< Dispatch: the true place; NaN for others. */
    double accuracy_m;      /**< Dispatch: of that; NaN if unknown, and for others. */
    cmty_time occurred;     /**< Dispatch: the true time; CMTY_TIME_UNKNOWN for others. */
    const cmty_dispatch_candidate *candidates; /**< Dispatch: nearest first; NULL for others. All
                                                    but the first are to be notified too where the
                                                    answer is ambiguous. */
    uint64_t candidate_count;                  /**< How many. */
    const char *priority_rule; /**< Rule that gave the priority; empty if none. Minor 1. */
    int32_t priority;          /**< 0 to 10, 10 is the highest; -1 where no rule says. Minor 1. */
    uint32_t reserved;         /**< 0. */
} cmty_dispatch_incident;

/** What a host says to an incident; the values of CMTY_ANSWER_* in outbox.h. */
typedef struct cmty_dispatch_answer {
    uint32_t struct_size; /**< sizeof(cmty_dispatch_answer), set by the plugin. */
    int32_t answer;       /**< CMTY_ANSWER_*. The plugin sets CMTY_ANSWER_ACCEPTED. */
    int64_t later_ms;     /**< CMTY_ANSWER_LATER: after how long; 0: the plugin decides. */
    char case_number[65]; /**< The host's own number. The plugin sets it empty. */
    char cause[207];      /**< Why rejected or later; never report text. Set empty. */
} cmty_dispatch_answer;

/** Why a person should look at an incident. */
enum {
    CMTY_MESSAGE_ESCALATED = 1, /**< A fence asks that a person be told at once. */
    CMTY_MESSAGE_AMBIGUOUS = 2, /**< Another beat is as good an answer. */
};                              /* values are ABI: append, never renumber */

/** Words for a person, about an incident that the host has accepted. */
typedef struct cmty_dispatch_message {
    uint32_t struct_size;    /**< sizeof(cmty_dispatch_message), set by the plugin. */
    int32_t kind;            /**< CMTY_MESSAGE_*. */
    const char *ref;         /**< Of the incident. */
    const char *case_number; /**< The host's own. */
    const char *text;        /**< One sentence. Never a place or a person. */
} cmty_dispatch_message;

/** A piece of a sterile photo. */
typedef struct cmty_dispatch_media {
    uint32_t struct_size; /**< sizeof(cmty_dispatch_media), set by the plugin. */
    uint32_t last;        /**< 1: no more pieces follow. */
    const char *ref;      /**< Of the incident. */
    const char *type;     /**< "image/jpeg" or "image/png". */
    uint64_t offset;      /**< Of this piece. */
    const void *bytes;    /**< The piece. */
    uint64_t size;        /**< Its length. */
} cmty_dispatch_media;

/** How serious a log line is. */
enum {
    CMTY_LOG_ERROR = 0,
    CMTY_LOG_WARNING = 1,
    CMTY_LOG_NOTE = 2,
}; /* values are ABI: append, never renumber */

/** Services of the host. It outlives every instance that was made with it. */
typedef struct cmty_dispatch_host {
    uint32_t struct_size; /**< sizeof(cmty_dispatch_host), set by the host. */
    uint32_t reserved;    /**< 0. */
    void *context;        /**< Handed back in each call. */
    /** One line, never a place or a person. May be NULL. Threads: any. */
    void (*log)(void *context, int32_t level, const char *text);
    /** Milliseconds since 1970, UTC. May be NULL: the system's clock. Threads: any. */
    int64_t (*now_ms)(void *context);
    /** Value of a key (see docs/DISPATCH.md). *size is the room in `text`, on return what it takes
        with the NUL. CMTY_OK; CMTY_NOTFOUND; CMTY_E_LIMIT if there is not room enough. Needed.
        Threads: main. */
    int32_t (*config_get)(void *context, const char *key, char *text, uint64_t *size);
    /** Random bytes, CMTY_OK. May be NULL. Only for spreading retries. Threads: serial. */
    int32_t (*random)(void *context, void *bytes, uint64_t size);
    /** An incident, new or sent again. CMTY_OK once the host has it durably, with an answer; a
        failure is as CMTY_ANSWER_LATER. Needed, unless incidents are written into a folder (key
        spool). Threads: serial. */
    int32_t (*incident_upsert)(void *context, const cmty_dispatch_incident *incident,
                               cmty_dispatch_answer *answer);
    /** Words for a person. May be NULL. Threads: serial. */
    int32_t (*incident_message)(void *context, const cmty_dispatch_message *message);
    /** A piece of a photo. May be NULL: photos stay in the store. Threads: serial. */
    int32_t (*media_put)(void *context, const cmty_dispatch_media *media);
    /** Asks that poll be called soon. May be NULL. Threads: any. */
    void (*wake)(void *context);
    /** Non-zero: give up what takes long. May be NULL. Threads: any. */
    int32_t (*cancelled)(void *context);
    /** A table by name, or NULL. May be NULL. Threads: any. */
    const void *(*get_extension)(void *context, const char *id);
} cmty_dispatch_host;

/** A report that a host hands in. */
typedef struct cmty_dispatch_submission {
    uint32_t struct_size; /**< sizeof(cmty_dispatch_submission), set by the host. */
    uint32_t reserved;    /**< 0. */
    const char *bytes;    /**< In the configured format; copied. */
    uint64_t size;        /**< At most 1 MiB. */
} cmty_dispatch_submission;

/** A change in the host's system that concerns an accepted incident. */
typedef struct cmty_dispatch_change {
    uint32_t struct_size; /**< sizeof(cmty_dispatch_change), set by the host. */
    uint32_t reserved;    /**< 0. */
    const char *ref;      /**< Of the incident. */
    const char *status;   /**< The host's own word, such as "assigned". At most 64 bytes. */
    cmty_time time;       /**< When. */
} cmty_dispatch_change;

/** The plugin. Functions return CMTY_OK or a negative cmty_status unless they say otherwise. */
typedef struct cmty_dispatch_plugin {
    uint32_t struct_size; /**< sizeof(cmty_dispatch_plugin), set by the plugin. */
    uint32_t reserved;    /**< 0. */
    const char *id;       /**< "libcommunity.dispatch". */
    const char *name;     /**< For people. */
    const char *vendor;   /**< For people. */
    const char *version;  /**< "0.1.0". */
    /** Makes an instance. Of the host it calls `log` only. Threads: main. */
    int32_t (*create)(const cmty_dispatch_host *host, void **instance);
    /** Reads the configuration and opens the store. Threads: main. */
    int32_t (*start)(void *instance);
    /** Closes the store. What is queued and not stored is given up: its tickets become
        CMTY_TICKET_FAILED. No call to the host after it returns. Threads: main. */
    int32_t (*stop)(void *instance);
    /** Queues a copy and returns at once. CMTY_E_LIMIT: the queue is full, or the report too long.
        Threads: any. */
    int32_t (*submit)(void *instance, const cmty_dispatch_submission *submission, uint64_t *ticket);
    /** Stores what is queued and sends incidents, until there is nothing to do (CMTY_END) or the
        time is up (CMTY_OK). Threads: serial. */
    int32_t (*poll)(void *instance, int64_t for_ms);
    /** CMTY_NOTFOUND for an incident that the host has not accepted. Threads: serial. */
    int32_t (*update)(void *instance, const cmty_dispatch_change *change);
    /** What became of a ticket; also CMTY_OK for an unknown one, with that state. Threads: any. */
    int32_t (*status)(void *instance, uint64_t ticket, cmty_dispatch_receipt *receipt);
    /** Stops if need be, and releases. NULL is ignored. Threads: main. */
    void (*destroy)(void *instance);
    /** A table by name, or NULL. Threads: any. */
    const void *(*get_extension)(void *instance, const char *id);
} cmty_dispatch_plugin;

/** Name of the one function that a plugin exports. */
#define CMTY_DISPATCH_ENTRY "cmty_dispatch_entry"

/**
 * Its type. It has no side effects. CMTY_OK with the plugin's table, which is never freed; or
 * CMTY_E_ABI with a sentence in negotiation->why.
 */
typedef int32_t (*cmty_dispatch_entry_fn)(cmty_dispatch_negotiation *negotiation,
                                          const cmty_dispatch_plugin **plugin);

#ifdef __cplusplus
}
#endif
#endif
