/* SPDX-License-Identifier: MIT */
#ifndef COMMUNITY_DUPLICATES_H
#define COMMUNITY_DUPLICATES_H

#include <community/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Which pairs are linked; may be added up. */
enum {
    CMTY_MATCH_SPACE_TIME = 1, /**< Near in place and in time; type B. */
    CMTY_MATCH_SPACE = 2,      /**< Near in place, whatever the time; type S. */
    CMTY_MATCH_TIME = 4,       /**< Near in time, whatever the place; type T. */
};                             /* values are ABI: append, never renumber */

/** What counts as the same event. Start from CMTY_DUPLICATES_OPTIONS_INIT, then set fields. */
typedef struct cmty_duplicates_options {
    uint32_t struct_size;    /**< Filled by the initialiser; never by hand. */
    uint32_t match;          /**< CMTY_MATCH_*, added up. Default CMTY_MATCH_SPACE_TIME. */
    uint32_t same_category;  /**< 1: only reports of one category; one without any matches
                                  none. Default 0. */
    uint32_t max_links;      /**< More are refused, not cut off. Default 10000000. */
    uint32_t date_order;     /**< How 03/04/2026 is read: 'd' day first, 'm' month first. Default
                                  0: it is refused. */
    uint32_t reserved;       /**< 0. */
    double radius_m;         /**< Near in place: metres on the ellipsoid, this far included.
                                  0 to 100000. Default 100. */
    double minutes;          /**< Near in time: minutes, this many included. 0 to 5256000 (ten
                                  years). Default 60. */
    const char *lon_column;  /**< NULL: found (lon, lng, longitude, x). */
    const char *lat_column;  /**< NULL: found (lat, latitude, y). */
    const char *date_column; /**< Where date and time stand in two columns; NULL: one column, or
                                  date and time where neither is named and both are there. */
    const char *time_column; /**< NULL: found (occurred, datetime, timestamp, time and others).
                                  CMTY_MATCH_SPACE alone needs none, and looks for none. */
    const char *id_column;   /**< NULL: found (id, report_id, source_ref, report_no, ref). */
    const char *category_column; /**< NULL: found (category, type, service_code) where it is
                                      needed. */
    const char *source_column;   /**< Who sent the report; NULL: unknown. */
    const char *time_zone;       /**< For times without a zone. NULL: "UTC". */
    const cmty_host *host;       /**< Borrowed for the call; may be NULL. */
} cmty_duplicates_options;

/** Defaults of cmty_duplicates_options. */
#define CMTY_DUPLICATES_OPTIONS_INIT                                                               \
    {                                                                                              \
        (uint32_t)sizeof(cmty_duplicates_options), CMTY_MATCH_SPACE_TIME, 0, 10000000, 0, 0, 100,  \
            60, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL                               \
    }

/**
 * Fill duplicates options with the defaults, for callers without a preprocessor.
 *
 * @param[out] options  Not NULL.
 * @return CMTY_OK, or CMTY_E_INVALID if @p options is NULL.
 * @threads any
 * @since 0.1
 */
CMTY_API cmty_status cmty_duplicates_options_init(cmty_duplicates_options *options);

/**
 * Find reports that may tell of one event, in a CSV file of points with times. Nothing is merged:
 * what comes out is a table of links, one a row, each pair once, with these columns.
 *
 * - first, second: ids of the two reports, the earlier one first.
 * - metres: along the geodesic, with millimetres; empty where a place is unknown.
 * - minutes: from the first to the second, with three decimals; empty where a time is unknown.
 * - match_type: B (near in place and time), S (near in place) or T (near in time). A pair has the
 *   first of these that was asked for.
 * - kind: same_source (both sent by one), else same_spot (within 1 m), else near, else apart; empty
 *   where a place is unknown.
 * - group_id: reports that links join, directly or through others, are one group; numbered from 1
 *   in the order of their originators.
 * - originator: id of the earliest report of the group; empty where no time in it is known.
 * - originator_tied: 1 where another report of the group has the same time as the originator, 0
 *   where it is alone, empty where there is none.
 *
 * Reports of one time stand in the order of their ids, and those without a time last, so that the
 * order of the rows decides nothing. Links stand in the order of their first, then of their second
 * report. No coordinates are written.
 *
 * @param      in       CSV file with a header, or "-" for standard input.
 * @param      out      File to write (renamed into place), not the same as @p in; or "-" for
 *                      standard output.
 * @param      options  May be NULL for the defaults.
 * @param[out] err      Detail on failure, or NULL: names file, line and column.
 * @return CMTY_OK; CMTY_E_IO; CMTY_E_FORMAT; CMTY_E_RANGE; CMTY_E_LIMIT where there are more links
 *         than `max_links`; CMTY_E_INVALID; CMTY_E_NOMEM; CMTY_E_STOPPED; CMTY_E_ABI.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_duplicates_table(const char *in, const char *out,
                                                          const cmty_duplicates_options *options,
                                                          cmty_error *err);

#ifdef __cplusplus
}
#endif
#endif
