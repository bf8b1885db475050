/* SPDX-License-Identifier: MIT */
#ifndef COMMUNITY_OUTBOX_H
#define COMMUNITY_OUTBOX_H

#include <community/beat.h>
#include <community/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The way from a store to a receiver, such as a dispatch system: every report, in the order in
 * which they were stored, until the receiver has answered for it. Opaque.
 *
 * A report is handed out again until it is answered, also after a crash, so that a receiver gets it
 * at least once; by its id a receiver tells that it has it already.
 */
typedef struct cmty_outbox cmty_outbox;

/** Who receives, and so how much. */
enum {
    CMTY_ROLE_PUBLIC = 0,   /**< What anyone may see: what the policy publishes, and no more. */
    CMTY_ROLE_AGENCY = 1,   /**< The agency: the beat of the true place, fence and doubt; the place
                                 as it is masked. */
    CMTY_ROLE_DISPATCH = 2, /**< As the agency; who sends help may open the report itself, with the
                                 secret key and on the record: cmty_store_open_report(). */
};                          /* values are ABI: append, never renumber */

/** Who receives. Start from CMTY_OUTBOX_OPTIONS_INIT, then set fields. */
typedef struct cmty_outbox_options {
    uint32_t struct_size;   /**< Filled by the initialiser; never by hand. */
    int32_t role;           /**< CMTY_ROLE_*. Default CMTY_ROLE_PUBLIC. */
    const char *receiver;   /**< Name of the receiver, 1 to 64 bytes: answers are kept under it. Not
                                 NULL. */
    const char *priorities; /**< File of rules that say how urgent a report is
                                 (schemas/priority-1.json). NULL: none. */
} cmty_outbox_options;

/** Size of cmty_outbox_options before `priorities`. */
#define CMTY_OUTBOX_OPTIONS_SIZE_0_1 offsetof(cmty_outbox_options, priorities)

/** Defaults of cmty_outbox_options. */
#define CMTY_OUTBOX_OPTIONS_INIT                                                                   \
    {                                                                                              \
        (uint32_t)sizeof(cmty_outbox_options), CMTY_ROLE_PUBLIC, NULL, NULL                        \
    }

/**
 * Fill outbox options with the defaults, for callers without a preprocessor.
 *
 * @param[out] options  Not NULL.
 * @return CMTY_OK, or CMTY_E_INVALID if @p options is NULL.
 * @threads any
 * @since 0.1
 */
CMTY_API cmty_status cmty_outbox_options_init(cmty_outbox_options *options);

/**
 * Open the way to a receiver. Reports may come in meanwhile, here or in another process.
 *
 * @param      store    Path of the journal.
 * @param      options  Not NULL.
 * @param[out] out      Owned by the caller; NULL on failure.
 * @param[out] err      Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_IO; CMTY_E_FORMAT; CMTY_E_INVALID; CMTY_E_NOMEM; CMTY_E_ABI.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_outbox_open(const char *store,
                                                     const cmty_outbox_options *options,
                                                     cmty_outbox **out, cmty_error *err);

/**
 * Release the outbox.
 *
 * @param outbox  May be NULL.
 * @threads any
 * @since 0.1
 */
CMTY_API void cmty_outbox_free(cmty_outbox *outbox);

/**
 * The beats of the store.
 *
 * @param outbox  Not NULL.
 * @return Borrowed until the outbox is freed.
 * @threads any
 * @since 0.1
 */
CMTY_API const cmty_beatset *cmty_outbox_beats(const cmty_outbox *outbox);

/** A report as its receiver may see it. Texts are borrowed until the next call, never NULL. */
typedef struct cmty_outbox_item {
    uint32_t struct_size;  /**< sizeof(cmty_outbox_item), set by the caller. */
    uint32_t tries;        /**< How often it was put off before. */
    uint64_t number;       /**< To answer by. Not for the public: it tells the order of arrival. */
    const char *report_id; /**< Published id. */
    const char *category;  /**< Category code; empty where the public must not be told. */
    const char *beat_id;   /**< Public: the published beat; else that of the true place. Empty if
                                none. */
    const char *district;  /**< Of that beat; empty if unknown. */
    const char *law;       /**< Mask law of the place; empty where there is none. */
    const char *time_bin;  /**< "hour", "day", "week", "month". */
    const char *fence_id;  /**< Fence that decided; empty if none, and for the public. */
    const char *withheld;  /**< Why no place is given; empty where there is one. */
    cmty_point at;         /**< The masked place; unset where withheld. */
    double radius_m;       /**< Of the mask; see cmty_masked. */
    cmty_time time;        /**< Start of the time bin. */
    int32_t beat;          /**< Number of the beat in cmty_outbox_beats(), or -1. */
    int32_t version;       /**< Of the beats that it was asked of, or -1; public: -1. */
    int32_t relation;      /**< CMTY_RELATION_*; public: -1. */
    int32_t fence_action;  /**< CMTY_FENCE_*; public: CMTY_FENCE_ACCEPT. */
    uint32_t ambiguous;    /**< 1 if another beat is as good an answer; public: 0. */
    uint32_t beat_disclosed;   /**< 1: beat_id is that of the true place. */
    const char *priority_rule; /**< Name of the rule that gave the priority; empty if none. */
    int32_t priority;  /**< 0 to 10, 10 is the highest; -1 where no rule says. From what else the
                            item tells: a number tells nothing more. */
    uint32_t reserved; /**< 0. */
} cmty_outbox_item;

