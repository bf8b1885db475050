#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Beats for points, file to file through qgis_process: ours beside QGIS's own "Join attributes by
location", in turn, as Markdown. Start-up of qgis_process is in both and shown.

    qgis_join.py [--points N] [--rounds N]

The points are drawn from Chicago's recorded incidents, a fifth of them as recorded (on streets, and
so on edges of beats), the others moved by up to 200 m. Without the shared data: SKIP.
"""

import argparse
import collections
import csv
import pathlib
import random
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/qgis"))
from environment import PROCESS, SHARED, absent, environment  # noqa: E402

BEATS = "chicago/boundaries/police_beats_2012-12.geojson"
INCIDENTS = "chicago/reports/crimes_2004-2024_truncated.csv"


def make_inputs(folder, count):
    data = SHARED / "data"
    with open(data / INCIDENTS, encoding="utf-8", newline="") as file:
        places = [(float(row["Longitude"]), float(row["Latitude"])) for row in csv.DictReader(file)
                  if row.get("Latitude") and row.get("Longitude")]
    draw = random.Random(1)
    with open(folder / "points.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "lon", "lat"])
        for number in range(count):
            lon, lat = draw.choice(places)
            if number % 5:
                lon, lat = lon + draw.uniform(-.002, .002), lat + draw.uniform(-.002, .002)
            writer.writerow([number, repr(lon), repr(lat)])
    for source, target, more in (
            (folder / "points.csv", "points", [
                "-oo", "X_POSSIBLE_NAMES=lon", "-oo", "Y_POSSIBLE_NAMES=lat",
                "-oo", "KEEP_GEOM_COLUMNS=NO", "-a_srs", "EPSG:4326"]),
            (data / BEATS, "beats", [])):
        subprocess.run(["ogr2ogr", "-f", "GPKG", folder / f"{target}.gpkg", source, "-nln", target,
                        *more], check=True)


def run(folder, name, algorithm, parameters):
    """(wall seconds, CPU seconds) of one run, and its output."""
    output = folder / f"{name}.gpkg"
    output.unlink(missing_ok=True)
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(
        [PROCESS, "run", algorithm, "--", f"INPUT={folder}/points.gpkg|layername=points",
         *parameters, f"OUTPUT={output}"], env=environment(folder), check=False,
        capture_output=True, text=True)
    wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        sys.exit(f"{algorithm}: {done.stdout}{done.stderr}")
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def start_up(folder):
    start = time.monotonic()
    subprocess.run([PROCESS, "list"], env=environment(folder), check=True, capture_output=True)
    return time.monotonic() - start


def answers(folder, name, field):
    with sqlite3.connect(folder / f"{name}.gpkg") as database:
        return dict(database.execute(f'SELECT id, "{field}" FROM "{name}"'))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--points", type=int, default=500000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    if absent() or not (SHARED / "data").is_dir():
        print(f"SKIP: QGIS or the shared data: {absent() or 'set CMTY_SHARED'}")
        return 77
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        make_inputs(folder, arguments.points)
        beats = f"{folder}/beats.gpkg|layername=beats"
        tools = {
            "native": ("native:joinattributesbylocation",
                       [f"JOIN={beats}", "PREDICATE=0", "METHOD=1", "JOIN_FIELDS=BEAT_NUM"]),
            "ours": ("community:assignbeats", [f"BEATS={beats}", "BEATS_ID=BEAT_NUM"])}
        times = {tool: [] for tool in tools}
        for _ in range(arguments.rounds):
            for tool, (algorithm, parameters) in tools.items():
                times[tool].append(run(folder, tool, algorithm, parameters))
        print("| tool | wall s | CPU s |\n| --- | ---: | ---: |")
        middle = {tool: [statistics.median(each) for each in zip(*measured)]
                  for tool, measured in times.items()}
        for tool, (wall, cpu) in middle.items():
            print(f"| {tools[tool][0]} | {wall:.2f} | {cpu:.2f} |")
        print(f"| start-up alone | {start_up(folder):.2f} | |")
        ratios = sorted(native[0] / ours[0] for native, ours in zip(times["native"], times["ours"]))
        print(f"\n{arguments.points:,} points: {statistics.median(ratios):.1f} times as fast "
              f"({ratios[0]:.1f} to {ratios[-1]:.1f})")
        compare(answers(folder, "native", "BEAT_NUM"), answers(folder, "ours", "beat"),
                answers(folder, "ours", "beat_relation"))
    return 0


def compare(native, ours, relations):
    """Inside of beats both say the same; what differs is said by its relation."""
    differ = collections.Counter(relations[number] for number, beat in native.items()
                                 if beat != ours[number])
    print(f"answers: {len(ours):,} of ours, {len(native):,} of QGIS; different: "
          f"{dict(differ) or 'none'}")


if __name__ == "__main__":
    sys.exit(main())
