/* SPDX-License-Identifier: MIT */
#ifndef CMTY_REPORT_CATEGORY_TABLE_H
#define CMTY_REPORT_CATEGORY_TABLE_H

/* Private to report: the table of categories, generated. The last category is "other". */

#include "report/report.h"

typedef struct cmty__category {
    const char *code, *label;
    bool is_protected;
    const char *codes[CMTY_CODES_COUNT]; /* by CMTY_CODES_*; NULL: that standard has none */
} cmty__category;

/* A word in plain form and the number of its category; sorted by the word's bytes. */
typedef struct cmty__category_word {
    const char *word;
    size_t category;
} cmty__category_word;

extern const cmty__category cmty__categories[];
extern const size_t cmty__categories_count;
extern const cmty__category_word cmty__category_words[]; /* whole texts that are understood */
extern const size_t cmty__category_words_count;
extern const cmty__category_word cmty__category_guards[]; /* single words of protected ones */
extern const size_t cmty__category_guards_count;

#endif
