/* SPDX-License-Identifier: MIT */
/*
 * Public places: parks, stations, shopping streets. What happens there accuses no home, so they
 * need no k, and keep an anchor of their own; each is public, and the same for every report. Any
 * thread.
 */
#include "catchment.h"

#include <math.h>

bool cmty__catchments_place_room(cmty__catchments *c, size_t count)
{
    c->place = cmty__calloc(count, sizeof *c->place);
    c->place_areas = cmty__calloc(count * c->version_count, sizeof *c->place_areas);
    c->place_count = count;
    return c->place != NULL && c->place_areas != NULL;
}

/* A point of the grid that anchors have, if it is in the place too. */
static bool find_anchor(const cmty__areas *places, int32_t i, cmty_point *anchor)
{
    size_t rings;
    const cmty__ring *ring = cmty__areas_rings(places, i, &rings);
    cmty_point rounded;

    if (!cmty__inner_point(ring, rings, anchor))
        return false;
    rounded = (cmty_point){(double)llround(anchor->lon_deg * 1e5) / 1e5,
                           (double)llround(anchor->lat_deg * 1e5) / 1e5};
    if (cmty__areas_contains(places, i, rounded))
        *anchor = rounded;
    return true;
}

static bool find_places(cmty__catchments *c, const cmty__areas *const *versions)
{
    for (size_t i = 0; i < c->place_count; i++) {
        cmty__catchment *place = &c->place[i];
        cmty_point min, max;

        if (!find_anchor(c->places, (int32_t)i, &place->anchor))
            return false;
        cmty__areas_bounds(c->places, (int32_t)i, &min, &max);
        place->radius_m = cmty__catchment_reach_m(place->anchor, min, max);
        for (size_t v = 0; v < c->version_count; v++)
            c->place_areas[v * c->place_count + i] =
                cmty__areas_first(versions[v], place->anchor, NULL, NULL);
    }
    return true;
}

cmty_status cmty__catchments_exempt(cmty__catchments *c, const cmty__areas *const *versions,
                                    const cmty__areas *places, cmty_error *err)
{
    cmty__buf copy = {0};
    cmty_status st = CMTY_OK;

    if (places == NULL || cmty__areas_count(places) == 0)
        return CMTY_OK;
    cmty__areas_save(places, &copy);
    if (copy.failed)
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    if (st == CMTY_OK)
        st = cmty__areas_load(copy.data, copy.size, &c->places, err);
    cmty__buf_free(&copy);
    if (st == CMTY_OK
        && (!cmty__catchments_place_room(c, cmty__areas_count(places))
            || !find_places(c, versions)))
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    return st;
}

const cmty__catchment *cmty__catchments_place(const cmty__catchments *c, int32_t version,
                                              int32_t area, cmty_point p)
{
    int32_t i = c->places != NULL ? cmty__areas_first(c->places, p, NULL, NULL) : -1;

    if (i < 0 || c->place_areas[(size_t)version * c->place_count + (size_t)i] != area)
        return NULL;
    return &c->place[i];
}
