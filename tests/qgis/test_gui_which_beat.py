# SPDX-License-Identifier: MIT
"""Which beat: coordinates as people write them, clicks in any CRS, and the answer in words."""

import pytest

import maps
import overlays

HERE = (-87.65, 41.88)
READ = {
    "41.88, -87.65": HERE, "-87.65 41.88": HERE, "41,88; -87,65": HERE,
    "41°52'48\"N 87°39'0\"W": HERE, "41° 52.8′ N, 87° 39.0′ W": HERE, "N 41 52 48 W 87 39 00": HERE,
    "W87°39'0\" N41°52'48\"": HERE, "87.65W 41.88N": HERE, "\u221287.65 41.88": HERE,
    "geo:41.88,-87.65;u=35": HERE, "POINT(-87.65 41.88)": HERE, "41 52 48, -87 39 0": HERE,
    "  41.88 ,\t-87.65\n": HERE, "120.5, 3": (120.5, 3), "3 120.5": (120.5, 3)}
UNREADABLE = ("", "abc", "41.88", "41.88N", "91N 3E", "200 300", "41 75 0, 3 0 0", "41.88N 3N",
              "5N -3E", "41.5 30, 2 3", "1e3 4", "nan nan", "POINT()", "1 2 3")


@pytest.mark.parametrize("text", READ)
def test_coordinates_are_read_as_people_write_them(text):
    from community_reports.gui import coordinates

    assert coordinates.read(text)[0] == pytest.approx(READ[text], abs=1e-9)


@pytest.mark.parametrize("text", UNREADABLE)
def test_what_is_no_place_is_refused(text):
    from community_reports.gui import coordinates

    with pytest.raises(coordinates.NotCoordinates):
        coordinates.read(text)


@pytest.mark.parametrize("order", ["lat lon", "lon lat"])
def test_every_written_place_comes_back(order):
    """Degrees, minutes and seconds of many places, against plain arithmetic."""
    from community_reports.gui import coordinates

    for i in range(400):
        lon, lat = -180 + 360 * (i * 0.618 % 1), -90 + 180 * (i * 0.414 % 1)
        parts = []
        for value, letters in ((lat, "NS"), (lon, "EW")):
            seconds = round(abs(value) * 36000) / 10
            parts.append(f"{int(seconds // 3600)}°{int(seconds // 60 % 60)}'{seconds % 60:.1f}\""
                         f"{letters[value < 0]}")
        if order == "lon lat":
            parts.reverse()
        found = coordinates.read(" ".join(parts))
        assert len(found) == 1 and found[0] == pytest.approx((lon, lat), abs=1.5e-5)


@pytest.fixture()
def chosen(desktop, project, tmp_path):
    """The panel, with four beats of a file chosen."""
    from qgis.core import QgsVectorLayer

    path = tmp_path / "beats.geojson"
    overlays.write_beats(path)
    layer = QgsVectorLayer(str(path), "beats", "ogr")
    project.addMapLayer(layer)
    desktop.workplace.set_beat_layers([layer])
    return desktop.dock.which


def ask(panel, text):
    panel.line.setText(text)
    panel.ask.click()
    return panel.answer.toPlainText()


def test_pasted_coordinates_get_the_whole_answer(chosen):
    answer = ask(chosen, "41.885, -87.645").splitlines()
    assert answer[0] == "Beat: A (inside)"
    assert "As of: the latest beats" in answer and "Ambiguous: no" in answer
    assert [line for line in answer if line.startswith("Distance to the nearest edge: ")][0] \
        .endswith(" m")
    assert answer[-1] == "Latitude 41.885000, longitude -87.645000 (WGS 84)"


def test_the_order_of_two_numbers_is_settled_by_the_beats(chosen):
    assert ask(chosen, "-87.645, 41.885").startswith("Beat: A (inside)")
    assert ask(chosen, "41.885 -87.645").startswith("Beat: A (inside)")


def test_an_edge_and_the_outside_are_said(chosen):
    answer = ask(chosen, "41.885, -87.64")
    assert "(on an edge that beats share)" in answer and "Ambiguous: yes" in answer
    candidates = [x for x in answer.splitlines() if x.startswith("Candidates: ")][0]
    assert "A (0.0 m)" in candidates and "B (0.0 m)" in candidates
    assert ask(chosen, "10, 10").startswith("Beat: none (outside every beat)")


def test_the_answer_is_copied_as_text(chosen):
    from qgis.core import QgsApplication

    assert not chosen.copy.isEnabled()
    answer = ask(chosen, "41.885, -87.645")
    chosen.copy.click()
    assert QgsApplication.clipboard().text() == answer
    assert "no coordinates" in ask(chosen, "here") and not chosen.copy.isEnabled()


