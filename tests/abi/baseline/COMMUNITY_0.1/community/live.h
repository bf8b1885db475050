/* SPDX-License-Identifier: MIT */
/* clang-format off */
#ifndef COMMUNITY_LIVE_H
#define COMMUNITY_LIVE_H
#include <community/types.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct cmty_live cmty_live;
CMTY_API CMTY_MUSTCHECK cmty_status cmty_live_open(const char *store, const char *layer,
                                                   const cmty_host *host, cmty_live **out,
                                                   cmty_error *err);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_live_update(cmty_live *live, uint64_t *added,
                                                     cmty_error *err);
CMTY_API void cmty_live_free(cmty_live *live);
#ifdef __cplusplus
}
#endif
#endif
