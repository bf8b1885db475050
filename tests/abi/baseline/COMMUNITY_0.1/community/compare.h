/* SPDX-License-Identifier: MIT */
/* clang-format off */
#ifndef COMMUNITY_COMPARE_H
#define COMMUNITY_COMPARE_H
#include <community/beat.h>
#include <community/types.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct cmty_comparison cmty_comparison;
enum {
    CMTY_UNIT_BEAT = 0,
    CMTY_UNIT_SECTOR = 1,
    CMTY_UNIT_DISTRICT = 2,
};
enum {
    CMTY_CHANGE_UNCHANGED = 0,
    CMTY_CHANGE_MOVED = 1,
    CMTY_CHANGE_RENAMED = 2,
    CMTY_CHANGE_SPLIT = 3,
    CMTY_CHANGE_MERGED = 4,
    CMTY_CHANGE_NEW = 5,
    CMTY_CHANGE_GONE = 6,
    CMTY_CHANGE_NOISE = 7,
    CMTY_CHANGE_OUTSIDE = 8,
};
enum { CMTY_SIDE_OLD = 0, CMTY_SIDE_NEW = 1 };
typedef struct cmty_compare_options {
    uint32_t struct_size;
    int32_t unit;
    int32_t old_version;
    int32_t new_version;
    double tolerance_m;
    const char *points;
    const char *population;
    const char *weight_field;
    const cmty_host *host;
} cmty_compare_options;
#define CMTY_COMPARE_OPTIONS_INIT \
    { \
        (uint32_t)sizeof(cmty_compare_options), 0, -1, -1, 5.0, NULL, NULL, NULL, NULL \
    }
CMTY_API cmty_status cmty_compare_options_init(cmty_compare_options *options);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_compare(const cmty_beatset *old_set,
                                                 const cmty_beatset *new_set,
                                                 const cmty_compare_options *options,
                                                 cmty_comparison **out, cmty_error *err);
CMTY_API void cmty_comparison_free(cmty_comparison *comparison);
typedef struct cmty_comparison_row {
    uint32_t struct_size;
    int32_t change;
    const char *from;
    const char *to;
    double area_m2;
    double share_of_old;
    double share_of_new;
    int64_t pieces;
    int64_t points;
    double population;
    double population_se;
} cmty_comparison_row;
CMTY_API size_t cmty_comparison_count(const cmty_comparison *comparison);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_comparison_row_at(const cmty_comparison *comparison,
                                                           size_t index, cmty_comparison_row *row,
                                                           cmty_error *err);
typedef struct cmty_comparison_unit {
    uint32_t struct_size;
    uint32_t beat_count;
    const char *id;
    const char *name;
    double area_m2;
    double unchanged_m2;
    double noise_m2;
    int64_t points;
    double population;
    double population_se;
} cmty_comparison_unit;
CMTY_API size_t cmty_comparison_unit_count(const cmty_comparison *comparison, int32_t side);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_comparison_unit_at(const cmty_comparison *comparison,
                                                            int32_t side, size_t index,
                                                            cmty_comparison_unit *unit,
                                                            cmty_error *err);
typedef struct cmty_comparison_totals {
    uint32_t struct_size;
    int32_t unit;
    const char *old_label;
    const char *new_label;
    double tolerance_m;
    double old_m2;
    double new_m2;
    double unchanged_m2;
    double changed_m2;
    double gone_m2;
    double added_m2;
    double noise_m2;
    double old_overlap_m2;
    double new_overlap_m2;
    double rounding_m2;
    int64_t changes;
    int64_t points;
    double population;
} cmty_comparison_totals;
CMTY_API CMTY_MUSTCHECK cmty_status cmty_comparison_sum(const cmty_comparison *comparison,
                                                        cmty_comparison_totals *totals,
                                                        cmty_error *err);
typedef struct cmty_comparison_files {
    uint32_t struct_size;
    uint32_t reserved;
    const char *csv;
    const char *geojson;
    const char *gpkg;
    const char *html;
    const char *title;
    const cmty_host *host;
} cmty_comparison_files;
#define CMTY_COMPARISON_FILES_INIT \
    { \
        (uint32_t)sizeof(cmty_comparison_files), 0, NULL, NULL, NULL, NULL, NULL, NULL \
    }
CMTY_API cmty_status cmty_comparison_files_init(cmty_comparison_files *files);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_comparison_write(const cmty_comparison *comparison,
                                                          const cmty_comparison_files *files,
                                                          cmty_error *err);
CMTY_API const char *cmty_change_name(int32_t change);
#ifdef __cplusplus
}
#endif
#endif
