/* SPDX-License-Identifier: MIT */
/* Cuts one area into catchments. Without recursion and without regard to the order in which the
   addresses came. Any thread. */
#include "catchment.h"

#include <math.h>
#include <stdlib.h>

enum { MAX_DEPTH = 64 }; /* a box is not cut more often than this */

static int order(double a, double b)
{
    return (a > b) - (a < b);
}

static int compare_lon(const void *left, const void *right)
{
    const cmty__dweller *a = left, *b = right;
    int by = order(a->at.lon_deg, b->at.lon_deg);

    if (by == 0)
        by = order(a->at.lat_deg, b->at.lat_deg);
    return by != 0 ? by : (a->weight > b->weight) - (a->weight < b->weight);
}

static int compare_lat(const void *left, const void *right)
{
    const cmty__dweller *a = left, *b = right;
    int by = order(a->at.lat_deg, b->at.lat_deg);

    return by != 0 ? by : compare_lon(left, right);
}

void cmty__dwellers_sort(cmty__dweller *d, size_t count, int axis)
{
    qsort(d, count, sizeof *d, axis == CMTY__NODE_LON ? compare_lon : compare_lat);
}

uint64_t cmty__dwellers_weight(const cmty__dweller *d, size_t count)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < count; i++)
        sum += d[i].weight;
    return sum;
}

/* ---- cutting ---- */

/* A box that is to be cut, or to become a catchment. */
struct task {
    cmty__catchment_site site;
    uint32_t node;
    uint32_t depth;
};

static void set_along(cmty_point *p, int axis, double deg)
{
    if (axis == CMTY__NODE_LON)
        p->lon_deg = deg;
    else
        p->lat_deg = deg;
}

/* How many of the sorted addresses come before the most even cut that leaves both sides enough; 0:
   there is none. Equal coordinates are never parted. */
static size_t even_cut(const cmty__dweller *d, size_t count, int axis, uint64_t enough)
{
    uint64_t total = cmty__dwellers_weight(d, count);
    uint64_t before = 0, best_gap = UINT64_MAX;
    size_t best = 0;

    for (size_t i = 1; i < count; i++) {
        uint64_t after, gap;

        before += d[i - 1].weight;
        after = total - before;
        if (after < enough)
            break;
        gap = before > after ? before - after : after - before;
        if (before >= enough && gap < best_gap
            && cmty__along(d[i - 1].at, axis) < cmty__along(d[i].at, axis)) {
            best = i;
            best_gap = gap;
        }
    }
    return best;
}

static int longer_side(const cmty__catchment_site *s)
{
    cmty_point middle = {(s->min.lon_deg + s->max.lon_deg) / 2,
                         (s->min.lat_deg + s->max.lat_deg) / 2};
    cmty__frame f = cmty__frame_at(middle);
    double width_m = (s->max.lon_deg - s->min.lon_deg) * f.m_per_deg_lon;
    double height_m = (s->max.lat_deg - s->min.lat_deg) * f.m_per_deg_lat;

    return width_m >= height_m ? CMTY__NODE_LON : CMTY__NODE_LAT;
}

/* Across the longer side if that can be, else across the other one; *low addresses are below. */
static bool find_cut(const struct task *t, uint64_t enough, int *axis, double *split_deg,
                     size_t *low)
{
    const cmty__catchment_site *s = &t->site;

    *axis = longer_side(s);
    for (int turn = 0; turn < 2 && t->depth < MAX_DEPTH; turn++) {
        cmty__dwellers_sort(s->dwellers, s->count, *axis);
        *low = even_cut(s->dwellers, s->count, *axis, enough);
        if (*low > 0) {
            double a = cmty__along(s->dwellers[*low - 1].at, *axis);
            double b = cmty__along(s->dwellers[*low].at, *axis);

            *split_deg = a + (b - a) / 2;
            if (*split_deg <= a) /* no number lies between the two */
                *split_deg = b;
            return true;
        }
        *axis = *axis == CMTY__NODE_LON ? CMTY__NODE_LAT : CMTY__NODE_LON;
    }
    return false;
}

double cmty__catchment_reach_m(cmty_point anchor, cmty_point min, cmty_point max)
{
    const cmty_point corners[] = {min, max, {min.lon_deg, max.lat_deg}, {max.lon_deg, min.lat_deg}};
    double farthest = 0;

    for (size_t i = 0; i < 4; i++)
        farthest = fmax(farthest, cmty__geodesic_m(anchor, corners[i]));
    return ceil(farthest);
}

static bool add_nodes(cmty__catchments *c, size_t count)
{
    if (c->node_count + count >= CMTY__NO_NODE
        || !cmty__grow(&c->nodes, &c->node_capacity, c->node_count + count, sizeof *c->nodes))
        return false;
    c->node_count += count;
    return true;
}

static bool add_leaf(cmty__catchments *c, const struct task *t)
{
    const cmty__catchment_site *s = &t->site;
    cmty__catchment leaf;

    if (!cmty__catchment_anchor(s, &leaf.anchor)) {
        c->nodes[t->node] = (cmty__catchment_node){CMTY__NODE_WITHHELD, 0, 0};
        return true;
    }
    leaf.radius_m = cmty__catchment_reach_m(leaf.anchor, s->min, s->max);
    leaf.weight = (double)cmty__dwellers_weight(s->dwellers, s->count) / CMTY__WEIGHT_ONE;
    if (!cmty__grow(&c->leaves, &c->leaf_capacity, c->leaf_count + 1, sizeof *c->leaves))
        return false;
    c->nodes[t->node] = (cmty__catchment_node){CMTY__NODE_ANCHOR, (uint32_t)c->leaf_count, 0};
    c->leaves[c->leaf_count++] = leaf;
    return true;
}

/* Depth first, so that at most one task for each level waits. */
bool cmty__catchments_grow(cmty__catchments *c, const cmty__catchment_site *whole, uint64_t enough)
{
    struct task waiting[MAX_DEPTH + 2];
    size_t count = 1;

    waiting[0] = (struct task){*whole, (uint32_t)c->node_count, 0};
    if (!add_nodes(c, 1))
        return false;
    while (count > 0) {
        struct task t = waiting[--count], low, high;
        double split_deg;
        size_t below;
        int axis;

        if (!find_cut(&t, enough, &axis, &split_deg, &below)) {
            if (!add_leaf(c, &t))
                return false;
            continue;
        }
        low = high = t;
        low.depth = high.depth = t.depth + 1;
        low.node = (uint32_t)c->node_count;
        high.node = low.node + 1;
        if (!add_nodes(c, 2))
            return false;
        c->nodes[t.node] = (cmty__catchment_node){(uint32_t)axis, low.node, split_deg};
        low.site.count = below;
        set_along(&low.site.max, axis, split_deg);
        high.site.dwellers += below;
        high.site.count -= below;
        set_along(&high.site.min, axis, split_deg);
        waiting[count++] = high;
        waiting[count++] = low;
    }
    return true;
}
