# SPDX-License-Identifier: MIT
"""Layers as people have them, at their worst: the right answer, or a sentence that says what to do;
never a traceback, nothing lost, nothing let out."""

import json
import os
import subprocess
import sys
import tempfile

import pytest
from qgis.core import (QgsCoordinateReferenceSystem, QgsCoordinateTransform,
                       QgsCoordinateTransformContext, QgsField, QgsGeometry,
                       QgsProcessingException, QgsProcessingFeedback, QgsVectorFileWriter,
                       QgsVectorLayer)
from qgis.PyQt.QtCore import QTime, QVariant

import maps
from environment import PLUGINS

TEMPORARY = "TEMPORARY_OUTPUT"


def rows(layer):
    return list(layer.getFeatures())


def reports(fields, rows_, kind="Point"):
    return maps.layer(kind, "reports", fields, rows_)


def saved(layer, path, name=""):
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.layerName = name or layer.name()
    status = QgsVectorFileWriter.writeAsVectorFormatV3(layer, str(path),
                                                       QgsCoordinateTransformContext(), options)
    assert status[0] == QgsVectorFileWriter.NoError
    return str(path)


def read(path):
    return QgsVectorLayer(str(path), "read", "ogr")


def failure(run, name, **parameters):
    with pytest.raises(QgsProcessingException) as problem:
        run(name, **parameters)
    said = str(problem.value)
    assert "Traceback" not in said
    return said


# --- counts -------------------------------------------------------------------------------------

DATED = ("id:string", "occurred:string")


def test_noise_is_added_to_the_counts_of_the_period(run, tmp_path):
    days = ["2024-05-01"] * 400 + ["2024-06-01"] * 3
    found = run("countbybeat", INPUT=reports(DATED, [(maps.at(0.5, 0.5), (f"r{i}", day))
                                                     for i, day in enumerate(days)]),
                BEATS=[maps.beats()], TIME_FIELD="occurred", SINCE="2024-06-01T00:00:00",
                UNTIL="2024-07-01T00:00:00", NOISE=True, EPSILON=5, OUTPUT=TEMPORARY,
                KEY=str(tmp_path / "mask.key"))
    assert {f["beat"]: abs(f["reports"] - 3 * (f["beat"] == "A")) < 20
            for f in rows(found["OUTPUT"])} == dict.fromkeys("ABCD", True)


def test_noise_counts_by_the_beats_of_the_day(run, tmp_path):
    beats = maps.layer("Polygon", "beats", ("beat:string", "valid_from:date", "valid_to:date"), [
        (maps.square(0, 0), ("old", None, "2024-07-01")),
        (maps.square(0, 0), ("new", "2024-07-01", None))])
    found = run("countbybeat", INPUT=reports(DATED, [(maps.at(0.5, 0.5), (f"r{i}", "2024-05-01"))
                                                     for i in range(400)]),
                BEATS=[beats], TIME_FIELD="occurred", NOISE=True, EPSILON=5, OUTPUT=TEMPORARY,
                KEY=str(tmp_path / "mask.key"))
    row, = rows(found["OUTPUT"])
    assert row["beat"] == "new" and row["reports"] < 20


def test_counts_are_drawn_on_the_ground_of_the_beats_in_force(run):
    dates = ("beat:string", "valid_from:date", "valid_to:date")
    beats = maps.layer("Polygon", "beats", dates, [
        (maps.square(0, 0), ("A", None, "2024-07-01")),
        (maps.square(0, 0, 500), ("A", "2024-07-01", None))])
    for as_of, side in (("2024-01-01T00:00:00", 1000), (None, 500), ("2024-07-01T00:00:00", 500)):
        found = run("countbybeat", INPUT=maps.points([(0.2, 0.2)]), BEATS=[beats], AS_OF=as_of,
                    OUTPUT=TEMPORARY)
        row, = rows(found["OUTPUT"])
        assert row.geometry().area() == side ** 2


def test_counts_of_layers_in_two_crs_are_drawn_in_one(run):
    east = maps.square(1, 0)
    east.transform(QgsCoordinateTransform(
        QgsCoordinateReferenceSystem(maps.CRS), QgsCoordinateReferenceSystem("EPSG:4326"),
        QgsCoordinateTransformContext()))
    found = run("countbybeat", INPUT=maps.points([(1.5, 0.5)]), OUTPUT=TEMPORARY, BEATS=[
        maps.layer("Polygon", "west", ("beat:string",), [(maps.square(0, 0), ("A",))]),
        maps.layer("Polygon", "east", ("beat:string",), [(east, ("B",))], "EPSG:4326")])
    shapes = {f["beat"]: f.geometry().boundingBox() for f in rows(found["OUTPUT"])}
    assert abs(shapes["B"].xMinimum() - shapes["A"].xMaximum()) < 0.01


