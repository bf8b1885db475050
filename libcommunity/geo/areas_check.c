/* SPDX-License-Identifier: MIT */
/*
 * Is an index that was read back sound? After this no look-up can leave the block, whatever the
 * bytes say; that it gives right answers is what the checksum is for. Any thread; no state.
 */
#include "geo/areas.h"

typedef struct sections {
    const cmty__areas_head *h;
    const unsigned char *image;
    cmty__sections s;
} sections;

static const uint32_t *u32_at(const sections *s, size_t section)
{
    return (const uint32_t *)(const void *)(s->image + s->s.at[section]);
}

/* count + 1 beginnings, from 0 to `end`, that never step back. */
static bool ascending(const uint32_t *first, size_t count, uint32_t end)
{
    for (size_t i = 0; i < count; i++)
        if (first[i] > first[i + 1])
            return false;
    return first[0] == 0 && first[count] == end;
}

static bool all_below(const uint32_t *v, size_t count, uint32_t limit)
{
    for (size_t i = 0; i < count; i++)
        if (v[i] >= limit)
            return false;
    return true;
}

static uint32_t set_limit(const cmty__areas_head *h)
{
    return h->area_count + 1 + h->set_count;
}

static bool head_sound(const cmty__areas_head *h)
{
    if (h->columns == 0 || h->rows == 0 || h->area_count > CMTY__AREAS_MAX || h->set_count == 0
        || h->set_count > CMTY__REST - CMTY__AREAS_MAX || h->point_count > INT32_MAX / 2
        || (uint64_t)h->word_count < (uint64_t)h->columns * h->rows || h->line_count > CMTY__REST)
        return false;
    for (int i = 0; i < 2; i++) /* NaN fails too */
        if (!(fabs(h->origin[i]) <= 400) || !(h->per_deg[i] >= 0 && h->per_deg[i] <= 0x1p40))
            return false;
    return true;
}

static bool rings_sound(const sections *s)
{
    const cmty_point *points = (const void *)(s->image + s->s.at[0]);
    const uint32_t *first = u32_at(s, 1);

    if (!ascending(first, s->h->ring_count, s->h->point_count)
        || !ascending(u32_at(s, 2), s->h->area_count, s->h->ring_count))
        return false;
    for (size_t i = 0; i < s->h->point_count; i++)
        if (!cmty__point_valid(points[i]))
            return false;
    for (size_t r = 0; r < s->h->ring_count; r++) {
        const cmty_point *p = points + first[r];
        uint32_t n = first[r + 1] - first[r];

        if (n < 4 || p[0].lon_deg != p[n - 1].lon_deg || p[0].lat_deg != p[n - 1].lat_deg)
            return false;
    }
    return true;
}

static bool edges_sound(const sections *s)
{
    const cmty__edge *e = (const void *)(s->image + s->s.at[3]);
    size_t cells = (size_t)s->h->columns * s->h->rows;

    for (size_t i = 0; i < s->h->edge_count; i++)
        if ((e[i].point & ~CMTY__SEAM) + 1 >= s->h->point_count || e[i].owner[0] >= s->h->area_count
            || (e[i].owner[1] >= s->h->area_count && e[i].owner[1] != CMTY__NO_AREA))
            return false;
    return ascending(u32_at(s, 10), cells, s->h->near_count)
           && all_below(u32_at(s, 11), s->h->near_count, s->h->edge_count);
}

static bool sets_sound(const sections *s)
{
    const uint32_t *first = u32_at(s, 7), *members = u32_at(s, 8);
    const uint32_t *answers = u32_at(s, CMTY__SECTION_ANSWERS);

    if (!ascending(first, s->h->set_count, s->h->member_count) || first[1] != 0
        || !all_below(members, s->h->member_count, s->h->area_count)
        || answers[0] != (uint32_t)CMTY__FIRST_NEAR << CMTY__ANSWER_SHIFT)
        return false;
    for (size_t i = 1; i < s->h->set_count; i++) {
        if (first[i + 1] - first[i] < 2
            || answers[i]
                   != ((members[first[i]] + 1)
                       | (uint32_t)CMTY__FIRST_SEVERAL << CMTY__ANSWER_SHIFT))
            return false;
        for (uint32_t k = first[i] + 1; k < first[i + 1]; k++)
            if (members[k - 1] >= members[k])
                return false;
    }
    return true;
}

/* ---- leaves, one behind the other ---- */

static bool pair_sound(const sections *s, const cmty__line *line, const uint32_t *numbers,
                       size_t left, size_t *used, size_t *lines)
{
    size_t edges = numbers[0] & ~CMTY__SWAPPED;

    *lines = cmty__slot_lines(line->slots);
    *used = 1 + edges;
    return edges > 0 && edges < left && line->slots <= CMTY__SLOTS_MAX
           && all_below(line->set, 2, set_limit(s->h))
           && all_below(numbers + 1, edges, s->h->edge_count);
}

