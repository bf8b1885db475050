#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What releases of one growing total give away together, judged by linear programming (HiGHS).

Invented tables (city, districts, beats, categories) are published three times, each with blanks of
its own. `community attack --previous` must find no blank that the program would not find (it may
find fewer: it narrows intervals), and no interval may miss the true number.
"""

import json
import os
import pathlib
import random
import subprocess
import tempfile
import unittest

import numpy
from scipy import optimize, sparse

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("CMTY_BINARY_DIR", ROOT / "build"))
COMMUNITY = BUILD / "bin/community"
BELOW = 5
RELEASES = 3


class City:
    """True counts of each cell in each release, and which numbers are blank there."""

    def __init__(self, rng):
        self.rng = rng
        self.beats = {f"b{d}{i}": f"d{d}" for d in range(rng.randint(1, 3))
                      for i in range(rng.randint(1, 4))}
        self.kinds = [f"c{k}" for k in range(rng.randint(2, 5))]
        cells = {(b, k): max(0, rng.randint(-4, 9)) for b in self.beats for k in self.kinds}
        self.releases = [cells]
        for _ in range(RELEASES - 1):
            last = self.releases[-1]
            self.releases.append({c: n + max(0, rng.randint(-6, 3)) for c, n in last.items()})
        self.blank = [self.blanks(r) for r in range(RELEASES)]

    def numbers(self, release):
        """What each number is the sum of, by its name in what the attack prints."""
        cells = self.releases[release]
        sums = {"all reports": list(cells)}
        for (beat, kind) in cells:
            for name in (f"district {self.beats[beat]}", f"category {kind}", f"beat {beat}",
                         f"beat {beat}, {kind}"):
                sums.setdefault(name, []).append((beat, kind))
        return sums

    def value(self, release, name):
        return sum(self.releases[release][c] for c in self.numbers(release)[name])

    def blanks(self, release):
        """All that is small, and some of the rest."""
        names = self.numbers(release)
        return {n for n in names if 0 < self.value(release, n) < BELOW
                or (self.value(release, n) > 0 and self.rng.random() < 0.25)}

    def write(self, path, release):
        lines = ["level,id,district,category,reports"]
        for name in self.numbers(release):
            value = "" if name in self.blank[release] else self.value(release, name)
            level, _, key = name.partition(" ")
            if name == "all reports":
                lines.append(f"all,,,,{value}")
            elif level in ("district", "category"):
                if value != 0:
                    lines.append(f"{level},{key},,,{value}")
            elif ", " in key:
                beat, kind = key.split(", ")
                if value != 0:
                    lines.append(f"cell,{beat},,{kind},{value}")
            else:
                lines.append(f"beat,{key},{self.beats[key]},,{value}")
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


class Program:
    """Cells of all releases as variables; what is printed, and that nothing falls, as rows."""

    def __init__(self, city, releases):
        self.city, self.releases = city, releases
        self.cells = list(city.releases[0])
        self.at = {(r, c): i for i, (r, c) in
                   enumerate((r, c) for r in releases for c in self.cells)}
        equal, least = [], []
        for r in releases:
            for name, parts in city.numbers(r).items():
                row = [self.at[r, c] for c in parts]
                if name not in city.blank[r]:
                    equal.append((row, city.value(r, name)))
                elif ", " not in name or not self.hides_zeros(r, name):
                    least.append((row, [], 1))
        for a, b in zip(releases, releases[1:]):
            least += [([self.at[b, c]], [self.at[a, c]], 0) for c in self.cells]
        self.a_eq, self.b_eq = self.rows(equal), [v for _, v in equal]
        self.a_ub = -self.rows([(p, 0) for p, _, _ in least]) \
            + self.rows([(m, 0) for _, m, _ in least])
        self.b_ub = [-v for _, _, v in least]

    def hides_zeros(self, release, name):
        beat = name.split(", ")[0]
        shown = [k for k in self.city.kinds if self.city.value(release, f"category {k}") > 0]
        return all(f"{beat}, {k}" in self.city.blank[release] for k in shown)

    def rows(self, rows):
        data = [(i, j) for i, (columns, _) in enumerate(rows) for j in columns]
        return sparse.coo_matrix((numpy.ones(len(data)), zip(*data)) if data else
                                 (numpy.zeros(0), (numpy.zeros(0, int), numpy.zeros(0, int))),
                                 (len(rows), len(self.at))).tocsr()

    def bounds(self, release, name):
        goal = numpy.zeros(len(self.at))
        for c in self.city.numbers(release)[name]:
            goal[self.at[release, c]] = 1
        ends = []
        for sign in (1, -1):
            found = optimize.linprog(sign * goal, A_eq=self.a_eq, b_eq=self.b_eq, A_ub=self.a_ub,
                                     b_ub=self.b_ub, bounds=(0, None), method="highs")
            assert found.status in (0, 3), found.message
            ends.append(sign * found.fun if found.status == 0 else numpy.inf)
        return ends


def attack(folder, city, *more):
    paths = [folder / f"r{r}.csv" for r in range(RELEASES)]
    for r, path in enumerate(paths):
        city.write(path, r)
    run = subprocess.run([COMMUNITY, "attack", "--json", "--previous", paths[0], "--previous",
                          paths[1], "--published", paths[2], *more],
                         text=True, capture_output=True, check=False)
    assert run.returncode in (0, 1), run.stderr
    return json.loads(run.stdout)


class Succession(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)

    def test_what_is_found_is_there_and_little_is_missed(self):
        told = missed = 0
        for seed in range(25):
            city = City(random.Random(seed))
            together = Program(city, list(range(RELEASES)))
            alone = [Program(city, [r]) for r in range(RELEASES)]
            found = {name: {(t["release"] - 1, t["what"]): t for t in
                            attack(self.folder, city)["told"] if t["name"] == name}
                     for name in ("blanks", "blanks_alone", "difference")}
            for (r, what), t in {**found["blanks"], **found["blanks_alone"]}.items():
                low, high = together.bounds(r, what)
                self.assertLessEqual(t["low"], low + 1e-6, (seed, r, what))
                self.assertGreaterEqual(t["high"], high - 1e-6, (seed, r, what))
                self.assertLessEqual(t["low"], city.value(r, what))
                self.assertGreaterEqual(t["high"], city.value(r, what))
            for (r, what), t in found["blanks_alone"].items():
                low, high = alone[r].bounds(r, what)
                self.assertLessEqual(t["low"], low + 1e-6, (seed, r, what))
                self.assertGreaterEqual(t["high"], high - 1e-6, (seed, r, what))
            for (r, what), t in found["difference"].items():
                grew = city.value(r, what) - city.value(r - 1, what)
                self.assertLessEqual(t["low"], grew)
                self.assertGreaterEqual(t["high"], grew)
            for r in range(RELEASES):
                for name in sorted(city.blank[r]):
                    low, high = together.bounds(r, name)
                    if low > 1e-6 and high < BELOW - 1e-6:
                        told += (r, name) in found["blanks"]
                        missed += (r, name) not in found["blanks"]
        print(f"{told} of {told + missed} blanks that the program gives away are found")
        self.assertGreater(told, 300)
        self.assertGreater(told, 0.9 * (told + missed))

    def test_every_small_difference_of_printed_numbers_is_found(self):
        seen = 0
        for seed in range(100, 130):
            city = City(random.Random(seed))
            told = {(t["release"] - 1, t["what"]) for t in attack(self.folder, city)["told"]
                    if t["name"] == "difference"}
            for r in range(1, RELEASES):
                for name in city.numbers(r):
                    if name in city.blank[r] | city.blank[r - 1]:
                        continue
                    if 0 < city.value(r, name) - city.value(r - 1, name) < BELOW:
                        self.assertIn((r, name), told)
                        seen += 1
        self.assertGreater(seen, 150)

    def test_periods_that_do_not_overlap_tell_nothing_by_their_difference(self):
        city = City(random.Random(7))
        found = attack(self.folder, city, "--periods", "apart")
        self.assertEqual({t["name"] for t in found["told"]} - {"blanks_alone"}, set())
        names = {f["name"] for f in found["findings"]}
        self.assertNotIn("difference", names)
        self.assertIn("blanks_alone", names)


if __name__ == "__main__":
    unittest.main()
