// SPDX-License-Identifier: MIT
// The most that GEOS's own parts can do: its point-in-area locator, nothing allocated per point,
// behind its STRtree or behind a packed R-tree of ours, which is kept fast on purpose. Serial.
#include "peer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <geos/algorithm/locate/IndexedPointInAreaLocator.h>
#include <geos/geom/CoordinateArraySequence.h>
#include <geos/geom/Envelope.h>
#include <geos/geom/GeometryFactory.h>
#include <geos/geom/LinearRing.h>
#include <geos/geom/MultiPolygon.h>
#include <geos/geom/Polygon.h>
#include <geos/index/strtree/TemplateSTRtree.h>
#include <limits>
#include <memory>
#include <vector>

namespace
{

using geos::algorithm::locate::IndexedPointInAreaLocator;
using geos::geom::Coordinate;

struct Box {
    double x0, y0, x1, y1;
};

// Sort-tile-recursive; the boxes of a node lie side by side, so that one pass tests them all.
class PackedTree
{
    static constexpr std::size_t width = 8;
    struct alignas(64) Node {
        std::array<double, width> x0, y0, x1, y1;
        std::array<std::uint32_t, width> child;
        bool leaf;
    };
    struct Item {
        Box box;
        std::uint32_t id;
    };
    std::vector<Node> nodes;
    std::uint32_t root = 0;

    static void sort_tiles(std::vector<Item> &items)
    {
        std::size_t count = (items.size() + width - 1) / width;
        std::size_t per = width * static_cast<std::size_t>(std::ceil(std::sqrt(count)));

        std::sort(items.begin(), items.end(), [](const Item &a, const Item &b) {
            return a.box.x0 + a.box.x1 < b.box.x0 + b.box.x1;
        });
        for (std::size_t i = 0; i < items.size(); i += per)
            std::sort(items.begin() + static_cast<std::ptrdiff_t>(i),
                      items.begin()
                          + static_cast<std::ptrdiff_t>(std::min(items.size(), i + per)),
                      [](const Item &a, const Item &b) {
                          return a.box.y0 + a.box.y1 < b.box.y0 + b.box.y1;
                      });
    }

    std::vector<Item> put_level(const std::vector<Item> &items, bool leaf)
    {
        constexpr double far = std::numeric_limits<double>::infinity();
        std::vector<Item> up;

        for (std::size_t k = 0; k < items.size(); k += width) {
            Node n{};
            Box b{far, far, -far, -far};

            n.leaf = leaf;
            n.x0.fill(far), n.y0.fill(far), n.x1.fill(-far), n.y1.fill(-far);
            for (std::size_t c = 0; c < width && k + c < items.size(); c++) {
                const Item &t = items[k + c];

                n.x0[c] = t.box.x0, n.y0[c] = t.box.y0, n.x1[c] = t.box.x1, n.y1[c] = t.box.y1;
                n.child[c] = t.id;
                b = {std::min(b.x0, t.box.x0), std::min(b.y0, t.box.y0),
                     std::max(b.x1, t.box.x1), std::max(b.y1, t.box.y1)};
            }
            up.push_back({b, static_cast<std::uint32_t>(nodes.size())});
            nodes.push_back(n);
        }
        return up;
    }

  public:
    void build(const std::vector<Box> &boxes)
    {
        std::vector<Item> level;

        for (std::size_t i = 0; i < boxes.size(); i++)
            level.push_back({boxes[i], static_cast<std::uint32_t>(i)});
        for (bool leaf = true; leaf || level.size() > 1; leaf = false) {
            sort_tiles(level);
            level = put_level(level, leaf);
        }
        root = level[0].id;
    }

    template <class Visit> void query(double x, double y, Visit &&visit) const
    {
        std::uint32_t stack[64];
        std::size_t depth = 0;

        stack[depth++] = root;
        while (depth > 0) {
            const Node &n = nodes[stack[--depth]];
            unsigned hit = 0;

            for (std::size_t c = 0; c < width; c++)
                hit |= static_cast<unsigned>((x >= n.x0[c]) & (x <= n.x1[c]) & (y >= n.y0[c])
                                             & (y <= n.y1[c]))
                       << c;
            for (; hit != 0; hit &= hit - 1) {
                std::uint32_t child = n.child[static_cast<std::size_t>(__builtin_ctz(hit))];

                if (!n.leaf)
                    stack[depth++] = child;
                else if (!visit(child))
                    return;
            }
        }
    }
};

struct Inside {
    geos::geom::GeometryFactory::Ptr factory = geos::geom::GeometryFactory::create();
    std::vector<std::unique_ptr<geos::geom::Geometry>> areas;
    std::vector<std::unique_ptr<IndexedPointInAreaLocator>> locators;
    geos::index::strtree::TemplateSTRtree<std::uint32_t> tree{10};
    PackedTree packed;

