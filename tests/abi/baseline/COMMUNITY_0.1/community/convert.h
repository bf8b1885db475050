/* SPDX-License-Identifier: MIT */
/* clang-format off */
#ifndef COMMUNITY_CONVERT_H
#define COMMUNITY_CONVERT_H
#include <community/outbox.h>
#include <community/types.h>
#ifdef __cplusplus
extern "C" {
#endif
enum {
    CMTY_FORMAT_OPEN311_JSON = 0,
    CMTY_FORMAT_OPEN311_XML = 1,
    CMTY_FORMAT_CAP = 2,
    CMTY_FORMAT_EIDO = 3,
    CMTY_FORMAT_COT = 4,
    CMTY_FORMAT_COUNT = 5
};
CMTY_API const char *cmty_format_name(int32_t format);
CMTY_API int32_t cmty_format_from_name(const char *name);
typedef struct cmty_convert_options {
    uint32_t struct_size;
    int32_t format;
    const char *agency;
    const char *agency_name;
    cmty_time now;
    int64_t valid_s;
    cmty_time since;
    cmty_time until;
    uint32_t exercise;
    uint32_t reserved;
    const cmty_host *host;
} cmty_convert_options;
#define CMTY_CONVERT_OPTIONS_INIT \
    { \
        (uint32_t)sizeof(cmty_convert_options), CMTY_FORMAT_OPEN311_JSON, NULL, NULL, \
            CMTY_TIME_UNKNOWN, 86400, CMTY_TIME_UNKNOWN, CMTY_TIME_OPEN_END, 0, 0, NULL \
    }
CMTY_API cmty_status cmty_convert_options_init(cmty_convert_options *options);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_convert(const char *store,
                                                 const cmty_convert_options *options,
                                                 const char *path, uint64_t *count,
                                                 cmty_error *err);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_convert_item(const cmty_outbox_item *item,
                                                      const cmty_convert_options *options,
                                                      char **text, cmty_error *err);
#ifdef __cplusplus
}
#endif
#endif
