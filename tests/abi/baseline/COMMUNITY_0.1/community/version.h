/* SPDX-License-Identifier: MIT */
/* clang-format off */
#ifndef COMMUNITY_VERSION_H
#define COMMUNITY_VERSION_H
#include <community/types.h>
#ifdef __cplusplus
extern "C" {
#endif
#define CMTY_ABI_VERSION ((uint32_t)1)
CMTY_API const char *cmty_version_string(void);
CMTY_API uint32_t cmty_abi_version(void);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_dependencies(char **text, cmty_error *err);
#ifdef __cplusplus
}
#endif
#endif
