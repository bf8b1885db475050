/* SPDX-License-Identifier: MIT */
/*
 * What stands in a JPEG or PNG file, by its framing alone (ITU-T T.81 annex B; ISO/IEC 15948
 * section 5). It lists what is not a picture, and says of a copy whether it holds a picture and no
 * more. An allow-list: what is not known is not allowed. Any thread; no state, no allocation.
 */
#include "privacy/media.h"

static bool starts(const uint8_t *bytes, size_t size, const char *text, size_t length)
{
    return size >= length && memcmp(bytes, text, length) == 0;
}

static uint32_t big16(const uint8_t *p)
{
    return (uint32_t)p[0] << 8 | p[1];
}

static uint32_t big32(const uint8_t *p)
{
    return big16(p) << 16 | big16(p + 2);
}

/* ---- JPEG ---- */

enum {
    SOF0 = 0xC0,
    SOF1 = 0xC1,
    SOF2 = 0xC2,
    DHT = 0xC4,
    RST0 = 0xD0,
    RST7 = 0xD7,
    SOI = 0xD8,
    EOI = 0xD9,
    SOS = 0xDA,
    DQT = 0xDB,
    DRI = 0xDD,
    APP0 = 0xE0,
    APP1 = 0xE1,
    APP2 = 0xE2,
    APP13 = 0xED,
    APP14 = 0xEE,
    APP15 = 0xEF,
    COM = 0xFE
};

/* What an application segment or a comment is, by its first bytes; 0: a marker that may stay. */
static uint32_t segment_had(uint32_t marker, const uint8_t *body, size_t size, bool first)
{
    if (marker == COM)
        return CMTY_MEDIA_HAD_COMMENT;
    if (marker == APP0 && starts(body, size, "JFIF", 5) && size == 14)
        return first && body[12] == 0 && body[13] == 0 ? 0 : CMTY_MEDIA_HAD_PICTURES;
    if (marker == APP0)
        return CMTY_MEDIA_HAD_PICTURES; /* JFIF or JFXX with a thumbnail, AVI1 */
    if (marker == APP1 && starts(body, size, "Exif", 5))
        return CMTY_MEDIA_HAD_EXIF;
    if (marker == APP1)
        return CMTY_MEDIA_HAD_XMP;
    if (marker == APP2 && starts(body, size, "MPF", 4))
        return CMTY_MEDIA_HAD_PICTURES;
    if (marker == APP2 && starts(body, size, "ICC_PROFILE", 12))
        return CMTY_MEDIA_HAD_PROFILE;
    if (marker == APP13)
        return CMTY_MEDIA_HAD_IPTC;
    if (marker == APP14 && starts(body, size, "Adobe", 5) && size == 12)
        return 0;
    return CMTY_MEDIA_HAD_OTHER;
}

/* Where the entropy-coded data that begins at `at` ends: the next marker that is no restart. */
static size_t skip_scan(const uint8_t *bytes, size_t size, size_t at)
{
    while (at + 1 < size) {
        const uint8_t *next = memchr(bytes + at, 0xFF, size - at - 1);

        if (next == NULL)
            return size;
        at = (size_t)(next - bytes);
        if (bytes[at + 1] != 0 && bytes[at + 1] != 0xFF
            && (bytes[at + 1] < RST0 || bytes[at + 1] > RST7))
            return at;
        at += bytes[at + 1] == 0xFF ? 1 : 2;
    }
    return size;
}

static void note_exif(cmty__walk *w, uint32_t had, const uint8_t *body, size_t size)
{
    enum { PREFIX = 6 }; /* "Exif", two zeros */

    if (had == CMTY_MEDIA_HAD_EXIF && w->exif == NULL && size > PREFIX) {
        w->exif = body + PREFIX;
        w->exif_size = size - PREFIX;
    }
}

