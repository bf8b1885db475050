# SPDX-License-Identifier: MIT
"""The precision guard: which layers are exact, and a word wherever they might leave."""

import time

import pytest

import maps
import overlays


def settle():
    from qgis.PyQt.QtCore import QCoreApplication

    for _ in range(3):
        QCoreApplication.processEvents()


def said(bar):
    """The texts in a message bar; it is emptied."""
    texts = [item.text() for item in bar.items()]
    bar.clearWidgets()
    return texts


def points(name="reports", exact=True):
    from community_reports import precision

    made = maps.points(maps.EDGES, name)
    if exact:
        precision.mark_exact(made)
    return made


def badges(iface, project, layer):
    node = project.layerTreeRoot().findLayer(layer.id())
    return [i for i in iface.tree.indicators(node) if i.objectName() == "communityExactBadge"]


def test_an_exact_layer_gets_a_badge_and_one_warning(desktop, iface, project):
    layer, other = points(), points("other", exact=False)
    project.addMapLayers([layer, other])
    settle()
    texts = said(iface.bar)
    assert len(texts) == 1 and "reports" in texts[0] and "other" not in texts[0]
    assert len(badges(iface, project, layer)) == 1 and not badges(iface, project, other)
    assert badges(iface, project, layer)[0].toolTip()  # words beside the picture
    assert desktop.dock.exact.text() == "Exact positions: reports"
    # it stays when the layer is moved into a group
    tree = project.layerTreeRoot()
    node = tree.findLayer(layer.id())
    group = tree.addGroup("group")
    group.addChildNode(node.clone())
    tree.removeChildNode(node)
    settle()
    assert len(badges(iface, project, layer)) == 1 and said(iface.bar) == []
    # and goes with the mark
    from community_reports import precision

    precision.mark_protected(layer)
    settle()
    assert not badges(iface, project, layer) and desktop.dock.exact.text() == ""
    # the view forgets it before the node goes, alone or with its group
    precision.mark_exact(layer)
    settle()
    node, last = tree.findLayer(layer.id()), []

    def look(*_):
        if not last:  # it is told again when the node has gone
            last.append(iface.tree.indicators(node))

    tree.willRemoveChildren.connect(look)
    tree.removeChildNode(group)
    tree.willRemoveChildren.disconnect(look)
    assert last == [[]]


def test_the_user_can_mark_and_unmark(desktop, iface, project):
    from community_reports import precision

    layer = points(exact=False)
    project.addMapLayer(layer)
    iface.tree.setCurrentLayer(layer)
    actions = {a.objectName(): a for a in iface.layer_actions}
    for name, mark in (("communityMarkExact", precision.EXACT), ("communityUnmark", ""),
                       ("communityMarkProtected", precision.PROTECTED)):
        actions[name].trigger()
        settle()
        assert precision.of(layer) == mark
        assert len(badges(iface, project, layer)) == (mark == precision.EXACT)


def test_the_mark_stays_with_copies_and_with_the_project(desktop, iface, project, tmp_path):
    from community_reports import precision

    layer = points()
    project.addMapLayer(layer)
    assert precision.is_exact(layer.clone())
    project.write(str(tmp_path / "city.qgs"))
    project.clear()
    project.read(str(tmp_path / "city.qgs"))
    settle()
    found = list(project.mapLayers().values())
    assert len(found) == 1 and precision.is_exact(found[0])
    assert len(badges(iface, project, found[0])) == 1


def test_layers_that_tell_by_themselves_are_marked(desktop, project, tmp_path):
    import processing
    from community_reports import precision
    from qgis.core import QgsVectorLayer

    path = str(tmp_path / "assigned.gpkg")
    processing.run("community:assignbeats", {"INPUT": maps.points(maps.EDGES),
                                             "BEATS": [maps.beats()], "OUTPUT": path})
    assigned = QgsVectorLayer(path, "assigned", "ogr")
    overlay = overlays.publish(tmp_path / "overlay.gpkg", 40)
    published = QgsVectorLayer(f"{overlay}|layername=reports", "published", "ogr")
    masked = maps.layer("Point", "masked", ("beat_relation:string", "beat_margin_m:double",
                                            "mask_law:string", "mask_radius_m:double"), [])
    project.addMapLayers([assigned, published, masked, points("plain", exact=False)])
    marks = {layer.name(): precision.of(layer) for layer in project.mapLayers().values()}
    assert marks == {"assigned": "exact", "published": "protected", "masked": "", "plain": ""}
    precision.unmark(assigned)
    precision.guess(assigned)
    assert precision.of(assigned) == ""  # the user has said so


