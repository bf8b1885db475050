/* SPDX-License-Identifier: MIT */
#ifndef CMTY_PRIVACY_MEDIA_H
#define CMTY_PRIVACY_MEDIA_H

/* What the files that make pictures sterile share. Private to privacy.
 *
 * Reading and proving are apart: media_jpeg.c and media_png.c write a picture anew with the
 * format's own library; media_walk.c, which knows only how a file is framed, says what stands in
 * it. */

#include "privacy/privacy.h"

#include <community/media.h>

/* ---- media_walk.c ---- */

typedef struct cmty__walk {
    bool whole;   /* framed as the standard has it, up to the mark of its end */
    bool allowed; /* holds nothing but what a picture needs, and nothing follows its end */
    uint32_t had; /* CMTY_MEDIA_HAD_* */
    uint32_t width, height;
    const uint8_t *exif; /* TIFF header and all that follows it in the segment; NULL: none */
    size_t exif_size;
} cmty__walk;

cmty__walk cmty__walk_jpeg(const uint8_t *bytes, size_t size);
cmty__walk cmty__walk_png(const uint8_t *bytes, size_t size);

/* ---- media_exif.c: of EXIF data from its TIFF header on; NULL: there is none ---- */

cmty_status cmty__exif_orientation(const uint8_t *tiff, size_t size, uint32_t *orientation,
                                   cmty_error *err); /* 1 to 8; 1: upright, or not said */
/* The place where it was taken, WGS 84, or CMTY_NOTFOUND. Exact: only ever for the sealed part. */
cmty_status cmty__exif_place(const uint8_t *tiff, size_t size, cmty_point *place, cmty_error *err);

/* ---- media_jpeg.c, media_png.c ---- */

/* The picture anew, in `out`, with the orientation applied to its pixels. CMTY_OK, CMTY_REFUSED
   with info->reason, CMTY_E_NOMEM. `info` holds the size that the walk found. */
cmty_status cmty__jpeg_write(const uint8_t *bytes, size_t size, cmty__buf *out,
                             cmty_media_info *info, cmty_error *err);
cmty_status cmty__png_write(const uint8_t *bytes, size_t size, cmty__buf *out,
                            cmty_media_info *info, cmty_error *err);

#endif
