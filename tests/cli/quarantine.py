#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Refused records: listed without a word of theirs, opened on the record, mended, tried again."""

import json
import os
import pathlib
import re
import shutil
import sqlite3
import stat
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMMUNITY = pathlib.Path(os.environ.get("CMTY_BINARY_DIR", ROOT / "build")) / "bin/community"
SQUARE = {"type": "FeatureCollection", "features": [{
    "type": "Feature", "properties": {"BEAT": "A"},
    "geometry": {"type": "Polygon",
                 "coordinates": [[[10, 50], [10.1, 50], [10.1, 50.1], [10, 50.1], [10, 50]]]}}]}
PLACE = {"lon": 10.0512345, "lat": 50.0567891}
WHY = ("--purpose", "case 7", "--actor", "clerk")
KEY = ("--secret", "secret.key", *WHY)


def native(ref, **other):
    return {"source_ref": ref, "category": "vandalism", "occurred": "2026-03-04T21:15:00Z",
            **PLACE, "reporter": {"name": "Ada Lovelace"}, **other}


class Quarantine(unittest.TestCase):
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
        (self.folder / "beats.geojson").write_text(json.dumps(SQUARE))
        self.run_cli("keygen", "--mask", "mask.key", "--public", "public.key", "--secret",
                     "secret.key")
        self.run_cli("init", "s.db", "--beats", "beats.geojson", "--public-key", "public.key")

    def run_cli(self, *arguments, code=0):
        done = subprocess.run([COMMUNITY, *map(str, arguments)], cwd=self.folder,
                              capture_output=True, check=False)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        self.said = (done.stdout + done.stderr).decode("utf-8", "replace")
        return done.stdout

    def quarantine(self, what, *arguments, code=0):
        return self.run_cli("quarantine", what, "s.db", *arguments, code=code)

    def retry(self, *arguments, code=0):
        return self.quarantine("retry", *arguments, *KEY, "--key", "mask.key", code=code)

    def ingest(self, name, content, *arguments):
        data = content if isinstance(content, bytes) else content.encode()
        (self.folder / name).write_bytes(data)
        counts = self.run_cli("ingest", "s.db", name, "--key", "mask.key", "-q", "--json",
                              *arguments)
        return json.loads(counts)

    def listed(self, *arguments):
        rows = json.loads(self.quarantine("list", "--json", *arguments))
        return [(r["number"], r["reason"], r["field"]) for r in rows]

    def ask(self, question, *values):
        with sqlite3.connect(self.folder / "s.db") as connection:
            rows = connection.execute(question, values).fetchall()
        connection.close()
        return rows

    def test_lists_say_why_and_nothing_of_the_record(self):
        self.ingest("in.ndjson", "".join(json.dumps(r) + "\n" for r in (
            native("a", occurred="soon"), native("b", lon=55.0512345), native("c"),
            native("d", device_id="x"))))
        self.assertEqual(self.listed(), [(1, "bad_time", "occurred"), (2, "outside", "lon"),
                                         (3, "channel_metadata", "channel_metadata")])
        self.assertEqual(self.listed("--reason", "outside"), [(2, "outside", "lon")])
        shown = self.quarantine("list").decode() + self.quarantine("show", 1).decode()
        shown += self.quarantine("show", 1, "--json").decode()
        self.assertIn("use ISO 8601", shown)
        for word in ("Ada", "Lovelace", "soon", "10.05", "50.05", "vandalism"):
            self.assertNotIn(word, shown)
        self.quarantine("show", 9, code=1)

    def test_a_row_of_a_table_is_mended_and_taken_in(self):
        table = "Ref;Kind;Day;Lon;Lat\nr1;vandalism;03/04/2026;10.05;50.05\n" \
                "r2;vandalism;04/03/2026;10.06;50.05\n"
        fields = ("source_ref=Ref", "category=Kind", "occurred=Day", "lon=Lon", "lat=Lat")
        maps = [x for f in fields for x in ("--map", f)]
        self.assertEqual(self.ingest("in.csv", table, *maps, "--source", "desk")["refused"], 2)
        self.assertEqual(self.quarantine("open", 1, *KEY),
                         b"Ref;Kind;Day;Lon;Lat\nr1;vandalism;03/04/2026;10.05;50.05\n")
        self.retry(1, code=1)  # nothing has changed
        (self.folder / "mended.csv").write_text(
            "Ref;Kind;Day;Lon;Lat\nr1;vandalism;2026-03-04;10.05;50.05\n")
        self.retry(1, "--with", "mended.csv")
        self.assertEqual([n for n, _, _ in self.listed()], [2])
        self.retry("--map", "order=d")  # the others, by a mapping that says what was asked
        self.assertEqual(self.listed(), [])
        self.assertEqual(self.ask("SELECT count(*) FROM report"), [(2,)])
        # the same reports under the same references: what is mended counts as theirs
        again = self.ingest("in.csv", table.replace("03/04/2026", "2026-03-04"), *maps, "--source",
                            "desk")
        self.assertEqual((again["accepted"], again["duplicate"]), (0, 1))
        self.run_cli("audit", "verify", "s.db")

    def test_every_format_is_read_again_as_it_came(self):
        feature = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [10.05, 50.05]},
                   "properties": {"id": "g1", "category": "vandalism", "occurred": "03/04/2026"}}
        request = {"service_request_id": "o1", "service_code": "vandalism", "lat": 50.05,
                   "long": 10.05, "requested_datetime": "03/04/2026 10:00"}
        form = "service_request_id=f1&service_code=vandalism&lat=50.05&long=10.05&" \
               "requested_datetime=03%2F04%2F2026+10%3A00"
        self.ingest("a.geojson", json.dumps({"type": "FeatureCollection", "features": [feature]}))
        self.ingest("b.json", json.dumps([request]))
        self.ingest("c.txt", form, "--format", "open311-form")
        self.ingest("d.csv", 'id,category,occurred,lon,lat,description\n'
                    'c1,vandalism,03/04/2026,10.05,50.05,"two\nlines, quoted"\n')
        self.ingest("e.xml", '<?xml version="1.0" encoding="ISO-8859-1"?><service_requests>'
                    '<request><service_request_id>x\xe91</service_request_id><service_code>'
                    'vandalism</service_code><requested_datetime>03/04/2026</requested_datetime>'
                    '<lat>50.05</lat><long>10.05</long></request></service_requests>'
                    .encode("latin-1"))
        self.assertEqual([r for _, r, _ in self.listed()], ["bad_time"] * 5)
        self.retry("--map", "order=m")
        self.assertEqual(self.listed(), [])
        ids = self.ask("SELECT lower(hex(report_id)) FROM report ORDER BY number")
        opened = [json.loads(self.run_cli("open", "s.db", i, *KEY)) for (i,) in ids]
        self.assertEqual([(r["source"], r["source_ref"]) for r in opened],
                         [("a", "g1"), ("b", "o1"), ("c", "f1"), ("d", "c1"), ("e", "x\xe91")])
        self.assertEqual(opened[3]["description"], "two\nlines, quoted")

    def test_a_new_reason_takes_the_place_of_the_old_one(self):
        self.ingest("in.csv", "id,category,occurred,lon,lat\na,theft,03/04/2026,77,50.05\n")
        self.assertEqual(self.listed(), [(1, "bad_time", "occurred")])
        self.retry(1, "--map", "order=m", code=1)
        self.assertIn("outside", self.said)
        self.assertEqual(self.listed(), [(1, "outside", "lon")])

    def test_a_mended_record_that_is_refused_changes_nothing(self):
        self.ingest("in.ndjson", json.dumps(native("a", occurred="soon")))
        before = self.ask("SELECT * FROM quarantine")
        (self.folder / "mended").write_text(json.dumps(native("a", lon=77)))
        self.retry(1, "--with", "mended", code=1)
        self.assertEqual(self.ask("SELECT * FROM quarantine"), before)
        (self.folder / "mended").write_text(json.dumps(native("a"), indent=1))
        self.retry(1, "--with", "mended")
        self.assertEqual(self.listed(), [])

    def test_what_is_in_the_store_already_leaves_quarantine(self):
        self.ingest("in.ndjson", json.dumps(native("a", occurred="soon")))
        self.ingest("in.ndjson", json.dumps(native("a")))
        (self.folder / "mended").write_text(json.dumps(native("a")))
        self.retry(1, "--with", "mended")
        self.assertIn("duplicate           1", self.said)
        self.assertEqual((self.listed(), self.ask("SELECT count(*) FROM report")), ([], [(1,)]))

    def test_opening_is_on_the_record_first_and_files_are_private(self):
        self.ingest("in.ndjson", b'{"source_ref": "a", "title": "\xff"}\n')
        entries = self.ask("SELECT count(*) FROM audit")[0][0]
        self.assertEqual(self.quarantine("open", 1, *KEY, "-o", "out.json"), b"")
        self.assertEqual((self.folder / "out.json").read_bytes(),
                         b'{"source_ref": "a", "title": "\xff"}')
        self.assertEqual(stat.S_IMODE((self.folder / "out.json").stat().st_mode), 0o600)
        self.assertEqual(self.ask("SELECT verb, actor, purpose FROM audit WHERE number>?", entries),
                         [("consult", "clerk", "case 7")])
        self.quarantine("open", 1, *KEY, "-o", "out.json", code=4)  # never over a file

    def test_what_is_dropped_is_gone_from_the_file(self):
        word = b"Zanzibar-7731"
        self.ingest("in.ndjson", json.dumps(native("a", occurred=word.decode())))
        self.assertEqual(self.quarantine("open", 1, *KEY).count(word), 1)
        sealed = self.ask("SELECT sealed FROM quarantine")[0][0][200:264]
        files = [self.folder / f"s.db{tail}" for tail in ("", "-wal")]
        self.assertTrue(any(sealed in f.read_bytes() for f in files if f.exists()))
        self.quarantine("drop", 1, *WHY)
        self.assertFalse(any(sealed in f.read_bytes() for f in files if f.exists()))
        self.assertEqual(self.listed(), [])
        self.assertEqual(self.ask("SELECT verb FROM audit ORDER BY number DESC LIMIT 1"),
                         [("erase",)])
        self.quarantine("drop", 1, *WHY, code=1)
        # its number is never another's, or somebody would drop the wrong one
        for i in range(3):
            self.ingest("in.ndjson", json.dumps(native(f"n{i}", occurred="soon")))
        self.quarantine("drop", 4, 2, *WHY)
        self.ingest("in.ndjson", json.dumps(native("n9", occurred="soon")))
        self.assertEqual([n for n, _, _ in self.listed()], [3, 5])

    def test_an_altered_record_is_not_believed(self):
        self.ingest("in.ndjson", "".join(json.dumps(native(f"r{i}", occurred="soon")) + "\n"
                                         for i in (1, 2)))
        with sqlite3.connect(self.folder / "s.db") as connection:
            connection.execute("UPDATE quarantine SET sealed=(SELECT sealed FROM quarantine"
                               " WHERE number=2) WHERE number=1")
        connection.close()
        self.quarantine("open", 1, *KEY, code=3)
        self.assertIn("altered", self.said)
        self.quarantine("open", 2, *KEY)

    def test_danger_is_said_at_once_whatever_becomes_of_the_record(self):
        counts = self.ingest("in.ndjson", "".join(json.dumps(r) + "\n" for r in (
            native("a", description="He has a gun!"), native("b", description="quiet now"),
            native("c", lon=77, description="No quiero vivir"))))
        self.assertEqual((counts["accepted"], counts["refused"], counts["advised"]), (2, 1, 2))
        (self.folder / "again.ndjson").write_text(
            json.dumps(native("d", description="shots fired")))
        self.run_cli("ingest", "s.db", "again.ndjson", "--key", "mask.key")
        self.assertIn("1 reports speak of danger to life", self.said)
        self.assertNotIn("shots", self.said)

    def test_every_reason_is_in_the_documents(self):
        header = (ROOT / "include/community/report.h").read_text()
        codes = re.findall(r"/\*\*< (\w+):", header.partition("CMTY_REASON_COUNT")[0])
        table = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs/STORE.md").read_text(), re.M)
        self.assertGreater(len(codes), 20)
        self.assertEqual(table[:len(codes)], codes)

    def test_the_wrong_key_and_bad_usage(self):
        self.ingest("in.ndjson", json.dumps(native("a", occurred="soon")))
        self.run_cli("keygen", "--public", "p2", "--secret", "s2")
        self.quarantine("open", 1, "--secret", "s2", *WHY, code=3)
        for arguments, code in (((), 2), (("list",), 2), (("look", "s.db"), 2),
                                (("list", "s.db", "1"), 2), (("show", "s.db"), 2),
                                (("show", "s.db", "x"), 2), (("show", "s.db", "0"), 2),
                                (("open", "s.db", "1", *WHY), 2),
                                (("open", "s.db", "1", "--secret", "secret.key"), 2),
                                (("retry", "s.db", *KEY, "--with", "beats.geojson"), 2),
                                (("list", "s.db", "--reason", "mood"), 2),
                                (("list", "nowhere.db"), 4), (("open", "s.db", "7", *KEY), 1)):
            with self.subTest(arguments=arguments):
                self.run_cli("quarantine", *arguments, code=code)
        self.retry(1, "--with", "nowhere", code=4)
        (self.folder / "two.csv").write_text("")
        self.retry(1, "--with", "two.csv", code=3)


if __name__ == "__main__":
    unittest.main()
