/* SPDX-License-Identifier: MIT */
#ifndef COMMUNITY_COMPARE_H
#define COMMUNITY_COMPARE_H

#include <community/beat.h>
#include <community/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * What moved from where to where between two versions of boundaries: a crosswalk. Opaque; it
 * borrows nothing, and is immutable once made.
 */
typedef struct cmty_comparison cmty_comparison;

/** What is compared. */
enum {
    CMTY_UNIT_BEAT = 0,     /**< Beats by their id. */
    CMTY_UNIT_SECTOR = 1,   /**< Sectors, each the union of its beats. */
    CMTY_UNIT_DISTRICT = 2, /**< Districts, each the union of its beats. */
};                          /* values are ABI: append, never renumber */

/** What became of a piece of ground. What is said of units looks at their wide pieces only. */
enum {
    CMTY_CHANGE_UNCHANGED = 0, /**< Both units have the same id. */
    CMTY_CHANGE_MOVED = 1,     /**< Another unit, and none of the cases below. */
    CMTY_CHANGE_RENAMED = 2,   /**< The whole old unit is the whole new one under another id. */
    CMTY_CHANGE_SPLIT = 3,     /**< The whole new unit was part of the old one. */
    CMTY_CHANGE_MERGED = 4,    /**< The whole old unit is part of the new one. */
    CMTY_CHANGE_NEW = 5,       /**< Was in no unit. */
    CMTY_CHANGE_GONE = 6,      /**< Is in no unit any more. */
    CMTY_CHANGE_NOISE = 7,     /**< Narrow pieces: boundaries drawn anew, nothing moved. */
    CMTY_CHANGE_OUTSIDE = 8,   /**< Points and people in no unit of either. */
};                             /* values are ABI: append, never renumber */

/** The two sides of a comparison. */
enum { CMTY_SIDE_OLD = 0, CMTY_SIDE_NEW = 1 };

/** How to compare. Start from CMTY_COMPARE_OPTIONS_INIT, then set fields. */
typedef struct cmty_compare_options {
    uint32_t struct_size;   /**< Filled by the initialiser; never by hand. */
    int32_t unit;           /**< CMTY_UNIT_*. Default CMTY_UNIT_BEAT. */
    int32_t old_version;    /**< Version of the old set; -1, the default: its latest. */
    int32_t new_version;    /**< Version of the new set; -1, the default: its latest. */
    double tolerance_m;     /**< A piece that changed hands is noise if no disc of this radius fits
                                 into it, so if it is narrower than twice this. A shift of a whole
                                 layer by up to twice this makes nothing but noise. Metres, 0 to
                                 10000. Default 5. */
    const char *points;     /**< Layer spec of points to count in both versions; NULL: none. */
    const char *population; /**< Layer spec of people: points, or areas over each of which its
                                 people are taken to be spread evenly; NULL: none. */
    const char *weight_field; /**< Field that counts people, where the spec has no `|weight=`.
                                 Needed for areas; a point without one counts 1. */
    const cmty_host *host;    /**< Borrowed for the call; may be NULL. */
} cmty_compare_options;

/** Defaults of cmty_compare_options. */
#define CMTY_COMPARE_OPTIONS_INIT                                                                  \
    {                                                                                              \
        (uint32_t)sizeof(cmty_compare_options), 0, -1, -1, 5.0, NULL, NULL, NULL, NULL             \
    }

/**
 * Fill compare options with the defaults, for callers without a preprocessor.
 *
 * @param[out] options  Not NULL.
 * @return CMTY_OK, or CMTY_E_INVALID if @p options is NULL.
 * @threads any
 * @since 0.1
 */
CMTY_API cmty_status cmty_compare_options_init(cmty_compare_options *options);

