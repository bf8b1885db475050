/* SPDX-License-Identifier: MIT */
/*
 * A beat set as bytes: beats and rings, from which the indexes are made again. Little-endian, no
 * pointers; read as if an enemy had written it. Any thread.
 *
 *     "CMTYBEAT" u32 version=1 u32 beats u32 labels f64 tolerance
 *     each beat: text id, name, sector, district; i64 from, to; u32 parts; f64 area; u32 rings
 *     each label: text
 *     each ring: u32 points, then f64 longitude, f64 latitude of each
 *
 * A text is a u32 of bytes and the bytes.
 */
#include "beat/set.h"

#include <math.h>

enum { VERSION = 1 };
static const char magic[8] = {'C', 'M', 'T', 'Y', 'B', 'E', 'A', 'T'};

/* ---- out ---- */

static void put(cmty__buf *b, uint64_t v, size_t bytes)
{
    unsigned char out[8];

    for (size_t i = 0; i < bytes; i++)
        out[i] = (unsigned char)(v >> 8 * i);
    cmty__buf_bytes(b, out, bytes);
}

static void put_double(cmty__buf *b, double v)
{
    uint64_t bits;

    memcpy(&bits, &v, sizeof bits);
    put(b, bits, 8);
}

static void put_text(cmty__buf *b, const char *text)
{
    put(b, strlen(text), 4);
    cmty__buf_text(b, text);
}

static const cmty__ring *rings_of(const cmty_beatset *set, const cmty__beat *b, size_t *count)
{
    return cmty__areas_rings(set->versions[b->version].areas, b->area, count);
}

static void put_beat(const cmty_beatset *set, const cmty__beat *b, cmty__buf *out)
{
    size_t rings;

    (void)rings_of(set, b, &rings);
    put_text(out, b->id);
    put_text(out, b->name);
    put_text(out, b->sector);
    put_text(out, b->district);
    put(out, (uint64_t)b->from, 8);
    put(out, (uint64_t)b->to, 8);
    put(out, b->part_count, 4);
    put_double(out, b->area_m2);
    put(out, rings, 4);
}

static void put_rings(const cmty_beatset *set, const cmty__beat *b, cmty__buf *out)
{
    size_t count;
    const cmty__ring *rings = rings_of(set, b, &count);

    for (size_t r = 0; r < count; r++) {
        put(out, rings[r].count, 4);
        for (size_t i = 0; i < rings[r].count; i++) {
            put_double(out, rings[r].points[i].lon_deg);
            put_double(out, rings[r].points[i].lat_deg);
        }
    }
}

cmty_status cmty__beatset_save(const cmty_beatset *set, cmty__buf *out, cmty_error *err)
{
    cmty__buf_bytes(out, magic, sizeof magic);
    put(out, VERSION, 4);
    put(out, set->beat_count, 4);
    put(out, set->version_count, 4);
    put_double(out, set->tolerance_m);
    for (size_t i = 0; i < set->beat_count; i++)
        put_beat(set, &set->beats[i], out);
    for (size_t i = 0; i < set->version_count; i++)
        put_text(out, set->versions[i].label);
    for (size_t i = 0; i < set->beat_count; i++)
        put_rings(set, &set->beats[i], out);
    return out->failed ? cmty__fail(err, CMTY_E_NOMEM, "out of memory") : CMTY_OK;
}

/* ---- in ---- */

/* What is left to read. Beyond the end everything is 0, and `bad` sticks. */
typedef struct input {
    const unsigned char *at;
    size_t left;
    bool bad, no_memory;
    cmty__arena *texts;
} input;

static const unsigned char *take(input *in, size_t bytes)
{
    const unsigned char *at = in->at;

    if (in->bad || bytes > in->left) {
        in->bad = true;
        return NULL;
    }
    in->at += bytes;
    in->left -= bytes;
    return at;
}

static uint64_t get(input *in, size_t bytes)
{
    const unsigned char *at = take(in, bytes);
    uint64_t v = 0;

    for (size_t i = 0; at != NULL && i < bytes; i++)
        v |= (uint64_t)at[i] << 8 * i;
    return v;
}

static double get_double(input *in)
{
    uint64_t bits = get(in, 8);
    double v;

    memcpy(&v, &bits, sizeof v);
    return v;
}

static const char *get_text(input *in)
{
    size_t size = (size_t)get(in, 4);
    const unsigned char *at = take(in, size);
    const char *text = "";

    if (at == NULL)
        return text;
    if (!cmty__utf8_valid((const char *)at, size)) {
        in->bad = true;
        return text;
    }
    text = cmty__arena_text(in->texts, (const char *)at, size);
    in->no_memory |= text == NULL;
    return text == NULL ? "" : text;
}

typedef struct loading {
    input in;
    cmty_beatset *set;
    cmty__area_input *shapes;
    const char **labels;
    size_t label_count;
    cmty__ring *rings;
    cmty_point **blocks; /* the points of each ring, aligned */
    size_t ring_count;
} loading;

/* No count can be larger than the bytes that are left. */
static size_t get_count(input *in, size_t least_bytes_each)
{
    uint64_t n = get(in, 4);

    if (n > in->left / least_bytes_each) {
        in->bad = true;
        return 0;
    }
    return (size_t)n;
}

