/* SPDX-License-Identifier: MIT */
/*
 * An index as bytes: one position-independent block, the same in memory and in a store, so that
 * loading is checking. Numbers are those of the machine, which the head names. Any thread.
 */
#include "geo/areas_find.h"

const char cmty__areas_magic[8] = {'C', 'M', 'T', 'Y', 'A', 'R', 'E', 'A'};

enum { ALIGN = 64 };

bool cmty__areas_sections(const cmty__areas_head *h, cmty__sections *out)
{
    const uint64_t cells = (uint64_t)h->columns * h->rows;
    const uint64_t size[CMTY__SECTIONS] = {
        (uint64_t)h->point_count * sizeof(cmty_point),
        ((uint64_t)h->ring_count + 1) * 4,
        ((uint64_t)h->area_count + 1) * 4,
        (uint64_t)h->edge_count * sizeof(cmty__edge),
        (uint64_t)h->word_count * 4,
        (uint64_t)h->line_count * sizeof(cmty__line),
        (uint64_t)h->number_count * 4,
        ((uint64_t)h->set_count + 1) * 4,
        (uint64_t)h->member_count * 4,
        (uint64_t)h->set_count * 4,
        (cells + 1) * 4,
        (uint64_t)h->near_count * 4,
    };
    uint64_t at = sizeof *h;

    if (h->columns > 1U << CMTY__COARSE_BITS || h->rows > 1U << CMTY__COARSE_BITS)
        return false;
    for (size_t i = 0; i < CMTY__SECTIONS; i++) {
        out->at[i] = (size_t)at;
        out->size[i] = (size_t)size[i];
        at = (at + size[i] + ALIGN - 1) / ALIGN * ALIGN;
    }
    out->total = (size_t)at + ALIGN; /* the last slots of a line are read beyond its end */
    return at <= PTRDIFF_MAX / 2;
}

void *cmty__areas_image(size_t size, void **memory)
{
    unsigned char *block = cmty__alloc(size + ALIGN - 1);

    *memory = block;
    return block == NULL ? NULL : block + (ALIGN - (uintptr_t)block % ALIGN) % ALIGN;
}

/* Four sums side by side, so that it runs at the speed of memory. It finds damage, not malice. */
uint64_t cmty__areas_checksum(const void *bytes, size_t size)
{
    const unsigned char *in = bytes;
    uint64_t sum[4] = {1, 2, 3, 4}, word, all = size;

    for (size_t at = 0; at + 8 <= size; at += 8) {
        uint64_t *s = &sum[at / 8 % 4];

        memcpy(&word, in + at, sizeof word);
        *s = (*s ^ word) * 0x9E3779B97F4A7C15U;
        *s ^= *s >> 32;
    }
    for (int i = 0; i < 4; i++) {
        all = (all ^ sum[i]) * 0xD6E8FEB86659FD93U;
        all ^= all >> 32;
    }
    return all;
}

/* ---- what is not stored ---- */

static void grow_box(cmty_point *min, cmty_point *max, cmty_point p)
{
    min->lon_deg = p.lon_deg < min->lon_deg ? p.lon_deg : min->lon_deg;
    min->lat_deg = p.lat_deg < min->lat_deg ? p.lat_deg : min->lat_deg;
    max->lon_deg = p.lon_deg > max->lon_deg ? p.lon_deg : max->lon_deg;
    max->lat_deg = p.lat_deg > max->lat_deg ? p.lat_deg : max->lat_deg;
}

static void describe_areas(cmty__areas *a)
{
    for (size_t r = 0; r < a->head->ring_count; r++)
        a->rings[r] =
            (cmty__ring){a->points + a->first_point[r], a->first_point[r + 1] - a->first_point[r]};
    for (size_t k = 0; k < a->head->area_count; k++) {
        a->min[k] = (cmty_point){INFINITY, INFINITY}; /* above max: an area without rings */
        a->max[k] = (cmty_point){-INFINITY, -INFINITY};
        for (size_t i = a->first_point[a->first_ring[k]]; i < a->first_point[a->first_ring[k + 1]];
             i++)
            grow_box(&a->min[k], &a->max[k], a->points[i]);
    }
}

