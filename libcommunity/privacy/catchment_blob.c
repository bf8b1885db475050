/* SPDX-License-Identifier: MIT */
/*
 * Catchments as bytes. Little-endian, no pointers; read as if an enemy had written them: every
 * number is checked, so that a look-up ends and stays inside. Any thread.
 *
 *     "CMTYCTCH" u32 format=2 u32 versions u32 areas u32 nodes u32 catchments u32 places
 *     u32 size of the places' areas as bytes
 *     u32 areas of each version; u32 root, u32 addresses of each area;
 *     u32 kind, u32 first, f64 split of each node;
 *     f64 longitude, f64 latitude, f64 radius, f64 weight of each catchment, and of each place;
 *     u32 area of each place in each version; the places' areas
 */
#include "catchment.h"

#include <math.h>

enum { FORMAT = 2, HEADER = 36, AREA_BYTES = 8, NODE_BYTES = 16, LEAF_BYTES = 32 };
static const char magic[8] = {'C', 'M', 'T', 'Y', 'C', 'T', 'C', 'H'};

static void put(cmty__buf *b, uint64_t v, size_t bytes)
{
    unsigned char out[8];

    for (size_t i = 0; i < bytes; i++)
        out[i] = (unsigned char)(v >> 8 * i);
    cmty__buf_bytes(b, out, bytes);
}

static void put_double(cmty__buf *b, double v)
{
    uint64_t bits;

    memcpy(&bits, &v, sizeof bits);
    put(b, bits, 8);
}

/* Moves *in on. Sizes were checked before. */
static uint64_t get(const unsigned char **in, size_t bytes)
{
    uint64_t v = 0;

    for (size_t i = 0; i < bytes; i++)
        v |= (uint64_t)(*in)[i] << 8 * i;
    *in += bytes;
    return v;
}

static double get_double(const unsigned char **in)
{
    uint64_t bits = get(in, 8);
    double v;

    memcpy(&v, &bits, sizeof v);
    return v;
}

static void put_leaf(cmty__buf *out, const cmty__catchment *leaf)
{
    put_double(out, leaf->anchor.lon_deg);
    put_double(out, leaf->anchor.lat_deg);
    put_double(out, leaf->radius_m);
    put_double(out, leaf->weight);
}

static void put_places(const cmty__catchments *c, const cmty__buf *areas, cmty__buf *out)
{
    for (size_t i = 0; i < c->place_count; i++)
        put_leaf(out, &c->place[i]);
    for (size_t i = 0; i < c->place_count * c->version_count; i++)
        put(out, (uint32_t)c->place_areas[i], 4);
    cmty__buf_bytes(out, areas->data, areas->size);
}

void cmty__catchments_save(const cmty__catchments *c, cmty__buf *out)
{
    size_t areas = c->first_area[c->version_count];
    cmty__buf places = {0};

    if (c->places != NULL)
        cmty__areas_save(c->places, &places);
    out->failed |= places.failed;
    cmty__buf_bytes(out, magic, sizeof magic);
    put(out, FORMAT, 4);
    put(out, c->version_count, 4);
    put(out, areas, 4);
    put(out, c->node_count, 4);
    put(out, c->leaf_count, 4);
    put(out, c->place_count, 4);
    put(out, places.size, 4);
    for (size_t v = 0; v < c->version_count; v++)
        put(out, c->first_area[v + 1] - c->first_area[v], 4);
    for (size_t i = 0; i < areas; i++) {
        put(out, c->roots[i], 4);
        put(out, (uint32_t)c->address_counts[i], 4);
    }
    for (size_t i = 0; i < c->node_count; i++) {
        put(out, c->nodes[i].kind, 4);
        put(out, c->nodes[i].first, 4);
        put_double(out, c->nodes[i].split_deg);
    }
    for (size_t i = 0; i < c->leaf_count; i++)
        put_leaf(out, &c->leaves[i]);
    put_places(c, &places, out);
    cmty__buf_free(&places);
}

static bool get_areas(cmty__catchments *c, const unsigned char **in, uint64_t area_count)
{
    for (size_t v = 0; v < c->version_count; v++) {
        uint64_t n = get(in, 4);

        if (n > area_count - c->first_area[v])
            return false;
        c->first_area[v + 1] = c->first_area[v] + (size_t)n;
    }
    if (c->first_area[c->version_count] != area_count)
        return false;
    for (size_t i = 0; i < area_count; i++) {
        uint32_t root = (uint32_t)get(in, 4);
        uint32_t addresses = (uint32_t)get(in, 4);

        if ((root != CMTY__NO_NODE && root >= c->node_count) || addresses > INT32_MAX)
            return false;
        c->roots[i] = root;
        c->address_counts[i] = (int32_t)addresses;
    }
    return true;
}