static void get_beat(loading *l, cmty__beat *b, const cmty__beat *before, size_t *rings)
{
    input *in = &l->in;
    int order;

    b->id = get_text(in);
    b->name = get_text(in);
    b->sector = get_text(in);
    b->district = get_text(in);
    b->from = (cmty_time)get(in, 8);
    b->to = (cmty_time)get(in, 8);
    b->part_count = (uint32_t)get(in, 4);
    b->area_m2 = get_double(in);
    *rings = get_count(in, 4);
    b->version = b->area = -1;
    order = before == NULL ? -1 : strcmp(before->id, b->id);
    if (b->from >= b->to || !isfinite(b->area_m2) || order > 0
        || (order == 0 && before != NULL && before->to > b->from))
        in->bad = true;
}

static bool get_beats(loading *l, size_t count)
{
    l->set->beats = cmty__calloc(count, sizeof *l->set->beats);
    l->shapes = cmty__calloc(count, sizeof *l->shapes);
    if (l->set->beats == NULL || l->shapes == NULL)
        return false;
    for (size_t i = 0; i < count && !l->in.bad; i++) {
        cmty__beat *b = &l->set->beats[i];

        get_beat(l, b, i == 0 ? NULL : b - 1, &l->shapes[i].ring_count);
        l->ring_count += l->shapes[i].ring_count;
        l->set->beat_count++;
    }
    return true;
}

static bool get_labels(loading *l, size_t count)
{
    l->labels = cmty__calloc(count, sizeof *l->labels);
    if (l->labels == NULL)
        return false;
    for (size_t i = 0; i < count && !l->in.bad; i++)
        l->labels[i] = get_text(&l->in);
    l->label_count = count;
    return true;
}

static bool get_rings(loading *l)
{
    size_t ring = 0;

    if (l->in.bad || l->ring_count > l->in.left / 4) {
        l->in.bad = true;
        l->ring_count = 0;
        return true;
    }
    l->rings = cmty__calloc(l->ring_count, sizeof *l->rings);
    l->blocks = cmty__calloc(l->ring_count, sizeof *l->blocks);
    if (l->rings == NULL || l->blocks == NULL)
        return false;
    for (size_t r = 0; r < l->ring_count && !l->in.bad; r++) {
        size_t n = get_count(&l->in, 16);

        l->blocks[r] = cmty__calloc(n, sizeof *l->blocks[r]);
        if (l->blocks[r] == NULL)
            return false;
        for (size_t i = 0; i < n; i++) {
            l->blocks[r][i].lon_deg = get_double(&l->in);
            l->blocks[r][i].lat_deg = get_double(&l->in);
        }
        l->rings[r] = (cmty__ring){l->blocks[r], n};
    }
    for (size_t i = 0; i < l->set->beat_count; ring += l->shapes[i++].ring_count)
        l->shapes[i].rings = l->rings + ring;
    return true;
}

static cmty_status damaged(cmty_error *err)
{
    return cmty__fail(err, CMTY_E_FORMAT, "the stored beat set is damaged");
}

static cmty_status load(loading *l, cmty_error *err)
{
    input *in = &l->in;
    const unsigned char *head = take(in, sizeof magic);
    size_t beats, labels;
    cmty_status st;

    if (head == NULL || memcmp(head, magic, sizeof magic) != 0)
        return damaged(err);
    if (get(in, 4) != VERSION)
        return cmty__fail(err, CMTY_E_FORMAT, "the stored beat set is of another version");
    beats = get_count(in, 48);
    labels = get_count(in, 4);
    l->set->tolerance_m = get_double(in);
    if (!(l->set->tolerance_m >= 0 && l->set->tolerance_m <= 10000))
        in->bad = true;
    if (!get_beats(l, beats) || !get_labels(l, labels) || !get_rings(l) || in->no_memory)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    if (in->bad || in->left > 0 || beats == 0)
        return damaged(err);
    st = cmty__beatset_index(l->set, l->shapes, NULL, l->labels, l->label_count, NULL, err);
    return st == CMTY_E_INVALID || st == CMTY_E_RANGE ? damaged(err) : st;
}

cmty_status cmty__beatset_load(const void *bytes, size_t size, cmty_beatset **out, cmty_error *err)
{
    loading l = {.in = {.at = bytes, .left = size}};
    cmty_status st;

    *out = NULL;
    l.set = cmty__calloc(1, sizeof *l.set);
    if (l.set != NULL)
        l.set->texts = l.in.texts = cmty__arena_new();
    if (l.in.texts == NULL) {
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
        goto done;
    }
    st = load(&l, err);
    if (st != CMTY_OK)
        goto done;

    *out = l.set;
    l.set = NULL;

done:
    for (size_t r = 0; l.blocks != NULL && r < l.ring_count; r++)
        cmty__free(l.blocks[r]);
    cmty__free(l.blocks);
    cmty__free(l.rings);
    cmty__free(l.shapes);
    cmty__free(l.labels);
    cmty_beatset_free(l.set);
    return st;
}
