/* SPDX-License-Identifier: MIT */
/* Pictures to be made sterile. One thread. */
#include "picture.h"

#include <community/media.h>

#include <png.h>
#include <stdlib.h>
#include <turbojpeg.h>

#define SECRET "PLANTED"

/* Used outside of test programs too. */
static void must(bool holds)
{
    if (!holds)
        abort();
}

/* ---- pictures ---- */

static uint8_t level(size_t x, size_t y, size_t c)
{
    return (uint8_t)(x * (3 + c) + y * (5 + 2 * c) + (x * y) % 7 * 11 * c);
}

cmty__buf picture_jpeg(int which)
{
    static const struct {
        int width, height, subsampling, flags;
    } kinds[PICTURE_JPEGS] = {
        {61, 45, TJSAMP_420, 0},  {48, 32, TJSAMP_444, 0},
        {33, 20, TJSAMP_GRAY, 0}, {70, 50, TJSAMP_420, TJFLAG_PROGRESSIVE},
        {41, 27, TJSAMP_422, 0},  {40, 57, TJSAMP_440, 0},
    };
    tjhandle turbo = tjInitCompress();
    unsigned char *bytes = NULL, *pixels;
    unsigned long size = 0;
    size_t w = (size_t)kinds[which].width, h = (size_t)kinds[which].height;
    cmty__buf out = {0};

    pixels = malloc(3 * w * h);
    for (size_t i = 0; i < 3 * w * h; i++)
        pixels[i] = level(i / 3 % w, i / 3 / w, i % 3);
    must(tjCompress2(turbo, pixels, (int)w, 0, (int)h, TJPF_RGB, &bytes, &size,
                     kinds[which].subsampling, 85, kinds[which].flags)
         == 0);
    cmty__buf_bytes(&out, bytes, size);
    free(pixels);
    tjFree(bytes);
    tjDestroy(turbo);
    return out;
}

static void put(png_structp png, png_bytep from, size_t size)
{
    cmty__buf_bytes(png_get_io_ptr(png), from, size);
}

