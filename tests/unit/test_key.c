/* SPDX-License-Identifier: MIT */
/* Key files, guarded keys, and the keyed hash. */
#include "../runner.h"
#include "privacy/secret.h"

#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/cmty-key-XXXXXX";
static char mask[64], public[64], secret[64], other[64];

static void setup(void)
{
    ck_assert_ptr_nonnull(mkdtemp(dir));
    snprintf(mask, sizeof mask, "%s/mask.key", dir);
    snprintf(public, sizeof public, "%s/public.key", dir);
    snprintf(secret, sizeof secret, "%s/secret.key", dir);
    snprintf(other, sizeof other, "%s/other.key", dir);
}

static void teardown(void)
{
    unlink(mask);
    unlink(public);
    unlink(secret);
    unlink(other);
    rmdir(dir);
    memcpy(dir + sizeof dir - 7, "XXXXXX", 6);
}

static void write_text(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");

    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    fclose(f);
    ck_assert_int_eq(chmod(path, 0600), 0);
}

static unsigned mode_of(const char *path)
{
    struct stat s;

    ck_assert_int_eq(stat(path, &s), 0);
    return (unsigned)s.st_mode & 0777;
}

START_TEST(a_mask_key_is_private_and_never_overwritten)
{
    cmty__mask_key *key = NULL;
    const char *kind = NULL;
    char id[9];

    ck_assert_int_eq(cmty_key_make_mask(mask, NULL), CMTY_OK);
    ck_assert_uint_eq(mode_of(mask), 0600);
    ck_assert_int_eq(cmty_key_make_mask(mask, NULL), CMTY_E_EXISTS);
    ck_assert_int_eq(cmty_key_check(mask, &kind, id, NULL), CMTY_OK);
    ck_assert_str_eq(kind, "mask");
    ck_assert_int_eq(cmty__mask_key_open(mask, &key, NULL), CMTY_OK);
    ck_assert_str_eq(cmty__mask_key_id(key), id);
    ck_assert_uint_eq(strlen(id), 8);
    cmty__mask_key_free(key);
}
END_TEST

START_TEST(a_pair_shows_one_id_and_only_its_secret_part_is_private)
{
    const char *kind = NULL;
    char a[9], b[9];

    ck_assert_int_eq(cmty_key_make_seal(public, secret, NULL), CMTY_OK);
    ck_assert_uint_eq(mode_of(public), 0644);
    ck_assert_uint_eq(mode_of(secret), 0600);
    ck_assert_int_eq(cmty_key_check(public, &kind, a, NULL), CMTY_OK);
    ck_assert_str_eq(kind, "public");
    ck_assert_int_eq(cmty_key_check(secret, &kind, b, NULL), CMTY_OK);
    ck_assert_str_eq(kind, "secret");
    ck_assert_str_eq(a, b);
}
END_TEST

START_TEST(a_pair_that_fails_leaves_no_half)
{
    write_text(public, "mine");
    ck_assert_int_eq(cmty_key_make_seal(public, secret, NULL), CMTY_E_EXISTS);
    ck_assert_int_ne(access(secret, F_OK), 0);
    unlink(public);
    write_text(secret, "mine");
    ck_assert_int_eq(cmty_key_make_seal(public, secret, NULL), CMTY_E_EXISTS);
    ck_assert_int_ne(access(public, F_OK), 0);
    ck_assert_int_eq(access(secret, F_OK), 0); /* what was there is not ours to remove */
}
END_TEST

START_TEST(a_key_that_others_can_read_is_refused_with_the_way_out)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty__mask_key *key = (cmty__mask_key *)dir;

    ck_assert_int_eq(cmty_key_make_mask(mask, NULL), CMTY_OK);
    ck_assert_int_eq(chmod(mask, 0640), 0);
    ck_assert_int_eq(cmty__mask_key_open(mask, &key, &err), CMTY_E_KEY);
    ck_assert_ptr_null(key);
    ck_assert_ptr_nonnull(strstr(err.message, "chmod 600"));
    ck_assert_int_eq(cmty_key_check(mask, NULL, NULL, NULL), CMTY_E_KEY);
}
END_TEST

START_TEST(a_key_of_another_kind_is_refused_by_name)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty__mask_key *key = NULL;
    cmty__opener *opener = NULL;
    uint8_t bytes[CMTY__SEAL_PUBLIC_BYTES];

    ck_assert_int_eq(cmty_key_make_mask(mask, NULL), CMTY_OK);
    ck_assert_int_eq(cmty_key_make_seal(public, secret, NULL), CMTY_OK);
    ck_assert_int_eq(cmty__mask_key_open(public, &key, &err), CMTY_E_KEY);
    ck_assert_ptr_nonnull(strstr(err.message, "holds a public key; a mask key is needed"));
    ck_assert_int_eq(cmty__opener_open(mask, &opener, NULL), CMTY_E_KEY);
    ck_assert_ptr_null(opener);
    ck_assert_int_eq(cmty__seal_public_read(secret, bytes, NULL), CMTY_E_KEY);
}
END_TEST

