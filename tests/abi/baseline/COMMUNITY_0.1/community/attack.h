/* SPDX-License-Identifier: MIT */
/* clang-format off */
#ifndef COMMUNITY_ATTACK_H
#define COMMUNITY_ATTACK_H
#include <community/beat.h>
#include <community/mask.h>
#include <community/types.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct cmty_attack cmty_attack;
typedef struct cmty_mechanism {
    uint32_t struct_size;
    uint32_t reserved;
    void *user;
    cmty_status (*mask)(void *user, const char *report_id, cmty_point at, cmty_time when,
                        cmty_point *masked);
    int32_t (*inside)(void *user, const char *report_id, cmty_point at, cmty_point masked,
                      cmty_point min, cmty_point max);
} cmty_mechanism;
enum {
    CMTY_PERIODS_GROWING = 0,
    CMTY_PERIODS_APART = 1,
};
typedef struct cmty_attack_options {
    uint32_t struct_size;
    uint32_t trials;
    uint32_t k;
    int32_t law;
    double epsilon_per_m;
    double inner_radius_m;
    double radius_m;
    const char *addresses;
    const char *policy;
    const char *time_zone;
    const cmty_beatset *beats;
    const cmty_masker *masker;
    const cmty_mechanism *mechanism;
    const cmty_host *host;
    const char *const *previous;
    size_t previous_count;
    int32_t periods;
    uint32_t reserved;
} cmty_attack_options;
#define CMTY_ATTACK_OPTIONS_INIT \
    { \
        (uint32_t)sizeof(cmty_attack_options), 500, 0, CMTY_LAW_AUTO, 0, 0, 0, NULL, NULL, NULL, \
            NULL, NULL, NULL, NULL, NULL, 0, CMTY_PERIODS_GROWING, 0 \
    }
CMTY_API cmty_status cmty_attack_options_init(cmty_attack_options *options);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_attack_run(const char *truth, const char *const *published,
                                                    size_t count,
                                                    const cmty_attack_options *options,
                                                    cmty_attack **out, cmty_error *err);
CMTY_API void cmty_attack_free(cmty_attack *attack);
enum {
    CMTY_FINDING_RISK = 0,
    CMTY_FINDING_UTILITY = 1,
};
enum {
    CMTY_VERDICT_INFO = 0,
    CMTY_VERDICT_PASS = 1,
    CMTY_VERDICT_FAIL = 2,
};
typedef struct cmty_finding {
    uint32_t struct_size;
    int32_t kind;
    int32_t verdict;
    uint32_t reserved;
    const char *name;
    const char *what;
    const char *unit;
    const char *note;
    double value;
    double low;
    double high;
    double baseline;
    double limit;
    uint64_t trials;
} cmty_finding;
CMTY_API size_t cmty_attack_count(const cmty_attack *attack);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_attack_finding(const cmty_attack *attack, size_t index,
                                                        cmty_finding *finding, cmty_error *err);
typedef struct cmty_told {
    uint32_t struct_size;
    uint32_t release;
    const char *name;
    const char *what;
    int64_t before;
    int64_t after;
    int64_t low;
    int64_t high;
} cmty_told;
CMTY_API size_t cmty_attack_told_count(const cmty_attack *attack);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_attack_told(const cmty_attack *attack, size_t index,
                                                     cmty_told *told, cmty_error *err);
CMTY_API int32_t cmty_attack_passed(const cmty_attack *attack);
CMTY_API const char *cmty_attack_json(const cmty_attack *attack);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_attack_html(const cmty_attack *const *attacks,
                                                     const char *const *titles, size_t count,
                                                     const char *path, cmty_error *err);
#ifdef __cplusplus
}
#endif
#endif