cmty__buf picture_png(int which)
{
    static const struct {
        png_uint_32 width, height;
        int depth, colours, interlace;
    } kinds[PICTURE_PNGS] = {
        {23, 17, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE},
        {9, 13, 16, PNG_COLOR_TYPE_RGB_ALPHA, PNG_INTERLACE_ADAM7},
        {19, 11, 4, PNG_COLOR_TYPE_PALETTE, PNG_INTERLACE_NONE},
        {21, 10, 1, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_ADAM7},
        {12, 30, 8, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_INTERLACE_NONE},
        {15, 15, 16, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE},
    };
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    png_uint_32 height = kinds[which].height;
    png_color palette[16];
    png_byte alpha[4] = {0, 90, 180, 255};
    uint8_t **rows;
    size_t row_bytes;
    cmty__buf out = {0};

    for (size_t i = 0; i < 16; i++)
        palette[i] = (png_color){level(i, 1, 0), level(i, 2, 1), level(i, 3, 2)};
    png_set_write_fn(png, &out, put, NULL);
    png_set_IHDR(png, info, kinds[which].width, height, kinds[which].depth, kinds[which].colours,
                 kinds[which].interlace, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (kinds[which].colours == PNG_COLOR_TYPE_PALETTE) {
        png_set_PLTE(png, info, palette, 16);
        png_set_tRNS(png, info, alpha, 4, NULL);
    }
    if (which == 0)
        png_set_sRGB(png, info, PNG_sRGB_INTENT_PERCEPTUAL);
    if (which == 5)
        png_set_gAMA(png, info, 0.45455);
    row_bytes = png_get_rowbytes(png, info);
    rows = calloc(height, sizeof *rows);
    for (size_t y = 0; y < height; y++) {
        rows[y] = malloc(row_bytes);
        for (size_t x = 0; x < row_bytes; x++)
            rows[y][x] = level(x, y, x % 3);
    }
    png_set_rows(png, info, rows);
    png_write_png(png, info, PNG_TRANSFORM_IDENTITY, NULL);
    for (size_t y = 0; y < height; y++)
        free(rows[y]);
    free(rows);
    png_destroy_write_struct(&png, &info);
    return out;
}

/* ---- what is planted ---- */

#define BODY(text) text, sizeof text - 1

const plant picture_plants[] = {
    {"EXIF that is damaged", 0xE1, NULL, BODY("Exif\0\0MM\0*\0\0\0\x7f" SECRET),
     CMTY_MEDIA_HAD_EXIF},
    {"XMP", 0xE1, NULL, BODY("http://ns.adobe.com/xap/1.0/\0<x " SECRET "/>"), CMTY_MEDIA_HAD_XMP},
    {"IPTC", 0xED, NULL, BODY("Photoshop 3.0\08BIM\x04\x04" SECRET), CMTY_MEDIA_HAD_IPTC},
    {"comment", 0xFE, NULL, BODY("taken at " SECRET), CMTY_MEDIA_HAD_COMMENT},
    {"profile", 0xE2, NULL, BODY("ICC_PROFILE\0\x01\x01" SECRET), CMTY_MEDIA_HAD_PROFILE},
    {"MPF", 0xE2, NULL, BODY("MPF\0II*\0" SECRET), CMTY_MEDIA_HAD_PICTURES},
    {"FlashPix", 0xE2, NULL, BODY("FPXR\0" SECRET), CMTY_MEDIA_HAD_OTHER},
    {"JFIF thumbnail", 0xE0, NULL, BODY("JFXX\0\x10" SECRET), CMTY_MEDIA_HAD_PICTURES},
    {"second JFIF", 0xE0, NULL, BODY("JFIF\0\1\1\0\0\1\0\1\0\0" SECRET), CMTY_MEDIA_HAD_PICTURES},
    {"Ducky", 0xEC, NULL, BODY("Ducky\0" SECRET), CMTY_MEDIA_HAD_OTHER},
    {"Adobe with more in it", 0xEE, NULL, BODY("Adobe\0d\0\0\0\0\1" SECRET), CMTY_MEDIA_HAD_OTHER},
    {"JUMBF", 0xEB, NULL, BODY("JP\0\0jumb" SECRET), CMTY_MEDIA_HAD_OTHER},
    {"trailer", 0, NULL, BODY("\xff\xd8\xff\xe1 a second picture " SECRET), CMTY_MEDIA_HAD_TRAILER},
    {"motion photo", 0, NULL,
     BODY("\0\0\0\x18"
          "ftypmp42" SECRET),
     CMTY_MEDIA_HAD_TRAILER},
};
const size_t picture_plant_count = sizeof picture_plants / sizeof *picture_plants;

const plant picture_chunks[] = {
    {"text", 0, "tEXt", BODY("Comment\0" SECRET), CMTY_MEDIA_HAD_COMMENT},
    {"XMP", 0, "iTXt", BODY("XML:com.adobe.xmp\0\0\0\0\0<x " SECRET "/>"), CMTY_MEDIA_HAD_XMP},
    {"long text", 0, "iTXt", BODY("Author\0\0\0\0\0" SECRET), CMTY_MEDIA_HAD_COMMENT},
    {"packed text", 0, "zTXt", BODY("Comment\0\0" SECRET), CMTY_MEDIA_HAD_COMMENT},
    {"damaged EXIF", 0, "eXIf", BODY("MM\0*\0\0\0\x7f" SECRET), CMTY_MEDIA_HAD_EXIF},
    {"time", 0, "tIME", BODY("\x07\xe9\1\1\1\1\1" SECRET), CMTY_MEDIA_HAD_OTHER},
    {"physical", 0, "pHYs", BODY(SECRET "--"), CMTY_MEDIA_HAD_OTHER},
    {"profile", 0, "iCCP", BODY("device\0\0" SECRET), CMTY_MEDIA_HAD_PROFILE},
    {"animation", 0, "fdAT", BODY("\0\0\0\1" SECRET), CMTY_MEDIA_HAD_PICTURES},
    {"private", 0, "prVt", BODY(SECRET), CMTY_MEDIA_HAD_OTHER},
    {"content credentials", 0, "caBX", BODY("jumb" SECRET), CMTY_MEDIA_HAD_OTHER},
    {"trailer", 0, NULL, BODY("PK\3\4" SECRET), CMTY_MEDIA_HAD_TRAILER},
};
const size_t picture_chunk_count = sizeof picture_chunks / sizeof *picture_chunks;

static void be16(cmty__buf *b, unsigned v)
{
    cmty__buf_char(b, (char)(v >> 8));
    cmty__buf_char(b, (char)v);
}

static void be32(cmty__buf *b, uint32_t v)
{
    be16(b, v >> 16);
    be16(b, v & 0xFFFF);
}

static void entry(cmty__buf *b, unsigned tag, unsigned type, uint32_t count, uint32_t value)
{
    be16(b, tag);
    be16(b, type);
    be32(b, count);
    if (type == 3) { /* a short stands at the left of its field */
        be16(b, value);
        be16(b, 0);
    } else {
        be32(b, value);
    }
}

static void rational(cmty__buf *b, uint32_t numerator, uint32_t denominator)
{
    be32(b, numerator);
    be32(b, denominator);
}

/* TIFF 6.0 and EXIF 2.3: orientation, serial number, the GPS directory, a thumbnail. */
static void put_tiff(cmty__buf *b, unsigned orientation)
{
    enum { IFD0 = 8, GPS = IFD0 + 2 + 12 * 3 + 4, IFD1 = GPS + 2 + 12 * 4 + 4 };
    enum { DATA = IFD1 + 2 + 12 * 2 + 4, SERIAL = DATA + 48, THUMBNAIL = SERIAL + 8 };

    cmty__buf_bytes(b, "MM\0*", 4);
    be32(b, IFD0);
    be16(b, 3);
    entry(b, 0x0112, 3, 1, orientation);
    entry(b, 0x8825, 4, 1, GPS);
    entry(b, 0xC62F, 2, 8, SERIAL);
    be32(b, IFD1);
    be16(b, 4);
    entry(b, 1, 2, 2, (uint32_t)'N' << 24);
    entry(b, 2, 5, 3, DATA);
    entry(b, 3, 2, 2, (uint32_t)'W' << 24);
    entry(b, 4, 5, 3, DATA + 24);
    be32(b, 0);
    be16(b, 2);
    entry(b, 0x0201, 4, 1, THUMBNAIL);
    entry(b, 0x0202, 4, 1, 7);
    be32(b, 0);
    rational(b, 61, 1);
    rational(b, 2, 1);
    rational(b, 304, 100);
    rational(b, 12, 1);
    rational(b, 34, 1);
    rational(b, 5678, 100);
    cmty__buf_bytes(b, SECRET "\0", 8);
    cmty__buf_bytes(b, SECRET, 7);
}

const plant *picture_exif(unsigned orientation)
{
    static char bodies[9][256];
    static plant plants[9];
    cmty__buf b = {0};
    plant *p = &plants[orientation];

    put_tiff(&b, orientation);
    must(!b.failed && b.size <= sizeof bodies[0]);
    memcpy(bodies[orientation], b.data, b.size);
    *p = (plant){"EXIF", 0xE1, "eXIf", bodies[orientation], b.size, CMTY_MEDIA_HAD_EXIF};
    cmty__buf_free(&b);
    return p;
}

/* ---- planting ---- */

cmty__buf picture_plant_jpeg(const cmty__buf *plain, const plant *plants, size_t count)
{
    enum { HEAD = 20 }; /* SOI and the JFIF segment */
    cmty__buf out = {0};

    cmty__buf_bytes(&out, plain->data, HEAD);
    for (size_t i = 0; i < count; i++)
        if (plants[i].marker != 0) {
            bool bare = plants[i].chunk != NULL; /* a TIFF block, which JPEG gives a name */

            cmty__buf_char(&out, (char)0xFF);
            cmty__buf_char(&out, (char)plants[i].marker);
            be16(&out, (unsigned)(plants[i].size + 2 + (bare ? 6 : 0)));
            if (bare)
                cmty__buf_bytes(&out, "Exif\0\0", 6);
            cmty__buf_bytes(&out, plants[i].body, plants[i].size);
        }
    cmty__buf_bytes(&out, plain->data + HEAD, plain->size - HEAD);
    for (size_t i = 0; i < count; i++)
        if (plants[i].marker == 0)
            cmty__buf_bytes(&out, plants[i].body, plants[i].size);
    must(!out.failed);
    return out;
}

static uint32_t check_sum(const char *bytes, size_t size)
{
    uint32_t crc = 0xFFFFFFFF;

    for (size_t i = 0; i < size; i++) {
        crc ^= (uint8_t)bytes[i];
        for (int k = 0; k < 8; k++)
            crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320 : 0);
    }
    return ~crc;
}

