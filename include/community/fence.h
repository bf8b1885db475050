/* SPDX-License-Identifier: MIT */
#ifndef COMMUNITY_FENCE_H
#define COMMUNITY_FENCE_H

#include <community/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A set of geofences and their rules. Opaque; immutable once opened. */
typedef struct cmty_fenceset cmty_fenceset;

/** What a fence does with a report. From the mildest to the strictest. */
enum {
    CMTY_FENCE_ACCEPT = 0,   /**< Take the report in. */
    CMTY_FENCE_ESCALATE = 1, /**< Take it in and tell the host at once. */
    CMTY_FENCE_WITHHOLD = 2, /**< Take it in, count it, but publish no point: a protected place. */
    CMTY_FENCE_REFUSE = 3,   /**< Do not take it in; kept in quarantine. */
};                           /* values are ABI: append, never renumber */

/** How fence layers are read. Start from CMTY_FENCE_OPTIONS_INIT, then set fields. */
typedef struct cmty_fence_options {
    uint32_t struct_size;   /**< Filled by the initialiser; never by hand. */
    int32_t default_action; /**< CMTY_FENCE_* for features that have no action field. Default -1:
                                 such a layer is refused. A layer spec may say `action=withhold`. */
    const char *time_zone;  /**< IANA name in which days and hours are read. NULL: "UTC". */
    const char *crs;        /**< For a layer without a CRS. NULL: as for beats. */
    const cmty_host *host;  /**< Borrowed for the call; may be NULL. */
} cmty_fence_options;

/** Defaults of cmty_fence_options. */
#define CMTY_FENCE_OPTIONS_INIT                                                                    \
    {                                                                                              \
        (uint32_t)sizeof(cmty_fence_options), -1, NULL, NULL, NULL                                 \
    }

/**
 * Fill fence options with the defaults, for callers without a preprocessor.
 *
 * @param[out] options  Not NULL.
 * @return CMTY_OK, or CMTY_E_INVALID if @p options is NULL.
 * @threads any
 * @since 0.1
 */
CMTY_API cmty_status cmty_fence_options_init(cmty_fence_options *options);

/**
 * Read geofences from layers of polygons, or of points with a radius.
 *
 * Fields of a feature: `id` (or `name`), `action` (accept, escalate, withhold, refuse), `category`
 * (codes separated by commas, a prefix ends in `.*`; empty: all), `valid_from`, `valid_to`
 * (ISO 8601, half-open), `days` (`mon-fri,sun`), `hours` (`22:00-06:00`, half-open, may pass
 * midnight), `priority` (integer, 0 if absent), `radius_m` (points only), `note`. Hours that pass
 * midnight belong to the day on which they begin. A layer spec takes `|action=`, `|id=`,
 * `|layername=` and `|crs=` as beats do. Several features may share an id. A circle is a polygon
 * of 64 sides that holds it.
 *
 * @param      layers   Layer specs, UTF-8. Borrowed for the call.
 * @param      count    How many, at least 1.
 * @param      options  May be NULL for the defaults.
 * @param[out] out      The set, owned by the caller; NULL on failure.
 * @param[out] err      Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_IO; CMTY_E_FORMAT naming file, feature and field; CMTY_E_INVALID;
 *         CMTY_E_NOMEM; CMTY_E_ABI.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_fenceset_open(const char *const *layers, size_t count,
                                                       const cmty_fence_options *options,
                                                       cmty_fenceset **out, cmty_error *err);

/**
 * Release a fence set.
 *
 * @param set  A set that no thread uses any more, or NULL.
 * @threads any
 * @since 0.1
 */
CMTY_API void cmty_fenceset_free(cmty_fenceset *set);

/**
 * Number of fences.
 *
 * @param set  Not NULL.
 * @return The count.
 * @threads any
 * @since 0.1
 */
CMTY_API size_t cmty_fenceset_count(const cmty_fenceset *set);

/** What the fences say about a report. */
typedef struct cmty_fence_decision {
    uint32_t struct_size;   /**< sizeof(cmty_fence_decision), set by the caller. */
    int32_t action;         /**< CMTY_FENCE_*. ACCEPT if no fence applies. */
    int32_t fence;          /**< Number of the fence that decided, from the strongest, or -1. */
    uint32_t matched_count; /**< How many fences applied. */
    const char *fence_id;   /**< Its id; empty if none. Borrowed until the set is freed. */
    const char *note;       /**< Its note; empty if none. Borrowed until the set is freed. */
} cmty_fence_decision;

/**
 * Decide on a report. Fences are closed: their edge belongs to them.
 *
 * Among the fences that apply (place, category and time), the highest priority decides; among
 * equals the strictest action; among those the lowest id in byte order. The order of features and
 * layers never matters.
 *
 * @param      set       Not NULL.
 * @param      at        WGS 84, degrees.
 * @param      category  Category code, e.g. "theft.bicycle". Not NULL.
 * @param      when      Time of the occurrence. CMTY_TIME_UNKNOWN: fences with a time window do
 *                       apply, unless they accept, to be on the safe side.
 * @param[out] decision  Its struct_size set by the caller. Untouched on failure.
 * @param[out] err       Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_RANGE if @p at is not finite or off the globe; CMTY_E_INVALID;
 *         CMTY_E_ABI.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_fenceset_decide(const cmty_fenceset *set, cmty_point at,
                                                         const char *category, cmty_time when,
                                                         cmty_fence_decision *decision,
                                                         cmty_error *err);

/**
 * Find the fences that hold each of many points, whatever their rules: the fast path. Fences are
 * closed: their edge belongs to them.
 *
 * @param      set       Not NULL.
 * @param      points    @p count positions, WGS 84, degrees; one that is not finite or off the
 *                       globe is in no fence.
 * @param      count     0 or more.
 * @param[out] first     @p count + 1 places: the fences of point i are fence[first[i]] up to, not
 *                       including, fence[first[i + 1]], the strongest first.
 * @param[out] fence     @p capacity fence numbers, or NULL if that is 0. What finds no room is only
 *                       counted.
 * @param      capacity  0 or more; first[count] says what was needed.
 * @param[out] err       Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_INVALID.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_fenceset_find_many(const cmty_fenceset *set,
                                                            const cmty_point *points, size_t count,
                                                            uint64_t *first, int32_t *fence,
                                                            size_t capacity, cmty_error *err);

/**
 * Decide on many reports, as cmty_fenceset_decide() would on each.
 *
 * @param      set       Not NULL.
 * @param      points    @p count positions; one that is not finite or off the globe is in no fence.
 * @param      category  @p count category codes, none NULL.
 * @param      when      @p count times of the occurrence; CMTY_TIME_UNKNOWN as for one report.
 * @param      count     0 or more.
 * @param[out] action    @p count CMTY_FENCE_*, or NULL.
 * @param[out] fence     @p count numbers of the fences that decided, -1 where none did.
 * @param[out] err       Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_INVALID.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_fenceset_decide_many(
    const cmty_fenceset *set, const cmty_point *points, const char *const *category,
    const cmty_time *when, size_t count, int32_t *action, int32_t *fence, cmty_error *err);

/**
 * Name of an action: "accept", "escalate", "withhold", "refuse".
 *
 * @param action  CMTY_FENCE_*.
 * @return A static string; "unknown" for any other value.
 * @threads any
 * @since 0.1
 */
CMTY_API const char *cmty_fence_action_name(int32_t action);

#ifdef __cplusplus
}
#endif
#endif
