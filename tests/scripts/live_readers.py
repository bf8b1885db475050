#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Lets ogrinfo, spatialite and QGIS read the live layer while a writer keeps adding to it.

Every reading must see whole batches, never fewer rows than the one before, and no error may occur
on either side. Then QGIS edits the layer, which is of no use to anybody but must harm nothing.
"""

import json
import os
import pathlib
import re
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
WRITER = pathlib.Path(os.environ["CMTY_BINARY_DIR"]) / "tests/bin/live_writer"
SECONDS, BATCH, NOBODY = 12, 50, 65534
COLUMNS = ["fid", "report_id", "category", "category_label", "beat_id", "law", "radius_m",
           "time_local", "time_utc", "time_bin", "geom"]


def environment(folder):
    return {"HOME": str(folder), "XDG_RUNTIME_DIR": str(folder), "PATH": "/usr/bin:/bin",
            "QT_QPA_PLATFORM": "offscreen", "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}


def ogrinfo(layer, env, **how):
    out = subprocess.run(["ogrinfo", "-so", layer, "reports"], env=env, capture_output=True,
                         text=True, check=True, **how)
    assert not out.stderr, out.stderr
    count = int(re.search(r"Feature Count: (\d+)", out.stdout).group(1))
    assert count == 0 or "Extent: (-74.0" in out.stdout, out.stdout
    return count


def spatialite(layer, env, **how):
    query = "SELECT count(*), CheckSpatialIndex('reports','geom') FROM reports"
    out = subprocess.run(["spatialite", "-silent", layer, query], env=env, capture_output=True,
                         text=True, check=True, **how)
    count, sound = out.stdout.split()[-1].split("|")
    assert sound == "1", out.stdout
    return int(count)


def repeat(name, read, results, end):
    counts = []
    try:
        while time.time() < end:
            counts.append(read())
    except (AssertionError, subprocess.CalledProcessError, AttributeError, ValueError) as error:
        counts.append(f"{error} {getattr(error, 'stderr', '')}")
    results[name] = counts


def hold(name, counts):
    for before, after in zip([0] + counts, counts):
        assert isinstance(after, int), f"{name}: {after}"
        assert before <= after, f"{name}: {after} rows after {before}"
        assert after % BATCH == 0, f"{name}: half a batch, {after} rows"
    assert len(counts) > 3 and counts[-1] > 500, f"{name}: too few readings: {counts}"
    print(f"{name}: {len(counts)} readings, the last of {counts[-1]} rows")


def qgis(layer, provider, seconds, env):
    return subprocess.Popen(["/usr/bin/python3", HERE / "live_qgis.py", layer, provider,
                             str(seconds)], env=env, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True)


def answer(process):
    out, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    return json.loads(out.splitlines()[-1])


def check_viewer(provider, process):
    seen = answer(process)
    assert seen["valid"] and seen["crs"] == "EPSG:4326", seen
    assert not seen["logged"], seen["logged"]
    assert set(seen["fields"]) <= set(COLUMNS) - {"geom"}, seen["fields"]
    assert -74.001 < seen["extent"][0] <= seen["extent"][2] < -73.8, seen["extent"]
    hold(f"QGIS, {provider} provider", seen["counts"])


def check_at_rest(layer, rows):
    with sqlite3.connect(layer) as db:
        assert db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert db.execute("SELECT rtreecheck('idx_reports_geom')").fetchone()[0] == "ok"
        for table in ("reports", "idx_reports_geom"):
            assert db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == rows, table
        kept = db.execute("SELECT row_count, extent_max_x > -73.95 FROM"
                          " geometry_columns_statistics").fetchone()
        assert kept == (rows, 1), kept
        assert [row[1] for row in db.execute("PRAGMA table_info(reports)")] == COLUMNS


def main():
    results = {}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        layer, env = str(folder / "s.public.sqlite"), environment(folder)
        subprocess.run([WRITER, layer, "1"], check=True, stdout=subprocess.DEVNULL)
        writer = subprocess.Popen([WRITER, layer, str(SECONDS)], stdout=subprocess.PIPE, text=True)
        viewers = {p: qgis(layer, p, SECONDS - 4, env) for p in ("ogr", "spatialite")}
        end = time.time() + SECONDS - 3
        readers = {"ogrinfo": lambda: ogrinfo(layer, env),
                   "spatialite": lambda: spatialite(layer, env)}
        if os.geteuid() == 0:
            readers["ogrinfo without write permission"] = \
                lambda: ogrinfo(layer, env, user=NOBODY, group=NOBODY)
        threads = [threading.Thread(target=repeat, args=(n, r, results, end))
                   for n, r in readers.items()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for provider, process in viewers.items():
            check_viewer(provider, process)
        for provider in viewers:
            edited = answer(qgis(layer, provider, 0, env))["edited"]
            assert edited is True, f"{provider}: {edited}"
        said = writer.communicate(timeout=60)[0].strip()
        assert writer.returncode == 0, said
        for name, counts in results.items():
            hold(name, counts)
        check_at_rest(layer, int(said))
        print(f"writer: {said} rows, no error")


if __name__ == "__main__":
    sys.exit(main())
