/* SPDX-License-Identifier: MIT */
/*
 * A set of fences as bytes, for the store, and back. All numbers little-endian:
 *
 *   "CMTYFNC1", zone name, u32 count, then each rule: id, note, i32 action, i32 priority,
 *   i32 from_minute, i32 to_minute, u32 days, i64 valid_from, i64 valid_to, u32 pattern count,
 *   patterns; then the areas (none where count is 0). A text is u32 size and its bytes.
 *
 * What is read back is checked like any file: the bytes may be damaged. Any thread; no state.
 */
#include "fence/set.h"

static const char magic[] = "CMTYFNC1";

enum {
    MAGIC_SIZE = sizeof magic - 1,
    RULE_LEAST = 12 + 5 * 4 + 2 * 8 /* bytes of the smallest rule */
};

static void put_32(cmty__buf *b, uint32_t v)
{
    const uint8_t bytes[4] = {(uint8_t)v, (uint8_t)(v >> 8), (uint8_t)(v >> 16),
                              (uint8_t)(v >> 24)};

    cmty__buf_bytes(b, bytes, sizeof bytes);
}

static void put_64(cmty__buf *b, uint64_t v)
{
    put_32(b, (uint32_t)v);
    put_32(b, (uint32_t)(v >> 32));
}

static void put_text(cmty__buf *b, const char *text)
{
    size_t size = strlen(text);

    put_32(b, (uint32_t)size);
    cmty__buf_bytes(b, text, size);
}

static void put_rule(cmty__buf *b, const cmty__fence_rule *rule)
{
    put_text(b, rule->id);
    put_text(b, rule->note);
    put_32(b, (uint32_t)rule->action);
    put_32(b, (uint32_t)rule->priority);
    put_32(b, (uint32_t)rule->from_minute);
    put_32(b, (uint32_t)rule->to_minute);
    put_32(b, rule->days);
    put_64(b, (uint64_t)rule->valid_from);
    put_64(b, (uint64_t)rule->valid_to);
    put_32(b, rule->pattern_count);
    for (uint32_t i = 0; i < rule->pattern_count; i++)
        put_text(b, rule->patterns[i]);
}

cmty_status cmty__fenceset_save(const cmty_fenceset *set, cmty__buf *out, cmty_error *err)
{
    cmty__buf_bytes(out, magic, MAGIC_SIZE);
    put_text(out, cmty__zone_name(set->zone));
    put_32(out, (uint32_t)set->count);
    for (size_t i = 0; i < set->count; i++)
        put_rule(out, &set->rules[i]);
    if (set->areas != NULL)
        cmty__areas_save(set->areas, out);
    return out->failed ? cmty__fail(err, CMTY_E_NOMEM, "out of memory") : CMTY_OK;
}

/* After a fault every read gives zeros and "", so that `st` is asked once. */
typedef struct cursor {
    const uint8_t *at;
    size_t left;
    cmty_status st;
} cursor;

static const uint8_t *get_bytes(cursor *c, size_t size)
{
    const uint8_t *p = c->at;

    if (c->st == CMTY_OK && size > c->left)
        c->st = CMTY_E_FORMAT;
    if (c->st < 0)
        return NULL;
    c->at += size;
    c->left -= size;
    return p;
}

