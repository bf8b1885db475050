/* SPDX-License-Identifier: MIT */
/* A beat set as bytes, little-endian, and back. Bytes that are not ours are refused, never trusted.
 */
#include "beat/beatset.h"

static const char magic[8] = "CMTYBTS1";

static void put(cmty__buf *b, const void *value, size_t size)
{
    const unsigned char *bytes = value;

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    for (size_t i = size; i-- > 0;)
        cmty__buf_bytes(b, &bytes[i], 1);
#else
    cmty__buf_bytes(b, bytes, size);
#endif
}

static void put_u32(cmty__buf *b, uint32_t v)
{
    put(b, &v, sizeof v);
}

static void put_text(cmty__buf *b, const char *text)
{
    put_u32(b, (uint32_t)strlen(text));
    cmty__buf_text(b, text);
}

cmty_status cmty__beatset_save(const cmty_beatset *set, cmty__buf *out, cmty_error *err)
{
    cmty__buf areas = {0};

    cmty__buf_bytes(out, magic, sizeof magic);
    put(out, &set->tolerance_m, sizeof set->tolerance_m);
    put_u32(out, (uint32_t)set->beat_count);
    for (size_t i = 0; i < set->beat_count; i++) {
        const struct beat *b = &set->beats[i];

        put_text(out, b->id);
        put_text(out, b->name);
        put_text(out, b->sector);
        put_text(out, b->district);
        put(out, &b->valid_from, sizeof b->valid_from);
        put(out, &b->valid_to, sizeof b->valid_to);
        put(out, &b->area_m2, sizeof b->area_m2);
        put_u32(out, b->part_count);
    }
    put_u32(out, (uint32_t)set->version_count);
    for (size_t i = 0; i < set->version_count; i++) {
        const struct version *v = &set->versions[i];

        put(out, &v->from, sizeof v->from);
        put(out, &v->to, sizeof v->to);
        put_text(out, v->label);
        put_u32(out, (uint32_t)v->count);
        for (size_t a = 0; a < v->count; a++)
            put_u32(out, (uint32_t)v->beat_of[a]);
        cmty__buf_clear(&areas);
        cmty__areas_save(v->areas, &areas);
        out->failed |= areas.failed;
        put_u32(out, (uint32_t)areas.size);
        cmty__buf_bytes(out, areas.data, areas.size);
    }
    cmty__buf_free(&areas);
    return out->failed ? cmty__fail(err, CMTY_E_NOMEM, "out of memory") : CMTY_OK;
}

/* ---- reading: `left` never goes below zero, and once `bad` stays bad ---- */

struct source {
    const unsigned char *bytes;
    size_t left;
    bool bad;
};

static const unsigned char *take(struct source *s, size_t size)
{
    const unsigned char *at = s->bytes;

    if (s->bad || size > s->left) {
        s->bad = true;
        return NULL;
    }
    s->bytes += size;
    s->left -= size;
    return at;
}

static void get(struct source *s, void *value, size_t size)
{
    const unsigned char *at = take(s, size);
    unsigned char *to = value;

    memset(value, 0, size);
    if (at == NULL)
        return;
    for (size_t i = 0; i < size; i++)
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        to[size - 1 - i] = at[i];
#else
        to[i] = at[i];
#endif
}

static uint32_t get_u32(struct source *s)
{
    uint32_t v;

    get(s, &v, sizeof v);
    return v;
}

/* A count of things that take at least `each` bytes, so that garbage cannot ask for much memory. */
static uint32_t get_count(struct source *s, size_t each)
{
    uint32_t n = get_u32(s);

    if (n > s->left / each)
        s->bad = true;
    return s->bad ? 0 : n;
}

static const char *get_text(struct source *s, cmty__arena *arena)
{
    uint32_t size = get_count(s, 1);
    const unsigned char *at = take(s, size);
    const char *text = NULL;

    if (at != NULL && cmty__utf8_valid((const char *)at, size))
        text = cmty__arena_text(arena, (const char *)at, size);
    if (text == NULL)
        s->bad = true;
    return text != NULL ? text : "";
}

static void load_beats(struct source *s, cmty_beatset *set)
{
    uint32_t count = get_count(s, 44);

    set->beats = cmty__calloc(count, sizeof *set->beats);
    if (set->beats == NULL) {
        s->bad = true;
        return;
    }
    set->beat_count = count;
    for (uint32_t i = 0; i < count && !s->bad; i++) {
        struct beat *b = &set->beats[i];

        b->id = get_text(s, set->arena);
        b->name = get_text(s, set->arena);
        b->sector = get_text(s, set->arena);
        b->district = get_text(s, set->arena);
        get(s, &b->valid_from, sizeof b->valid_from);
        get(s, &b->valid_to, sizeof b->valid_to);
        get(s, &b->area_m2, sizeof b->area_m2);
        b->part_count = get_u32(s);
    }
}

static cmty_status load_version(struct source *s, cmty_beatset *set, struct version *v,
                                cmty_error *err)
{
    cmty_status st = CMTY_OK;
    uint32_t size;
    const unsigned char *bytes;

    get(s, &v->from, sizeof v->from);
    get(s, &v->to, sizeof v->to);
    v->label = get_text(s, set->arena);
    v->count = get_count(s, 4);
    v->beat_of = cmty__calloc(v->count, sizeof *v->beat_of);
    if (v->beat_of == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    for (size_t a = 0; a < v->count; a++) {
        uint32_t beat = get_u32(s);

        s->bad |= beat >= set->beat_count || (a > 0 && (int32_t)beat <= v->beat_of[a - 1]);
        v->beat_of[a] = (int32_t)beat;
    }
    size = get_count(s, 1);
    bytes = take(s, size);
    if (s->bad)
        return CMTY_OK;
    st = cmty__areas_load(bytes, size, &v->areas, err);
    if (st == CMTY_OK && cmty__areas_count(v->areas) != v->count)
        s->bad = true;
    return st;
}

cmty_status cmty__beatset_load(const void *bytes, size_t size, cmty_beatset **out, cmty_error *err)
{
    struct source s = {bytes, size, false};
    cmty_beatset *set = cmty__calloc(1, sizeof *set);
    const unsigned char *head = take(&s, sizeof magic);
    cmty_status st = CMTY_OK;
    uint32_t versions;

    *out = NULL;
    if (set != NULL)
        set->arena = cmty__arena_new();
    if (set == NULL || set->arena == NULL) {
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
        goto done;
    }
    s.bad |= head == NULL || memcmp(head, magic, sizeof magic) != 0;
    get(&s, &set->tolerance_m, sizeof set->tolerance_m);
    load_beats(&s, set);
    versions = get_count(&s, 28);
    set->versions = cmty__calloc(versions, sizeof *set->versions);
    if (set->versions == NULL) {
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
        goto done;
    }
    for (; set->version_count < versions && st == CMTY_OK && !s.bad; set->version_count++)
        st = load_version(&s, set, &set->versions[set->version_count], err);
    if (st == CMTY_OK && (s.bad || s.left != 0 || versions == 0))
        st = cmty__fail(err, CMTY_E_FORMAT, "the stored beats are damaged");
    if (st != CMTY_OK)
        goto done;
    *out = set;
    set = NULL;

done:
    cmty_beatset_free(set);
    return st;
}
