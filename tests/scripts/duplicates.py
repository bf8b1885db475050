#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Likely duplicates at the shell, against every pair tried one by one."""

import csv
import datetime
import io
import math
import os
import pathlib
import random
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("CMTY_BINARY_DIR", ROOT / "build"))
HEADER = ("id", "when", "lon", "lat", "category", "who")
A, F = 6378137.0, 1 / 298.257223563
B = A * (1 - F)
START = datetime.datetime(2026, 11, 1, tzinfo=datetime.timezone.utc)


def vincenty(p, q):
    """Metres on the ellipsoid: Vincenty, Survey Review 23 (1975), formulas 14 to 19."""
    u1, u2 = (math.atan((1 - F) * math.tan(math.radians(x[1]))) for x in (p, q))
    gap = (q[0] - p[0] + 180) % 360 - 180
    turn = lon = math.radians(gap)
    if p == q or (gap == 0 and p[1] == q[1]):
        return 0.0
    for _ in range(200):
        s = math.hypot(math.cos(u2) * math.sin(lon),
                       math.cos(u1) * math.sin(u2) - math.sin(u1) * math.cos(u2) * math.cos(lon))
        c = math.sin(u1) * math.sin(u2) + math.cos(u1) * math.cos(u2) * math.cos(lon)
        if s == 0:
            return 0.0
        sigma = math.atan2(s, c)
        alpha = math.cos(u1) * math.cos(u2) * math.sin(lon) / s
        square = 1 - alpha * alpha
        middle = c - 2 * math.sin(u1) * math.sin(u2) / square if square > 0 else 0
        k = F / 16 * square * (4 + F * (4 - 3 * square))
        before, lon = lon, turn + (1 - k) * F * alpha * (
            sigma + k * s * (middle + k * c * (-1 + 2 * middle ** 2)))
        if abs(lon - before) < 1e-14:
            break
    v = square * (A * A - B * B) / (B * B)
    a = 1 + v / 16384 * (4096 + v * (-768 + v * (320 - 175 * v)))
    b = v / 1024 * (256 + v * (-128 + v * (74 - 47 * v)))
    d = b * s * (middle + b / 4 * (c * (-1 + 2 * middle ** 2) - b / 6 * middle
                                   * (-3 + 4 * s * s) * (-3 + 4 * middle ** 2)))
    return B * a * (sigma - d)


def key(row):
    """The order of reports: unknown times last, then ids."""
    ident, when, lon, lat = row[:4]
    return (when == "", when, ident.encode(), lon or 0, lat or 0)


def minutes(a, b):
    if a[1] == "" or b[1] == "":
        return None
    return (datetime.datetime.fromisoformat(b[1]) - datetime.datetime.fromisoformat(a[1])
            ).total_seconds() / 60


def kind(a, b, metres, radius):
    if a[5] and a[5].lower() == b[5].lower():
        return "same_source"
    if metres is None:
        return ""
    if metres <= 1:
        return "same_spot"
    return "near" if metres <= radius else "apart"


def type_of(near, together, match):
    for letter, asked, holds in (("B", "space-time", near and together), ("S", "space", near),
                                 ("T", "time", together)):
        if asked in match and holds:
            return letter
    return None


def every_pair(rows, radius, window, match, same_category):
    rows = sorted(rows, key=key)
    links = {}
    for i, a in enumerate(rows):
        for j in range(i + 1, len(rows)):
            b = rows[j]
            if same_category and (a[4] == "" or a[4].lower() != b[4].lower()):
                continue
            gap = minutes(a, b)
            metres = None if a[2] == "" or b[2] == "" else vincenty(a[2:4], b[2:4])
            letter = type_of(metres is not None and metres <= radius,
                             gap is not None and gap <= window, match)
            if letter:
                links[i, j] = (metres, gap, letter, kind(a, b, metres, radius))
    return rows, links


def groups_of(rows, links):
    """By walking, which is not how the library does it. Lists of places in the order."""
    next_to, seen, groups = {}, set(), []
    for i, j in links:
        next_to.setdefault(i, []).append(j)
        next_to.setdefault(j, []).append(i)
    for i in range(len(rows)):
        if i in seen or i not in next_to:
            continue
        group, open_ends = [], [i]
        seen.add(i)
        while open_ends:
            group.append(open_ends.pop())
            fresh = [n for n in next_to[group[-1]] if n not in seen]
            seen.update(fresh)
            open_ends += set(fresh)
        groups.append(sorted(group))
    return groups


