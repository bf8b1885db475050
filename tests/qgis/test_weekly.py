# SPDX-License-Identifier: MIT
"""The weekly job: one model, by hand and by the clock."""

import datetime
import json
import sqlite3
import subprocess

import pytest
from qgis.core import QgsProcessingModelAlgorithm, QgsProject, QgsVectorFileWriter, QgsVectorLayer

import maps
from environment import PLUGIN, PLUGINS, PROCESS, environment

SECRET = b"Jane Roe"
FIELDS = {"REF_FIELD": "id", "TIME_FIELD": "occurred", "CATEGORY_FIELD": "category"}


def reports(days):
    """Reports of these days, spread over beat A, each with a field that must never leave."""
    rows = [(maps.at(0.2 + 0.5 * i / len(days), 0.5),
             (f"r{i}", f"{day}T12:00:00", "noise", SECRET.decode())) for i, day in enumerate(days)]
    return maps.layer("Point", "reports", ("id:string", "occurred:string", "category:string",
                                           "secret:string"), rows)


def published(path):
    with sqlite3.connect(path) as file:
        return file.execute("SELECT reports FROM totals WHERE level = 'all'").fetchone()[0]


def counted(layer):
    return sum(feature["reports"] for feature in layer.getFeatures())


def job(run, tmp_path, layer, **more):
    return run("weeklyoverlay", REPORTS=layer, **FIELDS, BEATS=[maps.beats()],
               KEY=str(tmp_path / "mask.key"), **{
                   "count:COUNTS": "TEMPORARY_OUTPUT",
                   "publish:OVERLAY": str(tmp_path / "overlay.gpkg"), **more})


@pytest.mark.parametrize("day", ["2024-05-06", "2024-05-12"])
def test_a_week_is_from_monday_to_sunday(run, tmp_path, day):
    days = ["2024-05-05", *["2024-05-06"] * 6, "2024-05-12", "2024-05-13"]
    found = job(run, tmp_path, reports(days), DAY=day)
    assert counted(found["count:COUNTS"]) == 7
    assert published(tmp_path / "overlay.gpkg") == 7


def test_without_a_day_it_is_the_last_whole_week(run, tmp_path):
    def monday():
        today = datetime.date.today()
        return today - datetime.timedelta(days=today.weekday() + 7)

    before = monday()
    days = [before + datetime.timedelta(days=n) for n in (-1, 0, 1, 2, 3, 4, 5, 6, 6, 7)]
    found = job(run, tmp_path, reports(days))
    if before == monday():  # else the week turned while this ran
        assert counted(found["count:COUNTS"]) == 8


def test_the_model_stands_alone_in_the_designer(plugin):
    model = QgsProcessingModelAlgorithm()
    assert model.fromFile(str(PLUGINS / PLUGIN / "models/weeklyoverlay.model3"))
    assert model.validate() == (True, [])
    assert model.name() == "weeklyoverlay" and len(model.childAlgorithms()) == 3


@pytest.mark.once
def test_a_clock_starts_it(plugin, tmp_path):
    """As a cron line does, and what is secret is in nothing that it publishes."""
    days = [f"2024-05-{day:02}" for day in (6, 7, 8, 9, 10, 11, 12)]
    for layer in (reports(days), maps.beats()):
        options = QgsVectorFileWriter.SaveVectorOptions()
        options.layerName = layer.name()
        QgsVectorFileWriter.writeAsVectorFormatV3(
            layer, str(tmp_path / f"{layer.name()}.gpkg"),
            QgsProject.instance().transformContext(), options)
    made = tmp_path / "made"
    made.mkdir()
    done = subprocess.run(
        [PROCESS, "--json", "run", "community:weeklyoverlay", "--",
         f"REPORTS={tmp_path / 'reports.gpkg'}",
         *(f"{name}={field}" for name, field in FIELDS.items()),
         f"BEATS={tmp_path / 'beats.gpkg'}", "DAY=2024-05-08", f"KEY={tmp_path / 'mask.key'}",
         f"count:COUNTS={made / 'counts.gpkg'}", f"publish:OVERLAY={made / 'overlay.gpkg'}",
         f"publish:PAGE={made / 'overlay.html'}"],
        env=environment(tmp_path / "profile"), capture_output=True, text=True, timeout=120,
        check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["results"]["publish:OVERLAY"]
    assert published(made / "overlay.gpkg") == 7
    assert counted(QgsVectorLayer(str(made / "counts.gpkg"), "counts", "ogr")) == 7
    assert len(list(made.iterdir())) == 3
    for path in made.iterdir():
        assert SECRET not in path.read_bytes(), path
    assert SECRET.decode() not in done.stdout + done.stderr
