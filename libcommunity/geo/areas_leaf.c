/* SPDX-License-Identifier: MIT */
/*
 * Making the leaves of the index: the edges of a cell in 16-bit numbers, and what settles the rest.
 * Serial per builder.
 *
 * An edge is clipped to a frame round the cell. Where its left part is cut away, a break at the cut
 * stands for that part's own break: between the two latitudes the part passes left of the cell, so
 * both say the same. What is cut away above or below is straddled by no point of the cell, what is
 * cut away to the right is passed by none. Ends and points are both cut off to whole steps, so a
 * difference of two errs by less than one step.
 */
#include "geo/areas_build.h"

/* The frame, so that differences of coordinates fit 16 bits. */
enum { LOW = -8000, HIGH = CMTY__LOCAL_SIDE + 8000, FAR_ABOVE = 32000, SLOTS_OF_EDGE = 3 };

typedef struct slot {
    int16_t ax, ay, bx, by;
} slot;

typedef struct slot_list {
    slot items[CMTY__SLOTS_MAX];
    uint8_t local[CMTY__SLOTS_MAX][2]; /* in a leaf of many */
    size_t count;
} slot_list;

/* ---- what an edge says ---- */

/* From the doubles. */
static bool passes_exactly(const cmty__builder *b, uint32_t edge, cmty_point p)
{
    cmty_point from, to;

    cmty__edge_ends(b->points, &b->edges[edge], &from, &to);
    return (cmty__passes(from, to, p) & CMTY__CROSSED) != 0;
}

static cmty_point point_at(const cmty__builder *b, cmty__spot at)
{
    return (cmty_point){b->origin[0] + at.x / b->per_deg[0], b->origin[1] + at.y / b->per_deg[1]};
}

static bool level_in_doubt(const cmty__stepped *s, cmty__spot at)
{
    return fabs(s->ay - at.y) < CMTY__SPOT_SLACK || fabs(s->by - at.y) < CMTY__SPOT_SLACK;
}

/* In steps, where no end is in doubt. */
static bool passes(const cmty__builder *b, uint32_t edge, cmty__spot at)
{
    const cmty__stepped *s = &b->stepped[edge];
    double ax = s->ax - at.x, ay = s->ay - at.y, bx = s->bx - at.x, by = s->by - at.y, det, bound;

    if ((ay > 0) == (by > 0) || ax > CMTY__SPOT_SLACK)
        return false;
    if (bx < -CMTY__SPOT_SLACK)
        return true;
    det = ax * by - ay * bx;
    bound = CMTY__SPOT_SLACK * (fabs(ax) + fabs(ay) + fabs(bx) + fabs(by));
    if (fabs(det) <= bound)
        return passes_exactly(b, edge, point_at(b, at));
    return (by > 0) == (det < 0);
}

bool cmty__edge_passes(const cmty__builder *b, uint32_t edge, cmty__spot at)
{
    return level_in_doubt(&b->stepped[edge], at) ? passes_exactly(b, edge, point_at(b, at))
                                                 : passes(b, edge, at);
}

static bool is_left(double steps, cmty__cell c)
{
    return (uint32_t)steps >> (CMTY__CELL_BITS - c.level) < c.column;
}

bool cmty__edge_crossed(const cmty__builder *b, uint32_t edge, cmty__cell c, cmty__spot at)
{
    const cmty__stepped *s = &b->stepped[edge];
    bool left_a = is_left(s->ax, c), left_b = is_left(s->bx, c);
    cmty_point p, from, to;

    if (b->edges[edge].point & CMTY__SEAM)
        return false;
    if (!level_in_doubt(s, at))
        return passes(b, edge, at) ^ (left_a && s->ay <= at.y) ^ (left_b && s->by <= at.y);
    p = point_at(b, at);
    cmty__edge_ends(b->points, &b->edges[edge], &from, &to);
    return passes_exactly(b, edge, p) ^ (left_a && from.lat_deg <= p.lat_deg)
           ^ (left_b && to.lat_deg <= p.lat_deg);
}

bool cmty__edge_toggle(const cmty__builder *b, uint32_t edge, cmty__area_set *s)
{
    const cmty__edge *e = &b->edges[edge];

    return cmty__area_set_toggle(s, e->owner[0])
           && (e->owner[1] == CMTY__NO_AREA || cmty__area_set_toggle(s, e->owner[1]));
}

/* ---- slots ---- */

typedef struct end {
    double x, y; /* in the frame of the cell */
    bool cut_left, cut_right;
} end;