    std::unique_ptr<geos::geom::LinearRing> ring(const layer *l, std::size_t r) const
    {
        std::vector<Coordinate> points;

        for (std::size_t k = l->ring_start[r]; k < l->ring_start[r + 1]; k++)
            points.emplace_back(l->points[k].lon_deg, l->points[k].lat_deg);
        return factory->createLinearRing(
            std::make_unique<geos::geom::CoordinateArraySequence>(std::move(points)));
    }

    std::unique_ptr<geos::geom::Geometry> area(const layer *l, std::size_t a) const
    {
        std::vector<std::unique_ptr<geos::geom::Polygon>> parts;

        for (std::size_t p = l->area_start[a]; p < l->area_start[a + 1]; p++) {
            std::vector<std::unique_ptr<geos::geom::LinearRing>> holes;

            for (std::size_t r = l->part_start[p] + 1; r < l->part_start[p + 1]; r++)
                holes.push_back(ring(l, r));
            parts.push_back(factory->createPolygon(ring(l, l->part_start[p]), std::move(holes)));
        }
        if (parts.size() == 1)
            return std::move(parts[0]);
        return factory->createMultiPolygon(std::move(parts));
    }

    explicit Inside(const layer *l, bool with_packed)
    {
        std::vector<Box> boxes;

        for (std::size_t a = 0; a < l->area_count; a++) {
            areas.push_back(area(l, a));
            locators.push_back(std::make_unique<IndexedPointInAreaLocator>(*areas.back()));
            const geos::geom::Envelope *e = areas.back()->getEnvelopeInternal();
            Coordinate corner(e->getMinX(), e->getMinY());

            locators.back()->locate(&corner); // makes its lazy index
            if (with_packed)
                boxes.push_back({e->getMinX(), e->getMinY(), e->getMaxX(), e->getMaxY()});
            else
                tree.insert(*e, static_cast<std::uint32_t>(a));
        }
        if (with_packed)
            packed.build(boxes);
        else
            tree.build();
    }

    bool holds(std::uint32_t a, const Coordinate &c)
    {
        return locators[a]->locate(&c) != geos::geom::Location::EXTERIOR;
    }
};

template <bool with_packed> void *inside_open(const layer *l)
{
    return new Inside(l, with_packed);
}

// `visit` is given each area whose box holds the point, and says whether it wants more.
template <bool with_packed, class Visit> void candidates(Inside *g, const Coordinate &c, Visit visit)
{
    if (with_packed)
        g->packed.query(c.x, c.y, visit);
    else
        g->tree.query(geos::geom::Envelope(c), visit);
}

template <bool with_packed>
void inside_one(void *self, const cmty_point *p, std::size_t n, std::int32_t *found)
{
    Inside *g = static_cast<Inside *>(self);

    for (std::size_t i = 0; i < n; i++) {
        Coordinate c(p[i].lon_deg, p[i].lat_deg);
        std::int32_t first = -1;

        candidates<with_packed>(g, c, [&](std::uint32_t a) {
            if (g->holds(a, c))
                first = static_cast<std::int32_t>(a);
            return first < 0;
        });
        found[i] = first;
    }
}

template <bool with_packed>
void inside_all(void *self, const cmty_point *p, std::size_t n, std::int32_t *count)
{
    Inside *g = static_cast<Inside *>(self);

    for (std::size_t i = 0; i < n; i++) {
        Coordinate c(p[i].lon_deg, p[i].lat_deg);
        std::int32_t holding = 0;

        candidates<with_packed>(g, c, [&](std::uint32_t a) {
            holding += g->holds(a, c);
            return true;
        });
        count[i] = holding;
    }
}

void inside_close(void *self)
{
    delete static_cast<Inside *>(self);
}

} // namespace

extern "C" {
const peer peer_geos_tree = {"GEOS inside, its tree", inside_open<false>, inside_one<false>,
                             inside_all<false>, inside_close};
const peer peer_geos_packed = {"GEOS inside, packed tree", inside_open<true>, inside_one<true>,
                               inside_all<true>, inside_close};
}
