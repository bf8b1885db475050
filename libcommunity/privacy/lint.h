/* SPDX-License-Identifier: MIT */
#ifndef CMTY_PRIVACY_LINT_H
#define CMTY_PRIVACY_LINT_H

/* Private to this room: rules that find in a text what is finer than it may be. */

#include "privacy/privacy.h"

/* A text made plain: ASCII, lower case, marks of degrees, minutes and seconds unified, everything
   else beyond ASCII one LETTER for each character. It ends with a NUL, and begins with a blank at
   index 0, so that rules may look one back. */
enum { CMTY__DEGREE = 1, CMTY__LETTER = 2 };
typedef struct cmty__plain {
    char *text;
    uint32_t *at; /* where each character began */
    size_t size;
} cmty__plain;

/* Where streets are and what they are called. */
struct cmty__lint_place {
    bool has_box;
    cmty_point min, max;
    char **streets; /* plain, the words after which a name may be shortened taken off; in order */
    size_t street_count, street_capacity;
};

/* If the rule matches at i: one past its end; else 0. */
typedef size_t cmty__lint_rule(const cmty__lint_place *place, const char *t, size_t i);
cmty__lint_rule cmty__lint_decimal, cmty__lint_dms, cmty__lint_utm, cmty__lint_mgrs,
    cmty__lint_geohash, cmty__lint_plus_code, cmty__lint_map_link, cmty__lint_phone,
    cmty__lint_email, cmty__lint_address;

/* ---- what rules look at ---- */

bool cmty__plain_digit(char c);
bool cmty__plain_letter(char c); /* also LETTER */
bool cmty__plain_word(char c);   /* a letter, a digit or _ */
/* Whether the word w stands at i with no word going on behind it; *end: one past it. */
bool cmty__plain_is(const char *t, size_t i, const char *w, size_t *end);
size_t cmty__plain_blanks(const char *t, size_t i); /* past blanks */

/* A number at i, no digit before it: whole part and decimals. False if there is none. */
typedef struct cmty__number {
    double value;
    int whole, decimals; /* digits */
    bool negative;
    size_t end;
} cmty__number;
bool cmty__plain_number(const char *t, size_t i, bool comma, cmty__number *out);

cmty_status cmty__plain_make(const char *text, size_t size, cmty__plain *out, cmty_error *err);
void cmty__plain_free(cmty__plain *p);

#endif
