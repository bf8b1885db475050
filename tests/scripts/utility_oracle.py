#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Measures of use, and the posterior, computed once more with numpy and scipy."""

import csv
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

import numpy
from scipy import spatial, stats

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("CMTY_BINARY_DIR", ROOT / "build"))
WEST, SOUTH, SIDE = -95.25, 39.86, 0.01  # beats are squares of 0.01 degrees, six by six
SQUARES = 6
EPSILON = 0.01


def frame(lat):
    """Metres in a degree of longitude and of latitude, WGS 84."""
    a, f, radian = 6378137.0, 1 / 298.257223563, numpy.pi / 180
    e2, s = f * (2 - f), numpy.sin(lat * radian)
    w = numpy.sqrt(1 - e2 * s * s)
    return a / w * numpy.cos(lat * radian) * radian, a * (1 - e2) / w ** 3 * radian


def beats():
    def ring(x, y):
        return [[round(WEST + i * SIDE, 6), round(SOUTH + j * SIDE, 6)]
                for i, j in ((x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1), (x, y))]
    return {"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"beat": f"{x}{y}"},
         "geometry": {"type": "Polygon", "coordinates": [ring(x, y)]}}
        for x in range(SQUARES) for y in range(SQUARES)]}


def beat_of(points):
    x = numpy.floor((points[:, 0] - WEST) / SIDE)
    y = numpy.floor((points[:, 1] - SOUTH) / SIDE)
    inside = (x >= 0) & (y >= 0) & (x < SQUARES) & (y < SQUARES)
    return numpy.where(inside, x * SQUARES + y, -1).astype(int)


def morans_i(counts):
    z = counts - counts.mean()
    product = 2 * ((z[:, 1:] * z[:, :-1]).sum() + (z[1:] * z[:-1]).sum())
    links = 2 * (z[:, 1:].size + z[1:].size)
    return counts.size / links * product / (z * z).sum()


