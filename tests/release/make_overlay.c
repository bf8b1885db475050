/* SPDX-License-Identifier: MIT */
/* Makes a store of an invented city and publishes it in every encoding: make_overlay FOLDER.
   The same files on every run, whatever the clock, the zone and the locale. */
#include "../unit/small_city.h"

#include <community/live.h>
#include <community/publish.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#define DAY INT64_C(86400000)

static const char *const ids_before[] = {"A1", "A2", "B1", "OLD"};
static const char *const ids_after[] = {"A1", "A2", "B1", "B2"};
static const char *const categories[] = {"theft", "theft",         "theft",  "disorder.noise",
                                         "fraud", "traffic.crash", "weapon", "domestic.violence"};

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525U + 1013904223U;
    return *seed >> 8;
}

static void check(cmty_status st, const cmty_error *err)
{
    if (st >= 0)
        return;
    fprintf(stderr, "make_overlay: %s\n", err->message);
    exit(EXIT_FAILURE);
}

static cmty__entry random_entry(const cmty_beatset *beats, uint32_t *seed, uint32_t number)
{
    uint32_t pick = next_random(seed) % 16;
    cmty_time when = SMALL_CITY_REDRAWN + DAY * ((int64_t)(next_random(seed) % 60) - 30);
    const char *const *ids = when < SMALL_CITY_REDRAWN ? ids_before : ids_after;
    const char *category = categories[next_random(seed) % 8];
    cmty__entry e = small_city_entry(beats,
                                     ids[pick < 9    ? 0
                                         : pick < 14 ? 1
                                                     : 3],
                                     category, when, number);

    if (strcmp(category, "fraud") == 0) { /* one law of another kind: the beat is not told */
        e.law = CMTY_LAW_LATTICE;
        e.beat_disclosed = false;
        e.published_beat = -1;
    }
    e.masked.lon_deg += 0.0013 * (double)(next_random(seed) % 9) - 0.005;
    e.masked.lat_deg += 0.0011 * (double)(next_random(seed) % 9) - 0.004;
    return e;
}

static void fill(cmty__journal *j, const cmty_beatset *beats)
{
    cmty_error err = CMTY_ERROR_INIT;
    uint32_t seed = 1;
    int64_t period = 0;

    check(cmty__journal_period(j, "period", 6, &period, &err), &err);
    for (uint32_t i = 1; i <= 400; i++) {
        cmty__entry e = random_entry(beats, &seed, i);
        uint8_t hash[32] = {0};

        memcpy(hash, &i, sizeof i);
        check(cmty__journal_put(j, &e, hash, period, "sealed", 6, &err), &err);
    }
    for (uint32_t i = 401; i <= 402; i++) { /* a beat with too few */
        cmty__entry e = small_city_entry(beats, "B1", "theft", SMALL_CITY_REDRAWN + DAY, i);
        uint8_t hash[32] = {0};

        memcpy(hash, &i, sizeof i);
        check(cmty__journal_put(j, &e, hash, period, "sealed", 6, &err), &err);
    }
}

static void make_store(const char *folder, const char *path)
{
    cmty_beatset *beats = small_city_beats(folder);
    cmty_policy *policy = small_city_policy(3);
    cmty_error err = CMTY_ERROR_INIT;
    cmty__journal *j = NULL;
    cmty__buf blob = {0};

    check(cmty__journal_create(path, &j, &err), &err);
    check(cmty__beatset_save(beats, &blob, &err), &err);
    check(cmty__journal_set(j, "beats", blob.data, blob.size, &err), &err);
    check(cmty__journal_set(j, "policy", cmty_policy_json(policy), strlen(cmty_policy_json(policy)),
                            &err),
          &err);
    fill(j, beats);
    check(cmty__journal_commit(j, &err), &err);
    cmty__journal_free(j);
    cmty__buf_free(&blob);
    cmty_policy_free(policy);
    cmty_beatset_free(beats);
}

int main(int argc, char **argv)
{
    cmty_publish_options o = CMTY_PUBLISH_OPTIONS_INIT;
    cmty_error err = CMTY_ERROR_INIT;
    char path[5][512];
    static const char *const names[] = {"store", "a.gpkg", "a.html", "a.geojson", "a.csv"};
    cmty_live *live = NULL;

    if (argc != 2 || strlen(argv[1]) > 400)
        return 2;
    setlocale(LC_ALL, "");
    for (int i = 0; i < 5; i++)
        snprintf(path[i], sizeof path[i], "%s/%s", argv[1], names[i]);
    make_store(argv[1], path[0]);
    o.gpkg = path[1];
    o.html = path[2];
    o.geojson = path[3];
    o.csv = path[4];
    o.title = "Reports & <beats> of a \"small\" city";
    check(cmty_publish(path[0], &o, NULL, &err), &err);
    check(cmty_live_open(path[0], NULL, NULL, &live, &err), &err);
    check(cmty_live_update(live, NULL, &err), &err);
    cmty_live_free(live);
    return EXIT_SUCCESS;
}
