/* SPDX-License-Identifier: MIT */
#ifndef CMTY_PRIVACY_POLICY_H
#define CMTY_PRIVACY_POLICY_H

/* Private to privacy: what policy.c and policy_read.c share. */

#include "privacy/privacy.h"

/* The rule for one code or family of categories. */
typedef struct cmty__policy_entry {
    char *pattern;
    bool is_protected;
    cmty__rule rule; /* inherited members filled in */
} cmty__policy_entry;

struct cmty_policy {
    char *name, *time_zone;
    uint32_t suppress_below, k;
    double budget_epsilon_per_m; /* 0: none */
    double count_epsilon;        /* 0: counts have blanks; else noise */
    cmty__rule fallback;
    cmty__policy_entry *entries; /* ascending by the bytes of the pattern */
    size_t count;
    bool audiences, ages; /* some rule says something of audiences, of ages */
    char *json;           /* canonical */
    char *words;          /* for people */
};

/* The policy that holds where no file is given. */
extern const char cmty__policy_built_in[];

bool cmty__policy_write(cmty_policy *policy); /* fills json; false: out of memory */

bool cmty__policy_explain(cmty_policy *policy); /* policy_words.c: fills words, likewise */

const char *cmty__time_bin_find(const char *name); /* static text, NULL if there is none */

/* Where in which file we are, for messages. */
typedef struct cmty__policy_place {
    const char *file;
    const char *path; /* "default" or "categories.theft.*"; NULL: the top */
} cmty__policy_place;
/* CMTY_E_FORMAT: "FILE: PATH.MEMBER WHAT". */
cmty_status cmty__policy_fail(const cmty__policy_place *at, const char *member, const char *what,
                              cmty_error *err);

/* policy_audience.c: what audiences may have. */
void cmty__audiences_default(cmty__rule *rule);
cmty_status cmty__audiences_read(const cmty__policy_place *at, const cmty__json *object,
                                 cmty__rule *rule, cmty_error *err);
void cmty__audiences_write(const cmty__rule *rule, cmty__buf *b);
/* What a view tells, in words: "its category, the beat and a masked point". */
void cmty__allowance_words(uint32_t told, cmty__buf *b);

#endif
