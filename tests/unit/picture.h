/* SPDX-License-Identifier: MIT */
#ifndef CMTY_TESTS_PICTURE_H
#define CMTY_TESTS_PICTURE_H

/* Small pictures of every kind, with something planted wherever a file can carry it. Made by the
   format's own library, so that what they hold is real. */

#include "core/core.h"

enum { PICTURE_JPEGS = 6, PICTURE_PNGS = 6 };

/* The place that the planted EXIF names: no report is from here. */
#define PICTURE_LON_DEG (-(12 + 34 / 60.0 + 56.78 / 3600.0))
#define PICTURE_LAT_DEG (61 + 2 / 60.0 + 3.04 / 3600.0)

cmty__buf picture_jpeg(int which); /* 4:2:0, 4:4:4, grey, progressive, 4:2:2, upright 4:4:0 */
cmty__buf picture_png(
    int which); /* RGB, interlaced RGBA 16, palette, 1 bit, grey + alpha, grey 16 */

/* Something planted: a JPEG segment under `marker`, or a PNG chunk of type `chunk`; with neither,
   bytes after the end. */
typedef struct plant {
    const char *name;
    int marker;
    const char *chunk;
    const char *body;
    size_t size;
    uint32_t had; /* what cmty_media_info.removed must say */
} plant;
extern const plant picture_plants[];
extern const size_t picture_plant_count;
extern const plant picture_chunks[];
extern const size_t picture_chunk_count;
const plant *picture_exif(unsigned orientation); /* with place, serial number and thumbnail */

cmty__buf picture_plant_jpeg(const cmty__buf *plain, const plant *plants, size_t count);
cmty__buf picture_plant_png(const cmty__buf *plain, const plant *plants, size_t count);
bool picture_shows_planted(const void *bytes, size_t size);
/* The same file with another size in its header. */
void picture_claim_size(const cmty__buf *plain, uint32_t width, uint32_t height, cmty__buf *out);

typedef struct picture {
    uint8_t *pixels;
    size_t width, height, pixel_bytes;
} picture;
picture picture_read_jpeg(const cmty__buf *file); /* RGBX, chroma not smoothed */
picture picture_read_png(const cmty__buf *file);  /* RGBA, 16 bits each */
void picture_free(picture *p);

#endif