class Duplicates(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.random = random.Random(5)

    def run_cli(self, *arguments, code=0):
        run = subprocess.run([BUILD / "bin/community", "duplicates", *map(str, arguments)],
                             cwd=self.folder, capture_output=True, text=True, check=False)
        self.assertEqual(run.returncode, code, run.stderr)
        return run.stdout if code == 0 else run.stderr

    def write(self, rows, name="in.csv", header=HEADER):
        with open(self.folder / name, "w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([header, *rows])

    def town(self, n, lon, lat, side_m, hours):
        """n reports in a square, some at one place, some at one time, some with neither."""
        rows, m_lat = [], 111200
        m_lon = m_lat * max(math.cos(math.radians(lat)), 1e-9)
        for i in range(n):
            x = (lon + self.random.uniform(-0.5, 0.5) * min(side_m / m_lon, 360) + 540) % 360 - 180
            y = lat + self.random.uniform(-0.5, 0.5) * side_m / m_lat
            y = min(max(y, -90), 90)
            place = (round(x, 7), round(y, 7))
            if rows and self.random.random() < 0.2:
                place = tuple(self.random.choice(rows)[2:4])
            when = START + datetime.timedelta(seconds=round(self.random.uniform(0, hours * 3600)))
            when = when.isoformat()
            if rows and self.random.random() < 0.2:
                when = self.random.choice(rows)[1]
            if self.random.random() < 0.03:
                when = ""
            if self.random.random() < 0.03:
                place = ("", "")
            rows.append((f"r{self.random.randrange(10 ** 6)}-{i}", when, *place,
                         self.random.choice(("Noise", "noise", "theft", "")),
                         self.random.choice(("ann", "Ann", "bob", "", "", ""))))
        return rows

    def compare(self, rows, radius, window, match=("space-time",), same_category=False):
        self.write(rows)
        options = [o for m in match for o in ("--match", m)]
        if same_category:
            options.append("--same-category")
        text = self.run_cli("-q", "--time", "when", "--source", "who", "--radius-m", radius,
                            "--minutes", window, *options, "in.csv")
        found = list(csv.DictReader(io.StringIO(text)))
        ordered, links = every_pair(rows, radius, window, match, same_category)
        expected = {}
        for number, group in enumerate(groups_of(ordered, links), 1):
            first = ordered[group[0]]
            timed = first[1] != ""
            tied = any(ordered[i][1] == first[1] for i in group[1:])
            for i in group:
                expected[i] = (str(number), first[0] if timed else "",
                               str(int(tied)) if timed else "")
        self.assertEqual([(r["first"], r["second"]) for r in found],
                         [(ordered[i][0], ordered[j][0]) for i, j in sorted(links)])
        for row, (i, j) in zip(found, sorted(links)):
            metres, gap, letter, kind_ = links[i, j]
            self.assertEqual((row["match_type"], row["kind"]), (letter, kind_), row)
            self.assertEqual((row["group_id"], row["originator"], row["originator_tied"]),
                             expected[i])
            self.assertEqual(row["minutes"], "" if gap is None else f"{gap:.3f}")
            if metres is None:
                self.assertEqual(row["metres"], "")
            else:
                self.assertAlmostEqual(float(row["metres"]), metres,
                                       delta=0.0011 if metres < 1e6 else 1)
        return found

    def test_every_pair_is_found_and_no_other(self):
        rows = self.town(400, -95.2, 39.9, 3000, 24)
        total = 0
        for match in (("space-time",), ("space",), ("space-time", "space"),
                      ("space-time", "space", "time"), ("space-time", "time"), ("time",)):
            for same_category in (False, True):
                with self.subTest(match=match, same_category=same_category):
                    total += len(self.compare(rows, 150, 45, match, same_category))
        self.assertGreater(total, 1000)

    def test_anywhere_on_the_globe(self):
        for lon, lat, side, radius in ((180, 10, 4000, 200), (-180, -65, 20000, 1500),
                                       (0, 0, 4000, 150), (33, 89.99, 3000, 400),
                                       (-70, -90, 5000, 300), (10, 79, 400000, 60000),
                                       (179.999, 60, 300000, 100000), (25, 65.9, 90000, 20000)):
            with self.subTest(lon=lon, lat=lat):
                self.assertTrue(self.compare(self.town(120, lon, lat, side, 6), radius, 120))

    def test_the_same_spot_and_the_same_moment(self):
        rows = self.town(200, 4.9, 52.37, 500, 3)
        self.assertTrue(self.compare(rows, 0, 30))
        self.assertTrue(self.compare(rows, 100, 0))
        self.assertTrue(self.compare(rows, 0, 0, ("space",)))

    def test_the_order_of_the_rows_decides_nothing(self):
        rows = self.town(300, 4.9, 52.37, 1500, 5)
        self.write(rows, "a.csv")
        self.random.shuffle(rows)
        self.write(rows, "b.csv")
        options = ("-q", "--time", "when", "--source", "who")
        first = self.run_cli(*options, "a.csv")
        self.assertEqual(self.run_cli(*options, "b.csv"), first)
        self.run_cli(*options, "a.csv", "-o", "out.csv")
        self.assertEqual((self.folder / "out.csv").read_bytes().decode(), first)

    def test_a_tie_is_said(self):
        at = (10.0, 50.0)
        rows = [("b", "2026-11-01T10:00:00", *at), ("a", "2026-11-01T10:00:00", *at),
                ("c", "2026-11-01T10:05:00", *at), ("late", "2026-11-02T10:00:00", *at),
                ("later", "2026-11-02T10:01:00", *at)]
        self.write(rows, header=("ref", "occurred", "lon", "lat"))
        found = list(csv.DictReader(io.StringIO(self.run_cli("in.csv"))))
        self.assertEqual([(r["first"], r["second"], r["group_id"], r["originator"],
                           r["originator_tied"]) for r in found],
                         [("a", "b", "1", "a", "1"), ("a", "c", "1", "a", "1"),
                          ("b", "c", "1", "a", "1"), ("late", "later", "2", "late", "0")])

    def test_a_crowd_of_places_costs_no_more_than_its_links(self):
        """Comparing 60000 reports pair by pair would take minutes."""
        rows = [(f"r{i}", (START + datetime.timedelta(seconds=i * 7)).isoformat(),
                 round(self.random.uniform(-96, -95), 6), round(self.random.uniform(39, 40), 6))
                for i in range(60000)]
        self.write(rows, header=("id", "time", "lon", "lat"))
        found = list(csv.DictReader(io.StringIO(self.run_cli("in.csv"))))
        self.assertLess(len(found), 60000)
        self.assertGreater(len(found), 100)

    def test_ids_come_out_as_they_are(self):
        rows = [('-1, "x"', "2026-11-01", 1, 1), ("=2", "2026-11-01", 1, 1)]
        self.write(rows, header=("id", "date", "lon", "lat"))
        found = list(csv.DictReader(io.StringIO(self.run_cli("in.csv"))))
        self.assertEqual((found[0]["first"], found[0]["second"]), ('-1, "x"', "=2"))

    def test_date_and_time_may_stand_apart(self):
        rows = [("a", "03/04/2026", "10:00", 1, 1), ("b", "03/04/2026", "10:30:30", 1, 1),
                ("c", "04/03/2026", "10:00", 1, 1), ("d", "", "10:00", 1, 1),
                ("e", "03/04/2026", "", 1, 1)]
        self.write(rows, header=("id", "date", "time", "lon", "lat"))
        self.assertIn("line 2, column date", self.run_cli("in.csv", code=3))
        expected = "a,b,0.000,30.500,B,same_spot,1,a,0"
        for options in ((), ("--date", "date", "--time", "time")):
            found = self.run_cli("-q", "--order", "m", *options, "in.csv").splitlines()[1:]
            self.assertEqual(found, [expected])
        self.assertEqual(self.run_cli("-q", "--order", "d", "in.csv").splitlines()[1:], [expected])
        self.assertIn(",43200.000,", self.run_cli(
            "-q", "--order", "d", "--minutes", "50000", "in.csv"))

    def test_bad_input(self):
        self.write([("a", "2026-11-01", 7.123456, 50), ("", "2026-11-01", 7, 50)],
                   header=("id", "time", "lon", "lat"))
        self.assertIn("in.csv, line 3, column id: empty", self.run_cli("in.csv", code=3))
        self.write([("a", "yesterday", 7.123456, 50)], header=("id", "time", "lon", "lat"))
        message = self.run_cli("in.csv", code=3)
        self.assertIn("line 2, column time", message)
        self.assertNotIn("7.123456", message)
        self.write([(f"r{i}", "2026-11-01", 7, 50) for i in range(50)],
                   header=("id", "time", "lon", "lat"))
        self.assertIn("more than 100 links", self.run_cli("--max-links", 100, "in.csv", code=3))
        self.assertFalse((self.folder / "out.csv").exists())
        for arguments, code in ((("--radius-m", "-1", "in.csv"), 3), (("a.csv", "b.csv"), 2),
                                (("--radius-m", "nan", "in.csv"), 3),
                                (("--minutes", "1e9", "in.csv"), 3), (("nowhere.csv",), 4),
                                (("--match", "colour", "in.csv"), 2),
                                (("--same-category", "in.csv"), 3),
                                (("--time", "nothing", "in.csv"), 3),
                                (("in.csv", "-o", "in.csv"), 2)):
            with self.subTest(arguments=arguments):
                self.run_cli(*arguments, code=code)
        self.write([("a", 7, 50), ("b", 7, 50)], header=("id", "lon", "lat"))
        self.run_cli("in.csv", code=3)  # no time
        self.assertIn("a,b,0.000,,S,same_spot,1,,", self.run_cli("--match", "space", "in.csv"))


if __name__ == "__main__":
    unittest.main()
