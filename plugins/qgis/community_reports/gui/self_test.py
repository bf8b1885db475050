# SPDX-License-Identifier: GPL-2.0-or-later
"""A small check of the library as it is installed: beats, edges, a mask. It leaves no file."""

import json

from ..layers import Workspace
from ..native import CommunityError
from ..words import tr

SIDE = 0.01  # degrees
WEST, SOUTH = 10.0, 50.0


def _squares():
    """Two beats side by side."""
    features = []
    for column, name in enumerate("AB"):
        west, east = WEST + column * SIDE, WEST + (column + 1) * SIDE
        ring = [[west, SOUTH], [east, SOUTH], [east, SOUTH + SIDE], [west, SOUTH + SIDE],
                [west, SOUTH]]
        features.append({"type": "Feature", "properties": {"beat": name},
                         "geometry": {"type": "Polygon", "coordinates": [ring]}})
    return json.dumps({"type": "FeatureCollection", "features": features})


def run(lib):
    """One line for each part that works. Raises CommunityError at the first that does not."""
    work = Workspace()
    try:
        path, key = work.path(".geojson"), work.path(".key")
        with open(path, "w", encoding="utf-8") as file:
            file.write(_squares())
        beats = lib.beats([path])
        middle = SOUTH + SIDE / 2
        _same([beats.locate(WEST + part * SIDE, middle).beat for part in (0.5, 1.5, 2.5)],
              ["A", "B", ""], tr("points in beats"))
        edge = beats.locate(WEST + SIDE, middle)
        _same((edge.beat in ("A", "B"), edge.ambiguous, len(edge.candidates)), (True, True, 2),
              tr("a point on an edge"))
        lib.make_mask_key(key)
        masker = lib.masker(key_file=key)
        masks = [masker.mask("self-test", WEST, SOUTH) for _ in range(2)]
        _same(masks[0], masks[1], tr("the same mask for the same report"))
        _same(masks[0][0] not in (None, (WEST, SOUTH)), True, tr("a mask that moves a place"))
    finally:
        work.close()
    return [tr("Beats answer, edges too."), tr("A mask repeats itself and moves the place.")]


def _same(found, wanted, what):
    if found != wanted:
        raise CommunityError(tr("The self-test failed at: {}.").format(what))
