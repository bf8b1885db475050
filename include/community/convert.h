/* SPDX-License-Identifier: MIT */
#ifndef COMMUNITY_CONVERT_H
#define COMMUNITY_CONVERT_H

#include <community/outbox.h>
#include <community/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The languages that other systems speak. */
enum {
    CMTY_FORMAT_OPEN311_JSON = 0, /**< Open311 GeoReport v2 service requests, JSON. */
    CMTY_FORMAT_OPEN311_XML = 1,  /**< The same as XML. */
    CMTY_FORMAT_CAP = 2,          /**< CAP 1.2 alert: one document for each record. */
    CMTY_FORMAT_EIDO = 3,         /**< NENA EIDO, JSON: one document for each record. */
    CMTY_FORMAT_COT = 4,          /**< Cursor on Target 2.0 event: one document for each record. */
    CMTY_FORMAT_COUNT = 5
}; /* values are ABI: append before COUNT, never renumber */

/**
 * Name of a format, e.g. "open311-json".
 *
 * @param format  CMTY_FORMAT_*.
 * @return A static string; NULL for any other value.
 * @threads any
 * @since 0.1
 */
CMTY_API const char *cmty_format_name(int32_t format);

/**
 * A format by its name: open311-json, open311-xml, cap, eido, cot.
 *
 * @param name  May be NULL.
 * @return CMTY_FORMAT_*, or -1 if there is none of that name.
 * @threads any
 * @since 0.1
 */
CMTY_API int32_t cmty_format_from_name(const char *name);

/** How to write. Start from CMTY_CONVERT_OPTIONS_INIT, then set fields. */
typedef struct cmty_convert_options {
    uint32_t struct_size;    /**< Filled by the initialiser; never by hand. */
    int32_t format;          /**< CMTY_FORMAT_*. Default CMTY_FORMAT_OPEN311_JSON. */
    const char *agency;      /**< Domain name of the agency, such as "police.example.gov". Needed
                                  for CAP, where it is the sender, and for EIDO. Default NULL. */
    const char *agency_name; /**< Its name for readers, 1 to 200 bytes. NULL: none. */
    cmty_time now;           /**< When the messages are sent. Default CMTY_TIME_UNKNOWN: now. */
    int64_t valid_s;         /**< For how long they are of use, seconds, 60 to 31622400: `expires`
                                  of CAP, `stale` of CoT, retention of a place. Default one day. */
    cmty_time since;         /**< cmty_convert(): first moment of occurrence. Default
                                  CMTY_TIME_UNKNOWN: all. */
    cmty_time until;         /**< cmty_convert(): first moment not covered. Default
                                  CMTY_TIME_OPEN_END. */
    uint32_t exercise;       /**< 1: CAP status Exercise, CoT opex e; refused for the others, which
                                  cannot say so. Default 0. */
    uint32_t reserved;       /**< 0. */
    const cmty_host *host;   /**< Borrowed for the call; may be NULL. */
} cmty_convert_options;

/** Defaults of cmty_convert_options. */
#define CMTY_CONVERT_OPTIONS_INIT                                                                  \
    {                                                                                              \
        (uint32_t)sizeof(cmty_convert_options), CMTY_FORMAT_OPEN311_JSON, NULL, NULL,              \
            CMTY_TIME_UNKNOWN, 86400, CMTY_TIME_UNKNOWN, CMTY_TIME_OPEN_END, 0, 0, NULL            \
    }

/**
 * Fill convert options with the defaults, for callers without a preprocessor.
 *
 * @param[out] options  Not NULL.
 * @return CMTY_OK, or CMTY_E_INVALID if @p options is NULL.
 * @threads any
 * @since 0.1
 */
CMTY_API cmty_status cmty_convert_options_init(cmty_convert_options *options);

/**
 * Write the points that a store publishes as messages for other systems: what cmty_publish() of the
 * same period would show, and nothing else. Places are the masked ones, with their radius.
 *
 * Open311 is one file. The others have one document for each record: they go into a new folder,
 * each under the id of its record. File and folder appear whole or not at all.
 *
 * @param      store    Path of the journal; read only, may be under intake.
 * @param      options  Not NULL.
 * @param      path     File to write, "-" for standard output; or folder to make, which must not
 *                      exist or be empty.
 * @param[out] count    Records written; unchanged on failure. May be NULL.
 * @param[out] err      Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_IO; CMTY_E_EXISTS if there is something in the folder; CMTY_E_FORMAT;
 *         CMTY_E_RANGE; CMTY_E_INVALID; CMTY_E_NOMEM; CMTY_E_STOPPED; CMTY_E_ABI.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_convert(const char *store,
                                                 const cmty_convert_options *options,
                                                 const char *path, uint64_t *count,
                                                 cmty_error *err);

/**
 * One item of an outbox as a document, with what its receiver may see of it.
 *
 * @param      item     As cmty_outbox_next() gave it. Not NULL.
 * @param      options  Not NULL; `since` and `until` are not asked.
 * @param[out] text     NUL-terminated UTF-8, freed by cmty_free(); NULL on failure.
 * @param[out] err      Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_WITHHELD if the item has no place and the format, CoT, cannot say that;
 *         CMTY_E_RANGE; CMTY_E_INVALID; CMTY_E_NOMEM; CMTY_E_ABI.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_convert_item(const cmty_outbox_item *item,
                                                      const cmty_convert_options *options,
                                                      char **text, cmty_error *err);

#ifdef __cplusplus
}
#endif
#endif
