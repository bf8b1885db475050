/* SPDX-License-Identifier: MIT */
/* The two things that are read from EXIF before it goes: which way is up, and the place, which is
   only ever kept sealed. Through libexif. Any thread; no state. */
#include "privacy/media.h"

#include <libexif/exif-data.h>

/* *data is NULL where there is none. The caller unrefs it. */
static cmty_status load(const uint8_t *tiff, size_t size, ExifData **data, cmty_error *err)
{
    static const char prefix[6] = "Exif\0";
    cmty__buf whole = {0};

    *data = NULL;
    if (tiff == NULL || size > UINT16_MAX)
        return CMTY_OK;
    cmty__buf_bytes(&whole, prefix, sizeof prefix);
    cmty__buf_bytes(&whole, tiff, size);
    if (!whole.failed)
        *data = exif_data_new();
    if (*data == NULL) {
        cmty__buf_wipe(&whole);
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    exif_data_unset_option(*data, EXIF_DATA_OPTION_FOLLOW_SPECIFICATION);
    exif_data_load_data(*data, (const unsigned char *)whole.data, (unsigned int)whole.size);
    cmty__buf_wipe(&whole);
    return CMTY_OK;
}

cmty_status cmty__exif_orientation(const uint8_t *tiff, size_t size, uint32_t *orientation,
                                   cmty_error *err)
{
    ExifData *data;
    const ExifEntry *e;
    cmty_status st = load(tiff, size, &data, err);

    *orientation = 1;
    if (st < 0 || data == NULL)
        return st;
    e = exif_content_get_entry(data->ifd[EXIF_IFD_0], EXIF_TAG_ORIENTATION);
    if (e != NULL && e->format == EXIF_FORMAT_SHORT && e->components == 1 && e->size >= 2) {
        uint32_t found = exif_get_short(e->data, exif_data_get_byte_order(data));

        *orientation = found >= 1 && found <= 8 ? found : 1;
    }
    exif_data_unref(data);
    return CMTY_OK;
}

/* Degrees, minutes and seconds as three rationals, with the letter that makes them negative. */
static bool angle(ExifData *data, int tag, int letter_tag, char negative, double *deg)
{
    ExifContent *gps = data->ifd[EXIF_IFD_GPS];
    const ExifEntry *e = exif_content_get_entry(gps, (ExifTag)tag);
    const ExifEntry *letter = exif_content_get_entry(gps, (ExifTag)letter_tag);
    ExifByteOrder order = exif_data_get_byte_order(data);
    static const double parts[] = {1, 60, 3600};
    double sum = 0;

    if (e == NULL || letter == NULL || e->format != EXIF_FORMAT_RATIONAL || e->components != 3
        || e->size < 24 || letter->size < 1)
        return false;
    for (size_t i = 0; i < 3; i++) {
        ExifRational r = exif_get_rational(e->data + 8 * i, order);

        if (r.denominator == 0)
            return false;
        sum += (double)r.numerator / (double)r.denominator / parts[i];
    }
    *deg = letter->data[0] == (unsigned char)negative ? -sum : sum;
    return true;
}

cmty_status cmty__exif_place(const uint8_t *tiff, size_t size, cmty_point *place, cmty_error *err)
{
    ExifData *data;
    cmty_point at;
    cmty_status st = load(tiff, size, &data, err);

    if (st < 0 || data == NULL)
        return st < 0 ? st : CMTY_NOTFOUND;
    st = CMTY_NOTFOUND;
    if (angle(data, EXIF_TAG_GPS_LONGITUDE, EXIF_TAG_GPS_LONGITUDE_REF, 'W', &at.lon_deg)
        && angle(data, EXIF_TAG_GPS_LATITUDE, EXIF_TAG_GPS_LATITUDE_REF, 'S', &at.lat_deg)
        && cmty__point_valid(at)) {
        *place = at;
        st = CMTY_OK;
    }
    exif_data_unref(data);
    return st;
}