def hot(counts):
    occupied = numpy.sort(counts[counts > 0])
    return counts >= occupied[len(occupied) - (len(occupied) + 9) // 10]


class Oracle(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.path = pathlib.Path(cls.folder.name)
        rng = numpy.random.default_rng(7)
        extent = numpy.array([SQUARES * SIDE] * 2)
        centres = rng.uniform(0.2, 0.8, (5, 2)) * extent
        cls.homes = numpy.round(rng.uniform(0, 1, (3000, 2)) * extent + [WEST, SOUTH], 6)
        spread = centres[rng.integers(0, 5, 700)] + rng.normal(0, 0.004, (700, 2))
        nearest = spatial.cKDTree(cls.homes).query(spread + [WEST, SOUTH])[1]
        cls.chosen = nearest
        cls.truth = cls.homes[nearest]
        lon, lat = frame(SOUTH)
        angle, radius = rng.uniform(0, 2 * numpy.pi, 700), rng.gamma(2, 1 / EPSILON, 700)
        cls.seen = numpy.round(cls.truth + numpy.column_stack(
            (radius * numpy.cos(angle) / lon, radius * numpy.sin(angle) / lat)), 6)
        cls.write("homes.csv", cls.homes)
        cls.write("truth.csv", cls.truth)
        cls.write("seen.csv", cls.seen)
        (cls.path / "beats.geojson").write_text(json.dumps(beats()))
        run = subprocess.run(
            [BUILD / "bin/community", "attack", "--truth", "truth.csv", "--published", "seen.csv",
             "--addresses", "homes.csv", "--beats", "beats.geojson", "--law", "lattice",
             "--epsilon", str(EPSILON), "--trials", "700", "--json", "-q"],
            cwd=cls.path, capture_output=True, text=True, check=False)
        assert run.returncode in (0, 1), run.stderr
        cls.result = json.loads(run.stdout)
        cls.found = {f["name"]: f for f in cls.result["findings"]}

    @classmethod
    def write(cls, name, points):
        with open(cls.path / name, "w", newline="", encoding="utf-8") as file:
            rows = csv.writer(file)
            rows.writerow(("id", "lon", "lat"))
            rows.writerows((f"r{i}", f"{x:.6f}", f"{y:.6f}") for i, (x, y) in enumerate(points))

    def equal(self, name, value, member="value", rtol=1e-9):
        numpy.testing.assert_allclose(self.found[name][member], value, rtol=rtol, err_msg=name)

    def metres(self, points):
        middle = (self.truth.min(0) + self.truth.max(0)) / 2
        return (points - middle) * frame(middle[1])

    def test_displacement(self):
        moved = numpy.hypot(*(self.metres(self.seen) - self.metres(self.truth)).T)
        self.equal("moved_mean", moved.mean())
        self.equal("moved_median", numpy.median(moved))
        self.equal("moved_95", numpy.quantile(moved, 0.95))
        half = 1.96 * moved.std() / numpy.sqrt(len(moved))
        self.equal("moved_mean", moved.mean() - half, "low")

    def test_beats(self):
        true, seen = beat_of(self.truth), beat_of(self.seen)
        wrong = (true != seen).sum()
        self.equal("beats_wrong", wrong / len(true))
        interval = stats.binomtest(int(wrong), len(true)).proportion_ci(method="wilson")
        self.equal("beats_wrong", interval.low, "low", 1e-6)
        self.equal("beats_wrong", interval.high, "high", 1e-6)
        a = numpy.bincount(true, minlength=36)
        b = numpy.bincount(seen[seen >= 0], minlength=36)
        self.equal("beat_count_error", (abs(b - a)[a > 0] / a[a > 0]).mean())

    def grids(self):
        truth, seen = self.metres(self.truth), self.metres(self.seen)
        low = numpy.minimum(truth.min(0), seen.min(0))
        high = numpy.maximum(truth.max(0), seen.max(0))
        side = max(50, numpy.sqrt(2 * numpy.prod(high - low) / len(truth)))
        columns, rows = (numpy.floor((high - low) / side) + 1).astype(int)

        def counts(points):
            cells = numpy.floor((points - low) / side).astype(int)
            return numpy.bincount(cells[:, 1] * columns + cells[:, 0],
                                  minlength=rows * columns).reshape(rows, columns)
        return side, counts(truth), counts(seen), numpy.prod(high - low)

    def test_pattern(self):
        side, truth, seen, _ = self.grids()
        self.equal("cell_m", side)
        self.equal("morans_i", morans_i(seen))
        self.equal("morans_i", morans_i(truth), "baseline")
        both, either = hot(truth) & hot(seen), hot(truth) | hot(seen)
        self.equal("hot_spots", both.sum() / either.sum())

    def test_neighbours(self):
        _, _, _, area = self.grids()
        for member, points in (("value", self.seen), ("baseline", self.truth)):
            metres = self.metres(points)
            nearest = spatial.cKDTree(metres).query(metres, k=2)[0][:, 1]
            expected = 0.5 * numpy.sqrt(area / len(metres))
            self.equal("neighbours", nearest.mean() / expected, member)

    def test_posterior(self):
        """Bayes over all homes, address by address; equal homes share a guess."""
        hits, effective, best = 0, [], []
        for true, seen in zip(self.chosen, self.seen):
            d = numpy.hypot(*((self.homes - seen) * frame(seen[1])).T)
            weight = numpy.exp(-EPSILON * (d - d.min()))
            p = weight / weight.sum()
            top = p >= p.max() * (1 - 1e-12)
            hits += top[true] / top.sum()
            effective.append(numpy.exp(stats.entropy(p)))
            best.append(p.max())
        self.equal("bayes", hits / len(self.seen))
        self.equal("bayes", numpy.mean(best), "baseline")
        self.equal("effective_addresses", numpy.median(effective))


if __name__ == "__main__":
    unittest.main()