cmty__buf picture_plant_png(const cmty__buf *plain, const plant *plants, size_t count)
{
    enum { HEAD = 33 }; /* magic and IHDR */
    cmty__buf out = {0};

    cmty__buf_bytes(&out, plain->data, HEAD);
    for (size_t i = 0; i < count; i++)
        if (plants[i].chunk != NULL) {
            size_t start = out.size + 4;

            be32(&out, (uint32_t)plants[i].size);
            cmty__buf_bytes(&out, plants[i].chunk, 4);
            cmty__buf_bytes(&out, plants[i].body, plants[i].size);
            be32(&out, check_sum(out.data + start, out.size - start));
        }
    cmty__buf_bytes(&out, plain->data + HEAD, plain->size - HEAD);
    for (size_t i = 0; i < count; i++)
        if (plants[i].chunk == NULL)
            cmty__buf_bytes(&out, plants[i].body, plants[i].size);
    must(!out.failed);
    return out;
}

static bool holds(const uint8_t *bytes, size_t size, const void *what, size_t length)
{
    for (size_t i = 0; i + length <= size; i++)
        if (memcmp(bytes + i, what, length) == 0)
            return true;
    return false;
}

bool picture_shows_planted(const void *bytes, size_t size)
{
    static const uint8_t seconds[8] = {0, 0, 0x16, 0x2E, 0, 0, 0, 100}; /* 5678/100 */

    return holds(bytes, size, SECRET, strlen(SECRET)) || holds(bytes, size, seconds, 8)
           || holds(bytes, size, "Exif", 4);
}

