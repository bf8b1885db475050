/* SPDX-License-Identifier: MIT */
/* How tables and layers show the beat answer. Serial per asker. */
#include "answer.h"

#include <math.h>

const char *const cmty__answer_names[CMTY__ANSWER_ALL] = {"beat",
                                                          "beat_relation",
                                                          "beat_margin_m",
                                                          "beat_ambiguous",
                                                          "beat_candidates",
                                                          "beat_version",
                                                          "beat_probability",
                                                          "beat_candidate_probabilities",
                                                          "beat_other_probability",
                                                          "beat_outside_probability"};

/* ---- asking ---- */

cmty_status cmty__asker_open(const cmty_beatset *set, cmty__asker *a, cmty_error *err)
{
    *a = (cmty__asker){.set = set, .answer.struct_size = sizeof a->answer};
    if (!cmty__grow(&a->list, &a->capacity, 16, sizeof *a->list))
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    return CMTY_OK;
}

void cmty__asker_close(cmty__asker *a)
{
    cmty__free(a->list);
    a->list = NULL;
}

/* Once more where there are more candidates than room. */
cmty_status cmty__answer_ask(cmty__asker *a, cmty_point at, cmty_time when, double accuracy_m,
                             cmty_error *err)
{
    cmty_status st =
        cmty_beatset_locate(a->set, at, when, accuracy_m, &a->answer, a->list, a->capacity, err);

    if (st != CMTY_OK || a->answer.candidate_count <= a->capacity)
        return st;
    if (!cmty__grow(&a->list, &a->capacity, a->answer.candidate_count, sizeof *a->list))
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    return cmty_beatset_locate(a->set, at, when, accuracy_m, &a->answer, a->list, a->capacity, err);
}

void cmty__tell_of_future_beats(const cmty_beatset *set, const cmty_table_options *o)
{
    cmty_time from = CMTY_TIME_UNKNOWN;
    const char *label = "";
    int32_t latest = (int32_t)cmty_beatset_version_count(set) - 1;

    if (o->as_of == CMTY_TIME_UNKNOWN && o->time_column == NULL
        && cmty_beatset_version(set, latest, &from, NULL, &label, NULL) == CMTY_OK
        && from > cmty__time_now())
        cmty__notice(o->host,
                     "the latest beats (%s) are not in force yet; name a time for those that are",
                     label);
}

/* ---- showing ---- */

double cmty__answer_metres(double m)
{
    return m > 0 && m < 0.001 ? 0.001 : m;
}

void cmty__buf_candidates(cmty__buf *b, const cmty__asker *a)
{
    for (uint32_t i = 0; i < a->answer.candidate_count; i++) {
        cmty__buf_text(b, i > 0 ? "|" : "");
        cmty__buf_text(b, cmty__beatset_id(a->set, a->list[i].beat));
        cmty__buf_char(b, '@');
        cmty__buf_fixed(b, cmty__answer_metres(a->list[i].distance_m), 3);
    }
}

double cmty__answer_probability(const cmty__asker *a)
{
    for (uint32_t i = 0; i < a->answer.candidate_count; i++)
        if (a->list[i].beat == a->answer.beat)
            return a->list[i].probability;
    return NAN;
}

void cmty__buf_probabilities(cmty__buf *b, const cmty__asker *a)
{
    bool known = !isnan(a->answer.outside_probability);

    for (uint32_t i = 0; known && i < a->answer.candidate_count; i++) {
        cmty__buf_text(b, i > 0 ? "|" : "");
        cmty__buf_fixed(b, a->list[i].probability, 4);
    }
}
