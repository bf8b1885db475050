# SPDX-License-Identifier: MIT
"""Blocks joined to polygons: sides that two blocks of one area share cancel out."""

from . import ground as earth
from . import plan


def polygons(ground, blocks):
    """Polygons [outer, hole, ...] of a set of blocks; outer rings run counter-clockwise."""
    rings = link(boundary(ground, blocks))
    shells = sorted([ring] for ring in rings if double_area(ring) > 0)
    for ring in rings:
        if double_area(ring) < 0:
            next(s for s in shells if has_inside(s[0], ring[0])).append(ring)
    return shells


def boundary(ground, blocks):
    """The sides that are left, by the corner where they begin."""
    sides = {}
    for col, row in sorted(blocks):
        for line in ground.ring_sides(col, row):
            back = (line[-1], line[0])
            if back in sides:
                del sides[back]
            else:
                sides[(line[0], line[-1])] = line
    start = {line[0]: line for line in sides.values()}
    assert len(start) == len(sides), "two blocks of one area touch at a corner only"
    return start


def link(start):
    rings = []
    while start:
        first = min(start)
        ring, at = [], first
        while at in start:
            line = start.pop(at)
            ring += line[:-1]
            at = line[-1]
        assert at == first
        rings.append(ring + [first])
    return rings


def double_area(ring):
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:]))


def has_inside(ring, point):
    """Even-odd; only for a point that is not on the ring."""
    inside = False
    for a, b in zip(ring, ring[1:]):
        if (a[1] > point[1]) != (b[1] > point[1]):
            side = (b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0])
            inside ^= (side > 0) == (b[1] > a[1])
    return inside


def blocks_of(letter, after=False):
    return [(col, row) for col in range(plan.COLS) for row in range(plan.ROWS)
            if plan.block(col, row, after) == letter]


def beat_polygons(ground, after):
    """Beat id -> its polygons."""
    return {beat[0]: polygons(ground, blocks_of(letter, after))
            for letter, beat in plan.BEATS.items()}


def lake_polygons(ground):
    return polygons(ground, blocks_of(plan.LAKE))


def letter_at(ground, lon, lat):
    """The letter of the block around a place that is on no side of a block."""
    near_col = (lon - earth.WEST) // (4 * earth.QUARTER_LON)
    near_row = (lat - earth.SOUTH) // (4 * earth.QUARTER_LAT)
    for col in range(near_col - 1, near_col + 2):
        for row in range(near_row - 1, near_row + 2):
            ring = [vertex for side in ground.ring_sides(col, row) for vertex in side]
            if has_inside(ring, (lon, lat)):
                return plan.block(col, row)
    return plan.OUTSIDE