void picture_claim_size(const cmty__buf *plain, uint32_t width, uint32_t height, cmty__buf *out)
{
    cmty__buf size = {0};

    cmty__buf_bytes(out, plain->data, plain->size);
    if (plain->data[1] == 'P') {
        be32(&size, width);
        be32(&size, height);
        memcpy(out->data + 16, size.data, 8);
        size.size = 0;
        be32(&size, check_sum(out->data + 12, 17));
        memcpy(out->data + 29, size.data, 4);
    } else {
        be16(&size, height);
        be16(&size, width);
        for (size_t i = 2; i + 9 < out->size; i++)
            if ((uint8_t)out->data[i] == 0xFF && (uint8_t)out->data[i + 1] == 0xC0) {
                memcpy(out->data + i + 5, size.data, 4);
                break;
            }
    }
    cmty__buf_free(&size);
}

/* ---- reading back ---- */

picture picture_read_jpeg(const cmty__buf *file)
{
    tjhandle turbo = tjInitDecompress();
    int width, height, subsampling, colours;
    const unsigned char *bytes = (const unsigned char *)file->data;
    picture p;

    must(tjDecompressHeader3(turbo, bytes, file->size, &width, &height, &subsampling, &colours)
         == 0);
    p = (picture){NULL, (size_t)width, (size_t)height, 4};
    p.pixels = calloc(p.width * p.height, p.pixel_bytes);
    must(tjDecompress2(turbo, bytes, file->size, p.pixels, width, 0, height, TJPF_RGBA,
                       TJFLAG_FASTUPSAMPLE | TJFLAG_ACCURATEDCT)
         == 0);
    tjDestroy(turbo);
    return p;
}

typedef struct source {
    const char *bytes;
    size_t left;
} source;

static void get(png_structp png, png_bytep to, size_t size)
{
    source *s = png_get_io_ptr(png);

    must(size <= s->left);
    memcpy(to, s->bytes, size);
    s->bytes += size;
    s->left -= size;
}

picture picture_read_png(const cmty__buf *file)
{
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    source s = {file->data, file->size};
    uint8_t **rows;
    picture p;

    png_set_read_fn(png, &s, get);
    png_read_png(png, info, PNG_TRANSFORM_EXPAND_16 | PNG_TRANSFORM_GRAY_TO_RGB, NULL);
    p = (picture){NULL, png_get_image_width(png, info), png_get_image_height(png, info), 0};
    p.pixel_bytes = png_get_rowbytes(png, info) / p.width;
    p.pixels = malloc(p.width * p.height * p.pixel_bytes);
    rows = png_get_rows(png, info);
    for (size_t y = 0; y < p.height; y++)
        memcpy(p.pixels + y * p.width * p.pixel_bytes, rows[y], p.width * p.pixel_bytes);
    png_destroy_read_struct(&png, &info, NULL);
    return p;
}

void picture_free(picture *p)
{
    free(p->pixels);
    p->pixels = NULL;
}
