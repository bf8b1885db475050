/* SPDX-License-Identifier: MIT */
/*
 * Complementary suppression on a network: L. H. Cox, Network models for complementary cell
 * suppression, JASA 90 (1995), with shortest augmenting paths for the choice, J. Castro, Network
 * flows heuristics for complementary cell suppression, Inference Control (2002).
 *
 * What a reader cannot rule out for a blank number is the largest flow its arc can carry: its own
 * value and what can be pushed round through the other blank arcs. Where that is too little, the
 * cheapest cycle is found that would carry more if some printed numbers were blank too, and those
 * are blanked. A number once protected stays so, for a further blank only adds cycles.
 * Serial per network.
 */
#include "release/suppress.h"

typedef struct arc {
    int32_t from, to;
    int64_t value;
    int64_t pushed; /* by the check under way */
    int64_t least;  /* what a reader knows a blank to be at least */
    bool blank;
} arc;

typedef struct step { /* how a node was reached */
    int64_t cost;
    int32_t arc; /* -1: not reached */
    bool backward, settled;
} step;

struct cmty__network {
    arc *arcs;
    size_t arc_count, arc_capacity;
    int32_t *first, *next; /* arcs at each node: 2 * arc leaves it, 2 * arc + 1 enters it */
    step *steps;
    int32_t *touched; /* arcs with pushed != 0, may repeat */
    size_t touched_count, touched_capacity;
    int32_t node_count;
    bool failed;
};

cmty__network *cmty__network_new(void)
{
    return cmty__calloc(1, sizeof(cmty__network));
}

void cmty__network_free(cmty__network *n)
{
    if (n == NULL)
        return;
    cmty__free(n->arcs);
    cmty__free(n->first);
    cmty__free(n->next);
    cmty__free(n->steps);
    cmty__free(n->touched);
    cmty__free(n);
}

int32_t cmty__network_node(cmty__network *n)
{
    return n->node_count++;
}

int32_t cmty__network_arc(cmty__network *n, int32_t from, int32_t to, int64_t value)
{
    if (n->failed || !cmty__grow(&n->arcs, &n->arc_capacity, n->arc_count + 1, sizeof *n->arcs)) {
        n->failed = true;
        return 0;
    }
    n->arcs[n->arc_count] = (arc){from, to, value, 0, 1, false};
    return (int32_t)n->arc_count++;
}

int32_t cmty__network_untold(cmty__network *n, int32_t from, int32_t to, int64_t value)
{
    int32_t index = cmty__network_arc(n, from, to, value);

    if (!n->failed) {
        n->arcs[index].least = 0;
        n->arcs[index].blank = true;
    }
    return index;
}

bool cmty__network_blank(const cmty__network *n, int32_t index)
{
    return n->arcs[index].blank;
}

static bool network_link(cmty__network *n)
{
    size_t nodes = (size_t)n->node_count;

    n->first = cmty__calloc(nodes, sizeof *n->first);
    n->next = cmty__calloc(2 * n->arc_count, sizeof *n->next);
    n->steps = cmty__calloc(nodes, sizeof *n->steps);
    if (n->first == NULL || n->next == NULL || n->steps == NULL)
        return false;
    for (size_t i = 0; i < nodes; i++)
        n->first[i] = -1;
    for (size_t i = n->arc_count; i-- > 0;) {
        int32_t leaves = 2 * (int32_t)i, enters = leaves + 1;

        n->next[leaves] = n->first[n->arcs[i].from];
        n->first[n->arcs[i].from] = leaves;
        n->next[enters] = n->first[n->arcs[i].to];
        n->first[n->arcs[i].to] = enters;
    }
    return true;
}

/* How much more can be pushed along an arc; backward: how much it can be lowered. */
static int64_t room(const arc *a, bool backward)
{
    if (a->value < a->least)
        return 0; /* printed zeros are not blanked: a blank means at least 1 */
    return backward ? a->value + a->pushed - a->least : INT64_MAX;
}

