/* SPDX-License-Identifier: MIT */
/*
 * A beat set as bytes: its beats, and the ready-made index of each version. Little-endian, no
 * pointers; read as if an enemy had written it. Any thread.
 *
 *     "CMTYBEAT" u32 version=2 u32 beats u32 versions f64 tolerance
 *     each beat: text id, name, sector, district; i64 from, to; u32 parts; f64 area
 *     each version: text label; i64 from, to; u32 areas; u32 beat of each area; u64 size; its index
 *
 * A text is a u32 of bytes and the bytes.
 */
#include "beat/set.h"

#include <math.h>

enum { VERSION = 2, VERSIONS_MAX = 1000 };
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

static void put_beat(const cmty__beat *b, cmty__buf *out)
{
    put_text(out, b->id);
    put_text(out, b->name);
    put_text(out, b->sector);
    put_text(out, b->district);
    put(out, (uint64_t)b->from, 8);
    put(out, (uint64_t)b->to, 8);
    put(out, b->part_count, 4);
    put_double(out, b->area_m2);
}

static void put_version(const cmty__version *v, cmty__buf *out)
{
    size_t count = cmty__areas_count(v->areas);

    put_text(out, v->label);
    put(out, (uint64_t)v->from, 8);
    put(out, (uint64_t)v->to, 8);
    put(out, count, 4);
    for (size_t i = 0; i < count; i++)
        put(out, (uint64_t)v->beats[i], 4);
    put(out, cmty__areas_size(v->areas), 8);
    cmty__areas_save(v->areas, out);
}

cmty_status cmty__beatset_save(const cmty_beatset *set, cmty__buf *out, cmty_error *err)
{
    cmty__buf_bytes(out, magic, sizeof magic);
    put(out, VERSION, 4);
    put(out, set->beat_count, 4);
    put(out, set->version_count, 4);
    put_double(out, set->tolerance_m);
    for (size_t i = 0; i < set->beat_count; i++)
        put_beat(&set->beats[i], out);
    for (size_t i = 0; i < set->version_count; i++)
        put_version(&set->versions[i], out);
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

static void get_beat(input *in, cmty__beat *b, const cmty__beat *before)
{
    int order;

    b->id = get_text(in);
    b->name = get_text(in);
    b->sector = get_text(in);
    b->district = get_text(in);
    b->from = (cmty_time)get(in, 8);
    b->to = (cmty_time)get(in, 8);
    b->part_count = (uint32_t)get(in, 4);
    b->area_m2 = get_double(in);
    b->version = b->area = -1;
    order = before == NULL ? -1 : strcmp(before->id, b->id);
    if (b->from >= b->to || !isfinite(b->area_m2) || order > 0
        || (order == 0 && before != NULL && before->to > b->from))
        in->bad = true;
}

/* Without memory for its text a beat looks damaged. */
static cmty_status refuse(const input *in, cmty_error *err)
{
    if (in->no_memory)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    return cmty__fail(err, CMTY_E_FORMAT, "the stored beat set is damaged");
}

/* Which beats are in force in a version: ascending, each for all of its time. */
static void get_numbers(input *in, cmty_beatset *set, cmty__version *v, size_t count)
{
    for (size_t i = 0; i < count && !in->bad; i++) {
        uint64_t number = get(in, 4);
        cmty__beat *b = &set->beats[number < set->beat_count ? number : 0];

        if (number >= set->beat_count || (i > 0 && number <= (uint64_t)v->beats[i - 1])
            || b->from > v->from || b->to < v->to) {
            in->bad = true;
            return;
        }
        v->beats[i] = (int32_t)number;
        if (b->version < 0) {
            b->version = (int32_t)set->version_count;
            b->area = (int32_t)i;
        }
    }
    v->same_numbers = count > 0 && !in->bad && (size_t)v->beats[count - 1] == count - 1;
}

static cmty_status get_version(input *in, cmty_beatset *set, cmty_error *err)
{
    cmty__version *v = &set->versions[set->version_count];
    const unsigned char *index;
    size_t count, size;
    cmty_status st;

    v->label = get_text(in);
    v->from = (cmty_time)get(in, 8);
    v->to = (cmty_time)get(in, 8);
    count = get_count(in, 4);
    if (in->bad || count == 0 || v->from >= v->to || (set->version_count > 0 && v[-1].to > v->from))
        return refuse(in, err);
    v->beats = cmty__calloc(count, sizeof *v->beats);
    if (v->beats == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    get_numbers(in, set, v, count);
    set->version_count++;
    size = (size_t)get(in, 8);
    index = take(in, size);
    if (in->bad)
        return refuse(in, err);
    st = cmty__areas_load(index, size, &v->areas, err);
    if (st == CMTY_OK && cmty__areas_count(v->areas) != count)
        st = refuse(in, err);
    return st;
}

static cmty_status load(input *in, cmty_beatset *set, cmty_error *err)
{
    const unsigned char *head = take(in, sizeof magic);
    size_t beats, versions;
    cmty_status st = CMTY_OK;

    if (head == NULL || memcmp(head, magic, sizeof magic) != 0)
        return refuse(in, err);
    if (get(in, 4) != VERSION)
        return cmty__fail(err, CMTY_E_FORMAT, "the stored beat set is of another version");
    beats = get_count(in, 44);
    versions = get_count(in, 4);
    set->tolerance_m = get_double(in);
    if (in->bad || beats == 0 || versions == 0 || versions > VERSIONS_MAX
        || !(set->tolerance_m >= 0 && set->tolerance_m <= 10000))
        return refuse(in, err);
    set->beats = cmty__calloc(beats, sizeof *set->beats);
    set->versions = cmty__calloc(versions, sizeof *set->versions);
    if (set->beats == NULL || set->versions == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    for (; set->beat_count < beats && !in->bad; set->beat_count++)
        get_beat(in, &set->beats[set->beat_count],
                 set->beat_count == 0 ? NULL : &set->beats[set->beat_count - 1]);
    while (set->version_count < versions && st == CMTY_OK)
        st = in->bad || in->no_memory ? refuse(in, err) : get_version(in, set, err);
    for (size_t i = 0; i < set->beat_count; i++)
        in->bad |= set->beats[i].version < 0;
    return st == CMTY_OK && (in->bad || in->no_memory || in->left > 0) ? refuse(in, err) : st;
}

cmty_status cmty__beatset_load(const void *bytes, size_t size, cmty_beatset **out, cmty_error *err)
{
    input in = {.at = bytes, .left = size};
    cmty_beatset *set = cmty__calloc(1, sizeof *set);
    cmty_status st;

    *out = NULL;
    if (set != NULL)
        set->texts = in.texts = cmty__arena_new();
    if (in.texts == NULL) {
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
        goto done;
    }
    st = load(&in, set, err);
    if (st != CMTY_OK)
        goto done;

    *out = set;
    set = NULL;

done:
    cmty_beatset_free(set);
    return st;
}
