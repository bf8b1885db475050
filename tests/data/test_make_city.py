#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The invented city is the same everywhere, sound where it says so, and secret where it says."""

import collections
import hashlib
import json
import pathlib
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "cli")]

import leaks  # noqa: E402
import make_city  # noqa: E402

FILES = ("reports.csv", "reports.ndjson", "reports.geojson", "open311.json")


def digest(folder):
    """One hash over all files, by name."""
    whole = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        whole.update(path.name.encode() + path.read_bytes())
    return whole.hexdigest()


class City(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.work = tempfile.TemporaryDirectory()
        cls.city = cls.make("city", 7)
        cls.truth = json.loads((cls.city / "truth.json").read_text())

    @classmethod
    def tearDownClass(cls):
        cls.work.cleanup()

    @classmethod
    def make(cls, name, seed):
        out = pathlib.Path(cls.work.name, name)
        make_city.make(out, seed, 600)
        return out

    def beats(self, version):
        return json.loads((self.city / f"beats_{version}.geojson").read_text())["features"]

    def test_one_seed_gives_the_same_bytes(self):
        self.assertEqual(digest(self.city), digest(self.make("again", 7)))

    def test_another_seed_gives_another_city(self):
        self.assertNotEqual(digest(self.city), digest(self.make("other", 8)))

    def test_a_shared_edge_is_the_same_numbers_on_both_sides(self):
        for version in ("before", "after"):
            edges = collections.Counter(edge for feature in self.beats(version)
                                        for edge in edges_of(feature["geometry"]))
            inner = [e for e in edges if edges[e[::-1]]]
            self.assertEqual(max(edges.values()), 1)
            self.assertGreater(len(inner), 1000)

    def test_the_redraw_changes_two_beats_and_no_other(self):
        changed = [a["properties"]["beat"] for a, b in zip(self.beats("before"),
                                                           self.beats("after"))
                   if a["geometry"] != b["geometry"]]
        self.assertEqual(changed, ["1B", "1C"])

    def test_the_truth_counts_every_record(self):
        rows = (self.city / "reports.ndjson").read_bytes().split(b"\n")
        self.assertEqual(sum(1 for r in rows if r),
                         self.truth["files"]["reports.ndjson"]["records"])
        for name in FILES:
            count = self.truth["files"][name]
            self.assertEqual(count["records"],
                             count["accepted"] + count["duplicate"] + count["refused"])
            self.assertEqual(count["refused"], sum(count["by_reason"].values()))

    def test_reports_lie_on_beat_edges_and_on_both_sides_of_the_redraw(self):
        seen = collections.Counter((r["relation"], r["version"]) for r in self.truth["reports"])
        self.assertEqual(len(seen), 4)
        on_edge = seen["on_edge", "before"] + seen["on_edge", "after"]
        self.assertGreater(on_edge * 12, sum(seen.values()))

    def test_a_secret_coordinate_is_none_that_could_be_published(self):
        for place in self.truth["secrets"]["coordinates"]:
            for axis in place["secret"]:
                self.assertTrue(leaks.tells_itself(place[axis]))

    def test_the_leak_search_finds_the_reports_and_not_the_map(self):
        secrets = leaks.load(self.city / "truth.json")
        for name in FILES:
            self.assertTrue(leaks.search((self.city / name).read_bytes(), secrets), name)
        for name in ("beats_before.geojson", "beats_after.geojson", "fences.geojson"):
            self.assertEqual(leaks.search((self.city / name).read_bytes(), secrets), [], name)


def edges_of(geometry):
    polygons = geometry["coordinates"]
    if geometry["type"] == "Polygon":
        polygons = [polygons]
    for ring in (ring for polygon in polygons for ring in polygon):
        yield from zip(map(tuple, ring), map(tuple, ring[1:]))


if __name__ == "__main__":
    unittest.main()
