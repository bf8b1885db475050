/* SPDX-License-Identifier: MIT */
/*
 * Releases laid side by side, as anyone can who kept them: the difference of two printed counts is
 * a count that was never meant to be printed, one release bounds the blanks of another, and a
 * report that is drawn anew in each has places that average. No truth is needed. Serial per suite.
 */
#include "succession.h"

#include <math.h>

static const double same_place_deg = 6e-7; /* the sixth decimal may be rounded twice */

static cmty_status find_number(cmty__suite *suite, const cmty_finding *f, cmty_error *err)
{
    cmty_finding full = *f;

    full.kind = CMTY_FINDING_RISK;
    full.low = full.high = (double)NAN;
    if (isfinite(f->limit))
        full.verdict = f->value > f->limit ? CMTY_VERDICT_FAIL : CMTY_VERDICT_PASS;
    return cmty__find(suite, &full, err);
}

/* ---- what is told, for people ---- */

static void put_name(const cmty__number *n, cmty__buf *b)
{
    static const char *const kinds[] = {"all reports", "district ", "category ", "beat ", "beat "};

    cmty__buf_text(b, kinds[n->counts]);
    cmty__buf_text(b, n->key);
    if (n->counts == CMTY__COUNTS_CELL)
        cmty__buf_format(b, ", %s", n->category);
}

