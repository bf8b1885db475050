/* SPDX-License-Identifier: MIT */
#ifndef COMMUNITY_INGEST_H
#define COMMUNITY_INGEST_H

#include <community/beat.h>
#include <community/report.h>
#include <community/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The way in to one store: decode, validate, locate, admit, protect, store. Opaque. */
typedef struct cmty_ingest cmty_ingest;

/** How reports come in. Start from CMTY_INGEST_OPTIONS_INIT, then set fields. */
typedef struct cmty_ingest_options {
    uint32_t struct_size;   /**< Filled by the initialiser; never by hand. */
    uint32_t reserved;      /**< 0. */
    const char *source;     /**< Who sends, at most 64 bytes; part of the idempotency key. NULL:
                                 the file's name without its extension. */
    const char *format;     /**< "csv", "geojson", "ndjson", "json", "open311", "open311-form" or
                                 "open311-xml".                                 NULL: found. */
    const char *const *map; /**< "field=column" pairs for CSV and GeoJSON; NULL: found by name. */
    size_t map_count;       /**< How many. */
    const char *mask_key;   /**< Mask key file: places are masked, and duplicates told, under it;
                                 the same for the life of a store. Not NULL. */
    const cmty_host *host;  /**< Borrowed until cmty_ingest_free(); may be NULL. */
} cmty_ingest_options;

/** Defaults of cmty_ingest_options. */
#define CMTY_INGEST_OPTIONS_INIT                                                                   \
    {                                                                                              \
        (uint32_t)sizeof(cmty_ingest_options), 0, NULL, NULL, NULL, 0, NULL, NULL                  \
    }

/**
 * Fill ingest options with the defaults, for callers without a preprocessor.
 *
 * @param[out] options  Not NULL.
 * @return CMTY_OK, or CMTY_E_INVALID if @p options is NULL.
 * @threads any
 * @since 0.1
 */
CMTY_API cmty_status cmty_ingest_options_init(cmty_ingest_options *options);

/**
 * Open a store for intake. At most one at a time per store, in all processes together.
 *
 * @param      store    Path of the journal.
 * @param      options  May be NULL for the defaults.
 * @param[out] out      Owned by the caller; NULL on failure.
 * @param[out] err      Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_IO, also where another process holds the store; CMTY_E_FORMAT;
 * CMTY_E_KEY; CMTY_E_INVALID; CMTY_E_NOMEM; CMTY_E_ABI.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_ingest_open(const char *store,
                                                     const cmty_ingest_options *options,
                                                     cmty_ingest **out, cmty_error *err);

/**
 * Finish intake and release it. What was acknowledged is durable already.
 *
 * @param ingest  May be NULL.
 * @threads any
 * @since 0.1
 */
CMTY_API void cmty_ingest_free(cmty_ingest *ingest);

/** What became of the reports of a file or of all of them. */
typedef struct cmty_ingest_counts {
    uint32_t struct_size; /**< sizeof(cmty_ingest_counts), set by the caller. */
    uint32_t reserved;    /**< 0. */
    uint64_t read;        /**< Records seen: accepted + duplicate + refused. */
    uint64_t accepted;
    uint64_t duplicate;     /**< Sent before under the same (source, source_ref), same content. */
    uint64_t refused;       /**< Kept in quarantine. */
    uint64_t withheld;      /**< Of the accepted: counted, but no point is published. */
    uint64_t escalated;     /**< Of the accepted: a fence asks to tell a person at once. */
    uint64_t ambiguous;     /**< Of the accepted: near enough to a boundary for another beat. */
    uint64_t by_reason[32]; /**< Of the refused, by CMTY_REASON_*. */
    uint64_t advised;       /**< Of those accepted or refused: the words speak of danger to life. */
} cmty_ingest_counts;

/**
 * Take in a whole file. Records are committed in batches; a record that is not acceptable never
 * stops the others. Sending the same file again changes nothing.
 *
 * @param      ingest  Not NULL.
 * @param      path    File, or "-" for standard input.
 * @param[out] counts  Its struct_size set by the caller. Filled also on failure, with what was
 *                     committed before. May be NULL.
 * @param[out] err     Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_IO; CMTY_E_FORMAT if no record can be told apart, or the mapping names
 *         an unknown column; CMTY_E_STOPPED; CMTY_E_LIMIT; CMTY_E_NOMEM; CMTY_E_INVALID;
 *         CMTY_E_ABI.
 * @threads serial
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_ingest_file(cmty_ingest *ingest, const char *path,
                                                     cmty_ingest_counts *counts, cmty_error *err);

/** What became of one report. Texts are borrowed until the next call on the ingest object. */
typedef struct cmty_receipt {
    uint32_t struct_size;  /**< sizeof(cmty_receipt), set by the caller. */
    int32_t reason;        /**< CMTY_REASON_*; NONE unless refused. */
    const char *report_id; /**< Published id; empty if refused. */
    const char *beat_id;   /**< Beat; empty if none. */
    const char *field;     /**< Field that caused the refusal; empty if none. */
    const char *fence_id;  /**< Fence that decided; empty if none. */
    int32_t fence_action;  /**< CMTY_FENCE_*. */
    int32_t relation;      /**< CMTY_RELATION_*. */
    uint32_t ambiguous;    /**< 1 if another beat is a candidate. */
    uint32_t withheld;     /**< 1 if no point will be published. */
    double margin_m;       /**< To the nearest beat boundary, metres; NaN if unknown. */
    int32_t advice;        /**< CMTY_ADVICE_*: what to tell the sender now, also if refused. */
    uint32_t reserved;     /**< 0. */
} cmty_receipt;

/**
 * Take in one report as bytes, durable when the call returns.
 *
 * @param      ingest   Not NULL.
 * @param      bytes    The report in the format of the options, default one native JSON object.
 * @param      size     Length in bytes.
 * @param[out] receipt  Its struct_size set by the caller. May be NULL.
 * @param[out] err      Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_DUPLICATE; CMTY_REFUSED with a reason in @p receipt; CMTY_E_IO: not known
 *         whether it was stored, send it again; CMTY_E_INVALID; CMTY_E_NOMEM; CMTY_E_ABI.
 * @threads serial
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_ingest_report(cmty_ingest *ingest, const char *bytes,
                                                       size_t size, cmty_receipt *receipt,
                                                       cmty_error *err);

#ifdef __cplusplus
}
#endif
#endif
