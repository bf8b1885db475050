/* SPDX-License-Identifier: MIT */
/* clang-format off */
#ifndef COMMUNITY_LINT_H
#define COMMUNITY_LINT_H
#include <community/beat.h>
#include <community/types.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct cmty_linter cmty_linter;
enum {
    CMTY_LEAK_DECIMAL = 0,
    CMTY_LEAK_DMS = 1,
    CMTY_LEAK_UTM = 2,
    CMTY_LEAK_MGRS = 3,
    CMTY_LEAK_GEOHASH = 4,
    CMTY_LEAK_PLUS_CODE = 5,
    CMTY_LEAK_MAP_LINK = 6,
    CMTY_LEAK_PHONE = 7,
    CMTY_LEAK_EMAIL = 8,
    CMTY_LEAK_ADDRESS = 9,
    CMTY_LEAK_PRECISION = 10,
    CMTY_LEAK_BBOX = 11,
    CMTY_LEAK_ORDER = 12,
    CMTY_LEAK_SEQUENCE = 13,
    CMTY_LEAK_TIME = 14,
    CMTY_LEAK_ATTACHMENT = 15,
    CMTY_LEAK_COUNT = 16
};
CMTY_API const char *cmty_leak_name(int32_t rule);
CMTY_API const char *cmty_leak_text(int32_t rule);
typedef struct cmty_linter_options {
    uint32_t struct_size;
    uint32_t reserved;
    const char *streets;
    const char *policy;
    const cmty_beatset *beats;
    const cmty_host *host;
} cmty_linter_options;
#define CMTY_LINTER_OPTIONS_INIT \
    { \
        (uint32_t)sizeof(cmty_linter_options), 0, NULL, NULL, NULL, NULL \
    }
CMTY_API cmty_status cmty_linter_options_init(cmty_linter_options *options);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_linter_open(const cmty_linter_options *options,
                                                     cmty_linter **out, cmty_error *err);
CMTY_API void cmty_linter_free(cmty_linter *linter);
typedef struct cmty_leak {
    uint32_t struct_size;
    int32_t rule;
    uint64_t row;
    uint64_t offset;
    uint64_t size;
    const char *column;
} cmty_leak;
typedef struct cmty_lint cmty_lint;
CMTY_API CMTY_MUSTCHECK cmty_status cmty_linter_text(const cmty_linter *linter, const char *text,
                                                     size_t size, cmty_lint **out, cmty_error *err);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_linter_file(const cmty_linter *linter, const char *path,
                                                     cmty_lint **out, cmty_error *err);
CMTY_API void cmty_lint_free(cmty_lint *lint);
CMTY_API size_t cmty_lint_count(const cmty_lint *lint);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_lint_at(const cmty_lint *lint, size_t index,
                                                 cmty_leak *leak, cmty_error *err);
#ifdef __cplusplus
}
#endif
#endif
