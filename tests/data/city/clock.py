# SPDX-License-Identifier: MIT
"""Local time of the city, from the rule itself: no machine has to carry zone files."""

from datetime import datetime, timedelta, timezone

UTC = timezone.utc
SUMMER = ((datetime(2025, 3, 9, 8, tzinfo=UTC), datetime(2025, 11, 2, 7, tzinfo=UTC)),
          (datetime(2026, 3, 8, 8, tzinfo=UTC), datetime(2026, 11, 1, 7, tzinfo=UTC)))

FIRST = datetime(2025, 7, 1, 12, tzinfo=UTC)
LAST = datetime(2026, 6, 30, 12, tzinfo=UTC)
REDRAW = datetime(2026, 4, 1, 5, tzinfo=UTC)  # midnight in the city


def local(when):
    hours = -5 if any(start <= when < end for start, end in SUMMER) else -6
    return when.astimezone(timezone(timedelta(hours=hours)))


def is_clear(when):
    """False where a local time names two moments or none."""
    return all(abs(when - change) > timedelta(hours=3) for pair in SUMMER for change in pair)


def any_time(rng, hours):
    """A moment of the year whose local hour is drawn from the weights of a day."""
    while True:
        day = FIRST + timedelta(days=rng.below((LAST - FIRST).days))
        start = local(day).replace(hour=0, minute=0, second=0)
        when = start + timedelta(hours=rng.pick_weighted(range(24), hours),
                                 minutes=rng.below(60), seconds=rng.below(60))
        if is_clear(when):
            return when.astimezone(UTC)


def rfc3339(when):
    return when.isoformat(timespec="seconds").replace("+00:00", "Z")
