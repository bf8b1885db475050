# SPDX-License-Identifier: MIT
"""Streets: every side of a block that is not water, and more lines inside where it is dense."""

from . import ground, plan

TREES = ("Alder", "Aspen", "Balsam", "Basswood", "Beech", "Birch", "Boxwood", "Buckeye",
         "Catalpa", "Cedar", "Cherry", "Chestnut", "Cypress", "Dogwood", "Elder", "Elm",
         "Fir", "Hackberry", "Hawthorn", "Hazel", "Hemlock", "Hickory", "Holly", "Hornbeam",
         "Ironwood", "Juniper", "Larch", "Laurel", "Locust", "Magnolia", "Maple", "Mulberry",
         "Myrtle", "Oak", "Osage", "Pear", "Pecan", "Pine", "Plum", "Poplar", "Redbud", "Rowan",
         "Sassafras", "Spruce", "Sumac", "Sycamore", "Tamarack", "Walnut", "Willow", "Yew")


def name(quarter, vertical):
    """Avenues run north and have numbers, streets run east and have trees."""
    whole, rest = divmod(quarter, 4)
    if vertical:
        return f"{ordinal(whole + 1)} {('Ave', 'Ct', 'Pl', 'Ter')[rest]}"
    tree = TREES[(quarter // 2) % len(TREES)]
    return f"{tree} {('St', 'Ln', 'St', 'Ln')[rest]}"


def ordinal(number):
    suffix = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if 10 < number < 14 else suffix}"


def spacing(col, row):
    """Distance of the streets in a block, in quarters; 0 where there are none."""
    if not plan.in_city(plan.block(col, row)):
        return 0
    away = plan.core_distance(col, row)
    return 1 if away == 0 else 2 if away <= 4 else 4


def is_street(qx, qy, vertical):
    """Whether the quarter piece that starts here, northward or eastward, is a street."""
    line, along = (qx, qy) if vertical else (qy, qx)
    if line % 4 == 0:
        letters = ground.across(qx // 4, qy // 4, vertical)
        return any(map(plan.in_city, letters)) and not plan.is_water_edge(*letters)
    gap = spacing(qx // 4, qy // 4)
    return gap != 0 and line % gap == 0 and not ends_in_water(qx, qy, vertical, along)


def ends_in_water(qx, qy, vertical, along):
    """Lanes stop short of a bank; only the streets between blocks have bridges."""
    col, row = qx // 4, qy // 4
    if along % 4 == 0:
        return ground.is_water(col, row, not vertical)
    if along % 4 == 3:
        return ground.is_water(col + (not vertical), row + vertical, not vertical)
    return False


def runs(vertical):
    """Streets as (line, first, last) in quarters, without a gap between first and last."""
    lines, length = (plan.COLS, plan.ROWS) if vertical else (plan.ROWS, plan.COLS)
    for line in range(4 * lines + 1):
        first = None
        for along in range(4 * length + 1):
            here = (line, along) if vertical else (along, line)
            on = along < 4 * length and is_street(*here, vertical)
            if on and first is None:
                first = along
            if not on and first is not None:
                yield line, first, along
                first = None


def streets():
    """All streets as (name, vertices)."""
    for vertical in (True, False):
        for line, first, last in runs(vertical):
            quarters = [(line, a) if vertical else (a, line) for a in range(first, last + 1)]
            yield name(line, vertical), [ground.corner(*q) for q in quarters]


def border_pieces():
    """Quarter pieces (start, end) of streets that are beat edges before or after the redraw."""
    for vertical in (True, False):
        for col in range(plan.COLS + 1):
            for row in range(plan.ROWS + 1):
                if is_border(col, row, vertical):
                    step = (0, 1) if vertical else (1, 0)
                    line = ground.street_line(4 * col, 4 * row, *step)
                    yield from zip(line, line[1:])


def is_border(col, row, vertical):
    if ground.is_water(col, row, vertical):
        return False
    pairs = [ground.across(col, row, vertical, after) for after in (False, True)]
    return all(map(plan.in_city, pairs[0])) and any(a != b for a, b in pairs)
