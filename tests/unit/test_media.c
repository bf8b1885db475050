/* SPDX-License-Identifier: MIT */
/*
 * Pictures with something planted in every place where a file can carry it come out with the same
 * pixels and nothing else; what cannot be proven clean does not come out at all.
 */
#include "../runner.h"
#include "picture.h"
#include "privacy/media.h"

#include <math.h>
#include <stdlib.h>

static void clean(const cmty__buf *in, cmty__buf *out, cmty_media_info *info)
{
    void *copy = NULL;
    size_t size = 0;
    cmty_error err = CMTY_ERROR_INIT;

    *info = (cmty_media_info){.struct_size = sizeof *info};
    *out = (cmty__buf){0};
    if (cmty_media_clean(in->data, in->size, NULL, &copy, &size, info, &err) != CMTY_OK)
        ck_abort_msg("refused: %s", err.message);
    cmty__buf_bytes(out, copy, size);
    cmty_free(copy);
}

/* Where pixel x, y of the upright picture of this size comes from, by TIFF 6.0's table. */
static void source_of(uint32_t orientation, size_t width, size_t height, size_t x, size_t y,
                      size_t from[2])
{
    size_t u = orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7
                   ? width - 1 - x
                   : x;
    size_t v = orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8
                   ? height - 1 - y
                   : y;

    from[0] = orientation >= 5 ? v : u;
    from[1] = orientation >= 5 ? u : v;
}

/* The same pixels, turned as EXIF asks. A turned JPEG has the same coefficients, which a decoder
   may round by two levels otherwise; one that was upright is the same to the bit. */
static void check_pixels(const picture *was, const picture *is, const cmty_media_info *info)
{
    bool exact = info->orientation == 1 || info->kind == CMTY_MEDIA_PNG;

    ck_assert_uint_eq(is->width, info->width);
    ck_assert_uint_eq(is->height, info->height);
    ck_assert_uint_eq(is->pixel_bytes, was->pixel_bytes);
    for (size_t y = 0; y < is->height; y++)
        for (size_t x = 0; x < is->width; x++) {
            const uint8_t *a = is->pixels + is->pixel_bytes * (y * is->width + x), *b;
            size_t from[2];

            source_of(info->orientation, is->width, is->height, x, y, from);
            b = was->pixels + was->pixel_bytes * (from[1] * was->width + from[0]);
            for (size_t k = 0; k < is->pixel_bytes; k++)
                ck_assert_int_le(abs(a[k] - b[k]), exact ? 0 : 3);
        }
}

static void check_sterile(const cmty__buf *in, const picture *was, uint32_t removed)
{
    cmty__buf out;
    cmty_media_info info;
    picture is;

    clean(in, &out, &info);
    ck_assert_uint_eq(info.removed, removed);
    ck_assert(!picture_shows_planted(out.data, out.size));
    is = info.kind == CMTY_MEDIA_JPEG ? picture_read_jpeg(&out) : picture_read_png(&out);
    check_pixels(was, &is, &info);
    picture_free(&is);
    cmty__buf_free(&out);
}

START_TEST(whatever_a_jpeg_carries_is_gone_and_its_pixels_are_the_same)
{
    cmty__buf plain = picture_jpeg(_i);
    picture was = picture_read_jpeg(&plain);

    check_sterile(&plain, &was, 0);
    for (size_t i = 0; i < picture_plant_count; i++) {
        cmty__buf planted = picture_plant_jpeg(&plain, &picture_plants[i], 1);

        ck_assert(picture_shows_planted(planted.data, planted.size));
        check_sterile(&planted, &was, picture_plants[i].had);
        cmty__buf_free(&planted);
    }
    picture_free(&was);
    cmty__buf_free(&plain);
}
END_TEST

START_TEST(whatever_a_png_carries_is_gone_and_its_pixels_are_the_same)
{
    cmty__buf plain = picture_png(_i);
    picture was = picture_read_png(&plain);

    check_sterile(&plain, &was, 0);
    for (size_t i = 0; i < picture_chunk_count; i++) {
        cmty__buf planted = picture_plant_png(&plain, &picture_chunks[i], 1);

        ck_assert(picture_shows_planted(planted.data, planted.size));
        check_sterile(&planted, &was, picture_chunks[i].had);
        cmty__buf_free(&planted);
    }
    picture_free(&was);
    cmty__buf_free(&plain);
}
END_TEST

