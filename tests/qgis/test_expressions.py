# SPDX-License-Identifier: MIT
"""The expression functions, wherever QGIS evaluates an expression."""

import json
import os
import subprocess

import pytest
from qgis.core import (QgsCoordinateReferenceSystem, QgsExpression, QgsExpressionContext,
                       QgsExpressionContextUtils, QgsFeature, QgsFeatureRequest, QgsField,
                       QgsGeometry, QgsMapRendererParallelJob, QgsMapSettings, QgsPalLayerSettings,
                       QgsProject, QgsRuleBasedLabeling, QgsVectorFileWriter, QgsVectorLayer)
from qgis.PyQt.QtCore import QEventLoop, QSize, QVariant

import maps
from environment import PROCESS, environment

NAMES = ("community_beat", "community_beat_margin", "community_in_fence", "community_mask_note")


@pytest.fixture()
def project(plugin):
    """The project, empty again at the end."""
    made = QgsProject.instance()
    yield made
    made.clear()


def save(layer, path, name=None):
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.layerName = name or layer.name()
    status = QgsVectorFileWriter.writeAsVectorFormatV3(
        layer, str(path), QgsProject.instance().transformContext(), options)
    assert status[0] == QgsVectorFileWriter.WriterError.NoError, status
    return str(path)


