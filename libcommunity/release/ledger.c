/* SPDX-License-Identifier: MIT */
/* The ledger: who was told of which case, and what it has spent. Immutable once read: any thread.
 */
#include "release/released.h"

#include <community/ledger.h>

#include <stdlib.h>

struct cmty_ledger {
    cmty_ledger_row *rows;
    size_t count, capacity;
    cmty__arena *texts;
};

typedef struct reading {
    cmty_ledger *ledger;
    const cmty_policy *policy;
    size_t first; /* row of the report under way */
} reading;

void cmty_ledger_free(cmty_ledger *ledger)
{
    if (ledger == NULL)
        return;
    cmty__free(ledger->rows);
    cmty__arena_free(ledger->texts);
    cmty__free(ledger);
}

/* Adds a copy of the row. */
static cmty_status add(cmty_ledger *l, const cmty_ledger_row *row, cmty_error *err)
{
    cmty_ledger_row r = *row;

    r.struct_size = sizeof r;
    r.audience = cmty__arena_text(l->texts, row->audience, strlen(row->audience));
    r.case_number = cmty__arena_text(l->texts, row->case_number, strlen(row->case_number));
    r.report_id = cmty__arena_text(l->texts, row->report_id, strlen(row->report_id));
    if (r.audience == NULL || r.case_number == NULL || r.report_id == NULL
        || !cmty__grow(&l->rows, &l->capacity, l->count + 1, sizeof *l->rows))
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    l->rows[l->count++] = r;
    return CMTY_OK;
}

/* ---- what there is ---- */

static cmty_status take_total(const cmty__spent *s, void *user, cmty_error *err)
{
    const reading *r = user;
    const cmty_ledger_row row = {.kind = CMTY_LEDGER_TOTAL,
                                 .audience = s->audience,
                                 .case_number = "",
                                 .report_id = "",
                                 .reports = s->places,
                                 .points = s->points,
                                 .epsilon_per_m = s->epsilon_per_m,
                                 .most_per_m = s->most_per_m,
                                 .budget_per_m = cmty__policy_budget_per_m(r->policy),
                                 .last = CMTY_TIME_UNKNOWN};

    return add(r->ledger, &row, err);
}

/* What its point spends, under the law that it was drawn by. */
static double charge_of(const cmty__rule *rule, const cmty__entry *e)
{
    cmty__law law = rule->law;

    law.law = e->law;
    return cmty__law_charge(&law);
}

/* A reader's report is counted once, however often he read it. */
static bool has_read(const reading *r, const char *actor)
{
    for (size_t i = r->first; i < r->ledger->count; i++)
        if (r->ledger->rows[i].kind == CMTY_LEDGER_READER
            && strcmp(r->ledger->rows[i].audience, actor) == 0)
            return true;
    return false;
}

static cmty_status take_disclosure(const cmty__disclosure *d, void *user, cmty_error *err)
{
    reading *r = user;
    cmty_ledger_row row = {.kind = CMTY_LEDGER_READER,
                           .audience = d->actor,
                           .case_number = d->case_number,
                           .report_id = "",
                           .last = CMTY_TIME_UNKNOWN};
    const cmty__rule *rule;

    if (d->entry == NULL && d->actor == NULL)
        return cmty__fail(err, CMTY_E_INTERNAL, "a disclosure is about nothing");
    if (d->entry != NULL && d->case_number[0] == '\0')
        row.report_id = d->entry->report_id;
    if (d->actor != NULL) {
        row.reports = d->entry != NULL && !has_read(r, d->actor);
        row.times = 1;
        row.last = d->time;
        return add(r->ledger, &row, err);
    }
    rule = cmty__policy_rule(r->policy, d->entry->category);
    row.reports = 1;
    if (d->receiver == NULL)
        r->first = r->ledger->count;
    row.kind = d->receiver != NULL ? CMTY_LEDGER_RECEIVER : CMTY_LEDGER_PUBLIC;
    row.audience = d->receiver != NULL ? d->receiver : cmty__role_name(CMTY_ROLE_PUBLIC);
    if (!d->entry->withheld
        && (d->receiver != NULL || cmty__rule_point_role(rule) == CMTY_ROLE_PUBLIC)) {
        row.points = 1;
        row.epsilon_per_m = charge_of(rule, d->entry);
    }
    return add(r->ledger, &row, err);
}

