/* SPDX-License-Identifier: MIT */
#ifndef COMMUNITY_MEDIA_H
#define COMMUNITY_MEDIA_H

#include <community/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Kinds of pictures that can be made sterile. */
enum {
    CMTY_MEDIA_UNKNOWN = 0, /**< Not told, or of a kind that cannot be proven clean. */
    CMTY_MEDIA_JPEG = 1,
    CMTY_MEDIA_PNG = 2,
}; /* values are ABI: append, never renumber */

/** What a picture carried beside its pixels; bits of cmty_media_info.removed. */
enum {
    CMTY_MEDIA_HAD_EXIF = 1,      /**< EXIF: place, time, camera, often a thumbnail. */
    CMTY_MEDIA_HAD_XMP = 2,       /**< XMP, also as PNG text. */
    CMTY_MEDIA_HAD_IPTC = 4,      /**< IPTC or another Photoshop resource. */
    CMTY_MEDIA_HAD_COMMENT = 8,   /**< Comments and PNG text. */
    CMTY_MEDIA_HAD_PROFILE = 16,  /**< A colour profile, which may name a device. */
    CMTY_MEDIA_HAD_PICTURES = 32, /**< Further pictures: thumbnails, MPF, animation. */
    CMTY_MEDIA_HAD_TRAILER = 64,  /**< Bytes after the end of the picture. */
    CMTY_MEDIA_HAD_OTHER = 128,   /**< Anything else that is on no list of what may stay. */
};                                /* values are ABI: append, never renumber */

/** What is taken. Start from CMTY_MEDIA_OPTIONS_INIT, then set fields. */
typedef struct cmty_media_options {
    uint32_t struct_size; /**< Filled by the initialiser; never by hand. */
    uint32_t reserved;    /**< 0. */
    uint64_t max_bytes;   /**< Longest file, bytes. Default 32 MiB. */
    uint64_t max_pixels;  /**< Largest picture, pixels; each takes about 8 bytes of memory while it
                               is worked on. Default 50 million. */
} cmty_media_options;

/** Defaults of cmty_media_options. */
#define CMTY_MEDIA_OPTIONS_INIT                                                                    \
    {                                                                                              \
        (uint32_t)sizeof(cmty_media_options), 0, 32U << 20, 50000000                               \
    }

/**
 * Fill media options with the defaults, for callers without a preprocessor.
 *
 * @param[out] options  Not NULL.
 * @return CMTY_OK, or CMTY_E_INVALID if @p options is NULL.
 * @threads any
 * @since 0.1
 */
CMTY_API cmty_status cmty_media_options_init(cmty_media_options *options);

/** What became of a picture. */
typedef struct cmty_media_info {
    uint32_t struct_size;   /**< sizeof(cmty_media_info), set by the caller. */
    int32_t kind;           /**< CMTY_MEDIA_*, as its first bytes say. */
    int32_t reason;         /**< CMTY_REASON_MEDIA_* if refused, else CMTY_REASON_NONE. */
    uint32_t removed;       /**< CMTY_MEDIA_HAD_* bits. */
    uint32_t width, height; /**< Of the sterile copy, pixels. */
    uint32_t orientation;   /**< EXIF orientation that was found and applied; 1: upright. */
    uint32_t trimmed_width; /**< Columns lost at an edge that does not fill a JPEG block and came to
                                 lie where none may; below 16. */
    uint32_t trimmed_height; /**< The same for rows. */
    uint32_t reserved;       /**< 0. */
} cmty_media_info;

/**
 * Make a sterile copy of a picture: the same pixels, upright, and nothing else.
 *
 * It fails closed. A JPEG's coefficients are written anew without decoding (ITU-T T.81; by
 * libjpeg-turbo), a PNG's pixels and colours are (ISO/IEC 15948; by libpng), and the result is
 * walked by a second, independent reader: unless it consists of nothing but what a picture needs,
 * and ends where it ends, the picture is refused. Left are what the pixels show and the JPEG's
 * quantisation tables, which hint at the make of a camera: faces, plates and house numbers need a
 * person.
 *
 * @param      bytes    The file. Borrowed for the call.
 * @param      size     Its length, bytes.
 * @param      options  May be NULL for the defaults.
 * @param[out] out      The sterile copy, freed with cmty_free(); NULL unless CMTY_OK.
 * @param[out] out_size Its length, bytes; untouched unless CMTY_OK.
 * @param[out] info     Its struct_size set by the caller. Filled if CMTY_OK or CMTY_REFUSED. May be
 *                      NULL.
 * @param[out] err      Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_REFUSED: what cannot be proven clean, see info->reason: keep it sealed, and
 *         never pass it on; CMTY_E_NOMEM; CMTY_E_INVALID; CMTY_E_ABI.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_media_clean(const void *bytes, size_t size,
                                                     const cmty_media_options *options, void **out,
                                                     size_t *out_size, cmty_media_info *info,
                                                     cmty_error *err);

#ifdef __cplusplus
}
#endif
#endif
