/* SPDX-License-Identifier: MIT */
/* clang-format off */
#ifndef COMMUNITY_MASK_H
#define COMMUNITY_MASK_H
#include <community/beat.h>
#include <community/types.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct cmty_masker cmty_masker;
enum {
    CMTY_LAW_AUTO = 0,
    CMTY_LAW_LATTICE = 1,
    CMTY_LAW_ANCHOR = 2,
    CMTY_LAW_DONUT = 3,
    CMTY_LAW_GRID = 4,
    CMTY_LAW_WITHHOLD = 5,
    CMTY_LAW_SNAP = 6,
    CMTY_LAW_STREET = 7,
};
enum {
    CMTY_REGION_NONE = 0,
    CMTY_REGION_CLAMP = 1,
    CMTY_REGION_REDRAW = 2,
};
typedef struct cmty_mask_options {
    uint32_t struct_size;
    int32_t law;
    int32_t region;
    uint32_t k;
    double epsilon_per_m;
    double lattice_m;
    double radius_m;
    double inner_radius_m;
    uint32_t min_addresses;
    uint32_t reserved;
    const char *addresses;
    const char *key_file;
    const cmty_host *host;
    const char *snap_to;
    double cutoff_m;
    const char *land;
} cmty_mask_options;
#define CMTY_MASK_OPTIONS_SIZE_0_1 offsetof(cmty_mask_options, snap_to)
#define CMTY_MASK_OPTIONS_INIT \
    { \
        (uint32_t)sizeof(cmty_mask_options), CMTY_LAW_AUTO, CMTY_REGION_NONE, 8, 0.01, 10.0, \
            250.0, 50.0, 8, 0, NULL, NULL, NULL, NULL, 20000.0, NULL \
    }
CMTY_API cmty_status cmty_mask_options_init(cmty_mask_options *options);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_masker_open(const cmty_mask_options *options,
                                                     const cmty_beatset *beats, cmty_masker **out,
                                                     cmty_error *err);
CMTY_API void cmty_masker_free(cmty_masker *masker);
typedef struct cmty_masked {
    uint32_t struct_size;
    int32_t law;
    cmty_point at;
    double radius_m;
    int32_t beat;
    uint32_t reserved;
    const char *note;
} cmty_masked;
CMTY_API CMTY_MUSTCHECK cmty_status cmty_masker_apply(const cmty_masker *masker,
                                                      const char *report_id, cmty_point at,
                                                      cmty_time when, cmty_masked *masked,
                                                      cmty_error *err);
CMTY_API const char *cmty_masker_guarantee(const cmty_masker *masker);
CMTY_API const char *cmty_masker_metadata(const cmty_masker *masker);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_catchments_write(const cmty_beatset *beats,
                                                          const char *addresses, uint32_t k,
                                                          cmty_time as_of, const char *gpkg,
                                                          const cmty_host *host, cmty_error *err);
CMTY_API const char *cmty_law_name(int32_t law);
CMTY_API int32_t cmty_law_from_name(const char *name);
CMTY_API int32_t cmty_region_from_name(const char *name);
#ifdef __cplusplus
}
#endif
#endif
