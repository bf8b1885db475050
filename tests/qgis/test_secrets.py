# SPDX-License-Identifier: MIT
"""No file that may leave the house, and no message, holds who reported or exactly where: the bytes
are searched for both, in every form in which they could be written."""

import re
import struct
import tempfile

import pytest
from qgis.core import (QgsCoordinateReferenceSystem, QgsCoordinateTransform,
                       QgsCoordinateTransformContext, QgsPointXY, QgsProcessingFeedback)

import maps

WHO = ("Zebedee Quartermaine", "+1-785-555-0199")
COUNT = 40
DAY = "2024-05-07T12:00:00"


@pytest.fixture()
def reports():
    rows = [(maps.at(0.1123456 + 0.0187 * i, 0.2187654 + 0.0143 * i),
             (f"ref-{i:04}-zq", DAY, "noise", *WHO)) for i in range(COUNT)]
    return maps.layer("Point", "reports", ("id:string", "occurred:string", "category:string",
                                           "caller:string", "phone:string"), rows)


def places(layer):
    """(x, y) of each report, in the CRS of the layer and in degrees."""
    carry = QgsCoordinateTransform(layer.crs(), QgsCoordinateReferenceSystem("EPSG:4326"),
                                   QgsCoordinateTransformContext())
    points = [feature.geometry().asPoint() for feature in layer.getFeatures()]
    return [(p.x(), p.y(), 2) for p in points] + [
        (p.x(), p.y(), 6) for p in (carry.transform(QgsPointXY(p)) for p in points)]


def exact_places(data, layer):
    """How many reports' places a file holds: as doubles, or as text to a decimetre."""
    text = data.decode("latin-1")
    numbers = {digits: {f"{float(number):.{digits}f}" for number in
                        re.findall(r"-?\d{1,7}\.\d{2,}", text)} for digits in (2, 6)}
    found = 0
    for x, y, digits in places(layer):
        binary = any(struct.pack(order, x) in data and struct.pack(order, y) in data
                     for order in ("<d", ">d"))
        written = f"{x:.{digits}f}" in numbers[digits] and f"{y:.{digits}f}" in numbers[digits]
        found += binary or written
    return found


def persons(data):
    return [who for who in WHO for form in ("utf-8", "utf-16-le") if who.encode(form) in data]


# Name, parameters, and what of it may leave; {} is the folder.
RELEASES = {
    "maskpoints": (dict(ID_FIELD="id", KEY="{}/mask.key", TIME_FIELD="occurred",
                        KEEP_FIELDS=["category"]), {"OUTPUT": "masked.gpkg"}),
    "maskpoints as text": (dict(ID_FIELD="id", KEY="{}/mask.key"), {"OUTPUT": "masked.geojson"}),
    "publishoverlay": (dict(REF_FIELD="id", TIME_FIELD="occurred", CATEGORY_FIELD="category",
                            BEATS=True, KEY="{}/mask.key"),
                       {"OUTPUT": "overlay.gpkg", "HTML": "overlay.html",
                        "GEOJSON": "overlay.geojson", "CSV": "overlay.csv"}),
    "countbybeat": (dict(BEATS=True, NOISE=True, KEY="{}/mask.key", RELEASE="may"),
                    {"OUTPUT": "counts.gpkg"}),
    "comparebeats": (dict(OLD=True, NEW=True, POINTS="reports"),
                     {"OUTPUT": "moved.gpkg", "CSV": "moved.csv", "HTML": "moved.html"}),
    "checkprivacy": (dict(TRUTH="reports", ID_FIELD="id", PUBLISHED="masked"),
                     {"OUTPUT": "findings.csv", "HTML": "findings.html"}),
}


def filled(value, folder, reports):
    if value is True:
        return [maps.beats()]
    if value == "reports":
        return reports
    return value.format(folder) if isinstance(value, str) else value


@pytest.mark.parametrize("release", RELEASES)
def test_what_leaves_the_house_tells_no_person_and_no_place(plugin, run, reports, release, tmp_path,
                                                            monkeypatch):
    import processing

    passing = tmp_path / "passing"
    passing.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(passing))
    parameters, outputs = RELEASES[release]
    given = {name: filled(value, tmp_path, reports) for name, value in parameters.items()}
    if given.get("PUBLISHED"):
        given["PUBLISHED"] = [run("maskpoints", INPUT=reports, ID_FIELD="id",
                                  KEY=str(tmp_path / "mask.key"),
                                  OUTPUT="TEMPORARY_OUTPUT")["OUTPUT"]]
    if "TRUTH" not in given and "OLD" not in given:
        given["INPUT"] = reports
    files = {name: tmp_path / file for name, file in outputs.items()}
    feedback = QgsProcessingFeedback()
    processing.run(f"community:{release.split()[0]}",
                   {**given, **{name: str(path) for name, path in files.items()}},
                   feedback=feedback)
    said = feedback.textLog().encode()
    for data in [path.read_bytes() for path in files.values()] + [said]:
        assert persons(data) == []
        assert exact_places(data, reports) == 0
    assert list(passing.iterdir()) == []


def test_the_search_finds_what_it_looks_for(run, reports, tmp_path):
    """Beats are assigned for the house: such a layer holds all that the others must not."""
    for name in ("inside.gpkg", "inside.geojson", "inside.csv"):
        more = {"INPUT": reports, "BEATS": [maps.beats()], "OUTPUT": str(tmp_path / name)}
        run("assignbeats", **more)
        data = (tmp_path / name).read_bytes()
        assert len(persons(data)) == 2
        assert name.endswith("csv") or exact_places(data, reports) == COUNT
