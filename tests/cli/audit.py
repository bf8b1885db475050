#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""`audit verify` against somebody who may write to the store: an altered, missing, moved or cut
entry, an older file in its place, another history from the same beginning."""

import json
import os
import pathlib
import shutil
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


class Audit(unittest.TestCase):
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
        self.run_cli("init", "store.db", "--beats", "beats.geojson", "--public-key", "public.key")
        self.ingest(0, 12)
        self.run_cli("audit", "verify", "store.db", "-o", "head")
        self.copy("store.db", "old.db")

    def run_cli(self, *arguments, code=0):
        done = subprocess.run([COMMUNITY, *arguments], cwd=self.folder, capture_output=True,
                              text=True, check=False)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def copy(self, source, target):
        """As a backup is made: the file with its write-ahead log."""
        for tail in ("", "-wal"):
            if (self.folder / (source + tail)).exists():
                shutil.copy2(self.folder / (source + tail), self.folder / (target + tail))

    def ingest(self, first, last):
        for i in range(first, last):
            (self.folder / "reports.ndjson").write_text(json.dumps({
                "source_ref": f"r{i}", "category": "vandalism", "lon": 10.05, "lat": 50.05,
                "occurred": "2026-03-04T21:15:00Z"}))
            self.run_cli("ingest", "store.db", "reports.ndjson", "--source", "s", "--key",
                         "mask.key", "-q")

    def change(self, *statements):
        connection = sqlite3.connect(self.folder / "store.db")
        connection.executescript("DROP TRIGGER IF EXISTS audit_no_update;"
                                 "DROP TRIGGER IF EXISTS audit_no_delete;")
        for statement, *values in statements:
            connection.execute(statement, values)
        connection.commit()
        connection.close()

    def test_a_sound_log_grows_from_its_head(self):
        self.assertIn("sound: ", self.run_cli("audit", "verify", "store.db"))
        self.ingest(20, 25)
        self.assertIn("begin with those", self.run_cli("audit", "verify", "store.db", "--earlier",
                                                       "head"))
        self.run_cli("audit", "verify", "store.db", "-o", "head", code=4)

    def test_an_altered_entry_is_named(self):
        self.change(("UPDATE audit SET actor='somebody else' WHERE number=3",))
        self.assertIn("entry 3 was altered", self.run_cli("audit", "verify", "store.db", code=1))

    def test_a_missing_entry_is_named(self):
        self.change(("DELETE FROM audit WHERE number=4",))
        self.assertIn("entry 4 is missing", self.run_cli("audit", "verify", "store.db", code=1))

    def test_two_entries_in_each_others_place_are_seen(self):
        self.change(("UPDATE audit SET number=-1 WHERE number=3",),
                    ("UPDATE audit SET number=3 WHERE number=4",),
                    ("UPDATE audit SET number=4 WHERE number=-1",))
        self.assertIn("entry 3 was altered", self.run_cli("audit", "verify", "store.db", code=1))

    def test_a_log_that_was_cut_is_seen(self):
        self.change(("DELETE FROM audit WHERE number>10",))
        self.assertIn("cut or rewritten after entry 10",
                      self.run_cli("audit", "verify", "store.db", code=1))

    def test_an_older_store_in_its_place_is_seen_by_the_head(self):
        self.ingest(20, 25)
        self.run_cli("audit", "verify", "store.db", "-o", "later")
        for tail in ("-wal", "-shm"):
            (self.folder / f"store.db{tail}").unlink(missing_ok=True)
        self.copy("old.db", "store.db")
        self.run_cli("audit", "verify", "store.db")  # sound by itself
        self.assertIn("an older file was put in its place", self.run_cli(
            "audit", "verify", "store.db", "--earlier", "later", code=1))

    def test_a_fork_is_seen_by_the_head(self):
        """Two stores from one backup: each is sound, neither has the other's head."""
        self.ingest(20, 22)
        self.run_cli("audit", "verify", "store.db", "-o", "one")
        for tail in ("-wal", "-shm"):
            (self.folder / f"store.db{tail}").unlink(missing_ok=True)
        self.copy("old.db", "store.db")
        self.ingest(30, 33)
        self.run_cli("audit", "verify", "store.db", "--earlier", "head")
        self.assertIn("was another one when it had", self.run_cli(
            "audit", "verify", "store.db", "--earlier", "one", code=1))

    def test_what_is_no_head_and_no_store_is_said(self):
        (self.folder / "bad").write_text("community-audit-1 x y\n")
        self.assertIn("not one line", self.run_cli("audit", "verify", "store.db", "--earlier",
                                                   "bad", code=3))
        (self.folder / "bad").write_text(f"community-audit-1 3 {'z' * 64}\n")
        self.assertIn("hexadecimal", self.run_cli("audit", "verify", "store.db", "--earlier",
                                                  "bad", code=2))
        self.run_cli("audit", "verify", "nowhere.db", code=4)
        self.run_cli("audit", "verify", "beats.geojson", code=4)
        self.run_cli("audit", "store.db", code=2)


if __name__ == "__main__":
    unittest.main()
