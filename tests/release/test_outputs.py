#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Published files are what they claim to be, says software that is not ours."""

import csv
import html.parser
import json
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
MAKE = pathlib.Path(os.environ["CMTY_BINARY_DIR"]) / "tests/bin/make_overlay"
SHARED = pathlib.Path(os.environ.get("CMTY_SHARED", HERE.parents[1] / "../shared"))
VALIDATOR = pathlib.Path("/usr/lib/python3/dist-packages/osgeo_utils/samples/validate_gpkg.py")
TEMPORARY = tempfile.TemporaryDirectory(prefix="cmty-outputs-")
FOLDER = pathlib.Path(TEMPORARY.name)


def make(name, **environment):
    folder = FOLDER / name
    folder.mkdir()
    subprocess.run([MAKE, folder], check=True, timeout=60, env={**os.environ, **environment})
    return folder


def run(*command, **options):
    return subprocess.run([str(part) for part in command], check=True, capture_output=True,
                          text=True, timeout=120, **options).stdout


def skip(why):
    print(f"SKIP: {why}", flush=True)


def setUpModule():
    global OUT
    OUT = make("out")


def tearDownModule():
    TEMPORARY.cleanup()


def rows(query):
    with sqlite3.connect(f"file:{OUT}/a.gpkg?mode=ro", uri=True) as db:
        return db.execute(query).fetchall()


def features():
    return json.loads((OUT / "a.geojson").read_text())["features"]


class GeoPackage(unittest.TestCase):
    def test_gdal_finds_the_layers(self):
        found = run("ogrinfo", "-so", OUT / "a.gpkg")
        for layer in ("beats (Multi Polygon)", "reports (Point)", "counts_by_category (None)",
                      "totals (None)", "about (None)"):
            self.assertIn(layer, found)
        self.assertIn("GUARANTEE_anchor=", found)

    def test_it_is_valid(self):
        self.assertEqual(rows("PRAGMA integrity_check"), [("ok",)])
        self.assertEqual(rows("SELECT rtreecheck('rtree_reports_geom')"), [("ok",)])
        if VALIDATOR.exists():
            self.assertEqual(run(sys.executable, VALIDATOR, OUT / "a.gpkg").strip(), "")
        else:
            skip("the validator of python3-gdal is absent")

    def test_no_journal_is_left_beside_it(self):
        self.assertEqual(sorted(p.name for p in OUT.glob("a.*")),
                         ["a.csv", "a.geojson", "a.gpkg", "a.html"])
        self.assertEqual((OUT / "a.gpkg").read_bytes()[18:20], b"\x01\x01")  # not WAL

    def test_printed_and_unprinted_numbers_add_up(self):
        total = rows("SELECT reports FROM totals WHERE level='all'")[0][0]
        self.assertEqual(total, 402)
        beats = rows("SELECT beat_id, reports, points, reports_note FROM beats")
        self.assertEqual([b[0] for b in beats], ["A1", "A2", "B1", "B2"])
        blank = [b for b in beats if b[1] is None]
        self.assertIn("B1", [b[0] for b in blank])
        self.assertGreater(len(blank), 1)
        self.assertTrue(all(b[2] is None and b[3] == "not printed" for b in blank))
        printed = sum(b[1] for b in beats if b[1] is not None)
        other = rows("SELECT coalesce(sum(reports), 0) FROM totals WHERE level='no beat'")[0][0]
        self.assertGreaterEqual(total - printed - other, 3 + len(blank) - 1)

    def test_a_category_is_told_where_its_number_is(self):
        told = rows("""SELECT count(*) FROM reports r JOIN counts_by_category c
                       ON c.beat_id = r.beat_id AND c.category = r.category
                       WHERE r.beat_of = 'true place' AND c.reports IS NULL""")
        self.assertEqual(told, [(0,)])
        self.assertEqual(rows("""SELECT count(*) FROM reports JOIN beats USING (beat_id)
                                 WHERE beat_of = 'true place' AND beats.reports IS NULL"""),
                         [(0,)])

    def test_rows_are_in_an_order_that_tells_nothing(self):
        ids = [r[0] for r in rows("SELECT report_id FROM reports ORDER BY fid")]
        self.assertEqual(ids, sorted(ids))
        self.assertGreater(len(ids), 200)