static bool tail_sound(const sections *s, const cmty__line *line, const void *tail)
{
    const unsigned char *local = (const unsigned char *)tail + 8;
    const uint32_t *areas =
        (const void *)((const unsigned char *)tail + cmty__tail_areas(line->slots));
    uint64_t base;

    memcpy(&base, tail, sizeof base);
    if (line->locals < 64 && base >> line->locals != 0)
        return false;
    for (size_t i = 0; i < 2 * (size_t)line->slots; i++)
        if (local[i] >= line->locals && local[i] != CMTY__NO_LOCAL)
            return false;
    for (size_t i = 1; i < line->locals; i++)
        if (areas[i - 1] >= areas[i])
            return false;
    return line->locals == 0 || areas[line->locals - 1] < s->h->area_count;
}

static bool many_sound(const sections *s, const cmty__line *line, size_t lines_left,
                       const uint32_t *numbers, size_t left, size_t *used, size_t *lines)
{
    size_t edges, locals, words;
    const uint32_t *areas;

    if (left < 3)
        return false;
    edges = numbers[0];
    locals = numbers[1];
    words = (locals + 31) / 32;
    *used = 3 + words + locals + edges;
    *lines = 1;
    if (locals == 0 || locals > s->h->area_count || edges > left || *used > left
        || numbers[2] >= set_limit(s->h) || line->set[0] != numbers[2])
        return false;
    if (locals % 32 != 0 && numbers[2 + words] >> locals % 32 != 0)
        return false;
    areas = numbers + 3 + words;
    for (size_t i = 1; i < locals; i++)
        if (areas[i - 1] >= areas[i])
            return false;
    if (areas[locals - 1] >= s->h->area_count
        || !all_below(areas + locals, edges, s->h->edge_count))
        return false;
    if (line->slots == CMTY__WIDE)
        return true;
    if (line->slots > CMTY__SLOTS_MAX || line->locals > CMTY__LOCALS_MAX)
        return false;
    *lines = cmty__slot_lines(line->slots);
    if (*lines + cmty__tail_lines(line->slots, line->locals) > lines_left
        || !tail_sound(s, line, line + *lines))
        return false;
    *lines += cmty__tail_lines(line->slots, line->locals);
    return true;
}

/* Notes at which lines leaves begin: 1 pair, 2 many. A leaf's kind is what the words call it. */
static bool leaves_sound(const sections *s, const uint8_t *kind)
{
    const cmty__line *line = (const void *)(s->image + s->s.at[5]);
    const uint32_t *numbers = u32_at(s, 6);
    size_t number = 0, lines, used;

    for (size_t at = 0; at < s->h->line_count; at += lines, number += used) {
        size_t left = s->h->number_count - number;

        if (left == 0 || line[at].cold != number)
            return false;
        if (kind[at] == 1 ? !pair_sound(s, &line[at], numbers + number, left, &used, &lines)
                          : kind[at] != 2
                                || !many_sound(s, &line[at], s->h->line_count - at,
                                               numbers + number, left, &used, &lines))
            return false;
        if (lines > s->h->line_count - at)
            return false;
        for (size_t i = 1; i < lines; i++)
            if (kind[at + i] != 0)
                return false;
    }
    return number == s->h->number_count;
}

/* Checks words, and notes what kind of leaf they see at each line. */
static bool words_sound(const sections *s, uint8_t *kind)
{
    const uint32_t *words = u32_at(s, 4);
    size_t cells = (size_t)s->h->columns * s->h->rows;

    for (size_t i = 0; i < s->h->word_count; i++) {
        uint32_t word = words[i], rest = word & CMTY__REST, tag = word & CMTY__TAG;

        if (tag == CMTY__TAG_SET) {
            if (rest >= set_limit(s->h))
                return false;
        } else if (tag == CMTY__TAG_SUB) {
            uint32_t level = cmty__sub_level(word);

            if (i >= cells || level == 0 || level > CMTY__SUB_LEVELS
                || (uint64_t)(word & CMTY__SUB_REST) * 4 < cells
                || (uint64_t)(word & CMTY__SUB_REST) * 4 + ((uint64_t)1 << 2 * level)
                       > s->h->word_count)
                return false;
        } else {
            uint8_t as = tag == CMTY__TAG_PAIR ? 1 : 2;

            if (rest >= s->h->line_count || (kind[rest] != 0 && kind[rest] != as))
                return false;
            kind[rest] = as;
        }
    }
    return true;
}

cmty_status cmty__areas_sound(const void *image, bool *sound, cmty_error *err)
{
    sections s = {.h = image, .image = image};
    uint8_t *kind;

    *sound = false;
    if (!cmty__areas_sections(s.h, &s.s) || !head_sound(s.h))
        return CMTY_OK;
    kind = cmty__calloc(s.h->line_count, sizeof *kind);
    if (kind == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    *sound = rings_sound(&s) && edges_sound(&s) && sets_sound(&s) && words_sound(&s, kind)
             && leaves_sound(&s, kind);
    cmty__free(kind);
    return CMTY_OK;
}
