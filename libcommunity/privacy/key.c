/* SPDX-License-Identifier: MIT */
/*
 * Key files: one line of text, `community-<kind>-key-1 <64 hexadecimal digits>`. What is secret is
 * read only from a file that is closed to others, and held in guarded memory. Any thread.
 */
#include "privacy/secret.h"

#include <sodium.h>
#include <stdio.h>

enum {
    KEY_ID_BYTES = 4,
    KEY_DIGITS = 2 * CMTY__SECRET_BYTES,
    KEY_LINE_MAX = 128,
    KEY_FILE_MAX = 1024
};

static const struct {
    const char *name, *prefix;
    bool private;
} kinds[KEY_KIND_COUNT] = {
    [KEY_MASK] = {"mask", "community-mask-key-1 ", true},
    [KEY_PUBLIC] = {"public", "community-public-key-1 ", false},
    [KEY_SECRET] = {"secret", "community-secret-key-1 ", true},
};

struct cmty__mask_key {
    uint8_t *bytes; /* guarded */
    char id[2 * KEY_ID_BYTES + 1];
};

cmty_status cmty__secret_new(uint8_t **out, cmty_error *err)
{
    *out = NULL;
    if (cmty__sodium_ready(err) < 0)
        return CMTY_E_INTERNAL;
    *out = sodium_malloc(CMTY__SECRET_BYTES);
    if (*out == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory for a key");
    return CMTY_OK;
}

void cmty__secret_freeze(uint8_t *secret)
{
    (void)sodium_mprotect_readonly(secret); /* a second line of defence; it may be unavailable */
}

void cmty__secret_free(uint8_t *secret)
{
    sodium_free(secret);
}

/* A pair shows one id: that of its public part. */
static void key_id(key_kind kind, const uint8_t key[CMTY__SECRET_BYTES],
                   char out[2 * KEY_ID_BYTES + 1])
{
    static const char domain[] = "community-key-id-1";
    uint8_t message[sizeof domain + CMTY__SECRET_BYTES], hash[CMTY__HASH_BYTES];

    memcpy(message, domain, sizeof domain);
    memcpy(message + sizeof domain, key, CMTY__SECRET_BYTES);
    if (kind == KEY_SECRET)
        crypto_scalarmult_base(message + sizeof domain, key);
    cmty__hash(NULL, 0, message, sizeof message, hash);
    cmty__hex(hash, KEY_ID_BYTES, out);
    cmty__wipe(message, sizeof message);
}

static cmty_status key_parse(char *text, const char *name, key_kind *kind,
                             uint8_t out[CMTY__SECRET_BYTES], cmty_error *err)
{
    const char *line = cmty__trim(text);
    const char *end;
    size_t size;
    int i;

    for (i = 0; i < KEY_KIND_COUNT; i++) {
        if (!cmty__starts_with(line, kinds[i].prefix))
            continue;
        line += strlen(kinds[i].prefix);
        if (sodium_hex2bin(out, CMTY__SECRET_BYTES, line, strlen(line), NULL, &size, &end) != 0
            || size != CMTY__SECRET_BYTES || *end != '\0')
            return cmty__fail(err, CMTY_E_KEY, "%s: the %s key is damaged; it needs 64 hex digits",
                              name, kinds[i].name);
        *kind = (key_kind)i;
        return CMTY_OK;
    }
    return cmty__fail(err, CMTY_E_KEY, "%s is not a key file; make one with: community keygen",
                      name);
}

static cmty_status key_read_any(const char *path, key_kind *kind, uint8_t out[CMTY__SECRET_BYTES],
                                cmty_error *err)
{
    const char *name;
    char *text = NULL;
    size_t size = 0;
    cmty_status st;

    if (path == NULL || path[0] == '\0')
        return cmty__fail(err, CMTY_E_INVALID, "no key file is named");
    name = cmty__basename(path);
    st = cmty__file_read(path, KEY_FILE_MAX, &text, &size, err);
    if (st == CMTY_E_LIMIT)
        return cmty__fail(err, CMTY_E_KEY, "%s is not a key file: it is too large", name);
    if (st < 0)
        return st;
    if (!cmty__utf8_valid(text, size)) /* refuses NUL too, so the text ends where the file does */
        st = cmty__fail(err, CMTY_E_KEY, "%s is not a key file: it is not text", name);
    else
        st = key_parse(text, name, kind, out, err);
    if (st == CMTY_OK && kinds[*kind].private) {
        st = cmty__file_check_private(path, err);
        if (st < 0)
            cmty__wipe(out, CMTY__SECRET_BYTES);
    }
    cmty__wipe(text, size);
    cmty__free(text);
    return st;
}

cmty_status cmty__key_read(const char *path, key_kind kind, uint8_t out[CMTY__SECRET_BYTES],
                           cmty_error *err)
{
    key_kind found = KEY_MASK;
    cmty_status st = key_read_any(path, &found, out, err);

    if (st == CMTY_OK && found != kind) {
        cmty__wipe(out, CMTY__SECRET_BYTES);
        st = cmty__fail(err, CMTY_E_KEY, "%s holds a %s key; a %s key is needed here",
                        cmty__basename(path), kinds[found].name, kinds[kind].name);
    }
    return st;
}

static cmty_status key_write(const char *path, key_kind kind, const uint8_t key[CMTY__SECRET_BYTES],
                             cmty_error *err)
{
    char line[KEY_LINE_MAX];
    size_t prefix = strlen(kinds[kind].prefix), size = prefix + KEY_DIGITS;
    cmty_status st;

    memcpy(line, kinds[kind].prefix, prefix);
    cmty__hex(key, CMTY__SECRET_BYTES, line + prefix);
    line[size++] = '\n';
    st = cmty__file_make_private(path, line, size, kinds[kind].private ? 0600 : 0644, err);
    cmty__wipe(line, sizeof line);
    return st;
}

cmty_status cmty_key_make_mask(const char *path, cmty_error *err)
{
    uint8_t key[CMTY__SECRET_BYTES];
    cmty_status st;

    if (path == NULL || path[0] == '\0')
        return cmty__fail(err, CMTY_E_INVALID, "no file is named for the mask key");
    st = cmty__random(key, sizeof key, err);
    if (st == CMTY_OK)
        st = key_write(path, KEY_MASK, key, err);
    cmty__wipe(key, sizeof key);
    return st;
}

cmty_status cmty_key_make_seal(const char *public_path, const char *secret_path, cmty_error *err)
{
    uint8_t public[crypto_box_PUBLICKEYBYTES], secret[crypto_box_SECRETKEYBYTES];
    cmty_status st;

    if (public_path == NULL || public_path[0] == '\0' || secret_path == NULL
        || secret_path[0] == '\0')
        return cmty__fail(err, CMTY_E_INVALID, "a key pair needs two file names");
    st = cmty__sodium_ready(err);
    if (st < 0)
        return st;
    crypto_box_keypair(public, secret);
    st = key_write(secret_path, KEY_SECRET, secret, err);
    if (st == CMTY_OK) {
        st = key_write(public_path, KEY_PUBLIC, public, err);
        if (st < 0) /* the one just made, of no use without the other */
            (void)remove(secret_path);
    }
    cmty__wipe(secret, sizeof secret);
    return st;
}

cmty_status cmty_key_check(const char *path, const char **kind, char id[9], cmty_error *err)
{
    uint8_t key[CMTY__SECRET_BYTES];
    key_kind found = KEY_MASK;
    cmty_status st = cmty__sodium_ready(err);

    if (st == CMTY_OK)
        st = key_read_any(path, &found, key, err);
    if (st == CMTY_OK) {
        if (kind != NULL)
            *kind = kinds[found].name;
        if (id != NULL)
            key_id(found, key, id);
    }
    cmty__wipe(key, sizeof key);
    return st;
}

cmty_status cmty__mask_key_open(const char *path, cmty__mask_key **out, cmty_error *err)
{
    cmty__mask_key *key = NULL;
    cmty_status st;

    *out = NULL;
    key = cmty__calloc(1, sizeof *key);
    if (key == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    st = cmty__secret_new(&key->bytes, err);
    if (st == CMTY_OK)
        st = cmty__key_read(path, KEY_MASK, key->bytes, err);
    if (st < 0)
        goto done;
    key_id(KEY_MASK, key->bytes, key->id);
    cmty__secret_freeze(key->bytes);
    *out = key;
    key = NULL;

done:
    cmty__mask_key_free(key);
    return st;
}

void cmty__mask_key_free(cmty__mask_key *key)
{
    if (key == NULL)
        return;
    cmty__secret_free(key->bytes);
    cmty__free(key);
}

void cmty__mask_key_id_of(const uint8_t *key, char *out)
{
    key_id(KEY_MASK, key, out);
}

const char *cmty__mask_key_id(const cmty__mask_key *key)
{
    return key->id;
}

void cmty__mask_key_derive(const cmty__mask_key *key, const char *purpose, const void *salt,
                           size_t salt_size, uint8_t out[CMTY__SECRET_BYTES])
{
    static const char domain[] = "community-derived-key-1";
    crypto_generichash_state state;

    (void)crypto_generichash_init(&state, key->bytes, CMTY__SECRET_BYTES, CMTY__SECRET_BYTES);
    (void)crypto_generichash_update(&state, (const uint8_t *)domain, sizeof domain);
    (void)crypto_generichash_update(&state, (const uint8_t *)purpose, strlen(purpose) + 1);
    (void)crypto_generichash_update(&state, salt, salt_size);
    (void)crypto_generichash_final(&state, out, CMTY__SECRET_BYTES);
    cmty__wipe(&state, sizeof state);
}

const uint8_t *cmty__mask_key_bytes(const cmty__mask_key *key)
{
    return key->bytes;
}

cmty_status cmty__seal_public_read(const char *path, uint8_t out[CMTY__SEAL_PUBLIC_BYTES],
                                   cmty_error *err)
{
    return cmty__key_read(path, KEY_PUBLIC, out, err);
}
