/* SPDX-License-Identifier: MIT */
/* clang-format off */
#ifndef COMMUNITY_COUNT_H
#define COMMUNITY_COUNT_H
#include <community/beat.h>
#include <community/types.h>
#ifdef __cplusplus
extern "C" {
#endif
enum {
    CMTY_SELECT_GEOMETRIC = 0,
    CMTY_SELECT_LAPLACE = 1,
    CMTY_SELECT_GAUSSIAN = 2,
};
typedef struct cmty_count_options {
    uint32_t struct_size;
    uint32_t contribution;
    int32_t select;
    uint32_t minimum;
    double epsilon;
    double delta;
    const char *by;
    const char *list;
    const char *contributor;
    const char *lon_column;
    const char *lat_column;
    const char *release;
    const char *key_file;
    const cmty_beatset *beats;
    cmty_time as_of;
    const cmty_host *host;
} cmty_count_options;
#define CMTY_COUNT_OPTIONS_INIT \
    { \
        (uint32_t)sizeof(cmty_count_options), 1, CMTY_SELECT_GEOMETRIC, 1, 1.0, 1e-6, NULL, NULL, \
            NULL, NULL, NULL, NULL, NULL, NULL, CMTY_TIME_UNKNOWN, NULL \
    }
CMTY_API cmty_status cmty_count_options_init(cmty_count_options *options);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_count_table(const char *in, const char *out,
                                                     const cmty_count_options *options,
                                                     cmty_error *err);
#ifdef __cplusplus
}
#endif
#endif
