#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Run the demo and hold what it prints and writes against what the generator of the city knows."""

import collections
import csv
import json
import os
import pathlib
import re
import shutil
import sqlite3
import struct
import subprocess
import tempfile
import unittest

import leaks

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("CMTY_BINARY_DIR", ROOT / "build"))
COMMUNITY = BUILD / "bin/community"
CITY = ("reports.csv", "reports.ndjson", "reports.geojson", "open311.json")


def run(*arguments):
    return subprocess.run(list(map(str, arguments)), capture_output=True, text=True, check=False,
                          env={**os.environ, "COMMUNITY": str(COMMUNITY)})


class Demo(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.out = pathlib.Path(cls.folder.name)
        cls.done = run(ROOT / "demo/demo.sh", cls.out)
        if cls.done.returncode != 0:
            raise RuntimeError(cls.done.stdout + cls.done.stderr)
        cls.truth = json.loads((cls.out / "city/truth.json").read_text(encoding="utf-8"))
        points = json.loads((cls.out / "overlay.geojson").read_text(encoding="utf-8"))["features"]
        cls.secrets = leaks.load(cls.out / "city/truth.json",
                                 [p["geometry"]["coordinates"] for p in points])

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def printed(self, word):
        found = re.search(rf"^ *{word} +(\d+)", self.done.stdout, re.MULTILINE)
        return int(found.group(1)) if found else 0

    def total(self, key):
        return sum(count[key] for count in self.truth["files"].values())

    def published(self):
        """Everything the demo left behind, but for the keys and what went in."""
        return [p for p in sorted(self.out.iterdir()) if p.is_file() and p.suffix != ".key"]

    def lone_report(self):
        """One whose place has no published point beside it, and no vertex of the map."""
        alone = {(c["lon"], c["lat"]) for c in self.secrets.coarse if len(c["secret"]) == 2}
        return next(r for r in self.truth["reports"] if (r["lon"], r["lat"]) in alone)

    def test_it_prints_what_the_generator_planted(self):
        for word, key in (("reports read", "records"), ("accepted", "accepted"),
                          ("duplicate", "duplicate"), ("refused", "refused")):
            self.assertEqual(self.printed(word), self.total(key), word)

    def test_each_refusal_has_the_reason_that_was_planted(self):
        planted = collections.Counter()
        for count in self.truth["files"].values():
            planted.update(count["by_reason"])
        printed = {reason: self.printed(reason) for reason in planted}
        self.assertEqual(printed, dict(planted))

    def test_the_table_by_beat_is_the_exact_one(self):
        with open(self.out / "overlay.csv", encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual([r["beat_id"] for r in rows], sorted(self.truth["beats"]))
        shown = {r["beat_id"]: int(r["reports"]) for r in rows if r["reports"]}
        self.assertGreater(len(shown), 10)
        self.assertEqual(shown, {beat: self.truth["beats"][beat] for beat in shown})

    def test_sending_the_files_again_changes_nothing(self):
        again = run(COMMUNITY, "ingest", self.out / "store.db", "--key", self.out / "mask.key",
                    "--json", *(self.out / "city" / name for name in CITY))
        self.assertEqual(again.returncode, 0, again.stderr)
        counts = json.loads(again.stdout)
        self.assertEqual(counts["accepted"], 0)
        self.assertEqual(counts["duplicate"], self.total("accepted") + self.total("duplicate"))

    def test_a_published_point_opens_to_the_report_in_its_beat(self):
        truth = {r["source_ref"]: r for r in self.truth["reports"]}
        points = json.loads((self.out / "overlay.geojson").read_text(encoding="utf-8"))["features"]
        for point in points[::100]:
            opened = run(COMMUNITY, "open", self.out / "store.db", point["id"],
                         "--secret", self.out / "secret.key", "--actor", "test",
                         "--purpose", "demo")
            self.assertEqual(opened.returncode, 0, opened.stderr)
            report = json.loads(opened.stdout)
            expected = truth[report["source_ref"]]
            self.assertEqual(point["properties"]["beat_id"], expected["beat"])
            self.assertEqual(report["lon"], float(expected["lon"]))

    def test_the_ledger_says_who_has_read_a_report(self):
        points = json.loads((self.out / "overlay.geojson").read_text(encoding="utf-8"))["features"]
        point = points[7]["id"]
        for actor in ("ames", "ames", "boyd"):
            opened = run(COMMUNITY, "open", self.out / "store.db", point, "--secret",
                         self.out / "secret.key", "--actor", actor, "--purpose", "demo")
            self.assertEqual(opened.returncode, 0, opened.stderr)
        told = run(COMMUNITY, "ledger", self.out / "store.db", "--report", point, "--json")
        self.assertEqual(told.returncode, 0, told.stderr)
        rows = {(r["told"], r["who"]): r for r in json.loads(told.stdout)}
        self.assertEqual(rows["public", "public"]["points"], 1)
        self.assertEqual(rows["reader", "ames"]["times"], 2)
        self.assertEqual(rows["reader", "boyd"]["times"], 1)
        every = run(COMMUNITY, "ledger", self.out / "store.db", "--all", "--json")
        reports = [r for r in json.loads(every.stdout) if r["told"] == "public"]
        self.assertEqual(len(reports), self.total("accepted"))
        text = run(COMMUNITY, "ledger", self.out / "store.db").stdout
        self.assertIn(point, text)
        self.assertIn("2 times, last 20", text)

    def test_nothing_that_was_written_holds_a_secret(self):
        paths = self.published()
        self.assertGreaterEqual(len(paths), 5)
        for path in paths:
            self.assertEqual(leaks.search(path.read_bytes(), self.secrets), [], path.name)

    def test_the_log_that_a_store_writes_first_holds_no_secret(self):
        city, store = self.out / "city", self.out / "city/second.db"
        made = run(COMMUNITY, "init", store, "--public-key", self.out / "public.key",
                   "--beats", city / "beats_after.geojson", "--policy", city / "policy.json",
                   "--addresses", city / "addresses.csv")
        self.assertEqual(made.returncode, 0, made.stderr)
        with sqlite3.connect(store) as reader:  # as long as it is open, the log stays
            reader.execute("SELECT count(*) FROM report").fetchone()
            taken = run(COMMUNITY, "ingest", store, "--key", self.out / "mask.key",
                        city / "reports.ndjson")
            self.assertEqual(taken.returncode, 0, taken.stderr)
            log = pathlib.Path(f"{store}-wal").read_bytes()
        reader.close()
        self.assertGreater(len(log), 100_000)
        self.assertEqual(leaks.search(log, self.secrets), [])

    def publish_before(self, day):
        """What the agency published when only this had happened."""
        path = self.out / f"city/{day}.gpkg"
        done = run(COMMUNITY, "publish", self.out / "store.db", "--until", day, "-o", path)
        self.assertEqual(done.returncode, 0, done.stderr)
        return path

    def test_two_overlays_side_by_side_tell_what_came_in_between(self):
        before = self.publish_before("2026-04-10")
        found = run(COMMUNITY, "attack", "--json", "--previous", before, "--published",
                    self.out / "overlay.gpkg")
        self.assertEqual(found.returncode, 1, found.stderr)
        found = json.loads(found.stdout)
        rows = {f["name"]: f for f in found["findings"]}
        self.assertGreater(rows["difference"]["value"], 0)
        self.assertEqual(rows["blanks_alone"]["value"], 0)  # each for itself gives nothing away
        self.assertEqual(rows["moved"]["value"], 0)  # and a report has one place, whenever
        self.assertEqual(rows["places_mean"]["value"], 1)
        self.check_told(found["told"], before)
        same = run(COMMUNITY, "attack", "--previous", self.out / "overlay.gpkg", "--published",
                   self.out / "overlay.gpkg")
        self.assertEqual(same.returncode, 0, same.stdout + same.stderr)

    def test_an_overlay_with_noise_has_no_points_and_says_so(self):
        city, store = self.out / "city", self.out / "city/noisy.db"
        policy = city / "noisy.json"
        policy.write_text(json.dumps({"policy": 1, "count_epsilon": 0.5,
                                      "default": {"law": "withhold"}}), encoding="utf-8")
        for command in (("init", store, "--public-key", self.out / "public.key", "--beats",
                         city / "beats_after.geojson", "--policy", policy),
                        ("ingest", store, "--key", self.out / "mask.key", city / CITY[0]),
                        ("publish", store, "-o", city / "n1.gpkg", "--csv", city / "n1.csv",
                         "--geojson", city / "n1.geojson", "--html", city / "n1.html"),
                        ("ingest", store, "--key", self.out / "mask.key", city / CITY[1]),
                        ("publish", store, "-o", city / "n2.gpkg")):
            done = run(COMMUNITY, *command)
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads((city / "n1.geojson").read_text())["features"], [])
        with sqlite3.connect(city / "n1.gpkg") as database:
            beats = database.execute("SELECT sum(reports), min(reports_note) FROM beats").fetchone()
            totals = dict(database.execute("SELECT level, sum(reports) FROM totals GROUP BY level"))
            cells = database.execute("SELECT count(*) FROM counts_by_category").fetchone()[0]
            about = dict(database.execute("SELECT key, text FROM about"))
        self.assertEqual((beats[1], cells), ("with noise", 0))
        self.assertEqual(beats[0] + totals.get("no beat", 0), totals["all"])
        self.assertEqual(totals["category"], totals["all"])
        self.assertIn("epsilon 0.5", about["numbers"])
        found = json.loads(run(COMMUNITY, "attack", "--json", "--previous", city / "n1.gpkg",
                               "--published", city / "n2.gpkg").stdout)
        self.assertEqual(found["told"], [])
        self.assertIn("noise_mean", {f["name"] for f in found["findings"]})

    def check_told(self, told, before):
        with sqlite3.connect(before) as database:
            printed = dict(database.execute("SELECT beat_id, reports FROM beats"))
        beats = {t["what"].removeprefix("beat "): t for t in told
                 if t["what"].startswith("beat ") and ", " not in t["what"] and t["release"] == 2}
        checked = 0
        for beat, t in beats.items():
            if t["name"] == "difference" and printed[beat] is not None:
                grew = self.truth["beats"][beat] - printed[beat]
                self.assertTrue(t["low"] <= grew <= t["high"], t)
                checked += 1
            elif t["name"] == "blanks":
                self.assertTrue(t["low"] <= self.truth["beats"][beat] <= t["high"], t)
        self.assertGreater(checked, 0)

    def test_the_search_finds_a_planted_leak_of_each_kind(self):
        report = self.lone_report()
        name = self.truth["secrets"]["names"][0].upper()
        page = (self.out / "overlay.html").read_bytes()[:1 << 16]
        for text in (f"[{report['lon']}, {report['lat']}]", f"<b>{name}</b>", "785-555-0142",
                     self.truth["secrets"]["texts"][0], self.truth["secrets"]["emails"][0],
                     *(f"{float(report['lat']):.{n}f} {float(report['lon']):.{n}f}"
                       for n in (4, 5, 6)), report["lat"], report["lon"].replace(".", ",")):
            half = len(page) // 2
            planted = page[:half] + f" {text} ".encode() + page[half:]
            self.assertTrue(leaks.search(planted, self.secrets), "planted text was not found")

    def test_the_search_finds_a_planted_place_in_each_binary_form(self):
        report = self.lone_report()
        lon, lat = float(report["lon"]), float(report["lat"])
        layer = (self.out / "store.db.public.sqlite").read_bytes()[:1 << 16]
        for order in "<>":
            for planted in (struct.pack(order + "d", lon), struct.pack(order + "d", lat),
                            struct.pack(order + "BIdd", 1, 1, lon, lat),
                            struct.pack(order + "ff", lat, lon),
                            struct.pack(order + "ii", round(lon * 1e7), round(lat * 1e7))):
                for at in (1001, len(layer) // 2):
                    found = leaks.search(layer[:at] + planted + layer[at:], self.secrets)
                    self.assertTrue(found, planted.hex())

    def test_the_search_finds_a_coordinate_planted_in_the_geopackage(self):
        report = self.lone_report()
        copy = self.out / "city/planted.gpkg"
        for value in (float(report["lon"]), struct.pack("<d", float(report["lat"]))):
            shutil.copy(self.out / "overlay.gpkg", copy)
            with sqlite3.connect(copy) as database:
                database.execute("CREATE TABLE planted (value)")
                database.execute("INSERT INTO planted VALUES (?)", (value,))
            database.close()
            self.assertTrue(leaks.search(copy.read_bytes(), self.secrets))

    def test_the_files_open_in_gdal(self):
        for name, layers in (("overlay.gpkg", ("beats", "reports")),
                             ("store.db.public.sqlite", ("reports",))):
            seen = run("ogrinfo", "-ro", "-q", self.out / name)
            self.assertEqual(seen.returncode, 0, seen.stderr)
            for layer in layers:
                self.assertIn(layer, seen.stdout)


if __name__ == "__main__":
    unittest.main()
