/* SPDX-License-Identifier: MIT */
/* clang-format off */
#ifndef COMMUNITY_DATEPARTS_H
#define COMMUNITY_DATEPARTS_H
#include <community/types.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct cmty_dateparts_options {
    uint32_t struct_size;
    uint32_t date_order;
    const char *date_column;
    const char *time_column;
    const char *time_zone;
    const char *source_zone;
    const char *const *shifts;
    size_t shift_count;
    const cmty_host *host;
} cmty_dateparts_options;
#define CMTY_DATEPARTS_OPTIONS_INIT \
    { \
        (uint32_t)sizeof(cmty_dateparts_options), 0, NULL, NULL, NULL, NULL, NULL, 0, NULL \
    }
CMTY_API cmty_status cmty_dateparts_options_init(cmty_dateparts_options *options);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_dateparts_table(const char *in, const char *out,
                                                         const cmty_dateparts_options *options,
                                                         cmty_error *err);
#ifdef __cplusplus
}
#endif
#endif