static uint32_t get_32(cursor *c)
{
    const uint8_t *p = get_bytes(c, 4);

    if (p == NULL)
        return 0;
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static uint64_t get_64(cursor *c)
{
    uint64_t low = get_32(c);

    return low | (uint64_t)get_32(c) << 32;
}

static const char *get_text(cursor *c, cmty__arena *arena)
{
    uint32_t size = get_32(c);
    const char *p = (const char *)get_bytes(c, size);
    const char *text = NULL;

    if (p != NULL && !cmty__utf8_valid(p, size))
        c->st = CMTY_E_FORMAT;
    if (c->st == CMTY_OK && (text = cmty__arena_text(arena, p, size)) == NULL)
        c->st = CMTY_E_NOMEM;
    return text != NULL ? text : "";
}

static void get_patterns(cursor *c, cmty__arena *arena, cmty__fence_rule *rule)
{
    uint32_t count = get_32(c);
    const char **patterns;

    if (count == 0)
        return;
    if (count > c->left / 4) {
        c->st = CMTY_E_FORMAT;
        return;
    }
    patterns = cmty__arena_alloc(arena, count * sizeof *patterns);
    if (patterns == NULL) {
        c->st = CMTY_E_NOMEM;
        return;
    }
    for (uint32_t i = 0; i < count; i++)
        patterns[i] = get_text(c, arena);
    rule->patterns = patterns;
    rule->pattern_count = count;
}

static bool is_sound(const cmty__fence_rule *rule)
{
    return rule->action >= CMTY_FENCE_ACCEPT && rule->action <= CMTY_FENCE_REFUSE
           && rule->from_minute >= 0 && rule->from_minute < DAY_MINUTES && rule->to_minute >= 0
           && rule->to_minute <= DAY_MINUTES && rule->from_minute != rule->to_minute
           && rule->days != 0 && rule->days <= ALL_DAYS && rule->valid_from < rule->valid_to;
}

static void get_rule(cursor *c, cmty__arena *arena, cmty__fence_rule *rule)
{
    rule->id = get_text(c, arena);
    rule->note = get_text(c, arena);
    rule->action = (int32_t)get_32(c);
    rule->priority = (int32_t)get_32(c);
    rule->from_minute = (int32_t)get_32(c);
    rule->to_minute = (int32_t)get_32(c);
    rule->days = get_32(c);
    rule->valid_from = (cmty_time)get_64(c);
    rule->valid_to = (cmty_time)get_64(c);
    get_patterns(c, arena, rule);
    if (c->st == CMTY_OK && !is_sound(rule))
        c->st = CMTY_E_FORMAT;
}

static void get_rules(cursor *c, cmty_fenceset *set)
{
    uint32_t count = get_32(c);

    if (count > c->left / RULE_LEAST)
        c->st = CMTY_E_FORMAT;
    if (c->st < 0)
        return;
    set->rules = cmty__calloc((size_t)count + 1, sizeof *set->rules);
    if (set->rules == NULL) {
        c->st = CMTY_E_NOMEM;
        return;
    }
    for (set->count = 0; c->st == CMTY_OK && set->count < count; set->count++) {
        cmty__fence_rule *rule = &set->rules[set->count];

        get_rule(c, set->arena, rule);
        /* Deciding relies on the order. */
        if (c->st == CMTY_OK && set->count > 0 && cmty__fence_rule_compare(rule - 1, rule) > 0)
            c->st = CMTY_E_FORMAT;
    }
}

static cmty_status get_set(cursor *c, cmty_fenceset *set, cmty_error *err)
{
    const uint8_t *head = get_bytes(c, MAGIC_SIZE);
    const char *zone;
    cmty_status st;

    if (head != NULL && memcmp(head, magic, MAGIC_SIZE) != 0)
        c->st = CMTY_E_FORMAT;
    zone = get_text(c, set->arena);
    get_rules(c, set);
    if (c->st == CMTY_OK && set->count == 0 && c->left > 0)
        c->st = CMTY_E_FORMAT;
    if (c->st < 0)
        return c->st == CMTY_E_NOMEM ? cmty__fail(err, CMTY_E_NOMEM, "out of memory")
                                     : cmty__fail(err, c->st, "the stored fences are damaged");
    st = cmty__zone_open(zone, &set->zone, err);
    if (st == CMTY_OK && set->count > 0)
        st = cmty__areas_load(c->at, c->left, &set->areas, err);
    if (st == CMTY_OK && set->count > 0 && cmty__areas_count(set->areas) != set->count)
        st = cmty__fail(err, CMTY_E_FORMAT, "the stored fences are damaged");
    return st;
}

cmty_status cmty__fenceset_load(const void *bytes, size_t size, cmty_fenceset **out,
                                cmty_error *err)
{
    cursor c = {bytes, size, CMTY_OK};
    cmty_fenceset *set = NULL;
    cmty_status st;

    *out = NULL;
    set = cmty__calloc(1, sizeof *set);
    if (set == NULL || (set->arena = cmty__arena_new()) == NULL) {
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
        goto done;
    }
    st = get_set(&c, set, err);
    if (st < 0)
        goto done;
    *out = set;
    set = NULL;

done:
    cmty_fenceset_free(set);
    return st;
}
