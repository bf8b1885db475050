# SPDX-License-Identifier: MIT
"""Records that are not in order. Each kind names the reason for which it has to be refused."""

from . import areas, ground, plan
from .records import Item, record

# kind: (reason; None where the record is to be taken in, what to change in its fields)
FIELD_FAULTS = {
    "missing_place": ("missing_place", {"lon": None, "lat": None}),
    "null_island": ("null_island", {"lon": "0", "lat": "0"}),
    "lat_91": ("bad_coordinate", {"lat": "91.0"}),
    "month_13": ("bad_time", {"occurred": "2026-13-05T12:00:00Z"}),
    "february_30": ("bad_time", {"occurred": "2026-02-30T12:00:00Z"}),
    "far_future": ("future", {"occurred": "2226-03-01T12:00:00Z"}),
    "missing_category": ("missing_category", {"category": ""}),
    "missing_ref": ("missing_ref", {"source_ref": ""}),
    "overlong": ("too_large", {"description": "and on " * 4000}),
    "unknown_category": (None, {"category": "ufo.landing"}),
}
CSV_FAULTS = {
    "nan_place": ("bad_coordinate", {"lon": "NaN"}),
    "place_is_text": ("bad_coordinate", {"lon": "Main St"}),
    "missing_time": ("missing_time", {"occurred": ""}),
}
NDJSON_FAULTS = {
    "place_is_text": ("field_type", {"lon": "Main St"}),
    "device_id": ("channel_metadata", {"extra": {"device_id": "A1B2-C3D4"}}),
    "network_address": ("channel_metadata", {"extra": {"ip_address": "192.0.2.77"}}),
}


def cut(data):
    return data[:len(data) * 2 // 3]


def cut_in_quotes(data):
    return data.rpartition(b",")[0] + b',"and then'


def break_json(data):
    return data.replace(b'": ', b'" ', 1)


def break_utf8(data):
    return data.replace(b"My callback", b"M\xff\xfe callback", 1)


def blank(data):
    return b""


BYTE_FAULTS = {
    "csv": {"bad_utf8": ("syntax", break_utf8), "empty_line": (None, blank)},
    "ndjson": {"bad_utf8": ("syntax", break_utf8), "empty_line": (None, blank),
               "bad_json": ("syntax", break_json), "truncated_json": ("syntax", cut)},
    "geojson": {},
    "open311": {},
}
MORE_FIELD_FAULTS = {"csv": CSV_FAULTS, "ndjson": NDJSON_FAULTS, "geojson": {}, "open311": {}}


def hostile(style, spare, rng):
    """Faulty items of one file style; `spare` gives sound reports to spoil."""
    items = []
    for kind, (reason, change) in {**FIELD_FAULTS, **MORE_FIELD_FAULTS[style]}.items():
        for _ in range(rng.between(2, 4)):
            items.append(changed(next(spare), kind, reason, change))
    for kind, (reason, spoil) in BYTE_FAULTS[style].items():
        for _ in range(rng.between(2, 3)):
            items.append(Item(record(next(spare)), kind, reason, spoil))
    items += misplaced(spare, rng)
    if style == "ndjson":
        items += [named_but_anonymous(next(spare))]
    return items


def changed(report, kind, reason, change):
    """A fault that is accepted all the same stays a report of its own."""
    report.category = change.get("category", report.category)
    kept = report if reason is None else None
    return Item({**record(report), **change}, kind, reason, report=kept)


def misplaced(spare, rng):
    """Outside the city, in the lake, and with longitude and latitude exchanged."""
    for _ in range(6):
        report = next(spare)
        report.lon, = ground.telling(ground.WEST
                                     + ground.metres_lon(rng.between(12_000, 90_000)))
        yield Item(record(report), "outside_city", "outside")
    for _ in range(3):
        report = next(spare)
        report.lon, report.lat = lake_place(rng)
        yield Item(record(report), "in_lake", "outside")
    for _ in range(3):
        report = next(spare)
        report.lon, report.lat = report.lat, report.lon
        yield Item(record(report), "swapped_axes", "swapped_axes")


def lake_place(rng):
    """The middle of a block of water; its banks never wind that far."""
    col, row = rng.pick(areas.blocks_of(plan.LAKE))
    lon, lat = ground.corner(4 * col + 2, 4 * row + 2)
    return ground.telling(lon + rng.between(-4000, 4000), lat + rng.between(-4000, 4000))


def named_but_anonymous(report):
    fields = record(report)
    fields["extra"] = {"anonymous": True, "reporter": {"name": "Ottoline Fellwick"}}
    return Item(fields, "anonymous_identity", "anonymous_identity")


def repeats(items, rng):
    """Sent twice, and sent again with other words. They come after the originals."""
    valid = [i for i in items if i.kind == "valid"]
    for _ in range(max(2, len(valid) // 60)):
        yield Item(rng.pick(valid).fields, "duplicate", "duplicate")
    for _ in range(2):
        fields = dict(rng.pick(valid).fields)
        fields["description"] = "I changed my mind about what I saw."
        yield Item(fields, "conflict", "conflict")
