# SPDX-License-Identifier: MIT
"""The fences of the city, and what they decide by the documented precedence."""

from . import clock, ground

STRICTNESS = ("accept", "escalate", "withhold", "refuse")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Fence:
    def __init__(self, name, ring, action, category="", valid=("", ""), days="", hours="",
                 priority=0, note=""):
        self.id = name.lower().replace(" ", "-")
        self.name, self.ring, self.action, self.category = name, ring, action, category
        self.valid, self.days, self.hours = valid, days, hours
        self.priority, self.note = priority, note

    def properties(self):
        return {"id": self.id, "name": self.name, "action": self.action,
                "category": self.category, "valid_from": self.valid[0] or None,
                "valid_to": self.valid[1] or None, "days": self.days, "hours": self.hours,
                "priority": self.priority, "note": self.note}

    def applies(self, report):
        return (self.has_category(report.category) and self.has_time(report.when)
                and self.contains(report.lon, report.lat))

    def has_category(self, category):
        names = [c for c in self.category.split(",") if c]
        return not names or any(category == c or (c.endswith(".*") and category.startswith(c[:-1]))
                                for c in names)

    def has_time(self, when):
        local = clock.local(when)
        day, minute = local.date().isoformat(), local.strftime("%H:%M")
        first, last = (DAYS.index(d) for d in (self.days or "mon-sun").split("-"))
        start, end = (self.hours or "00:00-24:00").split("-")
        return (self.valid[0] <= day and (not self.valid[1] or day < self.valid[1])
                and first <= local.weekday() <= last and start <= minute < end)

    def contains(self, lon, lat):
        """Fences are rectangles with straight sides here; their edge belongs to them."""
        lons, lats = zip(*self.ring)
        return min(lons) <= lon <= max(lons) and min(lats) <= lat <= max(lats)


def rectangle(qx, qy, width, height):
    """A closed ring around `width` by `height` metres from a corner in quarter blocks."""
    west, south = ground.corner(qx, qy)
    east, north = west + ground.metres_lon(width), south + ground.metres_lat(height)
    return [(west, south), (east, south), (east, north), (west, north), (west, south)]


def fences():
    return [
        Fence("Harbor House", rectangle(50, 47, 140, 110), "withhold", priority=100,
              note="A shelter: reports count, their place is never shown."),
        Fence("St Brigid Clinic", rectangle(66, 36, 90, 80), "withhold", priority=100,
              note="A clinic: reports count, their place is never shown."),
        Fence("Foundry Row School", rectangle(44, 56, 320, 260), "escalate",
              "susp.person,susp.vehicle,threat.*", days="mon-fri", hours="07:00-17:00",
              priority=50, note="Call the school officer."),
        Fence("Linden Stadium", rectangle(72, 38, 560, 480), "refuse", "disorder.noise",
              valid=("2026-05-01", "2026-06-15"), hours="17:00-23:00", priority=40,
              note="Summer games: the stadium has its own noise line."),
        Fence("College Grounds", rectangle(32, 8, 900, 900), "escalate", "assault,threat.*",
              priority=20, note="The college has its own officers."),
        Fence("Lantern Market", rectangle(52, 40, 600, 400), "accept", "disorder.noise",
              priority=10, note="Noise is always taken in here."),
    ]


def decide(all_fences, report):
    """(action, fence id or None): highest priority, then strictest, then lowest id."""
    hits = [f for f in all_fences if f.applies(report)]
    if not hits:
        return "accept", None
    best = min(hits, key=lambda f: (-f.priority, -STRICTNESS.index(f.action), f.id))
    return best.action, best.id