/* Moves `from`, which lies beyond `bound` in x or y, along the line towards `to`. */
static void cut_x(end *from, double ax, double ay, double bx, double by, double bound)
{
    from->y = ay + (bound - ax) / (bx - ax) * (by - ay);
    from->x = bound;
}

static void cut_y(end *from, double ax, double ay, double bx, double by, double bound)
{
    from->x = ax + (bound - ay) / (by - ay) * (bx - ax);
    from->y = bound;
}

/* The end of a to b that is at a, moved into the frame. */
static end clip(double ax, double ay, double bx, double by)
{
    end e = {ax, ay, false, false};

    if (ay < LOW || ay > HIGH)
        cut_y(&e, ax, ay, bx, by, ay < LOW ? LOW : HIGH);
    if (e.x < LOW || e.x > HIGH) {
        e.cut_left = e.x < LOW;
        e.cut_right = !e.cut_left;
        cut_x(&e, ax, ay, bx, by, e.cut_left ? LOW : HIGH);
    }
    return e;
}

static bool in_frame(const end *e)
{
    return e->x >= LOW && e->x <= HIGH && e->y >= LOW && e->y <= HIGH;
}

/* Does the edge go on to the left of the cell from here? */
static bool has_break(const end *e, double step_x, cmty__cell c)
{
    return e->cut_left
           || (!e->cut_right && (uint32_t)step_x >> (CMTY__CELL_BITS - c.level) < c.column);
}

/* Adds the break of an end that has one, or notes that all points of the cell lie above it. */
static void put_break(const end *e, double step_y, cmty__cell c, slot_list *to, bool *constant)
{
    uint32_t row = (uint32_t)step_y >> (CMTY__CELL_BITS - c.level);
    double y = floor(e->y);

    if (e->cut_left ? y < -1 : row < c.row)
        *constant = !*constant;
    else if (e->cut_left ? y <= CMTY__LOCAL_SIDE : row == c.row)
        to->items[to->count++] = (slot){LOW, (int16_t)y, LOW, HIGH};
}

/* Adds the slots of one edge, at most SLOTS_OF_EDGE, none if no point of the cell can tell it from
   nothing. False: no room, or it cannot be clipped. */
static bool put_slots(const cmty__builder *b, uint32_t edge, cmty__cell c, slot_list *to,
                      bool *constant)
{
    const cmty__stepped *s = &b->stepped[edge];
    uint32_t shift = CMTY__CELL_BITS - c.level;
    double scale = 1.0 / (1U << (CMTY__SUB_LEVELS - c.level));
    double x = (double)((uint64_t)c.column << shift), y = (double)((uint64_t)c.row << shift);
    double ax = (s->ax - x) * scale, ay = (s->ay - y) * scale;
    double bx = (s->bx - x) * scale, by = (s->by - y) * scale;
    end from = clip(ax, ay, bx, by), to_end = clip(bx, by, ax, ay);
    double west = cmty__less(from.x, to_end.x), east = cmty__more_of(from.x, to_end.x);
    double south = cmty__less(from.y, to_end.y), north = cmty__more_of(from.y, to_end.y);
    bool seam = (b->edges[edge].point & CMTY__SEAM) != 0;

    if (to->count + SLOTS_OF_EDGE > CMTY__SLOTS_MAX || !in_frame(&from) || !in_frame(&to_end))
        return false;
    if (!seam && east < -2 && has_break(&from, s->ax, c) && has_break(&to_end, s->bx, c))
        return true; /* its breaks cancel what it says */
    if (west <= CMTY__LOCAL_SIDE + 1 && south <= CMTY__LOCAL_SIDE + 1 && north >= -2)
        to->items[to->count++] = (slot){(int16_t)floor(from.x), (int16_t)floor(from.y),
                                        (int16_t)floor(to_end.x), (int16_t)floor(to_end.y)};
    if (!seam && has_break(&from, s->ax, c))
        put_break(&from, s->ay, c, to, constant);
    if (!seam && has_break(&to_end, s->bx, c))
        put_break(&to_end, s->by, c, to, constant);
    return true;
}

/* ---- lines ---- */

static void set_slot(int16_t (*a)[2], int16_t (*b)[2], const slot *s)
{
    /* beyond the last: an edge far above, which nothing straddles */
    const slot none = {0, FAR_ABOVE, 0, FAR_ABOVE};

    if (s == NULL)
        s = &none;
    (*a)[0] = s->ax;
    (*a)[1] = s->ay;
    (*b)[0] = s->by;
    (*b)[1] = (int16_t)-s->bx;
}

