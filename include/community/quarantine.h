/* SPDX-License-Identifier: MIT */
#ifndef COMMUNITY_QUARANTINE_H
#define COMMUNITY_QUARANTINE_H

#include <community/ingest.h>
#include <community/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The refused records of a store, one after the other. Opaque. */
typedef struct cmty_quarantine cmty_quarantine;

/** One refused record: what may be seen of it without the secret key. */
typedef struct cmty_refused {
    uint32_t struct_size; /**< sizeof(cmty_refused), set by the caller. */
    int32_t reason;       /**< CMTY_REASON_*. */
    int64_t number;       /**< What it is called by. Not for the public: it tells the order of
                               arrival. */
    cmty_time received;   /**< When it was refused. */
    const char *field;    /**< Field at fault, as in the schema; empty if none. Borrowed until the
                               next call on the quarantine. */
} cmty_refused;

/**
 * Look at the refused records of a store.
 *
 * @param      store   Path of the journal; only read.
 * @param      number  Of the one record that is wanted; 0: all.
 * @param[out] out     Owned by the caller; NULL on failure.
 * @param[out] err     Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_IO; CMTY_E_FORMAT; CMTY_E_INVALID; CMTY_E_NOMEM.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_quarantine_open(const char *store, int64_t number,
                                                         cmty_quarantine **out, cmty_error *err);

/**
 * The next refused record, in the order of their numbers.
 *
 * @param      quarantine  Not NULL.
 * @param[out] item        Its struct_size set by the caller. Untouched unless CMTY_OK.
 * @param[out] err         Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_END; CMTY_E_IO; CMTY_E_FORMAT; CMTY_E_INVALID; CMTY_E_ABI.
 * @threads serial
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_quarantine_next(cmty_quarantine *quarantine,
                                                         cmty_refused *item, cmty_error *err);

/**
 * Release what cmty_quarantine_open() made.
 *
 * @param quarantine  May be NULL.
 * @threads any
 * @since 0.1
 */
CMTY_API void cmty_quarantine_free(cmty_quarantine *quarantine);

/**
 * Open one refused record with the secret key, as it was sent; the header line of its table comes
 * before a row of CSV. The reading is in the audit log before anything is returned.
 *
 * @param      store       Path of the journal.
 * @param      number      Of the record.
 * @param      secret_key  Secret sealing key file.
 * @param      actor       Who reads, e.g. a login name. Not empty.
 * @param      purpose     Why. Not empty.
 * @param[out] bytes       The record, owned by the caller, freed by cmty_free(); a NUL follows it.
 *                         NULL on failure. Perhaps not UTF-8, for that may be the reason.
 * @param[out] size        Length in bytes without that NUL. Untouched on failure.
 * @param[out] err         Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_NOTFOUND; CMTY_E_KEY if the key does not open it; CMTY_E_IO;
 *         CMTY_E_FORMAT if the sealed part was altered or swapped; CMTY_E_INVALID; CMTY_E_NOMEM.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_quarantine_read(const char *store, int64_t number,
                                                         const char *secret_key, const char *actor,
                                                         const char *purpose, char **bytes,
                                                         size_t *size, cmty_error *err);

/**
 * Remove one refused record for good. Its bytes are overwritten.
 *
 * @param      store    Path of the journal.
 * @param      number   Of the record.
 * @param      actor    Who removes it, for the audit log. Not empty.
 * @param      purpose  Why. Not empty.
 * @param[out] err      Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_NOTFOUND; CMTY_E_IO; CMTY_E_FORMAT; CMTY_E_INVALID; CMTY_E_NOMEM.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_quarantine_drop(const char *store, int64_t number,
                                                         const char *actor, const char *purpose,
                                                         cmty_error *err);

/** How a refused record is tried again. Start from CMTY_RETRY_OPTIONS_INIT, then set fields. */
typedef struct cmty_retry_options {
    uint32_t struct_size;   /**< Filled by the initialiser; never by hand. */
    uint32_t reserved;      /**< 0. */
    const char *secret_key; /**< Secret sealing key file: the record is sealed. Not NULL. */
    const char *actor;      /**< Who tries again, for the audit log. Not NULL. */
    const char *purpose;    /**< Why. Not NULL. */
    const char *bytes;      /**< The record, mended, in the form in which cmty_quarantine_read()
                                 gives it. NULL: as it was sent. */
    size_t size;            /**< Length of @p bytes. */
} cmty_retry_options;

/** Defaults of cmty_retry_options. */
#define CMTY_RETRY_OPTIONS_INIT                                                                    \
    {                                                                                              \
        (uint32_t)sizeof(cmty_retry_options), 0, NULL, NULL, NULL, NULL, 0                         \
    }

/**
 * Fill retry options with the defaults, for callers without a preprocessor.
 *
 * @param[out] options  Not NULL.
 * @return CMTY_OK, or CMTY_E_INVALID if @p options is NULL.
 * @threads any
 * @since 0.1
 */
CMTY_API cmty_status cmty_retry_options_init(cmty_retry_options *options);

/**
 * Take in a refused record after all: as it was sent, because a mapping or the store's fences are
 * other ones now, or mended. It is read in the format, with the mapping and from the source that it
 * came with; what the options of the intake say goes before that. When it is accepted, or is in the
 * store already, it leaves quarantine in the same transaction; else it stays there, under the
 * reason that holds now unless what was refused is its mended form.
 *
 * @param      ingest   Not NULL.
 * @param      number   Of the record.
 * @param      options  Not NULL.
 * @param[out] receipt  Its struct_size set by the caller. May be NULL.
 * @param[out] err      Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_DUPLICATE; CMTY_REFUSED with a reason in @p receipt; CMTY_NOTFOUND;
 *         CMTY_E_KEY; CMTY_E_FORMAT, also for a record that was kept without its format;
 *         CMTY_E_IO: not known whether it was stored, try again; CMTY_E_INVALID; CMTY_E_NOMEM;
 *         CMTY_E_ABI.
 * @threads serial
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_ingest_retry(cmty_ingest *ingest, int64_t number,
                                                      const cmty_retry_options *options,
                                                      cmty_receipt *receipt, cmty_error *err);

#ifdef __cplusplus
}
#endif
#endif
