/* SPDX-License-Identifier: MIT */
/* SHA-256 (FIPS 180-4), for the audit log's tree (RFC 6962). Any thread. */
#include "privacy/privacy.h"

#include <sodium.h>

_Static_assert(CMTY__HASH_BYTES == crypto_hash_sha256_BYTES, "a SHA-256 fits a hash");

void cmty__sha256(const void *data, size_t size, uint8_t out[CMTY__HASH_BYTES])
{
    (void)crypto_hash_sha256(out, data, size);
}

void cmty__sha256_tagged(uint8_t tag, const void *a, size_t a_size, const void *b, size_t b_size,
                         uint8_t out[CMTY__HASH_BYTES])
{
    crypto_hash_sha256_state state;

    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, &tag, 1);
    crypto_hash_sha256_update(&state, a, a_size);
    if (b_size > 0)
        crypto_hash_sha256_update(&state, b, b_size);
    crypto_hash_sha256_final(&state, out);
}
