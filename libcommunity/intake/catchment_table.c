/* SPDX-License-Identifier: MIT */
/* Catchments without a store: from beats and addresses to the polygons of the anchors. Any thread.
 */
#include "addresses.h"

#include <community/mask.h>

static cmty_status write_layer(const cmty__catchments *c, const cmty_beatset *beats,
                               int32_t version, const char *gpkg, cmty_error *err)
{
    const char **ids = cmty__beatset_area_ids(beats, version);
    cmty__writer *w = NULL;
    cmty_status st;

    if (ids == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    st = cmty__writer_open(gpkg, &w, err);
    if (st == CMTY_OK)
        st = cmty__catchments_write(c, version, cmty__beatset_areas(beats, version), ids, w, err);
    if (st == CMTY_OK)
        st = cmty__writer_finish(w, err);
    cmty__writer_free(w);
    cmty__free(ids);
    return st;
}

cmty_status cmty_catchments_write(const cmty_beatset *beats, const char *addresses, uint32_t k,
                                  cmty_time as_of, const char *gpkg, const cmty_host *host,
                                  cmty_error *err)
{
    cmty__catchments *c = NULL;
    int32_t version;
    cmty_status st;

    if (beats == NULL || addresses == NULL || gpkg == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "beats, addresses and an output are needed");
    if (k < 2 || k > 10000)
        return cmty__fail(err, CMTY_E_RANGE, "k must be 2 to 10000");
    version = cmty__beatset_version_at(beats, as_of);
    if (version < 0)
        return cmty__fail(err, CMTY_E_RANGE, "no beats are in force at that time");
    st = cmty__catchments_open(addresses, beats, k, host, &c, err);
    if (st == CMTY_OK)
        st = cmty__progress(host, "writing catchments", -1, err);
    if (st == CMTY_OK)
        st = write_layer(c, beats, version, gpkg, err);
    cmty__catchments_free(c);
    return st;
}
