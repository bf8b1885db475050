/* SPDX-License-Identifier: MIT */
#ifndef COMMUNITY_BEAT_H
#define COMMUNITY_BEAT_H

#include <community/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A set of police beats in all their versions, with one point-location index for each period in
 * which the boundaries did not change. Opaque; immutable once opened, so any thread may ask it.
 */
typedef struct cmty_beatset cmty_beatset;

/** How beat layers are read. Start from CMTY_BEAT_OPTIONS_INIT, then set fields. */
typedef struct cmty_beat_options {
    uint32_t struct_size;     /**< Filled by the initialiser; never by hand. */
    uint32_t repair;          /**< 1: repair invalid rings and say so; 0: use them as they are,
                                   even-odd, with a notice. Default 0. */
    const char *id_field;     /**< Field that names a beat. NULL: found by name (BEAT_NUM, BEAT,
                                   NGUID, DISTRICT, ...); a layer spec may override it. */
    const char *name_field;   /**< Human name. NULL: found (DsplayName, NAME, ...), else the id. */
    const char *sector_field; /**< NULL: found (SECTOR), else empty. */
    const char *district_field;   /**< NULL: found (DISTRICT, DIST_NUM, PRECINCT), else empty. */
    const char *valid_from_field; /**< NULL: found (valid_from, Effective). */
    const char *valid_to_field;   /**< NULL: found (valid_to, Expire). Half-open: first moment that
                                       is no longer covered. */
    const char *crs;              /**< Used for a layer that carries no CRS, e.g. "EPSG:3435". NULL:
                                       such a layer is refused unless its coordinates can only be
                                       degrees, which is then said in a notice. */
    const char *time_zone;        /**< IANA name for dates without a zone. NULL: "UTC". */
    double densify_m;             /**< How far an edge carried over to WGS 84 may stray from the
                                       straight line of the layer's own CRS, in metres. Default
                                       0.01. */
    double tolerance_m;           /**< Beats within this distance are candidates when the report has
                                       no accuracy, metres. Default 0.25. */
    const cmty_host *host;        /**< Borrowed for the call; may be NULL. */
} cmty_beat_options;

/** Defaults of cmty_beat_options. */
#define CMTY_BEAT_OPTIONS_INIT                                                                     \
    {                                                                                              \
        (uint32_t)sizeof(cmty_beat_options), 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,    \
            0.01, 0.25, NULL                                                                       \
    }

/**
 * Fill beat options with the defaults, for callers without a preprocessor.
 *
 * @param[out] options  Not NULL.
 * @return CMTY_OK, or CMTY_E_INVALID if @p options is NULL.
 * @threads any
 * @since 0.1
 */
CMTY_API cmty_status cmty_beat_options_init(cmty_beat_options *options);

/**
 * Read beats from one or more layers and index them.
 *
 * A layer spec is a path that GDAL can open, optionally followed by `|key=value` parts:
 * `layername` (which layer of the file), `id` (field), `from` and `to` (ISO 8601 dates; validity
 * of every beat of the layer that has no dates of its own), `crs`. Example:
 * `districts.geojson|id=DISTRICT|to=2015-07-19`.
 *
 * Polygons of one id and one validity are one beat, even when they come as several features. An
 * edge is the straight line in the layer's own CRS. Boundaries are never simplified.
 *
 * @param      layers   Layer specs, UTF-8. Borrowed for the call.
 * @param      count    How many, at least 1.
 * @param      options  May be NULL for the defaults.
 * @param[out] out      The set, owned by the caller; NULL on failure.
 * @param[out] err      Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_IO for a file that cannot be opened; CMTY_E_FORMAT for one without
 *         polygons, without a CRS, or without the named field; CMTY_E_INVALID; CMTY_E_NOMEM;
 *         CMTY_E_STOPPED; CMTY_E_ABI.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_beatset_open(const char *const *layers, size_t count,
                                                      const cmty_beat_options *options,
                                                      cmty_beatset **out, cmty_error *err);

/**
 * Release a beat set.
 *
 * @param set  A set that no thread uses any more, or NULL.
 * @threads any
 * @since 0.1
 */
CMTY_API void cmty_beatset_free(cmty_beatset *set);

/** One beat in one version. Texts are borrowed, valid until the set is freed, never NULL. */
typedef struct cmty_beat_info {
    uint32_t struct_size; /**< sizeof(cmty_beat_info), set by the caller. */
    uint32_t part_count;  /**< Polygons that make it up. */
    const char *id;       /**< As in the layer, text with its leading zeros. */
    const char *name;     /**< Human name, else the id. */
    const char *sector;   /**< Empty if unknown. */
    const char *district; /**< Empty if unknown. */
    cmty_time valid_from; /**< CMTY_TIME_UNKNOWN: since ever. */
    cmty_time valid_to;   /**< First moment not covered; CMTY_TIME_OPEN_END: no end. */
    double area_m2;       /**< Geodesic, holes left out. */
} cmty_beat_info;

