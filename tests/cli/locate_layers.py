#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Beats for the points of layers: `community locate` with a table of text is what the layers are
held against, and GDAL reads what came out."""

import csv
import math
import os
import pathlib
import random
import sqlite3
import struct
import subprocess
import tempfile
import unittest

from osgeo import gdal, ogr, osr

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("CMTY_BINARY_DIR", ROOT / "build"))
COMMUNITY = BUILD / "bin/community"
DONE, USAGE, BAD_INPUT = 0, 2, 3
ADDED = ["beat", "beat_relation", "beat_margin_m", "beat_ambiguous", "beat_candidates",
         "beat_version"]
PROBABLE = ["beat_probability", "beat_candidate_probabilities", "beat_other_probability",
            "beat_outside_probability"]
DRIVERS = {"gpkg": "GPKG", "geojson": "GeoJSON", "shp": "ESRI Shapefile", "fgb": "FlatGeobuf"}
STEP = 0.01

gdal.UseExceptions()
ogr.UseExceptions()


def reference(epsg):
    crs = osr.SpatialReference()
    crs.ImportFromEPSG(epsg)
    crs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return crs


def write_beats(path):
    """A board of squares, from -87.70 on, 41.80 on; one is missing."""
    layer_file = ogr.GetDriverByName("GeoJSON").CreateDataSource(str(path))
    layer = layer_file.CreateLayer("beats", reference(4326), ogr.wkbPolygon)
    layer.CreateField(ogr.FieldDefn("BEAT", ogr.OFTString))
    for i in range(36):
        if i == 14:
            continue
        west, south = round(-87.70 + i % 6 * STEP, 2), round(41.80 + i // 6 * STEP, 2)
        east, north = round(west + STEP, 2), round(south + STEP, 2)
        feature = ogr.Feature(layer.GetLayerDefn())
        feature["BEAT"] = f"{i:04d}"
        feature.SetGeometry(ogr.CreateGeometryFromWkt(
            f"POLYGON(({west} {south},{east} {south},{east} {north},{west} {north},"
            f"{west} {south}))"))
        layer.CreateFeature(feature)


def some_points(count):
    """Also outside, on edges and corners, and just beside them."""
    draw = random.Random(7)
    for i in range(count):
        x, y = draw.uniform(-87.72, -87.62), draw.uniform(41.79, 41.87)
        if i % 5 == 0:
            x = round(x, 2)
        if i % 7 == 0:
            y = round(y, 2) + draw.choice((0, 1e-7, -1e-6))
        yield x, y


def fields_of(layer):
    definition = layer.GetLayerDefn()
    return [definition.GetFieldDefn(i).GetName() for i in range(definition.GetFieldCount())]


def wkb(feature):
    geometry = feature.GetGeometryRef()
    return None if geometry is None else bytes(geometry.ExportToIsoWkb())


class Folder(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.addCleanup(self.temporary.cleanup)
        self.folder = pathlib.Path(self.temporary.name)
        self.opened = []
        write_beats(self.folder / "beats.geojson")

    def open(self, name):
        """A layer lives as long as its file."""
        self.opened.append(gdal.OpenEx(str(self.folder / name), gdal.OF_VECTOR))
        return self.opened[-1].GetLayer(0)

    beats = "beats.geojson"

    def run_locate(self, *arguments):
        return subprocess.run([COMMUNITY, "locate", "--beats", self.beats, *arguments],
                              cwd=self.folder, text=True, capture_output=True, check=False,
                              timeout=240)

    def locate(self, *arguments):
        done = self.run_locate(*arguments)
        self.assertEqual(done.returncode, DONE, done.stderr)
        return done.stderr

    def refuse(self, words, *arguments):
        done = self.run_locate(*arguments)
        self.assertIn(done.returncode, (USAGE, BAD_INPUT, 4), done.stderr)
        self.assertIn(words, done.stderr)
        self.assertEqual([p.name for p in self.folder.iterdir() if "tmp" in p.name], [])

    def make(self, name, points, epsg=4326, columns=(), kind=ogr.wkbPoint, layer="reports"):
        """A layer of points (or WKT, or None) with a number and columns: (name, type, values)."""
        layer_file = ogr.GetDriverByName(DRIVERS[name.split(".")[-1]]).CreateDataSource(
            str(self.folder / name))
        made = layer_file.CreateLayer(layer, reference(epsg) if epsg else None, kind)
        made.CreateField(ogr.FieldDefn("no", ogr.OFTInteger))
        for column, type_, _ in columns:
            made.CreateField(ogr.FieldDefn(column, type_))
        for i, point in enumerate(points):
            feature = ogr.Feature(made.GetLayerDefn())
            feature["no"] = i
            for column, _, values in columns:
                if values[i] is not None:
                    feature.SetField(column, values[i])
            if isinstance(point, str):
                feature.SetGeometry(ogr.CreateGeometryFromWkt(point))
            elif point is not None:
                geometry = ogr.Geometry(ogr.wkbPoint)
                geometry.SetPoint_2D(0, *point)
                feature.SetGeometry(geometry)
            made.CreateFeature(feature)
        del made, layer_file

    def table(self, points, *arguments, header="no,lon,lat", more=None):
        """What the table of the same points says, row by row."""
        with open(self.folder / "points.csv", "w", encoding="utf-8") as out:
            out.write(header + "\n")
            for i, (x, y) in enumerate(points):
                out.write(f"{i},{x!r},{y!r}{',' + more[i] if more else ''}\n")
        self.locate("points.csv", "-o", "located.csv", *arguments)
        with open(self.folder / "located.csv", encoding="utf-8") as rows:
            return list(csv.DictReader(rows))

    def assert_answers(self, path, rows, names=None, decimals=3):
        names = names or ADDED
        layer = self.open(path)
        self.assertEqual(layer.GetFeatureCount(), len(rows))
        for feature, row in zip(layer, rows):
            for name, wanted in zip(names, (row[n] for n in ADDED + PROBABLE)):
                got = feature[name]
                got = "" if got is None else str(got)
                if got.strip("0123456789.e-") == wanted.strip("0123456789.") == "" != got:
                    self.assertAlmostEqual(float(got), float(wanted), decimals)
                else:
                    self.assertEqual(got, wanted, (row, name))


class Formats(Folder):
    def test_every_format_gives_what_the_table_gives(self):
        points = list(some_points(1000))
        rows = self.table(points)
        self.assertEqual({row["beat_relation"] for row in rows},
                         {"inside", "on_edge", "gap_nearest", "outside"})
        for end in DRIVERS:
            self.make(f"in.{end}", points)
            for out in (*DRIVERS, "csv") if end == "gpkg" else ("gpkg", "geojson"):
                with self.subTest(input=end, output=out):
                    name = f"from_{end}.{out}"
                    self.locate(f"in.{end}", "-o", name)
                    if "fgb" in (end, out):  # which sorts its features by place
                        self.assert_same_set(name, rows, out)
                    else:
                        self.assert_answers(name, rows, self.names(name))
        self.assertEqual([p.name for p in self.folder.iterdir() if "tmp" in p.name], [])

    def names(self, name):
        return [n for n in fields_of(self.open(name)) if n.startswith("beat")]

    def assert_same_set(self, name, rows, out):
        names = self.names(name)
        layer = self.open(name)
        got = {int(f["no"]): (f[names[0]] or "", f[names[1]], f[names[4]] or "") for f in layer}
        self.assertEqual(got, {int(r["no"]): (r["beat"], r["beat_relation"], r["beat_candidates"])
                               for r in rows}, out)

    def test_table_of_text_becomes_a_layer(self):
        points = list(some_points(50))
        rows = self.table(points, "--lon", "a", "--lat", "b", header="no,a,b")
        self.locate("points.csv", "--lon", "a", "--lat", "b", "-o", "out.gpkg")
        self.assert_answers("out.gpkg", rows)
        self.assertEqual(self.open("out.gpkg").GetSpatialRef()
                         .GetAuthorityCode(None), "4326")

    def test_layer_is_called_as_the_file_or_as_is_said(self):
        self.make("in.gpkg", some_points(3))
        self.locate("in.gpkg|layername=reports", "-o", "named after.gpkg")
        self.assertEqual(self.open("named after.gpkg").GetName(), "named after")
        self.locate("in.gpkg", "-o", "out.gpkg|layername=by beat")
        self.assertEqual(self.open("out.gpkg").GetName(), "by beat")

    def test_older_file_is_replaced_with_all_that_belongs_to_it(self):
        self.make("in.gpkg", some_points(10))
        for out in ("out.shp", "out.gpkg"):
            self.locate("in.gpkg", "-o", out)
            (self.folder / "out.qix").write_text("of older points")
            self.make("in.gpkg", some_points(4), epsg=None)
            self.locate("in.gpkg|crs=EPSG:4326", "-o", out)
            self.assertEqual(self.open(out).GetFeatureCount(), 4)
        self.assertFalse((self.folder / "out.qix").exists() and
                         (self.folder / "out.qix").read_text() == "")

    def test_probabilities_come_on_request(self):
        points = list(some_points(200))
        accuracy = [f"{i % 40}" if i % 3 else "" for i in range(200)]
        rows = self.table(points, "--accuracy", "acc", "--probability",
                          header="no,lon,lat,acc", more=accuracy)
        self.make("in.gpkg", points, columns=[
            ("acc", ogr.OFTReal, [float(a) if a else None for a in accuracy])])
        self.locate("in.gpkg", "--accuracy", "ACC", "--probability", "-o", "out.gpkg")
        self.assert_answers("out.gpkg", rows, ADDED + PROBABLE)


class Kept(Folder):
    def test_fields_geometries_numbers_and_order_stay_as_they_were(self):
        points = [None if i % 9 == 4 else p for i, p in enumerate(some_points(400))]
        values = [f"quote \" , \n ß {i}" if i % 3 else None for i in range(400)]
        self.make("in.gpkg", points, columns=[
            ("text", ogr.OFTString, values), ("real", ogr.OFTReal, [i / 7 for i in range(400)]),
            ("day", ogr.OFTDate, ["2024/02/29"] * 400),
            ("at", ogr.OFTDateTime, ["2024/02/29 12:13:14.567+00"] * 400)])
        with sqlite3.connect(self.folder / "in.gpkg") as db:
            db.execute("drop trigger if exists rtree_reports_geom_update3")
            db.execute("drop trigger if exists rtree_reports_geom_update4")
            db.execute("delete from rtree_reports_geom")
            db.execute("update reports set fid = fid + 1000 where fid > 100")
        self.locate("in.gpkg", "-o", "out.gpkg")
        before = self.open("in.gpkg")
        after = self.open("out.gpkg")
        self.assertEqual(fields_of(after), fields_of(before) + ADDED)
        self.assertEqual(after.GetFeatureCount(), 400)
        for old, new in zip(before, after):
            self.assertEqual(new.GetFID(), old.GetFID())
            self.assertEqual(wkb(new), wkb(old))
            for name in fields_of(before):
                self.assertEqual(new[name], old[name])

    def test_own_crs_is_kept_and_carried_for_asking(self):
        points = list(some_points(500))
        rows = self.table(points)
        for epsg in (32616, 3857):
            way = osr.CoordinateTransformation(reference(4326), reference(epsg))
            carried = [way.TransformPoint(*p)[:2] for p in points]
            self.make("in.gpkg", carried, epsg=epsg)
            self.make("bare.shp", carried, epsg=None)
            self.locate("in.gpkg", "-o", "out.gpkg")
            self.locate(f"bare.shp|crs=EPSG:{epsg}", "-o", "stated.gpkg")
            for out in ("out.gpkg", "stated.gpkg"):
                layer = self.open(out)
                self.assertEqual(layer.GetSpatialRef().GetAuthorityCode(None), str(epsg))
                for feature, row, place in zip(layer, rows, carried):
                    self.assertEqual(feature.GetGeometryRef().GetPoint_2D(0), place)
                    if row["beat_ambiguous"] == "0":
                        self.assertEqual(feature["beat"] or "", row["beat"])
                        self.assertAlmostEqual(feature["beat_margin_m"],
                                               float(row["beat_margin_m"]), delta=0.006)
                (self.folder / out).unlink()

    def test_name_that_is_taken_is_left_to_who_had_it(self):
        self.make("in.gpkg", some_points(5), columns=[("BEAT", ogr.OFTString, ["old"] * 5)])
        said = self.locate("in.gpkg", "-o", "out.gpkg")
        self.assertIn("beat_2", said)
        layer = self.open("out.gpkg")
        self.assertEqual(fields_of(layer), ["no", "BEAT", "beat_2"] + ADDED[1:])
        self.assertEqual({f["BEAT"] for f in layer}, {"old"})


class Places(Folder):
    def test_what_is_no_one_place_has_none(self):
        shapes = ["POINT(-87.695 41.805)", None, "POINT EMPTY", "MULTIPOINT EMPTY",
                  "MULTIPOINT(-87.695 41.805)", "MULTIPOINT(-87.695 41.805,-87.685 41.805)",
                  "LINESTRING(-87.695 41.805,-87.685 41.805)", "POINT Z(-87.695 41.805 7)",
                  "POINT M(-87.695 41.805 7)"]
        places = [True, False, False, False, True, False, False, True, True]
        for name in ("in.gpkg", "in.geojson"):
            self.make(name, shapes[:7] if name.endswith("json") else shapes, kind=ogr.wkbUnknown)
            said = self.locate(name, "-o", "out.gpkg")
            layer = self.open("out.gpkg")
            for feature, shape, place in zip(layer, shapes, places):
                self.assertEqual(feature["beat"], "0000" if place else None, shape)
                self.assertEqual(feature["beat_relation"], "inside" if place else "no_place")
                self.assertEqual(feature["beat_ambiguous"], 0)
                for field in ("beat_margin_m", "beat_candidates", "beat_version"):
                    self.assertEqual(feature[field] is not None, place)
            self.assertIn("1 of", said)

    def test_empty_layer_gives_an_empty_layer(self):
        for points in ([], [None, None]):
            self.make("in.gpkg", points)
            self.locate("in.gpkg", "-o", "out.gpkg")
            layer = self.open("out.gpkg")
            self.assertEqual(layer.GetFeatureCount(), len(points))
            self.assertEqual(fields_of(layer), ["no"] + ADDED)


class Times(Folder):
    beats = "beats.geojson|from=2020-07-01"

    def test_every_kind_of_time_decides_the_version(self):
        texts = ["2020-06-30T23:30:00Z", "2020-07-01T00:30:00Z", "2020-07-01T00:30:00+02:00",
                 "2020-06-30T23:30:00-05:00", None, "2020-07-01T00:30:00", "2020-07-01T06:00:00"]
        points = [(-87.695, 41.805)] * len(texts)
        arguments = ["--time-zone", "America/Chicago", "--time", "at"]
        rows = self.table(points, *arguments, header="no,lon,lat,at",
                          more=[t or "" for t in texts])
        self.assertEqual({row["beat_relation"] for row in rows}, {"inside", "no_version"})
        for kind in (ogr.OFTDateTime, ogr.OFTString):
            self.make("in.gpkg", points, columns=[("at", kind, texts)])
            for name in ("in.gpkg", "copy.geojson"):
                if name != "in.gpkg":
                    gdal.VectorTranslate(str(self.folder / name), str(self.folder / "in.gpkg"))
                self.locate(name, "-o", "out.gpkg", *arguments)
                self.assert_answers("out.gpkg", rows)
                os.unlink(self.folder / "out.gpkg")
            (self.folder / "copy.geojson").unlink()
        days = ["2020-06-30", "2020-07-01"]
        rows = self.table(points[:2], *arguments, header="no,lon,lat,at", more=days)
        self.make("in.gpkg", points[:2], columns=[("at", ogr.OFTDate, days)])
        self.locate("in.gpkg", "-o", "out.gpkg", *arguments)
        self.assert_answers("out.gpkg", rows)

    def test_as_of_is_for_all(self):
        self.make("in.gpkg", [(-87.695, 41.805)])
        self.locate("in.gpkg", "-o", "out.gpkg", "--as-of", "2019-01-01")
        self.assertEqual(self.open("out.gpkg").GetFeature(1)["beat_relation"], "no_version")


class Refused(Folder):
    def test_bad_input_is_told_in_a_sentence(self):
        self.make("in.gpkg", some_points(3), columns=[
            ("at", ogr.OFTString, ["2020-01-01", "yesterday", "2020-01-01"]),
            ("acc", ogr.OFTReal, [1, 2, -3])])
        write_beats(self.folder / "polygons.geojson")
        self.make("far.shp", [(1e6, 2e6)], epsg=None)
        (self.folder / "text.gpkg").write_text("no layer at all")
        out = ("-o", "out.gpkg")
        self.refuse("holds areas, and points are needed", "polygons.geojson", *out)
        self.refuse("has no CRS", "far.shp", *out)
        self.refuse("no field when for the time; there are no, at, acc", "in.gpkg", "--time",
                    "when", *out)
        self.refuse("feature 2, field at: not a time", "in.gpkg", "--time", "at", *out)
        self.refuse("field acc holds no times", "in.gpkg", "--time", "acc", *out)
        self.refuse("feature 3, field acc: below 0", "in.gpkg", "--accuracy", "acc", *out)
        self.refuse("not a vector file", "text.gpkg", *out)
        self.refuse("no such file", "absent.gpkg", *out)
        self.refuse("no layer of that name", "in.gpkg|layername=x", *out)
        self.refuse("read and replaced at once", "in.gpkg", "-o", "in.gpkg")
        self.refuse("ends in .gpkg", "in.gpkg", "-o", "out.xyz")
        self.refuse("cannot write", "in.gpkg", "-o", "no_such_folder/out.gpkg")
        self.assertFalse((self.folder / "out.gpkg").exists())

    def test_older_file_stays_when_the_new_one_fails(self):
        self.make("in.gpkg", some_points(3), columns=[("at", ogr.OFTString, ["x"] * 3)])
        (self.folder / "out.gpkg").write_text("of yesterday")
        self.refuse("not a time", "in.gpkg", "--time", "at", "-o", "out.gpkg")
        self.assertEqual((self.folder / "out.gpkg").read_text(), "of yesterday")


class BelowGdal(Folder):
    """GeoPackages that are copied without GDAL, and those that are not plain enough for it."""

    def rows(self, name, query):
        with sqlite3.connect(self.folder / name) as db:
            return db.execute(query).fetchall()

    def edited(self, name, **options):
        """The triggers of the spatial index ask for functions of GDAL's."""
        db = sqlite3.connect(self.folder / name, **options)
        for function in ("IsEmpty", "MinX", "MaxX", "MinY", "MaxY"):
            db.create_function(f"ST_{function}", 1, lambda _: 0)
        return db

    def test_values_stay_of_the_types_that_they_were_of(self):
        names = ["@t", "a \"b\"", "it's", "select", "größe", "fid_", "x@i@c"]
        self.make("in.gpkg", some_points(600), columns=[
            (n, ogr.OFTString if i % 2 else ogr.OFTInteger, ["1"] * 600)
            for i, n in enumerate(names)])
        quoted = ["\"" + n.replace("\"", "\"\"") + "\"" for n in names]
        with self.edited("in.gpkg") as db:
            for row, value in enumerate((None, 7, -2**62, 1.5, "text", b"\x00bytes\xff", "",
                                         "x" * 100000, "nul\x00within")):
                for name in quoted:
                    db.execute(f"update reports set {name} = ? where rowid = ?", (value, row + 1))
        self.locate("in.gpkg", "-o", "out.gpkg")
        columns = ", ".join(f"{c}, typeof({c})" for c in quoted)
        self.assertEqual(self.rows("out.gpkg", f"select fid, {columns} from out"),
                         self.rows("in.gpkg", f"select fid, {columns} from reports"))

    def test_what_another_program_has_not_settled_yet_is_seen(self):
        self.make("in.gpkg", some_points(300))
        writer = self.edited("in.gpkg", isolation_level=None)
        writer.execute("pragma journal_mode=wal")
        writer.execute("update reports set no = -1 where fid = 300")
        self.locate("in.gpkg", "-o", "out.gpkg")
        writer.close()
        self.assertEqual(self.rows("out.gpkg", "select no from out where fid = 300"), [(-1,)])

    def test_views_and_geometries_of_other_kinds_go_through_gdal(self):
        points = list(some_points(900))
        rows = self.table(points)
        self.make("in.gpkg", points)
        with sqlite3.connect(self.folder / "in.gpkg") as db:
            db.execute("create view seen as select fid, geom, no from reports")
            for table, columns in (("gpkg_contents", "'seen', data_type, 'seen', description, "
                                    "last_change, min_x, min_y, max_x, max_y, srs_id"),
                                   ("gpkg_geometry_columns",
                                    "'seen', column_name, geometry_type_name, srs_id, z, m")):
                db.execute(f"insert into {table} select {columns} from {table}")
        self.locate("in.gpkg|layername=seen", "-o", "out.gpkg")
        self.assert_answers("out.gpkg", rows)
        x, y = -87.695, 41.805
        spatialite = struct.pack("<BBi4dBi2dB", 0, 1, 4326, x, y, x, y, 0x7c, 1, x, y, 0xfe)
        for geometry, said in ((spatialite, None), (b"neither of them", "after feature 700")):
            with self.edited("in.gpkg") as db:
                db.execute("update reports set geom = ? where fid = 700", (geometry,))
            if said:
                self.refuse(said, "in.gpkg|layername=reports", "-o", "other.gpkg")
                continue
            self.locate("in.gpkg|layername=reports", "-o", "out.gpkg")
            self.assertEqual(self.rows("out.gpkg", "select beat from out where fid in (700, 701)"),
                             [("0000",), (rows[700]["beat"] or None,)])
            self.assertEqual(self.rows("out.gpkg", "select count(*) from out"), [(900,)])

    def test_geometries_state_the_crs_of_their_new_table(self):
        self.make("in.gpkg", [(-9750000.0, 5130000.0)], epsg=4326, kind=ogr.wkbUnknown)
        for spec, srs in (("in.gpkg|crs=EPSG:3857", 3857), ("in.gpkg|crs=+proj=merc", None)):
            self.locate(spec, "-o", "out.gpkg")
            stated = self.rows("out.gpkg", "select srs_id, (select hex(substr(geom, 5, 4)) from "
                                           "out) from gpkg_geometry_columns")[0]
            self.assertEqual(int.from_bytes(bytes.fromhex(stated[1]), "little"), stated[0])
            self.assertIn(srs, (None, stated[0]))

    def test_damaged_file_is_told(self):
        self.make("in.gpkg", some_points(5000))
        whole = (self.folder / "in.gpkg").read_bytes()
        pages = [row[0] for row in self.rows("in.gpkg", "select pageno from dbstat where name = "
                                                        "'reports' and pagetype = 'leaf'")]
        broken = bytearray(whole)
        broken[(pages[20] - 1) * 4096:pages[20] * 4096] = b"\xff" * 4096
        (self.folder / "in.gpkg").write_bytes(broken)
        self.refuse("is damaged or cut off after feature", "in.gpkg", "-o", "out.gpkg")


