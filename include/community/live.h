/* SPDX-License-Identifier: MIT */
#ifndef COMMUNITY_LIVE_H
#define COMMUNITY_LIVE_H

#include <community/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The live public layer of a store: a SpatiaLite file with masked data only, that QGIS and GDAL may
 * read while reports come in. It can be thrown away and made again at any time. Opaque.
 */
typedef struct cmty_live cmty_live;

/**
 * Open the live layer of a store. Where it is absent the first update makes it.
 *
 * @param      store  Path of the journal; only read.
 * @param      layer  Path of the layer; NULL: the journal's path with ".public.sqlite" added.
 * @param      host   Is told where a layer is filled anew. NULL: nobody. Borrowed until freed.
 * @param[out] out    Owned by the caller; NULL on failure.
 * @param[out] err    Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_IO; CMTY_E_FORMAT; CMTY_E_INVALID; CMTY_E_NOMEM.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_live_open(const char *store, const char *layer,
                                                   const cmty_host *host, cmty_live **out,
                                                   cmty_error *err);

/**
 * Carry what the store has taken in since the last call into the layer. May be called between
 * batches, e.g. from the progress function of an ingest, or by another process. A layer that
 * followed another store under the same name, or a store that was set back to an earlier state (and
 * may have grown again since), is emptied and filled anew, with a notice.
 *
 * @param      live   Not NULL.
 * @param[out] added  Points added. May be NULL.
 * @param[out] err    Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_IO; CMTY_E_FORMAT; CMTY_E_INVALID; CMTY_E_NOMEM.
 * @threads serial
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_live_update(cmty_live *live, uint64_t *added,
                                                     cmty_error *err);

/**
 * Release the live layer.
 *
 * @param live  May be NULL.
 * @threads any
 * @since 0.1
 */
CMTY_API void cmty_live_free(cmty_live *live);

#ifdef __cplusplus
}
#endif
#endif