/** Size of cmty_outbox_item before `priority_rule`. */
#define CMTY_OUTBOX_ITEM_SIZE_0_1 offsetof(cmty_outbox_item, priority_rule)

/**
 * The next report that the receiver has not answered for. The same again until it has.
 *
 * @param      outbox  Not NULL.
 * @param      now     Time now; what was put off until later is not due yet.
 * @param[out] item    Its struct_size set by the caller. Untouched on failure and at the end.
 * @param[out] err     Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_END if there is none now; CMTY_E_IO; CMTY_E_FORMAT; CMTY_E_INVALID;
 *         CMTY_E_NOMEM; CMTY_E_ABI.
 * @threads serial
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_outbox_next(cmty_outbox *outbox, cmty_time now,
                                                     cmty_outbox_item *item, cmty_error *err);

/** What a receiver says to a report. */
enum {
    CMTY_ANSWER_ACCEPTED = 0, /**< It has it, for good. */
    CMTY_ANSWER_REJECTED = 1, /**< It will never take it. */
    CMTY_ANSWER_LATER = 2,    /**< Not now: ask again at `due`. */
};                            /* values are ABI: append, never renumber */

/** An answer. Texts are borrowed for the call; NULL is as empty. */
typedef struct cmty_outbox_answer {
    uint32_t struct_size;    /**< sizeof(cmty_outbox_answer), set by the caller. */
    int32_t answer;          /**< CMTY_ANSWER_*. */
    const char *case_number; /**< The receiver's own number, at most 64 bytes. */
    const char *cause;       /**< Why rejected or later, at most 200 bytes. Never report text. */
    cmty_time due;           /**< CMTY_ANSWER_LATER: not before. */
} cmty_outbox_answer;

/**
 * Write down what the receiver answered; durable when the call returns.
 *
 * @param      outbox  Not NULL.
 * @param      number  Of the item.
 * @param      answer  Not NULL.
 * @param[out] err     Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_NOTFOUND if the report is gone; CMTY_E_IO: not known whether it was
 *         written; CMTY_E_INVALID; CMTY_E_NOMEM; CMTY_E_ABI.
 * @threads serial
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_outbox_answer_item(cmty_outbox *outbox, uint64_t number,
                                                            const cmty_outbox_answer *answer,
                                                            cmty_error *err);

/**
 * The number of a report that the receiver was asked about and has answered for, be it by "later":
 * to answer for it by its id, when the item is long gone.
 *
 * @param      outbox     Not NULL.
 * @param      report_id  Published id.
 * @param[out] number     To answer by. Not NULL; unchanged unless CMTY_OK.
 * @param[out] answer     CMTY_ANSWER_* that is kept. Not NULL; unchanged unless CMTY_OK.
 * @param[out] err        Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_NOTFOUND if there is no answer to such a report; CMTY_E_IO;
 *         CMTY_E_INVALID; CMTY_E_NOMEM.
 * @threads serial
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_outbox_find(cmty_outbox *outbox, const char *report_id,
                                                     uint64_t *number, int32_t *answer,
                                                     cmty_error *err);

/**
 * Write down what became of an accepted report in the receiver's system.
 *
 * @param      outbox     Not NULL.
 * @param      report_id  Published id.
 * @param      status     A word of the receiver's, 1 to 64 bytes, such as "assigned" or "closed".
 * @param      time       When it changed. An older word than the one that is kept is ignored.
 * @param[out] err        Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_NOTFOUND if the receiver has accepted no such report; CMTY_E_IO;
 *         CMTY_E_INVALID; CMTY_E_NOMEM.
 * @threads serial
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_outbox_set_status(cmty_outbox *outbox,
                                                           const char *report_id,
                                                           const char *status, cmty_time time,
                                                           cmty_error *err);

/** How far a receiver is. */
typedef struct cmty_outbox_counts {
    uint32_t struct_size; /**< sizeof(cmty_outbox_counts), set by the caller. */
    uint32_t reserved;    /**< 0. */
    uint64_t accepted;    /**< Reports that it took. */
    uint64_t rejected;    /**< Reports that it will never take. */
    uint64_t later;       /**< Reports that it put off. */
    uint64_t unanswered;  /**< Reports that it was not asked about, or that were not for it. */
} cmty_outbox_counts;

/**
 * Count what a receiver has answered.
 *
 * @param      outbox  Not NULL.
 * @param[out] counts  Its struct_size set by the caller. Untouched on failure.
 * @param[out] err     Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_IO; CMTY_E_INVALID; CMTY_E_NOMEM; CMTY_E_ABI.
 * @threads serial
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_outbox_count(cmty_outbox *outbox,
                                                      cmty_outbox_counts *counts, cmty_error *err);

#ifdef __cplusplus
}
#endif
#endif
