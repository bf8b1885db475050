/* SPDX-License-Identifier: MIT */
/* Made-up beats, policy and entries for the tests of the way out. One thread. */
#include "small_city.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const double WEST = -95, SOUTH = 40, SIDE = 0.02;

typedef struct square {
    const char *id, *district, *from, *to;
    double x, y, width, height; /* in sides */
} square;

static const square squares[] = {
    {"A1", "S", NULL, "2024-07-01", 0, 0, 1, 1},
    {"A1", "S", "2024-07-01", NULL, 0, 0, 1, 1}, /* stated again, unchanged */
    {"A2", "S", NULL, "2024-07-01", 1, 0, 1, 1},
    {"A2", "S", "2024-07-01", NULL, 1, 0, 1, 1.2},
    {"B1", "C", NULL, NULL, 0, 1, 1, 1},
    {"B2", "C", "2024-07-01", NULL, 1, 1.2, 1, 0.8},
    {"OLD", "C", NULL, "2024-07-01", 1, 1, 1, 1},
};
enum { SQUARES = sizeof squares / sizeof squares[0] };

/* Not an assertion of check: a program that is no test uses the city too. */
static void demand(cmty_status st, const cmty_error *err)
{
    if (st == CMTY_OK)
        return;
    fprintf(stderr, "small city: %s\n", err->message);
    abort();
}

static void put_date(cmty__buf *b, const char *name, const char *date)
{
    if (date == NULL)
        cmty__buf_format(b, ",\"%s\":null", name);
    else
        cmty__buf_format(b, ",\"%s\":\"%s\"", name, date);
}

static void put_square(cmty__buf *b, const square *s)
{
    double west = WEST + s->x * SIDE, east = west + s->width * SIDE;
    double south = SOUTH + s->y * SIDE, north = south + s->height * SIDE;

    cmty__buf_format(b, "{\"type\":\"Feature\",\"properties\":{\"beat\":\"%s\",\"district\":\"%s\"",
                     s->id, s->district);
    put_date(b, "valid_from", s->from);
    put_date(b, "valid_to", s->to);
    cmty__buf_text(b, "},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[");
    cmty__buf_format(b, "[%.6f,%.6f],[%.6f,%.6f],[%.6f,%.6f],[%.6f,%.6f],[%.6f,%.6f]]]}}", west,
                     south, east, south, east, north, west, north, west, south);
}

static void write_layer(const char *path)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty__outfile *f = NULL;
    cmty__buf b = {0};

    cmty__buf_text(&b, "{\"type\":\"FeatureCollection\",\"features\":[");
    for (int i = 0; i < SQUARES; i++) {
        cmty__buf_text(&b, i > 0 ? ",\n" : "\n");
        put_square(&b, &squares[i]);
    }
    cmty__buf_text(&b, "]}\n");
    demand(cmty__outfile_open(path, 0644, &f, &err), &err);
    demand(cmty__outfile_write(f, b.data, b.size, &err), &err);
    demand(cmty__outfile_finish(f, &err), &err);
    cmty__outfile_free(f);
    cmty__buf_free(&b);
}

cmty_beatset *small_city_beats(const char *folder)
{
    cmty_beat_options options = CMTY_BEAT_OPTIONS_INIT;
    cmty_error err = CMTY_ERROR_INIT;
    cmty_beatset *beats = NULL;
    char path[256];
    const char *layer = path;

    snprintf(path, sizeof path, "%s/beats.geojson", folder);
    write_layer(path);
    options.id_field = "beat";
    demand(cmty_beatset_open(&layer, 1, &options, &beats, &err), &err);
    return beats;
}

int32_t small_city_beat(const cmty_beatset *beats, const char *id, int32_t version)
{
    for (int32_t i = 0; i < (int32_t)cmty_beatset_count(beats); i++)
        if (strcmp(cmty__beatset_id(beats, i), id) == 0
            && cmty__beatset_area_of(beats, version, i) >= 0)
            return i;
    return -1;
}

cmty_point small_city_middle(const char *id)
{
    for (int i = 0; i < SQUARES; i++)
        if (strcmp(squares[i].id, id) == 0)
            return (cmty_point){WEST + (squares[i].x + squares[i].width / 2) * SIDE,
                                SOUTH + (squares[i].y + squares[i].height / 2) * SIDE};
    return (cmty_point){(double)NAN, (double)NAN};
}

cmty_policy *small_city_policy(int64_t suppress_below)
{
    cmty_policy *policy = NULL;
    cmty_error err = CMTY_ERROR_INIT;
    char json[160];

    snprintf(json, sizeof json,
             "{\"policy\":1,\"name\":\"small\",\"time_zone\":\"UTC\",\"suppress_below\":%lld}",
             (long long)suppress_below);
    demand(cmty__policy_parse(json, strlen(json), "small", &policy, &err), &err);
    return policy;
}

cmty__entry small_city_entry(const cmty_beatset *beats, const char *beat_id, const char *category,
                             cmty_time when, uint32_t number)
{
    static char ids[16][33]; /* good until sixteen entries later */
    static int turn;
    int32_t version = when < SMALL_CITY_REDRAWN ? 0 : 1;
    cmty__entry e = {0};

    turn = (turn + 1) % 16;
    snprintf(ids[turn], sizeof ids[turn], "%08x%024x", number * 2654435761U, number);
    e.report_id = ids[turn];
    e.category = category;
    e.beat_id = beat_id;
    e.district = "";
    e.version = version;
    e.beat = small_city_beat(beats, beat_id, version);
    e.relation = CMTY_RELATION_INSIDE;
    e.time_bin = when;
    e.bin = "day";
    e.withheld_note = "";
    e.masked = small_city_middle(beat_id);
    e.radius_m = 150;
    e.law = CMTY_LAW_ANCHOR;
    e.beat_disclosed = true;
    e.published_beat = e.beat;
    e.fence_id = "";
    return e;
}
