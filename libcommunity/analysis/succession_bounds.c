/* SPDX-License-Identifier: MIT */
/* What is known of numbers that are not printed, by intervals. Serial per succession. */
#include "succession.h"

static const int64_t unbounded = INT64_MAX;
enum { PASSES_MAX = 200 };

typedef struct interval {
    int64_t low, high;
} interval;

typedef struct sum { /* one variable is the sum of others */
    size_t total, first, count;
} sum;

typedef struct system_of {
    const cmty__succession *s;
    size_t levels; /* of each number: its value in each release, then what it grew between two */
    interval *known;
    bool *there; /* of each variable: it takes part */
    sum *sums;
    size_t sum_count, sum_capacity;
    size_t *parts;
    size_t part_count, part_capacity;
    bool *has_all, *has_cells; /* of each release */
    size_t *categories;        /* that the release has totals of */
    bool contradicts, failed;
} system_of;

static size_t variable(const system_of *y, size_t number, size_t level)
{
    return number * y->levels + level;
}

/* ---- what is printed ---- */

static void look_at_releases(system_of *y)
{
    for (size_t i = 0; i < y->s->number_count; i++)
        for (size_t r = 0; r < y->s->releases; r++) {
            const cmty__number *n = &y->s->numbers[i];

            if (n->slots[r].state == CMTY__ABSENT)
                continue;
            y->has_all[r] |= n->counts == CMTY__COUNTS_ALL;
            y->has_cells[r] |= n->counts == CMTY__COUNTS_CELL;
            y->categories[r] += n->counts == CMTY__COUNTS_CATEGORY;
        }
}

/* Tables that are whole leave out what is zero. */
static bool is_zero(const system_of *y, const cmty__number *n, size_t release)
{
    if (n->counts == CMTY__COUNTS_CELL)
        return y->has_cells[release];
    return (n->counts == CMTY__COUNTS_CATEGORY || n->counts == CMTY__COUNTS_BEAT)
           && y->has_all[release];
}

/* Of a beat with none of its categories told, a reader does not know which of them are zero. */
static bool hides_zeros(const system_of *y, const cmty__number *cell, size_t release)
{
    size_t unprinted = 0;

    for (size_t i = 0; i < y->s->number_count; i++) {
        const cmty__number *n = &y->s->numbers[i];

        if (n->counts == CMTY__COUNTS_CELL && strcmp(n->key, cell->key) == 0)
            unprinted += n->slots[release].state == CMTY__UNPRINTED;
    }
    return unprinted >= y->categories[release];
}

static interval printed(const system_of *y, const cmty__number *n, size_t release)
{
    const cmty__slot *slot = &n->slots[release];

    if (slot->state == CMTY__PRINTED)
        return (interval){slot->value, slot->value};
    if (slot->state == CMTY__ABSENT)
        return (interval){0, is_zero(y, n, release) ? 0 : unbounded};
    if (n->counts == CMTY__COUNTS_CELL && hides_zeros(y, n, release))
        return (interval){0, unbounded};
    return (interval){1, unbounded}; /* zeros are printed */
}

static void start(system_of *y, bool together)
{
    size_t releases = y->s->releases;

    look_at_releases(y);
    for (size_t i = 0; i < y->s->number_count; i++) {
        const cmty__number *n = &y->s->numbers[i];

        for (size_t r = 0; r < releases && n->counts != CMTY__COUNTS_NOISY; r++) {
            y->known[variable(y, i, r)] = printed(y, n, r);
            y->there[variable(y, i, r)] = n->slots[r].state != CMTY__ABSENT || is_zero(y, n, r);
        }
        for (size_t r = 0; r + 1 < releases; r++) {
            y->known[variable(y, i, releases + r)] = (interval){0, unbounded};
            y->there[variable(y, i, releases + r)] =
                together && y->there[variable(y, i, r)] && y->there[variable(y, i, r + 1)];
        }
    }
}

/* ---- sums ---- */

static void begin_sum(system_of *y, size_t total)
{
    if (!cmty__grow(&y->sums, &y->sum_capacity, y->sum_count + 1, sizeof *y->sums))
        y->failed = true;
    else
        y->sums[y->sum_count] = (sum){total, y->part_count, 0};
}

static void add_part(system_of *y, size_t part)
{
    if (y->failed
        || !cmty__grow(&y->parts, &y->part_capacity, y->part_count + 1, sizeof *y->parts)) {
        y->failed = true;
        return;
    }
    y->parts[y->part_count++] = part;
    y->sums[y->sum_count].count++;
}

static void end_sum(system_of *y, bool whole)
{
    if (y->failed)
        return;
    if (whole && y->sums[y->sum_count].count > 0)
        y->sum_count++;
    else
        y->part_count = y->sums[y->sum_count].first;
}

/* Whether `part` counts some of what `total` counts, in one of the ways in which tables add up. */
static bool belongs(const cmty__number *total, const cmty__number *part, int32_t by)
{
    if (part->counts != by)
        return false;
    switch (total->counts) {
    case CMTY__COUNTS_ALL:
        return true;
    case CMTY__COUNTS_DISTRICT:
        return strcmp(total->key, part->district) == 0;
    case CMTY__COUNTS_CATEGORY:
        return strcmp(total->key, part->category) == 0;
    default:
        return strcmp(total->key, part->key) == 0;
    }
}

static void add_sum(system_of *y, size_t total, int32_t by, size_t level)
{
    const cmty__succession *s = y->s;
    bool whole = true;

    begin_sum(y, variable(y, total, level));
    for (size_t i = 0; i < s->number_count && !y->failed; i++) {
        if (!belongs(&s->numbers[total], &s->numbers[i], by))
            continue;
        if (y->there[variable(y, i, level)])
            add_part(y, variable(y, i, level));
        else /* of a value: it is not in this table; of a growth: it is not known */
            whole &= level < s->releases;
    }
    end_sum(y, whole);
}

