/* SPDX-License-Identifier: MIT */
/*
 * A JPEG written anew from its coefficients, upright, without decoding: libjpeg-turbo's lossless
 * transformation, with no marker copied. Any thread; a handle of its own for each call.
 */
#include "privacy/media.h"

#include <turbojpeg.h>

/* A transposition may not leave partial blocks on the upper or left edge: those are trimmed. */
static int operation(uint32_t orientation)
{
    static const int by_orientation[] = {TJXOP_NONE,   TJXOP_NONE,       TJXOP_HFLIP,
                                         TJXOP_ROT180, TJXOP_VFLIP,      TJXOP_TRANSPOSE,
                                         TJXOP_ROT90,  TJXOP_TRANSVERSE, TJXOP_ROT270};

    return by_orientation[orientation];
}

static cmty_status refuse(cmty_media_info *info, int32_t reason)
{
    info->reason = reason;
    return CMTY_REFUSED;
}

/* Size of the copy before and after: what the trimming took. */
static void note_trimmed(cmty_media_info *info, int width, int height)
{
    bool turned = info->orientation >= 5;
    uint32_t whole_width = turned ? info->height : info->width;
    uint32_t whole_height = turned ? info->width : info->height;

    info->width = (uint32_t)width;
    info->height = (uint32_t)height;
    info->trimmed_width = whole_width - info->width;
    info->trimmed_height = whole_height - info->height;
}

/* A damaged picture may give coefficients that cannot be written so that they are read again. */
static bool readable(tjhandle turbo, const unsigned char *copy, unsigned long size, int *width,
                     int *height)
{
    tjtransform nothing = {.op = TJXOP_NONE, .options = TJXOPT_COPYNONE | TJXOPT_NOOUTPUT};
    unsigned char *none = NULL;
    unsigned long none_size = 0;
    int subsampling, colours;
    bool ok =
        tjDecompressHeader3(turbo, copy, size, width, height, &subsampling, &colours) == 0
        && tjTransform(turbo, copy, size, 1, &none, &none_size, &nothing, TJFLAG_STOPONWARNING)
               == 0;

    tjFree(none);
    return ok;
}

cmty_status cmty__jpeg_write(const uint8_t *bytes, size_t size, cmty__buf *out,
                             cmty_media_info *info, cmty_error *err)
{
    const int flags = TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS;
    tjtransform how = {.op = operation(info->orientation),
                       .options = TJXOPT_COPYNONE | TJXOPT_TRIM};
    unsigned char *copy = NULL;
    unsigned long copy_size = 0;
    int width, height, subsampling, colours;
    cmty_status st = CMTY_OK;
    tjhandle turbo = tjInitTransform();

    if (turbo == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    if (tjDecompressHeader3(turbo, bytes, size, &width, &height, &subsampling, &colours) != 0
        || (uint32_t)width != info->width || (uint32_t)height != info->height) {
        st = refuse(info, CMTY_REASON_MEDIA_DAMAGED);
        goto done;
    }
    if (colours == TJCS_CMYK || colours == TJCS_YCCK) { /* for print; no camera makes them */
        st = refuse(info, CMTY_REASON_MEDIA_FORMAT);
        goto done;
    }
    if (tjTransform(turbo, bytes, size, 1, &copy, &copy_size, &how, flags) != 0
        || !readable(turbo, copy, copy_size, &width, &height)) {
        st = refuse(info, CMTY_REASON_MEDIA_DAMAGED);
        goto done;
    }
    note_trimmed(info, width, height);
    cmty__buf_bytes(out, copy, copy_size);
    if (out->failed)
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");

done:
    tjFree(copy);
    (void)tjDestroy(turbo);
    return st;
}
