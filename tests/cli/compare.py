#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""compare: the crosswalk between two versions of boundaries, from the command line.

Known answers on a small town and on the invented city; OGR as a second judge of every area, point
and split; real cities where the shared data is present.
"""

import csv
import json
import math
import os
import pathlib
import random
import re
import sqlite3
import subprocess
import sys
import tempfile
import unittest
from decimal import Decimal

from osgeo import ogr, osr

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("CMTY_BINARY_DIR", ROOT / "build"))
SHARED = pathlib.Path(os.environ.get("CMTY_SHARED", ROOT / "../shared"))
COMMUNITY = BUILD / "bin/community"
WEST, SOUTH, STEP = -95.0, 40.0, 0.01
M_PER_DEG_LON = 85395.0  # at 40 degrees north
ogr.UseExceptions()


def square(col, row, cols=1.0, rows=1.0):
    x, y = WEST + col * STEP, SOUTH + row * STEP
    right, top = WEST + (col + cols) * STEP, SOUTH + (row + rows) * STEP
    return [[x, y], [right, y], [right, top], [x, top], [x, y]]


def feature(name, ring, **more):
    return {"type": "Feature", "properties": {"BEAT": name, **more},
            "geometry": {"type": "Polygon", "coordinates": [ring]}}


def collection(features):
    return json.dumps({"type": "FeatureCollection", "features": features})


NARROW = 6 / M_PER_DEG_LON / STEP  # six metres, in columns
OLD = [("1", square(0, 0)), ("2", square(1, 0)), ("3", square(2, 0)), ("4", square(3, 0)),
       ("5", square(0, 1)), ("6", square(1, 1)), ("7", square(2, 1, 2))]
# 1 gives six metres to 2; 3 is called 3B; 4 is gone but for nothing; 5 is merged into 6; 7 is split
# into 7 and 8; 9 is new; a strip of half of 2 moves to 3B.
NEW = [("1", square(0, 0, 1 - NARROW)), ("2", square(1 - NARROW, 0, 0.5 + NARROW)),
       ("3B", square(1.5, 0, 1.5)), ("6", square(0, 1, 2)), ("7", square(2, 1)),
       ("8", square(3, 1)), ("9", square(5, 0))]


def equal_area(lon_lat):
    """Geometries in the world's cylindrical equal-area projection, edges cut up first."""
    geometry = lon_lat.Clone()
    geometry.Segmentize(STEP / 8)
    geometry.Transform(TO_EQUAL_AREA)
    return geometry


def srs(code):
    made = osr.SpatialReference()
    made.ImportFromEPSG(code)
    made.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return made


TO_EQUAL_AREA = osr.CoordinateTransformation(srs(4326), srs(6933))


def read_layer(path, field):
    """Geometries by id, joined."""
    units = {}
    source = ogr.Open(str(path))
    for found in source.GetLayer(0):
        shape = found.GetGeometryRef().Clone()
        shape = shape if shape.IsValid() else shape.MakeValid()
        key = str(found.GetField(field))
        units[key] = units[key].Union(shape) if key in units else shape
    return units


def area_of(geometry):
    return equal_area(geometry).GetArea() if not geometry.IsEmpty() else 0.0


class Compare(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, name, text):
        (self.folder / name).write_text(text, encoding="utf-8")
        return name

    def write_town(self):
        self.write("old.geojson", collection([feature(*unit) for unit in OLD]))
        self.write("new.geojson", collection([feature(*unit) for unit in NEW]))
        return "old.geojson", "new.geojson"

    def run_cli(self, *arguments):
        done = subprocess.run([COMMUNITY, "compare", *map(str, arguments)], cwd=self.folder,
                              capture_output=True, text=True, check=False, timeout=240)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def compare(self, *arguments):
        """Rows by (from, to), and totals."""
        found = json.loads(self.run_cli(*arguments, "--json"))
        return {(r["from"], r["to"]): r for r in found["rows"]}, found["totals"]

    def rows(self, *arguments):
        return list(csv.DictReader(self.run_cli(*arguments, "-o", "-").splitlines()))


