/* SPDX-License-Identifier: MIT */
#ifndef COMMUNITY_ATTACK_H
#define COMMUNITY_ATTACK_H

#include <community/beat.h>
#include <community/mask.h>
#include <community/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What attacks on a release found, and what the release is still good for. Opaque; immutable. */
typedef struct cmty_attack cmty_attack;

/** A mask that is not a cmty_masker, to be attacked like one. Functions are called serially. */
typedef struct cmty_mechanism {
    uint32_t struct_size; /**< sizeof(cmty_mechanism). */
    uint32_t reserved;    /**< 0. */
    void *user;           /**< Handed back in each call. */
    /**
     * Publishes the place of one report, once more. CMTY_OK, or CMTY_WITHHELD with @p masked
     * untouched; any other status ends the attack with it.
     */
    cmty_status (*mask)(void *user, const char *report_id, cmty_point at, cmty_time when,
                        cmty_point *masked);
    /**
     * What the system tells a stranger about a published report: 1 if it says that the report
     * (true place @p at, published at @p masked) lies in the box from @p min to @p max, else 0.
     * NULL: there is no such question to ask.
     */
    int32_t (*inside)(void *user, const char *report_id, cmty_point at, cmty_point masked,
                      cmty_point min, cmty_point max);
} cmty_mechanism;

/** How releases that were published one after another cover time. */
enum {
    CMTY_PERIODS_GROWING = 0, /**< Each counts what the one before counted, and what has come in
                                   since. */
    CMTY_PERIODS_APART = 1,   /**< No report is counted in two of them. */
};                            /* values are ABI: append, never renumber */

/** What the attacker knows. Start from CMTY_ATTACK_OPTIONS_INIT, then set fields. */
typedef struct cmty_attack_options {
    uint32_t struct_size; /**< Filled by the initialiser; never by hand. */
    uint32_t trials;      /**< Reports attacked, at most; a fixed choice among all. Default 500. */
    uint32_t k;           /**< No attack may name the true address more often than one in k. 0: that
                               of the policy. */
    int32_t law;          /**< CMTY_LAW_* of the release where neither a mask nor the file tells;
                               CMTY_LAW_AUTO: none given. */
    double epsilon_per_m; /**< Lattice; 0: from the file. */
    double inner_radius_m; /**< Donut; default 0. */
    double radius_m;       /**< Donut, grid; 0: from the file. */
    const char *addresses; /**< Layer spec of address points, or of points with a `|weight=FIELD`
                                part: the places that the attacker considers. NULL: the true places
                                of all reports, and no others. */
    const char *policy;    /**< Policy file; NULL: the built-in one. */
    const char *time_zone; /**< For times without a zone. NULL: the policy's. */
    const cmty_beatset *beats;       /**< For what beats give away, and for utility. May be NULL. */
    const cmty_masker *masker;       /**< The mask itself, for attacks that ask it. May be NULL. */
    const cmty_mechanism *mechanism; /**< The same for a mask of your own. May be NULL. */
    const cmty_host *host;           /**< Borrowed for the call; may be NULL. */
    const char *const *previous;     /**< Releases before those that are attacked, oldest first:
                                          what they give away together. NULL: none. */
    size_t previous_count;           /**< How many. */
    int32_t periods;                 /**< CMTY_PERIODS_*. */
    uint32_t reserved;               /**< 0. */
} cmty_attack_options;

/** Size of cmty_attack_options without its newest members. */
#define CMTY_ATTACK_OPTIONS_SIZE_0_1 offsetof(cmty_attack_options, previous)

/** Defaults of cmty_attack_options. */
#define CMTY_ATTACK_OPTIONS_INIT                                                                   \
    {                                                                                              \
        (uint32_t)sizeof(cmty_attack_options), 500, 0, CMTY_LAW_AUTO, 0, 0, 0, NULL, NULL, NULL,   \
            NULL, NULL, NULL, NULL, NULL, 0, CMTY_PERIODS_GROWING, 0                               \
    }

/**
 * Fill attack options with the defaults, for callers without a preprocessor.
 *
 * @param[out] options  Not NULL.
 * @return CMTY_OK, or CMTY_E_INVALID if @p options is NULL.
 * @threads any
 * @since 0.1
 */
CMTY_API cmty_status cmty_attack_options_init(cmty_attack_options *options);

/**
 * Attack a release: compare what was published with what is true, as an adversary would who knows
 * the addresses, the law and its parameters, but not the key. The result is a lower bound on the
 * risk: these attacks succeed this often. It is no proof of safety.
 *
 * Files are CSV with a header, or vector layers. The truth needs a column that identifies the
 * report (id, report_id, source_ref, report_no), a longitude and a latitude, and may have a time
 * (time, occurred, occurred_at, when). A release has the same ids; where it was made by this
 * library it also tells law, radius, beat and time. Several releases are taken to be of the same
 * reports, in order.
 *
 * With `previous`, those releases and @p published are also laid side by side as anyone can who has
 * them: counts that moved, blanks that another release gives away, reports that were published at
 * two places. This needs no truth, and reads tables of counts (CSV with a column reports or count,
 * and beat_id or the like), tables of points, and GeoPackages with both, as cmty_publish() writes
 * them. What was told is listed by cmty_attack_told().
 *
 * @param      truth      The exact reports. Never copied into any output. May be NULL where there
 *                        is something previous.
 * @param      published  The releases. May be NULL if @p count is 0: then the mask or mechanism of
 *                        @p options publishes each report once, in memory.
 * @param      count      How many.
 * @param      options    May be NULL for the defaults.
 * @param[out] out        Owned by the caller; NULL on failure.
 * @param[out] err        Detail on failure, or NULL: names file, line and column.
 * @return CMTY_OK, also where the release fails the limits; CMTY_E_IO; CMTY_E_FORMAT, also where
 *         no id of the truth was published; CMTY_E_RANGE; CMTY_E_INVALID; CMTY_E_NOMEM;
 *         CMTY_E_STOPPED; CMTY_E_ABI; whatever else the mechanism returns.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_attack_run(const char *truth, const char *const *published,
                                                    size_t count,
                                                    const cmty_attack_options *options,
                                                    cmty_attack **out, cmty_error *err);

/**
 * Release a result.
 *
 * @param attack  May be NULL.
 * @threads any
 * @since 0.1
 */