def evaluate(text, layer=None, place=None, **variables):
    """(value, error) of an expression, for a point if one is given."""
    context = QgsExpressionContext()
    context.appendScopes(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    for name, value in variables.items():
        context.lastScope().setVariable(name, value)
    if place:
        feature = QgsFeature()
        feature.setGeometry(maps.at(*place))
        context.setFeature(feature)
    expression = QgsExpression(text)
    assert not expression.hasParserError(), expression.parserErrorString()
    return expression.evaluate(context), expression.evalErrorString()


def beats_in(project, name="Beats"):
    layer = maps.beats()
    layer.setName(name)
    project.addMapLayer(layer)
    return layer


@pytest.fixture()
def two_versions(tmp_path):
    """A file of beats redrawn on 1 April 2026: the boundary between A and B moves east."""
    rows = []
    for column, name in ((0, "A"), (1, "B")):
        rows.append((maps.square(column, 0), (name, "2025-01-01", "2026-04-01")))
    wide = maps.WEST + 1.4 * maps.SIDE
    for name, west, east in (("A", maps.WEST, wide), ("B", wide, maps.WEST + 2 * maps.SIDE)):
        rows.append((QgsGeometry.fromWkt(
            f"POLYGON(({west} {maps.SOUTH},{east} {maps.SOUTH},{east} {maps.SOUTH + maps.SIDE},"
            f"{west} {maps.SOUTH + maps.SIDE},{west} {maps.SOUTH}))"), (name, "2026-04-01", None)))
    layer = maps.layer("Polygon", "versions", ("BEAT_NUM:string", "valid_from:string",
                                               "valid_to:string"), rows)
    return save(layer, tmp_path / "versions.gpkg") + "|layername=versions|id=BEAT_NUM"


def test_the_beat_of_a_point_by_layer_name_id_or_project_variable(project):
    beats, points = beats_in(project), maps.points(maps.EDGES)
    for text in ("community_beat($geometry, NULL, 'Beats')",
                 "community_beat($geometry, beats:='Beats')",
                 f"community_beat($geometry, NULL, '{beats.id()}')",
                 "community_beat($geometry, NULL, array('Beats'))"):
        assert evaluate(text, points, (0.5, 0.5)) == ("A", ""), text
    QgsExpressionContextUtils.setProjectVariable(project, "community_beats", "Beats")
    assert evaluate("community_beat($geometry)", points, (1.5, 0.5)) == ("B", "")
    assert evaluate("community_beat($geometry)", points, (2.5, 0.5)) == (None, "")
    assert evaluate("community_beat(NULL)", points) == (None, "")
    edge = {evaluate("community_beat($geometry)", points, (1, 0.5))[0] for _ in range(5)}
    assert edge in ({"A"}, {"B"})


def test_the_margin_is_the_distance_to_the_nearest_boundary(project):
    beats_in(project)
    points = maps.points(maps.EDGES)
    margin, error = evaluate("community_beat_margin($geometry, NULL, 'Beats')", points, (0.9, 0.5))
    assert (abs(margin - 100) < 0.5, error) == (True, "")


def test_the_date_decides_which_version_answers(project, two_versions):
    points = maps.points(maps.EDGES)
    for when, beat in (("'2026-03-31T23:59:59'", "B"), ("'2026-04-01'", "A"), ("NULL", "A"),
                       ("to_datetime('2025-06-01 12:00:00')", "B"), ("to_date('2026-05-01')", "A"),
                       ("'2024-06-01'", None)):
        text = f"community_beat($geometry, {when}, '{two_versions}')"
        assert evaluate(text, points, (1.2, 0.5)) == (beat, ""), when
    value, error = evaluate(f"community_beat($geometry, 'soon', '{two_versions}')", points,
                            (1.2, 0.5))
    assert value is None and "time cannot be read" in error


def test_a_time_without_a_zone_is_read_in_the_zone_of_the_settings(project, two_versions):
    from community_reports import settings
    points = maps.points(maps.EDGES)
    text = f"community_beat($geometry, {{}}, '{two_versions}')"
    settings.put(settings.TIME_ZONE, "America/Chicago")
    try:
        assert evaluate(text.format("'2026-04-01T04:30:00Z'"), points, (1.2, 0.5))[0] == "B"
        assert evaluate(text.format("'2026-04-01T00:30:00'"), points, (1.2, 0.5))[0] == "A"
    finally:
        settings.put(settings.TIME_ZONE, "")


def test_the_crs_is_that_of_the_layer_and_else_of_the_project(project):
    beats_in(project)
    text = "community_beat($geometry, NULL, 'Beats')"
    project.setCrs(maps.beats("EPSG:3857").crs())
    assert evaluate(text, maps.points(maps.EDGES), (0.5, 0.5)) == ("A", "")
    assert evaluate(text, None, (0.5, 0.5))[0] is None  # metres of another CRS
    project.setCrs(maps.beats().crs())
    assert evaluate(text, None, (0.5, 0.5)) == ("A", "")
    bare = QgsVectorLayer("Point", "bare", "memory")
    bare.setCrs(QgsCoordinateReferenceSystem())
    assert "no CRS" in evaluate(text, bare, (0.5, 0.5))[1]


def test_what_is_wrong_is_said_without_a_place(project, tmp_path):
    beats_in(project, "Twice")
    beats_in(project, "Twice")
    (tmp_path / "text.gpkg").write_text("no layer", encoding="utf-8")
    points = maps.points(maps.EDGES)
    for text, why in (
            ("community_beat($geometry, NULL, 'Nothing')", "neither a layer"),
            ("community_beat($geometry, NULL, 'Twice')", "give its id"),
            ("community_beat($geometry)", "community_beats"),
            ("community_in_fence($geometry)", "community_fences"),
            ("community_beat('text', NULL, 'Twice')", "must be a geometry"),
            ("community_beat(buffer($geometry, 5), NULL, 'Twice')", "must be a point"),
            (f"community_beat($geometry, NULL, '{tmp_path}/text.gpkg')", "text.gpkg"),
            ("community_mask_note('none', 5)", "lattice"),
            ("community_mask_note('grid', 'far')", "number of metres")):
        value, error = evaluate(text, points, (0.512345, 0.5))
        assert value is None and why in error, (text, error)
        assert "500512" not in error and "5000500" not in error


def test_a_place_off_the_globe_has_no_beat(project):
    beats_in(project)
    points = maps.points(maps.EDGES)
    for place in ("make_point(1e30, 1e30)", "geom_from_wkt('POINT EMPTY')", "make_point(1e8, 5)"):
        assert evaluate(f"community_beat({place}, NULL, 'Beats')", points) == (None, "")


def test_in_a_fence_or_not(project):
    fences = maps.layer("Polygon", "Harbour", ("id:string",), [(maps.square(0, 0), ("h",))])
    project.addMapLayer(fences)
    points = maps.points(maps.EDGES)
    text = "community_in_fence($geometry, 'Harbour')"
    assert evaluate(text, points, (0.5, 0.5)) == (True, "")
    assert evaluate(text, points, (1.5, 0.5)) == (False, "")


@pytest.mark.parametrize("law, words", [
    ("lattice", "95 %"), ("donut", "95 %"), ("anchor", "always"), ("grid", "always"),
    ("snap", "always"), ("street", "nearest road"), ("withhold", "Withheld")])
def test_the_note_says_what_a_dot_promises(plugin, law, words):
    note, error = evaluate(f"community_mask_note('{law}', 249.2)")
    assert words in note and error == ""
    assert law == "withhold" or "250 m" in note  # never less than it may be
    assert ("95 %" in note) == (law in ("lattice", "donut", "street"))
    assert evaluate("community_mask_note(NULL, 5)") == (None, "")


def test_an_edited_layer_answers_as_it_stands_now(project):
    beats, points = beats_in(project), maps.points(maps.EDGES)
    text = "community_beat($geometry, NULL, 'Beats')"
    assert evaluate(text, points, (0.5, 0.5))[0] == "A"
    beats.startEditing()
    first = next(f for f in beats.getFeatures() if f["beat"] == "A")
    beats.changeAttributeValue(first.id(), 0, "A9")
    assert evaluate(text, points, (0.5, 0.5))[0] == "A9"
    beats.rollBack()
    assert evaluate(text, points, (0.5, 0.5))[0] == "A"
    beats.setName("Old")
    assert "neither a layer" in evaluate(text, points, (0.5, 0.5))[1]
    project.removeMapLayer(beats)
    assert "neither a layer" in evaluate(text, points, (0.5, 0.5))[1]


def test_a_file_that_was_replaced_is_opened_again(plugin, project, tmp_path, monkeypatch):
    from community_reports import expressions
    monkeypatch.setattr(expressions, "LOOK_S", 0)
    path = save(maps.beats(), tmp_path / "beats.gpkg")
    text, points = f"community_beat($geometry, NULL, '{path}')", maps.points(maps.EDGES)
    assert evaluate(text, points, (0.5, 0.5))[0] == "A"
    other = maps.layer("Polygon", "beats", ("beat:string",), [(maps.square(0, 0), ("Z",))])
    os.replace(save(other, tmp_path / "next.gpkg", "beats"), path)
    assert evaluate(text, points, (0.5, 0.5))[0] == "Z"
    opened = dict(plugin.expressions.sets.opened)
    evaluate(text, points, (0.5, 0.5))
    assert plugin.expressions.sets.opened == opened  # and kept while the file stays


def test_a_virtual_field_and_a_filter_use_them(project):
    beats_in(project)
    points = maps.points(maps.EDGES)
    project.addMapLayer(points)
    points.addExpressionField("community_beat($geometry, NULL, 'Beats')",
                              QgsField("beat", QVariant.String))
    found = [feature["beat"] or "" for feature in points.getFeatures()]
    assert found[0] == "A" and found[5] == "" and all(found[:5])
    request = QgsFeatureRequest(QgsExpression(
        "community_beat_margin($geometry, NULL, 'Beats') > 1"))
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(points))
    request.setExpressionContext(context)
    assert sorted(f["id"] for f in points.getFeatures(request)) == ["r0", "r5"]