def click(iface, panel, point):
    """A real click of the left button at a point of the map."""
    from qgis.gui import QgsMapMouseEvent
    from qgis.PyQt.QtCore import QEvent, QPoint, Qt

    pixel = iface.canvas.getCoordinateTransform().transform(point)
    panel.tool.canvasReleaseEvent(QgsMapMouseEvent(
        iface.canvas, QEvent.Type.MouseButtonRelease, QPoint(round(pixel.x()), round(pixel.y())),
        Qt.MouseButton.LeftButton, Qt.MouseButton.LeftButton))


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3857", "EPSG:26971", "EPSG:3435"])
def test_a_click_answers_in_any_crs(chosen, iface, crs):
    from community_reports.gui.which_beat import to_map
    from qgis.core import QgsCoordinateReferenceSystem, QgsPointXY, QgsRectangle

    iface.canvas.resize(600, 600)
    iface.canvas.setDestinationCrs(QgsCoordinateReferenceSystem(crs))
    corners = [to_map(-87.66, 41.87, iface.canvas), to_map(-87.62, 41.91, iface.canvas)]
    iface.canvas.setExtent(QgsRectangle(*corners))
    for name, lon, lat in (("A", -87.645, 41.885), ("D", -87.635, 41.895)):
        place = to_map(lon, lat, iface.canvas)
        click(iface, chosen, QgsPointXY(place))
        assert chosen.answer.toPlainText().startswith(f"Beat: {name} (inside)")
        assert chosen.tool.mark.center() == pytest.approx(place, rel=1e-2)


def test_a_map_without_a_crs_or_a_place_off_the_globe_is_said(chosen, iface):
    from qgis.core import QgsCoordinateReferenceSystem, QgsPointXY

    iface.canvas.setDestinationCrs(QgsCoordinateReferenceSystem())
    chosen.ask_map(QgsPointXY(1, 2))
    assert "no CRS" in chosen.answer.toPlainText()
    iface.canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:32616"))
    chosen.ask_map(QgsPointXY(1e30, 1e30))
    assert "no place on the globe" in chosen.answer.toPlainText()


def test_without_beats_the_way_out_is_said(desktop):
    assert "tick one under Sources" in ask(desktop.dock.which, "41, 2")


def test_the_date_of_the_dock_decides_which_version_answers(desktop, project):
    from qgis.PyQt.QtCore import QDateTime

    rows = [(maps.square(0, 0), ("old", "2020-01-01", "2024-01-01")),
            (maps.square(0, 0), ("new", "2024-01-01", None))]
    layer = maps.layer("Polygon", "beats", ("beat:string", "valid_from:date", "valid_to:date"),
                       rows)
    project.addMapLayer(layer)
    desktop.workplace.set_beat_layers([layer])
    panel = desktop.dock.which
    place = maps.at(0.5, 0.5)
    from qgis.core import QgsCoordinateReferenceSystem

    panel.canvas.setDestinationCrs(QgsCoordinateReferenceSystem(maps.CRS))
    for when, beat in ((None, "new"), ("2023-12-31T23:59:00", "old"),
                       ("2024-01-01T00:00:00", "new"), ("2019-01-01T00:00:00", "none")):
        desktop.as_of.set(QDateTime.fromString(when, "yyyy-MM-ddTHH:mm:ss") if when else None)
        panel.ask_map(place.asPoint())
        assert panel.answer.toPlainText().startswith(f"Beat: {beat} (")


def test_beats_are_read_again_when_they_change(desktop, project):
    layer = maps.beats()
    project.addMapLayer(layer)
    desktop.workplace.set_beat_layers([layer])
    first = desktop.workplace.beats()
    assert desktop.workplace.beats() is first
    layer.startEditing()
    layer.changeAttributeValue(1, 0, "Z")
    assert desktop.workplace.beats() is not first
    assert "Z" in {info["id"] for info in desktop.workplace.beats().infos}
    layer.rollBack()
    assert "Z" not in {info["id"] for info in desktop.workplace.beats().infos}


def test_what_the_library_refuses_is_said(desktop, project, tmp_path):
    from qgis.core import QgsVectorLayer

    layer = QgsVectorLayer("Polygon?field=beat:string", "no crs", "memory")
    project.addMapLayer(layer)
    desktop.workplace.set_beat_layers([layer])
    answer = ask(desktop.dock.which, "41, 2")
    assert answer and "Traceback" not in answer and not answer.startswith("Beat:")
