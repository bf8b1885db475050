/* SPDX-License-Identifier: MIT */
/* Sealed reports: what goes in comes out, and nothing else ever does. */
#include "../runner.h"
#include "privacy/secret.h"

#include <sodium.h>
#include <unistd.h>

static char dir[] = "/tmp/cmty-seal-XXXXXX";
static char public_path[64], secret_path[64];
static uint8_t public_key[CMTY__SEAL_PUBLIC_BYTES];
static cmty__sealer *sealer;
static cmty__opener *opener;
static cmty__buf period, sealed, plain;
static const char text[] = "a report that nobody else should read";
static const char bound[] = "source=web;ref=17;schema=1";

static void make_pair(cmty__opener **out, uint8_t key[CMTY__SEAL_PUBLIC_BYTES])
{
    ck_assert_int_eq(cmty_key_make_seal(public_path, secret_path, NULL), CMTY_OK);
    ck_assert_int_eq(cmty__seal_public_read(public_path, key, NULL), CMTY_OK);
    ck_assert_int_eq(cmty__opener_open(secret_path, out, NULL), CMTY_OK);
    unlink(public_path);
    unlink(secret_path);
}

static void setup(void)
{
    ck_assert_ptr_nonnull(mkdtemp(dir));
    snprintf(public_path, sizeof public_path, "%s/p", dir);
    snprintf(secret_path, sizeof secret_path, "%s/s", dir);
    make_pair(&opener, public_key);
    ck_assert_int_eq(cmty__sealer_new(public_key, &sealer, NULL), CMTY_OK);
    cmty__sealer_period(sealer, &period);
    ck_assert_int_eq(cmty__seal(sealer, text, sizeof text, bound, sizeof bound, &sealed, NULL),
                     CMTY_OK);
}

static void teardown(void)
{
    cmty__sealer_free(sealer);
    cmty__opener_free(opener);
    cmty__buf_free(&period);
    cmty__buf_free(&sealed);
    cmty__buf_free(&plain);
    rmdir(dir);
    memcpy(dir + sizeof dir - 7, "XXXXXX", 6);
}

static const char *find(const char *data, size_t size, const char *word)
{
    size_t i, n = strlen(word);

    for (i = 0; i + n <= size; i++)
        if (memcmp(data + i, word, n) == 0)
            return data + i;
    return NULL;
}

static cmty_status unseal(const cmty__buf *p, const cmty__buf *s, const char *b, size_t b_size)
{
    cmty__buf_clear(&plain);
    return cmty__unseal(opener, p->data, p->size, s->data, s->size, b, b_size, &plain, NULL);
}

START_TEST(every_length_comes_back_and_only_the_step_shows)
{
    static char big[1000];
    size_t size;

    memset(big, 'x', sizeof big);
    for (size = 0; size <= sizeof big; size += size < 300 ? 1 : 37) {
        cmty__buf_clear(&sealed);
        ck_assert_int_eq(cmty__seal(sealer, big, size, bound, sizeof bound, &sealed, NULL), 0);
        ck_assert_uint_eq(sealed.size, 137 + (size / 256 + 1) * 256 + 16);
        ck_assert_int_eq(unseal(&period, &sealed, bound, sizeof bound), CMTY_OK);
        ck_assert_uint_eq(plain.size, size);
        ck_assert(size == 0 || memcmp(plain.data, big, size) == 0);
    }
}
END_TEST

START_TEST(sealing_appends_and_shows_nothing_of_the_text)
{
    ck_assert_ptr_null(find(sealed.data, sealed.size, "report"));
    cmty__buf_clear(&plain);
    cmty__buf_text(&plain, "kept ");
    ck_assert_int_eq(cmty__unseal(opener, period.data, period.size, sealed.data, sealed.size, bound,
                                  sizeof bound, &plain, NULL),
                     CMTY_OK);
    ck_assert_uint_eq(plain.size, 5 + sizeof text);
    ck_assert_int_eq(memcmp(plain.data, "kept a report", 13), 0);
}
END_TEST

START_TEST(any_flipped_byte_of_the_report_is_detected)
{
    size_t i;

    for (i = 0; i < sealed.size; i++) {
        sealed.data[i] = (char)(sealed.data[i] ^ 0x40);
        ck_assert_int_eq(unseal(&period, &sealed, bound, sizeof bound), CMTY_E_FORMAT);
        ck_assert_uint_eq(plain.size, 0);
        sealed.data[i] = (char)(sealed.data[i] ^ 0x40);
    }
    ck_assert_int_eq(unseal(&period, &sealed, bound, sizeof bound), CMTY_OK);
}
END_TEST

START_TEST(any_flipped_byte_of_the_period_key_is_detected)
{
    size_t i;

    for (i = 0; i < period.size; i++) {
        period.data[i] = (char)(period.data[i] ^ 1);
        ck_assert_int_lt(unseal(&period, &sealed, bound, sizeof bound), 0);
        period.data[i] = (char)(period.data[i] ^ 1);
    }
}
END_TEST

