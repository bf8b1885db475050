/* SPDX-License-Identifier: MIT */
#ifndef COMMUNITY_CHECK_H
#define COMMUNITY_CHECK_H

#include <community/beat.h>
#include <community/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What is wrong, or doubtful, in layers of beats. Opaque; immutable, so any thread may ask it. */
typedef struct cmty_check cmty_check;

/** What a finding is about. Names as printed: cmty_flaw_name(). */
enum {
    CMTY_FLAW_LAYER_CHOICE = 1,     /**< The file has several layers and none was chosen. */
    CMTY_FLAW_NO_CRS = 2,           /**< The layer says no CRS. */
    CMTY_FLAW_CRS_SUSPECT = 3,      /**< The CRS cannot be right for these coordinates. */
    CMTY_FLAW_AXES_SWAPPED = 4,     /**< Latitude stands before longitude. */
    CMTY_FLAW_OFF_GLOBE = 5,        /**< A position is not finite, or beyond its CRS. */
    CMTY_FLAW_NOT_POLYGON = 6,      /**< A line or a point stands where an area is needed. */
    CMTY_FLAW_EMPTY = 7,            /**< A feature has no geometry. */
    CMTY_FLAW_UNCLOSED = 8,         /**< A ring does not end where it began. */
    CMTY_FLAW_TOO_FEW_POINTS = 9,   /**< A ring has fewer than three different points. */
    CMTY_FLAW_ZERO_AREA = 10,       /**< All points of a ring stand in one line. */
    CMTY_FLAW_SPIKE = 11,           /**< A ring runs out and back without width. */
    CMTY_FLAW_SELF_CROSSING = 12,   /**< Rings of one feature cross. */
    CMTY_FLAW_SELF_TOUCH = 13,      /**< A ring touches itself at a point. */
    CMTY_FLAW_SHARED_EDGE = 14,     /**< Rings of one feature run along one line. */
    CMTY_FLAW_RING_NESTING = 15,    /**< Holes and parts do not lie in one another as they
                                            should. */
    CMTY_FLAW_SLIVER_PART = 16,     /**< A part is so narrow that nobody can stand in it. */
    CMTY_FLAW_OVERLAP = 17,         /**< Two beats claim the same ground at the same time. */
    CMTY_FLAW_SLIVER_OVERLAP = 18,  /**< They do, along a narrow strip. */
    CMTY_FLAW_GAP = 19,             /**< Ground that beats enclose and none of them claims. */
    CMTY_FLAW_SLIVER_GAP = 20,      /**< A narrow strip of such ground. */
    CMTY_FLAW_UNNODED_EDGE = 21,    /**< A corner of one beat on an edge of another that has none
                                            there. */
    CMTY_FLAW_NO_ID_FIELD = 22,     /**< No field names the beats. */
    CMTY_FLAW_NAMELESS = 23,        /**< The only area has no name; it is called after its file. */
    CMTY_FLAW_MISSING_ID = 24,      /**< A feature has no beat id. */
    CMTY_FLAW_DUPLICATE_ID = 25,    /**< Several features have one id and are joined. */
    CMTY_FLAW_BAD_DATE = 26,        /**< A validity is no date. */
    CMTY_FLAW_DATES_REVERSED = 27,  /**< A beat ends before it begins. */
    CMTY_FLAW_VALIDITY_OVERLAP = 28 /**< One id is valid twice at the same time. */
};                                  /* values are ABI: append, never renumber */
#define CMTY_FLAW_COUNT 29          /**< Findings that this header knows, with the unused 0. */

/** How much a finding matters. */
enum {
    CMTY_SEVERITY_FAULT = 1, /**< The layer is refused, or gives wrong or lost answers. */
    CMTY_SEVERITY_DOUBT = 2  /**< Answers are sound, but a person should look. */
};                           /* values are ABI: append, never renumber */

/** In what the size of a finding is measured. */
enum {
    CMTY_UNIT_NONE = 0, /**< It has no size. */
    CMTY_UNIT_M2 = 1,   /**< Square metres on the ground. */
    CMTY_UNIT_M = 2     /**< Metres on the ground. */
};                      /* values are ABI: append, never renumber */

/** How layers are checked. Start from CMTY_CHECK_OPTIONS_INIT, then set fields. */
typedef struct cmty_check_options {
    uint32_t struct_size;           /**< Filled by the initialiser; never by hand. */
    uint32_t reserved;              /**< 0. */
    const cmty_beat_options *beats; /**< How beats are read: fields, CRS, zone. NULL: the defaults.
                                         Its repair and host are not looked at. */
    double sliver_m;                /**< Gaps, overlaps and parts that are narrower on average than
                                         this, metres, are slivers. Default 1. */
    double ignore_m;                /**< What is narrower than this, metres, is the rounding of
                                         coordinates, and no finding. Default 0.001. */
    const cmty_host *host;          /**< Borrowed for the call; may be NULL. */
} cmty_check_options;