#define DIGITS "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static const char *const damaged[] = {
    "",
    "\n",
    "community-mask-key-1 ",
    "community-mask-key-1 00112233445566778899aabbccddeeff",
    "community-mask-key-1 " DIGITS "00",
    "community-mask-key-1 " DIGITS " " DIGITS,
    "community-mask-key-2 " DIGITS,
    "community-mask-key-1\t" DIGITS,
    "community-mask-key-1 0x" DIGITS,
    "-----BEGIN PRIVATE KEY-----",
};

START_TEST(a_damaged_key_file_is_refused)
{
    cmty_error err = CMTY_ERROR_INIT;

    write_text(other, damaged[_i]);
    ck_assert_int_eq(cmty_key_check(other, NULL, NULL, &err), CMTY_E_KEY);
    ck_assert_ptr_nonnull(strstr(err.message, "other.key"));
    ck_assert_ptr_null(strstr(err.message, "0011223344")); /* no key material in a message */
}
END_TEST

START_TEST(a_key_file_may_end_with_or_without_a_line_feed)
{
    char a[9], b[9];

    write_text(other, "community-mask-key-1 " DIGITS);
    ck_assert_int_eq(cmty_key_check(other, NULL, a, NULL), CMTY_OK);
    write_text(other, "community-mask-key-1 " DIGITS "\r\n");
    ck_assert_int_eq(cmty_key_check(other, NULL, b, NULL), CMTY_OK);
    ck_assert_str_eq(a, b);
}
END_TEST

START_TEST(a_missing_or_unnamed_file_is_said_to_be_that)
{
    cmty_error err = CMTY_ERROR_INIT;

    ck_assert_int_eq(cmty_key_check(other, NULL, NULL, &err), CMTY_E_IO);
    ck_assert_ptr_nonnull(strstr(err.message, "other.key"));
    ck_assert_int_eq(cmty_key_check(NULL, NULL, NULL, NULL), CMTY_E_INVALID);
    ck_assert_int_eq(cmty_key_make_mask("", NULL), CMTY_E_INVALID);
    ck_assert_int_eq(cmty_key_make_seal(NULL, secret, NULL), CMTY_E_INVALID);
    ck_assert_int_eq(cmty_key_make_seal(public, NULL, NULL), CMTY_E_INVALID);
}
END_TEST

static size_t from_hex(const char *hex, size_t length, uint8_t *out)
{
    size_t i;
    unsigned v;

    for (i = 0; i < length / 2; i++) {
        ck_assert_int_eq(sscanf(hex + 2 * i, "%2x", &v), 1);
        out[i] = (uint8_t)v;
    }
    return length / 2;
}

START_TEST(the_keyed_hash_gives_the_known_answers)
{
    FILE *f = fopen(CMTY_TEST_SOURCE_DIR "/tests/data/privacy_vectors/keyed_blake2b.csv", "r");
    char line[1024], hex[2 * CMTY__HASH_BYTES + 1];
    uint8_t key[32], message[512], out[CMTY__HASH_BYTES];
    int i, rows = 0;

    for (i = 0; i < 32; i++)
        key[i] = (uint8_t)i;
    ck_assert_ptr_nonnull(f);
    while (fgets(line, sizeof line, f) != NULL) {
        char *digest = strchr(line, ',');
        size_t size;

        if (line[0] == '#' || strncmp(line, "message", 7) == 0)
            continue;
        ck_assert_ptr_nonnull(digest);
        size = from_hex(line, (size_t)(digest - line), message);
        cmty__hash(key, sizeof key, message, size, out);
        cmty__hex(out, sizeof out, hex);
        ck_assert_int_eq(strncmp(hex, digest + 1, 64), 0);
        rows++;
    }
    fclose(f);
    ck_assert_int_ge(rows, 5);
}
END_TEST

static Suite *key_suite(void)
{
    Suite *suite = suite_create("key");
    TCase *tc = tcase_create("key");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, a_mask_key_is_private_and_never_overwritten);
    tcase_add_test(tc, a_pair_shows_one_id_and_only_its_secret_part_is_private);
    tcase_add_test(tc, a_pair_that_fails_leaves_no_half);
    tcase_add_test(tc, a_key_that_others_can_read_is_refused_with_the_way_out);
    tcase_add_test(tc, a_key_of_another_kind_is_refused_by_name);
    tcase_add_loop_test(tc, a_damaged_key_file_is_refused, 0,
                        (int)(sizeof damaged / sizeof damaged[0]));
    tcase_add_test(tc, a_key_file_may_end_with_or_without_a_line_feed);
    tcase_add_test(tc, a_missing_or_unnamed_file_is_said_to_be_that);
    tcase_add_test(tc, the_keyed_hash_gives_the_known_answers);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(key_suite)
