#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The SQL functions against the command line, SpatiaLite, and what SQLite may do with them."""

import csv
import datetime
import json
import os
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("CMTY_BINARY_DIR", ROOT / "build"))
COMMUNITY = BUILD / "bin/community"
MODULE = str(BUILD / "lib/mod_community")


def community(*arguments):
    return subprocess.run([COMMUNITY, *map(str, arguments)], check=True, capture_output=True,
                          text=True).stdout


def connect(*modules):
    connection = sqlite3.connect(":memory:")
    connection.enable_load_extension(True)
    for module in modules or (MODULE,):
        connection.load_extension(module)
    return connection


class City(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        cls.city = pathlib.Path(scratch.name)
        subprocess.run([sys.executable, ROOT / "tests/data/make_city.py", cls.city], check=True,
                       capture_output=True)
        cls.key = cls.city / "mask.key"
        community("keygen", "--mask", cls.key)
        cls.points = cls.make_points()

    @classmethod
    def make_points(cls):
        """Where the city's reports are, when, and how sure of it they are."""
        path = cls.city / "points.csv"
        with open(cls.city / "reports.csv", encoding="latin-1", newline="") as file:
            rows = [(row["longitude"], row["latitude"], row["date"])
                    for row in csv.DictReader(file)]
        rows = [row for row in rows if cls.is_place(*row)]
        with open(path, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("id", "lon", "lat", "time", "accuracy"))
            for i, row in enumerate(rows):
                writer.writerow((f"r{i}", *row, i % 4 * 10 or ""))
        return path

    @staticmethod
    def is_place(lon, lat, date):
        try:
            datetime.date.fromisoformat(date)
            return abs(float(lon)) <= 180 and abs(float(lat)) <= 90
        except ValueError:
            return False

    def load(self, connection):
        connection.execute("CREATE TABLE p(id TEXT, lon REAL, lat REAL, time TEXT, accuracy REAL)")
        with open(self.points, encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))[1:]
        connection.executemany("INSERT INTO p VALUES(?,?,?,?,nullif(?,''))", rows)
        self.assertGreater(len(rows), 300)

    def open_beats(self, connection):
        return connection.execute("SELECT cmty_open_beats(?, ?)", (
            f"{self.city}/beats_before.geojson", f"{self.city}/beats_after.geojson")).fetchone()[0]

    def ready(self):
        connection = connect()
        self.open_beats(connection)
        self.load(connection)
        return connection

    def locate(self, *more):
        out = self.city / "located.csv"
        community("locate", "--beats", self.city / "beats_before.geojson", "--beats",
                  self.city / "beats_after.geojson", "--time", "time", "--accuracy", "accuracy",
                  "--probability", *more, self.points, "-o", out)
        with open(out, encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def test_beat_is_that_of_the_command_line(self):
        want = [(row["id"], row["beat"] or None) for row in self.locate()
                if row["beat_relation"] != "gap_nearest"]
        self.assertGreater(len({beat for _, beat in want}), 10)
        got = dict(self.ready().execute("SELECT id, cmty_beat(lon, lat, time) FROM p"))
        self.assertEqual([(name, got[name]) for name, _ in want], want)

    def test_answer_is_that_of_the_command_line(self):
        rows = self.ready().execute(
            "SELECT p.id, a.beat, a.relation, a.margin_m, a.ambiguous, a.version, "
            "  group_concat(a.candidate || '@' || printf('%.2f', a.distance_m), '|'), "
            "  a.outside_probability "
            "FROM p, cmty_beat_answer(p.lon, p.lat, p.time, p.accuracy) AS a "
            "GROUP BY p.id ORDER BY a.rank").fetchall()
        got = {row[0]: row[1:] for row in rows}
        candidates = 0
        for row in self.locate():
            beat, relation, margin, ambiguous, version, listed, outside = got[row["id"]]
            self.assertEqual((beat or "", relation, str(ambiguous), version or ""), (
                row["beat"], row["beat_relation"], row["beat_ambiguous"], row["beat_version"]))
            self.assertEqual(margin is None, row["beat_margin_m"] == "")
            if margin is not None:
                self.assertAlmostEqual(margin, float(row["beat_margin_m"]), delta=0.006)
            self.assertEqual([part.split("@")[0] for part in (listed or "").split("|")],
                             [part.split("@")[0] for part in row["beat_candidates"].split("|")])
            candidates += (listed or "").count("|")
            if row["beat_outside_probability"]:
                self.assertAlmostEqual(outside, float(row["beat_outside_probability"]), delta=1e-3)
        self.assertGreater(candidates, 0, "no point had two candidates")

    def test_beat_agrees_with_spatialite(self):
        """Strictly inside, where tools do not differ; ours alone answers on the edges."""
        connection = connect(MODULE, "mod_spatialite")
        self.load(connection)
        connection.execute("SELECT cmty_open_beats(?)", (f"{self.city}/beats_after.geojson",))
        connection.execute("CREATE TABLE b(id TEXT, shape BLOB)")
        with open(self.city / "beats_after.geojson", encoding="utf-8") as file:
            for feature in json.load(file)["features"]:
                connection.execute("INSERT INTO b VALUES(?, GeomFromGeoJSON(?))", (
                    feature["properties"]["beat"],
                    json.dumps(feature["geometry"])))
        differ, same = connection.execute(
            "SELECT sum(cmty_beat(lon, lat) IS NOT b.id), sum(cmty_beat(lon, lat) IS b.id) FROM p "
            "JOIN b ON ST_Contains(b.shape, MakePoint(lon, lat, 4326))").fetchone()
        self.assertGreater(same, 300)
        self.assertEqual(differ, 0)

    def test_four_edge_points(self):
        """Points on shared edges and corners: each is in one beat, not in two, not in none."""
        layer = self.city / "four.geojson"
        squares = [
            {"type": "Feature", "properties": {"BEAT": f"{x}{y}"}, "geometry": {
                "type": "Polygon",
                "coordinates": [[[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1], [x, y]]]}}
            for x in (0, 1) for y in (0, 1)]
        layer.write_text(json.dumps({"type": "FeatureCollection", "features": squares}))
        connection = connect()
        self.assertEqual(connection.execute("SELECT cmty_open_beats(?)",
                                            (str(layer),)).fetchone(), (4,))
        for lon, lat, beats in ((1, 0.5, ("00", "10")), (0.5, 1, ("00", "01")),
                                (1, 1, ("00", "01", "10", "11")), (0, 0, ("00",))):
            answer = connection.execute("SELECT beat, relation FROM cmty_beat_answer(?, ?) "
                                        "WHERE rank = 1", (lon, lat)).fetchone()
            self.assertEqual(answer[1], "on_edge")
            self.assertIn(answer[0], beats)
            self.assertEqual(connection.execute("SELECT cmty_beat(?, ?)",
                                                (lon, lat)).fetchone()[0], answer[0])

    def test_mask_is_that_of_the_command_line(self):
        connection = self.ready()
        words = connection.execute(
            "SELECT cmty_open_mask('law', 'lattice', 'epsilon', 0.02, 'key', ?)",
            (str(self.key),)).fetchone()[0]
        self.assertIn("lattice", words)
        out = self.city / "masked.csv"
        community("mask", "--law", "lattice", "--epsilon", "0.02", "--key", self.key,
                  "--report-id", "id", self.points, "-o", out)
        with open(out, encoding="utf-8", newline="") as file:
            want = {row["id"]: row for row in csv.DictReader(file)}
        rows = connection.execute("SELECT id, m.lon, m.lat, m.law, m.radius_m, m.status, "
                                  "  cmty_mask(id, p.lon, p.lat) "
                                  "FROM p, cmty_mask_answer(id, p.lon, p.lat) AS m").fetchall()
        self.assertEqual(len(rows), len(want))
        for name, lon, lat, law, radius, status, text in rows:
            row = want[name]
            self.assertEqual((law, status), (row["mask_law"], row["mask_status"]))
            self.assertAlmostEqual(lon, float(row["lon"]), delta=6e-7)
            self.assertAlmostEqual(lat, float(row["lat"]), delta=6e-7)
            self.assertAlmostEqual(radius, float(row["mask_radius_m"]), delta=0.06)
            self.assertEqual([float(n) for n in text[6:-1].split()], [lon, lat])

    def test_a_withheld_place_is_null_and_says_why(self):
        connection = self.ready()
        connection.execute("SELECT cmty_open_mask('law', 'withhold')")
        self.assertEqual(connection.execute("SELECT cmty_mask('a', -95.2, 39.9)").fetchone(),
                         (None,))
        lon, lat, status, note = connection.execute(
            "SELECT lon, lat, status, note FROM cmty_mask_answer('a', -95.2, 39.9)").fetchone()
        self.assertEqual((lon, lat, status), (None, None, "withheld"))
        self.assertTrue(note)

    def test_fences(self):
        layer = self.city / "night.geojson"
        layer.write_text(
            '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"id":"school",'
            '"action":"withhold","category":"theft.*","hours":"22:00-06:00","note":"a school"},'
            '"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1],[0,0]]]}}]}')
        connection = connect()
        self.assertEqual(connection.execute("SELECT cmty_open_fences(?)",
                                            (str(layer),)).fetchone(), (1,))
        for lon, category, when, want in (
                (0.5, "theft.bicycle", "2024-05-01T23:00:00Z", ("withhold", "school", 1)),
                (1, "theft.bicycle", "2024-05-01T23:00:00Z", ("withhold", "school", 1)),
                (0.5, "theft.bicycle", "2024-05-01T12:00:00Z", ("accept", None, 0)),
                (0.5, "theft.bicycle", 1714604400, ("withhold", "school", 1)),
                (0.5, "theft.bicycle", None, ("withhold", "school", 1)),
                (0.5, "vandalism", "2024-05-01T23:00:00Z", ("accept", None, 0)),
                (1.5, "theft.bicycle", "2024-05-01T23:00:00Z", ("accept", None, 0))):
            with self.subTest(lon=lon, category=category, when=when):
                arguments = (lon, 0.5, category, when)
                self.assertEqual(connection.execute(
                    "SELECT action, fence, matched FROM cmty_fence_answer(?,?,?,?)",
                    arguments).fetchone(), want)
                self.assertEqual(connection.execute("SELECT cmty_fence(?,?,?,?)",
                                                    arguments).fetchone(), want[:1])

    def test_what_is_no_place_has_no_answer(self):
        connection = self.ready()
        for lon, lat in ((None, 39.9), (-95.2, None), ("west", 39.9), (-181, 39.9), (-95.2, 91),
                         (9e999, 39.9), (b"\x00", 39.9)):
            with self.subTest(lon=lon, lat=lat):
                self.assertEqual(connection.execute("SELECT cmty_beat(?, ?)",
                                                    (lon, lat)).fetchone(), (None,))
                self.assertEqual(connection.execute(
                    "SELECT beat, relation, rank FROM cmty_beat_answer(?, ?)",
                    (lon, lat)).fetchall(), [(None, "no_place", 1)])

    def assert_refused(self, connection, sql, pattern, *arguments):
        with self.assertRaisesRegex(sqlite3.OperationalError, pattern):
            connection.execute(sql, arguments).fetchall()

    def test_errors_name_the_way_out(self):
        connection = connect()
        self.assert_refused(connection, "SELECT cmty_beat(1, 1)", r"cmty_open_beats\('FILE'\)")
        self.assert_refused(connection, "SELECT * FROM cmty_beat_answer(1, 1)", "COMMUNITY_BEATS")
        self.assert_refused(connection, "SELECT cmty_fence(1, 1, 'x')", "cmty_open_fences")
        self.assert_refused(connection, "SELECT cmty_mask('a', 1, 1)", "cmty_open_mask")
        self.assert_refused(connection, "SELECT cmty_open_beats('nowhere.gpkg')", "nowhere.gpkg")
        self.assert_refused(connection, "SELECT cmty_open_beats()", "1 to 32 layers")
        self.assert_refused(connection, "SELECT cmty_open_mask('law')", "pairs")
        self.assert_refused(connection, "SELECT cmty_open_mask('colour', 'red')", "colour")
        self.assert_refused(connection, "SELECT cmty_open_mask('law', 'magic')", "law")
        self.assert_refused(connection, "SELECT cmty_open_mask('law', 'lattice')", "key")
        self.assert_refused(connection, "SELECT cmty_open_mask('law', 'lattice', 'epsilon', -1, "
                            "'key', ?)", "epsilon", str(self.key))
        self.open_beats(connection)
        self.assert_refused(connection, "SELECT cmty_beat(1, 1, 'someday')", "not a time")
        self.assert_refused(connection, "SELECT cmty_beat(1, 1, x'00')", "seconds since 1970")
        self.assert_refused(connection, "SELECT * FROM cmty_beat_answer(1)", "first 2 arguments")

    def test_a_failed_opening_leaves_the_beats_that_were(self):
        connection = self.ready()
        self.assert_refused(connection, "SELECT cmty_open_beats('nowhere.gpkg')", "nowhere")
        self.assertGreater(connection.execute(
            "SELECT count(cmty_beat(lon, lat)) FROM p").fetchone()[0], 300)

    def test_views_of_a_file_may_ask_for_beats_but_not_for_masks(self):
        connection = self.ready()
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("CREATE VIEW located AS SELECT id, cmty_beat(lon, lat, time) AS beat, "
                           "(SELECT relation FROM cmty_beat_answer(lon, lat)) AS relation FROM p")
        self.assertGreater(connection.execute("SELECT count(beat) FROM located").fetchone()[0], 300)
        connection.execute("PRAGMA trusted_schema = ON")
        connection.execute("SELECT cmty_open_mask('law', 'lattice', 'key', ?)", (str(self.key),))
        for number, call in enumerate(("cmty_mask(id, lon, lat)", "cmty_open_beats('x')",
                                       "(SELECT lon FROM cmty_mask_answer(id, p.lon, p.lat))")):
            connection.execute(f"CREATE VIEW bad{number} AS SELECT {call} AS x FROM p")
            self.assert_refused(connection, f"SELECT x FROM bad{number}", "unsafe use")

    def test_no_index_is_kept_over_answers_that_other_beats_change(self):
        connection = self.ready()
        self.assert_refused(connection, "CREATE INDEX i ON p(cmty_beat(lon, lat))",
                            "non-deterministic")

    def test_beats_change_under_an_open_mask(self):
        connection = self.ready()
        connection.execute("SELECT cmty_open_mask('law', 'lattice', 'region', 'clamp', 'key', ?)",
                           (str(self.key),))
        first = connection.execute("SELECT cmty_mask(id, lon, lat, time) FROM p").fetchall()
        for _ in range(3):
            self.open_beats(connection)
            self.assertEqual(
                connection.execute("SELECT cmty_mask(id, lon, lat, time) FROM p").fetchall(), first)

    def test_nothing_is_opened_under_rows_that_borrow_from_it(self):
        connection = self.ready()
        beats = f"{self.city}/beats_after.geojson"
        for opening in (f"cmty_open_beats('{beats}')", f"cmty_open_fences('{beats}')",
                        "cmty_open_mask('law', 'withhold')"):
            self.assert_refused(connection, f"SELECT {opening}, beat FROM "
                                "cmty_beat_answer(-95.2, 39.9)", "statement of its own")
        rows = connection.execute("SELECT beat FROM p, cmty_beat_answer(p.lon, p.lat)")
        rows.fetchone()
        self.assert_refused(connection, f"SELECT cmty_open_beats('{beats}')", "of its own")
        rows.close()
        self.open_beats(connection)

    def test_many_connections_come_and_go(self):
        for _ in range(30):
            connection = connect()
            self.open_beats(connection)
            connection.execute("SELECT cmty_beat(-95.2, 39.9)").fetchone()
            connection.close()

    def test_version(self):
        version = connect().execute("SELECT cmty_version()").fetchone()[0]
        self.assertIn(version, community("--version"))


if __name__ == "__main__":
    unittest.main()