class KnownAnswer(Compare):
    def test_every_kind_of_change_is_named(self):
        rows, totals = self.compare(*self.write_town())
        named = {pair: row["change"] for pair, row in rows.items()}
        self.assertEqual(named, {
            ("1", "1"): "unchanged", ("2", "2"): "unchanged", ("2", "3B"): "moved",
            ("3", "3B"): "merged", ("4", ""): "gone", ("5", "6"): "merged",
            ("6", "6"): "unchanged", ("7", "7"): "unchanged", ("7", "8"): "split",
            ("", "9"): "new", ("*", "*"): "noise"})
        self.assertEqual(totals["changes"], 6)
        cell = rows["4", ""]["area_m2"]
        self.assertAlmostEqual(rows["2", "3B"]["area_m2"] / cell, 0.5, places=5)
        self.assertAlmostEqual(rows["*", "*"]["area_m2"] / cell, NARROW, places=5)
        self.assertAlmostEqual(rows["3", "3B"]["share_of_new"], 2 / 3, places=5)

    def test_a_new_name_for_the_same_ground(self):
        for name, east in (("a.geojson", "2"), ("b.geojson", "X")):
            self.write(name, collection([feature("1", square(0, 0)), feature(east, square(1, 0))]))
        rows, totals = self.compare("a.geojson", "b.geojson")
        self.assertEqual(rows["2", "X"]["change"], "renamed")
        self.assertEqual(totals["changes"], 1)

    def test_the_tolerance_decides_what_is_noise(self):
        self.write_town()
        rows, _ = self.compare("old.geojson", "new.geojson", "--tolerance-m", 2.9)
        self.assertEqual(rows["1", "2"]["change"], "moved")
        rows, _ = self.compare("old.geojson", "new.geojson", "--tolerance-m", 3.1)
        self.assertNotIn(("1", "2"), rows)

    def test_the_invented_city(self):
        subprocess.run([sys.executable, ROOT / "tests/data/make_city.py", self.folder], check=True,
                       capture_output=True)
        rows, totals = self.compare("beats_before.geojson", "beats_after.geojson", "--points",
                                    "addresses.csv", "--population", "addresses.csv")
        changed = {p: r for p, r in rows.items() if r["change"] not in ("unchanged", "outside")}
        self.assertEqual(list(changed), [("1C", "1B")])
        self.assertEqual(changed["1C", "1B"]["change"], "moved")
        self.assertEqual(totals["noise_m2"], 0)
        with open(self.folder / "addresses.csv", encoding="utf-8") as file:
            self.assertEqual(totals["points"], sum(1 for _ in file) - 1)
        self.assertEqual(totals["population"], totals["points"])
        self.assertEqual(changed["1C", "1B"]["population_se"], 0)
        # two versions of one set say the same, by label, by date and by default
        for sides in ((), ("../2026-04-01", "2026-04-01/.."), ("2026-03-31", "2027-01-01")):
            again, _ = self.compare("--beats", "beats_before.geojson", "--beats",
                                    "beats_after.geojson", "--time-zone", "America/Chicago", *sides)
            self.assertEqual(again["1C", "1B"]["area_m2"], changed["1C", "1B"]["area_m2"])
        # both beats are of district 1
        rows, totals = self.compare("beats_before.geojson", "beats_after.geojson", "--by",
                                    "district")
        self.assertEqual(set(rows), {("1", "1"), ("2", "2")})
        self.assertEqual(totals["changes"], 0)


def jagged(seed, columns, rows):
    """A partition of a box with crooked lines: rings by id."""
    rng = random.Random(seed)
    width, height = 4 / columns, 3 / rows
    corner = {(i, j): (WEST + STEP * width * (i + rng.uniform(-.3, .3) * (0 < i < columns)),
                       SOUTH + STEP * height * (j + rng.uniform(-.3, .3) * (0 < j < rows)))
              for i in range(columns + 1) for j in range(rows + 1)}
    edges = {}

    def edge(a, b):
        if (b, a) in edges:
            return edges[b, a][::-1]
        if (a, b) not in edges:
            (ax, ay), (bx, by) = corner[a], corner[b]
            edges[a, b] = [corner[a]] + [
                (ax + (bx - ax) * t + rng.uniform(-.05, .05) * STEP * width,
                 ay + (by - ay) * t + rng.uniform(-.05, .05) * STEP * height)
                for t in (.25, .5, .75)] + [corner[b]]
        return edges[a, b]

    return {f"{i}-{j}": edge((i, j), (i + 1, j))[:-1] + edge((i + 1, j), (i + 1, j + 1))[:-1]
            + edge((i + 1, j + 1), (i, j + 1))[:-1] + edge((i, j + 1), (i, j))
            for i in range(columns) for j in range(rows)}


