/* SPDX-License-Identifier: MIT */
/* Catchments as polygons, so that everybody can see what an anchor stands for. Any thread. */
#include "catchment.h"

#include <math.h>

/* A box of the tree that is to be written or gone into. */
struct box {
    uint32_t node;
    cmty_point min, max;
};

struct writing {
    const cmty__catchments *c;
    const cmty__areas *areas;
    const char *const *beats;
    cmty__writer *w;
    struct box *waiting;
    size_t count, capacity, visited;
};

enum { VALUES = 6 };

static void set_values(cmty__value v[VALUES], const char *beat, const char *status,
                       const cmty__catchment *c)
{
    v[0] = (cmty__value){.text = beat};
    v[1] = (cmty__value){.text = status};
    v[2] = (cmty__value){.real = c != NULL && c->weight > 0 ? c->weight : (double)NAN};
    v[3] = (cmty__value){.real = c != NULL ? c->anchor.lon_deg : (double)NAN};
    v[4] = (cmty__value){.real = c != NULL ? c->anchor.lat_deg : (double)NAN};
    v[5] = (cmty__value){.real = c != NULL ? c->radius_m : (double)NAN};
}

static cmty_status write_leaf(const struct writing *t, int32_t area, const struct box *b,
                              cmty_error *err)
{
    const cmty__catchment_node *node = &t->c->nodes[b->node];
    bool served = node->kind == CMTY__NODE_ANCHOR;
    cmty__value values[VALUES];
    size_t rings;
    const cmty__ring *ring = cmty__areas_rings(t->areas, area, &rings);

    set_values(values, t->beats[area], served ? "anchor" : "withheld",
               served ? &t->c->leaves[node->first] : NULL);
    return cmty__writer_clipped(t->w, ring, rings, b->min, b->max, values, err);
}

static bool push(struct writing *t, struct box b)
{
    if (!cmty__grow(&t->waiting, &t->capacity, t->count + 1, sizeof *t->waiting))
        return false;
    t->waiting[t->count++] = b;
    return true;
}

static bool push_halves(struct writing *t, const struct box *whole)
{
    const cmty__catchment_node *node = &t->c->nodes[whole->node];
    struct box low = *whole, high = *whole;

    low.node = node->first;
    high.node = node->first + 1;
    if (node->kind == CMTY__NODE_LON)
        low.max.lon_deg = high.min.lon_deg = node->split_deg;
    else
        low.max.lat_deg = high.min.lat_deg = node->split_deg;
    return push(t, high) && push(t, low);
}

static cmty_status write_tree(struct writing *t, int32_t area, uint32_t root, cmty_error *err)
{
    struct box b = {.node = root};
    cmty_status st = CMTY_OK;

    cmty__areas_bounds(t->areas, area, &b.min, &b.max);
    t->count = 0;
    if (!push(t, b))
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    while (st == CMTY_OK && t->count > 0) {
        b = t->waiting[--t->count];
        if (++t->visited > t->c->node_count) /* what was stored is no tree */
            st = cmty__fail(err, CMTY_E_FORMAT, "the stored catchments are damaged");
        else if (t->c->nodes[b.node].kind >= CMTY__NODE_ANCHOR)
            st = write_leaf(t, area, &b, err);
        else if (!push_halves(t, &b))
            st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    return st;
}

static cmty_status write_area(struct writing *t, int32_t area, uint32_t root, cmty_error *err)
{
    cmty__value values[VALUES];
    const cmty__ring *ring;
    size_t rings;

    if (root != CMTY__NO_NODE)
        return write_tree(t, area, root, err);
    ring = cmty__areas_rings(t->areas, area, &rings);
    set_values(values, t->beats[area], "withheld", NULL);
    return cmty__writer_polygons(t->w, ring, rings, values, err);
}

static cmty_status write_place(struct writing *t, int32_t place, int32_t area, cmty_error *err)
{
    cmty__value values[VALUES];
    size_t rings;
    const cmty__ring *ring = cmty__areas_rings(t->c->places, place, &rings);

    set_values(values, t->beats[area], "public place", &t->c->place[place]);
    return cmty__writer_polygons(t->w, ring, rings, values, err);
}

cmty_status cmty__catchments_write(const cmty__catchments *c, int32_t version,
                                   const cmty__areas *areas, const char *const *beats,
                                   cmty__writer *w, cmty_error *err)
{
    static const cmty__field fields[VALUES] = {
        {"beat_id", CMTY__FIELD_TEXT},    {"status", CMTY__FIELD_TEXT},
        {"addresses", CMTY__FIELD_REAL},  {"anchor_lon", CMTY__FIELD_REAL},
        {"anchor_lat", CMTY__FIELD_REAL}, {"radius_m", CMTY__FIELD_REAL}};
    struct writing t = {.c = c, .areas = areas, .beats = beats, .w = w};
    size_t first = c->first_area[version], count = c->first_area[version + 1] - first;
    cmty_status st = cmty__writer_layer(w, "catchments",
                                        "What each anchor stands for: reports from anywhere in a "
                                        "polygon are shown at its anchor",
                                        CMTY__GEOMETRY_POLYGONS, fields, VALUES, err);

    for (size_t i = 0; st == CMTY_OK && i < count; i++)
        st = write_area(&t, (int32_t)i, c->roots[first + i], err);
    for (size_t i = 0; st == CMTY_OK && i < c->place_count; i++) {
        int32_t area = c->place_areas[(size_t)version * c->place_count + i];

        if (area >= 0)
            st = write_place(&t, (int32_t)i, area, err);
    }
    cmty__free(t.waiting);
    return st;
}
