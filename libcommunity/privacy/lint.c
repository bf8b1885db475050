/* SPDX-License-Identifier: MIT */
/*
 * The rules of the egress linter, and the plain text that they read. A machine format must not be
 * missed; of free text what is found is found. Pure functions: any thread.
 */
#include "privacy/lint.h"

#include <stdlib.h>

static const struct {
    const char *name, *text;
    cmty__lint_rule *rule;
} rules[CMTY_LEAK_COUNT] = {
    [CMTY_LEAK_DECIMAL] = {"decimal", "coordinates in decimal degrees", cmty__lint_decimal},
    [CMTY_LEAK_DMS] = {"dms", "coordinates in degrees and minutes", cmty__lint_dms},
    [CMTY_LEAK_UTM] = {"utm", "UTM coordinates", cmty__lint_utm},
    [CMTY_LEAK_MGRS] = {"mgrs", "an MGRS reference", cmty__lint_mgrs},
    [CMTY_LEAK_GEOHASH] = {"geohash", "a geohash", cmty__lint_geohash},
    [CMTY_LEAK_PLUS_CODE] = {"plus_code", "a Plus Code", cmty__lint_plus_code},
    [CMTY_LEAK_MAP_LINK] = {"map_link", "a link to a place", cmty__lint_map_link},
    [CMTY_LEAK_PHONE] = {"phone", "a telephone number", cmty__lint_phone},
    [CMTY_LEAK_EMAIL] = {"email", "an e-mail address", cmty__lint_email},
    [CMTY_LEAK_ADDRESS] = {"address", "a street address", cmty__lint_address},
    [CMTY_LEAK_PRECISION] = {"precision", "a position with more than seven decimals", NULL},
    [CMTY_LEAK_BBOX] = {"bbox", "a bounding box", NULL},
    [CMTY_LEAK_ORDER] = {"order", "rows in order of time", NULL},
    [CMTY_LEAK_SEQUENCE] = {"sequence", "ids that are consecutive numbers", NULL},
    [CMTY_LEAK_TIME] = {"time", "a time finer than the policy's bin", NULL},
    [CMTY_LEAK_ATTACHMENT] = {"attachment", "a photo, or a link to one", NULL},
};

const char *cmty_leak_name(int32_t rule)
{
    return rule >= 0 && rule < CMTY_LEAK_COUNT ? rules[rule].name : "unknown";
}

const char *cmty_leak_text(int32_t rule)
{
    return rule >= 0 && rule < CMTY_LEAK_COUNT ? rules[rule].text : "unknown";
}

/* ---- plain text ---- */

bool cmty__plain_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool cmty__plain_letter(char c)
{
    return (c >= 'a' && c <= 'z') || c == CMTY__LETTER;
}

bool cmty__plain_word(char c)
{
    return cmty__plain_letter(c) || cmty__plain_digit(c) || c == '_';
}

bool cmty__plain_is(const char *t, size_t i, const char *w, size_t *end)
{
    size_t size = strlen(w);

    if (strncmp(t + i, w, size) != 0 || cmty__plain_word(t[i + size]))
        return false;
    *end = i + size;
    return true;
}

size_t cmty__plain_blanks(const char *t, size_t i)
{
    while (t[i] == ' ')
        i++;
    return i;
}

bool cmty__plain_number(const char *t, size_t i, bool comma, cmty__number *out)
{
    double unit = 1;

    *out = (cmty__number){.negative = t[i] == '-'};
    if (t[i] == '-' || t[i] == '+')
        i++;
    for (; cmty__plain_digit(t[i]) && out->whole < 15; i++) {
        out->value = out->value * 10 + (t[i] - '0');
        out->whole++;
    }
    if (out->whole == 0)
        return false;
    out->end = i;
    if ((t[i] == '.' || (comma && t[i] == ',')) && cmty__plain_digit(t[i + 1])) {
        for (i++; cmty__plain_digit(t[i]); i++) {
            unit /= 10;
            out->value += unit * (t[i] - '0');
            out->decimals++;
        }
        out->end = i;
    }
    return true;
}

/* Characters that are written in other ways too. */
static const struct {
    const char *bytes;
    char plain;
} alike[] = {
    {"\xc2\xb0", CMTY__DEGREE}, {"\xc2\xba", CMTY__DEGREE},
    {"\xcb\x9a", CMTY__DEGREE}, {"\xe2\x81\xb0", CMTY__DEGREE},
    {"\xe2\x80\xb2", '\''},     {"\xe2\x80\x99", '\''},
    {"\xe2\x80\x98", '\''},     {"\xc2\xb4", '\''},
    {"\xca\xb9", '\''},         {"\xe2\x80\xb3", '"'},
    {"\xe2\x80\x9d", '"'},      {"\xe2\x80\x9c", '"'},
    {"\xca\xba", '"'},          {"\xe2\x88\x92", '-'},
    {"\xe2\x80\x93", '-'},      {"\xe2\x80\x94", '-'},
    {"\xe2\x80\x90", '-'},      {"\xe2\x80\x91", '-'},
    {"\xc2\xa0", ' '},          {"\xe2\x80\xaf", ' '},
    {"\xe2\x80\x89", ' '},      {"\xef\xbc\x8c", ','},
    {"\xef\xbc\x8e", '.'},      {"\xef\xbc\x8b", '+'},
    {"\xef\xbc\x8d", '-'},      {"\xef\xbc\xa0", '@'},
};