cmty_status cmty__areas_attach(cmty__areas *a, const void *image, cmty_error *err)
{
    const unsigned char *at = image;
    cmty__sections s;

    a->head = image;
    (void)cmty__areas_sections(a->head, &s);
    a->points = (const void *)(at + s.at[0]);
    a->first_point = (const void *)(at + s.at[1]);
    a->first_ring = (const void *)(at + s.at[2]);
    a->edges = (const void *)(at + s.at[3]);
    a->words = (const void *)(at + s.at[4]);
    a->lines = (const void *)(at + s.at[5]);
    a->numbers = (const void *)(at + s.at[6]);
    a->first_member = (const void *)(at + s.at[7]);
    a->members = (const void *)(at + s.at[8]);
    a->answers = (const void *)(at + s.at[CMTY__SECTION_ANSWERS]);
    a->first_near = (const void *)(at + s.at[10]);
    a->near = (const void *)(at + s.at[11]);
    a->limit[0] = ldexp(a->head->columns, CMTY__CELL_BITS) - 1;
    a->limit[1] = ldexp(a->head->rows, CMTY__CELL_BITS) - 1;
    a->rings = cmty__realloc(NULL, a->head->ring_count, sizeof *a->rings);
    a->min = cmty__realloc(NULL, a->head->area_count, sizeof *a->min);
    a->max = cmty__realloc(NULL, a->head->area_count, sizeof *a->max);
    a->late = cmty__late_new(a->head->edge_count);
    if (a->rings == NULL || a->min == NULL || a->max == NULL || a->late == NULL
        || !cmty__areas_note_edges(a))
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    describe_areas(a);
    cmty__areas_note_steps(a);
    a->finder = cmty__best_finder();
    return CMTY_OK;
}

/* ---- out and in ---- */

size_t cmty__areas_size(const cmty__areas *a)
{
    return (size_t)a->head->size;
}

void cmty__areas_save(const cmty__areas *a, cmty__buf *out)
{
    const unsigned char *image = (const void *)a->head;
    cmty__areas_head head = *a->head;

    head.check = cmty__areas_checksum(image + sizeof head, (size_t)head.size - sizeof head);
    cmty__buf_bytes(out, &head, sizeof head);
    cmty__buf_bytes(out, image + sizeof head, (size_t)head.size - sizeof head);
}

static cmty_status damaged(cmty_error *err)
{
    return cmty__fail(err, CMTY_E_FORMAT, "the stored areas are damaged");
}

/* What can be seen without trusting any number: is this an index of this machine and version? */
static cmty_status check_head(const void *bytes, size_t size, cmty_error *err)
{
    cmty__areas_head h;
    cmty__sections s;

    if (size < sizeof h || memcmp(bytes, cmty__areas_magic, sizeof cmty__areas_magic) != 0)
        return damaged(err);
    memcpy(&h, bytes, sizeof h);
    if (h.byte_order != CMTY__BYTE_ORDER)
        return cmty__fail(err, CMTY_E_FORMAT, "the stored areas are of another kind of machine");
    if (h.version != CMTY__AREAS_VERSION)
        return cmty__fail(err, CMTY_E_FORMAT, "the stored areas are of another version");
    if (h.size != size || !cmty__areas_sections(&h, &s) || s.total != size
        || h.check
               != cmty__areas_checksum((const unsigned char *)bytes + sizeof h, size - sizeof h))
        return damaged(err);
    return CMTY_OK;
}

static cmty_status adopt(cmty__areas *a, const void *image, cmty__areas **out, cmty_error *err)
{
    bool sound;
    cmty_status st = cmty__areas_sound(image, &sound, err);

    if (st == CMTY_OK && !sound)
        st = damaged(err);
    if (st == CMTY_OK)
        st = cmty__areas_attach(a, image, err);
    if (st == CMTY_OK)
        *out = a;
    else
        cmty__areas_free(a);
    return st;
}

cmty_status cmty__areas_load(const void *bytes, size_t size, cmty__areas **out, cmty_error *err)
{
    cmty_status st = check_head(bytes, size, err);
    cmty__areas *a;
    void *image;

    *out = NULL;
    if (st != CMTY_OK)
        return st;
    a = cmty__calloc(1, sizeof *a);
    if (a == NULL || (image = cmty__areas_image(size, &a->memory)) == NULL) {
        cmty__areas_free(a);
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    memcpy(image, bytes, size);
    return adopt(a, image, out, err);
}

cmty_status cmty__areas_borrow(const void *bytes, size_t size, cmty__areas **out, cmty_error *err)
{
    cmty_status st = (uintptr_t)bytes % ALIGN == 0 ? check_head(bytes, size, err) : damaged(err);
    cmty__areas *a;

    *out = NULL;
    if (st != CMTY_OK)
        return st;
    a = cmty__calloc(1, sizeof *a);
    if (a == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    return adopt(a, bytes, out, err);
}
