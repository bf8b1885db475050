/* SPDX-License-Identifier: MIT */
/* clang-format off */
#ifndef COMMUNITY_REPORT_H
#define COMMUNITY_REPORT_H
#include <community/types.h>
#ifdef __cplusplus
extern "C" {
#endif
enum {
    CMTY_REASON_NONE = 0,
    CMTY_REASON_SYNTAX = 1,
    CMTY_REASON_TOO_LARGE = 2,
    CMTY_REASON_FIELD_TYPE = 3,
    CMTY_REASON_MISSING_REF = 4,
    CMTY_REASON_MISSING_PLACE = 5,
    CMTY_REASON_BAD_COORDINATE = 6,
    CMTY_REASON_NULL_ISLAND = 7,
    CMTY_REASON_SWAPPED_AXES = 8,
    CMTY_REASON_OUTSIDE = 9,
    CMTY_REASON_NO_VERSION = 10,
    CMTY_REASON_MISSING_TIME = 11,
    CMTY_REASON_BAD_TIME = 12,
    CMTY_REASON_FUTURE = 13,
    CMTY_REASON_MISSING_CATEGORY = 14,
    CMTY_REASON_FENCE = 15,
    CMTY_REASON_ANONYMOUS_IDENTITY =
        16,
    CMTY_REASON_CHANNEL_METADATA =
        17,
    CMTY_REASON_CONFLICT = 18,
    CMTY_REASON_MEDIA_FORMAT = 19,
    CMTY_REASON_MEDIA_TOO_LARGE = 20,
    CMTY_REASON_MEDIA_DAMAGED = 21,
    CMTY_REASON_MEDIA_UNPROVEN = 22,
    CMTY_REASON_COUNT = 23
};
CMTY_API const char *cmty_reason_name(int32_t reason);
CMTY_API const char *cmty_reason_text(int32_t reason);
CMTY_API size_t cmty_category_count(void);
CMTY_API const char *cmty_category_code(size_t index);
CMTY_API const char *cmty_category_label(const char *code);
enum {
    CMTY_CODES_APCO = 0,
    CMTY_CODES_COT = 1,
    CMTY_CODES_CAP = 2,
    CMTY_CODES_NIBRS = 3,
    CMTY_CODES_POLICE_UK = 4,
    CMTY_CODES_SAR_TIP = 5,
    CMTY_CODES_COUNT = 6
};
CMTY_API const char *cmty_category_in(const char *code, int32_t standard);
#ifdef __cplusplus
}
#endif
#endif
