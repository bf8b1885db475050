/* SPDX-License-Identifier: MIT */
/*
 * Catchments as bytes. Little-endian, no pointers; read as if an enemy had written them: every
 * number is checked, so that a look-up ends and stays inside. Any thread.
 *
 *     "CMTYCTCH" u32 format=1 u32 versions u32 areas u32 nodes u32 catchments
 *     u32 areas of each version; u32 root, u32 addresses of each area;
 *     u32 kind, u32 first, f64 split of each node;
 *     f64 longitude, f64 latitude, f64 radius, f64 weight of each catchment
 */
#include "catchment.h"

#include <math.h>

enum { FORMAT = 1, HEADER = 28, AREA_BYTES = 8, NODE_BYTES = 16, LEAF_BYTES = 32 };
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

void cmty__catchments_save(const cmty__catchments *c, cmty__buf *out)
{
    size_t areas = c->first_area[c->version_count];

    cmty__buf_bytes(out, magic, sizeof magic);
    put(out, FORMAT, 4);
    put(out, c->version_count, 4);
    put(out, areas, 4);
    put(out, c->node_count, 4);
    put(out, c->leaf_count, 4);
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
    for (size_t i = 0; i < c->leaf_count; i++) {
        put_double(out, c->leaves[i].anchor.lon_deg);
        put_double(out, c->leaves[i].anchor.lat_deg);
        put_double(out, c->leaves[i].radius_m);
        put_double(out, c->leaves[i].weight);
    }
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

static bool get_leaves(cmty__catchments *c, const unsigned char **in)
{
    for (size_t i = 0; i < c->leaf_count; i++) {
        cmty__catchment leaf;

        leaf.anchor.lon_deg = get_double(in);
        leaf.anchor.lat_deg = get_double(in);
        leaf.radius_m = get_double(in);
        leaf.weight = get_double(in);
        if (!cmty__point_valid(leaf.anchor) || !(leaf.radius_m >= 0 && isfinite(leaf.radius_m))
            || !(leaf.weight > 0 && isfinite(leaf.weight)))
            return false;
        c->leaves[i] = leaf;
    }
    return true;
}

cmty_status cmty__catchments_load(const void *bytes, size_t size, cmty__catchments **out,
                                  cmty_error *err)
{
    const unsigned char *in = bytes;
    uint64_t versions, areas, nodes, leaves;
    cmty__catchments *c = NULL;

    *out = NULL;
    if (size < HEADER || memcmp(in, magic, sizeof magic) != 0)
        return cmty__fail(err, CMTY_E_FORMAT, "the stored catchments are damaged");
    in += sizeof magic;
    if (get(&in, 4) != FORMAT)
        return cmty__fail(err, CMTY_E_FORMAT, "the stored catchments are of another version");
    versions = get(&in, 4);
    areas = get(&in, 4);
    nodes = get(&in, 4);
    leaves = get(&in, 4);
    if (HEADER + 4 * versions + AREA_BYTES * areas + NODE_BYTES * nodes + LEAF_BYTES * leaves
        != size)
        return cmty__fail(err, CMTY_E_FORMAT, "the stored catchments are damaged");
    c = cmty__catchments_new((size_t)versions, (size_t)areas);
    if (c == NULL || !cmty__grow(&c->nodes, &c->node_capacity, (size_t)nodes, sizeof *c->nodes)
        || !cmty__grow(&c->leaves, &c->leaf_capacity, (size_t)leaves, sizeof *c->leaves)) {
        cmty__catchments_free(c);
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    c->node_count = (size_t)nodes;
    c->leaf_count = (size_t)leaves;
    if (!get_areas(c, &in, areas) || !get_nodes(c, &in) || !get_leaves(c, &in)) {
        cmty__catchments_free(c);
        return cmty__fail(err, CMTY_E_FORMAT, "the stored catchments are damaged");
    }
    *out = c;
    return CMTY_OK;
}
