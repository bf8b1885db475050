#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Local date parts at the shell, against Python's own clocks."""

import csv
import datetime
import io
import os
import pathlib
import random
import subprocess
import tempfile
import unittest
import zoneinfo

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("CMTY_BINARY_DIR", ROOT / "build"))
UTC = datetime.timezone.utc
ZONES = ("America/Chicago", "Europe/Amsterdam", "Australia/Lord_Howe", "Asia/Kathmandu",
         "America/St_Johns", "Atlantic/Azores", "Pacific/Apia", "Africa/Casablanca", "UTC",
         "America/Sao_Paulo", "Europe/London")
SHIFTS = {"day": ("07:00", "15:00"), "late": ("15:00", "23:00"), "night": ("23:00", "07:00"),
          "power": ("18:00", "02:00")}
DAY = datetime.timedelta(days=1)


def shifts_at(local):
    names, dates = [], []
    clock = local.strftime("%H:%M")
    for name, (start, end) in SHIFTS.items():
        if start < end and start <= clock < end or start > end and clock >= start:
            names.append(name)
            dates.append(local.date().isoformat())
        elif start > end and clock < end:
            names.append(name)
            dates.append((local.date() - DAY).isoformat())
    return "|".join(names), "|".join(dates)


def parts(moment, zone):
    """What a row must say of a moment that is known; local_clock apart."""
    local = moment.astimezone(zone)
    year, week, weekday = local.isocalendar()
    offset = local.strftime("%z")
    name, date = shifts_at(local)
    return {"local_time": local.replace(tzinfo=None).isoformat(timespec="seconds"),
            "local_offset": f"{offset[:3]}:{offset[3:]}",
            "local_date": local.date().isoformat(), "local_week": f"{year:04}-W{week:02}",
            "local_weekday": str(weekday), "local_weekday_name": local.strftime("%A"),
            "local_hour": str(local.hour), "local_shift": name, "local_shift_date": date}


def showing(moment, zone):
    """`first` or `second` where clocks showed the same twice."""
    local = moment.astimezone(zone)
    one, two = (local.replace(fold=f).astimezone(UTC) for f in (0, 1))
    if one == two or one > two:
        return ""
    return "second" if local.fold else "first"


