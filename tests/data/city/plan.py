# SPDX-License-Identifier: MIT
"""The plan of the city: which block belongs to which beat, before and after the redraw.

One character is one block of about 300 m. North is up. Upper case is the district north of the
river, lower case the one south of it, '~' is Mirror Lake, '.' is land outside the city.
"""

BLOCKS = (
    "......EEEEEEE.................",
    "....EEEEEEEEEE.....DDDDDD.....",
    "...EEEEEEEEEEEEDDDDDDDDDDDD...",
    "..EEEEEEEEEEEEDDDDDDDDDDDDDD..",
    "..EEEEEEEEEECCDDDDDD~~DDDDDDD.",
    ".EEEEEEEEECCCCCDDD~~~~~~DDDDD.",
    ".AAEEEEEECCCCCCDD~~~~~DDDDFFF.",
    "AAAAAEEECCCCCCCDDD~~~~FFFFFFFF",
    "AAAAAAACCCCCCBBBBDDDDDFFFFFFFF",
    "AAAAAAACCCCBBBBBBBBDDFFFFFFFFF",
    "AAAAAAAACCBBBBBBBBBFFFFFFFFFff",
    "aaaAAAAABBBBBBBBBBBFFFFFffffff",
    "aaaaaaaBBBBBBBBBBBBFFfffffffff",
    "aaaaaaaaaaBBBBBBBbbbbfffffffff",
    "aaaaaaaaaabbbbbbbbbbbbffffffff",
    ".aaaaaaaccbbbbbbbbbbbbeeffffff",
    ".aaaaaacccccbbbbbbbbbeeeefffff",
    "..aaaacccccccccbbbbbeeeeeeffff",
    "..aaaccccddcccccceeeeeeeeefff.",
    "...accccddddccccceeeeeeeeeeff.",
    "....ccccdddcccccceeeeeeeee....",
    ".....ccccccccccc.eeeeeeeee.fff",
    ".......ccccc.......eeeee...fff",
)
COLS = len(BLOCKS[0])
ROWS = len(BLOCKS)

# (column, row), rows counted from the south: Old Town takes over a part of Foundry Row.
REDRAWN = {(9, 13), (10, 13), (11, 14), (12, 14), (8, 12), (9, 12), (12, 15), (13, 15), (14, 15)}
REDRAWN_FROM, REDRAWN_TO = "C", "B"
REDRAW_DATE = "2026-04-01"
TIME_ZONE = "America/Chicago"
POLICY = {
    "policy": 1,
    "name": "Port Linden public map",
    "time_zone": TIME_ZONE,
    "suppress_below": 5,
    "k": 8,
    "default": {"law": "anchor", "time_bin": "day"},
    "categories": {"burglary": {"time_bin": "week"}, "hate": {"law": "withhold"}},
}

# letter on the plan: beat, name, sector, district
BEATS = {
    "A": ("1A", "Harbor Front", "11", "1"),
    "B": ("1B", "Old Town", "12", "1"),
    "C": ("1C", "Foundry Row", "12", "1"),
    "D": ("1D", "Mirror Lake", "13", "1"),
    "E": ("1E", "Linden Heights", "11", "1"),
    "F": ("1F", "Orchard Park", "13", "1"),
    "a": ("2A", "Tannery Bank", "21", "2"),
    "b": ("2B", "Market Square", "21", "2"),
    "c": ("2C", "College Hill", "22", "2"),
    "d": ("2D", "Linden College", "22", "2"),
    "e": ("2E", "Southgate", "23", "2"),
    "f": ("2F", "Quarry Bend", "23", "2"),
}
LAKE = "~"
OUTSIDE = "."

# The old centre, where streets run due north and due east: columns and rows, in blocks.
CORE_COLS = (9, 19)
CORE_ROWS = (8, 14)


def block(col, row, after=False):
    """The letter of a block; anything off the plan is outside."""
    if not (0 <= col < COLS and 0 <= row < ROWS):
        return OUTSIDE
    letter = BLOCKS[ROWS - 1 - row][col]
    if after and (col, row) in REDRAWN:
        assert letter == REDRAWN_FROM
        return REDRAWN_TO
    return letter


def in_city(letter):
    return letter in BEATS


def is_water_edge(one, other):
    """The shore of the lake, or the river, which parts the two districts."""
    if LAKE in (one, other):
        return one != other
    return in_city(one) and in_city(other) and one.isupper() != other.isupper()


def core_distance(col, row):
    """How many blocks a block lies outside the old centre."""
    dx = max(CORE_COLS[0] - col, col - CORE_COLS[1] + 1, 0)
    dy = max(CORE_ROWS[0] - row, row - CORE_ROWS[1] + 1, 0)
    return max(dx, dy)