static bool get_nodes(cmty__catchments *c, const unsigned char **in)
{
    for (size_t i = 0; i < c->node_count; i++) {
        cmty__catchment_node n;

        n.kind = (uint32_t)get(in, 4);
        n.first = (uint32_t)get(in, 4);
        n.split_deg = get_double(in);
        if (n.kind > CMTY__NODE_WITHHELD || !isfinite(n.split_deg))
            return false;
        if (n.kind == CMTY__NODE_ANCHOR && n.first >= c->leaf_count)
            return false;
        /* Halves come after the whole: so every way down ends. */
        if (n.kind < CMTY__NODE_ANCHOR && (n.first <= i || n.first >= c->node_count - 1))
            return false;
        c->nodes[i] = n;
    }
    return true;
}

static bool get_leaf(const unsigned char **in, bool of_addresses, cmty__catchment *leaf)
{
    leaf->anchor.lon_deg = get_double(in);
    leaf->anchor.lat_deg = get_double(in);
    leaf->radius_m = get_double(in);
    leaf->weight = get_double(in);
    return cmty__point_valid(leaf->anchor) && leaf->radius_m >= 0 && isfinite(leaf->radius_m)
           && (of_addresses ? leaf->weight > 0 && isfinite(leaf->weight) : leaf->weight == 0);
}

static bool get_leaves(cmty__catchments *c, const unsigned char **in)
{
    for (size_t i = 0; i < c->leaf_count; i++)
        if (!get_leaf(in, true, &c->leaves[i]))
            return false;
    return true;
}

static bool get_places(cmty__catchments *c, const unsigned char **in)
{
    for (size_t i = 0; i < c->place_count; i++)
        if (!get_leaf(in, false, &c->place[i]))
            return false;
    for (size_t v = 0; v < c->version_count; v++)
        for (size_t i = 0; i < c->place_count; i++) {
            uint64_t areas = c->first_area[v + 1] - c->first_area[v];
            uint64_t area = get(in, 4);

            if (area >= areas && area != UINT32_MAX)
                return false;
            c->place_areas[v * c->place_count + i] = area < areas ? (int32_t)area : -1;
        }
    return true;
}

/* Sizes that a file states. */
struct sizes {
    uint64_t versions, areas, nodes, leaves, places, place_bytes;
};

static bool get_sizes(const unsigned char **in, size_t size, struct sizes *s)
{
    s->versions = get(in, 4);
    s->areas = get(in, 4);
    s->nodes = get(in, 4);
    s->leaves = get(in, 4);
    s->places = get(in, 4);
    s->place_bytes = get(in, 4);
    if (s->areas > INT32_MAX || (s->places == 0) != (s->place_bytes == 0)
        || s->places * s->versions > size)
        return false;
    return HEADER + 4 * s->versions + AREA_BYTES * s->areas + NODE_BYTES * s->nodes
               + LEAF_BYTES * (s->leaves + s->places) + 4 * s->places * s->versions + s->place_bytes
           == size;
}

static cmty_status get_all(cmty__catchments *c, const unsigned char *in, const struct sizes *s,
                           cmty_error *err)
{
    cmty_status st = CMTY_OK;
    bool sound = get_areas(c, &in, s->areas) && get_nodes(c, &in) && get_leaves(c, &in)
                 && get_places(c, &in);

    if (sound && s->places > 0)
        st = cmty__areas_load(in, (size_t)s->place_bytes, &c->places, err);
    if (!sound || (c->places != NULL && cmty__areas_count(c->places) != s->places))
        st = cmty__fail(err, CMTY_E_FORMAT, "the stored catchments are damaged");
    return st;
}

cmty_status cmty__catchments_load(const void *bytes, size_t size, cmty__catchments **out,
                                  cmty_error *err)
{
    const unsigned char *in = bytes;
    cmty__catchments *c = NULL;
    struct sizes s;
    cmty_status st;

    *out = NULL;
    if (size < HEADER || memcmp(in, magic, sizeof magic) != 0)
        return cmty__fail(err, CMTY_E_FORMAT, "the stored catchments are damaged");
    in += sizeof magic;
    if (get(&in, 4) != FORMAT)
        return cmty__fail(err, CMTY_E_FORMAT, "the stored catchments are of another version");
    if (!get_sizes(&in, size, &s))
        return cmty__fail(err, CMTY_E_FORMAT, "the stored catchments are damaged");
    c = cmty__catchments_new((size_t)s.versions, (size_t)s.areas);
    if (c == NULL || !cmty__grow(&c->nodes, &c->node_capacity, (size_t)s.nodes, sizeof *c->nodes)
        || !cmty__grow(&c->leaves, &c->leaf_capacity, (size_t)s.leaves, sizeof *c->leaves)
        || !cmty__catchments_place_room(c, (size_t)s.places)) {
        cmty__catchments_free(c);
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    c->node_count = (size_t)s.nodes;
    c->leaf_count = (size_t)s.leaves;
    st = get_all(c, in, &s, err);
    if (st != CMTY_OK) {
        cmty__catchments_free(c);
        return st;
    }
    *out = c;
    return CMTY_OK;
}
