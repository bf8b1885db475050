# SPDX-License-Identifier: MIT
"""From the plan to the ground. A coordinate is an integer: 1e-7 degrees, about one centimetre.

Corners of blocks are counted in quarters of a block, so that one function gives every vertex of
every street and beat: edges that are shared are the same numbers.
"""

from . import plan

UNIT = 10_000_000
WEST = -952_500_000
SOUTH = 398_700_000
QUARTER_LON = 8_775
QUARTER_LAT = 6_750
LON_TO_LAT = 767  # per mille: length of a degree of longitude here, in degrees of latitude
WINDING = (120, 95, 65, 45, 35)  # per mille of the piece, level by level


def wave(t, period):
    """A smooth bend from -1000 to 1000, made of parabolas."""
    half = period // 2
    t %= period
    x = t % half
    height = 4000 * x * (half - x) // (half * half)
    return height if t < half else -height


def bend(qx, qy):
    """0 in the old centre, growing to 1000 at the rim."""
    low_x, high_x = (4 * c for c in plan.CORE_COLS)
    low_y, high_y = (4 * r for r in plan.CORE_ROWS)
    away = max(low_x - qx, qx - high_x, low_y - qy, qy - high_y, 0)
    return min(1000, 45 * away)


def corner(qx, qy):
    """Position (lon, lat) of a corner, counted in quarter blocks from the south-west."""
    share = bend(qx, qy)
    lon_shift = share * (11 * wave(qy + 9, 74) + 3 * wave(qy + qx, 34)) // 1000
    lat_shift = share * (9 * wave(qx + 20, 86) + 2 * wave(qx - qy, 30)) // 1000
    return WEST + QUARTER_LON * qx + lon_shift, SOUTH + QUARTER_LAT * qy + lat_shift


def street_line(qx, qy, step_x, step_y):
    """The five vertices of one side of a block that is a street."""
    return [corner(qx + step_x * i, qy + step_y * i) for i in range(5)]


def water_line(start, end, rng, winding=WINDING):
    """A bank that winds: the middle of each piece moves aside, again and again.

    No piece turns more than 41 degrees off the line from start to end, so that banks never cross.
    """
    if not winding:
        return [start, end]
    across = rng.between(-winding[0], winding[0])
    lon = (start[0] + end[0]) // 2 - across * (end[1] - start[1]) // LON_TO_LAT
    lat = (start[1] + end[1]) // 2 + across * (end[0] - start[0]) * LON_TO_LAT // 1_000_000
    first = water_line(start, (lon, lat), rng, winding[1:])
    return first + water_line((lon, lat), end, rng, winding[1:])[1:]


class Ground:
    """The sides of all blocks as lines, each made once."""

    def __init__(self, rng):
        self.rng = rng
        self.sides = {}

    def side(self, col, row, vertical):
        """The west side (vertical) or south side of a block, northward or eastward."""
        key = (col, row, vertical)
        if key not in self.sides:
            self.sides[key] = self.make_side(col, row, vertical)
        return self.sides[key]

    def make_side(self, col, row, vertical):
        step = (0, 1) if vertical else (1, 0)
        line = street_line(4 * col, 4 * row, *step)
        if is_water(col, row, vertical):
            stream = self.rng.child(f"water {col} {row} {vertical}")
            return water_line(line[0], line[-1], stream)
        return line

    def ring_sides(self, col, row):
        """The four sides of a block, counter-clockwise."""
        south, east = self.side(col, row, False), self.side(col + 1, row, True)
        north, west = self.side(col, row + 1, False), self.side(col, row, True)
        return [south, east, north[::-1], west[::-1]]


def across(col, row, vertical, after=False):
    """The letters on both sides of the west or south side of a block."""
    other = (col - 1, row) if vertical else (col, row - 1)
    return plan.block(col, row, after), plan.block(*other, after)


def is_water(col, row, vertical):
    return plan.is_water_edge(*across(col, row, vertical))


def text(value):
    """Degrees with all seven decimals."""
    sign = "-" if value < 0 else ""
    whole, part = divmod(abs(value), UNIT)
    return f"{sign}{whole}.{part:07d}"


def telling(*place):
    """Within a centimetre, but with a seventh decimal, which no published point has."""
    return tuple(value + (value % 10 == 0) for value in place)


def metres_lat(metres):
    """Units of latitude for a length north; 1 degree is 111,030 m here."""
    return metres * UNIT // 111_030


def metres_lon(metres):
    return metres_lat(metres) * 1000 // LON_TO_LAT
