/* SPDX-License-Identifier: MIT */
/* Hashing, hexadecimal digits, wiping: thin names over libsodium. Any thread. */
#include "privacy/secret.h"

#include <sodium.h>

cmty_status cmty__sodium_ready(cmty_error *err)
{
    if (sodium_init() < 0)
        return cmty__fail(err, CMTY_E_INTERNAL, "the system has no secure random generator");
    return CMTY_OK;
}

void cmty__hash(const void *key, size_t key_size, const void *data, size_t size,
                uint8_t out[CMTY__HASH_BYTES])
{
    /* It fails only for sizes that the contract rules out. */
    (void)crypto_generichash(out, CMTY__HASH_BYTES, data, size, key, key == NULL ? 0 : key_size);
}

void cmty__hex(const uint8_t *data, size_t size, char *out)
{
    sodium_bin2hex(out, 2 * size + 1, data, size);
}

void cmty__wipe(void *data, size_t size)
{
    sodium_memzero(data, size);
}

void cmty__privacy_versions(cmty__buf *out)
{
    cmty__buf_format(out, "libsodium %s\n", sodium_version_string());
}