def test_labels_are_drawn_from_rendering_threads(project):
    """The rule and the label ask for a layer that is in memory only, from other threads."""
    beats_in(project)
    points = maps.points([(0.5, 0.5), (1.5, 1.5)] * 3)
    project.addMapLayer(points)

    def draw(rule):
        label = QgsPalLayerSettings()
        label.fieldName = "community_beat($geometry, NULL, 'Beats')"
        label.isExpression = True
        root = QgsRuleBasedLabeling.Rule(None)
        root.appendChild(QgsRuleBasedLabeling.Rule(label, filterExp=rule))
        points.setLabeling(QgsRuleBasedLabeling(root))
        points.setLabelsEnabled(True)
        wanted = QgsMapSettings()
        wanted.setLayers([points])
        wanted.setDestinationCrs(points.crs())
        wanted.setExtent(maps.beats().extent())
        wanted.setOutputSize(QSize(200, 200))
        wanted.setExpressionContext(QgsExpressionContext(
            QgsExpressionContextUtils.globalProjectLayerScopes(None)))
        job = QgsMapRendererParallelJob(wanted)
        loop = QEventLoop()
        job.finished.connect(loop.quit)
        job.start()
        loop.exec()
        image = job.renderedImage()
        return sum(image.pixel(x, y) != image.pixel(0, 0)
                   for x in range(200) for y in range(200))

    plain = draw("community_beat($geometry, NULL, 'Beats') = 'none'")
    assert draw("community_beat($geometry, NULL, 'Beats') = 'A'") > plain


def test_the_help_names_arguments_and_shows_an_example(plugin):
    found = {f.name(): f for f in QgsExpression.Functions() if f.name() in NAMES}
    assert sorted(found) == sorted(NAMES)
    for name, function in found.items():
        assert f"<code>{name}(" in function.helpText()
        assert QgsExpression(function.helpText().split("<h4>")[-1].split("<code>")[1]
                             .split("</code>")[0].replace("&lt;", "<")).hasParserError() is False


def test_nothing_is_left_when_the_plugin_goes(qgis):
    import community_reports
    made = community_reports.classFactory(None)
    made.initProcessing()
    project = QgsProject.instance()
    layer = beats_in(project)
    assert evaluate("community_beat($geometry, NULL, 'Beats')", maps.points([]), (0.5, 0.5))[0]
    folders = [work.path("") for work in made.expressions.sets.layers.copies.values()]
    assert folders
    made.unload()
    assert not [f for f in QgsExpression.Functions() if f.name() in NAMES]
    assert not any(os.path.exists(os.path.dirname(folder)) for folder in folders)
    layer.dataProvider().dataChanged.emit()
    project.clear()


@pytest.mark.once
def test_from_qgis_process(tmp_path, two_versions):
    """As an analyst's cron line would: a field of beats by the calculator of QGIS."""
    points = save(maps.points([(1.2, 0.5), (0.5, 0.5), (2.5, 0.5)]), tmp_path / "points.gpkg")
    done = subprocess.run(
        [PROCESS, "--json", "run", "native:fieldcalculator", "--", f"INPUT={points}",
         "FIELD_NAME=beat", "FIELD_TYPE=2", "FIELD_LENGTH=20",
         f"FORMULA=community_beat($geometry, '2026-01-01', '{two_versions}')",
         f"OUTPUT={tmp_path / 'out.csv'}"],
        env=environment(tmp_path / "profile"), capture_output=True, text=True, timeout=120,
        check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["results"]
    rows = (tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()
    assert [row.rsplit(",", 1)[1].strip('"') for row in rows] == ["beat", "B", "A", ""]
