/* SPDX-License-Identifier: MIT */
/* The beat of each row of a table, beside the row as it came. Any thread. */
#include "beat/beat.h"
#include "table.h"

#include <math.h>

/* The beats, and room for the candidates of a row. */
typedef struct asker {
    const cmty_beatset *set;
    cmty_beat_candidate *list;
    size_t capacity;
} asker;

/* Millimetres, and 0 only for what is 0. */
static void metres(cmty__buf *b, double m)
{
    cmty__buf_fixed(b, m > 0 && m < 0.001 ? 0.001 : m, 3);
}

static void probability(cmty__buf *b, double p)
{
    cmty__buf_fixed(b, p, 4);
}

/* How a column shows one candidate among those joined by |. */
typedef void show_fn(cmty__buf *b, const cmty_beatset *set, const cmty_beat_candidate *c);

static void show_distance(cmty__buf *b, const cmty_beatset *set, const cmty_beat_candidate *c)
{
    cmty__buf_text(b, cmty__beatset_id(set, c->beat));
    cmty__buf_char(b, '@');
    metres(b, c->distance_m);
}

static void show_probability(cmty__buf *b, const cmty_beatset *set, const cmty_beat_candidate *c)
{
    (void)set;
    probability(b, c->probability);
}

static cmty_status join(cmty__table *t, const cmty_beatset *set, const cmty_beat_candidate *list,
                        size_t count, show_fn *show, cmty_error *err)
{
    cmty__buf joined = {0};
    cmty_status st = CMTY_OK;

    for (size_t i = 0; i < count; i++) {
        cmty__buf_text(&joined, i > 0 ? "|" : "");
        show(&joined, set, &list[i]);
    }
    if (joined.failed)
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    cmty__table_text(t, st == CMTY_OK && joined.data != NULL ? joined.data : "");
    cmty__buf_free(&joined);
    return st;
}

static const char *const columns[] = {"beat",           "beat_relation",   "beat_margin_m",
                                      "beat_ambiguous", "beat_candidates", "beat_version"};
static const char *const more_columns[] = {"beat_probability", "beat_candidate_probabilities",
                                           "beat_other_probability", "beat_outside_probability"};
#define LENGTH(list) (sizeof(list) / sizeof *(list))

static void no_place(cmty__table *t)
{
    static const char *const answers[LENGTH(columns)] = {"", "no_place", "", "0", "", ""};

    for (size_t i = 0; i < LENGTH(columns); i++)
        cmty__table_text(t, answers[i]);
    for (size_t i = 0; t->options.probabilities != 0 && i < LENGTH(more_columns); i++)
        cmty__table_separator(t);
}

/* Nothing is said of a report whose error is not known. */
static cmty_status probabilities(cmty__table *t, const cmty_beatset *set, const cmty_beat_answer *a,
                                 const cmty_beat_candidate *list, size_t count, cmty_error *err)
{
    bool known = !isnan(a->outside_probability);
    cmty_status st;

    cmty__table_separator(t);
    for (size_t i = 0; i < count; i++)
        if (list[i].beat == a->beat)
            probability(&t->line, list[i].probability);
    st = join(t, set, list, known ? count : 0, show_probability, err);
    cmty__table_separator(t);
    probability(&t->line, a->other_probability);
    cmty__table_separator(t);
    probability(&t->line, a->outside_probability);
    return st;
}

/* Once more where there are more candidates than room. */
static cmty_status ask(asker *a, const cmty__table_row *row, cmty_beat_answer *answer,
                       cmty_error *err)
{
    cmty_status st = cmty_beatset_locate(a->set, row->at, row->when, row->accuracy_m, answer,
                                         a->list, a->capacity, err);

    if (st != CMTY_OK || answer->candidate_count <= a->capacity)
        return st;
    if (!cmty__grow(&a->list, &a->capacity, answer->candidate_count, sizeof *a->list))
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    return cmty_beatset_locate(a->set, row->at, row->when, row->accuracy_m, answer, a->list,
                               a->capacity, err);
}

static cmty_status locate_row(cmty__table *t, const cmty__table_row *row, void *user,
                              cmty_error *err)
{
    asker *a = user;
    cmty_beat_answer answer = {.struct_size = sizeof answer};
    size_t size;
    const char *raw = cmty__csv_raw(t->csv, &size);
    cmty_status st;

    cmty__buf_bytes(&t->line, raw, size);
    if (!row->has_place) {
        no_place(t);
        return CMTY_OK;
    }
    st = ask(a, row, &answer, err);
    if (st != CMTY_OK)
        return st;
    cmty__table_text(t, answer.beat >= 0 ? cmty__beatset_id(a->set, answer.beat) : "");
    cmty__table_text(t, cmty_relation_name(answer.relation));
    cmty__table_separator(t);
    metres(&t->line, answer.margin_m);
    cmty__table_text(t, answer.ambiguous != 0 ? "1" : "0");
    st = join(t, a->set, a->list, answer.candidate_count, show_distance, err);
    cmty__table_text(t, answer.version >= 0 ? cmty__beatset_label(a->set, answer.version) : "");
    if (st == CMTY_OK && t->options.probabilities != 0)
        st = probabilities(t, a->set, &answer, a->list, answer.candidate_count, err);
    return st;
}

static void write_header(cmty__table *t)
{
    size_t size;
    const char *raw = cmty__csv_header_raw(t->csv, &size);

    cmty__buf_bytes(&t->line, raw, size);
    for (size_t i = 0; i < LENGTH(columns); i++)
        cmty__table_text(t, columns[i]);
    for (size_t i = 0; t->options.probabilities != 0 && i < LENGTH(more_columns); i++)
        cmty__table_text(t, more_columns[i]);
}

/* Whoever names no time gets the latest beats, which may not be in force yet. */
static void tell_of_future_beats(const cmty_beatset *set, const cmty_table_options *o)
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

cmty_status cmty_locate_table(const cmty_beatset *set, const char *in, const char *out,
                              const cmty_table_options *options, cmty_error *err)
{
    cmty__table t;
    asker a = {.set = set};
    cmty_status st;

    if (set == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "beats are needed");
    st = cmty__table_open(in, out, options, true, &t, err);
    if (st == CMTY_OK && !cmty__grow(&a.list, &a.capacity, 16, sizeof *a.list))
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    if (st == CMTY_OK) {
        tell_of_future_beats(set, &t.options);
        write_header(&t);
        st = cmty__table_run(&t, locate_row, &a, err);
    }
    cmty__table_close(&t);
    cmty__free(a.list);
    return st;
}