class Text(unittest.TestCase):
    def test_geojson_is_valid_and_coarse(self):
        document = json.loads((OUT / "a.geojson").read_text())
        schema = SHARED / "standards/geojson/FeatureCollection.json"
        if schema.exists():
            import jsonschema
            jsonschema.Draft7Validator(json.loads(schema.read_text())).validate(document)
        else:
            skip("schema of GeoJSON: shared data absent")
        self.assertNotIn("bbox", json.dumps(document))
        ids = [f["id"] for f in document["features"]]
        self.assertEqual(ids, sorted(ids))
        for pair in re.findall(r'"coordinates":\[([^\]]*)\]', (OUT / "a.geojson").read_text()):
            for number in pair.split(","):
                self.assertRegex(number, r"^-?\d+\.\d{1,6}$")

    def test_geojson_and_geopackage_hold_the_same_points(self):
        ogr = json.loads(run("ogr2ogr", "-f", "GeoJSON", "/vsistdout/", OUT / "a.gpkg", "reports",
                             "-lco", "COORDINATE_PRECISION=6"))
        ours = {f["id"]: f for f in features()}
        self.assertEqual(len(ours), len(ogr["features"]))
        for feature in ogr["features"]:
            mine = ours[feature["properties"]["report_id"]]
            self.assertEqual(feature["geometry"], mine["geometry"])
            for key in ("category", "time_local", "beat_id", "law", "radius_m", "guarantee"):
                self.assertEqual(feature["properties"][key], mine["properties"][key])

    def test_csv_holds_the_numbers_of_the_geopackage(self):
        with open(OUT / "a.csv", newline="") as file:
            table = {r["beat_id"]: r for r in csv.DictReader(file) if r["beat_id"]}
        for beat, reports, points in rows("SELECT beat_id, reports, points FROM beats"):
            self.assertEqual(table[beat]["reports"], "" if reports is None else str(reports))
            self.assertEqual(table[beat]["points"], "" if points is None else str(points))

    def test_nothing_depends_on_zone_or_locale(self):
        other = make("other", TZ="Asia/Tokyo", LC_ALL="de_DE.UTF-8", LANG="de_DE.UTF-8")
        for name in ("a.gpkg", "a.html", "a.geojson", "a.csv"):
            self.assertEqual((OUT / name).read_bytes(), (other / name).read_bytes(), name)


class PageParser(html.parser.HTMLParser):
    VOID = {"meta", "input", "link", "br", "img", "hr"}

    def __init__(self):
        super().__init__()
        self.stack, self.tags, self.problems = [], [], []

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in self.VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        if not self.stack or self.stack.pop() != tag:
            self.problems.append(f"</{tag}> at {self.getpos()}")