def outputs(name, **parameters):
    """Run as the desktop does, with every output loaded into the project: {title: layer}."""
    from processing.gui.Postprocessing import handleAlgorithmResults
    from qgis.core import (QgsApplication, QgsProcessingContext, QgsProcessingFeedback,
                           QgsProcessingOutputLayerDefinition, QgsProject)

    context, feedback = QgsProcessingContext(), QgsProcessingFeedback()
    context.setProject(QgsProject.instance())
    before = set(QgsProject.instance().mapLayers())
    loaded = {key: QgsProcessingOutputLayerDefinition("TEMPORARY_OUTPUT", QgsProject.instance())
              if value == "load" else value for key, value in parameters.items()}
    algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"community:{name}")
    _, good = algorithm.run(loaded, context, feedback)
    assert good, feedback.textLog()
    handleAlgorithmResults(algorithm, context, feedback)
    return {layer.name(): layer for key, layer in QgsProject.instance().mapLayers().items()
            if key not in before}


def test_what_algorithms_make_is_marked(desktop, project, tmp_path):
    from community_reports import precision

    beats, key = maps.beats(), str(tmp_path / "mask.key")
    rows = [(maps.at(0.3 + i / 10, 0.5), (f"r{i}", f"2024-05-01T12:0{i}:00Z")) for i in range(3)]
    reports = maps.layer("Point", "reports", ("id:string", "occurred:string"), rows)
    fence = maps.layer("Polygon", "fences", ("id:string", "action:string"),
                       [(maps.square(0, 0), ("f", "refuse"))])
    project.addMapLayers([beats, reports, fence])

    def marks(name, **parameters):
        return {title: precision.of(layer)
                for title, layer in outputs(name, **parameters).items()}

    assert marks("assignbeats", INPUT=reports, BEATS=[beats], OUTPUT="load", REJECTS="load") == {
        "Reports with beats": "exact", "Reports in no beat": "exact"}
    assert marks("dateparts", INPUT=reports, TIME_FIELD="occurred", OUTPUT="load") == {
        "Reports with date parts": "exact"}
    assert marks("fencecheck", INPUT=reports, FENCES=[fence], OUTPUT="load") == {
        "Reports with fences": "exact"}
    assert marks("finduplicates", INPUT=reports, ID_FIELD="id", TIME_FIELD="occurred", RADIUS=500,
                 OUTPUT="load") == {"Links": "exact"}
    made = outputs("maskpoints", INPUT=reports, ID_FIELD="id", KEY=key, LAW=1, OUTPUT="load")
    masked = made["Masked reports"]
    assert precision.of(masked) == "protected"
    # what is made of protected places is protected; boundaries and counts say nothing of places
    project.removeMapLayer(project.mapLayersByName("Reports with beats")[0])
    assert marks("assignbeats", INPUT=masked, BEATS=[beats], OUTPUT="load") == {
        "Reports with beats": "protected"}
    assert set(marks("countbybeat", INPUT=reports, BEATS=[beats], OUTPUT="load").values()) == {""}


def test_saving_the_project_warns_once(desktop, iface, project, tmp_path):
    project.addMapLayer(points())
    settle()
    said(iface.bar)
    for first in (True, False):
        project.write(str(tmp_path / "city.qgs"))
        texts = said(iface.bar)
        assert len(texts) == first and all("reports" in text for text in texts)


def test_copying_features_warns(desktop, iface, project):
    exact, other = points(), points("other", exact=False)
    project.addMapLayers([exact, other])
    settle()
    said(iface.bar)
    for layer, count in ((exact, 1), (other, 0)):
        iface.active = layer
        iface.copy.trigger()
        assert len(said(iface.bar)) == count


def test_saving_a_layer_to_a_file_warns_and_the_mark_goes_along(desktop, iface, project, tmp_path):
    from community_reports import precision
    from qgis.core import QgsApplication, QgsVectorFileWriter, QgsVectorFileWriterTask
    from qgis.core import QgsVectorLayer

    def save(layer, path):
        """As the desktop does it: a task, then the file is added."""
        iface.active, done = layer, []
        options = QgsVectorFileWriter.SaveVectorOptions()
        task = QgsVectorFileWriterTask(layer, path, options)
        task.taskCompleted.connect(lambda: done.append(1))
        QgsApplication.taskManager().addTask(task)
        end = time.monotonic() + 60
        while not done and time.monotonic() < end:
            QgsApplication.processEvents()
        made = QgsVectorLayer(path, "saved", "ogr")
        project.addMapLayer(made)
        return made

    exact, other = points(), points("other", exact=False)
    project.addMapLayers([exact, other])
    settle()
    said(iface.bar)
    assert precision.of(save(other, str(tmp_path / "other.gpkg"))) == ""
    assert said(iface.bar) == []
    saved = save(exact, str(tmp_path / "exact.gpkg"))
    assert precision.is_exact(saved)
    assert any("being saved to a file" in text for text in said(iface.bar))


