/* SPDX-License-Identifier: MIT */
#ifndef COMMUNITY_PUBLISH_H
#define COMMUNITY_PUBLISH_H

#include <community/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A finished release, to read its table from. Opaque. */
typedef struct cmty_publication cmty_publication;

/** What to write. Start from CMTY_PUBLISH_OPTIONS_INIT, then set fields. */
typedef struct cmty_publish_options {
    uint32_t struct_size;  /**< Filled by the initialiser; never by hand. */
    uint32_t reserved;     /**< 0. */
    const char *gpkg;      /**< GeoPackage to write; NULL: none. */
    const char *html;      /**< Self-contained page to write; NULL: none. */
    const char *geojson;   /**< Masked points as GeoJSON (RFC 7946); NULL: none. */
    const char *csv;       /**< Counts by beat as CSV; NULL: none. */
    const char *title;     /**< Heading of the page. NULL: "Community reports by beat". */
    cmty_time since;       /**< First moment of occurrence. Default CMTY_TIME_UNKNOWN: all. */
    cmty_time until;       /**< First moment not covered. Default CMTY_TIME_OPEN_END. */
    const cmty_host *host; /**< Borrowed for the call; may be NULL. */
    cmty_time as_of;       /**< Reports are as old as they were then, for a policy that tells less
                                with age. Default CMTY_TIME_UNKNOWN: now. */
} cmty_publish_options;

/** Size of cmty_publish_options without its newest member. */
#define CMTY_PUBLISH_OPTIONS_SIZE_0_1 offsetof(cmty_publish_options, as_of)

/** Defaults of cmty_publish_options. */
#define CMTY_PUBLISH_OPTIONS_INIT                                                                  \
    {                                                                                              \
        (uint32_t)sizeof(cmty_publish_options), 0, NULL, NULL, NULL, NULL, NULL,                   \
            CMTY_TIME_UNKNOWN, CMTY_TIME_OPEN_END, NULL, CMTY_TIME_UNKNOWN                         \
    }

/**
 * Fill publish options with the defaults, for callers without a preprocessor.
 *
 * @param[out] options  Not NULL.
 * @return CMTY_OK, or CMTY_E_INVALID if @p options is NULL.
 * @threads any
 * @since 0.1
 */
CMTY_API cmty_status cmty_publish_options_init(cmty_publish_options *options);

/**
 * Write a protected overlay of a store. Every file is written under a temporary name, synced and
 * renamed into place; on failure the old one stays.
 *
 * @param      store    Path of the journal; read only, may be under intake.
 * @param      options  Not NULL, with at least one file to write.
 * @param[out] out      Owned by the caller; NULL on failure. May be NULL.
 * @param[out] err      Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_IO; CMTY_E_FORMAT; CMTY_E_INVALID; CMTY_E_NOMEM; CMTY_E_STOPPED;
 *         CMTY_E_ABI.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_publish(const char *store,
                                                 const cmty_publish_options *options,
                                                 cmty_publication **out, cmty_error *err);

/**
 * Release a publication.
 *
 * @param publication  May be NULL.
 * @threads any
 * @since 0.1
 */
CMTY_API void cmty_publication_free(cmty_publication *publication);

/** One row of the published table. Texts are borrowed until the publication is freed. */
typedef struct cmty_publication_row {
    uint32_t struct_size; /**< sizeof(cmty_publication_row), set by the caller. */
    uint32_t suppressed;  /**< 1: the count is too small to publish; it reads -1. */
    const char *beat_id;
    const char *name;
    const char *district;
    int64_t reports; /**< Published count, or -1. */
    int64_t points;  /**< Masked points published in it; -1 where suppressed. */
} cmty_publication_row;

/**
 * Number of rows: one for each beat of the latest version that the release covers.
 *
 * @param publication  Not NULL.
 * @return The count.
 * @threads any
 * @since 0.1
 */
CMTY_API size_t cmty_publication_count(const cmty_publication *publication);

/**
 * One row of the table.
 *
 * @param      publication  Not NULL.
 * @param      index        0 to cmty_publication_count() - 1.
 * @param[out] row          Its struct_size set by the caller. Untouched on failure.
 * @param[out] err          Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_RANGE; CMTY_E_INVALID; CMTY_E_ABI.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_publication_row_at(const cmty_publication *publication,
                                                            size_t index, cmty_publication_row *row,
                                                            cmty_error *err);

/**
 * Totals of the release.
 *
 * @param      publication  Not NULL.
 * @param[out] reports      Reports in the release. May be NULL.
 * @param[out] points       Masked points written. May be NULL.
 * @param[out] suppressed   Beats whose count is suppressed. May be NULL.
 * @return CMTY_OK, or CMTY_E_INVALID.
 * @threads any
 * @since 0.1
 */
CMTY_API cmty_status cmty_publication_totals(const cmty_publication *publication, int64_t *reports,
                                             int64_t *points, int64_t *suppressed);

#ifdef __cplusplus
}
#endif
#endif
