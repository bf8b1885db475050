/* SPDX-License-Identifier: MIT */
/* The beat of each row of a table, beside the row as it came. Any thread. */
#include "beat/beat.h"
#include "table.h"

#include <math.h>

enum { CANDIDATES = 64 };

static void separator(cmty__table *t)
{
    cmty__buf_char(&t->line, cmty__csv_separator(t->csv));
}

/* In the quotes that the table's own separator asks for; an id stays what it is. */
static void text(cmty__table *t, const char *value)
{
    const char special[] = {cmty__csv_separator(t->csv), '"', '\r', '\n', '\0'};

    separator(t);
    if (strpbrk(value, special) == NULL) {
        cmty__buf_text(&t->line, value);
        return;
    }
    cmty__buf_char(&t->line, '"');
    for (; *value != '\0'; value++) {
        if (*value == '"')
            cmty__buf_char(&t->line, '"');
        cmty__buf_char(&t->line, *value);
    }
    cmty__buf_char(&t->line, '"');
}

/* Millimetres, and 0 only for what is 0. */
static void metres(cmty__buf *b, double m)
{
    cmty__buf_fixed(b, m > 0 && m < 0.001 ? 0.001 : m, 3);
}

static cmty_status candidates(cmty__table *t, const cmty_beatset *set,
                              const cmty_beat_candidate *list, size_t count, cmty_error *err)
{
    cmty__buf joined = {0};
    cmty_status st = CMTY_OK;

    for (size_t i = 0; i < count; i++) {
        cmty__buf_text(&joined, i > 0 ? "|" : "");
        cmty__buf_text(&joined, cmty__beatset_id(set, list[i].beat));
        cmty__buf_char(&joined, '@');
        metres(&joined, list[i].distance_m);
    }
    if (joined.failed)
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    text(t, st == CMTY_OK && joined.data != NULL ? joined.data : "");
    cmty__buf_free(&joined);
    return st;
}

static cmty_status locate_row(cmty__table *t, const cmty__table_row *row, void *user,
                              cmty_error *err)
{
    const cmty_beatset *set = user;
    cmty_beat_candidate list[CANDIDATES];
    cmty_beat_answer answer = {.struct_size = sizeof answer};
    size_t size;
    const char *raw = cmty__csv_raw(t->csv, &size);
    cmty_status st;

    cmty__buf_bytes(&t->line, raw, size);
    if (!row->has_place) {
        static const char *const answers[] = {"", "no_place", "", "0", "", ""};

        for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++)
            text(t, answers[i]);
        return CMTY_OK;
    }
    st = cmty_beatset_locate(set, row->at, row->when, row->accuracy_m, &answer, list, CANDIDATES,
                             err);
    if (st != CMTY_OK)
        return st;
    text(t, answer.beat >= 0 ? cmty__beatset_id(set, answer.beat) : "");
    text(t, cmty_relation_name(answer.relation));
    separator(t);
    metres(&t->line, answer.margin_m);
    text(t, answer.ambiguous != 0 ? "1" : "0");
    st = candidates(t, set, list,
                    answer.candidate_count < CANDIDATES ? answer.candidate_count : CANDIDATES, err);
    text(t, answer.version >= 0 ? cmty__beatset_label(set, answer.version) : "");
    return st;
}

static void write_header(cmty__table *t)
{
    static const char *const added[] = {"beat",           "beat_relation",   "beat_margin_m",
                                        "beat_ambiguous", "beat_candidates", "beat_version"};
    size_t size;
    const char *raw = cmty__csv_header_raw(t->csv, &size);

    cmty__buf_bytes(&t->line, raw, size);
    for (size_t i = 0; i < sizeof added / sizeof added[0]; i++)
        text(t, added[i]);
}

cmty_status cmty_locate_table(const cmty_beatset *set, const char *in, const char *out,
                              const cmty_table_options *options, cmty_error *err)
{
    cmty__table t;
    cmty_status st;

    if (set == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "beats are needed");
    st = cmty__table_open(in, out, options, &t, err);
    if (st == CMTY_OK) {
        write_header(&t);
        st = cmty__table_run(&t, locate_row, (void *)set, err);
    }
    cmty__table_close(&t);
    return st;
}
