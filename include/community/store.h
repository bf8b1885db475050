/* SPDX-License-Identifier: MIT */
#ifndef COMMUNITY_STORE_H
#define COMMUNITY_STORE_H

#include <community/beat.h>
#include <community/fence.h>
#include <community/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What a new store is made of. Start from CMTY_STORE_OPTIONS_INIT, then set fields. */
typedef struct cmty_store_options {
    uint32_t struct_size;                    /**< Filled by the initialiser; never by hand. */
    uint32_t reserved;                       /**< 0. */
    const char *const *beats;                /**< Layer specs of beats; at least one. */
    size_t beats_count;                      /**< How many. */
    const cmty_beat_options *beat_options;   /**< NULL: defaults. */
    const char *const *fences;               /**< Layer specs of geofences; NULL if none. */
    size_t fences_count;                     /**< How many. */
    const cmty_fence_options *fence_options; /**< NULL: defaults. */
    const char *addresses;  /**< Layer spec of addresses or population; NULL if none. */
    const char *policy;     /**< Policy file; NULL: the built-in default. */
    const char *public_key; /**< Public sealing key file. Not NULL. */
    const cmty_host *host;  /**< Borrowed for the call; may be NULL. */
} cmty_store_options;

/** Defaults of cmty_store_options. */
#define CMTY_STORE_OPTIONS_INIT                                                                    \
    {                                                                                              \
        (uint32_t)sizeof(cmty_store_options), 0, NULL, 0, NULL, NULL, 0, NULL, NULL, NULL, NULL,   \
            NULL                                                                                   \
    }

/**
 * Fill store options with the defaults, for callers without a preprocessor.
 *
 * @param[out] options  Not NULL.
 * @return CMTY_OK, or CMTY_E_INVALID if @p options is NULL.
 * @threads any
 * @since 0.1
 */
CMTY_API cmty_status cmty_store_options_init(cmty_store_options *options);

/**
 * Make a store: a private journal (mode 0600) that holds beats, fences, catchments and policy, so
 * that it needs none of the files again.
 *
 * @param      path     File to make; never overwritten.
 * @param      options  Not NULL.
 * @param[out] err      Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_EXISTS; CMTY_E_IO; CMTY_E_FORMAT; CMTY_E_KEY; CMTY_E_INVALID;
 *         CMTY_E_NOMEM; CMTY_E_STOPPED; CMTY_E_ABI. On failure no file is left behind.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_store_init(const char *path,
                                                    const cmty_store_options *options,
                                                    cmty_error *err);

/**
 * Open one sealed report with the secret key. The reading is written to the audit log in the same
 * transaction that permits it; if the row cannot be written, nothing is returned.
 *
 * @param      store       Path of the journal.
 * @param      report_id   Published id of the report.
 * @param      secret_key  Secret sealing key file.
 * @param      actor       Who reads, e.g. a login name. Not empty.
 * @param      purpose     Why, e.g. a case number. Not empty.
 * @param[out] json        The whole report as JSON, owned by the caller, freed by cmty_free();
 *                         NULL on failure.
 * @param[out] err         Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_NOTFOUND; CMTY_E_KEY if the key does not open it; CMTY_E_IO;
 *         CMTY_E_FORMAT if the sealed part was altered or swapped; CMTY_E_INVALID; CMTY_E_NOMEM.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_store_open_report(const char *store, const char *report_id,
                                                           const char *secret_key,
                                                           const char *actor, const char *purpose,
                                                           char **json, cmty_error *err);

/** One report in the clear, for who sends help. Give it back with cmty_disclosed_clear(). */
typedef struct cmty_disclosed {
    uint32_t struct_size; /**< sizeof(cmty_disclosed), set by the caller. */
    uint32_t reserved;    /**< 0. */
    char *json;           /**< The whole report as JSON, owned by the caller. */
    cmty_point at;        /**< The true place, WGS 84, degrees; NaN where the report has none. */
    double accuracy_m;    /**< 68 % radius of that, metres; NaN if unknown. */
    cmty_time occurred;   /**< CMTY_TIME_UNKNOWN if the report does not say. */
} cmty_disclosed;

/**
 * Give one report to a receiver who needs the true place. As cmty_store_open_report(), but the
 * audit log says that it was disclosed, and not only read.
 *
 * @param      store       Path of the journal.
 * @param      report_id   Published id of the report.
 * @param      secret_key  Secret sealing key file.
 * @param      actor       Who receives. Not empty.
 * @param      purpose     Why. Not empty.
 * @param[out] out         Its struct_size set by the caller. Untouched on failure.
 * @param[out] err         Detail on failure, or NULL.
 * @return As cmty_store_open_report(); CMTY_E_ABI.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_store_disclose(const char *store, const char *report_id,
                                                        const char *secret_key, const char *actor,
                                                        const char *purpose, cmty_disclosed *out,
                                                        cmty_error *err);

/**
 * Wipe and release what cmty_store_disclose() gave.
 *
 * @param disclosed  May be NULL, or cleared already.
 * @threads any
 * @since 0.1
 */
CMTY_API void cmty_disclosed_clear(cmty_disclosed *disclosed);

