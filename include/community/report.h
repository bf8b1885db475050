/* SPDX-License-Identifier: MIT */
#ifndef COMMUNITY_REPORT_H
#define COMMUNITY_REPORT_H

#include <community/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Why a report was refused. Stable: scripts may rely on numbers and names. */
enum {
    CMTY_REASON_NONE = 0,
    CMTY_REASON_SYNTAX = 1,         /**< syntax: not valid JSON, CSV or UTF-8. */
    CMTY_REASON_TOO_LARGE = 2,      /**< too_large: longer than the limit for a report or field. */
    CMTY_REASON_FIELD_TYPE = 3,     /**< field_type: a field is of the wrong type. */
    CMTY_REASON_MISSING_REF = 4,    /**< missing_ref: no source_ref, so no retry would be safe. */
    CMTY_REASON_MISSING_PLACE = 5,  /**< missing_place: no coordinates. */
    CMTY_REASON_BAD_COORDINATE = 6, /**< bad_coordinate: not a number, not finite, off the globe. */
    CMTY_REASON_NULL_ISLAND = 7,    /**< null_island: 0,0 or another sentinel for "unknown". */
    CMTY_REASON_SWAPPED_AXES = 8,   /**< swapped_axes: inside the jurisdiction only if swapped. */
    CMTY_REASON_OUTSIDE = 9,        /**< outside: outside every beat. */
    CMTY_REASON_NO_VERSION = 10,    /**< no_version: no beats were in force on that day. */
    CMTY_REASON_MISSING_TIME = 11,  /**< missing_time: no time of occurrence. */
    CMTY_REASON_BAD_TIME = 12,      /**< bad_time: not a date, or ambiguous without a mapping. */
    CMTY_REASON_FUTURE = 13,        /**< future: more than a day ahead of the clock. */
    CMTY_REASON_MISSING_CATEGORY = 14, /**< missing_category: no category. */
    CMTY_REASON_FENCE = 15,            /**< fence: a geofence refuses it. */
    CMTY_REASON_ANONYMOUS_IDENTITY =
        16, /**< anonymous_identity: says anonymous, yet names a person. */
    CMTY_REASON_CHANNEL_METADATA =
        17,                    /**< channel_metadata: carries a device id or network address. */
    CMTY_REASON_CONFLICT = 18, /**< conflict: same source_ref as a stored report, other content. */
    CMTY_REASON_MEDIA_FORMAT = 19,    /**< media_format: a picture of a kind not taken. */
    CMTY_REASON_MEDIA_TOO_LARGE = 20, /**< media_too_large: too many bytes or pixels. */
    CMTY_REASON_MEDIA_DAMAGED = 21,   /**< media_damaged: broken, or not what it says it is. */
    CMTY_REASON_MEDIA_UNPROVEN = 22,  /**< media_unproven: its copy is not proven clean. */
    CMTY_REASON_COUNT = 23
}; /* values are ABI: append before COUNT, never renumber */

/**
 * Name of a reason code, e.g. "missing_place".
 *
 * @param reason  CMTY_REASON_*.
 * @return A static string; "unknown" for any other value.
 * @threads any
 * @since 0.1
 */
CMTY_API const char *cmty_reason_name(int32_t reason);

/**
 * A reason code as a sentence for a person, with the way out.
 *
 * @param reason  CMTY_REASON_*.
 * @return A static string in English.
 * @threads any
 * @since 0.1
 */
CMTY_API const char *cmty_reason_text(int32_t reason);

/** What who sent a report should be told at once. Stable: hosts may rely on numbers and names. */
enum {
    CMTY_ADVICE_NONE = 0,
    CMTY_ADVICE_EMERGENCY = 1, /**< emergency: the words speak of danger to life. */
    CMTY_ADVICE_SELF_HARM = 2, /**< self_harm: the words speak of hurting oneself. */
    CMTY_ADVICE_COUNT = 3
}; /* values are ABI: append before COUNT, never renumber */

/**
 * Name of an advice, e.g. "emergency".
 *
 * @param advice  CMTY_ADVICE_*.
 * @return A static string; "unknown" for any other value.
 * @threads any
 * @since 0.1
 */
CMTY_API const char *cmty_advice_name(int32_t advice);

/**
 * An advice as sentences for the person who sent the report, with whom to call.
 *
 * @param advice  CMTY_ADVICE_*.
 * @param lang    BCP 47 tag of the person's language, such as "es-MX": English and Spanish are
 *                known. NULL, or another: English.
 * @return A static string, UTF-8; empty for CMTY_ADVICE_NONE and any other value.
 * @threads any
 * @since 0.1
 */
CMTY_API const char *cmty_advice_text(int32_t advice, const char *lang);

/**
 * Number of known categories.
 *
 * @return The count.
 * @threads any
 * @since 0.1
 */
CMTY_API size_t cmty_category_count(void);

/**
 * Code of a known category, e.g. "theft.bicycle".
 *
 * @param index  0 to cmty_category_count() - 1.
 * @return A static string, or NULL beyond the end.
 * @threads any
 * @since 0.1
 */
CMTY_API const char *cmty_category_code(size_t index);

/**
 * English name of a category.
 *
 * @param code  A category code. May be NULL.
 * @return A static string; "Other" for a code that is not known.
 * @threads any
 * @since 0.1
 */
CMTY_API const char *cmty_category_label(const char *code);

/** What others call a category: the standard that is asked. */
enum {
    CMTY_CODES_APCO = 0,      /**< APCO/NENA incident types, as in an EIDO. Never NULL. */
    CMTY_CODES_COT = 1,       /**< Cursor on Target event types. Never NULL. */
    CMTY_CODES_CAP = 2,       /**< CAP 1.2 info/category. Never NULL. */
    CMTY_CODES_NIBRS = 3,     /**< NIBRS offences. A suggestion: an offence is for the police. */
    CMTY_CODES_POLICE_UK = 4, /**< Street-crime categories of data.police.uk. */
    CMTY_CODES_SAR_TIP = 5,   /**< ISE-SAR tip classes. A suggestion. */
    CMTY_CODES_COUNT = 6
}; /* values are ABI: append before COUNT, never renumber */

/**
 * The code of a category in another standard, the nearest that it has.
 *
 * @param code      A category code; one that is not known is "other". May be NULL.
 * @param standard  CMTY_CODES_*.
 * @return A static string, or NULL where that standard has none.
 * @threads any
 * @since 0.1
 */
CMTY_API const char *cmty_category_in(const char *code, int32_t standard);

#ifdef __cplusplus
}
#endif
#endif
