/* SPDX-License-Identifier: MIT */
#ifndef CMTY_INTAKE_ANSWER_H
#define CMTY_INTAKE_ANSWER_H

/* Private to intake: how tables and layers show the beat answer. */

#include "beat/beat.h"
#include "core/core.h"

#include <community/table.h>

/* The columns: those of every answer, then those of probabilities. */
enum { CMTY__ANSWER_COLUMNS = 6, CMTY__ANSWER_ALL = 10 };
extern const char *const cmty__answer_names[CMTY__ANSWER_ALL];

/* The beats, and what they said of one point. */
typedef struct cmty__asker {
    const cmty_beatset *set;
    cmty_beat_answer answer;
    cmty_beat_candidate *list; /* answer.candidate_count of them */
    size_t capacity;
} cmty__asker;
cmty_status cmty__asker_open(const cmty_beatset *set, cmty__asker *a, cmty_error *err);
void cmty__asker_close(cmty__asker *a);
cmty_status cmty__answer_ask(cmty__asker *a, cmty_point at, cmty_time when, double accuracy_m,
                             cmty_error *err);

/* Millimetres, and 0 only for what is 0. */
double cmty__answer_metres(double m);
/* `id@metres` joined by |, nearest first. */
void cmty__buf_candidates(cmty__buf *b, const cmty__asker *a);
/* Of the beat that was answered; NaN: not known, or no beat. */
double cmty__answer_probability(const cmty__asker *a);
/* Of the candidates, joined by | in their order; nothing where the report has no accuracy. */
void cmty__buf_probabilities(cmty__buf *b, const cmty__asker *a);

/* Whoever names no time gets the latest beats, which may not be in force yet. */
void cmty__tell_of_future_beats(const cmty_beatset *set, const cmty_table_options *o);

#endif
