# SPDX-License-Identifier: MIT
"""The map layers as files: beats, streets, lake, fences, addresses."""

import json

from . import areas, fences, ground, plan, streets


def vertices(line):
    return "[" + ",".join(f"[{ground.text(x)},{ground.text(y)}]" for x, y in line) + "]"


def rings(polygon):
    return "[" + ",".join(map(vertices, polygon)) + "]"


def polygon_geometry(polygons):
    if len(polygons) == 1:
        return f'{{"type":"Polygon","coordinates":{rings(polygons[0])}}}'
    body = ",".join(map(rings, polygons))
    return f'{{"type":"MultiPolygon","coordinates":[{body}]}}'


def line_geometry(line):
    return f'{{"type":"LineString","coordinates":{vertices(line)}}}'


def collection(features):
    """RFC 7946 text from (properties, geometry text) pairs."""
    body = ",\n".join(f'{{"type":"Feature","properties":{json.dumps(p)},"geometry":{g}}}'
                      for p, g in features)
    return f'{{"type":"FeatureCollection","features":[\n{body}\n]}}\n'


def beats(polygons, valid_from, valid_to):
    features = []
    for beat, name, sector, district in sorted(plan.BEATS.values()):
        properties = {"beat": beat, "name": name, "sector": sector, "district": district,
                      "valid_from": valid_from, "valid_to": valid_to}
        features.append((properties, polygon_geometry(polygons[beat])))
    return collection(features)


def street_lines():
    return collection([({"name": n}, line_geometry(line)) for n, line in streets.streets()])


def lake(land):
    return collection([({"name": "Mirror Lake"}, polygon_geometry(areas.lake_polygons(land)))])


def fence_areas():
    return collection([(f.properties(), polygon_geometry([[f.ring]])) for f in fences.fences()])


def address_table(found):
    rows = [f"{ground.text(a.lon)},{ground.text(a.lat)},{a.text}" for a in found]
    return "\n".join(["lon,lat,address"] + rows) + "\n"