START_TEST(any_shorter_or_longer_report_is_detected)
{
    size_t size = sealed.size;

    for (sealed.size = 0; sealed.size < size; sealed.size++)
        ck_assert_int_eq(unseal(&period, &sealed, bound, sizeof bound), CMTY_E_FORMAT);
    cmty__buf_char(&sealed, 'x');
    ck_assert_int_eq(unseal(&period, &sealed, bound, sizeof bound), CMTY_E_FORMAT);
    period.size--;
    ck_assert_int_eq(unseal(&period, &sealed, bound, sizeof bound), CMTY_E_FORMAT);
}
END_TEST

START_TEST(a_report_opens_only_beside_its_own_clear_columns)
{
    static const char swapped[] = "source=web;ref=18;schema=1";

    ck_assert_int_eq(unseal(&period, &sealed, swapped, sizeof swapped), CMTY_E_FORMAT);
    ck_assert_int_eq(unseal(&period, &sealed, bound, sizeof bound - 1), CMTY_E_FORMAT);
    ck_assert_int_eq(unseal(&period, &sealed, NULL, 0), CMTY_E_FORMAT);
}
END_TEST

START_TEST(another_secret_key_is_told_apart_from_damage)
{
    uint8_t key[CMTY__SEAL_PUBLIC_BYTES];

    cmty__opener_free(opener);
    make_pair(&opener, key);
    ck_assert_int_eq(unseal(&period, &sealed, bound, sizeof bound), CMTY_E_KEY);
}
END_TEST

START_TEST(the_period_key_of_another_sealer_does_not_open_it)
{
    cmty__sealer *second = NULL;
    cmty__buf theirs = {0};

    ck_assert_int_eq(cmty__sealer_new(public_key, &second, NULL), CMTY_OK);
    cmty__sealer_period(second, &theirs);
    ck_assert_int_eq(unseal(&theirs, &sealed, bound, sizeof bound), CMTY_E_FORMAT);
    cmty__sealer_free(second);
    cmty__buf_free(&theirs);
}
END_TEST

START_TEST(the_same_text_never_seals_to_the_same_bytes)
{
    cmty__sealer *second = NULL;
    cmty__buf again = {0};
    size_t i, same = 0;

    ck_assert_int_eq(cmty__sealer_new(public_key, &second, NULL), CMTY_OK);
    ck_assert_int_eq(cmty__seal(sealer, text, sizeof text, bound, sizeof bound, &again, NULL), 0);
    ck_assert_int_eq(cmty__seal(second, text, sizeof text, bound, sizeof bound, &again, NULL), 0);
    ck_assert_uint_eq(again.size, 2 * sealed.size);
    for (i = 9; i < sealed.size; i++) /* behind the algorithm and the period's name */
        same += (size_t)(again.data[i] == sealed.data[i])
                + (size_t)(again.data[sealed.size + i] == sealed.data[i]);
    ck_assert_uint_lt(same, sealed.size / 16); /* 1 byte in 128 by chance */
    cmty__sealer_free(second);
    cmty__buf_free(&again);
}
END_TEST

/* Someone with the period key can make a body that opens under two data keys; the commitment binds
   a report to one of them. Without its own commitment a data key is refused. */
START_TEST(a_data_key_without_its_commitment_is_refused)
{
    enum { COMMITMENT_AT = 1 + 8 + 24 + 48 };
    cmty__buf second = {0};

    ck_assert_int_eq(cmty__seal(sealer, text, sizeof text, bound, sizeof bound, &second, NULL), 0);
    memcpy(sealed.data + COMMITMENT_AT, second.data + COMMITMENT_AT, 32);
    ck_assert_int_eq(unseal(&period, &sealed, bound, sizeof bound), CMTY_E_FORMAT);
    cmty__buf_free(&second);
}
END_TEST

START_TEST(a_public_key_that_protects_nothing_is_refused)
{
    static const uint8_t zero[CMTY__SEAL_PUBLIC_BYTES]; /* a point of small order */
    cmty__sealer *none = sealer;

    ck_assert_int_eq(cmty__sealer_new(zero, &none, NULL), CMTY_E_KEY);
    ck_assert_ptr_null(none);
}
END_TEST

static Suite *seal_suite(void)
{
    Suite *suite = suite_create("seal");
    TCase *tc = tcase_create("seal");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, every_length_comes_back_and_only_the_step_shows);
    tcase_add_test(tc, sealing_appends_and_shows_nothing_of_the_text);
    tcase_add_test(tc, any_flipped_byte_of_the_report_is_detected);
    tcase_add_test(tc, any_flipped_byte_of_the_period_key_is_detected);
    tcase_add_test(tc, any_shorter_or_longer_report_is_detected);
    tcase_add_test(tc, a_report_opens_only_beside_its_own_clear_columns);
    tcase_add_test(tc, another_secret_key_is_told_apart_from_damage);
    tcase_add_test(tc, the_period_key_of_another_sealer_does_not_open_it);
    tcase_add_test(tc, the_same_text_never_seals_to_the_same_bytes);
    tcase_add_test(tc, a_data_key_without_its_commitment_is_refused);
    tcase_add_test(tc, a_public_key_that_protects_nothing_is_refused);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(seal_suite)
