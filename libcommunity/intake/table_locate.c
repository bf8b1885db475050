/* SPDX-License-Identifier: MIT */
/* The beat of each row of a table, beside the row as it came. Any thread. */
#include "answer.h"
#include "table.h"

/* What a function joins of the answer, as one field. */
static cmty_status joined(cmty__table *t, const cmty__asker *a,
                          void (*join)(cmty__buf *b, const cmty__asker *a), cmty_error *err)
{
    cmty__buf b = {0};
    cmty_status st = CMTY_OK;

    join(&b, a);
    if (b.failed)
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    cmty__table_text(t, st == CMTY_OK && b.data != NULL ? b.data : "");
    cmty__buf_free(&b);
    return st;
}

static void probability(cmty__table *t, double p)
{
    cmty__table_separator(t);
    cmty__buf_fixed(&t->line, p, 4);
}

static void no_place(cmty__table *t)
{
    static const char *const answers[CMTY__ANSWER_COLUMNS] = {"", "no_place", "", "0", "", ""};

    for (size_t i = 0; i < CMTY__ANSWER_COLUMNS; i++)
        cmty__table_text(t, answers[i]);
    for (size_t i = CMTY__ANSWER_COLUMNS; t->options.probabilities != 0 && i < CMTY__ANSWER_ALL;
         i++)
        cmty__table_separator(t);
}

/* Nothing is said of a report whose error is not known. */
static cmty_status probabilities(cmty__table *t, const cmty__asker *a, cmty_error *err)
{
    cmty_status st;

    probability(t, cmty__answer_probability(a));
    st = joined(t, a, cmty__buf_probabilities, err);
    probability(t, a->answer.other_probability);
    probability(t, a->answer.outside_probability);
    return st;
}

static cmty_status locate_row(cmty__table *t, const cmty__table_row *row, void *user,
                              cmty_error *err)
{
    cmty__asker *a = user;
    const cmty_beat_answer *answer = &a->answer;
    size_t size;
    const char *raw = cmty__csv_raw(t->csv, &size);
    cmty_status st;

    cmty__buf_bytes(&t->line, raw, size);
    if (!row->has_place) {
        no_place(t);
        return CMTY_OK;
    }
    st = cmty__answer_ask(a, row->at, row->when, row->accuracy_m, err);
    if (st != CMTY_OK)
        return st;
    cmty__table_text(t, answer->beat >= 0 ? cmty__beatset_id(a->set, answer->beat) : "");
    cmty__table_text(t, cmty_relation_name(answer->relation));
    cmty__table_separator(t);
    cmty__buf_fixed(&t->line, cmty__answer_metres(answer->margin_m), 3);
    cmty__table_text(t, answer->ambiguous != 0 ? "1" : "0");
    st = joined(t, a, cmty__buf_candidates, err);
    cmty__table_text(t, answer->version >= 0 ? cmty__beatset_label(a->set, answer->version) : "");
    if (st == CMTY_OK && t->options.probabilities != 0)
        st = probabilities(t, a, err);
    return st;
}

static void write_header(cmty__table *t)
{
    size_t size;
    const char *raw = cmty__csv_header_raw(t->csv, &size);

    cmty__buf_bytes(&t->line, raw, size);
    for (size_t i = 0; i < (t->options.probabilities ? CMTY__ANSWER_ALL : CMTY__ANSWER_COLUMNS);
         i++)
        cmty__table_text(t, cmty__answer_names[i]);
}

cmty_status cmty_locate_table(const cmty_beatset *set, const char *in, const char *out,
                              const cmty_table_options *options, cmty_error *err)
{
    cmty__table t;
    cmty__asker a = {0};
    cmty_status st;

    if (set == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "beats are needed");
    st = cmty__table_open(in, out, options, true, &t, err);
    if (st == CMTY_OK)
        st = cmty__asker_open(set, &a, err);
    if (st == CMTY_OK) {
        cmty__tell_of_future_beats(set, &t.options);
        write_header(&t);
        st = cmty__table_run(&t, locate_row, &a, err);
    }
    cmty__table_close(&t);
    cmty__asker_close(&a);
    return st;
}