class AgainstOgr(Compare):
    """Random partitions: every pair of units by OGR in an equal-area projection."""

    def partition(self, name, seed, columns, rows):
        rings = jagged(seed, columns, rows)
        features = [feature(key, [list(p) for p in ring]) for key, ring in rings.items()]
        random.Random(seed).shuffle(features)
        self.write(name, collection(features))
        return read_layer(self.folder / name, "BEAT")

    def check_areas(self, old, new, rows):
        for a, one in old.items():
            for b, other in new.items():
                common = area_of(one.Intersection(other))
                found = rows.get((a, b), {"area_m2": 0})["area_m2"]
                self.assertAlmostEqual(found, common, delta=1 + 1e-6 * common, msg=(a, b))

    def test_areas_of_every_pair(self):
        for seed in range(4):
            old = self.partition("a.geojson", seed, 4, 3)
            new = self.partition("b.geojson", seed + 50, 5, 2)
            rows, totals = self.compare("a.geojson", "b.geojson", "--tolerance-m", 0)
            self.check_areas(old, new, rows)
            self.check_sums(rows, totals)
            back, _ = self.compare("b.geojson", "a.geojson", "--tolerance-m", 0)
            self.assertEqual({(b, a): r["area_m2"] for (a, b), r in rows.items()},
                             {pair: r["area_m2"] for pair, r in back.items()})

    def check_sums(self, rows, totals):
        """To the last bit: areas are multiples of a quarter."""
        self.assertEqual(sum(r["area_m2"] for p, r in rows.items() if p[0]), totals["old_m2"])
        self.assertEqual(sum(r["area_m2"] for p, r in rows.items() if p[1]), totals["new_m2"])
        self.assertEqual(totals["new_m2"], totals["unchanged_m2"] + totals["changed_m2"]
                         + totals["added_m2"] + totals["noise_m2"]
                         - rows.get(("*", ""), {"area_m2": 0})["area_m2"])
        self.assertLess(totals["rounding_m2"], 3)

    def test_the_same_layer_is_unchanged(self):
        self.partition("a.geojson", 9, 6, 5)
        rows, totals = self.compare("a.geojson", "a.geojson")
        self.assertEqual({r["change"] for r in rows.values()}, {"unchanged"})
        self.assertEqual(totals["changes"], 0)
        self.check_sums(rows, totals)

    def test_points_and_people(self):
        old = self.partition("a.geojson", 3, 4, 3)
        new = self.partition("b.geojson", 77, 3, 4)
        rng = random.Random(5)
        places = [(WEST + rng.uniform(-.2, 4.2) * STEP, SOUTH + rng.uniform(-.2, 3.2) * STEP)
                  for _ in range(1500)]
        weights = [rng.randrange(0, 4000) / 16 for _ in places]
        self.write("points.csv", "lon,lat,people\n" + "".join(
            f"{x!r},{y!r},{w}\n" for (x, y), w in zip(places, weights)))
        rows = self.rows("a.geojson", "b.geojson", "--tolerance-m", 0, "--points", "points.csv",
                         "--population", "points.csv", "--weight", "people")
        self.assertEqual(sum(int(r["points"]) for r in rows), len(places))
        self.assertEqual(sum(Decimal(r["population"]) for r in rows),
                         sum(Decimal(w) for w in weights))
        expected = {}
        for (x, y), weight in zip(places, weights):
            spot = ogr.CreateGeometryFromWkt(f"POINT({x!r} {y!r})")
            pair = tuple(next((k for k, g in units.items() if g.Contains(spot)), "")
                         for units in (old, new))
            count, people = expected.get(pair, (0, 0))
            expected[pair] = count + 1, people + weight
        found = {(r["from"], r["to"]): (int(r["points"]), float(r["population"]))
                 for r in rows if int(r["points"])}
        self.assertEqual(found, expected)

    def test_people_of_areas_are_split_with_a_standard_error(self):
        old = self.partition("a.geojson", 3, 4, 3)
        new = self.partition("b.geojson", 77, 3, 4)
        blocks = {key: ring for key, ring in jagged(8, 9, 7).items()}
        people = {key: random.Random(key).randrange(0, 900) for key in blocks}
        self.write("blocks.geojson", collection(
            [feature(key, [list(p) for p in ring], people=people[key])
             for key, ring in blocks.items()]))
        arguments = ("a.geojson", "b.geojson", "--tolerance-m", 0, "--population",
                     "blocks.geojson|weight=people")
        rows = self.rows(*arguments)
        self.assertEqual(sum(Decimal(r["population"]) for r in rows), sum(people.values()))
        shapes = read_layer(self.folder / "blocks.geojson", "BEAT")
        for row in random.Random(1).sample([r for r in rows if r["from"] and r["to"]], 12):
            ground = old[row["from"]].Intersection(new[row["to"]])
            mean = variance = 0
            for key, shape in shapes.items():
                share = area_of(shape.Intersection(ground)) / area_of(shape)
                mean += people[key] * share
                variance += people[key] * share * (1 - share)
            self.assertAlmostEqual(float(row["population"]), mean, delta=0.02)
            self.assertAlmostEqual(float(row["population_se"]), math.sqrt(variance), delta=0.05)

    def test_true_counts_lie_within_the_stated_error(self):
        """People spread evenly, counted block by block, then split: 95 % within two errors."""
        self.partition("a.geojson", 3, 4, 3)
        self.partition("b.geojson", 77, 3, 4)
        rng = random.Random(11)
        counts = [[0] * 12 for _ in range(16)]
        spots = [(rng.uniform(0, 4), rng.uniform(0, 3)) for _ in range(20000)]
        for x, y in spots:
            counts[int(x * 4)][int(y * 4)] += 1
        self.write("points.csv", "lon,lat\n" + "".join(
            f"{WEST + x * STEP!r},{SOUTH + y * STEP!r}\n" for x, y in spots))
        self.write("blocks.geojson", collection(
            [feature(f"{i}-{j}", square(i / 4, j / 4, 1 / 4, 1 / 4), people=counts[i][j])
             for i in range(16) for j in range(12)]))
        truth, _ = self.compare("a.geojson", "b.geojson", "--tolerance-m", 0, "--points",
                                "points.csv")
        split, _ = self.compare("a.geojson", "b.geojson", "--tolerance-m", 0, "--population",
                                "blocks.geojson|weight=people")
        scores = [(truth[p]["points"] - r["population"]) / max(r["population_se"], 0.5)
                  for p, r in split.items() if p[0] and p[1]]
        within = sum(abs(z) <= 2 for z in scores)
        self.assertGreaterEqual(within, 0.88 * len(scores))
        self.assertLess(abs(sum(z * z for z in scores) / len(scores) - 1), 0.6)

    def test_counts_known_by_old_unit_only(self):
        """Counts by old unit are areas with people, too: n p of them move, give or take."""
        old = self.partition("a.geojson", 3, 4, 3)
        new = self.partition("b.geojson", 77, 3, 4)
        counts = {key: 40 * rank for rank, key in enumerate(sorted(old))}
        blank = sorted(old)[0]
        with open(self.folder / "a.geojson", encoding="utf-8") as file:
            layer = json.load(file)
        for unit in layer["features"]:
            key = unit["properties"]["BEAT"]
            unit["properties"]["reports"] = None if key == blank else counts[key]
        self.write("counts.geojson", json.dumps(layer))
        arguments = ("a.geojson", "b.geojson", "--tolerance-m", 0, "--population",
                     "counts.geojson|weight=reports", "--json")
        found = json.loads(self.run_cli(*arguments))
        before = {u["id"]: u for u in found["before"]}
        for key, unit in before.items():
            self.assertEqual((unit["population"], unit["population_se"]), (counts[key], 0))
        after = {u["id"]: u for u in found["after"]}
        self.assertAlmostEqual(sum(r["population"] for r in found["rows"]), sum(counts.values()),
                               places=5)
        for key, shape in new.items():
            shares = {k: area_of(old[k].Intersection(shape)) / area_of(old[k]) for k in old}
            mean = sum(counts[k] * p for k, p in shares.items())
            variance = sum(counts[k] * p * (1 - p) for k, p in shares.items())
            self.assertAlmostEqual(after[key]["population"], mean, delta=0.02)
            self.assertAlmostEqual(after[key]["population_se"], math.sqrt(variance), delta=0.02)
        noted = subprocess.run([COMMUNITY, "compare", *map(str, arguments)], cwd=self.folder,
                               capture_output=True, text=True, check=True).stderr
        self.assertIn("counts.geojson: 1 of 12 features have no number", noted)

    def test_noise_takes_its_points_with_it(self):
        """Points on a strip too narrow to have moved, beside ground that has."""
        self.write("a.geojson", collection([feature("1", square(0, 0, 1, 2)),
                                            feature("2", square(1, 0, 1, 2))]))
        strip = square(1 - NARROW, 0, 1 + NARROW, 1)
        notch = square(0.7, 1.5, 0.3, 0.5)
        self.write("b.geojson", json.dumps({"type": "FeatureCollection", "features": [
            feature("2", strip), feature("2", notch), feature("2", square(1, 1, 1, 1)),
            feature("1", square(0, 0, 1 - NARROW, 1)), feature("1", square(0, 1, 1, 0.5)),
            feature("1", square(0, 1.5, 0.7, 0.5))]}))
        at = [(1 - NARROW / 2, 0.5)] * 3 + [(0.8, 1.7)] * 5 + [(0.3, 0.3)] * 2 + [(9, 9)]
        self.write("points.csv", "lon,lat\n" + "".join(
            f"{WEST + x * STEP!r},{SOUTH + y * STEP!r}\n" for x, y in at))
        rows, _ = self.compare("a.geojson", "b.geojson", "--points", "points.csv")
        self.assertEqual({p: r["points"] for p, r in rows.items()},
                         {("1", "1"): 2, ("1", "2"): 5, ("2", "2"): 0, ("*", "*"): 3, ("", ""): 1})