/* The plain character at text[*i], moving *i past it. */
static char plain_at(const char *text, size_t size, size_t *i)
{
    unsigned char c = (unsigned char)text[*i];

    if (c < 0x80) {
        ++*i;
        if (c < ' ')
            return ' ';
        return (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    for (size_t k = 0; k < sizeof alike / sizeof alike[0]; k++) {
        size_t n = strlen(alike[k].bytes);

        if (n <= size - *i && memcmp(text + *i, alike[k].bytes, n) == 0) {
            *i += n;
            return alike[k].plain;
        }
    }
    /* full-width digits */
    if (size - *i >= 3 && memcmp(text + *i, "\xef\xbc", 2) == 0
        && (unsigned char)text[*i + 2] >= 0x90 && (unsigned char)text[*i + 2] <= 0x99) {
        *i += 3;
        return (char)('0' + ((unsigned char)text[*i - 1] - 0x90));
    }
    for (++*i; *i < size && ((unsigned char)text[*i] & 0xC0) == 0x80;)
        ++*i;
    return CMTY__LETTER;
}

cmty_status cmty__plain_make(const char *text, size_t size, cmty__plain *out, cmty_error *err)
{
    *out = (cmty__plain){cmty__alloc(size + 2), cmty__calloc(size + 2, sizeof *out->at), 1};
    if (out->text == NULL || out->at == NULL || size > UINT32_MAX - 2) {
        cmty__plain_free(out);
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    out->text[0] = ' ';
    for (size_t i = 0; i < size;) {
        out->at[out->size] = (uint32_t)i;
        out->text[out->size++] = plain_at(text, size, &i);
    }
    out->text[out->size] = '\0';
    out->at[out->size] = (uint32_t)size;
    return CMTY_OK;
}

void cmty__plain_free(cmty__plain *p)
{
    if (p->text != NULL)
        cmty__zero(p->text, p->size);
    cmty__free(p->text);
    cmty__free(p->at);
    *p = (cmty__plain){0};
}

/* ---- the rules together ---- */

cmty_status cmty__lint(const cmty__lint_place *place, const char *text, size_t size,
                       uint32_t without, cmty__found **found, size_t *count, cmty_error *err)
{
    cmty__found *list = NULL;
    size_t n = 0, capacity = 0, i = 1;
    cmty__plain p;
    cmty_status st = cmty__plain_make(text, size, &p, err);

    *found = NULL;
    *count = 0;
    while (st == CMTY_OK && i < p.size) {
        size_t end = 0;
        int r = 0;

        for (; r < CMTY_LEAK_COUNT && end == 0; r++)
            if (rules[r].rule != NULL && (without >> r & 1) == 0)
                end = rules[r].rule(place, p.text, i);
        if (end == 0) {
            i++;
        } else if (!cmty__grow(&list, &capacity, n + 1, sizeof *list)) {
            st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
        } else {
            end = end > p.size ? p.size : end;
            list[n++] = (cmty__found){r - 1, p.at[i], p.at[end] - p.at[i]};
            i = end;
        }
    }
    cmty__plain_free(&p);
    if (st != CMTY_OK) {
        cmty__free(list);
        return st;
    }
    *found = list;
    *count = n;
    return CMTY_OK;
}

int32_t cmty__lint_first(const cmty__lint_place *place, const char *text)
{
    cmty__found *found = NULL;
    size_t count = 0;
    int32_t rule = -1;

    if (cmty__lint(place, text, strlen(text), 0, &found, &count, NULL) != CMTY_OK)
        return CMTY_LEAK_ADDRESS; /* what could not be looked at does not leave */
    if (count > 0)
        rule = found[0].rule;
    cmty__free(found);
    return rule;
}

/* ---- the place ---- */

cmty__lint_place *cmty__lint_place_new(void)
{
    return cmty__calloc(1, sizeof(cmty__lint_place));
}

void cmty__lint_place_free(cmty__lint_place *place)
{
    if (place == NULL)
        return;
    for (size_t i = 0; i < place->street_count; i++)
        cmty__free(place->streets[i]);
    cmty__free(place->streets);
    cmty__free(place);
}

void cmty__lint_place_box(cmty__lint_place *place, cmty_point min, cmty_point max)
{
    place->has_box = true;
    place->min = min;
    place->max = max;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void cmty__lint_place_sort(cmty__lint_place *place)
{
    if (place->street_count > 0)
        qsort(place->streets, place->street_count, sizeof *place->streets, by_name);
}
