#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Kills a dispatch system, at random instants and between an incident and its answer, until all
reports have become incidents: each of them once."""

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
REPORTS, KILLS = 400, 40
SQUARE = {"type": "FeatureCollection", "features": [{
    "type": "Feature", "properties": {"BEAT": "A"},
    "geometry": {"type": "Polygon",
                 "coordinates": [[[10, 50], [10.1, 50], [10.1, 50.1], [10, 50.1], [10, 50]]]}}]}


class Killed(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        (self.folder / "beats.geojson").write_text(json.dumps(SQUARE))
        with open(self.folder / "reports.ndjson", "w", encoding="utf-8") as file:
            for i in range(REPORTS):
                file.write(json.dumps({
                    "source_ref": f"r{i}", "category": "vandalism", "lat": 50.05,
                    "lon": round(10.001 + i * 2e-4, 6), "occurred": "2026-03-04T21:15:00Z",
                    "description": "paint on the door"}) + "\n")
        self.run_community("keygen", "--mask", "mask.key", "--public", "public.key", "--secret",
                           "secret.key")
        self.run_community("init", "store.db", "--beats", "beats.geojson", "--public-key",
                           "public.key")

    def run_community(self, *arguments):
        subprocess.run([BUILD / "bin/community", *arguments], cwd=self.folder, check=True,
                       capture_output=True)

    def start(self, *settings):
        with open(self.folder / "reports.ndjson", encoding="utf-8") as reports:
            return subprocess.Popen(
                [BUILD / "tests/bin/dispatch_cad", BUILD / "lib/libcommunity_dispatch.so",
                 "cases.txt", "store=store.db", "mask_key=mask.key", "role=agency", *settings],
                cwd=self.folder, stdin=reports, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                text=True)

    def cases(self):
        return (self.folder / "cases.txt").read_text().split()

    def test_nothing_is_lost_and_nothing_doubled(self):
        random.seed(1)
        progress, again = [], 0
        for kill in range(KILLS):
            if kill % 2 == 0:
                host = self.start()
                host.stdout.readline()  # started: so that the kill hits work
                time.sleep(random.uniform(0, 0.06))
                host.kill()
            else:  # between an incident's being taken and its being answered for
                host = self.start(f"die_after={random.randint(1, 8)}")
            again += host.communicate()[0].count("again")
            progress.append(len(self.cases()))
            stored = self.stored()
            self.assertLessEqual(progress[-1], stored, "an incident of a report that is not stored")
        host = self.start()
        again += host.stdout.read().count("again")
        err = host.communicate(timeout=100)[1]
        self.assertEqual(host.returncode, 0, err)
        print(f"{KILLS} kills, {again} incidents sent again, {REPORTS} cases")
        self.assertGreater(again, 10, "the host never died before it answered")
        cases = self.cases()
        self.assertEqual(len(cases), REPORTS)
        self.assertEqual(len(set(cases)), REPORTS)
        self.assertEqual(self.stored(), REPORTS)
        answered = self.query("SELECT count(*), sum(answer=0) FROM outbox")
        self.assertEqual(answered, (REPORTS, REPORTS))

    def query(self, sql):
        connection = sqlite3.connect(self.folder / "store.db")
        try:
            return connection.execute(sql).fetchone()
        finally:
            connection.close()

    def stored(self):
        return self.query("SELECT count(*) FROM report")[0]


if __name__ == "__main__":
    unittest.main()