/** Defaults of cmty_check_options. */
#define CMTY_CHECK_OPTIONS_INIT                                                                    \
    {                                                                                              \
        (uint32_t)sizeof(cmty_check_options), 0, NULL, 1, 0.001, NULL                              \
    }

/**
 * Fill check options with the defaults, for callers without a preprocessor.
 *
 * @param[out] options  Not NULL.
 * @return CMTY_OK, or CMTY_E_INVALID if @p options is NULL.
 * @threads any
 * @since 0.1
 */
CMTY_API cmty_status cmty_check_options_init(cmty_check_options *options);

/**
 * Check layers of beats, together as cmty_beatset_open() would read them: their shapes, their CRS,
 * their ids and validities, and what beats in force at the same time share or leave between them.
 * What would be refused there is a finding here, and checking goes on with the rest.
 *
 * Shapes are judged in the layer's own CRS, those of layers of several CRS on WGS 84. Validity is
 * that of OGC Simple Features 1.2.1, section 6.1.11. Equal points that follow each other in a ring
 * change nothing and are not reported.
 *
 * @param      layers   Layer specs as for cmty_beatset_open(). Borrowed for the call.
 * @param      count    How many, at least 1.
 * @param      options  May be NULL for the defaults.
 * @param[out] out      The report, owned by the caller; NULL on failure.
 * @param[out] err      Detail on failure, or NULL.
 * @return CMTY_OK, whatever was found; CMTY_E_IO or CMTY_E_FORMAT for a file that cannot be read
 *         as a layer at all; CMTY_E_RANGE; CMTY_E_INVALID; CMTY_E_NOMEM; CMTY_E_STOPPED;
 *         CMTY_E_ABI.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_check_open(const char *const *layers, size_t count,
                                                    const cmty_check_options *options,
                                                    cmty_check **out, cmty_error *err);

/**
 * Release a report.
 *
 * @param check  A report that no thread uses any more, or NULL.
 * @threads any
 * @since 0.1
 */
CMTY_API void cmty_check_free(cmty_check *check);

/**
 * Number of findings; 0 if the layers are clean.
 *
 * @param check  Not NULL.
 * @return The count.
 * @threads any
 * @since 0.1
 */
CMTY_API size_t cmty_check_count(const cmty_check *check);

/** One finding. Texts are borrowed, valid until the report is freed, never NULL. */
typedef struct cmty_flaw {
    uint32_t struct_size;   /**< sizeof(cmty_flaw), set by the caller. */
    int32_t code;           /**< CMTY_FLAW_*. */
    int32_t severity;       /**< CMTY_SEVERITY_*. */
    int32_t unit;           /**< CMTY_UNIT_*, of @p size. */
    double size;            /**< How large it is; NaN if it has no size. */
    double width_m;         /**< Average width of an area, metres: 2 area / perimeter. Else NaN. */
    uint64_t count;         /**< How often, where several are one finding; else 1. */
    cmty_point at;          /**< A place in or on it; NaN if it has none. */
    int64_t feature;        /**< Number of the feature in its layer, from 1; 0 if it has none. */
    int64_t other_feature;  /**< The second of two, in its layer; else 0. */
    const char *layer;      /**< Name of the file; empty if it is about several. */
    const char *beat;       /**< Beat id, empty if there is none. */
    const char *other_beat; /**< Of the second feature. */
    const char *what;       /**< One sentence: what was found. */
    const char *geometry;   /**< GeoJSON geometry on WGS 84; "null" if it has no place. */
} cmty_flaw;

/**
 * One finding, worst kind first: by code, then size, largest first.
 *
 * @param      check    Not NULL.
 * @param      i        0 to cmty_check_count() - 1.
 * @param[out] finding  Its struct_size set by the caller. Untouched on failure.
 * @param[out] err      Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_RANGE; CMTY_E_INVALID; CMTY_E_ABI.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_check_flaw(const cmty_check *check, size_t i,
                                                    cmty_flaw *finding, cmty_error *err);

/** A layer that was checked. Texts are borrowed, valid until the report is freed, never NULL. */
typedef struct cmty_checked_layer {
    uint32_t struct_size;  /**< sizeof(cmty_checked_layer), set by the caller. */
    uint32_t reserved;     /**< 0. */
    uint64_t features;     /**< How many it has. */
    const char *name;      /**< Name of the file. */
    const char *crs;       /**< As "EPSG:3435", or its name, or "degrees" where it says none. */
    const char *operation; /**< PROJ's name of the operation that carries it to WGS 84; empty if
                                none is needed. */
    double accuracy_m;     /**< Of that operation, as PROJ states it, metres; 0 if none is needed,
                                NaN if it is not known. */
} cmty_checked_layer;