@pytest.mark.parametrize("kind, given", [("double", 11.0), ("string", " A1 "), ("integer", 7)])
def test_ids_of_any_type_are_counted(run, kind, given):
    beats = maps.layer("Polygon", "beats", (f"beat:{kind}",), [(maps.square(0, 0), (given,))])
    found = run("countbybeat", INPUT=maps.points([(0.5, 0.5)]), BEATS=[beats], OUTPUT=TEMPORARY)
    assert [f["reports"] for f in rows(found["OUTPUT"])] == [1] and found["OTHER_BEAT"] == 0


def test_a_period_that_cannot_be_is_said(run):
    said = failure(run, "countbybeat", INPUT=reports(DATED, []), BEATS=[maps.beats()],
                   TIME_FIELD="occurred", SINCE="2024-07-01T00:00:00",
                   UNTIL="2024-06-01T00:00:00", OUTPUT=TEMPORARY)
    assert "period" in said


def test_reports_without_a_time_do_not_get_lost_silently(plugin):
    import processing

    feedback = QgsProcessingFeedback()
    processing.run("community:countbybeat", {
        "INPUT": reports(DATED, [(maps.at(0.5, 0.5), ("a", "soon")),
                                 (maps.at(0.5, 0.5), ("b", None))]),
        "BEATS": [maps.beats()], "TIME_FIELD": "occurred", "SINCE": "2024-07-01T00:00:00",
        "OUTPUT": TEMPORARY}, feedback=feedback)
    assert "not counted" in feedback.textLog()


# --- files that are more than a file ------------------------------------------------------------

def answers(run, tmp_path, given, beats, **more):
    """Beats of the reports, from file to file and one by one: they must be the same."""
    both = []
    for number, output in enumerate((str(tmp_path / "answers.gpkg"), TEMPORARY)):
        found = run("assignbeats", INPUT=given, BEATS=[beats], OUTPUT=output, **more)["OUTPUT"]
        both.append([f["beat"] for f in rows(found if number else read(found))])
    assert both[0] == both[1]
    return both[0]


@pytest.fixture()
def versions():
    return maps.layer("Polygon", "beats", ("beat:string", "valid_from:date", "valid_to:date"), [
        (maps.square(0, 0), ("old", None, "2024-07-01")),
        (maps.square(0, 0), ("new", "2024-07-01", None))])


def test_one_date_for_all_goes_before_the_field(run, tmp_path, versions):
    given = saved(reports(DATED, [(maps.at(0.5, 0.5), ("a", "2024-05-01"))]), tmp_path / "in.gpkg")
    assert answers(run, tmp_path, given, versions, TIME_FIELD="occurred",
                   AS_OF="2025-01-01T00:00:00") == ["new"]


def test_a_virtual_field_may_be_the_time_and_the_id(run, tmp_path, versions, project):
    given = read(saved(reports(("id:string",), [(maps.at(0.5, 0.5), ("a",))]),
                       tmp_path / "in.gpkg"))
    given.addExpressionField("'2024-05-01'", QgsField("day", QVariant.String))
    beats = read(saved(versions, tmp_path / "beats.gpkg"))
    beats.addExpressionField("'X' || \"beat\"", QgsField("code", QVariant.String))
    project.addMapLayers([given, beats])
    assert answers(run, tmp_path, given, beats, TIME_FIELD="day", BEATS_ID="code") == ["Xold"]


def test_of_a_mixed_file_only_the_points_are_reports(run, tmp_path):
    mixed = tmp_path / "mixed.geojson"
    mixed.write_text(json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"beat": "A"}, "geometry": json.loads(shape.asJson())}
        for shape in (QgsGeometry.fromWkt("POINT(15.001 45.155)"),
                      QgsGeometry.fromWkt("POLYGON((15 45,15.1 45,15.1 45.2,15 45))"))]}))
    beats = f"{mixed}|geometrytype=Polygon"
    assert len(answers(run, tmp_path, f"{mixed}|geometrytype=Point", beats)) == 1


