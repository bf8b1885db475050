/* SPDX-License-Identifier: MIT */
/* Categories: from any sender's word to our codes. Any thread; no state. */
#include "category_table.h"

enum { WORD_LIMIT = 96 };

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

/* Lower case, every run of other characters one blank. False: longer than any word we know. */
static bool to_plain(const char *text, char out[WORD_LIMIT])
{
    size_t n = 0;
    bool gap = false;

    for (; *text != '\0'; text++) {
        char c = *text >= 'A' && *text <= 'Z' ? (char)(*text - 'A' + 'a') : *text;

        if (!is_plain(c)) {
            gap = n > 0;
            continue;
        }
        if (n + 3 > WORD_LIMIT)
            return false;
        if (gap)
            out[n++] = ' ';
        gap = false;
        out[n++] = c;
    }
    out[n] = '\0';
    return true;
}

static const cmty__category *find_word(const cmty__category_word *words, size_t count,
                                       const char *word)
{
    size_t low = 0;
    size_t high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(word, words[middle].word);

        if (order == 0)
            return &cmty__categories[words[middle].category];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

/* A word on no list still counts as protected if one part of it says so. */
static const cmty__category *find_guard(char *plain)
{
    const cmty__category *found = NULL;

    while (found == NULL && *plain != '\0') {
        size_t n = strcspn(plain, " ");
        char after = plain[n];

        plain[n] = '\0';
        found = find_word(cmty__category_guards, cmty__category_guards_count, plain);
        plain += n + (after != '\0' ? 1 : 0);
    }
    return found;
}

/* "theft.mobile_phone" is "theft" to us. */
static const cmty__category *find_parent(const char *code)
{
    for (size_t i = 0; i < cmty__categories_count; i++) {
        size_t n = strlen(cmty__categories[i].code);

        if (cmty__starts_with(code, cmty__categories[i].code) && code[n] == '.')
            return &cmty__categories[i];
    }
    return NULL;
}

const char *cmty__category_canonical(const char *text)
{
    char plain[WORD_LIMIT];
    const cmty__category *found;

    if (text == NULL || !to_plain(text, plain))
        return NULL;
    found = find_word(cmty__category_words, cmty__category_words_count, plain);
    if (found == NULL)
        found = find_guard(plain);
    if (found == NULL)
        found = find_parent(text);
    return found != NULL ? found->code : NULL;
}

static const cmty__category *find_code(const char *code)
{
    for (size_t i = 0; i < cmty__categories_count; i++)
        if (strcmp(cmty__categories[i].code, code) == 0)
            return &cmty__categories[i];
    return NULL;
}

bool cmty__category_protected(const char *code)
{
    const cmty__category *found = find_code(code);

    return found != NULL && found->is_protected;
}

size_t cmty_category_count(void)
{
    return cmty__categories_count;
}

const char *cmty_category_code(size_t index)
{
    return index < cmty__categories_count ? cmty__categories[index].code : NULL;
}

const char *cmty_category_label(const char *code)
{
    const cmty__category *found = code != NULL ? find_code(code) : NULL;

    return found != NULL ? found->label : "Other";
}

const char *cmty_category_in(const char *code, int32_t standard)
{
    const cmty__category *found = code != NULL ? find_code(code) : NULL;

    if (standard < 0 || standard >= CMTY_CODES_COUNT)
        return NULL;
    if (found == NULL)
        found = &cmty__categories[cmty__categories_count - 1];
    return found->codes[standard];
}
