/* SPDX-License-Identifier: MIT */
#ifndef COMMUNITY_TYPES_H
#define COMMUNITY_TYPES_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define CMTY_API __attribute__((visibility("default")))
#define CMTY_MUSTCHECK __attribute__((warn_unused_result))
#else
#define CMTY_API
#define CMTY_MUSTCHECK
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** Result of a call: 0 done, > 0 a normal answer without a result, < 0 a failure. */
typedef int32_t cmty_status;

enum {
    CMTY_OK = 0,
    CMTY_END = 1,          /**< Iteration finished. */
    CMTY_NOTFOUND = 2,     /**< Nothing matches, e.g. outside every beat. */
    CMTY_WITHHELD = 3,     /**< The mask cannot protect this point; nothing is published for it. */
    CMTY_DUPLICATE = 4,    /**< Already stored under the same (source, source_ref). */
    CMTY_REFUSED = 5,      /**< Not accepted, kept in quarantine under a reason code. */
    CMTY_E_INVALID = -1,   /**< The caller broke the contract (NULL, unknown flag or option). */
    CMTY_E_NOMEM = -2,     /**< Out of memory. */
    CMTY_E_RANGE = -3,     /**< A number is outside its documented range, or not finite. */
    CMTY_E_IO = -4,        /**< A file cannot be read, written, created or renamed. */
    CMTY_E_FORMAT = -5,    /**< A file or text is not what it should be. */
    CMTY_E_ABI = -6,       /**< A struct_size that this library does not understand. */
    CMTY_E_KEY = -7,       /**< A key is missing, of the wrong kind, or readable by others. */
    CMTY_E_EXISTS = -8,    /**< The target exists and would be overwritten. */
    CMTY_E_LIMIT = -9,     /**< Larger than the documented limit. */
    CMTY_E_STOPPED = -10,  /**< The progress function of the host asked to stop. */
    CMTY_E_INTERNAL = -11, /**< A fault of this library or of one that it uses. */
};                         /* values are ABI: append, never renumber */

/** Detail of one failure. Lives with the caller, so it needs no lock and no free. */
typedef struct cmty_error {
    uint32_t struct_size; /**< sizeof(cmty_error), set by CMTY_ERROR_INIT. */
    cmty_status status;   /**< Same value as the call returned. */
    char message[504];    /**< UTF-8, NUL-terminated, one line. Never a position or report text. */
} cmty_error;

#define CMTY_ERROR_INIT                                                                            \
    {                                                                                              \
        (uint32_t)sizeof(cmty_error), CMTY_OK,                                                     \
        {                                                                                          \
            0                                                                                      \
        }                                                                                          \
    }

/**
 * Prepare an error struct; what CMTY_ERROR_INIT does, for callers without a preprocessor.
 *
 * @param[out] err  Not NULL; at least sizeof(cmty_error) bytes.
 * @return CMTY_OK, or CMTY_E_INVALID if @p err is NULL.
 * @threads any
 * @since 0.1
 */
CMTY_API cmty_status cmty_error_init(cmty_error *err);

/**
 * Name of a status value, e.g. "CMTY_E_RANGE".
 *
 * @param status  Any value.
 * @return A static string; "CMTY_E_UNKNOWN" for a value that this library does not know.
 * @threads any
 * @since 0.1
 */
CMTY_API const char *cmty_status_name(cmty_status status);

/** A position, WGS 84 (EPSG:4326 datum), degrees, longitude first. */
typedef struct cmty_point {
    double lon_deg; /**< -180 to 180. */
    double lat_deg; /**< -90 to 90. */
} cmty_point;

/** A moment: milliseconds since 1970-01-01T00:00:00Z, no leap seconds. */
typedef int64_t cmty_time;
#define CMTY_TIME_UNKNOWN INT64_MIN  /**< No time is known; as a start: open. */
#define CMTY_TIME_OPEN_END INT64_MAX /**< A validity that has no end yet. */

/**
 * Services of the host, passed by pointer in options; borrowed for the call, or for the life of an
 * object where the option says so. Every member may be NULL.
 */
typedef struct cmty_host {
    uint32_t struct_size; /**< sizeof(cmty_host). */
    uint32_t reserved;    /**< 0. */
    void *user;           /**< Handed back in each call. */
    /**
     * Progress of long work, called at most every few milliseconds from the calling thread.
     * @p fraction is 0 to 1, or negative if unknown. Return non-zero to stop: the call then cleans
     * up, leaves nothing half-written and returns CMTY_E_STOPPED.
     */
    int32_t (*progress)(void *user, const char *stage, double fraction);
    /** One line that a person should read: a repair, a skip, a suspicion. Never report text. */
    void (*notice)(void *user, const char *text);
} cmty_host;

#define CMTY_HOST_INIT                                                                             \
    {                                                                                              \
        (uint32_t)sizeof(cmty_host), 0, NULL, NULL, NULL                                           \
    }

#ifdef __cplusplus
}
#endif
#endif
