#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What a reader can work out from a table with blanks, by linear programming (HiGHS).

A table is a network: city, districts, sectors, beats, categories, with a sum at each node. Its
matrix is totally unimodular, so that the bounds of the linear program are those of the whole
numbers. For every number that had to be blank the reader must think `below` or more possible; a
printed number is true, and a zero is printed.
"""

import os
import pathlib
import random
import subprocess
import unittest

import numpy
from scipy import optimize, sparse

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("CMTY_BINARY_DIR", ROOT / "build"))


class Table:
    """A random hierarchy with counts; arcs are (from, to, value)."""

    def __init__(self, rng, districts, sectors, beats, categories, largest):
        self.arcs, self.nodes = [], 2
        city, end = 0, 1
        kinds = [self.node() for _ in range(categories)]
        by_kind, total = [0] * categories, 0
        for _ in range(districts):
            district, in_district = self.node(), 0
            for _ in range(rng.randint(1, sectors)):
                sector, in_sector = self.node(), 0
                for _ in range(rng.randint(1, beats)):
                    beat, in_beat = self.node(), 0
                    for kind in range(categories):
                        value = max(0, rng.randint(-largest // 2, largest))
                        by_kind[kind] += value
                        in_beat += value
                        if value > 0:
                            self.arcs.append((beat, kinds[kind], value))
                    self.arcs.append((sector, beat, in_beat))
                    in_sector += in_beat
                self.arcs.append((district, sector, in_sector))
                in_district += in_sector
            self.arcs.append((city, district, in_district))
            total += in_district
        self.arcs += [(kind, end, value) for kind, value in zip(kinds, by_kind)]
        self.arcs.append((end, city, total))
        self.arcs.reverse()  # the sums first, as counts are bound

    def node(self):
        self.nodes += 1
        return self.nodes - 1

    def text(self, below):
        return f"{self.nodes} {len(self.arcs)} {below}\n" + "".join(
            f"{a} {b} {v}\n" for a, b, v in self.arcs)

    def matrix(self):
        rows, columns, signs = [], [], []
        for i, (a, b, _) in enumerate(self.arcs):
            rows += [a, b]
            columns += [i, i]
            signs += [1, -1]
        return sparse.coo_matrix((signs, (rows, columns)), (self.nodes, len(self.arcs))).tocsr()

    def bounds(self, blank, least=1):
        return [(least, None) if b else (v, v) for b, (_, _, v) in zip(blank, self.arcs)]

    def most(self, blank, arc, least=1):
        """The largest value that agrees with all that is printed."""
        goal = numpy.zeros(len(self.arcs))
        goal[arc] = -1
        found = optimize.linprog(goal, A_eq=self.matrix(), b_eq=numpy.zeros(self.nodes),
                                 bounds=self.bounds(blank, least), method="highs")
        if found.status == 3:
            return numpy.inf
        assert found.status == 0, found.message
        return -found.fun


def protect(tables, below):
    run = subprocess.run([BUILD / "tests/bin/suppress_tables"], text=True, capture_output=True,
                         input="".join(t.text(below) for t in tables), check=False)
    assert run.returncode == 0, run.stderr
    return [[c == "1" for c in line] for line in run.stdout.split()]


def random_tables(seed, count):
    rng = random.Random(seed)
    return [Table(rng, rng.randint(1, 4), rng.randint(1, 3), rng.randint(1, 4), rng.randint(1, 6),
                  rng.choice((2, 4, 8, 30))) for _ in range(count)]


class Suppression(unittest.TestCase):
    def small(self, table, below):
        return [i for i, (_, _, v) in enumerate(table.arcs) if 0 < v < below]

    def test_no_blank_is_bounded_below_the_threshold(self):
        judged = 0
        for below in (3, 5, 10):
            tables = random_tables(below, 40)
            for table, blank in zip(tables, protect(tables, below)):
                small = self.small(table, below)
                self.assertTrue(all(blank[i] for i in small))
                for i in random.Random(len(small)).sample(small, min(len(small), 12)):
                    self.assertGreaterEqual(table.most(blank, i), below - 1e-6)
                    judged += 1
        self.assertGreater(judged, 700)
        print(f"{judged} blank numbers judged")

    def test_the_judge_sees_what_small_numbers_alone_would_give_away(self):
        """The same tables with only the small numbers blank: most are worked out."""
        told = judged = 0
        tables = random_tables(77, 25)
        for table in tables:
            small = self.small(table, 5)
            blank = [i in small for i in range(len(table.arcs))]
            for i in small[:6]:
                judged += 1
                told += table.most(blank, i) < 5 - 1e-6
        self.assertGreater(told, judged / 3)
        print(f"{told} of {judged} told without complementary blanks")

    def test_zeros_are_printed_and_nothing_is_blank_for_nothing(self):
        tables = random_tables(5, 60)
        for table, blank in zip(tables, protect(tables, 5)):
            for b, (_, _, value) in zip(blank, table.arcs):
                self.assertFalse(b and value == 0)
            if not self.small(table, 5):
                self.assertFalse(any(blank))


if __name__ == "__main__":
    unittest.main()