/* Without the table of cells, or of beats, a sum of them says nothing. */
static bool has_parts(const system_of *y, int32_t by, size_t level)
{
    size_t r = level < y->s->releases ? level : level - y->s->releases;
    bool next = level < y->s->releases;

    if (by == CMTY__COUNTS_CELL)
        return y->has_cells[r] && (next || y->has_cells[r + 1]);
    return y->has_all[r] && (next || y->has_all[r + 1]);
}

static void add_sums(system_of *y)
{
    static const int32_t by[][2] = {{CMTY__COUNTS_ALL, CMTY__COUNTS_BEAT},
                                    {CMTY__COUNTS_ALL, CMTY__COUNTS_CATEGORY},
                                    {CMTY__COUNTS_DISTRICT, CMTY__COUNTS_BEAT},
                                    {CMTY__COUNTS_CATEGORY, CMTY__COUNTS_CELL},
                                    {CMTY__COUNTS_BEAT, CMTY__COUNTS_CELL}};

    for (size_t k = 0; k < sizeof by / sizeof by[0]; k++)
        for (size_t i = 0; i < y->s->number_count; i++)
            for (size_t level = 0; level < y->levels && !y->failed; level++)
                if (y->s->numbers[i].counts == by[k][0] && y->there[variable(y, i, level)]
                    && has_parts(y, by[k][1], level))
                    add_sum(y, i, by[k][1], level);
}

/* A value is that of the release before and what it grew by. */
static void add_growths(system_of *y)
{
    for (size_t i = 0; i < y->s->number_count; i++)
        for (size_t r = 0; r + 1 < y->s->releases && !y->failed; r++) {
            if (!y->there[variable(y, i, y->s->releases + r)])
                continue;
            begin_sum(y, variable(y, i, r + 1));
            add_part(y, variable(y, i, r));
            add_part(y, variable(y, i, y->s->releases + r));
            end_sum(y, true);
        }
}

/* ---- narrowing ---- */

static bool narrow(system_of *y, size_t v, int64_t low, int64_t high)
{
    interval *k = &y->known[v];
    bool moved = low > k->low || high < k->high;

    if (low > k->low)
        k->low = low;
    if (high < k->high)
        k->high = high;
    y->contradicts |= k->low > k->high;
    return moved;
}

static bool narrow_sum(system_of *y, const sum *m)
{
    int64_t low = 0, high = 0; /* of all parts; high of those that are bounded */
    size_t open = 0;
    bool moved;

    for (size_t i = 0; i < m->count; i++) {
        const interval *k = &y->known[y->parts[m->first + i]];

        low += k->low;
        if (k->high == unbounded)
            open++;
        else
            high += k->high;
    }
    moved = narrow(y, m->total, low, open == 0 ? high : unbounded);
    for (size_t i = 0; i < m->count; i++) {
        const interval *total = &y->known[m->total];
        const interval k = y->known[y->parts[m->first + i]];
        bool others_open = open > (k.high == unbounded);
        int64_t others = high - (k.high == unbounded ? 0 : k.high);

        moved |= narrow(y, y->parts[m->first + i], others_open ? 0 : total->low - others,
                        total->high == unbounded ? unbounded : total->high - (low - k.low));
    }
    return moved;
}

static void narrow_all(system_of *y)
{
    bool moved = true;

    for (int pass = 0; pass < PASSES_MAX && moved && !y->contradicts; pass++) {
        moved = false;
        for (size_t i = 0; i < y->sum_count && !y->contradicts; i++)
            moved |= narrow_sum(y, &y->sums[i]);
    }
}

static void keep(const system_of *y)
{
    size_t releases = y->s->releases;

    for (size_t i = 0; i < y->s->number_count; i++)
        for (size_t r = 0; r < releases; r++) {
            cmty__slot *slot = &y->s->numbers[i].slots[r];

            slot->low = y->known[variable(y, i, r)].low;
            slot->high = y->known[variable(y, i, r)].high;
            slot->grew = r > 0 && y->there[variable(y, i, releases + r - 1)];
            if (slot->grew) {
                slot->grew_low = y->known[variable(y, i, releases + r - 1)].low;
                slot->grew_high = y->known[variable(y, i, releases + r - 1)].high;
            }
        }
}

cmty_status cmty__succession_bound(cmty__succession *s, bool together, cmty_error *err)
{
    system_of y = {.s = s, .levels = 2 * s->releases - 1};

    y.known = cmty__calloc((s->number_count + 1) * y.levels, sizeof *y.known);
    y.there = cmty__calloc((s->number_count + 1) * y.levels, sizeof *y.there);
    y.has_all = cmty__calloc(s->releases, sizeof *y.has_all);
    y.has_cells = cmty__calloc(s->releases, sizeof *y.has_cells);
    y.categories = cmty__calloc(s->releases, sizeof *y.categories);
    y.failed = y.known == NULL || y.there == NULL || y.has_all == NULL || y.has_cells == NULL
               || y.categories == NULL;
    if (!y.failed) {
        start(&y, together);
        add_sums(&y);
        add_growths(&y);
    }
    if (!y.failed)
        narrow_all(&y);
    s->consistent = !y.contradicts;
    if (!y.failed && s->consistent)
        keep(&y);
    cmty__free(y.known);
    cmty__free(y.there);
    cmty__free(y.sums);
    cmty__free(y.parts);
    cmty__free(y.has_all);
    cmty__free(y.has_cells);
    cmty__free(y.categories);
    return y.failed ? cmty__fail(err, CMTY_E_NOMEM, "out of memory") : CMTY_OK;
}
