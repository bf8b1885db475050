/* SPDX-License-Identifier: MIT */
#ifndef CMTY_RELEASE_COUNTS_H
#define CMTY_RELEASE_COUNTS_H

/* Counts by beat, district and category. After cmty__counts_protect a number that must stay blank
   is gone: it reads CMTY__BLANK, so that no encoder can print it. */

#include "release/released.h"

#define CMTY__BLANK INT64_C(-1)

typedef struct cmty__count_row {
    int32_t beat; /* -1: one of the two rows at the end that are no beat */
    const char *id, *name, *sector, *district;
    const char *note; /* "" or what to know about the number */
    cmty_time valid_from, valid_to;
    double area_km2;   /* 0 for a row that is no beat */
    int64_t reports;   /* all accepted reports by the beat of their true place, withheld included */
    int64_t points;    /* masked points published under this beat; blank where reports is */
    int32_t group;     /* its district in `districts` */
    int64_t hold_back; /* so many more points whose category is not told are withheld */
} cmty__count_row;

typedef struct cmty__count_sum {
    const char *id, *label;
    int64_t reports;
} cmty__count_sum;

/* Reports of a beat that is in the layer no more are counted under "earlier boundaries"; those of
   a beat that kept its id, under that id, and the row's note says so. Nothing is left out. */
typedef struct cmty__counts {
    const cmty_beatset *beats;  /* borrowed */
    int32_t version;            /* whose beats the rows are */
    cmty__count_row *rows;      /* beats in order of id, then "earlier boundaries" and "no beat" */
    size_t row_count;           /* with those two */
    cmty__count_sum *districts; /* in order of first use; the last two belong to no beat */
    size_t district_count;
    cmty__count_sum *categories; /* as in the category table */
    size_t category_count;
    int64_t *cells;     /* row_count * category_count */
    int64_t *disclosed; /* of these, points that tell their beat, and may go without category */
    int32_t *row_of;    /* of each beat of the set */
    int64_t reports;    /* in all */
    int64_t blank_beats;
    bool noisy; /* there are no cells then, and nothing is blank */
    cmty__arena *texts;
} cmty__counts;

/* since: start of the period, for the notes. */
cmty_status cmty__counts_new(const cmty_beatset *beats, int32_t version, cmty_time since,
                             const cmty__zone *zone, cmty__counts **out, cmty_error *err);
void cmty__counts_free(cmty__counts *counts);
/* released: NULL if the gate withheld it. */
void cmty__counts_add(cmty__counts *counts, const cmty__entry *entry,
                      const cmty__released *released);
/* Blanks numbers 1 .. below-1 and what would give them away. Once, after the last addition. */
cmty_status cmty__counts_protect(cmty__counts *counts, int64_t below, cmty_error *err);

/* noise.c: noise on every number instead of blanks, epsilon in all for one report. Once, after the
   last addition, and in place of cmty__counts_protect. secret: of 32 bytes; period: what is
   counted. */
cmty_status cmty__counts_noise(cmty__counts *c, const uint8_t *secret, double epsilon,
                               const char *period, cmty_error *err);

/* Whether a point may be published beside these counts without giving a blank one away, with its
   category or without. To be asked once for each point, in the order of their ids. */
enum { CMTY__POINT_WITHHELD, CMTY__POINT_HIDDEN_CATEGORY, CMTY__POINT_SHOWN };
int cmty__counts_judge(cmty__counts *counts, const cmty__released *r);
void cmty__counts_point(cmty__counts *counts, const cmty__released *r); /* it was published */

int64_t cmty__counts_cell(const cmty__counts *counts, size_t row, size_t category);

#endif
