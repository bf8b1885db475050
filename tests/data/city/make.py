# SPDX-License-Identifier: MIT
"""Everything that a city is made of, written to a folder."""

import json
import os

from . import addresses, areas, formats, ground, hostile, layers, plan, reports
from .oracle import Oracle
from .records import Item, record
from .rng import Rng
from .truth import Truth

# file, style, share of the reports in per cent
FILES = (("reports.csv", "csv", 40), ("reports.ndjson", "ndjson", 27),
         ("reports.geojson", "geojson", 20), ("open311.json", "open311", 13))
WRITERS = {"csv": formats.csv_file, "ndjson": formats.ndjson_file,
           "geojson": formats.geojson_file, "open311": formats.open311_file}


def make(out, seed, count):
    os.makedirs(out, exist_ok=True)
    rng = Rng(seed)
    land = ground.Ground(rng.child("ground"))
    before, after = areas.beat_polygons(land, False), areas.beat_polygons(land, True)
    homes = addresses.addresses(land, rng.child("addresses"))
    write_layers(out, land, before, after, homes)

    public = {ground.text(v) for layer in (before, after) for polygons in layer.values()
              for polygon in polygons for ring in polygon for vertex in ring for v in vertex}
    truth = Truth(seed, Oracle(before, after), public)
    write_reports(out, count, (land, homes), rng, truth)
    write(out, "truth.json", json.dumps(truth.as_json(), indent=1, ensure_ascii=False) + "\n")


def write_layers(out, land, before, after, homes):
    write(out, "beats_before.geojson", layers.beats(before, None, plan.REDRAW_DATE))
    write(out, "beats_after.geojson", layers.beats(after, plan.REDRAW_DATE, None))
    write(out, "streets.geojson", layers.street_lines())
    write(out, "lake.geojson", layers.lake(land))
    write(out, "fences.geojson", layers.fence_areas())
    write(out, "addresses.csv", layers.address_table(homes))
    write(out, "policy.json", json.dumps(plan.POLICY, indent=2) + "\n")


def write_reports(out, count, places, rng, truth):
    land, homes = places
    sound = reports.reports(count, homes, land, rng.child("reports"))
    rng.child("order").shuffle(sound)
    spare = iter(reports.spares(homes, rng.child("spare")))
    for name, style, share in FILES:
        part = sound[:count * share // 100] if name != FILES[-1][0] else sound
        sound = sound[len(part):]
        items = file_items(style, part, spare, rng.child(name))
        truth.add_file(name, items)
        write(out, name, WRITERS[style](items))


def file_items(style, part, spare, rng):
    items = [Item(record(report), report=report) for report in part]
    items += hostile.hostile(style, spare, rng)
    rng.shuffle(items)
    items += hostile.repeats(items, rng)
    if style == "csv":
        fields = record(next(spare))
        items.append(Item(fields, "truncated_row", "syntax", hostile.cut_in_quotes))
    return items


def write(out, name, data):
    with open(os.path.join(out, name), "wb") as file:
        file.write(data.encode() if isinstance(data, str) else data)