static cmty_status tell(cmty__suite *suite, const char *name, const cmty__number *n, size_t release,
                        int64_t low, int64_t high, cmty_error *err)
{
    const cmty__slot *after = &n->slots[release], *before = release > 0 ? after - 1 : NULL;
    cmty__buf b = {0};
    cmty_told *told;

    put_name(n, &b);
    if (suite->told_texts == NULL)
        suite->told_texts = cmty__arena_new();
    if (b.failed || suite->told_texts == NULL
        || !cmty__grow(&suite->told, &suite->told_capacity, suite->told_count + 1,
                       sizeof *suite->told)) {
        cmty__buf_free(&b);
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    told = &suite->told[suite->told_count];
    *told = (cmty_told){.struct_size = sizeof *told,
                        .release = (uint32_t)release + 1,
                        .name = name,
                        .what = cmty__arena_text(suite->told_texts, b.data, b.size),
                        .before = -1,
                        .after = after->state == CMTY__PRINTED ? after->value : -1,
                        .low = low,
                        .high = high};
    if (before != NULL && before->state == CMTY__PRINTED)
        told->before = before->value;
    cmty__buf_free(&b);
    suite->told_count++;
    return told->what != NULL ? CMTY_OK : cmty__fail(err, CMTY_E_NOMEM, "out of memory");
}

/* ---- counts that moved ---- */

/* What a number grew by since the release before; false: not known at all. */
static bool growth(const cmty__succession *s, const cmty__number *n, size_t release, int64_t *low,
                   int64_t *high)
{
    const cmty__slot *after = &n->slots[release], *before = after - 1;

    if (before->state == CMTY__PRINTED && after->state == CMTY__PRINTED) {
        *low = *high = after->value - before->value;
        return true;
    }
    if (!s->consistent || !after->grew)
        return false;
    *low = after->grew_low;
    *high = after->grew_high;
    return true;
}

/* Known to be some reports, and fewer than the policy prints; or as many that are gone. */
static bool is_small(int64_t low, int64_t high, int64_t below)
{
    return (low >= 1 && high < below) || (high <= -1 && low > -below);
}

static cmty_status attack_differences(cmty__suite *suite, const cmty__succession *s, int64_t below,
                                      cmty_error *err)
{
    cmty_finding f = {.name = "difference",
                      .what = "counts told by the difference of two releases",
                      .unit = "",
                      .note = "each grew or fell by fewer than the policy would print",
                      .baseline = (double)NAN};
    cmty_finding one = {.name = "moved_by_one",
                        .what = "of these, moved by one: where one report was",
                        .unit = "",
                        .note = "the beat, or beat and category, of a single report",
                        .baseline = (double)NAN};
    cmty_status st = CMTY_OK;
    int64_t low, high;

    for (size_t i = 0; i < s->number_count && s->numbers[i].counts != CMTY__COUNTS_NOISY; i++)
        for (size_t r = 1; r < s->releases && st == CMTY_OK; r++) {
            if (!growth(s, &s->numbers[i], r, &low, &high))
                continue;
            f.trials++;
            if (!is_small(low, high, below))
                continue;
            f.value++;
            one.value += low == high && (low == 1 || low == -1);
            st = tell(suite, f.name, &s->numbers[i], r, low, high, err);
        }
    one.trials = f.trials;
    if (st != CMTY_OK || f.trials == 0)
        return st;
    st = find_number(suite, &f, err);
    return st == CMTY_OK ? find_number(suite, &one, err) : st;
}

/* ---- blanks that are given away ---- */

/* Surely some, and surely fewer than are printed. Where it may be zero, no small count is told. */
static bool is_given_away(const cmty__slot *slot, int64_t below)
{
    return slot->state == CMTY__UNPRINTED && slot->low >= 1 && slot->high < below;
}

static cmty_status count_blanks(cmty__suite *suite, const cmty__succession *s, const char *name,
                                int64_t below, cmty_finding *f, cmty_error *err)
{
    cmty_status st = CMTY_OK;

    f->trials = 0;
    f->value = 0;
    for (size_t i = 0; i < s->number_count && st == CMTY_OK; i++)
        for (size_t r = 0; r < s->releases && st == CMTY_OK; r++) {
            const cmty__slot *slot = &s->numbers[i].slots[r];

            f->trials += slot->state == CMTY__UNPRINTED;
            if (!is_given_away(slot, below))
                continue;
            f->value++;
            st = tell(suite, name, &s->numbers[i], r, slot->low, slot->high, err);
        }
    return st;
}

static cmty_status attack_blanks(cmty__suite *suite, cmty__succession *s, int64_t below,
                                 cmty_error *err)
{
    cmty_finding f = {.name = "blanks_alone",
                      .what = "blank counts that one release gives away",
                      .unit = "",
                      .note = "bounded below what the policy prints, by its own sums",
                      .baseline = (double)NAN};
    cmty_status st = cmty__succession_bound(s, false, err);

    if (st == CMTY_OK && !s->consistent)
        return cmty__fail(err, CMTY_E_FORMAT,
                          "the sums of a release do not come out even; is a table not whole?");
    if (st == CMTY_OK)
        st = count_blanks(suite, s, "blanks_alone", below, &f, err);
    if (st == CMTY_OK && f.trials > 0)
        st = find_number(suite, &f, err);
    if (st != CMTY_OK || suite->o.periods == CMTY_PERIODS_APART)
        return st;
    f.baseline = f.value;
    st = cmty__succession_bound(s, true, err);
    if (st != CMTY_OK)
        return st;
    if (!s->consistent) {
        cmty__notice(suite->o.host, "some counts fell: the releases are no growing total, and "
                                    "blanks are judged in each alone");
        return CMTY_OK;
    }
    f.name = "blanks";
    f.what = "blank counts that the releases give away together";
    f.note = "a total only grows: one release bounds another; compare: each alone";
    st = count_blanks(suite, s, "blanks", below, &f, err);
    return st == CMTY_OK && f.trials > 0 ? find_number(suite, &f, err) : st;
}

/* ---- counts with noise ---- */

static int distinct_values(const cmty__number *n, size_t releases, size_t *printed)
{
    int distinct = 0;

    *printed = 0;
    for (size_t r = 0; r < releases; r++) {
        bool again = false;

        if (n->slots[r].state != CMTY__PRINTED)
            continue;
        ++*printed;
        for (size_t k = 0; k < r; k++)
            again |= n->slots[k].state == CMTY__PRINTED && n->slots[k].value == n->slots[r].value;
        distinct += !again;
    }
    return distinct;
}

static cmty_status attack_noise(cmty__suite *suite, const cmty__succession *s, cmty_error *err)
{
    cmty_finding f = {.name = "noise_mean",
                      .what = "the mean of all releases has less noise by",
                      .unit = "times",
                      .note = "what did not change is averaged; each new draw costs its epsilon "
                              "again",
                      .baseline = 1,
                      .limit = 1.05};
    double draws = 0;

    for (size_t i = 0; i < s->number_count; i++) {
        size_t printed;
        int distinct = distinct_values(&s->numbers[i], s->releases, &printed);

        if (s->numbers[i].counts != CMTY__COUNTS_NOISY || printed < 2)
            continue;
        draws += distinct;
        f.trials++;
    }
    if (f.trials == 0)
        return CMTY_OK;
    f.value = sqrt(draws / (double)f.trials);
    return find_number(suite, &f, err);
}

/* ---- rows ---- */

typedef struct row_tally {
    size_t repeated, places, moved, hidden_told, arrived, arrived_alone, gone;
} row_tally;

static bool same_place(cmty_point a, cmty_point b)
{
    return fabs(a.lon_deg - b.lon_deg) < same_place_deg
           && fabs(a.lat_deg - b.lat_deg) < same_place_deg;
}

/* The rows of one report. */
static void tally_report(const cmty__row_seen *rows, size_t count, const bool *tells_category,
                         row_tally *t)
{
    size_t places = 0;
    bool hidden = false, told = false;

    for (size_t i = 0; i < count; i++) {
        bool again = false;

        for (size_t k = 0; k < i; k++)
            again |= same_place(rows[i].at, rows[k].at);
        places += !again;
        hidden |= tells_category[rows[i].release] && rows[i].category[0] == '\0';
        told |= rows[i].category[0] != '\0';
    }
    if (count < 2)
        return;
    t->repeated++;
    t->places += places;
    t->moved += places > 1;
    t->hidden_told += hidden && told;
}

static bool is_new(const cmty__succession *s, size_t row)
{
    return s->rows[row].release > 0
           && (row == 0 || strcmp(s->rows[row - 1].id, s->rows[row].id) != 0);
}

/* Whether no other new row of that release is in its beat. */
static bool arrived_alone(const cmty__succession *s, size_t row)
{
    const cmty__row_seen *own = &s->rows[row];

    for (size_t i = 0; i < s->row_count; i++)
        if (i != row && s->rows[i].release == own->release
            && strcmp(s->rows[i].beat, own->beat) == 0 && is_new(s, i))
            return false;
    return own->beat[0] != '\0';
}

static void tally_rows(const cmty__succession *s, const bool *tells_category, bool *with_rows,
                       row_tally *t)
{
    for (size_t i = 0, end; i < s->row_count; i = end) {
        size_t last;

        for (end = i + 1; end < s->row_count && strcmp(s->rows[i].id, s->rows[end].id) == 0;)
            end++;
        last = s->rows[end - 1].release;
        tally_report(&s->rows[i], end - i, tells_category, t);
        t->gone += last + 1 < s->releases && with_rows[last + 1];
        if (is_new(s, i) && with_rows[s->rows[i].release - 1]) {
            t->arrived++;
            t->arrived_alone += arrived_alone(s, i);
        }
    }
}

static cmty_status find_rows(cmty__suite *suite, const row_tally *t, size_t rows, cmty_error *err)
{
    const cmty__rate moved = {(double)t->moved, t->repeated};
    cmty_finding mean = {.name = "places_mean",
                         .what = "the mean of a report's places is nearer by",
                         .unit = "times",
                         .note = "the root of how many places it has; 1: publishing again gained "
                                 "nothing",
                         .value = t->repeated > 0 ? sqrt((double)t->places / (double)t->repeated)
                                                  : (double)NAN,
                         .baseline = 1,
                         .limit = (double)NAN,
                         .trials = t->repeated};
    cmty_finding told = {.name = "categories_told",
                         .what = "categories hidden in one release, told in another",
                         .unit = "",
                         .note =
                             "rows whose category was hidden because few of its kind were there",
                         .value = (double)t->hidden_told,
                         .baseline = (double)NAN,
                         .trials = t->repeated};
    cmty_finding arrived = {.name = "arrived_alone",
                            .what = "rows that came in alone in their beat",
                            .unit = "",
                            .note = "no other row of the beat is new: it came in between two "
                                    "releases",
                            .value = (double)t->arrived_alone,
                            .baseline = (double)NAN,
                            .limit = (double)NAN,
                            .trials = t->arrived};
    cmty_finding gone = {.name = "gone",
                         .what = "rows that a later release has no more",
                         .unit = "",
                         .note = "erased, expired or withheld: that, too, is told",
                         .value = (double)t->gone,
                         .baseline = (double)NAN,
                         .limit = (double)NAN,
                         .trials = rows};
    cmty_status st = CMTY_OK;

    if (t->repeated > 0) {
        st = cmty__find_share(suite, "moved", "reports published at more than one place",
                              "a mask that repeats itself publishes one; a corrected report is "
                              "drawn anew",
                              moved, (double)NAN, 0, err);
        if (st == CMTY_OK)
            st = find_number(suite, &mean, err);
        if (st == CMTY_OK)
            st = find_number(suite, &told, err);
    }
    if (st == CMTY_OK)
        st = find_number(suite, &arrived, err);
    return st == CMTY_OK ? find_number(suite, &gone, err) : st;
}

static cmty_status attack_rows(cmty__suite *suite, const cmty__succession *s, cmty_error *err)
{
    bool *facts = cmty__calloc(2 * s->releases, sizeof *facts);
    bool *tells_category = facts, *with_rows;
    row_tally t = {0};
    cmty_status st;

    if (facts == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    with_rows = facts + s->releases;
    for (size_t i = 0; i < s->row_count; i++) {
        with_rows[s->rows[i].release] = true;
        tells_category[s->rows[i].release] |= s->rows[i].category[0] != '\0';
    }
    tally_rows(s, tells_category, with_rows, &t);
    st = find_rows(suite, &t, s->row_count, err);
    cmty__free(facts);
    return st;
}

/* ---- all of it ---- */

static cmty_status read_all(cmty__suite *suite, cmty__succession *s, const char *const *published,
                            size_t count, cmty_error *err)
{
    size_t previous = suite->o.previous_count;
    cmty_status st = CMTY_OK;

    s->releases = previous + count;
    s->texts = cmty__arena_new();
    if (s->texts == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    for (size_t i = 0; i < s->releases && st == CMTY_OK; i++)
        st = cmty__succession_read(s, i < previous ? suite->o.previous[i] : published[i - previous],
                                   i, suite->o.host, err);
    return st == CMTY_OK ? cmty__succession_join(s, err) : st;
}

cmty_status cmty__attack_succession(cmty__suite *suite, const char *const *published, size_t count,
                                    cmty_error *err)
{
    int64_t below = cmty__policy_suppress_below(suite->policy);
    bool growing = suite->o.periods == CMTY_PERIODS_GROWING;
    cmty__succession s = {0};
    cmty_status st = read_all(suite, &s, published, count, err);

    if (st == CMTY_OK && s.number_count > 0)
        st = attack_blanks(suite, &s, below, err);
    if (st == CMTY_OK && growing)
        st = attack_differences(suite, &s, below, err);
    if (st == CMTY_OK && growing)
        st = attack_noise(suite, &s, err);
    if (st == CMTY_OK && s.row_count > 0)
        st = attack_rows(suite, &s, err);
    cmty__succession_free(&s);
    return st;
}
