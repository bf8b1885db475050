/* SPDX-License-Identifier: MIT */
/* Names of laws and regions, as policies, options and metadata spell them. Any thread; constant. */
#include "privacy/privacy.h"

static const char *const law_names[] = {"auto", "lattice",  "anchor", "donut",
                                        "grid", "withhold", "snap",   "street"};
static const char *const region_names[] = {"none", "clamp", "redraw"};
enum {
    LAW_COUNT = sizeof law_names / sizeof law_names[0],
    REGION_COUNT = sizeof region_names / sizeof region_names[0]
};

static int32_t find(const char *const *names, int32_t count, const char *name)
{
    for (int32_t i = 0; name != NULL && i < count; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return -1;
}

const char *cmty_law_name(int32_t law)
{
    return law >= 0 && law < LAW_COUNT ? law_names[law] : "unknown";
}

int32_t cmty_law_from_name(const char *name)
{
    return find(law_names, LAW_COUNT, name);
}

int32_t cmty_region_from_name(const char *name)
{
    return find(region_names, REGION_COUNT, name);
}

const char *cmty__region_name(int32_t region)
{
    return region >= 0 && region < REGION_COUNT ? region_names[region] : "unknown";
}