/**
 * Compare two versions of boundaries.
 *
 * Each place is asked which unit it was in and which it is in now, as cmty_beatset_locate() answers
 * without a tolerance: where beats of one version overlap, the one of the lowest number holds. So
 * the rows add up: the rows from a unit to the old area of the unit, those to a unit to its new
 * area, points and people to all that were given. Areas are on the ellipsoid, edges straight in
 * longitude and latitude, and rounded to quarters of a square metre, so that they add up exactly;
 * cmty_comparison_totals::rounding_m2 says by how much that misses the area of any unit measured
 * on its own.
 *
 * Points on a boundary belong to the lowest beat in each version. People of an area that is cut
 * are split by area; each row then has a standard error: counts are taken as Poisson, so that,
 * given their sum, n people split by shares p are multinomial with the variance n p (1 - p)
 * (Flowerdew and Green, Annals of Regional Science 26 (1992), 67-78; areal weighting: Goodchild and
 * Lam, Geo-Processing 1 (1980), 297-312). People live in clusters: it is a lower bound.
 *
 * @param      old_set  Not NULL. Borrowed for the call.
 * @param      new_set  Not NULL; may be the same set, for two versions of it.
 * @param      options  May be NULL for the defaults.
 * @param[out] out      Owned by the caller; NULL on failure. Not NULL.
 * @param[out] err      Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_RANGE for a version that is not there or a tolerance out of range;
 *         CMTY_E_FORMAT where no beat has a sector or district, or a layer of points or people is
 *         not what it should be; CMTY_E_IO; CMTY_E_INVALID; CMTY_E_NOMEM; CMTY_E_STOPPED;
 *         CMTY_E_ABI; CMTY_E_INTERNAL if GEOS fails.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_compare(const cmty_beatset *old_set,
                                                 const cmty_beatset *new_set,
                                                 const cmty_compare_options *options,
                                                 cmty_comparison **out, cmty_error *err);

/**
 * Release a comparison.
 *
 * @param comparison  May be NULL.
 * @threads any
 * @since 0.1
 */
CMTY_API void cmty_comparison_free(cmty_comparison *comparison);

/** What moved from one unit to another. Texts are borrowed, valid until the comparison is freed. */
typedef struct cmty_comparison_row {
    uint32_t struct_size; /**< sizeof(cmty_comparison_row), set by the caller. */
    int32_t change;       /**< CMTY_CHANGE_*. */
    const char *from;     /**< Id of the old unit; "" none; "*" any, in rows of noise. */
    const char *to;       /**< Id of the new unit; "" none; "*" any, in rows of noise. */
    double area_m2;       /**< A multiple of 0.25. */
    double share_of_old;  /**< Of the old unit, or of all of them for "*"; NaN if there is none. */
    double share_of_new;  /**< Of the new unit, or of all of them for "*"; NaN if there is none. */
    int64_t pieces;       /**< Connected pieces of ground. */
    int64_t points;       /**< -1 if no points were given. */
    double population;    /**< NaN if no population was given. */
    double population_se; /**< Standard error of population: 0 where nothing was split. NaN if none
                               was given. */
} cmty_comparison_row;

/**
 * How many rows there are: one for each pair of units that share more than noise, by old id and
 * new id (bytes, none last); then up to three of noise, between units, at the outer edge lost, and
 * at the outer edge won; then one of what lies outside, if any point or people do.
 *
 * @param comparison  Not NULL.
 * @return The count.
 * @threads any
 * @since 0.1
 */
CMTY_API size_t cmty_comparison_count(const cmty_comparison *comparison);

/**
 * One row.
 *
 * @param      comparison  Not NULL.
 * @param      index       0 to cmty_comparison_count() - 1.
 * @param[out] row         Its struct_size set by the caller. Untouched on failure.
 * @param[out] err         Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_RANGE; CMTY_E_INVALID; CMTY_E_ABI.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_comparison_row_at(const cmty_comparison *comparison,
                                                           size_t index, cmty_comparison_row *row,
                                                           cmty_error *err);

/** One unit of one side. Texts are borrowed, valid until the comparison is freed. */
typedef struct cmty_comparison_unit {
    uint32_t struct_size; /**< sizeof(cmty_comparison_unit), set by the caller. */
    uint32_t beat_count;  /**< Beats it is made of. */
    const char *id;       /**< As in the layer. */
    const char *name;     /**< Human name, else the id. */
    double area_m2;       /**< Sum of its rows, noise included. */
    double unchanged_m2;  /**< Of that, what is in the unit of the same id on both sides. */
    double noise_m2;      /**< Of that, what is in rows of noise. */
    int64_t points;       /**< -1 if no points were given. */
    double population;    /**< NaN if no population was given. */
    double population_se; /**< As in the rows. */
} cmty_comparison_unit;

/**
 * How many units a side has.
 *
 * @param comparison  Not NULL.
 * @param side        CMTY_SIDE_*.
 * @return The count; 0 for any other side.
 * @threads any
 * @since 0.1
 */
CMTY_API size_t cmty_comparison_unit_count(const cmty_comparison *comparison, int32_t side);

