/* SPDX-License-Identifier: MIT */
#ifndef COMMUNITY_MASK_H
#define COMMUNITY_MASK_H

#include <community/beat.h>
#include <community/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A mask: one law with its parameters, key and regions. Opaque; immutable once opened. */
typedef struct cmty_masker cmty_masker;

/** Mask laws. */
enum {
    CMTY_LAW_AUTO = 0,     /**< Anchor where addresses are given, else lattice. */
    CMTY_LAW_LATTICE = 1,  /**< Exact discrete planar Laplace on a public lattice, keyed. */
    CMTY_LAW_ANCHOR = 2,   /**< Anchor of a catchment of k addresses inside one beat. */
    CMTY_LAW_DONUT = 3,    /**< Area-uniform between two radii, keyed. */
    CMTY_LAW_GRID = 4,     /**< A corner of a fixed grid, RFC 6772 section 6.5.2; edges keyed. */
    CMTY_LAW_WITHHOLD = 5, /**< No point at all. */
    CMTY_LAW_SNAP = 6,     /**< The nearest point of a published list. */
    CMTY_LAW_STREET = 7,   /**< As lattice, then the nearest place on a road. */
};                         /* values are ABI: append, never renumber */

/** What a lattice or donut draw may be confined to: the beat of the true point, at its time, or
    land that is given. */
enum {
    CMTY_REGION_NONE = 0,   /**< Anywhere. The beat then follows the masked point. */
    CMTY_REGION_CLAMP = 1,  /**< Nearest lattice point in the beat; keeps epsilon in the beat. */
    CMTY_REGION_REDRAW = 2, /**< Drawn again until in the beat; 2 epsilon in the beat. */
};                          /* values are ABI: append, never renumber */

/** How to mask. Start from CMTY_MASK_OPTIONS_INIT, then set fields. */
typedef struct cmty_mask_options {
    uint32_t struct_size;   /**< Filled by the initialiser; never by hand. */
    int32_t law;            /**< CMTY_LAW_*. Default CMTY_LAW_AUTO. */
    int32_t region;         /**< CMTY_REGION_*. Default CMTY_REGION_NONE. */
    uint32_t k;             /**< Addresses in a catchment, at least. 2 to 10000. Default 8. */
    double epsilon_per_m;   /**< Lattice: privacy per metre, 1e-5 to 1. Default 0.01 (mean
                                 displacement 2 / epsilon = 200 m). */
    double lattice_m;       /**< Lattice: spacing, ground metres, 1 to 1000. Default 10. */
    double radius_m;        /**< Donut: outer radius; grid: cell side. 1 to 100000. Default 250. */
    double inner_radius_m;  /**< Donut: inner radius, 0 to radius_m. Default 50. */
    uint32_t min_addresses; /**< Clamp and redraw: withhold where the beat holds fewer addresses
                                 (only where addresses are given). Default 8. */
    uint32_t reserved;      /**< 0. */
    const char *addresses;  /**< Layer spec of address points, or of population areas with a
                                 `|weight=FIELD` part. A part `|public=LAYER` names areas that are
                                 public places: what lies in one is shown at its own anchor,
                                 whatever k is. NULL: none. Needed by anchor. */
    const char *key_file;   /**< Mask key file. Needed by lattice, street, donut and grid. */
    const cmty_host *host;  /**< Borrowed for the open call; may be NULL. */
    const char *snap_to;    /**< Layer spec. Snap: the published points; street: roads, as lines.
                                 NULL: none. Needed by these two. */
    double cutoff_m;        /**< Snap: withhold where no point of the list is within this distance,
                                 metres, 1 to 1000000. Default 20000. */
    const char *land;       /**< Layer spec of areas. Clamp and redraw then confine to these, as
                                 land, and not to the beat. NULL: none. */
} cmty_mask_options;

/** Size of cmty_mask_options without its newest members. */
#define CMTY_MASK_OPTIONS_SIZE_0_1 offsetof(cmty_mask_options, snap_to)

/** Defaults of cmty_mask_options. */
#define CMTY_MASK_OPTIONS_INIT                                                                     \
    {                                                                                              \
        (uint32_t)sizeof(cmty_mask_options), CMTY_LAW_AUTO, CMTY_REGION_NONE, 8, 0.01, 10.0,       \
            250.0, 50.0, 8, 0, NULL, NULL, NULL, NULL, 20000.0, NULL                               \
    }

/**
 * Fill mask options with the defaults, for callers without a preprocessor.
 *
 * @param[out] options  Not NULL.
 * @return CMTY_OK, or CMTY_E_INVALID if @p options is NULL.
 * @threads any
 * @since 0.1
 */
CMTY_API cmty_status cmty_mask_options_init(cmty_mask_options *options);

