/* SPDX-License-Identifier: MIT */
#ifndef CMTY_PRIVACY_SECRET_H
#define CMTY_PRIVACY_SECRET_H

/* Private to this room: secrets in guarded memory, and the key files that they come from. */

#include "privacy/privacy.h"

enum { CMTY__SECRET_BYTES = 32 };

/* Before any other use of libsodium. Any thread, any number of times. */
cmty_status cmty__sodium_ready(cmty_error *err);

/* 32 bytes between guard pages, locked in memory where the system allows it. Writable until
   frozen, wiped by free. They come from libsodium, not from the host's allocator. */
cmty_status cmty__secret_new(uint8_t **out, cmty_error *err);
void cmty__secret_freeze(uint8_t *secret);
void cmty__secret_free(uint8_t *secret);

typedef enum key_kind { KEY_MASK, KEY_PUBLIC, KEY_SECRET, KEY_KIND_COUNT } key_kind;

/* CMTY_E_KEY where the file holds another kind, or holds a secret and is open to others. */
cmty_status cmty__key_read(const char *path, key_kind kind, uint8_t out[CMTY__SECRET_BYTES],
                           cmty_error *err);

const uint8_t *cmty__mask_key_bytes(const cmty__mask_key *key);

#endif
