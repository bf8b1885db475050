# SPDX-License-Identifier: MIT
"""An analyst at work, inside the desktop of QGIS (desktop.py starts it). Always ends QGIS."""

import json
import os
import time
import traceback

import processing
from qgis.core import (QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsFillSymbol,
                       QgsPalLayerSettings, QgsProcessingFeatureSourceDefinition, QgsProject,
                       QgsTextFormat, QgsVectorLayer, QgsVectorLayerSimpleLabeling)
from qgis.gui import QgsFileWidget
from qgis.PyQt.QtCore import QPoint, Qt, QTimer
from qgis.PyQt.QtGui import QColor, QGuiApplication
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (QApplication, QDockWidget, QLabel, QListWidget, QPlainTextEdit,
                                 QPushButton, QScrollArea, QTextEdit)
from qgis.utils import iface, plugins

CITY = os.environ["CITY"]
SIZE = [int(side) for side in os.environ["SIZE"].split("x")]
DOCK = 360  # as wide as what is in it
STEPS, PICTURES = [], {}
PROJECT = QgsProject.instance()


def settle(seconds=0.5):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        QApplication.processEvents()
        time.sleep(0.01)


def wait_for(what, condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited in vain for {what}"
        settle(0.05)


def drawn():
    settle(0.2)
    wait_for("the map", lambda: not iface.mapCanvas().isDrawing())
    settle(0.2)


def carrier(layer):
    return QgsCoordinateTransform(layer.crs(), PROJECT.crs(), PROJECT)


def look_at(layer):
    """Some reports lie far away: not at all that there is."""
    iface.mapCanvas().setExtent(carrier(layer).transformBoundingBox(layer.extent()).buffered(300))
    iface.mapCanvas().refresh()
    drawn()


def picture(name, widget=None):
    """Of the whole screen with its map, or of one window."""
    QApplication.processEvents()
    if widget:
        taken, box = widget.grab(), None
    else:
        taken, canvas = QGuiApplication.primaryScreen().grabWindow(0), iface.mapCanvas()
        corner = canvas.mapToGlobal(canvas.rect().topLeft())
        box = [corner.x(), corner.y(), corner.x() + canvas.width(), corner.y() + canvas.height()]
    assert taken.save(os.path.join(os.environ["PICTURES"], name + ".png"))
    PICTURES[name] = box


def layer_of(name, count=None):
    found = PROJECT.mapLayersByName(name)
    assert len(found) == 1, (name, [layer.name() for layer in PROJECT.mapLayers().values()])
    if count is not None:
        assert found[0].featureCount() == count, (name, found[0].featureCount())
    return found[0]


def step(text):
    STEPS.append(text)


def add(path, name):
    layer = QgsVectorLayer(path, name, "ogr")
    assert layer.isValid(), path
    PROJECT.addMapLayer(layer)
    return layer


def label(layer, field):
    settings = QgsPalLayerSettings()
    settings.fieldName = field
    text = QgsTextFormat()
    text.buffer().setEnabled(True)
    settings.setFormat(text)
    layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))
    layer.setLabelsEnabled(True)


def make_project():
    """The city: its water, its beats in two versions, and reports as one channel brought them."""
    lake = add(f"{CITY}/city/lake.geojson", "Lake")
    lake.renderer().setSymbol(QgsFillSymbol.createSimple(
        {"color": "#cfe3f0", "outline_style": "no"}))
    for name, path, style in (("Beats until March", "beats_before", "dash"),
                              ("Beats", "beats_after", "solid")):
        layer = add(f"{CITY}/city/{path}.geojson", name)
        layer.renderer().setSymbol(QgsFillSymbol.createSimple(
            {"style": "no", "outline_color": "#444444", "outline_style": style,
             "outline_width": "0.4" if style == "solid" else "0.2"}))
    label(layer, "beat")
    reports = add(f"{CITY}/city/reports.geojson", "Reports")
    reports.renderer().symbol().setColor(QColor("#777777"))
    PROJECT.setCrs(QgsCoordinateReferenceSystem("EPSG:32615"))
    path = f"{CITY}/city.qgz"
    assert PROJECT.write(path)
    PROJECT.clear()
    return path


def run(name, picture_name=None, **parameters):
    """Run an algorithm as a user does: from its dialog, outputs loaded. Its results."""
    dialog = processing.createAlgorithmDialog(f"community:{name}", parameters)
    assert dialog is not None, name
    ended = []
    dialog.algorithmFinished.connect(lambda good, results: ended.append((good, results)))
    dialog.setGeometry(150, 60, 980, 760)
    dialog.show()
    settle(0.5)
    if picture_name:
        picture(picture_name, dialog)
    dialog.runButton().click()
    wait_for(name, lambda: ended)
    settle(0.5)
    good, results = ended[0]
    assert good, (name, child(dialog, QTextEdit, "txtLog").toPlainText())
    dialog.close()
    dialog.deleteLater()
    step(f"{name}: " + ", ".join(f"{key} {value}" for key, value in sorted(results.items())
                                 if isinstance(value, (int, float))))
    return results