def luminance(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(2 * c for c in colour[1:])
    parts = [int(digits[i:i + 2], 16) / 255 for i in (0, 2, 4)]
    parts = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(a, b):
    """WCAG 2.1."""
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


class Page(unittest.TestCase):
    def setUp(self):
        self.text = (OUT / "a.html").read_text()
        self.parser = PageParser()
        self.parser.feed(self.text)

    def test_it_is_well_formed(self):
        self.assertEqual(self.parser.problems, [])
        self.assertEqual(self.parser.stack, [])
        ids = [a["id"] for _, a in self.parser.tags if "id" in a]
        self.assertEqual(len(ids), len(set(ids)))
        self.assertIn("Reports &amp; &lt;beats&gt; of a &quot;small&quot; city", self.text)

    def test_it_needs_no_network(self):
        self.assertNotRegex(self.text, r"(?i)https?:|src=|@import|//[a-z]")
        self.assertEqual(set(re.findall(r"url\([^)]*\)", self.text)), {"url(#hatch)"})
        self.assertIn("default-src 'none'", self.text)

    def test_it_can_be_read_without_seeing(self):
        tags = self.parser.tags
        self.assertEqual(dict(tags)["html"].get("lang"), "en")
        self.assertTrue(all("scope" in a for t, a in tags if t == "th"))
        labels = {a["for"] for t, a in tags if t == "label"}
        self.assertTrue(all(a["id"] in labels for t, a in tags if t == "input"))
        self.assertEqual(len([t for t, _ in tags if t == "h1"]), 1)

    def test_its_colours_can_be_told_apart(self):
        modes = re.findall(r":root\{(color-scheme:light dark;)?(--[^}]*)\}", self.text)
        self.assertEqual(len(modes), 2)
        for _, rules in modes:
            colour = dict(re.findall(r"--([\w-]+):(#[0-9a-f]+)", rules))
            self.assertGreater(contrast(colour["ink"], colour["paper"]), 7)
            self.assertGreater(contrast(colour["soft"], colour["paper"]), 4.5)
            shades = [luminance(colour[f"c{i}"]) for i in range(5)]
            self.assertIn(shades, (sorted(shades), sorted(shades, reverse=True)))
            for i in range(4):
                self.assertGreater(contrast(colour[f"c{i}"], colour[f"c{i + 1}"]), 1.2)

    def test_a_browser_draws_it(self):
        if shutil.which("chromium") is None:
            skip("chromium is absent")
            return
        home = FOLDER / "home"
        home.mkdir()
        base = ["chromium", "--headless", "--no-sandbox", "--disable-gpu",
                "--disable-background-networking", f"--user-data-dir={home}"]
        page = (OUT / "a.html").as_uri()
        environment = {**os.environ, "HOME": str(home)}
        run(*base, f"--screenshot={FOLDER}/page.png", "--window-size=1200,900", page,
            env=environment)
        self.assertGreater((FOLDER / "page.png").stat().st_size, 20000)
        drawn = run(*base, "--dump-dom", page, env=environment)
        self.assertIn('<button type="button">Reports</button>', drawn)  # the script ran


class Qgis(unittest.TestCase):
    def test_qgis_opens_it_styled(self):
        probe = subprocess.run([sys.executable, "-c", "import qgis.core"], capture_output=True)
        if probe.returncode != 0:
            skip("QGIS is absent")
            return
        runtime = FOLDER / "runtime"
        runtime.mkdir(mode=0o700)
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(FOLDER), "LC_ALL": "C.UTF-8",
                       "XDG_RUNTIME_DIR": str(runtime), "QT_QPA_PLATFORM": "offscreen"}
        text = run(sys.executable, HERE / "qgis_opens.py", OUT / "a.gpkg",
                   OUT / "store.public.sqlite", FOLDER / "map.png", env=environment)
        found = json.loads(re.search(r"^FOUND (.*)$", text, re.M).group(1))
        self.assertEqual(found["beats"]["features"], 4)
        self.assertEqual(found["beats"]["crs"], "EPSG:4326")
        self.assertEqual(found["beats"]["renderer"], "RuleRenderer")
        self.assertIn("not printed (fewer than 3, or beside one)", found["beats"]["legend"])
        self.assertTrue(found["beats"]["labels"])
        self.assertEqual(found["reports"]["features"], len(features()))
        self.assertEqual(found["reports"]["renderer"], "categorizedSymbol")
        self.assertEqual(found["reports"]["legend"][0], "Theft")
        self.assertEqual(found["time"], {"active": True, "seconds": 86400})
        self.assertGreater(found["colours"], 8)
        self.assertTrue(found["about"]["valid"] and found["totals"]["valid"])
        self.assertTrue(found["live"]["valid"])
        self.assertGreater(found["live"]["features"], len(features()))


if __name__ == "__main__":
    unittest.main(verbosity=1)
