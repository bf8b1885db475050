# SPDX-License-Identifier: MIT
"""The beat of a point by the documented rule, in exact arithmetic, independent of the library.

A binary64 number is a fraction; times 2**80 every coordinate here is an integer, so that no step
rounds. A point on a shared edge belongs to the lowest beat id in byte order.
"""

from fractions import Fraction

from . import clock, ground

SCALE = 1 << 80


def exact(value):
    """The integer behind the double that a reader of our text gets."""
    scaled = Fraction(float(ground.text(value))) * SCALE
    assert scaled.denominator == 1
    return scaled.numerator


class Layer:
    """Beat polygons, ready for exact questions."""

    def __init__(self, beats):
        self.beats = [(beat, [self.ring(r) for polygon in beats[beat] for r in polygon])
                      for beat in sorted(beats)]

    @staticmethod
    def ring(vertices):
        return [(exact(lon), exact(lat)) for lon, lat in vertices]

    def locate(self, lon, lat):
        """(beat or None, relation)."""
        at = exact(lon), exact(lat)
        for beat, rings in self.beats:
            where = position(rings, at)
            if where != "outside":
                return beat, where
        return None, "outside"


def position(rings, at):
    """Even-odd over all rings: outside, inside or on_edge."""
    inside = False
    for ring in rings:
        for a, b in zip(ring, ring[1:]):
            if max(a[1], b[1]) < at[1] or min(a[1], b[1]) > at[1]:
                continue
            side = (b[0] - a[0]) * (at[1] - a[1]) - (b[1] - a[1]) * (at[0] - a[0])
            if side == 0 and min(a[0], b[0]) <= at[0] <= max(a[0], b[0]):
                return "on_edge"
            if (a[1] > at[1]) != (b[1] > at[1]):
                inside ^= (side > 0) == (b[1] > a[1])
    return "inside" if inside else "outside"


class Oracle:
    def __init__(self, before, after):
        self.layers = {"before": Layer(before), "after": Layer(after)}

    def answer(self, report):
        version = "after" if report.when >= clock.REDRAW else "before"
        beat, relation = self.layers[version].locate(report.lon, report.lat)
        return {"beat": beat, "relation": relation, "version": version}