static void relax(cmty__network *n, int32_t node, int32_t end, int32_t avoid, bool blank_only)
{
    const arc *a = &n->arcs[end / 2];
    bool backward = end % 2 == 1;
    step *there = &n->steps[backward ? a->from : a->to];
    int64_t cost = n->steps[node].cost + (a->blank ? 0 : a->value);

    if (end / 2 == avoid || room(a, backward) == 0 || (blank_only && !a->blank))
        return;
    if (there->settled || (there->arc >= 0 && there->cost <= cost))
        return;
    *there = (step){cost, end / 2, backward, false};
}

/* The node to go on from: the cheapest reached and not settled, ties by number; -1. */
static int32_t cheapest(const cmty__network *n)
{
    int32_t best = -1;

    for (int32_t i = 0; i < n->node_count; i++) {
        const step *s = &n->steps[i];

        if (s->arc >= 0 && !s->settled && (best < 0 || s->cost < n->steps[best].cost))
            best = i;
    }
    return best;
}

/* Dijkstra from `start` to `goal` round arc `avoid`; false: there is no way. */
static bool find_path(cmty__network *n, int32_t start, int32_t goal, int32_t avoid, bool blank_only)
{
    for (int32_t i = 0; i < n->node_count; i++)
        n->steps[i] = (step){0, -1, false, false};
    n->steps[start].arc = avoid; /* reached, by no arc of the path */
    for (int32_t at = start; at >= 0; at = cheapest(n)) {
        if (at == goal)
            return true;
        n->steps[at].settled = true;
        for (int32_t end = n->first[at]; end >= 0; end = n->next[end])
            relax(n, at, end, avoid, blank_only);
    }
    return false;
}

/* Pushes up to `need` along the path found to `goal`, blanking what it uses. */
static int64_t push_path(cmty__network *n, int32_t start, int32_t goal, int64_t need)
{
    int64_t amount = need;

    for (int32_t at = goal; at != start;) {
        const step *s = &n->steps[at];
        const arc *a = &n->arcs[s->arc];

        if (room(a, s->backward) < amount)
            amount = room(a, s->backward);
        at = s->backward ? a->to : a->from;
    }
    for (int32_t at = goal; at != start;) {
        const step *s = &n->steps[at];
        arc *a = &n->arcs[s->arc];

        a->pushed += s->backward ? -amount : amount;
        a->blank = true;
        if (!cmty__grow(&n->touched, &n->touched_capacity, n->touched_count + 1,
                        sizeof *n->touched))
            n->failed = true;
        else
            n->touched[n->touched_count++] = s->arc;
        at = s->backward ? a->to : a->from;
    }
    return amount;
}

/* Makes sure that a reader must think `below` possible for this blank arc. */
static cmty_status protect_arc(cmty__network *n, int32_t index, int64_t below, cmty_error *err)
{
    const arc *a = &n->arcs[index];
    int64_t need = below - a->value;
    bool blank_only = true;

    while (need > 0 && !n->failed) {
        if (find_path(n, a->to, a->from, index, blank_only))
            need -= push_path(n, a->to, a->from, need);
        else if (blank_only)
            blank_only = false;
        else
            return cmty__fail(err, CMTY_E_INTERNAL, "a table of counts does not add up");
    }
    while (n->touched_count > 0)
        n->arcs[n->touched[--n->touched_count]].pushed = 0;
    return n->failed ? cmty__fail(err, CMTY_E_NOMEM, "out of memory") : CMTY_OK;
}

cmty_status cmty__network_protect(cmty__network *n, int64_t below, cmty_error *err)
{
    cmty_status st = CMTY_OK;

    if (n->failed || !network_link(n))
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    for (size_t i = 0; i < n->arc_count; i++)
        n->arcs[i].blank |= n->arcs[i].value > 0 && n->arcs[i].value < below;
    /* arcs that were given first are settled first: the sums, then what they are made of */
    for (size_t i = 0; i < n->arc_count && st == CMTY_OK; i++)
        if (n->arcs[i].value > 0 && n->arcs[i].value < below)
            st = protect_arc(n, (int32_t)i, below, err);
    return st;
}
