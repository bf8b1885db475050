# SPDX-License-Identifier: MIT
"""Addresses beside the streets: many in the old centre, few at the rim, blocks of flats."""

from . import areas, ground, plan, streets

HOUSES_BY_DISTANCE = (13, 9, 9, 8, 8, 3, 3, 2, 2, 1)  # per block


class Address:
    def __init__(self, lon, lat, text):
        self.lon, self.lat, self.text = lon, lat, text


def addresses(land, rng):
    """All addresses; a house that a winding bank would leave outside the city is not built."""
    found = []
    for col in range(plan.COLS):
        for row in range(plan.ROWS):
            if plan.in_city(plan.block(col, row)):
                found += block_addresses(col, row, rng.child(f"block {col} {row}"))
    return [a for a in found if plan.in_city(areas.letter_at(land, a.lon, a.lat))]


def block_addresses(col, row, rng):
    away = min(plan.core_distance(col, row), len(HOUSES_BY_DISTANCE) - 1)
    mean = HOUSES_BY_DISTANCE[away]
    places = block_pieces(col, row)
    found, used = [], set()
    for _ in range(rng.between(mean // 2, mean + mean // 2 + 1) if places else 0):
        found += house(rng.pick(places), away, rng, used)
    return found


def block_pieces(col, row):
    """Quarter pieces of streets in or on the west and south side of a block."""
    return [(qx, qy, vertical)
            for vertical in (True, False)
            for qx in range(4 * col, 4 * col + 4)
            for qy in range(4 * row, 4 * row + 4)
            if streets.is_street(qx, qy, vertical)]


def house(piece, away, rng, used):
    """One address, or all units of a block of flats at one point."""
    qx, qy, vertical = piece
    lot, left = rng.between(1, 11), rng.chance(500)
    along = qy if vertical else qx
    number = 100 * (along // 4 + 1) + 24 * (along % 4) + 2 * lot + left
    street = streets.name(qx if vertical else qy, vertical)
    if (number, street) in used:
        return []
    used.add((number, street))
    lon, lat = lot_position(piece, lot, left, rng)
    text = f"{number} {street}"
    if rng.chance(90 if away <= 2 else 15):
        units = rng.between(6, 48 if away == 0 else 16)
        return [Address(lon, lat, f"{text} Unit {unit}") for unit in range(1, units + 1)]
    return [Address(lon, lat, text)]


def lot_position(piece, lot, left, rng):
    """Beside the street: 14 to 26 m from its middle."""
    qx, qy, vertical = piece
    start = ground.corner(qx, qy)
    end = ground.corner(qx + (not vertical), qy + vertical)
    lon = start[0] + (end[0] - start[0]) * lot // 12
    lat = start[1] + (end[1] - start[1]) * lot // 12
    off = rng.between(14, 26) * (-1 if left else 1)
    if vertical:
        return ground.telling(lon + ground.metres_lon(off), lat + rng.between(-90, 90))
    return ground.telling(lon + rng.between(-90, 90), lat + ground.metres_lat(off))
