/* SPDX-License-Identifier: MIT */
#ifndef COMMUNITY_LINT_H
#define COMMUNITY_LINT_H

#include <community/beat.h>
#include <community/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Looks for what is finer than it may be in what is about to leave. Opaque; immutable. */
typedef struct cmty_linter cmty_linter;

/** What was found: in any text, then in files only. */
enum {
    CMTY_LEAK_DECIMAL = 0,     /**< Coordinates in decimal degrees. */
    CMTY_LEAK_DMS = 1,         /**< Coordinates in degrees and minutes. */
    CMTY_LEAK_UTM = 2,         /**< UTM coordinates. */
    CMTY_LEAK_MGRS = 3,        /**< An MGRS reference of 100 m or finer. */
    CMTY_LEAK_GEOHASH = 4,     /**< A geohash of seven characters or more. */
    CMTY_LEAK_PLUS_CODE = 5,   /**< A Plus Code, whole or short. */
    CMTY_LEAK_MAP_LINK = 6,    /**< A link to a place on a map, a geo: URI, three words. */
    CMTY_LEAK_PHONE = 7,       /**< A telephone number. */
    CMTY_LEAK_EMAIL = 8,       /**< An e-mail address. */
    CMTY_LEAK_ADDRESS = 9,     /**< A house number with a street, or two streets that cross. */
    CMTY_LEAK_PRECISION = 10,  /**< A position with more than seven decimals. */
    CMTY_LEAK_BBOX = 11,       /**< A bounding box, which shows the outermost true points. */
    CMTY_LEAK_ORDER = 12,      /**< Rows in order of time. */
    CMTY_LEAK_SEQUENCE = 13,   /**< Ids that are consecutive numbers. */
    CMTY_LEAK_TIME = 14,       /**< A time finer than the policy's bin. */
    CMTY_LEAK_ATTACHMENT = 15, /**< A photo, or a link to one. */
    CMTY_LEAK_COUNT = 16
}; /* values are ABI: append, never renumber */

/**
 * Name of a leak: "decimal", "dms", "utm", ...
 *
 * @param rule  CMTY_LEAK_*.
 * @return A static string; "unknown" for any other value.
 * @threads any
 * @since 0.1
 */
CMTY_API const char *cmty_leak_name(int32_t rule);

/**
 * What a leak is, in words: "a telephone number".
 *
 * @param rule  CMTY_LEAK_*.
 * @return A static string.
 * @threads any
 * @since 0.1
 */
CMTY_API const char *cmty_leak_text(int32_t rule);

/** What is known of the place. Start from CMTY_LINTER_OPTIONS_INIT, then set fields. */
typedef struct cmty_linter_options {
    uint32_t struct_size;      /**< Filled by the initialiser; never by hand. */
    uint32_t reserved;         /**< 0. */
    const char *streets;       /**< Layer spec of streets with their names (`|name=FIELD`, else
                                    found); NULL: streets are known by words such as Street. */
    const char *policy;        /**< Policy file; NULL: the built-in one. */
    const cmty_beatset *beats; /**< Their box is where geohashes are looked for. May be NULL: then
                                    only those are found that are called so. Borrowed for the call.
                                */
    const cmty_host *host;     /**< Borrowed for the call; may be NULL. */
} cmty_linter_options;

/** Defaults of cmty_linter_options. */
#define CMTY_LINTER_OPTIONS_INIT                                                                   \
    {                                                                                              \
        (uint32_t)sizeof(cmty_linter_options), 0, NULL, NULL, NULL, NULL                           \
    }

/**
 * Fill linter options with the defaults, for callers without a preprocessor.
 *
 * @param[out] options  Not NULL.
 * @return CMTY_OK, or CMTY_E_INVALID if @p options is NULL.
 * @threads any
 * @since 0.1
 */
CMTY_API cmty_status cmty_linter_options_init(cmty_linter_options *options);

/**
 * Make a linter ready.
 *
 * @param      options  May be NULL for the defaults.
 * @param[out] out      Owned by the caller; NULL on failure.
 * @param[out] err      Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_IO; CMTY_E_FORMAT; CMTY_E_INVALID; CMTY_E_NOMEM; CMTY_E_STOPPED;
 *         CMTY_E_ABI.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_linter_open(const cmty_linter_options *options,
                                                     cmty_linter **out, cmty_error *err);

/**
 * Release a linter.
 *
 * @param linter  One that no thread uses any more, or NULL.
 * @threads any
 * @since 0.1
 */
CMTY_API void cmty_linter_free(cmty_linter *linter);

/** One place where something was found. The text itself is never repeated. */
typedef struct cmty_leak {
    uint32_t struct_size; /**< sizeof(cmty_leak), set by the caller. */
    int32_t rule;         /**< CMTY_LEAK_*. */
    uint64_t row;         /**< Line or feature, from 1; 0: the file as a whole. */
    uint64_t offset;      /**< Byte in the text where it begins. */
    uint64_t size;        /**< Bytes. */
    const char *column; /**< Field or member, borrowed until the result is freed; empty if none. */
} cmty_leak;

/** What was found in one text or file. Opaque; immutable. */
typedef struct cmty_lint cmty_lint;

/**
 * Look through a text.
 *
 * @param      linter  Not NULL.
 * @param      text    UTF-8; other bytes are passed over.
 * @param      size    Bytes of @p text.
 * @param[out] out     Owned by the caller; NULL on failure.
 * @param[out] err     Detail on failure, or NULL.
 * @return CMTY_OK, also where something was found; CMTY_E_INVALID; CMTY_E_NOMEM.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_linter_text(const cmty_linter *linter, const char *text,
                                                     size_t size, cmty_lint **out, cmty_error *err);

/**
 * Look through a file that is about to leave: every field or member of CSV and JSON, any other file
 * as one text. Tables are also judged as a whole: their order, ids, times and positions.
 *
 * @param      linter  Not NULL.
 * @param      path    File to read, up to 64 MiB.
 * @param[out] out     Owned by the caller; NULL on failure.
 * @param[out] err     Detail on failure, or NULL.
 * @return CMTY_OK, also where something was found; CMTY_E_IO; CMTY_E_FORMAT; CMTY_E_LIMIT;
 *         CMTY_E_INVALID; CMTY_E_NOMEM.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_linter_file(const cmty_linter *linter, const char *path,
                                                     cmty_lint **out, cmty_error *err);

/**
 * Release a result.
 *
 * @param lint  May be NULL.
 * @threads any
 * @since 0.1
 */
CMTY_API void cmty_lint_free(cmty_lint *lint);

/**
 * How much was found.
 *
 * @param lint  Not NULL.
 * @return The count; 0: nothing.
 * @threads any
 * @since 0.1
 */
CMTY_API size_t cmty_lint_count(const cmty_lint *lint);

/**
 * One of the things found, in the order of the file.
 *
 * @param      lint   Not NULL.
 * @param      index  0 to cmty_lint_count() - 1.
 * @param[out] leak   Its struct_size set by the caller. Untouched on failure.
 * @param[out] err    Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_RANGE; CMTY_E_INVALID; CMTY_E_ABI.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_lint_at(const cmty_lint *lint, size_t index,
                                                 cmty_leak *leak, cmty_error *err);

#ifdef __cplusplus
}
#endif
#endif