class Files(Compare):
    def setUp(self):
        super().setUp()
        self.write_town()
        self.write("points.csv", f"lon,lat\n{WEST + .005},{SOUTH + .005}\n")
        self.run_cli("old.geojson", "new.geojson", "--points", "points.csv", "-o", "out.csv", "-o",
                     "out.geojson", "-o", "out.gpkg", "--html", "out.html", "--title", "A & B")

    def test_csv_adds_up(self):
        with open(self.folder / "out.csv", encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        _, totals = self.compare("old.geojson", "new.geojson")
        for side, total in (("from", "old_m2"), ("to", "new_m2")):
            self.assertEqual(sum(Decimal(r["area_m2"]) for r in rows if r[side]),
                             Decimal(str(totals[total])))

    def test_geojson_holds_the_ground_of_each_row(self):
        source = ogr.Open(str(self.folder / "out.geojson"))
        seen = 0
        for row in source.GetLayer(0):
            shape = row.GetGeometryRef()
            self.assertTrue(shape.IsValid())
            self.assertAlmostEqual(area_of(shape), row.GetField("area_m2"), delta=2)
            seen += 1
        self.assertEqual(seen, 11)

    def test_geopackage_is_whole_and_styled(self):
        source = ogr.Open(str(self.folder / "out.gpkg"))
        names = {source.GetLayer(i).GetName() for i in range(source.GetLayerCount())}
        self.assertEqual(names, {"before", "after", "changes", "crosswalk", "layer_styles"})
        for name, side in (("before", "from_id"), ("after", "to_id")):
            for unit in source.GetLayerByName(name):
                self.assertAlmostEqual(area_of(unit.GetGeometryRef()), unit.GetField("area_m2"),
                                       delta=2)
        self.assertEqual(source.GetLayerByName("changes").GetFeatureCount(), 7)
        with sqlite3.connect(self.folder / "out.gpkg") as db:
            self.assertEqual(db.execute("SELECT count(*) FROM layer_styles WHERE useAsDefault"
                                        " AND styleQML LIKE '%<qgis%'").fetchone(), (3,))
            for side, layer in (("from_id", "before"), ("to_id", "after")):
                self.assertEqual(
                    db.execute(f"SELECT sum(area_m2) FROM crosswalk WHERE {side} <> ''").fetchone(),
                    db.execute(f"SELECT sum(area_m2) FROM \"{layer}\"").fetchone())

    def test_the_page_reaches_nothing_outside(self):
        page = (self.folder / "out.html").read_text(encoding="utf-8")
        self.assertIn("<h1>A &amp; B</h1>", page)
        self.assertNotRegex(page, r"(?:src|href)=|https?://|url\((?!#)")
        self.assertEqual(len(re.findall(r'<path id="m\d+"', page)), 6)
        self.assertEqual(len(re.findall(r'<tr data-beat="m\d+"', page)), 6)
        self.assertEqual(page.count("<circle"), 6)

    def test_the_same_twice_is_the_same_bytes(self):
        names = ("out.csv", "out.geojson", "out.gpkg", "out.html")
        before = [(self.folder / name).read_bytes() for name in names]
        self.run_cli("old.geojson", "new.geojson", "--points", "points.csv", "-o", "out.csv", "-o",
                     "out.geojson", "-o", "out.gpkg", "--html", "out.html", "--title", "A & B")
        self.assertEqual([(self.folder / name).read_bytes() for name in names], before)


@unittest.skipUnless((SHARED / "data").is_dir(), "shared data absent (set CMTY_SHARED)")
class RealCities(Compare):
    """What the cities are known to have done, and OGR's word for every pair."""

    def test_chicago_2012(self):
        chicago = SHARED.resolve() / "data/chicago/boundaries"
        march = next((chicago / "police_districts_2012-03_epsg3435").glob("*.shp"))
        december = chicago / "police_districts_2012-12_shapefile.zip"
        rows, totals = self.compare(march, december, "--id", "DIST_NUM")
        changed = {p: r for p, r in rows.items() if r["change"] not in ("unchanged", "noise")}
        self.assertEqual(list(changed), [("13", "12")])
        self.assertEqual(changed["13", "12"]["change"], "merged")
        # 10.90 km2 was measured on a UTM grid, whose scale here is 0.9996: 10.908 on the ground
        on_grid_km2 = changed["13", "12"]["area_m2"] * 0.9996 ** 2 / 1e6
        self.assertAlmostEqual(on_grid_km2, 10.90, delta=0.005)
        self.assertLess(totals["noise_m2"], 300)

    def test_san_francisco_2015(self):
        city = SHARED.resolve() / "data/san_francisco/boundaries"
        layers = [city / f"sfpd_districts_{when}_2015.geojson" for when in ("before", "after")]
        rows, totals = self.compare(*layers, "--id", "DISTRICT", "--id", "district")
        large = {p: round(r["area_m2"] / 1e6, 2) for p, r in rows.items()
                 if r["change"] == "moved" and r["area_m2"] > 40000}
        self.assertEqual(large, {
            ("BAYVIEW", "SOUTHERN"): 1.66, ("PARK", "NORTHERN"): 0.66, ("RICHMOND", "PARK"): 0.53,
            ("RICHMOND", "NORTHERN"): 0.48, ("SOUTHERN", "TENDERLOIN"): 0.41,
            ("SOUTHERN", "CENTRAL"): 0.31, ("NORTHERN", "PARK"): 0.20,
            ("NORTHERN", "TENDERLOIN"): 0.09, ("TENDERLOIN", "CENTRAL"): 0.07,
            ("NORTHERN", "CENTRAL"): 0.04})
        old, new = read_layer(layers[0], "DISTRICT"), read_layer(layers[1], "district")
        for pair in large:
            common = area_of(old[pair[0]].Intersection(new[pair[1]]))
            # narrow pieces of the same pair, and ground that two old districts claim
            self.assertAlmostEqual(rows[pair]["area_m2"], common, delta=10000 + 0.01 * common)


if __name__ == "__main__":
    if not (SHARED / "data").is_dir():
        print("SKIP: real crosswalks: shared data absent (set CMTY_SHARED)")
    unittest.main()