/**
 * Seal a store for another key pair. The keys under which reports were sealed are opened with the
 * old secret key and sealed under the new public one; the reports themselves are not opened. From
 * then on the new secret key opens all that is in the store, and the old one nothing. No intake may
 * be open. It is in the audit log, and done whole or not at all.
 *
 * @param      store       Path of the journal.
 * @param      secret_key  Secret sealing key file that opens the store now.
 * @param      public_key  Public sealing key file of the new pair.
 * @param      actor       Who does it. Not empty.
 * @param      purpose     Why. Not empty.
 * @param[out] err         Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_KEY if the secret key does not open the store, or a key is of the wrong
 *         kind; CMTY_E_IO, also where an intake is open; CMTY_E_FORMAT; CMTY_E_INVALID;
 *         CMTY_E_NOMEM.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_store_rekey(const char *store, const char *secret_key,
                                                     const char *public_key, const char *actor,
                                                     const char *purpose, cmty_error *err);

/** The head of an audit log: what it is when it has so many entries. Kept in a second place, it
   shows later whether the log still begins with them. */
typedef struct cmty_audit_head {
    uint32_t struct_size; /**< sizeof(cmty_audit_head), set by the caller. */
    uint32_t reserved;    /**< 0. */
    uint64_t size;        /**< Entries. */
    char root[72];        /**< Root of their hash tree (RFC 6962, section 2.1), 64 hex digits. */
} cmty_audit_head;

/**
 * Read the whole audit log of a store and say whether it is sound.
 *
 * By itself the log shows whether an entry was altered, or one in the middle taken out. Against an
 * earlier head it also shows whether it was cut, rewritten from some entry on, or put back to an
 * older state.
 *
 * @param      store    Path of the journal; only read.
 * @param      earlier  A head that the log had before, or NULL.
 * @param[out] now      Its struct_size set by the caller. Untouched unless the log is sound.
 * @param[out] err      Detail, or NULL: names the first entry that is not sound.
 * @return CMTY_OK; CMTY_REFUSED if the log is not sound; CMTY_E_IO; CMTY_E_FORMAT; CMTY_E_INVALID;
 *         CMTY_E_NOMEM; CMTY_E_ABI.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_store_audit_verify(const char *store,
                                                            const cmty_audit_head *earlier,
                                                            cmty_audit_head *now, cmty_error *err);

/** What stored answers are held against. Start from CMTY_RECHECK_OPTIONS_INIT, then set fields. */
typedef struct cmty_recheck_options {
    uint32_t struct_size;     /**< Filled by the initialiser; never by hand. */
    uint32_t reserved;        /**< 0. */
    const char *const *beats; /**< Layer specs of the beats to ask. NULL: those of the store. */
    size_t beats_count;       /**< How many; 0: those of the store. */
    const cmty_beat_options *beat_options; /**< NULL: defaults, in the time zone of the policy. */
    const char *secret_key; /**< Secret sealing key file. NULL: exact places stay sealed. */
    const char *actor;      /**< With secret_key: who reads, for the audit log. */
    const char *purpose;    /**< With secret_key: why. */
} cmty_recheck_options;

/** Defaults of cmty_recheck_options. */
#define CMTY_RECHECK_OPTIONS_INIT                                                                  \
    {                                                                                              \
        (uint32_t)sizeof(cmty_recheck_options), 0, NULL, 0, NULL, NULL, NULL, NULL                 \
    }

/**
 * Fill recheck options with the defaults, for callers without a preprocessor.
 *
 * @param[out] options  Not NULL.
 * @return CMTY_OK, or CMTY_E_INVALID if @p options is NULL.
 * @threads any
 * @since 0.1
 */
CMTY_API cmty_status cmty_recheck_options_init(cmty_recheck_options *options);

/** How many stored answers would be another one. */
typedef struct cmty_recheck {
    uint32_t struct_size; /**< sizeof(cmty_recheck), set by the caller. */
    uint32_t reserved;    /**< 0. */
    uint64_t reports;     /**< All in the store: the sum of the three below. */
    uint64_t same;        /**< The beat has the same id. */
    uint64_t changed;     /**< Another id, or no beat. */
    uint64_t open; /**< Cannot be told without the exact place; with the secret key: of what is
                      destroyed. */
} cmty_recheck;

/**
 * Ask again which beat each stored report belongs to, of other beats, and count what would change.
 * The store keeps the answers it gave; nothing in it is changed but the audit log.
 *
 * With the secret key each report is opened, which is written to the audit log first, and asked by
 * its exact place, time and accuracy. Without it a report is sure only if it lay inside its beat
 * and the beats of its day have the same shape there, to the last digit, and all round it; then it
 * is `same` or, where the beat has another name, `changed`. All others are `open`.
 *
 * @param      store    Path of the journal.
 * @param      options  May be NULL for the defaults: the store's own beats, without the key.
 * @param[out] out      Its struct_size set by the caller. Untouched on failure.
 * @param[out] err      Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_KEY if the key does not open the reports; CMTY_E_IO; CMTY_E_FORMAT;
 *         CMTY_E_INVALID; CMTY_E_NOMEM; CMTY_E_STOPPED; CMTY_E_ABI.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_store_recheck(const char *store,
                                                       const cmty_recheck_options *options,
                                                       cmty_recheck *out, cmty_error *err);

#ifdef __cplusplus
}
#endif
#endif
