/* SPDX-License-Identifier: MIT */
/* Making, describing and freeing an index over areas. Any thread; an index never changes. */
#include "geo/areas_build.h"

static cmty_status check_ring(const cmty__ring *r, size_t area, cmty_error *err)
{
    if (r->count < 4 || r->points == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "area %zu has a ring of fewer than 4 points", area);
    for (size_t i = 0; i < r->count; i++)
        if (!cmty__point_valid(r->points[i]))
            return cmty__fail(err, CMTY_E_RANGE, "area %zu has a point off the globe", area);
    if (r->points[0].lon_deg != r->points[r->count - 1].lon_deg
        || r->points[0].lat_deg != r->points[r->count - 1].lat_deg)
        return cmty__fail(err, CMTY_E_INVALID, "area %zu has a ring that is not closed", area);
    return CMTY_OK;
}

static cmty_status check_inputs(const cmty__area_input *areas, size_t count, size_t *rings,
                                size_t *points, cmty_error *err)
{
    cmty_status st = CMTY_OK;

    *rings = *points = 0;
    if (count > CMTY__AREAS_MAX)
        return cmty__fail(err, CMTY_E_LIMIT, "more areas than an index can number");
    for (size_t i = 0; i < count; i++) {
        *rings += areas[i].ring_count;
        for (size_t r = 0; r < areas[i].ring_count && st == CMTY_OK; r++) {
            st = check_ring(&areas[i].rings[r], i, err);
            *points += areas[i].rings[r].count;
        }
    }
    if (st == CMTY_OK && *points > INT32_MAX / 2)
        st = cmty__fail(err, CMTY_E_LIMIT, "more edges than an index can number");
    return st;
}

/* What a builder reads: the rings, copied. */
typedef struct copy {
    cmty_point *points;
    uint32_t *first_point, *first_ring;
    cmty__edge *edges;
    size_t rings, point_count, edge_count;
} copy;