/* One segment that has a length. False: not a JPEG that can be taken. */
static bool jpeg_segment(cmty__walk *w, uint32_t marker, const uint8_t *body, size_t size,
                         bool first)
{
    uint32_t had;

    switch (marker) {
    case SOF0:
    case SOF1:
    case SOF2:
        if (size < 6 || w->width != 0)
            return false; /* a second frame would be a second picture */
        w->height = big16(body + 1);
        w->width = big16(body + 3);
        return w->width > 0 && w->height > 0;
    case DHT:
    case DQT:
    case SOS:
        return size > 0;
    case DRI:
        return size == 2;
    default:
        if (marker != COM && (marker < APP0 || marker > APP15))
            return false; /* arithmetic, lossless, hierarchical, or unknown */
        had = segment_had(marker, body, size, first);
        note_exif(w, had, body, size);
        w->had |= had;
        return true;
    }
}

cmty__walk cmty__walk_jpeg(const uint8_t *bytes, size_t size)
{
    cmty__walk w = {.allowed = true};
    size_t at = 2;
    bool first = true;

    if (size < 4 || bytes[0] != 0xFF || bytes[1] != SOI)
        return w;
    while (at + 1 < size && bytes[at] == 0xFF) {
        uint32_t marker = bytes[at + 1];
        size_t length;

        if (marker == 0xFF) { /* fill bytes may stand before a marker, and hide a count */
            w.allowed = false;
            at++;
            continue;
        }
        if (marker == EOI) {
            if (at + 2 < size)
                w.had |= CMTY_MEDIA_HAD_TRAILER;
            w.whole = w.width > 0;
            w.allowed = w.allowed && w.had == 0;
            return w;
        }
        if (at + 4 > size)
            return w;
        length = big16(bytes + at + 2);
        if (length < 2 || at + 2 + length > size
            || !jpeg_segment(&w, marker, bytes + at + 4, length - 2, first))
            return w;
        first = false;
        at += 2 + length;
        if (marker == SOS)
            at = skip_scan(bytes, size, at);
    }
    return w;
}

/* ---- PNG ---- */

enum { PNG_MAGIC = 8, PNG_FRAME = 12 }; /* length, type and check sum of a chunk */

static uint32_t chunk_had(const uint8_t *type, const uint8_t *body, size_t size)
{
    static const struct {
        char type[5];
        uint32_t had;
    } known[] = {
        {"IHDR", 0},
        {"PLTE", 0},
        {"tRNS", 0},
        {"sRGB", 0},
        {"gAMA", 0},
        {"IDAT", 0},
        {"IEND", 0},
        {"eXIf", CMTY_MEDIA_HAD_EXIF},
        {"tEXt", CMTY_MEDIA_HAD_COMMENT},
        {"zTXt", CMTY_MEDIA_HAD_COMMENT},
        {"iCCP", CMTY_MEDIA_HAD_PROFILE},
        {"acTL", CMTY_MEDIA_HAD_PICTURES},
        {"fcTL", CMTY_MEDIA_HAD_PICTURES},
        {"fdAT", CMTY_MEDIA_HAD_PICTURES},
    };

    if (memcmp(type, "iTXt", 4) == 0)
        return starts(body, size, "XML:com.adobe.xmp", 18) ? CMTY_MEDIA_HAD_XMP
                                                           : CMTY_MEDIA_HAD_COMMENT;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (memcmp(type, known[i].type, 4) == 0)
            return known[i].had;
    return CMTY_MEDIA_HAD_OTHER;
}

cmty__walk cmty__walk_png(const uint8_t *bytes, size_t size)
{
    cmty__walk w = {.allowed = true};
    size_t at = PNG_MAGIC;

    while (size >= PNG_FRAME && at <= size - PNG_FRAME) {
        size_t length = big32(bytes + at);
        const uint8_t *type = bytes + at + 4, *body = type + 4;
        bool first = at == PNG_MAGIC, header = memcmp(type, "IHDR", 4) == 0;
        uint32_t had;

        if (length > size - at - PNG_FRAME || first != header || (header && length != 13))
            return w;
        if (header) {
            w.width = big32(body);
            w.height = big32(body + 4);
        }
        had = chunk_had(type, body, length);
        if (had == CMTY_MEDIA_HAD_EXIF && w.exif == NULL) {
            w.exif = body;
            w.exif_size = length;
        }
        w.had |= had;
        at += PNG_FRAME + length;
        if (memcmp(type, "IEND", 4) == 0) {
            if (at < size)
                w.had |= CMTY_MEDIA_HAD_TRAILER;
            w.whole = length == 0;
            w.allowed = w.had == 0;
            return w;
        }
    }
    return w;
}