def test_a_crs_that_only_this_qgis_knows(run, tmp_path, project):
    crs = QgsCoordinateReferenceSystem.fromProj(
        "+proj=tmerc +lat_0=45.1 +lon_0=15.2 +k=1 +x_0=500000 +y_0=5000000 +datum=WGS84 +units=m")
    crs.saveAsUserCrs("County")
    assert crs.authid().startswith("USER:")
    beats, given = maps.beats(), maps.points([(1.5, 0.5)])
    for layer in (beats, given):
        layer.setCrs(crs)
    files = [read(saved(layer, tmp_path / f"{layer.name()}.gpkg")) for layer in (beats, given)]
    project.addMapLayers(files)
    assert files[0].crs().authid() == crs.authid()
    assert answers(run, tmp_path, files[1], files[0]) == ["B"]


# --- sentences ----------------------------------------------------------------------------------

@pytest.mark.parametrize("name, parameters", [
    ("assignbeats", dict(BEATS=True)), ("maskpoints", dict(ID_FIELD="beat", KEY="{}/mask.key")),
    ("finduplicates", dict(ID_FIELD="beat", TIME_FIELD="beat")),
    ("fencecheck", dict(FENCES=True, DEFAULT=1)), ("countbybeat", dict(BEATS=True))])
def test_areas_where_points_are_needed(run, tmp_path, name, parameters):
    areas = maps.layer("Polygon", "areas", ("beat:string", "id:string"),
                       [(maps.square(0, 0), ("A", "A"))])
    given = {key: [areas] if value is True else str(value).format(tmp_path)
             if key == "KEY" else value for key, value in parameters.items()}
    assert "points are needed" in failure(run, name, INPUT=areas, OUTPUT=TEMPORARY, **given)


@pytest.mark.parametrize("accuracy", ["about 5", "-5", "nan", "inf"])
def test_an_accuracy_that_is_none(run, tmp_path, accuracy):
    given = reports(("id:string", "acc:string"), [(maps.at(0.5, 0.5), ("a", "5")),
                                                  (maps.at(0.5, 0.5), ("b", accuracy))])
    file = saved(given, tmp_path / "given.gpkg")
    for source, output in ((given, TEMPORARY), (file, str(tmp_path / "answers.gpkg"))):
        said = failure(run, "assignbeats", INPUT=source, BEATS=[maps.beats()],
                       ACCURACY_FIELD="acc", OUTPUT=output)
        assert "eature 2, field acc" in said and accuracy not in said
    assert not (tmp_path / "answers.gpkg").exists()


def test_a_folder_that_cannot_be_made(run):
    assert failure(run, "demodata", OUTPUT="/proc/none/city", REPORTS=5).startswith("none: ")


@pytest.mark.parametrize("output", ["{0}/in.gpkg", "{0}/../{1}/in.gpkg", "{0}/in.gpkg|layername=x",
                                    "ogr:dbname='{0}/in.gpkg' table=\"reports\" (geom)"])
def test_what_is_read_is_not_written_over(run, tmp_path, output):
    given = saved(grid_of(3), tmp_path / "in.gpkg", "reports")
    before = (tmp_path / "in.gpkg").read_bytes()
    target = output.format(tmp_path, tmp_path.name)
    for name, more in (("assignbeats", dict(BEATS=[maps.beats()])),
                       ("maskpoints", dict(ID_FIELD="id", KEY=str(tmp_path / "mask.key")))):
        assert "would be lost" in failure(run, name, INPUT=given, OUTPUT=target, **more)
    assert (tmp_path / "in.gpkg").read_bytes() == before


def grid_of(count):
    return maps.points([(0.1 + 0.8 * i / count, 0.4) for i in range(count)])


def test_another_table_of_the_file_that_is_read_may_be_written(run, tmp_path):
    given = saved(grid_of(3), tmp_path / "in.gpkg", "reports")
    run("assignbeats", INPUT=f"{given}|layername=reports", BEATS=[maps.beats()],
        OUTPUT=f"ogr:dbname='{given}' table=\"answers\" (geom)")
    assert read(f"{given}|layername=reports").featureCount() == 3
    assert {f["beat"] for f in rows(read(f"{given}|layername=answers"))} == {"A"}


# --- fields that a masked layer keeps -----------------------------------------------------------

WANTED = ("ref:string", "when:string", "shift:time", "n:integer", "id:string", "mask_law:string")


