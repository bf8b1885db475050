/* SPDX-License-Identifier: MIT */
/* clang-format off */
#ifndef COMMUNITY_CHECK_H
#define COMMUNITY_CHECK_H
#include <community/beat.h>
#include <community/types.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct cmty_check cmty_check;
enum {
    CMTY_FLAW_LAYER_CHOICE = 1,
    CMTY_FLAW_NO_CRS = 2,
    CMTY_FLAW_CRS_SUSPECT = 3,
    CMTY_FLAW_AXES_SWAPPED = 4,
    CMTY_FLAW_OFF_GLOBE = 5,
    CMTY_FLAW_NOT_POLYGON = 6,
    CMTY_FLAW_EMPTY = 7,
    CMTY_FLAW_UNCLOSED = 8,
    CMTY_FLAW_TOO_FEW_POINTS = 9,
    CMTY_FLAW_ZERO_AREA = 10,
    CMTY_FLAW_SPIKE = 11,
    CMTY_FLAW_SELF_CROSSING = 12,
    CMTY_FLAW_SELF_TOUCH = 13,
    CMTY_FLAW_SHARED_EDGE = 14,
    CMTY_FLAW_RING_NESTING = 15,
    CMTY_FLAW_SLIVER_PART = 16,
    CMTY_FLAW_OVERLAP = 17,
    CMTY_FLAW_SLIVER_OVERLAP = 18,
    CMTY_FLAW_GAP = 19,
    CMTY_FLAW_SLIVER_GAP = 20,
    CMTY_FLAW_UNNODED_EDGE = 21,
    CMTY_FLAW_NO_ID_FIELD = 22,
    CMTY_FLAW_NAMELESS = 23,
    CMTY_FLAW_MISSING_ID = 24,
    CMTY_FLAW_DUPLICATE_ID = 25,
    CMTY_FLAW_BAD_DATE = 26,
    CMTY_FLAW_DATES_REVERSED = 27,
    CMTY_FLAW_VALIDITY_OVERLAP = 28
};
#define CMTY_FLAW_COUNT 29
enum {
    CMTY_SEVERITY_FAULT = 1,
    CMTY_SEVERITY_DOUBT = 2
};
enum {
    CMTY_UNIT_NONE = 0,
    CMTY_UNIT_M2 = 1,
    CMTY_UNIT_M = 2
};
typedef struct cmty_check_options {
    uint32_t struct_size;
    uint32_t reserved;
    const cmty_beat_options *beats;
    double sliver_m;
    double ignore_m;
    const cmty_host *host;
} cmty_check_options;
#define CMTY_CHECK_OPTIONS_INIT \
    { \
        (uint32_t)sizeof(cmty_check_options), 0, NULL, 1, 0.001, NULL \
    }
CMTY_API cmty_status cmty_check_options_init(cmty_check_options *options);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_check_open(const char *const *layers, size_t count,
                                                    const cmty_check_options *options,
                                                    cmty_check **out, cmty_error *err);
CMTY_API void cmty_check_free(cmty_check *check);
CMTY_API size_t cmty_check_count(const cmty_check *check);
typedef struct cmty_flaw {
    uint32_t struct_size;
    int32_t code;
    int32_t severity;
    int32_t unit;
    double size;
    double width_m;
    uint64_t count;
    cmty_point at;
    int64_t feature;
    int64_t other_feature;
    const char *layer;
    const char *beat;
    const char *other_beat;
    const char *what;
    const char *geometry;
} cmty_flaw;
CMTY_API CMTY_MUSTCHECK cmty_status cmty_check_flaw(const cmty_check *check, size_t i,
                                                    cmty_flaw *finding, cmty_error *err);
typedef struct cmty_checked_layer {
    uint32_t struct_size;
    uint32_t reserved;
    uint64_t features;
    const char *name;
    const char *crs;
    const char *operation;
    double accuracy_m;
} cmty_checked_layer;
CMTY_API size_t cmty_check_layer_count(const cmty_check *check);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_check_layer(const cmty_check *check, size_t i,
                                                     cmty_checked_layer *layer, cmty_error *err);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_check_json(const cmty_check *check, char **json,
                                                    cmty_error *err);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_check_write(const cmty_check *check, const char *path,
                                                     cmty_error *err);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_check_html(const cmty_check *check, const char *path,
                                                    const char *title, cmty_error *err);
typedef struct cmty_repair {
    uint32_t struct_size;
    uint32_t reserved;
    uint64_t features;
    uint64_t repaired;
    double area_before_m2;
    double area_after_m2;
    double most_m2;
} cmty_repair;
CMTY_API CMTY_MUSTCHECK cmty_status cmty_check_repair(const char *layer, const char *path,
                                                      const cmty_check_options *options,
                                                      cmty_repair *repair, cmty_error *err);
CMTY_API const char *cmty_flaw_name(int32_t code);
CMTY_API const char *cmty_flaw_advice(int32_t code);
#ifdef __cplusplus
}
#endif
#endif
