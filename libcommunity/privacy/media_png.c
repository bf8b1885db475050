/* SPDX-License-Identifier: MIT */
/*
 * A PNG written anew from its pixels by libpng: header, palette, transparency, the two short notes
 * on how its colours are meant, pixels. An orientation, which only EXIF can give a PNG, is applied
 * to the pixels. Any thread; no state.
 */
#include "privacy/media.h"

#include <png.h>
#include <setjmp.h>

/* libpng leaves by longjmp: what it may change meanwhile lives here, not in local variables. */
typedef struct job {
    const uint8_t *bytes; /* what is still to be read */
    size_t left;
    cmty__buf *out;
    png_structp reader, writer;
    png_infop read_info, write_info;
    uint8_t *pixels, *turned;
    uint8_t **rows;
    png_uint_32 width, height;
    int depth, colours;
    size_t row_bytes, pixel_bits;
    bool no_memory;
} job;

static void *take(png_structp png, png_alloc_size_t size)
{
    void *ptr = cmty__alloc(size);

    if (ptr == NULL)
        ((job *)png_get_mem_ptr(png))->no_memory = true;
    return ptr;
}

static void give(png_structp png, void *ptr)
{
    (void)png;
    cmty__free(ptr);
}

static void fail(png_structp png, const char *why)
{
    (void)why;
    png_longjmp(png, 1);
}

static void warn(png_structp png, const char *why)
{
    (void)png;
    (void)why;
}

static void read_bytes(png_structp png, png_bytep to, size_t size)
{
    job *j = png_get_io_ptr(png);

    if (size > j->left)
        png_error(png, "short");
    memcpy(to, j->bytes, size);
    j->bytes += size;
    j->left -= size;
}

static void write_bytes(png_structp png, png_bytep from, size_t size)
{
    job *j = png_get_io_ptr(png);

    cmty__buf_bytes(j->out, from, size);
    if (j->out->failed) {
        j->no_memory = true;
        png_error(png, "memory");
    }
}

static void flush(png_structp png)
{
    (void)png;
}

/* Rows for pixels of the size at hand; false: no memory. */
static bool make_rows(job *j, uint8_t **pixels)
{
    *pixels = cmty__realloc(NULL, j->height, j->row_bytes);
    cmty__free(j->rows);
    j->rows = cmty__realloc(NULL, j->height, sizeof *j->rows);
    if (*pixels == NULL || j->rows == NULL) {
        j->no_memory = true;
        return false;
    }
    for (size_t y = 0; y < j->height; y++)
        j->rows[y] = *pixels + y * j->row_bytes;
    return true;
}

/* Not even parsed. */
static void skip_all_but_colours(png_structp reader)
{
    static const uint8_t names[] = "bKGD\0cHRM\0eXIf\0hIST\0iCCP\0iTXt\0oFFs\0pCAL\0pHYs\0sBIT\0"
                                   "sCAL\0sPLT\0sTER\0tEXt\0tIME\0zTXt";

    png_set_keep_unknown_chunks(reader, PNG_HANDLE_CHUNK_NEVER, NULL, 0);
    png_set_keep_unknown_chunks(reader, PNG_HANDLE_CHUNK_NEVER, names, sizeof names / 5);
}

static bool read_picture(job *j)
{
    if (setjmp(png_jmpbuf(j->reader)))
        return false;
    png_set_read_fn(j->reader, j, read_bytes);
    png_set_benign_errors(j->reader, 0);
    skip_all_but_colours(j->reader);
    png_read_info(j->reader, j->read_info);
    png_get_IHDR(j->reader, j->read_info, &j->width, &j->height, &j->depth, &j->colours, NULL, NULL,
                 NULL);
    (void)png_set_interlace_handling(j->reader);
    png_read_update_info(j->reader, j->read_info);
    j->row_bytes = png_get_rowbytes(j->reader, j->read_info);
    j->pixel_bits = (size_t)j->depth * png_get_channels(j->reader, j->read_info);
    if (!make_rows(j, &j->pixels))
        return false;
    png_read_image(j->reader, j->rows);
    png_read_end(j->reader, NULL);
    return true;
}

static unsigned get_bits(const uint8_t *row, size_t x, size_t bits)
{
    return row[x * bits / 8] >> (8 - bits - x * bits % 8) & ((1U << bits) - 1);
}

static void set_bits(uint8_t *row, size_t x, size_t bits, unsigned value)
{
    row[x * bits / 8] |= (uint8_t)(value << (8 - bits - x * bits % 8));
}

