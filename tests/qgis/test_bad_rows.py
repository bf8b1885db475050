# SPDX-License-Identifier: MIT
"""One bad row among good ones: a sentence that says which, or an answer without it; never a
traceback, a place, or the name of a file that is gone."""

import pytest
from qgis.core import QgsGeometry, QgsProcessingException

import maps

BAD = {"far": ("POINT(1e9 1e9)", "r9", "2024-05-01"), "without": ("", "r9", "2024-05-01"),
       "unnamed": ("POINT(500500 5000500)", "", "2024-05-01"),
       "undated": ("POINT(500500 5000500)", "r9", "soon")}


def reports(kind):
    wkt, name, day = BAD[kind]
    rows = [(maps.at(0.2, 0.2 + 0.1 * i), (f"r{i}", "2024-05-01")) for i in range(3)]
    rows.append((QgsGeometry.fromWkt(wkt), (name, day)))
    return maps.layer("Point", "reports", ("id:string", "occurred:string"), rows)


@pytest.mark.parametrize("kind", BAD)
def test_beats_are_assigned_to_all_the_others(run, kind):
    found = run("assignbeats", INPUT=reports(kind), BEATS=[maps.beats()], TIME_FIELD="occurred",
                OUTPUT="TEMPORARY_OUTPUT")
    assert found["COUNT"] == 4
    assert found["ASSIGNED"] == (3 if kind in ("far", "without") else 4)


@pytest.mark.parametrize("kind", ["far", "without"])
def test_a_report_without_a_place_is_withheld(run, tmp_path, kind):
    found = run("maskpoints", INPUT=reports(kind), ID_FIELD="id", KEY=str(tmp_path / "mask.key"),
                OUTPUT="TEMPORARY_OUTPUT")
    assert (found["COUNT"], found["WITHHELD"]) == (3, 1)


@pytest.mark.parametrize("kind", BAD)
@pytest.mark.parametrize("name, parameters", [
    ("maskpoints", dict(ID_FIELD="id", KEY="{}/mask.key", TIME_FIELD="occurred", BEATS=True,
                        REGION=1)),
    ("countbybeat", dict(BEATS=True)), ("countbybeat", dict(BEATS=True, NOISE=True,
                                                            KEY="{}/mask.key")),
    ("fencecheck", dict(FENCES=True, DEFAULT=1)),
    ("finduplicates", dict(ID_FIELD="id", TIME_FIELD="occurred")),
    ("dateparts", dict(TIME_FIELD="occurred", TIME_ZONE="America/Chicago"))])
def test_what_stops_the_work_says_which_row(run, tmp_path, kind, name, parameters):
    fences = maps.layer("Polygon", "fences", ("id:string",), [(maps.square(0, 0), ("f",))])
    layers = {"BEATS": [maps.beats()], "FENCES": [fences]}
    given = {key: value.format(tmp_path) if isinstance(value, str) else layers.get(key, value)
             for key, value in parameters.items()}
    try:
        run(name, INPUT=reports(kind), OUTPUT="TEMPORARY_OUTPUT", **given)
    except QgsProcessingException as problem:
        said = str(problem)
        assert "row 4 of the layer" in said
        assert "Traceback" not in said and ".csv" not in said and "5000500" not in said


def test_a_layer_is_called_by_its_name(run):
    with pytest.raises(QgsProcessingException, match="^beats.gpkg: there is neither a field id"):
        run("fencecheck", INPUT=reports("far"), FENCES=[maps.beats()], OUTPUT="TEMPORARY_OUTPUT")