/* ---- rows of one case together ---- */

static int by_case(const void *a, const void *b)
{
    const cmty_ledger_row *x = a, *y = b;
    bool x_total = x->kind == CMTY_LEDGER_TOTAL, y_total = y->kind == CMTY_LEDGER_TOTAL;
    bool x_named = x->case_number[0] != '\0', y_named = y->case_number[0] != '\0';
    int order;

    if (x_total != y_total)
        return x_total ? -1 : 1;
    if (x_named != y_named)
        return x_named ? -1 : 1;
    order = strcmp(x->case_number, y->case_number);
    if (order == 0)
        order = strcmp(x->report_id, y->report_id);
    if (order == 0)
        order = (x->kind > y->kind) - (x->kind < y->kind);
    return order != 0 ? order : strcmp(x->audience, y->audience);
}

static void merge(cmty_ledger *l)
{
    size_t kept = 0;

    if (l->count == 0)
        return;
    qsort(l->rows, l->count, sizeof *l->rows, by_case);
    for (size_t i = 1; i < l->count; i++) {
        cmty_ledger_row *to = &l->rows[kept];
        const cmty_ledger_row *from = &l->rows[i];

        if (by_case(to, from) != 0) {
            l->rows[++kept] = *from;
            continue;
        }
        to->reports += from->reports;
        to->points += from->points;
        to->times += from->times;
        to->epsilon_per_m += from->epsilon_per_m;
        if (from->last > to->last)
            to->last = from->last;
    }
    l->count = kept + 1;
}

static cmty_status read_store(cmty_ledger *l, const char *store, cmty_error *err)
{
    cmty__journal *journal = NULL;
    cmty_beatset *beats = NULL;
    cmty_policy *policy = NULL;
    reading r = {.ledger = l};
    cmty_status st = cmty__journal_open(store, false, &journal, err);

    if (st == CMTY_OK)
        st = cmty__journal_begin(journal, err);
    if (st == CMTY_OK)
        st = cmty__release_parts(journal, &beats, &policy, err);
    r.policy = policy;
    if (st == CMTY_OK)
        st = cmty__journal_spent_all(journal, take_total, &r, err);
    if (st == CMTY_OK)
        st = cmty__journal_disclosures(journal, take_disclosure, &r, err);
    if (journal != NULL)
        cmty__journal_rollback(journal); /* only read */
    cmty__journal_free(journal);
    cmty_policy_free(policy);
    cmty_beatset_free(beats);
    return st;
}

/* ---- the interface ---- */

cmty_status cmty_ledger_open(const char *store, cmty_ledger **out, cmty_error *err)
{
    cmty_ledger *l;
    cmty_status st = CMTY_OK;

    if (out != NULL)
        *out = NULL;
    if (store == NULL || out == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "store and out must not be NULL");
    l = cmty__calloc(1, sizeof *l);
    if (l != NULL)
        l->texts = cmty__arena_new();
    if (l == NULL || l->texts == NULL)
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    if (st == CMTY_OK)
        st = read_store(l, store, err);
    if (st != CMTY_OK) {
        cmty_ledger_free(l);
        return st;
    }
    merge(l);
    *out = l;
    return CMTY_OK;
}

size_t cmty_ledger_count(const cmty_ledger *ledger)
{
    return ledger->count;
}

cmty_status cmty_ledger_row_at(const cmty_ledger *ledger, size_t index, cmty_ledger_row *row,
                               cmty_error *err)
{
    if (ledger == NULL || row == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "ledger and row must not be NULL");
    if (index >= ledger->count)
        return cmty__fail(err, CMTY_E_RANGE, "the ledger has %zu rows", ledger->count);
    return cmty__struct_write(row, &ledger->rows[index], sizeof *row, sizeof *row,
                              "cmty_ledger_row", err);
}