class SpatialIndex(Folder):
    def test_filters_find_what_brute_force_finds(self):
        points = list(some_points(5000))
        self.make("in.gpkg", points)
        self.locate("in.gpkg", "-o", "out.gpkg")
        with sqlite3.connect(self.folder / "out.gpkg") as db:
            self.assertEqual(db.execute("select rtreecheck('rtree_out_geom')").fetchone()[0], "ok")
            self.assertEqual(db.execute("pragma integrity_check").fetchone()[0], "ok")
        layer = self.open("out.gpkg")
        self.assertTrue(layer.TestCapability(ogr.OLCFastSpatialFilter))
        draw = random.Random(3)
        for _ in range(50):
            x, y, r = draw.uniform(-87.72, -87.62), draw.uniform(41.79, 41.87), draw.random() / 30
            layer.SetSpatialFilterRect(x - r, y - r, x + r, y + r)
            self.assertEqual(
                {f["no"] for f in layer},
                {i for i, (a, b) in enumerate(points) if math.fabs(a - x) <= r
                 and math.fabs(b - y) <= r})


    def test_index_is_made_as_gdal_makes_it(self):
        self.make("in.gpkg", some_points(500), layer="a \"b\" 'c'")
        self.locate("in.gpkg", "-o", "ours.gpkg|layername=a \"b\" 'c'")
        stored = []
        for name in ("in.gpkg", "ours.gpkg"):
            with sqlite3.connect(self.folder / name) as db:
                stored.append([
                    db.execute("select type, name, tbl_name, sql from sqlite_master "
                               "where name like 'rtree%' or sql like '%rtree%' "
                               "or name = 'gpkg_extensions' order by name").fetchall(),
                    db.execute("select * from gpkg_extensions").fetchall(),
                    db.execute("select * from gpkg_ogr_contents").fetchall(),
                    db.execute("select round(min_x, 9), round(min_y, 9), round(max_x, 9), "
                               "round(max_y, 9), srs_id from gpkg_contents").fetchall(),
                    db.execute("select * from gpkg_geometry_columns").fetchall()])
        self.assertEqual(*stored)
        self.assertEqual(len(stored[0][0]), 11)

    def test_index_follows_edits(self):
        self.make("in.gpkg", some_points(3000))
        self.locate("in.gpkg", "-o", "out.gpkg")
        edited = gdal.OpenEx(str(self.folder / "out.gpkg"), gdal.OF_VECTOR | gdal.OF_UPDATE)
        layer = edited.GetLayer(0)
        edited.StartTransaction()
        for fid in range(1, 3001, 3):
            feature = layer.GetFeature(fid)
            feature.SetGeometry(ogr.CreateGeometryFromWkt(f"POINT({fid} 10)"))
            layer.SetFeature(feature)
            layer.DeleteFeature(fid + 1)
        new = ogr.Feature(layer.GetLayerDefn())
        new.SetGeometry(ogr.CreateGeometryFromWkt("POINT(0.5 10)"))
        layer.CreateFeature(new)
        layer.SetSpatialFilterRect(0, 9, 100, 11)
        self.assertEqual(sorted(f.GetFID() for f in layer), [*range(1, 101, 3), 3001])
        edited.CommitTransaction()
        del feature, new, layer, edited
        with sqlite3.connect(self.folder / "out.gpkg") as db:
            self.assertEqual(db.execute("select rtreecheck('rtree_out_geom')").fetchone()[0], "ok")


if __name__ == "__main__":
    unittest.main()
