/* SPDX-License-Identifier: MIT */
/* Which areas hold a point: exactly, and without allocation. Any thread. */
#include "geo/areas_find.h"

/* ---- from the stored doubles ---- */

/* The cell of a leaf, and what its edges are asked about. */
typedef struct question {
    const cmty__areas *a;
    cmty_point p;
    uint32_t shift, column;
} question;

static question ask(const cmty__areas *a, const cmty__place *at, cmty_point p)
{
    uint32_t shift = CMTY__CELL_BITS - at->level;

    return (question){a, p, shift, at->u >> shift};
}

static bool says_break(const question *q, cmty_point end)
{
    return end.lat_deg <= q->p.lat_deg
           && cmty__fixed_lon(q->a, end.lon_deg) >> q->shift < q->column;
}

static unsigned edge_says(const question *q, const cmty__edge *e)
{
    cmty_point from, to;
    unsigned says;

    cmty__edge_ends(q->a->points, e, &from, &to);
    says = cmty__passes(from, to, q->p);
    if (e->point & CMTY__SEAM)
        return says & CMTY__TOUCHED;
    return says ^ (says_break(q, from) != says_break(q, to) ? CMTY__CROSSED : 0);
}

/* The answer of a pair, and an edge that p lies on, or NULL. */
static uint32_t pair_set(const question *q, const cmty__line *line, const cmty__edge **touched)
{
    const uint32_t *n = q->a->numbers + line->cold;
    uint32_t count = n[0] & ~CMTY__SWAPPED;
    bool odd = (n[0] & CMTY__SWAPPED) != 0;

    *touched = NULL;
    for (uint32_t i = 1; i <= count; i++) {
        const cmty__edge *e = &q->a->edges[n[i]];
        unsigned says = edge_says(q, e);

        odd ^= says & CMTY__CROSSED;
        if (says & CMTY__TOUCHED)
            *touched = e;
    }
    return line->set[odd];
}

/* The numbers of a leaf of many. */
typedef struct many {
    uint32_t edge_count, local_count, constant;
    const uint32_t *base, *areas, *edges;
} many;

static many many_of(const cmty__areas *a, const cmty__line *line)
{
    const uint32_t *n = a->numbers + line->cold;
    many m = {n[0], n[1], n[2], n + 3, NULL, NULL};

    m.areas = m.base + (m.local_count + 31) / 32;
    m.edges = m.areas + m.local_count;
    return m;
}

/* The state of 32 locals at a point, one bit each. */
typedef struct state {
    uint32_t inside, edge; /* edge: held as a point of the boundary */
} state;

static uint32_t bit_of(const many *m, uint32_t w, uint32_t area)
{
    uint32_t low = 32 * w, end = low + 32 < m->local_count ? low + 32 : m->local_count, high = end;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (m->areas[middle] < area)
            low = middle + 1;
        else
            high = middle;
    }
    return low < end && m->areas[low] == area ? 1U << low % 32 : 0;
}

/* Locals 32 w to 32 w + 31. A point on a seam is inside like all that surrounds it; on a spike
   nothing surrounds it, and it is a point of the boundary. */
static state many_state(const question *q, const many *m, uint32_t w)
{
    uint32_t inside = m->base[w], edge = 0, seam = 0;

    for (uint32_t i = 0; i < m->edge_count; i++) {
        const cmty__edge *e = &q->a->edges[m->edges[i]];
        unsigned says = edge_says(q, e);

        for (int k = 0; says != 0 && k < 2 && e->owner[k] != CMTY__NO_AREA; k++) {
            uint32_t bit = bit_of(m, w, e->owner[k]);

            if (says & CMTY__CROSSED)
                inside ^= bit;
            if (says & CMTY__TOUCHED)
                *(e->point & CMTY__SEAM ? &seam : &edge) |= bit;
        }
    }
    edge |= seam & ~inside;
    return (state){inside & ~edge, edge};
}

/* ---- the lowest area ---- */

static uint32_t lower(uint32_t answer, uint32_t area)
{
    uint32_t one = answer & CMTY__ANSWER_AREA;

    return one == 0 || area + 1 < one ? area + 1 : one;
}

static uint32_t pair_exact(const question *q, const cmty__line *line)
{
    const cmty__edge *touched;
    uint32_t set = pair_set(q, line, &touched), answer = cmty__set_answer(q->a, set), lowest;
    size_t count = cmty__set_size(q->a, set);

    if (touched == NULL)
        return answer;
    lowest = answer;
    for (int k = 0; k < 2 && touched->owner[k] != CMTY__NO_AREA; k++) {
        lowest = lower(lowest, touched->owner[k]);
        count += !cmty__set_has(q->a, set, touched->owner[k]);
    }
    return lowest
           | (uint32_t)(CMTY__FIRST_EDGE | (count > 1 ? CMTY__FIRST_SEVERAL : 0))
                 << CMTY__ANSWER_SHIFT;
}

