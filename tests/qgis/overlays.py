# SPDX-License-Identifier: MIT
"""Real overlays: four beats and some reports, published by the command line."""

import json
import os
import subprocess

from environment import BUILD

WEST, SOUTH, SIDE = -87.65, 41.88, 0.01


def write_beats(path):
    features = []
    for name, column, row in (("A", 0, 0), ("B", 1, 0), ("C", 0, 1), ("D", 1, 1)):
        west, south = WEST + column * SIDE, SOUTH + row * SIDE
        ring = [[west, south], [west + SIDE, south], [west + SIDE, south + SIDE],
                [west, south + SIDE], [west, south]]
        features.append({"type": "Feature", "properties": {"beat": name},
                         "geometry": {"type": "Polygon", "coordinates": [ring]}})
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}),
                    encoding="utf-8")


def write_reports(path, count):
    lines = ["id,lon,lat,occurred_at,category"]
    for i in range(count):
        lon, lat = WEST + SIDE * 2 * (i * 0.618 % 1), SOUTH + SIDE * 2 * (i * 0.414 % 1)
        lines.append(f"r{i},{lon:.6f},{lat:.6f},2024-05-{1 + i % 28:02}T12:00:00Z,noise")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def publish(path, count, title="Community reports by beat"):
    """An overlay of `count` reports at `path`; the files it is made of lie beside it."""
    beats, reports = path.with_suffix(".beats.geojson"), path.with_suffix(".reports.csv")
    write_beats(beats)
    write_reports(reports, count)
    subprocess.run([BUILD / "bin/community", "overlay", "--quiet", "--beats", beats, "--reports",
                    reports, "--title", title, "-o", path], check=True,
                   env={name: value for name, value in os.environ.items()
                        if name != "LD_PRELOAD"})  # it brings its own sanitizer, if any
    return path
