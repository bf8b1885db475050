/* SPDX-License-Identifier: MIT */
/*
 * Sealing: a data key for each report, wrapped under a period key that is itself sealed once to the
 * agency's public key (libsodium's crypto_box_seal). Contents under XChaCha20-Poly1305, padded so
 * that the length tells little, bound to the clear columns as associated data. Since that cipher
 * does not commit to its key, a keyed hash of the data key does. A sealer and an opener are
 * read-only once made: any thread.
 *
 * Sealed report, all sizes fixed but the last:
 *   algorithm 1 | period id 8 | wrap nonce 24 | wrapped data key 48 | commitment 32 | nonce 24 |
 *   ciphertext
 * Sealed period key: algorithm 1 | recipient id 8 | crypto_box_seal 80
 */
#include "privacy/secret.h"

#include <sodium.h>

enum {
    ALGORITHM = 1,
    PAD_STEP = 256,
    ID_BYTES = 8,
    KEY_BYTES = CMTY__SECRET_BYTES,
    NONCE_BYTES = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG_BYTES = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    AT_PERIOD_ID = 1,
    AT_WRAP_NONCE = AT_PERIOD_ID + ID_BYTES,
    AT_WRAPPED = AT_WRAP_NONCE + NONCE_BYTES,
    AT_COMMITMENT = AT_WRAPPED + KEY_BYTES + TAG_BYTES,
    AT_NONCE = AT_COMMITMENT + CMTY__HASH_BYTES,
    HEADER_BYTES = AT_NONCE + NONCE_BYTES,
    AT_RECIPIENT = 1,
    AT_BOX = AT_RECIPIENT + ID_BYTES,
    PERIOD_BYTES = AT_BOX + KEY_BYTES + crypto_box_SEALBYTES
};

struct cmty__sealer {
    uint8_t *key; /* of the period, guarded */
    uint8_t id[ID_BYTES];
    uint8_t period[PERIOD_BYTES];
};

struct cmty__opener {
    uint8_t *secret; /* guarded */
    uint8_t public_key[crypto_box_PUBLICKEYBYTES];
};

/* First bytes of a hash of `text` under `key`: a public name for a secret, or a commitment. */
static void hash_named(const uint8_t key[KEY_BYTES], const char *text, uint8_t *out, size_t size)
{
    uint8_t hash[CMTY__HASH_BYTES];

    cmty__hash(key, KEY_BYTES, text, strlen(text), hash);
    memcpy(out, hash, size);
}

static void recipient_id(const uint8_t public_key[KEY_BYTES], uint8_t out[ID_BYTES])
{
    hash_named(public_key, "community-recipient-1", out, ID_BYTES);
}

static void period_id(const uint8_t key[KEY_BYTES], uint8_t out[ID_BYTES])
{
    hash_named(key, "community-period-1", out, ID_BYTES);
}

static void commitment(const uint8_t key[KEY_BYTES], uint8_t out[CMTY__HASH_BYTES])
{
    hash_named(key, "community-commitment-1", out, CMTY__HASH_BYTES);
}

/* One digest of header and clear columns is the associated data; the header's size is fixed, so no
   two pairs run together alike. */
static void bind(const uint8_t *header, const void *bound, size_t bound_size,
                 uint8_t out[CMTY__HASH_BYTES])
{
    crypto_generichash_state state;

    crypto_generichash_init(&state, NULL, 0, CMTY__HASH_BYTES);
    crypto_generichash_update(&state, header, HEADER_BYTES);
    crypto_generichash_update(&state, bound, bound_size);
    crypto_generichash_final(&state, out, CMTY__HASH_BYTES);
}

static cmty_status period_seal(const uint8_t key[KEY_BYTES],
                               const uint8_t public_key[CMTY__SEAL_PUBLIC_BYTES],
                               uint8_t out[PERIOD_BYTES], cmty_error *err)
{
    out[0] = ALGORITHM;
    recipient_id(public_key, out + AT_RECIPIENT);
    if (crypto_box_seal(out + AT_BOX, key, KEY_BYTES, public_key) == 0)
        return CMTY_OK;
    return cmty__fail(err, CMTY_E_KEY, "the public key is not a usable X25519 key");
}