def masked(run, tmp_path, keep, **more):
    given = reports(WANTED, [(maps.at(0.5, 0.5), ("r1", "noon", QTime(10, 20), 7, "x", "none"))])
    return dict(INPUT=given, ID_FIELD="ref", KEY=str(tmp_path / "mask.key"), KEEP_FIELDS=keep,
                OUTPUT=TEMPORARY, **more)


@pytest.mark.parametrize("name, field, value", [
    ("when", "when", "noon"), ("WHEN", "when", "noon"), ("n", "n", 7), ("N", "n", 7),
    ("shift", "shift", QTime(10, 20))])
def test_any_field_may_be_kept(run, tmp_path, name, field, value):
    row, = rows(run("maskpoints", **masked(run, tmp_path, [name]))["OUTPUT"])
    assert row.fields().names() == ["id", "mask_law", "mask_radius_m", "mask_status", "mask_note",
                                    field]
    assert (row["id"], row["mask_law"], row[field]) == ("r1", "lattice", value)


@pytest.mark.parametrize("name", ["id", "mask_law", "ID"])
def test_a_field_of_the_masked_layer_itself_is_not_kept(run, tmp_path, name):
    assert "Rename it" in failure(run, "maskpoints", **masked(run, tmp_path, [name]))


def test_the_id_is_kept_once(run, tmp_path):
    row, = rows(run("maskpoints", **masked(run, tmp_path, ["REF", "ref"]))["OUTPUT"])
    assert row["id"] == "r1" and row.fields().count() == 5


# --- what is stopped ----------------------------------------------------------------------------

class Impatient(QgsProcessingFeedback):
    """Somebody cancels after so many looks at the button."""

    def __init__(self, looks):
        super().__init__()
        self.looks = looks

    def isCanceled(self):
        self.looks -= 1
        return self.looks < 0


@pytest.mark.parametrize("name, algorithm, parameters", [
    ("answers.gpkg", "assignbeats", dict(BEATS=True)),
    ("answers.shp", "assignbeats", dict(BEATS=True)),
    ("answers.geojson", "maskpoints", dict(ID_FIELD="id", KEY=True)),
    ("answers.gpkg", "dateparts", dict(TIME_FIELD="id"))])
def test_what_is_cancelled_leaves_nothing(plugin, tmp_path, name, algorithm, parameters):
    from qgis.core import QgsApplication, QgsProcessingContext

    given = reports(("id:string",), [(maps.at(0.5, 0.5), (f"2024-05-01T00:{i // 60 % 60:02}:"
                                                          f"{i % 60:02}",)) for i in range(3100)])
    values = {"BEATS": [maps.beats()], "KEY": str(tmp_path / "mask.key")}
    parameters = {key: values[key] if value is True else value
                  for key, value in parameters.items()}
    whole = 0
    for looks in range(3, 60, 3):
        made = QgsApplication.processingRegistry().createAlgorithmById(f"community:{algorithm}")
        results, _ = made.run({"INPUT": given, "OUTPUT": str(tmp_path / name), **parameters},
                              QgsProcessingContext(), Impatient(looks))
        left = {path.name for path in tmp_path.iterdir()} - {"mask.key"}
        if results:
            assert name in left
            whole = looks
            break
        assert left == set()
    assert whole > 5


def test_what_fails_leaves_nothing(run, tmp_path):
    given = reports(("id:string", "acc:string"),
                    [(maps.at(0.5, 0.5), (f"r{i}", "5" if i < 2000 else "x")) for i in range(2001)])
    failure(run, "assignbeats", INPUT=given, BEATS=[maps.beats()], ACCURACY_FIELD="acc",
            OUTPUT=str(tmp_path / "answers.gpkg"))
    assert list(tmp_path.iterdir()) == []


def test_files_called_by_a_number_keep_their_name(qgis):
    from community_reports.algorithms.base import in_words

    assert in_words("2024.csv, line 5: no column id") == "2024.csv, line 5: no column id"
    assert in_words("passing1.csv, line 5: no place") == "row 4 of the layer: no place"


def test_there_is_no_row_0(run, tmp_path):
    given = reports(("id:string", "lon:string"), [(maps.at(0.5, 0.5), ("a", "x"))])
    said = failure(run, "maskpoints", INPUT=given, ID_FIELD="id", KEEP_FIELDS=["lon"],
                   KEY=str(tmp_path / "mask.key"), OUTPUT=TEMPORARY)
    assert said.startswith("the layer: column lon")


