/* SPDX-License-Identifier: MIT */
/*
 * Areas as bytes: their rings, from which the index is made again. Little-endian, no pointers; read
 * as if an enemy had written it. Any thread.
 *
 *     "CMTYAREA" u32 version=1 u32 areas u64 rings u64 points
 *     u32 rings of each area; u32 points of each ring; f64 longitude, f64 latitude of each point
 */
#include "geo/areas.h"

enum { VERSION = 1, HEADER = 32 };
static const char magic[8] = {'C', 'M', 'T', 'Y', 'A', 'R', 'E', 'A'};

static void put(cmty__buf *b, uint64_t v, size_t bytes)
{
    unsigned char out[8];

    for (size_t i = 0; i < bytes; i++)
        out[i] = (unsigned char)(v >> 8 * i);
    cmty__buf_bytes(b, out, bytes);
}

static uint64_t get(const unsigned char *in, size_t bytes)
{
    uint64_t v = 0;

    for (size_t i = 0; i < bytes; i++)
        v |= (uint64_t)in[i] << 8 * i;
    return v;
}

static void put_double(cmty__buf *b, double v)
{
    uint64_t bits;

    memcpy(&bits, &v, sizeof bits);
    put(b, bits, 8);
}

static double get_double(const unsigned char *in)
{
    uint64_t bits = get(in, 8);
    double v;

    memcpy(&v, &bits, sizeof v);
    return v;
}

void cmty__areas_save(const cmty__areas *a, cmty__buf *out)
{
    cmty__buf_bytes(out, magic, sizeof magic);
    put(out, VERSION, 4);
    put(out, a->count, 4);
    put(out, a->ring_count, 8);
    put(out, a->point_count, 8);
    for (size_t i = 0; i < a->count; i++)
        put(out, a->first_ring[i + 1] - a->first_ring[i], 4);
    for (size_t r = 0; r < a->ring_count; r++)
        put(out, a->rings[r].count, 4);
    for (size_t i = 0; i < a->point_count; i++) {
        put_double(out, a->points[i].lon_deg);
        put_double(out, a->points[i].lat_deg);
    }
}

/* Shares the rings out among the areas; false if the counts do not add up. */
static bool deal_out(const unsigned char *in, cmty__area_input *areas, size_t area_count,
                     cmty__ring *rings, size_t ring_count, const cmty_point *points,
                     size_t point_count)
{
    size_t ring = 0, point = 0;

    for (size_t i = 0; i < area_count; i++) {
        size_t n = (size_t)get(in + 4 * i, 4);

        if (n > ring_count - ring)
            return false;
        areas[i] = (cmty__area_input){rings + ring, n};
        ring += n;
    }
    in += 4 * area_count;
    for (size_t r = 0; r < ring_count; r++) {
        size_t n = (size_t)get(in + 4 * r, 4);

        if (n > point_count - point)
            return false;
        rings[r] = (cmty__ring){points + point, n};
        point += n;
    }
    return ring == ring_count && point == point_count;
}

static cmty_status damaged(cmty_error *err)
{
    return cmty__fail(err, CMTY_E_FORMAT, "the stored areas are damaged");
}

cmty_status cmty__areas_load(const void *bytes, size_t size, cmty__areas **out, cmty_error *err)
{
    const unsigned char *in = bytes;
    cmty__area_input *areas = NULL;
    cmty__ring *rings = NULL;
    cmty_point *points = NULL;
    uint64_t area_count, ring_count, point_count;
    cmty_status st;

    *out = NULL;
    if (size < HEADER || memcmp(in, magic, sizeof magic) != 0)
        return damaged(err);
    if (get(in + 8, 4) != VERSION)
        return cmty__fail(err, CMTY_E_FORMAT, "the stored areas are of another version");
    area_count = get(in + 12, 4);
    ring_count = get(in + 16, 8);
    point_count = get(in + 24, 8);
    if (ring_count > size / 4 || point_count > size / 16
        || HEADER + 4 * area_count + 4 * ring_count + 16 * point_count != size)
        return damaged(err);
    areas = cmty__calloc((size_t)area_count, sizeof *areas);
    rings = cmty__calloc((size_t)ring_count, sizeof *rings);
    points = cmty__calloc((size_t)point_count, sizeof *points);
    if (areas == NULL || rings == NULL || points == NULL) {
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
        goto done;
    }
    for (size_t i = 0; i < point_count; i++) {
        const unsigned char *at = in + HEADER + 4 * (area_count + ring_count) + 16 * i;

        points[i] = (cmty_point){get_double(at), get_double(at + 8)};
    }
    if (!deal_out(in + HEADER, areas, (size_t)area_count, rings, (size_t)ring_count, points,
                  (size_t)point_count)) {
        st = damaged(err);
        goto done;
    }
    st = cmty__areas_build(areas, (size_t)area_count, out, err);
    if (st == CMTY_E_INVALID || st == CMTY_E_RANGE)
        st = damaged(err);

done:
    cmty__free(areas);
    cmty__free(rings);
    cmty__free(points);
    return st;
}
