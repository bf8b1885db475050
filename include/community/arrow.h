/* SPDX-License-Identifier: MIT */
#ifndef COMMUNITY_ARROW_H
#define COMMUNITY_ARROW_H

#include <community/beat.h>
#include <community/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The two structs of the Arrow C data interface are whose declaration you have: that of the Arrow
   specification, of nanoarrow, of GDAL's ogr_recordbatch.h. They are the same everywhere, and are
   not declared once more here, for some of those headers do not bear it. */
struct ArrowSchema;
struct ArrowArray;

/** Which columns are asked. Start from CMTY_ARROW_OPTIONS_INIT, then set fields. */
typedef struct cmty_arrow_options {
    uint32_t struct_size; /**< Filled by the initialiser; never by hand. */
    uint32_t reserved;    /**< 0. */
    const char *lon;      /**< Column of float64, degrees, WGS 84. Default "lon". */
    const char *lat;      /**< Default "lat". */
    const char *geometry; /**< In place of both: a column of points, as WKB or as structs of x and
                             y, WGS 84, longitude first. NULL, the default: lon and lat. */
    const char *time;     /**< Column of timestamps with a time zone. NULL, the default: the latest
                               version for all. */
} cmty_arrow_options;

/** Defaults of cmty_arrow_options. */
#define CMTY_ARROW_OPTIONS_INIT                                                                    \
    {                                                                                              \
        (uint32_t)sizeof(cmty_arrow_options), 0, "lon", "lat", NULL, NULL                          \
    }

/**
 * Fill Arrow options with the defaults, for callers without a preprocessor.
 *
 * @param[out] options  Not NULL.
 * @return CMTY_OK, or CMTY_E_INVALID if @p options is NULL.
 * @threads any
 * @since 0.1
 */
CMTY_API cmty_status cmty_arrow_options_init(cmty_arrow_options *options);

/**
 * Find the beats of a record batch: what cmty_beatset_locate_many() would say, row by row.
 *
 * The answer has the columns `beat` and `relation`, both texts by dictionary; null where there is
 * no beat, and where a row has no place.
 *
 * @param      set         Not NULL.
 * @param      schema      Of the batch: a struct. Borrowed for the call, not released.
 * @param      batch       Likewise.
 * @param      options     NULL: the defaults.
 * @param[out] out_schema  Not NULL. Released by the caller; its `release` is NULL on failure.
 * @param[out] out         Likewise; as many rows as the batch has.
 * @param[out] err         Detail on failure, or NULL: names the column, never a position.
 * @return CMTY_OK; CMTY_E_FORMAT if a column is not there or not of a kind that is understood, or a
 *         geometry is no point; CMTY_E_LIMIT beyond 2^31 - 1 rows; CMTY_E_INVALID; CMTY_E_NOMEM;
 *         CMTY_E_ABI.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status
cmty_beatset_locate_arrow(const cmty_beatset *set, const struct ArrowSchema *schema,
                          const struct ArrowArray *batch, const cmty_arrow_options *options,
                          struct ArrowSchema *out_schema, struct ArrowArray *out, cmty_error *err);

#ifdef __cplusplus
}
#endif
#endif
