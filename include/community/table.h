/* SPDX-License-Identifier: MIT */
#ifndef COMMUNITY_TABLE_H
#define COMMUNITY_TABLE_H

#include <community/beat.h>
#include <community/mask.h>
#include <community/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/** How a table or a layer of points is read. Start from CMTY_TABLE_OPTIONS_INIT, then set fields.
 */
typedef struct cmty_table_options {
    uint32_t struct_size;        /**< Filled by the initialiser; never by hand. */
    uint32_t probabilities;      /**< Locating: 1: the columns of probabilities too. Default 0. */
    const char *lon_column;      /**< NULL: found (lon, lng, longitude, x). */
    const char *lat_column;      /**< NULL: found (lat, latitude, y). */
    const char *time_column;     /**< Decides the beat version row by row; NULL: none. */
    const char *accuracy_column; /**< 68 % radius in metres; NULL: none. */
    const char *id_column;       /**< Masking: identity of the report. NULL: found (id, report_id,
                                      source_ref, report_no). */
    const char *const *keep;     /**< Masking: columns to pass through; all others are dropped. */
    size_t keep_count;           /**< How many. */
    const char *time_zone;       /**< For times without a zone. NULL: "UTC". */
    cmty_time as_of;             /**< Version for all rows; CMTY_TIME_UNKNOWN: latest, or the time
                                      column. */
    const cmty_host *host;       /**< Borrowed for the call; may be NULL. */
} cmty_table_options;

/** Defaults of cmty_table_options. */
#define CMTY_TABLE_OPTIONS_INIT                                                                    \
    {                                                                                              \
        (uint32_t)sizeof(cmty_table_options), 0, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL,      \
            CMTY_TIME_UNKNOWN, NULL                                                                \
    }

/**
 * Fill table options with the defaults, for callers without a preprocessor.
 *
 * @param[out] options  Not NULL.
 * @return CMTY_OK, or CMTY_E_INVALID if @p options is NULL.
 * @threads any
 * @since 0.1
 */
CMTY_API cmty_status cmty_table_options_init(cmty_table_options *options);

/**
 * Add the beat to each row of a CSV file: the input columns, then beat, beat_relation,
 * beat_margin_m, beat_ambiguous (0 or 1), beat_candidates (`id@metres` joined by `|`, nearest
 * first), beat_version. One row out for each row in; `beat` is empty where there is none. A row
 * without coordinates has the relation `no_place`.
 *
 * With `probabilities` four columns follow: beat_probability, beat_candidate_probabilities (joined
 * by `|` in the order of beat_candidates), beat_other_probability, beat_outside_probability: those
 * of cmty_beat_answer and cmty_beat_candidate, with four decimals. They are empty for a row without
 * an accuracy.
 *
 * @param      set      Not NULL.
 * @param      in       CSV file with a header, or "-" for standard input.
 * @param      out      File to write (renamed into place), not the same as @p in; or "-" for
 *                      standard output.
 * @param      options  May be NULL for the defaults.
 * @param[out] err      Detail on failure, or NULL: names file, line and column.
 * @return CMTY_OK; CMTY_E_IO; CMTY_E_FORMAT; CMTY_E_INVALID; CMTY_E_NOMEM; CMTY_E_STOPPED;
 *         CMTY_E_ABI.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_locate_table(const cmty_beatset *set, const char *in,
                                                      const char *out,
                                                      const cmty_table_options *options,
                                                      cmty_error *err);

/**
 * Add the beat to each point of a layer: a copy of the layer with the fields that
 * cmty_locate_table() adds as columns: beat, beat_relation, beat_margin_m (real), beat_ambiguous
 * (integer), beat_candidates, beat_version, and with `probabilities` those of probabilities.
 *
 * One feature out for each in, with all its fields, in the same order, its geometry unchanged and
 * in the layer's own CRS; it is carried to WGS 84 for asking. `beat` is null where there is none. A
 * feature without a geometry, with several points, with one that is no point, or off the globe, has
 * the relation `no_place`. Where the layer has a field of one of these names already, the new one
 * is called `beat_2` and so on, and a notice says so.
 *
 * From one GeoPackage into another a second thread writes, for as long as the call lasts; the host
 * hears from the calling thread only.
 *
 * The time and accuracy columns are fields of the layer: a date, a date and time, or a text that
 * cmty_time_parse() reads; a number, or a text that is one. A null one counts as not given.
 *
 * @param      set      Not NULL.
 * @param      in       Layer spec of points, as for cmty_beatset_open(), with the parts
 *                      `layername` and `crs`.
 * @param      out      File to write (renamed into place), not the same as @p in: .gpkg, .geojson
 *                      (or .json), .fgb, .shp or .csv. The layer is called as the file, or as
 *                      the part `layername` says.
 * @param      options  May be NULL for the defaults; lon_column and lat_column are for a @p in that
 *                      is a table of text, and are found if NULL.
 * @param[out] err      Detail on failure, or NULL: names file, feature and field.
 * @return CMTY_OK; CMTY_E_IO; CMTY_E_FORMAT for a layer without points, without a CRS, or without
 *         the named field; CMTY_E_INVALID; CMTY_E_NOMEM; CMTY_E_STOPPED; CMTY_E_ABI.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_locate_layer(const cmty_beatset *set, const char *in,
                                                      const char *out,
                                                      const cmty_table_options *options,
                                                      cmty_error *err);

/**
 * Mask each row of a CSV file: the id column, lon, lat, mask_law, mask_radius_m, mask_status (ok
 * or withheld), mask_note, then the columns of `keep`. A withheld row has empty lon and lat. A
 * column that holds the exact position is refused in `keep`, and so is a kept value that tells it
 * or its author: coordinates in any notation, an address, a telephone number, an e-mail address.
 *
 * @param      masker   Not NULL.
 * @param      in       CSV file with a header, or "-" for standard input.
 * @param      out      File to write (renamed into place), or "-" for standard output.
 * @param      options  May be NULL for the defaults.
 * @param[out] err      Detail on failure, or NULL: names file, line and column.
 * @return CMTY_OK; CMTY_E_IO; CMTY_E_FORMAT; CMTY_E_INVALID; CMTY_E_NOMEM; CMTY_E_STOPPED;
 *         CMTY_E_ABI.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_mask_table(const cmty_masker *masker, const char *in,
                                                    const char *out,
                                                    const cmty_table_options *options,
                                                    cmty_error *err);

/**
 * Read a time as the command line does: RFC 3339, or a date or date and time without a zone.
 *
 * @param      text       UTF-8.
 * @param      time_zone  IANA name for a text without a zone; NULL: "UTC".
 * @param[out] time       Untouched on failure. Not NULL.
 * @param[out] err        Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_FORMAT; CMTY_E_INVALID; CMTY_E_IO if the zone's rules cannot be read.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_time_parse(const char *text, const char *time_zone,
                                                    cmty_time *time, cmty_error *err);

#ifdef __cplusplus
}
#endif
#endif
