#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Reports that grow old: what goes is gone from every byte, what stays is what it was."""

import json
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import struct
import subprocess
import tempfile
import time
import unittest

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMMUNITY = pathlib.Path(os.environ.get("CMTY_BINARY_DIR", ROOT / "build")) / "bin/community"
BEATS = {"type": "FeatureCollection", "features": [
    {"type": "Feature", "properties": {"BEAT": name},
     "geometry": {"type": "Polygon", "coordinates": [[
         [west, 50], [west + 0.1, 50], [west + 0.1, 50.1], [west, 50.1], [west, 50]]]}}
    for name, west in (("A", 10), ("B", 10.1))]}
POLICY = {"policy": 1, "time_zone": "America/Chicago", "suppress_below": 1,
          "default": {"law": "lattice", "epsilon_per_m": 0.02, "time_bin": "hour"}}
WHY = ("--purpose", "schedule of 2026", "--actor", "clerk")
NOW = ("--as-of", "2026-12-01T00:00:00Z")
REPORTS = 60


class Retention(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        maker = cls()
        maker.folder = cls.base = pathlib.Path(scratch.name, "base")
        cls.base.mkdir()
        maker.make()

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name, "copy")
        shutil.copytree(self.base, self.folder)

    def make(self):
        (self.folder / "beats.geojson").write_text(json.dumps(BEATS))
        (self.folder / "policy.json").write_text(json.dumps(POLICY))
        self.write_reports(0, REPORTS)
        self.run_cli("keygen", "--mask", "mask.key", "--public", "public.key", "--secret",
                     "secret.key")
        self.run_cli("init", "s.db", "--beats", "beats.geojson", "--public-key", "public.key",
                     "--policy", "policy.json")
        self.ingest()

    def write_reports(self, first, last):
        rng = random.Random(9)
        with open(self.folder / "in.ndjson", "w", encoding="utf-8") as file:
            for i in range(first, last):
                file.write(json.dumps({
                    "source_ref": f"r{i}", "category": ("vandalism", "theft.bicycle")[i % 2],
                    "lon": round(rng.uniform(10.01, 10.19), 6), "lat": round(
                        rng.uniform(50.01, 50.09), 6),
                    "occurred": f"2026-{1 + i % 10:02}-{1 + i % 28:02}T{i % 24:02}:30:00Z",
                    "description": f"what nobody may read {i}"}) + "\n")
            file.write(json.dumps({"source_ref": "bad", "category": "theft"}) + "\n")

    def run_cli(self, *arguments, code=0):
        done = subprocess.run([COMMUNITY, *map(str, arguments)], cwd=self.folder,
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        self.said = done.stdout + done.stderr
        return done.stdout

    def ingest(self):
        return json.loads(self.run_cli("ingest", "s.db", "in.ndjson", "--key", "mask.key", "-q",
                                       "--json"))

    def schedule(self, default=None, categories=None, **other):
        (self.folder / "schedule.json").write_text(json.dumps(
            {"retention": 1, "default": default or {}, "categories": categories or {}, **other}))

    def retain(self, *arguments, now=NOW, code=0):
        text = self.run_cli("retain", "s.db", "--schedule", "schedule.json", "--json", *now,
                            *([] if "--dry-run" in arguments else WHY), *arguments, code=code)
        return json.loads(text) if code == 0 else self.said

    def ask(self, question, *values, file="s.db"):
        with sqlite3.connect(self.folder / file) as connection:
            rows = connection.execute(question, values).fetchall()
        connection.close()
        return rows

    def bytes_of_store(self):
        """The journal, its log, and a backup made through the interface for backups."""
        (self.folder / "backup.db").unlink(missing_ok=True)
        with sqlite3.connect(self.folder / "s.db") as source:
            with sqlite3.connect(self.folder / "backup.db") as target:
                source.backup(target)
        target.close()
        source.close()
        return b"".join(f.read_bytes() for f in sorted(self.folder.glob("s.db*"))
                        + [self.folder / "backup.db"] if f.suffix != ".lock")

    def counts(self):
        text = self.run_cli("publish", "s.db", "--csv", "out.csv", "--json", "-q")
        (self.folder / "out.csv").unlink()
        return {row["beat"]: row["reports"] for row in json.loads(text)["beats"]}

    def assert_gone(self, what, there_before):
        data = self.bytes_of_store()
        for piece in what:
            self.assertIn(piece, there_before)
            self.assertNotIn(piece, data)

    def test_what_was_sealed_goes_first(self):
        sealed = [s[0][150:190] for s in self.ask("SELECT sealed FROM report")]
        hashes = [h for h, in self.ask("SELECT content_hash FROM report")]
        before, counts, points = self.bytes_of_store(), self.counts(), self.points()
        self.schedule({"sealed_days": 60})
        result = self.retain()
        old = self.ask("SELECT count(*) FROM report WHERE period=0")[0][0]
        self.assertEqual((result["reports"], result["sealed_gone"], result["kept"]),
                         (REPORTS, old, REPORTS - old))
        self.assertGreater(old, 20)
        self.assertGreater(REPORTS - old, 5)
        kept = {s[0][150:190] for s in self.ask("SELECT sealed FROM report WHERE period>0")}
        self.assert_gone([s for s in sealed if s not in kept], before)
        left = {h for h, in self.ask("SELECT content_hash FROM report")}
        self.assert_gone([h for h in hashes if h not in left], before)
        self.assertEqual((self.counts(), self.points()), (counts, points))
        ident = self.ask("SELECT lower(hex(report_id)) FROM report WHERE period=0")[0][0]
        self.run_cli("open", "s.db", ident, "--secret", "secret.key", *WHY, code=1)
        self.assertIn("destroyed", self.said)
        self.assertEqual(self.retain()["sealed_gone"], 0)  # a second run finds nothing to do
        again = self.ingest()
        self.assertEqual((again["accepted"], again["duplicate"]), (0, REPORTS))
        recheck = json.loads(self.run_cli("recheck", "s.db", "--json", "--secret", "secret.key",
                                          *WHY))
        self.assertEqual((recheck["reports"], recheck["open"]), (REPORTS, old))

    def points(self):
        self.run_cli("publish", "s.db", "--geojson", "out.geojson", "-q")
        features = json.loads((self.folder / "out.geojson").read_text())["features"]
        return sorted(tuple(f["geometry"]["coordinates"]) for f in features if f["geometry"])

    def test_then_the_protected_place_also_where_others_read_it(self):
        places = self.ask("SELECT lon_deg, lat_deg FROM report WHERE lon_deg NOTNULL")
        self.assertEqual(len(self.ask("SELECT * FROM reports", file="s.db.public.sqlite")),
                         len(places))
        before, counts = self.bytes_of_store(), self.counts()
        self.schedule({"place_days": 1})
        self.assertEqual(self.retain()["places_gone"], REPORTS)
        self.assert_gone([struct.pack(">d", v) for p in places for v in p], before)
        self.assertEqual((self.counts(), self.points()), (counts, []))
        self.assertEqual(self.ask("SELECT count(*) FROM period"), [(1,)])  # the refused record's
        self.assertEqual(self.ask("SELECT count(*) FROM reports", file="s.db.public.sqlite"),
                         [(0,)])
        public = (self.folder / "s.db.public.sqlite").read_bytes()
        for lon, lat in places:
            self.assertNotIn(struct.pack("<2d", lon, lat), public)

    def test_then_there_is_a_count_and_then_nothing(self):
        ids = [i for i, in self.ask("SELECT report_id FROM report")]
        salts = [s for s, in self.ask("SELECT salt FROM report")]
        before, counts = self.bytes_of_store(), self.counts()
        self.schedule({"beat_days": 1, "count_days": 250})
        gone = self.retain()
        self.assertEqual(gone["counted"] + gone["gone"], REPORTS)
        self.assertGreater(gone["gone"], 5)
        self.assert_gone(ids + salts, before)
        # months begin at midnight in Chicago, where the policy's clock stands
        for when, month in self.ask("SELECT DISTINCT time_bin, bin FROM report"):
            self.assertEqual(month, "month")
            self.assertIn(time.strftime("%d %H:%M", time.gmtime(when / 1000)),
                          ("01 05:00", "01 06:00"))
        again = self.ingest()
        self.assertEqual((again["accepted"], again["duplicate"]), (0, REPORTS))
        self.assertEqual(self.ask("SELECT count(*) FROM report"), [(REPORTS - gone["gone"],)])
        self.schedule({"beat_days": 1})
        self.assertEqual(sum(self.counts().values()), sum(counts.values()) - gone["gone"])
        self.run_cli("audit", "verify", "s.db")

    def test_a_dry_run_says_what_a_run_does(self):
        self.schedule({"sealed_days": 30, "place_days": 90, "beat_days": 200, "count_days": 300},
                      refused_days=0)
        before = self.ask("SELECT * FROM report")
        dry = self.retain("--dry-run")
        self.assertEqual(self.ask("SELECT * FROM report"), before)
        self.assertEqual(dry.pop("dry_run"), True)
        real = self.retain("--receipt", "receipt.json", now=NOW)
        real.pop("dry_run")
        if real != dry:  # refused records are as old as this test
            dry["refused_gone"] = real["refused_gone"]
        self.assertEqual(dry, real)
        receipt = json.loads((self.folder / "receipt.json").read_text())
        root = self.run_cli("audit", "verify", "s.db", "--json")
        self.assertEqual(receipt["audit_root"], json.loads(root)["root"])
        self.assertEqual(receipt["sealed_gone"], real["sealed_gone"])

    def test_categories_go_their_own_way(self):
        self.schedule({"sealed_days": 10}, {"theft.*": {"sealed_days": None},
                                            "vandalism": {"place_days": 20}})
        self.retain()
        rows = self.ask("SELECT category, sum(period=0), sum(lon_deg NOTNULL), count(*)"
                        " FROM report GROUP BY 1 ORDER BY 1")
        self.assertEqual([r[1] for r in rows], [0, REPORTS // 2])
        self.assertEqual([r[2] for r in rows], [REPORTS // 2, 0])

    def test_refused_records_age_too(self):
        self.schedule(refused_days=1)
        later = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 86400 + 60))
        self.assertEqual(self.retain(now=())["refused_gone"], 0)
        sealed = self.ask("SELECT sealed FROM quarantine")[0][0][150:190]
        before = self.bytes_of_store()
        self.assertEqual(self.retain(now=("--as-of", later))["refused_gone"], 1)
        self.assert_gone([sealed], before)
        self.assertEqual(self.run_cli("quarantine", "list", "s.db"), "")

    def test_what_is_held_stays_whole(self):
        ident, = self.ask("SELECT lower(hex(report_id)) FROM report ORDER BY time_bin LIMIT 1")[0]
        self.run_cli("hold", "add", "s.db", ident, "--review", "2026-06-01", "--purpose", "case 7",
                     "--actor", "counsel")
        self.schedule({"count_days": 1})
        result = self.retain()
        self.assertEqual((result["gone"], result["held"], result["reviews_due"]),
                         (REPORTS - 1, 1, 1))
        self.assertIn("nobody may read", self.run_cli("open", "s.db", ident, "--secret",
                                                      "secret.key", *WHY))
        self.run_cli("erase", "s.db", ident, *WHY, code=1)
        self.assertIn("under a hold", self.said)
        listed = json.loads(self.run_cli("hold", "list", "s.db", "--json"))
        self.assertEqual([(h["report_id"], h["review"], h["actor"], h["purpose"]) for h in listed],
                         [(ident, "2026-06-01T00:00:00Z", "counsel", "case 7")])
        self.run_cli("hold", "lift", "s.db", ident, *WHY)
        self.run_cli("hold", "lift", "s.db", ident, *WHY, code=1)
        self.assertEqual(self.retain()["gone"], 1)
        self.assertEqual(self.run_cli("hold", "list", "s.db"), "")

    def test_one_report_is_erased_on_request(self):
        ident, sealed = self.ask("SELECT lower(hex(report_id)), sealed FROM report LIMIT 1")[0]
        entries = self.ask("SELECT count(*) FROM audit")[0][0]
        before = self.bytes_of_store()
        self.run_cli("erase", "s.db", ident, *WHY)
        self.assert_gone([sealed[150:190], bytes.fromhex(ident)], before)
        self.assertEqual(self.ask("SELECT verb, actor FROM audit WHERE number>?", entries),
                         [("erase", "clerk")])
        again = self.ingest()
        self.assertEqual((again["accepted"], again["duplicate"]), (0, REPORTS))
        self.assertEqual(self.ask("SELECT count(*) FROM report"), [(REPORTS - 1,)])
        self.assertEqual(self.ask("SELECT count(*) FROM reports WHERE report_id=?", ident,
                                  file="s.db.public.sqlite"), [(0,)])
        self.run_cli("erase", "s.db", ident, *WHY, code=1)
        self.run_cli("audit", "verify", "s.db")

    def test_a_kill_leaves_each_report_as_it_was_or_as_it_should_be(self):
        self.schedule({"sealed_days": 30, "place_days": 90, "beat_days": 200, "count_days": 300})
        self.write_reports(REPORTS, 2000)  # several batches
        self.ingest()
        shutil.copy(self.folder / "s.db", self.folder / "whole.db")
        expected = self.retain()
        final = self.ask("SELECT category, beat_id, time_bin, lon_deg, withheld_note, period>0"
                         " FROM report ORDER BY number")
        rng = random.Random(4)
        for _ in range(5):
            for tail in ("-wal", "-shm"):
                (self.folder / f"s.db{tail}").unlink(missing_ok=True)
            shutil.copy(self.folder / "whole.db", self.folder / "s.db")
            with subprocess.Popen([COMMUNITY, "retain", "s.db", "--schedule", "schedule.json", *NOW,
                                   *WHY], cwd=self.folder, stdout=subprocess.DEVNULL) as run:
                time.sleep(rng.uniform(0.02, 0.2))
                run.send_signal(signal.SIGKILL)
            self.assertEqual(self.ask(
                "SELECT count(*) FROM report WHERE (period=0)<>(length(sealed)=0)"
                " OR (period=0)<>(length(content_hash)=0) OR (withheld_note LIKE 'kept%' AND"
                " (lon_deg NOTNULL OR period>0))"), [(0,)])
            self.run_cli("audit", "verify", "s.db")
            self.retain()
            self.assertEqual(self.ask(
                "SELECT category, beat_id, time_bin, lon_deg, withheld_note, period>0"
                " FROM report ORDER BY number"), final)
        self.assertGreater(expected["gone"], 0)

    def test_schema_and_library_judge_schedules_alike(self):
        schema = json.loads((ROOT / "schemas/retention-1.json").read_text())
        validator = jsonschema.Draft202012Validator(schema)
        rules = [{}, {"sealed_days": 0}, {"place_days": None}, {"count_days": 36500},
                 {"count_days": 36501}, {"beat_days": -1}, {"beat_days": "7"}, {"days": 3}, [], 3,
                 {"beat_days": 1.5}]
        documents = [{"retention": 1, "default": r} for r in rules]
        documents += [{"retention": 1, "categories": {"theft.*": r}} for r in rules[:6]]
        documents += [{}, {"retention": 2}, {"retention": 1, "name": "x"}, [], "x",
                      {"retention": 1, "categories": []}, {"retention": 1, "refused_days": -1},
                      {"retention": 1, "default": None, "categories": None, "other": 1}]
        verdicts = set()
        for document in documents:
            (self.folder / "schedule.json").write_text(json.dumps(document))
            valid = validator.is_valid(document)
            with self.subTest(document=document):
                self.retain("--dry-run", code=0 if valid else 3)
            verdicts.add(valid)
        self.assertEqual(verdicts, {True, False})
        # beyond what a schema can say
        for document in ({"default": {"sealed_days": 9, "place_days": 8}},
                         {"default": {"beat_days": 9}, "categories": {"theft": {"count_days": 8}}},
                         {"categories": {"weather": {}}}):
            (self.folder / "schedule.json").write_text(json.dumps({"retention": 1, **document}))
            self.retain("--dry-run", code=3)

    def test_bad_usage(self):
        self.schedule()
        for arguments, code in ((("retain",), 2), (("retain", "s.db"), 2),
                                (("retain", "s.db", "--schedule", "schedule.json"), 2),
                                (("retain", "s.db", "--schedule", "nowhere", *WHY), 4),
                                (("retain", "nowhere", "--schedule", "schedule.json", *WHY), 4),
                                (("erase", "s.db"), 2), (("erase", "s.db", "x", *WHY), 1),
                                (("hold",), 2), (("hold", "list"), 2), (("hold", "add", "s.db"), 2),
                                (("hold", "add", "s.db", "0" * 32, *WHY), 2),
                                (("hold", "add", "s.db", "0" * 32, "--review", "2027-01-01", *WHY),
                                 1), (("hold", "list", "s.db", "x"), 2)):
            with self.subTest(arguments=arguments):
                self.run_cli(*arguments, code=code)
        self.assertEqual(self.ask("SELECT count(*) FROM report"), [(REPORTS,)])


if __name__ == "__main__":
    unittest.main()
