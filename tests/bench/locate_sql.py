#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Point location against PostGIS and SpatiaLite, as Markdown: CPU time on one core, and the same
pairs of points and beats as ours, by their number and the sum of their ids.

    locate_sql.py [--points N] [--slow-points N] [--only spatialite|postgis] [LAYER]

PostgreSQL runs in a cluster of its own in a temporary folder, as a user that is not root.
"""

import argparse
import contextlib
import os
import pathlib
import pwd
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "build/tests/bin/bench_sql_data"
SETS = {"uniform": "uniform", "clustered": "clustered", "edges": "within 5 m of edges"}


def our_answers(folder, points, layer):
    run = subprocess.run([PROGRAM, folder, str(points), layer], check=False, text=True,
                         stdout=subprocess.PIPE)
    if run.returncode == 77:
        print(f"SKIP: {layer}: its files are absent")
        sys.exit(77)
    if run.returncode != 0:
        sys.exit("bench_sql_data failed")
    answers = {}
    for line in run.stdout.splitlines():
        name, count, pairs, total, seconds = line.split()
        answers[name] = (int(count), int(pairs), int(total), float(seconds))
    return answers


class Table:
    """Rows of the result; `same` becomes False with the first answer that differs."""

    def __init__(self):
        self.same = True
        print("| database | plan | points | M points/s | ours, M/s | times | pairs | the same |")
        print("| --- | --- | --- | ---: | ---: | ---: | ---: | --- |")

    def row(self, database, plan, name, count, seconds, got, ours):
        """`got` is (pairs, sum) over the first `count` points; compared where it saw them all."""
        rate, our_rate = count / seconds / 1e6, ours[0] / ours[3] / 1e6
        if count == ours[0]:
            same = tuple(got) == (ours[1], ours[2])
            self.same &= same
            verdict = "yes" if same else f"**no**, ours {ours[1]}, sums {got[1]} {ours[2]}"
        else:
            verdict = f"first {count:,} only"
        print(f"| {database} | {plan} | {SETS[name]} | {rate:.4f} | {our_rate:.1f} |"
              f" {our_rate / rate:.0f} | {got[0]} | {verdict} |", flush=True)


# ---- SpatiaLite --------------------------------------------------------------------------------

LITE_PLANS = [  # name, does it index the points, query over the points up to a number
    ("R*Tree on beats by SpatialIndex, ST_Intersects", False,
     "select count(*), sum(b.rowid) from pts p, beats b where p.rowid <= ? and b.rowid in"
     " (select rowid from SpatialIndex where f_table_name = 'beats' and search_frame = p.geom)"
     " and ST_Intersects(p.geom, b.geom)"),
    ("R*Tree on beats joined, ST_Intersects", False,
     "select count(*), sum(b.rowid) from pts p join idx_beats_geom r on r.xmin <= p.x"
     " and r.xmax >= p.x and r.ymin <= p.y and r.ymax >= p.y join beats b on b.rowid = r.pkid"
     " where p.rowid <= ? and ST_Intersects(b.geom, p.geom)"),
    ("R*Tree on points, beats outside, ST_Intersects", True,
     "select count(*), sum(b.rowid) from beats b cross join idx_pts_geom r"
     " on r.xmin <= MbrMaxX(b.geom) and r.xmax >= MbrMinX(b.geom) and r.ymin <= MbrMaxY(b.geom)"
     " and r.ymax >= MbrMinY(b.geom) join pts p on p.rowid = r.pkid"
     " where p.rowid <= ? and ST_Intersects(b.geom, p.geom)"),
]


def lite_open(folder):
    db = sqlite3.connect(":memory:")
    db.enable_load_extension(True)
    db.load_extension("mod_spatialite")
    db.execute("select InitSpatialMetaDataFull(1, 'NONE')")
    db.execute("create table beats(id integer primary key)")
    db.execute("select AddGeometryColumn('beats', 'geom', 0, 'MULTIPOLYGON', 'XY')")
    with open(folder / "beats.csv", encoding="ascii") as rows:
        db.executemany("insert into beats values(?, GeomFromText(?, 0))",
                       (row.rstrip().split(";") for row in rows))
    db.execute("select CreateSpatialIndex('beats', 'geom')")
    return db


def lite_points(db, folder, name):
    db.execute("create table pts(id integer primary key, x real, y real)")
    db.execute("select AddGeometryColumn('pts', 'geom', 0, 'POINT', 'XY')")
    with open(folder / name, encoding="ascii") as rows:
        db.executemany("insert into pts values(?1, ?2, ?3, MakePoint(?2, ?3, 0))",
                       ((int(i), float(x), float(y)) for i, x, y in
                        (row.split(";") for row in rows)))


def bench_spatialite(table, folder, ours, slow):
    for name, answer in ours.items():
        db = lite_open(folder)
        lite_points(db, folder, name)
        for plan, index_points, query in LITE_PLANS:
            count = answer[0] if index_points else min(slow, answer[0])
            if index_points:
                start = time.thread_time()
                db.execute("select CreateSpatialIndex('pts', 'geom')")
                plan += f" (+ {time.thread_time() - start:.1f} s to index the points)"
            start = time.thread_time()
            got = db.execute(query, (count,)).fetchone()
            table.row("SpatiaLite", plan, name, count, time.thread_time() - start, got, answer)


# ---- PostGIS -----------------------------------------------------------------------------------

def as_server_user(folder):
    """PostgreSQL refuses to run as root; then Debian's user for it does."""
    if os.geteuid() != 0:
        return []
    user = pwd.getpwnam("postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return ["runuser", "-u", "postgres", "--"]


@contextlib.contextmanager
def cluster():
    """A PostgreSQL server on a socket in a temporary folder; yields the folder."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="bench_sql_"))
    run = as_server_user(folder)
    tools = max(pathlib.Path("/usr/lib/postgresql").iterdir(), key=lambda p: int(p.name)) / "bin"
    quiet = {"check": True, "cwd": folder, "stdout": subprocess.DEVNULL}
    control = run + [tools / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log"]
    try:
        subprocess.run(run + [tools / "initdb", "-D", folder / "data", "-A", "trust", "-U", "bench",
                              "--no-sync", "--locale=C", "-E", "UTF8"], **quiet)
        settings = f"-k {folder} -c listen_addresses= -c fsync=off -c shared_buffers=1GB"
        subprocess.run(control + ["-o", settings, "start"], **quiet)
        try:
            yield folder
        finally:
            subprocess.run(control + ["-m", "immediate", "stop"], **quiet)
    finally:
        shutil.rmtree(folder)


def cpu_of(pid):
    return int(pathlib.Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[0]) / 1e9


class Session:
    """One connection, and the CPU time of the process that serves it."""

    def __init__(self, folder):
        import psycopg2  # only this part needs it
        self.connection = psycopg2.connect(host=str(folder), user="bench", dbname="postgres")
        self.connection.autocommit = True
        self.cursor = self.connection.cursor()
        self.run("select pg_backend_pid()")
        self.pid = self.cursor.fetchone()[0]

    def run(self, sql):
        self.cursor.execute(sql)

    def timed(self, sql):
        start = cpu_of(self.pid)
        self.run(sql)
        return cpu_of(self.pid) - start

    def copy(self, table, path):
        with open(path, encoding="ascii") as rows:
            self.cursor.copy_expert(f"copy {table} from stdin with (format csv, delimiter ';')",
                                    rows)


def post_open(folder, data):
    db = Session(folder)
    db.run("create extension postgis")
    db.run("create table beats(id int, wkt text)")
    db.copy("beats", data / "beats.csv")
    db.run("alter table beats add geom geometry")
    db.run("update beats set geom = ST_GeomFromText(wkt, 4326)")
    db.run("alter table beats drop wkt")
    db.run("vacuum full analyze beats")
    db.run("create index on beats using gist(geom)")
    for setting in ("max_parallel_workers_per_gather = 0", "jit = off", "enable_hashjoin = off",
                    "enable_mergejoin = off"):
        db.run(f"set {setting}")
    return db


def post_points(db, data, name):
    db.run("drop table if exists pts")
    db.run("create table pts(id int, x float8, y float8)")
    db.copy("pts", data / name)
    db.run("alter table pts add geom geometry")
    db.run("update pts set geom = ST_SetSRID(ST_MakePoint(x, y), 4326)")
    db.run("vacuum full analyze pts")


def bench_postgis(table, data, ours, slow):
    with cluster() as folder:
        db = post_open(folder, data)
        join = ("select count(*), sum(b.id) from {} on ST_Intersects(b.geom, p.geom)"
                " where p.id <= {}")
        for name, answer in ours.items():
            post_points(db, data, name)
            count = min(slow, answer[0])
            seconds = db.timed(join.format("pts p join beats b", count))
            table.row("PostGIS", "GiST on beats, points outside", name, count, seconds,
                      db.cursor.fetchone(), answer)
            indexing = db.timed("create index on pts using gist(geom)")
            db.run("analyze pts")
            seconds = db.timed(join.format("beats b join pts p", answer[0]))
            table.row("PostGIS", "GiST on points, beats outside"
                      f" (+ {indexing:.1f} s to index the points)", name, answer[0], seconds,
                      db.cursor.fetchone(), answer)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--slow-points", type=int, default=100_000,
                        help="for plans that take their time")
    parser.add_argument("--only", choices=("spatialite", "postgis"))
    parser.add_argument("layer", nargs="?", default="Chicago beats")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
        ours = our_answers(folder, asked.points, asked.layer)
        table = Table()
        if asked.only != "postgis":
            bench_spatialite(table, folder, ours, asked.slow_points)
        if asked.only != "spatialite":
            bench_postgis(table, folder, ours, asked.slow_points)
    sys.exit(0 if table.same else 1)


if __name__ == "__main__":
    main()
