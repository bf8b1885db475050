#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Axis order, in every way that files get it wrong or merely different: the same town must give the
same answers, or be refused with the reason. GeoJSON is what the others are held against."""

import csv
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

from osgeo import ogr, osr

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("CMTY_BINARY_DIR", ROOT / "build"))
COMMUNITY = BUILD / "bin/community"
TOWNS = {"new_jersey": (-74.0, 40.0), "auckland": (174.7, -36.9), "denver": (-105.0, 39.7)}

ogr.UseExceptions()


def reference(epsg):
    crs = osr.SpatialReference()
    crs.ImportFromEPSG(epsg)
    crs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return crs


def squares(lon, lat):
    """Three beats in a row, the last twice as high: no mirror image of themselves."""
    for i, height in enumerate((1, 1, 2)):
        west, east, north = lon + 0.01 * i, lon + 0.01 * (i + 1), lat + 0.01 * height
        yield str(i + 1), [[west, lat], [east, lat], [east, north], [west, north],
                           [west, lat + 0.01], [west, lat]]


def geojson(rings, swap=False):
    return json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"BEAT": beat}, "geometry": {
            "type": "Polygon", "coordinates": [[p[::-1] if swap else p for p in ring]]}}
        for beat, ring in rings]})


def gml(rings, srs, swap, turn=None):
    """GML 3 as a WFS sends it."""
    members = []
    for beat, ring in rings:
        points = [turn.TransformPoint(*p)[:2] if turn else p for p in ring]
        text = " ".join(f"{a:.9f}" for p in points for a in (p[::-1] if swap else p))
        members.append(
            f'<gml:featureMember><x:beat><x:BEAT>{beat}</x:BEAT><x:shape><gml:Polygon '
            f'srsName="{srs}"><gml:exterior><gml:LinearRing><gml:posList>{text}</gml:posList>'
            "</gml:LinearRing></gml:exterior></gml:Polygon></x:shape></x:beat></gml:featureMember>")
    return ('<?xml version="1.0"?><gml:FeatureCollection xmlns:gml="http://www.opengis.net/gml" '
            f'xmlns:x="http://example.org/x">{"".join(members)}</gml:FeatureCollection>')


def write_ogr(path, driver, crs, rings, turn=None):
    source = ogr.GetDriverByName(driver).CreateDataSource(str(path))
    layer = source.CreateLayer("town", crs, ogr.wkbPolygon)
    layer.CreateField(ogr.FieldDefn("BEAT", ogr.OFTString))
    for beat, ring in rings:
        row = ogr.Feature(layer.GetLayerDefn())
        row.SetField("BEAT", beat)
        shape = ogr.CreateGeometryFromJson(json.dumps({"type": "Polygon", "coordinates": [ring]}))
        if turn:
            shape.Transform(turn)
        row.SetGeometry(shape)
        layer.CreateFeature(row)
    del layer, source


class Traps(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        for name, (lon, lat) in TOWNS.items():
            self.write(f"{name}.geojson", geojson(squares(lon, lat)))
            points = [(lon + 0.0011 * i, lat + 0.0013 * k) for i in range(-3, 33)
                      for k in range(-3, 20)]
            self.write(f"{name}.csv", "lon,lat\n" + "".join(f"{x:.6f},{y:.6f}\n"
                                                            for x, y in points))

    def write(self, name, text):
        (self.folder / name).write_text(text, encoding="utf-8")
        return name

    def run_cli(self, *arguments):
        return subprocess.run([COMMUNITY, *arguments], cwd=self.folder, text=True, check=False,
                              capture_output=True, timeout=120)

    def answers(self, layer, town):
        done = self.run_cli("locate", "--beats", layer, f"{town}.csv")
        self.assertEqual(done.returncode, 0, done.stderr)
        return [row["beat"] for row in csv.DictReader(done.stdout.splitlines())]

    def same(self, layer, town):
        expected = self.answers(f"{town}.geojson", town)
        self.assertEqual({"", "1", "2", "3"}, set(expected))
        self.assertEqual(self.answers(layer, town), expected)
        checked = self.run_cli("check", layer)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)

    def refused(self, layer):
        done = self.run_cli("locate", "--beats", layer, "denver.csv")
        self.assertEqual(done.returncode, 3, done.stdout)
        self.assertRegex(done.stderr, "axes swapped.*longitude")
        checked = self.run_cli("check", layer)
        self.assertEqual(checked.returncode, 1)
        self.assertRegex(checked.stdout, r"(?m)^axes_swapped +1")

    def test_geojson_with_latitude_first_is_refused(self):
        for town in ("denver", "new_jersey", "auckland"):
            with self.subTest(town=town):
                self.refused(self.write("swapped.geojson", geojson(squares(*TOWNS[town]), True)))

    def test_gml_with_latitude_first_as_its_urn_says(self):
        for town in ("new_jersey", "auckland"):
            for srs in ("urn:ogc:def:crs:EPSG::4326", "urn:x-ogc:def:crs:EPSG:4326",
                        "http://www.opengis.net/def/crs/EPSG/0/4326"):
                with self.subTest(town=town, srs=srs):
                    name = self.write(f"{town}{len(srs)}.gml",
                                      gml(squares(*TOWNS[town]), srs, True))
                    self.same(name, town)

    def test_gml_with_longitude_first_as_old_names_say(self):
        for srs in ("EPSG:4326", "http://www.opengis.net/gml/srs/epsg.xml#4326"):
            with self.subTest(srs=srs):
                name = self.write(f"old{len(srs)}.gml",
                                  gml(squares(*TOWNS["auckland"]), srs, False))
                self.same(name, "auckland")

    def test_gml_with_northing_first(self):
        turn = osr.CoordinateTransformation(reference(4326), reference(2193))
        name = self.write("nztm.gml", gml(squares(*TOWNS["auckland"]),
                                          "urn:ogc:def:crs:EPSG::2193", True, turn))
        self.same(name, "auckland")

    def test_geopackage_of_crs_whose_authority_says_latitude_or_northing_first(self):
        for epsg, town in ((4326, "new_jersey"), (4269, "denver"), (2193, "auckland"),
                           (4167, "auckland")):
            with self.subTest(epsg=epsg):
                turn = osr.CoordinateTransformation(reference(4326), reference(epsg))
                write_ogr(self.folder / f"{epsg}.gpkg", "GPKG", reference(epsg),
                          squares(*TOWNS[town]), turn)
                self.same(f"{epsg}.gpkg", town)

    def test_shapefile_whose_wkt_says_latitude_first(self):
        write_ogr(self.folder / "wkt.shp", "ESRI Shapefile", reference(4326),
                  squares(*TOWNS["denver"]))
        (self.folder / "wkt.prj").write_text(
            'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],'
            'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433],AXIS["Latitude",NORTH],'
            'AXIS["Longitude",EAST]]', encoding="ascii")
        self.same("wkt.shp", "denver")

    def test_crs_stated_by_the_user_with_latitude_first(self):
        write_ogr(self.folder / "none.shp", "ESRI Shapefile", None, squares(*TOWNS["denver"]))
        for crs in ("EPSG:4326", "OGC:CRS84"):
            with self.subTest(crs=crs):
                expected = self.answers("denver.geojson", "denver")
                self.assertEqual(self.answers(f"none.shp|crs={crs}", "denver"), expected)

    def test_the_operation_and_its_accuracy_are_said(self):
        turn = osr.CoordinateTransformation(reference(4326), reference(27700))
        write_ogr(self.folder / "osgb.gpkg", "GPKG", reference(27700), squares(-1.1, 52.6), turn)
        checked = json.loads(self.run_cli("check", "--json", "osgb.gpkg").stdout)
        layer, = checked["layers"]
        self.assertEqual(layer["crs"], "EPSG:27700")
        self.assertRegex(layer["operation"], "OSGB.* to WGS 84")
        self.assertTrue(0 < layer["accuracy_m"] <= 21)
        self.write("one.csv", "lon,lat\n-1.095,52.605\n")
        located = self.run_cli("locate", "--beats", "osgb.gpkg", "one.csv")
        self.assertIn(layer["operation"], located.stderr)


if __name__ == "__main__":
    unittest.main()