def the_dock():
    """It is there, says nothing is missing, and answers for a click on the map."""
    dock = child(iface.mainWindow(), QDockWidget, "communityDock")
    assert dock.isVisible()
    iface.mainWindow().resizeDocks([dock], [DOCK], Qt.Orientation.Horizontal)
    assert child(dock, QLabel, "communityProblem").text() == ""
    rows = child(dock, QListWidget, "communityBeats")
    for row in range(rows.count()):
        if rows.item(row).text().startswith("Beats"):
            rows.item(row).setCheckState(Qt.CheckState.Checked)
    child(dock, QPushButton, "communityPick").click()
    canvas = iface.mapCanvas()
    inside = PROJECT.mapLayersByName("Beats")[0].getFeature(1).geometry().pointOnSurface()
    inside.transform(carrier(PROJECT.mapLayersByName("Beats")[0]))
    pixel = canvas.getCoordinateTransform().transform(inside.asPoint())
    QTest.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
                     QPoint(round(pixel.x()), round(pixel.y())))
    answer = child(dock, QPlainTextEdit, "communityAnswer")
    wait_for("the beat", answer.toPlainText)
    assert "1B, Old Town" in answer.toPlainText(), answer.toPlainText()
    child(dock, QScrollArea, "").ensureWidgetVisible(answer)
    step("the dock: " + answer.toPlainText().splitlines()[0])
    child(dock, QPushButton, "communityPick").click()


def child(of, kind, name):
    found = of.findChild(kind, name)
    assert found is not None, name
    return found


def only(*names):
    """Show these layers and no others."""
    for node in PROJECT.layerTreeRoot().findLayers():
        node.setItemVisibilityChecked(node.name() in names)
        node.setExpanded(node.name() in names)


def at_work():
    window = iface.mainWindow()
    window.setGeometry(0, 0, *SIZE)  # nobody manages windows here
    iface.addProject(make_project())
    assert "community_reports" in plugins, sorted(plugins)
    reports, beats = layer_of("Reports", 348), layer_of("Beats", 12)
    both = [beats, layer_of("Beats until March", 12)]
    child(window, QDockWidget, "Browser").hide()
    look_at(beats)
    step("the project is loaded")
    the_dock()
    drawn()
    picture("dock")

    found = run("checkbeats", BEATS=both)
    assert found["FAULTS"] == 0
    found = run("assignbeats", "assign", INPUT=reports, BEATS=both, TIME_FIELD="occurred",
                ACCURACY_FIELD="accuracy_m", TIME_ZONE="America/Chicago")
    assigned = layer_of("Reports with beats", 348)
    assert found["COUNT"] == 348 and 0 < found["ASSIGNED"] <= 348
    assert assigned.renderer().type() == "categorizedSymbol"
    only("Reports with beats", "Beats", "Beats until March", "Lake")
    warned = iface.messageBar().currentItem()
    assert warned and "Reports with beats" in warned.text(), warned
    drawn()
    picture("assigned")
    iface.messageBar().clearWidgets()

    assigned.selectByExpression(
        """"beat" <> '' AND "source_ref" <> '' AND count(1, "source_ref") = 1""")
    count = assigned.selectedFeatureCount()
    chosen = QgsProcessingFeatureSourceDefinition(assigned.id(), selectedFeaturesOnly=True)
    found = run("maskpoints", "mask", INPUT=chosen, ID_FIELD="source_ref", BEATS=[beats],
                REGION=1, KEEP_FIELDS=["category"], KEY="mask.key")
    assert 300 < found["COUNT"] + found["WITHHELD"] == count
    masked = layer_of("Masked reports", count)
    assert not {"reporter_name", "address"} & set(masked.fields().names())
    only("Masked reports", "Beats", "Lake")
    drawn()
    picture("masked")

    found = run("checkprivacy", TRUTH=chosen, ID_FIELD="source_ref", PUBLISHED=[masked],
                TRIALS=100, HTML=f"{CITY}/risk.html")
    assert os.path.getsize(f"{CITY}/risk.html") > 5000
    child(window, QDockWidget, "ResultsViewer").hide()

    found = run("publishoverlay", "publish", STORE="store.db", OUTPUT=f"{CITY}/map.gpkg",
                PAGE_TITLE="Port Linden")
    assert found["REPORTS"] > 1000 and found["POINTS"] <= found["REPORTS"]
    assert len([layer for layer in PROJECT.mapLayers().values()
                if layer.source().startswith(f"{CITY}/map.gpkg")]) >= 2
    ground = {layer.id() for layer in (*both, layer_of("Lake"))}
    PROJECT.removeMapLayers([layer for layer in PROJECT.mapLayers() if layer not in ground])
    the_overlay(window)


def the_overlay(window):
    """Nothing exact is in the project any more; what is published comes through the dock."""
    dock = child(window, QDockWidget, "communityDock")
    wait_for("the guard", lambda: not child(dock, QLabel, "communityExact").text())
    child(dock, QgsFileWidget, "communityOverlay").setFilePath(f"{CITY}/map.gpkg")
    assert "Port Linden" in child(dock, QLabel, "communityCounts").text()
    child(dock, QPushButton, "communityLoadOverlay").click()
    group = PROJECT.layerTreeRoot().findGroup("Published overlay")
    names = [node.name() for node in group.findLayers()]
    assert names[0] == "Reports (protected places)", names
    step("the overlay: " + ", ".join(names))
    only("Lake")
    group.setItemVisibilityCheckedRecursive(True)
    for node in (group, *group.findLayers()[:2]):
        node.setExpanded(False)  # or QGIS takes it as unfolded already
        node.setExpanded(True)
    child(dock, QScrollArea, "").ensureWidgetVisible(child(dock, QgsFileWidget, "communityStore"))
    drawn()
    picture("overlay")


def main():
    failure = ""
    try:
        at_work()
    except BaseException:  # whatever it was is told, and QGIS ends
        failure = traceback.format_exc()
        picture("failed")
    with open(os.environ["REPORT"], "w", encoding="utf-8") as report:
        json.dump({"steps": STEPS, "pictures": PICTURES, "failure": failure}, report)
    PROJECT.setDirty(False)
    PROJECT.clear()
    QTimer.singleShot(0, lambda: os._exit(0))


QTimer.singleShot(1500, main)