/* Appends zeroed lines and numbers. */
static cmty__line *grow_lines(cmty__builder *b, size_t lines, size_t numbers)
{
    cmty__line *first;

    if (!cmty__grow(&b->lines, &b->line_capacity, b->line_count + lines, sizeof *b->lines)
        || !cmty__grow(&b->numbers, &b->number_capacity, b->number_count + numbers,
                       sizeof *b->numbers))
        return NULL;
    first = b->lines + b->line_count;
    memset(first, 0, lines * sizeof *first);
    first->cold = (uint32_t)b->number_count;
    b->line_count += lines;
    return first;
}

static void fill_slots(cmty__line *line, const slot_list *l)
{
    cmty__more *more = (cmty__more *)(line + 1);

    line->slots = (uint16_t)l->count;
    for (size_t i = 0; i < CMTY__LINE_SLOTS; i++)
        set_slot(&line->a[i], &line->b[i], i < l->count ? &l->items[i] : NULL);
    for (size_t i = CMTY__LINE_SLOTS; i < l->count; more++)
        for (size_t k = 0; k < CMTY__MORE_SLOTS; k++, i++)
            set_slot(&more->a[k], &more->b[k], i < l->count ? &l->items[i] : NULL);
}

static void put_number(cmty__builder *b, uint32_t n)
{
    b->numbers[b->number_count++] = n;
}

/* ---- two answers ---- */

static bool is_pair(const cmty__builder *b, const uint32_t *list, size_t count)
{
    const cmty__edge *first = &b->edges[list[0]];

    for (size_t i = 0; i < count; i++) {
        const cmty__edge *e = &b->edges[list[i]];

        if ((e->point & CMTY__SEAM)
            || !((e->owner[0] == first->owner[0] && e->owner[1] == first->owner[1])
                 || (e->owner[0] == first->owner[1] && e->owner[1] == first->owner[0])))
            return false;
    }
    return true;
}

static bool make_pair(cmty__builder *b, cmty__cell c, const uint32_t *list, size_t count,
                      const cmty__area_set *inside, bool force, uint32_t *word, bool *done)
{
    slot_list slots; /* long: not for nothing cleared */
    cmty__spot reference = cmty__cell_spot(c);
    bool constant = false, crossed = false;
    uint32_t set[2];
    cmty__line *line;

    *done = true;
    slots.count = 0;
    for (size_t i = 0; i < count; i++)
        if (!put_slots(b, list[i], c, &slots, &constant)) {
            *done = false;
            return true;
        }
    if (!force && slots.count > CMTY__LINE_SLOTS)
        return true;
    for (size_t i = 0; i < count; i++)
        crossed ^= cmty__edge_crossed(b, list[i], c, reference);
    if (!cmty__area_set_copy(&b->other, inside) || !cmty__edge_toggle(b, list[0], &b->other)
        || !cmty__sets_number(&b->sets, inside, &set[crossed ^ constant])
        || !cmty__sets_number(&b->sets, &b->other, &set[!(crossed ^ constant)]))
        return false;
    *word = set[0];
    if (slots.count == 0)
        return true;
    line = grow_lines(b, cmty__slot_lines(slots.count), 1 + count);
    if (line == NULL)
        return false;
    memcpy(line->set, set, sizeof set);
    fill_slots(line, &slots);
    put_number(b, (uint32_t)count | (constant ? CMTY__SWAPPED : 0));
    memcpy(b->numbers + b->number_count, list, count * sizeof *list);
    b->number_count += count;
    *word = CMTY__TAG_PAIR | (uint32_t)(line - b->lines);
    return true;
}

/* ---- many answers ---- */

static bool find_locals(cmty__builder *b, const uint32_t *list, size_t count)
{
    b->locals.count = 0;
    b->locals.hash = 0;
    for (size_t i = 0; i < count; i++)
        for (int k = 0; k < 2; k++) {
            uint32_t owner = b->edges[list[i]].owner[k];

            if (owner != CMTY__NO_AREA && !cmty__area_set_add(&b->locals, owner))
                return false;
        }
    return true;
}

/* Areas that hold the whole cell: those at its reference point that no edge here bounds. */
static bool number_constant(cmty__builder *b, const cmty__area_set *inside, uint32_t *number)
{
    if (!cmty__area_set_copy(&b->other, inside))
        return false;
    for (size_t i = 0; i < b->locals.count; i++)
        if (cmty__area_set_has(&b->other, b->locals.areas[i])
            && !cmty__area_set_toggle(&b->other, b->locals.areas[i]))
            return false;
    return cmty__sets_number(&b->sets, &b->other, number);
}

