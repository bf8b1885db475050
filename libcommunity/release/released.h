/* SPDX-License-Identifier: MIT */
#ifndef CMTY_RELEASE_RELEASED_H
#define CMTY_RELEASE_RELEASED_H

/* What may leave the house, and the gate that makes it. */

#include "beat/beat.h"
#include "privacy/privacy.h"
#include "store/store.h"

enum { CMTY__REPORT_ID_SIZE = 33, CMTY__LOCAL_TIME_SIZE = 24 };

/* One report as anyone may see it. The type has no exact field, and only gate.c fills one; every
   encoder and the live layer take nothing else. Texts are borrowed from the gate and the beat set.
 */
typedef struct cmty__released {
    char report_id[CMTY__REPORT_ID_SIZE];
    const char *category, *category_label; /* "" and a remark where it must not be told */
    cmty_point at;                         /* masked, six decimals */
    double radius_m;
    const char *law, *guarantee; /* guarantee: id of a cmty__guarantee */
    int32_t beat;                /* number of the published beat, or -1 */
    const char *beat_id;         /* "" if none */
    bool beat_disclosed;         /* it is the beat of the true place; else of the masked one */
    cmty_time time_utc;          /* start of the bin */
    char time_local[CMTY__LOCAL_TIME_SIZE];
    const char *time_bin;
    bool plain;      /* its law is that of most: it may go without its category */
    uint32_t fields; /* CMTY__TELL_*: what the policy tells the public of it */
} cmty__released;

/* Of which place beat_id is: "true place", "masked place", or "" where it is not told. */
const char *cmty__beat_of(const cmty__released *r);

/* What one law with its parameters promises. */
typedef struct cmty__guarantee {
    char id[24]; /* "anchor", "lattice", "lattice-2" */
    char *words, *metadata;
} cmty__guarantee;

/* The store's beats and policy, owned by the caller, also where the call fails halfway. */
cmty_status cmty__release_parts(cmty__journal *journal, cmty_beatset **beats, cmty_policy **policy,
                                cmty_error *err);

typedef struct cmty__gate cmty__gate; /* serial */

/* Policy and beats are borrowed until the gate is freed. */
cmty_status cmty__gate_new(const cmty_policy *policy, const cmty_beatset *beats, cmty__gate **out,
                           cmty_error *err);
/* When reports are as old as they are; without it, now. */
void cmty__gate_set_now(cmty__gate *gate, cmty_time now);
void cmty__gate_free(cmty__gate *gate);
const cmty__zone *cmty__gate_zone(const cmty__gate *gate);

/* CMTY_OK, or CMTY_WITHHELD with *out untouched: such a report is only counted. */
cmty_status cmty__gate_admit(cmty__gate *gate, const cmty__entry *entry, cmty__released *out,
                             cmty_error *err);
/* The last look at a record, by its fields alone: a keyed id, six decimals, a time that begins its
   bin, a bin no finer than the policy's, words of the tables. False: it must not leave. */
bool cmty__gate_fit(const cmty__gate *gate, const cmty__released *r);
/* Takes the category off a plain record that would tell a small count by it, and the finer time
   that its category may have. */
void cmty__gate_hide_category(const cmty__gate *gate, cmty__released *r);

/* Last: takes off what the policy does not tell the public of such a report at its age. */
void cmty__gate_take_off(cmty__released *r);

/* Guarantees of the laws met so far. */
size_t cmty__gate_guarantee_count(const cmty__gate *gate);
const cmty__guarantee *cmty__gate_guarantee(const cmty__gate *gate, size_t i);

#endif