static uint32_t many_exact(const question *q, const cmty__line *line)
{
    many m = many_of(q->a, line);
    size_t holding = cmty__set_size(q->a, m.constant);
    uint32_t lowest = cmty__set_answer(q->a, m.constant) & CMTY__ANSWER_AREA, flags = 0;

    for (uint32_t w = 0; w < (m.local_count + 31) / 32; w++) {
        state s = many_state(q, &m, w);
        uint32_t held = s.inside | s.edge;

        if (held == 0)
            continue;
        if (s.edge != 0)
            flags = CMTY__FIRST_EDGE;
        holding += (size_t)__builtin_popcount(held);
        lowest = lower(lowest, m.areas[32 * w + (uint32_t)__builtin_ctz(held)]);
    }
    if (holding == 0)
        flags = CMTY__FIRST_NEAR;
    else if (holding > 1)
        flags |= CMTY__FIRST_SEVERAL;
    return lowest | flags << CMTY__ANSWER_SHIFT;
}

/* What the locals that hold the point make of the areas that hold the whole cell. */
static inline uint32_t held_answer(const cmty__areas *a, const cmty__line *line, uint64_t held)
{
    uint32_t answer = cmty__set_answer(a, line->set[0]), lowest;

    if (held == 0)
        return answer == 0 ? (uint32_t)CMTY__FIRST_NEAR << CMTY__ANSWER_SHIFT : answer;
    lowest = lower(answer, cmty__tail_of(line)[__builtin_ctzll(held)]);
    if ((answer & CMTY__ANSWER_AREA) != 0 || (held & (held - 1)) != 0)
        lowest |= (uint32_t)CMTY__FIRST_SEVERAL << CMTY__ANSWER_SHIFT;
    return lowest;
}

static bool is_position(cmty_point p)
{
    return p.lon_deg == p.lon_deg && p.lat_deg == p.lat_deg;
}

static uint32_t exact_answer(const cmty__areas *a, const cmty__place *at, cmty_point p)
{
    const cmty__line *line = a->lines + (at->word & CMTY__REST);
    question q = ask(a, at, p);

    if (!is_position(p))
        return 0;
    return (at->word & CMTY__TAG) == CMTY__TAG_PAIR ? pair_exact(&q, line) : many_exact(&q, line);
}

uint32_t cmty__answer_at(const cmty__areas *a, cmty_point p)
{
    cmty__place at = cmty__place_of(a, p);

    if ((at.word & CMTY__TAG) == CMTY__TAG_SET)
        return cmty__set_answer(a, at.word);
    return a->finder->leaf(a, at, p);
}

uint32_t cmty__answer_left(const cmty__areas *a, const cmty__left *left, uint32_t word,
                           cmty_point p)
{
    cmty__place at;

    if (!left->doubt)
        return held_answer(a, a->lines + (word & CMTY__REST), left->held);
    at = cmty__place_of(a, p);
    return exact_answer(a, &at, p);
}

int32_t cmty__areas_first(const cmty__areas *a, cmty_point p, bool *edge, bool *several)
{
    uint32_t answer = cmty__answer_at(a, p), flags = answer >> CMTY__ANSWER_SHIFT;

    if (edge != NULL)
        *edge = (flags & CMTY__FIRST_EDGE) != 0;
    if (several != NULL)
        *several = (flags & CMTY__FIRST_SEVERAL) != 0;
    return (int32_t)(answer & CMTY__ANSWER_AREA) - 1;
}

int32_t cmty__areas_first_flags(const cmty__areas *a, cmty_point p, uint32_t *flags)
{
    uint32_t answer = cmty__answer_at(a, p);

    *flags = answer >> CMTY__ANSWER_SHIFT;
    return (int32_t)(answer & CMTY__ANSWER_AREA) - 1;
}

/* ---- all areas ---- */

static void put_hit(cmty__hit_list *l, uint32_t area, int32_t kind)
{
    if (area < l->from)
        return;
    if (l->count < l->capacity) {
        if (l->hits != NULL)
            l->hits[l->count] = (cmty__hit){(int32_t)area, kind};
        else
            l->areas[l->count] = (int32_t)area;
    }
    l->count++;
}

static void set_hits(const cmty__areas *a, uint32_t set, cmty__hit_list *l)
{
    for (size_t i = 0; i < cmty__set_size(a, set); i++)
        put_hit(l, cmty__set_member(a, set, i), CMTY__HIT_INSIDE);
}

/* Puts what comes from the leaf, ascending, between the areas of a constant set. */
typedef struct merge {
    const cmty__areas *a;
    uint32_t set;
    size_t next, size;
    cmty__hit_list *l;
} merge;

static void merge_hit(merge *m, uint32_t area, int32_t kind)
{
    for (; m->next < m->size && cmty__set_member(m->a, m->set, m->next) < area; m->next++)
        put_hit(m->l, cmty__set_member(m->a, m->set, m->next), CMTY__HIT_INSIDE);
    if (m->next < m->size && cmty__set_member(m->a, m->set, m->next) == area)
        m->next++;
    put_hit(m->l, area, kind);
}

