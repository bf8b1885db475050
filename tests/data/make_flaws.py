#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Make layers of beats with one planted flaw each, and clean ones beside them.

Writes the layers and flaws.json: for each case the layers to check, the findings that a check must
give, and about how large they are. Nothing is real; the town of nine beats lies by the sea.
"""

import argparse
import json
import math
import pathlib

from osgeo import ogr, osr

WEST, SOUTH, STEP = -74.03, 40.0, 0.01
# Metres of a degree on the WGS 84 ellipsoid at 40.005 degrees north.
M_LON, M_LAT = 85387.5, 111035.0

ogr.UseExceptions()


def square(column, row, width=1, height=1):
    """Corners on every grid line, so that neighbours share theirs."""
    low = [(column + i, row) for i in range(width)]
    right = [(column + width, row + i) for i in range(height)]
    top = [(column + width - i, row + height) for i in range(width)]
    left = [(column, row + height - i) for i in range(height)]
    return [at(*p) for p in low + right + top + left + [(column, row)]]


def at(column, row):
    return [round(WEST + STEP * column, 9), round(SOUTH + STEP * row, 9)]


def town():
    """Nine beats by id; each a list of polygons, each a list of rings."""
    return {str(3 * row + column + 1): [[square(column, row)]]
            for row in range(3) for column in range(3)}


def feature(beat, polygons, **more):
    geometry = polygons
    if isinstance(polygons, list):
        geometry = ({"type": "Polygon", "coordinates": polygons[0]} if len(polygons) == 1 else
                    {"type": "MultiPolygon", "coordinates": polygons})
    return {"type": "Feature", "properties": {"BEAT": beat, **more}, "geometry": geometry}


def features(beats, **more):
    return [feature(beat, polygons, **more) for beat, polygons in beats.items()]


def m2(columns, rows):
    """Area of a rectangle given in steps, square metres."""
    return columns * STEP * M_LON * rows * STEP * M_LAT


class Cases:
    def __init__(self, folder):
        self.folder = folder
        self.cases = []

    def add(self, name, layers, expect=None, sizes=None, specs=None):
        """layers: lists of features, or None where the case wrote its files itself."""
        names = []
        for i, one in enumerate(layers or []):
            names.append(f"{name}{i or ''}.geojson")
            (self.folder / names[-1]).write_text(json.dumps(
                {"type": "FeatureCollection", "features": one}), encoding="utf-8")
        self.cases.append({"name": name, "layers": specs or names, "expect": expect or {},
                           "sizes": sizes or {}})

    def ogr_layer(self, name, driver, epsg, beats, table="beats", update=False, data_epsg=None):
        """The same beats in another format and CRS; epsg None: the file says none."""
        path = str(self.folder / name)
        source = (ogr.Open(path, 1) if update else
                  ogr.GetDriverByName(driver).CreateDataSource(path))
        layer = source.CreateLayer(table, reference(epsg), ogr.wkbMultiPolygon)
        layer.CreateField(ogr.FieldDefn("BEAT", ogr.OFTString))
        turn = osr.CoordinateTransformation(reference(4326), reference(data_epsg or epsg or 4326))
        for beat, polygons in beats.items():
            row = ogr.Feature(layer.GetLayerDefn())
            row.SetField("BEAT", beat)
            shape = ogr.CreateGeometryFromJson(json.dumps(
                {"type": "MultiPolygon", "coordinates": polygons}))
            shape.Transform(turn)
            row.SetGeometry(shape)
            layer.CreateFeature(row)
        del layer, source


def reference(epsg):
    if epsg is None:
        return None
    crs = osr.SpatialReference()
    crs.ImportFromEPSG(epsg)
    crs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return crs


# ---- clean ----

def clean(cases):
    cases.add("clean", [features(town())])
    island = town()
    hole = [at(1.4, 1.4), at(1.6, 1.4), at(1.6, 1.6), at(1.4, 1.6), at(1.4, 1.4)]
    island["5"][0].append(hole)
    island["10"] = [[hole[::-1]]]
    cases.add("clean_island", [features(island)])
    parts = town()
    parts["1"] += parts.pop("9")  # two parts, apart
    cases.add("clean_parts", [features(parts)])
    repeated = town()
    ring = repeated["5"][0][0]
    repeated["5"][0][0] = [p for p in ring[:-1] for _ in range(2)] + [ring[-1]]
    cases.add("clean_repeated_points", [features(repeated)])
    cases.add("clean_versions", [features(town(), valid_to="2026-01-01"),
                                 features({"1": [[square(0, 0, 3, 3)]]}, valid_from="2026-01-01")])
    for epsg in (4326, 3857, 32618, 3424):
        cases.ogr_layer(f"clean_{epsg}.gpkg", "GPKG", epsg, town())
        cases.add(f"clean_{epsg}", None, specs=[f"clean_{epsg}.gpkg"])


# ---- rings ----

def rings(cases):
    def one(name, polygons, expect, sizes=None):
        beats = town()
        beats["5"] = polygons
        cases.add(name, [features(beats)], expect, sizes)

    whole = square(1, 1)
    bow = [at(1.2, 1.2), at(1.8, 1.8), at(1.8, 1.2), at(1.2, 1.8), at(1.2, 1.2)]
    small = [at(1.2, 1.2), at(1.4, 1.2), at(1.4, 1.4), at(1.2, 1.4), at(1.2, 1.2)]
    lone(cases, "crossing", [[bow]], {"ring_self_crossing": 1})
    lone(cases, "touching", [[[at(0, 0), at(2, 0), at(1, 1), at(2, 2), at(0, 2), at(1, 1),
                               at(0, 0)]]], {"ring_self_touch": 1})
    one("unclosed", [[whole[:-1]]], {"ring_unclosed": 1}, {"ring_unclosed": STEP * M_LAT})
    lone(cases, "too_few", [[square(0, 0)], [[at(5, 5), at(6, 6), at(5, 5), at(5, 5)]]],
         {"ring_too_few_points": 1})
    lone(cases, "in_line", [[square(0, 0)], [[at(5, 5), at(6, 6), at(7, 7), at(5, 5)]]],
         {"ring_zero_area": 1})
    one("spike", [[whole[:2] + [at(2, 1.5), at(1.5, 1.5), at(2, 1.5)] + whole[2:]]],
        {"ring_spike": 1, "unnoded_edge": 1}, {"ring_spike": 0.5 * STEP * M_LON})
    thin = [at(0, 0), at(1, 0), at(1, 0.5), [at(1.5, 0)[0], at(0, 0.5)[1] + 3e-9],
            [at(1, 0)[0], at(0, 0.5)[1] + 6e-9], at(1, 1), at(0, 1), at(0, 0)]
    lone(cases, "thin_spike", [[thin]], {"ring_spike": 1}, {"ring_spike": 0.5 * STEP * M_LON})
    lone(cases, "hole_outside", [[square(0, 0), [at(3, 3), at(3, 4), at(4, 4), at(3, 3)]]],
         {"ring_nesting": 1})
    lone(cases, "part_in_part", [[square(1, 1)], [small]],
         {"ring_nesting": 1, "gap": 1})
    lone(cases, "parts_share_edge", [[square(0, 0)], [square(1, 0)]], {"ring_shared_edge": 1},
         {"ring_shared_edge": STEP * M_LAT})
    sliver = [at(4, 4), [at(4, 4)[0] + 2e-6, at(4, 4)[1]], [at(4, 5)[0] + 2e-6, at(4, 5)[1]],
              at(4, 5), at(4, 4)]
    lone(cases, "sliver_part", [[square(0, 0)], [sliver]], {"sliver_part": 1},
         {"sliver_part": 2e-6 * M_LON * STEP * M_LAT})


def lone(cases, name, polygons, expect, sizes=None):
    """A beat far from the others, so that only its own flaw is there."""
    cases.add(name, [[feature("1", polygons)]], expect, sizes)


# ---- between beats ----

def borders(cases):
    overlap = town()
    overlap["1"] = [[[at(0, 0), at(1, 0), at(1.3, 0.5), at(1, 1), at(0, 1), at(0, 0)]]]
    cases.add("overlap", [features(overlap)], {"overlap": 1}, {"overlap": m2(0.3, 1) / 2})
    narrow = town()
    tip = [at(1, 0)[0] + 4e-6, at(0, 0.5)[1]]
    narrow["1"] = [[[at(0, 0), at(1, 0), tip, at(1, 1), at(0, 1), at(0, 0)]]]
    cases.add("sliver_overlap", [features(narrow)], {"sliver_overlap": 1},
              {"sliver_overlap": 4e-6 * M_LON * STEP * M_LAT / 2})
    gap = town()
    del gap["5"]
    cases.add("gap", [features(gap)], {"gap": 1}, {"gap": m2(1, 1)})
    strip = town()
    tip = [at(1, 0)[0] - 4e-6, at(0, 1.5)[1]]
    strip["4"] = [[[at(0, 1), at(1, 1), tip, at(1, 2), at(0, 2), at(0, 1)]]]
    cases.add("sliver_gap", [features(strip)], {"sliver_gap": 1},
              {"sliver_gap": 4e-6 * M_LON * STEP * M_LAT / 2})
    unnoded = {"1": [[square(0, 0)]], "2": [[square(0, 1)]],
               "3": [[[at(1, 0), at(2, 0), at(2, 2), at(1, 2), at(1, 0)]]]}
    cases.add("unnoded", [features(unnoded)], {"unnoded_edge": 2})
    twice = town()
    cases.add("twice", [features(twice) + [feature("5", twice["5"])]],
              {"duplicate_id": 1, "overlap": 1}, {"overlap": m2(1, 1)})


# ---- whole features and layers ----

def rows(cases):
    line = {"type": "LineString", "coordinates": [at(5, 5), at(6, 6)]}
    point = {"type": "Point", "coordinates": at(5, 5)}
    cases.add("line", [features(town()) + [feature("10", line)]], {"not_polygon": 1})
    cases.add("points", [[feature("1", point), feature("2", point)]], {"not_polygon": 2})
    cases.add("empty", [features(town()) + [feature("10", None)]], {"empty_geometry": 1})
    off = town()
    off["5"][0][0][2] = [at(2, 2)[0], 95.0]
    cases.add("off_globe", [[feature("5", off["5"])]], {"off_globe": 1})
    cases.add("missing_id", [features(town()) + [feature("", [[square(5, 5)]])]],
              {"missing_id": 1})
    cases.add("duplicate_id", [features(town()) + [feature("1", [[square(5, 5)]])]],
              {"duplicate_id": 1})
    cases.add("no_id_field", [[{**f, "properties": {"colour": "red", "size": 1}}
                               for f in features(town())]], {"no_id_field": 1})
    cases.add("nameless", [[{**feature("", [[square(0, 0)]]), "properties": {}}]],
              {"nameless": 1})
    cases.add("bad_date", [features(town(), valid_from="soon")[:1]], {"bad_date": 1})
    cases.add("dates_reversed", [features(town(), valid_from="2026-05-01",
                                          valid_to="2026-01-01")[:1]], {"validity_reversed": 1})
    cases.add("validity_overlap", [features({"1": [[square(0, 0)]]}, valid_to="2026-06-01"),
                                   features({"1": [[square(1, 0)]]}, valid_from="2026-01-01")],
              {"validity_overlap": 1})


def systems(cases):
    turned = [[[[y, x] for x, y in ring] for ring in polygon]
              for polygons in town().values() for polygon in polygons]
    cases.add("swapped", [[feature(str(i), [polygon]) for i, polygon in enumerate(turned)]],
              {"axes_swapped": 1})
    cases.ogr_layer("no_crs.shp", "ESRI Shapefile", None, town())
    cases.add("no_crs", None, {"no_crs": 1}, specs=["no_crs.shp"])
    cases.ogr_layer("no_crs_feet.shp", "ESRI Shapefile", None, town(), data_epsg=3424)
    cases.add("no_crs_feet", None, {"no_crs": 1}, specs=["no_crs_feet.shp"])
    cases.ogr_layer("says_feet.gpkg", "GPKG", 3424, town(), data_epsg=4326)
    cases.add("says_feet", None, {"crs_suspect": 1}, specs=["says_feet.gpkg"])
    cases.ogr_layer("says_degrees.gpkg", "GPKG", 4326, town(), data_epsg=3424)
    cases.add("says_degrees", None, {"crs_suspect": 1}, specs=["says_degrees.gpkg"])
    cases.ogr_layer("far_away.gpkg", "GPKG", 2193, town(), data_epsg=3424)
    cases.add("far_away", None, {"crs_suspect": 1}, specs=["far_away.gpkg"])
    cases.ogr_layer("several.gpkg", "GPKG", 4326, town(), "old")
    cases.ogr_layer("several.gpkg", "GPKG", 4326, town(), "new", update=True)
    cases.add("several_layers", None, {"layer_choice": 1}, specs=["several.gpkg"])
    cases.add("clean_chosen", None, specs=["several.gpkg|layername=new"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", metavar="OUTDIR", type=pathlib.Path)
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    cases = Cases(out)
    for part in (clean, rings, borders, rows, systems):
        part(cases)
    assert math.isclose(m2(1, 1), 948e3, rel_tol=0.01)
    (out / "flaws.json").write_text(json.dumps(cases.cases, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
