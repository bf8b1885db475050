/* SPDX-License-Identifier: MIT */
/*
 * Street addresses in a plain text: a house number with a street, or two streets that cross. A
 * street is one of the layer, in whole or without its last word (Hemlock for Hemlock Street), or
 * any name with a word such as Street behind it. Pure functions: any thread.
 */
#include "privacy/lint.h"

#include <stdlib.h>

/* How they are written; the first is how a name is kept. Some are everyday words too: those make a
   street of a name only if the layer knows it. */
static const struct {
    const char *names[4];
    bool everyday;
} kinds[] = {
    {{"street", "st", "str"}, false},
    {{"avenue", "ave", "av"}, false},
    {{"road", "rd"}, false},
    {{"boulevard", "blvd"}, false},
    {{"lane", "ln"}, false},
    {{"terrace", "ter"}, false},
    {{"parkway", "pkwy"}, false},
    {{"highway", "hwy"}, false},
    {{"alley", "aly"}, false},
    {{"crescent", "cres"}, false},
    {{"drive", "dr"}, true},
    {{"court", "ct"}, true},
    {{"place", "pl"}, true},
    {{"circle", "cir"}, true},
    {{"square", "sq"}, true},
    {{"trail", "trl"}, true},
    {{"way"}, true},
    {{"close"}, true},
    {{"row"}, true},
    {{"walk"}, true},
    {{"loop"}, true},
    {{"quay"}, true},
    {{"bridge"}, true},
    {{"plaza"}, true},
};
enum { KINDS = sizeof kinds / sizeof kinds[0], NAME_MAX_SIZE = 96, WORDS_MAX = 5 };

/* No part of a street's name, unless the layer has it. */
static const char *const fillers[] = {
    "the",  "a",    "an",     "in",   "on",    "at",      "of",     "to",      "and",   "or",
    "by",   "for",  "from",   "with", "this",  "that",    "their",  "his",     "her",   "my",
    "our",  "its",  "is",     "are",  "was",   "were",    "people", "persons", "men",   "women",
    "kids", "cars", "times",  "days", "hours", "minutes", "weeks",  "months",  "years", "down",
    "up",   "near", "across", "off",  "along", "into",    "way"};

static const char *const directions[] = {
    "north", "south", "east", "west", "n",         "s",         "e",         "w",
    "ne",    "nw",    "se",   "sw",   "northeast", "northwest", "southeast", "southwest"};

/* One word at i; its end. */
static size_t word_end(const char *t, size_t i)
{
    while (cmty__plain_word(t[i]) || (t[i] == '\'' && cmty__plain_letter(t[i + 1]))
           || (t[i] == '-' && cmty__plain_letter(t[i + 1])))
        i++;
    return i;
}

static bool is_word(const char *t, size_t start, size_t end, const char *word)
{
    return strlen(word) == end - start && strncmp(word, t + start, end - start) == 0;
}

static int kind_of(const char *t, size_t start, size_t end)
{
    for (int k = 0; k < KINDS; k++)
        for (int n = 0; n < 4 && kinds[k].names[n] != NULL; n++)
            if (is_word(t, start, end, kinds[k].names[n]))
                return k;
    return -1;
}

static bool is_direction(const char *t, size_t start, size_t end)
{
    for (size_t k = 0; k < sizeof directions / sizeof directions[0]; k++)
        if (is_word(t, start, end, directions[k]))
            return true;
    return false;
}

static bool is_filler(const char *t, size_t start, size_t end)
{
    for (size_t k = 0; k < sizeof fillers / sizeof fillers[0]; k++)
        if (is_word(t, start, end, fillers[k]))
            return true;
    return false;
}

/* To the next word: over a blank and a full stop. */
static size_t next_word(const char *t, size_t i)
{
    i += t[i] == '.';
    return t[i] == ' ' && cmty__plain_word(t[i + 1]) ? i + 1 : 0;
}