cmty_status cmty__sealer_new(const uint8_t public_key[CMTY__SEAL_PUBLIC_BYTES], cmty__sealer **out,
                             cmty_error *err)
{
    cmty__sealer *s = NULL;
    cmty_status st;

    *out = NULL;
    s = cmty__calloc(1, sizeof *s);
    if (s == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    st = cmty__secret_new(&s->key, err);
    if (st == CMTY_OK)
        st = cmty__random(s->key, KEY_BYTES, err);
    if (st < 0)
        goto done;
    st = period_seal(s->key, public_key, s->period, err);
    if (st < 0)
        goto done;
    period_id(s->key, s->id);
    cmty__secret_freeze(s->key);
    *out = s;
    s = NULL;

done:
    cmty__sealer_free(s);
    return st;
}

void cmty__sealer_free(cmty__sealer *s)
{
    if (s == NULL)
        return;
    cmty__secret_free(s->key);
    cmty__free(s);
}

void cmty__sealer_period(const cmty__sealer *s, cmty__buf *out)
{
    cmty__buf_bytes(out, s->period, PERIOD_BYTES);
}

/* Everything before the ciphertext, with a fresh data key. */
static cmty_status seal_header(const cmty__sealer *s, uint8_t data_key[KEY_BYTES],
                               uint8_t header[HEADER_BYTES], cmty_error *err)
{
    cmty_status st = cmty__random(data_key, KEY_BYTES, err);

    if (st == CMTY_OK)
        st = cmty__random(header + AT_WRAP_NONCE, NONCE_BYTES, err);
    if (st == CMTY_OK)
        st = cmty__random(header + AT_NONCE, NONCE_BYTES, err);
    if (st < 0)
        return st;
    header[0] = ALGORITHM;
    memcpy(header + AT_PERIOD_ID, s->id, ID_BYTES);
    crypto_aead_xchacha20poly1305_ietf_encrypt(header + AT_WRAPPED, NULL, data_key, KEY_BYTES,
                                               header, AT_WRAP_NONCE, NULL, header + AT_WRAP_NONCE,
                                               s->key);
    commitment(data_key, header + AT_COMMITMENT);
    return CMTY_OK;
}

cmty_status cmty__seal(const cmty__sealer *s, const void *plain, size_t size, const void *bound,
                       size_t bound_size, cmty__buf *out, cmty_error *err)
{
    uint8_t data_key[KEY_BYTES], ad[CMTY__HASH_BYTES];
    uint8_t *blob = NULL, *body;
    size_t padded, total;
    cmty_status st;

    if (size > SIZE_MAX / 2)
        return cmty__fail(err, CMTY_E_LIMIT, "too much to seal at once");
    padded = (size / PAD_STEP + 1) * PAD_STEP;
    total = HEADER_BYTES + padded + TAG_BYTES;
    blob = cmty__alloc(total);
    if (blob == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    body = blob + HEADER_BYTES;
    st = seal_header(s, data_key, blob, err);
    if (st < 0)
        goto done;
    if (size > 0)
        memcpy(body, plain, size);
    (void)sodium_pad(NULL, body, size, PAD_STEP, padded); /* cannot fail: the room was computed */
    bind(blob, bound, bound_size, ad);
    crypto_aead_xchacha20poly1305_ietf_encrypt(body, NULL, body, padded, ad, sizeof ad, NULL,
                                               blob + AT_NONCE, data_key);
    cmty__buf_bytes(out, blob, total);
    if (out->failed)
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");

done:
    cmty__wipe(data_key, sizeof data_key);
    cmty__free(blob);
    return st;
}

cmty_status cmty__opener_open(const char *secret_path, cmty__opener **out, cmty_error *err)
{
    cmty__opener *o = NULL;
    cmty_status st;

    *out = NULL;
    o = cmty__calloc(1, sizeof *o);
    if (o == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    st = cmty__secret_new(&o->secret, err);
    if (st == CMTY_OK)
        st = cmty__key_read(secret_path, KEY_SECRET, o->secret, err);
    if (st < 0)
        goto done;
    crypto_scalarmult_base(o->public_key, o->secret);
    cmty__secret_freeze(o->secret);
    *out = o;
    o = NULL;

done:
    cmty__opener_free(o);
    return st;
}

void cmty__opener_free(cmty__opener *o)
{
    if (o == NULL)
        return;
    cmty__secret_free(o->secret);
    cmty__free(o);
}

bool cmty__opener_fits(const cmty__opener *o, const uint8_t public_key[CMTY__SEAL_PUBLIC_BYTES])
{
    return sodium_memcmp(o->public_key, public_key, sizeof o->public_key) == 0;
}

static cmty_status period_open(const cmty__opener *o, const uint8_t *period, size_t size,
                               uint8_t key[KEY_BYTES], cmty_error *err)
{
    uint8_t id[ID_BYTES];

    if (size != PERIOD_BYTES || period[0] != ALGORITHM)
        return cmty__fail(err, CMTY_E_FORMAT,
                          "the sealed period key is damaged or of a newer kind");
    recipient_id(o->public_key, id);
    if (sodium_memcmp(id, period + AT_RECIPIENT, ID_BYTES) != 0)
        return cmty__fail(err, CMTY_E_KEY,
                          "this secret key does not belong to the public key that "
                          "sealed the reports");
    if (crypto_box_seal_open(key, period + AT_BOX, PERIOD_BYTES - AT_BOX, o->public_key, o->secret)
        != 0)
        return cmty__fail(err, CMTY_E_FORMAT, "the sealed period key was altered");
    return CMTY_OK;
}

cmty_status cmty__period_rewrap(const cmty__opener *o, const void *period, size_t size,
                                const uint8_t public_key[CMTY__SEAL_PUBLIC_BYTES], cmty__buf *out,
                                cmty_error *err)
{
    uint8_t key[KEY_BYTES] = {0}, sealed[PERIOD_BYTES];
    cmty_status st = period_open(o, period, size, key, err);

    if (st == CMTY_OK)
        st = period_seal(key, public_key, sealed, err);
    cmty__wipe(key, sizeof key);
    if (st != CMTY_OK)
        return st;
    cmty__buf_bytes(out, sealed, sizeof sealed);
    return out->failed ? cmty__fail(err, CMTY_E_NOMEM, "out of memory") : CMTY_OK;
}

static cmty_status data_key_open(const uint8_t *sealed, const uint8_t period_key[KEY_BYTES],
                                 uint8_t key[KEY_BYTES], cmty_error *err)
{
    uint8_t id[ID_BYTES], committed[CMTY__HASH_BYTES];

    period_id(period_key, id);
    if (sodium_memcmp(id, sealed + AT_PERIOD_ID, ID_BYTES) != 0)
        return cmty__fail(err, CMTY_E_FORMAT, "the report was sealed under another period key");
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(key, NULL, NULL, sealed + AT_WRAPPED,
                                                   KEY_BYTES + TAG_BYTES, sealed, AT_WRAP_NONCE,
                                                   sealed + AT_WRAP_NONCE, period_key)
        != 0)
        return cmty__fail(err, CMTY_E_FORMAT, "the sealed report was altered");
    commitment(key, committed);
    if (sodium_memcmp(committed, sealed + AT_COMMITMENT, sizeof committed) != 0)
        return cmty__fail(err, CMTY_E_FORMAT, "the sealed report was altered");
    return CMTY_OK;
}

static cmty_status body_open(const uint8_t *sealed, size_t size, const uint8_t key[KEY_BYTES],
                             const void *bound, size_t bound_size, cmty__buf *plain,
                             cmty_error *err)
{
    size_t padded = size - HEADER_BYTES - TAG_BYTES, length = 0;
    uint8_t ad[CMTY__HASH_BYTES];
    uint8_t *body = cmty__alloc(padded);
    cmty_status st = CMTY_OK;

    if (body == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    bind(sealed, bound, bound_size, ad);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(body, NULL, NULL, sealed + HEADER_BYTES,
                                                   size - HEADER_BYTES, ad, sizeof ad,
                                                   sealed + AT_NONCE, key)
            != 0
        || sodium_unpad(&length, body, padded, PAD_STEP) != 0) {
        st = cmty__fail(err, CMTY_E_FORMAT,
                        "the sealed report, or a clear column beside it, was altered");
        goto done;
    }
    cmty__buf_bytes(plain, body, length);
    if (plain->failed)
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");

done:
    cmty__wipe(body, padded);
    cmty__free(body);
    return st;
}

cmty_status cmty__unseal(const cmty__opener *o, const void *period, size_t period_size,
                         const void *sealed, size_t size, const void *bound, size_t bound_size,
                         cmty__buf *plain, cmty_error *err)
{
    uint8_t period_key[KEY_BYTES] = {0}, data_key[KEY_BYTES] = {0};
    const uint8_t *bytes = sealed;
    cmty_status st;

    if (size < HEADER_BYTES + PAD_STEP + TAG_BYTES || bytes[0] != ALGORITHM)
        return cmty__fail(err, CMTY_E_FORMAT, "the sealed report is damaged or of a newer kind");
    st = period_open(o, period, period_size, period_key, err);
    if (st == CMTY_OK)
        st = data_key_open(bytes, period_key, data_key, err);
    if (st == CMTY_OK)
        st = body_open(bytes, size, data_key, bound, bound_size, plain, err);
    cmty__wipe(period_key, sizeof period_key);
    cmty__wipe(data_key, sizeof data_key);
    return st;
}