/**
 * Make a mask ready: read its key, build its catchments.
 *
 * @param      options  Not NULL.
 * @param      beats    Needed by anchor and by the regions clamp and redraw, else NULL. Borrowed
 *                      until the masker is freed.
 * @param[out] out      The masker, owned by the caller; NULL on failure.
 * @param[out] err      Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_KEY; CMTY_E_IO; CMTY_E_FORMAT; CMTY_E_RANGE for a parameter outside its
 *         range; CMTY_E_INVALID; CMTY_E_NOMEM; CMTY_E_STOPPED; CMTY_E_ABI.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_masker_open(const cmty_mask_options *options,
                                                     const cmty_beatset *beats, cmty_masker **out,
                                                     cmty_error *err);

/**
 * Release a masker.
 *
 * @param masker  A masker that no thread uses any more, or NULL.
 * @threads any
 * @since 0.1
 */
CMTY_API void cmty_masker_free(cmty_masker *masker);

/** A masked position. */
typedef struct cmty_masked {
    uint32_t struct_size; /**< sizeof(cmty_masked), set by the caller. */
    int32_t law;          /**< CMTY_LAW_* that was used; never CMTY_LAW_AUTO. */
    cmty_point at;        /**< The masked position; untouched where withheld. */
    double radius_m;      /**< The true position lies within this distance with 95 % probability
                               (lattice, donut) or always (anchor, grid, snap), metres; street:
                               with 95 % before it was snapped. */
    int32_t beat;         /**< Beat disclosed with it (anchor, clamp, redraw), else -1. */
    uint32_t reserved;    /**< 0. */
    const char *note;     /**< Why it was withheld; snap: "list" and the version of the list; else
                               empty. Borrowed until the masker is freed. */
} cmty_masked;

/**
 * Mask one position. The same report, place, key and parameters give the same answer on every
 * thread, process and machine, so releasing it again tells an adversary nothing new.
 *
 * @param      masker     Not NULL.
 * @param      report_id  Identity of the report, part of the noise's key. Not NULL, not empty.
 * @param      at         The true position, WGS 84, degrees.
 * @param      when       Decides the beat version.
 * @param[out] masked     Its struct_size set by the caller. Untouched on failure.
 * @param[out] err        Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_WITHHELD with @p masked->note; CMTY_E_RANGE if @p at is not finite or off
 *         the globe; CMTY_E_INVALID; CMTY_E_ABI.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_masker_apply(const cmty_masker *masker,
                                                      const char *report_id, cmty_point at,
                                                      cmty_time when, cmty_masked *masked,
                                                      cmty_error *err);

/**
 * What the mask promises, in words that can be printed beside the map.
 *
 * @param masker  Not NULL.
 * @return UTF-8, borrowed until the masker is freed.
 * @threads any
 * @since 0.1
 */
CMTY_API const char *cmty_masker_guarantee(const cmty_masker *masker);

/**
 * The mask in machine form: one line of JSON with law, parameters, region, key id, mechanism
 * version, epsilon_within_beat, beat_disclosed, k.
 *
 * @param masker  Not NULL.
 * @return UTF-8, borrowed until the masker is freed.
 * @threads any
 * @since 0.1
 */
CMTY_API const char *cmty_masker_metadata(const cmty_masker *masker);

/**
 * Write the catchments of the law anchor as polygons (a GeoPackage with the layer `catchments`), so
 * that everybody can see what an anchor stands for. They come from public data alone.
 *
 * @param      beats      Not NULL.
 * @param      addresses  Layer spec, as in cmty_mask_options. Not NULL.
 * @param      k          Addresses in a catchment, at least. 2 to 10000.
 * @param      as_of      Version of the beats; CMTY_TIME_UNKNOWN: the latest.
 * @param      gpkg       File to write (renamed into place). Not NULL.
 * @param      host       Borrowed for the call; may be NULL.
 * @param[out] err        Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_IO; CMTY_E_FORMAT; CMTY_E_RANGE if @p k is out of range or no beats are
 *         in force; CMTY_E_INVALID; CMTY_E_NOMEM; CMTY_E_STOPPED.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_catchments_write(const cmty_beatset *beats,
                                                          const char *addresses, uint32_t k,
                                                          cmty_time as_of, const char *gpkg,
                                                          const cmty_host *host, cmty_error *err);

/**
 * Name of a law: "lattice", "anchor", "donut", "grid", "withhold", "auto", "snap", "street".
 *
 * @param law  CMTY_LAW_*.
 * @return A static string; "unknown" for any other value.
 * @threads any
 * @since 0.1
 */
CMTY_API const char *cmty_law_name(int32_t law);

/**
 * Law with a name.
 *
 * @param name  As printed by cmty_law_name(). May be NULL.
 * @return CMTY_LAW_*, or -1 if there is none.
 * @threads any
 * @since 0.1
 */
CMTY_API int32_t cmty_law_from_name(const char *name);

/**
 * Region with a name: "none", "clamp", "redraw".
 *
 * @param name  May be NULL.
 * @return CMTY_REGION_*, or -1 if there is none.
 * @threads any
 * @since 0.1
 */
CMTY_API int32_t cmty_region_from_name(const char *name);

#ifdef __cplusplus
}
#endif
#endif