/**
 * Number of beats, each version of a beat counted on its own.
 *
 * @param set  Not NULL.
 * @return The count; beats are numbered 0 to count - 1, ordered by id (bytes), then valid_from.
 * @threads any
 * @since 0.1
 */
CMTY_API size_t cmty_beatset_count(const cmty_beatset *set);

/**
 * Describe one beat.
 *
 * @param      set    Not NULL.
 * @param      beat   0 to cmty_beatset_count() - 1.
 * @param[out] info   Its struct_size set by the caller. Untouched on failure.
 * @param[out] err    Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_RANGE; CMTY_E_INVALID; CMTY_E_ABI.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_beatset_info(const cmty_beatset *set, int32_t beat,
                                                      cmty_beat_info *info, cmty_error *err);

/**
 * Number of periods in which the boundaries did not change.
 *
 * @param set  Not NULL.
 * @return The count, at least 1. Version 0 is the earliest.
 * @threads any
 * @since 0.1
 */
CMTY_API size_t cmty_beatset_version_count(const cmty_beatset *set);

/**
 * The period of a version, half-open, and its label.
 *
 * @param      set      Not NULL.
 * @param      version  0 to cmty_beatset_version_count() - 1.
 * @param[out] from     CMTY_TIME_UNKNOWN if open. May be NULL.
 * @param[out] to       CMTY_TIME_OPEN_END if open. May be NULL.
 * @param[out] label    ISO 8601 interval of dates, open ends as "..": "../2015-07-19". Borrowed,
 *                      valid until the set is freed. May be NULL.
 * @param[out] err      Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_RANGE; CMTY_E_INVALID.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_beatset_version(const cmty_beatset *set, int32_t version,
                                                         cmty_time *from, cmty_time *to,
                                                         const char **label, cmty_error *err);

/**
 * Find a version by its label, or by a moment at which it was in force.
 *
 * @param      set        Not NULL.
 * @param      text       A label as cmty_beatset_version() gives it, or a date or time.
 * @param      time_zone  IANA name for a time without a zone; NULL: "UTC".
 * @param[out] version    Its number. Untouched on failure. Not NULL.
 * @param[out] err        Detail on failure, or NULL: names the versions there are.
 * @return CMTY_OK; CMTY_E_FORMAT if @p text is neither a label of the set nor a time; CMTY_E_RANGE
 *         if no version was in force then; CMTY_E_INVALID; CMTY_E_IO if the zone's rules cannot be
 *         read; CMTY_E_NOMEM.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_beatset_find_version(const cmty_beatset *set,
                                                              const char *text,
                                                              const char *time_zone,
                                                              int32_t *version, cmty_error *err);

/** A layer that beats were read from. Texts are borrowed, valid until the set is freed, never NULL.
 */
typedef struct cmty_beat_source {
    uint32_t struct_size; /**< sizeof(cmty_beat_source), set by the caller. */
    uint32_t reserved;    /**< 0. */
    const char *name;     /**< Name of the file. */
    const char *crs; /**< As "EPSG:3435", or its name, or "degrees" where the layer says none. */
    const char *operation; /**< PROJ's name of the one operation that carried all of the layer to
                                WGS 84: the choice of datum shift. Empty if none was needed. */
    double accuracy_m;     /**< Of that operation, as PROJ states it, metres; 0 if none was needed,
                                NaN if it is not known. */
} cmty_beat_source;

/**
 * Number of layers that the set was read from.
 *
 * @param set  Not NULL.
 * @return The count; 0 for a set that comes out of a store, which keeps its beats on WGS 84.
 * @threads any
 * @since 0.1
 */
CMTY_API size_t cmty_beatset_source_count(const cmty_beatset *set);

/**
 * A layer that the set was read from, and how it was carried to WGS 84.
 *
 * @param      set     Not NULL.
 * @param      i       0 to cmty_beatset_source_count() - 1, in the order of opening.
 * @param[out] source  Its struct_size set by the caller. Untouched on failure.
 * @param[out] err     Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_RANGE; CMTY_E_INVALID; CMTY_E_ABI.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_beatset_source(const cmty_beatset *set, size_t i,
                                                        cmty_beat_source *source, cmty_error *err);

/** How a point relates to the beats of its version. */
enum {
    CMTY_RELATION_OUTSIDE = 0,     /**< In no beat. */
    CMTY_RELATION_INSIDE = 1,      /**< In the interior of exactly one beat. */
    CMTY_RELATION_ON_EDGE = 2,     /**< Exactly on a boundary. */
    CMTY_RELATION_OVERLAP = 3,     /**< In the interior of several beats: the layer overlaps. */
    CMTY_RELATION_GAP_NEAREST = 4, /**< In no beat, but within the tolerance or accuracy of one. */
    CMTY_RELATION_NO_VERSION = 5,  /**< No beats were in force at that time. */
};                                 /* values are ABI: append, never renumber */

