/* SPDX-License-Identifier: MIT */
/* clang-format off */
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
typedef int32_t cmty_status;
enum {
    CMTY_OK = 0,
    CMTY_END = 1,
    CMTY_NOTFOUND = 2,
    CMTY_WITHHELD = 3,
    CMTY_DUPLICATE = 4,
    CMTY_REFUSED = 5,
    CMTY_E_INVALID = -1,
    CMTY_E_NOMEM = -2,
    CMTY_E_RANGE = -3,
    CMTY_E_IO = -4,
    CMTY_E_FORMAT = -5,
    CMTY_E_ABI = -6,
    CMTY_E_KEY = -7,
    CMTY_E_EXISTS = -8,
    CMTY_E_LIMIT = -9,
    CMTY_E_STOPPED = -10,
    CMTY_E_INTERNAL = -11,
};
typedef struct cmty_error {
    uint32_t struct_size;
    cmty_status status;
    char message[504];
} cmty_error;
#define CMTY_ERROR_INIT \
    { \
        (uint32_t)sizeof(cmty_error), CMTY_OK, \
        { \
            0 \
        } \
    }
CMTY_API cmty_status cmty_error_init(cmty_error *err);
CMTY_API const char *cmty_status_name(cmty_status status);
typedef struct cmty_point {
    double lon_deg;
    double lat_deg;
} cmty_point;
typedef int64_t cmty_time;
#define CMTY_TIME_UNKNOWN INT64_MIN
#define CMTY_TIME_OPEN_END INT64_MAX
typedef struct cmty_host {
    uint32_t struct_size;
    uint32_t reserved;
    void *user;
    int32_t (*progress)(void *user, const char *stage, double fraction);
    void (*notice)(void *user, const char *text);
} cmty_host;
#define CMTY_HOST_INIT \
    { \
        (uint32_t)sizeof(cmty_host), 0, NULL, NULL, NULL \
    }
#ifdef __cplusplus
}
#endif
#endif
