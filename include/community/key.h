/* SPDX-License-Identifier: MIT */
#ifndef COMMUNITY_KEY_H
#define COMMUNITY_KEY_H

#include <community/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Make a mask key: 32 secret bytes from the system's generator, in a text file of mode 0600.
 *
 * Whoever holds it can undo keyed masks; whoever loses it must re-draw every mask, which costs the
 * privacy budget once more. Keep it apart from the store and from its backups.
 *
 * @param      path  File to make; never overwritten.
 * @param[out] err   Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_EXISTS; CMTY_E_IO; CMTY_E_INVALID; CMTY_E_INTERNAL if there is no
 *         secure generator.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_key_make_mask(const char *path, cmty_error *err);

/**
 * Make a sealing key pair (X25519): the public part seals reports at intake, the secret part opens
 * them and does not belong on the intake machine.
 *
 * @param      public_path  File to make, mode 0644; never overwritten.
 * @param      secret_path  File to make, mode 0600; never overwritten.
 * @param[out] err          Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_EXISTS; CMTY_E_IO; CMTY_E_INVALID; CMTY_E_INTERNAL.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_key_make_seal(const char *public_path,
                                                       const char *secret_path, cmty_error *err);

/**
 * Check a key file: readable, of a known kind, and, if secret, closed to group and others.
 *
 * @param      path  The file.
 * @param[out] kind  "mask", "public" or "secret": a static string. May be NULL.
 * @param[out] id    First 8 hex digits of the key's hash, NUL-terminated; public. May be NULL.
 * @param[out] err   Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_IO; CMTY_E_KEY with the way out ("chmod 600 ..."); CMTY_E_INVALID.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_key_check(const char *path, const char **kind, char id[9],
                                                   cmty_error *err);

#ifdef __cplusplus
}
#endif
#endif
