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
    cmty__rule fallback;
    cmty__policy_entry *entries; /* ascending by the bytes of the pattern */
    size_t count;
    char *json;  /* canonical */
    char *words; /* for people */
};

/* The policy that holds where no file is given. */
extern const char cmty__policy_built_in[];

bool cmty__policy_write(cmty_policy *policy); /* fills json; false: out of memory */

bool cmty__policy_explain(cmty_policy *policy); /* policy_words.c: fills words, likewise */

const char *cmty__time_bin_find(const char *name); /* static text, NULL if there is none */
/* The coarser of two bins. */
const char *cmty__time_bin_coarser(const char *a, const char *b);

#endif
