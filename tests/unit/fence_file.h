/* SPDX-License-Identifier: MIT */
/* Fence layers as files, for the tests of fences. */
#ifndef CMTY_TESTS_FENCE_FILE_H
#define CMTY_TESTS_FENCE_FILE_H

#include "../runner.h"
#include "fence/fence.h"

#include <time.h>
#include <unistd.h>

static char path[] = "/tmp/cmty-fence-XXXXXX";
static uint64_t state;

static inline uint32_t random_below(uint32_t n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state % n);
}

static inline void set_up(void)
{
    int fd;

    state = 0x9e3779b97f4a7c15u;
    memcpy(path + strlen(path) - 6, "XXXXXX", 6);
    fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    close(fd);
    setenv("TZ", ":America/Chicago", 1);
    tzset();
}

static inline void tear_down(void)
{
    unlink(path);
}

static inline void write_file(const char *text)
{
    FILE *file = fopen(path, "w");

    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(text, file), 0);
    ck_assert_int_eq(fclose(file), 0);
}

static inline cmty_status try_open(const char *spec_tail, const char *zone, cmty_fenceset **set,
                                   cmty_error *err)
{
    cmty_fence_options options = CMTY_FENCE_OPTIONS_INIT;
    char spec[200];
    const char *layers[] = {spec};

    snprintf(spec, sizeof spec, "%s%s", path, spec_tail);
    options.time_zone = zone;
    return cmty_fenceset_open(layers, 1, &options, set, err);
}

static inline cmty_fenceset *open_set(const char *zone)
{
    cmty_fenceset *set = NULL;
    cmty_error err = CMTY_ERROR_INIT;

    ck_assert_msg(try_open("", zone, &set, &err) == CMTY_OK, "%s", err.message);
    return set;
}

/* A collection of features, each `"properties"` and a rectangle or point. */
static inline void begin_features(cmty__buf *b)
{
    cmty__buf_clear(b);
    cmty__buf_text(b, "{\"type\":\"FeatureCollection\",\"features\":[");
}

static inline void add_feature(cmty__buf *b, const char *properties, const char *geometry)
{
    if (b->data[b->size - 1] != '[')
        cmty__buf_char(b, ',');
    cmty__buf_format(b, "{\"type\":\"Feature\",\"properties\":{%s},\"geometry\":%s}", properties,
                     geometry);
}

static inline const char *rectangle(double west, double south, double east, double north)
{
    static char text[400];

    (void)cmty__format(
        text, sizeof text,
        "{\"type\":\"Polygon\",\"coordinates\":[[[%.9g,%.9g],[%.9g,%.9g],[%.9g,%.9g],"
        "[%.9g,%.9g],[%.9g,%.9g]]]}",
        west, south, east, south, east, north, west, north, west, south);
    return text;
}

static inline void end_features(cmty__buf *b)
{
    cmty__buf_text(b, "]}");
    ck_assert(!b->failed);
    write_file(b->data);
}

/* One unit square at 0,0 with these properties. */
static inline cmty_fenceset *open_one(const char *properties, const char *zone)
{
    cmty__buf b = {0};

    begin_features(&b);
    add_feature(&b, properties, rectangle(0, 0, 1, 1));
    end_features(&b);
    cmty__buf_free(&b);
    return open_set(zone);
}

static inline cmty_fence_decision decide(const cmty_fenceset *set, double lon, double lat,
                                         const char *category, cmty_time when)
{
    cmty_fence_decision d = {.struct_size = sizeof d};
    cmty_error err = CMTY_ERROR_INIT;
    const cmty_point at = {lon, lat};

    ck_assert_msg(cmty_fenceset_decide(set, at, category, when, &d, &err) == CMTY_OK, "%s",
                  err.message);
    return d;
}

static inline cmty_time moment(const char *text)
{
    cmty_time t = 0;

    ck_assert(cmty__time_parse(text, NULL, 0, &t));
    return t;
}

/* The same set, saved and loaded. */
static inline cmty_fenceset *through_bytes(cmty_fenceset *set)
{
    cmty_fenceset *again = NULL;
    cmty__buf bytes = {0};

    ck_assert_int_eq(cmty__fenceset_save(set, &bytes, NULL), CMTY_OK);
    ck_assert_int_eq(cmty__fenceset_load(bytes.data, bytes.size, &again, NULL), CMTY_OK);
    cmty__buf_free(&bytes);
    cmty_fenceset_free(set);
    return again;
}

#endif
