#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Kills the one that fills a folder, at random instants, while another system takes reports out of
it and answers, and dies itself now and then: all reports become cases, each of them once."""

import json
import os
import pathlib
import random
import sqlite3
import subprocess
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("CMTY_BINARY_DIR", ROOT / "build"))
REPORTS, KILLS = 300, 30
SQUARE = {"type": "FeatureCollection", "features": [{
    "type": "Feature", "properties": {"BEAT": "A"},
    "geometry": {"type": "Polygon",
                 "coordinates": [[[10, 50], [10.1, 50], [10.1, 50.1], [10, 50.1], [10, 50]]]}}]}


class Cad:
    """Cases by report id, which outlive it; each turn takes some files and answers for some."""

    def __init__(self, folder):
        self.out, self.ack = folder / "out", folder / "ack"
        self.cases, self.again, self.broken = {}, 0, 0

    def turn(self):
        for path in sorted(self.out.glob("[0-9a-f]*.json")):
            if random.random() < 0.3:
                continue  # not today
            try:
                eido = json.loads(path.read_text(encoding="utf-8"))
                incident = eido["incidentComponent"]["internalIncidentId"]
            except FileNotFoundError:
                continue  # answered for meanwhile
            except ValueError:
                self.broken += 1
                continue
            self.again += incident in self.cases
            number = self.cases.setdefault(incident, f"26-{len(self.cases)}")
            if random.random() < 0.1:
                return  # dies between the case and the answer
            if random.random() < 0.2:
                path.unlink(missing_ok=True)  # takes it and forgets to answer
                continue
            self.answer(incident, number)

    def answer(self, incident, number):
        whole = self.ack / f"{incident}.ack"
        if random.random() < 0.5:  # as it should
            part = self.ack / f".{incident}"
            part.write_text(json.dumps({"answer": "accepted", "case_number": number}))
            part.rename(whole)
        else:  # as it should not: it can be read before it is whole
            with open(whole, "w", encoding="utf-8") as file:
                file.write('{"answer":"acc')
                file.flush()
                time.sleep(0.001)
                file.write(f'epted","case_number":"{number}"}}')


class Killed(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        (self.folder / "beats.geojson").write_text(json.dumps(SQUARE))
        (self.folder / "spool").mkdir(mode=0o750)
        with open(self.folder / "reports.ndjson", "w", encoding="utf-8") as file:
            for i in range(REPORTS):
                file.write(json.dumps({
                    "source_ref": f"r{i}", "category": "vandalism", "lat": 50.05,
                    "lon": round(10.001 + i * 3e-4, 6), "occurred": "2026-03-04T21:15:00Z",
                    "description": "paint on the door"}) + "\n")
        self.community("keygen", "--mask", "mask.key", "--public", "public.key", "--secret",
                       "secret.key")
        self.community("init", "store.db", "--beats", "beats.geojson", "--public-key", "public.key")
        self.community("ingest", "store.db", "reports.ndjson", "--key", "mask.key")

    def community(self, *arguments):
        return subprocess.run([BUILD / "bin/community", *arguments], cwd=self.folder, check=True,
                              capture_output=True, text=True, timeout=60).stdout

    def start(self):
        return subprocess.Popen(
            [BUILD / "bin/community", "spool", "store.db", "spool", "--to", "eido", "--role",
             "agency", "--agency", "police.example.gov", "--receiver", "cad", "--watch",
             "--every-s", "0.01", "--again-s", "1", "--most", "40"],
            cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def query(self, sql):
        with sqlite3.connect(self.folder / "store.db") as connection:
            return connection.execute(sql).fetchall()

    def test_nothing_is_lost_and_nothing_doubled(self):
        random.seed(1)
        cad = Cad(self.folder / "spool")
        for _ in range(KILLS):
            server = self.start()
            time.sleep(random.uniform(0.02, 0.12))
            cad.turn()
            server.kill()
            self.assertNotIn("community spool:", server.communicate()[1])
        server = self.start()
        deadline = time.monotonic() + 60
        while self.query("SELECT count(*) FROM outbox WHERE answer=0") != [(REPORTS,)]:
            self.assertIsNone(server.poll())
            self.assertLess(time.monotonic(), deadline, "the folder is stuck")
            cad.turn()
            time.sleep(0.02)
        server.kill()
        server.communicate()
        self.community("spool", "store.db", "spool", "--to", "eido", "--role", "agency", "--agency",
                       "police.example.gov", "--receiver", "cad")
        print(f"{KILLS} kills, {cad.again} reports seen again, {len(cad.cases)} cases")
        self.assertEqual(cad.broken, 0, "a report was seen before it was whole")
        self.assertEqual(len(cad.cases), REPORTS)
        self.assertGreater(cad.again, 10, "nothing was ever told twice")
        known = {row[0]: row[1] for row in self.query(
            "SELECT lower(hex(report_id)), case_number FROM report"
            " JOIN outbox ON report.number=outbox.number")}
        self.assertEqual(known, cad.cases)
        for name in ("out", "ack", "bad"):
            self.assertEqual(sorted((self.folder / "spool" / name).iterdir()), [])


if __name__ == "__main__":
    unittest.main()
