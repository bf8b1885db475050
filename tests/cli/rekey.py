#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A store that changes its key pair: the new key opens all of it, the old one nothing."""

import json
import os
import pathlib
import sqlite3
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMMUNITY = pathlib.Path(os.environ.get("CMTY_BINARY_DIR", ROOT / "build")) / "bin/community"
SQUARE = {"type": "FeatureCollection", "features": [{
    "type": "Feature", "properties": {"BEAT": "A"},
    "geometry": {"type": "Polygon",
                 "coordinates": [[[10, 50], [10.1, 50], [10.1, 50.1], [10, 50.1], [10, 50]]]}}]}
WHY = ("--purpose", "yearly change", "--actor", "clerk")


class Rekey(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        (self.folder / "beats.geojson").write_text(json.dumps(SQUARE))
        for name in ("old", "new"):
            self.run_cli("keygen", "--public", f"{name}.public", "--secret", f"{name}.secret")
        self.run_cli("keygen", "--mask", "mask.key")
        self.run_cli("init", "s.db", "--beats", "beats.geojson", "--public-key", "old.public")
        for i in range(3):
            self.ingest(i)

    def run_cli(self, *arguments, code=0):
        done = subprocess.run([COMMUNITY, *map(str, arguments)], cwd=self.folder,
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        self.said = done.stdout + done.stderr
        return done.stdout

    def ingest(self, i):
        (self.folder / "in.ndjson").write_text(json.dumps({
            "source_ref": f"r{i}", "category": "vandalism", "lon": 10.05, "lat": 50.05,
            "occurred": "2026-03-04T21:15:00Z"}) + '\n{"source_ref":"bad"}\n')
        self.run_cli("ingest", "s.db", "in.ndjson", "--source", "s", "--key", "mask.key", "-q")

    def rekey(self, secret, public, code=0):
        self.run_cli("rekey", "s.db", "--secret", secret, "--public", public, *WHY, code=code)

    def ask(self, question):
        with sqlite3.connect(self.folder / "s.db") as connection:
            rows = connection.execute(question).fetchall()
        connection.close()
        return rows

    def open_all(self, secret, code=0):
        for ident, in self.ask("SELECT lower(hex(report_id)) FROM report"):
            self.run_cli("open", "s.db", ident, "--secret", secret, *WHY, code=code)
        self.run_cli("quarantine", "open", "s.db", 1, "--secret", secret, *WHY, code=code)

    def test_the_new_key_opens_all_and_the_old_one_nothing(self):
        sealed = self.ask("SELECT sealed FROM report UNION ALL SELECT sealed FROM quarantine")
        wraps = [w[-48:] for w, in self.ask("SELECT sealed FROM period")]
        self.assertEqual(len(wraps), 3)
        self.rekey("old.secret", "new.public")
        self.assertEqual(self.ask("SELECT sealed FROM report UNION ALL SELECT sealed FROM"
                                  " quarantine"), sealed)  # no report was opened
        data = b"".join(f.read_bytes() for f in self.folder.glob("s.db*"))
        for wrap in wraps:
            self.assertNotIn(wrap, data)
        self.open_all("new.secret")
        self.open_all("old.secret", code=3)
        self.ingest(7)
        self.open_all("new.secret")
        self.assertIn(("alter", "clerk", "yearly change"),
                      self.ask("SELECT verb, actor, purpose FROM audit"))
        self.run_cli("audit", "verify", "s.db")

    def test_the_wrong_key_changes_nothing(self):
        before = self.ask("SELECT * FROM period") + self.ask("SELECT count(*) FROM audit")
        self.rekey("new.secret", "new.public", code=3)
        self.assertIn("does not belong", self.said)
        self.rekey("old.secret", "new.secret", code=3)  # a secret key where a public one goes
        self.rekey("old.secret", "nowhere", code=4)
        self.assertEqual(self.ask("SELECT * FROM period")
                         + self.ask("SELECT count(*) FROM audit"), before)
        self.run_cli("rekey", "s.db", "--secret", "old.secret", *WHY, code=2)
        self.run_cli("rekey", code=2)
        self.run_cli("init", "empty.db", "--beats", "beats.geojson", "--public-key", "old.public")
        self.run_cli("rekey", "empty.db", "--secret", "new.secret", "--public", "new.public", *WHY,
                     code=3)
        self.run_cli("rekey", "empty.db", "--secret", "old.secret", "--public", "new.public", *WHY)

    def test_an_altered_wrap_stops_it(self):
        wrap = bytearray(self.ask("SELECT sealed FROM period WHERE number=2")[0][0])
        wrap[40] ^= 1
        with sqlite3.connect(self.folder / "s.db") as connection:
            connection.execute("UPDATE period SET sealed=? WHERE number=2", (bytes(wrap),))
        connection.close()
        before = self.ask("SELECT * FROM period")
        self.rekey("old.secret", "new.public", code=3)
        self.assertEqual(self.ask("SELECT * FROM period"), before)
        self.assertEqual(len(before), 3)


if __name__ == "__main__":
    unittest.main()
