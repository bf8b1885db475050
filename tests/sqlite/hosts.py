#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""mod_community in each program that can load it: the SQLite shell, SpatiaLite's, GDAL, QGIS."""

import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("CMTY_BINARY_DIR", ROOT / "build"))
MODULE = BUILD / "lib/mod_community.so"
SQUARE = ('{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"BEAT":"0123"},'
          '"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1],[0,0]]]}}]}')
QGIS = """
import sys
from qgis.core import QgsApplication, QgsVectorLayer
from qgis.utils import spatialite_connect
app = QgsApplication([], False)
app.initQgis()
connection = spatialite_connect(":memory:")
connection.enable_load_extension(True)
connection.load_extension(sys.argv[1])
print(connection.execute("SELECT cmty_beat(0.5, 0.5), ST_X(GeomFromText('POINT(3 4)'))").fetchone())
layer = QgsVectorLayer(sys.argv[2] + "|subset=SELECT id, cmty_beat(lon, lat) AS beat FROM p", "p",
                       "ogr")
print(layer.isValid(), [feature.attributes() for feature in layer.getFeatures()])
"""


class Hosts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        cls.folder = pathlib.Path(scratch.name)
        cls.beats = cls.folder / "beats.geojson"
        cls.beats.write_text(SQUARE)
        cls.points = cls.folder / "points.sqlite"
        connection = sqlite3.connect(cls.points)
        connection.execute("CREATE TABLE p(id TEXT, lon REAL, lat REAL)")
        connection.execute("INSERT INTO p VALUES('a', 0.5, 0.5), ('b', 1, 1), ('c', 2, 2)")
        connection.commit()
        connection.close()

    def run_host(self, *command):
        if shutil.which(command[0]) is None:
            print(f"SKIP: {command[0]} is not installed")
            self.skipTest(f"{command[0]} is not installed")
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True,
                              check=False, timeout=100,
                              env={**os.environ, "COMMUNITY_BEATS": str(self.beats),
                                   "OGR_SQLITE_LOAD_EXTENSIONS": str(MODULE),
                                   "QT_QPA_PLATFORM": "offscreen"})
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def test_sqlite_shell(self):
        out = self.run_host("sqlite3", self.points, f".load {BUILD}/lib/mod_community",
                            "SELECT id, cmty_beat(lon, lat) FROM p")
        self.assertEqual(out, "a|0123\nb|0123\nc|\n")

    def test_spatialite_shell(self):
        """SpatiaLite first, as the shell does, and our masked place as a geometry."""
        key = self.folder / "mask.key"
        subprocess.run([BUILD / "bin/community", "keygen", "--mask", key], check=True,
                       capture_output=True)
        script = self.folder / "script.sql"
        script.write_text(
            f"SELECT load_extension('{BUILD}/lib/mod_community');\n"
            f"SELECT length(cmty_open_mask('law', 'lattice', 'key', '{key}')) > 0;\n"
            "SELECT cmty_beat(0.5, 0.5), "
            "ST_Distance(GeomFromText(cmty_mask('a', 0.5, 0.5)), MakePoint(0.5, 0.5)) < 0.1;\n")
        out = self.run_host("spatialite", "-silent", self.points, f".read {script} UTF-8")
        self.assertEqual(out.splitlines()[-1], "0123|1")

    def test_gdal(self):
        out = self.run_host("ogrinfo", "-q", "-dialect", "SQLITE", "-sql",
                            "SELECT id, cmty_beat(lon, lat) AS beat FROM p", self.points)
        self.assertEqual([line.split("=")[1].strip() for line in out.splitlines() if " = " in line],
                         ["a", "0123", "b", "0123", "c", "(null)"])

    def test_qgis(self):
        if subprocess.run(["/usr/bin/python3", "-c", "import qgis.core"], check=False,
                          capture_output=True).returncode != 0:
            print("SKIP: python3-qgis is not installed")
            self.skipTest("python3-qgis is not installed")
        script = self.folder / "host.py"
        script.write_text(QGIS)
        out = self.run_host(sys.executable, script, MODULE, self.points)
        self.assertEqual(out.splitlines(), [
            "('0123', 3.0)", "True [['a', '0123'], ['b', '0123'], ['c', NULL]]"])


if __name__ == "__main__":
    unittest.main()