/**
 * Number of layers that were checked.
 *
 * @param check  Not NULL.
 * @return The count.
 * @threads any
 * @since 0.1
 */
CMTY_API size_t cmty_check_layer_count(const cmty_check *check);

/**
 * What a layer is, and how it was carried to WGS 84.
 *
 * @param      check  Not NULL.
 * @param      i      0 to cmty_check_layer_count() - 1.
 * @param[out] layer  Its struct_size set by the caller. Untouched on failure.
 * @param[out] err    Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_RANGE; CMTY_E_INVALID; CMTY_E_ABI.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_check_layer(const cmty_check *check, size_t i,
                                                     cmty_checked_layer *layer, cmty_error *err);

/**
 * The whole report as JSON: `layers`, `findings` with their geometry and advice, `summary` by code.
 *
 * @param      check  Not NULL.
 * @param[out] json   UTF-8, NUL-terminated, freed by cmty_free(). Untouched on failure.
 * @param[out] err    Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_INVALID; CMTY_E_NOMEM.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_check_json(const cmty_check *check, char **json,
                                                    cmty_error *err);

/**
 * Write the findings as a layer: a GeoPackage with a point for each (`findings`) and the ground
 * that is lost or claimed twice (`areas`, styled for QGIS); or, for a name that ends in .geojson,
 * one collection with the geometry of each.
 *
 * @param      check  Not NULL.
 * @param      path   File to write; renamed into place.
 * @param[out] err    Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_IO; CMTY_E_INVALID; CMTY_E_NOMEM.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_check_write(const cmty_check *check, const char *path,
                                                     cmty_error *err);

/**
 * Write one self-contained page: a map with numbered places, each enlarged, and a table.
 *
 * @param      check  Not NULL.
 * @param      path   File to write; renamed into place.
 * @param      title  Heading, UTF-8; NULL: made from the names of the layers.
 * @param[out] err    Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_IO; CMTY_E_INVALID; CMTY_E_NOMEM.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_check_html(const cmty_check *check, const char *path,
                                                    const char *title, cmty_error *err);

/** What a repair did. */
typedef struct cmty_repair {
    uint32_t struct_size;  /**< sizeof(cmty_repair), set by the caller. */
    uint32_t reserved;     /**< 0. */
    uint64_t features;     /**< Features of the layer. */
    uint64_t repaired;     /**< How many got another geometry; the others are as they were. */
    double area_before_m2; /**< Of those that were repaired, by their rings as they stood. */
    double area_after_m2;  /**< Of the same, repaired. */
    double most_m2;        /**< The largest change of one feature. */
} cmty_repair;

/**
 * Copy a layer to a GeoPackage, with a valid geometry for each feature whose rings are open, have
 * no area, cross or touch themselves, or lie in one another as they should not. Such a feature gets
 * what the even-odd rule makes of its rings, which is what locating uses; all others keep their
 * bytes, and all keep their fields, their number and their CRS. Gaps and overlaps between beats are
 * left alone: who owns the ground is for people to decide. Heights are lost where a geometry is
 * repaired. The host gets a notice for each such feature.
 *
 * @param      layer    Layer spec as for cmty_beatset_open().
 * @param      path     GeoPackage to write; renamed into place.
 * @param      options  As for cmty_check_open(); may be NULL for the defaults.
 * @param[out] repair   Its struct_size set by the caller. Untouched on failure.
 * @param[out] err      Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_IO; CMTY_E_FORMAT for a file that cannot be read, or whose CRS is not
 *         known; CMTY_E_RANGE; CMTY_E_INVALID; CMTY_E_NOMEM; CMTY_E_STOPPED; CMTY_E_ABI.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_check_repair(const char *layer, const char *path,
                                                      const cmty_check_options *options,
                                                      cmty_repair *repair, cmty_error *err);

/**
 * Stable name of a finding as it is printed, e.g. "sliver_gap".
 *
 * @param code  CMTY_FLAW_*.
 * @return A static string; "unknown" for any other value.
 * @threads any
 * @since 0.1
 */
CMTY_API const char *cmty_flaw_name(int32_t code);

/**
 * What to do about a finding, in one sentence.
 *
 * @param code  CMTY_FLAW_*.
 * @return A static string; empty for any other value.
 * @threads any
 * @since 0.1
 */
CMTY_API const char *cmty_flaw_advice(int32_t code);

#ifdef __cplusplus
}
#endif
#endif