/**
 * The honest answer for one point.
 *
 * Probabilities are those of the error model: the true place is distributed round the reported one
 * as an isotropic Gaussian of which 68 % lies within the accuracy, so that its standard deviation
 * is accuracy_m / sqrt(-2 ln 0.32). The probability of a beat is the exact integral of that
 * Gaussian over the beat (Owen, "Tables for computing bivariate normal probabilities", Annals of
 * Mathematical Statistics 27, 1956, section 2: polygons). They are NaN for a report without an
 * accuracy, because its error is not known, and where the caller gives no room for candidates,
 * because they are then not worked out.
 */
typedef struct cmty_beat_answer {
    uint32_t struct_size; /**< sizeof(cmty_beat_answer), set by the caller. */
    int32_t relation;     /**< CMTY_RELATION_*. */
    int32_t beat;         /**< Beat number, or -1: outside, no_version. For on_edge and overlap the
                               lowest number, so that two calls never disagree; for gap_nearest
                               the nearest. */
    int32_t version;      /**< Version asked, or -1. */
    double margin_m;      /**< Distance to the nearest boundary, metres on the ground: of the
                               geodesic, within 1 cm up to 20 km; NaN if there is none. */
    uint32_t ambiguous;   /**< 1 if another answer is as good: a boundary, also the outer one, lies
                               within the accuracy or tolerance, or beats overlap here. */
    uint32_t candidate_count;   /**< All candidates found, even beyond the caller's array. */
    double other_probability;   /**< That the place is in beats that are no candidates, being
                                     farther than the accuracy. */
    double outside_probability; /**< That the place is in no beat. With the candidates and
                                     other_probability it makes 1; where beats overlap a place
                                     counts for each, and this is what is left, at least 0. */
} cmty_beat_answer;

/** One beat that the report may belong to. */
typedef struct cmty_beat_candidate {
    int32_t beat;       /**< Beat number. */
    uint32_t reserved;  /**< 0. */
    double distance_m;  /**< From the point to the beat, metres; 0 inside or on its edge. */
    double probability; /**< That the true place is in the beat, 0 to 1; NaN if the report has no
                             accuracy. */
} cmty_beat_candidate;

/**
 * Find the beat of a point at a time, and say how sure that is.
 *
 * Exact and deterministic: orientation is decided without rounding, and every point of the union
 * of a partition belongs to exactly one beat, edges and corners included. The answer does not
 * depend on feature order, ring order, thread or batch size.
 *
 * Candidates are the beats that hold the point, and those within the accuracy, or within the set's
 * tolerance where there is none.
 *
 * @param      set         Not NULL.
 * @param      at          WGS 84, degrees.
 * @param      when        Decides the version; CMTY_TIME_UNKNOWN asks the latest version.
 * @param      accuracy_m  68 % radius of the report's position, metres; NaN or 0 if unknown, then
 *                         the set's tolerance applies.
 * @param[out] answer      Its struct_size set by the caller. Untouched on failure.
 * @param[out] candidates  Array of @p capacity, nearest first; NULL if capacity is 0.
 * @param      capacity    0 or more; 0 also spares the probabilities.
 * @param[out] err         Detail on failure, or NULL.
 * @return CMTY_OK, also where the answer is that there is no beat; CMTY_E_RANGE if @p at is not
 *         finite or off the globe; CMTY_E_INVALID; CMTY_E_NOMEM; CMTY_E_ABI.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_beatset_locate(const cmty_beatset *set, cmty_point at,
                                                        cmty_time when, double accuracy_m,
                                                        cmty_beat_answer *answer,
                                                        cmty_beat_candidate *candidates,
                                                        size_t capacity, cmty_error *err);

/**
 * Find the beats of many points: the fast path, without margins or candidates.
 *
 * @param      set       Not NULL.
 * @param      points    @p count positions; one that is not finite or off the globe gets beat -1.
 * @param      when      @p count times, or NULL: the latest version for all.
 * @param      count     0 or more.
 * @param[out] beat      @p count beat numbers, -1 where there is none; as cmty_beatset_locate()
 *                       would say with the set's tolerance.
 * @param[out] relation  @p count CMTY_RELATION_*, or NULL.
 * @param[out] err       Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_INVALID.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_beatset_locate_many(const cmty_beatset *set,
                                                             const cmty_point *points,
                                                             const cmty_time *when, size_t count,
                                                             int32_t *beat, uint8_t *relation,
                                                             cmty_error *err);

/**
 * Name of a relation as it is printed: "inside", "on_edge", "overlap", "gap_nearest", "outside",
 * "no_version".
 *
 * @param relation  CMTY_RELATION_*.
 * @return A static string; "unknown" for any other value.
 * @threads any
 * @since 0.1
 */
CMTY_API const char *cmty_relation_name(int32_t relation);

#ifdef __cplusplus
}
#endif
#endif
