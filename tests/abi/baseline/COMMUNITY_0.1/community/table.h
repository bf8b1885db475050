/* SPDX-License-Identifier: MIT */
/* clang-format off */
#ifndef COMMUNITY_TABLE_H
#define COMMUNITY_TABLE_H
#include <community/beat.h>
#include <community/mask.h>
#include <community/types.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct cmty_table_options {
    uint32_t struct_size;
    uint32_t probabilities;
    const char *lon_column;
    const char *lat_column;
    const char *time_column;
    const char *accuracy_column;
    const char *id_column;
    const char *const *keep;
    size_t keep_count;
    const char *time_zone;
    cmty_time as_of;
    const cmty_host *host;
} cmty_table_options;
#define CMTY_TABLE_OPTIONS_INIT \
    { \
        (uint32_t)sizeof(cmty_table_options), 0, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, \
            CMTY_TIME_UNKNOWN, NULL \
    }
CMTY_API cmty_status cmty_table_options_init(cmty_table_options *options);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_locate_table(const cmty_beatset *set, const char *in,
                                                      const char *out,
                                                      const cmty_table_options *options,
                                                      cmty_error *err);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_locate_layer(const cmty_beatset *set, const char *in,
                                                      const char *out,
                                                      const cmty_table_options *options,
                                                      cmty_error *err);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_mask_table(const cmty_masker *masker, const char *in,
                                                    const char *out,
                                                    const cmty_table_options *options,
                                                    cmty_error *err);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_time_parse(const char *text, const char *time_zone,
                                                    cmty_time *time, cmty_error *err);
#ifdef __cplusplus
}
#endif
#endif
