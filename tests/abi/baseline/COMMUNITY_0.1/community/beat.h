/* SPDX-License-Identifier: MIT */
/* clang-format off */
#ifndef COMMUNITY_BEAT_H
#define COMMUNITY_BEAT_H
#include <community/types.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct cmty_beatset cmty_beatset;
typedef struct cmty_beat_options {
    uint32_t struct_size;
    uint32_t repair;
    const char *id_field;
    const char *name_field;
    const char *sector_field;
    const char *district_field;
    const char *valid_from_field;
    const char *valid_to_field;
    const char *crs;
    const char *time_zone;
    double densify_m;
    double tolerance_m;
    const cmty_host *host;
} cmty_beat_options;
#define CMTY_BEAT_OPTIONS_INIT \
    { \
        (uint32_t)sizeof(cmty_beat_options), 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, \
            0.01, 0.25, NULL \
    }
CMTY_API cmty_status cmty_beat_options_init(cmty_beat_options *options);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_beatset_open(const char *const *layers, size_t count,
                                                      const cmty_beat_options *options,
                                                      cmty_beatset **out, cmty_error *err);
CMTY_API void cmty_beatset_free(cmty_beatset *set);
typedef struct cmty_beat_info {
    uint32_t struct_size;
    uint32_t part_count;
    const char *id;
    const char *name;
    const char *sector;
    const char *district;
    cmty_time valid_from;
    cmty_time valid_to;
    double area_m2;
} cmty_beat_info;
CMTY_API size_t cmty_beatset_count(const cmty_beatset *set);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_beatset_info(const cmty_beatset *set, int32_t beat,
                                                      cmty_beat_info *info, cmty_error *err);
CMTY_API size_t cmty_beatset_version_count(const cmty_beatset *set);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_beatset_version(const cmty_beatset *set, int32_t version,
                                                         cmty_time *from, cmty_time *to,
                                                         const char **label, cmty_error *err);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_beatset_find_version(const cmty_beatset *set,
                                                              const char *text,
                                                              const char *time_zone,
                                                              int32_t *version, cmty_error *err);
typedef struct cmty_beat_source {
    uint32_t struct_size;
    uint32_t reserved;
    const char *name;
    const char *crs;
    const char *operation;
    double accuracy_m;
} cmty_beat_source;
CMTY_API size_t cmty_beatset_source_count(const cmty_beatset *set);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_beatset_source(const cmty_beatset *set, size_t i,
                                                        cmty_beat_source *source, cmty_error *err);
enum {
    CMTY_RELATION_OUTSIDE = 0,
    CMTY_RELATION_INSIDE = 1,
    CMTY_RELATION_ON_EDGE = 2,
    CMTY_RELATION_OVERLAP = 3,
    CMTY_RELATION_GAP_NEAREST = 4,
    CMTY_RELATION_NO_VERSION = 5,
};
typedef struct cmty_beat_answer {
    uint32_t struct_size;
    int32_t relation;
    int32_t beat;
    int32_t version;
    double margin_m;
    uint32_t ambiguous;
    uint32_t candidate_count;
    double other_probability;
    double outside_probability;
} cmty_beat_answer;
typedef struct cmty_beat_candidate {
    int32_t beat;
    uint32_t reserved;
    double distance_m;
    double probability;
} cmty_beat_candidate;
CMTY_API CMTY_MUSTCHECK cmty_status cmty_beatset_locate(const cmty_beatset *set, cmty_point at,
                                                        cmty_time when, double accuracy_m,
                                                        cmty_beat_answer *answer,
                                                        cmty_beat_candidate *candidates,
                                                        size_t capacity, cmty_error *err);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_beatset_locate_many(const cmty_beatset *set,
                                                             const cmty_point *points,
                                                             const cmty_time *when, size_t count,
                                                             int32_t *beat, uint8_t *relation,
                                                             cmty_error *err);
CMTY_API const char *cmty_relation_name(int32_t relation);
#ifdef __cplusplus
}
#endif
#endif
