/* SPDX-License-Identifier: MIT */
#ifndef COMMUNITY_RETENTION_H
#define COMMUNITY_RETENTION_H

#include <community/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What a schedule is applied to. Start from CMTY_RETAIN_OPTIONS_INIT, then set fields. */
typedef struct cmty_retain_options {
    uint32_t struct_size; /**< Filled by the initialiser; never by hand. */
    uint32_t dry_run;     /**< 1: counts what would be done, and does nothing. Default 0. */
    const char *schedule; /**< Schedule file (schemas/retention-1.json). Not NULL. */
    const char *actor;    /**< Who runs it, for the audit log. Needed unless dry_run. */
    const char *purpose;  /**< Why. Needed unless dry_run. */
    cmty_time now;        /**< Ages are taken at this time. Default CMTY_TIME_UNKNOWN: the clock. */
    const cmty_host *host; /**< Borrowed for the call; may be NULL. */
} cmty_retain_options;

/** Defaults of cmty_retain_options. */
#define CMTY_RETAIN_OPTIONS_INIT                                                                   \
    {                                                                                              \
        (uint32_t)sizeof(cmty_retain_options), 0, NULL, NULL, NULL, CMTY_TIME_UNKNOWN, NULL        \
    }

/**
 * Fill retain options with the defaults, for callers without a preprocessor.
 *
 * @param[out] options  Not NULL.
 * @return CMTY_OK, or CMTY_E_INVALID if @p options is NULL.
 * @threads any
 * @since 0.1
 */
CMTY_API cmty_status cmty_retain_options_init(cmty_retain_options *options);

/** What a schedule did, or would do. */
typedef struct cmty_retained {
    uint32_t struct_size;  /**< sizeof(cmty_retained), set by the caller. */
    uint32_t reserved;     /**< 0. */
    uint64_t reports;      /**< Looked at: all in the store. */
    uint64_t kept;         /**< Not yet due for anything. */
    uint64_t held;         /**< Due, but under a hold. */
    uint64_t reviews_due;  /**< Holds whose review date has passed. */
    uint64_t sealed_gone;  /**< What was sealed is destroyed; the protected place stays. */
    uint64_t places_gone;  /**< The protected place is gone too; the beat stays. */
    uint64_t counted;      /**< Stays as a count of beat, category and month. */
    uint64_t gone;         /**< Nothing stays. */
    uint64_t refused_gone; /**< Refused records that are gone. */
} cmty_retained;

/**
 * Let reports lose what their age no longer allows: what was sealed (exact place, identity, words)
 * first, then the protected place, then all but a count of beat, category and month, then that. A
 * report takes all steps that are due at once. Those under a hold are passed over. What is removed
 * is overwritten in the file and in its write-ahead log; a public layer that follows the store is
 * filled anew at its next update. It is done in batches, each with its entry in the audit log: a
 * crash leaves each report as it was or as it should be.
 *
 * @param      store    Path of the journal.
 * @param      options  Not NULL.
 * @param[out] out      Its struct_size set by the caller. Untouched on failure. May be NULL.
 * @param[out] err      Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_IO; CMTY_E_FORMAT; CMTY_E_INVALID; CMTY_E_NOMEM; CMTY_E_STOPPED;
 *         CMTY_E_ABI.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_store_retain(const char *store,
                                                      const cmty_retain_options *options,
                                                      cmty_retained *out, cmty_error *err);

/**
 * Remove one report for good, on request of a person. It is overwritten as by cmty_store_retain();
 * sent again, it counts as a duplicate. The audit log says that a report was erased, and can no
 * longer be linked to it.
 *
 * @param      store      Path of the journal.
 * @param      report_id  Published id of the report.
 * @param      actor      Who erases, for the audit log. Not empty.
 * @param      purpose    Why, e.g. the number of the request. Not empty.
 * @param[out] err        Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_NOTFOUND; CMTY_REFUSED if it is under a hold; CMTY_E_IO; CMTY_E_FORMAT;
 *         CMTY_E_INVALID; CMTY_E_NOMEM.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_store_erase(const char *store, const char *report_id,
                                                     const char *actor, const char *purpose,
                                                     cmty_error *err);

/**
 * Keep one report whole, whatever its age, until the hold is lifted. A second hold takes the place
 * of the first.
 *
 * @param      store      Path of the journal.
 * @param      report_id  Published id of the report.
 * @param      review     When it is to be asked whether the hold is needed still.
 * @param      actor      Who holds it. Not empty.
 * @param      purpose    Why, e.g. a case number. Not empty.
 * @param[out] err        Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_NOTFOUND; CMTY_E_IO; CMTY_E_FORMAT; CMTY_E_INVALID; CMTY_E_NOMEM.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_store_hold(const char *store, const char *report_id,
                                                    cmty_time review, const char *actor,
                                                    const char *purpose, cmty_error *err);

/**
 * Lift a hold.
 *
 * @param      store      Path of the journal.
 * @param      report_id  Published id of the report.
 * @param      actor      Who lifts it. Not empty.
 * @param      purpose    Why. Not empty.
 * @param[out] err        Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_NOTFOUND if there is none; CMTY_E_IO; CMTY_E_FORMAT; CMTY_E_INVALID;
 *         CMTY_E_NOMEM.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_store_unhold(const char *store, const char *report_id,
                                                      const char *actor, const char *purpose,
                                                      cmty_error *err);

/** The holds of a store, one after the other. Opaque. */
typedef struct cmty_holds cmty_holds;

/** One hold. Texts are borrowed until the next call on the holds. */
typedef struct cmty_hold {
    uint32_t struct_size;  /**< sizeof(cmty_hold), set by the caller. */
    uint32_t reserved;     /**< 0. */
    const char *report_id; /**< Published id of the report. */
    const char *actor;     /**< Who holds it. */
    const char *purpose;   /**< Why. */
    cmty_time placed;      /**< Since when. */
    cmty_time review;      /**< When it is to be asked whether it is needed still. */
} cmty_hold;

/**
 * Look at the holds of a store.
 *
 * @param      store  Path of the journal; only read.
 * @param[out] out    Owned by the caller; NULL on failure.
 * @param[out] err    Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_IO; CMTY_E_FORMAT; CMTY_E_INVALID; CMTY_E_NOMEM.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_holds_open(const char *store, cmty_holds **out,
                                                    cmty_error *err);

/**
 * The next hold, in the order of their review dates.
 *
 * @param      holds  Not NULL.
 * @param[out] hold   Its struct_size set by the caller. Untouched unless CMTY_OK.
 * @param[out] err    Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_END; CMTY_E_IO; CMTY_E_FORMAT; CMTY_E_INVALID; CMTY_E_ABI.
 * @threads serial
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_holds_next(cmty_holds *holds, cmty_hold *hold,
                                                    cmty_error *err);

/**
 * Release what cmty_holds_open() made.
 *
 * @param holds  May be NULL.
 * @threads any
 * @since 0.1
 */
CMTY_API void cmty_holds_free(cmty_holds *holds);

#ifdef __cplusplus
}
#endif
#endif
