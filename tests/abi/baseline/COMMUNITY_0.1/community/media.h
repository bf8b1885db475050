/* SPDX-License-Identifier: MIT */
/* clang-format off */
#ifndef COMMUNITY_MEDIA_H
#define COMMUNITY_MEDIA_H
#include <community/types.h>
#ifdef __cplusplus
extern "C" {
#endif
enum {
    CMTY_MEDIA_UNKNOWN = 0,
    CMTY_MEDIA_JPEG = 1,
    CMTY_MEDIA_PNG = 2,
};
enum {
    CMTY_MEDIA_HAD_EXIF = 1,
    CMTY_MEDIA_HAD_XMP = 2,
    CMTY_MEDIA_HAD_IPTC = 4,
    CMTY_MEDIA_HAD_COMMENT = 8,
    CMTY_MEDIA_HAD_PROFILE = 16,
    CMTY_MEDIA_HAD_PICTURES = 32,
    CMTY_MEDIA_HAD_TRAILER = 64,
    CMTY_MEDIA_HAD_OTHER = 128,
};
typedef struct cmty_media_options {
    uint32_t struct_size;
    uint32_t reserved;
    uint64_t max_bytes;
    uint64_t max_pixels;
} cmty_media_options;
#define CMTY_MEDIA_OPTIONS_INIT \
    { \
        (uint32_t)sizeof(cmty_media_options), 0, 32U << 20, 50000000 \
    }
CMTY_API cmty_status cmty_media_options_init(cmty_media_options *options);
typedef struct cmty_media_info {
    uint32_t struct_size;
    int32_t kind;
    int32_t reason;
    uint32_t removed;
    uint32_t width, height;
    uint32_t orientation;
    uint32_t trimmed_width;
    uint32_t trimmed_height;
    uint32_t reserved;
} cmty_media_info;
CMTY_API CMTY_MUSTCHECK cmty_status cmty_media_clean(const void *bytes, size_t size,
                                                     const cmty_media_options *options, void **out,
                                                     size_t *out_size, cmty_media_info *info,
                                                     cmty_error *err);
#ifdef __cplusplus
}
#endif
#endif
