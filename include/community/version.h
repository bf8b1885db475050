/* SPDX-License-Identifier: MIT */
#ifndef COMMUNITY_VERSION_H
#define COMMUNITY_VERSION_H

#include <community/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Binary interface: major in the upper 16 bits, minor in the lower. */
#define CMTY_ABI_VERSION ((uint32_t)1)

/**
 * Version of the library, such as "0.1.0".
 *
 * @return A constant string; never NULL, never freed.
 * @threads any
 * @since 0.1
 */
CMTY_API const char *cmty_version_string(void);

/**
 * Version of the binary interface. A caller refuses a library whose upper 16 bits differ from
 * those of CMTY_ABI_VERSION, or whose lower 16 bits are smaller.
 *
 * @return Major in the upper 16 bits, minor in the lower.
 * @threads any
 * @since 0.1
 */
CMTY_API uint32_t cmty_abi_version(void);

/**
 * Versions of the libraries that this one runs on, one "name version" per line.
 *
 * @param[out] text  Owned by the caller, freed by cmty_free(); NULL on failure.
 * @param[out] err   Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_NOMEM; CMTY_E_INVALID.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_dependencies(char **text, cmty_error *err);

#ifdef __cplusplus
}
#endif
#endif