/**
 * One unit of one side, by id (bytes).
 *
 * @param      comparison  Not NULL.
 * @param      side        CMTY_SIDE_*.
 * @param      index       0 to cmty_comparison_unit_count() - 1.
 * @param[out] unit        Its struct_size set by the caller. Untouched on failure.
 * @param[out] err         Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_RANGE; CMTY_E_INVALID; CMTY_E_ABI.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_comparison_unit_at(const cmty_comparison *comparison,
                                                            int32_t side, size_t index,
                                                            cmty_comparison_unit *unit,
                                                            cmty_error *err);

/** The comparison as a whole. Texts are borrowed, valid until the comparison is freed. */
typedef struct cmty_comparison_totals {
    uint32_t struct_size;  /**< sizeof(cmty_comparison_totals), set by the caller. */
    int32_t unit;          /**< CMTY_UNIT_* that was compared. */
    const char *old_label; /**< Label of the old version, as cmty_beatset_version() gives it. */
    const char *new_label; /**< Label of the new version. */
    double tolerance_m;    /**< As asked. */
    double old_m2;         /**< All old units: unchanged + changed + gone + noise of either. */
    double new_m2;         /**< All new units: unchanged + changed + new + noise of either. */
    double unchanged_m2;   /**< In the unit of the same id on both sides. */
    double changed_m2;     /**< Moved, renamed, split and merged. */
    double gone_m2;        /**< In no new unit. */
    double added_m2;       /**< In no old unit. */
    double noise_m2;       /**< Of all three kinds together. */
    double old_overlap_m2; /**< What was in more than one beat of the old version. */
    double new_overlap_m2; /**< What is in more than one beat of the new version. */
    double rounding_m2;    /**< Largest difference between the area of a unit measured on its own
                                and the sum of its rows. */
    int64_t changes;       /**< Rows that are not unchanged, noise or outside. */
    int64_t points;        /**< All points given, or -1. */
    double population;     /**< All people given, to a millionth, or NaN. */
} cmty_comparison_totals;

/**
 * The comparison as a whole.
 *
 * @param      comparison  Not NULL.
 * @param[out] totals      Its struct_size set by the caller. Untouched on failure.
 * @param[out] err         Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_INVALID; CMTY_E_ABI.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_comparison_sum(const cmty_comparison *comparison,
                                                        cmty_comparison_totals *totals,
                                                        cmty_error *err);

/** Where a comparison is written. Start from CMTY_COMPARISON_FILES_INIT, then set fields. */
typedef struct cmty_comparison_files {
    uint32_t struct_size;  /**< Filled by the initialiser; never by hand. */
    uint32_t reserved;     /**< 0. */
    const char *csv;       /**< Rows: from, to, change, area_m2, share_of_old, share_of_new, pieces,
                                points, population, population_se; "-" is standard output. NULL:
                                none. */
    const char *geojson;   /**< Rows as in the CSV, with their pieces of ground as polygons. NULL:
                                none. */
    const char *gpkg;      /**< GeoPackage with the pieces, both versions and the crosswalk, styled
                                for QGIS. NULL: none. */
    const char *html;      /**< Self-contained page with a map and tables. NULL: none. */
    const char *title;     /**< Heading of the page. NULL: "What changed between two versions". */
    const cmty_host *host; /**< Borrowed for the call; may be NULL. */
} cmty_comparison_files;

/** Defaults of cmty_comparison_files. */
#define CMTY_COMPARISON_FILES_INIT                                                                 \
    {                                                                                              \
        (uint32_t)sizeof(cmty_comparison_files), 0, NULL, NULL, NULL, NULL, NULL, NULL             \
    }

/**
 * Fill the list of files with the defaults, for callers without a preprocessor.
 *
 * @param[out] files  Not NULL.
 * @return CMTY_OK, or CMTY_E_INVALID if @p files is NULL.
 * @threads any
 * @since 0.1
 */
CMTY_API cmty_status cmty_comparison_files_init(cmty_comparison_files *files);

/**
 * Write a comparison. Every file is written under a temporary name, synced and renamed into place
 * when all are whole.
 *
 * @param      comparison  Not NULL.
 * @param      files       Not NULL, with at least one file to write.
 * @param[out] err         Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_IO; CMTY_E_INVALID; CMTY_E_NOMEM; CMTY_E_STOPPED; CMTY_E_ABI.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_comparison_write(const cmty_comparison *comparison,
                                                          const cmty_comparison_files *files,
                                                          cmty_error *err);

/**
 * Name of a change as it is printed: "unchanged", "moved", "renamed", "split", "merged", "new",
 * "gone", "noise", "outside".
 *
 * @param change  CMTY_CHANGE_*.
 * @return A static string; "unknown" for any other value.
 * @threads any
 * @since 0.1
 */
CMTY_API const char *cmty_change_name(int32_t change);

#ifdef __cplusplus
}
#endif
#endif
