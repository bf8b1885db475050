/* SPDX-License-Identifier: MIT */
/*
 * Sterile copies of pictures: told by their first bytes, held to limits before anything is
 * unpacked, written anew, and proven clean by the walk or refused. Any thread; no state.
 */
#include "privacy/media.h"

cmty_status cmty_media_options_init(cmty_media_options *options)
{
    static const cmty_media_options defaults = CMTY_MEDIA_OPTIONS_INIT;

    if (options == NULL)
        return CMTY_E_INVALID;
    *options = defaults;
    return CMTY_OK;
}

static int32_t kind_of(const uint8_t *bytes, size_t size)
{
    static const uint8_t jpeg[] = {0xFF, 0xD8, 0xFF},
                         png[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

    if (size >= sizeof jpeg && memcmp(bytes, jpeg, sizeof jpeg) == 0)
        return CMTY_MEDIA_JPEG;
    if (size >= sizeof png && memcmp(bytes, png, sizeof png) == 0)
        return CMTY_MEDIA_PNG;
    return CMTY_MEDIA_UNKNOWN;
}

static cmty__walk walk(int32_t kind, const void *bytes, size_t size)
{
    return kind == CMTY_MEDIA_JPEG ? cmty__walk_jpeg(bytes, size) : cmty__walk_png(bytes, size);
}

/* Before anything is unpacked: CMTY_REASON_NONE, or why not. */
static int32_t admit(const cmty__walk *found, size_t size, const cmty_media_options *o)
{
    if (size > o->max_bytes)
        return CMTY_REASON_MEDIA_TOO_LARGE;
    if (!found->whole || found->width == 0 || found->height == 0)
        return CMTY_REASON_MEDIA_DAMAGED;
    if ((uint64_t)found->width * found->height > o->max_pixels)
        return CMTY_REASON_MEDIA_TOO_LARGE;
    return CMTY_REASON_NONE;
}

static cmty_status clean(const uint8_t *bytes, size_t size, const cmty_media_options *o,
                         cmty__buf *out, cmty_media_info *info, cmty_error *err)
{
    cmty__walk found = walk(info->kind, bytes, size), left;
    cmty_status st;

    info->reason = admit(&found, size, o);
    if (info->reason != CMTY_REASON_NONE)
        return CMTY_REFUSED;
    info->removed = found.had;
    info->width = found.width;
    info->height = found.height;
    st = cmty__exif_orientation(found.exif, found.exif_size, &info->orientation, err);
    if (st == CMTY_OK)
        st = info->kind == CMTY_MEDIA_JPEG ? cmty__jpeg_write(bytes, size, out, info, err)
                                           : cmty__png_write(bytes, size, out, info, err);
    if (st != CMTY_OK)
        return st;
    left = walk(info->kind, out->data, out->size);
    if (!left.whole || !left.allowed || left.width != info->width || left.height != info->height) {
        info->reason = CMTY_REASON_MEDIA_UNPROVEN;
        return CMTY_REFUSED;
    }
    return CMTY_OK;
}

cmty_status cmty_media_clean(const void *bytes, size_t size, const cmty_media_options *options,
                             void **out, size_t *out_size, cmty_media_info *info, cmty_error *err)
{
    cmty_media_options o = CMTY_MEDIA_OPTIONS_INIT;
    cmty_media_info found = {.struct_size = (uint32_t)sizeof found, .orientation = 1};
    cmty__buf copy = {0};
    cmty_status st = CMTY_REFUSED;

    if (out != NULL)
        *out = NULL;
    if (bytes == NULL || out == NULL || out_size == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "a picture and a place for its copy are needed");
    if (options != NULL)
        st = cmty__struct_read(&o, sizeof o, options, sizeof o, "cmty_media_options", err);
    if (st < 0)
        return st;
    found.kind = kind_of(bytes, size);
    found.reason = CMTY_REASON_MEDIA_FORMAT;
    if (found.kind != CMTY_MEDIA_UNKNOWN)
        st = clean(bytes, size, &o, &copy, &found, err);
    else
        st = CMTY_REFUSED;
    if (st == CMTY_REFUSED)
        (void)cmty__fail(err, st, "%s", cmty_reason_text(found.reason));
    if (st >= 0 && info != NULL) {
        cmty_status said =
            cmty__struct_write(info, &found, sizeof found, sizeof found, "cmty_media_info", err);

        if (said < 0)
            st = said;
    }
    if (st == CMTY_OK) {
        *out = copy.data;
        *out_size = copy.size;
        copy = (cmty__buf){0};
    }
    cmty__buf_wipe(&copy);
    return st;
}

cmty_status cmty__media_place(const void *bytes, size_t size, cmty_point *place, cmty_error *err)
{
    int32_t kind = kind_of(bytes, size);
    cmty__walk found = {0};

    if (kind != CMTY_MEDIA_UNKNOWN)
        found = walk(kind, bytes, size);
    return cmty__exif_place(found.exif, found.exif_size, place, err);
}
