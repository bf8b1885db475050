#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Bad input is an answer: an exit code, one sentence that names file, line or field, no debris.

Exit codes: 1 the answer is no, 2 usage, 3 bad input, 4 input or output.
"""

import csv
import json
import os
import pathlib
import re
import resource
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("CMTY_BINARY_DIR", ROOT / "build"))
COMMUNITY = BUILD / "bin/community"
NO, USAGE, BAD_INPUT, IO = 1, 2, 3, 4
WEST = [[-74.02, 40.0], [-74.01, 40.0], [-74.01, 40.02], [-74.02, 40.02], [-74.02, 40.0]]
EAST = [[-74.01, 40.0], [-74.0, 40.0], [-74.0, 40.02], [-74.01, 40.02], [-74.01, 40.0]]
BOW = [[-74.02, 40.0], [-74.01, 40.02], [-74.01, 40.0], [-74.02, 40.02], [-74.02, 40.0]]
HUGE = 200 * 1024 * 1024
MEMORY_KB = 400 * 1024  # GDAL alone takes a good part of it; the line may not


def layer(*beats, kind="Polygon"):
    return json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"BEAT": name},
         "geometry": {"type": kind, "coordinates": [ring] if kind == "Polygon" else ring[0]}}
        for name, ring in beats]})


def report(**changed):
    fields = {"source_ref": "r-1", "occurred": "2026-03-04T21:15:00Z", "category": "theft.bicycle",
              "lon": -74.0151, "lat": 40.0123, **changed}
    return json.dumps({k: v for k, v in fields.items() if v is not None})


class BadInput(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.write("beats.geojson", layer(("1", WEST), ("2", EAST)))
        self.write("points.csv", "id,lon,lat\na,-74.015,40.01\n")
        self.write("reports.ndjson", report() + "\n")
        self.write("policy.json", '{"policy": 1, "name": "test"}')

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def run_cli(self, *arguments, **more):
        return subprocess.run([COMMUNITY, *map(str, arguments)], cwd=self.folder, text=True,
                              stdin=subprocess.DEVNULL, capture_output="stdout" not in more,
                              check=False, timeout=240, **more)

    def refused(self, code, saying, *arguments, **more):
        """The call fails with this code and one line, and leaves the folder as it was."""
        before = self.contents()
        run = self.run_cli(*arguments, **more)
        errors = [line for line in run.stderr.splitlines() if not line.startswith("note:")]
        self.assertEqual(run.returncode, code, run.stderr)
        self.assertEqual(len(errors), 1, f"not one sentence: {run.stderr}")
        for word in (saying,) if isinstance(saying, str) else saying:
            self.assertRegex(errors[0], re.compile(word, re.I))
        self.assertNotRegex(run.stderr, r"-?\d+\.\d{3,}", "a message shows a coordinate")
        self.assertEqual(self.contents(), before, "the failed call left something behind")
        return run

    def contents(self):
        return {p.relative_to(self.folder): p.stat().st_size for p in self.folder.rglob("*")}

    def test_a_table_is_not_written_over_itself(self):
        os.symlink(self.folder / "points.csv", self.folder / "link.csv")
        self.run_cli("keygen", "--mask", "mask.key")
        for name in ("points.csv", "link.csv", "./points.csv"):
            self.refused(USAGE, "name another file", "locate", "--beats", "beats.geojson",
                         "points.csv", "-o", name)
            self.refused(USAGE, "name another file", "mask", "--law", "lattice", "--key",
                         "mask.key", "--report-id", "id", "points.csv", "-o", name)

    def test_an_overlay_of_nothing_but_refused_records_is_not_written(self):
        self.write("bad.ndjson", report(category=None) + "\n" + report(lon=500) + "\n"
                   + report(category=None, source_ref="r-2") + "\n")
        self.refused(BAD_INPUT, ("none of the 3 records", "category"), "overlay", "--beats",
                     "beats.geojson", "--reports", "bad.ndjson", "-o", "out.gpkg")
        self.write("none.ndjson", "")
        self.assertEqual(self.run_cli("overlay", "--beats", "beats.geojson", "--reports",
                                      "none.ndjson", "--format", "ndjson", "-o", "out.gpkg")
                         .returncode, 0)

    def test_what_is_no_geopackage_is_not_written_under_another_name(self):
        self.refused(USAGE, r"\.gpkg", "overlay", "--beats", "beats.geojson", "--reports",
                     "reports.ndjson", "-o", "out.shp")
        self.refused(USAGE, r"\.gpkg", "catchments", "--beats", "beats.geojson", "--addresses",
                     "points.csv", "-o", "out.csv")
        self.refused(USAGE, r"\.gpkg", "publish", "store.db", "-o", "out.geojson")

    def locate(self, beats="beats.geojson", points="points.csv", *more):
        return "locate", "--beats", beats, points, "-o", "out.csv", *more

    def make_store(self):
        """A store, the keys it needs, and the arguments that send a file to it."""
        for step in [("keygen", "--public", "public.key", "--secret", "secret.key", "--mask",
                      "mask.key"),
                     ("init", "store.db", "--beats", "beats.geojson", "--public-key",
                      "public.key")]:
            run = self.run_cli(*step)
            self.assertEqual(run.returncode, 0, run.stderr)

    def ingest(self, *files):
        return self.run_cli("ingest", "store.db", "--key", "mask.key", *files)

    def refused_as(self, reason, text, name="bad.ndjson"):
        """The record is refused under this reason; the run itself is done."""
        self.make_store()
        self.write(name, text)
        run = self.ingest(name)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertRegex(run.stdout, rf"\b{reason}\b")


class BadLayers(BadInput):
    def test_missing_file(self):
        self.refused(IO, "nowhere.geojson", *self.locate("nowhere.geojson"))

    def test_empty_file(self):
        self.write("empty.geojson", "")
        self.refused(BAD_INPUT, "empty.geojson", *self.locate("empty.geojson"))

    def test_no_features(self):
        self.write("none.geojson", layer())
        self.refused(BAD_INPUT, "none.geojson", *self.locate("none.geojson"))

    def test_truncated_json(self):
        self.write("cut.geojson", layer(("1", WEST))[:-60])
        self.refused(BAD_INPUT, "cut.geojson", *self.locate("cut.geojson"))

    def test_wrong_geometry_type(self):
        self.write("spots.geojson", layer(("1", WEST), kind="Point"))
        self.refused(BAD_INPUT, ["spots.geojson", "polygon"], *self.locate("spots.geojson"))

    def test_no_crs(self):
        self.write("metres.geojson", layer(("1", [[x * 1e5, y * 1e5] for x, y in WEST])))
        subprocess.run(["ogr2ogr", "-f", "ESRI Shapefile", "metres.shp", "metres.geojson"],
                       cwd=self.folder, check=True, capture_output=True)
        (self.folder / "metres.prj").unlink()
        self.refused(BAD_INPUT, ["metres.shp", "crs"], *self.locate("metres.shp"))

    def test_unknown_column_of_a_layer(self):
        self.refused(BAD_INPUT, ["beats.geojson", "PRECINCT_NO"],
                     *self.locate("beats.geojson", "points.csv", "--id", "PRECINCT_NO"))

    def test_unknown_layer_of_a_file(self):
        self.refused(BAD_INPUT, ["beats.geojson", "layer"],
                     *self.locate("beats.geojson|layername=sheriff"))

    def test_check_finds_duplicate_ids(self):
        self.write("twice.geojson", layer(("1", WEST), ("1", EAST)))
        run = self.run_cli("check", "twice.geojson")
        self.assertEqual(run.returncode, NO, run.stderr)
        self.assertRegex(run.stdout, "(?i)duplicate")

    def test_check_finds_self_crossing_rings(self):
        self.write("bow.geojson", layer(("1", BOW)))
        run = self.run_cli("check", "bow.geojson")
        self.assertEqual(run.returncode, NO, run.stderr)
        self.assertRegex(run.stdout, "(?i)cross|invalid")

    def test_check_finds_nothing_in_a_partition(self):
        self.assertEqual(self.run_cli("check", "beats.geojson").returncode, 0)

    def test_check_of_what_is_no_layer(self):
        self.write("empty.geojson", "")
        self.write("none.geojson", layer())
        self.write("cut.geojson", layer(("1", WEST))[:-60])
        self.refused(IO, "nowhere.geojson", "check", "nowhere.geojson")
        for name in ("empty.geojson", "none.geojson", "cut.geojson"):
            with self.subTest(name=name):
                self.refused(BAD_INPUT, name, "check", name)

    def test_check_with_an_unknown_field_or_output(self):
        self.refused(BAD_INPUT, ["beats.geojson", "PRECINCT_NO"], "check", "beats.geojson", "--id",
                     "PRECINCT_NO")
        self.refused(USAGE, "gpkg", "check", "beats.geojson", "-o", "found.txt")
        self.refused(IO, "found.gpkg", "check", "beats.geojson", "-o", "nowhere/found.gpkg")
        self.refused(IO, "found.html", "check", "beats.geojson", "--html", "nowhere/found.html")

    def test_vertices_off_the_globe(self):
        for vertex in ("91.0", "NaN", "1e999"):
            with self.subTest(vertex=vertex):
                self.write("odd.geojson", layer(("1", WEST), ("2", EAST)).replace("40.02",
                                                                                   vertex, 1))
                self.refused(BAD_INPUT, ["odd.geojson", "feature 1|json"],
                             *self.locate("odd.geojson"))

    def test_duplicate_ids_are_joined_with_a_notice(self):
        self.write("twice.geojson", layer(("1", WEST), ("1", EAST)))
        run = self.run_cli(*self.locate("twice.geojson"))
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertRegex(run.stderr, r'twice\.geojson.*2 features share 1 beat ids.*"1", feature 1')

    def test_self_crossing_rings_are_used_with_a_notice(self):
        self.write("bow.geojson", layer(("1", BOW)))
        run = self.run_cli(*self.locate("bow.geojson"))
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("bow.geojson", run.stderr)


class BadComparisons(BadInput):
    def setUp(self):
        super().setUp()
        self.write("people.geojson", layer(("1", WEST)).replace('"BEAT"', '"SOULS"'))

    def compare(self, *arguments):
        return "compare", "beats.geojson", "beats.geojson", *arguments

    def test_one_side_only(self):
        self.refused(USAGE, "OLD and NEW", "compare", "beats.geojson")

    def test_three_sides(self):
        self.refused(USAGE, "two sides", *self.compare("beats.geojson"))

    def test_missing_layer(self):
        self.refused(IO, "nowhere.geojson", "compare", "beats.geojson", "nowhere.geojson")

    def test_unknown_unit(self):
        self.refused(USAGE, "district", *self.compare("--by", "ward"))

    def test_no_districts(self):
        self.refused(BAD_INPUT, "names its district", *self.compare("--by", "district"))

    def test_tolerance_out_of_range(self):
        for value in ("1e9", "nan"):
            self.refused(BAD_INPUT, "tolerance_m", *self.compare("--tolerance-m", value))

    def test_unknown_version(self):
        dated = "compare", "--beats", "beats.geojson|from=2020-01-01"
        self.refused(BAD_INPUT, "neither a version nor a date", *dated, "last", "2021-01-01")
        self.refused(BAD_INPUT, ["without a version", "2020-01-01/"], *dated, "2019-01-01",
                     "2021-01-01")

    def test_missing_points(self):
        self.refused(IO, "nowhere.csv", *self.compare("--points", "nowhere.csv"))

    def test_points_that_are_areas(self):
        self.refused(BAD_INPUT, "people.geojson", *self.compare("--points", "people.geojson"))

    def test_population_areas_without_a_field(self):
        self.refused(BAD_INPUT, ["people.geojson", "weight"],
                     *self.compare("--population", "people.geojson"))

    def test_population_field_that_is_not_there(self):
        self.refused(BAD_INPUT, ["people.geojson", "HEADS"],
                     *self.compare("--population", "people.geojson", "--weight", "HEADS"))

    def test_population_that_is_no_number(self):
        for text in ("many", "-3", "1e400", "1e15"):
            self.write("people.geojson",
                       layer((text, WEST)).replace('"BEAT"', '"SOULS"'))
            self.refused(BAD_INPUT, "people.geojson, feature 1",
                         *self.compare("--population", "people.geojson|weight=SOULS"))

    def test_outputs_of_unknown_kind_or_twice(self):
        self.refused(USAGE, "OUT.csv", *self.compare("-o", "out.shp"))
        self.refused(USAGE, "OUT.csv", *self.compare("-o", "a.csv", "-o", "b.csv"))

    def test_output_into_a_missing_folder(self):
        for name in ("out.csv", "out.geojson", "out.gpkg", "out.html"):
            self.refused(IO, name, *self.compare("-o", "none/" + name))
            self.refused(IO, name, *self.compare("-o", "none/" + name, "-o", "whole.csv"
                                                 if name != "out.csv" else "whole.html"))


class BadTables(BadInput):
    def test_missing_file(self):
        self.refused(IO, "nowhere.csv", *self.locate(points="nowhere.csv"))

    def test_empty_file(self):
        self.write("empty.csv", "")
        self.refused(BAD_INPUT, "empty.csv", *self.locate(points="empty.csv"))

    def test_no_coordinates(self):
        self.write("names.csv", "id,street\na,Main\n")
        self.refused(BAD_INPUT, ["names.csv", "lon"], *self.locate(points="names.csv"))

    def test_unknown_column(self):
        self.refused(BAD_INPUT, ["points.csv", "happened"],
                     *self.locate("beats.geojson", "points.csv", "--time", "happened"))

    def test_stray_quote_names_the_line(self):
        self.write("quote.csv", 'id,lon,lat\na,-74.015,40.01\nb,"-74.015,40.01\n')
        self.refused(BAD_INPUT, ["quote.csv", r"\b3\b"], *self.locate(points="quote.csv"))

    def test_single_points_off_the_globe(self):
        for lon, lat in [("-74", "91"), ("181", "40"), ("nan", "40"), ("-74", "inf"),
                         ("-74", "1,5")]:
            with self.subTest(lon=lon, lat=lat):
                run = self.run_cli("locate", "--beats", "beats.geojson", f"--lon={lon}",
                                   f"--lat={lat}")
                self.assertIn(run.returncode, (USAGE, BAD_INPUT), run.stderr)
                self.assertTrue(run.stderr.strip())

    def test_mask_key_that_others_can_read(self):
        self.make_store()
        os.chmod(self.folder / "mask.key", 0o644)
        self.refused(BAD_INPUT, ["mask.key", "chmod 600"], "mask", "--law", "lattice", "--key",
                     "mask.key", "points.csv", "-o", "out.csv")


    def test_nought_is_a_number_not_the_default(self):
        self.make_store()
        self.write("points.csv", "id,lon,lat\na,-74.015,40.01\n")
        for option, name in (("--epsilon", "epsilon_per_m"), ("--lattice-m", "lattice_m")):
            self.refused(BAD_INPUT, [name, "must be"], "mask", "--law", "lattice", option, "0",
                         "--key", "mask.key", "points.csv", "-o", "out.csv")
        self.refused(BAD_INPUT, ["radius_m", "must be"], "mask", "--law", "donut", "--key",
                     "mask.key", "--radius-m", "0", "points.csv", "-o", "out.csv")


class BadAttacks(BadInput):
    def setUp(self):
        super().setUp()
        self.write("released.csv",
                   "id,lon,lat,mask_law,mask_radius_m\na,-74.0152,40.0101,grid,90\n")

    def attack(self, *more, truth="points.csv", published="released.csv"):
        return "attack", "--truth", truth, "--published", published, *more

    def test_missing_files(self):
        self.refused(IO, "nowhere.csv", *self.attack(truth="nowhere.csv"))
        self.refused(IO, "nowhere.csv", *self.attack(published="nowhere.csv"))
        self.refused(IO, "nowhere.csv", *self.attack("--addresses", "nowhere.csv"))
        self.refused(IO, "nowhere.html", *self.attack("--html", "nowhere/nowhere.html"))

    def test_truth_without_ids_and_with_one_twice(self):
        self.write("bare.csv", "lon,lat\n-74.015,40.01\n")
        self.refused(BAD_INPUT, ["bare.csv", "report_id"], *self.attack(truth="bare.csv"))
        self.write("twice.csv", "id,lon,lat\na,-74.015,40.01\na,-74.016,40.01\n")
        self.refused(BAD_INPUT, ["twice.csv", "twice"], *self.attack(truth="twice.csv"))

    def test_release_of_other_reports(self):
        self.write("other.csv", "id,lon,lat\nz,-74.015,40.01\n")
        self.refused(BAD_INPUT, ["other.csv", "no id"], *self.attack(published="other.csv"))

    def test_release_that_tells_no_law(self):
        self.write("mute.csv", "id,lon,lat\na,-74.015,40.01\n")
        self.refused(BAD_INPUT, ["mute.csv", r"\b2\b", "--law"], *self.attack(published="mute.csv"))

    def test_coordinates_that_are_none(self):
        self.write("off.csv", "id,lon,lat\na,-74.015,91\n")
        self.refused(BAD_INPUT, ["off.csv", r"\b2\b"], *self.attack(truth="off.csv"))

    def test_usage(self):
        for more in [("--law", "fog"), ("--region", "moon"), ("--k", "-1"), ("--key", "k"), ("x",)]:
            with self.subTest(more=more):
                self.refused(USAGE, "--help", *self.attack(*more))
        for more in [("--periods", "apart"), ("--previous", "a.csv", "--periods", "soon")]:
            with self.subTest(more=more):
                self.refused(USAGE, "--periods", *self.attack(*more))
        self.refused(USAGE, "--truth", "attack")
        self.refused(USAGE, "--previous", "attack", "--published", "released.csv")

    def test_ledger_of_what_is_no_store(self):
        self.refused(IO, "nowhere.db", "ledger", "nowhere.db")
        self.write("poem.db", "x")
        self.refused(IO, ["poem.db", "chmod 600"], "ledger", "poem.db")
        self.refused(USAGE, "STORE", "ledger")
        self.refused(USAGE, "--case", "ledger", "a.db", "--case", "1", "--report", "2")

    def test_releases_that_cannot_be_laid_side_by_side(self):
        self.write("beats.csv", "beat,reports\n1A,12\n")
        self.write("words.csv", "beat,reports\n1A,dozen\n")
        self.write("poems.csv", "poem\nx\n")
        for previous, words in [("nowhere.csv", "nowhere.csv"), ("poems.csv", "neither counts"),
                                ("words.csv", ["words.csv", r"\b2\b", "whole number"])]:
            with self.subTest(previous=previous):
                self.refused(IO if previous == "nowhere.csv" else BAD_INPUT, words, "attack",
                             "--previous", previous, "--published", "beats.csv")
        self.refused(USAGE, "--compare", "mask", "--law", "grid", "--html", "x.html", "points.csv")
        self.refused(USAGE, "--compare", "mask", "--law", "grid", "--compare")


class Kept(BadInput):
    def test_a_clamped_point_stays_in_its_beat_as_written(self):
        """Beside a slanted border, where the sixth decimal would carry points across."""
        a, b, c = [-74.02, 40.0], [-74.0, 40.0200004], [-74.02, 40.0200004]
        self.write("slant.geojson", layer(("1", [a, b, c, a]), ("2", [a, [-74.0, 40.0], b, a])))
        self.write("p.csv", "id,lon,lat\n" + "".join(
            f"r{i},{-74.0195 + i * 3e-5:.6f},{40.00054 + i * 3e-5:.6f}\n" for i in range(600)))
        self.make_store()
        run = self.run_cli("mask", "--law", "lattice", "--lattice-m", "1", "--region", "clamp",
                           "--beats", "slant.geojson", "--key", "mask.key", "p.csv", "-o", "m.csv")
        self.assertEqual(run.returncode, 0, run.stderr)
        for name in ("p", "m"):
            run = self.run_cli("locate", "--beats", "slant.geojson", f"{name}.csv", "-o",
                               f"{name}2.csv")
            self.assertEqual(run.returncode, 0, run.stderr)
        beats = [[row["beat"] for row in csv.DictReader((self.folder / f"{name}2.csv").open())]
                 for name in ("p", "m")]
        self.assertEqual(beats[0], beats[1])


class Leaks(BadInput):
    def lint(self, name, text, *more):
        self.write(name, text)
        run = self.run_cli("lint", name, *more)
        self.assertIn(run.returncode, (0, NO), run.stderr)
        self.assertEqual(run.returncode == NO, "nothing found" not in run.stdout)
        return run.stdout

    def test_a_clean_table_is_clean(self):
        rows = "".join(f"{i * 7919:031x}f,-74.015{i},40.01,theft,2026-03-0{9 - i}\n"
                       for i in range(8))
        self.assertIn("nothing", self.lint("a.csv", "id,lon,lat,category,time_utc\n" + rows))

    def test_what_a_row_tells(self):
        self.assertRegex(self.lint("a.csv", "id,note\nx,see 40.01234 -74.01512\n"),
                         "a.csv, row 2, note: coordinates in decimal")
        self.assertIn("seven decimals", self.lint("b.csv", "id,lon,lat\nx,-74.01512345,40.01\n"))
        self.assertIn("bin", self.lint("c.csv", "id,time_utc\nx,2026-03-04T21:15:00Z\n"))
        self.assertIn("photo", self.lint("d.csv", "id,media_url\nx,https://example.org/1\n"))
        self.assertIn("photo", self.lint("e.csv", "id,note\nx,IMG_2231.JPG\n"))

    def test_what_rows_tell_together(self):
        rows = "".join(f"{i},2026-03-{i:02}\n" for i in range(1, 12))
        text = self.lint("a.csv", "id,time_utc\n" + rows)
        self.assertIn("order of time", text)
        self.assertIn("consecutive", text)

    def test_geojson(self):
        text = self.lint("a.geojson", json.dumps({
            "type": "FeatureCollection", "bbox": [-74.1, 40, -74, 40.1], "features": [
                {"type": "Feature", "properties": {"note": "Jo, 785-555-0106"}, "geometry":
                 {"type": "Point", "coordinates": [-74.0151234567, 40.01]}}]}))
        for word in ("bounding box", "telephone", "seven decimals"):
            self.assertIn(word, text)

    def test_positions_that_are_numbers_among_the_properties(self):
        text = self.lint("a.geojson", json.dumps({"type": "FeatureCollection", "features": [
            {"type": "Feature", "geometry": None,
             "properties": {"lon": -74.0151234567, "lat": 40.01}}]}))
        self.assertIn("seven decimals", text)

    def test_numbers_of_json_are_read_as_texts_are(self):
        def rows(**properties):
            return json.dumps({"type": "FeatureCollection", "features": [
                {"type": "Feature", "geometry": None, "properties": properties}]})
        self.assertIn("telephone", self.lint("a.geojson", rows(contact=7855550106)))
        self.assertIn("bin", self.lint("b.geojson", rows(time=1772658900)))
        self.assertIn("bin", self.lint("c.geojson", rows(created_at=1772658900123)))
        self.assertIn("nothing", self.lint("d.geojson", rows(time=1772582400)))  # a day begins
        self.assertIn("nothing", self.lint("e.geojson", rows(reports=120, photos=2, radius_m=474)))
        self.assertIn("bin", self.lint("f.csv", "note,time\nx,1772658900\n"))

    def test_ids_that_end_in_consecutive_numbers(self):
        for column in ("report_id", "case_number", "service_request_id"):
            rows = "".join(f"PL-2026-00{1490 + i}\n" for i in range(10))
            self.assertIn("consecutive", self.lint("a.csv", f"{column}\n{rows}"))
        rows = "".join(f"PL-2026-00{1490 + i * 37 % 101}\n" for i in range(10))
        self.assertIn("nothing", self.lint("b.csv", f"report_id\n{rows}"))

    def test_streets_of_a_layer(self):
        self.write("streets.csv", "name,kind\nFoundry Row,road\n")
        self.assertIn("nothing", self.lint("a.txt", "at 12 Foundry Row"))
        self.assertIn("address",
                      self.lint("a.txt", "at 12 Foundry Row", "--streets", "streets.csv"))

    def test_bad_input(self):
        self.refused(USAGE, "files", "lint")
        self.refused(IO, "nowhere.csv", "lint", "nowhere.csv")
        self.write("cut.geojson", '{"type": ')
        self.refused(BAD_INPUT, "cut.geojson", "lint", "cut.geojson")
        self.refused(IO, "nowhere", "lint", "points.csv", "--streets", "nowhere.geojson")
        self.refused(BAD_INPUT, ["points.csv", "name"], "lint", "points.csv", "--streets",
                     "points.csv")

    def test_what_may_not_be_kept_or_said(self):
        for note in ("jo@example.org", "at 40.01234/-74.01512", "12 Elm Street", "785-555-0106"):
            self.write("notes.csv", f"id,lon,lat,note\na,-74.015,40.01,{note}\n")
            self.refused(BAD_INPUT, ["notes.csv", r"\b2\b", "note"], "mask", "--law", "grid",
                         "--keep", "note", "notes.csv", "-o", "out.csv")
        self.make_store()
        self.refused(USAGE, "title", "publish", "store.db", "-o", "out.gpkg", "--title",
                     "Call 785-555-0106")


class BadReports(BadInput):
    def test_policy_is_explained_or_refused_by_name(self):
        self.write("loose.json", '{"policy": 1, "categories": {"sexual.*": {"law": "lattice"}}}')
        self.refused(USAGE, "explain", "policy")
        self.refused(USAGE, "--policy", "policy", "explain", "policy.json")
        self.refused(BAD_INPUT, ["loose.json", "sexual"], "policy", "explain", "--policy",
                     "loose.json")
        done = self.run_cli("policy", "explain", "--policy", "policy.json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("Everybody sees", done.stdout)

    def test_catchments_name_what_is_missing_and_leave_nothing(self):
        self.write("homes.csv", "id,lon,lat\n" + "".join(
            f"{i},{-74.019 + i % 10 * 0.0008},{40.001 + i // 10 * 0.0015}\n" for i in range(100)))
        self.write("park.geojson", layer(("p", WEST)))
        good = ("catchments", "--beats", "beats.geojson", "-o", "c.gpkg", "--addresses")
        self.refused(USAGE, "--addresses", "catchments", "--beats", "beats.geojson", "-o", "c.gpkg")
        self.refused(USAGE, "--k", *good, "homes.csv", "--k", "1")
        self.refused(IO, "nowhere.csv", *good, "nowhere.csv")
        self.refused(IO, "nowhere.geojson", *good, "homes.csv|crs=EPSG:4326|public=nowhere.geojson")
        self.assertFalse((self.folder / "c.gpkg").exists())
        for spec in ("homes.csv", "homes.csv|public=park.geojson"):
            done = self.run_cli(*good, spec)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertTrue((self.folder / "c.gpkg").exists())

    def test_truncated_json_line(self):
        self.refused_as("syntax", report()[:-9] + "\n")

    def test_latitude_beyond_the_pole(self):
        self.refused_as("bad_coordinate", report(lat=91) + "\n")

    def test_not_a_number(self):
        self.refused_as("bad_coordinate",
                        "source_ref,occurred,category,lon,lat\n"
                        "r-1,2026-03-04T21:15:00Z,theft.bicycle,nan,40.0123\n", "bad.csv")

    def test_swapped_axes_are_suspected(self):
        self.refused_as("swapped_axes", report(lon=40.0123, lat=-74.0151) + "\n")

    def test_null_island(self):
        self.refused_as("null_island", report(lon=0, lat=0) + "\n")

    def test_missing_place(self):
        self.refused_as("missing_place", report(lon=None, lat=None) + "\n")

    def test_a_line_of_200_megabytes(self):
        self.make_store()
        path = self.folder / "huge.ndjson"
        with open(path, "wb") as file:
            file.write(b'{"source_ref":"r-0","description":"')
            for _ in range(HUGE // 2**20):
                file.write(b"x" * 2**20)
            file.write(b'"}\n' + report().encode() + b"\n")
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        run = self.ingest("huge.ndjson")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertRegex(run.stdout, r"\btoo_large\b")
        self.assertRegex(run.stdout, r"(?i)accepted\D+1\b")
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        self.assertLess(max(before, peak), MEMORY_KB, "the line was held in memory")

    def test_missing_and_empty_files(self):
        self.make_store()
        self.refused(IO, "nowhere.ndjson", "ingest", "store.db", "--key", "mask.key",
                     "nowhere.ndjson")
        self.write("empty.csv", "")
        self.refused(BAD_INPUT, "empty.csv", "ingest", "store.db", "--key", "mask.key",
                     "empty.csv")

    def test_mapping_to_an_unknown_column(self):
        self.make_store()
        self.write("r.csv", "ref,lon,lat\nr-1,-74.015,40.01\n")
        self.refused(BAD_INPUT, ["r.csv", "when_it_was"], "ingest", "store.db", "--key",
                     "mask.key", "--map", "occurred=when_it_was", "r.csv")

    def test_store_that_is_none(self):
        self.write("store.db", "not a database, but long enough to look at twice\n" * 40)
        (self.folder / "store.db").chmod(0o600)
        self.refused(BAD_INPUT, "store.db", "publish", "store.db", "-o", "out.gpkg")

    def test_policy_with_an_unknown_field(self):
        self.write("odd.json", '{"policy": 1, "name": "x", "colour": "red"}')
        self.refused(BAD_INPUT, ["odd.json", "colour"], *self.overlay("--policy", "odd.json"))

    def overlay(self, *more):
        return ("overlay", "--beats", "beats.geojson", "--reports", "reports.ndjson", "-o",
                "out.gpkg", *more)


class BadPlaces(BadInput):
    """Where the output cannot go: whatever was there before stays."""

    def overlay(self, target):
        return ("overlay", "--beats", "beats.geojson", "--reports", "reports.ndjson", "-o", target)

    def test_folder_that_takes_no_files(self):
        """/sys takes none from anybody, root included."""
        for command in [self.overlay("/sys/out.gpkg"),
                        ("locate", "--beats", "beats.geojson", "points.csv", "-o", "/sys/o.csv")]:
            with self.subTest(command=command[0]):
                self.refused(IO, "/sys|out.gpkg|o.csv", *command)

    def test_folder_that_does_not_exist(self):
        self.refused(IO, "out.gpkg", *self.overlay("nowhere/out.gpkg"))

    def test_full_standard_output(self):
        with open("/dev/full", "wb") as full:
            run = self.run_cli("locate", "--beats", "beats.geojson", "points.csv", stdout=full,
                               stderr=subprocess.PIPE)
        self.assertEqual(run.returncode, IO, run.stderr)
        self.assertRegex(run.stderr, "(?i)space|standard output")

    def limited(self, size):
        """No file may grow beyond this: the kernel then refuses as a full disk does."""
        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        return {"preexec_fn": limit, "restore_signals": False}  # Python ignores SIGXFSZ: so do they

    def test_disk_that_fills_up(self):
        self.write("many.csv", "id,lon,lat\n" + "a,-74.015,40.01\n" * 5000)
        old = self.write("out.csv", "what was published yesterday\n")
        self.refused(IO, "out.csv", *self.locate(points="many.csv"), **self.limited(20_000))
        self.assertEqual(old.read_text(encoding="utf-8"), "what was published yesterday\n")

    def test_disk_that_fills_up_under_an_overlay(self):
        old = self.write("out.gpkg", "what was published yesterday\n")
        self.refused(IO, ".", *self.overlay("out.gpkg"), **self.limited(20_000))
        self.assertEqual(old.read_text(encoding="utf-8"), "what was published yesterday\n")

    @unittest.skipUnless(os.geteuid() == 0 and shutil.which("unshare"), "needs a mount")
    def test_disk_that_is_full(self):
        script = ('mkdir small && mount -t tmpfs -o size=48k tmpfs small || exit 77; '
                  '"$0" "$@" -o small/out.gpkg; status=$?; ls small; exit $status')
        command = [COMMUNITY, *self.overlay("")[:-2]]
        run = subprocess.run(["unshare", "-m", "sh", "-c", script, *map(str, command)],
                             cwd=self.folder, capture_output=True, text=True, check=False)
        if run.returncode == 77 or "unshare failed" in run.stderr:
            self.skipTest("no mounts here; the limit on file size stands in for it")
        self.assertEqual(run.returncode, IO, run.stderr)
        self.assertEqual(run.stdout.split(), [], "the failed call left something behind")

    def test_usage(self):
        for command in [(), ("dance",), ("locate",), ("overlay", "--beats"),
                        ("publish", "store.db", "--dance")]:
            with self.subTest(command=command):
                run = self.run_cli(*command)
                self.assertEqual(run.returncode, USAGE, run.stderr)
                self.assertTrue(run.stderr.strip())


if __name__ == "__main__":
    unittest.main()
