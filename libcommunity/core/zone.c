/* SPDX-License-Identifier: MIT */
/*
 * Time zones from the system's database: TZif files of version 2 and later, RFC 8536.
 *
 * The environment (TZ) and the C library's zone are never asked, so a host can set them as it
 * likes. A zone is immutable once opened: any thread.
 */
#include "core/calendar.h"

#define ZONE_DIRECTORY "/usr/share/zoneinfo/"

enum {
    NAME_LIMIT = 64,
    FILE_LIMIT = 1024 * 1024,
    HEADER_SIZE = 44, /* RFC 8536, section 3.1 */
    TYPE_SIZE = 6
};

struct cmty__zone {
    char *name;
    int64_t *change_s; /* ascending; the offset from each on is offset_s[i] */
    int32_t *offset_s;
    size_t change_count;
    int32_t first_s; /* before the first change */
    bool has_rule;   /* after the last change */
    cmty__zone_rule rule;
};

/* The counts of one header, in the order in which they stand in the file. */
typedef struct block {
    uint32_t isut, isstd, leap, change, type, designation;
} block;

typedef struct cursor {
    const uint8_t *at;
    size_t left;
} cursor;

static uint32_t big_endian_32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int64_t big_endian_64(const uint8_t *p)
{
    return (int64_t)((uint64_t)big_endian_32(p) << 32 | big_endian_32(p + 4));
}

static const uint8_t *take(cursor *c, size_t size)
{
    const uint8_t *p = c->at;

    if (size > c->left)
        return NULL;
    c->at += size;
    c->left -= size;
    return p;
}

static bool take_header(cursor *c, block *out)
{
    const uint8_t *p = take(c, HEADER_SIZE);

    if (p == NULL || memcmp(p, "TZif", 4) != 0 || p[4] < '2' || p[4] > '9')
        return false;
    out->isut = big_endian_32(p + 20);
    out->isstd = big_endian_32(p + 24);
    out->leap = big_endian_32(p + 28);
    out->change = big_endian_32(p + 32);
    out->type = big_endian_32(p + 36);
    out->designation = big_endian_32(p + 40);
    return out->isut < FILE_LIMIT && out->isstd < FILE_LIMIT && out->leap < FILE_LIMIT
           && out->change < FILE_LIMIT && out->type < FILE_LIMIT && out->designation < FILE_LIMIT;
}

/* What follows times and types: designations, leap seconds, indicators. */
static size_t tail_size(const block *b, size_t time_size)
{
    return (size_t)b->designation + b->leap * (time_size + 4) + b->isstd + b->isut;
}

static bool read_changes(cmty__zone *zone, const block *b, const uint8_t *times,
                         const uint8_t *indexes, const uint8_t *types)
{
    int32_t offset_s;
    uint32_t i;

    for (i = 0; i < b->type; i++) {
        offset_s = (int32_t)big_endian_32(types + (size_t)i * TYPE_SIZE);
        if (offset_s < OFFSET_MIN_S || offset_s > OFFSET_MAX_S)
            return false;
    }
    zone->first_s = (int32_t)big_endian_32(types);
    for (i = 0; i < b->change; i++) {
        zone->change_s[i] = big_endian_64(times + (size_t)i * 8);
        if (indexes[i] >= b->type || (i > 0 && zone->change_s[i] <= zone->change_s[i - 1]))
            return false;
        zone->offset_s[i] = (int32_t)big_endian_32(types + (size_t)indexes[i] * TYPE_SIZE);
    }
    zone->change_count = b->change;
    return true;
}

/* A newline, the rule or nothing, a newline, the end. */
static bool read_footer(cmty__zone *zone, cursor *c)
{
    size_t size = c->left;
    const uint8_t *p = take(c, size);

    if (p == NULL || size < 2 || p[0] != '\n' || p[size - 1] != '\n')
        return false;
    zone->has_rule = size > 2;
    return !zone->has_rule || cmty__zone_rule_parse((const char *)p + 1, size - 2, &zone->rule);
}

static bool read_blocks(cursor *c, block *b, const uint8_t **times, const uint8_t **indexes,
                        const uint8_t **types)
{
    block old = {0};

    /* First the same in 32 bits, for readers of the last century. */
    if (!take_header(c, &old)
        || take(c, (size_t)old.change * 5 + (size_t)old.type * TYPE_SIZE + tail_size(&old, 4))
               == NULL)
        return false;
    /* Our moments have no leap seconds, so zones that count them (right/...) do not fit. */
    if (!take_header(c, b) || b->type == 0 || b->leap != 0)
        return false;
    *times = take(c, (size_t)b->change * 8);
    *indexes = take(c, b->change);
    *types = take(c, (size_t)b->type * TYPE_SIZE);
    return *times != NULL && *indexes != NULL && *types != NULL && take(c, tail_size(b, 8)) != NULL;
}