static cmty_status copy_rings(copy *c, const cmty__area_input *areas, size_t count, cmty_error *err)
{
    size_t ring = 0, point = 0;

    c->points = cmty__realloc(NULL, c->point_count, sizeof *c->points);
    c->first_point = cmty__realloc(NULL, c->rings + 1, sizeof *c->first_point);
    c->first_ring = cmty__realloc(NULL, count + 1, sizeof *c->first_ring);
    if (c->points == NULL || c->first_point == NULL || c->first_ring == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    for (size_t i = 0; i < count; i++) {
        c->first_ring[i] = (uint32_t)ring;
        for (size_t r = 0; r < areas[i].ring_count; r++) {
            c->first_point[ring++] = (uint32_t)point;
            for (size_t k = 0; k < areas[i].rings[r].count; k++) {
                c->points[point] = areas[i].rings[r].points[k];
                c->points[point].lon_deg += 0.0; /* -0 becomes 0: equal positions, equal bytes */
                c->points[point++].lat_deg += 0.0;
            }
        }
    }
    c->first_ring[count] = (uint32_t)ring;
    c->first_point[ring] = (uint32_t)point;
    return CMTY_OK;
}

/* ---- from a builder to one block ---- */

static void fill_head(cmty__areas_head *h, const copy *c, const cmty__builder *b)
{
    memcpy(h->magic, cmty__areas_magic, sizeof h->magic);
    h->byte_order = CMTY__BYTE_ORDER;
    h->version = CMTY__AREAS_VERSION;
    for (int i = 0; i < 2; i++) {
        h->origin[i] = b->origin[i];
        h->per_deg[i] = b->per_deg[i];
    }
    h->columns = b->columns;
    h->rows = b->rows;
    h->area_count = (uint32_t)b->area_count;
    h->ring_count = (uint32_t)c->rings;
    h->point_count = (uint32_t)c->point_count;
    h->edge_count = (uint32_t)c->edge_count;
    h->word_count = (uint32_t)b->word_count;
    h->line_count = (uint32_t)b->line_count;
    h->number_count = (uint32_t)b->number_count;
    h->set_count = (uint32_t)b->sets.count;
    h->member_count = (uint32_t)b->sets.member_count;
    h->near_count = b->first[(size_t)b->columns * b->rows];
}

/* Of each stored set: the lowest member and whether there are several; of the empty one: that an
   edge may be near. */
static void fill_answers(uint32_t *out, const cmty__set_maker *m)
{
    for (size_t i = 0; i < m->count; i++) {
        size_t size = m->first[i + 1] - m->first[i];

        if (size == 0)
            out[i] = (uint32_t)CMTY__FIRST_NEAR << CMTY__ANSWER_SHIFT;
        else
            out[i] = (m->members[m->first[i]] + 1)
                     | (size > 1 ? (uint32_t)CMTY__FIRST_SEVERAL << CMTY__ANSWER_SHIFT : 0);
    }
}

static cmty_status pack(cmty__areas *a, const copy *c, const cmty__builder *b, cmty_error *err)
{
    cmty__areas_head head = {.size = 0};
    cmty__sections s;
    unsigned char *image;
    const void *from[CMTY__SECTIONS] = {
        c->points,  c->first_point, c->first_ring,   c->edges, b->words, b->lines,
        b->numbers, b->sets.first,  b->sets.members, NULL,     b->first, b->list};

    fill_head(&head, c, b);
    if (!cmty__areas_sections(&head, &s))
        return cmty__fail(err, CMTY_E_LIMIT, "the areas are too many for an index");
    head.size = s.total;
    image = cmty__areas_image(s.total, &a->memory);
    if (image == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    memset(image, 0, s.at[0]);
    memcpy(image, &head, sizeof head);
    for (size_t i = 0; i < CMTY__SECTIONS; i++) {
        size_t next = i + 1 < CMTY__SECTIONS ? s.at[i + 1] : s.total;

        if (from[i] != NULL)
            memcpy(image + s.at[i], from[i], s.size[i]);
        memset(image + s.at[i] + s.size[i], 0, next - s.at[i] - s.size[i]);
    }
    fill_answers((uint32_t *)(void *)(image + s.at[CMTY__SECTION_ANSWERS]), &b->sets);
    return cmty__areas_attach(a, image, err);
}

cmty_status cmty__areas_build(const cmty__area_input *areas, size_t count, cmty__areas **out,
                              cmty_error *err)
{
    cmty__areas *a = NULL;
    copy c = {0};
    cmty__builder b = {0};
    cmty_status st = check_inputs(areas, count, &c.rings, &c.point_count, err);

    *out = NULL;
    if (st != CMTY_OK)
        return st;
    st = copy_rings(&c, areas, count, err);
    if (st == CMTY_OK)
        st = cmty__edges_collect(c.points, c.first_point, c.first_ring, count, &c.edges,
                                 &c.edge_count, err);
    if (st != CMTY_OK)
        goto done;
    b = (cmty__builder){
        .points = c.points, .edges = c.edges, .edge_count = c.edge_count, .area_count = count};
    st = cmty__grid_build(&b, err);
    if (st != CMTY_OK)
        goto done;
    a = cmty__calloc(1, sizeof *a);
    st = a == NULL ? cmty__fail(err, CMTY_E_NOMEM, "out of memory") : pack(a, &c, &b, err);
    if (st != CMTY_OK)
        goto done;

    *out = a;
    a = NULL;

done:
    cmty__builder_free(&b);
    cmty__free(c.points);
    cmty__free(c.first_point);
    cmty__free(c.first_ring);
    cmty__free(c.edges);
    cmty__areas_free(a);
    return st;
}

void cmty__areas_free(cmty__areas *a)
{
    if (a == NULL)
        return;
    for (size_t i = 0; i < sizeof a->occupied / sizeof *a->occupied; i++)
        cmty__free(a->occupied[i]);
    cmty__late_free(a->late);
    cmty__free(a->rings);
    cmty__free(a->min);
    cmty__free(a->max);
    cmty__free(a->memory);
    cmty__free(a);
}

size_t cmty__areas_count(const cmty__areas *a)
{
    return a->head->area_count;
}

void cmty__areas_bounds(const cmty__areas *a, int32_t area, cmty_point *min, cmty_point *max)
{
    *min = a->min[area];
    *max = a->max[area];
}

const cmty__ring *cmty__areas_rings(const cmty__areas *a, int32_t area, size_t *count)
{
    *count = a->first_ring[area + 1] - a->first_ring[area];
    return a->rings + a->first_ring[area];
}
