/* SPDX-License-Identifier: MIT */
#ifndef COMMUNITY_COUNT_H
#define COMMUNITY_COUNT_H

#include <community/beat.h>
#include <community/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/** How a key that comes from the data itself is judged fit to be shown. */
enum {
    CMTY_SELECT_GEOMETRIC = 0, /**< Optimal selection (Desfontaines and others 2022). */
    CMTY_SELECT_LAPLACE = 1,   /**< A threshold under Laplace noise. */
    CMTY_SELECT_GAUSSIAN = 2,  /**< A threshold under Gaussian noise; better for many keys each. */
};                             /* values are ABI: append, never renumber */

/** What is counted, and how noisily. Start from CMTY_COUNT_OPTIONS_INIT, then set fields. */
typedef struct cmty_count_options {
    uint32_t struct_size;    /**< Filled by the initialiser; never by hand. */
    uint32_t contribution;   /**< Rows of one contributor that count, at most. 1 to 1000.
                                  Default 1. */
    int32_t select;          /**< CMTY_SELECT_*, for keys from the data. */
    uint32_t minimum;        /**< Keys from the data with fewer contributors are never shown.
                                  1 to 10000. Default 1. */
    double epsilon;          /**< Privacy of the whole table, for one contributor. 0.001 to 100.
                                  Default 1. */
    double delta;            /**< Keys from the data: chance that a lone contributor shows. 1e-15
                                  to 0.5. Default 1e-6. */
    const char *by;          /**< Column whose values are counted. NULL: beats. */
    const char *list;        /**< CSV file whose first column lists all values of @p by, for values
                                  that are public: each is shown, zeros too. NULL: the values come
                                  from the data. */
    const char *contributor; /**< Column that names who contributed the row. NULL: each row is
                                  someone else's. */
    const char *lon_column;  /**< NULL: found (lon, lng, longitude, x). */
    const char *lat_column;  /**< NULL: found (lat, latitude, y). */
    const char *release;     /**< Name of the release, part of the noise's key: the same counts
                                  under the same name give the same table. NULL: empty. */
    const char *key_file;    /**< Mask key file. Needed. */
    const cmty_beatset *beats; /**< Needed where @p by is NULL. */
    cmty_time as_of;           /**< Beats in force then. Default CMTY_TIME_UNKNOWN: the latest. */
    const cmty_host *host;     /**< Borrowed for the call; may be NULL. */
} cmty_count_options;

/** Defaults of cmty_count_options. */
#define CMTY_COUNT_OPTIONS_INIT                                                                    \
    {                                                                                              \
        (uint32_t)sizeof(cmty_count_options), 1, CMTY_SELECT_GEOMETRIC, 1, 1.0, 1e-6, NULL, NULL,  \
            NULL, NULL, NULL, NULL, NULL, NULL, CMTY_TIME_UNKNOWN, NULL                            \
    }

/**
 * Fill count options with the defaults, for callers without a preprocessor.
 *
 * @param[out] options  Not NULL.
 * @return CMTY_OK, or CMTY_E_INVALID if @p options is NULL.
 * @threads any
 * @since 0.1
 */
CMTY_API cmty_status cmty_count_options_init(cmty_count_options *options);

/**
 * Count the rows of a CSV file with differential privacy: noise from the exact discrete Laplace law
 * on every number of a public list, zeros included; keys from the data by a private selection.
 * Writes CSV: level, key, parent, count. By beats the levels are all, district, sector and beat, no
 * count is negative, and each is the sum of those below it; rows in no beat stand under an empty
 * key. Ids of contributors and places are never written.
 *
 * @param      in       CSV file with a header, or "-" for standard input.
 * @param      out      File to write (renamed into place), or "-" for standard output.
 * @param      options  Not NULL.
 * @param[out] err      Detail on failure, or NULL: names file, line and column.
 * @return CMTY_OK; CMTY_E_IO; CMTY_E_FORMAT; CMTY_E_RANGE; CMTY_E_KEY; CMTY_E_INVALID;
 *         CMTY_E_NOMEM; CMTY_E_STOPPED; CMTY_E_ABI.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_count_table(const char *in, const char *out,
                                                     const cmty_count_options *options,
                                                     cmty_error *err);

#ifdef __cplusplus
}
#endif
#endif