static void flip_owners(const cmty__builder *b, uint32_t edge, uint32_t *bits)
{
    for (int k = 0; k < 2; k++)
        if (b->edges[edge].owner[k] != CMTY__NO_AREA) {
            size_t local = cmty__area_set_place(&b->locals, b->edges[edge].owner[k]);

            bits[local / 32] ^= 1U << local % 32;
        }
}

/* The slots of all edges, and what the parts of edges that have no slot toggle for every point. */
static bool many_slots(const cmty__builder *b, cmty__cell c, const uint32_t *list, size_t count,
                       slot_list *slots, uint32_t *always)
{
    if (b->locals.count > CMTY__LOCALS_MAX)
        return false;
    for (size_t i = 0; i < count; i++) {
        const cmty__edge *e = &b->edges[list[i]];
        size_t first = slots->count;
        bool constant = false;

        if (!put_slots(b, list[i], c, slots, &constant))
            return false;
        if (constant)
            flip_owners(b, list[i], always);
        for (size_t k = first; k < slots->count; k++)
            for (int o = 0; o < 2; o++)
                slots->local[k][o] = e->owner[o] == CMTY__NO_AREA || (e->point & CMTY__SEAM)
                                         ? CMTY__NO_LOCAL
                                         : (uint8_t)cmty__area_set_place(&b->locals, e->owner[o]);
    }
    return true;
}

static void fill_tail(const cmty__builder *b, void *to, const slot_list *slots,
                      const uint32_t *base, const uint32_t *always)
{
    unsigned char *at = to;
    uint64_t bits = 0;

    for (size_t i = 0; i < (b->locals.count + 31) / 32; i++)
        bits |= (uint64_t)(base[i] ^ always[i]) << 32 * i;
    memcpy(at, &bits, sizeof bits);
    memcpy(at + sizeof bits, slots->local, 2 * slots->count);
    at += cmty__tail_areas(slots->count);
    memcpy(at, b->locals.areas, b->locals.count * sizeof *b->locals.areas);
}

static bool make_many(cmty__builder *b, cmty__cell c, const uint32_t *list, size_t count,
                      const cmty__area_set *inside, uint32_t *word)
{
    slot_list slots;
    cmty__spot reference = cmty__cell_spot(c);
    uint32_t always[2] = {0, 0}, constant, *base;
    size_t words, lines = 1, tail = 0;
    cmty__line *line;
    bool narrow;

    slots.count = 0;
    if (!find_locals(b, list, count) || !number_constant(b, inside, &constant))
        return false;
    words = (b->locals.count + 31) / 32;
    narrow = many_slots(b, c, list, count, &slots, always);
    if (narrow) {
        lines = cmty__slot_lines(slots.count);
        tail = cmty__tail_lines(slots.count, b->locals.count);
    }
    line = grow_lines(b, lines + tail, 3 + words + b->locals.count + count);
    if (line == NULL)
        return false;
    line->set[0] = constant;
    line->locals = (uint16_t)(narrow ? b->locals.count : 0);
    put_number(b, (uint32_t)count);
    put_number(b, (uint32_t)b->locals.count);
    put_number(b, constant);
    base = b->numbers + b->number_count;
    memset(base, 0, words * sizeof *base);
    for (size_t i = 0; i < b->locals.count; i++)
        base[i / 32] |= (uint32_t)cmty__area_set_has(inside, b->locals.areas[i]) << i % 32;
    for (size_t i = 0; i < count; i++)
        if (cmty__edge_crossed(b, list[i], c, reference))
            flip_owners(b, list[i], base);
    memcpy(base + words, b->locals.areas, b->locals.count * sizeof *base);
    memcpy(base + words + b->locals.count, list, count * sizeof *base);
    b->number_count += words + b->locals.count + count;
    if (narrow) {
        fill_slots(line, &slots);
        fill_tail(b, line + lines, &slots, base, always);
    } else {
        line->slots = CMTY__WIDE;
    }
    *word = CMTY__TAG_MANY | (uint32_t)(line - b->lines);
    return true;
}

bool cmty__leaf_make(cmty__builder *b, cmty__cell c, const uint32_t *list, size_t count,
                     const cmty__area_set *inside, bool force, uint32_t *word)
{
    bool done = false;

    *word = 0;
    if (is_pair(b, list, count) && !make_pair(b, c, list, count, inside, force, word, &done))
        return false;
    return done || !force || make_many(b, c, list, count, inside, word);
}