CMTY_API void cmty_attack_free(cmty_attack *attack);

/** Kinds of row. */
enum {
    CMTY_FINDING_RISK = 0,    /**< What an attack recovered. */
    CMTY_FINDING_UTILITY = 1, /**< What the release is still good for. */
};                            /* values are ABI: append, never renumber */

/** What a row says about the limits. */
enum {
    CMTY_VERDICT_INFO = 0, /**< There is no limit for it. */
    CMTY_VERDICT_PASS = 1, /**< Within the limit. */
    CMTY_VERDICT_FAIL = 2, /**< Beyond the limit. */
};                         /* values are ABI: append, never renumber */

/** One row of the result. Texts are borrowed until the result is freed. */
typedef struct cmty_finding {
    uint32_t struct_size; /**< sizeof(cmty_finding), set by the caller. */
    int32_t kind;         /**< CMTY_FINDING_*. */
    int32_t verdict;      /**< CMTY_VERDICT_*. */
    uint32_t reserved;    /**< 0. */
    const char *name;     /**< Stable: "nearest", "bayes", "low_bits", ... */
    const char *what;     /**< The same for people. */
    const char *unit;     /**< "share", "m", "bits", "addresses", "times" or "". */
    const char *note;     /**< How to read it. */
    double value;         /**< NaN where it cannot be computed. */
    double low;           /**< 95 % interval; NaN if there is none. */
    double high;
    double baseline; /**< What it is compared with; NaN if nothing. */
    double limit;    /**< Beyond it the verdict is fail; NaN if there is none. */
    uint64_t trials; /**< Reports or tries behind the value. */
} cmty_finding;

/**
 * Number of rows.
 *
 * @param attack  Not NULL.
 * @return The count.
 * @threads any
 * @since 0.1
 */
CMTY_API size_t cmty_attack_count(const cmty_attack *attack);

/**
 * One row.
 *
 * @param      attack   Not NULL.
 * @param      index    0 to cmty_attack_count() - 1.
 * @param[out] finding  Its struct_size set by the caller. Untouched on failure.
 * @param[out] err      Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_RANGE; CMTY_E_INVALID; CMTY_E_ABI.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_attack_finding(const cmty_attack *attack, size_t index,
                                                        cmty_finding *finding, cmty_error *err);

/** A number that releases give away together. Texts are borrowed until the result is freed. */
typedef struct cmty_told {
    uint32_t struct_size; /**< sizeof(cmty_told), set by the caller. */
    uint32_t release;     /**< Which release, from 1; previous ones come first. */
    const char *name; /**< Of the row it belongs to: "difference", "blanks" or "blanks_alone". */
    const char *what; /**< What it counts, e.g. "beat 0112, theft". */
    int64_t before;   /**< As the release before has it; -1: not printed there, or none. */
    int64_t after;    /**< As this release has it; -1: not printed. */
    int64_t low;      /**< "difference": it grew by this much at least. Else: it is this much at
                           least. */
    int64_t high;     /**< And at most. */
} cmty_told;

/**
 * Number of numbers that were given away.
 *
 * @param attack  Not NULL.
 * @return The count.
 * @threads any
 * @since 0.1
 */
CMTY_API size_t cmty_attack_told_count(const cmty_attack *attack);

/**
 * One of them.
 *
 * @param      attack  Not NULL.
 * @param      index   0 to cmty_attack_told_count() - 1.
 * @param[out] told    Its struct_size set by the caller. Untouched on failure.
 * @param[out] err     Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_RANGE; CMTY_E_INVALID; CMTY_E_ABI.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_attack_told(const cmty_attack *attack, size_t index,
                                                     cmty_told *told, cmty_error *err);

/**
 * Whether the release stays within every limit.
 *
 * @param attack  Not NULL.
 * @return 1 if no row failed, else 0.
 * @threads any
 * @since 0.1
 */
CMTY_API int32_t cmty_attack_passed(const cmty_attack *attack);

/**
 * The result as one line of JSON: reports, places, k, passed, all rows, and the numbers that were
 * told.
 *
 * @param attack  Not NULL.
 * @return UTF-8, borrowed until the result is freed.
 * @threads any
 * @since 0.1
 */
CMTY_API const char *cmty_attack_json(const cmty_attack *attack);

/**
 * Write one self-contained page: a plot of risk against utility, a point for each result, and the
 * table of each. It shows no place and no id.
 *
 * @param      attacks  Results, e.g. one for each law that was tried. Not NULL.
 * @param      titles   A heading for each. Not NULL.
 * @param      count    How many, 1 to 64.
 * @param      path     File to write, renamed into place.
 * @param[out] err      Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_IO; CMTY_E_INVALID; CMTY_E_NOMEM.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_attack_html(const cmty_attack *const *attacks,
                                                     const char *const *titles, size_t count,
                                                     const char *path, cmty_error *err);

#ifdef __cplusplus
}
#endif
#endif
