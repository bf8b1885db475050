/* SPDX-License-Identifier: MIT */
/* Words that speak of danger to life, and words that only look like it. */
#include "../runner.h"
#include "report/report.h"

static const struct {
    const char *text;
    int32_t advice;
} texts[] = {
    {"He has a gun and is outside my door", CMTY_ADVICE_EMERGENCY},
    {"My neighbour is NOT BREATHING!!", CMTY_ADVICE_EMERGENCY},
    {"she can't breathe", CMTY_ADVICE_EMERGENCY},
    {"she can\xE2\x80\x99t breathe", CMTY_ADVICE_EMERGENCY},
    {"please -- call\n911", CMTY_ADVICE_EMERGENCY},
    {"There's a gas   leak on Fifth", CMTY_ADVICE_EMERGENCY},
    {"Shots fired.", CMTY_ADVICE_EMERGENCY},
    {"Por favor, \xC2\xA1manden ayuda!", CMTY_ADVICE_EMERGENCY},
    {"Est\xC3\xA1n entrando a mi casa", CMTY_ADVICE_EMERGENCY},
    {"ME VA A MATAR", CMTY_ADVICE_EMERGENCY},
    {"Mi madre no respira", CMTY_ADVICE_EMERGENCY},
    {"lo apu\xC3\xB1"
     "alaron en la esquina",
     CMTY_ADVICE_EMERGENCY},
    {"I want to die", CMTY_ADVICE_SELF_HARM},
    {"my brother has a gun and says he will kill himself", CMTY_ADVICE_SELF_HARM},
    {"No quiero vivir m\xC3\xA1s", CMTY_ADVICE_SELF_HARM},
    {"va a hacerme da\xC3\xB1o, dice", CMTY_ADVICE_SELF_HARM},
    {"", CMTY_ADVICE_NONE},
    {"Somebody painted the wall again", CMTY_ADVICE_NONE},
    {"Kids shooting hoops late at night", CMTY_ADVICE_NONE},
    {"A gunmetal bicycle was taken", CMTY_ADVICE_NONE},
    {"The fire hydrant leaks", CMTY_ADVICE_NONE},
    {"Bat\xC3\xAA"
     "a da casa",
     CMTY_ADVICE_NONE},
    {"Alguien rob\xC3\xB3 mi bicicleta de color rojo", CMTY_ADVICE_NONE},
    {"\xE5\x8A\xA9\xE3\x81\x91\xE3\x81\xA6", CMTY_ADVICE_NONE}, /* a language that is not known */
    {"auxilionada", CMTY_ADVICE_NONE},
};

START_TEST(danger_is_told_from_the_rest)
{
    int32_t advice = 77;

    ck_assert(cmty__advice_find(NULL, texts[_i].text, &advice));
    ck_assert_msg(advice == texts[_i].advice, "%s: %s", texts[_i].text, cmty_advice_name(advice));
    ck_assert(cmty__advice_find(texts[_i].text, NULL, &advice));
    ck_assert_int_eq(advice, texts[_i].advice);
}
END_TEST

START_TEST(words_of_two_fields_make_no_phrase)
{
    int32_t advice = 77;

    ck_assert(cmty__advice_find("call", "911", &advice));
    ck_assert_int_eq(advice, CMTY_ADVICE_NONE);
}
END_TEST

START_TEST(advice_comes_in_the_language_of_the_person)
{
    const char *english = cmty_advice_text(CMTY_ADVICE_EMERGENCY, NULL);
    const char *spanish = cmty_advice_text(CMTY_ADVICE_EMERGENCY, "es-MX");

    ck_assert_ptr_nonnull(strstr(english, "911"));
    ck_assert_ptr_nonnull(strstr(spanish, "emergencia"));
    ck_assert_ptr_eq(spanish, cmty_advice_text(CMTY_ADVICE_EMERGENCY, "ES"));
    ck_assert_ptr_eq(english, cmty_advice_text(CMTY_ADVICE_EMERGENCY, "est"));
    ck_assert_ptr_eq(english, cmty_advice_text(CMTY_ADVICE_EMERGENCY, "e"));
    ck_assert_ptr_eq(english, cmty_advice_text(CMTY_ADVICE_EMERGENCY, ""));
    ck_assert_str_eq(cmty_advice_text(CMTY_ADVICE_NONE, "es"), "");
    for (int32_t advice = -1; advice <= CMTY_ADVICE_COUNT; advice++) {
        bool known = advice >= 0 && advice < CMTY_ADVICE_COUNT;

        ck_assert(known == (strcmp(cmty_advice_name(advice), "unknown") != 0));
        ck_assert(cmty__utf8_valid(cmty_advice_text(advice, "es"),
                                   strlen(cmty_advice_text(advice, "es"))));
    }
}
END_TEST

static Suite *advice_suite(void)
{
    Suite *suite = suite_create("advice");
    TCase *tc = tcase_create("advice");

    tcase_add_loop_test(tc, danger_is_told_from_the_rest, 0, sizeof texts / sizeof *texts);
    tcase_add_test(tc, words_of_two_fields_make_no_phrase);
    tcase_add_test(tc, advice_comes_in_the_language_of_the_person);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(advice_suite)