static cmty_status read_file(cmty__zone *zone, const void *bytes, size_t size, cmty_error *err)
{
    cursor c = {bytes, size};
    block b = {0};
    const uint8_t *times, *indexes, *types;
    bool ok = read_blocks(&c, &b, &times, &indexes, &types);

    if (ok) {
        zone->change_s = cmty__calloc((size_t)b.change + 1, sizeof *zone->change_s);
        zone->offset_s = cmty__calloc((size_t)b.change + 1, sizeof *zone->offset_s);
        if (zone->change_s == NULL || zone->offset_s == NULL)
            return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
        ok = read_changes(zone, &b, times, indexes, types) && read_footer(zone, &c);
    }
    return ok ? CMTY_OK
              : cmty__fail(err, CMTY_E_FORMAT,
                           "time zone \"%s\": not a zone file of version 2 or later (RFC 8536)",
                           zone->name);
}

static cmty__zone *zone_new(const char *name)
{
    cmty__zone *zone = cmty__calloc(1, sizeof *zone);

    if (zone != NULL && (zone->name = cmty__strdup(name)) == NULL) {
        cmty__free(zone);
        return NULL;
    }
    return zone;
}

cmty_status cmty__zone_parse(const void *bytes, size_t size, const char *name, cmty__zone **out,
                             cmty_error *err)
{
    cmty__zone *zone = zone_new(name);
    cmty_status st;

    *out = NULL;
    if (zone == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    st = read_file(zone, bytes, size, err);
    if (st < 0)
        cmty__zone_free(zone);
    else
        *out = zone;
    return st;
}

/* Letters, digits, + - _ and single inner slashes: what IANA names are made of. No dots, so the
   name cannot leave the directory. */
static bool name_valid(const char *name)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-_/";
    size_t size = strlen(name);

    return size > 0 && size <= NAME_LIMIT && strspn(name, allowed) == size && name[0] != '/'
           && name[size - 1] != '/' && strstr(name, "//") == NULL;
}

cmty_status cmty__zone_open(const char *name, cmty__zone **out, cmty_error *err)
{
    char path[sizeof ZONE_DIRECTORY + NAME_LIMIT];
    char *bytes = NULL;
    size_t size = 0;
    cmty_status st;

    *out = NULL;
    if (name == NULL || strcmp(name, "UTC") == 0) { /* needs no database */
        *out = zone_new("UTC");
        return *out != NULL ? CMTY_OK : cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    /* "localtime" and "posixrules" mean another zone on each machine. */
    if (!name_valid(name) || strcmp(name, "localtime") == 0 || strcmp(name, "posixrules") == 0
        || !cmty__format(path, sizeof path, "%s%s", ZONE_DIRECTORY, name))
        return cmty__fail(err, CMTY_E_INVALID,
                          "not the name of a time zone; give one like \"America/Chicago\"");
    if (!cmty__file_exists(path))
        return cmty__fail(err, CMTY_E_INVALID,
                          "time zone \"%s\" is not in %s; check the name, or install tzdata", name,
                          ZONE_DIRECTORY);
    st = cmty__file_read(path, FILE_LIMIT, &bytes, &size, err);
    if (st == CMTY_OK)
        st = cmty__zone_parse(bytes, size, name, out, err);
    cmty__free(bytes);
    return st;
}

void cmty__zone_free(cmty__zone *zone)
{
    if (zone == NULL)
        return;
    cmty__free(zone->name);
    cmty__free(zone->change_s);
    cmty__free(zone->offset_s);
    cmty__free(zone);
}

const char *cmty__zone_name(const cmty__zone *zone)
{
    return zone == NULL ? "UTC" : zone->name;
}

/* How many changes lie at or before t. */
static size_t changes_until(const cmty__zone *zone, int64_t utc_s)
{
    size_t low = 0, high = zone->change_count, middle;

    while (low < high) {
        middle = low + (high - low) / 2;
        if (zone->change_s[middle] <= utc_s)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void cmty__zone_at(const cmty__zone *zone, int64_t utc_s, int32_t *offset_s, int64_t *until_s)
{
    size_t passed;

    *offset_s = 0;
    *until_s = INT64_MAX;
    if (zone == NULL)
        return;
    passed = changes_until(zone, utc_s);
    if (passed == zone->change_count && zone->has_rule) {
        cmty__zone_rule_at(&zone->rule, utc_s, offset_s, until_s);
        return;
    }
    *offset_s = passed == 0 ? zone->first_s : zone->offset_s[passed - 1];
    if (passed < zone->change_count)
        *until_s = zone->change_s[passed];
}
