#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Noisy counts at the shell: sums come out even, zeros are there, nobody counts too often."""

import collections
import csv
import io
import json
import os
import pathlib
import random
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("CMTY_BINARY_DIR", ROOT / "build"))
WEST, SOUTH, SIDE, ACROSS = -95.0, 40.0, 0.01, 4
EXACT = "100"  # an epsilon at which noise is as good as none


def square(x, y):
    return [[round(WEST + i * SIDE, 6), round(SOUTH + j * SIDE, 6)]
            for i, j in ((x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1), (x, y))]


class CountTables(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.random = random.Random(11)
        layer = {"type": "FeatureCollection", "features": [
            {"type": "Feature",
             "properties": {"beat": f"{x}{y}", "district": "NS"[y // 2], "sector": str(x // 2)},
             "geometry": {"type": "Polygon", "coordinates": [square(x, y)]}}
            for x in range(ACROSS) for y in range(ACROSS)]}
        (self.folder / "beats.geojson").write_text(json.dumps(layer))
        self.run_cli("keygen", "--mask", "mask.key")

    def run_cli(self, *arguments, code=0):
        run = subprocess.run([BUILD / "bin/community", *map(str, arguments)], cwd=self.folder,
                             capture_output=True, text=True, check=False)
        self.assertEqual(run.returncode, code, run.stderr)
        return run.stdout

    def count(self, *arguments):
        text = self.run_cli("count", "--key", "mask.key", "-q", *arguments)
        return list(csv.DictReader(io.StringIO(text)))

    def reports(self, n, name="reports.csv"):
        """n reports in a corner of the town, so that some beats have none."""
        rows = [(f"p{i % 40}", round(WEST + self.random.random() * 2 * SIDE, 6),
                 round(SOUTH + self.random.random() * 3.2 * SIDE, 6)) for i in range(n)]
        self.write(name, ("who", "lon", "lat"), rows)
        return rows

    def write(self, name, header, rows):
        with open(self.folder / name, "w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([header, *rows])

    def test_sums_are_even_at_every_level(self):
        self.reports(300)
        for epsilon in ("0.05", "0.5", "5"):
            rows = self.count("--beats", "beats.geojson", "--epsilon", epsilon, "reports.csv")
            level = collections.Counter()
            for row in rows:
                level[row["level"]] += int(row["count"])
                self.assertGreaterEqual(int(row["count"]), 0)
            self.assertEqual(len(set(level.values())), 1, level)
            beats = {row["key"] for row in rows if row["level"] == "beat"}
            self.assertEqual(beats, {f"{x}{y}" for x in range(4) for y in range(4)} | {""})
            for a, b in (("all", "district"), ("district", "sector"), ("sector", "beat")):
                self.assert_parts(rows, a, b)

    def assert_parts(self, rows, above, below):
        """Rows stand in the order of the tree: each sum is that of the rows that follow it."""
        total, parts = None, 0
        for row in [*rows, {"level": above, "count": "0"}]:
            if row["level"] == above:
                if total is not None:
                    self.assertEqual(parts, total)
                total, parts = int(row["count"]), 0
            elif row["level"] == below:
                parts += int(row["count"])

    def test_levels_that_are_not_there_cost_nothing(self):
        layer = json.loads((self.folder / "beats.geojson").read_text())
        for feature in layer["features"]:
            del feature["properties"]["sector"]
        (self.folder / "flat.geojson").write_text(json.dumps(layer))
        self.reports(50)
        rows = self.count("--beats", "flat.geojson", "reports.csv")
        self.assertEqual({r["level"] for r in rows}, {"all", "district", "beat"})

    def test_without_noise_the_counts_are_true(self):
        rows = self.reports(500)
        truth = collections.Counter(f"{int((x - WEST) / SIDE)}{int((y - SOUTH) / SIDE)}"
                                    for _, x, y in rows)
        found = {r["key"]: int(r["count"]) for r in
                 self.count("--beats", "beats.geojson", "--epsilon", EXACT, "reports.csv")
                 if r["level"] == "beat"}
        for key, count in found.items():
            self.assertEqual(count, truth[key])

    def test_noise_is_on_zeros_too_and_its_size_is_right(self):
        self.write("list.csv", ("street",), [(f"s{i}",) for i in range(4000)])
        self.write("none.csv", ("street",), [])
        rows = self.count("--by", "street", "--list", "list.csv", "--epsilon", "0.5", "none.csv")
        noise = [int(r["count"]) for r in rows]
        self.assertEqual(len(noise), 4000)
        self.assertLess(abs(sum(noise) / 4000), 5 * (8 / 4000) ** 0.5)
        # variance of the discrete Laplace law: 2 q / (1 - q)^2, q = e^-0.5
        q = 2.718281828459045 ** -0.5
        variance = 2 * q / (1 - q) ** 2
        self.assertAlmostEqual(sum(x * x for x in noise) / 4000 / variance, 1, delta=0.18)

    def test_order_and_repetition_change_nothing(self):
        rows = self.reports(200)
        first = self.count("--beats", "beats.geojson", "reports.csv")
        self.random.shuffle(rows)
        self.write("again.csv", ("who", "lon", "lat"), rows)
        self.assertEqual(self.count("--beats", "beats.geojson", "again.csv"), first)
        other = self.count("--beats", "beats.geojson", "--release", "second", "reports.csv")
        self.assertNotEqual(other, first)

    def test_a_contributor_counts_no_more_than_agreed(self):
        rows = [("loud", WEST + SIDE / 2, SOUTH + SIDE / 2)] * 500
        rows += [("quiet", WEST + SIDE / 2, SOUTH + SIDE / 2)]
        self.write("loud.csv", ("who", "lon", "lat"), rows)
        for limit, expected in ((1, 2), (3, 4), (1000, 501)):
            rows = self.count("--beats", "beats.geojson", "--contributor", "who", "--contribution",
                              limit, "--epsilon", EXACT, "loud.csv")
            found = {r["key"]: int(r["count"]) for r in rows if r["level"] == "beat"}
            if limit < 1000:  # at 1000 even this epsilon leaves noise
                self.assertEqual(found["00"], expected)
            self.assertLess(found["00"], 1000)

    def test_values_of_the_data_are_selected_privately(self):
        lone = [(f"p{i}", f"lone {i}") for i in range(5000)]
        crowd = [(f"q{i}", f"crowd {i % 20}") for i in range(4000)]
        self.write("streets.csv", ("who", "street"), lone + crowd)
        for rule in ("geometric", "laplace", "gaussian"):
            rows = self.count("--by", "street", "--contributor", "who", "--delta", "0.02",
                              "--epsilon", "2", "--select", rule, "streets.csv")
            keys = [r["key"] for r in rows]
            shown = sum(k.startswith("lone") for k in keys)
            self.assertEqual(sum(k.startswith("crowd") for k in keys), 20)
            self.assertLess(shown, 100 + 5 * 100 ** 0.5, rule)  # delta of 5000 is 100
            if rule == "geometric":  # which gives no more away than that, and no less
                self.assertGreater(shown, 100 - 5 * 100 ** 0.5)
        rows = self.count("--by", "street", "--contributor", "who", "--delta", "0.02",
                          "--minimum", "2", "streets.csv")
        self.assertFalse([r for r in rows if r["key"].startswith("lone")])

    def test_one_row_told_twenty_times_is_one_contributor(self):
        self.write("echo.csv", ("who", "street"), [("p", "Main")] * 20)
        rows = self.count("--by", "street", "--contributor", "who", "--contribution", "20",
                          "--delta", "1e-9", "echo.csv")
        self.assertEqual(rows, [])

    def test_bad_input(self):
        self.reports(3)
        for arguments, code in (
                ((), 2), (("--by", "x", "--beats", "beats.geojson"), 2),
                (("--by", "who", "--select", "luck", "reports.csv"), 2),
                (("--by", "street", "reports.csv"), 3),
                (("--by", "who", "--epsilon", "0", "--contributor", "nobody", "reports.csv"), 3),
                (("--by", "who", "--epsilon", "-1", "reports.csv"), 3),
                (("--by", "who", "--delta", "0.9", "reports.csv"), 3),
                (("--by", "who", "--list", "nowhere.csv", "reports.csv"), 4),
                (("--by", "who", "nowhere.csv"), 4),
                (("--by", "who", "reports.csv", "-o", "nowhere/out.csv"), 4)):
            with self.subTest(arguments=arguments):
                self.run_cli("count", "--key", "mask.key", *arguments, code=code)
        self.write("off.csv", ("who", "lon", "lat"), [("p", "-95", "91")])
        self.run_cli("count", "--key", "mask.key", "--beats", "beats.geojson", "off.csv", code=3)


if __name__ == "__main__":
    unittest.main()