static void merge_rest(merge *m)
{
    for (; m->next < m->size; m->next++)
        put_hit(m->l, cmty__set_member(m->a, m->set, m->next), CMTY__HIT_INSIDE);
}

static void pair_hits(const question *q, const cmty__line *line, cmty__hit_list *l)
{
    const cmty__edge *touched;
    uint32_t set = pair_set(q, line, &touched);
    merge m = {q->a, set, 0, cmty__set_size(q->a, set), l};
    uint32_t low, high;

    if (touched != NULL) {
        low = touched->owner[0] < touched->owner[1] ? touched->owner[0] : touched->owner[1];
        high = touched->owner[0] < touched->owner[1] ? touched->owner[1] : touched->owner[0];
        merge_hit(&m, low, CMTY__HIT_EDGE);
        if (high != CMTY__NO_AREA)
            merge_hit(&m, high, CMTY__HIT_EDGE);
    }
    merge_rest(&m);
}

static void held_hits(const cmty__areas *a, const cmty__line *line, uint64_t held,
                      cmty__hit_list *l)
{
    merge to = {a, line->set[0], 0, cmty__set_size(a, line->set[0]), l};
    const uint32_t *areas = cmty__tail_of(line);

    for (; held != 0; held &= held - 1)
        merge_hit(&to, areas[__builtin_ctzll(held)], CMTY__HIT_INSIDE);
    merge_rest(&to);
}

static void many_hits(const question *q, const cmty__line *line, cmty__hit_list *l)
{
    many m = many_of(q->a, line);
    merge to = {q->a, m.constant, 0, cmty__set_size(q->a, m.constant), l};

    for (uint32_t w = 0; w < (m.local_count + 31) / 32; w++) {
        state s = many_state(q, &m, w);

        for (uint32_t both = s.inside | s.edge; both != 0; both &= both - 1) {
            uint32_t bit = (uint32_t)__builtin_ctz(both);

            merge_hit(&to, m.areas[32 * w + bit],
                      s.edge >> bit & 1 ? CMTY__HIT_EDGE : CMTY__HIT_INSIDE);
        }
    }
    merge_rest(&to);
}

static void exact_hits(const cmty__areas *a, const cmty__place *at, cmty_point p, cmty__hit_list *l)
{
    const cmty__line *line = a->lines + (at->word & CMTY__REST);
    question q = ask(a, at, p);

    if (!is_position(p))
        return;
    if ((at->word & CMTY__TAG) == CMTY__TAG_PAIR)
        pair_hits(&q, line, l);
    else
        many_hits(&q, line, l);
}

static void hits_at(const cmty__areas *a, cmty_point p, cmty__hit_list *l)
{
    cmty__place at = cmty__place_of(a, p);
    const cmty__line *line = a->lines + (at.word & CMTY__REST);
    int x = cmty__local(at.u, at.level), y = cmty__local(at.v, at.level);
    uint64_t held = 0;
    bool doubt, odd;

    if ((at.word & CMTY__TAG) == CMTY__TAG_SET) {
        set_hits(a, at.word, l);
        return;
    }
    if ((at.word & CMTY__TAG) == CMTY__TAG_PAIR) {
        odd = cmty__line_parity(line, x, y, &doubt);
        if (!doubt)
            set_hits(a, line->set[odd], l);
    } else {
        held = cmty__line_held(line, x, y, &doubt);
        if (!doubt)
            held_hits(a, line, held, l);
    }
    if (doubt)
        exact_hits(a, &at, p, l);
}

void cmty__hits_left(const cmty__areas *a, const cmty__left *left, uint32_t word, cmty_point p,
                     cmty__hit_list *l)
{
    cmty__place at;

    if (!left->doubt) {
        held_hits(a, a->lines + (word & CMTY__REST), left->held, l);
        return;
    }
    at = cmty__place_of(a, p);
    exact_hits(a, &at, p, l);
}

size_t cmty__areas_hits_from(const cmty__areas *a, cmty_point p, uint32_t from, cmty__hit *hits,
                             size_t capacity)
{
    cmty__hit none;
    cmty__hit_list l = {
        .hits = hits != NULL ? hits : &none, .capacity = hits != NULL ? capacity : 0, .from = from};

    hits_at(a, p, &l);
    return l.count;
}

size_t cmty__areas_hits(const cmty__areas *a, cmty_point p, cmty__hit *hits, size_t capacity)
{
    return cmty__areas_hits_from(a, p, 0, hits, capacity);
}

bool cmty__areas_contains(const cmty__areas *a, int32_t area, cmty_point p)
{
    cmty__hit hit;

    return cmty__areas_hits_from(a, p, (uint32_t)area, &hit, 1) > 0 && hit.area == area;
}