class DateParts(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.random = random.Random(3)

    def run_cli(self, *arguments, code=0):
        run = subprocess.run([BUILD / "bin/community", "dateparts", *map(str, arguments)],
                             cwd=self.folder, capture_output=True, text=True, check=False)
        self.assertEqual(run.returncode, code, run.stderr)
        self.notes = run.stderr
        return run.stdout if code == 0 else run.stderr

    def ask(self, texts, *arguments, header="occurred"):
        (self.folder / "in.csv").write_text(
            f"id,{header}\n" + "".join(f"{i},{t}\n" for i, t in enumerate(texts)))
        shifts = [f"--shift={n}={a}-{b}" for n, (a, b) in SHIFTS.items()]
        rows = list(csv.DictReader(io.StringIO(self.run_cli(*shifts, *arguments, "in.csv"))))
        self.assertEqual([r["id"] for r in rows], [str(i) for i in range(len(texts))])
        return rows

    def moments(self):
        """Any time at all, and round the days on which clocks change."""
        for _ in range(300):
            yield datetime.datetime(1990, 1, 1, tzinfo=UTC) + datetime.timedelta(
                seconds=self.random.randrange(47 * 365 * 86400))
        for day in ((2026, 3, 8), (2026, 11, 1), (2026, 3, 29), (2026, 10, 25), (2026, 4, 5),
                    (2026, 10, 4), (2011, 12, 30), (2026, 2, 15), (2026, 3, 22), (2018, 2, 18),
                    (2018, 11, 4), (2027, 1, 1), (2026, 1, 1), (2024, 12, 30)):
            start = datetime.datetime(*day, tzinfo=UTC) - DAY
            for minutes in range(0, 3 * 1440, 30):
                yield start + datetime.timedelta(minutes=minutes)

    def test_moments_that_are_known(self):
        moments = list(self.moments())
        odd = 0
        for name in ZONES:
            zone = zoneinfo.ZoneInfo(name)
            rows = self.ask([m.isoformat() for m in moments], "--time-zone", name)
            for moment, row in zip(moments, rows):
                with self.subTest(zone=name, moment=moment):
                    self.assertEqual({k: row[k] for k in parts(moment, zone)}, parts(moment, zone))
                    self.assertEqual(row["local_clock"], showing(moment, zone))
                    odd += row["local_clock"] != ""
        self.assertGreater(odd, 20)

    def test_times_without_a_zone(self):
        texts = [m.replace(tzinfo=None) for m in self.moments()]
        found = {"": 0, "twice": 0, "skipped": 0}
        for name in ZONES:
            zone = zoneinfo.ZoneInfo(name)
            rows = self.ask([t.isoformat(" ") for t in texts], "--time-zone", name)
            for text, row in zip(texts, rows):
                one, two = (text.replace(tzinfo=zone, fold=f).astimezone(UTC) for f in (0, 1))
                odd = "" if one == two else "twice" if one < two else "skipped"
                with self.subTest(zone=name, text=text):
                    self.assertEqual(row["local_clock"], odd)
                    found[odd] += 1
                    if odd == "skipped":  # the moment of the jump, and so not before what is said
                        self.assertGreater(row["local_time"], text.isoformat())
                        continue
                    self.assertEqual({k: row[k] for k in parts(one, zone)}, parts(one, zone))
        self.assertGreater(min(found.values()), 10)

    def test_times_of_another_zone(self):
        zone = zoneinfo.ZoneInfo("America/Chicago")
        row = self.ask(["2026-07-01T03:30:00"], "--time-zone", zone.key, "--source-zone", "UTC")[0]
        self.assertEqual(row["local_time"], "2026-06-30T22:30:00")
        self.assertEqual((row["local_shift"], row["local_shift_date"]),
                         ("late|power", "2026-06-30|2026-06-30"))
        row = self.ask(["2026-07-01T03:30:00-05"], "--time-zone", zone.key,
                       "--source-zone", "Asia/Tokyo")[0]
        self.assertEqual((row["local_time"], row["local_shift_date"], row["local_clock"]),
                         ("2026-07-01T03:30:00", "2026-06-30", ""))

    def test_a_date_alone_has_no_hour(self):
        rows = self.ask(["2026-11-22", "", "11/22/2026"], "--time-zone", "America/Chicago",
                        "--source-zone", "UTC", "--order", "m")
        for row in (rows[0], rows[2]):
            self.assertEqual(list(row.values())[2:],
                             ["", "", "2026-11-22", "2026-W47", "7", "Sunday", "", "", "",
                              "date_only"])
        self.assertEqual(list(rows[1].values())[1:], [""] * 11)

    def test_date_and_time_may_stand_apart(self):
        rows = self.ask(["11/22/2026,6:05 PM", "11/22/2026,", ",10:00"], "--order", "m",
                        "--time-zone", "America/Chicago", header="date,time")
        self.assertEqual([(r["local_time"], r["local_date"], r["local_clock"]) for r in rows],
                         [("2026-11-22T18:05:00", "2026-11-22", ""),
                          ("", "2026-11-22", "date_only"), ("", "", "")])

    def test_many_midnights_are_told(self):
        self.ask(["2026-11-22T00:00:00"] * 20 + ["2026-11-22T10:00:00"] * 30,
                 "--time-zone", "Europe/London")
        self.assertIn("20 of 50 times are exactly midnight", self.notes)
        self.ask(["2026-11-22T00:00:00"] * 2, "--time-zone", "Europe/London")
        self.assertEqual(self.notes, "")

    def test_rows_stay_as_they_were(self):
        (self.folder / "in.csv").write_text('who;datetime\n"a;b";2026-11-22T10:00Z\n=1;\n')
        self.assertEqual(self.run_cli("--time-zone", "UTC", "in.csv"),
                         "who;datetime;local_time;local_offset;local_date;local_week;"
                         "local_weekday;local_weekday_name;local_hour;local_clock\n"
                         '"a;b";2026-11-22T10:00Z;2026-11-22T10:00:00;+00:00;2026-11-22;2026-W47;'
                         "7;Sunday;10;\n=1;;;;;;;;;\n")

    def test_bad_input(self):
        (self.folder / "in.csv").write_text("id,time\na,2026-11-22 10:00\nb,soon\n")
        zone = ("--time-zone", "Europe/London")
        self.assertIn("in.csv, line 3, column time", self.run_cli(*zone, "in.csv", code=3))
        for arguments, code in ((("in.csv",), 2), (("--time-zone", "Mars/Base", "in.csv"), 2),
                                ((*zone, "--shift", "day=7:00-15:00", "in.csv"), 2),
                                ((*zone, "--shift", "day=07:00-25:00", "in.csv"), 2),
                                ((*zone, "--shift", "day=24:00-07:00", "in.csv"), 2),
                                ((*zone, "--shift", "=07:00-15:00", "in.csv"), 2),
                                ((*zone, "--shift", "a|b=07:00-15:00", "in.csv"), 2),
                                ((*zone, "--shift", "day=07:00-15:60", "in.csv"), 2),
                                ((*zone, "--time", "when", "in.csv"), 3),
                                ((*zone, "--order", "y", "in.csv"), 2),
                                ((*zone, "nowhere.csv"), 4), ((*zone, "a.csv", "b.csv"), 2)):
            with self.subTest(arguments=arguments):
                self.run_cli(*arguments, code=code)


if __name__ == "__main__":
    unittest.main()