/* Where pixel x, y of the upright picture, whose size is given, comes from. */
static void source_of(uint32_t orientation, size_t width, size_t height, size_t x, size_t y,
                      size_t *from_x, size_t *from_y)
{
    size_t right = width - 1 - x, below = height - 1 - y;

    switch (orientation) {
    case 2:
        *from_x = right, *from_y = y;
        break;
    case 3:
        *from_x = right, *from_y = below;
        break;
    case 4:
        *from_x = x, *from_y = below;
        break;
    case 5:
        *from_x = y, *from_y = x;
        break;
    case 6:
        *from_x = y, *from_y = right;
        break;
    case 7:
        *from_x = below, *from_y = right;
        break;
    case 8:
        *from_x = below, *from_y = x;
        break;
    default:
        *from_x = x, *from_y = y;
    }
}

/* The bits after the last pixel of a row show nothing and may carry something. */
static void clear_unused_bits(job *j)
{
    size_t used = j->width * j->pixel_bits % 8;

    for (size_t y = 0; used != 0 && y < j->height; y++)
        j->rows[y][j->row_bytes - 1] &= (uint8_t)(0xFF << (8 - used));
}

/* The pixels upright, in rows of their own if they were not. False: no memory. */
static bool turn(job *j, uint32_t orientation)
{
    size_t old_row = j->row_bytes, bytes = j->pixel_bits / 8;

    if (orientation == 1) {
        clear_unused_bits(j);
        return true;
    }
    if (orientation >= 5) {
        png_uint_32 height = j->width;

        j->width = j->height;
        j->height = height;
    }
    j->row_bytes = (j->width * j->pixel_bits + 7) / 8;
    if (!make_rows(j, &j->turned))
        return false;
    memset(j->turned, 0, j->height * j->row_bytes);
    for (size_t y = 0; y < j->height; y++)
        for (size_t x = 0; x < j->width; x++) {
            size_t from_x, from_y;
            const uint8_t *from;

            source_of(orientation, j->width, j->height, x, y, &from_x, &from_y);
            from = j->pixels + from_y * old_row;
            if (bytes > 0)
                memcpy(j->rows[y] + x * bytes, from + from_x * bytes, bytes);
            else
                set_bits(j->rows[y], x, j->pixel_bits, get_bits(from, from_x, j->pixel_bits));
        }
    return true;
}

static void copy_colours(job *j)
{
    png_colorp palette;
    png_bytep alpha;
    png_color_16p transparent;
    double gamma;
    int count, intent;

    if (png_get_PLTE(j->reader, j->read_info, &palette, &count))
        png_set_PLTE(j->writer, j->write_info, palette, count);
    if (png_get_tRNS(j->reader, j->read_info, &alpha, &count, &transparent))
        png_set_tRNS(j->writer, j->write_info, alpha, count, transparent);
    if (png_get_sRGB(j->reader, j->read_info, &intent))
        png_set_sRGB(j->writer, j->write_info, intent);
    else if (png_get_gAMA(j->reader, j->read_info, &gamma))
        png_set_gAMA(j->writer, j->write_info, gamma);
}

static bool write_picture(job *j)
{
    if (setjmp(png_jmpbuf(j->writer)))
        return false;
    png_set_write_fn(j->writer, j, write_bytes, flush);
    png_set_IHDR(j->writer, j->write_info, j->width, j->height, j->depth, j->colours,
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    copy_colours(j);
    png_write_info(j->writer, j->write_info);
    png_write_image(j->writer, j->rows);
    png_write_end(j->writer, NULL);
    return true;
}

static bool begin(job *j)
{
    j->reader = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, NULL, fail, warn, j, take, give);
    j->writer = png_create_write_struct_2(PNG_LIBPNG_VER_STRING, NULL, fail, warn, j, take, give);
    if (j->reader != NULL)
        j->read_info = png_create_info_struct(j->reader);
    if (j->writer != NULL)
        j->write_info = png_create_info_struct(j->writer);
    return j->read_info != NULL && j->write_info != NULL;
}

cmty_status cmty__png_write(const uint8_t *bytes, size_t size, cmty__buf *out,
                            cmty_media_info *info, cmty_error *err)
{
    job j = {.bytes = bytes, .left = size, .out = out};
    bool ok = begin(&j);

    if (!ok)
        j.no_memory = true;
    ok = ok && read_picture(&j) && turn(&j, info->orientation) && write_picture(&j);
    info->width = j.width;
    info->height = j.height;
    png_destroy_read_struct(&j.reader, &j.read_info, NULL);
    png_destroy_write_struct(&j.writer, &j.write_info);
    cmty__free(j.pixels);
    cmty__free(j.turned);
    cmty__free(j.rows);
    if (j.no_memory)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    if (!ok)
        info->reason = CMTY_REASON_MEDIA_DAMAGED;
    return ok ? CMTY_OK : CMTY_REFUSED;
}
