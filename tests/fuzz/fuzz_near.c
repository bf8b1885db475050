/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as areas on a coarse lattice, where corners, lines and points meet often. The index of
 * nearest edges says what the search says, and shares are shares. One thread.
 *
 *     u8 lattice step; then for each area: u8 points, u8 x, u8 y of each; 0 points: the rest are
 *     questions: u8 x, u8 y, u8 sigma
 */
#include "fuzz.h"
#include "geo/nearest.h"

enum { MOST_AREAS = 8, MOST_POINTS = 12 };

typedef struct input {
    const uint8_t *at;
    size_t left;
    double step_deg;
} input;

static unsigned take(input *in)
{
    if (in->left == 0)
        return 0;
    in->left--;
    return *in->at++;
}

static cmty_point take_point(input *in)
{
    unsigned x = take(in), y = take(in);

    return (cmty_point){-74 + x * in->step_deg, 40 + y * in->step_deg};
}

static cmty__areas *take_areas(input *in)
{
    cmty_point points[MOST_AREAS][MOST_POINTS + 1];
    cmty__ring rings[MOST_AREAS];
    cmty__area_input inputs[MOST_AREAS];
    cmty__areas *areas = NULL;
    size_t count = 0;

    for (unsigned n; count < MOST_AREAS && (n = take(in) % (MOST_POINTS + 1)) >= 3; count++) {
        for (unsigned i = 0; i < n; i++)
            points[count][i] = take_point(in);
        points[count][n] = points[count][0];
        rings[count] = (cmty__ring){points[count], n + 1};
        inputs[count] = (cmty__area_input){&rings[count], 1};
    }
    FUZZ_CHECK(cmty__areas_build(inputs, count, &areas, NULL) == CMTY_OK);
    return areas;
}

static void check_nearest(const cmty__areas *areas, const cmty__nearest *nearest, cmty_point p)
{
    cmty__metric m = cmty__metric_at(p);
    double wanted = cmty__areas_margin_m(areas, p), margin_m;
    cmty_point at;

    if (nearest != NULL && cmty__nearest_margin(nearest, &m, &margin_m, &at))
        FUZZ_CHECK(margin_m == wanted || wanted > 20e3);
}

static void check_shares(const cmty__areas *areas, cmty_point p, double sigma_m)
{
    cmty__near near[MOST_AREAS];
    size_t count = cmty__areas_count(areas);
    double all = -1, sum = 0;

    for (size_t i = 0; i < count; i++)
        near[i] = (cmty__near){.area = (int32_t)i, .share = -1};
    FUZZ_CHECK(cmty__areas_shares(areas, p, sigma_m, near, count, &all, NULL) == CMTY_OK);
    for (size_t i = 0; i < count; i++) {
        FUZZ_CHECK(near[i].share >= 0 && near[i].share <= 1);
        sum += near[i].share;
    }
    FUZZ_CHECK(fabs(all - sum) < 1e-9);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    input in = {data, size, 0};
    cmty__areas *areas;
    cmty__nearest *nearest;

    in.step_deg = (1 + take(&in)) * 1e-4;
    areas = take_areas(&in);
    nearest = cmty__nearest_make(areas);
    for (int n = 0; n < 50 && in.left > 0; n++) {
        cmty_point p = take_point(&in);

        check_nearest(areas, nearest, p);
        check_shares(areas, p, 0.5 + take(&in) * 20.0);
    }
    cmty__nearest_free(nearest);
    cmty__areas_free(areas);
    return 0;
}