START_TEST(every_orientation_is_applied_to_the_pixels)
{
    for (unsigned orientation = 1; orientation <= 8; orientation++) {
        cmty__buf jpeg = picture_jpeg(_i % PICTURE_JPEGS), png = picture_png(_i % PICTURE_PNGS);
        cmty__buf planted = picture_plant_jpeg(&jpeg, picture_exif(orientation), 1);
        cmty__buf chunk = picture_plant_png(&png, picture_exif(orientation), 1);
        picture was = picture_read_jpeg(&jpeg), flat = picture_read_png(&png);

        check_sterile(&planted, &was, CMTY_MEDIA_HAD_EXIF);
        check_sterile(&chunk, &flat, CMTY_MEDIA_HAD_EXIF);
        picture_free(&was);
        picture_free(&flat);
        cmty__buf_free(&jpeg);
        cmty__buf_free(&png);
        cmty__buf_free(&planted);
        cmty__buf_free(&chunk);
    }
}
END_TEST

START_TEST(only_part_of_a_block_is_ever_trimmed)
{
    cmty__buf jpeg = picture_jpeg(0), planted = picture_plant_jpeg(&jpeg, picture_exif(6), 1), out;
    cmty_media_info info;
    picture was = picture_read_jpeg(&jpeg);

    clean(&planted, &out, &info);
    ck_assert_uint_eq(info.orientation, 6);
    ck_assert_uint_eq(info.width + info.trimmed_width, was.height);
    ck_assert_uint_eq(info.height + info.trimmed_height, was.width);
    ck_assert_uint_lt(info.trimmed_width, 16);
    ck_assert_uint_lt(info.trimmed_height, 16);
    picture_free(&was);
    cmty__buf_free(&jpeg);
    cmty__buf_free(&planted);
    cmty__buf_free(&out);
}
END_TEST

static void check_refused(const void *bytes, size_t size, const cmty_media_options *o,
                          int32_t reason)
{
    char poison;
    void *out = &poison;
    size_t out_size = 17;
    cmty_media_info info = {.struct_size = sizeof info};
    cmty_error err = CMTY_ERROR_INIT;

    ck_assert_int_eq(cmty_media_clean(bytes, size, o, &out, &out_size, &info, &err), CMTY_REFUSED);
    ck_assert_str_eq(cmty_reason_name(info.reason), cmty_reason_name(reason));
    ck_assert_ptr_null(out);
    ck_assert_uint_eq(out_size, 17);
    ck_assert_uint_gt(strlen(err.message), 0);
}

START_TEST(kinds_that_cannot_be_proven_are_refused)
{
    static const char *const heads[] = {
        "\0\0\0\30ftypheic\0\0\0\0mif1heic",
        "RIFF\x24\0\0\0WEBPVP8 ",
        "GIF89a\1\0\1\0\0\0\0;",
        "II*\0\x08\0\0\0\0\0\0\0",
        "<svg xmlns='http://www.w3.org/2000/svg'/>",
        "BM6\0\0\0\0\0\0\0\x36\0\0\0",
        "%PDF-1.7\n1 0 obj\n",
    };

    check_refused("", 0, NULL, CMTY_REASON_MEDIA_FORMAT);
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        check_refused(heads[i], 16, NULL, CMTY_REASON_MEDIA_FORMAT);
}
END_TEST

START_TEST(a_picture_cut_short_anywhere_is_refused)
{
    cmty__buf files[2] = {picture_jpeg(0), picture_png(0)};

    for (size_t f = 0; f < 2; f++) {
        for (size_t size = 8; size < files[f].size; size++)
            check_refused(files[f].data, size, NULL, CMTY_REASON_MEDIA_DAMAGED);
        cmty__buf_free(&files[f]);
    }
}
END_TEST

START_TEST(limits_hold_before_anything_is_unpacked)
{
    cmty__buf files[2] = {picture_jpeg(0), picture_png(0)};
    cmty_media_options o = CMTY_MEDIA_OPTIONS_INIT;

    for (size_t f = 0; f < 2; f++) {
        cmty__buf bomb = {0};

        o.max_bytes = files[f].size - 1;
        check_refused(files[f].data, files[f].size, &o, CMTY_REASON_MEDIA_TOO_LARGE);
        o.max_bytes = files[f].size;
        o.max_pixels = 100;
        check_refused(files[f].data, files[f].size, &o, CMTY_REASON_MEDIA_TOO_LARGE);
        picture_claim_size(&files[f], 60000, 60000, &bomb);
        check_refused(bomb.data, bomb.size, NULL, CMTY_REASON_MEDIA_TOO_LARGE);
        cmty__buf_free(&bomb);
        cmty__buf_free(&files[f]);
    }
}
END_TEST

