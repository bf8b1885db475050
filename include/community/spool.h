/* SPDX-License-Identifier: MIT */
#ifndef COMMUNITY_SPOOL_H
#define COMMUNITY_SPOOL_H

#include <community/convert.h>
#include <community/outbox.h>
#include <community/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * An outbox as a folder, for a receiver that looks into folders. Opaque.
 *
 * FOLDER/out/ID.xml (or .json) is a report for the receiver, whole from the moment that it can be
 * seen, and named by its id: seen twice, it is the same. The receiver answers with
 * FOLDER/ack/ID.ack, a JSON object: {"answer":"accepted","case_number":"26-104"}, or "rejected" or
 * "later" with a "cause"; and, then or afterwards,
 * {"status":"assigned","time":"2026-03-04T21:15:00Z"}. Both files are removed once the answer is
 * kept. What is not answered for comes again. An answer that cannot be read is moved to FOLDER/bad
 * when it is a minute old.
 */
typedef struct cmty_spool cmty_spool;

/** What goes into the folder. Start from CMTY_SPOOL_OPTIONS_INIT, then set fields. */
typedef struct cmty_spool_options {
    uint32_t struct_size; /**< Filled by the initialiser; never by hand. */
    int32_t role;         /**< CMTY_ROLE_PUBLIC or CMTY_ROLE_AGENCY: no exact place is ever written
                               to a file. Default CMTY_ROLE_PUBLIC. */
    const char *receiver; /**< Name of the receiver, 1 to 64 bytes: answers are kept under it. Not
                               NULL. */
    const char *folder;   /**< Existing folder, not open to everybody's writing. What it needs
                               inside is made. Not NULL. */
    const cmty_convert_options *convert; /**< Format and letterhead; its times are not asked.
                                              Borrowed for the call. Not NULL. */
    int64_t again_s;     /**< What is not answered for comes again after so long, seconds, 1 to
                              31622400. Default one hour. */
    uint32_t most;       /**< No more than so many wait in the folder, 1 to 100000. Default 1000. */
    uint32_t unanswered; /**< 1: the receiver gives no answers; what is written counts as accepted.
                              Default 0. */
    void *user;          /**< Handed back to `answered`. */
    /** Called for each answer that was kept: accepted or rejected. May be NULL. */
    void (*answered)(void *user, const char *report_id, const cmty_outbox_answer *answer);
    /** Notices: an answer that cannot be read. Borrowed for the life of the object; may be NULL. */
    const cmty_host *host;
    const char *priorities; /**< File of rules that say how urgent a report is
                                 (schemas/priority-1.json). NULL: none. */
} cmty_spool_options;

/** Size of cmty_spool_options before `priorities`. */
#define CMTY_SPOOL_OPTIONS_SIZE_0_1 offsetof(cmty_spool_options, priorities)

/** Defaults of cmty_spool_options. */
#define CMTY_SPOOL_OPTIONS_INIT                                                                    \
    {                                                                                              \
        (uint32_t)sizeof(cmty_spool_options), CMTY_ROLE_PUBLIC, NULL, NULL, NULL, 3600, 1000, 0,   \
            NULL, NULL, NULL, NULL                                                                 \
    }

/**
 * Fill spool options with the defaults, for callers without a preprocessor.
 *
 * @param[out] options  Not NULL.
 * @return CMTY_OK, or CMTY_E_INVALID if @p options is NULL.
 * @threads any
 * @since 0.1
 */
CMTY_API cmty_status cmty_spool_options_init(cmty_spool_options *options);

/**
 * Open a folder for a receiver. Only one object at a time may have it, in all processes together.
 * Nothing is written to it before cmty_spool_turn().
 *
 * @param      store    Path of the journal.
 * @param      options  Not NULL.
 * @param[out] out      Owned by the caller; NULL on failure.
 * @param[out] err      Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_EXISTS if another has the folder; CMTY_E_IO; CMTY_E_FORMAT;
 *         CMTY_E_RANGE; CMTY_E_INVALID; CMTY_E_NOMEM; CMTY_E_ABI.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_spool_open(const char *store,
                                                    const cmty_spool_options *options,
                                                    cmty_spool **out, cmty_error *err);

/**
 * Release the spool. The folder stays as it is.
 *
 * @param spool  May be NULL.
 * @threads any
 * @since 0.1
 */
CMTY_API void cmty_spool_free(cmty_spool *spool);

/** What one turn did. */
typedef struct cmty_spool_counts {
    uint32_t struct_size; /**< sizeof(cmty_spool_counts), set by the caller. */
    uint32_t reserved;    /**< 0. */
    uint64_t written;     /**< Reports written, anew or again. */
    uint64_t accepted;    /**< Answers: accepted. */
    uint64_t rejected;    /**< Answers: rejected; also what the format cannot say. */
    uint64_t later;       /**< Answers: not now. */
    uint64_t statuses;    /**< Words on what became of an accepted report. */
    uint64_t unreadable;  /**< Answers moved away. */
    uint64_t waiting;     /**< Reports that lie in the folder now. */
} cmty_spool_counts;

/**
 * Read what was answered, then write what is to be told. It may be stopped or killed at any point:
 * nothing is lost, and what is told twice has the same name.
 *
 * @param      spool   Not NULL.
 * @param      now     Time now.
 * @param[out] counts  Its struct_size set by the caller; unchanged on failure. May be NULL.
 * @param[out] err     Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_END if there was nothing to do; CMTY_E_IO; CMTY_E_FORMAT; CMTY_E_RANGE;
 *         CMTY_E_INVALID; CMTY_E_NOMEM; CMTY_E_STOPPED; CMTY_E_ABI.
 * @threads serial
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_spool_turn(cmty_spool *spool, cmty_time now,
                                                    cmty_spool_counts *counts, cmty_error *err);

#ifdef __cplusplus
}
#endif
#endif
