/* SPDX-License-Identifier: MIT */
/* clang-format off */
#ifndef COMMUNITY_DUPLICATES_H
#define COMMUNITY_DUPLICATES_H
#include <community/types.h>
#ifdef __cplusplus
extern "C" {
#endif
enum {
    CMTY_MATCH_SPACE_TIME = 1,
    CMTY_MATCH_SPACE = 2,
    CMTY_MATCH_TIME = 4,
};
typedef struct cmty_duplicates_options {
    uint32_t struct_size;
    uint32_t match;
    uint32_t same_category;
    uint32_t max_links;
    uint32_t date_order;
    uint32_t reserved;
    double radius_m;
    double minutes;
    const char *lon_column;
    const char *lat_column;
    const char *date_column;
    const char *time_column;
    const char *id_column;
    const char *category_column;
    const char *source_column;
    const char *time_zone;
    const cmty_host *host;
} cmty_duplicates_options;
#define CMTY_DUPLICATES_OPTIONS_INIT \
    { \
        (uint32_t)sizeof(cmty_duplicates_options), CMTY_MATCH_SPACE_TIME, 0, 10000000, 0, 0, 100, \
            60, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL \
    }
CMTY_API cmty_status cmty_duplicates_options_init(cmty_duplicates_options *options);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_duplicates_table(const char *in, const char *out,
                                                          const cmty_duplicates_options *options,
                                                          cmty_error *err);
#ifdef __cplusplus
}
#endif
#endif