def test_what_a_crash_left_goes_when_the_next_work_begins(qgis, tmp_path, monkeypatch):
    from community_reports import layers

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left = subprocess.run(
        [sys.executable, "-c", "import os, sys; sys.path.insert(0, sys.argv[1]);"
         "from community_reports.layers import Workspace; work = Workspace();"
         "path = work.path('.csv'); open(path, 'w').write('15.1,45.2');"
         "print(path, flush=True); os._exit(9)", PLUGINS], check=False, capture_output=True,
        text=True, env={**os.environ, "TMPDIR": str(tmp_path)}).stdout.strip()
    running = layers.Workspace()
    assert os.path.exists(left)  # too young: it may belong to somebody who just began
    for folder in tmp_path.iterdir():
        os.utime(folder, (0, 0))
    layers.Workspace().close()
    assert [str(path) for path in tmp_path.iterdir()] == [os.path.dirname(running.path(".csv"))]
    running.close()


# --- others -------------------------------------------------------------------------------------

def test_new_beats_do_not_lose_their_ids(run):
    edited = maps.layer("Polygon", "edited", ("code:string",), [
        (maps.square(0, 0), ("A1",)), (maps.square(1, 0), ("B1",))])
    said = failure(run, "addbeatversion", CURRENT=maps.beats(), EDITED=edited, OUTPUT=TEMPORARY,
                   BEATS_ID="code", EFFECTIVE="2026-04-01T00:00:00")
    assert "lose their ids" in said


def test_a_masked_shapefile_is_checked(run, tmp_path):
    given = grid_of(40)
    found = run("maskpoints", INPUT=given, ID_FIELD="id", KEY=str(tmp_path / "mask.key"),
                OUTPUT=str(tmp_path / "masked.shp"))
    assert run("checkprivacy", TRUTH=given, ID_FIELD="id", PUBLISHED=[found["OUTPUT"]],
               OUTPUT=TEMPORARY)["OUTPUT"].featureCount() > 3


def test_a_masked_layer_may_have_fields_of_any_name(run, tmp_path):
    given = grid_of(40)
    found = run("maskpoints", INPUT=given, ID_FIELD="id", KEY=str(tmp_path / "mask.key"),
                OUTPUT=TEMPORARY)["OUTPUT"]
    for name in ("lon", "LAT", "law", "report_id"):
        found.addExpressionField("'x'", QgsField(name, QVariant.String))
    assert run("checkprivacy", TRUTH=given, ID_FIELD="id", PUBLISHED=[found],
               OUTPUT=TEMPORARY)["OUTPUT"].featureCount() > 3


def test_degrees_off_the_globe_are_no_place(run, tmp_path):
    given = maps.layer("Point", "reports", ("id:string",), [
        (QgsGeometry.fromWkt("POINT(500 100)"), ("a",)),
        (QgsGeometry.fromWkt("POINT(15.001 45.155)"), ("b",))], "EPSG:4326")
    fences = maps.layer("Polygon", "fences", ("id:string", "action:string"),
                        [(maps.square(0, 0), ("school", "withhold"))])
    found = run("fencecheck", INPUT=given, FENCES=[fences], OUTPUT=TEMPORARY)
    assert [f["fence_note"] for f in rows(found["OUTPUT"])][0] == "has no position"
    found = run("maskpoints", INPUT=given, ID_FIELD="id", KEY=str(tmp_path / "mask.key"),
                OUTPUT=TEMPORARY)
    assert (found["COUNT"], found["WITHHELD"]) == (1, 1)


def test_a_report_without_an_id_is_told_by_its_row(run, tmp_path):
    given = reports(("ref:string",), [(maps.at(0.5, 0.5), (None,))])
    assert failure(run, "maskpoints", INPUT=given, ID_FIELD="ref", OUTPUT=TEMPORARY,
                   KEY=str(tmp_path / "mask.key")).startswith("row 1 of the layer, column id: ")


def test_beats_without_a_crs_are_not_taken_for_degrees(run):
    beats = maps.beats()
    beats.setCrs(QgsCoordinateReferenceSystem())
    said = failure(run, "assignbeats", INPUT=grid_of(2), BEATS=[beats], OUTPUT=TEMPORARY)
    assert "Set Layer CRS" in said