START_TEST(a_flipped_bit_never_lets_anything_planted_through)
{
    cmty__buf jpeg = picture_jpeg(1), png = picture_png(1);
    cmty__buf files[2] = {picture_plant_jpeg(&jpeg, picture_exif(3), 1),
                          picture_plant_png(&png, picture_exif(3), 1)};

    for (size_t f = 0; f < 2; f++) {
        for (size_t i = 0; i < files[f].size; i++) {
            void *out = NULL;
            size_t size = 0;

            files[f].data[i] ^= (char)(1 << i % 8);
            if (cmty_media_clean(files[f].data, files[f].size, NULL, &out, &size, NULL, NULL)
                == CMTY_OK)
                ck_assert(!picture_shows_planted(out, size));
            cmty_free(out);
            files[f].data[i] ^= (char)(1 << i % 8);
        }
        cmty__buf_free(&files[f]);
    }
    cmty__buf_free(&jpeg);
    cmty__buf_free(&png);
}
END_TEST

START_TEST(the_place_in_exif_is_read_for_the_sealed_part)
{
    cmty__buf jpeg = picture_jpeg(0), planted = picture_plant_jpeg(&jpeg, picture_exif(1), 1);
    cmty__walk found = cmty__walk_jpeg((const uint8_t *)planted.data, planted.size);
    cmty__walk none = cmty__walk_jpeg((const uint8_t *)jpeg.data, jpeg.size);
    cmty_point at;

    ck_assert_int_eq(cmty__exif_place(found.exif, found.exif_size, &at, NULL), CMTY_OK);
    ck_assert(fabs(at.lon_deg - PICTURE_LON_DEG) < 1e-9);
    ck_assert(fabs(at.lat_deg - PICTURE_LAT_DEG) < 1e-9);
    ck_assert_int_eq(cmty__exif_place(none.exif, none.exif_size, &at, NULL), CMTY_NOTFOUND);
    cmty__buf_free(&jpeg);
    cmty__buf_free(&planted);
}
END_TEST

/* The proof must not lean on the writer: it refuses each planted file by itself. */
START_TEST(the_walk_allows_a_bare_picture_and_nothing_that_was_planted)
{
    cmty__buf jpeg = picture_jpeg(0), png = picture_png(0);

    ck_assert(cmty__walk_jpeg((const uint8_t *)jpeg.data, jpeg.size).allowed);
    ck_assert(cmty__walk_png((const uint8_t *)png.data, png.size).allowed);
    for (size_t i = 0; i < picture_plant_count; i++) {
        cmty__buf planted = picture_plant_jpeg(&jpeg, &picture_plants[i], 1);
        cmty__walk w = cmty__walk_jpeg((const uint8_t *)planted.data, planted.size);

        ck_assert(w.whole && !w.allowed);
        cmty__buf_free(&planted);
    }
    for (size_t i = 0; i < picture_chunk_count; i++) {
        cmty__buf planted = picture_plant_png(&png, &picture_chunks[i], 1);
        cmty__walk w = cmty__walk_png((const uint8_t *)planted.data, planted.size);

        ck_assert(w.whole && !w.allowed);
        cmty__buf_free(&planted);
    }
    cmty__buf_free(&jpeg);
    cmty__buf_free(&png);
}
END_TEST

static Suite *media_suite(void)
{
    Suite *suite = suite_create("media");
    TCase *tc = tcase_create("media");

    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, whatever_a_jpeg_carries_is_gone_and_its_pixels_are_the_same, 0,
                        PICTURE_JPEGS);
    tcase_add_loop_test(tc, whatever_a_png_carries_is_gone_and_its_pixels_are_the_same, 0,
                        PICTURE_PNGS);
    tcase_add_loop_test(tc, every_orientation_is_applied_to_the_pixels, 0,
                        PICTURE_JPEGS * PICTURE_PNGS);
    tcase_add_test(tc, only_part_of_a_block_is_ever_trimmed);
    tcase_add_test(tc, kinds_that_cannot_be_proven_are_refused);
    tcase_add_test(tc, a_picture_cut_short_anywhere_is_refused);
    tcase_add_test(tc, limits_hold_before_anything_is_unpacked);
    tcase_add_test(tc, a_flipped_bit_never_lets_anything_planted_through);
    tcase_add_test(tc, the_place_in_exif_is_read_for_the_sealed_part);
    tcase_add_test(tc, the_walk_allows_a_bare_picture_and_nothing_that_was_planted);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(media_suite)
