/* SPDX-License-Identifier: MIT */
/* clang-format off */
#ifndef COMMUNITY_KEY_H
#define COMMUNITY_KEY_H
#include <community/types.h>
#ifdef __cplusplus
extern "C" {
#endif
CMTY_API CMTY_MUSTCHECK cmty_status cmty_key_make_mask(const char *path, cmty_error *err);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_key_make_seal(const char *public_path,
                                                       const char *secret_path, cmty_error *err);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_key_check(const char *path, const char **kind, char id[9],
                                                   cmty_error *err);
#ifdef __cplusplus
}
#endif
#endif