@pytest.mark.parametrize("kind", ["QgsVectorLayerSaveAsDialog", "QgsMapSaveDialog", "QDialog"])
@pytest.mark.parametrize("shape", ["QVBoxLayout", "QGridLayout", ""])
def test_a_dialog_that_exports_says_it_before_anything_is_written(desktop, iface, project, kind,
                                                                  shape):
    """Stand-ins for dialogs that Python cannot make; the classes have the same names."""
    from qgis.PyQt import QtWidgets
    from qgis.PyQt.QtCore import QTimer

    layer = points()
    project.addMapLayer(layer)
    settle()
    iface.active = layer
    iface.canvas.setLayers([layer])
    dialog = type(kind, (QtWidgets.QDialog,), {})()
    line = QtWidgets.QLineEdit(dialog)
    if shape:
        getattr(QtWidgets, shape)(dialog).addWidget(line)
    found = []

    def look():
        desktop.guard._focused(None, line)  # a second time changes nothing
        found.extend(x for x in dialog.findChildren(QtWidgets.QLabel) if x.isVisible())
        dialog.reject()

    QTimer.singleShot(50, look)
    dialog.exec()
    wanted = ["This exports exact positions of reports: reports."] if kind != "QDialog" else []
    assert [label.text() for label in found] == wanted
    dialog.deleteLater()


def designer(layout):
    """What the desktop hands out when a layout is opened."""
    from qgis.gui import QgsLayoutDesignerInterface, QgsMessageBar

    class Designer(QgsLayoutDesignerInterface):
        def __init__(self):
            super().__init__()
            self.bar = QgsMessageBar()

        def layout(self):
            return layout

        def messageBar(self):
            return self.bar

    return Designer()


def make_layout(project, name="Map for the council"):
    from qgis.core import QgsLayoutItemMap, QgsPrintLayout

    layout = QgsPrintLayout(project)
    layout.setName(name)
    layout.initializeDefaults()
    item = QgsLayoutItemMap(layout)
    layout.addLayoutItem(item)
    project.layoutManager().addLayout(layout)
    return layout, item


def test_a_layout_that_shows_an_exact_layer_says_so(desktop, iface, project):
    exact, other = points(), points("other", exact=False)
    project.addMapLayers([exact, other])
    settle()
    layout, item = make_layout(project)
    assert "Shown in the layout Map for the council: reports" in desktop.dock.exact.text()
    window = designer(layout)
    iface.layoutDesignerOpened.emit(window)
    texts = said(window.bar)
    assert len(texts) == 1 and "reports" in texts[0] and "other" not in texts[0]
    # after an export
    window.layoutExported.emit()
    assert len(said(window.bar)) == 1
    # no longer shown: no warning; shown again: again a warning
    item.setKeepLayerSet(True)
    item.setLayers([other])
    desktop.layouts.timer.timeout.emit()
    window.layoutExported.emit()
    assert said(window.bar) == []
    item.setLayers([exact, other])
    desktop.layouts.timer.timeout.emit()
    assert len(said(window.bar)) == 1
    # a layer that becomes exact while the layout is open
    from community_reports import precision

    precision.mark_exact(other)
    settle()
    texts = said(window.bar)
    assert len(texts) == 1 and "other" in texts[0]
    assert desktop.layouts.timer.isActive()
    iface.layoutDesignerWillBeClosed.emit(window)
    window.layoutExported.emit()
    assert said(window.bar) == []
    assert not desktop.layouts.timer.isActive()


def test_tables_and_atlases_count_too(desktop, project):
    from community_reports.gui.layout_guard import exact_layers_of
    from qgis.core import QgsLayoutItemAttributeTable

    exact = points()
    project.addMapLayer(exact)
    layout, item = make_layout(project)
    item.setKeepLayerSet(True)
    item.setLayers([])
    assert exact_layers_of(layout) == []
    table = QgsLayoutItemAttributeTable(layout)
    layout.addMultiFrame(table)
    table.setVectorLayer(exact)
    assert exact_layers_of(layout) == [exact]
    layout.removeMultiFrame(table)
    layout.atlas().setCoverageLayer(exact)
    layout.atlas().setEnabled(True)
    assert exact_layers_of(layout) == [exact]


def test_the_store_itself_in_a_project_is_said(desktop, iface, project, tmp_path):
    from qgis.core import QgsVectorLayer

    path = overlays.publish(tmp_path / "any.gpkg", 40)  # any file that QGIS can open
    desktop.dock.store.setFilePath(str(path))
    project.addMapLayer(QgsVectorLayer(f"{path}|layername=beats", "journal", "ogr"))
    assert any("is the store itself" in text for text in said(iface.bar))