static void append(char *name, size_t *size, const char *word, size_t length)
{
    if (*size + length + 2 > NAME_MAX_SIZE)
        return;
    if (*size > 0)
        name[(*size)++] = ' ';
    memcpy(name + *size, word, length);
    *size += length;
    name[*size] = '\0';
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_street(const cmty__lint_place *place, const char *name)
{
    return place != NULL && place->street_count > 0
           && bsearch(&name, place->streets, place->street_count, sizeof name, by_name) != NULL;
}

/* "first" for "1st", NULL if it is no such word. */
static const char *ordinal(const char *t, size_t start, size_t end)
{
    static const char *const words[][2] = {
        {"first", "1st"}, {"second", "2nd"}, {"third", "3rd"},     {"fourth", "4th"},
        {"fifth", "5th"}, {"sixth", "6th"},  {"seventh", "7th"},   {"eighth", "8th"},
        {"ninth", "9th"}, {"tenth", "10th"}, {"eleventh", "11th"}, {"twelfth", "12th"}};

    for (size_t k = 0; k < sizeof words / sizeof words[0]; k++)
        if (is_word(t, start, end, words[k][0]))
            return words[k][1];
    return NULL;
}

/* Is what stands before i "corner of " or the like? A street that is only called First
   needs that. */
static bool after_corner(const char *t, size_t i)
{
    static const char *const words[] = {"corner of ", "intersection of ", "junction of ",
                                        "crossing of "};

    for (size_t k = 0; k < sizeof words / sizeof words[0]; k++)
        if (i > strlen(words[k])
            && strncmp(t + i - strlen(words[k]), words[k], strlen(words[k])) == 0)
            return true;
    return false;
}

/* The longest street that begins at i; one past it, or 0. */
static size_t street_at(const cmty__lint_place *place, const char *t, size_t i)
{
    char name[NAME_MAX_SIZE] = "";
    size_t size = 0, found = 0;
    bool plausible = true; /* without asking the layer */
    bool known;            /* as it is written */

    for (int words = 0; words < WORDS_MAX && i != 0; words++) {
        size_t end = word_end(t, i);
        int kind = kind_of(t, i, end);

        if (end == i)
            break;
        if (size == 0 && is_direction(t, i, end)) { /* 120 N Main: not part of the name */
            i = next_word(t, end);
            continue;
        }
        if (kind >= 0 && size > 0) {
            append(name, &size, kinds[kind].names[0], strlen(kinds[kind].names[0]));
            if (is_street(place, name) || (plausible && !kinds[kind].everyday))
                return end;
            return found;
        }
        plausible = plausible && !is_filler(t, i, end);
        if (size == 0 && ordinal(t, i, end) != NULL) {
            known = after_corner(t, i);
            append(name, &size, ordinal(t, i, end), strlen(ordinal(t, i, end)));
        } else {
            known = true;
            append(name, &size, t + i, end - i);
        }
        if (known && is_street(place, name))
            found = end;
        i = next_word(t, end);
    }
    return found;
}

/* 1168, 1168b, 1168-1170, 11 1/2 is left to its 11 */
static size_t house_number(const char *t, size_t i)
{
    size_t k = i, digits;

    while (cmty__plain_digit(t[k]))
        k++;
    digits = k - i;
    if (digits == 0 || digits > 5)
        return 0;
    if (cmty__plain_letter(t[k]) && t[k] != CMTY__LETTER && !cmty__plain_word(t[k + 1]))
        k++;
    if (t[k] == '-' && cmty__plain_digit(t[k + 1]))
        for (k++; cmty__plain_digit(t[k]);)
            k++;
    return cmty__plain_word(t[k]) ? 0 : k;
}

/* Past "twelve" or "twenty-two"; 0. */
static size_t spelt_number(const char *t, size_t i)
{
    static const char *const words[] = {
        "one",     "two",     "three",     "four",     "five",     "six",      "seven",
        "eight",   "nine",    "ten",       "eleven",   "twelve",   "thirteen", "fourteen",
        "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",   "thirty",
        "forty",   "fifty",   "sixty",     "seventy",  "eighty",   "ninety"};
    size_t end = i;

    while (cmty__plain_letter(t[end]))
        end++;
    for (size_t k = 0; k < sizeof words / sizeof words[0]; k++)
        if (is_word(t, i, end, words[k]))
            return t[end] == '-' && cmty__plain_letter(t[end + 1]) ? spelt_number(t, end + 1) : end;
    return 0;
}

/* "twelve Hemlock Street": with the word Street, for there are twelve hemlocks, too. */
static size_t spelt_first(const cmty__lint_place *place, const char *t, size_t i)
{
    size_t k = spelt_number(t, i), end, word;

    if (k == 0 || t[k] != ' ' || !cmty__plain_word(t[k + 1]))
        return 0;
    if (kind_of(t, k + 1, word_end(t, k + 1)) >= 0) /* a one way street */
        return 0;
    end = street_at(place, t, k + 1);
    for (word = end; word > k && cmty__plain_word(t[word - 1]);)
        word--;
    return end != 0 && word > k + 1 && kind_of(t, word, end) >= 0 ? end : 0;
}

static size_t number_first(const cmty__lint_place *place, const char *t, size_t i)
{
    static const char *const between[] = {"block of ", "block ", "of "};
    size_t k = house_number(t, i);

    if (k == 0)
        return 0;
    k += t[k] == ',';
    if (t[k] != ' ')
        return 0;
    k = cmty__plain_blanks(t, k);
    for (size_t n = 0; n < 3; n++)
        if (strncmp(t + k, between[n], strlen(between[n])) == 0)
            k += strlen(between[n]);
    return cmty__plain_word(t[k]) ? street_at(place, t, k) : 0;
}

/* "Hemlock Street 190", "Hemlock Street no. 190" */
static size_t number_behind(const cmty__lint_place *place, const char *t, size_t i)
{
    static const char *const between[] = {"number ", "no. ", "no ", "nr. ", "# ", "#"};
    size_t k = street_at(place, t, i), end;

    if (k == 0)
        return 0;
    k += t[k] == '.';
    k += t[k] == ',';
    k = cmty__plain_blanks(t, k);
    for (size_t n = 0; n < 6; n++)
        if (strncmp(t + k, between[n], strlen(between[n])) == 0) {
            k += strlen(between[n]);
            break;
        }
    end = house_number(t, k);
    return end;
}

/* "no. 45 on Hemlock": a number that says it is one. */
static size_t called_number(const cmty__lint_place *place, const char *t, size_t i)
{
    static const char *const between[] = {"on ", "in ", "at ", "of "};
    size_t k = word_end(t, i), end;

    if (!is_word(t, i, k, "no") && !is_word(t, i, k, "number") && !is_word(t, i, k, "nr"))
        return 0;
    k += t[k] == '.';
    end = house_number(t, cmty__plain_blanks(t, k));
    if (end == 0)
        return 0;
    k = cmty__plain_blanks(t, end + (t[end] == ','));
    for (size_t n = 0; n < 4; n++)
        if (strncmp(t + k, between[n], strlen(between[n])) == 0)
            return cmty__plain_word(t[k + strlen(between[n])])
                       ? street_at(place, t, k + strlen(between[n]))
                       : 0;
    return 0;
}

/* "Hemlock and 1st", "Hemlock St & 1st Ave", "corner of Hemlock / 1st": both known or of a kind. */
static size_t crossing(const cmty__lint_place *place, const char *t, size_t i)
{
    static const char *const joints[] = {"and ", "& ",    "/ ",  "/",      "@ ",
                                         "at ",  "near ", "by ", "end of "};
    size_t k = street_at(place, t, i);

    if (k == 0)
        return 0;
    k += t[k] == '.';
    k = cmty__plain_blanks(t, k);
    for (size_t n = 0; n < sizeof joints / sizeof joints[0]; n++)
        if (strncmp(t + k, joints[n], strlen(joints[n])) == 0) {
            k += strlen(joints[n]);
            return cmty__plain_word(t[k]) ? street_at(place, t, k) : 0;
        }
    return 0;
}

size_t cmty__lint_address(const cmty__lint_place *place, const char *t, size_t i)
{
    size_t end;

    if (!cmty__plain_word(t[i]) || cmty__plain_word(t[i - 1]) || t[i - 1] == '.'
        || t[i - 1] == '\'')
        return 0;
    end = cmty__plain_digit(t[i]) ? number_first(place, t, i) : spelt_first(place, t, i);
    if (end == 0)
        end = called_number(place, t, i);
    if (end == 0)
        end = number_behind(place, t, i);
    return end != 0 ? end : crossing(place, t, i);
}

/* ---- the layer's names ---- */

static bool keep(cmty__lint_place *place, const char *name)
{
    if (!cmty__grow(&place->streets, &place->street_capacity, place->street_count + 1,
                    sizeof *place->streets))
        return false;
    place->streets[place->street_count] = cmty__strdup(name);
    return place->streets[place->street_count] != NULL && ++place->street_count > 0;
}

/* In whole with its kind spelt out, and without it where enough is left to know it by. */
bool cmty__lint_place_street(cmty__lint_place *place, const char *name)
{
    char whole[NAME_MAX_SIZE] = "", brief[NAME_MAX_SIZE] = "";
    size_t size = 0, i = 1;
    cmty__plain p;
    bool done = cmty__plain_make(name, strlen(name), &p, NULL) == CMTY_OK;

    while (done && i != 0 && cmty__plain_word(p.text[i])) {
        size_t end = word_end(p.text, i);
        int kind = kind_of(p.text, i, end);

        if (size == 0 && is_direction(p.text, i, end)) {
            i = next_word(p.text, end);
            continue;
        }
        if (kind >= 0 && size > 0) {
            memcpy(brief, whole, sizeof brief);
            append(whole, &size, kinds[kind].names[0], strlen(kinds[kind].names[0]));
            break;
        }
        append(whole, &size, p.text + i, end - i);
        i = next_word(p.text, end);
    }
    cmty__plain_free(&p);
    if (done && size > 0)
        done = keep(place, whole);
    if (done && strlen(brief) > 2)
        done = keep(place, brief);
    return done;
}
