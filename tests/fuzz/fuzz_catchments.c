/* SPDX-License-Identifier: MIT */
/* Any bytes as saved catchments: those that load give anchors on the globe, and save to bytes that
   load to the same. One thread. */
#include "fuzz.h"
#include "privacy/privacy.h"

#include <math.h>

static void ask(const cmty__catchments *c, int32_t version, int32_t area, cmty_point p)
{
    cmty_point anchor;
    double radius_m, weight;
    cmty_status st = cmty__catchments_find(c, version, area, p, &anchor, &radius_m, &weight);

    if (st == CMTY_OK)
        FUZZ_CHECK(cmty__point_valid(anchor) && radius_m >= 0 && isfinite(radius_m) && weight >= 0);
    else
        FUZZ_CHECK(st == CMTY_NOTFOUND);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cmty__catchments *c = NULL, *again = NULL;
    cmty__buf bytes = {0}, same = {0};

    if (cmty__catchments_load(data, size, &c, NULL) != CMTY_OK) {
        FUZZ_CHECK(c == NULL);
        return 0;
    }
    for (int32_t version = -1; version <= 1; version++)
        for (int32_t area = -1; area <= 2; area++)
            for (int x = 0; x <= 4; x++)
                ask(c, version, area, (cmty_point){-74.02 + x * 0.005, 40.01});
    cmty__catchments_save(c, &bytes);
    FUZZ_CHECK(cmty__catchments_load(bytes.data, bytes.size, &again, NULL) == CMTY_OK);
    cmty__catchments_save(again, &same);
    fuzz_check_same(&bytes, &same);
    cmty__catchments_free(c);
    cmty__catchments_free(again);
    cmty__buf_free(&bytes);
    cmty__buf_free(&same);
    return 0;
}
