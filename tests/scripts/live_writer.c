/* SPDX-License-Identifier: MIT */
/* live_writer LAYER SECONDS: takes in batches of 50 points all the while; prints how many. */
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { BATCH = 50, PAUSE_MS = 8 };

static cmty_status put_batch(cmty__live *live, uint32_t from, cmty_error *err)
{
    cmty_status st = cmty__live_begin(live, err);

    for (uint32_t i = from; i < from + BATCH && st == CMTY_OK; i++) {
        char id[33];
        cmty__live_row row = {.report_id = id,
                              .category = "noise",
                              .category_label = "Noise",
                              .beat_id = "B1",
                              .law = "lattice",
                              .at = {-74 + (i * 7919 % 10007) * 1e-5, 40 + (i % 10009) * 1e-5},
                              .radius_m = 250,
                              .time_utc = 1700000000000 + (int64_t)i * 3600000,
                              .time_local = "2023-11-14T17:13:20",
                              .time_bin = "hour"};

        snprintf(id, sizeof id, "%08x%08x%08x%08x", i * 2654435761u, i, i, i);
        st = cmty__live_put(live, &row, err);
    }
    if (st == CMTY_OK)
        st = cmty__live_set_cursor(live, from + BATCH, "", err);
    return st == CMTY_OK ? cmty__live_commit(live, err) : st;
}

int main(int argc, char **argv)
{
    const struct timespec pause = {0, PAUSE_MS * 1000000L};
    cmty_error err = CMTY_ERROR_INIT;
    cmty__live *live = NULL;
    int64_t rows = 0;
    time_t end = time(NULL) + (argc == 3 ? atoi(argv[2]) : 0);
    cmty_status st = argc == 3 ? cmty__live_open(argv[1], &live, &err) : CMTY_E_INVALID;

    if (st == CMTY_OK)
        st = cmty__live_cursor(live, &rows, NULL, &err);
    while (st == CMTY_OK && time(NULL) < end) {
        st = put_batch(live, (uint32_t)rows, &err);
        rows += BATCH;
        nanosleep(&pause, NULL);
    }
    cmty__live_free(live);
    if (st != CMTY_OK)
        printf("%s: %s\n", cmty_status_name(st), err.message);
    else
        printf("%lld\n", (long long)rows);
    return st == CMTY_OK ? 0 : 1;
}
